//! Header fields: ordered lists of them, and the grammar of names, values and parameters.

use std::borrow::Cow;
use std::collections::HashSet;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::error::{Error, Result};
use crate::named::{NamedList, cost};
use crate::redact::{MASK, masked_field};
use crate::text::alphanumeric_and;

/// A list of header fields that keeps their order and case.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Headers(NamedList<(String, String), true>);

impl Headers {
    /// Replaces the first field of this name, keeping its position, and removes the others, or adds the field last.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        let field = (name.to_owned(), value.into());
        match self.0.position(name) {
            None => self.0.push(field),
            Some(first) => {
                self.remove(name);
                self.0.insert(first, field);
            }
        }
    }

    pub(crate) fn push(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.find(name).map(String::as_str)
    }

    pub(crate) fn remove(&mut self, name: &str) {
        while let Some(at) = self.0.position(name) {
            self.0.remove(at);
        }
    }

    /// Removes the field at an index.
    #[cfg(feature = "views")]
    pub(crate) fn remove_at(&mut self, index: usize) {
        self.0.remove(index);
    }

    /// Masks the values of the fields with these names.
    pub(crate) fn mask(&mut self, names: &FieldNames) {
        for (_, value) in self.0.values_mut().filter(|(name, _)| names.contains(name)) {
            *value = MASK.to_owned();
        }
    }

    /// Changes names and values in place.
    #[cfg(feature = "views")]
    pub(crate) fn change(&mut self, change: &mut impl FnMut(&mut String)) {
        self.0.edit(|fields| {
            for (name, value) in fields {
                change(name);
                change(value);
            }
        });
    }

    /// Changes values in place, given their names.
    #[cfg(feature = "views")]
    pub(crate) fn change_values(&mut self, change: &mut impl FnMut(&str, &mut String)) {
        for (name, value) in self.0.values_mut() {
            change(name, value);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0 = NamedList::default();
    }

    pub(crate) fn at(&self, index: usize) -> Option<(&str, &str)> {
        self.0.get(index).map(|(n, v)| (n.as_str(), v.as_str()))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }
}

/// Masks values that may be secret.
impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter().map(|(n, v)| (n, masked_field(n, v)))).finish()
    }
}

/// A set of field names that keeps their order and case.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct FieldNames(NamedList<String, true>);

impl FieldNames {
    pub(crate) fn add(&mut self, name: &str) {
        if !self.contains(name) {
            self.0.push(name.to_owned());
        }
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.position(name).is_some()
    }

    #[cfg(feature = "views")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Changes the names in place.
    #[cfg(feature = "views")]
    pub(crate) fn change(&mut self, change: &mut impl FnMut(&mut String)) {
        self.0.edit(|names| names.iter_mut().for_each(change));
    }
}

/// Returns the first field of each name.
pub(crate) fn first_of_each<'f>(
    fields: &'f [(&'f str, &'f [u8])],
) -> impl Iterator<Item = (&'f str, &'f [u8])> {
    // Most requests have a few fields, for which a scan is cheaper than a set.
    const FEW: usize = 16;
    let is_long = fields.len() > FEW;
    let mut names = HashSet::new();
    fields.iter().copied().enumerate().filter_map(move |(at, (name, value))| {
        let is_first = if is_long {
            cost::add(1);
            names.insert(name.to_ascii_lowercase())
        } else {
            cost::add(at);
            !fields[..at].iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(name))
        };
        is_first.then_some((name, value))
    })
}

/// The optional white space around a value (RFC 9110 section 5.6.3).
pub(crate) const OWS: [char; 2] = [' ', '\t'];

/// Returns a value without the white space around it.
pub(crate) fn trim_ows(mut value: &str) -> &str {
    while let Some(rest) = value.strip_prefix([' ', '\t']) {
        value = rest;
    }
    while let Some(rest) = value.strip_suffix([' ', '\t']) {
        value = rest;
    }
    value
}

/// Whether `text` is a token (RFC 9110 section 5.6.2), as field names and methods are.
pub(crate) fn is_token(text: impl AsRef<[u8]>) -> bool {
    let text = text.as_ref();
    !text.is_empty() && text.iter().all(|b| IS_TOKEN_BYTE[usize::from(*b)])
}

/// The bytes of a token.
const IS_TOKEN_BYTE: [bool; 256] = alphanumeric_and(b"!#$%&'*+-.^_`|~");

/// Returns the first character that a field value must not contain: a control character other than the
/// tab (RFC 9110 section 5.5).
pub(crate) fn bad_value_char(value: &str) -> Option<char> {
    // The bytes of a block are compared at once: 100 instructions for a token of 80 bytes, one by one 500.
    const BLOCK: usize = 16;
    let is_bad = |b: &u8| b.is_ascii_control() & (*b != b'\t');
    let in_block = |block: &[u8]| block.iter().fold(false, |found, b| found | is_bad(b));
    let bytes = value.as_bytes();
    let has_bad = match bytes.last_chunk::<BLOCK>() {
        // The last block may overlap the one before it.
        Some(last) => bytes.chunks_exact(BLOCK).any(in_block) || in_block(last),
        None => bytes.iter().any(is_bad),
    };
    // Nearly all values have no such character.
    has_bad.then(|| bytes.iter().copied().find(is_bad).map(char::from)).flatten()
}

