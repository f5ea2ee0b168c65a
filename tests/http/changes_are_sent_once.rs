//! Requests that change something: whatever breaks, at any byte, the server receives each of them
//! once, unless it has said that it did not act.

use support::faults::{STEP, Way};
use support::{Conn, Server, patient};
use zoomkat::HttpRequest;

/// Redirects that repeat the request.
const REDIRECTS: [&str; 2] = [
    "HTTP/1.1 307 Go\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 308 Go\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n",
];

/// Returns requests that must not be repeated.
fn changes() -> [HttpRequest; 2] {
    let post = Way::nth(Way::KEPT_POST).request("/here");
    let mut put = Way { verb: "PUT", kept: true, to_file: false }.request("/here");
    put.set_idempotent(false);
    [post, put]
}

#[test]
fn a_redirected_change_that_is_lost_at_any_byte_is_not_sent_again() {
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlorem";
    let ends: [fn(Conn); 2] = [drop, Conn::reset];
    for leads_on in REDIRECTS {
        for (req, end) in changes().iter().flat_map(|req| ends.map(|end| (req, end))) {
            for n in (0..ANSWER.len()).step_by(STEP) {
                let server = Server::start(move |mut conn| {
                    while let Some(request) = conn.read_request() {
                        if request.line().contains(" /there ") {
                            conn.send(&ANSWER[..n]);
                            return end(conn);
                        }
                        conn.send(leads_on);
                    }
                });
                let err = server.call(&patient(), req).unwrap_err();
                let context = || format!("{leads_on:?}, then {n} bytes: {err}");
                assert!(err.may_have_been_processed(), "{}", context());
                // Once at the original target and once at the redirect's, on the same connection.
                assert_eq!(
                    (server.requests().len(), server.connections()),
                    (2, 1),
                    "{}",
                    context()
                );
            }
        }
    }
}

#[test]
fn a_change_that_is_lost_during_a_redirect_is_not_sent_to_its_target() {
    let ends: [fn(Conn); 2] = [drop, Conn::reset];
    for leads_on in REDIRECTS {
        for (req, end) in changes().iter().flat_map(|req| ends.map(|end| (req, end))) {
            for n in (0..leads_on.len()).step_by(STEP) {
                let server = Server::start(move |mut conn| {
                    conn.read_request();
                    conn.send(&leads_on[..n]);
                    end(conn);
                });
                let err = server.call(&patient(), req).unwrap_err();
                let context = || format!("{leads_on:?} up to {n}: {err}");
                assert!(err.may_have_been_processed(), "{}", context());
                assert_eq!(
                    (server.requests().len(), server.connections()),
                    (1, 1),
                    "{}",
                    context()
                );
            }
        }
    }
}

