//! Every row of the tables in docs/porting.md, in their order: it compiles and does what it says.
//!
//! tests/docs/docs_are_true.rs makes sure that the rows here are those of the tables, and that no member is
//! missing from them.

use std::error::Error;
use std::fs;

use support::tls::Authority;
use support::{Conn, Received, Server};
use zoomkat::chilkat::{BinData, Http, JsonArray, JsonObject, StringBuilder};
use zoomkat::{Call, HttpRequest, HttpResponse};

/// A row of a table, and what it gives.
macro_rules! row {
    ($code:expr) => {
        $code
    };
    ($code:expr => answer $body:expr) => {
        assert_eq!($code.body_str(), $body)
    };
    ($code:expr => $result:expr) => {
        assert_eq!($code, $result)
    };
}

fn patient() -> Http {
    Http::from(support::patient())
}

type Outcome = Result<(), Box<dyn Error>>;

/// The request as one line: verb, target, content type and body.
fn echo(request: &Received) -> String {
    let line = request.line().trim_end_matches(" HTTP/1.1");
    let content = [request.header("Content-Type").unwrap_or_default(), &request.text()].join(" ");
    format!("{line} {}", content.trim()).trim_end().to_owned()
}

/// Answers with what it was sent; `/moved` leads to `/there`, and what is below `/404` is not found.
fn server() -> Server {
    Server::start(|mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            let headers = "Content-Type: text/plain\r\nLast-Modified: Mon, 02 Mar 2026 12:00:00 \
                           GMT\r\nSet-Cookie: lorem=ipsum\r\n";
            match request.line().split(' ').nth(1) {
                Some("/moved") => conn.respond("302 Found", "Location: /there\r\n", ""),
                Some("/404") => conn.respond("404 Not Found", "", "nothing here"),
                _ if request.line().starts_with("HEAD ") => conn.respond("200 OK", headers, ""),
                _ => conn.respond("200 OK", headers, echo(&request)),
            }
        }
    })
}

fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn requests_are_built() -> Outcome {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("lorem.txt");
    fs::write(&path, "from a file")?;
    let bd = BinData::from(b"from bytes");
    let sb = StringBuilder::from("from text");

    let mut req = HttpRequest::new();
    req.use_upload();
    row!(req.add_bd_for_upload("file", "lorem.bin", &bd, ""));
    row!(req.add_file_for_upload("file", &path));
    row!(req.add_file_for_upload2("file", &path, "text/html"));
    row!(req.add_header("X-Lorem", "ipsum"));
    row!(req.add_param("status", "active"));
    row!(req.add_string_for_upload("file", "lorem.txt", "caf\u{e9}", "utf-8"));
    row!(req.add_string_for_upload2("meta", "", "{}", "utf-8", "application/json"));
    row!(req.add_sub_header(0, "X-Part", "first"));
    row!(req.set_boundary("lorem-boundary"));
    row!(req.boundary() => "lorem-boundary");
    let named = "--lorem-boundary\r\nContent-Disposition: form-data; name=";
    contains(
        &req.generate_request_text()?,
        &[
            "POST / HTTP/1.1\r\n",
            "Content-Type: multipart/form-data; boundary=lorem-boundary\r\n",
            "X-Lorem: ipsum\r\n",
            &format!(
                "{named}\"file\"; filename=\"lorem.bin\"\r\nContent-Type: \
                 application/octet-stream\r\nX-Part: first\r\n\r\nfrom bytes\r\n"
            ),
            &format!("{named}\"file\"; filename=\"lorem.txt\"\r\nContent-Type: text/plain\r\n"),
            "Content-Type: text/html\r\n\r\nfrom a file\r\n",
            &format!("{named}\"status\"\r\n\r\nactive\r\n"),
            "caf\u{e9}\r\n",
            &format!("{named}\"meta\"\r\nContent-Type: application/json\r\n\r\n{{}}\r\n"),
        ],
    );

    let mut req = HttpRequest::new();
    req.use_post().add_param("q", "caf\u{e9}");
    row!(req.set_charset("iso-8859-1"));
    row!(req.charset() => "iso-8859-1");
    contains(&req.generate_request_text()?, &["\r\n\r\nq=caf%E9"]);
    row!(req.set_content_type("application/json; charset=utf-8"));
    row!(req.content_type() => "application/json; charset=utf-8");
    row!(req.set_entire_header("Content-Type: text/css\r\nX-Lorem: ipsum\r\n"));
    row!(req.entire_header() => "Content-Type: text/css\r\nX-Lorem: ipsum\r\n");

    let mut req = HttpRequest::new();
    req.set_path("/v2/users").add_header("X-Lorem", "ipsum");
    req.add_param("status", "active").add_param("q", "a b");
    let text =
        "GET /v2/users?status=active&q=a%20b HTTP/1.1\r\nHost: domain\r\nX-Lorem: ipsum\r\n\r\n";
    row!(req.generate_request_file(&path)?);
    assert_eq!(fs::read_to_string(&path)?, text);
    row!(req.generate_request_text()? => text);
    row!(req.get_header_field("x-lorem") => Some("ipsum"));
    row!(req.get_header_name(0) => Some("X-Lorem"));
    row!(req.get_header_value(0) => Some("ipsum"));
    row!(req.get_param("status") => Some("active"));
    row!(req.get_param_name(1) => Some("q"));
    row!(req.get_param_value(1) => Some("a b"));
    row!(req.get_url_encoded_params() => "status=active&q=a%20b");
    row!(req.set_http_verb("PATCH"));
    row!(req.http_verb() => "PATCH");
    row!(req.set_http_version("1.0"));
    row!(req.http_version() => "1.0");
    contains(&req.generate_request_text()?, &["PATCH /v2/users HTTP/1.0\r\n"]);
    req.set_http_verb("GET").remove_all_params();
    let body_of = |req: &HttpRequest| {
        let text = req.generate_request_text().unwrap();
        text.split_once("\r\n\r\n").unwrap().1.to_owned()
    };
    row!(req.load_body_from_bd(&bd));
    assert_eq!(body_of(&req), "from bytes");
    fs::write(&path, "from a file")?;
    row!(req.load_body_from_file(&path));
    assert_eq!(body_of(&req), "from a file");
    row!(req.load_body_from_sb(&sb, "utf-8"));
    assert_eq!(body_of(&req), "from text");
    row!(req.load_body_from_string("{\"a\":1}", "utf-8"));
    assert_eq!(body_of(&req), "{\"a\":1}");
    row!(req.num_header_fields() => 1);
    row!(req.num_params() => 0);
    row!(req.set_path("/v2/users/:userId"));
    row!(req.path() => "/v2/users/:userId");

    req.add_param("a", "1").add_param("b", "2").add_param("b", "3");
    row!(req.remove_all_params());
    assert_eq!(req.num_params(), 0);
    row!(req.remove_header("X-Lorem"));
    assert_eq!(req.num_header_fields(), 0);
    req.add_param("b", "2").add_param("b", "3");
    row!(req.remove_param("b"));
    assert_eq!(req.get_url_encoded_params(), "b=3");
    row!(req.set_send_charset(true));
    row!(req.send_charset() => true);
    req.set_content_type("text/plain");
    contains(&req.generate_request_text()?, &["Content-Type: text/plain; charset=utf-8\r\n"]);
    row!(req.set_from_url("https://api.zoom.us/v2/users?page_size=30"));
    assert_eq!((req.path(), req.get_param("page_size")), ("/v2/users", Some("30")));
    row!(req.stream_body_from_file(&path));
    assert_eq!(body_of(&req), "from a file");
    row!(req.stream_chunk_from_file(&path, 5, 1));
    assert_eq!(body_of(&req), "a");

    let mut req = HttpRequest::new();
    let form = "application/x-www-form-urlencoded";
    let kind = |req: &HttpRequest| [req.http_verb(), req.content_type()].join(" ");
    row!(req.use_get());
    assert_eq!(kind(&req), "GET ");
    row!(req.use_head());
    assert_eq!(kind(&req), "HEAD ");
    row!(req.use_post());
    assert_eq!(kind(&req), format!("POST {form}"));
    row!(req.use_upload());
    assert_eq!(kind(&req), "POST multipart/form-data");
    row!(req.use_put());
    assert_eq!(kind(&req), format!("PUT {form}"));
    row!(req.use_upload_put());
    assert_eq!(kind(&req), "PUT multipart/form-data");
    row!(req.use_xml_http("<lorem/>"));
    assert_eq!(kind(&req), "POST application/xml");
    assert_eq!(body_of(&req), "<lorem/>");

    let mut req = row!(HttpRequest::new());
    req.set_path("/v2/users/:userId").add_header("X-Lorem", "ipsum");
    row!(req.add_file_for_upload_as("file", &path, "name.png", "image/png"));
    let text = req.generate_request_text()?;
    contains(&text, &["filename=\"name.png\"\r\nContent-Type: image/png\r\n\r\nfrom a file"]);
    req.remove_all_params();
    row!(req.mark_header_sensitive("X-Lorem"));
    assert!(!format!("{req:?}").contains("ipsum"));
    row!(req.set_idempotent(false));
    row!(req.set_path_variable("userId", "a/b"));
    contains(&req.generate_request_text()?, &["GET /v2/users/a%2Fb HTTP/1.1\r\n"]);
    Ok(())
}

