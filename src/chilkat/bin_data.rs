//! [`BinData`]: bytes to build, encode, and read from and write to files.

use std::path::Path;

use zeroize::Zeroize as _;

use super::encoding;
use super::front::Front;
use super::string_builder::StringBuilder;
use super::string_builder::{bom, chunk, read};
use crate::error::{Error, Result};
use crate::text::file;

/// Bytes that are built and edited in place.
///
/// The methods of a slice are behind [`as_slice`](Self::as_slice). Members whose name ends in `_bd`
/// accept a `&bd`. [Encodings and charsets](StringBuilder#encodings) are the same as in
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
/// `Debug` shows only the number of bytes, because they may be a secret.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[doc(alias = "CkBinData")]
#[doc(alias = "CkByteData")]
pub struct BinData(pub(super) Front<Vec<u8>>);

impl BinData {
    /// Creates an empty buffer.
    #[must_use]
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

    /// Appends the bytes of another buffer.
    #[doc(alias = "AppendBd")]
    pub fn append_bd(&mut self, data: impl AsRef<[u8]>) -> &mut Self {
        self.append_data(data)
    }

    /// Appends bytes.
    #[doc(alias = "AppendData")]
    #[doc(alias = "AppendBinary")]
    #[doc(alias = "AppendBinary2")]
    pub fn append_data(&mut self, data: impl AsRef<[u8]>) -> &mut Self {
        self.0.buffer_mut().extend_from_slice(data.as_ref());
        self
    }

    /// Appends one byte.
    #[doc(alias = "AppendByte")]
    pub fn append_byte(&mut self, value: u8) -> &mut Self {
        self.0.buffer_mut().push(value);
        self
    }

    /// Appends text as bytes in `charset`, without a byte order mark.
    ///
    /// # Errors
    ///
    /// Fails if the charset is unknown, or lacks a character. Nothing is appended then.
    #[doc(alias = "AppendString")]
    pub fn append_string(&mut self, text: &str, charset: &str) -> Result<()> {
        self.0.buffer_mut().extend_from_slice(&encoding::to_bytes("append_string", text, charset)?);
        Ok(())
    }

    /// Appends the text of a `StringBuilder` as bytes in `charset`.
    ///
    /// # Errors
    ///
    /// As for [`append_string`](Self::append_string).
    #[doc(alias = "AppendSb")]
    pub fn append_sb(&mut self, sb: impl AsRef<str>, charset: &str) -> Result<()> {
        self.0.buffer_mut().extend_from_slice(&encoding::to_bytes(
            "append_sb",
            sb.as_ref(),
            charset,
        )?);
        Ok(())
    }

    /// Appends the byte order mark of `charset`, if it has one.
    ///
    /// # Errors
    ///
    /// Fails if the charset is unknown.
    #[doc(alias = "AppendBom")]
    pub fn append_bom(&mut self, charset: &str) -> Result<()> {
        self.0.buffer_mut().extend_from_slice(bom("append_bom", charset)?);
        Ok(())
    }

    /// Decodes text in an [encoding](StringBuilder#encodings), and appends the bytes.
    ///
    /// # Errors
    ///
    /// Fails if the encoding is unknown, or the text is not valid in it. Nothing is appended then.
    #[doc(alias = "AppendEncoded")]
    pub fn append_encoded(&mut self, text: &str, encoding: &str) -> Result<()> {
        self.0.buffer_mut().extend(encoding::decode("append_encoded", text, encoding)?);
        Ok(())
    }

    /// Decodes the text of a `StringBuilder`, and appends the bytes.
    ///
    /// # Errors
    ///
    /// As for [`append_encoded`](Self::append_encoded).
    #[doc(alias = "AppendEncodedSb")]
    pub fn append_encoded_sb(&mut self, sb: impl AsRef<str>, encoding: &str) -> Result<()> {
        self.0.buffer_mut().extend(encoding::decode("append_encoded_sb", sb.as_ref(), encoding)?);
        Ok(())
    }

