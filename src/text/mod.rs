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
