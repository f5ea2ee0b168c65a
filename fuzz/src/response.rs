//! Responses as a byte stream, read by a whole `Transport`.

mod model;

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, mpsc};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use zoomkat::{ErrorKind, HttpRequest, HttpResponse, Result, Transport};

use crate::input::Input;
use crate::server::{Conn, Server, transport};
use model::Answer;

/// The pause between pieces.
const PAUSE: Duration = Duration::from_micros(100);

/// Longer streams come too close to limits that are not modelled.
const MAX_STREAM: usize = 8 * 1024;

/// The size limit of a body, if there is one.
const LIMIT: u64 = 100;

#[derive(Clone, Copy, PartialEq)]
enum End {
    Close,
    Reset,
    Keep,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Plain,
    /// Follows redirects, all of them through a proxy, so that they lead nowhere else.
    Redirect,
}

struct Case {
    verb: &'static str,
    to_file: bool,
    end: End,
    limited: bool,
    mode: Mode,
    http10: bool,
    /// The lengths of the pieces in which the stream is received; the rest is one piece.
    pieces: Vec<usize>,
    stream: Vec<u8>,
    answer: Option<Answer>,
}

/// Input: a byte of bits, a field with the length of each piece as a byte, and the stream. Bits 0 and 1:
/// GET, HEAD, POST, GET to a file; 2 and 3: close, reset, keep open; 4: a size limit; 5 and 6: the value 2
/// selects redirects; 7: HTTP/1.0.
pub fn response(data: &[u8]) {
    let mut input = Input::new(data);
    let flags = input.byte();
    let pieces = input.field().iter().take(64).map(|n| usize::from(*n).max(1)).collect();
    let stream = input.rest().to_vec();
    if stream.len() > MAX_STREAM {
        return;
    }
    let verb = ["GET", "HEAD", "POST", "GET"][usize::from(flags & 3)];
    let case = Case {
        verb,
        to_file: flags & 3 == 3,
        end: [End::Close, End::Reset, End::Keep, End::Keep][usize::from(flags >> 2 & 3)],
        limited: flags & 0x10 != 0,
        mode: match flags >> 5 & 3 {
            2 => Mode::Redirect,
            _ => Mode::Plain,
        },
        http10: flags & 0x80 != 0,
        pieces,
        answer: Answer::read(&stream, verb),
        stream,
    };
    // Bytes that arrive after the client has checked for stray input cannot be told from a response, which
    // may happen on a busy machine. So only a second failure counts.
    if case.run().is_err() {
        if let Err(why) = case.run() {
            panic!("{why}");
        }
    }
}

static SERVER: LazyLock<Server> = LazyLock::new(Server::start);
static DIR: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));
static NEXT: AtomicUsize = AtomicUsize::new(0);

