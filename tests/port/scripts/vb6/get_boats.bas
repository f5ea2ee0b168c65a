Dim http As New ChilkatHttp
Dim success As Long

Dim sbResponseBody As New ChilkatStringBuilder
success = http.QuickGetSb(Environ("BOATS_URL") & "/v1/boats?color=red",sbResponseBody)
If (success = 0) Then
    Debug.Print http.LastErrorText
    Exit Sub
End If

Dim jResp As New ChilkatJsonObject
success = jResp.LoadSb(sbResponseBody)

Dim respStatusCode As Long
respStatusCode = http.LastStatus
Debug.Print "Status: " & respStatusCode

Dim name As String

Dim i As Long
i = 0
Dim count_i As Long
count_i = jResp.SizeOfArray("boats")
Do While i < count_i
    jResp.I = i
    name = jResp.StringOf("boats[i].name")
    Debug.Print name
    i = i + 1
Loop