#[test]
fn responses_are_read() -> Outcome {
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

    row!(resp.body() => body.as_bytes());
    row!(resp.body_qp() => "{\"name\":=0A\"caf=C3=A9\"}");
    row!(resp.body_str() => body);
    row!(resp.charset() => "utf-8");
    row!(resp.content_length() => body.len() as u64);
    row!(resp.date_str() => "Mon, 02 Mar 2026 12:00:00 GMT");
    row!(resp.domain() => "127.0.0.1");
    row!(resp.final_redirect_url() => format!("http://127.0.0.1:{}/there", server.port()));
    row!(resp.full_mime() => format!("{}\r\n{body}", resp.header()));

    let (mut bd, mut sb) = (BinData::new(), StringBuilder::new());
    let (mut json, mut jarr) = (JsonObject::new(), JsonArray::new());
    row!(resp.get_body_bd(&mut bd));
    assert_eq!(bd.get_string("utf-8")?, body);
    {
        let resp = server.call(&http, req.set_path("/list"))?;
        row!(resp.get_body_jarr(&mut jarr)?);
        assert_eq!(jarr.emit(), "[1]");
    }
    row!(resp.get_body_json(&mut json)?);
    assert_eq!(json.string_of("name")?, "caf\u{e9}");
    row!(resp.get_body_sb(&mut sb));
    assert_eq!(sb, body);
    row!(resp.get_cookie_domain(0) => Some("example.com"));
    row!(resp.get_cookie_expires_str(0) => Some("Wed, 02 Mar 2033 12:00:00 GMT"));
    row!(resp.get_cookie_name(0) => Some("lorem"));
    row!(resp.get_cookie_path(0) => Some("/v2"));
    row!(resp.get_cookie_value(0) => Some("ipsum"));
    row!(resp.get_header_field("content-type") => Some("application/json; charset=utf-8"));
    row!(resp.get_header_field_attr("Content-Type", "charset") => Some("utf-8".to_owned()));
    row!(resp.get_header_name(0) => Some("Date"));
    row!(resp.get_header_value(0) => Some("Mon, 02 Mar 2026 12:00:00 GMT"));
    row!(resp.header() => format!("{HEADERS}Content-Length: {}\r\n", body.len()));
    contains(&row!(resp.call_text()), &["status 201"]);
    row!(resp.num_cookies() => 1);
    row!(resp.num_header_fields() => 4);
    row!(resp.save_body_binary(&path)?);
    assert_eq!(fs::read(&path)?, resp.body());
    row!(resp.save_body_text(true, &path)?);
    assert_eq!(fs::read_to_string(&path)?, body.replace('\n', "\r\n"));
    row!(resp.status_code() => 201);
    row!(resp.status_line() => "HTTP/1.1 201 Made It");
    row!(resp.status_text() => "Made It");
    row!(resp.url_enc_param_value("a=x%20y&b=2", "a") => Some("x y".to_owned()));

    let empty = row!(HttpResponse::new());
    assert_eq!(empty.status_code(), 0);
    row!(resp.json::<serde_json::Value>()? => serde_json::json!({"name": "caf\u{e9}"}));
    row!(resp.was_redirected() => true);
    row!(resp.tls_version() => "");
    row!(resp.tls_cipher_suite() => "");
    row!(resp.client_cert_requested() => false);
    row!(resp.into_body() => body.as_bytes());
    Ok(())
}

fn is_cancelled() -> bool {
    false
}

fn show_percent(_percent: u32) -> bool {
    false
}

fn show_step(_name: &str, _value: &str) {}

