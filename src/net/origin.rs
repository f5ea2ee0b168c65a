//! Origins, URLs, and resolving the Location of a redirect.

use ureq::http::Uri;

use crate::error::{Error, Result};
use crate::redact::{masked_domain, masked_location, push_masked, quoted, shortened};
use crate::text::host::{HostFault, bare_ipv6, host_fault};
use crate::text::percent;

/// The scheme, host and port of a request (RFC 6454 section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Host and port as in the Host header, without the scheme's default port (RFC 9110 section
    /// 7.2). The host is in lower case, an IPv6 address in brackets.
    authority: String,
    /// The length of the host in `authority`.
    host_len: usize,
    port: u16,
    tls: bool,
}

impl Origin {
    /// Creates an origin from a caller's domain and port, which are checked.
    pub(crate) fn new(domain: &str, port: u16, tls: bool) -> Result<Origin> {
        if port == 0 {
            return Err(Error::invalid("port", "0 is not a port; 443 is the one for TLS"));
        }
        let why = match host_fault(domain) {
            None => return Ok(Origin::of_host(domain, port, tls)),
            Some(HostFault::Url) => {
                "is a URL or a path; give the host name only, such as api.zoom.us".to_owned()
            }
            Some(HostFault::Empty) => "is empty; give a host name such as api.zoom.us".to_owned(),
            Some(HostFault::Port) => "contains a colon; the port is a separate argument".to_owned(),
            Some(HostFault::Other(why)) => why,
        };
        Err(Error::invalid("domain", format_args!("{} {why}", quoted(&masked_domain(domain)))))
    }

    /// Creates an origin from a host without a [`host_fault`].
    pub(crate) fn of_host(host: &str, port: u16, tls: bool) -> Origin {
        match bare_ipv6(host) {
            Some(bare) => Origin::join(&["[", bare, "]"], port, tls),
            None => Origin::join(&[host], port, tls),
        }
    }

    fn join(host: &[&str], port: u16, tls: bool) -> Origin {
        const PORT: usize = ":65535".len();
        let host_len = host.iter().map(|piece| piece.len()).sum::<usize>();
        let mut authority = String::with_capacity(host_len + PORT);
        authority.extend(host.iter().copied());
        authority.make_ascii_lowercase();
        if port != default_port(tls) {
            authority.extend([":", itoa::Buffer::new().format(port)]);
        }
        Origin { authority, host_len, port, tls }
    }

    pub(crate) fn host(&self) -> &str {
        &self.authority[..self.host_len]
    }

    pub(crate) fn into_host(mut self) -> String {
        self.authority.truncate(self.host_len);
        self.authority
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.tls
    }

    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }

    /// Returns the value of the Host header.
    pub(crate) fn host_header(&self) -> &str {
        &self.authority
    }

    /// Fails if ureq cannot parse the origin as a URI. `host_fault` finds nearly all such hosts.
    pub(super) fn check_uri(&self) -> Result<()> {
        let uri = format!("{}://{}:{}/", self.scheme(), self.host(), self.port);
        uri.parse::<Uri>().map(drop).map_err(|err| Error::invalid("domain", err))
    }
}

/// The parts of an absolute http or https URL.
#[allow(dead_code, reason = "only used with an optional feature")]
pub(crate) struct UrlParts {
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) path: String,
}

impl UrlParts {
    /// Parses a URL that has neither a user nor a query.
    #[allow(dead_code, reason = "only used with an optional feature")]
    pub(crate) fn read(url: &str) -> Option<UrlParts> {
        let uri: Uri = url.parse().ok()?;
        let tls = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.as_str().contains('@') || uri.query().is_some() {
            return None;
        }
        let port = match authority.port_u16() {
            Some(port) => port,
            // The port is not a number.
            None if authority.as_str().len() > authority.host().len() => return None,
            None => default_port(tls),
        };
        let (host, path) = (authority.host().to_owned(), uri.path().to_owned());
        Some(UrlParts { tls, host, port, path })
    }
}

/// An absolute http or https URL, from a Location or from a caller.
#[derive(Debug, PartialEq)]
pub(crate) struct HttpUrl {
    pub(crate) origin: Origin,
    /// Path and query, encoded.
    pub(crate) path: String,
}

