//! The builder of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::transport::Transport;
use crate::zoom::client::{ClientState, Zoom};
use crate::zoom::error::{Error, Result};
use crate::zoom::mask::secrets::{Recent, SecretSet};
use crate::zoom::oauth::auth::{Auth, Credentials, OnRefresh};
use crate::zoom::oauth::base::{Base, is_zoom_host};
use crate::zoom::oauth::endpoint::App;
use crate::zoom::oauth::token::{Token, TokenStore};
use crate::zoom::pace::clock::{Clock, SystemClock};
use crate::zoom::pace::limits::{Pacer, Plan};
use crate::zoom::secret::Secret;

/// Builds a [`Zoom`]: credentials first, then the settings that differ from the defaults.
///
/// ```no_run
/// use std::time::Duration;
/// use zoomkat::zoom::{Plan, Zoom};
///
/// # let (account_id, client_id, client_secret) = ("", "", "");
/// let zoom = Zoom::builder()
///     .server_to_server(account_id, client_id, client_secret)
///     .plan(Plan::Business)
///     .max_wait(Duration::from_secs(20))
///     .build()?;
/// # Ok::<(), zoomkat::zoom::Error>(())
/// ```
#[must_use = "a builder does nothing until build is called"]
#[derive(Clone)]
pub struct ZoomBuilder {
    credentials: Option<Credentials>,
    /// The access or refresh token from the caller.
    token: Option<Secret>,
    store: Option<Arc<dyn TokenStore>>,
    plan: Option<Plan>,
    base_url: Option<String>,
    oauth_url: Option<String>,
    transport: Option<Transport>,
    clock: Arc<dyn Clock>,
    max_wait: Duration,
    check_length: bool,
}

impl ZoomBuilder {
    pub(super) fn new() -> ZoomBuilder {
        ZoomBuilder {
            credentials: None,
            token: None,
            store: None,
            plan: None,
            base_url: None,
            oauth_url: None,
            transport: None,
            clock: Arc::new(SystemClock),
            max_wait: Duration::from_secs(120),
            check_length: true,
        }
    }

    /// Sets the credentials of a Server-to-Server OAuth app, which its page in the Zoom App Marketplace
    /// shows. The client fetches and renews tokens with them.
    pub fn server_to_server(
        mut self,
        account_id: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> Self {
        self.token = None;
        let client_secret = Some(client_secret.into());
        self.credentials = Some(Credentials::ServerToServer {
            account_id: account_id.into(),
            app: App { client_id: client_id.into(), client_secret },
        });
        self
    }

    /// Sets an access token, which the client cannot renew. An hour after Zoom issued it, calls fail with
    /// [`TokenExpired`](crate::zoom::ErrorKind::TokenExpired).
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self.credentials = Some(Credentials::Fixed);
        self
    }

    /// Sets the refresh token of a user who has authorized a user-level OAuth app.
    /// [`Authorization`](crate::zoom::Authorization) gets the first one.
    ///
    /// Each refresh token is valid for one use, which returns a new one. `store` receives the new token
    /// before the client uses it, and must have stored it durably when it returns. If `store` fails, the
    /// call fails; the client keeps the token in memory and passes it to `store` again at the next call,
    /// before anything else. `store` must not call this client or a clone of it.
    ///
    /// ```no_run
    /// use zoomkat::zoom::Zoom;
    ///
    /// # let (client_id, client_secret, refresh_token) = ("", "", "");
    /// # fn store(_: &str) -> std::io::Result<()> { Ok(()) }
    /// let zoom = Zoom::builder()
    ///     .refresh_token(client_id, client_secret, refresh_token, |token| {
    ///         let next = token.refresh_token().ok_or("the answer has no refresh token")?;
    ///         store(next.expose())?; // in a file that only its owner can read, and synced
    ///         Ok(())
    ///     })
    ///     .build()?;
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    pub fn refresh_token(
        self,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        refresh_token: impl Into<Secret>,
        store: impl Fn(&Token) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let client_secret = Some(client_secret.into());
        let app = App { client_id: client_id.into(), client_secret };
        self.with_refresh_token(app, refresh_token.into(), Arc::new(store))
    }

    /// Sets the refresh token of a public client of a user-level OAuth app. A public client has no client
    /// secret and a client ID other than the app's.
    ///
    /// Otherwise the same as [`refresh_token`](Self::refresh_token).
    /// Source: [Using PKCE](https://developers.zoom.us/docs/integrations/PKCE/).
    pub fn public_refresh_token(
        self,
        client_id: impl Into<String>,
        refresh_token: impl Into<Secret>,
        store: impl Fn(&Token) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let app = App { client_id: client_id.into(), client_secret: None };
        self.with_refresh_token(app, refresh_token.into(), Arc::new(store))
    }

    fn with_refresh_token(mut self, app: App, token: Secret, on_refresh: Arc<OnRefresh>) -> Self {
        self.token = Some(token);
        self.credentials = Some(Credentials::RefreshToken { app, on_refresh });
        self
    }

