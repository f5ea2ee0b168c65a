//! Statements.

use tree_sitter::Node;

use super::commands::{command_statement, is_statement_command};
use super::expr::{core, expr, parts};
use super::{CURRENT, ERROR, NOWHERE, hint, name};
use crate::read::shared::build::{binary, builtin, choice, opposite};
use crate::read::shared::catches::{self, Clause};
use crate::read::shared::control::{c_loop, switch, while_loop};
use crate::read::shared::grammar::{Source, apart, named_children, statement};
use crate::read::shared::texts::{print, text_of};
use crate::read::shared::walk;
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, Function, Hint, Param, StmtKind, Target};

/// Adds the statements of a node.
pub(super) fn add<'t>(source: &mut Source, node: Node<'t>, out: &mut Block) {
    if source.deeper(|source| add_inner(source, node, out)).is_none() {
        out.push(source.stmt(node, StmtKind::Unported("it is nested too deeply".to_owned())));
    }
}

fn add_inner<'t>(source: &mut Source, node: Node<'t>, out: &mut Block) {
    let kind = match node.kind() {
        "statement_list" | "script_block_body" | "script_block" | "named_block_list" => {
            out.extend(source.block(named_children(node), &mut add));
            return;
        }
        "statement_block" => {
            out.extend(block(source, Some(node)));
            return;
        }
        "empty_statement" => return,
        "pipeline" => return add_pipeline(source, node, out),
        "param_block" => return add_arguments(source, node, out),
        "if_statement" => statement(source, out, |source| read_if(source, node)),
        "while_statement" => {
            let mut before = Block::new();
            let cond = node.child_by_field_name("condition");
            let cond = statement(source, &mut before, |s| optional(s, cond));
            while_loop(before, cond, inner(source, node))
        }
        "do_statement" => {
            let body = inner(source, node);
            let cond = node.child_by_field_name("condition");
            let cond = apart(source, |source| optional(source, cond));
            let mut cursor = node.walk();
            let is_until = node.children(&mut cursor).any(|n| n.kind() == "until");
            StmtKind::DoWhile { body, cond: if is_until { opposite(cond) } else { cond } }
        }
        "for_statement" => return add_for(source, node, out),
        "foreach_statement" => statement(source, out, |source| {
            let body = inner(source, node);
            match parts(node)[..] {
                [item, items, ..] if item.kind() == "variable" => {
                    let name = name(source, item);
                    for_each(source, name, items, body)
                }
                _ => StmtKind::Unported("this loop is not understood here".to_owned()),
            }
        }),
        "switch_statement" => statement(source, out, |source| read_switch(source, node)),
        "try_statement" => read_try(source, node),
        "function_statement" => StmtKind::Function(function(source, node)),
        "flow_control_statement" => statement(source, out, |source| read_flow(source, node)),
        _ => StmtKind::Unported("this is not understood here".to_owned()),
    };
    out.push(source.stmt(node, kind));
}

fn optional(source: &mut Source, node: Option<Node>) -> Expr {
    node.map_or(Expr::Null, |node| expr(source, node))
}

/// Reads a `statement_block`.
fn block(source: &mut Source, node: Option<Node>) -> Block {
    node.map(|node| source.block(named_children(node), &mut add)).unwrap_or_default()
}

/// Reads the block of a loop.
fn inner(source: &mut Source, node: Node) -> Block {
    let body = named_children(node).into_iter().find(|n| n.kind() == "statement_block");
    block(source, body)
}

fn read_if(source: &mut Source, node: Node) -> StmtKind {
    let cond = optional(source, node.child_by_field_name("condition"));
    let mut branches = vec![(cond, inner(source, node))];
    let clauses = node.child_by_field_name("elseif_clauses").map(parts).unwrap_or_default();
    for clause in clauses {
        let cond = clause.child_by_field_name("condition");
        let cond = apart(source, |source| optional(source, cond));
        branches.push((cond, inner(source, clause)));
    }
    let otherwise = node.child_by_field_name("else_clause").map(|clause| inner(source, clause));
    StmtKind::If { branches, otherwise }
}

