//! Cookie limits: no server can make requests or the cookie file grow without bound, and a cookie
//! is returned byte for byte.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use support::{Received, Server, break_if, patient};
use zoomkat::{CookieStore, HttpRequest, HttpResponse, Transport};

/// Starts a forwarding proxy, which answers for every host.
fn everywhere() -> Server {
    Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            conn.respond("200 OK", &set_cookies(&request), "");
        }
    })
}

/// Returns the Set-Cookie lines that the query asks for: `?a=1;Path=/&b=*30` has two, the second
/// with a value of 30 bytes.
fn set_cookies(request: &Received) -> String {
    let target = request.line().split(' ').nth(1).unwrap();
    let lines = target.split_once('?').map_or("", |(_, query)| query).split('&');
    let line = |line: &str| match line.split_once('*') {
        Some((start, rest)) => {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let filler = "x".repeat(rest[..digits].parse().unwrap());
            format!("Set-Cookie: {start}{filler}{}\r\n", &rest[digits..])
        }
        None => format!("Set-Cookie: {line}\r\n"),
    };
    lines.filter(|line| !line.is_empty()).map(line).collect()
}

fn through(proxy: &Server) -> Transport {
    let mut http = patient();
    http.set_proxy(&format!("http://127.0.0.1:{}", proxy.port()))
        .unwrap()
        .set_cookie_store(CookieStore::Memory);
    http
}

fn get(http: &Transport, host: &str, path: &str) -> HttpResponse {
    let mut req = HttpRequest::new();
    req.set_path(path);
    http.synchronous_request(host, 80, false, &req).unwrap()
}

/// Returns the Cookie header of a request to `http://host/path`, or an empty text.
fn sent(http: &Transport, proxy: &Server, host: &str, path: &str) -> String {
    get(http, host, path);
    cookie_header(proxy.requests().last().unwrap())
}

fn cookie_header(request: &Received) -> String {
    let lines: Vec<&str> =
        request.headers().into_iter().filter(|line| line.starts_with("Cookie: ")).collect();
    assert!(lines.len() < 2, "more than one Cookie header");
    lines.first().map_or("", |line| &line["Cookie: ".len()..]).to_owned()
}

/// Returns the names in a Cookie header.
fn names(header: &str) -> Vec<&str> {
    let pairs = header.split("; ").filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap().0).collect()
}

/// Returns a query that sets cookies with these numbers.
fn numbered(numbers: std::ops::Range<usize>, rest: &str) -> String {
    numbers.map(|number| format!("c{number:03}={rest}&")).collect()
}

/// Returns the kept cookies as JSON and their number.
fn kept(http: &Transport) -> (String, usize) {
    let json = http.cookies_json().unwrap();
    let all: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json).unwrap();
    let count = all.values().map(|lines| lines.as_array().unwrap().len()).sum();
    (json, count)
}

#[test]
fn a_neighbour_can_neither_fill_requests_nor_evict_a_hosts_own_cookies() {
    let proxy = everywhere();
    let dir = tempfile::tempdir().unwrap();
    let mut http = through(&proxy);
    http.set_cookie_store(CookieStore::Folder(dir.path().to_owned()));
    get(&http, "shop.example.com", "/?login=mine&cart=*3000");
    get(&http, "example.com", "/?own=1&shared=1;Domain=example.com");
    for response in 0..2 {
        // As much as fits into a response head, with paths that sort first.
        let (from, to) = (response * 60, response * 60 + 60);
        let query = numbered(from..to, "*4080;Domain=example.com;Path=/pay");
        get(&http, "evil.example.com", &format!("/pay?{query}"));
    }
    assert_eq!(kept(&http).1, 2 + 100, "50 cookies of each response");
    let size = fs::metadata(dir.path().join("cookies.json")).unwrap().len();
    assert!(size < 500_000, "{size}");
    // Two of theirs fit into 8190 bytes, and one next to the 3000 of the cart. Theirs have the
    // longer path.
    let theirs = |name: &str| name.len() == 4 && name.starts_with(['c']) && name != "cart";
    let header = sent(&http, &proxy, "shop.example.com", "/pay");
    assert!(theirs(names(&header)[0]) && names(&header)[1..] == ["cart", "login"]);
    // They replace only cookies that sibling hosts can set.
    assert_eq!(names(&sent(&http, &proxy, "example.com", "/")), ["own"]);
    assert_eq!(sent(&http, &proxy, "other.example.com", "/"), "");
    for host in ["example.com", "other.example.com", "evil.example.com"] {
        let header = sent(&http, &proxy, host, "/pay");
        assert!("Cookie: ".len() + header.len() <= 8190, "{host}: {}", header.len());
        assert_eq!(names(&header).into_iter().filter(|name| theirs(name)).count(), 2, "{host}");
    }
}

