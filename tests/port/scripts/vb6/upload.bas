Dim http As New ChilkatHttp
Dim success As Long

Dim req As New ChilkatHttpRequest
req.HttpVerb = "POST"
req.Path = "/v1/boats/7/picture"
req.ContentType = "multipart/form-data"

req.AddParam "title","In the harbour"

Dim json As New ChilkatJsonObject
success = json.UpdateInt("crop.x",10)
success = json.UpdateInt("crop.y",20)
success = req.AddStringForUpload2("meta","",json.Emit(),"utf-8","application/json")

success = req.AddFileForUpload2("picture","boat.png","image/png")

req.AddHeader "Authorization","Bearer " & Environ("BOATS_TOKEN")

Dim resp As ChilkatHttpResponse
Set resp = http.SynchronousRequest(Environ("BOATS_DOMAIN"),CLng(Environ("BOATS_PORT")),0,req)
If (resp Is Nothing) Then
    Debug.Print http.LastErrorText
    Exit Sub
End If

Debug.Print "Status: " & resp.StatusCode
If (resp.StatusCode <> 201) Then
    Debug.Print "Response Header:"
    Debug.Print resp.Header
    Debug.Print "Response Body:"
    Debug.Print resp.BodyStr
    Debug.Print "Failed."
    Exit Sub
End If
Debug.Print "Success."
