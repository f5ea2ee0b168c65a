//! Conditions.

use super::build::{binary, method, negated, reference, unary};
use super::lower::Lower;
use super::types::{INT, Ty, Width};
use super::value::{By, Lowered, Value, why};
use crate::rust::ast::Expr as Rust;
use crate::tree::{BinaryOp, Builtin, Expr, UnaryOp};

impl Lower<'_, '_> {
    /// Translates a condition.
    pub(super) fn cond(&mut self, expr: &Expr) -> Lowered<Rust> {
        use BinaryOp as O;
        match expr {
            Expr::Unary { op: UnaryOp::Not, value } => Ok(negated(self.cond(value)?)),
            Expr::Binary { op: op @ (O::And | O::Or), left, right } => {
                let (left, right) = (self.cond(left)?, self.cond(right)?);
                let op = if *op == O::And { "&&" } else { "||" };
                Ok(range(op, left, right))
            }
            Expr::Binary {
                op: op @ (O::Eq | O::Ne | O::Lt | O::Le | O::Gt | O::Ge),
                left,
                right,
            } => self.compare(*op, left, right),
            Expr::Var(name) if self.facts.binding(name).is_some_and(|binding| binding.always) => {
                Ok(Rust::Bool(true))
            }
            _ => {
                let value = match self.facts.rules.empty_is_false() {
                    true => self.value(expr, &Ty::Bool)?,
                    false => self.raw(expr, &Ty::Bool)?,
                };
                self.truth(value)
            }
        }
    }

    /// Returns whether a value counts as true. What returns nothing is done before.
    pub(super) fn truth(&mut self, value: Value) -> Lowered<Rust> {
        if value.ty == Ty::Unit {
            self.before.push(super::build::run(value.expr));
            return Ok(Rust::Bool(true));
        }
        value.boolean()
    }

