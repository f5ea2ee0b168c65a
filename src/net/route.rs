//! The route of a request, which a connection must share to serve it.

use std::sync::Arc;

use super::origin::Origin;
use super::proxy::Proxy;
use super::resolve::IpFamily;
use super::tls::Tls;

/// The origin of a request, its proxy, its TLS settings and the version of IP.
#[derive(Clone, Copy)]
pub(crate) struct Route<'r> {
    pub(crate) origin: &'r Origin,
    pub(crate) proxy: Option<&'r Proxy>,
    pub(crate) tls: &'r Arc<Tls>,
    pub(crate) ip_family: IpFamily,
}

impl Route<'_> {
    pub(super) fn is_same(&self, other: Route<'_>) -> bool {
        // TLS matters for plain HTTP too: the connection to the proxy may use it.
        Arc::ptr_eq(self.tls, other.tls)
            && self.origin == other.origin
            && self.proxy == other.proxy
            && self.ip_family == other.ip_family
    }
}
