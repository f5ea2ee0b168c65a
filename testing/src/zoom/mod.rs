//! An embedded Zoom: an HTTP server on 127.0.0.1 that follows Zoom's documentation.
//!
//! It has a token endpoint, paginated users, passwords, meetings, recordings and rate limits, and records
//! calls and changes. Its time comes from a [`Clock`], so a test can let a token expire, a window pass or a
//! day begin.
//!
//! | call | |
//! |---|---|
//! | `POST /oauth/token` | all three grants, confidential and public clients |
//! | `GET /v2/users`, `GET /v2/users/{userId}`, `PATCH /v2/users/{userId}` | |
//! | `PUT /v2/users/{userId}/password` | JSON or form-data; all refusals that Zoom documents |
//! | `POST /v2/users/{userId}/meetings` | with the daily limit |
//! | `GET /v2/groups/{groupId}/members`, `GET /v2/commerce/accounts`, `GET /scim2/Users` | the other kinds of lists |
//! | `GET /v2/accounts/me/settings?option=security` | the password requirement |
//! | `GET /v2/meetings/{meetingId}/recordings`, `GET /rec/download/{name}` | redirects to storage on another origin |
//! | `GET /v2/metrics/crc`, `GET /v2/metrics/meetings` | empty, for their rate limit labels |
//!
//! Any other call gets 404 with code 64041.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use zoomkat::Transport;
use zoomkat::zoom::{Plan, ZoomBuilder};

use self::webhooks::Webhook;
use crate::clock::{Clock, SystemClock};
use crate::{HttpServer, Received};

mod answer;
mod api;
mod codes;
mod limits;
mod lists;
mod passwords;
mod recordings;
pub mod webhooks;
mod xml;

use api::{Zoom, decode};

pub use answer::Answer;
pub use limits::{Label, Limit, Limits, daily, per_second};
pub use passwords::{Policy, SAME_AS_OLD, TOO_OFTEN, UserKind};
pub use recordings::Recording;
pub use xml::xml_of;

/// A request as recorded and as passed to a hook.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its number, from 1, among all requests, including those for tokens. It is also in `x-zm-trackingid`.
    pub number: usize,
    /// The method.
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The query as sent; empty if there is none.
    pub query: String,
    /// The status code; 0 until there is one.
    pub status: u16,
    /// The time of the response; until then, the time of the arrival.
    pub at: Instant,
}

impl Call {
    /// Returns the decoded segments of the path.
    fn segments(&self) -> Vec<String> {
        self.path.split('/').skip(1).map(decode).collect()
    }
}

/// A password change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The user's email address.
    pub user: String,
    /// The new password.
    pub password: String,
    /// The time of the change, by the server's clock.
    pub at: SystemTime,
}

/// The point at which a hook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The request has arrived. Nothing is done or recorded yet.
    Arrived,
    /// The request is carried out and recorded. The response is not sent yet.
    Recorded,
}

/// The decision of a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Continue.
    Continue,
    /// Close the connection without a response.
    Drop,
}

type Hook = Box<dyn Fn(Stage, &Call) -> Action + Send + Sync>;

/// The settings of an [`EmbeddedZoom`]; [`start`](Self::start) starts it.
pub struct Builder {
    clock: Arc<dyn Clock>,
    limits: Limits,
    token_life: Duration,
    latency: Duration,
    policy: Option<Policy>,
    changes_a_day: usize,
    history: usize,
    meetings_a_day: usize,
    users: Vec<(UserKind, String, String)>,
    recordings: HashMap<String, Recording>,
    any_token: bool,
    xml_errors: bool,
    client: (String, String),
    public_client: Option<String>,
    redirect_uri: Option<String>,
    account: String,
    refresh_token: Option<String>,
    api_url: Option<String>,
    secret_token: String,
    hook: Option<Hook>,
}