#[test]
fn a_response_can_set_fifty_cookies_and_expire_any_number() {
    let proxy = everywhere();
    let http = through(&proxy);
    let refused = "no;Domain=other.com&=x&nothing&__Host-a=1&".repeat(20);
    let resp = get(&http, "example.com", &format!("/?{refused}{}", numbered(0..60, "1")));
    assert_eq!(names(&sent(&http, &proxy, "example.com", "/")).last(), Some(&"c049"));
    assert_eq!(kept(&http).1, 50, "refused cookies do not count");
    assert!(resp.call_text().contains("10 cookie(s) not kept"), "{}", resp.call_text());

    // The next response can set another 50. Setting a cookie again counts even if nothing
    // changes.
    let again = numbered(0..1, "1").repeat(25);
    let resp = get(&http, "example.com", &format!("/?{again}{}", numbered(50..80, "1")));
    assert_eq!(kept(&http).1, 75);
    assert!(resp.call_text().contains("5 cookie(s) not kept"), "{}", resp.call_text());

    let ended = numbered(0..70, ";Max-Age=0");
    let resp = get(&http, "example.com", &format!("/?{ended}{}", numbered(100..160, "1")));
    let header = sent(&http, &proxy, "example.com", "/");
    assert_eq!((names(&header).len(), names(&header)[5]), (55, "c100"), "{header}");
    assert!(resp.call_text().contains("10 cookie(s) not kept"), "{}", resp.call_text());
}

#[test]
fn a_response_with_too_many_cookie_lines_is_not_read_completely() {
    let proxy = everywhere();
    let http = through(&proxy);
    for (refused, is_kept) in [(499, true), (500, false)] {
        get(&http, "example.com", &format!("/?{}a=1", "no;Domain=com&".repeat(refused)));
        assert_eq!(kept(&http).1, usize::from(is_kept), "after {refused} lines");
        http.clear_in_memory_cookies();
    }
}

#[test]
fn each_redirect_can_set_fifty_cookies_and_a_domain_keeps_a_hundred() {
    let proxy = Server::start(|mut conn| {
        while let Some(request) = conn.read_request() {
            let path = request.line().split(' ').nth(1).unwrap();
            let step: usize = path.rsplit('/').next().unwrap().parse().unwrap();
            let lines: String =
                (0..60).map(|n| format!("Set-Cookie: s{step:02}n{n:02}=1;Path=/\r\n")).collect();
            let location = format!("Location: /{}\r\n", step + 1);
            match step {
                10 => conn.respond("200 OK", "", ""),
                _ => conn.respond("302 Found", &(location + &lines), ""),
            }
        }
    });
    let http = through(&proxy);
    get(&http, "example.com", "/0");
    let header = cookie_header(proxy.requests().last().unwrap());
    let names = names(&header);
    assert_eq!((names.len(), names[0], names[99]), (100, "s08n00", "s09n49"));
    let first = cookie_header(&proxy.requests()[1]);
    assert_eq!(
        first.split("; ").count(),
        50,
        "the next request carries the cookies of each redirect"
    );
}

