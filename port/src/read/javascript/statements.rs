//! Statements.

use tree_sitter::Node;

use super::expr::{assignment, expr, thrown};
use super::functions::{add_started, call_statement, exit_code, is_export};
use super::{field_expr, function};
use crate::read::shared::build::{assign, at, builtin, if_then, index, opposite, var};
use crate::read::shared::control::{c_loop, counted_loop, labels, switch, while_loop};
use crate::read::shared::grammar::{Source, apart, named_children, statement};
use crate::read::shared::leave;
use crate::read::shared::several::assign_several;
use crate::read::shared::walk;
use crate::tree::{Block, Builtin, Catch, Expr, Hint, Stmt, StmtKind, Target};

/// Adds the statements of a node.
pub(super) fn add<'t>(source: &mut Source, node: Node<'t>, out: &mut Block) {
    if source.deeper(|source| add_inner(source, node, out)).is_none() {
        out.push(source.stmt(node, StmtKind::Unported("it is nested too deeply".to_owned())));
    }
}

fn add_inner<'t>(source: &mut Source, node: Node<'t>, out: &mut Block) {
    let field = |name: &str| node.child_by_field_name(name);
    let kind = match node.kind() {
        "expression_statement" => {
            let inner = named_children(node).into_iter().filter(|n| n.kind() != "comment");
            inner.for_each(|inner| add_expression(source, inner, out));
            return;
        }
        "lexical_declaration" | "variable_declaration" => {
            return add_declaration(source, node, out);
        }
        "statement_block" => {
            out.extend(source.block(named_children(node), &mut add));
            return;
        }
        "export_statement" => {
            match field("declaration") {
                Some(declaration) => add(source, declaration, out),
                None => out.push(source.stmt(node, StmtKind::Boilerplate)),
            }
            return;
        }
        "for_statement" => return add_for(source, node, out),
        "labeled_statement" => {
            let label = field("label").map(|label| source.text(label)).unwrap_or_default();
            field("body").into_iter().for_each(|body| add(source, body, out));
            out.iter_mut().last().into_iter().for_each(|stmt| leave::resolve_label(label, stmt));
            return;
        }
        "class_declaration" => return add_class(source, node, out),
        "if_statement" => {
            let cond = field("condition").map(|cond| source.text(cond)).unwrap_or_default();
            if is_platform(cond) {
                StmtKind::Boilerplate
            } else if cond.contains("require.main") && cond.contains("module") {
                out.extend(body(source, field("consequence")));
                return;
            } else {
                statement(source, out, |source| read_if(source, node))
            }
        }
        "return_statement"
            if matches!(out.last().map(|last| &last.kind), Some(StmtKind::Exit(_))) =>
        {
            return;
        }
        "import_statement" | "debugger_statement" | "hash_bang_line" => StmtKind::Boilerplate,
        "empty_statement" => return,
        "function_declaration" => named_function(source, node, node),
        "try_statement" => read_try(source, node),
        _ => statement(source, out, |source| read_simple(source, node)),
    };
    out.push(source.stmt(node, kind));
}

/// Returns whether a condition asks for the system, to load the module for it.
fn is_platform(cond: &str) -> bool {
    ["os.platform()", "os.arch()", "process.platform", "process.arch"]
        .iter()
        .any(|name| cond.contains(name))
}

/// Reads a statement that is one statement of the tree.
fn read_simple(source: &mut Source, node: Node) -> StmtKind {
    let field = |name: &str| node.child_by_field_name(name);
    let value = named_children(node).into_iter().find(|n| n.kind() != "comment");
    match node.kind() {
        "while_statement" => {
            let mut before = Block::new();
            let cond = statement(source, &mut before, |s| field_expr(s, field("condition")));
            while_loop(before, cond, body(source, field("body")))
        }
        "do_statement" => {
            let body = body(source, field("body"));
            StmtKind::DoWhile { body, cond: apart(source, |s| field_expr(s, field("condition"))) }
        }
        "for_in_statement" => read_for_in(source, node),
        "switch_statement" => {
            let value = field_expr(source, field("value"));
            let labels = labels(source, field("body"), expr, add);
            switch(value, labels)
        }
        "break_statement" | "continue_statement" if value.is_some() => {
            let label = value.map(|label| source.text(label)).unwrap_or_default();
            leave::to_label(node.kind() == "continue_statement", label)
        }
        "break_statement" => StmtKind::Break,
        "continue_statement" => StmtKind::Continue,
        "return_statement" => StmtKind::Return(value.map(|value| expr(source, value))),
        "throw_statement" => StmtKind::Throw(value.map(|value| thrown(source, value))),
        _ => StmtKind::Unported("this is not understood here".to_owned()),
    }
}

