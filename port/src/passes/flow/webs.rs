//! The variables of the Rust program: values that can reach the same reads are one.

use std::collections::HashMap;

use super::graph::{Graph, Kind, Node, Place};
use crate::tree::Hint;

/// A variable.
#[derive(Default)]
pub(super) struct Web {
    pub(super) is_used: bool,
    /// The innermost block that has all of it, and the first statement there.
    pub(super) place: Option<Place>,
    /// The value that its declaration has, if the first statement gives it one.
    pub(super) first: Option<u32>,
    /// Whether it needs a value before the first one of the script.
    pub(super) default: bool,
    pub(super) is_param: bool,
    pub(super) binds: Option<(u32, u32)>,
    pub(super) writes: usize,
    pub(super) hint: Hint,
    pub(super) name: String,
}

pub(super) struct Webs {
    parents: Vec<u32>,
    pub(super) webs: HashMap<u32, Web>,
    /// Whether any value of the variable is read.
    pub(super) live_vars: Vec<bool>,
}

impl Webs {
    pub(super) fn new(graph: &mut Graph) -> Webs {
        let parents = (0..graph.nodes.len() as u32).collect();
        let live_vars = vec![false; graph.vars.len()];
        let mut webs = Webs { parents, webs: HashMap::new(), live_vars };
        webs.mark(graph);
        webs.gather(graph);
        webs.place(graph);
        webs.name(graph);
        webs
    }

    pub(super) fn root(&mut self, node: u32) -> u32 {
        let mut root = node;
        while self.parents[root as usize] != root {
            self.parents[root as usize] = self.parents[self.parents[root as usize] as usize];
            root = self.parents[root as usize];
        }
        root
    }

    fn union(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parents[high as usize] = low;
    }

    /// Finds out what is used, and unites what must be one variable.
    fn mark(&mut self, graph: &mut Graph) {
        let mut todo: Vec<u32> = Vec::new();
        let mut pinned: HashMap<u32, u32> = HashMap::new();
        for (id, node) in graph.nodes.iter().enumerate() {
            let is_pinned = graph.vars[node.var as usize].is_pinned
                && matches!(node.kind, Kind::Param | Kind::Write | Kind::Update);
            if is_pinned {
                let first = *pinned.entry(node.var).or_insert(id as u32);
                self.union(first, id as u32);
            }
            if is_pinned || node.used {
                todo.push(id as u32);
            }
        }
        for node in &mut graph.nodes {
            node.used = false;
        }
        todo.extend(graph.reads.iter().map(|read| read.node));
        while let Some(id) = todo.pop() {
            let node = &mut graph.nodes[id as usize];
            if std::mem::replace(&mut node.used, true) {
                continue;
            }
            self.live_vars[node.var as usize] = true;
            let operands = std::mem::take(&mut node.operands);
            let reads = std::mem::take(&mut node.reads);
            for &operand in &operands {
                if graph.nodes[operand as usize].kind == Kind::Entry {
                    graph.nodes[id as usize].default = true;
                } else {
                    self.union(id, operand);
                    todo.push(operand);
                }
            }
            todo.extend(reads.iter().map(|read| read.node));
            // They happen, as what they are for is used.
            graph.reads.extend(reads);
        }
        for (id, node) in graph.nodes.iter().enumerate() {
            let is_meeting = node.used && matches!(node.kind, Kind::Join | Kind::Loop);
            if let (true, Some(&first)) = (is_meeting, pinned.get(&node.var)) {
                self.union(first, id as u32);
            }
        }
    }

