//! Chilkat's quick methods: a URL and what is to be sent, without an `HttpRequest`.

use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use md5::{Digest as _, Md5};

use self::urls::UrlVars;
use super::Transport;
use super::call::Order;
use super::origin::Target;
use crate::charset;
use crate::error::{Error, ErrorKind, Result};
use crate::request::{HttpRequest, encode};
use crate::response::HttpResponse;
use crate::{BinData, JsonObject, StringBuilder};

mod download;
mod forms;
mod urls;

const JSON: &str = "application/json";

/// What only the quick methods heed.
#[derive(Clone)]
pub(crate) struct QuickSettings {
    url_vars: UrlVars,
    accept: String,
    allow_gzip: bool,
    keep_response_body: bool,
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

/// Quick methods: calls that take a URL.
///
/// The URL is absolute, `https://` or `http://`; what in it a URL may not have is percent-encoded,
/// `%XX` stays, a fragment is dropped, and `{$name}` is replaced by what
/// [`set_url_var`](Self::set_url_var) gave. Headers of
/// [`set_request_header`](Self::set_request_header) go with it, and `Accept` and `Accept-Encoding`
/// as [`set_accept`](Self::set_accept) and [`set_allow_gzip`](Self::set_allow_gzip) say, the last two not
/// with an `HttpRequest` of the caller's.
///
/// # Errors
///
/// Those of [`synchronous_request`](Self::synchronous_request). A status of 400 or more is not one,
/// also where Chilkat's method then fails: the answer is handed out, and
/// [`last_status`](Self::last_status) tells. Only where a file was to be made is it an error, of
/// kind [`Status`](ErrorKind::Status). A method that fills what the caller gave leaves it empty on
/// an error, so that nothing old is taken for the answer.
impl Transport {
    pub(super) fn url_call(
        &self,
        url: &str,
        req: &HttpRequest,
        file: Option<&Path>,
    ) -> Result<HttpResponse> {
        let place = self.settings.quick.url_vars.fill(url).and_then(|url| Target::of_url(&url));
        let place = place.map_err(|err| self.last.refused(err))?;
        let (domain, port) = (place.origin.host(), place.origin.port());
        let (tls, path) = (place.origin.is_tls(), Some(&*place.path));
        let resp = self.call(Order { domain, port, tls, path, request: req, file })?;
        if self.settings.quick.keep_response_body {
            self.last.keep_body(resp.body_str().into_owned());
        }
        Ok(resp)
    }

    /// A request with what Chilkat adds to each that has no `HttpRequest`.
    fn quick(&self, verb: &str) -> HttpRequest {
        let mut req = HttpRequest::new();
        req.set_http_verb(verb);
        let settings = &self.settings;
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() && settings.headers.get(name).is_none() {
                req.add_header(name, value);
            }
        };
        add("Accept", &settings.quick.accept);
        add("Accept-Encoding", if settings.quick.allow_gzip { "gzip" } else { "" });
        req
    }

    fn quick_text(&self, verb: &str, url: &str) -> Result<String> {
        Ok(self.quick_request(verb, url)?.body_str().into_owned())
    }

    /// Sends a request without a body and gives the response.
    ///
    /// ```no_run
    /// let mut http = zoomkat::Transport::new();
    /// http.set_auth_token("<access_token>");
    /// let resp = http.quick_request("DELETE", "https://api.zoom.us/v2/meetings/85746065")?;
    /// println!("{}", resp.status_code());
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    #[doc(alias = "QuickRequest")]
    pub fn quick_request(&self, verb: &str, url: &str) -> Result<HttpResponse> {
        self.url_call(url, &self.quick(verb), None)
    }

