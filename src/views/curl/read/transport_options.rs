//! The options of the transport, and the output file.

use std::time::Duration;

use super::Fault;
use super::args::OptionArg;
use super::call_variables::CallVariables;
use super::command_url::CommandUrl;
use super::output_options::OutputOptions;
use crate::message::request::HttpRequest;
use crate::text::headers::basic;
use crate::transport::{IpFamily, Retries, TlsVersions};
use crate::views::call_options::{CallOptions, CallProxy, ProxyKind, UserAuth};
use crate::views::curl::option_table::{CurlOption, REDIRECT};

/// The options of the transport. Offsets locate options for faults found later.
#[derive(Default)]
pub(super) struct TransportOptions {
    /// Options that do not depend on others.
    options: CallOptions,
    retries: Retries,
    follow: bool,
    /// The offset of `--location-trusted`.
    trusts_redirects: Option<usize>,
    protocols: ProtocolOptions,
    /// The offset of `--disallow-username-in-url`.
    no_url_user: Option<usize>,
    user: Option<(String, String)>,
    /// The offset of the last `-u`.
    user_at: usize,
    /// The schemes that the options name.
    basic: bool,
    digest: bool,
    proxy_user: Option<(String, String)>,
    /// Whether the last `-x` is empty.
    is_without_proxy: bool,
    /// The offset of `-p`.
    tunnel: Option<usize>,
    tls: TlsVersionOptions,
    output: OutputOptions,
}

#[derive(Default)]
struct ProtocolOptions {
    /// A URL without a scheme is an https URL.
    default_https: bool,
    /// The offset of `--proto`, and whether it allows http and https.
    allowed: Option<(usize, [bool; 2])>,
    /// The same for `--proto-redir`.
    allowed_after_redirect: Option<(usize, [bool; 2])>,
}

#[derive(Default)]
struct TlsVersionOptions {
    /// The offset of the last of these options.
    at: usize,
    /// 2 for TLS 1.2, 3 for TLS 1.3, 0 for none.
    lowest: u8,
    highest: Option<u8>,
    /// `--tlsv1`, `--tlsv1.0` or `--tlsv1.1` is given.
    is_old: bool,
}

impl TlsVersionOptions {
    fn add(&mut self, arg: &OptionArg) -> Result<(), Fault> {
        self.at = arg.at;
        match arg.option {
            CurlOption::Tls12 => self.lowest = 2,
            CurlOption::Tls13 => self.lowest = 3,
            CurlOption::TlsMax => {
                self.highest = match arg.text()? {
                    "default" => None,
                    "1.2" => Some(2),
                    "1.3" => Some(3),
                    _ => return Err(arg.fault("zoomkat supports TLS 1.2 and 1.3")),
                };
            }
            _ => (self.lowest, self.is_old) = (0, true),
        }
        Ok(())
    }
}

