//! Calls: each goes to the operation of its path, with its values, query, body and token unchanged,
//! and returns the requested type.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use support::apps::timeless;
use support::zoom::{Answer, EmbeddedZoom};
use support::{Received, Server};
use zoomkat::HttpRequest;
use zoomkat::zoom::{self, ApiPath, Error, ErrorKind, Zoom};

const TRACKING_ID: &str = "v=2.0;clid=us06;rid=WEB_lorem";

fn client(url: &str) -> Zoom {
    timeless(url).access_token("lorem-ipsum").build().unwrap()
}

fn url_of(server: &Server) -> String {
    format!("http://127.0.0.1:{}", server.port())
}

/// Starts a server that answers everything with `{}`, and returns it with a client.
fn listener() -> (Server, Zoom) {
    let server = Server::answering("200 OK", "", "{}");
    let zoom = client(&url_of(&server));
    (server, zoom)
}

fn target(request: &Received) -> &str {
    request.line().split(' ').nth(1).unwrap()
}

/// Returns the target of the last request.
fn last_target(server: &Server) -> String {
    target(server.requests().last().unwrap()).to_owned()
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Meeting {
    topic: String,
    #[serde(rename = "type")]
    kind: u8,
    agenda: Option<String>,
}

fn meeting() -> Meeting {
    Meeting { topic: "Lorem \"ipsum\" é\n".into(), kind: 2, agenda: None }
}

#[test]
fn each_verb_sends_a_type_to_its_path_and_returns_one() {
    let mut server = mockito::Server::new();
    let zoom = client(&server.url());
    let path = || zoom::path("/users/{userId}/meetings?a=b").with("userId", "x@y").query("c", 7);
    let sent = json!({ "topic": "Lorem \"ipsum\" é\n", "type": 2, "agenda": null });
    let answer = json!({ "topic": "Dolor", "type": 8, "more": [1] });
    for verb in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        server.reset();
        let mut mock = server
            .mock(verb, "/v2/users/x%40y/meetings")
            .match_query(mockito::Matcher::Exact("a=b&c=7".into()))
            .match_header("Authorization", "Bearer lorem-ipsum")
            .with_status(201)
            .with_body(answer.to_string())
            .expect(1);
        if matches!(verb, "POST" | "PUT" | "PATCH") {
            mock = mock
                .match_header("Content-Type", "application/json")
                .match_body(mockito::Matcher::Json(sent.clone()));
        } else {
            mock = mock
                .match_header("Content-Type", mockito::Matcher::Missing)
                .match_body(mockito::Matcher::Exact(String::new()));
        }
        let mock = mock.create();
        let found: Option<Meeting> = match verb {
            "GET" => zoom.get(path()),
            "POST" => zoom.post(path(), &meeting()),
            "PUT" => zoom.put(path(), &meeting()).map(|()| None),
            "PATCH" => zoom.patch(path(), &meeting()).map(|()| None),
            _ => zoom.delete(path()).map(|()| None),
        }
        .unwrap();
        let expected = Meeting { topic: "Dolor".into(), kind: 8, agenda: None };
        let is_read = matches!(verb, "GET" | "POST");
        assert_eq!(found, is_read.then_some(expected), "{verb}");
        mock.assert();
    }
}

