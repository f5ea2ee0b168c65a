//! Types of operators and of functions of the language.

use super::infer::Pass;
use super::rules::{Division, is_word};
use super::types::{INT, Ty};
use crate::tree::{BinaryOp, Builtin, Expr};

impl Pass<'_, '_> {
    pub(super) fn builtin(&mut self, function: Builtin, args: &[Expr]) -> Ty {
        use Builtin as B;
        let want = match function {
            B::Upper
            | B::Lower
            | B::Trim
            | B::StartsWith
            | B::EndsWith
            | B::Replace
            | B::Split
            | B::ToInt
            | B::ToFloat
            | B::ParseInt
            | B::ParseFloat
            | B::Substring
            | B::Repeat => Ty::Text,
            B::Abs | B::Min | B::Max => INT,
            _ => Ty::Unknown,
        };
        let mut tys: Vec<Ty> = Vec::new();
        for (at, arg) in args.iter().enumerate() {
            let want = if at == 0 { &want } else { &Ty::Unknown };
            tys.push(self.expr(arg, want).plain());
        }
        let first = tys.first().cloned().unwrap_or_default();
        match function {
            B::Push => {
                let item = tys.get(1).cloned().unwrap_or_default();
                if let Some(Expr::Var(name)) = args.first() {
                    if let Some(id) = self.facts.id(name) {
                        self.learn(id, &Ty::List(Box::new(item)));
                    }
                }
                Ty::Unit
            }
            B::Resize | B::RemoveAt => {
                if let Some(Expr::Var(name)) = args.first() {
                    if let Some(id) = self.facts.id(name) {
                        self.learn(id, &Ty::List(Box::default()));
                    }
                }
                Ty::Unit
            }
            B::Sized => Ty::List(Box::default()),
            B::Sleep | B::WriteFile => Ty::Unit,
            B::ToText
            | B::Upper
            | B::Lower
            | B::Trim
            | B::Substring
            | B::Replace
            | B::Join
            | B::Repeat
            | B::Fixed
            | B::PadLeft
            | B::PadRight
            | B::Env
            | B::Arg
            | B::ReadFile
            | B::Char
            | B::Message => Ty::Text,
            B::ToInt
            | B::ParseInt
            | B::Length
            | B::IndexOf
            | B::ArgCount
            | B::UnixTime
            | B::CharCode => INT,
            B::ToFloat | B::ParseFloat | B::LeadingNumber => Ty::Float,
            B::Round | B::Floor => INT,
            B::Contains | B::StartsWith | B::EndsWith | B::HasKey | B::FileExists => Ty::Bool,
            B::Split | B::Keys => Ty::List(Box::new(Ty::Text)),
            B::Abs => {
                if first == Ty::Bit {
                    INT
                } else {
                    first
                }
            }
            B::Min | B::Max => {
                let joined = first.join(&tys.get(1).cloned().unwrap_or_default());
                if joined == Ty::Bit { INT } else { joined }
            }
        }
    }

    pub(super) fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, want: &Ty) -> Ty {
        use BinaryOp as O;
        match op {
            O::And | O::Or => {
                let first = self.expr(left, &Ty::Unknown).plain();
                let second = self.expr(right, &Ty::Unknown).plain();
                // `name || "none"` is a text.
                if !self.facts.rules.or_is_a_side() {
                    return Ty::Bool;
                }
                if let Some((_, yes)) = super::choices::chosen(op, left) {
                    return self.expr(yes, want).plain().join(&second);
                }
                match (&first, &second) {
                    (Ty::Int(_) | Ty::Bit, Ty::Int(_) | Ty::Bit) => INT,
                    (a, b) if a == b => first,
                    _ => Ty::Bool,
                }
            }
            O::Eq | O::Ne | O::Lt | O::Le | O::Gt | O::Ge => {
                let first = self.expr(left, &Ty::Unknown).plain();
                let second = self.expr(right, &first).plain();
                if !first.is_known() {
                    self.expr(left, &second);
                }
                Ty::Bool
            }
            O::Add => {
                let guess = if want.is_text() { &Ty::Unknown } else { want };
                let first = self.expr(left, guess).plain();
                let second = self.expr(right, guess).plain();
                match (&first, &second) {
                    (Ty::Text, Ty::Int(_) | Ty::Bit | Ty::Float)
                    | (Ty::Int(_) | Ty::Bit | Ty::Float, Ty::Text)
                        if self.facts.rules.plus_reads_text()
                            && !is_word(left)
                            && !is_word(right) =>
                    {
                        let literal = [left, right].into_iter().all(|side| match side {
                            Expr::Text(text) => text.trim().parse::<i64>().is_ok(),
                            other => self.expr(other, &Ty::Unknown).plain() != Ty::Text,
                        });
                        if literal && first != Ty::Float && second != Ty::Float {
                            INT
                        } else {
                            Ty::Float
                        }
                    }
                    (Ty::Text, _) | (_, Ty::Text) => Ty::Text,
                    (Ty::Float, _) | (_, Ty::Float) => Ty::Float,
                    (Ty::Int(_) | Ty::Bit, Ty::Int(_) | Ty::Bit) => INT,
                    (Ty::List(_), Ty::List(_)) => first.join(&second),
                    (Ty::Unknown, Ty::Int(_) | Ty::Bit) => {
                        self.expr(left, &INT);
                        INT
                    }
                    (Ty::Int(_) | Ty::Bit, Ty::Unknown) => {
                        self.expr(right, &INT);
                        INT
                    }
                    _ => Ty::Unknown,
                }
            }
            O::Sub | O::Mul | O::Div | O::Quotient | O::Rem => {
                let first = self.expr(left, &Ty::Unknown).plain();
                let second = self.expr(right, &Ty::Unknown).plain();
                let exact = op == O::Div && self.facts.rules.division() == Division::Exact;
                if first == Ty::Float || second == Ty::Float {
                    return match op == O::Quotient
                        && self.facts.rules.quotient() == Division::Truncating
                    {
                        true => INT,
                        false => Ty::Float,
                    };
                }
                self.expr(left, &INT);
                self.expr(right, &INT);
                if exact { Ty::Float } else { INT }
            }
        }
    }
}
