//! Statements.

use super::build::{
    self, binary, bind_as, call, changing, method, mutable, path, run, stmt, unary, var,
};
use super::exprs::is_large;
use super::facts::{self, Role};
use super::lower::Lower;
use super::types::{Ty, Width};
use super::value::{By, Lowered, Value, Why, why};
use super::visit;
use crate::rust::ast::{Expr as Rust, Pattern, Piece, Stmt as Line, StmtKind as LineKind};
use crate::tree::{BinaryOp, Block, Expr, Stmt, StmtKind, Target};

/// What a block is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// Whether something has failed if the program is here.
    pub(super) failed: bool,
    /// Whether this is the last print before the exit.
    pub(super) last_print: bool,
}

impl Lower<'_, '_> {
    /// Translates a block with a scope of its own.
    pub(super) fn block(&mut self, block: &Block, failed: bool) -> Vec<Line> {
        let narrowed = self.narrowed.clone();
        let lines = self.lines_of(block, failed);
        self.narrowed = narrowed;
        lines
    }

    /// Translates the main part of a script.
    pub(super) fn main_lines(&mut self, script: &[Stmt]) -> Vec<Line> {
        self.lines_of(script, false)
    }

    fn lines_of(&mut self, block: &[Stmt], failed: bool) -> Vec<Line> {
        let failed = failed && !self.literal && self.ends_program(block);
        let last_print = match failed {
            true => block.iter().rposition(|stmt| matches!(stmt.kind, StmtKind::Print { .. })),
            false => None,
        };
        let idempotent = self.repeatable(block);
        let mut lines: Vec<Line> = Vec::new();
        let mut follows = false;
        let mut blank = false;
        for (at, stmt) in block.iter().enumerate() {
            if build::leaves(&lines) {
                break;
            }
            if std::ptr::eq(block.as_ptr(), self.script) && self.skipped.contains(&at) {
                continue;
            }
            let place = Place { failed, last_print: last_print == Some(at) };
            let outer = std::mem::take(&mut self.before);
            let found = self.stmt(stmt, place, &block[at + 1..]);
            let before = std::mem::replace(&mut self.before, outer);
            let mut new = match found {
                Ok(new) => {
                    let mut all = before;
                    all.extend(new);
                    follows &= all.is_empty();
                    all
                }
                Err(why) => {
                    let continues = follows && why.follows;
                    follows = true;
                    self.unported(stmt, &why, continues)
                }
            };
            if let Some((_, name)) = idempotent.iter().find(|(last, _)| *last == at) {
                new.push(run(changing(var(name), "set_idempotent", vec![Rust::Bool(false)])));
            }
            blank |= stmt.blank_before;
            if let Some(first) = new.first_mut() {
                // The exit stands with its message.
                let leaves = matches!(stmt.kind, StmtKind::Exit(_) | StmtKind::Return(_));
                first.blank_before |= blank && !lines.is_empty() && !leaves;
                blank = false;
            }
            if let (Some(comment), Some(last)) = (&stmt.trailing, new.first_mut()) {
                if last.trailing.is_none() && !matches!(last.kind, LineKind::Comment(_)) {
                    last.trailing = Some(comment.clone());
                }
            }
            lines.extend(new);
        }
        lines
    }

    fn stmt(&mut self, stmt: &Stmt, place: Place, rest: &[Stmt]) -> Lowered<Vec<Line>> {
        match &stmt.kind {
            StmtKind::Comment(text) => Ok(self.comment(text)),
            StmtKind::Declare { name, value: None, .. } => self.declare_later(name),
            StmtKind::Declare { name, value: Some(value), .. } => self.declare(name, value),
            StmtKind::Assign { target, value } => self.assign(target, value),
            StmtKind::Expr(value) => self.effect(value),
            StmtKind::Discard { name, value } => self.discard(name.as_deref(), value),
            StmtKind::Print { value, newline, to_stderr } => {
                self.print(value, *newline, *to_stderr || place.last_print)
            }
            StmtKind::If { branches, otherwise } => {
                self.if_statement(stmt, branches, otherwise.as_ref(), rest)
            }
            StmtKind::While { cond, body } => self.while_loop(cond, body),
            StmtKind::DoWhile { body, cond } => self.do_while(body, cond),
            StmtKind::For { name, from, to, inclusive, step, body } => {
                self.for_loop(name, (from, to, *inclusive, *step), body)
            }
            StmtKind::ForEach { name, items, body } => self.for_each(name, items, body),
            StmtKind::Switch { value, cases, otherwise } => {
                self.switch(value, cases, otherwise.as_ref())
            }
            StmtKind::Break => Ok(vec![build::stmt(LineKind::Break)]),
            StmtKind::Continue => Ok(vec![build::stmt(LineKind::Continue)]),
            StmtKind::Return(value) => self.return_(value.as_ref(), place.failed),
            StmtKind::Exit(code) => self.exit(code.as_ref(), place.failed),
            StmtKind::Throw(value) => self.throw(value.as_ref()),
            StmtKind::Try { body, catch, finally } => self.try_(body, catch.as_ref(), finally),
            StmtKind::Attempt { name, call, otherwise } => {
                self.attempt(name.as_ref(), call, otherwise)
            }
            StmtKind::Unported(reason) => why(reason.clone()),
            StmtKind::Function(_) | StmtKind::Dispose(_) | StmtKind::Boilerplate => Ok(Vec::new()),
        }
    }