#[test]
fn a_request_carries_150_cookies_host_cookies_first() {
    let proxy = everywhere();
    let mut http = through(&proxy);
    let lines = |rest: &str, name: &str| -> Vec<String> {
        (0..100).map(|number| format!("{name}{number:02}=1{rest}")).collect()
    };
    // The file and the JSON can contain more than one response can set.
    let json = serde_json::json!({
        "https://a.b.example.com/": lines("; Path=/", "own"),
        "https://b.example.com/": lines("; Path=/; Domain=b.example.com", "near"),
        "https://example.com/": lines("; Path=/far; Domain=example.com", "far"),
    });
    http.set_cookies_json(&json.to_string()).unwrap();
    let resp = get(&http, "a.b.example.com", "/far");
    let header = cookie_header(proxy.requests().last().unwrap());
    let count = |name: &str| names(&header).iter().filter(|n| n.starts_with(name)).count();
    assert_eq!((count("own"), count("far"), count("near")), (100, 50, 0));
    assert!(header.starts_with("far00=1; far01=1; "), "the longer path comes first: {header}");
    assert!(resp.call_text().contains("150 cookie(s) not sent"), "{}", resp.call_text());
    assert_eq!(kept(&http).1, 300, "cookies that were not sent are still kept");
    let resp = get(&http, "example.com", "/");
    assert_eq!(cookie_header(proxy.requests().last().unwrap()), "");
    assert!(!resp.call_text().contains("cookie"), "{}", resp.call_text());
}

#[test]
fn a_cookie_header_is_filled_to_its_last_byte_by_whatever_cookie_fits() {
    let most = 8190 - "Cookie: ".len();
    // The length of `a=`, `; b=` and the values.
    for (b, sent_names) in [(most - 4000 - 6, vec!["a", "b"]), (most - 4000 - 5, vec!["a"])] {
        let proxy = everywhere();
        let http = through(&proxy);
        get(&http, "example.com", &format!("/?a=*4000&b=*{b}"));
        let header = sent(&http, &proxy, "example.com", "/");
        assert_eq!(names(&header), sent_names);
        assert!(header.len() == most || sent_names.len() == 1, "{}", header.len());
    }
    let proxy = everywhere();
    let http = through(&proxy);
    get(&http, "example.com", "/?a=*5000;Path=/long&b=*4000;Path=/&c=*3000;Path=/&d=1;Path=/");
    assert_eq!(names(&sent(&http, &proxy, "example.com", "/")), ["b", "c", "d"]);
    assert_eq!(names(&sent(&http, &proxy, "example.com", "/long")), ["a", "c", "d"]);
}

#[test]
fn the_callers_cookie_header_has_no_limit() {
    let proxy = everywhere();
    let http = through(&proxy);
    get(&http, "example.com", "/?a=1");
    let own: String = (0..300).map(|n| format!("c{n}={}; ", "x".repeat(60))).collect();
    let mut req = HttpRequest::new();
    req.add_header("Cookie", own.trim_end());
    http.synchronous_request("example.com", 80, false, &req).unwrap();
    assert_eq!(cookie_header(proxy.requests().last().unwrap()), own.trim_end());
}

