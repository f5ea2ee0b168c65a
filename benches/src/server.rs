//! The loopback server: as cheap as it can be, so that what is measured is the client.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What bodies are read and written through.
const BUFFER: usize = 256 * 1024;

/// The end of a path whose answer takes [`DELAY`].
pub const SLOW: &str = "/slow";

/// How long a server takes that has something to do.
pub const DELAY: Duration = Duration::from_millis(20);

/// The start of a path that is answered with as many bytes as it says.
pub const DOWN: &str = "/down/";

/// Where clients connect to, and what was seen there.
pub struct Server {
    pub port: u16,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicU64,
    records: AtomicU64,
}

impl Server {
    /// Plain, or over TLS with this configuration.
    pub fn start(tls: Option<Arc<ServerConfig>>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::<Seen>::default();
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (tls, seen) = (tls.clone(), Arc::clone(&shared));
                thread::spawn(move || {
                    // That a client has gone is no failure of the server's.
                    let _ = serve(stream, tls, seen);
                });
            }
        });
        Server { port, seen }
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> u64 {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// How many records of TLS came that say they are application data (RFC 8446 section 5.1): what
    /// ends a handshake of TLS 1.3 is among them.
    pub fn records(&self) -> u64 {
        self.seen.records.load(Ordering::SeqCst)
    }
}

fn serve(stream: TcpStream, tls: Option<Arc<ServerConfig>>, seen: Arc<Seen>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match tls {
        None => answer(stream),
        Some(config) => {
            let conn = ServerConnection::new(config).map_err(io::Error::other)?;
            answer(StreamOwned::new(conn, Tap { stream, seen, header: [0; 5], have: 0, body: 0 }))
        }
    }
}

/// Counts the records that come, below TLS.
struct Tap {
    stream: TcpStream,
    seen: Arc<Seen>,
    header: [u8; 5],
    have: usize,
    /// What is still to come of the record.
    body: usize,
}

impl Read for Tap {
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
                    self.seen.records.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
        Ok(n)
    }
}

impl Write for Tap {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.stream.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Answers one request after the other. Allocates nothing once it runs.
fn answer(mut stream: impl Read + Write) -> io::Result<()> {
    let mut buf = vec![0; BUFFER];
    let mut have = 0;
    loop {
        let head_end = loop {
            if let Some(at) = find(&buf[..have], b"\r\n\r\n") {
                break at + 4;
            }
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
            None => stream.write_all(b"HTTP/1.1 204 No Content\r\nX-Request: 1\r\n\r\n")?,
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

/// The number in a header field, 0 where it is none; `name` in small letters and with its colon.
fn field(head: &[u8], name: &[u8]) -> Option<u64> {
    let line = head
        .split(|byte| *byte == b'\n')
        .find(|line| line.len() > name.len() && line[..name.len()].eq_ignore_ascii_case(name))?;
    let value = std::str::from_utf8(&line[name.len()..]).unwrap_or_default();
    Some(value.trim().parse().unwrap_or(0))
}
