//! Rate limits: calls are sent as fast as the plan allows and no faster, a client waits out a 429
//! only if that helps, and no call waits longer than allowed.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use zoomkat::HttpRequest;
use zoomkat::zoom::{Error, ErrorKind, Plan, Zoom, ZoomBuilder};

use support::clock::{Clock, ManualClock, NOON, SimulatedClock};
use support::zoom::{Answer, Call, EmbeddedZoom, Label, Limit, Limits, daily, per_second};
use support::{Received, Server, patient};

const ANN: &str = "ann@example.com";
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

const LIGHT: &str = "/users/ann@example.com";
const MEDIUM: &str = "/users";
const HEAVY: &str = "/metrics/crc";
const RESOURCE_INTENSIVE: &str = "/metrics/meetings";

fn client(url: String, clock: &Arc<impl Clock + 'static>) -> ZoomBuilder {
    Zoom::builder()
        .access_token("lorem")
        .base_url(url)
        .transport(patient())
        .clock(Arc::clone(clock))
}

/// Returns an embedded Zoom that uses this clock, and its client.
fn with_clock(clock: &Arc<impl Clock + 'static>, limits: Limits) -> (EmbeddedZoom, ZoomBuilder) {
    let zoom = EmbeddedZoom::builder()
        .clock(Arc::clone(clock) as Arc<dyn Clock>)
        .plan_limits(limits)
        .accept_any_token()
        .user(ANN, "lorem")
        .start();
    let client = client(zoom.url(), clock);
    (zoom, client)
}

/// Returns a Zoom without limits, and a client with the pace of the fastest plan.
fn unlimited() -> (Arc<ManualClock>, EmbeddedZoom, Zoom) {
    let clock = Arc::new(ManualClock::new());
    let (zoom, client) = with_clock(&clock, Limits::default());
    (clock, zoom, client.plan(Plan::Business).build().unwrap())
}

fn call(zoom: &Zoom, path: &str) -> Result<Value, Error> {
    zoom.get(path)
}

fn slept(clock: &ManualClock) -> Duration {
    clock.slept().iter().sum()
}

fn noon() -> SystemTime {
    UNIX_EPOCH + NOON
}

fn midnight() -> SystemTime {
    noon() + 12 * 60 * MINUTE
}

// Pacing.

#[test]
fn calls_are_as_fast_as_the_plan_allows_and_none_is_refused() {
    for (plan, limits) in [
        (None, Limits::free()),
        (Some(Plan::Free), Limits::free()),
        (Some(Plan::Pro), Limits::pro()),
        (Some(Plan::Business), Limits::business()),
    ] {
        for (path, limit, window) in [
            (LIGHT, limits.light, SECOND),
            (MEDIUM, limits.medium, SECOND),
            (HEAVY, limits.heavy, SECOND),
            (RESOURCE_INTENSIVE, limits.resource_intensive, MINUTE),
        ] {
            let clock = Arc::new(ManualClock::new());
            let (zoom, builder) = with_clock(&clock, limits);
            let builder = plan.into_iter().fold(builder, ZoomBuilder::plan);
            let client = builder.build().unwrap();
            // Enough calls for the last to be sent after three windows and not before.
            let calls = 3 * limit.a_window.unwrap() + 1;
            for _ in 0..calls {
                call(&client, path).unwrap();
            }
            let (took, floor) = (slept(&clock), 3 * window);
            assert!(took >= floor && took <= floor.mul_f64(1.05), "{plan:?} {path}: {took:?}");
            assert_eq!((zoom.refusals(), zoom.calls().len()), (0, calls), "{plan:?} {path}");
        }
    }
}

/// Returns how long this many calls take, all of which get the same status.
fn time_of(plan: Plan, path: &str, calls: u32) -> Duration {
    let (clock, server) = (Arc::new(ManualClock::new()), Server::answering("200 OK", "", "{}"));
    let client = client(format!("http://127.0.0.1:{}", server.port()), &clock);
    let client = client.plan(plan).build().unwrap();
    for _ in 0..calls {
        call(&client, path).unwrap();
    }
    slept(&clock)
}

fn assert_pace(plan: Plan, path: &str, rate: u32, window: Duration) {
    let (took, floor) = (time_of(plan, path, 2 * rate + 1), 2 * window);
    assert!(took >= floor && took <= floor.mul_f64(1.05), "{plan:?} {path}: {took:?}");
}

#[test]
fn phone_and_contact_center_have_their_own_pace() {
    for (path, pro, business, window) in [
        ("/phone/account_settings", 20, 40, SECOND),
        ("/phone/alert_settings", 10, 20, SECOND),
        ("/phone/call_history", 5, 10, SECOND),
        ("/phone/fax/logs/1/file/2", 5, 10, MINUTE),
        ("/accounts/1/contact_center/sms", 5, 10, SECOND),
    ] {
        assert_pace(Plan::Pro, path, pro, window);
        assert_pace(Plan::Business, path, business, window);
    }
}

