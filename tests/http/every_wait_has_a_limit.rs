//! Time limits: every wait has one, and the error says which one ended the call and how to change
//! it.

use std::io::{Read as _, Write as _};
use std::iter::repeat_n;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use support::tls::Authority;
use support::{ClosedPort, Conn, Gate, Server, read_head_from, transport};
use zoomkat::{Error, ErrorKind, HttpRequest, HttpResponse, Result, Transport};

/// Every limit in these tests is one second, so a call that takes this long has missed it.
const TOO_LONG: Duration = Duration::from_secs(10);

/// The pause between two bytes of a drip: well below a second of silence.
const PAUSE: Duration = Duration::from_millis(150);

fn timed<T>(call: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = call();
    assert!(start.elapsed() < TOO_LONG, "it took {:?}", start.elapsed());
    value
}

/// Returns the error of a call that must end by the limit that `setter` changes.
fn timeout(setter: &str, call: impl FnOnce() -> Result<HttpResponse>) -> Error {
    let err = timed(call).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Timeout, "{err}");
    assert!(err.is_timeout());
    assert!(err.to_string().contains(setter), "{err}");
    assert!(err.last_error_text().contains(setter), "{}", err.last_error_text());
    err
}

/// One second for the whole call, with the other limits far away.
fn a_second_in_total() -> Transport {
    let mut http = transport();
    http.set_read_timeout(Duration::from_secs(30))
        .set_connect_timeout(Duration::from_secs(30))
        .set_total_timeout(Duration::from_secs(1));
    http
}

/// Starts a server that sends this much of a response and then nothing.
fn silent_after(bytes: &'static str) -> Server {
    Server::start(move |mut conn: Conn| {
        conn.read_request();
        conn.send(bytes);
        conn.wait_for_close();
    })
}

const SILENCES: [&str; 9] = [
    "",
    "H",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 200 OK\r\nContent-Le",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
    "HTTP/1.1 200 OK\r\n\r\nhello",
    "HTTP/1.1 100 Continue\r\n\r\n",
];

#[test]
fn silence_ends_a_call_wherever_it_falls() {
    thread::scope(|scope| {
        for start in SILENCES {
            scope.spawn(move || {
                let server = silent_after(start);
                let err =
                    timeout("set_read_timeout", || server.call(&transport(), &HttpRequest::new()));
                assert!(!err.may_have_been_processed());
            });
        }
    });
}

#[test]
fn the_total_timeout_ends_a_call_wherever_it_falls_silent() {
    thread::scope(|scope| {
        for start in SILENCES {
            scope.spawn(move || {
                let server = silent_after(start);
                timeout("set_total_timeout", || {
                    server.call(&a_second_in_total(), &HttpRequest::new())
                });
            });
        }
    });
}

#[test]
fn after_silence_the_outcome_of_a_change_is_unknown() {
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").load_body_from_string("x", "utf-8");
    let req = &req;
    thread::scope(|scope| {
        for start in ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"] {
            scope.spawn(move || {
                let server = silent_after(start);
                let err = timeout("set_read_timeout", || server.call(&transport(), req));
                assert!(err.may_have_been_processed(), "{start:?}");
                assert_eq!(server.requests().len(), 1, "the request was sent again");
            });
        }
    });
}

/// Starts a server that begins its response like this and continues one byte at a time.
fn dripping(start: &'static str, more: u8) -> Server {
    Server::start(move |mut conn| {
        conn.read_request();
        conn.send(start);
        conn.drip(PAUSE, repeat_n(more, 200));
    })
}

#[test]
fn a_dripping_head_ends_within_the_read_timeout() {
    let starts = [
        "HTTP/1.1 200 OK\r\nX-Drip: ",
        "HTTP/1.1 200 ",
        "\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: ",
    ];
    thread::scope(|scope| {
        for start in starts {
            scope.spawn(move || {
                let more = if start == "\r\n" { b'\n' } else { b'x' };
                let server = dripping(start, more);
                timeout("set_read_timeout", || server.call(&transport(), &HttpRequest::new()));
            });
        }
    });
}

