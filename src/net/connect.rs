//! From an origin to a connection: name look-up, proxy, TCP and TLS.
//!
//! ureq's `Agent` would do this in one, but looks the name up before it asks its pool, and its HTTP
//! layer has limits of its own (docs/architecture.md). Here each step has its moment in the story and
//! its own kind of error.

use std::fmt;
use std::io::{self, Cursor};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{LazyBuffers, NextTimeout, Transport};
use ureq::{Proxy, ProxyProtocol, Timeout};

use super::diagnose;
use super::handshake::Peer;
use super::origin::Origin;
use super::pool::Route;
use super::socket::{self, Mode, Socket, SocketTransport, StepEnd, capped, ending};
use super::socks::{self, Destination};
use super::tls::Tls;
use super::tunnel;
use super::watch::Watch;
use crate::error::{Error, Result};
use crate::trace::{Step, Story, TlsFacts};

/// Bytes each way that a connection buffers.
pub(crate) const BUFFER: usize = 64 * 1024;

/// How long an attempt to connect waits before it looks whether the call is to end.
const CONNECT_SLICE: Duration = Duration::from_millis(20);

/// How long the steps of a call may take.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// Look-up and TCP connect together.
    pub(crate) connect: Option<Duration>,
    /// Silence: the time between two bytes, and the time for a TLS handshake or a whole header.
    pub(crate) silence: Option<Duration>,
    /// When the whole call must have ended.
    pub(crate) end: Option<Instant>,
}

impl Limits {
    /// For the next write: silence from one byte to the next, and what the whole call has left.
    pub(crate) fn write(&self) -> NextTimeout {
        let per_write = self.silence.map(Into::into);
        NextTimeout { per_write, ..self.whole_call() }
    }

    /// For the next read: silence until something of the response comes. Over TLS that is a whole
    /// record; bytes of one that is never finished are silence.
    pub(crate) fn read(&self) -> NextTimeout {
        capped(self.whole_call(), self.silence, Timeout::PerRead)
    }

    /// For a step that must end at `step_end`, however often a byte of it comes.
    pub(crate) fn until(&self, step_end: Option<StepEnd>) -> NextTimeout {
        ending(self.write(), step_end)
    }

    /// Whether the time for the whole call is over.
    pub(crate) fn is_over(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }

    fn whole_call(&self) -> NextTimeout {
        ending(NextTimeout::default(), self.end.map(|end| (end, Timeout::Global)))
    }
}

/// The end of a step that starts now.
pub(crate) fn step_end(limit: Option<Duration>, reason: Timeout) -> Option<StepEnd> {
    limit.map(|limit| (Instant::now() + limit, reason))
}

/// An open connection and what is known of it.
pub(crate) struct Connection {
    pub(crate) transport: Box<dyn Transport>,
    /// What it was made for.
    origin: Origin,
    proxy: Option<Proxy>,
    tls_settings: Arc<Tls>,
    /// At the bottom of `transport`.
    socket: Arc<Socket>,
    /// Whether `transport` adds nothing to the socket: neither TLS nor a proxy.
    is_bare: bool,
    /// Whether it has served a request before.
    pub(crate) reused: bool,
    /// The call that it serves.
    watch: Option<Watch>,
    /// An answer on it was ambiguous: what comes next may be part of that.
    is_distrusted: bool,
    /// What was agreed on with the origin; `None` for plain HTTP.
    pub(crate) tls: Option<Arc<TlsFacts>>,
    /// Input that came while the request was still going out; it stands before the transport's own.
    stash: Cursor<Vec<u8>>,
}

/// What of an early response is held in memory while the rest of the request goes out.
const MAX_STASH: usize = 1024 * 1024;

