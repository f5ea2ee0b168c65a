//! [`StringBuilder`]: text to build, edit, encode, and read from and write to files.

use std::fs;
use std::path::Path;

use encoding_rs::Encoding;
use zeroize::Zeroize as _;

use super::encoding;
use super::front::Front;
use crate::error::{Error, ErrorKind, Result};
use crate::text::charset;
use crate::text::file;

/// A text that is built and edited in place.
///
/// Members that share a name with a method of `str`, such as [`contains`](Self::contains) and
/// [`trim`](Self::trim), have Chilkat's meaning; `trim` changes the text. The methods of `str` are
/// behind [`as_str`](Self::as_str), as in `sb.as_str().trim()`. Members whose name ends in `_sb`
/// accept a `&sb`.
///
/// ```
/// use zoomkat::HttpRequest;
/// use zoomkat::chilkat::StringBuilder;
///
/// let mut sb = StringBuilder::new();
/// sb.append("{\"new_password\":\"").append_int(42).append("\"}");
/// sb.replace("42", "lorem ipsum");
///
/// let mut req = HttpRequest::new();
/// req.load_body_from_sb(&sb, "utf-8");
/// sb.encode("base64url", "utf-8")?;
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// # Characters
///
/// As in Chilkat, [`length`](Self::length) and the members that take a number of characters count
/// UTF-16 code units: most characters are one unit, an emoji is two. A position between the two
/// units is rounded down, so a character is never cut. A position beyond the end is the end.
///
/// # Encodings
///
/// Names are case-insensitive: `base64`, `base64_mime` (lines of 76 characters, CRLF after each),
/// `base64url` (without padding), `modBase64` (the same with padding), `base32`, `base58` (slow
/// beyond a few kilobytes), `hex`, `hex_lower`, `url` = `url_rfc3986` = `url_oauth` (keeps `A-Z a-z
/// 0-9 - . _ ~`), `url_rfc2396` (also keeps `! * ' ( )`), `url_rfc1738` (a space is `+`; encodes
/// `~`), `qp` = `quoted-printable`, `html` and `json` (the text between the quotes). Any other name
/// is an error; Chilkat treats it as base64.
///
/// Decoding ignores white space and missing padding in base64, base32 and hex. Anything else that
/// is not valid is an error that names the position; Chilkat decodes what it can.
///
/// # Charsets
///
/// `utf-8` or an empty name, `utf-16`, `iso-8859-1`, `windows-1252` (= `ansi`), `shift_jis` and the
/// others of the WHATWG Encoding Standard. A character that the charset lacks and bytes that are
/// not valid in it are errors; neither is replaced.
///
/// `Debug` shows only the length, because the text may be a secret.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[doc(alias = "CkStringBuilder")]
pub struct StringBuilder(pub(super) Front<String>);

impl StringBuilder {
    /// Creates an empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the text as a `str`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns a copy of the text.
    #[doc(alias = "GetAsString")]
    #[doc(alias = "getAsString")]
    pub fn get_as_string(&self) -> String {
        self.as_str().to_owned()
    }

    /// Replaces the text.
    #[doc(alias = "SetString")]
    pub fn set_string(&mut self, value: &str) -> &mut Self {
        self.0.compact().clear();
        self.append(value)
    }

    /// Returns the number of [characters](Self#characters): UTF-16 code units, so an emoji counts
    /// as 2.
    #[doc(alias = "get_Length")]
    #[doc(alias = "Length")]
    pub fn length(&self) -> usize {
        self.0.chars().map(char::len_utf16).sum()
    }

