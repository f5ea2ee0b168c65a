//! The words of an answer, made fit to be shown: one line, not too long, without secrets.

use crate::message::response::HttpResponse;
use crate::redact::MASK;
use crate::zoom::answer::xml;
use crate::zoom::mask::secrets::Secrets;

/// More of a message than this is not a message.
const MAX_MESSAGE: usize = 500;
/// How much of a body is kept, in bytes; thousands of errors may be kept at a time.
pub(super) const MAX_BODY: usize = 64 * 1024;

/// What to say of a body that is a page, or other markup, where JSON should be; `None` where it is neither.
pub(crate) fn markup_message(resp: &HttpResponse, secrets: &Secrets) -> Option<String> {
    if !is_markup(resp) {
        return None;
    }
    let body = resp.body_str();
    let text = trimmed(&body);
    let message = match xml::read(text) {
        Some(document) if document.root == "result" => "XML instead of JSON".to_owned(),
        _ => page_message(text),
    };
    Some(shown(&message, Excerpt::Quote, secrets))
}

/// Whether a body is a page, or other markup.
pub(crate) fn is_markup(resp: &HttpResponse) -> bool {
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
pub(super) fn trimmed(body: &str) -> &str {
    body.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// What is said of a page that some proxy or gateway sent instead of Zoom's answer.
pub(super) fn page_message(text: &str) -> String {
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
pub(super) const MAX_LOOKED_AT: usize = 6 * 1024;

/// What a message is of the text that it was taken from.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) enum Excerpt {
    #[default]
    Whole,
    /// Its end may be in the middle of a secret.
    Start,
    /// It quotes a stretch that may end in the middle of a secret.
    Quote,
}

/// A message without secrets, one line and not a long one.
pub(super) fn shown(message: &str, excerpt: Excerpt, secrets: &Secrets) -> String {
    if secrets.hides_answers() {
        return MASK.to_owned();
    }
    let start = &message[..boundary(message, MAX_LOOKED_AT)];
    match excerpt {
        Excerpt::Quote => tidy(&secrets.mask_quoted(start)),
        Excerpt::Whole if start.len() == message.len() => tidy(&secrets.mask(start)),
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
