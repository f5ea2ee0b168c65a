//! Expressions.

use tree_sitter::Node;

use super::functions::{arguments, call};
use super::statements::{add_eval, add_eval_or, add_expression, error_message};
use super::subs::function;
use super::{name, text};
use crate::names::class_name;
use crate::read::shared::build::{
    binary, builtin, choice, if_then, index, method, minus, number, opposite, text as literal, var,
};
use crate::read::shared::grammar::{Source, apart, hoist, named_children, statement};
use crate::read::shared::texts::{is_text, text_of};
use crate::tree::{BinaryOp, Block, Builtin, Expr, Hint, StmtKind, Target};

/// Reads an expression.
pub(super) fn expr(source: &mut Source, node: Node) -> Expr {
    let value = source.deeper(|source| expr_inner(source, node));
    value.unwrap_or_else(|| source.unported(node, "it is nested too deeply"))
}

pub(super) fn field_expr(source: &mut Source, node: Option<Node>) -> Expr {
    node.map_or(Expr::Null, |node| expr(source, node))
}

/// Reads a condition, in which a list is true if it has items.
pub(super) fn condition(source: &mut Source, node: Option<Node>) -> Expr {
    match node.map(|node| (node, node.kind())) {
        Some((node, "array")) => binary(BinaryOp::Gt, length(source, node), Expr::Int(0)),
        _ => field_expr(source, node),
    }
}

/// Returns the number of items of a list.
pub(super) fn length(source: &mut Source, node: Node) -> Expr {
    match source.text(node) {
        "@ARGV" => builtin(Builtin::ArgCount, Vec::new()),
        _ => builtin(Builtin::Length, vec![expr(source, node)]),
    }
}

/// Reads a value where a list counts as the number of its items.
fn scalar_value(source: &mut Source, node: Option<Node>) -> Expr {
    match node {
        Some(node) if node.kind() == "array" => length(source, node),
        node => field_expr(source, node),
    }
}

fn expr_inner(source: &mut Source, node: Node) -> Expr {
    let field = |name: &str| node.child_by_field_name(name);
    match node.kind() {
        "scalar" | "array" | "hash" => variable(source, node),
        "arraylen" => match name(source, node) {
            Some(list) => {
                let length = builtin(Builtin::Length, vec![var(list)]);
                binary(BinaryOp::Sub, length, Expr::Int(1))
            }
            None => source.unported(node, "the last place of a list"),
        },
        "string_literal" => text::single(source, node),
        "interpolated_string_literal" => text::double(source, node),
        "heredoc_token" => text::here_document(source, node),
        "quoted_word_list" => text::words(source, node),
        "autoquoted_bareword" => literal(source.text(node)),
        "bareword" => {
            let written = source.text(node);
            var(written.rsplit("::").next().unwrap_or(written))
        }
        "number" => number(source.text(node).trim_end_matches('.')),
        "boolean" => Expr::Bool(source.text(node) == "true"),
        "undef_expression" => Expr::Null,
        "stub_expression" => Expr::List(Vec::new()),
        "parenthesized_expression" => {
            let inner = named_children(node).into_iter().find(|n| n.kind() != "comment");
            field_expr(source, inner)
        }
        "list_expression" => Expr::List(arguments(source, vec![node])),
        "anonymous_array_expression" => Expr::List(arguments(source, named_children(node))),
        "anonymous_hash_expression" => {
            let items = arguments(source, named_children(node));
            map(source, node, items)
        }
        "binary_expression"
        | "equality_expression"
        | "relational_expression"
        | "lowprec_logical_expression" => operation(source, node),
        "logical_not_expression" => {
            let value = condition(source, field("operand"));
            opposite(value)
        }
        "unary_expression" => {
            let operator = field("operator").map(|n| n.kind()).unwrap_or_default();
            let value = match operator {
                "!" => condition(source, field("operand")),
                _ => field_expr(source, field("operand")),
            };
            match operator {
                "!" => opposite(value),
                "-" => minus(value),
                "+" => value,
                _ => source.unported(node, "arithmetic on bits"),
            }
        }
        "conditional_expression" => {
            let cond = condition(source, field("condition"));
            apart(source, |source| {
                let yes = field_expr(source, field("consequent"));
                choice(cond, yes, field_expr(source, field("alternative")))
            })
        }
        _ => expr_of_parts(source, node),
    }
}

