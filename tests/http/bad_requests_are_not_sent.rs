//! Invalid requests: they are refused before a connection is made, and the error names the member
//! at fault.

use std::path::Path;

use support::{Server, transport};
use zoomkat::{Error, ErrorKind, HttpRequest, Transport};

/// The words that the error must contain, and a request with the fault.
type Case = (&'static [&'static str], fn(&mut HttpRequest, &Path));

/// The words that the error must contain, and a setting with the fault.
type Set = (&'static [&'static str], fn(&mut Transport));

/// A server that must receive nothing, and a transport to call it.
struct UncalledServer {
    server: Server,
    http: Transport,
    dir: tempfile::TempDir,
}

impl UncalledServer {
    fn new() -> UncalledServer {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ten"), "0123456789").unwrap();
        std::fs::create_dir(dir.path().join("folder")).unwrap();
        UncalledServer { server: Server::answering("200 OK", "", ""), http: transport(), dir }
    }

    fn check(&self, number: usize, says: &[&str], err: &Error) {
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "case {number}: {err}");
        assert!(err.is_invalid_request() && !err.may_have_been_processed());
        let text = err.to_string();
        for wanted in says {
            assert!(text.contains(wanted), "case {number}: {wanted:?} in {text:?}");
        }
        assert!(!text.contains(['\r', '\n', '\0']), "case {number}: {text:?} is not one line");
        assert_eq!(self.server.connections(), 0, "case {number} {says:?}");
    }

    /// Each case must fail when it is sent, and with the same error when it is only generated.
    fn assert_refused(&self, cases: &[Case]) {
        for (number, (says, build)) in cases.iter().enumerate() {
            let mut req = HttpRequest::new();
            build(&mut req, self.dir.path());
            match self.server.call(&self.http, &req) {
                Ok(_) => panic!(
                    "case {number} {says:?} reached the server: {:?}",
                    self.server.requests()
                ),
                Err(err) => self.check(number, says, &err),
            }
            let err = self.server.call(&self.http, &req).unwrap_err();
            let generated = req.generate_request_text().unwrap_err();
            assert_eq!(generated.to_string(), err.to_string(), "case {number}");
            assert_eq!(generated.kind(), ErrorKind::InvalidRequest, "case {number}");
        }
        self.assert_nothing_received();
    }

    /// Connections are accepted in order: if the valid request has the first one, there was no
    /// other.
    fn assert_nothing_received(&self) {
        self.server.call(&self.http, &HttpRequest::new()).unwrap();
        assert_eq!(self.server.connections(), 1);
        assert_eq!(self.server.request().connection, 0);
    }
}

#[test]
fn an_invalid_verb() {
    UncalledServer::new().assert_refused(&[
        (&["http_verb", "empty"], |r, _| {
            r.set_http_verb("");
        }),
        (&["http_verb", "is not a method"], |r, _| {
            r.set_http_verb("   ");
        }),
        (&["http_verb"], |r, _| {
            r.set_http_verb("P UT");
        }),
        (&["http_verb"], |r, _| {
            r.set_http_verb("GET / HTTP/1.1\r\nX: y\r\n\r\nGET");
        }),
        (&["http_verb"], |r, _| {
            r.set_http_verb("GE\nT");
        }),
        (&["http_verb"], |r, _| {
            r.set_http_verb("GE\0T");
        }),
        (&["http_verb"], |r, _| {
            r.set_http_verb("GÉT");
        }),
        (&["http_verb"], |r, _| {
            r.set_http_verb("GET:");
        }),
        (&["http_verb", "CONNECT"], |r, _| {
            r.set_http_verb("CONNECT");
        }),
    ]);
}

#[test]
fn an_unsupported_version() {
    UncalledServer::new().assert_refused(&[
        (&["http_version", "\"2\""], |r, _| {
            r.set_http_version("2");
        }),
        (&["http_version"], |r, _| {
            r.set_http_version("");
        }),
        (&["http_version"], |r, _| {
            r.set_http_version("HTTP/1.1");
        }),
        (&["http_version"], |r, _| {
            r.set_http_version("1.1\r\nX: y");
        }),
    ]);
}

