//! Controls of windows, which show text.

use super::Parser;
use crate::tree::{BinaryOp, Expr, StmtKind};

impl Parser {
    /// A text that a control shows is printed: `Label1.Caption := s`, `Memo1.Text := Memo1.Text + s`.
    pub(crate) fn shown(&self, left: &Expr, right: &Expr) -> Option<StmtKind> {
        let Expr::Property { object, name } = left else { return None };
        let Expr::Var(control) = &**object else { return None };
        let lower = control.to_ascii_lowercase();
        let is_shown = ["text", "caption"].iter().any(|shown| name.eq_ignore_ascii_case(shown));
        if !is_shown || self.lists.contains(&lower) {
            return None;
        }
        let mut value = right.clone();
        remove_first(&mut value, left);
        Some(match value {
            Expr::Text(text) if text.is_empty() => StmtKind::Boilerplate,
            value => {
                let mut kind = crate::read::shared::texts::print_text(value, false);
                if let StmtKind::Print { newline, .. } = &mut kind {
                    *newline = true;
                }
                kind
            }
        })
    }
}

/// Takes the first term away if it is what the control shows already.
fn remove_first(value: &mut Expr, shown: &Expr) {
    if let Expr::Binary { op: BinaryOp::Add, left, right } = value {
        match **left == *shown {
            true => *value = std::mem::replace(&mut **right, Expr::Null),
            false => remove_first(left, shown),
        }
    }
}