#[test]
fn a_body_can_be_any_type_that_serializes_to_json() {
    let (server, zoom) = listener();
    zoom.post::<Value>("/a", "lorem").unwrap();
    zoom.post::<Value>("/a", &[1, 2][..]).unwrap();
    zoom.put("/a", &()).unwrap();
    zoom.patch("/a", &json!({ "é": "\u{1f408}" })).unwrap();
    let texts: Vec<_> = server.requests().iter().map(Received::text).collect();
    assert_eq!(texts, ["\"lorem\"", "[1,2]", "null", "{\"é\":\"🐈\"}"]);
    // A value that is not JSON is refused, and nothing is sent.
    let no_json: HashMap<Vec<u8>, u8> = HashMap::from([(vec![1], 2)]);
    let err = zoom.post::<Value>("/a", &no_json).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
    assert!(err.to_string().contains("body"), "{err}");
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn v2_is_added_only_where_it_is_missing() {
    let (server, zoom) = listener();
    for (path, arrives) in [
        ("/users", "/v2/users"),
        ("users", "/v2/users"),
        ("/v2/users", "/v2/users"),
        ("v2/users", "/v2/users"),
        ("/v2users", "/v2/v2users"),
        ("/scim2/Users", "/scim2/Users"),
        ("/users?a=/v2/b", "/v2/users?a=/v2/b"),
        ("/users/v2/x", "/v2/users/v2/x"),
        ("/users?a=b%20c&d", "/v2/users?a=b%20c&d"),
    ] {
        zoom.get::<Value>(path).unwrap();
        assert_eq!(last_target(&server), arrives, "{path}");
        zoom.post::<Value>(path, &json!({})).unwrap();
        assert_eq!(last_target(&server), arrives, "{path}");
    }
    for (path, arrives) in [("/v2/users", "/v2/users"), ("/users", "/users")] {
        let mut req = HttpRequest::new();
        req.set_path(path);
        zoom.send(&req).unwrap();
        assert_eq!(last_target(&server), arrives, "send changed the path");
    }
}

#[test]
fn a_base_url_can_have_a_path() {
    let server = Server::answering("200 OK", "", "{}");
    for (given, base) in [
        ("", ""),
        ("/", ""),
        ("/v2", ""),
        ("/v2/", ""),
        ("/gate/zoom", "/gate/zoom"),
        ("/gate/zoom/", "/gate/zoom"),
        ("/gate/v2/", "/gate"),
    ] {
        let zoom = client(&format!("{}{given}", url_of(&server)));
        assert_eq!(zoom.base_url(), format!("{}{base}", url_of(&server)));
        zoom.get::<Value>(zoom::path("/users/{userId}").with("userId", "a/b")).unwrap();
        assert_eq!(last_target(&server), format!("{base}/v2/users/a%2Fb"));
        let mut req = HttpRequest::new();
        req.set_path("/v2/users/:userId").set_path_variable("userId", "a/b");
        zoom.send(&req).unwrap();
        assert_eq!(last_target(&server), format!("{base}/v2/users/a%2Fb"));
    }
    // The rules of an operation also apply below this path, and a repeated call keeps it.
    let zoom_server = EmbeddedZoom::builder().accept_any_token().start();
    let message = "Invalid access token, does not contain scopes:[x].";
    zoom_server.refuse_next(1, Answer::error(502, 0, "Lorem"));
    zoom_server.refuse_next(1, Answer::error(400, 4711, message));
    let zoom = client(&format!("{}/gate", zoom_server.url()));
    let err = zoom.get::<Value>("/users/lorem").unwrap_err();
    assert!(err.scopes().contains(&"user:read:user:admin".to_owned()), "{err}");
    let paths: Vec<_> = zoom_server.calls().into_iter().map(|call| call.path).collect();
    assert_eq!(paths, ["/gate/v2/users/lorem"; 2]);
}

#[test]
fn no_value_changes_the_route() {
    let (server, zoom) = listener();
    for (value, segment) in [
        ("jchill@example.com", "jchill%40example.com"),
        ("a/b", "a%2Fb"),
        ("/", "%2F"),
        ("//", "%2F%2F"),
        ("/abc==", "%2Fabc%3D%3D"),
        ("../../admin", "..%2F..%2Fadmin"),
        ("...", "..."),
        ("..a", "..a"),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("%", "%25"),
        ("%2F", "%252F"),
        ("%2e%2e", "%252e%252e"),
        ("a+b", "a%2Bb"),
        ("a&b=c", "a%26b%3Dc"),
        (" ", "%20"),
        ("é日🐈", "%C3%A9%E6%97%A5%F0%9F%90%88"),
        ("a\r\nX-Evil: 1\r\n\r\n", "a%0D%0AX-Evil%3A%201%0D%0A%0D%0A"),
        ("\0", "%00"),
        (":meetingId", "%3AmeetingId"),
        ("{meetingId}", "%7BmeetingId%7D"),
        ("a;b,c\\d|e", "a%3Bb%2Cc%5Cd%7Ce"),
        ("AZaz09-._~", "AZaz09-._~"),
    ] {
        let arrives = format!("/v2/users/{segment}/x?y=z");
        for template in ["/users/{userId}/x?y=z", "/users/:userId/x?y=z", "v2/users/{userId}/x?y=z"]
        {
            zoom.get::<Value>(zoom::path(template).with("userId", value)).unwrap();
            assert_eq!(last_target(&server), arrives, "{template} {value:?}");
        }
        let mut req = HttpRequest::new();
        req.set_path("/v2/users/:userId/x?y=z").set_path_variable("userId", value);
        zoom.send(&req).unwrap();
        assert_eq!(last_target(&server), arrives, "{value:?}");
    }
    for request in server.requests() {
        assert_eq!(request.header("X-Evil"), None);
    }
    // Each variable gets its own value, in any order; numbers are valid values.
    let path = zoom::path("/a/{one}/:two/b/{three}").with("three", "3").with("two", "{one}");
    zoom.get::<Value>(path.with("one", ":two")).unwrap();
    assert_eq!(last_target(&server), "/v2/a/%3Atwo/%7Bone%7D/b/3");
}

#[test]
fn any_text_is_one_segment_and_round_trips() {
    let (server, zoom) = listener();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) };
    let text = prop_oneof![any::<String>(), "[/?#%+@&=:;.{}\\\\ é]{1,12}"];
    let values = (text.clone(), text).prop_filter("refused", |(value, query)| {
        !matches!(value.as_str(), "" | "." | "..") && !query.is_empty()
    });
    proptest!(config, |((value, query) in values)| {
        let path = zoom::path("/users/{userId}/x").with("userId", &value).query(&query, &value);
        zoom.get::<Value>(path).unwrap();
        let target = last_target(&server);
        let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let (path, pair) = target.split_once('?').unwrap();
        let segments: Vec<&str> = path.split('/').collect();
        prop_assert_eq!(segments.len(), 5, "{}", target);
        prop_assert_eq!((segments[1], segments[2], segments[4]), ("v2", "users", "x"));
        prop_assert_eq!(decode(segments[3]), value.clone());
        let (name, sent) = pair.split_once('=').unwrap();
        prop_assert!(!sent.contains(['&', '=', '+', '#']) && !name.contains(['&', '+', '#']));
        prop_assert_eq!((decode(name), decode(sent)), (query, value));
    });
}

