//! Replacement of the secrets in URLs and names with variables.

use super::json::{Json, Members};
use super::secrets::{Hider, is_placeholder, variable};

impl Hider<'_> {
    /// Masks a URL: its password, its path, its query and its fragment, in which some logins return a token.
    pub(super) fn url(&self, url: &str) -> String {
        // A password may contain the characters that end an authority.
        if let Some((scheme, rest)) = url.split_once("://") {
            let authority = &rest[..rest.find('/').unwrap_or(rest.len())];
            if let Some(at) =
                authority.rfind('@').filter(|at| authority[..*at].contains(['?', '#']))
            {
                return self.url(&format!("{scheme}://{}{}", variable("API_KEY"), &rest[at..]));
            }
        }
        let (before, fragment) = url.split_once('#').map_or((url, None), |(b, f)| (b, Some(f)));
        let (place, query) = before.split_once('?').map_or((before, None), |(p, q)| (p, Some(q)));
        let mut out = String::new();
        let authority = place.find("://").map_or(0, |at| at + 3);
        let rest = &place[authority..];
        let slash = rest.find('/').unwrap_or(rest.len());
        let at = match has_password(&rest[..slash], authority > 0) {
            true => rest.rfind('@'),
            false => rest[..slash].rfind('@'),
        };
        let end = match at {
            Some(at) => {
                let (name, password) = match rest[..at].split_once(':') {
                    Some((name, password)) => (name, Some(password)),
                    None => (&rest[..at], None),
                };
                out.push_str(&place[..authority]);
                out.push_str(&self.user(name, password.is_some_and(|text| !text.is_empty())));
                match password {
                    Some("") if is_placeholder(name) => out.push(':'),
                    None | Some("") => {}
                    Some(text) if is_placeholder(text) => out.push_str(&format!(":{text}")),
                    Some(_) => out.push_str(&format!(":{}", variable("PASSWORD"))),
                }
                let end = rest[at..].find('/').map_or(rest.len(), |slash| at + slash);
                out.push_str(&rest[at..end]);
                authority + end
            }
            None => {
                out.push_str(&place[..authority + slash]);
                authority + slash
            }
        };
        for (index, segment) in place[end..].split('/').enumerate() {
            out.push_str(if index == 0 { "" } else { "/" });
            out.push_str(&self.key(segment));
        }
        for (mark, pairs) in [('?', query), ('#', fragment)] {
            let Some(pairs) = pairs else { continue };
            out.push(mark);
            out.push_str(&self.query(pairs));
        }
        out
    }

    /// Masks a user name. Without a password, it is a key.
    pub(super) fn user(&self, name: &str, has_password: bool) -> String {
        match has_password || is_placeholder(name) {
            true => self.key(name),
            false => variable("API_KEY"),
        }
    }

    /// Masks a name of an item or a folder, which may be its URL.
    pub(super) fn name(&self, name: &str) -> String {
        if !name.contains("://") {
            return self.key(name);
        }
        let words = name.split(' ').map(|word| match word.contains("://") {
            true => self.url(word),
            false => self.key(word),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// Hides the secrets in a URL by its parts.
    pub(super) fn url_object(&self, url: &mut Members) {
        self.url_parts(url);
        for (name, value) in url.iter_mut() {
            match (name, value) {
                ("raw", Json::String(raw)) => *raw = self.url(raw),
                ("hash", Json::String(hash)) => {
                    *hash = self.url(&format!("#{hash}")).split_off(1);
                }
                ("query", Json::String(query)) => *query = self.query(query),
                ("auth", Json::Object(auth)) => {
                    let has_password =
                        auth.get("password").and_then(Json::as_str).is_some_and(|p| !p.is_empty());
                    for (name, value) in auth.iter_mut() {
                        match (name, value) {
                            ("password", Json::String(text)) if !is_placeholder(text) => {
                                *text = variable("PASSWORD");
                            }
                            ("user", Json::String(text)) => {
                                *text = self.user(text, has_password);
                            }
                            (_, value) => self.item(value),
                        }
                    }
                }
                (name, value) => self.member(name, value),
            }
        }
    }

    /// Masks the user and the password in the parts of a URL, since the host may have them.
    fn url_parts(&self, url: &mut Members) {
        let parts = (joined(url.get("host"), "."), joined(url.get("path"), "/"));
        let (Some(host), Some(path)) = parts else { return };
        if !host.contains([':', '@']) {
            return;
        }
        let shown = format!("http://{host}/{path}");
        let hidden = self.url(&shown);
        if hidden == shown {
            return;
        }
        let (_, hidden) = hidden.split_once("://").unwrap_or_default();
        let (host, path) = hidden.split_once('/').unwrap_or((hidden, ""));
        for (name, text, mark) in [("host", host, None), ("path", path, Some('/'))] {
            match (url.get_mut(name), mark) {
                (Some(Json::Array(parts)), Some(mark)) => {
                    *parts = text.split(mark).map(|part| part.to_owned().into()).collect();
                }
                (Some(Json::Array(parts)), None) => *parts = vec![text.to_owned().into()],
                (Some(part), _) => *part = text.to_owned().into(),
                (None, _) => {}
            }
        }
    }
}

/// Whether the start of a URL up to the first slash has a part of a password: a colon that no port follows.
fn has_password(start: &str, has_scheme: bool) -> bool {
    if !has_scheme && start.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',')) {
        return false;
    }
    // Colons in variables and in IPv6 addresses do not count.
    let closed = start.split("}}").map(|part| part.split("{{").next().unwrap_or_default());
    let closed: String = closed.collect();
    let host = closed.rsplit_once(']').map_or(closed.as_str(), |(_, port)| port);
    host.split_once(':').is_some_and(|(_, port)| !port.bytes().all(|b| b.is_ascii_digit()))
}

/// Returns the parts of a host or a path as one text. `None` if one of them is no text.
fn joined(parts: Option<&Json>, mark: &str) -> Option<String> {
    match parts {
        None => Some(String::new()),
        Some(Json::String(text)) => Some(text.clone()),
        Some(Json::Array(parts)) => {
            let parts: Option<Vec<&str>> = parts.iter().map(Json::as_str).collect();
            Some(parts?.join(mark))
        }
        Some(_) => None,
    }
}
