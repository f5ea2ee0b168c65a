//! Expressions.

use super::builtins;
use super::dialect::{AUTO, FOX, NET, POWER, PURE, VB, VB6, VBS, XOJO};
use super::lexer::{Kind, Lexer, Token};
use super::scope::{Scope, Special};
use crate::names::class_name;
use crate::read::grammar::MAX_DEPTH;
use crate::tree::{BinaryOp, Builtin, Expr, Hint, UnaryOp};

/// An expression, or why it cannot be ported.
pub(super) type Parsed = Result<Expr, String>;

/// How many operators without parentheses may stand one after another, apart from those that join texts.
const MAX_CHAIN: usize = 100;

pub(super) struct Parser<'p, 's> {
    tokens: &'p [Token<'s>],
    at: usize,
    pub(super) scope: &'p mut Scope,
    depth: usize,
    /// How deep the expression that was read last is.
    height: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Op {
    Concat,
    /// FoxPro's `$`.
    In,
    Binary(BinaryOp),
    /// One that has no counterpart.
    Other,
}

impl<'p, 's> Parser<'p, 's> {
    pub(super) fn new(tokens: &'p [Token<'s>], scope: &'p mut Scope) -> Parser<'p, 's> {
        Parser { tokens, at: 0, scope, depth: 0, height: 0 }
    }

    fn peek(&self) -> Option<&'p Token<'s>> {
        self.tokens.get(self.at)
    }

    fn ahead(&self, count: usize) -> Option<&'p Token<'s>> {
        self.tokens.get(self.at + count)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub(super) fn rest(&self) -> &'p [Token<'s>] {
        self.tokens.get(self.at..).unwrap_or_default()
    }

    pub(super) fn take(&mut self, sign: &str) -> bool {
        let is_sign = self.peek().is_some_and(|token| token.is(sign));
        self.at += usize::from(is_sign);
        is_sign
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is_word = self.peek().is_some_and(|token| token.is_word(word));
        self.at += usize::from(is_word);
        is_word
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        match self.take(sign) {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    fn unexpected(&self) -> String {
        match self.peek() {
            Some(token) => format!("`{}` is not understood here", shortened(token.text)),
            None => "the line ends too early".to_owned(),
        }
    }

    /// Reads a whole expression; nothing may follow it.
    pub(super) fn whole(&mut self) -> Parsed {
        let value = self.expr()?;
        match self.is_at_end() {
            true => Ok(value),
            false => Err(self.unexpected()),
        }
    }

    pub(super) fn expr(&mut self) -> Parsed {
        let value = self.deeper(|parser| parser.binary(0))?;
        if self.scope.rules.is(AUTO) && self.take("?") {
            let yes = self.expr()?;
            self.expect(":")?;
            let no = self.expr()?;
            return Ok(choice(value, yes, no));
        }
        Ok(value)
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= MAX_DEPTH {
            return Err("this nests too deep".to_owned());
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        self.height += 1;
        value
    }

    fn operator(&self) -> Option<(Op, u8)> {
        let token = self.peek()?;
        let rules = self.scope.rules;
        let binary = |op, level| Some((Op::Binary(op), level));
        match token.kind {
            Kind::Word => match token.text.to_ascii_lowercase().as_str() {
                "or" | "orelse" => binary(BinaryOp::Or, 1),
                "and" | "andalso" => binary(BinaryOp::And, 2),
                "xor" | "like" => Some((Op::Other, 3)),
                "is" => binary(BinaryOp::Eq, 4),
                "isnot" => binary(BinaryOp::Ne, 4),
                "mod" => binary(BinaryOp::Rem, 8),
                _ => None,
            },
            Kind::Sign => match token.text {
                "=" | "==" => binary(BinaryOp::Eq, 4),
                "<>" | "!=" => binary(BinaryOp::Ne, 4),
                "#" if rules.is(FOX) => binary(BinaryOp::Ne, 4),
                "$" if rules.is(FOX) => Some((Op::In, 4)),
                "<" => binary(BinaryOp::Lt, 4),
                ">" => binary(BinaryOp::Gt, 4),
                "<=" | "=<" => binary(BinaryOp::Le, 4),
                ">=" | "=>" => binary(BinaryOp::Ge, 4),
                "&" if rules.is(VB | AUTO | XOJO) => Some((Op::Concat, 5)),
                "&" | "|" | "<<" | ">>" => Some((Op::Other, 5)),
                "+" => binary(BinaryOp::Add, 6),
                "-" => binary(BinaryOp::Sub, 6),
                "%" => binary(BinaryOp::Rem, 8),
                "\\" if rules.is(VB | XOJO) => binary(BinaryOp::Div, 9),
                "*" => binary(BinaryOp::Mul, 10),
                "/" => binary(BinaryOp::Div, 10),
                "^" | "**" => Some((Op::Other, 12)),
                _ => None,
            },
            _ => None,
        }
    }

    fn binary(&mut self, level: u8) -> Parsed {
        let mut left = self.unary()?;
        let mut height = self.height;
        while let Some((op, at)) = self.operator().filter(|op| op.1 >= level) {
            if op == Op::Other {
                return Err(format!("the operator {} has no port", self.tokens[self.at].text));
            }
            self.at += 1;
            // `Is Not Nothing` is `IsNot Nothing`.
            let right = self.deeper(|parser| parser.binary(at + 1))?;
            let is_number = |side: &Expr| matches!(side, Expr::Int(_));
            if matches!(op, Op::Binary(BinaryOp::And | BinaryOp::Or))
                && (is_number(&left) || is_number(&right))
            {
                return Err("operators on bits have no port".to_owned());
            }
            height = height.max(self.height);
            if !is_joining(op, &left, &right) {
                height += 1;
            }
            if height > 2 * MAX_CHAIN {
                return Err("this nests too deep".to_owned());
            }
            left = combine(op, left, right);
        }
        self.height = height;
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        let tight = self.scope.rules.tight_not;
        if self.take_word("not") || (self.scope.rules.is(FOX) && self.take("!")) {
            let value = self.deeper(|parser| match tight {
                true => parser.unary(),
                false => parser.binary(4),
            })?;
            return Ok(negate(truth(value)));
        }
        if self.take("-") {
            return Ok(match self.deeper(Self::unary)? {
                Expr::Int(value) => Expr::Int(-value),
                Expr::Float(text) => Expr::Float(format!("-{text}")),
                value => Expr::Unary { op: UnaryOp::Minus, value: Box::new(value) },
            });
        }
        if self.take("+") {
            return self.deeper(Self::unary);
        }
        self.height = 0;
        self.postfix()
    }

    /// Reads a value with the members and arguments behind it.
    pub(super) fn postfix(&mut self) -> Parsed {
        let mut value = self.primary()?;
        let mut count = 0;
        loop {
            count += 1;
            if count > MAX_CHAIN {
                return Err("this nests too deep".to_owned());
            }
            let next = match self.peek() {
                Some(token) if token.kind == Kind::Sign => token.text,
                _ => break,
            };
            if next == "." && self.ahead(1).is_some_and(|token| token.kind == Kind::Word) {
                self.at += 1;
                value = self.member(value)?;
            } else if next == "(" && is_callable(&value) && !self.scope.rules.is(FOX | POWER) {
                let args = self.args("(", ")")?;
                value = self.index(value, args)?;
            } else if (next == "[" && self.scope.rules.is(FOX | POWER | AUTO)) || (next == "(" && self.scope.rules.is(FOX)) {
                let close = if next == "[" { "]" } else { ")" };
                let args = self.args(next, close)?;
                value = self.index(value, args)?;
            } else {
                break;
            }
            self.height += 1;
        }
        self.height += count;
        Ok(value)
    }

    /// Reads a member's name and its arguments.
    fn member(&mut self, object: Expr) -> Parsed {
        let name = self.peek().map_or("", |token| token.text);
        self.at += 1;
        let has_args = self.peek().is_some_and(|token| token.is("(") && !token.spaced)
            || (self.peek().is_some_and(|token| token.is("(")) && !self.scope.rules.is(VB6 | VBS));
        let args = if has_args { Some(self.args("(", ")")?) } else { None };
        builtins::member(self.scope, object, name, args)
    }

    fn index(&mut self, object: Expr, mut args: Vec<Expr>) -> Parsed {
        if args.len() > 1 {
            return Err("an array of several dimensions has no port".to_owned());
        }
        let Some(index) = args.pop() else {
            return Ok(object);
        };
        let mut base = self.scope.rules.base;
        if self.scope.rules.is(AUTO) && object == Expr::Var("CmdLine".to_owned()) {
            return Ok(match index {
                Expr::Int(0) => Expr::Builtin { function: Builtin::ArgCount, args: Vec::new() },
                index => {
                    let args = vec![builtins::minus(index, 1)];
                    Expr::Builtin { function: Builtin::Arg, args }
                }
            });
        }
        match self.scope.special(&object) {
            Some(Special::Env | Special::Shell) => {
                return Ok(Expr::Builtin { function: Builtin::Env, args: vec![index] });
            }
            Some(Special::EnvValues(value)) => return Ok(value.clone()),
            Some(Special::Map) => base = 0,
            Some(Special::Collection) => base = 1,
            Some(Special::Counted) if index == Expr::Int(0) => {
                return Ok(Expr::Builtin { function: Builtin::Length, args: vec![object] });
            }
            Some(Special::Counted) => base = 1,
            _ => {}
        }
        if matches!(index, Expr::Text(_)) {
            base = 0;
        }
        let index = builtins::minus(index, base);
        Ok(Expr::Index { object: Box::new(object), index: Box::new(index) })
    }

    /// Reads arguments between parentheses.
    pub(super) fn args(&mut self, open: &str, close: &str) -> Result<Vec<Expr>, String> {
        self.expect(open)?;
        let mut args = Vec::new();
        let mut height = 0;
        while !self.take(close) {
            if !args.is_empty() {
                self.expect(",")?;
            }
            args.push(self.arg()?);
            height = height.max(self.height);
        }
        self.height = height;
        Ok(args)
    }

    fn arg(&mut self) -> Parsed {
        // One that is left out.
        if self.peek().is_some_and(|token| token.is(",")) {
            return Ok(Expr::Null);
        }
        self.take_word("byref");
        self.take_word("byval");
        if self.ahead(1).is_some_and(|token| token.is(":=")) {
            self.at += 2;
        }
        // FoxPro's `@x` is an argument by reference.
        if self.scope.rules.is(FOX) {
            self.take("@");
        }
        self.expr()
    }

    /// Reads values up to the end, as behind a call without parentheses.
    pub(super) fn list(&mut self) -> Result<Vec<Expr>, String> {
        let mut args = Vec::new();
        while !self.is_at_end() {
            if !args.is_empty() {
                self.expect(",")?;
            }
            args.push(self.arg()?);
        }
        Ok(args)
    }

    fn primary(&mut self) -> Parsed {
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

    fn scope_var(&mut self, name: &str) -> Parsed {
        let lower = name.to_lowercase();
        if let Some((_, result)) = self.scope.result.as_ref().filter(|(of, _)| *of == lower) {
            return Ok(Expr::Var(result.clone()));
        }
        Ok(Expr::Var(self.scope.name(name)))
    }

    /// Reads what begins with a word.
    fn word(&mut self, word: &'s str) -> Parsed {
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
        if rules.is(PURE) {
            self.take_type();
        }
        let known = self.scope.variables.contains_key(&lower) || self.scope.functions.contains(&lower);
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
    fn named(&mut self, word: &str, lower: &str) -> Parsed {
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
        let is_variable = self.scope.variables.contains_key(lower)
            || self.scope.specials.contains_key(lower);
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
    fn dotted(&mut self, lower: &str) -> Result<Option<Expr>, String> {
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
    fn take_type(&mut self) {
        let is_type = self.peek().is_some_and(|token| token.is("."))
            && self.ahead(1).is_some_and(|token| {
                token.kind == Kind::Word && token.text.len() == 1 && !token.spaced
            });
        self.at += if is_type { 2 } else { 0 };
    }

    /// `CkHttp::ckQuickGetSb(http, url, sb)`.
    fn flat(&mut self, class: &str) -> Parsed {
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
    fn new_object(&mut self) -> Parsed {
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
            name if name.ends_with("exception") => Ok(args.into_iter().next().unwrap_or(Expr::Null)),
            _ if of => Err(format!("the type {path} has no port")),
            _ => Err(format!("the class {path} has no port")),
        }
    }

    /// Skips `(Of String)`.
    fn type_args(&mut self) -> bool {
        let is_of = self.ahead(1).is_some_and(|token| token.is_word("of"));
        if is_of && self.take("(") {
            self.skip_to_close();
        }
        is_of
    }

    /// Skips up to the parenthesis that closes an open one.
    fn skip_to_close(&mut self) {
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
    fn conditional(&mut self) -> Parsed {
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

    fn interpolated(&mut self, text: &str) -> Parsed {
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
    fn embedded(&mut self, text: &str) -> Parsed {
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

/// Returns a text of at most 20 characters.
fn shortened(text: &str) -> String {
    text.chars().take(20).collect()
}

/// Returns whether parentheses behind a value are an index.
fn is_callable(value: &Expr) -> bool {
    matches!(value, Expr::Index { .. } | Expr::Property { .. } | Expr::Method { .. } | Expr::Var(_))
}

pub(super) fn choice(cond: Expr, yes: Expr, no: Expr) -> Expr {
    Expr::Choice { cond: Box::new(cond), yes: Box::new(yes), no: Box::new(no) }
}

fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    Expr::Binary { op, left: Box::new(left), right: Box::new(right) }
}

/// Returns whether a value is text, whatever its variables hold.
fn is_text(expr: &Expr) -> bool {
    match expr {
        Expr::Text(_) | Expr::Concat(_) => true,
        Expr::Choice { yes, no, .. } => is_text(yes) || is_text(no),
        Expr::Builtin { function, .. } => matches!(
            function,
            Builtin::ToText
                | Builtin::Env
                | Builtin::Upper
                | Builtin::Lower
                | Builtin::Trim
                | Builtin::Replace
                | Builtin::Substring
                | Builtin::Join
        ),
        _ => false,
    }
}

fn is_joining(op: Op, left: &Expr, right: &Expr) -> bool {
    match op {
        Op::Concat => true,
        Op::Binary(BinaryOp::Add) => is_text(left) || is_text(right),
        _ => false,
    }
}

fn combine(op: Op, left: Expr, right: Expr) -> Expr {
    if is_joining(op, &left, &right) {
        return join(vec![unfold_sum(left), right]);
    }
    match op {
        Op::In => Expr::Builtin { function: Builtin::Contains, args: vec![right, left] },
        Op::Binary(op) if matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Gt) => {
            compare(op, left, right)
        }
        Op::Binary(op @ (BinaryOp::And | BinaryOp::Or)) => binary(op, truth(left), truth(right)),
        Op::Binary(op) => binary(op, left, right),
        Op::Concat | Op::Other => join(vec![left, right]),
    }
}

/// `a + b` before a text is a concatenation, too.
fn unfold_sum(expr: Expr) -> Expr {
    let mut parts = Vec::new();
    let mut rest = expr;
    while let Expr::Binary { op: BinaryOp::Add, left, right } = rest {
        parts.push(*right);
        rest = *left;
    }
    if parts.is_empty() || parts.iter().any(|part| matches!(part, Expr::Int(_))) {
        return parts.into_iter().rev().fold(rest, |sum, part| binary(BinaryOp::Add, sum, part));
    }
    parts.push(rest);
    parts.reverse();
    Expr::Concat(parts)
}

/// Returns texts and other values one after another, flat, with neighbouring literals as one.
pub(super) fn join(parts: Vec<Expr>) -> Expr {
    let mut flat: Vec<Expr> = Vec::new();
    let mut parts = parts.into_iter();
    if let Some(Expr::Concat(first)) = parts.as_slice().first() {
        // The left side of a long chain is extended, not copied.
        flat.reserve(first.len() + 1);
    }
    let add = |flat: &mut Vec<Expr>, part: Expr| match (flat.last_mut(), part) {
        (Some(Expr::Text(last)), Expr::Text(text)) => last.push_str(&text),
        (_, Expr::Text(text)) if text.is_empty() => {}
        (_, part) => flat.push(part),
    };
    if let Some(first) = parts.next() {
        match first {
            Expr::Concat(inner) => flat = inner,
            first => add(&mut flat, first),
        }
    }
    for part in parts {
        match part {
            Expr::Concat(inner) => inner.into_iter().for_each(|part| add(&mut flat, part)),
            part => add(&mut flat, part),
        }
    }
    match flat.len() {
        0 => Expr::Text(String::new()),
        1 if is_text(&flat[0]) => flat.remove(0),
        _ => Expr::Concat(flat),
    }
}

/// Compares two values. A position that is compared with 0 says whether the text is there.
pub(super) fn compare(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    if let (Expr::Call { name, args }, Expr::Text(kind)) = (&left, &right)
        && name == builtins::KIND
        && let Some(value) = args.first()
    {
        let is_object = binary(BinaryOp::Ne, value.clone(), Expr::Null);
        return match kind.eq_ignore_ascii_case("O") == (op == BinaryOp::Eq) {
            true => is_object,
            false => negate(is_object),
        };
    }
    if right == Expr::Int(0)
        && let Expr::Binary { op: BinaryOp::Add, left: found, right: one } = &left
        && let Expr::Builtin { function: Builtin::IndexOf, args } = &**found
        && **one == Expr::Int(1)
    {
        let contains = Expr::Builtin { function: Builtin::Contains, args: args.clone() };
        return if op == BinaryOp::Eq { negate(contains) } else { contains };
    }
    binary(op, left, right)
}

/// Returns a condition: a number is true if it is not 0.
pub(super) fn truth(expr: Expr) -> Expr {
    match expr {
        Expr::Int(number) => Expr::Bool(number != 0),
        Expr::Binary { op: BinaryOp::Add, .. } => {
            let as_position = compare(BinaryOp::Gt, expr.clone(), Expr::Int(0));
            let is_position = matches!(as_position, Expr::Builtin { .. });
            if is_position { as_position } else { expr }
        }
        Expr::Builtin { function: Builtin::Length | Builtin::ToInt, .. } => {
            compare(BinaryOp::Ne, expr, Expr::Int(0))
        }
        expr => expr,
    }
}

/// Returns the opposite of a condition.
pub(super) fn negate(expr: Expr) -> Expr {
    match expr {
        Expr::Unary { op: UnaryOp::Not, value } => *value,
        Expr::Bool(value) => Expr::Bool(!value),
        Expr::Binary { op: BinaryOp::Eq, left, right } => {
            Expr::Binary { op: BinaryOp::Ne, left, right }
        }
        Expr::Binary { op: BinaryOp::Ne, left, right } => {
            Expr::Binary { op: BinaryOp::Eq, left, right }
        }
        value => Expr::Unary { op: UnaryOp::Not, value: Box::new(value) },
    }
}

/// Returns the type that a value has in itself.
pub(super) fn type_of(expr: &Expr) -> Hint {
    match expr {
        _ if is_text(expr) => Hint::Text,
        Expr::Int(_) => Hint::Int,
        Expr::Float(_) => Hint::Float,
        Expr::Bool(_) => Hint::Bool,
        Expr::New(class) => Hint::Object(class.clone()),
        Expr::List(items) => {
            Hint::List(Box::new(items.first().map(type_of).unwrap_or_default()))
        }
        Expr::Map(_) => Hint::Map(Box::default()),
        Expr::Builtin { function, .. } => match function {
            Builtin::Split => Hint::List(Box::new(Hint::Text)),
            Builtin::ToInt | Builtin::Length | Builtin::IndexOf => Hint::Int,
            Builtin::Replace | Builtin::Join | Builtin::Substring => Hint::Text,
            _ => Hint::Unknown,
        },
        _ => Hint::Unknown,
    }
}
