set shell = CreateObject("WScript.Shell")
set http = CreateObject("Chilkat.Http")

set queryParams = CreateObject("Chilkat.JsonObject")
success = queryParams.UpdateString("status","active")
success = queryParams.UpdateInt("page_size",300)

Set resp = http.QuickRequestParams("GET",shell.Environment("PROCESS")("BOATS_URL") & "/v1/users",queryParams)
If (http.LastMethodSuccess = 0) Then
    WScript.Echo http.LastErrorText
    WScript.Quit
End If

set sbResponseBody = CreateObject("Chilkat.StringBuilder")
success = resp.GetBodySb(sbResponseBody)

set jResp = CreateObject("Chilkat.JsonObject")
success = jResp.LoadSb(sbResponseBody)

i = 0
count_i = jResp.SizeOfArray("users")
Do While i < count_i
    jResp.I = i
    id = jResp.StringOf("users[i].id")
    name = jResp.StringOf("users[i].name")
    WScript.Echo id & " " & name
    j = 0
    count_j = jResp.SizeOfArray("users[i].group_ids")
    Do While j < count_j
        jResp.J = j
        groupId = jResp.StringOf("users[i].group_ids[j]")
        WScript.Echo "  group " & groupId
        j = j + 1
    Loop
    i = i + 1
Loop
