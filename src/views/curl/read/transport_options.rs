//! What the options ask of the transport: how a call is made, and the file that takes its answer.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::args::OptionArg;
use super::call_variables::CallVariables;
use super::command_url::CommandUrl;
use super::files::check_remote_name;
use super::request_options::Located;
use super::{Fault, lexer};
use crate::message::request::HttpRequest;
use crate::views::call_options::{CallOptions, CallProxy, ProxyKind};
use crate::views::curl::option_table::CurlOption;

/// What the options ask of the transport. A place says where an option stands, for the fault that can only
/// be found later.
#[derive(Default)]
pub(super) struct TransportOptions {
    /// What needs no other option to be understood.
    options: CallOptions,
    follow: bool,
    protocols: ProtocolOptions,
    /// The place of `--disallow-username-in-url`.
    no_url_user: Option<usize>,
    user: Option<(String, String)>,
    proxy_user: Option<(String, String)>,
    /// The place of `-p`.
    tunnel: Option<usize>,
    tls: TlsVersions,
    output: OutputOptions,
}

/// The schemes and the version of HTTP.
#[derive(Default)]
struct ProtocolOptions {
    /// A URL without a scheme is one of https.
    default_https: bool,
    /// The place of `--proto`, and whether it allows http and https.
    allowed: Option<(usize, [bool; 2])>,
    /// The same of `--proto-redir`.
    allowed_after_redirect: Option<(usize, [bool; 2])>,
    /// The place of `--http2`.
    http2: Option<usize>,
}

/// The versions of TLS.
#[derive(Default)]
struct TlsVersions {
    /// The place of the last option of these.
    at: usize,
    /// 2 for TLS 1.2, 3 for TLS 1.3; 0 where none is asked for.
    lowest: u8,
    highest: Option<u8>,
    /// TLS 1.0 or 1.1 is asked for.
    is_old: bool,
}

/// The file that takes the answer.
#[derive(Default)]
struct OutputOptions {
    /// The path of `-o`.
    file: Option<Located>,
    /// The place of `-O`.
    remote_name: Option<usize>,
    folder: Option<String>,
    /// The place of `--create-dirs`.
    create_dirs: Option<usize>,
}

