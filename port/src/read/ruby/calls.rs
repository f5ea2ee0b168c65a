//! Calls in Ruby: of methods of the script, of Chilkat's members, of Ruby's own methods.

use tree_sitter::Node;

use super::define::plain_name;
use super::expr::chilkat_class;
use super::methods::ruby_method;
use super::{Reader, empty};
use crate::read::shared::build::{at, binary, builtin, choice, method, text, var};
use crate::read::shared::classes::{NEW, is_exception};
use crate::read::shared::grammar::{Source, end_line, named_children};
use crate::read::shared::repair::words;
use crate::read::shared::texts::{concat, milliseconds, print_text, printf};
use crate::tree::{BinaryOp, Block, Builtin, Expr, StmtKind};

/// The parts of a call.
pub(crate) struct Parts<'t, 's> {
    pub(crate) receiver: Option<Node<'t>>,
    pub(crate) name: &'s str,
    pub(crate) args: Vec<Node<'t>>,
    pub(crate) block: Option<Node<'t>>,
}

fn parts<'t, 's>(s: &Source<'s>, node: Node<'t>) -> Parts<'t, 's> {
    if node.kind() != "call" {
        return Parts { receiver: None, name: s.text(node), args: Vec::new(), block: None };
    }
    let args = node.child_by_field_name("arguments").map(named_children).unwrap_or_default();
    Parts {
        receiver: node.child_by_field_name("receiver"),
        name: node.child_by_field_name("method").map(|name| s.text(name)).unwrap_or_default(),
        args: args
            .into_iter()
            .filter(|arg| !matches!(arg.kind(), "comment" | "heredoc_body"))
            .collect(),
        block: node.child_by_field_name("block"),
    }
}

impl Reader {
    /// Adds the statements for a call whose value is not used.
    pub(crate) fn call_stmt(&self, s: &mut Source, node: Node, out: &mut Block) {
        let line = node.start_position().row + 1;
        let last = end_line(node);
        let parts = parts(s, node);
        let receiver = parts.receiver.map(|receiver| s.text(receiver)).unwrap_or_default();
        let kind = match (receiver, parts.name) {
            (
                "" | "$stdout" | "STDOUT" | "$stderr" | "STDERR" | "Kernel",
                "puts" | "print" | "p" | "pp" | "write" | "printf" | "warn" | "putc",
            ) => {
                let to_stderr = receiver.eq_ignore_ascii_case("$stderr")
                    || receiver == "STDERR"
                    || parts.name == "warn";
                return self.print(s, node, &parts, to_stderr, out);
            }
            ("$stdout" | "STDOUT" | "$stderr" | "STDERR" | "$LOAD_PATH", _) => {
                StmtKind::Boilerplate
            }
            ("", "require" | "require_relative" | "load" | "include" | "private" | "public") => {
                StmtKind::Boilerplate
            }
            ("" | "Kernel" | "Process", "exit" | "exit!" | "abort" | "quit") => {
                return self.exit(s, node, &parts, out);
            }
            ("" | "Kernel", "raise" | "fail") => self.raise(s, &parts),
            ("" | "Kernel", "sleep") => {
                let seconds =
                    parts.args.first().map(|arg| self.expr(s, *arg)).unwrap_or(Expr::Int(0));
                StmtKind::Expr(builtin(Builtin::Sleep, vec![milliseconds(seconds)]))
            }
            ("" | "Kernel", "loop") => {
                StmtKind::While { cond: Expr::Bool(true), body: self.block_body(s, parts.block) }
            }
            _ => match self.loop_of(s, node, &parts, out) {
                Some(kind) => kind,
                None => match self.expr(s, node) {
                    Expr::Unported { reason, .. } => StmtKind::Unported(reason),
                    value => StmtKind::Expr(value),
                },
            },
        };
        out.push(at(line, last, kind));
    }

    pub(crate) fn block_body(&self, s: &mut Source, block: Option<Node>) -> Block {
        self.block_of(s, block.and_then(|block| block.child_by_field_name("body")))
    }