impl Builder {
    /// Sets the clock for rate limit windows, days and token lifetimes; the system clock by default.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Builder {
        self.clock = clock;
        self
    }

    /// Sets the rate limits of the account's plan; none by default.
    pub fn plan_limits(mut self, limits: Limits) -> Builder {
        self.limits = limits;
        self
    }

    /// Sets the lifetime of access tokens; an hour by default.
    pub fn token_life(mut self, life: Duration) -> Builder {
        self.token_life = life;
        self
    }

    /// Sets the latency of each API call, measured by the clock; none by default. Token requests have none:
    /// many threads may wait for the one that fetches a token.
    pub fn latency(mut self, latency: Duration) -> Builder {
        self.latency = latency;
        self
    }

    /// Sets the policy for new passwords; by default any password is accepted.
    pub fn policy(mut self, policy: Policy) -> Builder {
        self.policy = Some(policy);
        self
    }

    /// Sets how often a password can be changed in 24 hours; 10 by default.
    pub fn changes_a_day(mut self, changes: usize) -> Builder {
        self.changes_a_day = changes;
        self
    }

    /// Sets how many meetings can be created for one user between two midnights UTC; 100 by default, as at
    /// Zoom.
    pub fn meetings_a_day(mut self, meetings: usize) -> Builder {
        self.meetings_a_day = meetings;
        self
    }

    /// Sets how many of the last passwords cannot be reused; 3 by default.
    pub fn history(mut self, passwords: usize) -> Builder {
        self.history = passwords;
        self
    }

    /// Adds a user whose password can be changed.
    pub fn user(self, email: &str, password: &str) -> Builder {
        self.user_with_kind(UserKind::Normal, email, password)
    }

    /// Adds a user of this kind.
    pub fn user_with_kind(mut self, kind: UserKind, email: &str, password: &str) -> Builder {
        self.users.push((kind, email.to_owned(), password.to_owned()));
        self
    }

    /// Adds a file to the recordings of every meeting. Zoom redirects its download to storage on another
    /// origin.
    pub fn recording(mut self, name: &str, recording: Recording) -> Builder {
        self.recordings.insert(name.to_owned(), recording);
        self
    }

    /// Accepts any bearer token.
    pub fn accept_any_token(mut self) -> Builder {
        self.any_token = true;
        self
    }

    /// Sends all errors as XML, even if the client asks for JSON.
    pub fn xml_errors(mut self) -> Builder {
        self.xml_errors = true;
        self
    }

    /// Sets the app's credentials; `client` and `client-key` by default.
    pub fn client(mut self, id: &str, secret: &str) -> Builder {
        self.client = (id.to_owned(), secret.to_owned());
        self
    }

    /// Sets the ID of the app's public client; none by default.
    pub fn public_client(mut self, id: &str) -> Builder {
        self.public_client = Some(id.to_owned());
        self
    }

    /// Sets the only redirect URI that the app allows; by default any is accepted.
    pub fn redirect_uri(mut self, uri: &str) -> Builder {
        self.redirect_uri = Some(uri.to_owned());
        self
    }

    /// Sets the account's ID; `account` by default.
    pub fn account(mut self, id: &str) -> Builder {
        self.account = id.to_owned();
        self
    }

    /// Sets a refresh token that is valid for the first refresh; none by default.
    pub fn refresh_token(mut self, token: &str) -> Builder {
        self.refresh_token = Some(token.to_owned());
        self
    }

    /// Sets the `api_url` in the responses of the token endpoint; none by default.
    pub fn api_url(mut self, url: &str) -> Builder {
        self.api_url = Some(url.to_owned());
        self
    }

    /// Sets the secret token that signs webhooks; `secret-token` by default.
    pub fn secret_token(mut self, secret: &str) -> Builder {
        self.secret_token = secret.to_owned();
        self
    }

    /// Sets a hook that is called at each stage of each request, on the connection's thread. Other requests
    /// do not wait for it.
    pub fn on_call(
        mut self,
        hook: impl Fn(Stage, &Call) -> Action + Send + Sync + 'static,
    ) -> Builder {
        self.hook = Some(Box::new(hook));
        self
    }

    /// Starts the server.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub fn start(self) -> EmbeddedZoom {
        let zoom = Arc::new(Zoom::new(self));
        let server = {
            let zoom = Arc::clone(&zoom);
            HttpServer::start_or_close(move |request| zoom.respond(request))
        };
        EmbeddedZoom { zoom, server }
    }
}

/// An embedded Zoom. The [module](self) lists the calls it supports. It stops when dropped.
///
/// ```
/// use zoomkat_testing::EmbeddedZoom;
/// use zoomkat_testing::zoom::Policy;
///
/// let zoom = EmbeddedZoom::builder()
///     .user("jchill@example.com", "sint occaecat")
///     .policy(Policy { minimum_length: 12, ..Policy::default() })
///     .start();
///
/// let err = zoom.client().update_password("jchill@example.com", "Dolor 1234").unwrap_err();
/// assert_eq!(err.code(), Some(1124));
/// assert_eq!(zoom.password("jchill@example.com").as_deref(), Some("sint occaecat"));
/// ```
pub struct EmbeddedZoom {
    zoom: Arc<Zoom>,
    server: HttpServer,
}

