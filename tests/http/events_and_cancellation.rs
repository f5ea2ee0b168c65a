//! Progress events and cancellation.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use support::{Conn, Gate, Server, break_if, patient, transport};
use zoomkat::{Error, ErrorKind, HttpRequest, Transport};

const MIB: usize = 1024 * 1024;

/// Every wait here is also limited to a minute, so a call that takes longer than this was not
/// woken.
const AT_ONCE: Duration = Duration::from_secs(20);

fn post(body: &[u8]) -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").load_body_from_bd(body);
    req
}

/// Records each percentage that the transport reports.
fn record_percentages(http: &mut Transport) -> Arc<Mutex<Vec<u32>>> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&seen);
    http.on_percent_done(move |percent| {
        note.lock().unwrap().push(percent);
        ControlFlow::Continue(())
    });
    seen
}

fn assert_grows_to(seen: &[u32], whole: u32) {
    assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
    assert_eq!(seen.last(), Some(&whole));
    let parts = u32::try_from(seen.len()).unwrap();
    assert!(parts > 5 && parts <= whole, "{seen:?}");
}

/// Starts a server that answers each request with a body of this many bytes.
fn download_server(bytes: usize, chunked: bool) -> Server {
    Server::start(move |mut conn: Conn| {
        while conn.read_request().is_some() {
            let body = vec![b'x'; bytes];
            if chunked {
                conn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                conn.send(format!("{bytes:x}\r\n"));
                conn.send(body);
                conn.send("\r\n0\r\n\r\n");
            } else {
                conn.respond("200 OK", "", body);
            }
        }
    })
}

/// Starts a server that reads requests and never answers.
fn silent_server() -> Server {
    Server::start(|mut conn: Conn| while conn.read_request().is_some() {})
}

/// Starts a server that reads only heads and keeps the connections open until the gate opens.
fn head_only_server(gate: &Gate) -> Server {
    let gate = gate.clone();
    Server::start(move |mut conn: Conn| {
        conn.read_head();
        gate.wait();
    })
}

fn assert_aborted(err: &Error, by: &str) {
    assert_eq!(err.kind(), ErrorKind::Aborted, "{err}");
    assert!(err.is_aborted());
    assert!(err.to_string().contains(by), "{err}");
    assert!(err.last_error_text().contains(by), "{}", err.last_error_text());
}

#[test]
fn an_upload_is_counted_to_its_end_and_its_response_is_not() {
    let server = download_server(MIB, false);
    let mut http = patient();
    let seen = record_percentages(&mut http);
    server.call(&http, &post(&vec![7; 4 * MIB])).unwrap();
    assert_grows_to(&seen.lock().unwrap(), 100);
}

#[test]
fn a_download_is_counted_to_its_end() {
    let server = download_server(4 * MIB, false);
    let mut http = patient();
    let seen = record_percentages(&mut http);
    server.call(&http, &HttpRequest::new()).unwrap();
    assert_grows_to(&seen.lock().unwrap(), 100);
    // A body that is sent in one write has no progress to report.
    seen.lock().unwrap().clear();
    server.call(&http, &post(b"small")).unwrap();
    assert_grows_to(&seen.lock().unwrap(), 100);
}

#[test]
fn the_scale_sets_the_final_number() {
    let server = download_server(8 * MIB, false);
    for (asked, scale) in [(1, 10), (20, 20), (1000, 1000), (u32::MAX, 100_000)] {
        let mut http = support::chilkat(&patient());
        let seen = record_percentages(http.transport_mut());
        http.set_percent_done_scale(asked);
        assert_eq!(http.percent_done_scale(), scale);
        server.call(&http, &HttpRequest::new()).unwrap();
        assert_grows_to(&seen.lock().unwrap(), scale);
    }
}

#[test]
fn a_body_of_unknown_length_is_reported_once_complete_and_a_failure_never() {
    let server = download_server(MIB, true);
    let mut http = patient();
    let seen = record_percentages(&mut http);
    server.call(&http, &HttpRequest::new()).unwrap();
    assert_eq!(*seen.lock().unwrap(), [100]);
    seen.lock().unwrap().clear();
    let cut = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    cut.call(&http, &HttpRequest::new()).unwrap_err();
    assert!(!seen.lock().unwrap().contains(&100));
}

