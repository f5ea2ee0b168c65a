Private Sub Button1_Click(sender As Object, e As EventArgs) Handles Button1.Click

    ' This example assumes the Chilkat API to have been previously unlocked.
    Dim http As New Chilkat.Http
    Dim success As Boolean

    http.AuthToken = Environment.GetEnvironmentVariable("BOATS_TOKEN")

    ' The following JSON is sent in the request body.
    ' {
    '   "hull": { "paint": "red \"matt\"", "length": 12 },
    '   "sold": false
    ' }
    Dim json As New Chilkat.JsonObject
    success = json.UpdateString("hull.paint","red ""matt""")
    success = json.UpdateInt("hull.length",12)
    success = json.UpdateBool("sold",False)

    http.SetRequestHeader("X-Boat","1")

    Dim resp As Chilkat.HttpResponse = http.PostJson3(Environment.GetEnvironmentVariable("BOATS_URL") & "/v1/boats","application/json",json)
    If (http.LastMethodSuccess = False) Then
        Debug.WriteLine(http.LastErrorText)
        Exit Sub
    End If

    Dim respStatusCode As Integer = resp.StatusCode
    Debug.WriteLine("Status: " & respStatusCode)
    If (respStatusCode >= 400) Then
        Debug.WriteLine("Response Header:")
        Debug.WriteLine(resp.Header)
        Debug.WriteLine("Response Body:")
        Debug.WriteLine(resp.BodyStr)
        Debug.WriteLine("Failed.")
        Exit Sub
    End If
    Debug.WriteLine("Success.")

End Sub
