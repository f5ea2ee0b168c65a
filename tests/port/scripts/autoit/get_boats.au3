$oHttp = ObjCreate("Chilkat.Http")
Local $bSuccess

$oSbResponseBody = ObjCreate("Chilkat.StringBuilder")
$bSuccess = $oHttp.QuickGetSb(EnvGet("BOATS_URL") & "/v1/boats?color=red",$oSbResponseBody)
If ($bSuccess = False) Then
    ConsoleWrite($oHttp.LastErrorText & @CRLF)
    Exit
EndIf

$oJResp = ObjCreate("Chilkat.JsonObject")
$oJResp.LoadSb($oSbResponseBody)

Local $iRespStatusCode = $oHttp.LastStatus
ConsoleWrite("Status: " & $iRespStatusCode & @CRLF)

Local $sName

Local $i = 0
Local $iCount_i = $oJResp.SizeOfArray("boats")
While $i < $iCount_i
    $oJResp.I = $i
    $sName = $oJResp.StringOf("boats[i].name")
    ConsoleWrite($sName & @CRLF)
    $i = $i + 1
Wend
