//! An open connection: its layers, its socket, its route and the input it has received.

use std::fmt;
use std::sync::Arc;

use ureq::unversioned::transport::{NextTimeout, Transport as Stream};

use super::early_response::{IoMode, Stash};
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
    pub(super) stream: Box<dyn Stream>,
    /// The route it was opened for.
    origin: Origin,
    proxy: Option<Proxy>,
    tls_settings: Arc<Tls>,
    ip_family: IpFamily,
    /// The socket below `stream`.
    socket: Arc<Socket>,
    /// Whether there is neither TLS nor a proxy, so that `stream` is the socket.
    is_bare: bool,
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
        stream: Box<dyn Stream>,
        socket: Arc<Socket>,
        route: Route<'_>,
        tls: Option<Arc<TlsFacts>>,
    ) -> Connection {
        Connection {
            stream,
            origin: route.origin.clone(),
            proxy: route.proxy.cloned(),
            tls_settings: Arc::clone(route.tls),
            ip_family: route.ip_family,
            socket,
            is_bare: route.proxy.is_none() && !route.origin.is_tls(),
            reused: false,
            is_distrusted: false,
            watch: None,
            tls,
            stash: Stash::default(),
        }
    }

    /// Attaches a call, which can then be ended while it waits on this connection.
    pub(crate) fn attach(&mut self, watch: &Watch) {
        self.socket.set_monitor(watch.monitor.clone());
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

    /// Detaches the call. The connection is idle then. Returns false if an abort has shut it down.
    pub(crate) fn detach(&mut self) -> bool {
        self.socket.set_monitor(None);
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
        if self.stash.is_empty() { self.stream.buffers().input() } else { self.stash.input() }
    }

    pub(super) fn consume(&mut self, n: usize) {
        if self.stash.is_empty() {
            self.stream.buffers().input_consume(n);
        } else {
            self.stash.consume(n);
        }
    }

    /// Waits for more input. Returns false at its end.
    pub(super) fn receive(&mut self, limit: NextTimeout) -> Result<bool, ureq::Error> {
        let more = self.stream.await_input(limit)?;
        if !self.stash.is_empty() {
            self.stash_input();
        }
        Ok(more)
    }

    /// Moves input from the buffer to the stash. Returns whether the stash has room for more.
    pub(super) fn stash_input(&mut self) -> bool {
        let buffers = self.stream.buffers();
        let input = buffers.input();
        let (n, has_room) = (input.len(), self.stash.append(input));
        buffers.input_consume(n);
        has_room
    }

    /// Returns the socket if there is no layer above it.
    pub(super) fn bare_socket(&self) -> Option<&Socket> {
        self.is_bare.then_some(&*self.socket)
    }

    /// Whether a write yielded to input.
    pub(crate) fn has_unsent(&self) -> bool {
        self.socket.has_unsent()
    }

    pub(super) fn send_unsent(&self, limit: NextTimeout) -> Result<(), ureq::Error> {
        self.socket.send_unsent(limit)
    }

    pub(super) fn set_mode(&self, mode: IoMode) {
        self.socket.set_mode(mode);
    }

    /// Whether a read would return at once.
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
