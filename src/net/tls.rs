//! The options of TLS, and the configuration that rustls makes of them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::client_cert::{ClientCert, Identity};
#[cfg(feature = "cert-details")]
use super::requirements::Requirements;
use super::suites::{Ciphers, PROTOCOLS, Versions, provider};
use super::verify::{Pins, Verifier};
use crate::error::{Error, Result};

#[derive(Clone, PartialEq)]
pub(crate) struct TlsOptions {
    pub(crate) verify: bool,
    /// Counts only with `verify`.
    pub(crate) match_name: bool,
    /// `None` is the list of Mozilla.
    pub(crate) roots: Option<Vec<CertificateDer<'static>>>,
    pub(crate) client_cert: Option<ClientCert>,
    pub(crate) versions: Versions,
    pub(crate) ciphers: Ciphers,
    pub(crate) pins: Option<Pins>,
    /// Used instead of the host's own name; empty for none.
    pub(crate) sni: String,
    #[cfg(feature = "cert-details")]
    pub(crate) requirements: Requirements,
}

impl Default for TlsOptions {
    fn default() -> Self {
        TlsOptions {
            verify: true,
            match_name: true,
            roots: None,
            client_cert: None,
            versions: PROTOCOLS[0],
            ciphers: Ciphers::default(),
            pins: None,
            sni: String::new(),
            #[cfg(feature = "cert-details")]
            requirements: Requirements::default(),
        }
    }
}

impl TlsOptions {
    /// Those that concern a proxy: how to speak TLS and whom to trust. Who the origin is, and who
    /// this client is to it, does not.
    fn for_proxy(&self) -> TlsOptions {
        TlsOptions {
            verify: self.verify,
            roots: self.roots.clone(),
            versions: self.versions,
            ciphers: self.ciphers.clone(),
            ..TlsOptions::default()
        }
    }

    fn needs_own_verifier(&self) -> bool {
        #[cfg(feature = "cert-details")]
        if !self.requirements.is_empty() {
            return true;
        }
        !self.verify || !self.match_name || self.pins.is_some()
    }

    fn config(&self) -> Result<ClientConfig, rustls::Error> {
        let cipher_suites = self.ciphers.suites.clone();
        let provider = CryptoProvider { cipher_suites, ..provider() };
        let algorithms = provider.signature_verification_algorithms;
        let builder = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(self.versions.1)?;
        let mut roots = RootCertStore::empty();
        match &self.roots {
            Some(certs) => {
                for cert in certs {
                    roots.add(cert.clone())?;
                }
            }
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        }
        let builder = if self.needs_own_verifier() {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Verifier {
                roots: self.verify.then_some(roots),
                name: self.match_name,
                pins: self.pins.clone(),
                #[cfg(feature = "cert-details")]
                requirements: self.requirements.clone(),
                algorithms,
            }))
        } else {
            builder.with_root_certificates(roots)
        };
        let identity = Identity(self.client_cert.clone());
        Ok(builder.with_client_cert_resolver(Arc::new(identity)))
    }
}

/// With whom TLS is spoken.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum TlsPeer {
    Origin,
    Proxy,
}

/// TLS settings, and what rustls made of them, sessions to resume included. Two requests may share
/// a connection only if they share this.
#[derive(Default)]
pub(crate) struct Tls {
    pub(crate) options: TlsOptions,
    to_origin: OnceLock<Arc<ClientConfig>>,
    to_proxy: OnceLock<Arc<ClientConfig>>,
}

impl Tls {
    pub(crate) fn changed(&self, change: impl FnOnce(&mut TlsOptions)) -> Option<Tls> {
        let mut options = self.options.clone();
        change(&mut options);
        (options != self.options).then(|| Tls { options, ..Tls::default() })
    }

    /// Refuses what can never work, whatever a server says.
    pub(crate) fn check(&self) -> Result<()> {
        let (protocol, versions) = self.options.versions;
        let ciphers = &self.options.ciphers;
        if ciphers.suites.iter().any(|suite| versions.contains(&suite.version())) {
            return Ok(());
        }
        let why = format!("none of {:?} belongs to {protocol}, see set_ssl_protocol", ciphers.text);
        Err(Error::invalid("set_ssl_allowed_ciphers", why))
    }

    /// What a connection to an origin has been checked for, in words.
    pub(crate) fn checked(&self) -> &'static str {
        match (self.options.verify, self.options.match_name, &self.options.pins) {
            (true, true, _) => "certificate verified",
            (true, false, _) => "certificate verified, but its host name is NOT",
            (false, _, None) => "certificate NOT verified",
            (false, _, Some(_)) => "certificate NOT verified, but its key is a pinned one",
        }
    }

    pub(crate) fn sni(&self) -> &str {
        &self.options.sni
    }

    pub(super) fn config(&self, peer: TlsPeer) -> Result<Arc<ClientConfig>, rustls::Error> {
        let cached = match peer {
            TlsPeer::Origin => &self.to_origin,
            TlsPeer::Proxy => &self.to_proxy,
        };
        if let Some(config) = cached.get() {
            return Ok(Arc::clone(config));
        }
        let config = match peer {
            TlsPeer::Origin => self.options.config()?,
            TlsPeer::Proxy => self.options.for_proxy().config()?,
        };
        Ok(Arc::clone(cached.get_or_init(|| Arc::new(config))))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("verify", &self.options.verify)
            .field("require_hostname_match", &self.options.match_name)
            .finish_non_exhaustive()
    }
}
