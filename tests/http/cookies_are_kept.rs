//! The cookie store: cookies are sent only where they belong, in this program and, with a file, in
//! the next one. Their values are never shown.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use support::capture::{self, Markers};
use support::tls::Authority;
use support::{Received, Server, patient};
use zoomkat::{CookieStore, ErrorKind, HttpRequest, HttpResponse, Transport};

/// Returns the Set-Cookie lines that the query asks for: `/path?a=1;Secure&b=2` has two.
fn setting(request: &Received) -> String {
    let target = request.line().split(' ').nth(1).unwrap();
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let lines = query.split('&').filter(|line| !line.is_empty());
    lines.map(|line| format!("Set-Cookie: {}\r\n", line.replace("%20", " "))).collect()
}

fn server() -> Server {
    Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            conn.respond("200 OK", &setting(&request), "");
        }
    })
}

fn in_memory() -> Transport {
    let mut http = patient();
    http.set_cookie_store(CookieStore::Memory);
    http
}

fn in_folder(dir: &Path) -> Transport {
    let mut http = patient();
    http.set_cookie_store(CookieStore::Folder(dir.to_owned()));
    http
}

fn get(path: &str) -> HttpRequest {
    let mut req = HttpRequest::new();
    req.set_path(path);
    req
}

/// Returns the Cookie header of a request to this path.
fn sent(http: &Transport, server: &Server, path: &str) -> Option<String> {
    server.call(http, &get(path)).unwrap();
    last_cookies(server)
}

fn last_cookies(server: &Server) -> Option<String> {
    let request = server.requests().pop().unwrap();
    let all = request.headers();
    let lines: Vec<_> = all.iter().filter_map(|line| line.strip_prefix("Cookie: ")).collect();
    assert!(lines.len() < 2, "more than one Cookie header: {lines:?}");
    lines.first().map(|line| (*line).to_owned())
}

/// Makes the server at `http://127.0.0.1` set these cookies.
fn set(http: &Transport, server: &Server, lines: &str) -> HttpResponse {
    server.call(http, &get(&format!("/?{lines}"))).unwrap()
}

fn file(dir: &tempfile::TempDir) -> std::path::PathBuf {
    dir.path().join("cookies.json")
}

#[test]
fn a_cookie_set_by_a_login_is_sent_with_the_next_request() {
    let server = server();
    let http = in_memory();
    assert_eq!(sent(&http, &server, "/login?sid=lorem;HttpOnly&lang=ipsum"), None);
    assert_eq!(sent(&http, &server, "/users").as_deref(), Some("lang=ipsum; sid=lorem"));
    // A new value replaces the old one, and text that is not a cookie changes nothing.
    set(&http, &server, "sid=dolor&garbage&=x&;&Secure");
    assert_eq!(sent(&http, &server, "/").as_deref(), Some("lang=ipsum; sid=dolor"));
    set(&http, &server, "sid=x;Max-Age=0&lang=;Expires=Thu,%2001%20Jan%201970%2000:00:00%20GMT");
    assert_eq!(sent(&http, &server, "/"), None);
}

#[test]
fn no_cookies_are_kept_by_default() {
    let server = server();
    let mut http = patient();
    {
        let http = support::chilkat(&http);
        assert_eq!((http.cookie_dir(), http.save_cookies(), http.send_cookies()), ("", true, true));
    }
    set(&http, &server, "a=1");
    assert_eq!(sent(&http, &server, "/"), None);
    assert_eq!(http.cookies_json().unwrap(), "{}");
    http.set_cookie_store(CookieStore::Memory);
    assert_eq!(support::chilkat(&http).cookie_dir(), "memory");
    set(&http, &server, "a=1");
    assert_eq!(sent(&http, &server, "/").as_deref(), Some("a=1"));
    // Setting the same store again keeps its cookies; turning the store off drops them.
    assert_eq!(
        sent(http.set_cookie_store(CookieStore::Memory), &server, "/").as_deref(),
        Some("a=1")
    );
    assert_eq!(sent(http.set_cookie_store(CookieStore::Off), &server, "/"), None);
    assert_eq!(sent(http.set_cookie_store(CookieStore::Memory), &server, "/"), None);
}

