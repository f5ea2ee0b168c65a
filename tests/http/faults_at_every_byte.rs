//! Faults in a response, at every byte: the caller gets the whole response or an error of the right
//! kind, a request that must not be repeated is sent once, no partial file is left, and the
//! connection serves no other call.

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use support::faults::{
    Act, BODY, BROKEN, End, Faulty, How, Layout, Outcome, Reading, STEP, Tamper, Way, gzip,
    layouts, plain_layouts, read_plainly,
};
use support::tls::Authority;
use support::{Server, patient, read_head_from, transport};
use zoomkat::{ErrorKind, HttpRequest, Transport};

/// A fault of a response, which differs by position.
struct Fault {
    name: &'static str,
    positions: fn(&Layout) -> usize,
    act: fn(&Layout, usize) -> Act,
    outcome: fn(&Layout, usize) -> Outcome,
    ways: Ways,
}

/// The ways to call that each position is tested with.
enum Ways {
    All,
    /// One way for each position, in rotation.
    InTurn,
    /// The same, and also a POST on a reused connection, which must never be repeated.
    InTurnAndPost,
}

/// Tests each fault at each of its positions in each of these layouts.
fn check_faults(faults: &[Fault], layouts: &[Layout]) {
    for fault in faults {
        for layout in layouts {
            let dir = tempfile::tempdir().unwrap();
            let (act, theirs) = (fault.act, layout.clone());
            let server = Faulty::start(move |target| act(&theirs, position(target)));
            let http = patient();
            for n in (0..(fault.positions)(layout)).step_by(STEP) {
                let ways = match fault.ways {
                    Ways::All => Way::all(),
                    Ways::InTurn => vec![Way::nth(n)],
                    Ways::InTurnAndPost if n % 8 == Way::KEPT_POST => vec![Way::nth(n)],
                    Ways::InTurnAndPost => vec![Way::nth(n), Way::nth(Way::KEPT_POST)],
                };
                for way in ways {
                    let (verb, kept, file) = (way.verb, way.kept, way.to_file);
                    let name = format!("{}/{}", fault.name, layout.name).replace(' ', "-");
                    let target = format!("/{n}/{name}/{verb}/{kept}/{file}");
                    server.check(&http, way, &target, dir.path(), &(fault.outcome)(layout, n));
                }
            }
        }
    }
}

/// Returns the position of the fault: the first segment of the path.
fn position(target: &str) -> usize {
    target.split('/').nth(1).unwrap().parse().unwrap()
}

fn to_the_end(layout: &Layout) -> usize {
    layout.bytes.len() + 1
}

fn in_the_head(layout: &Layout) -> usize {
    layout.head
}

#[test]
fn a_response_is_complete_or_an_error_if_its_connection_closes_at_any_byte() {
    let close = Fault {
        name: "close",
        positions: to_the_end,
        act: |layout, n| Act::new(&layout.bytes[..n], End::Close),
        outcome: |layout, n| layout.cut(n, true),
        ways: Ways::InTurnAndPost,
    };
    check_faults(&[close], &layouts());
}

/// Outside Linux a reset may overtake bytes that were sent before it.
#[cfg(target_os = "linux")]
#[test]
fn a_response_is_complete_or_an_error_if_its_connection_is_reset_at_any_byte() {
    let reset = Fault {
        name: "reset",
        positions: to_the_end,
        act: |layout, n| Act::new(&layout.bytes[..n], End::Reset),
        outcome: |layout, n| layout.cut(n, false),
        ways: Ways::InTurnAndPost,
    };
    check_faults(&[reset], &layouts());
}

#[test]
fn a_pause_at_any_byte_changes_nothing() {
    for layout in plain_layouts() {
        let bytes = layout.bytes.clone();
        let server = Faulty::start(move |target| {
            let (start, rest) = bytes.split_at(position(target));
            Act { parts: vec![start.into(), rest.into()], end: End::Serve }
        });
        let (http, dir) = (patient(), tempfile::tempdir().unwrap());
        server.ask(&http, "first");
        for n in (1..layout.bytes.len()).step_by(STEP) {
            let way = Way { kept: true, ..Way::nth(n) };
            server.check(&http, way, &format!("/{n}/pause"), dir.path(), &layout.whole());
        }
        assert_eq!(server.server.connections(), 1, "{}: the connection is kept", layout.name);
    }
}