    /// Sends a request without a body whose query holds the members of `json`, after what the URL
    /// has of its own.
    ///
    /// Text goes as it is, numbers and `true`, `false`, `null` as in JSON, an array as its JSON
    /// text; an object in it is refused.
    ///
    /// ```no_run
    /// let mut http = zoomkat::Transport::new();
    /// http.set_auth_token("<access_token>");
    /// let mut params = zoomkat::JsonObject::new();
    /// params.update_string("status", "active")?;
    /// params.update_int("page_size", 300)?;
    /// let resp = http.quick_request_params("GET", "https://api.zoom.us/v2/users", &params)?;
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    #[doc(alias = "QuickRequestParams")]
    pub fn quick_request_params(
        &self,
        verb: &str,
        url: &str,
        json: &JsonObject,
    ) -> Result<HttpResponse> {
        let mut query = String::new();
        for index in 0..json.size() {
            let (Some(name), Ok(value)) = (json.name_at(index), json.string_at(index)) else {
                let name = json.name_at(index).unwrap_or_default();
                let why = format!("{name:?} is an object, which a query cannot hold");
                return Err(self.last.refused(Error::invalid("json", why)));
            };
            if !query.is_empty() {
                query.push('&');
            }
            encode::strict(&mut query, name.as_bytes());
            query.push('=');
            encode::strict(&mut query, value.as_bytes());
        }
        let mut url = url.split('#').next().unwrap_or_default().to_owned();
        if !query.is_empty() {
            let has_query = url.contains('?');
            let joins = url.ends_with(['?', '&']);
            url.extend([
                if !has_query {
                    "?"
                } else if joins {
                    ""
                } else {
                    "&"
                },
                &query,
            ]);
        }
        self.quick_request(verb, &url)
    }

    /// GET: the response.
    #[doc(alias = "QuickGetObj")]
    pub fn quick_get_obj(&self, url: &str) -> Result<HttpResponse> {
        self.quick_request("GET", url)
    }

    /// GET: the body as text.
    #[doc(alias = "QuickGetStr")]
    #[doc(alias = "quickGetStr")]
    pub fn quick_get_str(&self, url: &str) -> Result<String> {
        self.quick_text("GET", url)
    }

    /// GET: the body in bytes.
    #[doc(alias = "QuickGet")]
    pub fn quick_get(&self, url: &str) -> Result<Vec<u8>> {
        self.quick_request("GET", url).map(HttpResponse::into_body)
    }

    /// GET: the body as text, in the place of what `sb` held.
    ///
    /// ```no_run
    /// let mut http = zoomkat::Transport::new();
    /// http.set_auth_token("<access_token>");
    /// let mut sb = zoomkat::StringBuilder::new();
    /// http.quick_get_sb("https://api.zoom.us/v2/users/me", &mut sb)?;
    /// println!("{} {sb}", http.last_status());
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    #[doc(alias = "QuickGetSb")]
    pub fn quick_get_sb(&self, url: &str, sb: &mut StringBuilder) -> Result<()> {
        sb.clear();
        sb.set_string(&self.quick_text("GET", url)?);
        Ok(())
    }

    /// GET: the body in bytes, in the place of what `bd` held.
    #[doc(alias = "QuickGetBd")]
    pub fn quick_get_bd(&self, url: &str, bd: &mut BinData) -> Result<()> {
        bd.clear();
        *bd = BinData::from(self.quick_get(url)?);
        Ok(())
    }

    /// DELETE: the body of the answer as text.
    #[doc(alias = "QuickDeleteStr")]
    #[doc(alias = "quickDeleteStr")]
    pub fn quick_delete_str(&self, url: &str) -> Result<String> {
        self.quick_text("DELETE", url)
    }

    /// PUT without a body: the body of the answer as text.
    #[doc(alias = "QuickPutStr")]
    #[doc(alias = "quickPutStr")]
    pub fn quick_put_str(&self, url: &str) -> Result<String> {
        self.quick_text("PUT", url)
    }

    /// HEAD: the response, which has no body.
    #[doc(alias = "GetHead")]
    pub fn get_head(&self, url: &str) -> Result<HttpResponse> {
        self.quick_request("HEAD", url)
    }

    /// POSTs JSON text as `application/json`.
    #[doc(alias = "PostJson")]
    pub fn post_json(&self, url: &str, json_text: &str) -> Result<HttpResponse> {
        self.post_json2(url, JSON, json_text)
    }

