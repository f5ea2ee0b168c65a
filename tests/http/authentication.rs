//! Tokens, logins and headers of a `Transport`: they are sent as documented, and a request's own
//! header takes precedence.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use support::{Conn, Received, Server, patient};
use zoomkat::{HttpRequest, Transport};

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

/// Returns a GET with these settings as the server receives it.
fn sent(change: impl Fn(&mut Transport), req: &HttpRequest) -> Received {
    let server = Server::answering("200 OK", "", "");
    let mut http = patient();
    change(&mut http);
    server.call(&http, req).unwrap();
    server.request()
}

fn all<'r>(request: &'r Received, name: &str) -> Vec<&'r str> {
    let fields = request.headers().into_iter().filter_map(|line| line.split_once(": "));
    fields.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
}

/// Starts a server that answers 401 with these challenges to each request without an Authorization.
fn protected_server(challenges: &'static str) -> Server {
    Server::start(move |mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            match request.header("Authorization") {
                None => conn.respond("401 Unauthorized", challenges, "who are you?"),
                Some(_) => conn.respond("200 OK", "", "welcome"),
            }
        }
    })
}

#[test]
fn a_token_is_sent_as_bearer_until_it_is_removed() {
    let server = Server::answering("200 OK", "", "");
    let mut http = patient();
    for (token, line) in [("lorem", Some("Bearer lorem")), ("", None)] {
        http.set_auth_token(token);
        server.call(&http, &HttpRequest::new()).unwrap();
        assert_eq!(server.requests().pop().unwrap().header("Authorization"), line);
    }
    let requests = server.requests().len();
    for not_a_token in [" lorem ", "Bearer lorem", "lorem ipsum", r#"{"client_id":"lorem"}"#] {
        http.set_auth_token(not_a_token);
        let err = server.call(&http, &HttpRequest::new()).unwrap_err();
        assert!(err.is_invalid_request() && err.to_string().contains("set_auth_token"), "{err}");
        assert!(!err.to_string().contains("lorem"), "{err}");
    }
    assert_eq!(server.requests().len(), requests);
}

#[test]
fn with_basic_auth_the_login_is_sent_at_once() {
    for (login, password) in
        [("user", "pass"), ("me@corp", "a:b c"), ("jösé", "pässwörd"), ("me", "")]
    {
        let request = sent(
            |http| {
                http.set_login(login).set_password(password).set_basic_auth(true);
            },
            &HttpRequest::new(),
        );
        assert_eq!(all(&request, "Authorization"), [basic(login, password)]);
    }
}

#[test]
fn without_basic_auth_the_login_is_never_sent_and_the_401_is_returned() {
    let mut requests = [HttpRequest::new(), HttpRequest::new(), HttpRequest::new()];
    requests[1].set_http_verb("POST").load_body_from_string("a body", "utf-8");
    requests[2].use_upload().add_param("a", "b");
    for challenges in [
        "WWW-Authenticate: Basic realm=\"zoom\"\r\n",
        "WWW-Authenticate: basic\r\n",
        "WWW-Authenticate: Digest realm=\"a\", BASIC realm=\"b\"\r\n",
        "WWW-Authenticate: Bearer\r\nWWW-Authenticate: Basic realm=\"b\"\r\n",
    ] {
        let server = protected_server(challenges);
        let mut http = support::chilkat(&patient());
        http.set_login("marker-user").set_password("marker-password");
        for req in &requests {
            let resp = server.call(&http, req).unwrap();
            assert_eq!((resp.status_code(), &*resp.body_str()), (401, "who are you?"));
            assert_eq!((http.last_status(), http.last_method_success()), (401, true));
            let text = resp.call_text();
            assert!(text.contains("not sent: login and password"), "{text}");
            assert!(text.contains("set_basic_auth") && !text.contains("marker"), "{text}");
            assert_eq!(http.last_error_text(), text);
        }
        let heads: String = server.requests().into_iter().map(|request| request.head).collect();
        assert!(!heads.contains("Authorization"), "{challenges}: {heads}");
        assert_eq!((server.requests().len(), server.connections()), (3, 1), "{challenges}");
    }
    // An invalid login is not an error while it is not sent.
    let with_colon = |http: &mut Transport| {
        http.set_login("a:b").set_password("pw");
    };
    let request = sent(with_colon, &HttpRequest::new());
    assert_eq!(request.header("Authorization"), None);
}

