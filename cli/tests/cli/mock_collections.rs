//! `zoomkat mock`: responses from a collection, so that a program can be tried without an account.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use support::patient;
use zoomkat::{HttpRequest, HttpResponse, Transport};

/// A mock server for a collection, killed on drop.
pub(crate) struct Mock {
    child: Child,
    port: u16,
    _dir: tempfile::TempDir,
}

impl Mock {
    pub(crate) fn new(items: Value) -> Mock {
        let base = json!([{ "key": "baseUrl", "value": "https://api.zoom.us/v2" }]);
        let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
        let info = json!({ "name": "Lorem", "schema": schema });
        Mock::start(&json!({ "info": info, "item": items, "variable": base }).to_string())
    }

    fn start(collection: &str) -> Mock {
        Mock::with_args(collection, &[])
    }

    pub(crate) fn with_args(collection: &str, args: &[&str]) -> Mock {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("collection.json");
        std::fs::write(&file, collection).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_zoomkat"))
            .arg("mock")
            .arg(&file)
            .args(["--port", "0"])
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim_end().strip_prefix("http://127.0.0.1:").expect("an address");
        Mock { port: port.parse().unwrap(), child, _dir: dir }
    }

    pub(crate) fn send(&self, http: &Transport, req: &HttpRequest) -> HttpResponse {
        http.synchronous_request("127.0.0.1", self.port, false, req).unwrap()
    }

    /// Sends a request with these header fields.
    pub(crate) fn ask(&self, verb: &str, path: &str, fields: &[(&str, &str)]) -> HttpResponse {
        let mut req = HttpRequest::new();
        req.set_http_verb(verb).set_path(path);
        for (name, value) in fields {
            req.add_header(name, value);
        }
        self.send(&patient(), &req)
    }

