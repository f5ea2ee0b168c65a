//! Validation of host names and IP addresses.

use std::net::Ipv6Addr;

use crate::text::alphanumeric_and;

/// Returns an IPv6 address without its brackets, if it has them.
pub(crate) fn bare_ipv6(host: &str) -> Option<&str> {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    // Parsing takes longer than looking for a colon, which host names do not have.
    if !bare.contains(':') {
        return None;
    }
    bare.parse::<Ipv6Addr>().is_ok().then_some(bare)
}

/// The reason why a text is not a host. The advice depends on the method that got it.
#[derive(Debug, PartialEq)]
pub(crate) enum HostFault {
    Empty,
    /// It contains a slash, as a URL does.
    Url,
    /// It contains a colon, usually before a port.
    Port,
    Other(String),
}

/// Returns the reason why `host` is neither a host name nor an IP address.
pub(crate) fn host_fault(host: &str) -> Option<HostFault> {
    // One pass accepts nearly all hosts. What it does not accept is examined for the reason.
    if is_host_name(host) {
        return None;
    }
    if bare_ipv6(host).is_some() {
        return None;
    }
    if host.is_empty() {
        return Some(HostFault::Empty);
    }
    if host.contains('/') {
        return Some(HostFault::Url);
    }
    if host.contains(':') {
        return Some(HostFault::Port);
    }
    let other = |why: String| Some(HostFault::Other(why));
    if !host.is_ascii() {
        return other("is not ASCII; give an international name in its xn-- form".to_owned());
    }
    if let Some(bad) = host.chars().find(|c| !u8::try_from(*c).is_ok_and(is_name_byte)) {
        return other(format!("contains {bad:?}, which no host name has"));
    }
    let why = "has a label that is empty or longer than 63 characters, or over 253 in all";
    other(why.to_owned())
}

/// The bytes of a host name.
const IS_NAME_BYTE: [bool; 256] = alphanumeric_and(b"-_.");

fn is_name_byte(b: u8) -> bool {
    IS_NAME_BYTE[usize::from(b)]
}

fn is_host_name(host: &str) -> bool {
    let labels = host.strip_suffix('.').unwrap_or(host);
    host.len() <= 254
        && host.bytes().all(is_name_byte)
        && labels.as_bytes().split(|b| *b == b'.').all(|label| matches!(label.len(), 1..=63))
}

/// Whether a text is a host name or an IP address.
pub(crate) fn is_host(domain: &str) -> bool {
    host_fault(domain).is_none()
}
