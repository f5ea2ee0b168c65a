Dim http As New Chilkat.Http
Dim success As Boolean

Dim sbResponseBody As New Chilkat.StringBuilder
success = http.QuickGetSb(System.EnvironmentVariable("BOATS_URL") + "/v1/boats?color=red",sbResponseBody)
If (success = False) Then
    System.DebugLog(http.LastErrorText)
    Return
End If

Dim jResp As New Chilkat.JsonObject
success = jResp.LoadSb(sbResponseBody)

Dim respStatusCode As Int32
respStatusCode = http.LastStatus
System.DebugLog("Status: " + Str(respStatusCode))

Dim name As String

Dim i As Int32
i = 0
Dim count_i As Int32
count_i = jResp.SizeOfArray("boats")
While i < count_i
    jResp.I = i
    name = jResp.StringOf("boats[i].name")
    System.DebugLog(name)
    i = i + 1
Wend