#[test]
fn a_body_may_take_longer_than_the_read_timeout_as_long_as_it_keeps_coming() {
    let server = Server::start(|mut conn| {
        conn.read_request();
        conn.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        conn.drip(PAUSE, *b"0123456789");
    });
    let start = Instant::now();
    let resp = server.call(&transport(), &HttpRequest::new()).unwrap();
    assert_eq!(resp.body(), b"0123456789");
    assert!(start.elapsed() > Duration::from_secs(1));
}

#[test]
fn a_dripping_body_ends_with_the_total_timeout() {
    let starts = [
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;",
        "HTTP/1.1 200 OK\r\n\r\n",
    ];
    thread::scope(|scope| {
        for start in starts {
            scope.spawn(move || {
                let server = dripping(start, b'x');
                let mut http = transport();
                http.set_read_timeout(Duration::from_secs(60))
                    .set_total_timeout(Duration::from_secs(1));
                timeout("set_total_timeout", || server.call(&http, &HttpRequest::new()));
            });
        }
    });
}

#[test]
fn redirects_share_the_total_timeout() {
    let server = Server::start(|mut conn| {
        while conn.read_request().is_some() {
            conn.drip(Duration::from_millis(20), *b"HTTP/1.1 302 Found\r\n");
            conn.send("Location: /next\r\nContent-Length: 0\r\n\r\n");
        }
    });
    timeout("set_total_timeout", || server.call(&a_second_in_total(), &HttpRequest::new()));
}

/// Makes `http` trust the server whose configuration it returns.
fn trusting(http: &mut Transport) -> Arc<rustls::ServerConfig> {
    let authority = Authority::new();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    authority.certify(&["localhost"]).server()
}

fn call_tls(server: &Server, http: &Transport) -> Result<HttpResponse> {
    http.synchronous_request("localhost", server.port(), true, HttpRequest::new())
}

/// Starts a TLS server that sends this response as one record, a byte of the record at a time.
fn dripping_record(config: Arc<rustls::ServerConfig>, answer: &'static str) -> Server {
    Server::start_raw(move |mut tcp| {
        let mut conn = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        read_head_from(&mut rustls::Stream::new(&mut conn, &mut tcp));
        conn.writer().write_all(answer.as_bytes()).unwrap();
        let mut record = Vec::new();
        while conn.wants_write() {
            conn.write_tls(&mut record).unwrap();
        }
        for byte in record {
            if tcp.write_all(&[byte]).is_err() {
                return;
            }
            thread::sleep(PAUSE);
        }
    })
}

#[test]
fn a_drip_inside_a_tls_record_ends_within_the_read_timeout() {
    const ANSWER: &str = "HTTP/1.1 200 OK\r\nX: one two three four five six seven eight nine ten \
        eleven twelve thirteen fourteen fifteen\r\nContent-Length: 0\r\n\r\n";
    let mut http = transport();
    let server = dripping_record(trusting(&mut http), ANSWER);
    timeout("set_read_timeout", || call_tls(&server, &http));
}

#[test]
fn a_drip_inside_a_tls_record_ends_with_the_total_timeout() {
    const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n0123456789012345678901234567\
        89012345678901234567890123456789";
    let mut http = a_second_in_total();
    let server = dripping_record(trusting(&mut http), ANSWER);
    timeout("set_total_timeout", || call_tls(&server, &http));
}

#[test]
fn a_tls_handshake_ends_within_the_read_timeout() {
    // The record announces 16 KiB.
    let record = || b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03".iter().copied();
    let servers = [
        ("silence", Server::start(|mut conn| conn.wait_for_close())),
        (
            "a drip",
            Server::start(move |mut conn| {
                conn.drip(PAUSE, record().chain(repeat_n(0, 200)));
            }),
        ),
    ];
    let calls = [(transport(), "set_read_timeout"), (a_second_in_total(), "set_total_timeout")];
    thread::scope(|scope| {
        for (name, server) in &servers {
            for (mut http, setter) in calls.clone() {
                scope.spawn(move || {
                    trusting(&mut http);
                    let err = timeout(setter, || call_tls(server, &http));
                    assert!(err.to_string().contains("TLS handshake"), "{name}: {err}");
                });
            }
        }
    });
}