/// Returns the error of each way to send this path.
fn errors_of(zoom: &Zoom, path: &ApiPath) -> Vec<Error> {
    vec![
        zoom.get::<Value>(path).unwrap_err(),
        zoom.post::<Value>(path, &json!({})).unwrap_err(),
        zoom.put(path, &json!({})).unwrap_err(),
        zoom.patch(path, &json!({})).unwrap_err(),
        zoom.delete(path).unwrap_err(),
        zoom.pages::<Value>(path, "users").next().unwrap().unwrap_err(),
    ]
}

#[test]
fn a_variable_that_is_missing_unused_or_empty_is_named_and_nothing_is_sent() {
    let (server, zoom) = listener();
    let user = || zoom::path("/users/{userId}/x");
    for path in [
        user(),
        zoom::path("/users/:userId/x"),
        user().with("userid", "a"),
        user().with("userId", ""),
        user().with("userId", "."),
        user().with("userId", ".."),
        zoom::path("/users").with("userId", "a"),
        zoom::path("/users/me?userId={userId}").with("userId", "a"),
        zoom::path("/users/{userId}.json").with("userId", "a"),
        zoom::path("/users/x{userId}").with("userId", "a"),
        zoom::path("/{one}/{userId}").with("one", "1"),
    ] {
        for err in errors_of(&zoom, &path) {
            assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{path:?}: {err}");
            assert!(err.to_string().contains("userId"), "{path:?}: {err}");
        }
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_refused_path_causes_no_token_request() {
    let server = EmbeddedZoom::builder().start();
    let zoom = timeless(&server.url()).server_to_server("account", "client", "client-key");
    let zoom = zoom.build().unwrap();
    let user = || zoom::path("/users/{userId}");
    for path in [user(), user().with("userId", ""), user().with("userId", "1").with("b", "2")] {
        for err in errors_of(&zoom, &path) {
            assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        }
    }
    assert_eq!(server.connections(), 0, "{:?}", server.requests());
}

#[test]
fn only_a_meeting_uuid_that_zoom_would_misread_is_encoded_twice() {
    let (server, zoom) = listener();
    for (value, segment) in [
        ("/abc==", "%252Fabc%253D%253D"),
        ("a//b==", "a%252F%252Fb%253D%253D"),
        ("//", "%252F%252F"),
        ("/", "%252F"),
        ("/ajXp112QmuoKj4854875==", "%252FajXp112QmuoKj4854875%253D%253D"),
        ("a/b==", "a%2Fb%3D%3D"),
        ("ab+c==", "ab%2Bc%3D%3D"),
        ("ab/", "ab%2F"),
        ("85746065", "85746065"),
        ("aDYlohsHRtCd4ii1uC2+hA==", "aDYlohsHRtCd4ii1uC2%2BhA%3D%3D"),
        // A value that the caller has already encoded once also gets the form that Zoom requires.
        ("%2Fabc%3D%3D", "%252Fabc%253D%253D"),
    ] {
        for (name, before) in [
            ("meetingId", "past_meetings"),
            ("meetingUUID", "meetings"),
            ("meeting_uuid", "meetings"),
            ("uuid", "meetings"),
            ("webinarId", "past_webinars"),
            ("sessionId", "videosdk/sessions"),
        ] {
            let arrives = format!("/v2/{before}/{segment}/x");
            for template in [format!("/{before}/{{{name}}}/x"), format!("/{before}/:{name}/x")] {
                zoom.get::<Value>(zoom::path(template).with(name, value)).unwrap();
                assert_eq!(last_target(&server), arrives, "{name} {value:?}");
            }
            let mut req = HttpRequest::new();
            req.set_path(format!("/v2/{before}/:{name}/x")).set_path_variable(name, value);
            let before_sending = req.generate_request_text().unwrap();
            // Twice, to check that the encoding does not accumulate.
            for _ in 0..2 {
                zoom.send(&req).unwrap();
                assert_eq!(last_target(&server), arrives, "{name} {value:?}");
            }
            assert_eq!(req.generate_request_text().unwrap(), before_sending);
        }
    }
    // The same where only the value shows that it is a UUID.
    let id = "/jXp112QmuoKj4854875AA==";
    zoom.get::<Value>(zoom::path("/report/{id}").with("id", id)).unwrap();
    assert_eq!(last_target(&server), "/v2/report/%252FjXp112QmuoKj4854875AA%253D%253D");
}

#[test]
fn a_user_id_is_always_encoded_once() {
    let (server, zoom) = listener();
    for (value, segment) in [
        ("/abc==", "%2Fabc%3D%3D"),
        ("a//b@example.com", "a%2F%2Fb%40example.com"),
        ("/jXp112QmuoKj4854875AA==", "%2FjXp112QmuoKj4854875AA%3D%3D"),
    ] {
        for name in ["userId", "user_id"] {
            let path = zoom::path(format!("/users/{{{name}}}")).with(name, value);
            zoom.get::<Value>(path).unwrap();
            assert_eq!(last_target(&server), format!("/v2/users/{segment}"), "{value}");
        }
    }
}

#[test]
fn the_query_is_encoded_and_kept_beside_a_body() {
    let (server, zoom) = listener();
    let path =
        zoom::path("/users?status=active").query("a b", "c&d=é+#").query("e", "").query("e", 2);
    let arrives = "/v2/users?status=active&a%20b=c%26d%3D%C3%A9%2B%23&e=&e=2";
    zoom.get::<Value>(&path).unwrap();
    assert_eq!(last_target(&server), arrives);
    zoom.delete(&path).unwrap();
    assert_eq!(last_target(&server), arrives);
    for verb in ["POST", "PUT", "PATCH"] {
        match verb {
            "POST" => zoom.post::<Value>(&path, &json!({ "f": 1 })).map(drop),
            "PUT" => zoom.put(&path, &json!({ "f": 1 })),
            _ => zoom.patch(&path, &json!({ "f": 1 })),
        }
        .unwrap();
        let request = server.requests().pop().unwrap();
        assert_eq!(request.line(), format!("{verb} {arrives} HTTP/1.1"));
        assert_eq!(request.text(), r#"{"f":1}"#);
    }
}

#[test]
fn put_patch_and_delete_accept_any_answer_except_a_page() {
    for (answer, is_taken) in
        [("{\"id\":1}", true), ("OK", true), ("", true), ("<html><title>Sign in</title>", false)]
    {
        let server = Server::answering("200 OK", "", answer);
        let zoom = client(&url_of(&server));
        for result in [zoom.put("/a", &json!({})), zoom.patch("/a", &json!({})), zoom.delete("/a")]
        {
            assert_eq!(result.is_ok(), is_taken, "{answer}");
            if let Err(err) = result {
                assert_eq!(err.kind(), ErrorKind::Body, "{err}");
                assert!(err.message().contains("Sign in"), "{err}");
            }
        }
        // `()` is null, a type like any other.
        assert_eq!(zoom.post::<()>("/a", &json!({})).is_ok(), answer.is_empty(), "{answer}");
    }
}

#[test]
fn a_cloned_builder_builds_the_same_client() {
    let (server, _) = listener();
    let builder = Zoom::builder().access_token("lorem-ipsum").base_url(url_of(&server));
    for builder in [builder.clone(), builder] {
        builder.build().unwrap().get::<Value>("/a").unwrap();
    }
    let requests = server.requests();
    assert_eq!(requests[0].head, requests[1].head);
}

#[test]
fn an_empty_response_deserializes_as_null_only() {
    let answers = [
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\n \r\n\t",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\u{feff}",
        "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ];
    for answer in answers {
        let server = Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                conn.send(answer);
            }
        });
        let zoom = client(&url_of(&server));
        zoom.get::<()>("/a").unwrap();
        zoom.patch("/a", &json!({})).unwrap();
        zoom.delete("/a").unwrap();
        assert_eq!(zoom.get::<Option<Meeting>>("/a").unwrap(), None);
        assert_eq!(zoom.get::<Value>("/a").unwrap(), Value::Null);
        let err = zoom.get::<Meeting>("/a").unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Body, "{err}");
        assert!(err.message().contains("empty"), "{err}");
        assert!(zoom.get::<String>("/a").is_err());
        assert!(zoom.get::<Vec<u8>>("/a").is_err());
        assert_eq!(zoom.pages::<Value>("/a", "users").filter(Result::is_ok).count(), 0);
    }
}

