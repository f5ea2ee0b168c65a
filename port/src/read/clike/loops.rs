//! Loops.

use tree_sitter::Node;

use super::assigned::{before_continue, changes};
use super::{Reader, code_children, field, is_broken};
use crate::language::Language;
use crate::read::shared::build;
use crate::read::shared::grammar::Source;
use crate::tree::{BinaryOp, Block, Builtin, Expr, Hint, Stmt, StmtKind, Target};

const NOT_UNDERSTOOD: &str = "this is not understood here";

impl Reader {
    /// Reads `list.forEach(x -> f(x))`.
    pub(super) fn each_by_function(
        &mut self,
        node: Node,
        object: Expr,
        name: &str,
        mut args: Vec<Expr>,
        out: &mut Block,
    ) {
        match (args.pop(), args.is_empty()) {
            (Some(Expr::Lambda { params, mut body }), true) if params.len() == 1 => {
                if let Some(StmtKind::Return(Some(value))) =
                    body.last_mut().map(|last| &mut last.kind)
                {
                    let value = std::mem::replace(value, Expr::Null);
                    if let Some(last) = body.last_mut() {
                        last.kind = StmtKind::Expr(value);
                    }
                }
                let name = params.into_iter().next().unwrap_or_default();
                self.push(node, StmtKind::ForEach { name, items: object, body }, out);
            }
            _ => self.push_unported(node, &format!("{name} is not ported"), out),
        }
    }

    pub(super) fn while_statement(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        let Some(cond) = field(node, &["condition"]).filter(|cond| !is_broken(*cond, 0)) else {
            return self.push_unported(node, NOT_UNDERSTOOD, out);
        };
        let outer = std::mem::take(&mut self.before);
        let cond = self.condition(src, cond);
        let before = std::mem::replace(&mut self.before, outer);
        let mut body = field(node, &["body"]).map(|body| self.body(src, body)).unwrap_or_default();
        if node.kind() == "do_statement" {
            let (_, end_line) = self.lines(node);
            before_continue(&mut body, &before);
            if !leaves(&body) {
                body.extend(before.into_iter().map(|kind| build::at(end_line, end_line, kind)));
            }
            return self.push(node, StmtKind::DoWhile { body, cond }, out);
        }
        let (line, _) = self.lines(node);
        let cond = self.hoisted(line, cond, before, &mut body);
        self.push(node, StmtKind::While { cond, body }, out);
    }

    /// Moves what happens before the condition of a loop into the loop.
    fn hoisted(&self, line: usize, cond: Expr, before: Vec<StmtKind>, body: &mut Block) -> Expr {
        if before.is_empty() {
            return cond;
        }
        let leave = vec![build::at(line, line, StmtKind::Break)];
        let branches = vec![(negation(cond), leave)];
        let test = StmtKind::If { branches, otherwise: None };
        let head = before.into_iter().chain([test]).map(|kind| build::at(line, line, kind));
        body.splice(0..0, head.collect::<Vec<Stmt>>());
        Expr::Bool(true)
    }

    pub(super) fn for_statement(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        let clause = code_children(node).first().copied();
        match clause.filter(|_| self.language == Language::Go) {
            Some(clause) if clause.kind() == "for_clause" => self.counting(src, node, clause, out),
            Some(clause) if clause.kind() == "range_clause" => self.range(src, node, clause, out),
            Some(clause) if clause.kind() != "block" => self.go_while(src, node, clause, out),
            Some(body) => {
                let body = self.body(src, body);
                self.push(node, StmtKind::While { cond: Expr::Bool(true), body }, out);
            }
            None => self.counting(src, node, node, out),
        }
    }

    fn go_while(&mut self, src: &mut Source, node: Node, cond: Node, out: &mut Block) {
        let cond = self.expr(src, cond);
        let body = field(node, &["body"]).map(|body| self.body(src, body)).unwrap_or_default();
        self.push(node, StmtKind::While { cond, body }, out);
    }

    /// Reads `for (init; condition; update) body`.
    fn counting(&mut self, src: &mut Source, node: Node, clause: Node, out: &mut Block) {
        if ["initializer", "init", "condition", "update"]
            .iter()
            .filter_map(|name| clause.child_by_field_name(name))
            .any(|part| is_broken(part, 0))
        {
            return self.push_unported(node, NOT_UNDERSTOOD, out);
        }
        let mut init = Block::new();
        for part in parts(clause, &["initializer", "init"]) {
            self.for_part(src, part, &mut init);
        }
        let outer = std::mem::take(&mut self.before);
        let cond = field(clause, &["condition"]).map(|cond| self.condition(src, cond));
        let before = std::mem::replace(&mut self.before, outer);
        let cond = cond.unwrap_or(Expr::Bool(true));
        let mut body = field(node, &["body"]).map(|body| self.body(src, body)).unwrap_or_default();
        let mut update = Block::new();
        for part in parts(clause, &["update"]) {
            self.for_part(src, part, &mut update);
        }
        if let Some(kind) =
            before.is_empty().then(|| counted(&init, &cond, &update, &mut body)).flatten()
        {
            return self.push(node, kind, out);
        }
        let update: Vec<StmtKind> = update.into_iter().map(|stmt| stmt.kind).collect();
        before_continue(&mut body, &update);
        let (line, end_line) = self.lines(node);
        if !leaves(&body) {
            body.extend(update.into_iter().map(|kind| build::at(end_line, end_line, kind)));
        }
        let cond = self.hoisted(line, cond, before, &mut body);
        out.extend(init);
        self.push(node, StmtKind::While { cond, body }, out);
    }

