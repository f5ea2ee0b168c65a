//! The head of an HTTP/1.1 response (RFC 9112 sections 4 and 5), read without I/O: bytes go in as they
//! arrive. A head that two readers could read differently is an error, or ambiguous, and then its connection
//! is not used again.

use std::borrow::Cow;

use super::fields::{BARE_CR, FieldName, names_body, protocol, says};
use crate::error::{Error, ErrorKind, Result};
use crate::message::response_head::{Field, Head, latin1};
use crate::text::headers::OWS;

/// The most that all heads of one answer may take together, interim ones included.
pub(crate) const MAX_HEAD: usize = 256 * 1024;

/// Collects the head of the final response and skips interim ones (100, 102, 103 ...).
#[derive(Default)]
pub(crate) struct HeadReader {
    buf: Vec<u8>,
    /// Up to here there is no end of a head.
    scanned: usize,
    total: usize,
    /// An interim head says something of a body, which it cannot have, or was ambiguous itself.
    is_ambiguous: bool,
}

impl HeadReader {
    /// Whether any byte of a response has arrived.
    pub(crate) fn has_input(&self) -> bool {
        self.total > 0
    }

    /// Whether an interim head is over and nothing of the next one has arrived.
    pub(crate) fn is_between_heads(&self) -> bool {
        self.total > 0 && self.buf.is_empty()
    }

    /// Takes what belongs to the head from `input` and says how many bytes that was, with the head
    /// if it is complete.
    pub(crate) fn feed(&mut self, input: &[u8]) -> Result<(usize, Option<Head>)> {
        let mut used = 0;
        loop {
            let before = self.buf.len();
            let room = (MAX_HEAD + 1).saturating_sub(self.total).min(input.len() - used);
            let fresh = &input[used..used + room];
            // Most heads arrive whole; only one that is cut has to be put together.
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
                    return Ok((used + room, None));
                }
            };
            let taken = end - before;
            used += taken;
            self.total += taken;
            let mut head = parse(&bytes[..end])?;
            self.buf.clear();
            self.scanned = 0;
            if matches!(head.status, 101 | 200..) {
                head.is_ambiguous |= self.is_ambiguous;
                return Ok((used, Some(head)));
            }
            self.is_ambiguous |= head.is_ambiguous || names_body(&head) || says(&head, "close");
            if used == input.len() {
                return Ok((used, None));
            }
        }
    }

    /// Finds garbage at once instead of waiting for an end that may never come.
    fn check_start(&self) -> Result<()> {
        let start = self.buf.trim_ascii_start();
        let n = start.len().min(7);
        if start[..n] == b"HTTP/1."[..n] { Ok(()) } else { Err(garbage(start)) }
    }
}

/// Where the head ends: after the first empty line that follows a line. The bytes before `scanned` are
/// known to hold no end. If the head is not yet whole, the error is the next such `scanned`.
fn find_end(bytes: &[u8], scanned: usize) -> Result<usize, usize> {
    let skip = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let mut from = scanned.max(skip);
    while let Some(at) = bytes[from..].iter().position(|b| *b == b'\n').map(|n| n + from) {
        match &bytes[at + 1..] {
            [b'\n', ..] => return Ok(at + 2),
            [b'\r', b'\n', ..] => return Ok(at + 3),
            [] | [b'\r'] => return Err(at),
            _ => from = at + 1,
        }
    }
    Err(bytes.len())
}

/// What came instead of a status line, and what that may mean. It is not quoted: it may be a body, or hold
/// a secret.
fn garbage(start: &[u8]) -> Error {
    let begins_with = |text: &str| start.starts_with(text.as_bytes());
    let looks_like = match start.first() {
        _ if begins_with("HTTP/1.") => "HTTP/1 without a status of three digits",
        _ if begins_with("HTTP/") => "another version of HTTP than 1.1 and 1.0",
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
        "the answer does not start with a status line but with what looks like {looks_like}{advice}"
    ))
}

/// What to do where a server speaks TLS. For a proxy the advice is another.
pub(super) const TLS_ADVICE: &str = "; pass ssl = true, or use the port for plain HTTP";

