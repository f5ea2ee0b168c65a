//! What the body of an answer says, in whichever of Zoom's shapes, and in none.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use super::kind::ErrorKind;
use super::operations::Operation;
use super::passwords::PasswordRejected;
use super::secrets::Secrets;
use super::xml;
use crate::message::response::HttpResponse;
use crate::redact::MASK;

/// What Zoom said of one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FieldError {
    /// The field, such as `user_info.email`; empty where Zoom named none.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.field.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{}", self.field, self.message)
    }
}

/// What is known of an error body.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ZoomBody {
    /// All of it.
    pub(crate) text: String,
    pub(crate) code: Option<i64>,
    pub(crate) message: String,
    pub(crate) field_errors: Vec<FieldError>,
    /// What the message is of the text.
    pub(crate) part: Part,
}

/// More of a message than this is not a message.
const MAX_MESSAGE: usize = 500;
/// How much of a body is kept, in bytes; thousands of errors may be kept at a time.
const MAX_BODY: usize = 64 * 1024;
/// The number of field errors that are kept.
const MAX_FIELD_ERRORS: usize = 100;

/// The names under which Zoom's products put the message: the REST API, Events, OAuth, the authorize
/// page, SCIM.
pub(super) const MESSAGE_NAMES: [&str; 7] =
    ["message", "error_message", "errorMessage", "reason", "error_description", "detail", "error"];
pub(super) const CODE_NAMES: [&str; 3] = ["code", "errorCode", "error_code"];

impl ZoomBody {
    /// Reads an error's body. This cannot fail: an answer that makes no sense is an error, too.
    ///
    /// The message is still as it came, to be understood; [`shown`](Self::shown) makes it fit to be
    /// shown.
    pub(crate) fn read(resp: &HttpResponse) -> ZoomBody {
        let all = resp.body_str();
        let text = trimmed(&all);
        let of_message = |message: String| ZoomBody { message, ..ZoomBody::default() };
        let mut body = match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(object)) => from_object(&object),
            Ok(Value::String(message)) => of_message(message),
            Ok(_) => of_message(text.to_owned()),
            Err(_) if text.starts_with('<') => from_xml(text).unwrap_or_else(|| ZoomBody {
                part: Part::Quote,
                ..of_message(page_message(text))
            }),
            Err(_) if text.starts_with('{') => from_broken(text),
            Err(_) => of_message(text.to_owned()),
        };
        if body.message.chars().all(|c| c.is_whitespace() || c.is_control()) {
            let reason = resp.status_text();
            let reason = if reason.is_empty() { "no reason given" } else { reason };
            let what = if text.is_empty() { "an empty body" } else { "no message in the body" };
            body.message = format!("{reason} ({what})");
        }
        body.text = all.into_owned();
        body
    }

    /// The same without the secrets of the call, each message one line and not a long one.
    pub(crate) fn shown(self, secrets: &Secrets) -> ZoomBody {
        let field = |error: FieldError| FieldError {
            field: shown(&error.field, Part::Whole, secrets),
            message: shown(&error.message, Part::Whole, secrets),
        };
        let mut left = MAX_FIELD_TEXT;
        let fits = |error: &FieldError| {
            left = left.saturating_sub(error.field.len().min(MAX_LOOKED_AT));
            left = left.saturating_sub(error.message.len().min(MAX_LOOKED_AT));
            left > 0
        };
        let errors = self.field_errors.into_iter().take(MAX_FIELD_ERRORS).take_while(fits);
        let message = shown(&self.message, self.part, secrets);
        let mut text = kept(&self.text, secrets);
        // Markup within a secret keeps it from being found in the body, and not in what is read of it.
        let is_masked = |text: &str| text.contains(MASK);
        if is_masked(&message) && !is_masked(&self.message) && !is_masked(&text) {
            text = MASK.to_owned();
        }
        ZoomBody {
            text,
            code: self.code,
            message,
            field_errors: errors.map(field).collect(),
            part: self.part,
        }
    }

    /// The error in the body of an answer whose status says success, if there is one: a `code` that
    /// is a number and not 0, beside a message or with nothing else than what errors have.
    pub(crate) fn in_success(resp: &HttpResponse) -> Option<ZoomBody> {
        let body = resp.body();
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let start = body.iter().position(|b| !b.is_ascii_whitespace())?;
        let mentions = |name: &[u8]| body.windows(name.len()).any(|window| window == name);
        match body[start] {
            b'{' if [&b"\"code\""[..], b"\"errorCode\"", b"\"error_code\""]
                .iter()
                .any(|n| mentions(n)) =>
            {
                let probe: Probe = serde_json::from_slice(body).ok()?;
                // A string of digits is data, such as the country code of a phone number.
                let code = probe.codes().find(|code| code.is_number()).and_then(integer);
                let code = code.filter(|code| *code != 0)?;
                (probe.has_message() || probe.rest.is_empty())
                    .then(|| ZoomBody { code: Some(code), ..ZoomBody::read(resp) })
            }
            // An error in XML is short, and may be in UTF-16.
            b'<' | 0xff | 0xfe if body.len() <= MAX_BODY => {
                let text = resp.body_str();
                let document = xml::read(trimmed(&text))?;
                let body = ZoomBody::read(resp);
                let is_error = is_error_root(&document.root) && body.code.is_some_and(|c| c != 0);
                is_error.then_some(body)
            }
            _ => None,
        }
    }
}

