//! [`HttpResponse`]: what came back.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::response_head::Head;
use crate::error::{Error, ErrorKind, Result};
use crate::redact::in_words;
use crate::text::{charset, file};
use crate::text::{headers, percent};
use crate::trace::TlsFacts;
use crate::trace::Trace;

/// A response: status, header and body, as they were received.
///
/// The members have Chilkat's names in snake case. Look-ups give `Option`; indexes count from 0.
/// A body is decoded from gzip or deflate, while the header still says how it came.
///
/// ```no_run
/// # let (http, req) = (zoomkat::Transport::new(), zoomkat::HttpRequest::new());
/// let resp = http.send(&req)?;
/// println!("{} {}", resp.status_code(), resp.status_text());
/// if let Some(id) = resp.get_header_field("x-request-id") {
///     println!("request id: {id}");
/// }
/// let user: serde_json::Value = resp.json()?;
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// `Debug` shows the status line, the header's names and the size of the body, no more.
#[derive(Clone)]
#[doc(alias = "CkHttpResponse")]
pub struct HttpResponse {
    pub(crate) record: Arc<Record>,
    pub(crate) body: Vec<u8>,
    /// Bytes of the body after decoding; kept apart because a body may have gone to a file.
    pub(crate) content_length: u64,
}

/// What is known of a call that was answered, except for the body.
pub(crate) struct Record {
    pub(crate) head: Head,
    pub(crate) domain: String,
    /// Whether a redirect was followed.
    pub(crate) redirected: bool,
    /// Where the last redirect led, followed or not.
    pub(crate) final_redirect_url: String,
    pub(crate) received: SystemTime,
    pub(crate) tls: Option<Arc<TlsFacts>>,
    pub(crate) trace: Option<Trace>,
}

impl Record {
    pub(crate) fn trace_text(&self) -> String {
        self.trace.as_ref().map(|trace| trace.text(None)).unwrap_or_default()
    }
}

/// An empty response: status 0, as before any call.
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
        };
        HttpResponse { record: Arc::new(record), body: Vec::new(), content_length: 0 }
    }
}

impl HttpResponse {
    /// An empty response: status 0, no header, no body.
    pub fn new() -> Self {
        Self::default()
    }

    /// The status code (RFC 9110 section 15), such as 204.
    #[doc(alias = "get_StatusCode")]
    #[doc(alias = "StatusCode")]
    pub fn status_code(&self) -> u16 {
        self.record.head.status
    }

    /// The first line as received, such as `HTTP/1.1 204 No Content`.
    #[doc(alias = "StatusLine")]
    #[doc(alias = "statusLine")]
    pub fn status_line(&self) -> &str {
        self.record.head.status_line()
    }

    /// The reason phrase as received, such as `No Content`; empty where the server sent none.
    #[doc(alias = "StatusText")]
    #[doc(alias = "statusText")]
    pub fn status_text(&self) -> &str {
        self.record.head.reason()
    }

    /// The header as received: case, order and duplicates kept, CRLF after each line, without the
    /// status line.
    #[doc(alias = "Header")]
    pub fn header(&self) -> &str {
        self.record.head.header()
    }

