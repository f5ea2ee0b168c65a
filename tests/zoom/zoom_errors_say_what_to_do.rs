//! Errors of Zoom: every unsuccessful response, however broken its body, becomes an error with
//! class, code, message, fields, scopes and tracking id in one line, and with the body.

use std::error::Error as _;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::{Value, json};
use support::apps::timeless;
use support::zoom::xml_of;
use support::{ClosedPort, Server};
use zoomkat::HttpRequest;
use zoomkat::zoom::{Error, ErrorKind, FieldError, PasswordRejected, Zoom};

const TRACKING_ID: &str = "v=2.0;clid=us06;rid=WEB_lorem";

const GET_USER: &str = "GET /v2/users/lorem";
const GET_USERS: &str = "GET /v2/users?page_size=2";
const POST_USER: &str = "POST /v2/users";
const GET_GROUP: &str = "GET /v2/groups/lorem";
const GET_MEETING: &str = "GET /v2/meetings/85746065";
const POST_MEETING: &str = "POST /v2/users/lorem/meetings";
const PUT_PASSWORD: &str = "PUT /v2/users/lorem/password";

fn client(url: &str) -> Zoom {
    timeless(url).access_token("lorem-ipsum").build().unwrap()
}

fn request(call: &str) -> HttpRequest {
    let (verb, path) = call.split_once(' ').unwrap();
    let mut req = HttpRequest::new();
    req.set_http_verb(verb).set_path(path);
    if matches!(verb, "POST" | "PUT" | "PATCH") {
        req.set_content_type("application/json").load_body_from_string("{}", "utf-8");
    }
    req
}

/// A server that gives one response to every request, and a client of it.
struct ErrorServer {
    server: mockito::ServerGuard,
    zoom: Zoom,
}

impl ErrorServer {
    fn new() -> ErrorServer {
        let server = mockito::Server::new();
        let zoom = client(&server.url());
        ErrorServer { server, zoom }
    }

    /// Returns the error of this call, after checking what every error has and that the error's XML
    /// form gives the same error.
    fn error(&mut self, call: &str, status: u16, body: impl AsRef<[u8]>) -> Error {
        let body = body.as_ref();
        let err = self.json_error(call, status, body);
        let Some(xml) = as_xml(body) else { return err };
        let as_xml = self.json_error(call, status, &xml);
        let facts = |err: &Error| {
            let scopes = err.scopes().to_vec();
            (err.kind(), err.code(), err.message().to_owned(), err.field_errors().to_vec(), scopes)
        };
        assert_eq!(facts(&as_xml), facts(&err), "{xml}");
        assert!(xml.starts_with(as_xml.body()), "{xml}");
        err
    }

    fn json_error(&mut self, call: &str, status: u16, body: impl AsRef<[u8]>) -> Error {
        let body = body.as_ref();
        let (verb, _) = call.split_once(' ').unwrap();
        self.server.reset();
        self.server
            .mock(verb, mockito::Matcher::Any)
            .with_status(status.into())
            .with_header("x-zm-trackingid", TRACKING_ID)
            .with_body(body)
            .create();
        let shown = String::from_utf8_lossy(body).into_owned();
        let err = match client(&self.server.url()).send(request(call)) {
            Err(err) => err,
            Ok(resp) => panic!("{call} with {status} {shown} is a success: {resp:?}"),
        };
        assert_eq!(err.status(), Some(status), "{shown}");
        assert_eq!(err.tracking_id(), Some(TRACKING_ID), "{shown}");
        assert_one_line(&err);
        let line = err.to_string();
        assert!(line.starts_with(&err.kind().to_string()), "{line}");
        assert!(line.contains(err.message()), "{line}");
        let (path, _) = call.split_once('?').unwrap_or((call, ""));
        for part in [path, &format!("status {status}"), &format!("tracking id {TRACKING_ID}")] {
            assert!(line.contains(part), "{part} is missing: {line}");
        }
        if let Some(code) = err.code() {
            assert!(line.contains(&format!("code {code}")), "{line}");
        }
        assert_eq!(err.last_error_text(), line, "the trace is not the error's line");
        err
    }
}

/// Returns the XML form of a JSON error, if it has one: the text has no control characters, and the
/// only list is the list of field errors.
fn as_xml(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let is_list = |(name, value): (&String, &Value)| name != "errors" && value.is_array();
    let has_form = body.as_object().is_some_and(|members| !members.iter().any(is_list));
    let xml = has_form.then(|| xml_of(&body))?;
    (!xml.contains(char::is_control)).then_some(xml)
}

fn assert_one_line(err: &Error) {
    let line = err.to_string();
    assert!(!line.contains(|c: char| c.is_control()), "not one line: {line:?}");
    assert!(line.len() < 20_000, "the line has {} bytes", line.len());
}

fn body(code: i64, message: &str) -> String {
    json!({ "code": code, "message": message }).to_string()
}

