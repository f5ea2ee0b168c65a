//! Encoding and decoding of text in a named charset.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Encoded text, or why it cannot be encoded.
pub(crate) type Encoded<'t> = Result<Cow<'t, [u8]>, String>;

/// The charset in which a request's params are encoded; UTF-8 by default.
///
/// It points to its encoder, and the default does not point to those of encoding_rs. A program that sets no
/// charset and loads no text is linked without them, which saves 74 KB.
#[derive(Clone)]
pub(crate) struct Charset {
    label: Cow<'static, str>,
    encode: for<'t> fn(&'t str, &str) -> Encoded<'t>,
}

impl Charset {
    pub(crate) fn named(label: &str) -> Charset {
        Charset { label: Cow::Owned(label.to_owned()), encode }
    }

    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    /// Encodes `text` like [`encode`].
    pub(crate) fn encode<'t>(&self, text: &'t str) -> Encoded<'t> {
        (self.encode)(text, &self.label)
    }
}

impl Default for Charset {
    fn default() -> Charset {
        Charset {
            label: Cow::Borrowed("utf-8"),
            encode: |text, _| Ok(Cow::Borrowed(text.as_bytes())),
        }
    }
}

impl PartialEq for Charset {
    fn eq(&self, other: &Charset) -> bool {
        self.label == other.label
    }
}

/// Encodes `text` in the charset `label`. A character that the charset does not have is an error, and
/// never replaced.
pub(crate) fn encode<'t>(text: &'t str, label: &str) -> Encoded<'t> {
    let name = label.trim();
    if ["", "utf-8", "utf8"].iter().any(|utf8| name.eq_ignore_ascii_case(utf8)) {
        return Ok(Cow::Borrowed(text.as_bytes()));
    }
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        // encoding_rs decodes UTF-16 but does not encode it.
        "utf-16" | "utf-16le" => {
            return Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().into());
        }
        "utf-16be" => {
            return Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>().into());
        }
        _ => {}
    }
    let encoding = lookup(&name).ok_or_else(|| unknown(label))?;
    if encoding == UTF_16LE || encoding == UTF_16BE {
        // The label is an alias, such as "unicode".
        return encode(text, encoding.name());
    }
    if encoding == WINDOWS_1252 {
        // WHATWG treats the names of ASCII and Latin-1 as windows-1252, which has more characters.
        match name.as_str() {
            "windows-1252" | "cp1252" | "x-cp1252" | "ansi" => {}
            ascii if ASCII_NAMES.contains(&ascii) => return single_byte(text, label, 0x7f),
            _ => return single_byte(text, label, 0xff),
        }
    }
    let (bytes, _, unmappable) = encoding.encode(text);
    if unmappable {
        return Err(format!("the text has a character that the charset {label:?} does not have"));
    }
    // The Japanese encoders replace some characters, such as a yen sign with a backslash.
    if !text.is_ascii() && encoding.decode_without_bom_handling(&bytes).0 != text {
        return Err(format!("the text has a character that the charset {label:?} would change"));
    }
    Ok(bytes)
}

fn single_byte<'t>(text: &'t str, label: &str, last: u32) -> Result<Cow<'t, [u8]>, String> {
    if text.is_ascii() {
        return Ok(Cow::Borrowed(text.as_bytes()));
    }
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).ok().filter(|b| u32::from(*b) <= last).ok_or(c))
        .collect::<Result<Vec<u8>, char>>()
        .map(Cow::Owned)
        .map_err(|c| format!("the charset {label:?} does not have the character {c:?}"))
}

/// Decodes `bytes` in the charset of a byte order mark, or else `label`, or else UTF-8 if they are valid, or
/// else windows-1252. Invalid bytes become U+FFFD.
pub(crate) fn decode<'b>(bytes: &'b [u8], label: Option<&str>) -> Cow<'b, str> {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[bom..]).0;
    }
    decode_unmarked(bytes, label)
}

