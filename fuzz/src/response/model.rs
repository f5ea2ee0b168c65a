//! A reference parser for responses by RFC 9112, which reads the whole stream at once.

use std::io::Read as _;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// The final response of a stream.
pub struct Answer {
    pub status: u16,
    pub status_line: String,
    /// The header lines, each followed by CRLF.
    pub header: String,
    pub fields: Vec<(String, String)>,
    /// The decoded body; `None` if it is truncated or broken.
    pub body: Option<Vec<u8>>,
    /// Whether the stream defines the end of the body and contains all of it.
    pub is_whole: bool,
    /// Whether the connection may serve another request (RFC 9112 sections 6.3 and 9.3).
    pub may_be_followed: bool,
    /// Whether there is more than one coding: how much of an outer one is read depends on the inner one.
    pub is_nested: bool,
    /// The range of its head in the stream.
    head: (usize, usize),
}

/// How a body is framed.
enum Framing {
    Length(u64),
    Chunked,
    Close,
}

impl Answer {
    /// Parses a stream; `None` if there is no response, or one whose head must be refused.
    pub fn read(stream: &[u8], verb: &str) -> Option<Answer> {
        let mut rest = stream;
        let mut is_odd = false;
        loop {
            let blank = rest.iter().take_while(|b| b"\r\n".contains(b)).count();
            is_odd |= blank > 0;
            rest = &rest[blank..];
            let start = stream.len() - rest.len();
            let mut lines = Vec::new();
            loop {
                match line(&mut rest, &mut is_odd)? {
                    b"" => break,
                    line => lines.push(line),
                }
            }
            let head = (start, stream.len() - rest.len());
            if lines.iter().any(|line| line.contains(&b'\r') || line.contains(&0)) {
                return None;
            }
            let status = status(lines[0])?;
            let fields = fields(&lines[1..], &mut is_odd)?;
            if status >= 200 || status == 101 {
                return Answer::after(status, &lines, fields, is_odd, head, rest, verb);
            }
            let names = ["Content-Length", "Transfer-Encoding"];
            // Every interim response has a length of zero.
            is_odd |= fields.iter().any(|(name, value)| {
                names.iter().any(|n| name.eq_ignore_ascii_case(n)) && value != "0"
            });
        }
    }

    fn after(
        status: u16,
        lines: &[&[u8]],
        fields: Vec<(String, String)>,
        mut is_odd: bool,
        head: (usize, usize),
        rest: &[u8],
        verb: &str,
    ) -> Option<Answer> {
        let texts: Vec<String> = lines.iter().map(|line| text(line)).collect();
        let list = |name: &str| -> Vec<String> {
            let of_name = fields.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
            of_name
                .flat_map(|(_, value)| value.split(','))
                .map(|v| v.trim_matches([' ', '\t']).into())
                .collect()
        };
        let framing = framing(status, verb, &list("Transfer-Encoding"), &list("Content-Length"))?;
        let (data, is_whole) = match framing {
            Framing::Length(n) => {
                let n = usize::try_from(n).ok();
                let data = n.and_then(|n| rest.get(..n)).map(<[u8]>::to_vec);
                let is_whole = data.is_some();
                (data, is_whole)
            }
            Framing::Chunked => {
                let data = chunks(rest, &mut is_odd);
                let is_whole = data.is_some();
                (data, is_whole)
            }
            Framing::Close => (Some(rest.to_vec()), false),
        };
        let says = |wanted: &str| list("Connection").iter().any(|o| o.eq_ignore_ascii_case(wanted));
        let (coded, lengths) = (list("Transfer-Encoding"), list("Content-Length"));
        let by_default = !texts[0].starts_with("HTTP/1.0");
        let is_doubtful = is_odd
            || !coded.is_empty() && (!lengths.is_empty() || !by_default)
            || lengths.len() > 1
            || status == 204 && (!coded.is_empty() || lengths.iter().any(|n| n.parse() != Ok(0)));
        let may_be_followed = is_whole
            && !is_doubtful
            && status != 101
            && !says("close")
            && (by_default || says("keep-alive"));
        let codings = list("Content-Encoding");
        let is_nested = codings.iter().filter(|c| !matches!(&***c, "" | "identity")).count() > 1;
        Some(Answer {
            status,
            status_line: texts[0].clone(),
            header: texts[1..].iter().map(|line| format!("{line}\r\n")).collect(),
            fields,
            body: data.and_then(|data| decode(data, &codings)),
            is_whole,
            may_be_followed,
            is_nested,
            head,
        })
    }

