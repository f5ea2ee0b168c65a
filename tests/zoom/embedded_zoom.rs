//! The embedded Zoom and the test clocks: responses are as Zoom documents them, and time passes as
//! requested.
//!
//! Other tests rely on both, so these tests use bare requests.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use serde_json::{Value, json};
use zoomkat::{HttpRequest, HttpResponse, Transport};

use support::Gate;
use support::clock::{Clock, FastClock, ManualClock, NOON, SimulatedClock};
use support::patient;
use support::zoom::{
    Action, Answer, EmbeddedZoom, Label, Limit, Limits, Policy, SAME_AS_OLD, Stage, TOO_OFTEN,
    UserKind, per_second,
};

const ANN: &str = "ann@example.com";
const SECOND: Duration = Duration::from_secs(1);

fn request(token: &str, verb: &str, path: &str) -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_http_verb(verb).set_from_url(path);
    req.add_header("Authorization", format!("Bearer {token}"))
        .add_header("Accept", "application/json");
    req
}

fn with_json(mut req: HttpRequest, body: &Value) -> HttpRequest {
    req.set_content_type("application/json").load_body_from_string(&body.to_string(), "utf-8");
    req
}

fn send(http: &Transport, zoom: &EmbeddedZoom, req: &HttpRequest) -> HttpResponse {
    http.synchronous_request("127.0.0.1", zoom.port(), false, req).unwrap()
}

fn get(zoom: &EmbeddedZoom, token: &str, path: &str) -> HttpResponse {
    send(&patient(), zoom, &request(token, "GET", path))
}

fn set_password(zoom: &EmbeddedZoom, token: &str, user: &str, password: &str) -> HttpResponse {
    let req = request(token, "PUT", &format!("/v2/users/{user}/password"));
    send(&patient(), zoom, &with_json(req, &json!({ "password": password })))
}

/// Returns status, code and message.
fn error(resp: &HttpResponse) -> (u16, i64, String) {
    let body: Value = resp.json().unwrap();
    let message = body["message"].as_str().unwrap().to_owned();
    (resp.status_code(), body["code"].as_i64().unwrap(), message)
}

fn token_request(login: &str, fields: &[(&str, &str)]) -> HttpRequest {
    let mut req = HttpRequest::new();
    req.use_post().set_path("/oauth/token").add_header("Accept", "application/json");
    let login = base64::engine::general_purpose::STANDARD.encode(login);
    req.add_header("Authorization", format!("Basic {login}"));
    for (name, value) in fields {
        req.add_param(name, value);
    }
    req
}

#[test]
fn a_token_is_issued_for_the_apps_credentials_and_expires_by_the_clock() {
    let clock = Arc::new(ManualClock::new());
    let zoom = EmbeddedZoom::builder()
        .clock(clock.clone())
        .token_life(Duration::from_secs(600))
        .api_url("https://api-eu.example.com")
        .user(ANN, "Dolor-sit-1")
        .start();
    let http = patient();
    let fields = [("grant_type", "account_credentials"), ("account_id", "account")];
    let resp = send(&http, &zoom, &token_request("client:client-key", &fields));
    let body: Value = resp.json().unwrap();
    assert_eq!(resp.status_code(), 200);
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(600)));
    assert_eq!(body["api_url"], "https://api-eu.example.com");
    assert_eq!(body.get("refresh_token"), None);
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(zoom.tokens(), [token]);

    let path = format!("/v2/users/{ANN}");
    assert_eq!(get(&zoom, token, &path).status_code(), 200);
    clock.advance(Duration::from_secs(600));
    let expired = (401, 124, "Access token is expired.".to_owned());
    assert_eq!(error(&get(&zoom, token, &path)), expired);
    let unknown = (401, 124, "Invalid access token.".to_owned());
    assert_eq!(error(&get(&zoom, "lorem", &path)), unknown);
    let revoked = zoom.new_token();
    zoom.revoke_tokens();
    assert_eq!(error(&get(&zoom, &revoked, &path)), unknown);
    assert_eq!(get(&zoom, &zoom.new_token(), &path).status_code(), 200);

    let fails = |login: &str, fields: &[(&str, &str)]| {
        let resp = send(&http, &zoom, &token_request(login, fields));
        (resp.status_code(), resp.json::<Value>().unwrap()["error"].as_str().unwrap().to_owned())
    };
    assert_eq!(fails("client:wrong", &fields), (401, "invalid_client".into()));
    let grant = [("grant_type", "password")];
    assert_eq!(fails("client:client-key", &grant), (400, "unsupported_grant_type".into()));
    let account = [("grant_type", "account_credentials"), ("account_id", "other")];
    assert_eq!(fails("client:client-key", &account), (400, "invalid_request".into()));
    // Fields in the query are ignored.
    let mut req = token_request("client:client-key", &[]);
    req.set_path("/oauth/token?grant_type=account_credentials&account_id=account");
    assert_eq!(send(&http, &zoom, &req).status_code(), 400);
    assert_eq!(zoom.token_requests(), 5);
}

