//! Multipart requests, compared with independent form parsers.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;
use zoomkat::{ErrorKind, HttpRequest};

use crate::forms::{FormPart, boundary_of, read_by_multipart, read_strictly};
use crate::headers::is_token;
use crate::input::Input;
use crate::path_query::{CHARSETS, has_all, read};

/// The most parts read from an input.
const MAX_PARTS: usize = 24;

/// One part of the input.
struct Part {
    kind: u8,
    name: String,
    filename: String,
    content_type: String,
    content: Vec<u8>,
    sub_header: Option<(String, String)>,
}

impl Part {
    /// Reads a byte of bits, then fields: name, file name, type, content, header of the part. Bits 0 and 1
    /// select a param, bytes, text or a file; bit 2 adds a header to the part; bit 3 inverts the content,
    /// so that it can contain 0xff; bit 4 makes the content too long to be copied.
    fn read(input: &mut Input<'_>) -> Part {
        let kind = input.byte();
        let (name, filename, content_type) = (input.text(), input.text(), input.text());
        let mut content = input.field().to_vec();
        if kind & 8 != 0 {
            content.iter_mut().for_each(|b| *b = !*b);
        }
        if kind & 0x10 != 0 && !content.is_empty() {
            content = content.iter().copied().cycle().take(4096 + content.len()).collect();
        }
        let line = input.text();
        let (sub, value) = line.split_once(':').unwrap_or((&line, ""));
        let sub_header = (kind & 4 != 0).then(|| (sub.to_owned(), value.to_owned()));
        Part { kind, name, filename, content_type, content, sub_header }
    }

    fn is_param(&self) -> bool {
        self.kind & 3 == 0
    }

    fn is_file(&self) -> bool {
        self.kind & 3 == 3
    }

    fn overrides(&self, header: &str) -> bool {
        self.sub_header.as_ref().is_some_and(|(name, _)| name.eq_ignore_ascii_case(header))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }

    /// Adds the part to a request and returns the expected result; `None` if it must be refused.
    fn add(&mut self, req: &mut HttpRequest, dir: &Path, charset: usize) -> Option<FormPart> {
        let (label, encoding) = CHARSETS[charset];
        let index = req.num_params();
        let mut content = self.content.clone();
        match self.kind & 3 {
            0 | 2 => {
                let text = self.text();
                match self.kind & 3 {
                    0 => req.add_param(&self.name, &text),
                    _ => req.add_string_for_upload2(
                        &self.name,
                        &self.filename,
                        &text,
                        label,
                        &self.content_type,
                    ),
                };
                if !has_all(encoding, label, &text) {
                    return None;
                }
                content = text.into_bytes();
            }
            1 => {
                let Part { name, filename, content_type, .. } = self;
                req.add_bd_for_upload(name, filename, &content, content_type);
            }
            _ => {
                self.filename = write_file(dir, &self.filename, &content);
                let path = dir.join(&self.filename);
                req.add_file_for_upload2(&self.name, path, &self.content_type);
            }
        }
        if let Some((name, value)) = &self.sub_header {
            req.add_sub_header(index, name, value);
            if !is_token(name) || value.chars().any(is_bad) {
                return None;
            }
        }
        if !self.overrides("Content-Disposition") {
            let in_name = |c: char| is_bad(c) && !matches!(c, '\r' | '\n');
            let filename = if self.is_param() { "" } else { &self.filename };
            if self.name.chars().chain(filename.chars()).any(in_name) {
                return None;
            }
        }
        let given = self.content_type.trim_matches([' ', '\t']);
        if !self.is_param() && !self.overrides("Content-Type") && given.chars().any(is_bad) {
            return None;
        }
        if self.is_param() {
            return Some(FormPart::field(&escape(&self.name), content));
        }
        let part = FormPart::file(&escape(&self.name), &escape(&self.filename), given, content);
        let filename = part.filename.filter(|name| !name.is_empty());
        Some(FormPart { filename, ..part })
    }
}

/// Input: bits 0 and 1 select the charset, bit 2 puts the boundary into the content type. Then fields: the
/// boundary, and for each part a byte of bits and five fields.
pub fn multipart(data: &[u8]) {
    static DIR: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));
    let mut input = Input::new(data);
    let flags = input.byte();
    let charset = usize::from(flags & 3);
    let boundary = input.text();
    let mut parts = Vec::new();
    while !input.is_empty() && parts.len() < MAX_PARTS {
        parts.push(Part::read(&mut input));
    }

    let mut req = HttpRequest::new();
    req.use_upload().set_charset(CHARSETS[charset].0);
    match flags & 4 {
        0 => req.set_boundary(&boundary),
        _ => req.set_content_type(&format!("multipart/form-data; boundary={boundary}")),
    };
    let folder = |n: usize| -> PathBuf { DIR.path().join(n.to_string()) };
    let mut expected: Option<Vec<FormPart>> = Some(Vec::new());
    for (n, part) in parts.iter_mut().enumerate() {
        let part = part.add(&mut req, &folder(n), charset);
        expected = expected.zip(part).map(|(mut all, part)| {
            all.push(part);
            all
        });
    }
    let out = DIR.path().join("request");
    let result = req.generate_request_file(&out);
    let bytes = fs::read(&out).unwrap_or_default();
    let files = parts.iter().enumerate().filter(|(_, part)| part.is_file());
    files.for_each(|(n, part)| fs::remove_file(folder(n).join(&part.filename)).expect("the file"));
    if let Err(err) = result {
        assert!(!out.exists(), "a refused request is not written");
        let is_expected = expected.is_none() || flags & 4 != 0 || !is_boundary(&boundary);
        let chosen = format!("--{boundary}").into_bytes();
        let mut contents = parts.iter().map(|part| encode(part, charset));
        assert!(
            is_expected || contents.any(|content| contains(&content, &chosen)),
            "refused without a reason: {err}"
        );
        assert_eq!(err.kind(), ErrorKind::InvalidRequest, "{err}");
        let fields = ["boundary", "name", "add_", "content_type", "charset"];
        assert!(fields.iter().any(|field| err.to_string().contains(field)), "{err}");
        return;
    }
    fs::remove_file(&out).expect("the request");
    let expected = expected.expect("an invalid request is refused");
    assert!(flags & 4 != 0 || boundary.is_empty() || is_boundary(&boundary), "{boundary:?}");
    check(&bytes, &parts, &expected, charset);
}