    /// Appends a 16-bit integer, signed or unsigned, in little-endian or big-endian order.
    ///
    /// # Errors
    ///
    /// Fails if the value needs more than 16 bits.
    #[doc(alias = "AppendInt2")]
    pub fn append_int2(&mut self, value: i64, little_endian: bool) -> Result<()> {
        let value = i16::try_from(value)
            .map(i16::to_be_bytes)
            .or_else(|_| u16::try_from(value).map(u16::to_be_bytes));
        self.append_integer("append_int2", value.ok(), little_endian)
    }

    /// Appends a 32-bit integer, signed or unsigned, in little-endian or big-endian order.
    ///
    /// # Errors
    ///
    /// Fails if the value needs more than 32 bits.
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
        self.0.buffer_mut().extend(bytes);
        Ok(())
    }

    /// Appends text as a field of `field_len` bytes, padded with spaces or zeros.
    ///
    /// # Errors
    ///
    /// Fails if the charset is unknown or lacks a character, or if the text needs more than
    /// `field_len` bytes. Nothing is appended then.
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
                format_args!("the text needs {needed} bytes, and the field has {field_len}"),
            ));
        };
        self.0.buffer_mut().try_reserve_exact(field_len).map_err(|err| {
            let why = format_args!("a field of {field_len} bytes: {err}");
            Error::argument("append_padded", why)
        })?;
        self.0.buffer_mut().extend_from_slice(&bytes);
        self.0
            .buffer_mut()
            .extend(std::iter::repeat_n(if pad_with_space { b' ' } else { 0 }, padding));
        Ok(())
    }

    /// Replaces the bytes.
    #[doc(alias = "LoadBinary")]
    #[doc(alias = "LoadBinary2")]
    pub fn load_binary(&mut self, data: impl AsRef<[u8]>) -> &mut Self {
        self.0.compact().clear();
        self.append_data(data)
    }

    /// Replaces the bytes with text decoded from an [encoding](StringBuilder#encodings).
    ///
    /// # Errors
    ///
    /// Fails if the encoding is unknown, or the text is not valid in it. The bytes are then
    /// unchanged.
    #[doc(alias = "LoadEncoded")]
    pub fn load_encoded(&mut self, text: &str, encoding: &str) -> Result<()> {
        self.0 = encoding::decode("load_encoded", text, encoding)?.into();
        Ok(())
    }

    /// Replaces the bytes with the content of a file.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read. The bytes are then unchanged.
    #[doc(alias = "LoadFile")]
    pub fn load_file(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.0 = read("load_file", path.as_ref())?.into();
        Ok(())
    }

    /// Writes the bytes to a file. The file appears, or replaces an old one, only when it is
    /// complete.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    #[doc(alias = "WriteFile")]
    pub fn write_file(&self, path: impl AsRef<Path>) -> Result<()> {
        file::write_whole(path.as_ref(), |write| write(&self.0))
    }

    /// Appends the bytes to a file, which is created if it does not exist. After an error, such as
    /// a full disk, the file is unchanged, or the error says that it is not.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    #[doc(alias = "WriteAppendFile")]
    pub fn write_append_file(&self, path: impl AsRef<Path>) -> Result<()> {
        file::append_whole(path.as_ref(), &mut &*self.0)
    }

    /// Returns a copy of the bytes.
    #[doc(alias = "GetData")]
    #[doc(alias = "GetBinary")]
    pub fn get_data(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// Returns a copy of `num_bytes` bytes from `offset`, or `None` if the range is beyond the end.
    #[doc(alias = "GetDataChunk")]
    #[doc(alias = "GetBinaryChunk")]
    pub fn get_data_chunk(&self, offset: usize, num_bytes: usize) -> Option<Vec<u8>> {
        chunk("get_data_chunk", &self.0, offset, num_bytes).ok().map(<[u8]>::to_vec)
    }

    /// Removes `num_bytes` bytes from `offset`.
    ///
    /// # Errors
    ///
    /// Fails if the range is beyond the end. Nothing is removed then.
    #[doc(alias = "RemoveChunk")]
    pub fn remove_chunk(&mut self, offset: usize, num_bytes: usize) -> Result<()> {
        chunk("remove_chunk", &self.0, offset, num_bytes)?;
        self.0.remove(offset..offset + num_bytes);
        Ok(())
    }

    /// Returns the byte at `index`, or `None` beyond the end, where Chilkat returns 0.
    #[doc(alias = "GetByte")]
    pub fn get_byte(&self, index: usize) -> Option<u8> {
        self.0.get(index).copied()
    }

    /// Returns the signed 16-bit integer at `index`, in little-endian or big-endian order.
    #[doc(alias = "GetInt2")]
    pub fn get_int2(&self, index: usize, little_endian: bool) -> Option<i16> {
        self.integer(index, little_endian).map(i16::from_be_bytes)
    }

    /// Returns the signed 32-bit integer at `index`, in little-endian or big-endian order.
    #[doc(alias = "GetInt4")]
    pub fn get_int4(&self, index: usize, little_endian: bool) -> Option<i32> {
        self.integer(index, little_endian).map(i32::from_be_bytes)
    }

    /// Returns the unsigned 16-bit integer at `index`, in little-endian or big-endian order.
    #[doc(alias = "GetUInt2")]
    pub fn get_u_int2(&self, index: usize, little_endian: bool) -> Option<u16> {
        self.integer(index, little_endian).map(u16::from_be_bytes)
    }

    /// Returns the unsigned 32-bit integer at `index`, in little-endian or big-endian order.
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

    /// Returns the bytes in an [encoding](StringBuilder#encodings).
    ///
    /// # Errors
    ///
    /// Fails if the encoding is unknown, or is `html` or `json` and the bytes are not UTF-8.
    #[doc(alias = "GetEncoded")]
    #[doc(alias = "getEncoded")]
    pub fn get_encoded(&self, encoding: &str) -> Result<String> {
        encoding::encode("get_encoded", &self.0, encoding)
    }

    /// Appends the bytes in an encoding to a `StringBuilder`.
    ///
    /// # Errors
    ///
    /// As for [`get_encoded`](Self::get_encoded).
    #[doc(alias = "GetEncodedSb")]
    pub fn get_encoded_sb(&self, encoding: &str, sb: &mut StringBuilder) -> Result<()> {
        sb.append(&encoding::encode("get_encoded_sb", &self.0, encoding)?);
        Ok(())
    }

    /// Returns `num_bytes` bytes from `offset` in an encoding.
    ///
    /// # Errors
    ///
    /// As for [`get_encoded`](Self::get_encoded); also fails if the range is beyond the end.
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

    /// Returns the bytes as text in `charset`. A byte order mark is removed; if `charset` is UTF-8
    /// or UTF-16, the mark decides between UTF-8 and the two byte orders of UTF-16.
    ///
    /// # Errors
    ///
    /// Fails if the charset is unknown, or the bytes are not valid in it.
    #[doc(alias = "GetString")]
    #[doc(alias = "getString")]
    pub fn get_string(&self, charset: &str) -> Result<String> {
        encoding::to_text("get_string", &self.0, charset)
    }

    /// Returns `num_bytes` bytes from `start_index` as text in `charset`.
    ///
    /// # Errors
    ///
    /// As for [`get_string`](Self::get_string); also fails if the range is beyond the end.
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

    /// Whether the bytes equal `data`.
    #[doc(alias = "ContentsEqual")]
    pub fn contents_equal(&self, data: impl AsRef<[u8]>) -> bool {
        *self.0 == *data.as_ref()
    }

    /// Returns the offset at which `text`, as bytes in `charset`, first occurs at or after
    /// `start_index`.
    ///
    /// # Errors
    ///
    /// Fails if the charset is unknown, or lacks a character of `text`.
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
    /// A character that `to_charset` lacks is an error if `all_or_none`, else it is left out.
    ///
    /// # Errors
    ///
    /// Fails if a charset is unknown or the bytes are not valid in `from_charset`, and as above.
    /// The bytes are then unchanged.
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
        self.0 = encoding::to_bytes(member, &text, to_charset)?.into_owned().into();
        Ok(())
    }

    /// Removes all bytes.
    #[doc(alias = "Clear")]
    pub fn clear(&mut self) -> &mut Self {
        self.0.compact().clear();
        self
    }

    /// Removes all bytes and overwrites their memory with zeros, within the limits of
    /// [`StringBuilder::secure_clear`].
    #[doc(alias = "SecureClear")]
    pub fn secure_clear(&mut self) -> &mut Self {
        self.0.compact().zeroize();
        self
    }
}
