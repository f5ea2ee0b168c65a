//! Conditions with their blocks, guards behind calls, and what leaves the program or a function.

use super::build::{self, call, method, path, run, stmt, var, variant};
use super::lower::{Around, Lower};
use super::tries::Way;
use super::types::{Ty, Width};
use super::value::{By, Lowered, Value, why};
use super::visit;
use crate::rust::ast::{Expr as Rust, Pattern, Stmt as Line, StmtKind as LineKind};
use crate::tree::{BinaryOp, Block, Expr, Stmt, StmtKind, UnaryOp};

impl Lower<'_, '_> {
    pub(super) fn if_statement(
        &mut self,
        stmt: &Stmt,
        branches: &[(Expr, Block)],
        otherwise: Option<&Block>,
        rest: &[Stmt],
    ) -> Lowered<Vec<Line>> {
        if let [(cond, block)] = branches {
            if let Some(lines) = self.narrowing(cond, block, otherwise, rest)? {
                return Ok(lines);
            }
        }
        self.chain(stmt, branches, otherwise)
    }

    fn chain(
        &mut self,
        stmt: &Stmt,
        branches: &[(Expr, Block)],
        otherwise: Option<&Block>,
    ) -> Lowered<Vec<Line>> {
        let Some(((cond, block), others)) = branches.split_first() else {
            return Ok(otherwise.map_or_else(Vec::new, |block| self.block(block, false)));
        };
        let worth = branches.iter().any(|(_, block)| self.is_worth(block))
            || otherwise.is_some_and(|block| self.is_worth(block));
        let leaves = branches.iter().any(|(_, block)| self.may_leave(block))
            || otherwise.is_some_and(|block| self.may_leave(block));
        let outer = std::mem::take(&mut self.before);
        let found = self.cond_or_stand_in(cond, stmt, worth, leaves);
        let mut lines = std::mem::replace(&mut self.before, outer);
        let (comments, rust) = found?;
        lines.extend(comments);
        let failed = self.is_failure(cond);
        if rust == Rust::Bool(true) {
            lines.extend(self.block(block, failed == Some(true)));
            return Ok(lines);
        }
        let then = match rust {
            Rust::Bool(_) => Vec::new(),
            _ => self.block(block, failed == Some(true)),
        };
        let otherwise = match others.is_empty() {
            true => otherwise.map(|block| self.block(block, failed == Some(false))),
            false => Some(self.chain(stmt, others, otherwise)?),
        };
        if rust == Rust::Bool(false) {
            lines.extend(otherwise.into_iter().flatten());
            return Ok(lines);
        }
        let otherwise = otherwise.filter(|block| !block.is_empty());
        lines.push(run(Rust::If { cond: Box::new(rust), then, otherwise }));
        Ok(lines)
    }

    /// Translates tests for null of a variable so that it has a value behind them, or in the block.
    fn narrowing(
        &mut self,
        cond: &Expr,
        block: &Block,
        otherwise: Option<&Block>,
        rest: &[Stmt],
    ) -> Lowered<Option<Vec<Line>>> {
        let Some((name, is_null)) = null_test(cond) else { return Ok(None) };
        let id = self.id(name)?;
        let Ty::Option(inner) = self.type_of(id) else { return Ok(None) };
        let binding = self.binding(id);
        if binding.assigned > 0 {
            return Ok(None);
        }
        let rust = binding.rust.clone();
        if is_null {
            if otherwise.is_some() || rest.is_empty() {
                return Ok(None);
            }
            let marked = self.remarks.len();
            let then = self.block(block, true);
            if !build::leaves(&then) {
                self.remarks.truncate(marked);
                return Ok(None);
            }
            self.narrowed.insert(id);
            return Ok(Some(vec![stmt(LineKind::Let {
                pattern: variant("Some", Some(&rust)),
                ty: None,
                value: Some(var(&rust)),
                otherwise: Some(then),
            })]));
        }
        let (by, value) = match (inner.is_copy(), binding.changed) {
            (true, _) => (By::Own, var(&rust)),
            (false, true) => (By::Mut, build::mutable(var(&rust))),
            (false, false) => (By::Ref, build::reference(var(&rust))),
        };
        let before = self.forms.insert(id, (*inner, by));
        let then = self.block(block, false);
        match before {
            Some(form) => self.forms.insert(id, form),
            None => self.forms.remove(&id),
        };
        let otherwise = otherwise.map(|block| self.block(block, true));
        if !super::needs::reads(&then, &rust) {
            let cond = Box::new(method(var(&rust), "is_some", vec![]));
            return Ok(Some(vec![run(Rust::If { cond, then, otherwise })]));
        }
        Ok(Some(vec![run(Rust::IfLet {
            pattern: variant("Some", Some(&rust)),
            value: Box::new(value),
            then,
            otherwise,
        })]))
    }

