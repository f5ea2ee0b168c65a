//! A certificate authority and the certificates it signs, valid and invalid, generated for each test.
//!
//! All functions panic if the arguments do not yield a certificate or a configuration.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PublicKeyData as _, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};

/// A certificate authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

/// Encodes PEM (RFC 7468): base64 in lines of 64 characters.
fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
    let lines: String = lines.map(|line| format!("{line}\n")).collect();
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}

/// A certificate and its key.
pub struct Identity {
    /// The certificate, in PEM.
    pub cert_pem: String,
    /// The private key, in PEM.
    pub key_pem: String,
    cert: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    public_key: Vec<u8>,
}

impl Default for Authority {
    fn default() -> Authority {
        Authority::new()
    }
}

impl Authority {
    /// Creates an authority. All authorities created by this function have the same name, as impostors
    /// would.
    pub fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let cert = params.self_signed(&key).unwrap();
        let der = cert.der().clone();
        Authority { issuer: Issuer::new(params, key), pem: pem("CERTIFICATE", &der), der }
    }

    /// Creates an authority with this name.
    pub fn named(name: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let cert = params.self_signed(&key).unwrap();
        let der = cert.der().clone();
        Authority { issuer: Issuer::new(params, key), pem: pem("CERTIFICATE", &der), der }
    }

    /// Returns its certificate in PEM, for `Transport::set_trusted_roots_pem`.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Returns a store in which it is the only trusted root.
    pub fn roots(&self) -> rustls::RootCertStore {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.der.clone()).unwrap();
        roots
    }

    /// Signs a certificate for these hosts.
    pub fn certify(&self, hosts: &[&str]) -> Identity {
        self.certify_with(hosts, |_| {})
    }

    /// Signs a certificate for these hosts after `change` has modified its parameters.
    pub fn certify_with(
        &self,
        hosts: &[&str],
        change: impl Fn(&mut CertificateParams),
    ) -> Identity {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut params = CertificateParams::new(hosts).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let cert = params.signed_by(&key, &self.issuer).unwrap();
        Identity::new(cert.der().clone(), &key)
    }

    /// Signs a certificate that expired in the year 2001.
    pub fn certify_expired(&self, hosts: &[&str]) -> Identity {
        self.certify_with(hosts, |params| {
            params.not_before = date_time_ymd(2000, 1, 1);
            params.not_after = date_time_ymd(2001, 1, 1);
        })
    }
}

impl Identity {
    /// Creates a self-signed certificate.
    pub fn self_signed(hosts: &[&str]) -> Identity {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let cert = CertificateParams::new(hosts).unwrap().self_signed(&key).unwrap();
        Identity::new(cert.der().clone(), &key)
    }

    /// Creates a self-signed certificate after `change` has modified its parameters.
    pub fn self_signed_with(hosts: &[&str], change: impl Fn(&mut CertificateParams)) -> Identity {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut params = CertificateParams::new(hosts).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let cert = params.self_signed(&key).unwrap();
        Identity::new(cert.der().clone(), &key)
    }

    /// Returns a server configuration with this certificate and these TLS versions.
    pub fn server_of(
        &self,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> Arc<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth();
        Arc::new(builder.with_single_cert(vec![self.cert.clone()], self.key.clone_key()).unwrap())
    }

    /// Returns a server configuration with this certificate and these cipher suites.
    pub fn server_with(&self, suites: &[rustls::SupportedCipherSuite]) -> Arc<ServerConfig> {
        let mut provider = default_provider();
        provider.cipher_suites = suites.to_vec();
        let builder = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth();
        Arc::new(builder.with_single_cert(vec![self.cert.clone()], self.key.clone_key()).unwrap())
    }

    /// Returns a server configuration with this certificate and the key of another one.
    pub fn server_with_key_of(
        &self,
        other: &Identity,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> Arc<ServerConfig> {
        let key = default_provider().key_provider.load_private_key(other.key.clone_key()).unwrap();
        let certified = CertifiedKey::new(vec![self.cert.clone()], key);
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth();
        Arc::new(builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(certified))))
    }

    /// Returns a server configuration with this certificate and a verifier of client certificates.
    pub fn server_verifying(
        &self,
        verifier: Arc<dyn rustls::server::danger::ClientCertVerifier>,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> Arc<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_client_cert_verifier(verifier);
        Arc::new(builder.with_single_cert(vec![self.cert.clone()], self.key.clone_key()).unwrap())
    }

    /// Returns the SHA-256 fingerprint of its public key, in base64.
    pub fn fingerprint(&self) -> String {
        let suite = rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256.tls13().unwrap();
        BASE64_STANDARD.encode(suite.common.hash_provider.hash(&self.public_key))
    }

    /// Returns the fingerprint in the form that `Transport::set_tls_pin_set` takes.
    pub fn pin(&self) -> String {
        format!("sha256, base64, {}", self.fingerprint())
    }

    fn new(cert: CertificateDer<'static>, key: &KeyPair) -> Identity {
        let der = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let public_key = key.subject_public_key_info();
        let cert_pem = pem("CERTIFICATE", &cert);
        let key_pem = pem("PRIVATE KEY", der.secret_der());
        Identity { cert_pem, key_pem, cert, key: der, public_key }
    }

    /// Returns certificate and key in one PEM.
    pub fn pem(&self) -> String {
        format!("{}{}", self.cert_pem, self.key_pem)
    }

    /// Returns a server configuration with this certificate, for
    /// [`Server::start_tls`](crate::Server::start_tls).
    pub fn server(&self) -> Arc<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth();
        Arc::new(builder.with_single_cert(vec![self.cert.clone()], self.key.clone_key()).unwrap())
    }

    /// Returns a server configuration with this certificate that requires client certificates from
    /// `clients`.
    pub fn server_for(&self, clients: &Authority) -> Arc<ServerConfig> {
        let (roots, provider) = (Arc::new(clients.roots()), Arc::new(default_provider()));
        let verifier =
            WebPkiClientVerifier::builder_with_provider(roots, provider).build().unwrap();
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier);
        Arc::new(builder.with_single_cert(vec![self.cert.clone()], self.key.clone_key()).unwrap())
    }
}
