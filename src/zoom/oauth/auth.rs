//! The tokens of a client: fetched once for all threads, and renewed before they expire.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};
use std::time::{Duration, SystemTime};

use crate::transport::Transport;
use crate::zoom::call::WaitBudget;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::{Recent, SecretSet};
use crate::zoom::oauth::base::Base;
use crate::zoom::oauth::endpoint::{App, TokenFailure};
use crate::zoom::oauth::token::{Token, TokenStore};
use crate::zoom::pace::clock::Clock;
use crate::zoom::secret::Secret;

/// The callback that stores a new refresh token. If it fails, the token is not used.
pub(crate) type OnRefresh =
    dyn Fn(&Token) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + Send + Sync;

/// The credentials of an app.
#[derive(Clone)]
pub(crate) enum Credentials {
    /// A token that cannot be renewed.
    Fixed,
    ServerToServer {
        account_id: String,
        app: App,
    },
    RefreshToken {
        app: App,
        on_refresh: Arc<OnRefresh>,
    },
}

impl Credentials {
    pub(crate) fn app(&self) -> Option<&App> {
        match self {
            Credentials::Fixed => None,
            Credentials::ServerToServer { app, .. } | Credentials::RefreshToken { app, .. } => {
                Some(app)
            }
        }
    }
}

/// The tokens of one client and all its clones.
pub(crate) struct Auth {
    pub(crate) credentials: Credentials,
    store: Option<Arc<dyn TokenStore>>,
    pub(crate) oauth: Base,
    pub(crate) http: Transport,
    pub(crate) clock: Arc<dyn Clock>,
    /// The latest access and refresh tokens, to be masked in texts.
    recent: Recent,
    current: RwLock<Option<Arc<Token>>>,
    /// Locked by the thread that gets a new token, while others wait or use the old one.
    renewal: Mutex<Renewal>,
    /// The number of finished attempts to get a token.
    attempts: AtomicU64,
}

#[derive(Default)]
struct Renewal {
    /// The refresh token to use next.
    refresh_token: Option<Secret>,
    /// The refresh token from the caller, until Zoom has accepted or refused it.
    from_caller: Option<Secret>,
    /// A token whose refresh token could not be stored yet.
    unstored: Option<Token>,
    /// Whether `unstored` is in the store, and only the callback has failed.
    is_saved: bool,
    /// Whether the current token is from Zoom, not from the store.
    is_fetched: bool,
    /// The earliest time of the next attempt after an early renewal has failed.
    not_before: Option<SystemTime>,
    /// The error of the last attempt, if it failed.
    failure: Option<Error>,
    /// The latest tokens that Zoom has refused. A store may still have them.
    refused: VecDeque<Token>,
}

/// The number of recent tokens to mask. Each answer has two, and an answer may repeat an earlier one.
const MAX_RECENT: usize = 8;

/// The number of refused tokens to remember. It is unlikely that more are refused while a store still has the first.
const MAX_REFUSED: usize = 8;

/// The pause after an early renewal that failed.
const PAUSE: Duration = Duration::from_secs(30);

impl Auth {
    pub(crate) fn new(
        credentials: Credentials,
        first: Option<Secret>,
        store: Option<Arc<dyn TokenStore>>,
        oauth: Base,
        http: Transport,
        clock: Arc<dyn Clock>,
    ) -> Auth {
        let recent = Recent::with_room(MAX_RECENT);
        first.iter().for_each(|token| recent.add(token));
        let (current, refresh_token) = match credentials {
            Credentials::Fixed => (first.map(|token| Arc::new(Token::fixed(token))), None),
            _ => (None, first),
        };
        Auth {
            credentials,
            store,
            oauth,
            http,
            clock,
            recent,
            current: RwLock::new(current),
            renewal: Mutex::new(Renewal {
                from_caller: refresh_token.clone(),
                refresh_token,
                ..Renewal::default()
            }),
            attempts: AtomicU64::new(0),
        }
    }

    pub(crate) fn can_renew(&self) -> bool {
        !matches!(self.credentials, Credentials::Fixed)
    }

    pub(crate) fn is_server_to_server(&self) -> bool {
        matches!(self.credentials, Credentials::ServerToServer { .. })
    }

    /// Returns the secrets to mask in all texts of this client: its credentials and latest tokens.
    pub(crate) fn secrets(&self) -> SecretSet {
        let mut secrets = SecretSet::default();
        if let Some(app) = self.credentials.app() {
            app.add_to(&mut secrets);
        }
        self.recent.add_to(&mut secrets);
        secrets
    }

    pub(crate) fn remember(&self, token: &Token) {
        self.recent.add(token.access_token());
        token.refresh_token().into_iter().for_each(|token| self.recent.add(token));
    }

