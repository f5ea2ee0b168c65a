//! Calls that are hard to write down correctly, and what a server receives of a call.

use std::path::Path;

use proptest::prelude::*;
use zoomkat::{Call, HttpRequest};

use crate::Received;

/// Builds a request from a folder with files.
pub type Build = fn(&mut HttpRequest, &Path);

/// A file name with characters that are special to a shell or a form. Windows allows no `"` in
/// names.
const ODD_NAME: &str = if cfg!(windows) { "it's, a; file.txt" } else { "it's, a; \"file\".txt" };

/// Requests, each named after its special feature.
pub const TABLE: &[(&str, Build)] = &[
    ("nothing", |_, _| {}),
    ("the seed's", |r, _| {
        r.set_http_verb("PUT").set_path("/v2/users/:userId/password");
        r.set_content_type("multipart/form-data").add_param("password", "dolor Excepteur minim");
        r.add_header("Authorization", "Bearer <access_token>");
    }),
    ("a query", |r, _| {
        r.set_path("/v2/users?a=1&b").add_param("q", "a b&c=d/é").add_param("empty", "");
    }),
    ("a path with odd characters", |r, _| {
        r.set_path("/a b/%2f%C3/é/!$&'()*+,;=:@-._~/\"<>\\^`{|}[]#?x=/?:@!$&'()*+,;=[]{}|\"'");
    }),
    ("dots", |r, _| {
        r.set_path("/a/../b/./%2E%2e/c/..");
    }),
    ("slashes", |r, _| {
        r.set_path("//a//?");
    }),
    ("path variables", |r, _| {
        r.set_path("/u/:userId/x/:other").set_path_variable("userId", "a/b?c#d é'\"$!");
    }),
    ("a POST with nothing", |r, _| {
        r.set_http_verb("POST");
    }),
    ("a PUT with only a type", |r, _| {
        r.set_http_verb("PUT").set_content_type("application/json");
    }),
    ("a DELETE", |r, _| {
        r.set_http_verb("DELETE").add_param("action", "it's \"delete\"");
    }),
    ("a HEAD", |r, _| {
        r.set_http_verb("HEAD").add_param("a", "b");
    }),
    ("OPTIONS of the server", |r, _| {
        r.set_http_verb("OPTIONS").set_path("*");
    }),
    ("an odd verb", |r, _| {
        r.set_http_verb("m!$'`|*").add_param("a", "b");
    }),
    ("a verb in lower case", |r, _| {
        r.set_http_verb("post").add_param("a", "b");
    }),
    ("HTTP/1.0", |r, _| {
        r.set_http_version("1.0");
    }),
    ("a form", |r, _| {
        r.use_post();
        for (name, value) in [
            ("name", "lorem"),
            ("type", "ipsum dolor"),
            ("a&b=c", "é&=+%\r\n\t"),
            ("name", "twice"),
            ("", "no name"),
            ("empty", ""),
            ("@at", "@file"),
            ("<", "<file"),
            ("q'\"", "it's \"so\" `id` $HOME \\ !"),
            ("日本", "🐈"),
        ] {
            r.add_param(name, value);
        }
    }),
    ("a form with an explicit type", |r, _| {
        r.set_http_verb("PATCH").set_content_type("application/x-www-form-urlencoded; a=b");
        r.add_param("a", "b");
    }),
    ("a form in another charset", |r, _| {
        r.use_post().set_charset("iso-8859-1").set_send_charset(true).add_param("é", "ü ß");
    }),
    ("a form in UTF-16", |r, _| {
        r.use_post().set_charset("utf-16").add_param("a", "é");
    }),
    ("a multipart form of traps", |r, _| {
        r.use_upload();
        for value in [
            "two words",
            " spaces around ",
            "\ttab\t",
            "a;b;type=text/plain",
            ";filename=x",
            "@file",
            "<file",
            "(group",
            ")",
            "\"quoted\"",
            "half \" quote",
            "\"",
            "back\\slash\\",
            "it's",
            "'",
            "$HOME `id` $(id) !! \\n",
            "line\nline\r\nline\n",
            "é日🐈",
            "a=b&c%20",
            "",
            "{\"json\": \"it's; \\\"so\\\"\"}",
            "a,b",
            "-d",
            "\u{7f}\u{1}\u{1b}[31m",
            "\u{202e}\u{200b}\u{feff}",
        ] {
            r.add_param("f", value);
        }
    }),
    ("a multipart form of odd names", |r, _| {
        r.use_upload();
        for name in [
            "name", "type", "use", "self", "Id", "id", "file", "http", "1st", "a b", "a=b", "",
            "q\"q", "it's", "a;b", "@a", "<a", "(a", "a[0]", "日", "a\\b", "a\tb", "l\nl",
            "é=\"x\"", "a,b",
        ] {
            r.add_param(name, "1");
        }
    }),
    ("JSON in a multipart form", |r, _| {
        r.use_upload().add_param("f", "x");
        r.add_string_for_upload2(
            "meta",
            "",
            "{\"a;b\": \"@\", \"c\": [1]}",
            "utf-8",
            "application/json",
        );
    }),
    ("uploads from memory", |r, _| {
        r.use_upload();
        r.add_string_for_upload("a", "a.txt", "text", "utf-8");
        r.add_string_for_upload("b", "b.xml", "<a/>", "utf-8");
        r.add_string_for_upload("c", "c", "c", "utf-8");
        r.add_string_for_upload("d", "d e;f,\"g\".PDF", " d ", "utf-8");
        r.add_bd_for_upload("e", "e.bin", b"\xff\xfe\x01;\"\\\r\n", "");
        r.add_bd_for_upload("f", "f.jpeg", b"", "image/jpeg");
        r.add_bd_for_upload("g", "g", b"g", "text/plain; charset=utf-8");
        r.add_bd_for_upload("h", "h", b"h", "odd type;filename=x, \"q\"");
        r.add_bd_for_upload("i=i", "i\".txt", b"i", "text/plain");
    }),
    ("uploads of files", |r, dir| {
        r.use_upload();
        r.add_file_for_upload("a", dir.join("plain.txt"));
        r.add_file_for_upload("b", dir.join("body.json"));
        r.add_file_for_upload2("c", dir.join(ODD_NAME), "text/html");
        r.add_file_for_upload2("d", dir.join("none"), "application/x-none");
        r.add_file_for_upload("e", dir.join("none"));
        r.add_file_for_upload("f=f", dir.join("plain.txt"));
    }),
    ("headers of parts", |r, _| {
        r.use_upload().add_param("a", "1").add_param("b", "x;y");
        r.add_sub_header(0, "X-A", "one; \"two\" \\ é").add_sub_header(0, "X-Empty", "");
        r.add_sub_header(1, "Content-Type", "application/json; a=\"b;c\"");
        r.add_string_for_upload("c", "c.txt", "c", "utf-8");
        r.add_sub_header(2, "Content-Disposition", "form-data; name=\"other\"; filename=\"o.txt\"");
        r.add_bd_for_upload("d", "d.png", b"d", "").add_sub_header(3, "Content-Type", "a/b");
    }),
    ("another multipart type", |r, _| {
        r.set_http_verb("POST").set_content_type("multipart/mixed; a=b").add_param("a", "b");
        r.add_string_for_upload2("c", "c.txt", "c", "utf-8", "text/plain");
    }),
    ("a multipart type in mixed case", |r, _| {
        r.set_http_verb("PUT").set_content_type("Multipart/Form-Data").add_param("a", "b");
    }),
    ("a multipart form in another charset", |r, _| {
        r.use_upload().set_charset("iso-8859-1").add_param("a", "é ü");
    }),
    ("a GET of a multipart form", |r, _| {
        r.set_content_type("multipart/form-data").add_param("a", "b");
    }),
    ("a boundary", |r, _| {
        r.use_upload().set_boundary("a b:c").add_param("a", "b");
    }),
    ("JSON", |r, _| {
        r.set_http_verb("POST").set_content_type("application/json");
        r.load_body_from_string("{\"a\": \"it's\", \"b\": [\"\\\"\", \"é\", \"$x\"]}", "utf-8");
    }),
    ("JSON as sent by curl's --json", |r, _| {
        r.set_http_verb("PATCH").set_content_type("application/json");
        r.add_header("X-A", "1").add_header("Accept", "application/json");
        r.load_body_from_string("{\"dept\":\"R&D\"}", "utf-8");
    }),
    ("JSON on many lines", |r, _| {
        r.set_http_verb("POST").set_content_type("application/json");
        r.load_body_from_string("{\n  \"a\": \"#\",\n\n  \"b\": \"\\n\"\n}\n", "utf-8");
    }),
    ("JSON with lines that end in CR LF and in spaces", |r, _| {
        r.set_http_verb("POST").set_content_type("application/json");
        r.load_body_from_string("{\r\n  \"a\": 1  \n}\r\n", "utf-8");
    }),
    ("a long body on one line", |r, _| {
        r.set_http_verb("POST").set_content_type("application/json");
        r.load_body_from_string(&format!("{{\"a\": \"{}\"}}", "lorem ipsum ".repeat(40)), "utf-8");
    }),
    ("raw string enders", |r, _| {
        r.set_http_verb("POST").load_body_from_string("\"# \"## {x} {{y}} \\u{0}", "utf-8");
    }),
    ("a body that looks like a file name", |r, _| {
        r.set_http_verb("POST").load_body_from_string("@plain.txt", "utf-8");
    }),
    ("an empty body", |r, _| {
        r.set_http_verb("POST").load_body_from_string("", "utf-8");
    }),
    ("a body with the type of a form", |r, _| {
        r.use_post().load_body_from_string("a=b&c=d", "utf-8");
    }),
    ("a body with a query", |r, _| {
        r.use_post().load_body_from_string("x", "utf-8").add_param("a b", "c&d");
    }),
    ("a GET with a body", |r, _| {
        r.set_content_type("text/plain").load_body_from_string("x y\n", "utf-8");
    }),
    ("a body in another charset", |r, _| {
        r.set_http_verb("PUT").set_content_type("text/plain; charset=iso-8859-1");
        r.load_body_from_string("é'ü", "iso-8859-1");
    }),
    ("a body of control characters", |r, _| {
        r.set_http_verb("PUT").load_body_from_string("\t\u{1b}'\\\u{7f}", "utf-8");
    }),
    ("a body from a file", |r, dir| {
        r.set_http_verb("PUT").set_content_type("application/json");
        r.load_body_from_file(dir.join("body.json"));
    }),
    ("a body from a file, streamed and without a type", |r, dir| {
        r.set_http_verb("POST").stream_body_from_file(dir.join(ODD_NAME));
    }),
    ("an upload", |r, dir| {
        r.set_http_verb("PUT").set_path("/a?b=/").load_body_from_file(dir.join("body.json"));
        r.add_param("c", "d e").add_header("X-A", "1");
    }),
    ("an upload to a folder", |r, dir| {
        r.set_http_verb("PUT").set_path("/a/").load_body_from_file(dir.join("body.json"));
    }),
    ("an upload of an empty file", |r, dir| {
        r.set_http_verb("PUT").set_path("/a").load_body_from_file(dir.join("empty"));
    }),
    ("headers in their order", |r, _| {
        r.add_header("X-B", "2").add_header("x-a", "1").add_header("X-C", "3");
        r.add_header("Accept", "*/*").add_header("User-Agent", "lorem/1.0");
    }),
    ("headers of odd values", |r, _| {
        r.add_header("X-Quotes", "it's \"so\"").add_header("X-Shell", "$HOME `id` \\ !! $(id)");
        r.add_header("X-Empty", "").add_header("X-Space", " ").add_header("X-Semicolon", "a;");
        r.add_header("X-Unicode", "é日").add_header("X-Tab", "a\tb").add_header("X-Colon", ":a:");
        r.add_header("X-!#$%&'*+.^_`|~", "1");
    }),
    ("a header twice", |r, _| {
        r.set_entire_header("X-A: 1\r\nX-B: {x}\r\nx-a: 2\r\nX-A:\r\n");
    }),
    ("an explicit host", |r, _| {
        r.add_header("Host", "example.com").add_header("Referer", "http://a/?b=c");
        r.add_header("Cookie", "a=b; c=\"d e\"");
    }),
    ("headers that are usually added by hand", |r, _| {
        r.add_header("Connection", "close").add_header("Accept-Encoding", "identity");
        r.add_header("Range", "bytes=0-").add_header("If-None-Match", "\"x\"");
    }),
    ("marks that are not sent", |r, _| {
        r.set_http_verb("PUT").add_header("X-Odd", "<sample>").mark_header_sensitive("X-Odd");
        r.set_idempotent(false);
    }),
    ("a long path", |r, _| {
        r.set_path(format!("/{}", "lorem/".repeat(30))).add_param("a", "dolor ".repeat(20));
    }),
    ("widths about a line", |r, _| {
        for length in 28..96 {
            r.add_param(&format!("p{length}"), "x".repeat(length));
        }
    }),
    ("widths of one argument", |r, _| {
        r.set_path(format!("/{}", "y".repeat(79)));
    }),
    ("widths of wide letters", |r, _| {
        for length in 10..40 {
            r.add_param("wide", "日é".repeat(length));
        }
    }),
];

