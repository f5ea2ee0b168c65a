//! Responses that arrive before the request is complete: a refusal is read and ends the upload, and
//! any other response does not.

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use support::socks::{Rules, SocksServer};
use support::tls::Authority;
use support::{Conn, Gate, Server, patient, read_head_from, transport};
use tempfile::NamedTempFile;
use zoomkat::{ErrorKind, HttpRequest, HttpResponse, Result, Transport};

/// More than fits into all buffers between client and server.
const SIZE: u64 = 48 * 1024 * 1024;

/// A client that cannot write for this long is stalled.
const STALL: Duration = Duration::from_millis(400);

/// Longer than any test should take.
const WAIT: Duration = Duration::from_secs(30);

/// Returns a reason that is longer than one read.
fn reason() -> String {
    "this is too large; ".repeat(2000)
}

fn large_file() -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    file.as_file().set_len(SIZE).unwrap();
    file
}

fn upload(file: &NamedTempFile) -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").set_path("/upload").stream_body_from_file(file.path());
    req
}

/// Servers that run the same script with and without TLS, and a client for both.
struct Pair {
    http: Transport,
    plain: Server,
    secure: Server,
}

impl Pair {
    fn start(script: impl Fn(Conn) + Send + Sync + 'static) -> Pair {
        let script = Arc::new(script);
        let other = Arc::clone(&script);
        let authority = Authority::new();
        let mut http = patient();
        http.set_read_timeout(Duration::from_secs(2))
            .set_trusted_roots_pem(authority.pem())
            .unwrap();
        Pair {
            http,
            plain: Server::start(move |conn| script(conn)),
            secure: Server::start_tls(authority.certify(&["localhost"]).server(), move |conn| {
                other(conn);
            }),
        }
    }

