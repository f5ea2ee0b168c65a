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
declare http: Http = new Http
declare success: Bool
http.AuthToken = "{{boat_token}}"
declare json: JsonObject = new JsonObject
json.UpdateString("hull.paint", "red \"matt\"")
declare resp: HttpResponse = http.PostJson3("https://api.example.com/v1/boats", "application/json", json)
if (http.LastMethodSuccess == false)
  println http.LastErrorText
  exit -
println concat("Status: ", ToText!(resp.StatusCode))
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
boilerplate
boilerplate
# Main
boilerplate
boilerplate
println "x"  # said
boilerplate
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
declare Max: Int = 3
declare Url: Text = concat("u", Max)
declare Count: Int = 2
declare n: Int = 1
Add(n, 2)
declare t: Text = ((ArgCount!() > 0) ? Arg!(0) : "d")
if (n > Max)
  exit 3
fn Add(&n: Int, by: Int, why: Text = "none"): Nothing
  n = (n + by)
fn Later(&list: List(Text)): Int
  Push!(list, "x")
  Sleep!(5)
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
declare a: Text = concat(1, " b {c} ", PadLeft!(3, 2, "0"))
declare b: Text = "c:\\d \"e\""
declare c: Text = concat("tab\téA", a, 1, "x")
declare d: Text = "raw \"q\"\n in"
declare e: Text = concat(a, "-", Fixed!(2.5, 1))
declare f: Text = PadLeft!(Substring!(Replace!(Upper!(Trim!(a)), "x", "y"), 1, 2), 3, " ")
declare g: Bool = ((a == "") or (Contains!(a, "x") and !StartsWith!(a, "y")))
declare h: Int = ((IndexOf!(a, "x") + Length!(a)) + ParseInt!("5"))
declare i: Text = concat((1 + 2), "3", 4, 5)
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
declare list: List(Text) = ["a"]
Push!(list, "b")
declare parts = Split!("a,b", ",")
declare joined: Text = Join!(list, ", ")
declare map: Map(Int) = {"a": 1}
map["b"] = 2
map["c"] = 3
if HasKey!(map, "a")
  print map["a"]
declare numbers: List(Int) = [1, 2]
println (Length!(list) + Length!(numbers))
declare none: List(Int) = []
declare three: List(Int) = Sized!(3)
each kv in Keys!(map)
  println concat(kv, map[kv])
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
for i in 0..3
  f(i)
declare i: Int = 0
while (i <= n)
  if (i == 2)
    i = (i + 2)
    continue
  n = (n - 1)
  i = (i + 2)
while true
  break
while true
  x = next()
  if (x == null)
    break
  println x
do while (i > 0)
  i = (i - 1)
each s in list
  println s
declare n: Int = 0
declare i: Int = 0
fn f(i: Int): Nothing
  -
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
  exit -
else
  println "c"
declare v: Text = ((n == 1) ? "a" : ((n == 2) ? "b" : "c"))
declare w: Text = ((n == unported<"> 1": this is not understood here>) ? "a" : "c")
unported: a case that goes on into the next one, or breaks in the middle, is not ported
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
  unported: errors are not told apart by their types here
  eprintln concat("Failed: ", Message!(ex), Message!(ex))
  throw Message!(ex)
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
declare http = new Http
http.UserAgent = "x"
dispose http
declare json = new JsonObject
if ((json == null) or (json != null))
  -
declare name = json.StringOf("n")
declare v: Text = Env!("V", "d")
http.OnDone = lambda(s, e) { - }
declare cast = json
http.SleepMs(1)
declare sb: Text = ""
sb = concat(sb, "ab")
sb = concat(sb, "c\n")
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
unported: `goto` has no counterpart here
declare x = unported<"from a in b select a": a query has no counterpart here>
unported: an `enum` has no counterpart here
unported: Boat has a state of its own, which is not ported
declare boat = unported<"new Boat()": Boat has a state of its own, which is not ported>
unported: `yield` has no counterpart here
declare now = unported<"DateTime.Now": DateTime.Now is not ported>
unported: File.Delete is not ported
unported: a label has no counterpart here
"###,
    ),
];
