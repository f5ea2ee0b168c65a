Module M
 Function One(http As Chilkat.Http, id As Integer) As String
   Try
     Dim s As String = http.QuickGetStr("https://a.b/" & id)
     If s Is Nothing Then Throw New Exception("none")
     If s.Length > 5 Then Return "long"
     Console.WriteLine(s)
   Catch ex As Exception
     Console.WriteLine(ex.Message)
     Return ""
   End Try
   Return "end"
 End Function
 Sub Main()
   Dim http As New Chilkat.Http
   For i As Integer = 1 To 3
     Try
       If i = 2 Then Continue For
       Dim s As String = http.QuickGetStr("https://a.b/" & i)
       If s Is Nothing Then Throw New Exception("none")
       Console.WriteLine(s)
     Catch ex As Exception
       Console.WriteLine(ex.Message)
     End Try
     Console.WriteLine("next")
   Next
   Console.WriteLine(One(http, 3))
 End Sub
End Module
