//! What is not to be read on a page, and the variables that stand there in its place.
//!
//! A secret is known by the name that it stands under, as in [`Call::hide_secrets`], which does the work; but here it
//! is hidden whether or not it is sent: what is switched off, overridden or saved is on the page, too.

use serde_json::{Map, Value};
use zoomkat::{Call, HttpRequest};

/// Puts variables in the place of secrets, named as for this domain.
pub(super) struct Hider<'d> {
    pub(super) domain: &'d str,
}

/// Whether nothing can be secret in it: nothing is there, or a variable or a sample is already.
fn is_open(text: &str) -> bool {
    text.is_empty() || text.contains("{{") || text.starts_with('<')
}

fn variable(name: &str) -> String {
    format!("{{{{{name}}}}}")
}

impl Hider<'_> {
    fn hidden(&self, fill: impl FnOnce(&mut HttpRequest)) -> Call {
        let mut request = HttpRequest::new();
        fill(request.use_post());
        Call::new(self.domain, 443, true, request).hide_secrets()
    }

    /// The value of a header.
    pub(super) fn header(&self, name: &str, value: &str) -> String {
        if is_open(value) {
            return value.to_owned();
        }
        let call = self.hidden(|request| {
            request.add_header(name, value);
        });
        call.request().get_header_field(name).unwrap_or(value).to_owned()
    }

    /// The value of a param, a field or a variable.
    pub(super) fn param(&self, name: &str, value: &str) -> String {
        if is_open(value) {
            return value.to_owned();
        }
        let call = self.hidden(|request| {
            request.add_param(name, value);
        });
        call.request().get_param_value(0).unwrap_or(value).to_owned()
    }

    /// A body: JSON, or pairs.
    pub(super) fn body(&self, body: &str) -> String {
        let call = self.hidden(|request| {
            request.load_body_from_string(body, "utf-8");
        });
        let text = call.request().generate_request_text().unwrap_or_default();
        text.split_once("\r\n\r\n").map_or(body, |(_, hidden)| hidden).to_owned()
    }

    /// A URL: its password, its query and its fragment, in which some logins return a token.
    pub(super) fn url(&self, url: &str) -> String {
        let (before, fragment) = url.split_once('#').map_or((url, None), |(b, f)| (b, Some(f)));
        let (place, query) = before.split_once('?').map_or((before, None), |(p, q)| (p, Some(q)));
        let mut out = String::new();
        let authority = place.find("//").map_or(0, |at| at + 2);
        let end = place[authority..].find('/').map_or(place.len(), |at| authority + at);
        let user = place[authority..end].rfind('@').map(|at| authority + at);
        match user.and_then(|at| Some((authority + place[authority..at].find(':')? + 1, at))) {
            Some((start, at)) if !is_open(&place[start..at]) => {
                out.push_str(&place[..start]);
                out.push_str(&variable("PASSWORD"));
                out.push_str(&place[at..]);
            }
            _ => out.push_str(place),
        }
        for (mark, pairs) in [('?', query), ('#', fragment)] {
            let Some(pairs) = pairs else { continue };
            out.push(mark);
            let pairs = pairs.split('&').map(|pair| match pair.split_once('=') {
                Some((name, value)) => format!("{name}={}", self.param(name, value)),
                None => pair.to_owned(),
            });
            out.push_str(&pairs.collect::<Vec<_>>().join("&"));
        }
        out
    }

    /// An item as Postman has it, or a part of one.
    pub(super) fn item(&self, value: &mut Value) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(|value| self.item(value)),
            Value::Object(members) => {
                self.pair(members);
                for (name, value) in members {
                    self.member(name, value);
                }
            }
            _ => {}
        }
    }

    fn member(&self, name: &str, value: &mut Value) {
        match (name, value) {
            // What is said of it, and scripts.
            ("description" | "event" | "name", _) => {}
            ("url" | "request" | "originalRequest", Value::String(url)) => *url = self.url(url),
            ("url", Value::Object(url)) => {
                if let Some(Value::String(raw)) = url.get_mut("raw") {
                    *raw = self.url(raw);
                }
                if let Some(Value::String(hash)) = url.get_mut("hash") {
                    *hash = self.url(&format!("#{hash}")).split_off(1);
                }
                for (name, value) in url {
                    match value.get_mut("password") {
                        Some(Value::String(password)) if name == "auth" && !is_open(password) => {
                            *password = variable("PASSWORD");
                        }
                        _ => self.member(name, value),
                    }
                }
            }
            // Of a request, and of a saved response.
            ("body", Value::Object(body)) => {
                for (name, value) in body {
                    match (name.as_str(), value) {
                        ("raw" | "urlencoded", Value::String(text)) => *text = self.body(text),
                        ("graphql", Value::Object(query)) => {
                            if let Some(Value::String(variables)) = query.get_mut("variables") {
                                *variables = self.body(variables);
                            }
                        }
                        (_, value) => self.item(value),
                    }
                }
            }
            ("body", Value::String(body)) => *body = self.body(body),
            ("header", Value::String(block)) => {
                let lines = block.lines().map(|line| match line.split_once(':') {
                    Some((name, value)) => format!("{name}: {}", self.header(name, value.trim())),
                    None => line.to_owned(),
                });
                *block = lines.collect::<Vec<_>>().join("\n");
            }
            ("header", Value::Array(fields)) => {
                for field in fields.iter_mut().filter_map(Value::as_object_mut) {
                    let name =
                        field.get("key").and_then(Value::as_str).unwrap_or_default().to_owned();
                    if let Some(Value::String(value)) = field.get_mut("value") {
                        *value = self.header(&name, value);
                    }
                }
            }
            ("cookie", Value::Array(cookies)) => {
                for cookie in cookies.iter_mut().filter_map(Value::as_object_mut) {
                    cookie.entry("value").and_modify(|value| *value = variable("COOKIE").into());
                }
            }
            ("passphrase", Value::String(text)) if !is_open(text) => *text = variable(name),
            ("auth", auth) => {
                hide_auth(auth);
                self.lists_of_auth(auth);
            }
            (_, value) => self.item(value),
        }
    }

    /// The params of token requests, which are lists in an authorization. Its own pairs have names of their own.
    fn lists_of_auth(&self, auth: &mut Value) {
        for kind in auth.as_object_mut().into_iter().flat_map(|auth| auth.values_mut()) {
            let members: Box<dyn Iterator<Item = &mut Value>> = match kind {
                Value::Array(members) => {
                    Box::new(members.iter_mut().filter_map(|one| one.get_mut("value")))
                }
                Value::Object(members) => Box::new(members.values_mut()),
                _ => continue,
            };
            members.filter(|value| value.is_array()).for_each(|value| self.item(value));
        }
    }

    /// A pair of a name and its value, as Postman has most of what it lists.
    fn pair(&self, members: &mut Map<String, Value>) {
        let is_secret = members.get("type").is_some_and(|of| of == "secret");
        let Some(name) = members.get("key").and_then(Value::as_str).map(str::to_owned) else {
            return;
        };
        match members.get_mut("value") {
            Some(value) if is_secret => *value = variable(&name).into(),
            Some(Value::String(value)) => *value = self.param(&name, value),
            _ => {}
        }
    }
}

/// Puts variables in the place of what an authorization keeps secret, whether or not it is sent as it stands:
/// passwords, tokens, keys.
fn hide_auth(auth: &mut Value) {
    const SECRET: &[&str] = &[
        "accessKey",
        "accessToken",
        "authKey",
        "clientSecret",
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
    let hide = |name: &str, value: &mut Value| {
        if SECRET.contains(&name) && !value.is_null() && !value.as_str().is_some_and(is_open) {
            *value = variable(name).into();
        }
    };
    for kind in auth.as_object_mut().into_iter().flat_map(|auth| auth.values_mut()) {
        // A list of members in format 2.1, an object in 2.0.
        match kind {
            Value::Array(members) => {
                for member in members.iter_mut().filter_map(Value::as_object_mut) {
                    let name = member.get("key").and_then(Value::as_str).map(str::to_owned);
                    if let (Some(name), Some(value)) = (name, member.get_mut("value")) {
                        hide(&name, value);
                    }
                }
            }
            Value::Object(members) => {
                members.iter_mut().for_each(|(name, value)| hide(name, value));
            }
            _ => {}
        }
    }
}
