//! Conditions and loops of Ruby.

use super::Reader;
use crate::read::shared::build::{assign, binary, builtin, not, var};
use crate::read::shared::grammar::{Source, named_children};
use crate::tree::{BinaryOp, Block, Builtin, Expr, StmtKind};
use tree_sitter::Node;

impl Reader {
    /// Reads the condition of a loop, which must not need statements before it.
    pub(crate) fn condition(&self, s: &mut Source, node: Node, negated: bool) -> Expr {
        let outer = self.before.take();
        let cond = self.field(s, node, "condition");
        let before = self.before.replace(outer);
        let cond = match before.is_empty() {
            true => cond,
            false => s.unported(node, "the condition of this loop is not ported"),
        };
        if negated { not(cond) } else { cond }
    }

    pub(crate) fn if_(&self, s: &mut Source, node: Node) -> StmtKind {
        let mut branches = Vec::new();
        let mut otherwise = None;
        let mut next = Some(node);
        while let Some(node) = next.take() {
            if node.kind() == "else" {
                otherwise = Some(self.block_of(s, Some(node)));
                break;
            }
            let mut cond = self.field(s, node, "condition");
            if node.kind() == "unless" {
                cond = not(cond);
            }
            branches.push((cond, self.block_of(s, node.child_by_field_name("consequence"))));
            next = node.child_by_field_name("alternative");
        }
        StmtKind::If { branches, otherwise }
    }

    pub(crate) fn for_(&self, s: &mut Source, node: Node) -> StmtKind {
        let name = node.child_by_field_name("pattern").map(|name| s.text(name)).unwrap_or_default();
        let items = node.child_by_field_name("value").and_then(|value| value.named_child(0));
        if name.contains(',') {
            return StmtKind::Unported("a loop over pairs is not ported".to_owned());
        }
        let name = name.to_owned();
        match items {
            Some(items) => {
                let body = node.child_by_field_name("body");
                self.each(s, items, name, |s| self.block_of(s, body))
            }
            None => StmtKind::Unported("a loop without items".to_owned()),
        }
    }

    /// Returns the loop over a range or a list.
    pub(crate) fn each(
        &self,
        s: &mut Source,
        items: Node,
        name: String,
        body: impl FnOnce(&mut Source) -> Block,
    ) -> StmtKind {
        let mut range = items;
        while range.kind() == "parenthesized_statements"
            && let Some(inner) = range.named_child(0)
        {
            range = inner;
        }
        if range.kind() != "range" {
            let items = self.expr(s, items);
            return StmtKind::ForEach { name, items, body: body(s) };
        }
        let inclusive =
            range.child_by_field_name("operator").is_none_or(|operator| s.text(operator) == "..");
        let from = self.field(s, range, "begin");
        let to = self.field(s, range, "end");
        StmtKind::For { name, from, to, inclusive, step: 1, body: body(s) }
    }

    pub(crate) fn case(&self, s: &mut Source, node: Node) -> StmtKind {
        let value = node.child_by_field_name("value").map(|value| self.expr(s, value));
        let mut cases = Vec::new();
        let mut branches = Vec::new();
        let mut otherwise = None;
        for child in named_children(node) {
            match child.kind() {
                "when" => {
                    let body = self.block_of(s, child.child_by_field_name("body"));
                    let mut cursor = child.walk();
                    let patterns: Vec<Node> =
                        child.children_by_field_name("pattern", &mut cursor).collect();
                    let patterns: Vec<Node> = patterns
                        .into_iter()
                        .map(|pattern| pattern.named_child(0).unwrap_or(pattern))
                        .collect();
                    let is_range = patterns.iter().any(|pattern| pattern.kind() == "range");
                    let conds: Vec<Expr> = patterns
                        .iter()
                        .map(|pattern| self.when(s, *pattern, value.as_ref()))
                        .collect();
                    let cond = conds.into_iter().reduce(|a, b| binary(BinaryOp::Or, a, b));
                    branches.push((cond.unwrap_or(Expr::Bool(false)), body.clone()));
                    let values = match is_range || value.is_none() {
                        true => Vec::new(),
                        false => patterns.iter().map(|pattern| self.expr(s, *pattern)).collect(),
                    };
                    cases.push((values, body));
                }
                "else" => otherwise = Some(self.block_of(s, Some(child))),
                _ => {}
            }
        }
        match value {
            Some(value) if cases.iter().all(|case| !case.0.is_empty()) => {
                StmtKind::Switch { value, cases, otherwise }
            }
            _ => StmtKind::If { branches, otherwise },
        }
    }