    /// POSTs JSON text as this content type; an empty one is `application/json`.
    #[doc(alias = "PostJson2")]
    pub fn post_json2(
        &self,
        url: &str,
        content_type: &str,
        json_text: &str,
    ) -> Result<HttpResponse> {
        let content_type = if content_type.is_empty() { JSON } else { content_type };
        let mut req = self.quick("POST");
        req.set_content_type(content_type).load_body_from_string(json_text, "utf-8");
        self.url_call(url, &req, None)
    }

    /// POSTs a JSON object as this content type; an empty one is `application/json`.
    #[doc(alias = "PostJson3")]
    pub fn post_json3(
        &self,
        url: &str,
        content_type: &str,
        json: &JsonObject,
    ) -> Result<HttpResponse> {
        self.post_json2(url, content_type, &json.compact())
    }

    /// POSTs XML text in this charset as `application/xml`.
    #[doc(alias = "PostXml")]
    pub fn post_xml(&self, url: &str, xml: &str, charset: &str) -> Result<HttpResponse> {
        let mut req = self.quick("POST");
        req.set_content_type("application/xml").set_charset(charset).set_send_charset(true);
        req.load_body_from_string(xml, charset);
        self.url_call(url, &req, None)
    }

    /// POSTs the params of `req` as a form. Its verb and content type do not count, nor does its
    /// path: the URL has one. A request with a body or uploads of its own is refused.
    #[doc(alias = "PostUrlEncoded")]
    pub fn post_url_encoded(&self, url: &str, req: &HttpRequest) -> Result<HttpResponse> {
        if !req.has_only_params() {
            let why = "a form has params only, but the request has a body or uploads";
            return Err(self.last.refused(Error::invalid("post_url_encoded", why)));
        }
        let mut req = req.clone();
        req.use_post();
        self.url_call(url, &req, None)
    }

