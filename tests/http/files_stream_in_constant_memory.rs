//! Streaming of files: a file of any size is sent and received in constant memory, and a file that
//! changes during the transfer is an error that says so.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use support::{Server, patient, peak, read_head_from};
use zoomkat::{Error, ErrorKind, HttpRequest, Transport};

const MIB: u64 = 1024 * 1024;

/// Larger than any buffer.
const LARGE: u64 = 256 * MIB;

/// More than fits into all buffers between client and server.
const MORE_THAN_FITS: u64 = 48 * MIB;

fn file_of(dir: &Path, name: &str, length: u64) -> std::path::PathBuf {
    let path = dir.join(name);
    File::create(&path).unwrap().set_len(length).unwrap();
    path
}

fn content_length(head: &str) -> u64 {
    let line = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
    line.expect("a Content-Length").parse().unwrap()
}

/// Starts a server that answers with the announced length and the number of bytes that arrived.
fn counting() -> Server {
    Server::start(|mut conn| {
        while let Some(head) = conn.read_head() {
            let announced = content_length(&head);
            let came = conn.discard(announced);
            conn.respond("200 OK", "", format!("{announced} {came}"));
        }
    })
}

#[test]
fn a_large_body_is_sent_in_little_memory() {
    let peak = peak::measure(module_path!(), "a_large_body_is_sent_in_little_memory", || {
        let dir = tempfile::tempdir().unwrap();
        let path = file_of(dir.path(), "large.mp4", LARGE);
        let mut req = HttpRequest::new();
        req.set_http_verb("PUT").stream_body_from_file(&path);
        let server = counting();
        let resp = server.call(&patient(), &req).unwrap();
        assert_eq!(resp.body_str(), format!("{LARGE} {LARGE}"));
        // No surplus bytes arrived: the next request is parsed correctly.
        assert_eq!(server.call(&patient(), &req).unwrap().status_code(), 200);
    });
    assert!(peak.is_none_or(|peak| peak < peak::SMALL), "{peak:?}");
}

#[test]
fn a_large_multipart_body_is_sent_in_little_memory() {
    let peak =
        peak::measure(module_path!(), "a_large_multipart_body_is_sent_in_little_memory", || {
            let dir = tempfile::tempdir().unwrap();
            let mut req = HttpRequest::new();
            req.use_upload().set_boundary("frontier");
            req.add_param("title", "all hands");
            for number in 0..2 {
                let path = file_of(dir.path(), &format!("{number}.mp4"), LARGE / 2);
                req.add_file_for_upload("file", &path);
            }
            let part = |header: &str| {
                format!("--frontier\r\nContent-Disposition: form-data; {header}\r\n\r\n")
            };
            let file =
                |n| format!("name=\"file\"; filename=\"{n}.mp4\"\r\nContent-Type: video/mp4");
            let around = [
                part("name=\"title\""),
                "all hands\r\n".to_owned(),
                part(&file(0)),
                "\r\n".to_owned(),
                part(&file(1)),
                "\r\n--frontier--\r\n".to_owned(),
            ];
            let expected = LARGE + around.concat().len() as u64;
            let resp = counting().call(&patient(), &req).unwrap();
            assert_eq!(resp.body_str(), format!("{expected} {expected}"));
        });
    assert!(peak.is_none_or(|peak| peak < peak::SMALL), "{peak:?}");
}

#[test]
fn a_large_body_is_saved_to_a_file_in_little_memory() {
    let peak =
        peak::measure(module_path!(), "a_large_body_is_saved_to_a_file_in_little_memory", || {
            let server = Server::start(|mut conn| {
                let head = conn.read_head().unwrap();
                let block = [7; 65536];
                if head.starts_with("GET /chunked ") {
                    conn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    for _ in 0..LARGE / 65536 {
                        conn.send("10000\r\n");
                        conn.send(block);
                        conn.send("\r\n");
                    }
                    conn.send("0\r\n\r\n");
                } else {
                    conn.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n"));
                    for _ in 0..LARGE / 65536 {
                        conn.send(block);
                    }
                }
            });
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("large");
            for from in ["/length", "/chunked"] {
                let mut req = HttpRequest::new();
                req.set_path(from);
                let resp = patient()
                    .synchronous_request_to_file("127.0.0.1", server.port(), false, &req, &path)
                    .unwrap();
                assert_eq!((resp.body(), resp.content_length()), (&b""[..], LARGE));
                assert_eq!(fs::metadata(&path).unwrap().len(), LARGE);
                let mut last = [0; 3];
                let mut file = File::open(&path).unwrap();
                file.seek(SeekFrom::End(-3)).unwrap();
                file.read_exact(&mut last).unwrap();
                assert_eq!(last, [7; 3]);
            }
        });
    assert!(peak.is_none_or(|peak| peak < peak::SMALL), "{peak:?}");
}

