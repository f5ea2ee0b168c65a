//! The client of a Zoom account.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::redact::{masked_json_error, push_masked};
use crate::transport::Transport;
use crate::zoom::answer::api_response::ApiResponse;
use crate::zoom::answer::text::markup_message;
use crate::zoom::builder::ZoomBuilder;
use crate::zoom::call::{ApiCall, WaitBudget};
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::{Recent, SecretSet};
use crate::zoom::oauth::auth::Auth;
use crate::zoom::oauth::base::Base;
use crate::zoom::pace::clock::Clock;
use crate::zoom::pace::limits::Pacer;
use crate::zoom::pace::operations::Operation;
use crate::zoom::pace::rate_limit::RateLimit;
use crate::zoom::pages::Pages;
use crate::zoom::passwords::change;
use crate::zoom::path::{ApiPath, double_encoded};
use crate::zoom::secret::Secret;

/// A client of one Zoom account.
///
/// It is `Clone`, `Send` and `Sync`. Clones share the token, the rate limits and the connections. Create
/// one client per program and give each thread a clone: Zoom's rate limits apply to the whole account, and
/// a client counts only its own calls and those of its clones.
///
/// # What happens to a call
///
/// 1. The client gets an access token. It fetches one when it first needs it and renews it before it
///    expires.
/// 2. The call waits for its turn. Method and path determine the operation's rate limit label, and the
///    [`Plan`](crate::zoom::Plan) determines the number of calls per second for that label.
/// 3. The client retries only if Zoom is known not to have acted: after a 429 for a per-second or per-minute limit
///    (about a second later, at most four times), and with a new token if Zoom says that the token is
///    invalid or expired (with up to three tokens, if a store has newer ones). It also retries a GET or HEAD after a 502, 503 or 504, at most twice. Apart from
///    that, nothing is sent twice except what [`Transport`] itself may send again. The client follows
///    redirects for GET and HEAD only.
/// 4. A status of 400 or more is an [`Error`]. A 2xx whose body has an error code is an error too.
///
/// A call waits at most [`max_wait`](ZoomBuilder::max_wait) in total.
#[derive(Clone)]
pub struct Zoom {
    pub(super) inner: Arc<ClientState>,
}

pub(super) struct ClientState {
    pub(super) http: Transport,
    /// The same transport without redirects, for calls that change something: the target of a redirect
    /// does not show whether the change was made.
    pub(super) http_without_redirects: Transport,
    /// The base URL from the caller. Without it, the token's or the default applies.
    pub(super) base: Option<Base>,
    pub(super) auth: Auth,
    /// The passwords that a rotation is sending.
    pub(super) passwords: Recent,
    pub(super) pacer: Pacer,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) max_wait: Duration,
    pub(super) check_length: bool,
}

impl Zoom {
    /// Returns a builder.
    pub fn builder() -> ZoomBuilder {
        ZoomBuilder::new()
    }

