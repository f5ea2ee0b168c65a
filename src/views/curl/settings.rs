//! What the options say of how a call is made, and of the file that takes its answer.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::given::{Given, Names};
use super::options::Opt;
use super::target::Target;
use super::{Fault, lex};
use crate::message::request::HttpRequest;
use crate::views::{How, ProxyKind, ProxyOf};

/// The settings that were asked for.
#[derive(Default)]
pub(super) struct Settings {
    how: How,
    follow: bool,
    https: bool,
    /// Which of http and https may be used, and which after a redirect; with where that is said.
    proto: Option<(usize, [bool; 2])>,
    proto_redir: Option<(usize, [bool; 2])>,
    no_url_user: Option<usize>,
    user: Option<(String, String)>,
    proxy_user: Option<(String, String)>,
    tunnel: Option<usize>,
    http2: Option<usize>,
    /// The lowest and the highest version of TLS, as 2 for 1.2.
    tls: (u8, Option<u8>),
    tls_at: usize,
    tls_old: bool,
    output: Option<(usize, String)>,
    remote_name: Option<usize>,
    output_dir: Option<String>,
    create_dirs: Option<usize>,
}

impl Settings {
    pub(super) fn default_scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }

    pub(super) fn follows(&self) -> bool {
        self.follow
    }

    pub(super) fn take(&mut self, given: &Given, names: &Names) -> Result<(), Fault> {
        let text = given.text()?;
        let own = || Some(text.to_owned());
        match given.opt {
            Opt::Location => self.follow = given.on,
            Opt::MaxRedirs => {
                self.how.max_redirects = Some(match text.parse::<i64>() {
                    Ok(-1) => u32::MAX,
                    Ok(count) if count >= 0 => u32::try_from(count).unwrap_or(u32::MAX),
                    _ => return Err(given.fault("a number must follow; -1 is no limit")),
                });
            }
            Opt::MaxTime => self.how.total_timeout = Some(seconds(given)?),
            Opt::ConnectTimeout => self.how.connect_timeout = Some(seconds(given)?),
            Opt::Insecure => self.how.verify = Some(!given.on),
            Opt::CaCert => self.how.trusted_roots = Some(given.path(given.bytes())?),
            Opt::Cert => self.how.client_cert = Some(certificate(given)?),
            Opt::Key => self.how.client_key = Some(given.path(given.bytes())?),
            Opt::CertType if !text.eq_ignore_ascii_case("PEM") => {
                return Err(given.fault("zoomkat reads PEM files only"));
            }
            Opt::Tls1 => (self.tls.0, self.tls_at, self.tls_old) = (0, given.at, true),
            Opt::Tls12 => (self.tls.0, self.tls_at) = (2, given.at),
            Opt::Tls13 => (self.tls.0, self.tls_at) = (3, given.at),
            Opt::TlsMax => {
                self.tls_at = given.at;
                self.tls.1 = match text {
                    "default" => None,
                    "1.2" => Some(2),
                    "1.3" => Some(3),
                    _ => return Err(given.fault("zoomkat speaks TLS 1.2 and 1.3")),
                };
            }
            Opt::User => self.user = Some(login(given, names)?),
            Opt::ProxyUser => self.proxy_user = Some(login(given, names)?),
            Opt::Proxy | Opt::Socks4 | Opt::Socks5 => {
                self.how.proxy = proxy(given, names)?;
                if self.how.proxy.is_none() {
                    // An empty one turns off the environment's.
                    self.how.no_proxy = Some("*".to_owned());
                }
            }
            Opt::ProxyTunnel => self.tunnel = given.on.then_some(given.at),
            Opt::NoProxy => self.how.no_proxy = own(),
            Opt::Http2 => self.http2 = given.on.then_some(given.at),
            Opt::Proto => self.proto = Some((given.at, protocols(text))),
            Opt::ProtoRedir => self.proto_redir = Some((given.at, protocols(text))),
            Opt::NoUrlUser => self.no_url_user = given.on.then_some(given.at),
            Opt::ProtoDefault => {
                self.https = match text.to_ascii_lowercase().as_str() {
                    "https" => true,
                    "http" => false,
                    _ => return Err(given.fault("zoomkat knows http and https")),
                }
            }
            Opt::Output => {
                if self.output.is_some() {
                    return Err(given.fault("a second file for the one answer"));
                }
                self.output = Some((given.at, given.path(given.bytes())?));
            }
            Opt::OutputDir => self.output_dir = own(),
            Opt::CreateDirs => self.create_dirs = given.on.then_some(given.at),
            Opt::RemoteName => self.remote_name = given.on.then_some(given.at),
            // Basic is what there is; the others are read elsewhere.
            _ => {}
        }
        Ok(())
    }

    /// What comes of it for a call to `target`.
    pub(super) fn how(
        mut self,
        request: &mut HttpRequest,
        target: &Target,
        has_authorization: bool,
    ) -> Result<How, Fault> {
        self.how.follow_redirects = Some(self.follow);
        self.how.tls_versions = self.tls_versions()?;
        if let (Some(at), false) = (self.http2, target.ssl) {
            let why = "--http2: over http it adds headers that ask for an upgrade; zoomkat speaks \
                       HTTP/1.1";
            return Err(Fault::new(at, why));
        }
        self.check_protocols(target.ssl)?;
        if let (Some(at), Some(_)) = (self.no_url_user, &target.user) {
            let why = "--disallow-username-in-url: the URL has a user";
            return Err(Fault::new(at, why));
        }
        if let (Some(at), Some(_), false) = (self.tunnel, &self.how.proxy, target.ssl) {
            let why = "-p: zoomkat uses a tunnel through a proxy for https only";
            return Err(Fault::new(at, why));
        }
        if self.how.client_cert.is_none() {
            // A key alone identifies nobody.
            self.how.client_key = None;
        }
        if let (Some(proxy), Some((login, password))) = (&mut self.how.proxy, self.proxy_user) {
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
                request.add_header("Authorization", &format!("Basic {credentials}"));
            }
            user => self.how.user = user,
        }
        self.how.output_file = output(self.output, self.remote_name, self.output_dir, target)?;
        let in_folder = |path: &str| path.contains('/') || cfg!(windows) && path.contains('\\');
        match (self.create_dirs, &self.how.output_file) {
            (Some(at), Some(path)) if in_folder(path) => {
                let why = "--create-dirs: zoomkat makes no folder; make that of the file first";
                Err(Fault::new(at, why))
            }
            _ => Ok(self.how),
        }
    }

    /// Refuses what curl would not send or follow.
    fn check_protocols(&self, ssl: bool) -> Result<(), Fault> {
        if let Some((at, _)) = self.proto.filter(|(_, allowed)| !allowed[usize::from(ssl)]) {
            return Err(Fault::new(at, "--proto: it does not allow the scheme of the URL"));
        }
        // zoomkat never goes from https to http.
        let met = if ssl { [false, true] } else { [true, true] };
        let options = [("--proto", self.proto), ("--proto-redir", self.proto_redir)];
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
        let versions = match self.tls {
            (3, Some(2)) => {
                return Err(Fault::new(self.tls_at, "TLS at least 1.3 and at most 1.2 is none"));
            }
            (0, None) if !self.tls_old => return Ok(None),
            (0 | 2, Some(2)) => "TLS 1.2",
            (3, _) => "TLS 1.3 or higher",
            (0, _) if self.tls_old => "TLS 1.0 or higher",
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

fn seconds(given: &Given) -> Result<Duration, Fault> {
    let number = given.text()?.parse::<f64>().ok();
    let duration = number.and_then(|secs| Duration::try_from_secs_f64(secs).ok());
    duration.ok_or_else(|| given.fault("a number of seconds must follow"))
}

/// `file[:password]`, where `\:` is a colon of the file's name.
fn certificate(given: &Given) -> Result<String, Fault> {
    let text = given.text()?;
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
                return Err(given.fault(why));
            }
            (c, _) => path.push(c),
        }
    }
    given.path(path.as_bytes())
}