    /// Returns whether something has failed if a condition is true, or if it is false. `None` if it is about nothing
    /// that fails.
    fn is_failure(&self, cond: &Expr) -> Option<bool> {
        use BinaryOp as O;
        match cond {
            Expr::Unary { op: UnaryOp::Not, value } => self.is_failure(value).map(|is| !is),
            Expr::Binary { op: O::And | O::Or, left, right } => {
                self.is_failure(left).or_else(|| self.is_failure(right))
            }
            Expr::Binary { op: O::Eq | O::Ne, left, right } if is_null(left) || is_null(right) => {
                Some(matches!(cond, Expr::Binary { op: O::Eq, .. }))
            }
            Expr::Binary { op, left, right } => {
                if !self.is_outcome(left) && !self.is_outcome(right) {
                    return None;
                }
                match (op, &**right) {
                    (O::Eq, Expr::Bool(value)) => Some(!value),
                    (O::Ne, Expr::Bool(value)) => Some(*value),
                    (O::Eq, Expr::Int(number)) => Some(*number == 0 || *number >= 400),
                    (O::Ne, Expr::Int(number)) => Some(*number != 0 && *number < 400),
                    (O::Lt | O::Le, Expr::Int(0 | 1)) => Some(true),
                    (O::Gt | O::Ge, Expr::Int(number)) => Some(*number > 1),
                    (O::Lt | O::Le, _) => Some(false),
                    _ => None,
                }
            }
            _ if self.is_outcome(cond) => Some(false),
            _ => None,
        }
    }