#[test]
fn an_unpublished_operation_has_the_pace_of_heavy_ones() {
    for path in ["/lorem/ipsum", "/users/1/lorem"] {
        assert_pace(Plan::Free, path, 1, SECOND);
        assert_pace(Plan::Pro, path, 10, SECOND);
        assert_pace(Plan::Business, path, 40, SECOND);
    }
    // It shares its windows with Heavy operations.
    let clock = Arc::new(ManualClock::new());
    let (zoom, client) = with_clock(&clock, Limits::default());
    let client = client.build().unwrap();
    call(&client, HEAVY).unwrap();
    call(&client, "/lorem").unwrap_err();
    assert!(slept(&clock) >= SECOND);
    assert_eq!(zoom.calls().len(), 2);
}

#[test]
fn an_unpublished_phone_operation_has_the_pace_of_heavy_phone_operations() {
    for path in ["/phone/lorem", "/contact_center/lorem"] {
        assert_pace(Plan::Pro, path, 5, SECOND);
        assert_pace(Plan::Business, path, 10, SECOND);
    }
}

#[test]
fn a_label_that_must_wait_does_not_delay_others() {
    let clock = Arc::new(ManualClock::new());
    let (zoom, client) = with_clock(&clock, Limits::free());
    let client = client.max_wait(Duration::ZERO).build().unwrap();
    let all = [HEAVY, MEDIUM, LIGHT, RESOURCE_INTENSIVE];
    for path in all {
        call(&client, path).unwrap();
    }
    for path in all {
        assert_eq!(call(&client, path).unwrap_err().kind(), ErrorKind::RateLimited, "{path}");
    }
    assert_eq!((zoom.calls().len(), slept(&clock)), (4, Duration::ZERO));
}

#[test]
fn a_pause_is_not_followed_by_a_burst() {
    let clock = Arc::new(ManualClock::new());
    let (zoom, client) = with_clock(&clock, Limits::pro());
    let client = client.plan(Plan::Pro).build().unwrap();
    for _ in 0..5 {
        for _ in 0..25 {
            call(&client, MEDIUM).unwrap();
        }
        clock.advance(MINUTE);
    }
    assert_eq!(zoom.refusals(), 0);
    assert!(slept(&clock) >= 5 * SECOND);
}

#[test]
fn clones_share_one_pace() {
    let clock = Arc::new(ManualClock::new());
    let (zoom, client) = with_clock(&clock, Limits::pro());
    let client = client.plan(Plan::Pro).build().unwrap();
    for _ in 0..61 {
        call(&client.clone(), MEDIUM).unwrap();
    }
    let took = slept(&clock);
    assert!((3 * SECOND..=SECOND * 315 / 100).contains(&took), "{took:?}");
    assert_eq!(zoom.refusals(), 0);
}

/// Runs `threads` clones of one client in simulated time and returns the calls that arrived.
fn simulate(
    limits: Limits,
    plan: Plan,
    workers: usize,
    prepare: impl Fn(&EmbeddedZoom),
    work: impl Fn(&Zoom) + Sync,
) -> (Duration, Vec<Call>) {
    let clock = SimulatedClock::new(workers);
    let zoom = EmbeddedZoom::builder()
        .clock(clock.for_server())
        .latency(SECOND * 2 / 5)
        .plan_limits(limits)
        .accept_any_token()
        .user(ANN, "lorem")
        .start();
    prepare(&zoom);
    let client = client(zoom.url(), &clock).plan(plan).build().unwrap();
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                // A worker is registered with the clock by its first call of `now`.
                clock.now();
                work(&client.clone());
            });
        }
    });
    (clock.elapsed(), zoom.calls())
}

#[test]
fn several_threads_share_one_pace_and_use_it_fully() {
    let (took, calls) = simulate(
        Limits::pro(),
        Plan::Pro,
        16,
        |_| {},
        |zoom| {
            for _ in 0..20 {
                call(zoom, MEDIUM).unwrap();
            }
        },
    );
    assert!(calls.len() == 320 && calls.iter().all(|call| call.status == 200));
    let floor = SECOND * 319 / 20;
    assert!(took >= floor && took <= floor.mul_f64(1.05) + SECOND, "{took:?}");
}

// Daily limits.

#[test]
fn a_client_that_knows_the_plan_stops_at_the_daily_limit_and_continues_after_midnight() {
    let clock = Arc::new(ManualClock::new());
    let (zoom, client) = with_clock(&clock, Limits::free());
    let client = client.plan(Plan::Free).build().unwrap();
    for _ in 0..2000 {
        call(&client, MEDIUM).unwrap();
    }
    let day = clock.slept().len();
    for _ in 0..3 {
        let err = call(&client, MEDIUM).unwrap_err();
        assert!(err.is_daily_limit() && err.is_rate_limited(), "{err:?}");
        assert_eq!(err.resumes_at(), Some(midnight()));
        assert!(err.to_string().contains("2026-03-03T00:00:00Z"), "{err}");
    }
    assert_eq!((zoom.requests().len(), clock.slept().len()), (2000, day));
    // The other labels have their own days.
    for path in [LIGHT, HEAVY, RESOURCE_INTENSIVE] {
        call(&client, path).unwrap();
    }
    let left = midnight().duration_since(clock.system_time()).unwrap();
    clock.advance(left - SECOND);
    assert!(call(&client, MEDIUM).unwrap_err().is_daily_limit());
    clock.advance(SECOND);
    for _ in 0..3 {
        call(&client, MEDIUM).unwrap();
    }
    assert_eq!(zoom.refusals(), 0);
}

