//! Automatic resending: a request is repeated only if that is safe, and at most once.

use std::collections::HashSet;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use support::tls::Authority;
use support::{Conn, Gate, Server, patient, read_head_from};
use zoomkat::{Error, ErrorKind, HttpRequest, Transport};

const UNKNOWN: &str = "unknown whether the server acted";

fn request(verb: &str, path: &str) -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_http_verb(verb).set_path(path);
    if !matches!(verb, "GET" | "HEAD" | "OPTIONS") {
        req.load_body_from_string("new", "utf-8");
    }
    req
}

fn get() -> HttpRequest {
    request("GET", "/")
}

/// What a server does instead of answering.
type Fault = fn(Conn);

const CLOSE: Fault = drop;
const RESET: Fault = Conn::reset;

/// Starts a server that answers the first request of every connection and fails at the second.
fn failing_at_the_second(fault: Fault) -> Server {
    Server::start(move |mut conn| {
        conn.read_request();
        conn.respond("200 OK", "", "first");
        if conn.read_request().is_some() {
            fault(conn);
        }
    })
}

/// Returns how often a request with this path arrived.
fn arrivals(server: &Server, path: &str) -> usize {
    let is_it = |line: &str| line.split(' ').nth(1) == Some(path);
    server.requests().iter().filter(|request| is_it(request.line())).count()
}

#[test]
fn many_calls_share_one_connection() {
    let server = Server::answering("200 OK", "", "fine");
    let http = patient();
    let first = server.call(&http, &get()).unwrap().call_text();
    assert!(first.contains("resolve 127.0.0.1") && first.contains("connected to"), "{first}");
    for verb in ["GET", "PUT", "POST", "DELETE", "OPTIONS"] {
        let text = server.call(&http, &request(verb, "/next")).unwrap().call_text();
        assert!(text.contains("reused a kept-alive connection"), "{text}");
        assert!(!text.contains("resolve") && !text.contains("connected to"), "{text}");
    }
    assert_eq!((server.connections(), server.requests().len()), (1, 6));
}

#[test]
fn every_framing_keeps_the_connection_with_and_without_tls() {
    let answers = [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ];
    let authority = Authority::new();
    let config = authority.certify(&["localhost"]).server();
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    for answer in answers {
        let script = move |mut conn: Conn| {
            while conn.read_request().is_some() {
                conn.send(answer);
            }
        };
        let (plain, secure) = (Server::start(script), Server::start_tls(config.clone(), script));
        for _ in 0..4 {
            plain.call(&http, &get()).unwrap();
            http.synchronous_request("localhost", secure.port(), true, get()).unwrap();
        }
        assert_eq!((plain.connections(), secure.connections()), (1, 1), "{answer:?}");
    }
}

#[test]
fn a_connection_marked_to_be_closed_is_not_reused() {
    let answers = [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nconnection: x, CLOSE\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ];
    for answer in answers {
        // The server itself keeps the connection open.
        let server = Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                conn.send(answer);
            }
        });
        let http = patient();
        for _ in 0..3 {
            let text = server.call(&http, &get()).unwrap().call_text();
            assert!(!text.contains("kept-alive"), "{text}");
        }
        assert_eq!(server.connections(), 3, "{answer:?}");
    }
    let server = Server::answering("200 OK", "", "");
    let http = patient();
    let (mut closing, mut old) = (get(), get());
    closing.add_header("Connection", "close");
    old.set_http_version("1.0");
    for req in [&closing, &old, &get()] {
        server.call(&http, req).unwrap();
    }
    assert_eq!(server.connections(), 3, "each request asks for the connection to be closed");
}

#[test]
fn a_connection_that_was_closed_while_idle_is_replaced_silently() {
    for fault in [CLOSE, RESET] {
        let gone: [Gate; 3] = Default::default();
        let theirs = gone.clone();
        let server = Server::start(move |mut conn| {
            conn.read_request();
            conn.respond("200 OK", "", "fine");
            let number = conn.number();
            fault(conn);
            theirs[number].open();
        });
        let http = patient();
        for (verb, gate) in ["POST", "PATCH", "POST"].into_iter().zip(&gone) {
            let text = server.call(&http, &request(verb, "/")).unwrap().call_text();
            assert!(!text.contains("once more") && !text.contains("kept-alive"), "{text}");
            gate.wait();
        }
        assert_eq!((server.connections(), server.requests().len()), (3, 3));
    }
}

