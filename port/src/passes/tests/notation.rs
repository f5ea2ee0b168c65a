//! A short notation for trees: blocks by indentation, statements and expressions as in most languages.

use crate::tree::{
    BinaryOp, Block, Builtin, Catch, Expr, Function, Hint, Param, Stmt, StmtKind, Target, UnaryOp,
};

/// Reads a tree.
pub(super) fn tree(text: &str) -> Block {
    let lines: Vec<(usize, &str)> =
        text.lines().enumerate().map(|(at, line)| (at + 1, line)).collect();
    let mut reader = Lines { lines, at: 0 };
    reader.block(reader.indent())
}

struct Lines<'t> {
    lines: Vec<(usize, &'t str)>,
    at: usize,
}

impl Lines<'_> {
    fn indent(&self) -> usize {
        let line = self.lines[self.at..].iter().find(|(_, line)| !line.trim().is_empty());
        line.map_or(0, |(_, line)| line.len() - line.trim_start().len())
    }

    fn head(&self, indent: usize) -> Option<String> {
        let (_, line) = self.lines[self.at..].iter().find(|(_, line)| !line.trim().is_empty())?;
        (line.len() - line.trim_start().len() == indent).then(|| line.trim().to_owned())
    }

    fn next(&mut self) -> (usize, bool, String) {
        let from = self.at;
        while self.lines[self.at].1.trim().is_empty() {
            self.at += 1;
        }
        let (number, line) = self.lines[self.at];
        self.at += 1;
        (number, self.at - 1 > from && from > 0, line.trim().to_owned())
    }

    fn inner(&mut self, indent: usize) -> Block {
        let inner = self.indent();
        if inner > indent { self.block(inner) } else { Block::new() }
    }

    fn block(&mut self, indent: usize) -> Block {
        let mut block = Block::new();
        while self.at < self.lines.len() && self.head(indent).is_some() {
            let (line, blank_before, text) = self.next();
            let (text, trailing) = match text.split_once("  # ") {
                Some((text, comment)) => (text.to_owned(), Some(comment.to_owned())),
                None => (text, None),
            };
            let kind = self.stmt(indent, &text);
            let end_line = self.lines.get(self.at.saturating_sub(1)).map_or(line, |(at, _)| *at);
            block.push(Stmt { line, end_line, blank_before, trailing, kind });
        }
        block
    }

    /// Takes the line if it starts a further part of a statement.
    fn part(&mut self, indent: usize, word: &str) -> Option<String> {
        let head = self.head(indent)?;
        let rest = head.strip_prefix(word)?.strip_suffix(':')?.trim().to_owned();
        self.next();
        Some(rest)
    }

    fn stmt(&mut self, indent: usize, text: &str) -> StmtKind {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let head = rest.strip_suffix(':').unwrap_or(rest).trim();
        match word.trim_end_matches(':') {
            "#" => StmtKind::Comment(rest.to_owned()),
            "if" => {
                let mut branches = vec![(expr(head), self.inner(indent))];
                while let Some(cond) = self.part(indent, "elseif ") {
                    branches.push((expr(&cond), self.inner(indent)));
                }
                let otherwise = self.part(indent, "else").map(|_| self.inner(indent));
                StmtKind::If { branches, otherwise }
            }
            "while" => StmtKind::While { cond: expr(head), body: self.inner(indent) },
            "do" => {
                let body = self.inner(indent);
                let cond = self.part(indent, "dowhile ").unwrap_or_default();
                StmtKind::DoWhile { body, cond: expr(&cond) }
            }
            "for" => {
                let (name, range) = head.split_once(" in ").unwrap();
                let (range, step) = range.split_once(" step ").unwrap_or((range, "1"));
                let (from, to) = range.split_once("..").unwrap();
                let inclusive = to.starts_with('=');
                StmtKind::For {
                    name: name.to_owned(),
                    from: expr(from),
                    to: expr(to.trim_start_matches('=')),
                    inclusive,
                    step: step.parse().unwrap(),
                    body: self.inner(indent),
                }
            }
            "foreach" => {
                let (name, items) = head.split_once(" in ").unwrap();
                let (name, items) = (name.to_owned(), expr(items));
                StmtKind::ForEach { name, items, body: self.inner(indent) }
            }
            "switch" => {
                let mut cases = Vec::new();
                while let Some(values) = self.part(indent, "case ") {
                    cases.push((values.split(", ").map(expr).collect(), self.inner(indent)));
                }
                let otherwise = self.part(indent, "default").map(|_| self.inner(indent));
                StmtKind::Switch { value: expr(head), cases, otherwise }
            }
            "try" => {
                let body = self.inner(indent);
                let catch = self.part(indent, "catch").map(|name| Catch {
                    name: (!name.is_empty()).then_some(name),
                    body: self.inner(indent),
                });
                let finally = self.part(indent, "finally").map(|_| self.inner(indent));
                StmtKind::Try { body, catch, finally: finally.unwrap_or_default() }
            }
            "fn" => {
                let (name, params) = head.split_once('(').unwrap();
                let params = params.trim_end_matches(')').split(", ");
                let params = params.filter(|param| !param.is_empty()).map(|param| Param {
                    name: param.trim_start_matches('&').to_owned(),
                    hint: Hint::Unknown,
                    default: None,
                    by_ref: param.starts_with('&'),
                });
                StmtKind::Function(Function {
                    name: name.to_owned(),
                    params: params.collect(),
                    returns: Hint::Unknown,
                    body: self.inner(indent),
                })
            }
            "attempt" => {
                let head = head.strip_suffix(" else").unwrap();
                let (name, call) = match head.split_once(" = ") {
                    Some((name, call)) => (Some(name.to_owned()), call),
                    None => (None, head),
                };
                StmtKind::Attempt { name, call: expr(call), otherwise: self.inner(indent) }
            }
            _ => simple(word, rest, text),
        }
    }
}

