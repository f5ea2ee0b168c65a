//! The proxy that a caller sets. The one that the environment names is in `net/env_proxy.rs`.

use std::sync::OnceLock;

use super::client::Transport;
use crate::error::{Error, Result};
use crate::net::proxy::{Proxy, ProxyScheme};
use crate::net::socks::MAX_CREDENTIAL;
use crate::redact::{masked_domain, quoted};
use crate::text::host::{HostFault, host_fault};

/// The proxy that `set_proxy_*` or `set_socks_*` describe.
#[derive(Clone)]
pub(crate) struct ProxySettings {
    pub(crate) domain: String,
    pub(crate) port: u16,
    pub(crate) login: String,
    password: String,
    pub(crate) auth_method: String,
    pub(crate) direct_tls: bool,
    pub(crate) socks_hostname: String,
    pub(crate) socks_port: u16,
    pub(crate) socks_username: String,
    socks_password: String,
    pub(crate) socks_version: u8,
    /// The proxy made of them, when it is first needed.
    built: OnceLock<Option<Proxy>>,
}

impl Default for ProxySettings {
    fn default() -> Self {
        ProxySettings {
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
            built: OnceLock::new(),
        }
    }
}

impl ProxySettings {
    /// Whether there is one; the environment's does not count then.
    pub(crate) fn is_set(&self) -> bool {
        !self.domain.is_empty() || self.socks_version != 0
    }

    /// Replaces the proxy.
    #[cfg(feature = "views")]
    pub(crate) fn replace(
        &mut self,
        scheme: ProxyScheme,
        (host, port): (&str, u16),
        (login, password): (&str, &str),
    ) {
        *self = ProxySettings::default();
        let (host, login, password) = (host.to_owned(), login.to_owned(), password.to_owned());
        match scheme {
            ProxyScheme::Http | ProxyScheme::Https => {
                (self.domain, self.port, self.login, self.password) = (host, port, login, password);
                self.direct_tls = scheme == ProxyScheme::Https;
            }
            _ => {
                (self.socks_hostname, self.socks_port) = (host, port);
                (self.socks_username, self.socks_password) = (login, password);
                let is_4 = matches!(scheme, ProxyScheme::Socks4 | ProxyScheme::Socks4a);
                self.socks_version = if is_4 { 4 } else { 5 };
            }
        }
    }

    pub(crate) fn build(&self) -> Result<Option<Proxy>> {
        if let Some(built) = self.built.get() {
            return Ok(built.clone());
        }
        let proxy = match (self.socks_version, self.domain.as_str()) {
            (0, "") => None,
            (0, _) => Some(self.http()?),
            (_, "") => Some(self.socks()?),
            _ => {
                let why = "set_proxy_domain names another proxy, and a request goes through one; \
                           unset either by set_socks_version(0) or set_proxy_domain(\"\")";
                return Err(Error::invalid("set_socks_version", why));
            }
        };
        Ok(self.built.get_or_init(|| proxy).clone())
    }

    fn http(&self) -> Result<Proxy> {
        if !matches!(self.auth_method.to_ascii_lowercase().as_str(), "" | "basic") {
            // It is a word; whatever else it may be, it is not shown.
            let why = "Basic is the only method that is known here, given as \"\" or \"basic\"; for \
                       NTLM or Digest run a proxy of your own in between that knows it";
            return Err(Error::invalid("set_proxy_auth_method", why));
        }
        if self.login.contains(':') {
            // RFC 7617 section 2, as for `set_login`.
            return Err(Error::invalid("set_proxy_login", "a user name cannot hold a colon"));
        }
        let scheme = if self.direct_tls { ProxyScheme::Https } else { ProxyScheme::Http };
        let members = ["set_proxy_domain", "set_proxy_port"];
        proxy(scheme, members, (&self.domain, self.port), (&self.login, &self.password))
    }

