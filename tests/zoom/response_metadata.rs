//! Response metadata and the log: a call returns status, tracking id and rate limits with its
//! value, and logs one line per request, which names no user.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde::de::IgnoredAny;
use serde_json::{Value, json};
use support::apps::{ANN, client, timeless};
use support::capture::{self, Markers};
use support::clock::ManualClock;
use support::zoom::{Answer, EmbeddedZoom, Label, per_second};
use support::{ClosedPort, Server};
use zoomkat::zoom::{self, ApiResponse, ErrorKind, RateLimit, Zoom};
use zoomkat::{HttpRequest, Transport};

// Metadata.

const HEADERS: &str = "x-zm-trackingid: v=2.0;rid=WEB_lorem\r\nX-RateLimit-Category: Heavy\r\n\
                       X-RateLimit-Type: Daily-limit\r\nX-RateLimit-Limit: 30000\r\n\
                       X-RateLimit-Remaining: 29998\r\nRetry-After: 2026-03-03T00:00:00Z\r\n";

fn at(server: &Server) -> Zoom {
    timeless(&format!("http://127.0.0.1:{}", server.port())).access_token("lorem").build().unwrap()
}

#[test]
fn a_call_returns_the_value_and_its_metadata() {
    let server = Server::answering("201 Created", HEADERS, r#"{"topic":"Lorem"}"#);
    let zoom = at(&server);
    let resp: ApiResponse<Value> =
        zoom.call("POST", zoom::path("/users/{u}/meetings").with("u", ANN), &json!({})).unwrap();
    assert_eq!(resp.value["topic"], "Lorem");
    assert_eq!((resp.status(), resp.tracking_id()), (201, Some("v=2.0;rid=WEB_lorem")));
    assert_eq!(resp.response.get_header_field("x-ratelimit-limit"), Some("30000"));
    let RateLimit { category, limit_type, limit, remaining, retry_at, .. } = &resp.rate_limit;
    assert_eq!((category.as_deref(), limit_type.as_deref()), (Some("Heavy"), Some("Daily-limit")));
    assert_eq!((*limit, *remaining), (Some(30_000), Some(29_998)));
    let noon = zoomkat::zoom::Clock::system_time(&ManualClock::new());
    assert_eq!(*retry_at, Some(noon + Duration::from_secs(12 * 3600)));
    assert!(!format!("{resp:?}").contains("Lorem"), "Debug shows the value: {resp:?}");
    assert_eq!(resp.into_value()["topic"], "Lorem");
    assert!(server.requests()[0].line().starts_with("POST /v2/users/ann%40example.com/meetings "));
}

#[test]
fn missing_or_invalid_metadata_is_none() {
    let senseless = "X-RateLimit-Category: <script>\r\nX-RateLimit-Limit: -1\r\n\
                     X-RateLimit-Remaining: lorem\r\nRetry-After: soon\r\n";
    for headers in ["", senseless] {
        let server = Server::answering("200 OK", headers, "{}");
        let resp = at(&server).call::<Value>("GET", "/users", &()).unwrap();
        assert_eq!((resp.rate_limit, resp.response.body()), (RateLimit::default(), &b"{}"[..]));
    }
}

#[test]
fn a_body_that_is_null_is_not_sent() {
    let server = Server::answering("200 OK", "", "{}");
    let zoom = at(&server);
    zoom.call::<IgnoredAny>("GET", "/users", &()).unwrap();
    zoom.call::<IgnoredAny>("DELETE", "/users/lorem", &None::<Value>).unwrap();
    zoom.call::<IgnoredAny>("POST", "/users", &Value::Null).unwrap();
    zoom.call::<IgnoredAny>("PUT", "/users", &json!({ "a": null })).unwrap();
    let sent: Vec<_> =
        server.requests().iter().map(|r| (r.text(), r.header("Content-Type").is_some())).collect();
    let empty = (String::new(), false);
    let expected = [empty.clone(), empty.clone(), empty, (r#"{"a":null}"#.to_owned(), true)];
    assert_eq!(sent, expected);
}

#[test]
fn an_error_has_the_rate_limits_of_its_response() {
    for (status, kind) in
        [("400 Bad Request", ErrorKind::Validation), ("404 No", ErrorKind::NotFound)]
    {
        let server = Server::answering(status, HEADERS, "{}");
        let err = at(&server).delete("/users/lorem").unwrap_err();
        assert_eq!(err.kind(), kind);
        assert_eq!(err.rate_limit().remaining, Some(29_998));
        assert_eq!(err.rate_limit().category.as_deref(), Some("Heavy"));
    }
    let closed = ClosedPort::new();
    let zoom = timeless(&format!("http://127.0.0.1:{}", closed.port())).access_token("lorem");
    let err = zoom.build().unwrap().get::<Value>("/users").unwrap_err();
    assert_eq!(err.rate_limit(), &RateLimit::default());
}

#[test]
fn a_transport_error_becomes_a_client_error() {
    fn both(zoom: &Zoom, http: &Transport) -> zoom::Result<()> {
        http.send(HttpRequest::new())?;
        zoom.delete("/users/lorem")
    }
    let closed = ClosedPort::new();
    let server = Server::answering("204 No Content", "", "");
    let http = Transport::with_endpoint("127.0.0.1", closed.port(), false);
    let err = both(&at(&server), &http).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Transport);
    assert!(err.last_error_text().contains("cannot connect"), "{err}");
    // A response arrived but is unreadable: Zoom has acted.
    let server = Server::answering("201 Created", "", "{");
    let mut post = HttpRequest::new();
    post.set_http_verb("POST").set_path("/v2/users");
    let resp = at(&server).send(&post).unwrap();
    let unreadable = zoom::Error::from(resp.json::<Value>().unwrap_err());
    assert_eq!(unreadable.kind(), ErrorKind::Body, "{unreadable}");
    let mut bad = HttpRequest::new();
    bad.set_http_verb("GE T");
    let refused = zoom::Error::from(http.send(&bad).unwrap_err());
    assert_eq!(refused.kind(), ErrorKind::InvalidRequest);
    assert_eq!(io::Error::from(refused).kind(), io::ErrorKind::InvalidInput);
}

// The log.

/// Returns the lines that the client logs on this thread while `act` runs.
fn logged(act: impl FnOnce()) -> Vec<String> {
    let _log = capture::install();
    let before = capture::lines_of_this_thread().len();
    act();
    let of_client = |line: &String| line.starts_with("zoomkat::zoom: ");
    capture::lines_of_this_thread().into_iter().skip(before).filter(of_client).collect()
}

fn embedded() -> (Arc<ManualClock>, EmbeddedZoom, Zoom) {
    let clock = Arc::new(ManualClock::new());
    let server = EmbeddedZoom::builder().clock(clock.clone()).user(ANN, "lorem").start();
    let zoom = client(&server).access_token(server.new_token()).clock(Arc::clone(&clock));
    (clock, server, zoom.build().unwrap())
}

#[test]
fn a_call_is_one_log_line_that_names_no_user() {
    let mut markers = Markers::new();
    let (user, password, query) = (markers.next(), markers.next(), markers.next());
    let (_clock, _server, zoom) = embedded();
    let lines = logged(|| {
        zoom.get::<Value>(zoom::path("/users/{userId}").with("userId", ANN)).unwrap();
        zoom.update_password(&user, &password).unwrap_err();
        let path = zoom::path("/lorem/{id}/meetings/a@b/x1").with("id", &user).query("a", query);
        zoom.get::<Value>(path).unwrap_err();
        zoom.call::<Value>("HEAD", "/users/jchill/anna-smith", &()).unwrap_err();
        let _ = zoom.delete("/scim2/Users/lorem");
    });
    markers.assert_absent("the log", &lines.join("\n"));
    let places = [
        "GET /v2/users/*: status 200 in ",
        "PUT /v2/users/*/password: status 404 in ",
        "GET /v2/*/*/meetings/*/*: status 404 in ",
        "HEAD /v2/users/*/*: status 404 in ",
        "DELETE /scim2/Users/*: status ",
    ];
    assert_eq!(lines.len(), places.len(), "{lines:#?}");
    for (line, place) in lines.iter().zip(places) {
        assert!(line.starts_with(&format!("zoomkat::zoom: {place}")), "{line}");
        let facts =
            [" ms, waited ", " ms for its turn, attempt 1, tracking id v=2.0;clid=embedded;"];
        assert!(facts.iter().all(|fact| line.contains(fact)), "{line}");
    }
}

#[test]
fn each_attempt_is_a_log_line_with_its_number_and_wait() {
    let (_clock, server, zoom) = embedded();
    server.refuse_next(1, per_second(Label::Light));
    server.refuse_next(1, Answer::error(503, 503, "Lorem"));
    let lines = logged(|| drop(zoom.get::<Value>(&format!("/users/{ANN}")[..]).unwrap()));
    let starts: Vec<_> = lines.iter().map(|line| line.split(" in ").next().unwrap()).collect();
    let place = "zoomkat::zoom: GET /v2/users/*: status";
    assert_eq!(starts, [format!("{place} 429"), format!("{place} 503"), format!("{place} 200")]);
    for (line, attempt) in lines.iter().zip(1..) {
        assert!(line.contains(&format!(", attempt {attempt}, ")), "{line}");
    }
    let waited = |line: &str| {
        let (_, rest) = line.split_once("waited ").unwrap();
        rest.split(' ').next().unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(waited(&lines[0]), 0);
    assert!((1000..=1500).contains(&waited(&lines[1])), "the label was not closed: {}", lines[1]);
}

#[test]
fn a_token_request_is_a_log_line_without_a_secret() {
    let server = EmbeddedZoom::builder().user(ANN, "lorem").start();
    let zoom = client(&server).clock(ManualClock::new()).build().unwrap();
    let lines = logged(|| drop(zoom.get::<Value>("/users").unwrap()));
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("zoomkat::zoom: POST /oauth/token: status 200 in "), "{lines:?}");
    assert!(!lines.concat().contains("client-key") && !lines.concat().contains("account"));
}

#[test]
fn a_request_without_a_response_is_a_log_line_too() {
    let closed = ClosedPort::new();
    let zoom = timeless(&format!("http://127.0.0.1:{}", closed.port())).access_token("lorem");
    let zoom = zoom.build().unwrap();
    let lines = logged(|| drop(zoom.delete("/users/lorem").unwrap_err()));
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("DELETE /v2/users/*: no answer in "), "{lines:?}");
    assert!(lines[0].ends_with("tracking id -"), "{lines:?}");
}