#[test]
fn an_upload_that_nobody_reads_ends() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(64 * 1024 * 1024).unwrap();
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").stream_body_from_file(file.path());
    let req = &req;
    let calls = [(transport(), "set_read_timeout"), (a_second_in_total(), "set_total_timeout")];
    thread::scope(|scope| {
        for (http, setter) in calls {
            scope.spawn(move || {
                let over = Gate::new();
                let gate = over.clone();
                // The server holds the connection but never reads from it.
                let server = Server::start_raw(move |tcp| {
                    gate.wait();
                    drop(tcp);
                });
                let err = timeout(setter, || server.call(&http, req));
                over.open();
                assert!(err.may_have_been_processed());
                assert_eq!(server.connections(), 1);
            });
        }
    });
}

#[test]
fn an_upload_over_tls_that_nobody_reads_ends() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(64 * 1024 * 1024).unwrap();
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").stream_body_from_file(file.path());
    let mut http = transport();
    let config = trusting(&mut http);
    let over = Gate::new();
    let gate = over.clone();
    let server = Server::start_raw(move |mut tcp| {
        let mut conn = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        while conn.is_handshaking() {
            conn.complete_io(&mut tcp).unwrap();
        }
        gate.wait();
    });
    let port = server.port();
    timeout("set_read_timeout", || http.synchronous_request("localhost", port, true, &req));
    over.open();
}

#[test]
fn an_upload_may_take_longer_than_the_read_timeout_as_long_as_it_is_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let length = 24 * 1024 * 1024;
    file.as_file().set_len(length).unwrap();
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").stream_body_from_file(file.path());
    let server = Server::start(move |mut conn| {
        conn.read_head();
        for _ in 0..12 {
            conn.discard(length / 12);
            thread::sleep(PAUSE);
        }
        conn.respond("200 OK", "", "thanks");
    });
    let resp = server.call(&transport(), &req).unwrap();
    assert_eq!(resp.body(), b"thanks");
}

#[test]
fn a_port_where_nothing_listens_is_an_error_at_once() {
    // Bound and closed again, so that nothing listens on it.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut req = HttpRequest::new();
    req.set_http_verb("POST");
    let start = Instant::now();
    let err = transport().synchronous_request("127.0.0.1", port, false, &req).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    assert_eq!(err.kind(), ErrorKind::Connect, "{err}");
    assert!(err.is_connect());
    assert!(err.to_string().contains(&format!("127.0.0.1:{port}")), "{err}");
    assert!(err.to_string().contains("nothing listens there"), "{err}");
    assert!(!err.may_have_been_processed());
}

#[test]
fn a_host_that_does_not_exist_is_an_error_that_names_it() {
    let mut http = transport();
    http.set_connect_timeout(Duration::from_secs(30));
    let err =
        http.synchronous_request("nonexistent.invalid", 80, false, HttpRequest::new()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Resolve, "{err}");
    assert!(err.is_connect());
    assert!(err.to_string().contains("nonexistent.invalid"), "{err}");
}

/// Linux drops connection requests when the backlog is full; other systems may refuse them.
#[cfg(target_os = "linux")]
#[test]
fn a_host_that_does_not_accept_the_connection_ends_with_the_connect_timeout() {
    use socket2::{Domain, Socket, Type};

    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    listener.bind(&any.into()).unwrap();
    listener.listen(0).unwrap();
    let addr = listener.local_addr().unwrap().as_socket().unwrap();
    let mut held = Vec::new();
    while let Ok(tcp) = std::net::TcpStream::connect_timeout(&addr, Duration::from_millis(300)) {
        held.push(tcp);
        assert!(held.len() < 10, "the backlog does not fill");
    }
    let (mut patient, total) = (transport(), a_second_in_total());
    patient.set_connect_timeout(Duration::from_secs(1));
    let mut proxied = patient.clone();
    proxied.set_proxy(&format!("http://127.0.0.1:{}", addr.port())).unwrap();
    let calls = [
        (patient, "set_connect_timeout"),
        (proxied, "set_connect_timeout"),
        (total, "set_total_timeout"),
    ];
    thread::scope(|scope| {
        for (http, setter) in calls {
            scope.spawn(move || {
                let (port, req) = (addr.port(), HttpRequest::new());
                timeout(setter, || http.synchronous_request("127.0.0.1", port, false, &req));
            });
        }
    });
}

