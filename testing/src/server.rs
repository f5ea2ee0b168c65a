//! A raw server: a script reads and writes the bytes of each connection.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use zoomkat::{HttpRequest, HttpResponse, Result, Transport};

/// A received request: the text of its head, and its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The request line and the header as received, including the empty line.
    pub head: String,
    /// The body. [`HttpServer`](crate::HttpServer) decodes a chunked body; [`Conn::read_request`] does not
    /// read one.
    pub body: Vec<u8>,
    /// The number of its connection, from 0.
    pub connection: usize,
}

impl Received {
    /// Returns the request line, such as `GET / HTTP/1.1`.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// Returns the method, such as `GET`.
    pub fn method(&self) -> &str {
        self.line().split(' ').next().unwrap_or_default()
    }

    /// Returns the target as received, usually a path and a query.
    pub fn target(&self) -> &str {
        self.line().split(' ').nth(1).unwrap_or_default()
    }

    /// Returns the header lines without their line ends, in the order received.
    pub fn headers(&self) -> Vec<&str> {
        self.head.lines().skip(1).filter(|line| !line.is_empty()).collect()
    }

    /// Returns the value of the first header with this name, ignoring case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().into_iter().find_map(|line| {
            let (n, value) = line.split_once(':')?;
            n.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Returns the body as UTF-8, with U+FFFD for invalid bytes.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub(crate) trait Stream: Read + Write + Send {}
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
    /// Returns the number of this connection, from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Reads a request with its body, by Content-Length, and records it; `None` at the end of the
    /// connection.
    ///
    /// # Panics
    ///
    /// If the Content-Length is not a number.
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

    /// Reads only the head of a request.
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

    /// Reads `length` bytes; `None` if the connection ends earlier.
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

    /// Sends bytes unchanged. Ignores errors, since the client may have closed the connection.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).and_then(|()| self.stream.flush());
    }

    /// Sends a response with a Content-Length. `status` is a code and a reason, such as `200 OK`; each line
    /// of `headers` ends in CRLF.
    pub fn respond(&mut self, status: &str, headers: &str, body: impl AsRef<[u8]>) {
        let body = body.as_ref();
        let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        self.send([head.as_bytes(), body].concat());
    }

    /// Reads and drops `length` bytes. Returns how many arrived before the connection ended.
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

    /// Sends the same bytes repeatedly until the client closes the connection.
    pub fn send_for_ever(&mut self, bytes: impl AsRef<[u8]>) {
        while self.stream.write_all(bytes.as_ref()).is_ok() {}
    }

    /// Sends one byte at a time with a pause after each, until the client closes the connection.
    pub fn drip(&mut self, pause: Duration, bytes: impl IntoIterator<Item = u8>) {
        for byte in bytes {
            if self.stream.write_all(&[byte]).and_then(|()| self.stream.flush()).is_err() {
                return;
            }
            thread::sleep(pause);
        }
    }

    /// Reads, without sending, until the client closes the connection.
    pub fn wait_for_close(&mut self) {
        while self.fill().is_some() {
            self.unread.clear();
        }
    }

    /// Shuts down the sending side, so that the client reads the end of the stream.
    pub fn shutdown_write(&mut self) {
        let _ = self.tcp.shutdown(Shutdown::Write);
    }

    /// Closes the connection with a reset.
    ///
    /// # Panics
    ///
    /// If the socket option cannot be set.
    pub fn reset(self) {
        let socket = socket2::SockRef::from(&self.tcp);
        socket.set_linger(Some(Duration::ZERO)).unwrap();
        // Dropping both handles sends the RST.
    }
}

/// A raw server on 127.0.0.1: a closure, the script, reads and writes the bytes of each connection. It
/// stops accepting connections when dropped.
///
/// It can act like a broken server: cut a response, stay silent, reset the connection. If a server only
/// needs to answer, [`HttpServer`](crate::HttpServer) is simpler.
///
/// ```
/// use zoomkat::{HttpRequest, Transport};
/// use zoomkat_testing::Server;
///
/// let server = Server::start(|mut conn| {
///     conn.read_request();
///     conn.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
/// });
/// let result = server.call(&Transport::new(), &HttpRequest::new());
/// assert!(result.is_err(), "the body was cut");
/// assert_eq!(server.request().line(), "GET / HTTP/1.1");
/// ```
pub struct Server {
    addr: SocketAddr,
    log: Arc<Mutex<Vec<Received>>>,
    accepted: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Server {
    /// Starts a server that runs `script` for each connection, on a new thread.
    ///
    /// # Panics
    ///
    /// This and the other functions that start a server panic if there is no free port.
    pub fn start(script: impl Fn(Conn) + Send + Sync + 'static) -> Server {
        Self::run(|tcp| Some(Box::new(tcp)), script)
    }

    /// Starts a server with TLS. A failed handshake counts as a connection but runs no script.
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

    /// Starts a server that runs `script` on the socket of each connection. Requests are not recorded.
    pub fn start_raw(script: impl Fn(TcpStream) + Send + Sync + 'static) -> Server {
        Self::run(
            move |tcp| {
                script(tcp);
                None
            },
            |_| {},
        )
    }

    pub(crate) fn run(
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
                // Otherwise part of a response may wait for an ACK when the server closes.
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

    /// Starts a server that gives every request the same response, sent as by [`Conn::respond`].
    pub fn answering(status: &'static str, headers: &'static str, body: &'static str) -> Server {
        Self::start(move |mut conn| {
            while conn.read_request().is_some() {
                conn.respond(status, headers, body);
            }
        })
    }

    /// Starts a server that answers the first request on each connection with these bytes and closes it.
    pub fn saying(bytes: impl Into<Vec<u8>>) -> Server {
        let bytes = bytes.into();
        Self::start(move |mut conn| {
            if conn.read_request().is_some() {
                conn.send(&bytes);
            }
        })
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.addr.port()
    }

    /// Returns the number of accepted connections.
    pub fn connections(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Returns the requests read by [`Conn::read_request`], in order.
    pub fn requests(&self) -> Vec<Received> {
        self.log.lock().unwrap().clone()
    }

    /// Returns the only request that arrived.
    ///
    /// # Panics
    ///
    /// If no request has arrived, or more than one.
    pub fn request(&self) -> Received {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "one request was expected: {requests:#?}");
        requests[0].clone()
    }

    /// Sends `req` to this server, without TLS.
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

/// Reads the head of a request from a socket that [`Server::start_raw`] passes to its script.
pub fn read_head_from(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// A sender of requests: a transport, or Chilkat's object around one.
pub trait Client {
    /// Sends a request to a host without TLS.
    ///
    /// # Errors
    ///
    /// Those of [`Transport::synchronous_request`].
    fn request(&self, host: &str, port: u16, req: &HttpRequest) -> Result<HttpResponse>;
}

impl Client for Transport {
    fn request(&self, host: &str, port: u16, req: &HttpRequest) -> Result<HttpResponse> {
        self.synchronous_request(host, port, false, req)
    }
}

impl Client for zoomkat::chilkat::Http {
    fn request(&self, host: &str, port: u16, req: &HttpRequest) -> Result<HttpResponse> {
        self.synchronous_request(host, port, false, req)
    }
}
