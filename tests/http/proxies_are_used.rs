//! Proxies: those that were set and, by default, those of the environment. Data meant only for the
//! proxy never reaches the server behind it.

use std::ffi::OsStr;
use std::io::{self, ErrorKind as ErrorKindOfIo, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use support::alone;
use support::socks::{Rules, SocksServer, tunnel};
use support::tls::{Authority, Identity};
use support::{ClosedPort, Conn, Server, patient, read_head_from, transport};
use zoomkat::{ErrorKind, HttpRequest, Transport};

/// A host that only a proxy can resolve.
const FAR: &str = "far.invalid";

/// An address that belongs to no host, so only a proxy can reach it.
const FAR_ADDRESS: &str = "0.0.0.0";

/// A proxy that connects every host name to loopback.
struct Proxy {
    port: u16,
    log: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn run(serve: impl Fn(TcpStream) -> Option<String> + Send + Sync + 'static) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::<Mutex<Vec<String>>>::default();
        let (serve, heard) = (Arc::new(serve), Arc::clone(&log));
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, serve) = (client.unwrap(), Arc::clone(&serve));
                let (reply_to, heard) = (client.try_clone().unwrap(), Arc::clone(&heard));
                thread::spawn(move || {
                    // The request is in the log before the tunnel is open.
                    if let Some(asked) = serve(client) {
                        let (head, port, reply) = split(&asked);
                        heard.lock().unwrap().push(head.to_owned());
                        open_tunnel(reply_to, port, reply.as_bytes());
                    }
                });
            }
        });
        Proxy { port, log }
    }

    /// Starts an HTTP proxy that supports CONNECT.
    fn connect() -> Proxy {
        Self::run(|mut client| {
            let head = read_head(&mut client)?;
            let port = head.split(' ').nth(1)?.rsplit(':').next()?.to_owned();
            Some(format!("{head}\0{port}\0HTTP/1.1 200 Connection established\r\n\r\n"))
        })
    }

    /// Returns the requests that it received, in order.
    fn asked(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

fn split(asked: &str) -> (&str, &str, &str) {
    let (head, rest) = asked.split_once('\0').unwrap();
    let (port, reply) = rest.split_once('\0').unwrap();
    (head, port, reply)
}

fn open_tunnel(mut client: TcpStream, port: &str, reply: &[u8]) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", port.parse().unwrap())) else { return };
    client.write_all(reply).unwrap();
    tunnel(client, server);
}

fn read(from: &mut TcpStream, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn read_head(from: &mut TcpStream) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(read(from, 1)?[0]));
    }
    Some(head)
}

fn answer_all(mut conn: Conn) {
    while conn.read_request().is_some() {
        conn.respond("200 OK", "", "from the server");
    }
}

fn far_server(authority: &Authority) -> Server {
    Server::start_tls(authority.certify(&[FAR, FAR_ADDRESS, "127.0.0.1"]).server(), answer_all)
}