impl HttpUrl {
    /// Resolves `location` against the URL of the request (RFC 3986 section 5.2). The fragment is
    /// dropped, as is a user, which could smuggle credentials in.
    pub(crate) fn resolve(
        base: &Origin,
        base_path: &str,
        location: &str,
    ) -> Result<HttpUrl, String> {
        if location.chars().any(|c| c.is_ascii_control()) {
            return Err("it contains a control character".to_owned());
        }
        let location = location.split('#').next().unwrap_or_default();
        let (base_path, base_query) = split_query(base_path);
        let (origin, rest) = match split_scheme(location) {
            Some((scheme @ ("http" | "https"), rest)) => {
                let rest = rest.strip_prefix("//").ok_or("it has a scheme but no host")?;
                authority(rest, scheme == "https")?
            }
            Some((scheme, _)) => {
                return Err(format!("the scheme {} is not http or https", quoted(scheme)));
            }
            None => match location.strip_prefix("//") {
                Some(rest) => authority(rest, base.tls)?,
                None => (base.clone(), location),
            },
        };
        // Without a host, an empty path means the path of the request.
        let names_host = rest.len() < location.len();
        let (path, query) = split_query(rest);
        let (path, query) = match path {
            "" if names_host => ("/".to_owned(), query),
            "" => (base_path.to_owned(), query.or(base_query)),
            path if path.starts_with('/') => (without_dots(path), query),
            path => {
                let dir = base_path.rfind('/').map_or("/", |at| &base_path[..=at]);
                (without_dots(&format!("{dir}{path}")), query)
            }
        };
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        Ok(HttpUrl { origin, path: percent::location(&format!("{path}{query}")) })
    }

    /// Reads the absolute http or https URL that a caller passed. Path and query stay as written.
    #[allow(dead_code, reason = "only used with an optional feature")]
    pub(crate) fn of_url(url: &str) -> Result<HttpUrl> {
        HttpUrl::parse(url.trim_matches([' ', '\t'])).map_err(|why| {
            Error::invalid("url", format_args!("{}: {why}", quoted(&masked_location(url))))
        })
    }

    /// As [`of_url`](Self::of_url), with the reason alone as the error.
    pub(crate) fn parse(url: &str) -> Result<HttpUrl, String> {
        let (scheme, rest) = match split_scheme(url) {
            Some((scheme @ ("http" | "https"), rest)) => (scheme, rest.strip_prefix("//")),
            _ => return Err("it does not start with https:// or http://".to_owned()),
        };
        let rest = rest.ok_or("it has a scheme but no host")?;
        let rest = rest.split('#').next().unwrap_or_default();
        let host = rest.split(['/', '?', '\\']).next().unwrap_or_default();
        if host.contains('@') {
            let why = "it contains a user; use set_login, set_password and set_basic_auth";
            return Err(why.to_owned());
        }
        let (origin, path) = authority(rest, scheme == "https")?;
        let slash = if path.is_empty() || path.starts_with('?') { "/" } else { "" };
        Ok(HttpUrl { origin, path: format!("{slash}{path}") })
    }

    /// Returns the URL with everything that may be secret masked.
    pub(crate) fn shown(&self) -> String {
        let mut shown = format!("{}://{}", self.origin.scheme(), self.origin.host_header());
        push_masked(&mut shown, &self.path);
        shortened(shown)
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}{}", self.origin.scheme(), self.origin.host_header(), self.path)
    }
}

/// Splits a scheme, in lower case if it is http or https, from the rest (RFC 3986 section 3.1).
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    match scheme {
        _ if !is_valid => None,
        s if s.eq_ignore_ascii_case("http") => Some(("http", rest)),
        s if s.eq_ignore_ascii_case("https") => Some(("https", rest)),
        s => Some((s, rest)),
    }
}

/// Parses `user@host:port/path?query`, the part after the slashes.
fn authority(text: &str, tls: bool) -> Result<(Origin, &str), String> {
    let end = text.find(['/', '?', '\\']).unwrap_or(text.len());
    let (authority, path) = text.split_at(end);
    let host_port = authority.rsplit_once('@').map_or(authority, |(_, host_port)| host_port);
    let colon = host_port.rfind(':').filter(|at| !host_port[*at..].contains(']'));
    let (host, port) = match colon {
        Some(at) if at + 1 < host_port.len() => {
            let port =
                host_port[at + 1..].parse::<u16>().map_err(|_| "its port is not a number")?;
            (&host_port[..at], port)
        }
        Some(at) => (&host_port[..at], default_port(tls)),
        None => (host_port, default_port(tls)),
    };
    let why = match host_fault(host) {
        _ if port == 0 => "its port is 0".to_owned(),
        None => return Ok((Origin::of_host(host, port, tls), path)),
        Some(HostFault::Empty) => "its host is empty".to_owned(),
        Some(HostFault::Url) => "its host contains a slash".to_owned(),
        Some(HostFault::Port) => "its host contains a colon".to_owned(),
        Some(HostFault::Other(why)) => format!("its host {why}"),
    };
    Err(why)
}

