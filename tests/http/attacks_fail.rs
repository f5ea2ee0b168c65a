//! Text that an attacker controls: it arrives as text or is refused. Each member that takes text
//! gets each attack, and an independent parser reads the bytes on the wire.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use support::{Server, patient, transport};
#[cfg(feature = "cookies")]
use zoomkat::CookieStore;
use zoomkat::{ErrorKind, HttpRequest, Transport};

/// Returns texts that an attacker might pass as a name or a value.
fn attacks() -> Vec<String> {
    let texts = [
        "a\r\nX-Smuggled: 1",
        "a\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: smuggled\r\n\r\n",
        "a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "a\rX-Smuggled: 1",
        "a\nX-Smuggled: 1",
        "a\r\n X-Smuggled: 1",
        "\r\na",
        "a\r\n",
        "a\r",
        "a\n",
        "\0",
        "a\0b",
        "a\u{b}b\u{c}c\u{7f}",
        "a\u{1b}[31m",
        // The lowest bytes of these characters are CR and LF.
        "a\u{10d}\u{10a}X-Smuggled: 1",
        "a\u{560d}\u{560a}X-Smuggled: 1",
        // Line ends in Unicode, but not in HTTP.
        "a\u{85}b\u{2028}c\u{2029}d",
        "a%0d%0aX-Smuggled:%201",
        "a HTTP/1.1",
        "a HTTP/1.1\r\nX-Smuggled: 1\r\nX: ",
        "é€🐈",
        "\u{feff}a\u{a0}",
        "a\"; filename=\"smuggled",
        "a\"\r\nX-Smuggled: \"1",
        "a; boundary=smuggled",
        "a, chunked",
        "Transfer-Encoding: chunked",
        "../../a",
        "..%2f..%2fa",
        "%2e%2e",
        "a?b=c&d=e#f",
        "http://smuggled.example/",
        "//smuggled.example",
        "user:smuggled@a",
        "\\..\\a",
        "{\"a\":\"b\"}",
    ];
    let long = ["a".repeat(100_000), "é".repeat(50_000), "a,;= ".repeat(20_000)];
    texts.map(str::to_owned).into_iter().chain(long).collect()
}

/// The target of attacks: a server that records every byte, and a transport without cookies or
/// other state.
struct Target {
    server: Server,
    /// The bytes that each connection received.
    came: Receiver<Vec<u8>>,
}

impl Target {
    fn new() -> Target {
        let (keep, came) = channel();
        let server = Server::start_raw(move |mut stream| {
            let _ = keep.send(Target::read(&mut stream));
        });
        Target { server, came }
    }

    /// Answers once a whole request has arrived, then collects all bytes until the client hangs up.
    fn read(stream: &mut TcpStream) -> Vec<u8> {
        let (mut bytes, mut buf, mut is_answered) = (Vec::new(), vec![0; 64 * 1024], false);
        loop {
            match stream.read(&mut buf) {
                Ok(0) | Err(_) => return bytes,
                Ok(n) => bytes.extend_from_slice(&buf[..n]),
            }
            if !is_answered && parse(&bytes).is_none_or(|request| request.is_whole()) {
                is_answered = true;
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            }
        }
    }

    fn port(&self) -> u16 {
        self.server.port()
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port())
    }

    /// Returns the bytes of the only connection since `before`, or `None` if there was none.
    fn take(&self, before: usize) -> Option<Vec<u8>> {
        match self.server.connections() - before {
            0 => return None,
            1 => {}
            n => panic!("{n} connections were made"),
        }
        // The client has hung up, but the server's thread may need a moment to notice.
        Some(self.came.recv_timeout(Duration::from_secs(30)).unwrap())
    }
}

/// A request as httparse reads it.
#[derive(Debug, PartialEq)]
struct ParsedRequest {
    method: String,
    target: String,
    version: u8,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

/// Returns `None` if the bytes are not a request. An incomplete head has no method.
fn parse(bytes: &[u8]) -> Option<ParsedRequest> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let whole = request.parse(bytes).ok()?;
    let httparse::Status::Complete(length) = whole else {
        let (method, target) = Default::default();
        return Some(ParsedRequest {
            method,
            target,
            version: 0,
            headers: Vec::new(),
            body: Vec::new(),
        });
    };
    let headers = request.headers.iter().map(|h| (h.name.to_owned(), h.value.to_vec()));
    Some(ParsedRequest {
        method: request.method?.to_owned(),
        target: request.path?.to_owned(),
        version: request.version?,
        headers: headers.collect(),
        body: bytes[length..].to_vec(),
    })
}