impl TransportOptions {
    pub(super) fn default_scheme(&self) -> &'static str {
        if self.protocols.default_https { "https" } else { "http" }
    }

    pub(super) fn follows(&self) -> bool {
        self.follow
    }

    pub(super) fn add(&mut self, arg: &OptionArg, variables: &CallVariables) -> Result<(), Fault> {
        let text = arg.text()?;
        let owned = || Some(text.to_owned());
        match arg.option {
            CurlOption::Location => self.follow = arg.on,
            CurlOption::LocationTrusted => {
                self.follow = arg.on;
                self.trusts_redirects = arg.on.then_some(arg.at);
            }
            CurlOption::Retry
            | CurlOption::RetryDelay
            | CurlOption::RetryMaxTime
            | CurlOption::RetryConnrefused
            | CurlOption::RetryAllErrors => self.retry(arg)?,
            CurlOption::Ipv4 => self.options.ip_family = Some(IpFamily::V4),
            CurlOption::Ipv6 => self.options.ip_family = Some(IpFamily::V6),
            CurlOption::MaxFilesize => {
                self.options.max_response_size = Some(size(arg)?).filter(|bytes| *bytes > 0);
            }
            CurlOption::CookieJar => {
                self.options.cookies.jar = Some(arg.path(arg.bytes())?.into());
                self.options.cookies.are_kept = true;
            }
            CurlOption::MaxRedirs => {
                self.options.redirects.max = Some(match text.parse::<i64>() {
                    Ok(-1) => u32::MAX,
                    Ok(count) if count >= 0 => u32::try_from(count).unwrap_or(u32::MAX),
                    _ => return Err(arg.fault("a number is missing; -1 is no limit")),
                });
            }
            CurlOption::MaxTime => self.options.timeouts.total = Some(non_zero(seconds(arg)?)),
            CurlOption::ConnectTimeout => {
                self.options.timeouts.connect = Some(non_zero(seconds(arg)?));
            }
            CurlOption::Insecure => self.options.tls.verify = Some(!arg.on),
            CurlOption::CaCert => {
                self.options.tls.trusted_roots = Some(arg.path(arg.bytes())?.into())
            }
            CurlOption::Cert => self.options.tls.client_cert = Some(certificate(arg)?.into()),
            CurlOption::Key => self.options.tls.client_key = Some(arg.path(arg.bytes())?.into()),
            CurlOption::CertType if !text.eq_ignore_ascii_case("PEM") => {
                return Err(arg.fault("zoomkat reads PEM files only"));
            }
            CurlOption::Tls1 | CurlOption::Tls12 | CurlOption::Tls13 | CurlOption::TlsMax => {
                self.tls.add(arg)?;
            }
            CurlOption::Basic => self.basic = arg.on,
            CurlOption::Digest => self.digest = arg.on,
            CurlOption::AnyAuth => (self.basic, self.digest) = (true, true),
            CurlOption::User => (self.user, self.user_at) = (Some(login(arg, variables)?), arg.at),
            CurlOption::ProxyUser => self.proxy_user = Some(login(arg, variables)?),
            CurlOption::Proxy | CurlOption::Socks4 | CurlOption::Socks5 => {
                self.options.proxy = proxy(arg, variables)?;
                // An empty value turns off the proxy of the environment.
                self.is_without_proxy = self.options.proxy.is_none();
            }
            CurlOption::ProxyTunnel => self.tunnel = arg.on.then_some(arg.at),
            CurlOption::NoProxy => self.options.no_proxy = owned(),
            CurlOption::Proto => self.protocols.allowed = Some((arg.at, protocols(text))),
            CurlOption::ProtoRedir => {
                self.protocols.allowed_after_redirect = Some((arg.at, protocols(text)))
            }
            CurlOption::NoUrlUser => self.no_url_user = arg.on.then_some(arg.at),
            CurlOption::ProtoDefault => {
                self.protocols.default_https = match text.to_ascii_lowercase().as_str() {
                    "https" => true,
                    "http" => false,
                    _ => return Err(arg.fault("zoomkat supports http and https")),
                }
            }
            CurlOption::Output
            | CurlOption::OutputDir
            | CurlOption::CreateDirs
            | CurlOption::RemoteName
            | CurlOption::RemoteNameAll => self.output.add(arg)?,
            // HTTP/1.1 is used even with --http2. The others are handled elsewhere.
            _ => {}
        }
        Ok(())
    }

    fn retry(&mut self, arg: &OptionArg) -> Result<(), Fault> {
        let retries = &mut self.retries;
        match arg.option {
            CurlOption::Retry => match arg.text()?.parse::<u32>() {
                Ok(count) => retries.count = count,
                Err(_) => return Err(arg.fault("the value is not a number of retries")),
            },
            CurlOption::RetryDelay => retries.delay = non_zero(seconds(arg)?),
            CurlOption::RetryMaxTime => retries.max_time = non_zero(seconds(arg)?),
            CurlOption::RetryConnrefused => retries.after_refusal = arg.on,
            _ => retries.after_any_error = arg.on,
        }
        Ok(())
    }

    /// Keeps the cookies of responses, as curl does with a cookie file, even if it does not exist.
    pub(super) fn keep_cookies(&mut self) {
        self.options.cookies.are_kept = true;
    }

    /// Records the URL or `-T`.
    pub(super) fn begin_output(&mut self) {
        self.output.begin();
    }

    /// Returns the options for a call to `target`.
    pub(super) fn call_options(
        mut self,
        request: &mut HttpRequest,
        target: &CommandUrl,
        variables: &CallVariables,
        has_authorization: bool,
    ) -> Result<CallOptions, Fault> {
        if let (Some(at), true) = (self.trusts_redirects, self.follow) {
            let why = format!("--location-trusted is not supported: {REDIRECT}");
            return Err(Fault::new(at, why));
        }
        self.options.redirects.follow = Some(self.follow);
        self.options.retries = Some(std::mem::take(&mut self.retries)).filter(|own| own.count > 0);
        self.options.tls.versions = self.tls_versions()?;
        self.check_protocols(target.ssl)?;
        if let (Some(at), Some(_)) = (self.no_url_user, &target.user) {
            let why = "--disallow-username-in-url: the URL has a user";
            return Err(Fault::new(at, why));
        }
        if let (Some(at), Some(_), false) = (self.tunnel, &self.options.proxy, target.ssl) {
            let why = "-p: zoomkat tunnels through a proxy for https only";
            return Err(Fault::new(at, why));
        }
        if self.is_without_proxy {
            self.options.no_proxy = Some("*".to_owned());
        }
        if self.options.tls.client_cert.is_none() {
            // A key without a certificate has no effect.
            self.options.tls.client_key = None;
        }
        if let (Some(proxy), Some((login, password))) = (&mut self.options.proxy, self.proxy_user) {
            (proxy.login, proxy.password) = (login, password);
        }
        match self.user.or_else(|| target.user.clone()) {
            Some(_) if has_authorization => {}
            Some((login, _)) if login.is_empty() && self.digest => {
                let why = "-u: Digest authentication without a user is not supported";
                return Err(Fault::new(self.user_at, why));
            }
            Some((login, password)) if login.is_empty() && !variables.has_variable(&password) => {
                // A transport in a program treats an empty user as no login.
                request.add_header("Authorization", basic("", &password));
            }
            user => self.options.user = user,
        }
        // A variable before the path may contain a user.
        if self.options.user.is_some() || variables.has_variable(&target.domain) {
            self.options.user_auth = match (self.digest, self.basic) {
                (false, _) => UserAuth::Basic,
                (true, false) => UserAuth::Digest,
                (true, true) => UserAuth::Any,
            };
        }
        self.options.output = self.output.call_output(target, variables)?;
        Ok(self.options)
    }

    /// Refuses a URL or redirects that the options do not allow.
    fn check_protocols(&self, ssl: bool) -> Result<(), Fault> {
        if let Some((at, _)) =
            self.protocols.allowed.filter(|(_, allowed)| !allowed[usize::from(ssl)])
        {
            return Err(Fault::new(at, "--proto: it does not allow the scheme of the URL"));
        }
        // zoomkat does not follow a redirect from https to http.
        let schemes = if ssl { [false, true] } else { [true, true] };
        let options = [
            ("--proto", self.protocols.allowed),
            ("--proto-redir", self.protocols.allowed_after_redirect),
        ];
        for (name, limit) in options.into_iter().filter(|_| self.follow) {
            let Some((at, allowed)) = limit else { continue };
            if (0..2).any(|scheme| schemes[scheme] && !allowed[scheme]) {
                let why = format!("{name}: zoomkat follows redirects to http and https alike");
                return Err(Fault::new(at, why));
            }
        }
        Ok(())
    }

    fn tls_versions(&self) -> Result<Option<TlsVersions>, Fault> {
        let tls = &self.tls;
        let versions = match (tls.lowest, tls.highest) {
            (3, Some(2)) => {
                return Err(Fault::new(
                    tls.at,
                    "no version of TLS is at least 1.3 and at most 1.2",
                ));
            }
            (0, None) if !tls.is_old => return Ok(None),
            (0 | 2, Some(2)) => TlsVersions::Tls12,
            (3, _) => TlsVersions::Tls13,
            _ => TlsVersions::Tls12And13,
        };
        Ok(Some(versions))
    }
}

