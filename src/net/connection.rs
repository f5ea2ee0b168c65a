//! An open connection: its layers, the socket below them, what it was made for and what it has received.

use std::fmt;
use std::sync::Arc;

use ureq::unversioned::transport::{NextTimeout, Transport as Stream};

use super::early_answer::{Aside, IoMode};
use super::origin::Origin;
use super::proxy::Proxy;
use super::route::Route;
use super::socket::Socket;
use super::tls::Tls;
use super::watch::Watch;
use crate::trace::TlsFacts;

/// An open connection.
pub(crate) struct Connection {
    pub(super) stream: Box<dyn Stream>,
    /// What it was made for.
    origin: Origin,
    proxy: Option<Proxy>,
    tls_settings: Arc<Tls>,
    /// At the bottom of `stream`.
    socket: Arc<Socket>,
    /// Whether `stream` adds nothing to the socket: neither TLS nor a proxy.
    is_bare: bool,
    /// Whether it has served a request before.
    pub(crate) reused: bool,
    /// The call that it serves.
    watch: Option<Watch>,
    /// An answer on it was ambiguous: what comes next may be part of that.
    is_distrusted: bool,
    /// What was agreed on with the origin; `None` for plain HTTP.
    pub(crate) tls: Option<Arc<TlsFacts>>,
    /// Input that arrived while the request was still going out; it stands before the stream's own.
    aside: Aside,
}

impl Connection {
    pub(crate) fn route(&self) -> Route<'_> {
        Route { origin: &self.origin, proxy: self.proxy.as_ref(), tls: &self.tls_settings }
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
            socket,
            is_bare: route.proxy.is_none() && !route.origin.is_tls(),
            reused: false,
            is_distrusted: false,
            watch: None,
            tls,
            aside: Aside::default(),
        }
    }

    /// Serves a call from here on, which can be ended while it waits here.
    pub(crate) fn attach(&mut self, watch: &Watch) {
        self.socket.set_monitor(watch.monitor.clone());
        watch.waits_on(self.socket.clone());
        self.watch = Some(watch.clone());
    }

    /// The call that it serves.
    pub(crate) fn watch(&self) -> Option<&Watch> {
        self.watch.as_ref()
    }

    /// Serves no other call after this one.
    pub(crate) fn distrust(&mut self) {
        self.is_distrusted = true;
    }

    pub(crate) fn is_distrusted(&self) -> bool {
        self.is_distrusted
    }

    /// Is idle from here on.
    pub(crate) fn detach(&mut self) {
        self.socket.set_monitor(None);
        self.watch = None;
    }

    /// Starts to count a body of `total` bytes for the call.
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

    /// What has been received and not yet consumed.
    pub(crate) fn input(&mut self) -> &[u8] {
        if self.aside.is_empty() { self.stream.buffers().input() } else { self.aside.input() }
    }

    pub(super) fn consume(&mut self, n: usize) {
        if self.aside.is_empty() {
            self.stream.buffers().input_consume(n);
        } else {
            self.aside.consume(n);
        }
    }

    /// Waits for more input; false is the end of it.
    pub(super) fn receive(&mut self, limit: NextTimeout) -> Result<bool, ureq::Error> {
        let more = self.stream.await_input(limit)?;
        if !self.aside.is_empty() {
            self.put_aside();
        }
        Ok(more)
    }

    /// Moves input out of the buffer, which makes room there; false when no more may be moved.
    pub(super) fn put_aside(&mut self) -> bool {
        let buffers = self.stream.buffers();
        let input = buffers.input();
        let (n, has_room) = (input.len(), self.aside.put(input));
        buffers.input_consume(n);
        has_room
    }

    /// The socket, where nothing stands between it and what is written.
    pub(super) fn bare_socket(&self) -> Option<&Socket> {
        self.is_bare.then_some(&*self.socket)
    }

    /// Whether a write gave way to input.
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

    /// Whether an idle connection is alive: nothing has arrived on it, not even its end.
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
