//! Statements.

use tree_sitter::Node;

use super::expr::{expr, is_closure};
use super::functions::boilerplate;
use super::loops::pairs;
use super::{field_expr, function, name};
use crate::read::shared::build::{beside, binary, builtin, if_then, opposite, text};
use crate::read::shared::catches::{self, Clause};
use crate::read::shared::control::{c_loop, labels, switch, while_loop};
use crate::read::shared::grammar::{Source, apart, named_children, raised, statement};
use crate::read::shared::leave;
use crate::read::shared::several::assign_several;
use crate::read::shared::texts::{is_text, print, text_of};
use crate::read::shared::walk;
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, Stmt, StmtKind, Target};

/// Adds the statements of a node.
pub(super) fn add<'t>(source: &mut Source, node: Node<'t>, out: &mut Block) {
    if source.deeper(|source| add_inner(source, node, out)).is_none() {
        out.push(source.stmt(node, StmtKind::Unported("it is nested too deeply".to_owned())));
    }
}

fn add_inner<'t>(source: &mut Source, node: Node<'t>, out: &mut Block) {
    let kind = match node.kind() {
        "expression_statement" if is_short_echo(source, node) => statement(source, out, |source| {
            print(field_expr(source, node.named_child(0)), false, false)
        }),
        "expression_statement" => {
            named_children(node).into_iter().for_each(|child| add_expression(source, child, out));
            return;
        }
        "compound_statement" | "colon_block" => {
            out.extend(source.block(named_children(node), &mut add));
            return;
        }
        "text_interpolation" | "declare_statement" => {
            if node.kind() == "declare_statement" {
                out.push(source.stmt(node, StmtKind::Boilerplate));
            }
            let inner = named_children(node).into_iter();
            inner.filter(|n| n.kind() != "declare_directive").for_each(|n| add(source, n, out));
            return;
        }
        "namespace_definition" => {
            let body = node.child_by_field_name("body");
            out.push(source.stmt(node, StmtKind::Boilerplate));
            out.extend(source.block(body.map(named_children).unwrap_or_default(), &mut add));
            return;
        }
        "for_statement" => return add_for(source, node, out),
        "class_declaration" => return add_class(source, node, out),
        "const_declaration" => return add_constants(source, node, out),
        "exit_statement" => return add_exit(source, node, named_children(node), out),
        "text" => return add_html(source, node, out),
        "empty_statement" | "php_tag" | "php_end_tag" => return,
        "namespace_use_declaration" | "global_declaration" => StmtKind::Boilerplate,
        "function_definition" => {
            let name = node.child_by_field_name("name").map(|n| name(source, n));
            StmtKind::Function(function(source, node, name.unwrap_or_default()))
        }
        "try_statement" => read_try(source, node),
        "unset_statement" => match named_children(node)[..] {
            [one] if one.kind() == "variable_name" => StmtKind::Dispose(name(source, one)),
            _ => StmtKind::Unported("it removes an entry".to_owned()),
        },
        _ => statement(source, out, |source| read_simple(source, node)),
    };
    // What a condition needs stands before the statement.
    out.push(source.stmt(node, kind));
}

