//! TLS: what is verified, and what is negotiated.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustls::pki_types::{CertificateDer, ServerName};

use super::client::{Shared, Transport};
use crate::error::{Error, Result};
use crate::net::client_cert::ClientCert;
use crate::net::origin::Origin;
use crate::net::pem::{self, PemSource};
#[cfg(feature = "cert-details")]
use crate::net::requirements::CertPart;
use crate::net::route::Route;
use crate::net::suites::{Ciphers, PROTOCOLS, Versions};
use crate::net::verify::Pins;
use crate::trace::Trace;

/// The versions of TLS that a [`Transport`] offers. Nothing older than TLS 1.2 is supported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsVersions {
    /// TLS 1.2 and 1.3.
    #[default]
    Tls12And13,
    /// TLS 1.2 only.
    Tls12,
    /// TLS 1.3 only.
    Tls13,
}

impl TlsVersions {
    pub(crate) fn protocols(self) -> Versions {
        match self {
            TlsVersions::Tls12And13 => PROTOCOLS[0],
            TlsVersions::Tls13 => PROTOCOLS[1],
            TlsVersions::Tls12 => PROTOCOLS[2],
        }
    }
}

/// TLS settings.
impl Transport {
    /// Sets whether certificates and host names are verified. Default true.
    ///
    /// With `false` anyone on the network path can read and change everything, tokens and passwords
    /// included. It is meant for a local test server; even there
    /// [`set_trusted_roots_pem`](Self::set_trusted_roots_pem) is better. Pinned keys
    /// ([`set_tls_pin_set`](Self::set_tls_pin_set)) are checked regardless.
    #[doc(alias = "danger_accept_invalid_certs")]
    pub fn set_require_ssl_cert_verify(&mut self, verify: bool) -> &mut Self {
        self.settings_mut().change_tls(|tls| tls.verify = verify);
        self
    }

    /// Trusts the certificate authorities in this PEM text and no others. By default the authorities in
    /// Mozilla's list are trusted.
    ///
    /// `set_trust_system_roots` adds those that the system trusts.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if it is not PEM or contains no certificate.
    #[doc(alias = "add_root_certificate")]
    pub fn set_trusted_roots_pem(&mut self, pem: &str) -> Result<&mut Self> {
        self.trust("set_trusted_roots_pem", PemSource::Text(pem))
    }

    /// Trusts the certificate authorities in this PEM file and no others, as
    /// [`set_trusted_roots_pem`](Self::set_trusted_roots_pem) does. The file is read now.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the file cannot be read, is not PEM or contains no
    /// certificate.
    #[doc(alias = "cacert")]
    pub fn set_trusted_roots_file(&mut self, path: impl AsRef<Path>) -> Result<&mut Self> {
        self.trust("set_trusted_roots_file", PemSource::File(path.as_ref()))
    }

    fn trust(&mut self, member: &str, source: PemSource<'_>) -> Result<&mut Self> {
        let roots = pem::roots(member, source)?;
        self.settings_mut().change_tls(|tls| tls.roots = Some(roots));
        Ok(self)
    }

