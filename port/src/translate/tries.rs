//! `try` with its handlers.

use super::build::{self, bind_as, method, path, run, variant};
use super::lower::{Around, Lower};
use super::types::{ERROR, Ty};
use super::value::{By, Lowered, Why, why};
use super::visit;
use crate::rust::ast::{Expr as Rust, Pattern, Stmt as Line, StmtKind as LineKind};
use crate::tree::{Block, Catch, Stmt, StmtKind};

/// How a `try` in a loop or a function is left before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Break,
    Continue,
    Return,
}

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
        let mut returns = false;
        visit::all_stmts(body, &mut |stmt| returns |= matches!(stmt.kind, StmtKind::Return(_)));
        let all_return = returns && self.routine != 0 && ends(body);
        let returns_by = returns && !all_return && !return_leaves && self.routine != 0;
        let ways = ways_out(body, continue_leaves, returns_by);
        let outer = (self.continue_leaves, self.return_leaves, self.way, self.in_loop);
        (self.continue_leaves, self.return_leaves) = (continue_leaves, return_leaves);
        (self.way, self.in_loop) = (ways.first().copied(), false);
        self.around.push(Around::Try { fails: false });
        let marks = (self.remarks.len(), self.stands);
        let mut tried = self.block(body, false);
        if !build::leaves(&tried) {
            tried.push(build::tail(build::call("Ok", vec![self.end_of_try()])));
        }
        let fails = matches!(self.around.pop(), Some(Around::Try { fails: true }));
        let way = self.way;
        (self.continue_leaves, self.return_leaves, self.way, self.in_loop) = outer;
        if !fails {
            self.remarks.truncate(marks.0);
            self.stands = marks.1;
            return Ok(self.without_failure(body, catch, finally));
        }
        if ways.len() > 1 || all_return && !ways.is_empty() {
            return why("a try that is left in several ways");
        }
        let ty = self.type_of_try(way, all_return);
        super::routines::without_returns(&mut tried);
        let result = match &tried[..] {
            // A call of a function of the script is the result by itself.
            [Line { kind: LineKind::Tail(call @ Rust::Call { function, .. }), .. }]
                if **function != path("Ok") && **function != path("Err") =>
            {
                call.clone()
            }
            _ => {
                let closure = Rust::Closure { params: Vec::new(), body: tried };
                Rust::Call { function: Box::new(closure), args: Vec::new() }
            }
        };
        let name = self.unused(&["result", "outcome", "attempt", "tried"]);
        let written = format!("Result<{}, {ERROR}>", ty.written(self.transport));
        let mut lines = vec![bind_as(Pattern::Name(name.clone()), Some(written), result)];
        let handled = self.handler(catch, finally)?;
        let left = way.map(|way| (way, self.block(finally, false)));
        lines.extend(self.handled(&name, catch, handled, all_return, left)?);
        if !build::leaves(&lines) {
            lines.extend(self.block(finally, false));
        }
        Ok(lines)
    }

    /// Returns the type of what the closure of a `try` gives.
    fn type_of_try(&self, way: Option<Way>, all_return: bool) -> Ty {
        match way {
            None if all_return => self.result_type(self.routine),
            None => Ty::Unit,
            Some(Way::Return) if self.result_type(self.routine) != Ty::Unit => {
                Ty::Option(Box::new(self.result_type(self.routine)))
            }
            Some(_) => Ty::Bool,
        }
    }

    /// Translates a `try` in which nothing fails, so that its handler has nothing to do.
    fn without_failure(
        &mut self,
        body: &Block,
        catch: Option<&Catch>,
        finally: &Block,
    ) -> Vec<Line> {
        let mut lines = self.block(body, false);
        let dropped = self.dropped(catch);
        if build::leaves(&lines) {
            lines.splice(0..0, dropped);
            return lines;
        }
        lines.extend(dropped);
        lines.extend(self.block(finally, false));
        lines
    }

    /// Returns the handler of a `try` in which nothing fails as comments.
    fn dropped(&mut self, catch: Option<&Catch>) -> Vec<Line> {
        let is_code = |stmt: &&Stmt| !matches!(stmt.kind, StmtKind::Comment(_));
        let body = catch.iter().flat_map(|catch| &catch.body);
        let code: Vec<&Stmt> = body.filter(is_code).collect();
        let (Some(first), Some(last)) = (code.first(), code.last()) else { return Vec::new() };
        let text = "nothing that this handles fails here".to_owned();
        let why = Why { text, follows: false, absent: true };
        self.quoted(first.line, last.end_line.max(first.line), &why, false)
    }

    /// Returns what the closure of a `try` gives at its end.
    pub(super) fn end_of_try(&self) -> Rust {
        match self.way {
            None => path("()"),
            Some(Way::Return) if self.result_type(self.routine) != Ty::Unit => path("None"),
            Some(_) => Rust::Bool(false),
        }
    }

    /// Leaves the closure of a `try` so that what follows it leaves, too. `None` if the statement is not about that.
    pub(super) fn leaves_try(&self, way: Way) -> Option<Line> {
        let is_it = self.way == Some(way) && (way == Way::Return || !self.in_loop);
        let ok = build::call("Ok", vec![Rust::Bool(true)]);
        is_it.then(|| build::stmt(LineKind::Return(Some(ok))))
    }

    /// Returns the pattern of a closure that was left before its end, its value at its end, and what leaves then.
    fn left_by(&self, way: Way) -> (Pattern, &'static str, Line) {
        if way == Way::Return && self.result_type(self.routine) != Ty::Unit {
            let name = self.unused(&["value", "found", "returned"]);
            let some = Pattern::Variant("Ok", Box::new(variant("Some", Some(&name))));
            let value = self.returned(build::var(&name));
            return (some, "None", build::stmt(LineKind::Return(Some(value))));
        }
        let leave = self.leaves_try(way).unwrap_or_else(|| {
            build::stmt(match way {
                Way::Break => LineKind::Break,
                Way::Continue => LineKind::Continue,
                Way::Return => LineKind::Return(self.nothing()),
            })
        });
        let left = Pattern::Variant("Ok", Box::new(Pattern::Other("true".into())));
        (left, "false", leave)
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
            let at = lines.iter().position(|line| build::leaves(std::slice::from_ref(line)));
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
        left: Option<(Way, Vec<Line>)>,
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
        if let Some((way, mut left)) = left {
            let (pattern, end, leave) = self.left_by(way);
            left.push(leave);
            let end = Pattern::Variant("Ok", Box::new(Pattern::Other(end.into())));
            let err = variant("Err", named.as_deref());
            let arms = vec![(pattern, left), (end, Vec::new()), (err, lines)];
            return Ok(vec![run(Rust::Match { value: Box::new(build::var(result)), arms })]);
        }
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

/// Returns how a body is left before its end.
fn ways_out(body: &Block, continue_leaves: bool, returns: bool) -> Vec<Way> {
    let breaks = visit::has_in_loop(body, &|kind| matches!(kind, StmtKind::Break));
    let continues = visit::has_in_loop(body, &|kind| matches!(kind, StmtKind::Continue));
    let ways = [
        (Way::Break, breaks),
        (Way::Continue, continues && !continue_leaves),
        (Way::Return, returns),
    ];
    ways.into_iter().filter(|(_, is)| *is).map(|(way, _)| way).collect()
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
