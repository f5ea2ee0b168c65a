//! Changing a user's password.

use std::fmt;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::zoom::answer::substitute::is_json_error;
use crate::zoom::answer::text::markup_message;
use crate::zoom::client::Zoom;
use crate::zoom::error::{Error, Result};
use crate::zoom::kind::ErrorKind;
use crate::zoom::mask::secrets::Secrets;
use crate::zoom::passwords::policy::{self, PasswordRequirement};
use crate::zoom::path::path;
use crate::zoom::sent_once::is_password_change;

/// Why a password was not taken: each refusal that Zoom documents for
/// [Update a user's password](https://developers.zoom.us/docs/api/users/#tag/users/PUT/users/{userId}/password),
/// and the one check that is made here before sending. The password was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PasswordRejected {
    /// 300: it is the password that the user has. After an [`Unknown`](ErrorKind::Unknown) outcome
    /// this means that the first change went through.
    SameAsOld,
    /// 300: it was changed as often as the account allows in 24 hours.
    ChangedTooOften,
    /// 1117: the user is an owner or an admin.
    AdminPassword,
    /// 1123: the user signs in by SSO, Google or Facebook and has no Zoom password.
    NotWorkEmail,
    /// 1124, or found here: fewer characters than the account asks for, or than 8.
    TooShort,
    /// Found here: more than 31 characters.
    TooLong,
    /// 1125: no letter.
    NoLetter,
    /// 1126: no digit.
    NoDigit,
    /// 1127: no special character, which this account asks for.
    NoSpecialCharacter,
    /// 1128: not both upper and lower case letters.
    NoUpperAndLowerCase,
    /// 1129: one of the last passwords of this user.
    UsedBefore,
    /// 1130: one character repeated.
    SameCharacter,
    /// 1131: characters that follow each other, such as `abcdef` or `123456`.
    ConsecutiveCharacters,
    /// 1136: on Zoom's list of passwords that are easy to guess.
    TooEasy,
    /// 1001: the user does not exist.
    UserNotFound,
    /// 1010: the user does not exist, or not in this account.
    NotInAccount,
}

/// Zoom's codes but 300, which has two senses that its message tells apart.
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
    /// The reason that a code stands for; the message counts for 300 only, which also says that a
    /// request is not valid.
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

    /// Whether another password for the same user could be taken: false where the user is the reason.
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
            PasswordRejected::SameAsOld => "it is the password that the user already has",
            PasswordRejected::ChangedTooOften => {
                "it has been changed as often as 24 hours allow; try again tomorrow"
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
            PasswordRejected::NoUpperAndLowerCase => "it has not both upper and lower case letters",
            PasswordRejected::UsedBefore => "it is one of the last passwords of this user",
            PasswordRejected::SameCharacter => "it is one character repeated",
            PasswordRejected::ConsecutiveCharacters => {
                "it has characters that follow each other, such as abcdef or 123456"
            }
            PasswordRejected::TooEasy => "it is easy to guess",
            PasswordRejected::UserNotFound => "the user does not exist",
            PasswordRejected::NotInAccount => "the user does not exist, or not in this account",
        })
    }
}

impl std::error::Error for PasswordRejected {}

