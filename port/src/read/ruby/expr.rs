//! Expressions of Ruby.

use tree_sitter::Node;

use super::{Reader, variable};
use crate::names::class_name;
use crate::read::shared::build::{
    at, binary, builtin, choice, from_end, int, minus, not, text, var, with_default,
};
use crate::read::shared::grammar::{Source, named_children};
use crate::read::shared::repair::words;
use crate::read::shared::texts::{concat, escape, flat, printf};
use crate::tree::{BinaryOp, Builtin, Expr, StmtKind};

/// How many terms of a sum are nested in the tree.
const MAX_TERMS: usize = 50;

impl Reader {
    pub(crate) fn expr(&self, s: &mut Source, node: Node) -> Expr {
        let read = s.deeper(|s| self.expr_kind(s, node));
        read.unwrap_or_else(|| s.unported(node, "it is nested too deeply"))
    }

    fn expr_kind(&self, s: &mut Source, node: Node) -> Expr {
        let source = s.text(node);
        match node.kind() {
            "integer" => {
                int(source).unwrap_or_else(|| s.unported(node, "this number is too large"))
            }
            "float" => Expr::Float(source.replace('_', "")),
            "true" => Expr::Bool(true),
            "false" => Expr::Bool(false),
            "nil" => Expr::Null,
            "identifier" => self.identifier(s, node),
            "constant" => match source {
                "ARGV" | "ENV" => s.unported(node, format!("{source} as a whole is not ported")),
                _ => var(source),
            },
            "instance_variable" => var(source),
            "global_variable" if source == "$!" => match self.exceptions.borrow().last() {
                Some(name) => builtin(Builtin::Message, vec![var(name)]),
                None => s.unported(node, "the last error is not ported"),
            },
            "global_variable" | "class_variable" => var(variable(source)),
            "string" | "delimited_symbol" | "bare_string" | "bare_symbol" => self.literal(s, node),
            "simple_symbol" => text(source.trim_start_matches(':')),
            "hash_key_symbol" => text(source.trim_end_matches(':')),
            "character" => text(&match source.get(1..) {
                Some(code) if code.starts_with('\\') => escape(code),
                code => code.unwrap_or_default().to_owned(),
            }),
            "chained_string" => {
                let parts = named_children(node).into_iter().map(|part| self.expr(s, part));
                concat(flat(parts))
            }
            "heredoc_beginning" => self.heredoc(s, node),
            "string_array" | "symbol_array" | "array" => {
                let items = named_children(node);
                let items = items.into_iter().filter(|item| item.kind() != "comment");
                Expr::List(items.map(|item| self.expr(s, item)).collect())
            }
            "hash" => self.hash(s, named_children(node), node),
            "parenthesized_statements" | "begin" if node.named_child_count() == 1 => {
                match node.named_child(0) {
                    Some(inner) => self.expr(s, inner),
                    None => Expr::Null,
                }
            }
            "binary" => self.binary(s, node),
            "unary" => self.unary(s, node),
            "conditional" => {
                let cond = self.field(s, node, "condition");
                choice(cond, self.field(s, node, "consequence"), self.field(s, node, "alternative"))
            }
            "call" => self.call(s, node),
            "element_reference" => self.element(s, node),
            "scope_resolution" => match node.child_by_field_name("name") {
                Some(name) if !source.starts_with("Chilkat") => var(s.text(name)),
                _ => s.unported(node, "this name is not ported"),
            },
            "lambda" => self.lambda(s, node),
            "if" | "unless" => self.if_value(s, node),
            "assignment" => {
                // if (x = value)
                let mut block = self.block(s, [node]);
                self.before.borrow_mut().append(&mut block);
                self.field(s, node, "left")
            }
            "self" => s.unported(node, "`self` as a value is not ported"),
            "regex" => s.unported(node, "a regular expression is not ported"),
            "range" => s.unported(node, "a range as a value is not ported"),
            "yield" => s.unported(node, "a method with a block is not ported"),
            "super" => s.unported(node, "a class that inherits is not ported"),
            "subshell" => s.unported(node, "a command of the shell is not ported"),
            kind => {
                let what = kind.replace('_', " ");
                s.unported(node, format!("this {what} is not ported"))
            }
        }
    }

    fn identifier(&self, s: &mut Source, node: Node) -> Expr {
        let name = s.text(node);
        if name == words::BROKEN {
            return s.unported(node, words::REASON);
        }
        if self.methods.borrow().contains_key(name) && !self.assigned.contains(name) {
            let args = self.arguments(s, name, Vec::new());
            return self.own_call(name, args);
        }
        match name {
            "__FILE__" | "__dir__" | "__method__" | "gets" | "rand" | "binding" | "caller" => {
                s.unported(node, format!("`{name}` is not ported"))
            }
            _ => var(name),
        }
    }

    fn literal(&self, s: &mut Source, node: Node) -> Expr {
        super::text::literal(s, node, &mut |s, node| self.interpolated(s, node))
    }

