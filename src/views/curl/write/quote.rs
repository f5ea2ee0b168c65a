//! Words of a command line, quoted for bash.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use crate::error::{Error, Result};
use crate::views::marked_call::{MarkedCall, TextPiece};
use crate::views::variables::Source;

/// The quotes that a word gets if its text allows them.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Quotes {
    /// None.
    Bare,
    Single,
    Double,
}

/// The names of the variables of a call in the shell, each different.
pub(in crate::views) struct ShellNames(HashMap<String, String>);

impl ShellNames {
    pub(in crate::views) fn of<'n>(variables: impl Iterator<Item = &'n str>) -> ShellNames {
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

/// One word of the command. `what` says in an error what it belongs to.
pub(super) fn word(
    marked: &MarkedCall,
    names: &ShellNames,
    what: &str,
    text: &[u8],
    quotes: Quotes,
) -> Result<String> {
    if text.contains(&0) {
        let why = format_args!("the byte 0 cannot stand in an argument of curl: {what} has one");
        return Err(Error::content("curl command", why));
    }
    let pieces = marked.pieces(text);
    let mut out = String::new();
    if pieces.iter().all(|piece| matches!(piece, TextPiece::Text(_))) {
        plain(&mut out, text, quotes);
        return Ok(out);
    }
    // One pair of double quotes, closed only around what they cannot hold.
    let mut open = false;
    let mut toggle = |out: &mut String, wanted: bool| {
        if open != wanted {
            out.push('"');
            open = wanted;
        }
    };
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            TextPiece::Variable(variable) => {
                let name = match &variable.source {
                    Source::Asked => &variable.name,
                    // These two encode it.
                    Source::Encoded { of }
                        if matches!(what, "--data-urlencode" | "--url-query") =>
                    {
                        of
                    }
                    Source::Encoded { .. } => {
                        let why = format_args!("curl encodes no variable in {what}");
                        return Err(Error::content("curl command", why));
                    }
                    Source::File { .. } => {
                        let why = format_args!(
                            "curl cannot put a file into the middle of a text: {what}"
                        );
                        return Err(Error::content("curl command", why));
                    }
                };
                toggle(&mut out, true);
                let name = names.get(name);
                let glued = match pieces.get(at + 1) {
                    Some(TextPiece::Text([next, ..])) => {
                        // `$env:NAME` is a variable of PowerShell.
                        next.is_ascii_alphanumeric()
                            || matches!(next, b'_' | b'[')
                            || (*next == b':' && name.eq_ignore_ascii_case("env"))
                    }
                    _ => false,
                };
                let _ = if glued { write!(out, "${{{name}}}") } else { write!(out, "${name}") };
            }
            TextPiece::Text(text) => match std::str::from_utf8(text) {
                Ok(text) if !needs_escapes(text) => {
                    for c in text.chars() {
                        // An interactive shell looks for `!` in double quotes, too.
                        toggle(&mut out, c != '!');
                        match c {
                            '!' => out.push_str("'!'"),
                            '$' | '`' | '"' | '\\' => out.extend(['\\', c]),
                            c => out.push(c),
                        }
                    }
                }
                _ => {
                    toggle(&mut out, false);
                    plain(&mut out, text, Quotes::Single);
                }
            },
        }
    }
    toggle(&mut out, false);
    Ok(out)
}

/// Text without variables.
fn plain(out: &mut String, bytes: &[u8], quotes: Quotes) {
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
                        // Its bytes: what \u means to bash follows from the locale.
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

/// Whether a terminal would not show a character of it, or would act on one when it is pasted.
fn needs_escapes(text: &str) -> bool {
    text.chars().any(|c| is_unseen(c) && c != '\n')
}

/// Whether this is a control, has no width, or turns the direction of a line.
pub(in crate::views) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
