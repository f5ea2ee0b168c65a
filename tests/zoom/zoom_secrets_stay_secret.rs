//! Secrets of the Zoom client: the access token, the client secret, the refresh token and passwords
//! never appear in errors with their causes and bodies, `Debug`, the log, reports or the journal,
//! even if Zoom repeats them.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use support::apps::timeless;
use support::capture::{self, Markers};
use support::error_texts;
use support::{ClosedPort, Conn, Server};
use zoomkat::HttpRequest;
use zoomkat::zoom::{
    Error, ErrorKind, PasswordOptions, RotationOutcome, Token, UserOutcome, Zoom, ZoomBuilder,
    password_form,
};

const ANN: &str = "ann@example.com";

/// Operations of these tests on markers.
trait SecretDisplay {
    /// Asserts that no marker is in the text of an error or in the log so far.
    fn assert_not_shown(&self, what: &str, err: &Error);
}

impl SecretDisplay for Markers {
    fn assert_not_shown(&self, what: &str, err: &Error) {
        let text = format!("{}\n{}", capture::full_text(err), error_texts::by_members(err));
        self.assert_absent(what, &text);
        self.assert_not_logged(what);
    }
}

/// What a server answers to everything except the token request.
#[derive(Clone)]
struct Echo {
    status: u16,
    headers: String,
    body: Vec<u8>,
}

impl Echo {
    fn new(status: u16, body: impl Into<Vec<u8>>) -> Echo {
        Echo { status, headers: String::new(), body: body.into() }
    }
}

/// A server that repeats secrets, a client with those secrets, and the secrets.
struct Fixture {
    markers: Markers,
    token: String,
    secret: String,
    echo: Arc<Mutex<Echo>>,
    server: Server,
    zoom: Zoom,
}

fn builder(port: u16) -> ZoomBuilder {
    timeless(&format!("http://127.0.0.1:{port}"))
}

impl Fixture {
    fn new() -> Fixture {
        let mut markers = Markers::new();
        let (token, secret) = (markers.next(), markers.next());
        let echo = Arc::new(Mutex::new(Echo::new(204, "")));
        let answer = json!({ "access_token": token, "expires_in": 3600 }).to_string();
        let server = {
            let echo = Arc::clone(&echo);
            Server::start(move |mut conn| {
                while let Some(request) = conn.read_request() {
                    if request.line().contains("/oauth/token") {
                        conn.respond("200 OK", "", &answer);
                        continue;
                    }
                    let Echo { status, headers, body } = echo.lock().unwrap().clone();
                    match status {
                        204 => conn.send(format!("HTTP/1.1 204 No Content\r\n{headers}\r\n")),
                        _ => conn.respond(&format!("{status} Lorem"), &headers, body),
                    }
                }
            })
        };
        let zoom = builder(server.port()).server_to_server("account", "client", &*secret);
        let zoom = zoom.build().unwrap();
        Fixture { markers, token, secret, echo, server, zoom }
    }

    fn answers(&self, echo: Echo) {
        *self.echo.lock().unwrap() = echo;
    }

    /// Asserts that the server received this text, without which a test would prove nothing.
    fn assert_sent(&self, text: &str) {
        let requests = self.server.requests();
        let sent = requests.iter().any(|r| r.head.contains(text) || r.text().contains(text));
        assert!(sent, "{text} was not sent");
    }

    /// Returns the errors of all ways to change a password if the server answers like this.
    fn change(&self, password: &str, echo: Echo) -> Vec<(&'static str, Error)> {
        self.answers(echo);
        let zoom = &self.zoom;
        let way = |what, result: Result<(), Error>| {
            let err = result.expect_err(what);
            assert!(err.status().is_some(), "it was not sent: {err}");
            (what, err)
        };
        let report = zoom.update_passwords([(ANN, password)], PasswordOptions::new());
        self.markers.assert_not_debugged("a report", &report);
        self.markers.assert_absent("a report", &report.to_string());
        vec![
            way("update_password", zoom.update_password(ANN, password)),
            way("a form", zoom.send(password_form(ANN, password)).map(drop)),
        ]
    }
}

/// Escapes everything except letters and digits, as some JSON writers do.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '/' => out += "\\/",
            c if c.is_ascii_alphanumeric() => out.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out += &format!("\\u{unit:04x}");
                }
            }
        }
    }
    out
}

