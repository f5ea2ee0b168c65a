//! Variables of the script that only seem to be shared by functions.

use std::collections::{HashMap, HashSet};

use super::functions::{Needs, calls};
use super::walk::{Part, expr_parts, parts};
use crate::tree::{Block, Expr, Function, StmtKind};

/// How many variables of functions are looked at.
const MOST_VARIABLES: usize = 1000;

/// Makes variables of the script that each function gives a value before it reads them the functions' own: the script
/// declares all of its variables at its start.
pub(super) fn localize(
    script: &mut Block,
    functions: &[usize],
    at: &HashMap<String, usize>,
    needs: &mut [Needs],
) {
    let total: usize = needs.iter().map(|need| need.globals.len()).sum();
    if total > MOST_VARIABLES {
        return;
    }
    let changed: HashSet<String> = needs
        .iter()
        .flat_map(|need| need.globals.iter().filter(|(_, changed)| **changed))
        .map(|(name, _)| name.clone())
        .collect();
    let mut shared = HashSet::new();
    if !changed.is_empty() {
        let all = HashSet::new();
        let mut lives = Lives { at, needs, changed: &changed, shared: &mut shared, stale: all };
        lives.block(script);
        for &place in functions {
            // A name that a function does not have yet may have any value.
            if let StmtKind::Function(function) = &mut script[place].kind {
                let others = changed.iter().filter(|name| !lives.is_own(function, name));
                lives.stale = others.cloned().collect();
                lives.block(&mut function.body);
            }
        }
    }
    for need in needs {
        need.globals.retain(|name, _| !changed.contains(name) || shared.contains(name));
    }
}

/// Finds the variables whose values go from one function to another.
struct Lives<'t> {
    at: &'t HashMap<String, usize>,
    needs: &'t [Needs],
    changed: &'t HashSet<String>,
    shared: &'t mut HashSet<String>,
    /// The variables that another function may have given a value last.
    stale: HashSet<String>,
}

impl Lives<'_> {
    fn is_own(&self, function: &Function, name: &str) -> bool {
        let need = self.at.get(&function.name).and_then(|&at| self.needs.get(at));
        need.is_some_and(|need| need.own.contains(name))
    }

    fn block(&mut self, block: &mut Block) {
        for stmt in block {
            if matches!(
                stmt.kind,
                StmtKind::While { .. }
                    | StmtKind::DoWhile { .. }
                    | StmtKind::For { .. }
                    | StmtKind::ForEach { .. }
            ) {
                // A call at the end of the body comes before its start.
                calls(stmt, &mut |name, _| self.call(name));
            }
            parts(stmt).into_iter().for_each(|part| self.part(part));
        }
    }

    fn call(&mut self, name: &str) {
        let called = self.at.get(name).and_then(|&at| self.needs.get(at));
        let globals = called.into_iter().flat_map(|called| &called.globals);
        let changes = globals.filter(|(name, changed)| **changed && self.changed.contains(*name));
        self.stale.extend(changes.map(|(name, _)| name.clone()));
    }

    fn part(&mut self, part: Part) {
        match part {
            Part::Expr(expr) => self.expr(expr),
            Part::Block(block) => {
                // A block may not run.
                let before = self.stale.clone();
                self.block(block);
                self.stale.extend(before);
            }
            Part::Write(name) | Part::Bind(name) => {
                self.stale.remove(name);
            }
            Part::Declare(_) => {}
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        if let Expr::Var(name) = expr {
            if self.stale.contains(name) {
                self.shared.insert(name.clone());
            }
        }
        expr_parts(expr).into_iter().for_each(|part| self.part(part));
        if let Expr::Call { name, .. } = expr {
            self.call(name);
        }
    }
}
