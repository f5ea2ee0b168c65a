//! Faults before the response, at every byte: a request that must not be repeated arrives once, the
//! error says whether it may have been processed, and the connection serves no other call.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustls::version::{TLS12, TLS13};
use support::faults::{AGAIN, Act, End, Faulty, How, STEP, Tamper, Way};
use support::tls::Authority;
use support::{Conn, Gate, Server, patient};
use zoomkat::{Error, ErrorKind, HttpRequest};

/// What a server does once it has read some bytes of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    Close,
    Reset,
    /// Refuses, and closes with the rest unread.
    Refuse,
    /// Answers, reads the rest and continues.
    Answer,
}

/// How often the request with the fault has arrived, completely or partly.
type Begun = Arc<AtomicUsize>;

/// Starts a server that answers requests, but reads at most `n` bytes of the first one under
/// `/fault`.
fn reading(n: usize, then: Then) -> (Server, Begun) {
    let begun = Begun::default();
    let theirs = Arc::clone(&begun);
    let server = Server::start_raw(move |tcp| serve(tcp, n, then, &theirs));
    (server, begun)
}

fn respond(tcp: &mut TcpStream, status: &str, body: &str) {
    let length = body.len();
    let _ = write!(tcp, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}");
}

/// Reads the rest of a request that starts with these bytes.
fn read_on(tcp: &mut TcpStream, mut start: Vec<u8>) {
    if !start.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        // The next byte may be the second half of a line end.
        let mut byte = [0];
        while !start.ends_with(b"\r\n\r\n") && matches!(tcp.read(&mut byte), Ok(1)) {
            start.push(byte[0]);
        }
    }
    let text = String::from_utf8_lossy(&start).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
    let left = length.map_or(0, |length| length.parse::<usize>().unwrap()) - body.len();
    let _ = tcp.read_exact(&mut vec![0; left]);
}

fn serve(mut tcp: TcpStream, n: usize, then: Then, begun: &Begun) {
    let mut peeked = [0; 64];
    loop {
        // Peeks until the request can be identified; a small request arrives at once.
        let length = match tcp.peek(&mut peeked) {
            Ok(0) | Err(_) => return,
            Ok(length) => length,
        };
        let line = String::from_utf8_lossy(&peeked[..length]).into_owned();
        if !line.contains(" /fault") || begun.fetch_add(1, Ordering::SeqCst) > 0 {
            read_on(&mut tcp, Vec::new());
            respond(&mut tcp, "200 OK", if line.contains(" /fault") { AGAIN } else { "fine" });
            continue;
        }
        let mut start = vec![0; n];
        if tcp.read_exact(&mut start).is_err() {
            return;
        }
        match then {
            Then::Close => return,
            Then::Reset => {
                let linger = Some(std::time::Duration::ZERO);
                socket2::SockRef::from(&tcp).set_linger(linger).unwrap();
                return;
            }
            Then::Refuse => return respond(&mut tcp, "400 No", "no"),
            Then::Answer => {
                respond(&mut tcp, "200 OK", "early");
                read_on(&mut tcp, start);
            }
        }
    }
}

/// Sends a request that meets a fault after `n` of its bytes, and checks every promise.
fn check_fault(way: Way, req: &HttpRequest, n: usize, then: Then) {
    let (server, begun) = reading(n, then);
    let http = patient();
    let fine = || assert_eq!(server.call(&http, &get()).unwrap().body_str(), "fine");
    if way.kept {
        fine();
    }
    let before = server.connections();
    let result = server.call(&http, req).map(|resp| resp.body_str().into_owned());
    let context = || format!("{then:?} after {n} bytes, {way:?}: {result:?}");
    let may_repeat = way.kept && way.verb != "POST";
    match (&result, then) {
        (Ok(body), Then::Close | Then::Reset) => {
            assert!(may_repeat && body == AGAIN, "{}", context());
            assert_eq!(server.connections(), before + 1, "{}", context());
        }
        (Err(err), Then::Close | Then::Reset) => {
            assert!(!may_repeat && err.kind() == ErrorKind::Io, "{}", context());
            assert_eq!(err.may_have_been_processed(), !way.is_safe(), "{}", context());
        }
        (Ok(body), Then::Refuse) => assert_eq!(body, "no", "{}", context()),
        (Ok(body), Then::Answer) => assert_eq!(body, "early", "{}", context()),
        (Err(_), _) => panic!("{}", context()),
    }
    let again = result.is_ok_and(|body| body == AGAIN);
    assert_eq!(begun.load(Ordering::SeqCst), 1 + usize::from(again), "{then:?} {n} {way:?}");
    fine();
}

