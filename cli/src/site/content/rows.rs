//! Tables of parameters and form fields, and the anchors of their rows.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::super::escape::escape;
use super::super::markdown::{LineEnds, to_html};
use super::super::names::Names;
use super::super::page::display_name;
use super::super::search::one_word;
use super::highlight::{Language, highlighted, variable_length};

/// The maximum length of a type.
const MAX_TYPE: usize = 40;

/// The anchors of the rows of a page.
pub(in crate::site) struct Anchors {
    names: Names,
    /// The first anchor of each name.
    first: HashMap<String, String>,
}

impl Anchors {
    pub(super) fn new() -> Anchors {
        Anchors { names: Names::reserving(&[]), first: HashMap::new() }
    }

    /// Writes the start of a row, up to its name. Returns a link to the row. Its anchor starts with `kind`.
    /// `name` is the name by which it is found, the end of `path`.
    #[must_use]
    pub(super) fn start_row(
        &mut self,
        out: &mut String,
        kind: &str,
        path: &str,
        name: &str,
    ) -> String {
        let id = self.names.anchor(kind, path);
        let shown = display_name(path);
        let _ =
            write!(out, "<tr role=\"row\" id=\"{id}\"><th role=\"rowheader\"><code>{shown}</code>");
        let link =
            format!(" <a class=\"self\" href=\"#{id}\" aria-label=\"Link to this row\">#</a>");
        self.first.entry(one_word(name)).or_insert(id);
        link
    }

    /// Returns the anchor of the first row with this name.
    pub(in crate::site) fn get(&self, name: &str) -> Option<&str> {
        self.first.get(name).map(String::as_str)
    }
}

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

/// Writes a table. `label` is its accessible name; the anchors of its rows start with `kind`.
pub(super) fn table(
    out: &mut String,
    label: &str,
    kind: &str,
    rows: &[Row],
    line_ends: LineEnds,
    anchors: &mut Anchors,
) {
    let (column, literal) =
        if kind == "header" { ("Value", "Value") } else { ("Type or example", "Example") };
    let label = escape(label);
    let _ = writeln!(
        out,
        "<table class=\"params\" role=\"table\" aria-label=\"{label}\">\n\
         <thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\">Name</th>\
         <th role=\"columnheader\">{column}</th><th role=\"columnheader\">Description</th></tr></thead>\n\
         <tbody role=\"rowgroup\">"
    );
    for row in rows {
        let (required, description) = required(&row.description);
        let link = anchors.start_row(out, kind, &row.name, &row.name);
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
        out.push_str(&link);
        out.push_str("</th><td role=\"cell\">");
        value(out, literal, &row.value);
        let _ = writeln!(
            out,
            "</td><td role=\"cell\">{}</td></tr>",
            to_html(description, 5, line_ends)
        );
    }
    out.push_str("</tbody>\n</table>\n");
}

/// Writes the value of a row: a type if it is a sample such as `<string>`. `literal` is the label of other
/// values where the columns have no heads.
fn value(out: &mut String, literal: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    if let Some(name) = sample_type(value) {
        let _ = write!(out, "<span class=\"type\">{}</span>", escape(name));
        return;
    }
    let is_variable = variable_length(value) == Some(value.len());
    let label = if is_variable { "Value" } else { literal };
    let value = highlighted(value, Language::Text);
    let _ = write!(out, "<span class=\"eg\">{label}</span> <code>{value}</code>");
}

/// Returns the type that a sample such as `<string>` names.
pub(super) fn sample_type(value: &str) -> Option<&str> {
    let name = value.strip_prefix('<')?.strip_suffix('>')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-');
    let is_type = !name.trim().is_empty() && name.len() <= MAX_TYPE && name.chars().all(is_name);
    is_type.then_some(name)
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