#[test]
fn a_response_sent_byte_by_byte_is_the_same() {
    for layout in layouts() {
        let drip: Vec<Vec<u8>> = layout.bytes.iter().map(|byte| vec![*byte]).collect();
        let end = if layout.ends_by_close { End::Close } else { End::Serve };
        let server = Faulty::start(move |_| Act { parts: drip.clone(), end });
        let http = patient();
        let dir = tempfile::tempdir().unwrap();
        for (n, way) in Way::all().into_iter().enumerate().skip(1).step_by(3) {
            server.check(&http, way, &format!("/{n}/drip"), dir.path(), &layout.whole());
        }
    }
}

#[test]
fn silence_at_any_byte_ends_the_call() {
    // Each call takes the whole of its limit, so all positions of a layout wait in parallel.
    for layout in plain_layouts().into_iter().take(5) {
        let bytes = layout.bytes.clone();
        let server = Faulty::start(move |target| Act::new(&bytes[..position(target)], End::Hold));
        thread::scope(|scope| {
            for n in (0..layout.bytes.len()).step_by(STEP) {
                let server = &server;
                scope.spawn(move || {
                    let (way, target) = (Way::nth(n), format!("/{n}/silence"));
                    // The clones share their connections.
                    let mut impatient = transport();
                    impatient.set_read_timeout(Duration::from_secs(3));
                    let mut http = impatient.clone();
                    http.set_read_timeout(Duration::from_secs(60));
                    if way.kept {
                        server.ask(&http, "before");
                    }
                    let result = server.send(&impatient, &way.request(&target));
                    let err = result.expect_err(&target);
                    assert!(err.is_timeout(), "{target} {way:?}: {err}");
                    assert_eq!(err.may_have_been_processed(), !way.is_safe(), "{target} {way:?}");
                    assert_eq!(server.arrivals(&target), 1, "{target} {way:?}");
                    server.ask(&http, "after");
                });
            }
        });
        assert_eq!(server.misused(), 0, "{}", layout.name);
    }
}

#[test]
fn surplus_bytes_are_in_no_other_response() {
    const FORGED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
    let faults = [
        Fault {
            name: "two responses",
            positions: |_| FORGED.len(),
            act: |layout, n| Act::new([&layout.bytes, &FORGED[..=n]].concat(), End::Hold),
            outcome: |layout, _| layout.whole(),
            ways: Ways::InTurn,
        },
        Fault {
            name: "one more byte",
            positions: |_| 256,
            act: |layout, n| Act::new([&layout.bytes[..], &[n as u8]].concat(), End::Hold),
            outcome: |layout, _| layout.whole(),
            ways: Ways::InTurn,
        },
    ];
    let layouts: Vec<Layout> =
        layouts().into_iter().filter(|layout| !layout.ends_by_close).collect();
    check_faults(&faults[..1], &layouts);
    check_faults(&faults[1..], &layouts[..2]);
}

/// Returns more bytes than a head can have.
fn flood(of: &str) -> Vec<u8> {
    of.repeat(300 * 1024 / of.len()).into_bytes()
}

/// Returns the response with `what` inserted at its `n`th byte.
fn insert_at(layout: &Layout, n: usize, what: &[u8]) -> Vec<u8> {
    [&layout.bytes[..n], what, &layout.bytes[n..]].concat()
}

