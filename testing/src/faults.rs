//! A server that does one thing wrong at one byte, what a client may make of that, and a reading of
//! HTTP/1.1 that owes nothing to the crate's.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use zoomkat::{ErrorKind, HttpRequest, HttpResponse, Result, Transport};

use super::{Conn, Server};

/// The body of every layout, decoded.
pub const BODY: &[u8] = b"Lorem ipsum dolor sit amet";

/// From one byte to the next that meets a fault. Elsewhere a port rests longer after its use, and there
/// are fewer of them than faults.
pub const STEP: usize = if cfg!(target_os = "linux") { 1 } else { 5 };

/// What a server says to a request that it gets for the second time.
pub const AGAIN: &str = "again";

/// What is done to the connection once everything of an [`Act`] is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    Close,
    Reset,
    /// It stays open, but is fit for no other request; one that comes all the same is counted.
    Hold,
    /// It is in order, and the next request is answered.
    Serve,
}

/// What a server does with a request.
#[derive(Clone, Debug)]
pub struct Act {
    /// Each is a write of its own, and over TLS a record, with a pause before the next.
    pub parts: Vec<Vec<u8>>,
    pub end: End,
}

impl Act {
    pub fn new(bytes: impl Into<Vec<u8>>, end: End) -> Act {
        Act { parts: vec![bytes.into()], end }
    }
}

/// A response as it should be.
#[derive(Clone)]
pub struct Layout {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// Where the head of the final response ends.
    pub head: usize,
    /// Whether its body ends with the connection.
    pub ends_by_close: bool,
    /// What the caller gets in the place of its body, since it asks for another request.
    pub leads_to: Option<&'static str>,
    /// The body once it is decoded.
    pub body: &'static [u8],
}

pub fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn layout(name: &'static str, head: &str, body: &[u8]) -> Layout {
    let head = head.replace("LEN", &body.len().to_string());
    let bytes = [head.as_bytes(), body].concat();
    Layout { name, head: head.len(), bytes, ends_by_close: false, leads_to: None, body: BODY }
}

/// One of each kind of response that says itself where it ends, and that is the answer.
pub fn plain_layouts() -> Vec<Layout> {
    let (first, rest) = BODY.split_at(11);
    let chunks = |data: &[&[u8]]| {
        let chunk = |data: &&[u8]| {
            [format!("{:x};a=\"b\"\r\n", data.len()).as_bytes(), data, b"\r\n"].concat()
        };
        let mut chunks: Vec<u8> = data.iter().flat_map(chunk).collect();
        chunks.extend_from_slice(b"0\r\nX-Sum: lorem\r\n\r\n");
        chunks
    };
    let (gz, interim) =
        (gzip(BODY), "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hi\r\nLink: a\r\n\r\n");
    let ok = "HTTP/1.1 200 OK\r\nX-A: b\r\n";
    vec![
        layout("length", &format!("{ok}Content-Length: LEN\r\n\r\n"), BODY),
        layout(
            "chunked",
            &format!("{ok}Transfer-Encoding: chunked\r\n\r\n"),
            &chunks(&[first, rest]),
        ),
        layout("gzip", &format!("{ok}Content-Encoding: gzip\r\nContent-Length: LEN\r\n\r\n"), &gz),
        layout("interim", &format!("{interim}{ok}Content-Length: LEN\r\n\r\n"), BODY),
        Layout { body: b"", ..layout("empty", "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n", b"") },
        layout(
            "chunked gzip",
            &format!("{ok}Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"),
            &chunks(&[&gz[..15], &gz[15..]]),
        ),
        layout("refusal", "HTTP/1.1 500 Oh\r\nX-A: b\r\nContent-Length: LEN\r\n\r\n", BODY),
    ]
}

/// Those, one that ends with the connection, and one that asks for another request.
pub fn layouts() -> Vec<Layout> {
    let mut layouts = plain_layouts();
    let by_close = layout("until close", "HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n", BODY);
    layouts.push(Layout { ends_by_close: true, ..by_close });
    let found = "HTTP/1.1 302 Found\r\nLocation: /fine/elsewhere\r\nContent-Length: LEN\r\n\r\n";
    layouts.push(Layout { leads_to: Some("elsewhere"), ..layout("redirect", found, BODY) });
    layouts
}

