//! Calls to a server that does one thing wrong at one byte, and what a client may make of it.

use std::io::Write as _;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use zoomkat::{ErrorKind, HttpRequest, HttpResponse, Result, Transport};
use zoomkat_testing::faults::FaultServer;

pub use crate::reading::{Reading, read_plainly};
pub use zoomkat_testing::faults::{AGAIN, End, Reply as Act, Tamper, WireFault as How};

/// The body of every layout, decoded.
pub const BODY: &[u8] = b"Lorem ipsum dolor sit amet";

/// From one byte to the next that meets a fault. Elsewhere a port rests longer after its use, and there
/// are fewer of them than faults.
pub const STEP: usize = if cfg!(target_os = "linux") { 1 } else { 5 };

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

/// A [`FaultServer`], and calls to it.
pub struct Faulty(FaultServer);

impl Deref for Faulty {
    type Target = FaultServer;

    fn deref(&self) -> &FaultServer {
        &self.0
    }
}

impl Faulty {
    pub fn start(act: impl Fn(&str) -> Act + Send + Sync + 'static) -> Faulty {
        Faulty(FaultServer::start(act))
    }

    pub fn start_tls(
        config: Arc<rustls::ServerConfig>,
        wire: &Tamper,
        act: impl Fn(&str) -> Act + Send + Sync + 'static,
    ) -> Faulty {
        Faulty(FaultServer::start_tls(config, wire, act))
    }

    pub fn send(&self, http: &Transport, req: &HttpRequest) -> Result<HttpResponse> {
        let host = if self.is_tls() { "localhost" } else { "127.0.0.1" };
        http.synchronous_request(host, self.server.port(), self.is_tls(), req)
    }

    /// Asks for something that nothing is wrong with.
    pub fn ask(&self, http: &Transport, word: &str) {
        let mut req = HttpRequest::new();
        req.set_path(format!("/fine/{word}"));
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
        let host = if self.is_tls() { "localhost" } else { "127.0.0.1" };
        let (port, tls) = (self.server.port(), self.is_tls());
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
}
