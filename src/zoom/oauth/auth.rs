//! Where access tokens come from: fetched once however many threads ask, renewed before they end.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};
use std::time::{Duration, SystemTime};

use crate::transport::Transport;
use crate::zoom::call::Patience;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::{Recent, Secrets};
use crate::zoom::oauth::base::Base;
use crate::zoom::oauth::endpoint::{App, NoToken};
use crate::zoom::oauth::token::{Token, TokenStore};
use crate::zoom::pace::clock::Clock;
use crate::zoom::secret::Secret;

/// What stores a new refresh token; its error keeps the token from being used.
pub(crate) type OnRefresh =
    dyn Fn(&Token) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + Send + Sync;

/// What an app has to get tokens with.
#[derive(Clone)]
pub(crate) enum Credentials {
    /// A token and no way to another.
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
    /// The latest tokens of both kinds, so that no text shows them.
    known: Recent,
    current: RwLock<Option<Arc<Token>>>,
    /// Held by the thread that gets a new token, while others wait or go on with the old one.
    renewal: Mutex<Renewal>,
    /// How many attempts to get a token have ended.
    attempts: AtomicU64,
}

#[derive(Default)]
struct Renewal {
    /// The refresh token to use next.
    refresh_token: Option<Secret>,
    /// The one that the caller gave, until Zoom has said what it is.
    given: Option<Secret>,
    /// A token that came with a refresh token that could not be stored yet.
    unstored: Option<Token>,
    /// Whether that is in the store, and only the callback has failed.
    is_saved: bool,
    /// Whether the current token came from Zoom, not from the store.
    is_fetched: bool,
    /// An early renewal has failed: the next attempt is not before this.
    not_before: Option<SystemTime>,
    /// How the last attempt failed, if it did.
    failure: Option<Error>,
    /// The latest tokens that Zoom has refused: a store may still have them.
    refused: VecDeque<Token>,
}

/// Two tokens come at a time, and an answer may repeat one from before.
const KNOWN: usize = 8;

