//! Certificates made on the spot, good ones and bad ones.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;

/// An authority of our own.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

/// A certificate with its key.
pub struct Identity {
    pub cert_pem: String,
    pub key_pem: String,
    cert: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Authority {
    pub fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let cert = params.self_signed(&key).unwrap();
        let (pem, der) = (cert.pem(), cert.der().clone());
        Authority { issuer: Issuer::new(params, key), pem, der }
    }

    /// The same under a name of its own. Those of `new` all have one name, like impostors.
    pub fn named(name: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let cert = params.self_signed(&key).unwrap();
        let (pem, der) = (cert.pem(), cert.der().clone());
        Authority { issuer: Issuer::new(params, key), pem, der }
    }

    /// What `set_trusted_roots_pem` takes.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for these hosts.
    pub fn certify(&self, hosts: &[&str]) -> Identity {
        self.certify_with(hosts, |_| {})
    }

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
        Identity::new(cert.pem(), cert.der().clone(), &key)
    }

    /// A certificate that ended in the year 2001.
    pub fn certify_expired(&self, hosts: &[&str]) -> Identity {
        self.certify_with(hosts, |params| {
            params.not_before = date_time_ymd(2000, 1, 1);
            params.not_after = date_time_ymd(2001, 1, 1);
        })
    }
}

impl Identity {
    /// A certificate that only vouches for itself.
    pub fn self_signed(hosts: &[&str]) -> Identity {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let cert = CertificateParams::new(hosts).unwrap().self_signed(&key).unwrap();
        Identity::new(cert.pem(), cert.der().clone(), &key)
    }

    /// The same, with what `change` does to it.
    pub fn self_signed_with(hosts: &[&str], change: impl Fn(&mut CertificateParams)) -> Identity {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut params = CertificateParams::new(hosts).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let cert = params.self_signed(&key).unwrap();
        Identity::new(cert.pem(), cert.der().clone(), &key)
    }

    /// A server that shows this certificate and speaks only these versions of TLS.
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

    fn new(cert_pem: String, cert: CertificateDer<'static>, key: &KeyPair) -> Identity {
        let der = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        Identity { cert_pem, key_pem: key.serialize_pem(), cert, key: der }
    }

    /// Certificate and key in one PEM.
    pub fn pem(&self) -> String {
        format!("{}{}", self.cert_pem, self.key_pem)
    }

    /// A server that shows this certificate.
    pub fn server(&self) -> Arc<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth();
        Arc::new(builder.with_single_cert(vec![self.cert.clone()], self.key.clone_key()).unwrap())
    }

    /// A server that shows this certificate and wants one of `clients` in turn.
    pub fn server_for(&self, clients: &Authority) -> Arc<ServerConfig> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(clients.der.clone()).unwrap();
        let provider = Arc::new(default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier);
        Arc::new(builder.with_single_cert(vec![self.cert.clone()], self.key.clone_key()).unwrap())
    }
}
