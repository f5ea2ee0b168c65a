Attribute VB_Name = "Report"
Option Explicit

' Reports the boats that are there.

Private Declare Sub ExitProcess Lib "kernel32" (ByVal uExitCode As Long)

Private Function Describe(ByVal sName As String, ByVal lLength As Long) As String
    If lLength >= 10 Then
        Describe = sName & " (ship, " & CStr(lLength) & " m)"
    Else
        Describe = sName & " (boat, " & CStr(lLength) & " m)"
    End If
End Function

Private Function FetchBoat(http As ChilkatHttp, ByVal lId As Long) As ChilkatHttpResponse
    Dim resp As ChilkatHttpResponse
    Set resp = http.QuickRequest("GET", Environ$("BOATS_URL") & "/v1/boats/" & lId)
    If resp Is Nothing Then
        Err.Raise vbObjectError + 1, "FetchBoat", http.LastErrorText
    End If
    Set FetchBoat = resp
End Function

Public Sub Main()
    Dim http As New ChilkatHttp
    Dim resp As ChilkatHttpResponse
    Dim boat As ChilkatJsonObject
    Dim report As New ChilkatJsonObject
    Dim vId As Variant
    Dim asNames() As String
    Dim lFound As Long
    Dim sName As String

    On Error GoTo Failed

    For Each vId In Array(3, 5, 8)
        Set resp = FetchBoat(http, vId)
        If resp.StatusCode <> 200 Then
            Debug.Print "boat " & vId & ": status " & resp.StatusCode
        Else
            Set boat = New ChilkatJsonObject
            boat.Load resp.BodyStr
            sName = boat.StringOf("name")
            Debug.Print Describe(sName, boat.IntOf("length"))
            ReDim Preserve asNames(lFound)
            asNames(lFound) = sName
            lFound = lFound + 1
        End If
    Next vId

    If lFound = 0 Then
        Debug.Print "no boats"
        ExitProcess 1
    End If

    report.UpdateInt "count", lFound
    report.UpdateString "names", Join(asNames, ", ")
    Set resp = http.PostJson2(Environ$("BOATS_URL") & "/v1/report", _
        "application/json", report.Emit())
    If resp Is Nothing Then Err.Raise vbObjectError + 2, , http.LastErrorText
    Debug.Print "Reported " & lFound & " boats"
    Exit Sub

Failed:
    Debug.Print "Failed: " & Err.Description
    ExitProcess 1
End Sub
