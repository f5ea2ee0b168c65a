//! Loops, and what is never reached.

use super::walk::{
    Part, Use, blocks_in, breaks, continues, is_literal, names_of_expr, names_of_stmt, parts,
    replace_continues, stmt_at, stmt_leaves,
};
use crate::tree::{BinaryOp, Block, Builtin, Expr, Stmt, StmtKind, Target, UnaryOp};
use std::collections::{HashMap, HashSet};

/// Writes loops with the condition at the end as endless ones that end by `break`.
pub(super) fn lower(script: &mut Block) {
    let mut lower = |block: &mut Block| {
        for stmt in block {
            let place = stmt_at(stmt, StmtKind::Boilerplate);
            let StmtKind::DoWhile { body, cond } = &mut stmt.kind else { continue };
            let mut body = std::mem::take(body);
            let cond = std::mem::replace(cond, Expr::Null);
            let last = |line: &Stmt, yes: Option<Stmt>| {
                let leave = vec![stmt_at(line, StmtKind::Break)];
                let kind = match yes {
                    Some(yes) => {
                        StmtKind::If { branches: vec![(cond.clone(), vec![yes])], otherwise: Some(leave) }
                    }
                    None => StmtKind::If { branches: vec![(negated(&cond), leave)], otherwise: None },
                };
                stmt_at(line, kind)
            };
            replace_continues(&mut body, &|stmt| vec![last(stmt, Some(stmt.clone()))]);
            if cond != Expr::Bool(true) {
                body.push(last(&place, None));
            }
            stmt.kind = StmtKind::While { cond: Expr::Bool(true), body };
        }
    };
    blocks_in(script, &mut lower);
    lower(script);
}

/// Returns the opposite of a condition.
pub(super) fn negated(cond: &Expr) -> Expr {
    let opposite = |op: &BinaryOp| {
        Some(match op {
            BinaryOp::Eq => BinaryOp::Ne,
            BinaryOp::Ne => BinaryOp::Eq,
            BinaryOp::Lt => BinaryOp::Ge,
            BinaryOp::Ge => BinaryOp::Lt,
            BinaryOp::Gt => BinaryOp::Le,
            BinaryOp::Le => BinaryOp::Gt,
            _ => return None,
        })
    };
    match cond {
        Expr::Unary { op: UnaryOp::Not, value } => (**value).clone(),
        Expr::Bool(value) => Expr::Bool(!value),
        Expr::Binary { op, left, right } => match opposite(op) {
            Some(op) => Expr::Binary { op, left: left.clone(), right: right.clone() },
            None => Expr::Unary { op: UnaryOp::Not, value: Box::new(cond.clone()) },
        },
        cond => Expr::Unary { op: UnaryOp::Not, value: Box::new(cond.clone()) },
    }
}

/// Replaces what is never reached.
pub(super) fn unreachable(script: &mut Block) {
    blocks_in(script, &mut cut);
    cut(script);
}

fn cut(block: &mut Block) {
    let Some(end) = block.iter().position(stmt_leaves).map(|at| at + 1) else { return };
    let mut rest = block.split_off(end).into_iter().peekable();
    while let Some(stmt) = rest.next() {
        match &stmt.kind {
            StmtKind::Function(_) | StmtKind::Comment(_) | StmtKind::Unported(_) => block.push(stmt),
            StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Return(_)
            | StmtKind::Exit(_)
            | StmtKind::Dispose(_)
            | StmtKind::Boilerplate
            | StmtKind::Declare { value: None, .. } => {}
            _ => {
                let mut cut = stmt_at(&stmt, StmtKind::Unported("this is never reached".to_owned()));
                cut.blank_before = stmt.blank_before;
                let is_code = |next: &Stmt| {
                    !matches!(next.kind, StmtKind::Function(_) | StmtKind::Unported(_))
                };
                while let Some(next) = rest.next_if(is_code) {
                    cut.end_line = cut.end_line.max(next.end_line);
                }
                block.push(cut);
            }
        }
    }
}

