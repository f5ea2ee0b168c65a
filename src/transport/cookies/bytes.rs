//! A mapping of cookies, which are bytes, to text: valid UTF-8 is unchanged, and other bytes become private-use
//! characters.
//!
//! Any bytes survive a round trip.

/// A byte from 0x80 on that is not part of UTF-8 maps to the character of this number plus its value. These are
/// private-use characters (plane 16), which have no meaning in Unicode.
const FIRST_BYTE: u32 = 0x10_FE00;

/// Maps bytes to text.
pub(super) fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let escape = |byte: &u8| char::from_u32(FIRST_BYTE + u32::from(*byte));
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            // Text parsers trim Unicode white space, which is part of a cookie.
            if c.is_ascii() || !(c.is_whitespace() || byte_of(c).is_some()) {
                text.push(c);
            } else {
                text.extend(c.encode_utf8(&mut [0; 4]).as_bytes().iter().filter_map(escape));
            }
        }
        text.extend(chunk.invalid().iter().filter_map(escape));
    }
    text
}

/// Maps text to bytes, and appends them.
pub(super) fn push_bytes(out: &mut Vec<u8>, text: &str) {
    for c in text.chars() {
        match byte_of(c) {
            Some(byte) => out.push(byte),
            None => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// The number of bytes that a text maps to.
pub(super) fn len(text: &str) -> usize {
    text.chars().map(|c| if byte_of(c).is_some() { 1 } else { c.len_utf8() }).sum()
}

/// The byte that a private-use character maps to. It is never ASCII, so no character can
/// become the end of a line.
fn byte_of(c: char) -> Option<u8> {
    let byte = u32::from(c).checked_sub(FIRST_BYTE).and_then(|byte| u8::try_from(byte).ok())?;
    (!byte.is_ascii()).then_some(byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::cases;

    fn bytes_of(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        push_bytes(&mut bytes, text);
        bytes
    }

    #[test]
    fn utf8_stays_and_other_bytes_become_private_characters() {
        for (bytes, text) in [
            (b"a=1".as_slice(), "a=1"),
            ("a=gr\u{fc}\u{df}e \u{1f36a}".as_bytes(), "a=gr\u{fc}\u{df}e \u{1f36a}"),
            (b"a=caf\xe9", "a=caf\u{10fee9}"),
            (b"\xff\x80\xc3\xa9\xc3", "\u{10feff}\u{10fe80}\u{e9}\u{10fec3}"),
            // A surrogate, a number too long, one too high.
            (b"\xed\xa0\x80", "\u{10feed}\u{10fea0}\u{10fe80}"),
            (b"\xc0\xaf", "\u{10fec0}\u{10feaf}"),
            (b"\xf4\x90\x80\x80", "\u{10fef4}\u{10fe90}\u{10fe80}\u{10fe80}"),
            // A private-use character of this range is mapped byte by byte, as is white space.
            ("\u{10fee9}".as_bytes(), "\u{10fef4}\u{10fe8f}\u{10febb}\u{10fea9}"),
            ("\u{a0}".as_bytes(), "\u{10fec2}\u{10fea0}"),
            // Outside the range.
            ("\u{10fe0d}\u{10fe7f}\u{10ff00}".as_bytes(), "\u{10fe0d}\u{10fe7f}\u{10ff00}"),
        ] {
            assert_eq!(to_text(bytes), text);
            assert_eq!((bytes_of(text).as_slice(), len(text)), (bytes, bytes.len()), "{text:?}");
        }
    }

    #[test]
    fn all_bytes_survive_a_round_trip() {
        cases(256, |random| {
            let pieces: Vec<Vec<u8>> = (0..random.below(8))
                .map(|_| match random.below(3) {
                    0 => random.bytes(7),
                    1 => random.char().to_string().into_bytes(),
                    _ => {
                        let number = random.within(0x10_fdf0, 0x10_ff0f) as u32;
                        char::from_u32(number).unwrap().to_string().into_bytes()
                    }
                })
                .collect();
            let bytes = pieces.concat();
            let text = to_text(&bytes);
            assert_eq!(&bytes_of(&text), &bytes);
            assert_eq!(len(&text), bytes.len());
        });
    }

    #[test]
    fn no_text_maps_to_an_ascii_character_that_it_does_not_contain() {
        cases(256, |random| {
            let text = random.text(0, 32);
            let ascii =
                |text: &[u8]| -> Vec<u8> { text.iter().copied().filter(u8::is_ascii).collect() };
            assert_eq!(ascii(&bytes_of(&text)), ascii(text.as_bytes()));
        });
    }
}
