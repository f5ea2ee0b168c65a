//! Who may use `zoomkat mock`, and how requests with bodies are told apart.

use serde_json::{Value, json};
use support::patient;
use zoomkat::HttpRequest;

use crate::mock_collections::{Mock, item, saved};

fn mock(args: &[&str]) -> Mock {
    let items = json!([item("get", "GET", "/get", json!([saved("got", 200)]))]);
    Mock::with_args(&json!({ "info": { "name": "Lorem" }, "item": items }).to_string(), args)
}

/// Sends a request line and a header, and returns the response.
fn raw(mock: &Mock, head: &str) -> String {
    mock.raw(format!("{head}\r\nConnection: close\r\n\r\n"))
}

#[test]
fn a_request_for_a_foreign_host_is_refused() {
    let allowing = mock(&["--allow-host", "mock.test"]);
    let mock = mock(&[]);
    for host in ["localhost", "LOCALHOST:80", "a.localhost:1", "127.0.0.1", "[::1]:80", "192.0.2.1"]
    {
        let text = raw(&mock, &format!("GET /get HTTP/1.1\r\nHost: {host}"));
        assert!(text.starts_with("HTTP/1.1 200 ") && text.ends_with("got"), "{host}: {text}");
    }
    for host in [
        "127.0.0.1:abc",
        "127.0.0.1:80, evil.example",
        "evil.example",
        "localhost.evil.example:80",
        "127.0.0.1.evil.example",
        "",
        "mock.test",
    ] {
        let text = raw(&mock, &format!("GET /get HTTP/1.1\r\nHost: {host}"));
        assert!(text.starts_with("HTTP/1.1 421 ") && !text.contains("got"), "{host}: {text}");
        assert!(text.contains("--allow-host"), "{text}");
    }
    let text = raw(&mock, "GET http://evil.example/get HTTP/1.1\r\nHost: localhost");
    assert!(text.starts_with("HTTP/1.1 421 "), "the target counts too: {text}");
    let text = raw(&allowing, "GET /get HTTP/1.1\r\nHost: Mock.Test:80");
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
}

#[test]
fn a_request_with_no_host_or_two_is_malformed() {
    let mock = mock(&[]);
    for head in [
        "GET /get HTTP/1.1",
        "GET /get HTTP/1.1\r\nHost: localhost\r\nHost: localhost",
        "GET http://localhost/get HTTP/1.1",
        "GET /get HTTP/1.0",
    ] {
        let text = raw(&mock, head);
        assert!(text.starts_with("HTTP/1.1 400 "), "{head}: {text}");
    }
}

#[test]
fn web_pages_may_read_the_responses_only_if_asked() {
    let ask = |mock: &Mock, verb: &str, fields: &[(&str, &str)]| {
        let resp = mock.ask(verb, "/get", fields);
        (resp.status_code(), resp.header().to_ascii_lowercase())
    };
    let preflight = [
        ("Origin", "https://page.example"),
        ("Access-Control-Request-Method", "PATCH"),
        ("Access-Control-Request-Headers", "authorization,x-a"),
    ];
    let open = mock(&["--cors"]);
    let (code, header) = ask(&open, "OPTIONS", &preflight);
    assert_eq!(code, 204);
    for field in ["-origin: *", "-methods: patch", "-headers: authorization,x-a"] {
        assert!(header.contains(&format!("access-control-allow{field}\r\n")), "{header}");
    }
    for verb in ["GET", "POST"] {
        let (_, header) = ask(&open, verb, &preflight[..1]);
        assert!(header.contains("access-control-allow-origin: *\r\n"), "{verb}: {header}");
        assert!(header.contains("access-control-expose-headers: *\r\n"), "{verb}: {header}");
    }
    let closed = mock(&[]);
    for (verb, code) in [("GET", 200), ("OPTIONS", 404)] {
        let (found, header) = ask(&closed, verb, &preflight);
        assert_eq!(found, code);
        assert!(!header.contains("access-control"), "{header}");
    }
}

/// An item with a response that is saved for its body. The body of the response is the name.
fn with_body(name: &str, code: u16, body: &Value) -> Value {
    let mut response = saved(name, code);
    let request = json!({ "method": "POST", "url": "/search", "body": body });
    response["originalRequest"] = request.clone();
    json!({ "name": name, "request": request, "response": [response] })
}

#[test]
fn items_with_the_same_verb_and_path_are_told_apart_by_the_body() {
    let raw = |text: &str| json!({ "mode": "raw", "raw": text });
    let form = |mode: &str, kind: &str| json!({ "mode": mode, mode: [{ "key": "kind", "value": kind }, { "key": "id", "value": "{{id}}" }] });
    let graphql =
        |query: &str| json!({ "mode": "graphql", "graphql": { "query": query, "variables": "" } });
    let items = json!([
        with_body("a room", 200, &raw(r#"{"kind": "room", "page": {"size": "{{size}}"}}"#)),
        with_body("a user", 200, &raw(r#"{"kind": "user", "page": {"size": 10}}"#)),
        with_body("bad", 422, &raw(r#"{"kind": "user", "page": {"size": -1}}"#)),
        with_body("a form", 200, &form("urlencoded", "form")),
        with_body("a multipart form", 200, &form("formdata", "multipart")),
        with_body("a query", 200, &graphql("{ me }")),
        with_body("text", 200, &raw("lorem ipsum")),
    ]);
    let mock = Mock::new(items);
    let ask = |fill: &dyn Fn(&mut HttpRequest)| {
        let mut req = HttpRequest::new();
        req.set_http_verb("POST").set_path("/search");
        fill(&mut req);
        mock.send(&patient(), &req).body_str().into_owned()
    };
    for (body, expected) in [
        (r#"{"kind":"room","page":{"size":3}}"#, "a room"),
        (r#"{"page":{"size":10},"kind":"user"}"#, "a user"),
        (r#"{"kind":"user"}"#, "a user"),
        (r#"{"kind":"user","page":{"size":-1.0}}"#, "bad"),
        (r#"{"query":"{ me }","variables":null}"#, "a query"),
        ("lorem ipsum", "text"),
        ("unknown", "text"),
    ] {
        assert_eq!(ask(&|req| _ = req.load_body_from_string(body, "utf-8")), expected, "{body}");
    }
    let untyped = |body: &str| {
        ask(&|req| {
            req.load_body_from_string(body, "utf-8");
            req.set_content_type("application/x-www-form-urlencoded");
        })
    };
    assert_eq!(untyped(r#"{"kind":"user"}"#), "a user", "as curl sends it");
    assert_eq!(untyped("lorem ipsum"), "text");
    let form = |content_type: &'static str, kind: &'static str| {
        ask(&move |req: &mut HttpRequest| {
            req.set_content_type(content_type).add_param("kind", kind).add_param("id", "7");
        })
    };
    assert_eq!(form("application/x-www-form-urlencoded", "form"), "a form");
    assert_eq!(form("multipart/form-data", "multipart"), "a multipart form");
}
