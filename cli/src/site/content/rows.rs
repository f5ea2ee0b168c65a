//! Tables of parameters and form fields.

use std::fmt::Write as _;

use super::super::escape::escape;
use super::super::markdown::{LineEnds, to_html};
use super::super::page::display_name;
use super::highlight::{Language, highlighted};

/// A parameter or a field.
pub(super) struct Row {
    pub(super) name: String,
    /// What it is, if that matters: `file`.
    pub(super) kind: Option<&'static str>,
    /// Its own media type.
    pub(super) media_type: Option<String>,
    pub(super) disabled: bool,
    /// The value, without secrets.
    pub(super) value: String,
    pub(super) description: String,
}

/// Writes a table. `label` is its accessible name.
pub(super) fn table(out: &mut String, label: &str, rows: &[Row], line_ends: LineEnds) {
    let label = escape(label);
    let _ = writeln!(
        out,
        "<table class=\"params\" role=\"table\" aria-label=\"{label}\">\n\
         <thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\">Name</th>\
         <th role=\"columnheader\">Value</th><th role=\"columnheader\">Description</th></tr></thead>\n\
         <tbody role=\"rowgroup\">"
    );
    for row in rows {
        let (required, description) = required(&row.description);
        let name = display_name(&row.name);
        let _ = write!(out, "<tr role=\"row\"><th role=\"rowheader\"><code>{name}</code>");
        if let Some(kind) = row.kind {
            let _ = write!(out, " <span class=\"kind\">{kind}</span>");
        }
        if let Some(media_type) = &row.media_type {
            let _ = write!(out, " <span class=\"kind\">{}</span>", escape(media_type));
        }
        if required {
            out.push_str(" <span class=\"chip required\">required</span>");
        }
        if row.disabled {
            out.push_str(" <span class=\"chip\">not sent</span>");
        }
        out.push_str("</th><td role=\"cell\">");
        if !row.value.is_empty() {
            let value = highlighted(&row.value, Language::Text);
            let _ = write!(out, "<code>{value}</code>");
        }
        let _ = writeln!(
            out,
            "</td><td role=\"cell\">{}</td></tr>",
            to_html(description, 5, line_ends)
        );
    }
    out.push_str("</tbody>\n</table>\n");
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
