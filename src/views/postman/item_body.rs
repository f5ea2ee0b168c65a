//! The body of an item, in each of Postman's modes.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::json::{JsonValue, object};
use super::media_types::guess_type;
use super::model;
use super::resolver::Resolver;
use crate::error::Result;
use crate::message::body::FileSource;
use crate::message::params::{Content, Data, Part};
use crate::message::prepare::FORM;
use crate::message::request::HttpRequest;
use crate::text::headers::{self, Headers};
use crate::text::percent;

/// Settings of an item for its body.
pub(super) struct BodyRules {
    /// `disableBodyPruning`: GET and similar methods send a body.
    pub(super) keep_with_get: bool,
    /// `disabledSystemHeaders`: no Content-Type is added.
    pub(super) without_type: bool,
}

/// Whether Postman omits the body for a method by default.
pub(super) fn is_without_body(verb: &str) -> bool {
    ["GET", "COPY", "HEAD", "PURGE", "UNLOCK"].iter().any(|own| own.eq_ignore_ascii_case(verb))
}

/// The content types of a raw body by its language.
pub(super) const LANGUAGES: [(&str, &str); 5] = [
    ("json", "application/json"),
    ("xml", "application/xml"),
    ("html", "text/html"),
    ("javascript", "application/javascript"),
    ("text", "text/plain"),
];

/// Adds a body to `request`. The inner error names a feature that is not supported.
pub(super) fn add(
    body: &JsonValue,
    rules: &BodyRules,
    request: &mut HttpRequest,
    resolver: &Resolver<'_>,
) -> Result<Result<(), String>> {
    let raw_text;
    let (mode, body) = match body {
        JsonValue::String(text) => {
            raw_text = object! { "raw": text };
            ("raw", &raw_text)
        }
        JsonValue::Object(_) if !model::is_disabled(body) => match model::text_of(body, "mode") {
            Some(mode) if mode.is_empty() || mode == "none" => return Ok(Ok(())),
            Some(mode) => (known_mode(&mode), body),
            None => return Ok(Ok(())),
        },
        _ => return Ok(Ok(())),
    };
    if is_without_body(request.http_verb()) && !rules.keep_with_get {
        return Ok(Ok(()));
    }
    let content = body.get(mode).unwrap_or(&JsonValue::Null);
    match mode {
        "urlencoded" => add_form(content, rules, request, resolver),
        "formdata" if rules.without_type => {
            Ok(Err("formdata with disabledSystemHeaders content-type".to_owned()))
        }
        "formdata" => {
            add_multipart(content, request, resolver)?;
            Ok(Ok(()))
        }
        "file" => add_file(content, rules, request, resolver),
        "graphql" => {
            let Some(text) = graphql_body(content, resolver)? else { return Ok(Ok(())) };
            add_text(request, &text, rules, "application/json");
            Ok(Ok(()))
        }
        _ => {
            raw(content, body, rules, request, resolver)?;
            Ok(Ok(()))
        }
    }
}

/// Returns a mode's name. An unknown mode is raw.
fn known_mode(mode: &str) -> &'static str {
    let modes = ["urlencoded", "formdata", "file", "graphql"];
    modes.into_iter().find(|known| mode.eq_ignore_ascii_case(known)).unwrap_or("raw")
}

fn raw(
    content: &JsonValue,
    body: &JsonValue,
    rules: &BodyRules,
    request: &mut HttpRequest,
    resolver: &Resolver<'_>,
) -> Result<()> {
    let text = resolver.resolve("body raw", &model::text(content).unwrap_or_default())?;
    if text.is_empty() {
        return Ok(());
    }
    let language = language_of(body);
    let is_json = match language.filter(|language| !language.is_empty()) {
        Some(language) => language == "json",
        None => is_json(request.content_type()),
    };
    let text = if is_json { without_comments(&text) } else { Cow::Borrowed(text.as_str()) };
    let known = LANGUAGES.iter().find(|(name, _)| Some(*name) == language);
    add_text(request, &text, rules, known.map_or("text/plain", |(_, content_type)| content_type));
    Ok(())
}

