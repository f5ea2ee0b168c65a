//! The settings of the transport, and the start of the statement that sends the request.

use std::time::Duration;

use super::literals::literal;
use super::{Program, binding, cannot, path_text};
use crate::error::Result;
use crate::views::call_options::ProxyKind;

impl Program<'_> {
    /// The statements for the options of the call.
    pub(super) fn transport(&mut self) -> Result<String> {
        let marked = self.marked;
        let call = &marked.call;
        let options = &call.options;
        let mut out = String::new();
        if let Some(verify) = options.tls.verify {
            out += &format!("    http.set_require_ssl_cert_verify({verify});\n");
        }
        if let Some(path) = &options.tls.trusted_roots {
            out += &self.try_set("http.set_trusted_roots_pem", &[path_text(path)?]);
        }
        match (&options.tls.client_cert, &options.tls.client_key) {
            (Some(cert), None) => {
                out += &self.try_set("http.set_ssl_client_cert_pem", &[path_text(cert)?]);
            }
            (Some(cert), Some(key)) => {
                self.is_fallible = true;
                let read = |file: String| format!("std::fs::read_to_string({file})?");
                let (cert, key) =
                    (read(self.text(path_text(cert)?)), read(self.text(path_text(key)?)));
                let pem = format!("&[{cert}, {key}].join(\"\\n\")");
                out += &format!("    http.set_ssl_client_cert_pem({pem})?;\n");
            }
            (None, _) => {}
        }
        if let Some(versions) = &options.tls.versions {
            out += &self.try_set("http.set_ssl_protocol", &[versions]);
        }
        if let Some(follow) = options.redirects.follow {
            out += &format!("    http.set_follow_redirects({follow});\n");
        }
        if let Some(count) = options.redirects.max {
            out += &format!("    http.set_max_redirects({count});\n");
        }
        for (member, limit) in [
            ("set_connect_timeout", options.timeouts.connect),
            ("set_total_timeout", options.timeouts.total),
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
                return Err(cannot("the hosts that are reached without a proxy are not known yet"));
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

    /// The statements that split the base URL, if it is a variable, and the expression that sends the request.
    pub(super) fn send(&mut self) -> Result<(String, String)> {
        let marked = self.marked;
        let call = &marked.call;
        if call.options.output.remote_name.as_ref().is_some_and(|name| marked.is_open(name)) {
            let why = "-O: the name of the file is not known yet; use -o, or set the variable";
            return Err(cannot(why));
        }
        let mut base = String::new();
        let endpoint = if marked.is_open(&call.domain) {
            self.is_fallible = true;
            let text = self.text(&call.domain);
            if text != "&base" {
                base += &binding("base", text.trim_start_matches('&'));
            }
            base += SPLIT;
            if !call.request.path().starts_with('/') {
                // The variable may be the path as well.
                base = base.replace("    let start = start.trim_end_matches('/');\n", "");
            }
            "host, port, ssl".to_owned()
        } else {
            format!("{}, {}, {}", literal(&call.domain), call.port, call.ssl)
        };
        let send = match &call.options.output.file {
            None => format!("http.synchronous_request({endpoint}, &req)"),
            Some(path) => {
                let path = self.text(path_text(path)?);
                format!("http.synchronous_request_to_file({endpoint}, &req, {path})")
            }
        };
        Ok((base, send))
    }
}

/// Splits a base URL that is known when the program runs.
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