fn through(port: u16) -> Transport {
    let mut http = patient();
    http.set_proxy(&format!("http://127.0.0.1:{}", port)).unwrap();
    http
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

#[test]
fn https_uses_one_tunnel_for_many_calls_and_the_proxy_resolves_the_name() {
    let authority = Authority::new();
    let (server, proxy) = (far_server(&authority), Proxy::connect());
    let mut http = through(proxy.port);
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    for _ in 0..3 {
        let resp = http.synchronous_request(FAR, server.port(), true, HttpRequest::new()).unwrap();
        assert_eq!(resp.body_str(), "from the server");
    }
    let asked = proxy.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    let authority_form = format!("{FAR}:{}", server.port());
    assert!(asked[0].starts_with(&format!("CONNECT {authority_form} HTTP/1.1\r\n")), "{asked:?}");
    assert!(asked[0].contains(&format!("\r\nHost: {authority_form}\r\n")), "{asked:?}");
    assert!(!asked[0].contains("Authorization"), "no login was set: {asked:?}");
    for request in server.requests() {
        assert_eq!(request.head, format!("GET / HTTP/1.1\r\nHost: {authority_form}\r\n\r\n"));
    }
}

#[test]
fn the_login_goes_to_the_proxy_only() {
    let authority = Authority::new();
    let server = far_server(&authority);
    for (login, password) in [("user", "pass"), ("me@corp", "p@ss:w/r?d#% ü%41"), ("me", "")] {
        let proxy = Proxy::connect();
        let mut http = through(proxy.port);
        http.set_proxy_login(login, password).unwrap();
        http.set_trusted_roots_pem(authority.pem()).unwrap();
        let mut req = HttpRequest::new();
        req.add_header("Authorization", "for the server");
        http.synchronous_request(FAR, server.port(), true, &req).unwrap();
        let asked = proxy.asked().concat();
        let line = format!("\r\nProxy-Authorization: {}\r\n", basic(login, password));
        assert!(asked.contains(&line), "{login}: {asked}");
        assert!(!asked.contains("for the server"), "{asked}");
    }
    for request in server.requests() {
        assert_eq!(request.header("Proxy-Authorization"), None);
        assert_eq!(request.header("Authorization"), Some("for the server"));
    }
}

#[test]
fn plain_http_is_requested_in_absolute_form() {
    let proxy = Server::answering("200 OK", "", "from the proxy");
    let mut http = through(proxy.port());
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").set_path("/a b?c=d").set_content_type("text/plain");
    req.load_body_from_string("body", "utf-8").add_header("X-One", "1");
    let resp = http.synchronous_request(FAR, 8080, false, &req).unwrap();
    assert_eq!((&*resp.body_str(), resp.domain()), ("from the proxy", FAR));
    assert_eq!(
        proxy.request().head,
        "PUT http://far.invalid:8080/a%20b?c=d HTTP/1.1\r\nHost: far.invalid:8080\r\n\
         Content-Type: text/plain\r\nContent-Length: 4\r\nX-One: 1\r\n\r\n"
    );
    assert_eq!(proxy.request().text(), "body");
    http.set_proxy_login("me", "a:b@c").unwrap();
    http.synchronous_request(FAR, 80, false, HttpRequest::new()).unwrap();
    let last = proxy.requests().pop().unwrap();
    assert_eq!(last.line(), "GET http://far.invalid/ HTTP/1.1");
    assert_eq!(last.header("Host"), Some(FAR));
    assert_eq!(last.header("Proxy-Authorization"), Some(basic("me", "a:b@c").as_str()));
}

#[test]
fn a_redirect_from_plain_http_into_a_tunnel_does_not_carry_the_proxy_login() {
    let authority = Authority::new();
    let server = far_server(&authority);
    let location = format!("https://{FAR}:{}/", server.port());
    // One proxy for both: it answers everything except CONNECT with a redirect.
    let proxy = Proxy::run(move |mut client| {
        let head = read_head(&mut client)?;
        if !head.starts_with("CONNECT") {
            let answer =
                format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
            client.write_all(answer.as_bytes()).ok()?;
            return None;
        }
        let port = head.split(' ').nth(1)?.rsplit(':').next()?.to_owned();
        Some(format!("{head}\0{port}\0HTTP/1.1 200 OK\r\n\r\n"))
    });
    let mut http = through(proxy.port);
    http.set_proxy_login("me", "hidden").unwrap().set_auth_token("hidden");
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    let resp = http.synchronous_request(FAR, 80, false, HttpRequest::new()).unwrap();
    assert_eq!(resp.body_str(), "from the server");
    assert!(
        proxy.asked()[0].contains("\r\nProxy-Authorization: Basic "),
        "the tunnel request has the login"
    );
    let head = server.request().head;
    assert!(!head.to_ascii_lowercase().contains("authorization"), "{head}");
}

#[test]
fn a_proxy_that_refuses_is_a_proxy_error_that_says_what_to_do_without_the_password() {
    let cases: [(&'static str, &[&str]); 4] = [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n",
            &["407", "set_proxy_login"],
        ),
        ("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", &["502"]),
        ("gopher\r\n\r\n", &[]),
        ("", &[]),
    ];
    for (answer, says) in cases {
        let proxy = Server::start(move |mut conn| {
            conn.read_head();
            conn.send(answer);
        });
        let mut http = through(proxy.port());
        http.set_proxy_login("me", "marker-1").unwrap();
        let mut req = HttpRequest::new();
        req.use_post();
        let err = http.synchronous_request(FAR, 443, true, &req).expect_err(answer);
        assert_eq!(err.kind(), ErrorKind::Proxy, "{answer}: {err}");
        assert!(err.is_connect() && !err.may_have_been_processed(), "{answer}: {err}");
        assert!(err.to_string().contains(&format!("127.0.0.1:{}", proxy.port())), "{err}");
        for word in says {
            assert!(err.to_string().contains(word), "{answer}: {word:?} is not in {err}");
        }
        let message = format!("{err:?}{}", err.last_error_text());
        assert!(
            !message.contains("marker-1") && !message.contains(&basic("me", "marker-1")),
            "{message}"
        );
    }
}

#[test]
fn a_silent_proxy_is_a_timeout_and_a_missing_one_a_proxy_error() {
    let proxy = Server::start(|mut conn| conn.wait_for_close());
    let mut http = through(proxy.port());
    http.set_connect_timeout(Duration::from_secs(1));
    let err = http.synchronous_request(FAR, 443, true, HttpRequest::new()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Timeout, "{err}");
    assert!(err.to_string().contains("proxy"), "{err}");
    for ssl in [true, false] {
        let closed = ClosedPort::new();
        let port = closed.port();
        let err = through(port).synchronous_request(FAR, 80, ssl, HttpRequest::new()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
        assert!(err.to_string().contains(&format!("the proxy 127.0.0.1:{port}")), "{err}");
    }
}

#[test]
fn an_invalid_certificate_behind_a_tunnel_is_refused() {
    let server = Server::start_tls(Identity::self_signed(&[FAR]).server(), answer_all);
    let proxy = Proxy::connect();
    let err = through(proxy.port)
        .synchronous_request(FAR, server.port(), true, HttpRequest::new())
        .unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Tls, "{err}");
    assert!(err.to_string().contains(FAR), "{err}");
    assert!(server.requests().is_empty());
}

#[test]
fn an_invalid_proxy_domain_is_refused_before_anything_is_sent() {
    for domain in ["http://proxy.example", "proxy.example:8080", "pro xy"] {
        let mut http = support::chilkat(&transport());
        http.set_proxy_domain(domain);
        let err = http.synchronous_request(FAR, 80, false, HttpRequest::new()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        assert!(err.to_string().contains("set_proxy_domain"), "{err}");
    }
}

#[test]
fn an_ambiguous_proxy_login_and_a_method_other_than_basic_are_refused() {
    let proxy = Server::answering("200 OK", "", "from the proxy");
    let mut http = support::chilkat(&patient());
    http.set_proxy_domain("127.0.0.1").set_proxy_port(proxy.port());
    http.set_proxy_login("me").set_proxy_password("lorem");
    for method in ["", "basic", "BASIC"] {
        http.set_proxy_auth_method(method);
        let resp = http.synchronous_request(FAR, 80, false, HttpRequest::new()).unwrap();
        assert_eq!(resp.body_str(), "from the proxy", "{method}");
    }
    let sent = proxy.requests();
    let login = basic("me", "lorem");
    assert!(sent.iter().all(|r| r.header("Proxy-Authorization") == Some(&login)), "{sent:?}");
    for method in ["ntlm", " basic", "Digest", "negotiate", "basic,ntlm"] {
        http.set_proxy_auth_method(method);
        let err = http.synchronous_request(FAR, 80, false, HttpRequest::new()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        assert!(err.to_string().contains("set_proxy_auth_method"), "{err}");
    }
    http.set_proxy_auth_method("").set_proxy_login("me:lorem");
    let err = http.synchronous_request(FAR, 80, false, HttpRequest::new()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
    let text = err.to_string();
    assert!(text.contains("set_proxy_login") && !text.contains("lorem"), "{text}");
    assert_eq!(proxy.requests().len(), 3);
}

/// Serves a proxy over TLS: CONNECT opens a tunnel, and every other request is echoed.
fn tls_proxy(mut tcp: TcpStream, config: Arc<rustls::ServerConfig>) {
    let mut session = rustls::ServerConnection::new(config).unwrap();
    let mut client = rustls::Stream::new(&mut session, &mut tcp);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let mut byte = [0];
        // A client that does not trust the proxy disconnects.
        if client.read_exact(&mut byte).is_err() {
            return;
        }
        head.push(char::from(byte[0]));
    }
    if !head.starts_with("CONNECT ") {
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{head}", head.len());
        client.write_all(answer.as_bytes()).unwrap();
        return;
    }
    let port = head.split(' ').nth(1).unwrap().rsplit(':').next().unwrap().parse().unwrap();
    let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    // Two threads cannot share one session, so the two sides take turns.
    for stream in [&server, &*client.sock] {
        stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
    }
    let mut bytes = [0; 16 * 1024];
    loop {
        let pumped = pump(&mut client, &mut server, &mut bytes)
            && pump(&mut server, &mut client, &mut bytes);
        if !pumped {
            return;
        }
    }
}

/// Forwards the available bytes. Returns false at the end.
fn pump(from: &mut impl Read, to: &mut impl Write, bytes: &mut [u8]) -> bool {
    match from.read(bytes) {
        Ok(0) => false,
        Ok(n) => to.write_all(&bytes[..n]).is_ok(),
        Err(err) => matches!(err.kind(), ErrorKindOfIo::WouldBlock | ErrorKindOfIo::TimedOut),
    }
}

#[test]
fn a_tls_proxy_carries_both_schemes_and_its_certificate_is_verified() {
    let authority = Authority::new();
    let server = far_server(&authority);
    let certificate = authority.certify(&["127.0.0.1"]);
    let proxy = Server::start_raw(move |tcp| tls_proxy(tcp, certificate.server()));
    let mut http = patient();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    http.set_proxy(&format!("https://127.0.0.1:{}", proxy.port())).unwrap();
    http.set_proxy_login("me", "lorem").unwrap();
    let resp = http.synchronous_request(FAR, 80, false, HttpRequest::new()).unwrap();
    assert!(resp.body_str().starts_with("GET http://far.invalid/ HTTP/1.1\r\n"), "{resp:?}");
    assert!(resp.body_str().contains(&basic("me", "lorem")), "{}", resp.body_str());
    let resp = http.synchronous_request(FAR, server.port(), true, HttpRequest::new()).unwrap();
    assert_eq!(resp.body_str(), "from the server");

    let mut stranger = patient();
    stranger.set_proxy(&format!("https://127.0.0.1:{}", proxy.port())).unwrap();
    for ssl in [true, false] {
        let err = stranger.synchronous_request(FAR, 80, ssl, HttpRequest::new()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
        assert!(err.to_string().contains("set_trusted_roots_pem"), "{err}");
    }
    let plain = Server::start(|mut conn| {
        conn.read_exactly(5);
        conn.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        conn.wait_for_close();
    });
    stranger.set_proxy(&format!("https://127.0.0.1:{}", plain.port())).unwrap();
    let err = stranger.synchronous_request(FAR, 80, false, HttpRequest::new()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Proxy, "{err}");
    assert!(err.to_string().contains("try http://"), "{err}");
}

#[test]
fn proxied_and_direct_connections_are_kept_apart() {
    let authority = Authority::new();
    let (server, proxy) = (far_server(&authority), Proxy::connect());
    let mut direct = patient();
    direct.set_trusted_roots_pem(authority.pem()).unwrap();
    let mut proxied = direct.clone();
    proxied.set_proxy(&format!("http://127.0.0.1:{}", proxy.port)).unwrap();
    let mut back = proxied.clone();
    back.clear_proxy();
    for http in [&direct, &proxied, &direct, &proxied, &back] {
        let resp = http.synchronous_request("127.0.0.1", server.port(), true, HttpRequest::new());
        assert_eq!(resp.unwrap().status_code(), 200);
    }
    let used: Vec<usize> = server.requests().iter().map(|r| r.connection).collect();
    assert_eq!(used, [0, 1, 0, 1, 0]);
    assert_eq!(proxy.asked().len(), 1);
}

// The environment belongs to the process, so these tests run in a child process: this binary, with
// the single test `child`.

const CHILD: &str = "ZOOMKAT_TEST_CHILD";

/// Runs a call in a child with this environment and returns the outcome that it prints. `plan` is
/// `domain port ssl`, then any of `ignore-env`, `proxy=PORT`, `insecure-first`, `any-name`,
/// `pin=FINGERPRINT` and `sni=NAME`, and last `client-cert=FILE`, because the name can contain spaces.
fn in_child(plan: &str, roots: Option<&Authority>, env: &[(&str, impl AsRef<OsStr>)]) -> String {
    let mut child = alone::command(module_path!(), "child");
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
        child.env_remove(name).env_remove(name.to_ascii_lowercase());
    }
    child.env(CHILD, plan);
    if let Some(roots) = roots {
        child.env("ZOOMKAT_TEST_ROOTS", roots.pem());
    }
    let output = child.envs(env.iter().map(|(n, v)| (n, v))).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, outcome) = text.split_once("outcome: ").unwrap_or_else(|| panic!("{output:?}"));
    outcome.split("\nend of outcome").next().unwrap().to_owned()
}

#[test]
fn child() {
    let Ok(plan) = std::env::var(CHILD) else { return };
    let (plan, client_cert) = match plan.split_once(" client-cert=") {
        Some((plan, file)) => (plan, Some(file)),
        None => (&*plan, None),
    };
    let words: Vec<&str> = plan.split(' ').collect();
    let mut http = Transport::new();
    if let Some(file) = client_cert {
        http.set_client_cert_file(file).unwrap();
    }
    http.set_connect_timeout(Duration::from_secs(20));
    if let Ok(roots) = std::env::var("ZOOMKAT_TEST_ROOTS") {
        http.set_trusted_roots_pem(&roots).unwrap();
    }
    let (port, ssl, req) = (words[1].parse().unwrap(), words[2] == "ssl", HttpRequest::new());
    for word in &words[3..] {
        match word.split_once('=') {
            Some(("proxy", port)) => {
                http.set_proxy(&format!("http://127.0.0.1:{}", port)).unwrap();
            }
            _ if *word == "ignore-env" => {
                http.set_env_proxy(false);
            }
            _ if *word == "insecure-first" => {
                let mut insecure = http.clone();
                insecure.set_require_ssl_cert_verify(false);
                insecure.synchronous_request(words[0], port, ssl, &req).unwrap();
            }
            Some(("pin", pin)) => {
                http.set_tls_pin_set(&format!("sha256, base64, {pin}")).unwrap();
            }
            Some(("sni", name)) => {
                http.set_sni_hostname(name).unwrap();
            }
            _ if *word == "any-name" => {
                http.set_require_hostname_match(false);
            }
            _ => panic!("{word}"),
        }
    }
    match http.synchronous_request(words[0], port, ssl, &req) {
        Ok(resp) => println!("outcome: {} {}", resp.status_code(), resp.body_str()),
        Err(err) => println!("outcome: {:?} {}", err.kind(), err.last_error_text()),
    }
    println!("end of outcome");
}

#[test]
fn the_environment_names_the_proxy_for_each_scheme() {
    let authority = Authority::new();
    let (server, forward) = (far_server(&authority), Server::answering("200 OK", "", "forwarded"));
    let http_url = format!("http://127.0.0.1:{}", forward.port());
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let found = in_child(&format!("{FAR} 8080 plain"), None, &[(name, http_url.clone())]);
        assert_eq!(found, "200 forwarded", "{name}");
    }
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let tunnel = Proxy::connect();
        let url = format!("http://127.0.0.1:{}", tunnel.port);
        let plan = format!("{FAR} {} ssl", server.port());
        let found = in_child(&plan, Some(&authority), &[(name, url)]);
        assert_eq!(found, "200 from the server", "{name}");
        assert_eq!(tunnel.asked().len(), 1, "{name}");
    }
    // The proxy of one scheme is not used for the other.
    let found = in_child(&format!("{FAR} 443 ssl"), None, &[("HTTP_PROXY", http_url)]);
    assert!(found.starts_with("Resolve "), "{found}");
    assert_eq!(forward.requests().len(), 4);
}

