//! Rotations: thousands of passwords are changed at the plan's pace, each user once, and no user is
//! skipped.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zoomkat::zoom::{
    ErrorKind, PasswordOptions, PasswordRejected, Plan, RotationOutcome, RotationReport,
    UserOutcome, Zoom, ZoomBuilder,
};

use support::clock::{ManualClock, SimulatedClock};
use support::patient;
use support::zoom::{Action, Answer, EmbeddedZoom, Limits, Policy, Stage, UserKind, daily};

/// Returns this many users, each with a unique password.
fn entries(count: usize) -> Vec<(String, String)> {
    (0..count).map(|n| (format!("u{n}@example.com"), format!("Lorem ipsum {n}"))).collect()
}

fn with_users(count: usize) -> support::zoom::Builder {
    let old = "sint occaecat";
    (0..count).fold(EmbeddedZoom::builder(), |b, n| b.user(&format!("u{n}@example.com"), old))
}

fn client(server: &EmbeddedZoom) -> ZoomBuilder {
    Zoom::builder()
        .server_to_server("account", "client", "client-key")
        .plan(Plan::Pro)
        .base_url(server.url())
        .oauth_url(server.url())
        .transport(patient())
}

/// Returns a client for which time passes instantly.
fn quick(server: &EmbeddedZoom) -> Zoom {
    client(server).clock(ManualClock::new()).build().unwrap()
}

/// Returns how often the server changed each user's password.
fn changes(server: &EmbeddedZoom) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for change in server.record() {
        *counts.entry(change.user).or_default() += 1;
    }
    counts
}

fn outcome<'r>(report: &'r RotationReport, user: &str) -> &'r RotationOutcome {
    let entry = report.outcomes().iter().find(|entry| entry.user() == user);
    entry.expect("the user is in the report").outcome()
}

#[test]
fn ten_thousand_users_on_a_pro_plan_keep_its_pace_without_a_429() {
    const USERS: usize = 10_000;
    let clock = SimulatedClock::new(0);
    let server = with_users(USERS)
        .clock(clock.for_server())
        .plan_limits(Limits::pro())
        .latency(Duration::from_millis(100))
        .start();
    let zoom = client(&server).clock(Arc::clone(&clock)).build().unwrap();
    clock.add_workers(8);
    let report = zoom.update_passwords(entries(USERS), PasswordOptions::new().threads(8));

    assert!(report.is_complete(), "{report}");
    assert_eq!(report.changed(), USERS);
    assert_eq!(server.refusals(), 0, "Zoom refused calls");
    assert_eq!(server.record().len(), USERS);
    let (took, floor) = (clock.elapsed().as_secs_f64(), USERS as f64 / 20.0);
    assert!(took >= floor, "{took} s is faster than the plan allows");
    assert!(took <= floor * 1.05, "{took} s, and the minimum is {floor} s");
}

#[test]
fn calls_with_varying_latency_get_no_429() {
    const USERS: usize = 1000;
    let clock = SimulatedClock::new(0);
    let (late, number) = (clock.for_server(), AtomicUsize::new(0));
    let server = with_users(USERS)
        .clock(clock.for_server())
        .plan_limits(Limits::pro())
        .latency(Duration::from_millis(80))
        .on_call(move |stage, _| {
            if matches!(stage, Stage::Arrived) {
                // Up to 25 ms, in no particular order.
                let n = number.fetch_add(1, Ordering::SeqCst) as u64;
                late.sleep(Duration::from_millis(n * 7919 % 26));
            }
            Action::Continue
        })
        .start();
    let zoom = client(&server).clock(Arc::clone(&clock)).build().unwrap();
    zoom.get::<serde_json::Value>("/users").unwrap();
    clock.add_workers(8);
    let report = zoom.update_passwords(entries(USERS), PasswordOptions::new().threads(8));
    assert!(report.is_complete(), "{report}");
    assert_eq!(server.refusals(), 0);
}

