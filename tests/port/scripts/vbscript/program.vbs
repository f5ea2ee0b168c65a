Option Explicit
' Reports the boats that are there.

Dim shell, http, baseUrl, id, resp, boat, report, names, found
Set shell = CreateObject("WScript.Shell")
baseUrl = shell.ExpandEnvironmentStrings("%BOATS_URL%")
Set http = CreateObject("Chilkat.Http")
names = ""
found = 0

Function Describe(name, length)
    Dim kind
    kind = "boat"
    If length >= 10 Then kind = "ship"
    Describe = name & " (" & kind & ", " & length & " m)"
End Function

Function FetchBoat(id)
    Set FetchBoat = http.QuickRequest("GET", baseUrl & "/v1/boats/" & id)
    If FetchBoat Is Nothing Then
        Err.Raise vbObjectError + 1, "FetchBoat", http.LastErrorText
    End If
End Function

Sub Report_Boats(ids)
    For Each id In ids
        Set resp = FetchBoat(id)
        Select Case resp.StatusCode
            Case 200
                Set boat = CreateObject("Chilkat.JsonObject")
                boat.Load resp.BodyStr
                WScript.Echo Describe(boat.StringOf("name"), boat.IntOf("length"))
                If Len(names) > 0 Then names = names & ", "
                names = names & boat.StringOf("name")
                found = found + 1
            Case Else
                WScript.Echo "boat " & id & ": status " & resp.StatusCode
        End Select
    Next
End Sub

On Error Resume Next
Report_Boats Array(3, 5, 8)
If Err.Number <> 0 Then
    WScript.Echo "Failed: " & Err.Description
    WScript.Quit 1
End If
On Error GoTo 0

If found = 0 Then
    WScript.Echo "no boats"
    WScript.Quit 1
End If

Set report = CreateObject("Chilkat.JsonObject")
report.UpdateInt "count", found
report.UpdateString "names", names
Set resp = http.PostJson2(baseUrl & "/v1/report", "application/json", report.Emit())
If resp Is Nothing Then
    WScript.Echo "Failed: " & http.LastErrorText
    WScript.Quit 1
End If
WScript.Echo "Reported " & found & " boats"
