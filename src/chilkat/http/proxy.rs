//! Proxies, set field by field.

use super::class::Http;
use super::delegate::setters;
use crate::net::proxy::{InvalidProxy, Proxy, ProxyPart, ProxyScheme};
use crate::transport::proxy::ProxySetting;

/// The proxy that the `set_proxy_*` and `set_socks_*` members describe.
#[derive(Clone)]
pub(super) struct ProxyFields {
    domain: String,
    port: u16,
    login: String,
    password: String,
    auth_method: String,
    direct_tls: bool,
    socks_hostname: String,
    socks_port: u16,
    socks_username: String,
    socks_password: String,
    socks_version: u8,
}

impl Default for ProxyFields {
    fn default() -> Self {
        ProxyFields {
            domain: String::new(),
            port: 80,
            login: String::new(),
            password: String::new(),
            auth_method: String::new(),
            direct_tls: false,
            socks_hostname: String::new(),
            socks_port: 1080,
            socks_username: String::new(),
            socks_password: String::new(),
            socks_version: 0,
        }
    }
}

impl ProxyFields {
    fn names_proxy(&self) -> bool {
        self.socks_version != 0 || !self.domain.is_empty()
    }

    fn setting(&self) -> ProxySetting {
        let result = match (self.socks_version, self.domain.as_str()) {
            (0, "") => return ProxySetting::Unset,
            (0, _) => self.http(),
            (_, "") => self.socks(),
            _ => {
                let why = "set_proxy_domain names another proxy, and a request uses one; \
                           unset either by set_socks_version(0) or set_proxy_domain(\"\")";
                Err(("set_socks_version", why.to_owned()))
            }
        };
        match result {
            Ok(proxy) => ProxySetting::Proxy(proxy),
            Err((member, why)) => ProxySetting::Invalid { member, why },
        }
    }

    fn http(&self) -> Result<Proxy, (&'static str, String)> {
        if !matches!(self.auth_method.to_ascii_lowercase().as_str(), "" | "basic") {
            // It may be a secret that was passed by mistake, so it is not shown.
            let why = "Basic is the only method that is supported, given as \"\" or \"basic\"; for \
                       NTLM or Digest run a local proxy that knows it";
            return Err(("set_proxy_auth_method", why.to_owned()));
        }
        let scheme = if self.direct_tls { ProxyScheme::Https } else { ProxyScheme::Http };
        let login = (self.login.as_str(), self.password.as_str());
        Proxy::new(scheme, (&self.domain, self.port), login).map_err(|invalid| {
            let InvalidProxy { part, why } = invalid;
            let member = match part {
                ProxyPart::Host => "set_proxy_domain",
                ProxyPart::Port => "set_proxy_port",
                ProxyPart::User => "set_proxy_login",
                ProxyPart::Password => "set_proxy_password",
            };
            (member, why)
        })
    }

    fn socks(&self) -> Result<Proxy, (&'static str, String)> {
        // The proxy looks names up, as in Chilkat: it may be the only one that can.
        let (scheme, password) = match self.socks_version {
            4 => (ProxyScheme::Socks4a, ""),
            5 => (ProxyScheme::Socks5h, self.socks_password.as_str()),
            other => {
                let why = format!("{other} is not a version of SOCKS; give 4 or 5, or 0 for none");
                return Err(("set_socks_version", why));
            }
        };
        let place = (self.socks_hostname.as_str(), self.socks_port);
        Proxy::new(scheme, place, (&self.socks_username, password)).map_err(|invalid| {
            let InvalidProxy { part, why } = invalid;
            let member = match part {
                ProxyPart::Host => "set_socks_hostname",
                ProxyPart::Port => "set_socks_port",
                ProxyPart::User => "set_socks_username",
                ProxyPart::Password => "set_socks_password",
            };
            (member, why)
        })
    }
}

setters! {
/// Proxy settings.
///
/// An invalid value is refused when a request is sent. These members replace a proxy that
/// [`Transport::set_proxy`](crate::Transport::set_proxy) set.
impl Http {
    /// Sets whether the proxies that the environment names are used. Default true.
    pub fn set_env_proxy(on: bool);
}
}

impl Http {
    fn change_proxy(&mut self, change: impl FnOnce(&mut ProxyFields)) -> &mut Self {
        let was_named = self.proxy.names_proxy();
        change(&mut self.proxy);
        // A proxy that was set on the transport stays until these members name another.
        if was_named || self.proxy.names_proxy() {
            self.transport.settings_mut().proxy = self.proxy.setting();
        }
        self
    }

    /// Sets the host of an HTTP proxy. With `""` the environment's proxy is used again.
    ///
    /// https requests use a CONNECT tunnel, http requests have their whole URL in the request line (RFC 9112
    /// section 3.2.2). A refusal by the proxy is an error of kind [`Proxy`](crate::ErrorKind::Proxy) for https, and
    /// the response for http.
    #[doc(alias = "put_ProxyDomain")]
    pub fn set_proxy_domain(&mut self, domain: &str) -> &mut Self {
        self.change_proxy(|proxy| proxy.domain = domain.into())
    }

    /// Sets the port of the HTTP proxy. Default 80.
    #[doc(alias = "put_ProxyPort")]
    pub fn set_proxy_port(&mut self, port: u16) -> &mut Self {
        self.change_proxy(|proxy| proxy.port = port)
    }

    /// Sets the user name for the HTTP proxy, sent as Basic authentication. It cannot contain a colon.
    #[doc(alias = "put_ProxyLogin")]
    pub fn set_proxy_login(&mut self, login: &str) -> &mut Self {
        self.change_proxy(|proxy| proxy.login = login.into())
    }

