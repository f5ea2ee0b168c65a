//! An open connection: its layers, its socket, its route and the input it has received.

use std::fmt;
use std::sync::Arc;

use ureq::unversioned::transport::NextTimeout;

use super::early_response::{IoMode, Stash};
use super::layers::Stream;
use super::origin::Origin;
use super::proxy::Proxy;
use super::resolve::IpFamily;
use super::route::Route;
use super::socket::Socket;
use super::tls::Tls;
use super::watch::{Interrupt as _, Watch};
use crate::trace::TlsFacts;

/// An open connection.
pub(crate) struct Connection {
    pub(super) stream: Stream,
    /// The route it was opened for.
    origin: Origin,
    proxy: Option<Proxy>,
    tls_settings: Arc<Tls>,
    ip_family: IpFamily,
    /// The socket below `stream`.
    socket: Arc<Socket>,
    /// Whether it has served a request before.
    pub(crate) reused: bool,
    /// The call that uses it.
    watch: Option<Watch>,
    /// Whether a response on it was ambiguous: the next bytes may be part of it.
    is_distrusted: bool,
    /// The TLS parameters negotiated with the origin. `None` for plain HTTP.
    pub(crate) tls: Option<Arc<TlsFacts>>,
    /// Input that arrived while the request was being sent. It is read before the stream's own
    /// buffer.
    stash: Stash,
}

impl Connection {
    pub(crate) fn route(&self) -> Route<'_> {
        Route {
            origin: &self.origin,
            proxy: self.proxy.as_ref(),
            tls: &self.tls_settings,
            ip_family: self.ip_family,
        }
    }

    pub(super) fn new(
        mut stream: Stream,
        route: Route<'_>,
        tls: Option<Arc<TlsFacts>>,
    ) -> Connection {
        let socket = stream.socket().shared();
        Connection {
            stream,
            origin: route.origin.clone(),
            proxy: route.proxy.cloned(),
            tls_settings: Arc::clone(route.tls),
            ip_family: route.ip_family,
            socket,
            reused: false,
            is_distrusted: false,
            watch: None,
            tls,
            stash: Stash::default(),
        }
    }

    /// Attaches a call, which can then be ended while it waits on this connection.
    pub(crate) fn attach(&mut self, watch: &Watch) {
        self.stream.socket().set_monitor(watch.monitor.clone());
        watch.wait_again_on(&*self.socket);
        self.watch = Some(watch.clone());
    }

    /// Returns the call that uses the connection.
    pub(crate) fn watch(&self) -> Option<&Watch> {
        self.watch.as_ref()
    }

    /// Marks the connection as not reusable after this call.
    pub(crate) fn distrust(&mut self) {
        self.is_distrusted = true;
    }

    pub(crate) fn is_distrusted(&self) -> bool {
        self.is_distrusted
    }

    /// Detaches the call. The connection is idle then, and has no buffers. Returns false if an abort
    /// has shut it down.
    pub(crate) fn detach(&mut self) -> bool {
        self.stream.socket().set_monitor(None);
        self.stream.free_memory();
        self.watch = None;
        self.socket.state().end()
    }

    /// Starts the progress of a body of `total` bytes.
    pub(crate) fn start(&self, total: u64) {
        if let Some(watch) = &self.watch {
            watch.start(total);
        }
    }

    /// Records bytes of the body sent or received.
    pub(crate) fn count(&self, bytes: usize) {
        if let Some(watch) = &self.watch {
            watch.count(bytes);
        }
    }

    /// Returns the input that has been received and not consumed.
    pub(crate) fn input(&mut self) -> &[u8] {
        if self.stash.is_empty() { self.stream.input() } else { self.stash.input() }
    }

    pub(super) fn consume(&mut self, n: usize) {
        if self.stash.is_empty() {
            self.stream.consume(n);
        } else {
            self.stash.consume(n);
        }
    }

    /// Waits for more input. Returns false at its end.
    pub(super) fn receive(&mut self, limit: NextTimeout) -> Result<bool, ureq::Error> {
        let more = self.stream.receive(limit)?;
        if !self.stash.is_empty() {
            self.stash_input();
        }
        Ok(more)
    }

    /// Moves input from the buffer to the stash. Returns whether the stash has room for more.
    pub(super) fn stash_input(&mut self) -> bool {
        let input = self.stream.input();
        let (n, has_room) = (input.len(), self.stash.append(input));
        self.stream.consume(n);
        has_room
    }

    /// Whether a write yielded to input.
    pub(crate) fn has_unsent(&mut self) -> bool {
        self.stream.socket().has_unsent()
    }

    pub(super) fn send_unsent(&mut self, limit: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.socket().send_unsent(limit)
    }

    pub(super) fn set_mode(&mut self, mode: IoMode) {
        self.stream.socket().set_mode(mode);
    }

    /// Whether a read from the socket would return at once.
    pub(super) fn is_readable(&self) -> bool {
        self.socket.is_readable()
    }

    /// Whether an idle connection is alive: no bytes have arrived, and the peer has not closed it.
    pub(super) fn is_alive(&mut self) -> bool {
        self.stream.is_open()
    }
}

/// Omits received data, which may be secret.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("reused", &self.reused).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    use super::super::buffers::BUFFER;
    use super::super::exchange::{ExchangeError, exchange};
    use super::super::limits::Limits;
    use super::super::socket::SocketStream;
    use super::*;
    use crate::message::response_head::Head;
    use crate::trace::Trace;

    #[test]
    fn a_connection_rests_without_a_buffer_and_sends_nothing_of_an_earlier_call() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut peer, _) = listener.accept().unwrap();
        let heads = [
            format!("GET /?token={} HTTP/1.1\r\n\r\n", "x".repeat(BUFFER / 2)),
            "GET / HTTP/1.1\r\n\r\n".to_owned(),
        ];
        let lengths = heads.each_ref().map(String::len);
        let server = thread::spawn(move || {
            let mut requests = Vec::new();
            for length in lengths {
                let mut request = vec![0; length];
                peer.read_exact(&mut request).unwrap();
                requests.push(String::from_utf8(request).unwrap());
                peer.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
            }
            let mut rest = Vec::new();
            peer.read_to_end(&mut rest).unwrap();
            (requests, rest)
        });
        let origin = Origin::of_host("127.0.0.1", 80, false);
        let tls = Arc::new(Tls::default());
        let route = Route { origin: &origin, proxy: None, tls: &tls, ip_family: IpFamily::Any };
        let stream = Stream::new(SocketStream::new(stream).unwrap());
        let mut connection = Connection::new(stream, route, None);
        let limits = Limits { connect: None, silence: None, end: None };
        for head in &heads {
            let mut trace = Trace::new("GET", ("127.0.0.1", 80, false), "/");
            let (head, mut answer) = (head.as_bytes(), Head::default());
            exchange(&mut connection, head, None, limits, &mut trace, &mut answer)
                .map_err(ExchangeError::into_error)
                .unwrap();
            assert_eq!(answer.status, 204);
            assert!(connection.stream.has_buffer());
            connection.detach();
            assert!(!connection.stream.has_buffer());
        }
        drop(connection);
        assert_eq!(server.join().unwrap(), (heads.to_vec(), Vec::new()));
    }
}
