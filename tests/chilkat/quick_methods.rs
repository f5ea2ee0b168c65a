//! Chilkat's quick methods and its newer forms: what each sends and returns.

use std::error::Error;
use std::fs;
use std::io::Read as _;

use base64::Engine as _;
use flate2::read::GzDecoder;
use support::{ClosedPort, Conn, Received, Server};
use zoomkat::chilkat::{BinData, Http, JsonObject, StringBuilder};
use zoomkat::{ErrorKind, HttpRequest, HttpResponse, Result};

const JSON: &str = r#"{"id":1.50,"name":"Lorem"}"#;

fn patient() -> Http {
    Http::from(support::patient())
}

fn json() -> JsonObject {
    JSON.parse().unwrap()
}

/// Starts a server that returns the verb and the target as the body.
fn echo() -> Server {
    Server::start(|mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            let (asked, _) = request.line().rsplit_once(' ').unwrap();
            let body = if asked.starts_with("HEAD") { "" } else { asked };
            let status = if asked.contains("missing") { "404 Not Found" } else { "200 OK" };
            conn.respond(status, "Content-Type: text/plain; charset=utf-8\r\n", body);
        }
    })
}

fn url(server: &Server, path: &str) -> String {
    format!("http://127.0.0.1:{}{path}", server.port())
}

/// Returns the request that one call sends.
fn sent<T>(call: impl FnOnce(&Http, &str) -> Result<T>) -> Received {
    sent_by(&patient(), call)
}

fn sent_by<T>(http: &Http, call: impl FnOnce(&Http, &str) -> Result<T>) -> Received {
    let server = echo();
    call(http, &url(&server, "/p?a=b")).unwrap();
    server.request()
}

/// Returns every Content-Type of a request.
fn types(request: &Received) -> Vec<&str> {
    let fields = request.headers().into_iter().filter_map(|line| line.split_once(": "));
    let types = fields.filter(|(name, _)| name.eq_ignore_ascii_case("Content-Type"));
    types.map(|(_, value)| value).collect()
}

/// Returns the request of each method with a body for this content type, or an empty one if the
/// method takes none.
fn requests_of_all_body_methods(http: &Http, content_type: &str) -> Vec<Received> {
    type Send<'s> = Box<dyn FnOnce(&Http, &str) -> Result<()> + 's>;
    let file = tempfile::NamedTempFile::new().unwrap();
    let new = HttpResponse::new;
    let t = content_type;
    let mut calls: Vec<Send<'_>> = vec![
        Box::new(|http, at| http.post_json2(at, t, JSON).map(drop)),
        Box::new(|http, at| http.post_json3(at, t, &json()).map(drop)),
        Box::new(|http, at| http.http_json("PUT", at, &json(), t, &mut new())),
        Box::new(|http, at| http.ptext("PUT", at, "x", "utf-8", t, false, false).map(drop)),
        Box::new(|http, at| http.ptext_sb("PUT", at, "x", "utf-8", t, true, true).map(drop)),
        Box::new(|http, at| http.put_text(at, "x", "utf-8", t, false, false).map(drop)),
        Box::new(|http, at| http.http_str("PUT", at, "x", "utf-8", t, &mut new())),
        Box::new(|http, at| http.http_sb("PUT", at, "x", "utf-8", t, &mut new())),
        Box::new(|http, at| http.pbinary("PUT", at, b"x", t, false, false).map(drop)),
        Box::new(|http, at| http.pbinary_bd("PUT", at, b"x", t, true, true).map(drop)),
        Box::new(|http, at| http.put_binary(at, b"x", t, false, false).map(drop)),
        Box::new(|http, at| http.post_binary(at, b"x", t, false, false).map(drop)),
        Box::new(|http, at| http.http_bd("PUT", at, b"x", t, &mut new())),
        Box::new(|http, at| http.http_file("PUT", at, file.path(), t, &mut new())),
    ];
    if content_type.is_empty() {
        calls.extend::<[Send<'_>; 2]>([
            Box::new(|http, at| http.post_json(at, JSON).map(drop)),
            Box::new(|http, at| http.post_xml(at, "<x/>", "utf-8").map(drop)),
        ]);
    }
    calls.into_iter().map(|call| sent_by(http, call)).collect()
}

