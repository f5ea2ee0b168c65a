//! A reader of HTTP/1.1 responses that shares no code with zoomkat.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;

/// What bytes mean as a response to a GET, a POST or a PUT.
#[derive(Debug, PartialEq)]
pub enum Reading {
    Whole {
        status: u64,
        body: Vec<u8>,
        /// The number of bytes after the response.
        rest: usize,
        /// Whether the response ends with the connection.
        by_close: bool,
        /// Whether another reader might refuse it or find another end.
        is_ambiguous: bool,
    },
    /// The response is incomplete.
    Short,
    Wrong,
}

/// Reads all bytes as the most lenient client that RFC 9112 allows.
pub fn read_plainly(bytes: &[u8]) -> Reading {
    match try_read(bytes) {
        Ok(reading) | Err(reading) => reading,
    }
}

/// Returns the next line and the rest. Sets `is_odd` if the line ends in LF alone.
fn line_of<'b>(bytes: &'b [u8], is_odd: &mut bool) -> Result<(&'b [u8], &'b [u8]), Reading> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(Reading::Short)?;
    let (line, rest) = (&bytes[..end], &bytes[end + 1..]);
    *is_odd |= !line.ends_with(b"\r");
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.contains(&0) || line.contains(&b'\r') { Err(Reading::Wrong) } else { Ok((line, rest)) }
}

fn trimmed(text: &[u8]) -> &[u8] {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let Some(start) = text.iter().position(is_text) else { return b"" };
    &text[start..=text.iter().rposition(is_text).unwrap_or(start)]
}

fn try_read(mut bytes: &[u8]) -> Result<Reading, Reading> {
    let mut is_odd = false;
    let (status, fields, is_10) = loop {
        while let Some(rest) = bytes.strip_prefix(b"\r").or(bytes.strip_prefix(b"\n")) {
            is_odd = true;
            bytes = rest;
        }
        let mut lines = Vec::new();
        // A head without an end is incomplete, regardless of its lines.
        let mut ended = Ok(());
        loop {
            let (line, rest) = match line_of(bytes, &mut is_odd) {
                Err(Reading::Wrong) => {
                    ended = Err(Reading::Wrong);
                    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or_default();
                    (&b"wrong"[..], &bytes[end + 1..])
                }
                line => line?,
            };
            bytes = rest;
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        ended?;
        let status = status_of(lines[0]).ok_or(Reading::Wrong)?;
        let fields = fields_of(&lines[1..], &mut is_odd).ok_or(Reading::Wrong)?;
        if status == 101 || status >= 200 {
            break (status, fields, lines[0].starts_with(b"HTTP/1.0"));
        }
        is_odd |= fields.iter().any(|(name, _)| {
            name.eq_ignore_ascii_case(b"Content-Length")
                || name.eq_ignore_ascii_case(b"Transfer-Encoding")
        });
    };
    let values = |wanted: &str| -> Vec<&[u8]> {
        let is_it = |(name, _): &&(Vec<u8>, Vec<u8>)| name.eq_ignore_ascii_case(wanted.as_bytes());
        let fields = fields.iter().filter(is_it);
        fields.flat_map(|(_, value)| value.split(|byte| *byte == b',')).map(trimmed).collect()
    };
    let (codings, lengths) = (values("Transfer-Encoding"), values("Content-Length"));
    let mut by_close = false;
    is_odd |= lengths.len() > 1 || !codings.is_empty() && (is_10 || !lengths.is_empty());
    is_odd |= status == 204 && !(codings.is_empty() && lengths.is_empty());
    is_odd |= lengths.iter().any(|length| number(length, 10).is_none());
    let (body, rest) = if matches!(status, 101 | 204 | 304) {
        (Vec::new(), bytes)
    } else if !codings.is_empty() {
        if codings.len() > 1 || !codings[0].eq_ignore_ascii_case(b"chunked") {
            return Err(Reading::Wrong);
        }
        chunks_of(bytes, &mut is_odd)?
    } else if let Some(first) = lengths.first() {
        let length = number(first, 10).ok_or(Reading::Wrong)?;
        if lengths.iter().any(|other| number(other, 10) != Some(length)) {
            return Err(Reading::Wrong);
        }
        let length = usize::try_from(length).map_err(|_| Reading::Short)?;
        let body = bytes.get(..length).ok_or(Reading::Short)?;
        (body.to_vec(), &bytes[length..])
    } else {
        by_close = true;
        (bytes.to_vec(), &b""[..])
    };
    let known = |coding: &&[u8]| {
        let is = |name: &str| coding.eq_ignore_ascii_case(name.as_bytes());
        is("gzip") || is("x-gzip")
    };
    let codings = values("Content-Encoding");
    let body = match codings.first() {
        Some(_) if !body.is_empty() && codings.iter().all(known) => {
            assert_eq!(codings.len(), 1, "no layout has two codings");
            let mut decoded = Vec::new();
            let read = MultiGzDecoder::new(&*body).read_to_end(&mut decoded);
            read.map(|_| decoded).map_err(|_| Reading::Wrong)?
        }
        _ => body,
    };
    Ok(Reading::Whole { status, body, rest: rest.len(), by_close, is_ambiguous: is_odd })
}

fn status_of(line: &[u8]) -> Option<u64> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let (minor, rest) = rest.split_first()?;
    let code = rest.strip_prefix(b" ")?;
    let ends = matches!(code.get(3), None | Some(b' '));
    let status = number(code.get(..3)?, 10).filter(|status| *status >= 100)?;
    (minor.is_ascii_digit() && ends).then_some(status)
}

