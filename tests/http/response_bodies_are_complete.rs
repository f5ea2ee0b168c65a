//! Response bodies: a call returns the complete decoded body, or an error that says why not.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use support::{Gate, Server, patient, peak, tls::Authority};
use zoomkat::{Error, ErrorKind, HttpRequest, HttpResponse, Result};

const TEXT: &[u8] =
    b"Lorem ipsum dolor sit amet, sunt in culpa qui officia deserunt, sunt in culpa";

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// Returns the same gzip member many times, which is valid gzip.
fn members(count: usize, data: &[u8]) -> Vec<u8> {
    gzip(data).repeat(count)
}

fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\n", headers.as_bytes(), b"\r\n", body].concat()
}

fn sized(headers: &str, body: &[u8]) -> Vec<u8> {
    ok(&format!("{headers}Content-Length: {}\r\n", body.len()), body)
}

fn chunked(headers: &str, body: &[u8], size: usize) -> Vec<u8> {
    let mut chunks = Vec::new();
    for chunk in body.chunks(size) {
        chunks.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        chunks.extend_from_slice(chunk);
        chunks.extend_from_slice(b"\r\n");
    }
    chunks.extend_from_slice(b"0\r\n\r\n");
    ok(&format!("{headers}Transfer-Encoding: chunked\r\n"), &chunks)
}

/// Returns the result of a GET that gets these bytes, after which the server closes.
fn get(bytes: impl Into<Vec<u8>>) -> Result<HttpResponse> {
    Server::saying(bytes).call(&patient(), &HttpRequest::new())
}

/// Returns the result of a request that gets these bytes, after which the server waits for the
/// client to close. A client that expects more bytes times out.
fn call_open(bytes: impl Into<Vec<u8>>, req: &HttpRequest) -> Result<HttpResponse> {
    let bytes = bytes.into();
    let server = Server::start(move |mut conn| {
        conn.read_request();
        conn.send(&bytes);
        conn.wait_for_close();
    });
    let mut http = patient();
    http.set_total_timeout(Duration::from_secs(10));
    server.call(&http, req)
}

fn get_open(bytes: impl Into<Vec<u8>>) -> Result<HttpResponse> {
    call_open(bytes, &HttpRequest::new())
}

fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

#[test]
fn every_framing_yields_the_body() {
    let chunks = b"5;name=value\r\nhello\r\n1 ; q=\"a b\"\r\n \r\n0000005\r\nworld\r\n0;last\r\n\
        X-Trailer: one\r\nX-Other: two\r\n\r\n";
    let lines = b"5\nhello\n0\n\n";
    let cases = [
        ("length", sized("", TEXT), TEXT),
        ("length 0", sized("", b""), b""),
        (
            "the same length twice",
            ok("Content-Length: 2\r\ncontent-length: 2, 2\r\n", b"ok"),
            b"ok",
        ),
        ("end of the connection", ok("", TEXT), TEXT),
        ("end of the connection, empty", ok("", b""), b""),
        ("chunked", chunked("", TEXT, 7), TEXT),
        ("chunked, a byte a chunk", chunked("", TEXT, 1), TEXT),
        ("extensions and trailers", ok("Transfer-Encoding: chunked\r\n", chunks), b"hello world"),
        ("bare line feeds", ok("Transfer-Encoding: Chunked\r\n", lines), b"hello"),
        (
            "chunked counts more than a length",
            ok("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", chunks),
            b"hello world",
        ),
        ("HTTP/1.0", b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec(), b"ok"),
    ];
    for (name, bytes, body) in cases {
        let resp = get(bytes).unwrap_or_else(|err| panic!("{name}: {err}"));
        assert_eq!(shown(resp.body()), shown(body), "{name}");
        assert_eq!(resp.content_length(), body.len() as u64, "{name}");
    }
}

#[test]
fn the_end_of_a_body_is_found_on_an_open_connection() {
    for bytes in [sized("", TEXT), chunked("", TEXT, 10), chunked("", b"", 1), sized("", b"")] {
        get_open(bytes).unwrap();
    }
}

