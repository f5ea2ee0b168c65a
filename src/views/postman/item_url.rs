//! The URL of an item. As in Postman, the parts are joined, variables are filled in, and the result is split again,
//! so that a value can contain any part of the URL.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use percent_encoding::percent_decode_str;

use super::find::shortened;
use super::json::JsonValue;
use super::model::{self, Pair};
use super::resolver::{Unresolved, tokens};
use crate::error::Result;
use crate::text::percent;
use crate::views::variables::placeholder;

/// A URL in the file.
#[derive(Default)]
pub(super) struct ItemUrl {
    /// Its text, with `:name` and `{{name}}`, without disabled params.
    pub(super) text: String,
    /// Its parts, each with the name of its field and its text.
    fields: Vec<(String, String)>,
    /// The index of the field for each variable `{{name}}` and each whole text of a field. Determined at the first
    /// look-up.
    places: OnceCell<HashMap<String, usize>>,
    pub(super) query: Vec<Pair>,
    /// The values of the path variables `:name`.
    pub(super) variables: Vec<Pair>,
}

/// A URL with its variables filled in.
pub(super) struct ResolvedUrl {
    pub(super) scheme: Option<String>,
    pub(super) user: Option<(String, String)>,
    /// Host and port.
    pub(super) authority: String,
    /// Without a query.
    pub(super) path: String,
    /// Without its question mark.
    pub(super) query: Option<String>,
}

/// The replacement of a segment `:name` of the path.
pub(super) enum PathSegment {
    /// A value, which is one segment.
    Value(String),
    /// The segment as written.
    Literal,
    /// There is no value.
    Missing,
}

impl ItemUrl {
    pub(super) fn read(url: Option<&JsonValue>) -> ItemUrl {
        let Some(JsonValue::Object(_)) = url else {
            let text = url.and_then(model::text).unwrap_or_default();
            let query = text.split('#').next().unwrap_or_default().split_once('?');
            let query = model::query(query.map(|(_, query)| JsonValue::from(query)).as_ref());
            let fields = vec![("url".to_owned(), text.clone())];
            return ItemUrl { text, fields, query, ..ItemUrl::default() };
        };
        let url = url.unwrap_or(&JsonValue::Null);
        let query = model::query(model::member(url, "query"));
        let variables = model::list(url.get("variable")).iter().map(|entry| {
            // Older files have an id instead of a key.
            let pair = Pair::read(entry);
            Pair { key: pair.key.or_else(|| model::text_of(entry, "id")), ..pair }
        });
        let variables = variables.collect();
        let is_empty = |name| model::member(url, name).is_none_or(is_empty_list);
        let raw = model::text_of(url, "raw").unwrap_or_default();
        let (text, fields) = match model::member(url, "host") {
            Some(host) if raw.is_empty() || !is_empty("host") || !is_empty("path") => {
                join_parts(url, host, &query)
            }
            _ => (raw.clone(), vec![("url.raw".to_owned(), raw)]),
        };
        ItemUrl { text, fields, query, variables, ..ItemUrl::default() }
    }

    /// Returns the values of the path variables by name. The last value of a name counts, even if it is disabled, which
    /// Postman does not know.
    pub(super) fn variable_values(&self) -> HashMap<&str, &str> {
        let mut values = HashMap::new();
        for pair in &self.variables {
            let Some(key) = &pair.key else { continue };
            match &pair.value {
                Some(value) => _ = values.insert(key.as_str(), value.as_str()),
                None => _ = values.entry(key).or_default(),
            }
        }
        values
    }

    /// Returns the field in which a variable occurs.
    pub(super) fn field_of(&self, name: &str) -> String {
        self.field_at(&placeholder(name))
    }

    /// Returns the field of a path segment.
    pub(super) fn field_of_segment(&self, segment: &str) -> String {
        self.field_at(segment)
    }

    fn field_at(&self, written: &str) -> String {
        let places = self.places.get_or_init(|| {
            let mut places = HashMap::new();
            for (at, (_, text)) in self.fields.iter().enumerate() {
                places.entry(text.clone()).or_insert(at);
                for (start, end) in tokens(text) {
                    places.entry(text[start..end].to_owned()).or_insert(at);
                }
            }
            places
        });
        let found = places.get(written).and_then(|at| self.fields.get(*at));
        found.map_or_else(|| "url".to_owned(), |(field, _)| field.clone())
    }