/// What must come of a call.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// No byte of an answer came: it is sent once more if that is allowed, else an error.
    NoAnswer,
    /// An error of one of these kinds.
    Fails(&'static [ErrorKind]),
    /// A response with this body.
    Gives(Vec<u8>),
    /// Either of the two.
    FailsOrGives(&'static [ErrorKind], Vec<u8>),
}

/// How the bytes of a response can be wrong.
pub const BROKEN: &[ErrorKind] = &[ErrorKind::Body, ErrorKind::Protocol, ErrorKind::TooLarge];

impl Layout {
    /// What must come of it when only `n` bytes come and then the connection ends, in order or not.
    pub fn cut(&self, n: usize, in_order: bool) -> Outcome {
        match self.leads_to {
            _ if n == 0 => Outcome::NoAnswer,
            _ if n < self.head => Outcome::Fails(&[ErrorKind::Body]),
            // Nobody wants the body of these.
            Some(body) => Outcome::Gives(body.into()),
            None if self.ends_by_close && in_order => {
                Outcome::Gives(self.bytes[self.head..n].into())
            }
            None if n < self.bytes.len() || self.ends_by_close => {
                Outcome::Fails(&[ErrorKind::Body])
            }
            None => self.whole(),
        }
    }

    /// What must come of it when all of it comes.
    pub fn whole(&self) -> Outcome {
        Outcome::Gives(self.leads_to.map_or(self.body, str::as_bytes).into())
    }
}

/// A way to call.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub verb: &'static str,
    /// On a connection that has served before.
    pub kept: bool,
    pub to_file: bool,
}

impl Way {
    pub fn all() -> Vec<Way> {
        let of = |(verb, to_file)| [false, true].map(|kept| Way { verb, kept, to_file });
        [("GET", false), ("POST", false), ("PUT", false), ("GET", true)].map(of).concat()
    }

    /// Where in turn that one comes which must never be repeated though the connection had served before.
    pub const KEPT_POST: usize = 3;

    /// The one for this position, all of them in turn.
    pub fn of(n: usize) -> Way {
        Way::all()[n % 8]
    }

    pub fn is_safe(self) -> bool {
        self.verb == "GET"
    }

    pub fn request(self, target: &str) -> HttpRequest {
        let mut req = HttpRequest::new();
        req.set_http_verb(self.verb).set_path(target);
        if !self.is_safe() {
            req.load_body_from_string("new", "utf-8");
        }
        req
    }
}

#[derive(Default)]
struct Book {
    arrivals: Mutex<HashMap<String, usize>>,
    misused: AtomicUsize,
}

impl Book {
    /// Notes an arrival and says how many there were before.
    fn note(&self, target: &str) -> usize {
        let mut arrivals = self.arrivals.lock().unwrap();
        let count = arrivals.entry(target.to_owned()).or_default();
        *count += 1;
        *count - 1
    }
}

/// Answers `/fine/<word>` with the word, and lets each other request meet its fault, once: when it
/// comes again it gets [`AGAIN`].
pub struct Faulty {
    pub server: Server,
    book: Arc<Book>,
    tls: bool,
    handshake: Arc<AtomicUsize>,
}

impl Faulty {
    pub fn start(act: impl Fn(&str) -> Act + Send + Sync + 'static) -> Faulty {
        let (book, script) = script(act);
        Faulty { server: Server::start(script), book, tls: false, handshake: Arc::default() }
    }

