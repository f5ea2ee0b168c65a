//! What a `Transport` was told: limits, identity, proxy and TLS.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use ureq::Proxy;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::transport::RustlsConnector;

use super::connect::Limits;
use super::origin::Origin;
use super::proxy::{EnvProxies, ProxySettings};
use crate::error::{Error, Result};
use crate::request::headers::Headers;
use crate::request::prepare::check_header;

#[derive(Clone)]
pub(crate) struct Settings {
    /// In seconds; 0 is no limit.
    pub(crate) connect_timeout: u64,
    pub(crate) read_timeout: u64,
    pub(crate) total_timeout: u64,
    pub(crate) max_response_size: SizeLimit,
    pub(crate) follow_redirects: bool,
    pub(crate) user_agent: String,
    pub(crate) auth_token: String,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) basic_auth: bool,
    pub(crate) headers: Headers,
    pub(crate) proxy: ProxySettings,
    pub(crate) use_env_proxy: bool,
    pub(crate) env_proxies: EnvProxies,
    pub(crate) tls: Arc<Tls>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            connect_timeout: 30,
            read_timeout: 60,
            total_timeout: 0,
            max_response_size: SizeLimit::Default,
            follow_redirects: true,
            user_agent: String::new(),
            auth_token: String::new(),
            login: String::new(),
            password: String::new(),
            basic_auth: false,
            headers: Headers::default(),
            proxy: ProxySettings { port: 80, ..ProxySettings::default() },
            use_env_proxy: true,
            env_proxies: EnvProxies::read(),
            tls: Arc::default(),
        }
    }
}

/// What a body in memory may have unless a limit was set.
const MAX_IN_MEMORY: u64 = 64 * 1024 * 1024;

/// The credentials of RFC 7617.
pub(crate) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

/// The most that the body of a response may have.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum SizeLimit {
    /// 64 MiB in memory, no limit in a file.
    Default,
    /// So many bytes in either.
    Bytes(u64),
    None,
}

impl SizeLimit {
    pub(crate) fn in_memory(self) -> Option<u64> {
        match self {
            SizeLimit::Default => Some(MAX_IN_MEMORY),
            other => other.in_file(),
        }
    }

    pub(crate) fn in_file(self) -> Option<u64> {
        match self {
            SizeLimit::Bytes(bytes) => Some(bytes),
            SizeLimit::Default | SizeLimit::None => None,
        }
    }
}

impl Settings {
    /// Refuses what would make a request that is not one.
    pub(crate) fn check(&self) -> Result<()> {
        check_header("set_user_agent", "User-Agent", &self.user_agent)?;
        check_header("set_auth_token", "Authorization", &self.auth_token)?;
        for (name, value) in self.headers.iter() {
            check_header("set_request_header", name, value)?;
        }
        if self.auth_token.is_empty() && self.login.contains(':') {
            // RFC 7617 section 2: the server would read another user and another password.
            return Err(Error::invalid("set_login", "a user name cannot hold a colon"));
        }
        Ok(())
    }

    pub(crate) fn limits(&self, start: Instant) -> Limits {
        // A century is as good as no end, and no clock overflows.
        let some =
            |secs: u64| (secs > 0).then(|| Duration::from_secs(secs.min(100 * 365 * 86_400)));
        Limits {
            connect: some(self.connect_timeout),
            silence: some(self.read_timeout),
            end: some(self.total_timeout).and_then(|total| start.checked_add(total)),
        }
    }

    /// The Authorization that goes out with each request, or after a challenge.
    pub(crate) fn authorization(&self, challenged: bool) -> Option<String> {
        if !self.auth_token.is_empty() {
            return Some(format!("Bearer {}", self.auth_token));
        }
        let wanted = self.basic_auth || challenged;
        (wanted && !self.login.is_empty()).then(|| basic(&self.login, &self.password))
    }

    pub(crate) fn proxy_for(&self, origin: &Origin) -> Result<Option<Proxy>> {
        match self.proxy.build()? {
            Some(proxy) => Ok(Some(proxy)),
            None if self.use_env_proxy => self.env_proxies.for_origin(origin),
            None => Ok(None),
        }
    }

    pub(crate) fn change_tls(&mut self, change: impl FnOnce(&mut TlsOptions)) {
        let mut options = self.tls.options.clone();
        change(&mut options);
        self.tls = Arc::new(Tls::new(options));
    }
}