/// What of a body tells an error from an answer.
#[derive(Deserialize)]
struct Probe {
    code: Option<Value>,
    #[serde(rename = "errorCode")]
    camel_code: Option<Value>,
    error_code: Option<Value>,
    message: Option<Value>,
    error_message: Option<Value>,
    #[serde(rename = "errorMessage")]
    camel_message: Option<Value>,
    #[serde(default, rename = "errors")]
    _errors: serde::de::IgnoredAny,
    #[serde(flatten)]
    rest: std::collections::HashMap<String, serde::de::IgnoredAny>,
}

impl Probe {
    fn codes(&self) -> impl Iterator<Item = &Value> {
        [&self.code, &self.camel_code, &self.error_code].into_iter().flatten()
    }

    fn has_message(&self) -> bool {
        [&self.message, &self.error_message, &self.camel_message].iter().any(|m| m.is_some())
    }
}

pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => {
            number.as_i64().or_else(|| number.as_f64().map(|float| float as i64))
        }
        Value::String(text) => text.trim().parse().ok(),
        // XML has lists where elements are there twice.
        Value::Array(items) if items.len() > 1 => items.first().and_then(integer),
        _ => None,
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Object(object) => from_object_message(object),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn from_object_message(object: &serde_json::Map<String, Value>) -> Option<String> {
    MESSAGE_NAMES.iter().find_map(|name| object.get(*name).and_then(text_of))
}

/// Reads an error in XML, which Zoom writes as `<result>` and others differently; `None` where it says
/// nothing of an error.
fn from_xml(text: &str) -> Option<ZoomBody> {
    let document = xml::read(text)?;
    let part = if document.is_whole { Part::Whole } else { Part::Start };
    let mut value = document.value;
    // Some gateways wrap the error, some more than once.
    while let Value::Object(object) = &mut value {
        let says = |name: &&str| object.contains_key(*name);
        let is_wrapper = object.len() == 1 && !MESSAGE_NAMES.iter().chain(&CODE_NAMES).any(says);
        match object.values_mut().next() {
            Some(inner) if is_wrapper && inner.is_object() => value = inner.take(),
            _ => break,
        }
    }
    let body = match value {
        Value::Object(object) => {
            let mut body = from_object(&object);
            // Storage services write `<Error>`, with a word for a code.
            let is_theirs = body.code.is_none() && document.root == "error";
            let word = object.get("code").filter(|_| is_theirs).and_then(text_of);
            if let Some(word) = word {
                body.message = match body.message.is_empty() {
                    true => word,
                    false => format!("{} ({word})", body.message),
                };
            }
            body
        }
        value if is_error_root(&document.root) => {
            ZoomBody { message: text_of(&value).unwrap_or_default(), ..ZoomBody::default() }
        }
        _ => return None,
    };
    let is_error = document.root == "result" || body.code.is_some() || !body.message.is_empty();
    is_error.then_some(ZoomBody { part, ..body })
}