#[test]
fn a_response_without_a_body_returns_at_once() {
    let cases = [
        ("HEAD", "200 OK", "Content-Length: 5\r\n"),
        ("HEAD", "200 OK", "Transfer-Encoding: chunked\r\n"),
        ("HEAD", "200 OK", "Content-Length: 99999999999\r\n"),
        ("HEAD", "200 OK", "Content-Length: 5\r\nContent-Encoding: gzip\r\n"),
        ("HEAD", "200 OK", ""),
        ("GET", "204 No Content", ""),
        ("GET", "204 No Content", "Content-Encoding: gzip\r\n"),
        ("GET", "304 Not Modified", "Content-Length: 5\r\n"),
        ("GET", "304 Not Modified", "Content-Encoding: gzip\r\nContent-Length: 5\r\n"),
        ("GET", "200 OK", "Content-Encoding: gzip\r\nContent-Length: 0\r\n"),
        ("GET", "200 OK", "Content-Encoding: deflate\r\nContent-Length: 0\r\n"),
    ];
    for (verb, status, headers) in cases {
        let mut req = HttpRequest::new();
        req.set_http_verb(verb);
        let resp = call_open(format!("HTTP/1.1 {status}\r\n{headers}\r\n"), &req)
            .unwrap_or_else(|err| panic!("{verb} {status} {headers:?}: {err}"));
        assert_eq!(resp.body(), b"");
        assert_eq!(resp.header(), headers);
    }
}

/// Returns each coding with a text encoded in it.
fn coded() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("gzip", gzip(TEXT)),
        ("x-gzip", gzip(TEXT)),
        ("GZIP", gzip(TEXT)),
        ("deflate", zlib(TEXT)),
        ("deflate", deflate(TEXT)),
        ("gzip, gzip", gzip(&gzip(TEXT))),
        ("deflate, gzip", gzip(&zlib(TEXT))),
        ("gzip , Deflate", zlib(&gzip(TEXT))),
        ("gzip\r\nContent-Encoding: gzip", gzip(&gzip(TEXT))),
        ("identity", TEXT.to_vec()),
        ("", TEXT.to_vec()),
        ("gzip, identity", gzip(TEXT)),
        ("gzip", [gzip(&TEXT[..9]), gzip(b""), gzip(&TEXT[9..])].concat()),
    ]
}

#[test]
fn every_coding_is_decoded() {
    for (name, body) in coded() {
        let headers = format!("Content-Encoding: {name}\r\n");
        let framed = [sized(&headers, &body), chunked(&headers, &body, 16), ok(&headers, &body)];
        for bytes in framed {
            let resp = get(bytes).unwrap_or_else(|err| panic!("{name}: {err}"));
            assert_eq!(shown(resp.body()), shown(TEXT), "{name}");
            assert_eq!(resp.content_length(), TEXT.len() as u64, "{name}");
            assert!(resp.header().contains(&headers), "the header is unchanged: {name}");
        }
    }
}

#[test]
fn a_coded_body_can_arrive_byte_by_byte() {
    for (index, (name, body)) in coded().into_iter().enumerate() {
        let resp = get(chunked(&format!("Content-Encoding: {name}\r\n"), &body, 1))
            .unwrap_or_else(|err| panic!("{name} (number {index}): {err}"));
        assert_eq!(shown(resp.body()), shown(TEXT), "{name}");
    }
}

#[test]
fn a_body_in_an_unknown_coding_is_returned_as_received() {
    for name in ["br", "zstd", "gzip, br", "br, gzip", "aes128gcm"] {
        let resp = get(sized(&format!("Content-Encoding: {name}\r\n"), b"\x0b\x02\x80Hi\x03"));
        assert_eq!(resp.unwrap().body(), b"\x0b\x02\x80Hi\x03", "{name}");
    }
}

/// Serves every prefix of `bytes`, the shortest first, and passes each result to `check`.
fn cut_everywhere(bytes: &[u8], check: impl Fn(usize, Result<HttpResponse>)) {
    let all = bytes.to_vec();
    let server = Server::start(move |mut conn| {
        conn.read_request();
        conn.send(&all[..conn.number()]);
    });
    for cut in 0..=bytes.len() {
        check(cut, server.call(&patient(), &HttpRequest::new()));
        assert_eq!(server.connections(), cut + 1, "each call has its own connection, cut at {cut}");
    }
}

