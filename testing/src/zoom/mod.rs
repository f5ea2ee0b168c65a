//! An embedded Zoom on loopback, for the tests and the examples.
//!
//! It answers as Zoom's documentation says it does: tokens, passwords, users in pages, recordings, rate
//! limits.
//! What it is asked, and what it changed, it keeps in a record of its own. Time is that of a
//! [`Clock`], so a test can have a token end, a window pass or a day begin.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use self::webhooks::Webhook;
use super::clock::{Clock, SystemClock};
use super::{Received, Server};

mod api;
mod codes;
mod limits;
mod lists;
mod passwords;
mod recordings;
pub mod webhooks;
mod xml;

use api::{Zoom, decode};

pub use limits::{Label, Limit, Limits, daily, per_second};
pub use passwords::{Policy, SAME_AS_OLD, TOO_OFTEN, UserKind};
pub use recordings::Recording;
pub use xml::xml_of;

/// One request, as the record has it and a hook sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Counted from 1 over all requests, those for tokens included; in `x-zm-trackingid` too.
    pub number: usize,
    pub method: String,
    /// As it was sent.
    pub path: String,
    /// As it was sent; empty without one.
    pub query: String,
    /// 0 before there is an answer.
    pub status: u16,
    /// When it was answered; before that, when it arrived.
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
    pub at: SystemTime,
}

/// When a hook is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The request is there; nothing was done or recorded.
    Arrived,
    /// All was done and recorded; the answer was not sent.
    Recorded,
}

/// What a hook wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Go,
    /// Close the connection without an answer.
    Drop,
}

/// An answer: what Zoom says, or what a test has it say.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    /// An answer with this body, which need not be JSON.
    pub fn new(status: u16, body: impl Into<String>) -> Answer {
        Answer { status, headers: Vec::new(), body: body.into() }
    }

    pub fn json(status: u16, body: Value) -> Answer {
        Self::new(status, body.to_string())
    }

    /// An error as the REST API words it.
    pub fn error(status: u16, code: i64, message: &str) -> Answer {
        Self::json(status, json!({ "code": code, "message": message }))
    }

    /// A field that did not pass validation.
    pub fn invalid(field: &str) -> Answer {
        let errors = json!([{ "field": field, "message": "Invalid field." }]);
        let message = "Validation Failed.";
        Self::json(400, json!({ "code": 300, "message": message, "errors": errors }))
    }

    /// An error as the token endpoint words it.
    fn oauth(status: u16, error: &str, reason: &str) -> Answer {
        Self::json(status, json!({ "reason": reason, "error": error }))
    }

    /// An error as Zoom writes it for clients that do not ask for JSON; any other answer as it is.
    pub fn in_xml(self) -> Answer {
        match serde_json::from_str::<Value>(&self.body) {
            Ok(error) if self.status >= 400 && error.is_object() => {
                Answer { body: xml_of(&error), ..self }
            }
            _ => self,
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Answer {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// As they go out, with this number as tracking id.
    pub fn bytes(&self, number: usize) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Embedded\r\n", self.status);
        head += &format!("x-zm-trackingid: v=2.0;clid=embedded;rid=WEB_{number}\r\n");
        let kind = if self.body.starts_with("<?xml") { "xml" } else { "json" };
        head += &format!("content-type: application/{kind};charset=UTF-8\r\n");
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        // A 204 may not have one.
        if self.status != 204 {
            head += &format!("content-length: {}\r\n", self.body.len());
        }
        (head + "\r\n" + &self.body).into_bytes()
    }
}

type Hook = Box<dyn Fn(Stage, &Call) -> Action + Send + Sync>;

/// What an [`EmbeddedZoom`] is to be like.
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
    /// What windows, days and the ends of tokens go by; the machine's clock by default.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Builder {
        self.clock = clock;
        self
    }

    /// The plan's rate limits; none by default.
    pub fn plan_limits(mut self, limits: Limits) -> Builder {
        self.limits = limits;
        self
    }

    /// How long an access token lives; an hour by default.
    pub fn token_life(mut self, life: Duration) -> Builder {
        self.token_life = life;
        self
    }

    /// How long, by the clock, each API call is under way before it is judged; none by default. A
    /// token comes at once: many threads may wait for the one that fetches it.
    pub fn latency(mut self, latency: Duration) -> Builder {
        self.latency = latency;
        self
    }

    /// Asks this of new passwords; by default any word will do.
    pub fn policy(mut self, policy: Policy) -> Builder {
        self.policy = Some(policy);
        self
    }

    /// How often a password can be changed in 24 hours; 10 by default.
    pub fn changes_a_day(mut self, changes: usize) -> Builder {
        self.changes_a_day = changes;
        self
    }

    /// How many meetings one user may make from one midnight UTC to the next; 100 by default, as at Zoom.
    pub fn meetings_a_day(mut self, meetings: usize) -> Builder {
        self.meetings_a_day = meetings;
        self
    }

    /// How many of the last passwords cannot be used again; 3 by default.
    pub fn history(mut self, passwords: usize) -> Builder {
        self.history = passwords;
        self
    }

    /// A user whose password can be changed.
    pub fn user(self, email: &str, password: &str) -> Builder {
        self.user_of(UserKind::Normal, email, password)
    }

    pub fn user_of(mut self, kind: UserKind, email: &str, password: &str) -> Builder {
        self.users.push((kind, email.to_owned(), password.to_owned()));
        self
    }

    /// A file of a recording, which Zoom redirects to a storage for. Each meeting has all of them.
    pub fn recording(mut self, name: &str, recording: Recording) -> Builder {
        self.recordings.insert(name.to_owned(), recording);
        self
    }

    /// Takes any bearer token for a live one.
    pub fn accept_any_token(mut self) -> Builder {
        self.any_token = true;
        self
    }

    /// Writes all errors as XML, whatever the client asks for.
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

    /// The only redirect URI that the app's page lists; any will do by default.
    pub fn redirect_uri(mut self, uri: &str) -> Builder {
        self.redirect_uri = Some(uri.to_owned());
        self
    }

    /// The account's id; `account` by default.
    pub fn account(mut self, id: &str) -> Builder {
        self.account = id.to_owned();
        self
    }

    /// A refresh token that is good for the first refresh; there is none by default.
    pub fn refresh_token(mut self, token: &str) -> Builder {
        self.refresh_token = Some(token.to_owned());
        self
    }

    /// The `api_url` that comes with a token; none by default.
    pub fn api_url(mut self, url: &str) -> Builder {
        self.api_url = Some(url.to_owned());
        self
    }

    /// What the app's webhooks are signed with; `secret-token` by default.
    pub fn secret_token(mut self, secret: &str) -> Builder {
        self.secret_token = secret.to_owned();
        self
    }

    /// Asked at each stage of each request, on the connection's thread. It may take its time: no
    /// other request waits for it.
    pub fn on_call(
        mut self,
        hook: impl Fn(Stage, &Call) -> Action + Send + Sync + 'static,
    ) -> Builder {
        self.hook = Some(Box::new(hook));
        self
    }

    pub fn start(self) -> EmbeddedZoom {
        let zoom = Arc::new(Zoom::new(self));
        let server = {
            let zoom = Arc::clone(&zoom);
            Server::start(move |conn| zoom.serve(conn))
        };
        EmbeddedZoom { zoom, server }
    }
}

