//! The access token: all threads and clones share one, which is fetched once and renewed before it
//! ends and when Zoom refuses it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant, SystemTime};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use zoomkat::HttpRequest;
use zoomkat::zoom::ErrorKind;

use support::apps::{
    ANN, Count, HOUR, SECOND, THREADS, TOKEN, any_token, bearers, call, call_from_threads, client,
    endpoint, ok, url,
};
use support::clock::{Clock, ManualClock};
use support::zoom::{Action, Answer, Call, EmbeddedZoom, Stage};
use support::{Gate, Received, Server};

/// A clock that advances only by sleeps and records which threads have asked for the date. A thread
/// that needs a token asks just before it waits for the thread that fetches it.
struct ThreadCountingClock {
    clock: ManualClock,
    seen: Mutex<HashSet<ThreadId>>,
    count: Count,
}

impl ThreadCountingClock {
    fn new() -> Arc<ThreadCountingClock> {
        let (seen, count) = <(Mutex<HashSet<ThreadId>>, Count)>::default();
        Arc::new(ThreadCountingClock { clock: ManualClock::new(), seen, count })
    }

    /// Waits until this many threads have asked.
    fn wait_for(&self, threads: usize) {
        self.count.wait_for(threads);
    }
}

impl Clock for ThreadCountingClock {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn system_time(&self) -> SystemTime {
        if self.seen.lock().unwrap().insert(thread::current().id()) {
            self.count.add();
        }
        self.clock.system_time()
    }

    fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration);
    }
}

// The request for a token.

#[test]
fn a_token_is_requested_by_a_form_with_basic_auth_and_only_when_a_call_needs_it() {
    let (account, id, key) =
        ("lorem+ipsum & dolor=sit/\u{e9}", "client", "amet: con%sec tetur \u{20ac}");
    let zoom = EmbeddedZoom::builder().account(account).client(id, key).user(ANN, "lorem").start();
    let client = client(&zoom).server_to_server(account, id, key).build().unwrap();
    assert_eq!(zoom.requests().len(), 0, "something was sent at build");
    for _ in 0..3 {
        assert_eq!(call(&client).unwrap()["email"], ANN);
    }
    let requests = zoom.requests();
    assert_eq!(requests.len(), 4);
    let asked = &requests[0];
    assert_eq!(asked.line(), "POST /oauth/token HTTP/1.1");
    assert_eq!(asked.header("Content-Type"), Some("application/x-www-form-urlencoded"));
    let login = BASE64_STANDARD.encode(format!("{id}:{key}"));
    assert_eq!(asked.header("Authorization"), Some(&*format!("Basic {login}")));
    let body = asked.text();
    assert!(body.contains("grant_type=account_credentials&"), "{body}");
    assert!(body.contains("account_id=lorem%2Bipsum"), "{body}");
    assert_eq!(bearers(&zoom), vec![zoom.tokens()[0].clone(); 3]);
}

#[test]
fn the_path_of_an_oauth_url_precedes_that_of_the_token_endpoint() {
    let (zoom, tokens) = (any_token(), endpoint([ok(json!({ "access_token": "lorem" }))]));
    let client = client(&zoom).oauth_url(format!("{}/gateway/", url(&tokens))).build().unwrap();
    call(&client).unwrap();
    assert_eq!(tokens.request().line(), "POST /gateway/oauth/token HTTP/1.1");
}

// Many threads.

#[test]
fn many_threads_without_a_token_or_with_an_expired_one_cause_one_request() {
    let census = ThreadCountingClock::new();
    let hook = {
        let (census, round) = (Arc::clone(&census), Count::default());
        move |stage, call: &Call| {
            if call.path == TOKEN && stage == Stage::Arrived {
                census.wait_for(round.add() * THREADS);
            }
            Action::Continue
        }
    };
    let zoom = EmbeddedZoom::builder().user(ANN, "lorem").on_call(hook).start();
    let client = client(&zoom).clock(Arc::clone(&census)).build().unwrap();
    for round in 1..=3 {
        for answer in call_from_threads(&client) {
            assert_eq!(answer.unwrap()["email"], ANN);
        }
        assert_eq!((zoom.token_requests(), zoom.calls().len()), (round, round * THREADS));
        let tokens = zoom.tokens();
        assert!(bearers(&zoom).iter().skip((round - 1) * THREADS).all(|b| *b == tokens[round - 1]));
        census.clock.advance(HOUR);
    }
}

