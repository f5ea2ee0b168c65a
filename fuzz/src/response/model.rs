//! What a stream says, read as a whole and without hurry, by RFC 9112.

use std::io::Read as _;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// The final answer of a stream.
pub struct Answer {
    pub status: u16,
    pub status_line: String,
    /// The lines of the header, CRLF after each.
    pub header: String,
    pub fields: Vec<(String, String)>,
    /// The body, decoded; `None` where it is cut or broken.
    pub body: Option<Vec<u8>>,
    /// Whether the stream itself says where the body ends, and has all of it.
    pub is_whole: bool,
    /// Whether the connection may serve another request (RFC 9112 sections 6.3 and 9.3).
    pub may_be_followed: bool,
    /// More than one coding: how much of an outer one is read depends on the inner one.
    pub is_nested: bool,
    /// Where its head is in the stream.
    head: (usize, usize),
}

/// How a body is framed.
enum Framing {
    Length(u64),
    Chunked,
    Close,
}

impl Answer {
    /// `None` where there is no answer, or one that is to be refused by its head.
    pub fn read(stream: &[u8], verb: &str) -> Option<Answer> {
        let mut rest = stream;
        loop {
            let blank = rest.iter().take_while(|b| b"\r\n".contains(b)).count();
            rest = &rest[blank..];
            let start = stream.len() - rest.len();
            let mut lines = Vec::new();
            loop {
                match line(&mut rest)? {
                    b"" => break,
                    line => lines.push(line),
                }
            }
            let head = (start, stream.len() - rest.len());
            if lines.iter().any(|line| line.contains(&b'\r') || line.contains(&0)) {
                return None;
            }
            let status = status(lines[0])?;
            if status >= 200 || status == 101 {
                return Answer::after(status, &lines, head, rest, verb);
            }
        }
    }

    fn after(
        status: u16,
        lines: &[&[u8]],
        head: (usize, usize),
        rest: &[u8],
        verb: &str,
    ) -> Option<Answer> {
        let texts: Vec<String> = lines.iter().map(|line| text(line)).collect();
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in &texts[1..] {
            let ows = [' ', '\t'];
            if line.starts_with(ows) {
                if let Some((_, value)) = fields.last_mut() {
                    let space = if value.is_empty() { "" } else { " " };
                    *value = format!("{value}{space}{}", line.trim_matches(ows));
                }
            } else if let Some((name, value)) = line.split_once(':') {
                let name = name.trim_end_matches(ows);
                fields.push((name.to_owned(), value.trim_matches(ows).to_owned()));
            }
        }
        let list = |name: &str| -> Vec<String> {
            let of_name = fields.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
            of_name.flat_map(|(_, value)| value.split(',')).map(|v| v.trim().into()).collect()
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
                let data = chunks(rest);
                let is_whole = data.is_some();
                (data, is_whole)
            }
            Framing::Close => (Some(rest.to_vec()), false),
        };
        let says = |wanted: &str| list("Connection").iter().any(|o| o.eq_ignore_ascii_case(wanted));
        let is_doubtful =
            !list("Transfer-Encoding").is_empty() && !list("Content-Length").is_empty();
        let by_default = !texts[0].starts_with("HTTP/1.0");
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

    /// Where the strict parser of a crate takes the head, it finds the same in it.
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

/// The next line without its end.
fn line<'s>(rest: &mut &'s [u8]) -> Option<&'s [u8]> {
    let end = rest.iter().position(|b| *b == b'\n')?;
    let line = &rest[..end];
    *rest = &rest[end + 1..];
    Some(line.strip_suffix(b"\r").unwrap_or(line))
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

/// RFC 9112 section 6.3.
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

/// RFC 9112 section 7.1.
fn chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let before = rest;
        let size_line = line(&mut rest)?;
        let digits = size_line.split(|b| *b == b';').next().unwrap_or_default().trim_ascii_end();
        let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
        let size = u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        let size = size.filter(|_| is_number)?;
        if let Ok(httparse::Status::Complete((_, other))) = httparse::parse_chunk_size(before) {
            assert_eq!(size, other);
        }
        if size == 0 {
            while !line(&mut rest)?.is_empty() {}
            return Some(data);
        }
        let size = usize::try_from(size).ok()?;
        data.extend_from_slice(rest.get(..size)?);
        rest = &rest[size..];
        if !line(&mut rest)?.is_empty() {
            return None;
        }
    }
}

/// Undoes the codings; a body whose coding is not known is handed on as it is.
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
        // RFC 1950 section 2.2; some servers leave zlib's header out.
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
