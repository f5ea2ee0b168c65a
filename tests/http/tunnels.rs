//! CONNECT: written at once, any success is one, and what a proxy says is heard and told.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use support::tls::Authority;
use support::{Conn, Server, patient};
use zoomkat::{Error, ErrorKind, HttpRequest, Transport};

/// A name that only a proxy could look up.
const FAR: &str = "far.invalid";

fn through(port: u16) -> Transport {
    let mut http = patient();
    http.set_proxy_domain("127.0.0.1").set_proxy_port(port);
    http
}

fn get(http: &Transport, port: u16) -> zoomkat::Result<zoomkat::HttpResponse> {
    http.synchronous_request(FAR, port, true, &HttpRequest::new())
}

fn refused(http: &Transport) -> Error {
    let err = get(http, 443).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
    assert!(err.is_connect() && !err.may_have_been_processed(), "{err}");
    err
}

/// A proxy that gives this answer to a CONNECT and then is the server at `port`; what it was asked for is
/// kept.
fn opening(answer: impl Into<Vec<u8>>, port: u16) -> (Server, Arc<Mutex<Vec<u8>>>) {
    let (answer, asked) = (answer.into(), Arc::new(Mutex::new(Vec::new())));
    let keep = Arc::clone(&asked);
    let proxy = Server::start_raw(move |mut client| {
        let mut first = [0; 64 * 1024];
        let n = client.read(&mut first).unwrap();
        keep.lock().unwrap().extend_from_slice(&first[..n]);
        let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
        client.write_all(&answer).unwrap();
        let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(std::net::Shutdown::Both);
        });
        let _ = std::io::copy(&mut server, &mut client);
        let _ = client.shutdown(std::net::Shutdown::Both);
    });
    (proxy, asked)
}

#[test]
fn the_request_is_written_at_once() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(&[FAR]).server(), |mut conn: Conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", "from the server");
        }
    });
    let (proxy, asked) = opening("HTTP/1.1 200 OK\r\n\r\n", server.port());
    let mut http = through(proxy.port());
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    http.set_proxy_login("me").set_proxy_password("lorem").set_user_agent("test/1");
    assert_eq!(get(&http, server.port()).unwrap().body_str(), "from the server");
    // What one read of the proxy gave is all of it.
    let asked = String::from_utf8(asked.lock().unwrap().clone()).unwrap();
    let to = format!("{FAR}:{}", server.port());
    assert_eq!(
        asked,
        format!(
            "CONNECT {to} HTTP/1.1\r\nHost: {to}\r\nUser-Agent: test/1\r\n\
             Proxy-Connection: Keep-Alive\r\nProxy-Authorization: Basic bWU6bG9yZW0=\r\n\r\n"
        )
    );
}

#[test]
fn any_success_opens_a_tunnel_whatever_else_the_proxy_says() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(&[FAR]).server(), |mut conn: Conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", "from the server");
        }
    });
    let many: String = (0..2_000).map(|n| format!("X-{n}: lorem ipsum\r\n")).collect();
    for answer in [
        "HTTP/1.1 200 Connection established\r\n\r\n".to_owned(),
        "HTTP/1.0 200\r\n\r\n".to_owned(),
        "HTTP/1.1 201 Created\r\n\r\n".to_owned(),
        "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
        "HTTP/1.1 299 Lorem\r\n\r\n".to_owned(),
        // Lengths mean nothing here (RFC 9110 section 9.3.6).
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: lorem\r\nConnection: close\r\n\r\n".to_owned(),
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\nVia: lorem\n\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\n{many}\r\n"),
    ] {
        let (proxy, _) = opening(answer.as_str(), server.port());
        let mut http = through(proxy.port());
        http.set_trusted_roots_pem(authority.pem()).unwrap();
        let resp = get(&http, server.port());
        let resp = resp.unwrap_or_else(|err| panic!("{}: {err}", &answer[..answer.len().min(90)]));
        assert_eq!(resp.body_str(), "from the server");
    }
}