#[test]
fn a_401_does_not_mention_a_login_that_was_sent_or_would_not_help() {
    let server = Server::answering("401 No", "WWW-Authenticate: Basic realm=\"x\"\r\n", "no");
    type Set = fn(&mut Transport);
    let settings: [(&str, Set); 5] = [
        ("none is set", |_| {}),
        ("no user", |http| {
            http.set_password("pw");
        }),
        ("it was sent", |http| {
            http.set_login("me").set_password("pw").set_basic_auth(true);
        }),
        ("a token was sent", |http| {
            http.set_login("me").set_auth_token("t");
        }),
        ("another one was sent", |http| {
            http.set_login("me").set_request_header("authorization", "own");
        }),
    ];
    for (what, set) in settings {
        let mut http = patient();
        set(&mut http);
        let resp = server.call(&http, &HttpRequest::new()).unwrap();
        assert_eq!(resp.status_code(), 401, "{what}");
        assert!(!resp.call_text().contains("not sent"), "{what}: {}", resp.call_text());
    }
    assert_eq!(server.requests().len(), 5);
}

#[test]
fn a_change_answered_with_401_was_not_made_even_if_the_body_is_lost() {
    for (status, may_be) in [("401 No", false), ("403 No", true)] {
        let server = Server::start(move |mut conn: Conn| {
            conn.read_request();
            conn.send(format!("HTTP/1.1 {status}\r\nContent-Length: 9\r\n\r\ncut"));
        });
        let mut req = HttpRequest::new();
        req.set_http_verb("POST").load_body_from_string("a body", "utf-8");
        let err = server.call(&patient(), &req).unwrap_err();
        assert_eq!(err.may_have_been_processed(), may_be, "{status}: {err}");
    }
}

#[test]
fn a_challenge_for_another_scheme_gets_no_login() {
    for challenges in [
        "",
        "WWW-Authenticate: Bearer realm=\"x\"\r\n",
        "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n",
        "WWW-Authenticate: Basically\r\n",
        "WWW-Authenticate: Digest realm=\"say, basic thing\"\r\n",
    ] {
        let server = protected_server(challenges);
        let mut http = patient();
        http.set_login("me").set_password("pw");
        let resp = server.call(&http, &HttpRequest::new()).unwrap();
        assert_eq!((resp.status_code(), &*resp.body_str()), (401, "who are you?"), "{challenges}");
        assert_eq!(server.requests().len(), 1, "{challenges}");
    }
}

#[test]
fn a_login_that_is_refused_is_not_tried_again() {
    let server = Server::answering("401 No", "WWW-Authenticate: Basic realm=\"x\"\r\n", "no");
    let mut http = patient();
    http.set_login("me").set_password("wrong").set_basic_auth(true);
    assert_eq!(server.call(&http, &HttpRequest::new()).unwrap().status_code(), 401);
    assert_eq!(server.requests().len(), 1);
    assert_eq!(server.request().header("Authorization"), Some(&*basic("me", "wrong")));
}

#[test]
fn a_requests_own_authorization_takes_precedence() {
    let settings: [fn(&mut Transport); 4] = [
        |http| {
            http.set_auth_token("token");
        },
        |http| {
            http.set_login("me").set_password("pw").set_basic_auth(true);
        },
        |http| {
            http.set_login("me").set_password("pw");
        },
        |http| {
            http.set_request_header("Authorization", "for all");
        },
    ];
    for set in settings {
        for name in ["Authorization", "AUTHORIZATION"] {
            let mut req = HttpRequest::new();
            req.add_header(name, "its own");
            let request = sent(set, &req);
            assert_eq!(all(&request, "authorization"), ["its own"]);
        }
    }
}

#[test]
fn a_token_takes_precedence_over_a_login() {
    let request = sent(
        |http| {
            http.set_auth_token("t").set_login("me").set_password("pw").set_basic_auth(true);
        },
        &HttpRequest::new(),
    );
    assert_eq!(all(&request, "Authorization"), ["Bearer t"]);
}

#[test]
fn no_header_is_sent_twice() {
    let set: fn(&mut Transport) = |http| {
        http.set_user_agent("agent/1").set_auth_token("t");
        for name in ["user-agent", "authorization", "content-type", "X-One"] {
            http.set_request_header(name, "from set_request_header");
        }
        http.set_request_header("x-one", "again");
    };
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").set_content_type("text/plain");
    req.load_body_from_string("the body", "utf-8");
    let request = sent(set, &req);
    for name in ["Host", "Content-Type", "Content-Length", "User-Agent", "Authorization", "X-One"] {
        assert_eq!(all(&request, name).len(), 1, "{name}: {}", request.head);
    }
    assert_eq!(all(&request, "Content-Length"), ["8"]);
    assert_eq!(all(&request, "Content-Type"), ["text/plain"]);
    assert_eq!(all(&request, "Transfer-Encoding"), <[&str; 0]>::default());
}

