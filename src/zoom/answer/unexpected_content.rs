//! Detection of an answer that is not the requested file.

use serde_json::{Map, Value};

use crate::message::response_head::Head;
use crate::text::charset;
use crate::text::headers;
use crate::zoom::answer::body::{CODE_NAMES, MESSAGE_NAMES, ZoomBody, integer, is_error_root};
use crate::zoom::answer::text::page_title;
use crate::zoom::answer::xml;

/// An answer with a status of success that is not the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum UnexpectedContent {
    /// An HTML page, with its title.
    Page(Option<String>),
    /// An error in JSON or XML.
    Error,
    /// A status that means no file, or a part of it.
    Status(u16),
}

impl UnexpectedContent {
    /// Returns the kind of an answer that is not the file, or `None` for the file. `start` is the start of the
    /// body, or all of it if `is_whole`.
    pub(crate) fn detect(head: &Head, start: &[u8], is_whole: bool) -> Option<UnexpectedContent> {
        // A proxy that has transformed the answer sends 203 (RFC 9110 section 15.3.4).
        if !matches!(head.status, 200 | 203) {
            return Some(UnexpectedContent::Status(head.status));
        }
        // An attachment may be of any type, even a page.
        if values_without_parameters(head, "Content-Disposition").any(|word| word == "attachment") {
            return None;
        }
        let charset =
            head.all("Content-Type").find_map(|value| headers::parameter(value, "charset"));
        let text = charset::decode(start, charset.as_deref());
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if is_whole && is_json_error(text) || is_xml_error(text) {
            return Some(UnexpectedContent::Error);
        }
        let is_declared = values_without_parameters(head, "Content-Type")
            .any(|word| matches!(&*word, "text/html" | "application/xhtml+xml"));
        (is_declared || first_element(text).is_none_or(is_page))
            .then(|| UnexpectedContent::Page(page_title(text)))
    }

    /// Whether the page asks for a login or a passcode.
    pub(crate) fn asks_for_login(&self) -> bool {
        let UnexpectedContent::Page(Some(title)) = self else { return false };
        let title = title.to_lowercase();
        let asks = ["password", "passcode", "sign in", "sign-in", "signin", "log in", "login"];
        asks.iter().any(|words| title.contains(words))
    }

    /// Returns the error body for an answer with the body `read`.
    pub(crate) fn into_body(self, read: ZoomBody) -> ZoomBody {
        match self {
            UnexpectedContent::Error => read,
            UnexpectedContent::Page(title) => {
                let title = match title {
                    Some(title) => format!("titled {title:?}"),
                    None => "without a title".to_owned(),
                };
                ZoomBody {
                    message: format!("Zoom returned a page instead of the file, {title}"),
                    ..read
                }
            }
            UnexpectedContent::Status(status) => {
                let message = match status {
                    202 => "the file is not ready yet",
                    206 => "the server sent only a part of the file, which was not requested",
                    300..400 => "the answer is a redirect, which is not followed",
                    _ => "the answer has no file",
                };
                let message = format!("{message} (status {status})");
                match status {
                    // A part of a recording is not a message.
                    206 => ZoomBody { message, ..ZoomBody::default() },
                    _ => ZoomBody { message, ..read },
                }
            }
        }
    }
}

/// Returns the value before the parameters of each field of this name, in lower case.
fn values_without_parameters(head: &Head, name: &'static str) -> impl Iterator<Item = String> {
    let first = |value: &str| {
        let word = value.split(';').next().unwrap_or_default();
        word.trim().to_ascii_lowercase()
    };
    head.all(name).map(first)
}

/// Members that an error may have in addition to code, message and `errors`.
const OTHERS: [&str; 3] = ["status", "success", "timestamp"];
/// Members that an error may have only if they are empty.
const RESULTS: [&str; 2] = ["result", "data"];

/// Whether a text is an error in JSON, not a file: it has a code and a message, or reports a failure, or has only
/// the members of errors; or it is a short list of such objects.
pub(crate) fn is_json_error(text: &str) -> bool {
    const MAX_ERRORS: usize = 16;
    if !text.starts_with(['{', '[']) {
        return false;
    }
    let is_error = |value: &Value| value.as_object().is_some_and(is_error_object);
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(items)) => {
            (1..=MAX_ERRORS).contains(&items.len()) && items.iter().all(is_error)
        }
        Ok(value) => is_error(&value),
        Err(_) => false,
    }
}

fn is_error_object(object: &Map<String, Value>) -> bool {
    let is_filled = |name: &str| match object.get(name) {
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(members)) => !members.is_empty(),
        _ => false,
    };
    let code = CODE_NAMES.iter().find_map(|name| object.get(*name)).and_then(integer);
    let has_message = MESSAGE_NAMES.iter().chain(&["errors"]).any(|name| is_filled(name));
    let is_failure =
        ["status", "success"].iter().any(|name| object.get(*name) == Some(&false.into()));
    match code {
        // Code 0 means no error.
        Some(0) => false,
        Some(_) => has_message || has_only_error_members(object),
        None => has_message && (is_failure || has_only_error_members(object)),
    }
}

fn has_only_error_members(object: &Map<String, Value>) -> bool {
    object.iter().all(|(name, value)| {
        let is_one_of = |names: &[&str]| names.contains(&name.as_str());
        is_one_of(&MESSAGE_NAMES)
            || is_one_of(&CODE_NAMES)
            || name == "errors"
            || is_one_of(&OTHERS)
            || is_one_of(&RESULTS) && !is_not_empty(value)
    })
}

