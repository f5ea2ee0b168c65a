//! Text and its forms.
//!
//! * `charset.rs`, text to bytes and back, in the charset that a request or response names,
//! * `percent.rs`, percent-encoding of paths and queries,
//! * `host.rs`, whether a text is a host name or an IP address,
//! * `headers.rs`, header fields: lists of them, what a name and a value may have, parameters of a value,
//! * `file.rs`, files that are written whole or not at all,
//! * `lock.rs`, locks between programs.

pub(crate) mod charset;
pub(crate) mod file;
pub(crate) mod headers;
pub(crate) mod host;
#[cfg(any(feature = "cookies", feature = "zoom"))]
pub(crate) mod lock;
pub(crate) mod percent;