    /// The body as text.
    ///
    /// A byte order mark decides the charset, then `charset=` of the Content-Type; without either
    /// it is UTF-8 where that is valid, else windows-1252. Bytes that are not text become U+FFFD.
    #[doc(alias = "BodyStr")]
    #[doc(alias = "bodyStr")]
    pub fn body_str(&self) -> Cow<'_, str> {
        charset::decode(
            &self.body,
            self.get_header_field_attr("Content-Type", "charset").as_deref(),
        )
    }

    /// The body in bytes, decoded. Empty where it was streamed to a file.
    #[doc(alias = "get_Body")]
    #[doc(alias = "Body")]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Takes the bytes of the body without copying them.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// The body as JSON, read by serde.
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
    /// [`ErrorKind::Body`] where it is not JSON or not of this shape; the text has line and column,
    /// but no value.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.body_str()).map_err(|err| {
            let status = self.record.head.status;
            let what = format!("the response (status {status}) is not the JSON that was asked for");
            let why = in_words(&err);
            let err_shown = Error::new(ErrorKind::Body, format!("{what}: {why}"));
            // Serde's own error may quote a value.
            if why == err.to_string() { err_shown.with_source(err) } else { err_shown }
        })
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
        self.record.head.all(name).next()
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

    /// A parameter inside a field's value: `("Content-Type", "charset")` gives `utf-8` for
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

    /// The charset that the Content-Type names; empty where it names none, and `us-ascii` in an
    /// empty response, as in Chilkat.
    #[doc(alias = "Charset")]
    pub fn charset(&self) -> String {
        if self.record.head.status == 0 {
            return "us-ascii".to_owned();
        }
        self.get_header_field_attr("Content-Type", "charset").unwrap_or_default()
    }

    /// The length of the body in bytes, decoded; also where it was streamed to a file.
    #[doc(alias = "get_ContentLength")]
    #[doc(alias = "ContentLength")]
    #[doc(alias = "ContentLength64")]
    pub fn content_length(&self) -> u64 {
        self.content_length
    }

    /// The Date header as received; where there is none, the time of receipt in the same form.
    #[doc(alias = "DateStr")]
    #[doc(alias = "dateStr")]
    pub fn date_str(&self) -> String {
        match self.get_header_field("Date") {
            Some(date) => date.to_owned(),
            None => httpdate::fmt_http_date(self.record.received),
        }
    }

    /// The host that sent the response: another than was asked where a redirect was followed.
    #[doc(alias = "Domain")]
    pub fn domain(&self) -> &str {
        &self.record.domain
    }

    /// The absolute URL that the last redirect named, followed or not; empty where there was none.
    #[doc(alias = "FinalRedirectUrl")]
    #[doc(alias = "finalRedirectUrl")]
    pub fn final_redirect_url(&self) -> &str {
        &self.record.final_redirect_url
    }

    /// Whether a redirect was followed on the way to this response.
    pub fn was_redirected(&self) -> bool {
        self.record.redirected
    }

    /// The version of TLS that the response came over, such as `TLS 1.3`; empty if it came without
    /// TLS.
    pub fn tls_version(&self) -> &'static str {
        self.record.tls.as_ref().map_or("", |tls| tls.version)
    }

    /// The cipher suite that the response came over, by its IANA name, such as
    /// `TLS13_AES_256_GCM_SHA384`; empty if it came without TLS.
    pub fn tls_cipher_suite(&self) -> &'static str {
        self.record.tls.as_ref().map_or("", |tls| tls.cipher_suite)
    }

    /// Whether the server asked for a client certificate. It does not ask again where a TLS session
    /// is resumed.
    pub fn client_cert_requested(&self) -> bool {
        self.record.tls.as_ref().is_some_and(|tls| tls.received_cert_req)
    }

    /// Header and body as MIME text: the header lines, an empty line, the body as text.
    #[doc(alias = "FullMime")]
    #[doc(alias = "fullMime")]
    pub fn full_mime(&self) -> String {
        format!("{}\r\n{}", self.record.head.header(), self.body_str())
    }

    /// The trace of the call that brought this response, one line a step with its time: what
    /// [`Error::last_error_text`] is for a call that failed.
    #[doc(alias = "LastErrorText")]
    pub fn call_text(&self) -> String {
        self.record.trace_text()
    }

    /// The number of cookies that the response sets.
    #[doc(alias = "get_NumCookies")]
    #[doc(alias = "NumCookies")]
    pub fn num_cookies(&self) -> usize {
        self.cookies().count()
    }

    /// The name of the cookie at `index`.
    #[doc(alias = "GetCookieName")]
    #[doc(alias = "getCookieName")]
    pub fn get_cookie_name(&self, index: usize) -> Option<&str> {
        self.cookie(index).map(|(name, _)| name)
    }

    /// The value of the cookie at `index`, as received.
    #[doc(alias = "GetCookieValue")]
    #[doc(alias = "getCookieValue")]
    pub fn get_cookie_value(&self, index: usize) -> Option<&str> {
        self.cookie(index).map(|(_, value)| value)
    }

    /// The Domain of the cookie at `index`; where it names none, the host that sent it
    /// (RFC 6265 section 5.3).
    #[doc(alias = "GetCookieDomain")]
    #[doc(alias = "getCookieDomain")]
    pub fn get_cookie_domain(&self, index: usize) -> Option<&str> {
        self.cookie(index)?;
        Some(self.cookie_attribute(index, "domain").unwrap_or(&self.record.domain))
    }

    /// The Path of the cookie at `index`; `/` where it names none.
    #[doc(alias = "GetCookiePath")]
    #[doc(alias = "getCookiePath")]
    pub fn get_cookie_path(&self, index: usize) -> Option<&str> {
        self.cookie(index)?;
        Some(self.cookie_attribute(index, "path").unwrap_or("/"))
    }

    /// The Expires text of the cookie at `index`, as received; `None` for a session cookie.
    #[doc(alias = "GetCookieExpiresStr")]
    #[doc(alias = "getCookieExpiresStr")]
    pub fn get_cookie_expires_str(&self, index: usize) -> Option<&str> {
        self.cookie_attribute(index, "expires")
    }

    /// The Set-Cookie values that hold a cookie (RFC 6265 section 5.2).
    fn cookies(&self) -> impl Iterator<Item = &str> {
        self.record.head.all("Set-Cookie").filter(|value| {
            let pair = value.split(';').next().unwrap_or_default();
            pair.split_once('=').is_some_and(|(name, _)| !name.trim().is_empty())
        })
    }

    fn cookie(&self, index: usize) -> Option<(&str, &str)> {
        let (name, value) = self.cookies().nth(index)?.split(';').next()?.split_once('=')?;
        Some((name.trim(), value.trim()))
    }

    fn cookie_attribute(&self, index: usize, wanted: &str) -> Option<&str> {
        self.cookies().nth(index)?.split(';').skip(1).find_map(|attribute| {
            let (name, value) = attribute.split_once('=')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    }

    /// Writes the bytes of the body to a file, whole or not at all, as
    /// [`synchronous_request_to_file`](crate::Transport::synchronous_request_to_file) does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] with the path and the reason.
    #[doc(alias = "SaveBodyBinary")]
    pub fn save_body_binary(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save(path.as_ref(), &self.body)
    }

    /// Writes the text of the body to a file as UTF-8, whole or not at all, with every line end made
    /// CRLF (`crlf` true) or LF (false). The flag comes first, as in Chilkat.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] with the path and the reason.
    #[doc(alias = "SaveBodyText")]
    pub fn save_body_text(&self, crlf: bool, path: impl AsRef<Path>) -> Result<()> {
        let mut text = self.body_str().replace("\r\n", "\n").replace('\r', "\n");
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        self.save(path.as_ref(), text.as_bytes())
    }

    fn save(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        file::write_whole(path, |write| write(bytes))
    }

    /// One value out of text such as `a=1&b=2`, decoded (`%XX`, and `+` for a space). The name is
    /// compared by case; a name without `=` gives `""`.
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

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> =
            (0..self.num_header_fields()).filter_map(|index| self.get_header_name(index)).collect();
        f.debug_struct("HttpResponse")
            .field("status_line", &self.record.head.status_line())
            .field("header_names", &names)
            .field("content_length", &self.content_length)
            .field("domain", &self.record.domain)
            .finish_non_exhaustive()
    }
}