    /// Checks the head against httparse, if that stricter parser accepts it.
    pub fn agrees_with_httparse(&self, stream: &[u8]) {
        let mut room = [httparse::EMPTY_HEADER; 128];
        let mut parsed = httparse::Response::new(&mut room);
        let head = &stream[self.head.0..self.head.1];
        let Ok(httparse::Status::Complete(length)) = parsed.parse(head) else { return };
        assert_eq!(length, head.len());
        assert_eq!(parsed.code, Some(self.status));
        let latin = |bytes: &[u8]| text(bytes).trim_matches([' ', '\t']).to_owned();
        let fields: Vec<_> =
            parsed.headers.iter().map(|h| (h.name.to_owned(), latin(h.value))).collect();
        assert_eq!(fields, self.fields);
    }
}

/// Returns the next line without its end. A lone LF is odd.
fn line<'s>(rest: &mut &'s [u8], is_odd: &mut bool) -> Option<&'s [u8]> {
    let end = rest.iter().position(|b| *b == b'\n')?;
    let line = &rest[..end];
    *rest = &rest[end + 1..];
    *is_odd |= !line.ends_with(b"\r");
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

/// Parses header fields; `None` if a line is not a field.
fn fields(lines: &[&[u8]], is_odd: &mut bool) -> Option<Vec<(String, String)>> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let ows = [' ', '\t'];
    for line in lines.iter().map(|line| text(line)) {
        if line.starts_with(ows) {
            let (_, value) = fields.last_mut()?;
            let space = if value.is_empty() { "" } else { " " };
            *value = format!("{value}{space}{}", line.trim_matches(ows));
            *is_odd = true;
        } else {
            let (before, value) = line.split_once(':')?;
            let name = before.trim_end_matches(ows);
            *is_odd |= name.len() < before.len();
            let is_token = |c: char| c.is_ascii_graphic() && !r#"(),/:;<=>?@[\]{}""#.contains(c);
            if name.is_empty() || !name.chars().all(is_token) {
                return None;
            }
            fields.push((name.to_owned(), value.trim_matches(ows).to_owned()));
        }
    }
    Some(fields)
}

fn text(line: &[u8]) -> String {
    let latin = || line.iter().copied().map(char::from).collect();
    String::from_utf8(line.to_vec()).unwrap_or_else(|_| latin())
}

fn status(line: &[u8]) -> Option<u16> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let (minor, rest) = rest.split_first()?;
    let code = rest.strip_prefix(b" ")?.get(..3)?;
    let after = &rest[4..];
    let is_valid = minor.is_ascii_digit()
        && code.iter().all(u8::is_ascii_digit)
        && (after.is_empty() || after.starts_with(b" "));
    let code: u16 = std::str::from_utf8(code).ok()?.parse().ok()?;
    (is_valid && code >= 100).then_some(code)
}

/// Determines the framing (RFC 9112 section 6.3).
fn framing(status: u16, verb: &str, codings: &[String], lengths: &[String]) -> Option<Framing> {
    if verb == "HEAD" || matches!(status, 101 | 204 | 304) {
        return Some(Framing::Length(0));
    }
    match codings {
        [] => {}
        [one] if one.eq_ignore_ascii_case("chunked") => return Some(Framing::Chunked),
        _ => return None,
    }
    let mut found = None;
    for length in lengths {
        let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
        let length: u64 = length.parse().ok().filter(|_| digits)?;
        if found.is_some_and(|found| found != length) {
            return None;
        }
        found = Some(length);
    }
    Some(found.map_or(Framing::Close, Framing::Length))
}

