//! Opening connections: name resolution, TCP, proxy and TLS.
//!
//! ureq's `Agent` would do this too, but it resolves the name before it asks its pool, and its HTTP
//! layer has limits (docs/architecture.md). Here each step is traced, and has its own kind of
//! error.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ureq::Timeout;
use ureq::unversioned::transport::NextTimeout;

use super::connection::Connection;
use super::diagnose;
use super::layers::Stream;
use super::limits::{Limits, StepEnd, step_end};
use super::origin::Origin;
use super::proxy::{Proxy, ProxyFault, ProxyScheme};
use super::resolve::{LookUp, NameResolver, SystemResolver};
use super::route::Route;
use super::socket::SocketStream;
use super::socks::{self, Destination};
use super::tcp;
use super::tls::{Tls, TlsPeer};
use super::tunnel;
use super::watch::Watch;
use crate::error::Result;
use crate::trace::{Step, TlsFacts, Trace};

/// The interval at which a connect checks whether the call must end.
const CONNECT_SLICE: Duration = Duration::from_millis(20);

/// What a dialer needs apart from the address of a proxy.
#[derive(Clone, Copy)]
pub(crate) struct ProxyAgent<'a> {
    /// Whether the proxy comes from the environment.
    pub(crate) from_env: bool,
    /// The User-Agent of a CONNECT request.
    pub(crate) user_agent: &'a str,
}

/// Opens connections. The resolver is a field so that tests can replace it.
#[derive(Debug)]
pub(crate) struct Dialer {
    pub(crate) resolver: Arc<dyn NameResolver>,
}

impl Default for Dialer {
    fn default() -> Self {
        Dialer { resolver: Arc::new(SystemResolver) }
    }
}

impl Dialer {
    pub(crate) fn open(
        &self,
        route: Route<'_>,
        agent: ProxyAgent<'_>,
        limits: Limits,
        watch: &Watch,
        trace: &mut Trace,
    ) -> Result<Box<Connection>> {
        // All steps share this deadline.
        let connect = step_end(limits.connect, Timeout::Connect);
        let whole_call = limits.end.map(|end| (end, Timeout::Global));
        let end = earlier(connect, whole_call);
        route.origin.check_uri()?;
        let is_tls_proxy = route.proxy.is_some_and(|proxy| proxy.scheme() == ProxyScheme::Https);
        if route.origin.is_tls() || is_tls_proxy {
            route.tls.roots()?; // Fails here, before anything is sent.
        }
        let look_up =
            LookUp { resolver: Arc::clone(&self.resolver), family: route.ip_family, watch };
        let dial = Dial { look_up, watch, route, limits, end };
        let mut stream = match route.proxy {
            Some(proxy) => dial.connect_proxy(proxy, agent, trace)?,
            None => dial.connect_origin(trace)?,
        };
        stream.socket().set_end(None);
        let (stream, tls) = match route.origin.is_tls() {
            true => dial.start_tls(stream, trace).map(|(stream, facts)| (stream, Some(facts)))?,
            false => (stream, None),
        };
        Ok(Box::new(Connection::new(stream, route, tls)))
    }
}

fn earlier(one: Option<StepEnd>, other: Option<StepEnd>) -> Option<StepEnd> {
    one.into_iter().chain(other).min_by_key(|(end, _)| *end)
}

/// The state that the steps of one connection share.
struct Dial<'d> {
    look_up: LookUp<'d>,
    watch: &'d Watch,
    route: Route<'d>,
    limits: Limits,
    /// The deadline of the steps before TLS with the origin.
    end: Option<StepEnd>,
}

