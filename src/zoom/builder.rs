//! [`ZoomBuilder`]: what a client is made of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::transport::Transport;
use crate::zoom::client::{ClientState, Zoom};
use crate::zoom::error::{Error, Result};
use crate::zoom::mask::secrets::{Recent, Secrets};
use crate::zoom::oauth::auth::{Auth, Credentials, OnRefresh};
use crate::zoom::oauth::base::{Base, is_zooms};
use crate::zoom::oauth::endpoint::App;
use crate::zoom::oauth::token::{Token, TokenStore};
use crate::zoom::pace::clock::{Clock, SystemClock};
use crate::zoom::pace::limits::{Pacer, Plan};
use crate::zoom::secret::Secret;

/// Builds a [`Zoom`]: credentials first, then whatever differs from the defaults.
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
    /// The access or refresh token that was given.
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

    /// The credentials of a Server-to-Server OAuth app, as its page in the Zoom App Marketplace shows
    /// them. Tokens are fetched and renewed with them.
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

    /// An access token that the caller has. It cannot be renewed: an hour after it was made, calls
    /// end with [`TokenExpired`](crate::zoom::ErrorKind::TokenExpired).
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self.credentials = Some(Credentials::Fixed);
        self
    }

    /// The refresh token of a user who has authorized a user-level OAuth app;
    /// [`Authorization`](crate::zoom::Authorization) gets the first one.
    ///
    /// Each use of a refresh token gives a new one and ends the old one. `store` gets the new token
    /// before anything is done with it, and must have stored it for good when it returns. If it
    /// fails, the call fails; the token is kept in memory, and handed over again at the next call
    /// before anything else is done. `store` may not call this client or a clone of it.
    ///
    /// ```no_run
    /// use zoomkat::zoom::Zoom;
    ///
    /// # let (client_id, client_secret, refresh_token) = ("", "", "");
    /// # fn store(_: &str) -> std::io::Result<()> { Ok(()) }
    /// let zoom = Zoom::builder()
    ///     .refresh_token(client_id, client_secret, refresh_token, |token| {
    ///         let next = token.refresh_token().ok_or("no refresh token came")?;
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
        self.refreshed_by(app, refresh_token.into(), Arc::new(store))
    }

    /// The refresh token that a public client of a user-level OAuth app has got: one that has no
    /// client secret, and whose client ID is another than the app's.
    ///
    /// Otherwise it is as [`refresh_token`](Self::refresh_token) says.
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
        self.refreshed_by(app, refresh_token.into(), Arc::new(store))
    }

    fn refreshed_by(mut self, app: App, token: Secret, on_refresh: Arc<OnRefresh>) -> Self {
        self.token = Some(token);
        self.credentials = Some(Credentials::RefreshToken { app, on_refresh });
        self
    }

    /// Shares the token with other processes, see [`TokenStore`]. Default: it is kept in memory.
    pub fn token_store(mut self, store: impl TokenStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// The plan of the account, which sets the pace
    /// ([Rate limits](https://developers.zoom.us/docs/api/rate-limits/)).
    ///
    /// Without it the client keeps to the pace of [`Plan::Free`], the slowest. With it, it also counts
    /// its calls of a day (UTC) where the plan has a daily limit.
    pub fn plan(mut self, plan: Plan) -> Self {
        self.plan = Some(plan);
        self
    }

    /// Where the API is: by default the region that the token names, else `https://api.zoom.us`. For
    /// a region `https://api-eu.zoom.us`, for Zoom for Government `https://api.zoomgov.com`, for a
    /// test `http://127.0.0.1:PORT`.
    ///
    /// With an [`oauth_url`](Self::oauth_url) at `zoomgov.com` the default is
    /// `https://api.zoomgov.com`. Anything but https is refused, except on loopback.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Where tokens come from: `https://zoom.us` by default, or `https://zoomgov.com` with a
    /// [`base_url`](Self::base_url) at `zoomgov.com`. Anything but https is refused, except on
    /// loopback.
    pub fn oauth_url(mut self, url: impl Into<String>) -> Self {
        self.oauth_url = Some(url.into());
        self
    }

    /// The transport, for time limits, a proxy or your own certificates. Its endpoint is not
    /// used.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = Some(transport);
        self
    }

    /// The longest that one call may wait for rate limits and before it is sent again, all together.
    /// Default 120 seconds. A call that would have to wait longer fails at once with
    /// [`RateLimited`](crate::zoom::ErrorKind::RateLimited).
    ///
    /// What Zoom and the network take is not part of it; see [`Transport`] for those limits. In
    /// [`Zoom::update_passwords`] the wait for a user's turn is not, either.
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// Whether a password is refused before it is sent if it has fewer than 8 or more than 31
    /// characters. Default true. Zoom's own pages contradict each other about the numbers, so
    /// this can be switched off.
    pub fn check_password_length(mut self, check: bool) -> Self {
        self.check_length = check;
        self
    }

    /// The clock by which the client waits and tokens end. Default [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::zoom::ErrorKind::InvalidRequest), which names the setting: no credentials,
    /// an empty one, a URL that is not one or not https.
    pub fn build(self) -> Result<Zoom> {
        let mut secrets = Secrets::default();
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
        let filled = |field: &str, value: &str| match value.trim().is_empty() {
            true => Err(Error::invalid(field, "it is empty")),
            false => Ok(()),
        };
        if let Credentials::ServerToServer { account_id, .. } = &credentials {
            filled("account_id", account_id)?;
        }
        if let Some(app) = credentials.app() {
            app.check()?;
        }
        if self.store.is_some() && matches!(credentials, Credentials::Fixed) {
            let why = "a client with a fixed access_token has no use for one";
            return Err(Error::invalid("token_store", why));
        }
        if let Some(token) = &self.token {
            let field = match credentials {
                Credentials::Fixed => "access_token",
                _ => "refresh_token",
            };
            filled(field, token.expose())?;
        }
        let base = self.base_url.map(|url| Base::parse("base_url", &url)).transpose()?;
        let oauth = self.oauth_url.map(|url| Base::parse("oauth_url", &url)).transpose()?;
        let oauth = oauth.unwrap_or_else(|| Base::default_oauth(base.as_ref()));
        if let Some(base) = base.as_ref().filter(|base| is_zooms(&base.host)) {
            if !oauth.is_in_cloud_of(&base.host) {
                let why =
                    format_args!("{base} is in another cloud of Zoom's than oauth_url, {oauth}");
                return Err(Error::invalid("base_url", why));
            }
        }
        let http = self.transport.unwrap_or_default();
        let mut http_to_act = http.clone();
        http_to_act.set_follow_redirects(false);
        let clock = self.clock;
        let auth =
            Auth::new(credentials, self.token, self.store, oauth, http.clone(), Arc::clone(&clock));
        Ok(Zoom {
            inner: Arc::new(ClientState {
                http,
                http_to_act,
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