#[test]
fn a_cookie_path_covers_the_paths_below_it() {
    let server = server();
    let http = in_memory();
    set(&http, &server, "root=1;Path=/&shop=1;Path=/shop&relative=1;Path=shop");
    server.call(&http, &get("/shop/cart/add?default=1")).unwrap();
    server.call(&http, &get("/semi;colon/x?semi=1")).unwrap();
    for (path, cookies) in [
        ("/", "relative=1; root=1"),
        ("/?a/shop/cart", "relative=1; root=1"),
        ("/shopping", "relative=1; root=1"),
        ("/shop", "shop=1; relative=1; root=1"),
        ("/shop/", "shop=1; relative=1; root=1"),
        ("/shop/cart", "default=1; shop=1; relative=1; root=1"),
        ("/shop/cart/add/more", "default=1; shop=1; relative=1; root=1"),
        ("/semi", "relative=1; root=1"),
        ("/semi;colon/", "semi=1; relative=1; root=1"),
    ] {
        assert_eq!(sent(&http, &server, path).as_deref(), Some(cookies), "{path}");
        // Cookies moved as JSON behave the same.
        let mut other = in_memory();
        other.set_cookies_json(&http.cookies_json().unwrap()).unwrap();
        assert_eq!(sent(&other, &server, path).as_deref(), Some(cookies), "{path}, moved");
    }
}

