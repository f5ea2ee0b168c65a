//! Statements.

use tree_sitter::Node;

use super::expr::{assigned, condition, expr};
use super::functions::call_statement;
use super::subs::function;
use super::{ERROR, name};
use crate::read::shared::build::{beside, builtin, if_then, opposite};
use crate::read::shared::control::{c_loop, while_loop};
use crate::read::shared::grammar::{Source, apart, named_children, statement};
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, Hint, Stmt, StmtKind, Target};

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
        "block_statement" | "block" => {
            out.extend(source.block(named_children(node), &mut add));
            return;
        }
        "heredoc_content" | "data_section" | "eof_marker" => return,
        "pod" | "package_statement" | "use_version_statement" => StmtKind::Boilerplate,
        "use_statement" => return add_use(source, node, out),
        "conditional_statement" => match statement(source, out, |s| read_if(s, node)) {
            Some(kind) => kind,
            // `if ($@)` behind `eval`.
            None => return add_handler(source, node, field("block"), out),
        },
        "loop_statement" => {
            let mut before = Block::new();
            let is_until = source.text(node).starts_with("until");
            let cond = statement(source, &mut before, |s| condition(s, field("condition")));
            let cond = if is_until { opposite(cond) } else { cond };
            while_loop(before, cond, body(source, field("block")))
        }
        "cstyle_for_statement" => return add_for(source, node, out),
        "for_statement" => statement(source, out, |source| {
            let name = field("variable").and_then(|n| name(source, n));
            let list = field("list");
            let body = body(source, field("block"));
            let name = name.unwrap_or_else(|| "item".to_owned());
            if field("variables").is_some() {
                return StmtKind::Unported("a loop over several values".to_owned());
            }
            for_each(source, name, list, body)
        }),
        "subroutine_declaration_statement" => {
            let name = field("name").map(|n| source.text(n).to_owned()).unwrap_or_default();
            if source.text(node).contains("bless") {
                StmtKind::Unported(
                    "an object of the script's own; in Rust it is a struct".to_owned(),
                )
            } else {
                match function(source, node, name) {
                    Some(function) => StmtKind::Function(function),
                    None => {
                        StmtKind::Unported("a function whose arguments have no names".to_owned())
                    }
                }
            }
        }
        "try_statement" => {
            let body = body(source, field("try_block"));
            let name = field("catch_expr").and_then(|n| name(source, n));
            let catch = field("catch_block").map(|block| Catch {
                // Try::Tiny has the error in `$_`.
                name: Some(name.unwrap_or_else(|| "item".to_owned())),
                body: self::body(source, Some(block)),
            });
            StmtKind::Try { body, catch, finally: self::body(source, field("finally_block")) }
        }
        "statement_label" => StmtKind::Unported("a label".to_owned()),
        _ => StmtKind::Unported("this is not understood here".to_owned()),
    };
    out.push(source.stmt(node, kind));
}

/// Reads a block.
fn body(source: &mut Source, node: Option<Node>) -> Block {
    node.map(|node| source.block(named_children(node), &mut add)).unwrap_or_default()
}

fn add_use(source: &mut Source, node: Node, out: &mut Block) {
    let module = node.child_by_field_name("module").map(|n| source.text(n));
    let values = named_children(node).into_iter().rfind(|n| n.kind() != "package");
    let (Some("constant"), Some(values)) = (module, values) else {
        out.push(source.stmt(node, StmtKind::Boilerplate));
        return;
    };
    let pairs = match (values.kind(), expr(source, values)) {
        ("anonymous_hash_expression", Expr::Map(pairs)) => pairs,
        (_, Expr::List(items)) if items.len() == 2 => {
            let mut items = items.into_iter();
            items.next().zip(items.next()).into_iter().collect()
        }
        _ => Vec::new(),
    };
    if pairs.is_empty() {
        out.push(source.stmt(node, StmtKind::Unported("a list of constants".to_owned())));
    }
    for (name, value) in pairs {
        let Expr::Text(name) = name else { continue };
        let kind = StmtKind::Assign { target: Target::Var(name), value };
        out.push(source.stmt(node, kind));
    }
}

