//! URLs as people write them: taken apart, nothing changed.

use super::call::Call;

/// The parts of an http or https URL.
#[derive(Debug, PartialEq)]
pub(crate) struct Url {
    pub(crate) ssl: bool,
    /// Percent-decoded.
    pub(crate) user: Option<(String, String)>,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// As it is written, without a fragment; `/` at least.
    pub(crate) path_and_query: String,
}

impl Url {
    /// Reads a URL; without a scheme it is `http://`, as in curl.
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
                // It may be the start of a password that has a slash in it.
                _ => return Err("what follows the colon of its host is not a port".to_owned()),
            },
            None => (host_port, default),
        };
        if host.contains(':') && !host.starts_with('[') {
            return Err("its host has a colon too many".to_owned());
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
    /// Scheme, host and port, as a URL has them.
    pub(crate) fn base_url(&self) -> String {
        let scheme = if self.ssl { "https" } else { "http" };
        // An address of version 6 may have been given without the brackets that it has in a URL.
        let is_bare = self.domain.parse::<std::net::Ipv6Addr>().is_ok();
        let bracketed = is_bare.then(|| format!("[{}]", self.domain));
        let domain = bracketed.as_ref().unwrap_or(&self.domain);
        match (self.ssl, self.port) {
            // With a variable in it, it is all that stands before the path.
            _ if self.domain.contains("{{") => self.domain.clone(),
            (true, 443) | (false, 80) => format!("{scheme}://{domain}"),
            (_, port) => format!("{scheme}://{domain}:{port}"),
        }
    }
}
