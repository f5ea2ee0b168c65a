//! Servers on loopback to test a program with: one that does just what a test tells it, over TCP or TLS, and on it an
//! embedded Zoom.
//!
//! mockito stands for a well-behaved server; [`Server`] stands for the others, and shows the very bytes that arrive.
//!
//! * [`zoom`], the embedded Zoom; [`clock`], clocks for it; [`apps`], clients of it,
//! * [`faults`], a server in which a fault is data,
//! * [`repeats`] and [`told`], where a secret may come back,
//! * [`socks`], a SOCKS server,
//! * `tls` with the feature of that name, certificates made on the spot.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use zoomkat::{HttpRequest, HttpResponse, Result, Transport};

pub mod apps;
pub mod clock;
pub mod faults;
pub mod repeats;
pub mod socks;
#[cfg(feature = "tls")]
pub mod tls;
pub mod told;
pub mod zoom;

/// A request as it arrived: the bytes of its head, and its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    pub head: String,
    pub body: Vec<u8>,
    /// The connection it came on, counted from 0.
    pub connection: usize,
}

impl Received {
    /// The request line, such as `GET / HTTP/1.1`.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// The header lines without their line ends, in the order received.
    pub fn headers(&self) -> Vec<&str> {
        self.head.lines().skip(1).filter(|line| !line.is_empty()).collect()
    }

    /// The value of the first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().into_iter().find_map(|line| {
            let (n, value) = line.split_once(':')?;
            n.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// The server's end of one connection.
pub struct Conn {
    stream: Box<dyn Stream>,
    tcp: TcpStream,
    number: usize,
    unread: Vec<u8>,
    log: Arc<Mutex<Vec<Received>>>,
}

impl Conn {
    /// Which connection this is, counted from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Reads one whole request and logs it; `None` at the end of the connection.
    pub fn read_request(&mut self) -> Option<Received> {
        let head = self.read_head()?;
        let length = head
            .lines()
            .find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned))
            .map_or(0, |v| v.trim().parse().expect("a Content-Length"));
        let body = self.read_exactly(length)?;
        let request = Received { head, body, connection: self.number };
        self.log.lock().unwrap().push(request.clone());
        Some(request)
    }

    /// Reads a request's head only, leaving its body unread.
    pub fn read_head(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.unread.windows(4).position(|w| w == b"\r\n\r\n") {
                let rest = self.unread.split_off(at + 4);
                let head = std::mem::replace(&mut self.unread, rest);
                return Some(String::from_utf8_lossy(&head).into_owned());
            }
            self.fill()?;
        }
    }

    /// Reads this many bytes; `None` if the connection ends before.
    pub fn read_exactly(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.unread.len() < length {
            self.fill()?;
        }
        let rest = self.unread.split_off(length);
        Some(std::mem::replace(&mut self.unread, rest))
    }

    fn fill(&mut self) -> Option<()> {
        let mut buf = [0; 64 * 1024];
        match self.stream.read(&mut buf) {
            Ok(0) | Err(_) => None,
            Ok(n) => {
                self.unread.extend_from_slice(&buf[..n]);
                Some(())
            }
        }
    }

    /// Sends bytes as they are. That the client has gone is no failure of the server's.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).and_then(|()| self.stream.flush());
    }

    /// Sends a response with a Content-Length.
    pub fn respond(&mut self, status: &str, headers: &str, body: impl AsRef<[u8]>) {
        let body = body.as_ref();
        let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        self.send([head.as_bytes(), body].concat());
    }

    /// Reads and drops this many bytes, and says how many came before the connection ended.
    pub fn discard(&mut self, length: u64) -> u64 {
        let mut seen = 0;
        while seen < length {
            if self.unread.is_empty() && self.fill().is_none() {
                break;
            }
            let n = (self.unread.len() as u64).min(length - seen);
            self.unread.drain(..n as usize);
            seen += n;
        }
        seen
    }

    /// Sends the same bytes over and over until the client hangs up.
    pub fn send_for_ever(&mut self, bytes: impl AsRef<[u8]>) {
        while self.stream.write_all(bytes.as_ref()).is_ok() {}
    }

    /// Sends one byte at a time with this pause after each, until the client hangs up.
    pub fn drip(&mut self, pause: std::time::Duration, bytes: impl IntoIterator<Item = u8>) {
        for byte in bytes {
            if self.stream.write_all(&[byte]).and_then(|()| self.stream.flush()).is_err() {
                return;
            }
            thread::sleep(pause);
        }
    }

    /// Says no more, but goes on reading until the client hangs up.
    pub fn wait_for_close(&mut self) {
        while self.fill().is_some() {
            self.unread.clear();
        }
    }

    /// Ends the sending side: the client reads an end.
    pub fn shutdown_write(&mut self) {
        let _ = self.tcp.shutdown(Shutdown::Write);
    }

    /// Breaks the connection: the client gets a reset, not an end.
    pub fn reset(self) {
        let socket = socket2::SockRef::from(&self.tcp);
        socket.set_linger(Some(std::time::Duration::ZERO)).unwrap();
        // Dropping both handles closes it with a RST.
    }
}

