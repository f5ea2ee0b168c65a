//! Expressions.

use super::build::{self, call, changing, method, path, unary, var};
use super::lower::Lower;
use super::types::{Ty, Width, class_of, class_written};
use super::value::{By, Lowered, Value, why};
use crate::members::find_absent;
use crate::rust::ast::{Expr as Rust, Piece};
use crate::tree::{BinaryOp, Builtin, Expr, UnaryOp};

impl Lower<'_, '_> {
    /// Translates an expression. `want` is the type that its place prefers.
    pub(super) fn value(&mut self, expr: &Expr, want: &Ty) -> Lowered<Value> {
        match expr {
            Expr::Text(text) => Ok(Value::new(Rust::Text(text.clone()), Ty::Str)),
            Expr::Int(number) => Ok(Value::new(Rust::Int(*number), number_type(*number, want))),
            Expr::Float(number) => Ok(Value::new(Rust::Float(float(number)?), Ty::Float)),
            Expr::Bool(value) => Ok(Value::new(Rust::Bool(*value), Ty::Bool)),
            Expr::Null => match want {
                Ty::Option(_) => Ok(Value::new(path("None"), want.clone())),
                Ty::Text | Ty::Str => Ok(Value::new(Rust::Text(String::new()), Ty::Str)),
                _ => why("null where a value is needed"),
            },
            Expr::Var(name) => self.variable(name),
            Expr::New(class) => self.new_object(class),
            Expr::Property { object, name } => self.member(object, name, None),
            Expr::Method { object, name, args } => self.member(object, name, Some(args)),
            Expr::Call { name, args } => self.function(name, args),
            Expr::Builtin { function, args } => self.builtin(*function, args, want),
            Expr::Concat(_) => self.text(expr),
            Expr::Unary { op: UnaryOp::Not, .. } => Ok(Value::new(self.cond(expr)?, Ty::Bool)),
            Expr::Unary { op: UnaryOp::Minus, value } => {
                if let Expr::Int(number) = **value {
                    let number = number.saturating_neg();
                    return Ok(Value::new(Rust::Int(number), number_type(number, want)));
                }
                let value = self.value(value, &super::types::INT)?.settled();
                match value.ty {
                    Ty::Float => Ok(Value::new(unary("-", value.expr), Ty::Float)),
                    _ => Ok(Value::new(unary("-", value.int(Width::I64)?), super::types::INT)),
                }
            }
            Expr::Binary { op, left, right } => self.binary(*op, left, right, expr, want),
            Expr::Choice { cond, yes, no } => self.choice(cond, yes, no, want),
            Expr::Index { object, index } => {
                let value = self.index(object, index)?;
                // What a map has not is an empty value, unless the place asks.
                let from_map = matches!(&value.expr, Rust::Method { name, .. } if name == "copied" || name == "cloned");
                let asks = matches!(want, Ty::Option(_));
                Ok(if from_map && !asks { value.settled() } else { value })
            }
            Expr::List(items) => self.list(items, want),
            Expr::Map(items) => self.map(items, want),
            Expr::Lambda { .. } => why("a function as a value"),
            Expr::Unported { reason, .. } => why(reason.clone()),
            Expr::ErrorText => match self.error.last() {
                Some(Some(name)) => {
                    Ok(Value::new(method(var(name), "last_error_text", vec![]), Ty::Text))
                }
                _ => why("the text of an error outside of its block"),
            },
        }
    }

    /// Translates an expression whose place asks whether there is a value.
    pub(super) fn raw(&mut self, expr: &Expr, want: &Ty) -> Lowered<Value> {
        match want {
            Ty::Option(_) => self.value(expr, want),
            _ => self.value(expr, &Ty::Option(Box::new(want.clone()))),
        }
    }

    /// Translates an expression to an owned value of a type.
    pub(super) fn owned(&mut self, expr: &Expr, ty: &Ty) -> Lowered<Rust> {
        let value = self.value(expr, ty)?;
        value.owned(ty)
    }

    fn new_object(&mut self, class: &str) -> Lowered<Value> {
        let Some(class) = class_of(class) else {
            return why(absent_class(class));
        };
        let name = format!("{}::new", class_written(class, self.transport));
        Ok(Value::new(call(&name, vec![]), Ty::Object(class)))
    }

