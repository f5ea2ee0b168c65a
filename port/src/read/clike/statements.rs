//! Statements.

use tree_sitter::Node;

use super::expressions::{binary_op, operator};
use super::{Called, Reader, block_children, code_children, field, is_broken};
use crate::language::Language;
use crate::read::shared::build;
use crate::read::shared::grammar::Source;
use crate::tree::{BinaryOp, Block, Builtin, Expr, Hint, StmtKind, Target};

const NOT_UNDERSTOOD: &str = "this is not understood here";

/// Why `p++` is not ported.
const NO_STEP: &str = "steps of pointers and characters are not ported";

impl Reader {
    /// Adds the statements of a node.
    pub(super) fn statement(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        match node.kind() {
            ";" | "empty_statement" | "{" | "}" if !node.is_missing() => {}
            "global_statement" | "declaration_list" | "block" | "compound_statement"
            | "statement_list" => {
                let body = self.body_of(src, node);
                out.extend(body);
            }
            "if_statement" => self.if_statement(src, node, out),
            "while_statement" | "do_statement" => self.while_statement(src, node, out),
            "for_statement" => self.for_statement(src, node, out),
            "foreach_statement" | "enhanced_for_statement" | "for_range_loop" => {
                self.for_each(src, node, out);
            }
            "switch_statement" | "switch_expression" | "expression_switch_statement" => {
                self.switch(src, node, out);
            }
            "try_statement" | "try_with_resources_statement" => self.try_statement(src, node, out),
            "using_statement"
            | "lock_statement"
            | "synchronized_statement"
            | "checked_statement"
            | "unsafe_statement" => self.using(src, node, out),
            kind if is_frame(kind) => self.frame(src, node, out),
            _ if is_broken(node, 0) => self.push_unported(node, NOT_UNDERSTOOD, out),
            _ => self.simple(src, node, out),
        }
    }

    fn body_of(&mut self, src: &mut Source, node: Node) -> Block {
        let nodes = block_children(node);
        let block = src.deeper(|src| self.block(src, nodes));
        block.unwrap_or_else(|| {
            let (line, end_line) = self.lines(node);
            let reason = super::prepare::TOO_DEEP.to_owned();
            vec![build::at(line, end_line, StmtKind::Unported(reason))]
        })
    }

    /// Adds a statement that has no other in it.
    fn simple(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        match node.kind() {
            "expression_statement" => {
                if let Some(&expr) = code_children(node).first() {
                    self.expression(src, expr, out);
                }
            }
            "using_directive"
            | "import_declaration"
            | "package_declaration"
            | "package_clause"
            | "preproc_include"
            | "using_declaration"
            | "preproc_call"
            | "alias_declaration"
            | "extern_alias_directive"
            | "namespace_alias_definition"
            | "preproc_endregion"
            | "file_scoped_namespace_declaration"
            | "attribute_list"
            | "global_attribute" => {
                self.push(node, StmtKind::Boilerplate, out);
            }
            "preproc_region" => {
                let text = src.text(node).trim_start_matches("#region").trim().to_owned();
                self.push(node, StmtKind::Comment(text), out);
            }
            "preproc_def" => self.macro_constant(src, node, out),
            "preproc_function_def" => self.push_unported(node, "macros are not ported", out),
            "local_declaration_statement"
            | "local_variable_declaration"
            | "declaration"
            | "field_declaration"
            | "variable_declaration"
            | "const_declaration"
            | "var_declaration"
            | "short_var_declaration" => self.declaration(src, node, out),
            "assignment_statement" | "inc_statement" | "dec_statement" => {
                self.expression(src, node, out);
            }
            "break_statement" | "continue_statement" if !code_children(node).is_empty() => {
                self.push_unported(node, "a jump to a label is not ported", out);
            }
            "break_statement" => self.push(node, StmtKind::Break, out),
            "continue_statement" => self.push(node, StmtKind::Continue, out),
            "return_statement" if self.language == Language::Go => self.go_return(src, node, out),
            "return_statement" => {
                let value = code_children(node).first().map(|value| self.expr(src, *value));
                self.push(node, StmtKind::Return(value), out);
            }
            "throw_statement" => self.throw(src, node, out),
            "defer_statement" => match code_children(node).first() {
                Some(&call)
                    if src.text(call).contains("Dispose") || src.text(call).contains("Close") =>
                {
                    self.push(node, StmtKind::Boilerplate, out);
                }
                _ => self.push_unported(node, "`defer` is not ported", out),
            },
            kind => {
                self.push_unported(node, &super::reasons::of(kind), out);
            }
        }
    }

