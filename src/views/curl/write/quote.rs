//! Words of a command, quoted for bash.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::unsupported;
use crate::error::Result;
use crate::views::marked_call::{MarkedCall, TextPiece};
use crate::views::place_encoding::PlaceEncoding;
use crate::views::variables::{Source, Variable};

/// The quotes that a word gets if its text allows it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Quotes {
    /// None.
    Bare,
    Single,
    Double,
}

/// Shell names for the variables of a call. No two are equal.
pub(in crate::views) struct ShellNames(HashMap<String, String>);

impl ShellNames {
    pub(in crate::views) fn new<'n>(variables: impl Iterator<Item = &'n str>) -> ShellNames {
        let mut names = HashMap::new();
        let mut taken = HashSet::new();
        let mut counts: HashMap<String, usize> = HashMap::new();
        for variable in variables {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let mut name: String =
                variable.chars().map(|c| if is_word(c) { c } else { '_' }).collect();
            if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
                name.insert(0, '_');
            }
            let count = counts.entry(name.clone()).or_insert(1);
            let mut free = name.clone();
            while !taken.insert(free.clone()) {
                *count += 1;
                free = format!("{name}_{count}");
            }
            names.insert(variable.to_owned(), free);
        }
        ShellNames(names)
    }

    pub(in crate::views) fn get(&self, variable: &str) -> &str {
        self.0.get(variable).map_or("_", String::as_str)
    }
}

/// Quotes one word of the command. `what` names the option or the URL in an error.
pub(super) fn word(
    marked: &MarkedCall,
    names: &ShellNames,
    what: &str,
    text: &[u8],
    quotes: Quotes,
) -> Result<String> {
    if text.contains(&0) {
        return Err(unsupported(format_args!(
            "an argument of curl cannot contain the byte 0: {what}"
        )));
    }
    let pieces = marked.pieces(text);
    if pieces.iter().all(|piece| matches!(piece, TextPiece::Text(_))) {
        let mut out = String::new();
        push_plain(&mut out, text, quotes);
        return Ok(out);
    }
    let mut word = DoubleQuoted::default();
    let mut pieces = pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            TextPiece::Variable(variable) => {
                let next = match pieces.peek() {
                    Some(TextPiece::Text(text)) => text.first().copied(),
                    _ => None,
                };
                let name = names.get(value_of(variable, what)?);
                match variable.encoding() {
                    Some(PlaceEncoding::Json) => word.push_call("json_escape", name, ""),
                    Some(PlaceEncoding::Percent { keep }) => {
                        word.push_call("url_encode", name, keep)
                    }
                    _ => word.push_variable(name, next),
                }
            }
            TextPiece::Text(text) => word.push_text(text),
        }
    }
    Ok(word.finish())
}

/// Returns the variable whose value a word contains at the place of `variable`.
fn value_of<'v>(variable: &'v Variable, what: &str) -> Result<&'v str> {
    match &variable.source {
        Source::Caller => Ok(&variable.name),
        // These two encode it.
        Source::Encoded { of, encoding: PlaceEncoding::Form }
            if matches!(what, "--data-urlencode" | "--url-query") =>
        {
            Ok(of)
        }
        Source::Encoded { encoding: PlaceEncoding::Form, .. } => {
            Err(unsupported(format_args!("curl does not encode a variable in {what}")))
        }
        Source::Encoded { of, .. } => Ok(of),
        Source::File { .. } => Err(unsupported(format_args!(
            "curl cannot insert a file into the middle of a text: {what}"
        ))),
    }
}

/// A word in one pair of double quotes, which is closed only around text that it cannot contain.
#[derive(Default)]
struct DoubleQuoted {
    out: String,
    is_open: bool,
}

impl DoubleQuoted {
    fn set_open(&mut self, open: bool) {
        if self.is_open != open {
            self.out.push('"');
            self.is_open = open;
        }
    }

    /// Appends a variable that the byte `next` follows.
    fn push_variable(&mut self, name: &str, next: Option<u8>) {
        self.set_open(true);
        let needs_braces = next.is_some_and(|next| {
            next.is_ascii_alphanumeric()
                || matches!(next, b'_' | b'[')
                // `$env:NAME` is a variable of PowerShell.
                || (next == b':' && name.eq_ignore_ascii_case("env"))
        });
        match needs_braces {
            true => self.out.extend(["${", name, "}"]),
            false => self.out.extend(["$", name]),
        }
    }

    /// Appends a variable that a function of `shell_functions.rs` encodes, except for the characters in `keep`.
    fn push_call(&mut self, function: &str, name: &str, keep: &str) {
        self.set_open(true);
        self.out.extend(["$(", function, " \"$", name, "\""]);
        if !keep.is_empty() {
            self.out.extend([" '", keep, "'"]);
        }
        self.out.push(')');
    }

    fn push_text(&mut self, text: &[u8]) {
        match std::str::from_utf8(text) {
            Ok(text) if !needs_escapes(text) => {
                for c in text.chars() {
                    // An interactive shell expands `!` even in double quotes.
                    self.set_open(c != '!');
                    match c {
                        '!' => self.out.push_str("'!'"),
                        '$' | '`' | '"' | '\\' => self.out.extend(['\\', c]),
                        c => self.out.push(c),
                    }
                }
            }
            _ => {
                self.set_open(false);
                push_plain(&mut self.out, text, Quotes::Single);
            }
        }
    }

    fn finish(mut self) -> String {
        self.set_open(false);
        self.out
    }
}

/// Appends a text without variables.
fn push_plain(out: &mut String, bytes: &[u8], quotes: Quotes) {
    let is_safe = |b: &u8| b.is_ascii_alphanumeric() || b"-._/:@%+,=".contains(b);
    match std::str::from_utf8(bytes) {
        Ok(text) if quotes == Quotes::Bare && !text.is_empty() && bytes.iter().all(is_safe) => {
            out.push_str(text);
        }
        Ok(text) if !needs_escapes(text) => {
            let double = !text.contains(['"', '$', '`', '\\', '!']);
            if double && (quotes == Quotes::Double || text.contains('\'')) {
                out.extend(["\"", text, "\""]);
            } else {
                out.extend(["'", &text.replace('\'', "'\\''"), "'"]);
            }
        }
        _ => {
            out.push_str("$'");
            for chunk in bytes.utf8_chunks() {
                for c in chunk.valid().chars() {
                    match c {
                        '\n' => out.push_str("\\n"),
                        '\r' => out.push_str("\\r"),
                        '\t' => out.push_str("\\t"),
                        '\'' | '\\' => out.extend(['\\', c]),
                        // As bytes, since bash encodes \u by its locale.
                        c if is_unseen(c) => {
                            let mut bytes = [0; 4];
                            for byte in c.encode_utf8(&mut bytes).bytes() {
                                let _ = write!(out, "\\x{byte:02x}");
                            }
                        }
                        c => out.push(c),
                    }
                }
                for byte in chunk.invalid() {
                    let _ = write!(out, "\\x{byte:02x}");
                }
            }
            out.push('\'');
        }
    }
}

/// Whether a terminal hides a character, or acts on one when the text is pasted.
fn needs_escapes(text: &str) -> bool {
    text.chars().any(|c| is_unseen(c) && c != '\n')
}

/// Whether a character is a control, has no width, or changes the direction of a line.
pub(in crate::views) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
