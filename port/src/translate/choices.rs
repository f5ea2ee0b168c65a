//! Values that are one of two.

use super::build::{self, call, closure, method, path, tail};
use super::lower::Lower;
use super::types::{INT, Ty};
use super::value::{Lowered, Value, why};
use crate::rust::ast::{Expr as Rust, Pattern};
use crate::rust::walk::{Walk, walk_expr};
use crate::tree::{BinaryOp, Builtin, Expr};

impl Lower<'_, '_> {
    /// Translates `and` and `or`, which some languages make a value of.
    pub(super) fn logic(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        whole: &Expr,
        want: &Ty,
    ) -> Lowered<Value> {
        if *want == Ty::Bool || !self.facts.rules.or_is_a_side() {
            return Ok(Value::new(self.cond(whole)?, Ty::Bool));
        }
        if let Some((cond, yes)) = chosen(op, left) {
            return self.choice(cond, yes, right, want);
        }
        let value = self.raw(left, want)?;
        let plain = value.ty.plain();
        if matches!(plain, Ty::Bool | Ty::Unit) {
            let other = self.value(right, &Ty::Bool)?;
            return match other.ty.plain() {
                Ty::Bool | Ty::Unit => Ok(Value::new(self.cond(whole)?, Ty::Bool)),
                _ => why("one of two values of different types"),
            };
        }
        match op {
            BinaryOp::Or => {
                let empties = self.facts.rules.empty_is_false();
                self.or_else(value, right, empties)
            }
            _ if value.stays => self.choice(left, right, left, want),
            _ => why("one of two values, by whether the first counts as false"),
        }
    }

    /// Translates `cond ? yes : no`.
    pub(super) fn choice(
        &mut self,
        cond: &Expr,
        yes: &Expr,
        no: &Expr,
        want: &Ty,
    ) -> Lowered<Value> {
        // `a() ?: b` and `a() ?? b` call `a` once.
        if !matches!(yes, Expr::Var(_)) && cond == yes {
            let value = self.raw(yes, want)?;
            return self.or_else(value, no, self.facts.rules.empty_is_false());
        }
        if let Some((tested, found, other)) = unless_null(cond, yes, no) {
            if tested == found && !matches!(tested, Expr::Var(_)) {
                let value = self.raw(tested, want)?;
                return self.or_else(value, other, false);
            }
        }
        if let Expr::Builtin { function: Builtin::HasKey, args } = cond {
            if matches!(yes, Expr::Index { object, index } if args[..] == [(**object).clone(), (**index).clone()])
            {
                let value = self.raw(yes, want)?;
                return self.or_else(value, no, false);
            }
        }
        let cond = self.cond(cond)?;
        if let (Ty::Option(inner), true) = (want, *yes == Expr::Null || *no == Expr::Null) {
            let (then, otherwise) = (self.maybe(yes, inner)?, self.maybe(no, inner)?);
            return Ok(Value::new(either(cond, then, otherwise), want.clone()));
        }
        let first = self.value(yes, want)?.settled();
        let second = self.value(no, want)?.settled();
        let ty = match (&first.ty, &second.ty) {
            (Ty::Bool, Ty::Bool) if first.is_literal() && second.is_literal() => {
                let cond = match (first.expr == Rust::Bool(true), second.expr == Rust::Bool(true)) {
                    (true, false) => cond,
                    (false, true) => build::negated(cond),
                    _ => return Ok(first),
                };
                return Ok(Value::new(cond, Ty::Bool));
            }
            (Ty::Str, Ty::Str) if first.is_literal() && second.is_literal() => Ty::Str,
            (a, b) if a.is_text() || b.is_text() => Ty::Text,
            (Ty::Float, _) | (_, Ty::Float) => Ty::Float,
            (Ty::Int(a), Ty::Int(b)) if a != b && !first.is_literal() && !second.is_literal() => {
                INT
            }
            (Ty::Int(_), Ty::Int(_)) if first.is_literal() => second.ty.clone(),
            (ty, _) => ty.clone(),
        };
        let (then, otherwise) = (first.owned(&ty)?, second.owned(&ty)?);
        Ok(Value::new(either(cond, then, otherwise), ty))
    }

    /// Translates a value that may be null to an `Option`.
    fn maybe(&mut self, expr: &Expr, inner: &Ty) -> Lowered<Rust> {
        match expr {
            Expr::Null => Ok(path("None")),
            _ => self.owned(expr, &Ty::Option(Box::new(inner.clone()))),
        }
    }