/// Returns the call of a row, to a port on this machine.
pub fn call(build: Build, dir: &Path, port: u16) -> Call {
    let mut request = HttpRequest::new();
    build(&mut request, dir);
    Call::new("127.0.0.1", port, false, request)
}

/// Creates a folder with the files of the table.
pub fn files() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("plain.txt", "a note\r\n".as_bytes()),
        ("body.json", "{\"é\": [1, 2]}\n".as_bytes()),
        (ODD_NAME, b"odd\n"),
        ("lines", b"one\r\ntwo\n"),
        ("fields", b"X-One: 1\nX-Two;\nX-One: 2\nnone\nX-No:\n"),
        ("none", b"\0\xff"),
        ("empty", b""),
    ] {
        std::fs::write(dir.path().join(name), content).unwrap();
    }
    dir
}

/// A request in a form that can be compared: without the boundary, which is random, and with fields
/// and the fields of a part sorted.
#[derive(Debug, PartialEq)]
pub struct Normalized {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Body,
}

#[derive(PartialEq)]
pub enum Body {
    Bytes(Vec<u8>),
    Parts(Vec<(Vec<String>, Vec<u8>)>),
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Body::Bytes(bytes) => write!(f, "{:?}", bytes.escape_ascii().to_string()),
            Body::Parts(parts) => f
                .debug_list()
                .entries(parts.iter().map(|(h, b)| (h, b.escape_ascii().to_string())))
                .finish(),
        }
    }
}

