//! The command `zoomkat`: output, exit codes and secrets.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use support::capture::Markers;
use support::tools::has;
use support::{ClosedPort, Server};

/// The result of a run.
pub(super) struct RunResult {
    pub(super) code: Option<i32>,
    pub(super) out: Vec<u8>,
    pub(super) err: String,
}

impl RunResult {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.out.clone()).unwrap()
    }
}

pub(super) fn zoomkat() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zoomkat"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "http_proxy", "all_proxy", "ALL_PROXY"] {
        command.env_remove(name);
    }
    command
}

pub(super) fn finish(command: &mut Command, stdin: &[u8]) -> RunResult {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The process may end without reading it.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    RunResult { code: output.status.code(), out: output.stdout, err }
}

/// Runs the command with its standard output closed.
pub(super) fn run_unread(args: &[&str]) -> RunResult {
    let mut child = zoomkat()
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    RunResult { code: output.status.code(), out: output.stdout, err }
}

pub(super) fn run(args: &[&str]) -> RunResult {
    finish(zoomkat().args(args), b"")
}

pub(super) fn run_with(args: &[&str], stdin: &str) -> RunResult {
    finish(zoomkat().args(args), stdin.as_bytes())
}

/// A server whose responses are not text.
fn binary_server() -> Server {
    Server::start(|mut conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "X-Lorem: ipsum\r\n", b"\0\xff\r\n\x1b[1mlast");
        }
    })
}

pub(super) fn url(server: &Server, path: &str) -> String {
    format!("http://127.0.0.1:{}{path}", server.port())
}

pub(super) struct Files(tempfile::TempDir);

