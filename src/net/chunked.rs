//! The chunked coding of a body (RFC 9112 section 7.1), without I/O.
//!
//! What cannot be a chunked body is an error, which quotes nothing, since what was found may be the body
//! itself. What some servers send and some readers refuse is read, and [`Chunked::is_ambiguous`]: another
//! reader may have seen another end, which is how responses are smuggled (section 11.2).

use super::fields::{FieldName, protocol};
use crate::error::{Error, ErrorKind, Result};
use crate::text::headers::{OWS, is_framing, is_token};

/// What a chunked body may have besides its data, beyond a fair share for each chunk.
const MAX_OVERHEAD: usize = 16 * 1024;

/// As many hexadecimal digits as a size of 64 bits has.
const MAX_DIGITS: usize = 16;

/// What was found at the front of the input.
#[derive(Debug, PartialEq)]
pub(crate) struct FrameStep {
    /// Bytes of framing, to be dropped.
    pub(crate) skip: usize,
    /// Bytes of data after those.
    pub(crate) data: usize,
}

/// A chunked body, as far as it has been read.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Chunked {
    next: Next,
    /// Bytes of lines so far, less what the chunks that came with them account for.
    overhead: usize,
    is_ambiguous: bool,
}

/// A line between the data of chunks.
struct Line<'i> {
    text: &'i [u8],
    /// With its end.
    length: usize,
}

#[derive(Debug, Default, PartialEq)]
enum Next {
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
        self.next == Next::Done
    }

    /// Whether another reader could read it differently.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.is_ambiguous
    }

    /// Records that `n` bytes of the data were taken.
    pub(super) fn took(&mut self, n: u64) {
        if let Next::Data(left) = &mut self.next {
            *left -= n;
            if *left == 0 {
                self.next = Next::DataEnd;
            }
        }
    }

    pub(super) fn step(&mut self, input: &[u8]) -> Result<FrameStep> {
        let mut skip = 0;
        loop {
            let rest = &input[skip..];
            match (&self.next, rest) {
                (Next::Data(left), _) => {
                    let data = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    return Ok(FrameStep { skip, data });
                }
                (Next::Done, _) => return Ok(FrameStep { skip, data: 0 }),
                // An error is found at once: the end of its line may never come.
                (Next::DataEnd, [first, ..]) if !matches!(first, b'\r' | b'\n') => {
                    return Err(too_long());
                }
                (Next::Size, [first, ..]) if !first.is_ascii_hexdigit() => return Err(no_size()),
                _ => {}
            }
            let Some(line) = self.line(rest)? else {
                return Ok(FrameStep { skip, data: 0 });
            };
            skip += line.length;
            self.overhead += line.length;
            self.next = match &self.next {
                Next::Size => match self.chunk_size(line.text)? {
                    0 => Next::Trailer,
                    size => {
                        // Sixteen bytes of framing are fair for a chunk of any size.
                        let fair = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(16);
                        self.overhead = self.overhead.saturating_sub(fair);
                        Next::Data(size)
                    }
                },
                Next::DataEnd if line.text.is_empty() => Next::Size,
                Next::DataEnd => return Err(too_long()),
                _ if line.text.is_empty() => Next::Done,
                _ => {
                    // Framing fields in a trailer are ignored here; some readers merge them into the head.
                    self.is_ambiguous |= match FieldName::of(line.text) {
                        Ok(name) => name.is_odd || is_framing(name.of_line(line.text)),
                        Err(_) => true,
                    };
                    Next::Trailer
                }
            };
        }
    }

    /// The first line of `input`, if it is whole.
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
            return Err(protocol("a line between the chunks of the body holds a bare CR or a NUL"));
        }
        Ok(end.map(|end| {
            self.is_ambiguous |= !has_cr;
            Line { text, length: end + 1 }
        }))
    }

    /// The size in a line such as `1a;name=value`.
    fn chunk_size(&mut self, line: &[u8]) -> Result<u64> {
        let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let (size, rest) = line.split_at(digits);
        // Extensions may be Latin-1; which characters they have makes no difference here.
        let rest: String = rest.iter().copied().map(char::from).collect();
        if !matches!(rest.trim_matches(OWS).chars().next(), None | Some(';')) {
            return Err(no_size());
        }
        self.is_ambiguous |= digits > MAX_DIGITS || !are_extensions(&rest);
        let size = std::str::from_utf8(size).map_err(|_| no_size())?;
        u64::from_str_radix(size, 16)
            .map_err(|_| protocol("the size of a chunk does not fit into 64 bits"))
    }
}

fn too_long() -> Error {
    protocol("a chunk of the body is longer than its size says")
}

fn no_size() -> Error {
    protocol(
        "the body is not chunked, though Transfer-Encoding says so: where a chunk has its size there \
         are no hexadecimal digits",
    )
}

/// Whether `text` is `chunk-ext` (section 7.1.1): any number of `;name` and `;name=value`, with white
/// space around the semicolons and equals signs, but none at the end.
fn are_extensions(mut text: &str) -> bool {
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

/// The length of a quoted string (RFC 9110 section 5.6.4) after its first quote, the last one included.
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

    /// Reads a chunked body that comes `size` bytes at a time: its data, how many bytes it took, and
    /// whether it is ambiguous.
    fn read(bytes: &[u8], size: usize) -> Result<(Vec<u8>, usize, bool)> {
        let mut chunked = Chunked::default();
        let (mut data, mut at, mut have) = (Vec::new(), 0, 0);
        while !chunked.is_done() {
            let step = chunked.step(&bytes[at..have])?;
            at += step.skip;
            data.extend_from_slice(&bytes[at..at + step.data]);
            at += step.data;
            chunked.took(step.data as u64);
            if step == (FrameStep { skip: 0, data: 0 }) && !chunked.is_done() {
                assert!(have < bytes.len(), "{:?} has no end", bytes.escape_ascii().to_string());
                have = (have + size).min(bytes.len());
            }
        }
        Ok((data, at, chunked.is_ambiguous()))
    }

    #[test]
    fn chunks_are_joined_however_they_are_cut() {
        let bytes =
            b"4;x=\"y;\\\"\xe9\" ; a ;\tb = c\r\nWiki\r\n5\r\npedia\r\n0A\r\n0123456789\r\n\
            00;z\r\nTrailer: t\r\nEmpty:\r\n\r\n";
        for size in 1..bytes.len() {
            let (data, taken, is_ambiguous) =
                read(&[bytes, b"NEXT".as_slice()].concat(), size).unwrap();
            assert_eq!(data, b"Wikipedia0123456789", "cut every {size}");
            assert_eq!((taken, is_ambiguous), (bytes.len(), false));
        }
    }

    #[test]
    fn what_some_readers_refuse_is_ambiguous() {
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
            // Ends of lines.
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
                let (data, taken, is_ambiguous) = read(odd.as_bytes(), size).expect(odd);
                assert_eq!((data.as_slice(), taken), (b"a".as_slice(), odd.len()), "{odd:?}");
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
            // Data that is longer, or shorter, than its size.
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
    fn framing_without_end_is_too_large() {
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
