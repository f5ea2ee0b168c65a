//! The error type: one pointer in size, cheap to clone.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::redact::one_line;

/// A `Result` whose error type is [`Error`] by default.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The reason why a call has no response.
///
/// An HTTP status of 400 or more is *not* an error: the call returns its
/// [`HttpResponse`](crate::HttpResponse). [`error_for_status`](crate::HttpResponse::error_for_status)
/// turns such a response into an error.
///
/// `Display` writes one line: the kind, the field or the position, what was found and what to do.
/// `Debug`, which a `main` that returns an error prints, adds the trace of the call.
/// [`last_error_text`](Error::last_error_text) returns the trace.
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
#[derive(Clone, thiserror::Error)]
#[error(transparent)]
pub struct Error {
    pub(crate) details: Arc<Details>,
}

/// Writes the line of `Display`, then the trace, in which that line is not repeated.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.to_string();
        f.write_str(&line)?;
        for step in self.details.trace.lines() {
            // The failure in the trace may lack what was added to the message later.
            match step.split_once(FAILED) {
                Some((before, failure)) if line.starts_with(failure) => {
                    write!(f, "\n{before}{}", FAILED.trim_end_matches(": "))?;
                }
                _ => write!(f, "\n{step}")?,
            }
        }
        Ok(())
    }
}

/// The text before the failure in a trace.
pub(crate) const FAILED: &str = "failed: ";

/// A position in a text: line and column, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    line: usize,
    column: usize,
}

impl Position {
    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The content of an [`Error`].
#[derive(Clone, Debug)]
pub(crate) struct Details {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
    pub(crate) source: Option<Cause>,
    pub(crate) trace: String,
    pub(crate) position: Option<Position>,
    pub(crate) status: Option<u16>,
    pub(crate) may_have_been_processed: bool,
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl StdError for Details {
    // A derived source would be the `Arc`, to which no caller can downcast.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The cause of an error.
pub(crate) type Cause = Arc<dyn StdError + Send + Sync>;

/// The kinds of [`Error`], by what a caller can do about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request, the domain, the port or a setting is invalid. Nothing was sent.
    InvalidRequest,
    /// The host name has no address.
    Resolve,
    /// No TCP connection could be made.
    Connect,
    /// The proxy refused the connection or could not be used.
    Proxy,
    /// The TLS handshake failed, most often because the server's certificate is not trusted.
    Tls,
    /// A time limit expired: for connecting, for silence (`set_read_timeout`) or for the whole call.
    Timeout,
    /// The connection broke, or a local file could not be read or written.
    Io,
    /// The peer sent something that is not HTTP/1.1.
    Protocol,
    /// The response's header or body is larger than its limit.
    TooLarge,
    /// A redirect was not followed: there were too many, or its target is unusable or unsafe.
    Redirect,
    /// `abort_current`, or a handler of `on_abort_check` or `on_percent_done`, ended the call.
    Aborted,
    /// The response has an unwanted status: 400 or above for
    /// [`error_for_status`](crate::HttpResponse::error_for_status), other than 200 to 299 for a download of `chilkat::Http`.
    Status,
    /// An argument of `JsonObject`, `JsonArray`, `StringBuilder`, `BinData` or `Call` is invalid: a
    /// path, an encoding, a charset, a number. No call was made. Only with the feature `chilkat` or
    /// `views`.
    Argument,
    /// Content that was to be loaded, decoded or looked up is missing or malformed: JSON, a member
    /// of it, base64, text in a charset, a curl command. No call was made. Only with the feature
    /// `chilkat` or `views`.
    Content,
    /// A body is incomplete or invalid: the response ended early, its content coding or JSON is broken, or a
    /// file changed while it was sent.
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
            ErrorKind::Io => "I/O failed",
            ErrorKind::Protocol => "not valid HTTP/1.1",
            ErrorKind::TooLarge => "too large",
            ErrorKind::Redirect => "redirect not followed",
            ErrorKind::Aborted => "aborted",
            ErrorKind::Status => "unexpected status",
            ErrorKind::Argument => "invalid argument",
            ErrorKind::Content => "invalid content",
            ErrorKind::Body => "invalid body",
        })
    }
}

