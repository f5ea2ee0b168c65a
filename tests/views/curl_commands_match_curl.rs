//! Pasted curl commands: each sends what the `curl` program would send.
//!
//! Each command goes to a capture server twice: run by bash and curl, and read by `Call::from_curl`
//! and sent by a `Transport`. Method, target, header fields and body agree, except for:
//!
//! * `Accept: */*`, `User-Agent: curl/..`, `Expect: 100-continue` and `Proxy-Connection`, which
//!   curl adds,
//! * the boundary of a form, and thus its length,
//! * the order of the fields that each program sets itself: Host, Content-Type, Content-Length,
//!   Authorization,
//! * space around the value of a field,
//! * `Content-Length: 0`, which curl omits for methods that may have content,
//! * codings that zoomkat does not decode, in the Accept-Encoding of `--compressed`,
//! * percent-encoding of invalid characters in a URL, and the case of its digits.
//!
//! The comparison runs where `ZOOMKAT_REQUIRE_TOOLS` is set.

use std::path::Path;
use std::process::{Command, Stdio};

use support::digest::{has_right_login, param};
use support::forms::{boundary_of, normal_target, read_strictly};
use support::programs::Programs;
use support::tools::{has, has_curl};
use support::{Received, Server, patient};
use zoomkat::Call;

/// The files that the commands name and their content. `{dir}` is their folder.
const FILES: &[(&str, &[u8])] = &[
    ("note.txt", b"two words\r\n&=%\n"),
    ("word.txt", b"word"),
    ("page.html", b"<p>\xc3\xa9"),
    ("data.json", b"{\n  \"a\": [1, 2]\n}\n"),
    ("raw.unknown", b"\x00\x01\xff\xfe\r\n--"),
    ("UPPER.PNG", b"\x89PNG"),
    ("with space.pdf", b"%PDF"),
    ("empty", b""),
    ("headers", b"X-From-File: 1\n\nX-Empty;\nno header\nX-Last:  two words \n"),
    (
        "cookies",
        b"# Netscape HTTP Cookie File\n\
        127.0.0.1\tFALSE\t/\tFALSE\t0\tshort\t1\n\
        #HttpOnly_127.0.0.1\tFALSE\t/deep\tFALSE\t0\thidden\t2\n\
        .example.com\tTRUE\t/\tFALSE\t0\telsewhere\t3\n\
        127.0.0.1\tFALSE\t/\tFALSE\t1\tpast\t4\n\
        127.0.0.1\tFALSE\t/other\tFALSE\t0\tother\t5\n\
        127.0.0.1\tFALSE\t/deep/er\tFALSE\t4000000000\tlong\t6\n",
    ),
];

/// The shell's variables, which the call gets by `with`.
const VARIABLES: &[(&str, &str)] =
    &[("TOKEN", "not-a-secret"), ("ID", "a%20b"), ("WORD", "w&x=y"), ("EMPTY", "")];

/// The subject of a row and its command.
pub(crate) type Row = (&'static str, &'static str);

