//! Request handling of the embedded Zoom.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};
use std::time::{Instant, SystemTime};

use base64::Engine as _;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::codes::{Codes, TokenRequest};
use super::limits::{Label, Traffic, too_many_meetings};
use super::lists::{Kind, Lists};
use super::passwords::{Rules, User, UserKind};
use super::recordings::Recordings;
use super::{Action, Answer, Builder, Call, Change, Stage};
use crate::Received;
use crate::http::Response;

const TOKEN_PATH: &str = "/oauth/token";

/// State shared by all connections.
pub(super) struct Zoom {
    pub(super) settings: Builder,
    pub(super) recordings: Recordings,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) users: Vec<User>,
    /// The indices of the users, by ID and by email address in lower case.
    pub(super) by_name: HashMap<String, usize>,
    requests: usize,
    pub(super) calls: Vec<Call>,
    pub(super) record: Vec<Change>,
    pub(super) scripted: VecDeque<Answer>,
    traffic: Traffic,
    pub(super) token_requests: usize,
    /// Access tokens with their expiry times.
    pub(super) tokens: HashMap<String, Instant>,
    live_refresh: Option<String>,
    pub(super) codes: Codes,
    pub(super) issued: Vec<String>,
    pub(super) lists: Lists,
    meetings: u64,
}

