//! Conditions, loops and errors of Delphi.

use super::lexer::Kind;
use super::{Fault, Parser, fault};
use crate::read::shared::build::{assign, at, binary, builtin};
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, StmtKind};

impl Parser {
    pub(crate) fn if_(&mut self) -> Result<StmtKind, Fault> {
        let mut branches = Vec::new();
        let mut otherwise = None;
        loop {
            let cond = self.expr()?;
            if !self.word("then") {
                return fault("this condition is not understood");
            }
            branches.push((cond, self.body()));
            if !self.word("else") {
                break;
            }
            if !self.word("if") {
                otherwise = Some(self.body());
                break;
            }
        }
        Ok(StmtKind::If { branches, otherwise })
    }

    pub(crate) fn for_(&mut self) -> Result<StmtKind, Fault> {
        self.word("var");
        let name = self.name().unwrap_or_default();
        if self.sign(":") {
            self.hint();
        }
        if self.word("in") {
            let items = self.expr()?;
            self.word("do");
            return Ok(StmtKind::ForEach { name, items, body: self.body() });
        }
        if !self.sign(":=") {
            return fault("this loop is not understood");
        }
        let from = self.expr()?;
        let step = if self.word("downto") { -1 } else { 1 };
        self.word("to");
        let to = self.expr()?;
        self.word("do");
        let body = self.body();
        // `n - 1` as the last value is `n` as the one behind it.
        let (to, inclusive) = match to {
            Expr::Binary { op: BinaryOp::Sub, left, right }
                if *right == Expr::Int(1) && step == 1 =>
            {
                (*left, false)
            }
            to => (to, true),
        };
        Ok(StmtKind::For { name, from, to, inclusive, step, body })
    }

    pub(crate) fn case(&mut self) -> Result<StmtKind, Fault> {
        let value = self.expr()?;
        self.word("of");
        let (mut cases, mut branches) = (Vec::new(), Vec::new());
        let mut otherwise = None;
        let mut has_range = false;
        while self.place < self.tokens.len() && !self.is_word("end") {
            if self.word("else") {
                otherwise = Some(self.statements(&["end"]));
                break;
            }
            let (mut values, mut conds) = (Vec::new(), Vec::new());
            loop {
                let low = self.expr()?;
                if self.sign("..") {
                    has_range = true;
                    let high = self.expr()?;
                    let above = binary(BinaryOp::Ge, value.clone(), low);
                    let below = binary(BinaryOp::Le, value.clone(), high);
                    conds.push(binary(BinaryOp::And, above, below));
                } else {
                    conds.push(binary(BinaryOp::Eq, value.clone(), low.clone()));
                    values.push(low);
                }
                if !self.sign(",") {
                    break;
                }
            }
            if !self.sign(":") {
                return fault("this `case` is not understood");
            }
            let body = if self.is_sign(";") { Block::new() } else { self.body() };
            self.sign(";");
            let cond = conds.into_iter().reduce(|a, b| binary(BinaryOp::Or, a, b));
            branches.push((cond.unwrap_or(Expr::Bool(false)), body.clone()));
            cases.push((values, body));
        }
        self.word("end");
        Ok(match has_range {
            true => StmtKind::If { branches, otherwise },
            false => StmtKind::Switch { value, cases, otherwise },
        })
    }

    pub(crate) fn try_(&mut self) -> StmtKind {
        let body = self.statements(&["except", "finally", "end"]);
        let mut catch = None;
        let mut finally = Block::new();
        if self.word("finally") {
            finally = self.statements(&["end"]);
        } else if self.word("except") {
            let depth = self.exceptions.len();
            let mut name = None;
            let mut block = Block::new();
            self.comments(&mut block);
            if self.word("on") {
                if matches!(
                    self.tokens.get(self.place + 1).map(|of| &of.kind),
                    Some(Kind::Sign(":"))
                ) {
                    name = self.name();
                    self.sign(":");
                }
                self.hint();
                self.word("do");
                self.exceptions.extend(name.as_ref().map(|name| name.to_ascii_lowercase()));
                block.extend(self.body());
                self.sign(";");
                if !self.is_word("end") {
                    let line = self.line();
                    self.statements(&["end"]);
                    let reason = "another `on`; the first one takes all errors".to_owned();
                    block.push(at(line, self.line_before(), StmtKind::Unported(reason)));
                }
            } else {
                block.extend(self.statements(&["end"]));
            }
            self.exceptions.truncate(depth);
            catch = Some(Catch { name, body: block });
        }
        self.word("end");
        StmtKind::Try { body, catch, finally }
    }

    /// `n := StrToIntDef(s, -1)`
    pub(crate) fn number_or(&self, name: &str, text: &Expr, default: &Expr) -> StmtKind {
        let line = self.line_before();
        let number = builtin(Builtin::ParseInt, vec![text.clone()]);
        let catch = vec![at(line, line, assign(name, default.clone()))];
        StmtKind::Try {
            body: vec![at(line, line, assign(name, number))],
            catch: Some(Catch { name: None, body: catch }),
            finally: Block::new(),
        }
    }

    pub(crate) fn raise(&mut self) -> Result<StmtKind, Fault> {
        if self.is_sign(";") || self.is_one_of(&["end", "else"]) {
            return Ok(StmtKind::Throw(None));
        }
        match self.expr()? {
            Expr::Method { name, mut args, .. }
                if name.eq_ignore_ascii_case("create") && !args.is_empty() =>
            {
                Ok(StmtKind::Throw(Some(args.swap_remove(0))))
            }
            Expr::Method { name, args, .. } if name.eq_ignore_ascii_case("createfmt") => {
                let mut args = args.into_iter();
                match (args.next(), args.next()) {
                    (Some(Expr::Text(format)), Some(Expr::List(values))) => {
                        let text = crate::read::shared::texts::printf(&format, values);
                        text.map(|text| StmtKind::Throw(Some(text)))
                            .ok_or(Fault("this format is not ported".to_owned()))
                    }
                    _ => fault("this format is not ported"),
                }
            }
            value => Ok(StmtKind::Throw(Some(value))),
        }
    }
}
