//! Errors in the body of an answer, in any of Zoom's formats or none.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::message::response::HttpResponse;
use crate::redact::MASK;
use crate::zoom::answer::text::{
    Excerpt, MAX_BODY, MAX_SEARCHED, display, excerpt, page_message, trim,
};
use crate::zoom::answer::xml;
use crate::zoom::mask::secrets::SecretSet;

/// Zoom's error about one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FieldError {
    /// The field, such as `user_info.email`; empty if Zoom named none.
    pub field: String,
    /// The error.
    pub message: String,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.field.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{}", self.field, self.message)
    }
}

impl std::error::Error for FieldError {}

/// The content of an error body.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ZoomBody {
    /// The whole body.
    pub(crate) text: String,
    pub(crate) code: Option<i64>,
    pub(crate) message: String,
    pub(crate) field_errors: Vec<FieldError>,
    /// How the message relates to the text.
    pub(crate) excerpt: Excerpt,
}

/// The maximum length in bytes of all field errors together, since masking takes time.
const MAX_FIELD_TEXT: usize = 64 * 1024;
/// The maximum number of field errors kept.
const MAX_FIELD_ERRORS: usize = 100;

/// The names of the message in Zoom's products: the REST API, Events, OAuth, the authorize page, SCIM.
pub(crate) const MESSAGE_NAMES: [&str; 7] =
    ["message", "error_message", "errorMessage", "reason", "error_description", "detail", "error"];
pub(crate) const CODE_NAMES: [&str; 3] = ["code", "errorCode", "error_code"];

impl ZoomBody {
    /// Reads an error's body. This cannot fail: an answer that cannot be understood is an error, too.
    ///
    /// The message is unchanged, so that it can be interpreted. [`masked`](Self::masked) prepares it for
    /// display.
    pub(crate) fn read(resp: &HttpResponse) -> ZoomBody {
        let all = resp.body_str();
        let text = trim(&all);
        let with_message = |message: String| ZoomBody { message, ..ZoomBody::default() };
        let mut body = match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(object)) => from_object(&object),
            Ok(Value::String(message)) => with_message(message),
            Ok(_) => with_message(text.to_owned()),
            Err(_) if text.starts_with('<') => from_xml(text).unwrap_or_else(|| ZoomBody {
                excerpt: Excerpt::Quote,
                ..with_message(page_message(text))
            }),
            Err(_) if text.starts_with('{') => from_broken(text),
            Err(_) => with_message(text.to_owned()),
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

    /// Masks the secrets of the call, and makes each message one short line.
    pub(crate) fn masked(self, secrets: &SecretSet) -> ZoomBody {
        let field = |error: FieldError| FieldError {
            field: display(&error.field, Excerpt::Whole, secrets),
            message: display(&error.message, Excerpt::Whole, secrets),
        };
        let mut left = MAX_FIELD_TEXT;
        let fits = |error: &FieldError| {
            left = left.saturating_sub(error.field.len().min(MAX_SEARCHED));
            left = left.saturating_sub(error.message.len().min(MAX_SEARCHED));
            left > 0
        };
        let errors = self.field_errors.into_iter().take(MAX_FIELD_ERRORS).take_while(fits);
        let message = display(&self.message, self.excerpt, secrets);
        let mut text = excerpt(&self.text, secrets);
        // A secret that contains markup may be found in the message but not in the body.
        let is_masked = |text: &str| text.contains(MASK);
        if is_masked(&message) && !is_masked(&self.message) && !is_masked(&text) {
            text = MASK.to_owned();
        }
        ZoomBody {
            text,
            code: self.code,
            message,
            field_errors: errors.map(field).collect(),
            excerpt: self.excerpt,
        }
    }

    /// Returns the error in an answer with a status of success, if any: a `code` that is a number other than 0,
    /// with a message or with no members except those of errors.
    pub(crate) fn error_in_success(resp: &HttpResponse) -> Option<ZoomBody> {
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
                let document = xml::read(trim(&text))?;
                let body = ZoomBody::read(resp);
                let is_error = is_error_root(&document.root) && body.code.is_some_and(|c| c != 0);
                is_error.then_some(body)
            }
            _ => None,
        }
    }
}

/// The members that distinguish an error from other answers.
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

pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => {
            number.as_i64().or_else(|| number.as_f64().map(|float| float as i64))
        }
        Value::String(text) => text.trim().parse().ok(),
        // In XML, an element that occurs twice is read as a list.
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

