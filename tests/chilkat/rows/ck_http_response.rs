//! `CkHttpResponse`: [`HttpResponse`].

use std::fs;

use support::{Conn, Server, patient};
use zoomkat::chilkat::{BinData, JsonArray, JsonObject, StringBuilder};
use zoomkat::{HttpRequest, HttpResponse, LineEndings};

use super::table::Table;
use super::{Has, Outcome, row};

#[test]
fn responses_are_read() -> Outcome {
    let mut t = Table::new("HttpResponse");
    const HEADERS: &str = "Date: Mon, 02 Mar 2026 12:00:00 GMT\r\nContent-Type: application/json; \
                           charset=utf-8\r\nSet-Cookie: lorem=ipsum; Domain=example.com; \
                           Path=/v2; Expires=Wed, 02 Mar 2033 12:00:00 GMT\r\n";
    let server = Server::start(|mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            match request.line() {
                "GET /moved HTTP/1.1" => conn.respond("302 Found", "Location: /there\r\n", ""),
                "GET /list HTTP/1.1" => conn.respond("200 OK", HEADERS, "[1]"),
                _ => conn.respond("201 Made It", HEADERS, "{\"name\":\n\"caf\u{e9}\"}"),
            }
        }
    });
    let body = "{\"name\":\n\"caf\u{e9}\"}";
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("body");
    let http = patient();
    let mut req = HttpRequest::new();
    let resp = server.call(&http, req.set_path("/moved"))?;

    row!(t, [Body] resp.body() => body.as_bytes());
    row!(t, [BodyQP] resp.body_qp() => "{\"name\":=0A\"caf=C3=A9\"}");
    row!(t, [BodyStr] resp.body_str() => body);
    row!(t, [Charset] resp.charset() => "utf-8");
    row!(t, [ContentLength] resp.content_length() => body.len() as u64);
    row!(t, [DateStr] resp.date_str() => "Mon, 02 Mar 2026 12:00:00 GMT");
    row!(t, [Domain] resp.domain() => "127.0.0.1");
    row!(t, [FinalRedirectUrl]
        resp.final_redirect_url() => format!("http://127.0.0.1:{}/there", server.port()));
    row!(t, [FullMime] resp.full_mime() => format!("{}\r\n{body}", resp.header()));

    let (mut bd, mut sb) = (BinData::new(), StringBuilder::new());
    let (mut json, mut jarr) = (JsonObject::new(), JsonArray::new());
    row!(t, [GetBodyBd] resp.get_body_bd(&mut bd); bd.get_string("utf-8")? => body);
    {
        let resp = server.call(&http, req.set_path("/list"))?;
        row!(t, [GetBodyJarr] resp.get_body_jarr(&mut jarr)?; jarr.emit() => "[1]");
    }
    row!(t, [GetBodyJson] resp.get_body_json(&mut json)?; json.string_of("name")? => "caf\u{e9}");
    row!(t, [GetBodySb] resp.get_body_sb(&mut sb); sb.as_str() => body);
    row!(t, [GetCookieDomain] resp.get_cookie_domain(0) => Some("example.com"));
    row!(t, [GetCookieExpiresStr] resp.get_cookie_expires_str(0)
        => Some("Wed, 02 Mar 2033 12:00:00 GMT"));
    row!(t, [GetCookieName] resp.get_cookie_name(0) => Some("lorem"));
    row!(t, [GetCookiePath] resp.get_cookie_path(0) => Some("/v2"));
    row!(t, [GetCookieValue] resp.get_cookie_value(0) => Some("ipsum"));
    row!(t, [GetHeaderField]
        resp.get_header_field("content-type") => Some("application/json; charset=utf-8"));
    row!(t, [GetHeaderFieldAttr]
        resp.get_header_field_attr("Content-Type", "charset") => Some("utf-8".to_owned()));
    row!(t, [GetHeaderName] resp.get_header_name(0) => Some("Date"));
    row!(t, [GetHeaderValue] resp.get_header_value(0) => Some("Mon, 02 Mar 2026 12:00:00 GMT"));
    row!(t, [Header] resp.header() => format!("{HEADERS}Content-Length: {}\r\n", body.len()));
    row!(t, [LastErrorText] resp.call_text() => Has("status 201"));
    row!(t, [NumCookies] resp.num_cookies() => 1);
    row!(t, [NumHeaderFields] resp.num_header_fields() => 4);
    row!(t, [SaveBodyBinary] resp.save_body_binary(&path)?; fs::read(&path)? => resp.body());
    row!(t, [SaveBodyText] resp.save_body_text(LineEndings::CrLf, &path)?;
        fs::read_to_string(&path)? => body.replace('\n', "\r\n"));
    row!(t, [StatusCode] resp.status_code() => 201);
    row!(t, [StatusLine] resp.status_line() => "HTTP/1.1 201 Made It");
    row!(t, [StatusText] resp.status_text() => "Made It");
    row!(t, [UrlEncParamValue]
        resp.url_enc_param_value("a=x%20y&b=2", "a") => Some("x y".to_owned()));

    row!(t, [] HttpResponse::new(); |resp| (resp.status_code(), resp.into_body()) => (0, Vec::new()));
    row!(t, [] resp.json::<serde_json::Value>()? => serde_json::json!({"name": "caf\u{e9}"}));
    row!(t, [] resp.was_redirected() => true);
    row!(t, [] resp.tls_version() => "");
    row!(t, [] resp.tls_cipher_suite() => "");
    row!(t, [] resp.client_cert_requested() => false);
    row!(t, [] resp.is_success() => true);
    row!(t, [] resp.retry_after() => None);
    row!(t, [] resp.headers(); |all| all.count() => 4);
    row!(t, [] resp.header_values("Set-Cookie"); |all| all.count() => 1);
    row!(t, [] resp.cookies(); |all| all.map(|cookie| cookie.name()).collect::<Vec<_>>() => ["lorem"]);
    let copy = resp.clone();
    row!(t, [] resp.into_body() => body.as_bytes());
    let resp = copy;
    row!(t, [] resp.error_for_status()?; |resp| resp.status_code() => 201);

    t.assert_complete();
    Ok(())
}