#[test]
fn a_refresh_token_is_valid_once() {
    let zoom = EmbeddedZoom::builder().refresh_token("lorem").start();
    let http = patient();
    let refresh = |token: &str| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let resp = send(&http, &zoom, &token_request("client:client-key", &fields));
        (resp.status_code(), resp.json::<Value>().unwrap())
    };
    let (status, first) = refresh("lorem");
    assert_eq!(status, 200);
    let dead = (400, json!({ "reason": "Invalid Token!", "error": "invalid_grant" }));
    assert_eq!(refresh("lorem"), dead);
    let next = first["refresh_token"].as_str().unwrap();
    assert_eq!(refresh(next).0, 200);
    assert_eq!(refresh(next), dead);
    assert_eq!(zoom.tokens().len(), 4);
}

#[test]
fn a_code_is_issued_for_a_complete_authorize_url_and_used_up_by_the_first_attempt() {
    let zoom = EmbeddedZoom::builder().public_client("public").redirect_uri("a:/b").start();
    let start = format!("{}/oauth/authorize?response_type=code", zoom.url());
    // The challenge is the SHA-256 of "verifier", from:
    // printf verifier | openssl dgst -sha256 -binary | basenc --base64url
    let challenge = "iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ";
    let pkce = format!("&code_challenge={challenge}&code_challenge_method=S256");
    for (query, refused) in [
        (format!("&client_id=other&redirect_uri=a%3A%2Fb{pkce}"), "client_id"),
        (format!("&client_id=public&redirect_uri=a%3A%2Fc{pkce}"), "redirect"),
        (format!("&client_id=public{pkce}"), "redirect_uri is missing"),
        ("&client_id=public&redirect_uri=a%3A%2Fb".to_owned(), "code_challenge"),
        (format!("&client_id=public&redirect_uri=a:/b{}", pkce.replace("S256", "plain")), "S256"),
        (format!("&client_id=public&redirect_uri=a:/b&client_id=public{pkce}"), "twice"),
    ] {
        let why = zoom.authorize(&format!("{start}{query}")).unwrap_err();
        assert!(why.contains(refused), "{query}: {why}");
    }
    let code = || {
        let url = format!("{start}&client_id=public&redirect_uri=a%3A%2Fb{pkce}");
        let redirect = zoom.authorize(&url).unwrap();
        redirect.strip_prefix("a:/b?code=").unwrap().to_owned()
    };
    let exchange = |code: &str, verifier: &str| {
        let mut req = HttpRequest::new();
        req.use_post().set_path("/oauth/token").add_param("client_id", "public");
        req.add_param("grant_type", "authorization_code").add_param("code", code);
        req.add_param("redirect_uri", "a:/b").add_param("code_verifier", verifier);
        send(&patient(), &zoom, &req).status_code()
    };
    let first = code();
    assert_eq!((exchange(&first, "verifier"), exchange(&first, "verifier")), (200, 400));
    let second = code();
    assert_eq!((exchange(&second, "other"), exchange(&second, "verifier")), (400, 400));
}

