//! The statements that say how and where the request goes.

use std::time::Duration;

use super::layout::{binding, literal};
use super::{Program, Text, cannot};
use crate::error::Result;
use crate::text::host::bare_ipv6;
use crate::views::call_options::ProxyKind;

impl Program<'_> {
    /// The statements for the options of the call.
    pub(super) fn transport(&mut self) -> Result<String> {
        let marked = self.marked;
        let call = &marked.call;
        let options = &call.options;
        let mut out = String::new();
        if let Some(verify) = options.verify {
            out += &format!("    http.set_require_ssl_cert_verify({verify});\n");
        }
        if let Some(path) = &options.trusted_roots {
            out += &self.try_set("http.set_trusted_roots_file", &[path]);
        }
        match (&options.client_cert, &options.client_key) {
            (Some(cert), None) => out += &self.try_set("http.set_client_cert_file", &[cert]),
            (Some(cert), Some(key)) => {
                out += &self.try_set("http.set_client_cert_files", &[cert, key]);
            }
            (None, _) => {}
        }
        if let Some(versions) = &options.tls_versions {
            out += &format!("    http.set_tls_versions(zoomkat::TlsVersions::{versions:?});\n");
        }
        if let Some(follow) = options.follow_redirects {
            out += &format!("    http.set_follow_redirects({follow});\n");
        }
        if let Some(count) = options.max_redirects {
            out += &format!("    http.set_max_redirects({count});\n");
        }
        for (member, limit) in [
            ("set_connect_timeout", options.connect_timeout),
            ("set_total_timeout", options.total_timeout),
        ] {
            if let Some(limit) = limit {
                out += &format!("    http.{member}({});\n", duration(limit));
            }
        }
        if let Some((login, password)) = &options.user {
            out += &self.set("http.set_login", &[login]);
            out += &self.set("http.set_password", &[password]);
            out += "    http.set_basic_auth(true);\n";
        }
        out += &self.proxy()?;
        Ok(out)
    }

    fn proxy(&mut self) -> Result<String> {
        let marked = self.marked;
        let call = &marked.call;
        if let Some(list) = &call.options.no_proxy {
            if marked.is_open(list) || (marked.is_open(&call.domain) && list != "*") {
                return Err(cannot("for which hosts there is no proxy is not known yet"));
            }
            if crate::net::env_proxy::excludes(list, &call.domain) {
                return Ok("    http.set_env_proxy(false);\n".to_owned());
            }
        }
        let Some(proxy) = &call.options.proxy else { return Ok(String::new()) };
        let scheme = match proxy.kind {
            ProxyKind::Http => "http",
            ProxyKind::Https => "https",
            ProxyKind::Socks4 => "socks4a",
            ProxyKind::Socks5 => "socks5h",
        };
        let host = match bare_ipv6(&proxy.host) {
            Some(bare) => format!("[{bare}]"),
            None => proxy.host.clone(),
        };
        let url = format!("{scheme}://{host}:{}", proxy.port);
        let mut out = self.try_set("http.set_proxy", &[&url]);
        if !proxy.login.is_empty() {
            out += &self.try_set("http.set_proxy_login", &[&proxy.login, &proxy.password]);
        }
        Ok(out)
    }

    /// Where it goes, as far as the environment says, and the start of the `match` that sends it.
    pub(super) fn send(&mut self) -> Result<(String, String)> {
        let marked = self.marked;
        let call = &marked.call;
        let mut place = String::new();
        let mut args = if marked.is_open(&call.domain) {
            self.is_fallible = true;
            place += &match self.text(&call.domain) {
                // The variable is called so.
                Text::Simple(_) => String::new(),
                Text::Format(literal) => binding("base", "format!(", &literal, ");"),
                Text::Replace { .. } => return Err(cannot("the host holds a brace")),
            };
            place += SPLIT;
            if !call.request.path().starts_with('/') {
                // A variable may be the path as well.
                place = place.replace("    let start = start.trim_end_matches('/');\n", "");
            }
            ["host", "port", "ssl"].map(|name| Text::Simple(name.to_owned())).into()
        } else {
            let domain = Text::Simple(literal(&call.domain));
            let port = Text::Simple(call.port.to_string());
            vec![domain, port, Text::Simple(call.ssl.to_string())]
        };
        args.push(Text::Simple("&req".to_owned()));
        let mut member = "let resp = match http.synchronous_request(";
        if call.options.remote_name.as_ref().is_some_and(|name| marked.is_open(name)) {
            let why =
                "-O: the name of the file is not known yet; use -o, or give the variable its value";
            return Err(cannot(why));
        }
        if let Some(path) = &call.options.output_file {
            member = "let resp = match http.synchronous_request_to_file(";
            args.push(self.text(path));
        }
        Ok((place, self.statement(member, args, ") {")))
    }
}

/// Takes apart a base URL that is known when the program runs.
const SPLIT: &str = "    // Scheme, host, port and the start of the path.
    let (scheme, rest) = base.split_once(\"://\").unwrap_or((\"http\", &base));
    let (authority, start) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let start = start.trim_end_matches('/');
    let ssl = scheme.eq_ignore_ascii_case(\"https\");
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse()?),
        _ => (authority, if ssl { 443 } else { 80 }),
    };
";

/// The expression for a time limit.
fn duration(limit: Duration) -> String {
    let (secs, nanos) = (limit.as_secs(), limit.subsec_nanos());
    match nanos {
        0 => format!("std::time::Duration::from_secs({secs})"),
        _ => format!("std::time::Duration::new({secs}, {nanos})"),
    }
}