#[test]
fn a_limit_can_be_any_number() {
    let server = Server::answering("200 OK", "", "fine");
    let mut trusted = transport();
    let secure = Server::start_tls(trusting(&mut trusted), |mut conn| {
        conn.read_request();
        conn.respond("200 OK", "", "fine");
    });
    let secs = [1 << 31, 1 << 32, 1 << 40, i64::MAX as u64, u64::MAX].map(Duration::from_secs);
    for limit in std::iter::once(None).chain(secs.map(Some)) {
        for set in [
            Transport::set_connect_timeout,
            Transport::set_read_timeout,
            Transport::set_total_timeout,
        ] {
            let mut http = trusted.clone();
            set(&mut http, limit);
            http.close_all_connections();
            assert_eq!(server.call(&http, &HttpRequest::new()).unwrap().body(), b"fine");
            assert_eq!(call_tls(&secure, &http).unwrap().body(), b"fine");
        }
    }
}

#[test]
fn a_timeout_leaves_no_connection_behind() {
    let closed = Gate::new();
    let gate = closed.clone();
    let server = Server::start_raw(move |mut tcp| {
        read_head_from(&mut tcp);
        // Blocks until the client closes.
        assert_eq!(tcp.read(&mut [0]).unwrap_or(0), 0);
        gate.open();
    });
    let http = transport();
    timeout("set_read_timeout", || server.call(&http, &HttpRequest::new()));
    closed.wait();
}

#[test]
fn a_proxy_that_drips_its_reply_ends_within_the_connect_timeout() {
    let proxy = Server::start(|mut conn| {
        conn.read_head();
        conn.send("HTTP/1.1 200 OK\r\nX: ");
        conn.drip(PAUSE, repeat_n(b'x', 200));
    });
    let mut http = transport();
    http.set_read_timeout(Duration::from_secs(60)).set_connect_timeout(Duration::from_secs(1));
    http.set_proxy(&format!("http://127.0.0.1:{}", proxy.port())).unwrap();
    timeout("set_connect_timeout", || {
        http.synchronous_request("far.invalid", 443, true, HttpRequest::new())
    });
}

#[test]
fn a_server_that_keeps_sending_interim_responses_is_waited_for() {
    let server = Server::start(|mut conn| {
        conn.read_request();
        for _ in 0..4 {
            thread::sleep(Duration::from_millis(500));
            conn.send("HTTP/1.1 102 Processing\r\n\r\n");
        }
        conn.respond("200 OK", "", "done");
    });
    let resp = server.call(&transport(), &HttpRequest::new()).unwrap();
    assert_eq!(resp.body(), b"done");
}

#[test]
fn the_body_of_a_redirect_is_not_waited_for() {
    let server = Server::start(|mut conn| {
        if conn.number() == 0 {
            conn.read_request();
            conn.send("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 60000\r\n\r\n");
            conn.drip(PAUSE, repeat_n(b'x', 200));
        } else {
            conn.read_request();
            conn.respond("200 OK", "", "here");
        }
    });
    let mut http = transport();
    http.set_read_timeout(Duration::from_secs(60));
    let start = Instant::now();
    assert_eq!(server.call(&http, &HttpRequest::new()).unwrap().body(), b"here");
    assert!(start.elapsed() < PAUSE * 100, "{:?}", start.elapsed());
}

#[test]
fn an_upload_that_is_read_all_the_time_ends_with_the_total_timeout() {
    let file = tempfile::NamedTempFile::new().unwrap();
    // A sparse file, which takes no disk space and is too long to send in a second.
    let length = 8 * 1024 * 1024 * 1024;
    file.as_file().set_len(length).unwrap();
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").stream_body_from_file(file.path());
    let server = Server::start(move |mut conn| {
        conn.read_head();
        conn.discard(length);
        conn.respond("200 OK", "", "");
    });
    timeout("set_total_timeout", || server.call(&a_second_in_total(), &req));
}

