//! [`Zoom`]: one call to Zoom, with all that belongs to it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::redact::{in_words, push_masked};
use crate::transport::Transport;
use crate::zoom::answer::api_response::ApiResponse;
use crate::zoom::answer::text::{is_markup, markup_message};
use crate::zoom::builder::ZoomBuilder;
use crate::zoom::call::{ApiCall, Patience};
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::{Recent, Secrets};
use crate::zoom::oauth::auth::Auth;
use crate::zoom::oauth::base::Base;
use crate::zoom::pace::clock::Clock;
use crate::zoom::pace::limits::Pacer;
use crate::zoom::pace::operations::Operation;
use crate::zoom::pace::rate_limit::RateLimit;
use crate::zoom::pages::Pages;
use crate::zoom::passwords::change;
use crate::zoom::path::{Path, double_encoded};

/// A client of one Zoom account.
///
/// It is `Clone`, `Send` and `Sync`; clones share token, pace and connections. Make one for a
/// program and give each thread a clone: Zoom's rate limits hold for the whole account, and a client
/// paces only the calls that go through it or its clones.
///
/// # What happens to a call
///
/// 1. It gets the access token, which is fetched when it is first needed and renewed before it ends.
/// 2. It waits for its turn: the operation's rate limit label is known from method and path, and the
///    [`Plan`](crate::zoom::Plan) says how many calls of that label a second has.
/// 3. It is sent again where Zoom has certainly not acted: after a 429 for the second or minute (about a
///    second later, four times at most), and once with a new token where Zoom says that the token is
///    invalid or expired. A GET or HEAD is also repeated after a 502, 503 or 504, twice at most.
///    Beyond that, only what [`Transport`] itself may repeat is sent twice. Redirects are followed
///    for GET and HEAD only.
/// 4. A status of 400 or more is an [`Error`], and so is a 2xx whose body carries an error code.
///
/// All waiting of a call together is at most [`max_wait`](ZoomBuilder::max_wait).
#[derive(Clone)]
pub struct Zoom {
    pub(super) inner: Arc<ClientState>,
}

pub(super) struct ClientState {
    pub(super) http: Transport,
    /// The same without redirects, for what does not only read: the page that one leads to says
    /// nothing of what was to be done.
    pub(super) http_to_act: Transport,
    /// What the caller set; else the token says it, or it is the default.
    pub(super) base: Option<Base>,
    pub(super) auth: Auth,
    /// Those that a rotation has under way.
    pub(super) passwords: Recent,
    pub(super) pacer: Pacer,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) max_wait: Duration,
    pub(super) check_length: bool,
}

impl Zoom {
    /// Builds a client.
    pub fn builder() -> ZoomBuilder {
        ZoomBuilder::new()
    }

    /// Sends a request, such as a ported script builds it, and gives its answer back.
    ///
    /// The path is sent as it is, so it begins with `/v2`; host and port are Zoom's. The token is
    /// added unless the request has an Authorization of its own.
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
    /// An [`Error`] of the kind that [`ErrorKind`] describes.
    pub fn send(&self, req: &HttpRequest) -> Result<HttpResponse> {
        self.send_with(req, None, &mut || Ok(()))
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
    /// As for [`send`](Self::send), and [`ErrorKind::Body`] where the answer is not a `T`. An empty
    /// answer can be a `()` or an `Option`; `()` takes any answer but a page. A redirect that is not followed is
    /// [`Refused`](ErrorKind::Refused).
    pub fn get<T: DeserializeOwned>(&self, path: impl Into<Path>) -> Result<T> {
        self.call_json("GET", path.into(), None).map(ApiResponse::into_value)
    }

    /// Calls POST with a JSON body and reads the JSON of the answer.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub fn post<T: DeserializeOwned>(
        &self,
        path: impl Into<Path>,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T> {
        self.call_json("POST", path.into(), Some(serde_json::to_string(body)))
            .map(ApiResponse::into_value)
    }

    /// Calls PUT with a JSON body and reads the JSON of the answer.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub fn put<T: DeserializeOwned>(
        &self,
        path: impl Into<Path>,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T> {
        self.call_json("PUT", path.into(), Some(serde_json::to_string(body)))
            .map(ApiResponse::into_value)
    }

    /// Calls PATCH with a JSON body and reads the JSON of the answer, which with Zoom is most often
    /// empty: `zoom.patch::<()>(..)`.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub fn patch<T: DeserializeOwned>(
        &self,
        path: impl Into<Path>,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T> {
        self.call_json("PATCH", path.into(), Some(serde_json::to_string(body)))
            .map(ApiResponse::into_value)
    }

    /// Calls DELETE. What the answer holds, which with Zoom is nothing, is not read.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub fn delete(&self, path: impl Into<Path>) -> Result<()> {
        self.call_json("DELETE", path.into(), None).map(ApiResponse::into_value)
    }

