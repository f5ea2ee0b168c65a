//! Values in the program, and their conversion to what a place takes.

use super::build::{call, cast, closure, method, path, reference, text, unary, var};
use super::types::{Takes, Ty, Width};
use crate::rust::ast::{Expr, Piece};

/// How a place has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Own,
    Ref,
    Mut,
}

/// An expression of the program with its type.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) expr: Expr,
    pub(super) ty: Ty,
    pub(super) by: By,
    /// Whether it is a variable, or a part of one, which stays.
    pub(super) stays: bool,
    /// Whether it is a variable that nothing reads afterwards.
    pub(super) moves: bool,
    /// Whether Rust needs its type at a declaration.
    pub(super) unclear: bool,
}

/// Why something is not ported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Why {
    pub(super) text: String,
    /// Whether it only needs something else that is not ported.
    pub(super) follows: bool,
    /// Whether a class or a member is the reason that is not here.
    pub(super) absent: bool,
}

pub(super) type Lowered<T> = Result<T, Why>;

pub(super) fn why<T>(text: impl Into<String>) -> Lowered<T> {
    let text = text.into();
    let absent = text.contains(" is not here") || text.starts_with("Ck") && text.ends_with(" here");
    Err(Why { text, follows: false, absent })
}

impl Value {
    pub(super) fn new(expr: Expr, ty: Ty) -> Value {
        Value { expr, ty, by: By::Own, stays: false, moves: false, unclear: false }
    }

    pub(super) fn is_literal(&self) -> bool {
        matches!(self.expr, Expr::Text(_) | Expr::Int(_) | Expr::Float(_) | Expr::Bool(_))
    }

    /// Puts a default instead of a failure or of nothing.
    pub(super) fn settled(self) -> Value {
        let (expr, stays) = (self.expr, self.stays && !self.moves);
        match self.ty {
            Ty::Result(inner) => match *inner {
                Ty::Unit => Value::new(method(expr, "is_ok", vec![]), Ty::Bool),
                inner => {
                    let expr = method(expr, "unwrap_or_default", vec![]);
                    Value::new(expr, inner).settled()
                }
            },
            Ty::Option(inner) => {
                let (expr, inner) = match *inner {
                    Ty::Text if stays => (method(expr, "as_deref", vec![]), Ty::Str),
                    inner if stays && !inner.is_copy() && inner != Ty::Str => {
                        (method(expr, "clone", vec![]), inner)
                    }
                    inner => (expr, inner),
                };
                Value::new(method(expr, "unwrap_or_default", vec![]), inner).settled()
            }
            ty => Value {
                expr,
                ty,
                by: self.by,
                stays: self.stays,
                moves: self.moves,
                unclear: self.unclear,
            },
        }
    }

    /// Returns an owned value of a type.
    pub(super) fn owned(self, ty: &Ty) -> Lowered<Expr> {
        match ty {
            Ty::Text => self.string(),
            Ty::Str => match self.ty {
                Ty::Str => Ok(self.expr),
                _ => why("a text that is not a literal"),
            },
            Ty::Int(width) => self.int(*width),
            Ty::Bit => self.int(Width::I64),
            Ty::Float => self.float(),
            Ty::Bool => self.boolean(),
            Ty::Option(inner) => self.optional(inner),
            _ => {
                let value = self.settled();
                match (&value.ty, ty) {
                    (Ty::Slice, Ty::Bytes) => Ok(method(value.expr, "to_vec", vec![])),
                    (Ty::List(_), Ty::List(_)) if value.by == By::Ref => {
                        Ok(method(value.expr, "to_vec", vec![]))
                    }
                    (mine, ty) if mine == ty => {
                        if (value.stays && !value.moves) || value.by != By::Own {
                            return Ok(method(value.expr, "clone", vec![]));
                        }
                        Ok(value.expr)
                    }
                    (mine, ty) => why(format!("{} where {} is needed", said(mine), said(ty))),
                }
            }
        }
    }