#[test]
fn a_chunk_of_a_file_is_exactly_those_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("numbers");
    // No two stretches of it are equal.
    let content: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
    fs::write(&path, &content).unwrap();
    let server = Server::answering("200 OK", "", "");
    let http = patient();
    let chunks: [(u64, u64); 9] = [
        (0, 400_000),
        (0, 1),
        (0, 0),
        (399_999, 1),
        (400_000, 0),
        (1, 65_536),
        (65_535, 65_537),
        (131_072, 131_072),
        (7, 399_993),
    ];
    for (offset, length) in chunks {
        let mut req = HttpRequest::new();
        req.set_http_verb("PUT").stream_chunk_from_file(&path, offset, length);
        server.call(&http, &req).unwrap();
        let seen = server.requests().pop().unwrap();
        assert_eq!(seen.header("Content-Length"), Some(&*length.to_string()));
        let chunk = &content[offset as usize..(offset + length) as usize];
        assert!(seen.body == chunk, "{length} bytes from {offset}");
    }
    // The chunks add up to the file.
    let mut whole = Vec::new();
    for offset in (0..content.len()).step_by(150_000) {
        let length = (content.len() - offset).min(150_000) as u64;
        let mut req = HttpRequest::new();
        req.set_http_verb("PUT").stream_chunk_from_file(&path, offset as u64, length);
        server.call(&http, &req).unwrap();
        whole.extend(server.requests().pop().unwrap().body);
    }
    assert!(whole == content);
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_chunk_outside_the_file_is_refused_before_anything_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), "short", 10);
    let server = Server::answering("200 OK", "", "");
    for (offset, length) in [(0, 11), (10, 1), (11, 0), (u64::MAX, 2)] {
        let mut req = HttpRequest::new();
        req.set_http_verb("PUT").stream_chunk_from_file(&path, offset, length);
        let err = server.call(&patient(), &req).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        assert!(err.to_string().contains("stream_chunk_from_file"), "{err}");
    }
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").stream_chunk_from_file(dir.path().join("missing"), 0, 1);
    let err = server.call(&patient(), &req).unwrap_err();
    assert!(err.is_invalid_request() && err.to_string().contains("missing"), "{err}");
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_body_of_many_files_of_odd_sizes_arrives_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let mut req = HttpRequest::new();
    req.use_upload().set_boundary("frontier");
    let mut contents = Vec::new();
    for (number, size) in [0, 1, 65_535, 65_536, 65_537, 0, 3, 200_000].into_iter().enumerate() {
        let content: Vec<u8> = (0..size).map(|n| (n * 31 + number) as u8 | 0x80).collect();
        let path = dir.path().join(format!("{number}.bin"));
        fs::write(&path, &content).unwrap();
        req.add_file_for_upload("f", &path);
        contents.push(content);
    }
    let server = Server::answering("200 OK", "", "");
    server.call(&patient(), &req).unwrap();
    let body = server.request().body;
    let mut rest = &body[..];
    for content in contents {
        let start = rest.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
        rest = &rest[start..];
        assert!(rest[..content.len()] == content[..]);
        rest = &rest[content.len()..];
        assert!(rest.starts_with(b"\r\n--frontier"));
    }
    assert_eq!(rest, b"\r\n--frontier--\r\n");
}

