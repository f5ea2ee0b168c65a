//! What a caller can say about TLS, and the configuration that rustls makes of it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore};

use super::handshake::{Identity, Peer};
use super::origin::Origin;
use super::pool::Route;
#[cfg(feature = "cert-details")]
use super::requirements::Requirements;
use super::suites::{Ciphers, PROTOCOLS, Versions, versions};
use super::verify::{Pins, Verifier};
use super::{Shared, Transport};
use crate::error::{Error, Result};
use crate::story::Story;

/// The one implementation of cryptography that is used, named so that no other crate in the build
/// changes it.
pub(crate) fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

#[derive(Clone, PartialEq)]
pub(crate) struct TlsOptions {
    pub(crate) verify: bool,
    /// Counts only with `verify`.
    match_name: bool,
    /// `None` is the list of Mozilla.
    pub(crate) roots: Option<Vec<CertificateDer<'static>>>,
    pub(crate) client_cert: Option<ClientCert>,
    versions: Versions,
    ciphers: Ciphers,
    pins: Option<Pins>,
    /// Stands in the place of the host's own name; empty for none.
    sni: String,
    #[cfg(feature = "cert-details")]
    requirements: Requirements,
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
    /// What of them concerns a proxy: how to speak TLS and whom to trust. Who the origin is, and who
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

/// The same certificates are the same identity: their key is checked to be theirs.
#[derive(Clone, Debug)]
pub(crate) struct ClientCert(pub(crate) Arc<CertifiedKey>);

impl PartialEq for ClientCert {
    fn eq(&self, other: &Self) -> bool {
        self.0.cert == other.0.cert
    }
}

/// TLS settings, and what rustls made of them, sessions to resume included. Two requests may share
/// a connection only if they share this.
#[derive(Default)]
pub(crate) struct Tls {
    options: TlsOptions,
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