/// More tokens than this are not refused in a row while a store still has the first.
const REFUSED: usize = 8;

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
        let known = Recent::with_room(KNOWN);
        first.iter().for_each(|token| known.add(token));
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
            known,
            current: RwLock::new(current),
            renewal: Mutex::new(Renewal {
                given: refresh_token.clone(),
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

    /// What no text of this client may show: its credentials and its latest tokens.
    pub(crate) fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        if let Some(app) = self.credentials.app() {
            app.add_to(&mut secrets);
        }
        self.known.add_to(&mut secrets);
        secrets
    }

    pub(crate) fn remember(&self, token: &Token) {
        self.known.add(token.access_token());
        token.refresh_token().into_iter().for_each(|token| self.known.add(token));
    }

    /// An error without secrets, those included that only its own texts have: an answer that failed
    /// may have brought a token, and a store may quote what it could not read.
    fn masked(&self, err: Error) -> Error {
        err.masked_with_tokens(self.secrets())
    }

    /// The token as it is, if there is one.
    pub(crate) fn current(&self) -> Option<Arc<Token>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A token that is good for a call now.
    pub(crate) fn token(&self, patience: &mut Patience) -> Result<Arc<Token>> {
        let ended = self.attempts.load(Ordering::SeqCst);
        let now = self.clock.system_time();
        let known = self.current();
        if let Some(token) = known.as_ref().filter(|token| token.is_alive(now)) {
            if token.is_fresh(now) || !self.can_renew() {
                return Ok(Arc::clone(token));
            }
            // Near its end: one thread gets the next, the others go on with this one.
            let renewal = match self.renewal.try_lock() {
                Ok(renewal) => renewal,
                Err(TryLockError::Poisoned(renewal)) => renewal.into_inner(),
                Err(TryLockError::WouldBlock) => return Ok(Arc::clone(token)),
            };
            return self.renew_early(renewal, token, now);
        }
        self.renew_once(known.as_deref(), ended, patience).map(|(token, _)| token)
    }

    /// Gets the next token while the one there is still good.
    fn renew_early(
        &self,
        renewal: MutexGuard<'_, Renewal>,
        token: &Arc<Token>,
        now: SystemTime,
    ) -> Result<Arc<Token>> {
        // Another thread may have done it since this one looked.
        if let Some(current) = self.current().filter(|current| current.is_fresh(now)) {
            return Ok(current);
        }
        if renewal.not_before.is_some_and(|time| now < time) {
            return Ok(Arc::clone(token));
        }
        // No call waits for what it does not need yet.
        match self.renew(renewal, &mut Patience::none()) {
            Ok((token, _)) => Ok(token),
            Err(err) => {
                let mut renewal = self.renewal();
                // That the old refresh token is used up and the new one not stored is for the caller.
                if renewal.unstored.is_some() {
                    return Err(err);
                }
                log::warn!("the access token could not be renewed before its end: {err}");
                renewal.not_before = now.checked_add(PAUSE);
                Ok(Arc::clone(token))
            }
        }
    }

    /// Puts another token instead of one that Zoom has refused, and says whether it came from
    /// Zoom, not from the store.
    pub(crate) fn replace(&self, refused: &Token, patience: &mut Patience) -> Result<bool> {
        let ended = self.attempts.load(Ordering::SeqCst);
        {
            let mut renewal = self.renewal();
            if !renewal.refused.iter().any(|token| token.is_same(refused)) {
                renewal.refused.truncate(REFUSED - 1);
                renewal.refused.push_front(refused.clone());
            }
        }
        self.renew_once(Some(refused), ended, patience).map(|(_, is_fetched)| is_fetched)
    }

    fn renewal(&self) -> MutexGuard<'_, Renewal> {
        self.renewal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for its turn, and gets a token unless another thread has tried that in the meantime.
    fn renew_once(
        &self,
        dead: Option<&Token>,
        ended: u64,
        patience: &mut Patience,
    ) -> Result<(Arc<Token>, bool)> {
        let renewal = self.renewal();
        let now = self.clock.system_time();
        let is_other = |token: &Token| dead.is_none_or(|dead| !token.is_same(dead));
        if let Some(token) = self.current().filter(|token| token.is_alive(now) && is_other(token)) {
            return Ok((token, renewal.is_fetched));
        }
        if self.attempts.load(Ordering::SeqCst) != ended {
            if let Some(failure) = &renewal.failure {
                return Err(failure.clone());
            }
        }
        self.renew(renewal, patience)
    }

    fn renew(
        &self,
        mut renewal: MutexGuard<'_, Renewal>,
        patience: &mut Patience,
    ) -> Result<(Arc<Token>, bool)> {
        let result = self.next_token(&mut renewal, patience).map_err(|err| self.masked(err));
        let result = result.map(|(token, is_fetched)| (Arc::new(token), is_fetched));
        match &result {
            Ok((token, is_fetched)) => {
                renewal.failure = None;
                renewal.is_fetched = *is_fetched;
                *self.current.write().unwrap_or_else(PoisonError::into_inner) =
                    Some(Arc::clone(token));
            }
            // Those who wait have more patience than one who need not wait.
            Err(err) => renewal.failure = (!patience.is_none()).then(|| err.clone()),
        }
        self.attempts.fetch_add(1, Ordering::SeqCst);
        result
    }

    /// A token from the store or from Zoom, and whether it is from Zoom.
    fn next_token(&self, renewal: &mut Renewal, patience: &mut Patience) -> Result<(Token, bool)> {
        // A server-to-server token can be had without the store; a refresh token that is only there
        // cannot.
        let needs_store = matches!(self.credentials, Credentials::RefreshToken { .. });
        let store_failed = |what: &str, err: std::io::Error| {
            let message = format!("the token store could not {what}: {err}");
            let err = self.masked(Error::new(ErrorKind::Token, message));
            match needs_store {
                true => Err(err),
                false => {
                    log::warn!("{err}; a token of this client's own is used");
                    Ok(())
                }
            }
        };
        let mut store = self.store.as_deref();
        let _locked = match store.map(|store| store.lock()).transpose() {
            Ok(locked) => locked,
            Err(err) => {
                store_failed("lock", err)?;
                store = None;
                None
            }
        };
        // What came with a refresh token that nobody has stored is tried to be stored first: no call
        // may use it up before.
        if renewal.unstored.is_some() {
            return self.keep(renewal).map(|token| (token, true));
        }
        // One that is near its end, for the case that no other can be got.
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
            spare = Some(stored).filter(|token| is_new && token.is_alive(now));
        }
        match (self.fetch_any(renewal, patience), spare) {
            (Ok(token), _) => {
                renewal.unstored = Some(token);
                self.keep(renewal).map(|token| (token, true))
            }
            (Err(err), Some(spare)) => {
                let err = self.masked(err);
                log::warn!("the stored access token could not be renewed before its end: {err}");
                Ok((spare, false))
            }
            (Err(err), None) => Err(err),
        }
    }

    /// Fetches with the refresh token that is known to be the latest, and if Zoom says that this one is
    /// not good, with the one that the caller gave: a store may have one from before a user's new
    /// authorization.
    fn fetch_any(&self, renewal: &mut Renewal, patience: &mut Patience) -> Result<Token> {
        let is_given = match (&renewal.given, &renewal.refresh_token) {
            (Some(given), Some(used)) => given.expose() == used.expose(),
            _ => false,
        };
        let fetched = self.fetch(renewal.refresh_token.as_ref(), patience);
        let used_up = fetched.as_ref().is_err_and(NoToken::is_dead_token);
        // Until Zoom has said what it is, it may still be good.
        if (used_up || fetched.is_ok()) && is_given {
            renewal.given = None;
        }
        match renewal.given.clone() {
            Some(given) if used_up => {
                renewal.refresh_token = Some(given);
                self.fetch_any(renewal, patience)
            }
            _ => fetched.map_err(|failure| failure.error),
        }
    }

    /// Stores the token that has just come, which stays where it is until that is done.
    fn keep(&self, renewal: &mut Renewal) -> Result<Token> {
        let Some(token) = renewal.unstored.clone() else {
            return Err(Error::new(ErrorKind::Token, "there is no token to store"));
        };
        let saved = match &self.store {
            // Once is enough: another process may have saved a later one since.
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
                        "the new refresh token could not be stored ({err}), and the one before it \
                         has been used up; it is kept in memory and is handed over again at the \
                         next call"
                    );
                    Error::new(ErrorKind::Token, message)
                })?;
                renewal.refresh_token = token.refresh_token().cloned();
            }
            // Another can be had at any time: that nobody shares this one is no reason to fail.
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
