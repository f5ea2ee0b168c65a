//! Secrets: tokens, passwords, cookies and the values of queries and params never appear in
//! `Debug`, an error or the log. The text of an error still says what happened.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use support::capture::{self, Markers};
use support::tls::{Authority, Identity};
use support::{ClosedPort, Conn, Server, patient, transport};
use zoomkat::{Error, ErrorKind, HttpRequest, Transport};

/// Operations of these tests on markers.
trait SecretDisplay {
    /// Returns a login with its password; their Basic form counts as a marker.
    fn login(&mut self) -> (String, String);
    /// Asserts that no marker is in the text of an error or in the log so far.
    fn assert_not_shown(&self, what: &str, err: &Error);
    /// Returns a request with a secret in every possible place.
    fn request(&mut self) -> HttpRequest;
    /// Returns a transport with a secret in every possible place.
    fn transport(&mut self) -> Transport;
}

impl SecretDisplay for Markers {
    fn login(&mut self) -> (String, String) {
        let (user, password) = (format!("user-of-{}", self.next()), self.next());
        self.all.push(BASE64_STANDARD.encode(format!("{user}:{password}")));
        (user, password)
    }

    fn assert_not_shown(&self, what: &str, err: &Error) {
        self.assert_absent(what, &(capture::full_text(err) + err.last_error_text()));
        self.assert_not_logged(what);
    }

    fn request(&mut self) -> HttpRequest {
        let mut req = HttpRequest::new();
        req.set_http_verb("POST").set_path(format!("/path?q={}&{}", self.next(), self.next()));
        req.add_header("Authorization", format!("Bearer {}", self.next()));
        req.add_header("Cookie", format!("id={}", self.next()));
        req.add_header("X-Api-Key", self.next());
        req.add_header("X-Plain", self.next()).mark_header_sensitive("x-PLAIN");
        req.add_param("password", self.next());
        req
    }

    fn transport(&mut self) -> Transport {
        let mut http = patient();
        let (user, password) = self.login();
        http.set_login(&user).set_password(&password).set_auth_token(&self.next());
        http.set_request_header("X-Client-Secret", &self.next());
        http
    }
}

#[test]
fn debug_of_a_request_shows_no_values() {
    let mut markers = Markers::new();
    let mut req = markers.request();
    markers.assert_not_debugged("Debug", &req);
    req.set_content_type("multipart/form-data");
    req.add_bd_for_upload("f", "f.bin", markers.next().as_bytes(), "");
    req.add_string_for_upload("g", "g.txt", &markers.next(), "utf-8");
    markers.assert_not_debugged("Debug", &req);
    req.load_body_from_string(&markers.next(), "utf-8");
    markers.assert_not_debugged("Debug", &req);
    req.load_body_from_bd(markers.next().as_bytes());
    markers.assert_not_debugged("Debug", &req);
    req.set_entire_header(&format!(
        "Cookie: a={}\r\ncookie: b={}\r\nX-Auth: {}\r\n",
        markers.next(),
        markers.next(),
        markers.next()
    ));
    markers.assert_not_debugged("Debug", &req);
    let shown = format!("{req:?}");
    for word in ["/path", "POST", "Cookie", "X-Auth"] {
        assert!(shown.contains(word), "{word} is not a secret: {shown}");
    }
}

#[test]
fn debug_of_a_request_whose_path_is_a_url_shows_neither_its_user_nor_its_fragment() {
    let mut markers = Markers::new();
    let mut req = HttpRequest::new();
    req.set_path(format!(
        "https://{}:{}@h.example/p?q={}#access_token={}",
        markers.next(),
        markers.next(),
        markers.next(),
        markers.next()
    ));
    markers.assert_not_debugged("Debug", &req);
    assert!(format!("{req:?}").contains("h.example/p"), "{req:?}");
    req.set_path(format!("/p#access_token={}", markers.next()));
    markers.assert_not_debugged("Debug", &req);
}

#[test]
fn debug_of_a_request_with_a_marked_header_given_twice_shows_neither_value() {
    let mut markers = Markers::new();
    let mut req = HttpRequest::new();
    req.set_entire_header(&format!(
        "X-Plain: {}\r\nx-plain: {}\r\n",
        markers.next(),
        markers.next()
    ));
    req.mark_header_sensitive("X-PLAIN");
    markers.assert_not_debugged("Debug", &req);
}

