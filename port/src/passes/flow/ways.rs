//! Ways through a function that part and meet.

use std::collections::{HashMap, HashSet};

use super::graph::Graph;

/// The ends of the ways that start at one point.
pub(super) struct Ways {
    from: usize,
    was_reachable: bool,
    pub(super) reachable: usize,
    /// The values of what the ways have changed, in the order of the first change.
    pub(super) values: Vec<(u32, Vec<u32>)>,
    at: HashMap<u32, usize>,
}

impl Ways {
    pub(super) fn new(graph: &Graph) -> Ways {
        Ways {
            from: graph.log.len(),
            was_reachable: graph.is_reachable,
            reachable: 0,
            values: Vec::new(),
            at: HashMap::new(),
        }
    }

    /// Ends a way, and goes back to the start.
    pub(super) fn end(&mut self, graph: &mut Graph) {
        if graph.is_reachable {
            self.reachable += 1;
            let mut seen = HashSet::new();
            for at in self.from..graph.log.len() {
                let var = graph.log[at].0;
                if seen.insert(var) {
                    let values = &mut self.values;
                    let at = *self.at.entry(var).or_insert_with(|| {
                        values.push((var, Vec::new()));
                        values.len() - 1
                    });
                    self.values[at].1.push(graph.env[var as usize]);
                }
            }
        }
        self.forget(graph);
    }

    /// Goes back to the start.
    pub(super) fn forget(&self, graph: &mut Graph) {
        while graph.log.len() > self.from {
            if let Some((var, old)) = graph.log.pop() {
                graph.env[var as usize] = old;
            }
        }
        graph.is_reachable = self.was_reachable;
    }
}

impl Graph<'_> {
    /// Whether the innermost loop ends only by `break`.
    pub(super) fn is_in_endless(&self) -> bool {
        self.loops.last().is_some_and(|around| around.is_endless)
    }
}
