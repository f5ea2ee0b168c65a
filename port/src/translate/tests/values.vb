Module M
  Sub Main()
    Dim json As New Chilkat.JsonObject
    Dim s As String = json.StringOf("x")
    Dim n As Integer = json.IntOf("n")
    Console.WriteLine("n: " & n / 2 & " " & (n Mod 3) & " " & s.Length)
    Dim d As New Dictionary(Of String, Integer)
    d("a") = 1
    d("a") = d("a") + 1
    For Each k As String In d.Keys
      Console.WriteLine(k & d(k))
    Next
    Dim ok As Boolean = n > 2
    Console.WriteLine("ok: " & ok)
    Dim avg As Double = n / 4.0
    Console.WriteLine(avg)
    Dim t As String = If(s, "none")
    Console.WriteLine(t)
    Console.WriteLine(s.Substring(0, 2) & Left(s, 3) & Right(s, 2) & Mid(s, 2, 3))
  End Sub
End Module
