//! Errors of the token endpoint: each says what to check and shows no secret.

use std::fmt::Debug;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use zoomkat::zoom::{Error, ErrorKind, Token};

use support::apps::{
    ANN, HOUR, Reply, SECOND, Store, TOKEN, any_token, call, client, endpoint, ok,
    refresh_token_of, url, user_client,
};
use support::capture::{self, full_text};
use support::clock::{ManualClock, NOON};
use support::zoom::{Action, Answer, Call, EmbeddedZoom, Stage, xml_of};
use support::{Received, Server, alone};

// Responses of the token endpoint.

/// Returns the error of a call whose token endpoint answers like this, and the number of requests
/// to it.
fn refused_token(reply: Reply) -> (Error, usize) {
    let (zoom, tokens) = (any_token(), endpoint([reply]));
    let client = client(&zoom).oauth_url(url(&tokens)).clock(ManualClock::new()).build().unwrap();
    let err = call(&client).unwrap_err();
    assert_eq!((err.kind(), zoom.calls().len()), (ErrorKind::Token, 0), "{err}");
    let text = format!("{err} {err:?} {}", err.body());
    assert!(!text.contains("client-key"), "{text}");
    (err, tokens.requests().len())
}

#[test]
fn a_refusal_of_the_token_endpoint_says_what_to_check() {
    let oauth = |reason: &str, error: &str| json!({ "reason": reason, "error": error }).to_string();
    let invalid_client = oauth("Invalid client_id or client_secret", "invalid_client");
    let bad = "400 Bad Request";
    for (status, body, words) in [
        (bad, invalid_client.clone(), "check client ID and client secret"),
        ("401 Unauthorized", invalid_client, "check client ID and client secret"),
        (bad, r#"{"error":"invalid_client"}"#.to_owned(), "check client ID and client secret"),
        (bad, oauth("unsupported grant type", "unsupported_grant_type"), "Server-to-Server OAuth"),
        (bad, oauth("Invalid account_id", "invalid_request"), "check account ID"),
        (bad, oauth("The app has been disabled", "invalid_request"), "activate the app"),
        (bad, String::new(), "check account ID"),
        ("401 Unauthorized", String::new(), "check account ID"),
        ("404 Not Found", "<html><title>Not Found</title></html>".to_owned(), "check"),
        ("500 Internal Server Error", String::new(), "try again later"),
        ("200 OK", String::new(), "check oauth_url"),
        ("200 OK", "<html><title>Sign in</title></html>".to_owned(), "check oauth_url"),
        ("200 OK", "[]".to_owned(), "check oauth_url"),
        ("200 OK", "{}".to_owned(), "check the app and its credentials"),
        ("200 OK", r#"{"access_token":""}"#.to_owned(), "check the app and its credentials"),
        ("200 OK", r#"{"access_token":null}"#.to_owned(), "check the app and its credentials"),
    ] {
        let in_xml = match serde_json::from_str::<Value>(&body) {
            Ok(error) if status.starts_with('4') => xml_of(&error),
            _ => body.clone(),
        };
        for body in [body, in_xml] {
            let (err, asked) = refused_token((status, "x-zm-trackingid: dolor\r\n", body.clone()));
            assert!(err.to_string().contains(words), "{status} {body}: {err}");
            assert_eq!(err.status(), status[..3].parse().ok(), "{body}");
            assert_eq!((err.tracking_id(), asked), (Some("dolor"), 1), "{status} {body}");
        }
    }
}

#[test]
fn a_secret_that_the_token_endpoint_repeats_is_masked() {
    let login = BASE64_STANDARD.encode("client:client-key");
    let body = json!({ "reason": "bad secret client-key", "error": "lorem", "errors":
        [{ "field": "client_secret", "message": "client-key" }] });
    refused_token(("400 Bad Request", "", body.to_string()));
    // The secret also appears as it does in the header.
    let body = format!("400 Bad Request. Authorization: Basic {login}");
    let (err, _) = refused_token(("400 Bad Request", "", body));
    let text = format!("{err} {err:?} {}", err.body());
    assert!(!text.contains(&login), "{text}");
}

#[test]
fn a_token_lives_as_long_as_its_response_says() {
    let life = |expires_in: Option<Value>| {
        let clock = Arc::new(ManualClock::new());
        let mut body = json!({ "access_token": "lorem" });
        if let Some(expires_in) = expires_in {
            body["expires_in"] = expires_in;
        }
        let (zoom, tokens, store) = (any_token(), endpoint([ok(body)]), Store::default());
        let client = client(&zoom).oauth_url(url(&tokens)).token_store(store.clone());
        call(&client.clock(clock).build().unwrap()).unwrap();
        let ends = store.stored().unwrap().expires_at();
        ends.duration_since(UNIX_EPOCH + NOON).unwrap().as_secs()
    };
    assert_eq!(life(Some(json!(3599))), 3599);
    assert_eq!(life(Some(json!("600"))), 600);
    assert_eq!(life(Some(json!(600.5))), 600);
    assert_eq!(life(Some(json!(0))), 0);
    for usual in [None, Some(json!(-1)), Some(json!(null)), Some(json!("lorem")), Some(json!([]))] {
        assert_eq!(life(usual.clone()), 3600, "{usual:?}");
    }
    let year = 365 * 86_400;
    for huge in [json!(u64::MAX), json!(1e300), json!("18446744073709551615"), json!(1u64 << 62)] {
        assert_eq!(life(Some(huge.clone())), year, "{huge}");
    }
}

#[test]
fn a_token_endpoint_with_a_temporary_failure_is_asked_again() {
    for reply in [
        ("429 Too Many Requests", "", String::new()),
        ("502 Bad Gateway", "", String::new()),
        ("503 Service Unavailable", "", "<html>".to_owned()),
        ("504 Gateway Timeout", "", String::new()),
    ] {
        let token = ok(json!({ "access_token": "lorem" }));
        let (zoom, tokens) = (any_token(), endpoint([reply.clone(), reply.clone(), token]));
        let clock = Arc::new(ManualClock::new());
        let client = client(&zoom).oauth_url(url(&tokens)).clock(Arc::clone(&clock));
        call(&client.build().unwrap()).unwrap();
        let slept = clock.slept();
        assert!((SECOND..=3 * SECOND / 2).contains(&slept[0]), "{slept:?}");
        assert!((2 * SECOND..=5 * SECOND / 2).contains(&slept[1]), "{slept:?}");
        let asked: Vec<_> = tokens.requests().iter().map(Received::text).collect();
        assert!(asked.len() == 3 && asked.iter().all(|body| *body == asked[0]), "{asked:?}");

        let (_, asked) = refused_token(reply);
        assert_eq!(asked, 3);
    }
}

#[test]
fn a_refresh_token_is_sent_again_only_if_zoom_has_not_consumed_it() {
    for (status, asked) in [
        ("429 Too Many Requests", 3),
        ("500 Internal Server Error", 1),
        ("502 Bad Gateway", 1),
        ("503 Service Unavailable", 1),
        ("504 Gateway Timeout", 1),
    ] {
        let (zoom, tokens) = (any_token(), endpoint([(status, "", String::new())]));
        let client = user_client(&zoom, "lorem", |_| Ok(())).oauth_url(url(&tokens));
        let err = call(&client.clock(ManualClock::new()).build().unwrap()).unwrap_err();
        assert_eq!((err.kind(), tokens.requests().len()), (ErrorKind::Token, asked), "{status}");
    }
}

#[test]
fn the_error_of_a_busy_token_endpoint_does_not_blame_the_credentials() {
    let body = r#"{"reason":"Too many requests","error":"lorem"}"#.to_owned();
    let (err, _) = refused_token(("429 Too Many Requests", "", body));
    assert!(!err.to_string().contains("check account ID"), "{err}");
}

#[test]
fn waiting_for_the_token_endpoint_counts_towards_max_wait() {
    let (zoom, tokens) = (any_token(), endpoint([("429 Too Many Requests", "", String::new())]));
    let clock = Arc::new(ManualClock::new());
    let client = client(&zoom).oauth_url(url(&tokens)).clock(Arc::clone(&clock));
    let client = client.max_wait(2 * SECOND).build().unwrap();
    assert_eq!(call(&client).unwrap_err().kind(), ErrorKind::Token);
    let waited: Duration = clock.slept().iter().sum();
    assert!(waited <= 2 * SECOND, "{waited:?}");
    assert_eq!(tokens.requests().len(), 2);
}

// Secrets.

#[test]
fn debug_errors_and_log_show_no_token_and_no_client_secret() {
    // Log lines of other tests may contain the same words.
    if !alone::is_own_process(
        module_path!(),
        "debug_errors_and_log_show_no_token_and_no_client_secret",
    ) {
        return;
    }
    let _log = capture::install();
    let marker = |kind: &str| format!("{kind}-{:016x}", getrandom::u64().unwrap());
    let (key, refresh) = (marker("key"), marker("refresh"));
    let mut shown = String::new();
    let show = |shown: &mut String, what: &dyn Debug| *shown += &format!("{what:?} {what:#?}\n");

    // The behaviour of the token endpoint and the store, in turn.
    let clock = Arc::new(ManualClock::new());
    let turn = Arc::new(Mutex::new(""));
    let hook = {
        let turn = Arc::clone(&turn);
        move |stage, call: &Call| match (*turn.lock().unwrap(), stage) {
            ("lost", Stage::Recorded) if call.path == TOKEN => Action::Drop,
            ("refused", Stage::Arrived) if call.path != TOKEN => Action::Drop,
            _ => Action::Continue,
        }
    };
    let zoom = EmbeddedZoom::builder()
        .clock(clock.clone())
        .client("client", &key)
        .refresh_token(&refresh)
        .user(ANN, "lorem")
        .on_call(hook)
        .start();
    let seen: Arc<Mutex<Vec<Token>>> = Arc::default();
    let on_refresh = {
        let seen = Arc::clone(&seen);
        move |token: &Token| {
            seen.lock().unwrap().push(token.clone());
            Ok(())
        }
    };
    let store = Store::default();
    let builder = client(&zoom)
        .refresh_token("client", key.clone(), refresh.clone(), on_refresh)
        .token_store(store.clone())
        .clock(Arc::clone(&clock));
    show(&mut shown, &builder);
    let client_of_user = builder.build().unwrap();
    show(&mut shown, &client_of_user);
    call(&client_of_user).unwrap();
    show(&mut shown, &client_of_user);
    for token in seen.lock().unwrap().iter() {
        show(&mut shown, token);
        show(&mut shown, &token.to_json());
    }
    for what in ["refused", "lost", "save"] {
        *turn.lock().unwrap() = what;
        store.fail(what);
        if what != "refused" {
            clock.advance(HOUR);
        }
        let err = call(&client_of_user).unwrap_err();
        shown += &format!("{} {}", full_text(&err), err.last_error_text());
        show(&mut shown, &io::Error::from(err));
    }
    let builder = client(&zoom).server_to_server("account", "client", key.clone());
    show(&mut shown, &builder);
    *turn.lock().unwrap() = "";
    let client = builder.build().unwrap();
    zoom.refuse_next(2, Answer::error(401, 124, "Invalid access token."));
    shown += &full_text(&call(&client).unwrap_err());
    show(&mut shown, &client);
    shown += &capture::lines().join("\n");

    let tokens = zoom.tokens();
    assert!(tokens.len() >= 4 && shown.len() > 1000, "{shown}");
    let logins = [BASE64_STANDARD.encode(format!("client:{key}"))];
    for secret in tokens.iter().chain(&logins).chain([&key, &refresh]) {
        assert!(!shown.contains(secret.as_str()), "{secret}: {shown}");
    }
}

#[test]
fn a_token_that_zoom_repeats_in_its_refusal_is_masked() {
    let zoom = any_token();
    let client = client(&zoom).access_token("lorem-ipsum-dolor").build().unwrap();
    let message = "The token lorem-ipsum-dolor is not for this.";
    zoom.refuse_next(1, Answer::error(403, 200, message));
    let err = call(&client).unwrap_err();
    let text = format!("{} {}", full_text(&err), err.body());
    assert!(text.contains("is not for this") && !text.contains("lorem-ipsum-dolor"), "{text}");
}

#[test]
fn a_token_that_a_callback_quotes_in_its_error_is_masked() {
    let zoom = EmbeddedZoom::builder().refresh_token("lorem").start();
    let store =
        |token: &Token| Err(format!("cannot insert ('{}')", refresh_token_of(token)).into());
    let err = call(&user_client(&zoom, "lorem", store).build().unwrap()).unwrap_err();
    let text = full_text(&err);
    assert!(text.contains("cannot insert") && !text.contains(&zoom.tokens()[1]), "{text}");
}

#[test]
fn a_dead_kept_alive_connection_to_the_token_endpoint_is_replaced() {
    let tokens = Server::start(|mut conn| {
        let answer = json!({ "access_token": "lorem", "expires_in": 3600 }).to_string();
        // The second request on the first connection finds it closed.
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", &answer);
            if conn.number() == 0 {
                conn.read_request();
                return;
            }
        }
    });
    let (zoom, clock) = (any_token(), Arc::new(ManualClock::new()));
    let client = client(&zoom).oauth_url(url(&tokens)).clock(Arc::clone(&clock)).build().unwrap();
    call(&client).unwrap();
    clock.advance(2 * HOUR);
    call(&client).unwrap();
    assert_eq!((tokens.requests().len(), tokens.connections()), (3, 2));
}