#[rustfmt::skip] // One row per line where it fits.
pub(crate) const ROWS: &[Row] = &[
    // Methods and URLs.
    ("a URL alone is a GET", "curl {u}/v2/users/me"),
    ("without a path it is /", "curl {u}"),
    ("a query may follow the host", "curl '{u}?a=1&b=2'"),
    ("a fragment is not sent", "curl '{u}/a?b#c'"),
    ("without a scheme it is http", "curl {host}/a"),
    ("dots are taken out of a path", "curl '{u}/a/../b/./c/%2e/d/..?x=/../y'"),
    ("dots above the top are none", "curl {u}/../../a/.."),
    ("dots stay with --path-as-is", "curl --path-as-is {u}/a/../b/./c"),
    ("slashes stay doubled", "curl {u}//a//b/"),
    ("a user in the URL is sent", "curl 'http://me%40home:p%3Aw@{host}/a'"),
    ("a user without a password too", "curl 'http://me@{host}/a'"),
    ("-X chooses the method", "curl -X DELETE {u}/a"),
    ("-X keeps the case of a method", "curl -X purge {u}/a"),
    ("-X with a body", "curl -X PATCH -d a=1 {u}/a"),
    ("-X GET with a body", "curl -X GET -d a=1 {u}/a"),
    ("-X POST without a body", "curl -X POST {u}/a"),
    ("the last -X counts", "curl -X PUT -X POST {u}/a"),
    ("-I is a HEAD", "curl -I {u}/a"),
    ("-I and -G put data in the query of a HEAD", "curl -I -G -d a=1 {u}/a"),
    ("--no- turns an option off", "curl --compressed --no-compressed --no-location {u}/a"),
    ("--http1.0", "curl --http1.0 {u}/a -d x=y"),
    ("--http1.1 is what is spoken anyway", "curl --http1.1 {u}/a"),
    ("what another command does then", "curl -s {u}/a -d b=c; true"),
    ("what is done if it works or not", "curl -s {u}/a && true || false"),
    ("blanks round what options put in headers", "curl {u}/a -b ' a=b ' -A ' c ' -e ' http://d/ '"),
    ("a here-document", "curl {u}/a --json @- <<EOF\n{\"a\": \"$TOKEN\",\n\"b\": \"\\$x \\` \\\\ \\n 'it' $'x\"}\nEOF\n"),
    ("a here-document of plain text", "curl {u}/a -d @- <<'EOF' -H 'X-A: b'\na=$TOKEN&\nb=`c`\\\nEOF\n"),
    ("a here-document and what takes the answer", "curl {u}/a --data-binary @- << \"E F\" | cat\n$TOKEN\r\n\n EOF\nE F"),
    ("a here-document, and what is done then", "curl {u}/a -d @- <<EOF && true; false\nx\nEOF"),
    ("a here-document without its tabs", "curl -d@- {u}/a <<-EOF\n\ta=\tb\n\t\t&c=d\n\tEOF\n"),
    ("a here-string", "curl {u}/a --data-binary @- <<< \"a $TOKEN\""),
    ("a here-string first", "curl --json @- <<<'{\"a\": 1}' {u}/a"),
    ("-g sends brackets", "curl -g '{u}/a?page[size]=3&x={y}'"),
    ("a sequence of one is that one", "curl '{u}/{a}/[1-1]/[007-007]/[b-b]'"),
    ("empty brackets are text", "curl '{u}/a?id[]=1&id[]=2'"),
    ("an escaped brace is text", r"curl '{u}/a\{b\}\[c\]'"),
    ("--url names it too", "curl --url {u}/a -d x"),
    ("--url-query with all its forms", "curl '{u}/a?z=1' --url-query 'a=c d' --url-query +r=w --url-query =v+v --url-query word@{dir}/word.txt --url-query plain"),
    ("--url-query with a body", "curl {u}/a --url-query b=c -d d=e"),
    ("--proto-default", "curl --proto-default http {host}/a"),
    ("-- ends the options", "curl -s -- {u}/a"),
    // Headers.
    ("headers keep their order and case", "curl -H 'X-One: 1' -H 'x-TWO: 2' -H 'X-three:3' {u}"),
    ("a header may come twice", "curl -H 'X-A: 1' -H 'X-B: 2' -H 'x-a: 3' {u}"),
    ("an empty header by a semicolon", "curl -H 'X-Empty;' {u}"),
    ("a header with nothing is not sent", "curl -H 'X-None:' -H 'Accept:' {u}"),
    ("quotes and colons in a value", r#"curl -H 'If-Match: "a:b", W/"c"' {u}"#),
    ("a header beyond ASCII", "curl -H 'X-Name: é日🐈' {u}"),
    ("headers from a file", "curl -H 'X-One: 1' -H @{dir}/headers {u} -d x=y"),
    ("another Accept", "curl -H 'Accept: application/json' {u}"),
    ("another Host", "curl -H 'Host: other.example' {u}/a"),
    ("-A and -e", "curl -A 'Agent 1.0' -e http://from.example/?a {u}"),
    ("-H wins over -A and -e", "curl -A a -e b -H 'User-Agent: c' -H 'referer: d' {u}"),
    ("-A with nothing sends none", "curl -A '' {u}"),
    ("-e with ;auto and no -L", "curl -e 'http://from.example/;auto' {u}"),
    ("-r", "curl -r 0-499 {u}"),
    ("-r with a start only", "curl -r 500 {u}"),
    ("--compressed", "curl --compressed {u}"),
    ("--compressed as Firefox has it", "curl --compressed -H 'Accept-Encoding: deflate, gzip, br, zstd' {u}"),
    ("--compressed with an explicit header", "curl --compressed -H 'Accept-Encoding: gzip' {u}"),
    ("a Content-Type without a body", "curl -H 'Content-Type: application/json' {u}"),
    ("Expect as it is asked for", "curl -H 'Expect:' -d a {u}"),
    ("a true Content-Length", "curl -H 'Content-Length: 3' -d a=b {u}"),
    ("all sorts of headers in curl's order", "curl -b c=d -e r -H 'X: y' -A a -r 1-2 {u}"),
    // Logins and cookies.
    ("-u", "curl -u me:pass:word {u}"),
    ("-u with no name", "curl -u :password {u}"),
    ("-u wins over the user in the URL", "curl -u me:pw http://you:wp@{host}/"),
    ("-u with letters beyond ASCII", "curl --basic -u 'mé:日' {u}"),
    ("--oauth2-bearer", "curl --oauth2-bearer not-a-secret {u}"),
    ("--oauth2-bearer wins over -u", "curl -u a:b --oauth2-bearer not-a-secret {u}"),
    ("-H Authorization wins over -u", "curl -u a:b -H 'Authorization: Bearer not-a-secret' {u}"),
    ("a login that is taken away", "curl -u a:b -H 'Authorization:' {u}"),
    ("-b with text", "curl -b 'a=b; c=d' {u}"),
    ("-b more than once", "curl -b a=b -b 'c=d;' -b e=f {u}"),
    ("-H Cookie wins over -b", "curl -b a=b -H 'Cookie: c=d' {u}"),
    ("-b with a file", "curl -b {dir}/cookies {u}/deep/er/x"),
    ("-b with a file of which nothing fits", "curl -b {dir}/note.txt {u}/"),
    ("-b with a file and text", "curl -b {dir}/cookies -b a=b {u}/deep?q"),
    ("-c changes nothing that is sent", "curl -c - {u}"),
    // Data.
    ("-d", "curl -d name=value {u}"),
    ("-d joins", "curl -d a=1 -d b=2 --data-ascii c=3 {u}"),
    ("-d with nothing", "curl -d '' {u}"),
    ("-d with nothing before something", "curl -d '' -d a {u}"),
    ("-d keeps what it is given", "curl -d 'a=x y&b=é+%zz&&c' {u}"),
    ("-d strictly encoded", "curl -d 'a%20b=%C3%A9&c=' {u}"),
    ("-d with lower-case digits", "curl -d 'a=%c3%a9' {u}"),
    ("-d @file drops line endings", "curl -d @{dir}/note.txt {u}"),
    ("-d @file among others", "curl -d a=1 -d @{dir}/data.json -d b=2 {u}"),
    ("--data-raw takes @ as it is", "curl --data-raw @file {u}"),
    ("--data-binary", "curl --data-binary $'a\\r\\nb\\n' {u}"),
    ("--data-binary @file", "curl --data-binary @{dir}/raw.unknown {u}"),
    ("--data-binary @file with a type", "curl -H 'Content-Type: application/json' --data-binary @{dir}/data.json {u}"),
    ("--data-binary @file among others", "curl --data-binary @{dir}/note.txt -d x {u}"),
    ("--data-binary of an empty file", "curl --data-binary @{dir}/empty {u}"),
    ("bytes that are no text", "curl --data-binary $'\\xff\\xfe\\x01' {u}"),
    ("--data-urlencode in its five forms", "curl --data-urlencode 'x y+é~-._*!()/' --data-urlencode '=a=b' --data-urlencode 'n=c d' --data-urlencode @{dir}/note.txt --data-urlencode n@{dir}/note.txt {u}"),
    ("--data-urlencode encodes no name", "curl --data-urlencode 'a b=c' {u}"),
    ("-G", "curl -G -d a=1 -d 'b=x+y' {u}/a"),
    ("-G with a query in the URL", "curl -G --data-urlencode 'a=x&y' '{u}/a?b=c'"),
    ("-G with nothing", "curl -G -d '' {u}/a"),
    ("-G with a file", "curl -G -d @{dir}/word.txt {u}/a"),
    ("-G with another method", "curl -X DELETE -G -d a=1 {u}/a"),
    ("-G with a method that has content", "curl -X POST -G -d a=1 {u}/a"),
    ("--json", "curl --json '{\"a\": \"é\"}' {u}"),
    ("--json joins without &", "curl --json '{\"a\":' --json '1}' -d more {u}"),
    ("--json keeps the caller's headers", "curl --json 1 -H 'content-type: application/vnd.x+json' -H 'ACCEPT: text/plain' {u}"),
    ("--json @file", "curl -X PUT --json @{dir}/data.json {u}"),
    ("no Content-Type with -d", "curl -H 'Content-Type:' -d a=b {u}"),
    ("another Content-Type with -d", "curl -H 'Content-Type: text/plain; charset=utf-8' -d 'a=b' {u}"),
    ("a body that is a form already", "curl -H 'Content-Type: multipart/form-data; boundary=xx' --data-raw $'--xx\\r\\nContent-Disposition: form-data; name=\"a\"\\r\\n\\r\\nb\\r\\n--xx--\\r\\n' {u}"),
    // Forms.
    ("-F with fields", "curl -F a=b -F 'c=d e' -F 'e=' -F 'é=日' {u}"),
    ("the request of the seed", "curl -X PUT -H 'Authorization: Bearer <access_token>' -H 'Content-Type: multipart/form-data' --form 'password=dolor Excepteur minim' {u}/v2/users/:userId/password"),
    ("-F with files and their types", "curl -F a=@{dir}/note.txt -F b=@{dir}/page.html -F c=@{dir}/raw.unknown -F d=@{dir}/UPPER.PNG -F 'e=@{dir}/with space.pdf' -F f=@{dir}/data.json {u}"),
    ("-F with a type and a name", "curl -F 'a=@{dir}/note.txt;type=a/b; charset=x;filename=\"other \\\"name\\\".xml\"' {u}"),
    ("-F with a name that says the type", "curl -F 'a=@{dir}/note.txt;filename=x.gif' -F 'b=@{dir}/page.html;filename=none' {u}"),
    ("-F with an empty name of a file", "curl -F 'a=@{dir}/note.txt;filename=' {u}"),
    ("-F with the content of a file", "curl -F 'a=<{dir}/note.txt' -F 'b=<{dir}/page.html' -F 'c=<{dir}/data.json;type=application/json' {u}"),
    ("-F with the content of a file that is no text", "curl -F 'a=<{dir}/raw.unknown' {u}"),
    ("--data-binary of bytes among others", "curl --data-binary @{dir}/raw.unknown -d x {u}"),
    ("-F with text that has a type", "curl -F 'json={\"a\":1};type=application/json' {u}"),
    ("-F with text that has a name", "curl -F 'a=x;filename=n.png' -F 'b=y;filename=n.zz' -F 'c=z;filename=' {u}"),
    ("-F with quotes inside the argument", "curl -F 'a=\"x;type=y \\\"z\\\\ \"' -F 'b=\"\"' {u}"),
    ("-F drops space around a value", "curl -F 'a=  b  ' -F 'c= \" d \" ' {u}"),
    ("-F with headers", "curl -F 'a=b;headers=\"X-A: 1\";headers=\"X-B: 2; 3\"' -F 'c=@{dir}/note.txt;type=text/x;headers=\"Content-ID: <i>\"' {u}"),
    ("-F with a type in a header", "curl -F 'a=@{dir}/note.txt;headers=\"Content-Type: x/y\"' {u}"),
    ("-F with a harmless encoder", "curl -F 'a=b;encoder=8bit' {u}"),
    ("-F with quotes and line endings in names", "curl -F 'a\"b=c' -F $'d\\ne=f' {u}"),
    ("--form-string takes all as it is", "curl --form-string 'a=@b;type=c' --form-string 'd=<e' {u}"),
    ("-F with another method", "curl -X PATCH -F a=b {u}"),
    // Uploads.
    ("-T", "curl -T {dir}/note.txt -H Expect: {u}/a"),
    ("-T to a folder", "curl -T '{dir}/with space.pdf' -H Expect: {u}/a/"),
    ("-T to a folder with a query", "curl -T {dir}/raw.unknown -H Expect: {u}?a=/"),
    ("-T with another method", "curl -X POST -T {dir}/empty -H Expect: -H 'Content-Type: a/b' {u}/a"),
    // Options that print, and ways to write options.
    ("what only prints changes nothing", "curl -sSfv -i -w '%{http_code}' -D /dev/null --trace-time --no-progress-meter --fail-early {u}/a 2>/dev/null"),
    ("letters run together", "curl -sSLXPOST -HX-A:1 -da=b {u}/a"),
    ("a value after letters", "curl -sX PUT {u}/a"),
    ("names cut short", "curl --insec --head --data-ur 'a=b c' -G {u}/a"),
    ("output to nowhere", "curl -o /dev/null {u}/a"),
    ("output through a pipe", "curl -s {u}/a | cat > /dev/null"),
    ("-L without a redirect", "curl -L --max-redirs 5 {u}/a"),
    ("limits of time", "curl -m 30.5 --connect-timeout 5 {u}/a"),
    ("a proxy gets the whole URL", "curl -x {u} 'http://zoomkat.example/a?b'"),
    ("a login for the proxy", "curl -x {u} -U me:pw http://zoomkat.example:81/"),
    ("no proxy for this host", "curl -x http://127.0.0.1:9 --noproxy 127.0.0.1 {u}/a"),
    // The shell.
    ("lines that end with a backslash", "curl \\\n  -X PUT \\\n  -d 'a=1' \\\n  {u}/a\n"),
    ("quotes within words", "curl -H 'X-A: 'b\"c d\"\\ e$'X\\x41\\u00e9'\"\"x {u}/'a'b\"c\"d$'e'"),
    ("escapes in double quotes", r#"curl -H "X-A: \"a\" \$b \\c \d 'e'" {u}"#),
    ("escapes in ANSI-C quotes", r"curl --data-binary $'\a\b\e\f\n\r\t\v\\\'\?\101\x41\u00e9\U0001F408\q\cA' {u}"),
    ("comments", "# first\ncurl {u}/a#b -H 'X: #y' # last"),
    ("a line within quotes", "curl -d 'a\nb' {u}"),
    ("variables in a header and the path", "curl -H \"Authorization: Bearer $TOKEN\" \"{u}/users/${ID}?x=$WORD\""),
    ("variables that are not quoted", "curl -d a=$TOKEN {u}/$ID"),
    ("a variable in a body", "curl --json \"{\\\"a\\\": \\\"$WORD\\\"}\" {u}"),
    ("a variable that is encoded", "curl --data-urlencode \"a=$WORD\" -d b=c {u}"),
    ("a variable that is encoded in a query", "curl -G --data-urlencode \"a=$WORD\" {u}/x"),
    ("an encoded variable next to a space", "curl --data-urlencode \"From=$WORD\" --data-urlencode 'Body=Hi there' -u \"$ID:$TOKEN\" {u}/Messages.json"),
    ("an encoded variable inside other text", "curl --data-urlencode \"a b=x y$WORD/é$WORD\" -d 'c=d e' {u}"),
    ("an encoded variable next to all kinds of fields", "curl -d 'email=a@b.c' -d 'a[b]=c' --data-urlencode \"q=$WORD\" -d 'channel=#general' -d \"raw=$TOKEN&$TOKEN\" {u}"),
    ("an encoded variable next to a file", "curl --data-urlencode \"q=$WORD\" -d @{dir}/note.txt --data-urlencode n@{dir}/word.txt --data-raw \"@$ID\" {u}"),
    ("a variable that is encoded and has no name", "curl --data-urlencode \"=x $WORD\" --data-urlencode \"=$WORD\" {u}"),
    ("a variable that is encoded with another type", "curl -X PUT -H 'Content-Type: text/plain' --data-urlencode \"q=$WORD\" {u}"),
    ("an encoded variable in a query next to a space", "curl -G --data-urlencode \"a=$WORD\" --data-urlencode 'b=x y' '{u}/x?z=1'"),
    ("a variable that is encoded in the query of a form", "curl -F 'a=b' --url-query \"q=$WORD\" --url-query +raw {u}/x"),
    ("an encoded variable in a query next to plain text", "curl --url-query \"a=$WORD\" --url-query '+b' '{u}/x?y=z'"),
    ("a variable that is encoded in a query and in the body", "curl --url-query \"a=$WORD\" --url-query 'c=d e' --data-urlencode \"b=$WORD\" -d 'x y' {u}/x"),
    ("an empty variable that is encoded", "curl --data-urlencode \"a=$EMPTY\" --data-urlencode 'b=c d' {u}"),
    ("a variable in a form", "curl -F \"a=$WORD\" -F \"b=@{dir}/$TOKEN.txt;type=a/b;filename=c\" {u}"),
    ("a login that waits for a challenge", "curl --digest -u me:pw {u}/a"),
    ("a login for any scheme", "curl --anyauth -u me:pw -d x=y {u}/a"),
    ("Basic after --digest is turned off", "curl --digest --no-digest -u me:pw {u}/a -d x=y"),
    ("--basic and --digest", "curl --basic --digest 'http://me:pw@{host}/a'"),
    ("variables for a login", "curl -u \"$TOKEN:$WORD\" {u}"),
    ("an empty variable", "curl \"{u}/a$EMPTY\" -b a=$EMPTY"),
];

/// The subject, a text that bash cannot run, and an equivalent command for bash.
type Pair = (&'static str, &'static str, &'static str);

const PAIRS: &[Pair] = &[
    (
        "the seed's page, without line endings",
        "curl -X PUT\n\t-H \"Authorization: Bearer <access_token>\"\n\t-H \"Content-Type: \
         multipart/form-data\"\n\t--form 'password=dolor Excepteur minim'\n\
         {u}/v2/users/:userId/password\n",
        "curl -X PUT -H 'Authorization: Bearer <access_token>' -H 'Content-Type: \
         multipart/form-data' --form 'password=dolor Excepteur minim' {u}/v2/users/:userId/password",
    ),
    (
        "Chrome for cmd",
        r#"curl ^"{u}/a?b=c^%^20d^&e=^%^7Bf^%^7D^" ^
  -X ^"PUT^" ^
  -H ^"Accept: application/json, */*;q=0.1^" ^
  -b ^"g=h; i=^\^"j^\^"^" ^
  --data-raw ^"^{^\^"k^\^":^\^"l^%^ m^\^"^}^

^!^" ^
  --insecure
"#,
        r#"curl '{u}/a?b=c%20d&e=%7Bf%7D' -X PUT -H 'Accept: application/json, */*;q=0.1' \
            -b 'g=h; i="j"' --data-raw $'{"k":"l% m"}\n!'"#,
    ),
    (
        "older browsers for cmd, where a backslash counts only before a quote",
        r#"curl "{u}/a?b=%20c&d" ^
  -H "X-A: ^b" -H "X-B: C:\a\\b" -H "X-C: a""b" ^
  --data-binary "{\"a\":\"\\\"\"}" ^
  --compressed"#,
        r#"curl '{u}/a?b=%20c&d' -H 'X-A: ^b' -H 'X-B: C:\a\\b' -H 'X-C: a"b' \
            --data-binary '{"a":"\""}' --compressed"#,
    ),
    (
        "PowerShell",
        "curl.exe -X POST `\r\n  -H 'X-A: it''s' `\r\n  -H \"X-B: $TOKEN\" `\r\n  -d '{\\\"a\\\":1}' \
         `\r\n  \"{u}/a?b=c&d\"\r\n",
        "curl -X POST -H \"X-A: it's\" -H \"X-B: $TOKEN\" -d '{\"a\":1}' '{u}/a?b=c&d'",
    ),
    (
        "a variable of cmd",
        "curl -H \"Authorization: Bearer %TOKEN%\" ^\n \"{u}/a%20b%20c\"",
        "curl -H \"Authorization: Bearer $TOKEN\" '{u}/a%20b%20c'",
    ),
    (
        "Chrome for bash",
        "curl '{u}/graphql?a=b' \\\n  -H 'accept: */*' \\\n  -H 'content-type: application/json' \\\n  \
         -b 'a=b; c=d' \\\n  --data-raw $'{\"q\":\"it\\'s \\\\n \\u0021\"}' \\\n  --insecure",
        "curl '{u}/graphql?a=b' -H 'content-type: application/json' -b 'a=b; c=d' --data-raw \
         '{\"q\":\"it'\\''s \\n !\"}'",
    ),
    (
        "Postman",
        "curl --location --request PUT '{u}/v2/users/me/password' \\\n--header 'Content-Type: \
         application/json' \\\n--header 'Authorization: Bearer <token>' \\\n--data '{\n    \
         \"new_password\": \"lorem\"\n}'",
        "curl -L -X PUT {u}/v2/users/me/password -H 'Content-Type: application/json' -H \
         'Authorization: Bearer <token>' -d $'{\\n    \"new_password\": \"lorem\"\\n}'",
    ),
    (
        "Postman's form",
        "curl --location '{u}/x' \\\n--form 'a=\"b; c \\\"d\\\"\"' \\\n--form 'e=@\"{dir}/note.txt\"'",
        "curl -L {u}/x -F 'a=\"b; c \\\"d\\\"\"' -F e=@{dir}/note.txt",
    ),
    (
        "a prompt, and further prompts",
        "$ curl -X PUT \\\n> -d a=b \\\n> {u}/a",
        "curl -X PUT -d a=b {u}/a",
    ),
    (
        "line endings that a page has turned into spaces",
        "curl -X PUT {u}/a \\ -H 'X-A: b' \\   --data 'c=d' \\ ",
        "curl -X PUT {u}/a -H 'X-A: b' -d c=d",
    ),
    (
        "line endings before the URL that a page has turned into spaces",
        "curl -X POST \\ {u}/a \\ \"-H\" 'X-A: b'",
        "curl -X POST {u}/a -H 'X-A: b'",
    ),
    (
        "the same of cmd",
        "curl -X PUT ^ \"{u}/a?b&c\" ^ -H \"X-A: b\"",
        "curl -X PUT '{u}/a?b&c' -H 'X-A: b'",
    ),
    (
        "the same of PowerShell",
        "curl.exe -X PUT ` -H 'X-A: it''s' ` '{u}/a'",
        "curl -X PUT -H \"X-A: it's\" {u}/a",
    ),
    ("a fence of backticks", "```bash\ncurl {u}/a \\\n -d b=c\n```\n", "curl {u}/a -d b=c"),
    ("a fence without a language", "```\n$ curl {u}/a\n```", "curl {u}/a"),
    ("backticks round a line", "`curl {u}/a -d 'b c'`", "curl {u}/a -d 'b c'"),
    ("a prompt with a name", "me@here:~/x$ curl {u}/a -H 'X: $'", "curl {u}/a -H 'X: $'"),
    ("the prompt of zsh", "% curl {u}/a", "curl {u}/a"),
    ("the prompt of PowerShell", "PS C:\\Users\\me> curl.exe {u}/a", "curl {u}/a"),
    ("the prompt of cmd", "C:\\Users\\me>curl {u}/a", "curl {u}/a"),
    ("the prompt of root", "# curl {u}/a -d b", "curl {u}/a -d b"),
    ("a comment about curl", "# curl it is\ncurl {u}/a -d b", "curl {u}/a -d b"),
    ("sudo", "$ sudo curl {u}/a", "curl {u}/a"),
    (
        "a URL of a variable after a line ending that a page has turned into a space",
        "curl -X POST \\ $URL \\ -H 'a: b'",
        "curl -X POST '{u}/a/?b' -H 'a: b'",
    ),
    (
        "Windows line endings in a text for bash",
        "curl \\\r\n  -d 'a\r\nb' \\\r\n  {u}/a\r\n",
        "curl -d $'a\\nb' {u}/a",
    ),
    ("spaces of a web page", "\u{feff}curl\u{a0}-X\u{a0}PUT\u{a0}{u}/a", "curl -X PUT {u}/a"),
    (
        "a value after an equals sign",
        "curl --request=PUT --header='X-A: b=c' --data=d=e {u}/a",
        "curl --request PUT --header 'X-A: b=c' --data d=e {u}/a",
    ),
    (
        "a variable of Postman's in the URL",
        "curl {{BASE}}/users/{{ID}} -H 'X: {{OTHER}}'",
        "curl \"$BASE/users/$ID\" -H 'X: {{OTHER}}'",
    ),
    ("a URL that is a variable", "curl \"$URL\"", "curl '{u}/a/?b'"),
    (
        "halves of a character, as browsers write them",
        "curl -d $'\\ud83d\\udc08' {u}",
        "curl -d '🐈' {u}",
    ),
];

pub(crate) struct Bench {
    pub(crate) server: Server,
    pub(crate) dir: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        let bench = Bench {
            server: Server::answering("200 OK", "", "ok"),
            dir: tempfile::tempdir().unwrap(),
        };
        for (name, content) in FILES {
            std::fs::write(bench.dir.path().join(name), content).unwrap();
        }
        std::fs::write(bench.dir.path().join("not-a-secret.txt"), "by a variable").unwrap();
        bench
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.server.port())
    }

    pub(crate) fn filled(&self, text: &str) -> String {
        // bash removes the backslashes of Windows.
        let dir = self.dir.path().to_str().unwrap().replace(std::path::MAIN_SEPARATOR, "/");
        text.replace("{u}", &format!("http://{}", self.host()))
            .replace("{host}", &self.host())
            .replace("{dir}", &dir)
    }

    pub(crate) fn last(&self) -> Received {
        self.server.requests().pop().expect("a request")
    }

    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let mut all: Vec<_> = VARIABLES.iter().map(|(n, v)| (*n, (*v).to_owned())).collect();
        all.push(("BASE", format!("http://{}", self.host())));
        all.push(("URL", format!("http://{}/a/?b", self.host())));
        all
    }

    /// Returns what the curl program sends.
    pub(crate) fn theirs(&self, command: &str) -> Received {
        let before = self.server.requests().len();
        let stderr = self.run_bash(command);
        assert_eq!(self.server.requests().len(), before + 1, "{command}: {stderr}");
        self.last()
    }

    /// Runs a text by bash and curl. Returns what it writes to standard error.
    pub(crate) fn run_bash(&self, command: &str) -> String {
        // Without the machine's configuration and proxies.
        let script = format!(
            "curl() {{ command curl -q -sS --max-time 60 \"$@\"; }}\n{}",
            self.filled(command)
        );
        let mut bash = Command::new("bash");
        for name in ["http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            bash.env_remove(name);
        }
        let output = bash
            .env("NO_PROXY", "")
            .env("no_proxy", "")
            .env("LC_ALL", "C.UTF-8")
            .envs(self.variables())
            .args(["-c", &script])
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Returns what zoomkat sends.
    pub(crate) fn ours(&self, text: &str) -> Result<Received, zoomkat::Error> {
        let before = self.server.requests().len();
        let mut call = Call::from_curl(&self.filled(text))?;
        for (name, value) in self.variables() {
            call.set_variable(name, &value);
        }
        patient().perform(&call)?;
        assert_eq!(self.server.requests().len(), before + 1, "{text}");
        Ok(self.last())
    }
}

#[derive(Debug, PartialEq)]
enum Body {
    Whole(String),
    /// The header lines and the content of each.
    Parts(Vec<(Vec<String>, Vec<u8>)>),
}

/// A request in a form that can be compared.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    line: String,
    set_by_programs: Vec<(String, String)>,
    others: Vec<(String, String)>,
    body: Body,
}

