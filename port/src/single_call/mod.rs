//! The only request of a script, as a [`Call`]: the statements before it are run, as far as their values are known.
//!
//! * this file finds the request and runs statements,
//! * `values.rs` has the values of variables, and expressions,
//! * `objects.rs` has the members of Chilkat's objects,
//! * `send.rs` has the members that send a request.

mod objects;
mod send;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use zoomkat::Call;

use self::send::is_send;
use self::values::Value;
use crate::port::Error;
use crate::tree::{Block, Expr, Function, Stmt, StmtKind, Target};

/// How deep calls of the script's functions are followed.
const MAX_CALLS: usize = 20;

/// Returns the only request of a script.
pub(crate) fn only(script: &Block) -> Result<Call, Error> {
    let mut script = script.clone();
    let mut lines = Vec::new();
    find_sends(&mut script, &mut lines);
    match lines.as_slice() {
        [] => return Err(Error::new(0, "the script makes no request that is known here")),
        [_] => {}
        [first, second, ..] => {
            let count = lines.len();
            let why = format!(
                "the script makes {count} requests, the first in line {first}; a view has only one"
            );
            return Err(Error::new(*second, why));
        }
    }
    let mut run = Run::default();
    let mut main = Block::new();
    for stmt in script {
        match stmt.kind {
            StmtKind::Function(function) => {
                _ = run.functions.insert(function.name.clone(), function)
            }
            _ => main.push(stmt),
        }
    }
    match run.block(&main)? {
        Flow::Sent(call) => return finished(*call, &run.variables),
        Flow::Next | Flow::Left => {}
    }
    // The frame of a page: a function that nobody calls.
    let frames: Vec<Function> = run.functions.values().cloned().collect();
    for mut frame in frames {
        let mut lines = Vec::new();
        find_sends(&mut frame.body, &mut lines);
        if !lines.is_empty() {
            if let Flow::Sent(call) = run.block(&frame.body)? {
                return finished(*call, &run.variables);
            }
        }
    }
    Err(Error::new(lines[0], "the request depends on what the program does before it"))
}

fn finished(mut call: Call, variables: &BTreeSet<String>) -> Result<Call, Error> {
    for name in variables {
        call.add_variable(name);
    }
    Ok(call)
}

/// Collects the lines of the calls that send a request.
fn find_sends(block: &mut Block, lines: &mut Vec<usize>) {
    for stmt in block {
        let line = stmt.line;
        stmt.for_each_expr(&mut |expr| find_in_expr(expr, line, lines));
        stmt.for_each_block(&mut |block| find_sends(block, lines));
    }
}

fn find_in_expr(expr: &mut Expr, line: usize, lines: &mut Vec<usize>) {
    if let Expr::Method { name, args, .. } = expr {
        if is_send(name, args.len()) {
            lines.push(line);
        }
    }
    expr.for_each_child(&mut |child| find_in_expr(child, line, lines));
}

/// Where a block ends.
enum Flow {
    Next,
    /// By a return or an exit.
    Left,
    Sent(Box<Call>),
}

#[derive(Default)]
struct Run {
    values: BTreeMap<String, Value>,
    functions: BTreeMap<String, Function>,
    /// The variables of the environment that were read, and template values.
    variables: BTreeSet<String>,
    /// The request, once it is sent.
    sent: Option<Box<Call>>,
    line: usize,
    calls: usize,
}

