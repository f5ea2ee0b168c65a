//! Parsing the head of an HTTP/1.1 response (RFC 9112 sections 4 and 5), without I/O.
//!
//! A head that two readers could read differently is an error, or it is ambiguous: then the
//! connection is not reused.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::fields::{BARE_CR, FieldName, announces_body, has_connection_option, protocol};
use crate::error::{Error, ErrorKind, Result};
use crate::message::response_head::Head;
use crate::text::headers::trim_ows;

/// The maximum size of all heads of one response together, including interim ones.
pub(crate) const MAX_HEAD: usize = 256 * 1024;

/// Reads the head of the final response, and skips interim ones (100, 102, 103 ...).
#[derive(Default)]
pub(crate) struct HeadReader {
    buf: Vec<u8>,
    /// The number of bytes that contain no end of a head.
    scanned: usize,
    total: usize,
    /// Whether an interim head was ambiguous, or announced a body, which it cannot have.
    is_ambiguous: bool,
}

impl HeadReader {
    /// Whether any byte of a response has arrived.
    pub(crate) fn has_input(&self) -> bool {
        self.total > 0
    }

    /// Whether an interim head is complete and no byte of the next head has arrived.
    pub(crate) fn is_between_heads(&self) -> bool {
        self.total > 0 && self.buf.is_empty()
    }

    /// Consumes the bytes of `input` that belong to the head. Returns their number, and the head if
    /// it is complete.
    pub(crate) fn feed(&mut self, input: &[u8]) -> Result<(usize, Option<Head>)> {
        let mut head = Head::default();
        let (used, is_complete) = self.feed_into(input, &mut head)?;
        Ok((used, is_complete.then_some(head)))
    }

    /// Like [`feed`](Self::feed), with a place for the head, which is large to move. Returns whether it is complete.
    pub(super) fn feed_into(&mut self, input: &[u8], head: &mut Head) -> Result<(usize, bool)> {
        let mut used = 0;
        loop {
            let before = self.buf.len();
            let room = (MAX_HEAD + 1).saturating_sub(self.total).min(input.len() - used);
            let fresh = &input[used..used + room];
            // Most heads arrive complete; only others are copied to the buffer.
            let bytes = if before == 0 {
                fresh
            } else {
                self.buf.extend_from_slice(fresh);
                &self.buf
            };
            let end = match find_end(bytes, self.scanned) {
                Ok(end) => end,
                Err(scanned) => {
                    self.scanned = scanned;
                    if before == 0 {
                        self.buf.extend_from_slice(fresh);
                    }
                    self.total += room;
                    if self.total > MAX_HEAD {
                        return Err(Error::new(
                            ErrorKind::TooLarge,
                            format!("the response header has no end within {MAX_HEAD} bytes"),
                        ));
                    }
                    self.check_start()?;
                    return Ok((used + room, false));
                }
            };
            let taken = end - before;
            used += taken;
            self.total += taken;
            parse(&bytes[..end], head)?;
            self.buf.clear();
            self.scanned = 0;
            if matches!(head.status, 101 | 200..) {
                head.is_ambiguous |= self.is_ambiguous;
                return Ok((used, true));
            }
            self.is_ambiguous |=
                head.is_ambiguous || announces_body(head) || has_connection_option(head, "close");
            if used == input.len() {
                return Ok((used, false));
            }
        }
    }

    /// Fails at once if this is not HTTP, instead of waiting for an end that may never arrive.
    fn check_start(&self) -> Result<()> {
        let start = self.buf.trim_ascii_start();
        let n = start.len().min(7);
        if start[..n] == b"HTTP/1."[..n] { Ok(()) } else { Err(not_a_status_line(start)) }
    }
}

/// Finds the end of the head, which is after the first empty line that follows a line. The bytes
/// before `scanned` contain no end. If the head is incomplete, the error is the new value of
/// `scanned`.
fn find_end(bytes: &[u8], scanned: usize) -> Result<usize, usize> {
    let skip = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let mut from = scanned.max(skip);
    while let Some(at) = memchr(b'\n', &bytes[from..]).map(|n| n + from) {
        match &bytes[at + 1..] {
            [b'\n', ..] => return Ok(at + 2),
            [b'\r', b'\n', ..] => return Ok(at + 3),
            [] | [b'\r'] => return Err(at),
            _ => from = at + 1,
        }
    }
    Err(bytes.len())
}

