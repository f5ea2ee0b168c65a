//! Lists whose items are read and set by their places, and that change their length.

use super::build::{self, binary, changing, method, run, stmt, unary, var};
use super::facts::Role;
use super::lower::Lower;
use super::types::{Ty, Width};
use super::value::{By, Lowered, Value, why};
use crate::rust::ast::{Expr as Rust, Stmt as Line, StmtKind as LineKind};
use crate::tree::{BinaryOp, Builtin, Expr};

impl Lower<'_, '_> {
    /// Translates `object[index]`. The item of a map, and of a list where there may be none, is an `Option`.
    pub(super) fn index(&mut self, object: &Expr, index: &Expr) -> Lowered<Value> {
        let is_known = !self.facts.rules.reads_behind_end() || self.is_within(object, index);
        let object = self.value(object, &Ty::Unknown)?.settled();
        let copies = |item: &Ty| if item.is_copy() { "copied" } else { "cloned" };
        match object.ty.clone() {
            Ty::List(item) => {
                let index = self.place(index)?;
                if !is_known {
                    let found = match index {
                        Rust::Int(0) => method(object.expr, "first", vec![]),
                        index => method(object.expr, "get", vec![index]),
                    };
                    let found = method(found, copies(&item), vec![]);
                    return Ok(Value::new(found, Ty::Option(item)));
                }
                let expr = Rust::Index { receiver: Box::new(object.expr), index: Box::new(index) };
                Ok(Value { stays: true, ..Value::new(expr, *item) })
            }
            Ty::Map(item) => {
                let key = self.value(index, &Ty::Text)?.str()?;
                let found = method(object.expr, "get", vec![key]);
                Ok(Value::new(method(found, copies(&item), vec![]), Ty::Option(item)))
            }
            Ty::Text | Ty::Str => {
                let index = self.value(index, &Ty::Int(Width::Usize))?.int(Width::Usize)?;
                // Delphi counts characters from 1.
                let index = match (self.facts.rules.counts_from_one(), index) {
                    (false, index) => index,
                    (true, Rust::Int(number)) => Rust::Int(number.saturating_sub(1).max(0)),
                    (true, index) => method(index, "saturating_sub", vec![Rust::Int(1)]),
                };
                let chars = method(object.expr, "chars", vec![]);
                let nth = match index {
                    Rust::Int(0) => method(chars, "next", vec![]),
                    index => method(chars, "nth", vec![index]),
                };
                let text = method(nth, "map", vec![super::build::path("String::from")]);
                Ok(Value::new(text, Ty::Option(Box::new(Ty::Text))))
            }
            ty => why(format!("an item of {}", super::value::said(&ty))),
        }
    }

    /// Translates the place of an item in a list.
    fn place(&mut self, index: &Expr) -> Lowered<Rust> {
        let index = self.value(index, &Ty::Int(Width::Usize))?.int(Width::Usize)?;
        Ok(match index {
            // An item of an empty list is missing whatever its place.
            Rust::Method { receiver, name, mut args, .. }
                if name == "saturating_sub"
                    && args.len() == 1
                    && matches!(&*receiver, Rust::Method { name, .. } if name == "len") =>
            {
                binary("-", *receiver, args.remove(0))
            }
            index => index,
        })
    }

    /// Returns whether the place is one of a list that is written with its items, or of a counting loop.
    fn is_within(&self, list: &Expr, index: &Expr) -> bool {
        match (list, index) {
            (Expr::Var(list), Expr::Int(index)) => {
                let items = self.facts.binding(list).map_or(0, |binding| binding.items);
                usize::try_from(*index).is_ok_and(|index| index < items)
            }
            (_, Expr::Var(index)) => {
                self.facts.binding(index).is_some_and(|binding| binding.role == Role::Counter)
            }
            _ => false,
        }
    }

