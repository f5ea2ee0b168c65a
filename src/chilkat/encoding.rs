//! The binary-to-text encodings that Chilkat names.

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

/// A binary-to-text encoding. [`super::StringBuilder`] documents each.
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

/// Everything except letters, digits and `-_.`; a space becomes a plus sign.
const RFC1738: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
/// Everything except `unreserved` (RFC 2396 section 2.3).
const RFC2396: &AsciiSet =
    &RFC1738.remove(b'~').remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');

/// Encodes bytes. `member` is the public method, for errors.
pub(super) fn encode(member: &str, bytes: &[u8], encoding: &str) -> Result<String> {
    let encoding = Encoding::parse(member, encoding)?;
    encoding.encode(bytes).map_err(|why| content_error(member, why))
}

/// Decodes to bytes.
pub(super) fn decode(member: &str, text: &str, encoding: &str) -> Result<Vec<u8>> {
    let encoding = Encoding::parse(member, encoding)?;
    encoding.decode(text).map_err(|why| content_error(member, why))
}

/// Encodes `text` as bytes in `charset`.
pub(super) fn encode_text(
    member: &str,
    text: &str,
    encoding: &str,
    charset: &str,
) -> Result<String> {
    let encoding = Encoding::parse(member, encoding)?;
    let bytes = to_bytes(member, text, charset)?;
    let bytes = if encoding.is_text() { text.as_bytes() } else { &bytes };
    encoding.encode(bytes).map_err(|why| content_error(member, why))
}

/// Decodes to bytes, and those to text in `charset`.
pub(super) fn decode_text(
    member: &str,
    text: &str,
    encoding: &str,
    charset: &str,
) -> Result<String> {
    let encoding = Encoding::parse(member, encoding)?;
    let bytes = encoding.decode(text).map_err(|why| content_error(member, why))?;
    to_text(member, &bytes, if encoding.is_text() { "utf-8" } else { charset })
}

/// Returns `text` as bytes in `charset`.
pub(super) fn to_bytes<'t>(member: &str, text: &'t str, charset: &str) -> Result<Cow<'t, [u8]>> {
    charset::encode(text, charset).map_err(|why| Error::argument(member, why))
}

/// Returns `bytes` as text in `charset`.
pub(super) fn to_text(member: &str, bytes: &[u8], charset: &str) -> Result<String> {
    // An unknown charset is an invalid argument, not invalid content.
    charset::byte_order_mark(charset).map_err(|why| Error::argument(member, why))?;
    match charset::decode_exact(bytes, charset) {
        Ok(text) => Ok(text.into_owned()),
        Err(why) => Err(content_error(member, why)),
    }
}

fn content_error(member: &str, why: String) -> Error {
    Error::new(ErrorKind::Content, format!("{member}: {why}"))
}

impl Encoding {
    fn parse(member: &str, name: &str) -> Result<Encoding> {
        let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()));
        found.map(|(_, encoding)| *encoding).ok_or_else(|| {
            let known: Vec<&str> = NAMES.iter().map(|(known, _)| *known).collect();
            let known = known.join(", ");
            Error::argument(member, format_args!("the encoding {name:?} is not one of {known}"))
        })
    }

    /// Whether it encodes characters rather than bytes.
    fn is_text(self) -> bool {
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
            // A literal `%` is already `%25`, so each `%20` is a space.
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
            Encoding::Base64 | Encoding::Base64Mime => decode_base64(text, &STANDARD),
            Encoding::Base64Url | Encoding::ModBase64 => decode_base64(text, &URL_SAFE),
            Encoding::Base32 => decode_base32(text),
            Encoding::Base58 => bs58::decode(text).into_vec().map_err(|err| match err {
                bs58::decode::Error::InvalidCharacter { index, .. }
                | bs58::decode::Error::NonAsciiCharacter { index } => {
                    invalid_character(text, index)
                }
                other => other.to_string(),
            }),
            Encoding::Hex | Encoding::HexLower => {
                let packed = strip_white_space(text);
                HEXUPPER_PERMISSIVE
                    .decode(packed.as_bytes())
                    .map_err(|err| data_encoding_error(text, err, |b| b.is_ascii_hexdigit()))
            }
            Encoding::Url | Encoding::Url2396 => decode_percent(text),
            Encoding::Url1738 => decode_percent(&text.replace('+', " ")),
            Encoding::QuotedPrintable => decode_quoted_printable(text),
            Encoding::Html => Ok(decode_html(text).into_bytes()),
            Encoding::Json => decode_json(text).map(String::into_bytes),
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

fn strip_white_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_whitespace()).collect()
}

