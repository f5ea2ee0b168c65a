//! Refresh tokens and token stores: a new refresh token is saved before it is used, and a stored
//! token is used before another is fetched, so that none is lost and processes share one.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use zoomkat::zoom::{ErrorKind, Token, Zoom};

use support::apps::{
    ANN, Count, HOUR, SECOND, Store, THREADS, TOKEN, any_token, bearers, call, call_from_threads,
    client, endpoint, internet_proxy, ok, refresh_token_of, url, user_client,
};
use support::capture::{self};
use support::clock::{ManualClock, NOON};
use support::zoom::{Action, Call, EmbeddedZoom, Stage};
use support::{Received, Server};

// Refresh tokens.

/// The tokens that a callback was given.
type Given = Arc<Mutex<Vec<String>>>;

#[test]
fn a_new_refresh_token_is_handed_over_before_its_access_token_is_used() {
    let clock = Arc::new(ManualClock::new());
    let builder = EmbeddedZoom::builder().clock(clock.clone()).refresh_token("lorem");
    let zoom = Arc::new(builder.user(ANN, "lorem").start());
    let seen: Arc<Mutex<Vec<(String, usize)>>> = Arc::default();
    let store = {
        let (seen, zoom) = (Arc::clone(&seen), Arc::clone(&zoom));
        move |token: &Token| {
            assert_eq!(token.access_token().expose(), &zoom.tokens()[zoom.tokens().len() - 2]);
            seen.lock().unwrap().push((refresh_token_of(token), zoom.calls().len()));
            Ok(())
        }
    };
    let client = user_client(&zoom, "lorem", store).clock(Arc::clone(&clock)).build().unwrap();
    for _ in 0..3 {
        call(&client).unwrap();
        call(&client).unwrap();
        clock.advance(HOUR);
    }
    // Access and refresh tokens alternate.
    let tokens = zoom.tokens();
    let handed_over: Vec<_> = [1, 3, 5].iter().map(|n| tokens[*n].clone()).zip([0, 2, 4]).collect();
    assert_eq!(*seen.lock().unwrap(), handed_over);
    let asked = zoom.requests();
    let asked: Vec<_> = asked.iter().filter(|r| r.line().contains(TOKEN)).collect();
    assert!(asked[0].text().contains("grant_type=refresh_token&refresh_token=lorem"));
    assert!(asked.iter().all(|r| r.line() == "POST /oauth/token HTTP/1.1"));
    assert!(!zoom.requests().iter().any(|r| r.line().contains("refresh-")));
}

#[test]
fn a_refresh_token_that_was_not_stored_fails_the_call_and_is_handed_over_again() {
    let zoom = EmbeddedZoom::builder().refresh_token("lorem").user(ANN, "lorem").start();
    let given = Given::default();
    let store = {
        let given = Arc::clone(&given);
        move |token: &Token| {
            let mut given = given.lock().unwrap();
            given.push(refresh_token_of(token));
            if given.len() < 3 { Err("the disk is full".into()) } else { Ok(()) }
        }
    };
    let client = user_client(&zoom, "lorem", store).build().unwrap();
    for _ in 0..2 {
        let err = call(&client).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Token);
        assert!(err.to_string().contains("the disk is full"), "{err}");
        assert_eq!((zoom.token_requests(), zoom.calls().len()), (1, 0));
    }
    for _ in 0..2 {
        call(&client).unwrap();
    }
    let tokens = zoom.tokens();
    assert_eq!(*given.lock().unwrap(), [tokens[1].clone(), tokens[1].clone(), tokens[1].clone()]);
    assert_eq!((zoom.token_requests(), bearers(&zoom)), (1, vec![tokens[0].clone(); 2]));
}

