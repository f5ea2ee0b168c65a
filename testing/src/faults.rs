//! Servers that fail in a given way at a given byte, over TCP or TLS.
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

/// The response body for every request to a target after the first.
pub const AGAIN: &str = "again";

/// What happens to the connection after a [`Reply`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// It is closed.
    Close,
    /// It is reset.
    Reset,
    /// It stays open but must not be reused. [`misused`](FaultServer::misused) counts requests that arrive
    /// on it.
    Hold,
    /// It stays open, and the next request is answered.
    Serve,
}

/// The bytes sent in response to a request, complete or not.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Each part is one write, and over TLS one record. There is a pause of a millisecond between parts.
    pub parts: Vec<Vec<u8>>,
    /// What happens to the connection afterwards.
    pub end: End,
}

impl Reply {
    /// Creates a reply in one part.
    pub fn new(bytes: impl Into<Vec<u8>>, end: End) -> Reply {
        Reply { parts: vec![bytes.into()], end }
    }
}

/// The counters of a server.
#[derive(Default)]
struct Counters {
    arrivals: Mutex<HashMap<String, usize>>,
    misused: AtomicUsize,
}

impl Counters {
    /// Counts an arrival and returns the number of earlier ones.
    fn count_arrival(&self, target: &str) -> usize {
        let mut arrivals = self.arrivals.lock().unwrap();
        let count = arrivals.entry(target.to_owned()).or_default();
        *count += 1;
        *count - 1
    }
}

/// A server that answers the first request for each target with a [`Reply`] from a closure, and later ones
/// with 200 and [`AGAIN`]. `/fine/WORD` is answered with 200 and the word.
pub struct FaultServer {
    /// The raw server with its port, connections and requests.
    pub server: Server,
    counters: Arc<Counters>,
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
        let (counters, script) = script(reply);
        FaultServer {
            server: Server::start(script),
            counters,
            tls: false,
            handshake: Arc::default(),
        }
    }

    /// Starts a server with TLS. `wire` can change the encrypted bytes that it sends.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub fn start_tls(
        config: Arc<rustls::ServerConfig>,
        wire: &Tamper,
        reply: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> FaultServer {
        let ((counters, script), wire) = (script(reply), wire.clone());
        let handshake = Arc::new(AtomicUsize::new(0));
        let shared = Arc::clone(&handshake);
        let wrap = move |tcp: TcpStream| {
            let mut tcp = Wire::new(tcp, &wire);
            if tcp.fault.is_some() {
                // Both sides may wait after a changed byte. The server gives up first.
                tcp.tcp.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
            }
            let mut conn = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            while conn.is_handshaking() {
                conn.complete_io(&mut tcp).ok()?;
            }
            shared.store(tcp.passed, Ordering::SeqCst);
            Some(Box::new(rustls::StreamOwned::new(conn, tcp)) as _)
        };
        FaultServer { server: Server::run(wrap, script), counters, tls: true, handshake }
    }

    /// Whether it uses TLS.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// Returns the number of bytes that the server sent in the last TLS handshake.
    pub fn handshake(&self) -> usize {
        self.handshake.load(Ordering::SeqCst)
    }

    /// Returns the number of requests for this target.
    pub fn arrivals(&self, target: &str) -> usize {
        self.counters.arrivals.lock().unwrap().get(target).copied().unwrap_or_default()
    }

    /// Returns the number of requests that arrived on a connection after [`End::Hold`].
    pub fn misused(&self) -> usize {
        self.counters.misused.load(Ordering::SeqCst)
    }
}

fn script(
    reply: impl Fn(&str) -> Reply + Send + Sync + 'static,
) -> (Arc<Counters>, impl Fn(Conn) + Send + Sync + 'static) {
    let counters = Arc::new(Counters::default());
    let shared = Arc::clone(&counters);
    let script = move |mut conn: Conn| {
        while let Some(request) = conn.read_request() {
            let target = request.target();
            let before = shared.count_arrival(target);
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
                        shared.misused.fetch_add(1, Ordering::SeqCst);
                    }
                    return;
                }
                End::Serve => {}
            }
        }
    };
    (counters, script)
}

/// Changes the bytes that a TLS server sends, after encryption. Clones share the same state.
#[derive(Clone, Default)]
pub struct Tamper(Arc<Mutex<Option<(TamperTarget, Fault)>>>);

/// The index of a byte and the fault there.
type Fault = (usize, WireFault);

#[derive(PartialEq)]
enum TamperTarget {
    /// The next connection accepted.
    Next,
    /// The connection served by this thread.
    Served(thread::ThreadId),
}

/// A fault at a byte of a TLS connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WireFault {
    /// The bits in this mask are flipped.
    Flip(u8),
    /// The connection ends before the byte, without a TLS alert.
    Cut,
    /// The connection is reset before the byte.
    Reset,
}

impl Tamper {
    /// Sets a fault at byte `at`, counted from 0, of the next connection accepted.
    pub fn next(&self, at: usize, how: WireFault) {
        *self.0.lock().unwrap() = Some((TamperTarget::Next, (at, how)));
    }

    /// Sets a fault at byte `at`, counted from the current one, of the connection that this thread serves.
    pub fn here(&self, at: usize, how: WireFault) {
        *self.0.lock().unwrap() = Some((TamperTarget::Served(thread::current().id()), (at, how)));
    }

    fn take(&self, target: &TamperTarget) -> Option<Fault> {
        self.0.lock().unwrap().take_if(|(set, _)| set == target).map(|(_, fault)| fault)
    }
}

struct Wire {
    tcp: TcpStream,
    tamper: Tamper,
    /// The fault of this connection, and the number of bytes sent since it was set.
    fault: Option<Fault>,
    passed: usize,
}

impl Wire {
    fn new(tcp: TcpStream, tamper: &Tamper) -> Wire {
        Wire { tcp, tamper: tamper.clone(), fault: tamper.take(&TamperTarget::Next), passed: 0 }
    }
}

impl Read for Wire {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.tcp.read(buf)
    }
}

impl Write for Wire {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if let Some(fault) = self.tamper.take(&TamperTarget::Served(thread::current().id())) {
            (self.fault, self.passed) = (Some(fault), 0);
        }
        let from = self.passed;
        self.passed += buf.len();
        let mut bytes = buf.to_vec();
        match self.fault {
            Some((at, WireFault::Flip(mask))) if (from..self.passed).contains(&at) => {
                bytes[at - from] ^= mask;
            }
            Some((at, cut @ (WireFault::Cut | WireFault::Reset))) if at < self.passed => {
                bytes.truncate(at.saturating_sub(from));
                self.tcp.write_all(&bytes)?;
                if cut == WireFault::Reset {
                    // With this option, closing sends a reset.
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
