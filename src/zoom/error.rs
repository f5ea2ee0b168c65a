//! [`Error`]: what Zoom refused, or what kept a call from having an answer.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::error::Cause;
use crate::message::response::HttpResponse;
use crate::redact::one_line;
use crate::zoom::answer::body::{FieldError, ZoomBody};
use crate::zoom::answer::classify::classify;
use crate::zoom::answer::text::{kept, tidy};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::causes::{chain, masked_cause};
use crate::zoom::mask::secrets::Secrets;
use crate::zoom::pace::dates;
use crate::zoom::pace::operations::Operation;
use crate::zoom::pace::rate_limit::{RateLimit, Refusal, read_refusal};
use crate::zoom::passwords::change::PasswordRejected;

/// A `Result` whose error is [`zoom::Error`](Error) unless another is named.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call to Zoom came to nothing.
///
/// `Display` is one line: the class, Zoom's own message, the operation with status, code and tracking
/// id, and what to do where that is known. The same codes mean different things in different products
/// ([Zoom's list](https://developers.zoom.us/docs/api/errors/)), so decide by
/// [`kind`](Self::kind) or a helper, and by [`code`](Self::code) where you know the operation.
///
/// ```no_run
/// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
/// match zoom.get::<serde_json::Value>("/users/jchill@example.com") {
///     Ok(user) => println!("{}", user["id"]),
///     Err(err) if err.is_user_not_found() => println!("no such user"),
///     Err(err) => println!("{err}"),
/// }
/// # Ok::<(), zoomkat::zoom::Error>(())
/// ```
///
/// Tokens and passwords are masked in all texts, those of the [source](StdError::source) included,
/// also where Zoom repeats them, escaped or cut. A source is replaced by its masked text only where
/// it shows one of them.
#[derive(Clone)]
pub struct Error {
    parts: Box<ErrorParts>,
}