/// Reads an error in XML, which Zoom writes as `<result>` and others differently; `None` if the document is not
/// an error.
fn from_xml(text: &str) -> Option<ZoomBody> {
    let document = xml::read(text)?;
    let excerpt = if document.is_whole { Excerpt::Whole } else { Excerpt::Start };
    let mut value = document.value;
    // Some gateways wrap the error, sometimes more than once.
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
            let is_of_storage = body.code.is_none() && document.root == "error";
            let word = object.get("code").filter(|_| is_of_storage).and_then(text_of);
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
    is_error.then_some(ZoomBody { excerpt, ..body })
}

/// Whether the root of an XML document has the name of an error, from Zoom or others.
pub(crate) fn is_error_root(root: &str) -> bool {
    matches!(root, "result" | "error" | "response")
}

fn from_object(object: &serde_json::Map<String, Value>) -> ZoomBody {
    let number = |object: &serde_json::Map<String, Value>| {
        CODE_NAMES.iter().find_map(|name| object.get(*name).and_then(integer))
    };
    // Some gateways wrap the error: {"error": {"code": 1, "message": ".."}}.
    let inner = object.get("error").and_then(Value::as_object);
    let mut message = from_object_message(object).unwrap_or_default();
    // OAuth's error name adds to its reason: "Invalid Token! (invalid_grant)".
    if let (Some(error), true) =
        (object.get("error").and_then(Value::as_str), object.contains_key("reason"))
    {
        if !error.is_empty() && error != message {
            message = format!("{message} ({error})");
        }
    }
    let mut errors = Vec::new();
    object.get("errors").into_iter().for_each(|list| collect_field_errors(list, &mut errors));
    ZoomBody {
        code: number(object).or_else(|| inner.and_then(number)),
        message,
        field_errors: errors,
        ..ZoomBody::default()
    }
}

/// Collects the errors of single fields: a list, a single one, or a list from XML, which is nested in an element
/// or two.
fn collect_field_errors(errors: &Value, found: &mut Vec<FieldError>) {
    let mut add = |field, message| {
        let error = FieldError { field, message };
        if error != FieldError::default() {
            found.push(error);
        }
    };
    match errors {
        Value::Array(list) => list.iter().for_each(|error| collect_field_errors(error, found)),
        Value::Object(object) => {
            let is_outer = |inner: &Value| inner.is_object() || inner.is_array();
            if !object.contains_key("field") && object.values().any(is_outer) {
                return object.values().for_each(|inner| collect_field_errors(inner, found));
            }
            let field = object.get("field").and_then(text_of).unwrap_or_default();
            add(field, from_object_message(object).unwrap_or_default());
        }
        other => add(String::new(), text_of(other).unwrap_or_default()),
    }
}

/// Reads broken JSON as far as possible: Zoom has sent messages with unescaped quotes, and truncated bodies.
fn from_broken(text: &str) -> ZoomBody {
    let after = |name: &str| {
        let (_, rest) = text.split_once(&format!("\"{name}\""))?;
        Some(rest.trim_start().strip_prefix(':')?.trim_start())
    };
    let code = CODE_NAMES.iter().find_map(|name| {
        let rest = after(name)?.trim_start_matches('"');
        // A truncated number would be a different number.
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-')?;
        rest[..end].parse().ok()
    });
    let message = MESSAGE_NAMES.iter().find_map(|name| {
        let rest = after(name)?.strip_prefix('"')?;
        // The message ends at the quote before the next member, or before the end of the object.
        let end = ["\",\"", "\", \"", "\"}"].iter().filter_map(|mark| {
            let found =
                if *mark == "\"}" { rest.rfind(mark) } else { find_before_member(rest, mark) };
            found.filter(|at| *at > 0)
        });
        let end = end.min().unwrap_or(rest.len());
        Some(rest[..end].to_owned()).filter(|message| !message.is_empty())
    });
    ZoomBody {
        code,
        message: message.unwrap_or_else(|| format!("the body is broken JSON: {text}")),
        excerpt: Excerpt::Start,
        ..ZoomBody::default()
    }
}

/// Returns the position of `mark` before a member's name and colon. Elsewhere it is a comma within the message.
fn find_before_member(text: &str, mark: &str) -> Option<usize> {
    text.match_indices(mark).map(|(at, _)| at).find(|at| {
        let rest = &text[at + mark.len()..];
        let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or_default();
        let after = rest[name..].strip_prefix('"').filter(|_| name > 0);
        after.is_some_and(|after| after.trim_start_matches('"').trim_start().starts_with(':'))
    })
}
