//! `switch`.

use tree_sitter::Node;

use super::{Reader, block_children, children, code_children, field};
use crate::language::Language;
use crate::read::shared::build;
use crate::read::shared::grammar::{MAX_DEPTH, Source};
use crate::tree::{BinaryOp, Block, Expr, StmtKind};

/// A case while it is read: its values, whether it is the default, its statements.
struct Case<'t> {
    values: Vec<Node<'t>>,
    is_default: bool,
    body: Vec<Node<'t>>,
    /// Whether it ends without a `break`: `case 1 -> f();`.
    is_rule: bool,
}

const FALLS: &str = "a case that goes on into the next one, or breaks in the middle, is not ported";

impl Reader {
    /// Reads `x is null`.
    pub(super) fn is_pattern(&mut self, src: &mut Source, node: Node) -> Expr {
        let value = self.field(src, node, &["expression"]);
        let Some(pattern) = field(node, &["pattern"]) else { return value };
        let (op, pattern) = match pattern.kind() {
            "negated_pattern" => (BinaryOp::Ne, children(pattern).first().copied()),
            _ => (BinaryOp::Eq, Some(pattern)),
        };
        match pattern.filter(|pattern| pattern.kind() == "constant_pattern") {
            // `x is null || y` is read as `x is (null || y)`.
            Some(pattern) => match self.expr(src, pattern) {
                Expr::Binary { op: outer @ (BinaryOp::And | BinaryOp::Or), left, right } => {
                    let test = build::binary(op, value, *left);
                    build::binary(outer, test, *right)
                }
                constant => build::binary(op, value, constant),
            },
            None => src.unported(node, "this pattern is not ported"),
        }
    }

    pub(super) fn switch(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        if let Some(initializer) = field(node, &["initializer"]) {
            self.statement(src, initializer, out);
        }
        let value = field(node, &["value", "condition"]).map(|value| self.expr(src, value));
        if value.is_none() && self.language != Language::Go {
            return self.push_unported(node, "this is not understood here", out);
        }
        let mut cases = Vec::new();
        let mut otherwise = None;
        // Cases without statements share those of the next one.
        let mut values: Vec<Expr> = Vec::new();
        let mut is_default = false;
        let mut comments: Vec<Node> = Vec::new();
        let written = self.cases(src, node);
        let count = written.len();
        for (at, case) in written.into_iter().enumerate() {
            values.extend(case.values.iter().map(|value| self.expr(src, *value)));
            is_default |= case.is_default;
            let ends = case.is_rule || self.language == Language::Go;
            let is_empty = case.body.iter().all(|node| node.kind().contains("comment"));
            if is_empty && at + 1 < count && !ends {
                comments.extend(case.body);
                continue;
            }
            let jumps =
                |node: &Node| matches!(node.kind(), "goto_statement" | "fallthrough_statement");
            if case.body.iter().any(jumps) {
                return self.push_unported(node, FALLS, out);
            }
            let nodes = std::mem::take(&mut comments).into_iter().chain(case.body).collect();
            let body = src.deeper(|src| self.block(src, nodes)).unwrap_or_default();
            let Some(body) = without_break(body, ends || at + 1 == count) else {
                return self.push_unported(node, FALLS, out);
            };
            let case_values = std::mem::take(&mut values);
            if std::mem::take(&mut is_default) {
                otherwise = Some(body);
            } else {
                cases.push((case_values, body));
            }
        }
        if value.is_none() && cases.iter().any(|case| case.0.len() > MAX_DEPTH) {
            return self.push_unported(node, super::prepare::TOO_DEEP, out);
        }
        let kind = match value {
            Some(value) => StmtKind::Switch { value, cases, otherwise },
            None => conditions(cases, otherwise),
        };
        self.push(node, kind, out);
    }