fn number(digits: &[u8], radix: u32) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok()?;
    let is_digits = text.chars().all(|c| c.is_digit(radix));
    u64::from_str_radix(text, radix).ok().filter(|_| is_digits)
}

/// Returns `None` if a line is not a field.
fn fields_of(lines: &[&[u8]], is_odd: &mut bool) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut fields: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in lines {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            let (_, value) = fields.last_mut()?;
            *value = [trimmed(value), b" ", trimmed(line)].concat();
            *is_odd = true;
        } else {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = trimmed(&line[..colon]);
            *is_odd |= name.len() < colon;
            let is_token = |b: &u8| b.is_ascii_graphic() && !br#"(),/:;<=>?@[\]{}""#.contains(b);
            if name.is_empty() || !name.iter().all(is_token) {
                return None;
            }
            fields.push((name.to_vec(), trimmed(&line[colon + 1..]).to_vec()));
        }
    }
    Some(fields)
}

fn chunks_of<'b>(mut bytes: &'b [u8], is_odd: &mut bool) -> Result<(Vec<u8>, &'b [u8]), Reading> {
    let mut body = Vec::new();
    loop {
        let (line, rest) = line_of(bytes, is_odd)?;
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let end = digits.iter().rposition(|b| !matches!(b, b' ' | b'\t'));
        let digits = &digits[..end.map_or(0, |end| end + 1)];
        let size = number(digits, 16).ok_or(Reading::Wrong)?;
        // An extension has a name.
        *is_odd |= digits.len() < line.len() && trimmed(&line[digits.len()..]).len() < 2;
        bytes = rest;
        if size == 0 {
            break;
        }
        let size = usize::try_from(size).map_err(|_| Reading::Short)?;
        body.extend_from_slice(bytes.get(..size).ok_or(Reading::Short)?);
        bytes = match &bytes[size..] {
            [] | [b'\r'] => return Err(Reading::Short),
            [b'\r', b'\n', rest @ ..] => rest,
            [b'\n', rest @ ..] => {
                *is_odd = true;
                rest
            }
            _ => return Err(Reading::Wrong),
        };
    }
    loop {
        let (line, rest) = line_of(bytes, is_odd)?;
        bytes = rest;
        if line.is_empty() {
            return Ok((body, bytes));
        }
        *is_odd |= fields_of(&[line], is_odd).is_none();
    }
}
