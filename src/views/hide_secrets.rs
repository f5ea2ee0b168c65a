//! Replacement of a call's secrets with variables.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::IgnoredAny;

use super::call::Call;
use super::environment_names::environment_name;
use super::variables::{Lookup, Source, Variable, filled, placeholder};
use crate::message::params::{Content, Data, Part, RequestBody};
use crate::redact::{GrantParams, is_harmless_value, is_secret, is_secret_item, is_secret_pair};

impl Call {
    /// Returns the call with each secret replaced with a [variable](Self#variables).
    ///
    /// Secrets are:
    ///
    /// * tokens, passwords and cookies, recognized by the words of their names, in headers, params, parts of a form,
    ///   the query, path variables, and JSON (strings, and numbers such as a passcode). Under a name such as `key`,
    ///   which has other meanings, a word is no secret,
    /// * values with the shape of a known kind of key, such as a JSON Web Token, under any name,
    /// * the `code` of an OAuth grant, and items of a query that have no name and are no words,
    /// * headers that are [marked](crate::HttpRequest::mark_header_sensitive), and the API key of a Postman item,
    ///   under any name,
    /// * the passwords for server and proxy, or the user if there is no password,
    /// * password and query of a URL in a header such as Referer.
    ///
    /// A token for `zoom.us` becomes `ZOOM_ACCESS_TOKEN`, any other token `ACCESS_TOKEN`. Other secrets get their
    /// own names in capitals: `X_API_KEY`. If shells, the system or programs set a variable of that name, it is
    /// prefixed: `SECRET_PWD`. A second secret with the same name gets `_2`. Empty values, `true` and
    /// the like, numbers of up to three digits, `<placeholders>` and variables are left unchanged.
    ///
    /// [`set_variable`](Self::set_variable) restores a secret in its original form: escaped in JSON, encoded in a
    /// URL.
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
    /// hidden.set_variable("ZOOM_ACCESS_TOKEN", "lorem");
    /// assert!(hidden == call);
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    #[must_use]
    pub fn hide_secrets(&self) -> Call {
        self.find_secrets().0
    }

    /// Returns the secrets that [`hide_secrets`](Self::hide_secrets) replaces, with the names of their variables.
    ///
    /// ```
    /// use zoomkat::{Call, HttpRequest};
    ///
    /// let mut call = Call::new("example.com", 443, true, HttpRequest::new());
    /// call.request_mut().add_header("X-Api-Key", "lorem");
    /// let secrets = call.secrets();
    /// assert_eq!((secrets[0].name(), secrets[0].value()), ("X_API_KEY", "lorem"));
    /// ```
    pub fn secrets(&self) -> Vec<FoundSecret> {
        self.find_secrets().1
    }

    fn find_secrets(&self) -> (Call, Vec<FoundSecret>) {
        let mut hidden = self.clone();
        let domain = self.domain.to_ascii_lowercase();
        let is_at = |zone: &str| domain == zone || domain.ends_with(&format!(".{zone}"));
        let is_zoom = is_at("zoom.us") || is_at("zoomgov.com");
        let mut hider = Hider { is_zoom, taken: self.names_in_braces(), ..Hider::default() };
        for variable in &self.variables {
            hider.keep(&variable.name);
        }

        let request = &mut hidden.request;
        let sensitive = request.sensitive.clone();
        request.headers.change_values(&mut |name, value| {
            if sensitive.contains(name) || is_secret(name) && !is_harmless_value(value) {
                hider.header(name, value);
            } else if value.contains("://") {
                hider.url(value);
            }
        });
        hider.query(&mut request.path, &self.options.secret_params);
        for (name, value) in request.path_variables.values_mut() {
            if is_secret_pair(name, value) {
                hider.hide(value, &environment_name(name));
            }
        }
        let grant = GrantParams::of(request.parts.iter().map(|part| part.name.as_str()));
        request.parts.edit(|parts| parts.iter_mut().for_each(|part| hider.part(part, &grant)));
        let content_type = &request.content_type;
        if let RequestBody::Loaded { data: Data::Bytes(bytes), .. } = &mut request.body {
            hider.bytes(bytes, |hider, text| hider.body(text, content_type));
        }
        let options = &mut hidden.options;
        match &mut options.user {
            // Many APIs take their key as a user without a password.
            Some((login, password)) if password.is_empty() => {
                hider.hide(login, &hider.zoom_name("API_KEY"));
            }
            Some((_, password)) => hider.hide(password, &hider.zoom_name("PASSWORD")),
            None => {}
        }
        match &mut options.proxy {
            Some(proxy) if proxy.password.is_empty() => hider.hide(&mut proxy.login, "PROXY_KEY"),
            Some(proxy) => hider.hide(&mut proxy.password, "PROXY_PASSWORD"),
            None => {}
        }
        let open =
            |secret: &FoundSecret| Variable { name: secret.name.clone(), source: Source::Caller };
        hidden.variables.extend(hider.found.iter().map(open));
        (hidden, hider.found)
    }
}