fn add_for(source: &mut Source, node: Node, out: &mut Block) {
    let (mut start, mut step) = (Block::new(), Block::new());
    let part = |name: &str| node.child_by_field_name(name).map(parts).unwrap_or_default();
    part("for_initializer").into_iter().for_each(|n| add(source, n, &mut start));
    let cond = part("for_condition").into_iter().next();
    let cond = cond.map(|cond| apart(source, |source| expr(source, cond)));
    part("for_iterator").into_iter().for_each(|n| add(source, n, &mut step));
    let body = inner(source, node);
    let place = source.stmt(node, StmtKind::Boilerplate);
    c_loop(&place, start, cond, step, body, out);
}

/// Returns a loop over a list or a range.
fn for_each(source: &mut Source, name: String, items: Node, body: Block) -> StmtKind {
    let mut list = core(items);
    while list.kind() == "parenthesized_expression" {
        let [only] = parts(list)[..] else { break };
        list = core(only);
    }
    if source.text(list).ends_with(".Keys") {
        return StmtKind::Unported("a loop over keys".to_owned());
    }
    if let ("range_expression", [from, to]) = (list.kind(), &parts(list)[..]) {
        let (from, to) = (expr(source, *from), expr(source, *to));
        return range(name, from, to, body);
    }
    // The grammar reads `0..($n - 1)` as a command.
    let from = list.child_by_field_name("command_name").map(|n| source.text(n).trim());
    let from = from.and_then(|from| from.strip_suffix("..")).and_then(|from| from.parse().ok());
    let to = list.child_by_field_name("command_elements").map(parts).unwrap_or_default();
    let to = to.into_iter().find(|n| n.kind() != "command_argument_sep");
    if let (Some(from), Some(to)) = (from, to) {
        let to = expr(source, to);
        return range(name, Expr::Int(from), to, body);
    }
    StmtKind::ForEach { name, items: expr(source, list), body }
}

/// Returns a loop from one number to another, and that one too.
fn range(name: String, from: Expr, to: Expr, body: Block) -> StmtKind {
    let to = match to {
        Expr::Binary { op: BinaryOp::Sub, left, right } if *right == Expr::Int(1) => {
            return StmtKind::For { name, from, to: *left, inclusive: false, step: 1, body };
        }
        to => to,
    };
    StmtKind::For { name, from, to, inclusive: true, step: 1, body }
}

fn read_switch(source: &mut Source, node: Node) -> StmtKind {
    let field = |kind: &str| named_children(node).into_iter().find(|n| n.kind() == kind);
    let value = field("switch_condition").map_or(Expr::Null, |n| expr(source, n));
    let clauses = field("switch_body").map(parts).unwrap_or_default().into_iter().flat_map(parts);
    let mut labels = Vec::new();
    for clause in clauses {
        let [label, body] = parts(clause)[..] else { continue };
        if core(label).kind() == "script_block_expression" {
            return StmtKind::Unported("a condition as a case".to_owned());
        }
        let is_default = source.text(label).eq_ignore_ascii_case("default");
        let label = (!is_default).then(|| expr(source, label));
        let mut body = block(source, Some(body));
        let place = source.stmt(clause, StmtKind::Break);
        // A case does not go on with the next one.
        if !body.last().is_some_and(|last| walk::leaves(&last.kind)) {
            body.push(place);
        }
        labels.push((label, body));
    }
    switch(value, labels)
}

fn read_try(source: &mut Source, node: Node) -> StmtKind {
    let body = inner(source, node);
    let (mut clauses, mut finally) = (Vec::new(), Block::new());
    for clause in parts(node) {
        match clause.kind() {
            "catch_clauses" => {
                for clause in parts(clause) {
                    let kinds = parts(clause).into_iter().find(|n| n.kind() == "catch_type_list");
                    let kinds = kinds.map(parts).unwrap_or_default().into_iter();
                    let kinds = kinds.map(|n| source.text(n).trim_matches(['[', ']']).to_owned());
                    let kinds = kinds.collect();
                    let mut body = inner(source, clause);
                    rename(&mut body, ERROR);
                    let place = source.stmt(clause, StmtKind::Boilerplate);
                    let catch = Catch { name: Some(ERROR.to_owned()), body };
                    let (line, end_line) = (place.line, place.end_line);
                    clauses.push(Clause { kinds, line, end_line, catch });
                }
            }
            "finally_clause" => finally = inner(source, clause),
            _ => {}
        }
    }
    match catches::choose(clauses, &body, &[]) {
        Ok(catch) => StmtKind::Try { body, catch, finally },
        Err(reason) => StmtKind::Unported(reason),
    }
}

