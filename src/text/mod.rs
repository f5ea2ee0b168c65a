//! Text encodings, the grammar of hosts and header fields, dates, and files.
//!
//! * `charset.rs`: encoding and decoding in the charset that a request or response names,
//! * `percent.rs`: percent-encoding of paths and queries,
//! * `host.rs`: host names and IP addresses,
//! * `headers.rs`: header fields: lists, names, values and parameters,
//! * `dates.rs`: dates as text,
//! * `file.rs`: files that are written whole or not at all,
//! * `lock.rs`: locks between programs.

pub(crate) mod charset;
#[cfg(any(feature = "chilkat", feature = "zoom"))]
pub(crate) mod dates;
pub(crate) mod file;
pub(crate) mod headers;
pub(crate) mod host;
#[cfg(any(feature = "cookies", feature = "zoom"))]
pub(crate) mod lock;
pub(crate) mod percent;

/// Returns which bytes are ASCII letters, digits or one of `symbols`. A look-up takes fewer instructions than
/// comparisons with each.
pub(crate) const fn alphanumeric_and(symbols: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < 128 {
        table[at] = (at as u8).is_ascii_alphanumeric();
        at += 1;
    }
    at = 0;
    while at < symbols.len() {
        table[symbols[at] as usize] = true;
        at += 1;
    }
    table
}
