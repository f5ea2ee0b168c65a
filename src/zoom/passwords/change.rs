//! The change of one user's password.

use std::fmt;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::zoom::answer::text::markup_message;
use crate::zoom::answer::unexpected_content::is_json_error;
use crate::zoom::client::Zoom;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::SecretSet;
use crate::zoom::passwords::policy::{self, PasswordRequirement};
use crate::zoom::path::path;
use crate::zoom::sent_once::is_password_change;

/// Why a password change was refused. These are the reasons that Zoom documents for
/// [Update a user's password](https://developers.zoom.us/docs/api/users/#tag/users/PUT/users/{userId}/password),
/// and the length check before sending. The password was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PasswordRejected {
    /// 300: it is the user's current password. After an [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) outcome this means
    /// that the first change succeeded.
    SameAsOld,
    /// 300: it was changed as often as the account allows within 24 hours.
    ChangedTooOften,
    /// 1117: the user is an owner or an admin.
    AdminPassword,
    /// 1123: the user signs in by SSO, Google or Facebook and has no Zoom password.
    NotWorkEmail,
    /// 1124, or before sending: fewer characters than the account requires, or fewer than 8.
    TooShort,
    /// Before sending: more than 31 characters.
    TooLong,
    /// 1125: no letter.
    NoLetter,
    /// 1126: no digit.
    NoDigit,
    /// 1127: no special character, which the account requires.
    NoSpecialCharacter,
    /// 1128: no upper or no lower case letter.
    NoUpperAndLowerCase,
    /// 1129: one of the user's last passwords.
    UsedBefore,
    /// 1130: one character repeated.
    SameCharacter,
    /// 1131: consecutive characters, such as `abcdef` or `123456`.
    ConsecutiveCharacters,
    /// 1136: on Zoom's list of easily guessed passwords.
    TooEasy,
    /// 1001: the user does not exist.
    UserNotFound,
    /// 1010: the user does not exist, at all or in this account.
    NotInAccount,
}

/// Zoom's codes except 300, which has two meanings. Its message distinguishes them.
const REASONS: [(i64, PasswordRejected); 13] = [
    (1001, PasswordRejected::UserNotFound),
    (1010, PasswordRejected::NotInAccount),
    (1117, PasswordRejected::AdminPassword),
    (1123, PasswordRejected::NotWorkEmail),
    (1124, PasswordRejected::TooShort),
    (1125, PasswordRejected::NoLetter),
    (1126, PasswordRejected::NoDigit),
    (1127, PasswordRejected::NoSpecialCharacter),
    (1128, PasswordRejected::NoUpperAndLowerCase),
    (1129, PasswordRejected::UsedBefore),
    (1130, PasswordRejected::SameCharacter),
    (1131, PasswordRejected::ConsecutiveCharacters),
    (1136, PasswordRejected::TooEasy),
];

impl PasswordRejected {
    /// Returns the reason for a code. The message matters for 300 only, which can also mean an invalid
    /// request.
    pub(crate) fn from_code(code: i64, message: &str) -> Option<PasswordRejected> {
        if code == 300 {
            let text = message.to_ascii_lowercase();
            return match text.contains("old password") {
                true => Some(PasswordRejected::SameAsOld),
                false => (text.contains("already been changed") || text.contains("24 hours"))
                    .then_some(PasswordRejected::ChangedTooOften),
            };
        }
        REASONS.iter().find(|(known, _)| *known == code).map(|(_, reason)| *reason)
    }

    /// Whether another password for the same user could succeed. False if the user is the reason.
    #[must_use]
    pub fn is_about_password(self) -> bool {
        use PasswordRejected::{
            AdminPassword, ChangedTooOften, NotInAccount, NotWorkEmail, UserNotFound,
        };
        !matches!(
            self,
            AdminPassword | ChangedTooOften | NotInAccount | NotWorkEmail | UserNotFound
        )
    }
}