    fn comment(&self, text: &str) -> Vec<Line> {
        let says_type = !self.literal && facts::said(text).is_some();
        if says_type || is_on_unlocking(text) || is_on_file(text) {
            return Vec::new();
        }
        vec![build::comment(text)]
    }

    fn declare_later(&mut self, name: &String) -> Lowered<Vec<Line>> {
        let id = self.id(name)?;
        let binding = self.binding(id);
        if let crate::tree::Hint::Object(class) = &binding.hint {
            if super::types::class_of(class).is_none() {
                return why(super::exprs::absent_class(class));
            }
        }
        if binding.assigned == 0 || binding.always {
            return Ok(Vec::new());
        }
        let ty = self.type_of(id);
        self.known(&ty, name)?;
        let value = match (binding.captured, &ty) {
            (true, _) => Some(self.default_of(&ty)),
            _ => None,
        };
        let written = value.is_some() || matches!(ty, Ty::Option(_));
        let ty = written.then(|| ty.written(self.transport));
        let pattern = Pattern::Name(binding.rust.clone());
        Ok(vec![stmt(LineKind::Let { pattern, ty, value, otherwise: None })])
    }

    /// Returns an empty value of a type.
    pub(super) fn default_of(&self, ty: &Ty) -> Rust {
        match ty {
            Ty::Bool => Rust::Bool(false),
            Ty::Int(_) | Ty::Bit => Rust::Int(0),
            Ty::Float => Rust::Float("0.0".into()),
            Ty::Str => Rust::Text(String::new()),
            Ty::Text | Ty::Cow => call("String::new", vec![]),
            Ty::List(_) | Ty::Bytes => call("Vec::new", vec![]),
            Ty::Map(_) => call("Default::default", vec![]),
            Ty::Option(_) => path("None"),
            Ty::Object(class) => call(
                &format!("{}::new", super::types::class_written(class, self.transport)),
                vec![],
            ),
            _ => call("Default::default", vec![]),
        }
    }

    fn declare(&mut self, name: &String, value: &Expr) -> Lowered<Vec<Line>> {
        let id = self.id(name)?;
        let binding = self.binding(id);
        if binding.always {
            return self.effect(value);
        }
        let ty = self.type_of(id);
        if !ty.is_known() {
            // The value says more.
            self.value(value, &ty)?;
        }
        self.known(&ty, name)?;
        let mut lines = Vec::new();
        let (expr, unclear) = match self.array(id, value, &ty)? {
            Some(array) => (array, false),
            None => self.stored(value, &ty, &mut lines)?,
        };
        let grows = binding.loose
            && binding.assigned > 0
            && matches!(expr, Rust::Int(_))
            && self.is_calculated(id);
        let large = is_large(&expr) || grows;
        let written = (unclear || large || matches!(expr, Rust::Path(ref none) if none == "None"))
            .then(|| ty.written(self.transport));
        lines.push(bind_as(Pattern::Name(binding.rust.clone()), written, expr));
        Ok(lines)
    }

    /// Returns whether a number may grow beyond Rust's default type.
    fn is_calculated(&self, id: usize) -> bool {
        self.binding(id).assigned > 1
    }

    /// Translates a value for a variable of a type. What returns nothing is done before.
    fn stored(&mut self, value: &Expr, ty: &Ty, lines: &mut Vec<Line>) -> Lowered<(Rust, bool)> {
        if *value == Expr::Null && !matches!(ty, Ty::Option(_)) {
            return Ok((self.default_of(ty), true));
        }
        let value = self.value(value, ty)?;
        if value.ty == Ty::Unit && *ty == Ty::Bool {
            lines.push(run(value.expr));
            return Ok((Rust::Bool(true), false));
        }
        if matches!(&value.ty, Ty::Result(inner) if **inner == Ty::Unit) && *ty == Ty::Bool {
            return Ok((method(value.expr, "is_ok", vec![]), false));
        }
        let unclear = value.unclear;
        Ok((value.owned(ty)?, unclear))
    }

