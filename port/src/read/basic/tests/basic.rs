use super::check;
use crate::language::Language::*;

#[test]
fn declarations_of_vb_net_have_types_and_values() {
    check(
        VbNet,
        r##"
Const Limit As Integer = &H10
Dim a, b As String
Dim list As New List(Of String) From {"x", "y"}
Dim sizes As New Dictionary(Of String, Integer)
Dim ids() As Integer = {3, 5}
Dim parts As String() = a.Split(","c)
Dim three(2) As String
Dim http As New Chilkat.Http ' trailing
Dim resp As Chilkat.HttpResponse = Nothing
sizes.Add("a", 1)
sizes("b") = 2
list.Add("z")
Dim client = New System.Net.WebClient()
"##,
        r##"
declare Limit: Int = 16
declare a: Text = ""
declare b: Text
declare list: List(Text) = ["x", "y"]
declare sizes: Map(Int) = {}
declare ids: List(Int) = [3, 5]
declare parts: List(Text) = Split!(a, ",")
declare three: List(Text) = ["", "", ""]
declare http: Http = new Http  # trailing
declare resp: HttpResponse = null
sizes["a"] = 1
sizes["b"] = 2
Push!(list, "z")
unported: the class System.Net.WebClient has no port
"##,
    );
}

#[test]
fn text_of_vb_net_is_joined_formatted_and_cut() {
    check(
        VbNet,
        r##"
a = "it" & vbCrLf & CStr(n) & "!"
a &= "?"
Console.WriteLine("{0} and {1}", a, n)
Console.Error.WriteLine(a)
Console.Write($"{{{a.ToUpper()}}}: {If(n > 1, "many", "one")}")
MessageBox.Show("Done")
n = InStr(a, "t") + Len(Trim(a))
If InStr(a, "t") > 0 Then a = Mid(a, 2, 3)
a = a.Substring(0, 1).Replace("a", "b")
a = Left(a, 2) + Right(a, 1) + "x"
a = a.ToUpper().PadLeft(3)
a = "long" &
    "line"
b = String.Join("-", parts) + Environment.NewLine
port = Integer.Parse(Environment.GetEnvironmentVariable("PORT"))
"##,
        r##"
a = concat("it\r\n", ToText!(n), "!")
a = concat(a, "?")
println concat(a, " and ", n)
eprintln a
print concat("{", Upper!(a), "}: ", ((n > 1) ? "many" : "one"))
println "Done"
n = ((IndexOf!(a, "t") + 1) + Length!(Trim!(a)))
if Contains!(a, "t")
  a = Substring!(a, 1, 3)
a = Replace!(Substring!(a, 0, 1), "a", "b")
a = concat(Substring!(a, 0, 2), Substring!(a, (Length!(a) - 1)), "x")
unported: the member PadLeft has no port
a = "longline"
b = concat(Join!(parts, "-"), "\n")
port = ParseInt!(Env!("PORT"))
"##,
    );
}