/// Decodes like [`decode`], but without byte order marks: for bytes from the middle of a text.
pub(crate) fn decode_unmarked<'b>(bytes: &'b [u8], label: Option<&str>) -> Cow<'b, str> {
    let named = label.map(str::trim).map(str::to_ascii_lowercase);
    let named = named.as_deref().and_then(lookup);
    match (named, std::str::from_utf8(bytes)) {
        (None, Ok(text)) => Cow::Borrowed(text),
        (None, Err(_)) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        (Some(encoding), Ok(text)) if encoding == UTF_8 => Cow::Borrowed(text),
        (Some(encoding), _) => encoding.decode_without_bom_handling(bytes).0,
    }
}

/// Decodes `bytes` in the charset `label`, which is UTF-8 if empty. An unknown charset and invalid bytes
/// are errors.
///
/// If `label` is UTF-8 or UTF-16, a byte order mark is removed, and selects one of these charsets. In other
/// charsets it is text. ISO-8859-1 is decoded as windows-1252, in which the bytes 0x80 to 0x9f are
/// printable.
#[cfg(any(feature = "chilkat", feature = "views"))]
pub(crate) fn decode_exact<'b>(bytes: &'b [u8], label: &str) -> Result<Cow<'b, str>, String> {
    let at = |at: usize| format!("the bytes from {at} on are not valid in the charset {label:?}");
    let name = label.trim().to_ascii_lowercase();
    let encoding = named(&name).ok_or_else(|| unknown(label))?;
    let (encoding, bytes, skipped) = match Encoding::for_bom(bytes) {
        Some((marked, bom)) if is_unicode(encoding) => (marked, &bytes[bom..], bom),
        _ => (encoding, bytes, 0),
    };
    if encoding == UTF_8 {
        let text = std::str::from_utf8(bytes).map_err(|err| at(skipped + err.valid_up_to()))?;
        return Ok(Cow::Borrowed(text));
    }
    if ASCII_NAMES.contains(&name.as_str()) {
        if let Some(first) = bytes.iter().position(|byte| !byte.is_ascii()) {
            return Err(at(first));
        }
    }
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| format!("some of the bytes are not valid in the charset {label:?}"))
}

/// Returns the byte order mark of the charset, or an empty slice.
#[cfg(feature = "chilkat")]
pub(crate) fn byte_order_mark(label: &str) -> Result<&'static [u8], String> {
    let encoding = named(&label.trim().to_ascii_lowercase()).ok_or_else(|| unknown(label))?;
    Ok(match encoding {
        e if e == UTF_8 => b"\xef\xbb\xbf",
        e if e == UTF_16LE => b"\xff\xfe",
        e if e == UTF_16BE => b"\xfe\xff",
        _ => b"",
    })
}

#[cfg(any(feature = "chilkat", feature = "views"))]
fn named(lower_case_label: &str) -> Option<&'static Encoding> {
    if lower_case_label.is_empty() { Some(UTF_8) } else { lookup(lower_case_label) }
}

#[cfg(any(feature = "chilkat", feature = "views"))]
fn is_unicode(encoding: &'static Encoding) -> bool {
    [UTF_8, UTF_16LE, UTF_16BE].contains(&encoding)
}

fn unknown(label: &str) -> String {
    format!("the charset {label:?} is not known; utf-8 is the safe choice")
}

const ASCII_NAMES: &[&str] = &["ascii", "us-ascii", "ansi_x3.4-1968"];