pub(crate) fn seen(received: &Received) -> Seen {
    let (method, rest) = received.line().split_once(' ').unwrap();
    let (target, version) = rest.rsplit_once(' ').unwrap();
    let line = format!("{method} {} {version}", normal_target(target));
    let content_type = received.header("Content-Type").unwrap_or_default().to_owned();
    let boundary = content_type.contains("boundary=").then(|| boundary_of(&content_type));
    // A boundary that the caller chose is the same on both sides, as is the body.
    let boundary = boundary.filter(|boundary| boundary.starts_with("----"));
    let (mut set_by_programs, mut others) = (Vec::new(), Vec::new());
    for header in received.headers() {
        let (name, value) = header.split_once(':').unwrap();
        let (lower, value) = (name.to_ascii_lowercase(), value.trim());
        match (lower.as_str(), value) {
            ("accept", "*/*") | ("expect", _) | ("proxy-connection", _) => {}
            ("user-agent", agent) if agent.starts_with("curl/") => {}
            ("content-length", "0") => {}
            ("content-length", _) if boundary.is_some() => {}
            ("content-type", of) => {
                let of = boundary.as_ref().map_or(of.to_owned(), |b| of.replace(b.as_str(), "B"));
                set_by_programs.push((lower, of));
            }
            ("host" | "content-length" | "authorization" | "proxy-authorization", value) => {
                set_by_programs.push((lower, value.to_owned()));
            }
            ("accept-encoding", codings) if codings.starts_with("deflate, gzip") => {
                others.push((name.to_owned(), codings.replace(", br", "").replace(", zstd", "")));
            }
            (_, value) => others.push((name.to_owned(), value.to_owned())),
        }
    }
    set_by_programs.sort();
    let body = match boundary {
        Some(boundary) => {
            let parts = read_strictly(&received.body, &boundary).into_iter();
            let parts = parts
                .map(|(mut lines, part)| {
                    lines.sort();
                    (lines, part.content)
                })
                .collect();
            Body::Parts(parts)
        }
        None => Body::Whole(received.body.escape_ascii().to_string()),
    };
    Seen { line, set_by_programs, others, body }
}

