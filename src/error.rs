//! [`Error`]: what went wrong, in one small boxed type.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::redact::one_line;

/// A `Result` whose error is zoomkat's [`Error`] unless another is named.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call gave no response.
///
/// An HTTP status of 400 or more is *not* an error: such a call returns its
/// [`HttpResponse`](crate::HttpResponse) like any other.
///
/// `Display` is one line: the kind, the field or place it concerns, what was found and what to do.
/// [`last_error_text`](Error::last_error_text) is the whole trace of the call.
///
/// ```
/// use zoomkat::{ErrorKind, HttpRequest, Transport};
///
/// let mut req = HttpRequest::new();
/// req.set_http_verb("P UT");
/// let err = Transport::new().send(&req).unwrap_err();
/// assert_eq!(err.kind(), ErrorKind::InvalidRequest);
/// assert!(err.to_string().contains("http_verb"));
/// ```
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error {
    pub(crate) details: Box<Details>,
}

/// The same line, and below it the trace of the call: what a program prints whose `main` ends with
/// an error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if self.details.trace.is_empty() {
            Ok(())
        } else {
            write!(f, "\n{}", self.details.trace.trim_end())
        }
    }
}

/// What an [`Error`] knows.
#[derive(Debug)]
pub(crate) struct Details {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
    pub(crate) source: Option<Cause>,
    pub(crate) trace: String,
    pub(crate) place: Option<(usize, usize)>,
    pub(crate) may_have_been_processed: bool,
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl StdError for Details {
    // Derived, it would be the `Arc`, which no caller looks for.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// What an error names as its cause.
pub(crate) type Cause = Arc<dyn StdError + Send + Sync>;

/// The classes of [`Error`], by what a caller would do about each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request, the domain, the port or a setting is not valid; nothing was sent.
    InvalidRequest,
    /// The host name has no address.
    Resolve,
    /// No TCP connection could be made.
    Connect,
    /// The proxy refused the connection or could not be used.
    Proxy,
    /// The TLS handshake failed: most often the server's certificate is not to be trusted.
    Tls,
    /// A time limit ran out: connect, silence (`set_read_timeout`) or the whole call.
    Timeout,
    /// The connection broke, or a local file could not be read or written.
    Io,
    /// The peer sent something that is not HTTP/1.1.
    Protocol,
    /// The response header or body is larger than the limit allows.
    TooLarge,
    /// A redirect was not followed: too many, to an unusable or unsafe place.
    Redirect,
    /// `abort_current`, or a handler of `on_abort_check` or `on_percent_done`, ended the call.
    Aborted,
    /// A download was answered with a status other than 200 to 299, so there is no file.
    Status,
    /// An argument of `JsonObject`, `JsonArray`, `StringBuilder` or `BinData` cannot be right: a path,
    /// an encoding, a charset, the text of a number. No call was made.
    Argument,
    /// What was to be loaded, decoded or looked up is not there or not what it should be: JSON, one
    /// of its members, base64, text of a charset. No call was made.
    Content,
    /// A body is not whole: the response ended early, its coding or JSON is broken, or a file
    /// changed while it was sent.
    Body,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ErrorKind::InvalidRequest => "invalid request",
            ErrorKind::Resolve => "host name look-up failed",
            ErrorKind::Connect => "cannot connect",
            ErrorKind::Proxy => "proxy failed",
            ErrorKind::Tls => "TLS failed",
            ErrorKind::Timeout => "timed out",
            ErrorKind::Io => "input/output failed",
            ErrorKind::Protocol => "not valid HTTP/1.1",
            ErrorKind::TooLarge => "too large",
            ErrorKind::Redirect => "redirect not followed",
            ErrorKind::Aborted => "aborted",
            ErrorKind::Status => "no success",
            ErrorKind::Argument => "invalid argument",
            ErrorKind::Content => "content not valid",
            ErrorKind::Body => "body not whole",
        })
    }
}