/// Decodes a chunked body (RFC 9112 section 7.1).
fn chunks(mut rest: &[u8], is_odd: &mut bool) -> Option<Vec<u8>> {
    let is_broken = |line: &[u8]| line.contains(&b'\r') || line.contains(&0);
    let mut data = Vec::new();
    loop {
        let before = rest;
        let size_line = line(&mut rest, is_odd)?;
        if is_broken(size_line) {
            return None;
        }
        let digits = size_line.split(|b| *b == b';').next().unwrap_or_default().trim_ascii_end();
        let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
        let size = u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        let size = size.filter(|_| is_number)?;
        let after = &size_line[digits.len()..];
        *is_odd |= digits.len() > 16 || !are_extensions(after);
        if let Ok(httparse::Status::Complete((_, other))) = httparse::parse_chunk_size(before) {
            assert_eq!(size, other);
        }
        if size == 0 {
            loop {
                let line = line(&mut rest, is_odd)?;
                if is_broken(line) {
                    return None;
                }
                if line.is_empty() {
                    return Some(data);
                }
                *is_odd |= fields(&[line], is_odd).is_none();
            }
        }
        let size = usize::try_from(size).ok()?;
        data.extend_from_slice(rest.get(..size)?);
        rest = &rest[size..];
        if !line(&mut rest, is_odd)?.is_empty() {
            return None;
        }
    }
}

/// Whether the text is a list of chunk extensions (RFC 9112 section 7.1.1), by a state machine.
fn are_extensions(text: &[u8]) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Between,
        Semicolon,
        Name,
        AfterName,
        Equals,
        Value,
        Quoted,
        Escaped,
        AfterValue,
    }
    use At::*;
    let is_token = |b: u8| b.is_ascii_graphic() && !br#"(),/:;<=>?@[\]{}""#.contains(&b);
    let mut at = Start;
    for b in text.iter().copied() {
        let is_blank = matches!(b, b' ' | b'\t');
        at = match (at, b) {
            (Quoted, b'"') => AfterValue,
            (Quoted, b'\\') => Escaped,
            (Quoted | Escaped, b) if !b.is_ascii_control() || b == b'\t' => Quoted,
            (Start | Between, _) if is_blank => Between,
            (Name | AfterName, _) if is_blank => AfterName,
            (Value | AfterValue, _) if is_blank => Between,
            (Semicolon | Equals, _) if is_blank => at,
            (Start | Between | Name | AfterName | Value | AfterValue, b';') => Semicolon,
            (Semicolon | Name, b) if is_token(b) => Name,
            (Name | AfterName, b'=') => Equals,
            (Equals, b'"') => Quoted,
            (Equals | Value, b) if is_token(b) => Value,
            _ => return false,
        };
    }
    matches!(at, Start | Name | Value | AfterValue)
}

/// Decodes the codings. A body with an unknown coding is returned unchanged.
fn decode(mut data: Vec<u8>, codings: &[String]) -> Option<Vec<u8>> {
    let mut names = Vec::new();
    for coding in codings.iter().rev() {
        match &*coding.to_ascii_lowercase() {
            "" | "identity" => {}
            "gzip" | "x-gzip" => names.push("gzip"),
            "deflate" => names.push("deflate"),
            _ => return Some(data),
        }
    }
    if names.len() > 5 {
        return None;
    }
    if data.is_empty() {
        return Some(data);
    }
    for name in names {
        // RFC 1950 section 2.2; some servers omit the zlib header.
        let is_zlib = data.len() < 2
            || data[0] & 0x0f == 8 && u16::from_be_bytes([data[0], data[1]]) % 31 == 0;
        let mut decoded = Vec::new();
        let result = match name {
            "gzip" => MultiGzDecoder::new(&*data).read_to_end(&mut decoded),
            _ if is_zlib => ZlibDecoder::new(&*data).read_to_end(&mut decoded),
            _ => DeflateDecoder::new(&*data).read_to_end(&mut decoded),
        };
        result.ok()?;
        data = decoded;
    }
    Some(data)
}