    /// Returns whether an expression is a status, or says whether a call worked.
    fn is_outcome(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Var(name) => self.facts.binding(name).is_some_and(|binding| binding.outcome),
            Expr::Property { name, .. } | Expr::Method { name, .. } => {
                let name = name.to_ascii_lowercase();
                let says = ["statuscode", "laststatus", "lastmethodsuccess"]
                    .iter()
                    .any(|end| name.ends_with(end));
                says || (self.is_call(expr)
                    && !name.contains("contains")
                    && !name.starts_with("has"))
            }
            _ => false,
        }
    }

    pub(super) fn attempt(
        &mut self,
        name: Option<&String>,
        tried: &Expr,
        otherwise: &Block,
    ) -> Lowered<Vec<Line>> {
        let id = name.map(|name| self.id(name)).transpose()?;
        let ty = id.map(|id| self.type_of(id));
        if let (Some(ty), Some(name)) = (&ty, name) {
            self.known(ty, name)?;
        }
        let value = self.value(tried, &Ty::Unknown)?;
        let is_assigned = id.is_some_and(|id| {
            self.facts.assigning.contains(&attempt_place(name)) && self.binding(id).assigned > 0
        });
        let uses_error = visit::any_expr(otherwise, &|expr| *expr == Expr::ErrorText);
        if let [Stmt { kind: StmtKind::Throw(Some(Expr::ErrorText)), .. }] = &otherwise[..] {
            if let (Ty::Result(inner), true) = (value.ty.clone(), self.may_fail()) {
                let value = Value::new(Rust::Try(Box::new(value.expr)), *inner);
                return self.bound(id, ty, value, is_assigned);
            }
        }
        let (good, bad, inner) = match value.ty.clone() {
            Ty::Result(inner) => ("Ok", "Err", *inner),
            Ty::Option(inner) => ("Some", "None", *inner),
            _ => return self.attempt_plain(id, ty, value, otherwise, is_assigned),
        };
        self.error.push((bad == "Err").then(|| "err".to_owned()));
        let failed = self.block(otherwise, true);
        self.error.pop();
        let Some(id) = id else {
            return Ok(vec![run(match uses_error && bad == "Err" {
                true => Rust::IfLet {
                    pattern: variant("Err", Some("err")),
                    value: Box::new(value.expr),
                    then: failed,
                    otherwise: None,
                },
                false => {
                    let is = if bad == "Err" { "is_err" } else { "is_none" };
                    let cond = Box::new(method(value.expr, is, vec![]));
                    Rust::If { cond, then: failed, otherwise: None }
                }
            })]);
        };
        if !build::leaves(&failed) {
            return why("a guard that goes on without a value");
        }
        let rust = self.binding(id).rust.clone();
        let ty = ty.unwrap_or_default();
        let plain = Value::new(var(&rust), inner.clone()).owned(&ty)?;
        let is_same = plain == var(&rust) && !is_assigned;
        if !(uses_error && bad == "Err") && is_same {
            return Ok(vec![stmt(LineKind::Let {
                pattern: variant(good, Some(&rust)),
                ty: None,
                value: Some(value.expr),
                otherwise: Some(failed),
            })]);
        }
        let err = match (bad, uses_error) {
            ("Err", true) => variant("Err", Some("err")),
            ("Err", false) => variant("Err", None),
            _ => Pattern::Other("None".into()),
        };
        let arms = vec![(variant(good, Some(&rust)), vec![build::tail(plain)]), (err, failed)];
        let matched = Rust::Match { value: Box::new(value.expr), arms };
        Ok(vec![match is_assigned {
            true => stmt(LineKind::Assign { target: var(&rust), op: "=", value: matched }),
            false => build::bind(&rust, matched),
        }])
    }

    /// Translates a guard behind a call that is no `Result`.
    fn attempt_plain(
        &mut self,
        id: Option<usize>,
        ty: Option<Ty>,
        value: Value,
        otherwise: &Block,
        is_assigned: bool,
    ) -> Lowered<Vec<Line>> {
        match (&value.ty, id) {
            (Ty::Unit, None) => Ok(vec![run(value.expr)]),
            (Ty::Bool, None) => {
                self.error.push(None);
                let failed = self.block(otherwise, true);
                self.error.pop();
                let cond = Box::new(build::negated(value.expr));
                Ok(vec![run(Rust::If { cond, then: failed, otherwise: None })])
            }
            (_, None) => Ok(vec![build::bind_as(Pattern::Ignored, None, value.expr)]),
            // It cannot fail.
            _ => self.bound(id, ty, value, is_assigned),
        }
    }

    fn bound(
        &mut self,
        id: Option<usize>,
        ty: Option<Ty>,
        value: Value,
        is_assigned: bool,
    ) -> Lowered<Vec<Line>> {
        let (Some(id), Some(ty)) = (id, ty) else { return Ok(vec![run(value.expr)]) };
        let rust = self.binding(id).rust.clone();
        let expr = value.owned(&ty)?;
        Ok(vec![match is_assigned {
            true => stmt(LineKind::Assign { target: var(&rust), op: "=", value: expr }),
            false => build::bind(&rust, expr),
        }])
    }

    /// Translates the end of the program.
    pub(super) fn exit(&mut self, code: Option<&Expr>, failed: bool) -> Lowered<Vec<Line>> {
        let exit = |code: Rust| vec![run(call("std::process::exit", vec![code]))];
        let Some(code) = code else {
            if failed && !self.literal {
                return Ok(exit(Rust::Int(1)));
            }
            if self.routine == 0 && self.around.is_empty() {
                return Ok(vec![stmt(LineKind::Return(self.nothing()))]);
            }
            return Ok(exit(Rust::Int(0)));
        };
        // `RETURN .F.` says that the program failed.
        if let Expr::Bool(worked) = code {
            return match worked {
                true => self.exit(None, false),
                false => Ok(exit(Rust::Int(1))),
            };
        }
        let value = self.value(code, &Ty::Int(Width::I32))?;
        if value.ty.is_text() {
            let text = self.piece(value)?;
            let mut lines = vec![run(build::format("eprintln", vec![text]))];
            lines.extend(exit(Rust::Int(1)));
            return Ok(lines);
        }
        Ok(exit(value.int(Width::I32)?))
    }

    /// Returns what a function without a value returns: `Ok(())` or nothing.
    pub(super) fn nothing(&self) -> Option<Rust> {
        let is_result = match self.around.last() {
            Some(Around::Try { .. }) => true,
            Some(Around::Event) => false,
            None => self.returns_result(),
        };
        let value = match self.around.last() {
            Some(Around::Try { .. }) => self.end_of_try(),
            _ => path("()"),
        };
        is_result.then(|| call("Ok", vec![value]))
    }

    /// Puts `Ok` around a value that a function returns, if it has to be.
    pub(super) fn returned(&self, value: Rust) -> Rust {
        let is_result = match self.around.last() {
            Some(Around::Try { .. }) => true,
            Some(Around::Event) => false,
            None => self.returns_result(),
        };
        match value {
            Rust::Try(inner)
                if is_result
                    && self.way != Some(Way::Return)
                    && matches!(*inner, Rust::Call { .. })
                    && is_function(&inner) =>
            {
                *inner
            }
            value if is_result && self.way == Some(Way::Return) => {
                call("Ok", vec![call("Some", vec![value])])
            }
            value if is_result => call("Ok", vec![value]),
            value => value,
        }
    }

    pub(super) fn return_(&mut self, value: Option<&Expr>, failed: bool) -> Lowered<Vec<Line>> {
        let in_event = self.around.contains(&Around::Event);
        if self.routine == 0 && !in_event {
            return self.exit(value, failed);
        }
        let ty = match in_event {
            true => self.event_returns.clone(),
            false => self.result_type(self.routine),
        };
        let value = match value {
            Some(value) if ty == Ty::Unit => {
                let mut lines = self.effect_of(value)?;
                let left = self.leaves_try(Way::Return);
                lines.push(left.unwrap_or_else(|| stmt(LineKind::Return(self.nothing()))));
                return Ok(lines);
            }
            Some(value) => {
                let mut lines = Vec::new();
                let value = self.value(value, &ty)?;
                let value = match (&value.ty, &ty) {
                    (Ty::Unit, Ty::Bool) => {
                        lines.push(run(value.expr));
                        Rust::Bool(true)
                    }
                    (Ty::Result(inner), Ty::Bool) if **inner == Ty::Unit => {
                        method(value.expr, "is_ok", vec![])
                    }
                    _ => value.owned(&ty)?,
                };
                lines.push(stmt(LineKind::Return(Some(self.returned(value)))));
                return Ok(lines);
            }
            None if ty == Ty::Unit => match self.leaves_try(Way::Return) {
                Some(left) => return Ok(vec![left]),
                None => self.nothing(),
            },
            None => Some(self.returned(self.default_of(&ty))),
        };
        Ok(vec![stmt(LineKind::Return(value))])
    }

    fn effect_of(&mut self, value: &Expr) -> Lowered<Vec<Line>> {
        match value {
            Expr::Null | Expr::Int(_) | Expr::Bool(_) | Expr::Var(_) => Ok(Vec::new()),
            _ => self.effect(value),
        }
    }

    pub(super) fn throw(&mut self, value: Option<&Expr>) -> Lowered<Vec<Line>> {
        let error = match value {
            Some(value) => {
                let value = self.value(value, &Ty::Text)?.settled();
                match &value.ty {
                    Ty::Error if value.by == By::Own => value.expr,
                    Ty::Str if value.is_literal() => method(value.expr, "into", vec![]),
                    _ => method(value.string()?, "into", vec![]),
                }
            }
            None => match self.caught.last() {
                Some(Some(name)) => var(name),
                _ => method(build::text("The script failed."), "into", vec![]),
            },
        };
        if !self.may_fail() {
            return why("an exception in an event");
        }
        Ok(vec![stmt(LineKind::Return(Some(call("Err", vec![error]))))])
    }
}

/// Returns whether a call is that of a function of the script, which has the same error.
fn is_function(expr: &Rust) -> bool {
    match expr {
        Rust::Call { function, .. } => {
            matches!(&**function, Rust::Path(path) if !path.contains(':'))
        }
        _ => false,
    }
}

/// Identifies an attempt by the place of its name.
pub(super) fn attempt_place(name: Option<&String>) -> usize {
    name.map_or(0, |name| std::ptr::from_ref(name) as usize)
}

fn is_null(expr: &Expr) -> bool {
    *expr == Expr::Null
}

/// Returns the variable that a condition compares with null, and whether the condition is true for null.
fn null_test(cond: &Expr) -> Option<(&String, bool)> {
    match cond {
        Expr::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), left, right } => {
            let name = match (&**left, &**right) {
                (Expr::Var(name), Expr::Null) | (Expr::Null, Expr::Var(name)) => name,
                _ => return None,
            };
            Some((name, *op == BinaryOp::Eq))
        }
        Expr::Unary { op: UnaryOp::Not, value } => match &**value {
            Expr::Var(name) => Some((name, true)),
            value => null_test(value).map(|(name, is)| (name, !is)),
        },
        Expr::Var(name) => Some((name, false)),
        _ => None,
    }
}