    /// The same over TLS; what is written passes through `wire`.
    pub fn start_tls(
        config: Arc<rustls::ServerConfig>,
        wire: &Tamper,
        act: impl Fn(&str) -> Act + Send + Sync + 'static,
    ) -> Faulty {
        let ((book, script), wire) = (script(act), wire.clone());
        let handshake = Arc::new(AtomicUsize::new(0));
        let theirs = Arc::clone(&handshake);
        let wrap = move |tcp: TcpStream| {
            let mut tcp = Wire::new(tcp, &wire);
            if tcp.own.is_some() {
                // What is garbled may leave both waiting; the client has to be the one that is patient.
                tcp.tcp.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
            }
            let mut conn = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            while conn.is_handshaking() {
                conn.complete_io(&mut tcp).ok()?;
            }
            theirs.store(tcp.passed, Ordering::SeqCst);
            Some(Box::new(rustls::StreamOwned::new(conn, tcp)) as _)
        };
        Faulty { server: Server::run(wrap, script), book, tls: true, handshake }
    }

    /// How many bytes the last handshake took from its server.
    pub fn handshake(&self) -> usize {
        self.handshake.load(Ordering::SeqCst)
    }

    /// How often a request for this arrived.
    pub fn arrivals(&self, target: &str) -> usize {
        self.book.arrivals.lock().unwrap().get(target).copied().unwrap_or_default()
    }

    pub fn send(&self, http: &Transport, req: &HttpRequest) -> Result<HttpResponse> {
        let host = if self.tls { "localhost" } else { "127.0.0.1" };
        http.synchronous_request(host, self.server.port(), self.tls, req)
    }

    /// Asks for something that nothing is wrong with.
    pub fn ask(&self, http: &Transport, word: &str) {
        let mut req = HttpRequest::new();
        req.set_path(&format!("/fine/{word}"));
        let resp = self.send(http, &req).unwrap_or_else(|err| panic!("{word}: {err:?}"));
        assert_eq!((resp.status_code(), &*resp.body_str()), (200, word));
    }

    /// Calls `target` in this way and says what came of it, from the file if there is one.
    pub fn call(&self, http: &Transport, way: Way, target: &str, dir: &Path) -> Result<Vec<u8>> {
        match way.kept {
            true => self.ask(http, "before"),
            false => http.close_all_connections(),
        }
        let req = way.request(target);
        if !way.to_file {
            return self.send(http, &req).map(|resp| resp.body().to_vec());
        }
        let path = dir.join("body");
        let host = if self.tls { "localhost" } else { "127.0.0.1" };
        let (port, tls) = (self.server.port(), self.tls);
        let result = http.synchronous_request_to_file(host, port, tls, &req, &path);
        let files: Vec<PathBuf> =
            std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        match &result {
            Ok(resp) if (200..300).contains(&resp.status_code()) && resp.status_code() != 204 => {
                assert_eq!(files, std::slice::from_ref(&path));
                let body = std::fs::read(&path).unwrap();
                std::fs::remove_file(&path).unwrap();
                return Ok(body);
            }
            _ => assert!(files.is_empty(), "{files:?} was left behind"),
        }
        result.map(|resp| resp.body().to_vec())
    }

    /// Calls `target` and checks all that is promised of it, and of the call after it.
    pub fn check(&self, http: &Transport, way: Way, target: &str, dir: &Path, outcome: &Outcome) {
        let result = self.call(http, way, target, dir);
        let shown = result.as_ref().map(|body| body.escape_ascii().to_string());
        let told = || format!("{target} {way:?}, {outcome:?} expected: {shown:?}");
        let arrivals = self.arrivals(target);
        let again = match (outcome, &result) {
            (Outcome::NoAnswer, Ok(body)) => {
                assert!(way.kept && way.verb != "POST", "{}", told());
                assert_eq!(body, AGAIN.as_bytes(), "{}", told());
                true
            }
            (Outcome::NoAnswer, Err(err)) => {
                assert!(!way.kept || way.verb == "POST", "{}", told());
                assert_eq!(err.kind(), ErrorKind::Io, "{}", told());
                false
            }
            (Outcome::Fails(kinds) | Outcome::FailsOrGives(kinds, _), Err(err)) => {
                assert!(kinds.contains(&err.kind()), "{}", told());
                false
            }
            (Outcome::Gives(body) | Outcome::FailsOrGives(_, body), Ok(got)) => {
                assert_eq!(got, body, "{}", told());
                body == AGAIN.as_bytes()
            }
            _ => panic!("{}", told()),
        };
        assert_eq!(arrivals, 1 + usize::from(again), "{}", told());
        if let Err(err) = &result {
            assert_eq!(err.may_have_been_processed(), !way.is_safe(), "{}", told());
        }
        self.ask(http, "after");
        assert_eq!(self.misused(), 0, "its connection was used again: {}", told());
    }