/// Reads the expressions that calls, elements and functions make.
fn expr_of_parts(source: &mut Source, node: Node) -> Expr {
    let field = |name: &str| node.child_by_field_name(name);
    match node.kind() {
        "method_call_expression" => method_call(source, node),
        "function_call_expression"
        | "ambiguous_function_call_expression"
        | "func1op_call_expression"
        | "func0op_call_expression" => call(source, node),
        "coderef_call_expression" => {
            let function = named_children(node).into_iter().next().and_then(|n| name(source, n));
            let args = arguments(source, field("arguments").into_iter().collect());
            match function {
                Some(name) => Expr::Call { name, args },
                None => source.unported(node, "a call of a function that is a value"),
            }
        }
        "hash_element_expression" | "array_element_expression" => element(source, node),
        "refgen_expression" => match named_children(node).first() {
            Some(inner) if matches!(inner.kind(), "array" | "hash") => expr(source, *inner),
            _ => source.unported(node, "a reference"),
        },
        "anonymous_subroutine_expression" => match function(source, node, String::new()) {
            Some(function) => Expr::Lambda {
                params: function.params.into_iter().map(|param| param.name).collect(),
                body: function.body,
            },
            None => source.unported(node, "a function whose arguments have no names"),
        },
        "assignment_expression" => match assigned(source, node) {
            Some((target, value)) => hoist(source, node, target, value),
            None => source.unported(node, "an assignment inside an expression"),
        },
        "variable_declaration" => match field("variable").and_then(|n| name(source, n)) {
            Some(name) => var(name),
            None => source.unported(node, "a declaration inside an expression"),
        },
        "command_string" => source.unported(node, "a command of the system"),
        "readline_expression" | "fileglob_expression" => {
            source.unported(node, "a file is read line by line")
        }
        "map_grep_expression" | "sort_expression" | "reverse_expression" => {
            source.unported(node, "a list made from another")
        }
        kind => {
            let reason = format!("{} is not understood here", kind.replace('_', " "));
            source.unported(node, reason)
        }
    }
}

fn variable(source: &mut Source, node: Node) -> Expr {
    match (source.text(node), name(source, node)) {
        ("$@", _) => error_message(),
        ("@_" | "$0" | "$!" | "$?" | "$$" | "$1" | "$2" | "%ENV" | "@ARGV", _) => {
            source.unported(node, "a variable that Perl sets")
        }
        (_, Some(name)) => var(name),
        _ => {
            let inner = node.named_child(0).and_then(|n| match n.kind() {
                "block" => Some(n),
                _ => n.named_child(0).filter(|n| n.kind() == "block"),
            });
            let inner = inner.and_then(|block| block.named_child(0)?.named_child(0));
            match inner {
                // `@{$map->{list}}`.
                Some(inner) if inner.kind() != "refgen_expression" => expr(source, inner),
                Some(inner) => match inner.named_child(0) {
                    Some(value) => expr(source, value),
                    None => source.unported(node, "a reference"),
                },
                None => source.unported(node, "a reference"),
            }
        }
    }
}

/// Makes a map from keys and values in turn.
fn map(source: &Source, node: Node, items: Vec<Expr>) -> Expr {
    if items.len() % 2 != 0 {
        return source.unported(node, "a map with the entries of another");
    }
    let mut items = items.into_iter();
    let mut pairs = Vec::new();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        pairs.push((key, value));
    }
    Expr::Map(pairs)
}

fn element(source: &mut Source, node: Node) -> Expr {
    let at = node.child_by_field_name("key").or_else(|| node.child_by_field_name("index"));
    let container = node.child_by_field_name("hash").or_else(|| node.child_by_field_name("array"));
    let Some(object) = container.or_else(|| node.named_child(0)) else { return Expr::Null };
    let at = field_expr(source, at);
    match (source.text(object), &at) {
        ("$ENV", _) => builtin(Builtin::Env, vec![at]),
        ("$ARGV", _) => builtin(Builtin::Arg, vec![at]),
        ("$_", _) => source.unported(node, "an argument without a name"),
        _ if container.is_some() => match name(source, object) {
            Some(name) => index(var(name), at),
            None => source.unported(node, "a reference"),
        },
        _ => index(expr(source, object), at),
    }
}

