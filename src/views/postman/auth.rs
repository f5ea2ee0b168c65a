//! The authorization of an item.

use super::item_url::{encoded_query, query_text};
use super::json::JsonValue;
use super::model::{self, Pair};
use super::resolver::{Resolver, Unresolved};
use crate::error::Result;
use crate::message::request::HttpRequest;
use crate::redact::{NameVerdict, verdict};
use crate::text::headers::basic;
use crate::views::call_options::{CallOptions, UserAuth};
use crate::views::variables::placeholder;

/// The parts of a call that an authorization changes.
pub(super) struct AuthTarget<'r> {
    pub(super) request: &'r mut HttpRequest,
    pub(super) options: &'r mut CallOptions,
    /// The query of the URL.
    pub(super) query: &'r mut Option<String>,
}

/// Returns a parameter: a member of an object (format 2.0), or an entry in a list of keys and values (2.1).
fn param(auth: &JsonValue, kind: &str, name: &str) -> Option<String> {
    match auth.get(kind)? {
        JsonValue::Array(list) => list
            .iter()
            .rev()
            .map(Pair::read)
            .find(|pair| pair.key.as_deref() == Some(name))
            .and_then(|pair| pair.value),
        object => model::text_of(object, name),
    }
}

/// Returns the type of an authorization.
pub(super) fn kind(auth: &JsonValue) -> Option<String> {
    model::text_of(auth, "type").filter(|kind| !kind.is_empty())
}

/// Adds an authorization. The outer error is about a variable, and the inner one names a type that is not
/// supported.
pub(super) fn sign(
    auth: &JsonValue,
    resolver: &Resolver<'_>,
    target: AuthTarget<'_>,
) -> Result<Result<(), String>> {
    let Some(kind) = kind(auth) else { return Ok(Ok(())) };
    let mut params = AuthParams { auth, kind: &kind, resolver, target };
    match kind.as_str() {
        "noauth" => {}
        "bearer" => params.bearer()?,
        "basic" => params.basic()?,
        "digest" => return params.digest(),
        "apikey" => params.api_key()?,
        "oauth2" => return params.oauth2(),
        other => return Ok(Err(other.to_owned())),
    }
    Ok(Ok(()))
}

/// The parameters of an authorization, and its target.
struct AuthParams<'a, 'r> {
    auth: &'a JsonValue,
    kind: &'a str,
    resolver: &'a Resolver<'a>,
    target: AuthTarget<'r>,
}

impl AuthParams<'_, '_> {
    /// Returns a parameter with its variables filled in.
    fn get(&self, name: &str) -> Result<Option<String>> {
        match param(self.auth, self.kind, name) {
            Some(text) => {
                let field = format!("auth {} {name}", self.kind);
                self.resolver.resolve(&field, &text).map(Some)
            }
            None => Ok(None),
        }
    }

    fn set_authorization(&mut self, value: &str) {
        let headers = &mut self.target.request.headers;
        headers.remove("Authorization");
        headers.push("Authorization", value);
    }

    fn bearer(&mut self) -> Result<()> {
        let token = self.get("token")?.unwrap_or_default();
        if !token.is_empty() {
            self.set_authorization(&format!("Bearer {token}"));
        }
        Ok(())
    }

    fn basic(&mut self) -> Result<()> {
        let login = self.get("username")?.unwrap_or_default();
        let password = self.get("password")?.unwrap_or_default();
        self.target.request.headers.remove("Authorization");
        let is_open = self.resolver.is_open(&login) || self.resolver.is_open(&password);
        if is_open || !login.is_empty() && !login.contains(':') {
            self.target.options.user = Some((login, password));
        } else {
            self.set_authorization(&basic(&login, &password));
        }
        Ok(())
    }

    /// Realm, nonce and the rest come from the server's challenge, not from the item.
    fn digest(&mut self) -> Result<Result<(), String>> {
        let login = self.get("username")?.unwrap_or_default();
        let password = self.get("password")?.unwrap_or_default();
        if login.is_empty() {
            // Postman sends no login then.
            return Ok(Ok(()));
        }
        if self.get("disableRetryRequest")?.as_deref() == Some("true") {
            return Ok(Err("digest without a second request (disableRetryRequest)".to_owned()));
        }
        self.target.request.headers.remove("Authorization");
        self.target.options.user = Some((login, password));
        self.target.options.user_auth = UserAuth::Digest;
        Ok(Ok(()))
    }

    fn api_key(&mut self) -> Result<()> {
        let (key, value) = (self.get("key")?, self.get("value")?);
        let is_empty = |text: &Option<String>| text.as_deref().is_none_or(str::is_empty);
        if is_empty(&key) && is_empty(&value) {
            return Ok(());
        }
        let name = key.unwrap_or_default();
        if self.get("in")?.as_deref() == Some("query") {
            remove_from(self.target.query, |known| known == name);
            if verdict(&name) != NameVerdict::Secret {
                // The name in the encoding of the path.
                let param = encoded_query(&query_text(&pair(&name, None)));
                self.target.options.secret_params.push(param);
            }
            add_to(self.target.query, &name, value);
        } else if !name.is_empty() {
            let request = &mut *self.target.request;
            request.headers.remove(&name);
            if name.eq_ignore_ascii_case("Content-Type") {
                request.set_content_type(&value.unwrap_or_default());
            } else {
                request.headers.push(&name, value.unwrap_or_default());
                if verdict(&name) != NameVerdict::Secret {
                    request.mark_header_sensitive(&name);
                }
            }
        }
        Ok(())
    }

    fn oauth2(&mut self) -> Result<Result<(), String>> {
        let token = match self.get("accessToken")?.filter(|token| !token.is_empty()) {
            Some(token) => token,
            None => {
                // Postman exports the settings for getting a token, but not the token.
                let name = "accessToken";
                let token = self.resolver.resolve("auth oauth2", &placeholder(name))?;
                let is_literal = self.resolver.unresolved == Unresolved::Literal;
                if token == placeholder(name) && is_literal {
                    return Ok(Ok(()));
                }
                token
            }
        };
        if self.get("tokenType")?.is_some_and(|kind| kind.eq_ignore_ascii_case("mac")) {
            return Ok(Err("oauth2 with a token of type mac".to_owned()));
        }
        self.target.request.headers.remove("Authorization");
        remove_from(self.target.query, |known| known == "access_token");
        if self.get("addTokenTo")?.as_deref() == Some("queryParams") {
            add_to(self.target.query, "access_token", Some(token));
        } else {
            let prefix = self.get("headerPrefix")?.unwrap_or_else(|| "Bearer".to_owned());
            let prefix = prefix.trim();
            let space = if prefix.is_empty() { "" } else { " " };
            self.set_authorization(&format!("{prefix}{space}{token}"));
        }
        Ok(Ok(()))
    }
}

fn pair(key: &str, value: Option<String>) -> Pair {
    let (key, description) = (Some(key.to_owned()), String::new());
    Pair { key, value, description, disabled: false }
}

fn add_to(query: &mut Option<String>, key: &str, value: Option<String>) {
    let pair = query_text(&pair(key, value));
    match query {
        Some(query) => {
            query.push('&');
            query.push_str(&pair);
        }
        None => *query = Some(pair),
    }
}

fn remove_from(query: &mut Option<String>, matches: impl Fn(&str) -> bool) {
    let Some(text) = query else { return };
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let kept: Vec<&str> = text.split('&').filter(|pair| !matches(&name(pair))).collect();
    *query = if kept.is_empty() { None } else { Some(kept.join("&")) };
}
