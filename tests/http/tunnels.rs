//! CONNECT tunnels: the request is one write, any 2xx opens the tunnel, and the proxy's refusals
//! are read and reported.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::tls::Authority;
use support::{Conn, Server, patient};
use zoomkat::chilkat::Http;
use zoomkat::{Error, ErrorKind, HttpRequest, Transport};

/// A name that only a proxy can resolve.
const FAR: &str = "far.invalid";

fn through(port: u16) -> Transport {
    let mut http = patient();
    http.set_proxy(&format!("http://127.0.0.1:{}", port)).unwrap();
    http
}

fn get(http: &Transport, port: u16) -> zoomkat::Result<zoomkat::HttpResponse> {
    http.synchronous_request(FAR, port, true, HttpRequest::new())
}

fn refused(http: &Transport) -> Error {
    let err = get(http, 443).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
    assert!(err.is_connect() && !err.may_have_been_processed(), "{err}");
    err
}

/// Starts a proxy that gives this response to a CONNECT and then connects to the server at `port`.
/// Returns it with the CONNECT requests.
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
fn the_request_is_written_in_one_piece() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.certify(&[FAR]).server(), |mut conn: Conn| {
        while conn.read_request().is_some() {
            conn.respond("200 OK", "", "from the server");
        }
    });
    let (proxy, asked) = opening("HTTP/1.1 200 OK\r\n\r\n", server.port());
    let mut http = through(proxy.port());
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    http.set_proxy_login("me", "lorem").unwrap().set_user_agent("test/1");
    assert_eq!(get(&http, server.port()).unwrap().body_str(), "from the server");
    // One read of the proxy got the whole request.
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
fn any_2xx_opens_a_tunnel() {
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
        // Lengths have no meaning here (RFC 9110 section 9.3.6).
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
fn a_refusal_quotes_the_proxy_and_says_what_to_do() {
    let cases: [(&str, &[&str]); 12] = [
        (
            "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x, y\"",
            &[
                "status 407",
                "\"Proxy Authentication Required\"",
                "requires a login",
                "set_proxy_login",
            ],
        ),
        ("407 Lorem", &["status 407", "requires a login", "set_proxy_login"]),
        (
            "407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM, basic realm=z",
            &["requires a login", "set_proxy_login"],
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
        let message = refused(&through(proxy.port())).to_string();
        assert!(message.contains(&format!("the proxy 127.0.0.1:{}", proxy.port())), "{message}");
        assert!(message.contains(&format!("CONNECT {FAR}:443")), "{message}");
        for word in says {
            assert!(message.contains(word), "{word:?} is not in {message}");
        }
        assert!(!message.contains("marker"), "{message}");
        assert_eq!(message.matches("proxy failed").count(), 1, "{message}");
        assert_eq!(message.matches("status").count(), 1, "{message}");
    }
}

#[test]
fn a_response_before_the_request_is_read_is_not_lost() {
    // The proxy refuses and hangs up without reading the request. That resets the connection, which
    // must not hide the response.
    for round in 0..20 {
        let proxy = Server::start_raw(move |mut tcp| {
            tcp.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nX: y\r\n\r\n").unwrap();
            if round % 2 == 0 {
                // The request has arrived but is not read.
                tcp.peek(&mut [0]).unwrap();
            }
        });
        let message = refused(&through(proxy.port())).to_string();
        assert!(
            message.contains("407") && message.contains("set_proxy_login"),
            "round {round}: {message}"
        );
    }
    // The same during a request that is longer than all buffers.
    let proxy = Server::start_raw(|mut tcp| {
        tcp.read_exact(&mut [0; 100]).unwrap();
        tcp.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").unwrap();
    });
    let mut http = through(proxy.port());
    http.set_user_agent(&"lorem-".repeat(4 * 1024 * 1024));
    assert!(refused(&http).to_string().contains("status 403"));
}

#[test]
fn a_refused_login_is_reported_without_the_password() {
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
        http.set_proxy_login("me", "marker-1").unwrap();
        let err = refused(&http);
        let message = format!("{err} {err:?} {}", err.last_error_text());
        let secrets = ["marker-1", "MARKER-1", "bWU6bWFya2VyLTE", "bWFya2VyLTE", " me", " ME"];
        assert!(!secrets.iter().any(|secret| message.contains(secret)), "{message}");
        if answer.starts_with("407") {
            assert!(message.contains("does not accept the user name and password"), "{message}");
        }
    }
}

/// Starts a proxy that answers any request like this.
fn closing(answer: &'static [u8]) -> Server {
    Server::start(move |mut conn| {
        conn.read_head();
        conn.send(answer);
    })
}

#[test]
fn an_invalid_response_is_reported_without_being_quoted() {
    for (answer, says) in [
        ("", "closed the connection before"),
        ("HTTP/1.1 200 O", "closed the connection in the middle of"),
        ("gopher marker\r\n\r\n", "is not HTTP"),
        ("HTTP/1.1 200 OK\r\nmarker\r\n\r\n", "is not HTTP"),
        ("\u{5}\u{0}", "binary data"),
        ("\u{15}\u{3}\u{1}", "starts with https://"),
    ] {
        let proxy = Server::start(move |mut conn| {
            conn.read_head();
            conn.send(answer);
            conn.shutdown_write();
            conn.wait_for_close();
        });
        let message = refused(&through(proxy.port())).to_string();
        assert!(message.contains(says) && !message.contains("marker"), "{answer:?}: {message}");
    }
    let mut http = through(closing(b"HTTP/1.1 403 user first.last unknown\r\n\r\n").port());
    http.set_proxy_login("First.Last", "lorem").unwrap();
    assert!(!refused(&http).to_string().contains("last"));
    let endless = Server::start(|mut conn| {
        conn.read_head();
        conn.send("HTTP/1.1 200 OK\r\n");
        conn.send_for_ever("X: y\r\n".repeat(1_000));
    });
    assert!(refused(&through(endless.port())).to_string().contains("no end"));
}

#[test]
fn a_silent_proxy_ends_with_the_read_timeout_without_a_connect_timeout() {
    let proxy = Server::start(|mut conn| conn.wait_for_close());
    for kind in ["http", "https", "socks4a", "socks5h"] {
        let mut http = patient();
        http.set_proxy(&format!("{kind}://127.0.0.1:{}", proxy.port())).unwrap();
        http.set_connect_timeout(None).set_read_timeout(Duration::from_secs(1));
        let err = get(&http, 443).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Timeout, "{kind}: {err}");
        assert!(err.to_string().contains("stalled for 1 s; set_read_timeout"), "{kind}: {err}");
    }
}