/// Stopping and continuing a process interrupts its reads, as a timer does.
#[cfg(target_os = "linux")]
#[test]
fn signals_do_not_change_the_length_of_a_silence() {
    use std::process::Command;

    use support::alone;

    if !alone::is_own_process(module_path!(), "signals_do_not_change_the_length_of_a_silence") {
        return;
    }
    let server = Server::start(|mut conn| conn.wait_for_close());
    let mut http = transport();
    http.set_read_timeout(Duration::from_secs(1));
    let script = "for _ in $(seq 300); do kill -STOP $0; kill -CONT $0; sleep 0.1; done";
    let pid = std::process::id().to_string();
    let mut signals = Command::new("sh").args(["-c", script, &pid]).spawn().unwrap();
    timeout("set_read_timeout", || server.call(&http, &HttpRequest::new()));
    signals.kill().unwrap();
    signals.wait().unwrap();
}

#[test]
fn an_upload_that_nobody_reads_is_waited_for_once() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(64 * 1024 * 1024).unwrap();
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").stream_body_from_file(file.path());
    let over = Gate::new();
    let gate = over.clone();
    let server = Server::start_raw(move |tcp| {
        gate.wait();
        drop(tcp);
    });
    let mut http = transport();
    http.set_read_timeout(Duration::from_secs(3));
    let start = Instant::now();
    timeout("set_read_timeout", || server.call(&http, &req));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    over.open();
}

#[test]
fn a_kept_alive_connection_has_the_limits_of_the_call_that_uses_it() {
    let server = Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            match request.line().split(' ').nth(1) {
                Some("/silent") => return conn.wait_for_close(),
                Some("/late") => thread::sleep(Duration::from_millis(1500)),
                _ => {}
            }
            conn.respond("200 OK", "", "");
        }
    });
    let of = |path: &str| {
        let mut req = HttpRequest::new();
        req.set_path(path);
        req
    };
    let hasty = transport();
    let (mut patient, mut endless) = (hasty.clone(), hasty.clone());
    patient.set_read_timeout(Duration::from_secs(30));
    endless.set_read_timeout(None);
    server.call(&hasty, &of("/")).unwrap();
    server.call(&endless, &of("/late")).unwrap();
    server.call(&patient, &of("/late")).unwrap();
    timeout("set_read_timeout", || server.call(&hasty, &of("/silent")));
    assert_eq!(server.connections(), 1);
}

#[test]
fn an_early_success_of_a_server_that_stops_reading_is_returned() {
    const SIZE: usize = 4 * 1024 * 1024;
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(32 * 1024 * 1024).unwrap();
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").stream_body_from_file(file.path());
    let over = Gate::new();
    let gate = over.clone();
    // The body is larger than what a client buffers while it sends.
    let server = Server::start(move |mut conn| {
        conn.read_head();
        conn.respond("200 OK", "", vec![b'x'; SIZE]);
        gate.wait();
    });
    let resp = timed(|| server.call(&transport(), &req)).unwrap();
    assert_eq!((resp.status_code(), resp.body().len()), (200, SIZE));
    over.open();
}

#[test]
fn a_refused_connection_has_the_systems_error_as_its_cause_and_shows_it_once() {
    let closed = ClosedPort::new();
    let req = HttpRequest::new();
    let err = transport().synchronous_request("127.0.0.1", closed.port(), false, &req).unwrap_err();
    let cause = std::error::Error::source(&err).unwrap().downcast_ref::<std::io::Error>().unwrap();
    assert_eq!(cause.kind(), std::io::ErrorKind::ConnectionRefused);
    assert_eq!(err.last_error_text().matches("onnection refused").count(), 1, "{err:?}");
}

#[test]
fn the_error_of_a_silent_proxy_names_the_limit_that_ran_out() {
    let proxy = Server::start(|mut conn| conn.wait_for_close());
    let mut http = transport();
    http.set_read_timeout(Duration::from_secs(60))
        .set_connect_timeout(None)
        .set_total_timeout(Duration::from_secs(1));
    http.set_proxy(&format!("http://127.0.0.1:{}", proxy.port())).unwrap();
    timeout("set_total_timeout", || {
        http.synchronous_request("far.invalid", 443, true, HttpRequest::new())
    });
}
