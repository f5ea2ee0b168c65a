//! Bytes as text and back, in the encodings that Chilkat names.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use data_encoding::{BASE32, BASE32_NOPAD_NOCASE, BASE64_MIME, HEXLOWER, HEXUPPER};
use data_encoding::{DecodeError, DecodeKind, HEXUPPER_PERMISSIVE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use crate::error::{Error, ErrorKind, Result};
use crate::text::charset;
use crate::text::percent as url;

/// A way to write bytes as text. The doc of [`super::StringBuilder`] says what each is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Base64,
    Base64Mime,
    Base64Url,
    ModBase64,
    Base32,
    Base58,
    Hex,
    HexLower,
    Url,
    Url1738,
    Url2396,
    QuotedPrintable,
    Html,
    Json,
}

const NAMES: &[(&str, Encoding)] = &[
    ("base64", Encoding::Base64),
    ("base64_mime", Encoding::Base64Mime),
    ("base64url", Encoding::Base64Url),
    ("modbase64", Encoding::ModBase64),
    ("base32", Encoding::Base32),
    ("base58", Encoding::Base58),
    ("hex", Encoding::Hex),
    ("hex_lower", Encoding::HexLower),
    ("url", Encoding::Url),
    ("url_rfc3986", Encoding::Url),
    ("url_oauth", Encoding::Url),
    ("url_rfc1738", Encoding::Url1738),
    ("url_rfc2396", Encoding::Url2396),
    ("qp", Encoding::QuotedPrintable),
    ("quoted-printable", Encoding::QuotedPrintable),
    ("html", Encoding::Html),
    ("json", Encoding::Json),
];

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const MOD: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
const URL_SAFE: GeneralPurpose =
    GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT.with_encode_padding(false));

/// All but the letters, digits and `-_.`; the space becomes a plus sign.
const RFC1738: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
/// All but `unreserved` (RFC 2396 section 2.3).
const RFC2396: &AsciiSet =
    &RFC1738.remove(b'~').remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');

/// Encodes bytes. `member` is the public name of who asks.
pub(super) fn encode(member: &str, bytes: &[u8], encoding: &str) -> Result<String> {
    let encoding = Encoding::named(member, encoding)?;
    encoding.encode(bytes).map_err(|why| content(member, why))
}

/// Decodes to bytes.
pub(super) fn decode(member: &str, text: &str, encoding: &str) -> Result<Vec<u8>> {
    let encoding = Encoding::named(member, encoding)?;
    encoding.decode(text).map_err(|why| content(member, why))
}

/// Encodes the bytes that `text` has in `charset`.
pub(super) fn encode_text(
    member: &str,
    text: &str,
    encoding: &str,
    charset: &str,
) -> Result<String> {
    let encoding = Encoding::named(member, encoding)?;
    let bytes = to_bytes(member, text, charset)?;
    let bytes = if encoding.is_of_text() { text.as_bytes() } else { &bytes };
    encoding.encode(bytes).map_err(|why| content(member, why))
}

/// Decodes to bytes and takes them for text in `charset`.
pub(super) fn decode_text(
    member: &str,
    text: &str,
    encoding: &str,
    charset: &str,
) -> Result<String> {
    let encoding = Encoding::named(member, encoding)?;
    let bytes = encoding.decode(text).map_err(|why| content(member, why))?;
    to_text(member, &bytes, if encoding.is_of_text() { "utf-8" } else { charset })
}

/// The bytes of `text` in `charset`.
pub(super) fn to_bytes<'t>(member: &str, text: &'t str, charset: &str) -> Result<Cow<'t, [u8]>> {
    charset::encode(text, charset).map_err(|why| Error::argument(member, why))
}

/// The text that `bytes` are in `charset`.
pub(super) fn to_text(member: &str, bytes: &[u8], charset: &str) -> Result<String> {
    // Tells the caller's mistake from the content's.
    charset::byte_order_mark(charset).map_err(|why| Error::argument(member, why))?;
    match charset::decode_exact(bytes, charset) {
        Ok(text) => Ok(text.into_owned()),
        Err(why) => Err(content(member, why)),
    }
}

fn content(member: &str, why: String) -> Error {
    Error::new(ErrorKind::Content, format!("{member}: {why}"))
}