    fn gather(&mut self, graph: &Graph) {
        for (id, node) in graph.nodes.iter().enumerate() {
            let root = self.root(id as u32);
            let is_bind = matches!(node.kind, Kind::Bind(_) | Kind::Param);
            // A name that nothing gives a value is no variable.
            if !node.used && !is_bind || !graph.vars[node.var as usize].has_writes {
                continue;
            }
            let web = self.webs.entry(root).or_default();
            web.is_used |= node.used;
            web.default |= node.default || node.kind == Kind::Entry;
            web.is_param |= node.kind == Kind::Param;
            if let Kind::Bind(block) = node.kind {
                web.binds = Some((block, id as u32));
            }
            web.writes += usize::from(!matches!(node.kind, Kind::Entry | Kind::Join | Kind::Loop));
            web.hint = graph.vars[node.var as usize].hint.clone();
            if matches!(node.kind, Kind::Write | Kind::Update | Kind::Loop | Kind::Bind(_)) {
                web.place = Some(common(graph, web.place, node.place));
            }
        }
        for read in &graph.reads {
            let root = self.root(read.node);
            if let Some(web) = self.webs.get_mut(&root) {
                web.place = Some(common(graph, web.place, read.place));
            }
        }
    }

    /// Finds the first statement of each variable in its block, and whether it gives the variable its value.
    fn place(&mut self, graph: &Graph) {
        // The place of a block has no statement yet.
        for web in self.webs.values_mut() {
            if let Some(place) = &mut web.place {
                place.stmt = u32::MAX;
            }
        }
        let is_occurrence =
            |node: &Node| node.used && matches!(node.kind, Kind::Write | Kind::Update | Kind::Loop);
        let nodes = graph.nodes.iter().enumerate().filter(|(_, node)| is_occurrence(node));
        let nodes = nodes.map(|(id, node)| (id as u32, node.place));
        let reads = graph.reads.iter().map(|read| (read.node, read.place));
        let occurrences: Vec<(u32, Place)> = nodes.chain(reads).collect();
        for &(node, place) in &occurrences {
            let root = self.root(node);
            let Some(common) = self.webs.get_mut(&root).and_then(|web| web.place.as_mut()) else {
                continue;
            };
            common.stmt = common.stmt.min(lift(graph, place, common.block).stmt);
        }
        let mut is_inside = std::collections::HashSet::new();
        for &(node, place) in &occurrences {
            let root = self.root(node);
            let Some(web) = self.webs.get_mut(&root) else { continue };
            let Some(common) = web.place else { continue };
            // A read has the place of another statement than its value.
            let Node { kind, place: own, .. } = &graph.nodes[node as usize];
            let is_write = *own == place && matches!(kind, Kind::Write | Kind::Update);
            if place != common && lift(graph, place, common.block) == common {
                is_inside.insert(root);
            } else if place == common && is_write && *kind == Kind::Write && !web.default {
                web.first = web.first.or(Some(node));
            }
            // A closure can only change what has a value.
            web.default |= is_write && crosses_closure(graph, place, common.block);
        }
        for (root, web) in &mut self.webs {
            if is_inside.contains(root) || web.is_param {
                web.first = None;
            }
        }
    }

    /// Names the variables: one shadows another of its name where Rust then finds the right one.
    fn name(&mut self, graph: &Graph) {
        let mut groups: HashMap<&str, Vec<Region>> = HashMap::new();
        for (&root, web) in &self.webs {
            let name = base(&graph.vars[graph.nodes[root as usize].var as usize].name);
            let (start, end) = region(graph, web);
            groups.entry(name).or_default().push(Region { root, start, end });
        }
        let mut events: HashMap<&str, Vec<(u32, u32)>> = HashMap::new();
        let mut event = |webs: &mut Webs, id: u32, tick: u32| {
            let name = base(&graph.vars[graph.nodes[id as usize].var as usize].name);
            let root = webs.root(id);
            events.entry(name).or_default().push((tick, root));
        };
        for (id, node) in graph.nodes.iter().enumerate() {
            if node.used && matches!(node.kind, Kind::Write | Kind::Update) {
                event(self, id as u32, node.tick);
            }
        }
        for read in &graph.reads {
            event(self, read.node, read.tick);
        }
        let mut taken: std::collections::HashSet<String> =
            graph.vars.iter().map(|var| base(&var.name).to_owned()).collect();
        let mut names: Vec<&str> = groups.keys().copied().collect();
        names.sort_unstable();
        for name in names {
            let regions = groups.remove(name).unwrap_or_default();
            let renamed = shadowed(regions, events.remove(name).unwrap_or_default());
            let mut number = 2;
            for (root, is_renamed) in renamed {
                let mut own = name.to_owned();
                while is_renamed && !taken.insert(own.clone()) {
                    own = format!("{name}_{number}");
                    number += 1;
                }
                if let Some(web) = self.webs.get_mut(&root) {
                    web.name = own;
                }
            }
        }
    }
}