#[test]
fn a_cookie_domain_covers_subdomains_unless_it_is_a_public_suffix() {
    // A forwarding proxy answers for every host.
    let server = server();
    let call = |http: &Transport, host: &str, path: &str| {
        http.synchronous_request(host, 80, false, get(path)).unwrap();
        last_cookies(&server)
    };
    for (host, line, hosts) in [
        ("www.example.com", "a=1", "www.example.com"),
        ("WWW.example.com", "a=1;Domain=", "www.example.com"),
        (
            "www.example.com",
            "a=1;Domain=example.com",
            "www.example.com example.com a.b.example.com",
        ),
        (
            "www.example.com",
            "a=1;Domain=.EXAMPLE.com",
            "www.example.com example.com a.b.example.com",
        ),
        ("example.com", "a=1;Domain=www.example.com", ""),
        ("example.com", "a=1;Domain=other.com", ""),
        ("example.com", "a=1;Domain=ample.com", ""),
        ("example.com", "a=1;Domain=com", ""),
        ("shop.example.co.uk", "a=1;Domain=co.uk", ""),
        ("shop.example.co.uk", "a=1;Domain=example.co.uk", "shop.example.co.uk example.co.uk"),
        ("one.github.io", "a=1;Domain=github.io", ""),
        ("github.io", "a=1;Domain=github.io", "github.io"),
        ("host.intranet", "a=1;Domain=intranet", ""),
        ("host.dept.intranet", "a=1;Domain=dept.intranet", "host.dept.intranet"),
        ("127.0.0.1", "a=1;Domain=127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "a=1;Domain=0.0.1", ""),
        ("localhost", "a=1", "localhost"),
        ("localhost", "a=1;Domain=localhost", "localhost"),
        ("[::1]", "a=1", "[::1]"),
    ] {
        let mut http = in_memory();
        http.set_proxy(&format!("http://127.0.0.1:{}", server.port())).unwrap();
        call(&http, host, &format!("/?{line}"));
        let mut moved = http.clone();
        moved.set_cookie_store(CookieStore::Off).set_cookie_store(CookieStore::Memory);
        moved.set_cookies_json(&http.cookies_json().unwrap()).unwrap();
        for other in [
            "www.example.com",
            "example.com",
            "a.b.example.com",
            "notexample.com",
            "example.co.uk",
            "shop.example.co.uk",
            "another.co.uk",
            "one.github.io",
            "two.github.io",
            "github.io",
            "host.intranet",
            "other.intranet",
            "host.dept.intranet",
            "127.0.0.1",
            "1.0.0.1",
            "localhost",
            "[::1]",
        ] {
            let expected = hosts.split(' ').any(|host| host == other).then_some("a=1");
            assert_eq!(call(&http, other, "/").as_deref(), expected, "{host} {line}: {other}");
            assert_eq!(call(&moved, other, "/").as_deref(), expected, "{host} {line}: {other}");
        }
    }
}

#[test]
fn cookies_are_shared_by_ports_but_not_by_hosts() {
    let (one, two) = (server(), server());
    let http = in_memory();
    let at = |server: &Server, host: &str, path: &str| {
        http.synchronous_request(host, server.port(), false, get(path)).unwrap();
        last_cookies(server)
    };
    at(&one, "127.0.0.1", "/?a=ip");
    assert_eq!(at(&one, "localhost", "/?a=name"), None);
    assert_eq!(at(&one, "127.0.0.1", "/").as_deref(), Some("a=ip"));
    // RFC 6265 section 8.5: cookies are not separated by port.
    assert_eq!(at(&two, "localhost", "/").as_deref(), Some("a=name"));
}

#[test]
fn secure_cookies_are_set_and_sent_over_tls_only() {
    let authority = Authority::new();
    let plain = server();
    let tls = Server::start_tls(authority.certify(&["127.0.0.1"]).server(), |mut conn| {
        while let Some(request) = conn.read_request() {
            conn.respond("200 OK", &setting(&request), "");
        }
    });
    let mut http = in_memory();
    http.set_trusted_roots_pem(authority.pem()).unwrap();
    let over_tls = |path: &str| {
        http.synchronous_request("127.0.0.1", tls.port(), true, get(path)).unwrap();
        last_cookies(&tls)
    };
    // Set over plain http: not kept.
    set(&http, &plain, "a=plain;Secure&__Secure-a=plain&__Host-a=plain;Path=/");
    assert_eq!(over_tls("/"), None);
    // Set over TLS: kept only with the attributes that the prefix requires.
    over_tls("/x/?a=tls;Secure;Path=/x&b=tls&__Secure-b=no&__Secure-c=yes;Secure");
    over_tls("/x/?__host-d=no;Path=/&__Host-e=no;Secure&__Host-f=no;Secure;Path=/x");
    over_tls("/x/?__Host-g=no;Secure;Path=/;Domain=127.0.0.1&__Host-h=yes;Secure;Path=/");
    let all = "__Secure-c=yes; a=tls; b=tls; __Host-h=yes".to_owned();
    assert_eq!(over_tls("/x/y"), Some(all.clone()));
    assert_eq!(sent(&http, &plain, "/x/y").as_deref(), Some("b=tls"));
    // A response over plain http cannot replace, remove or shadow a Secure cookie.
    for line in ["a=plain;Path=/x", "a=;Path=/x;Max-Age=0", "a=plain;Path=/x/y"] {
        set(&http, &plain, line);
        assert_eq!(over_tls("/x/y"), Some(all.clone()), "{line}");
    }
    // A cookie outside that path is another cookie.
    set(&http, &plain, "a=plain;Path=/xy");
    assert_eq!(sent(&http, &plain, "/xy").as_deref(), Some("a=plain"));
    over_tls("/?a=;Path=/x;Max-Age=0");
    assert_eq!(over_tls("/x/y"), Some(all.replace("a=tls; ", "")));
}

#[test]
fn a_cookie_expires_by_its_attributes() {
    let server = server();
    for (attributes, lasts) in [
        ("", true),
        (";Max-Age=60", true),
        (";Max-Age=99999999999999999999", true),
        (";Max-Age=0", false),
        (";Max-Age=-1", false),
        (";Max-Age=soon", true),
        (";Expires=Wed,%2009%20Jun%202100%2010:18:14%20GMT", true),
        (";Expires=Wed,%2009-Jun-2100%2010:18:14%20GMT", true),
        (";Expires=Wed,%2009%20Jun%202010%2010:18:14%20GMT", false),
        (";Expires=Thu,%2001-Jan-70%2000:00:10%20GMT", false),
        // Max-Age takes precedence, in any order.
        (";Max-Age=60;Expires=Wed,%2009%20Jun%202010%2010:18:14%20GMT", true),
        (";Expires=Wed,%2009%20Jun%202100%2010:18:14%20GMT;Max-Age=0", false),
    ] {
        let http = in_memory();
        set(&http, &server, "a=before");
        set(&http, &server, &format!("a=1{attributes}"));
        let expected = lasts.then_some("a=1");
        assert_eq!(sent(&http, &server, "/").as_deref(), expected, "{attributes}");
        let mut moved = in_memory();
        moved.set_cookies_json(&http.cookies_json().unwrap()).unwrap();
        assert_eq!(sent(&moved, &server, "/").as_deref(), expected, "{attributes}");
    }
    // A cookie also expires while it is in memory.
    let http = in_memory();
    set(&http, &server, "a=1;Max-Age=1");
    let limit = Instant::now() + Duration::from_secs(60);
    while sent(&http, &server, "/").is_some() {
        assert!(Instant::now() < limit, "the cookie never expired");
    }
    assert_eq!(http.cookies_json().unwrap(), "{}");
}

#[test]
fn redirects_and_error_responses_set_cookies() {
    let server = Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            let path = request.line().split(' ').nth(1).unwrap();
            match path {
                "/one" => conn.respond(
                    "302 Found",
                    "Set-Cookie: one=1; Path=/\r\nLocation: /two/b\r\n",
                    "",
                ),
                "/two/b" => conn.respond(
                    "303 See Other",
                    "Set-Cookie: two=2\r\nSet-Cookie: one=3; Path=/\r\nLocation: /three\r\n",
                    "",
                ),
                "/locked" => conn.respond(
                    "401 Unauthorized",
                    "WWW-Authenticate: Basic\r\nSet-Cookie: nonce=4; Path=/\r\n",
                    "",
                ),
                _ => conn.respond("200 OK", "", ""),
            }
        }
    });
    let http = in_memory();
    server.call(&http, &get("/one")).unwrap();
    let cookies = |server: &Server| -> Vec<Option<String>> {
        let of = |request: Received| request.header("Cookie").map(str::to_owned);
        server.requests().into_iter().map(of).collect()
    };
    assert_eq!(cookies(&server), [None, Some("one=1".into()), Some("one=3".into())]);
    server.call(&http, &get("/locked")).unwrap();
    assert_eq!(sent(&http, &server, "/").as_deref(), Some("nonce=4; one=3"), "the 401 set it");
    assert_eq!(sent(&http, &server, "/two/c").as_deref(), Some("two=2; nonce=4; one=3"));
}

