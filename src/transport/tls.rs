//! The members that say how TLS is spoken and what is checked.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustls::pki_types::{CertificateDer, ServerName};

use super::client::{Shared, Transport};
use crate::error::{Error, Result};
use crate::net::client_cert::ClientCert;
use crate::net::origin::Origin;
use crate::net::pem;
use crate::net::route::Route;
use crate::net::suites::{Ciphers, versions};
use crate::net::verify::Pins;
use crate::trace::Trace;

/// TLS.
impl Transport {
    /// Sets whether certificates and host names are verified. Default true.
    ///
    /// With `false` anybody on the way can read and change everything, tokens and passwords
    /// included. It is for a test server of your own; even there
    /// [`set_trusted_roots_pem`](Self::set_trusted_roots_pem) is better. Pinned keys
    /// ([`set_tls_pin_set`](Self::set_tls_pin_set)) are checked all the same.
    pub fn set_require_ssl_cert_verify(&mut self, verify: bool) -> &mut Self {
        self.settings_mut().change_tls(|tls| tls.verify = verify);
        self
    }

    /// Trusts these certificate authorities, given as PEM or as the path of a PEM file, and no
    /// others. By default the authorities in Mozilla's list are trusted.
    ///
    /// Those that the system trusts come on top where `set_trust_system_roots` says so.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) where there is no certificate in it.
    pub fn set_trusted_roots_pem(&mut self, pem_or_path: &str) -> Result<&mut Self> {
        let roots = pem::roots_from_pem("set_trusted_roots_pem", pem_or_path)?;
        self.settings_mut().change_tls(|tls| tls.roots = Some(roots));
        Ok(self)
    }

    /// Sets whether the certificate authorities that this system trusts are trusted as well, besides
    /// those of [`set_trusted_roots_pem`](Self::set_trusted_roots_pem) or else those in Mozilla's
    /// list. Default false. It takes the feature `system-roots`.
    ///
    /// In a company whose network reads what goes over TLS, this is what has certificates accepted:
    /// the authority that signs them is in the store of each machine. It holds for proxies that are
    /// spoken to in TLS as well.
    ///
    /// | system | what is read |
    /// |---|---|
    /// | Windows | the store `ROOT` of the current user, that of the machine included, without what has ended or is not for servers |
    /// | macOS | the trust settings of user, administrator and system; what they deny is left out |
    /// | others | the files where distributions keep them, such as `/etc/ssl/certs` |
    ///
    /// Where the environment has `SSL_CERT_FILE` (a PEM file) or `SSL_CERT_DIR` (folders of PEM files),
    /// that is read instead, on each system. They are read for the first connection over TLS, and again
    /// once another setting of TLS is changed, but not for each connection. One that cannot be
    /// used is passed over; one that Windows itself cannot read is an error.
    ///
    /// Certificates are verified in the same way as ever: pins, names and requirements hold. Nothing
    /// else that the system knows counts: a certificate that Windows has among the untrusted is
    /// accepted if its authority is in Mozilla's list. Windows gets most public authorities only when
    /// one of its own programs needs them, so its store alone would not do.
    ///
    /// Where none can be read, a call over TLS is an error of kind
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) that says where they were looked for, before
    /// a connection is made.
    #[cfg(feature = "system-roots")]
    pub fn set_trust_system_roots(&mut self, trust: bool) -> &mut Self {
        self.settings_mut().change_tls(|tls| tls.system_roots = trust);
        self
    }

    /// Identifies this client to servers that ask, with a certificate (its chain after it) and
    /// private key, given as PEM or as the path of a PEM file. A proxy does not get to see it.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) where either is missing, the key is
    /// encrypted, or the two do not belong together.
    pub fn set_ssl_client_cert_pem(&mut self, pem_or_path: &str) -> Result<&mut Self> {
        let cert = pem::client_cert_from_pem("set_ssl_client_cert_pem", pem_or_path)?;
        self.settings_mut().change_tls(|tls| tls.client_cert = Some(ClientCert(cert)));
        Ok(self)
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
    pub fn set_ssl_protocol(&mut self, protocol: &str) -> Result<&mut Self> {
        let versions = versions("set_ssl_protocol", protocol)?;
        self.settings_mut().change_tls(|tls| tls.versions = versions);
        Ok(self)
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
    pub fn set_ssl_allowed_ciphers(&mut self, ciphers: &str) -> Result<&mut Self> {
        let ciphers = Ciphers::parse("set_ssl_allowed_ciphers", ciphers)?;
        self.settings_mut().change_tls(|tls| tls.ciphers = ciphers);
        Ok(self)
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
    pub fn set_tls_pin_set(&mut self, pins: &str) -> Result<&mut Self> {
        let pins = match pins.trim() {
            "" => None,
            pins => Some(Pins::parse("set_tls_pin_set", pins)?),
        };
        self.settings_mut().change_tls(|tls| tls.pins = pins);
        Ok(self)
    }

    /// Sets whether a certificate must be for the host that is asked for. Default true.
    ///
    /// **With `false` anybody on the way who has a certificate for any name, which costs nothing,
    /// can read and change everything**, unless [`set_tls_pin_set`](Self::set_tls_pin_set) says which
    /// key it must be. If the certificate has another name that is known,
    /// [`set_sni_hostname`](Self::set_sni_hostname) is better. It changes nothing while
    /// [`set_require_ssl_cert_verify`](Self::set_require_ssl_cert_verify) is false, which turns this
    /// check off as well, and nothing for proxies, whose name is always checked.
    pub fn set_require_hostname_match(&mut self, required: bool) -> &mut Self {
        self.settings_mut().change_tls(|tls| tls.match_name = required);
        self
    }

    /// Sets the name that is sent to servers in the handshake (SNI, RFC 6066 section 3) and that
    /// their certificate must be for, instead of the host's own; `""` ends it.
    ///
    /// For a server that is reached by its address or by another name. With an IP address no name is
    /// sent, and the certificate must be for that address. The Host header stays as it is, and
    /// so does the name that a proxy gets.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for what is no host name.
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
    pub fn get_server_cert(&self, domain: &str, port: u16) -> Result<String> {
        let origin = Origin::new(domain, port, true)?;
        self.settings.check()?;
        let proxy = self.settings.proxy_for(&origin)?;
        let mut trace = Trace::new("TLS", (domain, port, true), "");
        let limits = self.settings.limits(trace.start());
        let route = Route { origin: &origin, proxy: proxy.as_ref(), tls: &self.settings.tls };
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