    /// Shares the token with other processes, see [`TokenStore`]. Default: the token stays in memory.
    pub fn token_store(mut self, store: impl TokenStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Sets the plan of the account, which determines the rate limits
    /// ([Rate limits](https://developers.zoom.us/docs/api/rate-limits/)).
    ///
    /// Without it the client uses the rates of [`Plan::Free`], the slowest, and no daily limits. With it,
    /// the client also counts its calls per day (UTC) if the plan has a daily limit.
    pub fn plan(mut self, plan: Plan) -> Self {
        self.plan = Some(plan);
        self
    }

    /// Sets the base URL of the API: `https://api-eu.zoom.us` for a region, `https://api.zoomgov.com` for
    /// Zoom for Government, `http://127.0.0.1:PORT` for a test. Default: the region that the token names,
    /// else `https://api.zoom.us`.
    ///
    /// With an [`oauth_url`](Self::oauth_url) at `zoomgov.com` the default is
    /// `https://api.zoomgov.com`. [`build`](Self::build) refuses any scheme but https, except on loopback.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the base URL of the token endpoint. Default `https://zoom.us`, or `https://zoomgov.com` with a
    /// [`base_url`](Self::base_url) at `zoomgov.com`. [`build`](Self::build) refuses any scheme but
    /// https, except on loopback.
    pub fn oauth_url(mut self, url: impl Into<String>) -> Self {
        self.oauth_url = Some(url.into());
        self
    }

    /// Sets the transport, for time limits, a proxy or your own certificates. Its endpoint is not used.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Sets the longest time that one call may wait, for rate limits and retries together. Default 120
    /// seconds. A call that would have to wait longer fails at once with
    /// [`RateLimited`](crate::zoom::ErrorKind::RateLimited).
    ///
    /// The time that Zoom and the network take does not count; see [`Transport`] for those limits. The
    /// wait for a user's turn in [`Zoom::update_passwords`] does not count either.
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// Sets whether the client refuses a password of fewer than 8 or more than 31 characters before it
    /// sends it. Default true. Zoom's own pages disagree about the numbers, so the check can be turned
    /// off.
    pub fn check_password_length(mut self, check: bool) -> Self {
        self.check_length = check;
        self
    }

    /// Sets the clock for waits and the expiry of tokens. Default [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the client without sending anything.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::zoom::ErrorKind::InvalidRequest), which names the setting: no credentials,
    /// an empty credential, or a URL that is invalid or not https.
    pub fn build(self) -> Result<Zoom> {
        let mut secrets = SecretSet::default();
        if let Some(app) = self.credentials.as_ref().and_then(Credentials::app) {
            app.add_to(&mut secrets);
        }
        self.token.iter().for_each(|token| secrets.add(token.expose()));
        self.try_build().map_err(|err| err.masked(&secrets))
    }

    fn try_build(self) -> Result<Zoom> {
        let credentials = self.credentials.ok_or_else(|| {
            let why = "call server_to_server, access_token, refresh_token or public_refresh_token";
            Error::invalid("credentials", why)
        })?;
        let check_not_empty = |field: &str, value: &str| match value.trim().is_empty() {
            true => Err(Error::invalid(field, "it is empty")),
            false => Ok(()),
        };
        if let Credentials::ServerToServer { account_id, .. } = &credentials {
            check_not_empty("account_id", account_id)?;
        }
        if let Some(app) = credentials.app() {
            app.check()?;
        }
        if self.store.is_some() && matches!(credentials, Credentials::Fixed) {
            let why = "a client with a fixed access_token does not use a token store";
            return Err(Error::invalid("token_store", why));
        }
        if let Some(token) = &self.token {
            let field = match credentials {
                Credentials::Fixed => "access_token",
                _ => "refresh_token",
            };
            check_not_empty(field, token.expose())?;
        }
        let base = self.base_url.map(|url| Base::parse("base_url", &url)).transpose()?;
        let oauth = self.oauth_url.map(|url| Base::parse("oauth_url", &url)).transpose()?;
        let oauth = oauth.unwrap_or_else(|| Base::default_oauth(base.as_ref()));
        if let Some(base) = base.as_ref().filter(|base| is_zoom_host(&base.host)) {
            if !oauth.is_in_cloud_of(&base.host) {
                let why = format_args!("{base} is in another Zoom cloud than oauth_url, {oauth}");
                return Err(Error::invalid("base_url", why));
            }
        }
        let http = self.transport.unwrap_or_default();
        let mut http_without_redirects = http.clone();
        http_without_redirects.set_follow_redirects(false);
        let clock = self.clock;
        let auth =
            Auth::new(credentials, self.token, self.store, oauth, http.clone(), Arc::clone(&clock));
        Ok(Zoom {
            inner: Arc::new(ClientState {
                http,
                http_without_redirects,
                base,
                auth,
                passwords: Recent::default(),
                pacer: Pacer::new(self.plan),
                clock,
                max_wait: self.max_wait,
                check_length: self.check_length,
            }),
        })
    }
}

impl fmt::Debug for ZoomBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZoomBuilder")
            .field("plan", &self.plan)
            .field("base_url", &self.base_url.as_ref().map(|_| "..."))
            .finish_non_exhaustive()
    }
}