/// Returns the offset in `text` of the byte at `index` of its text without white space.
fn original_offset(text: &str, index: usize) -> usize {
    let mut kept = text.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii_whitespace());
    kept.nth(index).map_or(text.len(), |(at, _)| at)
}

fn invalid_character(text: &str, at: usize) -> String {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some(c) => format!("the character {c:?} at byte {at} is not valid in the encoding"),
        None => format!("the text ends early, at byte {at}"),
    }
}

fn decode_base64(text: &str, engine: &GeneralPurpose) -> Result<Vec<u8>, String> {
    use base64::DecodeError::{InvalidByte, InvalidLastSymbol, InvalidLength, InvalidPadding};
    let packed = strip_white_space(text);
    engine.decode(&packed).map_err(|err| match err {
        InvalidByte(at, _) => invalid_character(text, original_offset(text, at)),
        InvalidLastSymbol { offset, .. } => trailing_bits(original_offset(text, offset)),
        InvalidLength(_) => {
            wrong_length(text, |b| b.is_ascii_alphanumeric() || b"+/-_".contains(&b))
        }
        InvalidPadding => excess_padding(text),
    })
}

fn decode_base32(text: &str) -> Result<Vec<u8>, String> {
    let packed = strip_white_space(text);
    let bare = packed.trim_end_matches('=');
    if packed.len() > bare.len().next_multiple_of(8) {
        return Err(excess_padding(text));
    }
    BASE32_NOPAD_NOCASE.decode(bare.as_bytes()).map_err(|err| {
        data_encoding_error(text, err, |b| b.is_ascii_alphabetic() || matches!(b, b'2'..=b'7'))
    })
}

fn data_encoding_error(text: &str, err: DecodeError, is_valid: fn(u8) -> bool) -> String {
    match err.kind {
        DecodeKind::Symbol => invalid_character(text, original_offset(text, err.position)),
        DecodeKind::Trailing => trailing_bits(original_offset(text, err.position)),
        DecodeKind::Padding => excess_padding(text),
        DecodeKind::Length => wrong_length(text, is_valid),
    }
}

/// Reports the first invalid character instead of the length, which the crates check first.
fn wrong_length(text: &str, is_valid: fn(u8) -> bool) -> String {
    let first = text.bytes().position(|b| !b.is_ascii_whitespace() && !is_valid(b));
    invalid_character(text, first.unwrap_or(text.len()))
}

fn trailing_bits(at: usize) -> String {
    format!("the last character, at byte {at}, has unused bits: the text was cut")
}

fn excess_padding(text: &str) -> String {
    let at = text.find('=').unwrap_or(text.len());
    format!("the padding at byte {at} is too long")
}

fn decode_percent(text: &str) -> Result<Vec<u8>, String> {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if !byte.is_ascii() {
            return Err(invalid_character(text, at));
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

/// Decodes RFC 2045 section 6.7. Line endings are kept, and hex digits may be in lower case.
fn decode_quoted_printable(text: &str) -> Result<Vec<u8>, String> {
    let bytes = text.as_bytes();
    if let Some(at) = bytes.iter().position(|b| !matches!(b, b'\t' | b'\r' | b'\n' | b' '..=b'~')) {
        return Err(invalid_character(text, at));
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let trimmed = line.trim_end_matches(['\r', '\n']).trim_end_matches([' ', '\t']);
        // White space at the end of a line was added in transit (rule 3).
        let mut rest = trimmed;
        let mut soft_break = false;
        while let Some((before, after)) = rest.split_once('=') {
            out.extend_from_slice(before.as_bytes());
            let at = start + trimmed.len() - after.len();
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

/// Replaces the character references of HTML. Any other `&` is kept, as in HTML.
pub(super) fn decode_html(text: &str) -> String {
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

/// Decodes the text between the quotes of a JSON string.
fn decode_json(text: &str) -> Result<String, String> {
    serde_json::from_str(&format!("\"{text}\"")).map_err(|err| {
        let line_start = match err.line() {
            0 | 1 => 0,
            line => text.match_indices('\n').nth(line - 2).map_or(0, |(at, _)| at + 1),
        };
        // The first line has a quote in front, and columns count from 1.
        let shift = if err.line() <= 1 { 2 } else { 1 };
        let at = (line_start + err.column().saturating_sub(shift)).min(text.len());
        format!("not valid in a JSON string, near byte {at}")
    })
}

#[cfg(test)]
mod tests;
