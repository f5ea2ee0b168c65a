//! SOCKS proxies: every request goes through the proxy that was set, or fails with an error that
//! says why.

use std::io::{Read, Write};
use std::iter::repeat_n;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use support::capture::{self, Markers};
use support::socks::{Rules, SocksServer};
use support::tls::{Authority, Identity};
use support::{ClosedPort, Conn, Server, patient, read_head_from};
use zoomkat::chilkat::Http;
use zoomkat::{Error, ErrorKind, HttpRequest, HttpResponse, Result, Transport};

/// A host that only a proxy can resolve.
const FAR: &str = "far.invalid";

fn through(port: u16, version: u8) -> Transport {
    let mut http = patient();
    http.set_proxy(&url(port, version)).unwrap();
    http
}

fn url(port: u16, version: u8) -> String {
    let scheme = if version == 4 { "socks4a" } else { "socks5h" };
    format!("{scheme}://127.0.0.1:{port}")
}

fn login(user: &str, password: &str) -> Rules {
    Rules { login: Some((user.to_owned(), password.to_owned())), ..Rules::default() }
}

fn answer_all(mut conn: Conn) {
    while conn.read_request().is_some() {
        conn.respond("200 OK", "", "from the server");
    }
}

fn get(http: &Transport, host: &str, port: u16, ssl: bool) -> Result<HttpResponse> {
    http.synchronous_request(host, port, ssl, HttpRequest::new())
}

/// Returns the error of a call that this proxy refused and that was never sent.
fn refused(http: &Transport, ssl: bool) -> Error {
    let mut req = HttpRequest::new();
    req.use_post();
    let err = http.synchronous_request(FAR, 443, ssl, &req).unwrap_err();
    assert!(!err.may_have_been_processed(), "{err}");
    err
}

#[test]
fn both_versions_carry_both_schemes_and_the_proxy_resolves_names() {
    let authority = Authority::new();
    let hosts = [FAR, "127.0.0.9", "::9"];
    let secure = Server::start_tls(authority.certify(&hosts).server(), answer_all);
    let plain = Server::start(answer_all);
    for (version, host, asked) in [
        (4, FAR, format!("4 name {FAR}")),
        (4, "127.0.0.9", "4 ipv4 127.0.0.9".to_owned()),
        (5, FAR, format!("5 name {FAR}")),
        (5, "127.0.0.9", "5 ipv4 127.0.0.9".to_owned()),
        (5, "::9", "5 ipv6 ::9".to_owned()),
    ] {
        for (port, ssl) in [(secure.port(), true), (plain.port(), false)] {
            let proxy = SocksServer::start(Rules::default());
            let mut http = through(proxy.port(), version);
            http.set_trusted_roots_pem(authority.pem()).unwrap();
            for _ in 0..2 {
                let resp = get(&http, host, port, ssl).unwrap();
                assert_eq!(resp.body_str(), "from the server", "{version} {host} {ssl}");
            }
            assert_eq!(proxy.asked(), [format!("{asked}:{port}")], "one tunnel for two calls");
        }
    }
    for request in [plain.requests(), secure.requests()].concat() {
        assert_eq!(request.line(), "GET / HTTP/1.1", "no absolute form behind SOCKS");
        assert_eq!(request.headers().len(), 1, "{request:?}");
    }
}

#[test]
fn version_4_with_ipv6_is_an_error_that_says_so() {
    let proxy = SocksServer::start(Rules::default());
    let err = get(&through(proxy.port(), 4), "::9", 80, false).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
    assert!(err.to_string().contains("IPv6") && err.to_string().contains("version 5"), "{err}");
}