    pub(super) fn compare(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> Lowered<Rust> {
        use BinaryOp as O;
        // The value first, then the literal.
        if is_constant(left) && !is_constant(right) {
            let op = match op {
                O::Lt => O::Gt,
                O::Le => O::Ge,
                O::Gt => O::Lt,
                O::Ge => O::Le,
                other => other,
            };
            return self.compare(op, right, left);
        }
        if *right == Expr::Null {
            return self.compare_null(op, left);
        }
        if let Expr::Builtin { function: Builtin::IndexOf, args } = left {
            let is_there = match (op, constant(right)) {
                (O::Eq | O::Le, Expr::Int(-1)) | (O::Lt, Expr::Int(0)) => Some(false),
                (O::Ne | O::Gt, Expr::Int(-1)) | (O::Ge, Expr::Int(0)) => Some(true),
                _ => None,
            };
            if let Some(is_there) = is_there {
                let cond = self.builtin(Builtin::Contains, args, &Ty::Bool)?.expr;
                return Ok(if is_there { cond } else { negated(cond) });
            }
        }
        if let (Expr::Binary { op: O::Rem, left: number, right: by }, O::Eq | O::Ne, Expr::Int(0)) =
            (left, op, constant(right))
        {
            if let Some(rest) = self.divides(number, by)? {
                return Ok(binary(sign(op), rest.expr, Rust::Int(0)));
            }
        }
        let first = self.value(left, &Ty::Unknown)?;
        if let Expr::Int(number) = constant(right) {
            if let Some(cond) = compare_missing(op, &first, number) {
                return Ok(cond);
            }
        }
        let want = first.ty.plain();
        let second = self.value(right, if want == INT { &first.ty } else { &want })?;
        let is_truth = |value: &Value| {
            value.ty == Ty::Bool || matches!(&value.ty, Ty::Result(inner) if **inner == Ty::Unit)
        };
        if is_truth(&first) || is_truth(&second) || first.ty == Ty::Unit {
            return self.compare_bool(op, first, second);
        }
        let (first, second) = (first.settled(), second.settled());
        if let Expr::Builtin { function: Builtin::Length, args } = left {
            if let Some(cond) = self.compare_length(op, args, &second)? {
                return Ok(cond);
            }
        }
        let sign = sign(op);
        match (&first.ty, &second.ty) {
            (a, b) if a.is_text() && b.is_text() => {
                match self.facts.rules.ignores_case() && matches!(op, O::Eq | O::Ne) {
                    true => compare_without_case(op, first, second),
                    false => compare_text(op, first, second),
                }
            }
            (Ty::Float, _) | (_, Ty::Float) => Ok(binary(sign, first.float()?, second.float()?)),
            (Ty::Int(_) | Ty::Bit, Ty::Int(_) | Ty::Bit) => {
                let width = self.common(&first, &second, &Ty::Unknown, op);
                let unsigned = matches!(
                    width,
                    Width::Usize | Width::U64 | Width::U32 | Width::U16 | Width::U8
                );
                match (op, &second.expr) {
                    (O::Ge, Rust::Int(0)) if unsigned => return Ok(Rust::Bool(true)),
                    (O::Lt, Rust::Int(0)) if unsigned => return Ok(Rust::Bool(false)),
                    (O::Le, Rust::Int(0)) if unsigned => {
                        return Ok(binary("==", first.int(width)?, second.int(width)?));
                    }
                    _ => {}
                }
                Ok(binary(sign, first.int(width)?, second.int(width)?))
            }
            // A number in a text is compared as text where the languages do so.
            (a, Ty::Int(_) | Ty::Bit | Ty::Char) if a.is_text() => {
                compare_text(op, first, Value::new(second.string()?, Ty::Text))
            }
            (Ty::Int(_) | Ty::Bit | Ty::Char, b) if b.is_text() => {
                compare_text(op, Value::new(first.string()?, Ty::Text), second)
            }
            (Ty::Object("StringBuilder" | "JsonObject" | "JsonArray"), b) if b.is_text() => {
                compare_text(op, Value::new(first.string()?, Ty::Text), second)
            }
            // An object as a number in languages whose objects are handles: 0 is none.
            (Ty::Object(_), Ty::Int(_) | Ty::Bit) if second.expr == Rust::Int(0) => match op {
                O::Eq => Ok(Rust::Bool(false)),
                O::Ne | O::Gt => Ok(Rust::Bool(true)),
                _ => why("a comparison of an object"),
            },
            (Ty::List(_), Ty::List(_)) if matches!(op, O::Eq | O::Ne) => {
                Ok(binary(sign, first.expr, second.expr))
            }
            (a, b) => {
                why(format!("{} is compared with {}", super::value::said(a), super::value::said(b)))
            }
        }
    }

    fn compare_null(&mut self, op: BinaryOp, left: &Expr) -> Lowered<Rust> {
        let value = match left {
            Expr::Builtin { function: Builtin::Env, args } if args.len() == 1 => {
                let name = self.value(&args[0], &Ty::Text)?.str()?;
                Value::new(
                    super::build::call("std::env::var", vec![name]),
                    Ty::Result(Box::new(Ty::Text)),
                )
            }
            _ => self.raw(left, &Ty::Unknown)?,
        };
        let is_null = match value.ty {
            Ty::Option(_) => method(value.expr, "is_none", vec![]),
            Ty::Result(_) => method(value.expr, "is_err", vec![]),
            Ty::Unit => return why("a comparison of nothing"),
            Ty::Bool => negated(value.expr),
            _ if value.stays => Rust::Bool(false),
            ty => {
                // The call is made.
                let ty = Value::new(value.expr, ty);
                self.before.push(super::build::bind_as(
                    crate::rust::ast::Pattern::Ignored,
                    None,
                    ty.expr,
                ));
                Rust::Bool(false)
            }
        };
        match op {
            BinaryOp::Eq => Ok(is_null),
            BinaryOp::Ne => Ok(negated(is_null)),
            _ => why("a comparison with null"),
        }
    }

    /// Compares something that is true or false, also with 1 and 0.
    fn compare_bool(&mut self, op: BinaryOp, first: Value, second: Value) -> Lowered<Rust> {
        use BinaryOp as O;
        let constant = match (&second.expr, &second.ty) {
            (Rust::Bool(value), _) => Some(*value),
            (Rust::Int(number), _) => Some(*number != 0),
            (Rust::Text(text), Ty::Str) if text.eq_ignore_ascii_case("true") => Some(true),
            (Rust::Text(text), Ty::Str) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        let first = self.truth(first)?;
        match (op, constant) {
            (O::Eq, Some(true)) | (O::Ne | O::Gt, Some(false)) => Ok(first),
            (O::Eq, Some(false)) | (O::Ne | O::Lt, Some(true)) => Ok(negated(first)),
            (O::Ge, Some(true)) => Ok(first),
            (O::Eq | O::Ne, None) => {
                let second = self.truth(second)?;
                Ok(binary(sign(op), first, second))
            }
            _ => why("a comparison of true or false"),
        }
    }

    /// Compares a length with 0 by `is_empty`.
    fn compare_length(
        &mut self,
        op: BinaryOp,
        args: &[Expr],
        second: &Value,
    ) -> Lowered<Option<Rust>> {
        use BinaryOp as O;
        let is_empty = match (op, &second.expr) {
            (O::Eq | O::Le, Rust::Int(0)) | (O::Lt, Rust::Int(1)) => true,
            (O::Ne | O::Gt, Rust::Int(0)) | (O::Ge, Rust::Int(1)) => false,
            _ => return Ok(None),
        };
        let [value] = args else { return Ok(None) };
        let value = self.value(value, &Ty::Unknown)?.settled();
        if !matches!(
            value.ty,
            Ty::Text | Ty::Str | Ty::Cow | Ty::List(_) | Ty::Map(_) | Ty::Bytes | Ty::Slice
        ) {
            return Ok(None);
        }
        let cond = method(value.expr, "is_empty", vec![]);
        Ok(Some(if is_empty { cond } else { unary("!", cond) }))
    }
}

fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        _ => ">=",
    }
}