/// The server; it stops when it is dropped.
pub struct EmbeddedZoom {
    zoom: Arc<Zoom>,
    server: Server,
}

impl EmbeddedZoom {
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

    /// Where the API and the token endpoint are: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// The `download_url` of a recording.
    pub fn download_url(&self, name: &str) -> String {
        format!("{}/rec/download/{name}", self.url())
    }

    /// All requests that came to the storage of the recordings, which is on another origin.
    pub fn storage_requests(&self) -> Vec<Received> {
        self.zoom.recordings.storage().requests()
    }

    /// What opens the storage, in the query of the URL that Zoom redirects to.
    pub fn storage_signature(&self) -> &str {
        self.zoom.recordings.signature()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// All requests as they came over the wire.
    pub fn requests(&self) -> Vec<Received> {
        self.server.requests()
    }

    /// The API calls that were answered, or would have been but for a hook, in that order.
    pub fn calls(&self) -> Vec<Call> {
        self.zoom.lock().calls.clone()
    }

    /// How many calls to change this user's password were answered, refusals included. The user is
    /// named as in the calls, by email address or id.
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

    /// Each password that was changed, in order.
    pub fn record(&self) -> Vec<Change> {
        self.zoom.lock().record.clone()
    }

    /// The password that a user has now.
    pub fn password(&self, user: &str) -> Option<String> {
        let state = self.zoom.lock();
        let number = state.by_name.get(&user.to_lowercase())?;
        Some(state.users[*number].password().to_owned())
    }

    /// Adds a user to the end of all lists.
    pub fn add_user(&self, email: &str) {
        self.zoom.lock().add_user(UserKind::Normal, email, "x");
    }

    /// Takes a user out of all lists and out of the account; the users after it move forward.
    pub fn remove_user(&self, email: &str) {
        self.zoom.lock().remove_user(email);
    }

    /// Has all lists end after this many items, although their answers count more.
    pub fn cut_lists(&self, items: usize) {
        self.zoom.lock().lists.end = Some(items);
    }

    /// How many 429s were answered, scripted ones included.
    pub fn refusals(&self) -> usize {
        self.calls().iter().filter(|call| call.status == 429).count()
    }

    /// Answers the next `n` API calls with this and does nothing else for them. What is asked for
    /// later comes after.
    pub fn refuse_next(&self, n: usize, answer: Answer) {
        self.zoom.lock().scripted.extend(std::iter::repeat_n(answer, n));
    }

    /// What a browser does in which a user opens an authorize URL and allows the app: gives the URL
    /// that the user is sent to, or what Zoom's page says is wrong.
    pub fn authorize(&self, url: &str) -> Result<String, String> {
        let settings = &self.zoom.settings;
        let now = settings.clock.now();
        self.zoom.lock().codes.authorize(settings, (&self.url(), url), now)
    }

    /// A webhook with this event, signed now.
    pub fn webhook(&self, event: &Value) -> Webhook {
        let Builder { secret_token, clock, .. } = &self.zoom.settings;
        Webhook::signed(secret_token, clock.system_time(), event.to_string())
    }

    /// How many requests came for a token, refused ones included.
    pub fn token_requests(&self) -> usize {
        self.zoom.lock().token_requests
    }

    /// All access and refresh tokens that were handed out, in order.
    pub fn tokens(&self) -> Vec<String> {
        self.zoom.lock().handed_out.clone()
    }

    /// A live access token, without a request for one.
    pub fn new_token(&self) -> String {
        let now = self.zoom.settings.clock.now();
        self.zoom.lock().new_token(now + self.zoom.settings.token_life)
    }

    /// Ends all access tokens; those that are fetched from now on live.
    pub fn revoke_tokens(&self) {
        self.zoom.lock().tokens.clear();
    }
}
