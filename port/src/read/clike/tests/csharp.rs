//! Constructs of C#, each with its tree.

use super::check;
use crate::language::Language;

#[test]
fn each_construct_has_its_tree() {
    check(Language::CSharp, CONSTRUCTS);
}

const CONSTRUCTS: &[(&str, &str)] = &[
    // The two tasks' statements.
    (
        r###"Chilkat.Http http = new Chilkat.Http();
bool success;
http.AuthToken = "{{boat_token}}";
Chilkat.JsonObject json = new Chilkat.JsonObject();
json.UpdateString("hull.paint","red \"matt\"");
Chilkat.HttpResponse resp = http.PostJson3("https://api.example.com/v1/boats","application/json",json);
if (http.LastMethodSuccess == false) {
    Debug.WriteLine(http.LastErrorText);
    return;
}
Debug.WriteLine("Status: " + Convert.ToString(resp.StatusCode));
"###,
        r###"
let http: Http = new Http
let success: Bool
http.AuthToken = "{{boat_token}}"
let json: JsonObject = new JsonObject
json.UpdateString("hull.paint", "red \"matt\"")
let resp: HttpResponse = http.PostJson3("https://api.example.com/v1/boats", "application/json", json)
if (http.LastMethodSuccess Eq false)
  println http.LastErrorText
  exit
println <"Status: ", @ToText(resp.StatusCode)>
"###,
    ),
    // Frames.
    (
        r###"using System;
using static System.Console;
#region Main
namespace A.B;
[Serializable]
public partial class Form1 : Form {
  public Form1() { InitializeComponent(); }
  private async void button1_Click(object sender, EventArgs e) {
    Console.WriteLine("x"); // said
    return;
  }
}
#endregion
"###,
        r###"
-
-
// Main
-
-
println "x" // said
-
"###,
    ),
    // Two handlers.
    (
        r###"class F {
  void a_Click(object sender, EventArgs e) { Console.WriteLine("a"); }
  void b_Click(object sender, EventArgs e) { Console.WriteLine("b"); }
}
"###,
        r###"
fn a_Click(): Nothing
  println "a"
fn b_Click(): Nothing
  println "b"
a_Click()
b_Click()
"###,
    ),
    // Fields, parameters, results.
    (
        r###"class P {
  const int Max = 3;
  static string Url => "u" + Max;
  static int Count { get; set; } = 2;
  static void Main(string[] args) { int n = 1; Add(ref n, 2); string t = args.Length > 0 ? args[0] : "d"; if (n > Max) { Environment.Exit(3); } }
  static void Add(ref int n, int by, string why = "none") { n += by; }
  static async Task<int> Later(List<string> list) { list.Add("x"); await Task.Delay(5); return await Task.FromResult(1); }
}
"###,
        r###"
let Max: Int = 3
let Url: Text = <"u", Max>
let Count: Int = 2
let n: Int = 1
Add(n, 2)
let t: Text = ((@ArgCount() Gt 0) ? @Arg(0) : "d")
if (n Gt Max)
  exit 3
fn Add(&n: Int, by: Int, why: Text = "none"): Nothing
  n = (n Add by)
fn Later(&list: [Text]): Int
  @Push(list, "x")
  @Sleep(5)
  return 1