/// Returns whether http and https are in a list such as `=https` or `-all,https`.
fn protocols(list: &str) -> [bool; 2] {
    let mut allowed = [true; 2];
    for word in list.split(',') {
        let name = word.trim_start_matches(['+', '-', '=']);
        if word.starts_with('=') {
            allowed = [false; 2];
        }
        for (scheme, allowed) in ["http", "https"].into_iter().zip(&mut allowed) {
            if name.eq_ignore_ascii_case(scheme) || name.eq_ignore_ascii_case("all") {
                *allowed = !word.starts_with('-');
            }
        }
    }
    allowed
}

/// Parses a number of bytes, with `k`, `M`, `G`, `T` or `P` after it for a power of 1024.
fn size(arg: &OptionArg) -> Result<u64, Fault> {
    let text = arg.text()?;
    let letters = ["b", "k", "m", "g", "t", "p"];
    let power = letters.iter().position(|letter| text.to_ascii_lowercase().ends_with(letter));
    let digits = if power.is_some() { &text[..text.len() - 1] } else { text };
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    let number = digits.parse::<u64>().ok().filter(|_| is_number);
    let unit = 1024_u64.pow(power.map_or(0, |power| power as u32));
    let bytes = number.and_then(|number| number.checked_mul(unit));
    bytes.ok_or_else(|| arg.fault("the value is not a number of bytes such as 5000 or 10M"))
}

