//! Go's errors: a result that is an error is an exception in the tree.

use tree_sitter::Node;

use super::exceptions::message_of;
use super::{Called, Reader, block_children, code_children, field};
use crate::read::shared::build;
use crate::read::shared::grammar::Source;
use crate::tree::{Block, Builtin, Catch, Expr, Hint, StmtKind, Target};

/// A call whose error is looked at.
struct Attempt<'t> {
    /// The statement with the call.
    node: Node<'t>,
    /// The variable for the value, and whether it is declared here.
    name: Option<(String, bool)>,
    error: String,
    value: Expr,
    /// The `if` that looks at the error.
    guard: Node<'t>,
}

impl Reader {
    /// Reads `v, err := f()` with the `if` behind it, and `v, ok := m[k]`. Returns whether it was one of them.
    pub(super) fn go_pair(&mut self, src: &mut Source, node: Node, out: &mut Block) -> bool {
        let names = field(node, &["left"]).map(code_children).unwrap_or_default();
        let values = field(node, &["right"]).map(code_children).unwrap_or_default();
        let [value] = values.as_slice() else {
            return node.kind() == "assignment_statement"
                && self.go_each(src, node, names, values, out);
        };
        let names: Vec<&str> = names.iter().map(|name| src.text(*name)).collect();
        let is_call = value.kind() == "call_expression";
        match names.as_slice() {
            [error] if is_call && self.fails_without_value(src, *value) => {
                self.go_attempt(src, node, (None, error), *value, None, out)
            }
            [name, ok] if value.kind() == "index_expression" => {
                self.go_lookup(src, node, name, ok, *value, out);
                true
            }
            [name, "_"] if is_call => {
                // What is no number is 0.
                let value = match self.expr(src, *value) {
                    Expr::Builtin { function: Builtin::ParseInt, args } => {
                        build::builtin(Builtin::ToInt, args)
                    }
                    Expr::Builtin { function: Builtin::ParseFloat, args } => {
                        build::builtin(Builtin::ToFloat, args)
                    }
                    value => value,
                };
                self.go_set(node, name, value, out);
                true
            }
            [name, ok] if is_call && src.text(*value).starts_with("os.LookupEnv") => {
                let value = self.expr(src, *value);
                self.go_set(node, name, value, out);
                let cond =
                    build::binary(crate::tree::BinaryOp::Ne, build::var(*name), build::text(""));
                self.go_set(node, ok, cond, out);
                true
            }
            [name, error] if is_call => {
                self.go_attempt(src, node, (Some(name), error), *value, None, out)
            }
            _ => false,
        }
    }

    /// Reads `a, b = b, a`: all values are read before the first of them is assigned.
    fn go_each(
        &mut self,
        src: &mut Source,
        node: Node,
        names: Vec<Node>,
        values: Vec<Node>,
        out: &mut Block,
    ) -> bool {
        if names.len() != values.len() || src.text(node).contains('(') {
            return false;
        }
        let mut kinds = Vec::new();
        let last = values.len() - 1;
        for (at, value) in values.iter().enumerate() {
            let value = self.expr(src, *value);
            let name = format!("value{}", at + 1);
            if at == last {
                kinds.push((None, value));
            } else {
                let hint = self.hint_of(&value);
                self.declare(&name, hint.clone());
                let kind = StmtKind::Declare { name: name.clone(), hint, value: Some(value) };
                self.push(node, kind, out);
                kinds.push((Some(name), Expr::Null));
            }
        }
        // The last value is read before the others are assigned.
        for (target, (name, value)) in names.into_iter().zip(kinds).rev() {
            let value = name.map_or(value, |name| build::var(&name));
            match self.expr(src, target) {
                Expr::Var(name) if name == "_" => self.push(node, StmtKind::Expr(value), out),
                Expr::Var(name) => self.push(node, build::assign(&name, value), out),
                Expr::Index { object, index } => {
                    let target = Target::Index { object: *object, index: *index };
                    self.push(node, StmtKind::Assign { target, value }, out);
                }
                _ => self.push_unported(node, "this assignment is not ported", out),
            }
        }
        true
    }

