//! Repeated secrets: if a server repeats a secret anywhere in its response, escaped in any common
//! way, it does not appear in an error or a log line of the Zoom client.
//!
//! The decoders here are independent of the client's masking.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use support::apps::timeless;
use support::capture::{self, Markers};
use support::error_texts;
use support::spellings::{
    HEADS, SHOWN, SPELLINGS, chunked, decodings, flat, html, in_json, percent, with_body,
};
use support::{Conn, Server};
use zoomkat::HttpRequest;
use zoomkat::zoom::{
    Error, ErrorKind, PasswordOptions, RotationOutcome, Token, TokenStore, UserOutcome, Zoom,
    ZoomBuilder, password_form,
};

const ANN: &str = "ann@example.com";

/// Every character that has escapes, between letters that occur only in a real repetition.
const SIGNS: &str = "!<&\"' +/%é";

/// A secret and the markers in it.
struct Secret {
    markers: Markers,
    text: String,
}

impl Secret {
    fn new() -> Secret {
        let mut markers = Markers::new();
        let text = format!("{}{SIGNS}{}", markers.next(), markers.next());
        Secret { markers, text }
    }

    /// Returns a secret of characters that a header can have.
    fn plain() -> Secret {
        let mut markers = Markers::new();
        let text = format!("{}-._~+/{}", markers.next(), markers.next());
        Secret { markers, text }
    }

    /// Fails if the text, or any decoding of it, contains the secret or one of its halves.
    fn assert_hidden(&self, what: &str, text: &str) {
        let looked_for = flat(&self.text);
        for decoded in decodings(text) {
            self.markers.assert_absent(what, &decoded);
            assert!(!flat(&decoded).contains(&looked_for), "{what}: {decoded}");
        }
    }

    fn assert_not_shown(&self, what: &str, err: &Error) {
        self.assert_hidden(what, &everything(err));
    }
}

/// Returns all texts of an error and its causes, each line once.
fn everything(err: &Error) -> String {
    let mut text = format!("{}\n{}", capture::full_text(err), error_texts::by_members(err));
    let mut cause = err.source();
    while let Some(source) = cause {
        text += &format!("{source:#?}\n");
        if let Some(err) = source.downcast_ref::<zoomkat::Error>() {
            text += err.last_error_text();
        }
        cause = source.source();
    }
    let lines: BTreeSet<&str> = text.lines().map(str::trim).collect();
    lines.into_iter().collect::<Vec<_>>().join("\n")
}

/// A server that gives a token, if it has one, and answers everything else with the response set
/// last.
struct Repeater {
    server: Server,
    answer: Arc<Mutex<String>>,
}

impl Repeater {
    /// Without a token, token requests are answered like all others.
    fn start(token: Option<&str>) -> Repeater {
        let answer = Arc::new(Mutex::new(String::new()));
        let token =
            token.map(|token| json!({ "access_token": token, "expires_in": 3600 }).to_string());
        let shared = Arc::clone(&answer);
        let server = Server::start(move |mut conn: Conn| {
            while let Some(request) = conn.read_request() {
                match &token {
                    Some(token) if request.line().contains("/oauth/token") => {
                        conn.respond("200 OK", "", token);
                    }
                    _ => {
                        let answer = shared.lock().unwrap().clone();
                        conn.send(answer);
                        return;
                    }
                }
            }
        });
        Repeater { server, answer }
    }

    fn says(&self, answer: String) {
        *self.answer.lock().unwrap() = answer;
    }

    fn builder(&self) -> ZoomBuilder {
        timeless(&format!("http://127.0.0.1:{}", self.server.port())).check_password_length(false)
    }

    fn assert_got(&self, text: &str) {
        let requests = self.server.requests();
        assert!(
            requests.iter().any(|r| r.head.contains(text) || r.text().contains(text)),
            "{text}"
        );
    }
}

/// A way to call Zoom.
type Way<'w> = (&'static str, &'w dyn Fn() -> Result<(), Error>);

