//! A call as an item.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::ITEM;
use super::body::{form_part, is_utf8, loaded};
use super::encoded::for_postman;
use super::url::url;
use crate::error::{Error, Result};
use crate::message::params::{Content, Data, RequestBody};
use crate::message::prepare::FORM;
use crate::message::request::HttpRequest;
use crate::text::headers::{self, is_multipart};
use crate::text::percent;
use crate::views::call::Call;
use crate::views::call_options::{CallOptions, CallProxy, ProxyKind, UserAuth};
use crate::views::postman::item_body::{is_without_body, keeps_order};
use crate::views::postman::item_parts::upper;
use crate::views::postman::json::{JsonValue, object};
use crate::views::postman::resolver::tokens;
use crate::views::variables::{FileForm, Source, placeholder};

/// The members of an object while it is written.
type ItemMembers = Vec<(&'static str, JsonValue)>;

/// Returns variables whose values are their own placeholders.
pub(super) fn literal_variables(names: &[String]) -> JsonValue {
    let variable = |name: &String| object! { "key": name, "value": placeholder(name) };
    names.iter().map(variable).collect::<Vec<_>>().into()
}

fn unsupported(name: &str, what: &str) -> Error {
    Error::content(ITEM, format!("{name:?}: an item of Postman cannot express {what}"))
}

/// Returns the item, and the names in it that look like variables but are text.
pub(super) fn item(call: &Call, name: &str) -> Result<(JsonValue, Vec<String>)> {
    let fail = |what: &str| unsupported(name, what);
    let (call, notes) = for_postman(call).map_err(|what| fail(&what))?;
    let call = &call;
    if let Some(what) = unsupported_feature(call) {
        return Err(fail(what));
    }
    let marked = MarkedRequest::new(call);
    let behavior = behavior(&call.options);
    let removed = &call.options.fields.removed;
    let disabled = ["Accept", "User-Agent"].into_iter().filter(|name| removed.contains(name));
    let disabled = disabled.map(|name| match name {
        "Accept" => ("accept", true.into()),
        _ => ("user-agent", true.into()),
    });
    let disabled = disabled.collect();
    let mut writer = ItemWriter { name, call, marked: &marked, behavior, disabled, notes };
    let request = writer.request()?;
    if !writer.disabled.is_empty() {
        let disabled = JsonValue::object(std::mem::take(&mut writer.disabled));
        writer.behavior.push(("disabledSystemHeaders", disabled));
    }

    let mut literal = Vec::new();
    literal_names(&request, &mut call.variables().into_iter().collect(), &mut literal);
    let mut item: ItemMembers = vec![("name", name.into())];
    if !literal.is_empty() {
        item.push(("variable", literal_variables(&literal)));
    }
    if !writer.behavior.is_empty() {
        item.push(("protocolProfileBehavior", JsonValue::object(writer.behavior)));
    }
    item.push(("request", request));
    item.push(("response", JsonValue::Array(Vec::new())));
    Ok((JsonValue::object(item), literal))
}

struct ItemWriter<'c> {
    name: &'c str,
    call: &'c Call,
    marked: &'c MarkedRequest,
    /// Settings of the item that the request needs.
    behavior: ItemMembers,
    /// The fields that Postman must not add.
    disabled: ItemMembers,
    /// Sentences for the description.
    notes: Vec<String>,
}

