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
let http = new Http
let success: Bool
http.SetAuthToken("{{boat_token}}")
let resp = http.PostJson3("https://api.example.com/v1/boats", "application/json", json)
if (http.LastMethodSuccess() Eq false)
  println http.LastErrorText()
  dispose http
  dispose json
  exit
println <"Status:  ", resp.StatusCode()>
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
-
-
fn half(n: Int): Int
  if ((n Rem 2) Ne 0)
    throw <n, " is odd">
  return (n Div 2)
fn check(p: Text): Nothing
  let n: Int
  try
    n = @ToInt(p)
  catch err
    throw <"check: ", @Message(err)>
  half(n)
fn quarter(n: Int): Int
  let h = half(n)
  return half(h)
try
  check("4")
catch err
  println <"Failed: ", @Message(err)>
  exit 1
let n: Int
try
  n = quarter(8)
  println n
catch err
  eprintln @Message(err)
  exit 1
let q = quarter(4)
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
let a = 1
let b = "x"
let c: Int = 0
let d: [Text] = []
let e = 2.5
let name: Text = ""
let f: {Int} = {"a": 1}
let g: [Int] = [1, 2]
let h: [Text] = []
let k: [Int] = [0, 0]
let l = ?(a list whose size is not a small number is not ported)
@Push(d, "x")
@Push(d, "y")
@Push(d, "x")
f["b"] = (f["b"] Add 1)
let ok = @HasKey(f, "a")
let v = (@HasKey(f, "a") ? f["a"] : 0)
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
for i in 0..3 by 1
  println i
for i in 10..=0 by -2
  println i
while (i Lt 3)
  i = (i Add 1)
while true
  break
for i in 0..@Length(["a"]) by 1
  let x: Text = ["a"][i]
  println <i, " ", x>
each x in g
  continue
for i in 0..10 by 1
  println i
let m: {Int} = {}
each k in @Keys(m)
  let v: Int = m[k]
  println <k, " ", v>
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
default
  println "b"
if (x Gt 1)
  println "a"
elif ((x Gt 0) Or y)
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
let s = <"raw \\ncooked\n", @ToText(5), "éé">
println <s, " ", 1, " ", @PadLeft(@Fixed(2.5, 2), 5, " "), " \"", s, "\" ", true>
let t = <@PadLeft(7, 3, "0")>
let u = @Upper(@Trim(s))
let w = ((@Contains(s, "x") And @StartsWith(s, "y")) Or (@Length(s) Eq 0))
let x = <@Join(@Split(s, ","), ";"), @Substring(s, 1, 2), @Substring(s, 2)>
eprintln <"bad ", s>
@Sleep(2000)
let z = <@Env("Z"), @Arg(0)>
"###,
    ),
    // Pointers and functions.
    (
        r###"func set(p *int, list []string, m map[string]string) { *p = 2; m["a"] = "b" }
func two() (int, int) { return 1, 2 }
func main() { n := 1; set(&n, nil, nil); defer func() { n = 2 }(); defer http.DisposeHttp(); a, b := two(); go set(&n, nil, nil) }
"###,
        r###"
fn set(&p: Int, list: [Text], &m: {Text}): Nothing
  p = 2
  m["a"] = "b"
fn two(): Int
  ? 2-2: several results are not ported
let n = 1
set(n, null, null)
? 3-3: `defer` is not ported
-
let a = ?(an error that no `if` looks at next is not ported)
let b = ?(an error that no `if` looks at next is not ported)
? 3-3: `go` is not ported
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
? 1-1: types of the script are not ported
? 2-2: methods of types of the script are not ported
let boat = ?(Boat has a state of its own, which is not ported)
let data = ?(an error that no `if` looks at next is not ported)
let err = ?(an error that no `if` looks at next is not ported)
? 5-5: `send` is not ported
? 6-6: `goto` is not ported
"###,
    ),
];
