Dim shell, http, xml, json, text
Set shell = CreateObject("WScript.Shell")
Set http = CreateObject("Chilkat.Http")

' What was asked for, as XML.
Set xml = CreateObject("Chilkat.Xml")
xml.Tag = "boat"
xml.NewChild2 "number", "3"
WScript.Echo xml.GetXml()

text = http.QuickGetStr(shell.ExpandEnvironmentStrings("%BOATS_URL%") & "/v1/boats/3")
If http.LastMethodSuccess = 0 Then
    WScript.Echo http.LastErrorText
    WScript.Quit 1
End If

Set json = CreateObject("Chilkat.JsonObject")
json.Load text
WScript.Echo json.StringOf("name")
