//! Content of the page of an item.

use std::fmt::Write as _;

use zoomkat::Call;
use zoomkat::postman::{Item, ParameterPlace, SavedResponse};

use super::escape::{escape, escape_exactly};
use super::layout::{Place, crumbs, end, pager, start};
use super::markdown::{LineEnds, to_html};
use super::secrets::Hider;
use super::variables::resolved_url;
use super::{Entry, Site};

/// The verbs that have their own colour.
pub(super) const VERBS: &[&str] = &["get", "post", "put", "patch", "delete"];

/// Renders the page of an item. The flag is true if its JSON shows text that is masked elsewhere on the
/// page.
pub(super) fn item(site: &Site<'_>, policy: &str, at: usize, entry: &Entry<'_>) -> (String, bool) {
    let item = &entry.item;
    let mut out = start(site, policy, &format!("{} · {}", entry.name, site.title), Place::Item(at));
    out.push_str("<header>\n");
    crumbs(site, entry, &mut out);
    let original = item.clone().keep_unresolved().call();
    let domain = original.as_ref().map(Call::domain).unwrap_or_default();
    // Replaces secrets with variables everywhere on the page.
    let hider = (!site.show_secrets).then_some(Hider { domain });
    let url = hider.as_ref().map(|hider| hider.url(&entry.url));
    let _ = writeln!(out, "<h1>{}</h1>\n</header>", display_name(&entry.name));
    let _ = writeln!(
        out,
        "<p class=\"where\">{} <code>{}</code></p>",
        verb(&entry.verb),
        escape(url.as_deref().unwrap_or(&entry.url))
    );
    if let Some(url) = resolved_url(entry) {
        let _ = writeln!(
            out,
            "<p class=\"resolved\"><span>With the values of its variables:</span> <code>{}</code></p>",
            escape(url)
        );
    }
    if item.has_scripts() {
        note(
            &mut out,
            "This item has scripts, which Postman would run before or after it. The program and the command below do not run them.",
        );
    }
    let responses = item.responses();
    let parameters = parameters(item, hider.as_ref(), site.line_ends);
    let _ = writeln!(
        out,
        "<div class=\"lead\">\n{}</div>",
        to_html(&entry.description, 2, site.line_ends)
    );
    jump(!parameters.is_empty(), responses.len(), &mut out);
    out.push_str(&parameters);
    views(entry, original.as_ref(), hider.as_ref(), &mut out);
    let secret = site.show_secrets && Hider { domain }.finds_secrets(&item.json());
    if !responses.is_empty() {
        out.push_str(
            "<section aria-labelledby=\"responses\">\n<h2 id=\"responses\">Saved responses</h2>\n",
        );
        for (number, response) in responses.iter().enumerate() {
            saved(number, response, hider.as_ref(), site.line_ends, &mut out);
        }
        out.push_str("</section>\n");
    }
    pager(site, at, &mut out);
    end(site, &mut out);
    (out, secret)
}

fn jump(parameters: bool, responses: usize, out: &mut String) {
    out.push_str("<nav class=\"jump\" aria-label=\"On this page\"><ul>\n");
    let responses = format!("Saved responses ({responses})");
    let parts = [
        ("parameters", "Parameters", parameters),
        ("rust", "Rust", true),
        ("curl", "curl", true),
        ("postman", "Postman", true),
        ("responses", &responses, !responses.ends_with("(0)")),
    ];
    for (id, name, _) in parts.iter().filter(|(_, _, there)| *there) {
        let _ = writeln!(out, "<li><a href=\"#{id}\">{name}</a></li>");
    }
    out.push_str("</ul></nav>\n");
}

