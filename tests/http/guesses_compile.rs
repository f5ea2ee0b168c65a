//! Code that a Rust user would write before reading the documentation: it compiles and works.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zoomkat::zoom::{self, Zoom};
use zoomkat::{Call, HttpRequest, HttpResponse, Transport};

use support::transport;

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct User {
    email: String,
}

fn user() -> User {
    User { email: "jchill@example.com".into() }
}

/// A transport for tests that sends to a mock server.
fn to(server: &mockito::Server) -> Transport {
    let mut http = Transport::from_url(&server.url()).unwrap();
    http.set_env_proxy(false).set_read_timeout(Duration::from_secs(5));
    http
}

fn answer(status: usize, headers: &[(&str, &str)], body: &str) -> HttpResponse {
    let mut server = mockito::Server::new();
    let mock = server.mock("GET", "/").with_status(status).with_body(body);
    headers.iter().fold(mock, |mock, (name, value)| mock.with_header(*name, value)).create();
    to(&server).send(HttpRequest::get("/")).unwrap()
}

#[test]
fn a_configured_transport_is_one_expression() {
    fn transport() -> Transport {
        Transport::builder()
            .set_connect_timeout(Duration::from_millis(500))
            .set_read_timeout(Duration::from_secs(20))
            .set_user_agent("payroll/1.4")
            .build()
    }
    fn through_a_proxy() -> zoomkat::Result<Transport> {
        Ok(Transport::builder()
            .set_proxy("http://proxy.example:3128")?
            .set_total_timeout(Duration::from_secs(60))
            .build())
    }
    let mut server = mockito::Server::new();
    let mock = server.mock("GET", "/").match_header("user-agent", "payroll/1.4").create();
    let http = transport();
    let address = server.socket_address();
    let host = address.ip().to_string();
    http.synchronous_request(&host, address.port(), false, HttpRequest::get("/")).unwrap();
    mock.assert();
    assert!(through_a_proxy().is_ok());
}

#[test]
fn a_limit_can_be_below_a_second() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let http = Transport::from_url(&url)
        .unwrap()
        .into_builder()
        .set_env_proxy(false)
        .set_read_timeout(Duration::from_millis(30))
        .build();
    let err = http.send(HttpRequest::get("/")).unwrap_err();
    assert!(err.is_timeout() && err.to_string().contains("30 ms"), "{err}");
    let zoom = Zoom::builder().access_token("<access_token>").base_url(&url).transport(http);
    assert!(zoom.build().unwrap().delete("/meetings/1").unwrap_err().is_timeout());
}

#[test]
fn a_request_is_one_expression() {
    let mut server = mockito::Server::new();
    let page = String::from("two");
    let mock = server
        .mock("GET", "/v2/users?page_size=30&t=two&x=1.5")
        .match_header("x-number", "7")
        .expect(4)
        .create();
    let http = to(&server);

    let kept = HttpRequest::get("/v2/users")
        .add_param("page_size", 30)
        .add_param("t", &page)
        .add_param("x", 1.5)
        .add_header("X-Number", 7);
    http.send(&kept).unwrap();
    let req: HttpRequest = kept.into();
    http.send(&req).unwrap();
    http.send(req).unwrap();

    let mut req = HttpRequest::new();
    req.set_path("/v2/users").add_param("page_size", 30).add_param("t", page);
    http.send(req.add_param("x", 1.5).add_header("X-Number", 7)).unwrap();
    mock.assert();
}

#[test]
fn every_usual_verb_has_a_constructor() {
    let mut server = mockito::Server::new();
    let http = to(&server);
    for (verb, req) in [
        ("GET", HttpRequest::get("/v2/users/me")),
        ("HEAD", HttpRequest::head("/v2/users/me")),
        ("POST", HttpRequest::post("/v2/users/me")),
        ("PUT", HttpRequest::put("/v2/users/me")),
        ("PATCH", HttpRequest::patch("/v2/users/me")),
        ("DELETE", HttpRequest::delete("/v2/users/me")),
        ("OPTIONS", HttpRequest::options("/v2/users/me")),
    ] {
        let mock = server.mock(verb, "/v2/users/me").create();
        http.send(req).unwrap();
        mock.assert();
    }
}

