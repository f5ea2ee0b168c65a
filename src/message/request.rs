//! HTTP requests: verb, path, content type and headers.

use std::borrow::Cow;
use std::fmt;

use super::params::{Content, Part, RequestBody};
use super::{multipart, prepare};
use crate::named::NamedList;
use crate::redact::push_masked;
use crate::text::charset::Charset;
use crate::text::headers::{FieldNames, Headers, trim_ows};

/// A request to be sent: verb, path, content type, params, headers and body.
///
/// Building a request does no I/O. Faults (an invalid verb, CR or LF in a header, a missing file) are
/// found when it is sent, before the first byte, and the [`Error`](crate::Error) names the method. A
/// request can be sent any number of times.
///
/// A builder sets everything by value:
///
/// ```
/// use zoomkat::HttpRequest;
///
/// let req = HttpRequest::get("/v2/users").add_param("page_size", 300).build();
/// assert!(req.generate_request_text()?.starts_with("GET /v2/users?page_size=300 HTTP/1.1\r\n"));
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// It has the same methods as the request, which take and return `&mut Self`. Their names are Chilkat's
/// in snake case, so that a script ports line by line:
///
/// ```
/// use zoomkat::HttpRequest;
///
/// let mut req = HttpRequest::new();
/// req.set_http_verb("PUT");
/// req.set_path("/v2/users/:userId/password").set_path_variable("userId", "jchill@example.com");
/// req.set_content_type("multipart/form-data");
/// req.add_param("password", "dolor Excepteur minim");
/// assert!(req.generate_request_text()?.starts_with("PUT /v2/users/jchill%40example.com/password "));
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// # Where the params go
///
/// The first matching row applies.
///
/// | request | params |
/// |---|---|
/// | a body was set, loaded or streamed | query string; the body is sent unchanged |
/// | content type `multipart/*`, or an upload was added | one form-data part each, in the order added, uploads among them |
/// | verb GET, HEAD, DELETE, OPTIONS or TRACE | query string |
/// | content type empty or `application/x-www-form-urlencoded` | form body |
/// | any other content type | refused: load a body instead |
///
/// `Debug` shows the names, but not the values, of params, bodies and headers that may be secret.
#[derive(Clone, PartialEq)]
#[doc(alias = "CkHttpRequest")]
pub struct HttpRequest {
    // A default, and the name of a usual method, needs no allocation.
    pub(crate) http_verb: Cow<'static, str>,
    pub(crate) path: Cow<'static, str>,
    pub(crate) http_version: Cow<'static, str>,
    pub(crate) content_type: String,
    pub(crate) charset: Charset,
    pub(crate) send_charset: bool,
    pub(crate) boundary: String,
    pub(crate) headers: Headers,
    pub(crate) path_variables: NamedList<(String, String)>,
    pub(crate) parts: NamedList<Part>,
    pub(crate) body: RequestBody,
    /// Names of headers that the caller marked, which are not sent to another origin.
    pub(crate) sensitive: FieldNames,
    pub(crate) idempotent: Option<bool>,
    /// Faults of earlier calls, as (method, reason), reported when the request is sent.
    pub(crate) faults: Vec<(&'static str, String)>,
}

/// The usual methods.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

impl Default for HttpRequest {
    fn default() -> Self {
        HttpRequest {
            http_verb: "GET".into(),
            path: "/".into(),
            http_version: "1.1".into(),
            content_type: String::new(),
            charset: Charset::default(),
            send_charset: false,
            boundary: String::new(),
            headers: Headers::default(),
            path_variables: NamedList::default(),
            parts: NamedList::default(),
            body: RequestBody::None,
            sensitive: FieldNames::default(),
            idempotent: None,
            faults: Vec::new(),
        }
    }
}

impl HttpRequest {
    /// Returns a GET of `/` with no headers, params or body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The method. Default `GET`.
    #[doc(alias = "method")]
    #[doc(alias = "get_HttpVerb")]
    #[doc(alias = "HttpVerb")]
    pub fn http_verb(&self) -> &str {
        &self.http_verb
    }

    /// Sets the method: any token (RFC 9110 section 9.1). Its case is preserved.
    ///
    /// CONNECT and anything that is not a token, including one with surrounding spaces, are refused when the request
    /// is sent.
    #[doc(alias = "set_method")]
    #[doc(alias = "put_HttpVerb")]
    pub fn set_http_verb(&mut self, verb: &str) -> &mut Self {
        let usual = METHODS.iter().find(|method| **method == verb);
        self.http_verb = usual.map_or_else(|| verb.to_owned().into(), |method| (*method).into());
        self
    }

