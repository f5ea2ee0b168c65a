//! Creation of a `Transport` from a URL or by a builder, and separate settings of each clone.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use support::socks::{Rules, SocksServer};
use support::{ClosedPort, Conn, Server, patient, transport};
use zoomkat::{ErrorKind, HttpRequest, Transport};

#[test]
fn from_url_sends_to_the_url_of_a_mock_server() {
    let mut server = mockito::Server::new();
    let mock = server.mock("GET", "/v2/users/me").with_body("lorem").expect(4).create();
    let http = Transport::from_url(&server.url()).unwrap();
    let mut req = HttpRequest::new();
    req.set_path("/v2/users/me");
    assert_eq!(http.send(&req).unwrap().body_str(), "lorem");
    // Also with a request by value, a chain of setters, and a URL that ends in a slash.
    assert_eq!(http.send(req.clone()).unwrap().body_str(), "lorem");
    assert_eq!(http.send(HttpRequest::new().set_path("/v2/users/me")).unwrap().status_code(), 200);
    let http = Transport::from_url(&format!("{}/", server.url())).unwrap();
    assert_eq!(http.send(req).unwrap().body_str(), "lorem");
    mock.assert();
}

#[test]
fn from_url_takes_the_port_of_the_scheme() {
    for (url, endpoint) in [
        ("https://api.example.com", "https://api.example.com:443"),
        ("http://api.example.com/", "http://api.example.com:80"),
        ("HTTPS://API.example.com:8443", "https://api.example.com:8443"),
        ("http://[::1]:1234", "http://[::1]:1234"),
    ] {
        let shown = format!("{:?}", Transport::from_url(url).unwrap());
        assert!(shown.contains(&format!("{endpoint},")), "{url}: {shown}");
    }
}

#[test]
fn from_url_names_the_part_that_an_endpoint_cannot_have() {
    for (url, part) in [
        ("https://api.example.com/v2", "a path"),
        ("https://api.example.com?a=marker", "a query"),
        ("https://api.example.com/#top", "a fragment"),
        ("https://me:marker@api.example.com", "set_login"),
        ("ftp://api.example.com", "https:// or http://"),
        ("api.example.com", "https:// or http://"),
        ("https:///", "host"),
        ("https://api.example.com:99999", "port"),
        (" https://api.example.com", "white space"),
        ("", "https:// or http://"),
    ] {
        let err = Transport::from_url(url).unwrap_err();
        let text = err.to_string();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{url}: {text}");
        assert!(text.starts_with("invalid request: from_url: "), "{url}: {text}");
        assert!(text.contains(part) && !text.contains("marker"), "{url}: {text}");
    }
}

#[test]
fn a_builder_has_the_setters_by_value_and_keeps_the_endpoint() {
    let server = Server::answering("200 OK", "", "");
    let url = format!("http://127.0.0.1:{}", server.port());
    let http = Transport::from_url(&url)
        .unwrap()
        .into_builder()
        .set_env_proxy(false)
        .set_user_agent("payroll/1.4")
        .set_sni_hostname("api.example.com")
        .unwrap()
        .build();
    http.send(HttpRequest::new()).unwrap();
    assert_eq!(server.request().header("User-Agent"), Some("payroll/1.4"));
    let shown = format!("{:?}", Transport::builder().set_total_timeout(Duration::from_millis(1)));
    assert!(shown.contains("https://api.zoom.us:443") && shown.contains("1ms"), "{shown}");
    assert!(Transport::builder().set_proxy("ftp://p").is_err());
}

#[test]
fn a_time_limit_may_be_a_fraction_of_a_second() {
    let server = Server::start(|mut conn: Conn| {
        conn.read_request();
        conn.wait_for_close();
    });
    let mut http = patient();
    http.set_read_timeout(Duration::from_millis(70));
    let err = server.call(&http, &HttpRequest::new()).unwrap_err();
    assert!(err.is_timeout() && err.to_string().contains("stalled for 70 ms; "), "{err}");
    let mut http = patient();
    http.set_total_timeout(Duration::from_millis(70));
    let err = server.call(&http, &HttpRequest::new()).unwrap_err();
    assert!(err.is_timeout() && err.to_string().contains("set_total_timeout"), "{err}");
    let mut http = patient();
    http.set_proxy(&format!("socks5h://127.0.0.1:{}", server.port())).unwrap();
    http.set_connect_timeout(Duration::from_millis(70));
    let err = server.call(&http, &HttpRequest::new()).unwrap_err();
    assert!(err.is_timeout() && err.to_string().contains("more than 70 ms; "), "{err}");
}