#[test]
fn a_line_end_or_nul_anywhere_in_the_head() {
    UncalledServer::new().assert_refused(&[
        (&["path"], |r, _| {
            r.set_path("/a\r\nX: y");
        }),
        (&["path"], |r, _| {
            r.set_path("/a\0");
        }),
        (&["path"], |r, _| {
            r.set_path("/a?b=\n");
        }),
        (&["path"], |r, _| {
            r.set_from_url("http://h/a\r\nX: y");
        }),
        (&["add_header", "\"X\" followed by '\\r'"], |r, _| {
            r.add_header("X\r\nY", "z");
        }),
        (&["add_header"], |r, _| {
            r.add_header("X\0", "z");
        }),
        (&["add_header"], |r, _| {
            r.add_header("", "z");
        }),
        (&["add_header"], |r, _| {
            r.add_header("X Y", "z");
        }),
        (&["add_header"], |r, _| {
            r.add_header("X:", "z");
        }),
        (&["add_header"], |r, _| {
            r.add_header("Ünicode", "z");
        }),
        (&["add_header"], |r, _| {
            r.add_header("Content-Length\r\nX", "z");
        }),
        (&["add_header", "Content-Length is \"99\"", "0 bytes"], |r, _| {
            r.add_header("Content-Length", 99);
        }),
        (&["add_header", "Transfer-Encoding"], |r, _| {
            r.use_post().add_header("transfer-encoding", "chunked");
        }),
        (&["http_verb", "\" GET\""], |r, _| {
            r.set_http_verb(" GET");
        }),
        (&["http_version", "\"1.1 \""], |r, _| {
            r.set_http_version("1.1 ");
        }),
        (&["add_header", "X-One", "'\\r'"], |r, _| {
            r.add_header("X-One", "a\r\nX-Two: b");
        }),
        (&["add_header", "X-One", "'\\n'"], |r, _| {
            r.add_header("X-One", "a\n");
        }),
        (&["add_header", "X-One"], |r, _| {
            r.add_header("X-One", "\0");
        }),
        (&["add_header", "X-One"], |r, _| {
            r.add_header("X-One", "bell \u{7}");
        }),
        (&["add_header", "X-One"], |r, _| {
            r.add_header("X-One", "delete \u{7f}");
        }),
        (&["add_header", "Host"], |r, _| {
            r.add_header("Host", "h\r\nX: y");
        }),
        (&["content_type"], |r, _| {
            r.set_content_type("text/plain\r\nX: y");
        }),
        (&["content_type"], |r, _| {
            r.add_header("Content-Type", "text/plain\0");
        }),
        (&["content_type"], |r, _| {
            r.use_upload().set_content_type("multipart/form-data;\r\n x=y").add_param("a", "1");
        }),
        (&["charset"], |r, _| {
            r.set_charset("utf-8\r\nX: y").set_send_charset(true);
            r.set_content_type("text/plain").load_body_from_string("x", "utf-8");
        }),
        (&["charset"], |r, _| {
            r.set_charset("utf-8; x=y").set_send_charset(true);
            r.set_content_type("text/plain").load_body_from_string("x", "utf-8");
        }),
    ]);
}

#[test]
fn a_trailing_line_end_is_refused_and_not_stripped() {
    UncalledServer::new().assert_refused(&[
        (&["http_verb"], |r, _| {
            r.set_http_verb("GET\r\n");
        }),
        (&["http_version"], |r, _| {
            r.set_http_version("1.1\n");
        }),
        (&["path"], |r, _| {
            r.set_path("/a\r\n");
        }),
        (&["content_type"], |r, _| {
            r.set_content_type("text/plain\r\n");
        }),
        (&["content_type"], |r, _| {
            r.add_header("Content-Type", "\ntext/plain");
        }),
        (&["charset"], |r, _| {
            r.use_post().set_charset("utf-8\r\n").set_send_charset(true).add_param("a", "1");
        }),
        (&["Content-Type"], |r, _| {
            r.add_bd_for_upload("f", "f", b"", "text/plain\r\n");
        }),
        (&["add_header"], |r, _| {
            r.add_header("X", "y\r\n");
        }),
    ]);
}