/// Reads what is run by `if`, a loop and the like: a block or one statement.
fn body(source: &mut Source, node: Option<Node>) -> Block {
    node.map(|node| source.block([node], &mut add)).unwrap_or_default()
}

fn read_if(source: &mut Source, node: Node) -> StmtKind {
    let (mut branches, mut otherwise) = (Vec::new(), None);
    let mut next = Some(node);
    while let Some(node) = next.take() {
        let cond = node.child_by_field_name("condition");
        let cond = match branches.is_empty() {
            true => field_expr(source, cond),
            false => apart(source, |source| field_expr(source, cond)),
        };
        branches.push((cond, body(source, node.child_by_field_name("consequence"))));
        let clause = node.child_by_field_name("alternative");
        let inner =
            clause.and_then(|c| named_children(c).into_iter().find(|n| n.kind() != "comment"));
        match inner {
            Some(inner) if inner.kind() == "if_statement" => next = Some(inner),
            inner => otherwise = inner.map(|inner| body(source, Some(inner))),
        }
    }
    StmtKind::If { branches, otherwise }
}

fn add_for(source: &mut Source, node: Node, out: &mut Block) {
    let (mut start, mut step) = (Block::new(), Block::new());
    let parts = |name: &str| {
        let part = node.child_by_field_name(name).filter(|part| part.is_named());
        let part = part.filter(|part| part.kind() != "empty_statement");
        sequence(part.into_iter().collect())
    };
    for part in parts("initializer") {
        match part.kind() {
            "lexical_declaration" | "variable_declaration" => {
                add_declaration(source, part, &mut start);
            }
            _ => add_expression(source, part, &mut start),
        }
    }
    let cond = parts("condition").into_iter().next_back();
    let cond = cond.and_then(|cond| match cond.kind() {
        "expression_statement" => cond.named_child(0),
        _ => Some(cond),
    });
    let cond = cond.map(|cond| apart(source, |source| expr(source, cond)));
    parts("increment").into_iter().for_each(|n| add_expression(source, n, &mut step));
    let body = body(source, node.child_by_field_name("body"));
    let place = source.stmt(node, StmtKind::Boilerplate);
    c_loop(&place, start, cond, step, body, out);
}

/// Returns the expressions of a list with commas, which nests.
fn sequence(nodes: Vec<Node>) -> Vec<Node> {
    let mut all = Vec::new();
    let mut rest: Vec<Node> = nodes.into_iter().rev().collect();
    while let Some(node) = rest.pop() {
        match node.kind() {
            "sequence_expression" => rest.extend(named_children(node).into_iter().rev()),
            "comment" => {}
            _ => all.push(node),
        }
    }
    all
}

fn read_for_in(source: &mut Source, node: Node) -> StmtKind {
    let field = |name: &str| node.child_by_field_name(name);
    let name = match field("left") {
        Some(left) if left.kind() == "identifier" => source.text(left).to_owned(),
        Some(left) if left.kind() == "array_pattern" => return read_pairs(source, node, left),
        _ => return StmtKind::Unported("a loop over several values".to_owned()),
    };
    let items = field_expr(source, field("right"));
    if field("operator").is_some_and(|operator| operator.kind() == "in") {
        let items = builtin(Builtin::Keys, vec![items]);
        return StmtKind::ForEach { name, items, body: body(source, field("body")) };
    }
    StmtKind::ForEach { name, items, body: body(source, field("body")) }
}

/// Reads `for (const [place, item] of list.entries())` and `for (const [key, value] of Object.entries(map))`.
fn read_pairs(source: &mut Source, node: Node, left: Node) -> StmtKind {
    let unknown = || StmtKind::Unported("a loop over several values".to_owned());
    let names = named_children(left);
    let [key, value] = names[..] else { return unknown() };
    let (key, value) = (source.text(key).to_owned(), source.text(value).to_owned());
    let right = node.child_by_field_name("right");
    let callee = right.and_then(|right| right.child_by_field_name("function"));
    let called = callee.map(|callee| source.text(callee)).unwrap_or_default();
    let line = node.start_position().row + 1;
    if called == "Object.entries" {
        let args = right.and_then(|right| right.child_by_field_name("arguments"));
        let Some(map) = args.and_then(|args| args.named_child(0)) else { return unknown() };
        let map = expr(source, map);
        let mut body = body(source, node.child_by_field_name("body"));
        let first = assign(&value, index(map.clone(), var(&key)));
        body.insert(0, at(line, line, first));
        return StmtKind::ForEach { name: key, items: builtin(Builtin::Keys, vec![map]), body };
    }
    let list = callee.and_then(|callee| callee.child_by_field_name("object"));
    let Some(list) =
        list.filter(|list| called.ends_with(".entries") && list.kind() == "identifier")
    else {
        return unknown();
    };
    let list = expr(source, list);
    let body = body(source, node.child_by_field_name("body"));
    let loops = counted_loop(line, &value, &key, 0, list, body);
    loops.into_iter().next_back().map_or_else(unknown, |stmt| stmt.kind)
}