    fn for_part(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        match node.kind() {
            kind if kind.ends_with("declaration") => self.declaration(src, node, out),
            _ => self.expression(src, node, out),
        }
    }

    pub(super) fn for_each(&mut self, src: &mut Source, node: Node, out: &mut Block) {
        let items = field(node, &["right", "value"]);
        let name = field(node, &["left", "name", "declarator"]);
        let (Some(items), Some(name)) = (items.filter(|items| !is_broken(*items, 0)), name) else {
            return self.push_unported(node, NOT_UNDERSTOOD, out);
        };
        let name = src.text(name).trim_matches(['&', '*', ' ']).to_owned();
        if name.contains(['[', '(']) {
            return self.push_unported(node, "a loop over pairs is not ported", out);
        }
        let mut items = self.expr(src, items);
        let map = match &items {
            Expr::Method { object, name, args } if name == "entrySet" && args.is_empty() => {
                Some((**object).clone())
            }
            map if matches!(self.hint_of(map), Hint::Map(_)) => Some(map.clone()),
            _ => None,
        };
        if let Some(map) = &map {
            items = build::builtin(Builtin::Keys, vec![map.clone()]);
        }
        self.entry = map;
        self.each(src, node, &name, items, out);
    }

    fn each(&mut self, src: &mut Source, node: Node, name: &str, items: Expr, out: &mut Block) {
        let is_args = matches!(&items, Expr::Var(list) if self.args.as_ref() == Some(list));
        if is_args && !self.is_c() {
            return self.each_argument(src, node, name, out);
        }
        let (hint, items) = match self.hint_of(&items) {
            Hint::List(item) => (*item, items),
            Hint::Text if self.language == Language::Go => {
                return self.push_unported(node, "a loop over characters is not ported", out);
            }
            _ => (Hint::Unknown, items),
        };
        let written = field(node, &["type"]).map(|ty| self.types.hint(src.text(ty)));
        let hint = written.filter(|hint| *hint != Hint::Unknown).unwrap_or(hint);
        self.declare(name, hint);
        if let Some(map) = self.entry.take() {
            self.entries.insert(name.to_owned(), map);
        }
        let body = field(node, &["body"]).map(|body| self.body(src, body)).unwrap_or_default();
        self.push(node, StmtKind::ForEach { name: name.to_owned(), items, body }, out);
    }

    /// Reads a loop over the arguments of the program.
    fn each_argument(&mut self, src: &mut Source, node: Node, name: &str, out: &mut Block) {
        self.declare(name, Hint::Text);
        let body = field(node, &["body"]).map(|body| self.body(src, body)).unwrap_or_default();
        let at = if name == "i" { "at" } else { "i" };
        let to = build::builtin(Builtin::ArgCount, Vec::new());
        self.push(node, count(at, Expr::Int(0), to, false, 1, body), out);
        let found = build::builtin(Builtin::Arg, vec![build::var(at)]);
        self.first_in_loop(node, name, found, out);
    }

    /// Reads `for i, x := range items`.
    fn range(&mut self, src: &mut Source, node: Node, clause: Node, out: &mut Block) {
        let names: Vec<String> = field(clause, &["left"])
            .map(|left| code_children(left).iter().map(|name| src.text(*name).to_owned()).collect())
            .unwrap_or_default();
        let is_args =
            field(clause, &["right"]).is_some_and(|right| src.text(right) == "os.Args[1:]");
        if let (true, ["_", name]) =
            (is_args, &*names.iter().map(String::as_str).collect::<Vec<_>>())
        {
            return self.each_argument(src, node, name, out);
        }
        let items = self.field(src, clause, &["right"]);
        let hint = self.hint_of(&items);
        let first = names.first().map_or("_", String::as_str);
        let second = names.get(1).map_or("_", String::as_str);
        let at = if first == "_" { "i" } else { first };
        if hint == Hint::Int {
            self.declare(at, Hint::Int);
            let body = field(node, &["body"]).map(|body| self.body(src, body)).unwrap_or_default();
            let kind = count(at, Expr::Int(0), items, false, 1, body);
            return self.push(node, kind, out);
        }
        match (hint, first, second) {
            (Hint::Map(_), key, "_") if key != "_" => {
                let keys = build::builtin(Builtin::Keys, vec![items]);
                self.each(src, node, key, keys, out);
            }
            (Hint::Map(value), key, item) if key != "_" => {
                self.declare(item, *value);
                let found = build::index(items.clone(), build::var(key));
                let keys = build::builtin(Builtin::Keys, vec![items]);
                self.each(src, node, key, keys, out);
                self.first_in_loop(node, item, found, out);
            }
            (Hint::Map(_), ..) => {
                self.push_unported(node, "this loop over a map is not ported", out)
            }
            (_, "_", item) => {
                let item = if item == "_" { "_item" } else { item };
                self.each(src, node, item, items, out);
            }
            (hint, at, item) => {
                if let Hint::List(inner) = hint {
                    self.declare(item, *inner);
                }
                self.declare(at, Hint::Int);
                let found = build::index(items.clone(), build::var(at));
                let length = build::builtin(Builtin::Length, vec![items]);
                let body =
                    field(node, &["body"]).map(|body| self.body(src, body)).unwrap_or_default();
                let kind = count(at, Expr::Int(0), length, false, 1, body);
                self.push(node, kind, out);
                if item != "_" {
                    self.first_in_loop(node, item, found, out);
                }
            }
        }
    }