/// Reads a statement that is one statement of the tree.
fn read_simple(source: &mut Source, node: Node) -> StmtKind {
    let field = |name: &str| node.child_by_field_name(name);
    match node.kind() {
        "echo_statement" => {
            let parts = sequence(named_children(node));
            let mut parts: Vec<Expr> = parts.into_iter().map(|part| expr(source, part)).collect();
            let value = if parts.len() == 1 { parts.remove(0) } else { text_of(parts) };
            print(value, false, false)
        }
        "if_statement" => read_if(source, node),
        "while_statement" => {
            let mut before = Block::new();
            let cond = statement(source, &mut before, |s| field_expr(s, field("condition")));
            while_loop(before, cond, body(source, field("body")))
        }
        "do_statement" => {
            let body = body(source, field("body"));
            StmtKind::DoWhile { body, cond: apart(source, |s| field_expr(s, field("condition"))) }
        }
        "foreach_statement" => read_foreach(source, node),
        "switch_statement" => {
            let value = field_expr(source, field("condition"));
            let labels = labels(source, field("body"), expr, add);
            switch(value, labels)
        }
        "break_statement" | "continue_statement" => {
            let levels = named_children(node).into_iter().find(|n| n.kind() != "comment");
            let levels = levels.map_or(Some(1), |levels| source.text(levels).parse().ok());
            match levels {
                Some(levels) => leave::levels(node.kind() == "continue_statement", levels),
                None => StmtKind::Unported(leave::REASON.to_owned()),
            }
        }
        "return_statement" => {
            StmtKind::Return(named_children(node).first().map(|value| expr(source, *value)))
        }
        "function_static_declaration" => {
            StmtKind::Unported("a variable that outlives the call".to_owned())
        }
        "interface_declaration" | "trait_declaration" | "enum_declaration" => {
            StmtKind::Unported("a type of the script".to_owned())
        }
        "goto_statement" | "named_label_statement" => StmtKind::Unported("a `goto`".to_owned()),
        _ => StmtKind::Unported("this is not understood here".to_owned()),
    }
}

/// Returns whether a statement is the one in `<?= $x ?>`.
fn is_short_echo(source: &Source, node: Node) -> bool {
    let before = source.text.get(..node.start_byte()).unwrap_or_default();
    before.trim_end_matches(' ').ends_with("<?=")
}

/// Returns the expressions of a list with commas, which nests to the right.
fn sequence(nodes: Vec<Node>) -> Vec<Node> {
    let mut all = Vec::new();
    let mut rest: Vec<Node> = nodes.into_iter().rev().collect();
    while let Some(node) = rest.pop() {
        match node.kind() {
            "sequence_expression" => rest.extend(named_children(node).into_iter().rev()),
            "comment" => {}
            _ if node.is_named() => all.push(node),
            _ => {}
        }
    }
    all
}

/// Reads what is run by `if`, a loop and the like: a block or one statement.
fn body(source: &mut Source, node: Option<Node>) -> Block {
    node.map(|node| source.block([node], &mut add)).unwrap_or_default()
}

fn read_if(source: &mut Source, node: Node) -> StmtKind {
    let cond = field_expr(source, node.child_by_field_name("condition"));
    let mut branches = vec![(cond, body(source, node.child_by_field_name("body")))];
    let mut otherwise = None;
    let mut cursor = node.walk();
    let alternatives: Vec<Node> = node.children_by_field_name("alternative", &mut cursor).collect();
    for clause in alternatives {
        let inner = clause.child_by_field_name("body");
        match clause.child_by_field_name("condition") {
            Some(cond) => {
                let cond = apart(source, |source| expr(source, cond));
                branches.push((cond, body(source, inner)));
            }
            None => otherwise = Some(body(source, inner)),
        }
    }
    // `else if` in two words.
    if let Some([only]) = otherwise.as_deref() {
        if let StmtKind::If { branches: more, otherwise: last } = &only.kind {
            branches.extend(more.clone());
            otherwise = last.clone();
        }
    }
    StmtKind::If { branches, otherwise }
}

fn add_for(source: &mut Source, node: Node, out: &mut Block) {
    let part = |name: &str| {
        let mut cursor = node.walk();
        sequence(node.children_by_field_name(name, &mut cursor).collect())
    };
    let (mut start, mut step) = (Block::new(), Block::new());
    part("initialize").into_iter().for_each(|n| add_expression(source, n, &mut start));
    let cond = part("condition").last().map(|cond| apart(source, |s| expr(s, *cond)));
    part("update").into_iter().for_each(|n| add_expression(source, n, &mut step));
    let body = body(source, node.child_by_field_name("body"));
    let place = source.stmt(node, StmtKind::Boilerplate);
    c_loop(&place, start, cond, step, body, out);
}

