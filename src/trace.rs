//! The trace of a call: its steps with their times, formatted only when the text is wanted.

use std::fmt::{self, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;

use crate::error::FAILED;
use crate::redact::{one_line, push_escaped, push_masked, push_masked_domain, shortened};
use crate::text::host::is_host;

/// The result of a TLS handshake.
#[derive(Debug)]
pub(crate) struct TlsFacts {
    /// For example `TLS 1.3`.
    pub(crate) version: &'static str,
    /// Its IANA name.
    pub(crate) cipher_suite: &'static str,
    /// Whether the server asked for a client certificate. It does not ask when a session is resumed.
    pub(crate) received_cert_req: bool,
    /// The certificates that the server sent, its own first.
    pub(crate) chain: Vec<CertificateDer<'static>>,
}

/// The steps of one call, each with the time since its start.
pub(crate) struct Trace {
    start: Instant,
    call: TracedCall,
    steps: Steps,
    /// Called with each step when it happens.
    handler: Option<StepHandler>,
}

/// What the title of a trace is made from, when it is wanted.
struct TracedCall {
    /// The verb, the domain and the path. The path has its secrets masked, since a response keeps the trace. The
    /// domain may be a URL with a secret; then the call has no response.
    text: String,
    domain_at: usize,
    path_at: usize,
    port: u16,
    tls: bool,
}

pub(crate) type StepHandler = Box<dyn Fn(&str, &dyn fmt::Display) + Send + Sync>;

/// Steps with their times. The first ones, which are all of a call on a kept-alive connection, need no
/// allocation.
#[derive(Default)]
struct Steps {
    first: [Option<(Instant, Step)>; 4],
    rest: Vec<(Instant, Step)>,
}

impl Steps {
    fn push(&mut self, step: (Instant, Step)) {
        match self.first.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(step),
            None => self.rest.push(step),
        }
    }

    fn iter(&self) -> impl Iterator<Item = &(Instant, Step)> {
        self.first.iter().flatten().chain(&self.rest)
    }
}

