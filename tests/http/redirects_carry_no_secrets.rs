//! Redirects: they are followed according to RFC 9110 section 15.4, and another origin gets neither
//! secrets nor a body.

use std::sync::{Arc, OnceLock};

use support::tls::Authority;
use support::{Conn, Received, Server, patient};
use zoomkat::{ErrorKind, HttpRequest, Transport};

/// Starts a server that answers `/from` with this status and Location, and every other path with
/// 200 and the path.
fn redirecting(status: u16, location: impl Into<String>) -> Server {
    let location = location.into();
    Server::start(move |mut conn| redirect_from(&mut conn, status, &location))
}

fn redirect_from(conn: &mut Conn, status: u16, location: &str) {
    while let Some(request) = conn.read_request() {
        let target = request.line().split(' ').nth(1).unwrap();
        let answers_head = request.line().starts_with("HEAD");
        if target.starts_with("/from") {
            conn.respond(&format!("{status} Go"), &format!("Location: {location}\r\n"), "");
        } else {
            conn.respond("200 OK", "", if answers_head { "" } else { target });
        }
    }
}

fn url(server: &Server, path: &str) -> String {
    format!("http://127.0.0.1:{}{path}", server.port())
}

fn from(verb: &str) -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_http_verb(verb).set_path("/from?secret=1");
    req
}

#[test]
fn each_redirect_status_treats_method_and_body_as_documented() {
    // 303 becomes a GET, and 301 and 302 turn a POST into a GET; all others repeat the request.
    let becomes = |status: u16, verb: &'static str| match (status, verb) {
        (_, "HEAD") => "HEAD",
        (303, _) | (301 | 302, "POST") => "GET",
        _ => verb,
    };
    for status in [301, 302, 303, 307, 308] {
        for verb in ["GET", "POST", "PUT", "PATCH", "HEAD", "DELETE"] {
            let server = redirecting(status, "/to");
            let mut req = from(verb);
            req.add_header("Authorization", "kept").add_header("X-One", "1");
            let has_body = !matches!(verb, "GET" | "HEAD");
            if has_body {
                req.set_content_type("text/plain").load_body_from_string("the body", "utf-8");
            }
            let resp = server.call(&patient(), &req).unwrap();
            assert_eq!(resp.status_code(), 200, "{status} {verb}");
            assert_eq!(resp.final_redirect_url(), url(&server, "/to"), "{status} {verb}");
            assert_eq!(resp.domain(), "127.0.0.1");
            let [first, second] = server.requests().try_into().unwrap();
            assert_eq!(first.line(), format!("{verb} /from?secret=1 HTTP/1.1"));
            let now = becomes(status, verb);
            assert_eq!(second.line(), format!("{now} /to HTTP/1.1"), "{status} {verb}");
            let repeated = has_body && now == verb;
            assert_eq!(second.text(), if repeated { "the body" } else { "" }, "{status} {verb}");
            assert_eq!(second.header("Content-Type").is_some(), repeated, "{status} {verb}");
            assert_eq!(second.header("Content-Length").is_some(), repeated, "{status} {verb}");
            assert_eq!(second.header("Authorization"), Some("kept"), "{status} {verb}");
            assert_eq!(second.header("X-One"), Some("1"), "{status} {verb}");
            assert_eq!(server.connections(), 1, "{status} {verb}: the connection is kept");
        }
    }
}

#[test]
fn at_the_same_origin_the_whole_body_is_sent_again_with_the_same_boundary() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let content: Vec<u8> = (0..300_000u32).map(|n| (n % 251) as u8).collect();
    std::fs::write(file.path(), &content).unwrap();
    let mut requests = [from("PUT"), from("POST"), from("PATCH"), from("POST")];
    requests[0].stream_body_from_file(file.path());
    requests[1].set_content_type("multipart/form-data").add_param("a", "b");
    requests[1].add_file_for_upload("f", file.path());
    requests[2].load_body_from_bd(&content);
    requests[3].stream_chunk_from_file(file.path(), 1000, 200_000);
    for status in [307, 308] {
        for req in &requests {
            let server = redirecting(status, "/to");
            server.call(&patient(), req).unwrap();
            let [first, second] = server.requests().try_into().unwrap();
            assert!(first.body.len() >= 200_000, "{}", first.line());
            assert!(first.body == second.body, "{} differs", first.line());
            assert_eq!(first.header("Content-Type"), second.header("Content-Type"));
            assert_eq!(first.header("Content-Length"), second.header("Content-Length"));
        }
    }
}