fn read_foreach(source: &mut Source, node: Node) -> StmtKind {
    let field = node.child_by_field_name("body");
    let parts: Vec<Node> = named_children(node)
        .into_iter()
        .filter(|n| Some(*n) != field && n.kind() != "comment")
        .collect();
    let [items, item] = parts[..] else {
        return StmtKind::Unported("this loop is not understood here".to_owned());
    };
    let items = expr(source, items);
    let block = body(source, field);
    let (key, value) = match item.kind() {
        "pair" => match named_children(item)[..] {
            [key, value] => (Some(name(source, key)), value),
            _ => (None, item),
        },
        _ => (None, item),
    };
    if value.kind() != "variable_name" {
        return StmtKind::Unported("a loop by reference, or over several values".to_owned());
    }
    let name = name(source, value);
    match key.filter(|key| walk::uses(&block, key)) {
        Some(key) => pairs(source, node, (key, name), items, block),
        None => StmtKind::ForEach { name, items, body: block },
    }
}

fn read_try(source: &mut Source, node: Node) -> StmtKind {
    let block = node.child_by_field_name("body").map(named_children).unwrap_or_default();
    let block = source.block(block, &mut add);
    let raising = node.child_by_field_name("body").unwrap_or(node);
    let raised = raised(source, raising, &block, &raised_kind);
    let (mut clauses, mut finally) = (Vec::new(), Block::new());
    for clause in named_children(node) {
        let inner = clause.child_by_field_name("body").map(named_children).unwrap_or_default();
        match clause.kind() {
            "catch_clause" => {
                let ty = clause.child_by_field_name("type").map(|ty| source.text(ty));
                let kinds = ty.unwrap_or_default().split('|').map(|kind| kind.trim().to_owned());
                let kinds = kinds.collect();
                let name = clause.child_by_field_name("name").map(|n| name(source, n));
                let place = source.stmt(clause, StmtKind::Boilerplate);
                let body = source.block(inner, &mut add);
                let (line, end_line) = (place.line, place.end_line);
                clauses.push(Clause { kinds, line, end_line, catch: Catch { name, body } });
            }
            "finally_clause" => finally = source.block(inner, &mut add),
            _ => {}
        }
    }
    match catches::choose(clauses, &block, &raised) {
        Ok(catch) => StmtKind::Try { body: block, catch, finally },
        Err(reason) => StmtKind::Unported(reason),
    }
}

/// Returns the kind of error that a node throws.
fn raised_kind(source: &Source, node: Node) -> Option<String> {
    let thrown = node.named_child(0).filter(|_| node.kind() == "throw_expression")?;
    let class = thrown.named_child(0).filter(|_| thrown.kind() == "object_creation_expression")?;
    Some(source.text(class).to_owned())
}

