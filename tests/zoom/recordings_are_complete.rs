//! Downloads of recordings: a recording is saved completely or not at all, in little memory, and
//! the client's token goes only to Zoom's hosts.

use std::fs::{self, File};
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tempfile::TempDir;
use zoomkat::zoom::{Error, ErrorKind, Plan, Zoom};
use zoomkat::{Transport, zoom};

use support::apps::{HOUR, SECOND, bearers, client, internet_proxy, timeless, url};
use support::capture::{Markers, full_text};
use support::clock::ManualClock;
use support::zoom::{Answer, EmbeddedZoom, Recording};
use support::{Server, break_if, patient, peak};

/// A folder with a file that a download replaces.
struct Destination {
    dir: TempDir,
    path: PathBuf,
}

const BEFORE: &[u8] = b"what was there";

impl Destination {
    fn new() -> Destination {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("all-hands.mp4");
        fs::write(&path, BEFORE).unwrap();
        Destination { dir, path }
    }

    #[track_caller]
    fn assert_untouched(&self, why: &str) {
        assert_eq!(fs::read(&self.path).unwrap(), BEFORE, "{why}");
        let names: Vec<_> = fs::read_dir(self.dir.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "{why}: {names:?}");
    }
}

/// Returns bytes of which no two stretches are equal.
fn content(length: usize) -> Vec<u8> {
    (0u32..).flat_map(u32::to_be_bytes).take(length).collect()
}

/// Returns an account with one recording, and a client of it.
fn with_recording(recording: Recording) -> (EmbeddedZoom, Zoom) {
    let zoom = EmbeddedZoom::builder().recording("all-hands", recording).start();
    let client = client(&zoom).build().unwrap();
    (zoom, client)
}

/// Downloads the storage's response to a path that already has a file.
fn download(recording: Recording) -> (Result<u64, Error>, Destination) {
    let (zoom, client) = with_recording(recording);
    let place = Destination::new();
    (client.download(&zoom.download_url("all-hands"), &place.path), place)
}

/// Returns a client with a token, whose Zoom is this server.
fn client_of(server: &Server) -> Zoom {
    let builder = Zoom::builder().access_token("lorem-ipsum").base_url(url(server));
    builder.transport(patient()).build().unwrap()
}

