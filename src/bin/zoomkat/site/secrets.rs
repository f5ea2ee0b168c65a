//! What is not to be read on a page, and what stands there in its place.

use serde_json::Value;
use zoomkat::{Call, HttpRequest};

/// Names of variables, each with the secret that it stands for.
pub(super) type Secrets = [(String, String)];

/// Puts variables in the place of secrets in all strings but names of members.
pub(super) fn hide(value: &mut Value, secrets: &Secrets) {
    match value {
        Value::String(text) => *text = without(text, secrets),
        Value::Array(values) => values.iter_mut().for_each(|value| hide(value, secrets)),
        Value::Object(members) => {
            for (name, value) in members {
                hide(value, secrets);
                match (name.as_str(), value) {
                    ("auth", value) => hide_auth(value),
                    ("response", Value::Array(saved)) => saved.iter_mut().for_each(hide_saved),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// The same in a saved response, which has secrets of its own: those of the request that it answered, too.
fn hide_saved(saved: &mut Value) {
    let Some(saved) = saved.as_object_mut() else { return };
    for header in saved.get_mut("header").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(name) = header["key"].as_str().map(str::to_owned) else { continue };
        if let Some(Value::String(value)) = header.get_mut("value") {
            *value = hidden_header(&name, value);
        }
    }
    if let Some(Value::String(body)) = saved.get_mut("body") {
        *body = hidden_body(body);
    }
    if let Some(request) = saved.get_mut("originalRequest") {
        let item = serde_json::json!({ "request": request }).to_string();
        let found = Call::from_postman(&item).map(|call| call.secrets()).unwrap_or_default();
        hide(request, &found);
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
        let is_open = |text: &str| text.is_empty() || text.contains("{{") || text.starts_with('<');
        if SECRET.contains(&name) && !value.is_null() && !value.as_str().is_some_and(is_open) {
            *value = Value::String(format!("{{{{{name}}}}}"));
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

/// A text with variables in the place of secrets. A short one may be part of any word, so it counts only where
/// it is the whole text.
pub(super) fn without(text: &str, secrets: &Secrets) -> String {
    const SHORT: usize = 4;
    let mut text = text.to_owned();
    for (name, secret) in secrets {
        if text == *secret || secret.len() >= SHORT && text.contains(secret.as_str()) {
            text = text.replace(secret.as_str(), &format!("{{{{{name}}}}}"));
        }
    }
    text
}

/// A header or a body that was received, with variables in the place of secrets as a request would have them.
fn hidden(fill: impl FnOnce(&mut HttpRequest)) -> Call {
    let mut request = HttpRequest::new();
    fill(request.use_post());
    Call::new("", 443, true, request).hide_secrets()
}

pub(super) fn hidden_header(name: &str, value: &str) -> String {
    let call = hidden(|request| {
        request.add_header(name, value);
    });
    call.request().get_header_field(name).unwrap_or(value).to_owned()
}

pub(super) fn hidden_body(body: &str) -> String {
    let call = hidden(|request| {
        request.load_body_from_string(body, "utf-8");
    });
    let text = call.request().generate_request_text().unwrap_or_default();
    text.split_once("\r\n\r\n").map_or(body, |(_, hidden)| hidden).to_owned()
}