#[test]
fn the_default_number_of_threads_keeps_the_pace_of_the_plan() {
    for (plan, limits, workers, rate) in [
        (Plan::Free, Limits::free(), 2, 2.0),
        (Plan::Pro, Limits::pro(), 8, 20.0),
        (Plan::Business, Limits::business(), 24, 60.0),
    ] {
        const USERS: usize = 600;
        let clock = SimulatedClock::new(0);
        let server = with_users(USERS)
            .clock(clock.for_server())
            .plan_limits(limits)
            .latency(Duration::from_millis(350))
            .start();
        let zoom = client(&server).plan(plan).clock(Arc::clone(&clock)).build().unwrap();
        clock.add_workers(workers);
        let report = zoom.update_passwords(entries(USERS), PasswordOptions::new());
        assert!(report.is_complete(), "{plan:?}: {report}");
        assert_eq!(server.refusals(), 0, "{plan:?}");
        let (took, floor) = (clock.elapsed().as_secs_f64(), USERS as f64 / rate);
        assert!(took <= floor * 1.08, "{plan:?}: {took} s, and the minimum is {floor} s");
    }
}

#[test]
fn a_report_has_each_user_in_the_given_order_with_its_outcome() {
    let old = "sint occaecat";
    let server = EmbeddedZoom::builder()
        .policy(Policy { minimum_length: 8, ..Policy::default() })
        .user("good@example.com", old)
        .user("plain@example.com", old)
        .user_with_kind(UserKind::Admin, "admin@example.com", old)
        .start();
    let given = [
        ("nobody@example.com", "Lorem ipsum 1"),
        ("plain@example.com", "lorem ipsum 1"),
        ("good@example.com", "Lorem ipsum 1"),
        ("admin@example.com", "Lorem ipsum 1"),
        ("Good@Example.com", "Lorem ipsum 2"),
        ("good@example.com", "short"),
    ];
    let report = quick(&server).update_passwords(given, PasswordOptions::new());
    let users: Vec<&str> = report.outcomes().iter().map(UserOutcome::user).collect();
    assert_eq!(users, given.map(|(user, _)| user));
    let reason = |index: usize| match report.outcomes()[index].outcome() {
        RotationOutcome::NotChanged(err) => err.password_rejected(),
        other => panic!("{other}"),
    };
    assert_eq!(reason(0), Some(PasswordRejected::UserNotFound));
    assert_eq!(reason(1), Some(PasswordRejected::NoUpperAndLowerCase));
    assert_eq!(reason(3), Some(PasswordRejected::AdminPassword));
    assert!(matches!(report.outcomes()[2].outcome(), RotationOutcome::Changed));
    for twice in [4, 5] {
        let RotationOutcome::NotChanged(err) = report.outcomes()[twice].outcome() else {
            panic!("sent twice")
        };
        assert_eq!(err.kind(), ErrorKind::InvalidRequest);
        assert!(err.to_string().contains("given before"), "{err}");
    }
    assert_eq!(server.password("good@example.com").as_deref(), Some("Lorem ipsum 1"));
    assert!(!report.is_complete() && report.stopped().is_none());
    assert_eq!((report.changed(), report.not_changed()), (1, 5));
    let summary = report.to_string();
    for line in ["changed                         1", "not changed                     5"] {
        assert!(summary.lines().any(|l| l == line), "{summary}");
    }
}

