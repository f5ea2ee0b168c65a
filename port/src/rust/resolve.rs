//! Names that are different for each variable, so that shadowing needs no care, and facts about each variable.

use super::ast::{Block, Expr, Function, Pattern, Stmt, StmtKind};
use super::walk::{Walk, walk_expr, walk_stmt};
use std::collections::{HashMap, HashSet};

/// Stands between a name and the number of its variable.
const MARK: char = '\u{1}';

/// What is known of a variable.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// How often its value is read, other than for `x += 1` itself.
    pub(super) reads: usize,
    /// How often it is assigned behind its declaration.
    pub(super) assignments: usize,
    /// Whether it is assigned as by `+=`.
    pub(super) compound: bool,
    /// Whether what it holds is changed.
    pub(super) changed: bool,
    /// Whether a closure uses it.
    pub(super) captured: bool,
    /// Whether it is a reference.
    pub(super) is_reference: bool,
    /// Whether it is declared without a value.
    pub(super) late: bool,
    /// The number of closures around its declaration.
    depth: usize,
    /// Whether it is a closure that changes variables around it.
    changes_others: bool,
}

/// Returns the number of a variable.
pub(super) fn number(name: &str) -> Option<usize> {
    name.split_once(MARK)?.1.parse().ok()
}

pub(super) fn plain(name: &str) -> &str {
    name.split(MARK).next().unwrap_or(name)
}

/// Marks the names of a function's variables. Returns their number.
pub(super) fn mark(function: &mut Function) -> usize {
    let mut marks = Marks { scopes: vec![HashMap::new()], count: 0 };
    for (name, _) in &mut function.params {
        marks.bind(name);
    }
    marks.block(&mut function.body);
    marks.count
}

/// Collects the names of the variables that are read.
pub(super) fn names(block: &mut Block, found: &mut HashSet<String>) {
    struct Names<'n>(&'n mut HashSet<String>);
    impl Walk for Names<'_> {
        fn expr(&mut self, expr: &mut Expr) {
            if let Expr::Var(name) = expr {
                self.0.insert(name.clone());
            }
            walk_expr(self, expr);
        }
    }
    Names(found).block(block);
}

struct Marks {
    /// The variables by name. `None` for those of patterns that are not understood.
    scopes: Vec<HashMap<String, Option<String>>>,
    count: usize,
}

impl Marks {
    fn declare(&mut self, name: &str, marked: Option<String>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), marked);
        }
    }

    fn bind(&mut self, name: &mut String) {
        let marked = format!("{name}{MARK}{}", self.count);
        self.count += 1;
        self.declare(name, Some(marked.clone()));
        *name = marked;
    }

    /// Leaves alone the variables of a pattern as text.
    fn bind_others(&mut self, pattern: &str) {
        let outside = pattern.split('"').step_by(2);
        for word in outside.flat_map(|part| part.split(|c: char| !c.is_alphanumeric() && c != '_'))
        {
            if word.starts_with(char::is_lowercase) {
                self.declare(word, None);
            }
        }
    }

    fn scoped(&mut self, inside: impl FnOnce(&mut Marks)) {
        self.scopes.push(HashMap::new());
        inside(self);
        self.scopes.pop();
    }
}

impl Walk for Marks {
    fn block(&mut self, block: &mut Block) {
        self.scoped(|marks| block.iter_mut().for_each(|stmt| marks.stmt(stmt)));
    }

    fn pattern(&mut self, pattern: &mut Pattern) {
        match pattern {
            Pattern::Name(name) => self.bind(name),
            Pattern::Variant(_, inner) => self.pattern(inner),
            Pattern::Other(text) => self.bind_others(&text.clone()),
            Pattern::Ignored => (),
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Var(name) => {
                let found = self.scopes.iter().rev().find_map(|scope| scope.get(name.as_str()));
                if let Some(Some(marked)) = found {
                    *name = marked.clone();
                }
            }
            Expr::IfLet { pattern, value, then, otherwise } => {
                self.expr(value);
                self.scoped(|marks| {
                    marks.pattern(pattern);
                    marks.block(then);
                });
                otherwise.iter_mut().for_each(|block| self.block(block));
            }
            Expr::Match { value, arms } => {
                self.expr(value);
                for (pattern, body) in arms {
                    self.scoped(|marks| {
                        marks.pattern(pattern);
                        marks.block(body);
                    });
                }
            }
            Expr::For { pattern, items, body } => {
                self.expr(items);
                self.scoped(|marks| {
                    marks.pattern(pattern);
                    marks.block(body);
                });
            }
            Expr::Closure { params, body } => self.scoped(|marks| {
                for param in params {
                    let end = param.find(':').unwrap_or(param.len());
                    let mut name = param[..end].trim().to_owned();
                    if name.chars().all(|c| c.is_alphanumeric() || c == '_') && name != "_" {
                        marks.bind(&mut name);
                        param.replace_range(..end, &name);
                    } else {
                        marks.bind_others(&name);
                    }
                }
                marks.block(body);
            }),
            _ => walk_expr(self, expr),
        }
    }
}

