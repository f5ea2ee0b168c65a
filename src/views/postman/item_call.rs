//! The call of an item.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::auth::{self, AuthTarget};
use super::collection::Collection;
use super::find::{quoted, shortened};
use super::item::Item;
use super::item_body::{self, BodyRules};
use super::item_parts::{self, verb_of};
use super::item_url::{ItemUrl, PathSegment, ResolvedUrl, decoded, encoded_query, find};
use super::json::JsonValue;
use super::model;
use super::resolver::{MissingVariable, Resolver, Unresolved};
use crate::error::{Error, ErrorKind, Result};
use crate::message::params::RequestBody;
use crate::message::request::HttpRequest;
use crate::text::headers::is_multipart;
use crate::text::percent;
use crate::transport::TlsVersions;
use crate::views::call::Call;
use crate::views::call_options::{CallOptions, CallProxy, ProxyKind};
use crate::views::variables::{Source, Variable};

/// The number of variables without a value in an error.
const MAX_NAMED: usize = 8;

/// Postman's settings for a request (`protocolProfileBehavior`), of the item and its folders. The innermost value of a
/// setting counts.
struct Behavior<'c> {
    layers: Vec<JsonValue>,
    item: &'c Item<'c>,
    /// The method of the item.
    verb: String,
}

impl Behavior<'_> {
    fn get(&self, name: &str) -> Option<&JsonValue> {
        self.layers.iter().find_map(|behavior| model::member(behavior, name))
    }

    fn is(&self, name: &str) -> bool {
        self.flag(name) == Some(true)
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).and_then(JsonValue::as_bool)
    }

    /// Whether a field that Postman adds automatically is turned off.
    fn is_off(&self, header: &str) -> bool {
        let all = self.get("disabledSystemHeaders");
        all.and_then(|all| all.get(header)?.as_bool()) == Some(true)
    }

    /// Sets the options of a call, and refuses settings that are not supported and change the request.
    fn apply(&self, options: &mut CallOptions) -> Result<()> {
        options.redirects.follow = self.flag("followRedirects");
        options.tls.verify = self.flag("strictSSL");
        for (name, field) in [("accept", "Accept"), ("user-agent", "User-Agent")] {
            if self.is_off(name) {
                options.fields.remove(field);
            }
        }
        if let Some(count) = self.get("maxRedirects").and_then(JsonValue::as_u64) {
            options.redirects.max = Some(u32::try_from(count).unwrap_or(u32::MAX));
        }
        let disabled = model::list(self.get("tlsDisabledProtocols"));
        let is_disabled =
            |version: &str| disabled.iter().any(|known| known.as_str() == Some(version));
        options.tls.versions = match (is_disabled("TLSv1_2"), is_disabled("TLSv1_3")) {
            (false, false) => None,
            (true, false) => Some(TlsVersions::Tls13),
            (false, true) => Some(TlsVersions::Tls12),
            (true, true) => {
                return Err(self.item.unsupported("tlsDisabledProtocols without 1.2 and 1.3"));
            }
        };
        let redirects =
            self.flag("followRedirects") != Some(false) && options.redirects.max != Some(0);
        // Redirects of these methods keep the method (RFC 9110 section 15.4).
        let keeps_method = matches!(self.verb.as_str(), "GET" | "HEAD");
        for (name, is_used) in [
            ("followOriginalHttpMethod", redirects && !keeps_method),
            ("followAuthorizationHeader", redirects),
        ] {
            if is_used && self.is(name) {
                // The first redirect that the setting would change ends the call with an error.
                options.redirects.max = Some(0);
            }
        }
        if !model::list(self.get("tlsCipherSelection")).is_empty() {
            return Err(self.item.unsupported("the setting tlsCipherSelection"));
        }
        if self.is_off("host") || self.is_off("content-length") {
            return Err(self.item.unsupported("a request without Host or Content-Length"));
        }
        Ok(())
    }
}