/// Adds an expression that stands alone.
fn add_expression(source: &mut Source, node: Node, out: &mut Block) {
    let kind = match node.kind() {
        "binary_expression" | "parenthesized_expression" => return add_short(source, node, out),
        "function_call_expression" => {
            let function = node.child_by_field_name("function").map(|n| name(source, n));
            let function = function.unwrap_or_default();
            let args = node.child_by_field_name("arguments").map(named_children);
            if matches!(function.to_ascii_lowercase().as_str(), "exit" | "die") {
                return add_exit(source, node, args.unwrap_or_default(), out);
            }
            match boilerplate(&function) {
                true => StmtKind::Boilerplate,
                false => statement(source, out, |s| super::functions::call_statement(s, node)),
            }
        }
        "include_expression"
        | "include_once_expression"
        | "require_expression"
        | "require_once_expression" => StmtKind::Boilerplate,
        "print_intrinsic" => statement(source, out, |source| {
            print(field_expr(source, node.named_child(0)), false, false)
        }),
        "throw_expression" => statement(source, out, |source| {
            StmtKind::Throw(node.named_child(0).map(|value| super::expr::thrown(source, value)))
        }),
        "assignment_expression" if is_closure(node.child_by_field_name("right")) => {
            let left = node.child_by_field_name("left").map(|n| name(source, n));
            let right = node.child_by_field_name("right").unwrap_or(node);
            StmtKind::Function(super::expr::closure(source, right, left.unwrap_or_default()))
        }
        "assignment_expression" if is_list(node.child_by_field_name("left")) => {
            return add_several(source, node, out);
        }
        "assignment_expression" | "augmented_assignment_expression" | "update_expression" => {
            statement(source, out, |source| match super::expr::assignment(source, node) {
                Some((Target::Index { object, index: Expr::Null }, value)) => {
                    StmtKind::Expr(builtin(Builtin::Push, vec![object, value]))
                }
                Some((target, value)) => StmtKind::Assign { target, value },
                None => StmtKind::Unported("this assignment is not understood here".to_owned()),
            })
        }
        "reference_assignment_expression" => StmtKind::Unported("a reference".to_owned()),
        "error_suppression_expression" => {
            named_children(node).into_iter().for_each(|child| add_expression(source, child, out));
            return;
        }
        "conditional_expression" if node.child_by_field_name("body").is_some() => {
            let field = |name: &str| node.child_by_field_name(name);
            let cond = statement(source, out, |s| field_expr(s, field("condition")));
            let (mut yes, mut no) = (Block::new(), Block::new());
            field("body").into_iter().for_each(|n| add_expression(source, n, &mut yes));
            field("alternative").into_iter().for_each(|n| add_expression(source, n, &mut no));
            StmtKind::If { branches: vec![(cond, yes)], otherwise: Some(no) }
        }
        "match_expression" => statement(source, out, |source| read_match(source, node)),
        _ => statement(source, out, |source| StmtKind::Expr(expr(source, node))),
    };
    out.push(source.stmt(node, kind));
}

fn is_list(node: Option<Node>) -> bool {
    node.is_some_and(|node| matches!(node.kind(), "list_literal" | "array_creation_expression"))
}

/// Adds `[$a, $b] = [1, 2]`.
fn add_several(source: &mut Source, node: Node, out: &mut Block) {
    let left = node.child_by_field_name("left").map(named_children).unwrap_or_default();
    let targets = left.into_iter().map(|item| {
        let plain = if item.named_child_count() == 1 && item.kind() != "variable_name" {
            item.named_child(0).unwrap_or(item)
        } else {
            item
        };
        super::expr::target(source, plain)
    });
    let targets: Option<Vec<Target>> = targets.collect();
    let right = statement(source, out, |s| field_expr(s, node.child_by_field_name("right")));
    let place = source.stmt(node, StmtKind::Boilerplate);
    if !targets.is_some_and(|targets| assign_several(&place, targets, right, out)) {
        let reason = "several variables set at once".to_owned();
        out.push(Stmt { kind: StmtKind::Unported(reason), ..place });
    }
}

/// Adds `a or b` and `a and b` as statements.
fn add_short(source: &mut Source, node: Node, out: &mut Block) {
    if node.kind() == "parenthesized_expression" {
        named_children(node).into_iter().for_each(|child| add_expression(source, child, out));
        return;
    }
    let operator =
        node.child_by_field_name("operator").map(|n| source.text(n).to_ascii_lowercase());
    let is_or = match operator.as_deref() {
        Some("or" | "||") => true,
        Some("and" | "&&") => false,
        _ => {
            let kind = statement(source, out, |source| StmtKind::Expr(expr(source, node)));
            out.push(source.stmt(node, kind));
            return;
        }
    };
    let cond = statement(source, out, |s| field_expr(s, node.child_by_field_name("left")));
    let mut then = Block::new();
    let right = node.child_by_field_name("right");
    let added = source.deeper(|source| {
        right.into_iter().for_each(|right| add_expression(source, right, &mut then));
    });
    let kind = match added {
        Some(()) => if_then(if is_or { opposite(cond) } else { cond }, then),
        None => StmtKind::Unported("it is nested too deeply".to_owned()),
    };
    out.push(source.stmt(node, kind));
}