impl ParsedRequest {
    fn all(&self, name: &str) -> Vec<&[u8]> {
        let is = |(n, _): &&(String, Vec<u8>)| n.eq_ignore_ascii_case(name);
        self.headers.iter().filter(is).map(|(_, value)| value.as_slice()).collect()
    }

    /// Returns the first Content-Length, or a huge number if it is invalid.
    fn length(&self) -> usize {
        let length = self.all("Content-Length").first().copied().unwrap_or(b"0");
        std::str::from_utf8(length)
            .ok()
            .and_then(|length| length.parse().ok())
            .unwrap_or(usize::MAX)
    }

    fn is_whole(&self) -> bool {
        !self.method.is_empty() && self.body.len() >= self.length()
    }

    /// Returns the field names, which no text may change. They are blank if the text is itself one
    /// of them.
    fn names(&self, of_text: bool) -> Vec<String> {
        let names = self.headers.iter().map(|(name, _)| name.to_ascii_lowercase());
        match of_text {
            true => names.map(|_| String::new()).collect(),
            false => names.collect(),
        }
    }

    /// Returns the header lines of each part of a multipart body.
    fn part_heads(&self) -> Vec<Vec<String>> {
        let body = String::from_utf8_lossy(&self.body);
        let Some(edge) = body.strip_prefix("--").and_then(|body| body.lines().next()) else {
            return Vec::new();
        };
        let edge = format!("--{edge}");
        let parts = body.split(edge.as_str()).skip(1);
        let heads = parts.map(|part| part.split("\r\n\r\n").next().unwrap_or_default());
        heads.map(|head| head.split(['\r', '\n']).map(str::to_owned).collect()).collect()
    }
}

/// Why a text was not sent.
#[derive(Debug)]
struct Refused {
    is_invalid: bool,
    text: String,
}

impl From<zoomkat::Error> for Refused {
    fn from(err: zoomkat::Error) -> Refused {
        Refused { is_invalid: err.kind() == ErrorKind::InvalidRequest, text: err.to_string() }
    }
}

impl From<zoomkat::zoom::Error> for Refused {
    fn from(err: zoomkat::zoom::Error) -> Refused {
        let is_invalid = err.kind() == zoomkat::zoom::ErrorKind::InvalidRequest;
        Refused { is_invalid, text: err.to_string() }
    }
}

type Send = fn(&Target, &str) -> Result<(), Refused>;

/// A member, the words that its error must contain, and a request with a text in it.
struct Row {
    member: &'static str,
    says: &'static str,
    send: Send,
    /// Whether the text is a field name, the method or the version, so that these may differ.
    in_head: bool,
    /// A valid value, which proves that the row sends a request at all.
    harmless: &'static str,
}

fn row(member: &'static str, says: &'static str, send: Send) -> Row {
    let harmless = match member {
        "set_proxy_auth_method" => "basic",
        "load_body_from_string" => "utf-8",
        "add_header Content-Length" => "3",
        _ if member.contains("charset") || says == "charset" => "utf-8",
        _ => "1.1",
    };
    Row { member, says, send, in_head: false, harmless }
}

/// A transport that gives up soon on a request that gets no response; no harmless request takes
/// that long.
fn client() -> Transport {
    let mut http = patient();
    http.set_read_timeout(Duration::from_secs(15));
    http
}

fn request(place: &Target, build: impl FnOnce(&mut HttpRequest)) -> Result<(), Refused> {
    let mut req = HttpRequest::new();
    build(&mut req);
    place.server.call(&client(), &req)?;
    Ok(())
}

fn setting(place: &Target, set: impl FnOnce(&mut Transport)) -> Result<(), Refused> {
    let mut http = client();
    set(&mut http);
    place.server.call(&http, &HttpRequest::new())?;
    Ok(())
}

/// A row for a member of the request.
macro_rules! request {
    ($member:expr, $says:expr, |$req:ident, $text:ident| $build:expr) => {
        row($member, $says, |place, $text| {
            request(place, |$req| {
                $build;
            })
        })
    };
}