#[test]
fn settings_are_set_and_calls_are_made() -> Outcome {
    let server = server();
    let url_of = |path: &str| format!("http://127.0.0.1:{}{path}", server.port());
    let last = || server.requests().pop().unwrap();
    let (domain, port, ssl, url) = ("127.0.0.1", server.port(), false, &*url_of("/v2/users"));
    let dir = tempfile::tempdir()?;
    let (path, log) = (dir.path().join("answer.txt"), dir.path().join("session.log"));
    let bd = BinData::from(b"from bytes");
    let sb = StringBuilder::from("from text");
    let mut json = JsonObject::new();
    json.update_int("page_size", 300)?;
    let mut req = HttpRequest::new();
    req.set_path("/v2/meetings").add_param("status", "active");
    let mut resp = HttpResponse::new();
    let authority = Authority::new();
    let tls = Server::start_tls(authority.certify(&["127.0.0.1"]).server(), |mut conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", "");
        }
    });
    let tls_port = tls.port();
    let trusting = |http: &Http| -> zoomkat::Result<Http> {
        let mut http = http.clone();
        http.set_trusted_roots_pem(authority.pem())?;
        Ok(http)
    };
    let mut http = patient();

    row!(http.on_abort_check(is_cancelled));
    row!(http.abort_current());
    row!(http.set_accept("application/json"));
    row!(http.accept() => "application/json");
    row!(http.set_allow_gzip(false));
    row!(http.allow_gzip() => false);
    http.quick_get(url)?;
    assert_eq!(last().header("Accept"), Some("application/json"));
    assert_eq!(last().header("Accept-Encoding"), Some(""));
    assert_eq!(last().header("User-Agent"), None);
    row!(http.set_auth_token("<access_token>"));
    http.quick_get(url)?;
    assert_eq!(last().header("Authorization"), Some("Bearer <access_token>"));
    http.set_auth_token("");
    row!(http.set_basic_auth(true));
    row!(http.basic_auth() => true);
    row!(http.clear_event_handler());
    {
        let mut http = http.clone();
        http.set_request_header("X-Lorem", "ipsum");
        row!(http.clear_headers());
        assert!(!http.has_request_header("X-Lorem"));
    }
    #[cfg(feature = "cookies")]
    {
        row!(http.clear_in_memory_cookies());
    }
    row!(http.clear_url_vars());
    row!(http.close_all_connections());
    row!(http.set_connect_timeout(10));
    row!(http.connect_timeout() => 10);
    #[cfg(feature = "cookies")]
    {
        row!(http.set_cookie_dir("memory"));
        row!(http.cookie_dir() => "memory");
        http.quick_get(url)?;
    }
    row!(http.download(url, &path)?);
    assert_eq!(fs::read_to_string(&path)?, "GET /v2/users");
    row!(http.download_append(url, &path)?);
    assert_eq!(fs::read_to_string(&path)?, "GET /v2/usersGET /v2/users");
    {
        let mut bd = bd.clone();
        row!(http.download_bd(url, &mut bd)?);
        assert_eq!(bd.as_ref(), b"GET /v2/users");
        let mut sb = sb.clone();
        row!(http.download_sb(url, "utf-8", &mut sb)?);
        assert_eq!(sb, "from textGET /v2/users");
    }
    http.quick_get(&url_of("/moved"))?;
    row!(http.final_redirect_url() => url_of("/there"));
    row!(http.set_follow_redirects(false));
    row!(http.follow_redirects() => false);
    assert_eq!(http.quick_get_obj(&url_of("/moved"))?.status_code(), 302);
    assert!(row!(http.gen_time_stamp()).ends_with(" GMT"));
    #[cfg(feature = "cookies")]
    {
        contains(&row!(http.cookies_json()?), &["lorem=ipsum"]);
    }
    row!(http.get_domain("https://api.zoom.us/v2?a=b") => Some("api.zoom.us".to_owned()));
    row!(http.get_head(url)? => answer "");
    assert_eq!(echo(&last()), "HEAD /v2/users");
    {
        let mut http = trusting(&http)?;
        http.set_request_header("x-lorem", "ipsum");
        row!(http.get_request_header("X-Lorem") => Some("ipsum"));
        assert!(row!(http.get_server_cert(domain, tls_port)?).starts_with("-----BEGIN CERT"));
    }
    row!(http.get_url_path("https://api.zoom.us/v2?a=b") => Some("/v2".to_owned()));
    row!(http.has_request_header("X-Lorem") => false);
    row!(http.set_heartbeat_ms(200));
    row!(http.heartbeat_ms() => 200);
    row!(http.http_bd("PUT", url, &bd, "text/plain", &mut resp)?);
    assert_eq!(resp.body_str(), "PUT /v2/users text/plain from bytes");
    fs::write(&path, "from a file")?;
    row!(http.http_file("PUT", url, &path, "text/plain", &mut resp)?);
    assert_eq!(resp.body_str(), "PUT /v2/users text/plain from a file");
    row!(http.http_json("POST", url, &json, "application/json", &mut resp)?);
    assert_eq!(resp.body_str(), "POST /v2/users application/json {\"page_size\":300}");
    row!(http.http_no_body("DELETE", url, &mut resp)?);
    assert_eq!(resp.body_str(), "DELETE /v2/users");
    row!(http.http_params("GET", url, &json, &mut resp)?);
    assert_eq!(resp.body_str(), "GET /v2/users?page_size=300");
    row!(http.http_req(url, &req, &mut resp)?);
    assert_eq!(resp.body_str(), "GET /v2/users?status=active");
    row!(http.http_sb("PUT", url, &sb, "utf-8", "text/plain", &mut resp)?);
    assert_eq!(resp.body_str(), "PUT /v2/users text/plain from text");
    row!(http.http_s_req(domain, port, ssl, &req, &mut resp)?);
    assert_eq!(resp.body_str(), "GET /v2/meetings?status=active");
    row!(http.http_str("PUT", url, "lorem", "utf-8", "text/plain", &mut resp)?);
    assert_eq!(resp.body_str(), "PUT /v2/users text/plain lorem");
    row!(http.set_keep_response_body(true));
    row!(http.keep_response_body() => true);

    http.quick_get(url)?;
    row!(http.last_content_type() => "text/plain");
    contains(&row!(http.last_error_text()), &["status 200"]);
    contains(&row!(http.last_header()), &["GET /v2/users HTTP/1.1\r\n"]);
    row!(http.last_method_success() => true);
    row!(http.last_mod_date() => "Mon, 02 Mar 2026 12:00:00 GMT");
    row!(http.last_response_body() => "GET /v2/users");
    contains(&row!(http.last_response_header()), &["Content-Type: text/plain\r\n"]);
    row!(http.last_status() => 200);
    row!(http.last_status_text() => "OK");
    row!(http.set_login("lorem"));
    row!(http.login() => "lorem");
    row!(http.set_max_response_size(1_000_000));
    row!(http.set_password("ipsum"));
    http.quick_get(url)?;
    assert_eq!(last().header("Authorization"), Some("Basic bG9yZW06aXBzdW0="));
    http.set_basic_auth(false).quick_get(url)?;
    assert_eq!(last().header("Authorization"), None);
    http.set_basic_auth(true);
    row!(http.pbinary("PUT", url, b"lorem", "text/plain", false, false)? => answer "PUT /v2/users text/plain lorem");
    row!(http.pbinary_bd("PUT", url, &bd, "text/plain", false, false)? => answer "PUT /v2/users text/plain from bytes");
    row!(http.on_percent_done(show_percent));
    row!(http.set_percent_done_scale(1000));
    row!(http.percent_done_scale() => 1000);
    row!(http.post_binary(url, &bd, "text/plain", false, false)? => "POST /v2/users text/plain from bytes");
    row!(http.post_json(url, "{\"a\":1}")? => answer "POST /v2/users application/json {\"a\":1}");
    row!(http.post_json2(url, "application/scim+json", "{\"a\":1}")? => answer "POST /v2/users application/scim+json {\"a\":1}");
    row!(http.post_json3(url, "application/json", &json)? => answer "POST /v2/users application/json {\"page_size\":300}");
    row!(http.post_url_encoded(url, &req)? => answer "POST /v2/users application/x-www-form-urlencoded status=active");
    row!(http.post_xml(url, "<lorem/>", "utf-8")? => answer "POST /v2/users application/xml; charset=utf-8 <lorem/>");
    http.set_request_header("Content-Type", "text/xml");
    http.post_xml(url, "<lorem/>", "utf-8")?;
    assert_eq!(echo(&last()), "POST /v2/users text/xml <lorem/>");
    http.set_request_header("Content-Type", "");
    row!(http.on_progress_info(show_step));
    row!(http.set_proxy_auth_method("basic"));
    row!(http.proxy_auth_method() => "basic");
    row!(http.set_proxy_direct_tls(true));
    row!(http.proxy_direct_tls() => true);
    row!(http.set_proxy_domain("proxy.example.com"));
    row!(http.proxy_domain() => "proxy.example.com");
    row!(http.set_proxy_login("lorem"));
    row!(http.proxy_login() => "lorem");
    row!(http.set_proxy_password("ipsum"));
    row!(http.set_proxy_port(8080));
    row!(http.proxy_port() => 8080);
    http.set_proxy_domain("");
    row!(http.ptext("PUT", url, "lorem", "utf-8", "text/plain", true, false)? => answer "PUT /v2/users text/plain lorem");
    assert!(last().header("Content-MD5").is_some());
    row!(http.ptext_sb("PUT", url, &sb, "utf-8", "text/plain", false, true)?);
    assert_eq!(last().header("Content-Encoding"), Some("gzip"));
    row!(http.put_binary(url, &bd, "text/plain", false, false)? => "PUT /v2/users text/plain from bytes");
    row!(http.put_text(url, "lorem", "utf-8", "text/plain", false, false)? => "PUT /v2/users text/plain lorem");
    row!(http.quick_delete_str(url)? => "DELETE /v2/users");
    row!(http.quick_get(url)? => b"GET /v2/users");
    {
        let (mut bd, mut sb) = (bd.clone(), sb.clone());
        row!(http.quick_get_bd(url, &mut bd)?);
        assert_eq!(bd.as_ref(), b"GET /v2/users");
        row!(http.quick_get_obj(url)? => answer "GET /v2/users");
        row!(http.quick_get_sb(url, &mut sb)?);
        assert_eq!(sb, "GET /v2/users");
    }
    row!(http.quick_get_str(url)? => "GET /v2/users");
    assert_eq!(http.quick_get_str(&url_of("/404"))?, "nothing here");
    row!(http.quick_put_str(url)? => "PUT /v2/users");
    row!(http.quick_request("DELETE", url)? => answer "DELETE /v2/users");
    row!(http.quick_request_params("GET", url, &json)? => answer "GET /v2/users?page_size=300");
    row!(http.set_read_timeout(20));
    row!(http.read_timeout() => 20);
    row!(http.received_cert_req() => false);
    http.set_request_header("X-Lorem", "ipsum");
    row!(http.remove_request_header("X-Lorem"));
    http.quick_get(url)?;
    assert_eq!(last().header("X-Lorem"), None);
    row!(http.set_require_hostname_match(false));
    row!(http.require_hostname_match() => false);
    http.set_require_hostname_match(true);
    row!(http.set_require_ssl_cert_verify(false));
    row!(http.require_ssl_cert_verify() => false);
    http.set_require_ssl_cert_verify(true);
    #[cfg(feature = "cookies")]
    {
        row!(http.set_save_cookies(false));
        row!(http.save_cookies() => false);
        row!(http.set_send_cookies(false));
        row!(http.send_cookies() => false);
    }
    row!(http.set_session_log_filename(&log));
    row!(http.session_log_filename() => log.display().to_string());
    http.quick_get(url)?;
    contains(&fs::read_to_string(&log)?, &["GET /v2/users HTTP/1.1", "Authorization: ***"]);
    #[cfg(feature = "cookies")]
    {
        row!(http.set_cookies_json("{}")?);
        assert_eq!(http.cookies_json()?, "{}");
    }
    row!(http.set_request_header("X-Lorem", "ipsum"));
    server.call(&http, &req)?;
    assert_eq!(last().header("X-Lorem"), Some("ipsum"));
    http.set_request_header("X-Lorem", "");
    server.call(&http, &req)?;
    assert_eq!(last().header("X-Lorem"), None);
    #[cfg(feature = "cert-details")]
    {
        let mut http = trusting(&http)?;
        row!(http.set_ssl_cert_requirement("SAN", "*.zoom.us")?);
        assert!(http.synchronous_request(domain, tls_port, true, &req).unwrap_err().is_tls());
    }
    {
        let pem = Authority::new().certify(&["lorem.example.com"]).pem();
        row!(http.set_ssl_client_cert_pem(&pem)?);
    }
    row!(http.set_url_var("userId", "a/b"));
    assert_eq!(http.quick_get_str(&url_of("/{$userId}"))?, "GET /a%2Fb");
    row!(http.sleep_ms(1));
    {
        let mut http = trusting(&http)?;
        row!(http.set_sni_hostname("api.zoom.us")?);
        row!(http.sni_hostname() => "api.zoom.us");
        assert!(http.synchronous_request(domain, tls_port, true, &req).unwrap_err().is_tls());
    }
    row!(http.set_socks_hostname("socks.example.com"));
    row!(http.socks_hostname() => "socks.example.com");
    row!(http.set_socks_password("ipsum"));
    row!(http.set_socks_port(1081));
    row!(http.socks_port() => 1081);
    row!(http.set_socks_username("lorem"));
    row!(http.socks_username() => "lorem");
    row!(http.set_socks_version(5));
    row!(http.socks_version() => 5);
    http.set_socks_version(0);
    {
        let mut http = http.clone();
        row!(http.set_ssl_allowed_ciphers("TLS_AES_256_GCM_SHA384")?);
        row!(http.ssl_allowed_ciphers() => "TLS_AES_256_GCM_SHA384");
        row!(http.set_ssl_protocol("TLS 1.3")?);
        row!(http.ssl_protocol() => "TLS 1.3");
    }
    row!(http.synchronous_request_to_file(domain, port, ssl, &req, &path)? => answer "");
    assert_eq!(fs::read_to_string(&path)?, "GET /v2/meetings?status=active");
    row!(http.synchronous_request(domain, port, ssl, &req)? => answer "GET /v2/meetings?status=active");
    {
        let mut http = trusting(&http)?;
        http.set_socks_version(0).set_ssl_allowed_ciphers("TLS_AES_128_GCM_SHA256")?;
        http.synchronous_request(domain, tls_port, true, &req)?;
        row!(http.tls_cipher_suite() => "TLS_AES_128_GCM_SHA256");
        let pins = format!("sha256, hex, {}", "00".repeat(32));
        row!(http.set_tls_pin_set(&pins)?);
        row!(http.tls_pin_set() => pins);
        row!(http.tls_version() => "TLS 1.3");
        assert!(http.synchronous_request(domain, tls_port, true, &req).unwrap_err().is_tls());
    }
    row!(http.url_decode("a+b%2F") => "a b/");
    row!(http.url_encode("a b/") => "a%20b%2F");
    row!(http.set_user_agent("payroll/1.4"));
    row!(http.user_agent() => "payroll/1.4");
    http.synchronous_request(domain, port, ssl, &req)?;
    assert_eq!(last().header("User-Agent"), Some("payroll/1.4"));
    http.set_follow_redirects(true);
    assert_eq!(http.get_head(&url_of("/moved"))?.status_code(), 302);
    http.quick_get(&url_of("/moved"))?;
    row!(http.was_redirected() => true);

    let pem = Authority::new().pem().to_owned();
    row!(http.mark_header_sensitive("X-Lorem"));
    row!(http.set_env_proxy(false));
    row!(http.set_session_log_secrets(true));
    http.quick_get(url)?;
    contains(&fs::read_to_string(&log)?, &["Authorization: Basic "]);
    row!(http.set_max_expansion(1000));
    row!(http.max_expansion() => 1000);
    row!(http.set_max_redirects(5));
    row!(http.max_redirects() => 5);
    let call = Call::new("127.0.0.1", server.port(), false, HttpRequest::new());
    row!(http.perform(&call))?;
    row!(http.set_total_timeout(60));
    row!(http.total_timeout() => 60);
    row!(http.set_trusted_roots_pem(&pem)?);
    let http = row!(Http::new());
    assert!(http.require_ssl_cert_verify());
    let mut http = row!(Http::with_endpoint(domain, port, ssl));
    http.set_env_proxy(false);
    row!(http.send(&req)? => answer "GET /v2/meetings?status=active");
    row!(http.transport_mut().set_env_proxy(false));
    row!(http.transport().send(&req)? => answer "GET /v2/meetings?status=active");
    row!(http.into_transport()).send(&req)?;
    Ok(())
}