#[test]
fn a_location_can_be_written_in_many_ways() {
    for (location, path) in [
        ("to", "/from/to"),
        ("/to", "/to"),
        ("../to", "/to"),
        ("./a/./../to", "/from/to"),
        ("?x=1", "/from/here?x=1"),
        ("/to?a=b/../c", "/to?a=b/../c"),
        ("/to#fragment", "/to"),
        ("/with space/and more", "/with%20space/and%20more"),
        ("/grüße?q=ü", "/gr%C3%BC%C3%9Fe?q=%C3%BC"),
        ("/a%20b%2Fc", "/a%20b%2Fc"),
        ("//127.0.0.1:PORT/to", "/to"),
        ("http://127.0.0.1:PORT", "/"),
        ("HTTP://127.0.0.1:PORT/to", "/to"),
        ("http://someone:pw@127.0.0.1:PORT/to", "/to"),
        ("http://127.0.0.1:PORT?x=1", "/?x=1"),
    ] {
        let server = Server::start(move |mut conn| {
            while let Some(request) = conn.read_request() {
                if request.line().starts_with("GET /from/here?secret=1 ") {
                    let port = request.header("Host").unwrap().rsplit(':').next().unwrap();
                    let location = location.replace("PORT", port);
                    conn.respond("302 Found", &format!("Location: {location}\r\n"), "");
                } else {
                    conn.respond("200 OK", "", "");
                }
            }
        });
        let mut req = HttpRequest::new();
        req.set_path("/from/here?secret=1").add_header("Authorization", "same origin");
        let resp = server.call(&patient(), &req).expect(location);
        assert_eq!(resp.final_redirect_url(), url(&server, path), "{location}");
        let second = server.requests().pop().unwrap();
        assert_eq!(second.line(), format!("GET {path} HTTP/1.1"), "{location}");
        assert_eq!(second.header("Authorization"), Some("same origin"), "{location}");
    }
}

/// Fills a request and a transport with secrets, each with `secret` in its value.
fn with_secrets(req: &mut HttpRequest) -> Transport {
    for name in [
        "Authorization",
        "Cookie",
        "X-Api-Key",
        "Proxy-Authorization",
        "X-Session",
        "X-Plain-Looking",
        "Host",
    ] {
        req.add_header(name, "secret.example");
    }
    req.mark_header_sensitive("x-plain-looking").add_header("X-Harmless", "kept");
    let mut http = patient();
    http.set_auth_token("secret").set_login("secret").set_password("secret").set_basic_auth(true);
    http.set_user_agent("agent/1");
    for name in ["X-Auth-Token", "X-Client-Secret", "X-Zm-Signature"] {
        http.set_request_header(name, "secret");
    }
    http.set_request_header("X-Harmless-Too", "kept");
    http
}

fn assert_no_secret(request: &Received, port: u16) {
    assert!(!request.head.to_lowercase().contains("secret"), "{}", request.head);
    assert!(!request.head.to_lowercase().contains("authorization"), "{}", request.head);
    assert_eq!(request.header("Host"), Some(format!("127.0.0.1:{port}").as_str()));
    assert_eq!(request.header("X-Harmless"), Some("kept"));
    assert_eq!(request.header("X-Harmless-Too"), Some("kept"));
    assert_eq!(request.header("User-Agent"), Some("agent/1"));
    assert_eq!(request.body, b"");
}

#[test]
fn another_origin_gets_no_credentials() {
    for status in [301, 302, 303, 307, 308] {
        for verb in ["GET", "HEAD", "DELETE"] {
            let other = Server::answering("200 OK", "", "");
            let server = redirecting(status, url(&other, "/to"));
            let mut req = from(verb);
            let http = with_secrets(&mut req);
            let resp = server.call(&http, &req).unwrap();
            assert_eq!(resp.final_redirect_url(), url(&other, "/to"));
            assert!(server.request().head.contains("Authorization: secret.example"));
            assert_no_secret(&other.request(), other.port());
        }
    }
}

