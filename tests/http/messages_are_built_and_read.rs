//! Requests built by value, with JSON and numbers, and iterators over the parts of a response.

use std::time::{Duration, SystemTime};

use serde::Serialize;
use support::{Server, patient};
use zoomkat::{ErrorKind, HttpRequest, HttpResponse};

fn response(status: &str, headers: &str, body: &str) -> HttpResponse {
    let (status, headers, body) = (status.to_owned(), headers.to_owned(), body.to_owned());
    let server = Server::start(move |mut conn| {
        conn.read_request();
        conn.respond(&status, &headers, &body);
    });
    server.call(&patient(), &HttpRequest::new()).unwrap()
}

#[test]
fn a_builder_makes_the_request_that_the_setters_make() {
    let built = HttpRequest::patch(String::from("/v2/users/:id"))
        .set_path_variable("id", 42)
        .add_header("X-Count", 7)
        .add_param("page_size", 300)
        .set_body(vec![b'a', b'b'])
        .build();
    let mut set = HttpRequest::new();
    set.set_http_verb("PATCH").set_path("/v2/users/:id").set_path_variable("id", "42");
    set.add_header("X-Count", "7").add_param("page_size", "300").load_body_from_bd(b"ab");
    let text = built.generate_request_text().unwrap();
    assert_eq!(text, set.generate_request_text().unwrap());
    assert!(text.starts_with("PATCH /v2/users/42?page_size=300 HTTP/1.1\r\n"), "{text}");
    let again = built.clone().into_builder().remove_header("x-count").build();
    assert_eq!(again.num_header_fields(), 0);

    let verbs = [
        (HttpRequest::get("/"), "GET"),
        (HttpRequest::head("/"), "HEAD"),
        (HttpRequest::post("/"), "POST"),
        (HttpRequest::put("/"), "PUT"),
        (HttpRequest::delete("/"), "DELETE"),
        (HttpRequest::options("/"), "OPTIONS"),
        (HttpRequest::builder(), "GET"),
    ];
    for (builder, verb) in verbs {
        assert_eq!(builder.as_ref().http_verb(), verb);
    }
    let secret = HttpRequest::get("/").add_header("Authorization", "Bearer marker");
    assert!(!format!("{secret:?}").contains("marker"));
}

#[test]
fn set_json_sets_the_body_and_the_content_type_unless_that_is_json_already() {
    #[derive(Serialize)]
    struct Topic {
        topic: &'static str,
    }
    let body = Topic { topic: "lorem" };
    for (before, after) in [
        ("", "application/json"),
        ("text/plain", "application/json"),
        ("application/x-www-form-urlencoded", "application/json"),
        ("application/json; charset=utf-8", "application/json; charset=utf-8"),
        ("Application/Merge-Patch+JSON", "Application/Merge-Patch+JSON"),
    ] {
        let mut req = HttpRequest::new();
        req.set_http_verb("POST").set_content_type(before).set_json(&body).unwrap();
        let text = req.generate_request_text().unwrap();
        assert!(text.contains(&format!("\r\nContent-Type: {after}\r\n")), "{text}");
        assert!(text.ends_with("\r\n\r\n{\"topic\":\"lorem\"}"), "{text}");
    }
}

#[test]
fn json_has_no_other_charset_than_utf_8() {
    for (given, sent) in [
        ("application/json; charset=iso-8859-1", "application/json"),
        ("application/json; charset=UTF-8", "application/json; charset=UTF-8"),
        ("application/scim+json", "application/scim+json"),
    ] {
        let req = HttpRequest::post("/").set_content_type(given).set_json("é").unwrap().build();
        assert_eq!(req.content_type(), sent);
    }
}

#[test]
fn a_value_that_is_not_json_is_an_error_that_does_not_quote_it() {
    struct Marker;
    impl Serialize for Marker {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("marker"))
        }
    }
    let mut req = HttpRequest::new();
    let err = req.set_json(&Marker).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest);
    assert!(err.to_string().contains("set_json: ") && !format!("{err:?}").contains("marker"));
    let keys = std::collections::BTreeMap::from([((1, 2), 3)]);
    let err = req.set_json(&keys).unwrap_err();
    assert!(err.to_string().contains("key must be a string"), "{err}");
    assert!(HttpRequest::post("/").set_json(&keys).is_err());
    assert!(req == HttpRequest::new());
}

#[test]
fn the_headers_and_params_of_a_request_are_iterated() {
    let mut req = HttpRequest::new();
    req.use_upload().add_param("a", 1).add_bd_for_upload("a", "f", b"x", "");
    req.add_param("b", 2.5).add_param("a", String::from("3")).add_header("X-One", 'c');
    let params: Vec<_> = req.params().collect();
    assert_eq!(params, [("a", "1"), ("b", "2.5"), ("a", "3")]);
    let name = String::from("a");
    let values: Vec<&str> = req.param_values(&name).collect();
    drop(name);
    assert_eq!(values, ["1", "3"]);
    let headers: Vec<_> = req.headers().collect();
    assert_eq!(headers, [("Content-Type", "multipart/form-data"), ("X-One", "c")]);
}

