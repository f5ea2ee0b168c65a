Dim http As New ChilkatHttp
Dim success As Long

Dim queryParams As New ChilkatJsonObject
success = queryParams.UpdateString("status","active")
success = queryParams.UpdateInt("page_size",300)

Dim resp As ChilkatHttpResponse
Set resp = http.QuickRequestParams("GET",Environ("BOATS_URL") & "/v1/users",queryParams)
If (http.LastMethodSuccess <> 1) Then
    Debug.Print http.LastErrorText
    Exit Sub
End If

Dim sbResponseBody As New ChilkatStringBuilder
success = resp.GetBodySb(sbResponseBody)

Dim jResp As New ChilkatJsonObject
success = jResp.LoadSb(sbResponseBody)

Dim id As String
Dim name As String
Dim j As Long
Dim count_j As Long
Dim groupId As String

Dim i As Long
i = 0
Dim count_i As Long
count_i = jResp.SizeOfArray("users")
Do While i < count_i
    jResp.I = i
    id = jResp.StringOf("users[i].id")
    name = jResp.StringOf("users[i].name")
    Debug.Print id & " " & name
    j = 0
    count_j = jResp.SizeOfArray("users[i].group_ids")
    Do While j < count_j
        jResp.J = j
        groupId = jResp.StringOf("users[i].group_ids[j]")
        Debug.Print "  group " & groupId
        j = j + 1
    Loop
    i = i + 1
Loop
