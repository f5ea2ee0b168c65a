//! A part of multipart/form-data as curl's `-F` has it.

use super::super::type_of;
use super::{cannot, file_argument};
use crate::error::{Error, Result};
use crate::message::params::{Content, Data, Part};
use crate::text::charset;
use crate::views::marked_call::{MarkedCall, TextPiece};
use crate::views::{FileForm, Source};

/// The option of a part and its value.
pub(super) fn part(
    marked: &MarkedCall,
    part: &Part,
    charset: &str,
    is_form_data: bool,
) -> Result<(&'static str, Vec<u8>)> {
    let mut headers: Vec<String> = Vec::new();
    let own_disposition = part.sub_headers.get("Content-Disposition").is_some();
    // curl ends a name at the first `=`, names no part "", and has another disposition outside forms.
    let by_header = !is_form_data || part.name.is_empty() || part.name.contains('=');
    if by_header && !own_disposition {
        let mut value = format!("Content-Disposition: form-data; name=\"{}\"", escaped(&part.name));
        if let Content::Upload { filename, .. } = &part.content {
            if !filename.is_empty() {
                value.push_str(&format!("; filename=\"{}\"", escaped(filename)));
            }
        }
        headers.push(value);
    }
    headers.extend(part.sub_headers.iter().map(|(name, value)| format!("{name}: {value}")));
    let is_named = !by_header && !own_disposition;
    // Where a header names the part, what stands here does not go out.
    let mut out = match part.name.as_str() {
        "" => b"_".to_vec(),
        name => name.replace('=', "_").into_bytes(),
    };
    out.push(b'=');

    match &part.content {
        Content::Param(value) => {
            if let [TextPiece::Variable(variable)] = &marked.pieces(value.as_bytes())[..] {
                if let Source::File { path, form: FileForm::Whole } = &variable.source {
                    out.push(b'<');
                    push_word(&mut out, path.as_bytes(), b",");
                    push_headers(&mut out, &headers);
                    return Ok(("--form", out));
                }
            }
            let bytes =
                charset::encode(value, charset).map_err(|why| Error::invalid("charset", why))?;
            let is_trap = marked.is_open(value) || needs_quotes(&bytes, b"");
            if headers.is_empty() && is_trap {
                out.extend_from_slice(&bytes);
                return Ok(("--form-string", out));
            }
            push_word(&mut out, &bytes, if marked.is_open(value) { ANY } else { b"" });
        }
        Content::Upload { filename, content_type, data } => {
            let mut guessed = type_of(filename);
            let mut shown = filename.as_str();
            match data {
                Data::Bytes(bytes) if filename.is_empty() && marked.has_made(bytes) => {
                    let [TextPiece::Variable(variable)] = &marked.pieces(bytes)[..] else {
                        return Err(cannot("curl cannot put a file into the middle of a part"));
                    };
                    let Source::File { path, form: FileForm::Whole } = &variable.source else {
                        return Err(cannot("curl takes a file as it is into a part"));
                    };
                    out.push(b'<');
                    push_word(&mut out, path.as_bytes(), b",");
                }
                Data::Bytes(bytes) => {
                    push_word(&mut out, bytes, if marked.is_open(bytes) { ANY } else { b"" });
                }
                Data::File(source) if source.chunk.is_some() => {
                    return Err(cannot("curl uploads a file whole, not a stretch of it"));
                }
                Data::File(source) => {
                    let path = file_argument(&source.path)?;
                    out.push(if filename.is_empty() { b'<' } else { b'@' });
                    push_word(&mut out, path.as_bytes(), b",");
                    if path.rsplit('/').next() == Some(shown) {
                        shown = "";
                    }
                    if !filename.is_empty() {
                        let unknown = "application/octet-stream";
                        guessed = guessed.or_else(|| type_of(&path)).or(Some(unknown));
                    }
                }
                Data::Fault(why) => return Err(Error::invalid("add_string_for_upload", why)),
            }
            if is_named && !shown.is_empty() {
                out.extend_from_slice(b";filename=");
                push_word(&mut out, shown.as_bytes(), b", ");
            }
            let own_type = part.sub_headers.get("Content-Type").is_some();
            let by_name = is_named && guessed == Some(content_type.as_str());
            if content_type.is_empty() && guessed.is_some() && !own_type {
                return Err(cannot("curl would give a part the type that its name suggests"));
            }
            if !own_type && !by_name && !content_type.is_empty() {
                if is_plain_type(content_type) {
                    out.extend_from_slice(b";type=");
                    out.extend_from_slice(content_type.as_bytes());
                } else {
                    headers.insert(0, format!("Content-Type: {content_type}"));
                }
            }
        }
    }
    push_headers(&mut out, &headers);
    Ok(("--form", out))
}

fn push_headers(out: &mut Vec<u8>, headers: &[String]) {
    for header in headers {
        out.extend_from_slice(b";headers=");
        push_word(out, header.as_bytes(), ANY);
    }
}

/// Has everything quoted.
const ANY: &[u8] = b"\xff";

/// A value, in curl's own quotes where it needs them. `besides` are bytes that need them, too.
fn push_word(out: &mut Vec<u8>, text: &[u8], besides: &[u8]) {
    if besides != ANY && !needs_quotes(text, besides) {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for byte in text {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

fn needs_quotes(text: &[u8], besides: &[u8]) -> bool {
    // C's isspace.
    let is_space = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_whitespace() || *b == 0x0b);
    let first = text.first();
    is_space(first)
        || is_space(text.last())
        || first.is_some_and(|b| b"@<()\"".contains(b))
        || text.iter().any(|b| *b == b';' || besides.contains(b))
}

/// Whether curl reads this type whole where it stands after `;type=`.
fn is_plain_type(content_type: &str) -> bool {
    let is_word = |text: &str| {
        !text.is_empty()
            && text.len() < 64
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b))
    };
    let (base, parameter) = content_type.split_once("; ").unwrap_or((content_type, "charset=a"));
    base.split_once('/').is_some_and(|(of, kind)| is_word(of) && is_word(kind))
        && parameter
            .split_once('=')
            .is_some_and(|(name, value)| name.eq_ignore_ascii_case("charset") && is_word(value))
}

/// As the multipart writer has a name.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
