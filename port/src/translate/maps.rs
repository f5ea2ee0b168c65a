//! Loops over maps.

use super::build::{self, path, reference, run};
use super::facts::Facts;
use super::lower::Lower;
use super::types::Ty;
use super::value::{By, Lowered};
use crate::report::{Remark, RemarkKind};
use crate::rust::ast::{Expr as Rust, Pattern, Stmt as Line};
use crate::tree::{Block, Builtin, Expr, Stmt, StmtKind, Target};

/// Returns the variable that the first statement of a loop over keys gives the value of the key.
pub(super) fn value_of<'t>(
    key: &str,
    items: &Expr,
    body: &'t [Stmt],
) -> Option<(&'t String, &'t String)> {
    let (name, value) = match body.first().map(|stmt| &stmt.kind) {
        Some(StmtKind::Declare { name, value: Some(value), .. }) => (name, value),
        Some(StmtKind::Assign { target: Target::Var(name), value }) => (name, value),
        _ => return None,
    };
    match value {
        Expr::Index { object, index } if **object == *map_of(items) => match &**index {
            Expr::Var(index) if index == key => Some((name, index)),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the map whose keys a loop is over.
pub(super) fn map_of(items: &Expr) -> &Expr {
    match items {
        Expr::Builtin { function: Builtin::Keys, args } if args.len() == 1 => &args[0],
        items => items,
    }
}

/// Returns whether a map is written with literals only.
pub(super) fn is_literal(map: &Expr) -> bool {
    let literal =
        |expr: &Expr| matches!(expr, Expr::Text(_) | Expr::Int(_) | Expr::Float(_) | Expr::Bool(_));
    match map {
        Expr::Map(pairs) => {
            let distinct = pairs
                .iter()
                .enumerate()
                .all(|(at, (key, _))| pairs[..at].iter().all(|(other, _)| other != key));
            let texts = pairs.iter().all(|(key, _)| matches!(key, Expr::Text(_)));
            distinct && texts && !pairs.is_empty() && pairs.iter().all(|(_, value)| literal(value))
        }
        _ => false,
    }
}

impl Facts<'_> {
    /// Returns whether a map is only walked, so that it is an array of pairs.
    pub(super) fn is_pairs(&self, id: usize) -> bool {
        let binding = &self.bindings[id];
        let walked = binding.walks > 0 && binding.reads == binding.walks;
        binding.role == super::facts::Role::Local && binding.pairs && walked && !binding.changed
    }
}

impl Lower<'_, '_> {
    /// Translates a loop over the keys of a map that takes its values, or whose order is that of the script.
    pub(super) fn each_pair(
        &mut self,
        name: &String,
        items: &Expr,
        body: &Block,
    ) -> Lowered<Option<Vec<Line>>> {
        let map = map_of(items);
        let array = match map {
            Expr::Map(_) if is_literal(map) => Some(self.pairs(map)?),
            Expr::Var(map) if self.facts.id(map).is_some_and(|id| self.facts.is_pairs(id)) => {
                let value = self.variable(map)?;
                let Ty::Map(item) = value.ty else { return Ok(None) };
                Some((value.expr, *item))
            }
            _ => None,
        };
        let found = value_of(name, items, body);
        let found = found.and_then(|(value, key)| Some((self.facts.id(value)?, key)));
        let found = found.filter(|(value, _)| {
            let binding = self.binding(*value);
            binding.assigned == 0 && !binding.changed && !binding.nullable && !binding.always
        });
        let key = self.id(name)?;
        if self.binding(key).changed {
            return Ok(None);
        }
        let uses_key = self.binding(key).reads > usize::from(found.is_some());
        let key_name = if uses_key { self.binding(key).rust.clone() } else { "_".into() };
        if let Some((array, item)) = array {
            let value_name = match found {
                Some((value, _)) if self.binding(value).reads > 0 => {
                    self.forms.insert(value, (item, By::Own));
                    self.binding(value).rust.clone()
                }
                Some(_) => "_".into(),
                // The body does not take the value of each key as its first thing.
                None if matches!(map, Expr::Map(_)) || self.binding(key).reads > 0 => "_".into(),
                None => return Ok(None),
            };
            self.forms.insert(key, (Ty::Str, By::Own));
            let pattern = format!("({key_name}, {value_name})");
            let rest = if found.is_some() { &body[1..] } else { &body[..] };
            return Ok(Some(self.looped(pattern, array, rest)));
        }
        let Some((value, _)) = found.filter(|(value, _)| self.binding(*value).reads > 0) else {
            return Ok(None);
        };
        let shown = self.value(map, &Ty::Unknown)?.settled();
        let Ty::Map(item) = shown.ty else { return Ok(None) };
        if !uses_key || !shown.stays || shown.by == By::Mut {
            return Ok(None);
        }
        let value_name = self.binding(value).rust.clone();
        let (value_name, by) = match item.is_copy() {
            true => (format!("&{value_name}"), By::Own),
            false => (value_name, By::Ref),
        };
        self.forms.insert(value, (*item, by));
        self.forms.insert(key, (Ty::Text, By::Ref));
        let items = if shown.by == By::Own { reference(shown.expr) } else { shown.expr };
        Ok(Some(self.looped(format!("({key_name}, {value_name})"), items, &body[1..])))
    }

    fn looped(&mut self, pattern: String, items: Rust, body: &[Stmt]) -> Vec<Line> {
        let outer = std::mem::replace(&mut self.loop_body, body.as_ptr());
        let leaves = std::mem::replace(&mut self.continue_leaves, false);
        let narrowed = self.narrowed.clone();
        let body = self.main_lines(body);
        self.narrowed = narrowed;
        self.loop_body = outer;
        self.continue_leaves = leaves;
        vec![run(Rust::For { pattern: Pattern::Other(pattern), items: Box::new(items), body })]
    }

    /// Returns a map of literals as an array of pairs, with the type of its values.
    pub(super) fn pairs(&mut self, map: &Expr) -> Lowered<(Rust, Ty)> {
        let Expr::Map(items) = map else { return super::value::why("a map") };
        let mut item = Ty::Unknown;
        for (_, value) in items {
            item = item.join(&self.value(value, &Ty::Unknown)?.ty);
        }
        if item == Ty::Bit {
            item = super::types::INT;
        }
        let mut pairs = Vec::new();
        for (key, value) in items {
            let key = self.value(key, &Ty::Text)?.str()?;
            let value = self.owned(value, &item)?;
            pairs.push(Rust::Call { function: Box::new(path("")), args: vec![key, value] });
        }
        Ok((Rust::Array(pairs), item))
    }

    /// Says that a map is walked in another order than the script's.
    pub(super) fn warn_of_order(&mut self, stmt: &Stmt, items: &Expr) {
        let is_map = |ty: &Ty| matches!(ty, Ty::Map(_));
        let map = map_of(items);
        let sorted = match map {
            Expr::Var(name) => self
                .facts
                .id(name)
                .is_some_and(|id| is_map(&self.binding(id).ty) && !self.facts.is_pairs(id)),
            Expr::Map(_) => !is_literal(map),
            _ => false,
        };
        if sorted && self.facts.rules.map_keeps_order() {
            self.remarks.push(Remark {
                line: stmt.line,
                end_line: stmt.line,
                kind: RemarkKind::Warning,
                text: "the keys come in the order of the alphabet here, in the script in that of \
                       their insertion"
                    .into(),
            });
        }
    }

    /// Returns the declaration of a map that is only walked.
    pub(super) fn declared_pairs(&mut self, id: usize, value: &Expr) -> Lowered<Option<Vec<Line>>> {
        if !self.facts.is_pairs(id) || !is_literal(value) {
            return Ok(None);
        }
        let (array, item) = self.pairs(value)?;
        self.forms.insert(id, (Ty::Map(Box::new(item)), By::Own));
        Ok(Some(vec![build::bind(&self.binding(id).rust, array)]))
    }
}
