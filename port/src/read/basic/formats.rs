//! Formats of the languages as texts one after another.

use super::builtins::builtin;
use super::expr::Parsed;
use super::values::join;
use crate::read::shared::texts::{format_places, printf};
use crate::tree::{Builtin, Expr};

const NO_PORT: &str = "this format has no port";

/// `"{0} ({1})"`.
pub(super) fn format_numbered(format: &str, args: &[Expr]) -> Parsed {
    format_places(format, args).map(join).ok_or_else(|| NO_PORT.to_owned())
}

/// `"%s (%d)"`.
pub(super) fn format_percent(format: &str, args: Vec<Expr>) -> Parsed {
    match printf(&unescaped(format), args) {
        Some(Expr::Concat(parts)) => Ok(join(parts)),
        text => text.ok_or_else(|| NO_PORT.to_owned()),
    }
}

pub(super) fn unescaped(text: &str) -> String {
    text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t")
}

/// `"0.00"`, `"000"`.
pub(super) fn format_pattern(value: Expr, pattern: &str) -> Parsed {
    let is_zeros = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit == b'0');
    let count = |digits: &str| Expr::Int(i64::try_from(digits.len()).unwrap_or(0));
    match pattern.split_once('.') {
        Some(("0" | "#" | "#0" | "##0" | "-0" | "-#", decimals)) if is_zeros(decimals) => {
            Ok(builtin(Builtin::Fixed, vec![value, count(decimals)]))
        }
        None if matches!(pattern, "0" | "#" | "#0") => {
            Ok(builtin(Builtin::Fixed, vec![value, Expr::Int(0)]))
        }
        None if is_zeros(pattern) => {
            let args = vec![value, count(pattern), Expr::Text("0".to_owned())];
            Ok(builtin(Builtin::PadLeft, args))
        }
        _ => Err(NO_PORT.to_owned()),
    }
}
