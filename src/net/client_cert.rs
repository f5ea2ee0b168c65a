//! The client certificate, and whether a server asked for one.

use std::cell::Cell;
use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;

/// The same certificates are the same identity: their key is checked to be theirs.
#[derive(Clone, Debug)]
pub(crate) struct ClientCert(pub(crate) Arc<CertifiedKey>);

impl PartialEq for ClientCert {
    fn eq(&self, other: &Self) -> bool {
        self.0.cert == other.0.cert
    }
}

thread_local! {
    /// Whether the server of the handshake that this thread is in has asked for a certificate. The
    /// configuration, through which rustls reports it, is shared by all threads.
    pub(super) static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// Shows the client certificate, if there is one, to any server that asks.
#[derive(Debug)]
pub(super) struct Identity(pub(super) Option<ClientCert>);

impl ResolvesClientCert for Identity {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        ASKED.set(true);
        self.0.as_ref().map(|cert| Arc::clone(&cert.0))
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}