    /// Sets whether the certificate authorities that this system trusts are trusted in addition to
    /// those of [`set_trusted_roots_pem`](Self::set_trusted_roots_pem) or Mozilla's
    /// list. Default false. Needs the feature `system-roots`.
    ///
    /// A company whose network decrypts TLS puts its authority into the store of each machine; with this setting its
    /// certificates are accepted. It also applies to proxies over TLS.
    ///
    /// | system | source |
    /// |---|---|
    /// | Windows | the store `ROOT` of the current user, which includes the machine's, without certificates that have expired or are not for servers |
    /// | macOS | the trust settings of user, administrator and system, except those marked as distrusted |
    /// | others | the files where distributions keep them, such as `/etc/ssl/certs` |
    ///
    /// If the environment has `SSL_CERT_FILE` (a PEM file) or `SSL_CERT_DIR` (folders of PEM files),
    /// that is read instead, on each system. The store is read for the first connection over TLS, and again
    /// after another TLS setting has changed. A certificate that cannot be
    /// used is skipped; one that Windows cannot read is an error.
    ///
    /// Pins, names and requirements are checked as before. Distrust that only the
    /// system knows has no effect: a certificate that Windows lists as untrusted is
    /// accepted if its authority is in Mozilla's list. Windows fetches most public authorities only when
    /// one of its own programs needs them, so its store alone would not be enough.
    ///
    /// If no authority can be read, a call over TLS is an error of kind
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) that names the places searched, before
    /// a connection is made.
    #[cfg(feature = "system-roots")]
    pub fn set_trust_system_roots(&mut self, trust: bool) -> &mut Self {
        self.settings_mut().change_tls(|tls| tls.system_roots = trust);
        self
    }

    /// Sets the certificate, followed by its chain, and the private key that identify this client to servers that ask.
    /// Both are in one PEM text, in any order. A proxy never receives it.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if it is not PEM, either is missing, the key is
    /// encrypted, or the key does not belong to the certificate.
    #[doc(alias = "set_ssl_client_cert_pem")]
    #[doc(alias = "identity")]
    pub fn set_client_cert_pem(&mut self, pem: &str) -> Result<&mut Self> {
        self.identify("set_client_cert_pem", PemSource::Text(pem), None)
    }

    /// Sets the client certificate and its private key from one PEM file, as
    /// [`set_client_cert_pem`](Self::set_client_cert_pem) does. The file is read now.
    ///
    /// # Errors
    ///
    /// As for [`set_client_cert_pem`](Self::set_client_cert_pem), and if the file cannot be read.
    pub fn set_client_cert_file(&mut self, path: impl AsRef<Path>) -> Result<&mut Self> {
        self.identify("set_client_cert_file", PemSource::File(path.as_ref()), None)
    }

    /// Sets the client certificate and its private key from two PEM files, as
    /// [`set_client_cert_pem`](Self::set_client_cert_pem) does. The files are read now.
    ///
    /// # Errors
    ///
    /// As for [`set_client_cert_pem`](Self::set_client_cert_pem), and if a file cannot be read.
    pub fn set_client_cert_files(
        &mut self,
        cert: impl AsRef<Path>,
        key: impl AsRef<Path>,
    ) -> Result<&mut Self> {
        let (cert, key) = (PemSource::File(cert.as_ref()), PemSource::File(key.as_ref()));
        self.identify("set_client_cert_files", cert, Some(key))
    }

    pub(crate) fn identify(
        &mut self,
        member: &str,
        cert: PemSource<'_>,
        key: Option<PemSource<'_>>,
    ) -> Result<&mut Self> {
        let cert = pem::client_cert(member, cert, key)?;
        self.settings_mut().change_tls(|tls| tls.client_cert = Some(ClientCert(cert)));
        Ok(self)
    }

    /// Sets the versions of TLS that are offered. Default TLS 1.2 and 1.3.
    #[doc(alias = "set_ssl_protocol")]
    #[doc(alias = "min_tls_version")]
    pub fn set_tls_versions(&mut self, versions: TlsVersions) -> &mut Self {
        self.settings_mut().change_tls(|tls| tls.versions = versions.protocols());
        self
    }

    /// Sets the cipher suites that are offered, best first: names separated by commas, IANA's
    /// (`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`) or OpenSSL's
    /// (`ECDHE-RSA-AES128-GCM-SHA256`), in any case. `""` and `best-practices` mean all supported suites.
    ///
    /// Supported are AES-GCM (128, 256) and ChaCha20-Poly1305 with ECDHE for TLS 1.2, and the same for
    /// TLS 1.3. The name of any other suite is ignored, which only makes the list shorter. A
    /// version without a suite in the list is not offered.
    ///
    /// The keywords `rsa1024`, `rsa2048` and `secure-renegotiation` are accepted and change nothing:
    /// a verified certificate with an RSA key below 2048 bits is always refused, and nothing is ever
    /// renegotiated.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if no suite is left. If none is
    /// left for the versions of [`set_tls_versions`](Self::set_tls_versions), each call returns
    /// this error.
    pub fn set_ssl_allowed_ciphers(&mut self, ciphers: &str) -> Result<&mut Self> {
        let ciphers = Ciphers::parse("set_ssl_allowed_ciphers", ciphers)?;
        self.settings_mut().change_tls(|tls| tls.ciphers = ciphers);
        Ok(self)
    }

    /// Accepts only servers whose certificate has one of these public keys:
    /// `hash, encoding, fingerprint, fingerprint...`, such as `sha256, base64, LvfZ...=`. `""` removes the pins.
    ///
    /// The hash is `sha256` or `sha384`, the encoding `base64`, `base64url` or `hex`. A fingerprint
    /// is the hash of the SubjectPublicKeyInfo (RFC 7469 section 2.4) of the server's own
    /// certificate, not of the authorities above it. Pins are checked in addition to
    /// the certificate, and even if
    /// [`set_require_ssl_cert_verify`](Self::set_require_ssl_cert_verify) is false. Another key is
    /// an error of kind [`Tls`](crate::ErrorKind::Tls), before anything is sent. The pins apply to
    /// every host that this transport connects to, but to no proxy.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the text does not have that form.
    pub fn set_tls_pin_set(&mut self, pins: &str) -> Result<&mut Self> {
        let pins = match pins.trim() {
            "" => None,
            pins => Some(Pins::parse("set_tls_pin_set", pins)?),
        };
        self.settings_mut().change_tls(|tls| tls.pins = pins);
        Ok(self)
    }

    /// Sets whether a certificate must be for the host of the request. Default true.
    ///
    /// **With `false` anyone on the network path who has a certificate for any name, which costs nothing,
    /// can read and change everything**, unless [`set_tls_pin_set`](Self::set_tls_pin_set) pins the
    /// key. If the certificate has another name that is known,
    /// [`set_sni_hostname`](Self::set_sni_hostname) is better. It has no effect while
    /// [`set_require_ssl_cert_verify`](Self::set_require_ssl_cert_verify) is false, which turns this
    /// check off as well, and no effect on proxies, whose names are always checked.
    #[doc(alias = "danger_accept_invalid_hostnames")]
    pub fn set_require_hostname_match(&mut self, required: bool) -> &mut Self {
        self.settings_mut().change_tls(|tls| tls.match_name = required);
        self
    }

    /// Sets the name that is sent in the handshake (SNI, RFC 6066 section 3) and that
    /// the server's certificate must be for, instead of the host's. `""` removes it.
    ///
    /// It is meant for a server that is reached by its address or by another name. With an IP address no name is
    /// sent, and the certificate must be for that address. The Host header and the name that a proxy receives do
    /// not change.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if it is not a host name.
    pub fn set_sni_hostname(&mut self, name: &str) -> Result<&mut Self> {
        let bare = name.trim_matches(['[', ']']).to_ascii_lowercase();
        if !bare.is_empty() && ServerName::try_from(bare.as_str()).is_err() {
            let why = format!("{name:?} is not a host name; give one such as api.zoom.us");
            return Err(Error::invalid("set_sni_hostname", why));
        }
        self.settings_mut().change_tls(|tls| tls.sni = bare);
        Ok(self)
    }

    /// Accepts only servers whose certificate has this value in this part. Needs the feature `cert-details`.
    ///
    /// In `value` each `*` matches any characters, and case is ignored. `""` removes the requirement for
    /// that part. Several parts must all match. They are checked in addition to the certificate chain, and prove
    /// little without it ([`set_require_ssl_cert_verify`](Self::set_require_ssl_cert_verify)). They do not apply to
    /// proxies. A certificate that does not match is an error of kind [`Tls`](crate::ErrorKind::Tls).
    #[cfg(feature = "cert-details")]
    pub fn set_ssl_cert_requirement(&mut self, part: CertPart, value: &str) -> &mut Self {
        self.settings_mut().change_tls(|tls| tls.requirements.set(part, value));
        self
    }

    /// Returns the certificates that a server presents, its own first, as PEM. Only a handshake is made.
    ///
    /// They are verified as for any call. To see those of a server that is not trusted yet, use a
    /// transport with [`set_require_ssl_cert_verify`](Self::set_require_ssl_cert_verify)`(false)`;
    /// they may then be forged by anyone on the network path.
    ///
    /// # Errors
    ///
    /// As for [`synchronous_request`](Self::synchronous_request), up to the handshake.
    pub fn get_server_cert(&self, domain: &str, port: u16) -> Result<String> {
        let origin = Origin::new(domain, port, true)?;
        self.settings.check()?;
        let proxy = self.settings.proxy_for(&origin)?;
        let mut trace = Trace::new("TLS", (domain, port, true), "");
        let limits = self.settings.limits(trace.start());
        let (tls, ip_family) = (&self.settings.tls, self.settings.ip_family);
        let route = Route { origin: &origin, proxy: proxy.as_ref(), tls, ip_family };
        let Shared { dialer, running, .. } = &*self.shared;
        let opened = running.run(&self.settings.handlers, |watch| {
            let opened = dialer.open(route, self.settings.proxy_agent(), limits, watch, &mut trace);
            watch.or_aborted(opened)
        });
        let connection = opened.map_err(|err| {
            let text = trace.text(Some(&err));
            err.with_trace(text)
        })?;
        Ok(connection.tls.map(|facts| to_pem(&facts.chain)).unwrap_or_default())
    }
}

/// Encodes certificates as PEM (RFC 7468), base64 in lines of 64.
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
