//! Functions that every language has.

use super::build::{binary, call, cast, closure, method, path, reference, text, var};
use super::lower::Lower;
use super::types::{INT, Ty, Width};
use super::value::{Lowered, Value, said, why};
use crate::rust::ast::{Expr as Rust, Piece};
use crate::tree::{Builtin, Expr};

impl Lower<'_, '_> {
    /// Translates a function of the language.
    pub(super) fn builtin(
        &mut self,
        function: Builtin,
        args: &[Expr],
        want: &Ty,
    ) -> Lowered<Value> {
        use Builtin as B;
        match function {
            B::ToText | B::Message => {
                let value = self.arg_of(args, 0)?;
                match value.ty {
                    Ty::Text | Ty::Str | Ty::Cow => Ok(value),
                    Ty::Int(_) if value.is_literal() => {
                        Ok(Value::new(text(&super::value::literal(&value.expr)), Ty::Str))
                    }
                    Ty::Bool | Ty::Float => Ok(super::exprs::joined(vec![self.piece(value)?])),
                    _ => Ok(Value::new(value.string()?, Ty::Text)),
                }
            }
            B::ToInt if self.facts.rules.rounds() => self.whole_number(args, want),
            B::ToInt => match self.halved(args, want)? {
                Some(value) => Ok(value),
                None => self.whole_number(args, want),
            },
            B::LeadingNumber => self.leading_number(args, want),
            B::ToFloat => {
                let value = self.arg_of(args, 0)?;
                match value.ty.is_text() {
                    true => Ok(Value::new(parsed(value, "f64"), Ty::Float)),
                    false => Ok(Value::new(value.float()?, Ty::Float)),
                }
            }
            B::ParseInt | B::ParseFloat => self.parsed_number(function, args, want),
            B::Push | B::Sized | B::Resize | B::RemoveAt => {
                self.list_function(function, args, want)
            }
            B::Env
            | B::Arg
            | B::ArgCount
            | B::ReadFile
            | B::WriteFile
            | B::FileExists
            | B::Sleep
            | B::UnixTime => self.system(function, args, want),
            B::Abs | B::Min | B::Max | B::Round | B::Floor => self.arithmetic(function, args, want),
            B::Char | B::CharCode => self.character(function, args),
            B::Join | B::HasKey | B::Split => self.collection(function, args),
            B::Length => self.length(args),
            B::Fixed | B::PadLeft | B::PadRight => {
                let piece = self.formatted(function, args)?;
                Ok(Value::new(super::build::format("format", vec![piece]), Ty::Text))
            }
            B::Keys => {
                let map = self.arg_of(args, 0)?;
                if !matches!(map.ty, Ty::Map(_)) {
                    return why(format!("the keys of {}", said(&map.ty)));
                }
                let keys = method(method(map.expr, "keys", vec![]), "cloned", vec![]);
                let list = Ty::List(Box::new(Ty::Text));
                Ok(Value::new(method(keys, "collect::<Vec<_>>", vec![]), list))
            }
            B::Contains | B::IndexOf => self.search(function, args),
            B::Upper
            | B::Lower
            | B::Trim
            | B::StartsWith
            | B::EndsWith
            | B::Substring
            | B::Replace
            | B::Repeat => self.text_function(function, args),
        }
    }

    /// Translates an argument, without failure.
    fn arg_of(&mut self, args: &[Expr], at: usize) -> Lowered<Value> {
        match args.get(at) {
            Some(arg) => Ok(self.value(arg, &Ty::Unknown)?.settled()),
            None => why("an argument is missing"),
        }
    }

    fn str_of(&mut self, args: &[Expr], at: usize) -> Lowered<Rust> {
        self.arg_of(args, at)?.str()
    }

    /// Translates an argument that is a position.
    fn position(&mut self, args: &[Expr], at: usize) -> Lowered<Rust> {
        let Some(arg) = args.get(at) else { return why("an argument is missing") };
        let value = self.value(arg, &Ty::Int(Width::Usize))?;
        if matches!(value.expr, Rust::Int(number) if number < 0) {
            return why("a position from the end");
        }
        value.int(Width::Usize)
    }

