//! Formats of the languages as texts one after another.

use super::expr::Parsed;
use super::values::join;
use crate::read::shared::texts::{format_places, printf};
use crate::tree::Expr;

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
