//! Constructs of C, each with its tree.

use super::check;
use crate::language::Language;

#[test]
fn each_construct_has_its_tree() {
    check(Language::C, CONSTRUCTS);
}

const CONSTRUCTS: &[(&str, &str)] = &[
    // The two tasks' statements.
    (
        r###"HCkHttp http;
BOOL success;
http = CkHttp_Create();
CkHttp_putAuthToken(http,"{{boat_token}}");
success = CkHttp_QuickGetSb(http,"https://api.example.com/v1/boats",sb);
if (success == FALSE) {
    printf("%s\n",CkHttp_lastErrorText(http));
    CkHttp_Dispose(http);
    CkStringBuilder_Dispose(sb);
    return;
}
"###,
        r###"
declare http: Http
declare success: Bool
http = new Http
http.putAuthToken("{{boat_token}}")
success = http.QuickGetSb("https://api.example.com/v1/boats", sb)
if (success == false)
  println http.lastErrorText()
  dispose http
  dispose sb
  exit -
"###,
    ),
    // Wide characters.
    (
        r###"HCkHttpW http = CkHttpW_Create();
wchar_t url[200];
swprintf(url, 200, L"%ls/x", _wgetenv(L"U"));
if (!CkHttpW_QuickGetSb(http, url, sb)) wprintf(L"%ls\n", CkHttpW_lastErrorText(http));
"###,
        r###"
declare http: Http = new Http
declare url: Text
url = concat(Env!("U"), "/x")
if !http.QuickGetSb(url, sb)
  println http.lastErrorText()
"###,
    ),
    // A function for each sample.
    (
        r###"void ChilkatSample(void)
    {
    BOOL success;
    success = TRUE;
    if (success != TRUE) return;
    }
"###,
        r###"
declare success: Bool
success = true
if (success != true)
  exit -
"###,
    ),
    // Parameters.
    (
        r###"static int get(HCkHttp http, const char *url, char *out, int *count, int ids[], size_t n) { strcpy(out, url); (*count)++; return ids[0]; }
int main(void) { char text[10] = ""; int n = 0; get(0, "u", text, &n, 0, 1); return n > 1 ? EXIT_FAILURE : EXIT_SUCCESS; }
"###,
        r###"
fn get(http: Http, url: Text, &out: Text, &count: Int, &ids: List(Int), n: Int): Int
  out = url
  count = (count + 1)
  return ids[0]
declare text: Text = ""
declare n: Int = 0
get(0, "u", text, n, 0, 1)
exit ((n > 1) ? 1 : 0)
"###,
    ),
    // Texts.
    (
        r###"char a[20] = "x";
strcat(a, "y");
if (strcmp(a, "z") == 0 || !strcmp(a, "q") || strcmp(a, "r") != 0 || strlen(a) > 3) { }
if (strstr(a, "x") != NULL) { }
int n = atoi("5");
fprintf(stderr, "%s: %d\n", a, n);
puts(a);
char *t = getenv("T");
if (!t) { exit(1); }
printf("%c%ld%%\n", 'x', 5L);
printf("one ");
"###,
        r###"
declare a: Text = "x"
a = concat(a, "y")
if ((((a == "z") or (a == "q")) or (a != "r")) or (Length!(a) > 3))
  -
if Contains!(a, "x")
  -
declare n: Int = ToInt!("5")
eprintln concat(a, ": ", n)
println a
declare t: Text = Env!("T")
if (t == null)
  exit 1
println concat("x", 5, "%")
print "one "
"###,
    ),
    // Loops.
    (
        r###"int i, n = 3;
for (i = 0; i < n; i++) { if (i == 1) continue; printf("%d\n", i); }
while (n) { n--; }
for (int j = 0, k = 1; j < 2; j++, k++) { }
int ids[] = {1, 2};
int more[2];
for (size_t j = 0; j < sizeof(ids) / sizeof(ids[0]); j++) { printf("%d\n", ids[j]); }
for (int j = 2; j-- > 0; ) { }
"###,
        r###"
declare i: Int
declare n: Int = 3
i = 0
while (i < n)
  if (i == 1)
    i = (i + 1)
    continue
  println i
  i = (i + 1)
while (n != 0)
  n = (n - 1)
declare j: Int = 0
declare k: Int = 1
while (j < 2)
  j = (j + 1)
  k = (k + 1)
declare ids: List(Int) = [1, 2]
declare more: List(Int) = Sized!(2)
for j in 0..Length!(ids)
  println ids[j]
declare j: Int = 2
while true
  j = (j - 1)
  if !((j + 1) > 0)
    break
"###,
    ),
    // Switches.
    (
        r###"switch (n) { case 1: puts("a"); break; case 2: case 3: puts("b"); return; default: puts("c"); }
switch (n) { case 1: puts("a"); case 2: puts("b"); }
"###,
        r###"
switch n
case 1
  println "a"
case 2, 3
  println "b"
  exit -
else
  println "c"
unported: a case that goes on into the next one, or breaks in the middle, is not ported
"###,
    ),
    // Filled texts.
    (
        r###"HCkString out = CkString_Create();
if (!CkHttp_QuickGetStr(http, "u", out)) { return; }
printf("%s\n", CkString_getString(out));
CkString_Dispose(out);
"###,
        r###"
declare out: Text = ""
out = http.QuickGetStr("u")
if !http.get_LastMethodSuccess()
  exit -
println out
dispose out
"###,
    ),
    // What is not ported.
    (
        r###"struct boat { char *name; };
typedef int id;
int *p = malloc(4);
goto end;
end: puts("x");
n <<= 2;
i = j++;
"###,
        r###"
unported: boat has a state of its own, which is not ported
unported: a type of the script has no counterpart here
declare p: Int = unported<"int *p = malloc(4);": pointers to variables are not ported>
unported: `goto` has no counterpart here
unported: a label has no counterpart here
unported: this assignment is not ported
i = j
j = (j + 1)
"###,
    ),
];
