<%@ Language="VBScript" %>
<html>
<head>
<title>Upload</title>
</head>
<body>
<pre>
<%
Set shell = Server.CreateObject("WScript.Shell")
Set env = shell.Environment("PROCESS")

set http = Server.CreateObject("Chilkat.Http")

set req = Server.CreateObject("Chilkat.HttpRequest")
req.HttpVerb = "POST"
req.Path = "/v1/boats/7/picture"
req.ContentType = "multipart/form-data"

req.AddParam "title","In the harbour"

set json = Server.CreateObject("Chilkat.JsonObject")
success = json.UpdateInt("crop.x",10)
success = json.UpdateInt("crop.y",20)
success = req.AddStringForUpload2("meta","",json.Emit(),"utf-8","application/json")

success = req.AddFileForUpload2("picture","boat.png","image/png")

req.AddHeader "Authorization","Bearer " & env("BOATS_TOKEN")

Set resp = http.SynchronousRequest(env("BOATS_DOMAIN"),CInt(env("BOATS_PORT")),0,req)
If (http.LastMethodSuccess = 0) Then
    Response.Write "<pre>" & Server.HTMLEncode( http.LastErrorText) & "</pre>"
    Response.End
End If

Response.Write "<pre>" & Server.HTMLEncode( "Status: " & resp.StatusCode) & "</pre>"
If (resp.StatusCode <> 201) Then
    Response.Write "<pre>" & Server.HTMLEncode( "Response Header:") & "</pre>"
    Response.Write "<pre>" & Server.HTMLEncode( resp.Header) & "</pre>"
    Response.Write "<pre>" & Server.HTMLEncode( "Response Body:") & "</pre>"
    Response.Write "<pre>" & Server.HTMLEncode( resp.BodyStr) & "</pre>"
    Response.Write "<pre>" & Server.HTMLEncode( "Failed.") & "</pre>"
    Response.End
End If
Response.Write "<pre>" & Server.HTMLEncode( "Success.") & "</pre>"

%>
</pre>
</body>
</html>
