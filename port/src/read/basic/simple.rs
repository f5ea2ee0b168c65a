//! Statements that are not blocks.

use super::blocks::{Place, Reader, Shape};
use super::dialect::{AUTO, FOX, Mask, NET, POWER, PURE, VB, VB6, VBS, XOJO};
use super::expr::Parser;
use super::lexer::{Kind, Lexer, Token};
use super::output::{self, arguments, path};
use super::scope::Special;
use super::types::split;
use super::values::join;
use crate::tree::{Expr, Hint, StmtKind, Target};

/// Languages, the first words: statements that need no counterpart.
const BOILERPLATE: &[(Mask, &str)] = &[
    (NET, "imports"),
    (VB, "option"),
    (NET | XOJO, "inherits"),
    (NET | XOJO, "implements"),
    (VB6, "attribute"),
    (VB6, "version"),
    (VB | XOJO, "declare"),
    (VB, "randomize"),
    (VB, "doevents"),
    (NET, "application.doevents"),
    (XOJO, "app.doevents"),
    (NET, "console.readline"),
    (NET, "console.readkey"),
    (NET, "application.enablevisualstyles"),
    (VB, "err.clear"),
    (VBS, "response.buffer"),
    (VBS, "response.contenttype"),
    (VBS, "response.charset"),
    (VBS, "response.expires"),
    (VBS, "response.flush"),
    (VBS, "response.codepage"),
    (AUTO, "opt"),
    (AUTO, "autoitsetoption"),
    (AUTO, "_"),
    (PURE, "enableexplicit"),
    (PURE, "includefile"),
    (PURE, "xincludefile"),
    (PURE, "includepath"),
    (PURE, "openconsole"),
    (PURE, "closeconsole"),
    (PURE, "input"),
    (PURE, "declare"),
    (PURE, "usemodule"),
    (PURE, "disableexplicit"),
    (PURE, "compilerif"),
    (PURE, "compilerelse"),
    (PURE, "compilerendif"),
    (FOX, "set"),
    (FOX, "clear"),
    (FOX, "close"),
    (FOX, "declare"),
    (FOX, "wait"),
    (FOX, "read"),
    (POWER, "setpointer"),
    (POWER, "yield"),
    (POWER, "garbagecollect"),
];

fn first_operand(expr: &Expr) -> &Expr {
    match expr {
        Expr::Binary { left, .. } => first_operand(left),
        expr => expr,
    }
}

