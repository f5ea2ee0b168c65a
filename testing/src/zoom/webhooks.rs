//! Webhooks as Zoom sends them: signed with the app's secret token.

use std::time::{SystemTime, UNIX_EPOCH};

use ring::digest;
use serde_json::{Value, json};

/// A request of Zoom's: the values of its two headers, and its body.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// `x-zm-signature`.
    pub signature: String,
    /// `x-zm-request-timestamp`.
    pub timestamp: String,
    pub body: Vec<u8>,
}

impl Webhook {
    /// A request with this very body, signed at this time.
    pub fn signed(secret_token: &str, at: SystemTime, body: impl Into<Vec<u8>>) -> Webhook {
        let timestamp = at.duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
        Webhook::signed_as(secret_token, &timestamp, body)
    }

    /// The same with a timestamp that need not be one.
    pub fn signed_as(secret_token: &str, timestamp: &str, body: impl Into<Vec<u8>>) -> Webhook {
        let body = body.into();
        let mut message = format!("v0:{timestamp}:").into_bytes();
        message.extend(&body);
        let signature = format!("v0={}", hmac_sha256(secret_token.as_bytes(), &message));
        Webhook { signature, timestamp: timestamp.to_owned(), body }
    }
}

/// The event with which Zoom checks a URL.
pub fn url_validation(plain_token: &str) -> Value {
    json!({
        "payload": { "plainToken": plain_token },
        "event_ts": 1_654_503_849_680_u64,
        "event": "endpoint.url_validation",
    })
}

/// HMAC-SHA256 in hexadecimal, from RFC 2104 and a hash, so that tests do not check a program against
/// itself.
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