/// Returns responses that repeat a text in every possible place.
fn echoes(text: &str) -> Vec<(&'static str, Echo)> {
    let quoted = json!(text).to_string();
    let inner = &quoted[1..quoted.len() - 1];
    let whole = json!({
        "code": 300, "errors": [{ "field": text, "message": format!("{text}{text}") }, text],
        "message": format!("Lorem {text} ipsum"),
    });
    // The names are in alphabetical order, so that the cut follows the text in any order of
    // serde_json's.
    let cut = whole.to_string();
    let within = cut.rfind(inner).unwrap() + inner.len() - 2;
    let json = |status, body: Value| Echo::new(status, body.to_string());
    vec![
        ("a message and fields", json(400, whole)),
        ("a specific code", json(400, json!({ "code": 1124, "message": text }))),
        ("a scope", json(400, json!({ "code": 4711, "message": format!("scopes:[{text}]") }))),
        ("a failure", json(500, json!({ "code": 500, "message": text }))),
        ("a gateway", json(502, json!({ "error": { "message": text, "code": text } }))),
        ("OAuth's words", json(400, json!({ "reason": text, "error": format!("x{text}") }))),
        ("a list", json(400, json!([text]))),
        ("a string", json(400, json!(text))),
        ("names", json(409, json!({ text: text }))),
        ("a success", json(200, json!({ "code": 7, "message": text }))),
        ("text", Echo::new(400, format!("Lorem {text}"))),
        ("a page", Echo::new(503, format!("<html><title>{text}</title><p>{text}</html>"))),
        ("quotes", Echo::new(400, format!("{{\"code\":1,\"message\":\"a \"{text}\" b\"}}"))),
        ("broken", Echo::new(400, format!("{{\"code\":1,\"message\":\"a \"x\" {inner}\"}}"))),
        ("no JSON", Echo::new(400, format!("{{\"{inner}\"}}"))),
        ("a cut", Echo::new(400, &cut.as_bytes()[..cut.len() - 4])),
        ("a cut within", Echo::new(400, &cut.as_bytes()[..within])),
        ("a refusal", json(429, json!({ "code": 429, "message": format!("per-second {text}") }))),
        ("a day", json(429, json!({ "code": 429, "message": format!("this user: daily {text}") }))),
    ]
}

#[test]
fn a_password_that_zoom_repeats_is_masked_in_every_error() {
    let mut party = Fixture::new();
    let password = party.markers.next();
    for (what, echo) in echoes(&password) {
        for (way, err) in party.change(&password, echo.clone()) {
            party.markers.assert_not_shown(&format!("{what} ({way})"), &err);
            assert!(
                err.body().contains("***"),
                "{what} ({way}) is kept with a mask: {}",
                err.body()
            );
        }
    }
    party.assert_sent(&password);
    party.assert_sent(&party.token);
}

#[test]
fn a_password_with_characters_that_json_escapes_is_masked_in_every_error() {
    let mut party = Fixture::new();
    for signs in ["\"", "/", "é", "'<&>"] {
        let password = format!("{}{signs}{}", party.markers.next(), party.markers.next());
        for (what, echo) in echoes(&password) {
            for (way, err) in party.change(&password, echo.clone()) {
                party.markers.assert_not_shown(&format!("{signs:?} in {what} ({way})"), &err);
            }
        }
    }
}

#[test]
fn a_password_with_a_backslash_is_masked_in_every_error() {
    let mut party = Fixture::new();
    let password = format!("{}\\{}\"", party.markers.next(), party.markers.next());
    for (what, echo) in echoes(&password) {
        for (way, err) in party.change(&password, echo.clone()) {
            party.markers.assert_not_shown(&format!("{what} ({way})"), &err);
        }
    }
}

#[test]
fn a_password_with_unusual_escapes_is_masked_in_the_body_too() {
    let mut party = Fixture::new();
    for signs in ["/", "é", "<&>", "\"", "+-"] {
        let password = format!("{}{signs}{}", party.markers.next(), party.markers.next());
        let text = escaped(&password);
        for body in [
            format!("{{\"code\":300,\"message\":\"Lorem {text}.\"}}"),
            format!("{{\"code\":300,\"message\":\"Lorem \"{text}\".\"}}"),
        ] {
            for (way, err) in party.change(&password, Echo::new(400, body)) {
                party.markers.assert_not_shown(&format!("{signs:?} ({way})"), &err);
            }
        }
    }
}