    /// How many requests came on a connection that was fit for none.
    pub fn misused(&self) -> usize {
        self.book.misused.load(Ordering::SeqCst)
    }
}

fn script(
    act: impl Fn(&str) -> Act + Send + Sync + 'static,
) -> (Arc<Book>, impl Fn(Conn) + Send + Sync + 'static) {
    let book = Arc::new(Book::default());
    let theirs = Arc::clone(&book);
    let script = move |mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            let target = request.line().split(' ').nth(1).unwrap_or_default();
            let before = theirs.note(target);
            let act = match target.strip_prefix("/fine/") {
                None if before == 0 => act(target),
                word => {
                    conn.respond("200 OK", "", word.unwrap_or(AGAIN));
                    continue;
                }
            };
            for (number, part) in act.parts.iter().enumerate() {
                if number > 0 {
                    thread::sleep(Duration::from_millis(1));
                }
                conn.send(part);
            }
            match act.end {
                End::Close => return,
                End::Reset => return conn.reset(),
                End::Hold => {
                    if conn.read_head().is_some() {
                        theirs.misused.fetch_add(1, Ordering::SeqCst);
                    }
                    return;
                }
                End::Serve => {}
            }
        }
    };
    (book, script)
}

/// What happens to the bytes that a TLS server writes, below its TLS.
#[derive(Clone, Default)]
pub struct Tamper(Arc<Mutex<Option<(Whose, Harm)>>>);

/// At which byte, and what.
type Harm = (usize, How);

#[derive(PartialEq)]
enum Whose {
    /// Of the connection that comes next.
    Next,
    /// Of the connection that this thread serves.
    Served(thread::ThreadId),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum How {
    Flip(u8),
    /// Nothing more comes, and the connection ends, without a word of TLS.
    Cut,
    Reset,
}

impl Tamper {
    /// Tampers with the `at`th byte of the connection that comes next.
    pub fn next(&self, at: usize, how: How) {
        *self.0.lock().unwrap() = Some((Whose::Next, (at, how)));
    }

    /// Tampers with the connection that this thread serves, `at` bytes from here.
    pub fn here(&self, at: usize, how: How) {
        *self.0.lock().unwrap() = Some((Whose::Served(thread::current().id()), (at, how)));
    }

    fn take(&self, whose: &Whose) -> Option<Harm> {
        self.0.lock().unwrap().take_if(|(set, _)| set == whose).map(|(_, own)| own)
    }
}

struct Wire {
    tcp: TcpStream,
    tamper: Tamper,
    /// What is done to this one, and the bytes that were written since.
    own: Option<Harm>,
    passed: usize,
}

impl Wire {
    fn new(tcp: TcpStream, tamper: &Tamper) -> Wire {
        Wire { tcp, tamper: tamper.clone(), own: tamper.take(&Whose::Next), passed: 0 }
    }
}

impl Read for Wire {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.tcp.read(buf)
    }
}

