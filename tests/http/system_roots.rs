//! The system's trusted authorities: they are trusted only on request, and every other check stays
//! in place.
//!
//! `SSL_CERT_FILE` names the system's roots, so each test has its own process.

use std::fs;
use std::path::{Path, PathBuf};

use support::tls::Authority;
use support::{Conn, Server, alone, patient};
use zoomkat::{ErrorKind, HttpRequest, HttpResponse, Result, TlsVersions, Transport};

const HOST: &[&str] = &["127.0.0.1", "localhost"];
const FILE: &str = "SSL_CERT_FILE";

/// In the test's own process: returns the path of the file of system roots, which does not exist
/// yet.
fn file_of_roots(test: &str) -> Option<PathBuf> {
    let dir = tempfile::tempdir().unwrap();
    let is_own_process = alone::is_own_process_with(module_path!(), test, |command| {
        command.env(FILE, dir.path().join("roots.pem")).env_remove("SSL_CERT_DIR");
    });
    is_own_process.then(|| PathBuf::from(std::env::var_os(FILE).unwrap()))
}

fn trusts(file: &Path, authority: &Authority) {
    fs::write(file, authority.pem()).unwrap();
}

fn answer_all(mut conn: Conn) {
    while conn.read_request().is_some() {
        conn.respond("200 OK", "", "fine");
    }
}

fn server_of(authority: &Authority) -> Server {
    Server::start_tls(authority.certify(HOST).server(), answer_all)
}

fn trusting() -> Transport {
    let mut http = patient();
    http.set_trust_system_roots(true);
    http
}

fn call(http: &Transport, server: &Server) -> Result<HttpResponse> {
    http.synchronous_request("127.0.0.1", server.port(), true, HttpRequest::new())
}

fn works(http: &Transport, server: &Server) {
    assert_eq!(call(http, server).unwrap().body_str(), "fine");
}

/// Asserts that the call fails with this kind and these words, and that nothing was sent.
fn refused(http: &Transport, server: &Server, kind: ErrorKind, says: &[&str]) -> String {
    let before = server.requests().len();
    let err = call(http, server).unwrap_err();
    assert_eq!(err.kind(), kind, "{err}");
    let text = err.to_string();
    for word in says {
        assert!(text.contains(word), "{word:?} is not in {text}");
    }
    assert_eq!(server.requests().len(), before, "{text}");
    err.last_error_text().to_owned()
}

#[test]
fn a_server_is_trusted_with_the_setting_and_refused_without() {
    let Some(file) = file_of_roots("a_server_is_trusted_with_the_setting_and_refused_without")
    else {
        return;
    };
    let authority = Authority::new();
    trusts(&file, &authority);
    let server = server_of(&authority);
    let mut http = patient();
    refused(&http, &server, ErrorKind::Tls, &["no trusted authority", "set_trust_system_roots"]);
    http.set_trust_system_roots(true);
    works(&http, &server);
    assert!(http.get_server_cert("127.0.0.1", server.port()).unwrap().contains("BEGIN"));
    http.set_trust_system_roots(false);
    refused(&http, &server, ErrorKind::Tls, &["no trusted authority"]);
}

#[test]
fn authorities_that_were_set_are_trusted_as_well() {
    let Some(file) = file_of_roots("authorities_that_were_set_are_trusted_as_well") else { return };
    let (of_system, own) = (Authority::named("system"), Authority::named("own"));
    trusts(&file, &of_system);
    let servers = [server_of(&of_system), server_of(&own)];
    for system_first in [true, false] {
        let mut http = patient();
        if system_first {
            http.set_trust_system_roots(true);
        }
        http.set_trusted_roots_pem(own.pem()).unwrap();
        http.set_trust_system_roots(true);
        for server in &servers {
            works(&http, server);
        }
        http.set_trust_system_roots(false);
        refused(&http, &servers[0], ErrorKind::Tls, &["no trusted authority"]);
        works(&http, &servers[1]);
    }
}

#[test]
fn names_and_pins_are_still_checked() {
    let Some(file) = file_of_roots("names_and_pins_are_still_checked") else { return };
    let authority = Authority::new();
    trusts(&file, &authority);
    let elsewhere = authority.certify(&["api.zoom.example"]);
    let pin = elsewhere.pin();
    let server = Server::start_tls(elsewhere.server(), answer_all);
    let mut http = trusting();
    refused(&http, &server, ErrorKind::Tls, &["another host"]);
    http.set_require_hostname_match(false);
    works(&http, &server);
    http.set_tls_pin_set(&authority.certify(HOST).pin()).unwrap();
    refused(&http, &server, ErrorKind::Tls, &["set_tls_pin_set"]);
    http.set_tls_pin_set(&pin).unwrap();
    works(&http, &server);
    http.set_require_hostname_match(true);
    refused(&http, &server, ErrorKind::Tls, &["another host"]);
    http.set_sni_hostname("api.zoom.example").unwrap();
    works(&http, &server);
    // The authority must be trusted even if the key is pinned.
    http.set_trust_system_roots(false);
    refused(&http, &server, ErrorKind::Tls, &["no trusted authority"]);
    let expired = Server::start_tls(authority.certify_expired(HOST).server(), answer_all);
    refused(&trusting(), &expired, ErrorKind::Tls, &["has expired"]);
}

