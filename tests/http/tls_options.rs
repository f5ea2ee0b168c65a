//! TLS options: versions, cipher suites, pinned keys, names and required certificate fields take
//! effect, and a server that does not comply gets no request.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::crypto::ring::cipher_suite;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{HandshakeKind, ServerConfig, ServerConnection};
use support::tls::{Authority, Identity};
use support::{Conn, Server, patient, read_head_from};
#[cfg(feature = "cert-details")]
use zoomkat::CertPart;
use zoomkat::{Error, ErrorKind, HttpRequest, HttpResponse, Result, TlsVersions, Transport};

const HOST: &[&str] = &["127.0.0.1", "localhost"];

fn answer_all(mut conn: Conn) {
    while conn.read_request().is_some() {
        conn.respond("200 OK", "", "fine");
    }
}

fn trusting(authority: &Authority) -> Transport {
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    http
}

fn call(http: &Transport, port: u16) -> Result<HttpResponse> {
    http.synchronous_request("127.0.0.1", port, true, HttpRequest::new())
}

/// Asserts that the call fails with kind `Tls` and these words, and that nothing was sent.
fn refused(http: &Transport, server: &Server, says: &[&str]) -> Error {
    let before = server.requests().len();
    let err = call(http, server.port()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Tls, "{err}");
    for word in says {
        assert!(err.to_string().contains(word), "{word:?} is not in {err}");
    }
    assert_eq!(server.requests().len(), before, "{err}");
    err
}

/// What a server recorded about a handshake.
#[derive(Debug)]
struct Handshake {
    sni: Option<String>,
    version: String,
    suite: String,
    resumed: bool,
    certificates: usize,
}

/// Starts a server that answers all requests on all connections and reports each handshake.
fn recording_server(config: Arc<ServerConfig>) -> (u16, Receiver<Handshake>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, seen) = channel();
    let serve = move |mut tcp: TcpStream, config, sender: std::sync::mpsc::Sender<Handshake>| {
        let mut conn = ServerConnection::new(config).unwrap();
        while conn.is_handshaking() {
            if conn.complete_io(&mut tcp).is_err() {
                return;
            }
        }
        let _ = sender.send(Handshake {
            sni: conn.server_name().map(str::to_owned),
            version: format!("{:?}", conn.protocol_version().unwrap()),
            suite: format!("{:?}", conn.negotiated_cipher_suite().unwrap().suite()),
            resumed: conn.handshake_kind() == Some(HandshakeKind::Resumed),
            certificates: conn.peer_certificates().map_or(0, <[_]>::len),
        });
        let mut tls = rustls::StreamOwned::new(conn, tcp);
        while !read_head_from(&mut tls).is_empty() {
            let _ = tls.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
        }
    };
    thread::spawn(move || {
        for tcp in listener.incoming() {
            let (tcp, config, sender) = (tcp.unwrap(), Arc::clone(&config), sender.clone());
            thread::spawn(move || serve(tcp, config, sender));
        }
    });
    (port, seen)
}

/// Returns the TLS line of the trace.
fn tls_step(resp: &HttpResponse) -> String {
    let text = resp.call_text();
    text.lines().find(|line| line.contains("TLS established")).unwrap_or_default().to_owned()
}

// Versions.

