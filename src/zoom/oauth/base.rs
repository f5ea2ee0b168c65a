//! The base URLs of the API and the token endpoint.

use std::fmt;

use crate::net::env_proxy::is_loopback;
use crate::net::origin::UrlParts;
use crate::redact::push_masked;
use crate::zoom::error::{Error, Result};

/// Scheme, host, port and the prefix of each path.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Base {
    pub(crate) ssl: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Empty, or with a slash at its start and none at its end.
    pub(crate) prefix: String,
}

impl Base {
    /// Parses a URL from the caller. A token may be sent only over TLS or to loopback.
    pub(crate) fn parse(field: &str, url: &str) -> Result<Base> {
        let mut shown = String::new();
        push_masked(&mut shown, url);
        let refuse = |why: &str| Err(Error::invalid(field, format_args!("{shown:?} {why}")));
        let Some(base) = read(url) else {
            return refuse("is not a URL of a host, such as https://api.zoom.us");
        };
        if !base.ssl && !is_loopback(&base.host) {
            return refuse(
                "is not https: an on-path attacker could read the token; only loopback may be http",
            );
        }
        Ok(base)
    }

    /// Parses the `api_url` of a token from `oauth`. Since the token will be sent there, the URL must be https
    /// at a Zoom host, and in the cloud of `oauth` if that is in one.
    pub(crate) fn from_api_url(url: &str, oauth: &Base) -> Option<Base> {
        let base = read(url)?;
        let is_usable = base.ssl && base.port == 443 && oauth.is_in_cloud_of(&base.host);
        is_usable.then_some(Base { prefix: String::new(), ..base })
    }

    /// Whether a host, in lower case and without a trailing dot, is a Zoom host in the same cloud. If this
    /// base is in no cloud, any Zoom host is accepted. The tokens of one cloud are not valid in the other.
    pub(crate) fn is_in_cloud_of(&self, host: &str) -> bool {
        Cloud::of_host(host)
            .is_some_and(|cloud| Cloud::of_host(&self.host).is_none_or(|own| own == cloud))
    }

    /// Returns the default base of the API for a token endpoint.
    pub(crate) fn default_api(oauth: &Base) -> Base {
        let cloud = Cloud::of_host(&oauth.host).unwrap_or(Cloud::Commercial);
        Base::https(format!("api.{}", cloud.domain()))
    }

    /// Returns the default token endpoint for a base of the API, if known.
    pub(crate) fn default_oauth(api: Option<&Base>) -> Base {
        let cloud = api.and_then(|api| Cloud::of_host(&api.host)).unwrap_or(Cloud::Commercial);
        Base::https(cloud.domain().to_owned())
    }

    fn https(host: String) -> Base {
        Base { ssl: true, host, port: 443, prefix: String::new() }
    }
}

/// A Zoom cloud.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cloud {
    Commercial,
    /// Zoom for Government.
    Government,
}

impl Cloud {
    /// Returns the cloud of a host in lower case and without a trailing dot.
    fn of_host(host: &str) -> Option<Cloud> {
        [Cloud::Commercial, Cloud::Government].into_iter().find(|cloud| {
            let rest = host.strip_suffix(cloud.domain());
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }

    fn domain(self) -> &'static str {
        match self {
            Cloud::Commercial => "zoom.us",
            Cloud::Government => "zoomgov.com",
        }
    }
}

/// Whether a host in lower case is a Zoom host.
pub(crate) fn is_zoom_host(host: &str) -> bool {
    Cloud::of_host(without_trailing_dot(host)).is_some()
}

/// Returns a host name without its trailing dot, the root of the DNS: `api.zoom.us.` is `api.zoom.us`. In a
/// Host header or a TLS server name, the dot would make it a different name.
pub(crate) fn without_trailing_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

fn read(url: &str) -> Option<Base> {
    let UrlParts { tls: ssl, host, port, path } = UrlParts::read(url.trim())?;
    let host = without_trailing_dot(&host);
    if host.is_empty() || host.ends_with('.') {
        return None;
    }
    // Zoom's documentation has base URLs with and without /v2. Each path already has it.
    let prefix = path.trim_end_matches('/');
    let prefix = prefix.strip_suffix("/v2").unwrap_or(prefix);
    Some(Base { ssl, host: host.to_ascii_lowercase(), port, prefix: prefix.to_owned() })
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Base { ssl, host, port, prefix } = self;
        let (scheme, default_port) = if *ssl { ("https", 443) } else { ("http", 80) };
        write!(f, "{scheme}://{host}")?;
        if *port != default_port {
            write!(f, ":{port}")?;
        }
        f.write_str(prefix)
    }
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_https_or_loopback() {
        for (url, shown) in [
            ("https://api.zoom.us", "https://api.zoom.us"),
            ("https://api.zoom.us/", "https://api.zoom.us"),
            ("https://API.zoomgov.com/v2/", "https://api.zoomgov.com"),
            ("https://gateway.example:8443/zoom/v2", "https://gateway.example:8443/zoom"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://localhost:1", "http://localhost:1"),
            ("http://[::1]:1", "http://[::1]:1"),
            ("https://api.zoom.us.", "https://api.zoom.us"),
            ("https://Api.Zoom.us.:8443/v2", "https://api.zoom.us:8443"),
        ] {
            assert_eq!(Base::parse("base_url", url).unwrap().to_string(), shown, "{url}");
        }
        for url in [
            "http://api.zoom.us",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "ftp://api.zoom.us",
            "api.zoom.us",
            "https://",
            "https://user@api.zoom.us",
            "https://api.zoom.us?x=1",
            "https://api.zoom.us:99999",
            "https://api.zoom.us:",
            "https://api.zoom.us..",
            "https://.",
            "",
        ] {
            let err = Base::parse("base_url", url).unwrap_err();
            assert!(err.to_string().contains("base_url"), "{url}: {err}");
        }
    }

    #[test]
    fn an_api_url_is_used_only_if_it_is_https_at_a_zoom_host() {
        let gateway = Base::parse("oauth_url", "https://gateway.example").unwrap();
        for (url, host) in [
            ("https://api-eu.zoom.us", "api-eu.zoom.us"),
            ("https://API-us.Zoom.us/", "api-us.zoom.us"),
            ("https://example.zoom.us/v2", "example.zoom.us"),
            ("https://api.zoomgov.com", "api.zoomgov.com"),
            ("https://api-eu.zoom.us.", "api-eu.zoom.us"),
        ] {
            let base = Base::from_api_url(url, &gateway).unwrap();
            assert_eq!(base.to_string(), format!("https://{host}"));
        }
        for url in [
            "http://api-eu.zoom.us",
            "https://zoom.us.example.com",
            "https://notzoom.us",
            "https://api.zoomgov.us",
            "https://api.zoom.us@evil.example",
            "https://api.zoom.us:8443",
            "https://127.0.0.1",
            "//api.zoom.us",
            "api.zoom.us",
            "https://api.zoom.us..",
            "",
        ] {
            assert_eq!(Base::from_api_url(url, &gateway), None, "{url}");
        }
    }
}
