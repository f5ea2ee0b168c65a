//! The values that variables get in a function, and which of them can reach which reads.

use std::collections::HashMap;

use super::ways::Ways;
use super::written::{ByRef, written, written_in_expr};
use crate::passes::walk::{Part, expr_parts, is_pure, may_jump, names_of_expr, parts, stmt_leaves};
use crate::tree::{Block, Expr, Hint, Stmt, StmtKind, Target};

/// How many values may be passed along jumps out of loops. Beyond that, variables of a loop are treated as one each, so
/// that the time stays linear.
const JUMP_VALUES: usize = 2_000_000;

/// A statement: its block, and its index there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) block: u32,
    pub(super) stmt: u32,
}

/// What a variable's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing: the variable has no value yet.
    Entry,
    Param,
    /// An assignment or a declaration.
    Write,
    /// An assignment by a function that gets the variable by reference.
    Update,
    /// The variable of a loop, of a handler or of a lambda, in this block.
    Bind(u32),
    /// The meeting of two ways.
    Join,
    /// The start of a loop that changes the variable.
    Loop,
}

pub(super) struct Node {
    pub(super) var: u32,
    pub(super) kind: Kind,
    pub(super) place: Place,
    pub(super) tick: u32,
    pub(super) used: bool,
    /// Whether the variable may be without a value here.
    pub(super) default: bool,
    /// The values that are this one.
    pub(super) operands: Vec<u32>,
    /// Reads that count only if this value is used.
    pub(super) reads: Vec<Read>,
}

#[derive(Clone, Copy)]
pub(super) struct Read {
    pub(super) node: u32,
    pub(super) place: Place,
    pub(super) tick: u32,
}

pub(super) struct Scope {
    /// Where the block is.
    pub(super) parent: Place,
    pub(super) depth: u32,
    /// Whether the block becomes a closure.
    pub(super) is_closure: bool,
    /// When each statement starts.
    pub(super) ticks: Vec<u32>,
    pub(super) end: u32,
}

pub(super) struct Var {
    pub(super) name: String,
    pub(super) hint: Hint,
    /// Whether all its values are one variable.
    pub(super) is_pinned: bool,
    pub(super) has_writes: bool,
}

pub(super) struct Graph<'s> {
    by_ref: &'s ByRef,
    pub(super) nodes: Vec<Node>,
    pub(super) scopes: Vec<Scope>,
    pub(super) vars: Vec<Var>,
    ids: HashMap<String, u32>,
    /// The value of each variable.
    pub(super) env: Vec<u32>,
    /// The values before, to go back to.
    pub(super) log: Vec<(u32, u32)>,
    pub(super) is_reachable: bool,
    pub(super) loops: Vec<Loop>,
    place: Place,
    tick: u32,
    jump_values: usize,
    /// The reads of a statement that counts only if its value is used.
    held: Option<Vec<Read>>,
    pub(super) reads: Vec<Read>,
}

#[derive(Default)]
pub(super) struct Loop {
    vars: Vec<u32>,
    starts: Vec<u32>,
    exits: Vec<Vec<u32>>,
    has_break: bool,
    pub(super) is_endless: bool,
    /// Whether there are too many values to follow each.
    is_coarse: bool,
}