/// Calls a server that runs `spoil` once it has the head, while the body is still in transit.
fn call_and_spoil(req: &HttpRequest, spoil: impl Fn() + Send + Sync + 'static) -> Error {
    let read = Arc::new(AtomicU64::new(0));
    let theirs = Arc::clone(&read);
    let server = Server::start(move |mut conn| {
        let head = conn.read_head().unwrap();
        if head.starts_with("GET") {
            return conn.respond("200 OK", "", "");
        }
        spoil();
        let announced = content_length(&head);
        let came = conn.discard(announced);
        theirs.store(came, Ordering::SeqCst);
        assert!(came < announced, "a wrong body was completed");
    });
    let http = patient();
    let err = server.call(&http, req).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Body, "{err}");
    assert!(!err.may_have_been_processed(), "{err}");
    assert!(!err.to_string().contains("unknown whether"), "{err}");
    assert_next_request_works(&server, &http);
    err
}

/// The next request uses its own connection.
fn assert_next_request_works(server: &Server, http: &Transport) {
    let before = server.connections();
    let text = server.call(http, &HttpRequest::new()).unwrap().call_text();
    assert!(!text.contains("kept-alive"), "{text}");
    assert_eq!(server.connections(), before + 1);
    assert!(server.requests().is_empty(), "a broken request arrived as a complete one");
}

/// Returns a plain body, a part and a chunk, each of the whole file.
fn uploads(path: &Path) -> [(&'static str, HttpRequest); 3] {
    let (mut body, mut part, mut chunk) =
        (HttpRequest::new(), HttpRequest::new(), HttpRequest::new());
    body.set_http_verb("PUT").stream_body_from_file(path);
    part.use_upload().add_param("a", "b").add_file_for_upload("f", path).add_param("c", "d");
    chunk.set_http_verb("PUT").stream_chunk_from_file(path, 0, MORE_THAN_FITS);
    [("body", body), ("part", part), ("chunk", chunk)]
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_is_an_error_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    for left in [0, 100, MORE_THAN_FITS - 1] {
        let path = file_of(dir.path(), "shrinking.bin", MORE_THAN_FITS);
        for (name, req) in uploads(&path) {
            file_of(dir.path(), "shrinking.bin", MORE_THAN_FITS);
            let theirs = path.clone();
            let err = call_and_spoil(&req, move || {
                OpenOptions::new().write(true).open(&theirs).unwrap().set_len(left).unwrap();
            });
            let text = err.to_string();
            assert!(
                text.contains("became shorter") && text.contains("shrinking.bin"),
                "{name}: {text}"
            );
        }
    }
}

#[test]
fn a_file_that_grows_while_it_is_sent_is_an_error_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("growing.bin");
    for (name, req) in uploads(&path) {
        file_of(dir.path(), "growing.bin", MORE_THAN_FITS);
        let theirs = path.clone();
        let grow = move || {
            OpenOptions::new().append(true).open(&theirs).unwrap().write_all(b"x").unwrap();
        };
        if name == "chunk" {
            // The requested stretch is unchanged.
            let server = Server::start(move |mut conn| {
                conn.read_head();
                grow();
                let came = conn.discard(MORE_THAN_FITS);
                conn.respond("200 OK", "", came.to_string());
            });
            let resp = server.call(&patient(), &req).unwrap();
            assert_eq!(resp.body_str(), MORE_THAN_FITS.to_string());
            continue;
        }
        let text = call_and_spoil(&req, grow).to_string();
        assert!(text.contains("became longer") && text.contains("growing.bin"), "{name}: {text}");
    }
}

#[test]
fn a_file_that_vanishes_before_its_turn_is_an_error_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let first = file_of(dir.path(), "first.bin", MORE_THAN_FITS);
    let second = file_of(dir.path(), "second.bin", 10);
    let mut req = HttpRequest::new();
    req.use_upload().add_file_for_upload("a", &first).add_file_for_upload("b", &second);
    let text = call_and_spoil(&req, move || fs::remove_file(&second).unwrap()).to_string();
    assert!(text.contains("vanished") && text.contains("second.bin"), "{text}");
}

