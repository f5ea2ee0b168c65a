Dim http As New Chilkat.Http
Dim success As Boolean

Dim sbResponseBody As New Chilkat.StringBuilder
success = http.QuickGetSb(Environment.GetEnvironmentVariable("BOATS_URL") & "/v1/boats?color=red",sbResponseBody)
If (success = False) Then
    Debug.WriteLine(http.LastErrorText)
    Exit Sub
End If

Dim jResp As New Chilkat.JsonObject
jResp.LoadSb(sbResponseBody)

Dim respStatusCode As Integer = http.LastStatus
Debug.WriteLine("Status: " & respStatusCode)

Dim i As Integer = 0
Dim count_i As Integer = jResp.SizeOfArray("boats")
While i < count_i
    jResp.I = i
    Dim name As String = jResp.StringOf("boats[i].name")
    Debug.WriteLine(name)
    i = i + 1
End While
