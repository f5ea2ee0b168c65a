//! Walks through what a reader has made.

use super::build::{assign, var};
use super::leave;
use crate::tree::{Block, Builtin, Expr, Stmt, StmtKind, Target};

/// Calls a function for every expression in a block, the innermost first.
pub(crate) fn exprs(block: &mut Block, change: &mut dyn FnMut(&mut Expr)) {
    for stmt in block {
        stmt.for_each_expr(&mut |expr| expr_tree(expr, change));
        stmt.for_each_block(&mut |block| exprs(block, change));
    }
}

/// Calls a function for every expression of a statement, the innermost first.
pub(crate) fn stmt_exprs(stmt: &mut Stmt, change: &mut dyn FnMut(&mut Expr)) {
    stmt.for_each_expr(&mut |expr| expr_tree(expr, change));
    stmt.for_each_block(&mut |block| exprs(block, change));
}

pub(crate) fn expr_tree(expr: &mut Expr, change: &mut dyn FnMut(&mut Expr)) {
    if let Expr::Lambda { body, .. } = expr {
        exprs(body, change);
    }
    expr.for_each_child(&mut |child| expr_tree(child, change));
    change(expr);
}

/// Calls a function for every variable that is assigned.
pub(crate) fn targets(block: &mut Block, change: &mut dyn FnMut(&mut String)) {
    for stmt in block {
        match &mut stmt.kind {
            StmtKind::Assign { target: Target::Var(name), .. }
            | StmtKind::Declare { name, .. }
            | StmtKind::For { name, .. }
            | StmtKind::ForEach { name, .. } => change(name),
            _ => {}
        }
        stmt.for_each_block(&mut |block| targets(block, change));
    }
}

/// Calls `visit` for each statement, the outer ones first.
pub(crate) fn stmts(block: &mut Block, visit: &mut dyn FnMut(&mut Stmt)) {
    for stmt in block {
        visit(stmt);
        stmt.for_each_block(&mut |block| stmts(block, visit));
    }
}

/// Returns whether values use a variable.
pub(crate) fn values_use(values: &[Expr], name: &str) -> bool {
    let mut found = false;
    for value in values {
        expr_tree(&mut value.clone(), &mut |expr| {
            found |= matches!(expr, Expr::Var(used) if used == name);
        });
    }
    found
}

/// Returns whether a block uses a variable.
pub(crate) fn uses(block: &Block, name: &str) -> bool {
    let mut block = block.clone();
    let mut found = false;
    exprs(&mut block, &mut |expr| found |= matches!(expr, Expr::Var(used) if used == name));
    found
}

/// Gives a list that was made in a loop before the statement the name of the variable that it is assigned to.
/// Returns whether it has it.
pub(crate) fn name_list(before: &mut Block, value: &Expr, target: &str) -> bool {
    let Expr::Var(list) = value else { return false };
    let place = before.iter().rposition(|stmt| stmt.kind == assign(list, Expr::List(Vec::new())));
    let Some(place) = place else { return false };
    let mut made = before.split_off(place);
    let mut is_used = false;
    exprs(&mut made, &mut |expr| is_used |= matches!(expr, Expr::Var(name) if name == target));
    if !is_used {
        exprs(&mut made, &mut |expr| {
            if expr == value {
                *expr = var(target);
            }
        });
        targets(&mut made, &mut |name| {
            if name == list {
                *name = target.to_owned();
            }
        });
    }
    before.append(&mut made);
    !is_used
}

/// Calls `visit` for each block directly inside a statement.
pub(crate) fn inner_blocks<'t>(kind: &'t StmtKind, visit: &mut dyn FnMut(&'t Block)) {
    match kind {
        StmtKind::If { branches, otherwise } => {
            branches.iter().for_each(|(_, block)| visit(block));
            otherwise.iter().for_each(visit);
        }
        StmtKind::While { body, .. }
        | StmtKind::DoWhile { body, .. }
        | StmtKind::For { body, .. }
        | StmtKind::ForEach { body, .. } => visit(body),
        StmtKind::Switch { cases, otherwise, .. } => {
            cases.iter().for_each(|(_, block)| visit(block));
            otherwise.iter().for_each(visit);
        }
        StmtKind::Try { body, catch, finally } => {
            visit(body);
            catch.iter().for_each(|catch| visit(&catch.body));
            visit(finally);
        }
        StmtKind::Function(function) => visit(&function.body),
        _ => {}
    }
}

pub(crate) fn is_loop(kind: &StmtKind) -> bool {
    use StmtKind::{DoWhile, For, ForEach, While};
    matches!(kind, While { .. } | DoWhile { .. } | For { .. } | ForEach { .. })
}

/// Returns whether nothing runs behind a statement in its block.
pub(crate) fn leaves(kind: &StmtKind) -> bool {
    use StmtKind::{Break, Continue, Exit, Return, Throw};
    matches!(kind, Break | Continue | Return(_) | Exit(_) | Throw(_)) || leave::is_marker(kind)
}

/// Returns whether a `break` leaves what is around the block.
pub(crate) fn breaks(block: &Block) -> bool {
    block.iter().any(|stmt| match &stmt.kind {
        StmtKind::Break => true,
        StmtKind::Switch { .. } | StmtKind::Function(_) => false,
        kind if is_loop(kind) => false,
        kind => {
            let mut found = false;
            inner_blocks(kind, &mut |block| found |= breaks(block));
            found
        }
    })
}

/// Returns the variables of an expression.
pub(crate) fn names(expr: &Expr) -> Vec<String> {
    let mut names = Vec::new();
    expr_tree(&mut expr.clone(), &mut |expr| {
        if let Expr::Var(name) = expr {
            names.push(name.clone());
        }
    });
    names
}

/// Returns whether a block assigns one of the variables, or adds an item to one.
pub(crate) fn changes(block: &Block, names: &[String]) -> bool {
    block.iter().any(|stmt| {
        let changed = match &stmt.kind {
            StmtKind::Assign { target: Target::Var(name), .. }
            | StmtKind::Declare { name, value: Some(_), .. }
            | StmtKind::For { name, .. }
            | StmtKind::ForEach { name, .. } => Some(name),
            StmtKind::Assign { target: Target::Index { object: Expr::Var(name), .. }, .. } => {
                Some(name)
            }
            StmtKind::Expr(Expr::Builtin { function: Builtin::Push, args }) => match args.first() {
                Some(Expr::Var(name)) => Some(name),
                _ => None,
            },
            _ => None,
        };
        let mut found = changed.is_some_and(|name| names.contains(name));
        inner_blocks(&stmt.kind, &mut |block| found |= changes(block, names));
        found
    })
}