/// The names that the root of an error in XML has with Zoom, and with others.
pub(super) fn is_error_root(root: &str) -> bool {
    matches!(root, "result" | "error" | "response")
}

fn from_object(object: &serde_json::Map<String, Value>) -> ZoomBody {
    let number = |object: &serde_json::Map<String, Value>| {
        CODE_NAMES.iter().find_map(|name| object.get(*name).and_then(integer))
    };
    // Some gateways wrap the error: {"error": {"code": 1, "message": ".."}}.
    let inner = object.get("error").and_then(Value::as_object);
    let mut message = from_object_message(object).unwrap_or_default();
    // OAuth's short name says more beside its reason: "Invalid Token! (invalid_grant)".
    if let (Some(error), true) =
        (object.get("error").and_then(Value::as_str), object.contains_key("reason"))
    {
        if !error.is_empty() && error != message {
            message = format!("{message} ({error})");
        }
    }
    let mut errors = Vec::new();
    object.get("errors").into_iter().for_each(|list| field_errors(list, &mut errors));
    ZoomBody {
        code: number(object).or_else(|| inner.and_then(number)),
        message,
        field_errors: errors,
        ..ZoomBody::default()
    }
}

/// The errors of single fields: a list, or one of them, or what XML makes of a list, which is one inside
/// an element or two.
fn field_errors(errors: &Value, found: &mut Vec<FieldError>) {
    let mut add = |field, message| {
        let error = FieldError { field, message };
        if error != FieldError::default() {
            found.push(error);
        }
    };
    match errors {
        Value::Array(list) => list.iter().for_each(|error| field_errors(error, found)),
        Value::Object(object) => {
            let is_outer = |inner: &Value| inner.is_object() || inner.is_array();
            if !object.contains_key("field") && object.values().any(is_outer) {
                return object.values().for_each(|inner| field_errors(inner, found));
            }
            let field = object.get("field").and_then(text_of).unwrap_or_default();
            add(field, from_object_message(object).unwrap_or_default());
        }
        other => add(String::new(), text_of(other).unwrap_or_default()),
    }
}

/// What can be read from JSON that is broken: Zoom has sent messages with quotes that are not escaped,
/// and bodies that were cut.
fn from_broken(text: &str) -> ZoomBody {
    let after = |name: &str| {
        let (_, rest) = text.split_once(&format!("\"{name}\""))?;
        Some(rest.trim_start().strip_prefix(':')?.trim_start())
    };
    let code = CODE_NAMES.iter().find_map(|name| {
        let rest = after(name)?.trim_start_matches('"');
        // Cut in the middle, it would be another number.
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-')?;
        rest[..end].parse().ok()
    });
    let message = MESSAGE_NAMES.iter().find_map(|name| {
        let rest = after(name)?.strip_prefix('"')?;
        // Its end is the quote before the next member, or before the end of the object.
        let end = ["\",\"", "\", \"", "\"}"].iter().filter_map(|mark| {
            let found = if *mark == "\"}" { rest.rfind(mark) } else { member_after(rest, mark) };
            found.filter(|at| *at > 0)
        });
        let end = end.min().unwrap_or(rest.len());
        Some(rest[..end].to_owned()).filter(|message| !message.is_empty())
    });
    ZoomBody {
        code,
        message: message.unwrap_or_else(|| format!("the body is broken JSON: {text}")),
        part: Part::Start,
        ..ZoomBody::default()
    }
}

/// Where `mark` stands before a member's name and colon; else it is a comma within the message.
fn member_after(text: &str, mark: &str) -> Option<usize> {
    text.match_indices(mark).map(|(at, _)| at).find(|at| {
        let rest = &text[at + mark.len()..];
        let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or_default();
        let after = rest[name..].strip_prefix('"').filter(|_| name > 0);
        after.is_some_and(|after| after.trim_start_matches('"').trim_start().starts_with(':'))
    })
}

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

/// What to say of a body that is a page, or other markup, where JSON should be; `None` where it is neither.
pub(super) fn markup_message(resp: &HttpResponse, secrets: &Secrets) -> Option<String> {
    if !is_markup(resp) {
        return None;
    }
    let body = resp.body_str();
    let text = trimmed(&body);
    let message = match xml::read(text) {
        Some(document) if document.root == "result" => "XML instead of JSON".to_owned(),
        _ => page_message(text),
    };
    Some(shown(&message, Part::Quote, secrets))
}