#[test]
fn when_a_token_request_fails_all_waiting_threads_get_its_error() {
    let census = ThreadCountingClock::new();
    let tokens = {
        let (census, round) = (Arc::clone(&census), Count::default());
        Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                census.wait_for(round.add() * THREADS);
                conn.respond("400 Bad Request", "", r#"{"reason":"Dolor","error":"sit"}"#);
            }
        })
    };
    let zoom = any_token();
    let client = client(&zoom).oauth_url(url(&tokens)).clock(Arc::clone(&census)).build().unwrap();
    for round in 1..=2 {
        for answer in call_from_threads(&client) {
            let err = answer.unwrap_err();
            assert_eq!((err.kind(), err.status()), (ErrorKind::Token, Some(400)));
            assert!(err.to_string().contains("Dolor"), "{err}");
        }
        assert_eq!((tokens.requests().len(), zoom.calls().len()), (round, 0));
    }
}

#[test]
fn many_threads_whose_token_was_revoked_cause_one_request_and_all_their_calls_succeed() {
    let refused = Count::default();
    let hook = {
        let refused = refused.clone();
        move |stage, call: &Call| {
            if call.path != TOKEN && (stage, call.status) == (Stage::Recorded, 401) {
                refused.add();
            }
            // The second token arrives after all threads have been refused with the first.
            if call.path == TOKEN && stage == Stage::Arrived && call.number > 1 {
                refused.wait_for(THREADS);
            }
            Action::Continue
        }
    };
    let zoom = EmbeddedZoom::builder().user(ANN, "lorem").on_call(hook).start();
    let client = client(&zoom).clock(ManualClock::new()).build().unwrap();
    call(&client).unwrap();
    zoom.revoke_tokens();
    for answer in call_from_threads(&client) {
        assert_eq!(answer.unwrap()["email"], ANN);
    }
    assert_eq!((zoom.token_requests(), refused.now()), (2, THREADS));
    assert_eq!(zoom.calls().len(), 1 + 2 * THREADS);
    let (bearers, tokens) = (bearers(&zoom), zoom.tokens());
    assert!(bearers[1 + THREADS..].iter().all(|bearer| *bearer == tokens[1]));
}

// Renewal before a token ends.

#[test]
fn a_token_is_renewed_two_minutes_or_a_tenth_of_its_life_before_its_end() {
    for (life, renewed_at) in [(3600, 3480), (600, 540), (60, 54)] {
        let clock = Arc::new(ManualClock::new());
        let zoom = EmbeddedZoom::builder()
            .clock(clock.clone())
            .token_life(life * SECOND)
            .user(ANN, "lorem")
            .start();
        let client = client(&zoom).clock(Arc::clone(&clock)).build().unwrap();
        call(&client).unwrap();
        clock.advance((renewed_at - 1) * SECOND);
        call(&client).unwrap();
        assert_eq!(zoom.token_requests(), 1, "{life}");
        clock.advance(SECOND);
        call(&client).unwrap();
        assert_eq!(zoom.token_requests(), 2, "{life}");
        // The new token lives as long as the first.
        clock.advance((renewed_at - 1) * SECOND);
        call(&client).unwrap();
        assert_eq!((zoom.token_requests(), zoom.calls().len()), (2, 4), "{life}");
        assert!(zoom.calls().iter().all(|call| call.status == 200));
    }
}