impl Connection {
    pub(crate) fn route(&self) -> Route<'_> {
        Route { origin: &self.origin, proxy: self.proxy.as_ref(), tls: &self.tls_settings }
    }

    #[cfg(test)]
    pub(crate) fn for_test(
        transport: Box<dyn Transport>,
        socket: Arc<Socket>,
        origin: &Origin,
        tls: &Arc<Tls>,
    ) -> Connection {
        Connection {
            transport,
            origin: origin.clone(),
            proxy: None,
            tls_settings: Arc::clone(tls),
            socket,
            is_bare: true,
            reused: false,
            is_distrusted: false,
            watch: None,
            tls: None,
            stash: Cursor::default(),
        }
    }

    /// Serves a call from here on: whoever may end that can reach it here.
    pub(crate) fn attach(&mut self, watch: &Watch) {
        self.socket.set_listener(watch.listener.clone());
        watch.waits_on(&self.socket);
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
        self.socket.set_listener(None);
        self.watch = None;
    }

    /// A body of `total` bytes is to be counted for the call.
    pub(crate) fn start(&self, total: u64) {
        if let Some(watch) = &self.watch {
            watch.start(total);
        }
    }

    /// So many more bytes of that body have gone, or come.
    pub(crate) fn count(&self, bytes: usize) {
        if let Some(watch) = &self.watch {
            watch.count(bytes);
        }
    }

    /// What has been received and not yet consumed.
    pub(crate) fn input(&mut self) -> &[u8] {
        match self.stashed() {
            0 => self.transport.buffers().input(),
            _ => &self.stash.get_ref()[self.stash.position() as usize..],
        }
    }

    pub(crate) fn consume(&mut self, n: usize) {
        if self.stashed() == 0 {
            return self.transport.buffers().input_consume(n);
        }
        self.stash.set_position(self.stash.position() + n as u64);
        if self.stashed() == 0 {
            self.stash = Cursor::default();
        }
    }

    /// Waits for more input; false is the end of it.
    pub(crate) fn receive(&mut self, limit: NextTimeout) -> Result<bool, ureq::Error> {
        let more = self.transport.await_input(limit)?;
        if self.stashed() > 0 {
            self.put_aside();
        }
        Ok(more)
    }

    /// Makes room for more input; false when there is enough of it.
    pub(crate) fn put_aside(&mut self) -> bool {
        let taken = self.stash.position() as usize;
        self.stash.get_mut().drain(..taken);
        self.stash.set_position(0);
        let buffers = self.transport.buffers();
        let n = buffers.input().len();
        self.stash.get_mut().extend_from_slice(buffers.input());
        buffers.input_consume(n);
        self.stashed() < MAX_STASH
    }

    fn stashed(&self) -> usize {
        self.stash.get_ref().len() - self.stash.position() as usize
    }

    /// The socket, where nothing stands between it and what is written.
    pub(crate) fn bare_socket(&self) -> Option<&Socket> {
        self.is_bare.then_some(&*self.socket)
    }

    /// Whether a write gave way to something that can be read.
    pub(crate) fn owes(&self) -> bool {
        self.socket.owes()
    }

    /// Sends what is owed.
    pub(crate) fn settle(&self, limit: NextTimeout) -> Result<(), ureq::Error> {
        self.socket.settle(limit)
    }

    pub(crate) fn set_mode(&self, mode: Mode) {
        self.socket.set_mode(mode);
    }

    /// Whether something has come that can be read at once.
    pub(crate) fn is_readable(&self) -> bool {
        self.socket.is_readable()
    }

    /// Whether an idle connection is alive: nothing has come, not even its end.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.transport.is_open()
    }
}

/// What it has received stays unsaid.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("reused", &self.reused).finish_non_exhaustive()
    }
}

/// Whether the proxy itself is to answer: plain HTTP through an HTTP proxy.
pub(crate) fn is_forwarding(proxy: &Proxy, origin: &Origin) -> bool {
    !origin.is_tls() && matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https)
}

/// What a dialer needs to know about a proxy beyond its address.
#[derive(Clone, Copy)]
pub(crate) struct ProxyAgent<'a> {
    /// The environment named it.
    pub(crate) from_env: bool,
    /// What a CONNECT request says of the client.
    pub(crate) user_agent: &'a str,
}

