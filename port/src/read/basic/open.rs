//! Blocks that are opened.

use super::blocks::{Case, Place, Reader, Shape};
use super::dialect::{POWER, PURE, VB, XOJO};
use super::head::{Middle, Opening};
use super::lexer::{Kind, Token};
use super::types::{self, find, split};
use super::values::negate;
use crate::tree::{BinaryOp, Expr, Hint, StmtKind, Target};

impl<'s> Reader<'s> {
    pub(super) fn shape(
        &mut self,
        opening: Opening,
        rest: &[Token<'s>],
        place: &Place,
    ) -> Result<Shape, String> {
        Ok(match opening {
            Opening::If => Shape::If { branches: Vec::new(), cond: Some(self.cond(rest)?) },
            Opening::While => Shape::While(self.cond(rest)?),
            Opening::Do => match rest.split_first() {
                Some((word, cond)) if word.is_word("until") => {
                    Shape::While(negate(self.cond(cond)?))
                }
                Some((_, cond)) => Shape::While(self.cond(cond)?),
                None => Shape::Loop,
            },
            Opening::For => self.for_shape(rest)?,
            Opening::ForEach => self.for_each(rest)?,
            Opening::Select => {
                // `Select` of AutoIt and `DO CASE` have conditions in their cases.
                let subject = if rest.is_empty() { None } else { Some(self.value(rest)?) };
                Shape::Select { subject, cases: Vec::new(), current: None, otherwise: false }
            }
            Opening::With => {
                let object = match self.value(rest)? {
                    object @ Expr::Var(_) => object,
                    value => {
                        let name = self.scope.fresh("with");
                        let target = Target::Var(name.clone());
                        self.push(place, StmtKind::Assign { target, value });
                        Expr::Var(name)
                    }
                };
                self.scope.with.push(object);
                Shape::With
            }
            Opening::Using => {
                self.declaration(rest, place);
                Shape::Using
            }
            Opening::Try => Shape::Try { parts: Vec::new(), part: Middle::ElseIf, name: None },
            Opening::Function => self.function(rest)?,
            Opening::Wrap | Opening::Skip(_) => Shape::Wrap,
        })
    }

    pub(super) fn for_shape(&mut self, rest: &[Token<'s>]) -> Result<Shape, String> {
        if find(rest, "in").is_some() {
            return self.for_each(rest);
        }
        let equals = find(rest, "=").ok_or("this loop is not understood here")?;
        let down = find(rest, "downto");
        let to_at = down.or_else(|| find(rest, "to")).ok_or("this loop has no end")?;
        let step_at = find(rest, "step").unwrap_or(rest.len());
        let name = rest[0].text;
        if equals > to_at || to_at > step_at {
            return Err("this loop is not understood here".to_owned());
        }
        let from = self.value(&rest[equals + 1..to_at])?;
        let to = self.value(&rest[to_at + 1..step_at])?;
        let step = match rest.get(step_at + 1..).filter(|step| !step.is_empty()) {
            Some(step) => match self.value(step)? {
                Expr::Int(step) if step > 0 && down.is_some() => -step,
                Expr::Int(step) if step != 0 => step,
                _ => return Err("a loop whose step is not a number has no port".to_owned()),
            },
            None if down.is_some() => -1,
            None => 1,
        };
        let name = self.scope.name(name);
        self.scope.declare(&name, Hint::Int);
        Ok(Shape::For { name, from, to, step })
    }

    pub(super) fn for_each(&mut self, rest: &[Token<'s>]) -> Result<Shape, String> {
        if self.rules.is(PURE) {
            let list = rest.first().map_or("", |token| token.text);
            let item = self.scope.fresh(list.strip_suffix('s').unwrap_or("item"));
            let list = self.scope.name(list);
            self.scope.items.insert(list.to_lowercase(), item.clone());
            self.scope.declare(&item, Hint::Unknown);
            let items = Expr::Var(list.clone());
            return Ok(Shape::ForEach { name: item, items, list: Some(list.to_lowercase()) });
        }
        let at = find(rest, "in").ok_or("this loop is not understood here")?;
        let end = rest.iter().position(|token| token.is_word("foxobject")).unwrap_or(rest.len());
        let items = self.value(&rest[at + 1..end])?;
        let name = self.scope.name(rest[0].text);
        self.scope.declare(&name, Hint::Unknown);
        Ok(Shape::ForEach { name, items, list: None })
    }

    pub(super) fn function(&mut self, rest: &[Token<'s>]) -> Result<Shape, String> {
        let open = rest.iter().position(|token| token.is("("));
        let head = &rest[..open.unwrap_or(rest.len())];
        // PureBasic's type stands before the name, with a dot; PowerBuilder's without.
        let name = match head {
            [dot, _, name, ..] if self.rules.is(PURE) && dot.is(".") => name,
            [.., name] if self.rules.is(POWER) => name,
            [name, ..] => name,
            [] => return Err("a function has no name".to_owned()),
        };
        let mut returns = match head {
            [dot, ty, ..] if dot.is(".") => types::hint(std::slice::from_ref(ty)),
            [ty @ .., _] if self.rules.is(POWER) => types::hint(ty),
            _ => Hint::Unknown,
        };
        let close = open.and_then(|open| {
            let mut depth = 0;
            rest[open..].iter().position(|token| {
                depth += i32::from(token.is("(")) - i32::from(token.is(")"));
                depth == 0
            })
        });
        let behind = match (open, close) {
            (Some(open), Some(close)) => rest.get(open + close + 1..).unwrap_or_default(),
            _ => &[],
        };
        if let [word, ty @ ..] = behind
            && word.is_word("as")
        {
            let end = ty.iter().position(|token| token.is_word("handles")).unwrap_or(ty.len());
            returns = types::hint(&ty[..end]);
        }
        let lower = name.text.to_lowercase();
        let name = self.scope.name(name.text);
        let is_basic = self.rules.is(VB);
        let result = is_basic.then(|| self.scope.result_name.clone());
        self.scope.result = result.clone().map(|result| (lower, result));
        let params = match (open, close) {
            (Some(open), Some(close)) => {
                types::params(&mut self.scope, &rest[open + 1..open + close])?
            }
            _ => Vec::new(),
        };
        Ok(Shape::Function { name, params, returns, result })
    }

    pub(super) fn cases(&mut self, tokens: &[Token<'s>]) -> Result<Vec<Case>, String> {
        let mut cases = Vec::new();
        for part in split(tokens, ",") {
            let op = |sign: &str| {
                Some(match sign {
                    "=" => BinaryOp::Eq,
                    "<>" => BinaryOp::Ne,
                    "<" => BinaryOp::Lt,
                    "<=" => BinaryOp::Le,
                    ">" => BinaryOp::Gt,
                    ">=" => BinaryOp::Ge,
                    _ => return None,
                })
            };
            let part = match part {
                [is, rest @ ..] if is.is_word("is") => rest,
                part => part,
            };
            cases.push(match part {
                [sign, value @ ..] if sign.kind == Kind::Sign && op(sign.text).is_some() => {
                    let op = op(sign.text).unwrap_or(BinaryOp::Eq);
                    Case::Compare(op, self.value(value)?)
                }
                part => match find(part, "to") {
                    Some(at) => {
                        Case::Between(self.value(&part[..at])?, self.value(&part[at + 1..])?)
                    }
                    None => Case::Value(self.value(part)?),
                },
            });
        }
        Ok(cases)
    }

    /// Returns the variable of `Catch ex As Exception`, `CATCH TO loEx`, `catch (Exception ex)`.
    pub(super) fn caught(&mut self, rest: &[Token<'s>]) -> Option<String> {
        let words: Vec<&Token> = rest.iter().filter(|token| token.kind == Kind::Word).collect();
        let name = match words.as_slice() {
            [to, name, ..] if to.is_word("to") => name.text,
            [.., name] if self.rules.is(POWER) => name.text,
            [name, ..] if self.rules.is(VB | XOJO) => name.text,
            _ => return None,
        };
        Some(self.scope.name(name))
    }
}