/// Starts a server that answers every request with these bytes.
fn saying(bytes: impl Into<Vec<u8>>) -> (Server, Zoom, Destination) {
    let server = Server::saying(bytes);
    let client = client_of(&server);
    (server, client, Destination::new())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

// From Zoom to its storage.

#[test]
fn a_recording_comes_from_zooms_storage_without_sending_it_the_token() {
    let content = content(300_000);
    let (zoom, client) = with_recording(Recording::new(&*content));
    let place = Destination::new();

    let path = zoom::path("/meetings/{meetingId}/recordings").with("meetingId", "85746065");
    let listed: Value = client.get(path).unwrap();
    let file = &listed["recording_files"][0];
    let bytes = client.download(file["download_url"].as_str().unwrap(), &place.path).unwrap();

    assert_eq!((Some(bytes), bytes), (file["file_size"].as_u64(), 300_000));
    assert!(fs::read(&place.path).unwrap() == content);
    let asked = zoom.requests().pop().unwrap();
    assert_eq!(asked.header("Authorization"), Some(&*format!("Bearer {}", zoom.tokens()[0])));
    assert_eq!(asked.header("Accept"), Some("application/json, */*;q=0.8"));
    let stored = zoom.storage_requests();
    assert_eq!(stored.len(), 1);
    let head = &stored[0].head;
    assert!(!head.contains("Authorization") && !head.contains(&zoom.tokens()[0]), "{head}");
}

#[test]
fn a_download_token_of_a_webhook_works_too() {
    let (zoom, _) = with_recording(Recording::new("lorem"));
    let token = zoom.new_token();
    let builder = Zoom::builder().access_token(&*token).base_url(zoom.url());
    let client = builder.transport(patient()).build().unwrap();
    let place = Destination::new();
    client.download(&zoom.download_url("all-hands"), &place.path).unwrap();
    assert_eq!(fs::read(&place.path).unwrap(), b"lorem");
    assert_eq!((bearers(&zoom), zoom.token_requests()), (vec![token], 0));
}

#[test]
fn the_query_of_a_url_is_kept_and_a_fragment_is_not_sent() {
    for (end, line) in [
        ("/rec/a?b=1&c=%2F", "GET /rec/a?b=1&c=%2F HTTP/1.1"),
        ("/rec/a?b=1#t=10", "GET /rec/a?b=1 HTTP/1.1"),
        ("#t=10", "GET / HTTP/1.1"),
        ("?b=1", "GET /?b=1 HTTP/1.1"),
        ("/rec/../:id", "GET /rec/../:id HTTP/1.1"),
    ] {
        let server = Server::answering("200 OK", "", "lorem");
        let place = Destination::new();
        let client = client_of(&server);
        client.download(&format!("{}{end}", url(&server)), &place.path).unwrap();
        assert_eq!(server.request().line(), line);
    }
}

#[test]
fn an_accept_header_of_the_transport_is_used_instead() {
    let server = Server::answering("200 OK", "", "lorem");
    let mut http = patient();
    http.set_request_header("Accept", "video/*");
    let builder = Zoom::builder().access_token("lorem-ipsum").base_url(url(&server));
    let client = builder.transport(http).build().unwrap();
    client.download(&url(&server), Destination::new().path).unwrap();
    assert_eq!(server.request().header("Accept"), Some("video/*"));
}

#[test]
fn a_refused_app_is_not_reported_as_a_file_that_is_not_ready() {
    let zoom = EmbeddedZoom::builder().recording("all-hands", Recording::new("lorem")).start();
    let builder = client(&zoom).server_to_server("account", "client", "lorem-ipsum");
    let place = Destination::new();
    let result = builder.build().unwrap().download(&zoom.download_url("all-hands"), &place.path);
    let err = result.unwrap_err();
    assert_eq!((err.kind(), err.status()), (ErrorKind::Token, Some(401)), "{err}");
    assert!(!err.message().contains("try again later"), "{err}");
    place.assert_untouched("no token");
}

#[test]
fn a_refused_token_is_renewed_once() {
    for times in [1, 2] {
        let (zoom, client) = with_recording(Recording::new("lorem").refused(times));
        let place = Destination::new();
        let result = client.download(&zoom.download_url("all-hands"), &place.path);
        assert_eq!(zoom.token_requests(), 2);
        if times == 1 {
            assert_eq!((result.unwrap(), bearers(&zoom)), (5, zoom.tokens()));
            continue;
        }
        let err = result.unwrap_err();
        assert_eq!((err.kind(), err.status()), (ErrorKind::TokenExpired, Some(401)));
        assert!(err.message().contains("try again later"), "{err}");
        place.assert_untouched("refused");
    }
    // The same if a response with a success status says so.
    let json = r#"{"status":false,"errorCode":124,"errorMessage":"Invalid access token."}"#;
    let (zoom, client) = with_recording(Recording::answering("200 OK", "", json));
    let place = Destination::new();
    let err = client.download(&zoom.download_url("all-hands"), &place.path).unwrap_err();
    assert_eq!((err.code(), err.is_token_expired()), (Some(124), true));
    assert_eq!(zoom.token_requests(), 2);
    place.assert_untouched("an error");
}

// Memory.

const LARGE: u64 = 256 * 1024 * 1024;

#[test]
fn a_large_recording_takes_little_memory_and_reports_progress() {
    let test = "a_large_recording_takes_little_memory_and_reports_progress";
    let peak = peak::measure(module_path!(), test, || {
        let server = Server::start(|mut conn| {
            let head = conn.read_head().unwrap();
            let block = [7; 65536];
            let is_chunked = head.starts_with("GET /chunked ");
            match is_chunked {
                true => conn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                false => conn.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n")),
            }
            for _ in 0..LARGE / 65536 {
                match is_chunked {
                    true => conn.send([b"10000\r\n", &block[..], b"\r\n"].concat()),
                    false => conn.send(block),
                }
            }
            conn.send("0\r\n\r\n");
        });
        let (client, place) = (client_of(&server), Destination::new());
        for (path, expected) in [("/length", Some(LARGE)), ("/chunked", None)] {
            let (mut last, mut times) = (0, 0);
            let url = format!("{}{path}", url(&server));
            let bytes = client.download_with(&url, &place.path, |bytes, total| {
                assert!(bytes > last && total == expected, "{last} {bytes} {total:?}");
                (last, times) = (bytes, times + 1);
                assert_ne!(File::open(&place.path).unwrap().metadata().unwrap().len(), LARGE);
            });
            assert_eq!((bytes.unwrap(), last), (LARGE, LARGE));
            assert!(times > 100, "{times}");
            assert_eq!(fs::metadata(&place.path).unwrap().len(), LARGE);
            fs::write(&place.path, BEFORE).unwrap();
        }
    });
    assert!(peak.is_none_or(|peak| peak < peak::SMALL), "{peak:?}");
}

#[test]
fn progress_covers_small_files_and_omits_the_total_of_compressed_ones() {
    let compressed = gzip(&content(200_000));
    for (recording, length, total) in [
        (Recording::new(""), 0, Some(0)),
        (Recording::new("lorem"), 5, Some(5)),
        (Recording::new(content(200_000)), 200_000, Some(200_000)),
        (Recording::answering("200 OK", "Content-Encoding: gzip\r\n", compressed), 200_000, None),
    ] {
        let (zoom, client) = with_recording(recording);
        let place = Destination::new();
        let mut seen = Vec::new();
        let result =
            client.download_with(&zoom.download_url("all-hands"), &place.path, |bytes, total| {
                seen.push((bytes, total))
            });
        assert_eq!(result.unwrap(), length);
        assert_eq!(seen.last(), Some(&(length, total)));
        assert!(seen.is_sorted() && seen.iter().all(|step| step.1 == total), "{seen:?}");
        assert_eq!(fs::metadata(&place.path).unwrap().len(), length);
    }
}

// Complete or not at all.

#[test]
fn a_recording_truncated_anywhere_leaves_the_old_file() {
    let content = content(150_000);
    for at in [0, 1, 4095, 4096, 65_535, 65_536, 65_537, 100_000, 149_999] {
        let (result, place) = download(Recording::new(&*content).cut(at));
        let err = result.unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Transport, "{err}");
        assert!(err.message().contains("cut off"), "{err}");
        place.assert_untouched(&format!("cut after {at}"));
    }
    let compressed = gzip(&content);
    let head = "Content-Encoding: gzip\r\n";
    for at in [1, compressed.len() / 2, compressed.len() - 1] {
        let recording = Recording::answering("200 OK", head, &*compressed).cut(at);
        let (result, place) = download(recording);
        result.unwrap_err();
        place.assert_untouched(&format!("compressed, cut after {at}"));
    }
    for body in ["", "5\r\nlorem\r\n", "5\r\nlorem\r\n0\r\n", "5\r\nlor"] {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let (server, client, place) = saying(format!("{head}{body}"));
        client.download(&url(&server), &place.path).unwrap_err();
        place.assert_untouched(body);
    }
}

