//! The classes of errors.

use std::fmt;

#[cfg(doc)]
use crate::zoom::error::Error;
use crate::zoom::passwords::change::PasswordRejected;

/// The class of an [`Error`], by what a caller does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument or a setting is invalid. Nothing was sent.
    InvalidRequest,
    /// No answer, and Zoom cannot have acted: no connection, no TLS, or a request that only reads.
    Transport,
    /// No answer, and Zoom may have acted. A password change also has this kind after a status of 500 and
    /// above and after an answer that is not from Zoom: the password may have changed.
    OutcomeUnknown,
    /// The client could not get an access token, or could not store the new one.
    Token,
    /// Zoom rejects the access token as invalid or expired, even after one renewal.
    TokenExpired,
    /// The app lacks a scope that this operation needs; see [`Error::scopes`].
    MissingScope,
    /// The account, its plan or the role of the app's user does not allow the call. For downloads: Zoom
    /// returned a login or passcode page.
    NotPermitted,
    /// The user does not exist, at all or in this account. A password change has the kind
    /// [`PasswordRejected`](Self::PasswordRejected) instead; [`Error::is_user_not_found`] covers both.
    UserNotFound,
    /// Something else does not exist: a meeting, an account, a route.
    NotFound,
    /// The object already exists, or another request is changing it (409).
    Conflict,
    /// The request's content is invalid; see [`Error::field_errors`].
    Validation,
    /// Zoom refused a password, or this client refused it before sending.
    PasswordRejected(PasswordRejected),
    /// More calls than the plan allows per second or minute: Zoom refused five times, or the wait would
    /// exceed [`max_wait`](crate::zoom::ZoomBuilder::max_wait).
    RateLimited,
    /// More calls than the plan allows per day or month, or than one user may make per day; see
    /// [`Error::resumes_at`].
    DailyLimit,
    /// The token of the next page has expired, 15 minutes after Zoom issued it.
    PageTokenExpired,
    /// Zoom failed (status 500 and above).
    Server,
    /// The call succeeded, but its answer is not of the requested type, or is a page. For downloads: the
    /// answer has no file, or only a part of it (202, 204, 206).
    Body,
    /// A list has fewer items than its answers count.
    IncompleteList,
    /// A webhook request is not from Zoom, is too old, or is not an event.
    Webhook,
    /// The journal of a rotation could not be read or written.
    Journal,
    /// Zoom refused the call for another reason, see [`Error::code`] and [`Error::message`]; or the answer
    /// is a redirect that is not followed. For downloads: Zoom returned another page, or an error.
    Refused,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ErrorKind::InvalidRequest => "invalid request",
            ErrorKind::Transport => "no answer",
            ErrorKind::OutcomeUnknown => "outcome unknown",
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
