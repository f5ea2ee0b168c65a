//! URLs as people write them, split into their parts.

use super::call::Call;

/// The parts of an http or https URL.
#[derive(Debug, PartialEq)]
pub(crate) struct Url {
    pub(crate) ssl: bool,
    /// Percent-decoded.
    pub(crate) user: Option<(String, String)>,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// As written, without a fragment. At least `/`.
    pub(crate) path_and_query: String,
}

impl Url {
    /// Parses a URL. Without a scheme it is `http://`, as in curl.
    pub(crate) fn parse(text: &str) -> Result<Url, String> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if !scheme.contains(['/', '?', '#', '@']) => (scheme, rest),
            _ => ("http", text),
        };
        let ssl = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            other => return Err(format!("the scheme {other:?} is not http or https")),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (user, host_port) = match authority.rsplit_once('@') {
            Some((user, host_port)) => {
                let (login, password) = user.split_once(':').unwrap_or((user, ""));
                (Some((decoded(login), decoded(password))), host_port)
            }
            None => (None, authority),
        };
        let colon = host_port.rfind(':').filter(|at| !host_port[*at..].contains(']'));
        let default = if ssl { 443 } else { 80 };
        let (host, port) = match colon.map(|at| (&host_port[..at], &host_port[at + 1..])) {
            Some((host, "")) => (host, default),
            Some((host, port)) => match port.parse() {
                Ok(port) if port > 0 => (host, port),
                // Not shown: it may be the start of a password with a slash in it.
                _ => return Err("the colon after its host is not followed by a port".to_owned()),
            },
            None => (host_port, default),
        };
        if host.contains(':') && !host.starts_with('[') {
            return Err("its host has more than one colon".to_owned());
        }
        if host.is_empty() {
            return Err("it has no host".to_owned());
        }
        let slash = if path.starts_with('/') { "" } else { "/" };
        let path_and_query = format!("{slash}{path}");
        Ok(Url { ssl, user, host: host.to_owned(), port, path_and_query })
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl Call {
    /// Returns scheme, host and port as in a URL.
    pub(crate) fn base_url(&self) -> String {
        let scheme = if self.ssl { "https" } else { "http" };
        // An IPv6 address may have been given without the brackets of a URL.
        let is_bare = self.domain.parse::<std::net::Ipv6Addr>().is_ok();
        let bracketed = is_bare.then(|| format!("[{}]", self.domain));
        let domain = bracketed.as_ref().unwrap_or(&self.domain);
        match (self.ssl, self.port) {
            // A domain with a variable is everything before the path.
            _ if self.domain.contains("{{") => self.domain.clone(),
            (true, 443) | (false, 80) => format!("{scheme}://{domain}"),
            (_, port) => format!("{scheme}://{domain}:{port}"),
        }
    }
}