    /// Returns the integer that the text begins with, after white space and an optional sign, or 0.
    /// An integer outside the range of `i64` is clamped to it.
    #[doc(alias = "get_IntValue")]
    #[doc(alias = "IntValue")]
    pub fn int_value(&self) -> i64 {
        let text = self.0.trim_start();
        let negative = text.starts_with('-');
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text).bytes();
        digits.take_while(u8::is_ascii_digit).fold(0i64, |value, digit| {
            let digit = i64::from(digit - b'0');
            value.saturating_mul(10).saturating_add(if negative { -digit } else { digit })
        })
    }

    /// Replaces the text with an integer in decimal.
    #[doc(alias = "put_IntValue")]
    pub fn set_int_value(&mut self, value: i64) -> &mut Self {
        self.0.compact().clear();
        self.append_int64(value)
    }

    /// Whether the text consists of white space and the characters of base64, `=` included.
    #[doc(alias = "get_IsBase64")]
    #[doc(alias = "IsBase64")]
    pub fn is_base64(&self) -> bool {
        let is_base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
        self.0.bytes().all(|b| is_base64(b) || b.is_ascii_whitespace())
    }

    /// Appends text.
    #[doc(alias = "Append")]
    pub fn append(&mut self, value: &str) -> &mut Self {
        self.0.buffer_mut().push_str(value);
        self
    }

    /// Appends an integer in decimal.
    #[doc(alias = "AppendInt")]
    pub fn append_int(&mut self, value: impl Into<i64>) -> &mut Self {
        self.append_int64(value.into())
    }

    /// Appends an integer in decimal.
    #[doc(alias = "AppendInt64")]
    pub fn append_int64(&mut self, value: i64) -> &mut Self {
        self.append(&value.to_string())
    }

    /// Appends text and a line end: CRLF if `crlf`, else LF.
    #[doc(alias = "AppendLine")]
    pub fn append_line(&mut self, value: &str, crlf: bool) -> &mut Self {
        self.append(value).append(if crlf { "\r\n" } else { "\n" })
    }

    /// Appends the text of another builder.
    #[doc(alias = "AppendSb")]
    pub fn append_sb(&mut self, sb: impl AsRef<str>) -> &mut Self {
        self.append(sb.as_ref())
    }

    /// Appends bytes that are text in `charset`: `num_bytes` from `offset`, or all if both are 0.
    ///
    /// # Errors
    ///
    /// Fails if the range is beyond the end, the charset is unknown, or the bytes are not valid in
    /// it. The text is then unchanged.
    #[doc(alias = "AppendBd")]
    pub fn append_bd(
        &mut self,
        data: impl AsRef<[u8]>,
        charset: &str,
        offset: usize,
        num_bytes: usize,
    ) -> Result<()> {
        let data = data.as_ref();
        let all = offset == 0 && num_bytes == 0;
        let data = if all { data } else { chunk("append_bd", data, offset, num_bytes)? };
        self.0.buffer_mut().push_str(&encoding::to_text("append_bd", data, charset)?);
        Ok(())
    }

    /// Appends bytes in an [encoding](Self#encodings).
    ///
    /// # Errors
    ///
    /// Fails if the encoding is unknown, or is `html` or `json` and the bytes are not UTF-8.
    #[doc(alias = "AppendEncoded")]
    pub fn append_encoded(&mut self, data: impl AsRef<[u8]>, encoding: &str) -> Result<()> {
        self.0.buffer_mut().push_str(&encoding::encode("append_encoded", data.as_ref(), encoding)?);
        Ok(())
    }

    /// Appends a random UUID (RFC 9562, version 4), such as `0b2ba2f1-7c1e-4d5c-9d0e-3f1c2ab4d5e6`,
    /// in lower or upper case.
    ///
    /// # Errors
    ///
    /// Fails if the operating system provides no random bytes.
    #[doc(alias = "AppendUuid")]
    pub fn append_uuid(&mut self, lowercase: bool) -> Result<()> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|err| {
            let message = format!("append_uuid: the system provides no random bytes: {err}");
            Error::new(ErrorKind::Io, message)
        })?;
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex =
            encoding::encode("append_uuid", &bytes, if lowercase { "hex_lower" } else { "hex" })?;
        for (at, digit) in hex.chars().enumerate() {
            if [8, 12, 16, 20].contains(&at) {
                self.0.buffer_mut().push('-');
            }
            self.0.buffer_mut().push(digit);
        }
        Ok(())
    }

    /// Inserts text at the start.
    #[doc(alias = "Prepend")]
    pub fn prepend(&mut self, value: &str) -> &mut Self {
        self.0.prepend(value);
        self
    }

    /// Removes the text.
    #[doc(alias = "Clear")]
    pub fn clear(&mut self) -> &mut Self {
        self.0.compact().clear();
        self
    }

    /// Removes the text and overwrites its memory with zeros.
    ///
    /// Only the current buffer is overwritten. Earlier buffers, from before the text grew, and
    /// copies made by the caller or the system are not.
    #[doc(alias = "SecureClear")]
    pub fn secure_clear(&mut self) -> &mut Self {
        self.0.compact().zeroize();
        self
    }

    /// Encodes the text in place: its bytes in `charset`, in an [encoding](Self#encodings).
    ///
    /// # Errors
    ///
    /// Fails if the encoding or the charset is unknown, or the charset lacks a character. The text
    /// is then unchanged.
    #[doc(alias = "Encode")]
    pub fn encode(&mut self, encoding: &str, charset: &str) -> Result<()> {
        self.0 = encoding::encode_text("encode", &self.0, encoding, charset)?.into();
        Ok(())
    }

    /// Decodes the text in place: from an [encoding](Self#encodings) to bytes, and those to text in
    /// `charset`.
    ///
    /// ```
    /// let mut sb = zoomkat::chilkat::StringBuilder::from("bG9yZW0g4g");
    /// sb.decode("base64", "iso-8859-1")?;
    /// assert_eq!(sb, "lorem â");
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the encoding or the charset is unknown, or the text is not valid in the encoding,
    /// or the bytes in the charset. The text is then unchanged.
    #[doc(alias = "Decode")]
    pub fn decode(&mut self, encoding: &str, charset: &str) -> Result<()> {
        self.0 = encoding::decode_text("decode", &self.0, encoding, charset)?.into();
        Ok(())
    }

    /// Decodes `value` as [`decode`](Self::decode) does, and appends the result.
    ///
    /// # Errors
    ///
    /// As for `decode`.
    #[doc(alias = "DecodeAndAppend")]
    pub fn decode_and_append(&mut self, value: &str, encoding: &str, charset: &str) -> Result<()> {
        self.0.buffer_mut().push_str(&encoding::decode_text(
            "decode_and_append",
            value,
            encoding,
            charset,
        )?);
        Ok(())
    }

    /// Returns the text encoded as by [`encode`](Self::encode), and leaves the text unchanged.
    ///
    /// # Errors
    ///
    /// As for `encode`.
    #[doc(alias = "GetEncoded")]
    #[doc(alias = "getEncoded")]
    pub fn get_encoded(&self, encoding: &str, charset: &str) -> Result<String> {
        encoding::encode_text("get_encoded", &self.0, encoding, charset)
    }

    /// Returns the decoded bytes, and leaves the text unchanged.
    ///
    /// # Errors
    ///
    /// Fails if the encoding is unknown, or the text is not valid in it.
    #[doc(alias = "GetDecoded")]
    pub fn get_decoded(&self, encoding: &str) -> Result<Vec<u8>> {
        encoding::decode("get_decoded", &self.0, encoding)
    }

    /// Replaces the character references of HTML, such as `&amp;`, `&eacute;` and `&#233;`. Any
    /// other `&` is left unchanged.
    #[doc(alias = "EntityDecode")]
    pub fn entity_decode(&mut self) -> &mut Self {
        self.0 = encoding::decode_html(&self.0).into();
        self
    }

    /// Replaces the text with the content of a file in `charset`. A byte order mark takes precedence
    /// over `charset`, and is removed.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, the charset is unknown, or the bytes are not valid in it.
    /// The text is then unchanged.
    #[doc(alias = "LoadFile")]
    pub fn load_file(&mut self, path: impl AsRef<Path>, charset: &str) -> Result<()> {
        let bytes = read("load_file", path.as_ref())?;
        let marked = Encoding::for_bom(&bytes).is_some();
        self.0 =
            encoding::to_text("load_file", &bytes, if marked { "utf-8" } else { charset })?.into();
        Ok(())
    }

    /// Writes the text to a file in `charset`. The file appears, or replaces an old one, only when
    /// it is complete. `emit_bom` writes a byte order mark first if the charset has one.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written, the charset is unknown, or it lacks a character.
    #[doc(alias = "WriteFile")]
    pub fn write_file(&self, path: impl AsRef<Path>, charset: &str, emit_bom: bool) -> Result<()> {
        let bytes = self.file_bytes("write_file", charset, emit_bom)?;
        file::write_whole(path.as_ref(), |write| write(&bytes))
    }

    /// Writes as [`write_file`](Self::write_file) does, unless the file already has this content.
    ///
    /// # Errors
    ///
    /// As for `write_file`.
    #[doc(alias = "WriteFileIfModified")]
    pub fn write_file_if_modified(
        &self,
        path: impl AsRef<Path>,
        charset: &str,
        emit_bom: bool,
    ) -> Result<()> {
        let bytes = self.file_bytes("write_file_if_modified", charset, emit_bom)?;
        let path = path.as_ref();
        let may_be_equal = |meta: fs::Metadata| meta.is_file() && meta.len() == bytes.len() as u64;
        if fs::metadata(path).is_ok_and(may_be_equal)
            && fs::read(path).is_ok_and(|old| old == bytes)
        {
            return Ok(());
        }
        file::write_whole(path, |write| write(&bytes))
    }

    fn file_bytes(&self, member: &str, charset: &str, emit_bom: bool) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if emit_bom {
            bytes.extend(bom(member, charset)?);
        }
        bytes.extend(&*encoding::to_bytes(member, &self.0, charset)?);
        Ok(bytes)
    }
}

/// Returns `num_bytes` bytes from `offset`, or an error if the range is beyond the end.
pub(super) fn chunk<'d>(
    member: &str,
    data: &'d [u8],
    offset: usize,
    num_bytes: usize,
) -> Result<&'d [u8]> {
    data.get(offset..).and_then(|rest| rest.get(..num_bytes)).ok_or_else(|| {
        let len = data.len();
        Error::argument(
            member,
            format_args!("{num_bytes} bytes from offset {offset} were requested, of {len}"),
        )
    })
}

/// Returns the byte order mark of `charset`, which may be empty.
pub(super) fn bom(member: &str, charset: &str) -> Result<&'static [u8]> {
    charset::byte_order_mark(charset).map_err(|why| Error::argument(member, why))
}

pub(super) fn read(member: &str, path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|err| {
        let message = format!("{member}: cannot read the file {}: {err}", file::quoted(path));
        Error::new(ErrorKind::Io, message).with_source(err)
    })
}