/// A row for a setting of the transport.
macro_rules! setting {
    ($member:expr, $says:expr, |$http:ident, $text:ident| $set:expr) => {
        row($member, $says, |place, $text| {
            setting(place, |$http| {
                $set;
            })
        })
    };
}

impl Row {
    /// Sends each attack and compares what arrives with what arrives for a harmless text.
    fn check(&self) {
        let place = Target::new();
        let harmless = (self.send)(&place, self.harmless);
        let usual = place.take(0).and_then(|bytes| parse(&bytes));
        let usual = usual.unwrap_or_else(|| panic!("{}: {harmless:?}", self.member));
        for attack in attacks() {
            let shown: String = attack.chars().take(60).collect();
            let what = format!("{} {shown:?}", self.member);
            let before = place.server.connections();
            let result = (self.send)(&place, &attack);
            match place.take(before) {
                None => self.check_refused(&what, result.expect_err(&what)),
                Some(bytes) => self.check_sent(&what, &bytes, &usual),
            }
        }
    }

    fn check_refused(&self, what: &str, err: Refused) {
        assert!(err.is_invalid, "{what}: {err:?}");
        assert!(err.text.contains(self.says), "{what}: {:?} in {err:?}", self.says);
        assert!(!err.text.contains(['\r', '\n', '\0', '\u{1b}']), "{what}: {err:?}");
    }