    pub(crate) fn block_params(&self, s: &Source, block: Option<Node>) -> Vec<String> {
        let params = block
            .and_then(|block| block.child_by_field_name("parameters"))
            .map(named_children)
            .unwrap_or_default();
        params.into_iter().map(|param| s.text(param).to_owned()).collect()
    }

    pub(crate) fn print(
        &self,
        s: &mut Source,
        node: Node,
        parts: &Parts,
        to_stderr: bool,
        out: &mut Block,
    ) {
        let (line, last) = (node.start_position().row + 1, end_line(node));
        let mut args: Vec<Expr> = parts
            .args
            .iter()
            .map(|arg| {
                let value = self.expr(s, *arg);
                self.as_text(value)
            })
            .collect();
        match parts.name {
            "print" | "write" | "printf" => {
                let value = match args.first() {
                    Some(Expr::Text(format)) if parts.name == "printf" => {
                        let format = format.clone();
                        let reason = "this format is not ported";
                        printf(&format, args.split_off(1))
                            .unwrap_or_else(|| s.unported(node, reason))
                    }
                    _ if args.len() == 1 => args.pop().unwrap_or_else(empty),
                    _ => concat(args),
                };
                out.push(at(line, last, print_text(value, to_stderr)));
            }
            _ => {
                if let [Expr::List(items)] = args.as_mut_slice()
                    && parts.name == "puts"
                {
                    args = std::mem::take(items);
                }
                if args.is_empty() {
                    args.push(empty());
                }
                for value in args {
                    let mut kind = print_text(value, to_stderr);
                    if let StmtKind::Print { newline, .. } = &mut kind {
                        *newline = true;
                    }
                    out.push(at(line, last, kind));
                }
            }
        }
    }

    pub(crate) fn exit(&self, s: &mut Source, node: Node, parts: &Parts, out: &mut Block) {
        let (line, last) = (node.start_position().row + 1, end_line(node));
        let arg = parts.args.first().map(|arg| self.expr(s, *arg));
        if parts.name == "abort" {
            if let Some(message) = arg {
                let value = self.as_text(message);
                let kind = StmtKind::Print { value, newline: true, to_stderr: true };
                out.push(at(line, last, kind));
            }
            out.push(at(line, last, StmtKind::Exit(Some(Expr::Int(1)))));
            return;
        }
        let code = match arg {
            Some(Expr::Bool(ok)) => Some(Expr::Int(i64::from(!ok))),
            code => code,
        };
        out.push(at(line, last, StmtKind::Exit(code)));
    }

    pub(crate) fn raise(&self, s: &mut Source, parts: &Parts) -> StmtKind {
        let message = match parts.args.as_slice() {
            [] => return StmtKind::Throw(None),
            [one] => {
                let source = s.text(*one);
                if self.is_exception(source) {
                    return StmtKind::Throw(None);
                }
                let is_new = one.kind() == "call"
                    && one.child_by_field_name("method").map(|name| s.text(name)) == Some("new");
                if is_new {
                    let args = one.child_by_field_name("arguments").map(named_children);
                    let class = one.child_by_field_name("receiver").map(|of| s.text(of));
                    match args.unwrap_or_default().first() {
                        Some(message) => self.expr(s, *message),
                        None => text(class.unwrap_or_default()),
                    }
                } else if one.kind() == "constant" || one.kind() == "scope_resolution" {
                    text(source)
                } else {
                    self.expr(s, *one)
                }
            }
            [_, message, ..] => self.expr(s, *message),
        };
        StmtKind::Throw(Some(self.as_text(message)))
    }

