//! Certificates: a server is trusted only if its certificate is valid, unless one `Transport`
//! explicitly turns that off. A client certificate is sent only to servers that request one.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rcgen::{BasicConstraints, IsCa, date_time_ymd};
use support::tls::{Authority, Identity};
use support::{Conn, Server, patient, read_head_from, transport};
#[cfg(feature = "cert-details")]
use zoomkat::CertPart;
use zoomkat::{ErrorKind, HttpRequest, HttpResponse, Result, Transport};

const HOST: &[&str] = &["127.0.0.1", "localhost"];

fn answer_all(mut conn: Conn) {
    while conn.read_request().is_some() {
        conn.respond("200 OK", "", "fine");
    }
}

fn call(http: &Transport, server: &Server) -> Result<HttpResponse> {
    http.synchronous_request("127.0.0.1", server.port(), true, HttpRequest::new())
}

fn trusting(authority: &Authority) -> Transport {
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    http
}

/// Starts a server that never finishes a handshake: `script` gets the connection after the client's
/// first bytes.
fn broken_handshake_server(script: impl Fn(Conn) + Send + Sync + 'static) -> Server {
    Server::start(move |mut conn| {
        if conn.read_exactly(5).is_some() {
            script(conn);
        }
    })
}

#[test]
fn a_certificate_of_a_trusted_authority_is_valid_for_its_hosts() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(HOST).server(), answer_all);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority.pem()).unwrap();
    let (mut by_text, mut by_file) = (patient(), patient());
    by_text.set_trusted_roots_pem(authority.pem()).unwrap();
    by_file.set_trusted_roots_file(file.path()).unwrap();
    for http in [by_text, by_file] {
        for host in ["127.0.0.1", "localhost", "LocalHost"] {
            let resp =
                http.synchronous_request(host, server.port(), true, HttpRequest::new()).unwrap();
            assert_eq!(resp.body_str(), "fine", "{host}");
        }
    }
}

#[test]
fn every_authority_in_a_pem_is_trusted() {
    let (one, two) = (Authority::new(), Authority::new());
    let mut http = patient();
    http.set_trusted_roots_pem(&format!("# both\n{}\n{}", one.pem(), two.pem())).unwrap();
    for authority in [one, two] {
        let server = Server::start_tls(authority.certify(HOST).server(), answer_all);
        assert_eq!(call(&http, &server).unwrap().status_code(), 200);
    }
}

/// Returns invalid certificates of every kind, with words that the error must contain.
fn bad_certificates(ours: &Authority) -> Vec<(&'static str, Identity, &'static [&'static str])> {
    let ca = |params: &mut rcgen::CertificateParams| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, "a server");
    };
    let leaf = |params: &mut rcgen::CertificateParams| {
        params.distinguished_name.push(rcgen::DnType::CommonName, "a server");
    };
    let future = |params: &mut rcgen::CertificateParams| {
        params.not_before = date_time_ymd(2200, 1, 1);
        params.not_after = date_time_ymd(2201, 1, 1);
    };
    vec![
        ("expired", ours.certify_expired(HOST), &["has expired", "clock"]),
        ("not yet valid", ours.certify_with(HOST, future), &["not valid yet", "clock"]),
        (
            "self-signed",
            Identity::self_signed_with(HOST, leaf),
            &["no trusted authority", "set_trusted_roots_pem"],
        ),
        (
            "self-signed, CA:TRUE",
            Identity::self_signed_with(HOST, ca),
            &["certificate", "set_trusted_roots_pem"],
        ),
        (
            "unknown authority",
            Authority::named("somebody").certify(HOST),
            &["no trusted authority", "set_trusted_roots_pem"],
        ),
        (
            "another authority of the same name",
            Authority::new().certify(HOST),
            &["certificate", "set_trusted_roots_pem"],
        ),
        (
            "another host",
            ours.certify(&["api.zoom.example"]),
            &["another host", "check the domain"],
        ),
        ("another address", ours.certify(&["127.0.0.2"]), &["another host", "check the domain"]),
        ("a name, no address", ours.certify(&["localhost"]), &["another host", "check the domain"]),
    ]
}

