//! The last values of functions, which some languages return.

use std::collections::HashSet;

use super::walk::expr_tree;
use crate::tree::{Block, Expr, Function, StmtKind};

/// Makes the last values of functions their results, where a caller uses the result.
pub(crate) fn return_last_values(script: &mut Block) {
    let mut used = HashSet::new();
    let mut tails: Vec<(String, Vec<String>)> = Vec::new();
    used_calls(script, &mut used);
    functions(script, &mut |function| {
        let mut calls = Vec::new();
        tail_calls(&function.body, &mut calls);
        tails.push((function.name.clone(), calls));
        if has_value(&mut function.body) {
            used.insert(function.name.clone());
        }
    });
    loop {
        let before = used.len();
        for (name, calls) in &tails {
            if used.contains(name) {
                used.extend(calls.iter().cloned());
            }
        }
        if used.len() == before {
            break;
        }
    }
    functions(script, &mut |function| {
        if used.contains(&function.name) {
            return_last(&mut function.body);
        }
    });
}

fn functions(block: &mut Block, visit: &mut dyn FnMut(&mut Function)) {
    for stmt in block {
        if let StmtKind::Function(function) = &mut stmt.kind {
            visit(function);
        }
        stmt.for_each_block(&mut |block| functions(block, visit));
    }
}

/// Collects the functions whose result is used.
fn used_calls(block: &mut Block, used: &mut HashSet<String>) {
    for stmt in block {
        let is_stmt = matches!(&stmt.kind, StmtKind::Expr(Expr::Call { .. }));
        stmt.for_each_expr(&mut |expr| {
            let mut see = |expr: &mut Expr| {
                if let Expr::Call { name, .. } = expr {
                    used.insert(name.clone());
                }
            };
            match is_stmt {
                true => expr.for_each_child(&mut |child| expr_tree(child, &mut see)),
                false => expr_tree(expr, &mut see),
            }
        });
        stmt.for_each_block(&mut |block| used_calls(block, used));
    }
}

fn tail_calls(block: &Block, calls: &mut Vec<String>) {
    let Some(last) = block.iter().rfind(|stmt| !matches!(stmt.kind, StmtKind::Comment(_))) else {
        return;
    };
    match &last.kind {
        StmtKind::Expr(Expr::Call { name, .. }) => calls.push(name.clone()),
        StmtKind::If { branches, otherwise } => {
            branches.iter().for_each(|branch| tail_calls(&branch.1, calls));
            otherwise.iter().for_each(|block| tail_calls(block, calls));
        }
        StmtKind::Try { body, catch, .. } => {
            tail_calls(body, calls);
            catch.iter().for_each(|catch| tail_calls(&catch.body, calls));
        }
        _ => {}
    }
}

fn has_value(block: &mut Block) -> bool {
    let mut found = false;
    for stmt in block {
        found |= matches!(&stmt.kind, StmtKind::Return(Some(value)) if *value != Expr::Null);
        stmt.for_each_block(&mut |block| found |= has_value(block));
    }
    found
}

fn return_last(block: &mut Block) {
    let Some(last) = block.iter_mut().rfind(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)))
    else {
        return;
    };
    match &mut last.kind {
        StmtKind::Expr(value) => {
            let value = std::mem::replace(value, Expr::Null);
            last.kind = StmtKind::Return(Some(value));
        }
        StmtKind::If { .. } | StmtKind::Switch { .. } => {
            last.for_each_block(&mut return_last);
        }
        StmtKind::Try { body, catch, .. } => {
            return_last(body);
            catch.iter_mut().for_each(|catch| return_last(&mut catch.body));
        }
        _ => {}
    }
}