/// A secret that [`Call::secrets`] found.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundSecret {
    name: String,
    value: String,
}

impl FoundSecret {
    /// Returns the name of the variable that [`Call::hide_secrets`] replaces it with.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the secret in the form that it has in the call: escaped in JSON, encoded in a URL.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Shows no value.
impl fmt::Debug for FoundSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundSecret").field("name", &self.name).finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Hider {
    is_zoom: bool,
    /// The placeholders in the call, each with a JSON value that may replace it.
    open: Lookup<'static>,
    /// Names that new variables cannot have: those of other variables, and any in braces in a text.
    taken: HashSet<String>,
    found: Vec<FoundSecret>,
    /// Variables by preferred name and secret.
    known: HashMap<(String, String), String>,
    /// The number of variables for each preferred name.
    counts: HashMap<String, usize>,
}

impl Hider {
    /// Keeps this name in braces, which is not a secret.
    fn keep(&mut self, name: &str) {
        self.open.add(placeholder(name).into_bytes().into(), b"0");
        self.taken.insert(name.to_owned());
    }

    /// Prefixes a name that other programs on the machine may use, if the call goes to Zoom.
    fn zoom_name(&self, name: &str) -> String {
        if self.is_zoom { format!("ZOOM_{name}") } else { name.to_owned() }
    }

    fn header(&mut self, name: &str, value: &mut String) {
        let lower = name.to_ascii_lowercase();
        if !lower.ends_with("authorization") {
            return self.hide(value, &environment_name(name));
        }
        // A scheme and its credentials (RFC 9110 section 11.4).
        let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
        let name = match scheme.to_ascii_lowercase().as_str() {
            "bearer" => self.zoom_name("ACCESS_TOKEN"),
            "basic" => self.zoom_name("BASIC_CREDENTIALS"),
            _ => environment_name(name),
        };
        let (scheme, mut rest) = (scheme.to_owned(), rest.to_owned());
        self.hide(&mut rest, &name);
        *value = if scheme.is_empty() { rest } else { format!("{scheme} {rest}") };
    }

