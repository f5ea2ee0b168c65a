//! Verification of webhooks, and the answer to Zoom's URL validation.
//!
//! This is not a server. It works with any web server that gives access to the header and the raw body.
//!
//! ```no_run
//! use zoomkat::zoom::webhook::SecretToken;
//!
//! # let (signature, timestamp, body) = ("", "", b"");
//! # fn answer(_: u16, _: String) {}
//! let secret = SecretToken::new(std::env::var("ZOOM_SECRET_TOKEN").unwrap_or_default());
//!
//! // The headers x-zm-signature and x-zm-request-timestamp, and the raw body.
//! match secret.verify(signature, timestamp, body) {
//!     Ok(event) => match secret.url_validation(&event)? {
//!         Some(json) => answer(200, json), // with Content-Type: application/json
//!         None => {
//!             println!("{}: {}", event.event, event.payload["object"]["id"]);
//!             answer(200, String::new());
//!         }
//!     },
//!     Err(err) => {
//!         eprintln!("{err}");
//!         answer(401, String::new());
//!     }
//! }
//! # Ok::<(), zoomkat::zoom::Error>(())
//! ```
//!
//! Zoom waits 3 seconds for an answer and otherwise sends the event again, so answer first and process the event
//! elsewhere. Zoom may also send an event twice: a program that acts on events must remember which it has
//! processed.
//!
//! # Several apps at one address
//!
//! Each app has its own secret token. Try each, and answer a validation with the one that verifies:
//!
//! ```
//! use zoomkat::zoom::webhook::{Event, SecretToken};
//!
//! /// Returns the event and the secret of the app that sent it.
//! fn verify_any<'s>(
//!     secrets: &'s [SecretToken],
//!     signature: &str,
//!     timestamp: &str,
//!     body: &[u8],
//! ) -> Option<(Event, &'s SecretToken)> {
//!     secrets.iter().find_map(|secret| {
//!         let event = secret.verify(signature, timestamp, body).ok()?;
//!         Some((event, secret))
//!     })
//! }
//! ```
//!
//! Source: [Using webhooks](https://developers.zoom.us/docs/api/webhooks/).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use ring::hmac;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::redact::masked_json_error;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::pace::clock::{Clock, SystemClock};
use crate::zoom::secret::Secret;

const SIGNATURE: &str = "x-zm-signature";
const TIMESTAMP: &str = "x-zm-request-timestamp";

/// The event with which Zoom validates a URL.
const URL_VALIDATION: &str = "endpoint.url_validation";

/// The longest `plainToken` that is signed, in bytes. Zoom's tokens have 22.
const MAX_PLAIN_TOKEN: usize = 256;

/// The secret token of an app, with which Zoom signs the app's webhooks.
///
/// The app's page in the Zoom App Marketplace shows it under Features, Access. `Debug` does not show it.
#[derive(Clone)]
pub struct SecretToken {
    secret: Secret,
    max_age: Duration,
    clock: Arc<dyn Clock>,
}

impl SecretToken {
    /// Takes the secret token as Zoom shows it. White space around it, for example from a file, is ignored. With
    /// an empty token, verification always fails.
    #[must_use]
    pub fn new(secret: impl Into<Secret>) -> SecretToken {
        SecretToken {
            secret: secret.into(),
            max_age: Duration::from_secs(5 * 60),
            clock: Arc::new(SystemClock),
        }
    }