#[test]
fn methods_without_a_body_send_their_verb_and_chilkats_headers() {
    let (mut sb, mut bd, mut resp) = (StringBuilder::new(), BinData::new(), HttpResponse::new());
    for (verb, length, request) in [
        ("GET", false, sent(|http, url| http.quick_get_str(url))),
        ("GET", false, sent(|http, url| http.quick_get(url))),
        ("GET", false, sent(|http, url| http.quick_get_obj(url))),
        ("GET", false, sent(|http, url| http.quick_get_sb(url, &mut sb))),
        ("GET", false, sent(|http, url| http.quick_get_bd(url, &mut bd))),
        ("HEAD", false, sent(|http, url| http.get_head(url))),
        ("DELETE", false, sent(|http, url| http.quick_delete_str(url))),
        ("PUT", true, sent(|http, url| http.quick_put_str(url))),
        ("OPTIONS", false, sent(|http, url| http.quick_request("OPTIONS", url))),
        ("POST", true, sent(|http, url| http.http_no_body("POST", url, &mut resp))),
    ] {
        assert_eq!(request.line(), format!("{verb} /p?a=b HTTP/1.1"));
        let mut headers = request.headers();
        assert!(headers.remove(0).starts_with("Host: 127.0.0.1:"));
        if length {
            assert_eq!(headers.remove(0), "Content-Length: 0");
        }
        assert_eq!(headers, ["Accept: */*", "Accept-Encoding: gzip"], "{verb}");
    }
}

#[test]
fn a_404_is_returned_but_not_saved() -> std::result::Result<(), Box<dyn Error>> {
    let server = echo();
    let url = &*url(&server, "/missing");
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("answer.txt");
    fs::write(&path, "lorem")?;
    let (mut bd, mut sb) = (BinData::new(), StringBuilder::new());
    let (json, req, mut resp) = (JsonObject::new(), HttpRequest::new(), HttpResponse::new());
    let http = patient();
    let last = |http: &Http| (http.last_status(), http.last_method_success());

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
        assert!(text.ends_with(" /missing"), "{text}");
    }
    assert_eq!(last(&http), (404, true));

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
        assert_eq!((resp.status_code(), last(&http)), (404, (404, true)));
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
    assert_eq!((&*fs::read_to_string(&path)?, sb.as_str()), ("lorem", "GET /missing"));

    assert!(http.quick_get_sb("no URL", &mut sb).is_err() && sb.length() == 0);
    assert!(http.http_no_body("GET", "no URL", &mut resp).is_err());
    assert_eq!(resp.status_code(), 0);
    Ok(())
}

#[test]
fn a_failed_call_clears_the_previous_response() {
    let server = echo();
    let http = patient();
    let mut resp = http.quick_get_obj(&url(&server, "/")).unwrap();
    let (mut sb, mut bd) = (StringBuilder::from("old"), BinData::from(vec![1]));
    let closed = ClosedPort::new();
    let nobody = format!("http://127.0.0.1:{}/", closed.port());
    let err = http.http_no_body("GET", &nobody, &mut resp).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Connect);
    assert_eq!((resp.status_code(), resp.body()), (0, &b""[..]));
    assert!(http.quick_get_sb(&nobody, &mut sb).is_err() && sb.length() == 0);
    assert!(http.quick_get_bd(&nobody, &mut bd).is_err() && bd.num_bytes() == 0);
    bd.append_byte(1);
    assert!(http.download_bd(&nobody, &mut bd).is_err() && bd.num_bytes() == 0);
    assert!(!http.last_method_success());
    assert_eq!(http.last_status(), 0);
    assert!(http.last_error_text().contains("cannot connect"), "{}", http.last_error_text());
}

#[test]
fn json_is_sent_as_json() {
    for (content_type, request) in [
        ("application/json", sent(|http, url| http.post_json(url, JSON))),
        ("application/json", sent(|http, url| http.post_json2(url, "", JSON))),
        ("application/vnd.api+json", {
            sent(|http, url| http.post_json2(url, "application/vnd.api+json", JSON))
        }),
        ("application/json", sent(|http, url| http.post_json3(url, "", &json()))),
        ("application/scim+json", {
            let mut json = json();
            json.set_emit_compact(false);
            sent(|http, url| http.post_json3(url, "application/scim+json", &json))
        }),
        ("application/json", {
            let mut resp = HttpResponse::new();
            sent(|http, url| http.http_json("POST", url, &json(), "", &mut resp))
        }),
    ] {
        assert_eq!(request.line(), "POST /p?a=b HTTP/1.1");
        assert_eq!(request.header("Content-Type"), Some(content_type));
        assert_eq!(request.text(), JSON, "a number lost its text");
    }
}

