//! Replacement of the secrets in URLs and bodies with variables.

use serde::de::IgnoredAny;

use super::hide_secrets::{Hider, Place, are_of_oauth, is_secret, plain};
use super::place_encoding::PlaceEncoding;
use super::variables::filled;

impl Hider {
    /// Hides the password and the secrets in the query of a URL, as in Referer.
    pub(super) fn url(&mut self, url: &mut String) {
        let start = url.find("://").map_or(0, |at| at + 3);
        let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
        if let Some((user, host)) = url[start..end].rsplit_once('@') {
            let (login, password) = user.split_once(':').unwrap_or(("", user));
            let mut hidden = password.to_owned();
            self.hide(&mut hidden, "PASSWORD", PlaceEncoding::in_segment);
            let colon = if user.contains(':') { ":" } else { "" };
            *url = format!("{}{login}{colon}{hidden}@{host}{}", &url[..start], &url[end..]);
        }
        self.path(url, &[], PlaceEncoding::in_url);
    }

    /// Hides the keys in a path, and the secrets in its query, among them the params in `marked`.
    pub(super) fn path(&mut self, text: &mut String, marked: &[String], in_query: Place) {
        let (path, query) = match text.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (text.as_str(), None),
        };
        let mut path = path.to_owned();
        let mut query = query.map(str::to_owned);
        self.keys(&mut path, "", PlaceEncoding::in_segment);
        if let Some(query) = &mut query {
            let is_secret = |name: &str| is_secret(name) || marked.iter().any(|own| own == name);
            self.pairs(query, is_secret, in_query);
        }
        *text = match query {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
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
            let is_secret = |name: &str| is_secret(name) && !name.contains(is_odd);
            self.pairs(text, is_secret, PlaceEncoding::in_form);
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

    /// Hides the secrets in `a=b&c=d`.
    fn pairs(&mut self, text: &mut String, is_secret: impl Fn(&str) -> bool, place: Place) {
        let split = |pair| str::split_once(pair, '=').unwrap_or((pair, ""));
        let is_oauth = are_of_oauth(text.split('&').map(|pair| split(pair).0));
        let mut out = Vec::new();
        for pair in text.split('&') {
            let Some((name, value)) = pair.split_once('=') else {
                let mut pair = pair.to_owned();
                self.keys(&mut pair, "", place);
                out.push(pair);
                continue;
            };
            let is_secret = is_secret(name) || is_oauth && name == "code";
            let mut value = value.to_owned();
            self.value(&mut value, name, is_secret, place);
            out.push(format!("{name}={value}"));
        }
        *text = out.join("&");
    }
}