#[test]
fn new_and_replaced_files_can_have_any_length() {
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073] {
        let content = content(length);
        let (zoom, client) = with_recording(Recording::new(&*content));
        let place = Destination::new();
        for path in [place.path.clone(), place.dir.path().join("new")] {
            let bytes = client.download(&zoom.download_url("all-hands"), &path).unwrap();
            assert_eq!(bytes, length as u64);
            assert!(fs::read(&path).unwrap() == content, "{length}");
        }
        // The connection can be used again.
        assert_eq!(zoom.storage_requests()[1].connection, 0);
    }
}

#[test]
fn abort_current_and_the_transports_handlers_end_a_download() {
    for length in [10, 10_000_000] {
        let zoom =
            EmbeddedZoom::builder().recording("all-hands", Recording::new(content(length))).start();
        let mut http = patient();
        let percent = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&percent);
        http.on_percent_done(move |percent| {
            seen.store(percent, Ordering::SeqCst);
            ControlFlow::Continue(())
        });
        let given = |http: &Transport| client(&zoom).transport(http.clone()).build().unwrap();
        let place = Destination::new();
        let url = zoom.download_url("all-hands");
        let stop = http.clone();
        let err =
            given(&http).download_with(&url, &place.path, |_, _| stop.abort_current()).unwrap_err();
        assert!(err.is_aborted(), "{err}");
        place.assert_untouched("aborted");

        percent.store(0, Ordering::SeqCst);
        given(&http).download(&url, &place.path).unwrap();
        assert_eq!(percent.load(Ordering::SeqCst), 100);
        fs::write(&place.path, BEFORE).unwrap();

        let aborts = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&aborts);
        http.on_percent_done(move |_| break_if(asked.load(Ordering::SeqCst)));
        let client = given(&http);
        client.access_token().unwrap();
        aborts.store(true, Ordering::SeqCst);
        // All of the small one has arrived when the handler is first called.
        if length > 10 {
            assert!(client.download(&url, &place.path).unwrap_err().is_aborted());
            place.assert_untouched("aborted by a handler");
        }
    }
}

#[test]
fn a_size_limit_of_the_transport_applies_to_a_recording() {
    let (zoom, _) = with_recording(Recording::new(content(150_000)));
    let mut http = patient();
    http.set_max_response_size(100_000);
    let place = Destination::new();
    let client = client(&zoom).transport(http).build().unwrap();
    client.download(&zoom.download_url("all-hands"), &place.path).unwrap_err();
    place.assert_untouched("too large");
}

