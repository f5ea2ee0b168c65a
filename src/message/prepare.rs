//! Checking of requests, and their form on the wire.

use std::borrow::Cow;
use std::path::Path;

use super::body::Body;
use super::multipart::{self, Boundary, ContentType};
use super::params::{Content, Data, RequestBody};
use super::request::HttpRequest;
use crate::error::{Error, Result};
use crate::redact::{is_same_origin_only, push_masked, quoted};
use crate::text::headers::{self, FieldNames, Headers, check_header};
use crate::text::percent;

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// A checked request: everything that is sent, except what depends on the connection.
pub(crate) struct Prepared<'r> {
    pub(crate) verb: &'r str,
    /// Path and query, encoded; or `*`.
    pub(crate) target: Cow<'r, str>,
    pub(crate) http10: bool,
    pub(crate) body: Option<Body<'r>>,
    content_type: Option<ContentType<'r>>,
    headers: &'r Headers,
    sensitive: &'r FieldNames,
    /// Names of headers that are secret in all requests.
    pub(crate) always_sensitive: Option<&'r FieldNames>,
    idempotent: Option<bool>,
    /// After a redirect to another origin: credentials are not sent.
    pub(crate) credentials_dropped: bool,
    /// After a redirect that made it a GET: `Content-*` fields are not sent (RFC 9110 section 15.4).
    content_dropped: bool,
}

/// Content-Type and body.
type TypeAndBody<'r> = (Option<ContentType<'r>>, Option<Body<'r>>);

