//! The error type of the Zoom client.

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
use crate::zoom::answer::text::{excerpt, tidy};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::causes::{chain, mask_cause};
use crate::zoom::mask::secrets::SecretSet;
use crate::zoom::pace::dates;
use crate::zoom::pace::operations::Operation;
use crate::zoom::pace::rate_limit::{RateLimit, Refusal, read_refusal};
use crate::zoom::passwords::change::PasswordRejected;

/// A `Result` with [`zoom::Error`](Error) as the default error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call to Zoom failed.
///
/// `Display` is one line: the kind, Zoom's own message, the operation with status, code and tracking
/// ID, and what to do if that is known. The same codes mean different things in different products
/// ([Zoom's list](https://developers.zoom.us/docs/api/errors/)), so decide by [`kind`](Self::kind) or a
/// helper, and by [`code`](Self::code) only for a known operation.
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
/// Tokens and passwords are masked in all texts, including those of the [source](StdError::source), even
/// if Zoom repeats them escaped or cut. A source is replaced by its masked text only if it shows one of
/// them.
#[derive(Clone)]
pub struct Error {
    parts: Box<ErrorParts>,
}

#[derive(Clone)]
struct ErrorParts {
    kind: ErrorKind,
    message: String,
    /// Method and path.
    call: String,
    status: Option<u16>,
    code: Option<i64>,
    field_errors: Vec<FieldError>,
    tracking_id: Option<String>,
    body: String,
    scopes: Vec<String>,
    rate_limit: RateLimit,
    resumes_at: Option<SystemTime>,
    /// The wait that a 429 for the second or minute asks for.
    requested_wait: Option<Duration>,
    /// Whether a daily limit applies to one user only.
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
                requested_wait: None,
                is_limit_of_one_user: false,
                source: None,
            }),
        }
    }

    /// Returns the error for an invalid argument or setting. `field` is its public name.
    pub(crate) fn invalid(field: &str, message: impl fmt::Display) -> Error {
        Error::new(ErrorKind::InvalidRequest, format!("{field}: {message}"))
    }

    /// Returns the error that an answer reports. A Retry-After in seconds counts from `now`.
    pub(crate) fn from_answer(
        resp: &HttpResponse,
        body: ZoomBody,
        secrets: &SecretSet,
        operation: Option<&Operation>,
        now: SystemTime,
    ) -> Error {
        let status = resp.status_code();
        let mut err = Error::new(ErrorKind::Refused, "");
        err.parts.rate_limit = RateLimit::read(resp, now);
        // The body is interpreted before it is masked, since a secret may be a word that matters here.
        if status == 429 {
            match read_refusal(&err.parts.rate_limit, &body.message, now) {
                Refusal::Daily { resumes_at, is_limit_of_one_user } => {
                    err.parts.is_limit_of_one_user = is_limit_of_one_user;
                    err.parts.kind = ErrorKind::DailyLimit;
                    err.parts.resumes_at = Some(resumes_at);
                }
                Refusal::Moment { wait } => {
                    err.parts.kind = ErrorKind::RateLimited;
                    err.parts.requested_wait = wait;
                }
            }
        } else {
            err.parts.kind = classify(status, body.code, &body.message, operation);
        }
        if err.parts.kind == ErrorKind::MissingScope {
            err.parts.scopes = operation.map(Operation::scopes).unwrap_or_default();
        }
        let body = body.masked(secrets);
        err.parts.code = body.code;
        err.parts.message = body.message;
        err.parts.field_errors = body.field_errors;
        err.parts.body = body.text;
        err.with_status(resp, secrets)
    }

    /// Returns the error for a call without an answer.
    pub(crate) fn from_transport(err: crate::error::Error) -> Error {
        let kind = match err.kind() {
            _ if err.may_have_been_processed() => ErrorKind::OutcomeUnknown,
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

    /// Adds status, tracking ID and body of the answer.
    pub(crate) fn with_answer(mut self, resp: &HttpResponse, secrets: &SecretSet) -> Error {
        self.parts.body = excerpt(&resp.body_str(), secrets);
        self.with_status(resp, secrets)
    }

    /// Adds status and tracking ID of the answer, but not its body.
    pub(crate) fn with_status(mut self, resp: &HttpResponse, secrets: &SecretSet) -> Error {
        let id = resp.get_header_field("x-zm-trackingid");
        self.parts.tracking_id = id.map(|id| tidy(&secrets.mask(id)));
        self.parts.status = Some(resp.status_code());
        self
    }

    /// Masks secrets in everything that the error shows, including its source. Every error passes through
    /// this before it leaves the client.
    pub(crate) fn masked(mut self, secrets: &SecretSet) -> Error {
        let is_quoting = self.transport().is_some();
        let mask = |text: &str| match is_quoting {
            // The transport quotes what the server sent, and only the start of a long text.
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
            true => mask_cause(source, &|text| secrets.mask_quoted(text)),
            false => mask_cause(source, &|text| secrets.mask(text)),
        });
        *source = masked.or(source.take());
        self
    }

    /// Masks secrets, and also tokens that occur only in the texts of the error.
    pub(crate) fn masked_with_tokens(self, mut secrets: SecretSet) -> Error {
        self.texts().iter().for_each(|text| secrets.add_tokens_in(text));
        self.masked(&secrets)
    }

    /// Returns the texts that may contain secrets not known yet.
    pub(crate) fn texts(&self) -> Vec<String> {
        let own = [self.parts.body.clone(), self.last_error_text().into_owned()];
        own.into_iter().chain(chain(self).map(ToString::to_string)).collect()
    }

    /// Appends what the caller should know or do.
    pub(crate) fn with_advice(mut self, advice: &str) -> Error {
        if !self.parts.message.is_empty() {
            self.parts.message.push_str("; ");
        }
        self.parts.message.push_str(advice);
        self
    }

    /// Whether a daily limit applies to one user only.
    pub(crate) fn is_limit_of_one_user(&self) -> bool {
        self.parts.is_limit_of_one_user
    }

    /// Returns the wait that a 429 for the second or minute asked for, if any.
    pub(crate) fn requested_wait(&self) -> Option<Duration> {
        self.parts.requested_wait
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.parts.kind
    }

    /// Returns the HTTP status of the answer; `None` without an answer.
    pub fn status(&self) -> Option<u16> {
        self.parts.status
    }

    /// Returns Zoom's error code; `None` if the answer has no readable code.
    pub fn code(&self) -> Option<i64> {
        self.parts.code
    }

    /// Returns Zoom's message, or what went wrong in this client. Method and path are not part of it.
    pub fn message(&self) -> &str {
        &self.parts.message
    }

    /// Returns the errors of single fields, which Zoom sends with code 300 "Validation Failed."; at most 100.
    pub fn field_errors(&self) -> &[FieldError] {
        &self.parts.field_errors
    }

    /// Returns the `x-zm-trackingid` of the answer, which Zoom's support asks for.
    pub fn tracking_id(&self) -> Option<&str> {
        self.parts.tracking_id.as_deref()
    }

    /// Returns the first 64 KiB of the answer's body as text; empty without a body.
    pub fn body(&self) -> &str {
        &self.parts.body
    }

    /// Returns the scopes for this operation, granular ones first, then classic ones. An app needs one of
    /// the kind that it uses. Empty unless a scope is missing, and for an operation that is not in Zoom's
    /// published list.
    pub fn scopes(&self) -> &[String] {
        &self.parts.scopes
    }

    /// Returns the rate limits that the answer reports, with any status.
    pub fn rate_limit(&self) -> &RateLimit {
        &self.parts.rate_limit
    }

    /// Returns when Zoom accepts calls again, if known: for a daily limit the time from Zoom, or else the
    /// next midnight UTC; for a wait longer than its cap, the end of that wait.
    pub fn resumes_at(&self) -> Option<SystemTime> {
        self.parts.resumes_at
    }

    /// Returns why the password was refused.
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

    /// Whether a time limit of the transport expired.
    pub fn is_timeout(&self) -> bool {
        self.transport().is_some_and(crate::error::Error::is_timeout)
    }

    fn transport(&self) -> Option<&crate::error::Error> {
        self.parts.source.as_deref().and_then(|source| source.downcast_ref())
    }

    /// Returns the trace of a call without an answer (see [`zoomkat::Error`](crate::Error::last_error_text)),
    /// otherwise the line of `Display`.
    pub fn last_error_text(&self) -> Cow<'_, str> {
        match self.transport() {
            Some(err) => Cow::Borrowed(err.last_error_text()),
            None => Cow::Owned(self.to_string()),
        }
    }

    /// Whether the user does not exist, at all or in this account (codes 1001 and 1010).
    pub fn is_user_not_found(&self) -> bool {
        use PasswordRejected::{NotInAccount, UserNotFound};
        matches!(
            self.parts.kind,
            ErrorKind::UserNotFound | ErrorKind::PasswordRejected(UserNotFound | NotInAccount)
        )
    }

    /// Whether a user or anything else does not exist.
    pub fn is_not_found(&self) -> bool {
        self.is_user_not_found() || self.parts.kind == ErrorKind::NotFound
    }

    /// Whether the call exceeds a rate limit of the plan: per second, per minute or per day.
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.parts.kind, ErrorKind::RateLimited | ErrorKind::DailyLimit)
    }

    /// Whether the kind is [`ErrorKind::DailyLimit`].
    pub fn is_daily_limit(&self) -> bool {
        self.parts.kind == ErrorKind::DailyLimit
    }

    /// Whether the kind is [`ErrorKind::TokenExpired`].
    pub fn is_token_expired(&self) -> bool {
        self.parts.kind == ErrorKind::TokenExpired
    }

    /// Whether the kind is [`ErrorKind::MissingScope`].
    pub fn is_missing_scope(&self) -> bool {
        self.parts.kind == ErrorKind::MissingScope
    }

    /// Whether the kind is [`ErrorKind::NotPermitted`].
    pub fn is_not_permitted(&self) -> bool {
        self.parts.kind == ErrorKind::NotPermitted
    }

    /// Whether the kind is [`ErrorKind::Conflict`].
    pub fn is_conflict(&self) -> bool {
        self.parts.kind == ErrorKind::Conflict
    }

    /// Whether the kind is [`ErrorKind::Validation`].
    pub fn is_validation(&self) -> bool {
        self.parts.kind == ErrorKind::Validation
    }

    /// Whether the kind is [`ErrorKind::PasswordRejected`], for any reason.
    pub fn is_password_rejected(&self) -> bool {
        self.password_rejected().is_some()
    }

    /// Whether the kind is [`ErrorKind::OutcomeUnknown`]: Zoom may have acted.
    pub fn is_outcome_unknown(&self) -> bool {
        self.parts.kind == ErrorKind::OutcomeUnknown
    }

    /// Whether the kind is [`ErrorKind::PageTokenExpired`].
    pub fn is_page_token_expired(&self) -> bool {
        self.parts.kind == ErrorKind::PageTokenExpired
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ErrorParts { kind, message, call, .. } = &*self.parts;
        write!(f, "{kind}: {message}")?;
        const MAX_SHOWN: usize = 5;
        let errors = &self.parts.field_errors;
        for error in errors.iter().take(MAX_SHOWN) {
            write!(f, " [{error}]")?;
        }
        if errors.len() > MAX_SHOWN {
            write!(f, " [and {} more]", errors.len() - MAX_SHOWN)?;
        }
        let mut details = call.clone();
        let mut add = |what: &str, value: &dyn fmt::Display| {
            let comma = if details.is_empty() { "" } else { ", " };
            let _ = write!(details, "{comma}{what} {value}");
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
        if !details.is_empty() {
            write!(f, " ({details})")?;
        }
        if let ErrorKind::PasswordRejected(reason) = kind {
            write!(f, "; {reason}")?;
        }
        if !self.parts.scopes.is_empty() {
            write!(f, "; this operation needs one of: {}", self.parts.scopes.join(", "))?;
        }
        if let Some(at) = self.parts.resumes_at {
            write!(f, "; Zoom accepts calls again at {}", dates::iso(at))?;
        }
        Ok(())
    }
}

/// Omits the body, which may contain private data.
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

/// Lets a function that also sends requests without the client use `?` on both.
impl From<crate::error::Error> for Error {
    fn from(err: crate::error::Error) -> Self {
        if let Some(status) = err.status() {
            let kind = if status == 404 { ErrorKind::NotFound } else { ErrorKind::Refused };
            let mut refused = Error::new(kind, err.to_string()).with_source(err);
            refused.parts.status = Some(status);
            return refused;
        }
        let kind = match err.kind() {
            _ if err.may_have_been_processed() => ErrorKind::OutcomeUnknown,
            // An answer that cannot be read does not show whether Zoom acted.
            crate::error::ErrorKind::Body | crate::error::ErrorKind::Content => ErrorKind::Body,
            crate::error::ErrorKind::Argument => ErrorKind::InvalidRequest,
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