#[test]
fn a_response_of_known_length_cut_at_any_byte_is_an_error() {
    let gz = gzip(b"hello, hello, hello");
    let coding = "Content-Encoding: gzip\r\n";
    let trailer = b"5;a=b\r\nhello\r\n2\r\n, \r\n0\r\nX: y\r\n\r\n";
    let responses = [
        sized("", b"hello"),
        sized(coding, &gz),
        chunked(coding, &gz, 5),
        ok("Transfer-Encoding: chunked\r\n", trailer),
        b"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n".to_vec(),
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx".to_vec(),
    ];
    for bytes in responses {
        cut_everywhere(&bytes, |cut, result| match result {
            Ok(_) => assert_eq!(cut, bytes.len(), "cut at {cut}: {}", shown(&bytes)),
            Err(err) if cut == 0 => assert_eq!(err.kind(), ErrorKind::Io, "{err}"),
            Err(err) => {
                assert!(cut < bytes.len(), "the response is whole: {err}");
                assert_eq!(err.kind(), ErrorKind::Body, "cut at {cut}: {err}");
            }
        });
    }
}

#[test]
fn a_body_that_ends_with_the_connection_is_everything_received() {
    let bytes = ok("", b"hello");
    let head = bytes.len() - 5;
    cut_everywhere(&bytes, |cut, result| match result {
        Ok(resp) => assert_eq!(resp.body(), &bytes[head..cut]),
        Err(err) => assert!(cut < head, "cut at {cut}: {err}"),
    });
    // A compressed body marks its own end.
    let bytes = ok("Content-Encoding: gzip\r\n", &gzip(b"hello"));
    let head = bytes.len() - gzip(b"hello").len();
    cut_everywhere(&bytes, |cut, result| match result {
        Ok(resp) if cut == bytes.len() => assert_eq!(resp.body(), b"hello"),
        Ok(resp) => assert_eq!((cut, resp.body()), (head, b"".as_slice())),
        Err(err) => {
            let kind = if cut == 0 { ErrorKind::Io } else { ErrorKind::Body };
            assert_eq!(err.kind(), kind, "cut at {cut}: {err}");
        }
    });
}

#[test]
fn a_reset_connection_does_not_end_a_body() {
    for headers in ["", "Content-Length: 9\r\n", "Transfer-Encoding: chunked\r\n"] {
        let half = ok(headers, b"4\r\nhe");
        let server = Server::start(move |mut conn| {
            conn.read_request();
            conn.send(&half);
            conn.reset();
        });
        let err = server.call(&patient(), &HttpRequest::new()).unwrap_err();
        // Outside Linux a reset may overtake bytes that were sent before it.
        if cfg!(target_os = "linux") || !err.is_io() {
            assert_eq!(err.kind(), ErrorKind::Body, "{headers:?}: {err}");
        }
    }
}

#[test]
fn over_tls_only_a_close_notify_ends_a_body() {
    let authority = Authority::new();
    let config = authority.certify(&["localhost"]).server();
    for (is_orderly, headers) in [(true, ""), (false, ""), (false, "Content-Length: 6\r\n")] {
        let (config, bytes) = (Arc::clone(&config), ok(headers, b"hello"));
        let server = Server::start_raw(move |mut tcp| {
            let mut conn = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::Stream::new(&mut conn, &mut tcp);
            support::read_head_from(&mut stream);
            stream.write_all(&bytes).unwrap();
            if is_orderly {
                conn.send_close_notify();
            }
            conn.write_tls(&mut tcp).unwrap();
        });
        let mut http = patient();
        http.set_trusted_roots_pem(authority.pem()).unwrap();
        let result = http.synchronous_request("localhost", server.port(), true, HttpRequest::new());
        match result {
            Ok(resp) => {
                assert!(is_orderly, "a truncated body was taken for a whole one");
                assert_eq!(resp.body(), b"hello");
            }
            Err(err) => {
                assert!(!is_orderly, "{err}");
                assert_eq!(err.kind(), ErrorKind::Body, "{err}");
            }
        }
    }
}