#[test]
fn an_entire_header_with_an_invalid_line() {
    UncalledServer::new().assert_refused(&[
        (&["set_entire_header", "line 2"], |r, _| {
            r.set_entire_header("A: b\r\nno field at all\r\n");
        }),
        (&["\"X\" followed by"], |r, _| {
            r.set_entire_header("X Y: z\r\n");
        }),
        (&["X-One"], |r, _| {
            r.set_entire_header("X-One: a\rX-Two: b\r\n");
        }),
        (&["X-One"], |r, _| {
            r.set_entire_header("X-One: a\0\r\n");
        }),
    ]);
}

#[test]
fn an_invalid_boundary() {
    UncalledServer::new().assert_refused(&[
        (&["boundary", "space"], |r, _| {
            r.use_upload().set_boundary(" ").add_param("a", "1");
        }),
        (&["boundary", "space"], |r, _| {
            r.use_upload().set_boundary("abc ").add_param("a", "1");
        }),
        (&["boundary", "'\\n'"], |r, _| {
            r.use_upload().set_boundary("abc\n").add_param("a", "1");
        }),
        (&["boundary", "70"], |r, _| {
            r.use_upload().set_boundary(&"b".repeat(71)).add_param("a", "1");
        }),
        (&["boundary"], |r, _| {
            r.use_upload().set_boundary("a\r\nb").add_param("a", "1");
        }),
        (&["boundary"], |r, _| {
            r.use_upload().set_boundary("a\0b").add_param("a", "1");
        }),
        (&["boundary", "'\"'"], |r, _| {
            r.use_upload().set_boundary("a\"b").add_param("a", "1");
        }),
        (&["boundary", "';'"], |r, _| {
            r.use_upload().set_boundary("a;b").add_param("a", "1");
        }),
        (&["boundary", "'é'"], |r, _| {
            r.use_upload().set_boundary("é").add_param("a", "1");
        }),
        (&["boundary"], |r, _| {
            r.set_content_type("multipart/form-data; boundary=\"a;b\"").add_param("a", "1");
        }),
    ]);
}

#[test]
fn a_boundary_that_occurs_in_a_part() {
    UncalledServer::new().assert_refused(&[
        (&["boundary", "\"a\""], |r, _| {
            r.use_upload().set_boundary("xyz").add_param("a", "1\r\n--xyz--\r\n");
        }),
        (&["boundary", "\"f\""], |r, _| {
            r.use_upload().set_boundary("xyz").add_param("a", "1");
            r.add_bd_for_upload("f", "f.bin", b"\0\r\n--xyz\r\n\0", "");
        }),
        (&["boundary", "\"s\""], |r, _| {
            r.use_upload().set_boundary("xyz");
            r.add_string_for_upload("s", "s.txt", "--xyz", "utf-8");
        }),
    ]);
}

#[test]
fn a_chosen_boundary_that_looks_generated_and_occurs_in_a_part() {
    UncalledServer::new().assert_refused(&[(&["boundary", "\"a\""], |r, _| {
        r.use_upload().set_boundary("----zoomkat1").add_param("a", "1\r\n------zoomkat1--\r\n");
    })]);
}

