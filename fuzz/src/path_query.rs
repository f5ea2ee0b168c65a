//! Paths, path variables and queries, compared with independent URL parsers.

use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, UTF_16LE, WINDOWS_1252};
use percent_encoding::percent_decode;
use zoomkat::{ErrorKind, HttpRequest};

use crate::input::Input;

/// Charset labels and their reference decoders.
pub const CHARSETS: [(&str, &Encoding); 4] = [
    ("utf-8", UTF_8),
    ("iso-8859-1", WINDOWS_1252),
    ("shift_jis", SHIFT_JIS),
    ("utf-16le", UTF_16LE),
];

/// Input: bits 0 and 1 give the number of variables, 2 and 3 the charset, 4 selects a POST with a body
/// instead of a GET, 5 a URL instead of the path. Then fields: path, variables, params; the latter two have
/// a name and a value each.
pub fn path_query(data: &[u8]) {
    let mut input = Input::new(data);
    let flags = input.byte();
    let (label, encoding) = CHARSETS[usize::from(flags >> 2 & 3)];
    let path = input.text();
    let variables: Vec<(String, String)> =
        (0..flags & 3).map(|_| (input.text(), input.text())).collect();
    let mut params = Vec::new();
    while !input.is_empty() && params.len() < 32 {
        params.push((input.text(), input.text()));
    }

    if flags & 0x20 != 0 {
        from_url(&path);
        return;
    }
    let mut req = HttpRequest::new();
    req.set_path(&path).set_charset(label);
    if flags & 0x10 != 0 {
        req.set_http_verb("POST").load_body_from_string("body", "utf-8");
    }
    for (name, value) in &variables {
        req.set_path_variable(name, value);
    }
    let bare = target(&req);
    if path.chars().any(is_refused) {
        let why = bare.expect_err("a path with a line end or NUL");
        assert!(why.contains("path"), "{why}");
        return;
    }
    if is_url(&path) {
        let why = bare.expect_err("a URL instead of a path");
        assert!(why.contains("set_from_url"), "{why}");
        return;
    }
    let expected = segments(&path, &variables);
    let Some(expected) = expected else {
        let why = bare.expect_err("a variable without a place, or one that changes the route");
        assert!(why.contains("set_path_variable"), "{why}");
        return;
    };
    let bare = bare.expect("a path that can be sent");
    check_characters(&bare);
    let uri: http::Uri = bare.parse().expect("a URI");
    let found: Vec<Vec<u8>> = uri.path().split('/').map(decode).collect();
    assert_eq!(found, expected, "{bare}");
    let query = path.split_once('?').map(|(_, query)| decode(query));
    assert_eq!(uri.query().map(decode), query, "{bare}");

    for (name, value) in &params {
        req.add_param(name, value);
    }
    let has = |text: &String| has_all(encoding, label, text);
    let all = target(&req);
    if !params.iter().all(|(name, value)| has(name) && has(value)) {
        let why = all.expect_err("a character that the charset does not have");
        assert!(why.contains("charset"), "{why}");
        return;
    }
    let all = all.expect("params that can be sent");
    check_characters(&all);
    let added = all.strip_prefix(&*bare).expect("params after the path and its query");
    let added = match bare.split_once('?') {
        _ if params.is_empty() => added,
        None => added.strip_prefix('?').expect("a query"),
        Some((_, query)) if query.is_empty() || query.ends_with('&') => added,
        Some(_) => added.strip_prefix('&').expect("one more pair"),
    };
    let pairs: Vec<&str> = added.split('&').filter(|_| !params.is_empty()).collect();
    assert_eq!(pairs.len(), params.len(), "{added}");
    for (pair, (name, value)) in pairs.iter().zip(&params) {
        let (n, v) = pair.split_once('=').expect("a name and a value");
        for (sent, given) in [(n, name), (v, value)] {
            let bytes = decode(sent);
            assert_eq!(&read(encoding, label, &bytes), given, "{added}");
        }
    }
    if encoding == UTF_8 {
        let found: Vec<_> = form_urlencoded::parse(added.as_bytes()).into_owned().collect();
        assert_eq!(found, params, "{added}");
    }
}