/// A loopback server. It stops when it is dropped.
pub struct Server {
    addr: SocketAddr,
    log: Arc<Mutex<Vec<Received>>>,
    accepted: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Server {
    /// Runs `script` on a thread of its own for each connection.
    pub fn start(script: impl Fn(Conn) + Send + Sync + 'static) -> Server {
        Self::run(|tcp| Some(Box::new(tcp)), script)
    }

    /// The same over TLS. A handshake that fails counts as a connection, but runs no script.
    pub fn start_tls(
        config: Arc<rustls::ServerConfig>,
        script: impl Fn(Conn) + Send + Sync + 'static,
    ) -> Server {
        Self::run(
            move |mut tcp| {
                let mut conn = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
                while conn.is_handshaking() {
                    conn.complete_io(&mut tcp).ok()?;
                }
                Some(Box::new(rustls::StreamOwned::new(conn, tcp)))
            },
            script,
        )
    }

    /// Runs `script` on the bare socket of each connection; the requests are not recorded.
    pub fn start_raw(script: impl Fn(TcpStream) + Send + Sync + 'static) -> Server {
        Self::run(
            move |tcp| {
                script(tcp);
                None
            },
            |_| {},
        )
    }

    fn run(
        wrap: impl Fn(TcpStream) -> Option<Box<dyn Stream>> + Send + Sync + 'static,
        script: impl Fn(Conn) + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let (log, accepted, stop) = <(Arc<_>, Arc<AtomicUsize>, Arc<AtomicBool>)>::default();
        let shared = (Arc::clone(&log), Arc::clone(&accepted), Arc::clone(&stop));
        let (script, wrap) = (Arc::new(script), Arc::new(wrap));
        thread::spawn(move || {
            let (log, accepted, stop) = shared;
            for tcp in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(tcp) = tcp else { continue };
                // A server that closes may not have a piece of its answer waiting for an ACK.
                let _ = tcp.set_nodelay(true);
                let number = accepted.fetch_add(1, Ordering::SeqCst);
                let (script, wrap, log) =
                    (Arc::clone(&script), Arc::clone(&wrap), Arc::clone(&log));
                thread::spawn(move || {
                    let handle = tcp.try_clone().unwrap();
                    if let Some(stream) = wrap(tcp) {
                        script(Conn { stream, tcp: handle, number, unread: Vec::new(), log });
                    }
                });
            }
        });
        Server { addr, log, accepted, stop }
    }

    /// Answers every request on every connection alike.
    pub fn answering(status: &'static str, headers: &'static str, body: &'static str) -> Server {
        Self::start(move |mut conn| {
            while conn.read_request().is_some() {
                conn.respond(status, headers, body);
            }
        })
    }

    /// Answers every request with these bytes, then ends the connection.
    pub fn saying(bytes: impl Into<Vec<u8>>) -> Server {
        let bytes = bytes.into();
        Self::start(move |mut conn| {
            if conn.read_request().is_some() {
                conn.send(&bytes);
            }
        })
    }

    pub fn port(&self) -> u16 {
        self.addr.port()
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// The requests that arrived whole, in order.
    pub fn requests(&self) -> Vec<Received> {
        self.log.lock().unwrap().clone()
    }

    /// The only request that arrived.
    pub fn request(&self) -> Received {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "one request was expected: {requests:#?}");
        requests[0].clone()
    }

    /// Sends `req` here without TLS.
    pub fn call(&self, http: &impl Client, req: &HttpRequest) -> Result<HttpResponse> {
        http.request("127.0.0.1", self.port(), req)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.addr);
    }
}

/// Reads to the end of a request's head, from a stream that [`Server::start_raw`] gave.
pub fn read_head_from(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Holds a script back until the test lets it go on, or the other way round.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, std::sync::Condvar)>);

impl Gate {
    pub fn new() -> Gate {
        Gate::default()
    }

    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    /// Waits until it is open; for ever is half a minute here.
    pub fn wait(&self) {
        let open = self.0.0.lock().unwrap();
        let limit = std::time::Duration::from_secs(30);
        let (open, _) = self.0.1.wait_timeout_while(open, limit, |open| !*open).unwrap();
        assert!(*open, "nobody opened the gate");
    }
}

/// A port of this machine where nobody listens, as nobody else can while this is held.
pub struct ClosedPort(socket2::Socket);

impl Default for ClosedPort {
    fn default() -> ClosedPort {
        ClosedPort::new()
    }
}

impl ClosedPort {
    pub fn new() -> ClosedPort {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let socket = socket.unwrap();
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        ClosedPort(socket)
    }

    pub fn port(&self) -> u16 {
        self.0.local_addr().unwrap().as_socket().unwrap().port()
    }
}

/// What sends requests: a transport, or Chilkat's object around one.
pub trait Client {
    fn request(&self, host: &str, port: u16, req: &HttpRequest) -> Result<HttpResponse>;
}

impl Client for Transport {
    fn request(&self, host: &str, port: u16, req: &HttpRequest) -> Result<HttpResponse> {
        self.synchronous_request(host, port, false, req)
    }
}

#[cfg(feature = "chilkat")]
impl Client for zoomkat::chilkat::Http {
    fn request(&self, host: &str, port: u16, req: &HttpRequest) -> Result<HttpResponse> {
        self.synchronous_request(host, port, false, req)
    }
}

/// Chilkat's object with the settings of this transport: its getters read them.
#[cfg(feature = "chilkat")]
pub fn chilkat(http: &Transport) -> zoomkat::chilkat::Http {
    http.clone().into()
}

/// A transport for tests: no proxy of the machine's, and a second of patience.
pub fn transport() -> Transport {
    let mut http = Transport::new();
    http.set_env_proxy(false).set_read_timeout(1).set_connect_timeout(5);
    http
}

/// A patient transport, for what must not time out on a slow machine.
pub fn patient() -> Transport {
    let mut http = transport();
    http.set_read_timeout(60).set_connect_timeout(60);
    http
}
