//! Which variables are `mut`, and which are not used.

use super::ast::{Block, Expr, Function, Pattern, Stmt, StmtKind};
use super::resolve::{self, Facts};
use super::walk::{Walk, walk_expr, walk_stmt};
use super::{flow, late};

/// How often values that nobody reads are looked for: without one, another may have no reader.
const ROUNDS: usize = 3;

/// Writes `mut` where a variable needs it and `_` where nothing reads it. Removes values that nobody reads.
pub(super) fn settle(function: &mut Function) {
    let count = resolve::mark(function);
    let mut facts = resolve::facts(function, count);
    for _ in 0..ROUNDS {
        if !flow::remove_unread(function, &facts) {
            break;
        }
        facts = resolve::facts(function, count);
    }
    late::declare_late(&mut function.body);
    facts = resolve::facts(function, count);
    let twice = late::assigned_twice(function, &facts);
    let mut names = Names { facts: &facts, twice: &twice };
    for (name, _) in &mut function.params {
        *name = names.declared(name);
    }
    names.block(&mut function.body);
}

struct Names<'a> {
    facts: &'a [Facts],
    /// Variables that are assigned when they may have a value already.
    twice: &'a [bool],
}

impl Names<'_> {
    fn of(&self, name: &str) -> Option<&Facts> {
        self.facts.get(resolve::number(name)?)
    }

    fn is_unused(&self, name: &str) -> bool {
        self.of(name).is_some_and(|facts| facts.reads == 0)
    }

    fn used(&self, name: &str) -> String {
        let plain = resolve::plain(name);
        if self.is_unused(name) && !plain.starts_with('_') {
            format!("_{plain}")
        } else {
            plain.to_owned()
        }
    }

    fn declared(&self, name: &str) -> String {
        let Some(facts) = self.of(name) else {
            return resolve::plain(name).to_owned();
        };
        let twice = resolve::number(name).and_then(|at| self.twice.get(at)).is_some_and(|is| *is);
        let changed = facts.changed && !facts.is_reference;
        let mutable = if twice || changed { "mut " } else { "" };
        format!("{mutable}{}", self.used(name))
    }

    /// Names the variables of a pattern, in which those that are not used need no name.
    fn inner_pattern(&mut self, pattern: &mut Pattern) {
        match pattern {
            Pattern::Name(name) if self.is_unused(name) => {
                let assigned = self.of(name).is_some_and(|facts| facts.assignments > 0);
                if assigned {
                    self.pattern(pattern);
                } else {
                    *pattern = Pattern::Ignored;
                }
            }
            _ => self.pattern(pattern),
        }
    }
}

impl Walk for Names<'_> {
    fn pattern(&mut self, pattern: &mut Pattern) {
        match pattern {
            Pattern::Name(name) => *name = self.declared(name),
            Pattern::Variant(_, inner) => self.inner_pattern(inner),
            Pattern::Ignored | Pattern::Other(_) => (),
        }
    }

    fn block(&mut self, block: &mut Block) {
        // A variable without a value that nobody reads or assigns has no type.
        let facts = self.facts;
        block.retain(|stmt| match &stmt.kind {
            StmtKind::Let { pattern: Pattern::Name(name), value: None, .. } => {
                let facts = resolve::number(name).and_then(|at| facts.get(at));
                facts.is_none_or(|facts| facts.reads + facts.assignments > 0)
            }
            _ => true,
        });
        for stmt in block {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        walk_stmt(self, stmt);
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Var(name) => *name = self.used(name),
            // A reference needs no `&`.
            Expr::Ref { value, .. } if matches!(value.as_ref(), Expr::Var(name) if self.is_reference(name)) =>
            {
                let value = std::mem::replace(value.as_mut(), Expr::Bool(false));
                *expr = value;
                self.expr(expr);
            }
            Expr::Method { receiver, name, args, .. } if OF_ITEMS.contains(&name.as_str()) => {
                self.expr(receiver);
                for arg in args {
                    match arg {
                        Expr::Ref { value, .. } => self.expr_below(value),
                        arg => self.expr(arg),
                    }
                }
            }
            Expr::For { pattern, items, body } => {
                self.expr(items);
                self.inner_pattern(pattern);
                self.block(body);
            }
            Expr::Closure { params, body } => {
                for param in params {
                    let end = param.find(':').unwrap_or(param.len());
                    let name = self.declared(&param[..end]);
                    param.replace_range(..end, &name);
                }
                self.block(body);
            }
            _ => walk_expr(self, expr),
        }
    }
}

/// Methods of lists and maps, whose items may be references themselves: they need the `&`.
const OF_ITEMS: [&str; 8] =
    ["contains", "contains_key", "get", "get_mut", "remove", "insert", "push", "binary_search"];

impl Names<'_> {
    /// Names the variables below a `&` that stays.
    fn expr_below(&mut self, value: &mut Expr) {
        match value {
            Expr::Var(name) => *name = self.used(name),
            value => self.expr(value),
        }
    }

    /// Whether a variable is a reference by its declared type.
    fn is_reference(&self, name: &str) -> bool {
        self.of(name).is_some_and(|facts| facts.is_reference)
    }
}