impl fmt::Display for PasswordRejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PasswordRejected::SameAsOld => "it is the user's current password",
            PasswordRejected::ChangedTooOften => {
                "it was changed as often as the account allows within 24 hours; try again tomorrow"
            }
            PasswordRejected::AdminPassword => {
                "owners and admins change their passwords themselves"
            }
            PasswordRejected::NotWorkEmail => {
                "the user signs in by SSO, Google or Facebook and has no Zoom password"
            }
            PasswordRejected::TooShort => "it is too short",
            PasswordRejected::TooLong => "it has more than 31 characters",
            PasswordRejected::NoLetter => "it has no letter",
            PasswordRejected::NoDigit => "it has no digit",
            PasswordRejected::NoSpecialCharacter => "it has no special character such as ! @ #",
            PasswordRejected::NoUpperAndLowerCase => {
                "it does not have both upper and lower case letters"
            }
            PasswordRejected::UsedBefore => "it is one of the user's last passwords",
            PasswordRejected::SameCharacter => "it is one character repeated",
            PasswordRejected::ConsecutiveCharacters => {
                "it has consecutive characters, such as abcdef or 123456"
            }
            PasswordRejected::TooEasy => "it is easy to guess",
            PasswordRejected::UserNotFound => "the user does not exist",
            PasswordRejected::NotInAccount => "the user does not exist, at all or in this account",
        })
    }
}

impl std::error::Error for PasswordRejected {}

/// Returns the request "Update a user's password" with `multipart/form-data`, as the Chilkat script sends it. Pass
/// it to [`Zoom::send`], or add an Authorization header and pass it to a [`Transport`](crate::Transport).
///
/// It is marked as not idempotent, so a [`Transport`](crate::Transport) does not send it twice.
///
/// Zoom's specification lists only `application/json`, which [`Zoom::update_password`] sends. Zoom does not
/// document whether it accepts a form.
///
/// ```
/// let req = zoomkat::zoom::password_form("jchill@example.com", "dolor Excepteur minim");
/// assert_eq!(req.path(), "/v2/users/:userId/password");
/// assert_eq!(req.get_param("password"), Some("dolor Excepteur minim"));
/// ```
#[must_use]
pub fn password_form(user: &str, password: &str) -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT")
        .set_path("/v2/users/:userId/password")
        .set_path_variable("userId", user)
        .set_content_type("multipart/form-data")
        .add_param("password", password)
        .set_idempotent(false);
    req
}

impl Zoom {
    /// Sets a user's password: `PUT /users/{userId}/password` with a JSON body. Zoom then notifies the user
    /// by email.
    ///
    /// `user` is a user ID or an email address. `me` is for user-level apps; this method refuses it with
    /// server-to-server credentials. It also refuses a password of fewer than 8 or more than 31 characters,
    /// unless [`check_password_length`](crate::zoom::ZoomBuilder::check_password_length) turns that off.
    ///
    /// The call requires an owner or admin of the account and the scope `user:update:password:admin`
    /// (classic: `user:write:admin`), or the scope without `:admin` for a user's own password.
    ///
    /// # Errors
    ///
    /// [`PasswordRejected`](ErrorKind::PasswordRejected) with the reason. The client retries only if Zoom
    /// says that it did not act (a rate limit, an expired token). If the answer is lost, or Zoom fails with a
    /// status of 500 and above, the error is [`OutcomeUnknown`](ErrorKind::OutcomeUnknown): the password may have changed.
    /// To find out, set the same password again: if Zoom then answers
    /// [`SameAsOld`](PasswordRejected::SameAsOld), it had changed.
    ///
    /// ```no_run
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// # let new_password = "";
    /// match zoom.update_password("jchill@example.com", new_password) {
    ///     Ok(()) => println!("changed"),
    ///     Err(err) => match err.password_rejected() {
    ///         Some(reason) => println!("not changed: {reason}"),
    ///         None if err.is_outcome_unknown() => println!("perhaps changed: {err}"),
    ///         None => println!("not changed: {err}"),
    ///     },
    /// }
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    pub fn update_password(&self, user: &str, password: &str) -> Result<()> {
        self.update_password_with(user, password, None, &mut || Ok(()))
    }

    /// Like [`update_password`](Self::update_password), with the arguments of [`send_with`](Self::send_with).
    pub(crate) fn update_password_with(
        &self,
        user: &str,
        password: &str,
        queue: Option<Duration>,
        before_send: &mut dyn FnMut() -> Result<()>,
    ) -> Result<()> {
        if self.inner.check_length {
            policy::check_length(password)?;
        }
        let path = path("/users/{userId}/password").with("userId", user);
        let mut req = self.request("PUT", path)?;
        let body = serde_json::json!({ "password": password }).to_string();
        req.set_content_type("application/json").load_body_from_string(&body, "utf-8");
        self.send_with(&req, queue, before_send).map(|_| ())
    }

