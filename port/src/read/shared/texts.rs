//! Texts that a script puts together: parts, formats, lines of output.

use super::build::{binary, builtin, text};
use crate::tree::{BinaryOp, Builtin, Expr, StmtKind};

/// Joins texts and values to one text. Neighbours that are literals become one literal.
pub(crate) fn concat(parts: Vec<Expr>) -> Expr {
    let mut joined: Vec<Expr> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (_, Expr::Text(more)) if more.is_empty() => {}
            (Some(Expr::Text(before)), Expr::Text(more)) => before.push_str(&more),
            (_, part) => joined.push(part),
        }
    }
    match joined.len() {
        0 => text(""),
        1 if matches!(joined[0], Expr::Text(_)) => joined.remove(0),
        _ => Expr::Concat(joined),
    }
}

/// Takes texts that consist of parts apart.
pub(crate) fn flat(parts: impl IntoIterator<Item = Expr>) -> Vec<Expr> {
    let parts = parts.into_iter().flat_map(|part| match part {
        Expr::Concat(parts) => parts,
        part => vec![part],
    });
    parts.collect()
}

/// Returns values as one text, whatever they are.
pub(crate) fn text_of(parts: impl IntoIterator<Item = Expr>) -> Expr {
    match concat(flat(parts)) {
        Expr::Concat(mut parts) if parts.len() == 1 => to_text(parts.remove(0)),
        text => text,
    }
}

/// Returns whether an expression is text for sure.
pub(crate) fn is_text(value: &Expr) -> bool {
    use Builtin::{Char, Env, Join, Lower, Message, ReadFile, Repeat, Replace, Substring, ToText};
    use Builtin::{Trim, Upper};
    match value {
        Expr::Text(_) | Expr::Concat(_) => true,
        Expr::Builtin { function, .. } => matches!(
            function,
            Char | Env
                | Join
                | Lower
                | Message
                | ReadFile
                | Repeat
                | Replace
                | Substring
                | ToText
                | Trim
                | Upper
        ),
        _ => false,
    }
}

/// Returns a value as text.
pub(crate) fn to_text(value: Expr) -> Expr {
    if is_text(&value) { value } else { builtin(Builtin::ToText, vec![value]) }
}

/// Splits the line end off what is printed. Returns what is before it, and whether there was one.
pub(crate) fn line_of(mut value: Expr) -> (Expr, bool) {
    let newline = cut_line_end(&mut value);
    (value, newline)
}

fn cut_line_end(value: &mut Expr) -> bool {
    match value {
        Expr::Text(text) => {
            let Some(line) = text.strip_suffix('\n') else { return false };
            let line = line.strip_suffix('\r').unwrap_or(line).len();
            text.truncate(line);
            true
        }
        Expr::Concat(parts) => {
            let Some(last) = parts.last_mut() else { return false };
            let cut = cut_line_end(last);
            if matches!(last, Expr::Text(text) if text.is_empty()) {
                parts.pop();
            }
            if parts.len() == 1 {
                *value = parts.remove(0);
            }
            cut
        }
        Expr::Binary { op: BinaryOp::Add, left, right } => {
            let cut = cut_line_end(right);
            if matches!(&**right, Expr::Text(text) if text.is_empty()) {
                let left = std::mem::replace(&mut **left, Expr::Null);
                *value = left;
            }
            cut
        }
        _ => false,
    }
}

/// Returns the statement that prints a value whose line end, if it has one, is in the value.
pub(crate) fn print_text(value: Expr, to_stderr: bool) -> StmtKind {
    let (value, newline) = line_of(value);
    StmtKind::Print { value, newline, to_stderr }
}

/// Returns output. The line end is part of the value where the language does not add one.
pub(crate) fn print(value: Expr, newline: bool, to_stderr: bool) -> StmtKind {
    match newline {
        true => StmtKind::Print { value, newline, to_stderr },
        false => print_text(value, to_stderr),
    }
}

