//! The settings of the quick methods, and what they add to a request.

use super::class::Http;
use super::urls::UrlVars;
use crate::message::request::HttpRequest;
use crate::text::headers;

/// Settings that only the quick methods use.
#[derive(Clone)]
pub(super) struct QuickSettings {
    pub(super) url_vars: UrlVars,
    accept: String,
    allow_gzip: bool,
    pub(super) keep_response_body: bool,
}

impl Default for QuickSettings {
    fn default() -> Self {
        let accept = "*/*".to_owned();
        QuickSettings {
            url_vars: UrlVars::default(),
            accept,
            allow_gzip: true,
            keep_response_body: false,
        }
    }
}

impl Http {
    /// A request with what Chilkat adds to each that has no `HttpRequest`.
    pub(super) fn quick(&self, verb: &str) -> HttpRequest {
        let mut req = HttpRequest::new();
        req.set_http_verb(verb);
        let headers = &self.transport.settings.headers;
        let settings = &self.quick_settings;
        let is_set = |name: &str| headers.get(name).is_some();
        if !settings.accept.is_empty() && !is_set("Accept") {
            req.add_header("Accept", &settings.accept);
        }
        if !is_set("Accept-Encoding") {
            // Without the header a server may choose any coding; an empty one asks for none (RFC 9110
            // section 12.5.3).
            let codings = if settings.allow_gzip { "gzip" } else { "" };
            req.add_header("Accept-Encoding", codings);
        }
        req
    }

    /// Gives a request whose caller named no content type that of `set_request_header`, if one is
    /// set, instead of the method's own.
    pub(super) fn take_set_type(&self, req: &mut HttpRequest, charset: &str) {
        let Some(set) = self.transport.settings.headers.get("Content-Type") else { return };
        let charset = if charset.is_empty() { "utf-8" } else { charset };
        // A server decodes the text by this charset, so it must be that of the bytes. Without one it
        // takes the text for UTF-8.
        let named = headers::parameter(set, "charset");
        let is_right = named.as_deref().unwrap_or("utf-8").eq_ignore_ascii_case(charset);
        req.set_content_type(set).set_charset(charset).set_send_charset(!is_right);
    }
}

/// Settings of the quick methods.
impl Http {
    /// What `{$name}` in the URLs of quick methods stands for.
    ///
    /// The value is percent-encoded as one path segment or query value, `/` included. A variable
    /// that was not set is refused when a URL uses it; before the query so is one that is empty, `.`
    /// or `..`, which would change the route.
    ///
    /// ```no_run
    /// let mut http = zoomkat::chilkat::Http::new();
    /// http.set_url_var("userId", "jchill@example.com");
    /// let user = http.quick_get_str("https://api.zoom.us/v2/users/{$userId}")?;
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    #[doc(alias = "SetUrlVar")]
    pub fn set_url_var(&mut self, name: &str, value: &str) -> &mut Self {
        self.quick_settings.url_vars.set(name, value);
        self
    }

    /// Forgets the variables of [`set_url_var`](Self::set_url_var).
    #[doc(alias = "ClearUrlVars")]
    pub fn clear_url_vars(&mut self) -> &mut Self {
        self.quick_settings.url_vars = UrlVars::default();
        self
    }

    /// The Accept of quick methods. Default `*/*`.
    #[doc(alias = "Accept")]
    pub fn accept(&self) -> &str {
        &self.quick_settings.accept
    }

    /// Sets the Accept of quick methods; `""` sends none. A call with an `HttpRequest` of the
    /// caller's does not get it: use [`HttpRequest::add_header`].
    #[doc(alias = "put_Accept")]
    pub fn set_accept(&mut self, accept: &str) -> &mut Self {
        self.quick_settings.accept = accept.trim_matches([' ', '\t']).into();
        self
    }

    /// Whether quick methods ask for compressed bodies. Default true.
    #[doc(alias = "get_AllowGzip")]
    #[doc(alias = "AllowGzip")]
    pub fn allow_gzip(&self) -> bool {
        self.quick_settings.allow_gzip
    }

    /// Sets whether quick methods ask for compressed bodies: with `Accept-Encoding: gzip` if `allow`,
    /// else with an empty `Accept-Encoding`, which asks for none. A body that is compressed anyway
    /// is decompressed. A call with an `HttpRequest` of the caller's gets neither, and neither goes
    /// out where [`set_request_header`](Self::set_request_header) has an `Accept-Encoding`.
    #[doc(alias = "put_AllowGzip")]
    pub fn set_allow_gzip(&mut self, allow: bool) -> &mut Self {
        self.quick_settings.allow_gzip = allow;
        self
    }

    /// Whether [`last_response_body`](Self::last_response_body) is kept. Default false.
    #[doc(alias = "get_KeepResponseBody")]
    #[doc(alias = "KeepResponseBody")]
    pub fn keep_response_body(&self) -> bool {
        self.quick_settings.keep_response_body
    }

    /// Sets whether calls of a URL keep the body, as text, for
    /// [`last_response_body`](Self::last_response_body): also what came instead of a download.
    #[doc(alias = "put_KeepResponseBody")]
    pub fn set_keep_response_body(&mut self, keep: bool) -> &mut Self {
        self.quick_settings.keep_response_body = keep;
        self
    }
}
