//! Values of Tcl: words, commands in brackets, conditions.

use super::words::{CommandKind, Form, Part, Word, brackets, commands, variable};
use super::{Fault, Reader, fault};
use crate::read::shared::build::{binary, builtin, choice, index, minus, not, text, var};
use crate::read::shared::grammar::MAX_DEPTH;
use crate::read::shared::texts::concat;
use crate::tree::{BinaryOp, Builtin, Expr};

/// How many terms of a condition are nested in the tree.
const MAX_TERMS: usize = 50;

impl Reader {
    /// Returns the value of a word.
    pub(crate) fn word(&mut self, word: &Word) -> Result<Expr, Fault> {
        match word.form {
            Form::Braced => Ok(text(word.source)),
            Form::Quoted => {
                let mut parts = self.parts(word.source)?;
                // "$x" is the value itself.
                Ok(match parts.len() {
                    1 => parts.remove(0),
                    _ => concat(parts),
                })
            }
            Form::Bare => {
                if let Some(value) = literal(word.source) {
                    return Ok(value);
                }
                let mut parts = self.parts(word.source)?;
                Ok(match parts.len() {
                    1 => parts.remove(0),
                    _ => concat(parts),
                })
            }
        }
    }

    /// Returns the items of a word that is a list.
    pub(crate) fn list(&mut self, word: &Word) -> Result<Expr, Fault> {
        let is_literal = word.form == Form::Braced || !word.source.contains(['$', '[']);
        if !is_literal {
            return self.word(word);
        }
        let mut items = Vec::new();
        for command in commands(word.source, word.line) {
            let CommandKind::Words(words) = command.kind else {
                return fault("this list is not ported");
            };
            for item in words {
                items.push(literal(item.source).unwrap_or_else(|| text(item.source)));
            }
        }
        Ok(Expr::List(items))
    }

    pub(crate) fn variable(&mut self, name: &str) -> Result<Expr, Fault> {
        match name.trim_start_matches("::") {
            "argc" => Ok(builtin(Builtin::ArgCount, Vec::new())),
            "argv" | "argv0" | "env" | "errorInfo" | "errorCode" => {
                fault(format!("`${name}` as a whole is not ported"))
            }
            name => Ok(var(name.replace("::", "_"))),
        }
    }

    pub(crate) fn element(&mut self, name: &str, key: &str) -> Result<Expr, Fault> {
        let key = concat(self.parts(key)?);
        match name.trim_start_matches("::") {
            "env" => Ok(builtin(Builtin::Env, vec![key])),
            name => Ok(index(var(name.replace("::", "_")), key)),
        }
    }

    /// Returns the value of a command in brackets.
    pub(crate) fn substitution(&mut self, script: &str) -> Result<Expr, Fault> {
        if self.depth >= MAX_DEPTH {
            return fault("it is nested too deeply");
        }
        self.depth += 1;
        let commands = commands(script, 1);
        let value = match commands.as_slice() {
            [command] => match &command.kind {
                CommandKind::Words(words) => match words.split_first() {
                    Some((name, args)) => self.call(name, args),
                    None => Ok(text("")),
                },
                _ => fault("this is not understood here"),
            },
            _ => fault("several commands in brackets are not ported"),
        };
        self.depth -= 1;
        value
    }