    /// Returns the condition that `when` stands for.
    pub(crate) fn when(&self, s: &mut Source, pattern: Node, value: Option<&Expr>) -> Expr {
        let Some(value) = value else { return self.expr(s, pattern) };
        match pattern.kind() {
            "range" => {
                let operator = pattern.child_by_field_name("operator").map(|node| s.text(node));
                let below = if operator == Some("...") { BinaryOp::Lt } else { BinaryOp::Le };
                let mut sides = Vec::new();
                if pattern.child_by_field_name("begin").is_some() {
                    let from = self.field(s, pattern, "begin");
                    sides.push(binary(BinaryOp::Ge, value.clone(), from));
                }
                if pattern.child_by_field_name("end").is_some() {
                    let to = self.field(s, pattern, "end");
                    sides.push(binary(below, value.clone(), to));
                }
                let both = sides.into_iter().reduce(|a, b| binary(BinaryOp::And, a, b));
                both.unwrap_or(Expr::Bool(true))
            }
            _ => binary(BinaryOp::Eq, value.clone(), self.expr(s, pattern)),
        }
    }

    /// Reads `a and b`, `a or b`, `list << b` as statements.
    pub(crate) fn control(&self, s: &mut Source, node: Node, out: &mut Block) -> Option<StmtKind> {
        let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
        let operator = s.text(node.child_by_field_name("operator")?);
        match operator {
            "and" | "or" | "&&" | "||" => {
                let cond = match left.kind() {
                    "assignment" => {
                        self.statement(s, left, out);
                        self.field(s, left, "left")
                    }
                    _ => self.expr(s, left),
                };
                let cond = if matches!(operator, "and" | "&&") { cond } else { not(cond) };
                let body = self.block(s, [right]);
                Some(StmtKind::If { branches: vec![(cond, body)], otherwise: None })
            }
            "<<" => {
                let target = s.text(left);
                if matches!(target, "$stderr" | "STDERR" | "$stdout" | "STDOUT") {
                    let value = self.expr(s, right);
                    let to_stderr = target.eq_ignore_ascii_case("$stderr") || target == "STDERR";
                    return Some(crate::read::shared::texts::print_text(value, to_stderr));
                }
                // a << b << c
                if left.kind() == "binary" {
                    self.statement(s, left, out);
                }
                let mut list = left;
                while list.kind() == "binary"
                    && let Some(inner) = list.child_by_field_name("left")
                {
                    list = inner;
                }
                let value = self.expr(s, right);
                if self.texts.contains(s.text(list)) {
                    let name = s.text(list).trim_start_matches('$').to_owned();
                    let joined = binary(BinaryOp::Add, var(&name), value);
                    return Some(assign(&name, joined));
                }
                let list = self.expr(s, list);
                Some(StmtKind::Expr(builtin(Builtin::Push, vec![list, value])))
            }
            _ => None,
        }
    }
}

/// Whether it is a value `or` what leaves.
pub(crate) fn is_leave(s: &Source, node: Node) -> bool {
    let operator = node.child_by_field_name("operator").map(|node| s.text(node));
    let right = node.child_by_field_name("right");
    let Some(right) = right.filter(|_| matches!(operator, Some("||" | "or"))) else { return false };
    let right = s.text(right).trim_start_matches('(');
    ["raise", "abort", "exit", "return", "next", "break"].iter().any(|word| right.starts_with(word))
}