#[test]
fn a_status_of_404_is_an_answer_but_nothing_to_save() -> Outcome {
    let server = server();
    let url = &*format!("http://127.0.0.1:{}/404", server.port());
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("answer.txt");
    fs::write(&path, "lorem")?;
    let (mut bd, mut sb) = (BinData::new(), StringBuilder::new());
    let (json, req, mut resp) = (JsonObject::new(), HttpRequest::new(), HttpResponse::new());
    let http = patient();
    let told = |http: &Http| (http.last_status(), http.last_method_success());

    http.quick_get_bd(url, &mut bd)?;
    http.quick_get_sb(url, &mut sb)?;
    for text in [
        http.quick_get_str(url)?,
        http.quick_delete_str(url)?,
        http.quick_put_str(url)?,
        http.put_text(url, "", "utf-8", "", false, false)?,
        http.put_binary(url, b"", "", false, false)?,
        http.post_binary(url, b"", "", false, false)?,
        String::from_utf8(http.quick_get(url)?)?,
        bd.get_string("utf-8")?,
        sb.get_as_string(),
    ] {
        assert_eq!(text, "nothing here");
    }
    assert_eq!(told(&http), (404, true));

    type Fill<'f> = &'f dyn Fn(&mut HttpResponse) -> zoomkat::Result<()>;
    let forms: [Fill<'_>; 8] = [
        &|resp| http.http_bd("PUT", url, b"", "", resp),
        &|resp| http.http_file("PUT", url, &path, "", resp),
        &|resp| http.http_json("PUT", url, &json, "", resp),
        &|resp| http.http_no_body("GET", url, resp),
        &|resp| http.http_params("GET", url, &json, resp),
        &|resp| http.http_req(url, &req, resp),
        &|resp| http.http_sb("PUT", url, "", "utf-8", "", resp),
        &|resp| http.http_str("PUT", url, "", "utf-8", "", resp),
    ];
    for form in forms {
        resp = HttpResponse::new();
        form(&mut resp)?;
        assert_eq!((resp.status_code(), told(&http)), (404, (404, true)));
    }

    for result in [
        http.download(url, &path),
        http.download_append(url, &path),
        http.download_bd(url, &mut bd),
        http.download_sb(url, "utf-8", &mut sb),
    ] {
        assert_eq!(result.unwrap_err().kind(), zoomkat::ErrorKind::Status);
        assert!(!http.last_method_success());
    }
    assert_eq!((&*fs::read_to_string(&path)?, sb.as_str()), ("lorem", "nothing here"));

    assert!(http.quick_get_sb("no URL", &mut sb).is_err() && sb.is_empty());
    assert!(http.http_no_body("GET", "no URL", &mut resp).is_err());
    assert_eq!(resp.status_code(), 0);
    Ok(())
}

