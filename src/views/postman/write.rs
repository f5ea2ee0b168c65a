//! From a [`Call`] to a Postman item, and from several to a collection.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::body::{is_without_body, keeps_order};
use super::url::variable_name;
use super::variables::tokens;
use super::write_body::{is_utf8, loaded, part_of};
use super::write_encoded::{as_params, has_encoded};
use crate::error::{Error, Result};
use crate::message::params::{Content, Data, RequestBody};
use crate::message::prepare::FORM;
use crate::message::request::HttpRequest;
use crate::text::headers::{self, is_multipart};
use crate::text::percent;
use crate::views::{Call, FileForm, How, ProxyKind, ProxyOf, Source, placeholder};

/// What is written, in errors.
const ITEM: &str = "Postman item";

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

impl Call {
    /// Writes a Postman item (collection format 2.1): with it Postman, newman and
    /// [`from_postman`](Self::from_postman) send the same bytes, but for the boundary of a multipart body
    /// and the fields that Postman adds by itself (User-Agent, Accept, Accept-Encoding, Connection,
    /// Cache-Control, Postman-Token). A header name that stands in several spellings has the first of them. Postman imports it in a collection: see
    /// [`to_collection`](crate::postman::to_collection).
    ///
    /// Open [variables](Self#variables) stand as `{{NAME}}`. Where one is encoded by curl
    /// (`--data-urlencode`), Postman encodes all the fields of the form, with `%20` for a space. Text that only looks like one is defined as
    /// itself among the variables of the item. Redirects and the check of certificates become settings of the
    /// item. Timeouts, the output file, trusted roots, client certificates, TLS versions and NO_PROXY,
    /// for which Postman has settings of its own but none in an item, are left out, and the item's description names
    /// them; a proxy that NO_PROXY takes from this host is left out, too.
    ///
    /// # Errors
    ///
    /// The faults of the request ([`InvalidRequest`](crate::ErrorKind::InvalidRequest)), and
    /// [`Content`](crate::ErrorKind::Content) for what Postman has no form for:
    ///
    /// * a file that is put together with other text or without its line ends, or a stretch of a file,
    /// * headers of a part but its Content-Type, multipart types but form-data, a multipart body without parts,
    ///   a file name with a slash or with a character beyond U+00FF,
    /// * a method in small letters, which Postman sends in capitals,
    /// * a header value that is not ASCII, HTTP/1.0, the path `*`,
    /// * proxies but plain HTTP ones without a login.
    pub fn to_postman(&self, name: &str) -> Result<String> {
        pretty(&item(self, name)?.0)
    }
}

/// Writes a collection (format 2.1) of several calls, each with its name, as
/// [`Call::to_postman`] writes each.
///
/// ```
/// use zoomkat::{Call, HttpRequest, postman};
///
/// let me = Call::new("api.zoom.us", 443, true, {
///     let mut req = HttpRequest::new();
///     req.set_path("/v2/users/me");
///     req
/// });
/// let json = postman::to_collection("Zoom", &[("Get me", &me)])?;
/// let read = postman::Collection::from_json(&json)?;
/// assert_eq!(read.item("Get me")?.call()?, me);
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// # Errors
///
/// Those of [`Call::to_postman`]; the message starts with the name of the call.
pub fn to_collection(name: &str, calls: &[(&str, &Call)]) -> Result<String> {
    let (mut items, mut literal) = (Vec::with_capacity(calls.len()), Vec::new());
    for (name, call) in calls {
        let (item, own) = item(call, name)?;
        items.push(item);
        literal.extend(own);
    }
    // newman has no variables of items. What is text in one call and open in another stays undefined.
    let open: HashSet<&str> = calls.iter().flat_map(|(_, call)| call.variables()).collect();
    literal.retain(|name| !open.contains(name.as_str()));
    literal.sort();
    literal.dedup();
    let mut collection = json!({ "info": { "name": name, "schema": SCHEMA }, "item": items });
    if !literal.is_empty() {
        collection["variable"] = itself(&literal);
    }
    pretty(&collection)
}

