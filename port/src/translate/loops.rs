//! Loops and `switch`.

use super::build::{self, binary, method, negated, reference, run, stmt};
use super::lower::Lower;
use super::stmts::plus_one;
use super::types::{INT, Ty, Width};
use super::value::{By, Lowered, why};
use super::visit;
use crate::rust::ast::{Expr as Rust, Pattern, Stmt as Line, StmtKind as LineKind};
use crate::tree::{BinaryOp, Block, Expr, StmtKind};

/// The first and the last value of a counting loop, whether that is included, and the step.
type Range<'t> = (&'t Expr, &'t Expr, bool, i64);

/// Returns the end of a loop that counts up: `To n - 1` is the same as below `n`.
pub(super) fn end(to: &Expr, inclusive: bool, step: i64) -> (&Expr, bool) {
    match to {
        Expr::Binary { op: BinaryOp::Sub, left, right }
            if inclusive && step == 1 && **right == Expr::Int(1) =>
        {
            (left, false)
        }
        _ => (to, inclusive),
    }
}

impl Lower<'_, '_> {
    pub(super) fn while_loop(&mut self, cond: &Expr, body: &Block) -> Lowered<Vec<Line>> {
        let outer = std::mem::take(&mut self.before);
        let found = self.cond(cond);
        let mut before = std::mem::replace(&mut self.before, outer);
        let cond = found?;
        let body = self.body(body);
        if cond == Rust::Bool(true) && before.is_empty() {
            return Ok(vec![run(Rust::Loop(body))]);
        }
        if cond == Rust::Bool(false) {
            return Ok(before);
        }
        if before.is_empty() {
            return Ok(vec![run(Rust::While { cond: Box::new(cond), body })]);
        }
        if cond != Rust::Bool(true) {
            let then = vec![stmt(LineKind::Break)];
            before.push(run(Rust::If { cond: Box::new(negated(cond)), then, otherwise: None }));
        }
        before.extend(body);
        Ok(vec![run(Rust::Loop(before))])
    }

    pub(super) fn do_while(&mut self, body: &Block, cond: &Expr) -> Lowered<Vec<Line>> {
        let continues = visit::has_in_loop(body, &|kind| matches!(kind, StmtKind::Continue));
        if continues {
            return why("a loop with its condition at the end, and continue");
        }
        let mut lines = self.body(body);
        let outer = std::mem::take(&mut self.before);
        let found = self.cond(cond);
        let before = std::mem::replace(&mut self.before, outer);
        let cond = found?;
        if build::leaves(&lines) {
            return match matches!(lines.last().map(|line| &line.kind), Some(LineKind::Break)) {
                true => {
                    lines.pop();
                    Ok(vec![run(Rust::Block(lines))])
                }
                false => Ok(vec![run(Rust::Loop(lines))]),
            };
        }
        lines.extend(before);
        if cond != Rust::Bool(true) {
            let then = vec![stmt(LineKind::Break)];
            match negated(cond) {
                Rust::Bool(true) => lines.extend(then),
                cond => lines.push(run(Rust::If { cond: Box::new(cond), then, otherwise: None })),
            }
        }
        Ok(vec![run(Rust::Loop(lines))])
    }

    pub(super) fn for_loop(
        &mut self,
        name: &String,
        range: Range<'_>,
        body: &Block,
    ) -> Lowered<Vec<Line>> {
        let (from, to, inclusive, step) = range;
        let id = self.id(name)?;
        let width = self.binding(id).width.unwrap_or(Width::I64);
        let ty = Ty::Int(width);
        let (to, inclusive) = end(to, inclusive, step);
        let from = self.owned(from, &ty)?;
        let to = self.owned(to, &ty)?;
        let boxed = Box::new;
        let items = match step {
            0 => return why("a loop without a step"),
            1.. => Rust::Range { from: boxed(from), to: boxed(to), inclusive },
            // From the last value up, then backwards.
            _ => {
                let low = if inclusive { to } else { plus_one(to) };
                let range = Rust::Range { from: boxed(low), to: boxed(from), inclusive: true };
                method(range, "rev", vec![])
            }
        };
        let items = match step.unsigned_abs() {
            1 => items,
            by => method(items, "step_by", vec![Rust::Int(i64::try_from(by).unwrap_or(i64::MAX))]),
        };
        self.form(name, ty, By::Own)?;
        let rust = self.binding(id).rust.clone();
        let assigned = self.binding(id).assigned > 0;
        let mut block = self.body(body);
        if assigned {
            // Its own variable, whose changes do not change the loop.
            block.insert(0, build::bind(&rust, build::var(&rust)));
        }
        let items = boxed(items);
        Ok(vec![run(Rust::For { pattern: Pattern::Name(rust), items, body: block })])
    }

