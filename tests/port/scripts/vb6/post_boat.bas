Private Sub Command1_Click()

' This example assumes the Chilkat API to have been previously unlocked.
Dim http As New ChilkatHttp
Dim success As Long

http.AuthToken = Environ$("BOATS_TOKEN")

Dim json As New ChilkatJsonObject
success = json.UpdateString("hull.paint","red ""matt""")
success = json.UpdateInt("hull.length",12)
success = json.UpdateBool("sold",0)

http.SetRequestHeader "X-Boat","1"

Dim resp As ChilkatHttpResponse
Set resp = http.PostJson3(Environ$("BOATS_URL") & "/v1/boats","application/json",json)
If (http.LastMethodSuccess = 0) Then
    Debug.Print http.LastErrorText
    Exit Sub
End If

Dim respStatusCode As Long
respStatusCode = resp.StatusCode
Debug.Print "Status: " & respStatusCode
If (respStatusCode >= 400) Then
    Debug.Print "Response Header:"
    Debug.Print resp.Header
    Debug.Print "Response Body:"
    Debug.Print resp.BodyStr
    Debug.Print "Failed."
    Exit Sub
End If

Debug.Print "Success."

End Sub