    /// Returns the body of the response to a GET request.
    fn get(&self, path: &str) -> String {
        self.ask("GET", path, &[]).body_str().into_owned()
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Sends raw bytes and returns what the server sends until the connection ends.
    pub(crate) fn raw(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes.as_ref());
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A saved response whose body is its name.
pub(crate) fn saved(name: &str, code: impl Into<Value>) -> Value {
    json!({ "name": name, "code": code.into(), "status": "As saved", "body": name })
}

/// A saved response with the URL of the request that it was saved for.
fn saved_for(name: &str, code: u16, url: &str) -> Value {
    let mut response = saved(name, code);
    response["originalRequest"] = json!({ "method": "GET", "url": url });
    response
}

pub(crate) fn item(name: &str, verb: &str, url: &str, responses: Value) -> Value {
    json!({ "name": name, "request": { "method": verb, "url": url }, "response": responses })
}

fn users() -> Value {
    json!([{
        "name": "users",
        "item": [
            item("List", "GET", "{{baseUrl}}/users?status=active", json!([
                saved_for("not found", 404, "{{baseUrl}}/users?status=none"),
                saved_for("first", 200, "{{baseUrl}}/users?status=active"),
                saved_for("second", 200, "{{baseUrl}}/users?status=inactive&page=2"),
            ])),
            item("Get", "GET", "{{baseUrl}}/users/:userId", json!([
                saved("gone", 410),
                saved("somebody", 200),
                saved_for("myself", 200, "{{baseUrl}}/users/me"),
            ])),
            item("Email", "GET", "{{baseUrl}}/users/email", json!([saved("email", 200)])),
            item("Only bad", "DELETE", "{{baseUrl}}/users/:userId", json!([
                saved("bad", 400), saved("worse", 500),
            ])),
            item("Silent", "PATCH", "{{baseUrl}}/users/:userId", json!([])),
        ],
    }])
}

#[test]
fn a_request_gets_the_first_success_that_was_saved_for_its_verb_and_path() {
    let mock = Mock::new(users());
    let resp = mock.ask("GET", "/v2/users/u%20123", &[]);
    assert_eq!((resp.status_line(), &*resp.body_str()), ("HTTP/1.1 200 As saved", "somebody"));
    assert_eq!(
        mock.ask("DELETE", "/v2/users/1", &[]).body_str(),
        "bad",
        "without a success, the first"
    );
    assert_eq!(mock.get("/v2/users/email"), "email", "literal before variable");
    assert_eq!(mock.get("/v2/users/me"), "myself", "the request of the saved response counts too");
}

#[test]
fn a_response_can_be_selected_by_status_or_name() {
    let mock = Mock::new(users());
    let resp = mock.ask("GET", "/v2/users/1", &[("x-mock-response-code", "410")]);
    assert_eq!((resp.status_code(), &*resp.body_str()), (410, "gone"));
    let resp = mock.ask("GET", "/v2/users/1", &[("X-Mock-Response-Name", "gone")]);
    assert_eq!(resp.status_code(), 410);
    let resp = mock.ask("GET", "/v2/users/1", &[("x-mock-response-code", "409")]);
    assert_eq!(resp.status_code(), 404);
    let message: Value = resp.json().unwrap();
    assert_eq!(
        message["saved"][0],
        json!({ "code": 410, "name": "gone" }),
        "the saved responses are listed"
    );
}

#[test]
fn the_base_path_of_the_collection_is_optional() {
    let mock = Mock::new(users());
    for path in ["/v2/users/7", "/users/7", "//users//7/", "/v9/users/7"] {
        assert_eq!(mock.get(path), "somebody", "{path}");
    }
    let mock = Mock::start(
        &json!({ "info": {}, "item": [
            item("Written out", "GET", "https://api.zoom.us/v2/a", json!([saved("a", 200)])),
            item("Unknown base", "GET", "{{nowhere}}/b", json!([saved("b", 200)])),
            item("Another base", "GET", "{{scim}}/c", json!([saved("c", 200)])),
        ], "variable": [{ "key": "scim", "value": "https://{{nowhere}}/api/scim2" }] })
        .to_string(),
    );
    for (path, body) in [
        ("/v2/a", "a"),
        ("/a", "a"),
        ("/b", "b"),
        ("/v2/b", "b"),
        ("/api/scim2/c", "c"),
        ("/c", "c"),
    ] {
        assert_eq!(mock.get(path), body, "{path}");
    }
}

/// Items with these verbs and URLs, each with a response whose body is the item's URL.
fn mock_for_urls(urls: &[(&str, &str)], variables: &[(&str, &str)]) -> Mock {
    let to_item = |(verb, url): &(&str, &str)| item(url, verb, url, json!([saved(url, 200)]));
    let items: Vec<_> = urls.iter().map(to_item).collect();
    let variables = variables.iter().map(|(key, value)| json!({ "key": key, "value": value }));
    let variables: Vec<_> = variables.collect();
    Mock::start(&json!({ "info": {}, "item": items, "variable": variables }).to_string())
}

#[test]
fn a_request_for_one_version_does_not_match_another() {
    let urls = [
        ("GET", "{{baseUrl}}/v1/users"),
        ("GET", "{{baseUrl}}/v2/users"),
        ("DELETE", "{{baseUrl}}/v3/users"),
        ("GET", "{{baseUrl}}/rooms"),
        ("GET", "{{baseUrl}}/v1/:what/list"),
        ("GET", "{{baseUrl}}/v2/rooms/list"),
    ];
    let mock = mock_for_urls(&urls, &[("baseUrl", "https://api.example.com")]);
    assert_eq!(mock.get("/v1/users"), urls[0].1);
    assert_eq!(mock.get("/v2/users"), urls[1].1);
    assert_eq!(mock.get("/v4/rooms"), urls[3].1, "the only match");
    assert_eq!(mock.get("/v1/rooms/list"), urls[4].1, "the version outranks a literal segment");
    for (verb, path) in [("DELETE", "/v1/users"), ("GET", "/v3/users")] {
        assert_eq!(mock.ask(verb, path, &[]).status_code(), 404, "{verb} {path}");
    }
    assert_eq!(mock.ask("DELETE", "/users", &[]).body_str(), urls[2].1);

    // The version is in the base.
    let urls = [("GET", "{{two}}/users"), ("GET", "{{three}}/users"), ("PUT", "{{two}}/users")];
    let bases = [("two", "https://api.example.com/v2"), ("three", "https://api.example.com/v3")];
    let mock = mock_for_urls(&urls, &bases);
    assert_eq!(mock.get("/v2/users"), urls[0].1);
    assert_eq!(mock.get("/v3/users"), urls[1].1);
    assert_eq!(mock.ask("PUT", "/v2/users", &[]).body_str(), urls[2].1);
    assert_eq!(mock.ask("PUT", "/v3/users", &[]).status_code(), 404);
}

#[test]
fn a_url_within_a_path_is_part_of_the_path() {
    let urls = [
        ("GET", "{{baseUrl}}/x"),
        ("GET", "{{baseUrl}}/r/http://:host/x"),
        ("GET", "{{baseUrl}}/shot/https://example.com/users"),
    ];
    let mock = mock_for_urls(&urls, &[("baseUrl", "https://api.example.com")]);
    assert_eq!(mock.get("/r/http://example.com/x"), urls[1].1);
    assert_eq!(mock.get("/shot/https://example.com/users"), urls[2].1);
    for path in ["/users", "/elsewhere/http://example.com/x"] {
        assert_eq!(mock.ask("GET", path, &[]).status_code(), 404, "{path}");
    }
}

#[test]
fn an_example_with_the_query_of_the_request_is_preferred() {
    let mock = Mock::new(users());
    assert_eq!(mock.get("/v2/users"), "first");
    assert_eq!(mock.get("/v2/users?page=2&status=inactive"), "second");
    assert_eq!(mock.get("/v2/users?status=%6eone"), "not found");
    assert_eq!(mock.get("/v2/users?status=other"), "first");
}

#[test]
fn unusual_and_bodiless_status_codes_are_valid_on_the_wire() {
    let named = |name: &str, code: Value| {
        item(name, "GET", &format!("/{name}"), json!([saved(name, code)]))
    };
    let mock = Mock::new(json!([
        named("none", Value::Null),
        named("zero", 0.into()),
        named("early", 103.into()),
        named("huge", 65_536.into()),
        named("text", "404".into()),
        named("choices", 300.into()),
        named("empty", 204.into()),
        named("same", 304.into()),
    ]));
    for (name, code) in [
        ("none", 200),
        ("zero", 200),
        ("early", 200),
        ("huge", 200),
        ("text", 404),
        ("choices", 300),
    ] {
        let resp = mock.ask("GET", &format!("/{name}"), &[]);
        assert_eq!((resp.status_code(), &*resp.body_str()), (code, name));
    }
    for (name, code) in [("empty", 204), ("same", 304)] {
        let text = mock
            .raw(format!("GET /{name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        assert!(text.starts_with(&format!("HTTP/1.1 {code} As saved\r\n")), "{text}");
        assert!(text.ends_with("\r\n\r\n") && !text.contains("Content-Length"), "{text}");
    }
    let resp = mock.ask("GET", "/zero", &[("x-mock-response-code", "0")]);
    assert_eq!(resp.status_code(), 200, "the saved code selects it too");
}

#[test]
fn saved_fields_are_sent_except_those_that_frame_the_body() {
    let field = |key: &str, value: &str| json!({ "key": key, "value": value });
    let response = json!({
        "name": "r", "code": 429, "status": "Too\r\nX-Bad: 1", "body": "{\"é\": 1}",
        "header": [
            field("Retry-After", "5"), field("Set-Cookie", "a=1"), field("Set-Cookie", "b=2"),
            field("content-length", "9999"), field("Transfer-Encoding", "chunked"),
            field("Content-Encoding", "gzip"), field("Connection", "close"),
            field("X-Bad", "a\r\nb: c"), field("bad name", "x"), field("", "x"),
        ],
    });
    let bare = json!({ "name": "r", "code": 200, "body": "plain <b>" });
    let mock = Mock::new(json!([
        item("a", "GET", "/a", json!([response])),
        item("b", "GET", "/b", json!([bare])),
    ]));
    let resp = mock.ask("GET", "/a", &[]);
    assert_eq!((resp.status_code(), &*resp.body_str()), (429, "{\"é\": 1}"));
    let names: Vec<_> = (0..).map_while(|at| resp.get_header_name(at)).collect();
    let expected =
        ["Retry-After", "Set-Cookie", "Set-Cookie", "Content-Type", "Date", "Content-Length"];
    assert_eq!(names, expected);
    assert_eq!(resp.get_header_field("Content-Type"), Some("application/json"));
    let resp = mock.ask("GET", "/b", &[]);
    assert_eq!(resp.get_header_field("Content-Type"), Some("text/plain; charset=utf-8"));
}

#[test]
fn a_missing_item_is_a_404_that_lists_similar_ones() {
    let mock = Mock::new(users());
    let resp = mock.ask("POST", "/v2/users/email?token=not-a-secret", &[]);
    assert_eq!(resp.status_code(), 404);
    let message: Value = resp.json().unwrap();
    assert_eq!(message["message"], "the collection has no POST /v2/users/email");
    let near = json!({ "verb": "GET", "path": "/users/email", "item": "users/Email" });
    assert!(
        message["nearby"].as_array().unwrap().iter().take(3).any(|item| *item == near),
        "{message}"
    );
    let resp = mock.ask("PATCH", "/v2/users/1", &[]);
    let message: Value = resp.json().unwrap();
    assert_eq!(message["message"], "the item \"users/Silent\" has no saved response");
    assert_eq!(Mock::new(json!([])).ask("GET", "/", &[]).status_code(), 404);
}

#[test]
fn a_connection_serves_requests_of_every_framing_in_turn() {
    let mock = Mock::new(json!([
        item("get", "GET", "/get", json!([saved("got", 200)])),
        item("post", "POST", "/post", json!([saved("posted", 201)])),
    ]));
    let long = "x".repeat(100_000);
    let text = mock.raw(format!(
        "GET /get HTTP/1.1\r\nHost: a.localhost\r\n\r\n\
         HEAD /get HTTP/1.1\r\nHost: a.localhost\r\n\r\n\
         POST /post HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{long}\
         POST /post HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: Chunked\r\n\r\n\
         186A0;a=b\r\n{long}\r\n4\r\n\r\n\r\n\r\n0\r\nTrailer: x\r\n\r\n\
         POST /post HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab\
         GET http://127.0.0.1/get HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n\
         GET /never HTTP/1.1\r\n\r\n",
    ));
    let codes: Vec<_> = text.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(codes, ["200", "200", "201", "201", "100", "201", "200"], "{text}");
    assert_eq!((text.matches("got").count(), text.matches("posted").count()), (2, 3), "{text}");
    assert!(
        text.contains("Content-Length: 3\r\n\r\nHTTP/1.1 201"),
        "a HEAD response has the length: {text}"
    );
}

#[test]
fn a_whole_upload_is_read_before_the_response() {
    let mock = Mock::new(json!([item("up", "PUT", "/up", json!([saved("up", 200)]))]));
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").set_path("/up").load_body_from_bd(vec![b'x'; 8 << 20]);
    assert_eq!(mock.send(&patient(), &req).body_str(), "up");
}

#[test]
fn malformed_and_oversized_requests_are_refused_and_the_server_keeps_running() {
    let mock = Mock::new(json!([item("get", "GET", "/", json!([saved("got", 200)]))]));
    let line = "POST / HTTP/1.1\r\nHost: localhost\r\n";
    let chunked = format!("{line}Transfer-Encoding: chunked\r\n\r\n");
    for (bytes, code) in [
        (format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(80_000)), 431),
        (format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(200)), 431),
        ("lorem ipsum\r\n\r\n".into(), 400),
        ("GET / HTTP/2.0\r\n\r\n".into(), 505),
        (format!("{line}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 400),
        (format!("{line}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400),
        (format!("{line}Content-Length: -1\r\n\r\n"), 400),
        (format!("{line}Content-Length: 99999999999999999999999\r\n\r\n"), 413),
        (format!("{line}Content-Length: 2000000000\r\n\r\nabc"), 413),
        (format!("{line}Transfer-Encoding: gzip\r\n\r\n"), 501),
        (format!("{chunked}zz\r\n"), 400),
        (format!("{chunked};\r\n"), 400),
        (format!("{chunked}\r\n"), 400),
        (format!("{chunked} \r\n\r\n"), 400),
        (format!("{chunked}fffffffffffffff\r\n"), 413),
        (format!("{chunked}3\r\nabcdef\r\n"), 400),
        (format!("{chunked}{}", "1".repeat(10_000)), 400),
    ] {
        let mut stream = mock.connect();
        let _ = stream.write_all(bytes.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut text = String::new();
        let _ = stream.read_to_string(&mut text);
        assert!(text.starts_with(&format!("HTTP/1.1 {code} ")), "{code}: {text}");
        assert!(text.contains("Connection: close\r\n"), "{text}");
    }
    for cut in ["", "GET", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc"] {
        let mut stream = mock.connect();
        stream.write_all(cut.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert_eq!(text, "", "{cut:?} is not a request");
    }
    assert_eq!(mock.get("/"), "got");
}

#[test]
fn several_clients_are_served_at_once() {
    let mock = Mock::new(users());
    // Silent and partial requests do not delay others.
    let silent: Vec<_> = (0..8).map(|_| mock.connect()).collect();
    let mut half = mock.connect();
    half.write_all(b"GET /v2/users HTTP/1.1\r\nHost: localhost\r\n").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let http = patient();
                for _ in 0..20 {
                    let mut req = HttpRequest::new();
                    req.set_path("/v2/users/1");
                    assert_eq!(mock.send(&http, &req).body_str(), "somebody");
                }
            });
        }
    });
    half.write_all(b"Connection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    half.read_to_string(&mut text).unwrap();
    assert!(text.ends_with("first"), "{text}");
    drop(silent);
}

/// Runs the password script that the crate was written for against the mock server.
#[test]
fn the_seed_script_runs_against_the_mock() {
    let responses = json!([
        { "name": "Status Code: 204", "code": 204, "status": "No Content" },
        { "name": "refused", "code": 400, "body": "{\"code\": 300, \"message\": \"lorem\"}" },
    ]);
    let password =
        item("Update a user's password", "PUT", "{{baseUrl}}/users/:userId/password", responses);
    let mock = Mock::new(json!([{ "name": "users", "item": [password] }]));
    let mut http = Transport::new();
    http.set_env_proxy(false);
    for (wanted, code, body) in
        [("", 204, ""), ("400", 400, "{\"code\": 300, \"message\": \"lorem\"}")]
    {
        let mut req = HttpRequest::new();
        req.set_http_verb("PUT");
        req.set_path("/v2/users/:userId/password");
        req.set_content_type("multipart/form-data");
        req.add_param("password", "dolor Excepteur minim");
        req.add_header("Authorization", "Bearer <access_token>");
        if !wanted.is_empty() {
            req.add_header("x-mock-response-code", wanted);
        }
        let resp = mock.send(&http, &req);
        assert_eq!((resp.status_code(), &*resp.body_str()), (code, body));
    }
}

#[test]
fn a_zoom_client_runs_against_the_mock() {
    let zoom_error = json!({
        "name": "no such user", "code": 404,
        "body": "{\"code\": 1001, \"message\": \"User does not exist: 7.\"}",
    });
    let found = json!({ "name": "found", "code": 200, "body": "{\"id\": \"7\", \"email\": \"a@example.com\"}" });
    let mock = Mock::new(json!([
        item("Get", "GET", "{{baseUrl}}/users/:userId", json!([found])),
        item("Settings", "GET", "{{baseUrl}}/users/:userId/settings", json!([zoom_error])),
    ]));
    let zoom = zoomkat::zoom::Zoom::builder()
        .access_token("<access_token>")
        .base_url(format!("http://127.0.0.1:{}", mock.port))
        .build()
        .unwrap();
    let user: Value = zoom.get("/users/7").unwrap();
    assert_eq!(user["email"], "a@example.com");
    let err = zoom.get::<Value>("/users/7/settings").unwrap_err();
    assert!(err.to_string().contains("1001"), "{err}");
}

fn run(args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zoomkat"));
    let output = command.arg("mock").args(args).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.stdout, b"");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_startup_error_is_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let damaged = file("damaged.json", "{\"item\":\n [}");
    let (code, message) = run(&[&damaged]);
    assert_eq!(code, Some(2));
    assert!(message.starts_with("zoomkat: ") && message.contains("line 2, column 3"), "{message}");
    let fine = file("fine.json", "{\"info\": {}, \"item\": []}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, message) = run(&[&fine, "--port", &port]);
    assert_eq!(code, Some(3));
    assert!(message.starts_with("zoomkat: cannot listen on 127.0.0.1 port "), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}