    fn optional(self, inner: &Ty) -> Lowered<Expr> {
        let (expr, has) = match self.ty.clone() {
            Ty::Result(has) if *has != Ty::Unit => (method(self.expr, "ok", vec![]), *has),
            Ty::Option(has) => {
                let copies = has.is_copy() || *has == Ty::Str;
                let expr = match self.stays && !self.moves && !copies {
                    true => method(self.expr, "clone", vec![]),
                    false => self.expr,
                };
                (expr, *has)
            }
            _ => return Ok(call("Some", vec![self.owned(inner)?])),
        };
        if has == *inner {
            return Ok(expr);
        }
        let mapped = match (&has, inner) {
            (Ty::Str, Ty::Text) => path("str::to_owned"),
            (Ty::Int(_), Ty::Int(width)) => closure(&["n"], cast(var("n"), width.name())),
            (mine, ty) => {
                return why(format!("{} where {} is needed", said(mine), said(ty)));
            }
        };
        Ok(method(expr, "map", vec![mapped]))
    }

    /// Returns a `String`.
    pub(super) fn string(self) -> Lowered<Expr> {
        let value = self.settled();
        match value.ty {
            Ty::Text if matches!(value.expr, Expr::Text(_)) => {
                Ok(call("String::from", vec![value.expr]))
            }
            Ty::Text if value.by != By::Own => Ok(method(value.expr, "to_string", vec![])),
            Ty::Text if value.stays && !value.moves => Ok(method(value.expr, "clone", vec![])),
            Ty::Text => Ok(value.expr),
            Ty::Cow => Ok(method(value.expr, "into_owned", vec![])),
            Ty::Str if value.expr == text("") => Ok(call("String::new", vec![])),
            Ty::Str | Ty::Bool | Ty::Float | Ty::Char | Ty::Error => {
                Ok(method(value.expr, "to_string", vec![]))
            }
            Ty::Int(_) | Ty::Bit => match value.expr {
                Expr::Int(number) => Ok(call("String::from", vec![text(&number.to_string())])),
                expr => Ok(method(expr, "to_string", vec![])),
            },
            Ty::Object("JsonObject" | "JsonArray") => Ok(method(value.expr, "emit", vec![])),
            Ty::Object("StringBuilder") => Ok(method(value.expr, "get_as_string", vec![])),
            ty => why(format!("{} where text is needed", said(&ty))),
        }
    }

    /// Returns a `&str`.
    pub(super) fn str(self) -> Lowered<Expr> {
        let value = self.settled();
        match &value.ty {
            Ty::Str => Ok(value.expr),
            Ty::Text if value.by != By::Own => Ok(value.expr),
            Ty::Text if matches!(value.expr, Expr::Text(_)) => Ok(value.expr),
            Ty::Int(_) | Ty::Bit | Ty::Float | Ty::Bool if value.is_literal() => {
                Ok(text(&literal(&value.expr)))
            }
            Ty::Object("StringBuilder") => Ok(method(value.expr, "as_str", vec![])),
            Ty::Text | Ty::Cow => Ok(reference(value.expr)),
            _ => Ok(reference(value.string()?)),
        }
    }

    /// Returns text for a parameter that takes `String` and `&str`.
    pub(super) fn into_text(self) -> Lowered<Expr> {
        let value = self.settled();
        match &value.ty {
            Ty::Text if value.by == By::Mut => Ok(method(value.expr, "as_str", vec![])),
            Ty::Text | Ty::Cow if !value.stays => Ok(value.expr),
            Ty::Text | Ty::Str | Ty::Cow => value.str(),
            Ty::Int(_) | Ty::Bit | Ty::Float | Ty::Bool if value.is_literal() => value.str(),
            Ty::Object("StringBuilder") => value.str(),
            _ => value.string(),
        }
    }

