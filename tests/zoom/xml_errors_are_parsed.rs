//! Errors in XML: Zoom sends them to clients that do not ask for JSON. The client asks for JSON,
//! and an error in XML has the same effect. (`zoom_errors_say_what_to_do` tests that both have the
//! same text.)

use serde_json::{Value, json};
use support::apps::{ANN, any_token, bearers, call, client, timeless};
use support::clock::ManualClock;
use support::zoom::{Answer, EmbeddedZoom, Label, SAME_AS_OLD, Stage, daily};
use support::{Received, Server, patient};
use zoomkat::zoom::{
    Error, ErrorKind, FieldError, PasswordOptions, PasswordRejected, RotationOutcome,
    RotationReport, Zoom,
};
use zoomkat::{HttpRequest, Transport};

// The Accept header.

fn accepts(requests: &[Received]) -> Vec<Option<&str>> {
    requests.iter().map(|request| request.header("Accept")).collect()
}

#[test]
fn every_call_and_every_token_request_asks_for_json() {
    let zoom = any_token();
    let client = client(&zoom).clock(ManualClock::new()).build().unwrap();
    call(&client).unwrap();
    let _ = client.post::<Value>("/lorem", &json!({}));
    let _ = client.put("/lorem", &json!({}));
    let _ = client.patch("/lorem", &json!({}));
    let _ = client.delete("/lorem");
    let _ = client.pages::<Value>("/users", "users").count();
    let _ = client.send(HttpRequest::new().set_path("/v2/users"));
    client.update_password(ANN, "Dolor-sit-1").unwrap();
    let requests = zoom.requests();
    assert_eq!(requests.len(), 9, "eight calls and a token request");
    assert_eq!(accepts(&requests), [Some("application/json"); 9]);
    let lines = requests.iter().flat_map(Received::headers);
    let sent = lines.filter(|line| line.to_lowercase().starts_with("accept:")).count();
    assert_eq!(sent, 9, "once per request");
}

#[test]
fn an_accept_header_of_the_request_or_the_transport_is_kept() {
    let zoom = any_token();
    let mut http: Transport = patient();
    let builder = || client(&zoom).clock(ManualClock::new()).access_token("lorem");
    let mut req = HttpRequest::new();
    req.set_path("/v2/users").add_header("accept", "text/csv");
    builder().build().unwrap().send(&req).unwrap();
    http.set_request_header("Accept", "text/lorem");
    let client = builder().transport(http).build().unwrap();
    call(&client).unwrap();
    client.send(&req).unwrap();
    let requests = zoom.requests();
    assert_eq!(accepts(&requests), [Some("text/csv"), Some("text/lorem"), Some("text/csv")]);
}

#[test]
fn a_client_without_an_accept_header_gets_xml_and_parses_it() {
    let zoom = EmbeddedZoom::builder().user(ANN, "lorem").accept_any_token().start();
    let client = client(&zoom).access_token("lorem").build().unwrap();
    for accept in ["*/*", "application/xml"] {
        let mut req = HttpRequest::new();
        req.set_http_verb("POST").set_path("/v2/users/nobody/meetings");
        req.add_header("Accept", accept).load_body_from_string("{}", "utf-8");
        let err = client.send(&req).unwrap_err();
        assert!(err.body().starts_with("<?xml"), "{}", err.body());
        assert_eq!((err.kind(), err.code()), (ErrorKind::UserNotFound, Some(1001)), "{err}");
        assert_eq!(err.message(), "User does not exist: nobody.");
    }
}

// The form of a document.

fn refused(status: &str, kind: &str, body: impl Into<Vec<u8>>) -> Error {
    let (status, body) = (status.to_owned(), body.into());
    let headers = format!("Content-Type: {kind}\r\n");
    let server = Server::start(move |mut conn| {
        while conn.read_request().is_some() {
            conn.respond(&status, &headers, &body);
        }
    });
    let zoom = timeless(&format!("http://127.0.0.1:{}", server.port()));
    let zoom = zoom.access_token("lorem-ipsum").build().unwrap();
    zoom.post::<()>("/users", &json!({})).unwrap_err()
}

const XML: &str = "application/xml;charset=UTF-8";

