//! Webhooks: one is accepted only if Zoom signed it recently, and each refusal says why.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use zoomkat::HttpRequest;
use zoomkat::zoom::webhook::{Event, SecretToken};
use zoomkat::zoom::{Error, ErrorKind};

use support::apps::SECOND;
use support::clock::{Clock, ManualClock, NOON};
use support::zoom::EmbeddedZoom;
use support::zoom::webhooks::{Webhook, hmac_sha256, url_validation};
use support::{Server, patient};

const SECRET: &str = "secret-token";

fn verify(secret: &SecretToken, request: &Webhook) -> Result<Event, Error> {
    secret.verify(&request.signature, &request.timestamp, &request.body)
}

/// Returns a secret whose clock stands still at noon, and that clock.
fn at_noon(secret: &str) -> (SecretToken, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new());
    (SecretToken::new(secret).clock(Arc::clone(&clock)), clock)
}

fn refused(result: Result<Event, Error>) -> String {
    let err = result.unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Webhook, "{err}");
    err.to_string()
}

fn event(json: Value) -> Event {
    serde_json::from_value(json).unwrap()
}

// Signatures of other programs.

#[test]
fn signatures_of_other_programs_are_accepted() {
    // From python3:
    // hmac.new(b"lorem-ipsum", b"v0:1658940994:" + body.encode(), hashlib.sha256).hexdigest()
    let body = r#"{"event":"meeting.started","payload":{"object":{"topic":"Käse 😀"}},"event_ts":1658940994914}"#;
    let signature = "v0=9644bc9930c2ee31414a58721e05d1cd3f3c09401a5a3c3a31037b387afc56d9";
    let secret = SecretToken::new("lorem-ipsum").max_age(Duration::MAX);
    let read = secret.verify(signature, "1658940994", body.as_bytes()).unwrap();
    assert_eq!((&*read.event, read.event_ts), ("meeting.started", Some(1_658_940_994_914)));
    assert_eq!(read.payload["object"]["topic"], "Käse 😀");

    // From the tests of github.com/seguri/x-zm-signature: not an event, but correctly signed.
    let signature = "v0=4fbb75111d585a4c58bc193aba49b007ddd7170f9191b0286d9413c1a07a44e8";
    let secret = SecretToken::new("secret").max_age(Duration::MAX);
    let err = refused(secret.verify(signature, "1697204592920", br#"{"foo": "bar"}"#));
    assert!(err.contains("not an event"), "{err}");
    let err = refused(secret.verify(signature, "1697204592920", br#"{"foo":"bar"}"#));
    assert!(err.contains("signature is wrong"), "{err}");
}

#[test]
fn url_validation_gives_the_same_response_as_other_programs() {
    let answer = |secret: &str, plain: &str| {
        let event = event(url_validation(plain));
        let json = SecretToken::new(secret).url_validation(&event).unwrap().unwrap();
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 2, "{json}");
        assert_eq!(json["plainToken"], plain);
        json["encryptedToken"].as_str().unwrap().to_owned()
    };
    // The plainToken of Zoom's documentation, with the secret and the response from the tests in
    // github.com/elastic/beats, x-pack/filebeat/input/http_endpoint/handler_test.go.
    let encrypted = "70c1f2e2e6ca2d39297490d1f9142c7d701415ea8e6151f6562a08fa657a40ff";
    assert_eq!(answer("secretValueTest", "qgg8vlvZRS6UYooatFL8Aw"), encrypted);
    // RFC 4231, test case 2.
    let encrypted = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(answer("Jefe", "what do ya want for nothing?"), encrypted);
    assert_eq!(hmac_sha256(b"Jefe", b"what do ya want for nothing?"), encrypted);
    // RFC 4231, test case 6: a key longer than a block, for the tests' own signer.
    let message = b"Test Using Larger Than Block-Size Key - Hash Key First";
    let signed = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";
    assert_eq!(hmac_sha256(&[0xaa; 131], message), signed);
}

// Accepted and refused requests.

#[test]
fn a_server_accepts_zooms_webhooks_and_answers_its_validation() {
    let clock = Arc::new(ManualClock::new());
    let zoom = EmbeddedZoom::builder().clock(clock.clone()).secret_token("lorem-ipsum").start();
    let secret = SecretToken::new("lorem-ipsum").clock(clock);
    let receiver = Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            let header = |name| request.header(name).unwrap_or_default();
            let (signature, timestamp) = ("x-zm-signature", "x-zm-request-timestamp");
            let event = secret.verify(header(signature), header(timestamp), &request.body);
            let answer = event.and_then(|event| secret.url_validation(&event));
            match answer {
                Ok(json) => conn.respond("200 OK", "", json.unwrap_or_default()),
                Err(err) => conn.respond("401 Unauthorized", "", err.to_string()),
            }
        }
    });
    let send = |webhook: &Webhook, with_headers: bool| {
        let mut req = HttpRequest::new();
        req.use_post().set_path("/").set_content_type("application/json");
        req.load_body_from_string(std::str::from_utf8(&webhook.body).unwrap(), "utf-8");
        if with_headers {
            req.add_header("x-zm-signature", &webhook.signature);
            req.add_header("x-zm-request-timestamp", &webhook.timestamp);
        }
        let resp = receiver.call(&patient(), &req).unwrap();
        (resp.status_code(), resp.body_str().into_owned())
    };
    let started = zoom.webhook(&json!({ "event": "meeting.started", "payload": {} }));
    assert_eq!(send(&started, true), (200, String::new()));
    assert_eq!(send(&started, false).0, 401);
    let (status, json) = send(&zoom.webhook(&url_validation("lorem")), true);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((status, &json["plainToken"]), (200, &json!("lorem")));
    assert_eq!(json["encryptedToken"], hmac_sha256(b"lorem-ipsum", b"lorem"));
}