#[test]
fn a_login_in_the_environment_is_sent_decoded() {
    let authority = Authority::new();
    let (server, tunnel) = (far_server(&authority), Proxy::connect());
    let url = format!("http://me%40corp:p%3Aw%25@127.0.0.1:{}", tunnel.port);
    let plan = format!("{FAR} {} ssl", server.port());
    assert_eq!(
        in_child(&plan, Some(&authority), &[("HTTPS_PROXY", url.clone())]),
        "200 from the server"
    );
    let line = format!("\r\nProxy-Authorization: {}\r\n", basic("me@corp", "p:w%"));
    assert!(tunnel.asked()[0].contains(&line), "{:?}", tunnel.asked());
    let forward = Server::answering("200 OK", "", "forwarded");
    let url = url.replace(&tunnel.port.to_string(), &forward.port().to_string());
    in_child(&format!("{FAR} 80 plain"), None, &[("HTTP_PROXY", url)]);
    assert_eq!(
        forward.request().header("Proxy-Authorization"),
        Some(basic("me@corp", "p:w%").as_str())
    );
}

#[test]
fn socks_proxies_carry_both_schemes() {
    let authority = Authority::new();
    let secure = far_server(&authority);
    let plain = Server::start(answer_all);
    for (scheme, host, asked) in [
        ("socks5h", FAR, format!("5 name {FAR}")),
        ("socks5h", FAR_ADDRESS, format!("5 ipv4 {FAR_ADDRESS}")),
        ("socks5", FAR_ADDRESS, format!("5 ipv4 {FAR_ADDRESS}")),
        ("socks", FAR_ADDRESS, format!("5 ipv4 {FAR_ADDRESS}")),
        ("socks4", FAR_ADDRESS, format!("4 ipv4 {FAR_ADDRESS}")),
        ("socks4a", FAR, format!("4 name {FAR}")),
        // Names are resolved locally or not at all.
        ("socks5", FAR, String::new()),
        ("socks4", FAR, String::new()),
    ] {
        for (port, ssl) in [(secure.port(), "ssl"), (plain.port(), "plain")] {
            let socks = SocksServer::start(Rules::default());
            let url = format!("{scheme}://127.0.0.1:{}", socks.port());
            let plan = format!("{host} {port} {ssl}");
            let found = in_child(&plan, Some(&authority), &[("ALL_PROXY", url)]);
            if asked.is_empty() {
                assert!(found.starts_with("Resolve "), "{scheme} {plan}: {found}");
                assert!(socks.asked().is_empty(), "{scheme} {plan}");
            } else {
                assert_eq!(found, "200 from the server", "{scheme} {plan}");
                assert_eq!(socks.asked(), [format!("{asked}:{port}")], "{scheme} {plan}");
            }
        }
    }
    let login = Some(("me".to_owned(), "marker@1".to_owned()));
    let socks = SocksServer::start(Rules { login, ..Rules::default() });
    let plan = format!("{FAR} {} plain", plain.port());
    let url = format!("socks5h://me:marker%401@127.0.0.1:{}", socks.port());
    assert_eq!(in_child(&plan, None, &[("ALL_PROXY", url)]), "200 from the server");
    assert_eq!(socks.asked(), [format!("5 me:marker@1 name {FAR}:{}", plain.port())]);
    let url = format!("socks5h://me:marker-3@127.0.0.1:{}", socks.port());
    let found = in_child(&plan, None, &[("ALL_PROXY", url)]);
    assert!(found.starts_with("Proxy ") && found.contains("environment"), "{found}");
    assert!(found.contains("socks5h://user:password@") && !found.contains("marker-3"), "{found}");
    for request in [plain.requests(), secure.requests()].concat() {
        assert_eq!(request.line(), "GET / HTTP/1.1", "no absolute form behind SOCKS");
        assert_eq!(request.headers().len(), 1, "{request:?}");
    }
}