#[test]
fn the_requested_version_is_used_or_the_call_fails() {
    let authority = Authority::new();
    let identity = authority.certify(HOST);
    let (old, new) = (&[&TLS12][..], &[&TLS13][..]);
    let both = [&TLS12, &TLS13];
    for (protocol, server, spoken) in [
        ("DEFAULT", &both[..], Some("TLSv1_3")),
        ("DEFAULT", old, Some("TLSv1_2")),
        ("TLS 1.2", &both, Some("TLSv1_2")),
        ("TLS 1.2", new, None),
        ("TLS 1.3", &both, Some("TLSv1_3")),
        ("TLS 1.3", old, None),
        ("TLS 1.2 or higher", old, Some("TLSv1_2")),
        ("TLS 1.2 or higher", &both, Some("TLSv1_3")),
        ("TLS 1.3 or higher", old, None),
        ("tls 1.0  OR higher", old, Some("TLSv1_2")),
        ("SSL 3.0 or higher", new, Some("TLSv1_3")),
    ] {
        let (port, seen) = recording_server(identity.server_of(server));
        let mut http = support::chilkat(&trusting(&authority));
        http.set_ssl_protocol(protocol).unwrap();
        match (call(http.transport(), port), spoken) {
            (Ok(resp), Some(spoken)) => {
                assert_eq!(seen.recv().unwrap().version, spoken, "{protocol}");
                let version = spoken.replace("TLSv1_", "(TLS 1.");
                assert!(tls_step(&resp).contains(&version), "{}", tls_step(&resp));
            }
            (Err(err), None) => {
                assert_eq!(err.kind(), ErrorKind::Tls, "{protocol}: {err}");
                assert!(err.to_string().contains("set_tls_versions"), "{protocol}: {err}");
            }
            (Ok(_), None) => panic!("{protocol} was ignored"),
            (Err(err), Some(_)) => panic!("{protocol}: {err}"),
        }
    }
}

#[test]
fn an_unavailable_version_is_refused_and_the_old_one_stays() {
    let mut http = zoomkat::chilkat::Http::new();
    assert_eq!(http.ssl_protocol(), "DEFAULT");
    http.set_ssl_protocol("tls 1.3").unwrap();
    for protocol in ["", "TLS 1.0", "TLS 1.1", "SSL 3.0", "TLS 1.4", "1.2", "TLS 1.3 or lower"] {
        let err = http.set_ssl_protocol(protocol).map(|_| ()).expect_err(protocol);
        assert_eq!(err.kind(), ErrorKind::InvalidRequest);
        for says in ["set_ssl_protocol", "TLS 1.2 or higher", "DEFAULT"] {
            assert!(err.to_string().contains(says), "{err}");
        }
    }
    assert_eq!(http.ssl_protocol(), "TLS 1.3");
}

// Cipher suites.

#[test]
fn only_the_listed_cipher_suites_are_offered() {
    let authority = Authority::new();
    let (port, seen) = recording_server(authority.certify(HOST).server());
    let chacha = "TLS13_CHACHA20_POLY1305_SHA256";
    for (ciphers, used) in [
        ("", "TLS13_AES_256_GCM_SHA384"),
        ("best-practices", "TLS13_AES_256_GCM_SHA384"),
        ("rsa2048, secure-renegotiation", "TLS13_AES_256_GCM_SHA384"),
        ("TLS_CHACHA20_POLY1305_SHA256", chacha),
        ("tls13_chacha20_poly1305_sha256", chacha),
        ("TLS_RSA_WITH_3DES_EDE_CBC_SHA,TLS_CHACHA20_POLY1305_SHA256, rsa1024", chacha),
        ("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        (
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        ),
    ] {
        let mut http = trusting(&authority);
        http.set_ssl_allowed_ciphers(ciphers).unwrap();
        assert_eq!(support::chilkat(&http).ssl_allowed_ciphers(), ciphers);
        let resp = call(&http, port).expect(ciphers);
        assert_eq!(seen.recv().unwrap().suite, used, "{ciphers}");
        let name = used.replace("TLS13_", "TLS_");
        assert!(tls_step(&resp).contains(&format!("{name})")), "{}", tls_step(&resp));
    }
}

#[test]
fn a_server_without_an_allowed_cipher_suite_is_refused() {
    let authority = Authority::new();
    let config = authority.certify(HOST).server_with(&[cipher_suite::TLS13_AES_128_GCM_SHA256]);
    let server = Server::start_tls(config, answer_all);
    let mut http = trusting(&authority);
    http.set_ssl_allowed_ciphers("TLS_AES_256_GCM_SHA384").unwrap();
    refused(&http, &server, &["set_ssl_allowed_ciphers"]);
    http.set_ssl_allowed_ciphers("TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256").unwrap();
    assert_eq!(call(&http, server.port()).unwrap().status_code(), 200);
}