impl HttpRequest {
    /// Returns the request as it would be sent, with the placeholder `domain` for the host. Secrets are not masked.
    ///
    /// Bytes that are not UTF-8 become U+FFFD;
    /// [`generate_request_file`](Self::generate_request_file) writes them unchanged. The multipart
    /// boundary differs from call to call unless [`set_boundary`](Self::set_boundary) was called.
    ///
    /// # Errors
    ///
    /// The errors of sending it, and a file that cannot be read.
    #[doc(alias = "GenerateRequestText")]
    #[doc(alias = "generateRequestText")]
    pub fn generate_request_text(&self) -> Result<String> {
        let mut bytes = Vec::new();
        self.generate(&mut |piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(err) => String::from_utf8_lossy(err.as_bytes()).into_owned(),
        })
    }

    /// Writes the request to a file, byte for byte as it would be sent, with the placeholder
    /// `domain` for the host. The file is written whole or not at all.
    ///
    /// # Errors
    ///
    /// The errors of sending it, and a file that cannot be written.
    #[doc(alias = "GenerateRequestFile")]
    pub fn generate_request_file(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::text::file::write_whole(path.as_ref(), |put| self.generate(put))
    }

    fn generate(&self, put: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let request = self.prepare()?;
        put(&request.head(&request.target, "domain", &[]))?;
        if let Some(body) = &request.body {
            let (mut reader, mut buf) = (body.open(), vec![0; 64 * 1024]);
            loop {
                let n = reader.fill(&mut buf)?;
                put(&buf[..n])?;
                if n < buf.len() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Checks everything that can be checked without a connection. Files are opened, not read.
    pub(crate) fn prepare(&self) -> Result<Prepared<'_>> {
        self.prepare_for(None)
    }

    /// Like [`prepare`](Self::prepare), with `path` instead of the request's path and query.
    pub(crate) fn prepare_for<'r>(&'r self, path: Option<&'r str>) -> Result<Prepared<'r>> {
        if let Some((member, why)) = self.faults.first() {
            return Err(Error::invalid(member, why));
        }
        self.check_verb()?;
        let http10 = match &*self.http_version {
            "1.1" => false,
            "1.0" => true,
            other => {
                let why = format!("{other:?} is not a supported HTTP version; use 1.1 or 1.0");
                return Err(Error::invalid("http_version", why));
            }
        };
        for (name, value) in self.headers.iter() {
            check_header("add_header", name, value)?;
            if name.eq_ignore_ascii_case("Transfer-Encoding") {
                let why = "Transfer-Encoding cannot be set: a body is sent with its Content-Length";
                return Err(Error::invalid("add_header", why));
            }
        }
        check_text("content_type", &self.content_type)?;
        check_text("charset", self.charset())?;
        let mut target = self.target(path.unwrap_or(&self.path))?;
        let (content_type, body) = self.content(&mut target)?;
        self.check_length(body.as_ref().map_or(0, Body::len))?;
        Ok(Prepared {
            verb: &self.http_verb,
            target,
            http10,
            body,
            content_type,
            headers: &self.headers,
            sensitive: &self.sensitive,
            always_sensitive: None,
            idempotent: self.idempotent,
            credentials_dropped: false,
            content_dropped: false,
        })
    }

    fn check_verb(&self) -> Result<()> {
        let verb = &self.http_verb;
        let why = if verb.is_empty() {
            "it is empty; use GET, POST, PUT, PATCH, DELETE or another method".to_owned()
        } else if !headers::is_token(&**verb) {
            format!("{verb:?} is not a method, which has only letters, digits and !#$%&'*+-.^_`|~")
        } else if verb == "CONNECT" {
            "CONNECT opens a tunnel, which a request cannot; see set_proxy".to_owned()
        } else {
            return Ok(());
        };
        Err(Error::invalid("http_verb", why))
    }

    /// Checks that a Content-Length that the caller set is the length of the body.
    fn check_length(&self, length: u64) -> Result<()> {
        for (name, value) in self.headers.iter() {
            let digits = value.trim_matches(headers::OWS);
            let is_length = || {
                digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u64>() == Ok(length)
            };
            if name.eq_ignore_ascii_case("Content-Length") && !is_length() {
                let why = format_args!(
                    "Content-Length is {}, but the body has {length} bytes; without it the length is sent \
                     automatically",
                    quoted(value)
                );
                return Err(Error::invalid("add_header", why));
            }
        }
        Ok(())
    }

    /// Returns path and query with the values of the path variables.
    pub(crate) fn target<'p>(&self, path: &'p str) -> Result<Cow<'p, str>> {
        // Such a path passes each check, and is sent as it is.
        if self.path_variables.is_empty() && percent::is_plain_path(path) {
            return Ok(Cow::Borrowed(path));
        }
        if let Some(bad) = path.bytes().find(|b| matches!(b, b'\r' | b'\n' | b'\0')).map(char::from)
        {
            return Err(Error::invalid("path", format_args!("it contains {bad:?}")));
        }
        if is_url(path) {
            let mut shown = String::new();
            push_masked(&mut shown, path.trim_start());
            let why = format_args!(
                "{shown:?} is a URL: set_from_url takes its path and query, and its host goes to \
                 synchronous_request; http_req (feature chilkat) takes the whole URL"
            );
            return Err(Error::invalid("path", why));
        }
        if path == "*" && self.http_verb == "OPTIONS" {
            return Ok("*".into()); // RFC 9110 section 9.3.7: the server as a whole
        }
        if self.path_variables.is_empty() {
            return Ok(percent::path_and_query(path));
        }
        let (path, query) = path.split_at(path.find('?').unwrap_or(path.len()));
        let mut used = vec![false; self.path_variables.len()];
        let mut filled = String::with_capacity(path.len() + 32);
        for (index, segment) in path.split('/').enumerate() {
            if index > 0 {
                filled.push('/');
            }
            let variable = segment.strip_prefix(':').and_then(|name| {
                let at = self.path_variables.position(name)?;
                Some((at, self.path_variables.get(at)?))
            });
            match variable {
                None => filled.push_str(segment),
                Some((at, (name, value))) => {
                    used[at] = true;
                    if matches!(value.as_str(), "" | "." | "..") {
                        return Err(Error::invalid(
                            "set_path_variable",
                            format_args!("{name}: the value {value:?} would change the path"),
                        ));
                    }
                    percent::strict(&mut filled, value.as_bytes());
                }
            }
        }
        let mut variables = self.path_variables.iter().zip(used);
        if let Some(((name, _), _)) = variables.find(|(_, used)| !used) {
            return Err(Error::invalid(
                "set_path_variable",
                format_args!("the path has no segment :{name}"),
            ));
        }
        filled.push_str(query);
        Ok(percent::path_and_query(&filled).into_owned().into())
    }

    /// Returns content type and body, and adds params to the query of `target` by the table in the
    /// documentation of [`HttpRequest`].
    fn content(&self, target: &mut Cow<'_, str>) -> Result<TypeAndBody<'_>> {
        let semicolon = memchr::memchr(b';', self.content_type.as_bytes());
        let base = self.content_type[..semicolon.unwrap_or(self.content_type.len())].trim();
        let given = if base.is_empty() { "" } else { self.content_type.as_str() };
        let is_multipart = headers::is_multipart(base);
        let has_upload = self.parts.iter().any(|p| matches!(p.content, Content::Upload { .. }));
        let has_params = !self.parts.is_empty();
        let in_query = self.params_go_to_query();

        if let RequestBody::Loaded { member, data } = &self.body {
            if has_upload {
                let why = "a request has a body or uploads, not both";
                return Err(Error::invalid(member, why));
            }
            let body = match data {
                Data::Bytes(bytes) => Body::from_bytes(&**bytes),
                Data::File(source) => {
                    let mut body = Body::default();
                    body.push_file(source, member)?;
                    body
                }
                Data::Fault(why) => return Err(Error::invalid(member, why)),
            };
            self.params_to_query(target)?;
            return Ok((self.content_type_header(given, is_multipart)?, Some(body)));
        }
        if is_multipart && !has_params && in_query {
            // The verb expects no body, so the content type alone does not add a body.
            return Ok((self.content_type_header(given, true)?, None));
        }
        if is_multipart || has_upload {
            return self.multipart(is_multipart);
        }
        if let Some(index) = self.parts.iter().position(|part| part.sub_headers.len() > 0) {
            let why = format_args!("part {index} has a header, but the request is not multipart");
            return Err(Error::invalid("add_sub_header", why));
        }
        if !has_params {
            return Ok((self.content_type_header(given, false)?, None));
        }
        if in_query {
            self.params_to_query(target)?;
            return Ok((self.content_type_header(given, false)?, None));
        }
        if base.is_empty() || base.eq_ignore_ascii_case(FORM) {
            let mut form = String::new();
            self.encode_params(&mut form)?;
            let given = if base.is_empty() { FORM } else { given };
            let body = Body::from_bytes(form.into_bytes());
            return Ok((self.content_type_header(given, false)?, Some(body)));
        }
        Err(Error::invalid(
            "content_type",
            format_args!(
                "a body of type {base:?} cannot carry params ({} were added); load the body with \
                 load_body_from_string, or use {FORM} or multipart/form-data",
                self.parts.len()
            ),
        ))
    }

    /// Whether the verb expects no body, so that params go to the query.
    pub(crate) fn params_go_to_query(&self) -> bool {
        // Methods are case-sensitive, but here the case makes no difference.
        let is_verb = |verb: &&str| self.http_verb.eq_ignore_ascii_case(verb);
        ["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"].iter().any(is_verb)
    }

    fn multipart(&self, is_multipart: bool) -> Result<TypeAndBody<'_>> {
        let mut wanted = Cow::Borrowed(&*self.boundary);
        if wanted.is_empty() && is_multipart {
            let in_type = headers::parameter(&self.content_type, "boundary");
            wanted = in_type.unwrap_or_default().into();
        }
        let boundary = Boundary::new(wanted)?;
        let body = multipart::body(&self.parts, &self.charset, &boundary)?;
        let given = if is_multipart { &self.content_type } else { multipart::FORM_DATA };
        let given = headers::without_parameter(given, "boundary");
        Ok((Some(ContentType::Multipart(given, boundary)), Some(body)))
    }

    fn content_type_header<'r>(
        &self,
        given: &'r str,
        is_multipart: bool,
    ) -> Result<Option<ContentType<'r>>> {
        if given.is_empty() {
            return Ok(None);
        }
        if !self.send_charset || is_multipart || self.charset().is_empty() {
            return Ok(Some(ContentType::Text(given.into())));
        }
        if !headers::is_token(self.charset()) {
            let why = format_args!("{:?} cannot be named in a content type", self.charset());
            return Err(Error::invalid("charset", why));
        }
        let given = headers::without_parameter(given, "charset");
        Ok(Some(ContentType::Text(format!("{given}; charset={}", self.charset()).into())))
    }

    fn params_to_query(&self, target: &mut Cow<'_, str>) -> Result<()> {
        if self.parts.is_empty() {
            return Ok(());
        }
        if *target == "*" {
            return Err(Error::invalid("path", "the path * takes no params"));
        }
        let target = target.to_mut();
        percent::open_query(target);
        self.encode_params(target)
    }

    fn encode_params(&self, out: &mut String) -> Result<()> {
        for (name, value) in self.params() {
            percent::pair(out, name, value, &self.charset)
                .map_err(|why| Error::invalid("charset", format_args!("param {name:?}: {why}")))?;
        }
        Ok(())
    }
}

