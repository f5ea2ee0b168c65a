//! Access tokens: [`Token`], and [`TokenStore`] for those who share one.

use std::fmt;
use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::message::response::HttpResponse;
use crate::zoom::pace::dates::{iso, seconds};
use crate::zoom::secret::Secret;

/// An access token as Zoom gave it, and what came with it.
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

/// Keeps a token where several processes find it: a file, a database, a secret manager.
///
/// Zoom once let a new server-to-server token end the one before it, and each use of a refresh token
/// still ends that token: processes that share an app's credentials should share its token.
/// A token is loaded before one is fetched, and saved before it is used. A server-to-server client for
/// which the store fails says so in the log and uses a token of its own; with a refresh token that is
/// an error. The functions may not call the client that they are for.
///
/// docs/zoom.md has a store in a file.
pub trait TokenStore: Send + Sync {
    /// The token that was saved last, if there is one.
    fn load(&self) -> io::Result<Option<Token>>;

    /// Saves a token instead of the one before it.
    fn save(&self, token: &Token) -> io::Result<()>;

    /// Keeps other processes from fetching a token until what is returned is dropped: a lock on a
    /// file or a row. By default nothing is locked, so two processes may fetch one at the same time.
    fn lock(&self) -> io::Result<Box<dyn Send + '_>> {
        Ok(Box::new(()))
    }
}

/// A store that is shared within a process.
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

/// A token is renewed so long before it ends, or a tenth of its life before, whichever is less.
const EARLY: Duration = Duration::from_secs(120);

/// What Zoom documents, for an answer that does not say it.
const USUAL_LIFE: u64 = 3600;

impl Token {
    /// The access token.
    pub fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// The refresh token that takes the place of the one before; only user-level apps get any.
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.as_ref()
    }

    /// When it ends: an hour after it was given.
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// The base URL that Zoom suggests for this account's region, as received.
    pub fn api_url(&self) -> Option<&str> {
        self.api_url.as_deref()
    }

    /// The scopes that it has.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Everything in it as JSON, secrets included: for a [`TokenStore`], and nowhere else.
    ///
    /// The members are `access_token`, `refresh_token`, `expires_at` and `renew_at` (seconds since 1970),
    /// `api_url` and `scopes`; what is not known may be missing or null in [`from_json`](Self::from_json),
    /// but for `access_token` and `expires_at`.
    pub fn to_json(&self) -> Secret {
        let stored = Stored {
            access_token: self.access_token.expose().to_owned(),
            refresh_token: self.refresh_token.as_ref().map(|t| t.expose().to_owned()),
            expires_at: seconds(self.expires_at),
            renew_at: Some(seconds(self.renew_at)),
            api_url: self.api_url.clone(),
            scopes: self.scopes.clone(),
        };
        // Strings and numbers only: this cannot fail.
        serde_json::to_string(&stored).unwrap_or_default().into()
    }

    /// A token that [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// `InvalidData` where it is not that. The text is not repeated.
    pub fn from_json(json: &str) -> io::Result<Token> {
        let stored: Stored = serde_json::from_str(json).map_err(|err| {
            // serde's words may quote a value.
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

    /// A token that the caller has, of which nothing else is known.
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

    /// Reads the token in an answer of the token endpoint to a request that was sent at `asked`, or
    /// says what is wrong with that answer.
    pub(crate) fn from_answer(
        resp: &HttpResponse,
        asked: SystemTime,
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
            expires_at: asked + life,
            renew_at: asked + life - EARLY.min(life / 10),
            api_url: text("api_url").map(str::to_owned),
            scopes: text("scope")
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        })
    }

    pub(crate) fn is_alive(&self, now: SystemTime) -> bool {
        now < self.expires_at
    }

    /// Whether it has not come near its end.
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
struct Stored {
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
