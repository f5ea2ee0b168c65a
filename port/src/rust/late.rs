//! Variables that are declared before they have a value.

use super::ast::{Block, Expr, Function, Pattern, Stmt, StmtKind};
use super::flow::Set;
use super::reach;
use super::resolve::{Facts, number};
use super::walk::{Walk, walk_expr, walk_stmt};
use std::collections::HashMap;

/// Moves declarations without a value to the first assignment, where that is in the same block.
pub(super) fn declare_late(block: &mut Block) {
    struct Blocks;
    impl Walk for Blocks {
        fn block(&mut self, block: &mut Block) {
            block.iter_mut().for_each(|stmt| walk_stmt(self, stmt));
            declare_in(block);
        }
    }
    Blocks.block(block);
}

fn declare_in(block: &mut Block) {
    let mut waiting: HashMap<String, usize> = HashMap::new();
    let mut moved = Vec::new();
    for at in 0..block.len() {
        let Some(stmt) = block.get_mut(at) else { break };
        if !waiting.is_empty() {
            for name in mentions(stmt) {
                if let Some(from) = waiting.remove(&name) {
                    moved.push((from, at, name));
                }
            }
        }
        let Some(stmt) = block.get(at) else { break };
        if let StmtKind::Let { pattern: Pattern::Name(name), value: None, .. } = &stmt.kind {
            waiting.insert(name.clone(), at);
        }
    }
    let mut removed = Vec::new();
    for (from, to, name) in moved {
        let ty = match block.get(from).map(|stmt| &stmt.kind) {
            Some(StmtKind::Let { ty, .. }) => ty.clone(),
            _ => None,
        };
        if block.get_mut(to).is_some_and(|stmt| declare_by(stmt, &name, ty)) {
            removed.push(from);
        }
    }
    removed.sort_unstable();
    let mut at = 0;
    block.retain_mut(|stmt| {
        let remove = removed.binary_search(&at).is_ok();
        at += 1;
        match stmt.trailing.take_if(|_| remove) {
            Some(comment) => {
                stmt.kind = StmtKind::Comment(comment);
                true
            }
            None => !remove,
        }
    });
}

/// Makes an assignment a declaration: `x = v`, or an `if` or `match` whose blocks all end in one.
fn declare_by(stmt: &mut Stmt, name: &str, ty: Option<String>) -> bool {
    let is_name = |target: &Expr| matches!(target, Expr::Var(target) if target == name);
    let value = match &mut stmt.kind {
        StmtKind::Assign { target, op: "=", value } if is_name(target) => {
            if mentions_in(value).iter().any(|other| other == name) {
                return false;
            }
            std::mem::replace(value, Expr::Bool(false))
        }
        StmtKind::Expr(expr @ (Expr::If { .. } | Expr::IfLet { .. } | Expr::Match { .. })) => {
            if !ends_in_assignment(expr, name)
                || mentions_in(expr).iter().filter(|other| *other == name).count() != branches(expr)
            {
                return false;
            }
            make_values(expr);
            std::mem::replace(expr, Expr::Bool(false))
        }
        _ => return false,
    };
    let pattern = Pattern::Name(name.to_owned());
    stmt.kind = StmtKind::Let { pattern, ty, value: Some(value), otherwise: None };
    true
}

/// Returns the blocks that are alternatives.
fn alternatives(expr: &mut Expr) -> Option<Vec<&mut Block>> {
    match expr {
        Expr::If { then, otherwise: Some(otherwise), .. }
        | Expr::IfLet { then, otherwise: Some(otherwise), .. } => Some(vec![then, otherwise]),
        Expr::Match { arms, .. } => Some(arms.iter_mut().map(|(_, body)| body).collect()),
        _ => None,
    }
}

fn branches(expr: &mut Expr) -> usize {
    let Some(blocks) = alternatives(expr) else { return 0 };
    blocks
        .into_iter()
        .map(|block| match block.last_mut().map(|stmt| &mut stmt.kind) {
            Some(StmtKind::Expr(inner)) => branches(inner),
            _ => 1,
        })
        .sum()
}

