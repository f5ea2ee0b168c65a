//! The first values of variables that are declared without one and read before they are set.

use std::collections::{HashMap, HashSet};

use super::types;
use crate::tree::{Block, Expr, Stmt, StmtKind, Target};

/// Gives declarations the value that the language gives them, where the script reads it.
pub(super) fn add(script: &mut Block) {
    let mut walk = Walk::default();
    walk.block(script);
    let mut count = 0;
    give(script, &walk, &mut count);
}

#[derive(Default)]
struct Walk {
    /// Variables without a value, with the number of their declaration.
    open: HashMap<String, usize>,
    /// Variables that are set, by block.
    set: Vec<HashSet<String>>,
    count: usize,
    /// Numbers of the declarations that need a value.
    needed: HashSet<usize>,
    /// Variables that loops set, and those that assignments set.
    loops: HashSet<String>,
    assigned: HashSet<String>,
}

fn is_candidate(stmt: &Stmt) -> Option<&String> {
    match &stmt.kind {
        StmtKind::Declare { name, value: None, .. } => Some(name),
        _ => None,
    }
}

impl Walk {
    fn block(&mut self, block: &Block) {
        self.set.push(HashSet::new());
        for stmt in block {
            self.stmt(stmt);
        }
        self.set.pop();
    }

    fn write(&mut self, name: &str) {
        self.assigned.insert(name.to_owned());
        if let Some(set) = self.set.last_mut() {
            set.insert(name.to_owned());
        }
    }

    fn in_loop(&mut self, name: &str, body: &Block) {
        self.loops.insert(name.to_owned());
        self.set.push(HashSet::from([name.to_owned()]));
        self.block(body);
        self.set.pop();
    }

    fn read(&mut self, name: &str) {
        if let Some(number) = self.open.get(name)
            && !self.set.iter().any(|set| set.contains(name))
        {
            self.needed.insert(*number);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        if let Some(name) = is_candidate(stmt) {
            self.open.insert(name.clone(), self.count);
            self.count += 1;
            for set in &mut self.set {
                set.remove(name);
            }
            return;
        }
        match &stmt.kind {
            StmtKind::Declare { name, value, .. } => {
                value.iter().for_each(|value| self.expr(value));
                self.write(name);
            }
            StmtKind::Assign { target, value } => {
                self.expr(value);
                match target {
                    Target::Var(name) => self.write(name),
                    Target::Property { object, .. } => self.expr(object),
                    Target::Index { object, index } => {
                        self.expr(object);
                        self.expr(index);
                    }
                }
            }
            StmtKind::Expr(value) | StmtKind::Print { value, .. } => self.expr(value),
            StmtKind::If { branches, otherwise } => {
                for (cond, block) in branches {
                    self.expr(cond);
                    self.block(block);
                }
                otherwise.iter().for_each(|block| self.block(block));
            }
            StmtKind::While { cond, body } => {
                self.expr(cond);
                self.block(body);
            }
            StmtKind::DoWhile { body, cond } => {
                self.block(body);
                self.expr(cond);
            }
            StmtKind::For { name, from, to, body, .. } => {
                self.expr(from);
                self.expr(to);
                self.in_loop(name, body);
            }
            StmtKind::ForEach { name, items, body } => {
                self.expr(items);
                self.in_loop(name, body);
            }
            StmtKind::Switch { value, cases, otherwise } => {
                self.expr(value);
                for (values, block) in cases {
                    values.iter().for_each(|value| self.expr(value));
                    self.block(block);
                }
                otherwise.iter().for_each(|block| self.block(block));
            }
            StmtKind::Return(value) | StmtKind::Exit(value) | StmtKind::Throw(value) => {
                value.iter().for_each(|value| self.expr(value));
            }
            StmtKind::Try { body, catch, finally } => {
                self.block(body);
                catch.iter().for_each(|catch| self.block(&catch.body));
                self.block(finally);
            }
            StmtKind::Function(function) => {
                let params = function.params.iter().map(|param| param.name.clone());
                self.set.push(params.collect());
                self.block(&function.body);
                self.set.pop();
            }
            _ => {}
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Var(name) => self.read(name),
            Expr::Property { object, .. } => self.expr(object),
            Expr::Method { object, args, .. } => {
                self.expr(object);
                args.iter().for_each(|arg| self.expr(arg));
            }
            Expr::Call { args, .. } | Expr::Builtin { args, .. } => {
                args.iter().for_each(|arg| self.expr(arg));
            }
            Expr::Concat(parts) | Expr::List(parts) => {
                parts.iter().for_each(|part| self.expr(part));
            }
            Expr::Unary { value, .. } => self.expr(value),
            Expr::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            Expr::Choice { cond, yes, no } => {
                self.expr(cond);
                self.expr(yes);
                self.expr(no);
            }
            Expr::Index { object, index } => {
                self.expr(object);
                self.expr(index);
            }
            _ => {}
        }
    }
}

/// Gives the values, in the order of [`Walk`]. A variable that only loops have needs no declaration.
fn give(block: &mut Block, walk: &Walk, count: &mut usize) {
    for stmt in block {
        if let Some(name) = is_candidate(stmt) {
            let is_read = walk.needed.contains(count);
            let is_loop = walk.loops.contains(name) && !walk.assigned.contains(name);
            *count += 1;
            if is_loop && !is_read {
                stmt.kind = StmtKind::Boilerplate;
            } else if let StmtKind::Declare { hint, value, .. } = &mut stmt.kind
                && is_read
            {
                *value = types::default(hint);
            }
        }
        for inner in super::finish::inner_blocks(&mut stmt.kind) {
            give(inner, walk, count);
        }
    }
}
