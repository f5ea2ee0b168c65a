//! Readers of multipart bodies, urlencoded pairs and targets.

use std::io::Read as _;

/// One part as a reader found it, without unescaping.
#[derive(Clone, Debug, PartialEq)]
pub struct FormPart {
    pub name: String,
    pub filename: Option<String>,
    pub content_type: Option<String>,
    pub content: Vec<u8>,
}

impl FormPart {
    pub fn field(name: &str, content: impl AsRef<[u8]>) -> FormPart {
        let content = content.as_ref().to_vec();
        FormPart { name: name.into(), filename: None, content_type: None, content }
    }

    pub fn file(name: &str, filename: &str, of: &str, content: impl AsRef<[u8]>) -> FormPart {
        let (filename, content_type) = (Some(filename.into()), Some(of.into()));
        FormPart { filename, content_type, ..FormPart::field(name, content) }
    }
}

/// Returns the boundary that a Content-Type names.
pub fn boundary_of(content_type: &str) -> String {
    let (_, boundary) = content_type.split_once("boundary=").expect("a boundary");
    boundary.trim_matches('"').to_owned()
}

/// Reads a body with the crate `multipart`, which ends a name at a semicolon even if it is quoted.
pub fn read_by_multipart(body: &[u8], boundary: &str) -> Vec<FormPart> {
    let mut parts = Vec::new();
    let mut reader = multipart::server::Multipart::with_body(body, boundary);
    while let Some(mut field) = reader.read_entry().expect("an entry") {
        let mut content = Vec::new();
        field.data.read_to_end(&mut content).expect("its data");
        parts.push(FormPart {
            name: field.headers.name.to_string(),
            filename: field.headers.filename.clone(),
            content_type: field.headers.content_type.as_ref().map(|mime| mime.to_string()),
            content,
        });
    }
    parts
}

/// Reads a body strictly by RFC 2046 and RFC 7578 and accounts for every byte. Returns each part
/// with its header lines.
pub fn read_strictly(body: &[u8], boundary: &str) -> Vec<(Vec<String>, FormPart)> {
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(&delimiter.as_bytes()[2..]).expect("the first boundary");
    let mut parts = Vec::new();
    loop {
        if rest == b"--\r\n" {
            return parts;
        }
        rest = rest.strip_prefix(b"\r\n").expect("a line end after the boundary");
        let end = find(rest, b"\r\n\r\n").expect("an end of the part's header");
        let header = std::str::from_utf8(&rest[..end]).expect("a header in UTF-8");
        let lines: Vec<String> = header.split("\r\n").map(str::to_owned).collect();
        rest = &rest[end + 4..];
        let end = find(rest, delimiter.as_bytes()).expect("a boundary after the part");
        let disposition = value(&lines, "Content-Disposition").expect("a Content-Disposition");
        let mut params = disposition.strip_prefix("form-data; name=\"").expect("a name").split('"');
        let name = params.next().unwrap().to_owned();
        let filename = match params.next().expect("the end of the name") {
            "" => None,
            "; filename=" => Some(params.next().unwrap().to_owned()),
            other => panic!("{other:?} after the name"),
        };
        assert_eq!(params.next_back().unwrap_or_default(), "", "{disposition}");
        let content_type = value(&lines, "Content-Type").map(str::to_owned);
        let content = rest[..end].to_vec();
        parts.push((lines, FormPart { name, filename, content_type, content }));
        rest = &rest[end + delimiter.len()..];
    }
}

fn value<'l>(lines: &'l [String], wanted: &str) -> Option<&'l str> {
    let mut found = lines.iter().filter_map(|line| {
        let (name, value) = line.split_once(": ").expect("a name, a colon, a space, a value");
        (name == wanted).then_some(value)
    });
    let first = found.next();
    assert_eq!(found.next(), None, "{wanted} occurs twice");
    first
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut start = 0;
    while let Some(at) = text[start..].iter().position(|b| *b == wanted[0]) {
        if text[start + at..].starts_with(wanted) {
            return Some(start + at);
        }
        start += at + 1;
    }
    None
}

/// Returns the pairs of a query or a form body, decoded to bytes.
pub fn read_pairs(text: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    text.split('&')
        .map(|pair| pair.split_once('=').expect("a name and a value"))
        .map(|(name, value)| (unescape(name), unescape(value)))
        .collect()
}

fn unescape(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                out.push(u8::from_str_radix(&text[at + 1..at + 3], 16).expect("two hex digits"));
                at += 3;
            }
            b'+' => {
                out.push(b' ');
                at += 1;
            }
            b => {
                out.push(b);
                at += 1;
            }
        }
    }
    out
}

/// Returns a target whose invalid URL characters are encoded and whose hex digits are upper case.
pub fn normal_target(target: &str) -> String {
    let mut out = String::new();
    let bytes = target.as_bytes();
    let mut digits = 0;
    for (at, b) in bytes.iter().enumerate() {
        let is_triplet = *b == b'%'
            && bytes.get(at + 1..at + 3).is_some_and(|d| d.iter().all(u8::is_ascii_hexdigit));
        match *b {
            b if digits > 0 => {
                digits -= 1;
                out.push(char::from(b.to_ascii_uppercase()));
            }
            b'%' if is_triplet => {
                digits = 2;
                out.push('%');
            }
            b if b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&b) => {
                out.push(char::from(b));
            }
            b => out += &format!("%{b:02X}"),
        }
    }
    out
}
