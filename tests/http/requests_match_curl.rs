//! Requests of the `curl` command: zoomkat's equivalents mean the same to a server.
//!
//! The tests run if `ZOOMKAT_REQUIRE_TOOLS` is set.

use std::path::Path;
use std::process::{Command, Stdio};

use support::forms::{FormPart, boundary_of, read_by_multipart, read_pairs, read_strictly};
use support::tools::has_curl;
use support::{Received, Server, patient};
use zoomkat::HttpRequest;

/// Returns what arrives from curl and from zoomkat, or `None` if tests do not use curl.
fn both(
    target: &str,
    args: &[&str],
    build: impl FnOnce(&mut HttpRequest),
) -> Option<(Received, Received)> {
    if !has_curl() {
        return None;
    }
    let server = Server::answering("200 OK", "", "");
    let status = Command::new("curl")
        .args(["-q", "--silent", "--show-error", "--noproxy", "*", "--max-time", "60", "--globoff"])
        .args(["--path-as-is", "--output"])
        .arg(if cfg!(windows) { "NUL" } else { "/dev/null" })
        .args(args)
        .arg(format!("http://127.0.0.1:{}{target}", server.port()))
        .stdin(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "curl {args:?}: {status}");
    let mut req = HttpRequest::new();
    build(&mut req);
    server.call(&patient(), &req).unwrap();
    let mut requests = server.requests().into_iter();
    let (theirs, ours) = (requests.next().unwrap(), requests.next().unwrap());
    assert_eq!(requests.next(), None);
    assert_eq!(ours.line(), theirs.line());
    for name in ["Content-Length", "Transfer-Encoding", "Host", "Authorization"] {
        // Boundaries differ in length, and curl writes a space in a form as `+`.
        let is_form = theirs.header("Content-Type").is_some_and(|t| t.contains("form"));
        if !(is_form && name == "Content-Length") {
            assert_eq!(ours.header(name), theirs.header(name), "{name}");
        }
    }
    Some((theirs, ours))
}

fn parts(received: &Received) -> Vec<FormPart> {
    let content_type = received.header("Content-Type").unwrap();
    assert!(content_type.starts_with("multipart/form-data; boundary="), "{content_type}");
    read_by_multipart(&received.body, &boundary_of(content_type))
}

fn strict_parts(received: &Received) -> Vec<FormPart> {
    let boundary = boundary_of(received.header("Content-Type").unwrap());
    read_strictly(&received.body, &boundary).into_iter().map(|(_, part)| part).collect()
}

fn file(dir: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = dir.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_seed_request_matches() {
    let args = [
        "-X",
        "PUT",
        "-H",
        "Authorization: Bearer <access_token>",
        "-H",
        "Content-Type: multipart/form-data",
        "--form",
        "password=dolor Excepteur minim",
    ];
    let found = both("/v2/users/:userId/password", &args, |req| {
        req.set_http_verb("PUT").set_path("/v2/users/:userId/password");
        req.set_content_type("multipart/form-data");
        req.add_param("password", "dolor Excepteur minim");
        req.add_header("Authorization", "Bearer <access_token>");
    });
    if let Some((theirs, ours)) = found {
        assert_eq!(parts(&ours), [FormPart::field("password", "dolor Excepteur minim")]);
        assert_eq!(parts(&ours), parts(&theirs));
        // Except for the boundary the text is the same.
        let plain = |received: &Received| {
            let boundary = boundary_of(received.header("Content-Type").unwrap());
            received.text().replace(&boundary, "B")
        };
        assert_eq!(plain(&ours), plain(&theirs));
    }
}

#[test]
fn files_with_guessed_and_given_types_match() {
    let dir = tempfile::tempdir().unwrap();
    let text = file(dir.path(), "note.txt", "a note\r\n");
    let picture = file(dir.path(), "pic.png", [0x89, b'P', b'N', b'G', 0, 13, 10]);
    let unknown = file(dir.path(), "no-extension", vec![b'x'; 70_000]);
    let args = [
        "--form-string",
        "first=1; 2",
        "--form",
        &format!("text=@{text}"),
        "--form",
        &format!("pic=@{picture}"),
        "--form-string",
        "middle=",
        "--form",
        &format!("raw=@{unknown}"),
        "--form",
        &format!("named=@{text};type=application/x-note;filename=other.name"),
        "--form",
        "json={\"a\": 1};type=application/json",
        "--form-string",
        "first=é日🐈\r\n",
    ];
    let found = both("/upload?a=1", &args, |req| {
        req.set_http_verb("POST").set_path("/upload?a=1").set_content_type("multipart/form-data");
        req.add_param("first", "1; 2").add_file_for_upload("text", &text);
        req.add_file_for_upload("pic", &picture).add_param("middle", "");
        req.add_file_for_upload("raw", &unknown);
        req.add_bd_for_upload("named", "other.name", b"a note\r\n", "application/x-note");
        req.add_string_for_upload2("json", "", "{\"a\": 1}", "utf-8", "application/json");
        req.add_param("first", "é日🐈\r\n");
    });
    if let Some((theirs, ours)) = found {
        assert_eq!(parts(&ours), parts(&theirs));
        assert_eq!(strict_parts(&ours), strict_parts(&theirs));
        assert_eq!(parts(&ours).len(), 8);
    }
}

#[test]
fn names_with_special_characters_match() {
    // curl escapes as browsers do since 7.81.
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), "plain.txt", "x");
    let args = [
        "--form-string",
        "quote\"d na%me\\é=1",
        "--form",
        &format!("f=@{path};filename=\"a\\\"b;c%22 é.txt\""),
    ];
    let found = both("/", &args, |req| {
        req.use_upload().add_param("quote\"d na%me\\é", "1");
        req.add_bd_for_upload("f", "a\"b;c%22 é.txt", b"x", "text/plain");
    });
    if let Some((theirs, ours)) = found {
        assert_eq!(strict_parts(&ours), strict_parts(&theirs));
        assert_eq!(strict_parts(&ours)[1].filename.as_deref(), Some("a%22b;c%22 é.txt"));
    }
}