    fn interpolated(&self, s: &mut Source, node: Node) -> Expr {
        match named_children(node).as_slice() {
            [inner] => {
                let value = self.expr(s, *inner);
                self.as_text(value)
            }
            [] => text(""),
            _ => s.unported(node, "several statements in a text are not ported"),
        }
    }

    /// Returns a value as it is printed: an exception as its message, without a `to_s` that says nothing.
    pub(crate) fn as_text(&self, value: Expr) -> Expr {
        match value {
            Expr::Var(name) if self.is_exception(&name) => {
                builtin(Builtin::Message, vec![Expr::Var(name)])
            }
            Expr::Builtin { function: Builtin::ToText, mut args } if args.len() == 1 => {
                args.pop().unwrap_or(Expr::Null)
            }
            value => value,
        }
    }

    fn heredoc(&self, s: &mut Source, node: Node) -> Expr {
        let beginning = s.text(node);
        let body = self.heredocs.get(&node.start_byte()).cloned();
        let tree = s.tree();
        let body = body
            .and_then(|range| tree.root_node().descendant_for_byte_range(range.start, range.end))
            .map(|mut found| {
                while found.kind() != "heredoc_body"
                    && let Some(parent) = found.parent()
                {
                    found = parent;
                }
                found
            });
        match body.filter(|body| body.kind() == "heredoc_body") {
            Some(body) => {
                super::text::heredoc(s, beginning, body, &mut |s, node| self.interpolated(s, node))
            }
            None => s.unported(node, "this text has no end"),
        }
    }

    pub(crate) fn hash(&self, s: &mut Source, pairs: Vec<Node>, node: Node) -> Expr {
        let mut entries = Vec::new();
        for pair in pairs {
            match pair.kind() {
                "pair" => {
                    let key = self.field(s, pair, "key");
                    entries.push((key, self.field(s, pair, "value")));
                }
                "comment" => {}
                _ => return s.unported(node, "a hash made of another one is not ported"),
            }
        }
        Expr::Map(entries)
    }

    fn binary(&self, s: &mut Source, node: Node) -> Expr {
        let operator =
            node.child_by_field_name("operator").map(|of| s.text(of)).unwrap_or_default();
        if matches!(operator, "+" | "and" | "or" | "&&" | "||") {
            return self.chain(s, node, operator);
        }
        let left = self.field(s, node, "left");
        if operator == "%"
            && let Expr::Text(format) = &left
        {
            let args = match self.field(s, node, "right") {
                Expr::List(args) => args,
                value => vec![value],
            };
            let reason = "this format is not ported";
            return printf(format, args).unwrap_or_else(|| s.unported(node, reason));
        }
        if operator == "*" && matches!(left, Expr::Text(_)) {
            return builtin(Builtin::Repeat, vec![left, self.field(s, node, "right")]);
        }
        let op = match operator {
            "-" => BinaryOp::Sub,
            "*" => BinaryOp::Mul,
            "/" => BinaryOp::Div,
            "%" => BinaryOp::Rem,
            "==" | "===" => BinaryOp::Eq,
            "!=" => BinaryOp::Ne,
            "<" => BinaryOp::Lt,
            "<=" => BinaryOp::Le,
            ">" => BinaryOp::Gt,
            ">=" => BinaryOp::Ge,
            "=~" | "!~" => return s.unported(node, "a regular expression is not ported"),
            "**" => return s.unported(node, "a power is not ported"),
            _ => return s.unported(node, format!("the operator `{operator}` is not ported")),
        };
        binary(op, left, self.field(s, node, "right"))
    }

    /// Reads `a + b + c` without recursion for each term.
    fn chain(&self, s: &mut Source, node: Node, operator: &str) -> Expr {
        let mut terms = Vec::new();
        let mut left = node;
        while left.kind() == "binary"
            && left.child_by_field_name("operator").map(|of| s.text(of)) == Some(operator)
            && let (Some(inner), Some(right)) =
                (left.child_by_field_name("left"), left.child_by_field_name("right"))
        {
            terms.push(right);
            left = inner;
        }
        terms.push(left);
        let count = terms.len();
        let mut terms = terms.into_iter().rev().map(|term| self.expr(s, term)).collect::<Vec<_>>();
        let op = match operator {
            "+" => BinaryOp::Add,
            "and" | "&&" => BinaryOp::And,
            _ => BinaryOp::Or,
        };
        if count == 2
            && op == BinaryOp::Or
            && let Some(value) = with_default(&mut terms)
        {
            return value;
        }
        if count > MAX_TERMS {
            return match op == BinaryOp::Add
                && terms.iter().any(|term| matches!(term, Expr::Text(_)))
            {
                true => concat(terms),
                false => s.unported(node, "an expression with so many terms is not ported"),
            };
        }
        terms.into_iter().reduce(|left, right| binary(op, left, right)).unwrap_or(Expr::Null)
    }

