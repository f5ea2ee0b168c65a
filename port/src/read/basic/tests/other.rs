use super::check;
use crate::language::Language::*;

#[test]
fn xojo_is_read() {
    check(
        Xojo,
        r##"
Var a() As String
a.Append "x"
a.Add("y")
For i As Integer = 0 To a.LastIndex
  Print a(i)
Next
For i As Integer = 10 DownTo 1
  If i = 5 Then Exit
  If i = 6 Then Continue
Next
Select Case n
Case 1
  MsgBox "one"
Else
  stderr.WriteLine("none")
End Select
Do
  n = n - 1
Loop Until n <= 0
Dim s As String = "a""b" + EndOfLine + Chr(65) + Str(n) // comment
If s.Contains("a") And Not s.IsEmpty Then
  s = s.Uppercase.Trim
End
Try
  Raise New RuntimeException("no", 1)
Catch err As RuntimeException
  System.DebugLog err.Message
Finally
  Quit 1
End Try
Dim d As New Dictionary
d.Value("a") = 1
If d.HasKey("a") Then n = d.Value("a")
json.UpdateInt "a", 1
Function Twice(n As Integer) As Integer
  Return n * 2
End Function
Print Str(Twice(2))
"##,
        r##"
declare a: List(Text) = []
Push!(a, "x")
Push!(a, "y")
for i in 0..Length!(a)
  println a[i]
for i in 10..=1 step -1
  if (i == 5)
    break
  if (i == 6)
    continue
switch n
case 1
  println "one"
else
  eprintln "none"
do while !(n <= 0)
  n = (n - 1)
declare s: Text = concat("a\"b\nA", ToText!(n))  # comment
if (Contains!(s, "a") and (s != ""))
  s = Trim!(Upper!(s))
try
  throw "no"
catch err
  println Message!(err)
finally
  exit 1
declare d: Map(Unknown) = {}
d["a"] = 1
if HasKey!(d, "a")
  n = d["a"]
json.UpdateInt("a", 1)
fn Twice(n: Int): Int
  return (n * 2)
println Twice(2)
"##,
    );
}

#[test]
fn statements_of_foxpro_are_read() {
    check(
        FoxPro,
        r##"
* A comment
LOCAL loHttp as Chilkat.Http, lcText, laX[2] && trailing
laX[1] = "a"
laX(2) = "b"
DIMENSION laX[3]
laX[3] = "c"
lcText = [brackets] + CHR(13) + CHR(10)
lcText = ALLTRIM(UPPER(SUBSTR("abc", 2, 1))) + ;
    STR(lnN) + TRANSFORM(lnN)
STORE 0 TO a, b
? "a", lnN
?? "b"
IF .NOT. lnN = 3 .AND. lnN <> 4 OR !EMPTY(lcText)
    lnN = AT("b", "abc")
ELSE
    = Show("x")
ENDIF
IF "b" $ lcText
    DO Show WITH "y"
ENDIF
TEXT TO lcJson NOSHOW
{ "a": 1 }
ENDTEXT
IF VARTYPE(loHttp) <> "O" OR ISNULL(loHttp)
    CANCEL
ENDIF
WITH loHttp
    .AuthToken = "x"
ENDWITH
SET SAFETY OFF
lcText = STRTRAN(lcText, "a", "b") + IIF(.T., "c", "d")
USE customers
RELEASE loHttp, laX
PROCEDURE Show
PARAMETERS tcText
? m.tcText
"##,
        r##"
# A comment
declare loHttp: Http  # trailing
declare lcText
declare laX: List(Text) = ["a", "b"]
boilerplate
boilerplate
Resize!(laX, 3)
laX[2] = "c"
lcText = "brackets\r\n"
lcText = concat(Trim!(Upper!(Substring!("abc", 1, 1))), ToText!(lnN), ToText!(lnN))
a = 0
b = 0
println concat("a ", lnN)
print "b"
if (((lnN != 3) and (lnN != 4)) or (lcText != ""))
  lnN = (IndexOf!("abc", "b") + 1)
else
  Show("x")
if Contains!(lcText, "b")
  Show("y")
lcJson = "{ \"a\": 1 }"
if ((loHttp == null) or (loHttp == null))
  exit -
boilerplate
loHttp.AuthToken = "x"
boilerplate
lcText = concat(Replace!(lcText, "a", "b"), (true ? "c" : "d"))
unported: tables have no port
dispose loHttp
dispose laX
fn Show(tcText)
  boilerplate
  println tcText
"##,
    );
}