/// Renders the parameters grouped by place; empty if there are none.
fn parameters(item: &Item<'_>, hider: Option<&Hider<'_>>, line_ends: LineEnds) -> String {
    let all = item.parameters();
    let mut out = String::new();
    let mut places: Vec<ParameterPlace> = Vec::new();
    for parameter in &all {
        if !places.contains(&parameter.place()) {
            places.push(parameter.place());
        }
    }
    if places.is_empty() {
        return out;
    }
    out.push_str(
        "<section aria-labelledby=\"parameters\">\n<h2 id=\"parameters\">Parameters</h2>\n",
    );
    for place in places {
        let label = match place {
            ParameterPlace::Path => "Path",
            ParameterPlace::Query => "Query",
            ParameterPlace::Header => "Headers",
            ParameterPlace::Form => "Form fields",
            _ => "Others",
        };
        let _ = writeln!(
            out,
            "<h3>{label}</h3>\n<table class=\"params\" role=\"table\" aria-label=\"Parameters: {label}\">\n\
             <thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\">Name</th>\
             <th role=\"columnheader\">Value</th><th role=\"columnheader\">Description</th></tr></thead>\n\
             <tbody role=\"rowgroup\">"
        );
        for parameter in all.iter().filter(|parameter| parameter.place() == place) {
            let (required, description) = required(parameter.description());
            let _ = write!(
                out,
                "<tr role=\"row\"><th role=\"rowheader\"><code>{}</code>",
                display_name(parameter.name())
            );
            if required {
                out.push_str(" <span class=\"chip required\">required</span>");
            }
            if parameter.disabled() {
                out.push_str(" <span class=\"chip\">not sent</span>");
            }
            out.push_str("</th><td role=\"cell\">");
            if !parameter.value().is_empty() {
                let (name, value) = (parameter.name(), parameter.value());
                let value = match (hider, place) {
                    (None, _) => value.to_owned(),
                    (Some(hider), ParameterPlace::Header) => hider.header(name, value),
                    (Some(hider), _) => hider.param(name, value),
                };
                let _ = write!(out, "<code>{}</code>", escape(&value));
            }
            let _ = writeln!(
                out,
                "</td><td role=\"cell\">{}</td></tr>",
                to_html(description, 4, line_ends)
            );
        }
        out.push_str("</tbody>\n</table>\n");
    }
    out.push_str("</section>\n");
    out
}

/// Whether a description marks its parameter as required, and the rest of the description.
fn required(description: &str) -> (bool, &str) {
    let text = description.trim_start();
    for mark in ["(required)", "[required]", "required.", "required:", "**required**"] {
        let start = text.get(..mark.len()).unwrap_or_default();
        if start.eq_ignore_ascii_case(mark) {
            return (true, text.get(mark.len()..).unwrap_or_default().trim_start());
        }
    }
    (false, description)
}

/// Renders the request as a program, a command and an item.
fn views(
    entry: &Entry<'_>,
    original: Result<&Call, &zoomkat::Error>,
    hider: Option<&Hider<'_>>,
    out: &mut String,
) {
    let call = original.map(Call::hide_secrets);
    let of = |view: fn(&Call) -> zoomkat::Result<String>| match &call {
        Ok(call) => view(call).map_err(|err| err.to_string()),
        Err(err) => Err(err.to_string()),
    };
    view(out, "rust", "Rust", ("main.rs", "Rust program"), of(Call::to_rust));
    if let Ok(call) = &call {
        requirements(call, out);
    }
    view(out, "curl", "curl", ("Shell", "curl command"), of(Call::to_curl));
    if hider.is_some() && original.is_ok_and(|call| !call.secrets().is_empty()) {
        out.push_str("<p class=\"soft\">Possible secrets in the item and the parameters are replaced with variables.</p>\n");
    }
    let json = entry.item.json();
    let json = match hider {
        // An item that cannot be parsed is not shown: it may contain secrets.
        Some(hider) => {
            hider.json(&json).map_err(|err| format!("its secrets cannot be hidden: {err}"))
        }
        None => Ok(json),
    };
    view(out, "postman", "Postman", ("JSON", "Postman item"), json);
}