#[test]
fn bodies_are_json_text_or_bytes() {
    let mut server = mockito::Server::new();
    let http = to(&server);
    let json = server
        .mock("POST", "/v2/users")
        .match_header("content-type", "application/json")
        .match_body(r#"{"email":"jchill@example.com"}"#)
        .create();
    http.send(HttpRequest::post("/v2/users").set_json(&user()).unwrap()).unwrap();
    json.assert();

    let plain = server.mock("PUT", "/raw").match_body("lorem").expect(3).create();
    http.send(HttpRequest::put("/raw").set_body("lorem")).unwrap();
    http.send(HttpRequest::put("/raw").set_body(String::from("lorem"))).unwrap();
    http.send(HttpRequest::put("/raw").set_body(b"lorem".to_vec())).unwrap();
    plain.assert();
}

#[test]
fn headers_params_and_cookies_are_iterators() {
    let links = [("Link", "<a>"), ("Link", "<b>"), ("Set-Cookie", "sid=1; Path=/v2")];
    let resp = answer(200, &links, "");
    let named: Vec<_> = resp.headers().filter(|(name, _)| *name == "link").collect();
    assert_eq!(named, [("link", "<a>"), ("link", "<b>")]);
    assert_eq!(resp.header_values("LINK").collect::<Vec<_>>(), ["<a>", "<b>"]);
    let cookies: Vec<_> = resp.cookies().map(|cookie| (cookie.name(), cookie.value())).collect();
    assert_eq!(cookies, [("sid", "1")]);
    assert_eq!(resp.cookies().next().unwrap().path(), "/v2");

    let req =
        HttpRequest::get("/").add_param("a", 1).add_param("a", 2).add_header("X", "y").build();
    assert_eq!(req.params().collect::<Vec<_>>(), [("a", "1"), ("a", "2")]);
    assert_eq!(req.param_values("a").collect::<Vec<_>>(), ["1", "2"]);
    assert!(req.headers().any(|header| header == ("X", "y")));
}

#[test]
fn error_for_status_turns_a_refusal_into_an_error() {
    assert!(answer(204, &[], "").is_success());
    let refused = answer(404, &[], "secret words");
    assert!(!refused.is_success());
    let err = refused.error_for_status().unwrap_err();
    assert_eq!((err.kind(), err.status()), (zoomkat::ErrorKind::Status, Some(404)));
    let text = err.to_string();
    assert!(text.contains("GET http://127.0.0.1:") && text.contains("/: 404 Not Found"), "{text}");
    assert!(!format!("{err}{err:?}{}", err.last_error_text()).contains("secret"));

    let user: User = answer(200, &[], r#"{"email":"jchill@example.com"}"#)
        .error_for_status()
        .and_then(|resp| resp.json())
        .unwrap();
    assert_eq!(user, self::user());
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let wait = |value: &str| answer(429, &[("Retry-After", value)], "").retry_after();
    assert_eq!(wait("7"), Some(Duration::from_secs(7)));
    let soon = std::time::SystemTime::now() + Duration::from_secs(100);
    let soon = wait(&httpdate::fmt_http_date(soon)).unwrap();
    assert!((1..=100).contains(&soon.as_secs()), "{soon:?}");
    assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
    for absurd in ["", "soon", "-1", "1e9"] {
        assert_eq!(wait(absurd), None, "{absurd}");
    }
    let _ = wait("99999999999999999999999999"); // no panic
    assert_eq!(answer(429, &[], "").retry_after(), None);
}

#[test]
fn a_curl_command_parses() {
    let call: Call = "curl https://api.zoom.us/v2/users -d a=b".parse().unwrap();
    assert_eq!(call.request().http_verb(), "POST");
    assert!("wget https://api.zoom.us".parse::<Call>().is_err());
}

#[test]
fn an_error_of_the_transport_becomes_one_of_the_client() {
    fn both(zoom: &Zoom, http: &Transport) -> Result<(), zoom::Error> {
        http.send(HttpRequest::get("no\nline"))?;
        zoom.get::<serde_json::Value>("/users/me")?;
        Ok(())
    }
    let zoom = Zoom::builder().access_token("<access_token>").build().unwrap();
    let err = both(&zoom, &transport()).unwrap_err();
    assert_eq!(err.kind(), zoom::ErrorKind::InvalidRequest);
    let mut server = mockito::Server::new();
    server.mock("POST", "/").with_status(404).create();
    let refused = to(&server).send(HttpRequest::post("/")).unwrap().error_for_status();
    let refused = zoom::Error::from(refused.unwrap_err());
    assert_eq!((refused.kind(), refused.status()), (zoom::ErrorKind::NotFound, Some(404)));
    let first = transport().send(HttpRequest::get("no\nline")).unwrap_err();
    assert_eq!(first.clone().to_string(), first.to_string());
    assert_eq!(err.clone().to_string(), err.to_string());
}

#[test]
fn calls_without_a_result_need_no_type() {
    let mut server = mockito::Server::new();
    for verb in ["DELETE", "PUT", "PATCH"] {
        server.mock(verb, "/v2/meetings/1").with_status(204).create();
    }
    let zoom = Zoom::builder().access_token("<access_token>").base_url(server.url());
    let zoom = zoom.build().unwrap();
    zoom.delete("/meetings/1").unwrap();
    zoom.send(HttpRequest::delete("/v2/meetings/1")).unwrap();
    zoom.put("/meetings/1", &user()).unwrap();
    zoom.patch("/meetings/1", &user()).unwrap();
}

#[test]
fn a_clone_has_its_own_progress_handler() {
    let mut server = mockito::Server::new();
    server.mock("GET", "/").with_body("x".repeat(100_000)).create();
    let http = to(&server);
    let mut stopped = http.clone();
    stopped.on_percent_done(|_| ControlFlow::Break(()));
    assert!(stopped.send(HttpRequest::get("/")).unwrap_err().is_aborted());
    assert_eq!(http.send(HttpRequest::get("/")).unwrap().body().len(), 100_000);
}

#[test]
fn paths_of_files_are_paths() {
    let missing = PathBuf::from("no such folder").join("ca.pem");
    let mut http = Transport::new();
    let err = http.set_trusted_roots_file(&missing).unwrap_err();
    let text = err.to_string();
    assert!(text.contains("set_trusted_roots_file") && text.contains("ca.pem"), "{text}");
    let err = http.set_client_cert_file(Path::new("no such file.pem")).unwrap_err();
    assert!(err.to_string().contains("set_client_cert_file"), "{err}");
    // PEM text is not taken for the name of a file, nor a name for PEM.
    let err = http.set_trusted_roots_pem("ca.pem").unwrap_err();
    assert!(err.to_string().contains("set_trusted_roots_pem"), "{err}");
}

/// The right column of the table "I want to ..." of the README, except for text.
#[test]
fn lines_of_the_readme_compile() {
    fn all(http: &mut Transport, zoom: &Zoom, server: &mockito::Server) -> Result<(), zoom::Error> {
        let req = HttpRequest::get("/");
        let user = user();
        drop(Transport::builder().set_total_timeout(Duration::from_secs(20)).build());
        http.set_proxy("http://proxy.example:3128")?;
        http.set_trusted_roots_file("ca.pem")?;
        drop(HttpRequest::post("/v2/users").set_json(&user)?);
        drop({
            let user: User = http.send(&req)?.error_for_status()?.json()?;
            user
        });
        drop(HttpRequest::post("/v2/users/me/picture").add_file_for_upload("pic_file", "me.png"));
        for user in zoom.pages::<User>("/users", "users") {
            drop(user?);
        }
        drop(Transport::from_url(&server.url())?);
        drop("curl https://...".parse::<Call>()?);
        Ok(())
    }
    let _ = all;

    let page = include_str!("../../README.md");
    let (_, table) = page.split_once("## I want to ...").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let squeeze = |text: &str| text.split_whitespace().collect::<String>();
    let here = squeeze(include_str!("guesses_compile.rs"));
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let mut lines = 0;
    for row in rows {
        let right = row.split('|').nth(2).unwrap();
        for code in right.split('`').skip(1).step_by(2).filter(|code| code.contains('(')) {
            let code = code.split(" { ...").next().unwrap();
            // The others are not lines of this test, but names with parentheses.
            let is_name = code.ends_with("()") && !code.contains("::") && !code.contains('?');
            assert!(is_name || here.contains(&squeeze(code)), "{code}");
            lines += 1;
        }
    }
    assert!(lines > 9, "only {lines} lines of code were found");
}