    pub(crate) fn verifies(&self) -> bool {
        self.options.verify
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

    pub(crate) fn config(&self, peer: Peer) -> Result<Arc<ClientConfig>, rustls::Error> {
        let cached = match peer {
            Peer::Origin => &self.to_origin,
            Peer::Proxy => &self.to_proxy,
        };
        if let Some(config) = cached.get() {
            return Ok(Arc::clone(config));
        }
        let config = match peer {
            Peer::Origin => self.options.config()?,
            Peer::Proxy => self.options.for_proxy().config()?,
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

impl Transport {
    /// The versions of TLS that are spoken, as they were set. Default `DEFAULT`.
    #[doc(alias = "SslProtocol")]
    #[doc(alias = "sslProtocol")]
    pub fn ssl_protocol(&self) -> &str {
        self.settings.tls.options.versions.0
    }

    /// Sets the versions of TLS that may be spoken: `DEFAULT` (1.2 and 1.3), `TLS 1.2`, `TLS 1.3`,
    /// `TLS 1.2 or higher` or `TLS 1.3 or higher`, in any case.
    ///
    /// `TLS 1.1 or higher`, `TLS 1.0 or higher` and `SSL 3.0 or higher` mean 1.2 and 1.3: nothing
    /// older is spoken.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for anything else, such as `TLS 1.1`.
    #[doc(alias = "put_SslProtocol")]
    pub fn set_ssl_protocol(&mut self, protocol: &str) -> Result<&mut Self> {
        let versions = versions("set_ssl_protocol", protocol)?;
        self.settings_mut().change_tls(|tls| tls.versions = versions);
        Ok(self)
    }

    /// The cipher suites that are offered, as they were set. Default empty: all nine that there are.
    #[doc(alias = "SslAllowedCiphers")]
    #[doc(alias = "sslAllowedCiphers")]
    pub fn ssl_allowed_ciphers(&self) -> &str {
        &self.settings.tls.options.ciphers.text
    }

    /// Offers these cipher suites and no others, best first: names with commas between them, as IANA
    /// has them (`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`) or as OpenSSL has them
    /// (`ECDHE-RSA-AES128-GCM-SHA256`), in any case; `""` and `best-practices` are all that there are.
    ///
    /// There are AES-GCM (128, 256) and ChaCha20-Poly1305 with ECDHE for TLS 1.2, and the same for
    /// TLS 1.3. A name of any other suite is passed over, as that only allows less. The suites of a
    /// version that has none in the list are not offered, nor is that version.
    ///
    /// The keywords `rsa1024`, `rsa2048` and `secure-renegotiation` are taken and change nothing:
    /// a verified certificate with an RSA key below 2048 bits is always refused, and nothing is ever
    /// renegotiated.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) where no suite is left; where none is
    /// left of the version that [`set_ssl_protocol`](Self::set_ssl_protocol) asks for, the call is
    /// such an error.
    #[doc(alias = "put_SslAllowedCiphers")]
    pub fn set_ssl_allowed_ciphers(&mut self, ciphers: &str) -> Result<&mut Self> {
        let ciphers = Ciphers::parse("set_ssl_allowed_ciphers", ciphers)?;
        self.settings_mut().change_tls(|tls| tls.ciphers = ciphers);
        Ok(self)
    }

    /// The public keys that a server may have, as they were set. Default empty: any.
    #[doc(alias = "TlsPinSet")]
    #[doc(alias = "tlsPinSet")]
    pub fn tls_pin_set(&self) -> &str {
        self.settings.tls.options.pins.as_ref().map_or("", |pins| &pins.text)
    }

    /// Talks only to servers whose certificate has one of these public keys:
    /// `hash, encoding, fingerprint, fingerprint...`, such as `sha256, base64, LvfZ...=`; `""` ends it.
    ///
    /// The hash is `sha256` or `sha384`, the encoding `base64`, `base64url` or `hex`. A fingerprint
    /// is the hash of the SubjectPublicKeyInfo (RFC 7469 section 2.4) of the server's own
    /// certificate; those of the authorities above it do not count. This is checked in addition to
    /// the certificate, and also where
    /// [`set_require_ssl_cert_verify`](Self::set_require_ssl_cert_verify) is false. Another key is
    /// an error of kind [`Tls`](crate::ErrorKind::Tls), before anything is sent. The keys are those
    /// of every host that this transport talks to, but of no proxy.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) where the text is not of that form.
    #[doc(alias = "put_TlsPinSet")]
    pub fn set_tls_pin_set(&mut self, pins: &str) -> Result<&mut Self> {
        let pins = match pins.trim() {
            "" => None,
            pins => Some(Pins::parse("set_tls_pin_set", pins)?),
        };
        self.settings_mut().change_tls(|tls| tls.pins = pins);
        Ok(self)
    }

    /// Whether a certificate must be for the host that is asked for. Default true, where Chilkat's
    /// is false.
    #[doc(alias = "RequireHostnameMatch")]
    pub fn require_hostname_match(&self) -> bool {
        self.settings.tls.options.match_name
    }

    /// Sets whether a certificate must be for the host that is asked for.
    ///
    /// **With `false` anybody on the way who has a certificate for any name, which costs nothing,
    /// can read and change everything**, unless [`set_tls_pin_set`](Self::set_tls_pin_set) says which
    /// key it must be. If the certificate has another name that is known,
    /// [`set_sni_hostname`](Self::set_sni_hostname) is better. It changes nothing while
    /// [`set_require_ssl_cert_verify`](Self::set_require_ssl_cert_verify) is false, which turns this
    /// check off as well, and nothing for proxies, whose name is always checked.
    #[doc(alias = "put_RequireHostnameMatch")]
    pub fn set_require_hostname_match(&mut self, required: bool) -> &mut Self {
        self.settings_mut().change_tls(|tls| tls.match_name = required);
        self
    }

    /// The name that stands in the place of the host's own in TLS. Default empty: none does.
    #[doc(alias = "SniHostname")]
    #[doc(alias = "sniHostname")]
    pub fn sni_hostname(&self) -> &str {
        &self.settings.tls.options.sni
    }

    /// Sets the name that is told to servers in the handshake (SNI, RFC 6066 section 3) and that
    /// their certificate must be for, in the place of the host's own; `""` ends it.
    ///
    /// For a server that is reached by its address or by another name. With an IP address no name is
    /// told, and the certificate must be for that address. The Host header stays as it is, and
    /// so does what a proxy is told.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for what is no host name.
    #[doc(alias = "put_SniHostname")]
    pub fn set_sni_hostname(&mut self, name: &str) -> Result<&mut Self> {
        let name = name.trim_matches([' ', '\t']).trim_matches(['[', ']']).to_ascii_lowercase();
        if !name.is_empty() && ServerName::try_from(name.as_str()).is_err() {
            let why = format!("{name:?} is no host name; give one such as api.zoom.us");
            return Err(Error::invalid("set_sni_hostname", why));
        }
        self.settings_mut().change_tls(|tls| tls.sni = name);
        Ok(self)
    }

    /// Talks only to servers in whose certificate this part is as `value` says. It takes the feature
    /// `cert-details`.
    ///
    /// `part` is `SubjectDN`, `SubjectCN`, `IssuerDN`, `IssuerCN` or `SAN` (one of the alternative
    /// names: hosts, addresses, emails, URIs). In `value` each `*` stands for any characters; case
    /// does not count; `""` ends the requirement for that part. A distinguished name is written as
    /// `C=US, O=Example, CN=api.example`, in the order of the certificate. Several parts must all
    /// be as asked. This is checked in addition to the certificate itself, and proves little without
    /// that ([`set_require_ssl_cert_verify`](Self::set_require_ssl_cert_verify)). It does not concern
    /// proxies. A certificate that differs is an error of kind [`Tls`](crate::ErrorKind::Tls).
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a part that there is not.
    #[cfg(feature = "cert-details")]
    #[doc(alias = "SetSslCertRequirement")]
    pub fn set_ssl_cert_requirement(&mut self, part: &str, value: &str) -> Result<&mut Self> {
        let mut requirements = self.settings.tls.options.requirements.clone();
        requirements.set("set_ssl_cert_requirement", part, value)?;
        self.settings_mut().change_tls(|tls| tls.requirements = requirements);
        Ok(self)
    }

    /// The certificates that a server shows, its own first, as PEM. A handshake, and nothing more.
    ///
    /// They are verified as for any call. To see those of a server that is not trusted (yet), ask a
    /// transport with [`set_require_ssl_cert_verify`](Self::set_require_ssl_cert_verify)`(false)`,
    /// and know that what comes may be anybody's.
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request), as far as the handshake.
    #[doc(alias = "GetServerCert")]
    pub fn get_server_cert(&self, domain: &str, port: u16) -> Result<String> {
        self.server_cert(domain, port).map_err(|err| self.last.refused(err))
    }

    fn server_cert(&self, domain: &str, port: u16) -> Result<String> {
        let origin = Origin::new(domain, port, true)?;
        self.settings.check()?;
        let proxy = self.settings.proxy_for(&origin)?;
        let mut story = Story::new("TLS", (domain, port, true), "");
        let limits = self.settings.limits(story.start());
        let route = Route { origin: &origin, proxy: proxy.as_ref(), tls: &self.settings.tls };
        let Shared { dialer, running, .. } = &*self.shared;
        let opened = running.run(&self.settings.handlers, |watch| {
            let opened = dialer.open(route, &self.settings, limits, watch, &mut story);
            watch.settled(opened)
        });
        let connection = opened.map_err(|err| {
            let told = story.told(Some(&err));
            err.with_story(told)
        })?;
        Ok(connection.tls.map(|facts| to_pem(&facts.chain)).unwrap_or_default())
    }
}

/// RFC 7468: base64 in lines of 64.
fn to_pem(certs: &[CertificateDer<'_>]) -> String {
    let mut pem = String::new();
    for cert in certs {
        pem.push_str("-----BEGIN CERTIFICATE-----\n");
        for (index, c) in BASE64_STANDARD.encode(cert).chars().enumerate() {
            if index > 0 && index % 64 == 0 {
                pem.push('\n');
            }
            pem.push(c);
        }
        pem.push_str("\n-----END CERTIFICATE-----\n");
    }
    pem
}
