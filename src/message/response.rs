//! HTTP responses.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;

use super::response_head::{Cookie, Head};
use crate::error::{Error, ErrorKind, Result};
use crate::redact::{masked_json_error, shortened};
use crate::text::{charset, file};
use crate::text::{headers, percent};
use crate::trace::TlsFacts;
use crate::trace::Trace;

/// A response: status, header and body.
///
/// Most methods have Chilkat's names in snake case. Look-ups return an `Option`; indexes count from 0.
/// A body in gzip or deflate is decoded; the header is unchanged.
///
/// ```no_run
/// # let (http, req) = (zoomkat::Transport::new(), zoomkat::HttpRequest::new());
/// let resp = http.send(&req)?.error_for_status()?;
/// if let Some(id) = resp.get_header_field("x-request-id") {
///     println!("request id: {id}");
/// }
/// let user: serde_json::Value = resp.json()?;
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// `Debug` shows only the status line, the names of the header fields, the domain and the size of the body.
#[derive(Clone)]
#[doc(alias = "CkHttpResponse")]
pub struct HttpResponse {
    pub(crate) record: Arc<Record>,
    pub(crate) body: Vec<u8>,
    /// The length of the decoded body, which may have been written to a file.
    pub(crate) content_length: u64,
}

/// The record of a call that has a response, without the body.
pub(crate) struct Record {
    pub(crate) head: Head,
    pub(crate) domain: String,
    /// Whether a redirect was followed.
    pub(crate) redirected: bool,
    /// The URL that the last redirect named, followed or not.
    pub(crate) final_redirect_url: String,
    pub(crate) received: SystemTime,
    pub(crate) tls: Option<Arc<TlsFacts>>,
    pub(crate) trace: Option<Trace>,
    /// Whether the server may have acted on the request.
    pub(crate) acted_on: bool,
}

impl Record {
    /// Returns an error about the response, with the trace of the call that got it.
    pub(crate) fn with_trace(&self, err: Error) -> Error {
        let trace = self.trace.as_ref().map(|trace| trace.text(Some(&err)));
        err.with_trace(trace.unwrap_or_default())
    }

    pub(crate) fn trace_text(&self) -> String {
        self.trace.as_ref().map(|trace| trace.text(None)).unwrap_or_default()
    }
}

/// An empty response: status 0, no header, no body.
impl Default for HttpResponse {
    fn default() -> Self {
        let record = Record {
            head: Head::default(),
            domain: String::new(),
            redirected: false,
            final_redirect_url: String::new(),
            received: SystemTime::now(),
            tls: None,
            trace: None,
            acted_on: false,
        };
        HttpResponse { record: Arc::new(record), body: Vec::new(), content_length: 0 }
    }
}

impl HttpResponse {
    /// Returns an empty response: status 0, no header, no body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The status code (RFC 9110 section 15), such as 204.
    #[doc(alias = "status")]
    #[doc(alias = "get_StatusCode")]
    #[doc(alias = "StatusCode")]
    pub fn status_code(&self) -> u16 {
        self.record.head.status
    }

