Dim fso, outFile
Set fso = CreateObject("Scripting.FileSystemObject")
'Create a Unicode (utf-16) output text file.
Set outFile = fso.CreateTextFile("output.txt", True, True)

Dim shell
Set shell = CreateObject("WScript.Shell")

set http = CreateObject("Chilkat.Http")

set sbResponseBody = CreateObject("Chilkat.StringBuilder")
success = http.QuickGetSb(shell.ExpandEnvironmentStrings("%BOATS_URL%") & "/v1/boats?color=red",sbResponseBody)
If (success = 0) Then
    outFile.WriteLine(http.LastErrorText)
    WScript.Quit
End If

set jResp = CreateObject("Chilkat.JsonObject")
success = jResp.LoadSb(sbResponseBody)

respStatusCode = http.LastStatus
outFile.WriteLine("Status: " & respStatusCode)

i = 0
count_i = jResp.SizeOfArray("boats")
Do While i < count_i
    jResp.I = i
    name = jResp.StringOf("boats[i].name")
    outFile.WriteLine(name)
    i = i + 1
Loop

outFile.Close