mod passwords {
    use std::collections::HashMap;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};

    use support::apps::timeless;
    use support::faults::{End, Reading, read_plainly};
    use support::zoom::{Answer, Label, SAME_AS_OLD, per_second};
    use zoomkat::zoom::{PasswordOptions, RotationOutcome, Zoom, password_form};

    use super::*;

    const ANN: &str = "ann@example.com";
    const NEW: &str = "Dolor-sit-1";
    const DONE: &str = "HTTP/1.1 204 No Content\r\nx-zm-trackingid: lorem\r\n\r\n";

    /// Returns the responses of Zoom to a change, and whether each means that Zoom has not acted
    /// and accepts the change again.
    fn answers() -> Vec<(Vec<u8>, bool)> {
        let of = |answer: Answer, again: bool| (answer.bytes(1), again);
        vec![
            (DONE.into(), false),
            of(Answer::new(200, "{}"), false),
            of(Answer::error(400, 300, SAME_AS_OLD), false),
            of(Answer::error(404, 1001, "User does not exist."), false),
            of(Answer::error(500, 500, "Lorem"), false),
            of(Answer::new(502, "<html>").header("Retry-After", "1"), false),
            of(Answer::new(503, "").header("Retry-After", "1"), false),
            of(Answer::new(307, "").header("Location", "/v2/elsewhere"), false),
            of(Answer::new(302, "").header("Location", "/v2/elsewhere"), false),
            of(per_second(Label::Medium), true),
            of(Answer::error(401, 124, "Access token is expired."), true),
        ]
    }

    /// What happens to a response.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Fault {
        Close,
        Reset,
        Flip,
        /// More bytes follow the response.
        More,
    }

    /// Outside Linux a reset may overtake bytes that were sent before it.
    const FAULTS: &[Fault] = if cfg!(target_os = "linux") {
        &[Fault::Close, Fault::Reset, Fault::Flip, Fault::More]
    } else {
        &[Fault::Close, Fault::Flip, Fault::More]
    };

    impl Fault {
        fn act(self, answer: &[u8], n: usize) -> (Vec<u8>, End) {
            let mut bytes = answer.to_vec();
            match self {
                // A whole response leaves the connection in order: if it ended now, the next
                // request might already be in transit.
                Fault::Close | Fault::Reset if n == answer.len() => (bytes, End::Serve),
                Fault::Close => (answer[..n].to_vec(), End::Close),
                Fault::Reset => (answer[..n].to_vec(), End::Reset),
                Fault::Flip => {
                    bytes[n] ^= 1 << (n % 8);
                    let end = match read_plainly(&bytes) {
                        Reading::Whole {
                            rest: 0, by_close: false, is_ambiguous: false, ..
                        } => End::Serve,
                        Reading::Whole { by_close: false, .. } | Reading::Wrong => End::Hold,
                        _ => End::Close,
                    };
                    (bytes, end)
                }
                Fault::More => {
                    bytes.extend_from_slice(&DONE.as_bytes()[..=n.min(DONE.len() - 1)]);
                    (bytes, End::Hold)
                }
            }
        }
    }

    /// Answers as Zoom does, except for the first arrival of a change, which `meet` handles.
    fn zoom_server(
        meet: impl Fn(&str) -> Option<(Vec<u8>, End)> + Send + Sync + 'static,
    ) -> Server {
        let met = Mutex::new(HashMap::<String, usize>::new());
        Server::start(move |mut conn| {
            while let Some(request) = conn.read_request() {
                let line = request.line().to_owned();
                if line.starts_with("POST /oauth/token") {
                    let token =
                        r#"{"access_token":"lorem","token_type":"bearer","expires_in":3600}"#;
                    conn.respond("200 OK", "", token);
                    continue;
                }
                if !line.starts_with("PUT ") {
                    conn.respond("200 OK", "", "{}");
                    continue;
                }
                let count = {
                    let mut met = met.lock().unwrap();
                    let count = met.entry(line.clone()).or_default();
                    *count += 1;
                    *count
                };
                match meet(&line).filter(|_| count == 1) {
                    None => conn.send(DONE),
                    Some((bytes, end)) => {
                        conn.send(&bytes);
                        match end {
                            End::Close => return,
                            End::Reset => return conn.reset(),
                            // Any further request on this connection is recorded.
                            End::Hold => drop(conn.read_request()),
                            End::Serve => {}
                        }
                    }
                }
            }
        })
    }

    fn client(server: &Server) -> Zoom {
        let url = format!("http://127.0.0.1:{}", server.port());
        timeless(&url).server_to_server("account", "client", "client-key").build().unwrap()
    }

    fn arrivals(server: &Server, of: &str) -> usize {
        let requests = server.requests();
        requests.iter().filter(|r| r.line().starts_with("PUT ") && r.line().contains(of)).count()
    }

    /// Whether these bytes are a complete response that says Zoom has not acted.
    fn rejects_the_change(bytes: &[u8]) -> bool {
        match read_plainly(bytes) {
            Reading::Whole { status: 429 | 401, .. } => true,
            // Zoom refuses a token with this code, under several statuses.
            Reading::Whole { status: 400..=499, body, .. } => body.starts_with(br#"{"code":124"#),
            _ => false,
        }
    }

    #[test]
    fn a_password_change_arrives_once_if_its_response_breaks_at_any_byte() {
        for ((answer, again), fault) in
            answers().iter().flat_map(|answer| FAULTS.iter().map(move |fault| (answer, *fault)))
        {
            let whole = matches!(fault, Fault::Close | Fault::Reset);
            let most = if fault == Fault::More { DONE.len() } else { answer.len() };
            for n in (0..most + usize::from(whole)).step_by(STEP) {
                let (bytes, end) = fault.act(answer, n);
                let sent = bytes.clone();
                let server = zoom_server(move |_| Some((bytes.clone(), end)));
                let zoom = client(&server);
                if n % 2 == 0 {
                    // The token came from the same server, so this is a kept-alive connection
                    // anyway.
                    zoom.get::<serde_json::Value>("/users").unwrap();
                }
                let result = match n % 4 < 3 {
                    true => zoom.update_password(ANN, NEW),
                    false => zoom.send(password_form(ANN, NEW)).map(drop),
                };
                let context = || {
                    let sent = sent.escape_ascii();
                    format!("{fault:?} at {n} of an answer: {sent}: {result:?}")
                };
                let count = arrivals(&server, "/password");
                let may_repeat = rejects_the_change(&sent);
                match fault {
                    Fault::Flip => {
                        assert!(count == 1 || (count == 2 && may_repeat), "{}", context());
                    }
                    _ => assert_eq!(count, 1 + usize::from(may_repeat), "{}", context()),
                }
                // The client is not too careful: a change that Zoom refused temporarily is made.
                if *again && (n == answer.len() || fault == Fault::More) {
                    assert_eq!((count, result.is_ok()), (2, true), "{}", context());
                }
                // A change without a complete response is neither done nor not done, except where
                // the head alone says that Zoom has not acted.
                if whole && n < answer.len() {
                    let err = result.as_ref().unwrap_err();
                    let is_refusal = [&b"HTTP/1.1 401"[..], b"HTTP/1.1 307"]
                        .iter()
                        .any(|start| sent.starts_with(start) && has_head(&sent));
                    assert_eq!(err.is_outcome_unknown(), !is_refusal, "{}", context());
                }
            }
        }
    }

    fn has_head(bytes: &[u8]) -> bool {
        bytes.windows(4).any(|bytes| bytes == b"\r\n\r\n")
    }

    #[test]
    fn a_password_change_arrives_once_if_the_server_stops_reading_at_any_byte() {
        let whole = {
            let server = zoom_server(|_| None);
            client(&server).update_password(ANN, NEW).unwrap();
            let requests = server.requests();
            let change = requests.last().unwrap();
            change.head.len() + change.body.len() - 1
        };
        for n in (1..=whole).step_by(STEP) {
            for (number, end) in [drop as fn(Conn), Conn::reset].into_iter().enumerate() {
                let begun = Arc::new(AtomicUsize::new(0));
                let theirs = Arc::clone(&begun);
                let server = Server::start(move |mut conn| {
                    if conn.number() > 0 {
                        // Any byte that arrives here belongs to a repeated change.
                        theirs.fetch_add(
                            usize::from(conn.read_request().is_some()),
                            Ordering::SeqCst,
                        );
                        return conn.send(DONE);
                    }
                    conn.read_request();
                    conn.respond("200 OK", "", "{}");
                    if conn.read_exactly(n).is_some() {
                        theirs.fetch_add(1, Ordering::SeqCst);
                    }
                    if number == 1 && n % 3 == 0 {
                        // The server may even have asked for the rest.
                        conn.send("HTTP/1.1 100 Continue\r\n\r\n");
                    }
                    end(conn);
                });
                let url = format!("http://127.0.0.1:{}", server.port());
                let zoom = timeless(&url).access_token("lorem").build().unwrap();
                zoom.get::<serde_json::Value>("/users").unwrap();
                let err = zoom.update_password(ANN, NEW).unwrap_err();
                assert!(err.is_outcome_unknown(), "after {n} bytes: {err}");
                assert_eq!(begun.load(Ordering::SeqCst), 1, "after {n} bytes: {err}");
                assert_eq!(server.connections(), 1, "after {n} bytes: {err}");
            }
        }
    }

    #[test]
    fn thousands_of_changes_each_arrive_once_even_across_two_runs() {
        // Two in three get a correct response, since ten lost ones in a row would end the run.
        let faults: Vec<(Vec<u8>, End)> = answers()
            .iter()
            .flat_map(|(answer, _)| FAULTS.iter().map(move |fault| (answer.clone(), *fault)))
            .flat_map(|(answer, fault)| {
                let places = (0..answer.len()).step_by(7).collect::<Vec<_>>();
                places.into_iter().map(move |n| fault.act(&answer, n))
            })
            .collect();
        let users: Vec<(String, String)> = (0..faults.len() * 3)
            .map(|n| (format!("u{n}@example.com"), format!("Lorem ipsum {n}")))
            .collect();
        let theirs = faults.clone();
        let number_of = |line: &str| -> usize {
            let rest = line.split("/users/u").nth(1).unwrap();
            rest.split("%40").next().unwrap().parse().unwrap()
        };
        let server = zoom_server(move |line| {
            let number = number_of(line);
            (number % 3 == 0).then(|| theirs[number / 3].clone())
        });
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("journal");
        let options = || PasswordOptions::new().journal(&journal).threads(4);
        let zoom = client(&server);
        let report = zoom.update_passwords(users.clone(), options());
        assert!(report.stopped().is_none(), "{report}");

        let counts = || {
            let mut counts: HashMap<usize, usize> = HashMap::new();
            for request in server.requests() {
                if request.line().starts_with("PUT ") {
                    *counts.entry(number_of(request.line())).or_default() += 1;
                }
            }
            counts
        };
        let first = counts();
        for (number, entry) in report.outcomes().iter().enumerate() {
            let (user, outcome) = (entry.user(), entry.outcome());
            let fault = (number % 3 == 0).then(|| &faults[number / 3]);
            let context = || {
                let sent = fault.map(|(bytes, _)| bytes.escape_ascii().to_string());
                format!("{user}: {outcome}, after {sent:?}")
            };
            let may_repeat = fault.is_some_and(|(bytes, _)| rejects_the_change(bytes));
            let count = first[&number];
            assert!(count == 1 || (count == 2 && may_repeat), "{count} times, {}", context());
            if fault.is_none() {
                assert!(matches!(outcome, RotationOutcome::Changed), "{}", context());
            }
        }
        assert!(report.unknown() > faults.len() / 3 && report.not_changed() > 0, "{report}");

        // Again with the same journal: only users whose password is known to be unchanged are
        // sent.
        let again = client(&server).update_passwords(users, options());
        assert!(again.stopped().is_none(), "{again}");
        let second = counts();
        for (number, entry) in report.outcomes().iter().enumerate() {
            let (user, outcome) = (entry.user(), entry.outcome());
            let more = second[&number] - first[&number];
            let expected = usize::from(matches!(outcome, RotationOutcome::NotChanged(_)));
            assert_eq!(more, expected, "{user} was {outcome}");
        }
        assert_eq!((again.unknown(), again.not_changed()), (report.unknown(), 0), "{again}");
    }
}