#[test]
fn a_client_that_does_not_know_the_plan_has_no_daily_limit() {
    let clock = Arc::new(ManualClock::new());
    let (zoom, client) = with_clock(&clock, Limits::default());
    let client = client.build().unwrap();
    for _ in 0..1001 {
        call(&client, HEAVY).unwrap();
    }
    assert_eq!(zoom.calls().len(), 1001);
}

/// A clock that runs a function just before its next sleep.
struct Interrupted {
    clock: ManualClock,
    next: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Interrupted {
    fn new() -> Arc<Interrupted> {
        Arc::new(Interrupted { clock: ManualClock::new(), next: Mutex::default() })
    }

    fn before_the_next_sleep(&self, act: impl FnOnce() + Send + 'static) {
        *self.next.lock().unwrap() = Some(Box::new(act));
    }
}

impl Clock for Interrupted {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn system_time(&self) -> SystemTime {
        self.clock.system_time()
    }

    fn sleep(&self, duration: Duration) {
        let next = self.next.lock().unwrap().take();
        if let Some(act) = next {
            act();
        }
        self.clock.sleep(duration);
    }
}

#[test]
fn heavy_and_resource_intensive_calls_share_a_daily_limit_on_paid_plans() {
    let clock = Interrupted::new();
    let (zoom, client) = with_clock(&clock, Limits::pro());
    let client = client.plan(Plan::Pro).build().unwrap();
    for _ in 0..29_990 {
        call(&client, HEAVY).unwrap();
    }
    // Half a minute before midnight: the ten calls of a minute are the last of the day.
    let left = midnight().duration_since(clock.system_time()).unwrap();
    clock.clock.advance(left - MINUTE / 2);
    for _ in 0..10 {
        call(&client, RESOURCE_INTENSIVE).unwrap();
    }
    assert!(call(&client, HEAVY).unwrap_err().is_daily_limit());
    assert_eq!((zoom.requests().len(), zoom.refusals()), (30_000, 0));
    // The eleventh waits until after midnight and counts for the next day.
    let other = client.clone();
    clock.before_the_next_sleep(move || {
        assert!(call(&other, HEAVY).unwrap_err().is_daily_limit());
    });
    call(&client, RESOURCE_INTENSIVE).unwrap();
    assert_eq!((zoom.requests().len(), zoom.refusals()), (30_001, 0));
}

// A 429 for a per-second limit.

#[test]
fn a_per_second_429_is_retried_after_about_a_second_up_to_four_times() {
    for refusals in 1..=5 {
        let (clock, zoom, client) = unlimited();
        zoom.refuse_next(refusals, per_second(Label::Medium));
        let answer = call(&client, MEDIUM);
        let waits = clock.slept();
        assert_eq!(waits.len(), refusals.min(4), "{waits:?}");
        for wait in &waits {
            assert!((SECOND..=SECOND * 3 / 2).contains(wait), "{waits:?}");
        }
        assert_eq!(zoom.calls().len(), waits.len() + 1);
        match answer {
            Ok(_) => assert!(refusals < 5),
            Err(err) => {
                assert!(refusals == 5 && err.is_rate_limited() && !err.is_daily_limit(), "{err}");
                assert_eq!((err.kind(), err.status()), (ErrorKind::RateLimited, Some(429)));
                assert!(err.message().contains("maximum per-second rate limit"), "{err}");
            }
        }
    }
}

#[test]
fn clients_refused_at_once_do_not_retry_at_once() {
    let mut waits = Vec::new();
    for _ in 0..8 {
        let (clock, zoom, client) = unlimited();
        zoom.refuse_next(1, per_second(Label::Medium));
        call(&client, MEDIUM).unwrap();
        waits.push(slept(&clock));
    }
    waits.dedup();
    assert!(waits.len() > 1, "{waits:?}");
}

#[test]
fn a_429_without_headers_or_without_a_body_is_a_per_second_one() {
    for answer in [
        Answer::new(429, ""),
        Answer::new(429, "{}"),
        Answer::new(429, "<html><title>Too Many Requests</title></html>"),
        Answer::error(429, 429, "You have reached the maximum per-second rate limit for this API."),
        Answer::error(429, 4001, "Too many concurrent requests."),
        Answer::new(429, "").header("X-RateLimit-Type", "QPS"),
        Answer::new(429, "").header("Retry-After", "lorem"),
        Answer::new(429, "").header("Retry-After", ""),
        Answer::error(429, 429, "You have reached the maximum per-second rate limit.").in_xml(),
        Answer::error(429, 4001, "Too many concurrent requests.").in_xml(),
    ] {
        let (clock, zoom, client) = unlimited();
        zoom.refuse_next(1, answer.clone());
        call(&client, MEDIUM).unwrap();
        let waited = slept(&clock);
        assert!((SECOND..=SECOND * 3 / 2).contains(&waited), "{answer:?}: {waited:?}");
        assert_eq!(zoom.calls().len(), 2);
    }
}

#[test]
fn the_client_waits_for_the_seconds_or_the_time_that_a_429_names() {
    for (retry_after, seconds) in
        [("7", 7), (" 30 ", 30), ("2026-03-02T12:00:09Z", 9), ("Mon, 02 Mar 2026 12:00:20 GMT", 20)]
    {
        let (clock, zoom, client) = unlimited();
        zoom.refuse_next(1, per_second(Label::Medium).header("Retry-After", retry_after));
        call(&client, MEDIUM).unwrap();
        let (waited, wait) = (slept(&clock), seconds * SECOND);
        assert!(waited >= wait && waited <= wait + SECOND / 2, "{retry_after}: {waited:?}");
        assert_eq!(zoom.calls().len(), 2);
    }
}

#[test]
fn a_resource_intensive_call_waits_a_minute() {
    let (clock, zoom, client) = unlimited();
    zoom.refuse_next(1, per_second(Label::ResourceIntensive));
    call(&client, RESOURCE_INTENSIVE).unwrap();
    let waited = slept(&clock);
    assert!(waited >= MINUTE && waited <= MINUTE + SECOND / 2, "{waited:?}");
    assert_eq!(zoom.calls().len(), 2);
}

#[test]
fn after_a_429_only_calls_of_the_same_label_wait() {
    let clock = Interrupted::new();
    let (zoom, client) = with_clock(&clock, Limits::default());
    let client = client.plan(Plan::Business).build().unwrap();
    let other = client.clone();
    clock.before_the_next_sleep(move || {
        for path in [LIGHT, HEAVY, RESOURCE_INTENSIVE, MEDIUM] {
            call(&other, path).unwrap();
        }
    });
    zoom.refuse_next(1, per_second(Label::Medium));
    let start = clock.now();
    call(&client, MEDIUM).unwrap();
    let calls = zoom.calls();
    let came: Vec<_> = calls
        .iter()
        .map(|call| (&call.path[3..], call.status, call.at - start >= SECOND))
        .collect();
    let expected = [
        (MEDIUM, 429, false),
        (LIGHT, 200, false),
        (HEAVY, 200, false),
        (RESOURCE_INTENSIVE, 200, false),
        (MEDIUM, 200, true),
        (MEDIUM, 200, true),
    ];
    assert_eq!(came, expected);
}

#[test]
fn a_call_with_a_slot_also_waits_when_another_is_refused() {
    let (_, calls) = simulate(
        Limits::default(),
        Plan::Free,
        4,
        |zoom| zoom.refuse_next(1, per_second(Label::Medium)),
        |zoom| {
            call(zoom, MEDIUM).unwrap();
        },
    );
    assert_eq!((calls.len(), calls[0].status), (5, 429));
    // Each call takes 0.4 s, so this one left at least a second after the refusal.
    for later in &calls[1..] {
        assert!(later.at - calls[0].at >= SECOND * 7 / 5, "{:?}", later.at - calls[0].at);
    }
}

#[test]
fn threads_that_are_too_fast_for_the_account_all_succeed() {
    // Another client uses three quarters of the account's limit.
    let limits = Limits { medium: Limit::a_window(5), ..Limits::pro() };
    let (_, calls) = simulate(
        limits,
        Plan::Pro,
        4,
        |_| {},
        |zoom| {
            for _ in 0..10 {
                call(zoom, MEDIUM).unwrap();
            }
        },
    );
    let passed = calls.iter().filter(|call| call.status == 200).count();
    assert!(passed == 40 && calls.len() > 40, "{passed} of {}", calls.len());
}

/// Returns the method and body of what was sent to this path, in order.
fn bodies(zoom: &EmbeddedZoom) -> Vec<(String, String)> {
    let one = |r: &Received| (r.line().split(' ').next().unwrap().to_owned(), r.text());
    zoom.requests().iter().map(one).collect()
}

#[test]
fn a_refused_call_is_repeated_unchanged_whatever_its_method() {
    let (_, zoom, client) = unlimited();
    let topic = json!({ "topic": "Lorem" });
    let meetings = format!("/users/{ANN}/meetings");
    zoom.refuse_next(2, per_second(Label::Light));
    client.post::<Value>(&meetings[..], &topic).unwrap();
    zoom.refuse_next(2, per_second(Label::Light));
    client.patch(LIGHT, &topic).unwrap();
    zoom.refuse_next(2, per_second(Label::Medium));
    let password = json!({ "password": "Dolor-sit-1" });
    client.put(&format!("/users/{ANN}/password")[..], &password).unwrap();
    let sent = |method: &str, body: &Value| vec![(method.to_owned(), body.to_string()); 3];
    let expected = [sent("POST", &topic), sent("PATCH", &topic), sent("PUT", &password)].concat();
    assert_eq!(bodies(&zoom), expected);
    assert_eq!(zoom.record().len(), 1);

    let mut form = HttpRequest::new();
    form.set_http_verb("PUT")
        .set_path(format!("/v2/users/{ANN}/password"))
        .set_content_type("multipart/form-data");
    form.add_string_for_upload("password", "", "Dolor-sit-2", "utf-8");
    zoom.refuse_next(1, per_second(Label::Medium));
    client.send(&form).unwrap();
    assert_eq!((zoom.attempts(ANN), zoom.password(ANN).as_deref()), (5, Some("Dolor-sit-2")));
}

// A 429 for a daily limit.

/// Returns the error of a call that is refused with this response at noon. The client must neither
/// wait nor repeat it.
fn refused_for_the_day(answer: Answer) -> Error {
    let refused = |answer: Answer| {
        let (clock, zoom, client) = unlimited();
        zoom.refuse_next(1, answer.clone());
        let err = call(&client, MEDIUM).expect_err("the call was not refused");
        assert!(err.is_daily_limit() && err.is_rate_limited(), "{answer:?}: {err}");
        assert_eq!(err.kind(), ErrorKind::DailyLimit);
        assert_eq!((zoom.calls().len(), clock.slept()), (1, vec![]), "{answer:?}");
        err
    };
    let (err, in_xml) = (refused(answer.clone()), refused(answer.in_xml()));
    assert_eq!(in_xml.resumes_at(), err.resumes_at());
    err
}

const DAILY: &str = "You have reached the maximum daily rate limit for this API. Refer to the response \
                     header for details on when you can make another request.";

#[test]
fn a_daily_429_is_reported_at_once_with_the_time_of_its_end() {
    let documented = daily(Label::Heavy, Some(30_000), noon());
    assert_eq!(refused_for_the_day(documented).resumes_at(), Some(midnight()));
    let hours = |hours: u32| noon() + hours * 60 * MINUTE;
    for (retry_after, resumes_at) in [
        ("2026-03-03T00:00:00Z", midnight()),
        ("2026-03-02T23:30:00Z", hours(11) + 30 * MINUTE),
        ("2026-03-03T08:00:00+08:00", midnight()),
        ("2026-03-02T16:00:00-08:00", midnight()),
        ("2026-03-03T00:00:00.000Z", midnight()),
        ("2026-03-03T00:00:00", midnight()),
        ("Tue, 03 Mar 2026 00:00:00 GMT", midnight()),
        ("43200", midnight()),
        ("3600", hours(1)),
        // A value without information.
        ("", midnight()),
        ("lorem", midnight()),
        ("-1", midnight()),
        ("0", midnight()),
        ("2020-05-31T00:00:00Z", midnight()),
    ] {
        let answer = Answer::error(429, 429, DAILY).header("Retry-After", retry_after);
        assert_eq!(refused_for_the_day(answer).resumes_at(), Some(resumes_at), "{retry_after:?}");
    }
    assert_eq!(refused_for_the_day(Answer::error(429, 429, DAILY)).resumes_at(), Some(midnight()));
    let err = refused_for_the_day(Answer::new(429, "").header("X-RateLimit-Type", "Daily-limit"));
    assert_eq!(err.resumes_at(), Some(midnight()));
    assert!(err.to_string().contains("2026-03-03T00:00:00Z"), "{err}");
    // A time beyond any calendar must not panic.
    for huge in
        ["9223372036854775807", "9223372035082322000", "18446744073709551615", "9999999999999"]
    {
        let answer = Answer::error(429, 429, DAILY).header("Retry-After", huge);
        let err = refused_for_the_day(answer);
        assert!(err.resumes_at() > Some(noon()) && !err.to_string().is_empty());
    }
}

#[test]
fn the_text_of_a_429_outweighs_its_headers() {
    let daily_words = Answer::error(429, 429, DAILY).header("X-RateLimit-Type", "QPS");
    assert_eq!(refused_for_the_day(daily_words).resumes_at(), Some(midnight()));

    let (clock, zoom, client) = unlimited();
    let words = "You have reached the maximum per-second rate limit for this API. Try again later.";
    let answer = Answer::error(429, 429, words)
        .header("X-RateLimit-Type", "Daily-limit")
        .header("X-RateLimit-Remaining", "0");
    zoom.refuse_next(1, answer);
    call(&client, MEDIUM).unwrap();
    let waited = slept(&clock);
    assert!((SECOND..=SECOND * 3 / 2).contains(&waited), "{waited:?}");
}

#[test]
fn a_users_own_daily_limit_is_recognized_by_its_text_despite_the_headers() {
    // As Zoom has answered (devforum.zoom.us, topic 18928): no type, no Retry-After.
    let words = "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests \
                 permitted for this particular user. You may resume these requests at GMT 00:00:00.";
    let (clock, zoom, client) = unlimited();
    let answer = Answer::error(429, 429, words)
        .header("X-RateLimit-Category", "Light")
        .header("X-RateLimit-Limit", "6000")
        .header("X-RateLimit-Remaining", "5893");
    zoom.refuse_next(1, answer);
    let meetings = format!("/users/{ANN}/meetings");
    let err = client.post::<Value>(&meetings[..], &json!({ "topic": "Lorem" })).unwrap_err();
    assert!(err.is_daily_limit(), "{err}");
    assert_eq!((err.resumes_at(), err.message()), (Some(midnight()), words));
    assert_eq!((zoom.calls().len(), clock.slept()), (1, vec![]));
    // The limit is this user's: calls for others are still sent.
    client.post::<Value>(&meetings[..], &json!({ "topic": "Lorem" })).unwrap();
}

#[test]
fn daily_and_monthly_limits_are_recognized_in_many_wordings() {
    let april = midnight() + 29 * 24 * 60 * MINUTE;
    for (words, resumes_at) in [
        (
            "A maximum of 100 meetings can be created/updated for a single user in one day.",
            midnight(),
        ),
        ("The maximum number of requests every day are already reached", midnight()),
        ("Too many requests: 2000 are allowed a day", midnight()),
        ("You can send 10 updates each day.", midnight()),
        ("Only 3 registrations per day are allowed.", midnight()),
        ("No more requests today, come back tomorrow", midnight()),
        ("The limit of 24 hours is reached.", midnight()),
        ("You have reached the requests of this 24h period", midnight()),
        ("100 calls in the last 24 hrs", midnight()),
        ("No calls are left until midnight UTC", midnight()),
        ("The limit resets at 00:00 UTC", midnight()),
        ("The daily limit of concurrent meetings is reached", midnight()),
        ("The account's per day limit (not per second) is reached", midnight()),
        ("You may resume these requests at GMT 00:00:00.", midnight()),
        ("DAILY LIMIT REACHED. Wait a minute and retry after one second.", midnight()),
        ("The monthly limit of this account is reached", april),
        ("You have used up the requests of this month", april),
        ("A maximum of 5000 messages can be sent per month.", april),
    ] {
        let err = refused_for_the_day(Answer::error(429, 429, words));
        assert_eq!(err.resumes_at(), Some(resumes_at), "{words}");
        let named = Answer::error(429, 429, words).header("Retry-After", "2026-03-02T23:30:00Z");
        let named = refused_for_the_day(named).resumes_at();
        assert_eq!(named, Some(midnight() - 30 * MINUTE), "{words}");
    }
    for words in [
        "More than 10 requests in one second.",
        "20 requests a second are allowed.",
        "Too many requests per minute",
        "At most 4 requests every second, whatever the day",
        "Too many concurrent requests. A request to disassociate this user has already been made.",
        "QPS limit",
        "Limit of 10 requests/second. Daily usage is 5%.",
        "Too many requests. Try again later.",
    ] {
        for answer in [Answer::error(429, 429, words), Answer::error(429, 429, words).in_xml()] {
            let (clock, zoom, client) = unlimited();
            zoom.refuse_next(1, answer);
            call(&client, MEDIUM).unwrap_or_else(|err| panic!("{words}: {err}"));
            assert!(!slept(&clock).is_zero(), "{words}");
        }
    }
}

#[test]
fn a_limit_of_one_user_or_meeting_does_not_affect_others() {
    let meetings = format!("/users/{ANN}/meetings");
    let post = |client: &Zoom| client.post::<Value>(&meetings[..], &json!({ "topic": "Lorem" }));
    let of_label = |answer: Answer| {
        answer.header("X-RateLimit-Type", "Daily-limit").header("X-RateLimit-Remaining", "0")
    };
    let answer = |words: &str| Answer::error(429, 429, words);
    for (answer, is_a_users) in [
        (answer("A maximum of 100 meetings can be created for a single user in one day."), true),
        (answer("A maximum of 100 meetings can be created in one day."), true),
        (answer("Only 3 registrations a day are allowed."), true),
        (answer("The daily limit is reached").header("X-RateLimit-Remaining", "5893"), true),
        (of_label(answer("The daily limit is reached by this user")), true),
        (answer("The user-level limit of this day is reached"), true),
        (answer("The daily limit for the users of this account is reached"), false),
        (of_label(answer("You have reached the daily limit of the List Users API")), false),
        (answer("The daily limit is reached"), false),
        (answer("The daily limit is reached").header("X-RateLimit-Remaining", "0"), false),
        (of_label(answer("The daily limit of the Meeting API is reached")), false),
        (answer("The monthly limit of this account is reached"), false),
    ] {
        let (_, zoom, client) = unlimited();
        zoom.refuse_next(1, answer.clone());
        let err = post(&client).unwrap_err();
        assert!(err.is_daily_limit(), "{answer:?}: {err}");
        assert_eq!(post(&client).is_ok(), is_a_users, "{answer:?}");
    }
}

// The maximum wait of a call.

#[test]
fn a_call_that_would_wait_too_long_for_its_turn_fails_at_once_and_says_so() {
    let clock = Arc::new(ManualClock::new());
    let (zoom, client) = with_clock(&clock, Limits::free());
    let client = client.max_wait(5 * SECOND).build().unwrap();
    for _ in 0..10 {
        call(&client, RESOURCE_INTENSIVE).unwrap();
    }
    let waits = clock.slept();
    assert_eq!(waits.len(), 9);
    for _ in 0..3 {
        let err = call(&client, RESOURCE_INTENSIVE).unwrap_err();
        assert!(err.is_rate_limited() && !err.is_daily_limit(), "{err:?}");
        assert!(err.to_string().contains("max_wait"), "{err}");
        // The first of the minute's calls was more than nine seconds ago.
        let resumes_at = err.resumes_at().unwrap();
        assert!(resumes_at >= noon() + MINUTE && resumes_at <= noon() + 63 * SECOND, "{err}");
    }
    assert_eq!((zoom.requests().len(), clock.slept()), (10, waits));
    // A call that was not made does not use up a turn.
    clock.advance(48 * SECOND);
    call(&client, RESOURCE_INTENSIVE).unwrap();
    assert_eq!(zoom.refusals(), 0);
}

#[test]
fn a_429_that_asks_for_too_long_a_wait_fails_at_once_with_the_time_of_its_end() {
    let (clock, zoom, client) = unlimited();
    let answer = per_second(Label::Medium).header("Retry-After", "121");
    zoom.refuse_next(1, answer);
    let err = call(&client, MEDIUM).unwrap_err();
    assert!(err.is_rate_limited() && !err.is_daily_limit(), "{err:?}");
    let resumes_at = err.resumes_at().unwrap();
    assert!(resumes_at >= noon() + 121 * SECOND && resumes_at <= noon() + 122 * SECOND, "{err}");
    assert_eq!(err.status(), Some(429), "Zoom's status is kept");
    assert_eq!((zoom.calls().len(), clock.slept()), (1, vec![]));
}

#[test]
fn after_a_429_with_too_long_a_wait_no_call_of_the_label_is_sent_before_its_end() {
    let (_, zoom, client) = unlimited();
    zoom.refuse_next(1, per_second(Label::Medium).header("Retry-After", "121"));
    call(&client, MEDIUM).unwrap_err();
    let err = call(&client, MEDIUM).expect_err("121 seconds are more than max_wait");
    assert!(err.is_rate_limited(), "{err}");
    assert_eq!(zoom.calls().len(), 1);
    call(&client, LIGHT).unwrap();
}

#[test]
fn after_a_calls_last_429_the_next_call_also_waits() {
    let (clock, zoom, client) = unlimited();
    zoom.refuse_next(5, per_second(Label::Medium));
    call(&client, MEDIUM).unwrap_err();
    let before = slept(&clock);
    call(&client, MEDIUM).unwrap();
    let waited = slept(&clock) - before;
    assert!(waited >= SECOND, "{waited:?}");
}

#[test]
fn the_waits_of_a_call_together_stay_within_max_wait() {
    for max_wait in [SECOND * 3 / 4, 2 * SECOND, 4 * SECOND, 7 * SECOND] {
        let clock = Arc::new(ManualClock::new());
        let (zoom, client) = with_clock(&clock, Limits::default());
        let client = client.max_wait(max_wait).build().unwrap();
        call(&client, MEDIUM).unwrap();
        // The next call waits half a second for its turn, then for failures, then for refusals.
        zoom.refuse_next(1, Answer::new(503, ""));
        zoom.refuse_next(9, per_second(Label::Medium));
        let err = call(&client, MEDIUM).unwrap_err();
        let waited = slept(&clock);
        assert!(waited <= max_wait && waited >= SECOND / 2, "{max_wait:?}: {waited:?} {err}");
        let kind = if zoom.calls().len() == 2 { ErrorKind::Server } else { ErrorKind::RateLimited };
        assert_eq!(err.kind(), kind, "{max_wait:?}");
    }
}

// Server failures.

/// Sends a request with this method to a server that first answers like this and then 200. Returns
/// the error if any, the waits, and how often the request was sent.
fn send_to(
    method: &str,
    status: &'static str,
    times: usize,
) -> (Option<Error>, Vec<Duration>, usize) {
    let server = Server::start(move |mut conn| {
        let mut number = 0;
        while conn.read_request().is_some() {
            number += 1;
            conn.respond(if number <= times { status } else { "200 OK" }, "", "");
        }
    });
    let clock = Arc::new(ManualClock::new());
    let client = client(format!("http://127.0.0.1:{}", server.port()), &clock);
    let client = client.plan(Plan::Business).build().unwrap();
    let mut req = HttpRequest::new();
    req.set_http_verb(method).set_path("/v2/users/1");
    let err = client.send(&req).err();
    assert_eq!(server.connections(), 1, "the requests used several connections");
    (err, clock.slept(), server.requests().len())
}

const PASSING: [&str; 3] = ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"];

#[test]
fn a_read_only_call_is_repeated_twice_after_a_502_503_or_504_with_growing_waits() {
    for status in PASSING {
        for method in ["GET", "HEAD"] {
            for times in 1..=3 {
                let (err, waits, sent) = send_to(method, status, times);
                assert_eq!((waits.len(), sent), (times.min(2), times.min(2) + 1), "{waits:?}");
                assert!((SECOND..=SECOND * 3 / 2).contains(&waits[0]), "{waits:?}");
                if let Some(wait) = waits.get(1) {
                    assert!((2 * SECOND..=SECOND * 5 / 2).contains(wait), "{waits:?}");
                }
                assert_eq!(err.map(|err| err.kind()), (times > 2).then_some(ErrorKind::Server));
            }
        }
    }
}

#[test]
fn a_call_that_may_have_acted_is_never_repeated_after_a_failure() {
    for status in PASSING {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let (err, waits, sent) = send_to(method, status, 1);
            assert_eq!(err.unwrap().kind(), ErrorKind::Server, "{method} {status}");
            assert_eq!((waits, sent), (vec![], 1), "{method} {status}");
        }
    }
}

