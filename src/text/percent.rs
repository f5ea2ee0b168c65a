//! Percent-encoding of paths and queries (RFC 3986).

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

use crate::text::alphanumeric_and;
use crate::text::charset::{self, Charset};

/// Everything but `unreserved` (RFC 3986 section 2.3): for a name, a value or a path segment.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Everything but `pchar` and the slash (section 3.3): for a path.
const PATH: &AsciiSet = &STRICT
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/');

/// The bytes that are not in [`PATH`].
const IS_PATH_BYTE: [bool; 256] = alphanumeric_and(b"-._~!$&'()*+,;=:@/");

/// Everything but `pchar`, the slash and the question mark (section 3.4): for a query.
const QUERY: &AsciiSet = &PATH.remove(b'?');

/// The same sets for a Location, in which each `%` is kept.
const LOCATION_PATH: &AsciiSet = &PATH.remove(b'%');
const LOCATION_QUERY: &AsciiSet = &QUERY.remove(b'%');

/// Appends an encoded name, value or path segment, in which only `A-Z a-z 0-9 - . _ ~` are unchanged.
pub(crate) fn strict(out: &mut String, bytes: &[u8]) {
    out.extend(percent_encode(bytes, STRICT));
}

/// Encodes like [`strict`], with a space as `+`, as in a form.
#[cfg(feature = "views")]
pub(crate) fn form(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for (at, word) in bytes.split(|b| *b == b' ').enumerate() {
        if at > 0 {
            text.push('+');
        }
        strict(&mut text, word);
    }
    text
}

/// Decodes the output of [`form`]. `None` if encoding the result again would differ from `text`.
#[cfg(feature = "views")]
pub(crate) fn decode_form_exact(text: &[u8]) -> Option<Vec<u8>> {
    let plain = form_bytes(text);
    (form(&plain).as_bytes() == text).then_some(plain)
}

/// Decodes form-encoded text.
#[cfg(feature = "views")]
pub(crate) fn form_bytes(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    if let Cow::Owned(plain) = Cow::from(percent_decode(&spaced)) {
        return plain;
    }
    spaced
}

/// Decodes `%XX`. `None` if the result is not UTF-8.
#[cfg(feature = "views")]
pub(crate) fn decode(text: &str) -> Option<String> {
    percent_decode(text.as_bytes()).decode_utf8().ok().map(Cow::into_owned)
}

/// Whether a text is a path without a query and has nothing to encode, like most paths.
pub(crate) fn is_plain_path(text: &str) -> bool {
    text.starts_with('/') && text.bytes().all(|b| IS_PATH_BYTE[usize::from(b)])
}

/// Encodes `text`, a path with or without a query, for a request line: valid characters and `%XX` are
/// kept, everything else is encoded as UTF-8. A text that is already encoded is borrowed.
pub(crate) fn path_and_query(text: &str) -> Cow<'_, str> {
    if is_plain_path(text) {
        return Cow::Borrowed(text);
    }
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (text, None),
    };
    let is_encoded = |text: &str, set| {
        // A single byte that must be encoded is borrowed, too: from a table.
        let encoded = Cow::<str>::from(percent_encode(text.as_bytes(), set));
        matches!(encoded, Cow::Borrowed(same) if same.len() == text.len())
    };
    if path.starts_with('/')
        && is_encoded(path, PATH)
        && query.is_none_or(|query| is_encoded(query, QUERY))
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 1);
    if !path.starts_with('/') {
        out.push('/');
    }
    keeping_triplets(&mut out, path, PATH);
    if let Some(query) = query {
        out.push('?');
        keeping_triplets(&mut out, query, QUERY);
    }
    Cow::Owned(out)
}

/// Encodes an absolute path from a Location like [`path_and_query`], but keeps each `%`, since the server
/// parses its own text. Browsers and curl do the same.
pub(crate) fn location(text: &str) -> String {
    let (path, query) = text.split_at(text.find('?').unwrap_or(text.len()));
    let mut out = String::with_capacity(text.len());
    out.extend(percent_encode(path.as_bytes(), LOCATION_PATH));
    if let Some(query) = query.strip_prefix('?') {
        out.push('?');
        out.extend(percent_encode(query.as_bytes(), LOCATION_QUERY));
    }
    out
}