impl<'s> Graph<'s> {
    pub(super) fn new(by_ref: &'s ByRef) -> Graph<'s> {
        Graph {
            by_ref,
            nodes: Vec::new(),
            scopes: Vec::new(),
            vars: Vec::new(),
            ids: HashMap::new(),
            env: Vec::new(),
            log: Vec::new(),
            is_reachable: true,
            loops: Vec::new(),
            place: Place { block: 0, stmt: 0 },
            tick: 1,
            jump_values: JUMP_VALUES,
            held: None,
            reads: Vec::new(),
        }
    }

    pub(super) fn param(&mut self, name: &mut String, hint: &Hint, is_pinned: bool) {
        let var = self.var(name);
        self.vars[var as usize].hint = hint.clone();
        self.vars[var as usize].is_pinned |= is_pinned;
        let node = self.write(var, Kind::Param);
        *name = node.to_string();
    }

    /// Makes a variable one, whatever values it has.
    pub(super) fn pin(&mut self, name: &str) {
        let var = self.var(name);
        self.vars[var as usize].is_pinned = true;
    }

    fn var(&mut self, name: &str) -> u32 {
        if let Some(&var) = self.ids.get(name) {
            return var;
        }
        let var = self.vars.len() as u32;
        self.ids.insert(name.to_owned(), var);
        let has_writes = false;
        let name = name.to_owned();
        self.vars.push(Var { name, hint: Hint::Unknown, is_pinned: false, has_writes });
        let entry = self.node(var, Kind::Entry);
        self.env.push(entry);
        var
    }

    fn node(&mut self, var: u32, kind: Kind) -> u32 {
        self.nodes.push(Node {
            var,
            kind,
            place: self.place,
            tick: self.tick,
            used: false,
            default: false,
            operands: Vec::new(),
            reads: Vec::new(),
        });
        self.nodes.len() as u32 - 1
    }

    pub(super) fn set(&mut self, var: u32, node: u32) {
        let old = std::mem::replace(&mut self.env[var as usize], node);
        self.log.push((var, old));
    }

    fn write(&mut self, var: u32, kind: Kind) -> u32 {
        self.tick += 1;
        self.vars[var as usize].has_writes = true;
        let node = self.node(var, kind);
        self.set(var, node);
        node
    }

    pub(super) fn block(&mut self, block: &mut Block, is_closure: bool) -> u32 {
        let parent = self.place;
        let depth = self.scopes.get(parent.block as usize).map_or(0, |scope| scope.depth + 1);
        let id = self.scopes.len() as u32;
        self.scopes.push(Scope { parent, depth, is_closure, ticks: Vec::new(), end: 0 });
        for (at, stmt) in block.iter_mut().enumerate() {
            self.tick += 1;
            self.scopes[id as usize].ticks.push(self.tick);
            self.tick += 1;
            self.place = Place { block: id, stmt: at as u32 };
            self.stmt(stmt);
        }
        self.tick += 1;
        self.scopes[id as usize].end = self.tick;
        self.place = parent;
        id
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        let may_break = self.is_in_endless() && may_jump(&stmt.kind);
        match &mut stmt.kind {
            StmtKind::Declare { name, hint, value } => {
                let var = self.var(name);
                if *hint != Hint::Unknown {
                    self.vars[var as usize].hint = hint.clone();
                }
                *name = self.assign(var, value.as_mut()).to_string();
            }
            StmtKind::Assign { target: Target::Var(name), value } => {
                let var = self.var(name);
                *name = self.assign(var, Some(value)).to_string();
            }
            StmtKind::If { branches, otherwise } => self.if_stmt(branches, otherwise.as_mut()),
            StmtKind::Switch { value, cases, otherwise } => {
                self.expr(value);
                let mut ways = Ways::new(self);
                for (values, body) in cases {
                    values.iter_mut().for_each(|value| self.expr(value));
                    self.block(body, false);
                    ways.end(self);
                }
                if let Some(otherwise) = otherwise {
                    self.block(otherwise, false);
                }
                ways.end(self);
                self.join(ways);
            }
            StmtKind::While { .. } | StmtKind::For { .. } | StmtKind::ForEach { .. } => {
                self.loop_stmt(stmt);
            }
            StmtKind::Try { .. } => self.try_stmt(stmt),
            StmtKind::Attempt { name, call, otherwise } => {
                self.expr(call);
                let mut ways = Ways::new(self);
                self.block(otherwise, false);
                ways.end(self);
                ways.end(self);
                self.join(ways);
                if let Some(name) = name {
                    let var = self.var(name);
                    *name = self.write(var, Kind::Write).to_string();
                }
            }
            StmtKind::Break | StmtKind::Continue => self.jump(stmt.kind == StmtKind::Break),
            _ if may_break => {
                let before = self.is_reachable;
                self.jump(true);
                self.is_reachable = before;
            }
            _ => {
                for part in parts(stmt) {
                    match part {
                        Part::Expr(expr) => self.expr(expr),
                        Part::Block(block) => {
                            self.block(block, false);
                        }
                        Part::Write(_) | Part::Declare(_) | Part::Bind(_) => {}
                    }
                }
                self.is_reachable &= !stmt_leaves(stmt);
            }
        }
    }

    fn assign(&mut self, var: u32, value: Option<&mut Expr>) -> u32 {
        let mut before = None;
        if let Some(value) = value {
            let name = self.vars[var as usize].name.clone();
            let mut is_self = false;
            names_of_expr(value, &mut |_, read| is_self |= *read == name);
            if is_self {
                before = Some(self.env[var as usize]);
                if is_pure(value) && self.held.is_none() {
                    self.held = Some(Vec::new());
                }
            }
            self.expr(value);
        }
        let reads = self.held.take().unwrap_or_default();
        let node = self.write(var, Kind::Write);
        self.nodes[node as usize].reads = reads;
        self.nodes[node as usize].operands.extend(before);
        node
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Var(name) => {
                let var = self.var(name);
                *name = self.read(var).to_string();
            }
            Expr::Call { name, args } => {
                let by_ref = self.by_ref.get(name);
                let is_by_ref =
                    |at: usize| by_ref.is_some_and(|params| params.get(at) == Some(&true));
                let mut updates = Vec::new();
                for (at, arg) in args.iter_mut().enumerate() {
                    if let (Expr::Var(name), true) = (&arg, is_by_ref(at)) {
                        updates.push(self.var(name));
                    }
                    self.expr(arg);
                }
                for var in updates {
                    let before = self.env[var as usize];
                    let node = self.write(var, Kind::Update);
                    self.nodes[node as usize].operands.push(before);
                    self.nodes[node as usize].used = true;
                }
            }
            Expr::Lambda { params, body } => self.lambda(params, body),
            _ => {
                for part in expr_parts(expr) {
                    if let Part::Expr(expr) = part {
                        self.expr(expr);
                    }
                }
            }
        }
    }