    fn whole_number(&mut self, args: &[Expr], want: &Ty) -> Lowered<Value> {
        let width = match want {
            Ty::Int(width) => *width,
            _ => Width::I64,
        };
        if let [Expr::Builtin { function: Builtin::Env, .. }] = args {
            let value = self.arg_of(args, 0)?;
            if matches!(value.expr, Rust::Try(_)) {
                let number = method(value.expr, &format!("parse::<{}>", width.name()), vec![]);
                return Ok(Value::new(self.passed_on(number), Ty::Int(width)));
            }
            return Ok(Value::new(parsed(value, width.name()), Ty::Int(width)));
        }
        let value = self.arg_of(args, 0)?;
        match value.ty {
            Ty::Text | Ty::Str | Ty::Cow => {
                Ok(Value::new(parsed(value, width.name()), Ty::Int(width)))
            }
            Ty::Int(_) | Ty::Bit => Ok(value),
            // `CInt(2.5)` and `[int]2.5` are 2.
            Ty::Float if self.facts.rules.rounds() => {
                let rounded = call("f64::round_ties_even", vec![value.expr]);
                Ok(Value::new(cast(rounded, "i64"), INT))
            }
            _ => Ok(Value::new(value.int(Width::I64)?, INT)),
        }
    }

    /// Translates a text that has to be a number.
    fn parsed_number(&mut self, function: Builtin, args: &[Expr], want: &Ty) -> Lowered<Value> {
        let (lenient, ty) = match (function, want) {
            (Builtin::ParseFloat, _) => (Builtin::ToFloat, Ty::Float),
            (_, Ty::Int(width)) => (Builtin::ToInt, Ty::Int(*width)),
            _ => (Builtin::ToInt, INT),
        };
        let known = match args {
            [Expr::Builtin { function: Builtin::Env, args }] => args.len() != 1,
            [arg] => !self.value(arg, &Ty::Text)?.ty.plain().is_text(),
            _ => true,
        };
        let value = self.builtin(lenient, args, want)?;
        match value.expr {
            Rust::Method { receiver, name, .. } if !known && name == "unwrap_or_default" => {
                Ok(self.or_failed(*receiver, ty))
            }
            expr => Ok(Value { expr, ..value }),
        }
    }

    /// Translates a value in a format to a part of a text.
    pub(super) fn formatted(&mut self, function: Builtin, args: &[Expr]) -> Lowered<Piece> {
        let value = self.arg_of(args, 0)?;
        let Some(Expr::Int(width @ 0..=200)) = args.get(1) else {
            return why("a width that is calculated");
        };
        if function == Builtin::Fixed {
            return Ok(Piece::Formatted(value.float()?, format!(".{width}")));
        }
        let fill = match args.get(2) {
            None => String::new(),
            Some(Expr::Text(fill)) if fill.chars().count() == 1 && !fill.contains(['{', '}']) => {
                if fill == " " {
                    String::new()
                } else {
                    fill.clone()
                }
            }
            Some(_) => return why("a fill of several characters"),
        };
        let side = if function == Builtin::PadLeft { '>' } else { '<' };
        let expr = match self.piece(value)? {
            Piece::Text(known) => text(&known),
            Piece::Value(expr) | Piece::Formatted(expr, _) => expr,
        };
        Ok(Piece::Formatted(expr, format!("{fill}{side}{width}")))
    }

    fn length(&mut self, args: &[Expr]) -> Lowered<Value> {
        let value = self.arg_of(args, 0)?;
        let expr = match value.ty {
            Ty::Text | Ty::Str | Ty::Cow if self.facts.rules.counts_bytes() => {
                method(value.expr, "len", vec![])
            }
            Ty::Text | Ty::Str | Ty::Cow => {
                method(method(value.expr, "chars", vec![]), "count", vec![])
            }
            Ty::List(_) | Ty::Map(_) | Ty::Bytes | Ty::Slice => method(value.expr, "len", vec![]),
            Ty::Object("StringBuilder") => method(value.expr, "length", vec![]),
            Ty::Object("JsonArray" | "JsonObject") => method(value.expr, "size", vec![]),
            Ty::Object("BinData") => method(value.expr, "num_bytes", vec![]),
            ty => return why(format!("the length of {}", said(&ty))),
        };
        Ok(Value::new(expr, Ty::Int(Width::Usize)))
    }