    /// Sets the largest difference between the time of a request and this machine's clock, in either direction.
    /// Default 5 minutes.
    ///
    /// Within that time anyone who has seen a request can send it again. A longer time tolerates a wrong clock;
    /// a shorter one refuses requests that were delayed.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Sets the clock that determines the age of a request. Default [`SystemClock`].
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Verifies that Zoom signed a request with this secret and that it is not too old, and returns its event.
    ///
    /// `signature` and `timestamp` are the values of the headers `x-zm-signature` and
    /// `x-zm-request-timestamp`, empty if a header is missing. `body` is the raw body: parsing and serializing
    /// it again changes it.
    ///
    /// The signature is compared in constant time. The cost grows with the length of the body, so limit that
    /// first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Webhook`], with a text that says what is wrong: a header is missing or malformed, the
    /// signature is wrong, the request is too old or from the future, or the signed body is not an event. The
    /// error never quotes the request. [`ErrorKind::InvalidRequest`] if the secret is empty.
    pub fn verify(&self, signature: &str, timestamp: &str, body: &[u8]) -> Result<Event> {
        let key = self.key()?;
        // White space around a field value is not part of it (RFC 9110 section 5.5).
        let (signature, timestamp) = (signature.trim(), timestamp.trim());
        let sent = parse_timestamp(timestamp)?;
        let signature = parse_signature(signature)?;
        let message = [b"v0:", timestamp.as_bytes(), b":", body].concat();
        hmac::verify(&key, &message, &signature).map_err(|_| {
            webhook_error(
                "the signature is wrong: is the secret token from another app, or was the body parsed \
                 and serialized again?",
            )
        })?;
        self.check_age(sent)?;
        let event: Event = serde_json::from_slice(body).map_err(|err| {
            webhook_error(format!("the body is not an event: {}", masked_json_error(&err)))
        })?;
        if event.event.is_empty() {
            return Err(webhook_error("the body is not an event: its member event is empty"));
        }
        Ok(event)
    }

    /// Returns the JSON that answers the event `endpoint.url_validation`, with which Zoom validates a URL when it
    /// is saved and every 72 hours; `None` for any other event.
    ///
    /// Send it within 3 seconds, with status 200. Call this only for an event that [`verify`](Self::verify)
    /// returned, since it signs the event's `plainToken`. A `plainToken` that could be the signed text of a
    /// webhook is refused, so that nobody can obtain a signature for one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Webhook`] if `plainToken` is missing, empty, not a string, longer than 256 bytes, or has a
    /// colon. [`ErrorKind::InvalidRequest`] if the secret is empty.
    pub fn url_validation(&self, event: &Event) -> Result<Option<String>> {
        if event.event != URL_VALIDATION {
            return Ok(None);
        }
        let key = self.key()?;
        let refuse = |why: &str| Err(webhook_error(format!("payload.plainToken: {why}")));
        let token = match event.payload.get("plainToken").and_then(Value::as_str) {
            None => return refuse("it is missing or not a string"),
            Some("") => return refuse("it is empty"),
            Some(token) if token.len() > MAX_PLAIN_TOKEN => {
                return refuse("it is longer than 256 bytes, unlike any token from Zoom");
            }
            // The signed text of a webhook has two colons.
            Some(token) if token.contains(':') => {
                return refuse("it has a colon, so it may be the signed text of a webhook");
            }
            Some(token) => token,
        };
        let encrypted = HEXLOWER.encode(hmac::sign(&key, token.as_bytes()).as_ref());
        Ok(Some(json!({ "plainToken": token, "encryptedToken": encrypted }).to_string()))
    }

    /// Returns the key. An empty secret is an error, since anyone could sign with it.
    fn key(&self) -> Result<hmac::Key> {
        match self.secret.expose().trim() {
            "" => Err(Error::invalid("secret token", "it is empty")),
            secret => Ok(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes())),
        }
    }

    fn check_age(&self, sent: Duration) -> Result<()> {
        let now = self.clock.system_time().duration_since(UNIX_EPOCH).unwrap_or_default();
        let limit = self.max_age.as_secs();
        if let Some(ahead) = sent.checked_sub(now).filter(|ahead| *ahead > self.max_age) {
            return Err(webhook_error(format!(
                "the request is {} seconds in the future, and {limit} are allowed; is this machine's \
                 clock slow?",
                ahead.as_secs()
            )));
        }
        if let Some(age) = now.checked_sub(sent).filter(|age| *age > self.max_age) {
            return Err(webhook_error(format!(
                "the request is {} seconds old, and {limit} are allowed; someone may have sent it \
                 again, or this machine's clock is fast",
                age.as_secs()
            )));
        }
        Ok(())
    }
}