#[test]
fn an_unreadable_file_is_named_by_its_path() {
    UncalledServer::new().assert_refused(&[
        (&["add_file_for_upload", "no-such-file", "\"f\""], |r, dir| {
            r.use_upload().add_file_for_upload("f", dir.join("no-such-file"));
        }),
        (&["add_file_for_upload", "no-such-file"], |r, dir| {
            r.use_upload().add_file_for_upload2("f", dir.join("no-such-file"), "text/plain");
        }),
        (&["load_body_from_file", "no-such-file"], |r, dir| {
            r.load_body_from_file(dir.join("no-such-file"));
        }),
        (&["stream_body_from_file", "no-such-file"], |r, dir| {
            r.stream_body_from_file(dir.join("no-such-file"));
        }),
        (&["stream_chunk_from_file", "no-such-file"], |r, dir| {
            r.stream_chunk_from_file(dir.join("no-such-file"), 0, 1);
        }),
        (&["stream_body_from_file"], |r, _| {
            r.stream_body_from_file("");
        }),
        (&["add_file_for_upload", "folder"], |r, dir| {
            r.use_upload().add_file_for_upload("f", dir.join("folder"));
        }),
        (&["load_body_from_file", "folder"], |r, dir| {
            r.load_body_from_file(dir.join("folder"));
        }),
        (&["stream_body_from_file", "folder"], |r, dir| {
            r.stream_body_from_file(dir.join("folder"));
        }),
        (&["stream_chunk_from_file", "folder"], |r, dir| {
            r.stream_chunk_from_file(dir.join("folder"), 0, 0);
        }),
    ]);
}

#[test]
#[cfg(unix)]
fn a_file_name_with_a_line_end_stays_on_one_line_of_the_error() {
    UncalledServer::new().assert_refused(&[
        (&["stream_body_from_file", "such-file"], |r, dir| {
            r.stream_body_from_file(dir.join("no\nsuch-file"));
        }),
        (&["add_file_for_upload", "such-file"], |r, dir| {
            r.use_upload().add_file_for_upload("f", dir.join("no\r\nsuch-file"));
        }),
    ]);
}

#[test]
fn a_chunk_beyond_the_end_of_its_file() {
    UncalledServer::new().assert_refused(&[
        (&["stream_chunk_from_file", "ten", "10 bytes"], |r, dir| {
            r.stream_chunk_from_file(dir.join("ten"), 0, 11);
        }),
        (&["stream_chunk_from_file", "ten", "10 bytes"], |r, dir| {
            r.stream_chunk_from_file(dir.join("ten"), 10, 1);
        }),
        (&["stream_chunk_from_file", "ten"], |r, dir| {
            r.stream_chunk_from_file(dir.join("ten"), 11, 0);
        }),
        (&["stream_chunk_from_file", "ten"], |r, dir| {
            r.stream_chunk_from_file(dir.join("ten"), u64::MAX, u64::MAX);
        }),
    ]);
}

#[test]
fn params_that_the_body_cannot_carry() {
    UncalledServer::new().assert_refused(&[
        (&["content_type", "application/json"], |r, _| {
            r.set_http_verb("POST").set_content_type("application/json").add_param("a", "1");
        }),
        (&["load_body_from_bd", "uploads"], |r, _| {
            r.use_upload().add_bd_for_upload("f", "f", b"", "").load_body_from_bd(b"x");
        }),
        (&["stream_body_from_file", "uploads"], |r, dir| {
            r.use_upload().add_bd_for_upload("f", "f", b"", "");
            r.stream_body_from_file(dir.join("ten"));
        }),
        (&["path", "*"], |r, _| {
            r.set_http_verb("OPTIONS").set_path("*").add_param("a", "1");
        }),
    ]);
}

/// A URL sent as a path would go to another host than the one it names.
#[test]
fn a_url_instead_of_a_path() {
    let says: &[&str] = &["path", "set_from_url", "synchronous_request", "http_req"];
    UncalledServer::new().assert_refused(&[
        (says, |r, _| {
            r.set_path("http://h.example/x");
        }),
        (&["\"https://h.example\""], |r, _| {
            r.set_path("https://h.example");
        }),
        (says, |r, _| {
            r.set_path("HTTP://H.EXAMPLE/x");
        }),
        (says, |r, _| {
            r.set_path(" \thttps://h.example/x");
        }),
        (says, |r, _| {
            r.set_path("ftp://h.example/x");
        }),
        (says, |r, _| {
            r.set_path("coap+tcp.1-a://h.example/x");
        }),
        (says, |r, _| {
            r.set_path("http://:host/x").set_path_variable("host", "h.example");
        }),
        (&["\"https://***@h.example/x?a=***#***\""], |r, _| {
            r.set_path("https://me:lorem@h.example/x?a=lorem#lorem");
        }),
        (says, |r, _| {
            r.set_http_verb("OPTIONS").set_path("http://h.example");
        }),
        (says, |r, _| {
            r.use_post().set_path("http://h.example/x").add_param("a", "1");
        }),
    ]);
}

