//! Comparisons of literals and of lengths, and constants that clippy wants by name.

use super::ast::Expr;
use super::tidy::{boxed, method};

/// Returns a shorter form of a comparison.
pub(super) fn compared(op: &'static str, left: &Expr, right: &Expr) -> Option<Expr> {
    if !matches!(op, "==" | "!=" | "<" | "<=" | ">" | ">=") {
        return None;
    }
    match (left, right) {
        (Expr::Int(left), Expr::Int(right)) => Some(Expr::Bool(holds(op, left.cmp(right)))),
        (Expr::Text(left), Expr::Text(right)) => Some(Expr::Bool(holds(op, left.cmp(right)))),
        (left, Expr::Int(number)) => length(op, left, *number),
        _ => None,
    }
}

fn holds(op: &str, order: std::cmp::Ordering) -> bool {
    match op {
        "==" => order.is_eq(),
        "!=" => order.is_ne(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        _ => order.is_ge(),
    }
}

/// Compares a length without casts: `list.len() as i64 - 1 < 0` is `list.len() < 1`.
fn length(op: &'static str, left: &Expr, number: i64) -> Option<Expr> {
    let (length, number) = match left {
        Expr::Binary { op: "-", left, right } => match **right {
            Expr::Int(less) => (uncast(left)?, number.checked_add(less)?),
            _ => return None,
        },
        left => (uncast(left).or_else(|| is_count_of_args(left).then_some(left))?, number),
    };
    if number < 0 || number == 0 && matches!(op, "<" | ">=") {
        return None;
    }
    let (length, number) = match is_count_of_args(length) {
        // The name of the program is the first argument.
        true => (method(args(), "len"), number.checked_add(1)?),
        false => (length.clone(), number),
    };
    let comparison =
        Expr::Binary { op, left: boxed(length.clone()), right: boxed(Expr::Int(number)) };
    let is_len = matches!(&length, Expr::Method { name, .. } if name == "len");
    let is_empty = || match length {
        Expr::Method { receiver, .. } => Some(method(*receiver, "is_empty")),
        _ => None,
    };
    match (op, number) {
        ("==", 0) | ("<", 1) if is_len => is_empty(),
        ("!=" | ">", 0) | (">=", 1) if is_len => Some(super::tidy::not(is_empty()?)),
        _ => Some(comparison),
    }
}

/// Returns the length below a cast.
fn uncast(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Cast { value, ty } if ty == "i64" => match &**value {
            Expr::Method { name, args, .. } if name == "len" && args.is_empty() => Some(value),
            Expr::Method { name, args, .. } if name == "count" && args.is_empty() => Some(value),
            _ => None,
        },
        _ => None,
    }
}

fn args() -> Expr {
    Expr::Call { function: boxed(Expr::Path("std::env::args".to_owned())), args: Vec::new() }
}

/// Whether an expression is `std::env::args().skip(1).count()`.
fn is_count_of_args(expr: &Expr) -> bool {
    let skipped = Expr::Method {
        receiver: boxed(args()),
        name: "skip".to_owned(),
        args: vec![Expr::Int(1)],
        mutates: false,
    };
    matches!(expr, Expr::Method { receiver, name, args, .. }
        if name == "count" && args.is_empty() && **receiver == skipped)
}

/// Returns a number as it is written so that it is not taken for a shortened constant of mathematics.
pub(super) fn not_a_constant(number: &str) -> String {
    use std::f64::consts::{E, LN_2, LN_10, LOG2_E, LOG10_2, LOG10_E, PI, SQRT_2, TAU};
    let rounded = |constant: f64| {
        let digits = number.len().saturating_sub(2);
        constant.to_string().starts_with(number) || format!("{constant:.digits$}") == number
    };
    let is_close = number.len() > 3
        && number.contains('.')
        && [E, LN_2, LN_10, LOG2_E, LOG10_2, LOG10_E, PI, SQRT_2, TAU].into_iter().any(rounded);
    if is_close { format!("{number}0") } else { number.to_owned() }
}