#[test]
fn progress_is_reported_once_per_user_and_not_concurrently() {
    let server = with_users(50).start();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let inside = Arc::new(AtomicUsize::new(0));
    let (list, within) = (Arc::clone(&seen), Arc::clone(&inside));
    let options = PasswordOptions::new().threads(8).on_progress(move |progress| {
        assert_eq!(within.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
        assert!(matches!(progress.outcome, RotationOutcome::Changed), "{}", progress.outcome);
        assert_eq!(progress.total, Some(50));
        list.lock().unwrap().push((progress.done, progress.user.to_owned()));
        within.fetch_sub(1, Ordering::SeqCst);
    });
    let report = quick(&server).update_passwords(entries(50), options);
    assert!(report.is_complete(), "{report}");
    let seen = seen.lock().unwrap();
    let counts: Vec<usize> = seen.iter().map(|(done, _)| *done).collect();
    assert_eq!(counts, (1..=50).collect::<Vec<_>>());
    let mut users: Vec<&String> = seen.iter().map(|(_, user)| user).collect();
    users.sort();
    users.dedup();
    assert_eq!(users.len(), 50);
}

#[test]
fn no_more_calls_are_in_flight_than_threads() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, max) = (Arc::clone(&running), Arc::clone(&most));
    let server = with_users(40)
        .on_call(move |stage, _| {
            match stage {
                Stage::Arrived => {
                    max.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                }
                Stage::Recorded => {
                    now.fetch_sub(1, Ordering::SeqCst);
                }
            }
            Action::Continue
        })
        .start();
    let report = quick(&server).update_passwords(entries(40), PasswordOptions::new().threads(1));
    assert!(report.is_complete(), "{report}");
    assert_eq!(most.load(Ordering::SeqCst), 1);
}

#[test]
fn a_run_continues_where_the_journal_ends_and_changes_nobody_twice() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let server = with_users(30).start();
    let options = || PasswordOptions::new().journal(&journal).threads(4);
    let first = quick(&server).update_passwords(entries(20), options());
    assert!(first.is_complete(), "{first}");
    let second = quick(&server).update_passwords(entries(30), options());
    assert!(second.is_complete(), "{second}");
    assert_eq!((second.changed(), second.already_changed()), (10, 20));
    assert_eq!(server.record().len(), 30);
    assert!(changes(&server).values().all(|count| *count == 1));
}

#[test]
fn the_journal_has_a_line_before_and_after_each_change_and_never_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let (path, seen) = (journal.clone(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&seen);
    let server = with_users(5)
        .user_with_kind(UserKind::Admin, "admin@example.com", "sint occaecat")
        .on_call(move |stage, call| {
            if matches!(stage, Stage::Arrived) && call.path.ends_with("/password") {
                let user = call.path.split('/').nth(3).unwrap().replace("%40", "@");
                let text = fs::read_to_string(&path).unwrap();
                let last = text.lines().rfind(|line| line.contains(&format!("\"{user}\"")));
                assert!(last.unwrap().contains("\"sending\""), "{user}: {text}");
                count.fetch_add(1, Ordering::SeqCst);
            }
            Action::Continue
        })
        .start();
    let mut given = entries(5);
    given.push(("admin@example.com".to_owned(), "Lorem ipsum 99".to_owned()));
    let report =
        quick(&server).update_passwords(given.clone(), PasswordOptions::new().journal(&journal));
    assert_eq!((report.changed(), report.not_changed()), (5, 1), "{report}");
    assert_eq!(seen.load(Ordering::SeqCst), 6, "not every call was seen");
    let text = fs::read_to_string(&journal).unwrap();
    assert_eq!(text.matches("\"changed\"").count(), 5, "{text}");
    assert_eq!(text.matches("\"not_changed\"").count(), 1, "{text}");
    assert!(text.contains("1117"), "the reason is missing: {text}");
    for (_, password) in given {
        assert!(!text.contains(&password), "{text}");
    }
}

#[test]
fn a_user_whose_response_is_lost_stays_unknown_and_is_not_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    for stage in [Stage::Arrived, Stage::Recorded] {
        let _ = fs::remove_file(&journal);
        let at = format!("{stage:?}");
        let arrived = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&arrived);
        let server = with_users(6)
            .on_call(move |here, call| {
                if !call.path.contains("u3%40") {
                    return Action::Continue;
                }
                if matches!(here, Stage::Arrived) {
                    count.fetch_add(1, Ordering::SeqCst);
                }
                if format!("{here:?}") == at { Action::Drop } else { Action::Continue }
            })
            .start();
        let run = || {
            let options = PasswordOptions::new().journal(&journal);
            quick(&server).update_passwords(entries(6), options)
        };
        let first = run();
        assert_eq!((first.changed(), first.unknown()), (5, 1), "{first}");
        let RotationOutcome::Unknown(Some(err)) = outcome(&first, "u3@example.com") else {
            panic!()
        };
        assert!(err.to_string().contains("may have changed"), "{err}");
        let second = run();
        assert_eq!((second.already_changed(), second.unknown()), (5, 1), "{second}");
        assert!(matches!(outcome(&second, "u3@example.com"), RotationOutcome::Unknown(None)));
        assert_eq!(arrived.load(Ordering::SeqCst), 1, "nothing was sent twice");
        assert!(!second.is_complete());
    }
}