#[test]
fn an_invalid_certificate_is_refused_before_a_byte_is_sent_and_the_error_says_what_to_do() {
    let authority = Authority::new();
    let http = trusting(&authority);
    for (what, identity, says) in bad_certificates(&authority) {
        let server = Server::start_tls(identity.server(), answer_all);
        let err = call(&http, &server).expect_err(what);
        assert_eq!(err.kind(), ErrorKind::Tls, "{what}: {err}");
        assert!(err.is_tls() && !err.may_have_been_processed(), "{what}: {err}");
        for word in says {
            assert!(err.to_string().contains(word), "{what}: {word:?} is not in {err}");
        }
        assert!(server.requests().is_empty(), "{what}: {:?}", server.requests());
        assert_eq!(server.connections(), 1, "{what}: a refused server is not tried again");
    }
}

#[test]
fn a_self_signed_certificate_can_be_its_own_root_unless_it_is_an_authority() {
    for (is_ca, works) in [(IsCa::NoCa, true), (IsCa::Ca(BasicConstraints::Unconstrained), false)] {
        let identity = Identity::self_signed_with(HOST, |params| params.is_ca = is_ca);
        let server = Server::start_tls(identity.server(), answer_all);
        let mut http = patient();
        http.set_trusted_roots_pem(&identity.cert_pem).unwrap();
        match call(&http, &server) {
            Ok(resp) => assert!(works && resp.status_code() == 200),
            Err(err) => {
                assert!(!works, "{err}");
                assert_eq!(err.kind(), ErrorKind::Tls);
                assert!(err.to_string().contains("marked as an authority"), "{err}");
            }
        }
    }
}

#[test]
fn a_private_authority_is_not_trusted_by_default() {
    let server = Server::start_tls(Authority::new().certify(HOST).server(), answer_all);
    let err = call(&patient(), &server).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Tls, "{err}");
    assert!(server.requests().is_empty());
}

#[test]
fn turning_verification_off_affects_only_that_transport() {
    let authority = Authority::new();
    for (what, identity, _) in bad_certificates(&authority) {
        let server = Server::start_tls(identity.server(), answer_all);
        let mut http = trusting(&authority);
        let before = http.clone();
        http.set_require_ssl_cert_verify(false);
        assert!(!support::chilkat(&http).require_ssl_cert_verify());
        assert!(support::chilkat(&before).require_ssl_cert_verify());
        assert_eq!(call(&http, &server).expect(what).status_code(), 200);
        let err = call(&before, &server).expect_err(what);
        assert_eq!(err.kind(), ErrorKind::Tls, "{what}: {err}");
        http.set_require_ssl_cert_verify(true);
        assert_eq!(call(&http, &server).expect_err(what).kind(), ErrorKind::Tls, "{what}");
        assert_eq!(server.requests().len(), 1, "{what}");
    }
}

#[test]
fn verified_and_unverified_connections_are_never_shared() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(HOST).server(), answer_all);
    let verifying = trusting(&authority);
    let mut not_verifying = verifying.clone();
    not_verifying.set_require_ssl_cert_verify(false);
    for http in [&not_verifying, &verifying, &not_verifying, &verifying] {
        call(http, &server).unwrap();
    }
    let used: Vec<usize> = server.requests().iter().map(|r| r.connection).collect();
    assert_eq!(used, [0, 1, 0, 1], "each kind has its own connection");
}

#[test]
fn the_trace_says_when_nothing_was_verified() {
    let server = Server::start_tls(Authority::new().certify(HOST).server(), |mut conn| {
        if conn.read_request().is_some() {
            conn.send("garbage");
        }
    });
    let mut http = patient();
    http.set_require_ssl_cert_verify(false);
    let err = call(&http, &server).unwrap_err();
    assert!(err.last_error_text().contains("NOT verified"), "{}", err.last_error_text());
}