/// Makes connections. The resolver is a field so that a test can count look-ups.
#[derive(Debug)]
pub(crate) struct Dialer {
    pub(crate) resolver: Arc<dyn Resolver>,
}

impl Default for Dialer {
    fn default() -> Self {
        Dialer { resolver: Arc::new(DefaultResolver::default()) }
    }
}

impl Dialer {
    pub(crate) fn open(
        &self,
        Route { origin, proxy, tls: tls_settings }: Route<'_>,
        agent: ProxyAgent<'_>,
        limits: Limits,
        watch: &Watch,
        story: &mut Story,
    ) -> Result<Connection> {
        // A point in time, as ureq gives each step within this step the whole of its budget.
        let connect = step_end(limits.connect, Timeout::Connect);
        let whole_call = limits.end.map(|end| (end, Timeout::Global));
        let end = connect.into_iter().chain(whole_call).min_by_key(|(end, _)| *end);
        let budget = || limits.until(end);
        let uri = origin.uri()?;
        let config = Config::builder().proxy(None).build();
        let resolver = LookUp { resolver: Arc::clone(&self.resolver), watch: watch.clone() };
        let dial =
            Dial { resolver: &resolver, watch, config: &config, tls: tls_settings, limits, end };

        let look_up = |story: &mut Story| {
            story.add(Step::Resolve { host: origin.host().to_owned() });
            let addrs = resolver
                .resolve(&uri, &config, budget())
                .map_err(|err| diagnose::resolve(err, origin, limits.connect))?;
            story.add(Step::Resolved { addresses: addrs.len() });
            Ok::<_, Error>(addrs)
        };

        let (transport, socket): (Box<dyn Transport>, _) = if let Some(proxy) = proxy {
            story.add(Step::Proxy { host: proxy.host().to_owned(), port: proxy.port() });
            let target = if proxy.resolve_target() { Some(look_up(story)?) } else { None };
            dial.through(proxy, origin, target.as_deref(), agent.user_agent, budget)
                .map_err(|fault| diagnose::proxy(fault, proxy, agent.from_env, limits))?
        } else {
            let (transport, to) = dial
                .tcp(&look_up(story)?)
                .map_err(|err| diagnose::connect(err, origin, limits.connect))?;
            story.add(Step::Connected { to });
            let socket = transport.socket();
            (Box::new(transport), socket)
        };
        socket.set_end(None);

        let (transport, tls) = if origin.is_tls() {
            let budget = limits.until(step_end(limits.silence, Timeout::PerRead));
            let (transport, facts) = tls_settings
                .handshake(Peer::Origin, origin.host(), transport, budget)
                .map_err(|err| diagnose::tls(err, origin, limits.silence))?;
            let facts = Arc::new(facts);
            story.add(Step::Tls { facts: Arc::clone(&facts), checked: tls_settings.checked() });
            (Box::new(transport) as _, Some(facts))
        } else {
            (transport, None)
        };
        let stash = Cursor::default();
        Ok(Connection {
            transport,
            origin: origin.clone(),
            proxy: proxy.cloned(),
            tls_settings: Arc::clone(tls_settings),
            socket,
            is_bare: proxy.is_none() && !origin.is_tls(),
            reused: false,
            is_distrusted: false,
            watch: None,
            tls,
            stash,
        })
    }
}

/// Why there is no connection through a proxy.
#[derive(Debug)]
pub(crate) enum ProxyFault {
    /// The connection to the proxy broke, or took too long.
    Broken(ureq::Error),
    /// It wants a login, or another one.
    Login(String),
    /// Anything else: what it says and what to do.
    Refused(String),
}

impl From<ureq::Error> for ProxyFault {
    fn from(err: ureq::Error) -> ProxyFault {
        ProxyFault::Broken(err)
    }
}