    /// Replaces a secret with a variable. Placeholders in it are kept.
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
            let Some((length, _)) = self.open.match_start(&whole.as_bytes()[at..]) else {
                at += 1;
                continue;
            };
            self.push_secret(text, &whole[start..at], name);
            text.push_str(&whole[at..at + length]);
            at += length;
            start = at;
        }
        self.push_secret(text, &whole[start..], name);
    }

    /// Appends the variable for a secret, or the text itself if it has no letter or digit.
    fn push_secret(&mut self, out: &mut String, secret: &str, name: &str) {
        if secret.chars().any(char::is_alphanumeric) {
            out.push_str(&placeholder(&self.variable_for(secret, name)));
        } else {
            out.push_str(secret);
        }
    }

    /// Returns the name of the variable for a secret.
    fn variable_for(&mut self, secret: &str, wanted: &str) -> String {
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
        self.keep(&name);
        self.found.push(FoundSecret { name: name.clone(), value: secret.to_owned() });
        name
    }

    /// Hides the password and the secrets in the query of a URL, as in Referer.
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

    /// Hides the secrets in a query, among them the params in `marked`.
    fn query(&mut self, path: &mut String, marked: &[String]) {
        if let Some((before, query)) = path.split_once('?') {
            let mut query = query.to_owned();
            self.pairs(&mut query, true, |name, value| {
                is_secret_pair(name, value) || marked.iter().any(|own| own == name)
            });
            *path = format!("{before}?{query}");
        }
    }

    /// Hides the secrets in a body: JSON, or a form, which may begin with the same characters.
    fn body(&mut self, text: &mut String, content_type: &str) {
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
            self.pairs(text, false, |name, value| {
                is_secret_pair(name, value) && !name.contains(is_odd)
            });
        }
    }

    /// Whether a text is JSON, one value or several, once its variables have values.
    fn is_json(&self, text: &str) -> bool {
        let filled = filled(text.as_bytes(), &self.open);
        let bytes = filled.as_deref().unwrap_or(text.as_bytes());
        let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
        values.all(|value| value.is_ok())
    }

    /// Hides the secrets in `a=b&c=d`, and in a query those without a name.
    fn pairs(&mut self, text: &mut String, in_query: bool, is_secret: impl Fn(&str, &str) -> bool) {
        let names = text.split('&').filter_map(|pair| Some(pair.split_once('=')?.0));
        let grant = GrantParams::of(names);
        let mut out = Vec::new();
        for pair in text.split('&') {
            out.push(match pair.split_once('=') {
                _ if in_query && is_secret_item(pair) => {
                    let mut item = pair.to_owned();
                    self.hide(&mut item, "QUERY");
                    item
                }
                Some((name, value)) if is_secret(name, value) || grant.is_code(name, value) => {
                    let mut value = value.to_owned();
                    self.hide(&mut value, &environment_name(name));
                    format!("{name}={value}")
                }
                _ => pair.to_owned(),
            });
        }
        *text = out.join("&");
    }

    fn part(&mut self, part: &mut Part, grant: &GrantParams) {
        part.sub_headers.change_values(&mut |name, value| {
            if is_secret(name) {
                self.header(name, value);
            }
        });
        let name = &part.name;
        match &mut part.content {
            Content::Param(value) if is_secret_pair(name, value) || grant.is_code(name, value) => {
                self.hide(value, &environment_name(name))
            }
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

    /// Hides strings and numbers in JSON with the name of a secret, or in an array with such a name. Invalid JSON
    /// is searched too, since it is also shown.
    fn json(&mut self, text: &mut String) {
        if !text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
            return;
        }
        let mut out = String::new();
        // The name of the next value, and the names of the containers around it.
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
                    } else if is_secret_pair(&name, &string) {
                        self.hide(&mut string, &environment_name(&name));
                    }
                    out.push('"');
                    out.push_str(&string);
                    // Invalid JSON may end here.
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

    /// Appends the text between two marks of JSON: empty, a number, or a word such as `true`.
    fn number(&mut self, out: &mut String, text: &str, name: &str) {
        let value = text.trim_start_matches([':', ' ', '\t', '\r', '\n']);
        let (before, value) = text.split_at(text.len() - value.len());
        let (value, after) = value.split_at(value.trim_ascii_end().len());
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let is_number = value.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if is_number && value.chars().all(is_part) && is_secret_pair(name, value) {
            out.push_str(before);
            self.push_secret(out, value, &environment_name(name));
            out.push_str(after);
        } else {
            out.push_str(text);
        }
    }
}

/// Returns the text after the closing quote.
fn rest_of(after: &str) -> &str {
    after.get(1..).unwrap_or_default()
}

/// Returns the index of a JSON string's closing quote, or of the end of the text.
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