impl Dial<'_> {
    fn budget(&self) -> NextTimeout {
        self.limits.until(self.end)
    }

    fn addresses(&self, trace: &mut Trace) -> Result<Vec<SocketAddr>> {
        let origin = self.route.origin;
        trace.add(Step::Resolve { host: origin.host().to_owned() });
        let addresses = self
            .look_up
            .addresses(origin.host(), origin.port(), self.budget())
            .map_err(|err| diagnose::resolve(err, origin, self.limits.connect))?;
        trace.add(Step::Resolved { addresses: addresses.len() });
        Ok(addresses)
    }

    fn connect_origin(&self, trace: &mut Trace) -> Result<Stream> {
        let (stream, to) = self
            .connect_tcp(&self.addresses(trace)?)
            .map_err(|err| diagnose::connect(err, self.route.origin, self.limits.connect))?;
        trace.add(Step::Connected { to });
        Ok(stream)
    }

    fn connect_proxy(
        &self,
        proxy: &Proxy,
        agent: ProxyAgent<'_>,
        trace: &mut Trace,
    ) -> Result<Stream> {
        trace.add(Step::Proxy { host: proxy.host().to_owned(), port: proxy.port() });
        let target = if proxy.needs_addresses() { Some(self.addresses(trace)?) } else { None };
        self.negotiate(proxy, target.as_deref(), agent.user_agent)
            .map_err(|fault| diagnose::proxy(fault, proxy, agent.from_env, self.limits))
    }

    fn connect_tcp(&self, addresses: &[SocketAddr]) -> Result<(Stream, SocketAddr), ureq::Error> {
        let until = self.end.map(|(end, _)| end);
        // An abort cannot wake a thread that connects, so the thread checks for it.
        let pause = || self.watch.pause(CONNECT_SLICE);
        let (stream, to) = tcp::connect(addresses, until, &pause)?.ok_or_else(|| {
            ureq::Error::Timeout(self.end.map_or(Timeout::Connect, |(_, reason)| reason))
        })?;
        let mut socket = SocketStream::new(stream)?;
        // I/O with a proxy on this socket belongs to the same step.
        socket.set_end(self.end);
        socket.set_monitor(self.watch.monitor.clone());
        self.watch.wait_on(socket.shared());
        Ok((Stream::new(socket), to))
    }

    /// Connects to the proxy, and through it to the origin unless the proxy forwards the request.
    /// `target` has the addresses of the origin, if they were resolved here.
    fn negotiate(
        &self,
        proxy: &Proxy,
        target: Option<&[SocketAddr]>,
        user_agent: &str,
    ) -> Result<Stream, ProxyFault> {
        let origin: &Origin = self.route.origin;
        let addresses = self.look_up.addresses(proxy.host(), proxy.port(), self.budget())?;
        let (mut stream, _) = self.connect_tcp(&addresses)?;
        if self.limits.connect.is_none() {
            // Without a connect timeout, the exchange with the proxy has the time limit of a
            // response header.
            let proxy_end = step_end(self.limits.silence, Timeout::PerRead);
            stream.socket().set_end(earlier(self.end, proxy_end));
        }
        if proxy.is_socks() {
            let to = target.and_then(|addresses| Destination::from_addresses(proxy, addresses));
            let to = to.unwrap_or(Destination::from_host(origin.host(), origin.port()));
            socks::connect(&mut stream, proxy, to, self.budget())?;
            return Ok(stream);
        }
        if proxy.scheme() == ProxyScheme::Https {
            let tls: &Tls = self.route.tls;
            let (tls, _) = tls.handshake(TlsPeer::Proxy, proxy.host(), stream, self.budget())?;
            stream = Stream::new(tls);
        }
        if !proxy.is_forwarding(origin) {
            tunnel::connect(&mut stream, proxy, origin, user_agent, self.budget())?;
        }
        Ok(stream)
    }

    /// Performs the TLS handshake with the origin.
    fn start_tls(&self, stream: Stream, trace: &mut Trace) -> Result<(Stream, Arc<TlsFacts>)> {
        let Route { origin, tls, .. } = self.route;
        let budget = self.limits.until(step_end(self.limits.silence, Timeout::PerRead));
        let (stream, facts) = tls
            .handshake(TlsPeer::Origin, origin.host(), stream, budget)
            .map_err(|err| diagnose::tls(err, origin, self.limits.silence))?;
        let facts = Arc::new(facts);
        trace.add(Step::Tls { facts: Arc::clone(&facts), checked: tls.verification() });
        Ok((Stream::new(stream), facts))
    }
}
