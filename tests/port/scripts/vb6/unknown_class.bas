Option Explicit

Sub Main()
    Dim http As New ChilkatHttp
    Dim dt As New ChilkatCkDateTime
    Dim json As New ChilkatJsonObject
    Dim sText As String
    Dim lOk As Long

    lOk = dt.SetFromCurrentSystemTime()
    Debug.Print "Asked on " & dt.GetAsRfc822(1)
    Debug.Print "Day " & dt.GetDtObj(1).Day

    sText = http.QuickGetStr(Environ("BOATS_URL") & "/v1/boats/3")
    If http.LastMethodSuccess = 0 Then
        Debug.Print http.LastErrorText
        End
    End If

    lOk = json.Load(sText)
    Debug.Print json.StringOf("name")
End Sub
