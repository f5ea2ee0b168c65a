//! Patterns whose variables turned out to be unused, and blocks that turned out to be empty.

use super::ast::{Block, Expr, Function, Pattern, StmtKind};
use super::flow::is_pure;
use super::lower;
use super::tidy::{boxed, method, not, take, tidy_if};
use super::walk::{Walk, only_stmt, walk_expr, walk_stmt};

/// Tidies patterns and branches when the names of variables are final.
pub(super) fn tidy_patterns(function: &mut Function) {
    Patterns.block(&mut function.body);
}

struct Patterns;

impl Walk for Patterns {
    fn block(&mut self, block: &mut Block) {
        block.iter_mut().for_each(|stmt| walk_stmt(self, stmt));
        block.retain_mut(|stmt| {
            let StmtKind::Expr(Expr::If { cond, then, otherwise: None }) = &mut stmt.kind else {
                return true;
            };
            if !then.is_empty() {
                return true;
            }
            let value = Some(take(cond));
            let is_pure = value.as_ref().is_some_and(is_pure);
            let (pattern, ty, otherwise) = (Pattern::Ignored, None, None);
            stmt.kind = StmtKind::Let { pattern, ty, value, otherwise };
            !is_pure
        });
    }

    fn expr(&mut self, expr: &mut Expr) {
        walk_expr(self, expr);
        if let Expr::If { otherwise, .. } | Expr::IfLet { otherwise, .. } = expr {
            otherwise.take_if(|block| block.is_empty());
        }
        match expr {
            Expr::If { cond, then, otherwise: otherwise @ Some(_) } if then.is_empty() => {
                **cond = not(take(cond));
                *then = otherwise.take().unwrap_or_default();
            }
            Expr::IfLet { pattern, value, then, otherwise } => {
                let Some(test) = test_of(pattern) else { return };
                *expr = Expr::If {
                    cond: boxed(method(take(value), test)),
                    then: std::mem::take(then),
                    otherwise: otherwise.take(),
                };
                tidy_if(expr);
            }
            Expr::Match { value, arms } => {
                guard_arms(arms);
                let [(first, then), (second, otherwise)] = arms.as_mut_slice() else { return };
                let (Some(test), Some(_)) = (test_of(first), test_of(second)) else { return };
                *expr = Expr::If {
                    cond: boxed(method(take(value), test)),
                    then: std::mem::take(then),
                    otherwise: Some(std::mem::take(otherwise)),
                };
            }
            _ => (),
        }
    }
}

/// The width of an arm with a guard.
const GUARDED: usize = 80;

/// Moves the condition of an arm that is one `if` before the arrow, where the other values do nothing.
fn guard_arms(arms: &mut [(Pattern, Block)]) {
    let Some(((Pattern::Ignored, rest), arms)) = arms.split_last_mut() else { return };
    if !rest.is_empty() {
        return;
    }
    for (pattern, body) in arms {
        if only_stmt(body).is_none() {
            continue;
        }
        let Some(StmtKind::Expr(Expr::If { cond, then, otherwise: None })) =
            body.first_mut().map(|stmt| &mut stmt.kind)
        else {
            continue;
        };
        let guarded = format!("{} if {}", lower::pattern_text(pattern), lower::text_of(cond));
        if guarded.len() <= GUARDED && !guarded.contains('\n') {
            let then = std::mem::take(then);
            *pattern = Pattern::Other(guarded);
            *body = then;
        }
    }
}

/// Returns the method that does the same as a pattern without variables.
fn test_of(pattern: &Pattern) -> Option<&'static str> {
    match pattern {
        Pattern::Other(text) if text == "None" => Some("is_none"),
        Pattern::Variant(name, inner) if matches!(**inner, Pattern::Ignored) => match *name {
            "Ok" => Some("is_ok"),
            "Err" => Some("is_err"),
            "Some" => Some("is_some"),
            _ => None,
        },
        _ => None,
    }
}
