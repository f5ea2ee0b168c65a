//! Arithmetic.

use super::build::{self, binary, cast, method};
use super::lower::Lower;
use super::rules::{Division, is_word};
use super::types::{INT, Ty, Width};
use super::value::{By, Lowered, Value, why};
use crate::rust::ast::{Expr as Rust, Piece};
use crate::tree::{BinaryOp, Builtin, Expr};

impl Lower<'_, '_> {
    /// Translates arithmetic, comparisons and logic.
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        whole: &Expr,
        want: &Ty,
    ) -> Lowered<Value> {
        use BinaryOp as O;
        match op {
            O::And | O::Or => return self.logic(op, left, right, whole, want),
            O::Add | O::Sub | O::Mul | O::Div | O::Quotient | O::Rem => {}
            _ => return Ok(Value::new(self.cond(whole)?, Ty::Bool)),
        }
        let first = self.value(left, want)?.settled();
        let second = self.value(right, want)?.settled();
        if op == O::Add {
            if self.joins(&first.ty, &second.ty)
                || (first.ty.is_text() || second.ty.is_text()) && (is_word(left) || is_word(right))
            {
                return self.text(whole);
            }
            if let (Ty::List(item), Ty::List(_)) = (&first.ty, &second.ty) {
                let ty = Ty::List(item.clone());
                let parts = Rust::Array(vec![slice(first)?, slice(second)?]);
                return Ok(Value::new(method(parts, "concat", vec![]), ty));
            }
        }
        let (first, second) = (self.as_number(first), self.as_number(second));
        if matches!(op, O::Div | O::Quotient) {
            return self.division(op, first, second, want);
        }
        if first.ty == Ty::Float || second.ty == Ty::Float {
            if op == O::Rem && self.facts.rules.remainder_floors() {
                return why("a remainder that has the sign of the divisor");
            }
            return Ok(Value::new(binary(sign(op), first.float()?, second.float()?), Ty::Float));
        }
        let width = self.common(&first, &second, want, op);
        if op == O::Rem && self.facts.rules.remainder_floors() && !is_unsigned(width) {
            return self.floored_remainder(first.int(width)?, second.int(width)?, width);
        }
        self.whole(op, first, second, width)
    }

    /// Returns whether `+` of two types joins texts.
    pub(super) fn joins(&self, first: &Ty, second: &Ty) -> bool {
        match (first.is_text(), second.is_text()) {
            (true, true) => true,
            (false, false) => false,
            (true, false) => !(self.facts.rules.plus_reads_text() && is_number(second)),
            (false, true) => !(self.facts.rules.plus_reads_text() && is_number(first)),
        }
    }

    /// Reads the number in a text with which a script calculates.
    fn as_number(&self, value: Value) -> Value {
        if !value.ty.is_text() || !self.facts.rules.plus_reads_text() {
            return value;
        }
        if let Rust::Text(text) = &value.expr {
            if let Ok(number) = text.trim().parse::<i64>() {
                return Value::new(Rust::Int(number), INT);
            }
        }
        Value::new(super::builtins::parsed(value, "f64"), Ty::Float)
    }

    fn division(&mut self, op: BinaryOp, first: Value, second: Value, want: &Ty) -> Lowered<Value> {
        let rules = self.facts.rules;
        let is_quotient = op == BinaryOp::Quotient;
        let kind = if is_quotient { rules.quotient() } else { rules.division() };
        if first.ty == Ty::Float || second.ty == Ty::Float || kind == Division::Exact {
            let exact = binary("/", first.float()?, second.float()?);
            return Ok(match (is_quotient, kind) {
                (false, _) => Value::new(exact, Ty::Float),
                (true, Division::Flooring) => {
                    Value::new(build::call("f64::floor", vec![exact]), Ty::Float)
                }
                (true, _) => Value::new(cast(exact, "i64"), INT),
            });
        }
        let width = self.common(&first, &second, want, op);
        if second.expr == Rust::Int(0) {
            return why("a division by zero");
        }
        if kind == Division::Truncating || is_unsigned(width) {
            return self.whole(BinaryOp::Div, first, second, width);
        }
        let (first, second) = (first.int(width)?, second.int(width)?);
        let expr = match (first, second) {
            (Rust::Int(a), Rust::Int(b)) if b > 0 => Rust::Int(a.div_euclid(b)),
            (first, Rust::Int(1)) => first,
            (first, Rust::Int(by)) if by > 0 => {
                self.of_number(first, width.name(), "div_euclid", vec![Rust::Int(by)])
            }
            (first, second) => {
                let exact = binary("/", cast(first, "f64"), cast(second, "f64"));
                cast(build::call("f64::floor", vec![exact]), width.name())
            }
        };
        Ok(Value::new(expr, Ty::Int(width)))
    }

    /// Translates what Rust does with whole numbers as the script does.
    fn whole(&mut self, op: BinaryOp, first: Value, second: Value, width: Width) -> Lowered<Value> {
        use BinaryOp as O;
        if matches!(op, O::Div | O::Rem) && second.expr == Rust::Int(0) {
            return why("a division by zero");
        }
        let folded = match (&first.expr, &second.expr, op) {
            (Rust::Int(a), Rust::Int(b), O::Add) => a.checked_add(*b),
            (Rust::Int(a), Rust::Int(b), O::Sub) => a.checked_sub(*b),
            (Rust::Int(a), Rust::Int(b), O::Mul) => a.checked_mul(*b),
            (_, Rust::Int(0), O::Add | O::Sub) | (_, Rust::Int(1), O::Mul | O::Div) => {
                return Ok(Value::new(first.int(width)?, Ty::Int(width)));
            }
            (Rust::Int(0), _, O::Add) | (Rust::Int(1), _, O::Mul) => {
                return Ok(Value::new(second.int(width)?, Ty::Int(width)));
            }
            (_, Rust::Int(0), O::Mul) | (Rust::Int(0), _, O::Mul | O::Div | O::Rem) => Some(0),
            (_, Rust::Int(1), O::Rem) => Some(0),
            _ => None,
        };
        if let Some(number) = folded {
            return Ok(Value::new(Rust::Int(number), INT));
        }
        let (first, second) = (first.int(width)?, second.int(width)?);
        let expr = match op {
            // Below 0 is no `usize`.
            O::Sub if is_unsigned(width) => {
                self.of_number(first, width.name(), "saturating_sub", vec![second])
            }
            _ => binary(sign(op), first, second),
        };
        Ok(Value { unclear: super::exprs::is_large(&expr), ..Value::new(expr, Ty::Int(width)) })
    }

    /// Translates a division whose fraction is dropped: `int(n / 2)`.
    pub(super) fn halved(&mut self, args: &[Expr], want: &Ty) -> Lowered<Option<Value>> {
        let [Expr::Binary { op: BinaryOp::Div, left, right }] = args else { return Ok(None) };
        if self.facts.rules.division() != Division::Exact {
            return Ok(None);
        }
        let first = self.value(left, &Ty::Unknown)?.settled();
        let second = self.value(right, &Ty::Unknown)?.settled();
        let is_whole = matches!(first.ty, Ty::Int(_) | Ty::Bit);
        match second.expr {
            Rust::Int(1..) if is_whole => {}
            _ => return Ok(None),
        }
        let width = self.common(&first, &second, want, BinaryOp::Div);
        self.whole(BinaryOp::Div, first, second, width).map(Some)
    }

    /// Translates the number at the start of a text, 0 if there is none: `Val("12.5 m")` is 12.5.
    pub(super) fn leading_number(&mut self, args: &[Expr], want: &Ty) -> Lowered<Value> {
        let is_env = matches!(args, [Expr::Builtin { function: Builtin::Env, .. }]);
        if is_env && matches!(want, Ty::Int(_)) {
            return self.builtin(Builtin::ToInt, args, want);
        }
        let Some(arg) = args.first() else { return why("an argument is missing") };
        let value = self.value(arg, &Ty::Unknown)?.settled();
        match value.ty.is_text() {
            true => Ok(Value::new(super::builtins::parsed(value, "f64"), Ty::Float)),
            false => Ok(Value::new(value.float()?, Ty::Float)),
        }
    }

    /// Returns the remainder that is only compared with 0, for which its sign does not matter.
    pub(super) fn divides(&mut self, left: &Expr, right: &Expr) -> Lowered<Option<Value>> {
        let first = self.value(left, &Ty::Unknown)?.settled();
        let second = self.value(right, &Ty::Unknown)?.settled();
        if !matches!((&first.ty, &second.ty), (Ty::Int(_) | Ty::Bit, Ty::Int(_) | Ty::Bit)) {
            return Ok(None);
        }
        let width = self.common(&first, &second, &Ty::Unknown, BinaryOp::Rem);
        self.whole(BinaryOp::Rem, first, second, width).map(Some)
    }

    /// Returns a remainder with the sign of the divisor.
    fn floored_remainder(&self, first: Rust, second: Rust, width: Width) -> Lowered<Value> {
        let expr = match (first, second) {
            (_, Rust::Int(0)) => return why("a division by zero"),
            (Rust::Int(a), Rust::Int(b)) if b > 0 => Rust::Int(a.rem_euclid(b)),
            (first, Rust::Int(by)) if by > 0 => {
                self.of_number(first, width.name(), "rem_euclid", vec![Rust::Int(by)])
            }
            (first, second @ (Rust::Int(_) | Rust::Var(_))) => {
                let sum = binary("+", binary("%", first, second.clone()), second.clone());
                binary("%", sum, second)
            }
            _ => return why("a remainder that has the sign of the divisor"),
        };
        Ok(Value::new(expr, Ty::Int(width)))
    }

    /// Returns a call of a method of a number, whose type is said where Rust may not know it.
    fn of_number(&self, number: Rust, ty: &str, name: &str, mut args: Vec<Rust>) -> Rust {
        // The type of a literal's variable may still be open.
        let is_clear = matches!(number, Rust::Method { .. } | Rust::Call { .. });
        if is_clear {
            return method(number, name, args);
        }
        args.insert(0, number);
        build::call(&format!("{ty}::{name}"), args)
    }

    /// Returns a value as a part of a text, as the script's language prints it.
    pub(super) fn piece(&self, value: Value) -> Lowered<Piece> {
        let rules = self.facts.rules;
        let value = value.settled();
        match (&value.ty, &value.expr) {
            (Ty::Bool, expr) if rules.truths() != ("true", "false") => {
                let (yes, no) = rules.truths();
                if let Rust::Bool(is) = expr {
                    return Ok(Piece::Text(if *is { yes } else { no }.to_owned()));
                }
                Ok(Piece::Value(Rust::If {
                    cond: Box::new(value.expr),
                    then: vec![build::tail(build::text(yes))],
                    otherwise: Some(vec![build::tail(build::text(no))]),
                }))
            }
            (Ty::Float, Rust::Float(number)) => match number.parse::<f64>() {
                Ok(number) if rules.prints_point() => Ok(Piece::Text(format!("{number:?}"))),
                Ok(number) => Ok(Piece::Text(number.to_string())),
                Err(_) => value.piece(),
            },
            (Ty::Float, _) if rules.prints_point() => Ok(Piece::Formatted(value.expr, "?".into())),
            _ => value.piece(),
        }
    }
}

fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Rem => "%",
        _ => "/",
    }
}

fn is_unsigned(width: Width) -> bool {
    matches!(width, Width::Usize | Width::U8 | Width::U16 | Width::U32 | Width::U64)
}

fn is_number(ty: &Ty) -> bool {
    matches!(ty, Ty::Int(_) | Ty::Bit | Ty::Float)
}

/// Returns a list as a slice.
fn slice(list: Value) -> Lowered<Rust> {
    match list.by {
        By::Own => Ok(method(list.expr, "as_slice", vec![])),
        _ => Ok(list.expr),
    }
}