#[test]
fn a_repeatable_request_is_sent_again_when_a_kept_alive_connection_dies() {
    let mut keyed = request("POST", "/again");
    keyed.set_idempotent(true).add_header("Idempotency-Key", "order 7");
    let mut requests: Vec<_> = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]
        .into_iter()
        .map(|verb| request(verb, "/again"))
        .collect();
    requests.push(keyed);
    for req in requests {
        for fault in [CLOSE, RESET] {
            let server = failing_at_the_second(fault);
            let http = patient();
            server.call(&http, &get()).unwrap();
            let resp = server.call(&http, &req).unwrap();
            assert_eq!(resp.status_code(), 200);
            assert!(resp.call_text().contains("sent again"), "{}", resp.call_text());
            let seen = server.requests();
            assert_eq!((server.connections(), arrivals(&server, "/again")), (2, 2));
            assert_eq!((seen[1].connection, seen[2].connection), (0, 1));
            assert_eq!((&seen[1].head, &seen[1].body), (&seen[2].head, &seen[2].body));
        }
    }
}

/// Returns the error of a request that arrives once and gets no response.
fn lost(server: &Server, http: &Transport, req: &HttpRequest) -> Error {
    let err = server.call(http, req).unwrap_err();
    assert!(matches!(err.kind(), ErrorKind::Io | ErrorKind::Body), "{err}");
    assert_eq!(arrivals(server, req.path()), 1, "{err}");
    err
}

#[test]
fn a_request_that_must_not_be_repeated_is_not() {
    let mut password = request("PUT", "/once");
    password.set_idempotent(false);
    let mut read = request("GET", "/once");
    read.set_idempotent(false);
    let cases = [
        (request("POST", "/once"), true),
        (request("PATCH", "/once"), true),
        (request("LOCK", "/once"), true),
        (password, true),
        (read, false),
    ];
    for (req, is_outcome_unknown) in cases {
        for fault in [CLOSE, RESET] {
            let server = failing_at_the_second(fault);
            let http = patient();
            server.call(&http, &get()).unwrap();
            let err = lost(&server, &http, &req);
            assert_eq!(err.may_have_been_processed(), is_outcome_unknown, "{err}");
            assert_eq!(err.to_string().contains(UNKNOWN), is_outcome_unknown, "{err}");
            assert_eq!(err.last_error_text().contains(UNKNOWN), is_outcome_unknown);
            assert_eq!((server.connections(), server.requests().len()), (1, 2));
        }
    }
}

#[test]
fn nothing_is_repeated_on_a_new_connection() {
    for verb in ["GET", "PUT", "DELETE", "POST", "PATCH"] {
        for fault in [CLOSE, RESET] {
            let server = Server::start(move |mut conn| {
                conn.read_request();
                fault(conn);
            });
            let err = lost(&server, &patient(), &request(verb, "/once"));
            assert_eq!(err.may_have_been_processed(), verb != "GET", "{verb}: {err}");
            assert_eq!(err.to_string().contains(UNKNOWN), verb != "GET", "{verb}: {err}");
            assert_eq!(server.connections(), 1);
        }
    }
}

#[test]
fn nothing_is_sent_a_third_time() {
    // Answers one request in total.
    let answered = AtomicUsize::new(0);
    let server = Server::start(move |mut conn| {
        while conn.read_request().is_some() {
            if answered.fetch_add(1, Ordering::SeqCst) > 0 {
                return;
            }
            conn.respond("200 OK", "", "");
        }
    });
    let http = patient();
    server.call(&http, &get()).unwrap();
    let err = server.call(&http, &request("PUT", "/again")).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Io, "{err}");
    assert!(err.may_have_been_processed());
    assert!(err.to_string().contains(UNKNOWN), "{err}");
    assert_eq!((server.connections(), arrivals(&server, "/again")), (2, 2));
}

#[test]
fn nothing_is_repeated_once_a_byte_of_a_response_has_arrived() {
    let starts = [
        "H",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
    ];
    for start in starts {
        for verb in ["GET", "PUT", "POST"] {
            let server = Server::start(move |mut conn| {
                conn.read_request();
                conn.respond("200 OK", "", "first");
                conn.read_request();
                conn.send(start);
            });
            let http = patient();
            server.call(&http, &get()).unwrap();
            let err = lost(&server, &http, &request(verb, "/once"));
            assert_eq!(err.may_have_been_processed(), verb != "GET", "{start:?} {verb}: {err}");
            assert_eq!((server.connections(), server.requests().len()), (1, 2));
        }
    }
}

#[test]
fn a_timeout_does_not_cause_a_resend() {
    let server = Server::start(|mut conn| {
        conn.read_request();
        conn.respond("200 OK", "", "first");
        conn.read_request();
        conn.wait_for_close();
    });
    let mut http = support::transport();
    http.set_read_timeout(Duration::from_secs(1));
    server.call(&http, &get()).unwrap();
    let err = server.call(&http, &request("PUT", "/once")).unwrap_err();
    assert!(err.is_timeout() && err.may_have_been_processed(), "{err}");
    assert!(err.to_string().contains(UNKNOWN), "{err}");
    assert_eq!((server.connections(), arrivals(&server, "/once")), (1, 1));
}