#[test]
fn a_default_content_type_fills_a_missing_one() {
    let set: fn(&mut Transport) = |http| {
        http.set_request_header("Content-Type", "application/json");
    };
    let mut req = HttpRequest::new();
    req.set_http_verb("POST").load_body_from_string("{}", "utf-8");
    let request = sent(set, &req);
    assert_eq!(all(&request, "Content-Type"), ["application/json"], "{}", request.head);
    req.set_content_type("text/plain").add_header("Host", "own.example");
    let request = sent(set, &req);
    assert_eq!(all(&request, "Content-Type"), ["text/plain"], "{}", request.head);
    assert_eq!(all(&request, "Host"), ["own.example"], "{}", request.head);
}

#[test]
fn default_headers_are_sent_unless_the_request_has_its_own() {
    let set: fn(&mut Transport) = |http| {
        http.set_user_agent("payroll/1.4").set_request_header("X-Trace", "general");
        http.set_request_header("X-Gone", "1").remove_request_header("x-gone");
    };
    let request = sent(set, &HttpRequest::new());
    assert_eq!(request.headers()[1..], ["User-Agent: payroll/1.4", "X-Trace: general"]);
    let mut req = HttpRequest::new();
    req.add_header("USER-AGENT", "own/1").add_header("x-trace", "own");
    let request = sent(set, &req);
    assert_eq!(request.headers()[1..], ["USER-AGENT: own/1", "x-trace: own"]);
    let request = sent(
        |http| {
            http.set_user_agent("x").set_user_agent("");
        },
        &HttpRequest::new(),
    );
    assert_eq!(request.headers().len(), 1, "only Host: {request:?}");
}

#[test]
fn headers_are_sent_in_their_order_and_case() {
    let mut req = HttpRequest::new();
    req.add_header("x-Zebra", "1").add_header("Accept", "*/*").add_header("X-alpha", "2");
    req.set_http_verb("POST").set_content_type("text/plain");
    req.load_body_from_string("hi", "utf-8").add_header("X-ZEBRA", "3");
    let server = Server::answering("200 OK", "", "");
    let mut http = patient();
    http.set_user_agent("a/1").set_auth_token("t").set_request_header("x-Last", "4");
    server.call(&http, &req).unwrap();
    assert_eq!(
        server.request().head,
        format!(
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: text/plain\r\n\
             Content-Length: 2\r\nX-ZEBRA: 3\r\nAccept: */*\r\nX-alpha: 2\r\nUser-Agent: a/1\r\n\
             Authorization: Bearer t\r\nx-Last: 4\r\n\r\n",
            server.port()
        )
    );
}

#[test]
fn settings_that_would_add_a_header_are_refused_and_nothing_is_sent() {
    type Set = fn(&mut Transport);
    let settings: [(&str, Set); 5] = [
        ("set_user_agent", |http| {
            http.set_user_agent("a\r\nX-Evil: 1");
        }),
        ("set_auth_token", |http| {
            http.set_auth_token("t\nX-Evil: 1");
        }),
        ("set_request_header", |http| {
            http.set_request_header("X-One", "a\0b");
        }),
        ("set_request_header", |http| {
            http.set_request_header("X-One: 1\r\nX-Evil", "1");
        }),
        ("set_request_header", |http| {
            http.set_request_header("", "1");
        }),
    ];
    let server = Server::answering("200 OK", "", "");
    for (member, set) in settings {
        let mut http = patient();
        set(&mut http);
        let err = server.call(&http, &HttpRequest::new()).expect_err(member);
        assert!(err.is_invalid_request(), "{member}: {err}");
        assert!(err.to_string().contains(member), "{err}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_clone_has_its_own_settings_and_shares_the_connections() {
    let server = Server::answering("200 OK", "", "");
    let mut one = patient();
    one.set_auth_token("one").set_user_agent("one/1");
    let mut two = one.clone();
    two.set_auth_token("two").set_request_header("X-Two", "2");
    one.set_user_agent("one/2");
    for http in [&one, &two, &one] {
        server.call(http, &HttpRequest::new()).unwrap();
    }
    let requests = server.requests();
    let of = |name| requests.iter().map(|r| r.header(name)).collect::<Vec<_>>();
    assert_eq!(of("Authorization"), [Some("Bearer one"), Some("Bearer two"), Some("Bearer one")]);
    assert_eq!(of("User-Agent"), [Some("one/2"), Some("one/1"), Some("one/2")]);
    assert_eq!(of("X-Two"), [None, Some("2"), None]);
    assert_eq!(server.connections(), 1);
    two.close_all_connections();
    server.call(&one, &HttpRequest::new()).unwrap();
    assert_eq!(server.connections(), 2, "the shared connections were closed for both");
}