/// Creates the error for input that is not a status line. It does not quote the input, which may be
/// a body or contain a secret.
fn not_a_status_line(start: &[u8]) -> Error {
    let begins_with = |text: &str| start.starts_with(text.as_bytes());
    let looks_like = match start.first() {
        _ if begins_with("HTTP/1.") => "HTTP/1 without a status of three digits",
        _ if begins_with("HTTP/") => "another HTTP version than 1.1 and 1.0",
        _ if begins_with("ICY ") => "an ICY stream",
        _ if begins_with("SSH-") => "an SSH server",
        Some(0x15 | 0x16) => "TLS",
        Some(b'<') => "HTML or XML without a header",
        Some(b'{' | b'[') => "JSON without a header",
        Some(0..=8 | 14..=31 | 127..) => "binary data",
        _ => "text",
    };
    let advice = if looks_like == "TLS" { TLS_ADVICE } else { "; check host and port" };
    protocol(format!(
        "the response does not start with a status line; it looks like {looks_like}{advice}"
    ))
}

/// The advice if the server speaks TLS. It does not apply to a proxy.
pub(super) const TLS_ADVICE: &str = "; use TLS, or the port for plain HTTP";

/// Parses a head that ends with its empty line.
fn parse(bytes: &[u8], head: &mut Head) -> Result<()> {
    let start = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    if memchr(0, bytes).is_some() {
        return Err(protocol("the response header contains the byte 0x00"));
    }
    // Checked once for all lines: most heads are UTF-8.
    let whole = std::str::from_utf8(bytes).ok();
    let decode = |line: Range<usize>| match whole.and_then(|text| text.get(line.clone())) {
        Some(text) => Cow::Borrowed(text),
        None => decode(&bytes[line]),
    };
    let mut has_bare_lf = false;
    let mut at = start;
    let mut lines = std::iter::from_fn(|| {
        let line_start = at;
        at += memchr(b'\n', &bytes[at..])? + 1;
        let line = &bytes[line_start..at - 1];
        let line = line.strip_suffix(b"\r").unwrap_or_else(|| {
            has_bare_lf = true;
            line
        });
        Some((line, line_start..line_start + line.len()))
    });
    let (first, place) = lines.next().unwrap_or_default();
    *head = Head { status: parse_status(first)?, ..Head::default() };
    head.text.reserve(bytes.len());
    head.text.extend([&*decode(place), "\r\n"]);
    head.header_start = head.text.len();
    let mut is_ambiguous = start > 0;
    // The last line is the empty one.
    for (index, (line, place)) in lines.enumerate().filter(|(_, (line, _))| !line.is_empty()) {
        let is_fold = head.fields.len() > 0 && matches!(line, [b' ' | b'\t', ..]);
        let name = match is_fold {
            true if line.contains(&b'\r') => Err(BARE_CR),
            true => Ok(FieldName::default()),
            false => FieldName::parse(line),
        };
        let name = name
            .map_err(|why| protocol(format!("line {} of the response header {why}", index + 1)))?;
        // RFC 9112 allows a recipient to accept or to refuse these (sections 5.1 and 5.2).
        is_ambiguous |= is_fold || name.has_space;
        let line_start = head.text.len();
        let decoded = decode(place);
        let is_latin1 = matches!(decoded, Cow::Owned(_));
        head.text.push_str(&decoded);
        let line_end = head.text.len();
        head.text.push_str("\r\n");
        let line = &head.text[line_start..line_end];
        if is_fold {
            // Obsolete line folding, which is replaced with a space (section 5.2).
            let (start, length) = trimmed(line);
            let start = line_start + start;
            head.fold(start..start + length, is_latin1);
        } else {
            let (start, length) = trimmed(&line[name.value_at..]);
            let start = line_start + name.value_at + start;
            let name = line_start..line_start + name.length;
            head.push_field(name, start..start + length, is_latin1);
        }
    }
    head.is_ambiguous = is_ambiguous || has_bare_lf;
    Ok(())
}

/// Returns the start and the length of a text without the white space around it.
fn trimmed(text: &str) -> (usize, usize) {
    let value = trim_ows(text);
    let rest = text.len() - value.len();
    let start = text.bytes().take(rest).take_while(|b| matches!(b, b' ' | b'\t')).count();
    (start, value.len())
}

