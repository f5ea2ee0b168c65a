//! Expressions.

use super::builtins;
use super::dialect::{AUTO, FOX, POWER, VB, VB6, VBS, XOJO};
use super::lexer::{Kind, Token};
use super::objects;
use super::scope::{Scope, Special};
use super::values::{binary, choice, compare, is_text, join, negate, truth, unfold_sum};
use crate::read::shared::grammar::MAX_DEPTH;
use crate::tree::{BinaryOp, Builtin, Expr, UnaryOp};

/// An expression, or why it cannot be ported.
pub(super) type Parsed = Result<Expr, String>;

/// How many operators without parentheses may stand one after another, apart from those that join texts.
const MAX_CHAIN: usize = 100;

pub(super) struct Parser<'p, 's> {
    pub(super) tokens: &'p [Token<'s>],
    pub(super) at: usize,
    pub(super) scope: &'p mut Scope,
    pub(super) depth: usize,
    /// How deep the expression that was read last is.
    pub(super) height: usize,
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

    pub(super) fn peek(&self) -> Option<&'p Token<'s>> {
        self.tokens.get(self.at)
    }

    pub(super) fn ahead(&self, count: usize) -> Option<&'p Token<'s>> {
        self.tokens.get(self.at + count)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.tokens.len()
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

    pub(super) fn expect(&mut self, sign: &str) -> Result<(), String> {
        match self.take(sign) {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    pub(super) fn unexpected(&self) -> String {
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

    pub(super) fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
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
                "\\" if rules.is(VB | XOJO) => binary(BinaryOp::Quotient, 9),
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
            let adds = self.scope.rules.is(VB | AUTO) && !(is_word(&left) || is_word(&right));
            let adds = adds && op == Op::Binary(BinaryOp::Add);
            if adds || !is_joining(op, &left, &right) {
                height += 1;
            }
            if height > 2 * MAX_CHAIN {
                return Err("this nests too deep".to_owned());
            }
            left = match op {
                Op::Binary(op) if adds => binary(op, left, right),
                op => combine(op, left, right),
            };
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
            } else if (next == "[" && self.scope.rules.is(FOX | POWER | AUTO))
                || (next == "(" && self.scope.rules.is(FOX))
            {
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
    pub(super) fn member(&mut self, object: Expr) -> Parsed {
        let name = self.peek().map_or("", |token| token.text);
        self.at += 1;
        let has_args = self.peek().is_some_and(|token| token.is("(") && !token.spaced)
            || (self.peek().is_some_and(|token| token.is("(")) && !self.scope.rules.is(VB6 | VBS));
        let args = if has_args { Some(self.args("(", ")")?) } else { None };
        objects::member(self.scope, object, name, args)
    }

    pub(super) fn index(&mut self, object: Expr, mut args: Vec<Expr>) -> Parsed {
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
}

/// Returns a text of at most 20 characters.
fn shortened(text: &str) -> String {
    text.chars().take(20).collect()
}

/// Returns whether parentheses behind a value are an index.
fn is_callable(value: &Expr) -> bool {
    matches!(value, Expr::Index { .. } | Expr::Property { .. } | Expr::Method { .. } | Expr::Var(_))
}

/// Returns whether a value is text that is no number: `+` of a number as text and a number adds.
fn is_word(value: &Expr) -> bool {
    match value {
        Expr::Text(text) => text.trim().parse::<f64>().is_err(),
        Expr::Concat(parts) => parts.iter().any(is_word),
        value => is_text(value),
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