#[test]
fn another_origin_gets_only_its_own_cookies() {
    let away = server();
    let port = away.port();
    let from = Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            if request.line().contains("/go") {
                let location = format!("Location: http://localhost:{port}/?back=1\r\n");
                conn.respond("302 Found", &(location + "Set-Cookie: a=new\r\n"), "");
            } else {
                conn.respond("200 OK", &setting(&request), "");
            }
        }
    });
    let http = in_memory();
    set(&http, &from, "a=old");
    http.synchronous_request("localhost", port, false, get("/?b=1")).unwrap();
    call_with_cookie(&from, &http, "/go", None);
    assert_eq!(last_cookies(&from).as_deref(), Some("a=old"));
    assert_eq!(last_cookies(&away).as_deref(), Some("b=1"));
    // The request's own Cookie header wins here and does not leave this origin.
    call_with_cookie(&from, &http, "/go", Some("own=1"));
    assert_eq!(last_cookies(&from).as_deref(), Some("own=1"));
    assert_eq!(last_cookies(&away).as_deref(), Some("b=1; back=1"));
    assert_eq!(sent(&http, &from, "/").as_deref(), Some("a=new"));
}

fn call_with_cookie(server: &Server, http: &Transport, path: &str, cookie: Option<&str>) {
    let mut req = get(path);
    if let Some(cookie) = cookie {
        req.add_header("Cookie", cookie);
    }
    server.call(http, &req).unwrap();
}

#[test]
fn the_callers_cookie_header_takes_precedence() {
    let server = server();
    let mut http = in_memory();
    set(&http, &server, "a=1");
    call_with_cookie(&server, &http, "/?b=1", Some("own=1"));
    assert_eq!(last_cookies(&server).as_deref(), Some("own=1"));
    http.set_request_header("cookie", "mine=1");
    assert_eq!(sent(&http, &server, "/"), None, "only a header under the name as set is expected");
    let request = server.requests().pop().unwrap();
    assert_eq!(request.header("Cookie"), Some("mine=1"));
    http.remove_request_header("Cookie");
    assert_eq!(sent(&http, &server, "/").as_deref(), Some("a=1; b=1"), "b was kept anyway");
}