    /// Places the arguments of a method of the script in the order of its parameters.
    pub(crate) fn arguments(&self, s: &mut Source, name: &str, args: Vec<Node>) -> Vec<Expr> {
        let params = self.methods.borrow().get(name).cloned().unwrap_or_default();
        let mut placed: Vec<Option<Expr>> = Vec::new();
        let mut pairs = Vec::new();
        for arg in args {
            match arg.kind() {
                "pair" => pairs.push(arg),
                _ => placed.push(Some(self.expr(s, arg))),
            }
        }
        let mut rest = Vec::new();
        for pair in pairs {
            let key = pair.child_by_field_name("key").map(|key| s.text(key)).unwrap_or_default();
            let place = params.iter().position(|param| param.name == key.trim_matches(':'));
            let Some(place) = place else {
                rest.push(pair);
                continue;
            };
            if placed.len() <= place {
                placed.resize(place + 1, None);
            }
            // `name:` is short for `name: name`.
            placed[place] = Some(match pair.child_by_field_name("value") {
                Some(value) => self.expr(s, value),
                None => var(key.trim_matches(':')),
            });
        }
        let node = rest.first().copied();
        if let Some(node) = node {
            placed.push(Some(self.hash(s, rest, node)));
        }
        let values = placed.into_iter().enumerate().map(|(place, value)| {
            let default = || params.get(place).and_then(|param| param.default.clone());
            value.or_else(default).unwrap_or(Expr::Null)
        });
        values.collect()
    }

    pub(crate) fn call(&self, s: &mut Source, node: Node) -> Expr {
        let parts = parts(s, node);
        if parts.name == words::BROKEN {
            return s.unported(node, words::REASON);
        }
        let Some(receiver) = parts.receiver else { return self.plain_call(s, node, parts) };
        let source = s.text(receiver);
        if parts.name == "new" {
            if let Some(class) = chilkat_class(source) {
                return Expr::New(class);
            }
            if self.class_names.contains(source) {
                let args = self.arguments(s, "initialize", parts.args);
                return Expr::Call { name: format!("{source}{NEW}"), args };
            }
            if is_exception(source) {
                return match parts.args.first() {
                    Some(message) => self.expr(s, *message),
                    None => text(source),
                };
            }
            return s.unported(node, format!("the class {source} is not ported"));
        }
        if receiver.kind() == "self" || self.class_names.contains(source) {
            let args = self.arguments(s, parts.name, parts.args);
            return self.own_call(parts.name, args);
        }
        if source == "Time.now" && matches!(parts.name, "to_i" | "to_f") {
            return builtin(Builtin::UnixTime, Vec::new());
        }
        if matches!(receiver.kind(), "constant" | "scope_resolution") {
            let args: Vec<Expr> = parts.args.iter().map(|arg| self.expr(s, *arg)).collect();
            if let Some(value) = self.of_module(s, source, &parts, args) {
                return value;
            }
            if !self.texts.contains(source) && source.chars().any(|c| c.is_lowercase()) {
                return s.unported(node, format!("Ruby's {source} is not ported"));
            }
        }
        if let Some(block) = parts.block {
            return self.with_block(s, node, &parts, receiver, block);
        }
        let object = self.expr(s, receiver);
        let args = match self.methods.borrow().contains_key(parts.name) {
            true => self.arguments(s, parts.name, parts.args),
            false => parts.args.iter().map(|arg| self.expr(s, *arg)).collect(),
        };
        if let Expr::Unported { reason, .. } = object {
            return s.unported(node, reason);
        }
        // `ok?` of an object of the script; no member of Chilkat's classes is called so.
        if parts.name.ends_with(['?', '!']) && self.methods.borrow().contains_key(parts.name) {
            return method(object, plain_name(parts.name), args);
        }
        self.own_method(s, node, object, parts.name, args)
    }