/// Reads a statement of one line.
fn simple(word: &str, rest: &str, text: &str) -> StmtKind {
    let value = || (!rest.is_empty()).then(|| expr(rest));
    match word {
        "declare" => {
            let (left, value) = match rest.split_once(" = ") {
                Some((left, value)) => (left, Some(expr(value))),
                None => (rest, None),
            };
            let (name, hint) = match left.split_once(": ") {
                Some((name, hint)) => (name, hint_of(hint)),
                None => (left, Hint::Unknown),
            };
            StmtKind::Declare { name: name.to_owned(), hint, value }
        }
        "const" => {
            let (name, value) = rest.split_once(" = ").unwrap();
            StmtKind::Constant { name: name.to_owned(), value: expr(value) }
        }
        "print" => StmtKind::Print { value: expr(rest), newline: true, to_stderr: false },
        "discard" => match rest.split_once(" = ") {
            Some((name, value)) => {
                StmtKind::Discard { name: Some(name.to_owned()), value: expr(value) }
            }
            None => StmtKind::Discard { name: None, value: expr(rest) },
        },
        "break" => StmtKind::Break,
        "continue" => StmtKind::Continue,
        "return" => StmtKind::Return(value()),
        "exit" => StmtKind::Exit(value()),
        "throw" => StmtKind::Throw(value()),
        "dispose" => StmtKind::Dispose(rest.to_owned()),
        "boilerplate" => StmtKind::Boilerplate,
        "unported" => StmtKind::Unported(rest.to_owned()),
        _ => match text.split_once(" = ") {
            Some((left, value)) => {
                let target = match expr(left) {
                    Expr::Var(name) => Target::Var(name),
                    Expr::Property { object, name } => Target::Property { object: *object, name },
                    Expr::Index { object, index } => {
                        Target::Index { object: *object, index: *index }
                    }
                    other => panic!("{other:?}"),
                };
                StmtKind::Assign { target, value: expr(value) }
            }
            None => StmtKind::Expr(expr(text)),
        },
    }
}

fn hint_of(text: &str) -> Hint {
    match text {
        "Text" => Hint::Text,
        "Int" => Hint::Int,
        "Bool" => Hint::Bool,
        class => Hint::Object(class.to_owned()),
    }
}