#[test]
fn each_documented_code_has_its_class_and_keeps_its_number_message_and_body() {
    use ErrorKind::{
        Conflict, DailyLimit, MissingScope, NotFound, NotPermitted, PageTokenExpired, RateLimited,
        Server, TokenExpired, UserNotFound, Validation,
    };
    let no_user = "User does not exist: lorem.";
    let no_scopes = "Invalid access token, does not contain scopes:[user:read, user:read:admin].";
    let per_second = "You have reached the maximum per-second rate limit for this API. Try again \
                      later.";
    let a_day = "You have reached the maximum daily rate limit for this API. Refer to the response \
                 header for details on when you can make another request.";
    let cases = [
        (GET_USER, 400, 124, "Invalid access token.", TokenExpired),
        (GET_USER, 401, 124, "Invalid access token.", TokenExpired),
        (GET_USER, 400, 124, "Access token is expired.", TokenExpired),
        (GET_USER, 401, 124, "Access token is expired.", TokenExpired),
        (GET_USER, 401, 4700, "Invalid access token.", TokenExpired),
        (GET_USER, 400, 4700, "Invalid access token.", TokenExpired),
        (GET_USER, 401, 401, "Invalid access token.", TokenExpired),
        (GET_USER, 401, 30_031_002, "Missing token", TokenExpired),
        (GET_USER, 401, 30_031_004, "Invalid or expired token", TokenExpired),
        (GET_USER, 401, 201, no_scopes, MissingScope),
        (GET_USER, 400, 104, no_scopes, MissingScope),
        (GET_USER, 401, 104, "Invalid access token, does not contain scopes", MissingScope),
        (GET_USER, 400, 4711, no_scopes, MissingScope),
        (GET_USER, 400, 4711, "Lorem", MissingScope),
        (GET_USER, 401, 4711, "Invalid access token, does not contain scopes:[x]", MissingScope),
        (
            GET_GROUP,
            400,
            4700,
            "Invalid access token, does not contain role:read:admin scope.",
            MissingScope,
        ),
        (GET_USER, 400, 200, "No privilege.", NotPermitted),
        (GET_USER, 401, 200, "No permission.", NotPermitted),
        (GET_USER, 403, 200, "Only available for paid accounts.", NotPermitted),
        (
            PUT_PASSWORD,
            400,
            200,
            "Invalid access token. Does not contain permissions [User:Edit].",
            NotPermitted,
        ),
        (
            GET_USER,
            403,
            403,
            "authenticated user has not permitted access to the targeted resource",
            NotPermitted,
        ),
        (GET_USERS, 400, 300, "The next page token is invalid or expired.", PageTokenExpired),
        (
            GET_USERS,
            400,
            300,
            "The next page token is either invalid or has expired.",
            PageTokenExpired,
        ),
        (POST_USER, 400, 300, "Request Body should be a valid JSON object.", Validation),
        (POST_USER, 400, 300, "Validation Failed.", Validation),
        (POST_USER, 400, 400, "Bad request", Validation),
        (POST_USER, 400, 1108, "Single sign-on is not enabled.", Validation),
        (POST_USER, 400, -1, "Required request part 'file' is not present", Validation),
        (POST_USER, 409, 1005, "User already in the account: lorem", Conflict),
        (POST_USER, 409, 4132, "Group name lorem is already in use.", Conflict),
        (POST_USER, 409, 409, "Conflict", Conflict),
        (GET_USER, 404, 1001, no_user, UserNotFound),
        (GET_USER, 400, 1001, no_user, UserNotFound),
        (GET_MEETING, 404, 1001, no_user, UserNotFound),
        (GET_USER, 400, 1010, "User not exist or not belong to this account", UserNotFound),
        (GET_USER, 404, 1010, "User does not belong to this account: lorem.", UserNotFound),
        (GET_GROUP, 404, 1001, "Role does not exist: lorem.", NotFound),
        (GET_GROUP, 404, 4130, "Group does not exist: lorem.", NotFound),
        (GET_GROUP, 404, 2001, "Account does not exist: lorem.", NotFound),
        (GET_GROUP, 400, 2001, "Account does not exist: lorem.", NotFound),
        (GET_MEETING, 404, 3001, "Meeting does not exist: 85746065.", NotFound),
        (GET_MEETING, 400, 3001, "Meeting does not exist: 85746065.", NotFound),
        (GET_USER, 404, 64_041, "Route Not Found", NotFound),
        (GET_USER, 404, 404, "Not found", NotFound),
        (GET_USER, 429, 429, per_second, RateLimited),
        (GET_USER, 429, 4001, per_second, RateLimited),
        (GET_USER, 429, 429, a_day, DailyLimit),
        (GET_USER, 500, 500, "Internal Server Error", Server),
        (GET_USER, 503, 503, "Service Unavailable", Server),
        (POST_MEETING, 502, 500, "Bad Gateway", Server),
        (POST_MEETING, 504, 504, "Gateway Timeout", Server),
    ];
    let mut fixture = ErrorServer::new();
    for (call, status, code, message, kind) in cases {
        let body = body(code, message);
        let err = fixture.error(call, status, &body);
        assert_eq!(err.kind(), kind, "{call} {status} {body}: {err}");
        assert_eq!(err.code(), Some(code), "{body}");
        assert!(err.message().starts_with(message), "{err}");
        assert_eq!(err.body(), body);
        assert_eq!(err.field_errors(), []);
        let helpers = [
            (err.is_token_expired(), kind == TokenExpired),
            (err.is_missing_scope(), kind == MissingScope),
            (err.is_not_permitted(), kind == NotPermitted),
            (err.is_page_token_expired(), kind == PageTokenExpired),
            (err.is_validation(), kind == Validation),
            (err.is_conflict(), kind == Conflict),
            (err.is_user_not_found(), kind == UserNotFound),
            (err.is_not_found(), matches!(kind, NotFound | UserNotFound)),
            (err.is_rate_limited(), matches!(kind, RateLimited | DailyLimit)),
            (err.is_daily_limit(), kind == DailyLimit),
            (err.is_password_rejected(), false),
            (err.is_outcome_unknown(), false),
        ];
        for (index, (is, should)) in helpers.into_iter().enumerate() {
            assert_eq!(is, should, "helper {index} of {err}");
        }
        let limited = matches!(kind, RateLimited | DailyLimit);
        assert_eq!(err.resumes_at().is_some(), limited, "{err}");
    }
}