    /// Translates `name || "none"`: the first value unless there is none, or it counts as false.
    fn or_else(&mut self, value: Value, other: &Expr, empties: bool) -> Lowered<Value> {
        let plain = value.ty.plain();
        let other = self.value(other, &plain)?;
        match (&plain, other.ty.plain()) {
            (a, b) if *a == b => {}
            (Ty::Int(_) | Ty::Bit, Ty::Bit) => {}
            _ => return why("one of two values of different types"),
        }
        let has = match &value.ty {
            Ty::Option(inner) | Ty::Result(inner) => match **inner {
                Ty::Str | Ty::Cow => Ty::Text,
                ref inner => inner.clone(),
            },
            Ty::Str | Ty::Cow => Ty::Text,
            ty => ty.clone(),
        };
        let filter = if empties { self.filter(&has)? } else { None };
        let is_optional = |ty: &Ty| matches!(ty, Ty::Option(_) | Ty::Result(_));
        if is_optional(&value.ty) && is_optional(&other.ty) {
            let second = other.clone().owned(&Ty::Option(Box::new(has.clone())))?;
            if !passes_on(&second) {
                let ty = Ty::Option(Box::new(has));
                let mut first = value.owned(&ty)?;
                if let Some(filter) = filter {
                    first = method(first, "filter", vec![filter]);
                }
                return Ok(Value::new(method(first, "or_else", vec![closure(&[], second)]), ty));
            }
        }
        let other = other.owned(&has)?;
        let stays = value.stays && !value.moves;
        if !matches!(value.ty, Ty::Option(_) | Ty::Result(_)) {
            let Some(filter) = filter else { return Ok(Value::new(value.owned(&has)?, has)) };
            if value.stays {
                let cond = value.clone().boolean()?;
                let own = value.owned(&has)?;
                let expr = match cond {
                    Rust::Unary { op: "!", value } => either(*value, other, own),
                    cond => either(cond, own, other),
                };
                return Ok(Value::new(expr, has));
            }
            let some = call("Some", vec![value.owned(&has)?]);
            let expr = unless(method(some, "filter", vec![filter]), other, &[]);
            return Ok(Value::new(expr, has));
        }
        let is_result = matches!(value.ty, Ty::Result(_));
        let converts = match &value.ty {
            Ty::Option(inner) | Ty::Result(inner) => match **inner {
                Ty::Str => Some("str::to_owned"),
                Ty::Cow => Some("std::borrow::Cow::into_owned"),
                _ => None,
            },
            _ => None,
        };
        let mut expr = value.expr;
        if let Some(converts) = converts {
            expr = method(expr, "map", vec![path(converts)]);
        } else if stays && !has.is_copy() {
            expr = method(expr, "clone", vec![]);
        }
        let Some(filter) = filter else {
            return Ok(Value::new(unless(expr, other, if is_result { &["_"] } else { &[] }), has));
        };
        if is_result {
            expr = method(expr, "ok", vec![]);
        }
        expr = method(expr, "filter", vec![filter]);
        Ok(Value::new(unless(expr, other, &[]), has))
    }

    /// Returns the closure that keeps what counts as true. `None` if all values of the type do.
    fn filter(&self, ty: &Ty) -> Lowered<Option<Rust>> {
        let not_empty =
            |name: &str| build::unary("!", method(build::var(name), "is_empty", vec![]));
        Ok(Some(match ty {
            Ty::Text => closure(&["text"], not_empty("text")),
            Ty::Int(_) | Ty::Bit => {
                closure(&["&n"], build::binary("!=", build::var("n"), Rust::Int(0)))
            }
            Ty::Float => {
                let zero = Rust::Float("0.0".into());
                closure(&["&n"], build::binary("!=", build::var("n"), zero))
            }
            Ty::Bool => closure(&["&is"], build::var("is")),
            Ty::List(_) | Ty::Map(_) if self.facts.rules.empty_list_is_false() => {
                closure(&["list"], not_empty("list"))
            }
            _ => return Ok(None),
        }))
    }
}

/// Returns the condition and the first value of `cond and "yes" or "no"`.
pub(super) fn chosen(op: BinaryOp, left: &Expr) -> Option<(&Expr, &Expr)> {
    match left {
        Expr::Binary { op: BinaryOp::And, left, right } if op == BinaryOp::Or => {
            let counts_as_true = match &**right {
                Expr::Text(text) => !text.is_empty() && text != "0",
                Expr::Int(number) => *number != 0,
                Expr::Concat(items) => {
                    items.iter().any(|item| matches!(item, Expr::Text(text) if !text.is_empty()))
                }
                _ => false,
            };
            counts_as_true.then_some((left, right))
        }
        _ => None,
    }
}

/// Reads `x != null ? x : y`: what is tested, what is taken if it is there, and what if not.
fn unless_null<'t>(
    cond: &'t Expr,
    yes: &'t Expr,
    no: &'t Expr,
) -> Option<(&'t Expr, &'t Expr, &'t Expr)> {
    match cond {
        Expr::Binary { op: BinaryOp::Ne, left, right } if **right == Expr::Null => {
            Some((left, yes, no))
        }
        Expr::Binary { op: BinaryOp::Eq, left, right } if **right == Expr::Null => {
            Some((left, no, yes))
        }
        _ => None,
    }
}

fn either(cond: Rust, then: Rust, otherwise: Rust) -> Rust {
    Rust::If {
        cond: Box::new(cond),
        then: vec![tail(then)],
        otherwise: Some(vec![tail(otherwise)]),
    }
}

/// Puts another value instead of a missing one. `params` are those of the closure that makes it.
fn unless(value: Rust, other: Rust, params: &[&str]) -> Rust {
    if passes_on(&other) {
        // A closure cannot leave the function.
        let (there, missing) = match params {
            [] => ("Some", Pattern::Other("None".into())),
            _ => ("Ok", build::variant("Err", None)),
        };
        let arms = vec![
            (build::variant(there, Some("value")), vec![tail(build::var("value"))]),
            (missing, vec![tail(other)]),
        ];
        return Rust::Match { value: Box::new(value), arms };
    }
    match other {
        Rust::Int(_) | Rust::Float(_) | Rust::Bool(_) => method(value, "unwrap_or", vec![other]),
        other if other == call("String::new", vec![]) => method(value, "unwrap_or_default", vec![]),
        other => method(value, "unwrap_or_else", vec![closure(params, other)]),
    }
}

/// Returns whether an expression has a `?`.
fn passes_on(expr: &Rust) -> bool {
    struct Finder(bool);
    impl Walk for Finder {
        fn expr(&mut self, expr: &mut Rust) {
            self.0 |= matches!(expr, Rust::Try(_));
            walk_expr(self, expr);
        }
    }
    let mut finder = Finder(false);
    finder.expr(&mut expr.clone());
    finder.0
}
