//! Conditions, loops and errors of Python.

use super::Reader;
use crate::read::shared::build::{assign, at, binary, builtin, index, var};
use crate::read::shared::control::counted_loop;
use crate::read::shared::grammar::{Source, named_children};
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
            ([name], "range" | "xrange") => self.range(s, node, name, &args),
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

    pub(crate) fn range(&self, s: &mut Source, node: Node, name: &str, args: &[Node]) -> StmtKind {
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
        let body = self.block_in(s, node, "body");
        StmtKind::For { name: name.to_owned(), from, to, inclusive: step < 0, step, body }
    }

    pub(crate) fn try_(&self, s: &mut Source, node: Node) -> StmtKind {
        let mut body = self.block_in(s, node, "body");
        let text = node.child_by_field_name("body").map(|body| s.text(body)).unwrap_or_default();
        let raised: Vec<String> = text
            .split("raise ")
            .skip(1)
            .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        let (mut own, mut has_own) = (Vec::new(), false);
        let mut clauses = Vec::new();
        let mut finally = Block::new();
        for clause in named_children(node) {
            match clause.kind() {
                "except_clause" | "except_group_clause" => {
                    let value =
                        clause.child_by_field_name("value").or_else(|| clause.named_child(0));
                    let alias = value.and_then(|value| value.child_by_field_name("alias"));
                    let name = alias.map(|name| s.text(name).to_owned());
                    let depth = self.exceptions.borrow().len();
                    self.exceptions.borrow_mut().extend(name.clone());
                    let body = self.block_in(s, clause, "body");
                    self.exceptions.borrow_mut().truncate(depth);
                    let class = value.map(|value| s.text(value)).unwrap_or_default();
                    let class = class.split_whitespace().next().unwrap_or_default();
                    let is_general = clause.child_by_field_name("value").is_none()
                        && clause.named_child(0).is_none_or(|first| first.kind() == "block")
                        || matches!(class, "Exception" | "BaseException");
                    // The clause for what the body raises comes before the one for everything.
                    let of_body = raised.iter().any(|name| {
                        value.is_some_and(|value| s.text(value).contains(name.as_str()))
                    });
                    has_own |= of_body;
                    own.push(of_body);
                    let place = s.stmt(clause, StmtKind::Boilerplate);
                    let catch = Catch { name, body };
                    clauses.push((is_general, place.line, place.end_line, catch));
                }
                "else_clause" => body.extend(self.block_in(s, clause, "body")),
                "finally_clause" => finally = self.block_in(s, clause, "body"),
                _ => {}
            }
        }
        if has_own {
            clauses.iter_mut().zip(own).for_each(|(clause, own)| clause.0 = own);
        }
        let catch = crate::read::shared::control::general_catch(clauses);
        StmtKind::Try { body, catch, finally }
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
