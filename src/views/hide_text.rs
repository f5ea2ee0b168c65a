//! Replacement of the secrets in URLs and bodies with variables.

use serde::de::IgnoredAny;

use super::hide_secrets::{Hider, Place, plain};
use super::place_encoding::PlaceEncoding;
use super::variables::filled;
use crate::redact::{GrantParams, is_secret_item};

/// The places of a URL.
pub(super) struct UrlPlaces {
    user: Place,
    value: Place,
    /// An item of a query without a name. Its spelling may not be that of a form.
    item: Place,
}

impl UrlPlaces {
    /// The URL of a request.
    pub(super) const REQUEST: UrlPlaces =
        UrlPlaces { user: PlaceEncoding::in_segment, value: PlaceEncoding::in_query, item: plain };
    /// A URL in a header.
    pub(super) const HEADER: UrlPlaces =
        UrlPlaces { value: PlaceEncoding::in_url, ..UrlPlaces::REQUEST };
    /// A URL in a JSON string, before it is escaped.
    pub(super) const JSON: UrlPlaces =
        UrlPlaces { user: user_in_json, value: value_in_json, item: item_in_json };
}

fn user_in_json(text: &str) -> (String, PlaceEncoding) {
    or_json(PlaceEncoding::in_segment(text), text)
}

fn value_in_json(text: &str) -> (String, PlaceEncoding) {
    or_json(PlaceEncoding::in_url(text), text)
}

fn item_in_json(text: &str) -> (String, PlaceEncoding) {
    (text.to_owned(), PlaceEncoding::Json)
}

/// Returns this form of a text if it restores the text, which JSON needs not escape then. Else the text is the secret.
fn or_json(placed: (String, PlaceEncoding), text: &str) -> (String, PlaceEncoding) {
    let restores = placed.1 != PlaceEncoding::Plain && placed.1.encode(&placed.0) == text;
    if restores { placed } else { item_in_json(text) }
}

/// Whether a text may come after a URL and its closing bracket or quote.
fn follows_url(text: &str) -> bool {
    let is_after = |c: char| c.is_whitespace() || matches!(c, ';' | ',' | '<' | '>' | '"');
    text.chars().next().is_none_or(is_after)
}

/// Whether the first word of a text may be a URL.
fn starts_url(text: &str) -> bool {
    // What comes before `://` is short.
    const LONGEST: usize = 30;
    let start = text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end]);
    let word = start.split(char::is_whitespace).next().unwrap_or_default();
    word.starts_with('/') || word.contains("://")
}