fn ends_in_assignment(expr: &mut Expr, name: &str) -> bool {
    let Some(blocks) = alternatives(expr) else { return false };
    blocks.into_iter().all(|block| match block.last_mut().map(|stmt| &mut stmt.kind) {
        Some(StmtKind::Assign { target: Expr::Var(target), op: "=", .. }) => target == name,
        Some(StmtKind::Expr(inner)) => ends_in_assignment(inner, name),
        _ => false,
    })
}

fn make_values(expr: &mut Expr) {
    for block in alternatives(expr).unwrap_or_default() {
        let Some(last) = block.last_mut() else { continue };
        let value = match &mut last.kind {
            StmtKind::Assign { value, .. } => value,
            StmtKind::Expr(inner) => {
                make_values(inner);
                inner
            }
            _ => continue,
        };
        last.kind = StmtKind::Tail(std::mem::replace(value, Expr::Bool(false)));
    }
}

struct Mentions(Vec<String>);

impl Walk for Mentions {
    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Var(name) => self.0.push(name.clone()),
            _ => walk_expr(self, expr),
        }
    }
}

fn mentions(stmt: &mut Stmt) -> Vec<String> {
    let mut mentions = Mentions(Vec::new());
    mentions.stmt(stmt);
    mentions.0
}

fn mentions_in(expr: &mut Expr) -> Vec<String> {
    let mut mentions = Mentions(Vec::new());
    mentions.expr(expr);
    mentions.0
}

/// Returns which variables are assigned when they may have a value already.
pub(super) fn assigned_twice(function: &mut Function, facts: &[Facts]) -> Vec<bool> {
    let mut with_value = Set::default();
    for (at, facts) in facts.iter().enumerate() {
        if !facts.late {
            with_value.insert(at);
        }
    }
    let twice = vec![false; facts.len()];
    let mut forward = Forward { with_value, twice, loops: 0, declared_in: HashMap::new() };
    forward.block(&mut function.body);
    forward.twice
}

struct Forward {
    with_value: Set,
    twice: Vec<bool>,
    /// The number of loops and closures around.
    loops: usize,
    declared_in: HashMap<usize, usize>,
}

impl Forward {
    fn repeated(&mut self, inside: impl FnOnce(&mut Forward)) {
        self.loops += 1;
        inside(self);
        self.loops -= 1;
    }

    /// Walks through blocks of which one runs.
    fn one_of<'a>(&mut self, blocks: impl IntoIterator<Item = &'a mut Block>) {
        let before = self.with_value.clone();
        let mut after = before.clone();
        for block in blocks {
            self.with_value = before.clone();
            self.block(block);
            if !reach::block_leaves(block) {
                after.add(&self.with_value);
            }
        }
        self.with_value = after;
    }
}

impl Walk for Forward {
    fn stmt(&mut self, stmt: &mut Stmt) {
        match &mut stmt.kind {
            StmtKind::Let { pattern: Pattern::Name(name), value: None, .. } => {
                if let Some(at) = number(name) {
                    self.with_value.remove(at);
                    self.declared_in.insert(at, self.loops);
                }
            }
            StmtKind::Assign { target: Expr::Var(name), value, .. } => {
                self.expr(value);
                let Some(at) = number(name) else { return };
                let outside = self.declared_in.get(&at).is_none_or(|loops| *loops < self.loops);
                if let Some(twice) = self.twice.get_mut(at) {
                    *twice |= outside || self.with_value.contains(at);
                }
                self.with_value.insert(at);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::If { cond: value, then, otherwise }
            | Expr::IfLet { value, then, otherwise, .. } => {
                self.expr(value);
                self.one_of(std::iter::once(then).chain(otherwise.as_mut()));
            }
            Expr::Match { value, arms } => {
                self.expr(value);
                self.one_of(arms.iter_mut().map(|(_, body)| body));
            }
            Expr::While { .. } | Expr::Loop(_) | Expr::For { .. } | Expr::Closure { .. } => {
                self.repeated(|forward| walk_expr(forward, expr));
            }
            _ => walk_expr(self, expr),
        }
    }
}