    /// Returns the path as written, without scheme and host.
    pub(super) fn path(&self) -> String {
        ResolvedUrl::parse(&self.text).path
    }

    /// Returns the query as written, without disabled params.
    pub(super) fn query(&self) -> String {
        ResolvedUrl::parse(&self.text).query.unwrap_or_default()
    }
}

/// Joins the parts of a URL. Returns its text, and the fields.
fn join_parts(
    url: &JsonValue,
    host: &JsonValue,
    query: &[Pair],
) -> (String, Vec<(String, String)>) {
    let mut fields = Vec::new();
    let mut text = String::new();
    let mut put = |text: &mut String, field: String, part: &str| {
        text.push_str(part);
        fields.push((field, part.to_owned()));
    };
    if let Some(protocol) = model::text_of(url, "protocol").filter(|p| !p.is_empty()) {
        put(&mut text, "url.protocol".to_owned(), protocol.trim_end_matches("://"));
        text.push_str("://");
    }
    let auth = model::member(url, "auth");
    if let Some(user) = auth.and_then(|auth| model::text_of(auth, "user")) {
        put(&mut text, "url.auth".to_owned(), &user);
        if let Some(password) = auth.and_then(|auth| model::text_of(auth, "password")) {
            text.push(':');
            put(&mut text, "url.auth".to_owned(), &password);
        }
        text.push('@');
    }
    for (at, part) in segments(host).iter().enumerate() {
        text.push_str(if at > 0 { "." } else { "" });
        put(&mut text, format!("url.host[{at}]"), part);
    }
    if let Some(port) = model::text_of(url, "port").filter(|port| !port.is_empty()) {
        text.push(':');
        put(&mut text, "url.port".to_owned(), &port);
    }
    match model::member(url, "path") {
        Some(JsonValue::String(path)) => {
            text.push('/');
            put(&mut text, "url.path".to_owned(), path.strip_prefix('/').unwrap_or(path));
        }
        Some(path) => {
            for (at, part) in segments(path).iter().enumerate() {
                text.push('/');
                put(&mut text, format!("url.path[{at}]"), part);
            }
        }
        None => {}
    }
    let mut is_first = true;
    for pair in query.iter().filter(|pair| !pair.disabled) {
        text.push(if is_first { '?' } else { '&' });
        is_first = false;
        let key = shortened(pair.key.as_deref().unwrap_or_default());
        let field = format!("url.query {key}");
        put(&mut text, field, &query_text(pair));
    }
    if let Some(hash) = model::text_of(url, "hash") {
        text.extend(["#", &hash]);
    }
    (text, fields)
}

/// Whether a host or a path is an empty text or list.
fn is_empty_list(part: &JsonValue) -> bool {
    segments(part).iter().all(String::is_empty)
}

/// Returns the segments of a host or a path: a string, or a list of strings or of objects with a value.
fn segments(value: &JsonValue) -> Vec<String> {
    match value {
        JsonValue::Array(parts) => {
            let part = |part: &JsonValue| match part {
                JsonValue::Object(_) => part.get("value").and_then(model::text),
                other => model::text(other),
            };
            parts.iter().map(|p| part(p).unwrap_or_default()).collect()
        }
        other => vec![model::text(other).unwrap_or_default()],
    }
}

/// Returns a pair of a query as Postman writes it into the URL. Characters that would end it are encoded, except in the
/// names of variables.
pub(super) fn query_text(pair: &Pair) -> String {
    let mut out = String::new();
    push_encoded(&mut out, pair.key.as_deref().unwrap_or_default(), &['&', '#', '=']);
    if let Some(value) = &pair.value {
        out.push('=');
        push_encoded(&mut out, value, &['&', '#']);
    }
    out
}

/// Appends `text` with some characters encoded, except in `{{name}}`.
fn push_encoded(out: &mut String, text: &str, which: &[char]) {
    let plain = |out: &mut String, text: &str| {
        for c in text.chars() {
            if which.contains(&c) {
                out.push_str(&format!("%{:02X}", u32::from(c)));
            } else {
                out.push(c);
            }
        }
    };
    let mut at = 0;
    for (start, end) in tokens(text) {
        plain(out, &text[at..start]);
        out.push_str(&text[start..end]);
        at = end;
    }
    plain(out, &text[at..]);
}