    pub(super) fn for_each(
        &mut self,
        name: &String,
        items: &Expr,
        body: &Block,
    ) -> Lowered<Vec<Line>> {
        let id = self.id(name)?;
        if let Some(lines) = self.each_pair(name, items, body)? {
            return Ok(lines);
        }
        let is_over_keys = super::maps::map_of(items) != items;
        let items = super::maps::map_of(items);
        let value = self.value(items, &Ty::Unknown)?.settled();
        if is_over_keys && !matches!(value.ty, Ty::Map(_)) {
            return why("a loop over the places of a list");
        }
        let rust = self.binding(id).rust.clone();
        let changes = self.binding(id).changed;
        let (pattern, items, ty, by) = match value.ty.clone() {
            Ty::Map(_) => {
                let keys = method(value.expr, "keys", vec![]);
                (Pattern::Name(rust), keys, Ty::Text, By::Ref)
            }
            Ty::List(item) => {
                let is_array = value.stays && self.is_array_of(&value.expr);
                let copies = item.is_copy() || *item == Ty::Str;
                match value.expr {
                    Rust::Macro { name: "vec", args } if !args.is_empty() => {
                        self.each_of(args, rust, *item)
                    }
                    expr if !value.stays => (Pattern::Name(rust), expr, *item, By::Own),
                    expr if is_array && copies => (Pattern::Name(rust), expr, *item, By::Own),
                    expr if changes && !copies => {
                        let items = method(expr, "clone", vec![]);
                        (Pattern::Name(rust), items, *item, By::Own)
                    }
                    expr if copies && value.by == By::Own => {
                        (Pattern::Other(format!("&{rust}")), reference(expr), *item, By::Own)
                    }
                    expr if copies && value.by == By::Ref => {
                        (Pattern::Other(format!("&{rust}")), expr, *item, By::Own)
                    }
                    expr if value.by == By::Ref => (Pattern::Name(rust), expr, *item, By::Ref),
                    expr if copies => {
                        let items = method(expr, "iter", vec![]);
                        (Pattern::Other(format!("&{rust}")), items, *item, By::Own)
                    }
                    expr if value.by == By::Own => {
                        (Pattern::Name(rust), reference(expr), *item, By::Ref)
                    }
                    expr => (Pattern::Name(rust), method(expr, "iter", vec![]), *item, By::Ref),
                }
            }
            ty => return why(format!("a loop over {}", super::value::said(&ty))),
        };
        let pattern = match (pattern, self.binding(id).reads) {
            (Pattern::Other(_), 0) => Pattern::Ignored,
            (pattern, _) => pattern,
        };
        let ty = if ty == Ty::Bit { INT } else { ty };
        self.forms.insert(id, (ty, by));
        let body = self.body(body);
        Ok(vec![run(Rust::For { pattern, items: Box::new(items), body })])
    }

    /// Returns the loop over a list that is written in its place.
    fn each_of(&self, args: Vec<Rust>, rust: String, item: Ty) -> (Pattern, Rust, Ty, By) {
        let is_text = |arg: &Rust| {
            matches!(arg, Rust::Call { function, args } if **function == Rust::Path("String::from".into()) && args.len() == 1)
                || matches!(arg, Rust::Method { name, args, receiver, .. } if name == "to_string" && args.is_empty() && matches!(**receiver, Rust::Text(_)))
        };
        if item == Ty::Text && args.iter().all(is_text) {
            let texts = args
                .into_iter()
                .map(|arg| match arg {
                    Rust::Call { mut args, .. } => args.remove(0),
                    Rust::Method { receiver, .. } => *receiver,
                    other => other,
                })
                .collect();
            return (Pattern::Name(rust), Rust::Array(texts), Ty::Str, By::Own);
        }
        (Pattern::Name(rust), Rust::Array(args), item, By::Own)
    }