    fn search(&mut self, function: Builtin, args: &[Expr]) -> Lowered<Value> {
        let value = self.arg_of(args, 0)?;
        let as_number = |at: Rust| {
            let number = closure(&["at"], cast(var("at"), "i64"));
            Value::new(method(at, "map_or", vec![Rust::Int(-1), number]), INT)
        };
        let Ty::List(item) = value.ty.clone() else {
            if !value.ty.is_text() {
                return why(format!("a search in {}", said(&value.ty)));
            }
            let (mut value, mut part) = (value, self.str_of(args, 1)?);
            if self.facts.rules.searches_without_case() {
                value.expr = method(value.expr, "to_lowercase", vec![]);
                part = match part {
                    Rust::Text(part) => text(&part.to_lowercase()),
                    part => reference(method(part, "to_lowercase", vec![])),
                };
            }
            if function == Builtin::Contains {
                return Ok(Value::new(method(value.expr, "contains", vec![part]), Ty::Bool));
            }
            let count = method(method(var("before"), "chars", vec![]), "count", vec![]);
            let number = closure(&["(before, _)"], cast(count, "i64"));
            let found = method(value.expr, "split_once", vec![part]);
            return Ok(Value::new(method(found, "map_or", vec![Rust::Int(-1), number]), INT));
        };
        let Some(wanted) = args.get(1) else { return why("an argument is missing") };
        let wanted = self.value(wanted, &item)?.settled();
        let items = || method(value.expr.clone(), "iter", vec![]);
        if *item == Ty::Text {
            let wanted = wanted.str()?;
            let is_it = closure(&["item"], binary("==", var("item"), wanted));
            return Ok(match function {
                Builtin::Contains => Value::new(method(items(), "any", vec![is_it]), Ty::Bool),
                _ => as_number(method(items(), "position", vec![is_it])),
            });
        }
        let wanted = wanted.owned(&item)?;
        if function == Builtin::Contains {
            let expr = method(value.expr, "contains", vec![reference(wanted)]);
            return Ok(Value::new(expr, Ty::Bool));
        }
        let is_it = closure(&["&item"], binary("==", var("item"), wanted));
        Ok(as_number(method(items(), "position", vec![is_it])))
    }

    fn text_function(&mut self, function: Builtin, args: &[Expr]) -> Lowered<Value> {
        use Builtin as B;
        let value = self.arg_of(args, 0)?;
        let stays = value.stays || value.is_literal();
        let subject = match value.ty {
            Ty::Text | Ty::Str | Ty::Cow => value.expr,
            _ => value.string()?,
        };
        Ok(match function {
            B::Upper => Value::new(method(subject, "to_uppercase", vec![]), Ty::Text),
            B::Lower => Value::new(method(subject, "to_lowercase", vec![]), Ty::Text),
            B::Trim if stays => Value::new(method(subject, "trim", vec![]), Ty::Str),
            B::Trim => {
                let trimmed = method(subject, "trim", vec![]);
                Value::new(method(trimmed, "to_string", vec![]), Ty::Text)
            }
            B::StartsWith | B::EndsWith => {
                let name = if function == B::StartsWith { "starts_with" } else { "ends_with" };
                Value::new(method(subject, name, vec![self.str_of(args, 1)?]), Ty::Bool)
            }
            B::Replace => {
                let (old, new) = (self.str_of(args, 1)?, self.str_of(args, 2)?);
                let has_case = match &old {
                    Rust::Text(old) => old.contains(char::is_alphabetic),
                    _ => true,
                };
                if has_case && self.facts.rules.searches_without_case() {
                    return why("a replacement in upper and lower case");
                }
                Value::new(method(subject, "replace", vec![old, new]), Ty::Text)
            }
            B::Repeat => {
                Value::new(method(subject, "repeat", vec![self.position(args, 1)?]), Ty::Text)
            }
            _ => {
                let mut chars = method(subject, "chars", vec![]);
                match self.position(args, 1)? {
                    Rust::Int(0) => {}
                    start => chars = method(chars, "skip", vec![start]),
                }
                if args.len() > 2 {
                    chars = method(chars, "take", vec![self.position(args, 2)?]);
                }
                Value::new(method(chars, "collect::<String>", vec![]), Ty::Text)
            }
        })
    }