#[test]
fn a_token_or_login_of_the_transport_is_not_sent_to_another_origin() {
    let settings: [fn(&mut Transport); 3] = [
        |http| {
            http.set_auth_token("secret");
        },
        |http| {
            http.set_login("secret").set_password("secret").set_basic_auth(true);
        },
        |http| {
            http.set_request_header("Authorization", "secret");
        },
    ];
    for set in settings {
        let other = Server::answering("200 OK", "", "");
        let server = redirecting(302, url(&other, "/to"));
        let mut http = patient();
        set(&mut http);
        server.call(&http, &from("GET")).unwrap();
        assert!(server.request().header("Authorization").is_some());
        assert_eq!(other.request().headers().len(), 1, "only Host: {:?}", other.request());
    }
}

#[test]
fn a_marked_header_is_not_sent_to_another_origin_whether_set_on_request_or_transport() {
    let other = Server::answering("200 OK", "", "");
    let server = redirecting(302, url(&other, "/to"));
    for (set_by_request, marked_by_request) in [(false, true), (false, false), (true, false)] {
        let (mut http, mut req) = (patient(), from("GET"));
        if set_by_request {
            req.add_header("X-Plain-Looking", "a value");
        } else {
            http.set_request_header("X-Plain-Looking", "a value");
        }
        if marked_by_request {
            req.mark_header_sensitive("x-plain-looking");
        } else {
            http.mark_header_sensitive("x-plain-looking");
        }
        server.call(&http, &req).unwrap();
        let (first, second) = (server.requests().pop().unwrap(), other.requests().pop().unwrap());
        assert_eq!(first.header("X-Plain-Looking"), Some("a value"));
        assert_eq!(second.header("X-Plain-Looking"), None);
    }
}

#[test]
fn the_words_of_a_header_name_decide_whether_it_is_secret() {
    let secret = [
        "DPoP",
        "X-SID",
        "sid",
        "connect.sid",
        "X-Account-Sid",
        "userSid",
        "X-Sid2",
        "PHPSESSID",
        "X-Sess",
        "X-Session",
        "X-Csrf",
        "X-CSRFToken",
        "csrf",
        "_csrf_param",
        "AntiCsrf",
        "XSRF",
        "X-XSRF-TOKEN",
        "X-Pin",
        "Login-Pin",
        "userPin",
        "X-PINCode",
        "pin_1",
        "X_OTP",
        "X-OTP2",
        "userOtp",
        "UserOtpCode",
        "X-Totp",
        "smsotp",
        "otpcode",
        "accesstoken",
        "XAPIkey",
        "X-Embed-Token",
        "user.password",
        "X-Loremtokenipsum",
        "tk",
        "ZAK",
    ];
    let harmless = [
        "Inside",
        "X-Inside-Track",
        "Side",
        "X-Residence",
        "Pinterest-Id",
        "Spin",
        "X-Spinner",
        "Shipping",
        "X-Opinion",
        "OPINION",
        "X-Hotpath",
        "HotPath",
        "Footprint",
        "X-Potpourri",
        "X-Possess",
        "X-Atk",
        "Zakat",
        "X-Token-Type",
        "Key-Id",
        "passengerCode",
        "X-Assigned",
        "Compass",
        "Idempotency-Key",
    ];
    // A key of Stripe, under any name.
    let key = ["sk_", "live_loremipsum"].concat();
    let other = Server::answering("200 OK", "", "");
    let server = redirecting(302, url(&other, "/to"));
    for by_setting in [false, true] {
        let (mut http, mut req) = (support::chilkat(&patient()), from("GET"));
        for name in secret.iter().chain(&harmless) {
            match by_setting {
                true => http.set_request_header(name, "loremipsum"),
                false => {
                    req.add_header(name, "loremipsum");
                    &mut http
                }
            };
        }
        match by_setting {
            true => drop(http.set_request_header("X-Dolor", &key)),
            false => drop(req.add_header("X-Dolor", &key)),
        }
        server.call(&http, &req).unwrap();
        let (first, second) = (server.requests().pop().unwrap(), other.requests().pop().unwrap());
        http.set_follow_redirects(false);
        server.call(&http, &req).unwrap();
        let (masked, debugged) = (http.last_header(), format!("{req:?}"));
        assert_eq!((first.header("X-Dolor"), second.header("X-Dolor")), (Some(&*key), None));
        assert!(!masked.contains(&key) && !debugged.contains(&key), "{masked} {debugged}");
        for name in secret {
            assert_eq!(first.header(name), Some("loremipsum"), "{name}");
            assert_eq!(second.header(name), None, "{name}");
            assert!(masked.contains(&format!("\r\n{name}: ***\r\n")), "{name}: {masked}");
            let shown = format!("{name:?}: \"loremipsum\"");
            assert!(!debugged.contains(&shown), "{name}: {debugged}");
        }
        for name in harmless {
            assert_eq!(second.header(name), Some("loremipsum"), "{name}");
            assert!(masked.contains(&format!("\r\n{name}: loremipsum\r\n")), "{name}: {masked}");
        }
    }
}