    /// Returns whether a variable is an array.
    fn is_array_of(&self, expr: &Rust) -> bool {
        let Rust::Var(name) = expr else { return false };
        self.forms.iter().any(|(id, (ty, _))| {
            matches!(ty, Ty::List(_)) && self.binding(*id).rust == *name && self.facts.is_array(*id)
        })
    }

    pub(super) fn switch(
        &mut self,
        value: &Expr,
        cases: &[(Vec<Expr>, Block)],
        otherwise: Option<&Block>,
    ) -> Lowered<Vec<Line>> {
        let subject = self.value(value, &Ty::Unknown)?.settled();
        let is_text = subject.ty.is_text();
        let literals = cases.iter().flat_map(|(values, _)| values).all(|value| match value {
            Expr::Text(_) => is_text,
            Expr::Int(number) => match subject.ty {
                Ty::Int(width) => width.holds(*number),
                _ => false,
            },
            _ => false,
        });
        if !literals || cases.len() < 2 {
            return self.switch_by_if(value, cases, otherwise);
        }
        let subject = match is_text {
            true => match (&subject.ty, &subject.expr) {
                (Ty::Str, _) => subject.expr,
                (Ty::Cow, _) => method(subject.expr, "as_ref", vec![]),
                _ => method(subject.expr, "as_str", vec![]),
            },
            false => subject.expr,
        };
        let lower = is_text && self.facts.rules.ignores_case();
        let subject = match (lower, subject) {
            (false, subject) => subject,
            (true, Rust::Method { receiver, name, .. }) if name == "as_str" => {
                method(method(*receiver, "to_lowercase", vec![]), "as_str", vec![])
            }
            (true, subject) => method(method(subject, "to_lowercase", vec![]), "as_str", vec![]),
        };
        let mut seen = Vec::new();
        let mut arms = Vec::new();
        for (values, block) in cases {
            let mut patterns = Vec::new();
            for value in values {
                let value = match value {
                    Expr::Text(text) if lower => Expr::Text(text.to_lowercase()),
                    value => value.clone(),
                };
                if !seen.contains(&value) {
                    seen.push(value.clone());
                    patterns.push(match value {
                        Expr::Text(text) => format!("{text:?}"),
                        Expr::Int(number) => number.to_string(),
                        _ => return why("a case that is no literal"),
                    });
                }
            }
            if !patterns.is_empty() {
                let block = self.block(block, false);
                arms.push((Pattern::Other(patterns.join(" | ")), block));
            }
        }
        let otherwise = otherwise.map_or_else(Vec::new, |block| self.block(block, false));
        arms.push((Pattern::Ignored, otherwise));
        Ok(vec![run(Rust::Match { value: Box::new(subject), arms })])
    }

    fn switch_by_if(
        &mut self,
        value: &Expr,
        cases: &[(Vec<Expr>, Block)],
        otherwise: Option<&Block>,
    ) -> Lowered<Vec<Line>> {
        let mut chain = otherwise.map(|block| self.block(block, false));
        for (values, block) in cases.iter().rev() {
            let mut cond: Option<Rust> = None;
            for each in values {
                let one = self.compare(BinaryOp::Eq, value, each)?;
                cond = Some(match cond {
                    Some(cond) => binary("||", cond, one),
                    None => one,
                });
            }
            let Some(cond) = cond else { continue };
            let then = self.block(block, false);
            let otherwise = chain.take().filter(|block| !block.is_empty());
            chain = Some(vec![run(Rust::If { cond: Box::new(cond), then, otherwise })]);
        }
        Ok(chain.unwrap_or_default())
    }
}
