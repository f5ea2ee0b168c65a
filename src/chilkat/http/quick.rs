//! Chilkat's quick methods: calls that take a URL instead of an `HttpRequest`.

use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::class::Http;
use crate::chilkat::bin_data::BinData;
use crate::chilkat::json::JsonObject;
use crate::chilkat::string_builder::StringBuilder;
use crate::error::{Error, ErrorKind, Result};
use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;
use crate::net::origin::HttpUrl;
use crate::text::charset;
use crate::text::percent;
use crate::transport::call::CallRequest;
use crate::transport::output::Output;

/// Quick methods: calls that take a URL.
///
/// The URL is absolute, `https://` or `http://`. Characters that a URL may not have are percent-encoded,
/// `%XX` stays, a fragment is dropped, and `{$name}` is replaced with the value of
/// [`set_url_var`](Self::set_url_var). The request has the headers of
/// [`set_request_header`](Self::set_request_header) and, unless the caller passes an `HttpRequest`, the `Accept` and
/// `Accept-Encoding` of [`set_accept`](Self::set_accept) and [`set_allow_gzip`](Self::set_allow_gzip).
///
/// # Content type
///
/// The first of these that is set:
///
/// 1. the content type in an argument of the call,
/// 2. the `Content-Type` of [`set_request_header`](Self::set_request_header),
/// 3. the method's default: `application/json` for `post_json`, `application/xml` for `post_xml`.
///
/// The second is sent as written, except that a charset other than the text's is replaced.
/// [`post_url_encoded`](Self::post_url_encoded) always sends a form. If a
/// `Content-Type` that was set is not sent, [`call_text`](HttpResponse::call_text) says so.
///
/// # Redirects
///
/// They are followed as by [`Transport`](crate::Transport), except for a HEAD, as Chilkat's documentation of
/// `GetHead` says. The response is then the redirect, and
/// [`final_redirect_url`](HttpResponse::final_redirect_url) says where it leads.
///
/// # Errors
///
/// As for [`synchronous_request`](Self::synchronous_request). A status of 400 or above is not an error,
/// although some of Chilkat's methods fail for it: the response is returned, and
/// [`last_status`](Self::last_status) has its status. Only a download to a file fails for it, with
/// kind [`Status`](ErrorKind::Status). On an error, a method that fills an argument leaves it empty,
/// so that old content is not mistaken for the response.
impl Http {
    /// Sends a request to a URL, and follows redirects unless it is a HEAD.
    pub(super) fn url_call(
        &self,
        url: &str,
        req: &HttpRequest,
        file: Option<&Path>,
    ) -> Result<HttpResponse> {
        self.follow_url(url, req, file, req.http_verb() != "HEAD")
    }

    pub(super) fn follow_url(
        &self,
        url: &str,
        req: &HttpRequest,
        file: Option<&Path>,
        follows: bool,
    ) -> Result<HttpResponse> {
        let target = self.quick_settings.url_vars.fill(url).and_then(|url| HttpUrl::of_url(&url));
        let target = target.map_err(|err| self.last.refused(err))?;
        let (domain, port) = (target.origin.host(), target.origin.port());
        let (tls, path) = (target.origin.is_tls(), Some(&*target.path));
        let file = file.map(Output::to);
        let resp = self.call(CallRequest {
            path,
            file,
            follows,
            ..CallRequest::new(domain, port, tls, req)
        })?;
        if self.quick_settings.keep_response_body {
            self.last.keep_body(resp.body_str().into_owned());
        }
        Ok(resp)
    }

    fn quick_text(&self, verb: &str, url: &str) -> Result<String> {
        Ok(self.quick_request(verb, url)?.body_str().into_owned())
    }

    /// Sends a request without a body and returns the response.
    ///
    /// ```no_run
    /// let mut http = zoomkat::chilkat::Http::new();
    /// http.set_auth_token("<access_token>");
    /// let resp = http.quick_request("DELETE", "https://api.zoom.us/v2/meetings/85746065")?;
    /// println!("{}", resp.status_code());
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    #[doc(alias = "QuickRequest")]
    pub fn quick_request(&self, verb: &str, url: &str) -> Result<HttpResponse> {
        self.url_call(url, &self.quick(verb), None)
    }

