//! The body of a request, in each of Postman's modes.

use std::fmt::Write as _;

use super::super::json::Json;
use super::super::markdown::LineEnds;
use super::code::{Block, block, note};
use super::fields;
use super::highlight::{Language, highlighted};
use super::pretty::pretty_json;
use super::rows::{Anchors, Row, table};

/// Renders the body of a request, whose secrets are hidden. Empty without a body. `of` is appended to the
/// names of its parts, and is empty for the request of the item itself.
pub(super) fn body(request: &Json, of: &str, line_ends: LineEnds, anchors: &mut Anchors) -> String {
    let mut out = String::new();
    let media_type = media_type(request);
    let body = match request.get("body") {
        Some(Json::String(text)) => {
            raw(text, None, media_type.as_deref(), of, anchors, &mut out);
            return out;
        }
        Some(body @ Json::Object(_)) => body,
        _ => return out,
    };
    let mode = body.get("mode").and_then(Json::as_str).unwrap_or_default();
    match mode.to_ascii_lowercase().as_str() {
        "" | "none" => {}
        mode @ ("urlencoded" | "formdata") => {
            let rows = form_fields(body.get(mode));
            if !rows.is_empty() {
                let kind = if mode == "urlencoded" {
                    "application/x-www-form-urlencoded"
                } else {
                    "multipart/form-data"
                };
                sent_as(media_type.as_deref().unwrap_or(kind), &mut out);
                let label = format!("Form fields{of}");
                table(&mut out, &label, "form", &rows, line_ends, anchors);
            }
        }
        "graphql" => graphql(body.get("graphql"), of, &mut out),
        "file" => file(body.get("file"), media_type.as_deref(), &mut out),
        _ => {
            let language = body.get("options").and_then(|options| options.get("raw"));
            let language = language.and_then(|raw| raw.get("language")).and_then(Json::as_str);
            let text = body.get("raw").and_then(text_of).unwrap_or_default();
            raw(&text, language, media_type.as_deref(), of, anchors, &mut out);
        }
    }
    if !out.is_empty() && is_true(body.get("disabled")) {
        let mut noted = String::new();
        note(&mut noted, "The body is disabled in the collection: it is not sent.");
        out.insert_str(0, &noted);
    }
    out
}

fn raw(
    text: &str,
    named: Option<&str>,
    media_type: Option<&str>,
    of: &str,
    anchors: &mut Anchors,
    out: &mut String,
) {
    if text.is_empty() {
        return;
    }
    let language = match named {
        Some("json") => Language::Json,
        Some("xml" | "html") => Language::Markup,
        Some("javascript") => Language::JavaScript,
        _ => language_of(media_type, text),
    };
    let by_name = match named {
        Some("json") => Some("application/json"),
        Some("xml") => Some("application/xml"),
        Some("html") => Some("text/html"),
        Some("javascript") => Some("application/javascript"),
        _ => None,
    };
    if let Some(media_type) = media_type.or(by_name) {
        sent_as(media_type, out);
    }
    if language == Language::Json && of.is_empty() {
        fields::table(text, anchors, out);
    }
    data(text, language, &format!("Request body{of}"), out);
}

/// Writes a block with data. JSON is indented.
pub(super) fn data(text: &str, language: Language, what: &str, out: &mut String) {
    let pretty = if language == Language::Json { pretty_json(text) } else { None };
    let text = pretty.as_deref().unwrap_or(text);
    let label = if language == Language::Markup && !text.trim_start().starts_with("<?xml") {
        "Markup"
    } else {
        language.label()
    };
    block(out, &Block { label, what, text, language });
}

/// Returns the language of a text by its media type, or else by its first character.
pub(super) fn language_of(media_type: Option<&str>, text: &str) -> Language {
    let media_type = media_type.unwrap_or_default().to_ascii_lowercase();
    if media_type.contains("json") {
        return Language::Json;
    }
    if media_type.contains("xml") || media_type.contains("html") {
        return Language::Markup;
    }
    if media_type.contains("javascript") {
        return Language::JavaScript;
    }
    match text.trim_start().chars().next() {
        Some('{' | '[') => Language::Json,
        Some('<') => Language::Markup,
        _ => Language::Text,
    }
}

fn graphql(content: Option<&Json>, of: &str, out: &mut String) {
    let Some(content) = content else { return };
    let query = match content {
        Json::String(query) => query.clone(),
        other => other.get("query").and_then(text_of).unwrap_or_default(),
    };
    sent_as("application/json", out);
    let what = format!("GraphQL query{of}");
    block(
        out,
        &Block { label: "Query", what: &what, text: query.trim_end(), language: Language::GraphQl },
    );
    let variables = match content.get("variables") {
        Some(value @ (Json::Object(_) | Json::Array(_))) => {
            serde_json::to_string_pretty(value).unwrap_or_default()
        }
        other => other.and_then(text_of).unwrap_or_default(),
    };
    if !variables.trim().is_empty() {
        let pretty = pretty_json(&variables).unwrap_or(variables);
        let what = format!("GraphQL variables{of}");
        block(
            out,
            &Block { label: "Variables", what: &what, text: &pretty, language: Language::Json },
        );
    }
}