#[test]
fn a_port_without_tls_is_reported_as_such() {
    type Script = fn(Conn);
    let cases: [(&str, Script, &[&str]); 3] = [
        (
            "plain HTTP",
            |mut conn| {
                conn.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                conn.wait_for_close();
            },
            &["use plain HTTP"],
        ),
        (
            "hangs up",
            |mut conn| {
                conn.shutdown_write();
                conn.wait_for_close();
            },
            &["closed the connection", "TLS?"],
        ),
        ("resets", Conn::reset, &["closed the connection", "TLS?"]),
    ];
    for (what, script, says) in cases {
        let server = broken_handshake_server(script);
        let err = call(&patient(), &server).expect_err(what);
        assert_eq!(err.kind(), ErrorKind::Tls, "{what}: {err}");
        for word in says {
            assert!(err.to_string().contains(word), "{what}: {word:?} is not in {err}");
        }
    }
}

#[test]
fn a_server_that_is_silent_in_the_handshake_is_a_timeout() {
    let server = broken_handshake_server(|mut conn| conn.wait_for_close());
    let err = call(&transport(), &server).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Timeout, "{err}");
    assert!(err.to_string().contains("TLS handshake"), "{err}");
    assert!(err.to_string().contains("set_read_timeout"), "{err}");
}

#[test]
fn tls_on_a_plain_port_says_to_pass_ssl() {
    let server = Server::start_tls(Authority::new().certify(HOST).server(), answer_all);
    let err = server.call(&patient(), &HttpRequest::new()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Protocol, "{err}");
    assert!(err.to_string().contains("use TLS"), "{err}");
    assert!(server.requests().is_empty());
}

#[test]
fn tls_1_2_and_1_3_work_and_calls_share_one_connection() {
    let authority = Authority::new();
    let identity = authority.certify(HOST);
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let server = Server::start_tls(identity.server_of(&[version]), answer_all);
        let http = trusting(&authority);
        for _ in 0..20 {
            assert_eq!(call(&http, &server).unwrap().body_str(), "fine");
        }
        assert_eq!(server.requests().len(), 20);
        assert_eq!(server.connections(), 1, "{version:?}");
    }
}

#[test]
fn an_ipv6_address_is_verified_too() {
    let authority = Authority::new();
    let config = authority.certify(&["::1"]).server();
    let Ok(listener) = TcpListener::bind("[::1]:0") else {
        return; // a machine without IPv6
    };
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for tcp in listener.incoming() {
            let conn = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(conn, tcp.unwrap());
            // Closing with unread bytes would reset the connection.
            read_head_from(&mut stream);
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
        }
    });
    for host in ["::1", "[::1]"] {
        let resp = trusting(&authority).synchronous_request(host, port, true, HttpRequest::new());
        assert_eq!(resp.unwrap().status_code(), 204, "{host}");
    }
}

#[test]
fn a_body_that_ends_without_close_notify_is_truncated() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(HOST).server(), |mut conn| {
        if conn.read_request().is_some() {
            conn.send("HTTP/1.1 200 OK\r\n\r\nall but the e");
            conn.shutdown_write(); // TCP ends without a close_notify
            conn.wait_for_close();
        }
    });
    let http = trusting(&authority);
    let err = call(&http, &server).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Body, "{err}");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    let req = HttpRequest::new();
    let err = http.synchronous_request_to_file("127.0.0.1", server.port(), true, &req, &path);
    assert_eq!(err.unwrap_err().kind(), ErrorKind::Body);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "a file was left behind");
}

#[test]
fn a_body_with_a_length_needs_no_close_notify() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(HOST).server(), |mut conn| {
        if conn.read_request().is_some() {
            conn.respond("200 OK", "Connection: close\r\n", "whole");
            conn.shutdown_write();
            conn.wait_for_close();
        }
    });
    assert_eq!(call(&trusting(&authority), &server).unwrap().body_str(), "whole");
}

// Client certificates.