    /// Translates `object[index] = value`.
    pub(super) fn set_item(
        &mut self,
        object: &Expr,
        index: &Expr,
        value: &Expr,
    ) -> Lowered<Vec<Line>> {
        let is_before_end = matches!(
            index,
            Expr::Binary { op: BinaryOp::Sub, left, .. }
                if matches!(**left, Expr::Builtin { function: Builtin::Length, .. })
        );
        let grows =
            self.facts.rules.list_grows() && !is_before_end && !self.is_within(object, index);
        let whole = object;
        let object = self.value(object, &Ty::Unknown)?;
        if object.by == By::Ref {
            return why("a change of something that is only read");
        }
        match object.ty.clone() {
            Ty::List(item) => {
                let place = index;
                let index = self.place(place)?;
                let value = self.owned(value, &item)?;
                let len = method(object.expr.clone(), "len", vec![]);
                if grows && index == len {
                    return Ok(vec![run(changing(object.expr, "push", vec![value]))]);
                }
                let mut lines = Vec::new();
                if grows {
                    let count = match (&index, place) {
                        (Rust::Int(number), _) => Rust::Int(number.saturating_add(1)),
                        (_, Expr::Binary { op: BinaryOp::Sub, left, right })
                            if **right == Expr::Int(1) =>
                        {
                            self.value(left, &Ty::Int(Width::Usize))?.int(Width::Usize)?
                        }
                        (index, _) => binary("+", index.clone(), Rust::Int(1)),
                    };
                    let count = method(len, "max", vec![count]);
                    let args = vec![count, self.default_of(&item)];
                    lines.push(run(changing(object.expr.clone(), "resize", args)));
                }
                lines.extend(stored(object.expr, index, value));
                Ok(lines)
            }
            Ty::Map(item) => {
                let key = self.value(index, &Ty::Text)?.string()?;
                if let (Some(more), Ty::Int(_) | Ty::Float) = (added(whole, index, value), &*item) {
                    let value = self.owned(more, &item)?;
                    let entry = changing(object.expr, "entry", vec![key]);
                    let target = unary("*", changing(entry, "or_default", vec![]));
                    return Ok(vec![stmt(LineKind::Assign { target, op: "+=", value })]);
                }
                let value = self.owned(value, &item)?;
                Ok(vec![run(changing(object.expr, "insert", vec![key, value]))])
            }
            ty => why(format!("an item of {}", super::value::said(&ty))),
        }
    }

    /// Translates functions that make a list or change its length.
    pub(super) fn list_function(
        &mut self,
        function: Builtin,
        args: &[Expr],
        want: &Ty,
    ) -> Lowered<Value> {
        match (function, args) {
            (Builtin::Push, [list, item]) => Ok(Value::new(self.push(list, item)?, Ty::Unit)),
            (Builtin::Push, _) => why("a list without an item"),
            (Builtin::Sized, [count]) => {
                let Ty::List(item) = want else { return why("a list of unknown items") };
                if !item.is_known() {
                    return why("a list of unknown items");
                }
                let count = self.value(count, &Ty::Int(Width::Usize))?.int(Width::Usize)?;
                let args = vec![self.default_of(item), count];
                Ok(Value::new(Rust::Macro { name: "vec;", args }, want.clone()))
            }
            (Builtin::Resize | Builtin::RemoveAt, [list, number]) => {
                let list = self.value(list, &Ty::Unknown)?;
                let Ty::List(item) = list.ty.clone() else { return why("a list is needed") };
                if list.by == By::Ref {
                    return why("a change of something that is only read");
                }
                let number = self.value(number, &Ty::Int(Width::Usize))?.int(Width::Usize)?;
                let expr = match function {
                    Builtin::RemoveAt => changing(list.expr, "remove", vec![number]),
                    _ => changing(list.expr, "resize", vec![number, self.default_of(&item)]),
                };
                Ok(Value::new(expr, Ty::Unit))
            }
            _ => why("an argument is missing"),
        }
    }
}

/// Returns what `map[key] = map[key] + more` adds.
fn added<'t>(map: &Expr, key: &Expr, value: &'t Expr) -> Option<&'t Expr> {
    match value {
        Expr::Binary { op: BinaryOp::Add, left, right } => match &**left {
            Expr::Index { object, index } if **object == *map && **index == *key => Some(right),
            // `counts.get(word, 0) + 1`.
            Expr::Choice { yes, no, .. } if **no == Expr::Int(0) => match &**yes {
                Expr::Index { object, index } if **object == *map && **index == *key => Some(right),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Returns the assignment of an item.
fn stored(list: Rust, index: Rust, value: Rust) -> Vec<Line> {
    let assign = |target: Rust, value: Rust| stmt(LineKind::Assign { target, op: "=", value });
    let item =
        |list: Rust, index: Rust| Rust::Index { receiver: Box::new(list), index: Box::new(index) };
    let name = match &list {
        Rust::Var(name) if build::mentions(&index, name) => name,
        _ => return vec![assign(item(list, index), value)],
    };
    // The list cannot be read while an item of it is assigned.
    let len = method(list.clone(), "len", vec![]);
    if index == binary("-", len, Rust::Int(1))
        && !build::mentions(&value, name)
        && !build::mentions(&value, "last")
    {
        let then = vec![assign(unary("*", var("last")), value)];
        return vec![run(Rust::IfLet {
            pattern: build::variant("Some", Some("last")),
            value: Box::new(changing(list, "last_mut", vec![])),
            then,
            otherwise: None,
        })];
    }
    let (at, value) = match build::mentions(&value, "at") {
        true => ("place", value),
        false => ("at", value),
    };
    vec![run(Rust::Block(vec![build::bind(at, index), assign(item(list, var(at)), value)]))]
}
