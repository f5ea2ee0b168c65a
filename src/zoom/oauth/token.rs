//! The access token, and the store through which processes share one.

use std::fmt;
use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::message::response::HttpResponse;
use crate::zoom::pace::dates::{iso, seconds};
use crate::zoom::secret::Secret;

/// An access token with its refresh token, expiry, API URL and scopes.
///
/// `Debug` shows no secret. [`to_json`](Self::to_json) and [`from_json`](Self::from_json) are for a
/// [`TokenStore`].
#[derive(Clone)]
pub struct Token {
    access_token: Secret,
    refresh_token: Option<Secret>,
    expires_at: SystemTime,
    renew_at: SystemTime,
    api_url: Option<String>,
    scopes: Vec<String>,
}

/// Storage for a token that several processes share, such as a file, a database or a secret manager.
///
/// In the past, a new server-to-server token invalidated the previous one. A refresh token is still valid
/// for one use only. So processes that share an app's credentials should share its token. The client loads
/// a token before it fetches one, and saves a token before it uses it. If the store of a server-to-server
/// client fails, the client logs that and uses its own token; with a refresh token it is an error. The
/// methods must not call the client that uses the store.
///
/// Methods added in later versions will have a default implementation. The guide
/// [`zoom`](crate::guide::zoom) has a store in a file.
pub trait TokenStore: Send + Sync {
    /// Returns the token that was saved last, if any.
    fn load(&self) -> io::Result<Option<Token>>;

    /// Saves a token in place of the previous one.
    fn save(&self, token: &Token) -> io::Result<()>;

    /// Keeps other processes from fetching a token until the returned guard is dropped, for example by a
    /// lock on a file or a row. The default locks nothing, so two processes may fetch a token at the same
    /// time.
    fn lock(&self) -> io::Result<Box<dyn Send + '_>> {
        Ok(Box::new(()))
    }
}

/// A store shared within a process.
impl<S: TokenStore + ?Sized> TokenStore for std::sync::Arc<S> {
    fn load(&self) -> io::Result<Option<Token>> {
        (**self).load()
    }

    fn save(&self, token: &Token) -> io::Result<()> {
        (**self).save(token)
    }

    fn lock(&self) -> io::Result<Box<dyn Send + '_>> {
        (**self).lock()
    }
}

/// A token is renewed this long before it expires, or a tenth of its lifetime before, whichever is less.
const EARLY: Duration = Duration::from_secs(120);

/// The lifetime that Zoom documents, in seconds, for an answer without `expires_in`.
const USUAL_LIFE: u64 = 3600;

impl Token {
    /// Returns the access token.
    pub fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// Returns the refresh token that replaces the previous one. Only user-level apps get one.
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.as_ref()
    }

    /// Returns when the token expires, by Zoom's `expires_in`.
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// Returns the base URL that Zoom suggests for the account's region, as received.
    pub fn api_url(&self) -> Option<&str> {
        self.api_url.as_deref()
    }

    /// Returns the scopes of the token.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Returns the token as JSON, including its secrets, for a [`TokenStore`] only.
    ///
    /// The members are `access_token`, `refresh_token`, `expires_at` and `renew_at` (seconds since 1970),
    /// `api_url` and `scopes`. [`from_json`](Self::from_json) requires `access_token` and `expires_at`; the
    /// others may be missing or null.
    #[must_use]
    pub fn to_json(&self) -> Secret {
        let stored = StoredToken {
            access_token: self.access_token.expose().to_owned(),
            refresh_token: self.refresh_token.as_ref().map(|t| t.expose().to_owned()),
            expires_at: seconds(self.expires_at),
            renew_at: Some(seconds(self.renew_at)),
            api_url: self.api_url.clone(),
            scopes: self.scopes.clone(),
        };
        // This cannot fail, since there are only strings and numbers.
        serde_json::to_string(&stored).unwrap_or_default().into()
    }

    /// Reads the JSON that [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// `InvalidData` for any other text. The error does not repeat the text.
    pub fn from_json(json: &str) -> io::Result<Token> {
        let stored: StoredToken = serde_json::from_str(json).map_err(|err| {
            // serde's message may quote a value.
            let place = format!("line {}, column {}", err.line(), err.column());
            let why = format!("this is not a token that to_json wrote ({place})");
            io::Error::new(io::ErrorKind::InvalidData, why)
        })?;
        let time = |secs| UNIX_EPOCH.checked_add(Duration::from_secs(secs)).unwrap_or(UNIX_EPOCH);
        let expires_at = time(stored.expires_at);
        let early = || expires_at.checked_sub(EARLY).unwrap_or(expires_at);
        Ok(Token {
            access_token: stored.access_token.into(),
            refresh_token: stored.refresh_token.map(Secret::from),
            expires_at,
            renew_at: stored.renew_at.map_or_else(early, time),
            api_url: stored.api_url,
            scopes: stored.scopes,
        })
    }

    /// Returns the token for an access token from the caller. It never expires for this client.
    pub(crate) fn fixed(access_token: Secret) -> Token {
        let never = UNIX_EPOCH + Duration::from_secs(100 * 365 * 86_400);
        Token {
            access_token,
            refresh_token: None,
            expires_at: never,
            renew_at: never,
            api_url: None,
            scopes: Vec::new(),
        }
    }

    /// Reads the token from an answer of the token endpoint to a request sent at `sent_at`. The error says
    /// what is wrong with the answer.
    pub(crate) fn from_answer(
        resp: &HttpResponse,
        sent_at: SystemTime,
    ) -> Result<Token, &'static str> {
        let Ok(Value::Object(answer)) = serde_json::from_slice(resp.body()) else {
            return Err("the body is not a JSON object; check oauth_url");
        };
        let text = |name: &str| answer.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
        let Some(access_token) = text("access_token") else {
            return Err("it has no access_token; check the app and its credentials");
        };
        let life = match answer.get("expires_in") {
            Some(Value::String(secs)) => secs.trim().parse().ok(),
            Some(number) => number.as_f64().filter(|secs| *secs >= 0.0).map(|secs| secs as u64),
            None => None,
        };
        let life = Duration::from_secs(life.unwrap_or(USUAL_LIFE).min(365 * 86_400));
        Ok(Token {
            access_token: access_token.into(),
            refresh_token: text("refresh_token").map(Secret::from),
            expires_at: sent_at + life,
            renew_at: sent_at + life - EARLY.min(life / 10),
            api_url: text("api_url").map(str::to_owned),
            scopes: text("scope")
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        })
    }

    pub(crate) fn is_valid(&self, now: SystemTime) -> bool {
        now < self.expires_at
    }

    /// Whether it does not need renewal yet.
    pub(crate) fn is_fresh(&self, now: SystemTime) -> bool {
        now < self.renew_at
    }

    pub(crate) fn is_same(&self, other: &Token) -> bool {
        self.access_token.expose() == other.access_token.expose()
    }

    pub(crate) fn set_refresh_token(&mut self, token: Secret) {
        self.refresh_token = Some(token);
    }
}

#[derive(Serialize, Deserialize)]
struct StoredToken {
    access_token: String,
    refresh_token: Option<String>,
    /// Seconds since 1970.
    expires_at: u64,
    renew_at: Option<u64>,
    api_url: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("access_token", &self.access_token)
            .field("refresh_token", &self.refresh_token)
            .field("expires_at", &iso(self.expires_at))
            .field("api_url", &self.api_url)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
