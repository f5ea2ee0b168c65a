//! Functions, `main` among them.

use super::build::{self, call, path, tail};
use super::lower::{Around, Lower};
use super::types::{ERROR, Ty};
use crate::rust::ast::{
    Block as Lines, Expr as Rust, Function, Stmt as Line, StmtKind as LineKind,
};
use crate::tree::{Block, StmtKind};

impl Lower<'_, '_> {
    /// Translates the main part of the script.
    pub(super) fn main(&mut self, script: &Block) -> Function {
        self.routine = 0;
        let end = script.len() - trailing_exit(script, self.literal);
        self.script = script.as_ptr();
        let lines = self.main_lines(&script[..end]);
        let fails = self.returns_result();
        Function {
            comments: Vec::new(),
            name: "main".into(),
            params: Vec::new(),
            returns: fails.then(|| format!("Result<(), {ERROR}>")),
            body: self.finished(lines, &Ty::Unit),
        }
    }

    /// Translates a function.
    pub(super) fn function_of(&mut self, at: usize) -> Option<Function> {
        let routine = &self.facts.routines[at];
        let tree = routine.tree?;
        self.routine = at;
        let mut params = Vec::new();
        for id in &routine.params {
            let name = self.binding(*id).rust.clone();
            let ty = match self.param_type(*id) {
                Ok(ty) => ty,
                Err(_) => "&str".into(),
            };
            params.push((name, ty));
        }
        let ty = self.result_type(at);
        self.function_body = tree.body.as_ptr();
        let mut lines = self.own_params();
        lines.extend(self.block(&tree.body, false));
        let body = self.finished(lines, &ty);
        let written = match &ty {
            Ty::Unit => None,
            ty => Some(ty.written(self.transport)),
        };
        let returns = match routine.fails {
            true => Some(format!("Result<{}, {ERROR}>", written.as_deref().unwrap_or("()"))),
            false => written,
        };
        let name = routine.rust.clone();
        Some(Function { comments: Vec::new(), name, params, returns, body })
    }

    /// Translates the body of a closure.
    pub(super) fn routine_block(&mut self, body: &Block, returns: &Ty, _event: bool) -> Lines {
        let outer = std::mem::replace(&mut self.event_returns, returns.clone());
        let lines = self.block(body, false);
        let lines = self.finished(lines, returns);
        self.event_returns = outer;
        lines
    }

    /// Ends a body with the value that the function returns.
    fn finished(&mut self, mut lines: Vec<Line>, ty: &Ty) -> Lines {
        if !build::leaves(&lines) {
            let fails = self.around.last() != Some(&Around::Event) && self.returns_result();
            match (ty, fails) {
                (Ty::Unit, false) => {}
                (Ty::Unit, true) => lines.push(tail(call("Ok", vec![path("()")]))),
                (ty, _) => {
                    let value = self.default_of(ty);
                    let value = self.returned(value);
                    lines.push(tail(value));
                }
            }
        }
        without_returns(&mut lines);
        lines
    }
}

/// Returns how many statements at the end of a script only end it.
fn trailing_exit(script: &Block, literal: bool) -> usize {
    if literal {
        return 0;
    }
    let mut count = 0;
    for stmt in script.iter().rev() {
        match &stmt.kind {
            StmtKind::Exit(None) | StmtKind::Exit(Some(crate::tree::Expr::Int(0))) => count += 1,
            StmtKind::Return(None) | StmtKind::Return(Some(crate::tree::Expr::Int(0))) => {
                count += 1
            }
            StmtKind::Dispose(_) | StmtKind::Boilerplate => count += 1,
            _ => break,
        }
    }
    count
}

/// Makes values of the returns at the end of a function: `return x;` is `x`.
pub(super) fn without_returns(lines: &mut Lines) {
    let Some(last) = lines.last_mut() else { return };
    match &mut last.kind {
        LineKind::Return(Some(value)) => {
            let value = std::mem::replace(value, Rust::Bool(false));
            last.kind = LineKind::Tail(value);
        }
        LineKind::Return(None) => {
            let is_bare = last.trailing.is_none();
            if is_bare {
                lines.pop();
                // What is then last may be a return's block again.
            } else {
                last.kind = LineKind::Tail(path("()"));
            }
        }
        LineKind::Expr(expr) => {
            let inside = blocks_of(expr);
            let mut gives = false;
            for block in inside {
                without_returns(block);
                gives |= matches!(block.last().map(|line| &line.kind), Some(LineKind::Tail(_)));
            }
            if gives {
                let expr = std::mem::replace(expr, Rust::Bool(false));
                last.kind = LineKind::Tail(simple(expr));
            }
        }
        _ => {}
    }
}

/// Returns the blocks of an `if` or `match`, one of which is the end of the function.
fn blocks_of(expr: &mut Rust) -> Vec<&mut Lines> {
    match expr {
        Rust::If { then, otherwise, .. } | Rust::IfLet { then, otherwise, .. } => {
            let mut blocks = vec![then];
            blocks.extend(otherwise);
            blocks
        }
        Rust::Match { arms, .. } => arms.iter_mut().map(|(_, block)| block).collect(),
        Rust::Block(block) => vec![block],
        _ => Vec::new(),
    }
}

/// `if c { true } else { false }` is `c`.
fn simple(expr: Rust) -> Rust {
    let Rust::If { cond, then, otherwise: Some(otherwise) } = expr else { return expr };
    let value = |block: &Lines| match block.as_slice() {
        [Line { kind: LineKind::Tail(Rust::Bool(value)), .. }] => Some(*value),
        _ => None,
    };
    match (value(&then), value(&otherwise)) {
        (Some(true), Some(false)) => *cond,
        (Some(false), Some(true)) => build::negated(*cond),
        _ => Rust::If { cond, then, otherwise: Some(otherwise) },
    }
}
