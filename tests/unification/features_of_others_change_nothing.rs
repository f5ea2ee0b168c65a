//! Features enabled by other crates of a program do not change what zoomkat sends or returns. A ureq
//! `Agent` in the same program shows that they are enabled.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Number, Value, json};
use support::{Server, patient};
use ureq::Agent;
use zoomkat::HttpRequest;
use zoomkat::chilkat::{JsonArray, JsonObject};

/// `hello` in the coding `br` (RFC 7932), in an uncompressed block.
const BROTLI: &[u8] = b"\x0b\x02\x80hello\x03";

/// Builds a request.
type Build = fn(&mut HttpRequest);

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// Starts a server that sets a cookie with each response and chooses the body by path.
fn server() -> Server {
    Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            let (headers, body) = match request.line().split(' ').nth(1).unwrap() {
                "/gzip" => ("Content-Encoding: gzip\r\n", gzip(b"hello")),
                "/br" => ("Content-Encoding: br\r\n", BROTLI.to_vec()),
                "/latin" => {
                    ("Content-Type: text/plain; charset=iso-8859-1\r\n", b"caf\xe9".to_vec())
                }
                "/number" => ("Content-Type: application/json\r\n", b"{\"n\":1.50}".to_vec()),
                _ => ("", Vec::new()),
            };
            conn.respond("200 OK", &format!("Set-Cookie: id=lorem\r\n{headers}"), body);
        }
    })
}

fn url(server: &Server, path: &str) -> String {
    format!("http://127.0.0.1:{}{path}", server.port())
}

fn get(server: &Server, path: &str) -> zoomkat::HttpResponse {
    let mut req = HttpRequest::new();
    req.set_path(path);
    server.call(&patient(), &req).unwrap()
}

