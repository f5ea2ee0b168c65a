//! Escaping of text for HTML.

/// Escapes `text` for the content of an element or a quoted attribute.
///
/// Control characters and characters that change the text direction become U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let replace = |c: char| match c {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '\u{FFFD}',
        '\n' | '\t' => c,
        '\r' => '\n',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    escape_exactly(&text.replace("\r\n", "\n").chars().map(replace).collect::<String>())
}

/// Escapes `text` for a block of code. Text copied from it has the same characters, except for NUL.
pub(super) fn escape_exactly(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    escape_into(&mut out, text);
    out
}

/// Appends `text`, escaped as by [`escape_exactly`].
pub(super) fn escape_into(out: &mut String, text: &str) {
    let is_special = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'' | b'\r' | 0);
    let mut rest = text;
    // All of them are ASCII.
    while let Some(at) = rest.bytes().position(is_special) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            // An HTML parser replaces a carriage return with a line feed and drops NUL.
            b'\r' => "&#13;",
            _ => "\u{FFFD}",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}
