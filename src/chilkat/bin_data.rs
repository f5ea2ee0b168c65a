//! [`BinData`]: bytes that are gathered, encoded and kept in files.

use std::path::Path;

use zeroize::Zeroize as _;

use super::encoding;
use super::string_builder::StringBuilder;
use super::string_builder::{bom, chunk, read};
use crate::error::{Error, Result};
use crate::text::file;

/// Bytes that are gathered piece by piece.
///
/// The methods of a slice are behind [`as_slice`](Self::as_slice). Members whose name ends in `_bd`
/// accept a `&bd`. [Encodings and charsets](StringBuilder#encodings) are those of
/// [`StringBuilder`]. Offsets and lengths are in bytes.
///
/// ```
/// use zoomkat::HttpRequest;
/// use zoomkat::chilkat::BinData;
///
/// let mut bd = BinData::new();
/// bd.append_encoded("bG9yZW0=", "base64")?;
/// bd.append_string(" ipsum", "utf-8")?;
/// assert_eq!(bd.get_encoded("hex")?, "6C6F72656D20697073756D");
///
/// let mut req = HttpRequest::new();
/// req.add_bd_for_upload("file", "lorem.txt", &bd, "");
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// `Debug` shows the number of bytes alone, as they may be a secret.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[doc(alias = "CkBinData")]
#[doc(alias = "CkByteData")]
pub struct BinData(pub(super) Vec<u8>);

impl BinData {
    /// No bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the bytes as a slice.
    #[doc(alias = "as_bytes")]
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// Returns the number of bytes.
    #[doc(alias = "get_NumBytes")]
    #[doc(alias = "NumBytes")]
    pub fn num_bytes(&self) -> usize {
        self.0.len()
    }

    /// Appends another's bytes.
    #[doc(alias = "AppendBd")]
    pub fn append_bd(&mut self, data: impl AsRef<[u8]>) -> &mut Self {
        self.append_data(data)
    }

    /// Appends bytes.
    #[doc(alias = "AppendData")]
    #[doc(alias = "AppendBinary")]
    #[doc(alias = "AppendBinary2")]
    pub fn append_data(&mut self, data: impl AsRef<[u8]>) -> &mut Self {
        self.0.extend_from_slice(data.as_ref());
        self
    }

    /// Appends one byte.
    #[doc(alias = "AppendByte")]
    pub fn append_byte(&mut self, value: u8) -> &mut Self {
        self.0.push(value);
        self
    }

    /// Appends the bytes that text has in `charset`, without a byte order mark.
    ///
    /// # Errors
    ///
    /// The charset is not known, or lacks a character. Nothing is appended then.
    #[doc(alias = "AppendString")]
    pub fn append_string(&mut self, text: &str, charset: &str) -> Result<()> {
        self.0.extend_from_slice(&encoding::to_bytes("append_string", text, charset)?);
        Ok(())
    }

    /// Appends the bytes that a `StringBuilder`'s text has in `charset`.
    ///
    /// # Errors
    ///
    /// As of [`append_string`](Self::append_string).
    #[doc(alias = "AppendSb")]
    pub fn append_sb(&mut self, sb: impl AsRef<str>, charset: &str) -> Result<()> {
        self.0.extend_from_slice(&encoding::to_bytes("append_sb", sb.as_ref(), charset)?);
        Ok(())
    }

    /// Appends the byte order mark of `charset`; nothing where it has none.
    ///
    /// # Errors
    ///
    /// The charset is not known.
    #[doc(alias = "AppendBom")]
    pub fn append_bom(&mut self, charset: &str) -> Result<()> {
        self.0.extend_from_slice(bom("append_bom", charset)?);
        Ok(())
    }

    /// Appends the bytes that text in an [encoding](StringBuilder#encodings) stands for.
    ///
    /// # Errors
    ///
    /// The encoding is not known, or the text is not of it. Nothing is appended then.
    #[doc(alias = "AppendEncoded")]
    pub fn append_encoded(&mut self, text: &str, encoding: &str) -> Result<()> {
        self.0.extend(encoding::decode("append_encoded", text, encoding)?);
        Ok(())
    }