impl Error {
    /// One line, whatever of the caller's or the server's is quoted in it.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        let details = Details {
            kind,
            message: one_line(message.into()),
            source: None,
            trace: String::new(),
            place: None,
            may_have_been_processed: false,
        };
        Error { details: Box::new(details) }
    }

    /// A fault in what the caller gave, found before anything was sent. `field` is its public name.
    pub(crate) fn invalid(field: &str, message: impl fmt::Display) -> Error {
        Error::new(ErrorKind::InvalidRequest, format!("{field}: {message}"))
    }

    /// What one of Chilkat's other classes cannot take.
    #[cfg(any(feature = "chilkat", feature = "views"))]
    pub(crate) fn argument(member: &str, message: impl fmt::Display) -> Error {
        Error::new(ErrorKind::Argument, format!("{member}: {message}"))
    }

    /// What there is not, or is something else, in the content of one of those classes.
    #[cfg(any(feature = "chilkat", feature = "views"))]
    pub(crate) fn content(member: &str, message: impl fmt::Display) -> Error {
        Error::new(ErrorKind::Content, format!("{member}: {message}"))
    }

    /// A fault at byte `at` of a text that was given to be read.
    #[cfg(feature = "views")]
    pub(crate) fn at(what: &str, text: &str, at: usize, message: impl fmt::Display) -> Error {
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Error::content(what, message).with_place(line, column)
    }

    /// Says in which line and column of the text that was read the fault is.
    #[cfg(feature = "views")]
    pub(crate) fn with_place(mut self, line: usize, column: usize) -> Error {
        self.details.message.push_str(&format!(" (line {line}, column {column})"));
        self.details.place = Some((line, column));
        self
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Error {
        self.details.source = Some(source.into().into());
        self
    }

    pub(crate) fn with_trace(mut self, trace: String) -> Error {
        self.details.trace = trace;
        self
    }

    /// Says that the call was ended, keeping what is known of it.
    pub(crate) fn aborted(self, by: &Error) -> Error {
        let mut err = Error::new(ErrorKind::Aborted, by.details.message.clone());
        err.details.message.push_str(if self.details.may_have_been_processed {
            "; some of the request had been sent, so the server may have acted on it"
        } else {
            ""
        });
        err.details.may_have_been_processed = self.details.may_have_been_processed;
        err
    }

    /// Marks that the server did answer a request that acts, though the call came to nothing.
    pub(crate) fn after_answer(mut self) -> Error {
        self.details.may_have_been_processed = true;
        self
    }

    /// Marks that the request, or some of it, had gone out, and says so where that matters.
    pub(crate) fn after_sending(mut self, unknown_outcome: bool) -> Error {
        if unknown_outcome && !self.details.may_have_been_processed {
            self.details.message.push_str(
                "; the request had been sent and no answer came, so it is unknown whether the \
                 server acted on it: look before sending it again",
            );
        }
        self.details.may_have_been_processed = unknown_outcome;
        self
    }

    /// What `Display` says after the class.
    pub(crate) fn message(&self) -> &str {
        &self.details.message
    }

    /// The class of the error.
    pub fn kind(&self) -> ErrorKind {
        self.details.kind
    }

    /// The trace of the call: what was asked, then one line a step with the milliseconds since the
    /// start (look-up, connect, TLS, sent, received), then the failure and its causes.
    ///
    /// Chilkat keeps this on the `Http` object as `LastErrorText`. Tokens, passwords, cookies and
    /// query values are never in it.
    #[doc(alias = "LastErrorText")]
    #[doc(alias = "lastErrorText")]
    pub fn last_error_text(&self) -> &str {
        if self.details.trace.is_empty() { &self.details.message } else { &self.details.trace }
    }

    /// Whether the server may have acted on the request: it was sent, and the answer was lost (which
    /// the text says as well) or came to nothing, as a body cut short or a redirect that leads
    /// nowhere. By a 401, 307 or 308 a server says that it has not acted on the request so far.
    ///
    /// False where nothing was sent or the request's own body ended early, and always for methods
    /// that are safe by RFC 9110 section 9.2.1 (GET, HEAD, OPTIONS, TRACE), which change nothing.
    pub fn may_have_been_processed(&self) -> bool {
        self.details.may_have_been_processed
    }

    /// Where in a text that was read the fault is, as line and column (in characters), both from 1. The message
    /// says it too. Only errors of reading a curl command or a Postman file have one.
    pub fn place(&self) -> Option<(usize, usize)> {
        self.details.place
    }

    /// [`ErrorKind::InvalidRequest`]: nothing was sent.
    pub fn is_invalid_request(&self) -> bool {
        self.details.kind == ErrorKind::InvalidRequest
    }

    /// No connection came about: [`Resolve`](ErrorKind::Resolve), [`Connect`](ErrorKind::Connect)
    /// or [`Proxy`](ErrorKind::Proxy).
    pub fn is_connect(&self) -> bool {
        matches!(self.details.kind, ErrorKind::Resolve | ErrorKind::Connect | ErrorKind::Proxy)
    }

    /// [`ErrorKind::Tls`].
    pub fn is_tls(&self) -> bool {
        self.details.kind == ErrorKind::Tls
    }

    /// [`ErrorKind::Timeout`].
    pub fn is_timeout(&self) -> bool {
        self.details.kind == ErrorKind::Timeout
    }

    /// [`ErrorKind::Aborted`].
    pub fn is_aborted(&self) -> bool {
        self.details.kind == ErrorKind::Aborted
    }

    /// [`ErrorKind::Io`].
    pub fn is_io(&self) -> bool {
        self.details.kind == ErrorKind::Io
    }

    /// [`ErrorKind::TooLarge`].
    pub fn is_too_large(&self) -> bool {
        self.details.kind == ErrorKind::TooLarge
    }
}

/// Lets a function that returns [`std::io::Result`] use `?` on a call.
impl From<Error> for std::io::Error {
    fn from(err: Error) -> Self {
        let kind = match err.kind() {
            ErrorKind::InvalidRequest | ErrorKind::Argument => std::io::ErrorKind::InvalidInput,
            ErrorKind::Timeout => std::io::ErrorKind::TimedOut,
            ErrorKind::Protocol | ErrorKind::Body | ErrorKind::Content => {
                std::io::ErrorKind::InvalidData
            }
            _ => std::io::ErrorKind::Other,
        };
        std::io::Error::new(kind, err)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_main_that_ends_with_one_prints_the_line_and_the_trace() {
        let err = Error::new(ErrorKind::Tls, "lorem");
        assert_eq!(format!("{err:?}"), "TLS failed: lorem");
        let err = err.with_trace("GET /\n  failed: TLS failed: lorem\n".to_owned());
        assert_eq!(format!("{err:?}"), "TLS failed: lorem\nGET /\n  failed: TLS failed: lorem");
    }

    #[test]
    fn an_io_error_made_of_one_has_its_kind_and_its_text() {
        for (kind, expected) in [
            (ErrorKind::InvalidRequest, io::ErrorKind::InvalidInput),
            (ErrorKind::Timeout, io::ErrorKind::TimedOut),
            (ErrorKind::Protocol, io::ErrorKind::InvalidData),
            (ErrorKind::Body, io::ErrorKind::InvalidData),
            (ErrorKind::Tls, io::ErrorKind::Other),
        ] {
            let err = io::Error::from(Error::new(kind, "what happened"));
            assert_eq!(err.kind(), expected);
            assert!(err.to_string().contains("what happened"), "{err}");
        }
    }
}