/// Gives `$_` its name in a block.
fn rename(block: &mut Block, name: &str) {
    walk::exprs(block, &mut |expr| {
        if super::expr::is_current(expr) {
            *expr = Expr::Var(name.to_owned());
        }
    });
}

fn read_flow(source: &mut Source, node: Node) -> StmtKind {
    let value = parts(node).first().map(|value| expr(source, *value));
    match node.child(0).map(|word| word.kind().to_ascii_lowercase()).as_deref() {
        Some("exit") => StmtKind::Exit(value),
        Some("return") => StmtKind::Return(value),
        Some("break") if value.is_none() => StmtKind::Break,
        Some("continue") if value.is_none() => StmtKind::Continue,
        Some("throw") => {
            let current = || builtin(Builtin::Message, vec![Expr::Var(CURRENT.to_owned())]);
            StmtKind::Throw(Some(value.unwrap_or_else(current)))
        }
        _ => StmtKind::Unported("it leaves more than one loop".to_owned()),
    }
}

fn function(source: &mut Source, node: Node) -> Function {
    let children = parts(node);
    let find = |kind: &str| children.iter().copied().find(|n| n.kind() == kind);
    let function = find("function_name").map(|n| source.text(n).replace('-', ""));
    let script = find("script_block");
    let list = find("function_parameter_declaration").or_else(|| {
        script.and_then(|script| parts(script).into_iter().find(|n| n.kind() == "param_block"))
    });
    let list = list.and_then(|list| parts(list).into_iter().find(|n| n.kind() == "parameter_list"));
    let params = list.map(|list| params(source, list)).unwrap_or_default();
    let body = script.map(named_children).unwrap_or_default();
    let body = body.into_iter().filter(|n| n.kind() != "param_block");
    let mut body = source.block(body, &mut add);
    return_last(&mut body);
    Function { name: function.unwrap_or_default(), params, returns: Hint::Unknown, body }
}

fn params(source: &mut Source, list: Node) -> Vec<Param> {
    let params = parts(list).into_iter().filter(|n| n.kind() == "script_parameter");
    let mut read = Vec::new();
    for param in params {
        let children = parts(param);
        let find = |kind: &str| children.iter().copied().find(|n| n.kind() == kind);
        let Some(variable) = find("variable") else { continue };
        let types = find("attribute_list").map(parts).unwrap_or_default();
        let hint = types.into_iter().map(|ty| hint(source.text(ty))).find(|h| *h != Hint::Unknown);
        let default = find("script_parameter_default").and_then(|n| n.named_child(0));
        read.push(Param {
            name: name(source, variable),
            hint: hint.unwrap_or_default(),
            default: default.map(|default| expr(source, default)),
            by_ref: false,
        });
    }
    read
}

/// Adds the parameters of the script.
fn add_arguments(source: &mut Source, node: Node, out: &mut Block) {
    let list = parts(node).into_iter().find(|n| n.kind() == "parameter_list");
    let params = list.map(|list| params(source, list)).unwrap_or_default();
    for (at, param) in params.into_iter().enumerate() {
        let place = Expr::Int(at as i64);
        let given = builtin(Builtin::Arg, vec![place.clone()]);
        let value = match param.default {
            Some(default) => {
                let count = builtin(Builtin::ArgCount, Vec::new());
                choice(binary(BinaryOp::Gt, count, place), given, default)
            }
            None => given,
        };
        let kind = StmtKind::Declare { name: param.name, hint: param.hint, value: Some(value) };
        out.push(source.stmt(node, kind));
    }
}

/// Makes the value that a function ends with its result.
fn return_last(block: &mut Block) {
    let is_code = |kind: &StmtKind| !matches!(kind, StmtKind::Comment(_));
    let Some(last) = block.iter_mut().rev().find(|stmt| is_code(&stmt.kind)) else { return };
    match &mut last.kind {
        // A value alone on a line, which is output elsewhere.
        StmtKind::Print { value, newline: false, to_stderr: false } => {
            last.kind = StmtKind::Return(Some(value.clone()));
        }
        StmtKind::If { branches, otherwise: Some(otherwise) } => {
            branches.iter_mut().for_each(|(_, block)| return_last(block));
            return_last(otherwise);
        }
        _ => {}
    }
}