#[test]
fn a_password_is_masked_even_where_a_message_is_truncated_or_cleaned() {
    let mut party = Fixture::new();
    let (one, two) = (party.markers.next(), party.markers.next());
    let cases = [
        ("a cut", format!("{one}-{two}"), format!("{}{one}-{two}", "x".repeat(495 - one.len()))),
        ("a tab", format!("{one}\t{two}"), format!("Lorem {one}\t{two}")),
        ("a space at its end", format!("{one}{two} "), format!("{one}{two} ")),
    ];
    for (what, password, message) in cases {
        let body = json!({ "code": 300, "message": message }).to_string();
        for (way, err) in party.change(&password, Echo::new(400, body)) {
            party.markers.assert_not_shown(&format!("{what} ({way})"), &err);
        }
    }
    let password = format!("{one}  {two}");
    let page = format!("<title>Lorem {password}</title>");
    for (way, err) in party.change(&password, Echo::new(400, page)) {
        party.markers.assert_not_shown(&format!("a title ({way})"), &err);
    }
}

#[test]
fn a_password_put_as_plain_json_is_masked_too() {
    let mut party = Fixture::new();
    let password = party.markers.next();
    party.answers(Echo::new(400, json!({ "code": 1124, "message": password }).to_string()));
    let body = json!({ "password": password });
    let err = party.zoom.put("/users/lorem/password", &body).unwrap_err();
    party.markers.assert_not_shown("put", &err);
}

#[test]
fn a_password_is_masked_in_a_response_of_the_wrong_shape() {
    let mut party = Fixture::new();
    let password = party.markers.next();
    let body = json!({ "password": password });
    for answer in [body.clone(), json!(password)] {
        party.answers(Echo::new(200, answer.to_string()));
        let path = "/users/lorem/password";
        let err = party.zoom.call::<Vec<u8>>("PUT", path, &body).unwrap_err();
        assert_eq!(err.status(), Some(200), "{err}");
        party.markers.assert_not_shown("put", &err);
    }
}

#[test]
fn a_token_that_zoom_repeats_is_masked_in_every_error() {
    let party = Fixture::new();
    for (what, echo) in echoes(&party.token) {
        party.answers(echo);
        for (way, result) in [
            ("get", party.zoom.get::<Value>("/users").map(drop)),
            ("post", party.zoom.post::<Value>("/users/lorem/meetings", &json!({})).map(drop)),
            ("delete", party.zoom.delete("/users/lorem")),
            ("update_password", party.zoom.update_password(ANN, "Dolor-sit-1")),
            ("pages", party.zoom.pages::<Value>("/users", "users").next().unwrap().map(drop)),
        ] {
            let err = result.expect_err(what);
            party.markers.assert_not_shown(&format!("{what} ({way})"), &err);
            assert!(
                err.body().contains("***"),
                "{what} ({way}) is kept with a mask: {}",
                err.body()
            );
        }
    }
    party.assert_sent(&party.token);
}

#[test]
fn a_token_is_masked_in_a_success_of_the_wrong_shape() {
    let party = Fixture::new();
    let token = &party.token;
    for body in [json!(token), json!({ "id": token }), json!({ "users": [token] })] {
        party.answers(Echo::new(200, body.to_string()));
        let err = party.zoom.get::<Vec<u64>>("/users").unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Body, "{err}");
        party.markers.assert_not_shown("get", &err);
    }
    let err = party.zoom.pages::<u64>("/users", "users").next().unwrap().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Body, "{err}");
    party.markers.assert_not_shown("pages", &err);
    let err = party.zoom.pages::<Picky>("/users", "users").next().unwrap().unwrap_err();
    party.markers.assert_not_shown("pages of a picky type", &err);
    party.answers(Echo::new(200, json!(token).to_string()));
    party.markers.assert_not_shown("a picky type", &party.zoom.get::<Picky>("/users").unwrap_err());
}