    /// Calls any method with a JSON body, and gives what came with the answer beside the value that
    /// is read from it: status, tracking id, rate limits, header. [`get`](Self::get) and the other
    /// methods give the value alone.
    ///
    /// `method` is in capital letters. A body that is null in JSON, such as `&()`, is not sent.
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
        path: impl Into<Path>,
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
        path: Path,
        json: Option<serde_json::Result<String>>,
    ) -> Result<ApiResponse<T>> {
        let mut req = self.request(method, path)?;
        if let Some(json) = json {
            let json = json.map_err(|err| {
                let why = format!("it cannot be written as JSON: {}", in_words(&err));
                self.masked(&req, Error::invalid("body", why))
            })?;
            req.set_content_type("application/json").load_body_from_string(&json, "utf-8");
        }
        let response = self.succeed(&req)?;
        let value = self.read(&req, &response)?;
        let rate_limit = RateLimit::read(&response, self.inner.clock.system_time());
        Ok(ApiResponse { value, response, rate_limit })
    }

    /// Reads a list page by page: the items of the member `list` of each answer, such as `users` of
    /// `/users`, or `Resources` of `/scim2/Users`.
    ///
    /// It goes on by `next_page_token`, `startIndex` or `page_number`, whichever the answers have. Nothing
    /// is sent before the first item is asked for. See [`Pages`].
    ///
    /// # Errors
    ///
    /// None here: an error is the last item of the iterator. A list that ends before all items have come
    /// that its answers count ends with [`ErrorKind::IncompleteList`].
    pub fn pages<T: DeserializeOwned>(&self, path: impl Into<Path>, list: &str) -> Pages<T> {
        Pages::new(self.clone(), path.into(), list)
    }

    /// An access token that is good now, for what this client does not do: it is fetched or renewed as
    /// for a call. It ends within the hour, and calls of this client go on renewing theirs.
    ///
    /// Anyone who has it can do all that the app may do. Send it over TLS and to Zoom only, in
    /// `Authorization: Bearer`; keep it out of URLs, which are logged, out of logs and out of
    /// redirects to other hosts. For files there is [`download`](Self::download), which sees to that.
    ///
    /// ```no_run
    /// use zoomkat::zoom::ExposeSecret;
    ///
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// let token = zoom.access_token()?;
    /// let authorization = format!("Bearer {}", token.expose_secret());
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Token`] and others of fetching a token. Waiting before it is asked for again takes
    /// at most [`max_wait`](ZoomBuilder::max_wait). A token that the caller gave is handed back as it
    /// is: whether it has ended, only Zoom knows.
    pub fn access_token(&self) -> Result<SecretString> {
        let token = self.inner.auth.token(&mut Patience::of(self.inner.max_wait));
        let token = token.map_err(|err| err.masked(&self.own_secrets()))?;
        Ok(token.access_token().clone())
    }

    /// The base URL that calls go to now: what [`base_url`](ZoomBuilder::base_url) said, else the
    /// token's `api_url` if that is https and a host of Zoom's in the cloud that the token is from,
    /// else `https://api.zoom.us`, or `https://api.zoomgov.com` where tokens come from `zoomgov.com`.
    pub fn base_url(&self) -> String {
        let token = self.inner.auth.current();
        self.base(token.as_deref().and_then(|token| token.api_url())).to_string()
    }

    pub(super) fn base(&self, api_url: Option<&str>) -> Base {
        let oauth = &self.inner.auth.oauth;
        let suggested = || api_url.and_then(|url| Base::from_api_url(url, oauth));
        self.inner.base.clone().or_else(suggested).unwrap_or_else(|| Base::default_api(oauth))
    }

    pub(super) fn request(&self, verb: &str, path: Path) -> Result<HttpRequest> {
        path.request(verb).map_err(|err| err.masked(&self.own_secrets()))
    }

    /// [`send`](Self::send), where a redirect that is not followed is an error.
    pub(super) fn succeed(&self, req: &HttpRequest) -> Result<HttpResponse> {
        let resp = self.send(req)?;
        let status = resp.status_code();
        if !(200..300).contains(&status) {
            let message = "the answer is a redirect, which is not followed";
            return Err(self.failed(req, &resp, ErrorKind::Refused, message));
        }
        Ok(resp)
    }

    /// The JSON of an answer.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        req: &HttpRequest,
        resp: &HttpResponse,
    ) -> Result<T> {
        let text = resp.body_str();
        let text = text.trim_start_matches('\u{feff}');
        let (json, what) = match text.trim().is_empty() {
            true => ("null", "the answer is empty"),
            false => (text, "the answer is not what was asked for"),
        };
        let err = match serde_json::from_str(json) {
            Ok(value) => return Ok(value),
            Err(err) => err,
        };
        // A type that holds nothing, such as `()`, takes any answer, but a page is not one of Zoom's.
        if size_of::<T>() == 0 && !is_markup(resp) {
            if let Ok(nothing) = serde_json::from_str("null") {
                return Ok(nothing);
            }
        }
        let why = match markup_message(resp, &self.secrets(req)) {
            Some(page) => format!("{page} ({})", in_words(&err)),
            None => in_words(&err),
        };
        Err(self.failed(req, resp, ErrorKind::Body, &format!("{what}: {why}")))
    }

    /// What no text about a call may show: what the client has, and what the request has of its
    /// own.
    pub(super) fn secrets(&self, req: &HttpRequest) -> Secrets {
        let mut secrets = self.own_secrets();
        secrets.add_request(req);
        secrets
    }

    pub(super) fn own_secrets(&self) -> Secrets {
        let mut secrets = self.inner.auth.secrets();
        self.inner.passwords.add_to(&mut secrets);
        secrets
    }

    /// The error of an answer that cannot be used.
    pub(super) fn failed(
        &self,
        req: &HttpRequest,
        resp: &HttpResponse,
        kind: ErrorKind,
        message: &str,
    ) -> Error {
        let secrets = self.secrets(req);
        let err = Error::new(kind, message).with_answer(resp, &secrets);
        err.with_call(&place(req)).masked(&secrets)
    }

    /// An error of a call as it leaves the client.
    fn masked(&self, req: &HttpRequest, err: Error) -> Error {
        err.with_call(&place(req)).masked(&self.secrets(req))
    }

    /// [`send`](Self::send), where waiting for a turn has a cap of its own and does not count towards
    /// `max_wait` if `queue` says so. `leaving` is called once, just before the request leaves for the
    /// first time, and can still keep it from that.
    pub(super) fn send_with(
        &self,
        req: &HttpRequest,
        queue: Option<Duration>,
        leaving: &mut dyn FnMut() -> Result<()>,
    ) -> Result<HttpResponse> {
        let mut req = req.clone();
        for (name, value) in req.path_variables.values_mut() {
            if let Some(encoded) = double_encoded(name, value) {
                *value = encoded;
            }
        }
        // Without it Zoom writes some errors as XML.
        if [req.get_header_field("Accept"), self.inner.http.get_request_header("Accept")]
            == [None; 2]
        {
            req.add_header("Accept", "application/json");
        }
        self.perform(&mut req, queue, leaving).map_err(|err| self.masked(&req, err))
    }

    fn perform(
        &self,
        req: &mut HttpRequest,
        queue: Option<Duration>,
        leaving: &mut dyn FnMut() -> Result<()>,
    ) -> Result<HttpResponse> {
        // Nobody waits for a turn with what cannot be sent.
        let target = req.prepare().map_err(Error::from_transport)?.target;
        if !req.path().starts_with(['/', '*']) {
            req.set_path(format!("/{}", req.path()));
        }
        let operation = Operation::find(req.http_verb(), &target);
        let changes_password = operation.as_ref().is_some_and(Operation::is_password_change);
        if changes_password && self.inner.auth.is_server_to_server() {
            change::refuse_me(&target)?;
        }
        change::keep_from_repeating(req, &target, changes_password);
        let mut call = ApiCall::new(self, operation.as_ref(), &target, queue, leaving);
        let result = call.run(req.clone());
        match changes_password {
            true => change::judge(result, || self.secrets(req)),
            false => result,
        }
    }
}

/// Method and path of a call as an error shows them.
fn place(req: &HttpRequest) -> String {
    let mut place = format!("{} ", req.http_verb().escape_default());
    match req.prepare() {
        Ok(prepared) => push_masked(&mut place, &prepared.target),
        Err(_) => push_masked(&mut place, req.path()),
    }
    place
}

/// Shows where calls go, and nothing of what they carry.
impl fmt::Debug for Zoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zoom")
            .field("base_url", &self.base_url())
            .field("auth", &self.inner.auth)
            .finish_non_exhaustive()
    }
}