#[derive(Clone)]
struct ErrorParts {
    kind: ErrorKind,
    message: String,
    /// What was asked: method and path.
    call: String,
    status: Option<u16>,
    code: Option<i64>,
    field_errors: Vec<FieldError>,
    tracking_id: Option<String>,
    body: String,
    scopes: Vec<String>,
    rate_limit: RateLimit,
    resumes_at: Option<SystemTime>,
    /// The wait that a 429 for the moment asks for.
    asked_wait: Option<Duration>,
    /// A daily limit is that of one user.
    is_limit_of_one_user: bool,
    source: Option<Cause>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error {
            parts: Box::new(ErrorParts {
                kind,
                message: one_line(message.into()),
                call: String::new(),
                status: None,
                code: None,
                field_errors: Vec::new(),
                tracking_id: None,
                body: String::new(),
                scopes: Vec::new(),
                rate_limit: RateLimit::default(),
                resumes_at: None,
                asked_wait: None,
                is_limit_of_one_user: false,
                source: None,
            }),
        }
    }

    /// A fault in what the caller gave. `field` is its public name.
    pub(crate) fn invalid(field: &str, message: impl fmt::Display) -> Error {
        Error::new(ErrorKind::InvalidRequest, format!("{field}: {message}"))
    }

    /// What an answer means that is no success. `now` is what a Retry-After in seconds counts from.
    pub(crate) fn from_answer(
        resp: &HttpResponse,
        body: ZoomBody,
        secrets: &Secrets,
        operation: Option<&Operation>,
        now: SystemTime,
    ) -> Error {
        let status = resp.status_code();
        let mut err = Error::new(ErrorKind::Refused, "");
        err.parts.rate_limit = RateLimit::read(resp, now);
        // Understood before it is masked: a secret may be a word that matters here.
        if status == 429 {
            match read_refusal(&err.parts.rate_limit, &body.message, now) {
                Refusal::Daily { resumes_at, is_limit_of_one_user } => {
                    err.parts.is_limit_of_one_user = is_limit_of_one_user;
                    err.parts.kind = ErrorKind::DailyLimit;
                    err.parts.resumes_at = Some(resumes_at);
                }
                Refusal::Moment { wait } => {
                    err.parts.kind = ErrorKind::RateLimited;
                    err.parts.asked_wait = wait;
                }
            }
        } else {
            err.parts.kind = classify(status, body.code, &body.message, operation);
        }
        if err.parts.kind == ErrorKind::MissingScope {
            err.parts.scopes = operation.map(Operation::scopes).unwrap_or_default();
        }
        let body = body.shown(secrets);
        err.parts.code = body.code;
        err.parts.message = body.message;
        err.parts.field_errors = body.field_errors;
        err.parts.body = body.text;
        err.with_status(resp, secrets)
    }

    /// A call that brought no answer.
    pub(crate) fn from_transport(err: crate::error::Error) -> Error {
        let kind = match err.kind() {
            _ if err.may_have_been_processed() => ErrorKind::Unknown,
            crate::error::ErrorKind::InvalidRequest => {
                return Error::new(ErrorKind::InvalidRequest, err.message()).with_source(err);
            }
            _ => ErrorKind::Transport,
        };
        Error::new(kind, err.to_string()).with_source(err)
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Error {
        self.parts.source = Some(Arc::new(source));
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Error {
        self.parts.kind = kind;
        self
    }

    pub(crate) fn with_call(mut self, call: &str) -> Error {
        if self.parts.call.is_empty() {
            call.clone_into(&mut self.parts.call);
        }
        self
    }

    pub(crate) fn with_resumes_at(mut self, at: SystemTime) -> Error {
        self.parts.resumes_at = Some(at);
        self
    }

    /// Adds status, tracking id and body of the answer.
    pub(crate) fn with_answer(mut self, resp: &HttpResponse, secrets: &Secrets) -> Error {
        self.parts.body = kept(&resp.body_str(), secrets);
        self.with_status(resp, secrets)
    }

    /// Adds status and tracking id of the answer, but not its body.
    pub(crate) fn with_status(mut self, resp: &HttpResponse, secrets: &Secrets) -> Error {
        let id = resp.get_header_field("x-zm-trackingid");
        self.parts.tracking_id = id.map(|id| tidy(&secrets.mask(id)));
        self.parts.status = Some(resp.status_code());
        self
    }

    /// Masks secrets in all that the error shows, its source included. No error leaves the client
    /// without this.
    pub(crate) fn masked(mut self, secrets: &Secrets) -> Error {
        let is_quoting = self.transport().is_some();
        let mask = |text: &str| match is_quoting {
            // It quotes what the server sent, and only the start of what is long.
            true => secrets.mask_quoted(text).into_owned(),
            false => secrets.mask(text).into_owned(),
        };
        self.parts.rate_limit = std::mem::take(&mut self.parts.rate_limit).masked(mask);
        let ErrorParts { message, call, code, field_errors, tracking_id, body, source, .. } =
            &mut *self.parts;
        *code = code.filter(|code| {
            let text = code.to_string();
            secrets.mask(&*text) == text
        });
        *call = secrets.mask(&**call).into_owned();
        for text in [message, body].into_iter().chain(tracking_id) {
            *text = mask(text);
        }
        for error in field_errors {
            error.field = mask(&error.field);
            error.message = mask(&error.message);
        }
        let masked = source.as_ref().and_then(|source| match is_quoting {
            true => masked_cause(source, &|text| secrets.mask_quoted(text)),
            false => masked_cause(source, &|text| secrets.mask(text)),
        });
        *source = masked.or(source.take());
        self
    }

    /// The same, with the tokens masked that only its own texts have.
    pub(crate) fn masked_with_tokens(self, mut secrets: Secrets) -> Error {
        self.texts().iter().for_each(|text| secrets.add_tokens_in(text));
        self.masked(&secrets)
    }

    /// The texts in which there may be secrets that nobody knows yet.
    pub(crate) fn texts(&self) -> Vec<String> {
        let own = [self.parts.body.clone(), self.last_error_text().into_owned()];
        own.into_iter().chain(chain(self).map(ToString::to_string)).collect()
    }

    /// Adds what the caller should know or do.
    pub(crate) fn with_advice(mut self, advice: &str) -> Error {
        if !self.parts.message.is_empty() {
            self.parts.message.push_str("; ");
        }
        self.parts.message.push_str(advice);
        self
    }

    /// Whether a daily limit is that of one user.
    pub(crate) fn is_limit_of_one_user(&self) -> bool {
        self.parts.is_limit_of_one_user
    }

    /// The wait that a 429 for the moment asked for, if it said any.
    pub(crate) fn asked_wait(&self) -> Option<Duration> {
        self.parts.asked_wait
    }

    /// The class of the error.
    pub fn kind(&self) -> ErrorKind {
        self.parts.kind
    }

    /// The HTTP status of the answer; `None` where none came.
    pub fn status(&self) -> Option<u16> {
        self.parts.status
    }

    /// Zoom's error code; `None` where the answer had none that could be read.
    pub fn code(&self) -> Option<i64> {
        self.parts.code
    }

    /// What Zoom said, or what went wrong on this side; the place of the call is not in it.
    pub fn message(&self) -> &str {
        &self.parts.message
    }

    /// What Zoom said of single fields, as it does with code 300 "Validation Failed."; the first 100.
    pub fn field_errors(&self) -> &[FieldError] {
        &self.parts.field_errors
    }

    /// The `x-zm-trackingid` of the answer, which Zoom's support asks for.
    pub fn tracking_id(&self) -> Option<&str> {
        self.parts.tracking_id.as_deref()
    }

    /// The body of the answer as text, whatever it was, its first 64 KiB; empty where there was none.
    pub fn body(&self) -> &str {
        &self.parts.body
    }

    /// The scopes that this very operation needs, granular ones first, then classic ones; an app
    /// needs one of each kind that it uses. Empty unless a scope is missing, and where the operation
    /// is not in Zoom's published list.
    pub fn scopes(&self) -> &[String] {
        &self.parts.scopes
    }

    /// What the answer says of rate limits, with any status.
    pub fn rate_limit(&self) -> &RateLimit {
        &self.parts.rate_limit
    }

    /// When calls are taken again, as far as known: for a daily limit what Zoom said, or else the
    /// next midnight UTC; for a wait that was longer than its cap, the end of that wait.
    pub fn resumes_at(&self) -> Option<SystemTime> {
        self.parts.resumes_at
    }

    /// Why the password was refused.
    pub fn password_rejected(&self) -> Option<PasswordRejected> {
        match self.parts.kind {
            ErrorKind::PasswordRejected(reason) => Some(reason),
            _ => None,
        }
    }

    /// Whether [`Transport::abort_current`](crate::Transport::abort_current) or a handler of the
    /// transport ended the call.
    pub fn is_aborted(&self) -> bool {
        self.transport().is_some_and(crate::error::Error::is_aborted)
    }

    fn transport(&self) -> Option<&crate::error::Error> {
        self.parts.source.as_deref().and_then(|source| source.downcast_ref())
    }

    /// The trace of the call where no answer came, as [`crate::Error::last_error_text`] tells it;
    /// else the same line as `Display`.
    pub fn last_error_text(&self) -> Cow<'_, str> {
        match self.transport() {
            Some(err) => Cow::Borrowed(err.last_error_text()),
            None => Cow::Owned(self.to_string()),
        }
    }

    /// The user does not exist, or not in this account (codes 1001 and 1010).
    pub fn is_user_not_found(&self) -> bool {
        use PasswordRejected::{NotInAccount, UserNotFound};
        matches!(
            self.parts.kind,
            ErrorKind::UserNotFound | ErrorKind::PasswordRejected(UserNotFound | NotInAccount)
        )
    }

    /// Something does not exist: a user or anything else.
    pub fn is_not_found(&self) -> bool {
        self.is_user_not_found() || self.parts.kind == ErrorKind::NotFound
    }

    /// More calls than the plan allows, in a second or a day.
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.parts.kind, ErrorKind::RateLimited | ErrorKind::DailyLimit)
    }

    /// [`ErrorKind::DailyLimit`].
    pub fn is_daily_limit(&self) -> bool {
        self.parts.kind == ErrorKind::DailyLimit
    }

    /// [`ErrorKind::TokenExpired`].
    pub fn is_token_expired(&self) -> bool {
        self.parts.kind == ErrorKind::TokenExpired
    }

    /// [`ErrorKind::MissingScope`].
    pub fn is_missing_scope(&self) -> bool {
        self.parts.kind == ErrorKind::MissingScope
    }

    /// [`ErrorKind::NotPermitted`].
    pub fn is_not_permitted(&self) -> bool {
        self.parts.kind == ErrorKind::NotPermitted
    }

    /// [`ErrorKind::Conflict`].
    pub fn is_conflict(&self) -> bool {
        self.parts.kind == ErrorKind::Conflict
    }

    /// [`ErrorKind::Validation`].
    pub fn is_validation(&self) -> bool {
        self.parts.kind == ErrorKind::Validation
    }

    /// [`ErrorKind::PasswordRejected`], for any reason.
    pub fn is_password_rejected(&self) -> bool {
        self.password_rejected().is_some()
    }

    /// [`ErrorKind::Unknown`]: Zoom may have acted.
    pub fn is_unknown(&self) -> bool {
        self.parts.kind == ErrorKind::Unknown
    }

    /// [`ErrorKind::PageTokenExpired`].
    pub fn is_page_token_expired(&self) -> bool {
        self.parts.kind == ErrorKind::PageTokenExpired
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ErrorParts { kind, message, call, .. } = &*self.parts;
        write!(f, "{kind}: {message}")?;
        const SHOWN: usize = 5;
        let errors = &self.parts.field_errors;
        for error in errors.iter().take(SHOWN) {
            write!(f, " [{error}]")?;
        }
        if errors.len() > SHOWN {
            write!(f, " [and {} more]", errors.len() - SHOWN)?;
        }
        let mut place = call.clone();
        let mut add = |what: &str, value: &dyn fmt::Display| {
            let comma = if place.is_empty() { "" } else { ", " };
            let _ = write!(place, "{comma}{what} {value}");
        };
        if let Some(status) = self.parts.status {
            add("status", &status);
        }
        if let Some(code) = self.parts.code {
            add("code", &code);
        }
        if let Some(id) = &self.parts.tracking_id {
            add("tracking id", id);
        }
        if !place.is_empty() {
            write!(f, " ({place})")?;
        }
        if let ErrorKind::PasswordRejected(reason) = kind {
            write!(f, "; {reason}")?;
        }
        if !self.parts.scopes.is_empty() {
            write!(f, "; this operation needs one of: {}", self.parts.scopes.join(", "))?;
        }
        if let Some(at) = self.parts.resumes_at {
            write!(f, "; calls are taken again at {}", dates::iso(at))?;
        }
        Ok(())
    }
}