/// TLS settings and the connector that keeps what rustls made of them. Two requests may share a
/// connection only if they share this.
pub(crate) struct Tls {
    options: TlsOptions,
    pub(crate) config: TlsConfig,
    pub(crate) connector: RustlsConnector,
}

#[derive(Clone)]
pub(crate) struct TlsOptions {
    pub(crate) verify: bool,
    /// `None` is the list of Mozilla.
    pub(crate) roots: Option<Vec<Certificate<'static>>>,
    pub(crate) client_cert: Option<ClientCert>,
}

impl Default for Tls {
    fn default() -> Self {
        Tls::new(TlsOptions { verify: true, roots: None, client_cert: None })
    }
}

impl Tls {
    fn new(options: TlsOptions) -> Tls {
        let roots = match &options.roots {
            Some(roots) => RootCerts::new_with_certs(roots),
            None => RootCerts::WebPki,
        };
        let config = TlsConfig::builder()
            .disable_verification(!options.verify)
            .root_certs(roots)
            .client_cert(options.client_cert.clone())
            // Named, so that no other crate in the build changes what is used.
            .unversioned_rustls_crypto_provider(provider())
            .build();
        Tls { options, config, connector: RustlsConnector::default() }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("verify", &self.options.verify).finish_non_exhaustive()
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// PEM text as it is, or the content of the file that it names.
fn pem_data(member: &str, pem_or_path: &str) -> Result<Vec<u8>> {
    if pem_or_path.contains("-----BEGIN") {
        return Ok(pem_or_path.as_bytes().to_vec());
    }
    std::fs::read(Path::new(pem_or_path)).map_err(|err| {
        // It may be a key that has lost its armour: only what looks like a path is shown.
        let is_path =
            !pem_or_path.contains('\n') && (pem_or_path.contains('.') || pem_or_path.len() < 40);
        let shown = if is_path { format!("{pem_or_path:?}") } else { "what was given".to_owned() };
        let why = format!("{shown} is neither PEM nor a file that can be read: {err}");
        Error::invalid(member, why).with_source(err)
    })
}

/// The parser's own words quote what it could not read, which may be a key.
fn broken_pem(member: &str) -> Error {
    let why = "broken PEM: each BEGIN and END line must stand on a line of its own, with \
               base64 between them";
    Error::invalid(member, why)
}

/// The certificates and the last private key in PEM data.
fn read_pem(
    member: &str,
    pem_or_path: &str,
) -> Result<(Vec<Certificate<'static>>, Option<PrivateKey<'static>>)> {
    let data = pem_data(member, pem_or_path)?;
    let (mut certs, mut key) = (Vec::new(), None);
    for item in parse_pem(&data) {
        match item.map_err(|_| broken_pem(member))? {
            PemItem::Certificate(cert) => certs.push(cert),
            PemItem::PrivateKey(found) => key = Some(found),
            _ => {}
        }
    }
    if certs.is_empty() {
        return Err(Error::invalid(member, "there is no certificate in the PEM"));
    }
    if key.is_none() && data.windows(21).any(|w| w == b"ENCRYPTED PRIVATE KEY") {
        return Err(Error::invalid(member, "the private key is encrypted; decrypt it first"));
    }
    Ok((certs, key))
}

pub(crate) fn roots_from_pem(member: &str, pem_or_path: &str) -> Result<Vec<Certificate<'static>>> {
    let (certs, _) = read_pem(member, pem_or_path)?;
    for (index, cert) in certs.iter().enumerate() {
        let der = CertificateDer::from(cert.der());
        rustls::RootCertStore::empty().add(der).map_err(|err| {
            Error::invalid(member, format_args!("certificate {index} cannot be a root: {err}"))
        })?;
    }
    Ok(certs)
}

pub(crate) fn client_cert_from_pem(member: &str, pem_or_path: &str) -> Result<ClientCert> {
    let (certs, key) = read_pem(member, pem_or_path)?;
    let key = key.ok_or_else(|| Error::invalid(member, "there is no private key in the PEM"))?;
    // rustls would find these out at the first connection, where ureq takes them for granted.
    let chain = certs.iter().map(|c| CertificateDer::from(c.der()).into_owned()).collect();
    let der = PrivateKeyDer::try_from(key.der())
        .map_err(|why| Error::invalid(member, format_args!("the private key: {why}")))?
        .clone_key();
    CertifiedKey::from_der(chain, der, &provider())
        .map_err(|err| Error::invalid(member, format_args!("key and certificate: {err}")))?;
    Ok(ClientCert::new_with_certs(&certs, key))
}