fn operation(source: &mut Source, node: Node) -> Expr {
    let sign_of = |node: Node| node.child_by_field_name("operator").map_or("", |n| n.kind());
    let sign = sign_of(node);
    if sign == "." {
        // A long chain is not deep.
        let mut parts = Vec::new();
        let mut left = node;
        while left.kind() == "binary_expression" && sign_of(left) == "." {
            parts.extend(left.child_by_field_name("right"));
            let Some(next) = left.child_by_field_name("left") else { break };
            left = next;
        }
        parts.push(left);
        let parts = parts.into_iter().rev().map(|part| scalar_value(source, Some(part)));
        return text_of(parts.collect::<Vec<Expr>>());
    }
    let (left, right) = (node.child_by_field_name("left"), node.child_by_field_name("right"));
    if matches!(sign, "=~" | "!~") {
        let found = super::functions::matches(source, left, right);
        return match found {
            Some(found) if sign == "!~" => opposite(found),
            Some(found) => found,
            None => source.unported(node, "a regular expression"),
        };
    }
    let is_logic = matches!(sign, "&&" | "||" | "//" | "and" | "or");
    let left = if is_logic { condition(source, left) } else { scalar_value(source, left) };
    let right = match is_logic {
        true => apart(source, |source| condition(source, right)),
        false => scalar_value(source, right),
    };
    let op = match sign {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "%" => BinaryOp::Rem,
        "==" | "eq" => BinaryOp::Eq,
        "!=" | "ne" => BinaryOp::Ne,
        "<" | "lt" => BinaryOp::Lt,
        "<=" | "le" => BinaryOp::Le,
        ">" | "gt" => BinaryOp::Gt,
        ">=" | "ge" => BinaryOp::Ge,
        "&&" | "and" => BinaryOp::And,
        "||" if is_default(&left, &right) => return or_else(left.clone(), left, right),
        "||" | "or" => BinaryOp::Or,
        "//" => return or_else(binary(BinaryOp::Ne, left.clone(), Expr::Null), left, right),
        "x" => return builtin(Builtin::Repeat, vec![left, right]),
        _ => return source.unported(node, format!("the operator `{sign}`")),
    };
    binary(op, left, right)
}

/// Returns whether `left || right` gives a value rather than a condition.
fn is_default(left: &Expr, right: &Expr) -> bool {
    let is_value = is_text(right)
        || matches!(right, Expr::Int(_) | Expr::Float(_) | Expr::List(_) | Expr::Map(_));
    is_value || matches!(left, Expr::Builtin { function: Builtin::Env | Builtin::Arg, .. })
}

fn or_else(given: Expr, value: Expr, default: Expr) -> Expr {
    match value {
        Expr::Builtin { function: Builtin::Env, args } if args.len() == 1 => {
            builtin(Builtin::Env, args.into_iter().chain([default]).collect())
        }
        Expr::Builtin { function: Builtin::Arg, ref args } => {
            let place = args.first().cloned().unwrap_or(Expr::Int(0));
            let count = builtin(Builtin::ArgCount, Vec::new());
            choice(binary(BinaryOp::Gt, count, place), value, default)
        }
        value => choice(given, value, default),
    }
}

fn method_call(source: &mut Source, node: Node) -> Expr {
    let Some(invocant) = node.child_by_field_name("invocant") else { return Expr::Null };
    let member = node.child_by_field_name("method");
    if member.is_some_and(|member| member.named_child_count() > 0) {
        return source.unported(node, "a method whose name is computed");
    }
    let member = member.map(|n| source.text(n)).unwrap_or_default();
    let args = arguments(source, node.child_by_field_name("arguments").into_iter().collect());
    if matches!(invocant.kind(), "bareword" | "package" | "autoquoted_bareword") {
        let class = source.text(invocant);
        return match class_name(class) {
            Some(class) if member == "new" => Expr::New(class.to_owned()),
            _ if member == "new" => Expr::Call { name: format!("new {class}"), args },
            _ => Expr::Call { name: format!("{class}::{member}"), args },
        };
    }
    if source.text(invocant) == "$self" {
        return Expr::Call { name: format!("self::{member}"), args };
    }
    method(expr(source, invocant), member, args)
}