impl TransportOptions {
    pub(super) fn default_scheme(&self) -> &'static str {
        if self.protocols.default_https { "https" } else { "http" }
    }

    pub(super) fn follows(&self) -> bool {
        self.follow
    }

    pub(super) fn take(&mut self, arg: &OptionArg, variables: &CallVariables) -> Result<(), Fault> {
        let text = arg.text()?;
        let own = || Some(text.to_owned());
        match arg.option {
            CurlOption::Location => self.follow = arg.on,
            CurlOption::MaxRedirs => {
                self.options.max_redirects = Some(match text.parse::<i64>() {
                    Ok(-1) => u32::MAX,
                    Ok(count) if count >= 0 => u32::try_from(count).unwrap_or(u32::MAX),
                    _ => return Err(arg.fault("a number must follow; -1 is no limit")),
                });
            }
            CurlOption::MaxTime => self.options.total_timeout = Some(seconds(arg)?),
            CurlOption::ConnectTimeout => self.options.connect_timeout = Some(seconds(arg)?),
            CurlOption::Insecure => self.options.verify = Some(!arg.on),
            CurlOption::CaCert => self.options.trusted_roots = Some(arg.path(arg.bytes())?),
            CurlOption::Cert => self.options.client_cert = Some(certificate(arg)?),
            CurlOption::Key => self.options.client_key = Some(arg.path(arg.bytes())?),
            CurlOption::CertType if !text.eq_ignore_ascii_case("PEM") => {
                return Err(arg.fault("zoomkat reads PEM files only"));
            }
            CurlOption::Tls1 => (self.tls.lowest, self.tls.at, self.tls.is_old) = (0, arg.at, true),
            CurlOption::Tls12 => (self.tls.lowest, self.tls.at) = (2, arg.at),
            CurlOption::Tls13 => (self.tls.lowest, self.tls.at) = (3, arg.at),
            CurlOption::TlsMax => {
                self.tls.at = arg.at;
                self.tls.highest = match text {
                    "default" => None,
                    "1.2" => Some(2),
                    "1.3" => Some(3),
                    _ => return Err(arg.fault("zoomkat speaks TLS 1.2 and 1.3")),
                };
            }
            CurlOption::User => self.user = Some(login(arg, variables)?),
            CurlOption::ProxyUser => self.proxy_user = Some(login(arg, variables)?),
            CurlOption::Proxy | CurlOption::Socks4 | CurlOption::Socks5 => {
                self.options.proxy = proxy(arg, variables)?;
                if self.options.proxy.is_none() {
                    // An empty one turns off the environment's.
                    self.options.no_proxy = Some("*".to_owned());
                }
            }
            CurlOption::ProxyTunnel => self.tunnel = arg.on.then_some(arg.at),
            CurlOption::NoProxy => self.options.no_proxy = own(),
            CurlOption::Http2 => self.protocols.http2 = arg.on.then_some(arg.at),
            CurlOption::Proto => self.protocols.allowed = Some((arg.at, protocols(text))),
            CurlOption::ProtoRedir => {
                self.protocols.allowed_after_redirect = Some((arg.at, protocols(text)))
            }
            CurlOption::NoUrlUser => self.no_url_user = arg.on.then_some(arg.at),
            CurlOption::ProtoDefault => {
                self.protocols.default_https = match text.to_ascii_lowercase().as_str() {
                    "https" => true,
                    "http" => false,
                    _ => return Err(arg.fault("zoomkat knows http and https")),
                }
            }
            CurlOption::Output => {
                if self.output.file.is_some() {
                    return Err(arg.fault("a second file for the one answer"));
                }
                let text = arg.path(arg.bytes())?;
                self.output.file = Some(Located { at: arg.at, text });
            }
            CurlOption::OutputDir => self.output.folder = own(),
            CurlOption::CreateDirs => self.output.create_dirs = arg.on.then_some(arg.at),
            CurlOption::RemoteName => self.output.remote_name = arg.on.then_some(arg.at),
            // Basic is what there is; the others are read elsewhere.
            _ => {}
        }
        Ok(())
    }

    /// What comes of it for a call to `target`.
    pub(super) fn call_options(
        mut self,
        request: &mut HttpRequest,
        target: &CommandUrl,
        variables: &CallVariables,
        has_authorization: bool,
    ) -> Result<CallOptions, Fault> {
        self.options.follow_redirects = Some(self.follow);
        self.options.tls_versions = self.tls_versions()?;
        if let (Some(at), false) = (self.protocols.http2, target.ssl) {
            let why = "--http2: over http it adds headers that ask for an upgrade; zoomkat speaks \
                       HTTP/1.1";
            return Err(Fault::new(at, why));
        }
        self.check_protocols(target.ssl)?;
        if let (Some(at), Some(_)) = (self.no_url_user, &target.user) {
            let why = "--disallow-username-in-url: the URL has a user";
            return Err(Fault::new(at, why));
        }
        if let (Some(at), Some(_), false) = (self.tunnel, &self.options.proxy, target.ssl) {
            let why = "-p: zoomkat uses a tunnel through a proxy for https only";
            return Err(Fault::new(at, why));
        }
        if self.options.client_cert.is_none() {
            // A key alone identifies nobody.
            self.options.client_key = None;
        }
        if let (Some(proxy), Some((login, password))) = (&mut self.options.proxy, self.proxy_user) {
            (proxy.login, proxy.password) = (login, password);
        }
        match self.user.or_else(|| target.user.clone()) {
            Some(_) if has_authorization => {}
            Some((login, password)) if login.is_empty() => {
                // No name and a password: the transport would take it for no login at all.
                let credentials = BASE64_STANDARD.encode(format!(":{password}"));
                if password.contains("{{") {
                    let why = "-u: a password without a user cannot be a variable here";
                    return Err(Fault::new(target.at, why));
                }
                request.add_header("Authorization", format!("Basic {credentials}"));
            }
            user => self.options.user = user,
        }
        self.options.output_file = output_file(&self.output, target, variables)?;
        if self.output.remote_name.is_some() && variables.holds_variable(remote_name(target)) {
            self.options.remote_name = Some(remote_name(target).to_owned());
        }
        let in_folder = |path: &str| path.contains('/') || cfg!(windows) && path.contains('\\');
        match (self.output.create_dirs, &self.options.output_file) {
            (Some(at), Some(path)) if in_folder(path) => {
                let why = "--create-dirs: zoomkat makes no folder; make that of the file first";
                Err(Fault::new(at, why))
            }
            _ => Ok(self.options),
        }
    }

    /// Refuses what curl would not send or follow.
    fn check_protocols(&self, ssl: bool) -> Result<(), Fault> {
        if let Some((at, _)) =
            self.protocols.allowed.filter(|(_, allowed)| !allowed[usize::from(ssl)])
        {
            return Err(Fault::new(at, "--proto: it does not allow the scheme of the URL"));
        }
        // zoomkat never goes from https to http.
        let met = if ssl { [false, true] } else { [true, true] };
        let options = [
            ("--proto", self.protocols.allowed),
            ("--proto-redir", self.protocols.allowed_after_redirect),
        ];
        for (name, limit) in options.into_iter().filter(|_| self.follow) {
            let Some((at, allowed)) = limit else { continue };
            if (0..2).any(|scheme| met[scheme] && !allowed[scheme]) {
                let why = format!("{name}: zoomkat follows redirects to http and to https here");
                return Err(Fault::new(at, why));
            }
        }
        Ok(())
    }

    fn tls_versions(&self) -> Result<Option<String>, Fault> {
        let tls = &self.tls;
        let versions = match (tls.lowest, tls.highest) {
            (3, Some(2)) => {
                return Err(Fault::new(tls.at, "TLS at least 1.3 and at most 1.2 is none"));
            }
            (0, None) if !tls.is_old => return Ok(None),
            (0 | 2, Some(2)) => "TLS 1.2",
            (3, _) => "TLS 1.3 or higher",
            (0, _) if tls.is_old => "TLS 1.0 or higher",
            _ => "TLS 1.2 or higher",
        };
        Ok(Some(versions.to_owned()))
    }
}

