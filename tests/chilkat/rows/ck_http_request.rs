//! `CkHttpRequest`: [`HttpRequest`].

use std::fs;

use support::{Conn, Server, patient};
use zoomkat::chilkat::{BinData, StringBuilder};
use zoomkat::{HttpRequest, HttpRequestBuilder};

use super::table::Table;
use super::{Has, Outcome, body_of, row, text_of};

/// Returns how many connections a request takes if a kept-alive one ends before the response.
fn connections_of(req: &HttpRequest) -> usize {
    let server = Server::start(|mut conn: Conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", "");
            if conn.number() == 0 {
                conn.read_request();
                return;
            }
        }
    });
    let http = patient();
    server.call(&http, &HttpRequest::new()).unwrap();
    let _ = server.call(&http, req);
    server.connections()
}

#[test]
fn requests_are_built() -> Outcome {
    let mut t = Table::new("HttpRequest");
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("lorem.txt");
    fs::write(&path, "from a file")?;
    let bd = BinData::from(b"from bytes");
    let sb = StringBuilder::from("from text");

    let octets = "application/octet-stream";
    let part = |name: &str, content_type: &str, body: &str| {
        format!("name=\"{name}\"\r\nContent-Type: {content_type}\r\n\r\n{body}\r\n--")
    };

    let mut req = HttpRequest::new();
    req.use_upload();
    row!(t, [AddBdForUpload]
        req.add_bd_for_upload("file", "lorem.bin", &bd, "");
        body_of(&req) => Has(&part("file\"; filename=\"lorem.bin", octets, "from bytes")));
    row!(t, [AddFileForUpload] req.add_file_for_upload("file", &path);
        body_of(&req) => Has(&part("file\"; filename=\"lorem.txt", "text/plain", "from a file")));
    row!(t, [AddFileForUpload2] req.add_file_for_upload2("file", &path, "text/html");
        body_of(&req) => Has(&part("file\"; filename=\"lorem.txt", "text/html", "from a file")));
    row!(t, [AddHeader] req.add_header("X-Lorem", "ipsum");
        text_of(&req) => Has("\r\nX-Lorem: ipsum\r\n"));
    row!(t, [AddParam] req.add_param("status", "active");
        body_of(&req) => Has("; name=\"status\"\r\n\r\nactive\r\n--"));
    row!(t, [AddStringForUpload] req.add_string_for_upload("file", "lorem.txt", "caf\u{e9}", "utf-8");
        body_of(&req) => Has("\r\n\r\ncaf\u{e9}\r\n--"));
    row!(t, [AddStringForUpload2]
        req.add_string_for_upload2("meta", "", "{}", "utf-8", "application/json");
        body_of(&req) => Has(&part("meta", "application/json", "{}")));
    row!(t, [AddSubHeader] req.add_sub_header(0, "X-Part", "first");
        body_of(&req) => Has(&format!("{octets}\r\nX-Part: first\r\n\r\nfrom bytes")));
    row!(t, [Boundary] req.set_boundary("lorem-boundary"),
        req.boundary() => "lorem-boundary"; body_of(&req) => Has("\r\n--lorem-boundary--\r\n"));

    let mut req = HttpRequest::new();
    req.use_post().add_param("q", "caf\u{e9}");
    row!(t, [Charset] req.set_charset("iso-8859-1"), req.charset() => "iso-8859-1";
        body_of(&req) => "q=caf%E9");
    row!(t, [ContentType] req.set_content_type("application/json; charset=utf-8"), req.content_type()
        => "application/json; charset=utf-8");
    row!(t, [EntireHeader]
        req.set_entire_header("Content-Type: text/css\r\nX-Lorem: ipsum\r\n"), req.entire_header()
        => "Content-Type: text/css\r\nX-Lorem: ipsum\r\n";
        req.content_type() => "text/css");

    let mut req = HttpRequest::new();
    req.set_path("/v2/users").add_header("X-Lorem", "ipsum");
    req.add_param("status", "active").add_param("q", "a b");
    let text =
        "GET /v2/users?status=active&q=a%20b HTTP/1.1\r\nHost: domain\r\nX-Lorem: ipsum\r\n\r\n";
    row!(t, [GenerateRequestFile] req.generate_request_file(&path)?;
        fs::read_to_string(&path)? => text);
    row!(t, [GenerateRequestText] req.generate_request_text()? => text);
    row!(t, [GetHeaderField] req.get_header_field("x-lorem") => Some("ipsum"));
    row!(t, [GetHeaderName] req.get_header_name(0) => Some("X-Lorem"));
    row!(t, [GetHeaderValue] req.get_header_value(0) => Some("ipsum"));
    row!(t, [GetParam] req.get_param("status") => Some("active"));
    row!(t, [GetParamName] req.get_param_name(1) => Some("q"));
    row!(t, [GetParamValue] req.get_param_value(1) => Some("a b"));
    row!(t, [GetUrlEncodedParams] req.get_url_encoded_params() => "status=active&q=a%20b");
    row!(t, [HttpVerb] req.set_http_verb("PATCH"), req.http_verb() => "PATCH");
    row!(t, [HttpVersion] req.set_http_version("1.0"), req.http_version() => "1.0";
        text_of(&req) => Has("PATCH /v2/users HTTP/1.0\r\n"));
    req.set_http_verb("GET").remove_all_params();
    row!(t, [LoadBodyFromBd] req.load_body_from_bd(&bd);
        body_of(&req) => "from bytes");
    fs::write(&path, "from a file")?;
    row!(t, [LoadBodyFromFile] req.load_body_from_file(&path); body_of(&req) => "from a file");
    row!(t, [LoadBodyFromSb] req.load_body_from_sb(&sb, "utf-8"); body_of(&req) => "from text");
    row!(t, [LoadBodyFromString] req.load_body_from_string("{\"a\":1}", "utf-8");
        body_of(&req) => "{\"a\":1}");
    row!(t, [NumHeaderFields] req.num_header_fields() => 1);
    row!(t, [NumParams] req.num_params() => 0);
    row!(t, [Path] req.set_path("/v2/users/:userId"), req.path() => "/v2/users/:userId");

    req.add_param("a", "1").add_param("b", "2").add_param("b", "3");
    row!(t, [RemoveAllParams] req.remove_all_params(); req.num_params() => 0);
    row!(t, [RemoveHeader] req.remove_header("X-Lorem"); req.num_header_fields() => 0);
    req.add_param("b", "2").add_param("b", "3");
    row!(t, [RemoveParam] req.remove_param("b"); req.get_url_encoded_params() => "b=3");
    req.set_content_type("text/plain");
    row!(t, [SendCharset] req.set_send_charset(true), req.send_charset() => true;
        text_of(&req) => Has("Content-Type: text/plain; charset=utf-8\r\n"));
    row!(t, [SetFromUrl]
        req.set_from_url("https://api.zoom.us/v2/users?page_size=30");
        (req.path(), req.get_param("page_size")) => ("/v2/users", Some("30")));
    row!(t, [StreamBodyFromFile] req.stream_body_from_file(&path); body_of(&req) => "from a file");
    row!(t, [StreamChunkFromFile] req.stream_chunk_from_file(&path, 5, 1); body_of(&req) => "a");

    let mut req = HttpRequest::new();
    let form = "application/x-www-form-urlencoded";
    let kind = |req: &HttpRequest| [req.http_verb(), req.content_type()].join(" ");
    req.set_http_verb("X").set_content_type("x/y");
    row!(t, [UseGet] req.use_get(); kind(&req) => "GET ");
    req.set_content_type("x/y");
    row!(t, [UseHead] req.use_head(); kind(&req) => "HEAD ");
    row!(t, [UsePost] req.use_post(); kind(&req) => format!("POST {form}"));
    row!(t, [UsePostMultipartForm]
        req.use_upload(); kind(&req) => "POST multipart/form-data");
    row!(t, [UsePut] req.use_put(); kind(&req) => format!("PUT {form}"));
    row!(t, [UseUploadPut] req.use_upload_put(); kind(&req) => "PUT multipart/form-data");
    row!(t, [UseXmlHttp] req.use_xml_http("<lorem/>");
        kind(&req) + " " + &body_of(&req) => "POST application/xml <lorem/>");

    row!(t, [] HttpRequest::new(); |req| text_of(&req) => "GET / HTTP/1.1\r\nHost: domain\r\n\r\n");
    let mut req = HttpRequest::new();
    req.use_upload().set_path("/v2/users/:userId").add_header("X-Lorem", "ipsum");
    row!(t, [] req.add_file_for_upload_as("file", &path, "name.png", "image/png");
        body_of(&req) => Has(&part("file\"; filename=\"name.png", "image/png", "from a file")));
    req.set_http_verb("GET").set_content_type("").remove_all_params();
    row!(t, [] req.mark_header_sensitive("X-Lorem"); format!("{req:?}").contains("ipsum") => false);
    assert_eq!(connections_of(&req), 2);
    row!(t, [] req.set_idempotent(false); connections_of(&req) => 1);
    row!(t, [] req.set_path_variable("userId", "a/b");
        text_of(&req) => Has("GET /v2/users/a%2Fb HTTP/1.1\r\n"));
    let mut req = HttpRequest::new();
    row!(t, [] req.set_body("lorem"); body_of(&req) => "lorem");
    row!(t, [] req.set_json(&[1, 2])?; body_of(&req) => "[1,2]");
    row!(t, [] req.headers(); |all| all.collect::<Vec<_>>() => [("Content-Type", "application/json")]);
    req.add_param("lorem", "ipsum");
    row!(t, [] req.params(); |all| all.collect::<Vec<_>>() => [("lorem", "ipsum")]);
    row!(t, [] req.param_values("lorem"); |all| all.collect::<Vec<_>>() => ["ipsum"]);
    let verb = |builder: HttpRequestBuilder| builder.build().http_verb().to_owned();
    row!(t, [] HttpRequest::builder(); |builder| verb(builder) => "GET");
    row!(t, [] HttpRequest::get("/v2/users"); |builder| verb(builder) => "GET");
    row!(t, [] HttpRequest::head("/v2/users"); |builder| verb(builder) => "HEAD");
    row!(t, [] HttpRequest::post("/v2/users"); |builder| verb(builder) => "POST");
    row!(t, [] HttpRequest::put("/v2/users"); |builder| verb(builder) => "PUT");
    row!(t, [] HttpRequest::patch("/v2/users"); |builder| verb(builder) => "PATCH");
    row!(t, [] HttpRequest::delete("/v2/users"); |builder| verb(builder) => "DELETE");
    row!(t, [] HttpRequest::options("/v2/users"); |builder| verb(builder) => "OPTIONS");
    row!(t, [] req.into_builder(); |builder| verb(builder) => "GET");

    t.assert_complete();
    Ok(())
}