#[test]
fn debug_of_a_transport_shows_no_login() {
    let mut markers = Markers::new();
    markers.transport();
    let http = markers.transport();
    markers.assert_not_debugged("Debug", &http);
}

#[test]
fn debug_of_a_response_shows_no_cookie_and_no_body() {
    let mut markers = Markers::new();
    let (cookie, code, body) = (markers.next(), markers.next(), markers.next());
    let server = Server::start(move |mut conn| {
        conn.read_request();
        let headers = format!("Set-Cookie: id={cookie}\r\nLocation: /to?code={code}\r\n");
        conn.respond("302 Found", &headers, &body);
    });
    let (mut http, req) = (markers.transport(), markers.request());
    http.set_follow_redirects(false);
    let resp = server.call(&http, &req).unwrap();
    assert!(resp.final_redirect_url().contains("marker") && resp.body_str().contains("marker"));
    markers.assert_not_debugged("Debug", &resp);
    markers.assert_not_logged("a response");
}

#[test]
fn the_log_of_calls_that_succeed_shows_no_secret() {
    let mut markers = Markers::new();
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(&["127.0.0.1"]).server(), |mut conn| {
        while let Some(request) = conn.read_request() {
            match request.line().contains("/path") {
                true => conn.respond("307 Go", "Location: /to?state=here\r\n", ""),
                false => conn.respond("200 OK", "", "fine"),
            }
        }
    });
    let (mut http, req) = (markers.transport(), markers.request());
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    for _ in 0..2 {
        let resp = http.synchronous_request("127.0.0.1", server.port(), true, &req).unwrap();
        assert_eq!(resp.body_str(), "fine");
    }
    let head = &server.requests()[0].head;
    assert!(head.matches("marker").count() >= 6, "the secrets were sent: {head}");
    markers.assert_not_logged("a call over TLS");
    let lines = capture::lines();
    for target in ["zoomkat", "ureq", "rustls"] {
        assert!(lines.iter().any(|line| line.starts_with(target)), "{target} logs nothing");
    }
    assert!(lines.iter().any(|line| line.contains("/path?q=***&***")), "{lines:#?}");
}

#[test]
fn the_log_of_a_call_with_a_basic_login_shows_neither_the_login_nor_its_encoding() {
    let mut markers = Markers::new();
    let server = Server::answering("401 No", "WWW-Authenticate: Basic realm=\"x\"\r\n", "");
    let (user, password) = markers.login();
    let mut http = patient();
    http.set_login(&user).set_password(&password);
    server.call(&http, &HttpRequest::new()).unwrap();
    http.set_basic_auth(true);
    server.call(&http, &HttpRequest::new()).unwrap();
    let head = server.requests().pop().unwrap().head;
    assert!(head.contains(markers.all.last().unwrap()), "{head}");
    markers.assert_not_logged("a login");
}