#[test]
fn a_password_change_by_json_or_form_is_recorded() {
    let clock = Arc::new(ManualClock::new());
    let zoom =
        EmbeddedZoom::builder().clock(clock.clone()).user(ANN, "old").accept_any_token().start();
    let resp = set_password(&zoom, "any", "ANN%40Example.com", "Dolor-sit-1");
    assert_eq!((resp.status_code(), resp.body()), (204, &b""[..]));
    assert_eq!(resp.get_header_field("x-zm-trackingid"), Some("v=2.0;clid=embedded;rid=WEB_1"));
    clock.advance(SECOND);
    let mut req = request("any", "PUT", "/v2/users/ann@example.com/password");
    req.set_content_type("multipart/form-data").add_param("password", "Dolor sit \u{e4}&2");
    assert_eq!(send(&patient(), &zoom, &req).status_code(), 204);

    let record = zoom.record();
    let passwords: Vec<_> = record.iter().map(|c| (&*c.user, &*c.password)).collect();
    assert_eq!(passwords, [(ANN, "Dolor-sit-1"), (ANN, "Dolor sit \u{e4}&2")]);
    assert_eq!(record[1].at, UNIX_EPOCH + NOON + SECOND);
    assert_eq!(zoom.password(ANN).unwrap(), "Dolor sit \u{e4}&2");
    assert_eq!(zoom.attempts(ANN), 2);
    let call = &zoom.calls()[0];
    assert_eq!((&*call.method, call.status, call.number), ("PUT", 204, 1));
    assert_eq!(call.path, "/v2/users/ANN%40Example.com/password");
}

#[test]
fn each_password_refusal_comes_from_a_check() {
    let clock = Arc::new(ManualClock::new());
    let zoom = EmbeddedZoom::builder()
        .clock(clock.clone())
        .accept_any_token()
        .policy(Policy {
            minimum_length: 9,
            special_character: true,
            consecutive: 4,
            weak_detection: true,
        })
        .changes_a_day(3)
        .user(ANN, "Dolor-sit-0")
        .user_with_kind(UserKind::Admin, "admin@example.com", "x")
        .user_with_kind(UserKind::OtherLogin, "sso@example.com", "x")
        .user_with_kind(UserKind::ChangedTooOften, "busy@example.com", "x")
        .user_with_kind(UserKind::Foreign, "foreign@example.com", "x")
        .start();
    let refused = |user: &str, password: &str| {
        let (status, code, message) = error(&set_password(&zoom, "any", user, password));
        assert!(status == if code == 1001 { 404 } else { 400 }, "{status} for {code}");
        (code, message)
    };
    let nobody = (1001, "User does not exist: no body@example.com.".to_owned());
    assert_eq!(refused("no%20body%40example.com", "Dolor-sit-1"), nobody);
    for (user, code) in [("admin", 1117), ("sso", 1123), ("busy", 300), ("foreign", 1010)] {
        assert_eq!(refused(&format!("{user}@example.com"), "Dolor-sit-1").0, code, "{user}");
    }
    for (password, code) in [
        ("Dolor-1", 1124),
        ("Dolor-sit-1 Dolor-sit-1 Dolor-sit-1", 300),
        ("aaaaaaaaa", 1130),
        ("Dolor-abcd-1", 1131),
        ("12-14-16-18", 1125),
        ("Dolor-sit-amet", 1126),
        ("Dolorsit1", 1127),
        ("dolor-sit-1", 1128),
        ("Dolor-1357", 1136),
    ] {
        assert_eq!(refused(ANN, password).0, code, "{password}");
    }
    assert_eq!(zoom.record(), []);

    assert_eq!(refused(ANN, "Dolor-sit-0"), (300, SAME_AS_OLD.into()));
    let change = |n: usize| set_password(&zoom, "any", ANN, &format!("Dolor-sit-{n}"));
    assert_eq!(change(1).status_code(), 204);
    assert_eq!(refused(ANN, "Dolor-sit-0").0, 1129);
    assert_eq!(change(2).status_code(), 204);
    assert_eq!(change(3).status_code(), 204);
    assert_eq!(refused(ANN, "Dolor-sit-4"), (300, TOO_OFTEN.into()));
    clock.advance(24 * 3600 * SECOND);
    // Only the last three passwords cannot be used again.
    assert_eq!(refused(ANN, "Dolor-sit-1").0, 1129);
    assert_eq!(change(0).status_code(), 204);

    let path = format!("/v2/users/{ANN}/password");
    let mut req = request("any", "PUT", &path);
    req.set_content_type("text/plain").load_body_from_string("lorem", "utf-8");
    let no_json = (400, 300, "Request Body should be a valid JSON object.".to_owned());
    assert_eq!(error(&send(&patient(), &zoom, &req)), no_json);
    let req = with_json(request("any", "PUT", &path), &json!({ "pass": "lorem" }));
    let body: Value = send(&patient(), &zoom, &req).json().unwrap();
    assert_eq!(body["errors"][0]["field"], "password");
}

