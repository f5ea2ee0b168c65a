//! Settings of a [`Transport`](super::Transport).

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::message_log::SessionLog;
use super::proxy::ProxySetting;
use super::retries::Retries;
use crate::error::{Error, Result};
use crate::net::connect::ProxyAgent;
use crate::net::env_proxy::EnvProxies;
use crate::net::limits::Limits;
use crate::net::origin::Origin;
use crate::net::proxy::Proxy;
use crate::net::resolve::IpFamily;
use crate::net::tls::{Tls, TlsOptions};
use crate::net::watch::Handlers;
use crate::text::headers::{FieldNames, Headers};
use crate::text::headers::{basic, check_header, check_value, is_framing, trim_ows};

#[derive(Clone)]
pub(crate) struct Settings {
    /// For each time limit, `None` means no limit.
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) read_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) max_response_size: SizeLimit,
    /// The maximum decompression ratio; 0 is no limit.
    pub(crate) max_expansion: u32,
    pub(crate) follow_redirects: bool,
    pub(crate) max_redirects: u32,
    pub(crate) retries: Retries,
    pub(crate) ip_family: IpFamily,
    pub(crate) user_agent: String,
    pub(crate) auth_token: String,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) basic_auth: bool,
    /// Requests without the feature `digest` refuse it.
    pub(crate) digest_auth: bool,
    pub(crate) headers: Headers,
    /// Names of headers that the caller marked as secret.
    pub(crate) sensitive: FieldNames,
    pub(crate) proxy: ProxySetting,
    pub(crate) use_env_proxy: bool,
    pub(crate) env_proxies: EnvProxies,
    pub(crate) tls: Arc<Tls>,
    pub(crate) handlers: Handlers,
    pub(crate) session_log: SessionLog,
    #[cfg(feature = "cookies")]
    pub(crate) cookies: super::cookies::Cookies,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            connect_timeout: Some(Duration::from_secs(30)),
            read_timeout: Some(Duration::from_secs(60)),
            total_timeout: None,
            max_response_size: SizeLimit::Default,
            max_expansion: 200,
            follow_redirects: true,
            max_redirects: 10,
            retries: Retries::default(),
            ip_family: IpFamily::default(),
            user_agent: String::new(),
            auth_token: String::new(),
            login: String::new(),
            password: String::new(),
            basic_auth: false,
            digest_auth: false,
            headers: Headers::default(),
            sensitive: FieldNames::default(),
            proxy: ProxySetting::default(),
            use_env_proxy: true,
            env_proxies: EnvProxies::read(),
            tls: Arc::default(),
            handlers: Handlers::default(),
            session_log: SessionLog::default(),
            #[cfg(feature = "cookies")]
            cookies: super::cookies::Cookies::default(),
        }
    }
}

/// The default limit of a body in memory.
const MAX_IN_MEMORY: u64 = 64 * 1024 * 1024;

/// The maximum size of a response body, in bytes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum SizeLimit {
    /// 64 MiB in memory, no limit in a file.
    Default,
    /// The same limit for memory and files.
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

/// How the login is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum LoginScheme {
    /// It is not sent.
    #[default]
    None,
    /// Basic, with each request.
    Basic,
    /// Digest, after a challenge.
    Digest,
    /// The strongest that a challenge offers: Digest or Basic.
    Any,
}

impl LoginScheme {
    /// Whether the login is not sent before a challenge.
    pub(crate) fn waits(self) -> bool {
        matches!(self, LoginScheme::Digest | LoginScheme::Any)
    }
}

/// RFC 7617 section 2: with a colon in the name, the server would read another user and password.
pub(crate) fn check_login(member: &str, login: &str) -> Result<()> {
    match login.contains(':') {
        true => Err(Error::invalid(member, "a user name cannot contain a colon")),
        false => Ok(()),
    }
}