#[test]
fn text_is_built() -> Outcome {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("lorem.txt");
    let bd = BinData::from(b"lorem");
    let other = StringBuilder::from("dolor");

    let mut sb = StringBuilder::new();
    row!(sb.append("lorem "));
    row!(sb.append_bd(&bd, "utf-8", 0, 0)?);
    row!(sb.append_encoded(&bd, "hex")?);
    row!(sb.append_int(-1));
    row!(sb.append_int64(9_000_000_000));
    row!(sb.append_line(" ipsum", true));
    row!(sb.append_sb(&other));
    assert_eq!(sb, "lorem lorem6C6F72656D-19000000000 ipsum\r\ndolor");
    let before = sb.length();
    row!(sb.append_uuid(true)?);
    assert_eq!(sb.length(), before + 36);
    row!(sb.clear());
    assert_eq!(sb, "");

    sb.set_string("Lorem ipsum");
    row!(sb.contains("lorem", false) => true);
    row!(sb.contains_word("ipsu", true) => false);
    row!(sb.contents_equal("lorem ipsum", false) => true);
    row!(sb.contents_equal_sb(&other, false) => false);

    sb.set_string("bG9yZW0=");
    row!(sb.decode("base64", "utf-8")?);
    row!(sb.decode_and_append("697073756D", "hex", "utf-8")?);
    assert_eq!(sb, "loremipsum");
    row!(sb.encode("base64", "utf-8")?);
    assert_eq!(sb, "bG9yZW1pcHN1bQ==");
    row!(sb.ends_with("==", true) => true);
    sb.set_string("a &amp; b");
    row!(sb.entity_decode());
    assert_eq!(sb, "a & b");

    sb.set_string("id: <a>, name: <b>");
    row!(sb.get_after_between("name", "<", ">") => Some("b".to_owned()));
    row!(sb.get_after_final(": ", false) => "<b>");
    row!(sb.get_as_string() => "id: <a>, name: <b>");
    row!(sb.get_before(",", false) => "id: <a>");
    row!(sb.get_between("<", ">") => Some("a".to_owned()));
    sb.set_string("6C6F");
    row!(sb.get_decoded("hex")? => b"lo");
    row!(sb.get_encoded("base64", "utf-8")? => "NkM2Rg==");
    sb.set_string("a,\"b,c\",d");
    row!(sb.get_nth(1, ",", true, false) => Some("\"b,c\"".to_owned()));
    sb.set_string("lorem ipsum");
    row!(sb.get_range(0, 5, false) => "lorem");
    row!(sb.set_int_value(300));
    row!(sb.int_value() => 300);
    row!(sb.is_base64() => true);
    sb.set_string("a\nb\nc");
    row!(sb.last_n_lines(2, false) => "b\nc");
    row!(sb.length() => 5);
    fs::write(&path, "lorem")?;
    row!(sb.load_file(&path, "utf-8")?);
    row!(sb.prepend("ipsum "));
    assert_eq!(sb, "ipsum lorem");

    sb.set_string("a/b/c/d");
    row!(sb.remove_after_final("/") => true);
    row!(sb.remove_before("/") => true);
    assert_eq!(sb, "b/c");
    row!(sb.remove_chars_at(0, 2));
    assert_eq!(sb, "c");
    sb.set_string("a b a");
    row!(sb.replace("a", "lorem") => 2);
    row!(sb.replace_after_final("b ", "<x>") => true);
    assert_eq!(sb, "lorem b <x>");
    row!(sb.replace_all_between("<", ">", "yy", false) => true);
    row!(sb.replace_between("<", ">", "y", "z") => 2);
    assert_eq!(sb, "lorem b <zz>");
    row!(sb.replace_first("z", "1") => true);
    row!(sb.replace_i("z", 2) => 1);
    row!(sb.replace_no_case("LOREM", "Lor") => 1);
    row!(sb.replace_word("b", "c") => 1);
    assert_eq!(sb, "Lor c <12>");
    row!(sb.secure_clear());
    assert_eq!(sb, "");
    sb.set_string("a,b,c");
    row!(sb.set_nth(1, "lorem", ",", false, false) => true);
    assert_eq!(sb, "a,lorem,c");
    row!(sb.set_string("Lorem  ipsum "));
    row!(sb.shorten(1));
    assert_eq!(sb, "Lorem  ipsum");
    row!(sb.starts_with("lorem", true) => false);
    sb.append("\n");
    row!(sb.to_crlf());
    assert_eq!(sb, "Lorem  ipsum\r\n");
    row!(sb.to_lf());
    assert_eq!(sb, "Lorem  ipsum\n");
    row!(sb.to_lowercase());
    assert_eq!(sb, "lorem  ipsum\n");
    row!(sb.to_uppercase());
    row!(sb.trim());
    assert_eq!(sb, "LOREM  IPSUM");
    row!(sb.trim_inside_spaces());
    assert_eq!(sb, "LOREM IPSUM");
    row!(sb.write_file(&path, "utf-8", false)?);
    assert_eq!(fs::read_to_string(&path)?, "LOREM IPSUM");
    sb.append("!");
    row!(sb.write_file_if_modified(&path, "utf-8", false)?);
    assert_eq!(fs::read_to_string(&path)?, "LOREM IPSUM!");

    row!(sb.as_str() => "LOREM IPSUM!");
    row!(StringBuilder::new() => "");
    Ok(())
}