/// Returns a limit, or `None` for zero, which in curl means no limit.
fn non_zero(limit: Duration) -> Option<Duration> {
    (!limit.is_zero()).then_some(limit)
}

fn seconds(arg: &OptionArg) -> Result<Duration, Fault> {
    let number = arg.text()?.parse::<f64>().ok();
    let duration = number.and_then(|secs| Duration::try_from_secs_f64(secs).ok());
    duration.ok_or_else(|| arg.fault("the value is not a number of seconds"))
}

/// Parses `file[:password]`, where `\:` is a colon in the file name.
fn certificate(arg: &OptionArg) -> Result<String, Fault> {
    let text = arg.text()?;
    let drive = |at: usize| at == 1 && text[2..].starts_with(['\\', '/']);
    let mut path = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some((_, escaped @ (':' | '\\')))) => {
                path.push(*escaped);
                chars.next();
            }
            (':', _) if !drive(at) => {
                let why =
                    "there is a passphrase after the file; zoomkat reads keys without one only";
                return Err(arg.fault(why));
            }
            (c, _) => path.push(c),
        }
    }
    arg.path(path.as_bytes())
}

/// Parses `user:password`.
fn login(arg: &OptionArg, variables: &CallVariables) -> Result<(String, String), Fault> {
    let text = arg.text()?;
    match text.split_once(':') {
        Some((login, password)) => Ok((login.to_owned(), password.to_owned())),
        None if variables.has_variable(text) => {
            let why = "the variable may be a user, or a user and a password; write \
                       \"$USER:$PASSWORD\"";
            Err(arg.fault(why))
        }
        None => Err(arg.fault("curl asks for a password here; write user:password")),
    }
}

/// Parses `[scheme://][user:password@]host[:port]`.
fn proxy(arg: &OptionArg, variables: &CallVariables) -> Result<Option<CallProxy>, Fault> {
    let text = arg.text()?;
    if text.is_empty() {
        return Ok(None);
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (String::new(), text),
    };
    let default_kind = match arg.option {
        CurlOption::Socks4 => ProxyKind::Socks4,
        CurlOption::Socks5 => ProxyKind::Socks5,
        _ => ProxyKind::Http,
    };
    let kind = match scheme.as_str() {
        "" => default_kind,
        "http" => ProxyKind::Http,
        "https" => ProxyKind::Https,
        "socks" | "socks4" | "socks4a" => ProxyKind::Socks4,
        "socks5" | "socks5h" => ProxyKind::Socks5,
        _ => return Err(arg.fault("zoomkat does not support a proxy with this scheme")),
    };
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (user, host_port) = match rest.rsplit_once('@') {
        Some((user, host_port)) => (user, host_port),
        None => ("", rest),
    };
    let decoded =
        |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (login, password) = user.split_once(':').unwrap_or((user, ""));
    let colon = host_port.rfind(':').filter(|at| !host_port[*at..].contains(']'));
    let (host, port) = match colon {
        Some(at) => (&host_port[..at], &host_port[at + 1..]),
        None => (host_port, ""),
    };
    let default = if kind == ProxyKind::Https { 443 } else { 1080 };
    let port = match port.parse() {
        Ok(port) if port > 0 => port,
        _ if port.is_empty() => default,
        _ => return Err(arg.fault("the proxy's port is not a valid port")),
    };
    if host.is_empty() || (colon.is_none() && variables.has_variable(host)) {
        let why =
            "a proxy is [scheme://]host:port; a variable can be the host, but not the whole value";
        return Err(arg.fault(why));
    }
    let host = host.to_owned();
    Ok(Some(CallProxy { kind, host, port, login: decoded(login), password: decoded(password) }))
}
