//! Constructs of C++, each with its tree.

use super::check;
use crate::language::Language;

#[test]
fn each_construct_has_its_tree() {
    check(Language::Cpp, CONSTRUCTS);
}

const CONSTRUCTS: &[(&str, &str)] = &[
    // The two tasks' statements.
    (
        r###"CkHttp http;
http.put_AuthToken("{{boat_token}}");
CkJsonObject json;
CkHttpResponse *resp = http.PostJson3("https://api.example.com/v1/boats","application/json",json);
if (http.get_LastMethodSuccess() == false) {
    std::cout << http.lastErrorText() << "\r\n";
    return;
}
std::cout << "Status: " << resp->get_StatusCode() << "\r\n";
delete resp;
"###,
        r###"
let http: Http = new Http
http.put_AuthToken("{{boat_token}}")
let json: JsonObject = new JsonObject
let resp: HttpResponse = http.PostJson3("https://api.example.com/v1/boats", "application/json", json)
if (http.get_LastMethodSuccess() Eq false)
  println http.lastErrorText()
  exit
println <"Status: ", resp.get_StatusCode()>
dispose resp
"###,
    ),
    // Wide characters.
    (
        r###"CkHttpW http;
const wchar_t *url = L"https://api.example.com/";
bool success = http.QuickGetSb(url,sb);
if (success != true) { wprintf(L"%s\n",http.lastErrorText()); return; }
std::wcout << L"ok" << std::endl;
"###,
        r###"
let http: Http = new Http
let url: Text = "https://api.example.com/"
let success: Bool = http.QuickGetSb(url, sb)
if (success Ne true)
  println http.lastErrorText()
  exit
println "ok"
"###,
    ),
    // Frames.
    (
        r###"#pragma once
#include <CkHttp.h>
#include "x.h"
#define URL "https://api.example.com"
using namespace std;
namespace a { namespace b {
void declared(int);
static int total = 3;
}}
extern "C" { int plain(int a) { return a; } }
int main(int argc, char *argv[]) { if (argc < 2) { cerr << "usage: " << argv[0] << " x\n"; return 2; } string x = argv[1]; plain(1); return 0; }
"###,
        r###"
-
-
-
let URL = "https://api.example.com"
-
-
let total: Int = 3
fn plain(a: Int): Int
  return a
if (@ArgCount() Lt 1)
  eprintln "usage: program x"
  exit 2
let x: Text = @Arg(0)
plain(1)
"###,
    ),
    // Parameters.
    (
        r###"std::string f(CkHttp &http, CkJsonObject *json, const char *a, int *b, const std::vector<std::string> &v, std::string &out, bool c = true) { *b = 1; out = "x"; return a; }
void g() { int n; std::string s; f(http, &json, "a", &n, {}, s); }
"###,
        r###"
fn f(http: Http, json: JsonObject, a: Text, &b: Int, v: [Text], &out: Text, c: Bool = true): Text
  b = 1
  out = "x"
  return a
let n: Int
let s: Text = ""
f(http, json, "a", n, [], s)
"###,
    ),
    // Results that a call fills.
    (
        r###"CkString text;
CkByteData data;
bool ok = http.QuickGetStr("u", text);
if (!http.QuickGet("u", data)) { return; }
http.get_LastErrorText(text);
json.Load(text.getString());
text.append("x");
text.setString("y");
int n = data.getSize();
"###,
        r###"
let text: Text = ""
let data
text = http.QuickGetStr("u")
let ok: Bool = http.get_LastMethodSuccess()
data = http.QuickGet("u")
if Not(http.get_LastMethodSuccess())
  exit
text = http.get_LastErrorText()
json.Load(text)
text = <text, "x">
text = "y"
let n: Int = data.getSize()
"###,
    ),
    // Texts.
    (
        r###"std::string a("x"), b{"y"}, c = R"(raw "q")", d = "one" " two";
a += b + std::to_string(5);
int n = a.length() + std::stoi("5");
if (a.find("x") != std::string::npos || a.empty() || a == "z") { }
const char *p = a.c_str();
std::ostringstream oss;
oss << "n=" << n;
printf("%s %d%%\n", oss.str().c_str(), 5);
std::string e = a.substr(1, 2);
char ch = 'x';
char buf[80];
sprintf(buf, "%s/%d", p, n);
"###,
        r###"
let a: Text = "x"
let b: Text = "y"
let c: Text = "raw \"q\""
let d: Text = "one two"
a = <a, b, @ToText(5)>
let n: Int = (@Length(a) Add @ToInt("5"))
if (((@IndexOf(a, "x") Ne -1) Or (@Length(a) Eq 0)) Or (a Eq "z"))
let p: Text = a
let oss: Text = ""
oss = <oss, "n=", n>
println <oss, " ", 5, "%">
let e: Text = @Substring(a, 1, 2)
let ch: Text = "x"
let buf: Text
buf = <p, "/", n>
"###,
    ),
    // Lists and maps.
    (
        r###"std::vector<std::string> list{"a", "b"};
std::vector<int> none;
list.push_back("c");
for (size_t i = 0; i < list.size(); ++i) { std::cout << list[i] << list.at(i); }
for (const auto &x : list) std::cout << x;
std::map<std::string, int> m;
m["a"] = 1;
if (m.count("a") > 0) { }
for (const auto &kv : m) { std::cout << kv.first << kv.second; }
std::string copied(a);
std::string a;
std::string again(a);
std::map<std::string, int> k = {{"a", 1}};
"###,
        r###"
let list: [Text] = ["a", "b"]
let none: [Int] = []
@Push(list, "c")
for i in 0..@Length(list) by 1
  print <list[i], list[i]>
each x in list
  print x
let m: {Int} = {}
m["a"] = 1
if @HasKey(m, "a")
each kv in @Keys(m)
  print <kv, m[kv]>
? 10-10: std::string is not ported
let a: Text = ""
let again: Text = a
let k: {Int} = {"a": 1}
"###,
    ),
    // Errors.
    (
        r###"try { throw std::runtime_error("bad"); } catch (const std::exception &e) { std::cerr << e.what() << std::endl; throw; } catch (...) { std::exit(1); }
"###,
        r###"
try
  throw "bad"
catch e
  ? 1-1: errors are not told apart by their types here
  eprintln @Message(e)
  throw @Message(e)
"###,
    ),
    // Pointers.
    (
        r###"CkHttp *p = new CkHttp();
p->put_UserAgent("x");
if (!p || p == NULL || p != nullptr) { }
if (p) { }
auto q = std::make_unique<CkHttp>();
CkHttpResponse *r = 0;
if ((r = p->QuickRequest("GET", "u")) == 0) { return; }
while (int n = 1) { break; }
n = (int)x + static_cast<long>(y);
std::this_thread::sleep_for(std::chrono::seconds(2));
std::string v = std::getenv("V");
"###,
        r###"
let p: Http = new Http
p.put_UserAgent("x")
if (((p Eq null) Or (p Eq null)) Or (p Ne null))
if (p Ne null)
let q = new Http
let r: HttpResponse = null
r = p.QuickRequest("GET", "u")
if (r Eq null)
  exit
while ?(`declaration` is not ported)
  break
n = (x Add y)
@Sleep(2000)
let v: Text = @Env("V")
"###,
    ),
    // Branches for systems.
    (
        r###"#ifdef _WIN32
Sleep(1);
#elif defined(__linux__)
sleep(1);
#else
sleep(2);
#endif
#ifndef NDEBUG
puts("debug");
#endif
#if 0
x y z
#endif
"###,
        r###"
-
-
-
@Sleep(1000)
-
-
-
-
println "debug"
-
-
-
-
"###,
    ),
    // What is not ported.
    (
        r###"class Boat { std::string name; };
template <typename T> T id(T x) { return x; }
#define SQUARE(x) ((x) * (x))
std::thread t(work);
a <<= 2;
"###,
        r###"
? 1-1: Boat has a state of its own, which is not ported
? 2-2: `template` is not ported
? 3-3: macros are not ported
? 4-4: std::thread is not ported
? 5-5: this assignment is not ported
"###,
    ),
];