#[test]
fn the_features_are_enabled_in_this_program() {
    let server = server();
    let agent = Agent::new_with_defaults();
    let text = |path: &str| {
        let mut resp = agent.get(url(&server, path)).call().unwrap();
        resp.body_mut().read_to_string().unwrap()
    };
    assert_eq!(
        (text("/gzip"), text("/br"), text("/latin")),
        ("hello".into(), "hello".into(), "café".into())
    );
    let requests = server.requests();
    assert_eq!(requests[0].header("Accept-Encoding"), Some("gzip, br"));
    assert!(requests[0].header("User-Agent").unwrap().starts_with("ureq/"));
    assert_eq!(requests[0].header("Accept"), Some("*/*"));
    assert_eq!(
        (requests[0].header("Cookie"), requests[1].header("Cookie")),
        (None, Some("id=lorem"))
    );
    let mut resp = agent.get(url(&server, "/number")).call().unwrap();
    assert_eq!(resp.body_mut().read_json::<Value>().unwrap()["n"].to_string(), "1.50");
    let form = ureq::unversioned::multipart::Form::new().text("a", "b");
    agent.post(url(&server, "/")).send(form).unwrap();
    assert!(server.requests().pop().unwrap().text().contains("name=\"a\""));
    assert!(ureq::Proxy::new("socks5://127.0.0.1:1").is_ok());
    let verifier = ureq::tls::RootCerts::PlatformVerifier;
    let tls = ureq::tls::TlsConfig::builder().root_certs(verifier).build();
    assert!(matches!(tls.root_certs(), ureq::tls::RootCerts::PlatformVerifier));
    // serde_json: numbers keep their text, members their order, and depth may be unlimited.
    assert_eq!(serde_json::from_str::<Number>("1.50").unwrap().to_string(), "1.50");
    assert_eq!(json!({ "b": 1, "a": 2 }).to_string(), r#"{"b":1,"a":2}"#);
    serde_json::Deserializer::from_str("[]").disable_recursion_limit();
}

#[test]
fn requests_are_unchanged_to_the_byte() {
    let server = server();
    let host = format!("127.0.0.1:{}", server.port());
    let cases: [(Build, &str); 7] = [
        (|_| {}, "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n"),
        (
            |req| {
                req.set_path("/v2/users?a=b").add_param("c", "d e").add_header("X-One", "1");
            },
            "GET /v2/users?a=b&c=d%20e HTTP/1.1\r\nHost: HOST\r\nX-One: 1\r\n\r\n",
        ),
        (
            |req| {
                req.use_post().add_param("a", "é");
            },
            "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: 8\r\n\r\na=%C3%A9",
        ),
        (
            |req| {
                req.set_http_verb("PUT").set_content_type("application/json");
                req.load_body_from_string("{\"n\":1.50}", "utf-8");
            },
            "PUT / HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n\
             Content-Length: 10\r\n\r\n{\"n\":1.50}",
        ),
        (
            |req| {
                req.set_http_verb("PUT").set_content_type("multipart/form-data");
                req.set_boundary("b").add_param("a", "1").add_bd_for_upload("f", "f.txt", b"2", "");
            },
            "PUT / HTTP/1.1\r\nHost: HOST\r\nContent-Type: multipart/form-data; boundary=b\r\n\
             Content-Length: 155\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
             --b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\
             Content-Type: text/plain\r\n\r\n2\r\n--b--\r\n",
        ),
        (
            |req| {
                req.set_http_verb("DELETE").set_path("/x y");
            },
            "DELETE /x%20y HTTP/1.1\r\nHost: HOST\r\n\r\n",
        ),
        (
            |req| {
                req.set_http_verb("HEAD").add_header("Accept-Encoding", "br");
            },
            "HEAD / HTTP/1.1\r\nHost: HOST\r\nAccept-Encoding: br\r\n\r\n",
        ),
    ];
    // Twice: the second time there is a cookie that could be sent.
    let http = patient();
    for (build, expected) in cases.iter().chain(&cases) {
        let mut req = HttpRequest::new();
        build(&mut req);
        let resp = server.call(&http, &req).unwrap();
        assert_eq!(resp.get_cookie_name(0), Some("id"));
        let received = server.requests().pop().unwrap();
        assert_eq!(
            received.head + &String::from_utf8(received.body).unwrap(),
            expected.replace("HOST", &host)
        );
    }
}

#[test]
fn a_quick_call_and_a_call_to_zoom_are_unchanged_to_the_byte() {
    let server = server();
    let host = format!("127.0.0.1:{}", server.port());
    let zoom = zoomkat::zoom::Zoom::builder();
    let zoom = zoom.access_token("lorem").base_url(url(&server, "")).transport(patient());
    let zoom = zoom.build().unwrap();
    for _ in 0..2 {
        zoomkat::chilkat::Http::from(patient()).quick_get(&url(&server, "/quick")).unwrap();
        zoom.get::<serde::de::IgnoredAny>("/users").unwrap();
    }
    let quick = format!(
        "GET /quick HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n"
    );
    let heads: Vec<String> = server.requests().into_iter().map(|request| request.head).collect();
    assert_eq!((&heads[0], &heads[2]), (&quick, &quick));
    assert_eq!(heads[1], heads[3]);
    for name in ["cookie:", "accept-encoding:", "user-agent: ureq"] {
        assert!(!heads[1].to_lowercase().contains(name), "{}", heads[1]);
    }
}

#[test]
fn gzip_is_decoded_br_is_not_and_the_header_is_as_received() {
    let server = server();
    let resp = get(&server, "/gzip");
    assert_eq!(resp.body(), b"hello");
    assert_eq!(resp.get_header_field("Content-Encoding"), Some("gzip"));
    assert_eq!(resp.get_header_field("Content-Length"), Some(&*gzip(b"hello").len().to_string()));
    let resp = get(&server, "/br");
    assert_eq!(resp.body(), BROTLI);
    assert_eq!(resp.get_header_field("Content-Encoding"), Some("br"));
    assert_eq!(resp.get_header_field("Content-Length"), Some(&*BROTLI.len().to_string()));
}

#[test]
fn the_bytes_of_a_text_are_as_received() {
    let resp = get(&server(), "/latin");
    assert_eq!((resp.body(), &*resp.body_str()), (&b"caf\xe9"[..], "café"));
}

#[test]
fn numbers_in_json_keep_their_text() {
    let text = "{\"a\":1.50,\"b\":[1e5,-0.0,123456789012345678901234567890,7],\"c\":{\"d\":-3}}";
    let json: JsonObject = text.parse().unwrap();
    let mut compact = JsonObject::new();
    compact.load(text).unwrap();
    assert_eq!((compact.emit(), json.emit()), (text.to_owned(), text.to_owned()));
    assert_eq!(json.string_of("a").unwrap(), "1.50");
    assert_eq!(json.int_of("b[0]"), 100_000);
    assert_eq!(json.int_of("c.d"), -3);
    for out_of_range in ["{\"a\":1e999}", "{\"a\":[-1E400]}"] {
        let err = out_of_range.parse::<JsonObject>().unwrap_err();
        assert!(err.to_string().contains("line 1 column "), "{err}");
    }
    let array: JsonArray = "[0.10, 2]".parse().unwrap();
    assert_eq!(array.emit(), "[0.10,2]");
    let server = server();
    let value: Value = get(&server, "/number").json().unwrap();
    assert_eq!(value["n"].as_f64(), Some(1.5));
    #[derive(serde::Deserialize)]
    struct Shape {
        n: f64,
    }
    assert_eq!(get(&server, "/number").json::<Shape>().unwrap().n, 1.5);
}