/// A type that accepts nothing and quotes what it was offered.
#[derive(Debug)]
struct Picky;

impl<'de> serde::Deserialize<'de> for Picky {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Picky, D::Error> {
        let value = Value::deserialize(from)?;
        Err(serde::de::Error::custom(format!("{value} is not to my taste")))
    }
}

#[test]
fn a_requests_own_token_is_masked_too() {
    let mut party = Fixture::new();
    let token = party.markers.next();
    let mut req = HttpRequest::new();
    req.set_path("/v2/users").add_header("Authorization", format!("Bearer {token}"));
    for (what, echo) in echoes(&token) {
        party.answers(echo);
        party.markers.assert_not_shown(what, &party.zoom.send(&req).unwrap_err());
    }
}

#[test]
fn a_token_in_the_tracking_id_is_masked_too() {
    let party = Fixture::new();
    let mut echo = Echo::new(400, "{}");
    echo.headers = format!("x-zm-trackingid: v=2.0;{}\r\n", party.token);
    party.answers(echo);
    let err = party.zoom.get::<Value>("/users").unwrap_err();
    assert!(err.tracking_id().is_some());
    party.markers.assert_not_shown("a tracking id", &err);
}

#[test]
fn the_log_of_a_success_and_debug_show_no_secret() {
    let mut party = Fixture::new();
    let (password, refresh) = (party.markers.next(), party.markers.next());
    party.zoom.update_password(ANN, &password).unwrap();
    party.zoom.send(password_form(ANN, &password)).unwrap();
    let options = || PasswordOptions::new().threads(2);
    let report = party.zoom.update_passwords([(ANN, &*password), ("b", &*password)], options());
    assert!(report.is_complete(), "{report}");
    party.answers(Echo::new(200, json!({ "users": [1], "token": party.token }).to_string()));
    party.zoom.get::<Value>("/users").unwrap();
    assert_eq!(party.zoom.pages::<u8>("/users", "users").count(), 1);
    party.assert_sent(&format!("Bearer {}", party.token));
    party.assert_sent(&password);

    let markers = &party.markers;
    markers.assert_not_logged("success");
    let lines = capture::lines();
    for target in ["zoomkat", "ureq"] {
        assert!(lines.iter().any(|line| line.starts_with(target)), "{target} logs nothing");
    }
    markers.assert_not_debugged("the client", &party.zoom);
    markers.assert_not_debugged("a report", &report);
    markers.assert_absent("a report", &report.to_string());
    markers.assert_not_debugged("options", &options());
    markers.assert_not_debugged("pages", &party.zoom.pages::<u8>("/users", "users"));
    let port = party.server.port();
    for built in [
        builder(port).server_to_server("account", "client", &*party.secret),
        builder(port).access_token(&*party.token),
        builder(port).refresh_token("client", &*party.secret, &*refresh, |_| Ok(())),
    ] {
        markers.assert_not_debugged("the builder", &built);
        markers.assert_not_debugged("the client", &built.build().unwrap());
    }
    let text = json!({
        "access_token": party.token, "refresh_token": refresh, "expires_at": 0, "api_url": null,
    });
    let token = Token::from_json(&text.to_string()).unwrap();
    markers.assert_not_debugged("a token", &token);
    markers.assert_not_debugged("a token's JSON", &token.to_json());
    for wrong in [json!(party.token), json!({ "access_token": 1, "expires_at": refresh })] {
        let err = Token::from_json(&wrong.to_string()).unwrap_err();
        markers.assert_absent("a wrong token", &format!("{err} {err:?}"));
    }
}