impl Encoding {
    fn named(member: &str, name: &str) -> Result<Encoding> {
        let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()));
        found.map(|(_, encoding)| *encoding).ok_or_else(|| {
            let known: Vec<&str> = NAMES.iter().map(|(known, _)| *known).collect();
            let known = known.join(", ");
            Error::argument(member, format_args!("the encoding {name:?} is none of {known}"))
        })
    }

    /// Whether it is about characters, whatever their bytes are.
    fn is_of_text(self) -> bool {
        matches!(self, Encoding::Html | Encoding::Json)
    }

    fn encode(self, bytes: &[u8]) -> Result<String, String> {
        Ok(match self {
            Encoding::Base64 => STANDARD.encode(bytes),
            Encoding::Base64Mime => BASE64_MIME.encode(bytes),
            Encoding::Base64Url => URL_SAFE.encode(bytes),
            Encoding::ModBase64 => MOD.encode(bytes),
            Encoding::Base32 => BASE32.encode(bytes),
            Encoding::Base58 => bs58::encode(bytes).into_string(),
            Encoding::Hex => HEXUPPER.encode(bytes),
            Encoding::HexLower => HEXLOWER.encode(bytes),
            Encoding::Url => {
                let mut out = String::new();
                url::strict(&mut out, bytes);
                out
            }
            // A `%` of the bytes themselves has become `%25`, so each `%20` is a space.
            Encoding::Url1738 => percent_encode(bytes, RFC1738).to_string().replace("%20", "+"),
            Encoding::Url2396 => percent_encode(bytes, RFC2396).to_string(),
            Encoding::QuotedPrintable => quoted_printable::encode_to_str(bytes),
            Encoding::Html => html_escape::encode_quoted_attribute(utf8(bytes)?).into_owned(),
            Encoding::Json => {
                let quoted = serde_json::to_string(utf8(bytes)?).map_err(|err| err.to_string())?;
                quoted[1..quoted.len() - 1].to_owned()
            }
        })
    }

    fn decode(self, text: &str) -> Result<Vec<u8>, String> {
        match self {
            Encoding::Base64 | Encoding::Base64Mime => base64(text, &STANDARD),
            Encoding::Base64Url | Encoding::ModBase64 => base64(text, &URL_SAFE),
            Encoding::Base32 => base32(text),
            Encoding::Base58 => bs58::decode(text).into_vec().map_err(|err| match err {
                bs58::decode::Error::InvalidCharacter { index, .. }
                | bs58::decode::Error::NonAsciiCharacter { index } => stranger(text, index),
                other => other.to_string(),
            }),
            Encoding::Hex | Encoding::HexLower => {
                let packed = without_space(text);
                HEXUPPER_PERMISSIVE
                    .decode(packed.as_bytes())
                    .map_err(|err| spec_fault(text, err, |b| b.is_ascii_hexdigit()))
            }
            Encoding::Url | Encoding::Url2396 => percent(text),
            Encoding::Url1738 => percent(&text.replace('+', " ")),
            Encoding::QuotedPrintable => quoted(text),
            Encoding::Html => Ok(html(text).into_bytes()),
            Encoding::Json => json(text).map(String::into_bytes),
        }
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|err| {
        format!(
            "html and json are encodings of text, and the bytes from {} on are not UTF-8",
            err.valid_up_to()
        )
    })
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_whitespace()).collect()
}

/// Where in `text` the byte is that is at `packed` without the white space.
fn unpacked(text: &str, packed: usize) -> usize {
    let mut solid = text.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii_whitespace());
    solid.nth(packed).map_or(text.len(), |(at, _)| at)
}

fn stranger(text: &str, at: usize) -> String {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some(c) => format!("the character {c:?} at byte {at} is not of the encoding"),
        None => format!("the text ends too early, at byte {at}"),
    }
}

fn base64(text: &str, engine: &GeneralPurpose) -> Result<Vec<u8>, String> {
    use base64::DecodeError::{InvalidByte, InvalidLastSymbol, InvalidLength, InvalidPadding};
    let packed = without_space(text);
    engine.decode(&packed).map_err(|err| match err {
        InvalidByte(at, _) => stranger(text, unpacked(text, at)),
        InvalidLastSymbol { offset, .. } => trailing_bits(unpacked(text, offset)),
        InvalidLength(_) => {
            wrong_length(text, |b| b.is_ascii_alphanumeric() || b"+/-_".contains(&b))
        }
        InvalidPadding => padding(text),
    })
}