fn get() -> HttpRequest {
    HttpRequest::new()
}

/// Outside Linux, a client may lose a response that it has received if the server closes with unread
/// bytes.
const FAULTS: &[Then] = if cfg!(target_os = "linux") {
    &[Then::Close, Then::Reset, Then::Refuse, Then::Answer]
} else {
    &[Then::Close, Then::Reset, Then::Answer]
};

#[test]
fn a_request_read_up_to_any_byte_is_repeated_only_if_that_is_safe() {
    for way in Way::all().into_iter().filter(|way| !way.to_file) {
        let req = way.request("/fault");
        let server = Server::answering("200 OK", "", "");
        server.call(&patient(), &req).unwrap();
        let whole = server.request();
        // The number of digits of the port varies.
        let length = whole.head.len() + whole.body.len() - 1;
        for n in (1..=length).step_by(STEP) {
            let then = FAULTS[n % FAULTS.len()];
            check_fault(way, &req, n, then);
            if then != Then::Close && way.verb == "POST" {
                check_fault(way, &req, n, Then::Close);
            }
        }
    }
}

#[test]
fn a_partly_read_large_request_is_repeated_only_if_that_is_safe() {
    let body = vec![b'x'; 700_000];
    // Each call takes time to send this much, so twelve positions stand for all.
    for (number, n) in (0..12).map(|n| (n, n * 58_000 + 20)) {
        for way in Way::all().into_iter().filter(|way| !way.is_safe()) {
            let mut req = way.request("/fault");
            req.load_body_from_bd(&body);
            check_fault(way, &req, n, [Then::Close, Then::Reset][number % 2]);
        }
    }
}

#[test]
fn a_server_that_hangs_up_at_once_is_not_tried_twice() {
    for then in [Then::Close, Then::Reset] {
        for way in [Way::nth(0), Way::nth(2), Way::nth(4)] {
            let server = Server::start_raw(move |tcp| {
                if then == Then::Reset {
                    let linger = Some(std::time::Duration::ZERO);
                    socket2::SockRef::from(&tcp).set_linger(linger).unwrap();
                }
            });
            for _ in 0..20 {
                let err = server.call(&patient(), &way.request("/")).unwrap_err();
                // The client may notice before it has sent anything.
                let is_sent = err.kind() != ErrorKind::Connect;
                assert!(!is_sent || err.kind() == ErrorKind::Io, "{err}");
                assert_eq!(err.may_have_been_processed(), is_sent && !way.is_safe(), "{err}");
            }
            assert_eq!(server.connections(), 20, "{then:?}: a request was tried twice");
        }
    }
}

/// What a server does to an idle connection.
type ToIdle = fn(&mut Conn);