    /// Reads `if err := f(); err != nil { }`.
    pub(super) fn go_if_error(&mut self, src: &mut Source, node: Node, out: &mut Block) -> bool {
        let Some(initializer) = field(node, &["initializer"]) else { return false };
        let names = field(initializer, &["left"]).map(code_children).unwrap_or_default();
        let values = field(initializer, &["right"]).map(code_children).unwrap_or_default();
        let ([.., error], [value]) = (names.as_slice(), values.as_slice()) else { return false };
        let error = src.text(*error);
        if value.kind() != "call_expression" || self.guard(src, node, error).is_none() {
            return false;
        }
        let name = names.first().filter(|_| names.len() == 2).map(|name| src.text(*name));
        self.go_attempt(src, initializer, (name, error), *value, Some(node), out)
    }

    /// Returns whether a call of a function of the script has an error as its only result.
    fn fails_without_value(&self, src: &Source, call: Node) -> bool {
        let name = field(call, &["function"]).map(|name| src.text(name)).unwrap_or_default();
        matches!(name, "os.WriteFile" | "ioutil.WriteFile")
            || self
                .functions
                .get(name)
                .is_some_and(|known| known.results.fails && !known.results.has_value)
    }

    /// Returns what an `if` asks of an error: whether there is one.
    fn guard(&self, src: &Source, node: Node, error: &str) -> Option<bool> {
        let cond = field(node, &["condition"]).map(|cond| src.text(cond))?;
        let rest = cond.strip_prefix(error)?.trim();
        match rest {
            "!= nil" => Some(true),
            "== nil" => Some(false),
            _ => None,
        }
    }

    fn go_attempt(
        &mut self,
        src: &mut Source,
        node: Node,
        (name, error): (Option<&str>, &str),
        call: Node,
        guard: Option<Node>,
        out: &mut Block,
    ) -> bool {
        let is_if =
            |next: &Node| next.kind() == "if_statement" && field(*next, &["initializer"]).is_none();
        let next = || node.next_named_sibling().filter(is_if);
        let Some(guard) =
            guard.or_else(next).filter(|next| self.guard(src, *next, error).is_some())
        else {
            let reason = "an error that no `if` looks at next is not ported";
            for name in [name, Some(error)].into_iter().flatten() {
                self.go_set(node, name, src.unported(node, reason), out);
            }
            return true;
        };
        let is_declared = node.kind() == "short_var_declaration";
        let value = match self.call(src, call) {
            Called::Value(value) => strict(value),
            Called::Do(_) => src.unported(call, "a call that has no value is used as one"),
        };
        self.consumed = Some(guard.start_byte());
        let name = name.filter(|name| *name != "_").map(|name| (name.to_owned(), is_declared));
        let attempt = Attempt { node, name, error: error.to_owned(), value, guard };
        self.push_attempt(src, attempt, out);
        true
    }

    fn push_attempt(&mut self, src: &mut Source, attempt: Attempt, out: &mut Block) {
        let Attempt { node, name, error, value, guard } = attempt;
        let is_failure = self.guard(src, guard, &error) == Some(true);
        let outer = self.hints.get(&error).cloned();
        self.hints.insert(error.clone(), Hint::Unknown);
        let hint = self.hint_of(&value);
        if let Some((name, _)) = &name {
            self.declare(name, hint.clone());
        }
        self.exceptions.insert(error.clone());
        let consequence = field(guard, &["consequence"]);
        let passes_on = is_failure
            && self.results.fails
            && consequence.is_some_and(|block| self.passes_on(src, block, &error));
        if passes_on {
            // The error is the caller's.
            match name {
                Some((name, true)) => self.push(
                    node,
                    StmtKind::Declare { name, hint: Hint::Unknown, value: Some(value) },
                    out,
                ),
                Some((name, false)) => self.push(node, build::assign(&name, value), out),
                None => self.push(node, StmtKind::Expr(value), out),
            }
            return;
        }
        let first = match &name {
            Some((name, _)) => build::assign(name, value),
            None => StmtKind::Expr(value),
        };
        if let Some((name, true)) = name {
            self.push(node, StmtKind::Declare { name, hint, value: None }, out);
        }
        let (line, end_line) = self.lines(node);
        let mut body = vec![build::at(line, end_line, first)];
        let mut handler = Block::new();
        let alternative = field(guard, &["alternative"]);
        let (fine, failed) =
            if is_failure { (alternative, consequence) } else { (consequence, alternative) };
        if let Some(fine) = fine {
            self.exceptions.remove(&error);
            body.extend(self.body(src, fine));
            self.exceptions.insert(error.clone());
        }
        if let Some(failed) = failed {
            handler = self.body(src, failed);
        }
        self.exceptions.remove(&error);
        if let Some(hint) = outer {
            self.hints.insert(error.clone(), hint);
        }
        let catch = Some(Catch { name: Some(error), body: handler });
        let (_, end_line) = self.lines(guard);
        out.push(build::at(line, end_line, StmtKind::Try { body, catch, finally: Block::new() }));
    }