#[test]
fn a_refusal_says_what_the_proxy_said_and_what_to_do() {
    let cases: [(&str, &[&str]); 12] = [
        (
            "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x, y\"",
            &[
                "status 407",
                "\"Proxy Authentication Required\"",
                "wants a login",
                "set_proxy_login",
            ],
        ),
        ("407 Lorem", &["status 407", "wants a login", "set_proxy_login"]),
        (
            "407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM, basic realm=z",
            &["wants a login", "set_proxy_login"],
        ),
        (
            "407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Digest realm=z",
            &["offers no Basic"],
        ),
        ("403 Forbidden", &["status 403", "\"Forbidden\"", "rules"]),
        ("405 Method Not Allowed", &["status 405", "not be a proxy that opens tunnels"]),
        ("502 Bad Gateway", &["status 502", "\"Bad Gateway\"", "cannot reach the host"]),
        ("504 ", &["status 504", "cannot reach the host"]),
        ("302 Found\r\nLocation: http://127.0.0.1/", &["status 302", "\"Found\""]),
        ("101 Switching", &["status 101"]),
        ("500 lorem\tipsum", &["status 500", "lorem"]),
        ("418", &["status 418"]),
    ];
    for (answer, says) in cases {
        let proxy = Server::start(move |mut conn| {
            conn.read_head();
            conn.send(format!("HTTP/1.1 {answer}\r\n\r\nmarker of a body"));
        });
        let told = refused(&through(proxy.port())).to_string();
        assert!(told.contains(&format!("the proxy 127.0.0.1:{}", proxy.port())), "{told}");
        assert!(told.contains(&format!("CONNECT {FAR}:443")), "{told}");
        for word in says {
            assert!(told.contains(word), "{word:?} is not in {told}");
        }
        assert!(!told.contains("marker"), "{told}");
        assert_eq!(told.matches("proxy failed").count(), 1, "{told}");
        assert_eq!(told.matches("status").count(), 1, "{told}");
    }
}

#[test]
fn an_answer_that_comes_before_the_request_is_read_is_heard() {
    // The proxy says no, and hangs up without a look at the request: that is a reset, which is not to
    // hide the answer.
    for round in 0..20 {
        let proxy = Server::start_raw(move |mut tcp| {
            tcp.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nX: y\r\n\r\n").unwrap();
            if round % 2 == 0 {
                // The request has come, and is not read.
                tcp.peek(&mut [0]).unwrap();
            }
        });
        let told = refused(&through(proxy.port())).to_string();
        assert!(told.contains("407") && told.contains("set_proxy_login"), "round {round}: {told}");
    }
    // The same while a request that is longer than all buffers is written.
    let proxy = Server::start_raw(|mut tcp| {
        tcp.read_exact(&mut [0; 100]).unwrap();
        tcp.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").unwrap();
    });
    let mut http = through(proxy.port());
    http.set_user_agent(&"lorem ".repeat(4 * 1024 * 1024));
    assert!(refused(&http).to_string().contains("status 403"));
}

#[test]
fn a_login_that_is_refused_is_told_without_the_password() {
    for answer in [
        "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic",
        "407 no marker-1 here",
        "407 no MARKER-1 for user me",
        "502 bWFya2VyLTE is wrong",
        "407 Basic bWU6bWFya2VyLTE=",
        "403 me:marker-1",
        "403 user ME unknown",
    ] {
        let proxy = Server::start(move |mut conn| {
            conn.read_head();
            conn.send(format!("HTTP/1.1 {answer}\r\n\r\n"));
        });
        let mut http = through(proxy.port());
        http.set_proxy_login("me").set_proxy_password("marker-1");
        let err = refused(&http);
        let told = format!("{err} {err:?} {}", err.last_error_text());
        let secrets = ["marker-1", "MARKER-1", "bWU6bWFya2VyLTE", "bWFya2VyLTE", " me", " ME"];
        assert!(!secrets.iter().any(|secret| told.contains(secret)), "{told}");
        if answer.starts_with("407") {
            assert!(told.contains("does not accept user name and password"), "{told}");
        }
    }
}

/// A proxy that says this to whatever it is asked.
fn closing(answer: &'static [u8]) -> Server {
    Server::start(move |mut conn| {
        conn.read_head();
        conn.send(answer);
    })
}