#[test]
fn an_unknown_outcome_is_resolved_on_request() {
    for stage in [Stage::Arrived, Stage::Recorded] {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal");
        let (at, times) = (format!("{stage:?}"), AtomicUsize::new(0));
        let server = with_users(3)
            .on_call(move |here, call| {
                let is_it = format!("{here:?}") == at && call.path.contains("u1%40");
                match is_it && times.fetch_add(1, Ordering::SeqCst) == 0 {
                    true => Action::Drop,
                    false => Action::Continue,
                }
            })
            .start();
        let run = |resolve| {
            let options = PasswordOptions::new().journal(&journal).resolve_unknown(resolve);
            quick(&server).update_passwords(entries(3), options)
        };
        assert_eq!(run(false).unknown(), 1);
        let settled = run(true);
        assert!(settled.is_complete(), "{stage:?}: {settled}");
        assert_eq!(settled.changed(), 1);
        assert_eq!(changes(&server)["u1@example.com"], 1);
        assert_eq!(run(false).already_changed(), 3, "the journal does not have the outcome");
    }
}

#[test]
fn an_unknown_outcome_that_cannot_be_resolved_stays_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let times = AtomicUsize::new(0);
    let server = with_users(1)
        .policy(Policy { minimum_length: 8, ..Policy::default() })
        .on_call(move |stage, call| {
            let is_it = matches!(stage, Stage::Recorded) && call.path.ends_with("/password");
            match is_it && times.fetch_add(1, Ordering::SeqCst) == 0 {
                true => Action::Drop,
                false => Action::Continue,
            }
        })
        .start();
    let run = |password: &str, resolve| {
        let options = PasswordOptions::new().journal(&journal).resolve_unknown(resolve);
        quick(&server).update_passwords([("u0@example.com", password)], options)
    };
    assert_eq!(run("Lorem ipsum 1", false).unknown(), 1);
    let refused = run("lorem ipsum 1", true);
    let RotationOutcome::Unknown(Some(err)) = outcome(&refused, "u0@example.com") else { panic!() };
    assert_eq!(err.password_rejected(), Some(PasswordRejected::NoUpperAndLowerCase));
    assert_eq!(run("Lorem ipsum 1", false).unknown(), 1, "the journal disagrees");
    assert!(run("Lorem ipsum 1", true).is_complete(), "the original password did not settle it");
}

#[test]
fn a_rotation_waits_longer_for_its_turns_than_a_single_call() {
    let server = with_users(5).start();
    let clock = Arc::new(ManualClock::new());
    let zoom = client(&server).max_wait(Duration::ZERO).clock(Arc::clone(&clock)).build().unwrap();
    let report = zoom.update_passwords(entries(5), PasswordOptions::new().threads(1));
    assert!(report.is_complete(), "{report}");
    assert!(!clock.slept().is_empty(), "the run never waited");
    // A wait that Zoom asks for is different.
    server.refuse_next(1, support::zoom::per_second(support::zoom::Label::Medium));
    let report =
        zoom.update_passwords([("u0@example.com", "Lorem ipsum 9")], PasswordOptions::new());
    let RotationOutcome::NotChanged(err) = outcome(&report, "u0@example.com") else {
        panic!("{report}")
    };
    assert_eq!(err.kind(), ErrorKind::RateLimited);
}