#[test]
fn a_request_with_one_changed_byte_is_refused() {
    let (secret, clock) = at_noon(SECRET);
    let good = Webhook::signed(SECRET, clock.system_time(), r#"{"event":"lorem"}"#);
    verify(&secret, &good).unwrap();
    for at in 0..good.body.len() {
        let mut changed = good.clone();
        changed.body[at] ^= 1;
        assert!(refused(verify(&secret, &changed)).contains("signature is wrong"), "{at}");
    }
    let digit = |old: &str| if old == "1" { "2" } else { "1" };
    for at in 0..good.timestamp.len() {
        let mut changed = good.clone();
        changed.timestamp.replace_range(at..=at, digit(&good.timestamp[at..=at]));
        assert!(refused(verify(&secret, &changed)).contains("signature is wrong"), "{at}");
    }
    for at in "v0=".len()..good.signature.len() {
        let mut changed = good.clone();
        changed.signature.replace_range(at..=at, digit(&good.signature[at..=at]));
        assert!(refused(verify(&secret, &changed)).contains("signature is wrong"), "{at}");
    }
    let (other, _) = at_noon("another-token");
    assert!(refused(verify(&other, &good)).contains("another app"));
    // Moving a colon from one part to the next does not produce the same text.
    let moved = Webhook { timestamp: format!("{}:", good.timestamp), ..good };
    refused(verify(&secret, &moved));
}

#[test]
fn an_invalid_header_is_named_and_not_quoted() {
    let (secret, clock) = at_noon(SECRET);
    let good = Webhook::signed(SECRET, clock.system_time(), r#"{"event":"lorem"}"#);
    let hex = &good.signature["v0=".len()..];
    for (signature, words) in [
        ("", "x-zm-signature is missing"),
        (" ", "x-zm-signature is missing"),
        (hex, "does not start with v0="),
        (&format!("v1={hex}"), "does not start with v0="),
        (&format!("V0={hex}"), "does not start with v0="),
        ("v0=", "signature is wrong"),
        ("v0=marker", "not hexadecimal"),
        (&format!("v0={}", &hex[1..]), "not hexadecimal"),
        (&format!("v0={}", &hex[2..]), "signature is wrong"),
        (&format!("v0={hex}00"), "signature is wrong"),
        ("v0=é", "not hexadecimal"),
    ] {
        let err = refused(secret.verify(signature, &good.timestamp, &good.body));
        assert!(err.contains(words) && !err.contains("marker"), "{signature}: {err}");
    }
    for (timestamp, words) in [
        ("", "x-zm-request-timestamp is missing"),
        ("marker", "not a number"),
        ("-1", "not a number"),
        ("+1772452800", "not a number"),
        ("1772452800.5", "not a number"),
        ("99999999999999999999999", "not a number"),
        ("18446744073709551615", "seconds in the future"),
        ("0", "seconds old"),
    ] {
        let signed = Webhook::signed_as(SECRET, timestamp, good.body.clone());
        let err = refused(verify(&secret, &signed));
        assert!(err.contains(words) && !err.contains("marker"), "{timestamp}: {err}");
    }
    // A server may keep the space around a value or change it to upper case.
    let spaced = format!(" v0={} ", hex.to_uppercase());
    secret.verify(&spaced, &format!(" {}\t", good.timestamp), &good.body).unwrap();
}

#[test]
fn a_request_is_valid_for_five_minutes_before_and_after_its_time() {
    let zoom_time = UNIX_EPOCH + NOON;
    let body = r#"{"event":"lorem"}"#;
    let age = |secret: SecretToken, seconds: i64| {
        let by = Duration::from_secs(seconds.unsigned_abs());
        let at = if seconds < 0 { zoom_time + by } else { zoom_time - by };
        let (_, clock) = at_noon("");
        verify(&secret.clock(clock), &Webhook::signed(SECRET, at, body))
    };
    let secret = || SecretToken::new(SECRET);
    for seconds in [0, 1, 300, -1, -300] {
        age(secret(), seconds).unwrap();
    }
    for (seconds, words) in [(301, "301 seconds old, and 300"), (-301, "301 seconds in the future")]
    {
        let err = refused(age(secret(), seconds));
        assert!(err.contains(words), "{err}");
    }
    age(secret().max_age(10 * SECOND), 10).unwrap();
    refused(age(secret().max_age(10 * SECOND), 11));
    age(secret().max_age(Duration::ZERO), 0).unwrap();
    refused(age(secret().max_age(Duration::ZERO), -1));
    // Fractions of a second count.
    let (secret, clock) = at_noon(SECRET);
    let sent = Webhook::signed(SECRET, clock.system_time(), body);
    clock.advance(300 * SECOND);
    verify(&secret, &sent).unwrap();
    // The smallest unit of a Windows timestamp.
    clock.advance(Duration::from_nanos(100));
    refused(verify(&secret, &sent));
}

#[test]
fn an_empty_secret_verifies_nothing_and_signs_nothing() {
    for empty in ["", " ", "\n"] {
        let (secret, clock) = at_noon(empty);
        let signed = Webhook::signed(empty, clock.system_time(), r#"{"event":"lorem"}"#);
        let err = verify(&secret, &signed).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest);
        assert!(err.to_string().contains("secret token: it is empty"), "{err}");
        secret.url_validation(&event(url_validation("lorem"))).unwrap_err();
    }
}

#[test]
fn a_signed_body_that_is_not_an_event_is_refused_without_being_quoted() {
    let (secret, clock) = at_noon(SECRET);
    for body in [
        &b""[..],
        b"marker",
        b"[]",
        b"null",
        b"\"marker\"",
        b"{}",
        br#"{"event":null}"#,
        br#"{"event":""}"#,
        br#"{"event":["marker"]}"#,
        br#"{"event":"lorem","event":"marker"}"#,
        br#"{"event":"lorem"} marker"#,
        b"{\"event\":\"\xff\"}",
        b"event=lorem",
    ] {
        let signed = Webhook::signed(SECRET, clock.system_time(), body);
        let err = refused(verify(&secret, &signed));
        assert!(err.contains("not an event") && !err.contains("marker"), "{body:?}: {err}");
    }
    let deep = "[".repeat(100_000);
    let signed = Webhook::signed(SECRET, clock.system_time(), deep);
    refused(verify(&secret, &signed));
}

#[test]
fn a_validation_signs_nothing_that_could_be_a_webhook() {
    let (secret, _) = at_noon(SECRET);
    assert_eq!(secret.url_validation(&event(json!({ "event": "lorem" }))).unwrap(), None);
    let forged = format!("v0:{}:{{\"event\":\"lorem\"}}", NOON.as_secs());
    let long = "a".repeat(257);
    for (plain, words) in [
        (json!(forged), "colon"),
        (json!("v0:"), "colon"),
        (json!(":"), "colon"),
        (json!(long), "longer than 256"),
        (json!(""), "empty"),
        (json!(null), "missing or not a string"),
        (json!(1), "missing or not a string"),
        (json!(["lorem"]), "missing or not a string"),
    ] {
        let payload = json!({ "plainToken": plain });
        let validation = json!({ "event": "endpoint.url_validation", "payload": payload });
        let err = secret.url_validation(&event(validation)).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Webhook);
        let text = err.to_string();
        assert!(text.contains("plainToken") && text.contains(words), "{plain}: {text}");
        assert!(!text.contains("v0:"), "{text}");
    }
    let empty = json!({ "event": "endpoint.url_validation" });
    secret.url_validation(&event(empty)).unwrap_err();
    let most = url_validation(&"a".repeat(256));
    secret.url_validation(&event(most)).unwrap().unwrap();
}

// The content of events.

#[test]
fn an_event_round_trips() {
    let sent = json!({
        "event": "recording.completed",
        "event_ts": 1_772_452_800_000_u64,
        "download_token": "lorem-ipsum",
        "payload": { "account_id": "dolor", "object": { "id": 1, "topic": "sit" } },
        "x": [1, { "y": null }],
    });
    let read = event(sent.clone());
    assert_eq!(read.other["download_token"], "lorem-ipsum");
    assert_eq!(serde_json::to_value(&read).unwrap(), sent);
    assert_eq!(event(serde_json::to_value(&read).unwrap()), read);
    for (given, milliseconds) in [
        (json!({ "event": "a", "event_ts": 5 }), Some(5)),
        (json!({ "event": "a", "event_ts": "1772452800000" }), Some(1_772_452_800_000)),
        (json!({ "event": "a", "event_ts": 5.0 }), Some(5)),
        (json!({ "event": "a", "event_ts": null }), None),
        (json!({ "event": "a", "event_ts": "" }), None),
        (json!({ "event": "a", "event_ts": {} }), None),
        (json!({ "event": "a", "event_ts": "2026-03-02T12:00:00Z" }), None),
        (json!({ "event": "a", "event_ts": 1e300 }), None),
        (json!({ "event": "a", "event_ts": 5.5 }), None),
        (json!({ "event": "a" }), None),
    ] {
        let read = event(given.clone());
        assert_eq!((read.event_ts, &read.payload), (milliseconds, &Value::Null), "{given}");
        // A value that is not a time is kept and written again.
        let is_odd = milliseconds.is_none() && !given["event_ts"].is_null();
        assert_eq!(read.other.get("event_ts"), Some(&given["event_ts"]).filter(|_| is_odd));
        let again = serde_json::to_value(&read).unwrap();
        assert_eq!(again.get("event_ts").is_some(), milliseconds.is_some() || is_odd, "{given}");
    }
}

#[test]
fn debug_and_errors_show_no_content_of_an_event_or_a_secret() {
    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code)]
    struct Payload {
        passcode: u32,
    }
    let read = event(json!({
        "event": "lorem",
        "download_token": "marker-1",
        "payload": { "passcode": "marker-2", "plainToken": "marker-3" },
    }));
    let secret = SecretToken::new("marker-4");
    let err = read.payload_as::<Payload>().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Body);
    let shown = format!("{read:?} {read:#?} {secret:?} {err} {err:?}");
    assert!(!shown.contains("marker"), "{shown}");
    for name in ["lorem", "download_token", "passcode", "plainToken"] {
        assert!(shown.contains(name), "{shown}");
    }
    #[derive(serde::Deserialize)]
    struct Right {
        passcode: String,
    }
    assert_eq!(read.payload_as::<Right>().unwrap().passcode, "marker-2");
}
