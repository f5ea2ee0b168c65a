//! Ambiguous responses: if two parsers could disagree about a response, it is an error, or its
//! connection is not reused. No error quotes a body or a long header.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{Server, patient};
use zoomkat::{Error, ErrorKind, HttpRequest, HttpResponse, Transport};

/// The expected result of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Expected {
    /// The call fails.
    Error,
    /// The call returns this body, and the connection is closed.
    Last(&'static str),
    /// The call returns this body, and the connection serves the next call.
    Kept(&'static str),
}
use Expected::{Error as Refused, Kept, Last};

/// Starts a server that answers each request with the same bytes, and counts the requests on reused
/// connections.
fn server(answer: &str) -> (Server, Arc<AtomicUsize>) {
    let (answer, reused) = (answer.to_owned(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&reused);
    let server = Server::start(move |mut conn| {
        for served in 0.. {
            if conn.read_request().is_none() {
                return;
            }
            count.fetch_add(usize::from(served > 0), Ordering::SeqCst);
            conn.send(&answer);
        }
    });
    (server, reused)
}

fn check(verb: &str, answer: &str, expected: Expected) {
    let (server, reused) = server(answer);
    let mut req = HttpRequest::new();
    req.set_http_verb(verb);
    let http = patient();
    for _ in 0..2 {
        match (server.call(&http, &req), expected) {
            (Err(err), Refused) => assert_eq!(err.kind(), ErrorKind::Protocol, "{answer:?}: {err}"),
            (Ok(resp), Last(body) | Kept(body)) => assert_eq!(resp.body_str(), body, "{answer:?}"),
            (result, _) => panic!("{verb} {answer:?} gave {result:?}, expected {expected:?}"),
        }
    }
    let reuses = usize::from(matches!(expected, Kept(_)));
    assert_eq!(reused.load(Ordering::SeqCst), reuses, "{verb} {answer:?}: {expected:?}");
}

#[test]
fn an_ambiguous_header_ends_its_connection_or_the_call() {
    let cases = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Kept("ok")),
        ("HTTP/1.1 200\r\nContent-Length:2\r\n\r\nok", Kept("ok")),
        ("HTTP/1.1 200 OK\r\ncontent-length:\t 2 \t\r\nX:\r\n\r\nok", Kept("ok")),
        ("HTTP/1.1 200 OK\r\nX: \u{e9}\u{1}\r\nContent-Length: 2\r\n\r\nok", Kept("ok")),
        // White space around names, and lines that are not fields.
        ("HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok", Last("ok")),
        ("HTTP/1.1 200 OK\r\nContent-Length\t: 2\r\n\r\nok", Last("ok")),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", Last("ok")),
        ("HTTP/1.1 200 OK\r\nX \t: y\r\nContent-Length: 2\r\n\r\nok", Last("ok")),
        ("HTTP/1.1 200 OK\r\n Content-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\n\tX: y\r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\n \r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\nContent-Length 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nlorem ipsum\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\n: 2\r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\n : 2\r\nContent-Length: 2\r\n\r\nok", Refused),
        // Names that are not tokens.
        ("HTTP/1.1 200 OK\r\nContent Length: 2\r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\nX\u{e9}: y\r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\nX(y): z\r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\nX\u{b}: z\r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\n\"X\": z\r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\nX,Y: z\r\nContent-Length: 2\r\n\r\nok", Refused),
        // Bytes that some parsers accept as a line ending.
        ("HTTP/1.1 200 OK\r\nX: y\0z\r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\r\nX: y\rContent-Length: 5\r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 O\rK\r\nContent-Length: 2\r\n\r\nok", Refused),
        ("HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nok", Last("ok")),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\n\nok", Last("ok")),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\nok", Last("ok")),
        ("HTTP/1.1 200 OK\r\nX: y\n Content-Length: 5\r\nContent-Length: 2\r\n\r\nok", Last("ok")),
        ("HTTP/1.1 200 OK\r\nX: y\r\n z\r\nContent-Length: 2\r\n\r\nok", Last("ok")),
        ("HTTP/1.1 200 OK\r\nContent-Length:\r\n 2\r\n\r\nok", Last("ok")),
        ("\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Last("ok")),
        // Lengths.
        ("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", Last("ok")),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nok", Last("ok")),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", Refused),
        ("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", Kept("")),
        ("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n", Last("")),
        ("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", Last("")),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n", Kept("")),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 2, 3\r\n\r\n", Last("")),
        ("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: gzip\r\n\r\n", Last("")),
        ("HTTP/1.1 200 OK\r\nContent-Length: 000000000000000000002\r\n\r\nok", Last("ok")),
        // Persistence.
        ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nok", Kept("ok")),
        (
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: \u{b}keep-alive\r\n\r\nok",
            Last("ok"),
        ),
        (
            "HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n\
             HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            Last("ok"),
        ),
        (
            "HTTP/1.1 103 Early\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            Last("ok"),
        ),
        (
            "HTTP/1.1 100 Continue\r\nX : y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            Last("ok"),
        ),
        (
            "HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            Kept("ok"),
        ),
    ];
    for (answer, expected) in cases {
        check("GET", answer, expected);
    }
    check("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", Kept(""));
    check("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n", Last(""));
    check("HEAD", "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n", Last(""));
    check("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Kept(""));
    check("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", Last(""));
}

