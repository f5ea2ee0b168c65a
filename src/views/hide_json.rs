//! Replacement of the secrets in JSON with variables.

use std::collections::HashMap;
use std::rc::Rc;

use super::environment_names::environment_name;
use super::hide_secrets::Hider;
use super::hide_text::UrlPlaces;
use super::place_encoding::PlaceEncoding;
use crate::redact::{GrantParams, NameVerdict, is_secret_under, verdict, verdict_within};

/// The name of a member.
#[derive(Clone)]
struct MemberName {
    text: Rc<str>,
    verdict: NameVerdict,
}

impl Default for MemberName {
    fn default() -> MemberName {
        MemberName { text: "".into(), verdict: NameVerdict::Harmless }
    }
}

impl MemberName {
    fn new(name: &str) -> MemberName {
        // A longer one is cut in the names of variables.
        let text: String = name.chars().take(100).collect();
        MemberName { verdict: verdict(name), text: text.into() }
    }
}

/// Where a walk through JSON is.
#[derive(Clone, Default)]
struct JsonPlace {
    /// The name of the next value; in an array, that of the array.
    name: MemberName,
    /// The name of the container that may make the next value a secret.
    container: Option<MemberName>,
    /// The name that this object gives to its member `value`: `{"name": "password", "value": ".."}`.
    pair: Option<MemberName>,
}

impl JsonPlace {
    /// Returns the place of the first value in a container.
    fn inside(&self, is_array: bool) -> JsonPlace {
        let container = match self.name.verdict {
            NameVerdict::Harmless => self.container.clone(),
            _ => Some(MemberName { text: Rc::clone(&self.name.text), verdict: self.verdict() }),
        };
        let name = if is_array { self.name.clone() } else { MemberName::default() };
        JsonPlace { name, container, pair: None }
    }

    /// Returns the verdict for the next value.
    fn verdict(&self) -> NameVerdict {
        let within = |outer: &MemberName| verdict_within(outer.verdict, &self.name.text);
        self.container.as_ref().map_or(NameVerdict::Harmless, within).max(self.name.verdict)
    }

    /// Returns the name of the variable for the next value.
    fn variable(&self) -> String {
        match &self.container {
            Some(outer) if self.name.verdict == NameVerdict::Harmless => {
                environment_name(&format!("{}_{}", outer.text, self.name.text))
            }
            _ => environment_name(&self.name.text),
        }
    }
}