    /// Calls both servers; the name of each comes with its result.
    fn call(&self, req: &HttpRequest) -> [(&'static str, Result<HttpResponse>); 2] {
        let secure = self.http.synchronous_request("localhost", self.secure.port(), true, req);
        [("plain", self.plain.call(&self.http, req)), ("TLS", secure)]
    }
}

/// What a server does after its refusal.
#[derive(Clone, Copy, Debug)]
enum Then {
    Close,
    /// Neither reads nor closes.
    Hold,
    /// Reads the rest of the request.
    Read,
}

#[test]
fn a_refusal_is_read_with_its_body() {
    let file = large_file();
    for then in [Then::Close, Then::Hold, Then::Read] {
        for close in ["", "Connection: close\r\n"] {
            for status in ["413 Content Too Large", "401 Unauthorized", "503 Later"] {
                let over = Gate::new();
                let gate = over.clone();
                let pair = Pair::start(move |mut conn| {
                    conn.read_head();
                    conn.respond(status, close, reason());
                    match then {
                        Then::Close => drop(conn),
                        Then::Hold => gate.wait(),
                        Then::Read => conn.wait_for_close(),
                    }
                });
                for (over, result) in pair.call(&upload(&file)) {
                    let name = format!("{status} {close:?} {then:?} over {over}");
                    let resp = result.unwrap_or_else(|err| panic!("{name}: {err}"));
                    assert_eq!(resp.status_line(), format!("HTTP/1.1 {status}"), "{name}");
                    assert_eq!(resp.body_str(), reason(), "{name}");
                    let text = resp.call_text();
                    assert!(text.contains("before the whole body was sent"), "{name}: {text}");
                }
                over.open();
            }
        }
    }
}

/// Runs a server that follows `script` and then neither reads nor closes. The client must get its
/// refusal.
fn assert_refusal_is_read(body: &str, script: impl Fn(&mut Conn) + Send + Sync + 'static) {
    let file = large_file();
    let over = Gate::new();
    let gate = over.clone();
    let pair = Pair::start(move |mut conn| {
        script(&mut conn);
        gate.wait();
    });
    for (name, result) in pair.call(&upload(&file)) {
        let resp = result.unwrap_or_else(|err| panic!("{name}: {err}"));
        assert_eq!((resp.status_code(), &*resp.body_str()), (413, body), "{name}");
    }
    over.open();
}

#[test]
fn a_refusal_before_the_server_has_read_anything_is_read() {
    assert_refusal_is_read(&reason(), |conn| conn.respond("413 Content Too Large", "", reason()));
}

#[test]
fn a_refusal_to_a_stalled_client_is_read() {
    assert_refusal_is_read("large", |conn| {
        conn.read_head();
        thread::sleep(STALL);
        conn.send("HTTP/1.1 413 Content");
        thread::sleep(STALL);
        conn.send(" Too Large\r\nContent-Length: 5\r\n\r\nlarge");
    });
}

#[test]
fn the_late_body_of_a_refusal_is_waited_for() {
    assert_refusal_is_read("too large", |conn| {
        conn.read_head();
        thread::sleep(STALL);
        conn.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\n");
        thread::sleep(STALL);
        conn.send("too large");
    });
}

#[test]
fn a_stalled_client_reads_a_refusal_at_once() {
    let file = large_file();
    let over = Gate::new();
    let gate = over.clone();
    let server = Server::start(move |mut conn| {
        conn.read_head();
        thread::sleep(STALL);
        conn.respond("413 Content Too Large", "", "large");
        gate.wait();
    });
    // The read timeout is a minute.
    let start = Instant::now();
    let resp = server.call(&patient(), &upload(&file)).unwrap();
    assert_eq!((resp.status_code(), resp.body()), (413, &b"large"[..]));
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    over.open();
}

#[test]
fn a_refusal_behind_a_socks_proxy_is_read() {
    let file = large_file();
    let over = Gate::new();
    let gate = over.clone();
    let mut pair = Pair::start(move |mut conn| {
        conn.read_head();
        conn.respond("413 Content Too Large", "", "large");
        gate.wait();
    });
    let proxy = SocksServer::start(Rules::default());
    for version in [4, 5] {
        let scheme = if version == 4 { "socks4a" } else { "socks5h" };
        pair.http.set_proxy(&format!("{scheme}://127.0.0.1:{}", proxy.port())).unwrap();
        for (name, result) in pair.call(&upload(&file)) {
            let resp = result.unwrap_or_else(|err| panic!("{version} {name}: {err}"));
            assert_eq!((resp.status_code(), resp.body()), (413, &b"large"[..]), "{name}");
        }
    }
    assert_eq!(proxy.asked().len(), 4);
    over.open();
}

#[test]
fn after_a_refusal_the_rest_of_the_body_is_not_sent() {
    let file = large_file();
    let (report, counts) = channel();
    let pair = Pair::start(move |mut conn| {
        conn.read_head();
        conn.respond("413 Content Too Large", "", reason());
        report.send(conn.discard(SIZE)).unwrap();
    });
    for (name, result) in pair.call(&upload(&file)) {
        assert_eq!(result.unwrap().status_code(), 413, "{name}");
    }
    for _ in 0..2 {
        assert!(counts.recv_timeout(WAIT).unwrap() < SIZE);
    }
}

#[test]
fn after_a_refusal_the_connection_is_not_used_again() {
    let file = large_file();
    let pair = Pair::start(move |mut conn| {
        let head = conn.read_head().unwrap();
        if head.starts_with("POST") {
            conn.respond("413 Content Too Large", "", "large");
            conn.wait_for_close();
        } else {
            conn.respond("200 OK", "", "fine");
        }
    });
    for (name, result) in pair.call(&upload(&file)) {
        assert_eq!(result.unwrap().status_code(), 413, "{name}");
    }
    for (name, result) in pair.call(&HttpRequest::new()) {
        let resp = result.unwrap();
        assert_eq!(resp.body(), b"fine", "{name}");
        assert!(!resp.call_text().contains("kept-alive"), "{}", resp.call_text());
    }
    assert_eq!((pair.plain.connections(), pair.secure.connections()), (2, 2));
}

#[test]
fn an_early_401_gets_neither_the_login_nor_the_rest_of_the_body() {
    let file = large_file();
    let server = Server::start(|mut conn| {
        conn.read_head().unwrap();
        conn.respond("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", "who?");
        conn.wait_for_close();
    });
    let mut http = patient();
    http.set_login("somebody").set_password("something");
    let resp = server.call(&http, &upload(&file)).unwrap();
    assert_eq!((resp.status_code(), &*resp.body_str()), (401, "who?"));
    assert_eq!(server.connections(), 1);
}

/// Runs a server that sends `early`, reads the whole body and answers with `late`. The upload must
/// be complete.
fn assert_upload_completes(
    expected: &str,
    early: impl Fn(&mut Conn) + Send + Sync + 'static,
    late: impl Fn(&mut Conn) + Send + Sync + 'static,
) {
    let file = large_file();
    let (report, counts) = channel();
    let pair = Pair::start(move |mut conn| {
        conn.read_head();
        early(&mut conn);
        report.send(conn.discard(SIZE)).unwrap();
        late(&mut conn);
        conn.wait_for_close();
    });
    for (name, result) in pair.call(&upload(&file)) {
        let resp = result.unwrap_or_else(|err| panic!("over {name}: {err}"));
        assert_eq!((resp.status_code(), &*resp.body_str()), (200, expected), "over {name}");
        let text = resp.call_text();
        assert!(!text.contains("before the whole body was sent"), "over {name}: {text}");
    }
    for name in ["the one", "the other"] {
        assert_eq!(counts.recv_timeout(WAIT), Ok(SIZE), "{name}");
    }
}

const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";

#[test]
fn an_interim_response_does_not_end_the_upload() {
    assert_upload_completes(
        "fine",
        |conn| conn.send(CONTINUE),
        |conn| conn.respond("200 OK", "", "fine"),
    );
}

#[test]
fn an_interim_response_to_a_stalled_client_does_not_end_the_upload() {
    assert_upload_completes(
        "fine",
        |conn| {
            thread::sleep(STALL);
            conn.send(CONTINUE);
            thread::sleep(STALL);
            conn.send("HTTP/1.1 102 Process");
            thread::sleep(STALL);
            conn.send("ing\r\n\r\n");
        },
        |conn| conn.respond("200 OK", "", "fine"),
    );
}

#[test]
fn an_early_success_does_not_end_the_upload() {
    assert_upload_completes("fine", |conn| conn.send(format!("{OK}fine")), |_| {});
    assert_upload_completes("fine", |conn| conn.send(OK), |conn| conn.send("fine"));
    assert_upload_completes(
        "fine",
        |conn| conn.send(&OK[..9]),
        |conn| conn.send(format!("{}fine", &OK[9..])),
    );
}

#[test]
fn an_early_success_to_a_stalled_client_does_not_end_the_upload() {
    assert_upload_completes(
        "fine",
        |conn| {
            thread::sleep(STALL);
            conn.send(OK);
            thread::sleep(STALL);
            conn.send("fi");
            thread::sleep(STALL);
        },
        |conn| conn.send("ne"),
    );
}

#[test]
fn an_early_success_with_a_large_body_does_not_end_the_upload() {
    let large = "x".repeat(200_000);
    let body = large.clone();
    assert_upload_completes(&large, move |conn| conn.respond("200 OK", "", &body), |_| {});
}

#[test]
fn late_session_tickets_do_not_end_the_upload() {
    let file = large_file();
    let authority = Authority::new();
    let config = authority.certify(&["localhost"]).server();
    let server = Server::start_raw(move |mut tcp| {
        let mut conn = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        while !conn.wants_write() {
            conn.read_tls(&mut tcp).unwrap();
            conn.process_new_packets().unwrap();
        }
        while conn.wants_write() {
            conn.write_tls(&mut tcp).unwrap();
        }
        // The client considers the handshake finished and sends as much as it can. Only then does
        // the server read the end of the handshake and send the tickets.
        thread::sleep(STALL);
        let mut stream = rustls::Stream::new(&mut conn, &mut tcp);
        read_head_from(&mut stream);
        let count = std::io::copy(&mut (&mut stream).take(SIZE), &mut std::io::sink()).unwrap_or(0);
        let answer = format!("HTTP/1.1 200 OK\r\n\r\n{count}");
        let _ = stream.write_all(answer.as_bytes());
        conn.send_close_notify();
        let _ = conn.write_tls(&mut tcp);
    });
    let mut http = transport();
    http.set_read_timeout(Duration::from_secs(3)).set_trusted_roots_pem(authority.pem()).unwrap();
    let resp = http.synchronous_request("localhost", server.port(), true, upload(&file)).unwrap();
    assert_eq!(resp.body_str(), SIZE.to_string());
}

#[test]
fn a_redirect_ends_an_upload_that_nobody_reads() {
    let file = large_file();
    let over = Gate::new();
    let gate = over.clone();
    let mut pair = Pair::start(move |mut conn| match conn.read_head() {
        Some(head) if head.starts_with("POST /upload ") => {
            conn.respond("303 See Other", "Location: /done\r\n", "");
            gate.wait();
        }
        _ => conn.respond("200 OK", "", "done"),
    });
    pair.http.set_read_timeout(Duration::from_secs(10));
    let start = Instant::now();
    for (name, result) in pair.call(&upload(&file)) {
        let resp = result.unwrap_or_else(|err| panic!("{name}: {err}"));
        assert_eq!((resp.status_code(), &*resp.body_str()), (200, "done"), "{name}");
    }
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    over.open();
}

#[test]
fn a_refusal_that_resets_the_connection_of_a_stalled_client_is_read() {
    let file = large_file();
    let server = Server::start(|mut conn| {
        conn.read_head();
        thread::sleep(STALL);
        conn.send(CONTINUE);
        thread::sleep(STALL);
        // Bytes that the server has not read turn the end of the connection into a reset.
        conn.respond("413 Content Too Large", "", "too large");
    });
    let resp = server.call(&transport(), &upload(&file)).unwrap();
    assert_eq!((resp.status_code(), &*resp.body_str()), (413, "too large"));
}

#[test]
fn a_complete_early_success_does_not_end_the_upload() {
    let file = large_file();
    let (report, counts) = channel();
    let server = Server::start(move |mut conn| {
        conn.read_head();
        thread::sleep(STALL);
        conn.send(format!("{OK}fine"));
        conn.shutdown_write();
        thread::sleep(STALL);
        report.send(conn.discard(SIZE)).unwrap();
    });
    let resp = server.call(&transport(), &upload(&file)).unwrap();
    assert_eq!((resp.status_code(), &*resp.body_str()), (200, "fine"));
    assert_eq!(counts.recv_timeout(WAIT), Ok(SIZE));
}

#[test]
fn an_early_success_may_stop_in_the_middle_of_a_chunk() {
    const START: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for early in ["1", "14", "14\r", "14\r\n", "14\r\nso far"] {
        let all = "14\r\nso far, all was fine\r\n0\r\n\r\n";
        assert_upload_completes(
            "so far, all was fine",
            move |conn| {
                conn.send(format!("{START}{early}"));
                thread::sleep(STALL);
            },
            move |conn| {
                thread::sleep(STALL / 4);
                conn.send(&all[early.len()..]);
            },
        );
    }
}

#[test]
fn an_early_success_that_breaks_off_is_an_error() {
    let file = large_file();
    let server = Server::start(|mut conn| {
        conn.read_head();
        thread::sleep(STALL);
        // Without a length, only an orderly close marks the end.
        conn.send("HTTP/1.1 200 OK\r\n\r\nhalf");
        thread::sleep(STALL);
        conn.reset();
    });
    let err = server.call(&transport(), &upload(&file)).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Body, "{err}");
    assert!(err.may_have_been_processed());
}