#[test]
fn blocks_of_foxpro_are_blocks() {
    check(
        FoxPro,
        r##"
#DEFINE LIMIT 10
DO CASE
CASE lnN = LIMIT
    MESSAGEBOX("one", 64, "Title")
CASE lnN = 2 AND .T.
    lnN = 1
OTHERWISE
    lnN = 2
ENDCASE
FOR i = 1 TO 10 STEP 2
    IF i = 3
        LOOP
    ENDIF
    IF i = 5
        EXIT
    ENDIF
NEXT
FOR EACH lcItem IN laX FOXOBJECT
    ? lcItem
ENDFOR
DO WHILE lnN < 3
    lnN = lnN + 1
ENDDO
SCAN
    ? field
ENDSCAN
TRY
    THROW "bad"
CATCH TO loEx
    ? loEx.Message
FINALLY
    RELEASE loHttp
ENDTRY
RETURN
"##,
        r##"
LIMIT = 10
if (lnN == LIMIT)
  println "one"
elsif ((lnN == 2) and true)
  lnN = 1
else
  lnN = 2
for i in 1..=10 step 2
  if (i == 3)
    continue
  if (i == 5)
    break
each lcItem in laX
  println lcItem
while (lnN < 3)
  lnN = (lnN + 1)
unported 25-27: tables have no port
try
  throw "bad"
catch loEx
  println Message!(loEx)
finally
  dispose loHttp
return -
"##,
    );
}

#[test]
fn autoit_is_read() {
    check(
        AutoIt,
        r##"
#cs
 block
#ce
#include-once
Global Const $LIMIT = 0x10, $NAME = 'it''s'
Local $a[2] = ["x", "y"], $n = 0, $s
Dim $parts = StringSplit("a,b", ",")
For $i = 1 To $parts[0]
    ConsoleWrite($parts[$i])
Next
For $i = 0 To UBound($a) - 1
    If $i == 1 Then ContinueLoop
    If $i = 2 Then ExitLoop
Next
ReDim $a[UBound($a) + 1]
$a[UBound($a) - 1] = "z"
Do
    $n += 1
Until $n > 3
While 1
    ExitLoop
WEnd
Select
    Case $n = 1
        MsgBox(0, "Title", "one")
    Case Else
        ConsoleWriteError("other" & @CRLF)
EndSelect
Switch $n
    Case 1 To 3, 5
        $s = StringMid("abc", 2, 1)
    Case Else
        $s = StringUpper(StringLeft("abc", 2)) & StringReplace("abc", "a", "b")
EndSwitch
If Not IsObj($o) And $n <> 2 Or StringLen($s) Then
    Sleep(100)
ElseIf StringInStr($s, "b") Then
    $s = $n > 1 ? "a" : "b"
EndIf
Func Show($text, ByRef $count, $more = "x")
    $count += 1
    Return $text & $more
EndFunc   ;==>Show
$s = Show("x", $n)
$s = $CmdLine[1] & EnvGet("HOME")
$s = "long " & _
    "line" ; comment
FileWrite("x.txt", $s)
Exit 3
"##,
        r##"
# block
boilerplate
declare LIMIT = 16
declare NAME = "it's"
declare a: List(Text) = ["x", "y"]
declare n = 0
declare s
declare parts: List(Text) = Split!("a,b", ",")
for i in 1..=Length!(parts)
  print parts[(i - 1)]
for i in 0..Length!(a)
  if (i == 1)
    continue
  if (i == 2)
    break
Push!(a, "z")
do while !(n > 3)
  n = (n + 1)
while true
  break
if (n == 1)
  println "one"
else
  eprintln "other"
if (((n >= 1) and (n <= 3)) or (n == 5))
  s = Substring!("abc", 1, 1)
else
  unported: stringreplace takes upper and lower case for the same; `replace` of Rust does not
if (((o == null) and (n != 2)) or (Length!(s) != 0))
  Sleep!(100)
elsif Contains!(Lower!(s), "b")
  s = ((n > 1) ? "a" : "b")
fn Show(text, &count, more = "x")
  count = (count + 1)
  return concat(text, more)
s = Show("x", n)
s = concat(Arg!(0), Env!("HOME"))
s = "long line"  # comment
unported: the function FileWrite has no port
exit 3
"##,
    );
}