#[test]
fn a_percentage_handler_can_end_an_upload() {
    let server = download_server(0, false);
    let mut http = patient();
    http.on_percent_done(|percent| break_if(percent >= 50));
    let err = server.call(&http, &post(&vec![7; 64 * MIB])).unwrap_err();
    assert_aborted(&err, "on_percent_done");
    assert!(err.may_have_been_processed());
    assert_eq!(server.requests(), [], "an incomplete request was recorded");
    http.clear_event_handler();
    server.call(&http, &post(b"next")).unwrap();
}

#[test]
fn a_percentage_handler_can_end_a_download_and_no_file_is_left() {
    let server = download_server(4 * MIB, false);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    // Up to the last byte: a request to stop at the last byte counts too.
    for end in [1, 50, 99] {
        let mut http = patient();
        http.on_percent_done(move |percent| break_if(percent >= end));
        let to = ("127.0.0.1", server.port(), false, &HttpRequest::new());
        let err = http.synchronous_request_to_file(to.0, to.1, to.2, to.3, &path).unwrap_err();
        assert_aborted(&err, "on_percent_done");
        assert!(!err.may_have_been_processed(), "a GET changes nothing");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        server.call(&http, &HttpRequest::new()).unwrap_err();
    }
}

#[test]
fn an_abort_check_ends_a_wait() {
    let server = silent_server();
    let mut http = patient();
    let checks = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&checks);
    http.set_heartbeat(Duration::from_millis(20));
    http.on_abort_check(move || break_if(count.fetch_add(1, Ordering::SeqCst) == 2));
    let start = Instant::now();
    let err = server.call(&http, &post(b"x")).unwrap_err();
    assert_aborted(&err, "on_abort_check");
    assert!(err.may_have_been_processed());
    assert_eq!(checks.load(Ordering::SeqCst), 3);
    assert!((Duration::from_millis(55)..AT_ONCE).contains(&start.elapsed()));
}

#[test]
fn an_abort_check_ends_an_upload_that_nobody_reads() {
    let gate = Gate::new();
    let server = head_only_server(&gate);
    let mut http = patient();
    http.set_heartbeat(Duration::from_millis(20)).on_abort_check(|| ControlFlow::Break(()));
    let start = Instant::now();
    let err = server.call(&http, &post(&vec![7; 64 * MIB])).unwrap_err();
    assert_aborted(&err, "on_abort_check");
    assert!(start.elapsed() < AT_ONCE);
    gate.open();
}

#[test]
fn an_abort_check_is_called_while_bytes_keep_coming() {
    let server = Server::start(|mut conn: Conn| {
        conn.read_request();
        conn.send("HTTP/1.1 200 OK\r\n\r\n");
        conn.send_for_ever([b'x'; 1024]);
    });
    let mut http = patient();
    http.set_max_response_size(0)
        .set_heartbeat(Duration::from_millis(30))
        .on_abort_check(|| ControlFlow::Break(()));
    let err = server.call(&http, &HttpRequest::new()).unwrap_err();
    assert_aborted(&err, "on_abort_check");
}

#[test]
fn without_a_heartbeat_there_are_no_checks() {
    let server = silent_server();
    let mut http = transport();
    assert_eq!(support::chilkat(&http).heartbeat_ms(), 0);
    http.on_abort_check(|| panic!("an abort check ran without a heartbeat"));
    assert!(server.call(&http, &HttpRequest::new()).unwrap_err().is_timeout());
}

#[test]
fn an_abort_check_that_continues_leaves_the_limits_unchanged() {
    let server = silent_server();
    let mut http = transport();
    http.set_heartbeat(Duration::from_millis(30)).on_abort_check(|| ControlFlow::Continue(()));
    let start = Instant::now();
    let err = server.call(&http, &HttpRequest::new()).unwrap_err();
    assert!(err.is_timeout(), "{err}");
    assert!((Duration::from_millis(990)..AT_ONCE).contains(&start.elapsed()));
}

/// Runs `call` and aborts it once it has reported this step.
fn aborting_after(step: &'static str, mut http: Transport, call: impl FnOnce(&Transport) -> Error) {
    let stop = http.clone();
    let reached = Gate::new();
    let tell = reached.clone();
    http.on_progress_info(move |name, _| {
        if name == step {
            tell.open();
        }
    });
    thread::scope(|scope| {
        scope.spawn(move || {
            reached.wait();
            stop.abort_current();
        });
        let start = Instant::now();
        let err = call(&http);
        assert_aborted(&err, "abort_current");
        assert!(start.elapsed() < AT_ONCE, "after {step}");
    });
}

#[test]
fn another_thread_ends_a_call_that_waits_for_the_response() {
    let server = silent_server();
    aborting_after("Sent", patient(), |http| {
        let err = server.call(http, &post(b"x")).unwrap_err();
        assert!(err.may_have_been_processed());
        err
    });
}