#[test]
fn saving_and_sending_are_separate_switches() {
    let server = server();
    let mut http = in_memory();
    http.set_save_cookies(false);
    set(&http, &server, "a=1");
    assert!(!support::chilkat(&http).save_cookies());
    assert_eq!(sent(&http, &server, "/"), None);
    http.set_save_cookies(true);
    set(&http, &server, "a=1");
    http.set_save_cookies(false);
    assert_eq!(sent(&http, &server, "/?a=2").as_deref(), Some("a=1"));
    assert_eq!(sent(&http, &server, "/").as_deref(), Some("a=1"));
    http.set_save_cookies(true).set_send_cookies(false);
    assert!(!support::chilkat(&http).send_cookies());
    assert_eq!(sent(&http, &server, "/?a=3"), None);
    http.set_send_cookies(true);
    assert_eq!(sent(&http, &server, "/").as_deref(), Some("a=3"));
}

#[test]
fn clones_share_cookies_until_one_gets_another_store() {
    let server = server();
    let http = in_memory();
    let mut clone = http.clone();
    set(&http, &server, "a=1");
    clone.set_read_timeout(Duration::from_secs(30));
    assert_eq!(sent(&clone, &server, "/?b=1").as_deref(), Some("a=1"));
    assert_eq!(sent(&http, &server, "/").as_deref(), Some("a=1; b=1"));
    clone.set_cookie_store(CookieStore::Off).set_cookie_store(CookieStore::Memory);
    assert_eq!(sent(&clone, &server, "/?c=1"), None);
    assert_eq!(sent(&http, &server, "/").as_deref(), Some("a=1; b=1"));
    http.clear_in_memory_cookies();
    assert_eq!(sent(&http, &server, "/"), None);
    assert_eq!(sent(&clone, &server, "/").as_deref(), Some("c=1"));
}

