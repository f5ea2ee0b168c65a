//! Proxies from the environment, and the hosts that they are not used for.

use std::net::IpAddr;

use super::origin::Origin;
use super::proxy::Proxy;
use crate::error::{Error, ErrorKind, Result};

/// The proxies of the environment, read once when a `Transport` is created.
#[derive(Clone, Default)]
pub(crate) struct EnvProxies {
    http: Option<EnvProxy>,
    https: Option<EnvProxy>,
    no_proxy: String,
}

/// A variable, and its proxy if its value is valid.
type EnvProxy = (&'static str, Option<Proxy>);

impl EnvProxies {
    pub(crate) fn read() -> EnvProxies {
        // A value that is not Unicode is not a URL either. It must not be ignored, or the proxy
        // would be bypassed silently.
        let var = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        Self::from_vars(var, cfg!(windows))
    }

    /// `any_case` is for Windows, where the names of variables are case-insensitive.
    fn from_vars(var: impl Fn(&str) -> Option<String>, any_case: bool) -> EnvProxies {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|&name| {
                let value = var(name).filter(|value| !value.trim().is_empty())?;
                Some((name, Proxy::from_url(value.trim()).ok()))
            })
        };
        // In a CGI program HTTP_PROXY comes from the client's header "Proxy:" (CVE-2016-5385).
        let http: &[&str] = match var("REQUEST_METHOD") {
            // Then the client has set http_proxy too.
            Some(_) if any_case => &["ALL_PROXY", "all_proxy"],
            Some(_) => &["http_proxy", "ALL_PROXY", "all_proxy"],
            None => &["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"],
        };
        EnvProxies {
            http: first(http),
            https: first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
            no_proxy: ["NO_PROXY", "no_proxy"]
                .iter()
                .filter_map(|name| var(name))
                .find(|hosts| !hosts.trim().is_empty())
                .unwrap_or_default(),
        }
    }

    pub(crate) fn for_origin(&self, origin: &Origin) -> Result<Option<Proxy>> {
        let Some((name, proxy)) = (if origin.is_tls() { &self.https } else { &self.http }) else {
            return Ok(None);
        };
        if is_loopback(origin.host()) || excludes(&self.no_proxy, origin.host()) {
            return Ok(None);
        }
        if proxy.is_none() {
            // The value may contain a password, so it is not shown.
            let why = format!(
                "the environment variable {name} is not the URL of a proxy, such as \
                 http://proxy.example:8080; correct it, or call set_env_proxy(false)"
            );
            return Err(Error::new(ErrorKind::Proxy, why));
        }
        Ok(proxy.clone())
    }
}

/// Whether a host is this machine. It is never reached through the environment's proxy (as in Go's
/// net/http), so that tests reach a mock server on loopback everywhere.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_matches(['[', ']']);
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a NO_PROXY list contains `host`, as curl reads it: `*`, a host, a domain with or without
/// a leading dot (which includes its hosts), an address, or a network such as `10.0.0.0/8`.
pub(crate) fn excludes(no_proxy: &str, host: &str) -> bool {
    let bare = host.trim_matches(['[', ']']);
    let address = bare.parse::<IpAddr>().ok();
    no_proxy.split([',', ' ']).filter(|entry| !entry.is_empty()).any(|entry| {
        if entry == "*" {
            return true;
        }
        if let Some(address) = address {
            let entry = entry.trim_matches(['[', ']']);
            return match entry.split_once('/') {
                Some((net, bits)) => is_in_network(address, net, bits),
                None => entry.parse() == Ok(address),
            };
        }
        let entry = entry.trim_start_matches("*").trim_matches('.').to_ascii_lowercase();
        let host = bare.trim_end_matches('.');
        match host.strip_suffix(&entry) {
            Some(before) => !entry.is_empty() && (before.is_empty() || before.ends_with('.')),
            None => false,
        }
    })
}

