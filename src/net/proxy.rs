//! A proxy: its protocol, address and login, and the errors of connecting through it.

use super::origin::Origin;
use crate::error::{Error, Result};

/// The protocol of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyScheme {
    Http,
    /// HTTP over TLS between client and proxy.
    Https,
    Socks4,
    /// The proxy resolves names.
    Socks4a,
    Socks5,
    /// The proxy resolves names.
    Socks5h,
}

impl From<ProxyScheme> for ureq::ProxyProtocol {
    fn from(scheme: ProxyScheme) -> Self {
        match scheme {
            ProxyScheme::Http => ureq::ProxyProtocol::Http,
            ProxyScheme::Https => ureq::ProxyProtocol::Https,
            ProxyScheme::Socks4 => ureq::ProxyProtocol::Socks4,
            ProxyScheme::Socks4a => ureq::ProxyProtocol::Socks4A,
            ProxyScheme::Socks5 => ureq::ProxyProtocol::Socks5,
            ProxyScheme::Socks5h => ureq::ProxyProtocol::Socks5h,
        }
    }
}

/// A proxy. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proxy(ureq::Proxy);

impl Proxy {
    /// A proxy at a host without a fault and a port. An empty `user` means no login. An error names
    /// `member`, the setter of the host.
    pub(crate) fn new(
        member: &str,
        scheme: ProxyScheme,
        (host, port): (&str, u16),
        (user, password): (&str, &str),
    ) -> Result<Proxy> {
        let origin = Origin::of_host(host, port, false);
        let mut builder = ureq::Proxy::builder(scheme.into()).host(origin.host()).port(port);
        if !user.is_empty() {
            builder = builder.username(user).password(password);
        }
        builder.build().map(Proxy).map_err(|err| Error::invalid(member, err))
    }

    /// The proxy that a URL names. ureq would take a login whose `/`, `?` or `#` is not encoded for a
    /// host, and would use port 80 instead of a port that is not a number.
    pub(super) fn from_url(url: &str) -> Option<Proxy> {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let port = host.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.contains(']'));
        if path.contains('@') || port.is_some_and(|port| !matches!(port.parse(), Ok(1..=u16::MAX)))
        {
            return None;
        }
        ureq::Proxy::new(url).map(Proxy).ok()
    }

    pub(crate) fn scheme(&self) -> ProxyScheme {
        match self.0.protocol() {
            ureq::ProxyProtocol::Http => ProxyScheme::Http,
            ureq::ProxyProtocol::Https => ProxyScheme::Https,
            ureq::ProxyProtocol::Socks4 => ProxyScheme::Socks4,
            ureq::ProxyProtocol::Socks4A => ProxyScheme::Socks4a,
            ureq::ProxyProtocol::Socks5 => ProxyScheme::Socks5,
            _ => ProxyScheme::Socks5h,
        }
    }

    pub(super) fn is_socks(&self) -> bool {
        !matches!(self.scheme(), ProxyScheme::Http | ProxyScheme::Https)
    }

    pub(super) fn is_socks4(&self) -> bool {
        matches!(self.scheme(), ProxyScheme::Socks4 | ProxyScheme::Socks4a)
    }

    /// Whether the proxy forwards a request to `origin` instead of opening a tunnel: plain HTTP
    /// through an HTTP proxy.
    pub(crate) fn is_forwarding(&self, origin: &Origin) -> bool {
        !origin.is_tls() && !self.is_socks()
    }

    /// Whether the client resolves the origin's name for it.
    pub(super) fn needs_addresses(&self) -> bool {
        self.0.resolve_target()
    }

    pub(crate) fn host(&self) -> &str {
        self.0.host()
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port()
    }

    /// Returns user and password, if either is set.
    pub(crate) fn login(&self) -> Option<(&str, &str)> {
        let (user, password) = (self.0.username(), self.0.password());
        (user.is_some() || password.is_some())
            .then(|| (user.unwrap_or_default(), password.unwrap_or_default()))
    }
}

/// Why there is no connection through a proxy.
#[derive(Debug)]
pub(crate) enum ProxyFault {
    /// The connection to the proxy failed or timed out.
    Broken(ureq::Error),
    /// The proxy requires a login, or refuses the one sent.
    Login(String),
    /// Anything else: what the proxy answered, and what to do.
    Refused(String),
}

impl From<ureq::Error> for ProxyFault {
    fn from(err: ureq::Error) -> ProxyFault {
        ProxyFault::Broken(err)
    }
}