    /// Sends text in this charset. With `md5` a Content-MD5 goes with it; with `gzip` the body is
    /// compressed and Content-Encoding says so.
    #[doc(alias = "PText")]
    #[allow(clippy::too_many_arguments)] // as Chilkat has them
    pub fn ptext(
        &self,
        verb: &str,
        url: &str,
        text: &str,
        charset: &str,
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<HttpResponse> {
        let bytes = charset::encode(text, charset)
            .map_err(|why| self.last.refused(Error::invalid("charset", why)))?;
        self.pbinary(verb, url, &bytes, content_type, md5, gzip)
    }

    /// [`ptext`](Self::ptext) under the name that it has where the text is a `StringBuilder`.
    #[doc(alias = "PTextSb")]
    #[allow(clippy::too_many_arguments)]
    pub fn ptext_sb(
        &self,
        verb: &str,
        url: &str,
        text: &str,
        charset: &str,
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<HttpResponse> {
        self.ptext(verb, url, text, charset, content_type, md5, gzip)
    }

    /// Sends bytes. `md5` and `gzip` are as for [`ptext`](Self::ptext).
    #[doc(alias = "PBinary")]
    pub fn pbinary(
        &self,
        verb: &str,
        url: &str,
        bytes: &[u8],
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<HttpResponse> {
        let mut req = self.quick(verb);
        req.set_content_type(content_type);
        let packed;
        let mut body = bytes;
        if gzip {
            packed = gzipped(bytes).map_err(|err| self.last.refused(err))?;
            body = &packed;
            req.add_header("Content-Encoding", "gzip");
        }
        if md5 {
            // Of the content as it goes out, with its coding (RFC 1864 section 2).
            req.add_header("Content-MD5", &BASE64_STANDARD.encode(Md5::digest(body)));
        }
        req.load_body_from_bd(body);
        self.url_call(url, &req, None)
    }

    /// [`pbinary`](Self::pbinary) under the name that it has where the bytes are a `BinData`.
    #[doc(alias = "PBinaryBd")]
    pub fn pbinary_bd(
        &self,
        verb: &str,
        url: &str,
        bytes: &[u8],
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<HttpResponse> {
        self.pbinary(verb, url, bytes, content_type, md5, gzip)
    }

    /// PUTs text: the body of the answer as text. `md5` and `gzip` are as for
    /// [`ptext`](Self::ptext).
    #[doc(alias = "PutText")]
    #[doc(alias = "putText")]
    pub fn put_text(
        &self,
        url: &str,
        text: &str,
        charset: &str,
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<String> {
        let resp = self.ptext("PUT", url, text, charset, content_type, md5, gzip)?;
        Ok(resp.body_str().into_owned())
    }

    /// PUTs bytes: the body of the answer as text. `md5` and `gzip` are as for
    /// [`ptext`](Self::ptext).
    #[doc(alias = "PutBinary")]
    #[doc(alias = "putBinary")]
    pub fn put_binary(
        &self,
        url: &str,
        bytes: &[u8],
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<String> {
        let resp = self.pbinary("PUT", url, bytes, content_type, md5, gzip)?;
        Ok(resp.body_str().into_owned())
    }

    /// POSTs bytes: the body of the answer as text. `md5` and `gzip` are as for
    /// [`ptext`](Self::ptext).
    #[doc(alias = "PostBinary")]
    #[doc(alias = "postBinary")]
    pub fn post_binary(
        &self,
        url: &str,
        bytes: &[u8],
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<String> {
        let resp = self.pbinary("POST", url, bytes, content_type, md5, gzip)?;
        Ok(resp.body_str().into_owned())
    }
}

/// What the quick methods add to a request.
impl Transport {
    /// What `{$name}` in the URLs of quick methods stands for.
    ///
    /// The value is percent-encoded as one path segment or query value, `/` included. A variable
    /// that was not set is refused when a URL uses it; before the query so is one that is empty, `.`
    /// or `..`, which would change the route.
    ///
    /// ```no_run
    /// let mut http = zoomkat::Transport::new();
    /// http.set_url_var("userId", "jchill@example.com");
    /// let user = http.quick_get_str("https://api.zoom.us/v2/users/{$userId}")?;
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    #[doc(alias = "SetUrlVar")]
    pub fn set_url_var(&mut self, name: &str, value: &str) -> &mut Self {
        self.settings_mut().quick.url_vars.set(name, value);
        self
    }

    /// Forgets the variables of [`set_url_var`](Self::set_url_var).
    #[doc(alias = "ClearUrlVars")]
    pub fn clear_url_vars(&mut self) -> &mut Self {
        self.settings_mut().quick.url_vars = UrlVars::default();
        self
    }

    /// The Accept of quick methods. Default `*/*`.
    #[doc(alias = "Accept")]
    pub fn accept(&self) -> &str {
        &self.settings.quick.accept
    }

    /// Sets the Accept of quick methods; `""` sends none.
    #[doc(alias = "put_Accept")]
    pub fn set_accept(&mut self, accept: &str) -> &mut Self {
        self.settings_mut().quick.accept = accept.trim_matches([' ', '\t']).into();
        self
    }

    /// Whether quick methods ask for compressed bodies. Default true.
    #[doc(alias = "get_AllowGzip")]
    #[doc(alias = "AllowGzip")]
    pub fn allow_gzip(&self) -> bool {
        self.settings.quick.allow_gzip
    }

    /// Sets whether quick methods ask for compressed bodies, which are always unpacked.
    #[doc(alias = "put_AllowGzip")]
    pub fn set_allow_gzip(&mut self, allow: bool) -> &mut Self {
        self.settings_mut().quick.allow_gzip = allow;
        self
    }

    /// Whether [`last_response_body`](Self::last_response_body) is kept. Default false.
    #[doc(alias = "get_KeepResponseBody")]
    #[doc(alias = "KeepResponseBody")]
    pub fn keep_response_body(&self) -> bool {
        self.settings.quick.keep_response_body
    }

    /// Sets whether calls of a URL keep the body, as text, for
    /// [`last_response_body`](Self::last_response_body): also what came in the place of a download.
    #[doc(alias = "put_KeepResponseBody")]
    pub fn set_keep_response_body(&mut self, keep: bool) -> &mut Self {
        self.settings_mut().quick.keep_response_body = keep;
        self
    }
}

fn gzipped(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|err| Error::new(ErrorKind::Io, "the body cannot be compressed").with_source(err))
}
