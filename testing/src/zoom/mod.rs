//! An embedded Zoom: an HTTP server on 127.0.0.1 that answers as Zoom's documentation says Zoom does.
//!
//! It has a token endpoint, users in pages, passwords, meetings, recordings and rate limits, and records what was called
//! and what was changed. Its time is that of a [`Clock`], so a test can let a token expire, a window pass or a day begin.
//!
//! | call | |
//! |---|---|
//! | `POST /oauth/token` | all three grants, confidential and public clients |
//! | `GET /v2/users`, `GET /v2/users/{userId}`, `PATCH /v2/users/{userId}` | |
//! | `PUT /v2/users/{userId}/password` | JSON or form-data; all refusals that Zoom documents |
//! | `POST /v2/users/{userId}/meetings` | with the limit of a day |
//! | `GET /v2/groups/{groupId}/members`, `GET /v2/commerce/accounts`, `GET /scim2/Users` | the other kinds of lists |
//! | `GET /v2/accounts/me/settings?option=security` | the password requirement |
//! | `GET /v2/meetings/{meetingId}/recordings`, `GET /rec/download/{name}` | redirects to a storage on another origin |
//! | `GET /v2/metrics/crc`, `GET /v2/metrics/meetings` | empty, for their rate limit labels |
//!
//! Any other call is answered with 404, code 64041.

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

/// A request, as it is recorded and as a hook sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its number from 1, among all requests, those for tokens included. It is in `x-zm-trackingid`, too.
    pub number: usize,
    /// The method.
    pub method: String,
    /// The path, as it was sent.
    pub path: String,
    /// The query, as it was sent; empty if there is none.
    pub query: String,
    /// The status code; 0 before there is one.
    pub status: u16,
    /// The time of the answer; before that, the time of the arrival.
    pub at: Instant,
}

impl Call {
    /// The segments of the path, decoded.
    fn segments(&self) -> Vec<String> {
        self.path.split('/').skip(1).map(decode).collect()
    }
}

/// A password that was changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The user's email address.
    pub user: String,
    /// The new password.
    pub password: String,
    /// The time of the change, by the server's clock.
    pub at: SystemTime,
}

/// When a hook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The request has arrived; nothing was done or recorded.
    Arrived,
    /// The request was carried out and recorded; the answer was not sent.
    Recorded,
}

/// What a hook decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Go on.
    Go,
    /// Close the connection without an answer.
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
    /// The clock of rate limit windows, days and the lives of tokens; the machine's by default.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Builder {
        self.clock = clock;
        self
    }

    /// The rate limits of the account's plan; none by default.
    pub fn plan_limits(mut self, limits: Limits) -> Builder {
        self.limits = limits;
        self
    }

    /// How long an access token lives; an hour by default.
    pub fn token_life(mut self, life: Duration) -> Builder {
        self.token_life = life;
        self
    }

    /// The latency of each API call, by the clock; none by default. Token requests have none: many threads may wait
    /// for the one that fetches a token.
    pub fn latency(mut self, latency: Duration) -> Builder {
        self.latency = latency;
        self
    }

    /// The policy for new passwords; by default any password is accepted.
    pub fn policy(mut self, policy: Policy) -> Builder {
        self.policy = Some(policy);
        self
    }

    /// How often a password can be changed in 24 hours; 10 by default.
    pub fn changes_a_day(mut self, changes: usize) -> Builder {
        self.changes_a_day = changes;
        self
    }

    /// How many meetings can be created for one user from one midnight UTC to the next; 100 by default, as at Zoom.
    pub fn meetings_a_day(mut self, meetings: usize) -> Builder {
        self.meetings_a_day = meetings;
        self
    }

    /// How many of the last passwords cannot be used again; 3 by default.
    pub fn history(mut self, passwords: usize) -> Builder {
        self.history = passwords;
        self
    }

    /// Adds a user whose password can be changed.
    pub fn user(self, email: &str, password: &str) -> Builder {
        self.user_of(UserKind::Normal, email, password)
    }

    /// Adds a user of another kind.
    pub fn user_of(mut self, kind: UserKind, email: &str, password: &str) -> Builder {
        self.users.push((kind, email.to_owned(), password.to_owned()));
        self
    }

    /// Adds a file to the recordings of every meeting. Zoom redirects its download to a storage on another origin.
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

    /// The app's credentials; `client` and `client-key` by default.
    pub fn client(mut self, id: &str, secret: &str) -> Builder {
        self.client = (id.to_owned(), secret.to_owned());
        self
    }

    /// The id of the app's public client; by default the app has no public client.
    pub fn public_client(mut self, id: &str) -> Builder {
        self.public_client = Some(id.to_owned());
        self
    }

    /// The only redirect URI that the app's page lists; by default any is accepted.
    pub fn redirect_uri(mut self, uri: &str) -> Builder {
        self.redirect_uri = Some(uri.to_owned());
        self
    }

    /// The account's id; `account` by default.
    pub fn account(mut self, id: &str) -> Builder {
        self.account = id.to_owned();
        self
    }

    /// A refresh token that is valid for the first refresh; none by default.
    pub fn refresh_token(mut self, token: &str) -> Builder {
        self.refresh_token = Some(token.to_owned());
        self
    }

    /// The `api_url` in the responses of the token endpoint; none by default.
    pub fn api_url(mut self, url: &str) -> Builder {
        self.api_url = Some(url.to_owned());
        self
    }

    /// The secret token that webhooks are signed with; `secret-token` by default.
    pub fn secret_token(mut self, secret: &str) -> Builder {
        self.secret_token = secret.to_owned();
        self
    }

    /// Sets a hook, which is called at each stage of each request, on the thread of the connection. No other request
    /// waits for it.
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

