Dim http As New Chilkat.Http
Dim table As New Chilkat.StringTable
Dim json As New Chilkat.JsonObject
Dim success As Boolean

// The names that are known so far.
success = table.Append("Ida")
success = table.Append("Wilma")
System.DebugLog("Names: " + Str(table.Count))
System.DebugLog("First: " + table.StringAt(0))

Dim text As String = http.QuickGetStr(System.EnvironmentVariable("BOATS_URL") + "/v1/boats/3")
If (http.LastMethodSuccess = False) Then
    System.DebugLog(http.LastErrorText)
    Return
End If

success = json.Load(text)
System.DebugLog(json.StringOf("name"))