#[test]
fn ambiguous_codes_keep_their_number_and_message() {
    let mut fixture = ErrorServer::new();
    for (call, status, code, message) in [
        (GET_MEETING, 400, 3000, "Cannot access webinar info."),
        (POST_USER, 400, 1116, "Your plan does not allow this domain."),
        (POST_USER, 400, 1120, "No valid invitation."),
        (POST_USER, 400, 1122, "The feature is off."),
        (POST_MEETING, 400, 3161, "Your user account is not allowed meeting hosting."),
        (GET_USER, 418, 7, "Lorem"),
        (GET_USER, 400, i64::MIN, "Lorem"),
        (GET_USER, 400, i64::MAX, "Lorem"),
    ] {
        let body = body(code, message);
        let err = fixture.error(call, status, &body);
        assert_eq!((err.code(), err.message(), err.body()), (Some(code), message, &*body));
        assert!(!err.is_token_expired() && !err.is_not_found(), "{err}");
    }
}

#[test]
fn a_group_of_another_account_is_not_found() {
    let mut fixture = ErrorServer::new();
    for status in [400, 404] {
        let err = fixture.error(GET_GROUP, status, body(1010, "Group not belong to this account"));
        assert!(err.is_not_found() && !err.is_user_not_found(), "{err}");
    }
}

#[test]
fn a_validation_error_names_each_field_even_in_its_line() {
    let mut fixture = ErrorServer::new();
    let errors = json!([
        { "field": "user_info.email", "message": "Invalid field." },
        { "field": "action", "message": "Lorem \"ipsum\"" },
    ]);
    let body = json!({ "code": 300, "message": "Validation Failed.", "errors": errors });
    let err = fixture.error(POST_USER, 400, body.to_string());
    assert!(err.is_validation() && err.code() == Some(300), "{err}");
    let lines: Vec<_> = err.field_errors().iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["user_info.email: Invalid field.", "action: Lorem \"ipsum\""]);
    for field in lines {
        assert!(err.to_string().contains(&field), "{err}");
    }
    let shapes = [
        (json!(["Lorem", "ipsum"]), vec![("", "Lorem"), ("", "ipsum")]),
        (json!("Lorem"), vec![("", "Lorem")]),
        (json!({ "field": "a", "message": "Lorem" }), vec![("a", "Lorem")]),
        (json!([{ "message": "Lorem" }, { "field": "b" }]), vec![("", "Lorem"), ("b", "")]),
        (json!([{ "field": "a", "reason": "Lorem" }]), vec![("a", "Lorem")]),
        (json!([null, 7, [], {}, ""]), vec![("", "7")]),
        (json!(null), vec![]),
        (json!(true), vec![]),
        (json!([]), vec![]),
    ];
    for (errors, found) in shapes {
        let body = json!({ "code": 300, "message": "Validation Failed.", "errors": errors });
        let err = fixture.error(POST_USER, 400, body.to_string());
        assert_eq!(err.message(), "Validation Failed.");
        let parts = |error: &FieldError| (error.field.clone(), error.message.clone());
        let errors: Vec<(String, String)> = err.field_errors().iter().map(parts).collect();
        let found = found.into_iter().map(|(field, message)| (field.into(), message.into()));
        assert_eq!(errors, found.collect::<Vec<_>>(), "{body}");
    }
}

#[test]
fn field_errors_stay_on_one_short_line() {
    let mut fixture = ErrorServer::new();
    let long = "x".repeat(100_000);
    for (field, message) in [("a", "two\nlines"), ("a\r\nb", "\u{1b}[2J"), ("a", &*long)] {
        let errors = json!([{ "field": field, "message": message }]);
        let body = json!({ "code": 300, "message": "Validation Failed.", "errors": errors });
        let err = fixture.error(POST_USER, 400, body.to_string());
        assert_eq!(err.field_errors().len(), 1);
    }
}