#[test]
fn an_error_that_would_hit_every_user_stops_the_run_and_the_rest_is_not_tried() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let server = with_users(40).start();
    let clock = Arc::new(ManualClock::new());
    let zoom = client(&server).clock(Arc::clone(&clock)).build().unwrap();
    let now = zoomkat::zoom::Clock::system_time(&*clock);
    server.refuse_next(1, daily(support::zoom::Label::Medium, Some(2000), now));
    let options = || PasswordOptions::new().journal(&journal).threads(1);
    let report = zoom.update_passwords(entries(40), options());
    let stopped = report.stopped().expect("the run did not stop");
    assert!(stopped.is_daily_limit() && stopped.resumes_at().is_some(), "{stopped}");
    assert_eq!((report.not_tried(), report.outcomes().len()), (40, 40), "{report}");
    assert!(report.to_string().contains("stopped: daily limit"), "{report}");
    assert_eq!(server.record().len(), 0);
    // The next day the run continues with all of them.
    clock.advance(Duration::from_secs(86_400));
    let report = zoom.update_passwords(entries(40), options());
    assert!(report.is_complete(), "{report}");

    for (status, body, kind) in [
        (400, r#"{"code":4711,"message":"does not contain scopes:[x]"}"#, ErrorKind::MissingScope),
        (401, r#"{"code":124,"message":"Invalid access token."}"#, ErrorKind::TokenExpired),
    ] {
        let server = with_users(5).start();
        server.refuse_next(9, Answer::new(status, body));
        let report = quick(&server).update_passwords(entries(5), PasswordOptions::new().threads(1));
        assert_eq!(report.stopped().map(|err| err.kind()), Some(kind), "{report}");
        assert_eq!(report.not_tried(), 5);
    }
}

#[test]
fn a_daily_limit_of_one_user_affects_only_that_user() {
    let message = "A maximum of 3 password changes is allowed for a single user in one day.";
    for answer in [Answer::error(429, 429, message), Answer::error(429, 429, message).in_xml()] {
        let server = with_users(6).start();
        server.refuse_next(1, answer);
        let report = quick(&server).update_passwords(entries(6), PasswordOptions::new().threads(1));
        assert!(report.stopped().is_none(), "{report}");
        assert_eq!((report.changed(), report.not_changed()), (5, 1), "{report}");
        assert!(
            matches!(outcome(&report, "u0@example.com"), RotationOutcome::NotChanged(err) if err.is_daily_limit())
        );
    }
    // A daily limit that hits every user is not one of a single user.
    let server = with_users(40).start();
    server.refuse_next(100, Answer::error(429, 429, message));
    let report = quick(&server).update_passwords(entries(40), PasswordOptions::new().threads(1));
    assert!(report.stopped().is_some_and(|err| err.is_daily_limit()), "{report}");
    assert_eq!(server.calls().len(), 10);
}

#[test]
fn an_outage_soon_stops_a_run_and_leaves_the_other_users_alone() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let server = with_users(100).start();
    server.refuse_next(100, Answer::new(503, "<html><title>Down</title></html>"));
    let options = || PasswordOptions::new().journal(&journal).threads(1);
    let report = quick(&server).update_passwords(entries(100), options());
    assert_eq!(report.stopped().map(|err| err.kind()), Some(ErrorKind::OutcomeUnknown), "{report}");
    assert_eq!((report.unknown(), report.not_tried()), (10, 90), "{report}");
    // The same while unknown outcomes are resolved.
    let report = quick(&server).update_passwords(entries(100), options().resolve_unknown(true));
    assert!(report.stopped().is_some(), "{report}");
    assert_eq!((report.unknown(), report.not_tried()), (10, 90), "{report}");
}

#[test]
fn aborting_a_call_ends_the_run() {
    let http = patient();
    let stop = http.clone();
    let server = with_users(20)
        .on_call(move |stage, call| {
            if matches!(stage, Stage::Arrived) && call.path.contains("/u3%40") {
                stop.abort_current();
            }
            Action::Continue
        })
        .start();
    let zoom = client(&server).clock(ManualClock::new()).transport(http).build().unwrap();
    let report = zoom.update_passwords(entries(20), PasswordOptions::new().threads(1));
    assert!(report.stopped().is_some_and(|err| err.is_aborted()), "{report}");
    assert_eq!((report.changed(), report.unknown(), report.not_tried()), (3, 1, 16), "{report}");
}