    /// Sends a request without a body, with the members of `json` added to the query of the URL.
    ///
    /// Text is sent unchanged, numbers and `true`, `false`, `null` as in JSON, an array as its JSON
    /// text. A member that is an object is refused.
    ///
    /// ```no_run
    /// let mut http = zoomkat::chilkat::Http::new();
    /// http.set_auth_token("<access_token>");
    /// let mut params = zoomkat::chilkat::JsonObject::new();
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
                let why = format!("{name:?} is an object, which a query cannot contain");
                return Err(self.last.refused(Error::invalid("json", why)));
            };
            if !query.is_empty() {
                query.push('&');
            }
            percent::strict(&mut query, name.as_bytes());
            query.push('=');
            percent::strict(&mut query, value.as_bytes());
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

    /// Sends a GET and returns the response.
    #[doc(alias = "QuickGetObj")]
    pub fn quick_get_obj(&self, url: &str) -> Result<HttpResponse> {
        self.quick_request("GET", url)
    }

    /// Sends a GET and returns the body as text.
    #[doc(alias = "QuickGetStr")]
    #[doc(alias = "quickGetStr")]
    pub fn quick_get_str(&self, url: &str) -> Result<String> {
        self.quick_text("GET", url)
    }

    /// Sends a GET and returns the body as bytes.
    #[doc(alias = "QuickGet")]
    pub fn quick_get(&self, url: &str) -> Result<Vec<u8>> {
        self.quick_request("GET", url).map(HttpResponse::into_body)
    }

    /// Sends a GET and puts the body as text into `sb`, replacing its content.
    ///
    /// ```no_run
    /// let mut http = zoomkat::chilkat::Http::new();
    /// http.set_auth_token("<access_token>");
    /// let mut sb = zoomkat::chilkat::StringBuilder::new();
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

    /// Sends a GET and puts the body as bytes into `bd`, replacing its content.
    #[doc(alias = "QuickGetBd")]
    pub fn quick_get_bd(&self, url: &str, bd: &mut BinData) -> Result<()> {
        bd.clear();
        *bd = BinData::from(self.quick_get(url)?);
        Ok(())
    }

    /// Sends a DELETE and returns the body of the response as text.
    #[doc(alias = "QuickDeleteStr")]
    #[doc(alias = "quickDeleteStr")]
    pub fn quick_delete_str(&self, url: &str) -> Result<String> {
        self.quick_text("DELETE", url)
    }

    /// Sends a PUT without a body and returns the body of the response as text.
    #[doc(alias = "QuickPutStr")]
    #[doc(alias = "quickPutStr")]
    pub fn quick_put_str(&self, url: &str) -> Result<String> {
        self.quick_text("PUT", url)
    }

    /// Sends a HEAD and returns the response, which has no body. A redirect is not followed: it is the response.
    #[doc(alias = "GetHead")]
    pub fn get_head(&self, url: &str) -> Result<HttpResponse> {
        self.quick_request("HEAD", url)
    }

    /// POSTs JSON text as `application/json`, or as the `Content-Type` of
    /// [`set_request_header`](Self::set_request_header).
    #[doc(alias = "PostJson")]
    pub fn post_json(&self, url: &str, json_text: &str) -> Result<HttpResponse> {
        self.send_json("POST", url, "", json_text)
    }

    /// POSTs JSON text as this content type. If it is empty, the default of
    /// [`post_json`](Self::post_json) is used.
    #[doc(alias = "PostJson2")]
    pub fn post_json2(
        &self,
        url: &str,
        content_type: &str,
        json_text: &str,
    ) -> Result<HttpResponse> {
        self.send_json("POST", url, content_type, json_text)
    }

    pub(super) fn send_json(
        &self,
        verb: &str,
        url: &str,
        content_type: &str,
        json_text: &str,
    ) -> Result<HttpResponse> {
        let mut req = self.quick(verb);
        req.set_content_type(content_type).load_body_from_string(json_text, "utf-8");
        if req.content_type().is_empty() {
            req.set_content_type("application/json");
            self.use_header_type(&mut req, "utf-8");
        }
        self.url_call(url, &req, None)
    }

    /// POSTs a JSON object as this content type. If it is empty, the default of
    /// [`post_json`](Self::post_json) is used.
    #[doc(alias = "PostJson3")]
    pub fn post_json3(
        &self,
        url: &str,
        content_type: &str,
        json: &JsonObject,
    ) -> Result<HttpResponse> {
        self.post_json2(url, content_type, &json.compact())
    }

    /// POSTs XML text in this charset as `application/xml` with that charset, or as the
    /// `Content-Type` of [`set_request_header`](Self::set_request_header).
    ///
    /// SOAP 1.1 needs `text/xml`:
    ///
    /// ```no_run
    /// let mut http = zoomkat::chilkat::Http::new();
    /// http.set_request_header("Content-Type", "text/xml; charset=utf-8");
    /// http.set_request_header("SOAPAction", "\"urn:lorem\"");
    /// let resp = http.post_xml("https://soap.example.com/", "<Envelope/>", "utf-8")?;
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    #[doc(alias = "PostXml")]
    pub fn post_xml(&self, url: &str, xml: &str, charset: &str) -> Result<HttpResponse> {
        let mut req = self.quick("POST");
        req.set_content_type("application/xml").set_charset(charset).set_send_charset(true);
        self.use_header_type(&mut req, charset);
        req.load_body_from_string(xml, charset);
        self.url_call(url, &req, None)
    }

    /// POSTs the params of `req` as a form to the URL. Its verb, path and content type are ignored, as is a
    /// `Content-Type` of [`set_request_header`](Self::set_request_header). A request with a body or uploads is refused.
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

    /// Sends text in this charset as this content type, which is sent as written. If it is empty, the Content-Type
    /// of [`set_request_header`](Self::set_request_header) is sent, or none. `md5` adds a Content-MD5 header.
    /// `gzip` compresses the body and adds a Content-Encoding header.
    #[doc(alias = "PText")]
    #[allow(clippy::too_many_arguments)] // as in Chilkat
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
        let mut req = self.quick(verb);
        req.set_content_type(content_type);
        if req.content_type().is_empty() {
            self.use_header_type(&mut req, charset);
        }
        self.send_bytes(req, url, &bytes, md5, gzip)
    }

    /// Same as [`ptext`](Self::ptext): Chilkat's name for text in a `StringBuilder`.
    #[doc(alias = "PTextSb")]
    #[allow(clippy::too_many_arguments)]
    pub fn ptext_sb(
        &self,
        verb: &str,
        url: &str,
        text: impl AsRef<str>,
        charset: &str,
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<HttpResponse> {
        self.ptext(verb, url, text.as_ref(), charset, content_type, md5, gzip)
    }

    /// Sends bytes. `content_type`, `md5` and `gzip` are as for [`ptext`](Self::ptext).
    #[doc(alias = "PBinary")]
    pub fn pbinary(
        &self,
        verb: &str,
        url: &str,
        bytes: impl AsRef<[u8]>,
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<HttpResponse> {
        let mut req = self.quick(verb);
        req.set_content_type(content_type);
        self.send_bytes(req, url, bytes.as_ref(), md5, gzip)
    }

    fn send_bytes(
        &self,
        mut req: HttpRequest,
        url: &str,
        bytes: &[u8],
        md5: bool,
        gzip: bool,
    ) -> Result<HttpResponse> {
        let packed;
        let mut body = bytes;
        if gzip {
            packed = gzipped(bytes).map_err(|err| self.last.refused(err))?;
            body = &packed;
            req.add_header("Content-Encoding", "gzip");
        }
        if md5 {
            // The digest of the encoded body (RFC 1864 section 2).
            req.add_header("Content-MD5", BASE64_STANDARD.encode(*md5::compute(body)));
        }
        req.load_body_from_bd(body);
        self.url_call(url, &req, None)
    }

    /// Same as [`pbinary`](Self::pbinary): Chilkat's name for bytes in a `BinData`.
    #[doc(alias = "PBinaryBd")]
    pub fn pbinary_bd(
        &self,
        verb: &str,
        url: &str,
        bytes: impl AsRef<[u8]>,
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<HttpResponse> {
        self.pbinary(verb, url, bytes.as_ref(), content_type, md5, gzip)
    }

    /// PUTs text and returns the body of the response as text. `content_type`, `md5` and `gzip` are as for
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

    /// PUTs bytes and returns the body of the response as text. `content_type`, `md5` and `gzip` are as for
    /// [`ptext`](Self::ptext).
    #[doc(alias = "PutBinary")]
    #[doc(alias = "putBinary")]
    pub fn put_binary(
        &self,
        url: &str,
        bytes: impl AsRef<[u8]>,
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<String> {
        let resp = self.pbinary("PUT", url, bytes.as_ref(), content_type, md5, gzip)?;
        Ok(resp.body_str().into_owned())
    }

    /// POSTs bytes and returns the body of the response as text. `content_type`, `md5` and `gzip` are as for
    /// [`ptext`](Self::ptext).
    #[doc(alias = "PostBinary")]
    #[doc(alias = "postBinary")]
    pub fn post_binary(
        &self,
        url: &str,
        bytes: impl AsRef<[u8]>,
        content_type: &str,
        md5: bool,
        gzip: bool,
    ) -> Result<String> {
        let resp = self.pbinary("POST", url, bytes.as_ref(), content_type, md5, gzip)?;
        Ok(resp.body_str().into_owned())
    }
}

fn gzipped(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|err| Error::new(ErrorKind::Io, "the body cannot be compressed").with_source(err))
}
