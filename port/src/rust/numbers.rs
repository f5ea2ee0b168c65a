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

/// The constants of mathematics with more characters than which a number is taken for one.
const CONSTANTS: [(f64, usize); 16] = {
    use std::f64::consts::*;
    [
        (E, 4),
        (FRAC_1_PI, 4),
        (FRAC_1_SQRT_2, 5),
        (FRAC_2_PI, 5),
        (FRAC_PI_2, 5),
        (FRAC_PI_3, 5),
        (FRAC_PI_4, 5),
        (FRAC_PI_6, 5),
        (LN_2, 5),
        (LN_10, 5),
        (LOG10_2, 5),
        (LOG2_10, 5),
        (LOG2_E, 5),
        (PI, 3),
        (SQRT_2, 5),
        (TAU, 3),
    ]
};

/// Returns a number that is nearly a constant of mathematics as a fraction, which has the same value.
pub(super) fn fraction(number: &str) -> Option<Expr> {
    let short = number.trim_end_matches('0');
    let (whole, decimals) = short.split_once('.')?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let is_close = |(constant, least): &(f64, usize)| {
        let digits = short.len().saturating_sub(2);
        let begins = constant.to_string().starts_with(short);
        short.len() > *least && (begins || format!("{constant:.digits$}") == short)
    };
    let (constant, _) = CONSTANTS.iter().find(|constant| is_close(constant))?;
    if short.len() > 16 {
        let name = if *constant == std::f64::consts::PI { "PI" } else { return None };
        return Some(Expr::Path(format!("std::f64::consts::{name}")));
    }
    let digits = format!("{whole}{decimals}");
    let above = format!("{}.0", digits.trim_start_matches('0'));
    let below = format!("1{}.0", "0".repeat(decimals.len()));
    let (left, right) = (boxed(Expr::Float(above)), boxed(Expr::Float(below)));
    Some(Expr::Binary { op: "/", left, right })
}