    /// Adds the statements of an expression.
    pub(super) fn expression(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        match node.kind() {
            "parenthesized_expression" | "await_expression" | "expression_list" => {
                match code_children(node).first() {
                    Some(&inner) => self.expression(src, inner, out),
                    None => self.push_unported(node, NOT_UNDERSTOOD, out),
                }
            }
            "comma_expression" => {
                for part in code_children(node) {
                    self.expression(src, part, out);
                }
            }
            "invocation_expression" | "method_invocation" if self.append_chain(src, node, out) => {}
            "assignment_statement" if self.go_pair(src, node, out) => {}
            "assignment_expression" | "assignment_statement" => match self.assignment(src, node) {
                Some(kind) => self.push(node, kind, out),
                None => self.push_unported(node, "this assignment is not ported", out),
            },
            "update_expression"
            | "postfix_unary_expression"
            | "prefix_unary_expression"
            | "inc_statement"
            | "dec_statement" => match self.step(src, node) {
                Some(kind) => self.push(node, kind, out),
                None => self.push_unported(node, NO_STEP, out),
            },
            "delete_expression" => {
                let name = code_children(node).first().map(|name| src.text(*name));
                self.push(node, StmtKind::Dispose(name.unwrap_or_default().to_owned()), out);
            }
            "throw_expression" => self.throw(src, node, out),
            "binary_expression" => match self.stream(src, node) {
                Some(kinds) => kinds.into_iter().for_each(|kind| self.push(node, kind, out)),
                None => {
                    let value = self.expr(src, node);
                    self.push_value(node, value, out);
                }
            },
            "call_expression" | "invocation_expression" | "method_invocation" => {
                let hoisted = self.before.len();
                match self.call(src, node) {
                    Called::Do(kinds) if kinds.is_empty() => {
                        self.push(node, StmtKind::Boilerplate, out)
                    }
                    Called::Do(kinds) => {
                        kinds.into_iter().for_each(|kind| self.push(node, kind, out))
                    }
                    // What the call fills is assigned; the result is not used.
                    Called::Value(Expr::Method { name, .. })
                        if self.before.len() > hoisted && name == "get_LastMethodSuccess" =>
                    {
                        if let Some(last) = self.before.pop() {
                            self.push(node, last, out);
                        }
                    }
                    Called::Value(value) => self.push_value(node, value, out),
                }
            }
            _ => {
                let value = self.expr(src, node);
                self.push_value(node, value, out);
            }
        }
    }

    fn push_value(&mut self, node: Node, value: Expr, out: &mut Block) {
        match value {
            Expr::Unported { reason, .. } => self.push_unported(node, &reason, out),
            Expr::Method { object, name, args } if name.eq_ignore_ascii_case("forEach") => {
                self.each_by_function(node, *object, &name, args, out);
            }
            Expr::Var(_) => self.push_unported(node, NOT_UNDERSTOOD, out),
            value => self.push(node, StmtKind::Expr(value), out),
        }
    }

    /// Reads `text.append(a).append(b)`. Returns whether it was one.
    fn append_chain(&mut self, src: &mut Source, node: Node, out: &mut Block) -> bool {
        let mut calls = vec![node];
        let mut root = "";
        while let Some(written) = calls.last().and_then(|call| self.written(src, *call)) {
            let Some(object) = written.object else { return false };
            if !matches!(written.name, "append" | "Append" | "AppendLine") {
                return false;
            }
            if object.kind() == "identifier" {
                root = src.text(object);
                break;
            }
            calls.push(object);
        }
        if calls.len() < 2 || self.hints.get(root) != Some(&Hint::Text) {
            return false;
        }
        let mut values = vec![build::var(root)];
        for call in calls.into_iter().rev() {
            let Some(written) = self.written(src, call) else { return false };
            values.extend(written.args.first().map(|arg| self.expr(src, *arg)));
            if written.name == "AppendLine" {
                values.push(build::text("\n"));
            }
        }
        let value = self.concatenation(values);
        self.push(node, build::assign(root, value), out);
        true
    }