    fn collection(&mut self, function: Builtin, args: &[Expr]) -> Lowered<Value> {
        let value = self.arg_of(args, 0)?;
        match (function, value.ty.clone()) {
            (Builtin::Join, Ty::List(item)) => {
                let by = match args.len() {
                    1 => text(""),
                    _ => self.str_of(args, 1)?,
                };
                let texts = match item.is_text() {
                    true => value.expr,
                    false => {
                        let items = method(value.expr, "iter", vec![]);
                        let texts = method(items, "map", vec![path("ToString::to_string")]);
                        method(texts, "collect::<Vec<_>>", vec![])
                    }
                };
                Ok(Value::new(method(texts, "join", vec![by]), Ty::Text))
            }
            (Builtin::HasKey, Ty::Map(_)) => {
                let key = self.str_of(args, 1)?;
                Ok(Value::new(method(value.expr, "contains_key", vec![key]), Ty::Bool))
            }
            (Builtin::HasKey, Ty::Object("JsonObject")) => {
                let key = self.str_of(args, 1)?;
                Ok(Value::new(method(value.expr, "has_member", vec![key]), Ty::Bool))
            }
            (Builtin::Split, ty) if ty.is_text() => {
                let by = self.str_of(args, 1)?;
                let parts = match by == text("") {
                    true => {
                        let chars = method(value.expr, "chars", vec![]);
                        method(chars, "map", vec![path("String::from")])
                    }
                    false => {
                        let parts = method(value.expr, "split", vec![by]);
                        method(parts, "map", vec![path("str::to_owned")])
                    }
                };
                let list = Ty::List(Box::new(Ty::Text));
                Ok(Value::new(method(parts, "collect::<Vec<_>>", vec![]), list))
            }
            (_, ty) => why(format!("{} where a list or a map is needed", said(&ty))),
        }
    }

    fn character(&mut self, function: Builtin, args: &[Expr]) -> Lowered<Value> {
        let value = self.arg_of(args, 0)?;
        if function == Builtin::CharCode {
            let chars = method(value.str()?, "chars", vec![]);
            let next = method(chars, "next", vec![]);
            let number = closure(&["c"], cast(var("c"), "i64"));
            return Ok(Value::new(method(next, "map_or", vec![Rust::Int(0), number]), INT));
        }
        if let Rust::Int(number) = value.expr {
            return match u32::try_from(number).ok().and_then(char::from_u32) {
                Some(c) => Ok(Value::new(text(&c.to_string()), Ty::Str)),
                None => why(format!("{number} is no character")),
            };
        }
        let code = value.int(Width::U32)?;
        let char = method(call("char::from_u32", vec![code]), "map", vec![path("String::from")]);
        Ok(Value::new(char, Ty::Option(Box::new(Ty::Text))))
    }

    fn arithmetic(&mut self, function: Builtin, args: &[Expr], want: &Ty) -> Lowered<Value> {
        let first = self.arg_of(args, 0)?;
        match function {
            Builtin::Round => {
                if first.ty != Ty::Float {
                    return Ok(Value::new(first.int(Width::I64)?, INT));
                }
                let name = match self.facts.rules.rounds_to_even() {
                    true => "f64::round_ties_even",
                    false => "f64::round",
                };
                let rounded = call(name, vec![first.expr]);
                Ok(Value::new(cast(rounded, "i64"), INT))
            }
            Builtin::Floor => {
                if let Some(value) = self.halved(args, want)? {
                    return Ok(value);
                }
                if first.ty != Ty::Float {
                    return Ok(Value::new(first.int(Width::I64)?, INT));
                }
                Ok(Value::new(cast(call("f64::floor", vec![first.expr]), "i64"), INT))
            }
            Builtin::Abs => match first.ty {
                Ty::Float => Ok(Value::new(call("f64::abs", vec![first.expr]), Ty::Float)),
                _ => Ok(Value::new(call("i64::abs", vec![first.int(Width::I64)?]), INT)),
            },
            _ => {
                let second = self.arg_of(args, 1)?;
                let name = if function == Builtin::Min { "min" } else { "max" };
                if first.ty == Ty::Float || second.ty == Ty::Float {
                    let args = vec![first.float()?, second.float()?];
                    return Ok(Value::new(call(&format!("f64::{name}"), args), Ty::Float));
                }
                let width = self.common(&first, &second, want, crate::tree::BinaryOp::Lt);
                let args = vec![first.int(width)?, second.int(width)?];
                Ok(Value::new(call(&format!("std::cmp::{name}"), args), Ty::Int(width)))
            }
        }
    }

