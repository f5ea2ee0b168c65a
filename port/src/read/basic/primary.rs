//! Values that expressions are made of.

use super::builtins;
use super::dialect::{AUTO, FOX, NET, POWER, PURE, VB, XOJO};
use super::expr::{Parsed, Parser};
use super::lexer::{Kind, Lexer};
use super::types;
use super::values::{choice, compare, join};
use crate::names::class_name;
use crate::tree::{BinaryOp, Expr, Hint};

impl<'s> Parser<'_, 's> {
    pub(super) fn primary(&mut self) -> Parsed {
        let Some(token) = self.peek() else {
            return Err(self.unexpected());
        };
        match &token.kind {
            Kind::Text(text) => {
                self.at += 1;
                Ok(Expr::Text(text.clone()))
            }
            Kind::Int(value) => {
                self.at += 1;
                Ok(Expr::Int(*value))
            }
            Kind::Float => {
                self.at += 1;
                Ok(Expr::Float(token.text.to_owned()))
            }
            Kind::Interpolated => {
                self.at += 1;
                self.interpolated(token.text)
            }
            Kind::Macro => {
                self.at += 1;
                builtins::macro_value(self.scope, token.text)
            }
            Kind::Name => {
                self.at += 1;
                self.scope_var(token.text)
            }
            Kind::Word => self.word(token.text),
            Kind::Sign => match token.text {
                "(" => {
                    self.at += 1;
                    let value = self.expr()?;
                    self.expect(")")?;
                    Ok(value)
                }
                "{" => self.args("{", "}").map(Expr::List),
                "[" if self.scope.rules.is(AUTO) => self.args("[", "]").map(Expr::List),
                "." => match self.scope.with.last().cloned() {
                    Some(object) if self.ahead(1).is_some_and(|token| token.kind == Kind::Word) => {
                        self.at += 1;
                        self.member(object)
                    }
                    _ => Err("a member without an object has no port".to_owned()),
                },
                _ => Err(self.unexpected()),
            },
        }
    }

    pub(super) fn scope_var(&mut self, name: &str) -> Parsed {
        let lower = name.to_lowercase();
        if let Some((_, result)) = self.scope.result.as_ref().filter(|(of, _)| *of == lower) {
            return Ok(Expr::Var(result.clone()));
        }
        Ok(Expr::Var(self.scope.name(name)))
    }

    /// Reads what begins with a word.
    pub(super) fn word(&mut self, word: &'s str) -> Parsed {
        let lower = word.to_lowercase();
        let rules = self.scope.rules;
        let is_call = self.ahead(1).is_some_and(|token| token.is("("));
        let is_dotted = self.tokens[self.at].text.len() + 2
            == self.tokens[self.at].end - self.tokens[self.at].start;
        self.at += 1;
        match lower.as_str() {
            "true" => return Ok(Expr::Bool(true)),
            "false" => return Ok(Expr::Bool(false)),
            "t" | "y" if is_dotted && rules.is(FOX) => return Ok(Expr::Bool(true)),
            "f" | "n" if is_dotted && rules.is(FOX) => return Ok(Expr::Bool(false)),
            "nothing" | "nil" | "null" | "empty" if !is_call => return Ok(Expr::Null),
            "new" if rules.is(VB | XOJO) => return self.new_object(),
            "if" if rules.is(NET | XOJO) && is_call => return self.conditional(),
            "ctype" | "directcast" | "trycast" if rules.is(NET) && is_call => {
                self.expect("(")?;
                let value = self.expr()?;
                self.skip_to_close();
                return Ok(value);
            }
            "await" if rules.is(NET) => return self.deeper(Self::postfix),
            "function" | "sub" | "addressof" | "typeof" | "gettype" | "from" | "nameof" => {
                return Err(format!("`{word}` in an expression has no port"));
            }
            "me" | "self" | "this" | "thisform" | "mybase" | "m" => {
                if self.peek().is_some_and(|token| token.is("."))
                    && let Some(next) = self.ahead(1).filter(|token| token.kind == Kind::Word)
                {
                    self.at += 1;
                    return self.word(next.text);
                }
            }
            _ => {}
        }
        if self.take("::") {
            return self.flat(word);
        }
        // `StopSign!`
        if rules.is(POWER) && self.take("!") {
            return Ok(Expr::Null);
        }
        if rules.is(PURE) {
            self.take_type();
        }
        let known =
            self.scope.variables.contains_key(&lower) || self.scope.functions.contains(&lower);
        if !known {
            let before = self.at;
            if let Some(found) = self.dotted(&lower)? {
                return Ok(found);
            }
            self.at = before;
        }
        self.named(word, &lower)
    }

    /// Reads a name of the script: a variable or a function.
    pub(super) fn named(&mut self, word: &str, lower: &str) -> Parsed {
        let is_call = self.peek().is_some_and(|token| token.is("("));
        if let Some(item) = self.scope.items.get(lower).cloned() {
            self.take("(");
            self.take(")");
            return Ok(Expr::Var(item));
        }
        let is_function = self.scope.functions.contains(lower);
        let is_result = self.scope.result.as_ref().is_some_and(|(of, _)| of == lower);
        if is_call && is_function {
            let mut args = self.args("(", ")")?;
            if self.scope.takes_lists.contains(lower) {
                args = args.into_iter().map(builtins::whole_list).collect();
            }
            return Ok(Expr::Call { name: self.scope.name(word), args });
        }
        let calls_alone = self.scope.rules.is(VB | XOJO) && is_function && !is_result;
        if calls_alone {
            return Ok(Expr::Call { name: self.scope.name(word), args: Vec::new() });
        }
        let is_variable =
            self.scope.variables.contains_key(lower) || self.scope.specials.contains_key(lower);
        if is_call && !is_variable && !self.peek().is_some_and(|token| token.spaced) {
            return Err(format!("the function {word} has no port"));
        }
        if is_call && is_variable {
            let object = self.scope_var(word)?;
            let args = self.args("(", ")")?;
            if args.is_empty() && self.scope.rules.is(PURE) && self.scope.is_list(word) {
                // The item that was added last.
                return Ok(builtins::last_item(object));
            }
            return self.index(object, args);
        }
        self.scope_var(word)
    }

    /// Reads a function, a constant or a static member of the language.
    pub(super) fn dotted(&mut self, lower: &str) -> Result<Option<Expr>, String> {
        let mut path = lower.to_owned();
        let mut best = None;
        let mut at = self.at;
        for _ in 0..4 {
            if builtins::knows(self.scope, &path) {
                best = Some((path.clone(), at));
            }
            match (self.tokens.get(at), self.tokens.get(at + 1)) {
                (Some(dot), Some(name)) if dot.is(".") && name.kind == Kind::Word => {
                    path.push('.');
                    path.push_str(&name.text.to_lowercase());
                    at += 2;
                }
                _ => break,
            }
        }
        let Some((path, end)) = best else {
            return Ok(None);
        };
        self.at = end;
        let args = match self.peek().is_some_and(|token| token.is("(")) {
            true => Some(self.args("(", ")")?),
            false => None,
        };
        builtins::call(self.scope, &path, args)
    }

    /// Skips PureBasic's type behind a name: `x.s`.
    pub(super) fn take_type(&mut self) {
        let is_type = self.peek().is_some_and(|token| token.is("."))
            && self.ahead(1).is_some_and(|token| {
                token.kind == Kind::Word && token.text.len() == 1 && !token.spaced
            });
        self.at += if is_type { 2 } else { 0 };
    }

    /// `CkHttp::ckQuickGetSb(http, url, sb)`.
    pub(super) fn flat(&mut self, class: &str) -> Parsed {
        let name = self.peek().map_or("", |token| token.text);
        self.at += 1;
        let Some(class) = class_name(class) else {
            return Err(format!("the module {class} has no port"));
        };
        if name.eq_ignore_ascii_case("ckCreate") {
            self.args("(", ")")?;
            return Ok(Expr::New(class.to_owned()));
        }
        let mut args = self.args("(", ")")?;
        if args.is_empty() {
            return Err(format!("{name} has no object"));
        }
        let object = Box::new(args.remove(0));
        if let Expr::Var(variable) = &*object {
            self.scope.declare(variable, Hint::Object(class.to_owned()));
            self.scope.flat.insert(variable.clone(), class.to_owned());
        }
        let plain = name.strip_prefix("ck").filter(|rest| rest.starts_with(char::is_uppercase));
        Ok(Expr::Method { object, name: plain.unwrap_or(name).to_owned(), args })
    }

    /// Reads what follows `New`.
    pub(super) fn new_object(&mut self) -> Parsed {
        let mut path = String::new();
        while let Some(token) = self.peek().filter(|t| t.is(".") || t.kind == Kind::Word) {
            path.push_str(token.text);
            self.at += 1;
            if self.peek().is_none_or(|token| !token.is(".")) && !path.ends_with('.') {
                break;
            }
        }
        if let Some(class) = class_name(&path) {
            if self.peek().is_some_and(|token| token.is("(")) {
                self.args("(", ")")?;
            }
            return Ok(Expr::New(class.to_owned()));
        }
        let plain = types::PLAIN_CLASSES.iter().find(|class| class.eq_ignore_ascii_case(&path));
        if let Some(class) = plain.filter(|_| self.scope.imports_chilkat) {
            if self.peek().is_some_and(|token| token.is("(")) {
                self.args("(", ")")?;
            }
            return Ok(Expr::New((*class).to_owned()));
        }
        let lower = path.to_lowercase();
        let of = self.type_args();
        let args = match self.peek().is_some_and(|token| token.is("(")) {
            true => self.args("(", ")")?,
            false => Vec::new(),
        };
        self.take_word("from");
        if self.peek().is_some_and(|token| token.is("{")) {
            return self.args("{", "}").map(Expr::List);
        }
        match lower.rsplit('.').next().unwrap_or_default() {
            "list" | "arraylist" | "collection" if args.is_empty() => Ok(Expr::List(Vec::new())),
            "dictionary" | "hashtable" if args.is_empty() => Ok(Expr::Map(Vec::new())),
            name if name.ends_with("exception") => {
                Ok(args.into_iter().next().unwrap_or(Expr::Null))
            }
            _ if of => Err(format!("the type {path} has no port")),
            _ => Err(format!("the class {path} has no port")),
        }
    }

    /// Skips `(Of String)`.
    pub(super) fn type_args(&mut self) -> bool {
        let is_of = self.ahead(1).is_some_and(|token| token.is_word("of"));
        if is_of && self.take("(") {
            self.skip_to_close();
        }
        is_of
    }

    /// Skips up to the parenthesis that closes an open one.
    pub(super) fn skip_to_close(&mut self) {
        let mut depth = 1;
        while let Some(token) = self.peek() {
            self.at += 1;
            depth += i32::from(token.is("(")) - i32::from(token.is(")"));
            if depth == 0 {
                break;
            }
        }
    }

    /// `If(cond, yes, no)`.
    pub(super) fn conditional(&mut self) -> Parsed {
        let mut args = self.args("(", ")")?.into_iter();
        match (args.next(), args.next(), args.next()) {
            (Some(cond), Some(yes), Some(no)) => Ok(choice(cond, yes, no)),
            (Some(value), Some(other), None) => {
                let cond = compare(BinaryOp::Ne, value.clone(), Expr::Null);
                Ok(choice(cond, value, other))
            }
            _ => Err(self.unexpected()),
        }
    }

    pub(super) fn interpolated(&mut self, text: &str) -> Parsed {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}', '"']) {
            literal.push_str(&rest[..at]);
            let sign = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(doubled) = rest.strip_prefix(sign) {
                literal.push_str(sign);
                rest = doubled;
            } else if sign == "{" {
                let end = rest.find('}').ok_or_else(|| self.unexpected())?;
                parts.push(Expr::Text(std::mem::take(&mut literal)));
                parts.push(self.embedded(&rest[..end])?);
                rest = &rest[end + 1..];
            }
        }
        literal.push_str(rest);
        parts.push(Expr::Text(literal));
        Ok(join(parts))
    }

    /// Reads an expression inside a string.
    pub(super) fn embedded(&mut self, text: &str) -> Parsed {
        let line = Lexer::new(text, self.scope.rules).next().unwrap_or_default();
        let depth = self.depth + 1;
        let mut inner =
            Parser { tokens: &line.tokens, at: 0, scope: &mut *self.scope, depth, height: 0 };
        let value = inner.expr()?;
        if inner.is_at_end() {
            return Ok(value);
        }
        Err("a format inside a string has no port".to_owned())
    }
}