/// Adds the end of the program. A text is printed before it.
fn add_exit(source: &mut Source, node: Node, args: Vec<Node>, out: &mut Block) {
    let args = args.into_iter().filter(|arg| arg.kind() != "comment");
    let args = args.filter_map(|arg| match arg.kind() {
        "argument" => arg.named_child(0),
        _ => Some(arg),
    });
    let code = statement(source, out, |source| args.map(|arg| expr(source, arg)).next());
    let place = source.stmt(node, StmtKind::Exit(None));
    match code {
        Some(message) if is_text(&message) || matches!(message, Expr::Method { .. }) => {
            out.push(beside(&place, print(message, false, false)));
            out.push(place);
        }
        code => out.push(Stmt { kind: StmtKind::Exit(code), ..place }),
    }
}

/// Adds the text outside of PHP, which goes to the output.
fn add_html(source: &mut Source, node: Node, out: &mut Block) {
    let place = source.stmt(node, StmtKind::Boilerplate);
    for (at, line) in source.text(node).lines().enumerate() {
        if !line.trim().is_empty() && !line.starts_with("#!") {
            let kind = StmtKind::Print { value: text(line), newline: true, to_stderr: false };
            let line = place.line + at;
            out.push(Stmt { line, end_line: line, ..beside(&place, kind) });
        }
    }
}

/// Adds `const X = 1;`.
fn add_constants(source: &mut Source, node: Node, out: &mut Block) {
    for element in named_children(node).into_iter().filter(|n| n.kind() == "const_element") {
        if let [name, value] = named_children(element)[..] {
            let target = Target::Var(source.text(name).to_owned());
            let value = expr(source, value);
            out.push(source.stmt(element, StmtKind::Assign { target, value }));
        }
    }
}

/// Adds the functions of a class that keeps nothing.
fn add_class(source: &mut Source, node: Node, out: &mut Block) {
    let class = node.child_by_field_name("name").map(|n| source.text(n)).unwrap_or_default();
    let members = node.child_by_field_name("body").map(named_children).unwrap_or_default();
    let is_plain = members.iter().all(|member| match member.kind() {
        "method_declaration" => {
            let name = member.child_by_field_name("name").map(|n| source.text(n));
            let is_static = named_children(*member).iter().any(|n| n.kind() == "static_modifier");
            is_static && !name.is_some_and(|name| name.starts_with("__"))
        }
        "const_declaration" | "comment" => true,
        _ => false,
    });
    if !is_plain {
        let reason = format!("the class {class} keeps values; in Rust it is a struct");
        out.push(source.stmt(node, StmtKind::Unported(reason)));
        return;
    }
    let functions = source.block(members, &mut |source, member, out| {
        if member.kind() == "const_declaration" {
            return add_constants(source, member, out);
        }
        let name = member.child_by_field_name("name").map(|n| name(source, n));
        let function = function(source, member, name.unwrap_or_default());
        out.push(source.stmt(member, StmtKind::Function(function)));
    });
    out.extend(functions);
}

/// Reads a `match` whose arms do something.
fn read_match(source: &mut Source, node: Node) -> StmtKind {
    let value = field_expr(source, node.child_by_field_name("condition"));
    let arms = node.child_by_field_name("body").map(named_children).unwrap_or_default();
    let (mut cases, mut otherwise) = (Vec::new(), None);
    for arm in arms.into_iter().filter(|arm| arm.kind() != "comment") {
        let mut body = Block::new();
        let result = arm.child_by_field_name("return_expression");
        result.into_iter().for_each(|n| add_expression(source, n, &mut body));
        let values = arm.child_by_field_name("conditional_expressions").map(named_children);
        match values {
            Some(values) => {
                cases.push((
                    values.into_iter().map(|v| expr(source, v)).collect::<Vec<Expr>>(),
                    body,
                ));
            }
            None => otherwise = Some(body),
        }
    }
    if value != Expr::Bool(true) {
        return StmtKind::Switch { value, cases, otherwise };
    }
    let branches = cases.into_iter().filter_map(|(conds, body)| {
        let cond = conds.into_iter().reduce(|a, b| binary(BinaryOp::Or, a, b))?;
        Some((cond, body))
    });
    StmtKind::If { branches: branches.collect(), otherwise }
}
