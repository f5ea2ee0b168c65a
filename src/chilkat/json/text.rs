//! The names and scalar texts of the tree.

use std::ops::Deref;

/// The longest text that is stored without an allocation. With it, a [`JsonText`] is as large as a `String`.
const INLINE: usize = 22;

/// A text that does not grow. Most names, numbers and strings of JSON are short, and allocating each of them is
/// most of the cost of loading a document.
#[derive(Clone)]
pub(super) enum JsonText {
    Inline { len: u8, bytes: [u8; INLINE] },
    Heap(Box<str>),
}

impl JsonText {
    pub(super) const EMPTY: Self = JsonText::Inline { len: 0, bytes: [0; INLINE] };

    pub(super) fn of_integer(value: impl itoa::Integer) -> Self {
        itoa::Buffer::new().format(value).into()
    }

    /// Unlike `as_str`, this needs no check.
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            JsonText::Inline { len, bytes } => &bytes[..usize::from(*len)],
            JsonText::Heap(text) => text.as_bytes(),
        }
    }
}

impl From<&str> for JsonText {
    fn from(text: &str) -> Self {
        let mut bytes = [0; INLINE];
        match bytes.get_mut(..text.len()) {
            Some(start) => {
                start.copy_from_slice(text.as_bytes());
                JsonText::Inline { len: text.len() as u8, bytes }
            }
            None => JsonText::Heap(text.into()),
        }
    }
}

impl From<String> for JsonText {
    fn from(text: String) -> Self {
        if text.len() <= INLINE { text.as_str().into() } else { JsonText::Heap(text.into()) }
    }
}

impl Deref for JsonText {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            // The bytes are those of a `str`.
            JsonText::Inline { .. } => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            JsonText::Heap(text) => text,
        }
    }
}

impl AsRef<[u8]> for JsonText {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_length_is_kept() {
        for length in [0, 1, INLINE - 1, INLINE, INLINE + 1, 300] {
            for text in ["a".repeat(length), format!("{}ä", "a".repeat(length))] {
                for kept in [JsonText::from(text.as_str()), text.clone().into()] {
                    assert_eq!((&*kept, kept.as_bytes()), (text.as_str(), text.as_bytes()));
                    assert_eq!(matches!(kept, JsonText::Inline { .. }), text.len() <= INLINE);
                }
            }
        }
        assert_eq!(&*JsonText::EMPTY, "");
        assert_eq!(&*JsonText::of_integer(i64::MIN), "-9223372036854775808");
        assert_eq!(&*JsonText::of_integer(u128::MAX), u128::MAX.to_string());
        assert!(size_of::<JsonText>() <= 24);
    }
}