#[test]
fn purebasic_is_read() {
    check(
        PureBasic,
        r##"
EnableExplicit
#Limit = 5 : #Name$ = "x"
Structure Boat
  name.s
EndStructure
Define.s a, b
Define n.i = $1F, f.d = 1.5
Global NewMap sizes.i()
sizes("a") = 1
Procedure.i Twice(n.i, more.i = 2)
  ProcedureReturn n * more
EndProcedure
Procedure Show(List texts.s())
  ForEach texts()
    Debug texts()
  Next
EndProcedure
NewList texts.s()
AddElement(texts())
texts() = "x"
Show(texts())
a = UCase(Left("abc", 2)) + Str(n) + #CRLF$ + Chr(34)
b = ReplaceString(a, "a", "b") + StringField("a,b", 1, ",")
If FindString(a, "b") And n <> 2 Or Not n
  PrintN("x")
ElseIf n = 3
  Print("y")
Else
  n = Twice(2)
EndIf
Select n
  Case 1, 2
    n = 1
  Default
    n = 3
EndSelect
For n = 1 To 10 Step 2
  If n = 3 : Break : EndIf
  If n = 5 : Continue : EndIf
Next n
Repeat
  n - 1
Until n <= 0
Repeat
  Break
ForEver
While n < 3 : n + 1 : Wend
MessageRequester("Title", "text")
Delay(100)
*ptr = @n
End 2
"##,
        r##"
boilerplate
Limit = 5
Name = "x"
unported 4-6: types of the script have no port
declare a
declare b
declare n: Int = 31
declare f: Float = 1.5
declare sizes: Map(Int) = {}
sizes["a"] = 1
fn Twice(n: Int, more: Int = 2): Int
  return (n * more)
fn Show(&texts: List(Text))
  each text in texts
    println text
declare texts: List(Text) = []
Push!(texts, "x")
Show(texts)
a = concat(Upper!(Substring!("abc", 0, 2)), ToText!(n), "\r\n\"")
b = concat(Replace!(a, "a", "b"), Split!("a,b", ",")[0])
if ((Contains!(a, "b") and (n != 2)) or !n)
  println "x"
elsif (n == 3)
  print "y"
else
  n = Twice(2)
switch n
case 1, 2
  n = 1
else
  n = 3
for n in 1..=10 step 2
  if (n == 3)
    break
  if (n == 5)
    continue
do while !(n <= 0)
  n = (n - 1)
while true
  break
while (n < 3)
  n = (n + 1)
println "text"
Sleep!(100)
unported: `*` is not understood here
exit 2
"##,
    );
}

