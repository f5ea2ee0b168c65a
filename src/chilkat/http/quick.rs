//! Chilkat's quick methods: a URL and what is to be sent, without an `HttpRequest`.

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
/// The URL is absolute, `https://` or `http://`; characters that a URL may not have are percent-encoded,
/// `%XX` stays, a fragment is dropped, and `{$name}` is replaced by what
/// [`set_url_var`](Self::set_url_var) gave. Headers of
/// [`set_request_header`](Self::set_request_header) go with it, and `Accept` and `Accept-Encoding`
/// as [`set_accept`](Self::set_accept) and [`set_allow_gzip`](Self::set_allow_gzip) say, the last two not
/// with an `HttpRequest` of the caller's.
///
/// # Content type
///
/// The first of these that is given:
///
/// 1. the content type that the call names in an argument,
/// 2. the `Content-Type` of [`set_request_header`](Self::set_request_header),
/// 3. the method's own: `application/json` of `post_json`, `application/xml` of `post_xml`.
///
/// The second goes out as written, except that a charset in it which is not that of the text is
/// replaced. A form ([`post_url_encoded`](Self::post_url_encoded)) is always a form. Where a
/// `Content-Type` that was set does not go out, [`call_text`](HttpResponse::call_text) says so.
///
/// # Redirects
///
/// They are followed as [`Transport`](crate::Transport) says, but those of a HEAD are not: Chilkat's documentation of
/// `GetHead` says so for HEAD requests. The response is the redirect then, and
/// [`final_redirect_url`](HttpResponse::final_redirect_url) says where it leads.
///
/// # Errors
///
/// Those of [`synchronous_request`](Self::synchronous_request). A status of 400 or more is not one,
/// also where Chilkat's method then fails: the response is returned, and
/// [`last_status`](Self::last_status) has its status. Only where a file was to be made is it an error, of
/// kind [`Status`](ErrorKind::Status). A method that fills what the caller gave leaves it empty on
/// an error, so that nothing old is taken for the answer.
impl Http {
    /// A call whose request is made of what a quick method was given.
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
        let place = self.quick_settings.url_vars.fill(url).and_then(|url| HttpUrl::of_url(&url));
        let place = place.map_err(|err| self.last.refused(err))?;
        let (domain, port) = (place.origin.host(), place.origin.port());
        let (tls, path) = (place.origin.is_tls(), Some(&*place.path));
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

    /// Sends a request without a body and gives the response.
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

    /// Sends a request without a body whose query holds the members of `json`, after what the URL
    /// has of its own.
    ///
    /// Text goes as it is, numbers and `true`, `false`, `null` as in JSON, an array as its JSON
    /// text; an object in it is refused.
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
                let why = format!("{name:?} is an object, which a query cannot hold");
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

    /// GET: the body as text, which replaces what `sb` held.
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

    /// GET: the body in bytes, replacing what `bd` held.
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

    /// HEAD: the response, which has no body. A redirect is not followed: it is the response.
    #[doc(alias = "GetHead")]
    pub fn get_head(&self, url: &str) -> Result<HttpResponse> {
        self.quick_request("HEAD", url)
    }

    /// POSTs JSON text as `application/json`, or as the `Content-Type` that
    /// [`set_request_header`](Self::set_request_header) has.
    #[doc(alias = "PostJson")]
    pub fn post_json(&self, url: &str, json_text: &str) -> Result<HttpResponse> {
        self.send_json("POST", url, "", json_text)
    }

    /// POSTs JSON text as this content type. An empty one is that of
    /// [`post_json`](Self::post_json).
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
            self.take_set_type(&mut req, "utf-8");
        }
        self.url_call(url, &req, None)
    }

    /// POSTs a JSON object as this content type. An empty one is that of
    /// [`post_json`](Self::post_json).
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
    /// `Content-Type` that [`set_request_header`](Self::set_request_header) has.
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
        self.take_set_type(&mut req, charset);
        req.load_body_from_string(xml, charset);
        self.url_call(url, &req, None)
    }

    /// POSTs the params of `req` as a form. Its verb and content type do not count, nor does its
    /// path: the URL has one. A request with a body or uploads of its own is refused. Nor does a
    /// `Content-Type` of [`set_request_header`](Self::set_request_header) count.
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

    /// Sends text in this charset as this content type, which goes out as it is. An empty one is
    /// that of [`set_request_header`](Self::set_request_header), or none. With `md5` a Content-MD5
    /// goes with it; with `gzip` the body is compressed and Content-Encoding says so.
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
        let mut req = self.quick(verb);
        req.set_content_type(content_type);
        if req.content_type().is_empty() {
            self.take_set_type(&mut req, charset);
        }
        self.send_bytes(req, url, &bytes, md5, gzip)
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

    /// Sends bytes. `content_type`, `md5` and `gzip` are as for [`ptext`](Self::ptext).
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
        self.send_bytes(req, url, bytes, md5, gzip)
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
            // Of the content as it goes out, with its coding (RFC 1864 section 2).
            req.add_header("Content-MD5", BASE64_STANDARD.encode(*md5::compute(body)));
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

    /// PUTs text: the body of the answer as text. `content_type`, `md5` and `gzip` are as for
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

    /// PUTs bytes: the body of the answer as text. `content_type`, `md5` and `gzip` are as for
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

    /// POSTs bytes: the body of the answer as text. `content_type`, `md5` and `gzip` are as for
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

fn gzipped(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|err| Error::new(ErrorKind::Io, "the body cannot be compressed").with_source(err))
}