    /// Reads an assignment. `None` if the tree does not have its target.
    pub(super) fn assignment(&mut self, src: &mut Source, node: Node) -> Option<StmtKind> {
        let (left, right) = (single(field(node, &["left"])?)?, single(field(node, &["right"])?)?);
        let target = self.target(src, left)?;
        let op = operator(src, node);
        if self.is_control(&target) && matches!(op, "=" | "+=") {
            let value = self.expr(src, right);
            let value = self.shown(self.added_to_control(value, &read_target(&target)));
            return Some(match op {
                "=" => StmtKind::Print { value, newline: true, to_stderr: false },
                _ => crate::read::shared::texts::print_text(value, false),
            });
        }
        if self.language == Language::Go && src.text(right).starts_with("append(") {
            let list = read_target(&target);
            let args =
                field(right, &["arguments"]).filter(|args| !src.text(*args).contains("..."))?;
            let args = self.exprs(src, args);
            let (first, items) = args.split_first()?;
            let push = |item: &Expr| {
                StmtKind::Expr(build::builtin(Builtin::Push, vec![list.clone(), item.clone()]))
            };
            let (last, others) = items.split_last().filter(|_| *first == list)?;
            self.before.extend(others.iter().map(push));
            return Some(push(last));
        }
        let value = if right.kind() == "assignment_expression" {
            self.assigned_twice(src, right)?
        } else if self.takes_address(src, right) {
            return None;
        } else {
            self.expr(src, right)
        };
        let value = match op {
            "=" => value,
            // An event.
            "+=" if matches!(value, Expr::Lambda { .. }) => value,
            "??=" => return None,
            op => {
                let op = binary_op(op.strip_suffix('=')?)?;
                let is_text = self.hint_of(&read_target(&target)) == Hint::Text;
                if is_text && self.is_c() && self.hint_of(&value) != Hint::Text {
                    return None;
                }
                self.added(read_target(&target), op, value)
            }
        };
        let value = match &target {
            Target::Var(name) => {
                let hint = self.hints.get(name).cloned().unwrap_or_default();
                fitting(value, &hint)
            }
            _ => value,
        };
        if let (Target::Var(name), Hint::Unknown) = (&target, self.hint_of(&read_target(&target))) {
            let hint = self.hint_of(&value);
            if hint != Hint::Unknown {
                self.hints.insert(name.clone(), hint);
            }
        }
        Some(StmtKind::Assign { target, value })
    }

    /// Returns whether a target is the text that a control of a form shows.
    fn is_control(&self, target: &Target) -> bool {
        let Target::Property { object: Expr::Var(name), name: property } = target else {
            return false;
        };
        self.language == Language::CSharp && property == "Text" && !self.hints.contains_key(name)
    }

    /// Returns what `box.Text = box.Text + x` adds to a text that is shown.
    fn added_to_control(&self, value: Expr, shown: &Expr) -> Expr {
        match value {
            Expr::Concat(parts) if parts.first() == Some(shown) => {
                crate::read::shared::texts::concat(parts.into_iter().skip(1).collect())
            }
            Expr::Binary { op: BinaryOp::Add, left, right } if *left == *shown => *right,
            value => value,
        }
    }

    /// Reads `a = b = c`: the inner one happens first.
    fn assigned_twice(&mut self, src: &mut Source, node: Node) -> Option<Expr> {
        let inner = src.deeper(|src| self.assignment(src, node))??;
        let value = match &inner {
            StmtKind::Assign { target, .. } => read_target(target),
            _ => return None,
        };
        self.before.push(inner);
        Some(value)
    }

    fn target(&mut self, src: &mut Source, node: Node) -> Option<Target> {
        match self.expr(src, node) {
            Expr::Var(name) => Some(Target::Var(name)),
            Expr::Property { object, name } => Some(Target::Property { object: *object, name }),
            Expr::Index { object, index } => Some(Target::Index { object: *object, index: *index }),
            _ => None,
        }
    }

    /// Reads `i++` and its like.
    pub(super) fn step(&mut self, src: &mut Source, node: Node) -> Option<StmtKind> {
        let op = match (node.kind(), operator(src, node)) {
            ("inc_statement", _) | (_, "++") => BinaryOp::Add,
            ("dec_statement", _) | (_, "--") => BinaryOp::Sub,
            _ => return None,
        };
        let target = self.target(src, code_children(node).into_iter().next()?)?;
        if matches!(self.hint_of(&read_target(&target)), Hint::Text | Hint::Object(_)) {
            return None;
        }
        let value = build::binary(op, read_target(&target), Expr::Int(1));
        Some(StmtKind::Assign { target, value })
    }

