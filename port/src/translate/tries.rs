//! `try` with its handlers.

use super::build::{self, bind_as, method, path, run, variant};
use super::lower::{Around, Lower};
use super::types::{ERROR, Ty};
use super::value::{By, Lowered, why};
use super::visit;
use crate::rust::ast::{Expr as Rust, Pattern, Stmt as Line, StmtKind as LineKind};
use crate::tree::{Block, Catch, Stmt, StmtKind};

impl Lower<'_, '_> {
    /// Translates a `try`: its body is a closure if anything in it fails.
    pub(super) fn try_(
        &mut self,
        body: &Block,
        catch: Option<&Catch>,
        finally: &Block,
        rest: &[Stmt],
    ) -> Lowered<Vec<Line>> {
        if catch.is_none() {
            let mut lines = self.block(body, false);
            if !build::leaves(&lines) {
                lines.extend(self.block(finally, false));
            }
            return Ok(lines);
        }
        // Behind the last statement of a body, going on is the same as leaving the closure.
        let is_last = finally.is_empty()
            && rest.iter().all(|stmt| {
                matches!(
                    stmt.kind,
                    StmtKind::Comment(_) | StmtKind::Dispose(_) | StmtKind::Boilerplate
                )
            });
        let continue_leaves = is_last && self.current == self.loop_body;
        let return_leaves = is_last
            && self.current == self.function_body
            && self.result_type(self.routine) == Ty::Unit;
        let breaks = visit::has_in_loop(body, &|kind| match kind {
            StmtKind::Break => true,
            StmtKind::Continue => !continue_leaves,
            _ => false,
        });
        let mut returns = false;
        visit::all_stmts(body, &mut |stmt| returns |= matches!(stmt.kind, StmtKind::Return(_)));
        let all_return = returns && self.routine != 0 && ends(body);
        let outer = (self.continue_leaves, self.return_leaves);
        (self.continue_leaves, self.return_leaves) = (continue_leaves, return_leaves);
        self.around.push(Around::Try { fails: false });
        let marks = (self.remarks.len(), self.stands);
        let mut tried = self.block(body, false);
        let fails = matches!(self.around.pop(), Some(Around::Try { fails: true }));
        (self.continue_leaves, self.return_leaves) = outer;
        if !fails {
            // Nothing in it fails here, so that its handler has nothing to do.
            self.remarks.truncate(marks.0);
            self.stands = marks.1;
            let mut lines = self.block(body, false);
            if !build::leaves(&lines) {
                lines.extend(self.block(finally, false));
            }
            return Ok(lines);
        }
        if breaks || (returns && !all_return && !return_leaves && self.routine != 0) {
            return why("a try that a return, break or continue leaves");
        }
        let ty = if all_return { self.result_type(self.routine) } else { Ty::Unit };
        if !build::leaves(&tried) {
            tried.push(build::tail(build::call("Ok", vec![path("()")])));
        }
        super::routines::without_returns(&mut tried);
        let closure = Rust::Closure { params: Vec::new(), body: tried };
        let result = Rust::Call { function: Box::new(closure), args: Vec::new() };
        let name = self.unused(&["result", "outcome", "attempt", "tried"]);
        let written = format!("Result<{}, {ERROR}>", ty.written(self.transport));
        let mut lines = vec![bind_as(Pattern::Name(name.clone()), Some(written), result)];
        let handled = self.handler(catch, finally)?;
        lines.extend(self.handled(&name, catch, handled, all_return)?);
        if !build::leaves(&lines) {
            lines.extend(self.block(finally, false));
        }
        Ok(lines)
    }

    fn handler(&mut self, catch: Option<&Catch>, finally: &Block) -> Lowered<Vec<Line>> {
        let Some(catch) = catch else { return Ok(Vec::new()) };
        let rust = match &catch.name {
            Some(name) => Some(self.form(name, Ty::Error, By::Own)?),
            None => visit_throws(&catch.body).then(|| "err".to_owned()),
        };
        self.caught.push(rust);
        let mut lines = self.block(&catch.body, true);
        self.caught.pop();
        // What is done in any case is done before the program leaves.
        if build::leaves(&lines) && !finally.is_empty() {
            let last = self.block(finally, false);
            let at = lines.iter().position(|line| build::leaves(&vec![line.clone()]));
            let at = at.unwrap_or(lines.len());
            lines.splice(at..at, last);
        }
        Ok(lines)
    }

    fn handled(
        &mut self,
        result: &str,
        catch: Option<&Catch>,
        lines: Vec<Line>,
        all_return: bool,
    ) -> Lowered<Vec<Line>> {
        let named = match catch {
            Some(Catch { name: Some(name), .. }) => {
                let id = self.id(name)?;
                (self.binding(id).reads > 0 || visit_throws(&catch_body(catch)))
                    .then(|| self.binding(id).rust.clone())
            }
            Some(Catch { name: None, body }) => visit_throws(body).then(|| "err".to_owned()),
            None => None,
        };
        let value = build::var(result);
        if all_return {
            let name = self.unused(&["value", "found", "returned"]);
            let ok = build::stmt(LineKind::Return(Some(self.returned(build::var(&name)))));
            let err = variant("Err", named.as_deref());
            let arms = vec![(variant("Ok", Some(&name)), vec![ok]), (err, lines)];
            return Ok(vec![run(Rust::Match { value: Box::new(value), arms })]);
        }
        if lines.is_empty() {
            return Ok(vec![run(method(value, "ok", vec![]))]);
        }
        Ok(vec![run(match named {
            Some(name) => Rust::IfLet {
                pattern: variant("Err", Some(&name)),
                value: Box::new(value),
                then: lines,
                otherwise: None,
            },
            None => Rust::If {
                cond: Box::new(method(value, "is_err", vec![])),
                then: lines,
                otherwise: None,
            },
        })])
    }

    /// Returns the first name that no variable has.
    pub(super) fn unused(&self, names: &[&str]) -> String {
        let is_used = |name: &str| self.facts.bindings.iter().any(|binding| binding.rust == name);
        let free = names.iter().find(|name| !is_used(name)).map(|name| (*name).to_owned());
        free.unwrap_or_else(|| {
            let numbered = (2..).map(|number| format!("{}_{number}", names[0]));
            numbered.into_iter().find(|name| !is_used(name)).unwrap_or_default()
        })
    }
}

fn catch_body(catch: Option<&Catch>) -> Block {
    catch.map_or_else(Vec::new, |catch| catch.body.clone())
}

/// Returns whether a handler throws its exception again.
fn visit_throws(body: &Block) -> bool {
    let mut throws = false;
    visit::all_stmts(body, &mut |stmt| throws |= matches!(stmt.kind, StmtKind::Throw(None)));
    throws
}

/// Returns whether a block always returns or throws.
fn ends(block: &[Stmt]) -> bool {
    match block.last().map(|stmt| &stmt.kind) {
        Some(StmtKind::Return(_) | StmtKind::Throw(_) | StmtKind::Exit(_)) => true,
        Some(StmtKind::If { branches, otherwise: Some(otherwise) }) => {
            ends(otherwise) && branches.iter().all(|(_, block)| ends(block))
        }
        Some(StmtKind::Comment(_) | StmtKind::Dispose(_)) => ends(&block[..block.len() - 1]),
        _ => false,
    }
}