#[test]
fn an_unusable_path_is_refused_before_anything_is_sent() {
    let (zoom, client) = with_recording(Recording::new("lorem"));
    let place = Destination::new();
    let missing = place.dir.path().join("missing").join("file");
    let separated = format!("{}/", place.path.display());
    let with_nul = format!("{}\0", place.path.display());
    for path in [
        place.dir.path(),
        &missing,
        Path::new(""),
        &place.path.join("under-a-file"),
        Path::new(&separated),
        Path::new(&with_nul),
    ] {
        let err = client.download(&zoom.download_url("all-hands"), path).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        assert!(err.message().starts_with("path: "), "{err}");
    }
    assert_eq!(zoom.connections(), 0);
    place.assert_untouched("refused");
}

// Responses that are not the file.

const SIGN_IN: &str = "<!DOCTYPE html><html><head><title>Sign In - Zoom</title></head></html>";

#[test]
fn a_login_page_is_not_a_recording() {
    for title in ["Password Required", "Passcode Required - Zoom", "Sign In | Zoom", "Log in"] {
        let page = format!("<!DOCTYPE html>\n<html><title>{title}</title><body>lorem</html>");
        let recording =
            Recording::answering("200 OK", "Content-Type: text/html;charset=UTF-8\r\n", page);
        let (result, place) = download(recording);
        let err = result.unwrap_err();
        assert_eq!((err.kind(), err.status()), (ErrorKind::NotPermitted, Some(200)), "{err}");
        assert!(err.message().contains(title) && err.body().contains("lorem"), "{err}");
        place.assert_untouched(title);
    }
}

#[test]
fn an_html_page_is_not_a_recording_whatever_its_content_type() {
    let padding = " ".repeat(100_000);
    let long = format!("<html><title>Lorem</title><p>{}", "ipsum ".repeat(40_000));
    let utf_16: Vec<u8> =
        "\u{feff}<html><title>Lorem</title>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let pages: [(&str, Vec<u8>); 12] = [
        ("text/html", "<p>no start of a page".into()),
        ("Text/HTML; charset=utf-8", "lorem".into()),
        ("application/xhtml+xml", "<x/>".into()),
        ("text/html", "".into()),
        ("text/html", format!("{padding}{long}").into()),
        ("video/mp4", SIGN_IN.replace("Sign In", "Error").into()),
        ("application/octet-stream", "\u{feff} \r\n\t<HTML>".into()),
        ("video/mp4", "<!-- a -->\n<!-- b > --><html >".into()),
        ("video/mp4", "<?xml version='1.0'?><!DOCTYPE html PUBLIC ''>".into()),
        ("video/mp4", format!("<!--{}--><html>", "a".repeat(60_000)).into()),
        ("video/mp4", long.into()),
        ("video/mp4", utf_16),
    ];
    for (kind, page) in pages {
        let head = format!("Content-Type: {kind}\r\n");
        let start = String::from_utf8_lossy(&page[..page.len().min(60)]).into_owned();
        let (result, place) = download(Recording::answering("200 OK", &head, page));
        let err = result.expect_err(&start);
        assert_eq!(err.kind(), ErrorKind::Refused, "{err}");
        assert!(err.message().contains("Zoom returned a page instead of the file"), "{err}");
        assert!(err.to_string().contains("download_url"), "{err}");
        place.assert_untouched(&start);
    }
    // Without a type, compressed, and in chunks.
    let page = gzip(SIGN_IN.as_bytes());
    let (result, place) =
        download(Recording::answering("200 OK", "Content-Encoding: gzip\r\n", page));
    assert!(result.unwrap_err().is_not_permitted());
    place.assert_untouched("compressed");
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunks: String = SIGN_IN.chars().map(|c| format!("1\r\n{c}\r\n")).collect();
    let (server, client, place) = saying(format!("{head}{chunks}0\r\n\r\n"));
    assert!(client.download(&url(&server), &place.path).unwrap_err().is_not_permitted());
    place.assert_untouched("in chunks");
}

