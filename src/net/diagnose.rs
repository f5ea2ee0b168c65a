//! Conversion of the errors of ureq, rustls and the system to an [`Error`] that says what to do.

use std::io;
use std::time::Duration;

use rustls::{AlertDescription, CertificateError, PeerIncompatible};
use ureq::Timeout;

use super::cert_mismatch::CertMismatch;
use super::limits::Limits;
use super::origin::Origin;
use super::proxy::{Proxy, ProxyFault, ProxyScheme};
use crate::error::{Error, ErrorKind};
use crate::redact::shortened;

type Limit = Option<Duration>;

pub(super) fn resolve(err: ureq::Error, origin: &Origin, limit: Limit) -> Error {
    if let ureq::Error::Timeout(reason) = err {
        return timeout(reason, limit, &format!("looking up {}", origin.host()));
    }
    let message = format!(
        "{} has no address: {}; check the spelling and the network",
        origin.host(),
        message(&err)
    );
    Error::new(ErrorKind::Resolve, message).with_source(cause(err))
}

pub(super) fn connect(err: ureq::Error, origin: &Origin, limit: Limit) -> Error {
    let to = format!("{}:{}", origin.host(), origin.port());
    if let ureq::Error::Timeout(reason) = err {
        return timeout(reason, limit, &format!("connecting to {to}"));
    }
    let hint = match &err {
        ureq::Error::Io(err) if err.kind() == io::ErrorKind::ConnectionRefused => {
            "; nothing listens there, or a firewall blocks it"
        }
        _ => "",
    };
    Error::new(ErrorKind::Connect, format!("{to}: {}{hint}", message(&err))).with_source(cause(err))
}

pub(super) fn proxy(fault: ProxyFault, proxy: &Proxy, from_env: bool, limits: Limits) -> Error {
    let place = format!("{}:{}", proxy.host(), proxy.port());
    let is_socks = proxy.is_socks();
    let from_env_hint = if from_env { FROM_ENV } else { "" };
    let why = match fault {
        ProxyFault::Broken(ureq::Error::Timeout(reason)) => {
            let is_silence = matches!(reason, Timeout::PerRead | Timeout::PerWrite);
            let limit = if is_silence { limits.silence } else { limits.connect };
            return timeout(reason, limit, &format!("connecting through the proxy {place}"));
        }
        ProxyFault::Broken(err) => {
            let hint = match rustls_error(&err) {
                _ if from_env => FROM_ENV,
                Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
                    "; for a private authority see set_trusted_roots_pem, or, if this system trusts it, \
                     set_trust_system_roots (feature system-roots)"
                }
                Some(rustls::Error::InvalidMessage(_)) => {
                    "; this port may not speak TLS: try http:// instead of https://"
                }
                _ => "",
            };
            let message = format!("the proxy {place}: {}{hint}", message(&err));
            return Error::new(ErrorKind::Proxy, message).with_source(cause(err));
        }
        ProxyFault::Login(why) if from_env => {
            let scheme = match proxy.scheme() {
                ProxyScheme::Http => "http",
                ProxyScheme::Https => "https",
                ProxyScheme::Socks4 | ProxyScheme::Socks4a => "socks4a",
                ProxyScheme::Socks5 | ProxyScheme::Socks5h => "socks5h",
            };
            format!("{why}; put it into the variable, as {scheme}://user:password@{place}")
        }
        ProxyFault::Login(why) if is_socks => {
            format!("{why}; check the user name and password of the proxy")
        }
        ProxyFault::Login(why) => format!("{why}; see set_proxy_login"),
        ProxyFault::Refused(why) => why,
    };
    let kind = if is_socks { "the SOCKS proxy" } else { "the proxy" };
    Error::new(ErrorKind::Proxy, format!("{kind} {place}: {why}{from_env_hint}"))
}

const FROM_ENV: &str = "; it comes from the environment: set NO_PROXY, or set_env_proxy(false)";

pub(super) fn tls(err: ureq::Error, origin: &Origin, limit: Limit) -> Error {
    let with = format!("{}:{}", origin.host(), origin.port());
    if let ureq::Error::Timeout(reason) = err {
        return timeout(reason, limit, &format!("the TLS handshake with {with}"));
    }
    let hint = match rustls_error(&err) {
        // Its text says what to do.
        _ if mismatch(&err).is_some() => "",
        Some(rustls::Error::InvalidCertificate(why)) => certificate_hint(why),
        Some(rustls::Error::InvalidMessage(_)) => {
            "this port may not use TLS: use plain HTTP, or another port"
        }
        Some(rustls::Error::AlertReceived(
            AlertDescription::HandshakeFailure
            | AlertDescription::ProtocolVersion
            | AlertDescription::InsufficientSecurity,
        )) => NOTHING_IN_COMMON,
        Some(rustls::Error::AlertReceived(_)) => REFUSED,
        Some(rustls::Error::PeerIncompatible(
            PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        )) => NOTHING_IN_COMMON,
        Some(rustls::Error::PeerIncompatible(_)) => {
            "the server supports no version newer than TLS 1.1, which is not safe"
        }
        _ => match &err {
            ureq::Error::Io(err)
                if matches!(
                    err.kind(),
                    io::ErrorKind::UnexpectedEof
                        | io::ErrorKind::ConnectionReset
                        | io::ErrorKind::BrokenPipe
                ) =>
            {
                "the server closed the connection; does this port speak TLS?"
            }
            _ => "",
        },
    };
    let hint = if hint.is_empty() { String::new() } else { format!("; {hint}") };
    Error::new(ErrorKind::Tls, format!("{with}: {}{hint}", message(&err))).with_source(cause(err))
}