#[test]
fn a_result_is_parsed_in_every_form() {
    let text = "User does not exist: <\u{e9}> & lorem.";
    let in_latin1: Vec<u8> =
        "<result><code>1001</code><message>User does not exist: &lt;\u{e9}&gt; &amp; lorem.</message></result>"
            .chars()
            .map(|c| c as u8)
            .collect();
    let in_utf16 = |text: &str| {
        let units = [0xfeff].into_iter().chain(text.encode_utf16().collect::<Vec<_>>());
        units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    let message = "<message>User does not exist: &lt;&#xe9;&gt; &amp; lorem.</message>";
    let plain = format!("<result><code>1001</code>{message}</result>");
    for (kind, body) in [
        (XML, plain.clone().into_bytes()),
        ("text/xml", format!("\u{feff}<?xml version=\"1.0\"?>\r\n\r\n{plain}\n").into_bytes()),
        ("application/json", plain.clone().into_bytes()),
        ("application/xml;charset=ISO-8859-1", in_latin1),
        ("application/xml;charset=UTF-16", in_utf16(&plain)),
        (XML, format!("<!-- a --><result>\n  {message}\n  <code> 1001 </code>\n</result>").into()),
        (XML, format!("<z:result xmlns:z='x'><z:code>1001</z:code>{message}</z:result>").into()),
        (
            XML,
            "<result><code>1001</code><message><![CDATA[User does not exist: <\u{e9}> & lorem.]]>\
             </message><errors/></result>"
                .into(),
        ),
        (XML, format!("<!DOCTYPE result [<!ENTITY a 'b'>]>{plain}").into_bytes()),
        (XML, format!("<result x=\"1\"><code>1001</code>{message}<extra/><a><b>c</b></a>").into()),
        (XML, format!("<Error><Code>1001</Code>{message}</Error>").into_bytes()),
        (XML, format!("<RESULT><CODE>1001</CODE>{message}</RESULT>").into_bytes()),
        (XML, format!("<response><code>1001</code>{message}</response>").into_bytes()),
        (
            XML,
            format!("<results><result><code>1001</code>{message}</result></results>").into_bytes(),
        ),
        (
            XML,
            format!(
                "<s:Envelope xmlns:s='x'><s:Body><Fault><code>1001</code>{message}</Fault></s:Body>\
                 </s:Envelope>"
            )
            .into_bytes(),
        ),
        (XML, format!("<result><code>1001</code><code>1001</code>{message}</result>").into_bytes()),
    ] {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let err = refused("404 Not Found", kind, body);
        assert_eq!(
            (err.kind(), err.code()),
            (ErrorKind::UserNotFound, Some(1001)),
            "{shown}: {err}"
        );
        assert_eq!(err.message(), text, "{shown}");
    }
}

#[test]
fn field_errors_are_parsed_in_every_form_of_a_list() {
    let one = |field: &str| format!("<field>{field}</field><message>Invalid field.</message>");
    let (a, b) = (one("user_info.email"), one("action"));
    for (errors, found) in [
        (format!("<errors><error>{a}</error><error>{b}</error></errors>"), 2),
        (format!("<errors><errors>{a}</errors><errors>{b}</errors></errors>"), 2),
        (format!("<errors>{a}</errors><errors>{b}</errors>"), 2),
        (format!("<errors>{a}</errors>"), 1),
        (format!("<errors><error>{a}</error></errors>"), 1),
        ("<errors/>".to_owned(), 0),
        (String::new(), 0),
    ] {
        let code = "<code>300</code><message>Validation Failed.</message>";
        let err = refused("400 Bad Request", XML, format!("<result>{code}{errors}</result>"));
        assert_eq!((err.kind(), err.code()), (ErrorKind::Validation, Some(300)), "{err}");
        let fields: Vec<String> = err.field_errors().iter().map(FieldError::to_string).collect();
        let all = ["user_info.email: Invalid field.", "action: Invalid field."];
        assert_eq!(fields, all[..found], "{errors}");
    }
    let text = "<result><code>300</code><errors>Lorem</errors></result>";
    assert_eq!(refused("400 Bad Request", XML, text).field_errors()[0].message, "Lorem");
}

#[test]
fn an_entity_bomb_and_deep_and_long_documents_are_ordinary_errors() {
    let mut bomb = "<!DOCTYPE result [<!ENTITY a0 'loremloremlorem'>".to_owned();
    for n in 1..12 {
        bomb += &format!("<!ENTITY a{n} '{}'>", format!("&a{};", n - 1).repeat(10));
    }
    bomb += "<!ENTITY f SYSTEM 'file:///etc/passwd'>]>";
    bomb += "<result><code>300</code><message>a &a11; b &f; c</message></result>";
    let err = refused("400 Bad Request", XML, bomb);
    assert_eq!((err.code(), err.message()), (Some(300), "a &a11; b &f; c"));
    for body in [
        "<a>".repeat(300_000),
        format!("<result><code>300</code>{}", "<x>".repeat(300_000)),
        format!("<result>{}<code>300</code>", "<x/>".repeat(300_000)),
        format!("<result>{}</result>", "&#x41;&lt;".repeat(200_000)),
        format!("<result {}>", "a='b' ".repeat(200_000)),
        format!("<!-- {}", "-".repeat(1_000_000)),
    ] {
        let err = refused("400 Bad Request", XML, body);
        assert_eq!(err.kind(), ErrorKind::Validation, "{err}");
        assert!(err.to_string().len() < 3000, "{err}");
    }
}

#[test]
fn an_xml_error_with_a_success_status_is_an_error() {
    let body = "<?xml version=\"1.0\"?><result><code>3001</code><message>Lorem</message></result>";
    let err = refused("200 OK", XML, body);
    assert_eq!((err.kind(), err.code()), (ErrorKind::NotFound, Some(3001)), "{err}");
    let prefixed = "<n:result xmlns:n='x'><n:code>4711</n:code><n:message>x</n:message></n:result>";
    assert_eq!(refused("200 OK", XML, prefixed).kind(), ErrorKind::MissingScope);
    let err = refused("201 Created", XML, "<result><code>0</code></result>");
    assert_eq!(err.code(), None, "0 is not an error: {err}");
    assert_eq!(err.kind(), ErrorKind::Body, "the body is not JSON: {err}");
    assert!(err.message().contains("XML instead of JSON"), "{err}");
}

#[test]
fn an_html_page_with_a_success_status_is_named_by_its_title() {
    let page = "<!DOCTYPE html><html><head><title>Sign\n in</title></head></html>";
    let read = refused("200 OK", "text/html", page);
    assert_eq!(read.kind(), ErrorKind::Body, "{read}");
    for err in [read, refused("403 Forbidden", "text/html", page)] {
        assert!(err.message().contains("a page instead of JSON, titled \"Sign in\""), "{err}");
    }
    let untitled = refused("200 OK", "text/html", "<html></html>");
    assert!(untitled.message().contains("a page instead of JSON, without a title"), "{untitled}");

    // One that only its type distinguishes from JSON, and one after a byte order mark.
    for (kind, page) in [
        ("text/html; charset=utf-8", "Access denied by the proxy"),
        ("text/html", "Warning: lorem<br><html><title>Sign in</title>"),
        ("application/json", " \u{feff} <html><titlebar/><title>Sign in</title>"),
    ] {
        let err = refused("200 OK", kind, page);
        assert_eq!(err.kind(), ErrorKind::Body, "{err}");
        assert!(err.message().contains("a page instead of JSON"), "{err}");
        assert_eq!(err.message().contains("titled \"Sign in\""), page.contains("Sign in"), "{err}");
    }

    // A password change and the token endpoint.
    let server = Server::answering("200 OK", "Content-Type: text/html\r\n", page);
    let url = format!("http://127.0.0.1:{}", server.port());
    let zoom = timeless(&url).access_token("lorem-ipsum").build().unwrap();
    let err = zoom.update_password(ANN, "Dolor-sit-1").unwrap_err();
    assert!(err.is_outcome_unknown() && err.message().contains("titled \"Sign in\""), "{err}");
    let zoom = timeless(&url).server_to_server("account", "client", "client-key").build().unwrap();
    let err = call(&zoom).unwrap_err();
    assert!(err.kind() == ErrorKind::Token && err.message().contains("\"Sign in\""), "{err}");
}

#[test]
fn a_secret_with_markup_in_it_is_masked_in_the_body_too() {
    for body in [
        "<result><message>a lorem<![CDATA[-ipsum]]> b</message></result>",
        "<result><message>a lorem<!-- x -->-ipsum b</message></result>",
        "<result><message>a lorem<b>-ipsum</b> b</message></result>",
    ] {
        let err = refused("400 Bad Request", XML, body);
        assert!(err.message().starts_with("a ***"), "{err}");
        assert!(!err.body().contains("ipsum"), "{}", err.body());
    }
}

// Effects of an error.

#[test]
fn an_expired_token_is_renewed() {
    let zoom = any_token();
    let client = client(&zoom).clock(ManualClock::new()).build().unwrap();
    zoom.refuse_next(1, Answer::error(401, 124, "Access token is expired.").in_xml());
    call(&client).unwrap();
    assert_eq!((zoom.token_requests(), bearers(&zoom)), (2, zoom.tokens()));
}

/// Runs a rotation of forty users on one thread, at a Zoom that answers every call like this.
fn rotation(answer: impl Fn(&EmbeddedZoom) -> Answer) -> (RotationReport, usize) {
    let with_user = |b: support::zoom::Builder, n| b.user(&format!("u{n}@example.com"), "lorem");
    let server = (0..40).fold(EmbeddedZoom::builder().accept_any_token(), with_user).start();
    server.refuse_next(100, answer(&server));
    let zoom = client(&server).clock(ManualClock::new()).build().unwrap();
    let entries = (0..40).map(|n| (format!("u{n}@example.com"), format!("Lorem ipsum {n}")));
    let report = zoom.update_passwords(entries, PasswordOptions::new().threads(1));
    let sent = server.requests().iter().filter(|r| r.line().starts_with("PUT")).count();
    (report, sent)
}

#[test]
fn a_rotation_stops_at_an_error_that_would_hit_every_user() {
    let scopes = "Invalid access token, does not contain scopes:[user:update:password:admin].";
    let (report, sent) = rotation(|_| Answer::error(400, 4711, scopes).in_xml());
    assert!(report.stopped().is_some_and(Error::is_missing_scope), "{report}");
    assert_eq!((report.not_tried(), sent), (40, 1));

    let noon = zoomkat::zoom::Clock::system_time(&ManualClock::new());
    let (report, sent) = rotation(|_| daily(Label::Medium, Some(2000), noon).in_xml());
    let stopped = report.stopped().expect("the run did not stop");
    assert!(stopped.is_daily_limit() && stopped.resumes_at() > Some(noon), "{stopped}");
    assert_eq!((report.not_tried(), sent), (40, 1));

    let (report, sent) = rotation(|_| Answer::error(400, 200, "No permission.").in_xml());
    let kind = report.stopped().map(Error::kind);
    assert_eq!((kind, sent), (Some(ErrorKind::NotPermitted), 10), "{report}");
}

#[test]
fn an_unknown_outcome_is_resolved_by_an_error_in_xml() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let drops = |stage: Stage, call: &support::zoom::Call| match call.path.ends_with("/password") {
        true if stage == Stage::Recorded && call.number < 4 => support::zoom::Action::Drop,
        _ => support::zoom::Action::Continue,
    };
    let server = EmbeddedZoom::builder().user(ANN, "lorem").xml_errors().on_call(drops).start();
    let zoom: Zoom = client(&server).clock(ManualClock::new()).build().unwrap();
    let options = || PasswordOptions::new().journal(&journal).threads(1);
    let entries = || [(ANN, "Dolor-sit-1")];
    let report = zoom.update_passwords(entries(), options());
    assert!(
        matches!(report.outcomes()[0].outcome(), RotationOutcome::Unknown(Some(_))),
        "{report}"
    );
    assert_eq!(server.record().len(), 1, "it was changed, and nobody knows");
    let err = zoom.update_password(ANN, "Dolor-sit-1");
    let _ = err.map_err(|err| assert!(err.is_outcome_unknown() || err.is_password_rejected()));
    let report = zoom.update_passwords(entries(), options().resolve_unknown(true));
    assert!(matches!(report.outcomes()[0].outcome(), RotationOutcome::Changed), "{report:?}");
    let err = zoom.update_password(ANN, "Dolor-sit-1").unwrap_err();
    assert_eq!(err.password_rejected(), Some(PasswordRejected::SameAsOld));
    assert!(err.body().contains("<message>") && err.message() == SAME_AS_OLD, "{err}");
}