    /// Returns what a command of Tcl's own is as a value.
    pub(crate) fn builtin(&mut self, command: &str, args: &[Word]) -> Result<Expr, Fault> {
        Ok(match (command, args) {
            ("set", [name]) => self.variable(name.source)?,
            ("expr", args) => {
                let source: Vec<&str> = args.iter().map(|arg| arg.source).collect();
                self.condition_text(&source.join(" "))?
            }
            ("llength", [list])
                if list.source.trim_start_matches("$::") == "$argv" || list.source == "$::argv" =>
            {
                builtin(Builtin::ArgCount, Vec::new())
            }
            ("llength", [list]) => builtin(Builtin::Length, vec![self.list(list)?]),
            ("lindex", [list, position]) => {
                if matches!(list.source, "$argv" | "$::argv") {
                    return Ok(builtin(Builtin::Arg, vec![self.word(position)?]));
                }
                let list = self.list(list)?;
                let position = self.position(position, &list)?;
                index(list, position)
            }
            ("list", args) => {
                let mut items = Vec::new();
                for arg in args {
                    items.push(self.word(arg)?);
                }
                Expr::List(items)
            }
            ("split", [value]) => builtin(Builtin::Split, vec![self.word(value)?, text(" ")]),
            ("split", [value, separator]) => {
                builtin(Builtin::Split, vec![self.word(value)?, self.word(separator)?])
            }
            ("join", [list]) => builtin(Builtin::Join, vec![self.list(list)?, text(" ")]),
            ("join", [list, separator]) => {
                builtin(Builtin::Join, vec![self.list(list)?, self.word(separator)?])
            }
            ("format", args) => self.format(args)?,
            ("string", [sub, args @ ..]) => self.string(sub.source, args)?,
            ("dict", [sub, args @ ..]) => self.dict(sub.source, args)?,
            ("clock", [sub]) if sub.source == "seconds" => builtin(Builtin::UnixTime, Vec::new()),
            ("file", [sub, path]) if matches!(sub.source, "exists" | "isfile") => {
                builtin(Builtin::FileExists, vec![self.word(path)?])
            }
            ("file", [sub, paths @ ..]) if sub.source == "join" => {
                let mut parts = Vec::new();
                for path in paths {
                    if !parts.is_empty() {
                        parts.push(text("/"));
                    }
                    parts.push(self.word(path)?);
                }
                concat(parts)
            }
            ("info", [sub, name]) if sub.source == "exists" => {
                let name = name.source.trim_start_matches("::");
                let Some(key) = name.strip_prefix("env(").and_then(|key| key.strip_suffix(')'))
                else {
                    return fault("`info exists` is only ported for `env`");
                };
                let value = builtin(Builtin::Env, vec![concat(self.parts(key)?), text("")]);
                binary(BinaryOp::Ne, value, text(""))
            }
            ("regexp" | "regsub", _) => return fault("a regular expression is not ported"),
            ("catch", _) => return fault("`catch` as a value is not ported"),
            ("open" | "read" | "close" | "gets" | "eof", _) => {
                return fault("reading files is not ported");
            }
            ("exec", _) => return fault("a command of the shell is not ported"),
            _ => return fault(format!("`{command}` is not a procedure of the script")),
        })
    }

    /// Returns a position in a list: a number, `end`, `end-1`.
    fn position(&mut self, word: &Word, list: &Expr) -> Result<Expr, Fault> {
        let Some(back) = word.source.strip_prefix("end") else { return self.word(word) };
        let back = back.strip_prefix('-').unwrap_or("0").parse::<i64>();
        let Ok(back) = back else { return fault("this position is not ported") };
        let length = builtin(Builtin::Length, vec![list.clone()]);
        Ok(binary(BinaryOp::Sub, length, Expr::Int(back + 1)))
    }

    fn string(&mut self, sub: &str, args: &[Word]) -> Result<Expr, Fault> {
        let mut args: Vec<&Word> = args.iter().collect();
        if args.len() > 2 && matches!(sub, "equal" | "match") && args[0].source == "-nocase" {
            return fault("comparing without regard to case is not ported");
        }
        let function = match (sub, args.len()) {
            ("length", 1) => Builtin::Length,
            ("toupper", 1) => Builtin::Upper,
            ("tolower", 1) => Builtin::Lower,
            ("trim" | "trimleft" | "trimright", 1) => Builtin::Trim,
            ("repeat", 2) => Builtin::Repeat,
            ("first", 2) => {
                args.swap(0, 1);
                Builtin::IndexOf
            }
            ("equal", 2) => {
                return Ok(binary(BinaryOp::Eq, self.word(args[0])?, self.word(args[1])?));
            }
            ("range", 3) => {
                let value = self.word(args[0])?;
                let from = self.position(args[1], &value)?;
                if args[2].source == "end" {
                    return Ok(builtin(Builtin::Substring, vec![value, from]));
                }
                let to = self.position(args[2], &value)?;
                let count = match (&from, to) {
                    (Expr::Int(from), Expr::Int(to)) => Expr::Int(to - from + 1),
                    (from, to) => {
                        binary(BinaryOp::Add, binary(BinaryOp::Sub, to, from.clone()), Expr::Int(1))
                    }
                };
                return Ok(builtin(Builtin::Substring, vec![value, from, count]));
            }
            ("index", 2) => {
                let value = self.word(args[0])?;
                let from = self.position(args[1], &value)?;
                return Ok(builtin(Builtin::Substring, vec![value, from, Expr::Int(1)]));
            }
            ("match", 2) => {
                let value = self.word(args[1])?;
                let pattern = args[0].source;
                let inner = pattern.trim_matches('*');
                if inner.contains(['*', '?', '[', '\\', '$']) {
                    return fault("this pattern is not ported");
                }
                let function = match (pattern.starts_with('*'), pattern.ends_with('*')) {
                    (true, true) => Builtin::Contains,
                    (true, false) => Builtin::EndsWith,
                    (false, true) => Builtin::StartsWith,
                    (false, false) => return Ok(binary(BinaryOp::Eq, value, text(inner))),
                };
                return Ok(builtin(function, vec![value, text(inner)]));
            }
            ("map", 2) => {
                let Expr::List(pairs) = self.list(args[0])? else {
                    return fault("this map is not ported");
                };
                let mut value = self.word(args[1])?;
                for pair in pairs.chunks(2).take(MAX_TERMS) {
                    if let [old, new] = pair {
                        value = builtin(Builtin::Replace, vec![value, old.clone(), new.clone()]);
                    }
                }
                return Ok(value);
            }
            _ => return fault(format!("`string {sub}` is not ported")),
        };
        let mut values = Vec::new();
        for arg in args {
            values.push(self.word(arg)?);
        }
        Ok(builtin(function, values))
    }

