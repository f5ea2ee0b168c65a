//! Settings of the quick methods, and the requests that they make.

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
    /// A request with the headers that Chilkat adds to each call without an `HttpRequest`.
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

    /// Replaces the default content type of a request with the one set by `set_request_header`, if any.
    pub(super) fn use_header_type(&self, req: &mut HttpRequest, charset: &str) {
        let Some(set) = self.transport.settings.headers.get("Content-Type") else { return };
        let charset = if charset.is_empty() { "utf-8" } else { charset };
        // A server decodes the text by this charset, so it must match the bytes. Without one, the server
        // assumes UTF-8.
        let charset_of_header = headers::parameter(set, "charset");
        let is_right =
            charset_of_header.as_deref().unwrap_or("utf-8").eq_ignore_ascii_case(charset);
        req.set_content_type(set).set_charset(charset).set_send_charset(!is_right);
    }
}

/// Settings of the quick methods.
impl Http {
    /// Sets the value of `{$name}` in the URLs of quick methods.
    ///
    /// The value is percent-encoded as one path segment or query value, `/` included. A URL with a variable
    /// that is not set is refused, as is one whose path has a variable that is empty, `.`
    /// or `..`, which would change the path.
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

    /// Removes the variables of [`set_url_var`](Self::set_url_var).
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

    /// Sets the Accept of quick methods. `""` sends none. It is not added to an `HttpRequest`; use
    /// [`HttpRequest::add_header`].
    #[doc(alias = "put_Accept")]
    pub fn set_accept(&mut self, accept: &str) -> &mut Self {
        self.quick_settings.accept = accept.into();
        self
    }

    /// Whether quick methods ask for compressed bodies. Default true.
    #[doc(alias = "get_AllowGzip")]
    #[doc(alias = "AllowGzip")]
    pub fn allow_gzip(&self) -> bool {
        self.quick_settings.allow_gzip
    }

    /// Sets whether quick methods ask for compressed bodies. If false, they send an empty `Accept-Encoding`, which asks
    /// for none, instead of `Accept-Encoding: gzip`. A body that is compressed anyway
    /// is decompressed. Neither is sent with an `HttpRequest`, or if
    /// [`set_request_header`](Self::set_request_header) set an `Accept-Encoding`.
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

    /// Sets whether quick methods keep the body, as text, for
    /// [`last_response_body`](Self::last_response_body), including the response to a failed download.
    #[doc(alias = "put_KeepResponseBody")]
    pub fn set_keep_response_body(&mut self, keep: bool) -> &mut Self {
        self.quick_settings.keep_response_body = keep;
        self
    }
}