fn file(content: Option<&Json>, media_type: Option<&str>, out: &mut String) {
    let path = match content {
        Some(Json::String(path)) => Some(path.clone()),
        Some(content) => content.get("src").and_then(text_of).filter(|path| !path.is_empty()),
        None => None,
    };
    let inline = content.and_then(|content| content.get("content")).and_then(text_of);
    out.push_str("<p>The content of ");
    match (path, inline) {
        (Some(path), _) => {
            let _ = write!(out, "the file <code>{}</code>", highlighted(&path, Language::Text));
        }
        (None, Some(_)) => out.push_str("a file that is part of the collection"),
        (None, None) => out.push_str("a file of your choice"),
    }
    let _ = match media_type {
        Some(media_type) => {
            writeln!(out, ", sent as <code>{}</code>.</p>", highlighted(media_type, Language::Text))
        }
        None => writeln!(out, ".</p>"),
    };
}

fn sent_as(media_type: &str, out: &mut String) {
    let media_type = highlighted(media_type, Language::Text);
    let _ = writeln!(out, "<p class=\"sent-as\">Content type <code>{media_type}</code></p>");
}

/// Returns the media type that the header of a request or a response names.
pub(super) fn media_type(message: &Json) -> Option<String> {
    let is_type = |name: &str| name.trim().eq_ignore_ascii_case("content-type");
    let line = |line: &str| {
        let (name, value) = line.split_once(':')?;
        is_type(name).then(|| value.trim().to_owned())
    };
    let found = match message.get("header")? {
        Json::String(lines) => lines.lines().find_map(line),
        Json::Array(fields) => fields.iter().find_map(|field| match field {
            Json::String(text) => line(text),
            field => {
                let name = field.get("key").and_then(Json::as_str).unwrap_or_default();
                let is_type = is_type(name) && !is_true(field.get("disabled"));
                if is_type { field.get("value").and_then(text_of) } else { None }
            }
        }),
        _ => None,
    };
    found.filter(|value| !value.is_empty())
}

/// Reads the fields of a form: a list of objects or of texts, an object, or a text.
fn form_fields(value: Option<&Json>) -> Vec<Row> {
    match value {
        Some(Json::String(pairs)) => {
            pairs.split('&').filter(|pair| !pair.is_empty()).map(pair).collect()
        }
        Some(Json::Array(list)) => list
            .iter()
            .map(|entry| match entry {
                Json::String(text) => pair(text),
                entry => field(entry),
            })
            .collect(),
        Some(Json::Object(members)) => members
            .clone()
            .iter_mut()
            .map(|(name, value)| row(name, text_of(value).unwrap_or_default()))
            .collect(),
        _ => Vec::new(),
    }
}

fn row(name: &str, value: String) -> Row {
    Row {
        name: name.to_owned(),
        kind: None,
        media_type: None,
        disabled: false,
        value,
        description: String::new(),
    }
}

fn pair(text: &str) -> Row {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    row(name, value.to_owned())
}

fn field(entry: &Json) -> Row {
    let is_file = entry.get("type").and_then(Json::as_str) == Some("file");
    let value = match entry.get("src") {
        Some(Json::Array(paths)) if is_file => {
            paths.iter().filter_map(text_of).collect::<Vec<_>>().join(", ")
        }
        Some(path) if is_file => text_of(path).unwrap_or_default(),
        _ => entry.get("value").and_then(text_of).unwrap_or_default(),
    };
    let description = match entry.get("description") {
        Some(object @ Json::Object(_)) => object.get("content").and_then(text_of),
        other => other.and_then(text_of),
    };
    let name = entry.get("key").and_then(text_of).unwrap_or_default();
    let media_type = entry.get("contentType").and_then(text_of);
    Row {
        kind: is_file.then_some("file"),
        media_type: media_type.filter(|text| !text.is_empty()),
        disabled: is_true(entry.get("disabled")),
        description: description.unwrap_or_default(),
        ..row(&name, value)
    }
}

/// Returns a value as text. Null has none.
pub(super) fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => serde_json::to_string(other).ok(),
    }
}

/// Whether a value is true in JavaScript.
fn is_true(value: Option<&Json>) -> bool {
    match value {
        None | Some(Json::Null) => false,
        Some(Json::Bool(value)) => *value,
        Some(Json::Number(number)) => number.as_f64() != Some(0.0),
        Some(Json::String(text)) => !text.is_empty(),
        Some(_) => true,
    }
}