#[test]
fn a_list_without_an_available_cipher_suite_is_refused() {
    let mut http = Transport::new();
    http.set_ssl_allowed_ciphers("TLS_AES_256_GCM_SHA384").unwrap();
    for ciphers in ["aes256-cbc", "TLS_RSA_WITH_3DES_EDE_CBC_SHA, rc4", "rsa2048, unheard-of"] {
        let err = http.set_ssl_allowed_ciphers(ciphers).map(|_| ()).expect_err(ciphers);
        assert_eq!(err.kind(), ErrorKind::InvalidRequest);
        assert!(err.to_string().contains("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), "{err}");
    }
    assert_eq!(support::chilkat(&http).ssl_allowed_ciphers(), "TLS_AES_256_GCM_SHA384");

    // Each setting is valid alone, but together they leave nothing. No connection is made then.
    http.set_tls_versions(TlsVersions::Tls12);
    let server = Server::start_tls(Authority::new().certify(HOST).server(), answer_all);
    let err = call(&http, server.port()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
    assert!(err.to_string().contains("set_ssl_allowed_ciphers"), "{err}");
    assert!(err.to_string().contains("belongs to TLS 1.2"), "{err}");
    assert_eq!(server.connections(), 0);
}

// Pinned keys.

#[test]
fn only_a_server_with_a_pinned_key_gets_a_request() {
    let authority = Authority::new();
    let identity = authority.certify(HOST);
    let other = authority.certify(HOST);
    for versions in [&[&TLS12], &[&TLS13]] {
        let server = Server::start_tls(identity.server_of(versions), answer_all);
        let mut http = trusting(&authority);
        assert_eq!(support::chilkat(&http).tls_pin_set(), "");
        for pins in [identity.pin(), format!("{}, {}", other.pin(), identity.fingerprint())] {
            http.set_tls_pin_set(&pins).unwrap();
            assert_eq!(support::chilkat(&http).tls_pin_set(), pins);
            assert_eq!(call(&http, server.port()).expect(&pins).status_code(), 200);
        }
        http.set_tls_pin_set(&other.pin()).unwrap();
        // The error names the key that was found, so that it can be compared.
        let err = refused(&http, &server, &["set_tls_pin_set", &identity.fingerprint()]);
        assert!(!err.may_have_been_processed());
        http.set_tls_pin_set("").unwrap();
        assert_eq!(call(&http, server.port()).unwrap().status_code(), 200);
    }
}

#[test]
fn a_pinned_key_does_not_make_an_invalid_certificate_valid() {
    let foreign = Authority::named("somebody").certify(HOST);
    let server = Server::start_tls(foreign.server(), answer_all);
    let mut http = trusting(&Authority::new());
    http.set_tls_pin_set(&foreign.pin()).unwrap();
    refused(&http, &server, &["no trusted authority"]);

    let authority = Authority::new();
    let elsewhere = authority.certify(&["far.example"]);
    let server = Server::start_tls(elsewhere.server(), answer_all);
    let mut http = trusting(&authority);
    http.set_tls_pin_set(&elsewhere.pin()).unwrap();
    refused(&http, &server, &["another host"]);
}

#[test]
fn pins_are_checked_even_without_certificate_verification() {
    let (right, wrong) = (Identity::self_signed(HOST), Identity::self_signed(HOST));
    for versions in [&[&TLS12], &[&TLS13]] {
        let server = Server::start_tls(right.server_of(versions), answer_all);
        let mut http = patient();
        http.set_require_ssl_cert_verify(false).set_tls_pin_set(&right.pin()).unwrap();
        let resp = call(&http, server.port()).unwrap();
        assert!(
            tls_step(&resp).ends_with("NOT verified, but its key is a pinned one"),
            "{}",
            tls_step(&resp)
        );
        http.set_tls_pin_set(&wrong.pin()).unwrap();
        refused(&http, &server, &["set_tls_pin_set"]);
    }
}

#[test]
fn a_copied_certificate_does_not_satisfy_a_pin() {
    // The certificate of one server with the key of another: a certificate can be copied from any
    // handshake.
    let (copied, own) = (Identity::self_signed(HOST), Identity::self_signed(HOST));
    for versions in [&[&TLS12], &[&TLS13]] {
        let server = Server::start_tls(copied.server_with_key_of(&own, versions), answer_all);
        let mut http = patient();
        http.set_require_ssl_cert_verify(false);
        call(&http, server.port()).expect("without a pin the copy is accepted");
        http.set_tls_pin_set(&copied.pin()).unwrap();
        refused(&http, &server, &[]);
    }
}

#[test]
fn invalid_pins_are_refused() {
    let good = Identity::self_signed(HOST).pin();
    let mut http = Transport::new();
    http.set_tls_pin_set(&good).unwrap();
    for (pins, says) in [
        ("sha256", "encoding"),
        ("sha256, base64", "no fingerprint"),
        ("sha256, base64, ,", "no fingerprint"),
        ("sha256, base64, AAAA", "32 bytes"),
        ("sha256, base64, ?", "32 bytes"),
        ("sha384, base64, AAAA", "48 bytes"),
        ("sha256, hex, zz", "32 bytes"),
        ("sha256, rot13, AAAA", "base64url"),
        ("md5, base64, AAAA", "sha384"),
        ("lorem ipsum", "sha384"),
    ] {
        let err = http.set_tls_pin_set(pins).map(|_| ()).expect_err(pins);
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{pins}: {err}");
        assert!(err.to_string().contains("set_tls_pin_set"), "{pins}: {err}");
        assert!(err.to_string().contains(says), "{pins}: {says:?} is not in {err}");
    }
    assert_eq!(support::chilkat(&http).tls_pin_set(), good);
}

// Names.

#[test]
fn with_host_name_checks_off_authority_and_time_are_still_checked() {
    let authority = Authority::new();
    let elsewhere = Server::start_tls(authority.certify(&["far.example"]).server(), answer_all);
    let mut http = trusting(&authority);
    assert!(support::chilkat(&http).require_hostname_match());
    refused(&http, &elsewhere, &["another host"]);
    http.set_require_hostname_match(false);
    {
        let http = support::chilkat(&http);
        assert!(!http.require_hostname_match() && http.require_ssl_cert_verify());
    }
    let resp = call(&http, elsewhere.port()).unwrap();
    assert!(
        tls_step(&resp).ends_with("certificate verified, but its host name is NOT"),
        "{}",
        tls_step(&resp)
    );
    for (identity, says) in [
        (Authority::named("somebody").certify(HOST), "no trusted authority"),
        (Identity::self_signed(HOST), "set_trusted_roots_pem"),
        (authority.certify_expired(HOST), "has expired"),
    ] {
        let server = Server::start_tls(identity.server(), answer_all);
        refused(&http, &server, &[says]);
    }
    // The key of the certificate is checked as well.
    let copied = authority.certify(HOST);
    for versions in [&[&TLS12], &[&TLS13]] {
        let config = copied.server_with_key_of(&Identity::self_signed(HOST), versions);
        refused(&http, &Server::start_tls(config, answer_all), &[]);
    }
    http.set_require_hostname_match(true);
    refused(&http, &elsewhere, &["another host"]);
}

#[test]
fn the_sni_host_name_is_sent_and_must_match_the_certificate() {
    let authority = Authority::new();
    let (port, seen) =
        recording_server(authority.certify(&["dolor.example", "127.0.0.1"]).server());
    let mut http = trusting(&authority);
    assert_eq!(support::chilkat(&http).sni_hostname(), "");
    for (name, heard) in [
        ("", None), // an address is not a name
        ("Dolor.Example", Some("dolor.example")),
        ("127.0.0.1", None),
    ] {
        http.set_sni_hostname(name).unwrap();
        assert_eq!(support::chilkat(&http).sni_hostname(), name.to_ascii_lowercase());
        assert_eq!(call(&http, port).unwrap().status_code(), 204);
        assert_eq!(seen.recv().unwrap().sni.as_deref(), heard, "{name:?}");
    }
    for name in ["ipsum.example", "127.0.0.2"] {
        http.set_sni_hostname(name).unwrap();
        let err = call(&http, port).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Tls, "{err}");
        assert!(err.to_string().contains("another host"), "{err}");
    }
    for name in ["no name", "https://dolor.example", "dolor.example:443", "-", "dölor.example"] {
        let err = http.set_sni_hostname(name).map(|_| ()).expect_err(name);
        assert_eq!(err.kind(), ErrorKind::InvalidRequest);
        assert!(err.to_string().contains("set_sni_hostname"), "{err}");
    }
    assert_eq!(support::chilkat(&http).sni_hostname(), "127.0.0.2");
}

#[test]
fn the_sni_host_name_does_not_change_the_host_header() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(&["dolor.example"]).server(), answer_all);
    let mut http = trusting(&authority);
    http.set_sni_hostname("dolor.example").unwrap();
    call(&http, server.port()).unwrap();
    let host = format!("127.0.0.1:{}", server.port());
    assert_eq!(server.request().header("Host"), Some(host.as_str()));
}

