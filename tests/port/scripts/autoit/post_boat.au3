; This example assumes the Chilkat API to have been previously unlocked.
$oHttp = ObjCreate("Chilkat.Http")
Local $bSuccess

$oHttp.AuthToken = EnvGet("BOATS_TOKEN")

$oJson = ObjCreate("Chilkat.JsonObject")
$oJson.UpdateString("hull.paint","red ""matt""")
$oJson.UpdateInt("hull.length",12)
$oJson.UpdateBool("sold",False)

$oHttp.SetRequestHeader("X-Boat","1")

; resp is a Chilkat.HttpResponse
Local $oResp = $oHttp.PostJson3(EnvGet("BOATS_URL") & "/v1/boats","application/json",$oJson)
If ($oHttp.LastMethodSuccess = False) Then
    ConsoleWrite($oHttp.LastErrorText & @CRLF)
    Exit
EndIf

Local $iRespStatusCode = $oResp.StatusCode
ConsoleWrite("Status: " & $iRespStatusCode & @CRLF)
If ($iRespStatusCode >= 400) Then
    ConsoleWrite("Response Header:" & @CRLF)
    ConsoleWrite($oResp.Header & @CRLF)
    ConsoleWrite("Response Body:" & @CRLF)
    ConsoleWrite($oResp.BodyStr & @CRLF)
    ConsoleWrite("Failed." & @CRLF)
    Exit
EndIf

ConsoleWrite("Success." & @CRLF)