#[test]
fn a_call_without_a_response_shows_no_secret() {
    type End = fn(Conn);
    let ends: [(&str, End); 4] = [
        ("an end", drop),
        ("a reset", Conn::reset),
        ("half a body", |mut conn| conn.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}")),
        ("garbage", |mut conn| conn.send("lorem\r\n\r\n")),
    ];
    for (what, end) in ends {
        let mut markers = Markers::new();
        let (token, password) = (markers.next(), markers.next());
        let server = Server::start(move |mut conn| {
            if conn.read_request().is_some() {
                end(conn);
            }
        });
        let zoom = builder(server.port()).access_token(&*token).build().unwrap();
        let form = zoom.send(password_form(ANN, &password)).map(drop);
        for result in [zoom.update_password(ANN, &password), zoom.get("/users"), form] {
            let err = result.unwrap_err();
            assert!(
                matches!(err.kind(), ErrorKind::OutcomeUnknown | ErrorKind::Transport),
                "{err}"
            );
            markers.assert_not_shown(what, &err);
        }
        let requests = server.requests();
        assert!(requests[0].head.contains(&token) && requests[0].text().contains(&password));
    }
    let mut markers = Markers::new();
    let (token, password) = (markers.next(), markers.next());
    let closed = ClosedPort::new();
    let zoom = builder(closed.port()).access_token(&*token).build().unwrap();
    let query = format!("/users?token={}", markers.next());
    for result in [zoom.update_password(ANN, &password), zoom.get(&*query)] {
        markers.assert_not_shown("nobody listens", &result.unwrap_err());
    }
}

#[test]
fn a_call_that_is_refused_before_it_is_sent_shows_no_secret() {
    let mut party = Fixture::new();
    let (one, two) = (party.markers.next(), party.markers.next());
    let zoom = &party.zoom;
    for password in [&one[..7], &format!("{one}{two}{one}{two}")] {
        let err = zoom.update_password(ANN, password).unwrap_err();
        party.markers.assert_not_shown("a length", &err);
        assert!(!err.to_string().contains(password), "{err}");
    }
    for user in ["me", "", ".."] {
        party.markers.assert_not_shown("a user", &zoom.update_password(user, &one).unwrap_err());
    }
    let mut req = password_form(ANN, &one);
    req.add_header("X-Api-Key", format!("{two}\r\n"));
    party.markers.assert_not_shown("a header", &zoom.send(&req).unwrap_err());
    let port = party.server.port();
    for token in [format!("{one}\r\n{two}"), format!("{one}\0")] {
        let zoom = builder(port).access_token(token).build().unwrap();
        party.markers.assert_not_shown("a token", &zoom.get::<Value>("/users").unwrap_err());
    }
    for url in [format!("https://{one}:{two}@api.zoom.us"), format!("http://zoom.us/?t={one}")] {
        let base = Zoom::builder().access_token("lorem").base_url(&url);
        party.markers.assert_not_debugged("a builder", &base);
        party.markers.assert_not_shown("base_url", &base.build().unwrap_err());
        let oauth = Zoom::builder().access_token("lorem").oauth_url(&url);
        party.markers.assert_not_shown("oauth_url", &oauth.build().unwrap_err());
    }
}

/// Two apps and their credentials for tokens.
struct Apps {
    markers: Markers,
    secret: String,
    refresh: String,
}

impl Apps {
    fn new() -> Apps {
        let mut markers = Markers::new();
        let (secret, refresh) = (markers.next(), markers.next());
        Apps { markers, secret, refresh }
    }

    fn server_to_server(&self, port: u16) -> ZoomBuilder {
        builder(port).server_to_server("account", "client", &*self.secret)
    }

    fn refreshing(&self, port: u16) -> ZoomBuilder {
        builder(port).refresh_token("client", &*self.secret, &*self.refresh, |_| Ok(()))
    }

    /// Makes an app call a token endpoint that answers like this, and asserts that the error shows
    /// no secret.
    fn ask(&self, what: &str, echo: &Echo, app: impl Fn(&Apps, u16) -> ZoomBuilder) {
        let theirs = echo.clone();
        let server = Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                conn.respond(&format!("{} Lorem", theirs.status), "", &theirs.body);
            }
        });
        let zoom = app(self, server.port()).build().unwrap();
        let err = zoom.get::<Value>("/users").expect_err(what);
        assert_eq!(err.kind(), ErrorKind::Token, "{what}: {err}");
        self.markers.assert_not_shown(what, &err);
        let report = zoom.update_passwords([(ANN, "Dolor-sit-1")], PasswordOptions::new());
        assert!(report.stopped().is_some(), "{report}");
        self.markers.assert_not_debugged(what, &report);
        self.markers.assert_absent(what, &report.to_string());
        assert!(!server.requests().is_empty());
    }
}

