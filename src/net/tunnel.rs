//! Tunnels through an HTTP proxy, with the method CONNECT (RFC 9110 section 9.3.6).
//!
//! ureq's `ConnectProxyConnector` writes the request in about twenty pieces, accepts only status
//! 200 and at most 20 header fields, and loses a response that arrives before it has written
//! everything.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use ureq::unversioned::transport::NextTimeout;

use super::head::{HeadReader, TLS_ADVICE};
use super::layers::Stream;
use super::origin::Origin;
use super::proxy::{Proxy, ProxyFault};
use crate::message::response_head::Head;
use crate::redact::{MASK, quoted};
use crate::text::headers::basic;

/// Asks the proxy at the other end of `stream` to connect to `origin`.
///
/// `limit` applies to each read and write; the socket ends the step as a whole. Bytes after the
/// proxy's response stay in the stream, because they come from the server.
pub(super) fn connect(
    stream: &mut Stream,
    proxy: &Proxy,
    origin: &Origin,
    user_agent: &str,
    limit: NextTimeout,
) -> Result<(), ProxyFault> {
    let to = format!("{}:{}", origin.host(), origin.port());
    let login = Login::new(proxy);
    let mut request = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n");
    if !user_agent.is_empty() {
        request.extend(["User-Agent: ", user_agent, "\r\n"]);
    }
    // Older proxies close the connection without it.
    request.push_str("Proxy-Connection: Keep-Alive\r\n");
    if let Some(login) = &login {
        request.extend(["Proxy-Authorization: ", &login.field, "\r\n"]);
    }
    request.push_str("\r\n");
    let sent = stream.send(request.as_bytes(), limit);
    let head = match sent {
        Ok(()) => read_response(stream, limit)?,
        // A proxy may respond and close before it has read everything. Its response says more than
        // the broken pipe.
        Err(broken @ ureq::Error::Io(_)) => {
            read_response(stream, limit).map_err(|_| ProxyFault::Broken(broken))?
        }
        Err(err) => return Err(err.into()),
    };
    check_response(&head, &to, login.as_ref())
}

/// The user and password for the proxy.
struct Login<'p> {
    /// The value of Proxy-Authorization.
    field: String,
    user: &'p str,
    password: &'p str,
}

impl<'p> Login<'p> {
    fn new(proxy: &'p Proxy) -> Option<Login<'p>> {
        let (user, password) = proxy.login()?;
        Some(Login { field: basic(user, password), user, password })
    }

    /// Whether a text contains the user, the password, or the encoded credentials.
    fn occurs_in(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        let encoded = |text: &str| BASE64_STANDARD_NO_PAD.encode(text);
        let credentials = self.field.split(' ').next_back().unwrap_or_default();
        text.contains(credentials.trim_end_matches('='))
            || (!self.password.is_empty() && lower.contains(&self.password.to_lowercase()))
            || (!self.password.is_empty() && text.contains(&encoded(self.password)))
            || words.any(|word| !word.is_empty() && word.eq_ignore_ascii_case(self.user))
            // A name that is not a single word does not occur by chance.
            || (self.user.contains(|c: char| !c.is_alphanumeric())
                && lower.contains(&self.user.to_lowercase()))
    }
}

fn read_response(stream: &mut Stream, limit: NextTimeout) -> Result<Head, ProxyFault> {
    let mut reader = HeadReader::default();
    loop {
        if !stream.input().is_empty() {
            let (used, head) = reader.feed(stream.input()).map_err(|err| {
                let hint = "; the URL of a proxy that speaks TLS itself starts with https://";
                let why = err.message().trim_end_matches(TLS_ADVICE);
                ProxyFault::Refused(format!("its response to CONNECT is not HTTP: {why}{hint}"))
            })?;
            stream.consume(used);
            if let Some(head) = head {
                return Ok(head);
            }
        }
        if !stream.receive(limit)? {
            let when = if reader.has_input() { "in the middle of" } else { "before" };
            return Err(ProxyFault::Refused(format!(
                "it closed the connection {when} its response to CONNECT"
            )));
        }
    }
}

fn check_response(head: &Head, to: &str, login: Option<&Login<'_>>) -> Result<(), ProxyFault> {
    let status = head.status;
    if (200..300).contains(&status) {
        // A Content-Length is ignored: the bytes after the head come from the server.
        return Ok(());
    }
    let reason = match (head.reason(), login) {
        ("", _) => String::new(),
        (reason, Some(login)) if login.occurs_in(reason) => format!(" {MASK}"),
        (reason, _) => format!(" {}", quoted(reason)),
    };
    let response = format!("it responds to CONNECT {to} with status {status}{reason}");
    if status != 407 {
        let hint = match status {
            403 => "; its rules do not allow this connection: ask its operator",
            400 | 404 | 405 | 501 => {
                "; it may not be a proxy that opens tunnels: check host and port"
            }
            502..=504 => "; it cannot reach the host: check the domain, or try again later",
            _ => "",
        };
        return Err(ProxyFault::Refused(format!("{response}{hint}")));
    }
    let is_basic = |challenge: &str| {
        let scheme = challenge.split_ascii_whitespace().next().unwrap_or_default();
        scheme.eq_ignore_ascii_case("basic")
    };
    let mut challenges = head.elements("Proxy-Authenticate").peekable();
    if challenges.peek().is_some() && !challenges.any(is_basic) {
        let why = "it offers no Basic authentication, the only scheme that is supported: run your own \
                   proxy in between that supports its scheme";
        return Err(ProxyFault::Refused(format!("{response}; {why}")));
    }
    Err(ProxyFault::Login(match login {
        Some(_) => format!("{response}: it does not accept the user name and password"),
        None => format!("{response}: it requires a login"),
    }))
}