#[test]
fn threads_lose_no_cookie() {
    const THREADS: usize = 8;
    const CALLS: usize = 10;
    let dir = tempfile::tempdir().unwrap();
    for http in [in_memory(), in_folder(dir.path())] {
        let server = Arc::new(server());
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (http, server) = (http.clone(), Arc::clone(&server));
                thread::spawn(move || {
                    for call in 0..CALLS {
                        set(&http, &server, &format!("t{thread}c{call}=1"));
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        let sent = sent(&http, &server, "/").unwrap();
        assert_eq!(sent.split("; ").collect::<BTreeSet<_>>().len(), THREADS * CALLS);
        assert_eq!(http.cookies_json().unwrap().matches("=1").count(), THREADS * CALLS);
    }
    let file = fs::read_to_string(file(&dir)).unwrap();
    assert_eq!(file.matches("=1").count(), THREADS * CALLS, "the file has all cookies");
}

#[test]
fn unrelated_transports_lose_no_cookie_of_each_other() {
    const CALLS: usize = 40;
    let server = Arc::new(server());
    let dir = tempfile::tempdir().unwrap();
    let threads: Vec<_> = (0..3)
        .map(|thread| {
            let (http, server) = (in_folder(dir.path()), Arc::clone(&server));
            thread::spawn(move || {
                for call in 0..CALLS {
                    set(&http, &server, &format!("t{thread}c{call}=1"));
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    // At most 100 cookies of a host are kept.
    let json = in_folder(dir.path()).cookies_json().unwrap();
    assert_eq!(json.matches("=1").count(), 100);
    let last = (0..3).all(|thread| json.contains(&format!("t{thread}c{}=1", CALLS - 1)));
    assert!(last, "{json}");
}

#[test]
fn the_memory_for_cookies_is_limited() {
    let server = server();
    let http = in_memory();
    let long = |length: usize| format!("a={}", "x".repeat(length - 2));
    set(&http, &server, &long(8183));
    assert_eq!(sent(&http, &server, "/"), None);
    set(&http, &server, &long(8182));
    assert_eq!(sent(&http, &server, "/"), Some(long(8182)));
    set(&http, &server, "a=;Max-Age=0");
    for at in 0..102 {
        set(&http, &server, &format!("c{at:03}=1"));
    }
    let cookies = sent(&http, &server, "/").unwrap();
    assert_eq!(cookies.split("; ").count(), 100);
    assert!(cookies.starts_with("c002=1; "), "the oldest are dropped: {cookies}");
    // A changed cookie is no longer the oldest, and an expired one makes room.
    set(&http, &server, "c002=2&c004=;Max-Age=0&new=1&newer=1");
    let cookies = sent(&http, &server, "/").unwrap();
    assert!(cookies.starts_with("c002=2; c005=1; "), "{cookies}");
    assert!(cookies.ends_with("; new=1; newer=1"), "{cookies}");
}

#[test]
fn a_file_keeps_cookies_for_the_next_program() {
    let dir = tempfile::tempdir().unwrap();
    let server = server();
    let http = in_folder(dir.path());
    assert_eq!(support::chilkat(&http).cookie_dir(), dir.path().to_str().unwrap());
    assert_eq!(sent(&http, &server, "/"), None);
    assert!(!file(&dir).exists(), "a file was written though no cookie was set");
    set(&http, &server, "session=lorem;HttpOnly;SameSite=None&lasting=ipsum;Max-Age=3600");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "only the file and its lock");
    let next = in_folder(dir.path());
    assert_eq!(sent(&next, &server, "/").as_deref(), Some("lasting=ipsum; session=lorem"));
    // A call that changes no cookie does not write, nor does a transport that only reads.
    let modified = || fs::metadata(file(&dir)).unwrap().modified().unwrap();
    let before = modified();
    set(&next, &server, "session=lorem;HttpOnly;SameSite=Lax");
    let mut reader = in_folder(dir.path());
    set(reader.set_save_cookies(false), &server, "session=dolor");
    assert_eq!(modified(), before);
    // Clearing the cookies in memory keeps those in the file; setting an empty set removes them.
    next.clear_in_memory_cookies();
    assert_eq!(sent(&next, &server, "/").as_deref(), Some("lasting=ipsum; session=lorem"));
    reader.set_cookies_json("{}").unwrap();
    assert_eq!(sent(&next, &server, "/"), None);
    assert_eq!(fs::read_to_string(file(&dir)).unwrap(), "{}");
}

#[test]
fn programs_that_share_a_folder_see_each_others_cookies() {
    let dir = tempfile::tempdir().unwrap();
    let server = server();
    // Two transports that are not clones behave like two programs.
    let (one, two) = (in_folder(dir.path()), in_folder(dir.path()));
    set(&one, &server, "a=1");
    set(&two, &server, "b=1");
    assert_eq!(sent(&one, &server, "/").as_deref(), Some("a=1; b=1"));
    set(&one, &server, "a=;Max-Age=0");
    assert_eq!(sent(&two, &server, "/").as_deref(), Some("b=1"));
    fs::remove_file(file(&dir)).unwrap();
    assert_eq!(sent(&one, &server, "/?c=1"), None);
    assert_eq!(sent(&two, &server, "/").as_deref(), Some("c=1"));
}

#[test]
fn cookies_that_another_program_writes_during_a_call_are_not_lost() {
    let dir = tempfile::tempdir().unwrap();
    let other = in_folder(dir.path());
    let elsewhere = server();
    let server = Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            if request.line().contains("/meanwhile") {
                set(&other, &elsewhere, "b=1");
            }
            conn.respond("200 OK", &setting(&request), "");
        }
    });
    let http = in_folder(dir.path());
    server.call(&http, &get("/meanwhile?a=1")).unwrap();
    let next = in_folder(dir.path());
    assert_eq!(sent(&next, &server, "/").as_deref(), Some("a=1; b=1"));
}

#[cfg(unix)]
#[test]
fn the_file_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let server = server();
    let http = in_folder(dir.path());
    let mode = || fs::metadata(file(&dir)).unwrap().permissions().mode() & 0o777;
    set(&http, &server, "a=1");
    assert_eq!(mode(), 0o600);
    // A file whose owner lets others read it stays that way.
    fs::set_permissions(file(&dir), fs::Permissions::from_mode(0o640)).unwrap();
    set(&http, &server, "a=2");
    assert_eq!(mode(), 0o640);
}

#[test]
fn a_damaged_file_is_an_error_and_is_left_alone() {
    let server = server();
    for damaged in [
        b"".as_slice(),
        b"{",
        b"[]",
        br#"{"https://127.0.0.1/": "marker=1"}"#,
        br#"{"https://127.0.0.1/": ["marker"]}"#,
        br#"{"https://127.0.0.1/": ["a=1\r\nX-Marker: 1"]}"#,
        br#"{"marker": ["a=1"]}"#,
        br#"{"file:///marker": ["a=1"]}"#,
        b"{\"https://127.0.0.1/\": [\"marker=\xff\"]}",
    ] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(file(&dir), damaged).unwrap();
        let mut http = in_folder(dir.path());
        let shown = String::from_utf8_lossy(damaged);
        for _ in 0..2 {
            let err = server.call(&http, &get("/?b=1")).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{shown}");
            let text = capture::full_text(&err) + err.last_error_text();
            assert!(text.contains("set_cookie_store") && text.contains("cookies.json"), "{text}");
            assert!(!text.to_lowercase().contains("marker"), "{text}");
        }
        assert_eq!(fs::read(file(&dir)).unwrap(), damaged);
        let json = shown.into_owned();
        if !json.contains('\u{fffd}') {
            let err = in_memory().set_cookies_json(&json).unwrap_err();
            assert!(err.is_invalid_request() && err.to_string().contains("set_cookies_json"));
            assert!(!capture::full_text(&err).to_lowercase().contains("marker"), "{err}");
        }
        // A damaged file is no problem while cookies are off, and none once it is deleted.
        server
            .call(http.clone().set_save_cookies(false).set_send_cookies(false), &get("/"))
            .unwrap();
        fs::remove_file(file(&dir)).unwrap();
        set(http.set_save_cookies(true), &server, "b=1");
        assert_eq!(sent(&http, &server, "/").as_deref(), Some("b=1"));
    }
    assert!(server.requests().iter().all(|request| request.header("X-Marker").is_none()));
}

#[test]
fn an_unusable_cookie_file_is_an_error_before_anything_is_sent() {
    let server = server();
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(file(&dir)).unwrap();
    let missing = dir.path().join("missing");
    for (dir, why) in [(dir.path(), "not a regular file"), (&missing, "folder does not exist")] {
        let mut http = in_folder(dir);
        let err = server.call(&http, &get("/")).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest);
        assert!(err.to_string().contains(why), "{err}");
        assert!(http.cookies_json().unwrap_err().to_string().contains(why));
        assert!(http.set_cookies_json("{}").is_err());
    }
    assert_eq!(server.requests().len(), 0);
    let err = patient().set_cookies_json("{}").unwrap_err();
    assert!(err.to_string().contains("set_cookie_store"), "{err}");
}

#[test]
fn a_response_is_not_lost_because_its_cookies_cannot_be_written() {
    let _log = capture::install();
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().to_owned();
    // The folder is removed during the request, like an unplugged disk.
    let server = Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            if request.line().contains("/gone") {
                fs::remove_dir_all(&place).unwrap();
            }
            conn.respond("200 OK", &setting(&request), "whole");
        }
    });
    let http = in_folder(dir.path());
    let resp = server.call(&http, &get("/gone?a=loremipsum")).unwrap();
    assert_eq!(resp.body_str(), "whole");
    let message = resp.call_text();
    assert!(
        message.contains("cookies could not be saved") && !message.contains("loremipsum"),
        "{message}"
    );
    let lines = capture::lines().concat();
    assert!(lines.contains("cookies could not be saved"), "{lines}");
    let err = server.call(&http, &get("/")).unwrap_err();
    assert!(err.to_string().contains("folder does not exist"), "{err}");
    // Cookies stay in memory until the folder exists again, and are written with the next ones.
    fs::create_dir(dir.path()).unwrap();
    assert_eq!(sent(&http, &server, "/?b=1").as_deref(), Some("a=loremipsum"));
    let next = in_folder(dir.path());
    assert_eq!(sent(&next, &server, "/").as_deref(), Some("a=loremipsum; b=1"));
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_can_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let server = server();
    set(&in_folder(dir.path()), &server, "a=1");
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(dir.path().join("probe"), "").is_ok() {
        return; // root can write anywhere
    }
    let before = fs::read(file(&dir)).unwrap();
    let http = in_folder(dir.path());
    let resp = set(&http, &server, "b=1");
    assert!(resp.call_text().contains("cookies could not be saved"), "{}", resp.call_text());
    assert_eq!(sent(&http, &server, "/").as_deref(), Some("a=1; b=1"));
    assert_eq!(fs::read(file(&dir)).unwrap(), before);
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn cookies_move_as_json() {
    let server = server();
    let http = in_memory();
    set(&http, &server, "a=lorem;Max-Age=60&b=%22ipsum=dolor%22;HttpOnly");
    let json = http.cookies_json().unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
    let lines = parsed["https://127.0.0.1/"].as_array().unwrap();
    assert!(lines[0].as_str().unwrap().starts_with("a=lorem; Expires="), "{json}");
    assert_eq!(lines[1], "b=%22ipsum=dolor%22; HttpOnly");
    let mut other = in_memory();
    set(&other, &server, "replaced=1");
    other.set_cookies_json(&json).unwrap();
    assert_eq!(sent(&other, &server, "/").as_deref(), Some("a=lorem; b=%22ipsum=dolor%22"));
    assert_eq!(other.cookies_json().unwrap(), json);
    // Cookies that a server could not set cannot be loaded from JSON either, and expired ones are
    // dropped.
    let json = r#"{
        "https://one.co.uk/": ["a=1; Domain=co.uk", "b=1; Domain=two.co.uk"],
        "https://127.0.0.1/": ["__Host-c=1", "d=1; Max-Age=0", "e=1"],
        "http://127.0.0.1/": ["f=1; Secure"]
    }"#;
    other.set_cookies_json(json).unwrap();
    let kept = other.cookies_json().unwrap();
    assert_eq!(kept, "{\n  \"https://127.0.0.1/\": [\n    \"e=1\"\n  ]\n}");
}