impl Item<'_> {
    fn unsupported(&self, what: &str) -> Error {
        Error::content(&self.error_name(), format!("{what} is not supported"))
    }

    /// Returns the name of the item in errors.
    fn error_name(&self) -> String {
        format!("Postman item {}", quoted(&self.path()))
    }

    /// Returns the values of its variables, the innermost first.
    pub(super) fn resolver(&self) -> Result<Resolver<'_>> {
        let collection: &Collection = self.collection;
        let mut layers: Vec<Cow<'_, [(String, String)]>> = vec![
            Cow::Borrowed(&self.values),
            Cow::Borrowed(&collection.caller_variables),
            Cow::Borrowed(&collection.environment),
        ];
        for entry in collection.ancestors(self.entry) {
            let variables = collection.outline.value(entry, "variable")?;
            layers.push(Cow::Owned(model::variables(Some(&variables))));
        }
        layers.push(Cow::Borrowed(&collection.globals));
        if !collection.unset.is_empty() {
            // The first layer has the values that the item was given.
            for layer in layers.iter_mut().skip(1) {
                layer.to_mut().retain(|(name, _)| !collection.unset.contains(name));
            }
        }
        Ok(Resolver::new(layers, self.unresolved))
    }

    /// Returns the call of this item: its request with the variables filled in, the authorization of the item or of the
    /// innermost folder that has one, and the body as Postman writes it.
    ///
    /// Postman's dynamic variables (`{{$guid}}`, `{{$randomEmail}}` and all others) get a new random value each
    /// time, of the right form.
    ///
    /// No file is opened, and no script is run.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content), with the path of the item:
    ///
    /// * a variable without a value, with its name and field; see [`literal`](Self::literal) and
    ///   [`keep_unresolved`](Self::keep_unresolved),
    /// * variables whose values contain each other,
    /// * a URL that is not valid, or not http or https,
    /// * an authorization or a setting that would change the request and is not supported, or a Transfer-Encoding
    ///   header. A Content-Length is dropped, since the body determines it.
    pub fn call(&self) -> Result<Call> {
        let resolver = self.resolver()?;
        let call = self.build(&resolver).map_err(|err| match err.kind() {
            ErrorKind::Content if err.position().is_none() => {
                let message = err.to_string();
                let message = message.split_once(": ").map_or(message.as_str(), |(_, rest)| rest);
                let message =
                    message.strip_prefix(&format!("{}: ", self.error_name())).unwrap_or(message);
                Error::content(&self.error_name(), message)
            }
            _ => err,
        });
        let mut call = call?;
        let missing = resolver.missing();
        match self.unresolved {
            Unresolved::Refused if !missing.is_empty() => {
                return Err(Error::content(&self.error_name(), no_value(&missing)));
            }
            Unresolved::Open => {
                let mut names = HashSet::new();
                for MissingVariable { name, .. } in missing {
                    if names.insert(name.clone()) {
                        call.variables.push(Variable { name, source: Source::Caller });
                    }
                }
            }
            _ => {}
        }
        Ok(call)
    }

    fn build(&self, resolver: &Resolver<'_>) -> Result<Call> {
        let outline = &self.collection.outline;
        let request_value = self.request()?;
        let mut behavior =
            Behavior { layers: Vec::new(), item: self, verb: verb_of(&request_value) };
        for entry in self.collection.ancestors(self.entry) {
            behavior.layers.push(outline.value(entry, "protocolProfileBehavior")?);
        }
        let mut options = CallOptions::default();
        behavior.apply(&mut options)?;

        let mut request = HttpRequest::new();
        request.set_http_verb(&item_parts::upper(&resolver.resolve("method", &behavior.verb)?));
        let (url, mut target) = self.target(&request_value, resolver)?;
        self.add_headers(&request_value, &mut request, resolver)?;
        let auth = self.auth(&request_value)?;
        let signed =
            AuthTarget { request: &mut request, options: &mut options, query: &mut target.query };
        auth::sign(&auth, resolver, signed)?
            .map_err(|kind| self.unsupported(&format!("authorization by {kind}")))?;
        if request.headers.get("Authorization").is_none() && options.user.is_none() {
            options.user = target.user.take();
        }
        let rules = BodyRules {
            keep_with_get: behavior.is("disableBodyPruning"),
            without_type: behavior.is_off("content-type"),
        };
        let body = request_value.get("body").unwrap_or(&JsonValue::Null);
        item_body::add(body, &rules, &mut request, resolver)?
            .map_err(|what| self.unsupported(&what))?;
        complete_type(&mut request);
        options.proxy = proxy(&request_value);

        let values = url.variable_values();
        let variables = target.fill_path(
            |name, segment| {
                let value = values.get(name).copied();
                let field = || url.field_of_segment(segment);
                path_segment(name, value, field, resolver)
            },
            self.unresolved,
        )?;
        for (name, value) in variables {
            request.set_path_variable(&name, &value);
        }
        let is_encoded = behavior.is("disableUrlEncoding");
        let path = path_and_query(&target, is_encoded);
        if is_encoded && percent::path_and_query(&path) != path {
            return Err(self.unsupported("disableUrlEncoding with a URL that needs encoding"));
        }
        request.set_path(&path);
        let (domain, port, ssl) = self.endpoint(&target, resolver)?;
        Ok(Call { request, domain, port, ssl, options, variables: Vec::new() })
    }

    fn target(
        &self,
        request: &JsonValue,
        resolver: &Resolver<'_>,
    ) -> Result<(ItemUrl, ResolvedUrl)> {
        let url = ItemUrl::read(model::member(request, "url"));
        let text = resolver.resolve_at(&url.text, &|name| url.field_of(name))?;
        if text.trim().is_empty() {
            return Err(Error::content(&self.error_name(), "it has no URL"));
        }
        Ok((url, ResolvedUrl::parse(&text)))
    }

    fn add_headers(
        &self,
        value: &JsonValue,
        request: &mut HttpRequest,
        resolver: &Resolver<'_>,
    ) -> Result<()> {
        let mut fields: Vec<(String, String)> = Vec::new();
        // If a name occurs in several spellings, Postman sends only the fields of the last new one.
        let mut spelled: HashMap<String, String> = HashMap::new();
        let mut seen = HashSet::new();
        for (at, header) in model::headers(value.get("header")).iter().enumerate() {
            let key = header.key.as_deref().unwrap_or_default();
            if header.disabled || key.is_empty() {
                continue;
            }
            let field = format!("header {}", shortened(key));
            let name = resolver.resolve(&format!("header[{at}]"), key)?;
            let given = header.value.as_deref().unwrap_or_default();
            let value = resolver.resolve(&field, given)?;
            match name.to_ascii_lowercase().as_str() {
                "content-type" => {
                    request.set_content_type(&value);
                }
                // The body determines it.
                "content-length" => {}
                "transfer-encoding" => {
                    return Err(self.unsupported("the header Transfer-Encoding"));
                }
                lower => {
                    let name = name.trim();
                    if seen.insert(name.to_owned()) {
                        spelled.insert(lower.trim().to_owned(), name.to_owned());
                    }
                    fields.push((name.to_owned(), value));
                }
            }
        }
        for (name, value) in &fields {
            if spelled.get(&name.to_ascii_lowercase()) != Some(name) {
                continue;
            }
            // There is at most one (RFC 6265 section 5.4).
            let is_cookie = name.eq_ignore_ascii_case("Cookie");
            match is_cookie.then(|| request.headers.get(name)).flatten() {
                Some(before) => {
                    let joined = format!("{before}; {value}");
                    request.headers.set(name, &joined);
                }
                None => request.headers.push(name, value),
            }
        }
        Ok(())
    }

    /// Returns the authorization of the item, or of the innermost folder that has one.
    fn auth(&self, request: &JsonValue) -> Result<JsonValue> {
        Ok(self.find_auth(request)?.map(|(auth, _)| auth).unwrap_or_default())
    }

    /// Returns the authorization of the item, or of the innermost folder that has one, and the index of that entry.
    pub(super) fn find_auth(&self, request: &JsonValue) -> Result<Option<(JsonValue, usize)>> {
        let own = request.get("auth").filter(|auth| auth::kind(auth).is_some());
        if let Some(auth) = own {
            return Ok(Some((auth.clone(), self.entry)));
        }
        for entry in self.collection.ancestors(self.entry) {
            let auth = self.collection.outline.value(entry, "auth")?;
            if auth::kind(&auth).is_some() {
                return Ok(Some((auth, entry)));
            }
        }
        Ok(None)
    }

    fn endpoint(
        &self,
        target: &ResolvedUrl,
        resolver: &Resolver<'_>,
    ) -> Result<(String, u16, bool)> {
        let fail = |why: String| Error::content(&self.error_name(), format!("url: {why}"));
        let scheme = target.scheme.as_deref().unwrap_or("http");
        let authority = &target.authority;
        let is_open = |text: &str| resolver.is_open(text);
        if is_open(authority) || is_open(scheme) {
            let domain = match &target.scheme {
                Some(scheme) => format!("{scheme}://{authority}"),
                None => authority.clone(),
            };
            let ssl = scheme.eq_ignore_ascii_case("https");
            return Ok((domain, if ssl { 443 } else { 80 }, ssl));
        }
        let ssl = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(fail("its scheme is not http or https".to_owned())),
        };
        let colon = authority.rfind(':').filter(|at| {
            !authority[*at..].contains(']') && find(&authority[..=*at], &[':']).is_some()
        });
        let (host, port) = match colon {
            Some(at) => (&authority[..at], &authority[at + 1..]),
            None => (authority.as_str(), ""),
        };
        let port = match port {
            "" if ssl => 443,
            "" => 80,
            port => match port.parse() {
                Ok(port) if port > 0 => port,
                // It may be a part of a password.
                _ => return Err(fail("the port is not a number from 1 to 65535".to_owned())),
            },
        };
        if host.is_empty() {
            return Err(fail("it has no host".to_owned()));
        }
        let domain = if host.contains("{{") { host.to_owned() } else { host.to_ascii_lowercase() };
        Ok((domain, port, ssl))
    }
}

