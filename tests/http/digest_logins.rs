//! Digest authentication of a `Transport`, against servers that check every response.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use support::digest::{has_right_login, param};
use support::{Conn, Received, Server, patient};
use zoomkat::{HttpRequest, Transport};

const USER: &str = "marker-user";
const PASSWORD: &str = "marker-password";

/// Whether the credentials are right for the realm `zoo` and the nonce.
fn is_right(request: &Received, nonce: &str) -> bool {
    param(request, "nonce") == nonce && has_right_login(request, (USER, PASSWORD), "zoo")
}

fn challenge(nonce: &str, rest: &str) -> String {
    format!(
        "WWW-Authenticate: Digest realm=\"zoo\", qop=\"auth\", algorithm=SHA-256, nonce=\"{nonce}\"{rest}\r\n"
    )
}

/// Starts a server whose current nonce is `nonce`. It answers right credentials with 200.
fn protected(nonce: &Arc<Mutex<String>>, rest: &'static str) -> Server {
    let nonce = Arc::clone(nonce);
    Server::start(move |mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            let nonce = nonce.lock().unwrap().clone();
            match is_right(&request, &nonce) {
                true => conn.respond("200 OK", "", "welcome"),
                false => conn.respond("401 Unauthorized", &challenge(&nonce, rest), "who are you?"),
            }
        }
    })
}

fn nonce(text: &str) -> Arc<Mutex<String>> {
    Arc::new(Mutex::new(text.to_owned()))
}

fn with_login() -> Transport {
    let mut http = patient();
    http.set_digest_login(USER, PASSWORD);
    http
}

fn credentials(server: &Server) -> Vec<Option<String>> {
    let requests = server.requests();
    requests.iter().map(|r| r.header("Authorization").map(str::to_owned)).collect()
}

#[test]
fn a_challenge_is_answered_with_the_whole_request_again_whatever_the_method() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("body");
    std::fs::write(&file, "from a file").unwrap();
    let mut requests = [HttpRequest::new(), HttpRequest::new(), HttpRequest::new()];
    requests[0].set_path("/a b?c=\"d\"");
    requests[1].set_http_verb("POST").load_body_from_string("a body", "utf-8");
    requests[1].set_idempotent(false);
    requests[2].set_http_verb("PUT").stream_body_from_file(&file);
    for (req, body) in requests.iter().zip(["", "a body", "from a file"]) {
        let server = protected(&nonce("n1"), "");
        let http = with_login();
        let resp = server.call(&http, req).unwrap();
        assert_eq!((resp.status_code(), &*resp.body_str()), (200, "welcome"));
        let seen = server.requests();
        assert_eq!((seen.len(), server.connections()), (2, 1));
        assert_eq!(seen[0].header("Authorization"), None);
        for request in &seen {
            assert_eq!(String::from_utf8_lossy(&request.body), body);
        }
        assert_eq!(param(&seen[1], "nc"), "00000001");
        let text = resp.call_text();
        assert!(text.contains("sent again: the server asks for the login, by Digest"), "{text}");
        assert!(!text.contains("marker") && !text.contains(param(&seen[1], "response")), "{text}");
        assert!(!format!("{http:?} {resp:?}").contains("marker"));
    }
}

#[test]
fn later_calls_use_the_nonce_at_once_and_count() {
    let current = nonce("n1");
    let server = protected(&current, "");
    let http = with_login();
    for path in ["/1", "/2", "/3"] {
        let mut req = HttpRequest::new();
        req.set_path(path);
        assert_eq!(server.call(&http, &req).unwrap().status_code(), 200);
    }
    // A clone shares the connections, and the nonces too.
    server.call(&http.clone(), &HttpRequest::new()).unwrap();
    let seen = server.requests();
    let counts: Vec<&str> = seen.iter().map(|request| param(request, "nc")).collect();
    assert_eq!(counts, ["", "00000001", "00000002", "00000003", "00000004"]);
    // The server forgets the nonce, with and without saying so.
    *current.lock().unwrap() = "n2".to_owned();
    assert_eq!(server.call(&http, &HttpRequest::new()).unwrap().status_code(), 200);
    let seen = server.requests();
    assert_eq!((seen.len(), param(&seen[5], "nonce"), param(&seen[6], "nonce")), (7, "n1", "n2"));
    assert_eq!(param(&seen[6], "nc"), "00000001");
}

#[test]
fn a_stale_nonce_is_replaced_once_and_a_wrong_login_is_not_tried_again() {
    // Each nonce is stale as soon as it is used.
    let count = AtomicUsize::new(0);
    let server = Server::start(move |mut conn: Conn| {
        while conn.read_request().is_some() {
            let nonce = format!("n{}", count.fetch_add(1, Ordering::SeqCst));
            conn.respond("401 No", &challenge(&nonce, ", stale=true"), "again");
        }
    });
    let http = with_login();
    assert_eq!(server.call(&http, &HttpRequest::new()).unwrap().status_code(), 401);
    let seen = server.requests();
    let nonces: Vec<&str> = seen.iter().map(|request| param(request, "nonce")).collect();
    assert_eq!(nonces, ["", "n0", "n1"]);

    let server = protected(&nonce("n1"), "");
    let mut http = patient();
    http.set_digest_login(USER, "wrong");
    for calls in 1..3 {
        let resp = server.call(&http, &HttpRequest::new()).unwrap();
        assert_eq!((resp.status_code(), server.requests().len()), (401, 2 * calls));
    }
}