fn base32(text: &str) -> Result<Vec<u8>, String> {
    let packed = without_space(text);
    let bare = packed.trim_end_matches('=');
    if packed.len() > bare.len().next_multiple_of(8) {
        return Err(padding(text));
    }
    BASE32_NOPAD_NOCASE.decode(bare.as_bytes()).map_err(|err| {
        spec_fault(text, err, |b| b.is_ascii_alphabetic() || matches!(b, b'2'..=b'7'))
    })
}

fn spec_fault(text: &str, err: DecodeError, belongs: fn(u8) -> bool) -> String {
    match err.kind {
        DecodeKind::Symbol => stranger(text, unpacked(text, err.position)),
        DecodeKind::Trailing => trailing_bits(unpacked(text, err.position)),
        DecodeKind::Padding => padding(text),
        DecodeKind::Length => wrong_length(text, belongs),
    }
}

/// The crates look at the length first, but a character that does not belong is the better hint.
fn wrong_length(text: &str, belongs: fn(u8) -> bool) -> String {
    let first = text.bytes().position(|b| !b.is_ascii_whitespace() && !belongs(b));
    stranger(text, first.unwrap_or(text.len()))
}

fn trailing_bits(at: usize) -> String {
    format!("the last character, at byte {at}, has bits that belong to no byte: text is missing")
}

fn padding(text: &str) -> String {
    let at = text.find('=').unwrap_or(text.len());
    format!("the padding at byte {at} is too long")
}

fn percent(text: &str) -> Result<Vec<u8>, String> {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if !byte.is_ascii() {
            return Err(stranger(text, at));
        }
        if *byte == b'%' && !hex_pair(bytes, at + 1) {
            return Err(format!("the % at byte {at} is not followed by two hex digits"));
        }
    }
    Ok(percent_decode_str(text).collect())
}

fn hex_pair(bytes: &[u8], at: usize) -> bool {
    bytes
        .get(at..)
        .and_then(|rest| rest.get(..2))
        .is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
}

/// RFC 2045 section 6.7. Line ends stay as they are, and hex digits may be lower case.
fn quoted(text: &str) -> Result<Vec<u8>, String> {
    let bytes = text.as_bytes();
    if let Some(at) = bytes.iter().position(|b| !matches!(b, b'\t' | b'\r' | b'\n' | b' '..=b'~')) {
        return Err(stranger(text, at));
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let solid = line.trim_end_matches(['\r', '\n']).trim_end_matches([' ', '\t']);
        // White space at the end of a line was added on the way (rule 3).
        let mut rest = solid;
        let mut soft_break = false;
        while let Some((before, after)) = rest.split_once('=') {
            out.extend_from_slice(before.as_bytes());
            let at = start + solid.len() - after.len();
            rest = after;
            if after.is_empty() {
                soft_break = true;
            } else if hex_pair(bytes, at) {
                out.extend(percent_decode_str(&format!("%{}", &after[..2])));
                rest = &after[2..];
            } else {
                let at = at - 1;
                return Err(format!("the = at byte {at} is not followed by two hex digits"));
            }
        }
        out.extend_from_slice(rest.as_bytes());
        if !soft_break {
            let body = line.trim_end_matches(['\r', '\n']);
            out.extend_from_slice(&line.as_bytes()[body.len()..]);
        }
        start = end;
    }
    Ok(out)
}

