//! Replacement of the secrets in URLs and bodies with variables.

use serde::de::IgnoredAny;

use super::hide_secrets::{Hider, Place, plain};
use super::place_encoding::PlaceEncoding;
use super::variables::filled;
use crate::redact::{GrantParams, is_secret_item};

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
            let is_marked = |name: &str| marked.iter().any(|own| own == name);
            let mut items = Vec::new();
            for item in query.split('&') {
                let mut item = item.to_owned();
                if is_secret_item(&item) && !is_marked(item.split('=').next().unwrap_or_default()) {
                    // Its spelling may not be that of a form.
                    self.hide(&mut item, "QUERY", plain);
                }
                items.push(item);
            }
            *query = items.join("&");
            self.pairs(query, is_marked, |_| true, in_query);
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
                    let is_marked = is_marked(name) || grant.is_code(name, &place(value).0);
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