/// `user:password`.
fn login(given: &Given, names: &Names) -> Result<(String, String), Fault> {
    let text = given.text()?;
    match text.split_once(':') {
        Some((login, password)) => Ok((login.to_owned(), password.to_owned())),
        None if names.holds_variable(text) => {
            let why = "where the password starts only the value of the variable says; write \
                       \"$USER:$PASSWORD\"";
            Err(given.fault(why))
        }
        None => Err(given.fault("curl asks for a password here; write user:password")),
    }
}

/// `[scheme://][user:password@]host[:port]`.
fn proxy(given: &Given, names: &Names) -> Result<Option<ProxyOf>, Fault> {
    let text = given.text()?;
    if text.is_empty() {
        return Ok(None);
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (String::new(), text),
    };
    let of_option = match given.opt {
        Opt::Socks4 => ProxyKind::Socks4,
        Opt::Socks5 => ProxyKind::Socks5,
        _ => ProxyKind::Http,
    };
    let kind = match scheme.as_str() {
        "" => of_option,
        "http" => ProxyKind::Http,
        "https" => ProxyKind::Https,
        "socks" | "socks4" | "socks4a" => ProxyKind::Socks4,
        "socks5" | "socks5h" => ProxyKind::Socks5,
        _ => return Err(given.fault("the scheme is none of a proxy that zoomkat knows")),
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
        _ => return Err(given.fault("the port of the proxy is none")),
    };
    if host.is_empty() || (colon.is_none() && names.holds_variable(host)) {
        let why = "a proxy is [scheme://]host:port; a variable may be its host but not all of it";
        return Err(given.fault(why));
    }
    let host = host.to_owned();
    Ok(Some(ProxyOf { kind, host, port, login: decoded(login), password: decoded(password) }))
}

/// The file that takes the answer, if one does.
fn output(
    output: Option<(usize, String)>,
    remote_name: Option<usize>,
    folder: Option<String>,
    target: &Target,
) -> Result<Option<String>, Fault> {
    let name = match (output, remote_name) {
        (Some((at, _)), Some(_)) => {
            return Err(Fault::new(at, "-o and -O: a second file for the one answer"));
        }
        (Some((_, path)), None) if path == "-" || path == "/dev/null" => return Ok(None),
        (Some((_, path)), None) if path.eq_ignore_ascii_case("nul") => return Ok(None),
        (Some((at, path)), None) => {
            let marks = path.split('#').skip(1);
            if target.was_sequence && marks.into_iter().any(|m| m.starts_with(lex::is_digit)) {
                let why = "-o: #1 stands for a part of the URL here; write the name out";
                return Err(Fault::new(at, why));
            }
            path
        }
        (None, Some(at)) => {
            let path = target.path.split('?').next().unwrap_or_default();
            match path.rsplit('/').next() {
                None | Some("") => {
                    let why = "-O: the URL has no name of a file at its end; use -o";
                    return Err(Fault::new(at, why));
                }
                Some(name) => name.to_owned(),
            }
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(match folder {
        Some(folder) if !folder.is_empty() => format!("{}/{name}", folder.trim_end_matches('/')),
        _ => name,
    }))
}
