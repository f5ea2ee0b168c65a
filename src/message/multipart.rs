//! The encoder of multipart/form-data (RFC 7578, RFC 2046 section 5.1).

use std::borrow::Cow;
use std::cell::RefCell;

use super::body::Body;
use super::params::{Content, Data, Part};
use super::prepare::{push, push_field};
use crate::error::{Error, ErrorKind, Result};
use crate::named::NamedList;
use crate::text::charset::Charset;
use crate::text::headers::{check_header, is_token};

pub(super) const FORM_DATA: &str = "multipart/form-data";

/// The maximum size of content that is copied; larger content is borrowed.
const MAX_COPIED: usize = 4096;

/// An estimate of the size of a part without boundary, name and content.
const PART_OVERHEAD: usize = 128;

/// The number of random bytes in a boundary.
const BOUNDARY_BYTES: usize = 16;

/// The number of random bytes that one system call gets.
const POOL_SIZE: usize = 64 * BOUNDARY_BYTES;

thread_local! {
    /// Random bytes for the next boundaries, and how many bytes at the start are still unused. They
    /// save a system call per request. The type has no destructor, so that they are available even to a
    /// request that is sent while its thread ends.
    static RANDOM_BYTES: RefCell<([u8; POOL_SIZE], usize)> = const { RefCell::new(([0; POOL_SIZE], 0)) };
}

fn random_bytes() -> Result<[u8; BOUNDARY_BYTES]> {
    RANDOM_BYTES.with_borrow_mut(|(bytes, left)| {
        if *left == 0 {
            getrandom::fill(bytes).map_err(|err| {
                Error::new(ErrorKind::Io, format!("the system provides no random bytes: {err}"))
            })?;
            *left = POOL_SIZE;
        }
        *left -= BOUNDARY_BYTES;
        let mut random = [0; BOUNDARY_BYTES];
        random.copy_from_slice(&bytes[*left..*left + BOUNDARY_BYTES]);
        Ok(random)
    })
}

/// The boundary of a multipart body.
pub(super) enum Boundary<'b> {
    /// The caller's, which a part may contain by accident.
    Chosen(Cow<'b, str>),
    Random([u8; PREFIX.len() + 2 * BOUNDARY_BYTES]),
}

/// The start of a random boundary.
const PREFIX: &[u8] = b"----zoomkat";

impl<'b> Boundary<'b> {
    /// Returns `wanted` if it is a valid boundary, or one with 128 random bits if `wanted` is empty.
    pub(super) fn new(wanted: Cow<'b, str>) -> Result<Boundary<'b>> {
        if !wanted.is_empty() {
            check_wanted(&wanted)?;
            return Ok(Boundary::Chosen(wanted));
        }
        let mut text = [0; PREFIX.len() + 2 * BOUNDARY_BYTES];
        let (prefix, digits) = text.split_at_mut(PREFIX.len());
        prefix.copy_from_slice(PREFIX);
        for (pair, byte) in digits.chunks_exact_mut(2).zip(random_bytes()?) {
            const DIGITS: &[u8; 16] = b"0123456789abcdef";
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Ok(Boundary::Random(text))
    }

    fn as_bytes(&self) -> &[u8] {
        match self {
            Boundary::Chosen(text) => text.as_bytes(),
            Boundary::Random(text) => text,
        }
    }
}

/// A Content-Type.
pub(super) enum ContentType<'r> {
    Text(Cow<'r, str>),
    /// A multipart type without its boundary, and the boundary.
    Multipart(Cow<'r, str>, Boundary<'r>),
}

impl ContentType<'_> {
    /// The pieces of the value, which `Prepared::head` writes without joining them first.
    pub(super) fn pieces(&self) -> [&[u8]; 5] {
        match self {
            ContentType::Text(text) => [text.as_bytes(), b"", b"", b"", b""],
            ContentType::Multipart(given, boundary) => {
                let quote: &[u8] = match boundary {
                    Boundary::Chosen(text) if !is_token(&**text) => b"\"",
                    // A random one is a token.
                    _ => b"",
                };
                [given.as_bytes(), b"; boundary=", quote, boundary.as_bytes(), quote]
            }
        }
    }
}

/// Checks a boundary by RFC 2046 section 5.1.1.
fn check_wanted(wanted: &str) -> Result<()> {
    // bcharsnospace and the space.
    let is_bchar = |b: u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&b);
    let why = if wanted.len() > 70 {
        format!("it has {} characters, but 70 is the maximum", wanted.len())
    } else if let Some(bad) = wanted.chars().find(|c| !u8::try_from(*c).is_ok_and(is_bchar)) {
        format!("it contains {bad:?}; only letters, digits, spaces and '()+_,-./:=? are allowed")
    } else if wanted.ends_with(' ') {
        "it ends with a space".to_owned()
    } else {
        return Ok(());
    };
    Err(Error::invalid("boundary", why))
}

