//! Ruby string expressions.

use std::fmt::Write as _;

use crate::views::rust::is_visible;

/// A Ruby expression for a text with variables: a literal in double quotes, or a variable alone.
#[derive(Default)]
pub(super) struct RubyText {
    literal: String,
    pieces: usize,
    /// The code of the first piece, if it is a variable.
    first: Option<String>,
    /// The last piece ends in a line end, after which the literal goes on in another line.
    ends_line: bool,
}

/// What is between two lines of a literal.
const NEXT_LINE: &str = "\" \\\n    \"";

impl RubyText {
    pub(super) fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.start();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            match c {
                '\n' => self.literal.push_str("\\n"),
                '\r' => self.literal.push_str("\\r"),
                '\t' => self.literal.push_str("\\t"),
                '"' | '\\' => self.literal.extend(['\\', c]),
                // `#{`, `#$` and `#@` insert a value. After the text, `{` may follow.
                '#' if next.is_none_or(|next| matches!(next, '{' | '$' | '@')) => {
                    self.literal.push_str("\\#");
                }
                c if is_visible(c) => self.literal.push(c),
                c => {
                    // Writing to a String does not fail.
                    let _ = write!(self.literal, "\\u{{{:x}}}", u32::from(c));
                }
            }
            if c == '\n' && next.is_some() {
                self.literal.push_str(NEXT_LINE);
            }
        }
        self.ends_line = text.ends_with('\n');
    }

    /// Adds the value of an expression.
    pub(super) fn push_code(&mut self, code: &str) {
        self.start();
        if self.pieces == 1 {
            self.first = Some(code.to_owned());
        }
        self.literal.extend(["#{", code, "}"]);
    }

    /// Starts a piece.
    fn start(&mut self) {
        if std::mem::take(&mut self.ends_line) {
            self.literal.push_str(NEXT_LINE);
        }
        self.pieces += 1;
    }

    pub(super) fn finish(self) -> String {
        match self.first {
            Some(code) if self.pieces == 1 => code,
            _ => format!("\"{}\"", self.literal),
        }
    }
}

/// Returns a literal in double quotes.
pub(super) fn literal(text: &str) -> String {
    let mut out = RubyText::default();
    out.push_text(text);
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_a_literal_without_inserted_values() {
        for (text, expected) in [
            ("", r#""""#),
            ("dolor Excepteur minim", r#""dolor Excepteur minim""#),
            (r#"a"b\c"#, r#""a\"b\\c""#),
            ("#{x} #$x #@x #a #", r##""\#{x} \#$x \#@x #a \#""##),
            ("'`$x` %d", r#""'`$x` %d""#),
            ("\t\r\u{1b}\u{0}é日\u{202e}", r#""\t\r\u{1b}\u{0}é日\u{202e}""#),
            ("{\n\"a\": 1\n}\n", "\"{\\n\" \\\n    \"\\\"a\\\": 1\\n\" \\\n    \"}\\n\""),
        ] {
            assert_eq!(literal(text), expected);
        }
    }

    #[test]
    fn variables_are_inserted_and_one_alone_is_itself() {
        let text = |pieces: &[&str]| {
            let mut out = RubyText::default();
            for piece in pieces {
                match piece.strip_prefix('=') {
                    Some(code) => out.push_code(code),
                    None => out.push_text(piece),
                }
            }
            out.finish()
        };
        assert_eq!(text(&["=a"]), "a");
        assert_eq!(text(&["=a", "=b"]), "\"#{a}#{b}\"");
        assert_eq!(text(&["Bearer ", "=a(\"x\")"]), "\"Bearer #{a(\"x\")}\"");
        assert_eq!(text(&["=a", "b"]), "\"#{a}b\"");
        assert_eq!(text(&["#", "=a", "{b}"]), "\"\\##{a}{b}\"");
        assert_eq!(text(&["a\n", "=b", "\n", "c"]), "\"a\\n\" \\\n    \"#{b}\\n\" \\\n    \"c\"");
    }
}