/// What the steps of one connection share.
struct Dial<'d> {
    resolver: &'d LookUp,
    watch: &'d Watch,
    config: &'d Config,
    tls: &'d Arc<Tls>,
    limits: Limits,
    /// When the step must have ended that leads up to TLS with the origin.
    end: Option<StepEnd>,
}

impl Dial<'_> {
    fn tcp(&self, addrs: &[SocketAddr]) -> Result<(SocketTransport, SocketAddr), ureq::Error> {
        let until = self.end.map(|(end, _)| end);
        // What ends the call is looked at now and then: it cannot wake who waits for a connection.
        let pause = || self.watch.pause(CONNECT_SLICE);
        let (stream, to) =
            socket::connect(addrs, until, &pause).map_err(|err| match err.kind() {
                io::ErrorKind::TimedOut => {
                    ureq::Error::Timeout(self.end.map_or(Timeout::Connect, |(_, reason)| reason))
                }
                _ => err.into(),
            })?;
        let transport = SocketTransport::new(stream, LazyBuffers::new(BUFFER, BUFFER));
        // What follows on it, such as a proxy's reply, belongs to the same step.
        let socket = transport.socket();
        socket.set_end(self.end);
        socket.set_listener(self.watch.listener.clone());
        self.watch.waits_on(&socket);
        Ok((transport, to))
    }

    /// Through a proxy to the origin, or to the proxy alone where that is to answer itself.
    /// `target` is where the origin is, if that was looked up here.
    fn through(
        &self,
        proxy: &Proxy,
        origin: &Origin,
        target: Option<&[SocketAddr]>,
        user_agent: &str,
        budget: impl Fn() -> NextTimeout,
    ) -> Result<(Box<dyn Transport>, Arc<Socket>), ProxyFault> {
        let addrs = self.resolver.resolve(proxy.uri(), self.config, budget())?;
        let (mut transport, _) = self.tcp(&addrs)?;
        let socket = transport.socket();
        if self.limits.connect.is_none() {
            // What is said to a proxy is a part of connecting. Without a limit for that, it has the time that
            // a response header has.
            let answered = step_end(self.limits.silence, Timeout::PerRead);
            socket.set_end(self.end.into_iter().chain(answered).min_by_key(|(end, _)| *end));
        }
        if socks::is_socks(proxy) {
            let to = target.and_then(|addrs| Destination::of_addresses(proxy, addrs));
            let to = to.unwrap_or(Destination::of_host(origin.host(), origin.port()));
            socks::connect(&mut transport, proxy, to, budget())?;
            return Ok((Box::new(transport), socket));
        }
        let mut transport: Box<dyn Transport> = Box::new(transport);
        if proxy.protocol() == ProxyProtocol::Https {
            let host = proxy.uri().host().unwrap_or_default();
            let (tls, _) = self.tls.handshake(Peer::Proxy, host, transport, budget())?;
            transport = Box::new(tls);
        }
        if !is_forwarding(proxy, origin) {
            tunnel::connect(&mut *transport, proxy, origin, user_agent, budget())?;
        }
        Ok((transport, socket))
    }
}

/// The look-up, so that a call that is ended does not wait for it: the system's cannot be
/// interrupted.
#[derive(Debug)]
struct LookUp {
    resolver: Arc<dyn Resolver>,
    watch: Watch,
}

impl Resolver for LookUp {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        if timeout.after.is_zero() {
            return Err(ureq::Error::Timeout(timeout.reason));
        }
        // Without a limit ureq's own does not start a thread, too.
        let unlimited = NextTimeout::default();
        let host = uri.host().unwrap_or_default();
        if host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return self.resolver.resolve(uri, config, unlimited); // which takes no time
        }
        let end = timeout.not_zero().and_then(|limit| Instant::now().checked_add(*limit));
        let (resolver, uri, config) = (Arc::clone(&self.resolver), uri.clone(), config.clone());
        let work = move || resolver.resolve(&uri, &config, unlimited);
        self.watch.apart(end, work)?.unwrap_or(Err(ureq::Error::Timeout(timeout.reason)))
    }
}
