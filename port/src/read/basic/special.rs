//! Statements that a language has a word for.

use super::blocks::{Place, Reader};
use super::dialect::{AUTO, FOX, POWER, PURE, VB, VB6, XOJO};
use super::expr::Parser;
use super::jumps;
use super::lexer::{Kind, Token};
use super::output::arguments;
use super::types::{find, split};
use crate::tree::{Builtin, Expr, StmtKind, Target};

impl<'s> Reader<'s> {
    /// Reads statements of FoxPro. Returns false for any other statement.
    pub(super) fn fox_call(
        &mut self,
        name: &str,
        rest: &[Token<'s>],
        place: &Place,
    ) -> Result<bool, String> {
        match name {
            "on" => {
                return Err("a handler of errors without TRY has no port".to_owned());
            }
            "use" | "append" | "replace" | "locate" | "seek" | "skip" | "insert" | "delete"
                if !rest.first().is_some_and(|token| token.is("(")) =>
            {
                return Err("tables have no port".to_owned());
            }
            "release" => {
                for part in split(rest, ",") {
                    if let Some(token) = part.first() {
                        let name = self.scope.name(token.text);
                        self.push(place, StmtKind::Dispose(name));
                    }
                }
            }
            "store" => {
                let to = find(rest, "to").ok_or("this statement is not understood here")?;
                let value = Parser::new(&rest[..to], &mut self.scope).whole()?;
                for part in split(&rest[to + 1..], ",") {
                    if let Some(token) = part.first() {
                        let target = Target::Var(self.scope.name(token.text));
                        self.assign(target, value.clone(), place);
                    }
                }
            }
            "do" => {
                let name = rest.first().map(|token| token.text).unwrap_or_default();
                let args = match find(rest, "with") {
                    Some(at) => Parser::new(&rest[at + 1..], &mut self.scope).list()?,
                    None => Vec::new(),
                };
                if !self.scope.functions.contains(&name.to_lowercase()) {
                    return Err(format!("the program {name} has no port"));
                }
                let name = self.scope.name(name);
                self.push(place, StmtKind::Expr(Expr::Call { name, args }));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Reads statements that mean something by themselves. Returns false for any other.
    pub(super) fn special_call(
        &mut self,
        name: &str,
        tokens: &[Token<'s>],
        rest: &[Token<'s>],
        place: &Place,
    ) -> Result<bool, String> {
        let rules = self.rules;
        if rules.is(FOX) {
            return self.fox_call(name, rest, place);
        }
        match name {
            "on" if rules.is(VB) => {
                let at = rest.iter().position(|token| token.is_word("goto"));
                let label = at.and_then(|at| rest.get(at + 1)).filter(|t| t.kind == Kind::Word);
                let kind = match label {
                    Some(label) => {
                        StmtKind::Unported(format!("{}{}", jumps::GOTO, label.text.to_lowercase()))
                    }
                    None => StmtKind::Boilerplate,
                };
                self.push(place, kind);
            }
            "goto" if rules.is(VB) && rest.len() == 1 => {
                let reason = format!("{}{}", jumps::JUMP, rest[0].text.to_lowercase());
                self.push(place, StmtKind::Unported(reason));
            }
            "goto" | "gosub" | "resume" => return Err(format!("`{name}` has no port")),
            "destroy" if rules.is(POWER) => {
                if let Some(token) = rest.iter().find(|token| token.kind == Kind::Word) {
                    let name = self.scope.name(token.text);
                    self.push(place, StmtKind::Dispose(name));
                }
            }
            "addelement" if rules.is(PURE) => {
                let list = rest.get(1).map(|token| token.text).unwrap_or_default();
                self.grown = Some((self.scope.name(list), None));
            }
            "_arrayadd" if rules.is(AUTO) => {
                let mut args = arguments(&mut self.scope, rest)?;
                args.truncate(2);
                let value = Expr::Builtin { function: Builtin::Push, args };
                self.push(place, StmtKind::Expr(value));
            }
            "call" | "set" | "let" if rules.is(VB | XOJO) && !rest.is_empty() => {
                let target = if name == "set" { self.nothing(rest) } else { None };
                match target {
                    Some(name) => self.push(place, StmtKind::Dispose(name)),
                    None => {
                        if let Some(kind) = self.assign_or_call(&tokens[1..], place)? {
                            self.push(place, kind);
                        }
                    }
                }
            }
            "open" | "close" | "print" | "write" | "line" | "put" | "get" | "kill" | "mkdir"
                if rules.is(VB6) && !rest.first().is_some_and(|token| token.is("(")) =>
            {
                return Err("files of the script have no port".to_owned());
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Returns the variable of `Set x = Nothing`, if it holds an object.
    pub(super) fn nothing(&mut self, rest: &[Token<'s>]) -> Option<String> {
        match rest {
            [name, equals, nothing]
                if equals.is("=") && nothing.is_word("nothing") && self.rules.is(VB) =>
            {
                let lower = name.text.to_lowercase();
                let is_result = self.scope.result.as_ref().is_some_and(|(of, _)| *of == lower);
                (!is_result).then(|| self.scope.name(name.text))
            }
            _ => None,
        }
    }
}