#[test]
fn a_missing_permission_soon_stops_a_run() {
    let server = with_users(100).start();
    server.refuse_next(100, Answer::error(400, 200, "No permission."));
    let report = quick(&server).update_passwords(entries(100), PasswordOptions::new().threads(1));
    assert_eq!(report.stopped().map(|err| err.kind()), Some(ErrorKind::NotPermitted), "{report}");
    assert_eq!((report.not_changed(), report.not_tried()), (9, 91), "{report}");
}

#[test]
fn an_outage_is_noticed_even_between_passwords_that_are_not_sent() {
    let server = with_users(100).start();
    server.refuse_next(100, Answer::new(503, ""));
    let given = entries(100).into_iter().enumerate().map(|(n, (user, password))| match n % 3 {
        0 => (user, "short".to_owned()),
        _ => (user, password),
    });
    let report = quick(&server).update_passwords(given, PasswordOptions::new().threads(1));
    assert!(report.stopped().is_some(), "{report}");
    assert_eq!(report.unknown(), 10, "{report}");
}

#[test]
fn waiting_threads_send_nothing_once_the_run_has_stopped() {
    let clock = SimulatedClock::new(0);
    let server =
        with_users(40).clock(clock.for_server()).latency(Duration::from_millis(10)).start();
    server.refuse_next(1, Answer::error(400, 4711, "does not contain scopes:[x]"));
    let zoom = client(&server).plan(Plan::Free).clock(Arc::clone(&clock)).build().unwrap();
    clock.add_workers(8);
    let report = zoom.update_passwords(entries(40), PasswordOptions::new().threads(8));
    assert!(report.stopped().is_some_and(|err| err.is_missing_scope()), "{report}");
    assert_eq!(report.not_tried(), 40, "{report}");
    assert_eq!(server.calls().len(), 1, "a waiting thread sent a request");
}

#[test]
fn resolving_unknown_outcomes_stops_like_any_run() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let lost = AtomicUsize::new(0);
    let server = with_users(9)
        .on_call(move |stage, call| {
            let is_it = matches!(stage, Stage::Recorded) && call.path.ends_with("/password");
            match is_it && lost.fetch_add(1, Ordering::SeqCst) < 9 {
                true => Action::Drop,
                false => Action::Continue,
            }
        })
        .start();
    let run = |resolve| {
        let options = PasswordOptions::new().journal(&journal).threads(1);
        quick(&server).update_passwords(entries(9), options.resolve_unknown(resolve))
    };
    assert_eq!(run(false).unknown(), 9);
    let now = zoomkat::zoom::Clock::system_time(&ManualClock::new());
    server.refuse_next(1, daily(support::zoom::Label::Medium, Some(2000), now));
    let report = run(true);
    assert!(report.stopped().is_some_and(|err| err.is_daily_limit()), "{report}");
    assert_eq!(
        (report.unknown(), report.not_tried()),
        (9, 0),
        "an unknown outcome was lost: {report}"
    );
    assert!(run(true).is_complete());
}

#[test]
fn space_around_a_user_is_not_part_of_the_name() {
    let server = with_users(1).start();
    let given = [(" u0@example.com ", "Lorem ipsum 1"), ("u0@example.com", "Lorem ipsum 2")];
    let report = quick(&server).update_passwords(given, PasswordOptions::new());
    assert_eq!((report.changed(), report.not_changed()), (1, 1), "{report}");
    assert_eq!(report.outcomes()[0].user(), "u0@example.com");
}

#[test]
fn a_run_accepts_any_number_of_threads() {
    let server = with_users(3).start();
    for threads in [0, 1, usize::MAX] {
        let options = PasswordOptions::new().threads(threads);
        let report = quick(&server).update_passwords(entries(3), options);
        assert_eq!(report.outcomes().len(), 3, "{report}");
    }
}