#[test]
fn another_thread_ends_a_call_in_the_middle_of_a_body() {
    // Without a length, the end of the connection by an abort looks like the end of the body.
    for length in ["", "Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"] {
        let server = Server::start(move |mut conn: Conn| {
            conn.read_request();
            conn.send(format!("HTTP/1.1 200 OK\r\n{length}\r\n"));
            conn.send(if length.starts_with('T') { "5\r\nstart\r\n" } else { "start" });
            conn.wait_for_close();
        });
        aborting_after("Header", patient(), |http| {
            server.call(http, &HttpRequest::new()).unwrap_err()
        });
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        aborting_after("Header", patient(), |http| {
            let (port, req) = (server.port(), HttpRequest::new());
            http.synchronous_request_to_file("127.0.0.1", port, false, &req, &path).unwrap_err()
        });
        assert!(!path.exists());
    }
}

#[test]
fn another_thread_ends_an_upload_that_nobody_reads() {
    let gate = Gate::new();
    let server = head_only_server(&gate);
    let mut http = patient();
    let stop = http.clone();
    let started = Gate::new();
    let tell = started.clone();
    http.on_percent_done(move |_| {
        tell.open();
        ControlFlow::Continue(())
    });
    thread::scope(|scope| {
        scope.spawn(move || {
            started.wait();
            stop.abort_current();
        });
        let start = Instant::now();
        let err = server.call(&http, &post(&vec![7; 64 * MIB])).unwrap_err();
        assert_aborted(&err, "abort_current");
        assert!(start.elapsed() < AT_ONCE);
    });
    gate.open();
}

#[test]
fn another_thread_ends_a_tls_handshake() {
    let server = silent_server();
    aborting_after("Connected", patient(), |http| {
        let port = server.port();
        http.synchronous_request("127.0.0.1", port, true, post(b"x")).unwrap_err()
    });
}

/// Linux drops connection requests when the backlog is full; other systems may refuse them.
#[cfg(target_os = "linux")]
#[test]
fn another_thread_ends_an_attempt_to_connect() {
    use socket2::{Domain, Socket, Type};

    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    listener.listen(0).unwrap();
    let addr = listener.local_addr().unwrap().as_socket().unwrap();
    let mut held = Vec::new();
    while let Ok(tcp) = std::net::TcpStream::connect_timeout(&addr, Duration::from_millis(300)) {
        held.push(tcp);
        assert!(held.len() < 10, "the backlog does not fill");
    }
    for asked in [false, true] {
        let call = |http: &Transport| {
            let err = http.synchronous_request("127.0.0.1", addr.port(), false, post(b"x"));
            let err = err.unwrap_err();
            assert!(!err.may_have_been_processed(), "nothing was sent");
            err
        };
        if asked {
            let mut http = patient();
            http.set_heartbeat(Duration::from_millis(10)).on_abort_check(|| ControlFlow::Break(()));
            assert_aborted(&call(&http), "on_abort_check");
        } else {
            aborting_after("Resolved", patient(), call);
        }
    }
}

#[test]
fn abort_ends_the_calls_of_all_clones_and_no_later_ones() {
    let server = Server::start(|mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            if request.line().contains("later") {
                conn.respond("200 OK", "", "");
            }
        }
    });
    let http = patient();
    http.abort_current();
    let started = Gate::new();
    let count = Arc::new(AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..8 {
            let (mut http, started) = (http.clone(), started.clone());
            let (count, server) = (Arc::clone(&count), &server);
            scope.spawn(move || {
                http.on_progress_info(move |name, _| {
                    if name == "Sent" && count.fetch_add(1, Ordering::SeqCst) == 7 {
                        started.open();
                    }
                });
                assert_aborted(
                    &server.call(&http, &HttpRequest::new()).unwrap_err(),
                    "abort_current",
                );
            });
        }
        started.wait();
        http.abort_current();
    });
    let mut later = HttpRequest::new();
    later.set_path("/later");
    server.call(&http, &later).unwrap();
}

