//! The statements that say how and where the request goes.

use std::time::Duration;

use super::layout::{binding, literal};
use super::{Program, Text, cannot};
use crate::error::Result;
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
            out += &self.try_set("http.set_trusted_roots_pem", path);
        }
        match (&options.client_cert, &options.client_key) {
            (Some(cert), None) => out += &self.try_set("http.set_ssl_client_cert_pem", cert),
            (Some(cert), Some(key)) => {
                out += &self.try_set("let cert = std::fs::read_to_string", cert);
                out += &self.try_set("let key = std::fs::read_to_string", key);
                out += "    http.set_ssl_client_cert_pem(&format!(\"{cert}\\n{key}\"))?;\n";
            }
            (None, _) => {}
        }
        if let Some(versions) = &options.tls_versions {
            out += &self.try_set("http.set_ssl_protocol", versions);
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
                out += &format!("    http.{member}({});", whole_seconds(limit));
                if limit.subsec_nanos() > 0 {
                    out += " // in whole seconds, rounded up";
                }
                out.push('\n');
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
        let mut out = String::new();
        let kind = match proxy.kind {
            ProxyKind::Http | ProxyKind::Https => "proxy",
            ProxyKind::Socks4 | ProxyKind::Socks5 => "socks",
        };
        let is_socks = kind == "socks";
        let host = if is_socks { "http.set_socks_hostname" } else { "http.set_proxy_domain" };
        let login = if is_socks { "http.set_socks_username" } else { "http.set_proxy_login" };
        out += &self.set(host, &[&proxy.host]);
        out += &format!("    http.set_{kind}_port({});\n", proxy.port);
        if !proxy.login.is_empty() {
            out += &self.set(login, &[&proxy.login]);
        }
        if !proxy.password.is_empty() {
            out += &self.set(&format!("http.set_{kind}_password"), &[&proxy.password]);
        }
        match proxy.kind {
            ProxyKind::Http => {}
            ProxyKind::Https => out += "    http.set_proxy_direct_tls(true);\n",
            ProxyKind::Socks4 => out += "    http.set_socks_version(4);\n",
            ProxyKind::Socks5 => out += "    http.set_socks_version(5);\n",
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

fn whole_seconds(limit: Duration) -> u64 {
    limit.as_secs().saturating_add(u64::from(limit.subsec_nanos() > 0))
}
