//! The settings of the transport, and the start of the statement that sends the request.

use std::time::Duration;

use super::literals::literal;
use super::{Program, binding, path_text, unsupported};
use crate::error::Result;
use crate::text::host::bare_ipv6;
use crate::transport::Retries;
use crate::views::call_options::{ProxyKind, UserAuth};

impl Program<'_> {
    /// Returns the statements for the options of the call.
    pub(super) fn transport(&mut self) -> Result<String> {
        let marked = self.marked;
        let call = &marked.call;
        let options = &call.options;
        let mut out = String::new();
        if let Some(verify) = options.tls.verify {
            out += &format!("    http.set_require_ssl_cert_verify({verify});\n");
        }
        if let Some(path) = &options.tls.trusted_roots {
            out += &self.try_set("http.set_trusted_roots_file", &[path_text(path)?]);
        }
        match (&options.tls.client_cert, &options.tls.client_key) {
            (Some(cert), None) => {
                out += &self.try_set("http.set_client_cert_file", &[path_text(cert)?]);
            }
            (Some(cert), Some(key)) => {
                let paths = [path_text(cert)?, path_text(key)?];
                out += &self.try_set("http.set_client_cert_files", &paths);
            }
            (None, _) => {}
        }
        if let Some(versions) = &options.tls.versions {
            out += &format!("    http.set_tls_versions(zoomkat::TlsVersions::{versions:?});\n");
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
                let limit = limit.map_or("None".to_owned(), duration);
                out += &format!("    http.{member}({limit});\n");
            }
        }
        if let Some(retries) = &options.retries {
            out += &format!("    http.set_retries({});\n", retries_expression(retries));
        }
        if let Some(family) = options.ip_family {
            out += &format!("    http.set_ip_family(zoomkat::IpFamily::{family:?});\n");
        }
        if let Some(bytes) = options.max_response_size {
            out += &format!("    http.set_max_response_size({bytes});\n");
        }
        out += self.cookies();
        if let Some((login, password)) = &options.user {
            if login.is_empty() && marked.is_open(password) {
                return Err(unsupported("a password without a user cannot be a variable"));
            }
            if options.user_auth == UserAuth::Basic {
                out += &self.set("http.set_login", &[login]);
                out += &self.set("http.set_password", &[password]);
            } else {
                out += "    // Needs zoomkat's feature `digest`.\n";
                out += &self.set("http.set_digest_login", &[login, password]);
            }
            if options.user_auth != UserAuth::Digest {
                out += "    http.set_basic_auth(true);\n";
            }
        }
        out += &self.proxy()?;
        Ok(out)
    }

    /// Returns the statement that keeps cookies between redirects.
    fn cookies(&self) -> &'static str {
        let options = &self.marked.call.options;
        match (options.cookies.are_kept, options.redirects.follow, &options.cookies.jar) {
            (true, Some(true), None) => KEPT,
            (true, Some(true), Some(_)) => KEPT_NOT_WRITTEN,
            (_, _, Some(_)) => NOT_WRITTEN,
            _ => "",
        }
    }

    fn proxy(&mut self) -> Result<String> {
        let marked = self.marked;
        let call = &marked.call;
        if let Some(list) = &call.options.no_proxy {
            if marked.is_open(list) || (marked.is_open(&call.domain) && list != "*") {
                return Err(unsupported(
                    "the hosts that are reached without a proxy are not known yet",
                ));
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

    /// Returns the statements that split the base URL, if it is a variable, and the expression that sends the
    /// request.
    pub(super) fn send(&mut self) -> Result<(String, String)> {
        let marked = self.marked;
        let call = &marked.call;
        if call.options.output.remote_name.as_ref().is_some_and(|name| marked.is_open(name)) {
            let why = "-O: the name of the file is not known yet; use -o, or set the variable";
            return Err(unsupported(why));
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
                // The variable may contain the path as well.
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

/// The cookies of the response, for `-c` and `-b`.
const KEPT: &str = "    // Needs the feature `cookies`.
    http.set_cookie_store(zoomkat::CookieStore::Memory);
";
const KEPT_NOT_WRITTEN: &str =
    "    // Needs the feature `cookies`. curl's -c also writes them to a file; see `cookies_json`.
    http.set_cookie_store(zoomkat::CookieStore::Memory);
";
const NOT_WRITTEN: &str = "    // curl's -c also writes the cookies of the response to a file.
";

fn retries_expression(retries: &Retries) -> String {
    let mut out = format!("zoomkat::Retries::new({})", retries.count);
    if let Some(delay) = retries.delay {
        out += &format!(".delay({})", duration(delay));
    }
    if let Some(limit) = retries.max_time {
        out += &format!(".max_time({})", duration(limit));
    }
    if retries.after_refusal {
        out += ".after_refusal()";
    }
    if retries.after_any_error {
        out += ".after_any_error()";
    }
    out
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

/// Returns the expression for a duration.
fn duration(limit: Duration) -> String {
    let (secs, nanos) = (limit.as_secs(), limit.subsec_nanos());
    match nanos {
        0 => format!("std::time::Duration::from_secs({secs})"),
        _ => format!("std::time::Duration::new({secs}, {nanos})"),
    }
}
