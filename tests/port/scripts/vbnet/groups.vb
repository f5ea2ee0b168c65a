Dim http As New Chilkat.Http
Dim success As Boolean

Dim queryParams As New Chilkat.JsonObject
queryParams.UpdateString("status","active")
queryParams.UpdateInt("page_size",300)

Dim resp As Chilkat.HttpResponse = http.QuickRequestParams("GET",Environment.GetEnvironmentVariable("BOATS_URL") & "/v1/users",queryParams)
If (http.LastMethodSuccess = False) Then
    Debug.WriteLine(http.LastErrorText)
    Exit Sub
End If

Dim sbResponseBody As New Chilkat.StringBuilder
resp.GetBodySb(sbResponseBody)

Dim jResp As New Chilkat.JsonObject
jResp.LoadSb(sbResponseBody)

Dim id As String
Dim name As String
Dim j As Integer
Dim count_j As Integer
Dim groupId As String

Dim i As Integer = 0
Dim count_i As Integer = jResp.SizeOfArray("users")
While i < count_i
    jResp.I = i
    id = jResp.StringOf("users[i].id")
    name = jResp.StringOf("users[i].name")
    Debug.WriteLine(id & " " & name)
    j = 0
    count_j = jResp.SizeOfArray("users[i].group_ids")
    While j < count_j
        jResp.J = j
        groupId = jResp.StringOf("users[i].group_ids[j]")
        Debug.WriteLine("  group " & groupId)
        j = j + 1
    End While
    i = i + 1
End While