    /// Returns whether a block only returns the error.
    fn passes_on(&self, src: &Source, block: Node, error: &str) -> bool {
        let nodes: Vec<Node> = block_children(block)
            .into_iter()
            .filter(|node| !node.kind().contains("comment"))
            .collect();
        let [only] = nodes.as_slice() else { return false };
        let text = src.text(*only);
        only.kind() == "return_statement" && text.trim_end().ends_with(error) && !text.contains('(')
    }

    fn go_set(&mut self, node: Node, name: &str, value: Expr, out: &mut Block) {
        match name {
            "_" => self.push(node, StmtKind::Expr(value), out),
            _ if node.kind() == "short_var_declaration" => {
                self.add_variable(node, name.to_owned(), Hint::Unknown, Some(value), out);
            }
            _ => self.push(node, build::assign(name, value), out),
        }
    }

    fn go_lookup(
        &mut self,
        src: &mut Source,
        node: Node,
        name: &str,
        ok: &str,
        value: Node,
        out: &mut Block,
    ) {
        let Expr::Index { object, index } = self.expr(src, value) else {
            return self.push_unported(node, "this is not understood here", out);
        };
        let has = build::builtin(Builtin::HasKey, vec![(*object).clone(), (*index).clone()]);
        let zero = match self.hint_of(&object) {
            Hint::Map(value) => match *value {
                Hint::Int => Expr::Int(0),
                Hint::Bool => Expr::Bool(false),
                Hint::Text => build::text(""),
                _ => Expr::Null,
            },
            _ => Expr::Null,
        };
        if ok != "_" {
            self.go_set(node, ok, has.clone(), out);
        }
        if name != "_" {
            let found = build::choice(has, build::index(*object, *index), zero);
            self.go_set(node, name, found, out);
        }
    }

    /// Returns whether a result is an error for sure.
    fn is_failure(&self, error: &Expr) -> bool {
        match error {
            Expr::Var(name) => self.exceptions.contains(name),
            Expr::Text(_) | Expr::Concat(_) => true,
            _ => false,
        }
    }

    pub(super) fn go_return(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        let list = code_children(node).first().copied();
        let nodes = list.map(code_children).unwrap_or_default();
        let results = self.results.clone();
        let mut values: Vec<Expr> = nodes.iter().map(|value| self.expr(src, *value)).collect();
        let kind = match (results.fails, values.len()) {
            (_, 0) => StmtKind::Return(None),
            (false, 1) => StmtKind::Return(values.pop()),
            (true, 1) if results.has_value => StmtKind::Return(values.pop()),
            (true, 1) => match values.pop() {
                Some(call @ Expr::Call { .. }) => {
                    self.push(node, StmtKind::Expr(call), out);
                    StmtKind::Return(None)
                }
                error => returned(self, error, None),
            },
            (true, 2) if results.has_value => {
                let error = values.pop();
                returned(self, error, values.pop())
            }
            // With an error, nobody reads the others.
            (true, _) if values.last().is_some_and(|error| self.is_failure(error)) => {
                returned(self, values.pop(), None)
            }
            _ => return self.push_unported(node, "several results are not ported", out),
        };
        self.push(node, kind, out);
    }
}

/// Returns a conversion whose failure is looked at.
fn strict(value: Expr) -> Expr {
    match value {
        Expr::Builtin { function: Builtin::ToInt, args } => build::builtin(Builtin::ParseInt, args),
        Expr::Builtin { function: Builtin::ToFloat, args } => {
            build::builtin(Builtin::ParseFloat, args)
        }
        value => value,
    }
}

/// Returns the statement for a result with its error.
fn returned(reader: &Reader, error: Option<Expr>, value: Option<Expr>) -> StmtKind {
    match error {
        Some(Expr::Null) | None => StmtKind::Return(value),
        Some(Expr::Var(name)) if reader.exceptions.contains(&name) => {
            StmtKind::Throw(Some(message_of(&name)))
        }
        Some(error) => StmtKind::Throw(Some(error)),
    }
}
