//! Text to bytes and back, in the charset that a request or response names.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Encodes `text` for the charset called `label`.
///
/// A character that the charset does not have is an error, never a substitute: what arrives is what
/// was given, or nothing is sent.
pub(crate) fn encode<'t>(text: &'t str, label: &str) -> Result<Cow<'t, [u8]>, String> {
    let name = label.trim().to_ascii_lowercase();
    match name.as_str() {
        "" | "utf-8" | "utf8" => return Ok(Cow::Borrowed(text.as_bytes())),
        // encoding_rs reads UTF-16 but does not write it.
        "utf-16" | "utf-16le" => {
            return Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().into());
        }
        "utf-16be" => {
            return Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>().into());
        }
        _ => {}
    }
    let encoding = lookup(&name)
        .ok_or_else(|| format!("the charset {label:?} is not known; utf-8 is the safe choice"))?;
    if encoding == WINDOWS_1252 {
        // The WHATWG table takes all names of ASCII and Latin-1 for windows-1252, which holds more.
        match name.as_str() {
            "windows-1252" | "cp1252" | "x-cp1252" | "ansi" => {}
            "ascii" | "us-ascii" | "ansi_x3.4-1968" => return single_byte(text, label, 0x7f),
            _ => return single_byte(text, label, 0xff),
        }
    }
    let (bytes, _, unmappable) = encoding.encode(text);
    if unmappable {
        return Err(format!("the text has a character that the charset {label:?} does not have"));
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

/// Decodes `bytes`: a byte order mark decides first, then `label`, then UTF-8 where it is valid,
/// then windows-1252. Bytes that the charset does not have become U+FFFD.
pub(crate) fn decode<'b>(bytes: &'b [u8], label: Option<&str>) -> Cow<'b, str> {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[bom..]).0;
    }
    let named = label.map(str::trim).map(str::to_ascii_lowercase);
    let named = named.as_deref().and_then(lookup);
    match (named, std::str::from_utf8(bytes)) {
        (None, Ok(text)) => Cow::Borrowed(text),
        (None, Err(_)) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        (Some(encoding), Ok(text)) if encoding == UTF_8 => Cow::Borrowed(text),
        (Some(encoding), _) => encoding.decode_without_bom_handling(bytes).0,
    }
}

fn lookup(lower_case_label: &str) -> Option<&'static Encoding> {
    match lower_case_label {
        "utf-16" | "utf-16le" => Some(UTF_16LE),
        "utf-16be" => Some(UTF_16BE),
        // Chilkat's name for the code page of a Western Windows.
        "ansi" => Some(WINDOWS_1252),
        // Without "replacement", which stands for charsets that are not safe to read.
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
        assert_eq!(*encode("日", "shift_jis").unwrap(), [0x93, 0xfa]);
        assert!(encode("é", "us-ascii").unwrap_err().contains("'é'"));
        assert!(encode("€", "iso-8859-1").unwrap_err().contains("'€'"));
        assert!(encode("日", "windows-1252").unwrap_err().contains("windows-1252"));
        assert!(encode("€", "iso8859-1").unwrap_err().contains("'€'"));
        assert_eq!(*encode("€", "cp1252").unwrap(), [0x80]);
        assert!(encode("a", "iso-2022-kr").unwrap_err().contains("not known"));
        assert!(encode("a", "no-such-charset").unwrap_err().contains("no-such-charset"));
    }

    #[test]
    fn the_mark_then_the_label_then_utf8_then_windows_1252() {
        assert_eq!(decode(b"\xef\xbb\xbfh\xc3\xa9", Some("iso-8859-1")), "hé");
        assert_eq!(decode(b"h\xe9", Some("ISO-8859-1")), "hé");
        assert_eq!(decode(b"\x93\xfa", Some("shift_jis")), "日");
        assert_eq!(decode("hé".as_bytes(), None), "hé");
        assert_eq!(decode(b"h\xe9", None), "hé");
        assert_eq!(decode(b"h\xe9", Some("utf-8")), "h\u{fffd}");
        assert_eq!(decode(b"h\xe9", Some("nonsense")), "hé");
        assert_eq!(decode(b"plain", Some("hz-gb-2312")), "plain");
    }
}
