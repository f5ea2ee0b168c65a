//! Limits of decompression: it ends when the call ends and respects every size limit.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use support::{Gate, Server, break_if, patient};
use zoomkat::{Error, ErrorKind, HttpRequest, HttpResponse, Result, Transport};

const MIB: usize = 1024 * 1024;

/// Returns `layers` nested codings around `size` zeros.
fn bomb(size: usize, layers: usize) -> (String, Vec<u8>) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; 16 * MIB]).unwrap();
    // Concatenated members are valid gzip.
    let mut data = encoder.finish().unwrap().repeat(size / (16 * MIB));
    let mut codings = vec!["gzip"];
    for layer in 1..layers {
        // Alternates between the two codings.
        let coding = ["gzip", "deflate"][layer % 2];
        data = match coding {
            "gzip" => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(&data).unwrap();
                encoder.finish().unwrap()
            }
            _ => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(&data).unwrap();
                encoder.finish().unwrap()
            }
        };
        codings.push(coding);
    }
    (codings.join(", "), data)
}

/// Starts a server that sends one body.
fn serving(coding: &str, body: Vec<u8>) -> Server {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let bytes = [head.into_bytes(), body].concat();
    Server::start(move |mut conn| {
        while conn.read_request().is_some() {
            conn.send(&bytes);
        }
    })
}

fn call(http: &Transport, server: &Server, file: Option<&Path>) -> Result<HttpResponse> {
    let (port, req) = (server.port(), HttpRequest::new());
    match file {
        Some(path) => http.synchronous_request_to_file("127.0.0.1", port, false, &req, path),
        None => http.synchronous_request("127.0.0.1", port, false, &req),
    }
}

/// Runs `call` into memory and into a file, which must not exist afterwards.
fn both(call: impl Fn(Option<&Path>) -> Error) {
    call(None);
    let dir = tempfile::tempdir().unwrap();
    call(Some(&dir.path().join("body")));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "a file was left behind");
}

/// Returns a transport without size limits.
fn boundless() -> Transport {
    let mut http = patient();
    http.set_max_response_size(0).set_max_expansion(0);
    http
}

/// Bodies that take far longer than any test waits: 16 GiB in one to five layers.
fn for_ever() -> impl Iterator<Item = (String, Vec<u8>)> {
    static BODIES: LazyLock<Vec<(String, Vec<u8>)>> =
        LazyLock::new(|| (1..=5).map(|layers| bomb(16 * 1024 * MIB, layers)).collect());
    BODIES.iter().cloned()
}

/// Far longer than anything these tests wait for.
const TOO_LATE: Duration = Duration::from_secs(30);

#[test]
fn the_total_timeout_ends_decompression() {
    for (coding, body) in for_ever() {
        let server = serving(&coding, body);
        let mut http = boundless();
        http.set_total_timeout(Duration::from_secs(1));
        let dir = tempfile::tempdir().unwrap();
        let start = Instant::now();
        // Only to a file: in memory this would take as much as a second produces, and the code is
        // the same.
        let err = call(&http, &server, Some(&dir.path().join("body"))).unwrap_err();
        assert!(start.elapsed() < TOO_LATE, "{coding}: {:?}", start.elapsed());
        assert_eq!(err.kind(), ErrorKind::Timeout, "{coding}: {err}");
        assert!(err.to_string().contains("set_total_timeout"), "{coding}: {err}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "a file was left behind");
    }
}

#[test]
fn an_abort_from_another_thread_ends_decompression() {
    for (coding, body) in for_ever() {
        both(|file| {
            let server = serving(&coding, body.clone());
            let (headed, mut http) = (Gate::new(), boundless());
            let open = headed.clone();
            http.on_progress_info(move |name, _| {
                if name == "Header" {
                    open.open();
                }
            });
            let stop = http.clone();
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    headed.wait();
                    stop.abort_current();
                });
                let err = call(&http, &server, file).unwrap_err();
                assert!(err.is_aborted(), "{coding}: {err}");
                err
            })
        });
    }
}

#[test]
fn an_abort_check_ends_decompression() {
    for (coding, body) in for_ever() {
        both(|file| {
            let server = serving(&coding, body.clone());
            let (headed, mut http) = (Arc::new(AtomicBool::new(false)), boundless());
            let seen = Arc::clone(&headed);
            http.on_progress_info(move |name, _| {
                seen.fetch_or(name == "Header", Ordering::SeqCst);
            });
            http.set_heartbeat(Duration::from_millis(1))
                .on_abort_check(move || break_if(headed.load(Ordering::SeqCst)));
            let err = call(&http, &server, file).unwrap_err();
            assert!(err.is_aborted() && err.to_string().contains("on_abort_check"), "{err}");
            err
        });
    }
}