#[test]
fn an_endless_head_is_refused_wherever_it_grows() {
    let faults = [
        Fault {
            name: "an endless field",
            positions: in_the_head,
            act: |layout, n| Act::new(insert_at(layout, n, &flood("x")), End::Hold),
            outcome: |_, _| Outcome::Fails(&[ErrorKind::TooLarge, ErrorKind::Protocol]),
            ways: Ways::InTurn,
        },
        Fault {
            name: "many fields",
            positions: in_the_head,
            act: |layout, n| Act::new(insert_at(layout, n, &flood("X: y\r\n")), End::Hold),
            outcome: |_, _| Outcome::Fails(&[ErrorKind::TooLarge, ErrorKind::Protocol]),
            ways: Ways::InTurn,
        },
    ];
    let layouts = plain_layouts();
    check_faults(&faults, &layouts[..2]);
    let endless = Fault {
        name: "interim responses",
        positions: |_| 2,
        act: |_, n| {
            let each = ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Hi\r\nLink: </a>\r\n\r\n"];
            Act::new(flood(each[n]), End::Hold)
        },
        outcome: |_, _| Outcome::Fails(&[ErrorKind::TooLarge]),
        ways: Ways::All,
    };
    check_faults(&[endless], &layouts[..1]);
}

/// Returns how the server sends these garbled bytes, and the outcome of the call.
fn expected_outcome(bytes: Vec<u8>) -> (Act, Outcome) {
    match read_plainly(&bytes) {
        Reading::Whole { body, rest: 0, by_close: false, is_ambiguous: false, .. } => {
            (Act::new(bytes, End::Serve), Outcome::Gives(body))
        }
        Reading::Whole { body, by_close: true, .. } => {
            (Act::new(bytes, End::Close), Outcome::Gives(body))
        }
        Reading::Whole { body, .. } => (Act::new(bytes, End::Hold), Outcome::Gives(body)),
        Reading::Short => (Act::new(bytes, End::Close), Outcome::Fails(BROKEN)),
        Reading::Wrong => (Act::new(bytes, End::Hold), Outcome::Fails(BROKEN)),
    }
}

#[test]
fn a_garbled_byte_yields_the_response_it_spells_or_an_error() {
    type Garble = fn(&mut Vec<u8>, usize);
    let ways_to_garble: [(&str, Garble); 14] = [
        ("bit 0", |bytes, n| bytes[n] ^= 1),
        ("bit 1", |bytes, n| bytes[n] ^= 2),
        ("bit 2", |bytes, n| bytes[n] ^= 4),
        ("bit 3", |bytes, n| bytes[n] ^= 8),
        ("bit 4", |bytes, n| bytes[n] ^= 16),
        ("bit 5", |bytes, n| bytes[n] ^= 32),
        ("bit 6", |bytes, n| bytes[n] ^= 64),
        ("bit 7", |bytes, n| bytes[n] ^= 128),
        ("one less", |bytes, n| bytes.drain(n..=n).for_each(drop)),
        ("one twice", |bytes, n| bytes.insert(n, bytes[n])),
        ("a NUL", |bytes, n| bytes.insert(n, 0)),
        ("a CR", |bytes, n| bytes.insert(n, b'\r')),
        ("an LF", |bytes, n| bytes.insert(n, b'\n')),
        ("a space of Latin-1", |bytes, n| bytes.insert(n, 0xa0)),
    ];
    // The last two layouts would add nothing new.
    for (name, garble) in ways_to_garble {
        for layout in plain_layouts().into_iter().take(5) {
            let garbled = move |layout: &Layout, n: usize| {
                let mut bytes = layout.bytes.clone();
                garble(&mut bytes, n);
                expected_outcome(bytes)
            };
            let (dir, theirs) = (tempfile::tempdir().unwrap(), layout.clone());
            let server = Faulty::start(move |target| garbled(&theirs, position(target)).0);
            let http = patient();
            for n in (0..layout.bytes.len()).step_by(STEP) {
                let name = format!("{name}/{}", layout.name).replace(' ', "-");
                let target = format!("/{n}/{name}");
                let outcome = garbled(&layout, n).1;
                server.check(&http, Way::nth(n), &target, dir.path(), &outcome);
            }
        }
    }
}

