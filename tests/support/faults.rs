//! Calls to a server that makes one mistake at one byte, and the client behavior that is allowed.

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

/// The decoded body of every layout.
pub const BODY: &[u8] = b"Lorem ipsum dolor sit amet";

/// The distance between two bytes that are tested. Outside Linux a closed port stays reserved for
/// longer, and there are fewer ports than faults.
pub const STEP: usize = if cfg!(target_os = "linux") { 1 } else { 5 };

/// A correct response.
#[derive(Clone)]
pub struct Layout {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// Length of the head of the final response.
    pub head: usize,
    /// Whether the body ends with the connection.
    pub ends_by_close: bool,
    /// The body that the caller gets instead, if the response leads to another request.
    pub leads_to: Option<&'static str>,
    /// The decoded body.
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

/// Returns one of each kind of final response that is self-delimiting.
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

/// Returns those, one that ends with the connection, and one that leads to another request.
pub fn layouts() -> Vec<Layout> {
    let mut layouts = plain_layouts();
    let by_close = layout("until close", "HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n", BODY);
    layouts.push(Layout { ends_by_close: true, ..by_close });
    let found = "HTTP/1.1 302 Found\r\nLocation: /fine/elsewhere\r\nContent-Length: LEN\r\n\r\n";
    layouts.push(Layout { leads_to: Some("elsewhere"), ..layout("redirect", found, BODY) });
    layouts
}

/// The outcome that a call must have.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// No byte of a response came. The request is sent again if that is allowed; otherwise it
    /// fails.
    NoAnswer,
    /// An error of one of these kinds.
    Fails(&'static [ErrorKind]),
    /// A response with this body.
    Gives(Vec<u8>),
    /// Either of the two.
    FailsOrGives(&'static [ErrorKind], Vec<u8>),
}

/// The error kinds of a malformed response.
pub const BROKEN: &[ErrorKind] = &[ErrorKind::Body, ErrorKind::Protocol, ErrorKind::TooLarge];

impl Layout {
    /// Returns the required outcome if the connection ends after `n` bytes, in order or not.
    pub fn cut(&self, n: usize, in_order: bool) -> Outcome {
        match self.leads_to {
            _ if n == 0 => Outcome::NoAnswer,
            _ if n < self.head => Outcome::Fails(&[ErrorKind::Body]),
            // The body of a redirect is not needed.
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

    /// Returns the required outcome of the whole response.
    pub fn whole(&self) -> Outcome {
        Outcome::Gives(self.leads_to.map_or(self.body, str::as_bytes).into())
    }
}

/// A way to make a call.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub verb: &'static str,
    /// Whether the connection has been used before.
    pub kept: bool,
    pub to_file: bool,
}

impl Way {
    pub fn all() -> Vec<Way> {
        let of = |(verb, to_file)| [false, true].map(|kept| Way { verb, kept, to_file });
        [("GET", false), ("POST", false), ("PUT", false), ("GET", true)].map(of).concat()
    }

    /// The index of the one that must never be repeated although its connection has been used
    /// before.
    pub const KEPT_POST: usize = 3;

    /// Returns the `n`th way, in rotation.
    pub fn nth(n: usize) -> Way {
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

/// A [`FaultServer`] and calls to it.
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

    /// Requests a resource that the server returns without a fault.
    pub fn ask(&self, http: &Transport, word: &str) {
        let mut req = HttpRequest::new();
        req.set_path(format!("/fine/{word}"));
        let resp = self.send(http, &req).unwrap_or_else(|err| panic!("{word}: {err:?}"));
        assert_eq!((resp.status_code(), &*resp.body_str()), (200, word));
    }

    /// Calls `target` in this way and returns the body, from the file if it was saved to one.
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

    /// Calls `target` and checks every promise about it, and about the next call.
    pub fn check(&self, http: &Transport, way: Way, target: &str, dir: &Path, outcome: &Outcome) {
        let result = self.call(http, way, target, dir);
        let shown = result.as_ref().map(|body| body.escape_ascii().to_string());
        let context = || format!("{target} {way:?}, {outcome:?} expected: {shown:?}");
        let arrivals = self.arrivals(target);
        let again = match (outcome, &result) {
            (Outcome::NoAnswer, Ok(body)) => {
                assert!(way.kept && way.verb != "POST", "{}", context());
                assert_eq!(body, AGAIN.as_bytes(), "{}", context());
                true
            }
            (Outcome::NoAnswer, Err(err)) => {
                assert!(!way.kept || way.verb == "POST", "{}", context());
                assert_eq!(err.kind(), ErrorKind::Io, "{}", context());
                false
            }
            (Outcome::Fails(kinds) | Outcome::FailsOrGives(kinds, _), Err(err)) => {
                assert!(kinds.contains(&err.kind()), "{}", context());
                false
            }
            (Outcome::Gives(body) | Outcome::FailsOrGives(_, body), Ok(got)) => {
                assert_eq!(got, body, "{}", context());
                body == AGAIN.as_bytes()
            }
            _ => panic!("{}", context()),
        };
        assert_eq!(arrivals, 1 + usize::from(again), "{}", context());
        if let Err(err) = &result {
            assert_eq!(err.may_have_been_processed(), !way.is_safe(), "{}", context());
        }
        self.ask(http, "after");
        assert_eq!(self.misused(), 0, "its connection was used again: {}", context());
    }
}