fn lookup(lower_case_label: &str) -> Option<&'static Encoding> {
    match lower_case_label {
        "utf-16" | "utf-16le" => Some(UTF_16LE),
        "utf-16be" => Some(UTF_16BE),
        // Chilkat's name for the code page of Western European Windows.
        "ansi" => Some(WINDOWS_1252),
        // Not "replacement", the WHATWG name of charsets that are unsafe to decode.
        other => Encoding::for_label_no_replacement(other.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_the_charset_lacks_is_refused() {
        assert_eq!(*encode("é", "iso-8859-1").unwrap(), [0xe9]);
        assert_eq!(*encode("é", "utf-8").unwrap(), [0xc3, 0xa9]);
        assert_eq!(*encode("é", "utf-16be").unwrap(), [0x00, 0xe9]);
        assert_eq!(*encode("é", "unicode").unwrap(), [0xe9, 0x00]);
        assert_eq!(*encode("日", "shift_jis").unwrap(), [0x93, 0xfa]);
        assert!(encode("¥", "shift_jis").unwrap_err().contains("would change"));
        assert!(encode("ｱ", "iso-2022-jp").unwrap_err().contains("would change"));
        assert_eq!(*encode("ｱ", "shift_jis").unwrap(), [0xb1]);
        assert!(encode("é", "us-ascii").unwrap_err().contains("'é'"));
        assert!(encode("€", "iso-8859-1").unwrap_err().contains("'€'"));
        assert!(encode("日", "windows-1252").unwrap_err().contains("windows-1252"));
        assert!(encode("€", "iso8859-1").unwrap_err().contains("'€'"));
        assert_eq!(*encode("€", "cp1252").unwrap(), [0x80]);
        assert!(encode("a", "iso-2022-kr").unwrap_err().contains("not known"));
        assert!(encode("a", "no-such-charset").unwrap_err().contains("no-such-charset"));
    }

    #[test]
    fn decoding_tries_the_mark_then_the_label_then_utf_8_then_windows_1252() {
        assert_eq!(decode(b"\xef\xbb\xbfh\xc3\xa9", Some("iso-8859-1")), "hé");
        assert_eq!(decode(b"h\xe9", Some("ISO-8859-1")), "hé");
        assert_eq!(decode(b"\x93\xfa", Some("shift_jis")), "日");
        assert_eq!(decode("hé".as_bytes(), None), "hé");
        assert_eq!(decode(b"h\xe9", None), "hé");
        assert_eq!(decode(b"h\xe9", Some("utf-8")), "h\u{fffd}");
        assert_eq!(decode(b"h\xe9", Some("nonsense")), "hé");
        assert_eq!(decode(b"plain", Some("hz-gb-2312")), "plain");
    }

    #[cfg(feature = "chilkat")]
    #[test]
    fn exact_decoding_refuses_bytes_that_are_invalid_in_the_charset() {
        for label in ["", "utf-8", "UTF8", "utf-16", "unicode"] {
            assert_eq!(decode_exact(b"\xef\xbb\xbfh\xc3\xa9", label).unwrap(), "hé", "{label}");
        }
        assert_eq!(decode_exact(b"\xff\xfeh\0", "utf-8").unwrap(), "h");
        assert_eq!(decode_exact(b"\0h", "utf-16be").unwrap(), "h");
        assert_eq!(decode_exact(b"\xef\xbb\xbfh", "iso-8859-1").unwrap(), "ï»¿h");
        assert_eq!(decode_exact(b"\x80", "iso-8859-1").unwrap(), "€");
        for (bytes, label, place) in [
            (&b"\xef\xbb\xbfh\xe9"[..], "utf-8", "from 4 on"),
            (b"h\xe9", "us-ascii", "from 1 on"),
            (b"h", "utf-16", "not valid in the charset"),
            (b"\x00\xd8", "utf-16le", "not valid in the charset"),
            (b"\x93", "shift_jis", "not valid in the charset"),
            (b"h", "nonsense", "not known"),
        ] {
            let why = decode_exact(bytes, label).unwrap_err();
            assert!(why.contains(place), "{why}");
        }
        assert_eq!(byte_order_mark("unicode").unwrap(), b"\xff\xfe");
        assert_eq!(byte_order_mark("ansi").unwrap(), b"");
        assert!(byte_order_mark("nonsense").is_err());
    }
}