/// Returns the language of a raw body in Postman's editor.
fn language_of(body: &JsonValue) -> Option<&str> {
    body.get("options")?.get("raw")?.get("language")?.as_str()
}

/// Adds a text, with its content type unless there is one.
fn add_text(request: &mut HttpRequest, text: &str, rules: &BodyRules, content_type: &str) {
    if request.content_type().is_empty() && !rules.without_type {
        request.set_content_type(content_type);
    }
    request.load_body_from_string(text, "utf-8");
}

/// Whether Postman reads a content type as JSON: `application/json`, or `+json` in the first word.
pub(super) fn is_json(content_type: &str) -> bool {
    let Some(rest) = content_type.strip_prefix("application/") else { return false };
    let word = rest.split(char::is_whitespace).next().unwrap_or_default();
    rest.starts_with("json") || word.rmatch_indices("+json").any(|(at, _)| at > 0)
}

/// Removes the comments that Postman allows in JSON.
pub(super) fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("//") && !text.contains("/*") {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let (mut out, mut kept, mut at, mut in_string) = (String::new(), 0, 0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let slashes = bytes[..at].iter().rev().take_while(|b| **b == b'\\').count();
                in_string ^= slashes % 2 == 0;
                at += 1;
            }
            b'/' if !in_string && matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                out.push_str(&text[kept..at]);
                let rest = &text[at + 2..];
                let end = if bytes[at + 1] == b'/' {
                    // The line end is kept; of CR LF only the LF is.
                    rest.find('\n').map(|end| at + 2 + end)
                } else {
                    rest.find("*/").map(|end| at + 2 + end + 2)
                };
                at = end.unwrap_or(text.len());
                kept = at;
            }
            _ => at += 1,
        }
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

/// Sorts pairs as JavaScript sorts the keys of an object, and Postman a form: numbers first, and equal names together.
pub(super) fn sort_as_object<T>(pairs: Vec<(String, T)>) -> Vec<(String, T)> {
    let number = |key: &str| {
        let number: Option<u32> = key.parse().ok();
        number.filter(|number| *number < u32::MAX && number.to_string() == key)
    };
    let mut names: Vec<String> = Vec::new();
    let mut at: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for (key, _) in &pairs {
        if !at.contains_key(key) {
            at.insert(key.clone(), names.len());
            names.push(key.clone());
        }
    }
    let mut pairs = pairs;
    pairs.sort_by_key(|(key, _)| match number(key) {
        Some(number) => (0, number as usize),
        None => (1, at.get(key).copied().unwrap_or_default()),
    });
    pairs
}

fn add_form(
    content: &JsonValue,
    rules: &BodyRules,
    request: &mut HttpRequest,
    resolver: &Resolver<'_>,
) -> Result<Result<(), String>> {
    let mut pairs = Vec::new();
    for (at, pair) in model::query(Some(content)).into_iter().enumerate() {
        if pair.disabled {
            continue;
        }
        let key = pair.key.unwrap_or_else(|| "null".to_owned());
        let field = format!("body urlencoded[{at}] {key}");
        let value = resolver.resolve(&field, &pair.value.unwrap_or_default())?;
        pairs.push((resolver.resolve(&field, &key)?, value));
    }
    if pairs.is_empty() {
        return Ok(Ok(()));
    }
    let pairs = sort_as_object(pairs);
    // Postman replaces another content type.
    let is_form = request.content_type().strip_prefix(FORM);
    let is_form =
        is_form.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
    if rules.without_type && request.content_type().is_empty() || !is_form && !rules.without_type {
        request.set_content_type(if rules.without_type { "" } else { FORM });
    }
    // Params would be sent in the query, or not at all.
    if !request.params_go_to_query() && request.content_type() == FORM {
        for (key, value) in &pairs {
            request.add_param(key, value);
        }
        return Ok(Ok(()));
    }
    if pairs.iter().any(|(key, value)| resolver.is_open(key) || resolver.is_open(value)) {
        let verb = request.http_verb().to_ascii_uppercase();
        return Ok(Err(format!("an open variable in a form that is sent with {verb}")));
    }
    let mut text = String::new();
    for (key, value) in &pairs {
        text.push_str(if text.is_empty() { "" } else { "&" });
        percent::strict(&mut text, key.as_bytes());
        text.push('=');
        percent::strict(&mut text, value.as_bytes());
    }
    request.load_body_from_string(&text, "utf-8");
    Ok(Ok(()))
}