#[test]
fn a_wrong_length_is_an_error_or_its_surplus_is_in_no_other_response() {
    fn sized(length: usize) -> Vec<u8> {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        [head.as_bytes(), BODY].concat()
    }
    fn chunked(length: usize) -> Vec<u8> {
        let head = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n");
        [head.as_bytes(), BODY, b"\r\n0\r\n\r\n"].concat()
    }
    let faults = [
        Fault {
            name: "length",
            positions: |_| 2 * BODY.len(),
            act: |_, n| expected_outcome(sized(n)).0,
            outcome: |_, n| match n {
                0..=26 => Outcome::Gives(BODY[..n].into()),
                _ => Outcome::Fails(&[ErrorKind::Body]),
            },
            ways: Ways::All,
        },
        Fault {
            name: "chunk",
            positions: |_| 2 * BODY.len(),
            act: |_, n| expected_outcome(chunked(n)).0,
            outcome: |_, n| match n {
                // This is the last chunk, and a trailer follows.
                0 => Outcome::Gives(Vec::new()),
                26 => Outcome::Gives(BODY.into()),
                // The line still ends, if only by its LF.
                27 => Outcome::Gives([BODY, b"\r"].concat()),
                _ => Outcome::Fails(BROKEN),
            },
            ways: Ways::All,
        },
        Fault {
            name: "both framings",
            positions: |_| 2 * BODY.len(),
            act: |_, n| {
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {n}\r\n");
                let chunked = String::from_utf8(chunked(BODY.len())).unwrap();
                Act::new(chunked.replace("HTTP/1.1 200 OK\r\n", &head), End::Hold)
            },
            outcome: |_, _| Outcome::Gives(BODY.into()),
            ways: Ways::All,
        },
    ];
    check_faults(&faults, &plain_layouts()[..1]);
}

#[test]
fn truncated_compressed_data_is_an_error_even_in_a_complete_message() {
    fn sized(body: &[u8]) -> Act {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
        );
        Act::new([head.as_bytes(), body].concat(), End::Hold)
    }
    let faults = [
        Fault {
            name: "cut",
            // Position 0 has no bytes, which is an empty body.
            positions: |_| gzip(BODY).len() - 1,
            act: |_, n| sized(&gzip(BODY)[..=n]),
            outcome: |_, _| Outcome::Fails(&[ErrorKind::Body]),
            ways: Ways::All,
        },
        Fault {
            name: "checksum and length",
            positions: |_| 8 * 8,
            act: |_, n| {
                let mut gz = gzip(BODY);
                let end = gz.len();
                gz[end - 1 - n / 8] ^= 1 << (n % 8);
                sized(&gz)
            },
            outcome: |_, _| Outcome::Fails(&[ErrorKind::Body]),
            ways: Ways::All,
        },
        Fault {
            name: "half a member more",
            positions: |_| gzip(BODY).len() - 1,
            act: |_, n| sized(&[&gzip(BODY)[..], &gzip(BODY)[..=n]].concat()),
            outcome: |_, _| Outcome::Fails(&[ErrorKind::Body]),
            ways: Ways::All,
        },
    ];
    check_faults(&faults, &plain_layouts()[..1]);
}

/// Returns a transport that trusts the servers of this configuration, which issue no session
/// tickets, so that all handshakes are alike.
fn trusting() -> (Transport, Arc<rustls::ServerConfig>) {
    let authority = Authority::new();
    let mut config = (*authority.certify(&["localhost"]).server()).clone();
    config.send_tls13_tickets = 0;
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    (http, config.into())
}