    pub(super) fn int(self, width: Width) -> Lowered<Expr> {
        if let (Ty::Option(inner), Width::I64) = (&self.ty, width) {
            // -1 for nothing, as in the script.
            if matches!(**inner, Ty::Int(width) if width != Width::I64) {
                let number = closure(&["n"], cast(var("n"), "i64"));
                let args = vec![Expr::Int(-1), number];
                return Ok(method(self.expr, "map_or", args));
            }
        }
        let value = self.settled();
        match value.ty {
            Ty::Int(_) | Ty::Bit if matches!(value.expr, Expr::Int(number) if width.holds(number)) => {
                Ok(value.expr)
            }
            Ty::Int(has) if has == width => Ok(value.expr),
            Ty::Int(_) => match value.expr {
                Expr::Int(_) => why("a number that does not fit"),
                expr => Ok(cast(expr, width.name())),
            },
            Ty::Bool => match value.expr {
                Expr::Bool(value) => Ok(Expr::Int(i64::from(value))),
                expr => Ok(call(&format!("{}::from", width.name()), vec![expr])),
            },
            Ty::Float => Ok(cast(value.expr, width.name())),
            ty => why(format!("{} where a whole number is needed", said(&ty))),
        }
    }

    pub(super) fn float(self) -> Lowered<Expr> {
        let value = self.settled();
        match value.ty {
            Ty::Float => Ok(value.expr),
            Ty::Int(_) | Ty::Bit => match value.expr {
                Expr::Int(number) => Ok(Expr::Float(format!("{number}.0"))),
                expr => Ok(cast(expr, "f64")),
            },
            ty => why(format!("{} where a number is needed", said(&ty))),
        }
    }

    /// Returns a `bool`, by the rules of languages that take any value for one.
    pub(super) fn boolean(self) -> Lowered<Expr> {
        match (&self.ty, &self.expr) {
            (Ty::Option(inner) | Ty::Result(inner), _) if **inner == Ty::Bool => {}
            (Ty::Option(_), _) => return Ok(method(self.expr, "is_some", vec![])),
            (Ty::Result(_), _) => return Ok(method(self.expr, "is_ok", vec![])),
            (Ty::Int(_) | Ty::Bit, Expr::Int(number)) => return Ok(Expr::Bool(*number != 0)),
            (Ty::Text | Ty::Str, Expr::Text(text)) => return Ok(Expr::Bool(!text.is_empty())),
            _ => {}
        }
        let value = self.settled();
        match value.ty {
            Ty::Bool => Ok(value.expr),
            Ty::Int(_) | Ty::Bit => Ok(super::build::binary("!=", value.expr, Expr::Int(0))),
            Ty::Text | Ty::Str | Ty::Cow | Ty::List(_) | Ty::Map(_) => {
                Ok(unary("!", method(value.expr, "is_empty", vec![])))
            }
            // An object that is there.
            Ty::Object(_) if value.stays => Ok(Expr::Bool(true)),
            ty => why(format!("{} where a condition is needed", said(&ty))),
        }
    }

    /// Returns the value as a part of a formatted text.
    pub(super) fn piece(self) -> Lowered<Piece> {
        let value = self.settled();
        match &value.ty {
            Ty::Object("JsonObject" | "JsonArray") | Ty::Object("StringBuilder")
                if value.ty != Ty::Object("StringBuilder") =>
            {
                Ok(Piece::Value(value.string()?))
            }
            Ty::Text
            | Ty::Str
            | Ty::Cow
            | Ty::Bool
            | Ty::Int(_)
            | Ty::Bit
            | Ty::Float
            | Ty::Char
            | Ty::Error
            | Ty::Object("StringBuilder") => match value.is_literal() {
                true => Ok(Piece::Text(literal(&value.expr))),
                false => Ok(Piece::Value(value.expr)),
            },
            Ty::List(_) | Ty::Map(_) => Ok(Piece::Formatted(value.expr, "?".into())),
            ty => why(format!("{} where text is needed", said(ty))),
        }
    }