impl Write for Wire {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if let Some(own) = self.tamper.take(&Whose::Served(thread::current().id())) {
            (self.own, self.passed) = (Some(own), 0);
        }
        let from = self.passed;
        self.passed += buf.len();
        let mut bytes = buf.to_vec();
        match self.own {
            Some((at, How::Flip(mask))) if (from..self.passed).contains(&at) => {
                bytes[at - from] ^= mask;
            }
            Some((at, cut @ (How::Cut | How::Reset))) if at < self.passed => {
                bytes.truncate(at.saturating_sub(from));
                self.tcp.write_all(&bytes)?;
                if cut == How::Reset {
                    // Closing it is a reset then.
                    socket2::SockRef::from(&self.tcp).set_linger(Some(Duration::ZERO))?;
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                let _ = self.tcp.shutdown(Shutdown::Write);
                return Ok(buf.len());
            }
            _ => {}
        }
        self.tcp.write_all(&bytes)?;
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

/// What bytes say that may be a response to a GET, a POST or a PUT.
#[derive(Debug, PartialEq)]
pub enum Reading {
    Whole {
        status: u64,
        body: Vec<u8>,
        /// Bytes that are not part of it.
        rest: usize,
        /// Its end is that of the connection.
        by_close: bool,
        /// Another reader may refuse it, or find another end.
        is_ambiguous: bool,
    },
    /// More would have to come.
    Short,
    Wrong,
}

/// Reads all at once, as RFC 9112 has it for a client that is as lenient as it may be.
pub fn read_plainly(bytes: &[u8]) -> Reading {
    match try_read(bytes) {
        Ok(reading) | Err(reading) => reading,
    }
}

/// The next line, which notes in `is_odd` that it ends in LF alone, and what follows it.
fn line_of<'b>(bytes: &'b [u8], is_odd: &mut bool) -> Result<(&'b [u8], &'b [u8]), Reading> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(Reading::Short)?;
    let (line, rest) = (&bytes[..end], &bytes[end + 1..]);
    *is_odd |= !line.ends_with(b"\r");
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.contains(&0) || line.contains(&b'\r') { Err(Reading::Wrong) } else { Ok((line, rest)) }
}

fn trimmed(text: &[u8]) -> &[u8] {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let Some(start) = text.iter().position(is_text) else { return b"" };
    &text[start..=text.iter().rposition(is_text).unwrap_or(start)]
}

fn try_read(mut bytes: &[u8]) -> Result<Reading, Reading> {
    let mut is_odd = false;
    let (status, fields, is_10) = loop {
        while let Some(rest) = bytes.strip_prefix(b"\r").or(bytes.strip_prefix(b"\n")) {
            is_odd = true;
            bytes = rest;
        }
        let mut lines = Vec::new();
        // A head that has no end yet is short of it, whatever its lines are.
        let mut ended = Ok(());
        loop {
            let (line, rest) = match line_of(bytes, &mut is_odd) {
                Err(Reading::Wrong) => {
                    ended = Err(Reading::Wrong);
                    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or_default();
                    (&b"wrong"[..], &bytes[end + 1..])
                }
                line => line?,
            };
            bytes = rest;
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        ended?;
        let status = status_of(lines[0]).ok_or(Reading::Wrong)?;
        let fields = fields_of(&lines[1..], &mut is_odd).ok_or(Reading::Wrong)?;
        if status == 101 || status >= 200 {
            break (status, fields, lines[0].starts_with(b"HTTP/1.0"));
        }
        is_odd |= fields.iter().any(|(name, _)| {
            name.eq_ignore_ascii_case(b"Content-Length")
                || name.eq_ignore_ascii_case(b"Transfer-Encoding")
        });
    };
    let values = |wanted: &str| -> Vec<&[u8]> {
        let is_it = |(name, _): &&(Vec<u8>, Vec<u8>)| name.eq_ignore_ascii_case(wanted.as_bytes());
        let fields = fields.iter().filter(is_it);
        fields.flat_map(|(_, value)| value.split(|byte| *byte == b',')).map(trimmed).collect()
    };
    let (codings, lengths) = (values("Transfer-Encoding"), values("Content-Length"));
    let mut by_close = false;
    is_odd |= lengths.len() > 1 || !codings.is_empty() && (is_10 || !lengths.is_empty());
    is_odd |= status == 204 && !(codings.is_empty() && lengths.is_empty());
    is_odd |= lengths.iter().any(|length| number(length, 10).is_none());
    let (body, rest) = if matches!(status, 101 | 204 | 304) {
        (Vec::new(), bytes)
    } else if !codings.is_empty() {
        if codings.len() > 1 || !codings[0].eq_ignore_ascii_case(b"chunked") {
            return Err(Reading::Wrong);
        }
        chunks_of(bytes, &mut is_odd)?
    } else if let Some(first) = lengths.first() {
        let length = number(first, 10).ok_or(Reading::Wrong)?;
        if lengths.iter().any(|other| number(other, 10) != Some(length)) {
            return Err(Reading::Wrong);
        }
        let length = usize::try_from(length).map_err(|_| Reading::Short)?;
        let body = bytes.get(..length).ok_or(Reading::Short)?;
        (body.to_vec(), &bytes[length..])
    } else {
        by_close = true;
        (bytes.to_vec(), &b""[..])
    };
    let known = |coding: &&[u8]| {
        let is = |name: &str| coding.eq_ignore_ascii_case(name.as_bytes());
        is("gzip") || is("x-gzip")
    };
    let codings = values("Content-Encoding");
    let body = match codings.first() {
        Some(_) if !body.is_empty() && codings.iter().all(known) => {
            assert_eq!(codings.len(), 1, "no layout has two");
            let mut decoded = Vec::new();
            let read = MultiGzDecoder::new(&*body).read_to_end(&mut decoded);
            read.map(|_| decoded).map_err(|_| Reading::Wrong)?
        }
        _ => body,
    };
    Ok(Reading::Whole { status, body, rest: rest.len(), by_close, is_ambiguous: is_odd })
}

fn status_of(line: &[u8]) -> Option<u64> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let (minor, rest) = rest.split_first()?;
    let code = rest.strip_prefix(b" ")?;
    let ends = matches!(code.get(3), None | Some(b' '));
    let status = number(code.get(..3)?, 10).filter(|status| *status >= 100)?;
    (minor.is_ascii_digit() && ends).then_some(status)
}