    /// Sends a request and returns the answer. A ported script can send its request unchanged.
    ///
    /// The path is sent unchanged, so it begins with `/v2`; host and port are Zoom's. The client adds the
    /// token unless the request has an Authorization header.
    ///
    /// ```no_run
    /// use zoomkat::HttpRequest;
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// let mut req = HttpRequest::new();
    /// req.set_http_verb("DELETE")
    ///     .set_path("/v2/meetings/:meetingId")
    ///     .set_path_variable("meetingId", "85746065")
    ///     .add_param("cancel_meeting_reminder", "true");
    /// let resp = zoom.send(&req)?;
    /// println!("{}", resp.status_code());
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`].
    pub fn send(&self, req: impl AsRef<HttpRequest>) -> Result<HttpResponse> {
        self.send_with(req.as_ref(), None, &mut || Ok(()))
    }

    /// Calls GET and reads the JSON of the answer.
    ///
    /// ```no_run
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// use zoomkat::zoom;
    ///
    /// let user: serde_json::Value =
    ///     zoom.get(zoom::path("/users/{userId}").with("userId", "jchill@example.com"))?;
    /// println!("{}", user["last_login_time"]);
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send), and [`ErrorKind::Body`] if the answer is not a `T`. An empty answer is
    /// read as `null`, which an `Option` or `()` accepts. A redirect that is not followed is
    /// [`Refused`](ErrorKind::Refused).
    pub fn get<T: DeserializeOwned>(&self, path: impl Into<ApiPath>) -> Result<T> {
        self.call_json("GET", path.into(), None).map(ApiResponse::into_value)
    }

    /// Calls POST with a JSON body and reads the JSON of the answer.
    ///
    /// If you do not need the answer, read it as [`serde::de::IgnoredAny`], which accepts any JSON and an
    /// empty answer: `zoom.post::<IgnoredAny>(path, &body)?`.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub fn post<T: DeserializeOwned>(
        &self,
        path: impl Into<ApiPath>,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T> {
        self.call_json("POST", path.into(), Some(serde_json::to_string(body)))
            .map(ApiResponse::into_value)
    }

    /// Calls PUT with a JSON body and ignores the answer, which Zoom usually leaves empty.
    ///
    /// For the few operations that answer with JSON, use [`call`](Self::call):
    ///
    /// ```no_run
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// # use serde_json::{Value, json};
    /// # let (path, body) = ("/scim2/Users/x", json!({}));
    /// let user = zoom.call::<Value>("PUT", path, &body)?.into_value();
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send), and [`ErrorKind::Body`] if the answer is a page. A redirect that is
    /// not followed is [`Refused`](ErrorKind::Refused).
    pub fn put(&self, path: impl Into<ApiPath>, body: &(impl Serialize + ?Sized)) -> Result<()> {
        self.call_ignoring_body("PUT", path.into(), Some(serde_json::to_string(body)))
    }

    /// Calls PATCH with a JSON body and ignores the answer, like [`put`](Self::put).
    ///
    /// # Errors
    ///
    /// As for [`put`](Self::put).
    pub fn patch(&self, path: impl Into<ApiPath>, body: &(impl Serialize + ?Sized)) -> Result<()> {
        self.call_ignoring_body("PATCH", path.into(), Some(serde_json::to_string(body)))
    }

    /// Calls DELETE and ignores the answer, like [`put`](Self::put).
    ///
    /// # Errors
    ///
    /// As for [`put`](Self::put).
    pub fn delete(&self, path: impl Into<ApiPath>) -> Result<()> {
        self.call_ignoring_body("DELETE", path.into(), None)
    }

    /// Calls any method with a JSON body. Returns the value from the answer together with status, tracking
    /// ID, rate limits and header. [`get`](Self::get) and [`post`](Self::post) return the value alone.
    ///
    /// `method` is in capital letters. A body that is `null` in JSON, such as `&()`, is not sent.
    ///
    /// ```no_run
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// use serde_json::Value;
    ///
    /// let resp = zoom.call::<Value>("GET", "/users?page_size=1", &())?;
    /// println!("{} users", resp.value["total_records"]);
    /// println!("status {}, tracking id {:?}", resp.status(), resp.tracking_id());
    /// if let Some(left) = resp.rate_limit.remaining {
    ///     println!("{left} calls are left");
    /// }
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        path: impl Into<ApiPath>,
        body: &(impl Serialize + ?Sized),
    ) -> Result<ApiResponse<T>> {
        if method.contains(|c: char| c.is_ascii_lowercase()) {
            let why = "methods are case-sensitive, and Zoom's are in capital letters";
            return Err(Error::invalid("method", why));
        }
        let json = serde_json::to_string(body);
        let is_null = matches!(&json, Ok(json) if json == "null");
        self.call_json(method, path.into(), Some(json).filter(|_| !is_null))
    }

    fn call_json<T: DeserializeOwned>(
        &self,
        method: &str,
        path: ApiPath,
        json: Option<serde_json::Result<String>>,
    ) -> Result<ApiResponse<T>> {
        let req = self.json_request(method, path, json)?;
        let response = self.send_checked(&req)?;
        let value = self.read(&req, &response)?;
        let rate_limit = RateLimit::read(&response, self.inner.clock.system_time());
        Ok(ApiResponse { value, response, rate_limit })
    }

    /// Makes a call and accepts any answer except a page, which Zoom never sends.
    fn call_ignoring_body(
        &self,
        method: &str,
        path: ApiPath,
        json: Option<serde_json::Result<String>>,
    ) -> Result<()> {
        let req = self.json_request(method, path, json)?;
        let resp = self.send_checked(&req)?;
        match markup_message(&resp, &self.secrets(&req)) {
            Some(page) => {
                let message = format!("the answer is not from Zoom: {page}");
                Err(self.response_error(&req, &resp, ErrorKind::Body, &message))
            }
            None => Ok(()),
        }
    }

    fn json_request(
        &self,
        method: &str,
        path: ApiPath,
        json: Option<serde_json::Result<String>>,
    ) -> Result<HttpRequest> {
        let mut req = self.request(method, path)?;
        if let Some(json) = json {
            let json = json.map_err(|err| {
                let why = format!("it cannot be written as JSON: {}", masked_json_error(&err));
                self.masked(&req, Error::invalid("body", why))
            })?;
            req.set_content_type("application/json").load_body_from_string(&json, "utf-8");
        }
        Ok(req)
    }

    /// Returns an iterator over a paginated list. `list` is the member of each answer that holds the
    /// items, such as `users` for `/users` or `Resources` for `/scim2/Users`.
    ///
    /// The iterator requests the next page by `next_page_token`, `startIndex` or `page_number`, whichever
    /// the answers have, and sends nothing before the first item is requested. See [`Pages`].
    ///
    /// # Errors
    ///
    /// An error is the last item of the iterator. A list that has fewer items than its answers count ends
    /// with [`ErrorKind::IncompleteList`].
    pub fn pages<T: DeserializeOwned>(&self, path: impl Into<ApiPath>, list: &str) -> Pages<T> {
        Pages::new(self.clone(), path.into(), list)
    }

    /// Returns a valid access token, for requests that this client does not make. The client fetches or
    /// renews the token as for a call. The token expires within an hour, and the client renews its own
    /// independently of the returned one.
    ///
    /// Anyone who has the token can do everything the app may do. Send it only to Zoom and over TLS, in
    /// `Authorization: Bearer`. Keep it out of logs, out of URLs, which are logged, and out of redirects to
    /// other hosts. [`download`](Self::download) does all this for files.
    ///
    /// ```no_run
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// let token = zoom.access_token()?;
    /// let authorization = format!("Bearer {}", token.expose());
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Token`] and other errors of fetching a token. Retries wait at most
    /// [`max_wait`](ZoomBuilder::max_wait). A token from the caller is returned unchanged, even if it has
    /// expired, which only Zoom knows.
    pub fn access_token(&self) -> Result<Secret> {
        let token = self.inner.auth.token(&mut WaitBudget::new(self.inner.max_wait));
        let token = token.map_err(|err| err.masked(&self.own_secrets()))?;
        Ok(token.access_token().clone())
    }

    /// Returns the base URL that calls currently use: the one from [`base_url`](ZoomBuilder::base_url),
    /// else the token's `api_url` if that is https at a Zoom host in the token's own cloud, else
    /// `https://api.zoom.us`, or `https://api.zoomgov.com` if tokens come from `zoomgov.com`.
    pub fn base_url(&self) -> String {
        let token = self.inner.auth.current();
        self.base(token.as_deref().and_then(|token| token.api_url())).to_string()
    }

    pub(super) fn base(&self, api_url: Option<&str>) -> Base {
        let oauth = &self.inner.auth.oauth;
        let suggested = || api_url.and_then(|url| Base::from_api_url(url, oauth));
        self.inner.base.clone().or_else(suggested).unwrap_or_else(|| Base::default_api(oauth))
    }

    pub(super) fn request(&self, verb: &str, path: ApiPath) -> Result<HttpRequest> {
        path.request(verb).map_err(|err| err.masked(&self.own_secrets()))
    }

    /// Like [`send`](Self::send), but a redirect that is not followed is an error.
    pub(super) fn send_checked(&self, req: &HttpRequest) -> Result<HttpResponse> {
        let resp = self.send(req)?;
        let status = resp.status_code();
        if !(200..300).contains(&status) {
            let message = "the answer is a redirect, which is not followed";
            return Err(self.response_error(req, &resp, ErrorKind::Refused, message));
        }
        Ok(resp)
    }

    /// Reads the JSON of an answer.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        req: &HttpRequest,
        resp: &HttpResponse,
    ) -> Result<T> {
        let text = resp.body_str();
        let text = text.trim_start_matches('\u{feff}');
        let (json, what) = match text.trim().is_empty() {
            true => ("null", "the answer is empty"),
            false => (text, "the answer is not of the requested type"),
        };
        let err = match serde_json::from_str(json) {
            Ok(value) => return Ok(value),
            Err(err) => err,
        };
        let why = match markup_message(resp, &self.secrets(req)) {
            Some(page) => format!("{page} ({})", masked_json_error(&err)),
            None => masked_json_error(&err),
        };
        Err(self.response_error(req, resp, ErrorKind::Body, &format!("{what}: {why}")))
    }

    /// Returns the secrets to mask in texts about a call: the client's and the request's.
    pub(super) fn secrets(&self, req: &HttpRequest) -> SecretSet {
        let mut secrets = self.own_secrets();
        secrets.add_request(req);
        secrets
    }

    pub(super) fn own_secrets(&self) -> SecretSet {
        let mut secrets = self.inner.auth.secrets();
        self.inner.passwords.add_to(&mut secrets);
        secrets
    }

    /// Returns the error for an answer that cannot be used.
    pub(super) fn response_error(
        &self,
        req: &HttpRequest,
        resp: &HttpResponse,
        kind: ErrorKind,
        message: &str,
    ) -> Error {
        let secrets = self.secrets(req);
        let err = Error::new(kind, message).with_answer(resp, &secrets);
        err.with_call(&describe_call(req)).masked(&secrets)
    }

    /// Adds the call to an error and masks it.
    fn masked(&self, req: &HttpRequest, err: Error) -> Error {
        err.with_call(&describe_call(req)).masked(&self.secrets(req))
    }

    /// Like [`send`](Self::send). If `queue` is set, it caps the wait for a turn, which then does not count
    /// towards `max_wait`. `before_send` is called once, just before the request is first sent; its error
    /// prevents that.
    pub(super) fn send_with(
        &self,
        req: &HttpRequest,
        queue: Option<Duration>,
        before_send: &mut dyn FnMut() -> Result<()>,
    ) -> Result<HttpResponse> {
        let mut req = req.clone();
        for (name, value) in req.path_variables.values_mut() {
            if let Some(encoded) = double_encoded(name, value) {
                *value = encoded;
            }
        }
        // Without Accept, Zoom writes some errors as XML.
        if [req.get_header_field("Accept"), self.inner.http.get_request_header("Accept")]
            == [None; 2]
        {
            req.add_header("Accept", "application/json");
        }
        self.perform(&mut req, queue, before_send).map_err(|err| self.masked(&req, err))
    }

    fn perform(
        &self,
        req: &mut HttpRequest,
        queue: Option<Duration>,
        before_send: &mut dyn FnMut() -> Result<()>,
    ) -> Result<HttpResponse> {
        // A request that cannot be sent does not wait for a turn.
        let target = req.prepare().map_err(Error::from_transport)?.target.into_owned();
        if !req.path().starts_with(['/', '*']) {
            req.set_path(format!("/{}", req.path()));
        }
        let operation = Operation::find(req.http_verb(), &target);
        let changes_password = operation.as_ref().is_some_and(Operation::is_password_change);
        if changes_password && self.inner.auth.is_server_to_server() {
            change::refuse_me(&target)?;
        }
        change::forbid_resend(req, &target, changes_password);
        let mut call = ApiCall::new(self, operation.as_ref(), &target, queue, before_send);
        let result = call.run(req.clone());
        match changes_password {
            true => change::check_outcome(result, || self.secrets(req)),
            false => result,
        }
    }
}

/// Returns method and path of a call, masked for an error.
fn describe_call(req: &HttpRequest) -> String {
    let mut text = format!("{} ", req.http_verb().escape_default());
    match req.prepare() {
        Ok(prepared) => push_masked(&mut text, &prepared.target),
        Err(_) => push_masked(&mut text, req.path()),
    }
    text
}

/// Shows the base URL and no secret.
impl fmt::Debug for Zoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zoom")
            .field("base_url", &self.base_url())
            .field("auth", &self.inner.auth)
            .finish_non_exhaustive()
    }
}