impl Error {
    /// The message becomes one line, whatever it quotes.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        let details = Details {
            kind,
            message: one_line(message.into()),
            source: None,
            trace: String::new(),
            position: None,
            status: None,
            may_have_been_processed: false,
        };
        Error { details: Arc::new(details) }
    }

    /// Cheap while no clone exists, which is the case until the caller gets the error.
    fn details_mut(&mut self) -> &mut Details {
        Arc::make_mut(&mut self.details)
    }

    /// An invalid value from the caller, found before anything was sent. `field` is its public name.
    pub(crate) fn invalid(field: &str, message: impl fmt::Display) -> Error {
        Error::new(ErrorKind::InvalidRequest, format!("{field}: {message}"))
    }

    /// An invalid argument of one of Chilkat's other classes.
    #[cfg(any(feature = "chilkat", feature = "views"))]
    pub(crate) fn argument(member: &str, message: impl fmt::Display) -> Error {
        Error::new(ErrorKind::Argument, format!("{member}: {message}"))
    }

    /// Missing or malformed content of one of those classes.
    #[cfg(any(feature = "chilkat", feature = "views"))]
    pub(crate) fn content(member: &str, message: impl fmt::Display) -> Error {
        Error::new(ErrorKind::Content, format!("{member}: {message}"))
    }

    /// A fault at byte `at` of a text that was parsed.
    #[cfg(feature = "views")]
    pub(crate) fn at(what: &str, text: &str, at: usize, message: impl fmt::Display) -> Error {
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Error::content(what, message).with_position(line, column)
    }

    /// Adds the position of the fault in the text that was parsed.
    #[cfg(feature = "views")]
    pub(crate) fn with_position(mut self, line: usize, column: usize) -> Error {
        let position = Position { line, column };
        let details = self.details_mut();
        details.message.push_str(&format!(" ({position})"));
        details.position = Some(position);
        self
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Error {
        self.details_mut().source = Some(source.into().into());
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Error {
        self.details_mut().kind = kind;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Error {
        self.details_mut().status = Some(status);
        self
    }

    pub(crate) fn with_trace(mut self, trace: String) -> Error {
        self.details_mut().trace = trace;
        self
    }

    /// Returns the error for a call that `by` ended, keeping whether the server may have acted.
    pub(crate) fn aborted(self, by: &Error) -> Error {
        let mut message = by.details.message.clone();
        if self.details.may_have_been_processed {
            message.push_str(
                "; some of the request had been sent, so the server may have acted on it",
            );
        }
        let mut err = Error::new(ErrorKind::Aborted, message);
        err.details_mut().may_have_been_processed = self.details.may_have_been_processed;
        err
    }

    /// Marks that the server responded to a non-safe request, although the call failed.
    pub(crate) fn after_response(mut self) -> Error {
        self.details_mut().may_have_been_processed = true;
        self
    }

    /// Marks that the request, or a part of it, had been sent. `unknown_outcome` says that the server
    /// may have acted on it, which is added to the message.
    pub(crate) fn after_sending(mut self, unknown_outcome: bool) -> Error {
        let details = self.details_mut();
        if unknown_outcome && !details.may_have_been_processed {
            details.message.push_str(
                "; the request had been sent and no response arrived, so it is unknown whether the \
                 server acted on it: check before retrying",
            );
        }
        details.may_have_been_processed = unknown_outcome;
        self
    }

    /// The message, which `Display` writes after the kind.
    pub(crate) fn message(&self) -> &str {
        &self.details.message
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.details.kind
    }

    /// The status of the response, if the kind is [`Status`](ErrorKind::Status).
    #[doc(alias = "status_code")]
    pub fn status(&self) -> Option<u16> {
        self.details.status
    }

    /// The trace of the call: method and URL, then one line for each step (look-up, connect, TLS, sent,
    /// received) with the milliseconds since the start, then the failure and its causes. Without a call, the message.
    ///
    /// Chilkat keeps this on the `Http` object as `LastErrorText`. It never contains tokens, passwords,
    /// cookies, query values or path variables.
    #[doc(alias = "LastErrorText")]
    #[doc(alias = "lastErrorText")]
    pub fn last_error_text(&self) -> &str {
        if self.details.trace.is_empty() { &self.details.message } else { &self.details.trace }
    }

    /// Whether the server may have acted on the request, although the call failed.
    ///
    /// True if the request was sent and its response was lost (the message says so) or cannot be used: a
    /// truncated body, a redirect that cannot be followed. False if nothing was sent, if the request's own body
    /// ended early, and after a 401, 307 or 308. Always false for GET, HEAD, OPTIONS and TRACE, which are safe
    /// (RFC 9110 section 9.2.1): they change nothing.
    pub fn may_have_been_processed(&self) -> bool {
        self.details.may_have_been_processed
    }

    /// The position of the fault in the parsed text; the message includes it. Only errors in a curl command or
    /// a Postman file have one.
    pub fn position(&self) -> Option<Position> {
        self.details.position
    }

    /// Whether the kind is [`InvalidRequest`](ErrorKind::InvalidRequest): nothing was sent.
    pub fn is_invalid_request(&self) -> bool {
        self.details.kind == ErrorKind::InvalidRequest
    }

    /// Whether connecting failed: the kind is [`Resolve`](ErrorKind::Resolve), [`Connect`](ErrorKind::Connect)
    /// or [`Proxy`](ErrorKind::Proxy).
    pub fn is_connect(&self) -> bool {
        matches!(self.details.kind, ErrorKind::Resolve | ErrorKind::Connect | ErrorKind::Proxy)
    }

    /// Whether the kind is [`Tls`](ErrorKind::Tls).
    pub fn is_tls(&self) -> bool {
        self.details.kind == ErrorKind::Tls
    }

    /// Whether the kind is [`Timeout`](ErrorKind::Timeout).
    pub fn is_timeout(&self) -> bool {
        self.details.kind == ErrorKind::Timeout
    }

    /// Whether the kind is [`Aborted`](ErrorKind::Aborted).
    pub fn is_aborted(&self) -> bool {
        self.details.kind == ErrorKind::Aborted
    }

    /// Whether the kind is [`Io`](ErrorKind::Io).
    pub fn is_io(&self) -> bool {
        self.details.kind == ErrorKind::Io
    }

    /// Whether the kind is [`TooLarge`](ErrorKind::TooLarge).
    pub fn is_too_large(&self) -> bool {
        self.details.kind == ErrorKind::TooLarge
    }

    /// Whether the kind is [`Status`](ErrorKind::Status).
    pub fn is_status(&self) -> bool {
        self.details.kind == ErrorKind::Status
    }
}

/// Converts the error for `?` in a function that returns [`std::io::Result`].
impl From<Error> for std::io::Error {
    fn from(err: Error) -> Self {
        let kind = match err.kind() {
            ErrorKind::InvalidRequest | ErrorKind::Argument => std::io::ErrorKind::InvalidInput,
            ErrorKind::Timeout => std::io::ErrorKind::TimedOut,
            ErrorKind::Protocol | ErrorKind::Body | ErrorKind::Content => {
                std::io::ErrorKind::InvalidData
            }
            _ => {
                let cause = err.details.source.as_deref();
                let cause = cause.and_then(|cause| cause.downcast_ref::<std::io::Error>());
                cause.map_or(std::io::ErrorKind::Other, std::io::Error::kind)
            }
        };
        std::io::Error::new(kind, err)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn debug_shows_the_message_and_the_trace_and_no_line_twice() {
        let err = Error::new(ErrorKind::Tls, "lorem");
        assert_eq!(format!("{err:?}"), "TLS failed: lorem");
        let trace = "GET /\n   1.000 ms  failed: TLS failed: lorem\n     because: ipsum\n";
        let err = err.with_trace(trace.to_owned());
        let shown = "TLS failed: lorem\nGET /\n   1.000 ms  failed\n     because: ipsum";
        assert_eq!(format!("{err:?}"), shown);
    }

    #[test]
    fn a_clone_shares_the_source() {
        let err = Error::new(ErrorKind::Io, "lorem").with_source(io::Error::other("ipsum"));
        let clone = err.clone().with_trace("GET /\n".to_owned());
        assert_eq!((clone.kind(), err.last_error_text()), (ErrorKind::Io, "lorem"));
        let cause = |err: &Error| StdError::source(err).unwrap().to_string();
        assert_eq!(cause(&clone), cause(&err));
        assert!(StdError::source(&clone).unwrap().is::<io::Error>());
    }

    #[test]
    fn an_io_error_keeps_kind_and_text() {
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