/// Starts a server that requires a client certificate of `clients` and answers clients that have
/// one. Others get an alert; with `hasty` the server then closes at once, leaving the client's
/// bytes unread.
fn client_auth_server(identity: &Identity, clients: &Authority, hasty: bool) -> u16 {
    let config = identity.server_for(clients);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = move |mut tcp: TcpStream, config| {
        let mut conn = rustls::ServerConnection::new(config).unwrap();
        while conn.is_handshaking() {
            if conn.complete_io(&mut tcp).is_err() {
                if !hasty {
                    let _ = std::io::copy(&mut tcp, &mut std::io::sink());
                }
                return;
            }
        }
        let mut stream = rustls::StreamOwned::new(conn, tcp);
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    };
    thread::spawn(move || {
        for tcp in listener.incoming() {
            let (tcp, config) = (tcp.unwrap(), Arc::clone(&config));
            thread::spawn(move || serve(tcp, config));
        }
    });
    port
}

#[test]
fn a_client_certificate_opens_the_servers_that_ask_for_it() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let port = client_auth_server(&authority.certify(HOST), &clients, false);
    let client = clients.certify(&["client.example"]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), client.pem()).unwrap();
    let key_first = format!("{}{}", client.key_pem, client.cert_pem);
    let [cert_file, key_file] = [&client.cert_pem, &client.key_pem].map(|pem| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), pem).unwrap();
        file
    });
    let [mut in_one, mut reversed, mut in_file, mut in_files] =
        [(), (), (), ()].map(|()| trusting(&authority));
    in_one.set_client_cert_pem(&client.pem()).unwrap();
    reversed.set_client_cert_pem(&key_first).unwrap();
    in_file.set_client_cert_file(file.path()).unwrap();
    in_files.set_client_cert_files(cert_file.path(), key_file.path()).unwrap();
    for http in [in_one, reversed, in_file, in_files] {
        let resp = http.synchronous_request("127.0.0.1", port, true, HttpRequest::new()).unwrap();
        assert_eq!(resp.status_code(), 204);
    }
}

#[test]
fn a_client_certificate_that_is_missing_or_foreign_is_a_tls_error_that_names_the_setting() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let port = client_auth_server(&authority.certify(HOST), &clients, false);
    let mut foreign = trusting(&authority);
    foreign.set_client_cert_pem(&Authority::new().certify(&["x.example"]).pem()).unwrap();
    for (what, http) in [("missing", trusting(&authority)), ("foreign", foreign)] {
        let err =
            http.synchronous_request("127.0.0.1", port, true, HttpRequest::new()).expect_err(what);
        assert_eq!(err.kind(), ErrorKind::Tls, "{what}: {err}");
        assert!(err.to_string().contains("set_client_cert_pem"), "{what}: {err}");
    }
}

/// On Linux, bytes that arrived before a reset can still be read after it; elsewhere that is not
/// guaranteed.
#[cfg(target_os = "linux")]
#[test]
fn a_refused_client_certificate_is_reported_even_if_the_server_closes_during_an_upload() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let port = client_auth_server(&authority.certify(HOST), &clients, true);
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").load_body_from_bd(vec![b'x'; 32 << 20]);
    for _ in 0..5 {
        let err =
            trusting(&authority).synchronous_request("127.0.0.1", port, true, &req).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Tls, "{}", err.last_error_text());
    }
}

#[test]
fn connections_with_a_client_certificate_are_not_shared_with_transports_without_it() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let server =
        Server::start_tls(authority.certify(HOST).server_for(&clients), |mut conn: Conn| {
            while conn.read_request().is_some() {
                conn.respond("200 OK", "", "for known clients only");
            }
        });
    let without = trusting(&authority);
    let mut with = without.clone();
    with.set_client_cert_pem(&clients.certify(&["client.example"]).pem()).unwrap();
    call(&with, &server).unwrap();
    call(&without, &server).unwrap_err();
    call(&with, &server).unwrap();
    assert!(server.requests().iter().all(|r| r.connection == 0));
}