impl fmt::Debug for SecretToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretToken").field("max_age", &self.max_age).finish_non_exhaustive()
    }
}

fn webhook_error(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Webhook, why)
}

/// Parses the header with the time: seconds since 1970.
fn parse_timestamp(timestamp: &str) -> Result<Duration> {
    if timestamp.is_empty() {
        return Err(webhook_error(format!("the header {TIMESTAMP} is missing or empty")));
    }
    let is_number = timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = timestamp.parse().ok().filter(|_| is_number);
    seconds.map(Duration::from_secs).ok_or_else(|| {
        webhook_error(format!("the header {TIMESTAMP} is not a number of seconds since 1970"))
    })
}

/// Decodes the header with the signature.
fn parse_signature(signature: &str) -> Result<Vec<u8>> {
    let refuse = |why: &str| Err(webhook_error(format!("the header {SIGNATURE} {why}")));
    if signature.is_empty() {
        return refuse("is missing or empty");
    }
    let Some(hex) = signature.strip_prefix("v0=") else {
        return refuse("does not start with v0=, the only known version");
    };
    match HEXLOWER_PERMISSIVE.decode(hex.as_bytes()) {
        Ok(bytes) => Ok(bytes),
        Err(_) => refuse("is not hexadecimal after v0="),
    }
}

/// The event of a webhook.
///
/// Unknown members are kept and serialized again. `Debug` shows the names of the members but no values, since some
/// are tokens and passcodes.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "EventMembers")]
#[non_exhaustive]
pub struct Event {
    /// The name of the event, such as `meeting.started`.
    pub event: String,
    /// The time of the event, in milliseconds since 1970; `None` if Zoom did not send a whole number. Any other
    /// value is in [`other`](Self::other).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_ts: Option<i64>,
    /// The payload, usually with `account_id` and `object`; null if missing.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub payload: Value,
    /// All other members, such as the `download_token` of `recording.completed`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Event {
    /// Deserializes the payload.
    ///
    /// ```
    /// use zoomkat::zoom::webhook::Event;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Payload {
    ///     object: Meeting,
    /// }
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Meeting {
    ///     topic: String,
    /// }
    ///
    /// let json = r#"{"event":"meeting.started","payload":{"object":{"topic":"Lorem"}}}"#;
    /// let event: Event = serde_json::from_str(json)?;
    /// assert_eq!(event.payload_as::<Payload>()?.object.topic, "Lorem");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Body`] if the payload is not a `T`. The error never quotes its values.
    pub fn payload_as<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.payload).map_err(|err| {
            let why =
                format!("payload: it is not of the requested type: {}", masked_json_error(&err));
            Error::new(ErrorKind::Body, why)
        })
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |object: &Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
        f.debug_struct("Event")
            .field("event", &self.event)
            .field("event_ts", &self.event_ts)
            .field("payload", &self.payload.as_object().map(names))
            .field("other", &names(&self.other))
            .finish()
    }
}

/// The members of an event as received.
#[derive(Deserialize)]
struct EventMembers {
    event: String,
    event_ts: Option<Value>,
    #[serde(default)]
    payload: Value,
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl From<EventMembers> for Event {
    fn from(members: EventMembers) -> Event {
        let EventMembers { event, event_ts, payload, mut other } = members;
        let time = event_ts.as_ref().and_then(|time| match time {
            Value::String(text) => text.trim().parse().ok(),
            // A float is exact up to this limit.
            Value::Number(number) => number.as_i64().or_else(|| {
                let float = number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 2f64.powi(53));
                float.map(|float| float as i64)
            }),
            _ => None,
        });
        if let (Some(value), None) = (event_ts, time) {
            other.insert("event_ts".to_owned(), value);
        }
        Event { event, event_ts: time, payload, other }
    }
}
