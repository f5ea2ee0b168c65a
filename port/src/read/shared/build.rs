//! Constructors of expressions and statements.

use crate::tree::{BinaryOp, Block, Builtin, Expr, Stmt, StmtKind, Target, UnaryOp};

pub(crate) fn text(value: impl Into<String>) -> Expr {
    Expr::Text(value.into())
}

pub(crate) fn var(name: impl Into<String>) -> Expr {
    Expr::Var(name.into())
}

pub(crate) fn builtin(function: Builtin, args: Vec<Expr>) -> Expr {
    Expr::Builtin { function, args }
}

pub(crate) fn call(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Call { name: name.to_owned(), args }
}

pub(crate) fn method(object: Expr, name: impl Into<String>, args: Vec<Expr>) -> Expr {
    Expr::Method { object: Box::new(object), name: name.into(), args }
}

pub(crate) fn property(object: Expr, name: impl Into<String>) -> Expr {
    Expr::Property { object: Box::new(object), name: name.into() }
}

pub(crate) fn index(object: Expr, index: Expr) -> Expr {
    Expr::Index { object: Box::new(object), index: Box::new(index) }
}

pub(crate) fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    Expr::Binary { op, left: Box::new(left), right: Box::new(right) }
}

pub(crate) fn not(value: Expr) -> Expr {
    Expr::Unary { op: UnaryOp::Not, value: Box::new(value) }
}

/// Negates a number. That of a literal is a literal.
pub(crate) fn minus(value: Expr) -> Expr {
    match value {
        Expr::Int(number) => Expr::Int(number.wrapping_neg()),
        Expr::Float(number) => Expr::Float(format!("-{number}")),
        value => Expr::Unary { op: UnaryOp::Minus, value: Box::new(value) },
    }
}

pub(crate) fn choice(cond: Expr, yes: Expr, no: Expr) -> Expr {
    Expr::Choice { cond: Box::new(cond), yes: Box::new(yes), no: Box::new(no) }
}

pub(crate) fn assign(name: &str, value: Expr) -> StmtKind {
    StmtKind::Assign { target: Target::Var(name.to_owned()), value }
}

/// Returns a statement at lines of the script.
pub(crate) fn at(line: usize, end_line: usize, kind: StmtKind) -> Stmt {
    Stmt { line, end_line, blank_before: false, trailing: None, kind }
}

/// Returns the opposite of a condition.
pub(crate) fn opposite(value: Expr) -> Expr {
    match value {
        Expr::Binary { op: BinaryOp::Eq, left, right } => {
            Expr::Binary { op: BinaryOp::Ne, left, right }
        }
        Expr::Binary { op: BinaryOp::Ne, left, right } => {
            Expr::Binary { op: BinaryOp::Eq, left, right }
        }
        // A number of items.
        Expr::Binary { op: BinaryOp::Gt, left, right }
            if *right == Expr::Int(0) && is_count(&left) =>
        {
            Expr::Binary { op: BinaryOp::Eq, left, right }
        }
        Expr::Unary { op: UnaryOp::Not, value } => *value,
        Expr::Bool(value) => Expr::Bool(!value),
        // An argument that is not given.
        Expr::Builtin { function: Builtin::Arg, mut args } if args.len() == 1 => {
            binary(BinaryOp::Le, builtin(Builtin::ArgCount, Vec::new()), args.remove(0))
        }
        value => Expr::Unary { op: UnaryOp::Not, value: Box::new(value) },
    }
}

fn is_count(value: &Expr) -> bool {
    matches!(value, Expr::Builtin { function: Builtin::Length | Builtin::ArgCount, .. })
}

pub(crate) fn if_then(cond: Expr, then: Block) -> StmtKind {
    StmtKind::If { branches: vec![(cond, then)], otherwise: None }
}

/// Returns a statement that has no line of its own: it is at the place of another.
pub(crate) fn beside(place: &Stmt, kind: StmtKind) -> Stmt {
    Stmt { kind, blank_before: false, trailing: None, ..place.clone() }
}

/// Returns an item, from the end for a negative position.
pub(crate) fn from_end(list: Expr, position: Expr) -> Expr {
    match position {
        Expr::Int(position) if position < 0 => {
            let length = builtin(Builtin::Length, vec![list.clone()]);
            index(list, binary(BinaryOp::Sub, length, Expr::Int(-position)))
        }
        position => index(list, position),
    }
}

/// Returns `ENV["X"] || "default"` and `ARGV[0] || "default"`.
pub(crate) fn with_default(terms: &mut Vec<Expr>) -> Option<Expr> {
    let Some(Expr::Builtin { function, args }) = terms.first_mut() else { return None };
    match (*function, args.as_slice()) {
        (Builtin::Env, [_] | [_, Expr::Text(_)])
            if args.get(1).is_none_or(|default| *default == text("")) =>
        {
            let mut args = std::mem::take(args);
            args.truncate(1);
            args.extend(terms.pop());
            Some(builtin(Builtin::Env, args))
        }
        (Builtin::Arg, [position]) => {
            let count = builtin(Builtin::ArgCount, Vec::new());
            let cond = binary(BinaryOp::Gt, count, position.clone());
            let default = terms.pop()?;
            Some(choice(cond, terms.pop()?, default))
        }
        _ => None,
    }
}

/// Returns a whole number in the notations `1_000`, `0x1F`, `0b1`, `0o7`.
pub(crate) fn int(source: &str) -> Option<Expr> {
    let digits = source.replace('_', "").to_ascii_lowercase();
    let (radix, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        _ => (10, digits.as_str()),
    };
    i64::from_str_radix(digits, radix).ok().map(Expr::Int)
}

/// Reads a whole number in the notations of the C family: `1_000`, `0x1F`, `0b1`, `0o7`. Others are floats.
pub(crate) fn number(written: &str) -> Expr {
    let plain = written.replace('_', "").to_ascii_lowercase();
    let plain = plain.trim_end_matches(['n', 'l']);
    let radix = [("0x", 16), ("0b", 2), ("0o", 8)];
    let whole =
        match radix.iter().find_map(|(sign, radix)| Some((plain.strip_prefix(sign)?, radix))) {
            Some((digits, radix)) => i64::from_str_radix(digits, *radix).ok(),
            None => plain.parse().ok(),
        };
    match whole {
        Some(whole) => Expr::Int(whole),
        None => Expr::Float(plain.to_owned()),
    }
}