// Required fields of a certificate.

#[cfg(feature = "cert-details")]
#[test]
fn a_certificate_must_have_the_required_fields() {
    use rcgen::DnType::{CommonName, CountryName, OrganizationName};
    let authority = Authority::named("lorem authority");
    let identity = authority.certify_with(&["127.0.0.1", "dolor.example"], |params| {
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(CountryName, "DE");
        params.distinguished_name.push(OrganizationName, "Ipsum AG");
        params.distinguished_name.push(CommonName, "dolor.example");
    });
    let server = Server::start_tls(identity.server(), answer_all);
    for (part, good, bad) in [
        (CertPart::SubjectDn, "C=DE, O=Ipsum AG, CN=dolor.example", "C=DE, O=Ipsum AG"),
        (CertPart::SubjectDn, "C=DE, *", "C=US, *"),
        (CertPart::SubjectCn, "*.example", "*.org"),
        (CertPart::IssuerDn, "*CN=lorem authority", "CN=lorem"),
        (CertPart::IssuerCn, "lorem *", "ipsum *"),
        (CertPart::San, "DOLOR.*", "www.dolor.example"),
        (CertPart::San, "127.0.0.1", "127.0.0.2"),
    ] {
        for verify in [true, false] {
            let mut http = trusting(&authority);
            http.set_require_ssl_cert_verify(verify);
            http.set_ssl_cert_requirement(part, good);
            assert_eq!(call(&http, server.port()).expect(good).status_code(), 200);
            http.set_ssl_cert_requirement(part, bad);
            refused(&http, &server, &["set_ssl_cert_requirement", bad]);
            http.set_ssl_cert_requirement(CertPart::IssuerCn, "somebody");
            http.set_ssl_cert_requirement(part, "");
            match part {
                CertPart::IssuerCn => {
                    assert_eq!(call(&http, server.port()).unwrap().status_code(), 200)
                }
                _ => drop(refused(&http, &server, &["IssuerCN", "somebody"])),
            }
        }
    }
    let mut http = trusting(&Authority::named("somebody else"));
    http.set_ssl_cert_requirement(CertPart::SubjectCn, "dolor.example");
    refused(&http, &server, &["no trusted authority"]);
    let mut ported = support::chilkat(&http);
    ported.set_ssl_cert_requirement("subjectdn", "C=DE, *").unwrap();
    let err = ported.set_ssl_cert_requirement("Serial", "1").map(|_| ()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest);
    assert!(err.to_string().contains("SubjectDN"), "{err}");
}

