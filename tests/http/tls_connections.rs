//! Kept-alive TLS connections: surplus bytes on them, and uploads that stall.

use std::io::{Read as _, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::ServerConnection;
use support::tls::Authority;
use support::{Gate, Server, patient, read_head_from};
use zoomkat::{ErrorKind, HttpRequest, Transport};

fn trusting(authority: &Authority) -> Transport {
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    http
}

/// Returns a response whose record is `size` bytes on the wire.
fn answer_of(size: usize) -> String {
    const RECORD: usize = 22; // header, type and tag of TLS 1.3
    (0..size)
        .map(|length| {
            format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{:x<length$}", "")
        })
        .find(|answer| answer.len() == size - RECORD)
        .unwrap()
}

/// TLS reads ahead in arbitrary pieces. Its buffered bytes are checked before the connection is
/// used again.
#[test]
fn an_unsolicited_record_is_not_read_as_a_response() {
    let authority = Authority::new();
    let identity = authority.certify(&["127.0.0.1"]).server();
    for size in [3000, 4070, 4080, 4090, 4096, 4100, 8192, 12_288] {
        for bytes_unasked in [&b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON"[..], b""] {
            let identity = Arc::clone(&identity);
            let server = Server::start_raw(move |mut tcp| {
                let mut tls = ServerConnection::new(Arc::clone(&identity)).unwrap();
                loop {
                    let head = read_head_from(&mut rustls::Stream::new(&mut tls, &mut tcp));
                    let mut bytes = Vec::new();
                    match head.split(' ').nth(1) {
                        None => return,
                        Some("/first") => {
                            tls.writer().write_all(b"HTTP/1.1 204 X\r\n\r\n").unwrap()
                        }
                        Some("/second") => {
                            tls.writer().write_all(answer_of(size).as_bytes()).unwrap();
                            tls.write_tls(&mut bytes).unwrap();
                            assert_eq!(bytes.len(), size);
                            // In the same write: an unsolicited response or a close_notify.
                            tls.writer().write_all(bytes_unasked).unwrap();
                            if bytes_unasked.is_empty() {
                                tls.send_close_notify();
                            }
                        }
                        _ => tls
                            .writer()
                            .write_all(b"HTTP/1.1 201 X\r\nContent-Length: 0\r\n\r\n")
                            .unwrap(),
                    }
                    while tls.wants_write() {
                        tls.write_tls(&mut bytes).unwrap();
                    }
                    tcp.write_all(&bytes).unwrap();
                }
            });
            let http = trusting(&authority);
            let ask = |path: &str| {
                let mut req = HttpRequest::new();
                // A request that must not be repeated automatically.
                req.set_http_verb("POST").set_path(path);
                http.synchronous_request("127.0.0.1", server.port(), true, &req).unwrap()
            };
            // The session tickets arrive with the first response.
            assert_eq!(ask("/first").status_code(), 204);
            assert_eq!(ask("/second").status_code(), 200);
            assert_eq!(ask("/third").status_code(), 201, "after a record of {size}");
        }
    }
}

/// Half a record cannot be taken back; only its other half may follow.
#[test]
fn a_stalled_upload_ends_with_its_limit_and_breaks_no_record() {
    let authority = Authority::new();
    let identity = authority.certify(&["127.0.0.1"]).server();
    let gate = Gate::new();
    let (hold, done) = (gate.clone(), Gate::new());
    let heard = Arc::new(Mutex::new(None));
    let (note, over) = (Arc::clone(&heard), done.clone());
    let server = Server::start_raw(move |mut tcp| {
        let mut tls = ServerConnection::new(Arc::clone(&identity)).unwrap();
        let mut stream = rustls::Stream::new(&mut tls, &mut tcp);
        read_head_from(&mut stream);
        hold.wait();
        let mut buf = vec![0; 64 * 1024];
        let end = loop {
            match stream.read(&mut buf) {
                Ok(0) => break None,
                Ok(_) => {}
                Err(err) => break err.get_ref().and_then(|err| err.downcast_ref()).cloned(),
            }
        };
        *note.lock().unwrap() = Some(end);
        over.open();
    });
    let mut http = trusting(&authority);
    http.set_read_timeout(Duration::from_secs(1));
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").load_body_from_bd(vec![7; 64 * 1024 * 1024]);
    let err = http.synchronous_request("127.0.0.1", server.port(), true, &req).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Timeout, "{err}");
    gate.open();
    done.wait();
    let end: Option<rustls::Error> = heard.lock().unwrap().take().unwrap();
    assert_eq!(end, None, "the received bytes were not just truncated");
}

#[test]
fn setting_the_same_client_certificate_again_keeps_the_connection() {
    let authority = Authority::new();
    let identity = authority.certify(&["127.0.0.1"]);
    let server = Server::start_tls(identity.server_for(&authority), |mut conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", "");
        }
    });
    let mut http = trusting(&authority);
    let (me, other) =
        (authority.certify(&["me.example"]).pem(), authority.certify(&["other.example"]).pem());
    for (pem, connections) in [(&me, 1), (&me, 1), (&other, 2), (&me, 3)] {
        http.set_client_cert_pem(pem).unwrap();
        http.synchronous_request("127.0.0.1", server.port(), true, HttpRequest::new()).unwrap();
        assert_eq!(server.connections(), connections);
    }
}