    fn dict(&mut self, sub: &str, args: &[Word]) -> Result<Expr, Fault> {
        let mut values = Vec::new();
        for arg in args {
            values.push(self.word(arg)?);
        }
        Ok(match (sub, values.len()) {
            ("get", 2) => index(values.remove(0), values.remove(0)),
            ("exists", 2) => builtin(Builtin::HasKey, values),
            ("keys", 1) => builtin(Builtin::Keys, values),
            ("create", _) => {
                let pairs = values.chunks(2).filter_map(|pair| match pair {
                    [key, value] => Some((key.clone(), value.clone())),
                    _ => None,
                });
                Expr::Map(pairs.collect())
            }
            _ => return fault(format!("`dict {sub}` is not ported")),
        })
    }

    /// Returns a condition.
    pub(crate) fn condition(&mut self, word: &Word) -> Result<Expr, Fault> {
        self.condition_text(word.source)
    }

    fn condition_text(&mut self, source: &str) -> Result<Expr, Fault> {
        let mut rest = source;
        let value = self.level(&mut rest, 0)?;
        match rest.trim().is_empty() {
            true => Ok(value),
            false => fault("this condition is not understood"),
        }
    }

    fn level(&mut self, rest: &mut &str, level: usize) -> Result<Expr, Fault> {
        if level >= LEVELS.len() {
            return self.operand(rest);
        }
        let mut left = self.level(rest, level + 1)?;
        let mut terms = 1;
        while let Some((op, negated)) = operator(rest, level) {
            let right = self.level(rest, level + 1)?;
            terms += 1;
            if terms > MAX_TERMS {
                return fault("an expression with so many terms is not ported");
            }
            let null = |value: Expr| match value {
                Expr::Text(value) if value == "NULL" => Expr::Null,
                value => value,
            };
            left = match op {
                None => {
                    let found = builtin(Builtin::Contains, vec![right, left]);
                    if negated { not(found) } else { found }
                }
                Some(op @ (BinaryOp::Eq | BinaryOp::Ne)) => binary(op, left, null(right)),
                Some(op) => binary(op, left, right),
            };
        }
        if level == 0
            && let Some(behind) = rest.trim_start().strip_prefix('?')
        {
            *rest = behind;
            let yes = self.nested(rest)?;
            let Some(behind) = rest.trim_start().strip_prefix(':') else {
                return fault("this condition is not understood");
            };
            *rest = behind;
            let no = self.nested(rest)?;
            return Ok(choice(left, yes, no));
        }
        Ok(left)
    }

    fn nested(&mut self, rest: &mut &str) -> Result<Expr, Fault> {
        if self.depth >= MAX_DEPTH {
            return fault("it is nested too deeply");
        }
        self.depth += 1;
        let value = self.level(rest, 0);
        self.depth -= 1;
        value
    }