#[test]
fn cookies_that_no_request_can_carry_and_overlong_attributes_are_not_kept() {
    let proxy = everywhere();
    let http = through(&proxy);
    let most = 8190 - "Cookie: ".len();
    for (line, is_kept) in [
        (format!("a=*{}", most - 2), true),
        (format!("a=*{}", most - 1), false),
        (format!("*{}=1", most - 2), true),
        (format!("*{}=1", most - 1), false),
        ("a=1;Path=/*7000".to_owned(), true),
        ("a=1;Unknown=*7000".to_owned(), true),
        ("a=1;Path=/*9000".to_owned(), false),
        ("a=1;Unknown=*9000".to_owned(), false),
        ("a=1;Domain=*7000.com".to_owned(), false),
    ] {
        get(&http, "example.com", &format!("/?{line}"));
        assert_eq!(kept(&http).1, usize::from(is_kept), "{line}");
        let mut moved = http.clone();
        moved.set_cookie_store(CookieStore::Off).set_cookie_store(CookieStore::Memory);
        moved.set_cookies_json(&http.cookies_json().unwrap()).unwrap();
        assert_eq!(moved.cookies_json().unwrap(), http.cookies_json().unwrap(), "{line}");
        http.clear_in_memory_cookies();
    }
    // The same applies to a path from the URL, which a redirect can make as long as a header.
    for (length, is_kept) in [(8000, true), (100_000, false)] {
        get(&http, "example.com", &format!("/{}/?a=1", "p".repeat(length)));
        assert_eq!(kept(&http).1, usize::from(is_kept), "{length}");
        http.clear_in_memory_cookies();
    }
    let mut http = http;
    for json in [
        format!(r#"{{"https://example.com/": ["a=1", "b={}"]}}"#, "loremipsum".repeat(900)),
        format!(r#"{{"https://example.com/{}/": ["a=1"]}}"#, "loremipsum".repeat(900)),
    ] {
        let err = http.set_cookies_json(&json).unwrap_err();
        assert!(err.is_invalid_request() && err.to_string().contains("set_cookies_json"), "{err}");
        assert!(err.to_string().contains("8182") && !err.to_string().contains("lorem"), "{err}");
    }
    // A file is not refused because of a cookie from before the limit existed.
    let dir = tempfile::tempdir().unwrap();
    let line = "x".repeat(most);
    let json = format!(r#"{{"https://example.com/": ["a=1", "b={line}"]}}"#);
    fs::write(dir.path().join("cookies.json"), json).unwrap();
    http.set_cookie_store(CookieStore::Folder(dir.path().to_owned()));
    assert_eq!(sent(&http, &proxy, "example.com", "/"), "a=1");
}

/// Starts a server that answers with these Set-Cookie lines and passes on the bytes of each
/// request's Cookie line.
fn of_bytes(lines: &[u8]) -> (Server, mpsc::Receiver<Vec<u8>>) {
    let (sender, receiver) = mpsc::channel();
    let answer = [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n", lines, b"\r\n"];
    let answer = answer.concat();
    let server = Server::start_raw(move |mut tcp| {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && matches!(tcp.read(&mut byte), Ok(1)) {
            head.push(byte[0]);
        }
        let mut cookies = head.split(|b| *b == b'\n').filter(|line| line.starts_with(b"Cookie: "));
        let line = cookies.next().unwrap_or_default();
        let _ = sender.send(line.strip_suffix(b"\r").unwrap_or(line).to_vec());
        let _ = tcp.write_all(&answer);
    });
    (server, receiver)
}

fn in_folder(dir: &Path) -> Transport {
    let mut http = patient();
    http.set_cookie_store(CookieStore::Folder(dir.to_owned()));
    http
}

#[test]
fn a_cookie_is_returned_byte_for_byte_from_memory_the_file_and_json() {
    let high: Vec<u8> = (0x80..=0xff).collect();
    for (lines, header) in [
        (b"Set-Cookie: a=caf\xe9\r\n".to_vec(), b"Cookie: a=caf\xe9".to_vec()),
        ("Set-Cookie: a=café\r\n".into(), "Cookie: a=café".into()),
        (
            [
                b"Set-Cookie: b=caf\xe9\r\nSet-Cookie: ",
                "ä=ü\r\n".as_bytes(),
                b"Set-Cookie: c=1\r\n",
            ]
            .concat(),
            [b"Cookie: b=caf\xe9; c=1; ", "ä=ü".as_bytes()].concat(),
        ),
        // Both in one line.
        (
            [b"Set-Cookie: a=\xe9", "é\u{1f36a}".as_bytes(), b"\xe2\x82\r\n"].concat(),
            [b"Cookie: a=\xe9", "é\u{1f36a}".as_bytes(), b"\xe2\x82"].concat(),
        ),
        (
            [b"Set-Cookie: a=", &*high, b"; Path=/; HttpOnly\r\n"].concat(),
            [b"Cookie: a=", &*high].concat(),
        ),
        (b"Set-Cookie: \xe9\xff=1; Path=/\xe9; Path=/\r\n".into(), b"Cookie: \xe9\xff=1".into()),
        // The character that represents a byte in the file, and the bytes of that character.
        ("Set-Cookie: a=\u{10fee9}\r\n".into(), "Cookie: a=\u{10fee9}".into()),
        (
            ["Set-Cookie: a=\u{10fee9}".as_bytes(), b"\xe9\r\n"].concat(),
            ["Cookie: a=\u{10fee9}".as_bytes(), b"\xe9"].concat(),
        ),
        // White space of Latin-1 and Unicode, other than space and tab, is part of the value.
        (b"Set-Cookie: a= \t\xa0x\x85\t \r\n".into(), b"Cookie: a=\xa0x\x85".into()),
        ("Set-Cookie: a=\u{a0}x\u{2003}\r\n".into(), "Cookie: a=\u{a0}x\u{2003}".into()),
        // A folded value whose lines have different encodings.
        (b"Set-Cookie: a=\xe9\r\n \xe8\r\n".into(), b"Cookie: a=\xe9 \xe8".into()),
        (b"Set-Cookie:\r\n a=\xe9;\r\n\tPath=/\r\n".into(), b"Cookie: a=\xe9".into()),
        (
            ["Set-Cookie: a=é\r\n ü\r\n ".as_bytes(), b"\xe8\r\n \xc3\r\n", " ö\r\n".as_bytes()]
                .concat(),
            ["Cookie: a=é ü ".as_bytes(), b"\xe8 \xc3 ", "ö".as_bytes()].concat(),
        ),
    ] {
        let shown = String::from_utf8_lossy(&header).into_owned();
        let dir = tempfile::tempdir().unwrap();
        let (server, received) = of_bytes(&lines);
        let http = in_folder(dir.path());
        server.call(&http, &HttpRequest::new()).unwrap();
        assert_eq!(received.recv().unwrap(), b"");
        server.call(&http, &HttpRequest::new()).unwrap();
        assert_eq!(received.recv().unwrap(), header, "{shown}: from memory");
        server.call(&in_folder(dir.path()), &HttpRequest::new()).unwrap();
        assert_eq!(received.recv().unwrap(), header, "{shown}: from the file");
        let mut moved = patient();
        moved
            .set_cookie_store(CookieStore::Memory)
            .set_cookies_json(&http.cookies_json().unwrap())
            .unwrap();
        server.call(&moved, &HttpRequest::new()).unwrap();
        assert_eq!(received.recv().unwrap(), header, "{shown}: from JSON");
        assert_eq!(moved.cookies_json().unwrap(), http.cookies_json().unwrap(), "{shown}");
    }
}

#[test]
fn the_file_keeps_utf8_and_writes_other_bytes_as_private_use_characters() {
    let (server, _) = of_bytes("Set-Cookie: a=grün\r\n".as_bytes());
    let dir = tempfile::tempdir().unwrap();
    server.call(&in_folder(dir.path()), &HttpRequest::new()).unwrap();
    let (other, received) = of_bytes(b"Set-Cookie: b=gr\xfcn\r\n");
    other.call(&in_folder(dir.path()), &HttpRequest::new()).unwrap();
    let file = fs::read_to_string(dir.path().join("cookies.json")).unwrap();
    assert!(file.contains("\"a=grün\"") && file.contains("\"b=gr\u{10fefc}n\""), "{file}");
    // Written in two ways it is one cookie, and no character represents a byte that ends a line.
    let mut http = patient();
    http.set_cookie_store(CookieStore::Memory);
    let json = "{\"http://127.0.0.1/\": [\"\u{10fec3}\u{10fea9}=1\", \"é=2\", \"b=\u{10fe0d}\"]}";
    http.set_cookies_json(json).unwrap();
    received.recv().unwrap();
    other.call(&http, &HttpRequest::new()).unwrap();
    assert_eq!(received.recv().unwrap(), "Cookie: b=\u{10fe0d}; é=2".as_bytes());
}

#[test]
fn a_cookie_that_is_not_utf8_is_as_secret_as_others() {
    let (server, received) = of_bytes(b"Set-Cookie: a=\xe9loremipsum\r\n");
    let dir = tempfile::tempdir().unwrap();
    let (masked, open) = (dir.path().join("masked"), dir.path().join("open"));
    let mut http = support::chilkat(&in_folder(dir.path()));
    http.set_session_log_filename(&masked);
    server.call(&http, &HttpRequest::new()).unwrap();
    let resp = server.call(&http, &HttpRequest::new()).unwrap();
    assert!(http.last_header().contains("\r\nCookie: ***\r\n"), "{}", http.last_header());
    assert!(!resp.call_text().contains("loremipsum"));
    let log = fs::read_to_string(&masked).unwrap();
    assert!(log.contains("\r\nCookie: ***\r\n") && !log.contains("loremipsum"), "{log}");
    // With secrets turned on, the log has the cookie as it was sent.
    http.set_session_log_filename(&open).set_session_log_secrets(true);
    server.call(&http, &HttpRequest::new()).unwrap();
    let log = fs::read(&open).unwrap();
    let sent = b"\r\nCookie: a=\xe9loremipsum\r\n";
    assert!(log.windows(sent.len()).any(|part| part == sent));
    assert_eq!(received.iter().take(3).last().unwrap(), b"Cookie: a=\xe9loremipsum");
    // As text it is still Latin-1.
    assert_eq!(resp.get_cookie_value(0), Some("\u{e9}loremipsum"));
    assert!(resp.header().contains("Set-Cookie: a=\u{e9}loremipsum\r\n"));
}

#[test]
fn a_response_with_an_invalid_head_sets_no_cookie() {
    let server = Server::start(|mut conn| {
        conn.read_request();
        conn.send(
            "HTTP/1.1 200 OK\r\nSet-Cookie: lorem=1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        );
    });
    let mut http = patient();
    http.set_cookie_store(CookieStore::Memory);
    server.call(&http, &HttpRequest::new()).unwrap_err();
    assert!(!http.cookies_json().unwrap().contains("lorem"));
}

#[test]
fn any_event_handler_can_read_the_cookies() {
    let proxy = everywhere();
    let mut http = through(&proxy);
    let other = http.clone();
    let (sender, events) = mpsc::channel();
    http.set_heartbeat(Duration::from_millis(1))
        .on_abort_check({
            let other = other.clone();
            move || break_if(other.cookies_json().is_err())
        })
        .on_progress_info(move |name, _| {
            let json = other.cookies_json().unwrap();
            sender.send((name.to_owned(), json)).unwrap();
        });
    get(&http, "example.com", "/?a=*4000&b=*4000&c=*4000");
    get(&http, "example.com", "/");
    let (_, json) = events.try_iter().find(|(name, _)| name == "CookiesLeftOut").unwrap();
    assert!(json.contains("a=x") && json.contains("c=x"));
}

#[test]
fn a_call_that_ends_does_not_wait_for_the_lock_of_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let lock = fs::File::create(dir.path().join("cookies.lock")).unwrap();
    fs4::FileExt::lock(&lock).unwrap();
    // Each of ten redirects sets a cookie, and each would wait two seconds for the lock.
    let server = Server::start(|mut conn| {
        for n in 0.. {
            if conn.read_request().is_none() {
                return;
            }
            conn.respond("302 Found", &format!("Location: /{n}\r\nSet-Cookie: a=b{n}\r\n"), "");
        }
    });
    let mut http = patient();
    http.set_cookie_store(CookieStore::Folder(dir.path().to_owned()))
        .set_total_timeout(Duration::from_secs(1));
    let other = http.clone();
    http.set_heartbeat(Duration::from_millis(1))
        .on_abort_check(move || break_if(other.cookies_json().is_err()));
    let err = server.call(&http, &HttpRequest::new()).unwrap_err();
    assert_eq!(err.kind(), zoomkat::ErrorKind::Timeout, "{err}");
    assert!(server.requests().len() < 3, "{} requests", server.requests().len());
    assert!(err.last_error_text().contains("was locked until the call ended"), "{err:?}");
    assert!(!dir.path().join("cookies.json").exists(), "the file was written without the lock");
    // The next call that gets the lock writes them to the file.
    drop(lock);
    http.clear_event_handler();
    http.set_follow_redirects(false);
    server.call(&http, &HttpRequest::new()).unwrap();
    assert!(fs::read_to_string(dir.path().join("cookies.json")).unwrap().contains("a=b"));
}