fn pretty(value: &Value) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|err| Error::content(ITEM, err))
}

/// Variables that stand for their own text.
fn itself(names: &[String]) -> Value {
    let variable = |name: &String| json!({ "key": name, "value": placeholder(name) });
    names.iter().map(variable).collect()
}

fn no_form(name: &str, what: &str) -> Error {
    Error::content(ITEM, format!("{name:?}: Postman has no form for {what}"))
}

/// The item, and the names of what in it looks like a variable and is text.
fn item(call: &Call, name: &str) -> Result<(Value, Vec<String>)> {
    let fail = |what: &str| no_form(name, what);
    let mut call = Cow::Borrowed(call);
    if has_encoded(&call) {
        call = Cow::Owned(as_params(&call).map_err(|what| fail(&what))?);
    }
    let call = &*call;
    if let Some(what) = unwritable_file(call) {
        return Err(fail(what));
    }
    if super::parts::upper(&call.request.http_verb) != call.request.http_verb {
        return Err(fail("a method in small letters"));
    }
    if call.request.http_version != "1.1" {
        return Err(fail("HTTP/1.0"));
    }
    let written = Written::new(call);
    // Finds the faults, and says where the params go and what the type is.
    let prepared = written.request.prepare()?;
    if prepared.target == "*" {
        return Err(fail("the path *"));
    }
    let mut behavior = behavior(&call.how);
    let mut request = Map::new();
    request.insert("method".to_owned(), json!(call.request.http_verb));
    let left_out = left_out(&call.how);
    if !left_out.is_empty() {
        let text =
            format!("Not in this item, for Postman sets it elsewhere: {}.", left_out.join(", "));
        request.insert("description".to_owned(), json!(text));
    }

    let mut fields = Vec::new();
    // Postman sends the values of one spelling of a name only.
    let mut spelled: HashMap<String, &str> = HashMap::new();
    for (field, value) in call.request.headers.iter() {
        let field = *spelled.entry(field.to_ascii_lowercase()).or_insert(field);
        if !value.is_ascii() {
            return Err(fail(&format!("the value of {field}, which is not ASCII")));
        }
        fields.push(json!({ "key": field, "value": value }));
    }
    let has_body = prepared.body.is_some();
    let of = prepared.content_type().map(|of| written.back(of));
    let kind = kind_of_body(call, has_body, of.as_deref());
    let body = match kind {
        Kind::None => None,
        Kind::Multipart => {
            let of = of.as_deref().unwrap_or_default();
            if headers::without_parameter(of, "boundary") != "multipart/form-data" {
                return Err(fail("a multipart type but multipart/form-data"));
            }
            if call.request.parts.is_empty() {
                return Err(fail("a multipart body without parts"));
            }
            let parts = call.request.parts.iter().map(|part| part_of(part, call));
            let parts = parts.collect::<Result<Vec<_>, _>>().map_err(|what| fail(&what))?;
            Some(json!({ "mode": "formdata", "formdata": parts }))
        }
        Kind::Form => {
            let pairs = call.request.parts.iter().filter_map(|part| match &part.content {
                Content::Param(value) => Some(json!({ "key": part.name, "value": value })),
                Content::Upload { .. } => None,
            });
            Some(json!({ "mode": "urlencoded", "urlencoded": pairs.collect::<Vec<_>>() }))
        }
        Kind::EncodedForm => {
            let mut text = String::new();
            for part in written.request.parts.iter() {
                if let Content::Param(value) = &part.content {
                    percent::pair(&mut text, &part.name, value, &call.request.charset)
                        .map_err(|why| Error::invalid("charset", why))?;
                }
            }
            if written.back(&text) != text {
                return Err(fail("open variables in a form of this order or charset"));
            }
            Some(json!({ "mode": "raw", "raw": text }))
        }
        Kind::Loaded => match &call.request.body {
            RequestBody::Loaded { data, .. } => {
                loaded(data, of.as_deref()).map_err(|what| fail(&what))?
            }
            RequestBody::None => None,
        },
    };
    let in_boundary = matches!(kind, Kind::Multipart) && !written.has_boundary();
    let is_implied = matches!(kind, Kind::Form) && of.as_deref() == Some(FORM);
    match of.filter(|_| !in_boundary && !is_implied) {
        Some(of) if !of.is_ascii() => return Err(fail("a content type that is not ASCII")),
        Some(of) => fields.insert(0, json!({ "key": "Content-Type", "value": of })),
        None if body
            .as_ref()
            .is_some_and(|body| body["mode"] == "raw" || body["mode"] == "file")
            && call.request.headers.get("Content-Type").is_none() =>
        {
            behavior.insert("disabledSystemHeaders".to_owned(), json!({ "content-type": true }));
        }
        None => {}
    }
    if body.is_some() && is_without_body(&call.request.http_verb) {
        behavior.insert("disableBodyPruning".to_owned(), json!(true));
    }

    request.insert("auth".to_owned(), auth(call));
    request.insert("header".to_owned(), Value::Array(fields));
    if let Some(body) = body {
        request.insert("body".to_owned(), body);
    }
    if let Some(proxy) = proxy_of(call).map_err(|what| fail(&what))? {
        if proxy.kind != ProxyKind::Http || !proxy.login.is_empty() || !proxy.password.is_empty() {
            return Err(fail("this proxy"));
        }
        let proxy = json!({ "match": "*://*/*", "host": proxy.host, "port": proxy.port });
        request.insert("proxy".to_owned(), proxy);
    }
    let (url, raw_query) = url(call, &written, &prepared.target).map_err(|what| fail(&what))?;
    if raw_query {
        // Postman would encode it, and zoomkat does not.
        behavior.insert("disableUrlEncoding".to_owned(), json!(true));
    }
    request.insert("url".to_owned(), url);

    let request = Value::Object(request);
    let mut literal = Vec::new();
    literal_names(&request, &mut call.variables().into_iter().collect(), &mut literal);
    let mut item = Map::new();
    item.insert("name".to_owned(), json!(name));
    if !literal.is_empty() {
        item.insert("variable".to_owned(), itself(&literal));
    }
    if !behavior.is_empty() {
        item.insert("protocolProfileBehavior".to_owned(), Value::Object(behavior));
    }
    item.insert("request".to_owned(), request);
    item.insert("response".to_owned(), json!([]));
    Ok((Value::Object(item), literal))
}