/// Whether a path starts with a scheme and `://`. RFC 3986 allows that, but the request would not go to
/// the host in it.
fn is_url(path: &str) -> bool {
    let path = path.trim_start();
    let may_be_scheme = path.starts_with(|c: char| c.is_ascii_alphabetic());
    let colon = if may_be_scheme { path.split_once(':') } else { None };
    colon.is_some_and(|(scheme, rest)| {
        rest.starts_with("//")
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    })
}

fn check_text(member: &str, value: &str) -> Result<()> {
    match headers::bad_value_char(value) {
        Some(bad) => Err(Error::invalid(member, format_args!("it contains {bad:?}"))),
        None => Ok(()),
    }
}

pub(super) fn push<const N: usize>(out: &mut Vec<u8>, pieces: [&[u8]; N]) {
    pieces.iter().for_each(|piece| out.extend_from_slice(piece));
}

pub(super) fn push_field(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    push(out, [name.as_bytes(), b": ", value, b"\r\n"]);
}

impl Prepared<'_> {
    /// The Content-Type, with the boundary of a multipart body.
    pub(crate) fn content_type(&self) -> Option<Cow<'_, str>> {
        self.content_type.as_ref().map(|content_type| match content_type {
            ContentType::Text(text) => Cow::Borrowed(&**text),
            multipart => String::from_utf8_lossy(&multipart.pieces().concat()).into_owned().into(),
        })
    }

    /// Makes it not idempotent, unless the caller called `set_idempotent`.
    pub(crate) fn send_once(&mut self) {
        self.idempotent.get_or_insert(false);
    }

    /// Whether the request may be sent again if it is unknown whether the first one arrived.
    pub(crate) fn is_idempotent(&self) -> bool {
        self.idempotent.unwrap_or_else(|| self.is_safe() || matches!(self.verb, "PUT" | "DELETE"))
    }

    /// Whether the method is safe (RFC 9110 section 9.2.1).
    pub(crate) fn is_safe(&self) -> bool {
        matches!(self.verb, "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// Makes it a GET without content, as some redirects require. A HEAD stays a HEAD.
    pub(crate) fn make_get(&mut self) {
        if self.verb != "HEAD" {
            self.verb = "GET";
        }
        self.body = None;
        self.content_type = None;
        self.content_dropped = true;
        self.idempotent = None;
    }

    /// Returns the caller's field of this name, if it is sent.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).filter(|value| self.carries(name, value))
    }

    /// Whether this request allows another one on the connection after it. `setting` is the Connection
    /// field that is sent if the request has none.
    pub(crate) fn keeps_alive(&self, setting: Option<&str>) -> bool {
        let Some(value) = self.header("Connection").or(setting) else { return !self.http10 };
        let has_option = |wanted: &str| {
            let mut options = value.split(',').map(headers::trim_ows);
            options.any(|option| option.eq_ignore_ascii_case(wanted))
        };
        if self.http10 { has_option("keep-alive") } else { !has_option("close") }
    }

    /// Whether this field is sent after the redirects so far.
    pub(crate) fn carries(&self, name: &str, value: &str) -> bool {
        if self.content_dropped
            && name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("content-"))
        {
            return false;
        }
        let marked = || {
            self.sensitive.contains(name)
                || self.always_sensitive.is_some_and(|names| names.contains(name))
        };
        let is_private =
            || name.eq_ignore_ascii_case("Host") || is_same_origin_only(name, value) || marked();
        !(self.credentials_dropped && is_private())
    }

    /// Returns the request line and the header: Host, Content-Type, Content-Length, the caller's fields
    /// in their order, then the fields of `extra` that the caller did not set.
    pub(crate) fn head(&self, target: &str, host: &str, extra: &[(&str, &[u8])]) -> Vec<u8> {
        let fields = self.headers.iter().map(|(name, value)| (name, value.as_bytes()));
        let fields = fields.chain(extra.iter().copied());
        let size = fields.map(|(name, value)| name.len() + value.len() + ": \r\n".len());
        let content_type = self.content_type.as_ref().map(ContentType::pieces).unwrap_or_default();
        let type_size = content_type.iter().map(|piece| piece.len()).sum::<usize>();
        // Enough for the request line and the automatic fields.
        let size = size.sum::<usize>() + type_size + target.len() + host.len() + 128;
        let mut head = Vec::with_capacity(size);
        let out = &mut head;
        let version = if self.http10 { "1.0" } else { "1.1" };
        push(out, [self.verb, " ", target, " HTTP/", version, "\r\n"].map(str::as_bytes));
        push_field(out, "Host", self.header("Host").unwrap_or(host).as_bytes());
        if self.content_type.is_some() {
            out.extend_from_slice(b"Content-Type: ");
            push(out, content_type);
            out.extend_from_slice(b"\r\n");
        }
        // RFC 9110 section 8.6: without content, a method that usually has some sends a length of 0.
        let length = match &self.body {
            Some(body) => Some(body.len()),
            None if self.header("Content-Length").is_some() => Some(0),
            None if self.is_safe() || self.verb == "DELETE" => None,
            None => Some(0),
        };
        if let Some(length) = length {
            push_field(out, "Content-Length", itoa::Buffer::new().format(length).as_bytes());
        }
        for (name, value) in self.headers.iter() {
            let is_written = name.eq_ignore_ascii_case("Host") || headers::is_framing(name);
            if !is_written && self.carries(name, value) {
                push_field(out, name, value.as_bytes());
            }
        }
        for (name, value) in headers::first_of_each(extra) {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            let is_written = headers::is_framing(name)
                || is("Host")
                || (self.content_type.is_some() && is("Content-Type"));
            if !is_written && self.header(name).is_none() {
                push_field(out, name, value);
            }
        }
        out.extend_from_slice(b"\r\n");
        head
    }
}