impl Run {
    fn block(&mut self, block: &Block) -> Result<Flow, Error> {
        for stmt in block {
            self.line = stmt.line;
            let flow = self.stmt(stmt)?;
            if let Some(call) = self.sent.take() {
                return Ok(Flow::Sent(call));
            }
            if !matches!(flow, Flow::Next) {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn error(&self, why: impl Into<String>) -> Error {
        Error::new(self.line, why)
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<Flow, Error> {
        match &stmt.kind {
            StmtKind::Declare { name, value: Some(value), .. } => {
                let value = self.eval(value)?;
                self.values.insert(name.clone(), value);
            }
            StmtKind::Assign { target, value } => {
                let value = self.eval(value)?;
                match target {
                    Target::Var(name) => _ = self.values.insert(name.clone(), value),
                    Target::Property { object: Expr::Var(object), name } => {
                        self.set(object, name, value)?
                    }
                    Target::Property { .. } => {}
                    Target::Index { object, .. } => self.forget(object),
                }
            }
            StmtKind::Expr(value) | StmtKind::Discard { value, .. } => _ = self.eval(value)?,
            StmtKind::If { branches, otherwise } => {
                return self.branches(branches, otherwise.as_ref());
            }
            StmtKind::Try { body, finally, .. } => {
                let flow = self.block(body)?;
                return if matches!(flow, Flow::Next) { self.block(finally) } else { Ok(flow) };
            }
            StmtKind::Return(value) => {
                if let Some(value) = value {
                    let value = self.eval(value)?;
                    self.values.insert(RESULT.to_owned(), value);
                }
                return Ok(Flow::Left);
            }
            StmtKind::Exit(_) | StmtKind::Throw(_) | StmtKind::Break | StmtKind::Continue => {
                return Ok(Flow::Left);
            }
            StmtKind::While { body, .. }
            | StmtKind::DoWhile { body, .. }
            | StmtKind::For { body, .. }
            | StmtKind::ForEach { body, .. } => self.skip(body, "a loop")?,
            StmtKind::Switch { cases, otherwise, .. } => {
                let blocks = cases.iter().map(|(_, block)| block).chain(otherwise);
                blocks.into_iter().try_for_each(|block| self.skip(block, "a condition"))?;
            }
            // What prints or is not understood.
            _ => {}
        }
        Ok(Flow::Next)
    }

    fn branches(
        &mut self,
        branches: &[(Expr, Block)],
        otherwise: Option<&Block>,
    ) -> Result<Flow, Error> {
        for (cond, block) in branches {
            match self.eval(cond)? {
                Value::Bool(true) => return self.block(block),
                Value::Bool(false) => {}
                _ => {
                    let all = branches.iter().map(|(_, block)| block).chain(otherwise);
                    all.into_iter().try_for_each(|block| self.skip(block, "a condition"))?;
                    return Ok(Flow::Next);
                }
            }
        }
        otherwise.map_or(Ok(Flow::Next), |block| self.block(block))
    }

    /// Skips a block that may or may not run. What it may change is unknown afterwards.
    fn skip(&mut self, block: &Block, what: &str) -> Result<(), Error> {
        let mut block = block.clone();
        let mut lines = Vec::new();
        find_sends(&mut block, &mut lines);
        if let Some(line) = lines.first() {
            return Err(Error::new(*line, format!("the request depends on {what}")));
        }
        self.forget_changed(&mut block);
        Ok(())
    }

    fn forget_changed(&mut self, block: &mut Block) {
        for stmt in block {
            if let StmtKind::Assign { target: Target::Var(name), .. }
            | StmtKind::Declare { name, .. } = &stmt.kind
            {
                self.values.insert(name.clone(), Value::Unknown(stmt.line));
            }
            if let StmtKind::Assign { target: Target::Property { object, .. }, .. } = &stmt.kind {
                self.forget(object);
            }
            let mut changed = Vec::new();
            stmt.for_each_expr(&mut |expr| objects_used(expr, &mut changed));
            for object in changed {
                self.forget(&object);
            }
            stmt.for_each_block(&mut |block| self.forget_changed(block));
        }
    }

    fn forget(&mut self, object: &Expr) {
        if let Expr::Var(name) = object {
            if !matches!(self.values.get(name), Some(Value::Http(_)) | None) {
                self.values.insert(name.clone(), Value::Unknown(self.line));
            }
        }
    }
}

/// The name of the variable with the result of a function, which no script has.
const RESULT: &str = "\0result";

/// Collects the variables whose members are called with arguments, and those that are arguments.
fn objects_used(expr: &mut Expr, out: &mut Vec<Expr>) {
    if let Expr::Method { object, args, .. } = expr {
        if !args.is_empty() {
            out.push((**object).clone());
        }
        out.extend(args.iter().filter(|arg| matches!(arg, Expr::Var(_))).cloned());
    }
    expr.for_each_child(&mut |child| objects_used(child, out));
}