    fn check_sent(&self, what: &str, bytes: &[u8], usual: &ParsedRequest) {
        let found = parse(bytes).unwrap_or_else(|| {
            panic!("{what}: no request: {:?}", String::from_utf8_lossy(bytes));
        });
        assert_eq!(found.body.len(), found.length(), "{what}: trailing bytes follow the request");
        assert_eq!(found.names(self.in_head), usual.names(self.in_head), "{what}");
        assert_eq!(found.all("Host").len(), 1, "{what}");
        assert!(found.all("Content-Length").len() <= 1, "{what}");
        assert!(found.all("Transfer-Encoding").is_empty(), "{what}");
        assert!(found.all("X-Smuggled").is_empty(), "{what}");
        if !self.in_head {
            assert_eq!((&found.method, found.version), (&usual.method, usual.version), "{what}");
        }
        let path = found.target.trim_start_matches("http://127.0.0.1:");
        let starts = ['/', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
        assert!(path.starts_with(starts) && path.is_ascii(), "{what}: {}", found.target);
        let (heads, usual_heads) = (found.part_heads(), usual.part_heads());
        let lines = |heads: &[Vec<String>]| heads.iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(lines(&heads), lines(&usual_heads), "{what}: {heads:?}");
        let injected = |line: &String| line.starts_with("X-Smuggled");
        assert!(!heads.iter().flatten().any(injected), "{what}: {heads:?}");
    }
}

/// Adds a file as the second part of a form.
fn upload(req: &mut HttpRequest, name: &str, filename: &str, content_type: &str) {
    req.use_upload().add_param("before", "1");
    req.add_bd_for_upload(name, filename, b"content", content_type).add_param("after", "2");
}

#[test]
fn text_in_a_request_cannot_add_a_request_or_a_header() {
    let mut rows = vec![
        request!("set_path", "path", |r, text| r.set_path(text)),
        request!("set_path with a query", "path", |r, text| r.set_path(format!("/p?q={text}"))),
        request!("set_from_url", "path", |r, text| r.set_from_url(&format!("http://h/{text}"))),
        request!("set_path_variable", "set_path_variable", |r, text| {
            r.set_path("/users/:id/x").set_path_variable("id", text)
        }),
        request!("the name of a path variable", "set_path_variable", |r, text| {
            r.set_path("/users/:1.1").set_path_variable(text, "7")
        }),
        request!("set_content_type", "content_type", |r, text| {
            r.use_post().set_content_type(text).load_body_from_string("body", "utf-8")
        }),
        request!("the boundary in set_content_type", "", |r, text| {
            let content_type = format!("multipart/form-data; boundary={text}");
            r.use_upload().set_content_type(&content_type).add_param("a", "b")
        }),
        request!("set_boundary", "boundary", |r, text| {
            r.use_upload().set_boundary(text).add_param("a", "b")
        }),
        request!("set_charset", "charset", |r, text| {
            r.use_post().set_charset(text).set_send_charset(true);
            r.set_content_type("text/plain").load_body_from_string("body", "utf-8")
        }),
        request!("set_charset of params", "charset", |r, text| {
            r.use_post().set_charset(text).set_send_charset(true).add_param("a", "b")
        }),
        request!("load_body_from_string", "load_body_from_string", |r, text| {
            r.use_post().load_body_from_string("body", text)
        }),
        request!("add_header", "X-One", |r, text| r.add_header("X-One", text)),
        request!("add_header Host", "Host", |r, text| r.add_header("Host", text)),
        request!("add_header Content-Length", "Content-Length", |r, text| {
            r.use_post().add_header("Content-Length", text).add_param("a", "b")
        }),
        request!("add_header Content-Type", "content_type", |r, text| {
            r.use_post().add_header("Content-Type", text).load_body_from_string("body", "utf-8")
        }),
        request!("add_param in a query", "", |r, text| r.add_param(text, text)),
        request!("add_param in a form", "", |r, text| r.use_post().add_param(text, text)),
        request!("the name of add_param in a part", "name", |r, text| {
            r.use_upload().add_param(text, "1").add_param("after", "2")
        }),
        request!("the name of an upload", "name", |r, text| upload(r, text, "f.bin", "")),
        request!("the file name of an upload", "filename", |r, text| upload(r, "f", text, "")),
        request!("the content type of an upload", "content_type", |r, text| {
            upload(r, "f", "f.bin", text)
        }),
        request!("add_string_for_upload", "charset", |r, text| {
            r.use_upload().add_string_for_upload("charset", "f.txt", "content", text)
        }),
        request!("add_sub_header", "add_sub_header", |r, text| {
            upload(r, "f", "f.bin", "");
            r.add_sub_header(1, "X-Of-A-Part", text)
        }),
        request!("mark_header_sensitive", "", |r, text| r.mark_header_sensitive(text)),
    ];
    // The text is a name, a method or a version, so only the names can differ.
    let of_heads = [
        request!("set_http_verb", "http_verb", |r, text| r.set_http_verb(text)),
        request!("set_http_version", "http_version", |r, text| r.set_http_version(text)),
        request!("the name of add_header", "add_header", |r, text| r.add_header(text, "1")),
    ];
    rows.extend(of_heads.into_iter().map(|row| Row { in_head: true, ..row }));
    rows.push(request!("the name of add_sub_header", "add_sub_header", |r, text| {
        upload(r, "f", "f.bin", "");
        r.add_sub_header(1, text, "1")
    }));
    rows.iter().for_each(Row::check);
}

#[test]
fn text_in_a_setting_cannot_add_a_request_or_a_header() {
    let mut rows = vec![
        setting!("set_user_agent", "set_user_agent", |http, text| http.set_user_agent(text)),
        setting!("set_auth_token", "set_auth_token", |http, text| http.set_auth_token(text)),
        setting!("set_login", "set_login", |http, text| {
            http.set_login(text).set_password("b").set_basic_auth(true)
        }),
        setting!("set_password", "", |http, text| {
            http.set_login("a").set_password(text).set_basic_auth(true)
        }),
        setting!("set_request_header", "set_request_header", |http, text| {
            http.set_request_header("X-One", text)
        }),
        setting!("mark_header_sensitive", "", |http, text| http.mark_header_sensitive(text)),
        // A proxy gets the whole request, so it is the one that could be fooled.
        row("set_proxy_login", "set_proxy_login", |place, text| {
            let mut http = client();
            http.set_proxy(&format!("http://127.0.0.1:{}", place.port()))?;
            http.set_proxy_login(text, "b")?;
            place.server.call(&http, &HttpRequest::new())?;
            Ok(())
        }),
        row("the password of set_proxy_login", "set_proxy_login", |place, text| {
            let mut http = client();
            http.set_proxy(&format!("http://127.0.0.1:{}", place.port()))?;
            http.set_proxy_login("a", text)?;
            place.server.call(&http, &HttpRequest::new())?;
            Ok(())
        }),
    ];
    rows.push(row("set_proxy_auth_method", "set_proxy_auth_method", |place, text| {
        let mut http = support::chilkat(&client());
        http.set_proxy_domain("127.0.0.1").set_proxy_port(place.port());
        http.set_proxy_auth_method(text);
        place.server.call(&http, &HttpRequest::new())?;
        Ok(())
    }));
    let name = setting!("the name of set_request_header", "set_request_header", |http, text| {
        http.set_request_header(text, "1")
    });
    rows.push(Row { in_head: true, ..name });
    rows.iter().for_each(Row::check);
}

#[test]
fn an_invalid_host_is_refused_as_domain_proxy_and_server_name() {
    let place = Target::new();
    let is_name =
        |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    for text in attacks().iter().filter(|text| !is_name(text) || text.len() > 254) {
        let shown: String = text.chars().take(60).collect();
        let [mut proxied, mut socks] = [(), ()].map(|()| support::chilkat(&transport()));
        proxied.set_proxy_domain(text).set_proxy_port(place.port());
        socks.set_socks_version(5).set_socks_hostname(text).set_socks_port(place.port());
        for (member, http) in [("set_proxy_domain", proxied), ("set_socks_hostname", socks)] {
            let err = place.server.call(&http, &HttpRequest::new()).expect_err(&shown);
            assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{member} {shown:?}: {err}");
            assert!(err.to_string().contains(member), "{shown:?}: {err}");
        }
        let here = Transport::with_endpoint(text, place.port(), false);
        let req = HttpRequest::new();
        for err in [
            here.send(&req).expect_err(&shown),
            transport().synchronous_request(text, place.port(), true, &req).expect_err(&shown),
        ] {
            assert!(err.is_invalid_request() && err.to_string().contains("domain"), "{err}");
        }
        let mut http = transport();
        let err = http.set_sni_hostname(text).map(|_| ()).expect_err(&shown);
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{shown:?}: {err}");
        assert!(err.to_string().contains("set_sni_hostname"), "{shown:?}: {err}");
        assert_eq!(support::chilkat(&http).sni_hostname(), "", "{shown:?}");
    }
    assert_eq!(place.server.connections(), 0);
}

#[test]
fn a_user_name_cannot_change_the_host_for_a_socks_4_proxy() {
    let proxy = Target::new();
    let mut http = transport();
    http.set_proxy(&format!("socks4a://127.0.0.1:{}", proxy.port())).unwrap();
    let err = http.set_proxy_login("a\0smuggled.example", "").map(|_| ()).unwrap_err();
    assert!(err.is_invalid_request() && err.to_string().contains("set_proxy_login"), "{err}");
    assert_eq!(proxy.server.connections(), 0);
}

#[test]
fn text_in_a_quick_method_cannot_add_a_request_or_a_header() {
    use zoomkat::chilkat::{Http, JsonObject};
    fn quick(
        place: &Target,
        call: impl FnOnce(&mut Http, &Target) -> zoomkat::Result<zoomkat::HttpResponse>,
    ) -> Result<(), Refused> {
        call(&mut support::chilkat(&client()), place)?;
        Ok(())
    }
    let mut rows = vec![
        row("the path of a URL", "path", |place, text| {
            quick(place, |http, at| http.quick_get_obj(&at.url(&format!("/a{text}"))))
        }),
        row("set_url_var", "set_url_var", |place, text| {
            quick(place, |http, at| {
                http.set_url_var("id", text).quick_get_obj(&at.url("/a/{$id}/b"))
            })
        }),
        row("set_url_var in a query", "", |place, text| {
            quick(place, |http, at| {
                http.set_url_var("id", text).quick_get_obj(&at.url("/a?b={$id}&c=d"))
            })
        }),
        row("the name of set_url_var", "url", |place, text| {
            quick(place, |http, at| {
                http.set_url_var(text, "7").quick_get_obj(&at.url("/a/{$1.1}/b"))
            })
        }),
        row("set_accept", "Accept", |place, text| {
            quick(place, |http, at| http.set_accept(text).quick_get_obj(&at.url("/")))
        }),
        row("quick_request_params", "", |place, text| {
            let mut json = JsonObject::new();
            json.add_string_at(-1, text, text);
            quick(place, |http, at| http.quick_request_params("GET", &at.url("/"), &json))
        }),
        row("post_json2", "content_type", |place, text| {
            quick(place, |http, at| http.post_json2(&at.url("/"), text, "{}"))
        }),
        row("the charset of post_xml", "", |place, text| {
            quick(place, |http, at| http.post_xml(&at.url("/"), "<a/>", text))
        }),
    ];
    let verb = row("the verb of quick_request", "http_verb", |place, text| {
        quick(place, |http, at| http.quick_request(text, &at.url("/")))
    });
    rows.push(Row { in_head: true, ..verb });
    rows.iter().for_each(Row::check);
}

#[test]
fn text_in_a_zoom_call_cannot_add_a_request_or_a_header() {
    use zoomkat::zoom::{Zoom, ZoomBuilder, path};
    fn zoom(place: &Target) -> ZoomBuilder {
        let http = client();
        Zoom::builder().access_token("lorem").base_url(place.url("")).transport(http)
    }
    fn token(place: &Target, builder: ZoomBuilder) -> Result<(), Refused> {
        // The response has no token, so the call ends there.
        let closed = support::ClosedPort::new();
        let base = format!("http://127.0.0.1:{}", closed.port());
        let zoom = builder.oauth_url(place.url("")).base_url(base).transport(client()).build()?;
        zoom.get::<()>("/users/me")?;
        Ok(())
    }
    let rows = [
        row("the id of a user", "", |place, text| {
            zoom(place).build()?.get::<()>(path("/users/{userId}").with("userId", text))?;
            Ok(())
        }),
        row("the path", "path", |place, text| {
            zoom(place).build()?.get::<()>(format!("/users/{text}"))?;
            Ok(())
        }),
        row("the name of a variable", "path", |place, text| {
            zoom(place).build()?.get::<()>(path(format!("/users/{{{text}}}")).with("1.1", "a"))?;
            Ok(())
        }),
        row("a query", "", |place, text| {
            zoom(place).build()?.get::<()>(path("/users").query(text, text))?;
            Ok(())
        }),
        row("access_token", "", |place, text| {
            zoom(place).access_token(text.to_owned()).build()?.get::<()>("/users")?;
            Ok(())
        }),
        row("update_password", "", |place, text| {
            let zoom = zoom(place).check_password_length(false).build()?;
            zoom.update_password(text, text)?;
            Ok(())
        }),
        row("account_id", "account_id", |place, text| {
            token(place, Zoom::builder().server_to_server(text, "id", "lorem"))
        }),
        row("client_id", "client_id", |place, text| {
            token(place, Zoom::builder().server_to_server("account", text, "lorem"))
        }),
        row("client_secret", "client_secret", |place, text| {
            token(place, Zoom::builder().server_to_server("account", "id", text.to_owned()))
        }),
        row("refresh_token", "refresh_token", |place, text| {
            let store = |_: &zoomkat::zoom::Token| Ok(());
            token(place, Zoom::builder().refresh_token("id", "lorem", text.to_owned(), store))
        }),
        row("base_url", "", |place, text| {
            zoom(place).base_url(place.url(&format!("/{text}"))).build()?.get::<()>("/users")?;
            Ok(())
        }),
    ];
    rows.iter().for_each(Row::check);
}

#[cfg(feature = "cookies")]
#[test]
fn text_in_a_cookie_cannot_add_a_request_or_a_header() {
    let rows = [
        row("set_cookies_json", "set_cookies_json", |place, text| {
            let lines = serde_json::json!({ "http://127.0.0.1/": [format!("a=1{text}")] });
            setting_that_may_fail(place, |http| {
                http.set_cookie_store(CookieStore::Memory)
                    .set_cookies_json(&lines.to_string())
                    .map(|_| ())
            })
        }),
        row("the name in set_cookies_json", "set_cookies_json", |place, text| {
            let lines = serde_json::json!({ "http://127.0.0.1/": [format!("a{text}=1")] });
            setting_that_may_fail(place, |http| {
                http.set_cookie_store(CookieStore::Memory)
                    .set_cookies_json(&lines.to_string())
                    .map(|_| ())
            })
        }),
    ];
    rows.iter().for_each(Row::check);
}

#[cfg(feature = "cookies")]
fn setting_that_may_fail(
    place: &Target,
    set: impl FnOnce(&mut Transport) -> zoomkat::Result<()>,
) -> Result<(), Refused> {
    let mut http = client();
    set(&mut http)?;
    place.server.call(&http, &HttpRequest::new())?;
    Ok(())
}

#[test]
fn a_header_block_has_one_host_and_does_not_frame_the_body() {
    let place = Target::new();
    let mut req = HttpRequest::new();
    req.use_post().add_param("a", "b");
    for framing in [
        "Content-Length: 0",
        "CONTENT-LENGTH: 1000",
        "Content-Length: +3",
        "Content-Length: 3, 3",
        "Content-Length: 3\r\n 4",
        "Content-Length:",
        "Content-Length : 3",
        "Content-Length: 3\r\nContent-Length: 4",
        "Transfer-Encoding: chunked",
        "transfer-encoding: identity",
        "Transfer-Encoding\t: chunked",
    ] {
        req.set_entire_header(&format!("X-One: 1\r\n{framing}\r\n"));
        let err = place.server.call(&patient(), &req).unwrap_err();
        assert!(err.is_invalid_request() && place.take(0).is_none(), "{framing}: {err}");
        let name = framing.split([':', ' ', '\t']).next().unwrap().to_ascii_lowercase();
        assert!(err.to_string().to_ascii_lowercase().contains(&name), "{framing}: {err}");
    }
    req.set_entire_header(
        "Host: one.example\r\nhost: two.example\r\nContent-Length: 3\r\nCONTENT-LENGTH: 3\r\nX-One: 1\r\n",
    );
    let mut http = patient();
    http.set_request_header("Content-Type", "chunked");
    place.server.call(&http, &req).unwrap();
    let found = parse(&place.take(0).unwrap()).unwrap();
    assert_eq!(found.all("Host"), [b"one.example"]);
    assert_eq!(found.all("Content-Length"), [b"3"]);
    assert_eq!((found.all("Transfer-Encoding").len(), found.body.as_slice()), (0, &b"a=b"[..]));
    assert_eq!(found.all("Content-Type").len(), 1);
    assert_eq!(found.all("X-One"), [b"1"]);
}

#[test]
fn a_download_goes_to_the_callers_path_not_to_one_the_server_names() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("inner");
    std::fs::create_dir(&folder).unwrap();
    for disposition in ["../evil", "/tmp/evil", "..\\evil", "evil\0", "%2e%2e%2fevil"] {
        let disposition = disposition.replace('\0', "");
        let server = Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                let name = format!("attachment; filename=\"{disposition}\"");
                let headers =
                    format!("Content-Disposition: {name}\r\nContent-Location: ../evil\r\n");
                conn.respond("200 OK", &headers, "body");
            }
        });
        let path = folder.join("wanted");
        let (http, req) = (patient(), HttpRequest::new());
        http.synchronous_request_to_file("127.0.0.1", server.port(), false, &req, &path).unwrap();
        {
            std::fs::remove_file(&path).unwrap();
            let url = format!("http://127.0.0.1:{}/../../evil", server.port());
            support::chilkat(&http).download(&url, &path).unwrap();
        }
        assert_eq!(std::fs::read(&path).unwrap(), b"body");
        let names = |dir: &Path| -> Vec<_> {
            std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect()
        };
        assert_eq!(names(&folder), ["wanted"]);
        assert_eq!(names(dir.path()), ["inner"]);
    }
}