#[test]
fn text_that_its_charset_cannot_encode() {
    UncalledServer::new().assert_refused(&[
        (&["charset", "no-such-charset"], |r, _| {
            r.set_charset("no-such-charset").add_param("a", "1");
        }),
        (&["charset", "no-such-charset"], |r, _| {
            r.use_post().set_charset("no-such-charset").add_param("a", "1");
        }),
        (&["charset", "no-such-charset"], |r, _| {
            r.use_upload().set_charset("no-such-charset").add_param("a", "1");
        }),
        (&["charset", "\"price\"", "'€'"], |r, _| {
            r.set_charset("iso-8859-1").add_param("price", "€");
        }),
        (&["charset", "us-ascii"], |r, _| {
            r.use_post().set_charset("us-ascii").add_param("é", "1");
        }),
        (&["charset", "\"price\""], |r, _| {
            r.use_upload().set_charset("shift_jis").add_param("price", "🐈");
        }),
        (&["load_body_from_string", "no-such-charset"], |r, _| {
            r.load_body_from_string("a", "no-such-charset");
        }),
        (&["load_body_from_string", "iso-8859-1"], |r, _| {
            r.load_body_from_string("€", "iso-8859-1");
        }),
        (&["load_body_from_sb", "windows-1252"], |r, _| {
            r.load_body_from_sb("日", "windows-1252");
        }),
        (&["add_string_for_upload", "\"f\"", "no-such-charset"], |r, _| {
            r.use_upload().add_string_for_upload("f", "f.txt", "a", "no-such-charset");
        }),
        (&["add_string_for_upload", "\"f\""], |r, _| {
            r.use_upload().add_string_for_upload2("f", "", "é", "us-ascii", "text/plain");
        }),
    ]);
}

#[test]
fn an_invalid_part() {
    UncalledServer::new().assert_refused(&[
        (&["add_sub_header", "part 0"], |r, _| {
            r.use_upload().add_sub_header(0, "X", "y");
        }),
        (&["add_sub_header", "part 1"], |r, _| {
            r.use_upload().add_param("a", "1").add_sub_header(1, "X", "y").add_param("b", "2");
        }),
        (&["add_sub_header", "\"a\""], |r, _| {
            r.use_upload().add_param("a", "1").add_sub_header(0, "X\r\nY", "z");
        }),
        (&["add_sub_header", "X-One"], |r, _| {
            r.use_upload().add_param("a", "1").add_sub_header(0, "X-One", "a\r\n\r\nb");
        }),
        (&["add_sub_header"], |r, _| {
            r.use_upload().add_param("a", "1").add_sub_header(0, "", "y");
        }),
        (&["Content-Type", "\"f\""], |r, _| {
            r.add_bd_for_upload("f", "f", b"", "text/plain\r\nX: y");
        }),
        (&["name", "part 0", "'\\0'"], |r, _| {
            r.use_upload().add_param("a\0", "1");
        }),
        (&["name", "part 1"], |r, _| {
            r.use_upload().add_param("a", "1").add_param("\u{1b}[31m", "1");
        }),
        (&["filename", "\"f\""], |r, _| {
            r.use_upload().add_bd_for_upload("f", "a\u{7f}.txt", b"", "");
        }),
    ]);
}