// Connections and sessions.

#[test]
fn a_connection_is_shared_only_by_transports_with_the_same_settings() {
    let authority = Authority::new();
    let identity = authority.certify(HOST);
    let server = Server::start_tls(identity.server(), answer_all);
    let http = trusting(&authority);
    call(&http, server.port()).unwrap();
    type Change = Box<dyn Fn(&mut Transport)>;
    let pin = identity.pin();
    let changes: Vec<Change> = vec![
        Box::new(|http| _ = http.set_tls_versions(TlsVersions::Tls13)),
        Box::new(|http| _ = http.set_ssl_allowed_ciphers("TLS_AES_128_GCM_SHA256").unwrap()),
        Box::new(move |http| _ = http.set_tls_pin_set(&pin).unwrap()),
        Box::new(|http| _ = http.set_require_hostname_match(false)),
        Box::new(|http| _ = http.set_sni_hostname("localhost").unwrap()),
        #[cfg(feature = "cert-details")]
        Box::new(|http| _ = http.set_ssl_cert_requirement(CertPart::San, "localhost")),
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut other = http.clone();
        change(&mut other);
        call(&other, server.port()).unwrap();
        assert_eq!(server.connections(), index + 2, "{index}: it has its own connection");
        // A script that makes the same settings before every call keeps its connection.
        change(&mut other);
        call(&other, server.port()).unwrap();
        call(&http, server.port()).unwrap();
        assert_eq!(server.connections(), index + 2, "{index}");
    }
}