    /// Returns the value as an argument of a method of zoomkat.
    pub(super) fn argument(self, takes: &Takes) -> Lowered<Expr> {
        match takes {
            Takes::Str => self.str(),
            Takes::IntoText => self.into_text(),
            Takes::Display => self.display(),
            Takes::Bool => self.boolean(),
            Takes::Int(width) => self.int(*width),
            Takes::Path => self.into_text_or_ref(),
            Takes::AnyText => match self.ty {
                Ty::Object("StringBuilder") => self.shared(),
                _ => self.into_text_or_ref(),
            },
            Takes::AnyBytes => self.bytes(),
            Takes::Object(class) => match self.ty.clone().plain() {
                Ty::Object(has) if has == *class => self.settled().shared(),
                ty => why(format!("{} where a Ck{class} is needed", said(&ty))),
            },
            Takes::LineEndings => match self.boolean()? {
                Expr::Bool(true) => Ok(path("LineEndings::CrLf")),
                Expr::Bool(false) => Ok(path("LineEndings::Lf")),
                cond => Ok(Expr::If {
                    cond: Box::new(cond),
                    then: vec![super::build::tail(path("LineEndings::CrLf"))],
                    otherwise: Some(vec![super::build::tail(path("LineEndings::Lf"))]),
                }),
            },
            Takes::Char => self.char(),
            Takes::Texts => match &self.ty {
                Ty::List(item) if item.is_text() => self.shared(),
                ty => why(format!("{} where a list of text is needed", said(ty))),
            },
            Takes::Filled(_) | Takes::Closure(..) => why("an argument that is filled"),
        }
    }

    fn display(self) -> Lowered<Expr> {
        let value = self.settled();
        match &value.ty {
            Ty::Int(_) | Ty::Bool | Ty::Bit | Ty::Float => Ok(value.expr),
            Ty::Text if value.by == By::Own && value.stays => Ok(reference(value.expr)),
            _ => value.into_text(),
        }
    }

    /// Returns text for a parameter that takes it by reference.
    fn into_text_or_ref(self) -> Lowered<Expr> {
        let value = self.settled();
        match value.ty {
            Ty::Cow => Ok(reference(unary("*", value.expr))),
            _ => value.into_text(),
        }
    }

    /// Returns a reference.
    pub(super) fn shared(self) -> Lowered<Expr> {
        match self.by {
            By::Own => Ok(reference(self.expr)),
            By::Ref => Ok(self.expr),
            By::Mut => Ok(reference(unary("*", self.expr))),
        }
    }

    fn bytes(self) -> Lowered<Expr> {
        let value = self.settled();
        match &value.ty {
            Ty::Object("BinData" | "StringBuilder") | Ty::Bytes => value.shared(),
            Ty::Slice => Ok(value.expr),
            Ty::Text | Ty::Str | Ty::Cow => value.into_text_or_ref(),
            ty => why(format!("{} where bytes are needed", said(ty))),
        }
    }

    fn char(self) -> Lowered<Expr> {
        match &self.expr {
            Expr::Text(text) if text.chars().count() == 1 => {
                Ok(path(&format!("{:?}", text.chars().next().unwrap_or_default())))
            }
            _ => {
                let chars = method(self.str()?, "chars", vec![]);
                let next = method(chars, "next", vec![]);
                Ok(method(next, "unwrap_or_default", vec![]))
            }
        }
    }
}

/// Returns a literal as text.
pub(super) fn literal(expr: &Expr) -> String {
    match expr {
        Expr::Text(text) => text.clone(),
        Expr::Int(number) => number.to_string(),
        Expr::Float(number) => number.clone(),
        Expr::Bool(value) => value.to_string(),
        _ => String::new(),
    }
}

/// Names a type in a reason.
pub(super) fn said(ty: &Ty) -> String {
    match ty {
        Ty::Unknown | Ty::Missing => "a value of unknown type".into(),
        Ty::Unit => "nothing".into(),
        Ty::Bool => "true or false".into(),
        Ty::Bit | Ty::Int(_) => "a whole number".into(),
        Ty::Float => "a number".into(),
        Ty::Char => "a character".into(),
        Ty::Text | Ty::Str | Ty::Cow => "text".into(),
        Ty::Bytes | Ty::Slice => "bytes".into(),
        Ty::Object(class) => format!("a Ck{class}"),
        Ty::List(_) => "a list".into(),
        Ty::Map(_) => "a map".into(),
        Ty::Option(inner) | Ty::Result(inner) => said(inner),
        Ty::Error => "an error".into(),
    }
}