fn add_multipart(
    content: &JsonValue,
    request: &mut HttpRequest,
    resolver: &Resolver<'_>,
) -> Result<()> {
    for (at, field) in model::list(Some(content)).iter().enumerate() {
        if model::is_disabled(field) {
            continue;
        }
        let key = model::text_of(field, "key").unwrap_or_default();
        let field_name = format!("body formdata[{at}] {key}");
        let text = |name: &str| match model::text_of(field, name) {
            Some(text) => resolver.resolve(&field_name, &text).map(Some),
            None => Ok(None),
        };
        let name = resolver.resolve(&field_name, &key)?;
        let content_type = text("contentType")?.filter(|content_type| !content_type.is_empty());
        let filename = text("fileName")?;
        let value = text("value")?.unwrap_or_default();
        if model::text_of(field, "type").as_deref() != Some("file") {
            request.add_part(text_part(name, value, content_type, filename));
            continue;
        }
        let mut sources = Vec::new();
        match model::member(field, "src") {
            Some(JsonValue::Array(list)) => {
                for source in list.iter().filter_map(model::text) {
                    sources.push(resolver.resolve(&field_name, &source)?);
                }
            }
            Some(source) => {
                let source = model::text(source).unwrap_or_default();
                sources.push(resolver.resolve(&field_name, &source)?);
            }
            None => {}
        }
        sources.retain(|source| !source.is_empty());
        if sources.is_empty() && value.is_empty() {
            request.add_part(empty_file(name, filename, content_type));
            continue;
        }
        if sources.is_empty() {
            // The content is in the collection.
            let data = Data::Bytes(decode_base64(&value).into());
            let guess = || filename.as_deref().filter(|name| !name.is_empty()).map(guess_type);
            let content_type = content_type.or_else(guess).unwrap_or_else(|| guess_type(""));
            request.add_part(upload(name, filename.unwrap_or_default(), content_type, data));
            continue;
        }
        for path in sources {
            let last = path.rsplit('/').next().unwrap_or_default().to_owned();
            let content_type = content_type.clone().unwrap_or_else(|| guess_type(&last));
            let data = Data::File(FileSource { path: path.into(), chunk: None });
            let filename = filename.clone().unwrap_or(last);
            request.add_part(upload(name.clone(), filename, content_type, data));
        }
    }
    // Postman replaces any other content type, and one without a boundary. Without parts there is no body.
    let boundary = headers::parameter(request.content_type(), "boundary");
    let is_complete =
        request.content_type().starts_with("multipart/form-data;") && boundary.is_some();
    if !request.parts.is_empty() && !is_complete {
        request.set_content_type("multipart/form-data");
    }
    Ok(())
}

fn upload(name: String, filename: String, content_type: String, data: Data) -> Part {
    let content = Content::Upload { filename, content_type, data };
    Part { name, content, sub_headers: Headers::default() }
}

fn text_part(
    name: String,
    value: String,
    content_type: Option<String>,
    filename: Option<String>,
) -> Part {
    let filename = filename.filter(|name| !name.is_empty());
    match (content_type, filename) {
        (None, None) => {
            Part { name, content: Content::Param(value), sub_headers: Headers::default() }
        }
        (content_type, filename) => {
            let filename = filename.unwrap_or_default();
            let content_type = content_type.unwrap_or_else(|| guess_type(&filename));
            upload(name, filename, content_type, Data::Bytes(value.into_bytes().into()))
        }
    }
}