fn is_not_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => false,
    }
}

/// Returns the text from its first element on, without comments, declarations and white space before it; empty
/// without an element, and `None` within a comment that does not end.
fn first_element(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    loop {
        let (start, end) = if rest.starts_with("<!--") {
            (4, "-->")
        } else if rest.starts_with("<?") {
            (2, "?>")
        } else if rest.starts_with('<') {
            return Some(rest);
        } else {
            return Some("");
        };
        match rest[start..].split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None if start == 4 => return None,
            None => return Some(""),
        }
    }
}

/// Whether a text starts with an element with which only pages start.
fn is_page(text: &str) -> bool {
    const NAMES: [&str; 22] = [
        "html", "head", "title", "body", "script", "meta", "style", "iframe", "h1", "h2", "h3",
        "p", "div", "span", "center", "form", "table", "pre", "noscript", "link", "br", "main",
    ];
    let Some(text) = text.strip_prefix('<') else { return false };
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '!').unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    if name.eq_ignore_ascii_case("!doctype") {
        let root = after.trim_start();
        return root.get(..4).is_some_and(|root| root.eq_ignore_ascii_case("html"));
    }
    let ends =
        after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || ">/".contains(c));
    ends && NAMES.iter().any(|page| name.eq_ignore_ascii_case(page))
}

/// Whether a text is an error in XML, of a storage service (`<Error><Code>`) or of Zoom (`<result><code>`).
fn is_xml_error(text: &str) -> bool {
    let document = if text.starts_with('<') { xml::read(text) } else { None };
    document.is_some_and(|document| {
        let has = |name: &str| document.value.get(name).is_some();
        match &*document.root {
            "error" => has("code") || has("message"),
            root => is_error_root(root) && has("code"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::response::HttpResponse;

    fn detect(body: &str) -> Option<UnexpectedContent> {
        let head = Head { status: 200, ..Head::clone(&HttpResponse::new().record.head) };
        UnexpectedContent::detect(&head, body.as_bytes(), true)
    }

    #[test]
    fn a_page_is_recognized_by_its_start() {
        for page in [
            "<!doctype html><title>lorem</title>",
            "<!DOCTYPE  HTML PUBLIC \"ipsum\"><title>lorem</title>",
            "\u{feff}\r\n <!-- a > b --><!---->\n<HTML lang=en><title>lorem</title>",
            "<?xml version=\"1.0\"?><!DOCTYPE html><html/><title>lorem</title>",
            "<html><head><Title id='x'>\n lorem </TITLE>",
            "<head><title>lorem</title>",
            "<div>ipsum</div><title>lorem</title>",
        ] {
            assert_eq!(detect(page), Some(UnexpectedContent::Page(Some("lorem".into()))), "{page}");
        }
        for page in ["<html>", "<html", "<!-- lorem", "<script>"] {
            assert_eq!(detect(page), Some(UnexpectedContent::Page(None)), "{page}");
        }
        for file in [
            "",
            "WEBVTT\n\n<html>",
            "<htmlish>",
            "<!doctype svg>",
            "<svg><title>lorem</title></svg>",
            "<?xml version=\"1.0\"?><timeline/>",
            "<",
            "<?",
            "<é",
            "<!doctype é",
        ] {
            assert_eq!(detect(file), None, "{file}");
        }
    }

    #[test]
    fn an_error_in_json_or_xml_is_recognized_by_its_members() {
        for error in [
            r#"{"status":false,"errorCode":3310,"errorMessage":"lorem","result":null}"#,
            r#" {"code":3301,"message":"lorem","x":1}"#,
            r#"{"code":124}"#,
            r#"{"error":"invalid_token","reason":"lorem"}"#,
            r#"{"errors":[{"message":"lorem"}]}"#,
            "\u{feff}{\"message\":\"lorem\"}",
            r#"{"success":false,"message":"lorem","data":{"x":1}}"#,
            r#"[{"code":300,"message":"lorem"}]"#,
        ] {
            assert_eq!(detect(error), Some(UnexpectedContent::Error), "{error}");
        }
        for file in [
            "{}",
            "{",
            "[]",
            r#"[{"code":300,"message":"lorem"},{"ts":1}]"#,
            r#"{"success":true,"message":"lorem","data":{"x":1}}"#,
            r#"{"timeline":[{"ts":"00:00:01.000","users":[{"username":"message"}]}]}"#,
            r#"{"code":0,"message":"success"}"#,
            r#"{"code":"code-0","message":"lorem","sender":"ipsum"}"#,
            r#"{"message":"lorem","sender":"ipsum"}"#,
            r#"{"message":"lorem","data":[1]}"#,
            "{\"code\":1,\"message\":\"a\"}\n{\"code\":1,\"message\":\"b\"}",
        ] {
            assert_eq!(detect(file), None, "{file}");
        }
        let xml = "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code>\
                   <Message>a &lt; b</Message></Error>";
        for error in [xml, "<result><code>300</code></result>", "<!-- a --><result><code>x</code>"]
        {
            assert_eq!(detect(error), Some(UnexpectedContent::Error), "{error}");
        }
        assert_eq!(detect("<errors><code>1</code></errors>"), None);
        assert_eq!(detect("<result><score>1</score></result>"), None);
    }
}