/// Reads `if` and `unless`. `None` for the handler of an `eval`.
fn read_if(source: &mut Source, node: Node) -> Option<StmtKind> {
    let first = node.child_by_field_name("condition");
    if first.is_some_and(|cond| source.text(cond) == "$@") {
        return None;
    }
    let (mut branches, mut otherwise) = (Vec::new(), None);
    let mut next = Some(node);
    while let Some(node) = next.take() {
        let block = node.child_by_field_name("block");
        let Some(cond) = node.child_by_field_name("condition") else {
            otherwise = Some(body(source, block));
            break;
        };
        let cond = match branches.is_empty() {
            true => condition(source, Some(cond)),
            false => apart(source, |source| condition(source, Some(cond))),
        };
        let is_unless = node.child(0).is_some_and(|word| word.kind() == "unless");
        branches.push((if is_unless { opposite(cond) } else { cond }, body(source, block)));
        next = named_children(node).into_iter().find(|n| matches!(n.kind(), "elsif" | "else"));
    }
    Some(StmtKind::If { branches, otherwise })
}

/// Adds what happens if the `eval` before it has failed.
fn add_handler(source: &mut Source, node: Node, block: Option<Node>, out: &mut Block) {
    let handler = body(source, block);
    let other = named_children(node).into_iter().find(|n| matches!(n.kind(), "elsif" | "else"));
    let other = other.and_then(|other| other.child_by_field_name("block"));
    let other = other.map(|other| body(source, Some(other)));
    if !handle(source, node, handler, other, out) {
        let reason = "the error of an `eval` that is elsewhere".to_owned();
        out.push(source.stmt(node, StmtKind::Unported(reason)));
    }
}

/// Gives the `eval` before it its handler. Returns false if there is none.
fn handle(
    source: &Source,
    node: Node,
    handler: Block,
    other: Option<Block>,
    out: &mut Block,
) -> bool {
    let place = source.stmt(node, StmtKind::Boilerplate);
    let is_code = |stmt: &&mut Stmt| !matches!(stmt.kind, StmtKind::Comment(_));
    let Some(before) = out.iter_mut().rev().find(is_code) else { return false };
    let StmtKind::Try { body, catch: catch @ None, .. } = &mut before.kind else { return false };
    *catch = Some(Catch { name: Some(ERROR.to_owned()), body: handler });
    body.extend(other.unwrap_or_default());
    before.end_line = before.end_line.max(place.end_line);
    true
}

fn add_for(source: &mut Source, node: Node, out: &mut Block) {
    let (mut start, mut step) = (Block::new(), Block::new());
    let part = |name: &str| {
        let mut cursor = node.walk();
        let parts: Vec<Node> = node.children_by_field_name(name, &mut cursor).collect();
        let part = parts.into_iter().find(|part| part.is_named());
        part.and_then(|part| match part.kind() {
            "expression_statement" => part.named_child(0),
            _ => Some(part),
        })
    };
    part("initialiser").into_iter().for_each(|n| add_expression(source, n, &mut start));
    let cond = part("condition").map(|cond| apart(source, |s| condition(s, Some(cond))));
    part("iterator").into_iter().for_each(|n| add_expression(source, n, &mut step));
    let body = body(source, node.child_by_field_name("block"));
    let place = source.stmt(node, StmtKind::Boilerplate);
    c_loop(&place, start, cond, step, body, out);
}

/// Returns a loop over a list or a range.
fn for_each(source: &mut Source, name: String, list: Option<Node>, body: Block) -> StmtKind {
    let Some(mut list) = list else { return StmtKind::Unported("a loop over nothing".to_owned()) };
    while list.kind() == "parenthesized_expression" {
        let Some(inner) = list.named_child(0) else { break };
        list = inner;
    }
    let keys = source.text(list);
    if keys.starts_with("keys ") || keys.starts_with("keys(") || keys.starts_with("sort keys") {
        return StmtKind::Unported("a loop over keys".to_owned());
    }
    if let Some((from, to)) = range(source, list) {
        // `0 .. $n - 1`.
        let (to, inclusive) = match to {
            Expr::Binary { op: BinaryOp::Sub, left, right } if *right == Expr::Int(1) => {
                (*left, false)
            }
            to => (to, true),
        };
        return StmtKind::For { name, from, to, inclusive, step: 1, body };
    }
    let items = expr(source, list);
    StmtKind::ForEach { name, items, body }
}