/// Whether a body is a page, or other markup.
pub(super) fn is_markup(resp: &HttpResponse) -> bool {
    let body = resp.body_str();
    let text = trimmed(&body);
    let kind = resp.get_header_field("Content-Type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let html = ["text/html", "application/xhtml+xml"];
    let is_declared = || html.iter().any(|html| kind.eq_ignore_ascii_case(html));
    let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    text.starts_with('<') || (!text.is_empty() && is_declared() && !is_json())
}

/// A body without a byte order mark and white space around it.
fn trimmed(body: &str) -> &str {
    body.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// What is said of a page that some proxy or gateway sent instead of Zoom's answer.
fn page_message(text: &str) -> String {
    match page_title(text) {
        Some(title) => format!("a page instead of JSON, titled {title:?}"),
        None => "a page instead of JSON, without a title".to_owned(),
    }
}

/// The title of a page, in one line.
pub(crate) fn page_title(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let is_title = |at: &usize| lower[at + 6..].starts_with([' ', '\t', '\r', '\n', '>', '/']);
    let at = lower.match_indices("<title").map(|(at, _)| at).find(is_title)?;
    let start = at + lower[at..].find('>')? + 1;
    let end = lower[start..].find("</").map_or(text.len(), |end| start + end);
    let title = text[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
    Some(title).filter(|title| !title.is_empty())
}

/// How much of a message is looked at: enough for `MAX_MESSAGE` characters, however they are escaped.
const MAX_LOOKED_AT: usize = 6 * 1024;

/// How much of all field errors together is looked at. To look for secrets takes time.
const MAX_FIELD_TEXT: usize = 64 * 1024;

/// What a message is of the text that it was taken from.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) enum Part {
    #[default]
    Whole,
    /// Its end may be in the middle of a secret.
    Start,
    /// It quotes a stretch that may end in the middle of a secret.
    Quote,
}

/// A message without secrets, one line and not a long one.
fn shown(message: &str, part: Part, secrets: &Secrets) -> String {
    if secrets.hides_answers() {
        return MASK.to_owned();
    }
    let start = &message[..boundary(message, MAX_LOOKED_AT)];
    match part {
        Part::Quote => tidy(&secrets.mask_quoted(start)),
        Part::Whole if start.len() == message.len() => tidy(&secrets.mask(start)),
        _ => tidy(&secrets.mask_cut(start)),
    }
}

/// A message that is one line, and not a long one.
pub(crate) fn tidy(message: &str) -> String {
    let message = message.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let end = message.char_indices().nth(MAX_MESSAGE).map(|(at, _)| at);
    let mut tidied = message[..end.unwrap_or(message.len())].replace(char::is_control, " ");
    if end.is_some() {
        tidied.push_str(" ...");
    }
    tidied
}

/// What an error keeps of a body, without the secrets of the call.
pub(crate) fn kept(body: &str, secrets: &Secrets) -> String {
    if secrets.hides_answers() {
        return String::new();
    }
    // Cut before it is masked, so that masking does not take long, and after it, so that no half of a
    // secret is left at the end.
    let start = start(body);
    let ends_within = start.len() < body.len() || is_cut(body);
    let masked = if ends_within { secrets.mask_cut(start) } else { secrets.mask(start) };
    let mut kept = masked.into_owned();
    kept.truncate(boundary(&kept, MAX_BODY));
    kept
}

/// The part of a body that is looked at for secrets.
pub(crate) fn start(body: &str) -> &str {
    &body[..boundary(body, 2 * MAX_BODY)]
}

/// Whether it was to be JSON or a page, but has no end.
fn is_cut(body: &str) -> bool {
    let (start, end) = (body.trim_start(), body.trim_end());
    (start.starts_with('{') && !end.ends_with('}'))
        || (start.starts_with('<') && !end.ends_with('>'))
}

/// The last place up to `most` where a text can be cut.
fn boundary(text: &str, most: usize) -> usize {
    (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}