#[test]
fn a_referer_goes_to_another_origin_only_without_user_query_and_fragment() {
    for (referer, goes) in [
        ("https://example.com/page", true),
        ("https://example.com", true),
        ("/page", true),
        ("https://example.com/page?", false),
        ("https://example.com/reset?code=loremipsum", false),
        ("/reset?code=loremipsum", false),
        ("?loremipsum", false),
        ("https://example.com/page#access=loremipsum", false),
        ("https://lorem:ipsum@example.com/page", false),
    ] {
        let other = Server::answering("200 OK", "", "");
        let away = redirecting(302, url(&other, "/to"));
        let back = redirecting(302, "/to");
        for name in ["Referer", "referer", "REFERER", "Referrer", "HTTP-Referer", "X-Referer"] {
            for by_setting in [false, true] {
                let (mut http, mut req) = (support::chilkat(&patient()), from("GET"));
                match by_setting {
                    true => drop(http.set_request_header(name, referer)),
                    false => drop(req.add_header(name, referer)),
                }
                away.call(&http, &req).unwrap();
                back.call(&http, &req).unwrap();
                let at = |server: &Server| server.requests().pop().unwrap();
                assert_eq!(at(&away).header(name), Some(referer));
                assert_eq!(at(&back).header(name), Some(referer), "the same origin may know it");
                assert_eq!(at(&other).header(name), goes.then_some(referer), "{name}: {referer}");
                let shown = if goes { referer } else { "***" };
                assert!(http.last_header().contains(&format!("\r\n{name}: {shown}\r\n")));
                let debugged = format!("{req:?}");
                assert!(
                    by_setting || debugged.contains(&format!("{name:?}: {shown:?}")),
                    "{debugged}"
                );
            }
        }
        // Other headers that contain a URL do not describe the previous page.
        let (mut req, http) = (from("GET"), patient());
        req.add_header("X-Page", referer);
        away.call(&http, &req).unwrap();
        assert_eq!(other.requests().pop().unwrap().header("X-Page"), Some(referer));
    }
}

#[test]
fn another_origin_that_asks_for_a_login_does_not_get_it() {
    let other = Server::answering("401 No", "WWW-Authenticate: Basic realm=\"zoom\"\r\n", "no");
    let server = redirecting(302, url(&other, "/to"));
    let mut http = patient();
    http.set_login("me").set_password("secret").set_basic_auth(true);
    let resp = server.call(&http, &from("GET")).unwrap();
    assert_eq!(resp.status_code(), 401);
    assert_eq!(other.requests().len(), 1, "{}", resp.call_text());
    assert_eq!(other.request().header("Authorization"), None);
}

