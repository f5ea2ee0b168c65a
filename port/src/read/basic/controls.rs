//! Controls of windows, which show text.

use super::blocks::Reader;
use super::dialect::{FOX, VB6};
use super::output;
use super::values::join;
use crate::tree::{BinaryOp, Expr, StmtKind};

impl Reader<'_> {
    /// A text that a control of a window shows is printed: `Label1.Text = s`, `Text1 = s`, `Memo1.Text = Memo1.Text & s`.
    pub(super) fn shown(&self, left: &Expr, right: &Expr) -> Option<StmtKind> {
        let is_shown = |member: &str| {
            member == "text" || member == "caption" || (member == "value" && self.rules.is(FOX))
        };
        let (control, is_default) = match left {
            Expr::Property { object, name } => match &**object {
                Expr::Var(control) if is_shown(&name.to_lowercase()) => (control, false),
                _ => return None,
            },
            Expr::Var(control) => (control, true),
            _ => return None,
        };
        let lower = control.to_lowercase();
        let known = self.scope.variables.contains_key(&lower)
            || self.scope.functions.contains(&lower)
            || self.scope.specials.contains_key(&lower)
            || self.scope.result.as_ref().is_some_and(|(_, result)| result == control);
        let is_numbered = ["text", "label", "txt", "lbl"].iter().any(|kind| {
            let number = lower.strip_prefix(kind).unwrap_or_default();
            !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
        });
        if known || (is_default && !(is_numbered && self.rules.is(VB6))) {
            return None;
        }
        let value = match right {
            Expr::Concat(parts) if parts.first() == Some(left) => join(parts[1..].to_vec()),
            Expr::Binary { op: BinaryOp::Add, left: first, right } if **first == *left => {
                (**right).clone()
            }
            value => value.clone(),
        };
        Some(match value {
            Expr::Text(text) if text.is_empty() => StmtKind::Boilerplate,
            value => match output::print(value, false, false) {
                StmtKind::Print { value, to_stderr, .. } => {
                    StmtKind::Print { value, newline: true, to_stderr }
                }
                kind => kind,
            },
        })
    }
}