#[test]
fn a_corrupt_compressed_body_is_never_taken_for_a_valid_one() {
    for (name, body) in [("gzip", gzip(TEXT)), ("deflate", zlib(TEXT))] {
        let (all, count) = (body.clone(), AtomicUsize::new(0));
        let server = Server::start(move |mut conn| {
            while conn.read_request().is_some() {
                let mut broken = all.clone();
                broken[count.fetch_add(1, Ordering::SeqCst)] ^= 0x10;
                conn.respond("200 OK", &format!("Content-Encoding: {name}\r\n"), broken);
            }
        });
        let http = patient();
        let mut errors = 0;
        for at in 0..body.len() {
            match server.call(&http, &HttpRequest::new()) {
                // A time stamp, for example, does not matter.
                Ok(resp) => assert_eq!(shown(resp.body()), shown(TEXT), "{name}, byte {at}"),
                Err(err) => {
                    assert_eq!(err.kind(), ErrorKind::Body, "{name}, byte {at}: {err}");
                    errors += 1;
                }
            }
        }
        assert_eq!(server.requests().len(), body.len());
        assert!(errors > body.len() / 2, "{errors} of {}", body.len());
    }
}

#[test]
fn compressed_data_that_is_cut_off_is_an_error() {
    let text: Vec<u8> = (0..5_000).flat_map(|n: u32| (n * n).to_string().into_bytes()).collect();
    for (name, body) in
        [("gzip", gzip(&text)), ("deflate", zlib(&text)), ("deflate", deflate(&text))]
    {
        let length = body.len();
        for end in [1, 2, 3, 10, length / 2, length - 1] {
            // The message is complete, the data is not.
            let cut = sized(&format!("Content-Encoding: {name}\r\n"), &body[..end]);
            let err = get(cut).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::Body, "{name}, {end} of {length} bytes: {err}");
        }
    }
}

#[test]
fn an_uncompressed_body_with_a_coding_is_an_error() {
    for coding in ["gzip", "deflate", "gzip, gzip", "gzip, deflate"] {
        let headers = format!("Content-Encoding: {coding}\r\n");
        let err = get(sized(&headers, b"\xff\xfehello")).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Body, "{coding}: {err}");
        assert!(err.to_string().contains("compressed"), "{err}");
    }
}

fn limited(limit: u64, bytes: Vec<u8>) -> Result<HttpResponse> {
    let mut http = patient();
    http.set_max_response_size(limit);
    Server::saying(bytes).call(&http, &HttpRequest::new())
}

#[test]
fn a_body_can_be_as_large_as_the_limit() {
    let gz = "Content-Encoding: gzip\r\n";
    let bodies = [
        sized("", &[b'x'; 1000]),
        chunked("", &[b'x'; 1000], 300),
        ok("", &[b'x'; 1000]),
        sized(gz, &gzip(&[b'x'; 1000])),
        sized("Content-Encoding: deflate\r\n", &zlib(&[b'x'; 1000])),
        // Larger before decoding than after.
        sized(gz, &[gzip(&[b'x'; 1000]), members(100, b"")].concat()),
    ];
    for bytes in bodies {
        assert_eq!(limited(1000, bytes.clone()).unwrap().body(), [b'x'; 1000]);
        assert_eq!(limited(0, bytes.clone()).unwrap().body().len(), 1000);
        let err = limited(999, bytes.clone()).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::TooLarge, "{err}");
        assert!(err.is_too_large());
        assert!(err.to_string().contains("set_max_response_size"), "{err}");
    }
}

#[test]
fn an_announced_length_over_the_limit_is_refused_at_once() {
    for length in ["67108865", "18446744073709551615"] {
        // The body never comes, so waiting for it would time out.
        let err = get_open(ok(&format!("Content-Length: {length}\r\n"), b"")).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::TooLarge, "{err}");
        assert!(err.to_string().contains(length), "{err}");
    }
}

