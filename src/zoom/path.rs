//! The path of an operation as Zoom's documentation writes it, and its variables.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::message::request::HttpRequest;
use crate::redact::push_masked;
use crate::text::percent;
use crate::zoom::error::{Error, Result};

/// The path of a call, its variables and its query.
///
/// The template is written as in Zoom's documentation, with `{name}` or `:name` for a variable and with or
/// without `/v2`. A path without variables can be a plain `&str`.
///
/// ```
/// use zoomkat::zoom;
///
/// zoom::path("/users/{userId}/meetings")
///     .with("userId", "jchill@example.com")
///     .query("type", "scheduled");
/// ```
///
/// A value is always one segment: everything but `A-Z a-z 0-9 - . _ ~` is percent-encoded (RFC 3986). A
/// meeting UUID that starts with `/` or contains `//` is encoded twice, as Zoom requires
/// ([Double-encoding](https://developers.zoom.us/docs/api/using-zoom-apis/)). The client refuses a variable
/// without a value, a value that is empty, `.` or `..`, and a value for a variable that the template does
/// not have, before it sends anything.
#[must_use]
#[derive(Clone, PartialEq, Eq)]
pub struct ApiPath {
    template: String,
    variables: Vec<(String, String)>,
    query: Vec<(String, String)>,
}

/// Returns an [`ApiPath`] for a template.
pub fn path(template: impl Into<String>) -> ApiPath {
    ApiPath { template: template.into(), variables: Vec::new(), query: Vec::new() }
}

impl From<&str> for ApiPath {
    fn from(template: &str) -> ApiPath {
        path(template)
    }
}

impl From<String> for ApiPath {
    fn from(template: String) -> ApiPath {
        path(template)
    }
}

impl From<&ApiPath> for ApiPath {
    fn from(path: &ApiPath) -> ApiPath {
        path.clone()
    }
}

impl ApiPath {
    /// Sets the value of the variable `name`. Convert a number to a string first; the bound keeps a JSON
    /// value, quoted or `null`, out of the path.
    pub fn with(mut self, name: &str, value: impl AsRef<str>) -> ApiPath {
        self.variables.push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Adds a query parameter after those of the template.
    pub fn query(mut self, name: &str, value: impl std::fmt::Display) -> ApiPath {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// Replaces the query parameters of this name, including those that are percent-encoded in the
    /// template.
    pub(crate) fn with_query(mut self, name: &str, value: &str) -> ApiPath {
        self.query.retain(|(given, _)| given != name);
        if let Some((path, query)) = self.template.split_once('?') {
            let is_other = |pair: &&str| decode(pair.split('=').next().unwrap_or_default()) != name;
            let others: Vec<&str> = query.split('&').filter(is_other).collect();
            self.template = match others.is_empty() {
                true => path.to_owned(),
                false => format!("{path}?{}", others.join("&")),
            };
        }
        self.query(name, value)
    }

    /// Returns the decoded value of the first query parameter of this name.
    pub(crate) fn query_value(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, query) = self.template.split_once('?').unwrap_or_default();
        let written = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let written = written.map(|(given, value)| (decode(given), decode(value)));
        let added = self.query.iter();
        let added = added.map(|(given, value)| (given.as_str().into(), value.as_str().into()));
        written.chain(added).find(|(given, _)| given == name).map(|(_, value)| value)
    }

    pub(crate) fn request(&self, verb: &str) -> Result<HttpRequest> {
        let (path, query) = match self.template.find('?') {
            Some(at) => self.template.split_at(at),
            None => (self.template.as_str(), ""),
        };
        if path.contains("://") {
            let why =
                "it is a URL; pass only the path, such as /users, and set the host by base_url";
            return Err(Error::invalid("path", why));
        }
        let mut filled = String::new();
        for segment in path.trim_start_matches('/').split('/') {
            filled.push('/');
            let braced = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            match braced.or(segment.strip_prefix(':')) {
                Some(name) if !self.variables.iter().any(|(given, _)| given == name) => {
                    let why = format_args!("{segment} has no value; set one by with({name:?}, ..)");
                    return Err(Error::invalid("path", why));
                }
                Some(name) => filled.extend([":", name]),
                None => filled.push_str(segment),
            }
        }
        // The other APIs have their own roots.
        let root = filled.split('/').nth(1);
        let is_rooted = matches!(root, Some("v2" | "scim2" | "oauth"));
        let version = if is_rooted { "" } else { "/v2" };
        let mut req = HttpRequest::new();
        req.set_http_verb(verb).set_path(format!("{version}{filled}{query}"));
        for (name, value) in &self.variables {
            req.set_path_variable(name, value);
        }
        // If there is a body, params go to the query. A POST without a body would send them as a form.
        for (name, value) in &self.query {
            req.add_param(name, value);
        }
        Ok(req)
    }
}

fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Returns the value encoded once, if it must be encoded twice in total.
pub(crate) fn double_encoded(name: &str, value: &str) -> Option<String> {
    if !value.starts_with('/') && !value.contains("//") {
        return None;
    }
    // If the name does not show that the value is a meeting's, 16 bytes in base64 are a UUID. Users have
    // no UUIDs.
    let name = name.to_ascii_lowercase();
    let is_named = ["uuid", "meeting", "webinar", "session"].iter().any(|n| name.contains(n));
    let is_uuid = !name.contains("user")
        && value.len() == 24
        && value.ends_with("==")
        && value[..22].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'/' || b == b'+');
    (is_named || is_uuid).then(|| {
        let mut once = String::new();
        percent::strict(&mut once, value.as_bytes());
        once
    })
}

/// Shows the names of variables and query parameters, not their values.
impl std::fmt::Debug for ApiPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = |list: &[(String, String)]| -> Vec<String> {
            list.iter().map(|(name, _)| name.clone()).collect()
        };
        let mut template = String::new();
        push_masked(&mut template, &self.template);
        f.debug_struct("ApiPath")
            .field("template", &template)
            .field("variables", &names(&self.variables))
            .field("query", &names(&self.query))
            .finish()
    }
}