/// The request "Update a user's password" as the Chilkat script has it, with `multipart/form-data`:
/// for [`Zoom::send`], or for a [`Transport`](crate::Transport) once it has an Authorization.
///
/// It is marked as not idempotent, so a [`Transport`](crate::Transport) does not send it twice.
///
/// Zoom's specification lists `application/json` only, which is what [`Zoom::update_password`] sends.
/// Nothing that is published says whether a form is taken as well.
///
/// ```
/// let req = zoomkat::zoom::password_form("jchill@example.com", "dolor Excepteur minim");
/// assert_eq!(req.path(), "/v2/users/:userId/password");
/// assert_eq!(req.get_param("password"), Some("dolor Excepteur minim"));
/// ```
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
    /// Sets a user's password: `PUT /users/{userId}/password` with a JSON body. Zoom then tells the
    /// user by email.
    ///
    /// `user` is a user ID or an email address. `me`, the app's own user, is for user-level apps; with
    /// server-to-server credentials it is refused here. So is a password of fewer than 8 or more than
    /// 31 characters, unless
    /// [`check_password_length`](crate::zoom::ZoomBuilder::check_password_length) says otherwise.
    ///
    /// It needs the scope `user:update:password:admin` (classic: `user:write:admin`), or without
    /// `:admin` for a user's own password, and an account's owner or admin.
    ///
    /// # Errors
    ///
    /// [`PasswordRejected`](ErrorKind::PasswordRejected) with the reason. The request is sent again
    /// only where Zoom said that it did not act (a rate limit, an expired token). Where the answer was
    /// lost, or Zoom failed with a status of 500 and above, the error is [`Unknown`](ErrorKind::Unknown):
    /// the password may have changed. Setting it once more settles it: if Zoom then says
    /// [`SameAsOld`](PasswordRejected::SameAsOld), it had changed.
    ///
    /// ```no_run
    /// # let zoom = zoomkat::zoom::Zoom::builder().access_token("").build()?;
    /// # let new_password = "";
    /// match zoom.update_password("jchill@example.com", new_password) {
    ///     Ok(()) => println!("changed"),
    ///     Err(err) => match err.password_rejected() {
    ///         Some(reason) => println!("not changed: {reason}"),
    ///         None if err.is_unknown() => println!("perhaps changed: {err}"),
    ///         None => println!("not changed: {err}"),
    ///     },
    /// }
    /// # Ok::<(), zoomkat::zoom::Error>(())
    /// ```
    pub fn update_password(&self, user: &str, password: &str) -> Result<()> {
        self.update_password_with(user, password, None, &mut || Ok(()))
    }

    /// [`update_password`](Self::update_password) with what [`send_with`](Self::send_with) takes.
    pub(crate) fn update_password_with(
        &self,
        user: &str,
        password: &str,
        queue: Option<Duration>,
        leaving: &mut dyn FnMut() -> Result<()>,
    ) -> Result<()> {
        if self.inner.check_length {
            policy::check_length(password)?;
        }
        let path = path("/users/{userId}/password").with("userId", user);
        let mut req = self.request("PUT", path)?;
        let body = serde_json::json!({ "password": password }).to_string();
        req.set_content_type("application/json").load_body_from_string(&body, "utf-8");
        self.send_with(&req, queue, leaving).map(|_| ())
    }

    /// The account's rules for passwords, as far as Zoom tells them:
    /// `GET /accounts/me/settings?option=security`.
    ///
    /// It needs the scope `account:read:settings:admin` (classic: `account:read:admin`) and a paid
    /// account.
    ///
    /// # Errors
    ///
    /// As for [`get`](Zoom::get); [`Body`](ErrorKind::Body) where the answer has no rules in it.
    pub fn password_requirement(&self) -> Result<PasswordRequirement> {
        let req = self.request("GET", path("/accounts/me/settings?option=security"))?;
        let resp = self.succeed(&req)?;
        let settings: Value = self.read(&req, &resp)?;
        let found = find(&settings, "password_requirement").ok_or_else(|| {
            let message = "the account's settings have no password_requirement";
            self.failed(&req, &resp, ErrorKind::Body, message)
        })?;
        Ok(PasswordRequirement::read(found))
    }
}

/// Makes sure that a password change is not sent again by itself. By RFC 9110 a PUT is idempotent, but
/// Zoom refuses the second of two changes as equal to the old password, and counts both.
///
/// For the operation itself (`is_known`) this holds whatever the caller said, and however the path is
/// written. Another PUT to a path that ends in `/password` is not repeated unless the caller said that
/// it may be.
pub(crate) fn keep_from_repeating(req: &mut HttpRequest, target: &str, is_known: bool) {
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
            "`me` is the user who authorized an app, and nobody authorized a server-to-server app; \
             give a user ID or an email address",
        ));
    }
    Ok(())
}

/// The values that are directly in a value.
fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(members) => members.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether an answer says that a password was changed: a 2xx, without a body or with JSON that is not an
/// error.
fn is_success(resp: &HttpResponse) -> bool {
    let body = resp.body_str();
    let body = body.trim();
    let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok();
    (200..300).contains(&resp.status_code())
        && (body.is_empty() || (is_json() && !is_json_error(body)))
}

/// What the end of a password change means. It succeeded if Zoom says so as it does, with a 2xx and no
/// page in it; where it may have, that is said.
pub(crate) fn judge(
    result: Result<HttpResponse>,
    secrets: impl FnOnce() -> Secrets,
) -> Result<HttpResponse> {
    let err = match result {
        Ok(resp) if is_success(&resp) => return Ok(resp),
        Ok(resp) => {
            let (status, secrets) = (resp.status_code(), secrets());
            let mut message = "the answer was a redirect, which is not followed".to_owned();
            let kind = match status {
                200..=299 => {
                    message = "the answer is not one of Zoom's".to_owned();
                    if let Some(page) = markup_message(&resp, &secrets) {
                        message = format!("{message}: {page}");
                    } else if is_json_error(resp.body_str().trim()) {
                        message = "the answer says an error, and a status of success".to_owned();
                    }
                    ErrorKind::Unknown
                }
                // RFC 9110 section 15.4: after these the request is to be made elsewhere.
                307 | 308 => ErrorKind::Refused,
                _ => ErrorKind::Unknown,
            };
            Error::new(kind, message).with_answer(&resp, &secrets)
        }
        Err(err) if err.kind() == ErrorKind::Server => err.with_kind(ErrorKind::Unknown),
        // A status that says success with a code that nobody knows.
        Err(err)
            if err.kind() == ErrorKind::Refused
                && err.status().is_some_and(|status| status < 300) =>
        {
            err.with_kind(ErrorKind::Unknown)
        }
        Err(err) => err,
    };
    Err(match err.is_unknown() {
        true => err.with_advice(
            "the password may have changed; setting it once more settles it: a 300 \"can not match \
             the old password\" then means that it had",
        ),
        false => err,
    })
}

/// The member of this name, nearest to the top: Zoom has had it at the top and under `security`.
fn find<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
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