/// Tests each place with each spelling, with the ways in rotation.
fn each_repetition(repeater: &Repeater, secret: &Secret, ways: &[Way<'_>]) {
    let mut ways = ways.iter().cycle();
    // Every place that is shown gets every spelling; the others get every second one in turn.
    let heads = HEADS.iter().enumerate().map(|(number, place)| (place, number % 2, 2));
    for ((place, write), first, step) in heads.chain(SHOWN.iter().map(|place| (place, 0, 1))) {
        let is_shown = step == 1;
        for (spelling, spell) in SPELLINGS.iter().skip(first).step_by(step) {
            let text = spell(&secret.text);
            repeater.says(write(&text));
            let (way, call) = ways.next().unwrap();
            let what = format!("{place}, {spelling}, {way}");
            let Err(err) = call() else {
                assert!(!is_shown, "{what} is not an error");
                continue;
            };
            secret.assert_not_shown(&what, &err);
            let all = everything(&err);
            assert!(!all.contains(&text), "{what}: {all}");
            if is_shown {
                assert!(all.contains("***"), "{what}: the mask is missing: {all}");
            }
        }
    }
    assert_not_logged(secret);
}

/// Asserts that no log line contains the secret, even decoded. The path of a redirect is not known
/// to be secret when it is logged.
fn assert_not_logged(secret: &Secret) {
    let lines: BTreeSet<String> = capture::lines().into_iter().collect();
    for line in lines.iter().filter(|line| !line.contains("redirected to")) {
        secret.markers.assert_absent("the log", line);
    }
}

#[test]
fn an_access_token_is_in_no_error() {
    let secret = Secret::plain();
    let repeater = Repeater::start(Some(&secret.text));
    let zoom =
        repeater.builder().server_to_server("account", "client", "lorem-secret").build().unwrap();
    let page = || zoom.pages::<u8>("/users", "users").next().transpose().map(drop);
    let ways: [Way<'_>; 3] = [
        ("get", &|| zoom.get::<u8>("/users").map(drop)),
        ("patch", &|| zoom.patch("/users/x", &json!({ "a": 1 }))),
        ("pages", &page),
    ];
    each_repetition(&repeater, &secret, &ways);
    repeater.assert_got(&format!("Bearer {}", secret.text));
}

#[test]
fn a_password_is_in_no_error() {
    let secret = Secret::new();
    let repeater = Repeater::start(Some("lorem-ipsum-dolor"));
    let zoom =
        repeater.builder().server_to_server("account", "client", "lorem-secret").build().unwrap();
    let mut own = HttpRequest::new();
    own.set_http_verb("PATCH").set_path("/v2/users/x").set_content_type("application/json");
    let body = json!({ "a": [{ "Password": secret.text }] }).to_string();
    own.load_body_from_string(&body, "utf-8");
    let ways: [Way<'_>; 3] = [
        ("JSON", &|| zoom.update_password(ANN, &secret.text)),
        ("a form", &|| zoom.send(password_form(ANN, &secret.text)).map(drop)),
        ("a request of the caller's", &|| zoom.send(&own).map(drop)),
    ];
    each_repetition(&repeater, &secret, &ways);
    repeater.assert_got(&in_json(&secret.text));
}

#[test]
fn a_client_secret_is_in_no_error() {
    let secret = Secret::new();
    let repeater = Repeater::start(None);
    let login = BASE64_STANDARD.encode(format!("client:{}", secret.text));
    let zoom = repeater.builder().server_to_server("account", "client", &*secret.text);
    let zoom = zoom.build().unwrap();
    let get = || zoom.get::<Value>("/users").map(drop);
    each_repetition(&repeater, &secret, &[("get", &get)]);
    repeater.assert_got(&login);
    // Some spellings are not valid in a URL, so no request is sent.
    for before in ["http://", "http://lorem:", "//lorem?"] {
        for (spelling, spell) in SPELLINGS {
            let location = format!("{before}{}@127.0.0.1:1/", spell(&secret.text));
            repeater.says(with_body("307 Elsewhere", &format!("Location: {location}\r\n"), ""));
            secret.assert_not_shown(&format!("{before}, {spelling}"), &get().unwrap_err());
        }
    }
    for (place, write) in SHOWN {
        repeater.says(write(&format!("Authorization: Basic {login}")));
        let all = everything(&get().unwrap_err());
        assert!(all.contains("Basic ***") && !all.contains(&login[..8]), "{place}: {all}");
    }
}

#[test]
fn a_refresh_token_is_in_no_error() {
    let secret = Secret::new();
    let repeater = Repeater::start(None);
    let zoom =
        repeater.builder().refresh_token("client", "lorem-secret", &*secret.text, |_| Ok(()));
    let zoom = zoom.build().unwrap();
    let get = || zoom.get::<Value>("/users").map(drop);
    each_repetition(&repeater, &secret, &[("get", &get)]);
    repeater.assert_got(&percent(&secret.text).replace("%2E", "."));
}

#[test]
fn passwords_are_in_no_rotation_outcome_progress_or_journal() {
    let secret = Secret::new();
    let repeater = Repeater::start(Some("lorem-ipsum-dolor"));
    let zoom =
        repeater.builder().server_to_server("account", "client", "lorem-secret").build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let everywhere = HEADS.iter().chain(&SHOWN).zip(SPELLINGS.iter().cycle());
    let every_spelling = SPELLINGS.iter().map(|spelling| (&SHOWN[0], spelling));
    for (number, ((place, write), (spelling, spell))) in
        everywhere.chain(every_spelling).enumerate()
    {
        repeater.says(write(&spell(&secret.text)));
        let journal = folder.path().join(number.to_string());
        let progress = Arc::new(Mutex::new(String::new()));
        let options = {
            let progress = Arc::clone(&progress);
            PasswordOptions::new().threads(1).journal(&journal).on_progress(move |now| {
                *progress.lock().unwrap() += &format!("{now:?} {}\n", now.outcome);
            })
        };
        // The response to the second user repeats the password of the first.
        let users = [(ANN, &*secret.text), ("bob@example.com", "Dolor-sit-1")];
        let report = zoom.update_passwords(users, options);
        let mut all = format!("{report}\n{report:#?}\n{}", progress.lock().unwrap());
        for outcome in report.outcomes().iter().map(UserOutcome::outcome) {
            if let RotationOutcome::NotChanged(err) | RotationOutcome::Unknown(Some(err)) = outcome
            {
                all += &everything(err);
            }
        }
        all += &report.stopped().map(everything).unwrap_or_default();
        all += &std::fs::read_to_string(&journal).unwrap();
        secret.assert_hidden(&format!("{place}, {spelling}"), &all);
    }
    assert_not_logged(&secret);
}

#[test]
fn a_new_token_in_a_failed_response_is_in_no_error() {
    let secret = Secret::plain();
    let text = &secret.text;
    let body = json!({ "access_token": text, "refresh_token": text }).to_string();
    let repeater = Repeater::start(None);
    for (what, answer) in [
        ("a chunk's size", chunked(&format!("{body}\r\n"))),
        ("no status line", body.clone()),
        ("a refusal", with_body("400 Bad", "", &body)),
        ("a failure", with_body("500 Bad", "", &body)),
        ("a refusal that is cut", with_body("400 Bad", "", &body[..body.len() - 8])),
        ("a form", with_body("400 Bad", "", &format!("access_token={text}&expires_in=1"))),
        ("a page", with_body("400 Bad", "", &format!("<p>{}</p>", html(&body)))),
        ("a name that is wrong", {
            let header = format!("x-zm-trackingid: {text}\r\n");
            with_body("200 OK", &header, &json!({ "accessToken": text }).to_string())
        }),
    ] {
        repeater.says(answer);
        for builder in [
            repeater.builder().server_to_server("account", "client", "lorem-secret"),
            repeater.builder().refresh_token("client", "lorem-secret", "lorem-refresh", |_| Ok(())),
        ] {
            let err = builder.build().unwrap().get::<Value>("/users").unwrap_err();
            assert_eq!(err.kind(), ErrorKind::Token, "{err}");
            secret.assert_not_shown(what, &err);
        }
    }
    assert_not_logged(&secret);
}

#[test]
fn an_earlier_token_is_in_no_error() {
    let (old, new) = (Secret::plain(), Secret::plain());
    let gives = [old.text.clone(), new.text.clone()];
    let message = format!("{} and {}", old.text, new.text);
    let server = Server::start(move |mut conn| {
        let mut tokens = gives.iter();
        while let Some(request) = conn.read_request() {
            if request.line().contains("/oauth/token") {
                let token = json!({ "access_token": tokens.next().unwrap(), "expires_in": 3600 });
                conn.respond("200 OK", "", token.to_string());
            } else if tokens.len() == 1 {
                conn.respond("401 No", "", r#"{"code":124,"message":"Invalid access token."}"#);
            } else {
                conn.respond("404 No", "", json!({ "code": 1001, "message": message }).to_string());
            }
        }
    });
    let builder = timeless(&format!("http://127.0.0.1:{}", server.port()));
    let zoom = builder.server_to_server("account", "client", "lorem-secret").build().unwrap();
    let err = zoom.get::<Value>("/users/x").unwrap_err();
    assert_eq!(err.message(), "*** and ***");
    old.assert_not_shown("the token from before", &err);
    new.assert_not_shown("the token of now", &err);
}

/// A store that quotes the tokens it gets or has.
struct Talker {
    fails: &'static str,
    has: String,
}

impl TokenStore for Talker {
    fn load(&self) -> io::Result<Option<Token>> {
        match self.fails {
            "load" => Err(io::Error::other(format!("cannot parse {:?}", self.has))),
            _ => Ok(None),
        }
    }

    fn save(&self, token: &Token) -> io::Result<()> {
        Err(io::Error::other(format!("INSERT failed: {:?}", token.to_json().expose())))
    }
}

#[test]
fn a_store_or_a_callback_cannot_get_a_token_into_an_error_or_the_log() {
    let secret = Secret::plain();
    let repeater = Repeater::start(Some(&secret.text));
    let has = json!({ "access_token": secret.text, "expires_at": "never" }).to_string();
    for fails in ["load", "save"] {
        let store = || Talker { fails, has: has.clone() };
        let refreshing =
            repeater.builder().refresh_token("client", "lorem-secret", "lorem-refresh", |_| Ok(()));
        let zoom = refreshing.token_store(store()).build().unwrap();
        let err = zoom.get::<Value>("/users").unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Token, "{err}");
        assert!(err.message().contains("***"), "{err}");
        secret.assert_not_shown(fails, &err);
        // Here it is a log line instead of an error.
        repeater.says(with_body("204 No Content", "", ""));
        let zoom = repeater.builder().server_to_server("account", "client", "lorem-secret");
        let zoom = zoom.token_store(store()).build().unwrap();
        zoom.get::<()>("/users").unwrap();
    }
    let zoom =
        repeater.builder().refresh_token("client", "lorem-secret", "lorem-refresh", |token| {
            Err(format!("no room for {:?}", token.access_token().expose()).into())
        });
    let err = zoom.build().unwrap().get::<Value>("/users").unwrap_err();
    assert!(err.message().contains("no room for"), "{err}");
    secret.assert_not_shown("a callback", &err);
    assert_not_logged(&secret);
    let lines = capture::lines();
    assert!(
        lines.iter().any(|line| line.contains("cannot parse") && line.contains("***")),
        "{lines:?}"
    );
}

#[test]
fn a_cause_without_a_secret_keeps_its_type() {
    let secret = Secret::plain();
    let repeater = Repeater::start(None);
    for answer in ["lorem\r\n\r\n".to_owned(), format!("{}\r\n\r\n", secret.text)] {
        repeater.says(answer);
        let zoom = repeater.builder().access_token(&*secret.text).build().unwrap();
        let err = zoom.get::<Value>("/users").unwrap_err();
        let cause = err.source().unwrap().downcast_ref::<zoomkat::Error>();
        assert_eq!(cause.unwrap().kind(), zoomkat::ErrorKind::Protocol);
        assert!(cause.unwrap().last_error_text().lines().count() > 1);
        secret.assert_not_shown("a cause", &err);
    }
}

#[test]
fn a_setting_that_contains_a_secret_is_quoted_without_it() {
    let mut markers = Markers::new();
    let text = format!("{}-{}", markers.next(), markers.next());
    let secret = Secret { markers, text };
    let builder = || Zoom::builder().server_to_server("account", "client", &*secret.text);
    for url in [format!("http://h/{}", secret.text), format!("lorem {}", secret.text)] {
        for builder in [builder().base_url(&url), builder().oauth_url(&url)] {
            let err = builder.build().unwrap_err();
            assert!(err.message().contains("***"), "{err}");
            secret.assert_not_shown("a URL", &err);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let options = PasswordOptions::new().journal(folder.path().join(&secret.text).join("journal"));
    let report = builder().build().unwrap().update_passwords([(ANN, "Dolor-sit-1")], options);
    let err = report.stopped().unwrap();
    assert!(err.message().contains("***"), "{err}");
    assert!(err.source().unwrap().is::<io::Error>(), "a cause without a secret was dropped");
    secret.assert_not_shown("a journal", err);
    let zoom = builder().build().unwrap();
    let err = zoom.get::<Value>(format!("/users/{{{}}}", secret.text)).unwrap_err();
    assert!(err.message().contains("***"), "{err}");
    secret.assert_not_shown("a path", &err);
}
