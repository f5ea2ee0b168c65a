//! Formats of the languages as texts one after another.

use super::expr::Parsed;
use super::values::join;
use crate::tree::Expr;

/// `"{0} ({1})"`.
pub(super) fn format_numbered(format: &str, args: &[Expr]) -> Parsed {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let sign = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(doubled) = rest.strip_prefix(sign) {
            literal.push_str(sign);
            rest = doubled;
            continue;
        }
        let end = rest.find('}').unwrap_or(rest.len());
        let number: Option<usize> = rest[..end].parse().ok();
        match number.and_then(|number| args.get(number)) {
            Some(arg) => {
                parts.push(Expr::Text(std::mem::take(&mut literal)));
                parts.push(arg.clone());
            }
            None => return Err("this format has no port".to_owned()),
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    literal.push_str(rest);
    parts.push(Expr::Text(literal));
    Ok(join(parts))
}

/// `"%s (%d)"`.
pub(super) fn format_percent(format: &str, args: Vec<Expr>) -> Parsed {
    let mut parts = Vec::new();
    let mut args = args.into_iter();
    let mut rest = format;
    while let Some((before, behind)) = rest.split_once('%') {
        parts.push(Expr::Text(unescaped(before)));
        let sign = behind.chars().next();
        match (sign, sign.filter(|sign| *sign != '%').and_then(|_| args.next())) {
            (Some('%'), _) => parts.push(Expr::Text("%".to_owned())),
            (Some('s' | 'd' | 'i' | 'u'), Some(arg)) => parts.push(arg),
            _ => return Err("this format has no port".to_owned()),
        }
        rest = behind.get(1..).unwrap_or_default();
    }
    parts.push(Expr::Text(unescaped(rest)));
    Ok(join(parts))
}

pub(super) fn unescaped(text: &str) -> String {
    text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t")
}