#[test]
fn a_gzip_bomb_is_stopped_in_little_memory() {
    let peak = peak::measure(module_path!(), "a_gzip_bomb_is_stopped_in_little_memory", || {
        let bomb = members(256, &vec![0; 4 * 1024 * 1024]);
        let bombs =
            [("gzip", bomb.clone()), ("gzip, gzip", gzip(&bomb)), ("gzip, deflate", zlib(&bomb))];
        for (coding, bomb) in bombs {
            assert!(bomb.len() < 4 * 1024 * 1024);
            let bytes = sized(&format!("Content-Encoding: {coding}\r\n"), &bomb);
            let err = limited(1024 * 1024, bytes).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::TooLarge, "{coding}: {err}");
        }
    });
    // That process also creates the bomb: 4 MiB of zeros and its copies.
    assert!(peak.is_none_or(|peak| peak < 2 * peak::SMALL), "{peak:?}");
}

/// Returns the error of a response that starts with `start` and repeats `then` without end.
fn endless(start: &[u8], then: &[u8]) -> Error {
    let (start, then) = (start.to_vec(), then.to_vec());
    let server = Server::start(move |mut conn| {
        conn.read_request();
        conn.send(&start);
        conn.send_for_ever(then.repeat(1 + 4000 / then.len()));
    });
    let mut http = patient();
    http.set_max_response_size(100_000).set_total_timeout(Duration::from_secs(5));
    let start = Instant::now();
    let err = server.call(&http, &HttpRequest::new()).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(20));
    err
}

#[test]
fn an_endless_body_is_too_large() {
    let gz = ok("Content-Encoding: gzip\r\n", b"");
    let chunks = ok("Transfer-Encoding: chunked\r\n", b"");
    let cases = [
        ("to the end of the connection", ok("", b""), b"x".to_vec()),
        ("chunked", chunks, b"4\r\nabcd\r\n".to_vec()),
        ("gzip", gz, gzip(TEXT)),
    ];
    for (name, start, then) in cases {
        let err = endless(&start, &then);
        assert_eq!(err.kind(), ErrorKind::TooLarge, "{name}: {err}");
    }
}

#[test]
fn an_endless_body_that_decodes_to_nothing_is_too_large() {
    let gz = ok("Content-Encoding: gzip\r\n", b"");
    // An empty stored block that is not the last.
    let nothing = b"\x00\x00\x00\xff\xff".to_vec();
    let cases = [
        ("empty gzip members", gz, gzip(b"")),
        ("empty blocks", ok("Content-Encoding: deflate\r\n", b"\x78\x9c"), nothing),
    ];
    for (name, start, then) in cases {
        let err = endless(&start, &then);
        assert_eq!(err.kind(), ErrorKind::TooLarge, "{name}: {err}");
    }
}

#[test]
fn an_endless_header_is_too_large_wherever_it_occurs() {
    let chunks = ok("Transfer-Encoding: chunked\r\n", b"1\r\nx\r\n0\r\n");
    let cases = [
        ("a line", b"HTTP/1.1 200 OK\r\nX: ".to_vec(), "x"),
        ("lines", b"HTTP/1.1 200 OK\r\n".to_vec(), "X: y\r\n"),
        ("a status line", b"HTTP/1.1 200 ".to_vec(), "OK"),
        ("interim responses", Vec::new(), "HTTP/1.1 100 Continue\r\n\r\n"),
        ("large interim ones", Vec::new(), "HTTP/1.1 103 Hi\r\nLink: </style.css>\r\n\r\n"),
        ("trailers", chunks, "X: y\r\n"),
        ("a chunk extension", ok("Transfer-Encoding: chunked\r\n", b"5;a="), "x"),
    ];
    for (name, start, then) in cases {
        let err = endless(&start, then.as_bytes());
        assert_eq!(err.kind(), ErrorKind::TooLarge, "{name}: {err}");
    }
}

#[test]
fn an_invalid_length_is_an_error() {
    let wrong = [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 6\r\n",
        "Content-Length: five\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5 5\r\n",
        "Content-Length: 5.0\r\n",
        "Content-Length:\r\n",
        "Content-Length: 5,\r\n",
        "Content-Length: 18446744073709551616\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: \u{b}chunked\r\n",
        "Transfer-Encoding: chunked\u{a0}\r\n",
        "Content-Length: \u{c}5\r\n",
        "Content-Length: 5\u{85}\r\n",
    ];
    for headers in wrong {
        let err = get_open(ok(headers, b"hello")).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Protocol, "{headers:?}: {err}");
    }
}