fn is_in_network(address: IpAddr, net: &str, bits: &str) -> bool {
    let Ok(bits) = bits.parse::<u32>() else { return false };
    match (address, net.parse()) {
        (IpAddr::V4(a), Ok(IpAddr::V4(n))) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            u32::from(a) & mask == u32::from(n) & mask
        }
        (IpAddr::V6(a), Ok(IpAddr::V6(n))) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            u128::from(a) & mask == u128::from(n) & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_is_read_as_curl_reads_it() {
        for (list, host, excluded) in [
            ("*", "api.example.com", true),
            ("example.com", "api.example.com", true),
            (".example.com", "api.example.com", true),
            ("*.example.com", "api.example.com", true),
            ("example.com", "example.com", true),
            ("EXAMPLE.com.", "example.com", true),
            ("example.com", "notexample.com", false),
            ("example.com", "api.example.com.", true),
            ("a.example, api.example.com", "api.example.com", true),
            ("", "api.example.com", false),
            (",", "api.example.com", false),
            (".", "api.example.com", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("10.0.0.0/8", "10.2.3.4", true),
            ("10.0.0.0/8", "11.2.3.4", false),
            ("0.0.0.0/0", "11.2.3.4", true),
            ("::1", "[::1]", true),
            ("fd00::/8", "[fd12::1]", true),
            ("10.0.0.0/99", "10.0.0.1", false),
        ] {
            assert_eq!(excludes(list, host), excluded, "{list:?} {host}");
        }
    }

    #[test]
    fn each_scheme_has_its_variable() {
        let of = |pairs: &'static [(&str, &str)], tls: bool| {
            let read =
                |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            let env = EnvProxies::from_vars(read, false);
            let origin = Origin::new("api.example.com", 443, tls).unwrap();
            env.for_origin(&origin).map(|proxy| proxy.map(|p| p.host().to_owned()))
        };
        let both =
            &[("HTTPS_PROXY", "http://s:1"), ("http_proxy", "p:2"), ("ALL_PROXY", "http://a")];
        assert_eq!(of(both, true).unwrap().as_deref(), Some("s"));
        assert_eq!(of(both, false).unwrap().as_deref(), Some("p"));
        assert_eq!(of(&[("ALL_PROXY", "socks5://a:1")], true).unwrap().as_deref(), Some("a"));
        assert_eq!(of(&[("HTTP_PROXY", "http://p")], false).unwrap().as_deref(), Some("p"));
        let blank = &[("HTTPS_PROXY", " "), ("ALL_PROXY", " http://a ")];
        assert_eq!(of(blank, true).unwrap().as_deref(), Some("a"));
        assert_eq!(
            of(&[("HTTP_PROXY", "http://p"), ("REQUEST_METHOD", "GET")], false).unwrap(),
            None
        );
        assert_eq!(
            of(&[("HTTPS_PROXY", "http://s"), ("NO_PROXY", "example.com")], true).unwrap(),
            None
        );
        let read = |name: &str| (name == "ALL_PROXY").then(|| "http://a".to_owned());
        let env = EnvProxies::from_vars(read, false);
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1"] {
            let origin = Origin::new(host, 80, false).unwrap();
            assert_eq!(env.for_origin(&origin).unwrap(), None, "{host}");
        }
        for url in [
            "ftp://u:hidden@s",
            "http://u:8123/hidden@s",
            "http://u:hid#den@s:1",
            "http://u?hidden@s",
            "http://s:99999",
            "http://s:0",
            "http://s:",
            "http://s:hidden",
        ] {
            let read = |name: &str| (name == "HTTPS_PROXY").then(|| url.to_owned());
            let origin = Origin::new("api.example.com", 443, true).unwrap();
            let message =
                EnvProxies::from_vars(read, false).for_origin(&origin).unwrap_err().to_string();
            assert!(
                message.contains("HTTPS_PROXY") && !message.contains("hid"),
                "{url}: {message}"
            );
        }
        for (url, host) in [("http://u:p%2F@[::1]:1/", "[::1]"), ("s:1", "s"), ("socks5h://s", "s")]
        {
            assert_eq!(Proxy::from_url(url).unwrap().host(), host, "{url}");
        }
    }

    /// Returns the hosts of the proxies for http and for https.
    fn proxies(pairs: &[(&str, &str)], any_case: bool) -> [Option<String>; 2] {
        let read = |name: &str| {
            let is_it = |n: &str| n == name || any_case && n.eq_ignore_ascii_case(name);
            pairs.iter().find(|(n, _)| is_it(n)).map(|(_, value)| (*value).to_owned())
        };
        let env = EnvProxies::from_vars(read, any_case);
        [false, true].map(|tls| {
            let origin = Origin::new("api.example.com", 443, tls).unwrap();
            env.for_origin(&origin).unwrap().map(|proxy| proxy.host().to_owned())
        })
    }

    #[test]
    fn a_client_of_a_cgi_program_cannot_set_the_proxy() {
        let is = |http: Option<&str>, tls: Option<&str>| [http, tls].map(|p| p.map(str::to_owned));
        for (name, any_case, http) in [
            ("HTTP_PROXY", false, None),
            ("HTTP_PROXY", true, None),
            ("http_proxy", true, None),
            // Not from a header, whose variable is always in upper case.
            ("http_proxy", false, Some("evil")),
        ] {
            let cgi = [(name, "http://evil"), ("REQUEST_METHOD", "GET")];
            assert_eq!(proxies(&cgi, any_case), is(http, None), "{name} {any_case}");
            assert_eq!(proxies(&cgi[..1], any_case), is(Some("evil"), None), "{name} {any_case}");
            let all = [cgi[0], cgi[1], ("ALL_PROXY", "http://all"), ("HTTPS_PROXY", "http://s")];
            let expected = is(http.or(Some("all")), Some("s"));
            assert_eq!(proxies(&all, any_case), expected, "{name} {any_case}");
        }
    }

    #[test]
    fn an_empty_variable_is_ignored() {
        let none = || [None, None];
        let proxy = ("ALL_PROXY", "http://a");
        for empty in ["", " "] {
            let pairs = [proxy, ("NO_PROXY", empty), ("no_proxy", "example.com")];
            assert_eq!(proxies(&pairs, false), none());
            let alone = [proxy, ("NO_PROXY", empty)];
            for any_case in [false, true] {
                assert_eq!(proxies(&alone, any_case), [Some("a".into()), Some("a".into())]);
            }
        }
        assert_eq!(proxies(&[proxy, ("no_proxy", "example.com")], true), none());
        assert_eq!(proxies(&[proxy, ("No_Proxy", "example.com")], true), none());
    }
}