/// Whether http and https are in a list such as `=https` or `-all,https`.
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

fn seconds(arg: &OptionArg) -> Result<Duration, Fault> {
    let number = arg.text()?.parse::<f64>().ok();
    let duration = number.and_then(|secs| Duration::try_from_secs_f64(secs).ok());
    duration.ok_or_else(|| arg.fault("a number of seconds must follow"))
}

/// `file[:password]`, where `\:` is a colon of the file's name.
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
                let why = "a passphrase follows the file; zoomkat reads keys that have none only";
                return Err(arg.fault(why));
            }
            (c, _) => path.push(c),
        }
    }
    arg.path(path.as_bytes())
}

/// `user:password`.
fn login(arg: &OptionArg, variables: &CallVariables) -> Result<(String, String), Fault> {
    let text = arg.text()?;
    match text.split_once(':') {
        Some((login, password)) => Ok((login.to_owned(), password.to_owned())),
        None if variables.holds_variable(text) => {
            let why = "where the password starts only the value of the variable says; write \
                       \"$USER:$PASSWORD\"";
            Err(arg.fault(why))
        }
        None => Err(arg.fault("curl asks for a password here; write user:password")),
    }
}

/// `[scheme://][user:password@]host[:port]`.
fn proxy(arg: &OptionArg, variables: &CallVariables) -> Result<Option<CallProxy>, Fault> {
    let text = arg.text()?;
    if text.is_empty() {
        return Ok(None);
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (String::new(), text),
    };
    let of_option = match arg.option {
        CurlOption::Socks4 => ProxyKind::Socks4,
        CurlOption::Socks5 => ProxyKind::Socks5,
        _ => ProxyKind::Http,
    };
    let kind = match scheme.as_str() {
        "" => of_option,
        "http" => ProxyKind::Http,
        "https" => ProxyKind::Https,
        "socks" | "socks4" | "socks4a" => ProxyKind::Socks4,
        "socks5" | "socks5h" => ProxyKind::Socks5,
        _ => return Err(arg.fault("the scheme is none of a proxy that zoomkat knows")),
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
        _ => return Err(arg.fault("the port of the proxy is none")),
    };
    if host.is_empty() || (colon.is_none() && variables.holds_variable(host)) {
        let why = "a proxy is [scheme://]host:port; a variable may be its host but not all of it";
        return Err(arg.fault(why));
    }
    let host = host.to_owned();
    Ok(Some(CallProxy { kind, host, port, login: decoded(login), password: decoded(password) }))
}

/// The name that `-O` gives to the file: on every system curl takes a backslash for the end of a folder, too.
fn remote_name(url: &CommandUrl) -> &str {
    let path = url.path.split('?').next().unwrap_or_default();
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The file that takes the answer, if one does.
fn output_file(
    output: &OutputOptions,
    url: &CommandUrl,
    variables: &CallVariables,
) -> Result<Option<String>, Fault> {
    let name = match (&output.file, output.remote_name) {
        (Some(file), Some(_)) => {
            return Err(Fault::new(file.at, "-o and -O: a second file for the one answer"));
        }
        (Some(file), None) => {
            let path = &file.text;
            if path == "-" {
                return Ok(None);
            }
            let mut marks = path.split('#').skip(1);
            if url.was_sequence && marks.any(|mark| mark.starts_with(lexer::is_digit)) {
                let why = "-o: #1 stands for a part of the URL here; write the name out";
                return Err(Fault::new(file.at, why));
            }
            path.as_str()
        }
        (None, Some(at)) => {
            let name = remote_name(url);
            // With a variable in it, it can be checked when that has its value.
            if !variables.holds_variable(name) {
                check_remote_name(name).map_err(|why| Fault::new(at, why))?;
            }
            name
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(match output.folder.as_deref() {
        Some(folder) if !folder.is_empty() => format!("{}/{name}", folder.trim_end_matches('/')),
        _ => name.to_owned(),
    }))
}