/// The request with a word for each open variable, which no encoding changes, and without the content of
/// files, which are not opened.
struct Written {
    request: HttpRequest,
    /// What each word starts with; the number of the variable and a `z` follow.
    start: String,
    /// What the words stand for.
    names: Vec<String>,
}

impl Written {
    fn new(call: &Call) -> Written {
        let mut call = Call { domain: String::new(), ..call.clone() };
        let empty = |data: &mut Data| {
            if matches!(data, Data::File(_)) {
                *data = Data::Bytes([].into());
            }
        };
        call.request.change_data(empty);
        let text = format!("{:?}{}", call.request.path, call.request.get_url_encoded_params());
        let mut start = "zoomkat".to_owned();
        while text.contains(&start) {
            start.push('x');
        }
        let names: Vec<String> = call.variables().into_iter().map(placeholder).collect();
        let word = |at: usize| format!("{start}{at}z").into_bytes().into();
        let values: Vec<(String, Cow<'_, [u8]>)> =
            names.iter().enumerate().map(|(at, name)| (name.clone(), word(at))).collect();
        call.fill(&values);
        Written { request: call.request, start, names }
    }

    /// The text with the variables again.
    fn back(&self, text: &str) -> String {
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
        !request.boundary.is_empty()
            || headers::parameter(&request.content_type, "boundary").is_some_and(|b| !b.is_empty())
    }
}

/// Which of Postman's modes says what the body is.
enum Kind {
    None,
    Loaded,
    Multipart,
    Form,
    /// A form that Postman would put in another order, or in another charset.
    EncodedForm,
}

fn kind_of_body(call: &Call, has_body: bool, of: Option<&str>) -> Kind {
    let request = &call.request;
    if !has_body {
        return Kind::None;
    }
    if matches!(request.body, RequestBody::Loaded { .. }) {
        return Kind::Loaded;
    }
    if of.is_some_and(is_multipart) {
        return Kind::Multipart;
    }
    let is_form = of.and_then(|of| of.strip_prefix(FORM));
    let is_form = is_form.is_some_and(|rest| rest.is_empty() || rest.starts_with(';'));
    let names = request.parts.iter().map(|part| part.name.as_str());
    if is_form && is_utf8(request) && keeps_order(names) { Kind::Form } else { Kind::EncodedForm }
}

fn auth(call: &Call) -> Value {
    match &call.how.user {
        Some((login, password))
            if !login.is_empty() && call.request.headers.get("Authorization").is_none() =>
        {
            json!({ "type": "basic", "basic": [
                { "key": "username", "value": login, "type": "string" },
                { "key": "password", "value": password, "type": "string" },
            ]})
        }
        // That of a folder would replace the header.
        _ => json!({ "type": "noauth" }),
    }
}

/// The file that is put in and cannot be, if there is one.
fn unwritable_file(call: &Call) -> Option<&'static str> {
    let files = call.variables.iter().filter(|own| matches!(own.source, Source::File { .. }));
    let files: Vec<_> = files.collect();
    let alone = match (files.as_slice(), &call.request.body) {
        ([file], RequestBody::Loaded { data: Data::Bytes(bytes), .. }) => {
            Some(*file).filter(|file| **bytes == *placeholder(&file.name).as_bytes())
        }
        _ => None,
    };
    match alone.map(|file| &file.source) {
        Some(Source::File { form: FileForm::WithoutLineEnds, .. }) => Some(
            "a file without its line ends, which is what -d sends of one; what --data-binary sends has one",
        ),
        _ if !files.is_empty() => Some("a file that is put together with other text"),
        _ => None,
    }
}

