//! TLS settings.

use std::path::Path;

use super::class::Http;
use super::delegate::{fallible_setters, setters};
use crate::error::Result;
use crate::net::pem::{BEGIN, PemSource};
#[cfg(feature = "cert-details")]
use crate::net::requirements::CertPart;
use crate::net::suites::versions;

setters! {
/// TLS settings.
impl Http {
    /// Sets whether certificates and host names are verified. With `false` anyone on the network path can read
    /// and change everything, tokens and passwords included.
    #[doc(alias = "put_RequireSslCertVerify")]
    pub fn set_require_ssl_cert_verify(verify: bool);

    /// Sets whether a certificate must be for the host of the request. **With `false` anyone on the
    /// network path who has a certificate for any name can read and change everything.**
    #[doc(alias = "put_RequireHostnameMatch")]
    pub fn set_require_hostname_match(required: bool);

    /// Sets whether the certificate authorities that this system trusts are trusted as well. Needs
    /// the feature `system-roots`.
    #[cfg(feature = "system-roots")]
    #[doc(alias = "TrustSystemCaRoots")]
    pub fn set_trust_system_roots(trust: bool);
}
}

fallible_setters! {
impl Http {
    /// Trusts the certificate authorities in this PEM text and no others. By default the authorities in
    /// Mozilla's list are trusted.
    #[doc(alias = "TrustedRoots")]
    pub fn set_trusted_roots_pem(pem: &str);

    /// Trusts the certificate authorities in this PEM file and no others.
    pub fn set_trusted_roots_file(path: impl AsRef<Path>);

    /// Sets the cipher suites that are offered, best first: names separated by commas, IANA's
    /// (`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`) or OpenSSL's
    /// (`ECDHE-RSA-AES128-GCM-SHA256`), in any case. `""` and `best-practices` mean all supported suites.
    #[doc(alias = "put_SslAllowedCiphers")]
    pub fn set_ssl_allowed_ciphers(ciphers: &str);

    /// Accepts only servers whose certificate has one of these public keys:
    /// `hash, encoding, fingerprint, fingerprint...`, such as `sha256, base64, LvfZ...=`. `""` removes the pins.
    #[doc(alias = "put_TlsPinSet")]
    pub fn set_tls_pin_set(pins: &str);

    /// Sets the name that is sent in the handshake (SNI, RFC 6066 section 3) and that
    /// the server's certificate must be for, instead of the host's. `""` removes it.
    #[doc(alias = "put_SniHostname")]
    pub fn set_sni_hostname(name: &str);
}
}

impl Http {
    /// Sets the certificate, followed by its chain, and the private key that identify this client to servers that ask:
    /// PEM, or the path of a PEM file. A proxy never receives it.
    ///
    /// # Errors
    ///
    /// Fails as [`Transport::set_client_cert_pem`](crate::Transport::set_client_cert_pem) or
    /// [`set_client_cert_file`](crate::Transport::set_client_cert_file) does.
    #[doc(alias = "SetSslClientCertPem")]
    pub fn set_ssl_client_cert_pem(&mut self, pem_or_path: &str) -> Result<&mut Self> {
        let source = match pem_or_path.contains(BEGIN) {
            true => PemSource::Text(pem_or_path),
            false => PemSource::File(Path::new(pem_or_path)),
        };
        self.transport.identify("set_ssl_client_cert_pem", source, None)?;
        Ok(self)
    }

    /// Sets the versions of TLS that are offered: `DEFAULT` (1.2 and 1.3), `TLS 1.2`, `TLS 1.3`,
    /// `TLS 1.2 or higher` or `TLS 1.3 or higher`, in any case.
    ///
    /// `TLS 1.1 or higher`, `TLS 1.0 or higher` and `SSL 3.0 or higher` mean 1.2 and 1.3: nothing
    /// older is supported.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for anything else, such as `TLS 1.1`.
    #[doc(alias = "put_SslProtocol")]
    pub fn set_ssl_protocol(&mut self, protocol: &str) -> Result<&mut Self> {
        let versions = versions("set_ssl_protocol", protocol)?;
        self.transport.settings_mut().change_tls(|tls| tls.versions = versions);
        Ok(self)
    }

    /// Accepts only servers whose certificate has this value in this part: `SubjectDN`, `SubjectCN`, `IssuerDN`,
    /// `IssuerCN` or `SAN`. Needs the feature `cert-details`.
    ///
    /// More at [`Transport::set_ssl_cert_requirement`](crate::Transport::set_ssl_cert_requirement) and
    /// [`CertPart`](crate::CertPart).
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for any other part.
    #[cfg(feature = "cert-details")]
    #[doc(alias = "SetSslCertRequirement")]
    pub fn set_ssl_cert_requirement(&mut self, part: &str, value: &str) -> Result<&mut Self> {
        let part = CertPart::parse("set_ssl_cert_requirement", part)?;
        self.transport.set_ssl_cert_requirement(part, value);
        Ok(self)
    }

    /// Whether certificates and host names are verified. Default true; Chilkat's is false.
    #[doc(alias = "RequireSslCertVerify")]
    pub fn require_ssl_cert_verify(&self) -> bool {
        self.transport.settings.tls.options.verify
    }

    /// The versions of TLS that are offered, as they were set. Default `DEFAULT`.
    #[doc(alias = "SslProtocol")]
    #[doc(alias = "sslProtocol")]
    pub fn ssl_protocol(&self) -> &str {
        self.transport.settings.tls.options.versions.0
    }

    /// The cipher suites that are offered, as they were set. Default empty: all nine.
    #[doc(alias = "SslAllowedCiphers")]
    #[doc(alias = "sslAllowedCiphers")]
    pub fn ssl_allowed_ciphers(&self) -> &str {
        &self.transport.settings.tls.options.ciphers.text
    }

    /// The public keys that a server may have, as they were set. Default empty: any.
    #[doc(alias = "TlsPinSet")]
    #[doc(alias = "tlsPinSet")]
    pub fn tls_pin_set(&self) -> &str {
        self.transport.settings.tls.options.pins.as_ref().map_or("", |pins| &pins.text)
    }

    /// Whether a certificate must be for the host of the request. Default true; Chilkat's is false.
    #[doc(alias = "RequireHostnameMatch")]
    pub fn require_hostname_match(&self) -> bool {
        self.transport.settings.tls.options.match_name
    }

    /// The name that is used in TLS instead of the host's. Default empty: none.
    #[doc(alias = "SniHostname")]
    #[doc(alias = "sniHostname")]
    pub fn sni_hostname(&self) -> &str {
        &self.transport.settings.tls.options.sni
    }
}