/// Collects the facts about the variables of a function whose names are marked.
pub(super) fn facts(function: &mut Function, count: usize) -> Vec<Facts> {
    let mut collect = Collect { facts: vec![Facts::default(); count], depth: 0, outer_changes: 0 };
    for (name, ty) in &function.params {
        if let Some(facts) = collect.of(name) {
            facts.is_reference = ty.starts_with('&');
        }
    }
    collect.block(&mut function.body);
    collect.facts
}

struct Collect {
    facts: Vec<Facts>,
    depth: usize,
    outer_changes: usize,
}

impl Collect {
    fn of(&mut self, name: &str) -> Option<&mut Facts> {
        self.facts.get_mut(number(name)?)
    }

    fn used(&mut self, name: &str, change: bool) {
        let depth = self.depth;
        let Some(facts) = self.of(name) else { return };
        let outer = facts.depth < depth;
        facts.captured |= outer;
        facts.changed |= change;
        self.outer_changes += usize::from(outer && change);
    }

    /// Notes that what a variable holds is changed.
    fn changed(&mut self, value: &Expr) {
        match value {
            Expr::Var(name) => self.used(name, true),
            Expr::Index { receiver, .. } => self.changed(receiver),
            _ => (),
        }
    }

    fn declared(&mut self, pattern: &Pattern, is_reference: bool) {
        let depth = self.depth;
        match pattern {
            Pattern::Name(name) => {
                if let Some(facts) = self.of(name) {
                    facts.depth = depth;
                    facts.is_reference = is_reference;
                }
            }
            Pattern::Variant(_, inner) => self.declared(inner, is_reference),
            _ => (),
        }
    }
}

impl Walk for Collect {
    fn stmt(&mut self, stmt: &mut Stmt) {
        match &mut stmt.kind {
            StmtKind::Let { pattern, value, ty, .. } => {
                let is_reference = ty.as_ref().is_some_and(|ty| ty.starts_with('&'))
                    || matches!(value, Some(Expr::Ref { .. }));
                self.declared(pattern, is_reference);
                let late = value.is_none();
                let before = self.outer_changes;
                let name = match (&pattern, &value) {
                    (Pattern::Name(name), Some(Expr::Closure { .. })) => Some(name.clone()),
                    _ => None,
                };
                if let Pattern::Name(name) = pattern {
                    if let Some(facts) = self.of(name) {
                        facts.late = late;
                    }
                }
                walk_stmt(self, stmt);
                let changes = self.outer_changes > before;
                if let Some(facts) = name.and_then(|name| self.of(&name)) {
                    facts.changes_others = changes;
                }
            }
            StmtKind::Assign { target: Expr::Var(name), op, value } => {
                let compound = *op != "=";
                let name = name.clone();
                self.expr(value);
                self.used(&name, false);
                let depth = self.depth;
                let Some(facts) = self.of(&name) else { return };
                facts.assignments += 1;
                facts.compound |= compound;
                self.outer_changes += usize::from(facts.depth < depth);
            }
            StmtKind::Assign { target, .. } => {
                self.changed(&target.clone());
                walk_stmt(self, stmt);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Var(name) => {
                self.used(name, false);
                if let Some(facts) = self.of(name) {
                    facts.reads += 1;
                }
            }
            Expr::Method { receiver, mutates: true, .. } => {
                self.changed(receiver);
                walk_expr(self, expr);
            }
            Expr::Ref { mutable: true, value } => {
                self.changed(value);
                walk_expr(self, expr);
            }
            Expr::Call { function, .. } => {
                if let Expr::Var(name) = function.as_ref() {
                    if self.of(name).is_some_and(|facts| facts.changes_others) {
                        self.used(name, true);
                    }
                }
                walk_expr(self, expr);
            }
            Expr::For { pattern, items, .. } => {
                let is_reference = match items.as_ref() {
                    Expr::Method { name, .. } => name == "iter_mut" || name == "iter",
                    items => matches!(items, Expr::Ref { .. }),
                };
                self.declared(pattern, is_reference);
                walk_expr(self, expr);
            }
            Expr::IfLet { pattern, .. } => {
                self.declared(pattern, false);
                walk_expr(self, expr);
            }
            Expr::Match { arms, .. } => {
                for (pattern, _) in arms.iter() {
                    self.declared(pattern, false);
                }
                walk_expr(self, expr);
            }
            Expr::Closure { params, .. } => {
                self.depth += 1;
                for param in params.iter() {
                    let name = param.split(':').next().unwrap_or(param).to_owned();
                    self.declared(&Pattern::Name(name), param.contains(": &"));
                }
                walk_expr(self, expr);
                self.depth -= 1;
            }
            _ => walk_expr(self, expr),
        }
    }
}