    fn if_statement(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        if self.language == Language::Go && self.go_if_error(src, node, out) {
            return;
        }
        if let Some(initializer) = field(node, &["initializer"]) {
            self.statement(src, initializer, out);
        }
        let mut branches = Vec::new();
        let mut otherwise = None;
        let mut next = Some(node);
        while let Some(branch) = next.take() {
            let Some(cond) = field(branch, &["condition"]).filter(|cond| !is_broken(*cond, 0))
            else {
                return self.push_unported(node, NOT_UNDERSTOOD, out);
            };
            if branches.is_empty() {
                if let Some(declared) =
                    field(cond, &["value"]).filter(|v| v.kind() == "declaration")
                {
                    return self.if_declared(src, declared, node, out);
                }
            }
            let hoisted = self.before.len();
            let cond = self.condition(src, cond);
            if self.before.len() > hoisted && !branches.is_empty() {
                // What happens before this condition happens only where the others do not hold.
                self.before.truncate(hoisted);
                let mut block = Block::new();
                let outer = std::mem::take(&mut self.before);
                let read = src.deeper(|src| self.if_statement(src, branch, &mut block));
                self.before = outer;
                if read.is_none() {
                    self.push_unported(branch, super::prepare::TOO_DEEP, &mut block);
                }
                otherwise = Some(block);
                break;
            }
            let body = field(branch, &["consequence"]).map(|body| self.body(src, body));
            branches.push((cond, body.unwrap_or_default()));
            let mut alternative = field(branch, &["alternative"]);
            if let Some(inner) = alternative.filter(|inner| inner.kind() == "else_clause") {
                alternative = code_children(inner).first().copied();
            }
            match alternative {
                Some(inner)
                    if inner.kind() == "if_statement"
                        && field(inner, &["initializer"]).is_none() =>
                {
                    next = Some(inner);
                }
                Some(inner) => otherwise = Some(self.body(src, inner)),
                None => {}
            }
        }
        self.push(node, StmtKind::If { branches, otherwise }, out);
    }

    /// Reads `if (auto x = f())`.
    fn if_declared(&mut self, src: &mut Source, declared: Node, node: Node, out: &mut Block) {
        self.declaration(src, declared, out);
        let name = match out.last().map(|last| &last.kind) {
            Some(StmtKind::Declare { name, .. }) => name.clone(),
            _ => return self.push_unported(node, NOT_UNDERSTOOD, out),
        };
        let cond = build::binary(BinaryOp::Ne, build::var(&name), Expr::Null);
        let body = field(node, &["consequence"]).map(|body| self.body(src, body));
        let otherwise = field(node, &["alternative"]).map(|body| self.body(src, body));
        let branches = vec![(cond, body.unwrap_or_default())];
        self.push(node, StmtKind::If { branches, otherwise }, out);
    }
}

/// Returns the only expression of a list.
pub(super) fn single(node: Node) -> Option<Node> {
    if node.kind() != "expression_list" {
        return Some(node);
    }
    match code_children(node).as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// Returns a target as the value that it has.
pub(super) fn read_target(target: &Target) -> Expr {
    match target {
        Target::Var(name) => build::var(name),
        Target::Property { object, name } => build::property(object.clone(), name),
        Target::Index { object, index } => build::index(object.clone(), index.clone()),
    }
}

/// Returns a value in the type of its variable: 0 is null and false in C.
pub(super) fn fitting(value: Expr, hint: &Hint) -> Expr {
    match (hint, value) {
        (Hint::Object(_), Expr::Int(0)) => Expr::Null,
        (Hint::Bool, Expr::Int(number)) => Expr::Bool(number != 0),
        (_, value) => value,
    }
}

/// Returns whether a node is a frame around statements: a namespace, a class, a function.
fn is_frame(kind: &str) -> bool {
    matches!(
        kind,
        "namespace_declaration"
            | "namespace_definition"
            | "class_declaration"
            | "class_specifier"
            | "struct_specifier"
            | "struct_declaration"
            | "record_declaration"
            | "enum_declaration"
            | "interface_declaration"
            | "type_declaration"
            | "method_declaration"
            | "local_function_statement"
            | "function_definition"
            | "function_declaration"
            | "constructor_declaration"
            | "static_initializer"
            | "property_declaration"
            | "linkage_specification"
            | "destructor_declaration"
    )
}