#[test]
fn a_percentage_handler_ends_decompression() {
    for (coding, body) in for_ever() {
        both(|file| {
            let server = serving(&coding, body.clone());
            let mut http = boundless();
            http.on_percent_done(|_| ControlFlow::Break(()));
            let err = call(&http, &server, file).unwrap_err();
            assert!(err.is_aborted() && err.to_string().contains("on_percent_done"), "{err}");
            err
        });
    }
}

#[test]
fn bombs_of_one_to_five_layers_are_stopped_in_memory_and_in_a_file() {
    for layers in 1..=5 {
        let (coding, body) = bomb(128 * MIB, layers);
        assert!(body.len() < MIB);
        let server = serving(&coding, body);
        let mut http = patient();
        both(|file| {
            let err = call(&http, &server, file).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::TooLarge, "{coding}: {err}");
            let setter = if file.is_some() { "set_max_expansion" } else { "set_max_response_size" };
            assert!(err.to_string().contains(setter), "{coding}: {err}");
            err
        });
        // Without a limit on the size in memory, this limit applies there too.
        http.set_max_response_size(0);
        let err = call(&http, &server, None).unwrap_err();
        assert!(err.to_string().contains("set_max_expansion"), "{coding}: {err}");
    }
}

#[test]
fn a_body_may_expand_up_to_the_limit() {
    let (coding, body) = bomb(80 * MIB, 1);
    let times = (80 * MIB / body.len()) as u32;
    let server = serving(&coding, body);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("body");
    let mut http = patient();
    assert_eq!(support::chilkat(&http).max_expansion(), 200);
    for (limit, allowed) in [(times - 1, false), (times + 1, true), (0, true), (1, false)] {
        http.set_max_expansion(limit);
        let result = call(&http, &server, Some(&path));
        assert_eq!(result.is_ok(), allowed, "{limit} of {times}: {result:?}");
        assert_eq!(path.exists(), allowed);
        let _ = std::fs::remove_file(&path);
    }
    // This much can come from any number of bytes.
    let (coding, body) = bomb(64 * MIB, 1);
    let server = serving(&coding, body);
    http.set_max_expansion(1);
    let resp = call(&http, &server, Some(&path)).unwrap();
    assert_eq!(resp.content_length(), 64 * MIB as u64);
}

/// Starts a server that sends a head and then the same bytes until the client hangs up, and counts
/// them.
fn endless(coding: &str, then: Vec<u8>) -> (Server, Arc<AtomicUsize>) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n");
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let server = Server::start_raw(move |mut tcp| {
        support::read_head_from(&mut tcp);
        let piece = then.repeat(1 + 4_000 / then.len());
        let mut sent = tcp.write(head.as_bytes());
        while sent.is_ok() {
            sent = tcp.write_all(&piece).map(|()| piece.len());
            count.fetch_add(piece.len(), Ordering::SeqCst);
        }
    });
    (server, taken)
}

#[test]
fn compressed_data_without_content_is_stopped_in_memory_and_in_a_file() {
    let nothing = |coding: &str| match coding {
        "gzip" => GzEncoder::new(Vec::new(), Compression::best()).finish().unwrap(),
        // An empty stored block that is not the last.
        _ => b"\x00\x00\x00\xff\xff".to_vec(),
    };
    for coding in ["gzip", "deflate"] {
        both(|file| {
            let (server, taken) = endless(coding, nothing(coding));
            // Every other limit is off.
            let err = call(&boundless(), &server, file).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::TooLarge, "{coding}: {err}");
            // A good part of it is in system buffers.
            let taken = taken.load(Ordering::SeqCst);
            assert!(taken < 32 * MIB, "{coding}: {taken} bytes were sent");
            err
        });
    }
    // The same inside another coding, where it takes few bytes to send.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..200_000 {
        encoder.write_all(&nothing("gzip")).unwrap();
    }
    let server = serving("gzip, gzip", encoder.finish().unwrap());
    both(|file| {
        let err = call(&boundless(), &server, file).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::TooLarge, "{err}");
        err
    });
}

#[test]
fn data_that_is_flushed_word_by_word_is_read_completely() {
    // The data is longer compressed than plain, and longer than the free allowance.
    let word = b"lorem";
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..60_000 {
        encoder.write_all(word).unwrap();
        encoder.flush().unwrap();
    }
    let flushed = encoder.finish().unwrap();
    let members = {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(word).unwrap();
        encoder.finish().unwrap().repeat(60_000)
    };
    for body in [flushed, members] {
        assert!(body.len() > 60_000 * word.len() && body.len() > 400 * 1024);
        let server = serving("gzip", body);
        let resp = call(&patient(), &server, None).unwrap();
        assert_eq!(resp.body(), word.repeat(60_000));
    }
}