/// Returns one failure of each kind that a server or the network can cause, with its name.
fn failures(markers: &mut Markers) -> Vec<(&'static str, ErrorKind, Error)> {
    let mut found = Vec::new();
    let mut add = |what, kind, result: zoomkat::Result<zoomkat::HttpResponse>| {
        found.push((what, kind, result.expect_err(what)));
    };
    let (http, req) = (markers.transport(), markers.request());
    let mut hasty = http.clone();
    hasty.set_read_timeout(Duration::from_secs(1));

    let far = "far.invalid";
    add("no such host", ErrorKind::Resolve, http.synchronous_request(far, 80, false, &req));
    let closed = ClosedPort::new();
    add(
        "nobody listens",
        ErrorKind::Connect,
        http.synchronous_request("127.0.0.1", closed.port(), false, &req),
    );
    let silent = Server::start(|mut conn| conn.wait_for_close());
    add("silence", ErrorKind::Timeout, silent.call(&hasty, &req));
    let bad = Server::start_tls(Identity::self_signed(&["127.0.0.1"]).server(), |_| ());
    add(
        "a bad certificate",
        ErrorKind::Tls,
        http.synchronous_request("127.0.0.1", bad.port(), true, &req),
    );
    let location = format!("Location: http://127.0.0.1:1/to?code={}\r\n", markers.next());
    let away = Server::start(move |mut conn| {
        conn.read_request();
        conn.respond("307 Go", &location, "");
    });
    add("a redirect with a body", ErrorKind::Redirect, away.call(&http, &req));
    let garbage = Server::saying("gopher");
    add("garbage", ErrorKind::Protocol, garbage.call(&http, &req));
    let mute = Server::start(|mut conn| {
        conn.read_request();
    });
    add("no answer", ErrorKind::Io, mute.call(&http, &req));
    let cut = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    add("half a body", ErrorKind::Body, cut.call(&http, &req));
    let mut strict = http.clone();
    strict.set_max_response_size(1);
    let long = Server::answering("200 OK", "", "long");
    add("a long body", ErrorKind::TooLarge, long.call(&strict, &req));
    for (what, status) in [("407", "407 Login"), ("502", "502 Bad Gateway")] {
        let proxy = Server::start(move |mut conn| {
            conn.read_head();
            conn.respond(status, "", "");
        });
        let mut proxied = http.clone();
        proxied.set_proxy(&format!("http://127.0.0.1:{}", proxy.port())).unwrap();
        let (user, password) = markers.login();
        proxied.set_proxy_login(&user, &password).unwrap();
        add(what, ErrorKind::Proxy, proxied.synchronous_request(far, 443, true, &req));
    }
    for (what, login) in [("a SOCKS login", [1, 1]), ("SOCKS", [1, 0])] {
        let proxy = Server::start(move |mut conn| {
            conn.send([[5, 2], login, [5, 2]].concat());
            conn.wait_for_close();
        });
        let mut proxied = http.clone();
        let (user, password) = markers.login();
        let url = format!("socks5h://{user}:{password}@127.0.0.1:{}", proxy.port());
        proxied.set_proxy(&url).unwrap();
        add(what, ErrorKind::Proxy, proxied.synchronous_request(far, 443, true, &req));
    }
    found
}

#[test]
fn no_failure_shows_a_secret_in_its_texts_its_causes_or_the_log() {
    let mut markers = Markers::new();
    for (what, kind, err) in failures(&mut markers) {
        assert_eq!(err.kind(), kind, "{what}: {err}");
        markers.assert_not_shown(what, &err);
        let message = err.last_error_text();
        assert!(message.contains("/path?q=***&***"), "the request is not named: {message}");
    }
}

#[test]
fn a_failed_upload_names_the_file_and_shows_no_secret() {
    let mut markers = Markers::new();
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_owned();
    std::fs::write(&path, markers.next().repeat(50_000)).unwrap();
    let content = markers.next();
    let shrunk = path.clone();
    // The file shrinks between the two attempts.
    let server = Server::start(move |mut conn: Conn| {
        conn.read_request();
        std::fs::write(&shrunk, &content).unwrap();
        conn.respond("307 Again", "Location: /again\r\n", "");
        conn.wait_for_close();
    });
    let (user, password) = markers.login();
    let mut http = patient();
    http.set_login(&user).set_password(&password).set_basic_auth(true);
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").set_path(format!("/path?q={}", markers.next()));
    req.stream_body_from_file(&path);
    let err = server.call(&http, &req).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Body, "{err}");
    assert!(err.to_string().contains(path.to_str().unwrap()), "{err}");
    markers.assert_not_shown("a file that shrinks", &err);
}

type Change = fn(&mut HttpRequest, &mut Transport, &str);

