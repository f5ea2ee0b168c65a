//! Messages prepared for display: one short line without secrets.

use crate::message::response::HttpResponse;
use crate::redact::MASK;
use crate::zoom::answer::xml;
use crate::zoom::mask::secrets::SecretSet;

/// The longest message that is shown, in characters.
const MAX_MESSAGE: usize = 500;
/// The maximum number of bytes of a body that an error keeps. There may be thousands of errors at a time.
pub(super) const MAX_BODY: usize = 64 * 1024;

/// Returns the message for a body that is a page or other markup instead of JSON; `None` if it is neither.
pub(crate) fn markup_message(resp: &HttpResponse, secrets: &SecretSet) -> Option<String> {
    if !is_markup(resp) {
        return None;
    }
    let body = resp.body_str();
    let text = trim(&body);
    let message = match xml::read(text) {
        Some(document) if document.root == "result" => "XML instead of JSON".to_owned(),
        _ => page_message(text),
    };
    Some(display(&message, Excerpt::Quote, secrets))
}

/// Whether a body is a page or other markup.
fn is_markup(resp: &HttpResponse) -> bool {
    let body = resp.body_str();
    let text = trim(&body);
    let kind = resp.get_header_field("Content-Type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let html = ["text/html", "application/xhtml+xml"];
    let is_declared = || html.iter().any(|html| kind.eq_ignore_ascii_case(html));
    let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    text.starts_with('<') || (!text.is_empty() && is_declared() && !is_json())
}

/// Returns a body without a byte order mark and surrounding white space.
pub(super) fn trim(body: &str) -> &str {
    body.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Returns the message for a page that a proxy or gateway sent instead of Zoom's answer.
pub(super) fn page_message(text: &str) -> String {
    match page_title(text) {
        Some(title) => format!("a page instead of JSON, titled {title:?}"),
        None => "a page instead of JSON, without a title".to_owned(),
    }
}

/// Returns the title of a page, in one line.
pub(crate) fn page_title(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let is_title = |at: &usize| lower[at + 6..].starts_with([' ', '\t', '\r', '\n', '>', '/']);
    let at = lower.match_indices("<title").map(|(at, _)| at).find(is_title)?;
    let start = at + lower[at..].find('>')? + 1;
    let end = lower[start..].find("</").map_or(text.len(), |end| start + end);
    let title = text[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
    Some(title).filter(|title| !title.is_empty())
}

/// The maximum number of bytes of a message that are searched: enough for `MAX_MESSAGE` characters in any
/// escapes.
pub(super) const MAX_SEARCHED: usize = 6 * 1024;

/// How a message relates to the text that it was taken from.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) enum Excerpt {
    #[default]
    Whole,
    /// Its end may be within a secret.
    Start,
    /// It quotes a part that may end within a secret.
    Quote,
}

/// Returns a message as one short line, without secrets.
pub(super) fn display(message: &str, excerpt: Excerpt, secrets: &SecretSet) -> String {
    if secrets.hides_answers() {
        return MASK.to_owned();
    }
    let start = &message[..boundary(message, MAX_SEARCHED)];
    match excerpt {
        Excerpt::Quote => tidy(&secrets.mask_quoted(start)),
        Excerpt::Whole if start.len() == message.len() => tidy(&secrets.mask(start)),
        _ => tidy(&secrets.mask_cut(start)),
    }
}

/// Returns a message as one short line.
pub(crate) fn tidy(message: &str) -> String {
    let message = message.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let end = message.char_indices().nth(MAX_MESSAGE).map(|(at, _)| at);
    let mut tidied = message[..end.unwrap_or(message.len())].replace(char::is_control, " ");
    if end.is_some() {
        tidied.push_str(" ...");
    }
    tidied
}

/// Returns the part of a body that an error keeps, without the secrets of the call.
pub(crate) fn excerpt(body: &str, secrets: &SecretSet) -> String {
    if secrets.hides_answers() {
        return String::new();
    }
    // The text is cut before masking, which limits its cost, and again after it, so that no part of a secret is
    // left at the end.
    let start = searched_part(body);
    let ends_within = start.len() < body.len() || is_cut(body);
    let masked = if ends_within { secrets.mask_cut(start) } else { secrets.mask(start) };
    let mut excerpt = masked.into_owned();
    excerpt.truncate(boundary(&excerpt, MAX_BODY));
    excerpt
}

/// Returns the part of a body that is searched for secrets.
pub(crate) fn searched_part(body: &str) -> &str {
    &body[..boundary(body, 2 * MAX_BODY)]
}

/// Whether a body is JSON or a page without its end.
fn is_cut(body: &str) -> bool {
    let (start, end) = (body.trim_start(), body.trim_end());
    (start.starts_with('{') && !end.ends_with('}'))
        || (start.starts_with('<') && !end.ends_with('>'))
}

/// Returns the last character boundary at or before `max`.
fn boundary(text: &str, max: usize) -> usize {
    (0..=max.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}
