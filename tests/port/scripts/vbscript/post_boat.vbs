Dim fso, outFile
Set fso = CreateObject("Scripting.FileSystemObject")
'Create a Unicode (utf-16) output text file.
Set outFile = fso.CreateTextFile("output.txt", True, True)

Set env = CreateObject("WScript.Shell").Environment("PROCESS")

' This example assumes the Chilkat API to have been previously unlocked.
set http = CreateObject("Chilkat.Http")

http.AuthToken = env("BOATS_TOKEN")

set json = CreateObject("Chilkat.JsonObject")
success = json.UpdateString("hull.paint","red ""matt""")
success = json.UpdateInt("hull.length",12)
success = json.UpdateBool("sold",0)

http.SetRequestHeader "X-Boat","1"

' resp is a Chilkat.HttpResponse
Set resp = http.PostJson3(env("BOATS_URL") & "/v1/boats","application/json",json)
If (http.LastMethodSuccess = 0) Then
    outFile.WriteLine(http.LastErrorText)
    WScript.Quit
End If

respStatusCode = resp.StatusCode
outFile.WriteLine("Status: " & respStatusCode)
If (respStatusCode >= 400) Then
    outFile.WriteLine("Response Header:")
    outFile.WriteLine(resp.Header)
    outFile.WriteLine("Response Body:")
    outFile.WriteLine(resp.BodyStr)
    outFile.WriteLine("Failed.")
    WScript.Quit
End If

outFile.WriteLine("Success.")

outFile.Close