fn range(source: &mut Source, node: Node) -> Option<(Expr, Expr)> {
    if node.kind() != "binary_expression" {
        return None;
    }
    let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
    let operator = node.child_by_field_name("operator").map(|n| source.text(n));
    // The grammar reads `1..3` as `1. . 3`.
    let is_range = operator == Some("..")
        || left.kind() == "number" && source.text(left).ends_with('.') && operator == Some(".");
    is_range.then(|| (expr(source, left), expr(source, right)))
}

/// Adds an expression that stands alone.
pub(super) fn add_expression(source: &mut Source, node: Node, out: &mut Block) {
    let added = source.deeper(|source| add_expression_inner(source, node, out));
    if added.is_none() {
        out.push(source.stmt(node, StmtKind::Unported("it is nested too deeply".to_owned())));
    }
}

fn add_expression_inner(source: &mut Source, node: Node, out: &mut Block) {
    let field = |name: &str| node.child_by_field_name(name);
    let kind = match node.kind() {
        "postfix_conditional_expression" => return add_postfix(source, node, out),
        "postfix_loop_expression" => return add_postfix_loop(source, node, out),
        "postfix_for_expression" => {
            let mut inner = Block::new();
            let first = named_children(node).into_iter().next();
            first.into_iter().for_each(|n| add_expression(source, n, &mut inner));
            statement(source, out, |s| for_each(s, "item".to_owned(), field("list"), inner))
        }
        "lowprec_logical_expression" | "binary_expression" | "conditional_expression" => {
            return super::expr::add_short(source, node, out);
        }
        "parenthesized_expression" => {
            named_children(node).into_iter().for_each(|n| add_expression(source, n, out));
            return;
        }
        "do_expression" => {
            let block = named_children(node).into_iter().next();
            out.extend(body(source, block));
            return;
        }
        "eval_expression" => return add_eval(source, node, None, out),
        "assignment_expression" => return super::expr::add_assignment(source, node, out),
        "variable_declaration" => return add_declaration(source, node, out),
        "postinc_expression" | "preinc_expression" => {
            statement(source, out, |source| match assigned(source, node) {
                Some((target, value)) => StmtKind::Assign { target, value },
                None => StmtKind::Unported("this assignment is not understood here".to_owned()),
            })
        }
        "loopex_expression" => match (named_children(node).is_empty(), field("loopex")) {
            (true, Some(word)) if word.kind() == "last" => StmtKind::Break,
            (true, Some(word)) if word.kind() == "next" => StmtKind::Continue,
            _ => StmtKind::Unported("it leaves more than one loop".to_owned()),
        },
        "return_expression" => statement(source, out, |source| {
            StmtKind::Return(named_children(node).first().map(|value| expr(source, *value)))
        }),
        "require_expression" => StmtKind::Boilerplate,
        // `1;` at the end of a file.
        "number" | "stub_expression" => StmtKind::Boilerplate,
        "function_call_expression"
        | "ambiguous_function_call_expression"
        | "func1op_call_expression"
        | "func0op_call_expression" => {
            statement(source, out, |source| call_statement(source, node))
        }
        "undef_expression" => match named_children(node).first().and_then(|n| name(source, *n)) {
            Some(name) => StmtKind::Dispose(name),
            None => StmtKind::Unported("it removes an entry".to_owned()),
        },
        _ => statement(source, out, |source| StmtKind::Expr(expr(source, node))),
    };
    out.push(source.stmt(node, kind));
}