#[test]
fn no_proxy_names_hosts_that_are_reached_directly() {
    let forward = Server::answering("200 OK", "", "forwarded");
    let proxy = format!("http://127.0.0.1:{}", forward.port());
    for (no_proxy, direct) in [
        (FAR, true),
        ("example.com,FAR.invalid", true),
        (".invalid", true),
        ("*", true),
        ("example.com", false),
        ("r.invalid", false),
        ("", false),
    ] {
        for name in ["NO_PROXY", "no_proxy"] {
            let env = [("HTTP_PROXY", proxy.clone()), (name, no_proxy.to_owned())];
            let found = in_child(&format!("{FAR} 80 plain"), None, &env);
            match direct {
                // The host does not exist.
                true => assert!(found.starts_with("Resolve "), "{name}={no_proxy}: {found}"),
                false => assert_eq!(found, "200 forwarded", "{name}={no_proxy}"),
            }
        }
    }
}

#[test]
fn the_environments_proxy_is_never_used_for_loopback() {
    let (server, closed) = (Server::start(answer_all), ClosedPort::new());
    let dead = format!("http://127.0.0.1:{}", closed.port());
    for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
        let env = [("HTTP_PROXY", dead.clone())];
        let found = in_child(&format!("{host} {} plain", server.port()), None, &env);
        assert_eq!(found, "200 from the server", "{host}");
    }
}