#[test]
fn another_host_name_for_the_same_server_is_another_origin() {
    let server = Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            let host = request.header("Host").unwrap().to_owned();
            let port = host.rsplit(':').next().unwrap().to_owned();
            if host.starts_with("127.0.0.1") {
                let location = format!("Location: http://localhost:{port}/to\r\n");
                conn.respond("302 Found", &location, "");
            } else {
                conn.respond("200 OK", "", "");
            }
        }
    });
    let mut req = HttpRequest::new();
    req.add_header("Authorization", "secret");
    let resp = server.call(&patient(), &req).unwrap();
    assert_eq!(resp.domain(), "localhost");
    assert_eq!(server.requests()[1].header("Authorization"), None);
}

#[test]
fn dropped_credentials_stay_dropped_even_back_at_the_first_origin() {
    let home = Arc::<OnceLock<String>>::default();
    let to = Arc::clone(&home);
    let second = Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            match request.line().starts_with("GET /there") {
                true => conn.respond("302 Go", "Location: /and-on\r\n", ""),
                false => {
                    conn.respond("302 Go", &format!("Location: {}\r\n", to.get().unwrap()), "")
                }
            }
        }
    });
    let away = url(&second, "/there");
    let first = Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            match request.line().split(' ').nth(1).unwrap() {
                "/back" => conn.respond("302 Go", "Location: /end\r\n", ""),
                "/end" => conn.respond("200 OK", "", ""),
                _ => conn.respond("302 Go", &format!("Location: {away}\r\n"), ""),
            }
        }
    });
    home.set(url(&first, "/back")).unwrap();
    let mut req = from("GET");
    let http = with_secrets(&mut req);
    let resp = first.call(&http, &req).unwrap();
    assert_eq!(resp.final_redirect_url(), url(&first, "/end"));
    let line = |r: &Received| r.line().to_owned();
    let (at_first, at_second) = (first.requests(), second.requests());
    let lines: Vec<String> = at_first[1..].iter().chain(&at_second).map(line).collect();
    let expected = ["/back", "/end", "/there", "/and-on"].map(|p| format!("GET {p} HTTP/1.1"));
    assert_eq!(lines, expected);
    for request in &at_second {
        assert_no_secret(request, second.port());
    }
    for request in &at_first[1..] {
        assert_no_secret(request, first.port());
    }
}

#[test]
fn a_redirect_that_would_send_the_body_to_another_origin_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "a password").unwrap();
    for (status, verb) in
        [(307, "POST"), (308, "POST"), (307, "PUT"), (301, "PUT"), (302, "PATCH"), (308, "DELETE")]
    {
        for kind in 0..3 {
            let other = Server::answering("200 OK", "", "");
            let server = redirecting(status, url(&other, "/to"));
            let mut req = from(verb);
            match kind {
                0 => req.load_body_from_string("a password", "utf-8"),
                1 => req.set_content_type("multipart/form-data").add_param("password", "p"),
                _ => req.stream_body_from_file(file.path()),
            };
            let err = server.call(&patient(), &req).expect_err(verb);
            assert_eq!(err.kind(), ErrorKind::Redirect, "{status} {verb}: {err}");
            for word in [&status.to_string(), "another origin", &url(&other, "/to")] {
                assert!(err.to_string().contains(word), "{word} is not in {err}");
            }
            assert_eq!(server.requests().len(), 1);
            assert_eq!(other.connections(), 0, "{status} {verb}");
        }
    }
}

#[test]
fn a_post_that_becomes_a_get_loses_its_body() {
    for status in [301, 302, 303] {
        let other = Server::answering("200 OK", "", "");
        let server = redirecting(status, url(&other, "/to"));
        let mut req = from("POST");
        req.load_body_from_string("a secret", "utf-8");
        server.call(&patient(), &req).unwrap();
        assert_eq!(other.request().line(), "GET /to HTTP/1.1");
        assert_eq!(other.request().headers().len(), 1, "{:?}", other.request());
    }
}

#[test]
fn https_never_becomes_plain_http() {
    let authority = Authority::new();
    let plain = Server::answering("200 OK", "", "");
    let location = url(&plain, "/to");
    let config = authority.certify(&["127.0.0.1"]).server();
    let server =
        Server::start_tls(config, move |mut conn| redirect_from(&mut conn, 302, &location));
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    let err = http.synchronous_request("127.0.0.1", server.port(), true, from("GET")).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Redirect, "{err}");
    assert!(err.to_string().contains("https to plain http"), "{err}");
    assert_eq!(plain.connections(), 0);
}

