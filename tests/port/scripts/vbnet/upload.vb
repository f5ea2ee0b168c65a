Dim http As New Chilkat.Http
Dim success As Boolean

Dim req As New Chilkat.HttpRequest
req.HttpVerb = "POST"
req.Path = "/v1/boats/7/picture"
req.ContentType = "multipart/form-data"

req.AddParam("title","In the harbour")

Dim json As New Chilkat.JsonObject
json.UpdateInt("crop.x",10)
json.UpdateInt("crop.y",20)
req.AddStringForUpload2("meta","",json.Emit(),"utf-8","application/json")

success = req.AddFileForUpload2("picture","boat.png","image/png")

req.AddHeader("Authorization","Bearer " & Environment.GetEnvironmentVariable("BOATS_TOKEN"))

Dim domain As String = Environment.GetEnvironmentVariable("BOATS_DOMAIN")
Dim port As Integer = CInt(Environment.GetEnvironmentVariable("BOATS_PORT"))
Dim resp As Chilkat.HttpResponse = http.SynchronousRequest(domain,port,False,req)
If (http.LastMethodSuccess = False) Then
    Debug.WriteLine(http.LastErrorText)
    Exit Sub
End If

Debug.WriteLine("Status: " & resp.StatusCode)
If (resp.StatusCode <> 201) Then
    Debug.WriteLine("Response Header:")
    Debug.WriteLine(resp.Header)
    Debug.WriteLine("Response Body:")
    Debug.WriteLine(resp.BodyStr)
    Debug.WriteLine("Failed.")
    Exit Sub
End If
Debug.WriteLine("Success.")