    fn socks(&self) -> Result<Proxy> {
        // Names are looked up by the proxy, as in Chilkat: it may be the only one that can.
        let (scheme, password) = match self.socks_version {
            4 => (ProxyScheme::Socks4a, ""),
            5 => (ProxyScheme::Socks5h, self.socks_password.as_str()),
            other => {
                let why = format!("{other} is no version of SOCKS; 4 and 5 are, and 0 is none");
                return Err(Error::invalid("set_socks_version", why));
            }
        };
        let too_long = format!("it may have {MAX_CREDENTIAL} bytes in UTF-8 and has more");
        if self.socks_username.len() > MAX_CREDENTIAL {
            return Err(Error::invalid("set_socks_username", too_long));
        }
        if password.len() > MAX_CREDENTIAL {
            return Err(Error::invalid("set_socks_password", too_long));
        }
        if self.socks_version == 4 && self.socks_username.contains('\0') {
            return Err(Error::invalid("set_socks_username", "it holds a NUL"));
        }
        let members = ["set_socks_hostname", "set_socks_port"];
        let at = (self.socks_hostname.as_str(), self.socks_port);
        proxy(scheme, members, at, (&self.socks_username, password))
    }
}

/// A proxy at a host and port, whose setters are `members`.
fn proxy(
    scheme: ProxyScheme,
    members: [&str; 2],
    (host, port): (&str, u16),
    (user, password): (&str, &str),
) -> Result<Proxy> {
    let [host_member, port_member] = members;
    if port == 0 {
        return Err(Error::invalid(port_member, "0 is not a port"));
    }
    if let Some(fault) = host_fault(host) {
        let shown = quoted(&masked_domain(host));
        let why = match fault {
            HostFault::Empty => "it is empty; give a host name such as proxy.example".to_owned(),
            HostFault::Url => {
                format!("{shown} is a URL or a path; {}", instead_of_url(host, port_member))
            }
            HostFault::Port => format!("{shown} holds a colon; the port goes to {port_member}"),
            HostFault::Other(why) => format!("{shown} {why}"),
        };
        return Err(Error::invalid(host_member, why));
    }
    Proxy::new(host_member, scheme, (host, port), (user, password))
}

/// Where the parts of a proxy's URL go.
fn instead_of_url(url: &str, port_member: &str) -> String {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let is_of_socks = port_member == "set_socks_port";
    let also = match scheme.as_deref() {
        Some("https") if !is_of_socks => ", and set_proxy_direct_tls(true) says that it speaks TLS",
        Some(scheme) if scheme.starts_with("socks") != is_of_socks => match is_of_socks {
            true => ", and an HTTP proxy goes to set_proxy_domain",
            false => ", and a SOCKS proxy goes to set_socks_hostname",
        },
        _ => "",
    };
    format!("give the host name only, such as proxy.example; the port goes to {port_member}{also}")
}

/// Proxies.
impl Transport {
    pub(crate) fn proxy_mut(&mut self) -> &mut ProxySettings {
        let proxy = &mut self.settings_mut().proxy;
        proxy.built = OnceLock::new();
        proxy
    }

    /// Sets the host of an HTTP proxy; `""` goes back to what the environment says.
    ///
    /// https requests go through a CONNECT tunnel, http requests as RFC 9112 section 3.2.2 has it.
    /// By default the proxy is that of `HTTPS_PROXY`, `http_proxy` / `HTTP_PROXY` or `ALL_PROXY`,
    /// in either case, read when the transport is made, but not for the hosts in `NO_PROXY` and not
    /// for this machine itself (`localhost`, loopback addresses); what the settings of Windows or macOS
    /// say is not read, see [`set_env_proxy`](Self::set_env_proxy). A proxy that refuses is an error of
    /// kind [`Proxy`](crate::ErrorKind::Proxy) for https; for http its refusal is the response. The
    /// variables may name `https://`, `socks5://`, `socks5h://`, `socks4://` and `socks4a://` proxies
    /// too; for one that is set, see [`set_proxy_direct_tls`](Self::set_proxy_direct_tls) and
    /// [`set_socks_version`](Self::set_socks_version).
    pub fn set_proxy_domain(&mut self, domain: &str) -> &mut Self {
        self.proxy_mut().domain = domain.trim_matches([' ', '\t']).into();
        self
    }

    /// Sets the port of the HTTP proxy. Default 80.
    pub fn set_proxy_port(&mut self, port: u16) -> &mut Self {
        self.proxy_mut().port = port;
        self
    }