impl Hider<'_> {
    /// Hides strings and numbers in JSON with the name of a secret, and all of them in an object or array with such a
    /// name. Invalid JSON is searched too, since it is also shown.
    pub(super) fn json(&mut self, text: &mut String) {
        if !is_like_json(text) {
            return;
        }
        let mut out = String::with_capacity(text.len());
        // The same names occur again and again in a list of objects.
        let mut names: HashMap<&str, MemberName> = HashMap::new();
        let grant = GrantParams::of(strings(text));
        let mut place = JsonPlace::default();
        let mut around = Vec::new();
        let mut rest = text.as_str();
        let is_mark = |byte: u8| matches!(byte, b'"' | b'{' | b'[' | b'}' | b']' | b',');
        while let Some(at) = rest.bytes().position(is_mark) {
            self.number(&mut out, &rest[..at], &place);
            let mark = rest.as_bytes().get(at).copied().unwrap_or_default();
            rest = &rest[at + 1..];
            match mark {
                b'"' => {
                    let end = string_end(rest);
                    let (string, after) = rest.split_at(end);
                    out.push('"');
                    if rest_of(after).trim_start().starts_with(':') {
                        place.name = match (string, &place.pair) {
                            ("value", Some(pair)) => pair.clone(),
                            _ => names
                                .entry(string)
                                .or_insert_with(|| MemberName::new(string))
                                .clone(),
                        };
                        out.push_str(string);
                    } else {
                        if matches!(&*place.name.text, "name" | "key") {
                            place.pair = Some(MemberName::new(string));
                        }
                        let mut string = string.to_owned();
                        self.string(&mut string, &place, &grant);
                        out.push_str(&string);
                    }
                    // Invalid JSON may end here.
                    out.push_str(&after[..after.len().min(1)]);
                    rest = rest_of(after);
                }
                mark => {
                    match mark {
                        b'{' | b'[' => {
                            let inside = place.inside(mark == b'[');
                            around.push(std::mem::replace(&mut place, inside));
                        }
                        b'}' | b']' => place = around.pop().unwrap_or_default(),
                        _ => {}
                    }
                    out.push(char::from(mark));
                }
            }
        }
        self.number(&mut out, rest, &place);
        *text = out;
    }

    fn string(&mut self, string: &mut String, at: &JsonPlace, grant: &GrantParams) {
        let plain = PlaceEncoding::in_json(string).0;
        let is_code = grant.is_code(&at.name.text, || &*plain);
        if is_code || is_secret_under(at.verdict(), &plain) {
            self.hide(string, &at.variable(), PlaceEncoding::in_json);
        } else if self.has_secret_json(&plain) {
            // Its secrets would be escaped twice, so the whole text is one.
            self.hide(string, &at.variable(), PlaceEncoding::in_json);
        } else if is_url(&plain) {
            self.url_in_json(string);
        } else {
            self.keys(string, &at.name.text, PlaceEncoding::in_json);
        }
    }

    /// Whether a text is JSON with secrets.
    pub(super) fn has_secret_json(&mut self, text: &str) -> bool {
        if !is_like_json(text) {
            return false;
        }
        let mut hidden = text.to_owned();
        let mut inner = Hider::default();
        std::mem::swap(&mut inner.open, &mut self.open);
        inner.json(&mut hidden);
        std::mem::swap(&mut inner.open, &mut self.open);
        hidden != text
    }

    /// Hides the secrets in a URL. The rest keeps its escapes of `/` and `&`, which many programs write.
    fn url_in_json(&mut self, string: &mut String) {
        let (plain, encoding) = PlaceEncoding::in_json(string);
        if encoding == PlaceEncoding::Plain {
            return self.urls(string, &UrlPlaces::HEADER);
        }
        let mut hidden = plain.clone();
        self.urls(&mut hidden, &UrlPlaces::JSON);
        if hidden == plain {
            return;
        }
        let mut escaped = encoding.encode(&hidden).into_owned();
        for (char, escape) in [("/", "\\/"), ("&", "\\u0026")] {
            if string.contains(escape) {
                escaped = escaped.replace(char, escape);
            }
        }
        *string = escaped;
    }

    /// Appends the text between two marks of JSON: empty, a number, or a word such as `true`.
    fn number(&mut self, out: &mut String, text: &str, at: &JsonPlace) {
        let value = text.trim_start_matches([':', ' ', '\t', '\r', '\n']);
        let (before, value) = text.split_at(text.len() - value.len());
        let (value, after) = value.split_at(value.trim_ascii_end().len());
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let is_number = value.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if is_number && value.chars().all(is_part) && is_secret_under(at.verdict(), value) {
            out.push_str(before);
            let plain = (value.to_owned(), PlaceEncoding::Plain);
            self.push_secret(out, value, &at.variable(), plain);
            out.push_str(after);
        } else {
            out.push_str(text);
        }
    }
}

/// Whether a text starts as a JSON object or array.
fn is_like_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '['])
}

/// Whether a string may be a URL: absolute, or relative with a user, a query or a fragment.
fn is_url(text: &str) -> bool {
    text.contains("://") || text.starts_with('/') && text.contains(['?', '#', '@'])
}

/// Returns the strings of JSON, among them its names.
fn strings(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, start) = rest.split_once('"')?;
        let (string, after) = start.split_at(string_end(start));
        rest = rest_of(after);
        Some(string)
    })
}

/// Returns the text after the closing quote.
fn rest_of(after: &str) -> &str {
    after.get(1..).unwrap_or_default()
}

/// Returns the index of a JSON string's closing quote, or of the end of the text.
fn string_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| matches!(byte, b'"' | b'\\')) {
        at += found;
        if bytes[at] == b'"' {
            return at;
        }
        at = (at + 2).min(bytes.len());
    }
    bytes.len()
}