/// A second, forged response after the real one.
const FORGED: &str = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";

#[test]
fn a_response_that_hides_another_is_not_read_as_two() {
    let length = FORGED.len();
    let hidden = [
        format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n{FORGED}"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: {length}\r\n\r\n{FORGED}"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 0, {length}\r\n\r\n{FORGED}"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n {length}\r\n\r\n{FORGED}"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: \u{b}0\r\n\r\n{FORGED}"),
        format!("HTTP/1.1 204 No Content\r\nContent-Length: {length}\r\n\r\n{FORGED}"),
        format!("HTTP/1.1 304 Not Modified\r\nContent-Length: {length}\r\n\r\n{FORGED}"),
        format!("HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n{FORGED}"),
        format!(
            "HTTP/1.1 103 Early\r\nContent-Length: {length}\r\n\r\nHTTP/1.1 200 OK\r\n\
             Content-Length: 0\r\n\r\n{FORGED}"
        ),
        chunked("HTTP/1.1", "Transfer-Encoding: chunked\r\n"),
        chunked("HTTP/1.1", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        chunked("HTTP/1.1", &format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n")),
        chunked("HTTP/1.1", "Content-Length: 0\r\nTransfer-Encoding : chunked\r\n"),
        chunked("HTTP/1.1", "Content-Length: 0\r\nTransfer-Encoding:\r\n chunked\r\n"),
        chunked("HTTP/1.1", "Transfer-Encoding: \u{b}chunked\r\n"),
        chunked("HTTP/1.1", "Transfer-Encoding: identity, chunked\r\n"),
        chunked("HTTP/1.0", "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n"),
    ];
    for bytes in hidden {
        for verb in ["GET", "HEAD"] {
            let answer = bytes.clone();
            let server = Server::start(move |mut conn| {
                let is_first = conn.number() == 0;
                conn.read_request();
                match is_first {
                    true => conn.send(&answer),
                    false => conn.respond("200 OK", "X-Real: 1\r\n", ""),
                }
                conn.wait_for_close();
            });
            let (http, mut req) = (patient(), HttpRequest::new());
            req.set_http_verb(verb);
            if let Ok(first) = server.call(&http, &req) {
                assert_ne!(first.body(), b"forged", "{verb} {bytes:?}");
            }
            let second = server.call(&http, &req).unwrap();
            assert_eq!(second.get_header_field("X-Real"), Some("1"), "{verb} {bytes:?}");
            assert_eq!(server.connections(), 2, "{verb} {bytes:?}");
        }
    }
}

fn chunked(version: &str, headers: &str) -> String {
    format!("{version} 200 OK\r\n{headers}\r\n0\r\n\r\n{FORGED}")
}

#[test]
fn a_connection_is_not_reused_after_a_response_with_an_ambiguous_end() {
    // Nothing follows the response, so only the header decides.
    for (headers, connections) in [
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", 1),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", 2),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", 2),
        ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n", 2),
    ] {
        let answer = format!("{headers}\r\n0\r\n\r\n");
        let server = Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                conn.send(&answer);
            }
        });
        let http = patient();
        for _ in 0..2 {
            assert_eq!(server.call(&http, &HttpRequest::new()).unwrap().body(), b"");
        }
        assert_eq!(server.connections(), connections, "{headers}");
    }
}

