//! The authorization of an item, its own or that of the nearest folder that has one.

use super::json::JsonValue;
use super::model::{self, Pair};
use super::url::{encoded_query, query_text};
use super::variables::{Resolver, Unresolved};
use crate::error::Result;
use crate::message::request::HttpRequest;
use crate::text::headers::basic;
use crate::views::secrets::is_secret;
use crate::views::{How, placeholder};

/// What an authorization adds to.
pub(super) struct Signed<'r> {
    pub(super) request: &'r mut HttpRequest,
    pub(super) how: &'r mut How,
    /// The query of the URL.
    pub(super) query: &'r mut Option<String>,
}

/// A parameter: an object's member (format 2.0), or that of a list of keys and values (2.1).
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

/// The kind of an authorization, if it is one.
pub(super) fn kind(auth: &JsonValue) -> Option<String> {
    model::text_of(auth, "type").filter(|kind| !kind.is_empty())
}

/// Adds what an authorization says. The error is that of a variable, or the kind that is not supported.
pub(super) fn sign(
    auth: &JsonValue,
    resolver: &Resolver<'_>,
    signed: Signed<'_>,
) -> Result<Result<(), String>> {
    let Some(kind) = kind(auth) else { return Ok(Ok(())) };
    let Signed { request, how, query } = signed;
    let get = |name: &str| match param(auth, &kind, name) {
        Some(text) => resolver.resolve(&format!("auth {kind} {name}"), &text).map(Some),
        None => Ok(None),
    };
    let set = |request: &mut HttpRequest, value: &str| {
        request.headers.remove("Authorization");
        request.headers.push("Authorization", value);
    };
    match kind.as_str() {
        "noauth" => {}
        "bearer" => {
            let token = get("token")?.unwrap_or_default();
            if !token.is_empty() {
                set(request, &format!("Bearer {token}"));
            }
        }
        "basic" => {
            let login = get("username")?.unwrap_or_default();
            let password = get("password")?.unwrap_or_default();
            request.headers.remove("Authorization");
            let is_open = resolver.is_open(&login) || resolver.is_open(&password);
            if is_open || !login.is_empty() && !login.contains(':') {
                how.user = Some((login, password));
            } else {
                set(request, &basic(&login, &password));
            }
        }
        "apikey" => {
            let (key, value) = (get("key")?, get("value")?);
            let is_empty = |text: &Option<String>| text.as_deref().is_none_or(str::is_empty);
            if is_empty(&key) && is_empty(&value) {
                return Ok(Ok(()));
            }
            let name = key.unwrap_or_default();
            if get("in")?.as_deref() == Some("query") {
                remove_from(query, |known| known == name);
                if !is_secret(&name) {
                    // As the path has it in the end.
                    how.secret_params.push(encoded_query(&query_text(&pair(&name, None))));
                }
                add_to(query, &name, value);
            } else if !name.is_empty() {
                request.headers.remove(&name);
                if name.eq_ignore_ascii_case("Content-Type") {
                    request.set_content_type(&value.unwrap_or_default());
                } else {
                    request.headers.push(&name, &value.unwrap_or_default());
                    if !is_secret(&name) {
                        request.mark_header_sensitive(&name);
                    }
                }
            }
        }
        "oauth2" => {
            let token = match get("accessToken")?.filter(|token| !token.is_empty()) {
                Some(token) => token,
                None => {
                    // Postman exports how a token is got, but not the token.
                    let name = "accessToken";
                    let given = resolver.resolve("auth oauth2", &placeholder(name))?;
                    if given == placeholder(name) && resolver.unresolved == Unresolved::Literal {
                        return Ok(Ok(()));
                    }
                    given
                }
            };
            if get("tokenType")?.is_some_and(|kind| kind.eq_ignore_ascii_case("mac")) {
                return Ok(Err("oauth2 with a token of type mac".to_owned()));
            }
            request.headers.remove("Authorization");
            remove_from(query, |known| known == "access_token");
            if get("addTokenTo")?.as_deref() == Some("queryParams") {
                add_to(query, "access_token", Some(token));
            } else {
                let prefix = get("headerPrefix")?.unwrap_or_else(|| "Bearer".to_owned());
                let prefix = prefix.trim();
                let space = if prefix.is_empty() { "" } else { " " };
                set(request, &format!("{prefix}{space}{token}"));
            }
        }
        other => return Ok(Err(other.to_owned())),
    }
    Ok(Ok(()))
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

fn remove_from(query: &mut Option<String>, is: impl Fn(&str) -> bool) {
    let Some(text) = query else { return };
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let kept: Vec<&str> = text.split('&').filter(|pair| !is(&name(pair))).collect();
    *query = if kept.is_empty() { None } else { Some(kept.join("&")) };
}