impl Files {
    pub(super) fn new() -> Files {
        Files(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub(super) fn add(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// A collection whose requests go to `base`.
pub(super) fn collection(base: &str) -> Value {
    json!({
        "info": { "name": "Lorem API" },
        "variable": [{ "key": "baseUrl", "value": base }, { "key": "dept", "value": "ipsum" }],
        "auth": { "type": "bearer", "bearer": [{ "key": "token", "value": "{{token}}" }] },
        "item": [
            { "name": "users", "item": [
                { "name": "Get a user",
                  "request": { "method": "GET", "url": "{{baseUrl}}/users/:userId?dept={{dept}}" },
                  "response": [{ "name": "a" }, { "name": "b" }] },
                { "name": "Create\u{1b}[31m",
                  "event": [{ "listen": "test", "script": { "exec": ["lorem()"] } }],
                  "request": { "method": "POST", "url": "{{baseUrl}}/users",
                               "body": { "mode": "raw", "raw": "{\"name\": \"{{name}}\"}" } },
                  "response": [{ "name": "a" }] },
                { "name": "empty", "item": [] },
            ] },
            { "name": "Elsewhere", "request": { "method": "GET", "url": "https://example.com/users",
                                                "auth": { "type": "noauth" } } },
        ],
    })
}

#[test]
fn the_body_is_written_to_standard_output_byte_for_byte_and_the_status_to_standard_error() {
    let server = binary_server();
    let ran = run(&["send", &format!("curl '{}' -H 'X-A: b c'", url(&server, "/p?q=1"))]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.out, b"\0\xff\r\n\x1b[1mlast");
    assert_eq!(ran.err, "HTTP/1.1 200 OK\n");
    let request = server.request();
    assert_eq!((request.line(), request.header("X-A")), ("GET /p?q=1 HTTP/1.1", Some("b c")));
}

#[test]
fn the_header_comes_before_the_body_on_request_as_in_curl() {
    let server = binary_server();
    let get = format!("curl {}", url(&server, "/"));
    let ran = run(&["send", "-i", &get]);
    let head = "HTTP/1.1 200 OK\r\nX-Lorem: ipsum\r\nContent-Length: 12\r\n\r\n";
    assert_eq!(ran.out, [head.as_bytes(), b"\0\xff\r\n\x1b[1mlast"].concat());
    assert_eq!(ran.err, "");
    let server = Server::saying("HTTP/1.1 204 No Content\r\nA: b\r\n\r\n");
    let ran = run(&["send", &format!("curl -I {}", url(&server, "/"))]);
    assert_eq!(ran.text(), "HTTP/1.1 204 No Content\r\nA: b\r\n\r\n");
}

#[test]
fn a_command_or_an_item_is_read_from_standard_input() {
    let server = Server::answering("200 OK", "", "ok");
    let curl = format!("$ curl \\\n  -d a=b \\\n  {}\n", url(&server, "/"));
    let item = json!({ "name": "x", "request": { "method": "POST", "url": url(&server, "/"),
        "body": { "mode": "urlencoded", "urlencoded": [{ "key": "a", "value": "b" }] } } });
    for (args, stdin) in [
        (&["send"][..], curl.as_str()),
        (&["send", "-"], &curl),
        (&["send"], &format!("\n{item}")),
        (&["send"], &format!("\u{feff}{item}")),
    ] {
        let ran = run_with(args, stdin);
        assert_eq!((ran.code, ran.text().as_str()), (Some(0), "ok"), "{}", ran.err);
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    for request in requests {
        assert_eq!((request.line(), request.text().as_str()), ("POST / HTTP/1.1", "a=b"));
    }
}

#[test]
fn an_item_of_a_collection_is_sent_with_the_values_of_environment_and_caller() {
    let server = Server::answering("200 OK", "", "");
    let files = Files::new();
    let file = files.add("c.json", collection(&url(&server, "/v2")).to_string());
    let env = json!({ "values": [{ "key": "token", "value": "lorem" }, { "key": "dept", "value": "env" }] });
    let env = files.add("env.json", env.to_string());
    let item = ["send", "--collection", &file, "--item", "users/Get a user"];
    let more = ["--env", &env, "--var", "userId=a/b", "--var", "dept=x=y"];
    let ran = run(&[&item[..], &more[..]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let request = server.request();
    assert_eq!(request.line(), "GET /v2/users/a%2Fb?dept=x=y HTTP/1.1");
    assert_eq!(request.header("Authorization"), Some("Bearer lorem"));

    let mut command = zoomkat();
    let ran = finish(command.args(item).env("token", "of the machine"), b"");
    assert_eq!(ran.code, Some(2), "collections do not use the environment");
    assert!(ran.err.starts_with("zoomkat: ") && ran.err.contains("{{token}}"), "{}", ran.err);
    assert_eq!(server.requests().len(), 1, "nothing was sent");

    let ran = run(&[&item[..], &["--literal"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let request = &server.requests()[1];
    assert_eq!(request.line(), "GET /v2/users/:userId?dept=ipsum HTTP/1.1");
    assert_eq!(request.header("Authorization"), Some("Bearer {{token}}"));
}

#[test]
fn later_environments_override_earlier_ones_and_globals_come_last() {
    let files = Files::new();
    let file = |name: &str, scope: &str, values: &[(&str, &str)]| {
        let values = values.iter().map(|(key, value)| json!({ "key": key, "value": value }));
        let values: Vec<_> = values.collect();
        let text = json!({ "values": values, "_postman_variable_scope": scope }).to_string();
        files.add(name, text)
    };
    let first = file("first.json", "environment", &[("a", "first"), ("b", "first")]);
    let second = file("second.json", "environment", &[("b", "second")]);
    let all = [("a", "globals"), ("b", "globals"), ("c", "globals"), ("d", "globals")];
    let globals = file("globals.json", "globals", &all);
    let request = json!({ "url": "https://example.com/{{a}}/{{b}}/{{c}}/{{d}}" });
    let own = json!([{ "key": "c", "value": "collection" }]);
    let collection = json!({ "item": [{ "name": "One", "request": request }], "variable": own });
    let collection = files.add("c.json", collection.to_string());
    let envs = ["--env", &first, "--env", &second, "--env", &globals];
    let wanted = "https://example.com/first/second/collection/globals";
    for command in [&["convert", "--to", "curl"][..], &["send", "--dry-run"]] {
        let item = ["--collection", &collection, "--item", "One"];
        let ran = run(&[command, &item, &envs].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let output = ran.text() + &ran.err;
        assert!(output.contains(wanted.trim_start_matches("https://example.com")), "{output}");
    }
    let out = files.path("site");
    let ran = run(&[&["site", &collection, "--out", &out][..], &envs].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let page = std::fs::read_to_string(format!("{out}/one.html")).unwrap();
    let page = crate::site_content::without_colours(&page);
    assert!(page.contains(&format!("curl {wanted}")), "{page}");
}

#[test]
fn a_path_that_several_items_share_needs_a_method() {
    let server = Server::answering("200 OK", "", "");
    let files = Files::new();
    let item = |verb: &str| json!({ "name": "/pets/:id", "request": { "method": verb, "url": url(&server, "/pets") } });
    let all =
        json!({ "info": {}, "item": [item("GET"), item("PATCH"), item("DELETE"), item("DELETE")] });
    let file = files.add("c.json", all.to_string());
    let send = |item: &str| run(&["send", "--collection", &file, "--item", item]);
    let ran = send("/pets/:id");
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(
        ran.err.contains("GET, PATCH, DELETE") && ran.err.contains("\"DELETE /pets/:id\""),
        "{}",
        ran.err
    );
    assert!(server.requests().is_empty());
    for verb in ["DELETE", "PATCH"] {
        let ran = send(&format!("{verb} /pets/:id"));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(server.requests().last().unwrap().line().starts_with(verb));
    }
}

#[test]
fn variables_of_a_command_come_from_the_options_then_the_environment() {
    let server = Server::answering("200 OK", "", "");
    let curl = format!("curl \"{}$ZK_A/${{ZK_B}}\" -d '$ZK_C'", url(&server, "/"));
    let mut command = zoomkat();
    command.env("ZK_A", "env a").env("ZK_B", "env b");
    let ran = finish(command.args(["send", &curl, "--var", "ZK_A=var a=a"]), b"");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let request = server.request();
    assert_eq!(request.line(), "POST /var%20a=a/env%20b HTTP/1.1");
    assert_eq!(request.text(), "$ZK_C", "single quotes prevent expansion");

    let ran = run(&["send", &curl, "--var", "ZK_A=x"]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.err, "zoomkat: $ZK_B has no value; give it one with --var ZK_B=...\n");
    assert_eq!(server.requests().len(), 1, "nothing was sent");
}

#[test]
fn the_exit_code_separates_error_responses_bad_input_and_failures() {
    let files = Files::new();
    let file = files.add("c.json", collection("http://127.0.0.1:9").to_string());
    let damaged = files.add("damaged.json", "{\n  \"item\": [{]\n}");
    let binary = files.add("binary.json", b"{\n\xc3\xa9 \xff\xfe");
    let missing = files.path("missing.json");

    let server = Server::answering("404 Not Found", "", "{\"code\": 1001}");
    let ran = run(&["send", &format!("curl {}", url(&server, "/"))]);
    assert_eq!((ran.code, ran.text().as_str()), (Some(1), "{\"code\": 1001}"));
    assert_eq!(ran.err, "HTTP/1.1 404 Not Found\n");

    let closed = ClosedPort::new();
    let ran = run(&["send", &format!("curl http://127.0.0.1:{}/", closed.port())]);
    assert_eq!((ran.code, ran.err.lines().count()), (Some(3), 1), "{}", ran.err);
    assert!(ran.err.starts_with("zoomkat: cannot connect"), "{}", ran.err);
    let ran = run(&["send", "-v", &format!("curl http://127.0.0.1:{}/", closed.port())]);
    assert!(ran.err.contains("\nGET http://127.0.0.1:") && ran.err.contains(" ms "), "{}", ran.err);

    for (args, expected) in [
        (&["send", "curl \\\n 'http://127.0.0.1/"][..], "(line 2, column 2)"),
        (&["send", "curl http://127.0.0.1/ --http3"], "--http3"),
        (&["send", "lorem"], "zoomkat: "),
        (&["send", "{\"name\":"], "line 1, column"),
        (&["send", "curl http://127.0.0.1/ -d @-", "--literal"], "--literal"),
        (&["send", "curl http://127.0.0.1/", "--var", "lorem"], "--var"),
        (&["send", "curl -T /nowhere/file http://127.0.0.1:9/"], "/nowhere/file"),
        (&["send", "--collection", &file], "zoomkat list"),
        (&["send", "--collection", &file, "--item", "users/Get user"], "\"users/Get a user\""),
        (&["send", "--collection", &file, "--item", "Elsewhere", "--env", &file], "list of values"),
        (&["send", "--item", "x"], "--collection"),
        (&["send", "a", "--collection", &file], "--collection"),
        (&["list", &damaged], "damaged.json: "),
        (&["list", &damaged], "line 2, column 13"),
        (&["list", &missing], "cannot read "),
        (&["list", &binary], "not UTF-8 text (line 2, column 3)"),
        (&["convert", "--to", "perl"], "rust, curl, postman"),
        (&["lorem"], "unrecognized subcommand"),
        (&[], "Usage: zoomkat"),
    ] {
        let ran = run(args);
        assert_eq!((ran.code, ran.out.len()), (Some(2), 0), "{args:?}: {}", ran.err);
        assert!(
            ran.err.starts_with("zoomkat: ") && ran.err.contains(expected),
            "{args:?}: {}",
            ran.err
        );
    }
    let ran = run_with(&["send"], "curl http://127.0.0.1:9/ -d @-");
    assert_eq!(ran.code, Some(2), "the command itself is not the body");
    assert!(ran.err.contains("standard input"), "{}", ran.err);
}

#[test]
fn a_dry_run_shows_the_request_without_sending_or_reading_anything() {
    let server = Server::answering("200 OK", "", "");
    let files = Files::new();
    let missing = files.path("missing.txt");
    let curl = format!(
        "curl \"{}\" -F 'a=b c' -F 'f=@{missing}' -H \"X-Id: $ZK_ID\" -u me:not-a-secret -o out.json",
        url(&server, "/p?x=1"),
    );
    let ran = run(&["send", "--dry-run", &curl]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let text = ran.text();
    let port = server.port();
    for line in [
        &*format!("http://127.0.0.1:{port}"),
        "POST /p?x=1 HTTP/1.1",
        &format!("Host: 127.0.0.1:{port}"),
        "X-Id: {{ZK_ID}}",
        "Authorization: ***",
        "b c",
        &format!("<\"{missing}\">"),
        "Files to read when it is sent:",
        &format!("  {missing}"),
        "Variables without a value:",
        "  ZK_ID",
        "  out.json",
    ] {
        assert!(text.lines().any(|l| l == line), "{line:?} is not in {text}");
    }
    assert!(!text.contains("not-a-secret"), "{text}");
    let ran = run(&["send", "--dry-run", "--show-secrets", &curl, "--var", "ZK_ID=7"]);
    assert!(ran.text().contains("Authorization: Basic bWU6bm90LWEtc2VjcmV0\n"), "{}", ran.text());
    assert!(ran.text().contains("X-Id: 7\n"), "{}", ran.text());
    assert_eq!(server.connections(), 0);
}

#[test]
fn the_body_of_a_success_is_written_to_a_file_and_the_body_of_an_error_is_printed() {
    let files = Files::new();
    let server = Server::answering("200 OK", "", "whole");
    let (out, own) = (files.path("out"), files.path("own"));
    let curl = format!("curl {} -o '{own}'", url(&server, "/"));
    let ran = run(&["send", &curl, "-o", &out]);
    assert_eq!((ran.code, ran.out.len()), (Some(0), 0), "{}", ran.err);
    assert_eq!(std::fs::read(&out).unwrap(), b"whole");
    assert!(!std::path::Path::new(&own).exists(), "the option overrides that of the command");
    assert_eq!(run(&["send", &curl, "-o", "-"]).text(), "whole");
    run(&["send", &curl]);
    assert_eq!(std::fs::read(&own).unwrap(), b"whole");
    let server = Server::answering("500 Lorem", "", "ipsum");
    let ran = run(&["send", &format!("curl {}", url(&server, "/")), "-o", &out]);
    assert_eq!((ran.code, ran.text().as_str()), (Some(1), "ipsum"));
    assert_eq!(std::fs::read(&out).unwrap(), b"whole");
}

#[test]
fn every_view_converts_to_the_others_and_sends_the_same() {
    let server = Server::answering("200 OK", "", "");
    let body = r#"{"name": "O'Neil", "emoji": "🐈"}"#;
    let curl = format!(
        "curl -X PATCH {} -H 'Content-Type: application/json' -H 'X-Key: not-a-secret' -d '{}'",
        url(&server, "/a%20b?c=d"),
        body.replace('\'', r"'\''"),
    );
    let convert = |to: &str, text: &str| {
        let ran = run_with(&["convert", "--to", to], text);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{to}");
        ran.text()
    };
    let from_curl = convert("curl", &curl);
    let item = convert("postman", &curl);
    for text in [&curl, &from_curl, &item, &convert("curl", &item), &convert("postman", &item)] {
        assert_eq!(run_with(&["send"], text).code, Some(0), "{text}");
    }
    for request in server.requests() {
        assert_eq!(request.line(), "PATCH /a%20b?c=d HTTP/1.1");
        assert_eq!(request.text(), body);
        assert_eq!(request.header("X-Key"), Some("not-a-secret"));
    }
    assert_eq!(server.requests().len(), 5);
    let item: Value = serde_json::from_str(&item).unwrap();
    assert_eq!(item["name"], "PATCH /a%20b");
    let named = run_with(&["convert", "--to", "postman", "--name", "Lorem"], &curl).text();
    assert_eq!(serde_json::from_str::<Value>(&named).unwrap()["name"], "Lorem");
    let rust = convert("rust", &curl);
    assert!(rust.contains("fn main()") && rust.contains("O'Neil"), "{rust}");
    let chilkat = convert("chilkat", &curl);
    assert!(chilkat.starts_with("require 'chilkat'\n") && chilkat.contains("O'Neil"), "{chilkat}");
    assert!(chilkat.contains("ENV.fetch(\"X_KEY\")") && !chilkat.contains("not-a-secret"));
    assert!(rust.contains("env(\"X_KEY\")") && !rust.contains("not-a-secret"), "{rust}");
}

#[test]
fn secrets_become_variables_on_request_and_variables_without_a_value_stay() {
    let curl = "curl https://api.zoom.us/v2/users/$ZK_ID -H 'Authorization: Bearer not-a-secret'";
    for to in ["curl", "postman"] {
        let ran = run(&["convert", "--to", to, curl]);
        assert!(
            ran.text().contains("not-a-secret") && ran.text().contains("ZK_ID"),
            "{}",
            ran.text()
        );
        let mut command = zoomkat();
        command.args(["convert", "--to", to, "--hide-secrets", curl]);
        let text = finish(command.env("ZK_ID", "of-the-machine"), b"").text();
        assert!(text.contains("ZOOM_ACCESS_TOKEN") && !text.contains("not-a-secret"), "{text}");
        assert!(text.contains("ZK_ID") && !text.contains("of-the-machine"), "{text}");
    }
    let ran = run(&["convert", "--to", "curl", curl, "--var", "ZK_ID=me"]);
    assert!(ran.text().contains("/users/me"), "{}", ran.text());
}

#[test]
fn a_collection_converts_as_a_whole_or_by_item() {
    let files = Files::new();
    let file = files.add("c.json", collection("https://api.zoom.us/v2").to_string());
    let convert = |more: &[&str]| {
        let ran = run(&[&["convert", "--collection", &file], more].concat());
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{more:?}");
        ran.text()
    };
    let curl = convert(&["--to", "curl"]);
    let titles: Vec<_> = curl.lines().filter(|line| line.starts_with("# ")).collect();
    assert_eq!(titles, ["# users/Get a user", "# users/Create\\u{1b}[31m", "# Elsewhere"]);
    assert!(curl.contains("$token") || curl.contains("${token}"), "{curl}");
    let rust = convert(&["--to", "rust"]);
    assert_eq!(rust.matches("fn main()").count(), 3, "{rust}");
    assert!(rust.starts_with("// users/Get a user\nuse "), "{rust}");
    let whole: Value = serde_json::from_str(&convert(&["--to", "postman"])).unwrap();
    assert_eq!(whole["info"]["name"], "Lorem API");
    let again = files.add("again.json", whole.to_string());
    let count = |text: &str| text.matches(" GET ").count() + text.matches(" POST ").count();
    assert_eq!(count(&run(&["list", &again]).text()), 3, "{whole:#}");
    let one = convert(&["--to", "postman", "--item", "Get a user", "--var", "userId=me"]);
    let one: Value = serde_json::from_str(&one).unwrap();
    assert_eq!(one["name"], "Get a user");
}

#[test]
fn an_item_that_cannot_be_converted_is_named_and_the_others_are_converted() {
    let files = Files::new();
    let mut broken = collection("https://api.zoom.us/v2");
    broken["item"][1]["request"]["url"] = "ftp://example.com/".into();
    let file = files.add("c.json", broken.to_string());
    for to in ["curl", "rust", "postman", "chilkat"] {
        let ran = run(&["convert", "--to", to, "--collection", &file]);
        assert_eq!(ran.code, Some(2));
        assert!(
            ran.err.starts_with("zoomkat: Elsewhere: ") && ran.err.contains("scheme"),
            "{}",
            ran.err
        );
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
        assert!(ran.text().contains("Get a user"), "{}", ran.text());
    }
}

#[test]
fn a_collection_is_listed_as_a_tree() {
    let files = Files::new();
    let file = files.add("c.json", collection("https://api.zoom.us/v2").to_string());
    let ran = run(&["list", &file]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert_eq!(
        ran.text(),
        "\
Lorem API
├── users
│   ├── GET    Get a user  /users/:userId  [Light]  (2 responses)
│   ├── POST   Create\\u{1b}[31m  /users  [Light]  (1 response)  (scripts)
│   └── empty
└── GET    Elsewhere  https://example.com/users
"
    );
    let ran = run(&["list", "--scripts", &file]);
    assert_eq!(ran.text(), "users/Create\\u{1b}[31m (test)\n");
    let ran = run_with(&["list", "-"], "{\"info\": {}, \"item\": []}");
    assert_eq!(ran.text(), "(no name)\n");
}

#[test]
fn folders_of_any_depth_are_listed() {
    let (open, close) = ("{\"name\":\"a\",\"item\":[".repeat(5_000), "]}".repeat(5_000));
    let ran = run_with(&["list", "-"], &format!("{{\"info\":{{}},\"item\":[{open}{close}]}}"));
    assert_eq!((ran.code, ran.text().lines().count()), (Some(0), 5_001), "{}", ran.err);
}

#[test]
fn colours_are_used_on_terminals_and_on_request() {
    let server = Server::answering("404 Not Found", "", "");
    let curl = format!("curl {}", url(&server, "/"));
    let files = Files::new();
    let file = files.add("c.json", collection("https://api.zoom.us/v2").to_string());
    let colored = |args: &[&str], env: &[(&str, &str)]| {
        let ran = finish(zoomkat().args(args).envs(env.iter().copied()), b"");
        (ran.text() + &ran.err).contains('\u{1b}')
    };
    for args in [&["list", &file][..], &["send", &curl]] {
        assert!(!colored(args, &[]), "{args:?} in a pipe");
        assert!(colored(&[args, &["--color", "always"]].concat(), &[]), "{args:?}");
        assert!(colored(args, &[("CLICOLOR_FORCE", "1")]), "{args:?}");
        assert!(
            !colored(&[args, &["--no-color"]].concat(), &[("CLICOLOR_FORCE", "1")]),
            "{args:?}"
        );
        let never = [args, &["--color", "never"]].concat();
        assert!(!colored(&never, &[("CLICOLOR_FORCE", "1")]), "{args:?}");
    }
    if !has("script") {
        return;
    }
    let on_terminal = |no_color: bool| {
        let mut command = Command::new("script");
        command.env_remove("NO_COLOR").env("TERM", "xterm");
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let list = format!("'{}' list '{file}'", env!("CARGO_BIN_EXE_zoomkat"));
        let ran = finish(command.args(["-qec", &list, "/dev/null"]), b"");
        assert!(ran.text().contains("Lorem API"), "{} {}", ran.text(), ran.err);
        ran.text().contains('\u{1b}')
    };
    assert!(on_terminal(false), "a terminal");
    assert!(!on_terminal(true), "a terminal with NO_COLOR");
}

#[test]
fn a_closed_output_pipe_is_not_an_error() {
    let item = json!({ "name": "lorem", "request": "https://example.com/" });
    let many = json!({ "info": {}, "item": vec![item; 20_000] }).to_string();
    let files = Files::new();
    let file = files.add("c.json", many);
    let server = Server::start(|mut conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", vec![b'x'; 4 << 20]);
        }
    });
    let curl = format!("curl {}", url(&server, "/"));
    for args in [
        &["list", &file][..],
        &["convert", "--to", "curl", "--collection", &file],
        &["send", &curl, "-i"],
        &["send", &curl, "--dry-run"],
        &["man"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let ran = run_unread(args);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(&["completions", shell]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        for word in ["convert", "dry-run", "hide-secrets"] {
            assert!(ran.text().contains(word), "{shell} does not know {word}");
        }
    }
    if !has("bash") {
        return;
    }
    let script = run(&["completions", "bash"]);
    let ran = finish(Command::new("bash").arg("-n"), &script.out);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let ask = "\ncomplete -p zoomkat; COMP_WORDS=(zoomkat con); COMP_CWORD=1; _zoomkat zoomkat con zoomkat\n\
               echo \"${COMPREPLY[@]}\"\n";
    let ran = finish(&mut Command::new("bash"), &[&script.out, ask.as_bytes()].concat());
    assert!(ran.text().ends_with("\nconvert\n"), "{} {}", ran.text(), ran.err);
}

const SUBCOMMANDS: [&str; 6] = ["send", "convert", "list", "mock", "completions", "man"];

#[test]
fn the_help_has_examples_and_the_exit_codes() {
    let ran = run(&["--help"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    for line in ["Exit codes:", "  3  the call failed"] {
        assert!(ran.text().contains(line), "{}", ran.text());
    }
    for sub in SUBCOMMANDS {
        assert!(ran.text().contains(&format!("\n  {sub} ")), "{}", ran.text());
        let ran = run(&[sub, "--help"]);
        assert!(ran.text().contains("Example") && ran.text().contains(sub), "{}", ran.text());
        assert!(ran.text().lines().all(|line| line.chars().count() <= 100), "{}", ran.text());
    }
    let ran = run(&["--version"]);
    assert_eq!(ran.text(), format!("zoomkat {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_man_page_has_all_subcommands_and_renders() {
    let page = run(&["man"]);
    assert_eq!(page.code, Some(0));
    let text = page.text();
    assert!(text.contains(".TH zoomkat 1") && text.contains("EXIT STATUS"), "{text}");
    for sub in SUBCOMMANDS {
        assert!(text.contains(&format!("ZOOMKAT {}", sub.to_uppercase())), "{sub}: {text}");
    }
    if !has("man") {
        return;
    }
    let files = Files::new();
    let file = files.add("zoomkat.1", &page.out);
    let ran = finish(Command::new("man").args(["-l", &file]).env("MANWIDTH", "100"), b"");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    // Some versions render bold letters by overstriking.
    let plain = ran.text().replace('\u{8}', "");
    assert!(plain.contains("dry-run") || plain.contains("--ddrryy--rruunn"), "{plain}");
    assert!(!ran.err.to_lowercase().contains("warning"), "{}", ran.err);
}

#[test]
fn no_secret_is_printed() {
    let mut markers = Markers::new();
    let mut m = || markers.next();
    let server = Server::answering("403 Forbidden", "", "");
    let base = url(&server, "");
    let closed = ClosedPort::new();
    let port = closed.port();
    let (q, h, p, f, j, k, c) = (m(), m(), m(), m(), m(), m(), m());
    let secrets = format!(
        "-H 'Authorization: Bearer {h}' -u 'me:{p}' -H 'X-Api-Key: {k}' -b 'sid={c}' \
         -d 'password={f}'"
    );
    let (bad, flag, var, name, url_password) = (m(), m(), m(), m(), m());
    let json = format!(r#"curl {base} --json '{{"a": [{{"client_secret": "{j}"}}]}}'"#);
    let files = Files::new();
    let mut api = collection(&base);
    api["auth"]["bearer"][0]["value"] = m().into();
    let (user, query) = (m(), m());
    api["item"][1]["request"]["url"] =
        format!("http://me:{user}@127.0.0.1:{port}/?token={query}").into();
    let api = files.add("c.json", api.to_string());
    let item = ["--collection", &api, "--item", "Get a user"];
    let env = files
        .add("env.json", format!("{{\"values\": [{{\"key\": \"token\", \"value\": \"{}\"", m()));
    for args in [
        &["send", "-v", &format!("curl '{base}?access_token={q}' {secrets}")][..],
        &["send", "-v", &format!("curl 'http://127.0.0.1:{port}/?access_token={q}' {secrets}")],
        &["send", "--dry-run", &format!("curl '{base}?access_token={q}' {secrets}")],
        &["send", "--dry-run", &json],
        &["send", "--dry-run", &format!("curl 'http://me:{url_password}@127.0.0.1/'")],
        &["send", &format!("curl '{base}' -H 'Authorization: Bearer {bad}")],
        &["send", &format!("curl '{base}' -H 'Authorization: Bearer {bad}' --http3")],
        &["send", &format!("curl '{base}' -H 'Authorization: Bearer {bad}\n\n' -d @/nowhere")],
        &["send", &format!("{{\"request\": {{\"auth\": \"{bad}")],
        &["send", "curl", &format!("https://example.com/?token={flag}")],
        &["send", "curl", "-H", &format!("Authorization: Bearer {flag}")],
        &["send", "x", &format!("-ume:{flag}")],
        &["send", &format!("curl '{base}/$X'"), "--var", &var],
        &["send", &format!("curl '{base}/$X'"), "--var", &format!("={var}")],
        &["convert", "--to", "rust", &format!("curl '{base}?access_token={q}' {secrets}")],
        &["convert", "--to", "curl", "--hide-secrets", &format!("curl '{base}' {secrets}")],
        &["send", &format!("curl '{base}/$X'"), "--var", &format!("Y={name}")],
        &[&["send", "-v", "--dry-run", "--var", &format!("token={name}")], &item[..]].concat(),
        &[&["send", "--env", &env], &item[..]].concat(),
        &["send", "-v", "--collection", &api, "--item", "Elsewhere"],
        &["send", "--dry-run", "--collection", &api, "--item", "Elsewhere"],
        &["list", &api],
    ] {
        let ran = run(args);
        markers.assert_absent(&format!("{args:?}"), &(ran.text() + &ran.err));
    }
}