/// Returns the replacement of the path segment `:name`, whose value in the file is `value` if the file lists it.
fn path_segment(
    name: &str,
    value: Option<&str>,
    field: impl FnOnce() -> String,
    resolver: &Resolver<'_>,
) -> Result<PathSegment> {
    let variable = format!("url.variable {}", shortened(name));
    if let Some(value) = resolver.own_value(name).filter(|value| !value.is_empty()) {
        // The caller's value is not decoded.
        return Ok(PathSegment::Value(resolver.resolve(&variable, value)?));
    }
    // Postman lists the variables of a path. Another segment with a colon is text: `/language/:analyze-text`.
    let Some(value) = value else { return Ok(PathSegment::Literal) };
    let value = resolver.resolve(&variable, value)?;
    if value.is_empty() {
        resolver.add_missing(name, field(), true);
        return Ok(PathSegment::Missing);
    }
    // A value that is its own placeholder is text, which Postman sends.
    if value.strip_prefix(':') == Some(name) {
        return Ok(PathSegment::Literal);
    }
    Ok(PathSegment::Value(decoded(&value)))
}

/// Returns path and query. Like Postman, it encodes apostrophes, unless `is_encoded`.
fn path_and_query(target: &ResolvedUrl, is_encoded: bool) -> String {
    let mut path = target.path.clone();
    if let Some(query) = &target.query {
        path.push('?');
        path.push_str(&if is_encoded { query.clone() } else { encoded_query(query) });
    }
    if is_encoded || !path.contains(char::is_control) {
        return path;
    }
    // For example, a line feed at the end of a pasted value.
    let mut out = String::with_capacity(path.len() + 8);
    for c in path.chars() {
        match c.is_control() {
            true => percent::strict(&mut out, c.encode_utf8(&mut [0; 4]).as_bytes()),
            false => out.push(c),
        }
    }
    out
}