#[test]
fn an_invalid_chunk_is_an_error() {
    let sizes = ["x", "", "-5", "+5", "0x5", " 5", "5 5", "fffffffffffffffff", ";a=b"];
    for body in sizes.map(|size| format!("{size}\r\nhello\r\n0\r\n\r\n")).into_iter().chain([
        "5\r\nhello world\r\n0\r\n\r\n".to_owned(),
        "5\r\nhello0\r\n\r\n".to_owned(),
        "5\r\nhello\r\nzz\r\n\r\n".to_owned(),
    ]) {
        let start = &body[..body.len().min(40)];
        let err = get_open(ok("Transfer-Encoding: chunked\r\n", body.as_bytes()))
            .expect_err(&format!("{start:?}"));
        assert_eq!(err.kind(), ErrorKind::Protocol, "{start:?}: {err}");
    }
}

#[test]
fn an_invalid_status_line_is_an_error_at_once() {
    let wrong: [&[u8]; 15] = [
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/0.9 200 OK\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"220 mail.example.com ESMTP\r\n",
        b"<html><body>hello",
        b"\x16\x03\x03\x00\x07",
        b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1  200 OK\r\n\r\n",
        b"HTTP/1.1 200\rOK\r\n\r\n",
        b"http/1.1 200 OK\r\n\r\n",
    ];
    for bytes in wrong {
        // The server does not close, so only the bytes can show the fault.
        let err = get_open(bytes).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Protocol, "{}: {err}", shown(bytes));
        assert!(err.to_string().contains("status line"), "{err}");
    }
}

#[test]
fn a_request_with_an_unusable_response_may_have_been_processed() {
    let broken = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".as_slice(),
        b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Enc",
        b"ICY 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
    ];
    for bytes in broken {
        for (verb, unknown) in [("POST", true), ("PUT", true), ("GET", false), ("HEAD", false)] {
            let mut req = HttpRequest::new();
            req.set_http_verb(verb);
            if let Err(err) = Server::saying(bytes).call(&patient(), &req) {
                assert_eq!(err.may_have_been_processed(), unknown, "{verb}: {err}");
            } else {
                assert_eq!(verb, "HEAD", "{}", shown(bytes));
            }
        }
    }
}

#[test]
fn bytes_after_the_body_are_in_no_later_response() {
    let extra = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
    for later in [false, true] {
        for status in ["200 OK", "204 No Content"] {
            // For each connection: the response was read, and more was sent.
            let gates: [(Gate, Gate); 3] = Default::default();
            let theirs = gates.clone();
            let server = Server::start(move |mut conn| {
                let (read, sent) = &theirs[conn.number()];
                conn.read_request();
                let length = if status.starts_with("204") { "" } else { "Content-Length: 0\r\n" };
                let real = format!("HTTP/1.1 {status}\r\n{length}X-Real: 1\r\n\r\n");
                if later {
                    conn.send(&real);
                    read.wait();
                    conn.send(extra);
                    sent.open();
                } else {
                    conn.send([real.as_bytes(), extra].concat());
                }
                conn.wait_for_close();
            });
            let http = patient();
            for (read, sent) in &gates {
                let resp = server.call(&http, &HttpRequest::new()).unwrap();
                assert_eq!((resp.get_header_field("X-Real"), resp.body()), (Some("1"), &b""[..]));
                if later {
                    read.open();
                    sent.wait();
                }
            }
            assert_eq!(server.connections(), 3);
        }
    }
}