    /// Appends the bytes that a `StringBuilder`'s text stands for.
    ///
    /// # Errors
    ///
    /// As of [`append_encoded`](Self::append_encoded).
    #[doc(alias = "AppendEncodedSb")]
    pub fn append_encoded_sb(&mut self, sb: impl AsRef<str>, encoding: &str) -> Result<()> {
        self.0.extend(encoding::decode("append_encoded_sb", sb.as_ref(), encoding)?);
        Ok(())
    }

    /// Appends a 16-bit integer, signed or not, the lowest byte first or last.
    ///
    /// # Errors
    ///
    /// The value needs more than 16 bits.
    #[doc(alias = "AppendInt2")]
    pub fn append_int2(&mut self, value: i64, little_endian: bool) -> Result<()> {
        let value = i16::try_from(value)
            .map(i16::to_be_bytes)
            .or_else(|_| u16::try_from(value).map(u16::to_be_bytes));
        self.append_integer("append_int2", value.ok(), little_endian)
    }

    /// Appends a 32-bit integer, signed or not, the lowest byte first or last.
    ///
    /// # Errors
    ///
    /// The value needs more than 32 bits.
    #[doc(alias = "AppendInt4")]
    pub fn append_int4(&mut self, value: i64, little_endian: bool) -> Result<()> {
        let value = i32::try_from(value)
            .map(i32::to_be_bytes)
            .or_else(|_| u32::try_from(value).map(u32::to_be_bytes));
        self.append_integer("append_int4", value.ok(), little_endian)
    }

    fn append_integer<const N: usize>(
        &mut self,
        member: &str,
        big_endian: Option<[u8; N]>,
        little_endian: bool,
    ) -> Result<()> {
        let Some(mut bytes) = big_endian else {
            return Err(Error::argument(member, format_args!("the value does not fit {N} bytes")));
        };
        if little_endian {
            bytes.reverse();
        }
        self.0.extend(bytes);
        Ok(())
    }

    /// Appends text as a field of `field_len` bytes, filled up with spaces or with zeros.
    ///
    /// # Errors
    ///
    /// The charset is not known, or lacks a character, or the text needs more than `field_len`
    /// bytes. Nothing is appended then.
    #[doc(alias = "AppendPadded")]
    pub fn append_padded(
        &mut self,
        text: &str,
        charset: &str,
        pad_with_space: bool,
        field_len: usize,
    ) -> Result<()> {
        let bytes = encoding::to_bytes("append_padded", text, charset)?;
        let Some(padding) = field_len.checked_sub(bytes.len()) else {
            let needed = bytes.len();
            return Err(Error::argument(
                "append_padded",
                format_args!("the text takes {needed} bytes, the field has {field_len}"),
            ));
        };
        self.0.try_reserve_exact(field_len).map_err(|err| {
            let why = format_args!("a field of {field_len} bytes: {err}");
            Error::argument("append_padded", why)
        })?;
        self.0.extend_from_slice(&bytes);
        self.0.extend(std::iter::repeat_n(if pad_with_space { b' ' } else { 0 }, padding));
        Ok(())
    }

    /// Replaces the bytes.
    #[doc(alias = "LoadBinary")]
    #[doc(alias = "LoadBinary2")]
    pub fn load_binary(&mut self, data: impl AsRef<[u8]>) -> &mut Self {
        self.0.clear();
        self.append_data(data)
    }

    /// Replaces the bytes by those that text in an [encoding](StringBuilder#encodings) stands for.
    ///
    /// # Errors
    ///
    /// The encoding is not known, or the text is not of it. The bytes are then as before.
    #[doc(alias = "LoadEncoded")]
    pub fn load_encoded(&mut self, text: &str, encoding: &str) -> Result<()> {
        self.0 = encoding::decode("load_encoded", text, encoding)?;
        Ok(())
    }

    /// Replaces the bytes by those of a file.
    ///
    /// # Errors
    ///
    /// The file cannot be read. The bytes are then as before.
    #[doc(alias = "LoadFile")]
    pub fn load_file(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.0 = read("load_file", path.as_ref())?;
        Ok(())
    }