    /// Returns the array for a list that stays as it is.
    fn array(&mut self, id: usize, value: &Expr, ty: &Ty) -> Lowered<Option<Rust>> {
        let (Expr::List(items), Ty::List(item)) = (value, ty) else { return Ok(None) };
        if items.is_empty() || !self.facts.is_array(id) {
            return Ok(None);
        }
        let texts = items.iter().all(|item| matches!(item, Expr::Text(_)));
        let item = match (&**item, texts && !self.binding(id).passed) {
            (Ty::Text, true) => Ty::Str,
            (item, _) => item.clone(),
        };
        let values =
            items.iter().map(|each| self.owned(each, &item)).collect::<Lowered<Vec<_>>>()?;
        self.forms.insert(id, (Ty::List(Box::new(item)), By::Own));
        Ok(Some(Rust::Array(values)))
    }

    fn assign(&mut self, target: &Target, value: &Expr) -> Lowered<Vec<Line>> {
        match target {
            Target::Var(name) => self.assign_variable(name, value),
            Target::Property { object, name } => {
                let called = self.set(object, name, value)?;
                Ok(vec![run(self.statement(called)?)])
            }
            Target::Index { object, index } => {
                let object = self.value(object, &Ty::Unknown)?;
                if object.by == By::Ref {
                    return why("a change of something that is only read");
                }
                match object.ty.clone() {
                    Ty::List(item) => {
                        let index = self.value(index, &Ty::Int(Width::Usize))?.int(Width::Usize)?;
                        let value = self.owned(value, &item)?;
                        let target =
                            Rust::Index { receiver: Box::new(object.expr), index: Box::new(index) };
                        Ok(vec![stmt(LineKind::Assign { target, op: "=", value })])
                    }
                    Ty::Map(item) => {
                        let key = self.value(index, &Ty::Text)?.string()?;
                        let value = self.owned(value, &item)?;
                        Ok(vec![run(changing(object.expr, "insert", vec![key, value]))])
                    }
                    ty => why(format!("an item of {}", super::value::said(&ty))),
                }
            }
        }
    }

    fn assign_variable(&mut self, name: &String, value: &Expr) -> Lowered<Vec<Line>> {
        let id = self.id(name)?;
        let binding = self.binding(id);
        if binding.always {
            return self.effect(value);
        }
        let ty = self.type_of(id);
        if !ty.is_known() {
            self.value(value, &ty)?;
        }
        self.known(&ty, name)?;
        let place = self.variable(name)?;
        let target = match place.by {
            By::Mut => unary("*", place.expr),
            By::Ref => return why("a change of something that is only read"),
            By::Own => place.expr,
        };
        if let Some(line) = self.appended(name, &target, &ty, value)? {
            return Ok(vec![line]);
        }
        let mut lines = Vec::new();
        let (expr, _) = self.stored(value, &ty, &mut lines)?;
        let own = |expr: &Rust| *expr == target;
        let line = match expr {
            // Clippy wants `x += 1`, also for `x = 1 + x`.
            Rust::Binary { op: op @ ("+" | "-" | "*" | "/" | "%"), left, right } if own(&left) => {
                LineKind::Assign { target, op: assigning(op), value: *right }
            }
            Rust::Binary { op: op @ ("+" | "*"), left, right } if own(&right) => {
                LineKind::Assign { target, op: assigning(op), value: *left }
            }
            // A text is assigned in its place.
            expr => LineKind::Assign { target, op: "=", value: expr },
        };
        lines.push(stmt(line));
        Ok(lines)
    }

    /// Translates `text = text + more` to `text += more`.
    fn appended(
        &mut self,
        name: &String,
        target: &Rust,
        ty: &Ty,
        value: &Expr,
    ) -> Lowered<Option<Line>> {
        if *ty != Ty::Text {
            return Ok(None);
        }
        let mut parts = Vec::new();
        flatten(value, &mut parts);
        let is_own = |expr: &Expr| matches!(expr, Expr::Var(own) if self.facts.id(own) == self.facts.id(name));
        if parts.len() < 2 || !is_own(parts[0]) || !self.is_text(value) {
            return Ok(None);
        }
        let more = match &parts[1..] {
            [part] => self.value(part, &Ty::Text)?.str()?,
            parts => {
                let pieces = self.pieces_of(parts)?;
                super::exprs::joined(pieces).str()?
            }
        };
        if let Rust::Var(own) = target {
            if build::mentions(&more, own) {
                return Ok(None);
            }
        }
        Ok(Some(stmt(LineKind::Assign { target: target.clone(), op: "+=", value: more })))
    }

