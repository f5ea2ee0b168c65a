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
use crate::members::{self, Use};
use crate::port::Error;
use crate::tree::{Block, Expr, Function, Stmt, StmtKind, Target};

/// How deep calls of the script's functions are followed.
const MAX_CALLS: usize = 20;

/// How many statements are run at most.
const MAX_STEPS: usize = 100_000;

/// Returns the only request of a script.
pub(crate) fn only(script: &Block) -> Result<Call, Error> {
    let mut script = script.clone();
    let mut run = Run::default();
    let mut main = Block::new();
    for stmt in &script {
        match &stmt.kind {
            StmtKind::Function(function) => {
                _ = run.functions.insert(function.name.clone(), function.clone())
            }
            _ => main.push(stmt.clone()),
        }
    }
    run.find_senders();
    let mut lines = Vec::new();
    find_sends(&mut script, &BTreeSet::new(), &mut lines);
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
    run.block(&main)?;
    if run.sent.is_none() {
        // The frame of a page: a function that nobody calls.
        let frames: Vec<Function> = run.functions.values().cloned().collect();
        for frame in frames {
            if run.senders.contains(&frame.name) && !run.called.contains(&frame.name) {
                run.block(&frame.body)?;
            }
        }
    }
    match run.sent.take() {
        Some(call) => finished(*call, &run.variables),
        None => Err(Error::new(lines[0], "the request depends on what the program does before it")),
    }
}

fn finished(mut call: Call, variables: &BTreeSet<String>) -> Result<Call, Error> {
    for name in variables {
        call.add_variable(name);
    }
    Ok(call)
}

/// Collects the lines of the calls that send a request, also by one of these functions.
fn find_sends(block: &mut Block, senders: &BTreeSet<String>, lines: &mut Vec<usize>) {
    for stmt in block {
        let line = stmt.line;
        stmt.for_each_expr(&mut |expr| find_in_expr(expr, line, senders, lines));
        stmt.for_each_block(&mut |block| find_sends(block, senders, lines));
    }
}

fn find_in_expr(expr: &mut Expr, line: usize, senders: &BTreeSet<String>, lines: &mut Vec<usize>) {
    match expr {
        Expr::Method { name, args, .. } if is_send(name, args.len()) => lines.push(line),
        Expr::Call { name, .. } if senders.contains(name) => lines.push(line),
        _ => {}
    }
    expr.for_each_child(&mut |child| find_in_expr(child, line, senders, lines));
}

/// Where a block ends.
enum Flow {
    Next,
    /// By a return or an exit.
    Left,
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
    steps: usize,
    /// The functions that send a request.
    senders: BTreeSet<String>,
    /// The functions that the script calls.
    called: BTreeSet<String>,
}

impl Run {
    /// Finds the functions that send a request, by themselves or by others.
    fn find_senders(&mut self) {
        loop {
            let before = self.senders.len();
            for function in self.functions.values() {
                let mut lines = Vec::new();
                find_sends(&mut function.body.clone(), &self.senders, &mut lines);
                if !lines.is_empty() {
                    self.senders.insert(function.name.clone());
                }
            }
            // A chain of functions is short in scripts that make one request.
            if self.senders.len() == before || self.senders.len() > MAX_CALLS {
                return;
            }
        }
    }

    fn block(&mut self, block: &Block) -> Result<Flow, Error> {
        for stmt in block {
            self.line = stmt.line;
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Err(self.error("the script does too much before its request"));
            }
            match self.stmt(stmt)? {
                Flow::Next => {}
                Flow::Left => return Ok(Flow::Left),
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
                let of = value;
                let value = self.eval(value)?;
                if let (Expr::Var(_), true) = (of, value.is_object()) {
                    // Two names of one object are not followed.
                    self.forget(of);
                    if let Target::Var(name) = target {
                        self.values.insert(name.clone(), Value::Unknown(self.line));
                        return Ok(Flow::Next);
                    }
                }
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
        find_sends(&mut block, &self.senders, &mut lines);
        if let Some(line) = lines.first() {
            return Err(Error::new(*line, format!("the request depends on {what}")));
        }
        if self.sent.is_some() {
            return Ok(());
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
            let mut changed = Changed::default();
            stmt.for_each_expr(&mut |expr| changed.find(expr));
            for (object, name, args) in changed.methods {
                self.forget_if_changed(&object, &name, args, stmt.line);
            }
            changed.args.iter().for_each(|arg| self.forget(arg));
            if changed.calls {
                let names: Vec<String> = self.values.keys().cloned().collect();
                names.into_iter().for_each(|name| self.forget(&Expr::Var(name)));
            }
            stmt.for_each_block(&mut |block| self.forget_changed(block));
        }
    }

    /// Forgets an object if a method changes it. An `Http` keeps which setting is not known.
    fn forget_if_changed(&mut self, object: &str, name: &str, args: usize, line: usize) {
        let Some(value) = self.values.get_mut(object) else { return };
        let class = value.class();
        let found = members::find(class, name, Some(args));
        let changes = found.is_none_or(|(member, usage)| {
            usage == Use::Set || member.call.as_ref().is_none_or(|signature| signature.mutates)
        });
        match value {
            _ if !changes => {}
            Value::Http(settings) => settings.other = Some((line, name.to_owned())),
            _ => *value = Value::Unknown(line),
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

/// What an expression may change.
#[derive(Default)]
struct Changed {
    /// Variable, method, number of arguments.
    methods: Vec<(String, String, usize)>,
    args: Vec<Expr>,
    /// Whether it calls a function of the script.
    calls: bool,
}

impl Changed {
    fn find(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Method { object, name, args } => {
                if let Expr::Var(object) = &**object {
                    self.methods.push((object.clone(), name.clone(), args.len()));
                }
                self.args.extend(args.iter().filter(|arg| matches!(arg, Expr::Var(_))).cloned());
            }
            Expr::Call { .. } => self.calls = true,
            _ => {}
        }
        expr.for_each_child(&mut |child| self.find(child));
    }
}