/// The operations, with the user that they concern.
enum Operation<'a> {
    SetPassword(&'a str),
    List(Kind),
    GetUser(&'a str),
    UpdateUser(&'a str),
    CreateMeeting(&'a str),
    Settings,
    ListRecordings(&'a str),
    /// An operation that exists only for its rate limit label.
    Other,
}

fn operation<'a>(method: &str, segments: &'a [String]) -> Option<(Label, Operation<'a>)> {
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    Some(match (method, &segments[..]) {
        ("PUT", ["v2", "users", user, "password"]) => (Label::Medium, Operation::SetPassword(user)),
        ("GET", ["v2", "users"]) => (Label::Medium, Operation::List(Kind::Users)),
        ("GET", ["v2", "groups", _, "members"]) => (Label::Medium, Operation::List(Kind::Members)),
        ("GET", ["v2", "commerce", "accounts"]) => (Label::Medium, Operation::List(Kind::Accounts)),
        ("GET", ["scim2", "Users"]) => (Label::Medium, Operation::List(Kind::Scim)),
        ("GET", ["v2", "users", user]) => (Label::Light, Operation::GetUser(user)),
        ("PATCH", ["v2", "users", user]) => (Label::Light, Operation::UpdateUser(user)),
        ("POST", ["v2", "users", user, "meetings"]) => {
            (Label::Light, Operation::CreateMeeting(user))
        }
        ("GET", ["v2", "accounts", "me", "settings"]) => (Label::Medium, Operation::Settings),
        ("GET", ["v2", "meetings", id, "recordings"]) => {
            (Label::Light, Operation::ListRecordings(id))
        }
        ("GET", ["v2", "metrics", "crc"]) => (Label::Heavy, Operation::Other),
        ("GET", ["v2", "metrics", "meetings"]) => (Label::ResourceIntensive, Operation::Other),
        _ => return None,
    })
}

impl Zoom {
    pub(super) fn new(mut settings: Builder) -> Zoom {
        let mut state = State { live_refresh: settings.refresh_token.take(), ..State::default() };
        for (kind, email, password) in settings.users.drain(..) {
            state.add_user(kind, &email, &password);
        }
        let recordings = Recordings::new(std::mem::take(&mut settings.recordings));
        Zoom { settings, recordings, state: Mutex::new(state) }
    }

    /// Locks the state, for a moment only: hooks, latency and the network wait without the lock.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Returns the response to a request; `None` if the hook drops the connection.
    pub(super) fn respond(&self, request: &Received) -> Option<Response> {
        let Builder { clock, latency, hook, .. } = &self.settings;
        let drops = |stage, call: &Call| {
            hook.as_ref().is_some_and(|hook| hook(stage, call) == Action::Drop)
        };
        let mut call = self.new_call(request);
        if drops(Stage::Arrived, &call) {
            return None;
        }
        let answer = if call.path == TOKEN_PATH {
            self.answer_token_request(&mut call, request)
        } else {
            if !latency.is_zero() {
                clock.sleep(*latency);
            }
            self.answer(&mut call, request)
        };
        if drops(Stage::Recorded, &call) {
            return None;
        }
        Some(answer.response(call.number))
    }

    /// Formats an error for the client: in XML if it does not ask for JSON. Password changes and the token
    /// endpoint are known to use JSON only.
    fn format_error(&self, error: Answer, call: &Call, request: &Received) -> Answer {
        let wants_json = request.header("Accept").is_some_and(|accept| accept.contains("json"));
        let is_json = wants_json || call.path.ends_with("/password") || call.path == TOKEN_PATH;
        if self.settings.xml_errors || !is_json { error.in_xml() } else { error }
    }

    fn new_call(&self, request: &Received) -> Call {
        let method = request.method().to_owned();
        let (path, query) = request.target().split_once('?').unwrap_or((request.target(), ""));
        let (path, query) = (path.to_owned(), query.to_owned());
        let mut state = self.lock();
        state.requests += 1;
        let (number, at) = (state.requests, self.settings.clock.now());
        Call { number, method, path, query, status: 0, at }
    }

    /// Carries out and records an API call.
    fn answer(&self, call: &mut Call, request: &Received) -> Answer {
        let mut state = self.lock();
        // Read under the lock, so that the records are in order of time.
        let (now, today) = (self.settings.clock.now(), self.settings.clock.system_time());
        let scripted = state.scripted.pop_front();
        let answer = scripted.unwrap_or_else(|| {
            let result = self.handle(&mut state, call, request, (now, today));
            result.unwrap_or_else(|refusal| self.format_error(refusal, call, request))
        });
        (call.status, call.at) = (answer.status, now);
        state.calls.push(call.clone());
        answer
    }

    /// Returns Zoom's own response to a call, with a refusal as the error.
    fn handle(
        &self,
        state: &mut State,
        call: &Call,
        request: &Received,
        (now, today): (Instant, SystemTime),
    ) -> Result<Answer, Answer> {
        self.check_token(state, request, now)?;
        let segments = call.segments();
        if let [rec, download, name] = &segments[..] {
            if (rec.as_str(), download.as_str()) == ("rec", "download") {
                return self.recordings.download(name);
            }
        }
        let (label, operation) = operation(&call.method, &segments)
            .ok_or_else(|| Answer::error(404, 64041, "Route Not Found"))?;
        if let Some(refusal) = state.traffic.check(&self.settings.limits, label, (now, today)) {
            return Err(refusal);
        }
        let body = || serde_json::from_slice(&request.body).ok().filter(Value::is_object);
        let no_json = || Answer::error(400, 300, "Request Body should be a valid JSON object.");
        match operation {
            Operation::SetPassword(user) => {
                let password = match form_password(request) {
                    Some(password) => password,
                    None => body().ok_or_else(no_json)?["password"].as_str().map(str::to_owned),
                };
                let password = password.ok_or_else(|| Answer::invalid("password"))?;
                let Builder { policy, changes_a_day, history, .. } = self.settings;
                let user = state.user(user)?;
                user.set_password(&password, Rules { policy, changes_a_day, history }, today)?;
                let change = Change { user: user.email.clone(), password, at: today };
                state.record.push(change);
                Ok(Answer::new(204, ""))
            }
            Operation::List(kind) => state.list(kind, call, now),
            // The first user is the one who authorizes apps.
            Operation::GetUser("me") if !state.users.is_empty() => {
                Ok(Answer::json(200, state.users[0].as_json()))
            }
            Operation::GetUser(user) => Ok(Answer::json(200, state.user(user)?.as_json())),
            Operation::UpdateUser(user) => {
                state.user(user)?;
                body().map(|_| Answer::new(204, "")).ok_or_else(no_json)
            }
            Operation::CreateMeeting(user) => {
                let user = state.user(user)?;
                if !user.count_meeting(self.settings.meetings_a_day, today) {
                    return Err(too_many_meetings(self.settings.meetings_a_day));
                }
                let mut meeting = body().ok_or_else(no_json)?;
                state.meetings += 1;
                meeting["id"] = json!(90_000_000_000_u64 + state.meetings);
                Ok(Answer::json(201, meeting))
            }
            Operation::Settings => Ok(Answer::json(200, self.account_settings(call))),
            Operation::ListRecordings(meeting) => {
                let host = request.header("Host").unwrap_or_default();
                Ok(Answer::json(200, self.recordings.list(meeting, host)))
            }
            Operation::Other => Ok(Answer::json(200, json!({}))),
        }
    }

    fn check_token(&self, state: &State, request: &Received, now: Instant) -> Result<(), Answer> {
        let token = request.header("Authorization").and_then(|value| value.strip_prefix("Bearer "));
        let Some(token) = token else {
            return Err(Answer::error(401, 124, "Invalid access token."));
        };
        match state.tokens.get(token) {
            _ if self.settings.any_token => Ok(()),
            Some(end) if now < *end => Ok(()),
            Some(_) => Err(Answer::error(401, 124, "Access token is expired.")),
            None => Err(Answer::error(401, 124, "Invalid access token.")),
        }
    }

    fn account_settings(&self, call: &Call) -> Value {
        if !pairs(&call.query).contains(&("option".into(), "security".into())) {
            return json!({});
        }
        let policy = self.settings.policy.unwrap_or_default();
        json!({ "security": { "password_requirement": {
            "minimum_password_length": policy.minimum_length,
            "have_special_character": policy.special_character,
            "consecutive_characters_length": policy.consecutive,
            "weak_enhance_detection": policy.weak_detection,
        } } })
    }

    /// Answers a request to the token endpoint.
    fn answer_token_request(&self, call: &mut Call, request: &Received) -> Answer {
        let mut state = self.lock();
        let now = self.settings.clock.now();
        state.token_requests += 1;
        let granted = self.grant(&mut state, call, request, now);
        let answer = granted.unwrap_or_else(|refusal| self.format_error(refusal, call, request));
        (call.status, call.at) = (answer.status, now);
        answer
    }

    /// Returns the ID of the client: confidential with Basic, or public with its ID in the form.
    fn client(&self, request: &Received, named: &str) -> Result<&str, Answer> {
        let Builder { client: (id, secret), public_client, .. } = &self.settings;
        let login = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
        match request.header("Authorization") {
            Some(value) if value == format!("Basic {login}") => Ok(id),
            None if public_client.as_deref() == Some(named) => {
                Ok(public_client.as_deref().unwrap_or_default())
            }
            _ => Err(Answer::oauth(401, "invalid_client", "Invalid client_id or client_secret")),
        }
    }

    fn grant(
        &self,
        state: &mut State,
        call: &Call,
        request: &Received,
        now: Instant,
    ) -> Result<Answer, Answer> {
        if call.method != "POST" {
            return Err(Answer::error(404, 64041, "Route Not Found"));
        }
        // Fields in the query or in another kind of body are ignored.
        let kind = request.header("Content-Type").unwrap_or_default().to_lowercase();
        let is_form = kind.starts_with("application/x-www-form-urlencoded");
        let form = if is_form { pairs(&request.text()) } else { Vec::new() };
        let field = |name: &str| {
            form.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
        };
        let client = self.client(request, field("client_id"))?;
        let is_for_user = match field("grant_type") {
            "account_credentials" if field("account_id") == self.settings.account => false,
            "account_credentials" => {
                return Err(Answer::oauth(400, "invalid_request", "Invalid account_id"));
            }
            "refresh_token" if state.live_refresh.as_deref() == Some(field("refresh_token")) => {
                true
            }
            "refresh_token" => {
                return Err(Answer::oauth(400, "invalid_grant", "Invalid Token!"));
            }
            "authorization_code" => {
                let verifier = field("code_verifier");
                let (code, redirect_uri) = (field("code"), field("redirect_uri"));
                state.codes.redeem(code, TokenRequest { client, redirect_uri, verifier, now })?;
                true
            }
            _ => {
                let reason = "unsupported grant type";
                return Err(Answer::oauth(400, "unsupported_grant_type", reason));
            }
        };
        let life = self.settings.token_life;
        let mut body = json!({
            "access_token": state.new_token(now + life),
            "token_type": "bearer",
            "expires_in": life.as_secs(),
            "scope": "user:read:admin user:write:admin account:read:admin meeting:write:admin",
        });
        if let Some(url) = &self.settings.api_url {
            body["api_url"] = json!(url);
        }
        if is_for_user {
            let next = state.new_secret("refresh");
            body["refresh_token"] = json!(next);
            state.live_refresh = Some(next);
        }
        Ok(Answer::json(200, body))
    }
}

impl State {
    /// Creates a token that occurs nowhere else. It is random so that a test can search for it.
    fn new_secret(&mut self, kind: &str) -> String {
        let token = format!("{kind}-{}-{}", self.issued.len() + 1, random());
        self.issued.push(token.clone());
        token
    }

    pub(super) fn new_token(&mut self, end: Instant) -> String {
        let token = self.new_secret("access");
        self.tokens.insert(token.clone(), end);
        token
    }

    pub(super) fn add_user(&mut self, kind: UserKind, email: &str, password: &str) {
        let number = self.users.len();
        let id = format!("embedded-user-{number}");
        self.by_name.insert(id.clone(), number);
        self.by_name.insert(email.to_lowercase(), number);
        self.users.push(User::new(id, email, kind, password));
    }

    pub(super) fn remove_user(&mut self, email: &str) {
        let number = self.by_name[&email.to_lowercase()];
        self.users[number].kind = UserKind::Foreign;
    }

    /// Finds a user by ID or email address. Addresses ignore case.
    fn user(&mut self, name: &str) -> Result<&mut User, Answer> {
        let number = self.by_name.get(name).or_else(|| self.by_name.get(&name.to_lowercase()));
        let Some(user) = number.map(|number| &mut self.users[*number]) else {
            return Err(Answer::error(404, 1001, &format!("User does not exist: {name}.")));
        };
        if user.kind == UserKind::Foreign {
            let message = "User not exist or not belong to this account";
            return Err(Answer::error(400, 1010, message));
        }
        Ok(user)
    }
}

pub(super) fn random() -> String {
    format!("{:016x}", getrandom::u64().unwrap())
}

pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Decodes the pairs of a query or a form.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let form = |text: &str| decode(&text.replace('+', " "));
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (form(name), form(value))).collect()
}

/// Returns the form field `password`: `None` for a body that is not a form, `Some(None)` for a form without
/// the field.
fn form_password(request: &Received) -> Option<Option<String>> {
    let kind = request.header("Content-Type")?;
    let (_, boundary) = kind.strip_prefix("multipart/form-data")?.split_once("boundary=")?;
    let delimiter = format!("\r\n--{}", boundary.trim_matches('"'));
    // The first boundary thus follows a line break like the others.
    let Ok(text) = std::str::from_utf8(&request.body) else { return Some(None) };
    let body = format!("\r\n{text}");
    // A truncated form has no final boundary.
    let Some(body) = body.trim_end_matches("\r\n").strip_suffix(&format!("{delimiter}--")) else {
        return Some(None);
    };
    let mut parts = body.split(&delimiter).skip(1);
    Some(parts.find_map(|part| {
        let (head, value) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
        let is_password = head.lines().any(|line| {
            let (name, value) = line.split_once(':').unwrap_or_default();
            name.eq_ignore_ascii_case("Content-Disposition")
                && value.trim().starts_with("form-data; name=\"password\"")
        });
        is_password.then(|| value.to_owned())
    }))
}
