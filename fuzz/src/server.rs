//! A loopback server whose script changes with each input.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use zoomkat::Transport;

type Script = dyn Fn(Conn) + Send + Sync;

pub struct Server {
    pub port: u16,
    script: Arc<Mutex<Arc<Script>>>,
}

impl Server {
    pub fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let script: Arc<Mutex<Arc<Script>>> = Arc::new(Mutex::new(Arc::new(|_| {})));
        let current = Arc::clone(&script);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = stream.set_nodelay(true);
                let script = Arc::clone(&current.lock().unwrap_or_else(PoisonError::into_inner));
                thread::spawn(move || script(Conn { stream, unread: Vec::new() }));
            }
        });
        Server { port, script }
    }

    /// Sets the script for new connections.
    pub fn serve(&self, script: impl Fn(Conn) + Send + Sync + 'static) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(script);
    }
}

/// Returns a transport that ignores the machine's proxies. Its time limits only matter if something is
/// broken: no server here makes it wait.
pub fn transport() -> Transport {
    let mut http = Transport::new();
    http.set_env_proxy(false)
        .set_connect_timeout(Duration::from_secs(10))
        .set_read_timeout(Duration::from_secs(10))
        .set_total_timeout(Duration::from_secs(20));
    http
}

pub struct Conn {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Conn {
    /// Reads the head of the next request and skips its body; `None` at the end.
    pub fn read_request(&mut self) -> Option<String> {
        let end = loop {
            match self.unread.windows(4).position(|w| w == b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.fill()?,
            }
        };
        let head: Vec<u8> = self.unread.drain(..end).collect();
        let head = String::from_utf8_lossy(&head).into_owned();
        let length = head.lines().find_map(|l| l.strip_prefix("Content-Length: ")?.parse().ok());
        let length: usize = length.unwrap_or_default();
        while self.unread.len() < length {
            self.fill()?;
        }
        self.unread.drain(..length);
        Some(head)
    }

    fn fill(&mut self) -> Option<()> {
        let mut buf = [0; 16 * 1024];
        match self.stream.read(&mut buf) {
            Ok(0) | Err(_) => None,
            Ok(n) => {
                self.unread.extend_from_slice(&buf[..n]);
                Some(())
            }
        }
    }

    pub fn send(&mut self, bytes: &[u8]) {
        // A client that disconnects is not an error.
        let _ = self.stream.write_all(bytes);
    }

    /// Sends a whole response.
    pub fn respond(&mut self, status: &str, headers: &str, body: &[u8]) {
        let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        self.send(&[head.as_bytes(), body].concat());
    }

    /// Shuts down the sending side, so that the client reads the end of the stream.
    pub fn end(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Reads everything until the end.
    pub fn read_to_end(mut self) -> Vec<u8> {
        while self.fill().is_some() {}
        self.unread
    }

    /// Breaks the connection: the client sees a reset, not an end.
    pub fn reset(self) {
        let _ = socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }
}