#[test]
fn the_login_is_the_one_that_was_set() {
    let server = Server::start(answer_all);
    for (user, password) in [("me", "lorem"), ("me@corp:x", "ü ipsum%40#"), ("me", "")] {
        let proxy = SocksServer::start(login(user, password));
        let mut http = through(proxy.port(), 5);
        http.set_proxy_login(user, password).unwrap();
        assert_eq!(get(&http, FAR, server.port(), false).unwrap().status_code(), 200, "{user}");
        let asked = format!("5 {user}:{password} name {FAR}:{}", server.port());
        assert_eq!(proxy.asked(), [asked]);
    }
    // The longest login, and one byte more.
    let longest = "x".repeat(255);
    let proxy = SocksServer::start(login(&longest, &longest));
    let mut http = through(proxy.port(), 5);
    http.set_proxy_login(&longest, &longest).unwrap();
    assert_eq!(get(&http, FAR, server.port(), false).unwrap().status_code(), 200);
    // The proxy does not ask for the login.
    let open = SocksServer::start(Rules::default());
    http.set_proxy(&url(open.port(), 5)).unwrap();
    assert_eq!(get(&http, FAR, server.port(), false).unwrap().status_code(), 200);
    assert_eq!(open.asked(), [format!("5 name {FAR}:{}", server.port())]);
    // Version 4 has a user and no password.
    let old = SocksServer::start(Rules::default());
    let mut http = through(old.port(), 4);
    http.set_proxy_login("me", "lorem").unwrap();
    assert_eq!(get(&http, FAR, server.port(), false).unwrap().status_code(), 200);
    assert_eq!(old.asked(), [format!("4 me name {FAR}:{}", server.port())]);
    for request in server.requests() {
        assert_eq!(request.headers().len(), 1, "the login reached the server: {request:?}");
    }
}

#[test]
fn a_missing_or_wrong_login_is_reported_without_the_password() {
    let proxy = SocksServer::start(login("me", "lorem"));
    let mut markers = Markers::new();
    let mut http = through(proxy.port(), 5);
    for ssl in [true, false] {
        let err = refused(&http, ssl);
        assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
        assert!(err.is_connect() && err.to_string().contains("requires a login"), "{err}");
        assert!(err.to_string().contains("check the user name"), "{err}");
    }
    http.set_proxy_login(&markers.next(), &markers.next()).unwrap();
    let err = refused(&http, true);
    assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
    assert!(err.to_string().contains("refuses the user name and password"), "{err}");
    assert!(err.to_string().contains("check the user name"), "{err}");
    markers.assert_absent("the error", &(capture::full_text(&err) + err.last_error_text()));
    markers.assert_not_logged("a refused login");
    markers.assert_not_debugged("Debug", &http);
    assert!(proxy.asked().is_empty());
}

#[test]
fn each_error_reply_is_explained_and_names_the_proxy() {
    let known: [(u8, u8, &str); 11] = [
        (5, 1, "failed"),
        (5, 2, "rules"),
        (5, 3, "network"),
        (5, 4, "find or reach the host"),
        (5, 5, "host refuses"),
        (5, 6, "TTL"),
        (5, 7, "CONNECT"),
        (5, 8, "does not resolve names"),
        (4, 91, "user name"),
        (4, 92, "identd"),
        (4, 93, "another user"),
    ];
    for (version, reply, words) in known.into_iter().chain([(5, 200, "200"), (4, 0, "reply 0")]) {
        let proxy = SocksServer::start(Rules { reply: Some(reply), ..Rules::default() });
        let err = refused(&through(proxy.port(), version), true);
        assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
        let text = err.to_string();
        assert!(text.contains(&format!("127.0.0.1:{}", proxy.port())), "{text}");
        assert!(text.contains(&format!("reply {reply}")) && text.contains(words), "{text}");
        assert!(!text.contains("comes from the environment"), "{text}");
    }
}

