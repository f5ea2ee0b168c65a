$oHttp = ObjCreate("Chilkat.Http")
Local $bSuccess

$oQueryParams = ObjCreate("Chilkat.JsonObject")
$oQueryParams.UpdateString("status","active")
$oQueryParams.UpdateInt("page_size",300)

Local $oResp = $oHttp.QuickRequestParams("GET",EnvGet("BOATS_URL") & "/v1/users",$oQueryParams)
If ($oHttp.LastMethodSuccess = False) Then
    ConsoleWrite($oHttp.LastErrorText & @CRLF)
    Exit
EndIf

$oSbResponseBody = ObjCreate("Chilkat.StringBuilder")
$oResp.GetBodySb($oSbResponseBody)

$oJResp = ObjCreate("Chilkat.JsonObject")
$oJResp.LoadSb($oSbResponseBody)

Local $sId
Local $sName
Local $j
Local $iCount_j
Local $sGroupId

Local $i = 0
Local $iCount_i = $oJResp.SizeOfArray("users")
While $i < $iCount_i
    $oJResp.I = $i
    $sId = $oJResp.StringOf("users[i].id")
    $sName = $oJResp.StringOf("users[i].name")
    ConsoleWrite($sId & " " & $sName & @CRLF)
    $j = 0
    $iCount_j = $oJResp.SizeOfArray("users[i].group_ids")
    While $j < $iCount_j
        $oJResp.J = $j
        $sGroupId = $oJResp.StringOf("users[i].group_ids[j]")
        ConsoleWrite("  group " & $sGroupId & @CRLF)
        $j = $j + 1
    Wend
    $i = $i + 1
Wend