#[test]
fn an_aborted_call_is_not_sent_again() {
    let second = Gate::new();
    let arrived = second.clone();
    let server = Server::start(move |mut conn: Conn| {
        conn.read_request();
        conn.respond("200 OK", "", "");
        while conn.read_request().is_some() {
            arrived.open();
        }
    });
    let http = patient();
    server.call(&http, &HttpRequest::new()).unwrap();
    // The kept-alive connection ends without a response, after which a GET would be sent again.
    thread::scope(|scope| {
        let stop = http.clone();
        scope.spawn(move || {
            second.wait();
            stop.abort_current();
        });
        assert_aborted(&server.call(&http, &HttpRequest::new()).unwrap_err(), "abort_current");
    });
    assert_eq!(server.connections(), 1);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn each_step_is_reported_when_it_happens() {
    let server = Server::answering("200 OK", "", "fine");
    let mut http = patient();
    let steps = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&steps);
    let here = thread::current().id();
    http.on_progress_info(move |name, value| {
        assert_eq!(thread::current().id(), here);
        note.lock().unwrap().push(format!("{name}: {value}"));
    });
    let mut req = HttpRequest::new();
    req.set_path("/p?token=lorem").add_header("Authorization", "Bearer lorem");
    for names in [
        &["Resolve", "Resolved", "Connected", "Sent", "Header", "Received"][..],
        &["Reused", "Sent", "Header", "Received"],
    ] {
        steps.lock().unwrap().clear();
        let text = server.call(&http, &req).unwrap().call_text();
        let steps = steps.lock().unwrap();
        let seen: Vec<&str> = steps.iter().map(|step| step.split(':').next().unwrap()).collect();
        assert_eq!(seen, names);
        for step in &*steps {
            let (_, value) = step.split_once(": ").unwrap();
            assert!(text.contains(value), "{step} is missing in {text}");
            assert!(!step.contains("lorem"));
        }
    }
}

#[test]
fn a_handler_can_make_a_call() {
    let server = download_server(MIB, false);
    let mut http = patient();
    let inner = http.clone();
    let port = server.port();
    let nested = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&nested);
    http.on_percent_done(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        inner.synchronous_request("127.0.0.1", port, false, HttpRequest::new()).unwrap();
        ControlFlow::Continue(())
    });
    // The same through the handlers themselves, which a clone shares.
    let mut outer = http.clone();
    let again = http.clone();
    outer.set_heartbeat(Duration::from_millis(1)).on_progress_info(move |name, _| {
        if name == "Sent" {
            again.synchronous_request("127.0.0.1", port, false, HttpRequest::new()).unwrap();
        }
    });
    server.call(&outer, &HttpRequest::new()).unwrap();
    let calls = nested.load(Ordering::SeqCst);
    assert!((6..=100).contains(&calls), "{calls}");
}

#[test]
fn a_handler_that_calls_its_own_transport_does_not_deadlock() {
    let server = download_server(MIB, false);
    let mut http = patient();
    let same = Arc::new(std::sync::OnceLock::<Transport>::new());
    let (inner, port) = (Arc::clone(&same), server.port());
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    http.on_percent_done(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        let http = inner.get().unwrap();
        http.synchronous_request("127.0.0.1", port, false, HttpRequest::new()).unwrap();
        ControlFlow::Continue(())
    });
    same.set(http.clone()).unwrap();
    let (done, over) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let result = http.synchronous_request("127.0.0.1", port, false, HttpRequest::new());
        done.send(result.is_ok()).unwrap();
    });
    assert_eq!(over.recv_timeout(AT_ONCE), Ok(true));
    assert!(
        (1..=100).contains(&calls.load(Ordering::SeqCst)),
        "the handler is called once for each part of one call"
    );
}

#[test]
fn a_panic_in_a_handler_reaches_the_caller_and_the_transport_stays_usable() {
    let server = download_server(MIB, false);
    let mut http = patient();
    let first = AtomicBool::new(true);
    http.on_percent_done(move |_| {
        assert!(!first.swap(false, Ordering::SeqCst), "lorem ipsum");
        ControlFlow::Continue(())
    });
    let call = AssertUnwindSafe(|| server.call(&http, &HttpRequest::new()));
    let panic = catch_unwind(call).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"lorem ipsum"));
    assert_eq!(server.call(&http, &HttpRequest::new()).unwrap().body().len(), MIB);
}

#[test]
fn clearing_the_handlers_keeps_heartbeat_and_scale() {
    let server = download_server(MIB, false);
    let mut http = support::chilkat(&patient());
    http.set_heartbeat_ms(1).set_percent_done_scale(1000);
    http.on_abort_check(|| true).on_percent_done(|_| true).on_progress_info(|_, _| panic!());
    http.clear_event_handler();
    server.call(&http, &HttpRequest::new()).unwrap();
    assert_eq!((http.heartbeat_ms(), http.percent_done_scale()), (1, 1000));
}