/// Reads an assignment.
pub(super) fn assigned(source: &mut Source, node: Node) -> Option<(Target, Expr)> {
    if let Some(operand) = node.child_by_field_name("operand") {
        let target = target(source, operand)?;
        let is_minus = source.text(node).contains("--");
        let op = if is_minus { BinaryOp::Sub } else { BinaryOp::Add };
        return Some((target, binary(op, expr(source, operand), Expr::Int(1))));
    }
    let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
    let kind = match left.kind() {
        "variable_declaration" => left.child_by_field_name("variable")?.kind(),
        kind => kind,
    };
    let value = match kind {
        "array" | "hash" => {
            let value = expr(source, right);
            let items = match value {
                Expr::List(items) => Some(items),
                other if right.kind() == "parenthesized_expression" => Some(vec![other]),
                other => return Some((target(source, left)?, other)),
            };
            let items = items.unwrap_or_default();
            if kind == "hash" { map(source, right, items) } else { Expr::List(items) }
        }
        _ => scalar_value(source, Some(right)),
    };
    let target = target(source, left)?;
    let sign = node.child_by_field_name("operator").map_or("=", |n| n.kind());
    if sign == "=" {
        return Some((target, value));
    }
    let before = expr(source, left);
    let value = match sign {
        ".=" => text_of([before, value]),
        "+=" => binary(BinaryOp::Add, before, value),
        "-=" => binary(BinaryOp::Sub, before, value),
        "*=" => binary(BinaryOp::Mul, before, value),
        "/=" => binary(BinaryOp::Div, before, value),
        "%=" => binary(BinaryOp::Rem, before, value),
        "x=" => builtin(Builtin::Repeat, vec![before, value]),
        "//=" => or_else(binary(BinaryOp::Ne, before.clone(), Expr::Null), before, value),
        "||=" => or_else(before.clone(), before, value),
        _ => source.unported(node, "arithmetic on bits"),
    };
    Some((target, value))
}

fn target(source: &mut Source, node: Node) -> Option<Target> {
    match node.kind() {
        "variable_declaration" => {
            Some(Target::Var(name(source, node.child_by_field_name("variable")?)?))
        }
        "scalar" | "array" | "hash" => Some(Target::Var(name(source, node)?)),
        "hash_element_expression" | "array_element_expression" => match element(source, node) {
            Expr::Index { object, index } => Some(Target::Index { object: *object, index: *index }),
            _ => None,
        },
        _ => None,
    }
}

/// Adds an assignment as a statement.
pub(super) fn add_assignment(source: &mut Source, node: Node, out: &mut Block) {
    let field = |name: &str| node.child_by_field_name(name);
    let (Some(left), Some(right)) = (field("left"), field("right")) else { return };
    let written = source.text(left);
    let is_setting =
        ["$|", "local ", "$,", "$\\", "$/", "$SIG{"].iter().any(|s| written.starts_with(s));
    let is_several = left.child_by_field_name("variables").is_some()
        || left.kind() == "variable_group"
        || left.kind() == "parenthesized_expression";
    let plain = match left.kind() {
        "variable_declaration" => left.child_by_field_name("variable"),
        _ => Some(left),
    };
    let plain = plain.filter(|n| n.kind() == "scalar").and_then(|n| name(source, n));
    let kind = if is_setting {
        StmtKind::Boilerplate
    } else if is_several {
        return add_several(source, node, left, right, out);
    } else if let ("anonymous_subroutine_expression", Some(name)) = (right.kind(), &plain) {
        match function(source, right, name.clone()) {
            Some(function) => StmtKind::Function(function),
            None => StmtKind::Unported("a function whose arguments have no names".to_owned()),
        }
    } else if let ("eval_expression", Some(name)) = (right.kind(), &plain) {
        return add_eval(source, right, Some(name.clone()), out);
    } else {
        let is_new = left.kind() == "variable_declaration";
        statement(source, out, |source| match assigned(source, node) {
            Some((Target::Var(name), value)) if is_new => {
                StmtKind::Declare { name, hint: Hint::Unknown, value: Some(value) }
            }
            Some((target, value)) => StmtKind::Assign { target, value },
            None => StmtKind::Unported("this assignment is not understood here".to_owned()),
        })
    };
    out.push(source.stmt(node, kind));
}

