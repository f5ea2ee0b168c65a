//! Replacement of the secrets on a page with variables.
//!
//! A secret is recognized by [`Call::hide_secrets`], which does the work and has the list of names. Here it is hidden
//! even if it is not sent: the page also shows disabled, overridden and saved values. `secret_urls.rs` has those in
//! URLs.

use std::collections::HashMap;

use zoomkat::{Call, HttpRequest};

use super::json::{Json, Members};

/// Replaces secrets with variables, named as for calls to this domain.
#[derive(Default)]
pub(super) struct Hider<'d> {
    domain: &'d str,
    /// The names that the programs have for the secrets of the call, by the name without its number and the secret.
    names: HashMap<(String, String), String>,
}

/// Returns the name of a variable without the number that tells it from others.
fn unnumbered(name: &str) -> &str {
    let is_number = |number: &str| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    name.rsplit_once('_').filter(|(_, number)| is_number(number)).map_or(name, |(name, _)| name)
}

/// Whether a text cannot be a secret: it is empty, a variable or a sample value.
pub(super) fn is_placeholder(text: &str) -> bool {
    let is_one = |open: &str, close: &str| {
        let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| !inner.contains([' ', '<', '>', '{', '}']))
    };
    text.is_empty() || is_one("{{", "}}") || is_one("<", ">")
}

/// Hides the secrets in a text but keeps its variables. Meanwhile each variable is replaced with a
/// private-use character, which no secret contains.
fn keep_variables(text: &str, hide: impl FnOnce(&str) -> String) -> String {
    const PRIVATE: std::ops::RangeInclusive<char> = '\u{e000}'..='\u{f8ff}';
    if !text.contains("{{") || text.contains(|c| PRIVATE.contains(&c)) {
        return hide(text);
    }
    let (mut marks, mut closed, mut rest) = (PRIVATE, String::new(), text);
    let mut variables = HashMap::new();
    while let Some((start, length)) =
        rest.find("{{").and_then(|at| Some((at, rest[at..].find("}}")? + 2)))
    {
        let Some(mark) = marks.next() else { break };
        variables.insert(mark, &rest[start..start + length]);
        closed.push_str(&rest[..start]);
        closed.push(mark);
        rest = &rest[start + length..];
    }
    closed.push_str(rest);
    let mut out = String::new();
    for c in hide(&closed).chars() {
        match variables.get(&c) {
            Some(variable) => out.push_str(variable),
            None => out.push(c),
        }
    }
    out
}

/// Whether a member of this name is a part of Postman's format, such as the list `header`.
fn is_field_of_postman(name: &str) -> bool {
    matches!(
        name,
        "auth"
            | "body"
            | "certificate"
            | "code"
            | "cookie"
            | "description"
            | "disabled"
            | "event"
            | "exec"
            | "file"
            | "formdata"
            | "graphql"
            | "hash"
            | "header"
            | "host"
            | "id"
            | "item"
            | "key"
            | "listen"
            | "method"
            | "mode"
            | "name"
            | "options"
            | "originalRequest"
            | "path"
            | "port"
            | "protocol"
            | "query"
            | "raw"
            | "request"
            | "response"
            | "responseTime"
            | "script"
            | "src"
            | "status"
            | "type"
            | "url"
            | "urlencoded"
            | "value"
            | "variable"
            | "version"
    )
}

pub(super) fn variable(name: &str) -> String {
    format!("{{{{{name}}}}}")
}

/// Replaces variables with others. Both are in braces.
fn renamed(text: &str, names: &HashMap<String, String>) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}").map(|at| at + 2) else { break };
        let old = &rest[start..start + length];
        out.push_str(&rest[..start]);
        out.push_str(names.get(old).map_or(old, String::as_str));
        rest = &rest[start + length..];
    }
    out + rest
}