    /// Masks secrets in an error, and tokens that occur only in its own texts: an invalid answer may contain
    /// a token, and a store may quote text that it could not read.
    fn masked(&self, err: Error) -> Error {
        err.masked_with_tokens(self.secrets())
    }

    /// Returns the current token, valid or not.
    pub(crate) fn current(&self) -> Option<Arc<Token>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns a valid token for a call.
    pub(crate) fn token(&self, budget: &mut WaitBudget) -> Result<Arc<Token>> {
        let attempts = self.attempts.load(Ordering::SeqCst);
        let now = self.clock.system_time();
        let known = self.current();
        if let Some(token) = known.as_ref().filter(|token| token.is_valid(now)) {
            if token.is_fresh(now) || !self.can_renew() {
                return Ok(Arc::clone(token));
            }
            // Shortly before it expires, one thread gets the next, and the others use this one.
            let renewal = match self.renewal.try_lock() {
                Ok(renewal) => renewal,
                Err(TryLockError::Poisoned(renewal)) => renewal.into_inner(),
                Err(TryLockError::WouldBlock) => return Ok(Arc::clone(token)),
            };
            return self.renew_early(renewal, token, now);
        }
        self.renew_once(known.as_deref(), attempts, budget).map(|(token, _)| token)
    }

    /// Gets the next token while the current one is still valid.
    fn renew_early(
        &self,
        renewal: MutexGuard<'_, Renewal>,
        token: &Arc<Token>,
        now: SystemTime,
    ) -> Result<Arc<Token>> {
        // Another thread may have renewed it in the meantime.
        if let Some(current) = self.current().filter(|current| current.is_fresh(now)) {
            return Ok(current);
        }
        if renewal.not_before.is_some_and(|time| now < time) {
            return Ok(Arc::clone(token));
        }
        // The call does not wait, since it has a valid token.
        match self.renew(renewal, &mut WaitBudget::zero()) {
            Ok((token, _)) => Ok(token),
            Err(err) => {
                let mut renewal = self.renewal();
                // The old refresh token is used up and the new one is not stored: the caller must know.
                if renewal.unstored.is_some() {
                    return Err(err);
                }
                log::warn!("the access token could not be renewed before it expired: {err}");
                renewal.not_before = now.checked_add(PAUSE);
                Ok(Arc::clone(token))
            }
        }
    }

    /// Replaces a token that Zoom has refused. Returns whether the new one is from Zoom, not from the
    /// store.
    pub(crate) fn replace(&self, refused: &Token, budget: &mut WaitBudget) -> Result<bool> {
        let attempts = self.attempts.load(Ordering::SeqCst);
        {
            let mut renewal = self.renewal();
            if !renewal.refused.iter().any(|token| token.is_same(refused)) {
                renewal.refused.truncate(MAX_REFUSED - 1);
                renewal.refused.push_front(refused.clone());
            }
        }
        self.renew_once(Some(refused), attempts, budget).map(|(_, is_fetched)| is_fetched)
    }

    fn renewal(&self) -> MutexGuard<'_, Renewal> {
        self.renewal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the lock, and gets a token unless another thread has just tried.
    fn renew_once(
        &self,
        dead: Option<&Token>,
        attempts_before: u64,
        budget: &mut WaitBudget,
    ) -> Result<(Arc<Token>, bool)> {
        let renewal = self.renewal();
        let now = self.clock.system_time();
        let is_other = |token: &Token| dead.is_none_or(|dead| !token.is_same(dead));
        if let Some(token) = self.current().filter(|token| token.is_valid(now) && is_other(token)) {
            return Ok((token, renewal.is_fetched));
        }
        if self.attempts.load(Ordering::SeqCst) != attempts_before {
            if let Some(failure) = &renewal.failure {
                return Err(failure.clone());
            }
        }
        self.renew(renewal, budget)
    }

    fn renew(
        &self,
        mut renewal: MutexGuard<'_, Renewal>,
        budget: &mut WaitBudget,
    ) -> Result<(Arc<Token>, bool)> {
        let result = self.next_token(&mut renewal, budget).map_err(|err| self.masked(err));
        let result = result.map(|(token, is_fetched)| (Arc::new(token), is_fetched));
        match &result {
            Ok((token, is_fetched)) => {
                renewal.failure = None;
                renewal.is_fetched = *is_fetched;
                *self.current.write().unwrap_or_else(PoisonError::into_inner) =
                    Some(Arc::clone(token));
            }
            // An attempt without a budget did not retry, so its error is not for the waiting threads.
            Err(err) => renewal.failure = (!budget.is_zero()).then(|| err.clone()),
        }
        self.attempts.fetch_add(1, Ordering::SeqCst);
        result
    }

