//! Ways out of several loops: `break 2`, labels. The tree leaves one loop, so a variable says to leave the next one, too.

use super::build::{assign, beside, if_then, var};
use super::walk::{inner_blocks, is_loop};
use crate::tree::{Block, Expr, Stmt, StmtKind};

/// What a reason begins with until [`resolve`] has found the loop.
const MARK: char = '\u{2}';

pub(crate) const REASON: &str = "it leaves more than one loop";

/// Where a statement leads to.
#[derive(Clone, Copy)]
enum Goal<'g> {
    /// So many loops and switches up.
    Levels(usize),
    Label(&'g str),
}

/// Returns a statement that leaves this number of loops, or goes on with the outermost of them.
pub(crate) fn levels(is_continue: bool, levels: usize) -> StmtKind {
    match (levels, is_continue) {
        (0 | 1, false) => StmtKind::Break,
        (0 | 1, true) => StmtKind::Continue,
        _ => marker(is_continue, &levels.to_string()),
    }
}

/// Returns a statement that leaves the loop with a label, or goes on with it.
pub(crate) fn to_label(is_continue: bool, label: &str) -> StmtKind {
    marker(is_continue, &format!(":{label}"))
}

fn marker(is_continue: bool, goal: &str) -> StmtKind {
    let way = if is_continue { "next" } else { "stop" };
    StmtKind::Unported(format!("{MARK}{way} {goal}"))
}

/// Finds the loop with a label for the statements that lead to it.
pub(crate) fn resolve_label(label: &str, stmt: &mut Stmt) {
    if is_loop(&stmt.kind) {
        stmt.for_each_block(&mut |body| {
            find(body, Goal::Label(label), 0, 1);
        });
    }
}

/// Returns whether a statement leaves several loops.
pub(crate) fn is_marker(kind: &StmtKind) -> bool {
    matches!(kind, StmtKind::Unported(reason) if reason.starts_with(MARK))
}

/// Returns whether a block has such a statement.
pub(crate) fn has_marker(block: &Block) -> bool {
    block.iter().any(|stmt| {
        let mut found = is_marker(&stmt.kind);
        inner_blocks(&stmt.kind, &mut |block| found |= has_marker(block));
        found
    })
}

/// Finds the loops for all statements that leave several of them. What leads nowhere is not ported.
pub(crate) fn resolve_all(block: &mut Block) {
    if has_marker(block) {
        resolve(block);
        finish(block);
    }
}

fn resolve(block: &mut Block) {
    for stmt in block.iter_mut() {
        stmt.for_each_block(&mut resolve);
        if is_loop(&stmt.kind) {
            for levels in 2..6 {
                stmt.for_each_block(&mut |body| {
                    find(body, Goal::Levels(levels), 0, 1);
                });
            }
        }
    }
}

/// Gives the statements that are left over their reason.
fn finish(block: &mut Block) {
    super::walk::stmts(block, &mut |stmt| {
        if let StmtKind::Unported(reason) = &mut stmt.kind
            && reason.starts_with(MARK)
        {
            *reason = REASON.to_owned();
        }
    });
}

/// Replaces the statements that lead to the loop around a block. Returns the variables that say so.
fn find(block: &mut Block, goal: Goal, depth: usize, level: usize) -> Vec<(String, bool)> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < block.len() {
        let place = block[at].clone();
        if let Some(is_continue) = leads(&place.kind, goal, level) {
            let leave = if is_continue { StmtKind::Continue } else { StmtKind::Break };
            if depth == 0 {
                block[at].kind = leave;
            } else {
                let name = if is_continue { "go_on" } else { "done" };
                block[at].kind = assign(name, Expr::Bool(true));
                block.insert(at + 1, beside(&place, StmtKind::Break));
                at += 1;
                all.push((name.to_owned(), is_continue));
            }
        } else if !matches!(place.kind, StmtKind::Function(_)) {
            let is_loop = is_loop(&place.kind);
            let is_level = is_loop || matches!(place.kind, StmtKind::Switch { .. });
            let mut found = Vec::new();
            block[at].for_each_block(&mut |inner| {
                let (depth, level) = (depth + usize::from(is_loop), level + usize::from(is_level));
                found.extend(find(inner, goal, depth, level));
            });
            found.sort();
            found.dedup();
            if is_loop {
                at += after_loop(block, at, depth, &found);
            }
            all.extend(found.into_iter().filter(|_| depth > 0));
        }
        at += 1;
    }
    all
}

/// Puts what follows from the variables behind a loop. Returns how many statements it has added.
fn after_loop(block: &mut Block, at: usize, depth: usize, found: &[(String, bool)]) -> usize {
    let place = block[at].clone();
    for (name, is_continue) in found {
        let leave = match (depth, is_continue) {
            (0, true) => StmtKind::Continue,
            _ => StmtKind::Break,
        };
        let leave = vec![beside(&place, leave)];
        block.insert(at + 1, beside(&place, if_then(var(name), leave)));
    }
    if depth > 0 {
        return found.len();
    }
    for (name, _) in found {
        block.insert(at, beside(&place, assign(name, Expr::Bool(false))));
    }
    2 * found.len()
}

fn leads(kind: &StmtKind, goal: Goal, level: usize) -> Option<bool> {
    let StmtKind::Unported(reason) = kind else { return None };
    let (way, written) = reason.strip_prefix(MARK)?.split_once(' ')?;
    let fits = match goal {
        Goal::Levels(levels) => levels == level && written.parse() == Ok(levels),
        Goal::Label(label) => written.strip_prefix(':') == Some(label),
    };
    fits.then_some(way == "next")
}

/// Returns whether a loop can end: its condition has a part that changes, or the loop is left.
fn can_end(cond: &Expr, body: &Block) -> bool {
    let mut names = Vec::new();
    let mut is_plain = true;
    super::walk::expr_tree(&mut cond.clone(), &mut |expr| match expr {
        Expr::Var(name) => names.push(name.clone()),
        Expr::Int(_) | Expr::Text(_) | Expr::Bool(_) | Expr::Float(_) | Expr::Null => {}
        Expr::Binary { .. } | Expr::Unary { .. } => {}
        _ => is_plain = false,
    });
    if !is_plain || names.is_empty() || super::walk::changes(body, &names) {
        return true;
    }
    let mut calls = false;
    super::walk::exprs(&mut body.clone(), &mut |expr| {
        calls |= matches!(expr, Expr::Call { .. } | Expr::Unported { .. } | Expr::Lambda { .. });
    });
    calls || leaves(body)
}

/// Returns whether a block has a statement that leaves it, or one that is not understood.
fn leaves(block: &Block) -> bool {
    block.iter().any(|stmt| {
        use StmtKind::{Continue, Unported};
        let mut found = matches!(stmt.kind, Unported(_))
            || super::walk::leaves(&stmt.kind) && stmt.kind != Continue;
        inner_blocks(&stmt.kind, &mut |block| found |= leaves(block));
        found
    })
}

/// Makes loops that nothing ends what is not ported: their step is in lines that the page does not have.
pub(crate) fn drop_endless(block: &mut Block) {
    for stmt in block {
        stmt.for_each_block(&mut drop_endless);
        if let StmtKind::While { cond, body } = &stmt.kind
            && !can_end(cond, body)
        {
            let reason = "nothing in this loop changes its condition; a line is missing";
            stmt.kind = StmtKind::Unported(reason.to_owned());
        }
    }
}