    /// Translates an expression whose value nobody reads.
    pub(super) fn effect(&mut self, value: &Expr) -> Lowered<Vec<Line>> {
        let called = match value {
            Expr::Method { object, name, args } => Some(self.called(object, name, Some(args))?),
            Expr::Property { object, name } => Some(self.called(object, name, None)?),
            _ => None,
        };
        if let Some(called) = called {
            let reads = !called.mutates && !matches!(called.value.ty, Ty::Unit | Ty::Result(_));
            let expr = self.statement(called)?;
            return Ok(vec![match reads {
                true => bind_as(Pattern::Ignored, None, expr),
                false => run(expr),
            }]);
        }
        let value = self.value(value, &Ty::Unknown)?;
        Ok(match (&value.ty, &value.expr) {
            (Ty::Unit, _) => vec![run(value.expr)],
            (_, Rust::Call { .. } | Rust::Try(_)) => vec![run(value.expr)],
            _ if value.stays || value.is_literal() => Vec::new(),
            _ => vec![bind_as(Pattern::Ignored, None, value.expr)],
        })
    }

    fn discard(&mut self, name: Option<&str>, value: &Expr) -> Lowered<Vec<Line>> {
        let Some(name) = name else { return self.effect(value) };
        if *value == Expr::Null {
            return Ok(Vec::new());
        }
        let found = match value {
            Expr::Method { object, name, args } => Some(self.called(object, name, Some(args))?),
            Expr::Property { object, name } => Some(self.called(object, name, None)?),
            _ => None,
        };
        if let Some(called) = found {
            let is_status = match &called.value.ty {
                Ty::Unit => true,
                Ty::Result(inner) => **inner == Ty::Unit,
                Ty::Bool => called.mutates,
                _ => false,
            };
            if is_status {
                return Ok(vec![run(self.statement(called)?)]);
            }
            let name = Pattern::Name(format!("_{}", crate::names::rust_name(name)));
            return Ok(vec![bind_as(name, None, called.value.settled().expr)]);
        }
        let value = self.value(value, &Ty::Unknown)?;
        if value.ty == Ty::Unit {
            return Ok(vec![run(value.expr)]);
        }
        let ty = match value.unclear {
            true => Some(value.ty.written(self.transport)),
            false => None,
        };
        let name = Pattern::Name(format!("_{}", crate::names::rust_name(name)));
        let value = match value.stays && !value.ty.is_copy() {
            true => build::reference(value.expr),
            false => value.settled().expr,
        };
        Ok(vec![bind_as(name, ty, value)])
    }

    fn print(&mut self, value: &Expr, newline: bool, to_stderr: bool) -> Lowered<Vec<Line>> {
        let mut pieces = self.pieces(value)?;
        if newline {
            if let [Piece::Text(text)] = &pieces[..] {
                if text.is_empty() {
                    pieces.clear();
                }
            }
        } else if pieces.is_empty() {
            return Ok(Vec::new());
        }
        let name = match (newline, to_stderr) {
            (true, false) => "println",
            (true, true) => "eprintln",
            (false, false) => "print",
            (false, true) => "eprint",
        };
        Ok(vec![run(build::format(name, pieces))])
    }

