//! Searches and replacements in a part of a program, by the names that are written there.

use super::ast::{Block, Expr, Pattern, Stmt, StmtKind};
use super::walk::{Walk, walk_expr, walk_stmt};

/// What `rewrite` does with an expression.
type Change<'f> = &'f mut dyn FnMut(&mut Expr) -> bool;

struct Rewrite<'f>(Change<'f>);

impl Walk for Rewrite<'_> {
    fn expr(&mut self, expr: &mut Expr) {
        if !(self.0)(expr) {
            walk_expr(self, expr);
        }
    }
}

/// Calls `change` with the expressions of a block, the outer ones first. It returns true for one whose parts are done.
pub(super) fn in_block(block: &mut Block, change: Change) {
    Rewrite(change).block(block);
}

pub(super) fn in_expr(expr: &mut Expr, change: Change) {
    Rewrite(change).expr(expr);
}

pub(super) fn in_stmts(stmts: &mut [Stmt], change: Change) {
    let mut rewrite = Rewrite(change);
    stmts.iter_mut().for_each(|stmt| rewrite.stmt(stmt));
}

pub(super) fn is_var(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Var(var) if var == name)
}

pub(super) fn renamed(block: &mut Block, old: &str, new: &str) {
    in_block(block, &mut |expr| {
        if is_var(expr, old) {
            *expr = Expr::Var(new.to_owned());
        }
        false
    });
}

/// Returns how often a variable is named.
pub(super) fn count(expr: &mut Expr, name: &str) -> usize {
    let mut count = 0;
    in_expr(expr, &mut |expr| {
        count += usize::from(is_var(expr, name));
        false
    });
    count
}

pub(super) fn count_in(stmts: &mut [Stmt], name: &str) -> usize {
    let mut count = 0;
    in_stmts(stmts, &mut |expr| {
        count += usize::from(is_var(expr, name));
        false
    });
    count
}

struct Names<'n> {
    name: &'n str,
    /// How often it is declared.
    declared: usize,
    /// Whether it is assigned, or may be changed.
    changed: bool,
    /// Whether there is `?`, a `return` or another jump.
    leaves: bool,
}

impl Names<'_> {
    fn declares(&mut self, text: &str) {
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        self.declared += usize::from(words.any(|word| word == self.name));
    }
}

impl Walk for Names<'_> {
    fn pattern(&mut self, pattern: &mut Pattern) {
        match pattern {
            Pattern::Name(text) | Pattern::Other(text) => {
                let text = text.clone();
                self.declares(&text);
            }
            Pattern::Variant(_, inner) => self.pattern(inner),
            Pattern::Ignored => {}
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        match &stmt.kind {
            StmtKind::Assign { target, .. } => self.changed |= root(target) == Some(self.name),
            StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue => self.leaves = true,
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Method { receiver, mutates: true, .. }
            | Expr::Ref { mutable: true, value: receiver } => {
                self.changed |= root(receiver) == Some(self.name);
            }
            Expr::Try(_) => self.leaves = true,
            Expr::Closure { params, .. } => {
                params.clone().iter().for_each(|param| self.declares(param));
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// Returns the variable that a place is in.
fn root(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Var(name) => Some(name),
        Expr::Index { receiver, .. } => root(receiver),
        Expr::Method { receiver, mutates: true, .. } => root(receiver),
        Expr::Unary { op: "*", value } => root(value),
        _ => None,
    }
}

/// What happens to a variable.
pub(super) struct Fate {
    pub(super) declared: usize,
    pub(super) changed: bool,
    pub(super) leaves: bool,
}

fn fate(name: &str, walk: impl FnOnce(&mut Names)) -> Fate {
    let mut names = Names { name, declared: 0, changed: false, leaves: false };
    walk(&mut names);
    Fate { declared: names.declared, changed: names.changed, leaves: names.leaves }
}

/// Returns what happens to a variable in a block.
pub(super) fn fate_in(block: &mut [Stmt], name: &str) -> Fate {
    fate(name, |names| block.iter_mut().for_each(|stmt| names.stmt(stmt)))
}

pub(super) fn fate_in_expr(expr: &mut Expr, name: &str) -> Fate {
    fate(name, |names| names.expr(expr))
}
