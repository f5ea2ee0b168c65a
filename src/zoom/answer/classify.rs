//! The mapping from status, code and message of an error to its [`ErrorKind`].

use crate::zoom::kind::ErrorKind;
use crate::zoom::pace::operations::Operation;
use crate::zoom::passwords::change::PasswordRejected;

/// Returns the kind of an error that is not a 429. Codes are not unique across Zoom's products and come with
/// various statuses, so a code decides only if it always means the same, or together with the message.
pub(crate) fn classify(
    status: u16,
    code: Option<i64>,
    message: &str,
    operation: Option<&Operation>,
) -> ErrorKind {
    let text = message.to_ascii_lowercase();
    let contains = |words: &str| text.contains(words);
    // Zoom may have acted, whatever the body says.
    if status >= 500 {
        return ErrorKind::Server;
    }
    // This comes before the token: "Invalid access token, does not contain scopes" is about the scopes.
    if code == Some(4711)
        || (contains("scope") && (contains("does not contain") || code == Some(4700)))
    {
        return ErrorKind::MissingScope;
    }
    if contains("does not contain permissions") {
        return ErrorKind::NotPermitted;
    }
    let about_token =
        contains("access token") || contains("token is expired") || contains("token is invalid");
    let token_code = matches!(code, Some(124 | 4700 | 30_031_002 | 30_031_004));
    if token_code
        || (status == 401
            && (about_token || contains("expired") || matches!(code, None | Some(401))))
    {
        return ErrorKind::TokenExpired;
    }
    let changes_password = operation.is_some_and(Operation::is_password_change);
    if changes_password {
        if let Some(reason) = code.and_then(|code| PasswordRejected::from_code(code, message)) {
            return ErrorKind::PasswordRejected(reason);
        }
    }
    // The code is from Zoom Events.
    let about_page = contains("next page token") && (contains("invalid") || contains("expired"));
    if about_page || code == Some(30_051_005) {
        return ErrorKind::PageTokenExpired;
    }
    match (code, status) {
        (Some(1001 | 1010), _) if text.is_empty() || contains("user") => ErrorKind::UserNotFound,
        (_, 404) | (Some(1001 | 1010 | 2001 | 3001), _) => ErrorKind::NotFound,
        (_, 401 | 403) | (Some(200), _) => ErrorKind::NotPermitted,
        (_, 409) => ErrorKind::Conflict,
        (_, 400 | 422) | (Some(300), _) => ErrorKind::Validation,
        _ => ErrorKind::Refused,
    }
}