#[test]
fn an_ambiguous_chunked_body_ends_its_connection_or_the_call() {
    let cases = [
        ("2\r\nok\r\n0\r\n\r\n", Kept("ok")),
        ("2;a=b; c=\"d;\\\"\" ;e\r\nok\r\n0;f\r\nX: y\r\n\r\n", Kept("ok")),
        ("02\r\nok\r\n00\r\n\r\n", Kept("ok")),
        // Sizes and extensions.
        ("2 \r\nok\r\n0\r\n\r\n", Last("ok")),
        ("2\t\r\nok\r\n0\r\n\r\n", Last("ok")),
        ("2;\r\nok\r\n0\r\n\r\n", Last("ok")),
        ("2; \r\nok\r\n0\r\n\r\n", Last("ok")),
        ("2;a=\r\nok\r\n0\r\n\r\n", Last("ok")),
        ("2;a=\"b\r\nok\r\n0\r\n\r\n", Last("ok")),
        ("2;a b\r\nok\r\n0\r\n\r\n", Last("ok")),
        ("00000000000000002\r\nok\r\n0\r\n\r\n", Last("ok")),
        ("2\r\nok\r\n0;\r\n\r\n", Last("ok")),
        ("2;a\0\r\nok\r\n0\r\n\r\n", Refused),
        ("2;a\rb\r\nok\r\n0\r\n\r\n", Refused),
        ("2\r\r\nok\r\n0\r\n\r\n", Refused),
        ("2 2\r\nok\r\n0\r\n\r\n", Refused),
        ("2,\r\nok\r\n0\r\n\r\n", Refused),
        ("0x2\r\nok\r\n0\r\n\r\n", Refused),
        (" 2\r\nok\r\n0\r\n\r\n", Refused),
        ("10000000000000002\r\nok\r\n0\r\n\r\n", Refused),
        // Line ends.
        ("2\nok\r\n0\r\n\r\n", Last("ok")),
        ("2\r\nok\n0\r\n\r\n", Last("ok")),
        ("2\r\nok\r\n0\n\r\n", Last("ok")),
        ("2\r\nok\r\n0\r\n\n", Last("ok")),
        ("2\nok\n0\n\n", Last("ok")),
        ("2;a\nx\r\n0\r\n\r\n", Last("x\r")),
        ("2\r\nok\r0\r\n\r\n", Refused),
        // Trailers.
        ("2\r\nok\r\n0\r\nX : y\r\n\r\n", Last("ok")),
        ("2\r\nok\r\n0\r\nlorem\r\n\r\n", Last("ok")),
        ("2\r\nok\r\n0\r\n X: y\r\n\r\n", Last("ok")),
        ("2\r\nok\r\n0\r\nX: y\r\n z\r\n\r\n", Last("ok")),
        ("2\r\nok\r\n0\r\nX: y\n\r\n", Last("ok")),
        ("2\r\nok\r\n0\r\nContent-Length: 5\r\n\r\n", Last("ok")),
        ("2\r\nok\r\n0\r\nX: y\0\r\n\r\n", Refused),
        ("2\r\nok\r\n0\r\nX: y\rz\r\n\r\n", Refused),
    ];
    for (body, expected) in cases {
        check(
            "GET",
            &format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}"),
            expected,
        );
    }
}

/// Returns all texts of an error and its causes.
fn error_text(err: &Error) -> String {
    let mut message = format!("{err}\n{err:?}\n{err:#?}\n{}\n", err.last_error_text());
    let mut cause = std::error::Error::source(err);
    while let Some(err) = cause {
        message.push_str(&format!("{err}\n{err:?}\n"));
        cause = err.source();
    }
    message
}