/// An embedded Zoom. The [module](self) lists the calls that it answers. It stops when it is dropped.
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
    /// Starts one with the default settings, which has no users: [`add_user`](Self::add_user) adds some.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub fn start() -> EmbeddedZoom {
        EmbeddedZoom::builder().start()
    }

    /// The settings, to be changed.
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

    /// A client with the app's credentials, as of a server-to-server app on a Business plan.
    ///
    /// # Panics
    ///
    /// If the credentials that were given to [`Builder::client`] are not ones.
    pub fn client(&self) -> zoomkat::zoom::Zoom {
        self.client_builder().build().unwrap()
    }

    /// The same, to be changed before it is built.
    pub fn client_builder(&self) -> ZoomBuilder {
        let Builder { account, client: (id, secret), .. } = &self.zoom.settings;
        let mut transport = Transport::new();
        // The proxy of the machine does not lead here.
        transport.set_env_proxy(false);
        zoomkat::zoom::Zoom::builder()
            .server_to_server(account, id, secret.as_str())
            .plan(Plan::Business)
            .base_url(self.url())
            .oauth_url(self.url())
            .transport(transport)
    }

    /// The URL of the API and of the token endpoint: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// The `download_url` of a recording.
    pub fn download_url(&self, name: &str) -> String {
        format!("{}/rec/download/{name}", self.url())
    }

    /// The requests to the storage of the recordings, which is on another origin, in order.
    pub fn storage_requests(&self) -> Vec<Received> {
        self.zoom.recordings.storage().requests()
    }

    /// The signature that the storage accepts, from the query of the URL that Zoom redirects to.
    pub fn storage_signature(&self) -> &str {
        self.zoom.recordings.signature()
    }

    /// The number of connections that were accepted.
    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// The requests as received, those for tokens included, in order.
    pub fn requests(&self) -> Vec<Received> {
        self.server.requests()
    }

    /// The API calls that were carried out, in order. Those whose answer a hook has dropped are among them.
    pub fn calls(&self) -> Vec<Call> {
        self.zoom.lock().calls.clone()
    }

    /// The number of calls to change this user's password, refused ones included. The user is named as in the calls,
    /// by email address or ID.
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

    /// The password changes, in order.
    pub fn record(&self) -> Vec<Change> {
        self.zoom.lock().record.clone()
    }

    /// The current password of a user; `None` if there is no such user.
    pub fn password(&self, user: &str) -> Option<String> {
        let state = self.zoom.lock();
        let number = state.by_name.get(&user.to_lowercase())?;
        Some(state.users[*number].password().to_owned())
    }

    /// Adds a user, with the password `x`, to the end of all lists.
    pub fn add_user(&self, email: &str) {
        self.zoom.lock().add_user(UserKind::Normal, email, "x");
    }

    /// Removes a user from all lists and from the account; the users after it move forward.
    ///
    /// # Panics
    ///
    /// If there is no such user.
    pub fn remove_user(&self, email: &str) {
        self.zoom.lock().remove_user(email);
    }

    /// Ends all lists after this many items, although their answers count more.
    pub fn cut_lists(&self, items: usize) {
        self.zoom.lock().lists.end = Some(items);
    }

    /// The number of 429s, those of [`refuse_next`](Self::refuse_next) included.
    pub fn refusals(&self) -> usize {
        self.calls().iter().filter(|call| call.status == 429).count()
    }

    /// Gives the next `n` API calls this answer and does nothing else for them. Answers of a later call to this
    /// function come after those of an earlier one.
    pub fn refuse_next(&self, n: usize, answer: Answer) {
        self.zoom.lock().scripted.extend(std::iter::repeat_n(answer, n));
    }

    /// Acts for a user who opens an authorize URL in a browser and allows the app. Returns the URL that the browser is
    /// redirected to.
    ///
    /// # Errors
    ///
    /// What Zoom's page says is wrong with the URL.
    pub fn authorize(&self, url: &str) -> Result<String, String> {
        let settings = &self.zoom.settings;
        let now = settings.clock.now();
        self.zoom.lock().codes.authorize(settings, (&self.url(), url), now)
    }

    /// A webhook for this event, signed with the secret token at the current time.
    pub fn webhook(&self, event: &Value) -> Webhook {
        let Builder { secret_token, clock, .. } = &self.zoom.settings;
        Webhook::signed(secret_token, clock.system_time(), event.to_string())
    }

    /// The number of requests to the token endpoint, refused ones included.
    pub fn token_requests(&self) -> usize {
        self.zoom.lock().token_requests
    }

    /// The access and refresh tokens that were issued, in order.
    pub fn tokens(&self) -> Vec<String> {
        self.zoom.lock().handed_out.clone()
    }

    /// Issues an access token without a request.
    pub fn new_token(&self) -> String {
        let now = self.zoom.settings.clock.now();
        self.zoom.lock().new_token(now + self.zoom.settings.token_life)
    }

    /// Revokes all access tokens that were issued so far.
    pub fn revoke_tokens(&self) {
        self.zoom.lock().tokens.clear();
    }
}