#[test]
fn what_is_no_answer_is_told_without_what_it_was() {
    for (answer, says) in [
        ("", "closed the connection before"),
        ("HTTP/1.1 200 O", "closed the connection in the middle of"),
        ("gopher marker\r\n\r\n", "is not HTTP"),
        ("HTTP/1.1 200 OK\r\nmarker\r\n\r\n", "is not HTTP"),
        ("\u{5}\u{0}", "binary data"),
        ("\u{15}\u{3}\u{1}", "set_proxy_direct_tls"),
    ] {
        let proxy = Server::start(move |mut conn| {
            conn.read_head();
            conn.send(answer);
            conn.shutdown_write();
            conn.wait_for_close();
        });
        let told = refused(&through(proxy.port())).to_string();
        assert!(told.contains(says) && !told.contains("marker"), "{answer:?}: {told}");
    }
    let mut http = through(closing(b"HTTP/1.1 403 user first.last unknown\r\n\r\n").port());
    http.set_proxy_login("First.Last").set_proxy_password("lorem");
    assert!(!refused(&http).to_string().contains("last"));
    let endless = Server::start(|mut conn| {
        conn.read_head();
        conn.send("HTTP/1.1 200 OK\r\n");
        conn.send_for_ever("X: y\r\n".repeat(1_000));
    });
    assert!(refused(&through(endless.port())).to_string().contains("no end"));
}

#[test]
fn silence_of_a_proxy_has_an_end_without_a_limit_for_connecting() {
    let proxy = Server::start(|mut conn| conn.wait_for_close());
    for kind in ["http", "https", "socks4", "socks5"] {
        let mut http = patient();
        match kind {
            "socks4" | "socks5" => http
                .set_socks_hostname("127.0.0.1")
                .set_socks_port(proxy.port())
                .set_socks_version(if kind == "socks4" { 4 } else { 5 }),
            _ => http
                .set_proxy_domain("127.0.0.1")
                .set_proxy_port(proxy.port())
                .set_proxy_direct_tls(kind == "https"),
        };
        http.set_connect_timeout(0).set_read_timeout(1);
        let err = get(&http, 443).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Timeout, "{kind}: {err}");
        assert!(err.to_string().contains("stalled for 1 s; set_read_timeout"), "{kind}: {err}");
    }
}

#[test]
fn what_is_no_host_of_a_proxy_says_where_its_parts_go_and_no_password() {
    type Set = fn(&mut Transport, &str);
    let http: Set = |http, host| {
        http.set_proxy_domain(host);
    };
    let socks: Set = |http, host| {
        http.set_socks_hostname(host).set_socks_version(5);
    };
    let cases: [(Set, &str, &[&str]); 10] = [
        (http, "http://p", &["set_proxy_domain: \"http://p\" is a URL", "set_proxy_port"]),
        (http, "https://p:8080", &["is a URL", "set_proxy_direct_tls"]),
        (http, "socks5://p", &["is a URL", "set_socks_hostname"]),
        (http, "http://me:marker@p/", &["is a URL", "set_proxy_port"]),
        (http, "p:8080", &["colon", "set_proxy_port"]),
        (http, "p/path", &["is a URL or a path"]),
        (http, "pro xy", &["' '"]),
        (socks, "socks5://p", &["set_socks_hostname: \"socks5://p\" is a URL", "set_socks_port"]),
        (socks, "http://p", &["is a URL", "set_proxy_domain"]),
        (socks, "", &["set_socks_hostname: it is empty"]),
    ];
    for (set, host, says) in cases {
        let mut transport = patient();
        set(&mut transport, host);
        let err = get(&transport, 443).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{host}: {err}");
        let told = err.to_string();
        for word in says {
            assert!(told.contains(word), "{host}: {word:?} is not in {told}");
        }
        assert_eq!(told.matches("invalid request").count(), 1, "{told}");
        assert!(!told.contains("api.zoom.us") && !told.contains("domain:  "), "{told}");
        assert!(!told.contains("marker"), "{told}");
    }
    let mut transport = patient();
    transport.set_proxy_domain("p").set_proxy_port(0);
    let told = get(&transport, 443).unwrap_err().to_string();
    assert!(told.contains("set_proxy_port: 0 is not a port"), "{told}");
}
