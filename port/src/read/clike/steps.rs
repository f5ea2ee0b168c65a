//! Steps of variables inside of expressions, and characters of texts in C.

use tree_sitter::Node;

use super::expressions::{binary_op, operator};
use super::{Reader, code_children, field};
use crate::read::shared::build;
use crate::read::shared::grammar::{MAX_DEPTH, Source};
use crate::tree::{BinaryOp, Builtin, Expr, Hint, StmtKind, Target};

impl Reader {
    /// Reads `i++` as a value: the step is a statement before this one, or behind it.
    pub(super) fn stepped(&mut self, src: &mut Source, node: Node, is_prefix: bool) -> Expr {
        let op = operator(src, node);
        if op == "!" {
            return self.only(src, node);
        }
        let reason = "a change inside of an expression is not ported";
        let Some(name) = code_children(node).first().map(|name| src.text(*name)) else {
            return src.unported(node, reason);
        };
        let Some(only_use) = used_once(src, node, name) else { return src.unported(node, reason) };
        let Some(step @ StmtKind::Assign { target: Target::Var(_), .. }) = self.step(src, node)
        else {
            return src.unported(node, reason);
        };
        let value = build::var(name);
        if is_prefix {
            self.before.push(step);
            return value;
        }
        if only_use == "expression_statement" {
            self.after.push(step);
            return value;
        }
        self.before.push(step);
        let back = if op == "++" { BinaryOp::Sub } else { BinaryOp::Add };
        build::binary(back, value, Expr::Int(1))
    }

    /// Reads `*p == '\0'`, `p[0] == 0`, `*p == 'x'`: the end of a text, or its first character.
    pub(super) fn end_of_text(
        &self,
        src: &Source,
        op: &str,
        (left, right): (Node, Node),
        values: &[Expr],
    ) -> Option<Expr> {
        let op = binary_op(op).filter(|op| matches!(op, BinaryOp::Eq | BinaryOp::Ne))?;
        let [value, other] = values else { return None };
        let is_end = matches!(other, Expr::Text(text) if text == "\0")
            || *other == Expr::Int(0) && left.kind() != "identifier";
        if is_end {
            let test = self.at_end(src, left, value)?;
            return Some(if op == BinaryOp::Eq { test } else { build::not(test) });
        }
        let is_first = right.kind() == "char_literal" && is_dereferenced(src, left);
        (is_first && matches!(value, Expr::Var(_))).then(|| {
            let first = build::index(value.clone(), Expr::Int(0));
            build::binary(op, first, other.clone())
        })
    }

    /// Returns the condition that a character is the end of its text.
    pub(super) fn at_end(&self, src: &Source, node: Node, value: &Expr) -> Option<Expr> {
        match value {
            Expr::Index { object, index } if self.hint_of(object) == Hint::Text => {
                Some(match **index {
                    Expr::Int(0) => {
                        build::binary(BinaryOp::Eq, (**object).clone(), build::text(""))
                    }
                    _ => {
                        let length = build::builtin(Builtin::Length, vec![(**object).clone()]);
                        build::binary(BinaryOp::Ge, (**index).clone(), length)
                    }
                })
            }
            Expr::Var(_) if self.hint_of(value) == Hint::Text && is_dereferenced(src, node) => {
                Some(build::binary(BinaryOp::Eq, value.clone(), build::text("")))
            }
            _ => None,
        }
    }
}

/// Returns the kind of the statement around a node, if the statement has a variable only once.
fn used_once(src: &Source, node: Node, name: &str) -> Option<&'static str> {
    let mut statement = node;
    let mut is_direct = true;
    for _ in 0..MAX_DEPTH {
        let parent = statement.parent()?;
        let kind = parent.kind();
        if kind.ends_with("block") || kind == "compound_statement" {
            break;
        }
        let is_body = field(parent, &["condition", "value"]) == Some(statement)
            && kind.ends_with("_statement");
        is_direct &= !matches!(kind, "conditional_expression" | "ternary_expression")
            && !kind.contains("lambda")
            && !matches!(operator(src, parent), "&&" | "||" | "??");
        if is_body {
            is_direct = false;
            break;
        }
        statement = parent;
        if kind.ends_with("_statement") || kind.ends_with("declaration") {
            break;
        }
    }
    let text = src.text(statement);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let uses = text.split(|c| !is_word(c)).filter(|word| *word == name).count();
    let is_plain = !name.is_empty() && name.chars().all(is_word);
    (uses == 1 && is_plain && text.len() < 1000).then(|| match statement.kind() {
        "expression_statement" if is_direct => "expression_statement",
        _ => "",
    })
}

/// Returns whether a node is `*p`.
fn is_dereferenced(src: &Source, node: Node) -> bool {
    node.kind() == "pointer_expression" && src.text(node).starts_with('*')
}