fn read_try(source: &mut Source, node: Node) -> StmtKind {
    let inner = |node: Option<Node>, source: &mut Source| {
        let body = node.and_then(|node| node.child_by_field_name("body"));
        body.map(|body| source.block(named_children(body), &mut add)).unwrap_or_default()
    };
    let body = inner(Some(node), source);
    let handler = node.child_by_field_name("handler");
    let catch = handler.map(|handler| {
        let name = handler.child_by_field_name("parameter").map(|n| source.text(n).to_owned());
        Catch { name, body: inner(Some(handler), source) }
    });
    StmtKind::Try { body, catch, finally: inner(node.child_by_field_name("finalizer"), source) }
}

fn named_function(source: &mut Source, node: Node, named: Node) -> StmtKind {
    let name = named.child_by_field_name("name").map(|n| source.text(n).to_owned());
    match function(source, node, name.unwrap_or_default()) {
        Some(function) => StmtKind::Function(function),
        None => StmtKind::Unported("a function that takes its arguments apart".to_owned()),
    }
}

fn is_function(node: Node) -> bool {
    matches!(node.kind(), "arrow_function" | "function_expression")
}

/// Returns whether a value loads a module.
fn is_module(source: &Source, value: Node) -> bool {
    let written = source.text(value);
    written.starts_with("require(") || written.starts_with("await import(")
}

fn add_declaration(source: &mut Source, node: Node, out: &mut Block) {
    for declarator in named_children(node) {
        let (Some(name), value) =
            (declarator.child_by_field_name("name"), declarator.child_by_field_name("value"))
        else {
            continue;
        };
        let place = if node.named_child_count() == 1 { node } else { declarator };
        let kind = match value {
            Some(value) if is_module(source, value) => StmtKind::Boilerplate,
            Some(value) if name.kind() == "array_pattern" => {
                add_several(source, name, value, out);
                continue;
            }
            _ if name.kind() != "identifier" => {
                StmtKind::Unported("several variables set at once".to_owned())
            }
            Some(value) if is_function(value) => named_function(source, value, declarator),
            value => statement(source, out, |source| StmtKind::Declare {
                name: source.text(name).to_owned(),
                hint: Hint::Unknown,
                value: value.map(|value| expr(source, value)),
            }),
        };
        out.push(source.stmt(place, kind));
    }
}

/// Adds `[a, b] = [1, 2]`.
fn add_several(source: &mut Source, left: Node, right: Node, out: &mut Block) {
    let targets = named_children(left).into_iter().map(|n| super::expr::target(source, n));
    let targets: Option<Vec<Target>> = targets.collect();
    let value = statement(source, out, |source| expr(source, right));
    let place = source.stmt(right, StmtKind::Boilerplate);
    if !targets.is_some_and(|targets| assign_several(&place, targets, value, out)) {
        let reason = "several variables set at once".to_owned();
        out.push(Stmt { kind: StmtKind::Unported(reason), ..place });
    }
}