    fn unary(&self, s: &mut Source, node: Node) -> Expr {
        let operator =
            node.child_by_field_name("operator").map(|of| s.text(of)).unwrap_or_default();
        match operator {
            "!" | "not" => not(self.field(s, node, "operand")),
            "-" => minus(self.field(s, node, "operand")),
            "+" => self.field(s, node, "operand"),
            _ => s.unported(node, format!("`{operator}` is not ported")),
        }
    }

    fn if_value(&self, s: &mut Source, node: Node) -> Expr {
        let cond = self.field(s, node, "condition");
        let value = |s: &mut Source, field: &str| {
            let block = self.block_of(s, node.child_by_field_name(field));
            match block.as_slice() {
                [stmt] => match &stmt.kind {
                    StmtKind::Expr(value) => Some(value.clone()),
                    _ => None,
                },
                _ => None,
            }
        };
        match (value(s, "consequence"), value(s, "alternative")) {
            (Some(yes), Some(no)) if node.kind() == "if" => choice(cond, yes, no),
            (Some(no), Some(yes)) => choice(cond, yes, no),
            _ => s.unported(node, "this value is not ported"),
        }
    }

    fn element(&self, s: &mut Source, node: Node) -> Expr {
        let args: Vec<Node> = named_children(node).into_iter().skip(1).collect();
        let object = node.child_by_field_name("object").map(|of| s.text(of)).unwrap_or_default();
        let first = args.first().copied();
        match (object, args.as_slice()) {
            ("ENV", [name]) => return builtin(Builtin::Env, vec![self.expr(s, *name)]),
            ("ARGV", [position]) => return builtin(Builtin::Arg, vec![self.expr(s, *position)]),
            _ => {}
        }
        let value = self.field(s, node, "object");
        match (first, args.get(1)) {
            (Some(range), None) if range.kind() == "range" => self.slice(s, value, range),
            (Some(position), None) => {
                let position = self.expr(s, position);
                from_end(value, position)
            }
            (Some(start), Some(length)) => {
                let args = vec![value, self.expr(s, start), self.expr(s, *length)];
                builtin(Builtin::Substring, args)
            }
            _ => s.unported(node, "this element is not ported"),
        }
    }

    /// Returns the part of a text that a range says.
    fn slice(&self, s: &mut Source, value: Expr, range: Node) -> Expr {
        let from = match range.child_by_field_name("begin") {
            Some(begin) => self.expr(s, begin),
            None => Expr::Int(0),
        };
        let exclusive = range.child_by_field_name("operator").is_some_and(|of| s.text(of) == "...");
        let to = range.child_by_field_name("end").map(|end| self.expr(s, end));
        match (from, to) {
            (from, None) | (from, Some(Expr::Int(-1))) if !exclusive => {
                builtin(Builtin::Substring, vec![value, from])
            }
            (Expr::Int(from), Some(Expr::Int(to))) if to >= 0 => {
                let length = to - from + i64::from(!exclusive);
                builtin(Builtin::Substring, vec![value, Expr::Int(from), Expr::Int(length.max(0))])
            }
            (Expr::Int(from), Some(Expr::Int(to))) => {
                let length = builtin(Builtin::Length, vec![value.clone()]);
                let cut = from - to - i64::from(!exclusive);
                let count = binary(BinaryOp::Sub, length, Expr::Int(cut));
                builtin(Builtin::Substring, vec![value, Expr::Int(from), count])
            }
            (from, Some(to)) => {
                let mut length = binary(BinaryOp::Sub, to, from.clone());
                if !exclusive {
                    length = binary(BinaryOp::Add, length, Expr::Int(1));
                }
                builtin(Builtin::Substring, vec![value, from, length])
            }
            (from, None) => builtin(Builtin::Substring, vec![value, from]),
        }
    }

    /// Reads `->(x) { ... }` or a block.
    pub(crate) fn lambda(&self, s: &mut Source, node: Node) -> Expr {
        let block = match node.kind() {
            "lambda" => node.child_by_field_name("body"),
            _ => Some(node),
        };
        let params = node.child_by_field_name("parameters").map(named_children).unwrap_or_default();
        let params = params.into_iter().map(|param| s.text(param).to_owned()).collect();
        let mut body = self.block_of(s, block.and_then(|block| block.child_by_field_name("body")));
        if let Some(last) = body.last_mut()
            && let StmtKind::Expr(value) = &mut last.kind
        {
            let value = std::mem::replace(value, Expr::Null);
            *last = at(last.line, last.end_line, StmtKind::Return(Some(value)));
        }
        Expr::Lambda { params, body }
    }
}

/// Whether a receiver names a class that scripts make: `Chilkat::CkHttp`.
pub(crate) fn chilkat_class(receiver: &str) -> Option<String> {
    class_name(receiver).map(str::to_owned)
}