impl Case {
    /// Makes the call, then another, which must get its own response. Returns an error if it does not;
    /// panics for anything else.
    fn run(&self) -> std::result::Result<(), String> {
        let (sender, receiver) = mpsc::channel();
        let (stream, mode) = (self.stream.clone(), self.mode);
        let pieces = if mode == Mode::Plain { self.pieces.clone() } else { Vec::new() };
        let is_whole = self.answer.as_ref().is_some_and(|answer| answer.is_whole);
        // A client would wait for the rest.
        let end = if self.end == End::Keep && !is_whole { End::Close } else { self.end };
        SERVER.serve(move |conn| serve(conn, &stream, &pieces, end, &sender));

        let http = self.transport();
        let mut req = HttpRequest::new();
        req.set_path("/fuzz").set_http_verb(self.verb);
        if self.http10 {
            req.set_http_version("1.0");
        }
        if self.verb == "POST" {
            req.load_body_from_string("lorem", "utf-8");
        }
        let path = DIR.path().join("body");
        let result = match self.to_file {
            true => http.synchronous_request_to_file("127.0.0.1", SERVER.port, false, &req, &path),
            false => http.synchronous_request("127.0.0.1", SERVER.port, false, &req),
        };
        let file = fs::read(&path).ok();
        if file.is_some() {
            fs::remove_file(&path).expect("the file");
        }
        if let Ok(resp) = &result {
            call_accessors(resp);
        }
        match self.mode {
            Mode::Plain => {
                self.check(&result, file);
                receiver.recv_timeout(Duration::from_secs(20)).expect("a server that ends");
            }
            _ => assert!(file.is_none() || result.is_ok()),
        }

        let own = format!("own-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut req = HttpRequest::new();
        req.set_path(format!("/{own}"));
        let answer = http.synchronous_request("127.0.0.1", SERVER.port, false, &req);
        if let (Mode::Plain, Ok(resp)) = (self.mode, &answer) {
            let may_be = self.answer.as_ref().is_some_and(|answer| answer.may_be_followed);
            let is_reused = resp.get_header_field("X-Reused").is_some();
            assert!(may_be || !is_reused, "a doubtful connection was reused");
        }
        match answer {
            Ok(resp) if resp.status_code() == 200 && resp.body() == own.as_bytes() => Ok(()),
            Ok(resp) => {
                Err(format!("not its own answer: {} {:?}", resp.status_line(), resp.body_str()))
            }
            Err(err) => Err(format!("no answer to the next request: {err:?}")),
        }
    }

    fn transport(&self) -> Transport {
        let mut http = transport();
        http.set_follow_redirects(self.mode == Mode::Redirect);
        match self.mode {
            Mode::Plain => {}
            Mode::Redirect => {
                http.set_proxy(&format!("http://127.0.0.1:{}", SERVER.port)).unwrap();
            }
        }
        if self.limited {
            http.set_max_response_size(LIMIT);
        }
        http
    }

    fn check(&self, result: &Result<HttpResponse>, file: Option<Vec<u8>>) {
        let (resp, answer) = match (result, &self.answer) {
            (Ok(resp), Some(answer)) => (resp, answer),
            (Ok(resp), None) => {
                panic!("no answer was receiver, but one was read: {}", resp.status_line())
            }
            (Err(err), answer) => {
                assert_ne!(err.kind(), ErrorKind::Timeout, "{err}");
                assert_eq!(file, None, "a file of a call that failed");
                let body = answer.as_ref().and_then(|answer| answer.body.as_ref());
                let fits = body.is_some_and(|body| !self.limited || body.len() as u64 <= LIMIT);
                assert!(!fits || self.end == End::Reset, "this response was complete: {err}");
                return;
            }
        };
        assert!((200..=999).contains(&resp.status_code()) || resp.status_code() == 101);
        assert_eq!(resp.status_code(), answer.status);
        assert_eq!(resp.status_line(), answer.status_line);
        assert_eq!(resp.header(), answer.header);
        let field = |n| Some((resp.get_header_name(n)?.into(), resp.get_header_value(n)?.into()));
        let fields: Vec<(String, String)> =
            (0..resp.num_header_fields()).filter_map(field).collect();
        assert_eq!(fields, answer.fields);
        answer.agrees_with_httparse(&self.stream);

        let in_file = self.to_file && matches!(answer.status, 200..=203 | 205..=299);
        assert_eq!(file.is_some(), in_file);
        let body = if in_file { file.as_deref().unwrap_or_default() } else { resp.body() };
        let length = body.len() as u64;
        assert_eq!(resp.content_length(), length);
        assert!(!self.limited || length <= LIMIT, "{length} bytes");
        match &answer.body {
            Some(expected) => assert!(body == expected, "{:?}", String::from_utf8_lossy(body)),
            // In data deflated twice, the outer coding may be broken after the end of the inner one.
            None => assert!(answer.is_nested, "it is incomplete, but was read"),
        }
        assert!(answer.is_whole || self.end != End::Reset, "a reset is not the end of a body");
    }
}

fn serve(mut conn: Conn, stream: &[u8], pieces: &[usize], end: End, sender: &mpsc::Sender<()>) {
    let mut is_used = false;
    while let Some(head) = conn.read_request() {
        let target = head.split(' ').nth(1).unwrap_or_default();
        if head.starts_with("CONNECT") {
            return;
        }
        let name = target.rsplit('/').next().unwrap_or_default();
        if name != "fuzz" {
            // The response to a HEAD has no body.
            let body = if head.starts_with("HEAD") { "" } else { name };
            let reused = if is_used { "X-Reused: yes\r\n" } else { "" };
            conn.respond("200 OK", reused, body.as_bytes());
            continue;
        }
        is_used = true;
        let mut rest = stream;
        for length in pieces {
            let (piece, after) = rest.split_at((*length).min(rest.len()));
            conn.send(piece);
            // Otherwise the client receives several pieces at once.
            thread::sleep(PAUSE);
            rest = after;
        }
        conn.send(rest);
        match end {
            End::Keep => drop(sender.send(())),
            End::Reset => {
                conn.reset();
                let _ = sender.send(());
                return;
            }
            End::Close => {
                conn.end();
                let _ = sender.send(());
                conn.read_to_end();
                return;
            }
        }
    }
}

/// Calls the accessors of a response, which must not panic.
fn call_accessors(resp: &HttpResponse) {
    let names = (0..resp.num_header_fields()).filter_map(|n| resp.get_header_name(n));
    for name in names {
        let _ = (resp.get_header_field(name), resp.get_header_field_attr(name, "charset"));
    }
    for n in 0..resp.num_cookies() {
        let _ = (resp.get_cookie_name(n), resp.get_cookie_value(n), resp.get_cookie_domain(n));
        let _ = (resp.get_cookie_path(n), resp.get_cookie_expires_str(n));
    }
    let _ = (resp.status_text(), resp.charset(), resp.body_str(), resp.body_qp());
    let _ = (resp.date_str(), resp.full_mime(), resp.call_text(), resp.final_redirect_url());
    let _ = resp.json::<serde_json::Value>();
    let _ = format!("{resp:?}");
}
