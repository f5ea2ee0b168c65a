//! Readers for what the format allows in several forms: a string or an object, fields that are missing or
//! null, numbers where strings belong.

use std::collections::HashSet;

use super::json::JsonValue;

/// A member that is there and not null.
pub(super) fn member<'v>(value: &'v JsonValue, name: &str) -> Option<&'v JsonValue> {
    value.get(name).filter(|value| !value.is_null())
}

/// A value as the text that Postman makes of it; null has none.
pub(super) fn text(value: &JsonValue) -> Option<String> {
    match value {
        JsonValue::Null => None,
        JsonValue::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// A member as text.
pub(super) fn text_of(value: &JsonValue, name: &str) -> Option<String> {
    member(value, name).and_then(text)
}

/// The elements of a list; of anything else none.
pub(super) fn list(value: Option<&JsonValue>) -> &[JsonValue] {
    value.and_then(JsonValue::as_array).unwrap_or_default()
}

/// A description: a string, or an object that has it as its content.
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
        Some(JsonValue::Bool(is)) => *is,
        Some(JsonValue::Number(number)) => number.as_f64() != Some(0.0),
        Some(JsonValue::String(text)) => !text.is_empty(),
        Some(_) => true,
    }
}

/// A header, a query param, a field of a form, or a variable.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pair {
    /// `None` stands for null and for nothing, which a query tells from the empty text.
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

/// Headers: a list of objects or of lines, or one text of lines.
pub(super) fn headers(value: Option<&JsonValue>) -> Vec<Pair> {
    let line = |line: &str| {
        // Two slashes switch a line off.
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

/// The pairs of a query: a list of objects, an object, or its text.
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

/// One pair of a query. Nothing between two `&` is no name, not even an empty one.
fn query_pair(text: &str, is_last: bool) -> Pair {
    match text.split_once('=') {
        Some((key, value)) => Pair::new(key, value),
        None if text.is_empty() && !is_last => Pair { key: None, value: None, ..Pair::new("", "") },
        None => Pair { value: None, ..Pair::new(text, "") },
    }
}

/// Variables that are not disabled, the later of two of one name before the earlier. Older files call the
/// key an id.
pub(super) fn variables(value: Option<&JsonValue>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut names = HashSet::new();
    // An environment says it the other way round.
    let is_on = |entry: &&JsonValue| {
        !is_disabled(entry) && entry.get("enabled").and_then(JsonValue::as_bool) != Some(false)
    };
    for entry in list(value).iter().rev().filter(is_on) {
        let key = text_of(entry, "key").filter(|key| !key.is_empty());
        let Some(key) = key.or_else(|| text_of(entry, "id")) else { continue };
        if names.insert(key.clone()) {
            let value = match entry.get("value") {
                // Postman puts in the word.
                Some(JsonValue::Null) => "null".to_owned(),
                Some(value) => text(value).unwrap_or_default(),
                None => String::new(),
            };
            found.push((key, value));
        }
    }
    found
}