#[test]
fn a_missing_scope_is_named_for_the_exact_operation() {
    let mut fixture = ErrorServer::new();
    let user = ["user:update:password", "user:update:password:admin"];
    let user = [user[0], user[1], "user:write", "user:write:admin"];
    let meeting = ["meeting:write:meeting", "meeting:write:meeting:admin"];
    let meeting = [meeting[0], meeting[1], "meeting:write", "meeting:write:admin"];
    let broken = "{\"code\":104,\"message\":\"Invalid access token, does not contain scopes:\
                  [\"lorem:read\",\"ipsum:read\"]\"}";
    let whole = body(4711, "Invalid access token, does not contain scopes:[lorem:read]");
    for (call, scopes, others) in [(PUT_PASSWORD, user, meeting), (POST_MEETING, meeting, user)] {
        for body in [&*whole, broken] {
            let err = fixture.error(call, 400, body);
            assert!(err.is_missing_scope(), "{err}");
            assert_eq!(err.scopes(), scopes, "{call}");
            let line = err.to_string();
            assert!(line.contains(&scopes.join(", ")), "{line}");
            assert!(!others.iter().any(|other| line.contains(other)), "{line}");
        }
    }
    // The scopes of an unpublished operation are unknown, and other errors have none.
    for call in ["GET /v2/lorem/ipsum", "PUT /v2/users/lorem", "GET /"] {
        let err = fixture.error(call, 400, &whole);
        assert!(err.is_missing_scope() && err.scopes().is_empty(), "{err}");
    }
    let err = fixture.error(PUT_PASSWORD, 400, body(200, "No permission."));
    assert!(err.scopes().is_empty() && !err.to_string().contains("user:write"), "{err}");
}

#[test]
fn the_message_of_a_scope_error_with_unescaped_quotes_is_kept() {
    let mut fixture = ErrorServer::new();
    let words = "Invalid access token, does not contain scopes:[\"zoom_events_basic:read\",\
                 \"zoom_events_basic:read:admin\"]";
    for body in [
        format!("{{\"code\":104,\"message\":\"{words}\"}}"),
        format!("{{ \"code\" : 104 , \"message\" : \"{words}\"}}\n"),
        format!("{{\"message\":\"{words}\",\"code\":104}}"),
        format!("{{\"message\":\"{words}\", \"code\":\"104\"}}"),
        format!("{{\"code\":104,\"message\":\"{words}\",\"result\":null}}"),
    ] {
        assert!(serde_json::from_str::<Value>(&body).is_err());
        let err = fixture.error("GET /v2/zoom_events/events", 401, &body);
        assert!(err.is_missing_scope(), "{err}");
        assert_eq!((err.code(), err.message()), (Some(104), words), "{body}");
        assert_eq!(err.body(), body);
    }
}

#[test]
fn a_truncated_body_keeps_its_code_and_never_gets_another() {
    let mut fixture = ErrorServer::new();
    let whole = "{\"code\":30031004,\"message\":\"Lorem ipsum: dolor.\",\"errors\":[{\"field\":\
                 \"é\",\"message\":\"sit\"}]}";
    let end_of_code = whole.find(",\"message").unwrap();
    for cut in 0..whole.len() {
        let err = fixture.error(PUT_PASSWORD, 401, &whole.as_bytes()[..cut]);
        match cut > end_of_code {
            true => assert_eq!(err.code(), Some(30_031_004), "{}", &whole[..cut.min(60)]),
            false => {
                assert!(matches!(err.code(), None | Some(30_031_004)), "{}: {err}", &whole[..cut]);
            }
        }
        if cut > end_of_code + "\"message\":\"Lorem ipsum: dolor.\"".len() {
            assert!(err.message().starts_with("Lorem ipsum: dolor."), "{err}");
        }
    }
}

