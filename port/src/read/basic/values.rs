//! Expressions made of others.

use super::builtins;
use crate::tree::{BinaryOp, Builtin, Expr, Hint, UnaryOp};

pub(super) fn choice(cond: Expr, yes: Expr, no: Expr) -> Expr {
    Expr::Choice { cond: Box::new(cond), yes: Box::new(yes), no: Box::new(no) }
}

pub(super) fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    Expr::Binary { op, left: Box::new(left), right: Box::new(right) }
}

/// Returns whether a value is text, whatever its variables hold.
pub(super) fn is_text(expr: &Expr) -> bool {
    match expr {
        Expr::Text(_) | Expr::Concat(_) => true,
        Expr::Choice { yes, no, .. } => is_text(yes) || is_text(no),
        Expr::Builtin { function, .. } => matches!(
            function,
            Builtin::ToText
                | Builtin::Env
                | Builtin::Upper
                | Builtin::Lower
                | Builtin::Trim
                | Builtin::Replace
                | Builtin::Substring
                | Builtin::Join
        ),
        _ => false,
    }
}

/// `a + b` before a text is a concatenation, too.
pub(super) fn unfold_sum(expr: Expr) -> Expr {
    let mut parts = Vec::new();
    let mut rest = expr;
    while let Expr::Binary { op: BinaryOp::Add, left, right } = rest {
        parts.push(*right);
        rest = *left;
    }
    if parts.is_empty() || parts.iter().any(|part| matches!(part, Expr::Int(_))) {
        return parts.into_iter().rev().fold(rest, |sum, part| binary(BinaryOp::Add, sum, part));
    }
    parts.push(rest);
    parts.reverse();
    Expr::Concat(parts)
}

/// Returns texts and other values one after another, flat, with neighbouring literals as one.
pub(super) fn join(parts: Vec<Expr>) -> Expr {
    let mut flat: Vec<Expr> = Vec::new();
    let mut parts = parts.into_iter();
    if let Some(Expr::Concat(first)) = parts.as_slice().first() {
        // The left side of a long chain is extended, not copied.
        flat.reserve(first.len() + 1);
    }
    let add = |flat: &mut Vec<Expr>, part: Expr| match (flat.last_mut(), part) {
        (Some(Expr::Text(last)), Expr::Text(text)) => last.push_str(&text),
        (_, Expr::Text(text)) if text.is_empty() => {}
        (_, part) => flat.push(part),
    };
    if let Some(first) = parts.next() {
        match first {
            Expr::Concat(inner) => flat = inner,
            first => add(&mut flat, first),
        }
    }
    for part in parts {
        match part {
            Expr::Concat(inner) => inner.into_iter().for_each(|part| add(&mut flat, part)),
            part => add(&mut flat, part),
        }
    }
    match flat.len() {
        0 => Expr::Text(String::new()),
        1 if is_text(&flat[0]) => flat.remove(0),
        _ => Expr::Concat(flat),
    }
}

/// Compares two values. A position that is compared with 0 says whether the text is there.
pub(super) fn compare(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    if let (Expr::Call { name, args }, Expr::Text(kind)) = (&left, &right)
        && name == builtins::KIND
        && let Some(value) = args.first()
    {
        let is_object = binary(BinaryOp::Ne, value.clone(), Expr::Null);
        return match kind.eq_ignore_ascii_case("O") == (op == BinaryOp::Eq) {
            true => is_object,
            false => negate(is_object),
        };
    }
    if right == Expr::Int(0)
        && let Expr::Binary { op: BinaryOp::Add, left: found, right: one } = &left
        && let Expr::Builtin { function: Builtin::IndexOf, args } = &**found
        && **one == Expr::Int(1)
    {
        let contains = Expr::Builtin { function: Builtin::Contains, args: args.clone() };
        return if op == BinaryOp::Eq { negate(contains) } else { contains };
    }
    binary(op, left, right)
}

/// Returns a condition: a number is true if it is not 0.
pub(super) fn truth(expr: Expr) -> Expr {
    match expr {
        Expr::Int(number) => Expr::Bool(number != 0),
        Expr::Binary { op: BinaryOp::Add, .. } => {
            let as_position = compare(BinaryOp::Gt, expr.clone(), Expr::Int(0));
            let is_position = matches!(as_position, Expr::Builtin { .. });
            if is_position { as_position } else { expr }
        }
        Expr::Builtin {
            function: Builtin::Length | Builtin::ToInt | Builtin::ParseInt, ..
        } => compare(BinaryOp::Ne, expr, Expr::Int(0)),
        expr => expr,
    }
}

/// Returns the opposite of a condition.
pub(super) fn negate(expr: Expr) -> Expr {
    match expr {
        Expr::Unary { op: UnaryOp::Not, value } => *value,
        Expr::Bool(value) => Expr::Bool(!value),
        Expr::Binary { op: BinaryOp::Eq, left, right } => {
            Expr::Binary { op: BinaryOp::Ne, left, right }
        }
        Expr::Binary { op: BinaryOp::Ne, left, right } => {
            Expr::Binary { op: BinaryOp::Eq, left, right }
        }
        value => Expr::Unary { op: UnaryOp::Not, value: Box::new(value) },
    }
}

/// Returns the type that a value has in itself.
pub(super) fn type_of(expr: &Expr) -> Hint {
    match expr {
        _ if is_text(expr) => Hint::Text,
        Expr::Int(_) => Hint::Int,
        Expr::Float(_) => Hint::Float,
        Expr::Bool(_) => Hint::Bool,
        Expr::New(class) => Hint::Object(class.clone()),
        Expr::List(items) => Hint::List(Box::new(items.first().map(type_of).unwrap_or_default())),
        Expr::Map(_) => Hint::Map(Box::default()),
        Expr::Builtin { function, .. } => match function {
            Builtin::Split => Hint::List(Box::new(Hint::Text)),
            Builtin::ToInt | Builtin::ParseInt | Builtin::Length | Builtin::IndexOf => Hint::Int,
            Builtin::Replace | Builtin::Join | Builtin::Substring => Hint::Text,
            _ => Hint::Unknown,
        },
        _ => Hint::Unknown,
    }
}
