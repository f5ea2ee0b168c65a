//! The parts of multipart/form-data, as values of curl's `-F`.

use super::{file_argument, unsupported};
use crate::error::{Error, Result};
use crate::message::params::{Content, Data, Part};
use crate::text::charset;
use crate::views::curl::guess_type;
use crate::views::marked_call::{MarkedCall, TextPiece};
use crate::views::variables::{FileForm, Source};

/// Returns the option of a part and its value.
pub(super) fn part(
    marked: &MarkedCall,
    part: &Part,
    charset: &str,
    is_form_data: bool,
) -> Result<(&'static str, Vec<u8>)> {
    let mut headers: Vec<String> = Vec::new();
    let own_disposition = part.sub_headers.get("Content-Disposition").is_some();
    // curl ends a name at the first `=`, does not accept an empty name, and writes a different disposition
    // outside of forms.
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
    // If a header names the part, this name is not sent.
    let mut out = match part.name.as_str() {
        "" => b"_".to_vec(),
        name => name.replace('=', "_").into_bytes(),
    };
    out.push(b'=');
    let is_named = !by_header && !own_disposition;
    let mut value = PartValue { marked, out, headers, is_named };
    let option = match &part.content {
        Content::Param(text) => value.param(text, charset)?,
        Content::Upload { filename, content_type, data } => {
            let own_type = part.sub_headers.get("Content-Type").is_some();
            value.upload(filename, content_type, data, own_type)?;
            "--form"
        }
    };
    Ok((option, value.out))
}

/// A value of `-F` while it is written.
struct PartValue<'m> {
    marked: &'m MarkedCall,
    out: Vec<u8>,
    /// The headers after the content.
    headers: Vec<String>,
    /// Whether the part has the name before the `=`.
    is_named: bool,
}

impl PartValue<'_> {
    /// Adds a value that is not a file. Returns its option.
    fn param(&mut self, text: &str, charset: &str) -> Result<&'static str> {
        let marked = self.marked;
        if let [TextPiece::Variable(variable)] = &marked.pieces(text.as_bytes())[..] {
            if let Source::File { path, form: FileForm::Whole } = &variable.source {
                self.out.push(b'<');
                push_word(&mut self.out, path.as_bytes(), b",");
                push_headers(&mut self.out, &self.headers);
                return Ok("--form");
            }
        }
        let bytes = charset::encode(text, charset).map_err(|why| Error::invalid("charset", why))?;
        let is_special = marked.is_open(text) || needs_quotes(&bytes, b"");
        if self.headers.is_empty() && is_special {
            self.out.extend_from_slice(&bytes);
            return Ok("--form-string");
        }
        push_word(&mut self.out, &bytes, if marked.is_open(text) { ANY } else { b"" });
        push_headers(&mut self.out, &self.headers);
        Ok("--form")
    }

    /// Adds an upload. With `own_type`, a header of the part has its type.
    fn upload(
        &mut self,
        filename: &str,
        content_type: &str,
        data: &Data,
        own_type: bool,
    ) -> Result<()> {
        let mut guessed = guess_type(filename);
        let mut shown = filename;
        // curl infers this type when the name of the file is known.
        let is_inferred = content_type.is_empty()
            && matches!(data, Data::File(source) if source.path.to_str().is_some_and(|path| self.marked.is_open(path)));
        if let Some(path) = self.content(filename, data)? {
            if path.rsplit('/').next() == Some(filename) {
                shown = "";
            }
            if !filename.is_empty() {
                let unknown = "application/octet-stream";
                guessed = guessed.or_else(|| guess_type(&path)).or(Some(unknown));
            }
        }
        let out = &mut self.out;
        if self.is_named && !shown.is_empty() {
            out.extend_from_slice(b";filename=");
            push_word(out, shown.as_bytes(), b", ");
        }
        let by_name = self.is_named && guessed == Some(content_type);
        if content_type.is_empty() && guessed.is_some() && !own_type && !is_inferred {
            return Err(unsupported("curl would add the type that the name of the part suggests"));
        }
        if !own_type && !by_name && !content_type.is_empty() {
            if is_plain_type(content_type) {
                out.extend_from_slice(b";type=");
                out.extend_from_slice(content_type.as_bytes());
            } else {
                self.headers.insert(0, format!("Content-Type: {content_type}"));
            }
        }
        push_headers(out, &self.headers);
        Ok(())
    }

    /// Adds the content of an upload. Returns the path of a file that curl reads.
    fn content(&mut self, filename: &str, data: &Data) -> Result<Option<String>> {
        let (marked, out) = (self.marked, &mut self.out);
        match data {
            Data::Bytes(bytes) if filename.is_empty() && marked.has_derived(bytes) => {
                let [TextPiece::Variable(variable)] = &marked.pieces(bytes)[..] else {
                    return Err(unsupported("curl cannot insert a file into the middle of a part"));
                };
                let Source::File { path, form: FileForm::Whole } = &variable.source else {
                    return Err(unsupported("curl inserts a file into a part unchanged"));
                };
                out.push(b'<');
                push_word(out, path.as_bytes(), b",");
                Ok(None)
            }
            Data::Bytes(bytes) => {
                push_word(out, bytes, if marked.is_open(bytes) { ANY } else { b"" });
                Ok(None)
            }
            Data::File(source) if source.chunk.is_some() => {
                Err(unsupported("curl uploads a whole file, not a part of it"))
            }
            Data::File(source) => {
                let path = file_argument(&source.path)?;
                out.push(if filename.is_empty() { b'<' } else { b'@' });
                push_word(out, path.as_bytes(), b",");
                Ok(Some(path))
            }
            Data::Fault(why) => Err(Error::invalid("add_string_for_upload", why)),
        }
    }
}

fn push_headers(out: &mut Vec<u8>, headers: &[String]) {
    for header in headers {
        out.extend_from_slice(b";headers=");
        push_word(out, header.as_bytes(), ANY);
    }
}

/// Quotes any text.
const ANY: &[u8] = b"\xff";

/// Appends a value, in curl's own quotes if it needs them. The bytes in `special` need them too.
fn push_word(out: &mut Vec<u8>, text: &[u8], special: &[u8]) {
    if special != ANY && !needs_quotes(text, special) {
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

fn needs_quotes(text: &[u8], special: &[u8]) -> bool {
    // C's isspace.
    let is_space = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_whitespace() || *b == 0x0b);
    let first = text.first();
    is_space(first)
        || is_space(text.last())
        || first.is_some_and(|b| b"@<()\"".contains(b))
        || text.iter().any(|b| *b == b';' || special.contains(b))
}

/// Whether curl reads this whole type after `;type=`.
fn is_plain_type(content_type: &str) -> bool {
    let is_word = |text: &str| {
        !text.is_empty()
            && text.len() < 64
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b))
    };
    let (base, parameter) = content_type.split_once("; ").unwrap_or((content_type, "charset=a"));
    base.split_once('/').is_some_and(|(kind, subtype)| is_word(kind) && is_word(subtype))
        && parameter
            .split_once('=')
            .is_some_and(|(name, value)| name.eq_ignore_ascii_case("charset") && is_word(value))
}

/// Escapes a name as the multipart writer does.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