impl Hider<'_> {
    /// Returns a hider that names the secrets of a call as its programs do.
    pub(super) fn of(call: &Call) -> Hider<'_> {
        let mut names = HashMap::new();
        for secret in call.secrets() {
            let key = (unnumbered(secret.name()).to_owned(), secret.value().to_owned());
            names.entry(key).or_insert_with(|| secret.name().to_owned());
        }
        Hider { domain: call.domain(), names }
    }

    /// Whether the call has secrets.
    pub(super) fn has_secrets(&self) -> bool {
        !self.names.is_empty()
    }

    /// Hides the secrets in a request, and reads a text of it.
    fn hide(
        &self,
        fill: impl FnOnce(&mut HttpRequest),
        read: impl FnOnce(&HttpRequest) -> Option<String>,
    ) -> Option<String> {
        let mut request = HttpRequest::new();
        fill(request.use_post());
        let call = Call::new(self.domain, 443, true, request);
        let hidden = read(call.hide_secrets().request())?;
        if self.names.is_empty() || !hidden.contains("{{") {
            return Some(hidden);
        }
        let mut names = HashMap::new();
        for secret in call.secrets() {
            let key = (unnumbered(secret.name()).to_owned(), secret.value().to_owned());
            if let Some(name) = self.names.get(&key) {
                names.insert(variable(secret.name()), variable(name));
            }
        }
        Some(renamed(&hidden, &names))
    }

    /// Masks the value of a header, which may be a URL or a relative reference.
    pub(super) fn header(&self, name: &str, value: &str) -> String {
        let hidden = keep_variables(value, |value| {
            let hidden = self.hide(
                |request| {
                    request.add_header(name, value);
                },
                |request| request.get_header_field(name).map(str::to_owned),
            );
            hidden.unwrap_or_else(|| variable(name))
        });
        let is_url = hidden.contains("://") || hidden.starts_with(['/', '?', '#', '.']);
        if is_url && !hidden.contains(char::is_whitespace) { self.url(&hidden) } else { hidden }
    }

    /// Masks the value of a param, a field or a variable. A long `code` counts as that of an authorization.
    pub(super) fn param(&self, name: &str, value: &str) -> String {
        const MIN_CODE: usize = 12;
        let is_code = name.eq_ignore_ascii_case("code")
            && value.len() >= MIN_CODE
            && !value.contains(char::is_whitespace);
        keep_variables(value, |value| {
            let fill = |request: &mut HttpRequest| {
                request.add_param(name, value);
                if is_code {
                    request.add_param("grant_type", "");
                }
            };
            let hidden = self.hide(fill, |request| request.get_param_value(0).map(str::to_owned));
            hidden.unwrap_or_else(|| variable(name))
        })
    }

    /// Masks a text under a name that has no meaning, if it has the shape of a known kind of key.
    pub(super) fn key(&self, text: &str) -> String {
        // Most texts are shorter than a key, or only letters.
        const MIN_KEY: usize = 8;
        let may_be_key = text.len() >= MIN_KEY
            && text.contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'));
        if !may_be_key {
            return text.to_owned();
        }
        if text.contains('?') {
            return self.param("value", text);
        }
        // In a path, a key gets the name that it has in the programs.
        let hidden = keep_variables(text, |text| {
            let hidden = self.hide(
                |request| {
                    request.set_path(format!("/{text}"));
                },
                |request| request.path().strip_prefix('/').map(str::to_owned),
            );
            hidden.unwrap_or_else(|| variable("API_KEY"))
        });
        if hidden == text { self.param("value", text) } else { hidden }
    }

    /// Masks a query or a fragment.
    pub(super) fn query(&self, text: &str) -> String {
        keep_variables(text, |text| {
            let hidden = self.hide(
                |request| {
                    request.set_path(format!("/?{text}"));
                },
                |request| request.path().strip_prefix("/?").map(str::to_owned),
            );
            hidden.unwrap_or_else(|| variable("QUERY"))
        })
    }

    /// Whether everything under this name in JSON is a secret.
    fn is_secret(&self, name: &str) -> bool {
        // Only the name of a secret makes a word a secret.
        const WORD: &str = "lorem";
        !is_field_of_postman(name) && self.param(name, WORD) != WORD
    }

    /// Hides everything in a value with the name of a secret.
    fn hide_all(&self, name: &str, value: &mut Json) {
        match value {
            Json::String(text) => *text = self.param(name, text),
            Json::Number(number) => {
                // A passcode may be a number.
                let shown = number.to_string();
                let hidden = self.param(name, &shown);
                if hidden != shown {
                    *value = hidden.into();
                }
            }
            Json::Array(values) => values.iter_mut().for_each(|value| self.hide_all(name, value)),
            Json::Object(members) => {
                members.iter_mut().for_each(|(_, value)| self.hide_all(name, value));
            }
            Json::Null | Json::Bool(_) => {}
        }
    }

    /// Masks a body: JSON or pairs.
    pub(super) fn body(&self, body: &str) -> String {
        keep_variables(body, |body| {
            let hidden = self.hide(
                |request| {
                    request.load_body_from_string(body, "utf-8");
                },
                |request| {
                    let text = request.generate_request_text().ok()?;
                    text.split_once("\r\n\r\n").map(|(_, hidden)| hidden.to_owned())
                },
            );
            hidden.unwrap_or_else(|| variable("BODY"))
        })
    }

    /// Masks the JSON of an item. Fails if it cannot be parsed.
    pub(super) fn json(&self, item: &str) -> serde_json::Result<String> {
        let mut value = serde_json::from_str(item)?;
        self.item(&mut value);
        serde_json::to_string_pretty(&value)
    }

    /// Whether the JSON of an item has secrets that [`Hider::json`] would hide. True if it cannot be
    /// parsed.
    pub(super) fn finds_secrets(&self, item: &str) -> bool {
        let Ok(shown) = serde_json::from_str::<Json>(item) else { return true };
        let mut hidden = shown.clone();
        self.item(&mut hidden);
        hidden != shown
    }

    /// Hides the secrets of a Postman item or a part of one.
    pub(super) fn item(&self, value: &mut Json) {
        match value {
            Json::Array(values) => values.iter_mut().for_each(|value| self.item(value)),
            Json::Object(members) => {
                self.pair(members);
                for (name, value) in members.iter_mut() {
                    self.member(name, value);
                }
            }
            Json::String(text) => *text = self.key(text),
            _ => {}
        }
    }

    pub(super) fn member(&self, name: &str, value: &mut Json) {
        match (name, value) {
            // These are documentation and scripts.
            ("description" | "event", _) => {}
            ("name", Json::String(name)) => *name = self.name(name),
            ("url" | "request" | "originalRequest", Json::String(url)) => *url = self.url(url),
            ("url", Json::Object(url)) => self.url_object(url),
            // The body of a request or of a saved response.
            ("body", Json::Object(body)) => {
                body.iter_mut().for_each(|(name, value)| self.body_member(name, value));
            }
            ("body", Json::String(body)) => *body = self.body(body),
            ("header", Json::String(block)) => {
                let lines = block.lines().map(|line| match line.split_once(':') {
                    Some((name, value)) => format!("{name}: {}", self.header(name, value.trim())),
                    None => line.to_owned(),
                });
                *block = lines.collect::<Vec<_>>().join("\n");
            }
            ("header", Json::Array(fields)) => {
                for field in fields {
                    if field.as_str().is_some() {
                        self.member("header", field);
                    }
                    let Some(field) = field.as_object_mut() else { continue };
                    let name =
                        field.get("key").and_then(Json::as_str).unwrap_or_default().to_owned();
                    if let Some(Json::String(value)) = field.get_mut("value") {
                        *value = self.header(&name, value);
                    }
                }
            }
            ("cookie", Json::Array(cookies)) => {
                for cookie in cookies.iter_mut().filter_map(Json::as_object_mut) {
                    if let Some(value) = cookie.get_mut("value") {
                        *value = variable("COOKIE").into();
                    }
                }
            }
            ("passphrase", Json::String(text)) if !is_placeholder(text) => *text = variable(name),
            ("auth", auth) => self.auth(auth),
            (name, value) if self.is_secret(name) => self.hide_all(name, value),
            // A key that is known by its shape.
            (_, Json::String(text)) => *text = self.key(text),
            (_, value) => self.item(value),
        }
    }

    /// Hides the secrets in a part of a body.
    fn body_member(&self, name: &str, value: &mut Json) {
        match (name, value) {
            ("raw" | "urlencoded" | "graphql", Json::String(text)) => *text = self.body(text),
            ("urlencoded" | "formdata", Json::Array(pairs)) => {
                for pair in pairs {
                    match pair {
                        Json::String(text) => *text = self.body(text),
                        pair => self.item(pair),
                    }
                }
            }
            ("urlencoded" | "formdata", Json::Object(pairs)) => {
                pairs.iter_mut().for_each(|(name, value)| self.hide_all(name, value));
            }
            ("graphql", Json::Object(query)) => {
                for (name, value) in query.iter_mut() {
                    match (name, value) {
                        ("variables", Json::String(variables)) => *variables = self.body(variables),
                        ("variables", variables) => {
                            let text = serde_json::to_string(&*variables).unwrap_or_default();
                            let hidden = serde_json::from_str(&self.body(&text));
                            *variables = hidden.unwrap_or_else(|_| variable("BODY").into());
                        }
                        (_, value) => self.item(value),
                    }
                }
            }
            (_, value) => self.item(value),
        }
    }

    /// Hides the value of an object with a name and a value, the form of most lists in Postman.
    fn pair(&self, members: &mut Members) {
        let is_secret = members.get("type").and_then(Json::as_str) == Some("secret");
        let Some(name) = members.get("key").and_then(Json::as_str).map(str::to_owned) else {
            return;
        };
        match members.get_mut("value") {
            Some(value) if is_secret => *value = variable(&name).into(),
            Some(value @ (Json::String(_) | Json::Number(_))) => self.hide_all(&name, value),
            Some(value) if self.is_secret(&name) => self.hide_all(&name, value),
            _ => {}
        }
    }

    /// Replaces the secrets of an authorization (passwords, tokens, keys) with variables, even if it is not
    /// sent in this form.
    fn auth(&self, auth: &mut Json) {
        const SECRET: &[&str] = &[
            "accessKey",
            "accessToken",
            "authKey",
            "clientSecret",
            "clientToken",
            "code_verifier",
            "consumerSecret",
            "password",
            "privateKey",
            "refreshToken",
            "secret",
            "secretKey",
            "sessionToken",
            "token",
            "tokenSecret",
            "value",
        ];
        let hide = |name: &str, is_key: bool, value: &mut Json| {
            if (SECRET.contains(&name) || is_key && name == "username")
                && *value != Json::Null
                && !value.as_str().is_some_and(is_placeholder)
            {
                *value = variable(name).into();
                return;
            }
            match value {
                Json::String(text) if text.contains("://") => *text = self.url(text),
                Json::String(text) => *text = self.key(text),
                // The params of token requests, which are pairs. The values above have fixed names.
                value => self.item(value),
            }
        };
        for (of, kind) in auth.as_object_mut().into_iter().flat_map(Members::iter_mut) {
            // Without a password, the user name is a key.
            let is_key = of == "basic" && password(kind).is_none_or(str::is_empty);
            // A list of members in format 2.1, an object in 2.0.
            match kind {
                Json::Array(members) => {
                    for member in members.iter_mut().filter_map(Json::as_object_mut) {
                        let name = member.get("key").and_then(Json::as_str).map(str::to_owned);
                        if let (Some(name), Some(value)) = (name, member.get_mut("value")) {
                            hide(&name, is_key, value);
                        }
                    }
                }
                Json::Object(members) => {
                    members.iter_mut().for_each(|(name, value)| hide(name, is_key, value));
                }
                _ => {}
            }
        }
    }
}

/// Returns the password of one kind of authorization: a list of members in format 2.1, an object in 2.0.
fn password(kind: &Json) -> Option<&str> {
    match kind {
        Json::Array(members) => {
            let is_password =
                |member: &&Json| member.get("key").and_then(Json::as_str) == Some("password");
            members.iter().find(is_password)?.get("value")?.as_str()
        }
        kind => kind.get("password")?.as_str(),
    }
}
