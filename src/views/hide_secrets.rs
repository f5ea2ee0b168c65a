//! Which texts of a call are secrets, and their replacement by variables.

use std::collections::{HashMap, HashSet};

use serde::de::IgnoredAny;

use super::call::Call;
use super::environment_names::environment_name;
use super::variables::{Lookup, Source, Variable, filled, placeholder};
use crate::message::params::{Content, Data, Part, RequestBody};
use crate::redact;

/// Whether a value of this name is likely to be a secret. A log masks whatever may be one; a program is there to
/// be read, so here names that only contain such a word are not secret.
pub(crate) fn is_secret(name: &str) -> bool {
    const HARMLESS: [&str; 12] = [
        "assignee",
        "author",
        "authors",
        "bypass",
        "compass",
        "design",
        "insight",
        "keyword",
        "keywords",
        "next_page_token",
        "signal",
        "page_token",
    ];
    redact::is_secret(name) && !HARMLESS.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// Whether a number that has this name is likely to be a secret: not `max_tokens` and `session_timeout`.
fn is_secret_number(name: &str) -> bool {
    const ENDS: [&str; 10] =
        ["pass", "password", "passcode", "passwd", "pwd", "pin", "otp", "secret", "token", "key"];
    let lower = name.to_ascii_lowercase();
    is_secret(name) && ENDS.iter().any(|end| lower.ends_with(end))
}

impl Call {
    /// The same call with each secret as a [variable](Self#variables) whose name says what it is.
    ///
    /// Secrets are tokens, passwords and cookies: in headers, params, parts of a form, the query, the path's
    /// variables and JSON (its strings, and numbers such as a passcode), known by the name that they stand
    /// under; headers that are [marked](crate::HttpRequest::mark_header_sensitive), and the API key of a
    /// Postman item, whatever their names; the passwords for the server and the proxy, or the user where there
    /// is no password; and password and query of a URL in a header, such as Referer. A token for `zoom.us`
    /// becomes `ZOOM_ACCESS_TOKEN`, for others `ACCESS_TOKEN`; the variable of another secret is its name in capitals,
    /// `X_API_KEY`, after `SECRET_` where a shell, the system or a program sets a variable of that name by
    /// itself, `SECRET_PWD`. A second secret of one name
    /// gets `_2`. What is empty, a `<placeholder>` or a variable already stays.
    ///
    /// [`with`](Self::with) gives a secret back, as it stood: in JSON with its escapes, in a URL encoded.
    ///
    /// ```
    /// use zoomkat::{Call, HttpRequest};
    ///
    /// let mut req = HttpRequest::new();
    /// req.set_path("/v2/users/me").add_header("Authorization", "Bearer lorem");
    /// let call = Call::new("api.zoom.us", 443, true, req);
    /// let mut hidden = call.hide_secrets();
    /// assert_eq!(hidden.variables(), ["ZOOM_ACCESS_TOKEN"]);
    /// assert!(hidden.to_curl()?.contains("$ZOOM_ACCESS_TOKEN"));
    ///
    /// hidden.with("ZOOM_ACCESS_TOKEN", "lorem");
    /// assert!(hidden == call);
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    pub fn hide_secrets(&self) -> Call {
        self.hidden().0
    }

    /// The names that [`hide_secrets`](Self::hide_secrets) gives to the secrets, each with the secret.
    ///
    /// ```
    /// use zoomkat::{Call, HttpRequest};
    ///
    /// let mut call = Call::new("example.com", 443, true, HttpRequest::new());
    /// call.request_mut().add_header("X-Api-Key", "lorem");
    /// assert_eq!(call.secrets(), [("X_API_KEY".to_owned(), "lorem".to_owned())]);
    /// ```
    pub fn secrets(&self) -> Vec<(String, String)> {
        self.hidden().1
    }

    fn hidden(&self) -> (Call, Vec<(String, String)>) {
        let mut hidden = self.clone();
        let domain = self.domain.to_ascii_lowercase();
        let is_at = |zone: &str| domain == zone || domain.ends_with(&format!(".{zone}"));
        let is_zoom = is_at("zoom.us") || is_at("zoomgov.com");
        let mut hider = Hider { is_zoom, taken: self.names_in_braces(), ..Hider::default() };
        for variable in &self.variables {
            hider.open(&variable.name);
        }

        let request = &mut hidden.request;
        let sensitive = request.sensitive.clone();
        request.headers.change_values(&mut |name, value| {
            if sensitive.contains(name) || is_secret(name) {
                hider.header(name, value);
            } else if value.contains("://") {
                hider.url(value);
            }
        });
        hider.query(&mut request.path, &self.options.secret_params);
        for (name, value) in request.path_variables.values_mut() {
            if is_secret(name) {
                hider.hide(value, &environment_name(name));
            }
        }
        request.parts.edit(|parts| parts.iter_mut().for_each(|part| hider.part(part)));
        let of = &request.content_type;
        if let RequestBody::Loaded { data: Data::Bytes(bytes), .. } = &mut request.body {
            hider.bytes(bytes, |hider, text| hider.body(text, of));
        }
        let options = &mut hidden.options;
        match &mut options.user {
            // A user alone is the key that many APIs take so.
            Some((login, password)) if password.is_empty() => {
                hider.hide(login, &hider.zoom("API_KEY"));
            }
            Some((_, password)) => hider.hide(password, &hider.zoom("PASSWORD")),
            None => {}
        }
        match &mut options.proxy {
            Some(proxy) if proxy.password.is_empty() => hider.hide(&mut proxy.login, "PROXY_KEY"),
            Some(proxy) => hider.hide(&mut proxy.password, "PROXY_PASSWORD"),
            None => {}
        }
        let asked =
            |(name, _): &(String, String)| Variable { name: name.clone(), source: Source::Asked };
        hidden.variables.extend(hider.found.iter().map(asked));
        (hidden, hider.found)
    }
}

#[derive(Default)]
struct Hider {
    is_zoom: bool,
    /// The placeholders that stand in the call, each as a value of JSON.
    open: Lookup<'static>,
    /// The names that no new variable can have: those of others, and what a text has in braces.
    taken: HashSet<String>,
    /// The new variables, each with its secret.
    found: Vec<(String, String)>,
    /// The variable for each wanted name and secret.
    known: HashMap<(String, String), String>,
    /// How many variables there are of a wanted name.
    counts: HashMap<String, usize>,
}

impl Hider {
    /// This name in braces is not a secret.
    fn open(&mut self, name: &str) {
        self.open.add(placeholder(name).into_bytes().into(), b"0");
        self.taken.insert(name.to_owned());
    }

    /// Names that many programs on a machine could have are Zoom's for Zoom.
    fn zoom(&self, name: &str) -> String {
        if self.is_zoom { format!("ZOOM_{name}") } else { name.to_owned() }
    }

    fn header(&mut self, name: &str, value: &mut String) {
        let lower = name.to_ascii_lowercase();
        if !lower.ends_with("authorization") {
            return self.hide(value, &environment_name(name));
        }
        // A scheme and what it takes (RFC 9110 section 11.4).
        let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
        let name = match scheme.to_ascii_lowercase().as_str() {
            "bearer" => self.zoom("ACCESS_TOKEN"),
            "basic" => self.zoom("BASIC_CREDENTIALS"),
            _ => environment_name(name),
        };
        let (scheme, mut rest) = (scheme.to_owned(), rest.to_owned());
        self.hide(&mut rest, &name);
        *value = if scheme.is_empty() { rest } else { format!("{scheme} {rest}") };
    }

    /// Replaces a secret with a variable. Placeholders in it stay.
    fn hide(&mut self, text: &mut String, name: &str) {
        let trimmed = text.trim();
        let sample = trimmed.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        let is_sample = sample.is_some_and(|name| !name.contains(['<', '>']));
        if trimmed.is_empty() || is_sample {
            return;
        }
        let whole = std::mem::take(text);
        let (mut start, mut at) = (0, 0);
        while let Some(brace) = whole[at..].find("{{") {
            at += brace;
            let Some((length, _)) = self.open.at_start_of(&whole.as_bytes()[at..]) else {
                at += 1;
                continue;
            };
            self.push(text, &whole[start..at], name);
            text.push_str(&whole[at..at + length]);
            at += length;
            start = at;
        }
        self.push(text, &whole[start..], name);
    }

    /// Appends the variable for a text that is a secret because of its name.
    fn push(&mut self, out: &mut String, secret: &str, name: &str) {
        if secret.chars().any(char::is_alphanumeric) {
            out.push_str(&placeholder(&self.name(secret, name)));
        } else {
            out.push_str(secret);
        }
    }

    /// The variable for a secret: one for each.
    fn name(&mut self, secret: &str, wanted: &str) -> String {
        let key = (wanted.to_owned(), secret.to_owned());
        if let Some(name) = self.known.get(&key) {
            return name.clone();
        }
        let mut count = self.counts.get(wanted).copied().unwrap_or_default();
        let name = loop {
            count += 1;
            let name = if count == 1 { wanted.to_owned() } else { format!("{wanted}_{count}") };
            if !self.taken.contains(&name) {
                break name;
            }
        };
        self.counts.insert(wanted.to_owned(), count);
        self.known.insert(key, name.clone());
        self.open(&name);
        self.found.push((name.clone(), secret.to_owned()));
        name
    }

    /// The password and the query of a URL, as in Referer.
    fn url(&mut self, url: &mut String) {
        let start = url.find("://").map_or(0, |at| at + 3);
        let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
        if let Some((user, host)) = url[start..end].rsplit_once('@') {
            let (login, password) = user.split_once(':').unwrap_or(("", user));
            let mut hidden = password.to_owned();
            self.hide(&mut hidden, "PASSWORD");
            let colon = if user.contains(':') { ":" } else { "" };
            *url = format!("{}{login}{colon}{hidden}@{host}{}", &url[..start], &url[end..]);
        }
        self.query(url, &[]);
    }

    /// The values of a query.
    fn query(&mut self, path: &mut String, marked: &[String]) {
        if let Some((before, query)) = path.split_once('?') {
            let mut query = query.to_owned();
            self.pairs(&mut query, |name| is_secret(name) || marked.iter().any(|own| own == name));
            *path = format!("{before}?{query}");
        }
    }

    /// A body of the type `of`: JSON, or pairs, which may as well begin with what JSON begins with.
    fn body(&mut self, text: &mut String, of: &str) {
        let start = text.trim_start_matches('\u{feff}').trim_start();
        let of = of.to_ascii_lowercase();
        let is_other = ["json", "xml", "html"].iter().any(|word| of.contains(word))
            || start.starts_with('<') && !of.contains("urlencoded");
        let is_like_json = start.starts_with(['{', '[', '<', '"']);
        let is_pairs = !(is_other || is_like_json && self.is_json(start));
        if is_like_json {
            self.json(text);
        }
        if is_pairs {
            // A form has all of these encoded, so what they stand in is something else.
            let is_odd = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ';');
            self.pairs(text, |name| is_secret(name) && !name.contains(is_odd));
        }
    }

    /// Whether it is JSON, one value or several, when the variables in it have values.
    fn is_json(&self, text: &str) -> bool {
        let filled = filled(text.as_bytes(), &self.open);
        let bytes = filled.as_deref().unwrap_or(text.as_bytes());
        let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
        values.all(|value| value.is_ok())
    }

    /// The secrets among the values of `a=b&c=d`.
    fn pairs(&mut self, text: &mut String, is_secret: impl Fn(&str) -> bool) {
        let mut out = Vec::new();
        for pair in text.split('&') {
            out.push(match pair.split_once('=') {
                Some((name, value)) if is_secret(name) => {
                    let mut value = value.to_owned();
                    self.hide(&mut value, &environment_name(name));
                    format!("{name}={value}")
                }
                _ => pair.to_owned(),
            });
        }
        *text = out.join("&");
    }

    fn part(&mut self, part: &mut Part) {
        part.sub_headers.change_values(&mut |name, value| {
            if is_secret(name) {
                self.header(name, value);
            }
        });
        let name = &part.name;
        match &mut part.content {
            Content::Param(value) if is_secret(name) => self.hide(value, &environment_name(name)),
            Content::Param(value) => self.json(value),
            Content::Upload { data: Data::Bytes(bytes), .. } => {
                self.bytes(bytes, |hider, text| match is_secret(name) {
                    true => hider.hide(text, &environment_name(name)),
                    false => hider.json(text),
                });
            }
            Content::Upload { .. } => {}
        }
    }

    fn bytes(
        &mut self,
        bytes: &mut std::sync::Arc<[u8]>,
        hide: impl FnOnce(&mut Self, &mut String),
    ) {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        let mut hidden = text.to_owned();
        hide(self, &mut hidden);
        if hidden != text {
            *bytes = hidden.into_bytes().into();
        }
    }

    /// The strings and numbers in JSON that stand under the name of a secret, alone or in an array. Invalid JSON is
    /// searched as well, since it is shown too.
    fn json(&mut self, text: &mut String) {
        if !text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
            return;
        }
        let mut out = String::new();
        // The name that the next value has, and those of the containers around it.
        let mut name = String::new();
        let mut around: Vec<String> = Vec::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['"', '{', '[', '}', ']', ',']) {
            self.number(&mut out, &rest[..at], &name);
            let mark = rest.as_bytes().get(at).copied().unwrap_or_default();
            rest = &rest[at + 1..];
            match mark {
                b'"' => {
                    let end = string_end(rest);
                    let (string, after) = rest.split_at(end);
                    let is_name = rest_of(after).trim_start().starts_with(':');
                    let mut string = string.to_owned();
                    if is_name {
                        name.clone_from(&string);
                    } else if is_secret(&name) {
                        self.hide(&mut string, &environment_name(&name));
                    }
                    out.push('"');
                    out.push_str(&string);
                    // It need not be valid, and may end here.
                    out.push_str(&after[..after.len().min(1)]);
                    rest = rest_of(after);
                }
                mark => {
                    match mark {
                        b'{' => around.push(std::mem::take(&mut name)),
                        b'[' => around.push(name.clone()),
                        b'}' => name = around.pop().unwrap_or_default(),
                        b']' => name = around.pop().unwrap_or_default(),
                        _ => {}
                    }
                    out.push(char::from(mark));
                }
            }
        }
        self.number(&mut out, rest, &name);
        *text = out;
    }

    /// The text between two marks of JSON: empty, a number, or a word such as `true`.
    fn number(&mut self, out: &mut String, text: &str, name: &str) {
        let value = text.trim_start_matches([':', ' ', '\t', '\r', '\n']);
        let (before, value) = text.split_at(text.len() - value.len());
        let (value, after) = value.split_at(value.trim_ascii_end().len());
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let is_number = value.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if is_number && value.chars().all(is_part) && is_secret_number(name) {
            out.push_str(before);
            self.push(out, value, &environment_name(name));
            out.push_str(after);
        } else {
            out.push_str(text);
        }
    }
}

/// The text after the closing quote.
fn rest_of(after: &str) -> &str {
    after.get(1..).unwrap_or_default()
}

/// Where a JSON string ends.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    text.len()
}
