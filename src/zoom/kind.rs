//! [`ErrorKind`]: the classes of errors.

use std::fmt;

#[cfg(doc)]
use crate::zoom::error::Error;
use crate::zoom::passwords::change::PasswordRejected;

/// The classes of [`Error`], by what a caller would do about each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument or a setting cannot be right; nothing was sent.
    InvalidRequest,
    /// No answer came, and Zoom cannot have acted: no connection, no TLS, or a request that only reads.
    Transport,
    /// No answer came, and Zoom may have acted. For a password: it may have changed; there it is also
    /// the kind of a status of 500 and above, and of an answer that is not Zoom's.
    Unknown,
    /// No access token could be got, or the new one could not be stored.
    Token,
    /// Zoom takes the access token for invalid or expired, also after it was renewed once.
    TokenExpired,
    /// The app lacks a scope that this operation needs; see [`Error::scopes`].
    MissingScope,
    /// The account, its plan or the role of the app's user does not allow it; or a page that asks for a
    /// passcode or a login came instead of a file.
    NotPermitted,
    /// The user does not exist, or not in this account. Of a password change it is
    /// [`PasswordRejected`](Self::PasswordRejected); [`Error::is_user_not_found`] knows both.
    UserNotFound,
    /// Something else does not exist: a meeting, an account, a route.
    NotFound,
    /// It exists already, or is being changed by somebody else (409).
    Conflict,
    /// Zoom found the request's content wrong; see [`Error::field_errors`].
    Validation,
    /// Zoom, or this client before sending, refused a password.
    PasswordRejected(PasswordRejected),
    /// More calls than the plan allows in a second or minute: refused five times, or the wait would be
    /// longer than [`max_wait`](crate::zoom::ZoomBuilder::max_wait).
    RateLimited,
    /// More calls than the plan allows in a day or a month, or than one user may have in a day; see
    /// [`Error::resumes_at`].
    DailyLimit,
    /// The token of a next page has expired: Zoom keeps it 15 minutes.
    PageTokenExpired,
    /// Zoom failed (status 500 and above).
    Server,
    /// The call succeeded, but its answer is not of the shape that was asked for, or is a page. Of a
    /// download: there is no file, or not all of it (202, 204, 206).
    Body,
    /// A list ended before all the items had come that its answers count.
    IncompleteList,
    /// What came as a webhook's request is not Zoom's, is too old, or is not an event.
    Webhook,
    /// The journal of a rotation could not be read or written.
    Journal,
    /// Zoom refused it for a reason of its own, see [`Error::code`] and [`Error::message`]; or the answer
    /// is a redirect that is not followed, or another page or an error instead of a file.
    Refused,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ErrorKind::InvalidRequest => "invalid request",
            ErrorKind::Transport => "no answer",
            ErrorKind::Unknown => "outcome unknown",
            ErrorKind::Token => "no access token",
            ErrorKind::TokenExpired => "access token not accepted",
            ErrorKind::MissingScope => "missing scope",
            ErrorKind::NotPermitted => "not permitted",
            ErrorKind::UserNotFound => "user not found",
            ErrorKind::NotFound => "not found",
            ErrorKind::Conflict => "conflict",
            ErrorKind::Validation => "request not valid",
            ErrorKind::PasswordRejected(_) => "password rejected",
            ErrorKind::RateLimited => "rate limited",
            ErrorKind::DailyLimit => "daily limit reached",
            ErrorKind::PageTokenExpired => "page token expired",
            ErrorKind::Server => "Zoom failed",
            ErrorKind::Body => "unexpected answer",
            ErrorKind::IncompleteList => "incomplete list",
            ErrorKind::Webhook => "webhook not accepted",
            ErrorKind::Journal => "journal failed",
            ErrorKind::Refused => "refused",
        })
    }
}