#[test]
fn blocks_of_vb_net_are_blocks() {
    check(
        VbNet,
        r##"
If n > 3 AndAlso Not a = "x" OrElse n Mod 2 = 0 Then n = 1 Else n = 2
If a Is Nothing Then
    n = 0
ElseIf a.Contains("it") Then
    n = 1
Else ' otherwise
    n = n \ 2
End If
Dim list As New List(Of String)
For i As Integer = list.Count - 1 To 0 Step -1
    If list(i) = "x" Then Exit For
Next
For i = 0 To list.Count - 1
    Continue For
Next i
Do
    n += 1
Loop Until n >= 5
Do While True
    Exit Do
Loop
While n > 0
    n -= 1
End While
For Each part As String In parts
    Console.WriteLine(part)
Next
Select Case a
    Case "x"
        n = 1
    Case "y", "z"
        n = 2
End Select
Select Case n
    Case 1, 2
        a = "low"
    Case Is >= 10
        a = "high"
    Case 3 To 5
        a = "middle"
    Case Else
        a = "none"
End Select
Using http As New Chilkat.Http()
    With http
        .AuthToken = "{{token}}"
        .SetRequestHeader("X", "1")
    End With
End Using
Try
    Throw New ApplicationException("no")
Catch ex As Exception When n = 1
    Console.WriteLine(ex.Message.Trim())
Finally
    Threading.Thread.Sleep(100)
End Try
"##,
        r##"
if (((n > 3) and (a != "x")) or ((n % 2) == 0))
  n = 1
else
  n = 2
if (a == null)
  n = 0
elsif Contains!(a, "it")
  n = 1
else
  # otherwise
  n = (n // 2)
declare list: List(Text) = []
for i in (Length!(list) - 1)..=0 step -1
  if (list[i] == "x")
    break
for i in 0..Length!(list)
  continue
do while !(n >= 5)
  n = (n + 1)
while true
  break
while (n > 0)
  n = (n - 1)
each part in parts
  println part
switch a
case "x"
  n = 1
case "y", "z"
  n = 2
if ((n == 1) or (n == 2))
  a = "low"
elsif (n >= 10)
  a = "high"
elsif ((n >= 3) and (n <= 5))
  a = "middle"
else
  a = "none"
declare http: Http = new Http
boilerplate
boilerplate
http.AuthToken = "{{token}}"
http.SetRequestHeader("X", "1")
try
  throw "no"
catch ex
  println Trim!(Message!(ex))
finally
  Sleep!(100)
"##,
    );
}

#[test]
fn a_module_of_vb_net_is_its_main() {
    check(
        VbNet,
        r##"
Option Strict On
Imports System
#Region "Start"
Module M
    Private total As Integer
    Sub Show(ByVal text As String, Optional ByRef count As Integer = 1)
        total += count
    End Sub
    Function Twice(n As Integer) As Integer
        If n = 0 Then Exit Function
        Twice = n * 2 ' doubled
    End Function
    Function Main() As Integer
        Show("x", Twice(2))
        If total = 0 Then Return 2
        Environment.ExitCode = 3
        Return
    End Function
    Enum Color
        Red
    End Enum
End Module
"##,
        r##"
boilerplate
boilerplate
boilerplate
boilerplate
declare total: Int = 0
fn Show(text: Text, &count: Int = 1)
  total = (total + count)
fn Twice(n: Int): Int
  declare result: Int = 0
  if (n == 0)
    return result
  result = (n * 2)  # doubled
  return result
boilerplate
Show("x", Twice(2))
if (total == 0)
  exit 2
boilerplate
exit 3
unported 20-22: enumerations of the script have no port
"##,
    );
}

#[test]
fn a_form_of_vb6_is_its_event() {
    check(
        Vb6,
        r##"
VERSION 5.00
Begin VB.Form Form1
   Begin VB.CommandButton Command1
   End
End
Attribute VB_Name = "Form1"
Private mCount As Long
Private Declare Sub Sleep Lib "kernel32" (ByVal ms As Long)
Private Type Boat
    Name As String
End Type
Private Sub Command1_Click()
    Dim s$, n%, ids(2) As Integer
    Dim col As New Collection
    ids(0) = 1
    ids(1) = 2
    ids(2) = 3
    col.Add "x"
    Debug.Print col(1), col.Count, ids(n)
    Sleep 100
    mCount = mCount + 1
End Sub
"##,
        r##"
boilerplate
boilerplate
boilerplate
declare mCount: Int = 0
boilerplate
unported 10-12: types of the script have no port
boilerplate
declare s: Text
declare n: Int = 0
declare ids: List(Int) = [1, 2, 3]
declare col: List(Unknown) = []
boilerplate
boilerplate
boilerplate
Push!(col, "x")
println concat(col[1], " ", Length!(col), " ", ids[n])
Sleep!(100)
mCount = (mCount + 1)
"##,
    );
}

#[test]
fn statements_of_vb6_need_no_parentheses() {
    check(
        Vb6,
        r##"
Sub Show(a As String, Optional n As Integer = 2)
End Sub
n = Len(Trim$(s)): If n = 0 Then n = 1: s = "y"
MsgBox "Done: " & n, vbInformation, "Title"
Debug.Print "a"; n; "b"
Debug.Print "x";
Debug.Print
Call Show("x", 1)
Show "y", n
Show ("z"), 2
http.SetRequestHeader "A", "B" & s
Set http = Nothing
s = IIf(n > 1, "a", "b") & "a" _
    & Chr$(34)
Rem a remark
Open "file.txt" For Output As #1
n = x And 1
Set excel = CreateObject("Excel.Application")
If resp Is Nothing Or Not IsNull(v) Then Exit Sub
s = "unterminated
s = "é–" ' comment
"##,
        r##"
fn Show(a: Text, n: Int = 2)
  -
n = Length!(Trim!(s))
if (n == 0)
  n = 1
  s = "y"
println concat("Done: ", n)
println concat("a", n, "b")
print "x"
println ""
Show("x", 1)
Show("y", n)
Show("z", 2)
http.SetRequestHeader("A", concat("B", s))
dispose http
s = concat(((n > 1) ? "a" : "b"), "a\"")
# a remark
unported: files of the script have no port
unported: operators on bits have no port
unported: the COM object Excel.Application has no port
if ((resp == null) or (v != null))
  return -
unported: this string has no end
s = "é–"  # comment
"##,
    );
}

#[test]
fn a_name_has_its_first_spelling() {
    check(
        Vb6,
        r##"
Dim myName As String
MYNAME = "x"
Debug.Print MyName
"##,
        r##"
declare myName: Text
myName = "x"
println myName
"##,
    );
}

#[test]
fn the_name_of_a_function_is_its_result() {
    check(
        Vb6,
        r##"
Function Plain(n As Integer)
    Plain = n * 2
End Function
Function Early(n As Integer) As String
    If n = 0 Then
        Early = "none"
        Exit Function
    End If
    Early = "some"
    If n > 5 Then Early = Early & " more"
End Function
Debug.Print Early(Plain(2))
"##,
        r##"
fn Plain(n: Int)
  return (n * 2)
fn Early(n: Int): Text
  declare result: Text = ""
  if (n == 0)
    return "none"
  result = "some"
  if (n > 5)
    result = concat(result, " more")
  return result
println Early(Plain(2))
"##,
    );
}

#[test]
fn errors_of_vb6_go_to_a_catch() {
    check(
        Vb6,
        r##"
Sub Main()
    On Error GoTo Failed
    Err.Raise 5, "Main", "no boat"
    Exit Sub
Failed:
    MsgBox Err.Description
End Sub
"##,
        r##"
boilerplate
try
  throw "no boat"
catch Err
  println Message!(Err)
"##,
    );
}

#[test]
fn loops_of_vb6_are_loops() {
    check(
        Vb6,
        r##"
Do Until n = 3
    n = n + 1
Loop
While n < 9
    n = n + 1
Wend
Do
    n = n - 1
Loop While n > 0
For Each v In Array(1, 2)
    Debug.Print v
Next
Select Case True
    Case n > 3: s = "big"
    Case Else: s = "small"
End Select
If n = 2 Then GoTo Done
"##,
        r##"
while (n != 3)
  n = (n + 1)
while (n < 9)
  n = (n + 1)
do while (n > 0)
  n = (n - 1)
each v in [1, 2]
  println v
if (n > 3)
  s = "big"
else
  s = "small"
if (n == 2)
  unported: jumps have no port
"##,
    );
}

#[test]
fn vbscript_asks_the_shell_and_prints_to_a_file() {
    check(
        VbScript,
        r##"
Set fso = CreateObject("Scripting.FileSystemObject")
Set outFile = fso.CreateTextFile("output.txt", True)
Set shell = CreateObject("WScript.Shell")
Set env = shell.Environment("PROCESS")
url = shell.ExpandEnvironmentStrings("%HOST%/v1")
token = env("TOKEN") & shell.Environment("PROCESS")("MORE")
outFile.WriteLine(url & token)
WScript.Echo "a", "b"
WScript.StdErr.WriteLine "bad"
x = WScript.Arguments(0)
outFile.Close
WScript.Quit 2
"##,
        r##"
boilerplate
boilerplate
boilerplate
boilerplate
url = concat(Env!("HOST"), "/v1")
token = concat(Env!("TOKEN"), Env!("MORE"))
println concat(url, token)
println "a b"
eprintln "bad"
x = Arg!(0)
boilerplate
exit 2
"##,
    );
}

#[test]
fn vbscript_tests_errors_behind_statements() {
    check(
        VbScript,
        r##"
On Error Resume Next
Set http = CreateObject("Chilkat.Http")
If Err.Number <> 0 Then
    WScript.Quit
End If
http.Connect 1
If Err.Number = 0 Then
    WScript.Echo "fine"
Else
    WScript.Echo Err.Description
End If
On Error GoTo 0
"##,
        r##"
boilerplate
http = new Http
boilerplate
try
  http.Connect(1)
  println "fine"
catch Err
  println Message!(Err)
boilerplate
"##,
    );
}

#[test]
fn arrays_that_grow_are_lists() {
    check(
        VbScript,
        r##"
Dim names(), arr(1)
arr(0) = "p" : arr(1) = "q"
ReDim Preserve names(found)
names(found) = "n"
ReDim Preserve names(UBound(names) + 1)
names(UBound(names)) = "m"
ReDim Preserve names(7)
Set d = CreateObject("Scripting.Dictionary")
d.Add "a", 1
If d.Exists("a") Then WScript.Echo d.Item("a")
"##,
        r##"
declare names: List(Unknown) = []
declare arr: List(Text) = ["p", "q"]
boilerplate
boilerplate
Push!(names, "n")
Push!(names, "m")
Resize!(names, 8)
d = {}
d["a"] = 1
if HasKey!(d, "a")
  println d["a"]
"##,
    );
}

#[test]
fn a_page_of_asp_is_its_script() {
    check(
        VbScript,
        r##"
<%@ Language="VBScript" %>
<html><body>
<h1>Boats & more</h1>
<%
Set http = Server.CreateObject("Chilkat.Http")
Response.Write "<pre>" & Server.HTMLEncode( http.LastErrorText) & "</pre>"
Response.Write "x"
Response.End
%>
<p>Total: <%= x %></p>
<% If x > 1 Then %>
<b>many</b>
<% End If %>
"##,
        r##"
boilerplate
println "<h1>Boats & more</h1>"
http = new Http
println http.LastErrorText
print "x"
exit -
print "<p>Total: "
print x
println ""
if (x > 1)
  println "<b>many</b>"
"##,
    );
}

#[test]
fn a_published_page_of_vb_net_is_read() {
    check(
        VbNet,
        r##"
Dim http As New Chilkat.Http
Dim sb As New Chilkat.StringBuilder
Dim success As Boolean
success = http.QuickGetSb("https://api.example.com/v1/boats?color=red",sb)
If (success = False) Then
Debug.WriteLine(http.LastErrorText)
Exit Sub
End If
Dim json As New Chilkat.JsonObject
json.LoadSb(sb)
Dim i As Integer = 0
Dim count_i As Integer = json.SizeOfArray("boats")
While i < count_i
json.I = i
Dim name As String = json.StringOf("boats[i].name")
i = i + 1
End While
"##,
        r##"
declare http: Http = new Http
declare sb: StringBuilder = new StringBuilder
declare success: Bool
success = http.QuickGetSb("https://api.example.com/v1/boats?color=red", sb)
if (success == false)
  println http.LastErrorText
  return -
declare json: JsonObject = new JsonObject
json.LoadSb(sb)
declare i: Int = 0
declare count_i: Int = json.SizeOfArray("boats")
while (i < count_i)
  json.I = i
  declare name: Text = json.StringOf("boats[i].name")
  i = (i + 1)
"##,
    );
}

#[test]
fn a_published_page_of_vb6_is_read() {
    check(
        Vb6,
        r##"
Dim http As New ChilkatHttp
Dim success As Long
Dim json As New ChilkatJsonObject
success = json.UpdateString("hull.paint","red ""matt""")
http.SetRequestHeader "X-Boat","1"
Dim resp As HttpResponse
Set resp = http.PostJson3("https://api.example.com/v1/boats","application/json",json)
If (http.LastMethodSuccess = 0) Then
    Debug.Print http.LastErrorText
    Exit Sub
End If
Debug.Print "Status: " & resp.StatusCode
"##,
        r##"
declare http: Http = new Http
declare success: Int
declare json: JsonObject = new JsonObject
success = json.UpdateString("hull.paint", "red \"matt\"")
http.SetRequestHeader("X-Boat", "1")
declare resp: HttpResponse
resp = http.PostJson3("https://api.example.com/v1/boats", "application/json", json)
if (http.LastMethodSuccess == 0)
  println http.LastErrorText
  return -
println concat("Status: ", resp.StatusCode)
"##,
    );
}

#[test]
fn a_published_page_of_vbscript_is_read() {
    check(
        VbScript,
        r##"
set http = CreateObject("Chilkat_9_5_0.Http")
http.AuthToken = "{{boat_token}}"
set resp = http.PostJson3("https://api.example.com/v1/boats","application/json",json)
If (http.LastMethodSuccess = 0) Then
    outFile.WriteLine(http.LastErrorText)
    WScript.Quit
End If
"##,
        r##"
http = new Http
http.AuthToken = "{{boat_token}}"
resp = http.PostJson3("https://api.example.com/v1/boats", "application/json", json)
if (http.LastMethodSuccess == 0)
  println http.LastErrorText
  exit -
"##,
    );
}

#[test]
fn what_a_page_leaves_open_is_closed() {
    check(
        Vb6,
        r##"
Private Sub Command1_Click()
Do While i < n
    If (x = 1) Then
        Debug.Print "x"
"##,
        r##"
boilerplate
while (i < n)
  if (x == 1)
    println "x"
"##,
    );
}

#[test]
fn a_variable_has_its_first_value_where_it_is_read() {
    check(
        Vb6,
        r##"
Dim total As Long, last As Long, i As Long, kept As String
For i = 1 To 3
    total = total + i
    last = i
Next
kept = "x"
Debug.Print total, last, kept
"##,
        r##"
declare total: Int = 0
declare last: Int = 0
boilerplate
declare kept: Text
for i in 1..=3
  total = (total + i)
  last = i
kept = "x"
println concat(total, " ", last, " ", kept)
"##,
    );
}

#[test]
fn a_jump_to_the_end_is_the_end() {
    check(
        Vb6,
        r##"
Function Fetch(url As String) As Boolean
    Set resp = http.QuickRequest("GET", url)
    If resp Is Nothing Then
        MsgBox http.LastErrorText
        GoTo CleanUp
    End If
    Fetch = (resp.StatusCode = 200)
CleanUp:
    Set resp = Nothing
End Function
Sub Main()
    If Not Fetch("x") Then GoTo Nowhere
    Debug.Print "found"
End Sub
"##,
        r##"
fn Fetch(url: Text): Bool
  declare result: Bool = false
  resp = http.QuickRequest("GET", url)
  if (resp == null)
    println http.LastErrorText
    dispose resp
    return result
  result = (resp.StatusCode == 200)
  boilerplate
  dispose resp
  return result
boilerplate
if !Fetch("x")
  unported: jumps have no port
println "found"
"##,
    );
}

#[test]
fn what_is_not_understood_is_one_statement() {
    check(
        VbNet,
        r##"
Dim a As String = "x"
If a ?? b Then
    a = "in the block"
End If
a = ((1 + 2)
End While
Else
a = Unknown(1)
AddHandler a.Click, AddressOf b
a = "y"
"##,
        r##"
declare a: Text = "x"
unported 3-5: `?` is not understood here
unported: the line ends too early
unported: this closes a block that is not open
unported: this belongs to a block that is not open
unported: the function Unknown has no port
unported: `AddressOf` in an expression has no port
a = "y"
"##,
    );
}