/// Encodes all parts. Without parts, the body is the closing line.
pub(super) fn body<'r>(
    parts: &'r NamedList<Part>,
    charset: &Charset,
    boundary: &Boundary<'_>,
) -> Result<Body<'r>> {
    // A random one occurs in no part.
    let is_chosen = matches!(boundary, Boundary::Chosen(_));
    let boundary = boundary.as_bytes();
    let size = |part: &Part| {
        let content = match &part.content {
            Content::Param(value) => value.len(),
            Content::Upload { data: Data::Bytes(bytes), .. } if bytes.len() <= MAX_COPIED => {
                bytes.len()
            }
            Content::Upload { .. } => 0,
        };
        PART_OVERHEAD + boundary.len() + part.name.len() + content
    };
    let size = parts.iter().map(size).sum::<usize>() + PART_OVERHEAD;
    let mut body = Body::from_bytes(Vec::with_capacity(size));
    for (index, part) in parts.iter().enumerate() {
        push(body.text(), [b"--", boundary, b"\r\n"]);
        part_header(body.text(), part, index)?;
        match &part.content {
            Content::Param(value) => {
                let bytes = charset
                    .encode(value)
                    .map_err(|why| Error::invalid("charset", in_part(part, index, &why)))?;
                if is_chosen {
                    check_boundary(&bytes, boundary, part, index)?;
                }
                body.text().extend_from_slice(&bytes);
            }
            Content::Upload { data: Data::Bytes(bytes), .. } => {
                if is_chosen {
                    check_boundary(bytes, boundary, part, index)?;
                }
                if bytes.len() <= MAX_COPIED {
                    body.text().extend_from_slice(bytes);
                } else {
                    body.push_borrowed(bytes);
                }
            }
            Content::Upload { data: Data::File(source), .. } => {
                body.push_file(source, &in_part(part, index, "add_file_for_upload"))?;
            }
            Content::Upload { data: Data::Fault(why), .. } => {
                return Err(Error::invalid("add_string_for_upload", in_part(part, index, why)));
            }
        }
        body.text().extend_from_slice(b"\r\n");
    }
    push(body.text(), [b"--", boundary, b"--\r\n"]);
    Ok(body)
}

fn part_header(out: &mut Vec<u8>, part: &Part, index: usize) -> Result<()> {
    let sub = &part.sub_headers;
    for (name, value) in sub.iter() {
        check_header(&in_part(part, index, "add_sub_header"), name, value)?;
    }
    if sub.get("Content-Disposition").is_none() {
        push(out, [b"Content-Disposition: form-data; name=\""]);
        quote(out, &part.name, "name", part, index)?;
        push(out, [b"\""]);
        if let Content::Upload { filename, .. } = &part.content {
            if !filename.is_empty() {
                push(out, [b"; filename=\""]);
                quote(out, filename, "filename", part, index)?;
                push(out, [b"\""]);
            }
        }
        push(out, [b"\r\n"]);
    }
    if let Content::Upload { content_type, .. } = &part.content {
        if sub.get("Content-Type").is_none() && !content_type.is_empty() {
            check_header(&in_part(part, index, "content_type"), "Content-Type", content_type)?;
            push_field(out, "Content-Type", content_type.as_bytes());
        }
    }
    for (name, value) in sub.iter() {
        push_field(out, name, value.as_bytes());
    }
    push(out, [b"\r\n"]);
    Ok(())
}

/// Writes a name, escaped as by browsers (WHATWG HTML, "multipart/form-data encoding algorithm"), which
/// is what servers expect: only the quote, CR and LF.
fn quote(out: &mut Vec<u8>, text: &str, what: &str, part: &Part, index: usize) -> Result<()> {
    if !text.bytes().any(|b| b == b'"' || b.is_ascii_control()) {
        push(out, [text.as_bytes()]);
        return Ok(());
    }
    for b in text.bytes() {
        match b {
            b'"' => push(out, [b"%22"]),
            b'\r' => push(out, [b"%0D"]),
            b'\n' => push(out, [b"%0A"]),
            b if b.is_ascii_control() && b != b'\t' => {
                let why = format!("it contains the control character {:?}", char::from(b));
                return Err(Error::invalid(what, in_part(part, index, &why)));
            }
            b => out.push(b),
        }
    }
    Ok(())
}

/// Checks that content in memory does not contain a chosen boundary, which would end the part early.
fn check_boundary(content: &[u8], boundary: &[u8], part: &Part, index: usize) -> Result<()> {
    let line = [b"--", boundary].concat();
    if content.windows(line.len()).any(|window| window == line) {
        let why = "its content contains the boundary; choose another, or none";
        return Err(Error::invalid("boundary", in_part(part, index, why)));
    }
    Ok(())
}

fn in_part(part: &Part, index: usize, why: &str) -> String {
    format!("part {index} ({:?}): {why}", part.name)
}