/// The proxy that the call goes through; Postman has no list of hosts beside it.
fn proxy_of(call: &Call) -> Result<Option<&ProxyOf>, String> {
    let Some(list) = &call.how.no_proxy else { return Ok(call.how.proxy.as_ref()) };
    match &call.how.proxy {
        Some(_) if crate::net::env_proxy::excludes(list, &call.domain) => Ok(None),
        Some(_) if call.domain.contains("{{") || list.contains("{{") => {
            Err("a proxy that is not used for some hosts, where a variable says which".to_owned())
        }
        proxy => Ok(proxy.as_ref()),
    }
}

fn behavior(how: &How) -> Map<String, Value> {
    let mut behavior = Map::new();
    let settings = [
        ("followRedirects", how.follow_redirects.map(Value::from)),
        ("maxRedirects", how.max_redirects.map(Value::from)),
        ("strictSSL", how.verify.map(Value::from)),
    ];
    for (name, value) in settings {
        if let Some(value) = value {
            behavior.insert(name.to_owned(), value);
        }
    }
    behavior
}

/// The settings that Postman has no place for in an item.
fn left_out(how: &How) -> Vec<&'static str> {
    let settings = [
        ("the trusted roots", how.trusted_roots.is_some()),
        ("the client certificate", how.client_cert.is_some()),
        ("the TLS versions", how.tls_versions.is_some()),
        ("the timeout of connecting", how.connect_timeout.is_some()),
        ("the timeout", how.total_timeout.is_some()),
        ("where no proxy is used", how.no_proxy.is_some()),
        ("the output file", how.output_file.is_some()),
    ];
    settings.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect()
}

