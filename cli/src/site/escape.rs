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
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // An HTML parser replaces a carriage return with a line feed and drops NUL.
            '\r' => out.push_str("&#13;"),
            '\0' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}