#[test]
fn the_outcome_stays_unknown_if_the_second_attempt_cannot_connect() {
    // The server accepts one connection and has stopped listening when the second request is sent.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let gone = Gate::new();
    let gate = gone.clone();
    let server = thread::spawn(move || {
        let (mut tcp, _) = listener.accept().unwrap();
        drop(listener);
        let first = read_head_from(&mut tcp);
        std::io::Write::write_all(&mut tcp, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
        gate.open();
        (first, read_head_from(&mut tcp))
    });
    let http = patient();
    http.synchronous_request("127.0.0.1", port, false, get()).unwrap();
    gone.wait();
    let req = request("PUT", "/again");
    let err = http.synchronous_request("127.0.0.1", port, false, &req).unwrap_err();
    assert!(server.join().unwrap().1.starts_with("PUT /again "), "the request arrived");
    assert!(err.may_have_been_processed(), "{err}");
    assert!(err.to_string().contains(UNKNOWN), "{err}");
}

#[test]
fn the_outcome_stays_unknown_if_the_file_is_gone_for_the_second_attempt() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("body");
    std::fs::write(&path, "content").unwrap();
    let to_remove = path.clone();
    let server = Server::start(move |mut conn| {
        if conn.number() == 0 {
            conn.read_request();
            conn.respond("200 OK", "", "");
            conn.read_request();
            std::fs::remove_file(&to_remove).unwrap();
        }
    });
    let http = patient();
    server.call(&http, &get()).unwrap();
    let mut req = request("PUT", "/again");
    req.stream_body_from_file(&path);
    let err = server.call(&http, &req).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Body, "{err}");
    assert!(err.may_have_been_processed() && err.to_string().contains(UNKNOWN), "{err}");
}

#[test]
fn a_request_that_was_never_sent_was_not_processed() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for verb in ["POST", "PUT"] {
        let req = request(verb, "/");
        let err = patient().synchronous_request("127.0.0.1", port, false, &req).unwrap_err();
        assert!(!err.may_have_been_processed() && !err.to_string().contains(UNKNOWN), "{err}");
    }
    let err = patient().synchronous_request("127.0.0.1", 0, false, get()).unwrap_err();
    assert!(err.is_invalid_request() && !err.may_have_been_processed(), "{err}");
}

#[test]
fn threads_that_share_a_transport_get_their_own_responses() {
    const THREADS: usize = 32;
    const CALLS: usize = 20;
    let server = Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            let answer = format!("{} {}", request.line(), request.text());
            conn.respond("200 OK", "", answer);
        }
    });
    let http = patient();
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (server, shared) = (&server, &http);
            let own = http.clone();
            scope.spawn(move || {
                let http = if number % 2 == 0 { &own } else { shared };
                for call in 0..CALLS {
                    let mut req = request("POST", &format!("/{number}/{call}"));
                    req.load_body_from_string(&format!("body {number} {call}"), "utf-8");
                    let resp = server.call(http, &req).unwrap();
                    let expected = format!("POST /{number}/{call} HTTP/1.1 body {number} {call}");
                    assert_eq!(resp.body_str(), expected);
                }
            });
        }
    });
    let seen = server.requests();
    let distinct: HashSet<&str> = seen.iter().map(|request| request.line()).collect();
    assert_eq!((seen.len(), distinct.len()), (THREADS * CALLS, THREADS * CALLS));
    assert!(server.connections() <= THREADS, "{} connections", server.connections());
}