#[test]
fn a_client_secret_or_refresh_token_that_the_token_endpoint_repeats_is_masked() {
    let mut apps = Apps::new();
    for (what, echo) in echoes(&apps.secret) {
        // A response with a success status is one without a token.
        apps.ask(what, &echo, Apps::server_to_server);
        apps.ask(what, &echo, Apps::refreshing);
    }
    for (what, echo) in echoes(&apps.refresh) {
        apps.ask(what, &echo, Apps::refreshing);
    }
    // Half of a new token is not shown either.
    let token = apps.markers.next();
    for body in [
        json!([token]).to_string(),
        json!({ "accessToken": token, "refresh_token": token }).to_string(),
        json!({ "access_token": [token] }).to_string(),
        format!("{{\"access_token\":\"{token}"),
    ] {
        apps.ask("half a token", &Echo::new(200, &*body), Apps::server_to_server);
        apps.ask("half a token", &Echo::new(200, body), Apps::refreshing);
    }
}

#[test]
fn a_secret_that_is_a_prefix_of_another_is_masked_and_so_is_the_other() {
    let mut markers = Markers::new();
    let (one, two) = (markers.next(), markers.next());
    for (secret, refresh) in
        [(one.clone(), format!("{one}{two}")), (format!("{one}{two}"), one.clone())]
    {
        let apps = Apps { markers: markers.clone(), secret, refresh };
        let text = format!("{} {}", apps.secret, apps.refresh);
        for (what, echo) in echoes(&text) {
            apps.ask(what, &echo, Apps::refreshing);
        }
    }
}

#[test]
fn a_basic_login_that_the_token_endpoint_repeats_is_masked() {
    let mut apps = Apps::new();
    let login = BASE64_STANDARD.encode(format!("client:{}", apps.secret));
    apps.markers.all.push(login.clone());
    let body = json!({ "reason": format!("Lorem Basic {login}"), "error": "invalid_client" });
    apps.ask("a login", &Echo::new(401, body.to_string()), Apps::server_to_server);
}

#[test]
fn a_rotation_shows_no_password_in_its_outcomes_progress_or_journal() {
    let mut party = Fixture::new();
    let folder = tempfile::tempdir().unwrap();
    let password = party.markers.next();
    for (number, (what, echo)) in echoes(&password).into_iter().enumerate() {
        party.answers(echo);
        let path = folder.path().join(number.to_string());
        let progress_text = Arc::new(Mutex::new(String::new()));
        let options = {
            let progress_text = Arc::clone(&progress_text);
            // One thread, so that the error that stops the run comes after the first user.
            PasswordOptions::new().threads(1).journal(&path).on_progress(move |progress| {
                *progress_text.lock().unwrap() += &format!("{progress:?}\n{}\n", progress.outcome);
            })
        };
        party.markers.assert_not_debugged("options", &options);
        let report = party.zoom.update_passwords([(ANN, &*password), ("b", &*password)], options);
        for outcome in report.outcomes().iter().map(UserOutcome::outcome) {
            party.markers.assert_not_debugged(what, outcome);
            party.markers.assert_absent(what, &outcome.to_string());
            if let RotationOutcome::NotChanged(err) | RotationOutcome::Unknown(Some(err)) = outcome
            {
                party.markers.assert_not_shown(what, err);
            }
        }
        if let Some(err) = report.stopped() {
            party.markers.assert_not_shown(what, err);
        }
        assert!(!progress_text.lock().unwrap().is_empty());
        party.markers.assert_absent("progress", &progress_text.lock().unwrap());
        let journal = std::fs::read_to_string(&path).unwrap();
        assert!(journal.contains(ANN), "{journal}");
        party.markers.assert_absent("the journal", &journal);
    }
    party.assert_sent(&password);
}

#[test]
fn a_password_deep_in_a_request_is_masked_too() {
    let mut party = Fixture::new();
    let password = party.markers.next();
    let body = json!({ "action": "create", "user_info": { "password": password } });
    let errors = json!([{ "field": "user_info.password", "message": password }]);
    let answer = json!({ "code": 300, "message": format!("No: {password}"), "errors": errors });
    party.answers(Echo::new(400, answer.to_string()));
    let err = party.zoom.post::<Value>("/users", &body).unwrap_err();
    party.markers.assert_not_shown("a new user", &err);
}
