//! The session log: the file to which requests and responses are written.

use std::fs;
use std::path::Path;
use std::thread;

use support::{Conn, Server, patient};
use zoomkat::HttpRequest;
use zoomkat::chilkat::Http;

fn logging(path: &Path) -> Http {
    let mut http = support::chilkat(&patient());
    http.set_session_log_filename(path);
    http
}

/// Returns the log without its times.
fn read(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let line = |line: &str| match line.split_once(", ").filter(|_| line.starts_with("---- ")) {
        Some((what, time)) => {
            assert!(time.ends_with(" GMT ----\r\n"), "{line}");
            format!("{what}\n")
        }
        None => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect::<String>().replace("\r\n", "\n")
}

fn seed() -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT")
        .set_path("/v2/users/me/password?access_token=lorem")
        .set_content_type("multipart/form-data")
        .set_boundary("b")
        .add_param("password", "dolor")
        .add_header("Authorization", "Bearer lorem");
    req
}

#[test]
fn a_call_is_written_without_its_secrets() {
    let server = Server::answering("200 Fine", "Set-Cookie: a=lorem\r\nX-A: b\r\n", "dolor sit");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("session.log");
    let http = logging(&path);
    assert_eq!(http.session_log_filename(), path.display().to_string());
    server.call(&http, &seed()).unwrap();
    let expected = format!(
        "---- Sending\nPUT /v2/users/me/password?access_token=*** HTTP/1.1\nHost: \
         127.0.0.1:{}\nContent-Type: multipart/form-data; boundary=b\nContent-Length: \
         70\nAuthorization: ***\n\n<70 bytes>\n---- Received\nHTTP/1.1 200 Fine\nSet-Cookie: \
         ***\nX-A: b\nContent-Length: 9\n\n<9 bytes>\n",
        server.port()
    );
    assert_eq!(read(&path), expected);
    server.call(&http, &seed()).unwrap();
    assert_eq!(read(&path), expected.repeat(2), "the file is appended to");
}

#[test]
fn everything_is_written_on_request() {
    let server = Server::answering("200 Fine", "Set-Cookie: a=lorem\r\n", "dolor sit");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("session.log");
    let mut http = logging(&path);
    http.set_session_log_secrets(true);
    server.call(&http, &seed()).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let received = server.request();
    assert!(text.contains(&(received.head.clone() + &received.text())), "{text}");
    assert!(text.contains("Set-Cookie: a=lorem\r\n"), "{text}");
    assert!(text.ends_with("\r\n\r\ndolor sit\r\n"), "{text}");
}

#[cfg(unix)]
#[test]
fn the_log_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let server = Server::answering("204 No Content", "", "");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("session.log");
    server.call(&logging(&path), &seed()).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn each_redirect_and_each_resend_is_written() {
    let server = Server::start(|mut conn: Conn| {
        let count = if conn.number() == 0 { 2 } else { 9 };
        for _ in 0..count {
            let Some(request) = conn.read_request() else { return };
            match request.line() {
                "GET /a HTTP/1.1" => conn.respond("302 Found", "Location: /b?t=lorem\r\n", "hop"),
                _ => conn.respond("200 OK", "", ""),
            }
        }
        // The kept-alive connection dies during the next request.
        conn.read_head();
    });
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("session.log");
    let http = logging(&path);
    let mut req = HttpRequest::new();
    req.set_path("/a");
    server.call(&http, &req).unwrap();
    let text = read(&path);
    let lines: Vec<&str> =
        text.lines().filter(|l| l.contains("HTTP/1.1") || l.starts_with('L')).collect();
    assert_eq!(
        lines,
        [
            "GET /a HTTP/1.1",
            "HTTP/1.1 302 Found",
            "Location: ***",
            "GET /b?t=*** HTTP/1.1",
            "HTTP/1.1 200 OK"
        ]
    );
    req.set_path("/c");
    server.call(&http, &req).unwrap();
    assert_eq!(read(&path).matches("GET /c HTTP/1.1").count(), 2);
}

