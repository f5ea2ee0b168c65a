//! Constructs of Java, each with its tree.

use super::check;
use crate::language::Language;

#[test]
fn each_construct_has_its_tree() {
    check(Language::Java, CONSTRUCTS);
}

const CONSTRUCTS: &[(&str, &str)] = &[
    // Frames.
    (
        r###"package a.b;
import com.chilkatsoft.*;
public class X {
  static { try { System.loadLibrary("chilkat"); } catch (UnsatisfiedLinkError e) { System.exit(1); } }
  public static void main(String argv[]) {
    CkHttp http = new CkHttp();
    http.put_AuthToken("{{t}}");
    if (http.get_LastMethodSuccess() == false) { System.out.println(http.lastErrorText()); return; }
  }
}
"###,
        r###"
-
-
-
let http: Http = new Http
http.put_AuthToken("{{t}}")
if (http.get_LastMethodSuccess() Eq false)
  println http.lastErrorText()
  exit
"###,
    ),
    // Arguments.
    (
        r###"public class X { public static void main(String[] args) { for (String a : args) { System.out.println(a); } System.out.println(args.length + args[1]); } }
"###,
        r###"
for i in 0..@ArgCount() by 1
  let a: Text = @Arg(i)
  println a
println <@ArgCount(), @Arg(1)>
"###,
    ),
    // Android.
    (
        r###"public class MainActivity extends Activity {
  private static final String TAG = "Chilkat";
  @Override public void onCreate(Bundle savedInstanceState) {
    super.onCreate(savedInstanceState);
    CkHttp http = new CkHttp();
    Log.i(TAG, "Status: " + http.get_LastStatus());
  }
}
"###,
        r###"
let TAG: Text = "Chilkat"
-
let http: Http = new Http
println <"Status: ", http.get_LastStatus()>
"###,
    ),
    // Functions.
    (
        r###"private static int add(int a, final List<String> l, String... rest) throws IOException { l.add("x"); return a + 1; }
boolean ok(CkHttp http) { return http.get_LastMethodSuccess(); }
int n = add(1, null);
"###,
        r###"
fn add(a: Int, &l: [Text], rest: [Text]): Int
  @Push(l, "x")
  return (a Add 1)
fn ok(http: Http): Bool
  return http.get_LastMethodSuccess()
let n: Int = add(1, null)
"###,
    ),
    // Texts.
    (
        r###"String a = "x" + 1 + 'c';
String b = """
    one
      two\
     three
    """;
String c = String.format("%s %d %5.2f%n", a, 1, 2.5);
String d = a.trim().toUpperCase().substring(1, 3).replace("x", "y");
boolean e = a.equals("x") || a.isEmpty() || a.equalsIgnoreCase(d) || a.contains("q");
int f = Integer.parseInt("5") + a.length() + a.indexOf("z");
String g = String.valueOf(f) + (char) 65L + 0x1F + 1_000;
String[] h = a.split("\\|");
System.out.printf("%d%n", f);
System.out.print("a\n");
System.err.println(a);
"###,
        r###"
let a: Text = <"x", 1, "c">
let b: Text = "one\n  two three\n"
let c: Text = <a, " ", 1, " ", @PadLeft(@Fixed(2.5, 2), 5, " "), "\n">
let d: Text = @Replace(@Substring(@Upper(@Trim(a)), 1, 2), "x", "y")
let e: Bool = ((((a Eq "x") Or (@Length(a) Eq 0)) Or (@Lower(a) Eq @Lower(d))) Or @Contains(a, "q"))
let f: Int = ((@ToInt("5") Add @Length(a)) Add @IndexOf(a, "z"))
let g: Text = <@ToText(f), 65, 31, 1000>
let h: [Text] = @Split(a, "|")
println f
println "a"
eprintln a
"###,
    ),
    // Lists and maps.
    (
        r###"List<String> list = new ArrayList<>();
list.add("a");
String first = list.get(0);
Map<String, Integer> map = new HashMap<>();
map.put("a", 1);
if (map.containsKey("a")) { System.out.println(map.getOrDefault("b", 2)); }
int[] n = {1, 2};
int[] m = new int[] {3};
for (String s : list) { System.out.println(s); }
for (int i = 0; i < n.length; i++) { n[i] = i; }
for (String key : map.keySet()) { }
for (Map.Entry<String, Integer> e : map.entrySet()) { System.out.println(e.getKey() + e.getValue()); }
String all = String.join(", ", list);
"###,
        r###"
let list: [Text] = []
@Push(list, "a")
let first: Text = list[0]
let map: {Int} = {}
map["a"] = 1
if @HasKey(map, "a")
  println (@HasKey(map, "b") ? map["b"] : 2)
let n: [Int] = [1, 2]
let m: [Int] = [3]
each s in list
  println s
let i: Int = 0
while (i Lt @Length(n))
  n[i] = i
  i = (i Add 1)
each key in @Keys(map)
each e in @Keys(map)
  println <e, map[e]>
let all: Text = @Join(list, ", ")
"###,
    ),
    // Switches.
    (
        r###"switch (a) { case "x" -> f(); case "y", "z" -> { f(); } default -> f(); }
switch (a) { case 1: case 2: f(); break; default: f(); }
void f() { }
String v = switch (a) { case "x", "y" -> "1"; default -> "2"; };
String w = switch (a) { case "x" -> { yield "1"; } default -> "2"; };
"###,
        r###"
switch a
case "x"
  f()
case "y", "z"
  f()
default
  f()
switch a
case 1, 2
  f()
default
  f()
fn f(): Nothing
let v: Text = (((a Eq "x") Or (a Eq "y")) ? "1" : "2")
let w: Text = ?(this `switch` is not ported)
"###,
    ),
    // Errors.
    (
        r###"try { throw new RuntimeException("bad " + 1); }
catch (IllegalStateException | IOException e) { e.printStackTrace(); }
catch (Exception e) { System.out.println("Failed: " + e.getMessage()); throw e; }
finally { http.delete(); }
try (Scanner s = new Scanner(System.in)) { }
"###,
        r###"
try
  throw <"bad ", 1>
catch e
  ? 2-2: errors are not told apart by their types here
  println <"Failed: ", @Message(e)>
  throw @Message(e)
finally
  dispose http
try
  let s = ?(Scanner is not ported)
"###,
    ),
    // Jumps and others.
    (
        r###"int i = 0;
do { i++; } while (i < 3);
while (true) { if (i > 5) { break; } i += 2; continue; }
i = a ? 1 : 2;
Thread.sleep(5);
String v = System.getenv("V");
System.exit(2);
outer: for (;;) { break outer; }
assert i > 0;
Runnable r = () -> f();
list.forEach(s -> System.out.println(s));
"###,
        r###"
let i: Int = 0
do while (i Lt 3)
  i = (i Add 1)
while true
  if (i Gt 5)
    break
  i = (i Add 2)
  continue
i = (a ? 1 : 2)
@Sleep(5)
let v: Text = @Env("V")
exit 2
? 8-8: `labeled` is not ported
? 9-9: `assert` is not ported
let r = || {? 10-10: f is not defined in this script}
each s in list
  println s
"###,
    ),
];