    /// Whether the status is 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status_code())
    }

    /// Returns the response, or an error if the status is 400 or above. The error drops the body; where the body
    /// says what is wrong, check [`is_success`](Self::is_success) instead.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Status`]: [`Error::status`] is the status. The message has the request's verb and URL, without
    /// the values of the query, and the reason phrase, but nothing of the body.
    pub fn error_for_status(self) -> Result<HttpResponse> {
        if self.status_code() < 400 {
            return Ok(self);
        }
        let reason = shortened(self.status_text().to_owned());
        let blank = if reason.is_empty() { "" } else { " " };
        let status = self.status_code();
        let call = self.record.trace.as_ref().map(|trace| format!("{}: ", trace.title()));
        let message = format!("{}{status}{blank}{reason}", call.unwrap_or_default());
        let err = Error::new(ErrorKind::Status, message).with_status(status);
        let err = if self.record.acted_on { err.after_response() } else { err };
        Err(self.record.with_trace(err))
    }

    /// The status line, such as `HTTP/1.1 204 No Content`.
    #[doc(alias = "StatusLine")]
    #[doc(alias = "statusLine")]
    pub fn status_line(&self) -> &str {
        self.record.head.status_line()
    }

    /// The reason phrase, such as `No Content`, or empty.
    #[doc(alias = "StatusText")]
    #[doc(alias = "statusText")]
    pub fn status_text(&self) -> &str {
        self.record.head.reason()
    }

    /// The header as received, without the status line: case, order and duplicates are kept, and each line ends with
    /// CRLF.
    #[doc(alias = "Header")]
    pub fn header(&self) -> &str {
        self.record.head.header()
    }

    /// The body as text.
    ///
    /// The charset is taken from a byte order mark, else from `charset=` in the Content-Type, else it is UTF-8 if
    /// the body is valid UTF-8, else windows-1252. Invalid bytes become U+FFFD.
    #[doc(alias = "text")]
    #[doc(alias = "BodyStr")]
    #[doc(alias = "bodyStr")]
    pub fn body_str(&self) -> Cow<'_, str> {
        charset::decode(
            &self.body,
            self.get_header_field_attr("Content-Type", "charset").as_deref(),
        )
    }

    /// The decoded body. Empty if it was streamed to a file.
    #[doc(alias = "bytes")]
    #[doc(alias = "get_Body")]
    #[doc(alias = "Body")]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the decoded body without copying it.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// Deserializes the body from JSON.
    ///
    /// ```no_run
    /// # let resp = zoomkat::HttpResponse::new();
    /// #[derive(serde::Deserialize)]
    /// struct User { id: String, email: String }
    /// let user: User = resp.json()?;
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Body`] if it is not JSON or not a `T`. The message has line and column, but no value.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.body_str()).map_err(|err| {
            let status = self.record.head.status;
            let what =
                format!("the response (status {status}) does not have the requested JSON type");
            let why = masked_json_error(&err);
            let err_shown = Error::new(ErrorKind::Body, format!("{what}: {why}"));
            // Serde's error may quote a value.
            if why == err.to_string() { err_shown.with_source(err) } else { err_shown }
        })
    }

    /// The header fields as (name, value), as received.
    ///
    /// ```no_run
    /// # let resp = zoomkat::HttpResponse::new();
    /// for (name, value) in resp.headers() {
    ///     println!("{name}: {value}");
    /// }
    /// ```
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.record.head.iter()
    }

    /// The values of all fields of this name, in any case.
    pub fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        let head = &self.record.head;
        let index = head.index();
        let positions = index.into_iter().flat_map(move |index| index.positions(name));
        let indexed = positions.filter_map(|at| head.field(at)).map(|(_, value)| value);
        let scan = index.is_none().then(|| head.all(name));
        indexed.chain(scan.into_iter().flatten())
    }

    /// The time to wait before another request, by the Retry-After field: its number of seconds, or the
    /// time from now to its HTTP date (RFC 9110 section 10.2.3), which is zero if the date has passed.
    /// `None` if there is no such field or it has another form. A number of seconds is capped at 100 years.
    pub fn retry_after(&self) -> Option<Duration> {
        let now = SystemTime::now();
        Some(self.retry_time(now)?.duration_since(now).unwrap_or_default())
    }

    /// Adds to the trace that cookies could not be saved.
    #[cfg(feature = "views")]
    pub(crate) fn add_unsaved_cookies(&mut self, why: String) {
        // A response that the caller does not have yet is not shared.
        if let Some(trace) = Arc::get_mut(&mut self.record).and_then(|own| own.trace.as_mut()) {
            trace.add(crate::trace::Step::CookiesUnsaved { why });
        }
    }

    /// The time that the Retry-After field names. `now` is the time from which seconds count.
    pub(crate) fn retry_time(&self, now: SystemTime) -> Option<SystemTime> {
        self.record.head.retry_time(now)
    }

    /// The number of header fields.
    #[doc(alias = "get_NumHeaderFields")]
    #[doc(alias = "NumHeaderFields")]
    pub fn num_header_fields(&self) -> usize {
        self.record.head.fields.len()
    }

    /// The value of the first field of this name, in any case.
    #[doc(alias = "GetHeaderField")]
    #[doc(alias = "getHeaderField")]
    pub fn get_header_field(&self, name: &str) -> Option<&str> {
        self.header_values(name).next()
    }

    /// The name of the field at `index`, as received.
    #[doc(alias = "GetHeaderName")]
    #[doc(alias = "getHeaderName")]
    pub fn get_header_name(&self, index: usize) -> Option<&str> {
        self.record.head.field(index).map(|(name, _)| name)
    }

    /// The value of the field at `index`.
    #[doc(alias = "GetHeaderValue")]
    #[doc(alias = "getHeaderValue")]
    pub fn get_header_value(&self, index: usize) -> Option<&str> {
        self.record.head.field(index).map(|(_, value)| value)
    }

    /// A parameter in the value of a field: `("Content-Type", "charset")` returns `utf-8` for
    /// `text/html; charset="utf-8"`.
    #[doc(alias = "GetHeaderFieldAttr")]
    #[doc(alias = "getHeaderFieldAttr")]
    pub fn get_header_field_attr(&self, name: &str, attr: &str) -> Option<String> {
        headers::parameter(self.get_header_field(name)?, attr)
    }

    /// The body as quoted-printable text (RFC 2045 section 6.7).
    #[doc(alias = "BodyQP")]
    #[doc(alias = "bodyQP")]
    pub fn body_qp(&self) -> String {
        quoted_printable::encode_to_str(&self.body)
    }

    /// The charset in the Content-Type, or empty. `us-ascii` for an empty response, as in Chilkat.
    #[doc(alias = "Charset")]
    pub fn charset(&self) -> String {
        if self.record.head.status == 0 {
            return "us-ascii".to_owned();
        }
        self.get_header_field_attr("Content-Type", "charset").unwrap_or_default()
    }

    /// The length of the decoded body in bytes, even if it was streamed to a file.
    #[doc(alias = "get_ContentLength")]
    #[doc(alias = "ContentLength")]
    #[doc(alias = "ContentLength64")]
    pub fn content_length(&self) -> u64 {
        self.content_length
    }

    /// The Date field as received. Without one, the time of receipt in the same format.
    #[doc(alias = "DateStr")]
    #[doc(alias = "dateStr")]
    pub fn date_str(&self) -> String {
        match self.get_header_field("Date") {
            Some(date) => date.to_owned(),
            None => httpdate::fmt_http_date(self.record.received),
        }
    }

    /// The host that sent the response, after redirects.
    #[doc(alias = "Domain")]
    pub fn domain(&self) -> &str {
        &self.record.domain
    }

    /// The absolute URL that the last redirect named, followed or not. Empty without a redirect.
    #[doc(alias = "FinalRedirectUrl")]
    #[doc(alias = "finalRedirectUrl")]
    pub fn final_redirect_url(&self) -> &str {
        &self.record.final_redirect_url
    }

    /// Whether a redirect was followed.
    pub fn was_redirected(&self) -> bool {
        self.record.redirected
    }

    /// The TLS version of the connection, such as `TLS 1.3`. Empty without TLS.
    pub fn tls_version(&self) -> &'static str {
        self.record.tls.as_ref().map_or("", |tls| tls.version)
    }

    /// The IANA name of the connection's cipher suite, such as `TLS13_AES_256_GCM_SHA384`. Empty without TLS.
    pub fn tls_cipher_suite(&self) -> &'static str {
        self.record.tls.as_ref().map_or("", |tls| tls.cipher_suite)
    }

    /// Whether the server asked for a client certificate. It does not ask when a TLS session is resumed.
    pub fn client_cert_requested(&self) -> bool {
        self.record.tls.as_ref().is_some_and(|tls| tls.received_cert_req)
    }

    /// Header and body as MIME text: the header lines, an empty line and the body as text.
    #[doc(alias = "FullMime")]
    #[doc(alias = "fullMime")]
    pub fn full_mime(&self) -> String {
        format!("{}\r\n{}", self.record.head.header(), self.body_str())
    }

    /// The trace of the call, one line for each step with its time. A call that failed has it as
    /// [`Error::last_error_text`].
    #[doc(alias = "LastErrorText")]
    pub fn call_text(&self) -> String {
        self.record.trace_text()
    }

    /// The cookies that the response sets: the Set-Cookie fields that have a name and a value
    /// (RFC 6265 section 5.2).
    pub fn cookies(&self) -> impl Iterator<Item = Cookie<'_>> {
        let host = self.record.domain.as_str();
        self.header_values("Set-Cookie").filter_map(move |field| Cookie::parse(field, host))
    }

    fn cookie(&self, index: usize) -> Option<Cookie<'_>> {
        let Some(fields) = self.record.head.index() else { return self.cookies().nth(index) };
        let (_, field) = self.record.head.field(*fields.cookies().get(index)?)?;
        Cookie::parse(field, &self.record.domain)
    }

    /// The number of cookies that the response sets.
    #[doc(alias = "get_NumCookies")]
    #[doc(alias = "NumCookies")]
    pub fn num_cookies(&self) -> usize {
        let index = self.record.head.index();
        index.map_or_else(|| self.cookies().count(), |fields| fields.cookies().len())
    }

    /// The name of the cookie at `index`.
    #[doc(alias = "GetCookieName")]
    #[doc(alias = "getCookieName")]
    pub fn get_cookie_name(&self, index: usize) -> Option<&str> {
        self.cookie(index).map(|cookie| cookie.name())
    }

    /// The value of the cookie at `index`, as received.
    #[doc(alias = "GetCookieValue")]
    #[doc(alias = "getCookieValue")]
    pub fn get_cookie_value(&self, index: usize) -> Option<&str> {
        self.cookie(index).map(|cookie| cookie.value())
    }

    /// The Domain of the cookie at `index`, as [`Cookie::domain`].
    #[doc(alias = "GetCookieDomain")]
    #[doc(alias = "getCookieDomain")]
    pub fn get_cookie_domain(&self, index: usize) -> Option<&str> {
        self.cookie(index).map(|cookie| cookie.domain())
    }

    /// The Path of the cookie at `index`, as [`Cookie::path`].
    #[doc(alias = "GetCookiePath")]
    #[doc(alias = "getCookiePath")]
    pub fn get_cookie_path(&self, index: usize) -> Option<&str> {
        self.cookie(index).map(|cookie| cookie.path())
    }

    /// The Expires text of the cookie at `index`, as [`Cookie::expires`].
    #[doc(alias = "GetCookieExpiresStr")]
    #[doc(alias = "getCookieExpiresStr")]
    pub fn get_cookie_expires_str(&self, index: usize) -> Option<&str> {
        self.cookie(index)?.expires()
    }

    /// Writes the decoded body to a file, which is written whole or not at all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] with the path and the reason.
    #[doc(alias = "SaveBodyBinary")]
    pub fn save_body_binary(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save(path.as_ref(), &self.body)
    }

    /// Writes the body as UTF-8 text with these line endings to a file, which is written whole or not at
    /// all. The order of the arguments is Chilkat's.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] with the path and the reason.
    #[doc(alias = "SaveBodyText")]
    pub fn save_body_text(&self, endings: LineEndings, path: impl AsRef<Path>) -> Result<()> {
        let mut text = self.body_str().replace("\r\n", "\n").replace('\r', "\n");
        match endings {
            LineEndings::CrLf => text = text.replace('\n', "\r\n"),
            LineEndings::Lf => {}
        }
        self.save(path.as_ref(), text.as_bytes())
    }

    fn save(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        file::write_whole(path, |write| write(bytes))
    }

    /// Returns the decoded value (`%XX`, and `+` for a space) of a name in text such as `a=1&b=2`. The
    /// name is case-sensitive. The value of a name without `=` is `""`.
    ///
    /// ```
    /// let resp = zoomkat::HttpResponse::new();
    /// assert_eq!(resp.url_enc_param_value("a=x%20y+z&b", "a").as_deref(), Some("x y z"));
    /// assert_eq!(resp.url_enc_param_value("a=x%20y+z&b", "b").as_deref(), Some(""));
    /// assert_eq!(resp.url_enc_param_value("a=x%20y+z&b", "B"), None);
    /// ```
    #[doc(alias = "UrlEncParamValue")]
    #[doc(alias = "urlEncParamValue")]
    pub fn url_enc_param_value(&self, encoded_params: &str, name: &str) -> Option<String> {
        encoded_params
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .find(|(n, _)| percent::decode_form(n, "utf-8") == name)
            .map(|(_, value)| percent::decode_form(value, "utf-8"))
    }
}

/// The line endings of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LineEndings {
    /// CR LF: `true` in Chilkat.
    CrLf,
    /// LF: `false` in Chilkat.
    Lf,
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers().map(|(name, _)| name).collect();
        f.debug_struct("HttpResponse")
            .field("status_line", &self.record.head.status_line())
            .field("header_names", &names)
            .field("content_length", &self.content_length)
            .field("domain", &self.record.domain)
            .finish_non_exhaustive()
    }
}
