//! What a `Transport` was told: limits, identity, and proxy.

use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ureq::Proxy;

#[cfg(feature = "views")]
use super::Transport;
use super::connect::Limits;
use super::env_proxy::EnvProxies;
use super::origin::Origin;
use super::proxy::ProxySettings;
use super::session_log::SessionLogSettings;
use super::tls::{Tls, TlsOptions};
use super::watch::Handlers;
#[cfg(feature = "views")]
use crate::call::{Call, How, ProxyKind};
use crate::error::{Error, Result};
use crate::request::headers::check_header;
use crate::request::headers::{FieldNames, Headers};

#[derive(Clone)]
pub(crate) struct Settings {
    /// Zero is no limit.
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) max_response_size: SizeLimit,
    /// How many times larger a body may become; 0 is no limit.
    pub(crate) max_expansion: u32,
    pub(crate) follow_redirects: bool,
    pub(crate) max_redirects: u32,
    pub(crate) user_agent: String,
    pub(crate) auth_token: String,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) basic_auth: bool,
    pub(crate) headers: Headers,
    /// Names of headers that are secret though their name does not say so.
    pub(crate) sensitive: FieldNames,
    pub(crate) proxy: ProxySettings,
    pub(crate) use_env_proxy: bool,
    pub(crate) env_proxies: EnvProxies,
    pub(crate) tls: Arc<Tls>,
    pub(crate) handlers: Handlers,
    pub(crate) session_log: SessionLogSettings,
    #[cfg(feature = "chilkat")]
    pub(crate) quick: super::quick::QuickSettings,
    #[cfg(feature = "cookies")]
    pub(crate) cookies: super::cookies::Cookies,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            connect_timeout: Duration::from_secs(30),
            read_timeout: Duration::from_secs(60),
            total_timeout: Duration::ZERO,
            max_response_size: SizeLimit::Default,
            max_expansion: 200,
            follow_redirects: true,
            max_redirects: 10,
            user_agent: String::new(),
            auth_token: String::new(),
            login: String::new(),
            password: String::new(),
            basic_auth: false,
            headers: Headers::default(),
            sensitive: FieldNames::default(),
            proxy: ProxySettings::default(),
            use_env_proxy: true,
            env_proxies: EnvProxies::read(),
            tls: Arc::default(),
            handlers: Handlers::default(),
            session_log: SessionLogSettings::default(),
            #[cfg(feature = "chilkat")]
            quick: Default::default(),
            #[cfg(feature = "cookies")]
            cookies: super::cookies::Cookies::default(),
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

/// The settings of `http` with what a call asks for on top.
#[cfg(feature = "views")]
pub(super) fn for_call(http: &Transport, call: &Call) -> Result<Arc<Settings>> {
    const CERT_FILES: &str = "set_client_cert_files";
    let how = &call.how;
    if *how == How::default() {
        return Ok(Arc::clone(&http.settings));
    }
    // Its members are the way to settings; what it remembers of calls is of no use here.
    let mut http = http.clone();
    if let Some(verify) = how.verify {
        http.set_require_ssl_cert_verify(verify);
    }
    if let Some(path) = &how.trusted_roots {
        http.set_trusted_roots_pem(path).map_err(|err| err.of_member("set_trusted_roots_file"))?;
    }
    if let Some(cert) = &how.client_cert {
        let read = |path: &str| {
            std::fs::read_to_string(path).map_err(|err| {
                let why = format_args!("cannot read the file {path:?}: {err}");
                Error::invalid(CERT_FILES, why).with_source(err)
            })
        };
        let set = match &how.client_key {
            Some(key) => http.set_ssl_client_cert_pem(&(read(cert)? + "\n" + &read(key)?)),
            None => http.set_ssl_client_cert_pem(cert),
        };
        set.map_err(|err| err.of_member(CERT_FILES))?;
    }
    if let Some(versions) = &how.tls_versions {
        http.set_ssl_protocol(versions)?;
    }
    if let Some((login, password)) = &how.user {
        check_login("set_user", login)?;
        http.set_login(login).set_password(password).set_basic_auth(true);
        http.settings_mut().auth_token.clear();
    }
    if let Some(proxy) = &how.proxy {
        http.set_proxy_domain("").set_socks_version(0);
        match proxy.kind {
            ProxyKind::Http | ProxyKind::Https => {
                http.set_proxy_domain(&proxy.host)
                    .set_proxy_port(proxy.port)
                    .set_proxy_login(&proxy.login)
                    .set_proxy_password(&proxy.password)
                    .set_proxy_direct_tls(proxy.kind == ProxyKind::Https);
            }
            ProxyKind::Socks4 | ProxyKind::Socks5 => {
                http.set_socks_hostname(&proxy.host)
                    .set_socks_port(proxy.port)
                    .set_socks_username(&proxy.login)
                    .set_socks_password(&proxy.password)
                    .set_socks_version(if proxy.kind == ProxyKind::Socks4 { 4 } else { 5 });
            }
        }
    }
    let host = Origin::new(&call.domain, call.port, call.ssl)?;
    if how.no_proxy.as_ref().is_some_and(|list| super::env_proxy::excludes(list, host.host())) {
        http.set_proxy_domain("").set_socks_version(0).set_env_proxy(false);
    }
    if how.proxy.is_some() {
        http.settings.proxy.build().map_err(|err| err.of_member("proxy"))?;
    }
    let settings = http.settings_mut();
    settings.follow_redirects = how.follow_redirects.unwrap_or(settings.follow_redirects);
    settings.max_redirects = how.max_redirects.unwrap_or(settings.max_redirects);
    settings.connect_timeout = how.connect_timeout.unwrap_or(settings.connect_timeout);
    settings.total_timeout = how.total_timeout.unwrap_or(settings.total_timeout);
    Ok(http.settings)
}