    /// The path as it was set, before encoding. Default `/`.
    #[doc(alias = "get_Path")]
    #[doc(alias = "Path")]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Sets the path, which may have a query. A missing leading `/` is added when it is sent.
    ///
    /// Valid characters and `%XX` are sent unchanged; spaces, non-ASCII characters, `#` and everything
    /// else that RFC 3986 does not allow are percent-encoded. For a segment from an untrusted source use
    /// [`set_path_variable`](Self::set_path_variable), whose value cannot change the route.
    ///
    /// A path that starts with a scheme and `://` is a URL, and refused when the request is sent:
    /// [`set_from_url`](Self::set_from_url) takes path and query from a URL, and the host is an
    /// argument of [`synchronous_request`](crate::Transport::synchronous_request).
    #[doc(alias = "put_Path")]
    pub fn set_path(&mut self, path: impl Into<String>) -> &mut Self {
        self.path = Cow::Owned(path.into());
        self
    }

    /// Sets the value of the path segment `:name`. A `:name` without a value is sent unchanged.
    ///
    /// The value is encoded as one segment: everything but `A-Z a-z 0-9 - . _ ~`, even a slash. A value
    /// that is empty, `.` or `..`, which would change the path, and a name that is not in the path are
    /// refused when the request is sent.
    ///
    /// ```
    /// let mut req = zoomkat::HttpRequest::new();
    /// req.set_path("/v2/users/:userId").set_path_variable("userId", "a/b?c#d");
    /// assert!(req.generate_request_text()?.starts_with("GET /v2/users/a%2Fb%3Fc%23d HTTP/1.1\r\n"));
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    pub fn set_path_variable(&mut self, name: &str, value: impl fmt::Display) -> &mut Self {
        let name = name.strip_prefix(':').unwrap_or(name);
        match self.path_variables.find_mut(name) {
            Some(variable) => *variable = value.to_string(),
            None => self.path_variables.push((name.into(), value.to_string())),
        }
        self
    }

    /// The content type as it was set. Default empty: the header is omitted unless the body is a form.
    #[doc(alias = "get_ContentType")]
    #[doc(alias = "ContentType")]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// Sets the content type, which also decides [where the params go](Self#where-the-params-go).
    ///
    /// It is sent unchanged, with its parameters; a multipart type gets a boundary.
    #[doc(alias = "put_ContentType")]
    pub fn set_content_type(&mut self, content_type: &str) -> &mut Self {
        self.content_type = content_type.into();
        self
    }

    /// Adds a param, given unencoded. Params keep their order, even with equal names.
    ///
    /// [Where it goes](Self#where-the-params-go) depends on the verb, the content type and the body. In a
    /// query and in a form body, name and value are percent-encoded by RFC 3986: everything but
    /// `A-Z a-z 0-9 - . _ ~`, a space as `%20`.
    #[doc(alias = "AddParam")]
    #[doc(alias = "query")]
    #[doc(alias = "form")]
    pub fn add_param(&mut self, name: &str, value: impl fmt::Display) -> &mut Self {
        self.push_part(name, Content::Param(value.to_string()))
    }

    /// Sets a header: replaces the one of this name (in any case), keeping its position, or adds it last.
    ///
    /// To send two headers of one name, use [`set_entire_header`](Self::set_entire_header). The name is sent with its
    /// case preserved, the value as UTF-8, even if empty. `Content-Type` sets the
    /// [`content_type`](Self::content_type); `Host` replaces the automatic one.
    ///
    /// Refused when the request is sent: a name that is not a token, a value with CR, LF, NUL or another
    /// control character, a `Content-Length` other than the length of the body, and any
    /// `Transfer-Encoding`, since a body is sent with its length.
    #[doc(alias = "AddHeader")]
    #[doc(alias = "set_header")]
    #[doc(alias = "header")]
    pub fn add_header(&mut self, name: &str, value: impl fmt::Display) -> &mut Self {
        let value = value.to_string();
        if name.eq_ignore_ascii_case("Content-Type") {
            return self.set_content_type(&value);
        }
        self.headers.set(name, value);
        self
    }

    /// The HTTP version. Default `1.1`.
    #[doc(alias = "get_HttpVersion")]
    #[doc(alias = "HttpVersion")]
    pub fn http_version(&self) -> &str {
        &self.http_version
    }

    /// Sets the HTTP version: `1.1` or `1.0`. Any other is refused when the request is sent.
    #[doc(alias = "put_HttpVersion")]
    pub fn set_http_version(&mut self, version: &str) -> &mut Self {
        self.http_version = version.to_owned().into();
        self
    }

    /// The charset of params. Default `utf-8`.
    #[doc(alias = "get_Charset")]
    #[doc(alias = "Charset")]
    pub fn charset(&self) -> &str {
        self.charset.label()
    }