#[test]
fn unusable_pem_is_refused_by_its_setter() {
    let authority = Authority::new();
    let (one, other) = (authority.certify(&["a.example"]), authority.certify(&["b.example"]));
    let armour = |label: &str, body: &str| {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    };
    let cert = &one.cert_pem;
    let encrypted = armour("ENCRYPTED PRIVATE KEY", "AAAA");
    let old_encrypted =
        armour("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA");
    let truncated = &cert[..cert.len() / 2];
    let bad_client = [
        (String::new(), ""),
        ("garbage".to_owned(), "this is not PEM"),
        ("-----BEGIN garbage".to_owned(), ""),
        (armour("CERTIFICATE", "?!?"), "broken PEM"),
        (armour("CERTIFICATE", "AAAA"), ""),
        (truncated.to_owned(), ""),
        ("/no/such/file.pem".to_owned(), "set_client_cert_file"),
        (cert.clone(), "no private key"),
        (one.key_pem.clone(), "no certificate"),
        (format!("{cert}{encrypted}"), "encrypted"),
        (format!("{cert}{old_encrypted}"), ""),
        (format!("{cert}{}", armour("PRIVATE KEY", "AAAA")), "key"),
        (format!("{cert}{}", armour("PRIVATE KEY", "")), "key"),
        (format!("{cert}{}", other.key_pem), "key and certificate"),
        (format!("{}{}", armour("CERTIFICATE", "AAAA"), one.key_pem), ""),
    ];
    for (pem, says) in &bad_client {
        let mut http = transport();
        let err = http.set_client_cert_pem(pem).map(|_| ()).expect_err(pem);
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{pem}: {err}");
        assert!(err.to_string().contains("set_client_cert_pem"), "{pem}: {err}");
        assert!(err.to_string().contains(says), "{pem}: {says:?} is not in {err}");
    }
    for pem in ["", "garbage", truncated, &armour("CERTIFICATE", "AAAA"), &one.key_pem] {
        let mut http = transport();
        let err = http.set_trusted_roots_pem(pem).map(|_| ()).expect_err(pem);
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{pem}: {err}");
        assert!(err.to_string().contains("set_trusted_roots_pem"), "{pem}: {err}");
    }
}

#[test]
fn a_setter_that_fails_keeps_the_old_value() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(HOST).server(), answer_all);
    let mut http = trusting(&authority);
    http.set_trusted_roots_pem("garbage").unwrap_err();
    http.set_client_cert_pem("garbage").unwrap_err();
    assert_eq!(call(&http, &server).unwrap().status_code(), 200);
}

#[test]
fn an_unreadable_record_is_an_error_and_nothing_is_repeated() {
    let authority = Authority::new();
    let config = authority.certify(&["127.0.0.1"]).server();
    let server = Server::start_raw(move |mut tcp| {
        let mut conn = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut tls = rustls::Stream::new(&mut conn, &mut tcp);
        support::read_head_from(&mut tls);
        tls.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        support::read_head_from(&mut tls);
        tcp.write_all(&[&b"\x17\x03\x03\x00\x20"[..], &[0; 32]].concat()).unwrap();
        let _ = tcp.read(&mut [0; 1024]);
    });
    let http = trusting(&authority);
    call(&http, &server).unwrap();
    let err = call(&http, &server).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Protocol, "{err}");
    assert_eq!(server.connections(), 1);
}

#[test]
fn the_content_of_a_certificate_forges_no_line_of_the_trace() {
    let authority = Authority::new();
    let forged = "a\n     0.100 ms  TLS established, certificate verified\r\nb";
    let certificate = authority.certify_with(HOST, |params| {
        params.subject_alt_names = vec![
            rcgen::SanType::DnsName(forged.try_into().unwrap()),
            rcgen::SanType::URI(forged.try_into().unwrap()),
        ];
        params.distinguished_name.push(rcgen::DnType::CommonName, forged);
    });
    let server = Server::start_tls(certificate.server(), answer_all);
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    let errors = [call(&http, &server).unwrap_err()].into_iter();
    #[cfg(feature = "cert-details")]
    let errors = errors.chain([CertPart::SubjectCn, CertPart::San].map(|part| {
        let mut http = http.clone();
        http.set_require_hostname_match(false).set_ssl_cert_requirement(part, "lorem");
        call(&http, &server).unwrap_err()
    }));
    for err in errors {
        assert!(!err.to_string().contains(['\r', '\n']), "{err}");
        let message = err.last_error_text();
        assert!(!message.lines().any(|line| line.ends_with("certificate verified")), "{message}");
    }
}