/// Adds `my $x;`, `my ($a, $b);`, `my @list;`.
fn add_declaration(source: &mut Source, node: Node, out: &mut Block) {
    let variables: Vec<Node> = named_children(node)
        .into_iter()
        .filter(|n| matches!(n.kind(), "scalar" | "array" | "hash"))
        .collect();
    for variable in variables {
        let Some(name) = name(source, variable) else { continue };
        let value = match variable.kind() {
            "array" => Some(Expr::List(Vec::new())),
            "hash" => Some(Expr::Map(Vec::new())),
            _ => None,
        };
        let kind = StmtKind::Declare { name, hint: Hint::Unknown, value };
        out.push(source.stmt(node, kind));
    }
}

/// Adds `... if cond` and `... unless cond`.
fn add_postfix(source: &mut Source, node: Node, out: &mut Block) {
    let cond = node.child_by_field_name("condition");
    let mut then = Block::new();
    let first = named_children(node).into_iter().next();
    first.into_iter().for_each(|n| add_expression(source, n, &mut then));
    let is_error = cond.is_some_and(|cond| source.text(cond) == "$@");
    if is_error && handle(source, node, then.clone(), None, out) {
        return;
    }
    let mut cursor = node.walk();
    let is_unless = node.children(&mut cursor).any(|n| n.kind() == "unless");
    let cond = statement(source, out, |source| condition(source, cond));
    let cond = if is_unless { opposite(cond) } else { cond };
    out.push(source.stmt(node, if_then(cond, then)));
}

/// Adds `... while cond` and `do { ... } until cond`.
fn add_postfix_loop(source: &mut Source, node: Node, out: &mut Block) {
    let mut inner = Block::new();
    let first = named_children(node).into_iter().next();
    first.into_iter().for_each(|n| add_expression(source, n, &mut inner));
    let cond = node.child_by_field_name("condition");
    let cond = apart(source, |source| condition(source, cond));
    let mut cursor = node.walk();
    let is_until = node.children(&mut cursor).any(|n| n.kind() == "until");
    let cond = if is_until { opposite(cond) } else { cond };
    let kind = match first.is_some_and(|n| n.kind() == "do_expression") {
        true => StmtKind::DoWhile { body: inner, cond },
        false => StmtKind::While { cond, body: inner },
    };
    out.push(source.stmt(node, kind));
}

/// Adds `eval { ... }`. Its value goes to a variable, if it has one.
pub(super) fn add_eval(source: &mut Source, node: Node, name: Option<String>, out: &mut Block) {
    let block = named_children(node).into_iter().find(|n| n.kind() == "block");
    let place = source.stmt(node, StmtKind::Boilerplate);
    let Some(block) = block else {
        out.push(source.stmt(node, StmtKind::Unported("code in a text".to_owned())));
        return;
    };
    let mut body = body(source, Some(block));
    let is_code = |stmt: &Stmt| !matches!(stmt.kind, StmtKind::Comment(_));
    if let Some(last) = body.iter().rposition(is_code) {
        let value = match &body[last].kind {
            // The value 1 says that all went well.
            StmtKind::Boilerplate => Some(Expr::Bool(true)),
            StmtKind::Expr(value) if name.is_some() => Some(value.clone()),
            _ => None,
        };
        match (value, &name) {
            (Some(value), Some(name)) => {
                let start = (value == Expr::Bool(true)).then_some(Expr::Bool(false));
                let kind =
                    StmtKind::Declare { name: name.clone(), hint: Hint::Unknown, value: start };
                out.push(beside(&place, kind));
                body[last].kind = StmtKind::Assign { target: Target::Var(name.clone()), value };
            }
            (Some(Expr::Bool(true)), None) => {
                body.remove(last);
            }
            _ => {}
        }
    }
    let kind = StmtKind::Try { body, catch: None, finally: Block::new() };
    out.push(Stmt { kind, ..place });
}

/// Gives the `eval` that was just added the handler of `eval { ... } or do { ... }`.
pub(super) fn add_eval_or(source: &mut Source, eval: Node, handler: Node, out: &mut Block) {
    add_eval(source, eval, None, out);
    let mut block = Block::new();
    add_expression(source, handler, &mut block);
    handle(source, handler, block, None, out);
}

/// Returns the message of the error that an `eval` has caught.
pub(super) fn error_message() -> Expr {
    builtin(Builtin::Message, vec![Expr::Var(ERROR.to_owned())])
}