/// Returns the request target, or the error message if it is refused.
fn target(req: &HttpRequest) -> Result<String, String> {
    let text = req.generate_request_text().map_err(|err| {
        assert_eq!(err.kind(), ErrorKind::InvalidRequest);
        err.to_string()
    })?;
    let line = text.split("\r\n").next().unwrap_or_default();
    let mut words = line.split(' ');
    assert_eq!(words.next(), Some(req.http_verb()));
    let target = words.next().expect("a target");
    assert_eq!((words.next(), words.next()), (Some("HTTP/1.1"), None), "{line:?}");
    Ok(target.to_owned())
}

/// Checks the characters of a path and a query (RFC 3986 sections 3.3 and 3.4).
fn check_characters(target: &str) {
    let bytes = target.as_bytes();
    assert_eq!(bytes.first(), Some(&b'/'), "{target}");
    for (at, byte) in bytes.iter().enumerate() {
        let is_valid = match byte {
            b'%' => bytes.len() > at + 2 && bytes[at + 1..at + 3].iter().all(u8::is_ascii_hexdigit),
            byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(byte),
        };
        assert!(is_valid, "{byte:#x} at {at} of {target:?}");
    }
}

fn decode(text: &str) -> Vec<u8> {
    percent_decode(text.as_bytes()).collect()
}

/// Returns the segments that a server should see; `None` if the request must be refused.
fn segments(path: &str, variables: &[(String, String)]) -> Option<Vec<Vec<u8>>> {
    let path = path.split('?').next().unwrap_or_default();
    // The last value of a name counts, with or without its colon.
    let bare = |name: &str| name.strip_prefix(':').unwrap_or(name).to_owned();
    let value = |name: &str| variables.iter().rev().find(|v| bare(&v.0) == name).map(|v| &v.1);
    let mut used = Vec::new();
    let mut found = Vec::new();
    for segment in path.split('/') {
        let name = segment.strip_prefix(':').filter(|name| value(name).is_some());
        found.push(match name {
            Some(name) => {
                used.push(name.to_owned());
                let value = value(name)?;
                if matches!(&**value, "" | "." | "..") {
                    return None;
                }
                value.clone().into_bytes()
            }
            None => decode(segment),
        });
    }
    if !path.starts_with('/') {
        found.insert(0, Vec::new());
    }
    variables.iter().all(|(name, _)| used.contains(&bare(name))).then_some(found)
}

/// Whether a path with this character is refused; it is never encoded or removed.
fn is_refused(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\0')
}

/// Decodes bytes in a charset.
pub fn read(encoding: &'static Encoding, label: &str, bytes: &[u8]) -> String {
    match label {
        // Other decoders treat this label as windows-1252.
        "iso-8859-1" => bytes.iter().copied().map(char::from).collect(),
        _ => encoding.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Whether a text survives a round trip through a charset.
pub fn has_all(encoding: &'static Encoding, label: &str, text: &str) -> bool {
    match label {
        "utf-8" | "utf-16le" => true,
        "iso-8859-1" => text.chars().all(|c| u32::from(c) <= 0xff),
        _ => {
            let (bytes, _, unmappable) = encoding.encode(text);
            !unmappable && encoding.decode_without_bom_handling(&bytes).0 == text
        }
    }
}

/// Whether a path starts like a URL (RFC 3986 section 3.1).
fn is_url(path: &str) -> bool {
    let mut rest = path
        .trim_start()
        .chars()
        .skip_while(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let has_scheme = path.trim_start().starts_with(|c: char| c.is_ascii_alphabetic());
    has_scheme && rest.by_ref().take(3).eq("://".chars())
}

/// Checks that the params of a URL are those that another parser finds.
fn from_url(url: &str) {
    let mut req = HttpRequest::new();
    req.set_from_url(url);
    let url = url.split('#').next().unwrap_or_default();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let expected: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let found: Vec<_> = (0..req.num_params())
        .filter_map(|n| Some((req.get_param_name(n)?.into(), req.get_param_value(n)?.into())))
        .collect();
    assert_eq!(found, expected, "{url}");
    let sent = target(&req);
    if req.path().chars().any(is_refused) {
        sent.expect_err("a path with a line end or NUL");
        return;
    }
    let sent = sent.expect("a URL that can be sent");
    check_characters(&sent);
    let query = sent.split_once('?').map_or("", |(_, query)| query);
    let again: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    assert_eq!(again, expected, "{sent}");
}