pub(crate) fn compare(rows: impl Iterator<Item = (&'static str, &'static str, &'static str)>) {
    if !has("bash") || !has_curl() {
        return;
    }
    let bench = Bench::new();
    let mut wrong = Vec::new();
    for (about, text, command) in rows {
        let theirs = seen(&bench.theirs(command));
        let ours = bench.ours(text).map(|ours| seen(&ours));
        if ours.as_ref().ok() != Some(&theirs) {
            wrong.push(format!("{about}: {command}\n  curl:    {theirs:?}\n  zoomkat: {ours:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_command_sends_what_curl_sends() {
    compare(ROWS.iter().map(|(about, command)| (*about, *command, *command)));
    compare_digest_logins();
}

/// Answers right credentials with 200, and others with a challenge.
fn protected_server() -> Server {
    let challenges = "WWW-Authenticate: Basic realm=\"zoo\"\r\n\
                      WWW-Authenticate: Digest realm=\"zoo\", nonce=\"n\", qop=\"auth,auth-int\", \
                      algorithm=SHA-256, opaque=\"o=\"\r\n";
    Server::start(move |mut conn: support::Conn| {
        while let Some(request) = conn.read_request() {
            match has_right_login(&request, ("mé x", "p:w"), "zoo") {
                true => conn.respond("200 OK", "", "ok"),
                false => conn.respond("401 No", challenges, "no"),
            }
        }
    })
}

/// Both send the same credentials, except for the random value and the response that depends on it.
fn compare_digest_logins() {
    if !has("bash") || !has_curl() {
        return;
    }
    for command in [
        "curl --digest -u 'mé x:p:w' '{u}/a?b=%20c'",
        "curl --anyauth -u 'mé x:p:w' -d x=y {u}/a",
        "curl -X PUT --digest -u 'mé x:p:w' -F a=b {u}/a",
    ] {
        let bench = Bench { server: protected_server(), dir: tempfile::tempdir().unwrap() };
        let text = bench.filled(command);
        let call = Call::from_curl(&text).unwrap();
        assert_eq!(patient().perform(&call).unwrap().body_str(), "ok", "{command}");
        let ours = bench.server.requests();
        assert_eq!(Call::from_curl(&call.to_curl().unwrap()).unwrap(), call, "{command}");
        bench.run_bash(&text);
        let theirs = bench.server.requests().split_off(ours.len());
        assert_eq!((ours.len(), theirs.len()), (2, 2), "{command}");
        for name in ["username", "realm", "nonce", "uri", "nc", "qop", "opaque", "algorithm"] {
            assert_eq!(param(&ours[1], name), param(&theirs[1], name), "{command}: {name}");
        }
        assert_eq!(ours[0].header("Authorization"), None);
        assert!(has_right_login(&theirs[1], ("mé x", "p:w"), "zoo"), "{command}");
    }
}

#[test]
fn texts_for_other_shells_send_the_same_as_for_bash() {
    compare(PAIRS.iter().copied());
}

#[test]
fn the_response_is_written_to_the_commands_file() {
    let bench = Bench::new();
    for (command, file) in [
        ("curl -o '{dir}/one' {u}/a", "one"),
        ("curl {u}/a > '{dir}/two' 2>&1", "two"),
        ("curl -O --output-dir '{dir}' '{u}/a/three.json?b'", "three.json"),
        ("curl --output-dir '{dir}' -so four {u}/a", "four"),
    ] {
        let path = bench.dir.path().join(file);
        assert!(!Path::new(&path).exists());
        bench.ours(command).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "ok", "{command}");
    }
}

#[test]
fn curl_sends_every_rewritten_command_alike() {
    rewrite(ROWS);
}

#[test]
fn every_command_sends_the_same_as_a_program() {
    // A program reads the file as text and fails if it is not text.
    run_as_programs(
        ROWS,
        &["-F with the content of a file that is no text", "--data-binary of bytes among others"],
    );
}

/// Writes each command again, and compares what curl sends for it with what zoomkat sends for the original.
pub(crate) fn rewrite(rows: &[Row]) {
    if !has("bash") || !has_curl() {
        return;
    }
    let bench = Bench::new();
    for (about, command) in rows {
        let call = Call::from_curl(&bench.filled(command)).unwrap();
        let text = call.to_curl().unwrap_or_else(|err| panic!("{about}: {err}"));
        let ours = seen(&bench.ours(command).unwrap());
        assert_eq!(seen(&bench.theirs(&text)), ours, "{about}\n{text}");
        let again = Call::from_curl(&text).unwrap_or_else(|err| panic!("{about}: {err}\n{text}"));
        assert_eq!(again.to_curl().unwrap(), text, "{about}");
    }
}

/// Runs each command as a program, except for those in `left_out`.
pub(crate) fn run_as_programs(rows: &[Row], left_out: &[&str]) {
    let bench = Bench::new();
    let (mut programs, mut expected) = (Vec::new(), Vec::new());
    for (about, command) in rows.iter().filter(|row| !left_out.contains(&row.0)) {
        let call = Call::from_curl(&bench.filled(command)).unwrap();
        match call.to_rust() {
            // Secrets would have to be in the environment, which other tests cover.
            Ok(_) if call.hide_secrets() != call => {}
            Ok(program) => {
                programs.push(program);
                expected.push((about, bench.ours(command).unwrap()));
            }
            Err(err) => assert!(err.to_string().contains("cookie file"), "{about}: {err}"),
        }
    }
    let compiled = Programs::compile(&programs);
    let variables = bench.variables();
    let variables: Vec<_> = variables.iter().map(|(n, v)| (*n, v.as_str())).collect();
    for (at, (about, ours)) in expected.iter().enumerate() {
        compiled.run_ok(at, bench.dir.path(), &variables);
        assert_eq!(seen(&bench.last()), seen(ours), "{about}\n{}", programs[at]);
    }
}