    /// Writes the bytes to a file, which appears, or replaces what was there, only once it is whole.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    #[doc(alias = "WriteFile")]
    pub fn write_file(&self, path: impl AsRef<Path>) -> Result<()> {
        file::write_whole(path.as_ref(), |write| write(&self.0))
    }

    /// Appends the bytes to a file, which is created if it does not exist. After an error, such as a
    /// full disk, the file is as it was before, or the error says that it is not.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    #[doc(alias = "WriteAppendFile")]
    pub fn write_append_file(&self, path: impl AsRef<Path>) -> Result<()> {
        file::append_whole(path.as_ref(), &mut self.0.as_slice())
    }

    /// A copy of the bytes.
    #[doc(alias = "GetData")]
    #[doc(alias = "GetBinary")]
    pub fn get_data(&self) -> Vec<u8> {
        self.0.clone()
    }

    /// A copy of `num_bytes` from `offset`; none where there are not so many.
    #[doc(alias = "GetDataChunk")]
    #[doc(alias = "GetBinaryChunk")]
    pub fn get_data_chunk(&self, offset: usize, num_bytes: usize) -> Option<Vec<u8>> {
        chunk("get_data_chunk", &self.0, offset, num_bytes).ok().map(<[u8]>::to_vec)
    }

    /// Removes `num_bytes` from `offset` on.
    ///
    /// # Errors
    ///
    /// There are not so many. Nothing is removed then.
    #[doc(alias = "RemoveChunk")]
    pub fn remove_chunk(&mut self, offset: usize, num_bytes: usize) -> Result<()> {
        chunk("remove_chunk", &self.0, offset, num_bytes)?;
        self.0.drain(offset..offset + num_bytes);
        Ok(())
    }

    /// The byte at `index`; none beyond the end, where Chilkat gives 0.
    #[doc(alias = "GetByte")]
    pub fn get_byte(&self, index: usize) -> Option<u8> {
        self.0.get(index).copied()
    }

    /// The signed 16-bit integer at `index`, its lowest byte first or last.
    #[doc(alias = "GetInt2")]
    pub fn get_int2(&self, index: usize, little_endian: bool) -> Option<i16> {
        self.integer(index, little_endian).map(i16::from_be_bytes)
    }

    /// The signed 32-bit integer at `index`, its lowest byte first or last.
    #[doc(alias = "GetInt4")]
    pub fn get_int4(&self, index: usize, little_endian: bool) -> Option<i32> {
        self.integer(index, little_endian).map(i32::from_be_bytes)
    }

    /// The unsigned 16-bit integer at `index`, its lowest byte first or last.
    #[doc(alias = "GetUInt2")]
    pub fn get_u_int2(&self, index: usize, little_endian: bool) -> Option<u16> {
        self.integer(index, little_endian).map(u16::from_be_bytes)
    }

    /// The unsigned 32-bit integer at `index`, its lowest byte first or last.
    #[doc(alias = "GetUInt4")]
    pub fn get_u_int4(&self, index: usize, little_endian: bool) -> Option<u32> {
        self.integer(index, little_endian).map(u32::from_be_bytes)
    }

    fn integer<const N: usize>(&self, index: usize, little_endian: bool) -> Option<[u8; N]> {
        let mut bytes: [u8; N] = *self.0.get(index..)?.first_chunk()?;
        if little_endian {
            bytes.reverse();
        }
        Some(bytes)
    }

    /// The bytes in an [encoding](StringBuilder#encodings).
    ///
    /// # Errors
    ///
    /// The encoding is not known, or is `html` or `json` and the bytes are not UTF-8.
    #[doc(alias = "GetEncoded")]
    #[doc(alias = "getEncoded")]
    pub fn get_encoded(&self, encoding: &str) -> Result<String> {
        encoding::encode("get_encoded", &self.0, encoding)
    }

    /// Appends the bytes in an encoding to a `StringBuilder`.
    ///
    /// # Errors
    ///
    /// As of [`get_encoded`](Self::get_encoded).
    #[doc(alias = "GetEncodedSb")]
    pub fn get_encoded_sb(&self, encoding: &str, sb: &mut StringBuilder) -> Result<()> {
        sb.append(&encoding::encode("get_encoded_sb", &self.0, encoding)?);
        Ok(())
    }