    /// Sets the charset that encodes params before they are percent-encoded or written to a part: any
    /// WHATWG label, `us-ascii`, `iso-8859-1`, `utf-16`, `utf-16le` or `utf-16be`.
    ///
    /// It does not apply to file names, nor to methods with a charset argument. An unknown charset, and
    /// a character that the charset does not have, are refused when the request is sent.
    #[doc(alias = "put_Charset")]
    pub fn set_charset(&mut self, charset: &str) -> &mut Self {
        self.charset = Charset::named(charset);
        self
    }

    /// Whether the content type names the charset. Default false.
    #[doc(alias = "get_SendCharset")]
    #[doc(alias = "SendCharset")]
    pub fn send_charset(&self) -> bool {
        self.send_charset
    }

    /// Sets whether `; charset=` and the [`charset`](Self::charset) are added to the content type. They are
    /// never added to a multipart type.
    #[doc(alias = "put_SendCharset")]
    pub fn set_send_charset(&mut self, send: bool) -> &mut Self {
        self.send_charset = send;
        self
    }

    /// The multipart boundary as it was set. Default empty: 128 random bits each time the request is sent.
    #[doc(alias = "get_Boundary")]
    #[doc(alias = "Boundary")]
    pub fn boundary(&self) -> &str {
        &self.boundary
    }

    /// Sets the multipart boundary: 1 to 70 of the characters in RFC 2046 section 5.1.1, of which the last is not a
    /// space. It must not occur in a part that is in memory. Anything else is refused when the request is sent.
    #[doc(alias = "put_Boundary")]
    pub fn set_boundary(&mut self, boundary: &str) -> &mut Self {
        self.boundary = boundary.into();
        self
    }

    /// Marks the header of this name as secret: it is masked in `Debug` and logs, and not sent to another
    /// origin after a redirect.
    ///
    /// Secret without a mark are `Authorization`, `Proxy-Authorization`, `Cookie`, `DPoP`, and every
    /// header whose name suggests a password, key, token, secret, signature, session or CSRF token. In a
    /// name, `sid` and `pin` count only as words, and `otp` only at the ends of one: in `X-SID` and `userPin`, but
    /// not in `Shipping`.
    /// A `Referer` is secret if it has a query, a fragment or a user.
    pub fn mark_header_sensitive(&mut self, name: &str) -> &mut Self {
        self.sensitive.add(name);
        self
    }

    /// Removes all headers of this name. It does not remove the content type: set that to `""`.
    #[doc(alias = "RemoveHeader")]
    pub fn remove_header(&mut self, name: &str) -> &mut Self {
        self.headers.remove(name);
        self
    }

    /// The headers: Content-Type if it is set, then the others in their order. Automatic ones are not included.
    ///
    /// ```
    /// let mut req = zoomkat::HttpRequest::new();
    /// req.add_header("X-Request-Id", 7).set_content_type("text/plain");
    /// let headers: Vec<_> = req.headers().collect();
    /// assert_eq!(headers, [("Content-Type", "text/plain"), ("X-Request-Id", "7")]);
    /// ```
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let content_type = Some(("Content-Type", self.content_type.as_str()));
        content_type.filter(|(_, value)| !value.is_empty()).into_iter().chain(self.headers.iter())
    }

    /// The number of headers that were added, without Content-Type and the automatic ones.
    #[doc(alias = "get_NumHeaderFields")]
    #[doc(alias = "NumHeaderFields")]
    pub fn num_header_fields(&self) -> usize {
        self.headers.len()
    }

    /// The value of the header of this name, in any case, even `Content-Type`.
    #[doc(alias = "GetHeaderField")]
    pub fn get_header_field(&self, name: &str) -> Option<&str> {
        if name.eq_ignore_ascii_case("Content-Type") && !self.content_type.is_empty() {
            return Some(&self.content_type);
        }
        self.headers.get(name)
    }

    /// The name of the header at `index`, from 0, without Content-Type.
    #[doc(alias = "GetHeaderName")]
    pub fn get_header_name(&self, index: usize) -> Option<&str> {
        self.headers.at(index).map(|(name, _)| name)
    }

    /// The value of the header at `index`, from 0, without Content-Type.
    #[doc(alias = "GetHeaderValue")]
    pub fn get_header_value(&self, index: usize) -> Option<&str> {
        self.headers.at(index).map(|(_, value)| value)
    }

    /// The [`headers`](Self::headers) as a block, with CRLF after each.
    #[doc(alias = "get_EntireHeader")]
    #[doc(alias = "EntireHeader")]
    pub fn entire_header(&self) -> String {
        self.headers().map(|(name, value)| format!("{name}: {value}\r\n")).collect()
    }