#[test]
fn an_invalid_proxy_host_is_refused_without_its_password() {
    type Set = fn(&mut Http, &str);
    let http: Set = |http, host| {
        http.set_proxy_domain(host);
    };
    let socks: Set = |http, host| {
        http.set_socks_hostname(host).set_socks_version(5);
    };
    let cases: [(Set, &str, &[&str]); 10] = [
        (http, "http://p", &["set_proxy_domain: \"http://p\" is a URL", "host name only"]),
        (http, "https://p:8080", &["is a URL"]),
        (http, "socks5://p", &["is a URL"]),
        (http, "http://me:marker@p/", &["is a URL"]),
        (http, "p:8080", &["colon", "set the port separately"]),
        (http, "p/path", &["is a URL or a path"]),
        (http, "pro xy", &["' '"]),
        (socks, "socks5://p", &["set_socks_hostname: \"socks5://p\" is a URL"]),
        (socks, "http://p", &["is a URL"]),
        (socks, "", &["set_socks_hostname: it is empty"]),
    ];
    for (set, host, says) in cases {
        let mut http = support::chilkat(&patient());
        set(&mut http, host);
        let err = get(http.transport(), 443).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{host}: {err}");
        let message = err.to_string();
        for word in says {
            assert!(message.contains(word), "{host}: {word:?} is not in {message}");
        }
        assert_eq!(message.matches("invalid request").count(), 1, "{message}");
        assert!(!message.contains("api.zoom.us") && !message.contains("domain:  "), "{message}");
        assert!(!message.contains("marker"), "{message}");
    }
    let mut http = support::chilkat(&patient());
    http.set_proxy_domain("p").set_proxy_port(0);
    let message = get(http.transport(), 443).unwrap_err().to_string();
    assert!(message.contains("set_proxy_port: 0 is not a port"), "{message}");
}