    pub(crate) fn plain_call(&self, s: &mut Source, node: Node, parts: Parts) -> Expr {
        if self.methods.borrow().contains_key(parts.name) {
            if parts.block.is_some() {
                return s.unported(node, "a method with a block is not ported");
            }
            let args = self.arguments(s, parts.name, parts.args);
            return self.own_call(parts.name, args);
        }
        if let (true, Some(block)) = (matches!(parts.name, "lambda" | "proc"), parts.block) {
            return self.lambda(s, block);
        }
        let mut args: Vec<Expr> = parts.args.iter().map(|arg| self.expr(s, *arg)).collect();
        match (parts.name, args.len()) {
            ("Integer", 1) => builtin(Builtin::ParseInt, args),
            ("Float", 1) => builtin(Builtin::ParseFloat, args),
            ("String", 1) => builtin(Builtin::ToText, args),
            ("format" | "sprintf", 1..) => {
                let reason = "this format is not ported";
                let rest = args.split_off(1);
                match args.first() {
                    Some(Expr::Text(format)) => printf(format, rest),
                    _ => None,
                }
                .unwrap_or_else(|| s.unported(node, reason))
            }
            (name, _) => {
                let reason = format!("`{name}` is not a method of the script");
                s.unported(node, reason)
            }
        }
    }

    /// Reads methods of Ruby's modules.
    pub(crate) fn of_module(
        &self,
        s: &mut Source,
        module: &str,
        parts: &Parts,
        mut args: Vec<Expr>,
    ) -> Option<Expr> {
        let count = args.len();
        Some(match (module, parts.name, count) {
            ("ENV", "fetch", 1) => {
                if let Some(block) = parts.block {
                    let body = self.block_body(s, Some(block));
                    if let [stmt] = body.as_slice()
                        && let StmtKind::Expr(default) = &stmt.kind
                    {
                        args.push(default.clone());
                    }
                }
                builtin(Builtin::Env, args)
            }
            ("ENV", "fetch", 2) => builtin(Builtin::Env, args),
            ("ENV", "key?" | "has_key?" | "include?", 1) => {
                let value = builtin(Builtin::Env, vec![args.pop()?, empty()]);
                binary(BinaryOp::Ne, value, empty())
            }
            ("ARGV", "first" | "shift", 0) => builtin(Builtin::Arg, vec![Expr::Int(0)]),
            ("ARGV", "length" | "size" | "count", 0) => builtin(Builtin::ArgCount, args),
            ("ARGV", "empty?", 0) => {
                binary(BinaryOp::Eq, builtin(Builtin::ArgCount, args), Expr::Int(0))
            }
            ("ARGV", "any?", 0) => {
                binary(BinaryOp::Gt, builtin(Builtin::ArgCount, args), Expr::Int(0))
            }
            ("ARGV", "fetch", 1) => builtin(Builtin::Arg, args),
            ("ARGV", "fetch", 2) => {
                let default = args.pop()?;
                let position = args.pop()?;
                let count = builtin(Builtin::ArgCount, Vec::new());
                let cond = binary(BinaryOp::Gt, count, position.clone());
                choice(cond, builtin(Builtin::Arg, vec![position]), default)
            }
            ("File" | "IO", "read" | "binread", 1..) => {
                args.truncate(1);
                builtin(Builtin::ReadFile, args)
            }
            ("File" | "IO", "write" | "binwrite", 2) => builtin(Builtin::WriteFile, args),
            ("File", "exist?" | "exists?" | "file?", 1) => builtin(Builtin::FileExists, args),
            ("File", "join", 1..) => {
                let mut joined = Vec::new();
                for arg in args {
                    if !joined.is_empty() {
                        joined.push(text("/"));
                    }
                    joined.push(arg);
                }
                concat(joined)
            }
            ("Integer" | "Float", "parse", 1) => builtin(Builtin::ToInt, args),
            _ => return None,
        })
    }

    /// Reads a method of a value: one of Ruby's, or a member of a Chilkat object.
    pub(crate) fn own_method(
        &self,
        s: &mut Source,
        node: Node,
        object: Expr,
        name: &str,
        args: Vec<Expr>,
    ) -> Expr {
        if let Expr::Var(variable) = &object
            && self.is_exception(variable)
        {
            return match name {
                "message" | "to_s" | "full_message" | "inspect" => {
                    builtin(Builtin::Message, vec![object])
                }
                _ => s.unported(node, format!("`{name}` of an error is not ported")),
            };
        }
        match ruby_method(object, name, args) {
            Ok(value) => value,
            Err(reason) => s.unported(node, reason),
        }
    }
}