    fn list(&mut self, items: &[Expr], want: &Ty) -> Lowered<Value> {
        let mut item = match want {
            Ty::List(item) => (**item).clone(),
            _ => Ty::Unknown,
        };
        let mut values = Vec::new();
        for each in items {
            let value = self.value(each, &item)?.settled();
            if item == Ty::Unknown {
                item = value.ty.plain();
            }
            values.push(value);
        }
        if items.is_empty() {
            let expr = call("Vec::new", vec![]);
            let item = if item == Ty::Unknown { Ty::Text } else { item };
            return Ok(Value { unclear: true, ..Value::new(expr, Ty::List(Box::new(item))) });
        }
        if item == Ty::Bit {
            item = super::types::INT;
        }
        let args: Vec<Rust> =
            values.into_iter().map(|value| value.owned(&item)).collect::<Lowered<_>>()?;
        let unclear = args.iter().any(is_large);
        let expr = Rust::Macro { name: "vec", args };
        Ok(Value { unclear, ..Value::new(expr, Ty::List(Box::new(item))) })
    }

    fn map(&mut self, items: &[(Expr, Expr)], want: &Ty) -> Lowered<Value> {
        let mut item = match want {
            Ty::Map(item) => (**item).clone(),
            _ => Ty::Unknown,
        };
        let mut pairs = Vec::new();
        for (key, value) in items {
            let key = self.value(key, &Ty::Text)?.string()?;
            let value = self.value(value, &item)?.settled();
            if item == Ty::Unknown {
                item = value.ty.plain();
            }
            pairs.push((key, value));
        }
        if item == Ty::Unknown {
            item = Ty::Text;
        }
        let ty = Ty::Map(Box::new(item.clone()));
        if pairs.is_empty() {
            let expr = call("BTreeMap::new", vec![]);
            return Ok(Value { unclear: true, ..Value::new(expr, ty) });
        }
        let mut args = Vec::new();
        for (key, value) in pairs {
            args.push(Rust::Call {
                // A pair: a call without a function's name.
                function: Box::new(path("")),
                args: vec![key, value.owned(&item)?],
            });
        }
        let pairs = Rust::Array(args);
        Ok(Value::new(call("BTreeMap::from", vec![pairs]), ty))
    }

    /// Returns the type in which two numbers are calculated or compared.
    pub(super) fn common(&self, first: &Value, second: &Value, want: &Ty, op: BinaryOp) -> Width {
        let width = |value: &Value| match (&value.ty, &value.expr) {
            (_, Rust::Int(_)) => None,
            (Ty::Int(width), _) => Some(*width),
            _ => Some(Width::I64),
        };
        let holds = |value: &Value, width: Width| match value.expr {
            Rust::Int(number) => width.holds(number),
            _ => true,
        };
        let found = match (width(first), width(second)) {
            (Some(a), Some(b)) if a == b => a,
            (Some(a), None) if holds(second, a) => a,
            (None, Some(b)) if holds(first, b) => b,
            _ => return Width::I64,
        };
        let compares = !matches!(
            op,
            BinaryOp::Add
                | BinaryOp::Sub
                | BinaryOp::Mul
                | BinaryOp::Div
                | BinaryOp::Quotient
                | BinaryOp::Rem
        );
        match found {
            _ if compares => found,
            // Small types overflow, and none below 0 cannot be subtracted from.
            Width::Usize | Width::U64 if op != BinaryOp::Sub || *want == Ty::Int(found) => found,
            _ => Width::I64,
        }
    }

    /// Translates a concatenation.
    pub(super) fn text(&mut self, expr: &Expr) -> Lowered<Value> {
        Ok(joined(self.pieces(expr)?))
    }

    /// Returns the parts of several texts.
    pub(super) fn pieces_of(&mut self, exprs: &[&Expr]) -> Lowered<Vec<Piece>> {
        let mut pieces = Vec::new();
        for expr in exprs {
            self.add_pieces(expr, &mut pieces)?;
        }
        Ok(pieces)
    }

    /// Returns the parts of a text, with texts one after another joined.
    pub(super) fn pieces(&mut self, expr: &Expr) -> Lowered<Vec<Piece>> {
        let mut pieces = Vec::new();
        self.add_pieces(expr, &mut pieces)?;
        Ok(pieces)
    }