impl Hider<'_> {
    /// Hides user, password and the secrets in query and fragment of each URL in a text, as in Referer and Link.
    pub(super) fn urls(&mut self, text: &mut String, places: &UrlPlaces) {
        let mut out = String::with_capacity(text.len());
        let mut start = 0;
        for (at, c) in text.char_indices() {
            let rest = &text[at + c.len_utf8()..];
            // A URL may contain these characters, although none should.
            let is_end = match c {
                '<' | '"' => starts_url(rest) || follows_url(rest),
                '>' => follows_url(rest),
                c => c.is_whitespace() && starts_url(rest),
            };
            if is_end {
                out.push_str(&self.hidden_url(&text[start..at], places));
                out.push(c);
                start = at + c.len_utf8();
            }
        }
        out.push_str(&self.hidden_url(&text[start..], places));
        *text = out;
    }

    fn hidden_url(&mut self, url: &str, places: &UrlPlaces) -> String {
        // The query of a URL may contain another one.
        let relative = url.starts_with("//").then_some(2);
        let starts = relative.into_iter().chain(url.match_indices("://").map(|(at, _)| at + 3));
        let (mut out, mut copied) = (String::with_capacity(url.len()), 0);
        for start in starts {
            let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
            if let Some((user, _)) = url[start..end].rsplit_once('@') {
                out.push_str(&url[copied..start]);
                out.push_str(&self.hidden_user(user, places.user));
                copied = start + user.len();
            }
        }
        out.push_str(&url[copied..]);
        self.path(&mut out, &[], places);
        out
    }

    /// Returns `login:password` of a URL without its secrets.
    fn hidden_user(&mut self, user: &str, place: Place) -> String {
        let (login, password) = user.split_once(':').unwrap_or(("", user));
        let colon = if user.contains(':') { ":" } else { "" };
        let (mut login, mut password) = (login.to_owned(), password.to_owned());
        if password.is_empty() {
            self.hide(&mut login, "API_KEY", place);
        } else {
            self.login(&mut login, "API_KEY", place);
            self.hide(&mut password, "PASSWORD", place);
        }
        format!("{login}{colon}{password}")
    }

    /// Hides the keys in a path, and the secrets in its query and fragment, among them the params in `marked`.
    pub(super) fn path(&mut self, text: &mut String, marked: &[String], places: &UrlPlaces) {
        let (url, fragment) = match text.split_once('#') {
            Some((url, fragment)) => (url, Some(fragment)),
            None => (text.as_str(), None),
        };
        let (path, query) = match url.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (url, None),
        };
        let mut out = path.to_owned();
        self.keys(&mut out, "", PlaceEncoding::in_segment);
        if let Some(query) = query {
            out.push('?');
            out.push_str(&self.hidden_query(query, marked, places));
        }
        if let Some(mut fragment) = fragment {
            out.push('#');
            // The path of a page that is one program, such as `#/login?token=lorem`.
            let is_route = fragment.trim_start_matches('!').starts_with('/');
            if let Some((route, query)) = fragment.split_once('?').filter(|_| is_route) {
                out.push_str(&self.hidden_query(route, marked, places));
                out.push('?');
                fragment = query;
            }
            out.push_str(&self.hidden_query(fragment, marked, places));
        }
        *text = out;
    }

    /// Returns a query, or a fragment, without its secrets.
    fn hidden_query(&mut self, query: &str, marked: &[String], places: &UrlPlaces) -> String {
        let is_marked = |name: &str| marked.iter().any(|own| own == name);
        let mut items = Vec::new();
        for item in query.split('&') {
            let mut item = item.to_owned();
            if is_secret_item(&item) && !is_marked(item.split('=').next().unwrap_or_default()) {
                self.hide(&mut item, "QUERY", places.item);
            }
            items.push(item);
        }
        let mut query = items.join("&");
        self.pairs(&mut query, is_marked, |_| true, places.value);
        query
    }

    /// Hides the secrets in a body: JSON, or a form, which may begin with the same characters.
    pub(super) fn body(&mut self, text: &mut String, content_type: &str) {
        let start = text.trim_start_matches('\u{feff}').trim_start();
        let content_type = content_type.to_ascii_lowercase();
        let is_other = ["json", "xml", "html"].iter().any(|word| content_type.contains(word))
            || start.starts_with('<') && !content_type.contains("urlencoded");
        let is_like_json = start.starts_with(['{', '[', '<', '"']);
        let is_pairs = !(is_other || is_like_json && self.is_json(start));
        if is_like_json {
            self.json(text);
        }
        if is_pairs {
            // A form encodes all of these, so a text with one of them is something else.
            let is_odd = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ';');
            let may_be_name = |name: &str| !name.contains(is_odd);
            self.pairs(text, |_| false, may_be_name, PlaceEncoding::in_form);
        } else {
            self.keys(text, "", plain);
        }
    }

    /// Whether a text is JSON, one value or several, once its variables have values.
    fn is_json(&self, text: &str) -> bool {
        let filled = filled(text.as_bytes(), &self.open);
        let bytes = filled.as_deref().unwrap_or(text.as_bytes());
        let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
        values.all(|value| value.is_ok())
    }

    /// Hides the secrets in `a=b&c=d`. A pair whose name cannot be one is only searched for keys.
    fn pairs(
        &mut self,
        text: &mut String,
        is_marked: impl Fn(&str) -> bool,
        may_be_name: impl Fn(&str) -> bool,
        place: Place,
    ) {
        let names = text.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
        let grant = GrantParams::of(names);
        let mut out = Vec::new();
        for pair in text.split('&') {
            match pair.split_once('=') {
                Some((name, value)) if may_be_name(name) => {
                    let is_marked = is_marked(name) || grant.is_code(name, || place(value).0);
                    let mut value = value.to_owned();
                    self.value(&mut value, name, is_marked, place);
                    out.push(format!("{name}={value}"));
                }
                _ => {
                    let mut pair = pair.to_owned();
                    self.keys(&mut pair, "", place);
                    out.push(pair);
                }
            }
        }
        *text = out.join("&");
    }
}