mod to_a_file {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn get_to_file(bytes: Vec<u8>, path: &Path) -> Result<HttpResponse> {
        let server = Server::saying(bytes);
        let (port, req) = (server.port(), HttpRequest::new());
        patient().synchronous_request_to_file("127.0.0.1", port, false, &req, path)
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_whole_body_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new.txt");
        for body in [b"one".as_slice(), b"", TEXT] {
            for bytes in [
                sized("", body),
                chunked("", body, 3),
                ok("", body),
                sized("Content-Encoding: gzip\r\n", &gzip(body)),
            ] {
                let resp = get_to_file(bytes, &path).unwrap();
                assert_eq!((resp.status_code(), resp.body()), (200, &b""[..]));
                assert_eq!(resp.content_length(), body.len() as u64);
                assert_eq!(fs::read(&path).unwrap(), body);
                assert_eq!(names(dir.path()), ["new.txt"]);
            }
        }
    }

    #[test]
    fn an_incomplete_body_changes_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (dir.path().join("old.txt"), dir.path().join("new.txt"));
        fs::write(&old, "what was there").unwrap();
        let gz = gzip(TEXT);
        let broken = [
            ok("Content-Length: 6\r\n", b"hello"),
            ok("Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n"),
            ok("Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\nx\r\n"),
            ok("Content-Encoding: gzip\r\n", &gz[..gz.len() - 1]),
            sized("Content-Encoding: gzip\r\n", b"hello"),
            ok("Content-Length: 6, 7\r\n", b"hello"),
            b"HTTP/1.1 200 OK\r\nContent".to_vec(),
        ];
        for bytes in broken {
            for path in [&old, &new] {
                get_to_file(bytes.clone(), path).unwrap_err();
            }
            assert_eq!(fs::read(&old).unwrap(), b"what was there", "{}", shown(&bytes));
            assert_eq!(names(dir.path()), ["old.txt"], "{}", shown(&bytes));
        }
    }

    #[test]
    fn the_body_of_an_error_status_is_in_memory_and_the_file_is_unchanged() {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (dir.path().join("old.txt"), dir.path().join("new.txt"));
        fs::write(&old, "what was there").unwrap();
        for status in ["404 Not Found", "500 Oh", "304 Not Modified", "300 Choose"] {
            for path in [&old, &new] {
                let head = format!("HTTP/1.1 {status}\r\nContent-Length: 3\r\n\r\n");
                let resp = get_to_file([head.as_bytes(), b"why"].concat(), path).unwrap();
                let body = if status.starts_with("304") { "" } else { "why" };
                assert_eq!(resp.body_str(), body, "{status}");
            }
            assert_eq!(fs::read(&old).unwrap(), b"what was there");
            assert_eq!(names(dir.path()), ["old.txt"]);
        }
    }

    #[test]
    fn a_size_limit_that_was_set_applies_to_files() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("large");
        let mut http = patient();
        http.set_max_response_size(1000);
        for bytes in [sized("", &[0; 1001]), ok("", &[0; 1001]), chunked("", &[0; 1001], 99)] {
            let server = Server::saying(bytes);
            let req = HttpRequest::new();
            let err = http
                .synchronous_request_to_file("127.0.0.1", server.port(), false, &req, &path)
                .unwrap_err();
            assert_eq!(err.kind(), ErrorKind::TooLarge, "{err}");
            assert!(names(dir.path()).is_empty());
        }
    }

    #[test]
    fn an_unwritable_path_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let nowhere = dir.path().join("missing").join("file.txt");
        for path in [nowhere.as_path(), dir.path()] {
            let err = get_to_file(sized("", b"hello"), path).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::Io, "{err}");
            assert!(err.to_string().contains(&format!("\"{}\"", path.display())), "{err}");
        }
        assert!(names(dir.path()).is_empty());
    }

    #[test]
    fn a_device_takes_the_body_and_stays_a_device() {
        let null = Path::new(if cfg!(windows) { "NUL" } else { "/dev/null" });
        for bytes in [sized("", b"hello"), chunked("", TEXT, 3)] {
            let resp = get_to_file(bytes, null).unwrap();
            assert_eq!((resp.status_code(), resp.body()), (200, &b""[..]));
            assert!(resp.content_length() > 0);
        }
        get_to_file(sized("", b"hello")[..30].to_vec(), null).unwrap_err();
        assert_eq!(fs::read(null).unwrap(), b"");
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt as _;
            assert!(fs::symlink_metadata(null).unwrap().file_type().is_char_device());
        }
    }

    #[cfg(windows)]
    #[test]
    fn a_body_is_kept_beside_a_file_that_another_program_has_open() {
        use std::os::windows::fs::OpenOptionsExt as _;
        const FILE_SHARE_READ: u32 = 1;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        fs::write(&path, "before").unwrap();
        let mut options = fs::OpenOptions::new();
        let reader = options.read(true).share_mode(FILE_SHARE_READ).open(&path).unwrap();
        let err = get_to_file(sized("", b"hello"), &path).unwrap_err();
        drop(reader);
        assert_eq!(err.kind(), ErrorKind::Io, "{err}");
        assert!(err.to_string().contains("another program has the file open"), "{err}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        let [kept, _] = &names(dir.path())[..] else { panic!("{:?}", names(dir.path())) };
        assert!(err.to_string().contains(kept), "{err}");
        assert_eq!(fs::read(dir.path().join(kept)).unwrap(), b"hello");
        get_to_file(sized("", b"hello"), &path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "hello");
    }
}