#[test]
fn the_login_is_not_sent_as_basic_unless_the_caller_asked_for_that_too() {
    let basic = "WWW-Authenticate: Basic realm=\"zoo\"\r\n";
    let unsupported = "WWW-Authenticate: Digest realm=\"zoo\", nonce=\"n\", algorithm=SHA-1024\r\n\
                       WWW-Authenticate: Basic realm=\"zoo\"\r\n";
    for challenges in [basic, unsupported] {
        let server = Server::answering("401 No", challenges, "no");
        let mut http = with_login();
        let resp = server.call(&http, &HttpRequest::new()).unwrap();
        assert_eq!((resp.status_code(), credentials(&server)), (401, vec![None]));
        let text = resp.call_text();
        assert!(
            text.contains("not sent: login and password: the server offers no Digest"),
            "{text}"
        );
        http.set_basic_auth(true);
        server.call(&http, &HttpRequest::new()).unwrap();
        let sent = credentials(&server);
        assert_eq!((sent.len(), &sent[1]), (3, &None), "Basic waits for the challenge as well");
        assert!(sent[2].as_ref().unwrap().starts_with("Basic "));
    }
    // With both, a server that offers Digest never gets Basic, even if it refuses the login.
    let mixed =
        "WWW-Authenticate: Basic realm=\"zoo\", Digest realm=\"zoo\", nonce=\"n\", qop=auth\r\n";
    let server = Server::answering("401 No", mixed, "no");
    let mut http = with_login();
    http.set_basic_auth(true);
    assert_eq!(server.call(&http, &HttpRequest::new()).unwrap().status_code(), 401);
    let sent = credentials(&server);
    assert!(sent.len() == 2 && sent[1].as_ref().unwrap().starts_with("Digest "), "{sent:?}");
}

#[test]
fn the_login_goes_to_its_origin_only_even_on_the_way_back() {
    let other = protected(&nonce("other"), "");
    let to = format!("Location: http://127.0.0.1:{}/there\r\n", other.port());
    let server = Server::start(move |mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            match (request.target(), is_right(&request, "n1")) {
                ("/here", _) => conn.respond("302 Go", "Location: /and-here\r\n", ""),
                (_, true) => conn.respond("302 Go", &to, ""),
                _ => conn.respond("401 No", &challenge("n1", ""), ""),
            }
        }
    });
    let mut req = HttpRequest::new();
    req.set_path("/here");
    let http = with_login();
    for calls in 1..3 {
        assert_eq!(server.call(&http, &req).unwrap().status_code(), 401);
        assert_eq!(credentials(&other), vec![None; calls], "nothing is known of another origin");
    }
    let seen = server.requests();
    let uris: Vec<&str> = seen.iter().map(|request| param(request, "uri")).collect();
    assert_eq!(uris, ["", "", "/and-here", "/here", "/and-here"]);
}

#[test]
fn a_token_and_the_requests_own_authorization_take_precedence() {
    type Set = fn(&mut Transport, &mut HttpRequest);
    let token: Set = |http, _| {
        http.set_auth_token("t");
    };
    let own: Set = |_, req| {
        req.add_header("Authorization", "own");
    };
    let for_all: Set = |http, _| {
        http.set_request_header("authorization", "for all");
    };
    let settings = [
        (token, Some("Bearer t")),
        (own, Some("own")),
        // Not even while the login waits for its challenge.
        (for_all, None),
    ];
    for (set, first) in settings {
        let server = protected(&nonce("n1"), "");
        let (mut http, mut req) = (with_login(), HttpRequest::new());
        set(&mut http, &mut req);
        let resp = server.call(&http, &req).unwrap();
        assert_eq!(credentials(&server)[0].as_deref(), first);
        let expected = if first.is_some() { (401, 1) } else { (200, 2) };
        assert_eq!((resp.status_code(), server.requests().len()), expected);
    }
}

#[test]
fn a_login_that_cannot_be_sent_is_refused_without_being_shown() {
    let server = Server::answering("200 OK", "", "");
    for login in ["marker:x", "marker\r\nX-Evil: 1"] {
        let mut http = patient();
        http.set_digest_login(login, "pw");
        let err = server.call(&http, &HttpRequest::new()).unwrap_err();
        assert!(err.is_invalid_request() && err.to_string().contains("login"), "{err}");
        assert!(!err.to_string().contains("marker"), "{err}");
    }
    let mut http = patient();
    http.set_digest_login(USER, PASSWORD).set_digest_login("", "");
    server.call(&http, &HttpRequest::new()).unwrap();
    assert_eq!(credentials(&server), [None]);
}

#[test]
fn a_connection_that_is_cut_after_the_challenge_leaves_the_outcome_unknown() {
    let server = Server::start(|mut conn: Conn| {
        conn.read_request();
        conn.respond("401 No", &challenge("n1", ""), "");
        conn.read_request();
    });
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").load_body_from_string("a body", "utf-8");
    let err = server.call(&with_login(), &req).unwrap_err();
    assert!(err.may_have_been_processed(), "{err}");
    assert_eq!(server.requests().len(), 2, "it is not sent a third time");
}

#[test]
fn a_large_body_that_is_refused_early_is_sent_whole_the_second_time() {
    let body = vec![b'x'; 4 << 20];
    let server = Server::start(|mut conn: Conn| {
        let head = conn.read_head().unwrap_or_default();
        if head.contains("Authorization: Digest") {
            let length = conn.discard(4 << 20);
            conn.respond("200 OK", "", length.to_string());
        } else {
            conn.respond("401 No", &challenge("n1", ""), "");
            conn.discard(4 << 20);
        }
    });
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").load_body_from_bd(&body);
    let resp = server.call(&with_login(), &req).unwrap();
    assert_eq!((resp.status_code(), &*resp.body_str()), (200, "4194304"));
}