/// Parses a head that ends with its empty line.
fn parse(bytes: &[u8]) -> Result<Head> {
    let start = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    if bytes.contains(&0) {
        return Err(protocol("the response header holds the byte 0x00"));
    }
    let mut has_bare_lf = false;
    let mut lines = bytes[start..].split_inclusive(|b| *b == b'\n').map(|line| match line {
        [line @ .., b'\r', b'\n'] => line,
        [line @ .., b'\n'] => {
            has_bare_lf = true;
            line
        }
        line => line,
    });
    let first = lines.next().unwrap_or_default();
    let mut head = Head { status: status(first)?, ..Head::default() };
    head.text.reserve(bytes.len());
    head.text.extend([&*text(first), "\r\n"]);
    head.header_start = head.text.len();
    head.fields.reserve(bytes[start..].iter().filter(|b| **b == b'\n').count().saturating_sub(2));
    let mut is_odd = start > 0;
    // The last line is the empty one.
    for (index, line) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
        let is_fold = !head.fields.is_empty() && matches!(line, [b' ' | b'\t', ..]);
        let name = match is_fold {
            true if line.contains(&b'\r') => Err(BARE_CR),
            true => Ok(FieldName::default()),
            false => FieldName::of(line),
        };
        let name = name
            .map_err(|why| protocol(format!("line {} of the response header {why}", index + 1)))?;
        // RFC 9112 lets a recipient take these (sections 5.1 and 5.2), and lets another refuse them.
        is_odd |= is_fold || name.is_odd;
        let line_start = head.text.len();
        let decoded = text(line);
        let is_latin1 = matches!(decoded, Cow::Owned(_));
        head.text.push_str(&decoded);
        let line_end = head.text.len();
        head.text.push_str("\r\n");
        let line = &head.text[line_start..line_end];
        if is_fold {
            // Obsolete line folding, which a user agent replaces by a space (section 5.2).
            if let Some(field) = head.fields.last_mut() {
                field.fold(&head.text, line.trim_matches(OWS), is_latin1);
            }
        } else if let Some(colon) = line.find(':') {
            let value = line[colon + 1..].trim_matches(OWS);
            let value_start = line_end - line[colon + 1..].trim_start_matches(OWS).len();
            let field = Field {
                name: line_start..line_start + name.length,
                value: value_start..value_start + value.len(),
                unfolded: None,
                raw: is_latin1.then(|| latin1(value).collect()),
            };
            head.fields.push(field);
        }
    }
    head.is_ambiguous = is_odd || has_bare_lf;
    Ok(head)
}

/// `HTTP/1.x`, a space, three digits, then a space or the end.
fn status(line: &[u8]) -> Result<u16> {
    if line.contains(&b'\r') {
        return Err(protocol(format!("the status line {BARE_CR}")));
    }
    match line.strip_prefix(b"HTTP/1.") {
        Some([minor, b' ', a @ b'1'..=b'9', b, c, rest @ ..])
            if [minor, b, c].iter().all(|b| b.is_ascii_digit())
                && rest.first().is_none_or(|b| *b == b' ') =>
        {
            Ok([a, b, c].iter().fold(0, |n, digit| n * 10 + u16::from(**digit - b'0')))
        }
        _ => Err(garbage(line)),
    }
}

/// UTF-8 where it is valid, else Latin-1, which is what old servers mean.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().copied().map(char::from).collect::<String>().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_the_same_however_it_is_cut() {
        let bytes = b"\r\nHTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nA:  b \r\n\
            Folded: one\r\n  two\r\n\tthree\r\nsp : x\r\nCaf: \xe9\r\nE:\r\n\r\nBODY";
        for cut in 0..bytes.len() {
            let mut reader = HeadReader::default();
            let (first, mut head) = reader.feed(&bytes[..cut]).unwrap();
            let mut used = first;
            if head.is_none() {
                assert_eq!(first, cut, "all of an incomplete head is taken");
                let (second, found) = reader.feed(&bytes[cut..]).unwrap();
                used += second;
                head = found;
            }
            let head = head.unwrap_or_else(|| panic!("no head when cut at {cut}"));
            assert_eq!(&bytes[used..], b"BODY", "cut at {cut}");
            assert_eq!(head.status, 200);
            let fields: Vec<_> = (0..head.fields.len()).filter_map(|i| head.field(i)).collect();
            let expected =
                [("A", "b"), ("Folded", "one two three"), ("sp", "x"), ("Caf", "é"), ("E", "")];
            assert_eq!(fields, expected);
            assert!(
                head.header().contains("Folded: one\r\n  two\r\n\tthree\r\nsp : x\r\nCaf: é\r\n")
            );
            assert!(head.is_ambiguous, "there is an empty line before it, and a folded one in it");
        }
    }

    #[test]
    fn garbage_is_found_at_once_and_an_endless_head_in_the_end() {
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
    fn a_line_that_is_no_field_is_an_error_that_does_not_quote_it() {
        for (bad, why) in [
            ("marker", "no colon"),
            (" A: marker", "starts with white space"),
            ("\tmarker", "starts with white space"),
            (": marker", "no name"),
            ("{\"marker\": 1}", "characters that no field name has"),
            ("A b: marker", "characters that no field name has"),
            ("mark\u{e9}r: marker", "characters that no field name has"),
            ("A\u{1}: marker", "characters that no field name has"),
            ("A: mar\rker", "bare CR"),
            ("A: marker\0", "0x00"),
        ] {
            for before in ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 103 Early\r\n"] {
                let bytes = format!("{before}{bad}\r\n\r\n");
                let err = HeadReader::default().feed(bytes.as_bytes()).err().expect(bad);
                let told = err.to_string();
                assert_eq!(err.kind(), ErrorKind::Protocol, "{bad}");
                assert!(told.contains(why) && !told.contains("marker"), "{bad:?}: {told}");
            }
        }
    }
}
