Dim http As New Chilkat.Http
Dim success As Boolean

Dim req As New Chilkat.HttpRequest
req.HttpVerb = "POST"
req.Path = "/v1/boats/7/picture"
req.ContentType = "multipart/form-data"

req.AddParam "title","In the harbour"

Dim json As New Chilkat.JsonObject
success = json.UpdateInt("crop.x",10)
success = json.UpdateInt("crop.y",20)
success = req.AddStringForUpload2("meta","",json.Emit(),"utf-8","application/json")

success = req.AddFileForUpload2("picture","boat.png","image/png")

req.AddHeader "Authorization","Bearer " + System.EnvironmentVariable("BOATS_TOKEN")

Dim resp As Chilkat.HttpResponse
resp = http.SynchronousRequest(System.EnvironmentVariable("BOATS_DOMAIN"),Val(System.EnvironmentVariable("BOATS_PORT")),False,req)
If (http.LastMethodSuccess = False) Then
    System.DebugLog(http.LastErrorText)
    Return
End If

System.DebugLog("Status: " + Str(resp.StatusCode))
If (resp.StatusCode <> 201) Then
    System.DebugLog("Response Header:")
    System.DebugLog(resp.Header)
    System.DebugLog("Response Body:")
    System.DebugLog(resp.BodyStr)
    System.DebugLog("Failed.")
    Return
End If
System.DebugLog("Success.")
