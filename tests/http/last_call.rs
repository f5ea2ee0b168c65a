//! The last call of a Chilkat `Http`: each object records its own.

use std::thread;

use support::{ClosedPort, Conn, Server};
use zoomkat::HttpRequest;
use zoomkat::chilkat::Http;

const NOT_FOUND: &str = "Content-Type: application/json\r\nLast-Modified: Mon, 02 Mar 2026 12:00:00 \
                         GMT\r\nX-Lorem: Ipsum\r\n";

fn patient() -> Http {
    Http::from(support::patient())
}

#[test]
fn before_any_call_the_last_call_is_empty_and_successful() {
    let http = Http::new();
    assert_eq!(http.last_status(), 0);
    assert!(http.last_method_success());
    assert!(!http.was_redirected());
    for empty in [
        http.last_status_text(),
        http.last_header(),
        http.last_response_header(),
        http.last_response_body(),
        http.last_content_type(),
        http.last_mod_date(),
        http.final_redirect_url(),
        http.last_error_text(),
    ] {
        assert_eq!(empty, "");
    }
}

#[test]
fn the_last_response_is_kept_and_a_404_is_not_a_failure() {
    let server = Server::answering("404 Not There", NOT_FOUND, "{}");
    let http = patient();
    let mut req = HttpRequest::new();
    req.set_http_verb("PATCH").set_path("/v2/users/1?a=b").add_header("X-Caller", "dolor");
    let resp = server.call(&http, &req).unwrap();
    assert!(http.last_method_success());
    assert_eq!(http.last_status(), 404);
    assert_eq!(http.last_status_text(), "Not There");
    assert_eq!(http.last_content_type(), "application/json");
    assert_eq!(http.last_mod_date(), "Mon, 02 Mar 2026 12:00:00 GMT");
    assert_eq!(http.last_response_header(), resp.header());
    assert_eq!(http.last_error_text(), resp.call_text());
    assert!(http.last_error_text().contains("status 404"));
    assert_eq!(
        http.last_header(),
        format!(
            "PATCH /v2/users/1?a=*** HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 0\r\n\
             X-Caller: dolor\r\n\r\n",
            server.port()
        )
    );
}

#[test]
fn the_header_that_was_sent_shows_no_secret() {
    let server = Server::answering("200 OK", "", "");
    let mut http = patient();
    http.set_auth_token("lorem-one").set_request_header("X-Api-Key", "lorem-two");
    let mut req = HttpRequest::new();
    req.set_path("/v2/users?access_token=lorem-three&lorem-four")
        .add_header("Cookie", "a=lorem-five")
        .add_header("X-Plain", "told")
        .add_header("X-Mine", "lorem-six")
        .mark_header_sensitive("x-mine");
    server.call(&http, &req).unwrap();
    let sent = http.last_header();
    assert!(!sent.contains("lorem"), "{sent}");
    for line in [
        "GET /v2/users?access_token=***&*** HTTP/1.1\r\n",
        "Authorization: ***\r\n",
        "X-Api-Key: ***\r\n",
        "Cookie: ***\r\n",
        "X-Mine: ***\r\n",
        "X-Plain: told\r\n",
    ] {
        assert!(sent.contains(line), "{line} in {sent}");
    }
    assert!(server.request().text().is_empty() && server.request().head.contains("lorem-one"));
}

#[test]
fn a_failure_replaces_the_previous_call() {
    let server = Server::answering("200 OK", NOT_FOUND, "");
    let http = patient();
    server.call(&http, &HttpRequest::new()).unwrap();
    let closed = ClosedPort::new();
    let err = http
        .synchronous_request("127.0.0.1", closed.port(), false, HttpRequest::new())
        .unwrap_err();
    assert!(!http.last_method_success());
    assert_eq!(http.last_error_text(), err.last_error_text());
    assert_eq!((http.last_status(), http.last_header().as_str()), (0, ""));
    assert_eq!(http.last_response_header() + &http.last_content_type(), "");

    // The request is recorded even without a response.
    let mute = Server::start(|mut conn: Conn| drop(conn.read_request()));
    mute.call(&http, &HttpRequest::new()).unwrap_err();
    assert!(http.last_header().starts_with("GET / HTTP/1.1\r\n"));

    let mut bad = HttpRequest::new();
    bad.set_http_verb("P UT");
    let err = server.call(&http, &bad).unwrap_err();
    assert!(http.last_error_text().contains("http_verb"));
    assert_eq!(http.last_error_text(), err.last_error_text());

    server.call(&http, &HttpRequest::new()).unwrap();
    assert!(http.last_method_success());
    assert_eq!(http.last_status(), 200);
}

#[test]
fn a_redirect_is_recorded() {
    let server = Server::start(|mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            match request.line() {
                "GET /a HTTP/1.1" => conn.respond("302 Found", "Location: /b\r\n", ""),
                _ => conn.respond("200 OK", "", ""),
            }
        }
    });
    let mut http = patient();
    let mut req = HttpRequest::new();
    req.set_path("/a");
    server.call(&http, &req).unwrap();
    assert!(http.was_redirected());
    let url = format!("http://127.0.0.1:{}/b", server.port());
    assert_eq!(http.final_redirect_url(), url);
    assert!(http.last_header().starts_with("GET /b HTTP/1.1\r\n"));

    http.set_follow_redirects(false);
    server.call(&http, &req).unwrap();
    assert!(!http.was_redirected());
    assert_eq!((http.last_status(), http.final_redirect_url()), (302, url));

    req.set_path("/b");
    server.call(&http, &req).unwrap();
    assert_eq!(http.final_redirect_url(), "");
}

#[test]
fn each_clone_records_its_own_last_call() {
    let server = Server::start(|mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            let status = request.line()[5..8].to_owned();
            conn.respond(&format!("{status} Lorem"), "", "");
        }
    });
    let first = patient();
    let ask = |http: &Http, status: u16| {
        let mut req = HttpRequest::new();
        req.set_path(format!("/{status}"));
        server.call(http, &req).unwrap();
    };
    ask(&first, 201);
    let second = first.clone();
    assert_eq!(second.last_status(), 201, "a clone starts with the original's last call");
    ask(&second, 404);
    assert_eq!((first.last_status(), second.last_status()), (201, 404));
    thread::scope(|scope| {
        for status in 200..232 {
            let (http, ask) = (first.clone(), &ask);
            scope.spawn(move || {
                for _ in 0..20 {
                    ask(&http, status);
                    assert_eq!(http.last_status(), status);
                }
            });
        }
    });
}

#[test]
fn one_transport_still_serves_all_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    let server = Server::answering("204 No Content", "", "");
    let http = patient();
    shared(&http);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| server.call(&http, &HttpRequest::new()).unwrap());
        }
    });
    assert_eq!(http.last_status(), 204);
}