/// Adds `my ($a, $b) = (1, 2)` and `my ($url) = @ARGV`.
fn add_several(source: &mut Source, node: Node, left: Node, right: Node, out: &mut Block) {
    let names = named_children(left).into_iter().flat_map(|n| match n.kind() {
        "list_expression" => named_children(n),
        _ => vec![n],
    });
    let names: Option<Vec<String>> =
        names.map(|n| if n.kind() == "scalar" { name(source, n) } else { None }).collect();
    let values = match source.text(right) {
        "@ARGV" => {
            let count = names.as_ref().map_or(0, Vec::len) as i64;
            (0..count).map(|at| builtin(Builtin::Arg, vec![Expr::Int(at)])).collect()
        }
        _ => statement(source, out, |source| match expr(source, right) {
            Expr::List(values) => values,
            value if right.kind() == "parenthesized_expression" => vec![value],
            _ => Vec::new(),
        }),
    };
    let Some(names) = names.filter(|names| names.len() == values.len()) else {
        let reason = "several variables set at once".to_owned();
        out.push(source.stmt(node, StmtKind::Unported(reason)));
        return;
    };
    for (name, value) in names.into_iter().zip(values) {
        let kind = match left.kind() {
            "variable_declaration" => {
                StmtKind::Declare { name, hint: Hint::Unknown, value: Some(value) }
            }
            _ => StmtKind::Assign { target: Target::Var(name), value },
        };
        out.push(source.stmt(node, kind));
    }
}

/// Adds `a or b`, `a and b` and `a ? b : c` as statements.
pub(super) fn add_short(source: &mut Source, node: Node, out: &mut Block) {
    let field = |name: &str| node.child_by_field_name(name);
    let (cond, yes, no) = match field("operator").map(|operator| operator.kind()) {
        Some("or" | "||" | "//") => ("left", None, field("right")),
        Some("and" | "&&") => ("left", field("right"), None),
        None => ("condition", field("consequent"), field("alternative")),
        Some(sign) => {
            let changed =
                matches!(sign, "=~").then(|| super::functions::substitution(source, node));
            let kind = match changed.flatten() {
                Some(kind) => kind,
                None => statement(source, out, |source| StmtKind::Expr(expr(source, node))),
            };
            out.push(source.stmt(node, kind));
            return;
        }
    };
    let cond = field(cond);
    if let (Some(eval), None, Some(handler)) = (cond, yes, no) {
        if eval.kind() == "eval_expression" {
            return add_eval_or(source, eval, handler, out);
        }
    }
    let cond = match cond {
        // `my $x = call() or die`.
        Some(cond) if cond.kind() == "assignment_expression" => {
            add_assignment(source, cond, out);
            match out.last().map(|stmt| &stmt.kind) {
                Some(StmtKind::Declare { name, .. }) => var(name.clone()),
                Some(StmtKind::Assign { target: Target::Var(name), .. }) => var(name.clone()),
                _ => Expr::Bool(true),
            }
        }
        cond => statement(source, out, |source| condition(source, cond)),
    };
    let (mut then, mut otherwise) = (Block::new(), Block::new());
    yes.into_iter().for_each(|yes| add_expression(source, yes, &mut then));
    no.into_iter().for_each(|no| add_expression(source, no, &mut otherwise));
    let kind = match (yes.is_some(), no.is_some()) {
        (false, _) => if_then(opposite(cond), otherwise),
        (_, false) => if_then(cond, then),
        _ => StmtKind::If { branches: vec![(cond, then)], otherwise: Some(otherwise) },
    };
    out.push(source.stmt(node, kind));
}