    fn add_pieces(&mut self, expr: &Expr, pieces: &mut Vec<Piece>) -> Lowered<()> {
        match expr {
            Expr::Concat(items) => {
                for item in items {
                    self.add_pieces(item, pieces)?;
                }
                return Ok(());
            }
            Expr::Binary { op: BinaryOp::Add, left, right } if self.is_text(expr) => {
                self.add_pieces(left, pieces)?;
                return self.add_pieces(right, pieces);
            }
            Expr::Builtin { function: Builtin::ToText | Builtin::Message, args } => {
                if let [value] = &args[..] {
                    return self.add_pieces(value, pieces);
                }
            }
            Expr::Builtin {
                function: function @ (Builtin::Fixed | Builtin::PadLeft | Builtin::PadRight),
                args,
            } => {
                pieces.push(self.formatted(*function, args)?);
                return Ok(());
            }
            _ => {}
        }
        let piece = match expr {
            Expr::Null => Piece::Text(self.facts.rules.null().to_owned()),
            _ => {
                let value = self.value(expr, &Ty::Text)?;
                self.piece(value)?
            }
        };
        match (piece, pieces.last_mut()) {
            (Piece::Text(more), Some(Piece::Text(text))) => text.push_str(&more),
            (Piece::Text(text), _) if text.is_empty() => {}
            (piece, _) => pieces.push(piece),
        }
        Ok(())
    }

    /// Returns whether an expression is text.
    pub(super) fn is_text(&mut self, expr: &Expr) -> bool {
        match expr {
            Expr::Text(_) | Expr::Concat(_) => true,
            Expr::Binary { op: BinaryOp::Add, left, right } => {
                match (self.is_text(left), self.is_text(right)) {
                    (true, true) => true,
                    (false, false) => false,
                    _ if !self.facts.rules.plus_reads_text() => true,
                    _ if super::rules::is_word(expr) => true,
                    (true, _) => !self.is_number(right),
                    _ => !self.is_number(left),
                }
            }
            Expr::Binary { .. } | Expr::Int(_) | Expr::Float(_) | Expr::Bool(_) => false,
            _ => {
                let before = self.before.len();
                let is_text =
                    self.value(expr, &Ty::Unknown).is_ok_and(|value| value.settled().ty.is_text());
                self.before.truncate(before);
                is_text
            }
        }
    }

    /// Returns whether an expression is a number.
    fn is_number(&mut self, expr: &Expr) -> bool {
        let before = self.before.len();
        let value = self.value(expr, &Ty::Unknown).map(Value::settled);
        self.before.truncate(before);
        value.is_ok_and(|value| matches!(value.ty, Ty::Int(_) | Ty::Bit | Ty::Float))
    }

    /// Puts a value at the end of a list.
    pub(super) fn push(&mut self, list: &Expr, item: &Expr) -> Lowered<Rust> {
        let list = self.value(list, &Ty::Unknown)?;
        let Ty::List(of) = list.ty.clone() else { return why("a list is needed") };
        if list.by == By::Ref {
            return why("a change of something that is only read");
        }
        let item = self.owned(item, &of)?;
        Ok(changing(list.expr, "push", vec![item]))
    }
}

/// Returns the text that parts make.
pub(super) fn joined(pieces: Vec<Piece>) -> Value {
    match &pieces[..] {
        [] => Value::new(Rust::Text(String::new()), Ty::Str),
        [Piece::Text(text)] => Value::new(Rust::Text(text.clone()), Ty::Str),
        _ => Value::new(build::format("format", pieces), Ty::Text),
    }
}

/// Returns the type of a literal.
fn number_type(number: i64, want: &Ty) -> Ty {
    match want {
        Ty::Int(width) if width.holds(number) => want.clone(),
        _ => super::types::INT,
    }
}

/// Returns a number as Rust writes it.
fn float(number: &str) -> Lowered<String> {
    let text = number
        .replace('_', "")
        .trim_end_matches(['f', 'F', 'd', 'D', 'm', 'M', '#', '!'])
        .to_owned();
    let text = if text.starts_with('.') { format!("0{text}") } else { text };
    let text = if text.ends_with('.') { format!("{text}0") } else { text };
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && text.contains(['.', 'e', 'E']) => Ok(text),
        Ok(value) if value.is_finite() => Ok(format!("{text}.0")),
        _ => why(format!("{number} is not a number in Rust")),
    }
}

/// Returns whether a number in an expression is too large for Rust's default type.
pub(super) fn is_large(expr: &Rust) -> bool {
    match expr {
        Rust::Int(number) => i32::try_from(*number).is_err(),
        Rust::Binary { left, right, .. } => is_large(left) || is_large(right),
        _ => false,
    }
}

/// Says that a class is not here, and what to take instead.
pub(super) fn absent_class(class: &str) -> String {
    let class = class.strip_prefix("Ck").filter(|class| !class.is_empty()).unwrap_or(class);
    match find_absent(class, "") {
        Some(absent) => format!("Ck{class} is not here; {}", absent.instead),
        None => format!("Ck{class} is not here"),
    }
}