/// Returns the error of a file that changes before a redirect makes the request be sent again.
fn redirect_and_spoil(spoil: impl Fn(&Path) + Send + Sync + 'static) -> Error {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("moving.bin");
    fs::write(&path, "what was there").unwrap();
    let theirs = path.clone();
    let server = Server::start(move |mut conn| {
        while let Some(request) = conn.read_request() {
            if request.line().starts_with("PUT /old ") {
                spoil(&theirs);
                conn.respond("307 Temporary Redirect", "Location: /new\r\n", "");
            } else {
                conn.respond("200 OK", "", "");
            }
        }
    });
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").set_path("/old").stream_body_from_file(&path);
    let http = patient();
    let err = server.call(&http, &req).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Body, "{err}");
    assert!(!err.may_have_been_processed(), "{err}");
    assert!(err.to_string().contains("moving.bin"), "{err}");
    assert_eq!(server.requests().len(), 1, "{:#?}", server.requests());
    server.call(&http, &HttpRequest::new()).unwrap();
    assert_eq!(server.connections(), 2);
    err
}

#[test]
fn a_file_that_changes_before_a_redirect_is_an_error_that_says_so() {
    let err = redirect_and_spoil(|path| fs::remove_file(path).unwrap());
    assert!(err.to_string().contains("vanished"), "{err}");
    let err = redirect_and_spoil(|path| fs::write(path, "short").unwrap());
    assert!(err.to_string().contains("became shorter"), "{err}");
    let err = redirect_and_spoil(|path| fs::write(path, "longer than before").unwrap());
    assert!(err.to_string().contains("became longer"), "{err}");
}

#[test]
fn each_sending_reads_the_file_as_it_is_then() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.txt");
    let mut req = HttpRequest::new();
    req.set_http_verb("PUT").stream_body_from_file(&path);
    let (server, http) = (Server::answering("200 OK", "", ""), patient());
    for text in ["one", "", "three"] {
        fs::write(&path, text).unwrap();
        server.call(&http, &req).unwrap();
        assert_eq!(server.requests().pop().unwrap().text(), text);
    }
    fs::remove_file(&path).unwrap();
    let err = server.call(&http, &req).unwrap_err();
    assert!(err.is_invalid_request() && err.to_string().contains("log.txt"), "{err}");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_large_upload_and_a_large_download_at_once_take_little_memory() {
    const NAME: &str = "a_large_upload_and_a_large_download_at_once_take_little_memory";
    let peak = peak::measure(module_path!(), NAME, || {
        let server = Server::start_raw(|tcp| {
            let mut input = tcp.try_clone().unwrap();
            let length = content_length(&read_head_from(&mut input));
            // Reads everything, but slowly enough that the client also reads.
            let reader = std::thread::spawn(move || {
                let (mut seen, mut buf) = (0, vec![0; 4 * MIB as usize]);
                while seen < length {
                    let Ok(n @ 1..) = input.read(&mut buf) else { return };
                    seen += n as u64;
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
            });
            let mut output = tcp;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 64 * MIB);
            let _ = output.write_all(head.as_bytes());
            for _ in 0..64 {
                let _ = output.write_all(&vec![7; MIB as usize]);
            }
            reader.join().unwrap();
        });
        let dir = tempfile::tempdir().unwrap();
        let mut req = HttpRequest::new();
        req.set_http_verb("PUT").stream_body_from_file(file_of(dir.path(), "up", LARGE));
        let path = dir.path().join("down");
        let resp = patient()
            .synchronous_request_to_file("127.0.0.1", server.port(), false, &req, &path)
            .unwrap();
        assert_eq!(resp.content_length(), 64 * MIB);
    });
    assert!(peak.is_none_or(|peak| peak < peak::SMALL), "{peak:?}");
}

#[test]
fn the_trace_gives_the_number_of_bytes_sent() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::answering("200 OK", "", "");
    for length in [0, 5, 300_000] {
        let mut req = HttpRequest::new();
        req.set_http_verb("PUT").stream_body_from_file(file_of(dir.path(), "f", length));
        let text = server.call(&patient(), &req).unwrap().call_text();
        let head = server.requests().last().unwrap().head.len() as u64;
        assert!(text.contains(&format!("sent {} bytes", head + length)), "{length}: {text}");
    }
}
