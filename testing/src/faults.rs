//! A server that fails in a given way at a given byte, over TCP or TLS.
//!
//! ```
//! use zoomkat::{ErrorKind, HttpRequest, Transport};
//! use zoomkat_testing::faults::{End, FaultServer, Reply};
//!
//! // The connection is reset in the middle of the body.
//! let whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlorem";
//! let server = FaultServer::start(|_target| Reply::new(&whole[..40], End::Reset));
//!
//! let mut req = HttpRequest::new();
//! req.set_path("/users");
//! let err = server.server.call(&Transport::new(), &req).unwrap_err();
//! assert_eq!(err.kind(), ErrorKind::Body);
//! assert_eq!(server.arrivals("/users"), 1);
//! ```

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::{Conn, Server};

/// The body of the response to a request that comes for the second time.
pub const AGAIN: &str = "again";

/// What happens to the connection when a [`Reply`] is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// It is closed.
    Close,
    /// It is reset.
    Reset,
    /// It stays open but must not be used again. A request that comes on it is counted by
    /// [`misused`](FaultServer::misused).
    Hold,
    /// It stays open, and the next request is answered.
    Serve,
}

/// The bytes that a request is answered with, a whole response or not.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Each part is a write, over TLS a record, with a pause of a millisecond before the next.
    pub parts: Vec<Vec<u8>>,
    /// What happens to the connection then.
    pub end: End,
}

impl Reply {
    /// A reply in one part.
    pub fn new(bytes: impl Into<Vec<u8>>, end: End) -> Reply {
        Reply { parts: vec![bytes.into()], end }
    }
}

/// What the server has counted.
#[derive(Default)]
struct Book {
    arrivals: Mutex<HashMap<String, usize>>,
    misused: AtomicUsize,
}

impl Book {
    /// Counts an arrival and returns how many there were before.
    fn note(&self, target: &str) -> usize {
        let mut arrivals = self.arrivals.lock().unwrap();
        let count = arrivals.entry(target.to_owned()).or_default();
        *count += 1;
        *count - 1
    }
}

/// A server that answers the first request for a target with the [`Reply`] that a closure gives for the target, and all
/// later ones for it with 200 and [`AGAIN`]. `/fine/WORD` is answered with 200 and the word.
pub struct FaultServer {
    /// The raw server: its port, its connections, its requests.
    pub server: Server,
    book: Arc<Book>,
    tls: bool,
    handshake: Arc<AtomicUsize>,
}

impl FaultServer {
    /// Starts a server.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> FaultServer {
        let (book, script) = script(reply);
        FaultServer { server: Server::start(script), book, tls: false, handshake: Arc::default() }
    }

    /// Starts a server that speaks TLS. `wire` can change the encrypted bytes that it sends.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub fn start_tls(
        config: Arc<rustls::ServerConfig>,
        wire: &Tamper,
        reply: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> FaultServer {
        let ((book, script), wire) = (script(reply), wire.clone());
        let handshake = Arc::new(AtomicUsize::new(0));
        let theirs = Arc::clone(&handshake);
        let wrap = move |tcp: TcpStream| {
            let mut tcp = Wire::new(tcp, &wire);
            if tcp.own.is_some() {
                // Both sides may wait after a changed byte. The server gives up first.
                tcp.tcp.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
            }
            let mut conn = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            while conn.is_handshaking() {
                conn.complete_io(&mut tcp).ok()?;
            }
            theirs.store(tcp.passed, Ordering::SeqCst);
            Some(Box::new(rustls::StreamOwned::new(conn, tcp)) as _)
        };
        FaultServer { server: Server::run(wrap, script), book, tls: true, handshake }
    }

    /// Whether it speaks TLS.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// The number of bytes that the server has sent in the last TLS handshake.
    pub fn handshake(&self) -> usize {
        self.handshake.load(Ordering::SeqCst)
    }

    /// The number of requests for this target that arrived.
    pub fn arrivals(&self, target: &str) -> usize {
        self.book.arrivals.lock().unwrap().get(target).copied().unwrap_or_default()
    }

    /// The number of requests that came on a connection after [`End::Hold`].
    pub fn misused(&self) -> usize {
        self.book.misused.load(Ordering::SeqCst)
    }
}

fn script(
    reply: impl Fn(&str) -> Reply + Send + Sync + 'static,
) -> (Arc<Book>, impl Fn(Conn) + Send + Sync + 'static) {
    let book = Arc::new(Book::default());
    let theirs = Arc::clone(&book);
    let script = move |mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            let target = request.target();
            let before = theirs.note(target);
            let reply = match target.strip_prefix("/fine/") {
                None if before == 0 => reply(target),
                word => {
                    conn.respond("200 OK", "", word.unwrap_or(AGAIN));
                    continue;
                }
            };
            for (number, part) in reply.parts.iter().enumerate() {
                if number > 0 {
                    thread::sleep(Duration::from_millis(1));
                }
                conn.send(part);
            }
            match reply.end {
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

/// Changes the bytes that a TLS server sends, after their encryption. Clones change the same server's.
#[derive(Clone, Default)]
pub struct Tamper(Arc<Mutex<Option<(Whose, Harm)>>>);

/// The number of a byte, and what happens there.
type Harm = (usize, WireFault);

#[derive(PartialEq)]
enum Whose {
    /// The connection that is accepted next.
    Next,
    /// The connection that this thread serves.
    Served(thread::ThreadId),
}

/// What happens at a byte of a TLS connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WireFault {
    /// The bits of this mask are flipped.
    Flip(u8),
    /// The connection ends before the byte, without a TLS alert.
    Cut,
    /// The connection is reset before the byte.
    Reset,
}

impl Tamper {
    /// Sets a fault for the byte `at`, from 0, of the connection that is accepted next.
    pub fn next(&self, at: usize, how: WireFault) {
        *self.0.lock().unwrap() = Some((Whose::Next, (at, how)));
    }

    /// Sets a fault for the byte `at`, from the current one, of the connection that this thread serves.
    pub fn here(&self, at: usize, how: WireFault) {
        *self.0.lock().unwrap() = Some((Whose::Served(thread::current().id()), (at, how)));
    }

    fn take(&self, whose: &Whose) -> Option<Harm> {
        self.0.lock().unwrap().take_if(|(set, _)| set == whose).map(|(_, own)| own)
    }
}

struct Wire {
    tcp: TcpStream,
    tamper: Tamper,
    /// The fault of this connection, and the number of bytes since it was set.
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
            Some((at, WireFault::Flip(mask))) if (from..self.passed).contains(&at) => {
                bytes[at - from] ^= mask;
            }
            Some((at, cut @ (WireFault::Cut | WireFault::Reset))) if at < self.passed => {
                bytes.truncate(at.saturating_sub(from));
                self.tcp.write_all(&bytes)?;
                if cut == WireFault::Reset {
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