fn fail(http: &Transport, answer: &[u8]) -> Error {
    let call = |req: &HttpRequest| Server::saying(answer).call(http, req);
    let result: Result<HttpResponse, Error> = call(&HttpRequest::new());
    result.expect_err(&String::from_utf8_lossy(&answer[..answer.len().min(80)]))
}

#[test]
fn no_error_quotes_a_body() {
    const BODY: &str = r#"{"marker":"marker"}"#;
    let ok = "HTTP/1.1 200 OK\r\n";
    for answer in [
        BODY.to_owned(),
        format!("<html>{BODY}"),
        format!("HTTP/1.1 {BODY}\r\n\r\n"),
        format!("HTTP/marker {BODY}\r\n\r\n"),
        "HTTP/1.1marker\r\n\r\n".to_owned(),
        format!("{ok}{BODY}\r\n\r\n"),
        format!("{ok}Content-Length: 5\r\nmarker\r\n\r\n"),
        format!("{ok}marker marker: 5\r\n\r\n"),
        format!("{ok} marker: 5\r\n\r\n"),
        format!("{ok}X: marker\rmarker\r\n\r\n"),
        format!("{ok}Transfer-Encoding: chunked\r\n\r\n{BODY}"),
        format!("{ok}Transfer-Encoding: chunked\r\n\r\n{BODY}\r\n"),
        format!("{ok}Transfer-Encoding: chunked\r\n\r\nmarker\r\n"),
        format!("{ok}Transfer-Encoding: chunked\r\n\r\nabcdefmarker\r\n"),
        format!("{ok}Transfer-Encoding: chunked\r\n\r\n1;\0marker\r\na\r\n0\r\n\r\n"),
        format!("{ok}Transfer-Encoding: chunked\r\n\r\n1\r\nmarker\r\n0\r\n\r\n"),
        format!("{ok}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\nmarker"),
        format!("{ok}Transfer-Encoding: chunked\r\n\r\n0\r\nmarker: marker\0\r\n\r\n"),
        format!("{ok}Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\nmarker"),
        format!("{ok}Content-Encoding: deflate\r\nContent-Length: 6\r\n\r\nmarker"),
        format!("{ok}Content-Length: 99\r\n\r\nmarker"),
        format!("{ok}Transfer-Encoding: chunked\r\n\r\n9\r\nmarker"),
    ] {
        let message = error_text(&fail(&patient(), answer.as_bytes()));
        assert!(!message.contains("marker"), "{answer:?} gave\n{message}");
    }
}

#[test]
fn an_error_quotes_a_short_part_of_a_header_and_gives_its_length() {
    let long = "9".repeat(200_000);
    for (headers, quotes) in [
        (format!("200 OK\r\nContent-Length: {long}"), true),
        (format!("200 OK\r\nContent-Length: a{long}"), true),
        (format!("200 OK\r\nTransfer-Encoding: {long}"), true),
        (format!("302 Found\r\nLocation: ftp://{long}"), true),
        (format!("302 Found\r\nLocation: https://{long}/"), true),
        (format!("302 Found\r\nLocation: http://127.0.0.1:{long}/"), true),
        (format!("302 Found\r\nLocation: a{long}:b"), true),
        (format!("302 Found\r\nLocation: //a.{long}"), true),
        (format!("200 OK\r\n{long}"), false),
        (format!("{long} OK"), false),
    ] {
        let err = fail(&patient(), format!("HTTP/1.1 {headers}\r\n\r\n").as_bytes());
        let line = err.to_string();
        assert!(line.len() < 400, "{} bytes: {}", line.len(), &line[..400]);
        assert!(!line.contains(&"9".repeat(70)), "{line}");
        assert_eq!(line.contains("00"), quotes, "the length is missing or unexpected: {line}");
        let message = error_text(&err);
        assert!(message.len() < 8_000, "{} bytes: {}", message.len(), &message[..2_000]);
    }
}

#[test]
fn a_failed_redirect_to_a_long_url_makes_a_short_error() {
    let long = "9".repeat(100_000);
    let server = Server::start(move |mut conn| {
        if conn.read_request().is_some() {
            conn.respond("302 Found", &format!("Location: /{long}\r\n"), "");
            conn.read_request();
            conn.send("HTTP/1.1 lorem\r\n\r\n");
        }
    });
    let err = server.call(&patient(), &HttpRequest::new()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Protocol);
    let text = err.last_error_text();
    assert!(text.contains("redirected to") && text.len() < 4_000, "{}", text.len());
}