    /// Returns the requests of a block that must not be repeated, each with the statement behind which to say so.
    fn repeatable(&self, block: &[Stmt]) -> Vec<(usize, String)> {
        if !self.transport {
            return Vec::new();
        }
        let mut found = Vec::new();
        let is_path = |name: &str| {
            ["path", "putpath", "put_path", "setpath"].contains(&name.to_ascii_lowercase().as_str())
        };
        for stmt in block {
            let (object, value) = match &stmt.kind {
                StmtKind::Assign { target: Target::Property { object, name }, value }
                    if is_path(name) =>
                {
                    (object, value)
                }
                StmtKind::Expr(Expr::Method { object, name, args }) if is_path(name) => {
                    let [value] = &args[..] else { continue };
                    (&**object, value)
                }
                _ => continue,
            };
            let (Expr::Var(name), Expr::Text(text)) = (object, value) else { continue };
            if !text.split('?').next().is_some_and(|path| path.ends_with("/password")) {
                continue;
            }
            let id = self.facts.id(name);
            let is_it = |expr: &Expr| matches!(expr, Expr::Var(name) if self.facts.id(name) == id);
            let sets = |stmt: &Stmt| match &stmt.kind {
                StmtKind::Assign { target: Target::Property { object, .. }, .. } => is_it(object),
                StmtKind::Expr(Expr::Method { object, .. })
                | StmtKind::Discard { value: Expr::Method { object, .. }, .. } => is_it(object),
                _ => false,
            };
            let sent = block.iter().position(|stmt| {
                let mut sent = false;
                visit::own_exprs(stmt, &mut |expr| {
                    visit::all_exprs(expr, &mut |expr| {
                        if let Expr::Method { args, .. } = expr {
                            sent |= args.iter().any(is_it);
                        }
                    });
                });
                sent
            });
            let end = sent.unwrap_or(block.len());
            if let (Some(last), Some(id)) = (block[..end].iter().rposition(sets), id) {
                found.push((last, self.binding(id).rust.clone()));
            }
        }
        found
    }

    /// Returns whether a block ends in the end of the program.
    pub(super) fn ends_program(&self, block: &[Stmt]) -> bool {
        let last = block.iter().rev().find(|stmt| {
            !matches!(
                stmt.kind,
                StmtKind::Comment(_) | StmtKind::Dispose(_) | StmtKind::Boilerplate
            )
        });
        match last.map(|stmt| &stmt.kind) {
            Some(StmtKind::Exit(_)) => true,
            Some(StmtKind::Return(_)) => self.routine == 0 && self.around.is_empty(),
            _ => false,
        }
    }

    /// Fills a variable of the script that a loop or a closure declares.
    pub(super) fn form(&mut self, name: &String, ty: Ty, by: By) -> Lowered<String> {
        let id = self.id(name)?;
        self.forms.insert(id, (ty, by));
        Ok(self.binding(id).rust.clone())
    }

    /// Makes variables of the params that are assigned.
    pub(super) fn own_params(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for id in &self.facts.routines[self.routine].params {
            let binding = self.binding(*id);
            if binding.assigned == 0 || binding.role != (Role::Param { by_ref: false }) {
                continue;
            }
            let name = var(&binding.rust);
            let value = match self.type_of(*id) {
                Ty::Text => method(name, "to_string", vec![]),
                Ty::List(_) => method(name, "to_vec", vec![]),
                ty if ty.is_copy() || matches!(ty, Ty::Option(_)) => name,
                _ => method(name, "clone", vec![]),
            };
            lines.push(build::bind(&binding.rust, value));
        }
        lines
    }
}

/// Returns the parts of a concatenation.
fn flatten<'t>(expr: &'t Expr, parts: &mut Vec<&'t Expr>) {
    match expr {
        Expr::Concat(items) => items.iter().for_each(|item| flatten(item, parts)),
        Expr::Binary { op: BinaryOp::Add, left, right } => {
            flatten(left, parts);
            flatten(right, parts);
        }
        _ => parts.push(expr),
    }
}

fn assigning(op: &str) -> &'static str {
    match op {
        "+" => "+=",
        "-" => "-=",
        "*" => "*=",
        "/" => "/=",
        _ => "%=",
    }
}

/// Returns whether a comment says that Chilkat is to be unlocked.
pub(super) fn is_on_unlocking(text: &str) -> bool {
    text.contains("to have been previously unlocked") || text.contains("Global Unlock Sample")
}

/// Returns whether a comment is for the interpreter.
pub(super) fn is_on_file(text: &str) -> bool {
    ["!", "frozen_string_literal:", "-*-", "coding:", "encoding:"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// A statement's reason with its place.
pub(super) fn placed(line: usize, why: &Why) -> String {
    format!("line {line}: {}", why.text)
}

/// A value that takes the place of one that is not ported.
pub(super) fn stand_in(line: usize, why: &Why) -> Rust {
    call("not_ported", vec![Rust::Text(placed(line, why))])
}

/// A mutable reference for a param that is changed.
pub(super) fn changed(value: Value) -> Rust {
    match value.by {
        By::Own => mutable(value.expr),
        _ => value.expr,
    }
}

/// Adds a number to a range's end.
pub(super) fn plus_one(value: Rust) -> Rust {
    match value {
        Rust::Int(number) => Rust::Int(number.saturating_add(1)),
        value => binary("+", value, Rust::Int(1)),
    }
}