#[test]
fn powerbuilder_is_read() {
    check(
        PowerBuilder,
        r##"
$PBExportHeader$f_show.srf
global type f_show from function_object
end type
forward prototypes
global function integer f_twice (integer ai_n)
end prototypes
/* a comment
   of two lines */
constant integer LIMIT = 5
string ls_a, ls_b = "x", ls_list[]
integer li_n = 3, i
decimal{2} ld_x
ls_a = "a~tb~r~n" + 'it~'s' // trailing
ls_a = upper(mid(ls_a, 2, 1)) + string(li_n) + left("abc", 2)
if pos(ls_a, "b") > 0 and not lb_done or li_n <> 2 then
	li_n ++
elseif isnull(ls_a) then
	li_n -= 1
else
	li_n = len(trim(ls_a))
end if
if li_n = 1 then ls_a = "one" else ls_a = "other"
choose case li_n
	case 1, 2
		ls_a = "low"
	case is > 10
		ls_a = "high"
	case else
		ls_a = "none"
end choose
for i = 1 to 3 step 1
	if i = 2 then continue
	if i = 3 then exit
next
do until li_n > 5
	li_n = li_n + 1
loop
do
	li_n = li_n - 1
loop while li_n > 0
ls_list[1] = "a"
ls_list[upperbound(ls_list) + 1] = "b"
ls_a = ls_a + &
	ls_list[1]
try
	li_n = f_twice(3)
catch (runtimeerror lrte)
	MessageBox("Error", lrte.getmessage())
finally
	destroy loo_Http
end try
if not isvalid(loo_Http) then return
SetNull(ls_a)
halt close
global function integer f_twice (integer ai_n);return ai_n * 2
end function
"##,
        r##"
boilerplate
boilerplate
boilerplate
# a comment
# of two lines
declare LIMIT: Int = 5
declare ls_a: Text
declare ls_b: Text = "x"
declare ls_list: List(Text) = []
declare li_n: Int = 3
boilerplate
declare ld_x: Float
ls_a = "a\tb\r\nit's"  # trailing
ls_a = concat(Upper!(Substring!(ls_a, 1, 1)), ToText!(li_n), Substring!("abc", 0, 2))
if ((Contains!(ls_a, "b") and !lb_done) or (li_n != 2))
  li_n = (li_n + 1)
elsif (ls_a == null)
  li_n = (li_n - 1)
else
  li_n = Length!(Trim!(ls_a))
if (li_n == 1)
  ls_a = "one"
else
  ls_a = "other"
if ((li_n == 1) or (li_n == 2))
  ls_a = "low"
elsif (li_n > 10)
  ls_a = "high"
else
  ls_a = "none"
for i in 1..=3
  if (i == 2)
    continue
  if (i == 3)
    break
while !(li_n > 5)
  li_n = (li_n + 1)
do while (li_n > 0)
  li_n = (li_n - 1)
ls_list[0] = "a"
Push!(ls_list, "b")
ls_a = (ls_a + ls_list[0])
try
  li_n = f_twice(3)
catch lrte
  println Message!(lrte)
finally
  dispose loo_Http
if (loo_Http == null)
  return -
unported: the function SetNull has no port
exit -
fn f_twice(ai_n: Int): Int
  return (ai_n * 2)
"##,
    );
}

#[test]
fn a_published_page_of_xojo_is_read() {
    check(
        Xojo,
        r##"
Dim json As New Chilkat.JsonObject
success = json.UpdateInt("hull.length",12)
http.SetRequestHeader "X-Boat","1"
System.DebugLog("Status: " + Str(resp.StatusCode))
"##,
        r##"
declare json: JsonObject = new JsonObject
success = json.UpdateInt("hull.length", 12)
http.SetRequestHeader("X-Boat", "1")
println concat("Status: ", resp.StatusCode)
"##,
    );
}

#[test]
fn a_published_page_of_foxpro_is_read() {
    check(
        FoxPro,
        r##"
LOCAL loHttp
LOCAL lnSuccess
loHttp = CreateObject('Chilkat.Http')
loHttp.AuthToken = "{{boat_token}}"
lnSuccess = loHttp.QuickGetSb("https://api.example.com/v1/boats",loSb)
IF (lnSuccess = 0) THEN
    ? loHttp.LastErrorText
    RELEASE loHttp
    RELEASE loSb
    CANCEL
ENDIF
"##,
        r##"
declare loHttp
declare lnSuccess
loHttp = new Http
loHttp.AuthToken = "{{boat_token}}"
lnSuccess = loHttp.QuickGetSb("https://api.example.com/v1/boats", loSb)
if (lnSuccess == 0)
  println loHttp.LastErrorText
  dispose loHttp
  dispose loSb
  exit -
"##,
    );
}