#[test]
fn spaces_are_sent_as_given() {
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").set_body("x").set_content_type(" text/plain ");
    req.add_header("X-One", " 1 ");
    let text = req.generate_request_text().unwrap();
    assert!(text.contains("\r\nContent-Type:  text/plain \r\n"), "{text}");
    assert!(text.contains("\r\nX-One:  1 \r\n"), "{text}");
}

#[test]
fn error_for_status_makes_400_and_above_an_error() {
    for status in ["200 OK", "204 No Content", "304 Not Modified", "399 Lorem"] {
        let resp = response(status, "", "");
        assert_eq!(resp.is_success(), status.starts_with('2'));
        let code = resp.status_code();
        assert_eq!(resp.error_for_status().unwrap().status_code(), code);
    }
    for (status, shown) in
        [("404 Not Found", "404 Not Found"), ("400", "400"), ("599 \u{1b}[2J", "599 \\u{1b}[2J")]
    {
        let resp = response(status, "", "marker");
        let code = resp.status_code();
        assert!(!resp.is_success());
        let err = resp.error_for_status().unwrap_err();
        let message = err.to_string();
        assert!(message.starts_with("unexpected status: GET http://127.0.0.1:"), "{message}");
        assert!(message.ends_with(&format!("/: {shown}")), "{message}");
        assert_eq!((err.kind(), err.status()), (ErrorKind::Status, Some(code)));
        assert!(err.is_status() && !err.may_have_been_processed());
        let text = format!("{err:?}\n{}", err.last_error_text());
        assert!(text.contains("received the header") && !text.contains("marker"), "{text}");
        let lines: Vec<&str> = err.last_error_text().lines().collect();
        assert!(lines.last().unwrap().ends_with(&format!("failed: {message}")), "{lines:?}");
        assert_eq!(format!("{err:?}").matches(&message).count(), 1);
    }
    let server = Server::answering("500 Oops", "", "");
    let resp = server.call(&patient(), &HttpRequest::post("/").build()).unwrap();
    let err = resp.error_for_status().unwrap_err();
    assert!(err.may_have_been_processed(), "{err}");
}

#[test]
fn the_fields_and_cookies_of_a_response_are_iterated() {
    let headers = "X-One: 1\r\nx-one: 2\r\nSet-Cookie: a=1; Path=/p; Domain=.h.example; Secure\r\n\
                   Set-Cookie: none\r\nSet-Cookie: =none\r\nSet-Cookie: b = 2 ; expires=Thu, 01 Jan 2099\r\n";
    let resp = response("200 OK", headers, "x");
    assert_eq!(resp.headers().next(), Some(("X-One", "1")));
    assert_eq!(resp.headers().count(), resp.num_header_fields());
    assert_eq!(resp.header_values("X-ONE").collect::<Vec<_>>(), ["1", "2"]);
    let cookies: Vec<_> = resp.cookies().collect();
    let shown = cookies.iter().map(|c| (c.name(), c.value(), c.domain(), c.path(), c.expires()));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            ("a", "1", ".h.example", "/p", None),
            ("b", "2", "127.0.0.1", "/", Some("Thu, 01 Jan 2099")),
        ]
    );
    assert_eq!(resp.num_cookies(), 2);
    assert!(!format!("{cookies:?}").contains('1'), "{cookies:?}");
}

#[test]
fn retry_after_is_a_time_to_wait_in_either_form() {
    let wait = |value: &str| {
        let headers = format!("Retry-After: {value}\r\n");
        response("429 Too Many Requests", &headers, "").retry_after()
    };
    let century = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    let seconds = Duration::from_secs;
    for (value, expected) in [
        ("7", Some(seconds(7))),
        ("0", Some(seconds(0))),
        ("18446744073709551616", Some(century)),
        ("99999999999999999999999", Some(century)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", Some(seconds(0))),
        ("+7", None),
        ("-7", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
    ] {
        assert_eq!(wait(value), expected, "{value:?}");
    }
    let in_an_hour = SystemTime::now() + seconds(3600);
    let found = wait(&httpdate::fmt_http_date(in_an_hour)).unwrap();
    assert!(found <= seconds(3600) && found > seconds(3000), "{found:?}");
    assert!(wait("Fri, 31 Dec 9999 23:59:59 GMT").unwrap() > century);
    assert_eq!(HttpResponse::new().retry_after(), None);
}