    /// Returns the account's rules for passwords, as far as Zoom reports them:
    /// `GET /accounts/me/settings?option=security`.
    ///
    /// The call requires the scope `account:read:settings:admin` (classic: `account:read:admin`) and a paid
    /// account.
    ///
    /// # Errors
    ///
    /// As for [`get`](Zoom::get); [`Body`](ErrorKind::Body) if the answer has no rules.
    pub fn password_requirement(&self) -> Result<PasswordRequirement> {
        let req = self.request("GET", path("/accounts/me/settings?option=security"))?;
        let resp = self.send_checked(&req)?;
        let settings: Value = self.read(&req, &resp)?;
        let found = find_member(&settings, "password_requirement").ok_or_else(|| {
            let message = "the account's settings have no password_requirement";
            self.response_error(&req, &resp, ErrorKind::Body, message)
        })?;
        Ok(PasswordRequirement::read(found))
    }
}

/// Marks a password change as not idempotent, so that it is not resent automatically. By RFC 9110 a PUT is
/// idempotent, but Zoom refuses the second of two changes as equal to the old password, and counts both.
///
/// For the operation itself (`is_known`) this overrides the caller's mark, however the path is written. Another
/// PUT to a path that ends in `/password` is marked unless the caller has marked it as idempotent.
pub(crate) fn forbid_resend(req: &mut HttpRequest, target: &str, is_known: bool) {
    let is_similar = is_password_change(req.http_verb(), target) && req.idempotent.is_none();
    if is_known || is_similar {
        req.set_idempotent(false);
    }
}

/// Refuses a password change of `me` by an app that no user authorized
/// ([The me keyword](https://developers.zoom.us/docs/api/using-zoom-apis/)).
pub(crate) fn refuse_me(target: &str) -> Result<()> {
    let target = percent_decode_str(target).decode_utf8_lossy().to_lowercase();
    if target.contains("/users/me/password") {
        return Err(Error::invalid(
            "user",
            "`me` is the user who authorized the app, and a server-to-server app has none; use a \
             user ID or an email address",
        ));
    }
    Ok(())
}

/// Returns the direct children of a value.
fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(members) => members.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether an answer confirms the change: a 2xx without a body or with JSON that is not an error.
fn is_success(resp: &HttpResponse) -> bool {
    let body = resp.body_str();
    let body = body.trim();
    let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok();
    (200..300).contains(&resp.status_code())
        && (body.is_empty() || (is_json() && !is_json_error(body)))
}

/// Interprets the result of a password change. It succeeded if Zoom confirms it with a 2xx that is not a page. If it
/// may have succeeded, the error is [`OutcomeUnknown`](ErrorKind::OutcomeUnknown).
pub(crate) fn check_outcome(
    result: Result<HttpResponse>,
    secrets: impl FnOnce() -> SecretSet,
) -> Result<HttpResponse> {
    let err = match result {
        Ok(resp) if is_success(&resp) => return Ok(resp),
        Ok(resp) => {
            let (status, secrets) = (resp.status_code(), secrets());
            let mut message = "the answer was a redirect, which is not followed".to_owned();
            let kind = match status {
                200..=299 => {
                    message = "the answer is not from Zoom".to_owned();
                    if let Some(page) = markup_message(&resp, &secrets) {
                        message = format!("{message}: {page}");
                    } else if is_json_error(resp.body_str().trim()) {
                        message = "the answer is an error with a status of success".to_owned();
                    }
                    ErrorKind::OutcomeUnknown
                }
                // With these, the request must be made at another URL (RFC 9110 section 15.4).
                307 | 308 => ErrorKind::Refused,
                _ => ErrorKind::OutcomeUnknown,
            };
            Error::new(kind, message).with_answer(&resp, &secrets)
        }
        Err(err) if err.kind() == ErrorKind::Server => err.with_kind(ErrorKind::OutcomeUnknown),
        // An unknown error code with a status of success.
        Err(err)
            if err.kind() == ErrorKind::Refused
                && err.status().is_some_and(|status| status < 300) =>
        {
            err.with_kind(ErrorKind::OutcomeUnknown)
        }
        Err(err) => err,
    };
    Err(match err.is_outcome_unknown() {
        true => err.with_advice(
            "the password may have changed; to find out, set it again: a 300 \"can not match the \
             old password\" then means that it had",
        ),
        false => err,
    })
}

/// Returns the member of this name that is nearest to the root. Zoom has sent it at the root and under
/// `security`.
fn find_member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let mut level = vec![value];
    while !level.is_empty() {
        let mut here = level.iter().filter_map(|value| value.get(name));
        if let Some(found) = here.find(|found| found.is_object()) {
            return Some(found);
        }
        level = level.into_iter().flat_map(children).collect();
    }
    None
}