fn number(digits: &[u8], radix: u32) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok()?;
    let is_digits = text.chars().all(|c| c.is_digit(radix));
    u64::from_str_radix(text, radix).ok().filter(|_| is_digits)
}

/// `None` where a line is no field.
fn fields_of(lines: &[&[u8]], is_odd: &mut bool) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut fields: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in lines {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            let (_, value) = fields.last_mut()?;
            *value = [trimmed(value), b" ", trimmed(line)].concat();
            *is_odd = true;
        } else {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = trimmed(&line[..colon]);
            *is_odd |= name.len() < colon;
            let is_token = |b: &u8| b.is_ascii_graphic() && !br#"(),/:;<=>?@[\]{}""#.contains(b);
            if name.is_empty() || !name.iter().all(is_token) {
                return None;
            }
            fields.push((name.to_vec(), trimmed(&line[colon + 1..]).to_vec()));
        }
    }
    Some(fields)
}

fn chunks_of<'b>(mut bytes: &'b [u8], is_odd: &mut bool) -> Result<(Vec<u8>, &'b [u8]), Reading> {
    let mut body = Vec::new();
    loop {
        let (line, rest) = line_of(bytes, is_odd)?;
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let end = digits.iter().rposition(|b| !matches!(b, b' ' | b'\t'));
        let digits = &digits[..end.map_or(0, |end| end + 1)];
        let size = number(digits, 16).ok_or(Reading::Wrong)?;
        // An extension has a name.
        *is_odd |= digits.len() < line.len() && trimmed(&line[digits.len()..]).len() < 2;
        bytes = rest;
        if size == 0 {
            break;
        }
        let size = usize::try_from(size).map_err(|_| Reading::Short)?;
        body.extend_from_slice(bytes.get(..size).ok_or(Reading::Short)?);
        bytes = match &bytes[size..] {
            [] | [b'\r'] => return Err(Reading::Short),
            [b'\r', b'\n', rest @ ..] => rest,
            [b'\n', rest @ ..] => {
                *is_odd = true;
                rest
            }
            _ => return Err(Reading::Wrong),
        };
    }
    loop {
        let (line, rest) = line_of(bytes, is_odd)?;
        bytes = rest;
        if line.is_empty() {
            return Ok((body, bytes));
        }
        *is_odd |= fields_of(&[line], is_odd).is_none();
    }
}
