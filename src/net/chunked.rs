//! The chunked coding of a body (RFC 9112 section 7.1), without I/O.
//!
//! The error for an invalid body quotes nothing, because the input may be the body itself. A body
//! that some servers send and some readers refuse is accepted, but [`Chunked::is_ambiguous`] is
//! true: another reader may find another end, which is how responses are smuggled (section 11.2).

use super::fields::{FieldName, protocol};
use crate::error::{Error, ErrorKind, Result};
use crate::text::headers::{OWS, is_framing, is_token, trim_ows};

/// The maximum number of framing bytes, beyond the allowance for each chunk.
const MAX_OVERHEAD: usize = 16 * 1024;

/// The number of hexadecimal digits of a 64-bit size.
const MAX_DIGITS: usize = 16;

/// The framing and data at the start of the input.
#[derive(Debug, PartialEq)]
pub(crate) struct FrameStep {
    /// Bytes of framing, which are skipped.
    pub(crate) skip: usize,
    /// Bytes of data after the framing.
    pub(crate) data: usize,
}

/// The state of reading a chunked body.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Chunked {
    next: NextPart,
    /// Bytes of lines so far, minus the allowance for each chunk.
    overhead: usize,
    is_ambiguous: bool,
}

/// A line between the data of chunks.
struct Line<'i> {
    text: &'i [u8],
    /// The length with the line ending.
    length: usize,
}

/// The next part of the body.
#[derive(Debug, Default, PartialEq)]
enum NextPart {
    #[default]
    Size,
    Data(u64),
    /// The CRLF after the data of a chunk.
    DataEnd,
    /// Trailer lines up to an empty one.
    Trailer,
    Done,
}

impl Chunked {
    pub(super) fn is_done(&self) -> bool {
        self.next == NextPart::Done
    }

    /// Whether another reader could read the body differently.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.is_ambiguous
    }

    /// Records that `n` bytes of data were consumed.
    pub(super) fn consume(&mut self, n: u64) {
        if let NextPart::Data(left) = &mut self.next {
            *left -= n;
            if *left == 0 {
                self.next = NextPart::DataEnd;
            }
        }
    }

    pub(super) fn step(&mut self, input: &[u8]) -> Result<FrameStep> {
        let mut skip = 0;
        loop {
            let rest = &input[skip..];
            match (&self.next, rest) {
                (NextPart::Data(left), _) => {
                    let data = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    return Ok(FrameStep { skip, data });
                }
                (NextPart::Done, _) => return Ok(FrameStep { skip, data: 0 }),
                // Fails at once, because the end of the line may never arrive.
                (NextPart::DataEnd, [first, ..]) if !matches!(first, b'\r' | b'\n') => {
                    return Err(longer_than_size());
                }
                (NextPart::Size, [first, ..]) if !first.is_ascii_hexdigit() => {
                    return Err(missing_size());
                }
                _ => {}
            }
            let Some(line) = self.line(rest)? else {
                return Ok(FrameStep { skip, data: 0 });
            };
            skip += line.length;
            self.overhead += line.length;
            self.next = match &self.next {
                NextPart::Size => match self.chunk_size(line.text)? {
                    0 => NextPart::Trailer,
                    size => {
                        // 16 bytes of framing are allowed for a chunk of any size.
                        let allowance =
                            usize::try_from(size).unwrap_or(usize::MAX).saturating_add(16);
                        self.overhead = self.overhead.saturating_sub(allowance);
                        NextPart::Data(size)
                    }
                },
                NextPart::DataEnd if line.text.is_empty() => NextPart::Size,
                NextPart::DataEnd => return Err(longer_than_size()),
                _ if line.text.is_empty() => NextPart::Done,
                _ => {
                    // Framing fields in a trailer are ignored here; some readers merge them into
                    // the head.
                    self.is_ambiguous |= match FieldName::parse(line.text) {
                        Ok(name) => name.has_space || is_framing(name.in_line(line.text)),
                        Err(_) => true,
                    };
                    NextPart::Trailer
                }
            };
        }
    }

    /// Returns the first line of `input`, if it is complete.
    fn line<'i>(&mut self, input: &'i [u8]) -> Result<Option<Line<'i>>> {
        let end = input.iter().position(|b| *b == b'\n');
        let found = &input[..end.unwrap_or(input.len())];
        if self.overhead + found.len() > MAX_OVERHEAD {
            let why = "the chunked body has far more framing than data";
            return Err(Error::new(ErrorKind::TooLarge, why));
        }
        let (text, has_cr) = match found {
            [text @ .., b'\r'] => (text, true),
            text => (text, false),
        };
        if text.iter().any(|b| matches!(b, b'\r' | 0)) {
            return Err(protocol(
                "a line between the chunks of the body contains a bare CR or a NUL",
            ));
        }
        Ok(end.map(|end| {
            self.is_ambiguous |= !has_cr;
            Line { text, length: end + 1 }
        }))
    }

    /// Parses the size in a line such as `1a;name=value`.
    fn chunk_size(&mut self, line: &[u8]) -> Result<u64> {
        let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let (size, rest) = line.split_at(digits);
        // Extensions may be Latin-1; the characters do not matter here.
        let rest: String = rest.iter().copied().map(char::from).collect();
        if !matches!(trim_ows(&rest).chars().next(), None | Some(';')) {
            return Err(missing_size());
        }
        self.is_ambiguous |= digits > MAX_DIGITS || !is_chunk_ext(&rest);
        let size = std::str::from_utf8(size).map_err(|_| missing_size())?;
        u64::from_str_radix(size, 16)
            .map_err(|_| protocol("the size of a chunk does not fit into 64 bits"))
    }
}