#[test]
fn the_scripts_content_type_takes_precedence_over_a_methods_own() {
    let soap = "text/xml; charset=utf-8";
    for name in ["Content-Type", "content-type", "CONTENT-TYPE"] {
        let mut http = patient();
        http.set_request_header(name, soap).set_request_header("SOAPAction", "\"urn:lorem\"");
        for request in requests_of_all_body_methods(&http, "") {
            assert_eq!(types(&request), [soap], "{}", request.head);
            assert_eq!(request.header("SOAPAction"), Some("\"urn:lorem\""));
        }
        assert!(!http.last_error_text().contains("not sent"), "{}", http.last_error_text());
        let request = sent_by(&http, |http, at| http.quick_put_str(at));
        assert_eq!(types(&request), [soap], "{}", request.head);
        // Once it is removed, the method's own type applies again.
        http.set_request_header("Content-type", "");
        let request = sent_by(&http, |http, at| http.post_xml(at, "<x/>", "utf-8"));
        assert_eq!(types(&request), ["application/xml; charset=utf-8"]);
        let request = sent_by(&http, |http, at| http.post_json(at, JSON));
        assert_eq!(types(&request), ["application/json"]);
    }
}

#[test]
fn the_calls_content_type_takes_precedence_and_the_trace_names_the_other() {
    let note = "not sent: the Content-Type of set_request_header";
    let mut http = patient();
    http.set_request_header("Content-Type", "text/xml; charset=utf-8");
    for request in requests_of_all_body_methods(&http, "image/png") {
        assert_eq!(types(&request), ["image/png"], "{}", request.head);
    }
    assert!(http.last_error_text().contains(note), "{}", http.last_error_text());
    let mut form = HttpRequest::new();
    form.add_param("a", "b");
    let request = sent_by(&http, |http, at| http.post_url_encoded(at, &form));
    assert_eq!(types(&request), ["application/x-www-form-urlencoded"]);
    assert!(http.last_error_text().contains(note), "{}", http.last_error_text());

    let mut own = HttpRequest::new();
    own.use_post().set_content_type("text/plain").load_body_from_string("x", "utf-8");
    let mut resp = HttpResponse::new();
    let request = sent_by(&http, |http, at| http.http_req(at, &own, &mut resp));
    assert_eq!(types(&request), ["text/plain"]);
    assert!(resp.call_text().contains(note), "{}", resp.call_text());
    own.set_content_type("");
    let request = sent_by(&http, |http, at| http.http_req(at, &own, &mut resp));
    assert_eq!(types(&request), ["text/xml; charset=utf-8"]);
    assert!(!resp.call_text().contains(note), "{}", resp.call_text());
}

#[test]
fn the_scripts_content_type_gets_the_charset_of_the_text() {
    for (set, charset, says) in [
        ("text/xml; charset=utf-8", "utf-8", "text/xml; charset=utf-8"),
        ("text/xml; charset=\"UTF-8\"", "utf-8", "text/xml; charset=\"UTF-8\""),
        (" text/xml ", "UTF-8", " text/xml "),
        ("text/xml", "", "text/xml"),
        ("text/xml; charset=iso-8859-1", "", "text/xml; charset=utf-8"),
        ("text/xml; charset=utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),
        ("text/xml", "iso-8859-1", "text/xml; charset=iso-8859-1"),
        ("a/b; CHARSET=utf-8; action=\"c\"", "latin1", "a/b; action=\"c\"; charset=latin1"),
    ] {
        let mut http = patient();
        http.set_request_header("Content-Type", set);
        for request in [
            sent_by(&http, |http, at| http.post_xml(at, "<é/>", charset)),
            sent_by(&http, |http, at| http.ptext("PUT", at, "<é/>", charset, "", false, false)),
        ] {
            assert_eq!(types(&request), [says], "{set} in {charset:?}");
            let is_utf8 = matches!(charset, "" | "utf-8" | "UTF-8");
            let body = if is_utf8 { "<é/>".as_bytes() } else { b"<\xe9/>" };
            assert_eq!(request.body, body, "{set} in {charset:?}");
        }
    }
    let mut http = patient();
    http.set_request_header("Content-Type", "application/json; charset=iso-8859-1");
    let request = sent_by(&http, |http, at| http.post_json(at, "\"é\""));
    assert_eq!(types(&request), ["application/json; charset=utf-8"]);
    assert_eq!(request.text(), "\"é\"");
}

#[test]
fn a_head_follows_no_redirect() {
    let server = Server::start(|mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            let status = match request.line().split(' ').nth(1) {
                Some("/there") => "200 OK".to_owned(),
                path => format!("{} Go", &path.unwrap()[1..]),
            };
            conn.send(format!(
                "HTTP/1.1 {status}\r\nLocation: /there\r\nX-A: b\r\nContent-Length: 4\r\n\r\n"
            ));
            if !request.line().starts_with("HEAD") {
                conn.send("body");
            }
        }
    });
    let mut http = patient();
    assert!(http.follow_redirects());
    let (there, mut resp) = (url(&server, "/there"), HttpResponse::new());
    let mut in_path = HttpRequest::new();
    in_path.set_http_verb("HEAD");
    for status in [301, 302, 303, 307, 308] {
        let at = url(&server, &format!("/{status}"));
        let before = server.requests().len();
        let of_get_head = http.get_head(&at).unwrap();
        http.http_no_body("HEAD", &at, &mut resp).unwrap();
        let of_params = http.quick_request_params("HEAD", &at, &JsonObject::new()).unwrap();
        for resp in [&of_get_head, &resp, &of_params] {
            assert_eq!((resp.status_code(), resp.body()), (status, &b""[..]));
            assert_eq!(resp.final_redirect_url(), there);
            assert_eq!(resp.get_header_field("X-A"), Some("b"));
        }
        assert_eq!((http.last_status(), http.was_redirected()), (status, false));
        assert_eq!(http.final_redirect_url(), there);
        assert!(http.last_header().starts_with(&format!("HEAD /{status} ")));
        assert_eq!(server.requests().len(), before + 3);
        // All other requests follow redirects, including a GET and the caller's own request.
        http.http_req(&at, &in_path, &mut resp).unwrap();
        assert_eq!((resp.status_code(), http.was_redirected()), (200, true));
        assert_eq!(http.quick_get_obj(&at).unwrap().status_code(), 200);
    }
    assert_eq!(server.connections(), 1, "the connection was not reused");
    http.set_follow_redirects(false);
    assert_eq!(http.get_head(&url(&server, "/302")).unwrap().status_code(), 302);
}

