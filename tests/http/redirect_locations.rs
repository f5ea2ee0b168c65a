//! Redirect targets: a Location without a resource is not a redirect, and any other is requested as
//! the server wrote it.

use support::{Server, patient};
use zoomkat::{ErrorKind, HttpRequest};

fn request(verb: &str) -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_http_verb(verb).set_path("/start?a=b");
    if matches!(verb, "POST" | "PUT" | "PATCH") {
        req.load_body_from_string("lorem", "utf-8");
    }
    req
}

#[test]
fn a_blank_or_fragment_location_is_returned_and_nothing_is_sent_again() {
    for location in ["", " ", " \t ", "#", "#x", " #x ", "#/there?a=b", "\u{a0}"] {
        for status in ["301 Moved", "302 Found", "303 See Other", "307 Again", "308 For Good"] {
            for verb in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] {
                let head = format!(
                    "HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 4\r\n\r\n"
                );
                let server = Server::start(move |mut conn| {
                    while let Some(request) = conn.read_request() {
                        let body = if request.line().starts_with("HEAD") { "" } else { "here" };
                        conn.send(format!("{head}{body}"));
                    }
                });
                let resp = server.call(&patient(), &request(verb)).unwrap();
                let what = format!("{verb} {status} {location:?}");
                assert_eq!(resp.status_code().to_string(), status[..3], "{what}");
                assert_eq!(resp.body_str(), if verb == "HEAD" { "" } else { "here" }, "{what}");
                assert_eq!(resp.final_redirect_url(), "", "{what}");
                assert_eq!(server.requests().len(), 1, "{what}");
            }
        }
    }
}

#[test]
fn a_request_with_side_effects_is_not_sent_in_a_redirect_loop() {
    for (status, verb, sent) in [
        ("307 Again", "POST", 3),
        ("308 For Good", "PATCH", 3),
        ("302 Found", "PUT", 3),
        // A request that only reads may continue up to the limit, and one that becomes a GET only
        // reads.
        ("307 Again", "GET", 11),
        ("302 Found", "POST", 11),
    ] {
        for path in ["/start?a=b", "?a=b", "start?a=b#x", "/./start?a=b"] {
            let head = format!("Location: {path}\r\n");
            let server = Server::start(move |mut conn| {
                while conn.read_request().is_some() {
                    conn.respond(status, &head, "");
                }
            });
            let err = server.call(&patient(), &request(verb)).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::Redirect, "{verb} {status} {path}: {err}");
            assert_eq!(server.requests().len(), sent, "{verb} {status} {path}: {err}");
        }
    }
    // Once or twice is not a loop: a server may want a cookie first.
    let server = Server::start(|mut conn| {
        for served in 0.. {
            let Some(request) = conn.read_request() else { return };
            match served {
                0 | 1 => conn.respond("307 Again", "Location: /start?a=b\r\n", ""),
                _ => conn.respond("200 OK", "", request.text()),
            }
        }
    });
    assert_eq!(server.call(&patient(), &request("POST")).unwrap().body_str(), "lorem");
}

#[test]
fn a_location_is_requested_as_written_except_for_characters_no_request_line_can_contain() {
    for (location, target) in [
        ("/p?y=100%", "/p?y=100%"),
        ("/100%/x", "/100%/x"),
        ("?y=%&z=%4&w=%zz", "/start?y=%&z=%4&w=%zz"),
        ("/p?y=%2F%e9%25", "/p?y=%2F%e9%25"),
        ("/a b/\u{e9}?c d=\u{e9}%", "/a%20b/%C3%A9?c%20d=%C3%A9%"),
        ("/p%?q#f%", "/p%?q"),
        ("  /there\t", "/there"),
    ] {
        let head = format!("Location: {location}\r\n");
        let server = Server::start(move |mut conn| {
            while let Some(request) = conn.read_request() {
                match request.line().contains("/start?a=b ") {
                    true => conn.respond("302 Found", &head, ""),
                    false => conn.respond("200 OK", "", "there"),
                }
            }
        });
        let resp = server.call(&patient(), &request("GET")).unwrap();
        assert_eq!(resp.body_str(), "there", "{location:?}");
        assert_eq!(server.requests()[1].line(), format!("GET {target} HTTP/1.1"), "{location:?}");
        let url = format!("http://127.0.0.1:{}{target}", server.port());
        assert_eq!(resp.final_redirect_url(), url);
    }
}

#[test]
fn an_unusable_location_is_an_error_that_names_it() {
    for location in [
        "mailto:lorem",
        "http://",
        "http://a b/",
        "//host:lorem/",
        "http:lorem",
        "//",
        "http://:80/",
        "http://h:0/",
        "http://h:8:9/",
    ] {
        let head = format!("Location: {location}\r\n");
        let server = Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                conn.respond("307 Temporary Redirect", &head, "");
            }
        });
        let err = server.call(&patient(), &request("POST")).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Redirect, "{location}: {err}");
        let message = err.to_string();
        assert!(message.contains(location), "{location}: {message}");
        // The server wrote it, so the caller has no argument to correct.
        assert!(
            !message.contains("domain") && !message.contains("argument"),
            "{location}: {message}"
        );
        assert_eq!(server.requests().len(), 1, "{location}");
    }
}