    /// Reads a `switch` that is a value: `x switch { 1 => "a", _ => "b" }`. Its cases are tried one after another.
    pub(super) fn switch_value(&mut self, src: &mut Source, node: Node) -> Expr {
        let unported = src.unported(node, "this `switch` is not ported");
        let parts = code_children(node);
        let subject = field(node, &["condition"]).or(parts.first().copied());
        let Some(subject) = subject.map(|subject| self.expr(src, subject)) else { return unported };
        if !matches!(subject, Expr::Var(_) | Expr::Property { .. }) {
            return unported;
        }
        let arms = field(node, &["body"]).map(code_children).unwrap_or(parts);
        let mut result = None;
        let values: usize = arms.iter().map(|arm| code_children(*arm).len()).sum();
        if values > MAX_DEPTH {
            return unported;
        }
        for arm in arms.into_iter().rev() {
            let (patterns, value) = match (arm.kind(), code_children(arm).as_slice()) {
                ("switch_expression_arm", [pattern, value]) => (vec![*pattern], *value),
                ("switch_rule", [label, value]) if value.kind() == "expression_statement" => {
                    let Some(&value) = code_children(*value).first() else { return unported };
                    (code_children(*label), value)
                }
                ("identifier" | "member_access_expression" | "parenthesized_expression", _) => {
                    continue;
                }
                _ => return unported,
            };
            let value = self.expr(src, value);
            if patterns.iter().all(|pattern| pattern.kind() == "discard") {
                result = Some(value);
                continue;
            }
            let mut cond = None;
            for pattern in patterns {
                let pattern = self.expr(src, pattern);
                let test = build::binary(BinaryOp::Eq, subject.clone(), pattern);
                cond = Some(match cond {
                    Some(cond) => build::binary(BinaryOp::Or, cond, test),
                    None => test,
                });
            }
            let (Some(cond), Some(otherwise)) = (cond, result.take()) else { return unported };
            result = Some(build::choice(cond, value, otherwise));
        }
        result.unwrap_or(unported)
    }

    fn cases<'t>(&self, src: &Source, node: Node<'t>) -> Vec<Case<'t>> {
        let nodes = match field(node, &["body"]) {
            Some(body) => children(body),
            None => children(node),
        };
        let cases = nodes.into_iter().filter(|node| {
            matches!(
                node.kind(),
                "switch_section"
                    | "switch_block_statement_group"
                    | "switch_rule"
                    | "case_statement"
                    | "expression_case"
                    | "default_case"
            )
        });
        cases.map(|case| self.case(src, case)).collect()
    }

    fn case<'t>(&self, src: &Source, node: Node<'t>) -> Case<'t> {
        let is_default = src.text(node).starts_with("default");
        let mut values = Vec::new();
        let mut body = Vec::new();
        let value = field(node, &["value"]);
        for child in block_children(node) {
            match child.kind() {
                _ if Some(child) == value => match child.kind() {
                    "expression_list" => values.extend(code_children(child)),
                    _ => values.push(child),
                },
                "switch_label" => values.extend(code_children(child)),
                "constant_pattern" => values.push(child),
                "block" | "compound_statement" => body.extend(block_children(child)),
                _ => body.push(child),
            }
        }
        Case { values, is_default, body, is_rule: node.kind() == "switch_rule" }
    }
}

/// Returns the statements of a case without the `break` at their end. `None` if it breaks elsewhere, or if it goes
/// on into the next case.
fn without_break(mut body: Block, ends: bool) -> Option<Block> {
    let last = body.iter().rposition(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)));
    let has_left = match last.map(|at| &body[at].kind) {
        Some(StmtKind::Break) => {
            body.remove(last?);
            true
        }
        Some(kind) => ends || leaves(kind),
        None => ends,
    };
    (has_left && !breaks(&mut body)).then_some(body)
}

/// Returns whether what follows a statement is not reached.
fn leaves(kind: &StmtKind) -> bool {
    let ends = |block: &Block| block.last().is_some_and(|last| leaves(&last.kind));
    match kind {
        StmtKind::If { branches, otherwise: Some(otherwise) } => {
            branches.iter().all(|(_, block)| ends(block)) && ends(otherwise)
        }
        StmtKind::Return(_)
        | StmtKind::Continue
        | StmtKind::Throw(_)
        | StmtKind::Exit(_)
        | StmtKind::Unported(_) => true,
        _ => false,
    }
}

/// Returns whether a block breaks out of what is around it.
fn breaks(block: &mut Block) -> bool {
    block.iter_mut().any(|stmt| match stmt.kind {
        StmtKind::Break => true,
        StmtKind::If { .. } | StmtKind::Try { .. } => {
            let mut found = false;
            stmt.for_each_block(&mut |inner| found |= breaks(inner));
            found
        }
        _ => false,
    })
}

/// Returns the `if` for a `switch` without a value.
fn conditions(cases: Vec<(Vec<Expr>, Block)>, otherwise: Option<Block>) -> StmtKind {
    let branches = cases.into_iter().map(|(values, body)| {
        let cond =
            values.into_iter().reduce(|left, right| build::binary(BinaryOp::Or, left, right));
        (cond.unwrap_or(Expr::Bool(true)), body)
    });
    StmtKind::If { branches: branches.collect(), otherwise }
}
