// This example assumes the Chilkat API to have been previously unlocked.
Dim http As New Chilkat.Http
Dim success As Boolean

http.AuthToken = System.EnvironmentVariable("BOATS_TOKEN")

Dim json As New Chilkat.JsonObject
success = json.UpdateString("hull.paint","red ""matt""")
success = json.UpdateInt("hull.length",12)
success = json.UpdateBool("sold",False)

http.SetRequestHeader "X-Boat","1"

// resp is a Chilkat.HttpResponse
Dim resp As Chilkat.HttpResponse
resp = http.PostJson3(System.EnvironmentVariable("BOATS_URL") + "/v1/boats","application/json",json)
If (http.LastMethodSuccess = False) Then
    System.DebugLog(http.LastErrorText)
    Return
End If

Dim respStatusCode As Int32
respStatusCode = resp.StatusCode
System.DebugLog("Status: " + Str(respStatusCode))
If (respStatusCode >= 400) Then
    System.DebugLog("Response Header:")
    System.DebugLog(resp.Header)
    System.DebugLog("Response Body:")
    System.DebugLog(resp.BodyStr)
    System.DebugLog("Failed.")
    Return
End If

System.DebugLog("Success.")
