//! Conditions, loops and errors of Python.

use super::Reader;
use crate::read::shared::build::{assign, at, binary, builtin, index, var};
use crate::read::shared::catches::{self, Clause};
use crate::read::shared::control::counted_loop;
use crate::read::shared::grammar::{Source, end_line, named_children, raised};
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, StmtKind};
use tree_sitter::Node;

impl Reader {
    pub(crate) fn if_(&self, s: &mut Source, node: Node, out: &mut Block) {
        let cond =
            node.child_by_field_name("condition").map(|cond| s.text(cond)).unwrap_or_default();
        if cond.contains("__name__") && cond.contains("__main__") {
            out.push(s.stmt(node, StmtKind::Boilerplate));
            if let Some(last) = out.last_mut() {
                last.end_line = last.line;
            }
            out.extend(self.block_in(s, node, "consequence"));
            return;
        }
        let cond = self.truth(s, node, "condition");
        let mut branches = vec![(cond, self.block_in(s, node, "consequence"))];
        let mut otherwise = None;
        let mut cursor = node.walk();
        let clauses: Vec<Node> = node.children_by_field_name("alternative", &mut cursor).collect();
        for clause in clauses {
            if clause.kind() == "else_clause" {
                otherwise = Some(self.block_in(s, clause, "body"));
            } else {
                let cond = self.truth(s, clause, "condition");
                branches.push((cond, self.block_in(s, clause, "consequence")));
            }
        }
        out.push(s.stmt(node, StmtKind::If { branches, otherwise }));
    }

    pub(crate) fn for_(&self, s: &mut Source, node: Node, out: &mut Block) {
        let unported = |reason: &str| StmtKind::Unported(reason.to_owned());
        if node.child_by_field_name("alternative").is_some() {
            return out.push(s.stmt(node, unported("`else` of a loop is not ported")));
        }
        let line = node.start_position().row + 1;
        let names: Vec<String> = match node.child_by_field_name("left") {
            Some(left) if left.kind() == "identifier" => vec![s.text(left).to_owned()],
            Some(left) => {
                named_children(left).iter().map(|name| s.text(*name).to_owned()).collect()
            }
            None => Vec::new(),
        };
        let Some(right) = node.child_by_field_name("right") else { return };
        let function = right.child_by_field_name("function");
        let called = function.map(|function| s.text(function)).unwrap_or_default();
        let args = right.child_by_field_name("arguments").map(named_children).unwrap_or_default();
        let kind = match (names.as_slice(), called) {
            ([name], "range" | "xrange") => {
                let body = self.block_in(s, node, "body");
                self.range(s, name.clone(), &args, body)
            }
            ([name], "reversed") if args.first().is_some_and(|arg| is_range(s, *arg)) => {
                let range = args[0].child_by_field_name("arguments").map(named_children);
                let body = self.block_in(s, node, "body");
                match self.range(s, name.clone(), &range.unwrap_or_default(), body) {
                    StmtKind::For { name, from, to, inclusive: false, step: 1, body } => {
                        let last = match to {
                            Expr::Int(to) => Expr::Int(to.saturating_sub(1)),
                            to => binary(BinaryOp::Sub, to, Expr::Int(1)),
                        };
                        let (from, to) = (last, from);
                        StmtKind::For { name, from, to, inclusive: true, step: -1, body }
                    }
                    _ => unported("this range is not ported"),
                }
            }
            ([name], _) => {
                let items = self.expr(s, right);
                StmtKind::ForEach {
                    name: name.clone(),
                    items,
                    body: self.block_in(s, node, "body"),
                }
            }
            ([at_, item], "enumerate") if !args.is_empty() => {
                let list = self.expr(s, args[0]);
                let start = args.get(1).map(|start| match start.child_by_field_name("value") {
                    Some(value) => self.expr(s, value),
                    None => self.expr(s, *start),
                });
                let from = match start {
                    None => 0,
                    Some(Expr::Int(from)) => from,
                    Some(_) => return out.push(s.stmt(node, unported("this loop is not ported"))),
                };
                let body = self.block_in(s, node, "body");
                return out.extend(counted_loop(line, item, at_, from, list, body));
            }
            ([key, value], _) if called.ends_with(".items") => {
                let map = match function.and_then(|of| of.child_by_field_name("object")) {
                    Some(map) => self.expr(s, map),
                    None => Expr::Null,
                };
                let mut body = self.block_in(s, node, "body");
                body.insert(0, at(line, line, assign(value, index(map.clone(), var(key)))));
                let items = builtin(Builtin::Keys, vec![map]);
                StmtKind::ForEach { name: key.clone(), items, body }
            }
            _ => unported("a loop over several variables is not ported"),
        };
        out.push(s.stmt(node, kind));
    }

    /// Returns the loop over `range(args)`.
    pub(crate) fn range(
        &self,
        s: &mut Source,
        name: String,
        args: &[Node],
        body: Block,
    ) -> StmtKind {
        let mut args: Vec<Expr> = args.iter().map(|arg| self.expr(s, *arg)).collect();
        let step = match args.len() {
            3 => args.pop(),
            1 => {
                args.insert(0, Expr::Int(0));
                None
            }
            _ => None,
        };
        let step = match step {
            None => 1,
            Some(Expr::Int(step)) if step != 0 => step,
            Some(_) => {
                return StmtKind::Unported("a step that is no literal is not ported".to_owned());
            }
        };
        let (Some(mut to), Some(from)) = (args.pop(), args.pop()) else {
            return StmtKind::Unported("this range is not ported".to_owned());
        };
        if step < 0 {
            to = match to {
                Expr::Int(to) => Expr::Int(to + 1),
                to => binary(BinaryOp::Add, to, Expr::Int(1)),
            };
        }
        StmtKind::For { name, from, to, inclusive: step < 0, step, body }
    }