#[test]
fn a_session_is_resumed_only_with_the_same_settings() {
    let authority = Authority::new();
    let identity = authority.certify(&["localhost"]);
    for versions in [&[&TLS12], &[&TLS13]] {
        let (port, seen) = recording_server(identity.server_of(versions));
        let call = |http: &Transport| {
            let resp = http.synchronous_request("localhost", port, true, HttpRequest::new());
            assert_eq!(resp.unwrap().status_code(), 204);
            http.close_all_connections();
            seen.recv().unwrap().resumed
        };
        let http = trusting(&authority);
        assert!(!call(&http));
        assert!(call(&http) && call(&http.clone()), "{versions:?}");
        let mut other = http.clone();
        other.set_tls_pin_set(&identity.pin()).unwrap();
        assert!(!call(&other), "the session was made without checking these pins: {versions:?}");
        assert!(call(&other) && call(&http), "{versions:?}");
    }
}

#[test]
fn a_connection_with_a_close_notify_is_not_reused() {
    let authority = Authority::new();
    let config = authority.certify(HOST).server();
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    let server = Server::start_raw(move |mut tcp| {
        *counted.lock().unwrap() += 1;
        let mut conn = ServerConnection::new(Arc::clone(&config)).unwrap();
        read_head_from(&mut rustls::Stream::new(&mut conn, &mut tcp));
        // The response and the close_notify in one piece, while the socket stays open.
        conn.writer().write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        conn.send_close_notify();
        let mut bytes = Vec::new();
        while conn.wants_write() {
            conn.write_tls(&mut bytes).unwrap();
        }
        tcp.write_all(&bytes).unwrap();
        let _ = std::io::copy(&mut tcp, &mut std::io::sink());
    });
    let http = trusting(&authority);
    let mut req = HttpRequest::new();
    req.set_http_verb("POST"); // it would not be sent again
    for calls in 1..4 {
        let resp = http.synchronous_request("127.0.0.1", server.port(), true, &req).unwrap();
        assert_eq!(resp.status_code(), 204);
        assert_eq!(*count.lock().unwrap(), calls);
    }
}