#[test]
fn an_error_in_json_or_xml_is_not_a_recording() {
    for (body, code, message) in [
        (
            r#"{"status":false,"errorCode":3310,"errorMessage":"Lorem ipsum."}"#,
            Some(3310),
            "Lorem ipsum.",
        ),
        (r#"{"code":3301,"message":"Lorem ipsum.","result":null}"#, Some(3301), "Lorem ipsum."),
        (
            r#"{"error":"invalid_request","reason":"Lorem ipsum."}"#,
            None,
            "Lorem ipsum. (invalid_request)",
        ),
        ("\u{feff}\n{\"code\":3301,\"message\":\"Lorem ipsum.\"}", Some(3301), "Lorem ipsum."),
        (
            "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>Lorem.</Message></Error>",
            None,
            "Lorem. (AccessDenied)",
        ),
        ("<result><code>3301</code><message>Lorem.</message></result>", Some(3301), "Lorem."),
    ] {
        for kind in ["application/json", "video/mp4", "text/html"] {
            let head = format!("Content-Type: {kind}\r\n");
            let (result, place) = download(Recording::answering("200 OK", &head, body));
            let err = result.expect_err(body);
            assert_eq!((err.kind(), err.code()), (ErrorKind::Refused, code), "{err}");
            assert_eq!(err.message(), message, "{body}");
            place.assert_untouched(body);
        }
    }
}

#[test]
fn the_storages_refusal_is_quoted() {
    let xml = "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code>\
               <Message>Request has expired</Message></Error>";
    let head = "Content-Type: application/xml\r\n";
    let (result, place) = download(Recording::answering("403 Forbidden", head, xml));
    let err = result.unwrap_err();
    assert_eq!(err.message(), "Request has expired (AccessDenied)");
    assert!(err.is_not_permitted() && err.code().is_none() && err.body() == xml, "{err}");
    place.assert_untouched("refused");
}

#[test]
fn a_file_that_only_resembles_a_page_or_an_error_is_saved() {
    let timeline = r#"{"timeline":[{"ts":"00:00:01.000","users":[{"username":"code"}]}]}"#;
    let long = format!("{{\"code\":1,\"message\":\"{}\"}}", "a".repeat(100_000));
    for (head, body) in [
        ("Content-Type: application/json\r\n", timeline),
        ("Content-Type: application/json\r\n", "{}"),
        ("Content-Type: application/json\r\n", &long),
        ("Content-Type: text/plain\r\n", "00:00:01\tAnn:\t<html> is a tag\n"),
        ("Content-Type: text/vtt\r\n", "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<p>lorem\n"),
        ("Content-Type: application/xml\r\n", "<timeline><code>1</code></timeline>"),
        ("Content-Disposition: attachment\r\n", SIGN_IN),
        (
            "Content-Type: text/html\r\nContent-Disposition: Attachment ; filename=\"a.html\"\r\n",
            SIGN_IN,
        ),
        ("Content-Disposition: attachment; filename=x\r\n", r#"{"code":1,"message":"lorem"}"#),
        ("", ""),
    ] {
        let (result, place) = download(Recording::answering("200 OK", head, body));
        assert_eq!(result.unwrap(), body.len() as u64, "{body}");
        assert!(fs::read(&place.path).unwrap() == body.as_bytes(), "{body}");
    }
    let (result, _) =
        download(Recording::answering("200 OK", "Content-Disposition: inline\r\n", SIGN_IN));
    assert!(result.is_err());
    let (result, place) = download(Recording::answering("203 Transformed", "", "lorem"));
    assert_eq!((result.unwrap(), &*fs::read(&place.path).unwrap()), (5, &b"lorem"[..]));
}

#[test]
fn no_other_status_has_a_recording() {
    for (status, kind, word) in [
        ("201 Created", ErrorKind::Body, "no file"),
        ("202 Accepted", ErrorKind::Body, "not ready"),
        ("204 No Content", ErrorKind::Body, "no file"),
        ("205 Reset Content", ErrorKind::Body, "no file"),
        ("206 Partial Content", ErrorKind::Body, "part"),
        ("304 Not Modified", ErrorKind::Refused, "redirect"),
        ("400 Bad Request", ErrorKind::Validation, ""),
        ("403 Forbidden", ErrorKind::NotPermitted, ""),
        ("404 Not Found", ErrorKind::NotFound, ""),
        ("410 Gone", ErrorKind::Refused, ""),
        ("500 Internal Server Error", ErrorKind::Server, ""),
    ] {
        let head = format!("HTTP/1.1 {status}\r\n");
        let has_body = !status.starts_with("204") && !status.starts_with("304");
        let body = if has_body { "Content-Length: 5\r\n\r\nlorem" } else { "\r\n" };
        let (server, client, place) = saying(format!("{head}{body}"));
        let err = client.download(&url(&server), &place.path).expect_err(status);
        assert_eq!((err.kind(), err.status()), (kind, status[..3].parse().ok()), "{err}");
        assert!(err.message().contains(word), "{err}");
        place.assert_untouched(status);
    }
    // A long body is not read to its end.
    let part = "HTTP/1.1 206 Part\r\nContent-Length: 9000000000\r\n\r\n".to_owned();
    let (server, client, place) = saying(part + &"a".repeat(100_000));
    let err = client.download(&url(&server), &place.path).unwrap_err();
    assert_eq!((err.kind(), err.status()), (ErrorKind::Body, Some(206)), "{err}");
    assert_eq!(err.body(), "");
    place.assert_untouched("206");

    // A redirect that the caller's transport does not follow.
    let (zoom, _) = with_recording(Recording::new("lorem"));
    let mut http = patient();
    http.set_follow_redirects(false);
    let client = support::apps::client(&zoom).transport(http).build().unwrap();
    let err = client.download(&zoom.download_url("all-hands"), &place.path).unwrap_err();
    assert_eq!((err.kind(), err.status()), (ErrorKind::Refused, Some(302)), "{err}");
    assert!(!full_text(&err).contains(zoom.storage_signature()), "{err}");
    place.assert_untouched("a redirect");
}

// Allowed URLs.

#[test]
fn the_token_goes_only_to_zooms_hosts_and_the_base_url() {
    let other = Server::answering("200 OK", "", "lorem");
    let (zoom, client) = with_recording(Recording::new("lorem"));
    let place = Destination::new();
    let mut markers = Markers::new();
    let marker = markers.next();
    let port = zoom.port();
    for url in [
        format!("{}/rec?access_token={marker}", url(&other)),
        format!("http://localhost:{port}/rec?pwd={marker}"),
        format!("https://127.0.0.1:{port}/rec"),
        format!("http://127.0.0.1:{}/rec", port ^ 1),
        format!("http://127.0.0.1/rec?a={marker}"),
        format!("http://127.0.0.1:{port}@evil.example/rec?a={marker}"),
        format!("http://{marker}:{marker}@127.0.0.1:{port}/rec"),
        format!("http://127.0.0.1:{port}\\@evil.example/rec"),
        format!("http://127.0.0.1:{port}/rec\r\nX-Lorem: ipsum"),
        "http://us06web.zoom.us/rec".into(),
        "http://us06web.zoom.us:443/rec".into(),
        "https://us06web.zoom.us:8443/rec".into(),
        format!("https://{marker}@us06web.zoom.us/rec"),
        format!("https://us06web.zoom.us:{marker}@evil.example/rec"),
        "https://evil.example/rec?x=.zoom.us".into(),
        "https://evil.example/zoom.us/rec".into(),
        "https://evil.example#.zoom.us".into(),
        "https://evil.example?.zoom.us".into(),
        "https://evil.example\\.zoom.us".into(),
        "https://zoom.us.evil.example/rec".into(),
        "https://evilzoom.us/rec".into(),
        "https://zoom.us:443:443/rec".into(),
        "https://zoom.us:0/rec".into(),
        "https://zoom.us:65979/rec".into(),
        "https:///rec".into(),
        "https:us06web.zoom.us/rec".into(),
        "ftp://us06web.zoom.us/rec".into(),
        "us06web.zoom.us/rec".into(),
        "//us06web.zoom.us/rec".into(),
        "/rec/download".into(),
        String::new(),
    ] {
        let err = client.download(&url, &place.path).expect_err(&url);
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{url}: {err}");
        assert!(err.message().starts_with("url: "), "{err}");
        assert!(!err.message().contains("set_login"), "a Zoom client has no such member: {err}");
        markers.assert_absent("an error", &full_text(&err));
        place.assert_untouched(&url);
    }
    assert_eq!((other.connections(), zoom.connections()), (0, 0));
    markers.assert_not_logged("a refused URL");
}

#[test]
fn a_token_of_one_cloud_is_not_sent_to_another() {
    for (oauth, url) in [
        ("https://zoomgov.com", "https://us06web.zoom.us/rec/download/a"),
        ("https://zoom.us", "https://us06web.zoomgov.com/rec/download/a"),
    ] {
        let (proxy, http) = internet_proxy("");
        let client = Zoom::builder().access_token("lorem-ipsum").oauth_url(oauth).transport(http);
        let place = Destination::new();
        let err = client.build().unwrap().download(url, &place.path).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        assert!(err.message().contains("another Zoom cloud"), "{err}");
        assert_eq!(proxy.connections(), 0);
    }
}

#[test]
fn only_a_refused_token_can_mean_a_file_that_is_not_ready() {
    for (code, message, is_advised) in [
        (124, "Invalid access token.", true),
        (4711, "Invalid access token, does not contain scopes:[x].", false),
        (200, "No permission.", false),
    ] {
        let body = format!("{{\"code\":{code},\"message\":\"{message}\"}}");
        let server = Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                conn.respond("401 Unauthorized", "", &body);
            }
        });
        let err = client_of(&server).download(&url(&server), Destination::new().path).unwrap_err();
        assert_eq!(err.message().contains("for a few minutes"), is_advised, "{err}");
    }
}

