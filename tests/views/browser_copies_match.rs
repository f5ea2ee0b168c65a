//! A browser's "Copy as cURL": reading a copy sends what the browser sent.
//!
//! Chromium fetches from a capture server, and `tests/browser/copy.mjs` asks its DevTools for the
//! text, for bash and for cmd. `Call::from_curl` reads each text and sends it to the same server.
//! Method, target, body and all header fields agree, except for Accept-Encoding, which no copy has.
//! What the copy itself loses is skipped: for cmd a carriage return, and non-ASCII text. The test
//! needs node, npm and Chromium, and runs where `ZOOMKAT_REQUIRE_TOOLS` is set.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};
use support::browser;
use support::forms;
use support::{Received, Server, patient};
use zoomkat::Call;

/// Returns the browser's calls, each with whether a copy for cmd keeps everything.
fn calls() -> Vec<(Value, bool)> {
    let odd = r#"it's "so" \ \\ \" %PATH% %41 ^ ^^ & | < > ( ) @ ! !! $HOME $(id) `id` ~ * ? # ; , = + { } [ ]"#;
    let mut calls = vec![
        (json!(["/copy/plain", {}]), true),
        (json!(["/copy/query?a=1&b=%22%5B%5D&c=it's&d[e]={f}&g=%41^|`&h=100%", {}]), true),
        (json!(["/copy/unicode/é?日=🐈", {}]), true),
        (
            json!(["/copy/headers", {"headers": {"X-Odd": odd, "X-Quote": "\"", "X-Slash": "\\"}}]),
            true,
        ),
        (json!(["/copy/empty", {"headers": {"X-Empty": ""}}]), true),
        (json!(["/copy/secret", {"headers": {"Authorization": "Bearer not-a-secret"}}]), true),
        (json!(["/copy/delete", {"method": "DELETE"}]), true),
        (json!(["/copy/none", {"method": "POST"}]), true),
        (
            json!(["/copy/own", {"method": "PROPFIND", "body": "<a/>", "headers": {"Content-Type": "text/xml"}}]),
            true,
        ),
        (
            json!(["/copy/form", {"method": "POST", "body": "a=b%20c&d=e+f&g=it's",
            "headers": {"Content-Type": "application/x-www-form-urlencoded"}}]),
            true,
        ),
        (
            json!(["/copy/json", {"method": "PUT", "body": "{\n  \"a\": \"it's \\\"so\\\"\\n\",\n  \"b\": [1]\n}\n",
            "headers": {"Content-Type": "application/json"}}]),
            true,
        ),
        (
            json!(["/copy/unicode-body", {"method": "PATCH", "body": "é 日 🐈 \u{85}\u{9f}\u{7f}\u{1}"}]),
            false,
        ),
        (
            json!(["/copy/multipart", {"method": "POST", "form": [["name", "two words"], ["type", odd],
            ["it's \"so\"", "l\r\nl"]]}]),
            false,
        ),
    ];
    for body in [
        odd,
        "@note.txt",
        "\\",
        "a\\",
        "\"",
        "\\\"",
        "%",
        "^",
        "\n",
        "\r\n\r\n",
        "a\nb\n\nc\n",
        "!",
        "'",
    ] {
        calls.push((json!(["/copy/body", {"method": "POST", "body": body}]), !body.contains('\r')));
    }
    calls
}

#[derive(Debug, PartialEq)]
struct Comparable {
    line: String,
    headers: Vec<String>,
    body: String,
}

fn comparable(received: &Received) -> Comparable {
    let headers = received.headers().into_iter();
    let mut headers: Vec<String> = headers
        .filter(|line| !line.to_ascii_lowercase().starts_with("accept-encoding:"))
        .map(|line| line.trim_end().to_owned())
        .collect();
    headers.sort();
    let body = received.body.escape_ascii().to_string();
    let line = received.line().split(' ').map(forms::normal_target).collect::<Vec<_>>().join(" ");
    Comparable { line, headers, body }
}

#[test]
fn a_copy_sends_what_the_browser_sent() {
    let Some(browser) = browser::Browser::ready(env!("CARGO_TARGET_TMPDIR"), "copy.mjs") else {
        return;
    };
    let server = Server::start(|mut conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "Content-Type: text/html\r\n", "<p>ok");
        }
    });
    let calls = calls();
    let mut copy = browser.script("copy.mjs");
    copy.arg(format!("http://127.0.0.1:{}/", server.port())).arg(&browser.chromium);
    let mut copy =
        copy.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let wanted: Vec<&Value> = calls.iter().map(|(call, _)| call).collect();
    copy.stdin.take().unwrap().write_all(json!(wanted).to_string().as_bytes()).unwrap();
    let copied = copy.wait_with_output().unwrap();
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    let copies: Vec<Value> = serde_json::from_slice(&copied.stdout).unwrap();

    let sent: Vec<Received> = server.requests();
    let sent: Vec<Comparable> =
        sent.iter().filter(|one| one.line().contains(" /copy/")).map(comparable).collect();
    assert_eq!((sent.len(), copies.len()), (calls.len(), calls.len()));

    let mut wrong = Vec::new();
    for (((call, by_cmd), sent), copy) in calls.iter().zip(&sent).zip(&copies) {
        for (shell, is_whole) in [("bash", true), ("cmd", *by_cmd)] {
            let text = copy[shell].as_str().unwrap();
            let again = Call::from_curl(text).and_then(|call| patient().perform(&call));
            let again = again.map(|_| comparable(server.requests().last().unwrap()));
            if is_whole && again.as_ref().ok() != Some(sent) {
                wrong.push(format!(
                    "{call} for {shell}:\n{text}\n  sent {sent:#?}\n  again {again:#?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n\n"));
}