#[test]
fn a_page_token_is_valid_for_its_query_and_a_quarter_of_an_hour() {
    let clock = Arc::new(ManualClock::new());
    let mut builder = EmbeddedZoom::builder().clock(clock.clone()).accept_any_token();
    for n in 0..5 {
        builder = builder.user(&format!("user{n}@example.com"), "x");
    }
    let zoom = builder.start();
    let page = |query: &str| get(&zoom, "any", &format!("/v2/users?{query}"));
    let (mut seen, mut token, mut tokens) = (Vec::new(), String::new(), Vec::new());
    loop {
        let body: Value =
            page(&format!("status=active&page_size=2&next_page_token={token}")).json().unwrap();
        assert_eq!(body["total_records"], 5);
        for user in body["users"].as_array().unwrap() {
            seen.push(user["email"].as_str().unwrap().to_owned());
        }
        token = body["next_page_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
        tokens.push(token.clone());
    }
    assert_eq!((seen.len(), tokens.len()), (5, 2));
    assert_eq!(seen[4], "user4@example.com");

    let invalid = (400, 300, "The next page token is invalid or expired.".to_owned());
    let first = &tokens[0];
    assert_eq!(error(&page("page_size=2&next_page_token=lorem")), invalid);
    assert_eq!(error(&page(&format!("page_size=2&next_page_token={first}"))), invalid);
    let same = format!("page_size=2&status=active&next_page_token={first}");
    assert_eq!(page(&same).status_code(), 200);
    clock.advance(900 * SECOND);
    assert_eq!(error(&page(&same)), invalid);
    assert_eq!(error(&page("page_size=2001")).1, 300);
}

#[test]
fn the_other_operations_answer_and_unknown_ones_do_not() {
    let policy = Policy { minimum_length: 10, consecutive: 4, ..Policy::default() };
    let zoom = EmbeddedZoom::builder().accept_any_token().policy(policy).user(ANN, "x").start();
    let user: Value = get(&zoom, "any", &format!("/v2/users/{ANN}")).json().unwrap();
    assert_eq!(user["email"], ANN);
    let by_id = get(&zoom, "any", &format!("/v2/users/{}", user["id"].as_str().unwrap()));
    assert_eq!(by_id.json::<Value>().unwrap(), user);
    let path = "/v2/accounts/me/settings?option=security";
    let settings: Value = get(&zoom, "any", path).json().unwrap();
    let required = &settings["security"]["password_requirement"];
    assert_eq!(required["minimum_password_length"], 10);
    assert_eq!(required["consecutive_characters_length"], 4);

    let http = patient();
    let body = json!({ "topic": "Lorem" });
    let req = with_json(request("any", "PATCH", &format!("/v2/users/{ANN}")), &body);
    assert_eq!(send(&http, &zoom, &req).status_code(), 204);
    let req = with_json(request("any", "POST", &format!("/v2/users/{ANN}/meetings")), &body);
    let resp = send(&http, &zoom, &req);
    assert_eq!(resp.status_code(), 201);
    let meeting: Value = resp.json().unwrap();
    assert!(meeting["topic"] == "Lorem" && meeting["id"].is_u64(), "{meeting}");
    let no_route = (404, 64041, "Route Not Found".to_owned());
    assert_eq!(error(&get(&zoom, "any", "/v2/lorem")), no_route);
    // The transport kept its connection.
    assert!(zoom.connections() < zoom.requests().len());
}

#[test]
fn calls_beyond_a_limit_are_refused_until_the_window_has_passed() {
    let clock = Arc::new(ManualClock::new());
    let zoom = EmbeddedZoom::builder()
        .clock(clock.clone())
        .accept_any_token()
        .plan_limits(Limits { light: Limit::a_window(3), ..Limits::free() })
        .start();
    let status = |path: &str| get(&zoom, "any", path).status_code();
    // Operations with the same label count together.
    assert_eq!(status("/v2/users"), 200);
    clock.advance(SECOND / 2);
    assert_eq!(status("/v2/accounts/me/settings"), 200);
    let refused = get(&zoom, "any", "/v2/users");
    assert_eq!(error(&refused).0, 429);
    assert!(error(&refused).2.contains("per-second"), "{}", refused.body_str());
    assert_eq!(refused.get_header_field("X-RateLimit-Category"), Some("Medium"));
    assert_eq!(refused.get_header_field("X-RateLimit-Type"), Some("QPS"));
    assert_eq!(refused.get_header_field("Retry-After"), None);
    // The window slides: the first call has left it, the second has not.
    clock.advance(SECOND / 2);
    assert_eq!([status("/v2/users"), status("/v2/users")], [200, 429]);
    // Other labels have their own windows.
    assert_eq!([(); 4].map(|()| status("/v2/users/nobody")), [404, 404, 404, 429]);
    for n in 0..11 {
        clock.advance(5 * SECOND);
        assert_eq!(status("/v2/metrics/meetings"), if n < 10 { 200 } else { 429 });
    }
    clock.advance(10 * SECOND);
    assert_eq!(status("/v2/metrics/meetings"), 200);
    assert_eq!(zoom.refusals(), 4);
}

#[test]
fn calls_beyond_a_daily_limit_are_refused_until_midnight() {
    let clock = Arc::new(ManualClock::new());
    let limits =
        Limits { medium: Limit::default().and_a_day(2), heavy_day: Some(1), ..Limits::default() };
    let zoom =
        EmbeddedZoom::builder().clock(clock.clone()).accept_any_token().plan_limits(limits).start();
    let status = |path: &str| get(&zoom, "any", path).status_code();
    assert_eq!([status("/v2/users"), status("/v2/users")], [200, 200]);
    clock.advance(11 * 3600 * SECOND);
    let refused = get(&zoom, "any", "/v2/users");
    assert!(error(&refused).2.contains("daily"), "{}", refused.body_str());
    assert_eq!(refused.get_header_field("X-RateLimit-Type"), Some("Daily-limit"));
    assert_eq!(refused.get_header_field("Retry-After"), Some("2026-03-03T00:00:00Z"));
    // Heavy and Resource-intensive share a day.
    assert_eq!([status("/v2/metrics/crc"), status("/v2/metrics/meetings")], [200, 429]);
    clock.advance(3600 * SECOND);
    assert_eq!([status("/v2/users"), status("/v2/metrics/meetings")], [200, 200]);
}

#[test]
fn scripted_responses_come_first_and_have_no_effect() {
    let zoom = EmbeddedZoom::builder().accept_any_token().user(ANN, "old").start();
    zoom.refuse_next(2, per_second(Label::Medium).header("Retry-After", "lorem"));
    zoom.refuse_next(1, Answer::new(502, "<html>"));
    let change = || set_password(&zoom, "any", ANN, "Dolor-sit-1");
    assert_eq!(change().get_header_field("Retry-After"), Some("lorem"));
    assert_eq!(change().status_code(), 429);
    assert_eq!((change().body(), zoom.record()), (&b"<html>"[..], Vec::new()));
    assert_eq!(change().status_code(), 204);
    assert_eq!((zoom.refusals(), zoom.attempts(ANN), zoom.record().len()), (2, 4, 1));
}

#[test]
fn a_hook_runs_before_a_call_is_recorded_or_answered() {
    let (held, gate) = (Gate::new(), Gate::new());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let hook = {
        let (held, gate, seen) = (held.clone(), gate.clone(), Arc::clone(&seen));
        move |stage, call: &support::zoom::Call| {
            seen.lock().unwrap().push((call.number, stage, call.status));
            match (call.number, stage) {
                (1, Stage::Arrived) | (2, Stage::Recorded) => Action::Drop,
                (3, Stage::Recorded) => {
                    held.open();
                    gate.wait();
                    Action::Continue
                }
                _ => Action::Continue,
            }
        }
    };
    let zoom = EmbeddedZoom::builder().accept_any_token().user(ANN, "old").on_call(hook).start();
    let http = patient();
    let change = |n: u8| {
        let req = request("any", "PUT", &format!("/v2/users/{ANN}/password"));
        let req = with_json(req, &json!({ "password": format!("Dolor-sit-{n}") }));
        http.synchronous_request("127.0.0.1", zoom.port(), false, &req)
    };
    change(1).unwrap_err();
    assert_eq!((zoom.record().len(), zoom.attempts(ANN)), (0, 0));
    change(2).unwrap_err();
    assert_eq!((zoom.record().len(), zoom.attempts(ANN)), (1, 1));
    thread::scope(|scope| {
        let third = scope.spawn(|| change(3).unwrap().status_code());
        held.wait();
        // Its effect is visible, and it delays no other call.
        assert_eq!(zoom.record().len(), 2);
        assert_eq!(get(&zoom, "any", &format!("/v2/users/{ANN}")).status_code(), 200);
        assert!(!third.is_finished());
        gate.open();
        assert_eq!(third.join().unwrap(), 204);
    });
    use Stage::{Arrived, Recorded};
    let start = [(1, Arrived, 0), (2, Arrived, 0), (2, Recorded, 204), (3, Arrived, 0)];
    assert_eq!(seen.lock().unwrap()[..4], start);
}

#[test]
fn a_manual_clock_moves_only_when_told_to() {
    let clock = ManualClock::new();
    let (start, day) = (clock.now(), clock.system_time());
    assert_eq!((clock.now(), day), (start, UNIX_EPOCH + NOON));
    clock.advance(3 * SECOND);
    clock.sleep(2 * SECOND);
    clock.sleep(SECOND);
    assert_eq!(clock.now() - start, 6 * SECOND);
    assert_eq!(clock.system_time(), day + 6 * SECOND);
    assert_eq!(clock.slept(), [2 * SECOND, SECOND]);
}

#[test]
fn a_fast_clock_runs_faster_than_real_time() {
    let clock = FastClock::new(1000);
    let (real, start, day) = (Instant::now(), clock.now(), clock.system_time());
    clock.sleep(20 * SECOND);
    assert!(clock.now() - start >= 20 * SECOND);
    assert!(clock.system_time() >= day + 20 * SECOND);
    let real = real.elapsed();
    assert!(real >= 20 * SECOND / 1000, "{real:?}");
    assert!(SystemTime::now() < day + 20 * SECOND, "a sleep took as long as real time");
}

#[test]
fn simulated_time_advances_to_the_earliest_wake_up_when_all_workers_sleep() {
    // Three workers sleep for different times. They wake in order, each at its exact moment, and
    // the first to finish does not delay the others.
    let clock = SimulatedClock::new(3);
    let seen = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for (step, times) in [(7_u32, 3), (10, 3), (3600, 2)] {
            let (clock, seen) = (&clock, &seen);
            scope.spawn(move || {
                let start = clock.now();
                for n in 1..=times {
                    clock.sleep(step * SECOND);
                    assert_eq!(clock.now() - start, n * step * SECOND);
                    seen.lock().unwrap().push(n * step);
                }
            });
        }
    });
    assert_eq!(*seen.lock().unwrap(), [7, 10, 14, 20, 21, 30, 3600, 7200]);
    assert_eq!(clock.elapsed(), 7200 * SECOND);
    assert_eq!(clock.system_time(), UNIX_EPOCH + NOON + 7200 * SECOND);
    // Without workers a sleep ends at once; then others can start.
    clock.sleep(SECOND);
    clock.add_workers(1);
    thread::scope(|scope| {
        scope.spawn(|| clock.sleep(SECOND));
    });
    assert_eq!(clock.elapsed(), 7202 * SECOND);
}