/// Compares texts.
fn compare_text(op: BinaryOp, first: Value, second: Value) -> Lowered<Rust> {
    let is_equality = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
    if is_equality && second.expr == Rust::Text(String::new()) {
        let empty = method(first.expr, "is_empty", vec![]);
        return Ok(if op == BinaryOp::Eq { empty } else { unary("!", empty) });
    }
    if is_equality {
        return Ok(binary(sign(op), side(first), side(second)));
    }
    Ok(binary(sign(op), ordered(first)?, ordered(second)?))
}

/// Returns a text so that it is before or behind another.
fn ordered(value: Value) -> Lowered<Rust> {
    match &value.ty {
        Ty::Text if !matches!(value.expr, Rust::Text(_)) => {
            Ok(method(value.expr, "as_str", vec![]))
        }
        Ty::Cow => Ok(method(value.expr, "as_ref", vec![])),
        _ => value.str(),
    }
}

/// Compares texts whose letters may be upper or lower case.
fn compare_without_case(op: BinaryOp, first: Value, second: Value) -> Lowered<Rust> {
    if matches!(&second.expr, Rust::Text(text) if !text.contains(char::is_alphabetic)) {
        return compare_text(op, first, second);
    }
    let is_same = method(first.expr, "eq_ignore_ascii_case", vec![second.str()?]);
    Ok(if op == BinaryOp::Eq { is_same } else { unary("!", is_same) })
}

/// Returns a text so that it compares with `String` and `&str`.
fn side(value: Value) -> Rust {
    match (&value.ty, value.by) {
        (Ty::Text | Ty::Cow, By::Ref | By::Mut) => unary("*", value.expr),
        _ => value.expr,
    }
}

/// Compares a number that may be missing with -1 or 0.
fn compare_missing(op: BinaryOp, value: &Value, number: i64) -> Option<Rust> {
    use BinaryOp as O;
    let Ty::Option(inner) = &value.ty else { return None };
    if !matches!(**inner, Ty::Int(_)) {
        return None;
    }
    let is = |name| Some(method(value.expr.clone(), name, vec![]));
    match (op, number) {
        (O::Eq | O::Le, -1) | (O::Lt, 0) => is("is_none"),
        (O::Ne | O::Gt, -1) | (O::Ge, 0) => is("is_some"),
        _ => None,
    }
}

fn is_constant(expr: &Expr) -> bool {
    matches!(
        constant(expr),
        Expr::Int(_) | Expr::Float(_) | Expr::Text(_) | Expr::Bool(_) | Expr::Null
    )
}

/// Returns `-1` as one number.
fn constant(expr: &Expr) -> Expr {
    match expr {
        Expr::Unary { op: UnaryOp::Minus, value } => match **value {
            Expr::Int(number) => Expr::Int(number.saturating_neg()),
            _ => Expr::Concat(Vec::new()),
        },
        Expr::Int(_) | Expr::Float(_) | Expr::Text(_) | Expr::Bool(_) | Expr::Null => expr.clone(),
        _ => Expr::Concat(Vec::new()),
    }
}

/// Joins two conditions: `n >= 200 && n < 300` is `(200..300).contains(&n)`.
fn range(op: &'static str, left: Rust, right: Rust) -> Rust {
    let bound = |expr: &Rust| match expr {
        Rust::Binary { op, left, right } => match (&**left, &**right) {
            (variable @ Rust::Var(_), Rust::Int(number)) => Some((*op, variable.clone(), *number)),
            _ => None,
        },
        _ => None,
    };
    // One of them decides by itself, or says nothing.
    match (op, &left, &right) {
        ("&&", Rust::Bool(true), _) | ("||", Rust::Bool(false), _) => return right,
        ("&&", _, Rust::Bool(true)) | ("||", _, Rust::Bool(false)) => return left,
        ("&&", Rust::Bool(false), _) | ("||", Rust::Bool(true), _) => return left,
        _ => {}
    }
    let (Some(a), Some(b)) = (bound(&left), bound(&right)) else {
        return binary(op, left, right);
    };
    if a.1 != b.1 {
        return binary(op, left, right);
    }
    let (low, high) = if a.2 <= b.2 { (a, b) } else { (b, a) };
    let inclusive = match (op, low.0, high.0) {
        ("&&", ">=", "<") | ("||", "<", ">=") => false,
        ("&&", ">=", "<=") | ("||", "<", ">") => true,
        _ => return binary(op, left, right),
    };
    let bounds = Rust::Range {
        from: Box::new(Rust::Int(low.2)),
        to: Box::new(Rust::Int(high.2)),
        inclusive,
    };
    let contains = method(bounds, "contains", vec![reference(low.1)]);
    if op == "&&" { contains } else { unary("!", contains) }
}