#[test]
fn while_one_thread_renews_a_token_the_others_keep_using_it() {
    let (held, gate) = (Gate::new(), Gate::new());
    let hook = {
        let (held, gate) = (held.clone(), gate.clone());
        move |stage, call: &Call| {
            if call.path == TOKEN && stage == Stage::Arrived && call.number > 1 {
                held.open();
                gate.wait();
            }
            Action::Continue
        }
    };
    let clock = Arc::new(ManualClock::new());
    let zoom =
        EmbeddedZoom::builder().clock(clock.clone()).user(ANN, "lorem").on_call(hook).start();
    let client = client(&zoom).clock(Arc::clone(&clock)).build().unwrap();
    call(&client).unwrap();
    clock.advance(HOUR - 100 * SECOND);
    thread::scope(|scope| {
        let renewing = scope.spawn(|| call(&client).unwrap());
        held.wait();
        for _ in 0..8 {
            call(&client).unwrap();
        }
        assert!(!renewing.is_finished());
        gate.open();
    });
    call(&client).unwrap();
    assert_eq!(zoom.token_requests(), 2);
    let (bearers, tokens) = (bearers(&zoom), zoom.tokens());
    assert!(bearers[..9].iter().all(|bearer| *bearer == tokens[0]));
    assert_eq!(bearers[9..], [tokens[1].clone(), tokens[1].clone()]);
}

#[test]
fn an_early_renewal_that_fails_fails_no_call_and_is_retried_after_a_pause() {
    for broken in ["500 Internal Server Error", "503 Service Unavailable"] {
        let token = ok(json!({ "access_token": "lorem", "expires_in": 3600 }));
        let tokens = endpoint([token, (broken, "", String::new())]);
        let (zoom, clock) = (any_token(), Arc::new(ManualClock::new()));
        let client = client(&zoom).oauth_url(url(&tokens)).clock(Arc::clone(&clock));
        let client = client.build().unwrap();
        call(&client).unwrap();
        let pause = 30 * SECOND;
        clock.advance(HOUR - 4 * pause);
        for tries in 1..=4 {
            for _ in 0..3 {
                call(&client).unwrap();
            }
            assert_eq!(tokens.requests().len(), 1 + tries);
            clock.advance(pause);
        }
        let paced: Vec<Duration> =
            clock.slept().into_iter().filter(|wait| *wait < SECOND).collect();
        assert_eq!(clock.slept(), paced, "a call waited for the renewal");
        assert!(bearers(&zoom).iter().all(|bearer| bearer == "lorem"));
        assert_eq!(call(&client).unwrap_err().kind(), ErrorKind::Token);
        assert_eq!(zoom.calls().len(), 13, "an expired token was used");
    }
}

// Renewal after a refusal.

/// Returns every form in which Zoom says that a token is no longer valid.
fn refusals() -> Vec<Answer> {
    let in_json = [
        Answer::error(401, 124, "Invalid access token."),
        Answer::error(400, 124, "Invalid access token."),
        Answer::error(401, 124, "Access token is expired."),
        Answer::json(401, json!({ "message": "Access token is expired." })),
        Answer::error(401, 401, "Access token is expired."),
        Answer::error(401, 30_031_004, "The access token is invalid or expired."),
        Answer::new(401, ""),
        Answer::new(401, "<html><title>Unauthorized</title></html>"),
    ];
    in_json.iter().cloned().chain(in_json.iter().cloned().map(Answer::in_xml)).collect()
}

#[test]
fn a_token_that_zoom_refuses_is_renewed_once_and_the_call_is_sent_again_once() {
    for refusal in refusals() {
        let zoom = any_token();
        let client = client(&zoom).clock(ManualClock::new()).build().unwrap();
        zoom.refuse_next(1, refusal.clone());
        let user = call(&client).unwrap_or_else(|err| panic!("{refusal:?}: {err}"));
        assert_eq!(user["email"], ANN);
        assert_eq!((zoom.token_requests(), bearers(&zoom)), (2, zoom.tokens()), "{refusal:?}");

        zoom.refuse_next(2, refusal.clone());
        let err = call(&client).unwrap_err();
        assert!(err.is_token_expired(), "{refusal:?}: {err:?}");
        assert_eq!((zoom.token_requests(), zoom.calls().len()), (3, 4), "{refusal:?}");
        // The next call is not affected.
        call(&client).unwrap();
        assert_eq!((zoom.token_requests(), zoom.calls().len()), (3, 5), "{refusal:?}");
    }
}