#[test]
fn a_refused_request_says_what_is_wrong_and_shows_no_secret() {
    let cases: [(&str, Change); 13] = [
        ("add_header", |req, _, m| {
            req.add_header("Authorization", format!("{m}\r\nX-Evil: {m}"));
        }),
        ("add_header", |req, _, m| {
            req.add_header("X-Harmless", format!("{m}\0"));
        }),
        ("add_header", |req, _, m| {
            req.add_header(&format!("Authorization: Bearer {m}"), "");
        }),
        ("set_entire_header", |req, _, m| {
            req.set_entire_header(&format!("Authorization Bearer {m}"));
        }),
        ("path", |req, _, m| {
            req.set_path(format!("/p?token={m}\n&{m}"));
        }),
        ("charset", |req, _, m| {
            req.set_charset("us-ascii").add_param("p", format!("{m}ü"));
        }),
        ("charset", |req, _, m| {
            req.set_charset("us-ascii").use_upload().add_param("p", format!("{m}ü"));
        }),
        ("content_type", |req, _, _| {
            req.set_content_type("application/json");
        }),
        ("boundary", |req, _, m| {
            req.use_upload().set_boundary("limit").add_param("p", format!("{m}\r\n--limit"));
        }),
        ("set_path_variable", |req, _, m| {
            req.set_path_variable("no-such", m);
        }),
        ("set_auth_token", |_, http, m| {
            http.set_auth_token(&format!("{m}\n{m}"));
        }),
        ("set_request_header", |_, http, m| {
            http.set_request_header("X-Mine", &format!("{m}\r\n"));
        }),
        ("set_request_header", |_, http, m| {
            http.set_request_header(&format!("X-Key: {m}"), "");
        }),
    ];
    for (member, change) in cases {
        let mut markers = Markers::new();
        let (mut req, mut http, marker) = (markers.request(), markers.transport(), markers.next());
        change(&mut req, &mut http, &marker);
        let err = http.synchronous_request("127.0.0.1", 1, false, &req).expect_err(member);
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{member}: {err}");
        assert!(err.to_string().contains(member), "{member}: {err}");
        markers.assert_not_shown(member, &err);
    }
}

#[test]
fn a_proxy_url_with_a_password_is_refused_without_showing_it() {
    let mut markers = Markers::new();
    for url in ["http://u:M@h:x", "ftp://u:M@h", "http://u:a/M@h", "http://u:M@h?x", "http://u:M@"]
    {
        let url = url.replace('M', &markers.next());
        let err = transport().set_proxy(&url).map(|_| ()).unwrap_err();
        assert!(err.is_invalid_request() && err.to_string().contains("set_proxy"), "{err}");
        markers.assert_not_shown("a proxy URL", &err);
    }
    let mut http = zoomkat::chilkat::Http::new();
    http.set_proxy_domain(&format!("http://u:{}@h", markers.next()));
    markers.assert_not_shown("a proxy host", &http.send(HttpRequest::new()).unwrap_err());
}