/// Encodes the characters in `set`, except each `%` before two hex digits.
fn keeping_triplets(out: &mut String, text: &str, set: &'static AsciiSet) {
    let bytes = text.as_bytes();
    let mut start = 0;
    for (at, _) in text.match_indices('%') {
        let is_triplet = bytes.get(at + 1).is_some_and(u8::is_ascii_hexdigit)
            && bytes.get(at + 2).is_some_and(u8::is_ascii_hexdigit);
        if is_triplet {
            out.extend(percent_encode(&bytes[start..at], set));
            out.push('%');
            start = at + 1;
        }
    }
    out.extend(percent_encode(&bytes[start..], set));
}

/// Appends the `?` or `&` that is needed before more of the query.
pub(crate) fn open_query(target: &mut String) {
    match target.find('?') {
        None => target.push('?'),
        Some(at) if at + 1 == target.len() || target.ends_with('&') => {}
        Some(_) => target.push('&'),
    }
}

/// Appends `name=value`, percent-encoded in `charset`.
pub(crate) fn pair(
    out: &mut String,
    name: &str,
    value: &str,
    charset: &Charset,
) -> Result<(), String> {
    if !out.is_empty() && !out.ends_with(['?', '&']) {
        out.push('&');
    }
    strict(out, &charset.encode(name)?);
    out.push('=');
    strict(out, &charset.encode(value)?);
    Ok(())
}

/// Decodes form encoding, in which `+` is a space and `%XX` a byte in `charset`.
pub(crate) fn decode_form(text: &str, charset: &str) -> String {
    let spaced: Cow<'_, str> =
        if text.contains('+') { text.replace('+', " ").into() } else { text.into() };
    let bytes: Cow<'_, [u8]> = percent_decode(spaced.as_bytes()).into();
    charset::decode_unmarked(&bytes, Some(charset)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sets_of_path_bytes_are_the_same() {
        for byte in 0..=u8::MAX {
            let is_encoded = percent_encode(&[byte], PATH).to_string().starts_with('%');
            assert_eq!(IS_PATH_BYTE[usize::from(byte)], !is_encoded, "{byte}");
        }
    }

    #[test]
    fn a_path_keeps_valid_characters_and_encodes_the_others() {
        for (given, sent) in [
            ("/v2/users/:userId/password", "/v2/users/:userId/password"),
            ("v2/users", "/v2/users"),
            ("", "/"),
            ("/a b/%20/%zz/%4", "/a%20b/%20/%25zz/%254"),
            ("/é/<x>/\"|\\^`{}[]", "/%C3%A9/%3Cx%3E/%22%7C%5C%5E%60%7B%7D%5B%5D"),
            ("/a#b?c#d", "/a%23b?c%23d"),
            ("/a?b=c d&e=/?:@", "/a?b=c%20d&e=/?:@"),
            ("/a? ", "/a?%20"),
            ("/a?#", "/a?%23"),
            ("?x=1", "/?x=1"),
            ("/http://host/p", "/http://host/p"),
        ] {
            assert_eq!(path_and_query(given), sent, "{given}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_part_of_a_value() {
        for (text, charset, decoded) in [
            ("%EF%BB%BFa+b", "utf-8", "\u{feff}a b"),
            ("%FE%FF%00a", "iso-8859-1", "\u{fe}\u{ff}\0a"),
            ("%FF%FEa", "utf-8", "\u{fffd}\u{fffd}a"),
        ] {
            assert_eq!(decode_form(text, charset), decoded, "{text}");
        }
    }

    #[test]
    fn a_pair_keeps_only_unreserved_characters() {
        let mut out = String::new();
        pair(&mut out, "a b", "AZaz09-._~ +&=/é", &Charset::default()).unwrap();
        pair(&mut out, "n", "é", &Charset::named("iso-8859-1")).unwrap();
        assert_eq!(out, "a%20b=AZaz09-._~%20%2B%26%3D%2F%C3%A9&n=%E9");
    }
}