/// All but the body, which may hold what is nobody's business.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.parts.kind)
            .field("status", &self.parts.status)
            .field("code", &self.parts.code)
            .field("message", &self.parts.message)
            .field("field_errors", &self.parts.field_errors)
            .field("call", &self.parts.call)
            .field("tracking_id", &self.parts.tracking_id)
            .field("scopes", &self.parts.scopes)
            .field("resumes_at", &self.parts.resumes_at.map(dates::iso))
            .field("source", &self.parts.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.parts.source.as_deref().map(|source| source as _)
    }
}

/// Lets a function that also sends requests without the client use `?` on them.
impl From<crate::error::Error> for Error {
    fn from(err: crate::error::Error) -> Self {
        let kind = match err.kind() {
            _ if err.may_have_been_processed() => ErrorKind::Unknown,
            // An answer that came and cannot be read says nothing of whether Zoom acted.
            crate::error::ErrorKind::Body | crate::error::ErrorKind::Content => ErrorKind::Body,
            crate::error::ErrorKind::Argument => ErrorKind::InvalidRequest,
            crate::error::ErrorKind::Status => ErrorKind::Refused,
            _ => return Error::from_transport(err),
        };
        Error::new(kind, err.to_string()).with_source(err)
    }
}

/// Lets a function that returns [`std::io::Result`] use `?` on a call.
impl From<Error> for std::io::Error {
    fn from(err: Error) -> Self {
        let kind = match err.kind() {
            ErrorKind::InvalidRequest => std::io::ErrorKind::InvalidInput,
            ErrorKind::UserNotFound | ErrorKind::NotFound => std::io::ErrorKind::NotFound,
            ErrorKind::NotPermitted | ErrorKind::MissingScope => {
                std::io::ErrorKind::PermissionDenied
            }
            ErrorKind::Body => std::io::ErrorKind::InvalidData,
            _ => std::io::ErrorKind::Other,
        };
        std::io::Error::new(kind, err)
    }
}
