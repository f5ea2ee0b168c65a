//! A proxy: its protocol, address and login, and the errors of connecting through it.

use super::origin::Origin;
use super::socks::MAX_CREDENTIAL;
use crate::redact::{masked_domain, quoted};
use crate::text::host::{HostFault, host_fault};

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
    /// A proxy at a host and port. An empty `user` means no login.
    pub(crate) fn new(
        scheme: ProxyScheme,
        (host, port): (&str, u16),
        (user, password): (&str, &str),
    ) -> Result<Proxy, InvalidProxy> {
        check_place(host, port)?;
        check_login(scheme, user, password)?;
        let origin = Origin::of_host(host, port, false);
        let mut builder = ureq::Proxy::builder(scheme.into()).host(origin.host()).port(port);
        if !user.is_empty() {
            builder = builder.username(user).password(password);
        }
        builder
            .build()
            .map(Proxy)
            .map_err(|err| InvalidProxy::new(ProxyPart::Host, err.to_string()))
    }

    /// Parses the URL of a proxy, with the checks of [`new`](Self::new). An error does not quote the URL, which may
    /// contain a password.
    pub(crate) fn parse(url: &str) -> Result<Proxy, String> {
        let proxy = Proxy::from_url(url)?;
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        if !matches!(&rest[rest.find(['/', '?', '#']).unwrap_or(rest.len())..], "" | "/") {
            return Err("it has a path, a query or a fragment".to_owned());
        }
        check_place(proxy.host(), proxy.port()).map_err(|invalid| invalid.why)?;
        if let Some((user, password)) = proxy.login() {
            check_login(proxy.scheme(), user, password).map_err(|invalid| invalid.why)?;
        }
        Ok(proxy)
    }

    /// Parses the URL of a proxy. ureq would take a login whose `/`, `?` or `#` is not encoded for a
    /// host, and would use port 80 instead of a port that is not a number.
    pub(super) fn from_url(url: &str) -> Result<Proxy, &'static str> {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let port = host.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.contains(']'));
        if path.contains('@') {
            return Err("a /, ? or # in user or password must be percent-encoded");
        }
        if port.is_some_and(|port| !matches!(port.parse(), Ok(1..=u16::MAX))) {
            return Err("its port is not a number from 1 to 65535");
        }
        ureq::Proxy::new(url).map(Proxy).map_err(|_| {
            "it is not a URL such as http://user:password@proxy.example:8080; the scheme is http, \
             https, socks4, socks4a, socks5 or socks5h"
        })
    }

    /// Returns this proxy with another login.
    pub(crate) fn with_login(&self, user: &str, password: &str) -> Result<Proxy, InvalidProxy> {
        Proxy::new(self.scheme(), (self.host(), self.port()), (user, password))
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

/// A part of a proxy's address or login.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ProxyPart {
    Host,
    Port,
    User,
    Password,
}

/// Which part of a proxy is invalid, and why.
#[derive(Debug)]
#[allow(dead_code, reason = "only Chilkat's setters, a feature, name the part")]
pub(crate) struct InvalidProxy {
    pub(crate) part: ProxyPart,
    pub(crate) why: String,
}

impl InvalidProxy {
    fn new(part: ProxyPart, why: impl Into<String>) -> InvalidProxy {
        InvalidProxy { part, why: why.into() }
    }
}

fn check_place(host: &str, port: u16) -> Result<(), InvalidProxy> {
    if port == 0 {
        return Err(InvalidProxy::new(ProxyPart::Port, "0 is not a port"));
    }
    let Some(fault) = host_fault(host) else { return Ok(()) };
    let shown = quoted(&masked_domain(host));
    let why = match fault {
        HostFault::Empty => "it is empty; give a host name such as proxy.example".to_owned(),
        HostFault::Url => {
            format!("{shown} is a URL or a path; give the host name only, such as proxy.example")
        }
        HostFault::Port => format!("{shown} contains a colon; set the port separately"),
        HostFault::Other(why) => format!("{shown} {why}"),
    };
    Err(InvalidProxy::new(ProxyPart::Host, why))
}

fn check_login(scheme: ProxyScheme, user: &str, password: &str) -> Result<(), InvalidProxy> {
    if matches!(scheme, ProxyScheme::Http | ProxyScheme::Https) {
        // RFC 7617 section 2: the proxy would read another user and password.
        return match user.contains(':') {
            true => Err(InvalidProxy::new(ProxyPart::User, "a user name cannot contain a colon")),
            false => Ok(()),
        };
    }
    for (part, text, what) in
        [(ProxyPart::User, user, "user name"), (ProxyPart::Password, password, "password")]
    {
        if text.len() > MAX_CREDENTIAL {
            let why = format!("the {what} is longer than {MAX_CREDENTIAL} bytes in UTF-8");
            return Err(InvalidProxy::new(part, why));
        }
    }
    let is_socks4 = matches!(scheme, ProxyScheme::Socks4 | ProxyScheme::Socks4a);
    match is_socks4 && user.contains('\0') {
        true => Err(InvalidProxy::new(ProxyPart::User, "the user name contains a NUL")),
        false => Ok(()),
    }
}

/// Why connecting through a proxy failed.
#[derive(Debug)]
pub(crate) enum ProxyFault {
    /// The connection to the proxy failed or timed out.
    Broken(ureq::Error),
    /// The proxy requires a login, or refuses the one sent.
    Login(String),
    /// Anything else: how the proxy responded, and what to do.
    Refused(String),
}

impl From<ureq::Error> for ProxyFault {
    fn from(err: ureq::Error) -> ProxyFault {
        ProxyFault::Broken(err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scheme_has_its_default_port() {
        for (url, scheme, port) in [
            ("http://p", ProxyScheme::Http, 80),
            ("p", ProxyScheme::Http, 80),
            ("https://p/", ProxyScheme::Https, 443),
            ("socks4://p", ProxyScheme::Socks4, 1080),
            ("socks4a://p", ProxyScheme::Socks4a, 1080),
            ("socks5://p", ProxyScheme::Socks5, 1080),
            ("socks5h://p", ProxyScheme::Socks5h, 1080),
            ("http://me:lorem@[::1]:8080", ProxyScheme::Http, 8080),
        ] {
            let proxy = Proxy::parse(url).unwrap();
            assert_eq!((proxy.scheme(), proxy.port()), (scheme, port), "{url}");
        }
    }
}