const NOTHING_IN_COMMON: &str = "no version or cipher of TLS is allowed on both sides; see set_tls_versions and \
     set_ssl_allowed_ciphers, and set_client_cert_pem if the server asks for a certificate";

const REFUSED: &str =
    "the server refused; if it asks for a client certificate, see set_client_cert_pem";

fn certificate_hint(why: &CertificateError) -> &'static str {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired; if it has not, check this machine's clock"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet; check this machine's clock"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the server's certificate is for another host; check the domain"
        }
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "no trusted authority has signed the server's certificate; for a private authority see \
             set_trusted_roots_pem, or, if this system trusts it, set_trust_system_roots (feature \
             system-roots)"
        }
        CertificateError::Revoked => "the server's certificate has been revoked",
        _ => {
            "the server's certificate cannot be accepted; a self-signed certificate marked as an \
             authority never is: sign it with your own authority, and pass that to \
             set_trusted_roots_pem"
        }
    }
}

/// Converts an error of an established connection.
pub(super) fn io(err: ureq::Error, doing: &str, limit: Limit) -> Error {
    match err {
        ureq::Error::Timeout(reason) => timeout(reason, limit, doing),
        err => {
            let (kind, hint) = match rustls_error(&err) {
                // A client certificate is refused only after the handshake in TLS 1.3.
                Some(rustls::Error::AlertReceived(_)) => (ErrorKind::Tls, REFUSED),
                Some(_) => (ErrorKind::Protocol, ""),
                None => (ErrorKind::Io, ""),
            };
            let hint = if hint.is_empty() { String::new() } else { format!("; {hint}") };
            Error::new(kind, format!("{doing}: {}{hint}", message(&err))).with_source(cause(err))
        }
    }
}

pub(super) fn timeout(reason: Timeout, limit: Limit, doing: &str) -> Error {
    let limit = shown_limit(limit.unwrap_or_default());
    let message = match reason {
        Timeout::Connect => {
            format!("{doing} took more than {limit}; set_connect_timeout allows more")
        }
        Timeout::PerRead | Timeout::PerWrite => {
            format!("{doing} stalled for {limit}; set_read_timeout allows more silence")
        }
        _ => {
            format!(
                "{doing} was not complete within the time for the whole call (set_total_timeout)"
            )
        }
    };
    Error::new(ErrorKind::Timeout, message)
}

/// A time limit in seconds, or in milliseconds below a second.
fn shown_limit(limit: Duration) -> String {
    match limit.as_secs() {
        0 => format!("{} ms", f64::from(limit.subsec_micros()) / 1000.0),
        _ => format!("{} s", limit.as_secs_f64()),
    }
}

/// Returns the message of the system or of rustls, without ureq's prefix.
fn message(err: &ureq::Error) -> String {
    shortened(match (mismatch(err), err) {
        (Some(why), _) => why.to_string(),
        (None, ureq::Error::Io(err)) => err.to_string(),
        (None, other) => other.to_string(),
    })
}

/// Returns the error of the system or of rustls, which a caller can examine without ureq.
fn cause(err: ureq::Error) -> Box<dyn std::error::Error + Send + Sync> {
    match err {
        ureq::Error::Io(err) => err.into(),
        other => other.into(),
    }
}

fn rustls_error(err: &ureq::Error) -> Option<&rustls::Error> {
    match err {
        ureq::Error::Io(err) => err.get_ref()?.downcast_ref(),
        _ => None,
    }
}

/// Returns the error of our own certificate checks, if it is one.
fn mismatch(err: &ureq::Error) -> Option<&CertMismatch> {
    match rustls_error(err)? {
        rustls::Error::InvalidCertificate(CertificateError::Other(why)) => why.0.downcast_ref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_shown_in_seconds_or_milliseconds() {
        for (micros, shown) in
            [(70_000, "70 ms"), (500, "0.5 ms"), (1_000_000, "1 s"), (1_250_000, "1.25 s")]
        {
            assert_eq!(shown_limit(Duration::from_micros(micros)), shown);
        }
    }
}
