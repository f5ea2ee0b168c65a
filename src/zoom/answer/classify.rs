//! From the status, code and message of a refusal to its [`ErrorKind`].

use crate::zoom::kind::ErrorKind;
use crate::zoom::pace::operations::Operation;
use crate::zoom::passwords::change::PasswordRejected;

/// What an answer that is not a 429 means. Codes are not unique over Zoom's products and come with
/// various statuses, so the code decides only where it always means the same, or with the words.
pub(crate) fn classify(
    status: u16,
    code: Option<i64>,
    message: &str,
    operation: Option<&Operation>,
) -> ErrorKind {
    let text = message.to_ascii_lowercase();
    let says = |words: &str| text.contains(words);
    // Whatever it says: Zoom may have acted.
    if status >= 500 {
        return ErrorKind::Server;
    }
    // Before the token: "Invalid access token, does not contain scopes" is about the scopes.
    if code == Some(4711) || (says("scope") && (says("does not contain") || code == Some(4700))) {
        return ErrorKind::MissingScope;
    }
    if says("does not contain permissions") {
        return ErrorKind::NotPermitted;
    }
    let about_token = says("access token") || says("token is expired") || says("token is invalid");
    let token_code = matches!(code, Some(124 | 4700 | 30_031_002 | 30_031_004));
    if token_code
        || (status == 401 && (about_token || says("expired") || matches!(code, None | Some(401))))
    {
        return ErrorKind::TokenExpired;
    }
    let changes_password = operation.is_some_and(Operation::is_password_change);
    if changes_password {
        if let Some(reason) = code.and_then(|code| PasswordRejected::from_code(code, message)) {
            return ErrorKind::PasswordRejected(reason);
        }
    }
    // The code is that of Zoom Events.
    let about_page = says("next page token") && (says("invalid") || says("expired"));
    if about_page || code == Some(30_051_005) {
        return ErrorKind::PageTokenExpired;
    }
    match (code, status) {
        (Some(1001 | 1010), _) if text.is_empty() || says("user") => ErrorKind::UserNotFound,
        (_, 404) | (Some(1001 | 1010 | 2001 | 3001), _) => ErrorKind::NotFound,
        (_, 401 | 403) | (Some(200), _) => ErrorKind::NotPermitted,
        (_, 409) => ErrorKind::Conflict,
        (_, 400 | 422) | (Some(300), _) => ErrorKind::Validation,
        _ => ErrorKind::Refused,
    }
}