#[test]
fn a_call_with_a_body_is_sent_again_with_the_same_body_and_the_new_token() {
    let zoom = any_token();
    let client = client(&zoom).build().unwrap();
    zoom.refuse_next(1, Answer::error(401, 124, "Invalid access token."));
    let meeting: Value =
        client.post(&format!("/users/{ANN}/meetings")[..], &json!({ "topic": "Lorem" })).unwrap();
    assert_eq!(meeting["topic"], "Lorem");
    let bodies: Vec<_> = zoom
        .requests()
        .iter()
        .filter(|r| r.line().contains("meetings"))
        .map(Received::text)
        .collect();
    assert_eq!(bodies, [r#"{"topic":"Lorem"}"#; 2]);
    assert_eq!(bearers(&zoom), zoom.tokens());
}

#[test]
fn a_refusal_that_is_not_about_the_token_does_not_renew_it() {
    let broken =
        r#"{"code":104,"message":"Invalid access token, does not contain scopes:["user:read"]"}"#;
    for (answer, kind) in [
        (
            Answer::error(401, 4700, "Invalid access token, does not contain scopes:[user:read]."),
            ErrorKind::MissingScope,
        ),
        (
            Answer::error(400, 4711, "Invalid access token, does not contain scopes:[user:read]."),
            ErrorKind::MissingScope,
        ),
        (
            Answer::error(401, 201, "Invalid access token, does not contain scopes:[user:read]."),
            ErrorKind::MissingScope,
        ),
        (Answer::new(401, broken), ErrorKind::MissingScope),
        (
            Answer::error(
                400,
                200,
                "Invalid access token. Does not contain permissions [User:Edit].",
            ),
            ErrorKind::NotPermitted,
        ),
        (Answer::error(401, 200, "No privilege."), ErrorKind::NotPermitted),
        (Answer::error(403, 200, "No permission."), ErrorKind::NotPermitted),
    ] {
        for answer in [answer.clone(), answer.in_xml()] {
            let zoom = any_token();
            let client = client(&zoom).build().unwrap();
            zoom.refuse_next(1, answer.clone());
            assert_eq!(call(&client).unwrap_err().kind(), kind, "{answer:?}");
            assert_eq!((zoom.token_requests(), zoom.calls().len()), (1, 1), "{answer:?}");
        }
    }
}

#[test]
fn a_fixed_token_is_not_renewed_and_the_error_says_what_to_do() {
    let zoom = EmbeddedZoom::builder().user(ANN, "lorem").start();
    let client = client(&zoom).access_token(zoom.new_token()).build().unwrap();
    call(&client).unwrap();
    zoom.revoke_tokens();
    for n in 2..4 {
        let err = call(&client).unwrap_err();
        assert!(err.is_token_expired() && err.to_string().contains("pass a new one"), "{err}");
        assert_eq!((zoom.token_requests(), zoom.calls().len()), (0, n));
    }
}

#[test]
fn a_request_with_its_own_authorization_causes_no_token_request() {
    let zoom = EmbeddedZoom::builder().user(ANN, "lorem").start();
    let client = client(&zoom).build().unwrap();
    let mut req = HttpRequest::new();
    req.set_path(format!("/v2/users/{ANN}")).add_header("Authorization", "Bearer dolor");
    assert!(client.send(&req).unwrap_err().is_token_expired());
    assert_eq!((zoom.token_requests(), bearers(&zoom)), (0, vec!["dolor".to_owned()]));
}