#[test]
fn a_url_can_be_at_any_host_of_zoom() {
    for (url, host) in [
        ("https://us06web.zoom.us/rec/download/a", "us06web.zoom.us"),
        ("https://zoom.us/rec/download/a?b=c", "zoom.us"),
        ("HTTPS://Lorem.Zoom.US:443/rec", "lorem.zoom.us"),
        ("https://www.zoomgov.com/rec", "www.zoomgov.com"),
        (" https://us06web.zoom.us/rec#a@b ", "us06web.zoom.us"),
        // A root dot is not sent.
        ("https://us06web.zoom.us./rec", "us06web.zoom.us"),
    ] {
        let (proxy, http) = internet_proxy("");
        let client = Zoom::builder().access_token("lorem-ipsum").transport(http);
        let client = match host.ends_with("zoomgov.com") {
            true => client.oauth_url("https://zoomgov.com"),
            false => client,
        };
        let err = client.build().unwrap().download(url, Destination::new().path).unwrap_err();
        assert_ne!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        assert_eq!(proxy.request().line(), format!("CONNECT {host}:443 HTTP/1.1"), "{url}");
    }
}

// Repeated downloads.

/// Returns an account with a recording, a client of it, and the clock that both use.
fn by_clock(plan: Plan) -> (EmbeddedZoom, Zoom, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new());
    let builder = EmbeddedZoom::builder().recording("all-hands", Recording::new("lorem"));
    let zoom = builder.clock(Arc::<ManualClock>::clone(&clock)).start();
    let client = client(&zoom).clock(Arc::clone(&clock)).plan(plan).build().unwrap();
    (zoom, client, clock)
}