#[test]
fn bytes_are_gathered() -> Outcome {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("lorem.bin");
    let other = BinData::from(b"lorem");
    let mut sb = StringBuilder::from("6F");

    let mut bd = BinData::new();
    row!(bd.append_bd(&other));
    row!(bd.append_data(b" ipsum "));
    assert_eq!(&*bd, b"lorem ipsum ");
    bd.clear();
    row!(bd.append_bom("utf-8")?);
    row!(bd.append_byte(0x64));
    row!(bd.append_encoded("6F", "hex")?);
    row!(bd.append_encoded_sb(&sb, "hex")?);
    assert_eq!(&*bd, b"\xEF\xBB\xBFdoo");
    bd.clear();
    row!(bd.append_int2(-2, true)?);
    row!(bd.append_int4(-2, true)?);
    assert_eq!(&*bd, b"\xFE\xFF\xFE\xFF\xFF\xFF");
    bd.clear();
    row!(bd.append_padded("a", "utf-8", true, 3)?);
    row!(bd.append_sb(&sb, "utf-8")?);
    row!(bd.append_string("caf\u{e9}", "iso-8859-1")?);
    assert_eq!(&*bd, b"a  6Fcaf\xE9");
    row!(bd.charset_convert("iso-8859-1", "utf-8", true)?);
    assert_eq!(&*bd, "a  6Fcaf\u{e9}".as_bytes());
    row!(bd.clear());
    row!(bd.contents_equal(&other) => false);

    bd.load_binary(b"\xFE\xFF\xFE\xFFlorem");
    row!(bd.find_string("lorem", 0, "utf-8")? => Some(4));
    row!(bd.get_data() => b"\xFE\xFF\xFE\xFFlorem");
    row!(bd.get_data_chunk(4, 2) => Some(b"lo".to_vec()));
    row!(bd.get_byte(4) => Some(b'l'));
    row!(bd.get_encoded("hex_lower")? => "fefffeff6c6f72656d");
    row!(bd.get_encoded_chunk(4, 2, "base64")? => "bG8=");
    row!(bd.get_encoded_sb("hex", &mut sb)?);
    assert_eq!(sb, "6FFEFFFEFF6C6F72656D");
    row!(bd.get_int2(0, true) => Some(-2));
    row!(bd.get_int4(0, true) => Some(-65_538));
    {
        let bd = &other;
        row!(bd.get_string("utf-8")? => "lorem");
    }
    row!(bd.get_text_chunk(4, 5, "utf-8")? => "lorem");
    row!(bd.get_u_int2(0, true) => Some(65_534));
    row!(bd.get_u_int4(0, true) => Some(4_294_901_758));
    row!(bd.is_valid_utf8() => false);
    row!(bd.load_binary(b"lorem"));
    assert_eq!(bd, other);
    row!(bd.load_encoded("aXBzdW0=", "base64")?);
    assert_eq!(&*bd, b"ipsum");
    fs::write(&path, "dolor")?;
    row!(bd.load_file(&path)?);
    assert_eq!(&*bd, b"dolor");
    row!(bd.num_bytes() => 5);
    row!(bd.remove_chunk(0, 2)?);
    assert_eq!(&*bd, b"lor");
    row!(bd.secure_clear());
    assert_eq!(&*bd, b"");
    bd.append_data(b"!");
    row!(bd.write_append_file(&path)?);
    assert_eq!(fs::read(&path)?, b"dolor!");
    row!(bd.write_file(&path)?);
    assert_eq!(fs::read(&path)?, b"!");

    row!(BinData::new().is_empty() => true);
    Ok(())
}

fn object(json: &str) -> JsonObject {
    json.parse().unwrap()
}

fn array(json: &str) -> JsonArray {
    json.parse().unwrap()
}

