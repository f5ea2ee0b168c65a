//! The cryptography of zoomkat does not depend on the choices of other crates in a program.

use std::panic::catch_unwind;
use std::sync::{Arc, Mutex};

use rustls::crypto::{CryptoProvider, SupportedKxGroup, aws_lc_rs, ring};
use rustls::{ClientConfig, NamedGroup};
use support::tls::Authority;
use support::{Server, patient};
use zoomkat::HttpRequest;

fn names(groups: &[&dyn SupportedKxGroup]) -> Vec<NamedGroup> {
    groups.iter().map(|group| group.name()).collect()
}

/// Returns the key exchange groups that zoomkat offers, which differ between providers.
fn offered() -> Vec<NamedGroup> {
    let groups = Arc::<Mutex<Vec<NamedGroup>>>::default();
    let keep = Arc::clone(&groups);
    let server = Server::start_raw(move |mut stream| {
        let mut acceptor = rustls::server::Acceptor::default();
        while acceptor.read_tls(&mut stream).is_ok_and(|n| n > 0) {
            if let Ok(Some(accepted)) = acceptor.accept() {
                let groups = accepted.client_hello().named_groups().unwrap_or_default().to_vec();
                *keep.lock().unwrap() = groups;
                return;
            }
        }
    });
    let http = patient();
    let req = HttpRequest::new();
    http.synchronous_request("127.0.0.1", server.port(), true, &req).unwrap_err();
    let groups = groups.lock().unwrap();
    groups.clone()
}

fn calls() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(&["127.0.0.1"]).server(), |mut conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", "fine");
        }
    });
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    let resp = http.synchronous_request("127.0.0.1", server.port(), true, HttpRequest::new());
    assert_eq!(resp.unwrap().body(), b"fine");
}

#[test]
fn the_provider_is_ours_with_two_compiled_in_and_with_another_as_the_default() {
    let (theirs, ours) = (aws_lc_rs::default_provider(), ring::default_provider());
    let (theirs, ours) = (names(&theirs.kx_groups), names(&ours.kx_groups));
    assert_ne!(theirs, ours, "the two can be told apart");
    assert!(CryptoProvider::get_default().is_none());
    assert!(catch_unwind(ClientConfig::builder).is_err(), "rustls has no default and panics");
    calls();
    assert_eq!(offered(), ours);
    assert!(CryptoProvider::get_default().is_none(), "zoomkat installs nothing for others");

    aws_lc_rs::default_provider().install_default().unwrap();
    calls();
    assert_eq!(offered(), ours);
}