    fn system(&mut self, function: Builtin, args: &[Expr], want: &Ty) -> Lowered<Value> {
        use Builtin as B;
        let result = |expr: Rust, ty: Ty| Value::new(expr, Ty::Result(Box::new(ty)));
        Ok(match function {
            B::Env => {
                let variable = call("std::env::var", vec![self.str_of(args, 0)?]);
                if args.len() > 1 {
                    let default = self.arg_of(args, 1)?;
                    if default.expr == text("") {
                        return Ok(result(variable, Ty::Text).settled());
                    }
                    let default = closure(&["_"], default.string()?);
                    return Ok(Value::new(
                        method(variable, "unwrap_or_else", vec![default]),
                        Ty::Text,
                    ));
                }
                match want {
                    Ty::Option(_) => result(variable, Ty::Text),
                    _ => self.or_failed(variable, Ty::Text),
                }
            }
            B::Arg => {
                let at = match self.position(args, 0)? {
                    Rust::Int(at) => Rust::Int(at.saturating_add(1)),
                    at => binary("+", at, Rust::Int(1)),
                };
                let arg = method(call("std::env::args", vec![]), "nth", vec![at]);
                Value::new(arg, Ty::Option(Box::new(Ty::Text)))
            }
            B::ArgCount => {
                let args = method(call("std::env::args", vec![]), "skip", vec![Rust::Int(1)]);
                Value::new(method(args, "count", vec![]), Ty::Int(Width::Usize))
            }
            B::ReadFile => {
                let path = self.arg_of(args, 0)?.into_text()?;
                self.or_failed(call("std::fs::read_to_string", vec![path]), Ty::Text)
            }
            B::WriteFile => {
                let path = self.arg_of(args, 0)?.into_text()?;
                let text = method(self.arg_of(args, 1)?.into_text()?, "as_bytes", vec![]);
                let written = call("std::fs::write", vec![path, text]);
                Value::new(self.passed_on(written), Ty::Unit)
            }
            B::FileExists => {
                let path = self.arg_of(args, 0)?.into_text()?;
                let exists = call("std::fs::exists", vec![path]);
                Value::new(method(exists, "unwrap_or_default", vec![]), Ty::Bool)
            }
            B::Sleep => {
                let time = self.arg_of(args, 0)?.int(Width::U64)?;
                let time = call("std::time::Duration::from_millis", vec![time]);
                Value::new(call("std::thread::sleep", vec![time]), Ty::Unit)
            }
            _ => {
                let now = call("std::time::SystemTime::now", vec![]);
                let since = method(now, "duration_since", vec![path("std::time::UNIX_EPOCH")]);
                let secs = cast(method(var("time"), "as_secs", vec![]), "i64");
                let secs = closure(&["time"], secs);
                Value::new(method(since, "map_or", vec![Rust::Int(0), secs]), INT)
            }
        })
    }

    /// Returns the value of a call, whose failure ends the function, or gives nothing where that is not possible.
    fn or_failed(&mut self, call: Rust, ty: Ty) -> Value {
        match self.may_fail() {
            true => Value::new(Rust::Try(Box::new(call)), ty),
            false => Value::new(call, Ty::Result(Box::new(ty))).settled(),
        }
    }
}

/// Returns the number in a text, or 0.
pub(super) fn parsed(value: Value, ty: &str) -> Rust {
    let trimmed = method(value.expr, "trim", vec![]);
    let number = method(trimmed, &format!("parse::<{ty}>"), vec![]);
    method(number, "unwrap_or_default", vec![])
}
