//! Header fields of a response: their syntax, Content-Length and Connection. No I/O.

use crate::error::{Error, ErrorKind, Result};
use crate::message::response_head::Head;
use crate::redact::quoted;
use crate::text::headers::is_token;

pub(super) fn protocol(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Protocol, message)
}

pub(super) const BARE_CR: &str = "contains a bare CR";

/// The name in a field line (RFC 9112 section 5).
#[derive(Default)]
pub(super) struct FieldName {
    pub(super) length: usize,
    /// Whether there is white space before the colon.
    pub(super) has_space: bool,
    /// The place after the colon.
    pub(super) value_at: usize,
}

impl FieldName {
    /// Returns the name in its line.
    pub(super) fn in_line<'l>(&self, line: &'l [u8]) -> &'l str {
        std::str::from_utf8(&line[..self.length]).unwrap_or_default()
    }

    /// Parses the name of a field line. The error does not quote the line, which may be the body if
    /// the empty line before that is missing.
    pub(super) fn parse(line: &[u8]) -> Result<FieldName, &'static str> {
        if memchr::memchr(b'\r', line).is_some() {
            return Err(BARE_CR);
        }
        if matches!(line, [b' ' | b'\t', ..]) {
            return Err("starts with white space");
        }
        let Some(colon) = memchr::memchr(b':', line) else { return Err("has no colon") };
        let name = &line[..colon];
        let mut trimmed = name;
        while let [start @ .., b' ' | b'\t'] = trimmed {
            trimmed = start;
        }
        match trimmed {
            _ if is_token(trimmed) => {
                let (length, has_space) = (trimmed.len(), trimmed.len() < name.len());
                Ok(FieldName { length, has_space, value_at: colon + 1 })
            }
            _ if colon == 0 => Err("has no name before its colon"),
            _ => Err("has a name with invalid characters"),
        }
    }
}

/// Returns the length of the body from Content-Length, if there is one.
pub(super) fn content_length(head: &Head) -> Result<Option<u64>> {
    let mut length = None;
    for value in head.elements("Content-Length") {
        let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        let parsed = value.parse::<u64>().ok().filter(|_| digits).ok_or_else(|| {
            let value = quoted(value);
            protocol(format!("Content-Length is {value}, which is not a number of bytes"))
        })?;
        if length.is_some_and(|other| other != parsed) {
            return Err(protocol("two Content-Length values that differ"));
        }
        length = Some(parsed);
    }
    Ok(length)
}

/// Whether the head announces a body.
pub(super) fn announces_body(head: &Head) -> bool {
    head.all("Transfer-Encoding").next().is_some()
        || !matches!(content_length(head), Ok(None | Some(0)))
}

/// Whether the field Connection has this option.
pub(super) fn has_connection_option(head: &Head, option: &str) -> bool {
    head.elements("Connection").any(|found| found.eq_ignore_ascii_case(option))
}