#[test]
fn a_body_that_breaks_off_leaves_its_header_in_the_log() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("session.log");
    server.call(&logging(&path), &HttpRequest::new()).unwrap_err();
    assert!(read(&path).ends_with("HTTP/1.1 200 OK\nContent-Length: 10\n\n<10 bytes>\n"));
}

#[test]
fn entries_of_many_threads_do_not_mix() {
    let server = Server::answering("200 OK", "", "fine");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("session.log");
    let http = logging(&path);
    let mut one = HttpRequest::new();
    one.set_http_verb("POST").load_body_from_string(&"x".repeat(100_000), "utf-8");
    let mut loud = http.clone();
    loud.set_session_log_secrets(true);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| server.call(&loud, &one).unwrap());
        }
    });
    let text = read(&path);
    let body = "x".repeat(100_000);
    assert_eq!(text.matches(&format!("\n\n{body}\n---- ")).count(), 8);
    assert_eq!(text.matches("\n\nfine\n").count(), 8);
}

#[test]
fn query_values_are_masked_in_headers_too() {
    let server = Server::answering(
        "200 OK",
        "Link: <https://h/x?t=lorem>; rel=next\r\nRefresh: 1; url=/x?t=lorem\r\nX-Plain: told\r\n",
        "",
    );
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("session.log");
    let mut http = logging(&path);
    http.set_request_header("Referer", "https://h/p?t=lorem").set_request_header("X-Mine", "lorem");
    http.set_request_header("X-Jwt", "lorem").mark_header_sensitive("x-mine");
    server.call(&http, &HttpRequest::new()).unwrap();
    let log = read(&path) + &http.last_header();
    assert!(!log.contains("lorem") && log.contains("X-Plain: told"), "{log}");
    assert!(log.contains("Referer: ***") && log.contains("Link: ***"), "{log}");
}

#[test]
fn users_and_fragments_of_urls_are_masked_in_headers_too() {
    let server = Server::answering(
        "200 OK",
        "Location: /done#access_token=lorem\r\nContent-Location: https://me:lorem@h/\r\n\
         Link: <//me:lorem@h/>; rel=next\r\nX-Plain: me@example.com, https://h/\r\n",
        "",
    );
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("session.log");
    let mut http = logging(&path);
    http.set_request_header("Referer", "https://h/p#access_token=lorem");
    http.set_request_header("X-From", "https://me:lorem@h/p");
    server.call(&http, &HttpRequest::new()).unwrap();
    let log = read(&path) + &http.last_header();
    assert!(!log.contains("lorem"), "{log}");
    assert!(log.contains("X-Plain: me@example.com, https://h/\n"), "{log}");
}

#[test]
fn a_marked_header_that_the_server_repeats_is_masked_too() {
    let headers = "X-Mine: lorem\r\nX-Of-The-Request: lorem\r\nX-Plain: told\r\n";
    let server = Server::answering("200 OK", headers, "");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("session.log");
    let (mut http, mut req) = (logging(&path), HttpRequest::new());
    http.set_request_header("X-Mine", "lorem").mark_header_sensitive("x-mine");
    req.add_header("X-Of-The-Request", "lorem").mark_header_sensitive("X-OF-the-request");
    server.call(&http, &req).unwrap();
    let log = read(&path);
    assert!(!log.contains("lorem") && log.contains("X-Plain: told"), "{log}");
    assert_eq!(log.matches("X-Mine: ***").count(), 2, "{log}");
}

#[cfg(unix)]
#[test]
fn a_log_that_nobody_reads_does_not_stop_the_call() {
    let server = Server::answering("200 OK", "", "fine");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    assert_eq!(server.call(&logging(&path), &HttpRequest::new()).unwrap().body(), b"fine");
}

#[test]
fn a_log_that_cannot_be_written_does_not_disturb_the_call() {
    let server = Server::answering("200 OK", "", "fine");
    let dir = tempfile::tempdir().unwrap();
    let mut http = logging(dir.path());
    assert_eq!(server.call(&http, &HttpRequest::new()).unwrap().body(), b"fine");
    http.set_session_log_filename("");
    assert_eq!(http.session_log_filename(), "");
    server.call(&http, &HttpRequest::new()).unwrap();
}
