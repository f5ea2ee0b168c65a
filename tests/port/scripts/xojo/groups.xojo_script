Dim http As New Chilkat.Http
Dim success As Boolean

Dim queryParams As New Chilkat.JsonObject
success = queryParams.UpdateString("status","active")
success = queryParams.UpdateInt("page_size",300)

Dim resp As Chilkat.HttpResponse
resp = http.QuickRequestParams("GET",System.EnvironmentVariable("BOATS_URL") + "/v1/users",queryParams)
If (http.LastMethodSuccess = False) Then
    System.DebugLog(http.LastErrorText)
    Return
End If

Dim sbResponseBody As New Chilkat.StringBuilder
success = resp.GetBodySb(sbResponseBody)

Dim jResp As New Chilkat.JsonObject
success = jResp.LoadSb(sbResponseBody)

Dim id As String
Dim name As String
Dim j As Int32
Dim count_j As Int32
Dim groupId As String

Dim i As Int32
i = 0
Dim count_i As Int32
count_i = jResp.SizeOfArray("users")
While i < count_i
    jResp.I = i
    id = jResp.StringOf("users[i].id")
    name = jResp.StringOf("users[i].name")
    System.DebugLog(id + " " + name)
    j = 0
    count_j = jResp.SizeOfArray("users[i].group_ids")
    While j < count_j
        jResp.J = j
        groupId = jResp.StringOf("users[i].group_ids[j]")
        System.DebugLog("  group " + groupId)
        j = j + 1
    Wend
    i = i + 1
Wend