#[test]
fn text_is_sent_in_its_charset() {
    let mut resp = HttpResponse::new();
    let sb = StringBuilder::from("é");
    for (charset, bytes) in [("utf-8", &b"\xc3\xa9"[..]), ("iso-8859-1", &b"\xe9"[..])] {
        for request in [
            sent(|http, url| http.ptext("PATCH", url, "é", charset, "text/plain", false, false)),
            sent(|http, url| http.ptext_sb("PATCH", url, &sb, charset, "text/plain", false, false)),
            sent(|http, url| http.http_str("PATCH", url, "é", charset, "text/plain", &mut resp)),
            sent(|http, url| http.http_sb("PATCH", url, &sb, charset, "text/plain", &mut resp)),
        ] {
            assert_eq!(request.line(), "PATCH /p?a=b HTTP/1.1");
            assert_eq!(request.header("Content-Type"), Some("text/plain"));
            assert_eq!(request.body, bytes);
            assert_eq!(request.header("Content-MD5"), None);
            assert_eq!(request.header("Content-Encoding"), None);
        }
    }
    let request = sent(|http, url| http.put_text(url, "é", "utf-8", "text/html", false, false));
    assert_eq!((request.line(), request.text().as_str()), ("PUT /p?a=b HTTP/1.1", "é"));
    let request = sent(|http, url| http.post_xml(url, "<é/>", "iso-8859-1"));
    assert_eq!(request.header("Content-Type"), Some("application/xml; charset=iso-8859-1"));
    assert_eq!(request.body, b"<\xe9/>");
    let err = patient()
        .ptext("PUT", "http://127.0.0.1:1/", "日", "us-ascii", "text/plain", false, false)
        .unwrap_err();
    assert!(err.is_invalid_request() && err.to_string().contains("charset"), "{err}");
}

#[test]
fn bytes_are_sent_with_md5_and_compression_on_request() {
    let bytes = "lorem ipsum ".repeat(50).into_bytes();
    let md5 = "HrjOiwpL+aNa7F/K+2nlyQ==";
    let mut resp = HttpResponse::new();
    let bd = BinData::from(bytes.clone());
    for request in [
        sent(|http, url| http.pbinary("PUT", url, &bytes, "x/y", true, false)),
        sent(|http, url| http.put_binary(url, &bd, "x/y", true, false)),
    ] {
        assert_eq!(request.line(), "PUT /p?a=b HTTP/1.1");
        assert_eq!((&request.body, request.header("Content-MD5")), (&bytes, Some(md5)));
        assert_eq!(request.header("Content-Type"), Some("x/y"));
    }
    let request = sent(|http, url| http.http_bd("PUT", url, &bd, "x/y", &mut resp));
    assert_eq!(request.body, bytes);
    let request = sent(|http, url| http.post_binary(url, &bytes, "x/y", true, true));
    assert_eq!(request.line(), "POST /p?a=b HTTP/1.1");
    assert_eq!(request.header("Content-Encoding"), Some("gzip"));
    let mut unpacked = Vec::new();
    GzDecoder::new(&*request.body).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, bytes);
    assert!(request.body.len() < bytes.len());
    // The checksum covers the bytes sent, not the decompressed ones.
    let sum = request.header("Content-MD5").unwrap();
    assert_ne!(sum, md5);
    assert_eq!(base64::prelude::BASE64_STANDARD.decode(sum).unwrap().len(), 16);
}