#[test]
fn the_environment_can_be_ignored() {
    let forward = Server::answering("200 OK", "", "forwarded");
    let proxy = format!("http://127.0.0.1:{}", forward.port());
    let env = [("HTTP_PROXY", proxy.clone()), ("ALL_PROXY", proxy)];
    let found = in_child(&format!("{FAR} 80 plain ignore-env"), None, &env);
    assert!(found.starts_with("Resolve "), "{found}");
    assert!(forward.requests().is_empty());
}

#[test]
fn a_proxy_that_was_set_takes_precedence_over_the_environment() {
    let forward = Server::answering("200 OK", "", "forwarded");
    let closed = ClosedPort::new();
    let dead = format!("http://127.0.0.1:{}", closed.port());
    let plan = format!("{FAR} 80 plain proxy={}", forward.port());
    for env in
        [vec![("HTTP_PROXY", dead.clone()), ("ALL_PROXY", dead)], vec![("NO_PROXY", "*".into())]]
    {
        assert_eq!(in_child(&plan, None, &env), "200 forwarded");
    }
}

#[test]
fn the_error_of_an_invalid_environment_proxy_names_its_source_without_the_password() {
    let dead = ClosedPort::new();
    for url in
        [format!("http://me:marker-2@127.0.0.1:{}", dead.port()), "ftp://me:marker-2@x".to_owned()]
    {
        for (name, ssl) in [("HTTP_PROXY", "plain"), ("HTTPS_PROXY", "ssl")] {
            let found = in_child(&format!("{FAR} 80 {ssl}"), None, &[(name, url.clone())]);
            assert!(found.starts_with("Proxy "), "{found}");
            assert!(found.contains("environment") && found.contains("set_env_proxy"), "{found}");
            assert!(!found.contains("marker-2"), "{found}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_not_unicode_is_refused_by_name_and_not_skipped() {
    use std::os::unix::ffi::OsStrExt as _;
    let env = [("HTTP_PROXY", OsStr::from_bytes(b"http://me:marker-3@proxy\xff.example:80"))];
    let found = in_child(&format!("{FAR} 80 plain"), None, &env);
    assert!(found.starts_with("Proxy ") && found.contains("HTTP_PROXY"), "{found}");
    assert!(!found.contains("marker-3"), "{found}");
}

#[test]
fn an_unverified_connection_to_a_tls_proxy_is_not_shared_with_verified_calls() {
    let proxy = Server::start_tls(Identity::self_signed(&["127.0.0.1"]).server(), answer_all);
    let env = [("HTTP_PROXY", format!("https://127.0.0.1:{}", proxy.port()))];
    let found = in_child(&format!("{FAR} 80 plain"), None, &env);
    assert!(found.starts_with("Proxy ") || found.starts_with("Tls "), "{found}");
    let found = in_child(&format!("{FAR} 80 plain insecure-first"), None, &env);
    assert!(found.starts_with("Proxy ") || found.starts_with("Tls "), "{found}");
    assert_eq!(proxy.requests().len(), 1);
}

/// The server end of a tunnel, as a stream.
struct Tunnel(Conn);

impl Read for Tunnel {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let Some(byte) = self.0.read_exactly(1) else { return Ok(0) };
        buf[0] = byte[0];
        Ok(1)
    }
}

impl Write for Tunnel {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.send(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts a proxy that speaks TLS and is itself the server of each tunnel.
fn tls_proxy_and_server(
    proxy: Arc<rustls::ServerConfig>,
    origin: Arc<rustls::ServerConfig>,
) -> Server {
    Server::start_tls(proxy, move |mut conn| {
        if conn.read_head().is_none_or(|head| !head.starts_with("CONNECT ")) {
            return;
        }
        conn.send("HTTP/1.1 200 Connection established\r\n\r\n");
        let tls = rustls::ServerConnection::new(Arc::clone(&origin)).unwrap();
        let mut tls = rustls::StreamOwned::new(tls, Tunnel(conn));
        read_head_from(&mut tls);
        let _ = tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
        let _ = io::copy(&mut tls, &mut io::sink());
    })
}

#[test]
fn tls_settings_for_a_server_are_neither_applied_nor_shown_to_a_tls_proxy() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let origin = authority.certify(&["dolor.example"]);
    let client = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(client.path(), clients.certify(&["client.example"]).pem()).unwrap();
    let plan = format!(
        "{FAR} 443 ssl pin={} sni=dolor.example client-cert={}",
        origin.fingerprint(),
        client.path().display()
    );
    let run = |proxy: Arc<rustls::ServerConfig>, plan: &str| {
        let proxy = tls_proxy_and_server(proxy, origin.server_for(&clients));
        let env = [("HTTPS_PROXY", format!("https://127.0.0.1:{}", proxy.port()))];
        in_child(plan, Some(&authority), &env)
    };
    let good = authority.certify(&["127.0.0.1"]);
    assert_eq!(run(good.server(), &plan), "200 fine");
    // A proxy that requires a client certificate does not get the one for servers.
    let found = run(good.server_for(&clients), &plan);
    assert!(found.starts_with("Proxy "), "{found}");
    // The proxy's own name must match, even if the names of servers need not.
    let any_name = plan.replace("sni=dolor", "any-name sni=dolor");
    let found = run(authority.certify(&["127.0.0.2"]).server(), &any_name);
    assert!(found.starts_with("Proxy "), "{found}");
    let found = run(good.server(), &plan.replace("sni=dolor.example", "any-name"));
    assert_eq!(found, "200 fine");
}

#[test]
fn options_asterisk_is_requested_of_a_proxy_without_a_path() {
    let proxy = Server::answering("200 OK", "", "");
    let mut req = HttpRequest::new();
    req.set_http_verb("OPTIONS").set_path("*");
    through(proxy.port()).synchronous_request("far.invalid", 8080, false, &req).unwrap();
    assert_eq!(proxy.request().line(), "OPTIONS http://far.invalid:8080 HTTP/1.1");
}
