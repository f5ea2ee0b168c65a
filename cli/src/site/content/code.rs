//! Blocks of code, and the request as a program, a command and an item.

use std::fmt::Write as _;

use zoomkat::Call;

use super::super::escape::escape;
use super::super::secrets::Hider;
use super::headed;
use super::highlight::{Language, highlighted};

/// A block of code.
pub(super) struct Block<'b> {
    pub(super) label: &'b str,
    /// Its accessible name.
    pub(super) what: &'b str,
    pub(super) text: &'b str,
    pub(super) language: Language,
}

/// Writes a block of code. The script adds its buttons.
pub(super) fn block(out: &mut String, block: &Block<'_>) {
    let Block { label, what, text, language } = block;
    if text.contains(|c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')) {
        note(
            out,
            "This text contains invisible characters that change the text direction: it may not be what it seems.",
        );
    }
    let _ = writeln!(
        out,
        "<div class=\"code\"><div class=\"caption\"><span>{}</span></div><pre tabindex=\"0\" role=\"group\" aria-label=\"{}\"><code>{}</code></pre></div>",
        escape(label),
        escape(what),
        highlighted(text, *language)
    );
}

pub(super) fn note(out: &mut String, text: &str) {
    let _ = writeln!(out, "<p class=\"note\">{}</p>", escape(text));
}

/// Renders the request as a program, a command and an item. They are sections, of which the script makes
/// tabs. `json` is the item without its secrets, or the reason why it is not shown.
pub(super) fn views(
    original: Result<&Call, &zoomkat::Error>,
    json: Result<&str, &str>,
    hider: Option<&Hider<'_>>,
    out: &mut String,
) {
    let call = original.map(Call::hide_secrets);
    let of = |view: fn(&Call) -> zoomkat::Result<String>| match &call {
        Ok(call) => view(call).map_err(|err| err.to_string()),
        Err(err) => Err(err.to_string()),
    };
    out.push_str("<section aria-labelledby=\"code\">\n");
    headed(out, 2, "code", "Code");
    out.push_str("<div class=\"tabs\">\n");
    view(out, "rust", "Rust", ("main.rs", "Rust program"), Language::Rust, of(Call::to_rust));
    view(out, "curl", "curl", ("Shell", "curl command"), Language::Shell, of(Call::to_curl));
    let json =
        json.map(str::to_owned).map_err(|why| format!("its secrets cannot be hidden: {why}"));
    view(out, "postman", "Postman", ("JSON", "Postman item"), Language::Json, json);
    if call.as_ref().is_ok_and(is_zoom) {
        let ruby = of(Call::to_chilkat_ruby);
        view(out, "chilkat", "Chilkat", ("Ruby", "Chilkat script"), Language::Ruby, ruby);
    }
    out.push_str("</div>\n");
    if let Ok(call) = &call {
        requirements(call, out);
    }
    if hider.is_some_and(Hider::has_secrets) {
        out.push_str("<p class=\"soft\">Possible secrets in the item and the parameters are replaced with variables.</p>\n");
    }
    out.push_str("</section>\n");
}

/// Whether a call is one of Zoom's API, which Chilkat's pages of samples show.
fn is_zoom(call: &Call) -> bool {
    let domain = call.domain().to_ascii_lowercase();
    domain == "zoom.us" || domain.ends_with(".zoom.us")
}

fn view(
    out: &mut String,
    id: &str,
    name: &str,
    labels: (&str, &str),
    language: Language,
    text: Result<String, String>,
) {
    let (label, what) = labels;
    let _ = writeln!(out, "<section aria-labelledby=\"{id}\">\n<h3 id=\"{id}\">{name}</h3>");
    match text {
        Ok(text) => block(out, &Block { label, what, text: text.trim_end(), language }),
        Err(why) => note(out, &format!("The {what} cannot be generated: {why}")),
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