#[test]
fn every_body_makes_an_error() {
    let long = format!("Lorem {}", "ipsum ".repeat(50_000));
    let deep = "[".repeat(5000);
    let deep_object = "{\"error\":".repeat(5000);
    let cases: Vec<(Vec<u8>, Option<i64>, &str)> = vec![
        (b"".to_vec(), None, "empty"),
        (b"  \r\n".to_vec(), None, "empty"),
        (b"Lorem ipsum".to_vec(), None, "Lorem ipsum"),
        (b"null".to_vec(), None, "null"),
        (b"[1,2]".to_vec(), None, "[1,2]"),
        (b"7".to_vec(), None, "7"),
        (b"true".to_vec(), None, "true"),
        (b"\"Lorem ipsum\"".to_vec(), None, "Lorem ipsum"),
        (b"\"\"".to_vec(), None, "no message"),
        (b"{}".to_vec(), None, "no message"),
        (b"{\"code\":7}".to_vec(), Some(7), "no message"),
        (b"{\"code\":\"7\",\"message\":\"Lorem\"}".to_vec(), Some(7), "Lorem"),
        (b"{\"code\":\" 7 \",\"message\":\"Lorem\"}".to_vec(), Some(7), "Lorem"),
        (b"{\"code\":\"lorem\",\"message\":\"Lorem\"}".to_vec(), None, "Lorem"),
        (b"{\"code\":7.0,\"message\":\"Lorem\"}".to_vec(), Some(7), "Lorem"),
        (b"{\"code\":[7],\"message\":\"Lorem\"}".to_vec(), None, "Lorem"),
        (b"{\"code\":null,\"message\":null}".to_vec(), None, "no message"),
        (b"{\"message\":\"  \"}".to_vec(), None, "no message"),
        (b"{\"message\":7}".to_vec(), None, "7"),
        (b"{\"message\":[\"Lorem\"]}".to_vec(), None, ""),
        (b"{\"message\":{\"message\":\"Lorem\"}}".to_vec(), None, "Lorem"),
        (b"{\"error_message\":\"Lorem\",\"code\":7}".to_vec(), Some(7), "Lorem"),
        (
            b"{\"status\":false,\"errorCode\":4702,\"errorMessage\":\"Lorem\",\"result\":null}"
                .to_vec(),
            Some(4702),
            "Lorem",
        ),
        (
            b"{\"reason\":\"Invalid Token!\",\"error\":\"invalid_grant\"}".to_vec(),
            None,
            "Invalid Token! (invalid_grant)",
        ),
        (b"{\"error\":\"invalid_grant\"}".to_vec(), None, "invalid_grant"),
        (
            b"{\"error\":\"lorem\",\"error_description\":\"Ipsum\",\"error_code\":7}".to_vec(),
            Some(7),
            "Ipsum",
        ),
        (
            b"{\"schemas\":[\"urn:lorem\"],\"detail\":\"Ipsum\",\"status\":\"404\"}".to_vec(),
            None,
            "Ipsum",
        ),
        (b"{\"error\":{\"code\":7,\"message\":\"Lorem\"}}".to_vec(), Some(7), "Lorem"),
        (b"{\"error\":{\"code\":\"7\",\"reason\":\"Lorem\"}}".to_vec(), Some(7), "Lorem"),
        (b"\xef\xbb\xbf{\"code\":7,\"message\":\"Lorem\"}".to_vec(), Some(7), "Lorem"),
        (b"\xef\xbb\xbf".to_vec(), None, "empty"),
        (b"{\"code\":7,\"message\":\"L\xf6rem\"}".to_vec(), Some(7), "L"),
        (b"\xff\xfe\x00\xd8\x00".to_vec(), None, ""),
        (b"{\"code\":7,\"message\":\"\\ud800 Lorem\"}".to_vec(), Some(7), "Lorem"),
        (b"{\"code\":7,\"message\":\"Lo\\r\\n\\u0000\\u001brem\"}".to_vec(), Some(7), "Lo"),
        (b"{\"code\":7,\"message\":\"Lo\nrem\"}".to_vec(), Some(7), "Lo rem"),
        (b"{\"code\":7,\"message\":\"Lorem\"}}".to_vec(), Some(7), "Lorem"),
        (b"{\"code\":7,\"message\":\"Lorem\"} ipsum".to_vec(), Some(7), "Lorem"),
        (b"{\"code\":7,\"code\":8,\"message\":\"Lorem\"}".to_vec(), Some(8), "Lorem"),
        (
            b"<html><head><TITLE lang=en>\n 502  Bad &amp;\nGateway</TITLE></head></html>".to_vec(),
            None,
            "502 Bad &amp; Gateway",
        ),
        (b"<!DOCTYPE html><p>Lorem".to_vec(), None, "without a title"),
        (b"<title></title>".to_vec(), None, "without a title"),
        (b"<title".to_vec(), None, "without a title"),
        (b"<title>Lorem".to_vec(), None, "a page instead of JSON"),
        ("<TITLE>\u{130}\u{212a} Lorem</TITLE>".as_bytes().to_vec(), None, "Lorem"),
        (long.clone().into_bytes(), None, "Lorem ipsum"),
        (body(7, &long).into_bytes(), Some(7), "Lorem ipsum"),
        (body(7, &"é".repeat(5000)).into_bytes(), Some(7), "ééé"),
        (format!("<title>{}</title>", &long[..5000]).into_bytes(), None, "Lorem ipsum"),
        (deep.into_bytes(), None, "[["),
        (deep_object.into_bytes(), None, "{"),
    ];
    let mut fixture = ErrorServer::new();
    for (body, code, words) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(100)]).into_owned();
        let err = fixture.error(POST_USER, 422, &body);
        assert_eq!(err.kind(), ErrorKind::Validation, "{shown}: {err}");
        assert_eq!(err.code(), code, "{shown}");
        assert!(err.message().contains(words), "{shown}: {err}");
        assert!(!err.message().trim().is_empty(), "{shown}: {err}");
        assert!(err.message().chars().count() <= 600, "{shown} says too much: {err}");
        if let Ok(text) = std::str::from_utf8(&body) {
            // Of a body that is larger than any error, the beginning is kept.
            let text = text.trim_start_matches('\u{feff}');
            let kept = err.body().trim_start_matches('\u{feff}');
            assert!(text.starts_with(kept), "{shown}");
            assert!(kept.len() >= text.len().min(60_000), "{shown}: {} bytes", kept.len());
        }
    }
}