#[test]
fn handlers_of_a_clone_do_not_reach_the_original() {
    let server = Server::answering("200 OK", "", "lorem");
    let http = patient();
    let seen = Arc::new(AtomicU32::new(0));
    let last = Arc::clone(&seen);
    let mut download = http.clone();
    download.on_percent_done(move |percent| {
        last.store(percent, Ordering::SeqCst);
        ControlFlow::Continue(())
    });
    let mut ended = http.clone();
    ended.set_heartbeat(Duration::from_millis(1)).on_percent_done(|_| ControlFlow::Break(()));
    ended.on_abort_check(|| ControlFlow::Break(()));
    assert!(server.call(&ended, &HttpRequest::new()).unwrap_err().is_aborted());
    server.call(&http, &HttpRequest::new()).unwrap();
    assert_eq!(seen.load(Ordering::SeqCst), 0);
    server.call(&download, &HttpRequest::new()).unwrap();
    assert_eq!(seen.load(Ordering::SeqCst), 100);
}

#[test]
fn set_proxy_takes_a_url_with_a_percent_encoded_login() {
    let proxy = Server::answering("200 OK", "", "");
    let mut http = patient();
    http.set_proxy(&format!("http://me:p%40s%2Fs@127.0.0.1:{}", proxy.port())).unwrap();
    http.synchronous_request("far.invalid", 80, false, HttpRequest::new()).unwrap();
    let request = proxy.requests().pop().unwrap();
    assert_eq!(request.line(), "GET http://far.invalid/ HTTP/1.1");
    assert_eq!(request.header("Proxy-Authorization"), Some("Basic bWU6cEBzL3M="));
    // A login set separately is used unchanged, and the next URL replaces it.
    http.set_proxy_login("me", "p@s/s").unwrap();
    http.synchronous_request("far.invalid", 80, false, HttpRequest::new()).unwrap();
    let request = proxy.requests().pop().unwrap();
    assert_eq!(request.header("Proxy-Authorization"), Some("Basic bWU6cEBzL3M="));
    http.set_proxy(&format!("127.0.0.1:{}", proxy.port())).unwrap();
    http.synchronous_request("far.invalid", 80, false, HttpRequest::new()).unwrap();
    assert_eq!(proxy.requests().pop().unwrap().header("Proxy-Authorization"), None);
    assert!(!format!("{http:?}").contains("p@s/s"));
}

#[test]
fn the_scheme_of_a_socks_proxy_decides_where_names_are_looked_up() {
    let server = Server::answering("200 OK", "", "");
    let port = server.port();
    for (scheme, asked) in [
        ("socks4", format!("4 ipv4 127.0.0.1:{port}")),
        ("socks4a", format!("4 name localhost:{port}")),
        ("socks5", format!("5 ipv4 127.0.0.1:{port}")),
        ("socks5h", format!("5 name localhost:{port}")),
    ] {
        let proxy = SocksServer::start(Rules::default());
        let mut http = patient();
        http.set_proxy(&format!("{scheme}://127.0.0.1:{}", proxy.port())).unwrap();
        http.synchronous_request("localhost", port, false, HttpRequest::new()).unwrap();
        assert_eq!(proxy.asked(), [asked], "{scheme}");
    }
    let login = Some(("me".to_owned(), "a b".to_owned()));
    let proxy = SocksServer::start(Rules { login, ..Rules::default() });
    let mut http = patient();
    http.set_proxy(&format!("socks5h://me:a%20b@127.0.0.1:{}", proxy.port())).unwrap();
    http.synchronous_request("far.invalid", port, false, HttpRequest::new()).unwrap();
    assert_eq!(proxy.asked(), [format!("5 me:a b name far.invalid:{port}")]);
}