#[test]
fn a_urlencoded_form_matches() {
    let args = ["--data-urlencode", "a=two words", "--data-urlencode", "b=é&=+%\r\n"];
    let args = [&args[..], &["--data-urlencode", "a=", "--data-urlencode", "c=~-._*!'()"]].concat();
    let found = both("/form", &args, |req| {
        req.use_post().set_path("/form").add_param("a", "two words").add_param("b", "é&=+%\r\n");
        req.add_param("a", "").add_param("c", "~-._*!'()");
    });
    if let Some((theirs, ours)) = found {
        assert_eq!(read_pairs(&ours.text()), read_pairs(&theirs.text()));
        assert_eq!(ours.header("Content-Type"), theirs.header("Content-Type"));
    }
}

#[test]
fn a_query_matches() {
    if !has_curl() {
        return;
    }
    let server = Server::answering("200 OK", "", "");
    let status = Command::new("curl")
        .args(["-q", "-sS", "--noproxy", "*", "--max-time", "60", "-G", "-o"])
        .arg(if cfg!(windows) { "NUL" } else { "/dev/null" })
        .args(["--data-urlencode", "a=two words", "--data-urlencode", "b=é&=+%"])
        .arg(format!("http://127.0.0.1:{}/q?x=y", server.port()))
        .status()
        .unwrap();
    assert!(status.success());
    let mut req = HttpRequest::new();
    req.set_path("/q?x=y").add_param("a", "two words").add_param("b", "é&=+%");
    server.call(&patient(), &req).unwrap();
    let pairs = |received: &Received| {
        let target = received.line().split(' ').nth(1).unwrap().to_owned();
        read_pairs(target.strip_prefix("/q?").unwrap())
    };
    let requests = server.requests();
    assert_eq!(pairs(&requests[0]), pairs(&requests[1]));
    assert_eq!(requests[0].body, requests[1].body);
}

#[test]
fn requests_with_and_without_a_body_match() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), "body.json", "{\"é\": [1, 2]}");
    let json = "Content-Type: application/json";
    let loaded =
        both("/b?c=d", &["-X", "PATCH", "-H", json, "--data-binary", &format!("@{path}")], |req| {
            req.set_http_verb("PATCH").set_path("/b?c=d").set_content_type("application/json");
            req.stream_body_from_file(&path);
        });
    if let Some((theirs, ours)) = loaded {
        assert_eq!(ours.body, theirs.body);
        assert_eq!(ours.header("Content-Type"), theirs.header("Content-Type"));
    }
    let put = both("/b", &["-T", &path], |req| {
        req.set_http_verb("PUT").set_path("/b").stream_body_from_file(&path);
    });
    if let Some((theirs, ours)) = put {
        assert_eq!(ours.body, theirs.body);
    }
    for verb in ["GET", "DELETE", "OPTIONS"] {
        let found = both("/v2/users/me%20x/a;b@c:!$&'()*+,=~?d=/e?f", &["-X", verb], |req| {
            req.set_http_verb(verb).set_path("/v2/users/me%20x/a;b@c:!$&'()*+,=~?d=/e?f");
        });
        if let Some((theirs, ours)) = found {
            assert_eq!(ours.body, theirs.body, "{verb}");
            assert_eq!(ours.header("Content-Type"), theirs.header("Content-Type"), "{verb}");
        }
    }
    both("/", &["--head"], |req| {
        req.use_head();
    });
    both("/", &["--http1.0"], |req| {
        req.set_http_version("1.0");
    });
    both("/", &["--data", ""], |req| {
        req.use_post();
    });
}
