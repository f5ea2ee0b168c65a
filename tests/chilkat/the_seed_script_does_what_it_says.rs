//! The program that the crate was made for prints what its Chilkat original prints, for every answer
//! that Zoom documents.

use std::fmt::Write as _;

use mockito::{Matcher, Mock, Server, ServerGuard};
use zoomkat::{HttpRequest, Transport};

/// The program, with the place it talks to as arguments and what it prints as its result.
fn script(domain: &str, port: u16, ssl: bool) -> String {
    let mut out = String::new();
    let mut http = Transport::new();
    http.set_env_proxy(false);

    let mut req = HttpRequest::new();
    req.set_http_verb("PUT");
    req.set_path("/v2/users/:userId/password");
    req.set_content_type("multipart/form-data");
    req.add_param("password", "dolor Excepteur minim");
    req.add_header("Authorization", "Bearer <access_token>");
    req.set_idempotent(false);

    let resp = match http.synchronous_request(domain, port, ssl, &req) {
        Ok(resp) => resp,
        Err(err) => {
            writeln!(out, "{}", err.last_error_text()).unwrap();
            return out;
        }
    };

    let resp_status_code = resp.status_code();
    writeln!(out, "Response Status Code = {resp_status_code}").unwrap();
    if resp_status_code != 204 {
        writeln!(out, "Response Header:").unwrap();
        writeln!(out, "{}", resp.header()).unwrap();
        writeln!(out, "Response Body:").unwrap();
        writeln!(out, "{}", resp.body_str()).unwrap();
        writeln!(out, "Failed.").unwrap();
        return out;
    }
    writeln!(out, "Success.").unwrap();
    out
}

fn port(server: &ServerGuard) -> u16 {
    server.socket_address().port()
}

/// The operation, matched by everything the page says of it.
fn operation(server: &mut ServerGuard) -> Mock {
    server
        .mock("PUT", "/v2/users/:userId/password")
        .match_header("authorization", "Bearer <access_token>")
        .match_header("content-type", Matcher::Regex("^multipart/form-data; boundary=.+$".into()))
        .match_body(Matcher::Regex(
            "^--[^\r\n]+\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n\
             dolor Excepteur minim\r\n--[^\r\n]+--\r\n$"
                .into(),
        ))
        .expect(1)
}

#[test]
fn a_changed_password_is_a_success() {
    let mut server = Server::new();
    let mock = operation(&mut server).with_status(204).create();
    let printed = script("127.0.0.1", port(&server), false);
    mock.assert();
    assert_eq!(printed, "Response Status Code = 204\nSuccess.\n");
}

#[test]
fn every_refusal_prints_status_header_and_body_and_fails() {
    for (status, code, message) in [
        (400, 300, "Your new password can not match the old password."),
        (
            400,
            300,
            "This password cannot be changed because it has already been changed the maximum \
             number of times over the past 24 hours.",
        ),
        (404, 1001, "User does not exist: :userId."),
    ] {
        let body = format!("{{\"code\":{code},\"message\":\"{message}\"}}");
        let mut server = Server::new();
        let mock = operation(&mut server)
            .with_status(status)
            .with_header("Content-Type", "application/json;charset=UTF-8")
            .with_header("X-Zm-TrackingId", "v=2.0;clid=us04")
            .with_body(&body)
            .create();
        let printed = script("127.0.0.1", port(&server), false);
        mock.assert();
        let start = format!("Response Status Code = {status}\nResponse Header:\n");
        let end = format!("\r\n\nResponse Body:\n{body}\nFailed.\n");
        let header = printed
            .strip_prefix(&start)
            .and_then(|rest| rest.strip_suffix(&end))
            .unwrap_or_else(|| panic!("{printed}"));
        let lines: Vec<String> = header.split("\r\n").map(str::to_ascii_lowercase).collect();
        for wanted in
            ["content-type: application/json;charset=utf-8", "x-zm-trackingid: v=2.0;clid=us04"]
        {
            assert!(lines.iter().any(|line| line == wanted), "{wanted} in {lines:?}");
        }
        assert!(!header.contains("HTTP/1.1"), "the status line is no header: {header}");
    }
}

#[test]
fn where_nobody_answers_it_tells_the_story_without_the_token_and_the_password() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let printed = script("127.0.0.1", port, false);
    assert!(printed.contains("PUT http://127.0.0.1") && printed.contains("connect"), "{printed}");
    assert!(!printed.contains("Response Status Code"), "{printed}");
    for secret in ["<access_token>", "dolor"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