    /// `num_bytes` from `offset` in an encoding.
    ///
    /// # Errors
    ///
    /// As of [`get_encoded`](Self::get_encoded), and where there are not so many bytes.
    #[doc(alias = "GetEncodedChunk")]
    #[doc(alias = "getEncodedChunk")]
    pub fn get_encoded_chunk(
        &self,
        offset: usize,
        num_bytes: usize,
        encoding: &str,
    ) -> Result<String> {
        let bytes = chunk("get_encoded_chunk", &self.0, offset, num_bytes)?;
        encoding::encode("get_encoded_chunk", bytes, encoding)
    }

    /// The text that the bytes are in `charset`. A byte order mark is dropped and decides between
    /// UTF-8 and the two orders of UTF-16 where `charset` is one of them.
    ///
    /// # Errors
    ///
    /// The charset is not known, or the bytes are not of it.
    #[doc(alias = "GetString")]
    #[doc(alias = "getString")]
    pub fn get_string(&self, charset: &str) -> Result<String> {
        encoding::to_text("get_string", &self.0, charset)
    }

    /// The text that `num_bytes` from `start_index` are in `charset`.
    ///
    /// # Errors
    ///
    /// As of [`get_string`](Self::get_string), and where there are not so many bytes.
    #[doc(alias = "GetTextChunk")]
    #[doc(alias = "getTextChunk")]
    pub fn get_text_chunk(
        &self,
        start_index: usize,
        num_bytes: usize,
        charset: &str,
    ) -> Result<String> {
        let bytes = chunk("get_text_chunk", &self.0, start_index, num_bytes)?;
        encoding::to_text("get_text_chunk", bytes, charset)
    }

    /// Whether the bytes are those of another.
    #[doc(alias = "ContentsEqual")]
    pub fn contents_equal(&self, data: impl AsRef<[u8]>) -> bool {
        self.0 == data.as_ref()
    }

    /// Where the bytes that `text` has in `charset` first occur, looking from `start_index` on.
    ///
    /// # Errors
    ///
    /// The charset is not known, or lacks a character of `text`.
    #[doc(alias = "FindString")]
    pub fn find_string(
        &self,
        text: &str,
        start_index: usize,
        charset: &str,
    ) -> Result<Option<usize>> {
        let wanted = encoding::to_bytes("find_string", text, charset)?;
        let Some(rest) = self.0.get(start_index..) else { return Ok(None) };
        let found = match wanted.len() {
            0 => Some(0),
            len => rest.windows(len).position(|window| window == &*wanted),
        };
        Ok(found.map(|at| start_index + at))
    }

    /// Whether the bytes are valid UTF-8.
    #[doc(alias = "IsValidUtf8")]
    pub fn is_valid_utf8(&self) -> bool {
        std::str::from_utf8(&self.0).is_ok()
    }

    /// Converts the bytes from text in one charset to text in another.
    ///
    /// A character that `to_charset` lacks is an error with `all_or_none`, and is left out without.
    ///
    /// # Errors
    ///
    /// A charset is not known, the bytes are not of `from_charset`, or as above. The bytes are then
    /// as before.
    #[doc(alias = "CharsetConvert")]
    pub fn charset_convert(
        &mut self,
        from_charset: &str,
        to_charset: &str,
        all_or_none: bool,
    ) -> Result<()> {
        let member = "charset_convert";
        let mut text = encoding::to_text(member, &self.0, from_charset)?;
        if !all_or_none {
            bom(member, to_charset)?;
            let mut buffer = [0; 4];
            text.retain(|c| {
                encoding::to_bytes(member, c.encode_utf8(&mut buffer), to_charset).is_ok()
            });
        }
        self.0 = encoding::to_bytes(member, &text, to_charset)?.into_owned();
        Ok(())
    }

    /// Removes all bytes.
    #[doc(alias = "Clear")]
    pub fn clear(&mut self) -> &mut Self {
        self.0.clear();
        self
    }

    /// Removes all bytes and writes zeros over the memory that they are in. What that does not reach
    /// says [`StringBuilder::secure_clear`].
    #[doc(alias = "SecureClear")]
    pub fn secure_clear(&mut self) -> &mut Self {
        self.0.zeroize();
        self
    }
}