fn default_port(tls: bool) -> u16 {
    if tls { 443 } else { 80 }
}

fn split_query(text: &str) -> (&str, Option<&str>) {
    text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)))
}

/// Removes dot segments from a path that starts with a slash (RFC 3986 section 5.2.4).
pub(crate) fn without_dots(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    out.pop();
                }
                if is_last {
                    out.push("");
                }
            }
            segment => out.push(segment),
        }
    }
    format!("/{}", out.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_resolve_as_in_rfc_3986() {
        let base = Origin::new("a", 80, false).unwrap();
        for (location, url) in [
            // The examples of section 5.4 that an HTTP Location can be.
            ("http:g", Err("no host")),
            ("g", Ok("http://a/b/c/g")),
            ("./g", Ok("http://a/b/c/g")),
            ("g/", Ok("http://a/b/c/g/")),
            ("/g", Ok("http://a/g")),
            ("//g", Ok("http://g/")),
            ("?y", Ok("http://a/b/c/d;p?y")),
            ("g?y", Ok("http://a/b/c/g?y")),
            ("#s", Ok("http://a/b/c/d;p?q")),
            ("g#s", Ok("http://a/b/c/g")),
            ("", Ok("http://a/b/c/d;p?q")),
            (".", Ok("http://a/b/c/")),
            ("..", Ok("http://a/b/")),
            ("../g", Ok("http://a/b/g")),
            ("../..", Ok("http://a/")),
            ("../../../g", Ok("http://a/g")),
            ("/../g", Ok("http://a/g")),
            ("g..", Ok("http://a/b/c/g..")),
            ("g?y/../x", Ok("http://a/b/c/g?y/../x")),
            // Locations that servers send.
            ("/with space/é", Ok("http://a/with%20space/%C3%A9")),
            ("HTTPS://User:pw@B.example:8443", Ok("https://b.example:8443/")),
            ("https://b:443?x=1", Ok("https://b/?x=1")),
            ("http://[::1]:81/p", Ok("http://[::1]:81/p")),
            ("http://b:/p", Ok("http://b/p")),
            // A % without two hex digits after it is kept.
            ("/p%?y=100%&z=%zz&w=%4", Ok("http://a/p%?y=100%&z=%zz&w=%4")),
            ("?q=50%25%&r=é", Ok("http://a/b/c/d;p?q=50%25%&r=%C3%A9")),
            ("mailto:x@y", Err("scheme \"mailto\"")),
            ("http://b:99999/", Err("port")),
            ("http:///p", Err("empty")),
            ("http://b c/", Err("' '")),
            ("/a\r\nX: y", Err("control")),
        ] {
            let found = HttpUrl::resolve(&base, "/b/c/d;p?q", location).map(|target| target.url());
            match url {
                Ok(url) => assert_eq!(found.as_deref(), Ok(url), "{location}"),
                Err(why) => assert!(found.unwrap_err().contains(why), "{location}"),
            }
        }
    }

    #[test]
    fn an_invalid_domain_is_an_error_that_says_why() {
        for (domain, why) in [
            ("", "empty"),
            ("https://api.zoom.us", "URL"),
            ("api.zoom.us/v2", "URL or a path"),
            ("api.zoom.us:443", "port is a separate argument"),
            ("api host", "' '"),
            ("a\r\nb", "'\\r'"),
            ("ä.example", "xn--"),
            ("a..b", "label"),
            ("user@host", "'@'"),
        ] {
            let err = Origin::new(domain, 443, true).unwrap_err().to_string();
            assert!(err.contains("domain") && err.contains(why), "{domain}: {err}");
        }
        assert!(Origin::new("a", 0, true).unwrap_err().to_string().contains("port"));
        for (given, host) in [
            ("API.Example", "api.example"),
            ("::1", "[::1]"),
            ("[::1]", "[::1]"),
            ("a_b.c.", "a_b.c."),
        ] {
            assert_eq!(Origin::new(given, 1, false).unwrap().host(), host);
        }
    }
}