impl EmbeddedZoom {
    /// Starts an embedded Zoom with default settings and no users; [`add_user`](Self::add_user) adds some.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub fn start() -> EmbeddedZoom {
        EmbeddedZoom::builder().start()
    }

    /// Returns the default settings.
    pub fn builder() -> Builder {
        Builder {
            clock: Arc::new(SystemClock),
            limits: Limits::default(),
            token_life: Duration::from_secs(3600),
            latency: Duration::ZERO,
            policy: None,
            changes_a_day: 10,
            history: 3,
            meetings_a_day: 100,
            users: Vec::new(),
            recordings: HashMap::new(),
            any_token: false,
            xml_errors: false,
            client: ("client".into(), "client-key".into()),
            public_client: None,
            redirect_uri: None,
            account: "account".into(),
            refresh_token: None,
            api_url: None,
            secret_token: "secret-token".into(),
            hook: None,
        }
    }

    /// Returns a client with the credentials of the app, a server-to-server app on a Business plan.
    ///
    /// # Panics
    ///
    /// If the credentials passed to [`Builder::client`] are invalid.
    pub fn client(&self) -> zoomkat::zoom::Zoom {
        self.client_builder().build().unwrap()
    }

    /// Returns the builder of [`client`](Self::client).
    pub fn client_builder(&self) -> ZoomBuilder {
        let Builder { account, client: (id, secret), .. } = &self.zoom.settings;
        let mut transport = Transport::new();
        // The machine's proxy cannot reach this server.
        transport.set_env_proxy(false);
        zoomkat::zoom::Zoom::builder()
            .server_to_server(account, id, secret.as_str())
            .plan(Plan::Business)
            .base_url(self.url())
            .oauth_url(self.url())
            .transport(transport)
    }

    /// Returns the URL of the API and of the token endpoint: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Returns the `download_url` of a recording.
    pub fn download_url(&self, name: &str) -> String {
        format!("{}/rec/download/{name}", self.url())
    }

    /// Returns the requests to the recording storage, which is on another origin, in order.
    pub fn storage_requests(&self) -> Vec<Received> {
        self.zoom.recordings.storage().requests()
    }

    /// Returns the signature that the storage accepts in the query of the redirect URL.
    pub fn storage_signature(&self) -> &str {
        self.zoom.recordings.signature()
    }

    /// Returns the number of accepted connections.
    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// Returns the requests as received, including those for tokens, in order.
    pub fn requests(&self) -> Vec<Received> {
        self.server.requests()
    }

    /// Returns the API calls that were carried out, in order, including those whose response a hook
    /// dropped.
    pub fn calls(&self) -> Vec<Call> {
        self.zoom.lock().calls.clone()
    }

    /// Returns the number of calls to change this user's password, including refused ones. `user` is the
    /// email address or ID used in those calls.
    pub fn attempts(&self, user: &str) -> usize {
        let wanted = user.to_lowercase();
        let calls = self.calls();
        let tried = calls.iter().filter(|call| {
            let segments = call.segments();
            let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
            call.method == "PUT"
                && matches!(segments[..], ["v2", "users", name, "password"]
                    if name.to_lowercase() == wanted)
        });
        tried.count()
    }

    /// Returns the password changes, in order.
    pub fn record(&self) -> Vec<Change> {
        self.zoom.lock().record.clone()
    }

    /// Returns the current password of a user; `None` if there is no such user.
    pub fn password(&self, user: &str) -> Option<String> {
        let state = self.zoom.lock();
        let number = state.by_name.get(&user.to_lowercase())?;
        Some(state.users[*number].password().to_owned())
    }

    /// Adds a user with the password `x` to the end of all lists.
    pub fn add_user(&self, email: &str) {
        self.zoom.lock().add_user(UserKind::Normal, email, "x");
    }

    /// Removes a user from all lists and from the account; later users move forward.
    ///
    /// # Panics
    ///
    /// If there is no such user.
    pub fn remove_user(&self, email: &str) {
        self.zoom.lock().remove_user(email);
    }

    /// Ends all lists after this many items, although their responses count more.
    pub fn cut_lists(&self, items: usize) {
        self.zoom.lock().lists.end = Some(items);
    }

    /// Returns the number of 429 responses, including those of [`refuse_next`](Self::refuse_next).
    pub fn refusals(&self) -> usize {
        self.calls().iter().filter(|call| call.status == 429).count()
    }

    /// Gives the next `n` API calls this response without carrying them out. Repeated calls queue up.
    pub fn refuse_next(&self, n: usize, answer: Answer) {
        self.zoom.lock().scripted.extend(std::iter::repeat_n(answer, n));
    }

    /// Acts for a user who opens an authorize URL in a browser and allows the app. Returns the URL that the
    /// browser is redirected to.
    ///
    /// # Errors
    ///
    /// The message of Zoom's page if the URL is invalid.
    pub fn authorize(&self, url: &str) -> Result<String, String> {
        let settings = &self.zoom.settings;
        let now = settings.clock.now();
        self.zoom.lock().codes.authorize(settings, (&self.url(), url), now)
    }

    /// Returns a webhook for this event, signed with the secret token at the current time.
    pub fn webhook(&self, event: &Value) -> Webhook {
        let Builder { secret_token, clock, .. } = &self.zoom.settings;
        Webhook::signed(secret_token, clock.system_time(), event.to_string())
    }

    /// Returns the number of requests to the token endpoint, including refused ones.
    pub fn token_requests(&self) -> usize {
        self.zoom.lock().token_requests
    }

    /// Returns the issued access and refresh tokens, in order.
    pub fn tokens(&self) -> Vec<String> {
        self.zoom.lock().issued.clone()
    }

    /// Issues an access token without a request.
    pub fn new_token(&self) -> String {
        let now = self.zoom.settings.clock.now();
        self.zoom.lock().new_token(now + self.zoom.settings.token_life)
    }

    /// Revokes all access tokens issued so far.
    pub fn revoke_tokens(&self) {
        self.zoom.lock().tokens.clear();
    }
}