#[test]
fn any_set_cookie_header_is_accepted_or_ignored() {
    // Bytes of every kind in every position: nothing may panic, and only valid cookies may be sent.
    for line in [
        "a",
        "=",
        "a=",
        "a==",
        " a = 1 ",
        "a=\u{e9}\u{2028};Path=/\u{e9}",
        "a=1;;;;",
        "a=1;Path",
        "a=1;Path=",
        "a=1;Path=//",
        "a=1;Domain",
        "a=1;Domain=.",
        "a=1;Domain=..",
        "a=1;Domain=\u{e9}.\u{0}",
        "a=1;Domain=xn--",
        "a=1;Domain=[",
        "a=1;Max-Age",
        "a=1;Max-Age=-",
        "a=1;Max-Age=\u{661}",
        "a=1;Expires=Wed, 99 Jun 99999 99:99:99 GMT",
        "a=1;Expires=Wed, 31 Dec 9999 23:59:59 GMT",
        "a=1;Expires=-",
        "a=1;SameSite=None;Partitioned",
        "a\tb=1",
        "a=1\t;Path=/\t",
        "a=\u{7f}",
        "\"a=1; b=2\"",
    ] {
        let server = Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                conn.respond("200 OK", &format!("Set-Cookie: {line}\r\n"), "");
            }
        });
        let http = in_memory();
        for _ in 0..2 {
            // A control character may cause the whole response to be refused, which does not matter
            // here.
            let _ = server.call(&http, &get("/a/b"));
        }
        for request in server.requests() {
            for line in request.headers() {
                let (name, value) = line.split_once(": ").unwrap();
                assert!(["Host", "Cookie"].contains(&name), "{line}");
                assert!(!value.contains(|c: char| c.is_control() && c != '\t'), "{line:?}");
            }
        }
        let json = http.cookies_json().unwrap();
        let mut moved = in_memory();
        moved.set_cookies_json(&json).unwrap();
        assert_eq!(moved.cookies_json().unwrap(), json, "{line}");
    }
}

#[test]
fn cookies_never_appear_in_traces_errors_or_logs() {
    let mut markers = Markers::new();
    let dir = tempfile::tempdir().unwrap();
    let server = server();
    let http = in_folder(dir.path());
    let lines = [markers.next(), markers.next(), markers.next()];
    let [a, b, c] = &lines;
    let query = format!("a={a};Secure&b={b};Max-Age=60&c={c};Domain=com&{}", markers.next());
    let resp = set(&http, &server, &query);
    assert!(fs::read_to_string(file(&dir)).unwrap().contains(b), "the cookie was not kept");
    markers.assert_absent("the trace", resp.call_text().as_ref());
    let resp = server.call(&http, &get("/")).unwrap();
    assert_eq!(last_cookies(&server), Some(format!("b={b}")));
    markers.assert_absent("the trace", resp.call_text().as_ref());
    markers.assert_not_debugged("a response", &resp);
    markers.assert_not_debugged("a transport", &http);
    drop(server);
    let gone = support::ClosedPort::new();
    let err = http.synchronous_request("127.0.0.1", gone.port(), false, get("/")).unwrap_err();
    markers.assert_absent("an error", &(capture::full_text(&err) + err.last_error_text()));
    markers.assert_not_logged("cookies");
}