    /// Returns a token from the store or from Zoom, and whether it is from Zoom.
    fn next_token(&self, renewal: &mut Renewal, budget: &mut WaitBudget) -> Result<(Token, bool)> {
        // A server-to-server client can fetch a token without the store. A refresh token may be only in
        // the store.
        let needs_store = matches!(self.credentials, Credentials::RefreshToken { .. });
        let store_failed = |what: &str, err: std::io::Error| {
            let message = format!("the token store could not {what}: {err}");
            let err = self.masked(Error::new(ErrorKind::Token, message));
            match needs_store {
                true => Err(err),
                false => {
                    log::warn!("{err}; this client uses its own token");
                    Ok(())
                }
            }
        };
        let mut store = self.store.as_deref();
        let _guard = match store.map(|store| store.lock()).transpose() {
            Ok(guard) => guard,
            Err(err) => {
                store_failed("lock", err)?;
                store = None;
                None
            }
        };
        // A refresh token that is not stored yet is stored first, before a call can use it up.
        if renewal.unstored.is_some() {
            return self.store_token(renewal).map(|token| (token, true));
        }
        // A stored token that expires soon, in case no other can be fetched.
        let mut spare = None;
        let loaded = match store.map(|store| store.load()).transpose() {
            Ok(loaded) => loaded.flatten(),
            Err(err) => {
                store_failed("load", err)?;
                None
            }
        };
        if let Some(stored) = loaded {
            self.remember(&stored);
            let now = self.clock.system_time();
            let is_new = !renewal.refused.iter().any(|token| token.is_same(&stored))
                && self.current().is_none_or(|token| !token.is_same(&stored));
            if let Some(token) = stored.refresh_token() {
                renewal.refresh_token = Some(token.clone());
            }
            if is_new && stored.is_fresh(now) {
                return Ok((stored, false));
            }
            spare = Some(stored).filter(|token| is_new && token.is_valid(now));
        }
        match (self.fetch_any(renewal, budget), spare) {
            (Ok(token), _) => {
                renewal.unstored = Some(token);
                self.store_token(renewal).map(|token| (token, true))
            }
            (Err(err), Some(spare)) => {
                let err = self.masked(err);
                log::warn!("the stored access token could not be renewed before it expired: {err}");
                Ok((spare, false))
            }
            (Err(err), None) => Err(err),
        }
    }

    /// Fetches a token with the latest known refresh token. If Zoom refuses that one, tries the one from the
    /// caller: the store may have one from before a user's new authorization.
    fn fetch_any(&self, renewal: &mut Renewal, budget: &mut WaitBudget) -> Result<Token> {
        let is_from_caller = match (&renewal.from_caller, &renewal.refresh_token) {
            (Some(first), Some(used)) => first.expose() == used.expose(),
            _ => false,
        };
        let fetched = self.fetch(renewal.refresh_token.as_ref(), budget);
        let is_refused = fetched.as_ref().is_err_and(TokenFailure::is_token_refused);
        // Until Zoom has accepted or refused it, it may still be valid.
        if (is_refused || fetched.is_ok()) && is_from_caller {
            renewal.from_caller = None;
        }
        match renewal.from_caller.clone() {
            Some(token) if is_refused => {
                renewal.refresh_token = Some(token);
                self.fetch_any(renewal, budget)
            }
            _ => fetched.map_err(|failure| failure.error),
        }
    }

    /// Stores `unstored`, which is kept until that succeeds.
    fn store_token(&self, renewal: &mut Renewal) -> Result<Token> {
        let Some(token) = renewal.unstored.clone() else {
            return Err(Error::new(ErrorKind::Token, "there is no token to store"));
        };
        let saved = match &self.store {
            // It is saved only once, since another process may have saved a later one in the meantime.
            Some(store) if !renewal.is_saved => {
                store.save(&token).map_err(|err| Box::new(err) as _)
            }
            _ => Ok(()),
        };
        renewal.is_saved = saved.is_ok();
        match &self.credentials {
            Credentials::RefreshToken { on_refresh, .. } => {
                let stored = saved.and_then(|()| on_refresh(&token));
                stored.map_err(|err| {
                    let message = format!(
                        "the new refresh token could not be stored ({err}), and the previous one is \
                         used up; the new one is kept in memory and passed to the callback again at \
                         the next call"
                    );
                    Error::new(ErrorKind::Token, message)
                })?;
                renewal.refresh_token = token.refresh_token().cloned();
            }
            // The client can fetch another at any time, so this does not fail the call.
            _ => {
                if let Err(err) = saved {
                    let message = format!("the token store could not save the token: {err}");
                    log::warn!("{}", self.secrets().mask(message));
                }
            }
        }
        renewal.unstored = None;
        renewal.is_saved = false;
        Ok(token)
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.credentials {
            Credentials::Fixed => "access token",
            Credentials::ServerToServer { .. } => "server-to-server",
            Credentials::RefreshToken { .. } => "refresh token",
        };
        f.debug_struct("Auth").field("credentials", &kind).field("oauth", &self.oauth).finish()
    }
}