/// Replaces the character references of HTML. What is none stays as it is, as in HTML.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '#');
        match end {
            Some(end) if end > 0 && after[end..].starts_with(';') => {
                let reference = &rest[before.len()..=before.len() + 1 + end];
                out.push_str(&html_escape::decode_html_entities(reference));
                rest = &after[end + 1..];
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What stands between the quotes of a JSON string.
fn json(text: &str) -> Result<String, String> {
    serde_json::from_str(&format!("\"{text}\"")).map_err(|err| {
        let line_start = match err.line() {
            0 | 1 => 0,
            line => text.match_indices('\n').nth(line - 2).map_or(0, |(at, _)| at + 1),
        };
        // The first line has a quote in front, and columns count from 1.
        let shift = if err.line() <= 1 { 2 } else { 1 };
        let at = (line_start + err.column().saturating_sub(shift)).min(text.len());
        format!("not what stands in a JSON string, near byte {at}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::cases;

    #[test]
    fn each_encoding_writes_what_its_standard_says() {
        for (name, encoded) in [
            ("base64", "fn4gYSsvPz4="),
            ("base64url", "fn4gYSsvPz4"),
            ("modBase64", "fn4gYSsvPz4="),
            ("base64_mime", "fn4gYSsvPz4=\r\n"),
            ("base32", "PZ7CAYJLF47T4==="),
            ("Base58", "NA8yRa2JgLV"),
            ("HEX", "7E7E20612B2F3F3E"),
            ("hex_lower", "7e7e20612b2f3f3e"),
            ("url", "~~%20a%2B%2F%3F%3E"),
            ("url_rfc3986", "~~%20a%2B%2F%3F%3E"),
            ("url_oauth", "~~%20a%2B%2F%3F%3E"),
            ("url_rfc2396", "~~%20a%2B%2F%3F%3E"),
            ("url_rfc1738", "%7E%7E+a%2B%2F%3F%3E"),
            ("qp", "~~ a+/?>"),
            ("quoted-printable", "~~ a+/?>"),
            ("html", "~~ a+/?&gt;"),
            ("json", "~~ a+/?>"),
        ] {
            assert_eq!(encode("m", b"~~ a+/?>", name).unwrap(), encoded, "{name}");
            assert_eq!(decode("m", encoded, name).unwrap(), b"~~ a+/?>", "{name}");
        }
        for (name, bytes, encoded) in [
            ("base64", &b"\xff\xef\xbe\x00"[..], "/+++AA=="),
            ("base64url", b"\xff\xef\xbe\x00", "_---AA"),
            ("modbase64", b"\xff\xef\xbe\x00", "_---AA=="),
            ("base58", b"\x00\x00\x01", "112"),
            ("url_rfc2396", b"-_.~!*'()", "-_.~!*'()"),
            ("url", b"-_.~!*'()", "-_.~%21%2A%27%28%29"),
            ("url_rfc1738", b"%20 ", "%2520+"),
            ("qp", "é=\r\n ".as_bytes(), "=C3=A9=3D\r\n=20"),
            ("html", b"<a href='x'>&\"", "&lt;a href=&#x27;x&#x27;&gt;&amp;&quot;"),
            ("json", b"a\"b\\c\n\t\x01/", "a\\\"b\\\\c\\n\\t\\u0001/"),
        ] {
            assert_eq!(encode("m", bytes, name).unwrap(), encoded, "{name}");
            assert_eq!(decode("m", encoded, name).unwrap(), bytes, "{name}");
        }
        let lines = encode("m", &[b'a'; 60], "base64_mime").unwrap();
        assert_eq!(lines.split("\r\n").map(str::len).collect::<Vec<_>>(), [76, 4, 0]);
    }

    #[test]
    fn decoding_takes_the_forms_that_are_in_use() {
        for (name, encoded, decoded) in [
            ("base64", " YWJ\r\nj\tZA ", "abcd"),
            ("base64", "YWJjZA==", "abcd"),
            ("base64url", "YWJjZA==", "abcd"),
            ("base32", "mfrggza", "abcd"),
            ("base32", "MFRGG=", "abc"),
            ("base32", "MFRG GZA=", "abcd"),
            ("hex", "6a 6B\n6c", "jkl"),
            ("url", "https://h/p?a=%c3%a9+b c", "https://h/p?a=é+b c"),
            ("url_rfc1738", "a+b%2B", "a b+"),
            ("qp", "a=\r\nb= \nc \r\nd=3d\n=", "abc\r\nd=\n"),
            ("html", "&eacute;&#233;&#xE9;&apos;", "ééé'"),
            ("html", "fish & chips &; a&b&amp", "fish & chips &; a&b&amp"),
            ("html", "Q&A; &nosuch; &#x;", "Q&A; &nosuch; &#x;"),
            ("json", "\\u00e9\\/\\ud83d\\ude00", "é/😀"),
        ] {
            let result = decode("m", encoded, name).unwrap();
            assert_eq!(String::from_utf8(result).unwrap(), decoded, "{name}");
        }
    }

    #[test]
    fn what_is_not_of_the_encoding_is_refused_with_its_place() {
        for (name, text, place) in [
            ("base64", "YW Jj\nZ!", "'!' at byte 7"),
            ("base64", "YWé", "'é' at byte 2"),
            ("base64", "YWJjY", "at byte 5"),
            ("base64", "YWJj!", "'!' at byte 4"),
            ("base64", "YWF=YWJj", "at byte 3"),
            ("base64", "YQ===", "'=' at byte 2"),
            ("base64", "YWJ", "byte 2"),
            ("base64", "Y-_j", "'-' at byte 1"),
            ("base64url", "Y+/j", "'+' at byte 1"),
            ("base32", "MFRG1", "'1' at byte 4"),
            ("base32", "MFRGGZA==", "padding at byte 7"),
            ("base32", "MFRGGZB", "byte 6"),
            ("base32", "M", "at byte 1"),
            ("base32", "é", "'é' at byte 0"),
            ("base58", "1I", "'I' at byte 1"),
            ("base58", "1é", "'é' at byte 1"),
            ("hex", "zz!!", "'z' at byte 0"),
            ("hex", "61 6", "at byte 4"),
            ("hex", "616é", "'é' at byte 3"),
            ("url", "a%2", "% at byte 1"),
            ("url", "a%zz", "% at byte 1"),
            ("url", "aé", "'é' at byte 1"),
            ("qp", "ab=C", "= at byte 2"),
            ("qp", "a=\r\nb=GG", "= at byte 5"),
            ("qp", "aé", "'é' at byte 1"),
            ("json", "ab\\x", "near byte 3"),
            ("json", "ab\"c", "near byte 3"),
            ("json", "abc\nd", "near byte 4"),
            ("json", "ab\\ud800", "near byte 8"),
        ] {
            let err = decode("decode", text, name).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::Content);
            let err = err.to_string();
            assert!(err.contains("decode: ") && err.contains(place), "{name} {text:?}: {err}");
        }
        for name in ["html", "json"] {
            let err = encode("m", b"a\xff", name).unwrap_err();
            assert!(err.to_string().contains("from 1 on"), "{err}");
        }
    }

    #[test]
    fn an_unknown_name_is_never_base64() {
        for err in [encode("m", b"a", "bas64").unwrap_err(), decode("m", "a", "").unwrap_err()] {
            assert_eq!(err.kind(), ErrorKind::Argument);
            assert!(err.to_string().contains("base64, base64_mime, base64url"), "{err}");
        }
    }

    #[test]
    fn all_bytes_come_back() {
        cases(256, |random| {
            let bytes = random.bytes(100);
            for (name, encoding) in NAMES.iter().filter(|(_, e)| !e.is_of_text()) {
                let encoded = encoding.encode(&bytes).unwrap();
                assert!(encoded.is_ascii());
                assert_eq!(&encoding.decode(&encoded).unwrap(), &bytes, "{name}");
            }
        });
    }

    #[test]
    fn all_text_comes_back() {
        cases(512, |random| {
            let text = match random.below(2) {
                0 => random.text(0, 32),
                _ => random.text_of("&;#abcdefghijklmnopqrstuvwxyz<>\"'= \r\n", 0, 32),
            };
            for (name, encoding) in NAMES {
                let encoded = encoding.encode(text.as_bytes()).unwrap();
                let decoded = encoding.decode(&encoded).unwrap();
                assert_eq!(&decoded[..], text.as_bytes(), "{name}");
            }
        });
    }

    #[test]
    fn no_text_makes_decoding_panic() {
        cases(512, |random| {
            let text = match random.below(2) {
                0 => random.text(0, 32),
                _ => {
                    random.text_of("%=&;#abcdefghijklmnopqrstuvwxyzABCDEF0123456789é \r\n\\", 0, 32)
                }
            };
            for (name, encoding) in NAMES {
                if let Err(why) = encoding.decode(&text) {
                    assert!(why.contains("byte"), "{name}: {why}");
                }
            }
        });
    }
}