#[test]
fn downloads_are_not_paced_or_counted() {
    let (zoom, client, clock) = by_clock(Plan::Free);
    let (place, url) = (Destination::new(), zoom.download_url("all-hands"));
    // More than the daily limit of Heavy calls, and all at once.
    for _ in 0..1001 {
        client.download(&url, &place.path).unwrap();
    }
    assert!(clock.slept().is_empty());
    client.get::<Value>("/metrics/crc").unwrap();
    assert!(clock.slept().is_empty());
}

#[test]
fn a_download_is_repeated_like_a_read_only_call() {
    let (zoom, client, clock) = by_clock(Plan::Business);
    let (place, url) = (Destination::new(), zoom.download_url("all-hands"));
    for status in [429, 502, 503, 504] {
        zoom.refuse_next(2, Answer::new(status, ""));
        let before = zoom.calls().len();
        client.download(&url, &place.path).unwrap();
        assert_eq!(zoom.calls().len() - before, 3, "{status}");
        let slept = clock.slept();
        let latest = &slept[slept.len() - 2..];
        assert!(latest.iter().all(|wait| (SECOND..4 * SECOND).contains(wait)), "{slept:?}");
    }
    fs::write(&place.path, BEFORE).unwrap();
    zoom.refuse_next(5, Answer::new(429, ""));
    let err = client.download(&url, &place.path).unwrap_err();
    assert!(err.is_rate_limited() && err.message().contains("5 times"), "{err}");
    zoom.refuse_next(3, Answer::new(503, ""));
    assert_eq!(client.download(&url, &place.path).unwrap_err().kind(), ErrorKind::Server);
    let daily = Answer::new(429, "").header("Retry-After", "2026-03-03T00:00:00Z");
    zoom.refuse_next(1, daily);
    assert!(client.download(&url, &place.path).unwrap_err().is_daily_limit());
    place.assert_untouched("refused");
    // The download has not closed the label for others.
    let slept = clock.slept().len();
    client.get::<Value>("/metrics/crc").unwrap();
    client.download(&url, &place.path).unwrap();
    assert_eq!(clock.slept().len(), slept);
}

#[test]
fn a_download_waits_at_most_max_wait() {
    let zoom = EmbeddedZoom::builder().recording("all-hands", Recording::new("lorem")).start();
    let clock = Arc::new(ManualClock::new());
    let patience = Duration::from_millis(900);
    let client = client(&zoom).clock(Arc::clone(&clock)).max_wait(patience).build().unwrap();
    for status in [429, 503] {
        zoom.refuse_next(1, Answer::new(status, ""));
        let place = Destination::new();
        client.download(&zoom.download_url("all-hands"), &place.path).unwrap_err();
        place.assert_untouched("impatient");
    }
    assert!(clock.slept().is_empty());
}

