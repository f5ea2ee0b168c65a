//! Name resolution.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, Resolver as _};
use ureq::unversioned::transport::NextTimeout;

use super::watch::Watch;

/// The version of IP that a connection uses: see [`Transport::set_ip_family`](crate::Transport::set_ip_family).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IpFamily {
    /// Either: the first that connects.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

impl IpFamily {
    /// Removes the addresses of the other version. Fails if none is left.
    fn select(self, mut addresses: Vec<SocketAddr>) -> io::Result<Vec<SocketAddr>> {
        let version = match self {
            IpFamily::Any => return Ok(addresses),
            IpFamily::V4 => "IPv4",
            IpFamily::V6 => "IPv6",
        };
        addresses.retain(|address| address.is_ipv4() == (self == IpFamily::V4));
        if addresses.is_empty() {
            let why = format!(
                "none is for {version}, and set_ip_family (curl's -4 or -6) allows no other"
            );
            return Err(io::Error::new(io::ErrorKind::NotFound, why));
        }
        Ok(addresses)
    }
}

/// Resolves names, without a time limit.
pub(crate) trait NameResolver: fmt::Debug + Send + Sync {
    /// Returns at least one address, or an error. `host` may be an address, IPv6 in brackets.
    fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The system's resolver, called through ureq.
#[derive(Debug)]
pub(crate) struct SystemResolver;

impl NameResolver for SystemResolver {
    fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let uri: Uri = format!("http://{host}:{port}/").parse().map_err(io::Error::other)?;
        let config = Config::builder().proxy(None).build();
        // Without a limit, ureq does not start a thread; `LookUp` starts one.
        let found = DefaultResolver::default().resolve(&uri, &config, NextTimeout::default());
        match found {
            Ok(addresses) => Ok(addresses.to_vec()),
            Err(ureq::Error::Io(err)) => Err(err),
            Err(err) => Err(io::Error::other(err)),
        }
    }
}

/// Name resolution for one call. An aborted call does not wait for it, because the system's
/// resolver cannot be interrupted.
#[derive(Debug)]
pub(super) struct LookUp<'w> {
    pub(super) resolver: Arc<dyn NameResolver>,
    pub(super) family: IpFamily,
    pub(super) watch: &'w Watch,
}

impl LookUp<'_> {
    pub(super) fn addresses(
        &self,
        host: &str,
        port: u16,
        timeout: NextTimeout,
    ) -> Result<Vec<SocketAddr>, ureq::Error> {
        if timeout.after.is_zero() {
            return Err(ureq::Error::Timeout(timeout.reason));
        }
        if host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            // An address is not looked up.
            return Ok(self.family.select(self.resolver.addresses(host, port)?)?);
        }
        let end = timeout.not_zero().and_then(|limit| Instant::now().checked_add(*limit));
        let (resolver, host) = (Arc::clone(&self.resolver), host.to_owned());
        let found = self.watch.run_detached(end, move || resolver.addresses(&host, port))?;
        Ok(self.family.select(found.ok_or(ureq::Error::Timeout(timeout.reason))??)?)
    }
}