    /// Replaces all headers with those in a block, one per line. Folded lines are joined and duplicates
    /// kept. A start line and empty lines are ignored. Without a Content-Type line the content type is kept.
    ///
    /// Content-Type, Content-Length and Transfer-Encoding are treated as by
    /// [`add_header`](Self::add_header). A line without a colon is refused when the request is sent.
    #[doc(alias = "put_EntireHeader")]
    pub fn set_entire_header(&mut self, block: &str) -> &mut Self {
        const MEMBER: &str = "set_entire_header";
        self.headers.clear();
        self.faults.retain(|(member, _)| *member != MEMBER);
        let unfolded = block.replace("\r\n ", " ").replace("\r\n\t", " ");
        let unfolded = unfolded.replace("\n ", " ").replace("\n\t", " ");
        for (number, line) in unfolded.lines().enumerate() {
            // A start line begins with a method or a version, a field with a name and a colon.
            let first_word = line.split(' ').next().unwrap_or_default();
            let is_start = number == 0
                && !first_word.contains(':')
                && (line.contains(" HTTP/1.") || line.starts_with("HTTP/1."));
            if line.is_empty() || is_start {
                continue;
            }
            match line.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("Content-Type") => {
                    self.set_content_type(trim_ows(value));
                }
                Some((name, value)) => self.headers.push(name, trim_ows(value)),
                None => self.faults.push((
                    MEMBER,
                    format!("line {} has no colon between a name and a value", number + 1),
                )),
            }
        }
        self
    }

    /// Sets whether sending this request twice has the same effect as sending it once.
    ///
    /// An idempotent request is sent again automatically if a reused connection turns out to be closed
    /// before the first byte of a response. Other requests never are. The default depends on the verb:
    /// GET, HEAD, OPTIONS, TRACE, PUT and DELETE are idempotent (RFC 9110 section 9.2.2).
    ///
    /// Pass `false` for a PUT that must not be repeated, such as one that changes a password: the second
    /// one may be refused as equal to the old password, or count as another change. Pass `true` for a
    /// POST with an idempotency key.
    pub fn set_idempotent(&mut self, idempotent: bool) -> &mut Self {
        self.idempotent = Some(idempotent);
        self
    }

    /// Sets the verb GET and no content type: params go to the query string.
    #[doc(alias = "UseGet")]
    pub fn use_get(&mut self) -> &mut Self {
        self.set_http_verb("GET").set_content_type("")
    }

    /// Sets the verb HEAD and no content type: params go to the query string.
    #[doc(alias = "UseHead")]
    pub fn use_head(&mut self) -> &mut Self {
        self.set_http_verb("HEAD").set_content_type("")
    }

    /// Sets the verb POST and the type `application/x-www-form-urlencoded`: params go to a form body.
    #[doc(alias = "UsePost")]
    pub fn use_post(&mut self) -> &mut Self {
        self.set_http_verb("POST").set_content_type(prepare::FORM)
    }

    /// Sets the verb PUT and the type `application/x-www-form-urlencoded`: params go to a form body.
    #[doc(alias = "UsePut")]
    pub fn use_put(&mut self) -> &mut Self {
        self.set_http_verb("PUT").set_content_type(prepare::FORM)
    }

    /// Sets the verb POST and the type `multipart/form-data`.
    #[doc(alias = "UseUpload")]
    #[doc(alias = "UsePostMultipartForm")]
    pub fn use_upload(&mut self) -> &mut Self {
        self.set_http_verb("POST").set_content_type(multipart::FORM_DATA)
    }

    /// Sets the verb PUT and the type `multipart/form-data`.
    #[doc(alias = "UseUploadPut")]
    pub fn use_upload_put(&mut self) -> &mut Self {
        self.set_http_verb("PUT").set_content_type(multipart::FORM_DATA)
    }

    /// Sets the verb POST, the type `application/xml` and this body.
    #[doc(alias = "UseXmlHttp")]
    pub fn use_xml_http(&mut self, xml: &str) -> &mut Self {
        self.set_http_verb("POST").set_content_type("application/xml");
        self.load_body_from_string(xml, "utf-8")
    }
}

impl AsRef<HttpRequest> for HttpRequest {
    fn as_ref(&self) -> &HttpRequest {
        self
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut headers = self.headers.clone();
        headers.mask(&self.sensitive);
        let mut path = String::new();
        push_masked(&mut path, &self.path);
        let variables: Vec<&str> =
            self.path_variables.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("HttpRequest")
            .field("http_verb", &self.http_verb)
            .field("path", &path)
            .field("path_variables", &variables)
            .field("content_type", &self.content_type)
            .field("headers", &headers)
            .field("parts", &self.parts.iter().collect::<Vec<_>>())
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