    fn first_in_loop(&self, node: Node, item: &str, found: Expr, out: &mut Block) {
        let hint = self.hints.get(item).cloned().unwrap_or_default();
        let kind = StmtKind::Declare { name: item.to_owned(), hint, value: Some(found) };
        let (line, _) = self.lines(node);
        if let Some(StmtKind::For { body, .. } | StmtKind::ForEach { body, .. }) =
            out.last_mut().map(|last| &mut last.kind)
        {
            body.insert(0, build::at(line, line, kind));
        }
    }
}

fn count(name: &str, from: Expr, to: Expr, inclusive: bool, step: i64, body: Block) -> StmtKind {
    StmtKind::For { name: name.to_owned(), from, to, inclusive, step, body }
}

/// Returns whether the end of a block is not reached.
fn leaves(body: &Block) -> bool {
    body.last().is_some_and(|last| {
        matches!(
            last.kind,
            StmtKind::Break | StmtKind::Return(_) | StmtKind::Continue | StmtKind::Exit(_)
        )
    })
}

/// Returns the parts of a `for` in fields: `i = 0, j = 1` has two.
fn parts<'t>(clause: Node<'t>, names: &[&str]) -> Vec<Node<'t>> {
    let mut found = Vec::new();
    for name in names {
        let mut cursor = clause.walk();
        found.extend(clause.children_by_field_name(name, &mut cursor));
    }
    found.into_iter().filter(|node| node.is_named()).collect()
}

/// Returns the opposite of a condition.
fn negation(cond: Expr) -> Expr {
    let opposite = |op| {
        Some(match op {
            BinaryOp::Eq => BinaryOp::Ne,
            BinaryOp::Ne => BinaryOp::Eq,
            _ => return None,
        })
    };
    match cond {
        Expr::Binary { op, left, right } => match opposite(op) {
            Some(op) => Expr::Binary { op, left, right },
            None => build::not(Expr::Binary { op, left, right }),
        },
        Expr::Unary { op: crate::tree::UnaryOp::Not, value } => *value,
        cond => build::not(cond),
    }
}

/// Returns the counting loop that a `for` is: `for (int i = 0; i < n; i++)`.
fn counted(init: &Block, cond: &Expr, update: &Block, body: &mut Block) -> Option<StmtKind> {
    let ([init], [update]) = (init.as_slice(), update.as_slice()) else { return None };
    let StmtKind::Declare { name, value: Some(from), .. } = &init.kind else { return None };
    let StmtKind::Assign { target: Target::Var(changed), value } = &update.kind else {
        return None;
    };
    let Expr::Binary { op, left, right: step } = value else { return None };
    let step = match (op, &**left, &**step) {
        (BinaryOp::Add, Expr::Var(left), Expr::Int(step)) if left == name => *step,
        (BinaryOp::Sub, Expr::Var(left), Expr::Int(step)) if left == name => step.checked_neg()?,
        _ => return None,
    };
    let Expr::Binary { op, left, right: to } = cond else { return None };
    if changed != name || **left != Expr::Var(name.clone()) || !is_steady(to, body) {
        return None;
    }
    let inclusive = match (op, step) {
        (BinaryOp::Lt, 1..) => false,
        (BinaryOp::Le, 1..) => true,
        (BinaryOp::Gt, ..=-1) => false,
        (BinaryOp::Ge, ..=-1) => true,
        (BinaryOp::Ne, 1 | -1) => false,
        _ => return None,
    };
    if changes(body, name) {
        return None;
    }
    Some(count(name, from.clone(), (**to).clone(), inclusive, step, std::mem::take(body)))
}

/// Returns whether the end of a loop stays the same while it runs.
fn is_steady(to: &Expr, body: &mut Block) -> bool {
    match to {
        Expr::Int(_) => true,
        Expr::Var(name) => !changes(body, name),
        Expr::Binary { left, right, .. } => is_steady(left, body) && is_steady(right, body),
        Expr::Builtin { function: Builtin::Length, args } => {
            args.first().is_some_and(|arg| is_steady(arg, body))
        }
        Expr::Builtin { function: Builtin::ArgCount, .. } => true,
        Expr::Property { name, .. } | Expr::Method { name, .. } => {
            ["Size", "Count", "Num", "Length"].iter().any(|word| name.contains(word))
        }
        _ => false,
    }
}
