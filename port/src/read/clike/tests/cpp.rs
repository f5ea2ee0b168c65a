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
declare http: Http = new Http
http.put_AuthToken("{{boat_token}}")
declare json: JsonObject = new JsonObject
declare resp: HttpResponse = http.PostJson3("https://api.example.com/v1/boats", "application/json", json)
if (http.get_LastMethodSuccess() == false)
  println http.lastErrorText()
  exit -
println concat("Status: ", resp.get_StatusCode())
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
declare http: Http = new Http
declare url: Text = "https://api.example.com/"
declare success: Bool = http.QuickGetSb(url, sb)
if (success != true)
  println http.lastErrorText()
  exit -
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
boilerplate
boilerplate
boilerplate
declare URL = "https://api.example.com"
boilerplate
boilerplate
declare total: Int = 3
fn plain(a: Int): Int
  return a
if (ArgCount!() < 1)
  eprintln "usage: program x"
  exit 2
declare x: Text = Arg!(0)
plain(1)
"###,
    ),
    // Parameters.
    (
        r###"std::string f(CkHttp &http, CkJsonObject *json, const char *a, int *b, const std::vector<std::string> &v, std::string &out, bool c = true) { *b = 1; out = "x"; return a; }
void g() { int n; std::string s; f(http, &json, "a", &n, {}, s); }
"###,
        r###"
fn f(http: Http, json: JsonObject, a: Text, &b: Int, v: List(Text), &out: Text, c: Bool = true): Text
  b = 1
  out = "x"
  return a
declare n: Int
declare s: Text = ""
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
declare text: Text = ""
declare data
text = http.QuickGetStr("u")
declare ok: Bool = http.get_LastMethodSuccess()
data = http.QuickGet("u")
if !http.get_LastMethodSuccess()
  exit -
text = http.get_LastErrorText()
json.Load(text)
text = concat(text, "x")
text = "y"
declare n: Int = data.getSize()
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
declare a: Text = "x"
declare b: Text = "y"
declare c: Text = "raw \"q\""
declare d: Text = "one two"
a = concat(a, b, ToText!(5))
declare n: Int = (Length!(a) + ParseInt!("5"))
if (((IndexOf!(a, "x") != -1) or (Length!(a) == 0)) or (a == "z"))
  -
declare p: Text = a
declare oss: Text = ""
oss = concat(oss, "n=", n)
println concat(oss, " ", 5, "%")
declare e: Text = Substring!(a, 1, 2)
declare ch: Text = "x"
declare buf: Text
buf = concat(p, "/", n)
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
declare list: List(Text) = ["a", "b"]
declare none: List(Int) = []
Push!(list, "c")
for i in 0..Length!(list)
  print concat(list[i], list[i])
each x in list
  print x
declare m: Map(Int) = {}
m["a"] = 1
if HasKey!(m, "a")
  -
each kv in Keys!(m)
  print concat(kv, m[kv])
unported: std::string is not ported
declare a: Text = ""
declare again: Text = a
declare k: Map(Int) = {"a": 1}
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
  unported: errors are not told apart by their types here
  eprintln Message!(e)
  throw Message!(e)
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
declare p: Http = new Http
p.put_UserAgent("x")
if (((p == null) or (p == null)) or (p != null))
  -
if (p != null)
  -
declare q = new Http
declare r: HttpResponse = null
r = p.QuickRequest("GET", "u")
if (r == null)
  exit -
while unported<"int n = 1": this is not understood here>
  break
n = (x + y)
Sleep!(2000)
declare v: Text = Env!("V")
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
boilerplate
boilerplate
boilerplate
Sleep!(1000)
boilerplate
boilerplate
boilerplate
boilerplate
println "debug"
boilerplate
boilerplate
boilerplate
boilerplate
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
unported: Boat has a state of its own, which is not ported
unported: a template has no counterpart here
unported: macros are not ported
unported: std::thread is not ported
unported: this assignment is not ported
"###,
    ),
];