/// A stream that records the bytes it reads.
struct Recording(TcpStream, Vec<u8>);

impl Read for Recording {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.read(buf)?;
        self.1.extend_from_slice(&buf[..n]);
        Ok(n)
    }
}

impl Write for Recording {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.0.write(buf)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

#[test]
fn a_small_request_is_one_record() {
    let authority = Authority::new();
    let config = authority.certify(HOST).server_of(&[&TLS12]);
    let (sender, receiver) = channel();
    let sender = Mutex::new(sender);
    let server = Server::start_raw(move |tcp| {
        let conn = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut tls = rustls::StreamOwned::new(conn, Recording(tcp, Vec::new()));
        let head = read_head_from(&mut tls);
        tls.read_exact(&mut [0; 11]).unwrap();
        tls.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        sender.lock().unwrap().send((head, std::mem::take(&mut tls.sock.1))).unwrap();
    });
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").load_body_from_string("lorem ipsum", "utf-8");
    trusting(&authority).synchronous_request("127.0.0.1", server.port(), true, &req).unwrap();
    let (head, mut bytes) = receiver.recv().unwrap();
    assert!(head.starts_with("POST / "), "{head}");
    // RFC 5246 section 6.2: a record has a type, a version, a length and that many bytes.
    let mut data_records = 0;
    while bytes.len() > 5 {
        data_records += usize::from(bytes[0] == 23);
        bytes.drain(..5 + usize::from(u16::from_be_bytes([bytes[3], bytes[4]])));
    }
    assert_eq!(data_records, 1);
}

// Client certificates.

#[test]
fn the_trace_says_when_a_server_asks_for_a_client_certificate() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let identity = authority.certify(HOST);
    let roots = Arc::new(clients.roots());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let optional = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider))
        .allow_unauthenticated()
        .build()
        .unwrap();
    for versions in [&[&TLS12], &[&TLS13]] {
        let (asking, seen) =
            recording_server(identity.server_verifying(Arc::clone(&optional), versions));
        let (not_asking, _seen) = recording_server(identity.server_of(versions));
        let mut http = trusting(&authority);
        for (port, asks) in [(asking, true), (not_asking, false)] {
            let line = tls_step(&call(&http, port).unwrap());
            assert_eq!(line.contains("asks for a client certificate"), asks, "{line}");
        }
        assert_eq!(seen.recv().unwrap().certificates, 0);
        http.set_client_cert_pem(&clients.certify(&["client.example"]).pem()).unwrap();
        let line = tls_step(&call(&http, asking).unwrap());
        assert!(line.contains("asks for a client certificate"), "{line}");
        assert_eq!(seen.recv().unwrap().certificates, 1);
    }
}

// The certificate of a server.

#[test]
fn the_certificate_of_a_server_can_be_read_without_a_call() {
    let authority = Authority::new();
    let identity = authority.certify(HOST);
    let server = Server::start_tls(identity.server(), answer_all);
    let pem = trusting(&authority).get_server_cert("127.0.0.1", server.port()).unwrap();
    let parse = |pem: &str| -> Vec<CertificateDer<'static>> {
        CertificateDer::pem_slice_iter(pem.as_bytes()).map(|cert| cert.unwrap()).collect()
    };
    assert_eq!(parse(&pem), parse(&identity.cert_pem));
    assert!(pem.lines().all(|line| line.len() <= 64), "{pem}");
    assert!(server.requests().is_empty());

    let mut stranger = patient();
    let err = stranger.get_server_cert("127.0.0.1", server.port()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Tls, "{err}");
    assert!(err.last_error_text().contains("connected to 127.0.0.1"), "{}", err.last_error_text());
    stranger.set_require_ssl_cert_verify(false);
    assert_eq!(stranger.get_server_cert("127.0.0.1", server.port()).unwrap(), pem);
    let err = stranger.get_server_cert("no host", 443).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
}
