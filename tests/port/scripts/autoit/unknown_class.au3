; The picture goes into an archive first.
Local $oHttp = ObjCreate("Chilkat.Http")
Local $oZip = ObjCreate("Chilkat.Zip")
$oZip.NewZip("boats.zip")
$oZip.AppendString("readme.txt", "Boats")
ConsoleWrite("Entries: " & $oZip.NumEntries & @CRLF)

Local $sText = $oHttp.QuickGetStr(EnvGet("BOATS_URL") & "/v1/boats/3")
If $oHttp.LastMethodSuccess = False Then
    ConsoleWrite($oHttp.LastErrorText & @CRLF)
    Exit 1
EndIf

Local $oJson = ObjCreate("Chilkat.JsonObject")
$oJson.Load($sText)
ConsoleWrite($oJson.StringOf("name") & @CRLF)