#[test]
fn json_objects_are_read_and_written() -> Outcome {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("lorem.json");
    let (mut bd, mut sb) = (BinData::new(), StringBuilder::new());
    let (mut object2, mut array2) = (object("{}"), array("[]"));
    let mut json = JsonObject::new();

    row!(json.add_array_at(0, "list")?);
    row!(json.add_array_copy_at(0, "copy", &array("[1]"))?);
    row!(json.add_bool_at(-1, "active", true));
    row!(json.add_int_at(0, "id", 17));
    row!(json.add_null_at(0, "none"));
    row!(json.add_number_at(0, "price", "1.50")?);
    assert_eq!(
        json.emit(),
        r#"{"price":1.50,"none":null,"id":17,"copy":[1],"list":[],"active":true}"#
    );
    json.clear();
    row!(json.add_object_at(0, "user")?);
    row!(json.add_object_copy_at(0, "copy", &object("{}"))?);
    row!(json.add_string_at(-1, "name", "lorem"));
    assert_eq!(json.emit(), r#"{"copy":{},"user":{},"name":"lorem"}"#);

    json.clear();
    row!(json.append_array("a")?.append_int(1));
    row!(json.append_array_copy("b", &array("[1]"))?);
    row!(json.append_bool("c", true));
    row!(json.append_int("d", 17));
    row!(json.append_object("e")?.append_int("id", 1));
    assert_eq!(json.emit(), r#"{"a":[1],"b":[1],"c":true,"d":17,"e":{"id":1}}"#);
    json.clear();
    row!(json.append_object_copy("a", &object("{}"))?);
    row!(json.append_string("b", "lorem"));
    row!(json.append_string_array("c", ["x", "y"])?);
    assert_eq!(json.emit(), r#"{"a":{},"b":"lorem","c":["x","y"]}"#);

    json.load(r#"{"ids": [17], "active": true, "user": {"name": "lorem", "tags": ["x"]}}"#)?;
    row!(json.array_at(0)?.int_at(0) => 17);
    row!(json.array_at2(0, &mut array2)?);
    assert_eq!(array2.emit(), "[17]");
    row!(json.array_of("user.tags")?.emit() => r#"["x"]"#);
    row!(json.array_of2("user.tags", &mut array2)?);
    assert_eq!(array2.emit(), r#"["x"]"#);
    row!(json.bool_at(1) => true);
    row!(json.bool_of("active") => true);
    row!(json.clear());
    assert_eq!(json.emit(), "{}");

    json.load(
        r#"{"a": 1, "b": 2, "users": [{"id": 1, "name": "lorem"}, {"id": 2, "name": "x"}]}"#,
    )?;
    row!(json.delete("b") => true);
    row!(json.delete_at(0) => true);
    row!(json.delete_records("users", "name", "x*", true) => 1);
    assert_eq!(json.emit(), r#"{"users":[{"id":1,"name":"lorem"}]}"#);
    row!(json.set_delimiter_char('/'));
    row!(json.delimiter_char() => '/');
    assert_eq!(json.int_of("users[0]/id"), 1);
    json.set_delimiter_char('.');

    json.load(r#"{"id":1.50}"#)?;
    row!(json.emit() => r#"{"id":1.50}"#);
    row!(json.emit_bd(&mut bd));
    assert_eq!(&*bd, br#"{"id":1.50}"#);
    row!(json.set_emit_compact(false));
    row!(json.emit_compact() => false);
    row!(json.set_emit_cr_lf(false));
    row!(json.emit_cr_lf() => false);
    assert_eq!(json.emit(), "{\n  \"id\": 1.50\n}\n");
    json.set_emit_compact(true);
    row!(json.emit_sb(&mut sb)?);
    assert_eq!(sb, r#"{"id":1.50}"#);

    let list = r#"[{"id":1,"name":"Lorem"},{"id":2,"name":"Ipsum"}]"#;
    json.load(&format!(r#"{{"total":300,"none":null,"users":{list},"owner":{{"id":3}}}}"#))?;
    row!(json.find_object_with_member("name")?.int_of("id") => 1);
    row!(json.find_record("users", "name", "ips*", false)?.int_of("id") => 2);
    row!(json.find_record2("users", "name", "ips*", false, &mut object2)?);
    assert_eq!(object2.int_of("id"), 2);
    row!(json.find_record_string("users", "id", "2", true, "name")? => "Ipsum");
    row!(json.has_member("owner.id") => true);
    row!(json.set_i(1));
    row!(json.i() => 1);
    assert_eq!(json.string_of("users[i].name")?, "Ipsum");
    row!(json.index_of("none") => Some(1));
    row!(json.int_at(0) => 300);
    row!(json.int_of("total") => 300);
    row!(json.is_null_at(1) => true);
    row!(json.is_null_of("none") => true);
    row!(json.set_j(1));
    row!(json.j() => 1);
    assert_eq!(json.string_of("users[j].name")?, "Ipsum");
    row!(json.json_type_of("owner.id") => 2);
    row!(json.set_k(1));
    row!(json.k() => 1);
    assert_eq!(json.string_of("users[k].name")?, "Ipsum");

    fs::write(&path, r#"{"a":3}"#)?;
    row!(json.load(r#"{"a":1}"#)?);
    assert_eq!(json.int_of("a"), 1);
    {
        let bd = br#"{"a":2}"#;
        row!(json.load_bd(bd)?);
        assert_eq!(json.int_of("a"), 2);
    }
    row!(json.load_file(&path)?);
    assert_eq!(json.int_of("a"), 3);
    {
        let sb = StringBuilder::from(r#"{"a":1,"b":2,"c":3}"#);
        row!(json.load_sb(&sb)?);
    }
    row!(json.move_member(0, -1) => true);
    assert_eq!(json.emit(), r#"{"b":2,"c":3,"a":1}"#);
    row!(json.name_at(0) => Some("b".to_owned()));
    json.load(r#"{"user":{"name":"lorem","address":{"city":"Ipsum"}}}"#)?;
    row!(json.object_at(0)?.string_of("name")? => "lorem");
    row!(json.object_at2(0, &mut object2)?);
    assert_eq!(object2.string_of("name")?, "lorem");
    row!(json.object_of("user.address")?.string_of("city")? => "Ipsum");
    row!(json.object_of2("user.address", &mut object2)?);
    assert_eq!(object2.string_of("city")?, "Ipsum");
    row!(json.set_path_prefix("user."));
    row!(json.path_prefix() => "user.");
    assert_eq!(json.string_of("name")?, "lorem");
    json.set_path_prefix("");
    row!(json.rename("user", "owner") => true);
    row!(json.rename_at(0, "person") => true);
    assert!(json.has_member("person.name"));

    json.load(r#"{"a":0,"b":0,"c":0,"d":0,"e":0,"user":{"v":0,"w":0,"x":0,"y":0,"z":0}}"#)?;
    row!(json.set_bool_at(0, true)?);
    row!(json.set_bool_of("user.v", true)?);
    row!(json.set_int_at(1, 17)?);
    row!(json.set_int_of("user.w", 17)?);
    row!(json.set_null_at(2)?);
    row!(json.set_null_of("user.x")?);
    row!(json.set_number_at(3, "1.50")?);
    row!(json.set_number_of("user.y", "1.50")?);
    row!(json.set_string_at(4, "lorem")?);
    row!(json.set_string_of("user.z", "lorem")?);
    assert_eq!(
        json.emit(),
        r#"{"a":true,"b":17,"c":null,"d":1.50,"e":"lorem","user":"#.to_owned()
            + r#"{"v":true,"w":17,"x":null,"y":1.50,"z":"lorem"}}"#
    );

    json.load(r#"{"name":"lorem","ids":[1,2,3]}"#)?;
    row!(json.size() => 2);
    row!(json.size_of_array("ids") => Some(3));
    row!(json.string_at(0)? => "lorem");
    row!(json.string_of("name")? => "lorem");
    row!(json.string_of_equals("name", "LOREM", false) => true);
    sb.clear();
    row!(json.string_of_sb("name", &mut sb)?);
    assert_eq!(sb, "lorem");
    row!(json.swap(0, 1) => true);
    row!(json.type_at(1) => 1);
    row!(json.u_int_of("ids[2]") => 3);

    json.clear();
    row!(json.update_bool("user.active", true)?);
    row!(json.update_int("user.ids[0]", 17)?);
    row!(json.update_new_array("list")?);
    row!(json.update_new_object("object")?);
    row!(json.update_null("none")?);
    row!(json.update_number("price", "1.50")?);
    row!(json.update_sb("text", &sb)?);
    row!(json.update_string("user.name", "lorem")?);
    row!(json.update_u_int("count", 300)?);
    assert_eq!(
        json.emit(),
        r#"{"user":{"active":true,"ids":[17],"name":"lorem"},"list":[],"object":{},"none":null,"#
            .to_owned()
            + r#""price":1.50,"text":"lorem","count":300}"#
    );
    row!(json.write_file(&path)?);
    assert_eq!(fs::read_to_string(&path)?, json.emit());

    json.clear();
    row!(json.append_null("a"));
    row!(json.append_number("b", "1.50")?);
    row!(json.append_u_int("c", 18));
    assert_eq!(json.emit(), r#"{"a":null,"b":1.50,"c":18}"#);
    row!(json.u_int_at(2) => 18);
    let people = std::collections::BTreeMap::from([("lorem", 17)]);
    row!(JsonObject::from_serde(&people)?.int_of("lorem") => 17);
    row!(JsonObject::new().emit() => "{}");
    row!(json.to_serde::<serde_json::Value>()?["c"] => 18);
    Ok(())
}

#[test]
fn json_arrays_are_read_and_written() -> Outcome {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("lorem.json");
    let (mut bd, mut sb) = (BinData::new(), StringBuilder::new());
    let (mut object2, mut array2) = (object("{}"), array("[]"));
    let mut jarr = JsonArray::new();

    row!(jarr.add_array_at(0)?);
    row!(jarr.add_bool_at(-1, true));
    row!(jarr.add_int_at(0, 17));
    row!(jarr.add_null_at(0));
    row!(jarr.add_number_at(0, "1.50")?);
    row!(jarr.add_object_at(0)?);
    row!(jarr.add_object_copy_at(0, &object(r#"{"id":1}"#))?);
    row!(jarr.add_string_at(0, "lorem"));
    row!(jarr.add_u_int_at(-1, 18));
    assert_eq!(jarr.emit(), r#"["lorem",{"id":1},{},1.50,null,17,[],true,18]"#);
    row!(jarr.append_array_items(&array("[[1]]"))?);
    row!(jarr.array_at(9)?.emit() => "[1]");
    row!(jarr.array_at2(9, &mut array2)?);
    assert_eq!(array2.emit(), "[1]");
    row!(jarr.bool_at(7) => true);
    row!(jarr.clear());
    assert_eq!(jarr.emit(), "[]");
    jarr.load("[1,2]")?;
    row!(jarr.delete_at(0) => true);
    row!(jarr.emit() => "[2]");
    row!(jarr.set_emit_compact(false));
    row!(jarr.emit_compact() => false);
    row!(jarr.set_emit_crlf(false));
    row!(jarr.emit_crlf() => false);
    assert_eq!(jarr.emit(), "[\n  2\n]\n");
    jarr.set_emit_compact(true);
    row!(jarr.emit_sb(&mut sb)?);
    assert_eq!(sb, "[2]");
    jarr.load(r#"[{"name":"Lorem"},"ipsum",17,null]"#)?;
    row!(jarr.find_object("name", "lor*", false) => Some(0));
    row!(jarr.find_string("ips*", true) => Some(1));
    row!(jarr.int_at(2) => 17);
    row!(jarr.is_null_at(3) => true);
    row!(jarr.load(r#"[{"name":"Lorem"},true]"#)?);
    assert_eq!(jarr.size(), 2);
    {
        let sb = StringBuilder::from(r#"[{"name":"Lorem"},0,0,0,0,0,0]"#);
        row!(jarr.load_sb(&sb)?);
    }
    row!(jarr.object_at(0)?.string_of("name")? => "Lorem");
    row!(jarr.object_at2(0, &mut object2)?);
    assert_eq!(object2.string_of("name")?, "Lorem");
    row!(jarr.set_bool_at(1, true)?);
    row!(jarr.set_int_at(2, 17)?);
    row!(jarr.set_null_at(3)?);
    row!(jarr.set_number_at(4, "1.50")?);
    row!(jarr.set_string_at(5, "lorem")?);
    row!(jarr.set_u_int_at(6, 18)?);
    assert_eq!(jarr.emit(), r#"[{"name":"Lorem"},true,17,null,1.50,"lorem",18]"#);
    row!(jarr.size() => 7);
    row!(jarr.string_at(5)? => "lorem");
    row!(jarr.swap(5, 6) => true);
    row!(jarr.type_at(6) => 1);
    row!(jarr.u_int_at(5) => 18);

    jarr.clear();
    row!(jarr.add_array_copy_at(-1, &array("[1]"))?);
    row!(jarr.append_array()?.append_int(2));
    row!(jarr.append_bool(true));
    row!(jarr.append_int(17));
    row!(jarr.append_null());
    row!(jarr.append_number("1.50")?);
    row!(jarr.append_object()?.append_int("id", 1));
    row!(jarr.append_string("lorem"));
    row!(jarr.append_u_int(18));
    let all = r#"[[1],[2],true,17,null,1.50,{"id":1},"lorem",18]"#;
    assert_eq!(jarr.emit(), all);
    row!(jarr.emit_bd(&mut bd));
    assert_eq!(&*bd, all.as_bytes());
    row!(JsonArray::from_serde(&["lorem"])?.emit() => r#"["lorem"]"#);
    row!(jarr.load_bd(&bd)?);
    assert_eq!(jarr.size(), 9);
    fs::write(&path, "[1,2]")?;
    row!(jarr.load_file(&path)?);
    assert_eq!(jarr.emit(), "[1,2]");
    row!(JsonArray::new().emit() => "[]");
    row!(jarr.to_serde::<Vec<u64>>()? => [1, 2]);
    row!(jarr.write_file(&path)?);
    assert_eq!(fs::read_to_string(&path)?, "[1,2]");
    Ok(())
}