#[test]
fn a_permanent_failure_is_never_retried() {
    for status in ["500 Internal Server Error", "501 Not Implemented", "505 Lorem", "599 Ipsum"] {
        for method in ["GET", "HEAD", "PUT"] {
            let (err, waits, sent) = send_to(method, status, 1);
            assert_eq!(err.unwrap().kind(), ErrorKind::Server, "{method} {status}");
            assert_eq!((waits, sent), (vec![], 1), "{method} {status}");
        }
    }
}

#[test]
fn waits_after_failures_stay_within_max_wait() {
    let clock = Arc::new(ManualClock::new());
    let (zoom, client) = with_clock(&clock, Limits::default());
    let client = client.max_wait(2 * SECOND).build().unwrap();
    zoom.refuse_next(2, Answer::new(503, ""));
    assert_eq!(call(&client, LIGHT).unwrap_err().kind(), ErrorKind::Server);
    assert_eq!((clock.slept().len(), zoom.calls().len()), (1, 2));
}

#[test]
fn after_a_daily_429_no_call_of_the_label_is_sent_until_the_day_is_over() {
    let (clock, zoom, client) = unlimited();
    let now = zoomkat::zoom::Clock::system_time(&*clock);
    zoom.refuse_next(1, daily(Label::Medium, Some(2000), now));
    assert!(call(&client, MEDIUM).unwrap_err().is_daily_limit());
    let err = call(&client, MEDIUM).unwrap_err();
    assert_eq!((err.is_daily_limit(), err.resumes_at()), (true, Some(midnight())));
    call(&client, LIGHT).unwrap();
    assert_eq!(zoom.requests().len(), 2, "the second call of the label was sent");
    clock.advance(midnight().duration_since(now).unwrap());
    call(&client, MEDIUM).unwrap();
}