fn longer_than_size() -> Error {
    protocol("a chunk of the body is longer than its size says")
}

fn missing_size() -> Error {
    protocol(
        "the body is not chunked, although Transfer-Encoding says so: the size of a chunk has no \
         hexadecimal digits",
    )
}

/// Whether `text` is `chunk-ext` (section 7.1.1): any number of `;name` and `;name=value`, with
/// white space around the semicolons and equals signs, but none at the end.
fn is_chunk_ext(mut text: &str) -> bool {
    while !text.is_empty() {
        let Some(rest) = text.trim_start_matches(OWS).strip_prefix(';') else { return false };
        let rest = rest.trim_start_matches(OWS);
        let (name, rest) = rest.split_at(rest.find([';', '=', ' ', '\t']).unwrap_or(rest.len()));
        if !is_token(name) {
            return false;
        }
        text = rest;
        if let Some(value) = rest.trim_start_matches(OWS).strip_prefix('=') {
            let value = value.trim_start_matches(OWS);
            let length = match value.strip_prefix('"') {
                Some(quoted) => quoted_length(quoted).map(|length| length + 1),
                None => {
                    let length = value.find([';', ' ', '\t']).unwrap_or(value.len());
                    Some(length).filter(|length| is_token(&value[..*length]))
                }
            };
            let Some(length) = length else { return false };
            text = &value[length..];
        }
    }
    true
}