#[test]
fn an_invalid_reply_is_refused_with_a_guess_at_the_protocol() {
    for (version, says, guess) in [
        (5, b"HTTP/1.1 400 Bad Request\r\n\r\n".as_slice(), "HTTP proxy"),
        (4, b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP proxy"),
        (5, &[0, 91, 0, 0, 0, 0, 0, 0], "version 4 only"),
        (4, &[5, 0xff], "version 5 only"),
        (5, b"gopher", "check the port"),
        (5, &[5, 1], "login method 1"),
        (5, &[5, 2], "requires a login"),
        (5, &[5, 0xff], "requires a login"),
        (5, &[5, 0, 9, 0], "byte 9"),
        (5, &[5, 0, 5, 0, 0, 9], "the unknown type 9"),
        (5, &[], "closed the connection"),
        (5, &[5, 0, 5, 0, 0, 1, 0], "closed the connection"),
        (4, &[0, 90, 0], "closed the connection"),
    ] {
        let proxy = Server::start(move |mut conn| {
            conn.read_exactly(3);
            conn.send(says);
            conn.shutdown_write();
            conn.wait_for_close();
        });
        let err = refused(&through(proxy.port(), version), true);
        assert_eq!(err.kind(), ErrorKind::Proxy, "{version} {says:?}: {err}");
        assert!(err.to_string().contains(guess), "{version} {says:?}: {err}");
    }
    // This proxy accepts neither anonymous access nor a user name.
    let proxy = Server::start(|mut conn| {
        conn.read_exactly(4);
        conn.send([5, 0xff]);
        conn.wait_for_close();
    });
    let mut http = through(proxy.port(), 5);
    http.set_proxy_login("me", "").unwrap();
    let err = refused(&http, true);
    assert!(err.to_string().contains("GSSAPI"), "{err}");
}

#[test]
fn a_reply_can_arrive_byte_by_byte() {
    let server = Server::start(answer_all);
    for version in [4, 5] {
        let proxy = SocksServer::start(Rules { in_single_bytes: true, ..login("me", "lorem") });
        let mut http = through(proxy.port(), version);
        http.set_proxy_login("me", "lorem").unwrap();
        assert_eq!(get(&http, FAR, server.port(), false).unwrap().body(), b"from the server");
    }
}

/// Reads the start of a version 5 conversation.
fn greet(tcp: &mut TcpStream) {
    tcp.read_exact(&mut [0; 3]).unwrap();
    tcp.write_all(&[5, 0]).unwrap();
    let mut request = [0; 5];
    tcp.read_exact(&mut request).unwrap();
    tcp.read_exact(&mut vec![0; usize::from(request[4]) + 2]).unwrap();
}

#[test]
fn bytes_in_the_same_packet_as_the_reply_belong_to_the_server() {
    let proxy = Server::start_raw(|mut tcp| {
        greet(&mut tcp);
        let early = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nvery soon";
        // A host name as the proxy's own address, since its length is easy to miscount.
        tcp.write_all(&[b"\x05\0\0\x03\x05lorem\0\0".as_slice(), early].concat()).unwrap();
        read_head_from(&mut tcp);
    });
    let resp = get(&through(proxy.port(), 5), FAR, 80, false).unwrap();
    assert_eq!(resp.body_str(), "very soon");
}

#[test]
fn a_proxy_that_stalls_anywhere_ends_with_the_connect_timeout() {
    const REPLIES: &[u8] = &[5, 2, 1, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0];
    let proxies: Vec<Server> = (0..=REPLIES.len())
        .map(|n| {
            Server::start(move |mut conn| {
                conn.send(&REPLIES[..n]);
                conn.wait_for_close();
            })
        })
        .chain([Server::start(|mut conn| {
            // A byte from time to time does not extend the limit.
            conn.send([5, 2, 1, 0, 5, 0, 0, 3, 255]);
            conn.drip(Duration::from_millis(100), repeat_n(b'x', 250));
        })])
        .collect();
    thread::scope(|scope| {
        for proxy in &proxies {
            scope.spawn(|| {
                let mut http = through(proxy.port(), 5);
                http.set_connect_timeout(Duration::from_secs(1))
                    .set_proxy_login("me", "lorem")
                    .unwrap();
                let start = Instant::now();
                let err = refused(&http, true);
                assert_eq!(err.kind(), ErrorKind::Timeout, "{err}");
                assert!(err.to_string().contains("set_connect_timeout"), "{err}");
                assert!(err.to_string().contains("through the proxy 127.0.0.1:"), "{err}");
                assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
            });
        }
    });
}

#[test]
fn a_missing_proxy_is_a_proxy_error() {
    let closed = ClosedPort::new();
    let err = refused(&through(closed.port(), 5), true);
    assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
    assert!(err.to_string().contains(&format!("127.0.0.1:{}", closed.port())), "{err}");
}

#[test]
fn an_invalid_certificate_behind_the_proxy_is_refused() {
    let server = Server::start_tls(Identity::self_signed(&[FAR]).server(), answer_all);
    let proxy = SocksServer::start(Rules::default());
    let err = get(&through(proxy.port(), 5), FAR, server.port(), true).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Tls, "{err}");
    assert!(server.requests().is_empty());
}

