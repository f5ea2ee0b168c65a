//! Text and its forms: charsets, percent-encoding, hosts, header fields, files that are written whole or not at all.

pub(crate) mod charset;
pub(crate) mod file;
pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod percent;
