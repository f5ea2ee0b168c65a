//! [`HttpRequest`]: verb, path, content type and headers.

use std::fmt;

use super::params::{Content, Part, RequestBody};
use super::{multipart, prepare};
use crate::named::NamedList;
use crate::redact::push_masked;
use crate::text::headers::{FieldNames, Headers, is_framing};

/// A request to be sent: verb, path, content type, params, headers and body.
///
/// It is a value: building it cannot fail and does no I/O. Faults (a bad verb, CR or LF in a header,
/// a file that is gone) are found when it is sent, before a byte leaves, and the
/// [`Error`](crate::Error) names the member. One request can be sent any number of times.
///
/// The members have Chilkat's names in snake case; setters and adders return `&mut Self`, so a
/// script ports line by line and a chain works too:
///
/// ```
/// use zoomkat::HttpRequest;
///
/// let mut req = HttpRequest::new();
/// req.set_http_verb("PUT")
///     .set_path("/v2/users/:userId/password")
///     .set_path_variable("userId", "jchill@example.com")
///     .set_content_type("multipart/form-data")
///     .add_param("password", "dolor Excepteur minim");
/// assert!(req.generate_request_text()?.starts_with("PUT /v2/users/jchill%40example.com/password "));
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// # Where the params go
///
/// The first row that fits decides.
///
/// | request | params |
/// |---|---|
/// | a body was loaded or streamed | query string; the body goes out as it is |
/// | content type `multipart/*`, or an upload was added | one form-data part each, in the order added, uploads among them |
/// | verb GET, HEAD, DELETE, OPTIONS or TRACE | query string |
/// | content type empty or `application/x-www-form-urlencoded` | form body |
/// | any other content type | refused: load a body instead |
///
/// `Debug` shows names but no values of params, bodies or headers that may hold secrets.
#[derive(Clone, PartialEq)]
#[doc(alias = "CkHttpRequest")]
pub struct HttpRequest {
    pub(crate) http_verb: String,
    pub(crate) path: String,
    pub(crate) http_version: String,
    pub(crate) content_type: String,
    pub(crate) charset: String,
    pub(crate) send_charset: bool,
    pub(crate) boundary: String,
    pub(crate) headers: Headers,
    pub(crate) path_variables: NamedList<(String, String)>,
    pub(crate) parts: NamedList<Part>,
    pub(crate) body: RequestBody,
    /// Names of caller-marked headers, which stay at their origin.
    pub(crate) sensitive: FieldNames,
    pub(crate) idempotent: Option<bool>,
    /// What a member could not do when it was called, as (member, why). Reported when the request is sent.
    pub(crate) faults: Vec<(&'static str, String)>,
}

impl Default for HttpRequest {
    fn default() -> Self {
        HttpRequest {
            http_verb: "GET".into(),
            path: "/".into(),
            http_version: "1.1".into(),
            content_type: String::new(),
            charset: "utf-8".into(),
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
    /// A GET of `/` with no headers, params or body.
    pub fn new() -> Self {
        Self::default()
    }

    /// The method. Default `GET`.
    #[doc(alias = "get_HttpVerb")]
    #[doc(alias = "HttpVerb")]
    pub fn http_verb(&self) -> &str {
        &self.http_verb
    }

    /// Sets the method: any token (RFC 9110 section 9.1), its case kept. Space around it is dropped.
    ///
    /// An empty verb, one that is not a token, and CONNECT are refused when the request is sent.
    #[doc(alias = "put_HttpVerb")]
    pub fn set_http_verb(&mut self, verb: &str) -> &mut Self {
        self.http_verb = verb.trim_matches([' ', '\t']).into();
        self
    }

    /// The path as it was set, not encoded. Default `/`.
    #[doc(alias = "get_Path")]
    #[doc(alias = "Path")]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Sets the path, with a query if wanted. A missing leading `/` is added when it is sent.
    ///
    /// Valid characters and `%XX` are sent as they are; spaces, non-ASCII characters, `#` and all
    /// else that RFC 3986 does not allow are percent-encoded. For a part that comes from
    /// outside use [`set_path_variable`](Self::set_path_variable), which lets nothing change
    /// the route.
    ///
    /// A path that starts with a scheme and `://` is a URL. It is refused when the request is sent:
    /// [`set_from_url`](Self::set_from_url) takes path and query out of a URL, and the host is an
    /// argument of [`synchronous_request`](crate::Transport::synchronous_request).
    #[doc(alias = "put_Path")]
    pub fn set_path(&mut self, path: &str) -> &mut Self {
        self.path = path.into();
        self
    }

    /// Gives the path segment `:name` its value. A `:name` that has none is sent as written.
    ///
    /// The value is encoded as one segment: all but `A-Z a-z 0-9 - . _ ~`, the slash included.
    /// Refused when the request is sent: a value that is empty, `.` or `..` (each would
    /// change the route), and a name that the path does not have.
    ///
    /// ```
    /// let mut req = zoomkat::HttpRequest::new();
    /// req.set_path("/v2/users/:userId").set_path_variable("userId", "a/b?c#d");
    /// assert!(req.generate_request_text()?.starts_with("GET /v2/users/a%2Fb%3Fc%23d HTTP/1.1\r\n"));
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    pub fn set_path_variable(&mut self, name: &str, value: &str) -> &mut Self {
        let name = name.strip_prefix(':').unwrap_or(name);
        match self.path_variables.find(name) {
            Some(variable) => *variable = value.into(),
            None => self.path_variables.push((name.into(), value.into())),
        }
        self
    }

    /// The content type as it was set. Default empty: the header is left out unless the body is a
    /// form.
    #[doc(alias = "get_ContentType")]
    #[doc(alias = "ContentType")]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// Sets the content type, which also decides [where the params go](Self#where-the-params-go).
    ///
    /// Sent as written, parameters included; a multipart type gets its boundary added.
    #[doc(alias = "put_ContentType")]
    pub fn set_content_type(&mut self, content_type: &str) -> &mut Self {
        self.content_type = content_type.trim_matches([' ', '\t']).into();
        self
    }

    /// Adds a param, given unencoded. Params of the same name and their order are kept.
    ///
    /// [Where it goes](Self#where-the-params-go) follows from the verb, the content type and the
    /// body. Name and value are percent-encoded by RFC 3986 in a query and in a form body: all but
    /// `A-Z a-z 0-9 - . _ ~`, a space as `%20`.
    #[doc(alias = "AddParam")]
    pub fn add_param(&mut self, name: &str, value: &str) -> &mut Self {
        self.push_part(name, Content::Param(value.into()))
    }

    /// Sets a header: replaces the one of that name (in any case) where it stands, or adds it last.
    ///
    /// The name goes out as written here, the value as UTF-8. An empty value is sent. `Content-Type`
    /// sets the [`content_type`](Self::content_type); `Host` replaces the automatic one;
    /// `Content-Length` and `Transfer-Encoding` follow from the body, so they are left out.
    /// A name that is not a token, and CR, LF, NUL or another control character in the value, are
    /// refused when the request is sent.
    #[doc(alias = "AddHeader")]
    pub fn add_header(&mut self, name: &str, value: &str) -> &mut Self {
        if name.eq_ignore_ascii_case("Content-Type") {
            return self.set_content_type(value);
        }
        if !is_framing(name) {
            self.headers.set(name, value);
        }
        self
    }

    /// The HTTP version. Default `1.1`.
    #[doc(alias = "get_HttpVersion")]
    #[doc(alias = "HttpVersion")]
    pub fn http_version(&self) -> &str {
        &self.http_version
    }

    /// Sets the HTTP version: `1.1` or `1.0`; any other is refused when the request is sent.
    #[doc(alias = "put_HttpVersion")]
    pub fn set_http_version(&mut self, version: &str) -> &mut Self {
        self.http_version = version.trim_matches([' ', '\t']).into();
        self
    }

    /// The charset of params. Default `utf-8`.
    #[doc(alias = "get_Charset")]
    #[doc(alias = "Charset")]
    pub fn charset(&self) -> &str {
        &self.charset
    }

    /// Sets the charset in which params become bytes before they are percent-encoded or put in a
    /// part. Any WHATWG label, `us-ascii`, `iso-8859-1` and `utf-16` with its two orders.
    ///
    /// File names and the charset arguments of the body members have their own. An unknown charset,
    /// or a character that it does not have, is refused when the request is sent.
    #[doc(alias = "put_Charset")]
    pub fn set_charset(&mut self, charset: &str) -> &mut Self {
        self.charset = charset.trim_matches([' ', '\t']).into();
        self
    }

    /// Whether the content type says the charset. Default false.
    #[doc(alias = "get_SendCharset")]
    #[doc(alias = "SendCharset")]
    pub fn send_charset(&self) -> bool {
        self.send_charset
    }

    /// Sets whether `; charset=` and the [`charset`](Self::charset) follow the content type.
    /// Multipart types never get it.
    #[doc(alias = "put_SendCharset")]
    pub fn set_send_charset(&mut self, send: bool) -> &mut Self {
        self.send_charset = send;
        self
    }

    /// The multipart boundary as it was set. Default empty: 128 random bits at each sending.
    #[doc(alias = "get_Boundary")]
    #[doc(alias = "Boundary")]
    pub fn boundary(&self) -> &str {
        &self.boundary
    }

    /// Sets the multipart boundary: 1 to 70 of the characters in RFC 2046 section 5.1.1, not ending
    /// with a space, and not occurring in a part that is in memory. Anything else is refused when the request is sent.
    #[doc(alias = "put_Boundary")]
    pub fn set_boundary(&mut self, boundary: &str) -> &mut Self {
        self.boundary = boundary.into();
        self
    }

    /// Marks the header of this name as secret: it is masked in `Debug` and logs, and a redirect to
    /// another origin does not carry it.
    ///
    /// These are secret without a mark: `Authorization`, `Proxy-Authorization`, `Cookie`, `DPoP`, and
    /// each whose name speaks of a password, key, token, secret, signature, session or CSRF. In a name,
    /// `sid`, `pin` and `otp` count as words only: `X-SID` and `userPin`, but not `Shipping`. So is a
    /// `Referer` that has a query, a fragment or a user, but not one that is only a page.
    pub fn mark_header_sensitive(&mut self, name: &str) -> &mut Self {
        self.sensitive.add(name);
        self
    }

    /// Removes every header of this name. The content type stays: set it to `""`.
    #[doc(alias = "RemoveHeader")]
    pub fn remove_header(&mut self, name: &str) -> &mut Self {
        self.headers.remove(name);
        self
    }

    /// The number of headers that were added; Content-Type, Host and Content-Length do not count.
    #[doc(alias = "get_NumHeaderFields")]
    #[doc(alias = "NumHeaderFields")]
    pub fn num_header_fields(&self) -> usize {
        self.headers.len()
    }

    /// The value of the header of this name, in any case; `Content-Type` included.
    #[doc(alias = "GetHeaderField")]
    pub fn get_header_field(&self, name: &str) -> Option<&str> {
        if name.eq_ignore_ascii_case("Content-Type") && !self.content_type.is_empty() {
            return Some(&self.content_type);
        }
        self.headers.get(name)
    }

    /// The name of the header at `index`, from 0, in the order added.
    #[doc(alias = "GetHeaderName")]
    pub fn get_header_name(&self, index: usize) -> Option<&str> {
        self.headers.at(index).map(|(name, _)| name)
    }

    /// The value of the header at `index`, from 0, in the order added.
    #[doc(alias = "GetHeaderValue")]
    pub fn get_header_value(&self, index: usize) -> Option<&str> {
        self.headers.at(index).map(|(_, value)| value)
    }

    /// The header as a block: Content-Type first, then those added, CRLF after each.
    #[doc(alias = "get_EntireHeader")]
    #[doc(alias = "EntireHeader")]
    pub fn entire_header(&self) -> String {
        let content_type = Some(("Content-Type", self.content_type.as_str()));
        content_type
            .filter(|(_, value)| !value.is_empty())
            .into_iter()
            .chain(self.headers.iter())
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect()
    }

    /// Replaces all headers by those of a block, one a line; folded lines are joined and duplicates
    /// kept. A start line and an empty line at the end are passed over.
    ///
    /// What [`add_header`](Self::add_header) says of Content-Type, Content-Length and
    /// Transfer-Encoding holds here too. A line without a colon is refused when the request is sent.
    #[doc(alias = "put_EntireHeader")]
    pub fn set_entire_header(&mut self, block: &str) -> &mut Self {
        const MEMBER: &str = "set_entire_header";
        self.headers.clear();
        self.faults.retain(|(member, _)| *member != MEMBER);
        let unfolded = block.replace("\r\n ", " ").replace("\r\n\t", " ");
        let unfolded = unfolded.replace("\n ", " ").replace("\n\t", " ");
        for (number, line) in unfolded.lines().enumerate() {
            // The first word of a start line is a method or a version; that of a field has a colon.
            let first_word = line.split(' ').next().unwrap_or_default();
            let is_start = number == 0
                && !first_word.contains(':')
                && (line.contains(" HTTP/1.") || line.starts_with("HTTP/1."));
            if line.is_empty() || is_start {
                continue;
            }
            match line.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("Content-Type") => {
                    self.set_content_type(value);
                }
                Some((name, _)) if is_framing(name) => {}
                Some((name, value)) => self.headers.push(name, value.trim_matches([' ', '\t'])),
                None => self.faults.push((
                    MEMBER,
                    format!("line {} has no colon between a name and a value", number + 1),
                )),
            }
        }
        self
    }

    /// Says whether sending this request twice does the same as sending it once.
    ///
    /// A request is sent a second time by itself only if it is idempotent, and only when a kept-alive
    /// connection turned out to be dead before any byte of an answer came. By default the verb
    /// decides (RFC 9110 section 9.2.2: GET, HEAD, OPTIONS, TRACE, PUT and DELETE are).
    ///
    /// Pass `false` for a PUT that must not be repeated, such as one that changes a password: the second
    /// one may be refused as equal to the old password, or count as another change. Pass `true` for a
    /// POST that carries an idempotency key.
    pub fn set_idempotent(&mut self, idempotent: bool) -> &mut Self {
        self.idempotent = Some(idempotent);
        self
    }

    /// Makes it a GET with no content type: params go to the query string.
    #[doc(alias = "UseGet")]
    pub fn use_get(&mut self) -> &mut Self {
        self.set_http_verb("GET").set_content_type("")
    }

    /// Makes it a HEAD with no content type: params go to the query string.
    #[doc(alias = "UseHead")]
    pub fn use_head(&mut self) -> &mut Self {
        self.set_http_verb("HEAD").set_content_type("")
    }

    /// Makes it a POST of `application/x-www-form-urlencoded`: params go to a form body.
    #[doc(alias = "UsePost")]
    pub fn use_post(&mut self) -> &mut Self {
        self.set_http_verb("POST").set_content_type(prepare::FORM)
    }

    /// Makes it a PUT of `application/x-www-form-urlencoded`: params go to a form body.
    #[doc(alias = "UsePut")]
    pub fn use_put(&mut self) -> &mut Self {
        self.set_http_verb("PUT").set_content_type(prepare::FORM)
    }

    /// Makes it a POST of `multipart/form-data`.
    #[doc(alias = "UseUpload")]
    #[doc(alias = "UsePostMultipartForm")]
    pub fn use_upload(&mut self) -> &mut Self {
        self.set_http_verb("POST").set_content_type(multipart::FORM_DATA)
    }

    /// Makes it a PUT of `multipart/form-data`.
    #[doc(alias = "UseUploadPut")]
    pub fn use_upload_put(&mut self) -> &mut Self {
        self.set_http_verb("PUT").set_content_type(multipart::FORM_DATA)
    }

    /// Makes it a POST of `application/xml` with this body.
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
