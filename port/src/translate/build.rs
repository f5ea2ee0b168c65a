//! Short ways to write parts of the Rust program.

use crate::rust::ast::{Block, Expr, Pattern, Piece, Stmt, StmtKind};

pub(super) fn var(name: &str) -> Expr {
    Expr::Var(name.to_owned())
}

pub(super) fn path(name: &str) -> Expr {
    Expr::Path(name.to_owned())
}

pub(super) fn text(text: &str) -> Expr {
    Expr::Text(text.to_owned())
}

pub(super) fn call(function: &str, args: Vec<Expr>) -> Expr {
    Expr::Call { function: Box::new(path(function)), args }
}

pub(super) fn method(receiver: Expr, name: &str, args: Vec<Expr>) -> Expr {
    Expr::Method { receiver: Box::new(receiver), name: name.to_owned(), args, mutates: false }
}

pub(super) fn changing(receiver: Expr, name: &str, args: Vec<Expr>) -> Expr {
    Expr::Method { receiver: Box::new(receiver), name: name.to_owned(), args, mutates: true }
}

pub(super) fn reference(value: Expr) -> Expr {
    Expr::Ref { mutable: false, value: Box::new(value) }
}

pub(super) fn mutable(value: Expr) -> Expr {
    Expr::Ref { mutable: true, value: Box::new(value) }
}

pub(super) fn unary(op: &'static str, value: Expr) -> Expr {
    Expr::Unary { op, value: Box::new(value) }
}

pub(super) fn binary(op: &'static str, left: Expr, right: Expr) -> Expr {
    Expr::Binary { op, left: Box::new(left), right: Box::new(right) }
}

pub(super) fn cast(value: Expr, ty: &str) -> Expr {
    Expr::Cast { value: Box::new(value), ty: ty.to_owned() }
}

pub(super) fn closure(params: &[&str], body: Expr) -> Expr {
    let params = params.iter().map(|&param| param.to_owned()).collect();
    Expr::Closure { params, body: vec![tail(body)] }
}

pub(super) fn format(name: &'static str, pieces: Vec<Piece>) -> Expr {
    Expr::Format { name, pieces }
}

pub(super) fn stmt(kind: StmtKind) -> Stmt {
    Stmt { kind, blank_before: false, trailing: None }
}

pub(super) fn run(expr: Expr) -> Stmt {
    stmt(StmtKind::Expr(expr))
}

pub(super) fn tail(expr: Expr) -> Stmt {
    stmt(StmtKind::Tail(expr))
}

pub(super) fn comment(text: &str) -> Stmt {
    stmt(StmtKind::Comment(text.to_owned()))
}

pub(super) fn bind(name: &str, value: Expr) -> Stmt {
    bind_as(Pattern::Name(name.to_owned()), None, value)
}

pub(super) fn bind_as(pattern: Pattern, ty: Option<String>, value: Expr) -> Stmt {
    stmt(StmtKind::Let { pattern, ty, value: Some(value), otherwise: None })
}

/// `Ok(name)` and its like.
pub(super) fn variant(variant: &'static str, name: Option<&str>) -> Pattern {
    let inner = name.map_or(Pattern::Ignored, |name| Pattern::Name(name.to_owned()));
    Pattern::Variant(variant, Box::new(inner))
}

/// Returns the opposite of a condition, as Rust programs write it.
pub(super) fn negated(cond: Expr) -> Expr {
    match cond {
        Expr::Bool(value) => Expr::Bool(!value),
        Expr::Unary { op: "!", value } => *value,
        Expr::Binary { op, left, right } => {
            let opposite = match op {
                "==" => "!=",
                "!=" => "==",
                "<" => ">=",
                "<=" => ">",
                ">" => "<=",
                ">=" => "<",
                "&&" | "||" => {
                    let op = if op == "&&" { "||" } else { "&&" };
                    return binary(op, negated(*left), negated(*right));
                }
                _ => return unary("!", Expr::Binary { op, left, right }),
            };
            Expr::Binary { op: opposite, left, right }
        }
        Expr::Method { receiver, name, args, mutates } => {
            let opposite = match &*name {
                "is_ok" => "is_err",
                "is_err" => "is_ok",
                "is_some" => "is_none",
                "is_none" => "is_some",
                _ => return unary("!", Expr::Method { receiver, name, args, mutates }),
            };
            Expr::Method { receiver, name: opposite.to_owned(), args, mutates }
        }
        other => unary("!", other),
    }
}

/// Returns whether an expression uses a variable.
pub(super) fn mentions(expr: &Expr, name: &str) -> bool {
    super::needs::reads(&[run(expr.clone())], name)
}

/// Returns whether nothing behind a block in the program runs after it.
pub(super) fn leaves(block: &[Stmt]) -> bool {
    block.iter().any(|stmt| match &stmt.kind {
        StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue => true,
        StmtKind::Expr(expr) | StmtKind::Tail(expr) => never_ends(expr),
        StmtKind::Let { value: Some(value), .. } => never_ends(value),
        _ => false,
    })
}

/// Returns whether nothing behind an expression runs after it.
pub(super) fn never_ends(expr: &Expr) -> bool {
    match expr {
        Expr::Call { function, .. } => **function == path("std::process::exit"),
        Expr::Format { name, .. } => matches!(*name, "panic" | "todo"),
        Expr::If { then, otherwise: Some(otherwise), .. }
        | Expr::IfLet { then, otherwise: Some(otherwise), .. } => leaves(then) && leaves(otherwise),
        Expr::Match { arms, .. } => !arms.is_empty() && arms.iter().all(|(_, arm)| leaves(arm)),
        Expr::Block(block) => leaves(block),
        Expr::Loop(block) => !breaks(block),
        _ => false,
    }
}

/// Returns whether a loop's body leaves the loop by `break`.
fn breaks(block: &Block) -> bool {
    block.iter().any(|stmt| match &stmt.kind {
        StmtKind::Break => true,
        StmtKind::Expr(expr) | StmtKind::Tail(expr) => expr_breaks(expr),
        StmtKind::Let { value, otherwise, .. } => {
            value.as_ref().is_some_and(expr_breaks) || otherwise.as_ref().is_some_and(breaks)
        }
        StmtKind::Assign { value, .. } => expr_breaks(value),
        _ => false,
    })
}

fn expr_breaks(expr: &Expr) -> bool {
    match expr {
        Expr::If { then, otherwise, .. } | Expr::IfLet { then, otherwise, .. } => {
            breaks(then) || otherwise.as_ref().is_some_and(breaks)
        }
        Expr::Match { arms, .. } => arms.iter().any(|(_, arm)| breaks(arm)),
        Expr::Block(block) => breaks(block),
        _ => false,
    }
}
