//! The client certificate, and whether a server asked for one.

use std::cell::Cell;
use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;

/// A client certificate with its key. Equal certificates have the same key, which was checked.
#[derive(Clone, Debug)]
pub(crate) struct ClientCert(pub(crate) Arc<CertifiedKey>);

impl PartialEq for ClientCert {
    fn eq(&self, other: &Self) -> bool {
        self.0.cert == other.0.cert
    }
}

thread_local! {
    /// Whether the server asked for a certificate in the current handshake of this thread. rustls
    /// reports it through the configuration, which all threads share.
    pub(super) static CERT_REQUESTED: Cell<bool> = const { Cell::new(false) };
}

/// Sends the client certificate, if there is one, to any server that asks for it.
#[derive(Debug)]
pub(super) struct ClientCertResolver(pub(super) Option<ClientCert>);

impl ResolvesClientCert for ClientCertResolver {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        CERT_REQUESTED.set(true);
        self.0.as_ref().map(|cert| Arc::clone(&cert.0))
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}
