//! TLS options, and the rustls configuration made from them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::client_cert::{ClientCert, ClientCertResolver};
#[cfg(feature = "cert-details")]
use super::requirements::Requirements;
use super::suites::{Ciphers, PROTOCOLS, Versions, provider};
#[cfg(feature = "system-roots")]
use super::system_roots;
use super::verify::{Pins, Verifier};
use crate::error::{Error, Result};

#[derive(Clone, PartialEq)]
pub(crate) struct TlsOptions {
    pub(crate) verify: bool,
    /// Ignored unless `verify` is set.
    pub(crate) match_name: bool,
    /// `None` means Mozilla's list.
    pub(crate) roots: Option<Vec<CertificateDer<'static>>>,
    /// Whether the system's roots are trusted too.
    #[cfg(feature = "system-roots")]
    pub(crate) system_roots: bool,
    pub(crate) client_cert: Option<ClientCert>,
    pub(crate) versions: Versions,
    pub(crate) ciphers: Ciphers,
    pub(crate) pins: Option<Pins>,
    /// Sent instead of the host name. Empty means the host name.
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
            #[cfg(feature = "system-roots")]
            system_roots: false,
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
    /// Returns the options for TLS with a proxy: versions, ciphers and whether to verify. Pins and the
    /// client certificate are for the origin. The roots are set for both elsewhere.
    fn for_proxy(&self) -> TlsOptions {
        TlsOptions {
            verify: self.verify,
            versions: self.versions,
            ciphers: self.ciphers.clone(),
            ..TlsOptions::default()
        }
    }

    fn needs_custom_verifier(&self) -> bool {
        #[cfg(feature = "cert-details")]
        if !self.requirements.is_empty() {
            return true;
        }
        !self.verify || !self.match_name || self.pins.is_some()
    }

    /// Returns the trusted authorities.
    fn roots(&self) -> Result<RootCertStore> {
        let mut roots = RootCertStore::empty();
        match &self.roots {
            Some(certs) => {
                for cert in certs {
                    let refused = |err| Error::invalid("set_trusted_roots_pem", err);
                    roots.add(cert.clone()).map_err(refused)?;
                }
            }
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        }
        #[cfg(feature = "system-roots")]
        if self.system_roots {
            system_roots::add_to(&mut roots)?;
        }
        Ok(roots)
    }

    fn config(&self, roots: Arc<RootCertStore>) -> Result<ClientConfig, rustls::Error> {
        let cipher_suites = self.ciphers.suites.clone();
        let provider = CryptoProvider { cipher_suites, ..provider() };
        let algorithms = provider.signature_verification_algorithms;
        let builder = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(self.versions.1)?;
        let builder = if self.needs_custom_verifier() {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Verifier {
                roots: self.verify.then_some(roots),
                match_name: self.match_name,
                pins: self.pins.clone(),
                #[cfg(feature = "cert-details")]
                requirements: self.requirements.clone(),
                algorithms,
            }))
        } else {
            builder.with_root_certificates(roots)
        };
        let resolver = ClientCertResolver(self.client_cert.clone());
        Ok(builder.with_client_cert_resolver(Arc::new(resolver)))
    }
}

/// The peer of a TLS connection.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum TlsPeer {
    Origin,
    Proxy,
}

/// TLS options, and the rustls configurations made from them, including sessions to resume. Two
/// requests may share a connection only if they share this.
#[derive(Default)]
pub(crate) struct Tls {
    pub(crate) options: TlsOptions,
    roots: OnceLock<Arc<RootCertStore>>,
    to_origin: OnceLock<Arc<ClientConfig>>,
    to_proxy: OnceLock<Arc<ClientConfig>>,
}

impl Tls {
    pub(crate) fn changed(&self, change: impl FnOnce(&mut TlsOptions)) -> Option<Tls> {
        let mut options = self.options.clone();
        change(&mut options);
        (options != self.options).then(|| Tls { options, ..Tls::default() })
    }

    /// Refuses options that cannot work with any server.
    pub(crate) fn check(&self) -> Result<()> {
        let (protocol, versions) = self.options.versions;
        let ciphers = &self.options.ciphers;
        if ciphers.suites.iter().any(|suite| versions.contains(&suite.version())) {
            return Ok(());
        }
        let why = format!("none of {:?} belongs to {protocol}", ciphers.text);
        Err(Error::invalid("set_ssl_allowed_ciphers", why))
    }

    /// Describes which checks a connection to an origin has passed.
    pub(crate) fn verification(&self) -> &'static str {
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

    /// Returns the trusted authorities, which are loaded once. Empty if certificates are not
    /// verified.
    ///
    /// # Errors
    ///
    /// Fails if the system's roots cannot be read. The next call retries.
    pub(super) fn roots(&self) -> Result<Arc<RootCertStore>> {
        if let Some(roots) = self.roots.get() {
            return Ok(Arc::clone(roots));
        }
        let roots = match self.options.verify {
            true => self.options.roots()?,
            false => RootCertStore::empty(),
        };
        Ok(Arc::clone(self.roots.get_or_init(|| Arc::new(roots))))
    }

    pub(super) fn config(&self, peer: TlsPeer) -> Result<Arc<ClientConfig>, rustls::Error> {
        let cached = match peer {
            TlsPeer::Origin => &self.to_origin,
            TlsPeer::Proxy => &self.to_proxy,
        };
        if let Some(config) = cached.get() {
            return Ok(Arc::clone(config));
        }
        let roots = self.roots().map_err(|err| rustls::Error::General(err.to_string()))?;
        let config = match peer {
            TlsPeer::Origin => self.options.config(roots)?,
            TlsPeer::Proxy => self.options.for_proxy().config(roots)?,
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

#[cfg(all(test, feature = "system-roots"))]
mod tests {
    use super::*;

    /// Reads the store of the machine on which the test runs.
    #[test]
    fn the_roots_of_the_system_are_added_to_those_of_mozilla() {
        let mozilla = webpki_roots::TLS_SERVER_ROOTS.len();
        assert_eq!(TlsOptions::default().roots().unwrap().len(), mozilla);
        let with_both = TlsOptions { system_roots: true, ..TlsOptions::default() }.roots();
        let mut system = RootCertStore::empty();
        match system_roots::add_to(&mut system) {
            Ok(()) => assert_eq!(with_both.unwrap().len(), mozilla + system.len()),
            Err(err) => assert_eq!(with_both.unwrap_err().to_string(), err.to_string()),
        }
    }
}
