//! Field lines of a response, and what the fields of its head say of body and connection. No I/O.

use crate::error::{Error, ErrorKind, Result};
use crate::message::response_head::Head;
use crate::redact::quoted;
use crate::text::headers::{OWS, is_token};

pub(super) fn protocol(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Protocol, message)
}

pub(super) const BARE_CR: &str = "holds a bare CR";

/// The name in a field line (section 5).
#[derive(Default)]
pub(super) struct FieldName {
    pub(super) length: usize,
    /// White space stands before the colon.
    pub(super) is_odd: bool,
}

impl FieldName {
    /// The name in the line that this is of.
    pub(super) fn of_line<'l>(&self, line: &'l [u8]) -> &'l str {
        std::str::from_utf8(&line[..self.length]).unwrap_or_default()
    }

    /// Or what keeps the line from being a field. It is not quoted: where the empty line before a body is
    /// missing, it is the body.
    pub(super) fn of(line: &[u8]) -> Result<FieldName, &'static str> {
        if line.contains(&b'\r') {
            return Err(BARE_CR);
        }
        if matches!(line, [b' ' | b'\t', ..]) {
            return Err("starts with white space");
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else { return Err("has no colon") };
        let name = std::str::from_utf8(&line[..colon]).unwrap_or_default();
        let bare = name.trim_end_matches(OWS);
        match bare {
            _ if is_token(bare) => {
                Ok(FieldName { length: bare.len(), is_odd: bare.len() < name.len() })
            }
            _ if colon == 0 => Err("has no name before its colon"),
            _ => Err("has a name with characters that no field name has"),
        }
    }
}

/// The length that the head gives its body, if it does.
pub(super) fn content_length(head: &Head) -> Result<Option<u64>> {
    let mut length = None;
    for value in head.elements("Content-Length") {
        let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        let this = value.parse::<u64>().ok().filter(|_| digits).ok_or_else(|| {
            let value = quoted(value);
            protocol(format!("Content-Length is {value}, which is not a number of bytes"))
        })?;
        if length.is_some_and(|other| other != this) {
            return Err(protocol("two Content-Length values that differ"));
        }
        length = Some(this);
    }
    Ok(length)
}

/// Whether the head says that a body follows.
pub(super) fn names_body(head: &Head) -> bool {
    head.all("Transfer-Encoding").next().is_some()
        || !matches!(content_length(head), Ok(None | Some(0)))
}

/// Whether the field Connection has this option.
pub(super) fn says(head: &Head, option: &str) -> bool {
    head.elements("Connection").any(|found| found.eq_ignore_ascii_case(option))
}