"###,
    ),
    // Texts.
    (
        r###"string a = $"{1} {"b"} {{c}} {3:D2}";
string b = @"c:\d ""e""";
string c = "tab\té\x41" + a + 1 + 'x';
string d = """
  raw "q"
   in
  """;
string e = string.Format("{0}-{1:F1}", a, 2.5);
string f = a.Trim().ToUpper().Replace("x", "y").Substring(1, 2).PadLeft(3);
bool g = string.IsNullOrEmpty(a) || a.Contains("x") && !a.StartsWith("y");
int h = a.IndexOf("x") + a.Length + int.Parse("5");
string i = 1 + 2 + "3" + 4 + 5;
"###,
        r###"
let a: Text = <1, " b {c} ", @PadLeft(3, 2, "0")>
let b: Text = "c:\\d \"e\""
let c: Text = <"tab\téA", a, 1, "x">
let d: Text = "raw \"q\"\n in"
let e: Text = <a, "-", @Fixed(2.5, 1)>
let f: Text = @PadLeft(@Substring(@Replace(@Upper(@Trim(a)), "x", "y"), 1, 2), 3, " ")
let g: Bool = ((a Eq "") Or (@Contains(a, "x") And Not(@StartsWith(a, "y"))))
let h: Int = ((@IndexOf(a, "x") Add @Length(a)) Add @ToInt("5"))
let i: Text = <(1 Add 2), "3", 4, 5>
"###,
    ),
    // Lists and maps.
    (
        r###"var list = new List<string> { "a" };
list.Add("b");
var parts = "a,b".Split(',');
string joined = string.Join(", ", list);
var map = new Dictionary<string, int> { ["a"] = 1 };
map["b"] = 2;
map.Add("c", 3);
if (map.ContainsKey("a")) { Console.Write(map["a"]); }
int[] numbers = { 1, 2 };
Console.WriteLine(list.Count + numbers.Length);
List<int> none = new();
int[] three = new int[3];
foreach (var kv in map) { Console.WriteLine(kv.Key + kv.Value); }
list.ForEach(x => Console.WriteLine(x));
"###,
        r###"
let list: [Text] = ["a"]
@Push(list, "b")
let parts = @Split("a,b", ",")
let joined: Text = @Join(list, ", ")
let map: {Int} = {"a": 1}
map["b"] = 2
map["c"] = 3
if @HasKey(map, "a")
  print map["a"]
let numbers: [Int] = [1, 2]
println (@Length(list) Add @Length(numbers))
let none: [Int] = []
let three: [Int] = [0, 0, 0]
each kv in @Keys(map)
  println <kv, map[kv]>
each x in list
  println x
"###,
    ),
    // Loops.
    (
        r###"for (int i = 0; i < 3; i++) { f(i); }
for (int i = 0; i <= n; i += 2) { if (i == 2) continue; n--; }
for (;;) { break; }
while ((x = next()) != null) { Console.WriteLine(x); }
do { i--; } while (i > 0);
foreach (string s in list) Console.WriteLine(s);
int n = 0, i = 0;
void f(int i) { }
string next() { return null; }
"###,
        r###"
for i in 0..3 by 1
  f(i)
let i: Int = 0
while (i Le n)
  if (i Eq 2)
    i = (i Add 2)
    continue
  n = (n Sub 1)
  i = (i Add 2)
while true
  break
while true
  x = next()
  if (x Eq null)
    break
  println x
do while (i Gt 0)
  i = (i Sub 1)
each s in list
  println s
let n: Int = 0
let i: Int = 0
fn f(i: Int): Nothing
fn next(): Text
  return null
"###,
    ),
    // Switches.
    (
        r###"switch (n) { case 1: case 2: Console.WriteLine("a"); break; case 3: return; default: Console.WriteLine("c"); break; }
string v = n switch { 1 => "a", 2 => "b", _ => "c" };
string w = n switch { > 1 => "a", _ => "c" };
switch (n) { case 1: if (x) break; Console.WriteLine("a"); break; }
"###,
        r###"
switch n
case 1, 2
  println "a"
case 3
  exit
default
  println "c"
let v: Text = ((n Eq 1) ? "a" : ((n Eq 2) ? "b" : "c"))
let w: Text = ((n Eq ?(`relational pattern` is not ported)) ? "a" : "c")
? 4-4: a case that goes on into the next one, or breaks in the middle, is not ported
"###,
    ),
    // Errors.
    (
        r###"try { throw new Exception("bad"); }
catch (WebException) { throw; }
catch (Exception ex) { Console.Error.WriteLine("Failed: " + ex.Message + ex); throw; }
finally { Console.WriteLine("done"); }
"###,
        r###"
try
  throw "bad"
catch ex
  ? 2-2: errors are not told apart by their types here
  eprintln <"Failed: ", @Message(ex), @Message(ex)>
  throw @Message(ex)
finally
  println "done"
"###,
    ),
    // Objects.
    (
        r###"using (var http = new Chilkat.Http()) { http.UserAgent = "x"; http.Dispose(); }
using var json = new Chilkat.JsonObject();
if (json is null || json is not null) { }
var name = json?.StringOf("n") ?? "";
string v = Environment.GetEnvironmentVariable("V") ?? "d";
http.OnDone += (s, e) => { };
var cast = json as Chilkat.JsonObject;
lock (http) { http.SleepMs(1); }
StringBuilder sb = new StringBuilder();
sb.Append("a").Append("b");
sb.AppendLine("c");
Console.WriteLine(sb.ToString());
"###,
        r###"
let http = new Http
http.UserAgent = "x"
dispose http
let json = new JsonObject
if ((json Eq null) Or (json Ne null))
let name = json.StringOf("n")
let v: Text = @Env("V", "d")
http.OnDone = |s, e| {}
let cast = json
http.SleepMs(1)
let sb: Text = ""
sb = <sb, "ab">
sb = <sb, "c\n">
println sb
"###,
    ),
    // What is not ported.
    (
        r###"goto end;
var x = from a in b select a;
enum Kind { A, B }
class Boat { public string Name; }
Boat boat = new Boat();
yield return 1;
DateTime now = DateTime.Now;
File.Delete("x");
end: ;
"###,
        r###"
? 1-1: `goto` is not ported
let x = ?(`query` is not ported)
? 3-3: `enum` is not ported
? 4-4: Boat has a state of its own, which is not ported
let boat = ?(Boat has a state of its own, which is not ported)
? 6-6: `yield` is not ported
let now = ?(DateTime.Now is not ported)
? 8-8: File.Delete is not ported
? 9-9: `labeled` is not ported
"###,
    ),
];
