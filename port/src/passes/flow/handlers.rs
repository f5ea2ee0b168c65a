//! Ways through exceptions.

use std::collections::HashMap;

use super::graph::{Graph, Kind};
use super::ways::Ways;
use crate::tree::{Stmt, StmtKind};

impl Graph<'_> {
    pub(super) fn try_stmt(&mut self, stmt: &mut Stmt) {
        let StmtKind::Try { body, catch, finally } = &mut stmt.kind else { return };
        let first = self.nodes.len();
        let from = self.log.len();
        let mut ways = Ways::new(self);
        self.block(body, true);
        ways.end(self);
        if let Some(catch) = catch {
            self.any_of(first, from);
            self.bind_block(catch.name.iter_mut(), &mut catch.body, false);
            ways.end(self);
        }
        self.join(ways);
        if finally.is_empty() {
            self.block(finally, false);
        } else {
            let was_reachable = std::mem::replace(&mut self.is_reachable, true);
            let written = {
                let ways = Ways::new(self);
                self.any_of(first, from);
                let from = self.log.len();
                self.block(finally, false);
                let written: Vec<u32> = self.log[from..].iter().map(|&(var, _)| var).collect();
                let written: Vec<(u32, u32)> =
                    written.into_iter().map(|var| (var, self.env[var as usize])).collect();
                ways.forget(self);
                written
            };
            self.is_reachable &= was_reachable;
            for (var, node) in written {
                self.set(var, node);
            }
        }
    }

    /// Gives each variable any of the values that it has got since `first`, or the one that it had then.
    fn any_of(&mut self, first: usize, from: usize) {
        let mut before = HashMap::new();
        for &(var, old) in &self.log[from..] {
            before.entry(var).or_insert(old);
        }
        let mut values: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut order = Vec::new();
        for node in first..self.nodes.len() {
            let var = self.nodes[node].var;
            if self.nodes[node].kind == Kind::Entry {
                continue;
            }
            values
                .entry(var)
                .or_insert_with(|| {
                    order.push(var);
                    Vec::new()
                })
                .push(node as u32);
        }
        for var in order {
            let mut values = values.remove(&var).unwrap_or_default();
            values.push(self.env[var as usize]);
            values.extend(before.get(&var));
            let value = self.meet(var, values);
            self.set(var, value);
        }
    }
}