#[test]
fn a_url_with_a_password_as_domain_is_refused_without_showing_it() {
    for domain in ["https://someone:SECRET@host", "someone:SECRET@host", "host/?token=SECRET"] {
        let mut markers = Markers::new();
        let domain = domain.replace("SECRET", &markers.next());
        let http = patient();
        let err = http.synchronous_request(&domain, 443, true, HttpRequest::new()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        assert!(err.to_string().contains("domain"), "{err}");
        markers.assert_not_shown("a domain", &err);
        let http = Transport::with_endpoint(&domain, 443, true);
        markers.assert_not_debugged("Debug", &http);
    }
}

#[test]
fn a_private_key_that_is_not_in_pem_is_refused_without_showing_it() {
    let identity = Identity::self_signed(&["client.example"]);
    let bare: String = identity.key_pem.lines().filter(|line| !line.starts_with("--")).collect();
    let mut markers = Markers::new();
    markers.all.push(bare[20..60].to_owned());
    // The same as a list of bytes, which is how parsers quote what they cannot read.
    let bytes: Vec<String> =
        identity.key_pem.as_bytes()[40..60].iter().map(u8::to_string).collect();
    markers.all.push(bytes.join(", "));
    let broken = identity.key_pem.replace("-----END", "-----FIN");
    let in_one_line = identity.pem().replace('\n', " ");
    for pem in
        [bare, broken, in_one_line, format!("{}{}", identity.cert_pem, &identity.key_pem[..100])]
    {
        let mut http = transport();
        let err = http.set_client_cert_pem(&pem).map(|_| ()).unwrap_err();
        markers.assert_not_shown("a key", &err);
        let err = http.set_client_cert_file(&pem).map(|_| ()).unwrap_err();
        markers.assert_not_shown("a key", &err);
        let err = http.set_trusted_roots_pem(&pem).map(|_| ());
        if let Err(err) = err {
            markers.assert_not_shown("a key", &err);
        }
    }
}

#[test]
fn a_path_with_line_ends_stays_on_one_line_in_trace_and_log() {
    let _log = capture::install();
    let mut req = HttpRequest::new();
    req.set_path("/one\n   0.001 ms  forged").set_http_verb("GET\nforged");
    let err = patient().synchronous_request("127.0.0.1", 1, false, &req).unwrap_err();
    assert!(!err.last_error_text().lines().any(|line| line.trim().starts_with("0.001 ms")));
    assert!(!capture::lines().iter().any(|line| line.contains("\n   0.001 ms  forged")));
}

/// Returns the title of a trace and its steps with their milliseconds.
fn steps(text: &str) -> (&str, Vec<(f64, &str)>) {
    let mut lines = text.lines();
    let title = lines.next().unwrap();
    let steps = lines
        .filter_map(|line| line.split_once(" ms  "))
        .map(|(ms, step)| (ms.trim().parse().unwrap(), step))
        .collect();
    (title, steps)
}

fn assert_steps(err: &Error, expected: &[&str]) {
    let (_, found) = steps(err.last_error_text());
    assert_eq!(found.len(), expected.len(), "{}", err.last_error_text());
    for ((_, step), start) in found.iter().zip(expected) {
        assert!(step.starts_with(start), "{start:?} is not {step:?}: {found:?}");
    }
    assert!(found.is_sorted_by(|a, b| a.0 <= b.0), "times are not in order: {found:?}");
}

#[test]
fn the_trace_of_an_error_has_the_steps_in_order_with_their_times() {
    let authority = Authority::new();
    let config = authority.certify(&["127.0.0.1"]).server();
    let server = Server::start_tls(config, |mut conn| {
        conn.read_request();
        conn.respond("200 OK", "", "fine");
        conn.read_request();
        conn.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    });
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    let mut req = HttpRequest::new();
    req.set_path("/v2/users?page=2");
    let call = || http.synchronous_request("127.0.0.1", server.port(), true, &req);
    call().unwrap();
    let err = call().unwrap_err();
    assert_steps(
        &err,
        &["reused a kept-alive connection", "sent ", "received the header, status 200", "failed"],
    );
    let (title, _) = steps(err.last_error_text());
    let port = server.port();
    let expected = format!("GET https://127.0.0.1:{port}/v2/users?page=*** (zoomkat ");
    assert!(title.starts_with(&expected), "{title}");

    http.close_all_connections();
    let mut short = http.clone();
    short.set_max_response_size(1);
    let err = short.synchronous_request("127.0.0.1", port, true, &req).unwrap_err();
    let steps = [
        "resolve 127.0.0.1",
        "resolved: 1 address",
        "connected to 127.0.0.1",
        "TLS established (TLS 1.3, TLS_AES_256_GCM_SHA384), certificate verified",
        "sent ",
        "received the header, status 200",
        "failed: too large",
    ];
    assert_steps(&err, &steps);
}

#[test]
fn the_trace_of_an_error_ends_where_the_call_did() {
    let silent = Server::start(|mut conn| conn.wait_for_close());
    let err = silent.call(&transport(), &HttpRequest::new()).unwrap_err();
    assert_steps(&err, &["resolve", "resolved", "connected", "sent", "failed: timed out"]);
    let (_, found) = steps(err.last_error_text());
    let waited = found[4].0 - found[3].0;
    assert!(waited >= 900.0, "a second of silence is missing: {found:?}");

    let closed = ClosedPort::new();
    let err = patient()
        .synchronous_request("127.0.0.1", closed.port(), false, HttpRequest::new())
        .unwrap_err();
    assert_steps(&err, &["resolve", "resolved", "failed: cannot connect"]);
    let err =
        patient().synchronous_request("far.invalid", 80, false, HttpRequest::new()).unwrap_err();
    assert_steps(&err, &["resolve far.invalid", "failed: host name look-up failed"]);
    let mut req = HttpRequest::new();
    req.set_http_verb("");
    let err = patient().synchronous_request("far.invalid", 80, false, &req).unwrap_err();
    assert_steps(&err, &["failed: invalid request: http_verb"]);
}
