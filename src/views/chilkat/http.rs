//! The settings of `CkHttp`, and the arguments that name the server.

use std::time::Duration;

use super::strings::literal;
use super::{Script, checked, path_text, unsupported};
use crate::error::Result;
use crate::net::env_proxy;
use crate::transport::{IpFamily, TlsVersions};
use crate::views::call_options::{ProxyKind, UserAuth};
use crate::views::marked_call::TextPiece;

impl Script<'_> {
    /// Returns the statements for the options of the call.
    pub(super) fn http(&mut self) -> Result<String> {
        let marked = self.marked;
        let call = &marked.call;
        let options = &call.options;
        let mut out = String::new();
        let may_be_tls = call.ssl || marked.is_open(&call.domain);
        if may_be_tls && options.tls.verify != Some(false) {
            out += "# By default Chilkat verifies neither the certificate nor the host name.\n";
            out += "http.put_RequireSslCertVerify(true)\nhttp.put_RequireHostnameMatch(true)\n";
        }
        if options.tls.trusted_roots.is_some() {
            return Err(unsupported(
                "authorities of one call (--cacert); its TrustedRoots are for the whole program",
            ));
        }
        match (&options.tls.client_cert, &options.tls.client_key) {
            (Some(cert), None) => {
                let cert = self.text("--cert", path_text(cert)?)?;
                out += &checked("http", &format!("SetSslClientCertPem({cert},\"\")"));
            }
            (Some(_), Some(_)) => {
                return Err(unsupported(
                    "a key in another file than its certificate (--key); join the two files",
                ));
            }
            (None, _) => {}
        }
        if let Some(versions) = options.tls.versions {
            let versions = match versions {
                TlsVersions::Tls12And13 => "TLS 1.2 or higher",
                TlsVersions::Tls12 => "TLS 1.2",
                TlsVersions::Tls13 => "TLS 1.3",
            };
            out += &format!("http.put_SslProtocol({})\n", literal(versions));
        }
        if let Some(follow) = options.redirects.follow {
            out += &format!("http.put_FollowRedirects({follow})\n");
        }
        if options.redirects.max.is_some() && options.redirects.follow != Some(false) {
            return Err(unsupported("a limit for redirects (--max-redirs)"));
        }
        if let Some(limit) = options.timeouts.connect {
            let seconds = limit.map_or(0, whole_seconds);
            out += &format!("http.put_ConnectTimeout({seconds})\n");
        }
        if options.timeouts.total.flatten().is_some() {
            return Err(unsupported("a time limit for the whole call (-m)"));
        }
        if options.retries.is_some() {
            return Err(unsupported("sending a request again (--retry)"));
        }
        if options.ip_family.is_some_and(|family| family != IpFamily::Any) {
            return Err(unsupported("one version of IP (-4, -6)"));
        }
        if let Some(bytes) = options.max_response_size {
            out += &format!("http.put_MaxResponseSize({bytes})\n");
        }
        if options.cookies.jar.is_some() {
            return Err(unsupported("a cookie file in Netscape's format (-c)"));
        }
        if options.cookies.are_kept {
            out += "http.put_CookieDir(\"memory\")\nhttp.put_SendCookies(true)\n";
        }
        if let Some((login, password)) = &options.user {
            out += match options.user_auth {
                UserAuth::Basic => "http.put_BasicAuth(true)\n",
                UserAuth::Digest => "http.put_DigestAuth(true)\n",
                UserAuth::Any => return Err(unsupported("--anyauth; use --digest or --basic")),
            };
            out += &self.call("http.put_Login", &[login])?;
            out += &self.call("http.put_Password", &[password])?;
        }
        out += &self.proxy()?;
        if let Some(path) = &options.output.file {
            out += &self.call("http.put_StreamResponseBodyPath", &[path_text(path)?])?;
        }
        Ok(out)
    }

    fn proxy(&mut self) -> Result<String> {
        let marked = self.marked;
        let call = &marked.call;
        if let Some(list) = &call.options.no_proxy {
            if marked.is_open(list) || (marked.is_open(&call.domain) && list != "*") {
                return Err(unsupported("hosts without a proxy that are not known yet"));
            }
            if env_proxy::excludes(list, &call.domain) {
                return Ok(String::new());
            }
        }
        let Some(proxy) = &call.options.proxy else { return Ok(String::new()) };
        let (kind, host, port, login, password) = match proxy.kind {
            ProxyKind::Http | ProxyKind::Https => {
                ("Proxy", "Domain", "Port", "http.put_ProxyLogin", "http.put_ProxyPassword")
            }
            ProxyKind::Socks4 | ProxyKind::Socks5 => {
                ("Socks", "Hostname", "Port", "http.put_SocksUsername", "http.put_SocksPassword")
            }
        };
        let mut out = match proxy.kind {
            ProxyKind::Http => String::new(),
            ProxyKind::Https => "http.put_ProxyDirectTls(true)\n".to_owned(),
            ProxyKind::Socks4 => "http.put_SocksVersion(4)\n".to_owned(),
            ProxyKind::Socks5 => "http.put_SocksVersion(5)\n".to_owned(),
        };
        out += &self.call(&format!("http.put_{kind}{host}"), &[&proxy.host])?;
        out += &format!("http.put_{kind}{port}({})\n", proxy.port);
        if !proxy.login.is_empty() {
            out += &self.call(login, &[&proxy.login])?;
            out += &self.call(password, &[&proxy.password])?;
        }
        Ok(out)
    }

    /// Returns the statements that split the base URL, if it contains a variable, and the arguments for domain, port
    /// and TLS.
    pub(super) fn endpoint(&mut self) -> Result<(String, String)> {
        let marked = self.marked;
        let call = &marked.call;
        if !marked.is_open(&call.domain) {
            let domain = literal(&call.domain);
            return Ok((String::new(), format!("{domain},{},{}", call.port, call.ssl)));
        }
        self.needs_uri = true;
        let text = self.text("the URL", &call.domain)?;
        let has_scheme = match marked.pieces(call.domain.as_bytes()).first() {
            Some(TextPiece::Text(text)) => String::from_utf8_lossy(text).contains("://"),
            _ => false,
        };
        let base = match has_scheme {
            true => format!("base = URI.parse({text})\n"),
            false => format!(
                "base = {text}\nbase = \"http://\" + base unless base.include?(\"://\")\nbase = URI.parse(base)\n"
            ),
        };
        let arguments = "base.hostname,base.port,base.scheme == \"https\"".to_owned();
        Ok((format!("\n# Scheme, host, port and the start of the path.\n{base}"), arguments))
    }
}

/// Returns a limit in seconds, rounded up. In Chilkat, zero is no limit.
fn whole_seconds(limit: Duration) -> u64 {
    limit.as_secs() + u64::from(limit.subsec_nanos() > 0)
}
