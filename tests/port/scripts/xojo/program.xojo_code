#tag Class
Protected Class App
Inherits ConsoleApplication
	#tag Event
		Function Run(args() as String) As Integer
		  // Reports the boats that are there.
		  Var http As New Chilkat.Http
		  Var ids() As Integer = Array(3, 5, 8)
		  Var names() As String

		  Try
		    For Each id As Integer In ids
		      Var resp As Chilkat.HttpResponse = FetchBoat(http, id)
		      If resp.StatusCode <> 200 Then
		        Print("boat " + id.ToString + ": status " + resp.StatusCode.ToString)
		        Continue
		      End If
		      Var boat As New Chilkat.JsonObject
		      Call boat.Load(resp.BodyStr)
		      Var name As String = boat.StringOf("name")
		      Print(Describe(name, boat.IntOf("length")))
		      names.Add(name)
		    Next
		  Catch err As RuntimeException
		    Print("Failed: " + err.Message)
		    Return 1
		  End Try

		  If names.Count = 0 Then
		    Print("no boats")
		    Return 1
		  End If

		  Var report As New Chilkat.JsonObject
		  Call report.UpdateInt("count", names.Count)
		  Call report.UpdateString("names", String.FromArray(names, ", "))
		  Var answer As Chilkat.HttpResponse
		  answer = http.PostJson2(BaseUrl + "/v1/report", _
		  "application/json", report.Emit)
		  If answer Is Nil Then
		    Print("Failed: " + http.LastErrorText)
		    Return 1
		  End If
		  Print("Reported " + Str(names.Count) + " boats")
		  Return 0
		End Function
	#tag EndEvent

	#tag Method, Flags = &h21
		Private Function BaseUrl() As String
		  Return System.EnvironmentVariable("BOATS_URL")
		End Function
	#tag EndMethod

	#tag Method, Flags = &h21
		Private Function Describe(name As String, length As Integer) As String
		  Var kind As String = "boat"
		  If length >= 10 Then kind = "ship"
		  Return name + " (" + kind + ", " + Str(length) + " m)"
		End Function
	#tag EndMethod

	#tag Method, Flags = &h21
		Private Function FetchBoat(http As Chilkat.Http, id As Integer) As Chilkat.HttpResponse
		  Var resp As Chilkat.HttpResponse
		  resp = http.QuickRequest("GET", BaseUrl + "/v1/boats/" + Str(id))
		  If resp Is Nil Then
		    Raise New RuntimeException(http.LastErrorText)
		  End If
		  Return resp
		End Function
	#tag EndMethod
End Class
#tag EndClass
