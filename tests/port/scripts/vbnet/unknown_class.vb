Imports Chilkat

Module Names

    Sub Main()
        Dim http As New Chilkat.Http
        Dim text As String = http.QuickGetStr(Environment.GetEnvironmentVariable("BOATS_URL") & "/v1/boats/3")
        If Not http.LastMethodSuccess Then
            Console.WriteLine(http.LastErrorText)
            Environment.Exit(1)
        End If

        ' The digest of the answer.
        Dim crypt As New Chilkat.Crypt2
        crypt.HashAlgorithm = "sha256"
        crypt.EncodingMode = "hex"
        Dim digest As String = crypt.HashStringENC(text)
        Console.WriteLine("Digest: " & digest)

        Dim json As New Chilkat.JsonObject
        json.Load(text)
        Console.WriteLine(json.StringOf("name"))
    End Sub

End Module