/// RFC 7617 section 2: with a colon in the name, the server would read another user and password.
fn check_login(member: &str, login: &str) -> Result<()> {
    match login.contains(':') {
        true => Err(Error::invalid(member, "a user name cannot hold a colon")),
        false => Ok(()),
    }
}

impl Settings {
    /// Refuses what would make a request that is not one.
    pub(crate) fn check(&self) -> Result<()> {
        check_header("set_user_agent", "User-Agent", &self.user_agent)?;
        check_header("set_auth_token", "Authorization", &self.auth_token)?;
        if self.auth_token.starts_with('{') || self.auth_token.contains([' ', '\t']) {
            // What it is instead is a secret, as a rule.
            let why = "this is no token (RFC 6750 section 2.1): give the token alone, without \
                       Bearer; JSON that tells how to get one is not understood here";
            return Err(Error::invalid("set_auth_token", why));
        }
        for (name, value) in self.headers.iter() {
            check_header("set_request_header", name, value)?;
        }
        if self.basic_auth && self.auth_token.is_empty() {
            check_login("set_login", &self.login)?;
        }
        #[cfg(feature = "cookies")]
        self.cookies.check()?;
        self.tls.check()
    }

    pub(crate) fn limits(&self, start: Instant) -> Limits {
        // A century is as good as no end, and no clock overflows.
        const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);
        let some = |limit: Duration| (!limit.is_zero()).then(|| limit.min(CENTURY));
        Limits {
            connect: some(self.connect_timeout),
            silence: some(self.read_timeout),
            end: some(self.total_timeout).and_then(|total| start.checked_add(total)),
        }
    }

    /// The Authorization that goes out with each request. A challenge alone does not bring out the
    /// login: over plain http anyone on the way can write one.
    pub(crate) fn authorization(&self) -> Option<String> {
        if !self.auth_token.is_empty() {
            return Some(format!("Bearer {}", self.auth_token));
        }
        (self.basic_auth && !self.login.is_empty()).then(|| basic(&self.login, &self.password))
    }

    pub(crate) fn proxy_for(&self, origin: &Origin) -> Result<Option<Proxy>> {
        match self.proxy.build()? {
            Some(proxy) => Ok(Some(proxy)),
            None if self.use_env_proxy => self.env_proxies.for_origin(origin),
            None => Ok(None),
        }
    }

    pub(crate) fn change_tls(&mut self, change: impl FnOnce(&mut TlsOptions)) {
        if let Some(tls) = self.tls.changed(change) {
            self.tls = Arc::new(tls);
        }
    }
}