impl ResolvedUrl {
    pub(super) fn parse(text: &str) -> ResolvedUrl {
        let text = text.trim_start();
        let text = &text[..find(text, &['#']).unwrap_or(text.len())];
        let (text, query) = match find(text, &['?']) {
            Some(at) => (&text[..at], Some(text[at + 1..].to_owned())),
            None => (text, None),
        };
        let text = text.replace('\\', "/");
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if !scheme.contains('/') => {
                (Some(scheme.to_owned()), rest.trim_start_matches('/'))
            }
            _ => (None, text.as_str()),
        };
        let (authority, path) = rest.split_at(find(rest, &['/']).unwrap_or(rest.len()));
        let (user, authority) = match authority.rsplit_once('@') {
            Some((user, authority)) => {
                let (login, password) = user.split_once(':').unwrap_or((user, ""));
                (Some((decoded(login), decoded(password))), authority)
            }
            None => (None, authority),
        };
        let path = if path.is_empty() { "/" } else { path };
        ResolvedUrl { scheme, user, authority: authority.to_owned(), path: path.to_owned(), query }
    }

    /// Fills in the segments `:name` of the path. Returns the variables that remain path variables of the request.
    pub(super) fn fill_path(
        &mut self,
        mut value_of: impl FnMut(&str, &str) -> Result<PathSegment>,
        unresolved: Unresolved,
    ) -> Result<Vec<(String, String)>> {
        let mut variables: Vec<(String, String)> = Vec::new();
        let mut filled = String::new();
        let mut names = HashSet::new();
        for (at, segment) in split(&self.path, '/').into_iter().enumerate() {
            filled.push_str(if at > 0 { "/" } else { "" });
            let Some(name) = variable_name(segment) else {
                filled.push_str(segment);
                continue;
            };
            let suffix = &segment[1 + name.len()..];
            match value_of(name, segment)? {
                // In Postman, the name of a path variable ends at a dot. In a request, it does not.
                PathSegment::Value(value) if !suffix.is_empty() => {
                    percent::strict(&mut filled, value.as_bytes());
                    filled.push_str(suffix);
                }
                PathSegment::Missing if !suffix.is_empty() && unresolved == Unresolved::Open => {
                    filled.push_str(&placeholder(name));
                    filled.push_str(suffix);
                }
                PathSegment::Literal => filled.push_str(segment),
                PathSegment::Missing if unresolved != Unresolved::Open => filled.push_str(segment),
                found => {
                    let value = match found {
                        PathSegment::Value(value) => value,
                        _ => placeholder(name),
                    };
                    filled.push_str(segment);
                    if names.insert(name.to_owned()) {
                        variables.push((name.to_owned(), value));
                    }
                }
            }
        }
        self.path = filled;
        Ok(variables)
    }
}

/// Returns the name in a segment `:name` or `:name.suffix`.
pub(super) fn variable_name(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix(':')?;
    let name = name.split('.').next().unwrap_or_default();
    (!name.is_empty()).then_some(name)
}

/// Splits a text at each `mark` outside of `{{name}}`, in one pass.
pub(super) fn split(text: &str, mark: char) -> Vec<&str> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    let mut plain = |from: usize, to: usize| {
        for (found, _) in text[from..to].match_indices(mark) {
            parts.push(&text[start..from + found]);
            start = from + found + mark.len_utf8();
        }
    };
    for (open, close) in tokens(text) {
        plain(at, open);
        at = close;
    }
    plain(at, text.len());
    parts.push(&text[start..]);
    parts
}

/// Returns the index of the first of some characters outside of `{{name}}`.
pub(super) fn find(text: &str, wanted: &[char]) -> Option<usize> {
    let mut at = 0;
    for (start, end) in tokens(text) {
        if let Some(found) = text[at..start].find(wanted) {
            return Some(at + found);
        }
        at = end;
    }
    text[at..].find(wanted).map(|found| at + found)
}

/// Decodes percent-encoding. A text that would not be UTF-8 is returned encoded.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Into::into)
}

/// Encodes the characters of a query that Postman encodes and a request does not.
pub(super) fn encoded_query(query: &str) -> String {
    let mut out = String::with_capacity(query.len());
    push_encoded(&mut out, query, &['\'']);
    out
}