pub fn normalize(received: &Received) -> Normalized {
    let content_type = received.header("Content-Type").unwrap_or_default().to_owned();
    // A multipart type without a body is left unchanged.
    let multipart =
        content_type.to_ascii_lowercase().starts_with("multipart/") && !received.body.is_empty();
    let mut headers: Vec<(String, String)> = received
        .headers()
        .into_iter()
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        // Fields that curl adds automatically.
        .filter(|(name, value)| {
            (name.as_str(), value.as_str()) != ("Accept", "*/*")
                && (name.as_str(), value.as_str()) != ("Expect", "100-continue")
                && !(name == "User-Agent" && value.starts_with("curl/"))
                && !(multipart && name == "Content-Length")
        })
        .collect();
    let body = if multipart {
        let (before, boundary) = content_type.split_once("; boundary=").unwrap();
        for (name, value) in &mut headers {
            if name.eq_ignore_ascii_case("Content-Type") {
                *value = before.to_owned();
            }
        }
        Body::Parts(parts(&received.body, boundary.trim_matches('"')))
    } else {
        Body::Bytes(received.body.clone())
    };
    headers.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    Normalized { line: received.line().to_owned(), headers, body }
}

fn parts(body: &[u8], boundary: &str) -> Vec<(Vec<String>, Vec<u8>)> {
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(&delimiter.as_bytes()[2..]).expect("the first boundary");
    let mut parts = Vec::new();
    while rest != b"--\r\n" {
        rest = rest.strip_prefix(b"\r\n").expect("a line end after the boundary");
        let end = find(rest, b"\r\n\r\n");
        let header = std::str::from_utf8(&rest[..end]).unwrap();
        let mut lines: Vec<String> =
            header.split("\r\n").map(|line| line.trim_end().to_owned()).collect();
        lines.sort();
        rest = &rest[end + 4..];
        let end = find(rest, delimiter.as_bytes());
        parts.push((lines, rest[..end].to_vec()));
        rest = &rest[end + delimiter.len()..];
    }
    parts
}

