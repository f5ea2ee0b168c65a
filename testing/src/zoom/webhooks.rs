//! Webhooks signed with the app's secret token in the way that Zoom does.

use std::time::{SystemTime, UNIX_EPOCH};

use ring::digest;
use serde_json::{Value, json};

/// A webhook request: the values of its two header fields and its body.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// `x-zm-signature`.
    pub signature: String,
    /// `x-zm-request-timestamp`.
    pub timestamp: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Webhook {
    /// Creates a request with this body, signed at this time.
    ///
    /// # Panics
    ///
    /// If the time is before 1970.
    pub fn signed(secret_token: &str, at: SystemTime, body: impl Into<Vec<u8>>) -> Webhook {
        let timestamp = at.duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
        Webhook::signed_as(secret_token, &timestamp, body)
    }

    /// Creates a signed request with this body and this text as its timestamp.
    pub fn signed_as(secret_token: &str, timestamp: &str, body: impl Into<Vec<u8>>) -> Webhook {
        let body = body.into();
        let mut message = format!("v0:{timestamp}:").into_bytes();
        message.extend(&body);
        let signature = format!("v0={}", hmac_sha256(secret_token.as_bytes(), &message));
        Webhook { signature, timestamp: timestamp.to_owned(), body }
    }
}

/// Returns the event with which Zoom validates the URL of an endpoint.
pub fn url_validation(plain_token: &str) -> Value {
    json!({
        "payload": { "plainToken": plain_token },
        "event_ts": 1_654_503_849_680_u64,
        "event": "endpoint.url_validation",
    })
}

/// Returns the HMAC-SHA256 in hexadecimal. It is implemented from RFC 2104 and a hash, so that a test does
/// not check a program against the function that the program uses.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> String {
    const BLOCK: usize = 64;
    let hash = |parts: &[&[u8]]| {
        let mut context = digest::Context::new(&digest::SHA256);
        parts.iter().for_each(|part| context.update(part));
        context.finish().as_ref().to_vec()
    };
    let mut block = if key.len() > BLOCK { hash(&[key]) } else { key.to_vec() };
    block.resize(BLOCK, 0);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = hash(&[&pad(0x36), message]);
    let outer = hash(&[&pad(0x5c), &inner]);
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}
