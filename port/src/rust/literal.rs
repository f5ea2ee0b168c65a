//! String literals and format strings.

use super::ast::{Expr, Piece};
use std::fmt::Write as _;

/// The number of quotes and backslashes from which a text is a raw string.
const MANY_ESCAPES: usize = 4;

/// Returns the literal of a text.
pub(super) fn text(value: &str) -> String {
    let escapes = value.matches(['"', '\\']).count();
    let looks_like_json = value.starts_with(['{', '[']) && value.contains('"');
    let may_be_raw = value.chars().all(|c| !must_be_escaped(c));
    if may_be_raw && (escapes >= MANY_ESCAPES || (looks_like_json && escapes > 1)) {
        return raw(value);
    }
    let mut result = String::with_capacity(value.len() + 2);
    result.push('"');
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => result.push_str("\\\""),
            '\\' => result.push_str("\\\\"),
            '\n' => result.push_str("\\n"),
            '\r' => result.push_str("\\r"),
            '\t' => result.push_str("\\t"),
            '\0' if !chars.peek().is_some_and(char::is_ascii_digit) => result.push_str("\\0"),
            c if must_be_escaped(c) => {
                let _ = write!(result, "\\u{{{:x}}}", c as u32);
            }
            c => result.push(c),
        }
    }
    result.push('"');
    result
}

fn raw(value: &str) -> String {
    let mut hashes = 1;
    while value.contains(&format!("\"{}", "#".repeat(hashes))) {
        hashes += 1;
    }
    let hashes = "#".repeat(hashes);
    format!("r{hashes}\"{value}\"{hashes}")
}

/// Whether a character cannot be seen, or changes how its line looks.
pub(super) fn must_be_escaped(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
            | '\u{2000}'..='\u{200a}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{a0}' | '\u{3000}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}'
            | '\u{1680}')
}

/// Returns a comment that shows what cannot be seen and has no line break.
pub(super) fn comment(text: &str) -> String {
    let mut result = String::from("// ");
    for c in text.chars() {
        match c {
            '\t' => result.push('\t'),
            c if must_be_escaped(c) && c != '\u{a0}' && c != '\u{3000}' => {
                let _ = write!(result, "\\u{{{:x}}}", c as u32);
            }
            c => result.push(c),
        }
    }
    result.truncate(result.trim_end().len());
    result
}

/// Joins texts, takes literals and other formats into the text, and removes `to_string()` and `&`.
pub(super) fn pieces(pieces: &[Piece]) -> Vec<Piece> {
    let mut result = Vec::new();
    for piece in pieces {
        add(piece, &mut result);
    }
    result
}

fn add(piece: &Piece, result: &mut Vec<Piece>) {
    let value = match piece {
        Piece::Text(text) => return add_text(text, result),
        Piece::Value(value) => value,
        Piece::Formatted(Expr::Ref { mutable: false, value }, format) => {
            return result.push(Piece::Formatted((**value).clone(), format.clone()));
        }
        Piece::Formatted(..) => return result.push(piece.clone()),
    };
    match value {
        Expr::Text(text) => add_text(text, result),
        Expr::Int(number) => add_text(&number.to_string(), result),
        Expr::Bool(value) => add_text(&value.to_string(), result),
        Expr::Format { name: "format", pieces } => {
            for piece in pieces {
                add(piece, result);
            }
        }
        Expr::Ref { mutable: false, value } => add(&Piece::Value((**value).clone()), result),
        Expr::Method { receiver, name, args, .. } if args.is_empty() && name == "to_string" => {
            add(&Piece::Value((**receiver).clone()), result);
        }
        Expr::Method { receiver, name, args, .. }
            if args.is_empty()
                && matches!(name.as_str(), "to_owned" | "into")
                && matches!(**receiver, Expr::Text(_)) =>
        {
            add(&Piece::Value((**receiver).clone()), result);
        }
        value => result.push(Piece::Value(value.clone())),
    }
}

fn add_text(text: &str, result: &mut Vec<Piece>) {
    match result.last_mut() {
        Some(Piece::Text(last)) => last.push_str(text),
        _ if text.is_empty() => (),
        _ => result.push(Piece::Text(text.to_owned())),
    }
}

/// Returns the format string of pieces and the values that are no plain variables.
pub(super) fn format_string(pieces: &[Piece]) -> (String, Vec<&Expr>) {
    let mut string = String::new();
    let mut values = Vec::new();
    for piece in pieces {
        let (value, format) = match piece {
            Piece::Text(text) => {
                string.push_str(&text.replace('{', "{{").replace('}', "}}"));
                continue;
            }
            Piece::Value(value) => (value, ""),
            Piece::Formatted(value, format) => (value, format.as_str()),
        };
        string.push('{');
        match value {
            Expr::Var(name) => string.push_str(name),
            value => values.push(value),
        }
        if !format.is_empty() {
            string.push(':');
            string.push_str(format);
        }
        string.push('}');
    }
    (string, values)
}
