//! The proxy that a caller sets. The one that the environment names is in `net/env_proxy.rs`.

use super::client::Transport;
use crate::error::{Error, Result};
use crate::net::proxy::Proxy;
use crate::net::resolve::IpFamily;

/// The proxy setting of a transport.
#[derive(Clone, Default)]
pub(crate) enum ProxySetting {
    /// No proxy is set; the environment's may be used.
    #[default]
    Unset,
    Proxy(Proxy),
    /// A member of Chilkat's `Http` was given an invalid value; its reason is reported when a request is sent.
    #[cfg(feature = "chilkat")]
    Invalid {
        member: &'static str,
        why: String,
    },
}

impl ProxySetting {
    /// Whether a proxy is set, so that the environment's is not used.
    pub(crate) fn is_set(&self) -> bool {
        !matches!(self, ProxySetting::Unset)
    }

    pub(crate) fn proxy(&self) -> Result<Option<Proxy>> {
        match self {
            ProxySetting::Unset => Ok(None),
            ProxySetting::Proxy(proxy) => Ok(Some(proxy.clone())),
            #[cfg(feature = "chilkat")]
            ProxySetting::Invalid { member, why } => Err(Error::invalid(member, why)),
        }
    }
}

/// Proxy settings.
impl Transport {
    /// Sends all requests through the proxy at this URL, such as `http://proxy.example:8080` or
    /// `socks5h://user:password@proxy.example`.
    ///
    /// User and password are optional. A character in them that a URL reserves is percent-encoded: `p%40ss` is
    /// `p@ss`. To pass the login separately, use [`set_proxy_login`](Self::set_proxy_login).
    ///
    /// | scheme | proxy | default port | who looks up host names |
    /// |---|---|---|---|
    /// | `http://`, or no scheme | HTTP | 80 | the proxy |
    /// | `https://` | HTTP over TLS | 443 | the proxy |
    /// | `socks4://` | SOCKS 4 | 1080 | this machine |
    /// | `socks4a://` | SOCKS 4a | 1080 | the proxy |
    /// | `socks5://` | SOCKS 5 (RFC 1928) | 1080 | this machine |
    /// | `socks5h://` | SOCKS 5 (RFC 1928) | 1080 | the proxy |
    ///
    /// Through an HTTP proxy an https request uses a CONNECT tunnel, and an http request has its whole URL in
    /// the request line (RFC 9112 section 3.2.2). The login is sent as Basic authentication. With `https://` the
    /// connection to the proxy is TLS as well, which hides the login and the host names from the network between client and proxy;
    /// the proxy's certificate is verified like a server's. A refusal by the proxy is an error of
    /// kind [`Proxy`](crate::ErrorKind::Proxy) for an https request, and the response for an http request.
    ///
    /// SOCKS 4 does not support IPv6 and sends the user name alone; SOCKS 5 sends user and password if the proxy asks for
    /// them (RFC 1929). Neither is encrypted. An IPv4 address as host is passed to a SOCKS 4a proxy as an address, so a
    /// proxy that supports only version 4 can serve it. [`set_connect_timeout`](Self::set_connect_timeout) applies until a
    /// SOCKS proxy has connected.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if it is not the URL of a proxy, an HTTP proxy's user name
    /// contains a colon, or a SOCKS proxy's user name or password is longer than 255 bytes. The error does not show the
    /// URL.
    #[doc(alias = "set_proxy_domain")]
    #[doc(alias = "set_socks_hostname")]
    pub fn set_proxy(&mut self, url: &str) -> Result<&mut Self> {
        let proxy = Proxy::parse(url).map_err(|why| Error::invalid("set_proxy", why))?;
        self.settings_mut().proxy = ProxySetting::Proxy(proxy);
        Ok(self)
    }

    /// Sets the login for the proxy of [`set_proxy`](Self::set_proxy), without percent-encoding. An empty
    /// `login` removes it. Calling `set_proxy` again replaces it.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if no proxy is set, and as for
    /// [`set_proxy`](Self::set_proxy).
    pub fn set_proxy_login(&mut self, login: &str, password: &str) -> Result<&mut Self> {
        const MEMBER: &str = "set_proxy_login";
        let Some(proxy) = self.settings.proxy.proxy()? else {
            return Err(Error::invalid(MEMBER, "no proxy is set; call set_proxy first"));
        };
        let proxy = proxy
            .with_login(login, password)
            .map_err(|invalid| Error::invalid(MEMBER, invalid.why))?;
        self.settings_mut().proxy = ProxySetting::Proxy(proxy);
        Ok(self)
    }

    /// Removes the proxy of [`set_proxy`](Self::set_proxy). The environment's is used again, unless
    /// [`set_env_proxy(false)`](Self::set_env_proxy) was called.
    pub fn clear_proxy(&mut self) -> &mut Self {
        self.settings_mut().proxy = ProxySetting::Unset;
        self
    }

    /// Sets whether the proxies that the environment names are used. Default true.
    ///
    /// The variables are read when the transport is created. The first non-empty one is used, in this order:
    ///
    /// | request | variables |
    /// |---|---|
    /// | http | `http_proxy`, `HTTP_PROXY`, `ALL_PROXY`, `all_proxy` |
    /// | https | `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY`, `all_proxy` |
    ///
    /// Their values are URLs as for [`set_proxy`](Self::set_proxy). On Windows names are case-insensitive.
    /// In a CGI program (where `REQUEST_METHOD` is set) `HTTP_PROXY` is ignored, as its client can set
    /// it, and on Windows `http_proxy` is ignored too. Hosts in `NO_PROXY`, `localhost` and loopback addresses are
    /// reached without the environment's proxy; a proxy of [`set_proxy`](Self::set_proxy) is used for every host.
    ///
    /// The network settings of Windows and macOS, the WinHTTP settings, and scripts that choose a proxy (PAC) are not
    /// read. If a browser can connect and a program cannot, look up the proxy in the system's settings (on
    /// Windows the page "Proxy", or `netsh winhttp show proxy`; on macOS `scutil --proxy`), and set `HTTPS_PROXY`
    /// for the program or call [`set_proxy`](Self::set_proxy).
    #[doc(alias = "no_proxy")]
    pub fn set_env_proxy(&mut self, on: bool) -> &mut Self {
        self.settings_mut().use_env_proxy = on;
        self
    }

    /// Sets the version of IP that connections use, to hosts and to proxies. Default [`IpFamily::Any`].
    ///
    /// A host without an address of this version is an error of kind [`Resolve`](crate::ErrorKind::Resolve).
    pub fn set_ip_family(&mut self, family: IpFamily) -> &mut Self {
        self.settings_mut().ip_family = family;
        self
    }
}