#[test]
fn an_empty_store_is_an_error_that_says_what_to_do() {
    let Some(file) = file_of_roots("an_empty_store_is_an_error_that_says_what_to_do") else {
        return;
    };
    let authority = Authority::new();
    let (server, plain) = (server_of(&authority), Server::start(answer_all));
    let http = trusting();
    let says = ["set_trust_system_roots", FILE, "roots.pem", "unset it", "set_trusted_roots_pem"];
    let broken = |body: &str| format!("-----BEGIN {body}\n-----END CERTIFICATE-----\n");
    for content in [
        None,
        Some(String::new()),
        Some("no certificate".to_owned()),
        Some(broken("marker-81")),
        Some(broken("CERTIFICATE-----\nmarker-82")),
        Some(broken("CERTIFICATE-----\nbWFya2VyLTgz")),
    ] {
        if let Some(content) = &content {
            fs::write(&file, content).unwrap();
        }
        let text = refused(&http, &server, ErrorKind::InvalidRequest, &says);
        // Nor as byte numbers, which is how the parser quotes.
        assert!(!text.contains("marker-") && !text.contains("45, 45"), "{content:?}: {text}");
        // Calls that need no certificate still work.
        let url = ("127.0.0.1", plain.port(), false);
        http.synchronous_request(url.0, url.1, url.2, HttpRequest::new()).unwrap();
        let mut insecure = http.clone();
        insecure.set_require_ssl_cert_verify(false);
        works(&insecure, &server);
        insecure.close_all_connections();
    }
    // After a redirect from plain HTTP, something has been sent.
    let location = format!("Location: https://localhost:{}/\r\n", server.port());
    let redirects = Server::start(move |mut conn| {
        while conn.read_request().is_some() {
            conn.respond("302 Found", &location, "");
        }
    });
    let err = redirects.call(&http, &HttpRequest::new()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Redirect, "{err}");
    assert!(err.to_string().contains("set_trust_system_roots"), "{err}");
    let insecure_calls = 6;
    assert_eq!(server.connections(), insecure_calls, "a refused call made a connection");
    // The next call reads the store again.
    trusts(&file, &authority);
    works(&http, &server);
}

#[test]
fn an_unusable_certificate_is_skipped() {
    let Some(file) = file_of_roots("an_unusable_certificate_is_skipped") else {
        return;
    };
    let authority = Authority::new();
    let block =
        |body: &str| format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
    let (no_der, no_base64) = (block("bm8gY2VydGlmaWNhdGU="), block("!"));
    fs::write(&file, format!("{no_der}{no_base64}{}{no_der}", authority.pem())).unwrap();
    works(&trusting(), &server_of(&authority));
}

#[test]
fn the_store_is_read_again_only_after_a_tls_setting_changes() {
    let Some(file) = file_of_roots("the_store_is_read_again_only_after_a_tls_setting_changes")
    else {
        return;
    };
    let authority = Authority::new();
    trusts(&file, &authority);
    let server = server_of(&authority);
    let mut http = trusting();
    works(&http, &server);
    fs::remove_file(&file).unwrap();
    for _ in 0..2 {
        http.close_all_connections();
        works(&http, &server);
        works(&http.clone(), &server);
    }
    assert_eq!(server.connections(), 3);
    http.set_tls_versions(TlsVersions::Tls13);
    refused(&http, &server, ErrorKind::InvalidRequest, &["set_trust_system_roots"]);
}

#[test]
fn a_tls_proxy_is_trusted_with_the_setting_and_refused_without() {
    let name = "a_tls_proxy_is_trusted_with_the_setting_and_refused_without";
    let Some(file) = file_of_roots(name) else { return };
    let authority = Authority::new();
    let proxy = server_of(&authority);
    let mut http = trusting();
    http.set_proxy(&format!("https://127.0.0.1:{}", proxy.port())).unwrap();
    let call =
        |http: &Transport| http.synchronous_request("far.invalid", 80, false, HttpRequest::new());
    let err = call(&http).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
    assert_eq!(proxy.connections(), 0);
    trusts(&file, &authority);
    assert_eq!(call(&http).unwrap().body_str(), "fine");
    http.set_trust_system_roots(false);
    let err = call(&http).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
    assert!(err.to_string().contains("set_trust_system_roots"), "{err}");
}
