//! Variables with one meaning each, declared where Rust wants it.

mod emit;
mod graph;
mod handlers;
mod ways;
mod webs;
mod written;

use std::collections::HashMap;

use self::emit::Emit;
use self::graph::Graph;
use self::webs::Webs;
use self::written::ByRef;
use super::walk::{Part, Use, expr_parts, names, parts};
use crate::tree::{Block, Expr, Param, StmtKind};

/// Declares the variables of a script and of its functions.
pub(super) fn run(script: &mut Block) {
    let mut by_ref = ByRef::new();
    for stmt in script.iter() {
        if let StmtKind::Function(function) = &stmt.kind {
            let params = function.params.iter().map(|param| param.by_ref).collect();
            by_ref.insert(function.name.clone(), params);
        }
    }
    functions(script, &by_ref);
    body(script, &mut [], &by_ref);
}

fn functions(block: &mut Block, by_ref: &ByRef) {
    for stmt in block {
        if let StmtKind::Function(function) = &mut stmt.kind {
            functions(&mut function.body, by_ref);
            body(&mut function.body, &mut function.params, by_ref);
        }
        for part in parts(stmt) {
            if let Part::Block(block) = part {
                functions(block, by_ref);
            }
        }
    }
}

fn body(block: &mut Block, params: &mut [Param], by_ref: &ByRef) {
    let mut fresh = 0;
    // Each turn makes names that a loop, a handler or a param has to itself; the next one finds none left. What
    // has vanished had reads, which may have been the last ones of their variables.
    for _ in 0..8 {
        let mut graph = Graph::new(by_ref);
        for name in captured(block) {
            graph.pin(&name);
        }
        for param in params.iter_mut() {
            graph.param(&mut param.name, &param.hint, param.by_ref);
        }
        graph.block(block, false);
        let mut webs = Webs::new(&mut graph);
        let mut emit = Emit::new(&graph, &mut webs, by_ref, &mut fresh);
        if emit.split(block, params) {
            continue;
        }
        emit.finish(block, params);
        if !emit.is_stale {
            return;
        }
        super::scopes::body(block, params);
    }
}

/// Returns the variables that lambdas share with the code around them.
fn captured(block: &mut Block) -> Vec<String> {
    let mut inside: HashMap<String, usize> = HashMap::new();
    for stmt in block.iter_mut() {
        super::walk::exprs(stmt, &mut |expr| {
            if let Expr::Lambda { .. } = expr {
                let mut bound = Vec::new();
                let mut seen = Vec::new();
                for part in expr_parts(expr) {
                    match part {
                        Part::Bind(name) => bound.push(name.clone()),
                        Part::Block(body) => names(body, &mut |_, name| seen.push(name.clone())),
                        _ => {}
                    }
                }
                for name in seen.into_iter().filter(|name| !bound.contains(name)) {
                    *inside.entry(name).or_insert(0) += 1;
                }
            }
        });
    }
    if inside.is_empty() {
        return Vec::new();
    }
    let mut all: HashMap<String, usize> = HashMap::new();
    names(block, &mut |how, name| {
        if how != Use::Bind {
            *all.entry(name.clone()).or_insert(0) += 1;
        }
    });
    let mut shared: Vec<String> = inside
        .into_iter()
        .filter(|(name, count)| all.get(name).is_some_and(|all| all > count))
        .map(|(name, _)| name)
        .collect();
    shared.sort_unstable();
    shared
}
