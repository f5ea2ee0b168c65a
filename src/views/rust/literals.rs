//! String and byte string literals.

use std::fmt::Write as _;

/// Returns a string literal: on one line, or raw if the text is easier to read that way.
pub(super) fn literal(text: &str) -> String {
    let is_plain = |b: u8| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\');
    if text.bytes().all(is_plain) {
        return format!("\"{text}\"");
    }
    if text.contains(['\n', '"', '\\']) && can_be_raw(text) {
        let after_quote = text.split('"').skip(1);
        let hashes = after_quote.map(|rest| 1 + rest.bytes().take_while(|b| *b == b'#').count());
        let hashes = hashes.max().unwrap_or_default();
        // Rust allows 255, but more than a few are hard to read.
        if hashes <= 8 {
            let hashes = "#".repeat(hashes);
            return format!("r{hashes}\"{text}\"{hashes}");
        }
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' => out.extend(['\\', c]),
            c if is_visible(c) => out.push(c),
            c => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

/// Whether a text is readable as a raw literal: every character is visible, and it does not consist of line
/// ends only.
fn can_be_raw(text: &str) -> bool {
    let ends_in_space = |line: &str| line.ends_with(' ');
    let visible = text.lines().filter(|line| !line.is_empty()).count();
    text.chars().all(|c| c == '\n' || is_visible(c))
        && !text.split('\n').any(ends_in_space)
        && (!text.contains('\n') || visible > 1 && text.len() > 16)
}

/// Whether a character appears unchanged in a literal: ASCII, and letters that every font shows. The rest
/// is escaped, since it may change the direction of a line, have no width, or look like another character.
pub(in crate::views) fn is_visible(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\u{c0}'..='\u{24f}' | '\u{391}'..='\u{3c9}' | '\u{410}'..='\u{44f}' => c.is_alphabetic(),
        // Chinese, Japanese and Korean.
        '\u{4e00}'..='\u{9fff}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' => true,
        '\u{ac00}'..='\u{d7a3}' => true,
        _ => false,
    }
}

/// Returns a byte string literal.
pub(super) fn byte_literal(bytes: &[u8]) -> String {
    let mut out = String::from("b\"");
    for byte in bytes {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\0' => out.push_str("\\0"),
            b'"' | b'\\' => out.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => out.push(char::from(*byte)),
            byte => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}