// Secrets.

#[test]
fn no_text_shows_a_token_or_a_signed_storage_url() {
    let mut markers = Markers::new();
    let (token, in_query, signature) = (markers.next(), markers.next(), markers.next());
    let long = format!("{}{}", markers.next(), markers.next());
    let given = format!("{}{}", markers.next(), markers.next());
    let storage = {
        let secrets = format!("{token} {in_query} {signature} {long} {given}");
        Server::start(move |mut conn| {
            while let Some(request) = conn.read_request() {
                let line = request.line();
                match () {
                    () if line.contains("/page") => conn.respond(
                        "200 OK",
                        "Content-Type: text/html\r\n",
                        format!("<title>Lorem {secrets}</title>{secrets}"),
                    ),
                    () if line.contains("/json") => conn.respond(
                        "200 OK",
                        "",
                        format!("{{\"code\":1,\"message\":\"Lorem {secrets}\"}}"),
                    ),
                    () if line.contains("/xml") => conn.respond(
                        "403 Forbidden",
                        "x-zm-trackingid: lorem\r\n",
                        format!(
                            "<Error><Code>SignatureDoesNotMatch</Code><S>{secrets}</S></Error>"
                        ),
                    ),
                    () if line.contains("/cut") => {
                        conn.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nlorem");
                        return;
                    }
                    () => conn.respond("302 Found", "Location: ftp://evil.example\r\n", ""),
                }
            }
        })
    };
    let location = format!("{}{{}}?X-Amz-Signature={signature}&data={long}", url(&storage));
    let zoom = Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            let path = request.line().split([' ', '?']).nth(1).unwrap().to_owned();
            let location = location.replace("{}", &path);
            conn.respond("302 Found", &format!("Location: {location}\r\n"), "");
        }
    });
    let builder = Zoom::builder().access_token(&*token).base_url(url(&zoom));
    let client = builder.transport(patient()).build().unwrap();
    for path in ["/page", "/json", "/xml", "/cut", "/away"] {
        let place = Destination::new();
        let url = format!("{}{path}?access_token={in_query}&x={given}", url(&zoom));
        let err = client.download(&url, &place.path).unwrap_err();
        let text = format!("{}\n{}\n{}", full_text(&err), err.body(), err.last_error_text());
        markers.assert_absent(path, &text);
        assert!(err.to_string().contains(&format!("{path}?access_token=***")), "{err}");
        place.assert_untouched(path);
        markers.assert_not_debugged("the client", &client);
    }
    assert_eq!(storage.requests().len(), 5);
    assert!(storage.requests().iter().all(|request| !request.head.contains(&token)));
    markers.assert_not_logged("a download");
}

// The token, for requests that the client does not make itself.

#[test]
fn the_access_token_is_currently_valid() {
    let (zoom, client, clock) = by_clock(Plan::Business);
    let token = || client.access_token().map(|token| token.expose().to_owned());
    let first = token().unwrap();
    assert_eq!((token().unwrap(), zoom.tokens()), (first.clone(), vec![first.clone()]));
    client.get::<Value>("/metrics/crc").unwrap();
    assert_eq!(bearers(&zoom), [&*first], "calls use the same");
    clock.advance(HOUR);
    let second = token().unwrap();
    assert_eq!(zoom.tokens(), [&*first, &*second]);
    client.get::<Value>("/metrics/crc").unwrap();
    assert_eq!(zoom.token_requests(), 2);

    let given = Zoom::builder().access_token("lorem-ipsum").build().unwrap();
    assert_eq!(given.access_token().unwrap().expose(), "lorem-ipsum");
    assert!(!format!("{:?}", given.access_token()).contains("lorem"));
}

#[test]
fn a_failure_to_get_an_access_token_shows_no_secret() {
    let zoom = EmbeddedZoom::builder().start();
    let builder = client(&zoom).server_to_server("account", "client", "lorem-ipsum");
    let err = builder.build().unwrap().access_token().unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Token, "{err}");
    assert!(!full_text(&err).contains("lorem-ipsum"), "{err}");
    // A busy token endpoint is asked again within `max_wait`.
    let busy = Server::answering("503 Service Unavailable", "", "");
    for (wait, times) in [(Duration::ZERO, 1), (HOUR, 3)] {
        let before = busy.requests().len();
        let builder = timeless(&url(&busy)).server_to_server("account", "client", "client-key");
        builder.max_wait(wait).build().unwrap().access_token().unwrap_err();
        assert_eq!(busy.requests().len() - before, times);
    }
}