/// Returns the Content-Disposition of a file field without a file.
pub(super) fn no_file_disposition(name: &str) -> String {
    let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    format!("form-data; name=\"{name}\"; filename=\"\"")
}

/// Returns the part of a file field without a file, which has an empty file name and no content type.
fn empty_file(name: String, filename: Option<String>, content_type: Option<String>) -> Part {
    if let Some(filename) = filename.filter(|name| !name.is_empty()) {
        return text_part(name, String::new(), content_type, Some(filename));
    }
    let mut sub_headers = Headers::default();
    sub_headers.push("Content-Disposition", no_file_disposition(&name));
    if let Some(content_type) = content_type {
        sub_headers.push("Content-Type", &content_type);
    }
    Part { name, content: Content::Param(String::new()), sub_headers }
}

fn add_file(
    content: &JsonValue,
    rules: &BodyRules,
    request: &mut HttpRequest,
    resolver: &Resolver<'_>,
) -> Result<Result<(), String>> {
    let source = match content {
        JsonValue::Object(_) => model::text_of(content, "src"),
        other => model::text(other),
    };
    let source = resolver.resolve("body file", &source.unwrap_or_default())?;
    let encoded = model::text_of(content, "content").unwrap_or_default();
    if !source.is_empty() {
        if request.content_type().is_empty() && !rules.without_type {
            let content_type = guess_type(&source);
            // An open name may get an extension.
            if content_type != guess_type("") || !resolver.is_open(&source) {
                request.set_content_type(&content_type);
            }
        }
        request.load_body_from_file(source);
    } else if !encoded.is_empty() {
        request.load_body_from_bd(decode_base64(&resolver.resolve("body file", &encoded)?));
    }
    Ok(Ok(()))
}

/// Returns the JSON of a GraphQL query as Postman writes it, or `None` if there is no query object.
fn graphql_body(content: &JsonValue, resolver: &Resolver<'_>) -> Result<Option<String>> {
    if !content.is_object() {
        return Ok(None);
    }
    let quoted = |name: &str| -> Result<Option<String>> {
        match content.get(name) {
            Some(JsonValue::String(text)) => {
                let text = resolver.resolve(&format!("body graphql {name}"), text)?;
                Ok(Some(JsonValue::from(text).to_string()))
            }
            Some(other) => Ok(Some(other.to_string())),
            None => Ok(None),
        }
    };
    let variables = match content.get("variables") {
        // A text with JSON, which may be empty.
        Some(JsonValue::String(text)) => {
            let text = resolver.resolve("body graphql variables", text)?;
            (!text.is_empty()).then_some(text)
        }
        Some(other) => Some(resolver.resolve("body graphql variables", &other.to_string())?),
        None => None,
    };
    let mut members = Vec::new();
    for (name, value) in [
        ("query", quoted("query")?),
        ("operationName", quoted("operationName")?),
        ("variables", variables),
    ] {
        if let Some(value) = value {
            members.push(format!("\"{name}\":{value}"));
        }
    }
    Ok(Some(format!("{{{}}}", members.join(","))))
}

/// Decodes base64 as Node does: in both alphabets, ignoring all other characters.
fn decode_base64(text: &str) -> Vec<u8> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let symbol = |c: char| match c {
        '-' => Some('+'),
        '_' => Some('/'),
        c => (c.is_ascii_alphanumeric() || matches!(c, '+' | '/')).then_some(c),
    };
    let mut symbols: String =
        text.split('=').next().unwrap_or_default().chars().filter_map(symbol).collect();
    if symbols.len() % 4 == 1 {
        symbols.pop();
    }
    LENIENT.decode(symbols).unwrap_or_default()
}

/// Whether Postman keeps the order of a form with these names.
pub(super) fn keeps_order<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let numbered: Vec<(String, usize)> = names.map(str::to_owned).zip(0..).collect();
    // This name is special to JavaScript.
    let is_plain = numbered.iter().all(|(name, _)| name != "__proto__");
    is_plain && sort_as_object(numbered).into_iter().map(|(_, at)| at).is_sorted()
}