    /// Sets the password for the HTTP proxy. It cannot be read back.
    #[doc(alias = "put_ProxyPassword")]
    #[doc(alias = "ProxyPassword")]
    pub fn set_proxy_password(&mut self, password: &str) -> &mut Self {
        self.change_proxy(|proxy| proxy.password = password.into())
    }

    /// Sets whether the connection to the HTTP proxy itself is TLS, as for an `https://` proxy in the
    /// environment. It keeps the login and the names of hosts from the network in between.
    ///
    /// The proxy's certificate is verified like a server's.
    #[doc(alias = "put_ProxyDirectTls")]
    pub fn set_proxy_direct_tls(&mut self, tls: bool) -> &mut Self {
        self.change_proxy(|proxy| proxy.direct_tls = tls)
    }

    /// Sets the version of the SOCKS proxy that [`set_socks_hostname`](Self::set_socks_hostname)
    /// names, 4 or 5. 0 means no SOCKS proxy: the environment's proxy is used again.
    ///
    /// All requests use it, and it looks up the names of hosts: version 5 is `socks5h://` of
    /// [`Transport::set_proxy`](crate::Transport::set_proxy), version 4 is `socks4a://`. Version 4 does not support
    /// IPv6.
    #[doc(alias = "put_SocksVersion")]
    pub fn set_socks_version(&mut self, version: u8) -> &mut Self {
        self.change_proxy(|proxy| proxy.socks_version = version)
    }

    /// Sets the host of the SOCKS proxy, a name or an IP address. It is used only if
    /// [`set_socks_version`](Self::set_socks_version) is not 0.
    #[doc(alias = "put_SocksHostname")]
    pub fn set_socks_hostname(&mut self, hostname: &str) -> &mut Self {
        self.change_proxy(|proxy| proxy.socks_hostname = hostname.into())
    }

    /// Sets the port of the SOCKS proxy. Default 1080.
    #[doc(alias = "put_SocksPort")]
    pub fn set_socks_port(&mut self, port: u16) -> &mut Self {
        self.change_proxy(|proxy| proxy.socks_port = port)
    }

    /// Sets the user name for the SOCKS proxy, at most 255 bytes in UTF-8.
    ///
    /// Version 5 sends it with the password if the proxy asks (RFC 1929), version 4 always and alone.
    /// It is not encrypted.
    #[doc(alias = "put_SocksUsername")]
    pub fn set_socks_username(&mut self, username: &str) -> &mut Self {
        self.change_proxy(|proxy| proxy.socks_username = username.into())
    }

    /// Sets the password for the SOCKS proxy, at most 255 bytes in UTF-8. It cannot be read back.
    /// Version 4 has no password.
    #[doc(alias = "put_SocksPassword")]
    #[doc(alias = "SocksPassword")]
    pub fn set_socks_password(&mut self, password: &str) -> &mut Self {
        self.change_proxy(|proxy| proxy.socks_password = password.into())
    }

    /// Sets how the login is sent to the HTTP proxy. `""` and `"basic"`, in any case, are both Basic
    /// authentication, sent with the first request.
    ///
    /// Anything else, such as `"ntlm"` or `"digest"`, is refused when a request would use the
    /// proxy. Chilkat waits for a 407 to choose a method; here the method is always Basic.
    #[doc(alias = "put_ProxyAuthMethod")]
    pub fn set_proxy_auth_method(&mut self, method: &str) -> &mut Self {
        self.change_proxy(|proxy| proxy.auth_method = method.into())
    }

    /// The host of the HTTP proxy. Default empty: the environment's, if it names one.
    #[doc(alias = "ProxyDomain")]
    pub fn proxy_domain(&self) -> &str {
        &self.proxy.domain
    }

    /// The port of the HTTP proxy. Default 80.
    #[doc(alias = "ProxyPort")]
    pub fn proxy_port(&self) -> u16 {
        self.proxy.port
    }

    /// The user name for the HTTP proxy. Default empty: no login is sent.
    #[doc(alias = "ProxyLogin")]
    pub fn proxy_login(&self) -> &str {
        &self.proxy.login
    }

    /// How the login is sent to the HTTP proxy. Default empty, which means `basic`.
    #[doc(alias = "ProxyAuthMethod")]
    pub fn proxy_auth_method(&self) -> &str {
        &self.proxy.auth_method
    }

    /// Whether the connection to the HTTP proxy itself is TLS. Default false.
    #[doc(alias = "ProxyDirectTls")]
    pub fn proxy_direct_tls(&self) -> bool {
        self.proxy.direct_tls
    }

    /// The version of the SOCKS proxy: 4, 5, or 0 for none. Default 0.
    #[doc(alias = "SocksVersion")]
    pub fn socks_version(&self) -> u8 {
        self.proxy.socks_version
    }

    /// The host of the SOCKS proxy. Default empty.
    #[doc(alias = "SocksHostname")]
    pub fn socks_hostname(&self) -> &str {
        &self.proxy.socks_hostname
    }

    /// The port of the SOCKS proxy. Default 1080.
    #[doc(alias = "SocksPort")]
    pub fn socks_port(&self) -> u16 {
        self.proxy.socks_port
    }

    /// The user name for the SOCKS proxy. Default empty: no login.
    #[doc(alias = "SocksUsername")]
    pub fn socks_username(&self) -> &str {
        &self.proxy.socks_username
    }
}