#[test]
fn an_invalid_domain_or_port() {
    let uncalled = UncalledServer::new();
    let label = "a".repeat(64);
    let long = "a.".repeat(127) + "a";
    let with_port = format!("127.0.0.1:{}", uncalled.server.port());
    for (number, domain) in [
        "",
        " ",
        "http://127.0.0.1",
        "https://127.0.0.1/v2",
        "127.0.0.1/",
        "127.0.0.1/v2?x",
        "//127.0.0.1",
        &with_port,
        "[::1]:80",
        "[::1",
        "::g",
        "127.0.0.1 ",
        " 127.0.0.1",
        "127.0 .0.1",
        "127.0.0.1\r\nX: y",
        "127.0.0.1\n",
        "127.0.0.1\0",
        "user@127.0.0.1",
        "127.0.0.1#",
        "127.0.0.1?",
        "127.0.0.1\\",
        "127.0.0.%31",
        "bücher.example",
        "１２７.0.0.1",
        ".",
        ".example",
        "a..example",
        "*.example",
        &label,
        &long,
    ]
    .into_iter()
    .enumerate()
    {
        let port = uncalled.server.port();
        let err = uncalled.http.synchronous_request(domain, port, false, HttpRequest::new());
        uncalled.check(number, &["domain"], &err.unwrap_err());
        let mut http = Transport::with_endpoint(domain, port, false);
        http.set_env_proxy(false);
        uncalled.check(number, &["domain"], &http.send(HttpRequest::new()).unwrap_err());
        let file = uncalled.dir.path().join("out");
        let err = uncalled.http.synchronous_request_to_file(
            domain,
            port,
            true,
            HttpRequest::new(),
            &file,
        );
        uncalled.check(number, &["domain"], &err.unwrap_err());
        assert!(!file.exists());
    }
    for ssl in [false, true] {
        let err = uncalled.http.synchronous_request("127.0.0.1", 0, ssl, HttpRequest::new());
        uncalled.check(0, &["port"], &err.unwrap_err());
    }
    uncalled.assert_nothing_received();
}

#[test]
fn an_almost_valid_domain_is_refused_with_the_correction() {
    for (domain, says) in [
        ("https://api.zoom.us", "api.zoom.us"),
        ("api.zoom.us:443", "argument"),
        ("bücher.example", "xn--"),
        ("", "empty"),
    ] {
        let err = transport().synchronous_request(domain, 443, true, HttpRequest::new());
        let text = err.unwrap_err().to_string();
        assert!(text.contains(says), "{says} in {text}");
    }
}