#[test]
fn a_response_without_content_leaves_the_file_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept");
    std::fs::write(&path, "before").unwrap();
    for (verb, answer) in [
        ("DELETE", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
    ] {
        let server = Server::saying(answer);
        let mut req = HttpRequest::new();
        req.set_http_verb(verb);
        let http = patient();
        http.synchronous_request_to_file("127.0.0.1", server.port(), false, &req, &path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "before", "{verb}");
    }
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let port = server.port();
    patient()
        .synchronous_request_to_file("127.0.0.1", port, false, HttpRequest::new(), &path)
        .unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "", "an empty body makes an empty file");
}

#[test]
fn too_many_codings_are_refused() {
    for count in [6, 20_000] {
        let names = vec!["gzip"; count].join(",");
        let err = get_open(ok(&format!("Content-Encoding: {names}\r\n"), b"x")).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Body, "{count}: {err}");
    }
}

#[cfg(unix)]
#[test]
fn a_replaced_file_keeps_its_permissions_and_a_link_its_target() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let dir = tempfile::tempdir().unwrap();
    let (path, link) = (dir.path().join("real"), dir.path().join("link"));
    std::fs::write(&path, "before").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&path, &link).unwrap();
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    let resp = server.call(&patient(), &HttpRequest::new()).unwrap();
    resp.save_body_binary(&link).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "hello");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());

    let err = resp.save_body_binary(dir.path()).unwrap_err();
    assert_eq!(err.kind(), ErrorKind::Io);
    assert!(err.to_string().contains("not a regular file"), "{err}");
}

#[test]
fn bytes_after_compressed_data_are_an_error() {
    let header = "Content-Encoding: deflate\r\n";
    for coded in [zlib(TEXT), deflate(TEXT)] {
        // The data is complete, the message is not.
        let whole = chunked(header, &coded, 1000);
        let err = get(&whole[..whole.len() - 5]).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Body, "{err}");
        let junk = |length: usize| sized(header, &[&coded[..], &vec![0; length]].concat());
        assert_eq!(get(junk(1000)).unwrap().body(), TEXT);
        let err = get(junk(1_000_000)).unwrap_err();
        assert_eq!(err.kind(), ErrorKind::Body, "{err}");
        assert!(err.to_string().contains("continues after"), "{err}");
    }
}

#[test]
fn raw_deflate_that_looks_like_zlib_is_decoded() {
    // A stored block whose padding is not zero; 0x0805 is not a multiple of 31.
    let stored = b"\x08\x05\x00\xfa\xffhello\x01\x00\x00\xff\xff";
    let resp = get(sized("Content-Encoding: deflate\r\n", stored)).unwrap();
    assert_eq!(resp.body(), b"hello");
}

#[test]
fn a_header_with_a_nul_or_a_bare_cr_is_an_error() {
    for bad in ["A: b\0c\r\n", "A\0: b\r\n", "A: b\rSet-Cookie: c=d\r\n", "A: b\r\r\n"] {
        let err = get(sized(bad, b"body")).expect_err(bad);
        assert_eq!(err.kind(), ErrorKind::Protocol, "{bad:?}: {err}");
    }
}
