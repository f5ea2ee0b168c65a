//! HTTP/1.1 messages as RFC 9112 has them: the head of a response, and where its body ends.
//!
//! No I/O here; bytes go in as they come.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::request::headers::OWS;
use crate::response::{Field, Head};

/// The most that all heads of one answer may take together, interim ones included.
pub(crate) const MAX_HEAD: usize = 256 * 1024;

/// What a chunked body may have besides its data, beyond a fair share for each chunk.
const MAX_CHUNK_OVERHEAD: usize = 16 * 1024;

fn protocol(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Protocol, message)
}

/// Gathers the head of the final response, passing over interim ones (100, 102, 103 ...).
#[derive(Default)]
pub(crate) struct HeadReader {
    buf: Vec<u8>,
    /// Up to here there is no end of a head.
    scanned: usize,
    total: usize,
}

impl HeadReader {
    /// Whether any byte of an answer has come.
    pub(crate) fn has_input(&self) -> bool {
        self.total > 0
    }

    /// Whether an interim head is over and nothing of the next one has come.
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
            // A head mostly comes whole; only what is cut has to be put together.
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
            let head = parse(&bytes[..end])?;
            self.buf.clear();
            self.scanned = 0;
            if matches!(head.status, 101 | 200..) {
                return Ok((used, Some(head)));
            }
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

/// Where the head ends: after the first empty line that follows a line. Up to `scanned` there is no
/// end; up to where there is none now is the error.
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

fn garbage(start: &[u8]) -> Error {
    let shown: String =
        start.iter().take(24).flat_map(|b| b.escape_ascii()).map(char::from).collect();
    let hint = match start.first() {
        Some(0x15 | 0x16) => {
            "; this looks like TLS: pass ssl = true, or use the port for plain HTTP"
        }
        _ => "",
    };
    protocol(format!("the answer does not start with a status line but with \"{shown}\"{hint}"))
}

/// Parses a head that ends with its empty line.
fn parse(bytes: &[u8]) -> Result<Head> {
    let start = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    if bytes.contains(&0) {
        return Err(protocol("the response header holds the byte 0x00"));
    }
    let mut lines = bytes[start..].split(|b| *b == b'\n').map(|line| match line {
        [line @ .., b'\r'] => line,
        line => line,
    });
    let first = lines.next().unwrap_or_default();
    let mut head = Head { status: status(first)?, ..Head::default() };
    head.text.reserve(bytes.len());
    head.text.extend([&*text(first), "\r\n"]);
    head.header_start = head.text.len();
    head.fields.reserve(bytes[start..].iter().filter(|b| **b == b'\n').count().saturating_sub(2));
    for line in lines.take_while(|line| !line.is_empty()) {
        if line.contains(&b'\r') {
            return Err(protocol("a line of the response header holds a bare CR"));
        }
        let line_start = head.text.len();
        head.text.push_str(&text(line));
        let line_end = head.text.len();
        head.text.push_str("\r\n");
        let line = &head.text[line_start..line_end];
        if line.starts_with([' ', '\t']) {
            // Obsolete line folding, which a user agent replaces by a space (section 5.2).
            if let Some(field) = head.fields.last_mut() {
                let value = &head.text[field.value.clone()];
                let unfolded = field.unfolded.get_or_insert_with(|| value.to_owned());
                if !unfolded.is_empty() {
                    unfolded.push(' ');
                }
                unfolded.push_str(line.trim_matches(OWS));
            }
        } else if let Some(colon) = line.find(':') {
            // Space before the colon is wrong but harmless in an answer. A line without a colon
            // is shown in the header and is no field.
            let name = line[..colon].trim_end_matches(OWS);
            let value = line[colon + 1..].trim_matches(OWS);
            let value_start = line_end - line[colon + 1..].trim_start_matches(OWS).len();
            let field = Field {
                name: line_start..line_start + name.len(),
                value: value_start..value_start + value.len(),
                unfolded: None,
            };
            head.fields.push(field);
        }
    }
    Ok(head)
}

/// `HTTP/1.x`, a space, three digits, then a space or the end.
fn status(line: &[u8]) -> Result<u16> {
    match line {
        [
            b'H',
            b'T',
            b'T',
            b'P',
            b'/',
            b'1',
            b'.',
            b'0'..=b'9',
            b' ',
            a @ b'1'..=b'9',
            b @ b'0'..=b'9',
            c @ b'0'..=b'9',
            rest @ ..,
        ] if matches!(rest, [] | [b' ', ..]) && !line.contains(&b'\r') => {
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

/// Where the body of a response ends (RFC 9112 section 6.3).
#[derive(Debug, PartialEq)]
pub(crate) enum Framing {
    /// So many bytes are left.
    Length(u64),
    Chunked(Chunked),
    /// With the connection.
    Close,
}

/// A chunked body (section 7.1), as far as it has been read.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Chunked {
    next: Next,
    /// Bytes of lines so far, less what the chunks that came with them account for.
    overhead: usize,
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

/// What [`Framing::step`] found at the front of its input.
#[derive(Debug, PartialEq)]
pub(crate) struct Step {
    /// So many bytes are framing: drop them.
    pub(crate) skip: usize,
    /// So many bytes after those are data.
    pub(crate) data: usize,
}

impl Framing {
    /// How many bytes are to come, if the head says so.
    pub(crate) fn announced(&self) -> Option<u64> {
        match self {
            Framing::Length(left) => Some(*left),
            _ => None,
        }
    }

    /// What the head says of the body.
    pub(crate) fn of(head: &Head, verb: &str) -> Result<Framing> {
        if verb == "HEAD" || matches!(head.status, 101 | 204 | 304) {
            return Ok(Framing::Length(0));
        }
        let mut codings = head.listed("Transfer-Encoding");
        if let Some(coding) = codings.next() {
            if !coding.eq_ignore_ascii_case("chunked") || codings.next().is_some() {
                let all: Vec<&str> = head.all("Transfer-Encoding").collect();
                return Err(protocol(format!(
                    "Transfer-Encoding is {:?}; only chunked is understood",
                    all.join(", ")
                )));
            }
            return Ok(Framing::Chunked(Chunked::default()));
        }
        let mut length = None;
        for value in head.listed("Content-Length") {
            let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
            let this = value.parse::<u64>().ok().filter(|_| digits).ok_or_else(|| {
                protocol(format!("Content-Length is {value:?}, which is not a number of bytes"))
            })?;
            if length.is_some_and(|other| other != this) {
                return Err(protocol("two Content-Length values that differ"));
            }
            length = Some(this);
        }
        Ok(length.map_or(Framing::Close, Framing::Length))
    }

    pub(crate) fn is_done(&self) -> bool {
        matches!(self, Framing::Length(0) | Framing::Chunked(Chunked { next: Next::Done, .. }))
    }

    /// Looks at `input`. `Step { skip: 0, data: 0 }` while not done means that more is needed.
    pub(crate) fn step(&mut self, input: &[u8]) -> Result<Step> {
        let most = |left: u64| usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        match self {
            Framing::Length(left) => Ok(Step { skip: 0, data: most(*left) }),
            Framing::Close => Ok(Step { skip: 0, data: input.len() }),
            Framing::Chunked(chunked) => chunked.step(input),
        }
    }

    /// Says that `n` bytes of the data were taken.
    pub(crate) fn took(&mut self, n: usize) {
        match self {
            Framing::Length(left) => *left -= n as u64,
            Framing::Chunked(chunked) => {
                if let Next::Data(left) = &mut chunked.next {
                    *left -= n as u64;
                    if *left == 0 {
                        chunked.next = Next::DataEnd;
                    }
                }
            }
            Framing::Close => {}
        }
    }

    /// What is missing when the connection ends here; `None` if this is where the body ends.
    pub(crate) fn missing(&self) -> Option<String> {
        match self {
            Framing::Close => None,
            _ if self.is_done() => None,
            Framing::Length(left) => Some(format!("{left} of the bytes it announced are missing")),
            Framing::Chunked(_) => Some("its last chunk did not come".to_owned()),
        }
    }
}

impl Chunked {
    fn step(&mut self, input: &[u8]) -> Result<Step> {
        let mut skip = 0;
        loop {
            let rest = &input[skip..];
            match &self.next {
                Next::Data(left) => {
                    let data = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    return Ok(Step { skip, data });
                }
                Next::Done => return Ok(Step { skip, data: 0 }),
                Next::DataEnd
                    if !matches!(rest, [] | [b'\r'] | [b'\r', b'\n', ..] | [b'\n', ..]) =>
                {
                    return Err(protocol("a chunk is longer than its size says"));
                }
                _ => {}
            }
            let end = rest.iter().position(|b| *b == b'\n');
            if self.overhead + end.unwrap_or(rest.len()) > MAX_CHUNK_OVERHEAD {
                return Err(Error::new(
                    ErrorKind::TooLarge,
                    "the chunked body has far more framing than data",
                ));
            }
            let Some(end) = end else {
                return Ok(Step { skip, data: 0 });
            };
            let line = match &rest[..end] {
                [line @ .., b'\r'] => line,
                line => line,
            };
            skip += end + 1;
            self.overhead += end + 1;
            self.next = match &self.next {
                Next::Size => match chunk_size(line)? {
                    0 => Next::Trailer,
                    size => {
                        // Sixteen bytes of framing are fair for a chunk of any size.
                        let fair = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(16);
                        self.overhead = self.overhead.saturating_sub(fair);
                        Next::Data(size)
                    }
                },
                Next::DataEnd => Next::Size,
                Next::Trailer if line.is_empty() => Next::Done,
                _ => Next::Trailer,
            };
        }
    }
}

/// The size in a line such as `1a;name=value` (RFC 9112 section 7.1).
fn chunk_size(line: &[u8]) -> Result<u64> {
    let digits = line.split(|b| *b == b';').next().unwrap_or_default();
    std::str::from_utf8(digits)
        .ok()
        .map(|s| s.trim_end_matches(OWS))
        .filter(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_hexdigit()))
        .and_then(|s| u64::from_str_radix(s, 16).ok())
        .ok_or_else(|| protocol(format!("{:?} is not the size of a chunk", text(digits))))
}

/// Whether the connection may serve another request after this response (RFC 9112 section 9.3).
pub(crate) fn keeps_alive(head: &Head) -> bool {
    let has = |wanted: &str| {
        head.all("Connection")
            .flat_map(|v| v.split(','))
            .any(|v| v.trim().eq_ignore_ascii_case(wanted))
    };
    let is_11 = !head.status_line().starts_with("HTTP/1.0");
    // Both framings at once is how responses are smuggled (section 6.3), and HTTP/1.0 knows no
    // Transfer-Encoding (section 6.1): trust nothing after it.
    let ambiguous = head.all("Transfer-Encoding").next().is_some()
        && (!is_11 || head.all("Content-Length").next().is_some());
    head.status != 101 && !ambiguous && !has("close") && (is_11 || has("keep-alive"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        let (used, head) = HeadReader::default().feed(text.as_bytes()).unwrap();
        assert_eq!(used, text.len());
        head.unwrap()
    }

    #[test]
    fn a_head_is_the_same_however_it_is_cut() {
        let bytes = b"\r\nHTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nA:  b \r\n\
            Folded: one\r\n  two\r\n\tthree\r\nsp : x\r\nno colon\r\nCaf\xe9: \xe9\r\nE:\r\n\r\nBODY";
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
                [("A", "b"), ("Folded", "one two three"), ("sp", "x"), ("Café", "é"), ("E", "")];
            assert_eq!(fields, expected);
            assert!(
                head.header().contains("Folded: one\r\n  two\r\n\tthree\r\nsp : x\r\nno colon\r\n")
            );
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
    fn the_head_says_where_the_body_ends() {
        let of = |fields: &str, verb| {
            Framing::of(&head(&format!("HTTP/1.1 200 OK\r\n{fields}\r\n")), verb)
        };
        assert_eq!(of("Content-Length: 5\r\n", "GET").unwrap(), Framing::Length(5));
        assert_eq!(of("Content-Length: 5, 5\r\n", "GET").unwrap(), Framing::Length(5));
        assert_eq!(of("Content-Length: 5\r\n", "HEAD").unwrap(), Framing::Length(0));
        assert_eq!(of("", "GET").unwrap(), Framing::Close);
        let chunked = Framing::Chunked(Chunked::default());
        assert_eq!(
            of("Transfer-Encoding: Chunked\r\nContent-Length: 5\r\n", "GET").unwrap(),
            chunked
        );
        for bad in [
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: +5\r\n",
            "Content-Length: -1\r\n",
            "Content-Length:\r\n",
            "Content-Length: 99999999999999999999999\r\n",
            "Content-Length: 5\x0c\r\n",
            "Content-Length: \u{a0}5\r\n",
            "Transfer-Encoding: \x0bchunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        ] {
            assert_eq!(of(bad, "GET").unwrap_err().kind(), ErrorKind::Protocol, "{bad}");
        }
    }

    #[test]
    fn chunks_are_joined_however_they_are_cut() {
        let bytes =
            b"4;x=\"y\"\r\nWiki\r\n5\r\npedia\r\nA \r\n0123456789\r\n0\r\nTrailer: t\r\n\r\nNEXT";
        for size in 1..bytes.len() {
            let mut framing = Framing::Chunked(Chunked::default());
            let (mut data, mut at, mut have) = (Vec::new(), 0, 0);
            while !framing.is_done() {
                let step = framing.step(&bytes[at..have]).unwrap();
                at += step.skip;
                data.extend_from_slice(&bytes[at..at + step.data]);
                at += step.data;
                framing.took(step.data);
                if step == (Step { skip: 0, data: 0 }) && !framing.is_done() {
                    have = (have + size).min(bytes.len());
                }
            }
            assert_eq!(data, b"Wikipedia0123456789", "cut every {size}");
            assert_eq!(&bytes[at..], b"NEXT");
        }
    }

    #[test]
    fn broken_chunks_are_refused() {
        for bad in [
            "x\r\n",
            "\r\n",
            "-1\r\n",
            "1\r\nabc\r\n",
            "fffffffffffffffff\r\n",
            "1 1\r\n",
            "1\r\r\n",
        ] {
            let mut framing = Framing::Chunked(Chunked::default());
            let result = framing.step(bad.as_bytes()).and_then(|step| {
                framing.took(step.data);
                framing.step(&bad.as_bytes()[step.skip + step.data..])
            });
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Protocol, "{bad:?}");
        }
    }

    #[test]
    fn a_connection_is_kept_only_where_both_want_it() {
        for (kept, text) in [
            (true, "HTTP/1.1 200 OK\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\nConnection: Foo, Close\r\n\r\n"),
            (false, "HTTP/1.0 200 OK\r\n\r\n"),
            (true, "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n"),
            (
                false,
                "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
            ),
            (false, "HTTP/1.1 101 Switching\r\n\r\n"),
            (false, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ] {
            assert_eq!(keeps_alive(&head(text)), kept, "{text}");
        }
    }
}