#[test]
fn simulated_workers_reach_the_limits_of_the_embedded_zoom() {
    const WORKERS: usize = 4;
    const CALLS: usize = 60;
    let clock = SimulatedClock::new(WORKERS);
    let zoom = EmbeddedZoom::builder()
        .clock(clock.for_server())
        .latency(SECOND / 4)
        .plan_limits(Limits::free())
        .accept_any_token()
        .start();
    let calls = AtomicUsize::new(0);
    let http = patient();
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                // A worker is registered with the clock by its first call of `now`.
                clock.now();
                while calls.fetch_add(1, Ordering::SeqCst) < CALLS {
                    let req = request("any", "GET", "/v2/users");
                    while send(&http, &zoom, &req).status_code() == 429 {
                        clock.sleep(SECOND);
                    }
                }
            });
        }
    });
    // Exactly two calls a second succeed, however slow the machine, and in far less than half a
    // minute.
    let passed: Vec<Instant> =
        zoom.calls().iter().filter(|call| call.status == 200).map(|call| call.at).collect();
    assert_eq!(passed.len(), CALLS);
    assert!(passed.windows(3).all(|three| three[2] - three[0] >= SECOND));
    let took = *passed.last().unwrap() - passed[0];
    assert!((29 * SECOND..60 * SECOND).contains(&took), "{took:?}");
    assert!(zoom.refusals() > 0);
}