#[test]
fn a_429_with_a_zero_wait_still_causes_a_wait() {
    for when in ["0", "Thu, 01 Jan 1970 00:00:00 GMT"] {
        let (clock, zoom, client) = unlimited();
        zoom.refuse_next(1, per_second(Label::Medium).header("Retry-After", when));
        call(&client, MEDIUM).unwrap();
        assert!(slept(&clock) >= SECOND, "{when}: {:?}", slept(&clock));
    }
}

#[test]
fn a_token_that_expires_while_a_call_waits_for_its_turn_is_renewed_first() {
    let clock = Arc::new(ManualClock::new());
    let zoom = EmbeddedZoom::builder().clock(clock.clone()).user(ANN, "lorem").start();
    let client = Zoom::builder()
        .server_to_server("account", "client", "client-key")
        .base_url(zoom.url())
        .oauth_url(zoom.url())
        .transport(patient())
        .clock(Arc::clone(&clock))
        .max_wait(3 * 60 * MINUTE)
        .build()
        .unwrap();
    zoom.refuse_next(1, per_second(Label::Medium).header("Retry-After", "3700"));
    call(&client, MEDIUM).unwrap();
    let statuses: Vec<u16> = zoom.calls().iter().map(|call| call.status).collect();
    assert_eq!((statuses, zoom.token_requests()), (vec![429, 200], 2));
}

#[test]
fn a_very_late_time_closes_a_label_for_at_most_a_day() {
    for far in ["31536000", "2099-01-01T00:00:00Z"] {
        for refusal in [per_second(Label::Medium), daily(Label::Medium, None, SystemTime::now())] {
            let (clock, zoom, client) = unlimited();
            zoom.refuse_next(1, refusal.header("Retry-After", far));
            assert!(call(&client, MEDIUM).unwrap_err().is_rate_limited());
            clock.advance(Duration::from_secs(86_400));
            call(&client, MEDIUM).unwrap();
        }
    }
}

#[test]
fn a_refused_call_does_not_count_for_the_day() {
    let clock = Arc::new(ManualClock::new());
    let (zoom, client) = with_clock(&clock, Limits::default());
    let client = client.plan(Plan::Free).build().unwrap();
    zoom.refuse_next(4, per_second(Label::Medium));
    for _ in 0..2000 {
        call(&client, MEDIUM).unwrap();
    }
    assert!(call(&client, MEDIUM).unwrap_err().is_daily_limit());
}