/// Adds an expression that stands alone.
fn add_expression(source: &mut Source, node: Node, out: &mut Block) {
    let field = |name: &str| node.child_by_field_name(name);
    let kind = match node.kind() {
        "sequence_expression" => {
            sequence(vec![node]).into_iter().for_each(|n| add_expression(source, n, out));
            return;
        }
        "await_expression" | "parenthesized_expression" => {
            let added = source.deeper(|source| {
                named_children(node).into_iter().for_each(|n| add_expression(source, n, out));
            });
            if added.is_none() {
                let reason = "it is nested too deeply".to_owned();
                out.push(source.stmt(node, StmtKind::Unported(reason)));
            }
            return;
        }
        // `'use strict'`.
        "string" => StmtKind::Boilerplate,
        "call_expression" => {
            if add_started(source, node, out) {
                return;
            }
            let call = statement(source, out, |source| call_statement(source, node));
            match call {
                Some(kind) => kind,
                None => statement(source, out, |source| match expr(source, node) {
                    // A list that nothing uses.
                    Expr::Var(_) => StmtKind::Boilerplate,
                    value => StmtKind::Expr(value),
                }),
            }
        }
        "assignment_expression" if field("left").is_some_and(|n| is_export(source, n)) => {
            StmtKind::Boilerplate
        }
        "assignment_expression" if field("left").is_some_and(|n| n.kind() == "array_pattern") => {
            if let (Some(left), Some(right)) = (field("left"), field("right")) {
                add_several(source, left, right, out);
            }
            return;
        }
        "assignment_expression" if field("right").is_some_and(is_function) => {
            let name = field("left").map(|n| source.text(n).to_owned()).unwrap_or_default();
            match field("right").and_then(|right| function(source, right, name)) {
                Some(function) => StmtKind::Function(function),
                None => StmtKind::Unported("this function is not understood here".to_owned()),
            }
        }
        "assignment_expression" | "augmented_assignment_expression" | "update_expression" => {
            let code = exit_code(source, node);
            code.unwrap_or_else(|| {
                statement(source, out, |source| match assignment(source, node) {
                    Some((target, value)) => StmtKind::Assign { target, value },
                    None => {
                        let reason = "this assignment is not understood here";
                        StmtKind::Unported(reason.to_owned())
                    }
                })
            })
        }
        "binary_expression" | "ternary_expression" => return add_short(source, node, out),
        _ => statement(source, out, |source| StmtKind::Expr(expr(source, node))),
    };
    out.push(source.stmt(node, kind));
}

/// Adds `a || b()`, `a && b()` and `a ? b() : c()` as statements.
fn add_short(source: &mut Source, node: Node, out: &mut Block) {
    let field = |name: &str| node.child_by_field_name(name);
    let (cond, yes, no) = match field("operator").map(|operator| operator.kind()) {
        Some("||") => ("left", None, field("right")),
        Some("&&") => ("left", field("right"), None),
        None => ("condition", field("consequence"), field("alternative")),
        Some(_) => {
            let kind = statement(source, out, |source| StmtKind::Expr(expr(source, node)));
            out.push(source.stmt(node, kind));
            return;
        }
    };
    let cond = statement(source, out, |source| field_expr(source, field(cond)));
    let (mut then, mut otherwise) = (Block::new(), Block::new());
    let added = source.deeper(|source| {
        yes.into_iter().for_each(|yes| add_expression(source, yes, &mut then));
        no.into_iter().for_each(|no| add_expression(source, no, &mut otherwise));
    });
    let kind = match (added, yes.is_some(), no.is_some()) {
        (None, ..) => StmtKind::Unported("it is nested too deeply".to_owned()),
        (_, false, _) => if_then(opposite(cond), otherwise),
        (_, _, false) => if_then(cond, then),
        _ => StmtKind::If { branches: vec![(cond, then)], otherwise: Some(otherwise) },
    };
    out.push(source.stmt(node, kind));
}

/// Adds the functions of a class that keeps nothing.
fn add_class(source: &mut Source, node: Node, out: &mut Block) {
    let class = node.child_by_field_name("name").map(|n| source.text(n)).unwrap_or_default();
    let members = node.child_by_field_name("body").map(named_children).unwrap_or_default();
    let is_static = |source: &Source, member: Node| source.text(member).starts_with("static ");
    let is_plain = members.iter().all(|member| match member.kind() {
        "method_definition" | "field_definition" => is_static(source, *member),
        "comment" => true,
        _ => false,
    });
    if !is_plain {
        let reason = format!("the class {class} keeps values; in Rust it is a struct");
        out.push(source.stmt(node, StmtKind::Unported(reason)));
        return;
    }
    let functions = source.block(members, &mut |source, member, out| {
        let kind = match member.kind() {
            "field_definition" => {
                let name = member.child_by_field_name("property").map(|n| source.text(n));
                let value = field_expr(source, member.child_by_field_name("value"));
                StmtKind::Assign { target: Target::Var(name.unwrap_or_default().to_owned()), value }
            }
            _ => named_function(source, member, member),
        };
        out.push(source.stmt(member, kind));
    });
    // `Boats.URL` is a variable now.
    let fields: Vec<String> = functions
        .iter()
        .filter_map(|stmt| match &stmt.kind {
            StmtKind::Assign { target: Target::Var(name), .. } => Some(name.clone()),
            _ => None,
        })
        .collect();
    let mut functions = functions;
    walk::exprs(&mut functions, &mut |expr| {
        if let Expr::Property { object, name } = expr {
            if **object == Expr::Var(class.to_owned()) && fields.contains(name) {
                *expr = Expr::Var(name.clone());
            }
        }
    });
    out.extend(functions);
}