impl ItemWriter<'_> {
    fn unsupported(&self, what: &str) -> Error {
        unsupported(self.name, what)
    }

    fn request(&mut self) -> Result<JsonValue> {
        let (call, marked) = (self.call, self.marked);
        // Finds faults, and determines where params are sent, and the content type.
        let prepared = marked.request.prepare()?;
        if prepared.target == "*" {
            return Err(self.unsupported("the path *"));
        }
        let mut request: ItemMembers = vec![("method", call.request.http_verb().into())];
        let mut notes = notes(call);
        let left_out = left_out(&call.options).join(", ");
        if !left_out.is_empty() {
            let text = format!("Not in this item, since Postman sets it elsewhere: {left_out}.");
            notes.insert(0, text);
        }
        notes.append(&mut self.notes);
        if !notes.is_empty() {
            request.push(("description", notes.join("\n\n").into()));
        }
        let mut fields = self.header_fields()?;
        let content_type = prepared.content_type().map(|value| marked.restore(&value));
        let mode = body_mode(call, prepared.body.is_some(), content_type.as_deref());
        let body = self.body(&mode, content_type.as_deref())?;
        if let Some(field) = self.content_type_field(&mode, content_type, body.as_ref())? {
            fields.insert(0, field);
        }
        if body.is_some() && is_without_body(call.request.http_verb()) {
            self.behavior.push(("disableBodyPruning", true.into()));
        }
        request.push(("auth", auth(call)));
        request.push(("header", fields.into()));
        request.extend(body.map(|body| ("body", body)));
        request.extend(self.proxy()?.map(|proxy| ("proxy", proxy)));
        let (url, raw_query) =
            url(call, marked, &prepared.target).map_err(|what| self.unsupported(&what))?;
        if raw_query {
            // Postman would encode it, but zoomkat does not.
            self.behavior.push(("disableUrlEncoding", true.into()));
        }
        request.push(("url", url));
        Ok(JsonValue::object(request))
    }

    /// Returns the header fields, without Content-Type.
    fn header_fields(&self) -> Result<Vec<JsonValue>> {
        let mut fields = Vec::new();
        // Postman only sends the fields with one spelling of a name.
        let mut spelled: HashMap<String, &str> = HashMap::new();
        for (field, value) in self.call.request.headers.iter() {
            let field = *spelled.entry(field.to_ascii_lowercase()).or_insert(field);
            if !value.is_ascii() {
                return Err(self.unsupported(&format!("the value of {field}, which is not ASCII")));
            }
            fields.push(object! { "key": field, "value": value });
        }
        Ok(fields)
    }

    fn body(&self, mode: &BodyMode, content_type: Option<&str>) -> Result<Option<JsonValue>> {
        let (call, request) = (self.call, &self.call.request);
        Ok(match mode {
            BodyMode::None => None,
            BodyMode::Multipart => {
                let value = content_type.unwrap_or_default();
                if headers::without_parameter(value, "boundary") != "multipart/form-data" {
                    return Err(self.unsupported("a multipart type other than multipart/form-data"));
                }
                if request.parts.is_empty() {
                    return Err(self.unsupported("a multipart body without parts"));
                }
                let parts = request.parts.iter().map(|part| form_part(part, call));
                let parts = parts.collect::<Result<Vec<_>, _>>();
                let parts = parts.map_err(|what| self.unsupported(&what))?;
                Some(object! { "mode": "formdata", "formdata": parts })
            }
            BodyMode::Form => {
                let pairs = request.parts.iter().filter_map(|part| match &part.content {
                    Content::Param(value) => Some(object! { "key": &part.name, "value": value }),
                    Content::Upload { .. } => None,
                });
                let pairs: Vec<_> = pairs.collect();
                Some(object! { "mode": "urlencoded", "urlencoded": pairs })
            }
            BodyMode::EncodedForm => Some(object! { "mode": "raw", "raw": self.encoded_form()? }),
            BodyMode::Loaded => match &request.body {
                RequestBody::Loaded { data, .. } => {
                    loaded(data, content_type).map_err(|what| self.unsupported(&what))?
                }
                RequestBody::None => None,
            },
        })
    }

    fn encoded_form(&self) -> Result<String> {
        let mut text = String::new();
        for part in self.marked.request.parts.iter() {
            if let Content::Param(value) = &part.content {
                percent::pair(&mut text, &part.name, value, &self.call.request.charset)
                    .map_err(|why| Error::invalid("charset", why))?;
            }
        }
        if self.marked.restore(&text) != text {
            return Err(self.unsupported("open variables in a form with this order or charset"));
        }
        Ok(text)
    }

    /// Returns the field Content-Type, unless the mode of the body implies it.
    fn content_type_field(
        &mut self,
        mode: &BodyMode,
        content_type: Option<String>,
        body: Option<&JsonValue>,
    ) -> Result<Option<JsonValue>> {
        let in_boundary = matches!(mode, BodyMode::Multipart) && !self.marked.has_boundary();
        let is_implied = matches!(mode, BodyMode::Form) && content_type.as_deref() == Some(FORM);
        match content_type.filter(|_| !in_boundary && !is_implied) {
            Some(value) if !value.is_ascii() => {
                Err(self.unsupported("a content type that is not ASCII"))
            }
            Some(value) => Ok(Some(object! { "key": "Content-Type", "value": value })),
            None => {
                let mode = body.and_then(|body| body.get("mode")?.as_str());
                let adds_type = matches!(mode, Some("raw" | "file"));
                if adds_type && self.call.request.headers.get("Content-Type").is_none() {
                    self.disabled.push(("content-type", true.into()));
                }
                Ok(None)
            }
        }
    }

    fn proxy(&self) -> Result<Option<JsonValue>> {
        let proxy = proxy_for_host(self.call).map_err(|what| self.unsupported(&what))?;
        let Some(proxy) = proxy else { return Ok(None) };
        if proxy.kind != ProxyKind::Http || !proxy.login.is_empty() || !proxy.password.is_empty() {
            return Err(self.unsupported("a proxy other than an HTTP proxy without TLS and login"));
        }
        let (host, port) = (&proxy.host, proxy.port);
        Ok(Some(object! { "match": "*://*/*", "host": host, "port": port }))
    }
}