/// One step. It must not contain a secret.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "cookies"), expect(dead_code))]
pub(crate) enum Step {
    Resolve { host: String },
    Resolved { addresses: usize },
    Connected { to: SocketAddr },
    Proxy { host: String, port: u16 },
    Tls { facts: Arc<TlsFacts>, checked: &'static str },
    Reused,
    Sent { bytes: u64 },
    EarlyAnswer,
    Head { status: u16 },
    Received { bytes: u64 },
    Redirect { to: String },
    Resend { why: &'static str },
    Retry { failure: String, wait: Duration },
    NotRetried { why: String },
    NotSent { what: &'static str },
    CookiesUnsaved { why: String },
    CookiesLeftOut { count: usize, why: &'static str },
}

impl Trace {
    pub(crate) fn new(verb: &str, (domain, port, tls): (&str, u16, bool), path: &str) -> Trace {
        let mut text = String::with_capacity(verb.len() + domain.len() + path.len() + 16);
        text.push_str(verb);
        let domain_at = text.len();
        text.push_str(domain);
        let path_at = text.len();
        push_masked(&mut text, path);
        let call = TracedCall { text, domain_at, path_at, port, tls };
        log::debug!("{}", call.title());
        Trace { start: Instant::now(), call, steps: Steps::default(), handler: None }
    }

    pub(crate) fn add(&mut self, step: Step) {
        self.add_at(Instant::now(), step);
    }

    /// Adds a step that happened at a time that is known already.
    pub(crate) fn add_at(&mut self, at: Instant, step: Step) {
        log::debug!("{:?} {step}", at.saturating_duration_since(self.start));
        if let Some(handler) = &self.handler {
            handler(step.name(), &step);
        }
        self.steps.push((at, step));
    }

    /// Sets the handler that is called with each further step.
    pub(crate) fn set_step_handler(&mut self, handler: Option<StepHandler>) {
        self.handler = handler;
    }

    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    /// Returns the verb and the URL, with query values masked.
    pub(crate) fn title(&self) -> String {
        self.call.title()
    }

    /// Returns the text of the trace, with `failure` as its last step.
    pub(crate) fn text(&self, failure: Option<&dyn std::error::Error>) -> String {
        let mut text = format!("{} (zoomkat {})\n", self.title(), env!("CARGO_PKG_VERSION"));
        for (at, step) in self.steps.iter() {
            let at = at.saturating_duration_since(self.start).as_secs_f64() * 1e3;
            let _ = writeln!(text, "{at:>10.3} ms  {step}");
        }
        if let Some(failure) = failure {
            let at = self.start.elapsed().as_secs_f64() * 1e3;
            let _ = writeln!(text, "{at:>10.3} ms  {FAILED}{failure}");
            let mut cause = failure.source();
            while let Some(err) = cause {
                // It may quote a server's certificate, which may contain anything.
                let words = shortened(one_line(err.to_string()));
                if !text.contains(&words) {
                    let _ = writeln!(text, "               because: {words}");
                }
                cause = err.source();
            }
        }
        text
    }
}

impl TracedCall {
    fn title(&self) -> String {
        let TracedCall { text, domain_at, path_at, port, tls } = self;
        let (verb, domain) = text[..*path_at].split_at(*domain_at);
        let path = &text[*path_at..];
        let scheme = if *tls { "https" } else { "http" };
        let mut title = String::with_capacity(32 + text.len());
        push_escaped(&mut title, verb);
        title.push(' ');
        if is_host(domain) {
            let is_bare_ipv6 = domain.contains(':') && !domain.starts_with('[');
            let (open, close) = if is_bare_ipv6 { ("[", "]") } else { ("", "") };
            let slash = if path.starts_with(['/', '*']) { "" } else { "/" };
            let _ = write!(title, "{scheme}://{open}{domain}{close}:{port}{slash}{path}");
        } else {
            // The call fails because of this domain; a URL would hide the reason.
            let _ = write!(title, "{path}, domain \"");
            push_masked_domain(&mut title, domain);
            let _ = write!(title, "\", port {port}, {scheme}");
        }
        title
    }
}

impl Step {
    fn name(&self) -> &'static str {
        match self {
            Step::Resolve { .. } => "Resolve",
            Step::Resolved { .. } => "Resolved",
            Step::Connected { .. } => "Connected",
            Step::Proxy { .. } => "Proxy",
            Step::Tls { .. } => "Tls",
            Step::Reused => "Reused",
            Step::Sent { .. } => "Sent",
            Step::EarlyAnswer => "EarlyAnswer",
            Step::Head { .. } => "Header",
            Step::Received { .. } => "Received",
            Step::Redirect { .. } => "Redirect",
            Step::Resend { .. } => "Resend",
            Step::Retry { .. } => "Retry",
            Step::NotRetried { .. } => "NotRetried",
            Step::NotSent { .. } => "NotSent",
            Step::CookiesUnsaved { .. } => "CookiesUnsaved",
            Step::CookiesLeftOut { .. } => "CookiesLeftOut",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Resolve { host } => write!(f, "resolve {host}"),
            Step::Resolved { addresses } => write!(f, "resolved: {addresses} address(es)"),
            Step::Connected { to } => write!(f, "connected to {to}"),
            Step::Proxy { host, port } => write!(f, "through the proxy {host}:{port}"),
            Step::Tls { facts, checked } => {
                let (version, suite) = (facts.version, facts.cipher_suite);
                write!(f, "TLS established ({version}, {suite}), {checked}")?;
                match facts.received_cert_req {
                    true => f.write_str("; the server asks for a client certificate"),
                    false => Ok(()),
                }
            }
            Step::Reused => f.write_str("reused a kept-alive connection, without a look-up"),
            Step::Sent { bytes } => write!(f, "sent {bytes} bytes"),
            Step::EarlyAnswer => f.write_str("the response started before the whole body was sent"),
            Step::Head { status } => write!(f, "received the header, status {status}"),
            Step::Received { bytes } => write!(f, "received the body, {bytes} bytes"),
            Step::Redirect { to } => write!(f, "redirected to {to}"),
            Step::Resend { why } => write!(f, "sent again: {why}"),
            Step::Retry { failure, wait } => {
                write!(f, "{failure}; sent again after {} s", wait.as_secs_f64())
            }
            Step::NotRetried { why } => write!(f, "not sent again: {why}"),
            Step::NotSent { what } => write!(f, "not sent: {what}"),
            Step::CookiesUnsaved { why } => write!(f, "the cookies could not be saved: {why}"),
            Step::CookiesLeftOut { count, why } => write!(f, "{count} cookie(s) {why}"),
        }
    }
}