/// Parses `HTTP/1.x`, a space, three digits, then a space or the end.
fn parse_status(line: &[u8]) -> Result<u16> {
    if memchr(b'\r', line).is_some() {
        return Err(protocol(format!("the status line {BARE_CR}")));
    }
    match line.strip_prefix(b"HTTP/1.") {
        Some([minor, b' ', a @ b'1'..=b'9', b, c, rest @ ..])
            if [minor, b, c].iter().all(|b| b.is_ascii_digit())
                && rest.first().is_none_or(|b| *b == b' ') =>
        {
            Ok([a, b, c].iter().fold(0, |n, digit| n * 10 + u16::from(**digit - b'0')))
        }
        _ => Err(not_a_status_line(line)),
    }
}

/// Decodes valid UTF-8, else Latin-1, which old servers send.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().copied().map(char::from).collect::<String>().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_the_same_wherever_the_input_is_split() {
        let bytes = b"\r\nHTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nA:  b \r\n\
            Folded: one\r\n  two\r\n\tthree\r\nsp : x\r\nCaf: \xe9\r\nE:\r\n\r\nBODY";
        for cut in 0..bytes.len() {
            let mut reader = HeadReader::default();
            let (first, mut head) = reader.feed(&bytes[..cut]).unwrap();
            let mut used = first;
            if head.is_none() {
                assert_eq!(first, cut, "all bytes of an incomplete head are consumed");
                let (second, found) = reader.feed(&bytes[cut..]).unwrap();
                used += second;
                head = found;
            }
            let head = head.unwrap_or_else(|| panic!("no head when split at {cut}"));
            assert_eq!(&bytes[used..], b"BODY", "split at {cut}");
            assert_eq!(head.status, 200);
            let fields: Vec<_> = (0..head.fields.len()).filter_map(|i| head.field(i)).collect();
            let expected =
                [("A", "b"), ("Folded", "one two three"), ("sp", "x"), ("Caf", "é"), ("E", "")];
            assert_eq!(fields, expected);
            assert!(
                head.header().contains("Folded: one\r\n  two\r\n\tthree\r\nsp : x\r\nCaf: é\r\n")
            );
            assert!(head.is_ambiguous, "an empty line comes before it, and one line is folded");
        }
    }

    #[test]
    fn invalid_input_is_an_error_at_once_and_an_endless_head_in_the_end() {
        for bad in ["ICY 200 OK\r\n", "HTTP/2.0 200", "x", "<html>", "\x15\x03\x01"] {
            let err = HeadReader::default().feed(bad.as_bytes()).err().unwrap();
            assert_eq!(err.kind(), ErrorKind::Protocol, "{bad}");
        }
        for bad in
            ["HTTP/1.1 20 OK", "HTTP/1.1 2000", "HTTP/1.1  200", "HTTP/1.1 abc", "HTTP/1.x 200"]
        {
            let err =
                HeadReader::default().feed(format!("{bad}\r\n\r\n").as_bytes()).err().unwrap();
            assert_eq!(err.kind(), ErrorKind::Protocol, "{bad}");
        }
        let mut reader = HeadReader::default();
        reader.feed(b"HTTP/1.1 200 OK\r\n").unwrap();
        let err = (0..).find_map(|_| reader.feed(&[b'x'; 1000]).err()).unwrap();
        assert_eq!(err.kind(), ErrorKind::TooLarge);
        let mut reader = HeadReader::default();
        let err = (0..).find_map(|_| reader.feed(b"HTTP/1.1 100 Continue\r\n\r\n").err()).unwrap();
        assert_eq!(err.kind(), ErrorKind::TooLarge);
    }

    #[test]
    fn an_invalid_field_line_is_an_error_that_does_not_quote_it() {
        for (bad, why) in [
            ("marker", "no colon"),
            (" A: marker", "starts with white space"),
            ("\tmarker", "starts with white space"),
            (": marker", "no name"),
            ("{\"marker\": 1}", "invalid characters"),
            ("A b: marker", "invalid characters"),
            ("mark\u{e9}r: marker", "invalid characters"),
            ("A\u{1}: marker", "invalid characters"),
            ("A: mar\rker", "bare CR"),
            ("A: marker\0", "0x00"),
        ] {
            for before in ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 103 Early\r\n"] {
                let bytes = format!("{before}{bad}\r\n\r\n");
                let err = HeadReader::default().feed(bytes.as_bytes()).err().expect(bad);
                let message = err.to_string();
                assert_eq!(err.kind(), ErrorKind::Protocol, "{bad}");
                assert!(message.contains(why) && !message.contains("marker"), "{bad:?}: {message}");
            }
        }
    }
}