#[test]
fn a_response_after_a_byte_order_mark_is_parsed() {
    let server = Server::answering("200 OK", "", "\u{feff}{\"topic\":\"Lorem\",\"type\":2}");
    let zoom = client(&url_of(&server));
    let found: Meeting = zoom.get("/a").unwrap();
    assert_eq!(found, Meeting { topic: "Lorem".into(), kind: 2, agenda: None });
    assert!(zoom.get::<Option<Meeting>>("/a").unwrap().is_some());
}

#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Kinds {
    kinds: Vec<Kind>,
}

#[derive(Deserialize, Debug)]
enum Kind {
    Lorem,
}

#[test]
fn a_response_of_another_shape_is_an_error_that_keeps_it() {
    let mut server = mockito::Server::new();
    let zoom = client(&server.url());
    for (body, words) in [
        (r#"{"topic":7}"#, "integer `7`"),
        (r#"{"topic":"Lorem"}"#, "type"),
        ("[1]", "line 1"),
        ("null", "null"),
        (r#"{"topic":"Lorem","type":2"#, "line 1"),
        ("<html><title>Lorem</title>", "line 1"),
        (r#"{"topic":"Lorem","type":2} x"#, "line 1"),
    ] {
        server.reset();
        server
            .mock("GET", "/v2/meetings/7")
            .with_header("x-zm-trackingid", TRACKING_ID)
            .with_body(body)
            .create();
        let err = zoom.get::<Meeting>("/meetings/7").unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Body, "{body}: {err}");
        assert_eq!((err.status(), err.body()), (Some(200), body));
        assert_eq!((err.tracking_id(), err.code()), (Some(TRACKING_ID), None));
        let line = err.to_string();
        assert!(line.contains(words), "{body}: {line}");
        assert!(!err.is_outcome_unknown(), "{err}");
    }
}

#[test]
fn the_error_of_a_response_of_another_shape_names_its_call_in_one_line() {
    let (server, zoom) = {
        let server = Server::answering("200 OK", "", r#"{"kinds":["two\nlines \u001b[2J"]}"#);
        let zoom = client(&url_of(&server));
        (server, zoom)
    };
    let err = zoom.get::<Kinds>("/meetings/7?password=lorem").unwrap_err();
    let line = err.to_string();
    assert!(line.contains("GET /v2/meetings/7?password=***"), "{line}");
    assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
    assert_eq!(server.requests().len(), 1);
    assert!(matches!(serde_json::from_str("\"Lorem\""), Ok(Kind::Lorem)));
}

#[test]
fn send_keeps_an_authorization_and_otherwise_adds_the_token() {
    let server = EmbeddedZoom::builder().accept_any_token().start();
    let zoom = timeless(&server.url()).server_to_server("account", "client", "client-key");
    let zoom = zoom.build().unwrap();
    for (name, value) in [
        ("Authorization", "Bearer of-its-own"),
        ("authorization", "Basic bG9yZW0="),
        ("AUTHORIZATION", "Bearer another"),
    ] {
        let mut req = HttpRequest::new();
        req.set_path("/v2/users").add_header(name, value);
        let _ = zoom.send(&req);
        let request = server.requests().pop().unwrap();
        let sent: Vec<_> = request
            .headers()
            .into_iter()
            .filter(|line| line.to_lowercase().starts_with("authorization:"))
            .map(str::to_owned)
            .collect();
        assert_eq!(sent, [format!("{name}: {value}")]);
    }
    assert_eq!(server.token_requests(), 0, "the client requested its own token");

    let mut req = HttpRequest::new();
    req.set_path("/v2/users").add_param("page_size", "2").add_header("X-Lorem", "ipsum");
    let before = req.generate_request_text().unwrap();
    for _ in 0..2 {
        let resp = zoom.send(&req).unwrap();
        assert_eq!(resp.status_code(), 200);
        assert!(resp.get_header_field("x-zm-trackingid").is_some());
        assert!(resp.json::<Value>().unwrap()["users"].is_array());
        let request = server.requests().pop().unwrap();
        assert_eq!(request.line(), "GET /v2/users?page_size=2 HTTP/1.1");
        let bearer = format!("Bearer {}", server.tokens()[0]);
        assert_eq!(request.header("Authorization"), Some(&*bearer));
        assert_eq!(request.header("X-Lorem"), Some("ipsum"));
    }
    assert_eq!(req.get_header_field("Authorization"), None);
    assert_eq!(req.generate_request_text().unwrap(), before, "the caller's request was changed");
    assert_eq!((server.token_requests(), req.path()), (1, "/v2/users"));
}

#[test]
fn a_requests_own_token_is_not_renewed() {
    let server = EmbeddedZoom::builder().start();
    let zoom = timeless(&server.url()).server_to_server("account", "client", "client-key");
    let zoom = zoom.build().unwrap();
    let mut req = HttpRequest::new();
    req.set_path("/v2/users").add_header("Authorization", "Bearer of-its-own");
    let err = zoom.send(&req).unwrap_err();
    assert!(err.is_token_expired(), "{err}");
    assert_eq!((server.requests().len(), server.token_requests()), (1, 0));
}

#[test]
fn a_success_with_a_token_error_is_repeated_only_for_read_only_calls() {
    for (verb, requests) in [("GET", 2), ("POST", 1), ("PATCH", 1), ("DELETE", 1)] {
        let server = Server::start(|mut conn| {
            while let Some(request) = conn.read_request() {
                match request.line().contains("/oauth/token") {
                    true => conn.respond("200 OK", "", r#"{"access_token":"lorem"}"#),
                    false => {
                        conn.respond(
                            "200 OK",
                            "",
                            r#"{"code":124,"message":"Invalid access token."}"#,
                        );
                    }
                }
            }
        });
        let zoom = timeless(&url_of(&server)).server_to_server("account", "client", "client-key");
        let mut req = HttpRequest::new();
        req.set_http_verb(verb).set_path("/v2/users");
        let err = zoom.build().unwrap().send(&req).unwrap_err();
        assert!(err.is_token_expired(), "{err}");
        let api = server.requests().iter().filter(|r| r.line().contains("/v2/users")).count();
        assert_eq!(api, requests, "{verb}");
    }
}

#[test]
fn a_redirect_is_followed_only_for_read_only_calls() {
    for status in ["302 Found", "303 See Other", "307 Go"] {
        let server = Server::start(move |mut conn| {
            while let Some(request) = conn.read_request() {
                match request.line().contains("/users") {
                    true => conn.respond(status, "Location: /home\r\n", ""),
                    false => conn.respond("200 OK", "", "{}"),
                }
            }
        });
        let zoom = client(&url_of(&server));
        for result in [
            zoom.delete("/users/lorem"),
            zoom.patch("/users/lorem", &json!({})),
            zoom.post::<()>("/users", &json!({})),
        ] {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Refused, "{status}");
        }
        assert_eq!(server.requests().len(), 3, "{status} was not followed");
        zoom.get::<Value>("/users").unwrap();
    }
}

#[test]
fn a_zero_sized_type_accepts_any_response_except_a_page() {
    for body in ["", "{}", "[]", r#"{"id":1}"#, "Lorem", "{"] {
        let server = Server::answering("200 OK", "", body);
        client(&url_of(&server)).patch("/users/lorem", &json!({})).unwrap();
    }
    // A gateway's page is not a response of Zoom: the outcome of the call is unknown.
    let server = Server::answering("200 OK", "", "\n<html><title>Sign in</title>");
    let err = client(&url_of(&server)).delete("/users/lorem").unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Body, "{err}");
    assert!(err.message().contains("titled \"Sign in\""), "{err}");
    #[derive(serde::Deserialize)]
    struct Nothing {}
    let server = Server::answering("200 OK", "", r#"{"id":1}"#);
    client(&url_of(&server)).get::<Nothing>("/users/lorem").unwrap();
}

#[test]
fn a_url_instead_of_a_path_is_refused_and_v2_alone_is_a_path() {
    let server = Server::answering("200 OK", "", "{}");
    let zoom = client(&url_of(&server));
    let err = zoom.get::<Value>("https://api.zoom.us/v2/users").unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
    let mut req = HttpRequest::new();
    req.set_path("https://me:lorem@api.zoom.us/v2/users");
    let err = zoom.send(&req).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
    assert!(err.to_string().contains("set_from_url"), "{err}");
    assert!(!format!("{err} {err:?}").contains("lorem"), "{err:?}");
    assert!(server.requests().is_empty());
    zoom.get::<Value>("/v2").unwrap();
    assert_eq!(last_target(&server), "/v2");
    zoom.send(req.set_path("v2/users")).unwrap();
    assert_eq!(last_target(&server), "/v2/users");
}