/// Adds an empty body to a multipart type without one, which would otherwise become a multipart body without parts.
fn complete_type(request: &mut HttpRequest) {
    let is_multipart = is_multipart(request.content_type());
    let has_body = !request.parts.is_empty() || !matches!(request.body, RequestBody::None);
    if is_multipart && !has_body && !request.params_go_to_query() {
        request.load_body_from_bd(b"");
    }
}

fn proxy(request: &JsonValue) -> Option<CallProxy> {
    let proxy = model::member(request, "proxy").filter(|proxy| !model::is_disabled(proxy))?;
    let host = model::text_of(proxy, "host").filter(|host| !host.is_empty())?;
    let port = model::text_of(proxy, "port").and_then(|port| port.parse().ok()).unwrap_or(8080);
    let (login, password) = (String::new(), String::new());
    Some(CallProxy { kind: ProxyKind::Http, host, port, login, password })
}

/// Names the variables without a value, and their fields.
fn no_value(missing: &[MissingVariable]) -> String {
    let name = |missing: &MissingVariable| match missing.in_path {
        true => format!(":{} in {}", missing.name, missing.field),
        false => format!("{{{{{}}}}} in {}", missing.name, missing.field),
    };
    let named: Vec<String> = missing.iter().take(MAX_NAMED).map(name).collect();
    let more = missing.len().saturating_sub(MAX_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("no value for {}{more}", named.join(", "))
}
