//! Statements.

use super::build::{self, binary, call, changing, method, run, var};
use super::facts::Role;
use super::lower::Lower;
use super::pairs::{adds_first, is_pair, joined_pair};
use super::tries::Way;
use super::types::Ty;
use super::value::{By, Lowered, Why, why};
use super::visit;
use crate::rust::ast::{Expr as Rust, Stmt as Line, StmtKind as LineKind};
use crate::tree::{Block, Expr, Stmt, StmtKind, Target};

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

    /// Translates the body of a loop.
    pub(super) fn body(&mut self, block: &Block) -> Vec<Line> {
        let outer = std::mem::replace(&mut self.loop_body, block.as_ptr());
        let leaves = std::mem::replace(&mut self.continue_leaves, false);
        let in_loop = std::mem::replace(&mut self.in_loop, true);
        let lines = self.block(block, false);
        self.in_loop = in_loop;
        self.loop_body = outer;
        self.continue_leaves = leaves;
        lines
    }

    /// Translates the main part of a script.
    pub(super) fn main_lines(&mut self, script: &[Stmt]) -> Vec<Line> {
        self.lines_of(script, false)
    }

    fn lines_of(&mut self, block: &[Stmt], failed: bool) -> Vec<Line> {
        let is_branch = !std::ptr::eq(block.as_ptr(), self.script);
        let failed = !self.literal
            && (failed && self.ends_program(block) || is_branch && fails_with_code(block));
        let last_print = match failed {
            true => block.iter().rposition(|stmt| matches!(stmt.kind, StmtKind::Print { .. })),
            false => None,
        };
        let idempotent = self.repeatable(block);
        let mut lines: Vec<Line> = Vec::new();
        let mut follows = false;
        let mut blank = false;
        // How many lines are known to go on.
        let mut seen = 0;
        for (at, stmt) in block.iter().enumerate() {
            if build::leaves(lines.get(seen..).unwrap_or_default()) {
                self.not_reached(&block[at..], &mut lines);
                break;
            }
            // The last two may still become one.
            seen = lines.len().saturating_sub(2);
            if std::ptr::eq(block.as_ptr(), self.script) && self.skipped.contains(&at) {
                continue;
            }
            let place = Place { failed, last_print: last_print == Some(at) };
            let outer = std::mem::take(&mut self.before);
            let marked = self.remarks.len();
            self.current = block.as_ptr();
            self.line = stmt.line;
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
                    self.remarks.truncate(marked);
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
            if let (Some(last), [only]) = (lines.last_mut(), new.as_slice()) {
                if adds_first(last, only) {
                    self.merge(stmt, last);
                    continue;
                }
            }
            match (lines.pop(), new.as_mut_slice()) {
                (Some(last), [only]) if is_pair(&last, only) => {
                    only.blank_before = last.blank_before;
                    let LineKind::Let { value: Some(value), .. } = last.kind else { continue };
                    only.kind =
                        joined_pair(value, std::mem::replace(&mut only.kind, LineKind::Break));
                }
                (last, _) => lines.extend(last),
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
            StmtKind::ForEach { name, items, body } => {
                self.warn_of_order(stmt, items);
                self.for_each(name, items, body)
            }
            StmtKind::Switch { value, cases, otherwise } => {
                self.switch(value, cases, otherwise.as_ref())
            }
            StmtKind::Break => {
                let left = self.leaves_try(Way::Break);
                Ok(vec![left.unwrap_or_else(|| build::stmt(LineKind::Break))])
            }
            StmtKind::Continue if self.continue_leaves => {
                Ok(vec![build::stmt(LineKind::Return(self.nothing()))])
            }
            StmtKind::Continue => {
                let left = self.leaves_try(Way::Continue);
                Ok(vec![left.unwrap_or_else(|| build::stmt(LineKind::Continue))])
            }
            StmtKind::Return(value) => self.return_(value.as_ref(), place.failed),
            StmtKind::Exit(code) => self.exit(code.as_ref(), place.failed),
            StmtKind::Throw(value) => self.throw(value.as_ref()),
            StmtKind::Try { body, catch, finally } => {
                self.try_(body, catch.as_ref(), finally, rest)
            }
            StmtKind::Attempt { name, call, otherwise } => {
                self.attempt(name.as_ref(), call, otherwise)
            }
            StmtKind::Unported(reason) => why(reason.clone()),
            StmtKind::Function(_)
            | StmtKind::Constant { .. }
            | StmtKind::Dispose(_)
            | StmtKind::Boilerplate => Ok(Vec::new()),
        }
    }

    /// Counts an item that is at a list's declaration. A list without others is an array.
    fn merge(&mut self, stmt: &Stmt, list: &mut Line) {
        let StmtKind::Expr(Expr::Builtin { args, .. }) = &stmt.kind else { return };
        let Some(Expr::Var(name)) = args.first() else { return };
        let Some(id) = self.facts.id(name) else { return };
        let merged = self.merged.entry(id).or_default();
        *merged += 1;
        let binding = &self.facts.bindings[id];
        if *merged < binding.pushes || binding.grows {
            return;
        }
        if let LineKind::Let { value: Some(value), .. } = &mut list.kind {
            if let Rust::Macro { name: "vec", args } = value {
                *value = Rust::Array(std::mem::take(args));
            }
        }
    }

    fn comment(&self, text: &str) -> Vec<Line> {
        let says_type = !self.literal && super::said::said(text).is_some();
        let is_end = text == "namespace" || text == "anonymous namespace";
        if says_type || is_end || is_on_unlocking(text) || is_on_file(text) {
            return Vec::new();
        }
        vec![build::comment(text)]
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

/// Returns whether a block ends in the end of the program with a code that says that it failed.
fn fails_with_code(block: &[Stmt]) -> bool {
    let last = block.iter().rev().find(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)));
    matches!(last.map(|stmt| &stmt.kind), Some(StmtKind::Exit(Some(Expr::Int(code)))) if *code != 0)
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

/// Adds a number to a range's end.
pub(super) fn plus_one(value: Rust) -> Rust {
    match value {
        Rust::Int(number) => Rust::Int(number.saturating_add(1)),
        value => binary("+", value, Rust::Int(1)),
    }
}
