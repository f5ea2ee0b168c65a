//! A walk over the program: what has no rule of its own is walked through.

use super::ast::{Block, Expr, Pattern, Piece, Stmt, StmtKind};

pub(crate) trait Walk {
    fn expr(&mut self, expr: &mut Expr) {
        walk_expr(self, expr);
    }

    fn block(&mut self, block: &mut Block) {
        for stmt in block {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        walk_stmt(self, stmt);
    }

    fn pattern(&mut self, pattern: &mut Pattern) {
        if let Pattern::Variant(_, inner) = pattern {
            self.pattern(inner);
        }
    }
}

pub(crate) fn walk_stmt<W: Walk + ?Sized>(walk: &mut W, stmt: &mut Stmt) {
    match &mut stmt.kind {
        StmtKind::Let { pattern, value, otherwise, .. } => {
            if let Some(value) = value {
                walk.expr(value);
            }
            if let Some(otherwise) = otherwise {
                walk.block(otherwise);
            }
            walk.pattern(pattern);
        }
        StmtKind::Assign { target, value, .. } => {
            walk.expr(value);
            walk.expr(target);
        }
        StmtKind::Expr(expr) | StmtKind::Tail(expr) | StmtKind::Return(Some(expr)) => {
            walk.expr(expr);
        }
        StmtKind::Comment(_) | StmtKind::Return(None) | StmtKind::Break | StmtKind::Continue => (),
    }
}

pub(crate) fn walk_expr<W: Walk + ?Sized>(walk: &mut W, expr: &mut Expr) {
    match expr {
        Expr::Text(_)
        | Expr::Int(_)
        | Expr::Float(_)
        | Expr::Bool(_)
        | Expr::Var(_)
        | Expr::Path(_) => (),
        Expr::Call { function: first, args } | Expr::Method { receiver: first, args, .. } => {
            walk.expr(first);
            args.iter_mut().for_each(|arg| walk.expr(arg));
        }
        Expr::Ref { value, .. }
        | Expr::Unary { value, .. }
        | Expr::Cast { value, .. }
        | Expr::Try(value) => walk.expr(value),
        Expr::Index { receiver: left, index: right }
        | Expr::Binary { left, right, .. }
        | Expr::Range { from: left, to: right, .. } => {
            walk.expr(left);
            walk.expr(right);
        }
        Expr::Format { pieces, .. } => {
            for piece in pieces {
                if let Piece::Value(value) | Piece::Formatted(value, _) = piece {
                    walk.expr(value);
                }
            }
        }
        Expr::Macro { args, .. } | Expr::Array(args) => {
            args.iter_mut().for_each(|arg| walk.expr(arg))
        }
        Expr::If { cond, then, otherwise } => {
            walk.expr(cond);
            walk.block(then);
            otherwise.iter_mut().for_each(|block| walk.block(block));
        }
        Expr::IfLet { pattern, value, then, otherwise } => {
            walk.expr(value);
            walk.pattern(pattern);
            walk.block(then);
            otherwise.iter_mut().for_each(|block| walk.block(block));
        }
        Expr::Match { value, arms } => {
            walk.expr(value);
            for (pattern, body) in arms {
                walk.pattern(pattern);
                walk.block(body);
            }
        }
        Expr::While { cond, body } => {
            walk.expr(cond);
            walk.block(body);
        }
        Expr::For { pattern, items, body } => {
            walk.expr(items);
            walk.pattern(pattern);
            walk.block(body);
        }
        Expr::Loop(body) | Expr::Block(body) | Expr::Closure { body, .. } => walk.block(body),
    }
}

/// Whether a block has nothing but comments behind a position.
pub(super) fn only_comments(stmts: &[Stmt]) -> bool {
    stmts.iter().all(|stmt| matches!(stmt.kind, StmtKind::Comment(_)))
}

/// Returns the only statement of a block that has no comments.
pub(super) fn only_stmt(block: &Block) -> Option<&StmtKind> {
    match block.as_slice() {
        [Stmt { kind: StmtKind::Comment(_), .. }] => None,
        [Stmt { kind, trailing: None, .. }] => Some(kind),
        _ => None,
    }
}