#[test]
fn a_clone_shares_the_connections_until_they_are_closed() {
    let server = Server::answering("200 OK", "", "");
    let http = patient();
    let clone = http.clone();
    server.call(&http, &get()).unwrap();
    server.call(&clone, &get()).unwrap();
    assert_eq!(server.connections(), 1);
    clone.close_all_connections();
    server.call(&http, &get()).unwrap();
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_request_marked_as_not_idempotent_is_not_repeated() {
    let server = failing_at_the_second(CLOSE);
    let http = patient();
    server.call(&http, &get()).unwrap();
    let mut req = request("PUT", "/v2/users/:userId/password");
    req.set_idempotent(false);
    let err = lost(&server, &http, &req);
    assert!(err.to_string().contains(UNKNOWN), "{err}");
    assert_eq!(arrivals(&server, "/v2/users/:userId/password"), 1);

    let server = failing_at_the_second(CLOSE);
    let http = patient();
    server.call(&http, &get()).unwrap();
    req.set_idempotent(true);
    assert_eq!(server.call(&http, &req).unwrap().status_code(), 200);
    assert_eq!(arrivals(&server, "/v2/users/:userId/password"), 2);
}

/// A ported script and a pasted curl command cannot declare what a request does.
#[test]
fn ported_and_pasted_password_changes_are_not_repeated_by_default() {
    const PATH: &str = "/v2/users/jchill/password";
    let mut req = request("PUT", "/v2/users/jchill/:what");
    req.set_path_variable("what", "password");
    for says_so in [false, true] {
        if says_so {
            req.set_idempotent(true);
        }
        let by_http = |server: &Server| {
            let http = zoomkat::chilkat::Http::from(patient());
            server.call(&http, &get()).unwrap();
            server.call(&http, &req).is_ok()
        };
        let by_call = |server: &Server| {
            let http = patient();
            server.call(&http, &get()).unwrap();
            http.perform(&zoomkat::Call::new("127.0.0.1", server.port(), false, req.clone()))
                .is_ok()
        };
        for send in [&by_http as &dyn Fn(&Server) -> bool, &by_call] {
            let server = failing_at_the_second(CLOSE);
            assert_eq!(send(&server), says_so);
            assert_eq!(arrivals(&server, PATH), 1 + usize::from(says_so));
        }
    }
}

#[test]
fn a_redirected_post_may_have_been_processed() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let dead = format!("Location: http://127.0.0.1:{port}/\r\n");
    for (status, location, processed) in [
        ("303 See Other", "Location: ftp://far.example/\r\n".to_owned(), true),
        ("303 See Other", dead.clone(), true),
        ("302 Found", dead, true),
        ("307 Temporary Redirect", "Location: ftp://far.example/\r\n".to_owned(), false),
    ] {
        let server = Server::start(move |mut conn| {
            conn.read_request();
            conn.respond(status, &location, "");
        });
        let err = server.call(&patient(), &request("POST", "/")).unwrap_err();
        assert_eq!(err.may_have_been_processed(), processed, "{status}: {err}");
    }
    let server =
        Server::saying("HTTP/1.1 302 Found\r\nLocation: mailto:x\r\nContent-Length: 0\r\n\r\n");
    let err = server.call(&patient(), &request("DELETE", "/")).unwrap_err();
    assert!(err.may_have_been_processed(), "a server may act and then redirect: {err}");
}

#[test]
fn a_setting_can_ask_for_connections_to_be_closed() {
    let server = Server::answering("200 OK", "", "fine");
    let mut http = patient();
    http.set_request_header("Connection", "close");
    for _ in 0..3 {
        server.call(&http, &get()).unwrap();
    }
    assert_eq!(server.connections(), 3);
}

#[test]
fn an_upload_that_breaks_after_an_interim_response_is_not_repeated() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(48 * 1024 * 1024).unwrap();
    let server = Server::start(|mut conn| {
        conn.read_request();
        conn.respond("200 OK", "", "first");
        conn.read_head();
        conn.send("HTTP/1.1 100 Continue\r\n\r\n");
        thread::sleep(std::time::Duration::from_millis(500));
        conn.reset();
    });
    let http = patient();
    server.call(&http, &get()).unwrap();
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").stream_body_from_file(file.path());
    let err = server.call(&http, &req).unwrap_err();
    assert!(err.may_have_been_processed(), "{err}");
    assert_eq!(server.connections(), 1);
}

#[test]
fn the_second_attempt_uses_a_new_connection_even_if_others_are_idle() {
    let both = std::sync::Barrier::new(2);
    let server = Server::start(move |mut conn| {
        let is_old = conn.number() < 2;
        while let Some(request) = conn.read_request() {
            if is_old && request.line().starts_with("PUT ") {
                return;
            }
            if is_old {
                both.wait();
            }
            conn.respond("200 OK", "", "");
        }
    });
    let http = patient();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| server.call(&http, &get()).unwrap());
        }
    });
    server.call(&http, &request("PUT", "/again")).unwrap();
    assert_eq!((server.connections(), arrivals(&server, "/again")), (3, 2));
}

#[test]
fn an_upload_that_stalls_on_a_kept_alive_connection_is_not_repeated() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(48 * 1024 * 1024).unwrap();
    let over = Gate::new();
    let gate = over.clone();
    let server = Server::start(move |mut conn| {
        conn.read_request();
        conn.respond("200 OK", "", "first");
        gate.wait();
    });
    let mut http = patient();
    http.set_read_timeout(Duration::from_secs(1));
    server.call(&http, &get()).unwrap();
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").stream_body_from_file(file.path());
    let err = server.call(&http, &req).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Timeout, "{err}");
    assert_eq!(server.connections(), 1);
    over.open();
}