    pub(crate) fn try_(&self, s: &mut Source, node: Node) -> StmtKind {
        let mut body = self.block_in(s, node, "body");
        let raising = node.child_by_field_name("body").unwrap_or(node);
        let raised = raised(s, raising, &body, &raised_kind);
        let mut clauses = Vec::new();
        let mut finally = Block::new();
        let mut otherwise = Block::new();
        for clause in named_children(node) {
            match clause.kind() {
                "except_clause" | "except_group_clause" => clauses.push(self.except(s, clause)),
                "else_clause" => otherwise = self.block_in(s, clause, "body"),
                "finally_clause" => finally = self.block_in(s, clause, "body"),
                _ => {}
            }
        }
        let catch = match catches::choose(clauses, &body, &raised) {
            Ok(catch) => catch,
            Err(reason) => return StmtKind::Unported(reason),
        };
        body.extend(otherwise);
        StmtKind::Try { body, catch, finally }
    }

    fn except(&self, s: &mut Source, clause: Node) -> Clause {
        let value = clause.child_by_field_name("value").or_else(|| clause.named_child(0));
        let value = value.filter(|value| value.kind() != "block");
        let alias = value.and_then(|value| value.child_by_field_name("alias"));
        let name = alias.map(|name| s.text(name).to_owned());
        let kinds = match value {
            Some(value) if value.kind() == "as_pattern" => value.named_child(0),
            value => value,
        };
        let kinds = kinds.map(|kinds| s.text(kinds).trim_matches(['(', ')'])).unwrap_or_default();
        let kinds = kinds.split(',').map(|kind| kind.trim().to_owned());
        let kinds = kinds.filter(|kind| !kind.is_empty()).collect();
        let depth = self.exceptions.borrow().len();
        self.exceptions.borrow_mut().extend(name.clone());
        let body = self.block_in(s, clause, "body");
        self.exceptions.borrow_mut().truncate(depth);
        let (line, end_line) = (clause.start_position().row + 1, end_line(clause));
        Clause { kinds, line, end_line, catch: Catch { name, body } }
    }

    /// Reads `with open(path) as f`, whose reads and writes are those of the path. Others are not ported.
    pub(crate) fn with(&self, s: &mut Source, node: Node, out: &mut Block) {
        let items = named_children(node).into_iter().find(|child| child.kind() == "with_clause");
        let items = items.map(named_children).unwrap_or_default();
        let opened = match items.as_slice() {
            [item] => {
                item.child_by_field_name("value").filter(|value| value.kind() == "as_pattern")
            }
            _ => None,
        };
        let call = opened.and_then(|opened| opened.named_child(0));
        let is_open = call
            .and_then(|call| call.child_by_field_name("function"))
            .is_some_and(|function| s.text(function) == "open");
        let name = opened.and_then(|opened| opened.child_by_field_name("alias"));
        let path = call
            .filter(|_| is_open)
            .and_then(|call| call.child_by_field_name("arguments"))
            .and_then(|args| args.named_child(0));
        let (Some(name), Some(path)) = (name, path) else {
            let reason = "`with` is only ported for `open`".to_owned();
            return out.push(s.stmt(node, StmtKind::Unported(reason)));
        };
        let path = self.expr(s, path);
        self.files.borrow_mut().push((s.text(name).to_owned(), path));
        let body = self.block_in(s, node, "body");
        self.files.borrow_mut().pop();
        out.extend(body);
    }

    pub(crate) fn match_(&self, s: &mut Source, node: Node) -> StmtKind {
        let value = self.field(s, node, "subject");
        let mut cases = Vec::new();
        let mut otherwise = None;
        let clauses = node.child_by_field_name("body").map(named_children).unwrap_or_default();
        for clause in clauses {
            let patterns: Vec<Node> = named_children(clause)
                .into_iter()
                .filter(|of| of.kind() == "case_pattern")
                .collect();
            let has_guard = clause.child_by_field_name("guard").is_some();
            let body = self.block_in(s, clause, "consequence");
            if patterns.iter().any(|pattern| s.text(*pattern) == "_") && !has_guard {
                otherwise = Some(body);
                continue;
            }
            let mut values = Vec::new();
            for pattern in patterns {
                let inner = pattern.named_child(0).unwrap_or(pattern);
                let parts = match inner.kind() {
                    "union_pattern" => named_children(inner),
                    _ => vec![inner],
                };
                for part in parts {
                    if !matches!(
                        part.kind(),
                        "integer" | "string" | "true" | "false" | "none" | "float"
                    ) {
                        return StmtKind::Unported("this pattern is not ported".to_owned());
                    }
                    values.push(self.expr(s, part));
                }
            }
            if has_guard || values.is_empty() {
                return StmtKind::Unported("this pattern is not ported".to_owned());
            }
            cases.push((values, body));
        }
        StmtKind::Switch { value, cases, otherwise }
    }
}

fn is_range(s: &Source, node: Node) -> bool {
    node.child_by_field_name("function").is_some_and(|of| s.text(of) == "range")
}

/// Returns the kind of error that a node raises.
fn raised_kind(s: &Source, node: Node) -> Option<String> {
    let raised = node.named_child(0).filter(|_| node.kind() == "raise_statement")?;
    let kind = match raised.kind() {
        "call" => raised.child_by_field_name("function")?,
        "identifier" | "attribute" => raised,
        _ => return None,
    };
    let kind = s.text(kind);
    // The end of the program is no error.
    let is_error = kind.starts_with(|c: char| c.is_uppercase()) && kind != "SystemExit";
    is_error.then(|| kind.to_owned())
}
