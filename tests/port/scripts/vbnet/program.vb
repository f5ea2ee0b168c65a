Option Strict On
Imports System
Imports System.Collections.Generic

' Reports the boats that are there.
Module Report

    Private ReadOnly BaseUrl As String = Environment.GetEnvironmentVariable("BOATS_URL")

    ''' <summary>A boat in one line.</summary>
    Private Function Describe(name As String, length As Integer) As String
        Dim kind As String = If(length >= 10, "ship", "boat")
        Return $"{name} ({kind}, {length} m)"
    End Function

    Private Function FetchBoat(http As Chilkat.Http, id As Integer) As Chilkat.HttpResponse
        Dim resp As Chilkat.HttpResponse = http.QuickRequest("GET", BaseUrl & "/v1/boats/" & id)
        If resp Is Nothing Then
            Throw New Exception(http.LastErrorText)
        End If
        Return resp
    End Function

    Sub Main()
        Dim http As New Chilkat.Http
        Dim names As New List(Of String)
        Dim found As Integer = 0

        Try
            For Each id As Integer In New Integer() {3, 5, 8}
                Dim resp As Chilkat.HttpResponse = FetchBoat(http, id)
                If resp.StatusCode <> 200 Then
                    Console.WriteLine("boat {0}: status {1}", id, resp.StatusCode)
                    Continue For
                End If
                Dim boat As New Chilkat.JsonObject
                boat.Load(resp.BodyStr)
                Dim name As String = boat.StringOf("name")
                Console.WriteLine(Describe(name, boat.IntOf("length")))
                names.Add(name)
                found += 1
            Next
        Catch ex As Exception
            Console.WriteLine("Failed: " & ex.Message)
            Environment.Exit(1)
        End Try

        If found = 0 Then
            Console.WriteLine("no boats")
            Environment.Exit(1)
        End If

        Dim report As New Chilkat.JsonObject
        report.UpdateInt("count", found)
        report.UpdateString("names", String.Join(", ", names))
        Dim answer As Chilkat.HttpResponse =
            http.PostJson2(BaseUrl & "/v1/report", "application/json", report.Emit())
        If answer Is Nothing Then
            Console.WriteLine("Failed: " & http.LastErrorText)
            Environment.Exit(1)
        End If
        Console.WriteLine($"Reported {found} boats")
    End Sub

End Module