/// Returns the first feature of a call that an item cannot express.
fn unsupported_feature(call: &Call) -> Option<&'static str> {
    let request = &call.request;
    if let Some(what) = unsupported_file(call) {
        return Some(what);
    }
    if upper(request.http_verb()) != request.http_verb() {
        return Some("a method in small letters");
    }
    if call.options.user_auth == UserAuth::Any {
        return Some("--anyauth; use --digest or --basic");
    }
    (request.http_version() != "1.1").then_some("HTTP/1.0")
}

/// The request with each open variable replaced by a word that no encoding changes, and with empty files, since they
/// are not opened.
pub(super) struct MarkedRequest {
    pub(super) request: HttpRequest,
    /// The start of each word. The index of the variable and a `z` follow.
    start: String,
    /// The placeholders that the words replace.
    names: Vec<String>,
}

impl MarkedRequest {
    fn new(call: &Call) -> MarkedRequest {
        let mut call = Call { domain: String::new(), ..call.clone() };
        let empty = |data: &mut Data| {
            if matches!(data, Data::File(_)) {
                *data = Data::Bytes([].into());
            }
        };
        call.request.change_data(empty);
        let text = format!("{:?}{}", call.request.path(), call.request.get_url_encoded_params());
        let mut start = "zoomkat".to_owned();
        while text.contains(&start) {
            start.push('x');
        }
        let names: Vec<String> = call.variables().into_iter().map(placeholder).collect();
        let word = |at: usize| format!("{start}{at}z").into_bytes().into();
        let values: Vec<(String, Cow<'_, [u8]>)> =
            names.iter().enumerate().map(|(at, name)| (name.clone(), word(at))).collect();
        call.fill(&values);
        MarkedRequest { request: call.request, start, names }
    }

    /// Replaces the words by their placeholders.
    pub(super) fn restore(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(&self.start) {
            let number = &rest[at + self.start.len()..];
            let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
            let name = number[..end].parse().ok().and_then(|at: usize| self.names.get(at));
            match name.filter(|_| number[end..].starts_with('z')) {
                Some(name) => {
                    out.extend([&rest[..at], name]);
                    rest = &number[end + 1..];
                }
                None => {
                    out.push_str(&rest[..at + self.start.len()]);
                    rest = number;
                }
            }
        }
        out.push_str(rest);
        out
    }

    fn has_boundary(&self) -> bool {
        let request = &self.request;
        !request.boundary().is_empty()
            || headers::parameter(request.content_type(), "boundary").is_some_and(|b| !b.is_empty())
    }
}

/// The mode of a body in Postman.
enum BodyMode {
    None,
    Loaded,
    Multipart,
    Form,
    /// A form that Postman would send in another order or charset.
    EncodedForm,
}

fn body_mode(call: &Call, has_body: bool, content_type: Option<&str>) -> BodyMode {
    let request = &call.request;
    if !has_body {
        return BodyMode::None;
    }
    if matches!(request.body, RequestBody::Loaded { .. }) {
        return BodyMode::Loaded;
    }
    if content_type.is_some_and(is_multipart) {
        return BodyMode::Multipart;
    }
    let is_form = content_type.and_then(|value| value.strip_prefix(FORM));
    let is_form = is_form.is_some_and(|rest| rest.is_empty() || rest.starts_with(';'));
    let names = request.parts.iter().map(|part| part.name.as_str());
    if is_form && is_utf8(request) && keeps_order(names) {
        BodyMode::Form
    } else {
        BodyMode::EncodedForm
    }
}

fn auth(call: &Call) -> JsonValue {
    match &call.options.user {
        Some((login, password))
            if !(login.is_empty() && password.is_empty())
                && call.request.headers.get("Authorization").is_none() =>
        {
            let params = vec![
                object! { "key": "username", "value": login, "type": "string" },
                object! { "key": "password", "value": password, "type": "string" },
            ];
            match call.options.user_auth {
                UserAuth::Digest => object! { "type": "digest", "digest": params },
                UserAuth::Basic | UserAuth::Any => object! { "type": "basic", "basic": params },
            }
        }
        // Otherwise the authorization of a folder would replace the header.
        _ => object! { "type": "noauth" },
    }
}

/// Returns the use of a file that an item cannot express, if there is one.
fn unsupported_file(call: &Call) -> Option<&'static str> {
    let files = call.variables.iter().filter(|own| matches!(own.source, Source::File { .. }));
    let files: Vec<_> = files.collect();
    let alone = match (files.as_slice(), &call.request.body) {
        ([file], RequestBody::Loaded { data: Data::Bytes(bytes), .. }) => {
            Some(*file).filter(|file| **bytes == *placeholder(&file.name).as_bytes())
        }
        _ => None,
    };
    match alone.map(|file| &file.source) {
        Some(Source::File { form: FileForm::WithoutLineEnds, .. }) => {
            Some("a file without its line ends, which -d sends; use --data-binary")
        }
        _ if !files.is_empty() => Some("a file that is combined with other text"),
        _ => None,
    }
}