#[test]
fn a_refused_value_forges_no_line_in_the_trace() {
    let server = Server::answering("200 OK", "", "");
    let forged = "\n     0.100 ms  TLS established, certificate verified\r\n";
    let mut verb = HttpRequest::new();
    verb.set_http_verb(&format!("GET{forged}X"));
    let mut path = HttpRequest::new();
    path.set_path(format!("/{forged}x"));
    for req in [verb, path] {
        let err = server.call(&transport(), &req).unwrap_err();
        let message = err.last_error_text();
        assert!(!message.lines().any(|line| line.ends_with("certificate verified")), "{message}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn an_invalid_setting() {
    let uncalled = UncalledServer::new();
    let cases: &[Set] = &[
        (&["set_user_agent"], |http| {
            http.set_user_agent("a\r\nX: y");
        }),
        (&["set_user_agent"], |http| {
            http.set_user_agent("a\0");
        }),
        (&["set_auth_token"], |http| {
            http.set_auth_token("a\r\nX: y");
        }),
        (&["set_auth_token"], |http| {
            http.set_auth_token("a\0b");
        }),
        (&["set_request_header", "\"X\" followed by ' '"], |http| {
            http.set_request_header("X Y", "z");
        }),
        (&["set_request_header", "X-One"], |http| {
            http.set_request_header("X-One", "a\nb");
        }),
        (&["set_request_header"], |http| {
            http.set_request_header("X-One\r\n", "a");
        }),
        (&["set_user_agent", "white space"], |http| {
            http.set_user_agent(" payroll/1.4");
        }),
        (&["set_auth_token", "white space"], |http| {
            http.set_auth_token("lorem ");
        }),
    ];
    for (number, (says, set)) in cases.iter().enumerate() {
        let mut http = transport();
        set(&mut http);
        let err = uncalled.server.call(&http, &HttpRequest::new()).unwrap_err();
        uncalled.check(number, says, &err);
    }
    uncalled.assert_nothing_received();
}

#[test]
fn a_setting_with_a_trailing_line_end_is_refused_and_not_stripped() {
    let cases: &[Set] = &[
        (&["set_user_agent"], |http| {
            http.set_user_agent("a\r\n");
        }),
        (&["set_auth_token"], |http| {
            http.set_auth_token("a\r\n");
        }),
    ];
    for (says, set) in cases {
        let member = says[0];
        let server = Server::answering("200 OK", "", "");
        let mut http = transport();
        set(&mut http);
        let result = server.call(&http, &HttpRequest::new());
        let err = result.map(|_| server.requests()).expect_err(member);
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{member}: {err}");
        assert!(err.to_string().contains(member), "{err}");
    }
}

#[test]
fn pem_without_a_certificate_or_key_is_refused_when_it_is_set() {
    let mut http = transport();
    for pem in ["", "no such file.pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----"]
    {
        let err = http.set_trusted_roots_pem(pem).map(|_| ()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        assert!(err.to_string().contains("set_trusted_roots_pem"), "{err}");
        let err = http.set_client_cert_pem(pem).map(|_| ()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        assert!(err.to_string().contains("set_client_cert_pem"), "{err}");
    }
}

#[test]
fn an_error_never_shows_an_invalid_secret() {
    let server = Server::answering("200 OK", "", "");
    let mut req = HttpRequest::new();
    req.add_header("Authorization", "Bearer <hush>\r\n");
    let mut http = transport();
    http.set_auth_token("<hush>\0");
    for err in [
        server.call(&transport(), &req).unwrap_err(),
        server.call(&http, &HttpRequest::new()).unwrap_err(),
    ] {
        for text in [err.to_string(), format!("{err:?}"), err.last_error_text().to_owned()] {
            assert!(!text.contains("hush"), "{text}");
        }
    }
}

#[test]
fn a_refused_request_writes_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("request.txt");
    std::fs::write(&path, "before").unwrap();
    let mut req = HttpRequest::new();
    req.use_upload().add_file_for_upload("f", dir.path().join("no-such-file"));
    let err = req.generate_request_file(&path).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::InvalidRequest);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "a file was left behind");
}

#[test]
fn files_that_are_too_long_in_total_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sparse");
    let file = std::fs::File::create(&path).unwrap();
    if file.set_len(i64::MAX as u64 - 4096).is_err() {
        println!("skipped: the file system has no files of that size");
        return;
    }
    let mut req = HttpRequest::new();
    req.use_upload().add_file_for_upload("a", &path).add_file_for_upload("b", &path);
    let err = req.generate_request_file(dir.path().join("out")).unwrap_err();
    assert!(err.is_invalid_request() && err.to_string().contains("2^63"), "{err}");
}

#[test]
fn a_user_name_with_a_colon_is_refused() {
    let mut http = transport();
    http.set_login("a:b").set_password("c").set_basic_auth(true);
    let err = http.send(HttpRequest::new()).unwrap_err();
    assert!(err.is_invalid_request() && err.to_string().contains("set_login"), "{err}");
}

#[test]
fn a_name_that_contains_a_value_is_not_shown_in_full() {
    let mut req = HttpRequest::new();
    req.use_upload().add_param("a", "1").add_sub_header(0, "X-Token: marker-value", "");
    let err = req.generate_request_text().unwrap_err();
    assert!(err.to_string().contains("add_sub_header"), "{err}");
    assert!(!err.to_string().contains("marker-value"), "{err}");

    for name in ["Authorization Bearer marker-value", "X-Key=marker-value", "X-Key\tmarker-value"] {
        let err = transport().send(HttpRequest::get("/").add_header(name, "")).unwrap_err();
        let text = format!("{err:?}");
        assert!(text.contains("is not a header name") && !text.contains("marker"), "{text}");
    }
}