#[test]
fn over_tls_no_byte_can_be_changed_or_dropped() {
    const GARBLED: &[ErrorKind] = &[ErrorKind::Protocol, ErrorKind::Tls, ErrorKind::Body];
    let (http, config) = trusting();
    let dir = tempfile::tempdir().unwrap();
    let by_close = layouts().into_iter().find(|layout| layout.ends_by_close).unwrap();
    for layout in plain_layouts().into_iter().take(1).chain([by_close]) {
        for how in [How::Cut, How::Reset, How::Flip(0)] {
            if how == How::Reset && !cfg!(target_os = "linux") {
                continue; // a reset may overtake bytes that were sent before it
            }
            let (wire, parts) = (Tamper::default(), layout.clone());
            let theirs = wire.clone();
            let server = Faulty::start_tls(config.clone(), &wire, move |target| {
                let n = position(target);
                let how = match how {
                    How::Flip(_) => How::Flip(1 << (n % 8)),
                    how => how,
                };
                theirs.here(n, how);
                let (head, body) = parts.bytes.split_at(parts.head);
                Act { parts: vec![head.into(), body.into()], end: End::Close }
            });
            // A record has a header, the text, its type and a 16-byte tag.
            let length = layout.bytes.len() + 2 * (5 + 1 + 16);
            let head = layout.head + 5 + 1 + 16;
            for n in (0..length).step_by(STEP) {
                let outcome = match how {
                    // Half a record reveals nothing, not even that it is one.
                    How::Cut | How::Reset if n < head => Outcome::NoAnswer,
                    How::Cut | How::Reset => Outcome::Fails(&[ErrorKind::Body]),
                    // The high byte of the length announces far more data.
                    How::Flip(_) if n == 3 => Outcome::NoAnswer,
                    // Type and version of a record are always the same.
                    How::Flip(_) if n < 3 || (head..head + 3).contains(&n) => {
                        Outcome::FailsOrGives(GARBLED, layout.body.into())
                    }
                    How::Flip(_) => Outcome::Fails(GARBLED),
                };
                let target = format!("/{n}/{how:?}/{}", layout.name.replace(' ', "-"));
                server.check(&http, Way::nth(n), &target, dir.path(), &outcome);
            }
        }
    }
}

#[test]
fn an_unfinished_redirect_serves_no_other_call() {
    for layout in layouts().into_iter().filter(|layout| layout.leads_to.is_some()) {
        let bytes = layout.bytes.clone();
        let server = Faulty::start(move |target| Act::new(&bytes[..position(target)], End::Hold));
        let http = patient();
        // Each call waits a second, so all wait in parallel.
        thread::scope(|scope| {
            for n in layout.head..layout.bytes.len() {
                let (server, http, layout) = (&server, &http, &layout);
                scope.spawn(move || {
                    let req = Way::nth(n).request(&format!("/{n}/unfinished"));
                    let body = server.send(http, &req).map(|resp| resp.body_str().into_owned());
                    assert_eq!(body.as_deref().ok(), layout.leads_to, "{n}: {body:?}");
                });
            }
        });
        server.ask(&http, "after");
        assert_eq!(server.misused(), 0, "{}", layout.name);
    }
}

#[test]
fn surplus_bytes_over_tls_are_in_no_other_response() {
    const MORE: [&[u8]; 2] = [b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged", b""];
    let (http, config) = trusting();
    // Up to the capacity of a record and beyond, so that each length of the rest is left unread
    // somewhere.
    for (number, length) in (0..70).map(|n| (n, n * 997)) {
        let config = Arc::clone(&config);
        let server = Server::start_raw(move |mut tcp| {
            let mut conn = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            conn.set_buffer_limit(None);
            let mut tls = rustls::Stream::new(&mut conn, &mut tcp);
            if read_head_from(&mut tls).is_empty() {
                return;
            }
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            conn.writer().write_all(&[head.as_bytes(), &vec![b'x'; length]].concat()).unwrap();
            match MORE[number % 2] {
                // No more data follows, though the socket stays open.
                b"" => conn.send_close_notify(),
                more => conn.writer().write_all(more).unwrap(),
            }
            let mut sealed = Vec::new();
            while conn.wants_write() {
                conn.write_tls(&mut sealed).unwrap();
            }
            let _ = tcp.write_all(&sealed);
            let _ = tcp.read_to_end(&mut Vec::new());
        });
        for _ in 0..3 {
            let req = HttpRequest::new();
            let resp = http.synchronous_request("localhost", server.port(), true, &req).unwrap();
            assert_eq!(resp.body().len(), length);
        }
        assert_eq!(server.connections(), 3, "{length} bytes, then {:?}", MORE[number % 2]);
    }
}