    fn read(&mut self, var: u32) -> u32 {
        let node = self.env[var as usize];
        let read = Read { node, place: self.place, tick: self.tick };
        match &mut self.held {
            Some(held) => held.push(read),
            None => self.reads.push(read),
        }
        node
    }

    fn lambda(&mut self, params: &mut [String], body: &mut Block) {
        let mut ways = Ways::new(self);
        let loops = std::mem::take(&mut self.loops);
        self.bind_block(params.iter_mut(), body, true);
        self.loops = loops;
        // The lambda may run or not.
        ways.end(self);
        ways.end(self);
        self.join(ways);
    }

    /// Reads a block that has variables of its own.
    pub(super) fn bind_block<'t>(
        &mut self,
        names: impl Iterator<Item = &'t mut String>,
        body: &mut Block,
        is_closure: bool,
    ) {
        let block = self.scopes.len() as u32;
        let place = std::mem::replace(&mut self.place, Place { block, stmt: 0 });
        for name in names {
            let var = self.var(name);
            *name = self.write(var, Kind::Bind(block)).to_string();
        }
        self.place = place;
        self.block(body, is_closure);
    }

    fn if_stmt(&mut self, branches: &mut [(Expr, Block)], otherwise: Option<&mut Block>) {
        let mut ways = Ways::new(self);
        for (cond, body) in branches {
            self.expr(cond);
            self.block(body, false);
            ways.end(self);
        }
        if let Some(otherwise) = otherwise {
            self.block(otherwise, false);
        }
        ways.end(self);
        self.join(ways);
    }

    fn loop_stmt(&mut self, stmt: &mut Stmt) {
        let mut assigned = Vec::new();
        let by_ref = self.by_ref;
        // The loop's own variable has a value of its own in each turn.
        match &mut stmt.kind {
            StmtKind::While { cond, body } => {
                written_in_expr(cond, by_ref, &mut assigned);
                written(body, by_ref, &mut assigned);
            }
            StmtKind::For { from, to, body, .. } => {
                self.expr(from);
                self.expr(to);
                written(body, by_ref, &mut assigned);
            }
            StmtKind::ForEach { items, body, .. } => {
                self.expr(items);
                written(body, by_ref, &mut assigned);
            }
            _ => {}
        }
        let mut vars: Vec<u32> = assigned.iter().map(|name| self.var(name)).collect();
        vars.sort_unstable();
        vars.dedup();
        let mut starts = Vec::new();
        for &var in &vars {
            let before = self.env[var as usize];
            let start = self.node(var, Kind::Loop);
            self.nodes[start as usize].operands.push(before);
            self.set(var, start);
            starts.push(start);
        }
        let exits = vec![Vec::new(); vars.len()];
        let is_endless = matches!(stmt.kind, StmtKind::While { cond: Expr::Bool(true), .. });
        self.loops.push(Loop { vars, starts, exits, is_endless, ..Loop::default() });
        let mut ways = Ways::new(self);
        match &mut stmt.kind {
            StmtKind::While { cond, body } => {
                self.expr(cond);
                ways = Ways::new(self);
                self.block(body, false);
            }
            StmtKind::For { name, body, .. } | StmtKind::ForEach { name, body, .. } => {
                self.bind_block(std::iter::once(name), body, false);
            }
            _ => {}
        }
        if self.is_reachable {
            self.jump(false);
        }
        ways.forget(self);
        let Some(done) = self.loops.pop() else { return };
        if is_endless && !done.has_break {
            self.is_reachable = false;
        }
        for (var, mut values) in done.vars.into_iter().zip(done.exits) {
            if !is_endless {
                values.push(self.env[var as usize]);
            }
            if !values.is_empty() {
                let value = self.meet(var, values);
                self.set(var, value);
            }
        }
        // Behind the loop its variable has its last value, or none.
        if let StmtKind::For { name, .. } | StmtKind::ForEach { name, .. } = &stmt.kind {
            if let Ok(node) = name.parse::<u32>() {
                let var = self.nodes[node as usize].var;
                let before = self.env[var as usize];
                let value = self.meet(var, vec![node, before]);
                self.set(var, value);
            }
        }
    }

    fn jump(&mut self, is_break: bool) {
        self.is_reachable = false;
        let Some(mut around) = self.loops.pop() else { return };
        around.has_break |= is_break;
        if around.is_coarse {
            // Its variables are one each already.
        } else if self.jump_values < around.vars.len() {
            around.is_coarse = true;
            for (&var, &start) in around.vars.iter().zip(&around.starts) {
                self.vars[var as usize].is_pinned = true;
                self.nodes[start as usize].used = true;
                self.nodes[start as usize].default = true;
            }
        } else {
            self.jump_values -= around.vars.len();
            for (at, &var) in around.vars.iter().enumerate() {
                let value = self.env[var as usize];
                if is_break {
                    around.exits[at].push(value);
                } else {
                    self.nodes[around.starts[at] as usize].operands.push(value);
                }
            }
        }
        self.loops.push(around);
    }

    pub(super) fn join(&mut self, ways: Ways) {
        self.is_reachable = ways.reachable > 0;
        for (var, mut values) in ways.values {
            if values.len() < ways.reachable {
                values.push(self.env[var as usize]);
            }
            let value = self.meet(var, values);
            self.set(var, value);
        }
    }

    /// Returns the value of a variable that has one of these.
    pub(super) fn meet(&mut self, var: u32, mut values: Vec<u32>) -> u32 {
        values.sort_unstable();
        values.dedup();
        if let [only] = values[..] {
            return only;
        }
        let join = self.node(var, Kind::Join);
        self.nodes[join as usize].operands = values;
        join
    }
}
