//! Lines that are one in Rust.

use super::build::{self, call};
use crate::rust::ast::{Expr as Rust, Pattern, Stmt as Line, StmtKind as LineKind};

/// Returns whether two lines are `let x = value;` and `let Some(x) = x else { ... };`.
pub(super) fn is_pair(first: &Line, second: &Line) -> bool {
    let (
        LineKind::Let { pattern: Pattern::Name(name), ty: None, value: Some(_), otherwise: None },
        LineKind::Let {
            pattern: Pattern::Variant("Some", inner),
            value: Some(Rust::Var(tested)),
            otherwise: Some(otherwise),
            ..
        },
    ) = (&first.kind, &second.kind)
    else {
        return false;
    };
    name == tested
        && **inner == Pattern::Name(name.clone())
        && first.trailing.is_none()
        && !super::needs::reads(otherwise, name)
}

/// Adds an item to a list that is made on the line before. Returns false if these are not such lines.
pub(super) fn adds_first(first: &mut Line, second: &Line) -> bool {
    let LineKind::Let { pattern: Pattern::Name(name), value: Some(list), ty, .. } = &mut first.kind
    else {
        return false;
    };
    let LineKind::Expr(Rust::Method { receiver, name: method, args, .. }) = &second.kind else {
        return false;
    };
    let is_it = method == "push" && **receiver == Rust::Var(name.clone());
    if !is_it || second.trailing.is_some() || args.iter().any(|arg| build::mentions(arg, name)) {
        return false;
    }
    match list {
        Rust::Macro { name: "vec", args: items } => items.extend(args.iter().cloned()),
        list if *list == call("Vec::new", vec![]) => {
            *list = Rust::Macro { name: "vec", args: args.clone() };
            *ty = None;
        }
        _ => return false,
    }
    true
}

/// Joins such lines: `let Some(x) = value else { ... };`, or `let Ok(x)` of a result.
pub(super) fn joined_pair(value: Rust, second: LineKind) -> LineKind {
    let LineKind::Let { pattern, ty, otherwise, .. } = second else { return second };
    match (value, pattern) {
        (Rust::Method { receiver, name, args, .. }, Pattern::Variant(_, inner))
            if name == "ok" && args.is_empty() =>
        {
            let pattern = Pattern::Variant("Ok", inner);
            LineKind::Let { pattern, ty, value: Some(*receiver), otherwise }
        }
        (value, pattern) => LineKind::Let { pattern, ty, value: Some(value), otherwise },
    }
}