    fn operand(&mut self, rest: &mut &str) -> Result<Expr, Fault> {
        let source = rest.trim_start();
        let Some(c) = source.chars().next() else { return fault("a condition is missing") };
        *rest = &source[c.len_utf8()..];
        match c {
            '!' | '-' | '+' => {
                if self.depth >= MAX_DEPTH {
                    return fault("it is nested too deeply");
                }
                self.depth += 1;
                let value = self.operand(rest);
                self.depth -= 1;
                Ok(match c {
                    '!' => not(value?),
                    '-' => minus(value?),
                    _ => value?,
                })
            }
            '(' => {
                let value = self.nested(rest)?;
                match rest.trim_start().strip_prefix(')') {
                    Some(behind) => {
                        *rest = behind;
                        Ok(value)
                    }
                    None => fault("a parenthesis is missing"),
                }
            }
            '$' => {
                let (part, length) = variable(source);
                *rest = &source[length.max(1)..];
                match part {
                    Some(Part::Var(name)) => self.variable(name),
                    Some(Part::Index(name, key)) => self.element(name, key),
                    _ => fault("this condition is not understood"),
                }
            }
            '[' => {
                let Some(end) = brackets(source) else { return fault("a bracket is missing") };
                *rest = &source[end..];
                self.substitution(&source[1..end - 1])
            }
            '"' => {
                let Some(end) = source[1..].find('"') else { return fault("this text has no end") };
                *rest = &source[end + 2..];
                let parts = self.parts(&source[1..=end])?;
                Ok(concat(parts))
            }
            '{' => {
                let Some(end) = source.find('}') else { return fault("a brace is missing") };
                *rest = &source[end + 1..];
                Ok(text(&source[1..end]))
            }
            _ => self.name_or_number(rest, source),
        }
    }

    fn name_or_number<'t>(&mut self, rest: &mut &'t str, source: &'t str) -> Result<Expr, Fault> {
        let end = source
            .find(|c: char| !c.is_alphanumeric() && c != '.' && c != '_')
            .unwrap_or(source.len());
        let word = &source[..end];
        *rest = &source[end..];
        if let Some(value) = literal(word) {
            return Ok(value);
        }
        let function = match word {
            "int" | "round" | "entier" | "wide" => Builtin::ToInt,
            "double" => Builtin::ToFloat,
            "abs" => Builtin::Abs,
            "min" => Builtin::Min,
            "max" => Builtin::Max,
            _ => return fault("this condition is not understood"),
        };
        let Some(behind) = rest.trim_start().strip_prefix('(') else {
            return fault("this condition is not understood");
        };
        *rest = behind;
        let mut args = vec![self.nested(rest)?];
        while let Some(behind) = rest.trim_start().strip_prefix(',') {
            *rest = behind;
            args.push(self.nested(rest)?);
        }
        match rest.trim_start().strip_prefix(')') {
            Some(behind) => *rest = behind,
            None => return fault("a parenthesis is missing"),
        }
        Ok(builtin(if word == "round" { Builtin::Round } else { function }, args))
    }
}

/// The operators, the weakest first. None is whether a list contains a value.
const LEVELS: &[&[(&str, Option<BinaryOp>)]] = &[
    &[("||", Some(BinaryOp::Or))],
    &[("&&", Some(BinaryOp::And))],
    &[
        ("==", Some(BinaryOp::Eq)),
        ("!=", Some(BinaryOp::Ne)),
        ("eq", Some(BinaryOp::Eq)),
        ("ne", Some(BinaryOp::Ne)),
        ("in", None),
        ("ni", None),
    ],
    &[
        ("<=", Some(BinaryOp::Le)),
        (">=", Some(BinaryOp::Ge)),
        ("<", Some(BinaryOp::Lt)),
        (">", Some(BinaryOp::Gt)),
    ],
    &[("+", Some(BinaryOp::Add)), ("-", Some(BinaryOp::Sub))],
    &[("*", Some(BinaryOp::Mul)), ("/", Some(BinaryOp::Div)), ("%", Some(BinaryOp::Rem))],
];

/// Takes an operator of a level off the text. The second value is whether it is negated.
fn operator(rest: &mut &str, level: usize) -> Option<(Option<BinaryOp>, bool)> {
    let source = rest.trim_start();
    let (sign, op) = LEVELS.get(level)?.iter().find(|(sign, _)| {
        let is_word = sign.starts_with(|c: char| c.is_alphabetic());
        source.strip_prefix(sign).is_some_and(|behind| {
            !is_word || !behind.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    })?;
    *rest = &source[sign.len()..];
    Some((*op, *sign == "ni"))
}

/// Returns a number or a truth value.
fn literal(word: &str) -> Option<Expr> {
    match word {
        "true" => return Some(Expr::Bool(true)),
        "false" => return Some(Expr::Bool(false)),
        _ => {}
    }
    let digits = word.strip_prefix('-').unwrap_or(word);
    if digits.is_empty() || !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(number) = word.parse() {
        return Some(Expr::Int(number));
    }
    let is_float = digits.bytes().all(|c| c.is_ascii_digit() || c == b'.')
        && digits.matches('.').count() == 1
        && !digits.ends_with('.');
    is_float.then(|| Expr::Float(word.to_owned()))
}
