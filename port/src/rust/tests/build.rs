//! Short ways to write programs.

use super::super::ast::{Block, Expr, Function, Pattern, Piece, Stmt, StmtKind};

pub(super) fn stmt(kind: StmtKind) -> Stmt {
    Stmt { kind, blank_before: false, trailing: None }
}

pub(super) fn blank(mut stmt: Stmt) -> Stmt {
    stmt.blank_before = true;
    stmt
}

pub(super) fn var(name: &str) -> Expr {
    Expr::Var(name.to_owned())
}

pub(super) fn text(text: &str) -> Expr {
    Expr::Text(text.to_owned())
}

pub(super) fn path(path: &str) -> Expr {
    Expr::Path(path.to_owned())
}

pub(super) fn call(function: &str, args: Vec<Expr>) -> Expr {
    Expr::Call { function: Box::new(path(function)), args }
}

pub(super) fn method(receiver: Expr, name: &str, args: Vec<Expr>) -> Expr {
    Expr::Method { receiver: Box::new(receiver), name: name.to_owned(), args, mutates: false }
}

pub(super) fn changing(receiver: &str, name: &str, args: Vec<Expr>) -> Stmt {
    run(Expr::Method {
        receiver: Box::new(var(receiver)),
        name: name.to_owned(),
        args,
        mutates: true,
    })
}

pub(super) fn reference(value: Expr) -> Expr {
    Expr::Ref { mutable: false, value: Box::new(value) }
}

pub(super) fn binary(op: &'static str, left: Expr, right: Expr) -> Expr {
    Expr::Binary { op, left: Box::new(left), right: Box::new(right) }
}

pub(super) fn run(expr: Expr) -> Stmt {
    stmt(StmtKind::Expr(expr))
}

pub(super) fn tail(expr: Expr) -> Stmt {
    stmt(StmtKind::Tail(expr))
}

pub(super) fn bind(name: &str, value: Expr) -> Stmt {
    let pattern = Pattern::Name(name.to_owned());
    stmt(StmtKind::Let { pattern, ty: None, value: Some(value), otherwise: None })
}

pub(super) fn assign(name: &str, value: Expr) -> Stmt {
    stmt(StmtKind::Assign { target: var(name), op: "=", value })
}

pub(super) fn format(name: &'static str, pieces: Vec<Piece>) -> Expr {
    Expr::Format { name, pieces }
}

pub(super) fn say(name: &'static str, line: &str) -> Stmt {
    run(format(name, vec![Piece::Text(line.to_owned())]))
}

pub(super) fn say_value(name: &'static str, value: Expr) -> Stmt {
    run(format(name, vec![Piece::Value(value)]))
}

pub(super) fn if_(cond: Expr, then: Block, otherwise: Option<Block>) -> Expr {
    Expr::If { cond: Box::new(cond), then, otherwise }
}

pub(super) fn exit() -> Stmt {
    run(call("std::process::exit", vec![Expr::Int(1)]))
}

pub(super) fn variant(name: &'static str, inner: &str) -> Pattern {
    Pattern::Variant(name, Box::new(Pattern::Name(inner.to_owned())))
}

pub(super) fn function(
    name: &str,
    params: &[(&str, &str)],
    returns: Option<&str>,
    body: Block,
) -> Function {
    let owned = |(name, ty): &(&str, &str)| ((*name).to_owned(), (*ty).to_owned());
    Function {
        comments: Vec::new(),
        name: name.to_owned(),
        params: params.iter().map(owned).collect(),
        returns: returns.map(str::to_owned),
        body,
    }
}

pub(super) fn print_var(name: &str) -> Stmt {
    say_value("println", var(name))
}