#[test]
fn a_message_of_control_characters_is_empty() {
    let mut fixture = ErrorServer::new();
    for body in ["\0", "\u{1b}\u{7f}", "\u{9d}", r#"{"message":"\u0000"}"#, "\"\u{1}"] {
        let err = fixture.error(POST_USER, 400, body);
        assert!(!err.message().trim().is_empty(), "{body:?}: {err}");
    }
}

#[test]
fn a_response_without_a_message_is_classified_by_its_status() {
    let mut fixture = ErrorServer::new();
    for (status, kind) in [
        (400, ErrorKind::Validation),
        (401, ErrorKind::TokenExpired),
        (403, ErrorKind::NotPermitted),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Conflict),
        (422, ErrorKind::Validation),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Server),
        (502, ErrorKind::Server),
        (599, ErrorKind::Server),
        (405, ErrorKind::Refused),
    ] {
        for body in ["", "<html><title>Lorem</title>"] {
            let err = fixture.error(POST_USER, status, body);
            assert_eq!((err.kind(), err.code()), (kind, None), "{err}");
        }
    }
    // The reason phrase replaces a missing message.
    let err = fixture.error(POST_USER, 403, "");
    assert!(err.message().contains("Forbidden"), "{err}");
}

#[test]
fn a_success_with_an_error_in_its_body_is_an_error() {
    let mut fixture = ErrorServer::new();
    let expired = body(124, "Access token is expired.");
    let err = fixture.error(GET_USER, 200, &expired);
    assert_eq!((err.kind(), err.code()), (ErrorKind::TokenExpired, Some(124)));
    assert_eq!(
        (err.message().starts_with("Access token is expired."), err.body()),
        (true, &*expired)
    );
    for (body, kind) in [
        (r#"{"code":300,"message":"Validation Failed.","errors":[]}"#, ErrorKind::Validation),
        (r#"{"code":300,"errors":[{"field":"a","message":"b"}]}"#, ErrorKind::Validation),
        (r#"{"code":200,"error_message":"No permission."}"#, ErrorKind::NotPermitted),
        (r#"{"code":3001,"message":"Meeting does not exist: 7."}"#, ErrorKind::NotFound),
        (r#"{"result":null,"code":7,"message":"Lorem"}"#, ErrorKind::Refused),
        ("\n {\"code\":7,\"error_message\":\"Lorem\"}", ErrorKind::Refused),
        (r#"{"code":-1}"#, ErrorKind::Refused),
        (r#"{"status":false,"errorCode":300,"errorMessage":"Lorem"}"#, ErrorKind::Validation),
        (r#"{"error_code":4711,"message":"Lorem","x":1}"#, ErrorKind::MissingScope),
        (
            r#"{"code":4711,"message":"Invalid access token, does not contain scopes:[x]"}"#,
            ErrorKind::MissingScope,
        ),
    ] {
        for status in [200, 201] {
            let err = fixture.error(POST_MEETING, status, body);
            assert_eq!(err.kind(), kind, "{body}: {err}");
        }
    }
    let rejected = body(1124, "Have at least 9 characters");
    let err = fixture.error(PUT_PASSWORD, 200, rejected);
    assert_eq!(err.password_rejected(), Some(PasswordRejected::TooShort), "{err}");
}

#[test]
fn a_success_with_a_missing_user_is_not_found() {
    let mut fixture = ErrorServer::new();
    for (code, message) in [
        (1001, "User does not exist: lorem."),
        (1010, "User not exist or not belong to this account"),
    ] {
        let err = fixture.error(GET_USER, 200, body(code, message));
        assert!(err.is_user_not_found(), "{err}");
    }
}

#[test]
fn a_success_with_an_error_after_a_byte_order_mark_is_an_error() {
    let mut fixture = ErrorServer::new();
    let err = fixture.error(GET_USER, 200, format!("\u{feff}{}", body(124, "Lorem")));
    assert_eq!(err.code(), Some(124));
}

/// Returns the body of a successful call as JSON.
fn success(fixture: &mut ErrorServer, body: &str) -> Result<Value, Error> {
    fixture.server.reset();
    fixture.server.mock("GET", mockito::Matcher::Any).with_body(body).create();
    fixture.zoom.get("/users/lorem")
}

#[test]
fn a_success_with_a_code_that_is_data_is_a_success() {
    let mut fixture = ErrorServer::new();
    for body in [
        r#"{"code":0,"message":"Lorem"}"#,
        r#"{"code":0,"error_message":""}"#,
        r#"{"code":0}"#,
        r#"{"code":null,"message":"Lorem"}"#,
        r#"{"code":"DE","message":"Lorem"}"#,
        r#"{"code":"DE"}"#,
        r#"{"code":[7],"message":"Lorem"}"#,
        r#"{"code":7,"id":"lorem"}"#,
        r#"{"errorCode":7,"id":"lorem"}"#,
        r#"{"errorCode":0,"errorMessage":""}"#,
        r#"{"code":7,"name":"Lorem","errors":[]}"#,
        r#"{"item":{"code":7,"message":"Lorem"}}"#,
        r#"{"message":"\"code\":7"}"#,
        r#"{"Code":7,"message":"Lorem"}"#,
        r#"[{"code":7,"message":"Lorem"}]"#,
        r#""{\"code\":7}""#,
    ] {
        let expected: Value = serde_json::from_str(body).unwrap();
        let found = success(&mut fixture, body);
        assert_eq!(found.map_err(|err| format!("{body}: {err}")), Ok(expected));
    }
}

#[test]
fn a_success_with_a_code_that_is_a_string_of_digits_is_a_success() {
    let mut fixture = ErrorServer::new();
    for body in [r#"{"code":"49"}"#, r#"{"code":"49","message":"Lorem"}"#] {
        let found = success(&mut fixture, body);
        assert!(found.is_ok(), "{body}: {}", found.unwrap_err());
    }
}

#[test]
fn after_a_refused_connection_zoom_has_not_acted() {
    let closed = ClosedPort::new();
    let zoom = client(&format!("http://127.0.0.1:{}", closed.port()));
    for call in [GET_USER, POST_MEETING, PUT_PASSWORD] {
        let err = zoom.send(request(call)).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Transport, "{err}");
        assert!(!err.is_outcome_unknown() && !err.is_not_found());
        assert_eq!((err.status(), err.code(), err.tracking_id()), (None, None, None));
        assert_eq!((err.body(), err.field_errors().len()), ("", 0));
        assert_one_line(&err);
        assert!(err.to_string().contains(call), "{err}");
        let story = err.last_error_text();
        assert!(story.lines().count() > 1, "{story}");
        let (verb, path) = call.split_once(' ').unwrap();
        let called = format!("{verb} http://127.0.0.1:{}{path}", closed.port());
        for part in [&*called, "cannot connect"] {
            assert!(story.contains(part), "{part} is missing: {story}");
        }
        let source = err.source().unwrap().downcast_ref::<zoomkat::Error>().unwrap();
        assert_eq!(source.kind(), zoomkat::ErrorKind::Connect);
    }
}

#[test]
fn a_lost_response_leaves_only_calls_with_side_effects_in_doubt() {
    type End = fn(support::Conn);
    let ways: [(&str, End); 4] = [
        ("an end", |_| {}),
        ("a reset", support::Conn::reset),
        ("half a head", |mut conn| conn.send("HTTP/1.1 200 OK\r\nContent-")),
        ("half a body", |mut conn| conn.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}")),
    ];
    for (what, end) in ways {
        for (call, kind) in [
            (GET_USER, ErrorKind::Transport),
            (POST_MEETING, ErrorKind::OutcomeUnknown),
            (PUT_PASSWORD, ErrorKind::OutcomeUnknown),
            ("DELETE /v2/users/lorem", ErrorKind::OutcomeUnknown),
        ] {
            let server = Server::start(move |mut conn| {
                if conn.read_request().is_some() {
                    end(conn);
                }
            });
            let zoom = client(&format!("http://127.0.0.1:{}", server.port()));
            let err = zoom.send(request(call)).unwrap_err();
            assert_eq!(err.kind(), kind, "{what}: {err}");
            assert_eq!(err.is_outcome_unknown(), kind == ErrorKind::OutcomeUnknown);
            assert_eq!(server.requests().len(), 1, "{what}: {call} was not sent exactly once");
            assert_one_line(&err);
            let story = err.last_error_text();
            let (_, path) = call.split_once(' ').unwrap();
            assert!(story.contains(path) && story.contains("connected to"), "{story}");
            assert!(story.contains("sent ") && story.contains("failed: "), "{story}");
        }
    }
}

#[test]
fn a_call_that_was_never_sent_says_so_by_its_class() {
    let server = Server::answering("200 OK", "", "");
    let zoom = client(&format!("http://127.0.0.1:{}", server.port()));
    let mut bad_verb = request(GET_USER);
    bad_verb.set_http_verb("GE T");
    let mut bad_path = request(GET_USER);
    bad_path.set_path("/v2/users\r\nX: y");
    for req in [bad_verb, bad_path] {
        let err = zoom.send(&req).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        assert!(!err.is_outcome_unknown());
        assert_one_line(&err);
    }
    assert_eq!(server.connections(), 0);
}

/// A server that answers with the given status and body, and a client of it.
struct AnyServer {
    answer: Arc<Mutex<(u16, Vec<u8>)>>,
    zoom: Zoom,
    _server: Server,
}

impl AnyServer {
    fn new() -> AnyServer {
        let answer = Arc::new(Mutex::new((0, Vec::new())));
        let theirs = Arc::clone(&answer);
        let server = Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                let (status, body) = theirs.lock().unwrap().clone();
                conn.respond(&format!("{status} Lorem"), "", body);
            }
        });
        let zoom = client(&format!("http://127.0.0.1:{}", server.port()));
        AnyServer { answer, zoom, _server: server }
    }

    fn check(&self, status: u16, body: &[u8]) -> Result<(), TestCaseError> {
        *self.answer.lock().unwrap() = (status, body.to_vec());
        for call in [GET_GROUP, PUT_PASSWORD] {
            let err = self.zoom.send(request(call)).expect_err("the call succeeded");
            prop_assert_eq!(err.status(), Some(status));
            prop_assert!(!err.message().trim().is_empty());
            let line = err.to_string();
            prop_assert!(!line.contains(|c: char| c.is_control()), "{:?}", line);
            let _ = format!("{err:?}{}", err.last_error_text());
        }
        Ok(())
    }
}

const STATUSES: [u16; 10] = [400, 401, 403, 404, 409, 422, 429, 500, 503, 599];

/// Error bodies similar to Zoom's.
const SAMPLES: [&str; 7] = [
    "{\"code\":300,\"message\":\"Validation Failed.\",\"errors\":[{\"field\":\"a.b\",\"message\":\
     \"Invalid field.\"}]}",
    "{\"code\":104,\"message\":\"Invalid access token, does not contain scopes:[\"a:read\",\
     \"b:read:admin\"]\"}",
    "{\"code\":\"4711\", \"message\":\"Lorem \\\"ipsum\\\" \\u00e9 \u{e9} \\\\\", \"result\":null}",
    "{\"error\":{\"code\":-1,\"message\":\"Lorem\",\"errors\":\"x\"}}",
    "{\"reason\":\"Invalid Token!\",\"error\":\"invalid_grant\"}",
    "{\"status\":false,\"errorCode\":4702,\"errorMessage\":\"Lorem\",\"result\":null}",
    "\u{feff}<html><head><title lang=\"en\">502 \u{130} Bad Gateway</title></head></html>",
];

/// Removes pieces of a body, repeats some, and inserts bytes that are special in JSON.
fn torn(sample: usize, edits: &[(usize, usize, u8)]) -> Vec<u8> {
    let mut body = SAMPLES[sample].as_bytes().to_vec();
    for (at, length, how) in edits {
        let start = at % (body.len() + 1);
        let end = (start + length).min(body.len());
        match how {
            0..=79 => drop(body.drain(start..end)),
            80..=129 => {
                let piece = body[start..end].to_vec();
                body.splice(start..start, piece);
            }
            byte => {
                let marks = b"\"\\{}[]:,<>\x00\n\xc3\xff0-";
                body.insert(start, marks[usize::from(*byte) % marks.len()]);
            }
        }
    }
    body
}

#[test]
fn no_broken_body_panics() {
    let any = AnyServer::new();
    let edits = prop::collection::vec((0..400_usize, 0..40_usize, any_byte()), 0..6);
    let bodies = prop_oneof![
        4 => (0..SAMPLES.len(), edits).prop_map(|(sample, edits)| torn(sample, &edits)),
        1 => prop::collection::vec(any_byte(), 0..200),
        1 => "[\\[\\]{}\":,a-c0-9\\\\< >]{0,60}".prop_map(String::into_bytes),
    ];
    let statuses = prop::sample::select(STATUSES.to_vec());
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) };
    proptest!(config, |(status in statuses, body in bodies)| {
        any.check(status, &body)?;
    });
}

fn any_byte() -> impl Strategy<Value = u8> {
    0..=u8::MAX
}

#[test]
fn a_missing_permission_is_not_an_expired_token() {
    let mut fixture = ErrorServer::new();
    let words = "Invalid access token. Does not contain permissions [User:Edit].";
    for status in [400, 401] {
        let err = fixture.error(GET_USER, status, json!({ "message": words }).to_string());
        assert_eq!(err.kind(), ErrorKind::NotPermitted, "{err}");
    }
}

#[test]
fn a_line_shows_some_field_errors_and_an_error_keeps_a_hundred() {
    let mut fixture = ErrorServer::new();
    let errors: Vec<Value> =
        (0..1000).map(|n| json!({ "field": format!("f{n}"), "message": "Lorem" })).collect();
    let body = json!({ "code": 300, "message": "Validation Failed.", "errors": errors });
    let err = fixture.error(POST_USER, 400, body.to_string());
    assert_eq!(err.field_errors().len(), 100);
    let line = err.to_string();
    assert!(line.contains("[f4: Lorem] [and 95 more]") && !line.contains("f5:"), "{line}");
}

#[test]
fn an_error_keeps_the_first_64_kib_of_a_long_body() {
    let mut fixture = ErrorServer::new();
    let body = format!("<html>{}", "\u{e9}".repeat(500_000));
    let err = fixture.error(GET_USER, 404, &body);
    assert!((65_530..=65_536).contains(&err.body().len()), "{}", err.body().len());
    assert!(body.starts_with(err.body()));
}

#[test]
fn the_page_token_of_zoom_events_has_its_own_code() {
    let err = ErrorServer::new().error(GET_USERS, 400, body(30_051_005, "Lorem"));
    assert!(err.is_page_token_expired(), "{err}");
}