struct Region {
    root: u32,
    start: u32,
    end: u32,
}

/// Returns where a variable is visible.
fn region(graph: &Graph, web: &Web) -> (u32, u32) {
    let end = |block: u32| graph.scopes.get(block as usize).map_or(u32::MAX, |scope| scope.end);
    match (web.binds, web.place) {
        _ if web.is_param => (0, u32::MAX),
        (Some((block, node)), _) => (graph.nodes[node as usize].tick, end(block)),
        (None, Some(place)) => {
            let scope = &graph.scopes[place.block as usize];
            let start = match web.first {
                Some(node) => graph.nodes[node as usize].tick,
                None => scope.ticks.get(place.stmt as usize).copied().unwrap_or(0),
            };
            (start, scope.end)
        }
        (None, None) => (0, 0),
    }
}

/// Returns the variables of a name in their order, and whether each needs another name.
fn shadowed(mut regions: Vec<Region>, mut events: Vec<(u32, u32)>) -> Vec<(u32, bool)> {
    regions.sort_by_key(|region| (region.start, std::cmp::Reverse(region.end), region.root));
    events.sort_unstable();
    let mut renamed: HashMap<u32, bool> = HashMap::new();
    let mut open: Vec<&Region> = Vec::new();
    let mut next = 0;
    for (tick, root) in events {
        while let Some(region) = regions.get(next).filter(|region| region.start <= tick) {
            open.retain_ends(region.start);
            open.push(region);
            next += 1;
        }
        open.retain_ends(tick);
        if renamed.contains_key(&root) {
            continue;
        }
        while let Some(top) = open.last().filter(|top| top.root != root) {
            renamed.insert(top.root, true);
            open.pop();
        }
    }
    let is_renamed = |root| renamed.contains_key(&root);
    regions.iter().map(|region| (region.root, is_renamed(region.root))).collect()
}

trait RetainEnds {
    fn retain_ends(&mut self, tick: u32);
}

impl RetainEnds for Vec<&Region> {
    /// Closes the regions that end before a moment.
    fn retain_ends(&mut self, tick: u32) {
        while self.last().is_some_and(|region| region.end < tick) {
            self.pop();
        }
    }
}

/// Returns a variable's name as the script has it.
pub(super) fn base(name: &str) -> &str {
    name.split('\u{1}').next().unwrap_or(name)
}

/// Returns the statement of a block that has a place.
fn lift(graph: &Graph, mut place: Place, block: u32) -> Place {
    while place.block != block && place.block != 0 {
        place = graph.scopes[place.block as usize].parent;
    }
    place
}

/// Returns the innermost block that has both places.
fn common(graph: &Graph, a: Option<Place>, mut b: Place) -> Place {
    let Some(mut a) = a else { return b };
    let depth = |place: Place| graph.scopes[place.block as usize].depth;
    while a.block != b.block {
        let (depth_a, depth_b) = (depth(a), depth(b));
        if depth_a >= depth_b {
            a = graph.scopes[a.block as usize].parent;
        }
        if depth_b >= depth_a {
            b = graph.scopes[b.block as usize].parent;
        }
    }
    a
}

fn crosses_closure(graph: &Graph, mut place: Place, block: u32) -> bool {
    while place.block != block && place.block != 0 {
        if graph.scopes[place.block as usize].is_closure {
            return true;
        }
        place = graph.scopes[place.block as usize].parent;
    }
    false
}