#[test]
fn a_refresh_token_survives_a_panic_in_the_callback() {
    let clock = Arc::new(ManualClock::new());
    let builder = EmbeddedZoom::builder().clock(clock.clone()).refresh_token("lorem");
    let zoom = builder.user(ANN, "lorem").start();
    let given = Given::default();
    let store = {
        let given = Arc::clone(&given);
        move |token: &Token| {
            let mut given = given.lock().unwrap_or_else(|given| given.into_inner());
            given.push(refresh_token_of(token));
            assert!(given.len() > 1, "a deliberate panic");
            Ok(())
        }
    };
    let client = user_client(&zoom, "lorem", store).clock(Arc::clone(&clock)).build().unwrap();
    catch_unwind(AssertUnwindSafe(|| call(&client))).unwrap_err();
    assert_eq!(zoom.calls().len(), 0);
    call(&client).unwrap();
    assert_eq!(zoom.token_requests(), 1);
    // The panic does not prevent renewals before the end of the token either.
    clock.advance(HOUR - 100 * SECOND);
    call(&client).unwrap();
    assert_eq!(zoom.token_requests(), 2, "it was not renewed before its end");
}

/// Zoom's wordings for an invalid refresh token, over the years.
const DEAD: [(&str, &str); 10] = [
    ("400 Bad Request", r#"{"reason":"Invalid Token!","error":"invalid_grant"}"#),
    ("401 Unauthorized", r#"{"reason":"Invalid Token!","error":"invalid_grant"}"#),
    ("400 Bad Request", r#"{"error":"invalid_grant"}"#),
    ("400 Bad Request", r#"{"reason":"Token is invalid","error":"invalid_grant"}"#),
    ("400 Bad Request", r#"{"error":"invalid_grant","error_description":"lorem"}"#),
    ("400 Bad Request", r#"{"reason":"Invalid Token!","error":"invalid_request"}"#),
    ("401 Unauthorized", r#"{"reason":"Refresh token expired","error":"invalid_request"}"#),
    ("400 Bad Request", r#"{"code":4711,"message":"Refresh token invalid."}"#),
    ("401 Unauthorized", r#"{"code":4741,"message":"lorem"}"#),
    ("400 Bad Request", r#"{"reason":"The token was revoked","error":"invalid_request"}"#),
];

/// Refusals that say nothing about the refresh token.
const OTHER: [(&str, &str); 6] = [
    ("400 Bad Request", r#"{"reason":"Invalid client secret","error":"invalid_client"}"#),
    ("401 Unauthorized", r#"{"reason":"The client's token is invalid","error":"invalid_client"}"#),
    ("400 Bad Request", r#"{"reason":"Invalid account_id","error":"invalid_request"}"#),
    ("400 Bad Request", r#"{"reason":"Unsupported grant type","error":"invalid_request"}"#),
    ("429 Too Many Requests", r#"{"reason":"Invalid Token!","error":"invalid_grant"}"#),
    ("500 Internal Server Error", r#"{"reason":"Invalid Token!","error":"invalid_grant"}"#),
];

#[test]
fn a_used_up_refresh_token_is_an_error_that_says_what_to_do() {
    for (status, body) in DEAD {
        let (zoom, tokens) = (any_token(), endpoint([(status, "", body.to_owned())]));
        let builder = user_client(&zoom, "dolor-sit-amet", |_| panic!("the callback was called"));
        let client = builder.oauth_url(url(&tokens)).build().unwrap();
        let err = call(&client).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Token);
        assert!(err.to_string().contains("the user must authorize the app again"), "{err}");
        assert_eq!((tokens.requests().len(), zoom.calls().len()), (1, 0));
    }
}

#[test]
fn a_response_without_a_refresh_token_keeps_the_old_one_in_use() {
    let clock = Arc::new(ManualClock::new());
    let tokens = endpoint([
        ok(json!({ "access_token": "ipsum", "expires_in": 3600 })),
        ok(json!({ "access_token": "dolor", "expires_in": 3600, "refresh_token": "" })),
        ok(json!({ "access_token": "sit", "expires_in": 3600, "refresh_token": "amet" })),
    ]);
    let zoom = any_token();
    let given = Given::default();
    let store = {
        let given = Arc::clone(&given);
        move |token: &Token| {
            given.lock().unwrap().push(refresh_token_of(token));
            Ok(())
        }
    };
    let client = user_client(&zoom, "lorem", store);
    let client = client.oauth_url(url(&tokens)).clock(Arc::clone(&clock)).build().unwrap();
    for _ in 0..4 {
        call(&client).unwrap();
        clock.advance(HOUR);
    }
    let used = |r: &Received| r.text().split("refresh_token=").nth(1).unwrap().to_owned();
    let used: Vec<_> = tokens.requests().iter().map(used).collect();
    assert_eq!(used, ["lorem", "lorem", "lorem", "amet"]);
    assert_eq!(*given.lock().unwrap(), ["lorem", "lorem", "amet", "amet"]);
}

#[test]
fn the_error_of_a_lost_refresh_response_says_that_the_token_may_be_used_up() {
    let hook = |stage, call: &Call| match call.path == TOKEN && stage == Stage::Recorded {
        true => Action::Drop,
        false => Action::Continue,
    };
    let zoom =
        EmbeddedZoom::builder().refresh_token("lorem").user(ANN, "lorem").on_call(hook).start();
    let client = user_client(&zoom, "lorem", |_| Ok(())).build().unwrap();
    let err = call(&client).unwrap_err();
    assert_eq!((err.kind(), zoom.token_requests()), (ErrorKind::Token, 1));
    assert!(err.to_string().contains("may be used up"), "{err}");
}

#[test]
fn a_gateway_error_or_a_broken_body_after_a_refresh_says_that_the_token_may_be_used_up() {
    for (status, body) in [
        ("502 Bad Gateway", "<html><title>Bad Gateway</title></html>"),
        ("504 Gateway Timeout", ""),
        ("200 OK", r#"{"access_token":"dolor","refresh_to"#),
        ("200 OK", ""),
    ] {
        let (zoom, tokens) = (any_token(), endpoint([(status, "", body.to_owned())]));
        let client = user_client(&zoom, "lorem", |_| Ok(())).oauth_url(url(&tokens));
        let err = call(&client.clock(ManualClock::new()).build().unwrap()).unwrap_err();
        assert_eq!((err.kind(), tokens.requests().len()), (ErrorKind::Token, 1), "{status}");
        assert!(err.to_string().contains("may be used up"), "{status}: {err}");
    }
}

#[test]
fn an_early_renewal_also_fails_the_call_if_the_new_refresh_token_cannot_be_stored() {
    let clock = Arc::new(ManualClock::new());
    let builder = EmbeddedZoom::builder().clock(clock.clone()).refresh_token("lorem");
    let zoom = builder.user(ANN, "lorem").start();
    let count = AtomicUsize::new(0);
    let store = move |_: &Token| match count.fetch_add(1, Ordering::SeqCst) {
        1 => Err("the disk is full".into()),
        _ => Ok(()),
    };
    let client = user_client(&zoom, "lorem", store).clock(Arc::clone(&clock)).build().unwrap();
    call(&client).unwrap();
    clock.advance(HOUR - 100 * SECOND);
    let err = call(&client).expect_err("the call succeeded though the callback failed");
    assert_eq!((err.kind(), zoom.calls().len()), (ErrorKind::Token, 1));
    call(&client).unwrap();
    assert_eq!(zoom.token_requests(), 2);
}

// Token stores.

/// Returns a token as a store may have it; the other fields of `to_json` are optional.
fn token_json(access_token: &str, ends_in: Duration) -> Value {
    let ends = (NOON + ends_in).as_secs();
    json!({ "access_token": access_token, "refresh_token": null, "expires_at": ends,
            "api_url": null, "scopes": [] })
}

#[test]
fn clients_that_share_a_store_cause_one_token_request() {
    let (zoom, store) = (EmbeddedZoom::builder().user(ANN, "lorem").start(), Store::default());
    let one = client(&zoom).token_store(store.clone()).build().unwrap();
    let other = client(&zoom).token_store(store.clone()).build().unwrap();
    for client in [&one, &other, &one] {
        call(client).unwrap();
    }
    assert_eq!((zoom.token_requests(), zoom.calls().len()), (1, 3));
    let stored = store.stored().unwrap();
    assert_eq!(stored.access_token().expose(), &zoom.tokens()[0]);
    assert_eq!(
        store.take_operations(),
        ["lock", "load", "save", "unlock", "lock", "load", "unlock"]
    );
}

#[test]
fn clients_that_start_at_the_same_moment_cause_one_token_request_if_the_store_has_a_lock() {
    let (zoom, store) = (EmbeddedZoom::builder().user(ANN, "lorem").start(), Store::default());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                call(&client(&zoom).token_store(store.clone()).build().unwrap()).unwrap()
            });
        }
    });
    assert_eq!((zoom.token_requests(), zoom.calls().len()), (1, 8));
    // No client loads or saves while another has the lock.
    let operations = store.take_operations().join(" ");
    assert_eq!(
        operations.replacen("lock load save unlock", "", 1).replace(" lock load unlock", ""),
        ""
    );
}

#[test]
fn a_token_renewed_by_another_client_replaces_an_expired_or_refused_one() {
    let (clock, store) = (Arc::new(ManualClock::new()), Store::default());
    let zoom = EmbeddedZoom::builder().clock(clock.clone()).user(ANN, "lorem").start();
    let build = || {
        let client = client(&zoom).token_store(store.clone()).clock(Arc::clone(&clock));
        client.build().unwrap()
    };
    let (one, other) = (build(), build());
    call(&one).unwrap();
    call(&other).unwrap();
    clock.advance(HOUR);
    call(&one).unwrap();
    call(&other).unwrap();
    assert_eq!(zoom.token_requests(), 2);
    zoom.revoke_tokens();
    call(&one).unwrap();
    call(&other).unwrap();
    assert_eq!(zoom.token_requests(), 3);
    // The same near its end.
    clock.advance(HOUR - 100 * SECOND);
    call(&one).unwrap();
    call(&other).unwrap();
    assert_eq!(zoom.token_requests(), 4);
    assert_eq!(store.stored().unwrap().access_token().expose(), &zoom.tokens()[3]);
}

#[test]
fn a_stored_token_that_zoom_refuses_is_not_used_again() {
    let (zoom, store) = (EmbeddedZoom::builder().user(ANN, "lorem").start(), Store::default());
    store.put(&token_json("revoked", HOUR));
    let builder = || client(&zoom).token_store(store.clone()).clock(ManualClock::new());
    let one = builder().build().unwrap();
    call(&one).unwrap();
    call(&one).unwrap();
    let token = zoom.tokens()[0].clone();
    assert_eq!(bearers(&zoom), ["revoked".to_owned(), token.clone(), token.clone()]);
    assert_eq!(zoom.token_requests(), 1);
    // A later client finds the valid one.
    call(&builder().build().unwrap()).unwrap();
    assert_eq!((zoom.token_requests(), bearers(&zoom).pop()), (1, Some(token)));
}

#[test]
fn a_refused_token_is_not_taken_from_a_store_that_could_not_save_the_next() {
    let (zoom, store) = (EmbeddedZoom::builder().user(ANN, "lorem").start(), Store::default());
    store.put(&token_json("revoked", HOUR));
    let one = client(&zoom).token_store(store.clone()).clock(ManualClock::new()).build().unwrap();
    store.fail("save");
    call(&one).unwrap();
    zoom.revoke_tokens();
    call(&one).unwrap();
    assert_eq!(bearers(&zoom).iter().filter(|bearer| *bearer == "revoked").count(), 1);
}

#[test]
fn a_call_succeeds_even_if_its_token_and_the_stored_one_were_revoked() {
    let (clock, store) = (Arc::new(ManualClock::new()), Store::default());
    let zoom = EmbeddedZoom::builder().user(ANN, "lorem").start();
    let client =
        client(&zoom).token_store(store.clone()).clock(Arc::clone(&clock)).build().unwrap();
    call(&client).unwrap();
    zoom.revoke_tokens();
    store.put(&token_json("revoked", HOUR));
    call(&client).unwrap();
    assert_eq!(zoom.token_requests(), 2);
}

#[test]
fn calls_of_many_threads_succeed_even_if_their_token_and_the_stored_one_were_revoked() {
    let (came, refused) = (Count::default(), Count::default());
    let hook = {
        let (came, refused) = (came.clone(), refused.clone());
        move |stage, call: &Call| {
            match stage {
                _ if call.path == TOKEN => {}
                // No call with the second token is answered before all have arrived.
                Stage::Arrived if came.add() > 1 + THREADS => came.wait_for(1 + 2 * THREADS),
                Stage::Recorded if call.status == 401 => drop(refused.add()),
                _ => {}
            }
            Action::Continue
        }
    };
    let zoom = EmbeddedZoom::builder().user(ANN, "lorem").on_call(hook).start();
    let store = Store::default();
    let client = client(&zoom).token_store(store.clone()).clock(ManualClock::new());
    let client = client.build().unwrap();
    call(&client).unwrap();
    zoom.revoke_tokens();
    store.put(&token_json("revoked", HOUR));
    // The stored token is not read before all threads have been refused with the first.
    store.hold_load(move || refused.wait_for(THREADS));
    for answer in call_from_threads(&client) {
        answer.unwrap();
    }
    assert_eq!(zoom.token_requests(), 2);
}

#[test]
fn an_expired_or_almost_expired_stored_token_is_not_used() {
    for ends_in in [Duration::ZERO, 119 * SECOND] {
        let (zoom, store) = (EmbeddedZoom::builder().user(ANN, "lorem").start(), Store::default());
        store.put(&token_json("sit", ends_in));
        let client = client(&zoom).token_store(store.clone()).clock(ManualClock::new());
        call(&client.build().unwrap()).unwrap();
        assert_eq!((zoom.token_requests(), bearers(&zoom)), (1, zoom.tokens()));
    }
}

#[test]
fn an_almost_expired_stored_token_is_used_if_no_new_one_can_be_fetched() {
    let (zoom, store) = (any_token(), Store::default());
    let tokens = endpoint([("500 Internal Server Error", "", String::new())]);
    store.put(&token_json("sit", 119 * SECOND));
    let client = client(&zoom).token_store(store.clone()).oauth_url(url(&tokens));
    call(&client.clock(ManualClock::new()).build().unwrap()).unwrap();
}

#[test]
fn clients_share_a_token_that_lives_for_only_a_minute() {
    let clock = Arc::new(ManualClock::new());
    let builder = EmbeddedZoom::builder().clock(clock.clone()).token_life(60 * SECOND);
    let (zoom, store) = (builder.user(ANN, "lorem").start(), Store::default());
    for _ in 0..2 {
        let client = client(&zoom).token_store(store.clone()).clock(Arc::clone(&clock));
        call(&client.build().unwrap()).unwrap();
    }
    assert_eq!(zoom.token_requests(), 1);
}

#[test]
fn a_stored_tokens_api_url_is_used_only_if_it_is_zooms() {
    let (proxy, http) = internet_proxy("");
    for (api_url, host) in [
        ("https://api-eu.zoom.us", "https://api-eu.zoom.us"),
        ("https://evil.example", "https://api.zoom.us"),
    ] {
        let store = Store::default();
        let mut token = token_json("lorem", HOUR);
        token["api_url"] = json!(api_url);
        store.put(&token);
        let client = Zoom::builder()
            .server_to_server("account", "client", "client-key")
            .token_store(store.clone())
            .transport(http.clone())
            .clock(ManualClock::new())
            .build()
            .unwrap();
        call(&client).unwrap_err();
        assert_eq!(client.base_url(), host);
        let connect = format!("CONNECT {}:443 HTTP/1.1", host.strip_prefix("https://").unwrap());
        assert_eq!(proxy.requests().pop().unwrap().line(), connect);
    }
}

#[test]
fn an_error_names_the_failed_store_operation() {
    let zoom = EmbeddedZoom::builder().refresh_token("lorem").user(ANN, "lorem").start();
    let (store, given) = (Store::default(), Given::default());
    let on_refresh = {
        let given = Arc::clone(&given);
        move |token: &Token| {
            given.lock().unwrap().push(refresh_token_of(token));
            Ok(())
        }
    };
    let client =
        user_client(&zoom, "lorem", on_refresh).token_store(store.clone()).build().unwrap();
    for (what, requests) in [("lock", 0), ("load", 0), ("save", 1), ("save", 1), ("lock", 1)] {
        store.fail(what);
        let err = call(&client).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Token, "{what}");
        assert!(err.to_string().contains(&format!("no {what} on a Sunday")), "{err}");
        assert_eq!((zoom.token_requests(), zoom.calls().len()), (requests, 0), "{what}");
    }
    assert_eq!(*given.lock().unwrap(), [] as [&str; 0]);
    store.fail("nothing");
    call(&client).unwrap();
    let refresh_token = zoom.tokens()[1].clone();
    assert_eq!((zoom.token_requests(), &*given.lock().unwrap()), (1, &vec![refresh_token.clone()]));
    assert_eq!(refresh_token_of(&store.stored().unwrap()), refresh_token);
}

#[test]
fn a_failing_store_does_not_stop_a_server_to_server_client_and_is_logged() {
    let _log = capture::install();
    for what in ["lock", "load", "save"] {
        let (zoom, store) = (EmbeddedZoom::builder().user(ANN, "lorem").start(), Store::default());
        store.fail(what);
        let client = client(&zoom).token_store(store).build().unwrap();
        for _ in 0..2 {
            call(&client).unwrap();
        }
        assert_eq!(zoom.token_requests(), 1, "{what}");
        let message = format!("no {what} on a Sunday");
        assert!(capture::lines().iter().any(|line| line.contains(&message)), "{what}");
    }
}

#[test]
fn user_clients_that_share_a_store_use_each_refresh_token_once() {
    let (clock, store) = (Arc::new(ManualClock::new()), Store::default());
    let builder = EmbeddedZoom::builder().clock(clock.clone()).refresh_token("lorem");
    let zoom = builder.user(ANN, "lorem").start();
    let build = || {
        let client = user_client(&zoom, "lorem", |_| Ok(())).token_store(store.clone());
        client.clock(Arc::clone(&clock)).build().unwrap()
    };
    let (one, other) = (build(), build());
    for round in 1..=3 {
        for client in [&one, &other, &other, &one] {
            call(client).unwrap();
        }
        assert_eq!(zoom.token_requests(), 2 * round - 1);
        clock.advance(HOUR);
        for client in [&other, &one] {
            call(client).unwrap();
        }
        assert_eq!(zoom.token_requests(), 2 * round);
        clock.advance(HOUR);
    }
    assert!(zoom.calls().iter().all(|call| call.status == 200));
}

#[test]
fn a_newer_refresh_token_is_used_if_the_stored_one_is_invalid() {
    let (zoom, store) = (
        EmbeddedZoom::builder().refresh_token("authorized-again").user(ANN, "lorem").start(),
        Store::default(),
    );
    let mut token = token_json("ended", Duration::ZERO);
    token["refresh_token"] = json!("used-up");
    store.put(&token);
    let client = user_client(&zoom, "authorized-again", |_| Ok(())).token_store(store);
    call(&client.clock(ManualClock::new()).build().unwrap()).unwrap();
}

/// Starts a token endpoint that refuses every refresh token except "authorized-again" in these
/// words.
fn accepting_one_refresh_token((status, body): (&'static str, &'static str)) -> Server {
    Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            match request.text().ends_with("refresh_token=authorized-again") {
                true => {
                    let body = json!({ "access_token": "sit", "refresh_token": "amet" });
                    conn.respond("200 OK", "", body.to_string());
                }
                false => conn.respond(status, "", body),
            }
        }
    })
}

#[test]
fn the_given_refresh_token_is_tried_whatever_text_refuses_the_stored_one() {
    let mut token = token_json("ended", Duration::ZERO);
    token["refresh_token"] = json!("used-up");
    let call_with = |refusal, secret: &str| {
        let (zoom, store, tokens) =
            (any_token(), Store::default(), accepting_one_refresh_token(refusal));
        store.put(&token);
        let client = client(&zoom)
            .refresh_token("client", secret, "authorized-again", |_| Ok(()))
            .token_store(store)
            .oauth_url(url(&tokens));
        let called = call(&client.clock(ManualClock::new()).build().unwrap());
        let is_given = |request: &Received| request.text().contains("authorized-again");
        (called, tokens.requests().iter().any(is_given))
    };
    for refusal in DEAD {
        assert!(call_with(refusal, "lorem").0.is_ok(), "{refusal:?}");
        // Masking a secret that equals one of the words affects only the error's text.
        assert!(call_with(refusal, "Invalid Token").0.is_ok(), "{refusal:?}");
        assert!(call_with(refusal, "invalid_grant").0.is_ok(), "{refusal:?}");
    }
    for refusal in OTHER {
        let (called, tried) = call_with(refusal, "lorem");
        let err = called.unwrap_err();
        assert!(!tried && err.kind() == ErrorKind::Token, "{refusal:?}: {err}");
        assert!(!err.to_string().contains("used up, revoked or too old"), "{err}");
    }
}

#[test]
fn the_given_refresh_token_is_tried_until_zoom_has_judged_it() {
    let (zoom, store) = (any_token(), Store::default());
    let asked = AtomicUsize::new(0);
    let tokens = Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            let is_new = request.text().ends_with("refresh_token=authorized-again");
            match (is_new, asked.fetch_add(usize::from(is_new), Ordering::SeqCst)) {
                (false, _) => conn.respond("400 Bad Request", "", r#"{"error":"invalid_grant"}"#),
                (true, 0) => conn.respond("503 Service Unavailable", "", ""),
                (true, _) => {
                    let body = json!({ "access_token": "sit", "refresh_token": "amet" });
                    conn.respond("200 OK", "", body.to_string());
                }
            }
        }
    });
    let mut token = token_json("ended", Duration::ZERO);
    token["refresh_token"] = json!("used-up");
    store.put(&token);
    let client = user_client(&zoom, "authorized-again", |_| Ok(())).token_store(store);
    let client = client.oauth_url(url(&tokens)).clock(ManualClock::new()).build().unwrap();
    assert_eq!(call(&client).unwrap_err().status(), Some(503));
    call(&client).unwrap();
}

#[test]
fn after_a_lost_refresh_response_no_other_refresh_token_is_tried() {
    let hook = |stage, call: &Call| match call.path == TOKEN && stage == Stage::Recorded {
        true => Action::Drop,
        false => Action::Continue,
    };
    let zoom = EmbeddedZoom::builder().refresh_token("stored").on_call(hook).start();
    let store = Store::default();
    let mut token = token_json("ended", Duration::ZERO);
    token["refresh_token"] = json!("stored");
    store.put(&token);
    let client = user_client(&zoom, "given", |_| Ok(())).token_store(store);
    let err = call(&client.clock(ManualClock::new()).build().unwrap()).unwrap_err();
    assert!(err.to_string().contains("may be used up"), "{err}");
    assert_eq!(zoom.token_requests(), 1);
}

#[test]
fn a_token_round_trips_through_json() {
    let clock = Arc::new(ManualClock::new());
    let builder = EmbeddedZoom::builder().clock(clock.clone()).api_url("https://api-eu.zoom.us");
    let zoom = builder.refresh_token("lorem").user(ANN, "lorem").start();
    let seen: Arc<Mutex<Option<Token>>> = Arc::default();
    let store = {
        let seen = Arc::clone(&seen);
        move |token: &Token| {
            *seen.lock().unwrap() = Some(token.clone());
            Ok(())
        }
    };
    call(&user_client(&zoom, "lorem", store).clock(clock).build().unwrap()).unwrap();
    let token = seen.lock().unwrap().take().unwrap();
    assert_eq!(token.expires_at(), UNIX_EPOCH + NOON + HOUR);
    assert_eq!(token.api_url(), Some("https://api-eu.zoom.us"));
    assert_eq!(token.scopes()[0], "user:read:admin");
    let back = Token::from_json(token.to_json().expose()).unwrap();
    assert_eq!(back.access_token().expose(), token.access_token().expose());
    assert_eq!(refresh_token_of(&back), refresh_token_of(&token));
    assert_eq!((back.expires_at(), back.api_url()), (token.expires_at(), token.api_url()));
    assert_eq!(back.scopes(), token.scopes());
    assert_eq!(back.to_json().expose(), token.to_json().expose());
}

#[test]
fn an_invalid_token_is_refused_and_not_quoted() {
    let marker = format!("marker-{:x}", std::process::id());
    for json in [
        String::new(),
        marker.clone(),
        format!("\"{marker}\""),
        format!("[{marker:?}]"),
        json!({ "access_token": marker.clone() }).to_string(),
        json!({ "access_token": marker.clone(), "expires_at": marker.clone() }).to_string(),
        json!({ "access_token": marker.clone(), "expires_at": -1 }).to_string(),
        json!({ "access_token": [marker.clone()], "expires_at": 1 }).to_string(),
        json!({ marker.clone(): 1 }).to_string(),
        format!("{{{:?}", marker),
    ] {
        let err = Token::from_json(&json).unwrap_err();
        assert_eq!(err.kind(), io::ErrorKind::InvalidData, "{json}");
        assert!(!format!("{err} {err:?}").contains(&marker), "{err:?}");
    }
    // A time beyond any calendar must not panic.
    let mut token = token_json(&marker, HOUR);
    for expires_at in [0, u64::MAX, i64::MAX as u64, i64::MAX as u64 - 1_000_000] {
        token["expires_at"] = json!(expires_at);
        let token = Token::from_json(&token.to_string()).unwrap();
        assert!(!format!("{token:?}").contains(&marker));
        let _ = token.to_json();
    }
}

#[test]
fn a_stored_token_is_not_saved_again_if_only_the_callback_failed() {
    let zoom = EmbeddedZoom::builder().refresh_token("lorem").user(ANN, "lorem").start();
    let (store, count) = (Store::default(), AtomicUsize::new(0));
    let callback = move |_: &Token| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Err("the disk is full".into()),
        _ => Ok(()),
    };
    let client = user_client(&zoom, "lorem", callback).token_store(store.clone()).build().unwrap();
    call(&client).unwrap_err();
    // Meanwhile another process has saved a later token.
    let mut later = token_json("dolor", HOUR);
    later["refresh_token"] = json!("sit");
    store.put(&later);
    call(&client).unwrap();
    assert_eq!(refresh_token_of(&store.stored().unwrap()), "sit");
}