impl Settings {
    /// Rejects settings that cannot be part of a request.
    pub(crate) fn check(&self) -> Result<()> {
        check_value("set_user_agent", "User-Agent", &self.user_agent)?;
        if trim_ows(&self.user_agent).len() < self.user_agent.len() {
            let why = "there is white space at its start or end; remove it";
            return Err(Error::invalid("set_user_agent", why));
        }
        check_value("set_auth_token", "Authorization", &self.auth_token)?;
        if self.auth_token.starts_with('{') || self.auth_token.contains([' ', '\t']) {
            // It is probably a secret in another form, so it is not shown.
            let why = "this is not a token (RFC 6750 section 2.1): pass the token alone, without \
                       Bearer and without white space; JSON that says how to get one is not supported";
            return Err(Error::invalid("set_auth_token", why));
        }
        for (name, value) in self.headers.iter() {
            check_header("set_request_header", name, value)?;
            if name.eq_ignore_ascii_case("Host") || is_framing(name) {
                let why = format_args!("{name} belongs to each request; it cannot be set for all");
                return Err(Error::invalid("set_request_header", why));
            }
        }
        #[cfg(not(feature = "digest"))]
        if self.digest_auth {
            let why =
                "zoomkat was built without Digest authentication; turn on its feature `digest`";
            return Err(Error::invalid("set_digest_auth", why));
        }
        if self.basic_auth && self.auth_token.is_empty() {
            check_login("set_login", &self.login)?;
        }
        if self.login_scheme().waits() {
            // A name with a colon is ambiguous in RFC 7616 section 3.4.2 too.
            check_login("login", &self.login)?;
            check_value("login", "Authorization", &self.login)?;
        }
        #[cfg(feature = "cookies")]
        self.cookies.check()?;
        self.tls.check()
    }

    pub(crate) fn limits(&self, start: Instant) -> Limits {
        // A century is in effect no limit, and no clock overflows.
        const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);
        // A socket takes no limit of zero.
        let bounded =
            |limit: Option<Duration>| limit.map(|l| l.clamp(Duration::from_nanos(1), CENTURY));
        Limits {
            connect: bounded(self.connect_timeout),
            silence: bounded(self.read_timeout),
            end: bounded(self.total_timeout).and_then(|total| start.checked_add(total)),
        }
    }

    /// How the login is sent. A token takes precedence.
    pub(crate) fn login_scheme(&self) -> LoginScheme {
        if self.login.is_empty() || !self.auth_token.is_empty() {
            return LoginScheme::None;
        }
        match (self.digest_auth, self.basic_auth) {
            (false, false) => LoginScheme::None,
            (false, true) => LoginScheme::Basic,
            (true, false) => LoginScheme::Digest,
            (true, true) => LoginScheme::Any,
        }
    }

    /// The Authorization of each request. A challenge by the server does not send the
    /// login as Basic unless the caller allows it: over plain http an on-path attacker can forge a challenge.
    pub(crate) fn authorization(&self) -> Option<String> {
        if !self.auth_token.is_empty() {
            return Some(format!("Bearer {}", self.auth_token));
        }
        (self.login_scheme() == LoginScheme::Basic).then(|| basic(&self.login, &self.password))
    }

    pub(crate) fn proxy_for(&self, origin: &Origin) -> Result<Option<Proxy>> {
        match self.proxy.proxy()? {
            Some(proxy) => Ok(Some(proxy)),
            None if self.use_env_proxy => self.env_proxies.for_origin(origin),
            None => Ok(None),
        }
    }

    /// What the dialer needs to connect through a proxy, apart from the proxy's address.
    pub(crate) fn proxy_agent(&self) -> ProxyAgent<'_> {
        ProxyAgent { from_env: !self.proxy.is_set(), user_agent: &self.user_agent }
    }

    pub(crate) fn change_tls(&mut self, change: impl FnOnce(&mut TlsOptions)) {
        if let Some(tls) = self.tls.changed(change) {
            self.tls = Arc::new(tls);
        }
    }
}
