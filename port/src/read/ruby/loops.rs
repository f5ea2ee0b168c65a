//! Methods of Ruby that are loops in other languages.

use super::Reader;
use super::calls::Parts;
use crate::read::shared::build::{
    assign, at, beside, binary, builtin, if_then, index, method, not, var,
};
use crate::read::shared::control::counted_loop;
use crate::read::shared::grammar::{Source, end_line};
use crate::tree::{BinaryOp, Block, Builtin, Expr, Stmt, StmtKind};
use tree_sitter::Node;

impl Reader {
    /// Reads the methods that are loops in other languages: `each`, `times`, `upto`.
    pub(crate) fn loop_of(
        &self,
        s: &mut Source,
        node: Node,
        parts: &Parts,
        out: &mut Block,
    ) -> Option<StmtKind> {
        let receiver = parts.receiver?;
        let block = parts.block?;
        let params = self.block_params(s, Some(block));
        let param = |at: usize| params.get(at).cloned().unwrap_or_else(|| "_1".to_owned());
        let line = node.start_position().row + 1;
        match (parts.name, params.len()) {
            ("each", 2) | ("each_pair", 2) => {
                let map = self.expr(s, receiver);
                let keys = builtin(Builtin::Keys, vec![map.clone()]);
                let mut body = self.block_body(s, Some(block));
                body.insert(0, at(line, line, assign(&param(1), index(map, var(param(0))))));
                Some(StmtKind::ForEach { name: param(0), items: keys, body })
            }
            ("each", _) => {
                Some(self.each(s, receiver, param(0), |s| self.block_body(s, Some(block))))
            }
            ("each_with_index", 2) => {
                let list = self.expr(s, receiver);
                let body = self.block_body(s, Some(block));
                let mut stmts = counted_loop(line, &param(0), &param(1), 0, list, body);
                let last = stmts.pop()?;
                out.extend(stmts);
                Some(last.kind)
            }
            ("times", count) => {
                let to = self.expr(s, receiver);
                let name = if count == 0 { "_i".to_owned() } else { param(0) };
                let body = self.block_body(s, Some(block));
                Some(StmtKind::For {
                    name,
                    from: Expr::Int(0),
                    to,
                    inclusive: false,
                    step: 1,
                    body,
                })
            }
            ("upto" | "downto", _) => {
                let from = self.expr(s, receiver);
                let to = self.expr(s, *parts.args.first()?);
                let step = if parts.name == "upto" { 1 } else { -1 };
                let body = self.block_body(s, Some(block));
                Some(StmtKind::For { name: param(0), from, to, inclusive: true, step, body })
            }
            ("step", _) => {
                let from = self.expr(s, receiver);
                let to = self.expr(s, *parts.args.first()?);
                let Expr::Int(step) = self.expr(s, *parts.args.get(1)?) else { return None };
                let body = self.block_body(s, Some(block));
                Some(StmtKind::For { name: param(0), from, to, inclusive: true, step, body })
            }
            _ => None,
        }
    }

    /// Reads a method with a block whose value is used. What makes a list becomes a loop before the statement.
    pub(crate) fn with_block(
        &self,
        s: &mut Source,
        node: Node,
        parts: &Parts,
        receiver: Node,
        block: Node,
    ) -> Expr {
        let params = self.block_params(s, Some(block));
        let param = params.first().cloned().unwrap_or_else(|| "it".to_owned());
        let is_fold = matches!(parts.name, "any?" | "all?" | "none?" | "count" | "sum");
        if !is_fold && !matches!(parts.name, "map" | "collect" | "select" | "filter" | "reject") {
            // Events of Chilkat's objects have capitals.
            if parts.name.starts_with(|c: char| c.is_ascii_uppercase()) {
                let object = self.expr(s, receiver);
                let mut args: Vec<Expr> = parts.args.iter().map(|arg| self.expr(s, *arg)).collect();
                args.push(self.lambda(s, block));
                return method(object, parts.name, args);
            }
            return s.unported(node, format!("`{}` with a block is not ported", parts.name));
        }
        let line = node.start_position().row + 1;
        let items = self.expr(s, receiver);
        let outer = self.before.take();
        let mut body = self.block_body(s, Some(block));
        self.before.replace(outer);
        let Some(last) = body.pop() else { return s.unported(node, "an empty block") };
        let StmtKind::Expr(value) = last.kind else {
            return s.unported(node, format!("`{}` with this block is not ported", parts.name));
        };
        if is_fold {
            let place = at(line, end_line(node), StmtKind::Boilerplate);
            return self.fold(&place, parts.name, param, items, (body, value));
        }
        let name = self.temporary("list");
        let push = |value| {
            at(
                last.line,
                last.end_line,
                StmtKind::Expr(builtin(Builtin::Push, vec![var(&name), value])),
            )
        };
        body.push(match parts.name {
            "map" | "collect" => push(value),
            _ => {
                let cond = if parts.name == "reject" { not(value) } else { value };
                let branches = vec![(cond, vec![push(var(&param))])];
                at(last.line, last.end_line, StmtKind::If { branches, otherwise: None })
            }
        });
        let mut before = self.before.borrow_mut();
        before.push(at(line, line, assign(&name, Expr::List(Vec::new()))));
        let each = StmtKind::ForEach { name: param, items, body };
        before.push(at(line, end_line(node), each));
        var(&name)
    }

    /// Makes a loop before the statement of what a block says of all items: `any?`, `sum`.
    fn fold(
        &self,
        place: &Stmt,
        method: &str,
        param: String,
        items: Expr,
        (mut body, value): (Block, Expr),
    ) -> Expr {
        let name =
            self.temporary(if method == "sum" || method == "count" { "total" } else { "found" });
        let here = |kind| beside(place, kind);
        let plus = |value| assign(&name, binary(BinaryOp::Add, var(&name), value));
        let (start, step) = match method {
            "sum" => (Expr::Int(0), plus(value)),
            "count" => (Expr::Int(0), if_then(value, vec![here(plus(Expr::Int(1)))])),
            _ => {
                let cond = if method == "all?" { not(value) } else { value };
                let set = assign(&name, Expr::Bool(method == "any?"));
                let then = vec![here(set), here(StmtKind::Break)];
                (Expr::Bool(method != "any?"), if_then(cond, then))
            }
        };
        body.push(here(step));
        let mut before = self.before.borrow_mut();
        before.push(here(assign(&name, start)));
        before.push(here(StmtKind::ForEach { name: param, items, body }));
        var(&name)
    }
}
