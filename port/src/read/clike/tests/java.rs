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
boilerplate
boilerplate
boilerplate
declare http: Http = new Http
http.put_AuthToken("{{t}}")
if (http.get_LastMethodSuccess() == false)
  println http.lastErrorText()
  exit -
"###,
    ),
    // Arguments.
    (
        r###"public class X { public static void main(String[] args) { for (String a : args) { System.out.println(a); } System.out.println(args.length + args[1]); } }
"###,
        r###"
for i in 0..ArgCount!()
  declare a: Text = Arg!(i)
  println a
println concat(ArgCount!(), Arg!(1))
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
declare TAG: Text = "Chilkat"
boilerplate
declare http: Http = new Http
println concat("Status: ", http.get_LastStatus())
"###,
    ),
    // Functions.
    (
        r###"private static int add(int a, final List<String> l, String... rest) throws IOException { l.add("x"); return a + 1; }
boolean ok(CkHttp http) { return http.get_LastMethodSuccess(); }
int n = add(1, null);
"###,
        r###"
fn add(a: Int, &l: List(Text), rest: List(Text)): Int
  Push!(l, "x")
  return (a + 1)
fn ok(http: Http): Bool
  return http.get_LastMethodSuccess()
declare n: Int = add(1, null)
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
declare a: Text = concat("x", 1, "c")
declare b: Text = "one\n  two three\n"
declare c: Text = concat(a, " ", 1, " ", PadLeft!(Fixed!(2.5, 2), 5, " "), "\n")
declare d: Text = Replace!(Substring!(Upper!(Trim!(a)), 1, 2), "x", "y")
declare e: Bool = ((((a == "x") or (Length!(a) == 0)) or (Lower!(a) == Lower!(d))) or Contains!(a, "q"))
declare f: Int = ((ParseInt!("5") + Length!(a)) + IndexOf!(a, "z"))
declare g: Text = concat(ToText!(f), 65, 31, 1000)
declare h: List(Text) = Split!(a, "|")
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
declare list: List(Text) = []
Push!(list, "a")
declare first: Text = list[0]
declare map: Map(Int) = {}
map["a"] = 1
if HasKey!(map, "a")
  println (HasKey!(map, "b") ? map["b"] : 2)
declare n: List(Int) = [1, 2]
declare m: List(Int) = [3]
each s in list
  println s
declare i: Int = 0
while (i < Length!(n))
  n[i] = i
  i = (i + 1)
each key in Keys!(map)
  -
each e in Keys!(map)
  println concat(e, map[e])
declare all: Text = Join!(list, ", ")
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
else
  f()
switch a
case 1, 2
  f()
else
  f()
fn f(): Nothing
  -
declare v: Text = (((a == "x") or (a == "y")) ? "1" : "2")
declare w: Text = unported<"switch (a) { case \"x\" -> { yield \"1\"; } default -> \"2\"; }": this `switch` is not ported>
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
  throw concat("bad ", 1)
catch e
  unported: errors are not told apart by their types here
  println concat("Failed: ", Message!(e))
  throw Message!(e)
finally
  dispose http
try
  declare s = unported<"new Scanner(System.in)": Scanner is not ported>
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
declare i: Int = 0
do while (i < 3)
  i = (i + 1)
while true
  if (i > 5)
    break
  i = (i + 2)
  continue
i = (a ? 1 : 2)
Sleep!(5)
declare v: Text = Env!("V")
exit 2
unported: a label has no counterpart here
unported: `assert` has no counterpart here
declare r = lambda() { unported: f is not defined in this script }
each s in list
  println s
"###,
    ),
];