#[test]
fn endlessly_nested_json_is_an_error_wherever_it_is_read() {
    let bombs = ["[", "{\"a\":", "[{\"a\":"].map(|start| start.repeat(20_000));
    for bomb in bombs {
        for status in ["200 OK", "400 Bad Request", "401 Unauthorized", "429 Too Many Requests"] {
            let body = bomb.clone();
            let server = Server::start(move |mut conn| {
                while conn.read_request().is_some() {
                    conn.respond(status, "Content-Type: application/json\r\n", &body);
                }
            });
            let resp = server.call(&patient(), &HttpRequest::new()).unwrap();
            let err = resp.json::<serde_json::Value>().unwrap_err();
            assert_eq!(err.kind(), ErrorKind::Body, "{err}");
            {
                use zoomkat::zoom::Zoom;
                let url = format!("http://127.0.0.1:{}", server.port());
                let builder =
                    || Zoom::builder().transport(patient()).base_url(&url).oauth_url(&url);
                let short = std::time::Duration::ZERO;
                for builder in [
                    builder().access_token("lorem"),
                    builder().server_to_server("account", "client", "lorem"),
                ] {
                    let zoom = builder.max_wait(short).build().unwrap();
                    zoom.get::<serde_json::Value>("/users").unwrap_err();
                    zoom.update_password("me@example.com", "lorem ipsum").unwrap_err();
                }
            }
        }
        {
            let path = "a.".repeat(20_000) + "a";
            zoomkat::chilkat::JsonObject::new().update_string(&path, "b").unwrap_err();
            bomb.parse::<zoomkat::chilkat::JsonObject>().unwrap_err();
            bomb.parse::<zoomkat::chilkat::JsonArray>().unwrap_err();
        }
        #[cfg(feature = "cookies")]
        patient()
            .set_cookie_store(CookieStore::Memory)
            .set_cookies_json(&bomb)
            .map(|_| ())
            .unwrap_err();
    }
}

#[test]
fn debug_of_json_text_and_bytes_shows_only_sizes() {
    use zoomkat::chilkat::{BinData, JsonArray, JsonObject, StringBuilder};
    let object: JsonObject = "{\"marker-name\":\"marker\"}".parse().unwrap();
    let array: JsonArray = "[\"marker\"]".parse().unwrap();
    let (mut text, mut bytes) = (StringBuilder::new(), BinData::new());
    text.append("marker");
    bytes.append_string("marker", "utf-8").unwrap();
    for shown in [
        format!("{object:?} {object:#?}"),
        format!("{array:?} {array:#?}"),
        format!("{text:?} {text:#?}"),
        format!("{bytes:?} {bytes:#?}"),
    ] {
        assert!(!shown.contains("marker") && shown.contains(['1', '6']), "{shown}");
    }
}