fn view(
    out: &mut String,
    id: &str,
    name: &str,
    labels: (&str, &str),
    text: Result<String, String>,
) {
    let _ = writeln!(out, "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{name}</h2>");
    match text {
        Ok(text) => code(out, labels.0, labels.1, text.trim_end()),
        Err(why) => note(out, &format!("The {} cannot be generated: {why}", labels.1)),
    }
    out.push_str("</section>\n");
}

/// Lists the variables and files that the program and the command need.
fn requirements(call: &Call, out: &mut String) {
    let listed = |names: &[&str]| {
        let names = names.iter().map(|name| format!("<code>{}</code>", escape(name)));
        names.collect::<Vec<_>>().join(", ")
    };
    let (variables, files) = (call.variables(), call.files());
    if !variables.is_empty() {
        let _ = writeln!(out, "<p class=\"soft\">Variables to set: {}</p>", listed(&variables));
    }
    if !files.is_empty() {
        let files: Vec<_> = files.iter().map(|path| path.to_string_lossy()).collect();
        let files: Vec<&str> = files.iter().map(AsRef::as_ref).collect();
        let _ = writeln!(out, "<p class=\"soft\">Files to provide: {}</p>", listed(&files));
    }
}

/// Writes a block of code. The script adds its copy button.
fn code(out: &mut String, label: &str, what: &str, text: &str) {
    if text.contains(|c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')) {
        note(
            out,
            "This text contains invisible characters that change the text direction: it may not be what it seems.",
        );
    }
    let _ = writeln!(
        out,
        "<div class=\"code\"><div class=\"bar\"><span>{}</span></div><pre tabindex=\"0\" role=\"group\" aria-label=\"{}\"><code>{}</code></pre></div>",
        escape(label),
        escape(what),
        escape_exactly(text)
    );
}

fn saved(
    number: usize,
    response: &SavedResponse,
    hider: Option<&Hider<'_>>,
    line_ends: LineEnds,
    out: &mut String,
) {
    let class = match response.code() {
        200..=299 => "chip ok",
        400.. => "chip fault",
        _ => "chip",
    };
    let title = format!("{} {}", response.code(), response.status());
    let title = title.trim();
    let open = if number == 0 { " open" } else { "" };
    let _ = writeln!(
        out,
        "<details class=\"response\"{open}>\n<summary><h3><span class=\"{class}\">{}</span></h3></summary>\n<div>",
        escape(title)
    );
    out.push_str(&to_html(response.name(), 4, line_ends));
    let headers: Vec<_> = response.headers().collect();
    if !headers.is_empty() {
        let shown = |name: &str, value: &str| match hider {
            Some(hider) => hider.header(name, value),
            None => value.to_owned(),
        };
        let lines: Vec<String> =
            headers.iter().map(|(name, value)| format!("{name}: {}", shown(name, value))).collect();
        let what = format!("headers of {title}");
        out.push_str("<h4>Headers</h4>\n");
        code(out, "HTTP", &what, &lines.join("\n"));
    }
    match response.body() {
        "" => out.push_str("<p class=\"soft\">No body.</p>\n"),
        body => {
            out.push_str("<h4>Body</h4>\n");
            let language = if body.trim_start().starts_with(['{', '[']) { "JSON" } else { "Text" };
            let hidden = hider.map(|hider| hider.body(body));
            code(out, language, &format!("body of {title}"), hidden.as_deref().unwrap_or(body));
        }
    }
    out.push_str("</div>\n</details>\n");
}

fn note(out: &mut String, text: &str) {
    let _ = writeln!(out, "<p class=\"note\">{}</p>", escape(text));
}

pub(super) fn verb(verb: &str) -> String {
    let class = VERBS.iter().find(|known| known.eq_ignore_ascii_case(verb)).unwrap_or(&"other");
    format!("<span class=\"verb {class}\">{}</span>", escape(verb))
}

/// Returns an escaped name, or a placeholder for an empty one.
pub(super) fn display_name(name: &str) -> String {
    match name.trim() {
        "" => "(no name)".to_owned(),
        name => escape(name),
    }
}
