//! Chilkat's methods that fill a response passed by the caller.

use std::path::Path;

use super::class::Http;
use crate::chilkat::json::JsonObject;
use crate::error::Result;
use crate::message::request::HttpRequest;
use crate::message::response::HttpResponse;

/// Chilkat's newer methods, which fill a response passed by the caller. They fail as the quick methods
/// do; the response is then empty, with status 0. A status of 400 or above is not an error, although
/// Chilkat's methods fail for it.
impl Http {
    fn fill(&self, resp: &mut HttpResponse, result: Result<HttpResponse>) -> Result<()> {
        match result {
            Ok(new) => {
                *resp = new;
                Ok(())
            }
            Err(err) => {
                *resp = HttpResponse::new();
                Err(err)
            }
        }
    }

    /// Sends a request to a URL, whose path and query replace the request's path.
    /// The params of the request are sent as usual.
    #[doc(alias = "HttpReq")]
    pub fn http_req(&self, url: &str, req: &HttpRequest, resp: &mut HttpResponse) -> Result<()> {
        self.fill(resp, self.follow_url(url, req, None, true))
    }

    /// [`synchronous_request`](Self::synchronous_request) with the response as an argument.
    #[doc(alias = "HttpSReq")]
    pub fn http_s_req(
        &self,
        domain: &str,
        port: u16,
        ssl: bool,
        req: &HttpRequest,
        resp: &mut HttpResponse,
    ) -> Result<()> {
        self.fill(resp, self.synchronous_request(domain, port, ssl, req))
    }

    /// Sends a request without a body. A `HEAD` follows no redirect, as in [`get_head`](Self::get_head).
    #[doc(alias = "HttpNoBody")]
    pub fn http_no_body(&self, verb: &str, url: &str, resp: &mut HttpResponse) -> Result<()> {
        self.fill(resp, self.quick_request(verb, url))
    }

    /// Sends text in this charset. `content_type` is as for [`ptext`](Self::ptext).
    #[doc(alias = "HttpStr")]
    pub fn http_str(
        &self,
        verb: &str,
        url: &str,
        text: &str,
        charset: &str,
        content_type: &str,
        resp: &mut HttpResponse,
    ) -> Result<()> {
        self.fill(resp, self.ptext(verb, url, text, charset, content_type, false, false))
    }

    /// Same as [`http_str`](Self::http_str): Chilkat's name for text in a `StringBuilder`.
    #[doc(alias = "HttpSb")]
    pub fn http_sb(
        &self,
        verb: &str,
        url: &str,
        text: impl AsRef<str>,
        charset: &str,
        content_type: &str,
        resp: &mut HttpResponse,
    ) -> Result<()> {
        self.http_str(verb, url, text.as_ref(), charset, content_type, resp)
    }

    /// Sends bytes. `content_type` is as for [`ptext`](Self::ptext).
    #[doc(alias = "HttpBd")]
    pub fn http_bd(
        &self,
        verb: &str,
        url: &str,
        bytes: impl AsRef<[u8]>,
        content_type: &str,
        resp: &mut HttpResponse,
    ) -> Result<()> {
        self.fill(resp, self.pbinary(verb, url, bytes.as_ref(), content_type, false, false))
    }

    /// Sends a JSON object as this content type. If it is empty, the default of
    /// [`post_json`](Self::post_json) is used.
    #[doc(alias = "HttpJson")]
    pub fn http_json(
        &self,
        verb: &str,
        url: &str,
        json: &JsonObject,
        content_type: &str,
        resp: &mut HttpResponse,
    ) -> Result<()> {
        self.fill(resp, self.send_json(verb, url, content_type, &json.compact()))
    }

    /// Sends a request without a body, with the members of `json` in the query, as
    /// [`quick_request_params`](Self::quick_request_params) does.
    #[doc(alias = "HttpParams")]
    pub fn http_params(
        &self,
        verb: &str,
        url: &str,
        json: &JsonObject,
        resp: &mut HttpResponse,
    ) -> Result<()> {
        self.fill(resp, self.quick_request_params(verb, url, json))
    }

    /// Sends a file, streamed. `content_type` is as for [`ptext`](Self::ptext).
    #[doc(alias = "HttpFile")]
    pub fn http_file(
        &self,
        verb: &str,
        url: &str,
        path: impl AsRef<Path>,
        content_type: &str,
        resp: &mut HttpResponse,
    ) -> Result<()> {
        let mut req = self.quick(verb);
        req.set_content_type(content_type).stream_body_from_file(path);
        self.fill(resp, self.url_call(url, &req, None))
    }
}
