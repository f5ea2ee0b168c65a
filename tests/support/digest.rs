//! The server's side of Digest authentication (RFC 7616), for SHA-256 with `qop=auth`.

use crate::Received;

/// Returns SHA-256 of pieces joined by colons, in hexadecimal.
fn sha256(pieces: &[&str]) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, pieces.join(":").as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a parameter of the credentials, or an empty text.
pub fn param<'r>(request: &'r Received, name: &str) -> &'r str {
    let credentials = request.header("Authorization").unwrap_or_default();
    let params = credentials.strip_prefix("Digest ").unwrap_or_default().split(", ");
    let mut found = params.filter_map(|param| param.split_once('=')).filter(|(n, _)| *n == name);
    found.next().map_or("", |(_, value)| value.trim_matches('"'))
}

/// Whether the request has Digest credentials that are right for this user, password and realm.
pub fn has_right_login(request: &Received, (user, password): (&str, &str), realm: &str) -> bool {
    let get = |name| param(request, name);
    let secret = sha256(&[user, realm, password]);
    let acted = sha256(&[request.method(), request.target()]);
    let expected = sha256(&[&secret, get("nonce"), get("nc"), get("cnonce"), "auth", &acted]);
    get("uri") == request.target() && get("response") == expected
}
