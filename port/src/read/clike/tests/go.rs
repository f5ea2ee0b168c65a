//! Constructs of Go, each with its tree.

use super::check;
use crate::language::Language;

#[test]
fn each_construct_has_its_tree() {
    check(Language::Go, CONSTRUCTS);
}

const CONSTRUCTS: &[(&str, &str)] = &[
    // The two tasks' statements.
    (
        r###"http := chilkat.NewHttp()
var success bool
http.SetAuthToken("{{boat_token}}")
resp := http.PostJson3("https://api.example.com/v1/boats","application/json",json)
if http.LastMethodSuccess() == false {
    fmt.Println(http.LastErrorText())
    http.DisposeHttp()
    json.DisposeJsonObject()
    return
}
fmt.Println("Status: ", resp.StatusCode())
fmt.Println(*json.Emit())
"###,
        r###"
declare http = new Http
declare success: Bool
http.SetAuthToken("{{boat_token}}")
declare resp = http.PostJson3("https://api.example.com/v1/boats", "application/json", json)
if (http.LastMethodSuccess() == false)
  println http.LastErrorText()
  dispose http
  dispose json
  exit -
println concat("Status:  ", resp.StatusCode())
println json.Emit()
"###,
    ),
    // Results with errors.
    (
        r###"package main
import ("fmt"; "strconv"; str "strings")
func half(n int) (int, error) {
	if n%2 != 0 {
		return 0, fmt.Errorf("%d is odd", n)
	}
	return n / 2, nil
}
func check(p string) error {
	n, err := strconv.Atoi(p)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	if _, err := half(n); err != nil {
		return err
	}
	return nil
}
func quarter(n int) (int, error) {
	h, err := half(n)
	if err != nil {
		return 0, err
	}
	return half(h)
}
func main() {
	if err := check("4"); err != nil {
		fmt.Println("Failed:", err.Error())
		os.Exit(1)
	}
	n, err := quarter(8)
	if err == nil {
		fmt.Println(n)
	} else {
		log.Fatal(err)
	}
	q, _ := quarter(4)
	fmt.Println(q)
	panic("end")
}
"###,
        r###"
boilerplate
boilerplate
fn half(n: Int): Int
  if ((n % 2) != 0)
    throw concat(n, " is odd")
  return (n / 2)
fn check(p: Text): Nothing
  declare n: Int
  try
    n = ParseInt!(p)
  catch err
    throw concat("check: ", Message!(err))
  half(n)
fn quarter(n: Int): Int
  declare h = half(n)
  return half(h)
try
  check("4")
catch err
  println concat("Failed: ", Message!(err))
  exit 1
declare n: Int
try
  n = quarter(8)
  println n
catch err
  eprintln Message!(err)
  exit 1
declare q = quarter(4)
println q
throw "end"
"###,
    ),
    // Variables.
    (
        r###"const a, b = 1, "x"
var (
	c int
	d []string
	e = 2.5
)
var name *string = new(string)
f := map[string]int{"a": 1}
g := []int{1, 2}
h := make([]string, 0, 5)
k := make([]int, 2)
l := make([]int, n)
d = append(d, "x", "y")
d = append(d, "x")
f["b"]++
v, ok := f["a"]
"###,
        r###"
declare a = 1
declare b = "x"
declare c: Int = 0
declare d: List(Text) = []
declare e = 2.5
declare name: Text = ""
declare f: Map(Int) = {"a": 1}
declare g: List(Int) = [1, 2]
declare h: List(Text) = []
declare k: List(Int) = Sized!(2)
declare l: List(Int) = Sized!(n)
Push!(d, "x")
Push!(d, "y")
Push!(d, "x")
f["b"] = (f["b"] + 1)
declare ok = HasKey!(f, "a")
declare v = (HasKey!(f, "a") ? f["a"] : 0)
"###,
    ),
    // Loops.
    (
        r###"for i := 0; i < 3; i++ { fmt.Println(i) }
for i := 10; i >= 0; i -= 2 { fmt.Println(i) }
for i < 3 { i++ }
for { break }
for i, x := range []string{"a"} { fmt.Println(i, x) }
for _, x := range g { continue }
for i := range 10 { fmt.Println(i) }
m := map[string]int{}
for k, v := range m { fmt.Println(k, v) }
"###,
        r###"
for i in 0..3
  println i
for i in 10..=0 step -2
  println i
while (i < 3)
  i = (i + 1)
while true
  break
for i in 0..Length!(["a"])
  declare x: Text = ["a"][i]
  println concat(i, " ", x)
each x in g
  continue
for i in 0..10
  println i
declare m: Map(Int) = {}
each k in Keys!(m)
  declare v: Int = m[k]
  println concat(k, " ", v)
"###,
    ),
    // Switches.
    (
        r###"switch x { case 1, 2: fmt.Println("a"); default: fmt.Println("b") }
switch { case x > 1: fmt.Println("a"); case x > 0 || y: fmt.Println("b"); default: fmt.Println("c") }
"###,
        r###"
switch x
case 1, 2
  println "a"
else
  println "b"
if (x > 1)
  println "a"
elsif ((x > 0) or y)
  println "b"
else
  println "c"
"###,
    ),
    // Texts.
    (
        r###"s := `raw \n` + "cooked\n" + strconv.Itoa(5) + "\u00e9\xc3\xa9"
fmt.Printf("%s %d %5.2f %q %v\n", s, 1, 2.5, s, true)
t := fmt.Sprintf("%03d", 7)
u := strings.ToUpper(strings.TrimSpace(s))
w := strings.Contains(s, "x") && strings.HasPrefix(s, "y") || len(s) == 0
x := strings.Join(strings.Split(s, ","), ";") + s[1:3] + s[2:]
fmt.Fprintln(os.Stderr, "bad", s)
time.Sleep(2 * time.Second)
z := os.Getenv("Z") + os.Args[1]
"###,
        r###"
declare s = concat("raw \\ncooked\n", ToText!(5), "éé")
println concat(s, " ", 1, " ", PadLeft!(Fixed!(2.5, 2), 5, " "), " \"", s, "\" ", true)
declare t = concat(PadLeft!(7, 3, "0"))
declare u = Upper!(Trim!(s))
declare w = ((Contains!(s, "x") and StartsWith!(s, "y")) or (Length!(s) == 0))
declare x = concat(Join!(Split!(s, ","), ";"), Substring!(s, 1, 2), Substring!(s, 2))
eprintln concat("bad ", s)
Sleep!(2000)
declare z = concat(Env!("Z"), Arg!(0))
"###,
    ),
    // Pointers and functions.
    (
        r###"func set(p *int, list []string, m map[string]string) { *p = 2; m["a"] = "b" }
func two() (int, int) { return 1, 2 }
func main() { n := 1; set(&n, nil, nil); defer func() { n = 2 }(); defer http.DisposeHttp(); a, b := two(); go set(&n, nil, nil) }
"###,
        r###"
fn set(&p: Int, list: List(Text), &m: Map(Text)): Nothing
  p = 2
  m["a"] = "b"
fn two(): Int
  unported: several results are not ported
declare n = 1
set(n, null, null)
unported: `defer` is not ported
boilerplate
declare a = unported<"a, b := two()": an error that no `if` looks at next is not ported>
declare b = unported<"a, b := two()": an error that no `if` looks at next is not ported>
unported: `go` has no counterpart here
"###,
    ),
    // What is not ported.
    (
        r###"type Boat struct { Name string }
func (b Boat) Show() string { return b.Name }
boat := Boat{Name: "Ida"}
data, err := json.Marshal(boat)
ch <- 1
goto end
"###,
        r###"
unported: types of the script are not ported
unported: methods of types of the script are not ported
declare boat = unported<"Boat{Name: \"Ida\"}": Boat has a state of its own, which is not ported>
declare data = unported<"data, err := json.Marshal(boat)": an error that no `if` looks at next is not ported>
declare err = unported<"data, err := json.Marshal(boat)": an error that no `if` looks at next is not ported>
unported: a channel has no counterpart here
unported: `goto` has no counterpart here
"###,
    ),
];