#[test]
fn params_go_into_the_query() {
    let mut params = JsonObject::new();
    params.append_string("page[size]", "a b&c");
    params.append_int("n", 30).append_bool("b", true).append_null("z");
    params.append_array("list").unwrap().add_int_at(-1, 1).add_int_at(-1, 2);
    let query = "page%5Bsize%5D=a%20b%26c&n=30&b=true&z=null&list=%5B1%2C2%5D";
    let server = echo();
    let http = patient();
    for (path, expected) in [
        ("/p", format!("/p?{query}")),
        ("/p?", format!("/p?{query}")),
        ("/p?x=1", format!("/p?x=1&{query}")),
        ("/p?x=1&#f", format!("/p?x=1&{query}")),
    ] {
        let resp = http.quick_request_params("GET", &url(&server, path), &params).unwrap();
        assert_eq!(resp.body_str(), format!("GET {expected}"));
        let mut resp = HttpResponse::new();
        http.http_params("DELETE", &url(&server, path), &params, &mut resp).unwrap();
        assert_eq!(resp.body_str(), format!("DELETE {expected}"));
    }
    let none = http.quick_request_params("GET", &url(&server, "/p"), &JsonObject::new()).unwrap();
    assert_eq!(none.body_str(), "GET /p");
    params.append_object("deep").unwrap();
    let err = http.quick_request_params("GET", &url(&server, "/p"), &params).unwrap_err();
    assert!(err.is_invalid_request() && err.to_string().contains("deep"), "{err}");
    assert!(http.last_error_text().contains("deep"));
}