/// Returns an error for an invalid header. It does not quote the value, which may be secret.
pub(crate) fn check_header(member: &str, name: &str, value: &str) -> Result<()> {
    if !is_token(name) {
        // With name and value in one string, the rest of it may be secret.
        let end = name.find(|c: char| !is_token(c.encode_utf8(&mut [0; 4]))).unwrap_or(name.len());
        let (start, rest) = name.split_at(end);
        let why = match rest.chars().next() {
            Some(found) => format!("{start:?} followed by {found:?} is not a header name"),
            None => "the name of a header is empty".to_owned(),
        };
        return Err(Error::invalid(member, why));
    }
    check_value(member, name, value)
}

/// Returns an error for an invalid value of the header `name`, which is valid.
pub(crate) fn check_value(member: &str, name: &str, value: &str) -> Result<()> {
    match bad_value_char(value) {
        None => Ok(()),
        Some(bad) => {
            Err(Error::invalid(member, format_args!("the value of {name} contains {bad:?}")))
        }
    }
}

/// Whether a content type is a multipart type.
pub(crate) fn is_multipart(content_type: &str) -> bool {
    content_type.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/"))
}

/// Returns the parameter `wanted` of a value such as `text/html; charset="utf-8"`
/// (RFC 9110 section 5.6.6), without quotes and escapes.
pub(crate) fn parameter(value: &str, wanted: &str) -> Option<String> {
    let (start, end) = parameter_span(value, wanted)?;
    let (_, raw) = value[start..end].split_once('=')?;
    Some(unquoted(raw.trim()))
}

/// Returns the value of a token or a quoted string, without quotes and escapes.
pub(crate) fn unquoted(value: &str) -> String {
    let Some(quoted) = value.strip_prefix('"') else { return value.to_owned() };
    let mut text = String::with_capacity(quoted.len());
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => text.extend(chars.next()),
            c => text.push(c),
        }
    }
    text
}

/// Returns `value` without the parameter `unwanted` and otherwise unchanged.
pub(crate) fn without_parameter<'v>(value: &'v str, unwanted: &str) -> Cow<'v, str> {
    const BETWEEN: [char; 3] = [';', ' ', '\t'];
    let mut value = Cow::Borrowed(value.trim_end_matches(BETWEEN));
    while let Some((start, end)) = parameter_span(&value, unwanted) {
        let mut rest = value[..start].trim_end_matches(BETWEEN).to_owned();
        rest.push_str(&value[end..]);
        rest.truncate(rest.trim_end_matches(BETWEEN).len());
        value = Cow::Owned(rest);
    }
    value
}

/// Returns the span of `wanted=value` in `value`, after its semicolon.
fn parameter_span(value: &str, wanted: &str) -> Option<(usize, usize)> {
    // Most content types have no parameter.
    memchr::memchr(b'=', value.as_bytes())?;
    let is_wanted = |piece: &str| {
        piece.split_once('=').is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
    };
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in value.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                if is_wanted(&value[start..at]) {
                    return Some((start, at));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    is_wanted(&value[start..]).then_some((start, value.len()))
}

/// Whether a field frames the body. Only `Prepared::head` writes these: a second, different one allows request
/// smuggling (RFC 9112 section 11.2).
pub(crate) fn is_framing(name: &str) -> bool {
    name.eq_ignore_ascii_case("Content-Length") || name.eq_ignore_ascii_case("Transfer-Encoding")
}

/// Returns Basic credentials (RFC 7617).
pub(crate) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_keeps_the_position_and_takes_the_new_case() {
        let mut h = Headers::default();
        h.push("X-One", "1");
        h.push("x-two", "2");
        h.push("X-ONE", "again");
        h.set("x-One", "new");
        assert_eq!(h.iter().collect::<Vec<_>>(), [("x-One", "new"), ("x-two", "2")]);
    }

    #[test]
    fn a_bad_character_is_found_at_any_place() {
        for length in 0..50 {
            let value = "ä\t~ ".chars().cycle().take(length).collect::<String>();
            assert_eq!(bad_value_char(&value), None, "{value:?}");
            for (at, _) in value.char_indices() {
                for bad in ['\0', '\r', '\n', '\u{1f}', '\u{7f}'] {
                    let mut value = value.clone();
                    value.insert(at, bad);
                    assert_eq!(bad_value_char(&value), Some(bad), "{value:?}");
                }
            }
        }
    }

    #[test]
    fn only_the_first_field_of_a_name_is_returned() {
        for count in [3, 10, 100] {
            let names: Vec<String> = (0..count).map(|n| format!("X-{}", n / 2)).collect();
            let other_case: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
            let fields = names.iter().map(|name| (&**name, b"1".as_slice()));
            let fields: Vec<_> =
                fields.chain(other_case.iter().map(|name| (&**name, b"2".as_slice()))).collect();
            let firsts: Vec<_> = first_of_each(&fields).collect();
            let expected: Vec<_> =
                (0..count).step_by(2).map(|n| (&*names[n], b"1".as_slice())).collect();
            assert_eq!(firsts, expected);
        }
    }

    #[test]
    fn parameters_are_found_inside_and_outside_of_quotes() {
        let value = r#"form-data; name="a;filename=no\"t"; FileName = f.txt; x"#;
        assert_eq!(parameter(value, "name").unwrap(), "a;filename=no\"t");
        assert_eq!(parameter(value, "filename").unwrap(), "f.txt");
        assert_eq!(parameter(value, "x"), None);
        assert_eq!(parameter("text/html", "charset"), None);
        assert_eq!(without_parameter("a/b; boundary=\"x;y\"; c=d", "boundary"), "a/b; c=d");
        assert_eq!(without_parameter("a/b; c=d", "boundary"), "a/b; c=d");
        assert_eq!(without_parameter("a/b;x=1; x=2;c=d;x=3", "x"), "a/b;c=d");
    }
}
