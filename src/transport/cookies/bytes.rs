//! Cookies are bytes and are kept as text: UTF-8 as it is, and characters that stand for the other bytes.
//!
//! The text of any bytes gives the same bytes back.

/// A byte from 0x80 on that is not part of UTF-8 is the character of this number plus its own. These are
/// private characters of Unicode (plane 16), which mean nothing by themselves.
const BYTES: u32 = 0x10_FE00;

/// The text that stands for these bytes.
pub(super) fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let stand_in = |byte: &u8| char::from_u32(BYTES + u32::from(*byte));
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            // White space of Unicode is part of a cookie; parsers of text take it away from the ends.
            if c.is_ascii() || !(c.is_whitespace() || byte_of(c).is_some()) {
                text.push(c);
            } else {
                text.extend(c.encode_utf8(&mut [0; 4]).as_bytes().iter().filter_map(stand_in));
            }
        }
        text.extend(chunk.invalid().iter().filter_map(stand_in));
    }
    text
}

/// Appends the bytes that a text stands for.
pub(super) fn push_bytes(out: &mut Vec<u8>, text: &str) {
    for c in text.chars() {
        match byte_of(c) {
            Some(byte) => out.push(byte),
            None => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// How many bytes a text stands for.
pub(super) fn len(text: &str) -> usize {
    text.chars().map(|c| if byte_of(c).is_some() { 1 } else { c.len_utf8() }).sum()
}

/// The byte that a character stands for. An ASCII byte always stands for itself, so that no character can
/// become the end of a line.
fn byte_of(c: char) -> Option<u8> {
    let byte = u32::from(c).checked_sub(BYTES).and_then(|byte| u8::try_from(byte).ok())?;
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
    fn what_is_utf8_reads_as_it_is_and_other_bytes_have_characters_of_their_own() {
        for (bytes, text) in [
            (b"a=1".as_slice(), "a=1"),
            ("a=gr\u{fc}\u{df}e \u{1f36a}".as_bytes(), "a=gr\u{fc}\u{df}e \u{1f36a}"),
            (b"a=caf\xe9", "a=caf\u{10fee9}"),
            (b"\xff\x80\xc3\xa9\xc3", "\u{10feff}\u{10fe80}\u{e9}\u{10fec3}"),
            // A surrogate, a number too long, one too high.
            (b"\xed\xa0\x80", "\u{10feed}\u{10fea0}\u{10fe80}"),
            (b"\xc0\xaf", "\u{10fec0}\u{10feaf}"),
            (b"\xf4\x90\x80\x80", "\u{10fef4}\u{10fe90}\u{10fe80}\u{10fe80}"),
            // What looks like a byte is spelled in bytes, and so is white space.
            ("\u{10fee9}".as_bytes(), "\u{10fef4}\u{10fe8f}\u{10febb}\u{10fea9}"),
            ("\u{a0}".as_bytes(), "\u{10fec2}\u{10fea0}"),
            // These are no bytes.
            ("\u{10fe0d}\u{10fe7f}\u{10ff00}".as_bytes(), "\u{10fe0d}\u{10fe7f}\u{10ff00}"),
        ] {
            assert_eq!(to_text(bytes), text);
            assert_eq!((bytes_of(text).as_slice(), len(text)), (bytes, bytes.len()), "{text:?}");
        }
    }

    #[test]
    fn all_bytes_come_back() {
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
    fn no_text_gives_a_control_character_that_is_not_in_it() {
        cases(256, |random| {
            let text = random.text(0, 32);
            let ascii =
                |text: &[u8]| -> Vec<u8> { text.iter().copied().filter(u8::is_ascii).collect() };
            assert_eq!(ascii(&bytes_of(&text)), ascii(text.as_bytes()));
        });
    }
}