#[test]
fn a_request_is_sent_to_the_path_of_the_url() {
    let server = echo();
    let http = patient();
    let mut req = HttpRequest::new();
    req.set_http_verb("PATCH").set_path("/not/this?one=1").add_header("X-A", "b");
    let mut resp = HttpResponse::new();
    http.http_req(&url(&server, "/v2/x?y=z#f"), &req, &mut resp).unwrap();
    assert_eq!(resp.body_str(), "PATCH /v2/x?y=z");
    assert_eq!(server.request().headers()[1..], ["Content-Length: 0", "X-A: b"]);
    assert!(http.last_error_text().contains("/v2/x"), "{}", http.last_error_text());
    assert_eq!(req.path(), "/not/this?one=1");

    http.http_s_req("127.0.0.1", server.port(), false, &req, &mut resp).unwrap();
    assert_eq!(resp.body_str(), "PATCH /not/this?one=1");

    let mut form = HttpRequest::new();
    form.set_http_verb("GET").set_content_type("text/plain").add_param("a", "b c");
    http.post_url_encoded(&url(&server, "/oauth/token"), &form).unwrap();
    let request = server.requests().pop().unwrap();
    assert_eq!(request.line(), "POST /oauth/token HTTP/1.1");
    assert_eq!(request.header("Content-Type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.text(), "a=b%20c");
    assert_eq!(form.http_verb(), "GET", "the request was changed");
    let (mut with_body, mut with_upload) = (form.clone(), form.clone());
    with_body.load_body_from_string("lorem", "utf-8");
    with_upload.add_string_for_upload("f", "f", "lorem", "utf-8");
    for form in [with_body, with_upload] {
        let err = http.post_url_encoded(&url(&server, "/oauth/token"), &form).unwrap_err();
        assert!(err.to_string().contains("post_url_encoded"), "{err}");
    }
}

#[test]
fn a_file_is_streamed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    fs::write(&path, "dolor sit").unwrap();
    let mut resp = HttpResponse::new();
    let request = sent(|http, url| http.http_file("PUT", url, &path, "x/y", &mut resp));
    assert_eq!(
        (request.text().as_str(), request.header("Content-Type")),
        ("dolor sit", Some("x/y"))
    );
    let gone = dir.path().join("gone");
    let err = patient().http_file("PUT", "http://127.0.0.1:1/", gone, "x/y", &mut resp);
    assert!(err.unwrap_err().is_invalid_request());
    assert_eq!(resp.status_code(), 0);
}

#[test]
fn settings_change_the_added_headers() {
    let server = echo();
    let mut http = patient();
    assert_eq!((http.accept(), http.allow_gzip()), ("*/*", true));
    http.set_accept("application/json").set_allow_gzip(false);
    assert_eq!((http.accept(), http.allow_gzip()), ("application/json", false));
    http.quick_get_str(&url(&server, "/1")).unwrap();
    http.set_accept("").set_allow_gzip(true);
    http.set_request_header("accept-encoding", "identity").set_user_agent("lorem/1");
    assert_eq!(http.get_request_header("Accept-Encoding"), Some("identity"));
    assert!(http.has_request_header("ACCEPT-encoding") && !http.has_request_header("Accept"));
    http.set_auth_token("ipsum");
    http.quick_get_str(&url(&server, "/2")).unwrap();
    let requests = server.requests();
    // Without the field a server may compress the body; an empty field asks it not to (RFC 9110
    // section 12.5.3).
    assert_eq!(requests[0].headers()[1..], ["Accept: application/json", "Accept-Encoding: "]);
    assert_eq!(
        requests[1].headers()[1..],
        ["User-Agent: lorem/1", "Authorization: Bearer ipsum", "accept-encoding: identity"]
    );
    http.set_request_header("X-A", "b").clear_headers();
    assert!(!http.has_request_header("X-A") && !http.has_request_header("Accept-Encoding"));
    // A caller's own request is sent with its own fields.
    let (mut http, mut resp) = (patient(), HttpResponse::new());
    http.set_accept("application/json").set_allow_gzip(false);
    http.http_req(&url(&server, "/3"), &HttpRequest::new(), &mut resp).unwrap();
    assert_eq!(server.requests()[2].headers().len(), 1);
}

#[test]
fn url_variables_are_expanded_and_stay_in_their_segment() {
    let server = echo();
    let mut http = patient();
    http.set_url_var("id", "a/b ?é").set_url_var("q", "x&y=z").set_url_var("id", "c/d");
    let body = http.quick_get_str(&url(&server, "/u/{$id}/x?q={$q}&id={$id}")).unwrap();
    assert_eq!(body, "GET /u/c%2Fd/x?q=x%26y%3Dz&id=c%2Fd");
    // Braces of other templates are left alone.
    assert_eq!(
        http.quick_get_str(&url(&server, "/{id}/{{b}}")).unwrap(),
        "GET /%7Bid%7D/%7B%7Bb%7D%7D"
    );
    let host = format!("http://{{$host}}:{}/", server.port());
    http.set_url_var("host", "127.0.0.1");
    assert_eq!(http.quick_get_str(&host).unwrap(), "GET /");
    for evil in ["evil.example/", "u@evil.example", "a\r\nb", "x:1", ""] {
        http.set_url_var("host", evil);
        let err = http.quick_get_str(&host).unwrap_err();
        assert!(err.is_invalid_request(), "{evil:?}: {err}");
    }
    for dots in [".", ".."] {
        http.set_url_var("id", dots);
        let err = http.quick_get_str(&url(&server, "/u/{$id}/x")).unwrap_err();
        assert!(err.to_string().contains("set_url_var"), "{err}");
    }
    let requests = server.requests().len();
    http.set_url_var("id", "");
    let err = http.quick_get_str(&url(&server, "/u/{$id}")).unwrap_err();
    assert!(err.to_string().contains("set_url_var"), "{err}");
    let err = http.quick_get_str(&url(&server, "/u/{$id")).unwrap_err();
    assert!(err.is_invalid_request(), "{err}");
    assert_eq!(http.quick_get_str(&url(&server, "/u?id={$id}")).unwrap(), "GET /u?id=");
    let requests = requests + 1;
    http.clear_url_vars();
    let err = http.quick_get_str(&url(&server, "/u/{$id}")).unwrap_err();
    assert!(err.is_invalid_request() && err.to_string().contains("{$id}"), "{err}");
    assert_eq!(server.requests().len(), requests, "something was sent");
}

#[test]
fn an_invalid_url_is_refused_without_showing_a_password() {
    let server = echo();
    let http = patient();
    http.quick_get_str(&url(&server, "/")).unwrap();
    for bad in [
        "",
        "api.zoom.us/v2/users",
        "/v2/users",
        "ftp://h/",
        "https:/h",
        "https:h",
        "https://",
        "https:///path",
        "http://user:lorem@127.0.0.1/",
        "http://lorem@127.0.0.1/?a=b",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:x/",
        "http://a b/",
        "http://[::1/",
    ] {
        let err = http.quick_get_str(bad).unwrap_err();
        assert!(err.is_invalid_request(), "{bad}: {err}");
        assert!(!err.to_string().contains("lorem"), "{err}");
        assert_eq!(http.last_status(), 0, "the previous status was kept");
        assert!(!http.last_method_success());
        assert_eq!(http.last_error_text(), err.last_error_text());
        assert_eq!(http.last_header(), "");
    }
    let err = http.quick_get_str("http://user:lorem@127.0.0.1/").unwrap_err();
    assert!(err.to_string().contains("set_basic_auth"), "{err}");
    let err = http.quick_get_str("http://127.0.0.1/a\r\nHost: b").unwrap_err();
    assert!(err.is_invalid_request(), "{err}");
    for (good, path) in
        [("HTTP://127.0.0.1", "/"), ("  http://127.0.0.1", "?a=b"), ("http://127.0.0.1", "#f")]
    {
        let body = http.quick_get_str(&format!("{good}:{}{path}", server.port())).unwrap();
        assert_eq!(body, format!("GET /{}", path.trim_start_matches('/').trim_start_matches("#f")));
    }
}

#[test]
fn a_body_is_kept_only_on_request() {
    let server = echo();
    let mut http = patient();
    http.quick_get_str(&url(&server, "/missing")).unwrap();
    assert_eq!((http.last_response_body().as_str(), http.keep_response_body()), ("", false));
    http.set_keep_response_body(true);
    assert!(http.keep_response_body());
    http.quick_get_str(&url(&server, "/missing")).unwrap();
    assert_eq!(http.last_response_body(), "GET /missing");
    http.quick_get_str("no url").unwrap_err();
    assert_eq!(http.last_response_body(), "");
    let dir = tempfile::tempdir().unwrap();
    http.download(&url(&server, "/missing"), dir.path().join("f")).unwrap_err();
    assert_eq!(http.last_response_body(), "GET /missing", "the body of the error status is kept");
}

#[test]
fn a_compressed_response_is_decoded() {
    let server = Server::start(|mut conn: Conn| {
        while conn.read_request().is_some() {
            let mut packed = Vec::new();
            flate2::read::GzEncoder::new(&b"dolor sit"[..], flate2::Compression::fast())
                .read_to_end(&mut packed)
                .unwrap();
            conn.respond("200 OK", "Content-Encoding: gzip\r\n", packed);
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    let http = patient();
    assert_eq!(http.quick_get_str(&url(&server, "/")).unwrap(), "dolor sit");
    http.download(&url(&server, "/"), &path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"dolor sit");
}

#[test]
fn a_download_writes_a_file_or_fails() {
    let server = Server::start(|mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            match request.line().split(' ').nth(1).unwrap() {
                "/missing" => conn.respond("404 Not Found", "", "sorry"),
                "/none" => conn.send("HTTP/1.1 204 No Content\r\n\r\n"),
                "/cut" => {
                    conn.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
                    return;
                }
                _ => conn.respond("200 OK", "", "new"),
            }
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    let content = || fs::read_to_string(&path).unwrap_or_else(|_| "none".to_owned());
    let files = || fs::read_dir(dir.path()).unwrap().count();
    let http = patient();
    let status = |result: Result<()>| {
        let err = result.unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Status, "{err}");
        assert!(err.to_string().contains("404"), "{err}");
        assert_eq!(http.last_status(), 404);
        assert!(!http.last_method_success());
        assert_eq!(http.last_error_text(), err.last_error_text());
        let text = err.last_error_text();
        assert!(
            text.contains("header, status 404") && text.contains("failed: unexpected status"),
            "{text}"
        );
    };
    status(http.download(&url(&server, "/missing"), &path));
    status(http.download_append(&url(&server, "/missing"), &path));
    assert_eq!(http.download(&url(&server, "/cut"), &path).unwrap_err().kind(), ErrorKind::Body);
    assert_eq!(files(), 0);
    http.download(&url(&server, "/"), &path).unwrap();
    assert_eq!(content(), "new");
    assert!(http.last_method_success());
    status(http.download(&url(&server, "/missing"), &path));
    http.download(&url(&server, "/cut"), &path).unwrap_err();
    http.download_append(&url(&server, "/cut"), &path).unwrap_err();
    assert_eq!((content().as_str(), files()), ("new", 1));
    http.download_append(&url(&server, "/"), &path).unwrap();
    assert_eq!((content().as_str(), files()), ("newnew", 1));
    http.download(&url(&server, "/none"), &path).unwrap();
    assert_eq!(content(), "");
    http.download_append(&url(&server, "/"), dir.path().join("g")).unwrap();
    assert_eq!(fs::read_to_string(dir.path().join("g")).unwrap(), "new");
    let null = if cfg!(windows) { "NUL" } else { "/dev/null" };
    http.download(&url(&server, "/"), null).unwrap();
    http.download(&url(&server, "/none"), null).unwrap();
    http.download_append(&url(&server, "/"), null).unwrap();
    http.download_append(&url(&server, "/cut"), null).unwrap_err();
    assert!(fs::read(null).unwrap().is_empty(), "the device was replaced");
    let err = http.download_append(&url(&server, "/"), dir.path()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Io);
    assert_eq!(http.last_error_text(), err.last_error_text());

    let (mut sb, mut bd) = (StringBuilder::from("old "), BinData::from(vec![1]));
    http.download_sb(&url(&server, "/"), "utf-8", &mut sb).unwrap();
    http.download_bd(&url(&server, "/"), &mut bd).unwrap();
    assert_eq!((sb.as_str(), bd.as_slice()), ("old new", &b"new"[..]));
    status(http.download_sb(&url(&server, "/missing"), "utf-8", &mut sb));
    status(http.download_bd(&url(&server, "/missing"), &mut bd));
    assert_eq!((sb.as_str(), bd.as_slice()), ("old new", &b""[..]));
}

#[test]
fn a_body_fills_the_callers_object() {
    let object = Server::answering("200 OK", "", r#"{"a":[1,2]}"#);
    let http = patient();
    let resp = http.quick_get_obj(&url(&object, "/")).unwrap();
    let (mut sb, mut bd) = (StringBuilder::from("old"), BinData::from(vec![1]));
    let (mut json, mut jarr) = (json(), "[3]".parse::<zoomkat::chilkat::JsonArray>().unwrap());
    resp.get_body_sb(&mut sb);
    resp.get_body_bd(&mut bd);
    assert_eq!((sb.as_str(), bd.as_slice()), (r#"{"a":[1,2]}"#, resp.body()));
    resp.get_body_json(&mut json).unwrap();
    assert_eq!(json.int_of("a[1]"), 2);
    let err = resp.get_body_jarr(&mut jarr).unwrap_err();
    assert_eq!((err.kind(), jarr.emit().as_str()), (ErrorKind::Content, "[]"));
    let array = Server::answering("200 OK", "", "[1,2,3]");
    let resp = http.quick_get_obj(&url(&array, "/")).unwrap();
    resp.get_body_jarr(&mut jarr).unwrap();
    assert_eq!(jarr.size(), 3);
    assert_eq!(resp.get_body_json(&mut json).unwrap_err().kind(), ErrorKind::Content);
    assert_eq!(json.size(), 0, "the old content was kept");
}

#[test]
fn mismatched_json_is_reported_without_values() {
    #[derive(Debug, serde::Deserialize)]
    struct User {
        #[serde(rename = "password")]
        _password: u32,
    }
    let server = Server::answering("200 OK", "", r#"{"password":"dolor sit"}"#);
    let err = patient().quick_get_obj(&url(&server, "/")).unwrap().json::<User>().unwrap_err();
    let message =
        format!("{err} {err:?} {:?}", std::error::Error::source(&err).map(|e| e.to_string()));
    assert!(message.contains("expected u32") && !message.contains("dolor"), "{message}");
}

#[test]
fn url_helpers_work() {
    let http = Http::new();
    assert_eq!(http.url_encode("a b&ü/~"), "a%20b%26%C3%BC%2F~");
    assert_eq!(http.url_decode("a%20b%26%C3%BC+~%zz%"), "a b&ü ~%zz%");
    let url = "https://API.zoom.us:8443/v2/a%20b/?c=/d#e";
    assert_eq!(http.get_domain(url).as_deref(), Some("api.zoom.us"));
    assert_eq!(http.get_url_path(url).as_deref(), Some("/v2/a%20b/"));
    assert_eq!((http.get_domain("x"), http.get_url_path("mailto:x")), (None, None));
    let with_user = "https://me:lorem@api.zoom.us/v2/users?a=@b";
    assert_eq!(http.get_domain(with_user).as_deref(), Some("api.zoom.us"));
    assert_eq!(http.get_url_path(with_user).as_deref(), Some("/v2/users"));
    assert!(httpdate::parse_http_date(&http.gen_time_stamp()).is_ok());
}

/// An error before sending is the last call as well, so the previous status is not kept.
#[test]
fn a_call_that_is_refused_before_sending_clears_the_last_call() {
    let server = echo();
    let http = patient();
    let at = url(&server, "/");
    let dir = tempfile::tempdir().unwrap();
    let mut deep = JsonObject::new();
    deep.append_object("deep").unwrap();
    let mut sb = StringBuilder::new();
    let refused: [(&str, &mut dyn FnMut() -> Result<()>); 5] = [
        ("text", &mut || http.ptext("PUT", &at, "x", "nope", "a/b", false, false).map(drop)),
        ("params", &mut || http.quick_request_params("GET", &at, &deep).map(drop)),
        ("a folder", &mut || http.download_append(&at, dir.path())),
        ("a charset", &mut || http.download_sb(&at, "nope", &mut sb)),
        ("a certificate", &mut || http.get_server_cert("127.0.0.1", 0).map(drop)),
    ];
    for (what, call) in refused {
        http.quick_get_str(&at).unwrap();
        assert_eq!(http.last_status(), 200);
        let err = call().expect_err(what);
        assert_eq!((http.last_status(), http.last_header().as_str()), (0, ""), "{what}");
        assert!(!http.last_method_success(), "{what}");
        assert_eq!(http.last_error_text(), err.last_error_text(), "{what}");
    }
}
