//! One name for each variable: what an inner declaration hides has another name inside.

use std::collections::HashMap;

use super::walk::{Part, expr_parts, parts};
use crate::tree::{Block, Expr, Param, StmtKind};

/// Gives variables that hide others names of their own, in a script and in its functions. Behind `\u{1}` is what makes
/// a name its own.
pub(super) fn run(script: &mut Block) {
    body(script, &[]);
}

pub(super) fn body(block: &mut Block, params: &[Param]) {
    Scopes::default().body(block, params);
}

#[derive(Default)]
struct Scopes {
    /// The names that each block around declares, and what they are called.
    blocks: Vec<HashMap<String, String>>,
    made: usize,
}

impl Scopes {
    fn body(&mut self, block: &mut Block, params: &[Param]) {
        let names = params.iter().map(|param| (param.name.clone(), param.name.clone()));
        self.blocks.push(names.collect());
        self.stmts(block);
        self.blocks.pop();
        for stmt in block {
            if let StmtKind::Function(function) = &mut stmt.kind {
                Scopes::default().body(&mut function.body, &function.params);
            }
        }
    }

    fn block(&mut self, block: &mut Block) {
        self.blocks.push(HashMap::new());
        self.stmts(block);
        self.blocks.pop();
    }

    fn stmts(&mut self, block: &mut Block) {
        for stmt in block {
            let is_declaration = matches!(stmt.kind, StmtKind::Declare { .. });
            let has_handler = matches!(stmt.kind, StmtKind::Try { .. });
            let mut own = None;
            for part in parts(stmt) {
                match part {
                    Part::Expr(expr) => self.expr(expr),
                    Part::Block(block) => {
                        self.blocks.push(HashMap::from_iter(own.take()));
                        self.block(block);
                        self.blocks.pop();
                    }
                    Part::Write(name) | Part::Declare(name) if is_declaration => self.declare(name),
                    Part::Bind(name) if has_handler => own = Some(self.own(name)),
                    Part::Write(name) | Part::Declare(name) | Part::Bind(name) => self.rename(name),
                }
            }
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        if let Expr::Var(name) = expr {
            self.rename(name);
        }
        let mut own = HashMap::new();
        for part in expr_parts(expr) {
            match part {
                Part::Expr(expr) => self.expr(expr),
                Part::Block(block) => {
                    self.blocks.push(std::mem::take(&mut own));
                    self.block(block);
                    self.blocks.pop();
                }
                Part::Bind(name) => {
                    own.extend([self.own(name)]);
                }
                Part::Write(_) | Part::Declare(_) => {}
            }
        }
    }

    fn rename(&self, name: &mut String) {
        if let Some(new) = self.blocks.iter().rev().find_map(|block| block.get(name)) {
            name.clone_from(new);
        }
    }

    /// Makes a name of its own.
    fn own(&mut self, name: &mut String) -> (String, String) {
        self.made += 1;
        let new = format!("{name}\u{1}s{}", self.made);
        (std::mem::replace(name, new.clone()), new)
    }

    fn declare(&mut self, name: &mut String) {
        let Some((inner, outer)) = self.blocks.split_last() else { return };
        if inner.contains_key(name) {
            self.rename(name);
            return;
        }
        let is_hidden = outer.iter().any(|block| block.contains_key(name));
        let entry = match is_hidden {
            true => self.own(name),
            false => (name.clone(), name.clone()),
        };
        if let Some(inner) = self.blocks.last_mut() {
            inner.extend([entry]);
        }
    }
}