#[test]
fn plain_http_can_become_https_without_credentials() {
    let authority = Authority::new();
    let config = authority.certify(&["127.0.0.1"]).server();
    let secure = Server::start_tls(config, |mut conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", "");
        }
    });
    let server = redirecting(301, format!("https://127.0.0.1:{}/to", secure.port()));
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    http.set_auth_token("secret");
    server.call(&http, &from("GET")).unwrap();
    assert_eq!(secure.request().headers().len(), 1, "{:?}", secure.request());
}

/// Starts a server that redirects from `/n` to `/n+1` until `/last`.
fn stairs(last: usize) -> Server {
    Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            let step: usize = request.line().split([' ', '/']).nth(2).unwrap().parse().unwrap();
            match step == last {
                true => conn.respond("200 OK", "", "arrived"),
                false => conn.respond("302 Go", &format!("Location: /{}\r\n", step + 1), ""),
            }
        }
    })
}

#[test]
fn ten_redirects_are_followed_and_the_eleventh_is_an_error() {
    let mut req = HttpRequest::new();
    req.set_path("/0");
    let server = stairs(10);
    assert_eq!(server.call(&patient(), &req).unwrap().body_str(), "arrived");
    assert_eq!(server.requests().len(), 11);
    let server = stairs(11);
    let err = server.call(&patient(), &req).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Redirect, "{err}");
    assert!(err.to_string().contains("10 redirects"), "{err}");
    assert_eq!(server.requests().len(), 11);
    let server = redirecting(302, "/from");
    let err = server.call(&patient(), &from("GET")).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Redirect, "a loop: {err}");
    assert_eq!(server.requests().len(), 11);
}

#[test]
fn an_invalid_location_is_an_error_that_shows_no_secret() {
    for (location, says) in [
        ("ftp://host/f?token=marker-1", "ftp"),
        ("mailto:someone@example.com?body=marker-1", "mailto"),
        ("javascript:alert(1)?x=marker-1", "javascript"),
        ("http://?token=marker-1", "empty"),
        ("http://127.0.0.1:99999/?token=marker-1", "port"),
        ("http://127.0.0.1:0/?token=marker-1", "port"),
        ("http:relative?token=marker-1", "no host"),
        ("http://a b/?token=marker-1&marker-1", "' '"),
        ("http://someone:marker-1@a b/", "' '"),
        ("//someone:marker-1@a b/", "' '"),
        ("ftp://host/f#access_token=marker-1", "ftp"),
        ("ftp://someone:p@marker-1@host/", "ftp"),
        ("http://a b/?x=1#access_token=marker-1", "' '"),
    ] {
        let server = redirecting(302, location);
        let err = server.call(&patient(), &from("GET")).expect_err(location);
        assert_eq!(err.kind(), ErrorKind::Redirect, "{location}: {err}");
        assert!(err.to_string().contains(says), "{location}: {says:?} is not in {err}");
        let message = format!("{err} {err:?} {}", err.last_error_text());
        assert!(!message.contains("marker-1"), "{location}: {message}");
    }
}

#[test]
fn a_refused_redirect_shows_no_query_value() {
    let other = Server::answering("200 OK", "", "");
    let server = redirecting(307, url(&other, "/to?code=marker-1&marker-1"));
    let mut req = from("POST");
    req.load_body_from_string("x", "utf-8");
    let err = server.call(&patient(), &req).unwrap_err();
    assert!(err.to_string().contains("/to?code=***&***"), "{err}");
    let server = redirecting(302, "/from?code=marker-1");
    let loop_err = server.call(&patient(), &from("GET")).unwrap_err();
    for err in [err, loop_err] {
        let message = format!("{err} {err:?} {}", err.last_error_text());
        assert!(!message.contains("marker-1") && message.contains("code=***"), "{message}");
    }
}