/// Returns the length of a quoted string (RFC 9110 section 5.6.4) after its first quote, including
/// the last.
fn quoted_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            c if c.is_ascii_control() && c != '\t' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a chunked body that arrives `size` bytes at a time. Returns its data, its length, and
    /// whether it is ambiguous.
    fn read(bytes: &[u8], size: usize) -> Result<(Vec<u8>, usize, bool)> {
        let mut chunked = Chunked::default();
        let (mut data, mut at, mut arrived) = (Vec::new(), 0, 0);
        while !chunked.is_done() {
            let step = chunked.step(&bytes[at..arrived])?;
            at += step.skip;
            data.extend_from_slice(&bytes[at..at + step.data]);
            at += step.data;
            chunked.consume(step.data as u64);
            if step == (FrameStep { skip: 0, data: 0 }) && !chunked.is_done() {
                assert!(arrived < bytes.len(), "{:?} has no end", bytes.escape_ascii().to_string());
                arrived = (arrived + size).min(bytes.len());
            }
        }
        Ok((data, at, chunked.is_ambiguous()))
    }

    #[test]
    fn chunks_are_joined_wherever_the_input_is_split() {
        let bytes =
            b"4;x=\"y;\\\"\xe9\" ; a ;\tb = c\r\nWiki\r\n5\r\npedia\r\n0A\r\n0123456789\r\n\
            00;z\r\nTrailer: t\r\nEmpty:\r\n\r\n";
        for size in 1..bytes.len() {
            let (data, length, is_ambiguous) =
                read(&[bytes, b"NEXT".as_slice()].concat(), size).unwrap();
            assert_eq!(data, b"Wikipedia0123456789", "split every {size}");
            assert_eq!((length, is_ambiguous), (bytes.len(), false));
        }
    }

    #[test]
    fn a_body_that_some_readers_refuse_is_ambiguous() {
        for odd in [
            // Sizes and extensions.
            "1 \r\na\r\n0\r\n\r\n",
            "1\t \r\na\r\n0\r\n\r\n",
            "1;\r\na\r\n0\r\n\r\n",
            "1; \r\na\r\n0\r\n\r\n",
            "1;;b\r\na\r\n0\r\n\r\n",
            "1;b;\r\na\r\n0\r\n\r\n",
            "1;b=\r\na\r\n0\r\n\r\n",
            "1;=b\r\na\r\n0\r\n\r\n",
            "1;b=c \r\na\r\n0\r\n\r\n",
            "1;b c\r\na\r\n0\r\n\r\n",
            "1;b=\"c\r\na\r\n0\r\n\r\n",
            "1;b=\"c\\\"\r\na\r\n0\r\n\r\n",
            "1;b=\"c\"d\r\na\r\n0\r\n\r\n",
            "1;b=\"\u{1}\"\r\na\r\n0\r\n\r\n",
            "00000000000000001\r\na\r\n0\r\n\r\n",
            "1\r\na\r\n0 \r\n\r\n",
            // Line endings.
            "1\na\r\n0\r\n\r\n",
            "1\r\na\n0\r\n\r\n",
            "1\r\na\r\n0\n\r\n",
            "1\r\na\r\n0\r\n\n",
            "1\r\na\r\n0\r\nA: b\n\r\n",
            // Trailers.
            "1\r\na\r\n0\r\nno colon\r\n\r\n",
            "1\r\na\r\n0\r\nA : b\r\n\r\n",
            "1\r\na\r\n0\r\n A: b\r\n\r\n",
            "1\r\na\r\n0\r\n: b\r\n\r\n",
            "1\r\na\r\n0\r\nA: b\r\n c\r\n\r\n",
            "1\r\na\r\n0\r\nA\u{e9}: b\r\n\r\n",
            "1\r\na\r\n0\r\ncontent-length: 5\r\n\r\n",
            "1\r\na\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
        ] {
            for size in [1, odd.len()] {
                let (data, length, is_ambiguous) = read(odd.as_bytes(), size).expect(odd);
                assert_eq!((data.as_slice(), length), (b"a".as_slice(), odd.len()), "{odd:?}");
                assert!(is_ambiguous, "{odd:?}");
            }
        }
    }

    #[test]
    fn what_is_not_chunked_is_an_error() {
        for bad in [
            "x\r\n",
            "\r\n",
            "-1\r\n",
            "+1\r\n",
            "0x1\r\n",
            "1 1\r\n",
            " 1\r\n",
            "\t1\r\n",
            "1,1\r\n",
            "1h\r\n",
            "1 a\r\n",
            "1\u{b}\r\n",
            "1\u{a0}\r\n",
            "fffffffffffffffff\r\n",
            "{\"lorem\"",
            "<html>",
            // A bare CR or a NUL.
            "1;a\0b\r\n",
            "1;a\rb\r\n",
            "1\r\r\n",
            "1;a=\"\0\"\r\n",
            "1\r\na\r0\r\n\r\n",
            "1\r\na\r\r\n0\r\n\r\n",
            "0\r\nA: b\0\r\n\r\n",
            "0\r\nA: b\rc\r\n\r\n",
            // Data longer or shorter than its size.
            "1\r\nabc\r\n",
            "3\r\na\r\n0\r\n\r\n",
            "1\r\na0\r\n\r\n",
        ] {
            for size in [1, bad.len()] {
                let err = read(bad.as_bytes(), size).expect_err(bad);
                assert_eq!(err.kind(), ErrorKind::Protocol, "{bad:?}");
            }
        }
    }

    #[test]
    fn endless_framing_is_too_large() {
        let chunk = format!("1;a={}\r\nx\r\n", "b".repeat(100));
        for endless in [
            format!("1{}", ";a=b".repeat(5_000)),
            "0".repeat(20_000),
            chunk.repeat(1_000),
            format!("0\r\n{}", "A: b\r\n".repeat(5_000)),
        ] {
            let err = read(endless.as_bytes(), 1_000).unwrap_err();
            assert_eq!(err.kind(), ErrorKind::TooLarge, "{}", &endless[..8]);
        }
    }
}