/// Returns the elements of a pipeline.
pub(super) fn pipeline_elements(node: Node) -> Vec<Node> {
    parts(node)
        .into_iter()
        .flat_map(|n| if n.kind() == "pipeline_chain" { parts(n) } else { vec![n] })
        .collect()
}

fn add_pipeline(source: &mut Source, node: Node, out: &mut Block) {
    let elements = pipeline_elements(node);
    let kind = match &elements[..] {
        [only] => {
            let only = core(*only);
            match only.kind() {
                "assignment_expression" => return add_assignment(source, only, out),
                "command" if is_statement_command(source, only) => {
                    statement(source, out, |source| command_statement(source, only))
                }
                _ => statement(source, out, |source| alone(source, only)),
            }
        }
        [first, rest @ ..] => {
            let last = rest.last().copied().unwrap_or(*first);
            let command = last.child_by_field_name("command_name").map(|n| source.text(n));
            let command = command.unwrap_or_default().to_ascii_lowercase();
            match (command.as_str(), rest.len()) {
                ("out-null", 1) => discarded(statement(source, out, |s| alone(s, core(*first)))),
                ("write-host" | "write-output" | "out-host", 1) => {
                    statement(source, out, |source| StmtKind::Print {
                        value: expr(source, *first),
                        newline: true,
                        to_stderr: false,
                    })
                }
                ("foreach-object" | "%" | "foreach", 1) => {
                    statement(source, out, |source| for_each_object(source, *first, last))
                }
                _ => StmtKind::Unported("a pipeline".to_owned()),
            }
        }
        [] => return,
    };
    out.push(source.stmt(node, kind));
}

/// Returns the statement for a call whose value is thrown away.
fn discarded(kind: StmtKind) -> StmtKind {
    match kind {
        StmtKind::Expr(value) | StmtKind::Print { value, .. } => {
            StmtKind::Assign { target: Target::Var(NOWHERE.to_owned()), value }
        }
        kind => kind,
    }
}

/// Reads an expression that stands alone: a value is output, a call is not.
fn alone(source: &mut Source, node: Node) -> StmtKind {
    match node.kind() {
        "post_increment_expression"
        | "post_decrement_expression"
        | "pre_increment_expression"
        | "pre_decrement_expression" => {
            let Some(operand) = parts(node).first().copied() else {
                return StmtKind::Unported("this is not understood here".to_owned());
            };
            let op = match node.kind().contains("decrement") {
                true => BinaryOp::Sub,
                false => BinaryOp::Add,
            };
            let value = binary(op, expr(source, operand), Expr::Int(1));
            match target(source, operand) {
                Some((target, _)) => StmtKind::Assign { target, value },
                None => StmtKind::Unported("this assignment is not understood here".to_owned()),
            }
        }
        "cast_expression" if source.text(node).to_ascii_lowercase().starts_with("[void]") => {
            discarded(StmtKind::Expr(expr(source, node)))
        }
        "invokation_expression" => console(source, node),
        "command" => StmtKind::Expr(expr(source, node)),
        // The end of the line is added when it is known not to be the value of a function.
        _ => StmtKind::Print { value: expr(source, node), newline: false, to_stderr: false },
    }
}

/// Reads a call that stands alone.
fn console(source: &mut Source, node: Node) -> StmtKind {
    let written = source.text(node).replace("[System.", "[");
    let lower = written.get(..written.len().min(40)).unwrap_or(&written).to_ascii_lowercase();
    if lower.starts_with("[reflection.assembly]::") {
        return StmtKind::Boilerplate;
    }
    let to_stderr = lower.starts_with("[console]::error.");
    let newline = lower.contains("writeline(");
    let is_output = to_stderr || lower.starts_with("[console]::write");
    let is_exit = lower.starts_with("[environment]::exit(");
    if !is_output && !is_exit {
        return StmtKind::Expr(expr(source, node));
    }
    let args = parts(node).into_iter().find(|n| n.kind() == "argument_list");
    let args = args.and_then(|args| args.child_by_field_name("argument_expression_list"));
    let args: Vec<Expr> =
        args.map(parts).unwrap_or_default().into_iter().map(|arg| expr(source, arg)).collect();
    match is_exit {
        true => StmtKind::Exit(args.into_iter().next()),
        false => print(text_of(args), newline, to_stderr),
    }
}