/// The URL, and whether its query is to go out with no more encoding.
fn url(call: &Call, written: &Written, target: &str) -> Result<(Value, bool), String> {
    let base = call.base_url();
    if !call.domain.contains("{{") && call.domain.contains(['/', '?', '#', '@', '\\', ' ']) {
        return Err("a host that is a URL".to_owned());
    }
    // A name that Postman reads otherwise than zoomkat is filled in.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let variables = &written.request.path_variables;
    let keeps = variables.iter().all(|(name, _)| !name.is_empty() && name.chars().all(is_plain));
    let query = target.split_once('?').map(|(_, query)| query);
    let path = match keeps && !variables.is_empty() {
        true => {
            let path = percent::path_and_query(&written.request.path);
            path.split('?').next().unwrap_or_default().to_owned()
        }
        false => target.split('?').next().unwrap_or_default().to_owned(),
    };
    let path = written.back(&path);
    let mut url = Map::new();
    let mut raw = format!("{base}{path}");
    if let Some(query) = query {
        raw.extend(["?", &written.back(query)]);
    }
    url.insert("raw".to_owned(), json!(raw));
    let rest = match base.split_once("://") {
        Some((scheme, rest)) => {
            url.insert("protocol".to_owned(), json!(scheme));
            rest
        }
        None => base.as_str(),
    };
    let colon = rest.rfind(':').filter(|at| !rest[*at..].contains([']', '}']));
    let (host, port) = match colon {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    url.insert("host".to_owned(), host_parts(host));
    if let Some(port) = port {
        url.insert("port".to_owned(), json!(port));
    }
    let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(&path).split('/').collect();
    url.insert("path".to_owned(), json!(segments));
    if let Some(query) = query {
        url.insert("query".to_owned(), query_of(query, written));
    }
    let mut values: Vec<Value> = Vec::new();
    let (mut known, mut seen) = (HashMap::new(), HashSet::new());
    for (name, value) in variables.iter().filter(|_| keeps) {
        known.entry(name.as_str()).or_insert(value);
    }
    for name in segments.iter().filter_map(|segment| variable_name(segment)) {
        if !seen.insert(name) {
            continue;
        }
        let value = match known.get(name) {
            Some(value) => {
                let mut encoded = String::new();
                percent::strict(&mut encoded, value.as_bytes());
                written.back(&encoded)
            }
            // The text is meant.
            None => format!(":{name}"),
        };
        values.push(json!({ "key": name, "value": value }));
    }
    if !values.is_empty() {
        url.insert("variable".to_owned(), Value::Array(values));
    }
    let raw_query = query.is_some_and(|query| query.contains('\''));
    if raw_query && raw.contains("{{") {
        return Err("an apostrophe in a query beside open variables".to_owned());
    }
    Ok((Value::Object(url), raw_query))
}

/// The host at its dots, but not at those in names of variables.
fn host_parts(host: &str) -> Value {
    json!(super::url::split(host, '.'))
}

fn query_of(query: &str, written: &Written) -> Value {
    let count = query.split('&').count();
    let pairs = query.split('&').enumerate().map(|(at, pair)| match pair.split_once('=') {
        Some((key, value)) => json!({ "key": written.back(key), "value": written.back(value) }),
        None if pair.is_empty() && at + 1 < count => json!({ "key": null, "value": null }),
        None => json!({ "key": written.back(pair), "value": null }),
    });
    pairs.collect()
}

/// The names of `{{name}}` in the texts that are no open variables of the call, each once.
fn literal_names<'v>(value: &'v Value, known: &mut HashSet<&'v str>, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            for (start, end) in tokens(text) {
                let name = &text[start + 2..end - 2];
                if !name.is_empty() && known.insert(name) {
                    found.push(name.to_owned());
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|v| literal_names(v, known, found)),
        Value::Object(members) => members.values().for_each(|v| literal_names(v, known, found)),
        _ => {}
    }
}