const TO_IDLE: [(&str, ToIdle); 6] = [
    ("half-closed", |conn| conn.shutdown_write()),
    ("a byte", |conn| conn.send("x")),
    ("a line end", |conn| conn.send("\r\n")),
    ("a response", |conn| conn.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")),
    ("a time-out", |conn| conn.send("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n")),
    ("a beginning", |conn| conn.send("HTTP/1.1 100 Con")),
];

#[test]
fn faults_on_an_idle_connection_do_not_affect_the_next_request() {
    let authority = Authority::new();
    let config = authority.certify(&["localhost"]).server();
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    for (name, to_idle) in TO_IDLE {
        for tls in [false, true] {
            for verb in ["GET", "POST", "PUT"] {
                let (idle, done) = (Gate::new(), Gate::new());
                let theirs = (idle.clone(), done.clone());
                let script = move |mut conn: Conn| {
                    if conn.read_request().is_none() {
                        return;
                    }
                    let number = conn.number();
                    conn.respond("200 OK", "", number.to_string());
                    if number == 0 {
                        theirs.0.wait();
                        to_idle(&mut conn);
                        theirs.1.open();
                    }
                    while conn.read_request().is_some() {
                        conn.respond("200 OK", "", number.to_string());
                    }
                };
                let (server, host) = match tls {
                    true => (Server::start_tls(Arc::clone(&config), script), "localhost"),
                    false => (Server::start(script), "127.0.0.1"),
                };
                let way = Way { verb, kept: true, to_file: false };
                let call = |target: &str| {
                    let port = server.port();
                    http.synchronous_request(host, port, tls, way.request(target)).unwrap()
                };
                call("/first");
                idle.open();
                done.wait();
                for target in ["/second", "/third"] {
                    assert_eq!(call(target).body_str(), "1", "{name}, TLS {tls}, {verb} {target}");
                }
                let lines: Vec<String> =
                    server.requests().iter().map(|request| request.line().to_owned()).collect();
                let once = ["/first", "/second", "/third"].map(|t| format!("{verb} {t} HTTP/1.1"));
                assert_eq!(lines, once, "{name}, TLS {tls}");
            }
        }
    }
}

/// Asserts that nothing of a POST can have arrived.
fn assert_unsent(err: &Error, context: impl Fn() -> String) {
    assert_eq!(err.kind(), ErrorKind::Tls, "{}: {err}", context());
    assert!(!err.may_have_been_processed(), "{}: {err}", context());
}

fn post() -> HttpRequest {
    Way::nth(Way::KEPT_POST).request("/post")
}

#[test]
fn no_request_is_sent_if_the_handshake_breaks_at_any_byte() {
    let authority = Authority::new();
    let identity = authority.certify(&["localhost"]);
    let configs = [&TLS12, &TLS13].map(|version| {
        let mut config = (*identity.server_of(&[version])).clone();
        // Otherwise later handshakes would differ.
        config.send_tls13_tickets = 0;
        config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
        Arc::new(config)
    });
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    let hows = [How::Cut, How::Reset, How::Flip(0)];
    thread::scope(|scope| {
        for (config, how) in configs.iter().flat_map(|config| hows.map(|how| (config, how))) {
            let (http, wire) = (&http, Tamper::default());
            let fine =
                |_: &str| Act::new("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", End::Serve);
            let server = Faulty::start_tls(Arc::clone(config), &wire, fine);
            scope.spawn(move || {
                // Its own connections, so that closing them here affects no other thread.
                let http = http.clone();
                server.ask(&http, "first");
                // A signature may be some bytes shorter next time.
                for n in (0..server.handshake() - 6).step_by(STEP) {
                    let how = match how {
                        How::Flip(_) => How::Flip(1 << (n % 8)),
                        how => how,
                    };
                    wire.next(n, how);
                    let (context, before) =
                        (|| format!("{how:?} at {n}"), server.arrivals("/post"));
                    http.close_all_connections();
                    match server.send(&http, &post()) {
                        // Some bytes of a handshake are not checked, and the server that wrote them
                        // is impatient.
                        Ok(_) if matches!(how, How::Flip(_)) => {}
                        Err(err) if err.is_io() && matches!(how, How::Flip(_)) => {}
                        Ok(_) => panic!("{}", context()),
                        Err(err) => {
                            assert_unsent(&err, context);
                            assert_eq!(server.arrivals("/post"), before, "{}", context());
                        }
                    }
                }
            });
        }
    });
}

#[test]
fn no_request_is_sent_after_an_alert_in_the_handshake() {
    let alerts = Arc::new(AtomicUsize::new(0));
    let theirs = Arc::clone(&alerts);
    let server = Server::start_raw(move |mut tcp| {
        let _ = tcp.read(&mut [0; 4096]);
        let number = theirs.fetch_add(1, Ordering::SeqCst);
        let [level, description] = [1 + (number / 256) as u8, (number % 256) as u8];
        let _ = tcp.write_all(&[21, 3, 3, 0, 2, level, description]);
        let _ = tcp.shutdown(Shutdown::Write);
        let _ = tcp.read(&mut [0; 4096]);
    });
    for number in 0..512 {
        let err =
            patient().synchronous_request("localhost", server.port(), true, post()).unwrap_err();
        assert_unsent(&err, || format!("alert {number}"));
    }
    assert_eq!(alerts.load(Ordering::SeqCst), 512);
}