#[test]
fn a_3xx_without_a_location_is_a_response() {
    for status in [300, 301, 302, 303, 304, 305, 307, 308] {
        for place in ["", "Content-Location: /to\r\n"] {
            let server = Server::start(move |mut conn| {
                while conn.read_request().is_some() {
                    conn.send(format!("HTTP/1.1 {status} X\r\n{place}Content-Length: 0\r\n\r\n"));
                }
            });
            let resp = server.call(&patient(), &HttpRequest::new()).unwrap();
            assert_eq!((resp.status_code(), resp.final_redirect_url()), (status, ""));
            assert_eq!(server.requests().len(), 1);
        }
    }
    for status in [200, 201, 300, 304] {
        let server = redirecting(status, "/to");
        let resp = server.call(&patient(), &from("GET")).unwrap();
        assert_eq!(resp.status_code(), status, "such a Location is not a redirect");
    }
}

#[test]
fn a_transport_that_follows_no_redirects_returns_the_3xx_with_its_target() {
    for (location, leads) in [
        ("/to?x=1", Some("/to?x=1")),
        ("http://elsewhere.example/a", None),
        ("mailto:someone@example.com", Some("")),
    ] {
        let server = redirecting(307, location);
        let mut http = patient();
        http.set_follow_redirects(false);
        let mut req = from("POST");
        req.load_body_from_string("x", "utf-8");
        let resp = server.call(&http, &req).unwrap();
        assert_eq!(resp.status_code(), 307);
        assert_eq!(resp.get_header_field("Location"), Some(location));
        let expected = match leads {
            None => location.to_owned(),
            Some("") => String::new(),
            Some(path) => url(&server, path),
        };
        assert_eq!(resp.final_redirect_url(), expected);
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn without_a_redirect_there_is_no_redirect_url() {
    let server = Server::answering("200 OK", "Location: /to\r\n", "");
    assert_eq!(server.call(&patient(), &HttpRequest::new()).unwrap().final_redirect_url(), "");
}

#[test]
fn a_redirect_with_a_large_body_is_followed() {
    for length in [70_000, 10_000_000] {
        let server = Server::start(move |mut conn| {
            while let Some(request) = conn.read_request() {
                if request.line().starts_with("GET /from") {
                    conn.respond("302 Go", "Location: /to\r\n", vec![b'x'; length]);
                } else {
                    conn.respond("200 OK", "", "arrived");
                }
            }
        });
        let resp = server.call(&patient(), &from("GET")).unwrap();
        assert_eq!(resp.body_str(), "arrived");
        assert_eq!(server.connections(), 2, "a connection with an unread body is not kept");
    }
}

#[test]
fn the_trace_has_each_redirect() {
    let server = stairs(11);
    let mut req = HttpRequest::new();
    req.set_path("/0");
    let err = server.call(&patient(), &req).unwrap_err();
    let message = err.last_error_text();
    for step in 1..=10 {
        assert!(
            message.contains(&format!("redirected to {}\n", url(&server, &format!("/{step}"))))
        );
    }
}

#[test]
fn a_post_that_becomes_a_get_loses_the_headers_of_its_body() {
    let server = redirecting(303, "/next");
    let mut http = patient();
    http.set_request_header("Content-Language", "de");
    let mut req = from("POST");
    req.add_header("Content-Encoding", "gzip").add_header("X-Kept", "1");
    req.set_content_type("application/json").load_body_from_string("{}", "utf-8");
    server.call(&http, &req).unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].header("Content-Encoding"), Some("gzip"));
    assert_eq!(requests[1].line(), "GET /next HTTP/1.1");
    let host = format!("Host: 127.0.0.1:{}", server.port());
    assert_eq!(requests[1].headers(), [host.as_str(), "X-Kept: 1"]);
}

#[test]
fn a_location_is_shown_once_and_masked() {
    let server = redirecting(307, "http://127.0.0.2:9/users/a@b.c?token=marker");
    let mut req = from("PUT");
    req.load_body_from_string("x", "utf-8");
    let err = server.call(&patient(), &req).unwrap_err().to_string();
    assert!(err.contains("\"http://127.0.0.2:9/users/a@b.c?token=***\""), "{err}");

    for location in ["https:/user:marker@h/p", "https:\\\\user:marker@h/p"] {
        let server = redirecting(302, location);
        let err = server.call(&patient(), &from("GET")).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Redirect);
        assert!(!err.last_error_text().contains("marker"), "{err}");
    }
}

