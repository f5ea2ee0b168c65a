//! [`Head`]: the status line and the header of a response, as they were received.

use std::ops::Range;

use crate::text::headers::OWS;

/// Status line and header of a response, kept as text with an index into it.
#[derive(Clone, Default)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// The status line and the header lines as received, CRLF after each.
    pub(crate) text: String,
    /// Where the first header line starts in it.
    pub(crate) header_start: usize,
    pub(crate) fields: Vec<Field>,
    /// Another reader could read it differently, so nothing that follows it is trusted.
    pub(crate) is_ambiguous: bool,
}

#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
    /// The value of a field that was folded over lines (RFC 9112 section 5.2), joined.
    pub(crate) unfolded: Option<String>,
    /// The bytes of the value, joined, if a line of it is not UTF-8. Such a line is Latin-1 in the text.
    pub(crate) raw: Option<Vec<u8>>,
}

impl Field {
    /// Joins the next line of a folded value to it. `head` is the text that the field is in.
    pub(crate) fn fold(&mut self, head: &str, line: &str, is_latin1: bool) {
        let unfolded = self.unfolded.get_or_insert_with(|| head[self.value.clone()].to_owned());
        if is_latin1 || self.raw.is_some() {
            let raw = self.raw.get_or_insert_with(|| unfolded.clone().into_bytes());
            if !raw.is_empty() {
                raw.push(b' ');
            }
            match is_latin1 {
                true => raw.extend(latin1(line)),
                false => raw.extend_from_slice(line.as_bytes()),
            }
        }
        if !unfolded.is_empty() {
            unfolded.push(' ');
        }
        unfolded.push_str(line);
    }
}

/// The bytes of text that was read as Latin-1.
pub(crate) fn latin1(text: &str) -> impl Iterator<Item = u8> {
    text.chars().filter_map(|c| u8::try_from(c).ok())
}

impl Head {
    pub(crate) fn status_line(&self) -> &str {
        self.text[..self.header_start].trim_end_matches(['\r', '\n'])
    }

    pub(crate) fn header(&self) -> &str {
        &self.text[self.header_start..]
    }

    /// The reason phrase.
    pub(crate) fn reason(&self) -> &str {
        self.status_line().splitn(3, ' ').nth(2).unwrap_or_default()
    }

    pub(crate) fn field(&self, index: usize) -> Option<(&str, &str)> {
        let field = self.fields.get(index)?;
        let value = field.unfolded.as_deref().unwrap_or(&self.text[field.value.clone()]);
        Some((&self.text[field.name.clone()], value))
    }

    /// The members of a field that is a list, over all fields of this name (RFC 9110 section 5.6.1).
    ///
    /// White space other than spaces and tabs is no part of the grammar; who is between might not skip
    /// it, so it stays.
    pub(crate) fn listed<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h str> {
        self.all(name).flat_map(|value| value.split(',')).map(|member| member.trim_matches(OWS))
    }

    /// The values of all fields of this name, in the order received.
    pub(crate) fn all<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h str> {
        (0..self.fields.len())
            .filter_map(|index| self.field(index))
            .filter(move |(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The same as the bytes that were received.
    #[cfg(feature = "cookies")]
    pub(crate) fn all_bytes<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        self.fields.iter().enumerate().filter_map(move |(index, field)| {
            let (_, value) = self.field(index).filter(|(n, _)| n.eq_ignore_ascii_case(name))?;
            Some(field.raw.as_deref().unwrap_or(value.as_bytes()))
        })
    }
}