fn for_each_object(source: &mut Source, list: Node, command: Node) -> StmtKind {
    let elements = command.child_by_field_name("command_elements").map(parts).unwrap_or_default();
    let elements = elements.into_iter().filter(|n| n.kind() != "command_argument_sep");
    let blocks: Vec<Node> = elements.map(core).collect();
    let [script] = blocks[..] else { return StmtKind::Unported("a pipeline".to_owned()) };
    if script.kind() != "script_block_expression" {
        return StmtKind::Unported("a pipeline".to_owned());
    }
    let mut body = source.block(named_children(script), &mut add);
    rename(&mut body, "item");
    let name = "item".to_owned();
    let written = source.text(list).trim();
    if let Some((from, to)) = written.split_once("..") {
        if let (Ok(from), Ok(to)) = (from.parse(), to.parse()) {
            return range(name, Expr::Int(from), Expr::Int(to), body);
        }
    }
    for_each(source, name, list, body)
}

/// Returns the target of an assignment, and what its type says.
fn target(source: &mut Source, node: Node) -> Option<(Target, Hint)> {
    let node = core(node);
    match node.kind() {
        "variable" => Some((Target::Var(name(source, node)), Hint::Unknown)),
        "cast_expression" => {
            let [ty, variable] = parts(node)[..] else { return None };
            let hint = hint(source.text(ty));
            target(source, variable).map(|(target, _)| (target, hint))
        }
        "member_access" | "element_access" => match expr(source, node) {
            Expr::Property { object, name } => {
                Some((Target::Property { object: *object, name }, Hint::Unknown))
            }
            Expr::Index { object, index } => {
                Some((Target::Index { object: *object, index: *index }, Hint::Unknown))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Reads an assignment.
pub(super) fn assignment(source: &mut Source, node: Node) -> Option<(Target, Expr)> {
    let left = parts(node).into_iter().find(|n| n.kind() == "left_assignment_expression")?;
    let sign = parts(node).into_iter().find(|n| n.kind() == "assignement_operator");
    let sign = sign.map_or("=", |n| source.text(n).trim());
    let value = expr(source, node.child_by_field_name("value")?);
    let (target, _) = target(source, left)?;
    if sign == "=" {
        return Some((target, value));
    }
    let before = expr(source, left);
    let op = match sign {
        "+=" => BinaryOp::Add,
        "-=" => BinaryOp::Sub,
        "*=" => BinaryOp::Mul,
        "/=" => BinaryOp::Div,
        "%=" => BinaryOp::Rem,
        _ => return None,
    };
    Some((target, binary(op, before, value)))
}

fn add_assignment(source: &mut Source, node: Node, out: &mut Block) {
    let left = parts(node).into_iter().find(|n| n.kind() == "left_assignment_expression");
    let left_text = left.map(|n| source.text(n).trim().to_ascii_lowercase()).unwrap_or_default();
    let value = node.child_by_field_name("value").map(core);
    let is_setting = left_text.ends_with("preference") || left_text.contains("securityprotocol");
    let kind = match value.map(|value| value.kind()) {
        _ if is_setting => StmtKind::Boilerplate,
        Some("if_statement" | "switch_statement" | "foreach_statement" | "try_statement") => {
            StmtKind::Unported("a statement as a value".to_owned())
        }
        _ if left_text == "$null" => {
            discarded(statement(source, out, |s| StmtKind::Expr(optional(s, value))))
        }
        _ => statement(source, out, |source| {
            let hint = left.and_then(|left| target(source, left)).map(|(_, hint)| hint);
            match (assignment(source, node), hint) {
                (Some((Target::Var(name), value)), Some(hint)) if hint != Hint::Unknown => {
                    StmtKind::Declare { name, hint, value: Some(value) }
                }
                (Some((target, value)), _) => StmtKind::Assign { target, value },
                _ => StmtKind::Unported("this assignment is not understood here".to_owned()),
            }
        }),
    };
    out.push(source.stmt(node, kind));
}