#[test]
fn an_invalid_proxy_is_refused_at_once_and_not_shown() {
    let long = "marker".repeat(50);
    let mut http = transport();
    for (url, says) in [
        ("ftp://me:marker@p", "socks5h"),
        ("http://me:marker@", "not a URL"),
        ("http://me:mar/ker@p", "percent-encoded"),
        ("http://me:marker@p:0", "port"),
        ("http://me:marker@p:99999", "port"),
        ("http://me:marker@p/marker", "a path"),
        ("http://me:marker@p?marker", "a query"),
        (" http://me:marker@p", "not a URL"),
        ("http://me:marker@p\r\n", "not a URL"),
        ("http://me%3Ame:marker@p", "colon"),
        ("socks4a://me%00:marker@p", "NUL"),
        (&format!("socks5://me:{long}@p"), "255"),
        ("", "not a URL"),
    ] {
        let err = http.set_proxy(url).map(|_| ()).expect_err(url);
        let text = format!("{err} {err:?}");
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{url}: {text}");
        assert!(text.starts_with("invalid request: set_proxy: "), "{url}: {text}");
        assert!(text.contains(says), "{url}: {says:?} is not in {text}");
        assert!(!text.contains("marker") && !text.contains("ker@"), "{url}: {text}");
    }
    let err = http.set_proxy_login("me", "marker").map(|_| ()).unwrap_err();
    assert!(err.to_string().contains("call set_proxy first"), "{err}");
    http.set_proxy("http://p").unwrap();
    let err = http.set_proxy_login("me:marker", "marker").map(|_| ()).unwrap_err();
    assert!(err.to_string().contains("set_proxy_login: a user name"), "{err}");
    assert!(!err.to_string().contains("marker"), "{err}");
}

#[test]
fn clear_proxy_sends_to_the_server_again() {
    let server = Server::answering("200 OK", "", "");
    let mut http = transport();
    http.set_proxy(&format!("http://127.0.0.1:{}", ClosedPort::new().port())).unwrap();
    let err = server.call(&http, &HttpRequest::new()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
    server.call(http.clear_proxy(), &HttpRequest::new()).unwrap();
}

#[test]
fn chilkats_proxy_members_keep_a_proxy_of_the_transport_until_they_name_one() {
    let server = Server::answering("200 OK", "", "");
    let closed = format!("http://127.0.0.1:{}", ClosedPort::new().port());
    let call = |http: &zoomkat::chilkat::Http| {
        http.synchronous_request("127.0.0.1", server.port(), false, HttpRequest::new())
    };
    let mut transport = transport();
    transport.set_proxy(&closed).unwrap();
    let mut http = zoomkat::chilkat::Http::from(transport);
    http.set_proxy_login("me").set_proxy_port(3128);
    assert_eq!(call(&http).unwrap_err().kind(), ErrorKind::Proxy);
    http.set_proxy_domain("127.0.0.1").set_proxy_domain("");
    call(&http).unwrap();
}

#[test]
fn the_endpoint_is_a_url_without_a_path() {
    let server = Server::answering("200 OK", "", "");
    let url = format!("http://127.0.0.1:{}", server.port());
    let http = Transport::builder().set_env_proxy(false).set_endpoint_url(&url).unwrap().build();
    http.send(HttpRequest::get("/a")).unwrap();
    assert_eq!(server.request().line(), "GET /a HTTP/1.1");
    for path in ["/v2", "\\v2", "?a", "#a", "\\@h"] {
        let err = Transport::from_url(&format!("{url}{path}")).unwrap_err();
        assert!(err.is_invalid_request() && err.to_string().contains("from_url"), "{path}: {err}");
    }
}

#[test]
fn a_time_limit_of_zero_is_over_at_once_and_none_is_no_limit() {
    let server = Server::answering("200 OK", "", "");
    let mut http = transport();
    http.set_total_timeout(Duration::ZERO);
    assert!(server.call(&http, &HttpRequest::new()).unwrap_err().is_timeout());
    server.call(http.set_total_timeout(None), &HttpRequest::new()).unwrap();
}

#[test]
fn pem_text_and_pem_files_have_separate_members() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("missing.pem");
    let not_pem = dir.path().join("not.pem");
    std::fs::write(&not_pem, "lorem").unwrap();
    let [missing_name, not_pem_name] =
        [&missing, &not_pem].map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
    let mut http = transport();
    let path = missing.to_str().unwrap();
    let errors = [
        ("set_trusted_roots_pem", "set_trusted_roots_file", http.set_trusted_roots_pem(path).err()),
        ("set_client_cert_pem", "set_client_cert_file", http.set_client_cert_pem(path).err()),
        ("set_trusted_roots_file", &missing_name, http.set_trusted_roots_file(&missing).err()),
        ("set_trusted_roots_file", &not_pem_name, http.set_trusted_roots_file(&not_pem).err()),
        ("set_client_cert_file", &missing_name, http.set_client_cert_file(&missing).err()),
        (
            "set_client_cert_files",
            &missing_name,
            http.set_client_cert_files(&missing, &not_pem).err(),
        ),
    ];
    for (member, names, err) in errors {
        let err = err.expect(member);
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        let text = err.to_string();
        assert!(text.starts_with(&format!("invalid request: {member}: ")), "{text}");
        assert!(text.contains(names), "{text}");
    }
}