#[test]
fn invalid_proxy_settings_are_refused_and_name_their_member() {
    let proxy = SocksServer::start(Rules::default());
    let marker = "marker-7".repeat(40);
    type Change<'c> = &'c dyn Fn(&mut Http);
    let cases: [(&str, Change<'_>); 10] = [
        ("set_socks_version", &|http| {
            http.set_socks_version(1);
        }),
        ("set_socks_version", &|http| {
            http.set_socks_version(255);
        }),
        ("set_proxy_domain", &|http| {
            http.set_proxy_domain("127.0.0.1");
        }),
        ("set_socks_hostname", &|http| {
            http.set_socks_hostname("");
        }),
        ("set_socks_hostname", &|http| {
            http.set_socks_hostname("socks5://me:marker-7@proxy.example");
        }),
        ("set_socks_port", &|http| {
            http.set_socks_port(0);
        }),
        ("set_socks_username", &|http| {
            http.set_socks_username(&marker);
        }),
        ("set_socks_password", &|http| {
            http.set_socks_password(&marker);
        }),
        ("set_socks_username", &|http| {
            http.set_socks_version(4).set_socks_username("marker-7\0");
        }),
        ("set_socks_username", &|http| {
            http.set_socks_version(4).set_socks_username(&marker);
        }),
    ];
    for (member, change) in cases {
        let mut http = support::chilkat(&patient());
        http.set_socks_hostname("127.0.0.1").set_socks_port(proxy.port()).set_socks_version(5);
        change(&mut http);
        let err = http.synchronous_request(FAR, 80, false, HttpRequest::new()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{member}: {err}");
        let message = capture::full_text(&err) + err.last_error_text();
        assert!(message.contains(member) && !message.contains("marker-7"), "{member}: {message}");
    }
    assert!(proxy.asked().is_empty());
}

#[test]
fn later_settings_take_effect_and_connections_are_kept_apart() {
    let server = Server::start(answer_all);
    let (first, second) =
        (SocksServer::start(Rules::default()), SocksServer::start(Rules::default()));
    let mut http = support::chilkat(&patient());
    http.set_socks_hostname("127.0.0.1").set_socks_port(first.port()).set_socks_version(5);
    let other = http.clone();
    let call = |http: &Http| get(http.transport(), "127.0.0.1", server.port(), false).unwrap();
    call(&http);
    http.set_socks_port(second.port());
    call(&http);
    http.set_socks_version(4);
    call(&http);
    // A host that is no longer used is ignored, as is one without a version.
    http.set_socks_version(0);
    call(&http);
    // The clone has kept its settings and its connection.
    call(&other);
    let used: Vec<usize> = server.requests().iter().map(|r| r.connection).collect();
    assert_eq!(used, [0, 1, 2, 3, 0]);
    let port = server.port();
    assert_eq!(first.asked(), [format!("5 ipv4 127.0.0.1:{port}")]);
    let [five, four] = [5, 4].map(|version| format!("{version} ipv4 127.0.0.1:{port}"));
    assert_eq!(second.asked(), [five, four]);
}

#[test]
fn every_proxy_setting_except_passwords_can_be_read() {
    let mut http = Http::new();
    assert_eq!((http.socks_hostname(), http.socks_port(), http.socks_version()), ("", 1080, 0));
    assert_eq!((http.socks_username(), http.proxy_login(), http.proxy_auth_method()), ("", "", ""));
    assert_eq!((http.proxy_domain(), http.proxy_port(), http.proxy_direct_tls()), ("", 80, false));
    http.set_socks_hostname("a.example").set_socks_port(1).set_socks_version(9);
    http.set_socks_username(" me ").set_proxy_domain("b.example").set_proxy_port(2);
    http.set_proxy_login(" you ").set_proxy_auth_method("NTLM").set_proxy_direct_tls(true);
    assert_eq!(
        (http.socks_hostname(), http.socks_port(), http.socks_version()),
        ("a.example", 1, 9)
    );
    assert_eq!((http.socks_username(), http.proxy_login()), (" me ", " you "));
    assert_eq!((http.proxy_domain(), http.proxy_port()), ("b.example", 2));
    assert_eq!((http.proxy_auth_method(), http.proxy_direct_tls()), ("NTLM", true));
}
