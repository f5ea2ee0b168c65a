//! Proxies.

use super::class::Http;
use super::delegate::setters;

setters! {
/// Proxies.
impl Http {
    /// Sets the host of an HTTP proxy; `""` goes back to what the environment says.
    #[doc(alias = "put_ProxyDomain")]
    pub fn set_proxy_domain(domain: &str);

    /// Sets the port of the HTTP proxy. Default 80.
    #[doc(alias = "put_ProxyPort")]
    pub fn set_proxy_port(port: u16);

    /// Sets the user name for the HTTP proxy, sent as Basic authentication. It holds no colon.
    #[doc(alias = "put_ProxyLogin")]
    pub fn set_proxy_login(login: &str);

    /// Sets the password for the HTTP proxy. It cannot be read back.
    #[doc(alias = "put_ProxyPassword")]
    #[doc(alias = "ProxyPassword")]
    pub fn set_proxy_password(password: &str);

    /// Sets whether the connection to the HTTP proxy itself is TLS, as for an `https://` proxy in the
    /// environment. It keeps the login and the names of hosts from those between here and the proxy.
    #[doc(alias = "put_ProxyDirectTls")]
    pub fn set_proxy_direct_tls(tls: bool);

    /// Sets the version of the SOCKS proxy that [`set_socks_hostname`](Self::set_socks_hostname)
    /// names, 4 or 5; 0 uses none and goes back to what the environment says.
    #[doc(alias = "put_SocksVersion")]
    pub fn set_socks_version(version: u8);

    /// Sets the host of the SOCKS proxy, a name or an IP address. It is used only if
    /// [`set_socks_version`](Self::set_socks_version) says so.
    #[doc(alias = "put_SocksHostname")]
    pub fn set_socks_hostname(hostname: &str);

    /// Sets the port of the SOCKS proxy. Default 1080.
    #[doc(alias = "put_SocksPort")]
    pub fn set_socks_port(port: u16);

    /// Sets the user name for the SOCKS proxy, at most 255 bytes in UTF-8.
    #[doc(alias = "put_SocksUsername")]
    pub fn set_socks_username(username: &str);

    /// Sets the password for the SOCKS proxy, at most 255 bytes in UTF-8. It cannot be read back, and
    /// version 4 has none.
    #[doc(alias = "put_SocksPassword")]
    #[doc(alias = "SocksPassword")]
    pub fn set_socks_password(password: &str);

    /// Sets whether the proxies that the environment names are used. Default true.
    pub fn set_env_proxy(use_it: bool);
}
}

impl Http {
    /// The host of the HTTP proxy. Default empty: the one that the environment names, if it does.
    #[doc(alias = "ProxyDomain")]
    pub fn proxy_domain(&self) -> &str {
        &self.transport.settings.proxy.domain
    }

    /// The port of the HTTP proxy. Default 80.
    #[doc(alias = "ProxyPort")]
    pub fn proxy_port(&self) -> u16 {
        self.transport.settings.proxy.port
    }

    /// The user name for the HTTP proxy. Default empty: no login is sent.
    #[doc(alias = "ProxyLogin")]
    pub fn proxy_login(&self) -> &str {
        &self.transport.settings.proxy.login
    }

    /// Sets how the login is sent to the HTTP proxy: `""` and `"basic"`, in any case, are both Basic
    /// authentication, sent at once.
    ///
    /// Anything else, such as `"ntlm"` or `"digest"`, is refused when a request is to go through the
    /// proxy. Where Chilkat waits for a 407 to choose a method, nothing is chosen here.
    #[doc(alias = "put_ProxyAuthMethod")]
    pub fn set_proxy_auth_method(&mut self, method: &str) -> &mut Self {
        self.transport.proxy_mut().auth_method = method.trim_matches([' ', '\t']).into();
        self
    }

    /// How the login is sent to the HTTP proxy. Default empty, which means `basic`.
    #[doc(alias = "ProxyAuthMethod")]
    pub fn proxy_auth_method(&self) -> &str {
        &self.transport.settings.proxy.auth_method
    }

    /// Whether the connection to the HTTP proxy itself is TLS. Default false.
    #[doc(alias = "ProxyDirectTls")]
    pub fn proxy_direct_tls(&self) -> bool {
        self.transport.settings.proxy.direct_tls
    }

    /// The version of the SOCKS proxy: 4, 5, or 0 for none. Default 0.
    #[doc(alias = "SocksVersion")]
    pub fn socks_version(&self) -> u8 {
        self.transport.settings.proxy.socks_version
    }

    /// The host of the SOCKS proxy. Default empty.
    #[doc(alias = "SocksHostname")]
    pub fn socks_hostname(&self) -> &str {
        &self.transport.settings.proxy.socks_hostname
    }

    /// The port of the SOCKS proxy. Default 1080.
    #[doc(alias = "SocksPort")]
    pub fn socks_port(&self) -> u16 {
        self.transport.settings.proxy.socks_port
    }

    /// The user name for the SOCKS proxy. Default empty: no login.
    #[doc(alias = "SocksUsername")]
    pub fn socks_username(&self) -> &str {
        &self.transport.settings.proxy.socks_username
    }
}