#[test]
fn a_run_soon_stops_without_a_network() {
    let closed = support::ClosedPort::new();
    let url = format!("http://127.0.0.1:{}", closed.port());
    let zoom = Zoom::builder()
        .access_token("lorem")
        .base_url(url)
        .transport(patient())
        .clock(ManualClock::new())
        .build()
        .unwrap();
    let report = zoom.update_passwords(entries(100), PasswordOptions::new().threads(1));
    assert_eq!(report.stopped().map(|err| err.kind()), Some(ErrorKind::Transport), "{report}");
    assert_eq!((report.not_changed(), report.not_tried()), (9, 91));
}

fn stopped_by_the_journal(report: &RotationReport, words: &str) {
    let err = report.stopped().expect("it stopped");
    assert_eq!(err.kind(), ErrorKind::Journal, "{err}");
    assert!(err.to_string().contains(words), "{err}");
    assert_eq!(report.not_tried(), report.outcomes().len(), "{report}");
}

#[test]
fn an_unusable_journal_stops_the_run_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let server = with_users(3).start();
    let run = |journal: &Path| {
        quick(&server).update_passwords(entries(3), PasswordOptions::new().journal(journal))
    };
    stopped_by_the_journal(&run(&folder.path().join("no/such/folder")), "cannot open");
    let other = folder.path().join("users.csv");
    fs::write(&other, "user,password\nsomeone,something\n").unwrap();
    stopped_by_the_journal(&run(&other), "no journal");
    stopped_by_the_journal(&run(folder.path()), "not a regular file");
    let null = Path::new(if cfg!(windows) { "NUL" } else { "/dev/null" });
    stopped_by_the_journal(&run(null), "is a device");
    let unlockable = folder.path().join("unlockable");
    fs::create_dir(folder.path().join("unlockable.lock")).unwrap();
    stopped_by_the_journal(&run(&unlockable), "cannot lock");
    let text = fs::read_to_string(&other).unwrap();
    assert_eq!(text, "user,password\nsomeone,something\n", "the file was changed");
    assert!(server.calls().is_empty(), "{:?}", server.calls().len());
}

#[test]
fn two_runs_cannot_use_one_journal_at_the_same_time() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let gate = support::Gate::new();
    let held = gate.clone();
    let server = with_users(3)
        .on_call(move |stage, call| {
            if matches!(stage, Stage::Arrived) && call.path.contains("u0%40") {
                held.wait();
            }
            Action::Continue
        })
        .start();
    let (second_journal, second_server) = (journal.clone(), quick(&server));
    let waiting = gate.clone();
    let (signal, ready) = std::sync::mpsc::channel();
    let first = quick(&server);
    let running = std::thread::spawn(move || {
        let options = PasswordOptions::new().journal(&journal).threads(2).on_progress(move |_| {
            let _ = signal.send(());
        });
        first.update_passwords(entries(2), options)
    });
    // The other user is done, so the journal is open.
    ready.recv().unwrap();
    let run = |journal: &Path| {
        second_server.update_passwords(entries(3), PasswordOptions::new().journal(journal))
    };
    stopped_by_the_journal(&run(&second_journal), "another process");
    #[cfg(unix)]
    {
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&second_journal, &link).unwrap();
        stopped_by_the_journal(&run(&link), "another process");
        assert!(!folder.path().join("link.lock").exists(), "the link has its own lock");
        let second_name = folder.path().join("second name");
        fs::hard_link(&second_journal, &second_name).unwrap();
        stopped_by_the_journal(&run(&second_name), "another process");
    }
    // LockFileEx: "Locking a portion of a file for exclusive access denies all other processes both
    // read and write access to the specified region of the file." So the lock is on another file.
    let beside = fs::File::open(folder.path().join("journal.lock")).unwrap();
    assert!(matches!(fs4::FileExt::try_lock(&beside), Err(fs4::TryLockError::WouldBlock)));
    if cfg!(windows) {
        let journal = fs::File::open(&second_journal).unwrap();
        fs4::FileExt::try_lock(&journal).expect("the journal itself is locked");
    }
    assert!(fs::read_to_string(&second_journal).unwrap().contains("sending"));
    waiting.open();
    assert!(running.join().unwrap().is_complete());
    fs4::FileExt::try_lock(&beside).expect("the lock outlived the run");
}