    /// Sets the user name for the HTTP proxy, sent as Basic authentication. It holds no colon.
    pub fn set_proxy_login(&mut self, login: &str) -> &mut Self {
        self.proxy_mut().login = login.into();
        self
    }

    /// Sets the password for the HTTP proxy. It cannot be read back.
    pub fn set_proxy_password(&mut self, password: &str) -> &mut Self {
        self.proxy_mut().password = password.into();
        self
    }

    /// Sets whether the connection to the HTTP proxy itself is TLS, as for an `https://` proxy in the
    /// environment. It keeps the login and the names of hosts from those between here and the proxy.
    ///
    /// The proxy's certificate is checked like a server's. An https request has a TLS connection of
    /// its own within.
    pub fn set_proxy_direct_tls(&mut self, tls: bool) -> &mut Self {
        self.proxy_mut().direct_tls = tls;
        self
    }

    /// Sets the version of the SOCKS proxy that [`set_socks_hostname`](Self::set_socks_hostname)
    /// names, 4 or 5; 0 uses none and goes back to what the environment says.
    ///
    /// All requests go through it. It looks the names of hosts up: version 5 (RFC 1928) is
    /// `socks5h://` in the environment, and 4 is `socks4a://`; a host that is given by its IPv4
    /// address is asked of version 4 as one, so that a proxy which is older than 4a will do. Version 4
    /// knows no IPv6.
    ///
    /// Another version, no host name, and a [`set_proxy_domain`](Self::set_proxy_domain) besides are
    /// refused when a request is sent. What the proxy refuses is an error of kind
    /// [`Proxy`](crate::ErrorKind::Proxy) with its reason; the
    /// [`set_connect_timeout`](Self::set_connect_timeout) holds until it has connected.
    pub fn set_socks_version(&mut self, version: u8) -> &mut Self {
        self.proxy_mut().socks_version = version;
        self
    }

    /// Sets the host of the SOCKS proxy, a name or an IP address. It is used only if
    /// [`set_socks_version`](Self::set_socks_version) says so.
    pub fn set_socks_hostname(&mut self, hostname: &str) -> &mut Self {
        self.proxy_mut().socks_hostname = hostname.trim_matches([' ', '\t']).into();
        self
    }

    /// Sets the port of the SOCKS proxy. Default 1080.
    pub fn set_socks_port(&mut self, port: u16) -> &mut Self {
        self.proxy_mut().socks_port = port;
        self
    }

    /// Sets the user name for the SOCKS proxy, at most 255 bytes in UTF-8.
    ///
    /// Version 5 sends it with the password if the proxy asks (RFC 1929), version 4 always and alone.
    /// Nothing encrypts it on its way to the proxy.
    pub fn set_socks_username(&mut self, username: &str) -> &mut Self {
        self.proxy_mut().socks_username = username.into();
        self
    }

    /// Sets the password for the SOCKS proxy, at most 255 bytes in UTF-8. It cannot be read back, and
    /// version 4 has none.
    pub fn set_socks_password(&mut self, password: &str) -> &mut Self {
        self.proxy_mut().socks_password = password.into();
        self
    }

    /// Sets whether the proxies that the environment names are used. Default true.
    ///
    /// Nothing else names one: neither the proxy in the network settings of Windows or macOS, nor that of
    /// WinHTTP, nor a script that chooses one (PAC) is read. Where a browser gets through and a program
    /// does not, look what the system has (on Windows the page "Proxy" of the settings, or `netsh winhttp
    /// show proxy`; on macOS `scutil --proxy`), and set `HTTPS_PROXY` for the program or call
    /// [`set_proxy_domain`](Self::set_proxy_domain).
    ///
    /// The first that is not empty counts, in this order: `http_proxy`, `HTTP_PROXY`, `ALL_PROXY`, `all_proxy` for
    /// http; `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY`, `all_proxy` for https. On Windows case does not count.
    /// In a CGI program (where `REQUEST_METHOD` is set) `HTTP_PROXY` does not count, as its client can set
    /// it, and on Windows `http_proxy` does not either.
    pub fn set_env_proxy(&mut self, use_it: bool) -> &mut Self {
        self.settings_mut().use_env_proxy = use_it;
        self
    }
}
