//! TLS.

use super::class::Http;
use super::delegate::{fallible_setters, setters};

setters! {
/// TLS.
impl Http {
    /// Sets whether certificates and host names are verified. With `false` anyone on the way can read
    /// and change everything, tokens and passwords included.
    #[doc(alias = "put_RequireSslCertVerify")]
    pub fn set_require_ssl_cert_verify(verify: bool);

    /// Sets whether a certificate must be for the host that is asked for. **With `false` anyone on the
    /// way who has a certificate for any name can read and change everything.**
    #[doc(alias = "put_RequireHostnameMatch")]
    pub fn set_require_hostname_match(required: bool);

    /// Sets whether the certificate authorities that this system trusts are trusted as well. It takes
    /// the feature `system-roots`.
    #[cfg(feature = "system-roots")]
    #[doc(alias = "TrustSystemCaRoots")]
    pub fn set_trust_system_roots(trust: bool);
}
}

fallible_setters! {
impl Http {
    /// Trusts these certificate authorities, given as PEM or as the path of a PEM file, and no
    /// others. By default the authorities in Mozilla's list are trusted.
    #[doc(alias = "TrustedRoots")]
    pub fn set_trusted_roots_pem(pem_or_path: &str);

    /// Identifies this client to servers that ask, with a certificate (its chain after it) and
    /// private key, given as PEM or as the path of a PEM file. A proxy does not get to see it.
    #[doc(alias = "SetSslClientCertPem")]
    pub fn set_ssl_client_cert_pem(pem_or_path: &str);

    /// Sets the versions of TLS that may be spoken: `DEFAULT` (1.2 and 1.3), `TLS 1.2`, `TLS 1.3`,
    /// `TLS 1.2 or higher` or `TLS 1.3 or higher`, in any case.
    #[doc(alias = "put_SslProtocol")]
    pub fn set_ssl_protocol(protocol: &str);

    /// Offers these cipher suites and no others, best first: names with commas between them, as IANA
    /// has them (`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`) or as OpenSSL has them
    /// (`ECDHE-RSA-AES128-GCM-SHA256`), in any case; `""` and `best-practices` are all.
    #[doc(alias = "put_SslAllowedCiphers")]
    pub fn set_ssl_allowed_ciphers(ciphers: &str);

    /// Talks only to servers whose certificate has one of these public keys:
    /// `hash, encoding, fingerprint, fingerprint...`, such as `sha256, base64, LvfZ...=`; `""` ends it.
    #[doc(alias = "put_TlsPinSet")]
    pub fn set_tls_pin_set(pins: &str);

    /// Sets the name that is sent to servers in the handshake (SNI, RFC 6066 section 3) and that
    /// their certificate must be for, instead of the host's own; `""` ends it.
    #[doc(alias = "put_SniHostname")]
    pub fn set_sni_hostname(name: &str);

    /// Talks only to servers in whose certificate this part is as `value` says. It takes the feature
    /// `cert-details`.
    #[cfg(feature = "cert-details")]
    #[doc(alias = "SetSslCertRequirement")]
    pub fn set_ssl_cert_requirement(part: &str, value: &str);
}
}

impl Http {
    /// Whether certificates and host names are verified. Default true, where Chilkat's is false.
    #[doc(alias = "RequireSslCertVerify")]
    pub fn require_ssl_cert_verify(&self) -> bool {
        self.transport.settings.tls.options.verify
    }

    /// The versions of TLS that are spoken, as they were set. Default `DEFAULT`.
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

    /// Whether a certificate must be for the host that is asked for. Default true, where Chilkat's
    /// is false.
    #[doc(alias = "RequireHostnameMatch")]
    pub fn require_hostname_match(&self) -> bool {
        self.transport.settings.tls.options.match_name
    }

    /// The name that is used in TLS instead of the host's own. Default empty: none.
    #[doc(alias = "SniHostname")]
    #[doc(alias = "sniHostname")]
    pub fn sni_hostname(&self) -> &str {
        &self.transport.settings.tls.options.sni
    }
}