/// Returns the text that a format of C's `printf` makes of the arguments. `None` if it has something else than
/// texts and numbers, with width and precision.
pub(crate) fn printf(format: &str, args: Vec<Expr>) -> Option<Expr> {
    let mut args = args.into_iter();
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some((before, behind)) = rest.split_once('%') {
        parts.push(text(before));
        if let Some(behind) = behind.strip_prefix('%') {
            parts.push(text("%"));
            rest = behind;
            continue;
        }
        let end = behind.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | ' ' | '.' | '#'))?;
        let (spec, behind) = behind.split_at(end);
        let behind = behind.trim_start_matches(['l', 'h']);
        let kind = behind.chars().next()?;
        parts.push(formatted(spec, kind, args.next()?)?);
        rest = &behind[kind.len_utf8()..];
    }
    parts.push(text(rest));
    args.next().is_none().then(|| concat(parts))
}

/// Returns a value in the form that a letter of a format says: `%05.2f` has the spec `05.2`.
pub(crate) fn formatted(spec: &str, kind: char, value: Expr) -> Option<Expr> {
    let (width, precision) = match spec.split_once('.') {
        Some((width, precision)) => (width, Some(precision.parse::<i64>().ok()?)),
        None => (spec, None),
    };
    let value = match (kind, precision) {
        ('s' | 'd' | 'i' | 'u' | 'v' | 'g', None) => value,
        ('f' | 'F', precision) => {
            builtin(Builtin::Fixed, vec![value, Expr::Int(precision.unwrap_or(6))])
        }
        _ => return None,
    };
    let (function, width) = match width.strip_prefix('-') {
        Some(width) => (Builtin::PadRight, width),
        None => (Builtin::PadLeft, width),
    };
    let fill = if width.starts_with('0') { "0" } else { " " };
    let width = width.trim_start_matches('0');
    if width.is_empty() {
        return Some(value);
    }
    Some(builtin(function, vec![value, Expr::Int(width.parse().ok()?), text(fill)]))
}

/// Returns the parts of the text that a pattern with `{0}` makes. `None` if it pads or rounds.
pub(crate) fn format_places(pattern: &str, args: &[Expr]) -> Option<Vec<Expr>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        parts.push(text(before));
        if after.starts_with("{{") || after.starts_with("}}") {
            parts.push(text(&after[..1]));
            rest = &after[2..];
        } else {
            let (place, behind) = after.strip_prefix('{')?.split_once('}')?;
            parts.push(args.get(place.trim().parse::<usize>().ok()?)?.clone());
            rest = behind;
        }
    }
    parts.push(text(rest));
    Some(parts)
}

/// Returns the text of an escape sequence.
pub(crate) fn escape(source: &str) -> String {
    let code = source.strip_prefix('\\').unwrap_or(source);
    let number = |digits: &str, radix| {
        u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).map(String::from)
    };
    let Some(first) = code.chars().next() else { return String::new() };
    let plain = match first {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        '0' if code.len() == 1 => "\0",
        'e' => "\u{1b}",
        's' => " ",
        'a' => "\u{7}",
        'b' => "\u{8}",
        'f' => "\u{c}",
        'v' => "\u{b}",
        '\n' => "",
        'x' => return number(&code[1..], 16).unwrap_or_else(|| code.to_owned()),
        'u' | 'U' => {
            let digits = code[1..].trim_matches(['{', '}']);
            return number(digits, 16).unwrap_or_else(|| code.to_owned());
        }
        '0'..='7' => return number(code, 8).unwrap_or_else(|| code.to_owned()),
        _ => return code.to_owned(),
    };
    plain.to_owned()
}

/// Returns milliseconds for a number of seconds.
pub(crate) fn milliseconds(seconds: Expr) -> Expr {
    match seconds {
        Expr::Int(seconds) => Expr::Int(seconds.saturating_mul(1000)),
        Expr::Float(seconds) => match seconds.parse::<f64>() {
            Ok(seconds) => Expr::Int((seconds * 1000.0).round() as i64),
            Err(_) => binary(BinaryOp::Mul, Expr::Float(seconds), Expr::Int(1000)),
        },
        seconds => binary(BinaryOp::Mul, seconds, Expr::Int(1000)),
    }
}

/// Returns a pause for a number of seconds.
pub(crate) fn sleep_seconds(seconds: Expr) -> Expr {
    builtin(Builtin::Sleep, vec![milliseconds(seconds)])
}