impl<'s> Reader<'s> {
    /// Reads a statement that is no part of a block.
    pub(super) fn plain(&mut self, tokens: &[Token<'s>], place: &Place) {
        match self.read_plain(tokens, place) {
            Ok(Some(kind)) => self.push(place, kind),
            Ok(None) => {}
            Err(reason) => self.push(place, StmtKind::Unported(reason)),
        }
    }

    /// Returns the statement. `None` if it has been added.
    fn read_plain(
        &mut self,
        tokens: &[Token<'s>],
        place: &Place,
    ) -> Result<Option<StmtKind>, String> {
        let Some(first) = tokens.first() else {
            return Ok(None);
        };
        let (name, rest) = path(tokens);
        if let Some(kind) = output::read(&mut self.scope, tokens) {
            return kind.map(Some);
        }
        let is_header = first.is("$") || tokens.iter().any(|token| token.is_word("library"));
        if self.rules.is(POWER) && is_header {
            return Ok(Some(StmtKind::Boilerplate));
        }
        if first.kind == Kind::Word && !rest.first().is_some_and(|token| token.is("=")) {
            if self.declares(tokens, &name, place)? {
                return Ok(None);
            }
            if let Some(kind) = self.leave(&name, rest)? {
                return Ok(Some(kind));
            }
            if self.special_call(&name, tokens, rest, place)? {
                return Ok(None);
            }
            let is_needless = BOILERPLATE.iter().any(|row| {
                let typed = self.rules.is(PURE) && name.split('.').next() == Some(row.1);
                (row.1 == name || typed) && self.rules.is(row.0)
            });
            let is_super = self.rules.is(POWER) && name == "call";
            let is_needless = is_needless || is_super;
            if is_needless && !self.scope.functions.contains(&name) {
                return Ok(Some(StmtKind::Boilerplate));
            }
        }
        let kind = self.assign_or_call(tokens, place)?;
        Ok(kind.map(|kind| match kind {
            // `count + 1` changes the variable.
            StmtKind::Expr(value @ Expr::Binary { .. }) if self.rules.is(PURE) => {
                match first_operand(&value) {
                    Expr::Var(name) => {
                        let target = Target::Var(name.clone());
                        StmtKind::Assign { target, value }
                    }
                    _ => StmtKind::Expr(value),
                }
            }
            kind => kind,
        }))
    }

    /// `#include`, `#Region`, `#DEFINE`.
    pub(super) fn directive(&mut self, text: &'s str, place: &Place) {
        let mut words = text.split_whitespace();
        let is_define = words.next().is_some_and(|word| word.eq_ignore_ascii_case("#define"));
        let name = words.next().filter(|_| is_define && self.rules.is(FOX));
        if let Some(name) = name {
            let start = text.find(name).unwrap_or(0) + name.len();
            let line = Lexer::new(&text[start..], self.rules).next().unwrap_or_default();
            let kind = match Parser::new(&line.tokens, &mut self.scope).whole() {
                Ok(value) => {
                    let target = Target::Var(self.scope.name(name));
                    StmtKind::Assign { target, value }
                }
                Err(reason) => StmtKind::Unported(reason),
            };
            return self.push(place, kind);
        }
        self.push(place, StmtKind::Boilerplate);
    }

    /// `TEXT TO lcText NOSHOW` ... `ENDTEXT`.
    pub(super) fn text_block(
        &mut self,
        tokens: &[Token<'s>],
        mut place: Place,
        lexer: &mut Lexer<'s>,
    ) {
        let lines = lexer.raw_until("endtext");
        place.end_line = lexer.line();
        let merges = tokens.iter().any(|token| token.is_word("textmerge"));
        let kind = match tokens.get(2).filter(|_| tokens[1].is_word("to") && !merges) {
            Some(name) => StmtKind::Assign {
                target: Target::Var(self.scope.name(name.text)),
                value: Expr::Text(lines.join("\n")),
            },
            None => StmtKind::Unported("a text with expressions has no port".to_owned()),
        };
        self.push(&place, kind);
    }

    /// Reads declarations. Returns false for any other statement.
    fn declares(
        &mut self,
        tokens: &[Token<'s>],
        name: &str,
        place: &Place,
    ) -> Result<bool, String> {
        let rules = self.rules;
        // What a procedure shares is declared outside.
        if rules.is(PURE) && tokens.first().is_some_and(|token| token.is_word("shared")) {
            self.push(place, StmtKind::Boilerplate);
            return Ok(true);
        }
        let words: &[&str] = match () {
            () if rules.is(VB) => {
                &["dim", "const", "static", "private", "public", "friend", "shared"]
            }
            () if rules.is(XOJO) => {
                &["dim", "var", "const", "static", "private", "public", "protected", "property"]
            }
            () if rules.is(FOX) => {
                &["local", "public", "private", "dimension", "lparameters", "parameters", "array"]
            }
            () if rules.is(AUTO) => &["local", "global", "dim", "const", "static", "enum"],
            () if rules.is(PURE) => {
                &["define", "global", "protected", "static", "dim", "newlist", "newmap", "shared"]
            }
            () => &["constant", "private", "protected", "public", "global"],
        };
        let mut at = 0;
        let head = name.split('.').next().unwrap_or_default();
        if words.contains(&head) || (head == "redim" && rules.is(VB | XOJO | AUTO)) {
            if head == "redim" {
                self.redim(&tokens[1..], place)?;
                return Ok(true);
            }
            while let Some(token) = tokens.get(at).filter(|_| at + 1 < tokens.len()) {
                let is_modifier = words.iter().any(|word| token.is_word(word))
                    || token.is_word("withevents")
                    || token.is_word("readonly");
                if !is_modifier || token.kind != Kind::Word {
                    break;
                }
                at += 1;
            }
            // `Define.s a, b`
            if rules.is(PURE) && tokens.get(at).is_some_and(|token| token.is(".")) {
                at += 2;
            }
            let rest = tokens.get(at..).unwrap_or_default();
            if rest.first().is_some_and(|token| token.is_word("declare") || token.is_word("event"))
            {
                self.push(place, StmtKind::Boilerplate);
                return Ok(true);
            }
            if rules.is(FOX) && (head == "lparameters" || head == "parameters") {
                self.parameters(rest)?;
                self.push(place, StmtKind::Boilerplate);
                return Ok(true);
            }
            let kind = at.checked_sub(1).and_then(|at| tokens.get(at));
            let kind = kind.map_or(String::new(), |token| token.text.to_lowercase());
            let known = rest.first().is_some_and(|token| self.scope.is_list(token.text));
            if rules.is(FOX) && head == "dimension" && known {
                self.redim(rest, place)?;
                return Ok(true);
            }
            if rules.is(PURE) && (kind == "newlist" || kind == "newmap") {
                return self.new_list(rest, &kind, place).map(|()| true);
            }
            if rules.is(POWER) {
                return Ok(self.typed(rest, place));
            }
            self.declaration(rest, place);
            return Ok(true);
        }
        if rules.is(POWER) {
            return Ok(self.typed(tokens, place));
        }
        Ok(false)
    }

    /// `NewList names.s()`
    fn new_list(&mut self, rest: &[Token<'s>], kind: &str, place: &Place) -> Result<(), String> {
        let name = rest.first().map(|token| token.text).ok_or("this list has no name")?;
        let name = self.scope.name(name);
        let item = rest.get(2).map(|ty| super::types::hint(std::slice::from_ref(ty)));
        let item = Box::new(item.unwrap_or_default());
        let (hint, value) = match kind {
            "newlist" => (Hint::List(item), Expr::List(Vec::new())),
            _ => {
                self.scope.set_special(&name, Some(Special::Map));
                (Hint::Map(item), Expr::Map(Vec::new()))
            }
        };
        self.scope.declare(&name, hint.clone());
        self.push(place, StmtKind::Declare { name, hint, value: Some(value) });
        Ok(())
    }

    /// `string ls_a, ls_b = "x"`, in PowerBuilder.
    fn typed(&mut self, tokens: &[Token<'s>], place: &Place) -> bool {
        // `decimal{2} ld_x` has the digits of its type behind it.
        if let [ty, open, _, close, ..] = tokens
            && open.is("{")
            && close.is("}")
        {
            let mut plain = vec![ty.clone()];
            plain.extend_from_slice(&tokens[4..]);
            return self.typed(&plain, place);
        }
        let [ty, name, rest @ ..] = tokens else {
            return false;
        };
        let is_declaration = ty.kind == Kind::Word
            && name.kind == Kind::Word
            && !["return", "throw", "destroy", "goto", "halt", "call", "open"]
                .iter()
                .any(|word| ty.is_word(word))
            && rest.first().is_none_or(|t| ["=", ",", "[", "{"].iter().any(|sign| t.is(sign)));
        if !is_declaration {
            return false;
        }
        let hint = super::types::hint(std::slice::from_ref(ty));
        let parts = split(&tokens[1..], ",");
        for part in parts {
            if let Some(name) = part.first() {
                let name = self.scope.name(name.text);
                let is_list = part.get(1).is_some_and(|token| token.is("["));
                let hint = if is_list { Hint::List(Box::new(hint.clone())) } else { hint.clone() };
                if ty.is_word("contextkeyword") {
                    self.scope.set_special(&name, Some(Special::Context));
                } else if ty.text.to_lowercase().ends_with("exception") || ty.is_word("throwable") {
                    self.scope.set_special(&name, Some(Special::Exception));
                }
                self.scope.declare(&name, hint);
            }
        }
        let before = self.block().len();
        self.declaration(&tokens[1..], place);
        for stmt in self.block().iter_mut().skip(before) {
            if let StmtKind::Declare { hint: declared, .. } = &mut stmt.kind {
                let of = hint.clone();
                *declared = match declared {
                    Hint::List(_) => Hint::List(Box::new(of)),
                    _ => of,
                };
            }
        }
        true
    }

    /// `LPARAMETERS tcName, tnLength`: those of the function around it.
    fn parameters(&mut self, rest: &[Token<'s>]) -> Result<(), String> {
        let params = super::types::params(&mut self.scope, rest)?;
        if let Some(frame) = self.frames.last_mut()
            && let Shape::Function { params: known, .. } = &mut frame.shape
        {
            known.extend(params);
        }
        Ok(())
    }

    fn optional(&mut self, tokens: &[Token<'s>]) -> Result<Option<Expr>, String> {
        if tokens.is_empty() {
            return Ok(None);
        }
        arguments(&mut self.scope, tokens).map(|args| args.into_iter().next())
    }

    fn result(&self) -> Option<Expr> {
        self.scope.result.as_ref().map(|(_, name)| Expr::Var(name.clone()))
    }

    /// Returns whether the function around the statement is one whose errors its callers test.
    fn fails(&self) -> bool {
        self.frames.iter().any(|frame| match &frame.shape {
            Shape::Function { name, .. } => self.scope.fails.contains(&name.to_lowercase()),
            _ => false,
        })
    }

    /// Reads statements that leave something.
    fn leave(&mut self, name: &str, rest: &[Token<'s>]) -> Result<Option<StmtKind>, String> {
        let rules = self.rules;
        let second = rest.first().map_or(String::new(), |token| token.text.to_lowercase());
        let one_level = |kind| match rest.first() {
            None => Ok(Some(kind)),
            Some(token) if token.kind == Kind::Int(1) => Ok(Some(kind)),
            Some(_) => Err("leaving several loops at once has no port".to_owned()),
        };
        Ok(Some(match (name, second.as_str()) {
            ("exit", "sub" | "function" | "property") if rules.is(VB | XOJO) => {
                StmtKind::Return(self.result())
            }
            ("exit", "for" | "do" | "while" | "select" | "")
                if rules.is(VB | XOJO | FOX | POWER) =>
            {
                StmtKind::Break
            }
            ("exit", _) if rules.is(AUTO) => StmtKind::Exit(self.optional(rest)?),
            ("exitloop", _) | ("break", _) if rules.is(AUTO | PURE) => {
                return one_level(StmtKind::Break);
            }
            ("continueloop", _) => return one_level(StmtKind::Continue),
            ("continue", _) => StmtKind::Continue,
            ("loop", "") if rules.is(FOX) => StmtKind::Continue,
            ("return" | "procedurereturn", "") => match self.exit_code.take() {
                Some(code) => StmtKind::Exit(Some(code)),
                None => StmtKind::Return(None),
            },
            ("return", "seterror") if rules.is(AUTO) && self.fails() => {
                let args = arguments(&mut self.scope, &rest[1..])?;
                let code = args.into_iter().next().unwrap_or(Expr::Int(1));
                StmtKind::Throw(Some(join(vec![Expr::Text("error ".to_owned()), code])))
            }
            ("return" | "procedurereturn", _) => {
                StmtKind::Return(Some(Parser::new(rest, &mut self.scope).whole()?))
            }
            ("end", _) if rules.is(PURE) => StmtKind::Exit(self.optional(rest)?),
            ("end", "") if rules.is(VB) => StmtKind::Exit(None),
            ("quit" | "cancel", "") if rules.is(FOX) => StmtKind::Exit(None),
            ("quit", _) if rules.is(XOJO) => StmtKind::Exit(self.optional(rest)?),
            ("halt", _) if rules.is(POWER) => StmtKind::Exit(None),
            ("wscript.quit" | "environment.exit" | "exitprocess", _) => {
                StmtKind::Exit(self.optional(rest)?)
            }
            ("response.end" | "application.exit", _) => StmtKind::Exit(None),
            ("throw" | "raise", "") => StmtKind::Throw(None),
            ("throw" | "raise", _) if rules.is(NET | XOJO | FOX | POWER) => {
                StmtKind::Throw(Some(Parser::new(rest, &mut self.scope).whole()?))
            }
            ("error", _) if rules.is(FOX) => StmtKind::Throw(self.optional(rest)?),
            ("err.raise", _) => {
                let mut args = arguments(&mut self.scope, rest)?;
                let message = match args.len() {
                    0..=2 => None,
                    _ => Some(args.swap_remove(2)),
                };
                StmtKind::Throw(message)
            }
            _ => return Ok(None),
        }))
    }
}
