//! A loopback server that is as cheap as possible, so that the client is what is measured.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The size of the buffer for bodies, and the longest head.
const BUFFER: usize = 256 * 1024;

/// The end of a path whose response takes [`DELAY`].
pub const SLOW: &str = "/slow";

/// The response time of a server that has work to do.
pub const DELAY: Duration = Duration::from_millis(20);

/// The start of a path that requests this many bytes.
pub const DOWN: &str = "/down/";

/// The number of bytes in a small file.
pub const SMALL: u64 = 64 * 1024;

/// The path of [`GZIP`].
pub const COMPRESSED: &str = "/compressed";

/// A compressed body.
pub static GZIP: OnceLock<Vec<u8>> = OnceLock::new();

/// A server and its counters.
pub struct Server {
    pub port: u16,
    counters: Arc<Counters>,
}

#[derive(Default)]
struct Counters {
    connections: AtomicU64,
    records: AtomicU64,
}

impl Server {
    /// Starts a server, over TLS if there is a configuration.
    pub fn start(tls: Option<Arc<ServerConfig>>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let counters = Arc::<Counters>::default();
        let shared = Arc::clone(&counters);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (tls, counters) = (tls.clone(), Arc::clone(&shared));
                thread::spawn(move || {
                    // A client that disconnects is not an error.
                    let _ = serve(stream, tls, counters);
                });
            }
        });
        Server { port, counters }
    }

    /// Returns the number of accepted connections.
    pub fn connections(&self) -> u64 {
        self.counters.connections.load(Ordering::SeqCst)
    }

    /// Returns the number of received TLS records with the type application data (RFC 8446 section 5.1).
    /// This includes the end of a TLS 1.3 handshake.
    pub fn records(&self) -> u64 {
        self.counters.records.load(Ordering::SeqCst)
    }
}

fn serve(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    counters: Arc<Counters>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match tls {
        None => answer(stream),
        Some(config) => {
            let conn = ServerConnection::new(config).map_err(io::Error::other)?;
            answer(StreamOwned::new(
                conn,
                RecordCounter { stream, counters, header: [0; 5], have: 0, body: 0 },
            ))
        }
    }
}

/// The number of requests that [`start_batches`] answers at once.
pub const BATCH: u64 = 125;

/// Starts a server that waits until it has [`BATCH`] connections with a request each, answers all, and so on until
/// it has `count` connections, which it keeps. Returns its port. It has one thread, so that thousands of connections
/// cost little.
pub fn start_batches(count: usize, tls: Option<Arc<ServerConfig>>) -> u16 {
    fn serve(
        listener: &TcpListener,
        count: usize,
        tls: Option<Arc<ServerConfig>>,
    ) -> io::Result<()> {
        let mut kept: Vec<Box<dyn Stream>> = Vec::new();
        while kept.len() < count {
            let batch = kept.len();
            for _ in 0..BATCH {
                let (tcp, _) = listener.accept()?;
                let mut stream: Box<dyn Stream> = match &tls {
                    None => Box::new(tcp),
                    Some(config) => {
                        let conn =
                            ServerConnection::new(config.clone()).map_err(io::Error::other)?;
                        Box::new(StreamOwned::new(conn, tcp))
                    }
                };
                let (mut buf, mut have) = ([0; 1024], 0);
                while find(&buf[..have], b"\r\n\r\n").is_none() {
                    have += stream.read(&mut buf[have..])?;
                }
                kept.push(stream);
            }
            for stream in &mut kept[batch..] {
                stream.write_all(NO_CONTENT)?;
                stream.flush()?;
            }
        }
        // Until the client has ended. A program is slow to start while this one has thousands of open sockets.
        kept.iter_mut().for_each(|stream| drop(stream.read(&mut [0])));
        Ok(())
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || serve(&listener, count, tls));
    port
}

/// A connection, with or without TLS.
pub trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

const NO_CONTENT: &[u8] = b"HTTP/1.1 204 No Content\r\nX-Request: 1\r\n\r\n";

/// Counts the received records, below TLS.
struct RecordCounter {
    stream: TcpStream,
    counters: Arc<Counters>,
    header: [u8; 5],
    have: usize,
    /// The number of bytes left in the record.
    body: usize,
}

impl Read for RecordCounter {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.stream.read(buf)?;
        let mut bytes = &buf[..n];
        while !bytes.is_empty() {
            let skipped = self.body.min(bytes.len());
            self.body -= skipped;
            bytes = &bytes[skipped..];
            let taken = (self.header.len() - self.have).min(bytes.len());
            self.header[self.have..self.have + taken].copy_from_slice(&bytes[..taken]);
            self.have += taken;
            bytes = &bytes[taken..];
            if self.have == self.header.len() {
                self.have = 0;
                let [kind, _, _, high, low] = self.header;
                self.body = usize::from(u16::from_be_bytes([high, low]));
                if kind == 23 {
                    self.counters.records.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
        Ok(n)
    }
}

impl Write for RecordCounter {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.stream.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Answers requests in a loop, without allocating.
fn answer(mut stream: impl Read + Write) -> io::Result<()> {
    let mut buf = vec![0; BUFFER];
    let mut have = 0;
    loop {
        let mut searched: usize = 0;
        let head_end = loop {
            let from = searched.saturating_sub(3);
            if let Some(at) = find(&buf[from..have], b"\r\n\r\n") {
                break from + at + 4;
            }
            searched = have;
            let n = stream.read(&mut buf[have..])?;
            if n == 0 {
                return Ok(());
            }
            have += n;
        };
        let head = &buf[..head_end];
        let line = &head[..find(head, b"\r\n").unwrap_or(head_end)];
        let path = std::str::from_utf8(line).unwrap_or_default().split(' ').nth(1);
        let path = path.unwrap_or_default();
        let download = path.strip_prefix(DOWN).map(|length| length.parse().unwrap_or(0));
        let is_compressed = path == COMPRESSED;
        let is_slow = path.ends_with(SLOW);
        let expects = field(head, b"expect:").is_some();
        let length = field(head, b"content-length:").unwrap_or(0);
        if expects {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let mut left = length.saturating_sub((have - head_end) as u64);
        while left > 0 {
            let n = stream.read(&mut buf)?;
            if n == 0 {
                return Ok(());
            }
            left = left.saturating_sub(n as u64);
        }
        have = 0;
        if is_slow {
            thread::sleep(DELAY);
        }
        match download {
            None if is_compressed => {
                let body = GZIP.get().map_or(&[][..], Vec::as_slice);
                let length = body.len();
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
                     Content-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
                )?;
                stream.write_all(body)?;
            }
            None => stream.write_all(NO_CONTENT)?,
            Some(length) => {
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n")?;
                let mut left: u64 = length;
                while left > 0 {
                    let n = left.min(BUFFER as u64);
                    stream.write_all(&buf[..n as usize])?;
                    left -= n;
                }
            }
        }
        stream.flush()?;
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Returns the number in a header field, 0 if it is not a number. `name` is in lower case and includes the
/// colon.
fn field(head: &[u8], name: &[u8]) -> Option<u64> {
    let line = head
        .split(|byte| *byte == b'\n')
        .find(|line| line.len() > name.len() && line[..name.len()].eq_ignore_ascii_case(name))?;
    let value = std::str::from_utf8(&line[name.len()..]).unwrap_or_default();
    Some(value.trim().parse().unwrap_or(0))
}