const OPERATORS: [(&str, BinaryOp, u8); 13] = [
    ("or", BinaryOp::Or, 1),
    ("and", BinaryOp::And, 2),
    ("==", BinaryOp::Eq, 3),
    ("!=", BinaryOp::Ne, 3),
    ("<", BinaryOp::Lt, 3),
    ("<=", BinaryOp::Le, 3),
    (">", BinaryOp::Gt, 3),
    (">=", BinaryOp::Ge, 3),
    ("+", BinaryOp::Add, 4),
    ("-", BinaryOp::Sub, 4),
    ("*", BinaryOp::Mul, 5),
    ("/", BinaryOp::Div, 5),
    ("%", BinaryOp::Rem, 5),
];

/// Reads an expression.
pub(super) fn expr(text: &str) -> Expr {
    let mut reader = Reader { rest: text.trim() };
    let value = reader.binary(0);
    assert_eq!(reader.rest, "", "in {text}");
    value
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn take(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start();
        let taken = rest.strip_prefix(sign);
        self.rest = taken.unwrap_or(self.rest);
        taken.is_some()
    }

    fn word(&mut self) -> String {
        let rest = self.rest.trim_start();
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '\u{1}';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.rest = &rest[end..];
        rest[..end].to_owned()
    }

    fn binary(&mut self, level: u8) -> Expr {
        let mut left = self.unary();
        loop {
            let rest = self.rest.trim_start();
            let word = rest.split(' ').next().unwrap_or_default();
            let found = OPERATORS.iter().find(|(sign, _, at)| *sign == word && *at > level);
            let Some((sign, op, at)) = found else { return left };
            self.rest = &rest[sign.len()..];
            let right = self.binary(*at);
            left = Expr::Binary { op: *op, left: Box::new(left), right: Box::new(right) };
        }
    }

    fn unary(&mut self) -> Expr {
        if self.take("not ") {
            let value = Box::new(self.unary());
            return Expr::Unary { op: UnaryOp::Not, value };
        }
        let mut value = self.primary();
        loop {
            if self.take(".") {
                let name = self.word();
                let object = Box::new(value);
                value = match self.take("(") {
                    true => Expr::Method { object, name, args: self.args(")") },
                    false => Expr::Property { object, name },
                };
            } else if self.rest.starts_with('[') && self.take("[") {
                let index = Box::new(self.binary(0));
                assert!(self.take("]"));
                value = Expr::Index { object: Box::new(value), index };
            } else {
                return value;
            }
        }
    }

    fn args(&mut self, end: &str) -> Vec<Expr> {
        let mut args = Vec::new();
        while !self.take(end) {
            args.push(self.binary(0));
            self.take(",");
        }
        args
    }

    fn primary(&mut self) -> Expr {
        if self.take("(") {
            let value = self.binary(0);
            assert!(self.take(")"));
            return value;
        }
        if self.take("[") {
            return Expr::List(self.args("]"));
        }
        if self.take("\"") {
            let (text, rest) = self.rest.split_once('"').unwrap();
            self.rest = rest;
            return Expr::Text(text.to_owned());
        }
        if self.take("|") {
            let mut params = Vec::new();
            while !self.take("|") {
                params.push(self.word());
                self.take(",");
            }
            let value = self.binary(0);
            let kind = StmtKind::Return(Some(value));
            let stmt = Stmt { line: 1, end_line: 1, blank_before: false, trailing: None, kind };
            return Expr::Lambda { params, body: vec![stmt] };
        }
        if self.take("-") {
            let number: i64 = self.word().parse().unwrap();
            return Expr::Int(-number);
        }
        let word = self.word();
        match &*word {
            "true" => Expr::Bool(true),
            "false" => Expr::Bool(false),
            "null" => Expr::Null,
            "ErrorText" => Expr::ErrorText,
            "new" => Expr::New(self.word()),
            "text" if self.take("(") => {
                Expr::Builtin { function: Builtin::ToText, args: self.args(")") }
            }
            "length" if self.take("(") => {
                Expr::Builtin { function: Builtin::Length, args: self.args(")") }
            }
            _ if word.starts_with(|c: char| c.is_ascii_digit()) => Expr::Int(word.parse().unwrap()),
            "" => panic!("no expression: {}", self.rest),
            _ if self.rest.starts_with('(') && self.take("(") => {
                Expr::Call { name: word, args: self.args(")") }
            }
            _ => Expr::Var(word),
        }
    }
}