fn find(text: &[u8], wanted: &[u8]) -> usize {
    text.windows(wanted.len()).position(|window| window == wanted).expect("an end")
}

/// Texts with characters that are special to shells, curl and URLs.
pub fn texts() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "'",
        "\"",
        "\\",
        "$x",
        "`",
        "!",
        "@",
        "<",
        ";",
        "=",
        "&",
        "%41",
        "%",
        " ",
        "\n",
        "\r",
        "\t",
        "é",
        "日",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ",",
        "#",
        "?",
        "*",
        "~",
        "type=a/b",
        ";headers=x",
        "-",
        "\u{7f}",
        "\u{2028}",
        "{{x}}",
    ]);
    prop::collection::vec(prop_oneof![odd.prop_map(str::to_owned), "[a-zA-Z0-9]{1,4}"], 0..6)
        .prop_map(|pieces| pieces.concat())
}

prop_compose! {
    /// Arbitrary requests.
    pub fn requests()(
        verb in prop::sample::select(vec!["GET", "POST", "PUT", "PATCH", "DELETE", "QUERY"]),
        path in texts(),
        kind in 0..4,
        fields in prop::collection::vec((texts(), texts()), 0..4),
        headers in prop::collection::vec(("X-[a-z]{1,5}", texts()), 0..3),
        body in texts(),
    ) -> HttpRequest {
        let mut request = HttpRequest::new();
        request.set_http_verb(verb).set_path(format!("/{}", path.replace(['\n', '\r'], "")));
        for (name, value) in headers {
            request.add_header(&name, value.replace(['\n', '\r', '\u{7f}'], ""));
        }
        for (name, value) in &fields {
            let name = name.replace('\u{7f}', "");
            match kind {
                1 => request.add_param(&name, value),
                2 => request.add_string_for_upload(&name, &name, value, "utf-8"),
                _ => request.add_param(&name, value),
            };
        }
        match kind {
            0 if fields.is_empty() || verb == "GET" => &mut request,
            1 if !fields.is_empty() => request.set_content_type("multipart/form-data"),
            3 => request.set_content_type("application/json").load_body_from_string(&body, "utf-8"),
            _ => &mut request,
        };
        request
    }
}
