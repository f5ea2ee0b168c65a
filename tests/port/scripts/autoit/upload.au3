$oHttp = ObjCreate("Chilkat.Http")
Local $bSuccess

$oReq = ObjCreate("Chilkat.HttpRequest")
$oReq.HttpVerb = "POST"
$oReq.Path = "/v1/boats/7/picture"
$oReq.ContentType = "multipart/form-data"

$oReq.AddParam("title","In the harbour")

$oJson = ObjCreate("Chilkat.JsonObject")
$oJson.UpdateInt("crop.x",10)
$oJson.UpdateInt("crop.y",20)
$oReq.AddStringForUpload2("meta","",$oJson.Emit(),"utf-8","application/json")

$bSuccess = $oReq.AddFileForUpload2("picture","boat.png","image/png")

$oReq.AddHeader("Authorization","Bearer " & EnvGet("BOATS_TOKEN"))

Local $oResp = $oHttp.SynchronousRequest(EnvGet("BOATS_DOMAIN"),Number(EnvGet("BOATS_PORT")),False,$oReq)
If Not IsObj($oResp) Then
    ConsoleWrite($oHttp.LastErrorText & @CRLF)
    Exit
EndIf

ConsoleWrite("Status: " & $oResp.StatusCode & @CRLF)
If ($oResp.StatusCode <> 201) Then
    ConsoleWrite("Response Header:" & @CRLF)
    ConsoleWrite($oResp.Header & @CRLF)
    ConsoleWrite("Response Body:" & @CRLF)
    ConsoleWrite($oResp.BodyStr & @CRLF)
    ConsoleWrite("Failed." & @CRLF)
    Exit
EndIf
ConsoleWrite("Success." & @CRLF)
