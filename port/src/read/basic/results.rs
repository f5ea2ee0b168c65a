//! Results of functions.

use super::finish::{inner_blocks, stmt};
use super::jumps::errors;
use super::types;
use super::values::type_of;
use crate::tree::{Block, Expr, Function, Hint, Stmt, StmtKind, Target};

/// Completes a function. `result` is the variable that its name is inside of it.
pub(super) fn function(mut function: Function, result: Option<String>) -> Function {
    if let Some(result) = result {
        results(&mut function, result);
    }
    function.body = errors(function.body);
    function
}

/// Returns what a function sets its name to.
pub(super) fn results(function: &mut Function, result: String) {
    direct_returns(&mut function.body, &result);
    let mut values = Vec::new();
    let mut reads = 0;
    visit(&function.body, &mut |stmt| match &stmt.kind {
        StmtKind::Assign { target: Target::Var(name), value } if *name == result => {
            values.push(type_of(value));
        }
        StmtKind::Return(Some(Expr::Var(name))) if *name == result => reads += 1,
        _ => {}
    });
    if values.is_empty() {
        // Nothing sets it: a `Sub`, or a function with `Return`.
        clear_returns(&mut function.body, &result);
        return;
    }
    let hint = match &function.returns {
        Hint::Unknown => values.into_iter().find(|hint| *hint != Hint::Unknown).unwrap_or_default(),
        hint => hint.clone(),
    };
    let is_last = matches!(
        function.body.last().map(|stmt| &stmt.kind),
        Some(StmtKind::Assign { target: Target::Var(name), .. }) if *name == result
    );
    if is_last && reads == 0 && values_set(&function.body, &result) == 1 {
        if let Some(last) = function.body.last_mut()
            && let StmtKind::Assign { value, .. } =
                std::mem::replace(&mut last.kind, StmtKind::Break)
        {
            last.kind = StmtKind::Return(Some(value));
        }
        return;
    }
    let first = function.body.first().map_or(0, |stmt| stmt.line);
    let last = function.body.last().map_or(0, |stmt| stmt.end_line);
    let value = types::default(&hint);
    let declare = StmtKind::Declare { name: result.clone(), hint, value };
    function.body.insert(0, stmt(first, first, declare));
    if !matches!(function.body.last().map(|stmt| &stmt.kind), Some(StmtKind::Return(_))) {
        function.body.push(stmt(last, last, StmtKind::Return(Some(Expr::Var(result)))));
    }
}

pub(super) fn values_set(block: &Block, result: &str) -> usize {
    let mut count = 0;
    visit(block, &mut |stmt| {
        if let StmtKind::Assign { target: Target::Var(name), .. } = &stmt.kind {
            count += usize::from(name == result);
        }
    });
    count
}

/// `F = x` with `Exit Function` behind it is `Return x`.
pub(super) fn direct_returns(block: &mut Block, result: &str) {
    let mut at = 0;
    while at + 1 < block.len() {
        let is_return = matches!(&block[at + 1].kind, StmtKind::Return(Some(Expr::Var(name))) if name == result);
        if is_return
            && let StmtKind::Assign { target: Target::Var(name), value } = &block[at].kind
            && name == result
        {
            let value = value.clone();
            block[at].end_line = block[at + 1].end_line;
            block[at].kind = StmtKind::Return(Some(value));
            block.remove(at + 1);
        }
        at += 1;
    }
    for stmt in block {
        for inner in inner_blocks(&mut stmt.kind) {
            direct_returns(inner, result);
        }
    }
}

pub(super) fn clear_returns(block: &mut Block, result: &str) {
    for stmt in block {
        if matches!(&stmt.kind, StmtKind::Return(Some(Expr::Var(name))) if name == result) {
            stmt.kind = StmtKind::Return(None);
        }
        for inner in inner_blocks(&mut stmt.kind) {
            clear_returns(inner, result);
        }
    }
}

pub(super) fn visit(block: &Block, see: &mut dyn FnMut(&Stmt)) {
    for stmt in block {
        see(stmt);
        match &stmt.kind {
            StmtKind::If { branches, otherwise } => {
                branches.iter().for_each(|branch| visit(&branch.1, see));
                otherwise.iter().for_each(|block| visit(block, see));
            }
            StmtKind::While { body, .. }
            | StmtKind::DoWhile { body, .. }
            | StmtKind::For { body, .. }
            | StmtKind::ForEach { body, .. } => visit(body, see),
            StmtKind::Switch { cases, otherwise, .. } => {
                cases.iter().for_each(|case| visit(&case.1, see));
                otherwise.iter().for_each(|block| visit(block, see));
            }
            StmtKind::Try { body, catch, finally } => {
                visit(body, see);
                catch.iter().for_each(|catch| visit(&catch.body, see));
                visit(finally, see);
            }
            StmtKind::Function(function) => visit(&function.body, see),
            _ => {}
        }
    }
}