/// Sends a request full of secrets to `http://api.example/from` through a proxy that acts as every
/// host and answers with this Location. Returns the request that follows, if any.
fn through_a_proxy(location: &str) -> Result<Received, zoomkat::Error> {
    let location = location.to_owned();
    let proxy = Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            match request.line().starts_with("GET http://api.example/from?") {
                true => conn.respond("302 Go", &format!("Location: {location}\r\n"), ""),
                false => conn.respond("200 OK", "", ""),
            }
        }
    });
    let mut req = from("GET");
    let mut http = with_secrets(&mut req);
    req.remove_header("Host");
    http.set_proxy(&format!("http://127.0.0.1:{}", proxy.port())).unwrap();
    http.synchronous_request("api.example", 80, false, &req)?;
    assert!(proxy.requests()[0].head.contains("Authorization: secret"));
    Ok(proxy.requests().pop().unwrap())
}

#[test]
fn a_location_gets_secrets_only_if_it_is_the_same_origin() {
    // Each Location, the URL it leads to, and whether that is the origin of the secrets.
    for (location, url, is_home) in [
        ("HTTP://API.EXAMPLE/to", "http://api.example/to", true),
        ("http://api.example:80/to", "http://api.example/to", true),
        ("http://api.example:/to", "http://api.example/to", true),
        ("//api.example/to", "http://api.example/to", true),
        ("http://who:what@api.example/to", "http://api.example/to", true),
        ("\\\\evil.example/to", "http://api.example/%5C%5Cevil.example/to", true),
        ("/\\evil.example/to", "http://api.example/%5Cevil.example/to", true),
        ("/%0d%0aX: y", "http://api.example/%0d%0aX:%20y", true),
        ("http://sub.api.example/to", "http://sub.api.example/to", false),
        ("http://example/to", "http://example/to", false),
        ("http://api.example:8080/to", "http://api.example:8080/to", false),
        ("http://api.example./to", "http://api.example./to", false),
        ("http://api-example/to", "http://api-example/to", false),
        ("http://api.example.evil.example/to", "http://api.example.evil.example/to", false),
        ("//evil.example/to", "http://evil.example/to", false),
        ("hTTp://evil.example/to", "http://evil.example/to", false),
        ("http://api.example@evil.example/to", "http://evil.example/to", false),
        ("http://api.example:80@evil.example/to", "http://evil.example/to", false),
        ("http://a@api.example@evil.example/to", "http://evil.example/to", false),
        ("http://evil.example\\@api.example/to", "http://evil.example/%5C@api.example/to", false),
        ("http://evil.example?@api.example/to", "http://evil.example/?@api.example/to", false),
        ("http://evil.example#@api.example/to", "http://evil.example/", false),
        ("http://evil.example/@api.example/to", "http://evil.example/@api.example/to", false),
    ] {
        let request = through_a_proxy(location).expect(location);
        assert_eq!(request.line(), format!("GET {url} HTTP/1.1"), "{location}");
        let message = request.head.to_lowercase();
        assert_eq!(message.contains("secret"), is_home, "{location}: {}", request.head);
        assert_eq!(message.contains("\r\nauthorization:"), is_home, "{location}");
        assert_eq!(request.header("X-Harmless"), Some("kept"), "{location}");
    }
}

#[test]
fn a_location_that_clients_parse_differently_is_refused() {
    for location in [
        "http:\\\\evil.example/",
        "http:evil.example/",
        "http:/evil.example/",
        "http:///evil.example/",
        "http://api.example\t.evil.example/",
        "ht\ttp://evil.example/",
        "/to\u{b}",
        "http://evil\u{3002}example/",
        "http://%65vil.example/",
        "http://evil.example%00.api.example/",
        "http://evil.example:80:80/",
        "http://[::1/",
        "data:text/html,x",
        "file:///etc/passwd",
        "unix:/run/socket",
    ] {
        let err = through_a_proxy(location).expect_err(location);
        assert_eq!(err.kind(), ErrorKind::Redirect, "{location}: {err}");
    }
}
