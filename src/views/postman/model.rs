//! Readers for the variants of the format: a string or an object, missing or null members, numbers instead of strings.

use std::collections::HashSet;

use super::json::JsonValue;

/// Returns a member that is not null.
pub(super) fn member<'v>(value: &'v JsonValue, name: &str) -> Option<&'v JsonValue> {
    value.get(name).filter(|value| !value.is_null())
}

/// Returns a value as Postman converts it to text. Null has no text.
pub(super) fn text(value: &JsonValue) -> Option<String> {
    match value {
        JsonValue::Null => None,
        JsonValue::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Returns a member as text.
pub(super) fn text_of(value: &JsonValue, name: &str) -> Option<String> {
    member(value, name).and_then(text)
}

/// Returns the elements of a list. Other values have none.
pub(super) fn list(value: Option<&JsonValue>) -> &[JsonValue] {
    value.and_then(JsonValue::as_array).unwrap_or_default()
}

/// Reads a description: a string, or an object with a member `content`.
pub(super) fn description(value: Option<&JsonValue>) -> String {
    match value {
        Some(object @ JsonValue::Object(_)) => text_of(object, "content").unwrap_or_default(),
        Some(other) => text(other).unwrap_or_default(),
        None => String::new(),
    }
}

/// Whether `disabled` is set to a value that is true in JavaScript.
pub(super) fn is_disabled(value: &JsonValue) -> bool {
    match value.get("disabled") {
        None | Some(JsonValue::Null) => false,
        Some(JsonValue::Bool(disabled)) => *disabled,
        Some(JsonValue::Number(number)) => number.as_f64() != Some(0.0),
        Some(JsonValue::String(text)) => !text.is_empty(),
        Some(_) => true,
    }
}

/// A header, a query param, a field of a form, or a variable.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pair {
    /// `None` is null or missing, which in a query differs from the empty text.
    pub(super) key: Option<String>,
    pub(super) value: Option<String>,
    pub(super) description: String,
    pub(super) disabled: bool,
}

impl Pair {
    pub(super) fn read(value: &JsonValue) -> Pair {
        Pair {
            key: text_of(value, "key"),
            value: text_of(value, "value"),
            description: description(value.get("description")),
            disabled: is_disabled(value),
        }
    }

    fn new(key: &str, value: &str) -> Pair {
        let (key, value) = (Some(key.to_owned()), Some(value.to_owned()));
        Pair { key, value, description: String::new(), disabled: false }
    }
}

/// Reads headers: a list of objects or of lines, or one text with lines.
pub(super) fn headers(value: Option<&JsonValue>) -> Vec<Pair> {
    let line = |line: &str| {
        // Two slashes disable a line.
        let (disabled, line) = match line.trim_start().strip_prefix("//") {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        Pair { disabled, ..Pair::new(name.trim(), value.trim()) }
    };
    match value {
        Some(JsonValue::String(lines)) => {
            let unfolded = lines.replace("\r\n ", " ").replace("\r\n\t", " ");
            unfolded.lines().filter(|text| text.contains(':')).map(line).collect()
        }
        other => list(other)
            .iter()
            .map(|entry| entry.as_str().map_or_else(|| Pair::read(entry), line))
            .collect(),
    }
}

/// Reads a query: a list of objects, an object, or a text.
pub(super) fn query(value: Option<&JsonValue>) -> Vec<Pair> {
    match value {
        Some(JsonValue::String(query)) => {
            let count = query.split('&').count();
            query
                .split('&')
                .enumerate()
                .map(|(at, pair)| query_pair(pair, at + 1 == count))
                .collect()
        }
        Some(JsonValue::Object(object)) => object
            .iter()
            .map(|(key, value)| Pair { value: text(value), ..Pair::new(key, "") })
            .collect(),
        other => list(other)
            .iter()
            .map(|entry| {
                entry.as_str().map_or_else(|| Pair::read(entry), |pair| query_pair(pair, true))
            })
            .collect(),
    }
}

/// Reads a pair of a query. An empty text between two `&` has no name, not even an empty one.
fn query_pair(text: &str, is_last: bool) -> Pair {
    match text.split_once('=') {
        Some((key, value)) => Pair::new(key, value),
        None if text.is_empty() && !is_last => Pair { key: None, value: None, ..Pair::new("", "") },
        None => Pair { value: None, ..Pair::new(text, "") },
    }
}

/// Reads variables, without disabled ones. The last of two with the same name counts. Older files have an id instead of
/// a key.
pub(super) fn variables(value: Option<&JsonValue>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut names = HashSet::new();
    // An environment has `enabled` instead of `disabled`.
    let is_enabled = |entry: &&JsonValue| {
        !is_disabled(entry) && entry.get("enabled").and_then(JsonValue::as_bool) != Some(false)
    };
    for entry in list(value).iter().rev().filter(is_enabled) {
        let key = text_of(entry, "key").filter(|key| !key.is_empty());
        let Some(key) = key.or_else(|| text_of(entry, "id")) else { continue };
        if names.insert(key.clone()) {
            let value = match entry.get("value") {
                // Postman fills in the word.
                Some(JsonValue::Null) => "null".to_owned(),
                Some(value) => text(value).unwrap_or_default(),
                None => String::new(),
            };
            found.push((key, value));
        }
    }
    found
}
