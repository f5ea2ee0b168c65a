//! Where a request goes, and how: what a connection must have been made for to serve it.

use std::sync::Arc;

use super::origin::Origin;
use super::proxy::Proxy;
use super::tls::Tls;

#[derive(Clone, Copy)]
pub(crate) struct Route<'r> {
    pub(crate) origin: &'r Origin,
    pub(crate) proxy: Option<&'r Proxy>,
    pub(crate) tls: &'r Arc<Tls>,
}

impl Route<'_> {
    pub(super) fn is_same(&self, other: Route<'_>) -> bool {
        // TLS counts for plain http as well: it may be what leads to the proxy.
        Arc::ptr_eq(self.tls, other.tls) && self.origin == other.origin && self.proxy == other.proxy
    }
}
