//! The standard traits of [`StringBuilder`] and [`BinData`].

use std::borrow::{Borrow, Cow};
use std::convert::Infallible;
use std::ffi::OsStr;
use std::path::Path;
use std::str::FromStr;
use std::{fmt, io};

use super::bin_data::BinData;
use super::string_builder::StringBuilder;
use crate::error::{Error, ErrorKind, Result};

impl fmt::Display for StringBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for StringBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StringBuilder(<{} characters>)", self.length())
    }
}

impl fmt::Debug for BinData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BinData(<{} bytes>)", self.num_bytes())
    }
}

/// Implements `From` for each type that one expression turns into the inner value.
macro_rules! impl_from {
    ($to:ident: $($from:ty => $make:expr;)*) => { $(
        impl From<$from> for $to {
            fn from(value: $from) -> $to {
                let make: fn($from) -> _ = $make;
                $to(make(value).into())
            }
        }
    )* };
}

impl_from! { StringBuilder:
    &str => str::to_owned;
    String => |text| text;
    &String => String::clone;
    Cow<'_, str> => |text| text.into_owned();
    Box<str> => String::from;
    char => String::from;
}

impl_from! { BinData:
    &[u8] => <[u8]>::to_vec;
    Vec<u8> => |bytes| bytes;
    &Vec<u8> => Vec::clone;
    Cow<'_, [u8]> => |bytes| bytes.into_owned();
    Box<[u8]> => Vec::from;
    // As UTF-8; `append_string` takes any charset.
    &str => |text| text.as_bytes().to_vec();
    String => String::into_bytes;
    &String => |text| text.as_bytes().to_vec();
    StringBuilder => |text| text.0.into_inner().into_bytes();
    &StringBuilder => |text| text.as_str().as_bytes().to_vec();
}

/// Reads bytes as UTF-8. The error says which byte is invalid; [`BinData::get_string`] reads any
/// charset.
fn utf8(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|err| {
        let at = err.utf8_error().valid_up_to();
        Error::new(ErrorKind::Content, format!("the bytes are not UTF-8: byte {at} is invalid"))
    })
}

/// Fails with [`ErrorKind::Content`] if the bytes are not UTF-8.
impl TryFrom<Vec<u8>> for StringBuilder {
    type Error = Error;

    fn try_from(bytes: Vec<u8>) -> Result<Self> {
        utf8(bytes).map(StringBuilder::from)
    }
}

/// Fails with [`ErrorKind::Content`] if the bytes are not UTF-8.
impl TryFrom<BinData> for StringBuilder {
    type Error = Error;

    fn try_from(data: BinData) -> Result<Self> {
        utf8(data.0.into_inner()).map(StringBuilder::from)
    }
}

/// Fails with [`ErrorKind::Content`] if the bytes are not UTF-8.
impl TryFrom<BinData> for String {
    type Error = Error;

    fn try_from(data: BinData) -> Result<Self> {
        utf8(data.0.into_inner())
    }
}

impl<const N: usize> From<[u8; N]> for BinData {
    fn from(bytes: [u8; N]) -> BinData {
        BinData(Vec::from(bytes).into())
    }
}

impl<const N: usize> From<&[u8; N]> for BinData {
    fn from(bytes: &[u8; N]) -> BinData {
        BinData(Vec::from(bytes).into())
    }
}

impl From<StringBuilder> for String {
    fn from(sb: StringBuilder) -> String {
        sb.0.into_inner()
    }
}

/// The text in UTF-8.
impl From<StringBuilder> for Vec<u8> {
    fn from(sb: StringBuilder) -> Vec<u8> {
        sb.0.into_inner().into_bytes()
    }
}

impl From<BinData> for Vec<u8> {
    fn from(bd: BinData) -> Vec<u8> {
        bd.0.into_inner()
    }
}

impl FromStr for StringBuilder {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<StringBuilder, Infallible> {
        Ok(text.into())
    }
}

impl AsRef<str> for StringBuilder {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl AsRef<OsStr> for StringBuilder {
    fn as_ref(&self) -> &OsStr {
        self.as_str().as_ref()
    }
}

impl AsRef<Path> for StringBuilder {
    fn as_ref(&self) -> &Path {
        self.as_str().as_ref()
    }
}

impl AsRef<[u8]> for StringBuilder {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl AsRef<[u8]> for BinData {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Borrow<str> for StringBuilder {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Borrow<[u8]> for BinData {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Write for StringBuilder {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.append(text);
        Ok(())
    }
}

impl io::Write for BinData {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.append_data(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Implements `Extend` and `FromIterator` for each item that the inner collection takes.
macro_rules! impl_collect {
    ($($to:ident: $item:ty),*) => { $(
        impl<'i> Extend<$item> for $to {
            fn extend<I: IntoIterator<Item = $item>>(&mut self, items: I) {
                self.0.buffer_mut().extend(items);
            }
        }

        impl<'i> FromIterator<$item> for $to {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> $to {
                let mut all = $to::default();
                all.extend(items);
                all
            }
        }
    )* };
}

impl_collect!(StringBuilder: &'i str, StringBuilder: char, StringBuilder: String);
impl_collect!(BinData: u8);

impl<'i> Extend<&'i u8> for BinData {
    fn extend<I: IntoIterator<Item = &'i u8>>(&mut self, bytes: I) {
        self.0.buffer_mut().extend(bytes);
    }
}

/// Implements `PartialEq` between the type and what its inner value is compared with, both ways.
macro_rules! impl_eq {
    ($($own:ident as $slice:ty: $other:ty),*) => { $(
        impl PartialEq<$other> for $own {
            fn eq(&self, other: &$other) -> bool {
                let other: &$slice = other.as_ref();
                *self.0 == *other
            }
        }

        impl PartialEq<$own> for $other {
            fn eq(&self, own: &$own) -> bool {
                own == self
            }
        }
    )* };
}

impl_eq!(StringBuilder as str: str, StringBuilder as str: &str, StringBuilder as str: String);
impl_eq!(BinData as [u8]: [u8], BinData as [u8]: &[u8], BinData as [u8]: Vec<u8>);

impl<const N: usize> PartialEq<[u8; N]> for BinData {
    fn eq(&self, other: &[u8; N]) -> bool {
        *self.0 == *other
    }
}

impl<const N: usize> PartialEq<&[u8; N]> for BinData {
    fn eq(&self, other: &&[u8; N]) -> bool {
        *self.0 == **other
    }
}
