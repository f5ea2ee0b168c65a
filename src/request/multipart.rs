//! The multipart/form-data writer (RFC 7578, over RFC 2046 section 5.1).

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use super::body::Body;
use super::params::{Content, Data, Part};
use super::prepare::check_header;
use crate::charset;
use crate::error::{Error, ErrorKind, Result};

pub(super) const FORM_DATA: &str = "multipart/form-data";

/// Contents up to this size are copied between the lines around them; larger ones are shared.
const INLINE: usize = 4096;

/// A boundary of 128 random bits, or the one that was asked for if it is a boundary at all.
pub(super) fn boundary(wanted: &str) -> Result<Cow<'_, str>> {
    if wanted.is_empty() {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|err| {
            Error::new(ErrorKind::Io, format!("the system gave no random bytes: {err}"))
        })?;
        return Ok(Cow::Owned(format!("----zoomkat{:032x}", u128::from_ne_bytes(random))));
    }
    // RFC 2046 section 5.1.1: bcharsnospace and the space.
    let is_bchar = |b: u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&b);
    let why = if wanted.len() > 70 {
        format!("{} characters are too many, 70 is the most", wanted.len())
    } else if let Some(bad) = wanted.chars().find(|c| !u8::try_from(*c).is_ok_and(is_bchar)) {
        format!("{bad:?} may not stand in one; letters, digits and '()+_,-./:=? may")
    } else if wanted.ends_with(' ') {
        "it may not end with a space".to_owned()
    } else {
        return Ok(Cow::Borrowed(wanted));
    };
    Err(Error::invalid("boundary", why))
}

/// Writes all parts and the closing line. No parts give a body that says so.
///
/// `is_chosen` says that the boundary is the caller's, so that it may stand in a part by accident.
pub(super) fn body(parts: &[Part], charset: &str, boundary: &str, is_chosen: bool) -> Result<Body> {
    let mut body = Body::default();
    let mut lines = String::new();
    // Text and small contents gather here until a large one or a file comes.
    let mut pending = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        lines.clear();
        let _ = write!(lines, "--{boundary}\r\n");
        part_header(&mut lines, part, index)?;
        pending.extend_from_slice(lines.as_bytes());
        match &part.content {
            Content::Param(value) => {
                let bytes = charset::encode(value, charset)
                    .map_err(|why| Error::invalid("charset", in_part(part, index, &why)))?;
                if is_chosen {
                    check_contains(&bytes, boundary, part, index)?;
                }
                pending.extend_from_slice(&bytes);
            }
            Content::Upload { data: Data::Bytes(bytes), .. } => {
                if is_chosen {
                    check_contains(bytes, boundary, part, index)?;
                }
                if bytes.len() <= INLINE {
                    pending.extend_from_slice(bytes);
                } else {
                    body.push_bytes(std::mem::take(&mut pending));
                    body.push_bytes(Arc::clone(bytes));
                }
            }
            Content::Upload { data: Data::File(source), .. } => {
                body.push_bytes(std::mem::take(&mut pending));
                body.push_file(source, &in_part(part, index, "add_file_for_upload"))?;
            }
            Content::Upload { data: Data::Fault(why), .. } => {
                return Err(Error::invalid("add_string_for_upload", in_part(part, index, why)));
            }
        }
        pending.extend_from_slice(b"\r\n");
    }
    pending.extend_from_slice(b"--");
    pending.extend_from_slice(boundary.as_bytes());
    pending.extend_from_slice(b"--\r\n");
    body.push_bytes(pending);
    Ok(body)
}

fn part_header(out: &mut String, part: &Part, index: usize) -> Result<()> {
    let sub = &part.sub_headers;
    let member = || in_part(part, index, "add_sub_header");
    for (name, value) in sub.iter() {
        check_header(&member(), name, value)?;
    }
    if sub.get("Content-Disposition").is_none() {
        out.push_str("Content-Disposition: form-data; name=\"");
        quote(out, &part.name, "name", part, index)?;
        out.push('"');
        if let Content::Upload { filename, .. } = &part.content {
            if !filename.is_empty() {
                out.push_str("; filename=\"");
                quote(out, filename, "filename", part, index)?;
                out.push('"');
            }
        }
        out.push_str("\r\n");
    }
    if let Content::Upload { content_type, .. } = &part.content {
        if sub.get("Content-Type").is_none() {
            check_header(&in_part(part, index, "content_type"), "Content-Type", content_type)?;
            let _ = write!(out, "Content-Type: {content_type}\r\n");
        }
    }
    for (name, value) in sub.iter() {
        let _ = write!(out, "{name}: {value}\r\n");
    }
    out.push_str("\r\n");
    Ok(())
}

/// Escapes as browsers do (WHATWG HTML, "multipart/form-data encoding algorithm"), which is what
/// servers read: the quote and the line ends, nothing else.
fn quote(out: &mut String, text: &str, what: &str, part: &Part, index: usize) -> Result<()> {
    for c in text.chars() {
        match c {
            '"' => out.push_str("%22"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            c if c.is_ascii_control() && c != '\t' => {
                let why = format!("it holds the control character {c:?}");
                return Err(Error::invalid(what, in_part(part, index, &why)));
            }
            c => out.push(c),
        }
    }
    Ok(())
}

/// A boundary that stands inside a part would end that part early. A chosen one is looked for
/// wherever the content is in memory.
fn check_contains(content: &[u8], boundary: &str, part: &Part, index: usize) -> Result<()> {
    let line = format!("--{boundary}");
    if content.windows(line.len()).any(|window| window == line.as_bytes()) {
        let why = "its content holds the boundary; choose another, or none";
        return Err(Error::invalid("boundary", in_part(part, index, why)));
    }
    Ok(())
}

fn in_part(part: &Part, index: usize, why: &str) -> String {
    format!("part {index} ({:?}): {why}", part.name)
}