/// Returns the proxy for the host of a call, since a proxy in Postman has no list of other hosts.
fn proxy_for_host(call: &Call) -> Result<Option<&CallProxy>, String> {
    let Some(list) = &call.options.no_proxy else { return Ok(call.options.proxy.as_ref()) };
    match &call.options.proxy {
        Some(_) if crate::net::env_proxy::excludes(list, &call.domain) => Ok(None),
        Some(_) if call.domain.contains("{{") || list.contains("{{") => {
            Err("a proxy with exceptions that contain a variable".to_owned())
        }
        proxy => Ok(proxy.as_ref()),
    }
}

fn behavior(options: &CallOptions) -> ItemMembers {
    let settings = [
        ("followRedirects", options.redirects.follow.map(JsonValue::from)),
        ("maxRedirects", options.redirects.max.map(JsonValue::from)),
        ("strictSSL", options.tls.verify.map(JsonValue::from)),
    ];
    settings.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Returns what Postman does in another way than curl.
fn notes(call: &Call) -> Vec<String> {
    let mut notes = Vec::new();
    let is_cookie = |(name, _): &(&str, &str)| name.eq_ignore_ascii_case("Cookie");
    let headers = &call.request.headers;
    if headers.iter().filter(is_cookie).count() > 1 {
        notes.push("Postman sends the Cookie fields as one, joined by \"; \".".to_owned());
    }
    let is_variable = |value: &str| value.starts_with("{{") && value.ends_with("}}");
    let empty = headers.iter().filter(|(_, value)| is_variable(value)).map(|(name, _)| name);
    let empty: Vec<&str> = empty.collect();
    if call.options.fields.empty_is_removed && !empty.is_empty() {
        let names = empty.join(", ");
        notes.push(format!("curl leaves a field out if its variable is empty: {names}."));
    }
    notes
}

/// Returns the options that an item cannot contain.
fn left_out(options: &CallOptions) -> Vec<&'static str> {
    let settings = [
        ("the trusted roots", options.tls.trusted_roots.is_some()),
        ("the client certificate", options.tls.client_cert.is_some()),
        ("the TLS versions", options.tls.versions.is_some()),
        ("the connect timeout", options.timeouts.connect.is_some()),
        ("the timeout", options.timeouts.total.is_some()),
        ("the hosts without a proxy", options.no_proxy.is_some()),
        ("the output file", options.output.file.is_some()),
        ("the retries", options.retries.is_some()),
        ("the version of IP", options.ip_family.is_some()),
        ("the maximum size of the response", options.max_response_size.is_some()),
        ("the cookie file", options.cookies.jar.is_some()),
    ];
    settings.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect()
}

/// Collects the names in the texts that are not open variables, each once.
fn literal_names<'v>(value: &'v JsonValue, known: &mut HashSet<&'v str>, found: &mut Vec<String>) {
    match value {
        JsonValue::String(text) => {
            for (start, end) in tokens(text) {
                let name = &text[start + 2..end - 2];
                if !name.is_empty() && known.insert(name) {
                    found.push(name.to_owned());
                }
            }
        }
        JsonValue::Array(values) => values.iter().for_each(|v| literal_names(v, known, found)),
        JsonValue::Object(members) => {
            members.iter().for_each(|(_, value)| literal_names(value, known, found));
        }
        _ => {}
    }
}