#[test]
fn a_published_page_of_autoit_is_read() {
    check(
        AutoIt,
        r##"
$oHttp = ObjCreate("Chilkat.Http")
$bSuccess = $oHttp.QuickGetSb("https://api.example.com/v1/boats",$oSb)
If ($bSuccess = False) Then
    ConsoleWrite($oHttp.LastErrorText & @CRLF)
    Exit
EndIf
"##,
        r##"
oHttp = new Http
bSuccess = oHttp.QuickGetSb("https://api.example.com/v1/boats", oSb)
if (bSuccess == false)
  println oHttp.LastErrorText
  exit -
"##,
    );
}

#[test]
fn a_published_page_of_purebasic_is_read() {
    check(
        PureBasic,
        r##"
http.i = CkHttp::ckCreate()
If http.i = 0
    Debug "Failed to create object."
    ProcedureReturn
EndIf
CkHttp::setCkAuthToken(http, "{{boat_token}}")
success = CkHttp::ckQuickGetSb(http,"https://api.example.com/v1/boats",sb)
If success = 0
    Debug CkHttp::ckLastErrorText(http)
    CkHttp::ckDispose(http)
    ProcedureReturn
EndIf
Debug "Status: " + Str(CkHttp::ckLastStatus(http))
"##,
        r##"
http = new Http
boilerplate
http.AuthToken = "{{boat_token}}"
success = http.QuickGetSb("https://api.example.com/v1/boats", sb)
if (success == 0)
  println http.LastErrorText()
  dispose http
  return -
println concat("Status: ", http.LastStatus())
"##,
    );
}

#[test]
fn a_published_page_of_powerbuilder_is_read() {
    check(
        PowerBuilder,
        r##"
loo_Http = create oleobject
li_rc = loo_Http.ConnectToNewObject("Chilkat.Http")
if li_rc < 0 then
    destroy loo_Http
    MessageBox("Error","Connecting to COM object failed")
    return
end if
loo_Http.AuthToken = "{{boat_token}}"
li_Success = loo_Http.QuickGetSb("https://api.example.com/v1/boats",loo_Sb)
if li_Success = 0 then
    Write-Debug loo_Http.LastErrorText
    destroy loo_Http
    return
end if
Write-Debug "Status: " + string(loo_Http.LastStatus)
"##,
        r##"
boilerplate
loo_Http = new Http
boilerplate
loo_Http.AuthToken = "{{boat_token}}"
li_Success = loo_Http.QuickGetSb("https://api.example.com/v1/boats", loo_Sb)
if (li_Success == 0)
  println loo_Http.LastErrorText
  dispose loo_Http
  return -
println concat("Status: ", loo_Http.LastStatus)
"##,
    );
}

#[test]
fn an_object_of_purebasic_may_be_missing() {
    check(
        PureBasic,
        r##"
Define http.i = CkHttp::ckCreate(), resp.i, count.i
resp = CkHttp::ckQuickRequest(http, "GET", "https://example.com/")
If resp = 0 Or count = 0
  End 1
EndIf
Debug CkHttpResponse::ckBodyStr(resp)
"##,
        r##"
declare http: Http = new Http
declare resp: HttpResponse
declare count: Int = 0
resp = http.QuickRequest("GET", "https://example.com/")
if ((resp == null) or (count == 0))
  exit 1
println resp.BodyStr()
"##,
    );
}

#[test]
fn guards_behind_new_objects_vanish() {
    check(
        AutoIt,
        r##"
Local $oError = ObjEvent("AutoIt.Error", "OnError")
Local $oHttp = ObjCreate("Chilkat.Http")
If @error Or Not IsObj($oHttp) Then
    MsgBox(16, "Error", "no Chilkat")
    Exit 1
EndIf
$oHttp.AuthToken = "x"
"##,
        r##"
boilerplate
declare oHttp: Http = new Http
boilerplate
oHttp.AuthToken = "x"
"##,
    );
}
