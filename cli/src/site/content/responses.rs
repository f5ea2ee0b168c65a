//! Saved responses.

use std::fmt::Write as _;

use zoomkat::postman::SavedResponse;

use super::super::escape::escape;
use super::super::json::Json;
use super::super::markdown::{LineEnds, to_html};
use super::super::page::verb;
use super::super::secrets::Hider;
use super::body::{body, data, language_of, text_of};
use super::code::{Block, block};
use super::highlight::Language;
use super::rows::Anchors;
use super::{headed, url_html};

/// The maximum length of a name in the summary of a response.
const MAX_NAME: usize = 120;

/// Renders the saved responses. `item` is the item's JSON without secrets, if it can be read.
pub(super) fn responses(
    responses: &[SavedResponse],
    item: Option<&Json>,
    hider: Option<&Hider<'_>>,
    line_ends: LineEnds,
    anchors: &mut Anchors,
    out: &mut String,
) {
    if responses.is_empty() {
        return;
    }
    out.push_str("<section aria-labelledby=\"responses\">\n");
    headed(out, 2, "responses", "Saved responses");
    let request = item.and_then(|item| item.get("request"));
    let mut originals = match item.and_then(|item| item.get("response")) {
        // Other values are not responses.
        Some(Json::Array(list)) => list.as_slice(),
        _ => &[],
    }
    .iter()
    .filter(|response| matches!(response, Json::Object(_)));
    for (number, response) in responses.iter().enumerate() {
        let original = originals.next().and_then(|response| response.get("originalRequest"));
        saved(number, response, hider, line_ends, out);
        if let (Some(request), Some(original)) = (request, original) {
            example_request(response, request, original, line_ends, anchors, out);
        }
        out.push_str("</div>\n</details>\n");
    }
    out.push_str("</section>\n");
}

/// Writes the start of a response: its status, its body, and its header.
fn saved(
    number: usize,
    response: &SavedResponse,
    hider: Option<&Hider<'_>>,
    line_ends: LineEnds,
    out: &mut String,
) {
    let class = match response.code() {
        200..=299 => "chip ok",
        300..=399 => "chip moved",
        400..=499 => "chip refused",
        500.. => "chip fault",
        _ => "chip",
    };
    let reason = match response.status().trim() {
        "" => reason(response.code()),
        status => status,
    };
    let status = match response.code() {
        0 => reason.to_owned(),
        code => format!("{code} {reason}"),
    };
    let status = match status.trim() {
        "" => "no status",
        status => status,
    };
    let open = if number == 0 { " open" } else { "" };
    let _ = write!(
        out,
        "<details class=\"response\"{open}>\n<summary><h3><span class=\"{class}\">{}</span>",
        escape(status)
    );
    let name = hider.map(|hider| hider.name(response.name()));
    let name = name.as_deref().unwrap_or(response.name()).trim();
    let is_plain = name.len() <= MAX_NAME && !name.contains(['\n', '*', '`', '[', '<', '#']);
    if is_plain && !name.is_empty() {
        let _ = write!(out, " <span class=\"name\">{}</span>", escape(name));
    }
    out.push_str("</h3></summary>\n<div>");
    if !is_plain {
        out.push_str(&to_html(name, 4, line_ends));
    }
    match response.body() {
        "" => out.push_str("<p class=\"soft\">No body.</p>\n"),
        body => {
            let header =
                response.headers().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
            let language = language_of(header.map(|(_, value)| value), body);
            let hidden = hider.map(|hider| hider.body(body));
            let what = format!("body of {status}");
            data(hidden.as_deref().unwrap_or(body), language, &what, out);
        }
    }
    let shown = |name: &str, value: &str| match hider {
        Some(hider) => hider.header(name, value),
        None => value.to_owned(),
    };
    let lines = response.headers().map(|(name, value)| format!("{name}: {}", shown(name, value)));
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        let _ =
            writeln!(out, "<details class=\"fold\"><summary>Headers ({})</summary>", lines.len());
        let (what, text) = (format!("headers of {status}"), lines.join("\n"));
        let label = Language::Http.label();
        block(out, &Block { label, what: &what, text: &text, language: Language::Http });
        out.push_str("</details>\n");
    }
}

/// Writes what differs in the request of a response from that of the item: the verb and the URL, and the
/// body.
fn example_request(
    response: &SavedResponse,
    request: &Json,
    original: &Json,
    line_ends: LineEnds,
    anchors: &mut Anchors,
    out: &mut String,
) {
    let url = url_of(original).or_else(|| url_of(request)).unwrap_or_default();
    let own = url_of(request).unwrap_or_default();
    let own_verb = verb_of(request);
    let is_moved = url != own || response.verb() != own_verb;
    let of = format!(" of the example {}", response.code());
    let is_same_body = original.get("body") == request.get("body");
    let body = if is_same_body { String::new() } else { body(original, &of, line_ends, anchors) };
    if !is_moved && body.is_empty() {
        return;
    }
    out.push_str("<details class=\"fold\"><summary>Request of this example</summary>\n");
    let _ = writeln!(
        out,
        "<p class=\"where\">{} <code>{}</code></p>\n{body}</details>",
        verb(response.verb()),
        url_html(&url)
    );
}

fn verb_of(request: &Json) -> String {
    let verb = request.get("method").and_then(text_of).filter(|verb| !verb.is_empty());
    verb.map_or_else(|| "GET".to_owned(), |verb| verb.to_uppercase())
}

/// Returns the URL of a request.
fn url_of(request: &Json) -> Option<String> {
    let url = match request {
        Json::String(url) => return Some(url.clone()),
        request => request.get("url")?,
    };
    match url {
        Json::String(url) => Some(url.clone()),
        url => url.get("raw").and_then(text_of),
    }
}

/// Returns the reason phrase of a status code (RFC 9110 section 15).
fn reason(code: u16) -> &'static str {
    match code {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}
