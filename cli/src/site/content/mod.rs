//! Content of an item's page.
//!
//! * `mod.rs`: the parts of the page,
//! * `authorization.rs`: how to authorize,
//! * `parameters.rs`: parameters of the path, the query and the header; `rows.rs`: their tables and anchors,
//! * `body.rs`: the body of a request; `fields.rs`: the fields of JSON; `pretty.rs`: indented
//!   JSON,
//! * `code.rs`: the request as a program, a command and an item,
//! * `responses.rs`: saved responses,
//! * `highlight/`: syntax highlighting.

use std::fmt::Write as _;

use zoomkat::Call;

use self::code::note;
use self::highlight::{Language, highlighted};
pub(super) use self::rows::Anchors;
use super::json::Json;
use super::markdown::to_html;
use super::page::{display_name, verb};
use super::secrets::Hider;
use super::{Entry, Site};

mod authorization;
mod body;
mod code;
mod fields;
mod highlight;
mod parameters;
mod pretty;
mod responses;
mod rows;

/// Writes the content of an item's page. `resolved` is its URL with the values of the collection's
/// variables, without secrets. Returns whether the page shows text that is masked without `--show-secrets`,
/// and the anchors of its rows.
pub(super) fn content(
    site: &Site<'_>,
    entry: &Entry<'_>,
    resolved: Option<&str>,
    out: &mut String,
) -> (bool, Anchors) {
    let item = &entry.item;
    let original = item.clone().keep_unresolved().call();
    let masking = original.as_ref().map(Hider::of).unwrap_or_default();
    // Replaces secrets with variables everywhere on the page.
    let hider = (!site.show_secrets).then_some(&masking);

    let json = item.json();
    let shown = match hider {
        // An item that cannot be parsed is not shown: it may contain secrets.
        Some(hider) => hider.json(&json).map_err(|err| err.to_string()),
        None => Ok(json.clone()),
    };
    let parsed: Option<Json> =
        shown.as_ref().ok().and_then(|shown| serde_json::from_str(shown).ok());
    let body = parsed.as_ref().and_then(|item| item.get("request"));
    let mut anchors = Anchors::new();
    let parameters =
        parameters::parameters(item, hider, parsed.is_none(), site.line_ends, &mut anchors);
    let body = body.map(|request| body::body(request, "", site.line_ends, &mut anchors));
    let body = body.unwrap_or_default();
    let saved = item.responses();

    out.push_str("<div class=\"item\">\n");
    heading(entry, resolved, out);
    jump(!parameters.is_empty(), !body.is_empty(), saved.len(), out);
    out.push_str("<div class=\"columns\">\n<div class=\"reference\">\n");
    if item.has_scripts() {
        note(
            out,
            "This item has scripts, which Postman would run before or after it. The program and the command below do not run them.",
        );
    }
    if !entry.description.trim().is_empty() {
        let _ = writeln!(
            out,
            "<div class=\"lead\">\n{}</div>",
            to_html(&entry.description, 2, site.line_ends)
        );
    }
    out.push_str(&authorization::authorization(site, entry, hider));
    out.push_str(&parameters);
    if !body.is_empty() {
        out.push_str("<section aria-labelledby=\"body\">\n");
        headed(out, 2, "body", "Request body");
        if original.as_ref().is_ok_and(is_without_body) {
            let verb = &entry.verb;
            note(
                out,
                &format!(
                    "Postman sends no body with {verb}, so the program and the command have none."
                ),
            );
        }
        let _ = writeln!(out, "{body}</section>");
    }
    out.push_str("</div>\n<div class=\"examples\">\n");
    let shown = shown.as_deref().map_err(String::as_str);
    code::views(original.as_ref(), shown, hider, out);
    responses::responses(&saved, parsed.as_ref(), hider, site.line_ends, &mut anchors, out);
    out.push_str("</div>\n</div>\n</div>\n");
    (site.show_secrets && masking.finds_secrets(&json), anchors)
}

/// Whether a call has no body because of its verb, with which Postman sends none by default.
fn is_without_body(call: &Call) -> bool {
    let verb = call.request().http_verb();
    ["GET", "COPY", "HEAD", "PURGE", "UNLOCK"].contains(&verb)
        && call
            .request()
            .generate_request_text()
            .is_ok_and(|text| text.split_once("\r\n\r\n").is_some_and(|(_, body)| body.is_empty()))
}

/// Writes a heading with a link to itself beside it.
fn headed(out: &mut String, level: u8, id: &str, text: &str) {
    let _ = writeln!(
        out,
        "<div class=\"headed\"><h{level} id=\"{id}\">{text}</h{level}>\
         <a class=\"self\" href=\"#{id}\" aria-label=\"Link to this section\">#</a></div>"
    );
}

/// Writes the name, the verb and the URL.
fn heading(entry: &Entry<'_>, resolved: Option<&str>, out: &mut String) {
    let _ = writeln!(
        out,
        "<h1>{}</h1>\n<div class=\"where\">{} <code>{}</code></div>",
        display_name(&entry.name),
        verb(&entry.verb),
        url_html(&entry.shown_url)
    );
    if let Some(resolved) = resolved {
        let resolved = highlighted(resolved, Language::Text);
        let _ = writeln!(
            out,
            "<p class=\"resolved\">With the collection's values: <code>{resolved}</code></p>"
        );
    }
}

/// Returns a URL with its variables and its path parameters `:name` highlighted.
fn url_html(url: &str) -> String {
    let (path, query) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let segments = path.split_inclusive('/').map(|segment| {
        let name = segment.strip_suffix('/').unwrap_or(segment);
        let html = highlighted(name, Language::Text);
        let slash = &segment[name.len()..];
        if name.starts_with(':') && name.len() > 1 {
            format!("<span class=\"a\">{html}</span>{slash}")
        } else {
            format!("{html}{slash}")
        }
    });
    segments.collect::<String>() + &highlighted(query, Language::Text)
}

fn jump(parameters: bool, body: bool, responses: usize, out: &mut String) {
    out.push_str("<nav class=\"jump\" aria-label=\"On this page\"><ul>\n");
    let saved = format!("Saved responses ({responses})");
    let parts = [
        ("authorization", "Authorization", true),
        ("parameters", "Parameters", parameters),
        ("body", "Request body", body),
        ("code", "Code", true),
        ("responses", &saved, responses > 0),
    ];
    for (id, name, _) in parts.iter().filter(|(_, _, is_there)| *is_there) {
        let _ = writeln!(out, "<li><a href=\"#{id}\">{name}</a></li>");
    }
    out.push_str("</ul></nav>\n");
}