/// Parses a request and compares it with the input.
fn check(bytes: &[u8], parts: &[Part], expected: &[FormPart], charset: usize) {
    let mut headers = [httparse::EMPTY_HEADER; 8];
    let mut head = httparse::Request::new(&mut headers);
    let end = head.parse(bytes).expect("a head");
    let body = &bytes[end.unwrap()..];
    let header = |name: &str| {
        let found = head.headers.iter().find(|header| header.name == name);
        std::str::from_utf8(found.expect("a header").value).expect("UTF-8")
    };
    assert_eq!(header("Content-Length"), body.len().to_string());
    let boundary = boundary_of(header("Content-Type"));
    // Files are not searched for a boundary set by the caller, as documented.
    let delimiter = format!("--{boundary}").into_bytes();
    if parts.iter().any(|part| part.is_file() && contains(&part.content, &delimiter)) {
        return;
    }
    if parts.iter().any(|part| part.overrides("Content-Disposition")) {
        return;
    }
    let found = read_strictly(body, &boundary);
    let meant = |part: FormPart| {
        // A reader does not know the charset of a param.
        let (label, encoding) = CHARSETS[charset];
        (part.name.clone(), read(encoding, label, &part.content))
    };
    assert_eq!(found.len(), expected.len());
    for ((part, expected), (lines, found)) in parts.iter().zip(expected).zip(&found) {
        assert_eq!(found.name, expected.name);
        assert_eq!(found.filename, expected.filename);
        match part.kind & 1 {
            1 => assert!(found.content == expected.content, "{lines:?}"),
            _ => {
                let text = String::from_utf8(expected.content.clone()).expect("text");
                assert_eq!(meant(found.clone()).1, text, "{lines:?}");
            }
        }
        if !part.overrides("Content-Type") {
            match (&expected.content_type, &found.content_type) {
                (None, None) => {}
                (Some(given), Some(found)) if given.trim().is_empty() => {
                    assert!(found.contains('/'));
                }
                // The reader drops the spaces around a value.
                (given, found) => {
                    assert_eq!(given.as_deref().map(str::trim), found.as_deref().map(str::trim));
                }
            }
        }
        let own = part.sub_header.as_ref().map(|(name, value)| format!("{name}: {value}"));
        let standard = 1 + usize::from(!part.is_param() && !part.overrides("Content-Type"));
        assert_eq!(lines[standard..], own.into_iter().collect::<Vec<_>>(), "{lines:?}");
    }

    // The crate `multipart` ends a name at a semicolon and a part at a boundary within a line, supports
    // only its two headers, and parses types.
    let is_plain = |part: &Part| {
        let names = [&part.name, &part.filename].map(|name| name.as_bytes());
        part.sub_header.is_none()
            && matches!(&*part.content_type, "" | "text/plain")
            && names.iter().all(|name| !name.contains(&b';') && !contains(name, &delimiter))
    };
    if parts.iter().all(is_plain) {
        let strictly: Vec<FormPart> = found.into_iter().map(|(_, part)| part).collect();
        assert!(read_by_multipart(body, &boundary) == strictly);
    }
}

/// Writes a file with this name, or another name if it is invalid, and returns the name.
fn write_file(dir: &Path, name: &str, content: &[u8]) -> String {
    let _ = fs::create_dir(dir);
    let is_name = !name.contains(['/', '\0']) && !matches!(name, "" | "." | "..");
    match is_name && fs::write(dir.join(name), content).is_ok() {
        true => name.to_owned(),
        false => {
            fs::write(dir.join("f"), content).expect("a file");
            "f".to_owned()
        }
    }
}

fn encode(part: &Part, charset: usize) -> Vec<u8> {
    let (label, encoding) = CHARSETS[charset];
    match (part.kind & 3, label) {
        (1 | 3, _) => part.content.clone(),
        (_, "iso-8859-1" | "utf-8") => part.text().into_bytes(),
        (_, "utf-16le") => part.text().encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => encoding.encode(&part.text()).0.into_owned(),
    }
}

fn contains(content: &[u8], wanted: &[u8]) -> bool {
    content.windows(wanted.len()).any(|window| window == wanted)
}

/// Escapes a name as browsers do.
fn escape(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// Whether a field value must not contain this character (RFC 9110 section 5.5).
fn is_bad(c: char) -> bool {
    c.is_ascii_control() && c != '\t'
}

/// Whether the text is a boundary (RFC 2046 section 5.1.1). An empty one is replaced by the writer.
fn is_boundary(text: &str) -> bool {
    let is_valid = |c: char| c.is_ascii_alphanumeric() || "'()+_,-./:=? ".contains(c);
    text.len() <= 70 && !text.ends_with(' ') && text.chars().all(is_valid)
}
