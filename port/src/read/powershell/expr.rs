//! Expressions.

use tree_sitter::Node;

use super::statements::{assignment, pipeline_elements};
use super::{CURRENT, name};
use crate::names::class_name;
use crate::read::shared::build::{
    binary, builtin, index, method, minus, number, opposite, property, text, var,
};
use crate::read::shared::grammar::{Source, apart, hoist, named_children};
use crate::read::shared::texts::{format_places, is_text, text_of, to_text};
use crate::tree::{BinaryOp, Builtin, Expr};

/// Nodes that only hold another where they have one child.
const CHAIN: &[&str] = &[
    "pipeline",
    "pipeline_chain",
    "logical_expression",
    "bitwise_expression",
    "comparison_expression",
    "additive_expression",
    "multiplicative_expression",
    "format_expression",
    "range_expression",
    "array_literal_expression",
    "unary_expression",
    "logical_argument_expression",
    "bitwise_argument_expression",
    "comparison_argument_expression",
    "additive_argument_expression",
    "multiplicative_argument_expression",
    "format_argument_expression",
    "range_argument_expression",
    "argument_expression",
    "left_assignment_expression",
    "statement_list",
    "string_literal",
    "integer_literal",
    "key_expression",
    "while_condition",
    "switch_condition",
    "switch_clause_condition",
    "for_condition",
    "for_initializer",
    "for_iterator",
];

/// Returns the children that are not comments.
pub(super) fn parts(node: Node) -> Vec<Node> {
    named_children(node).into_iter().filter(|n| n.kind() != "comment").collect()
}

/// Returns what a node holds after all.
pub(super) fn core(mut node: Node) -> Node {
    while CHAIN.contains(&node.kind()) {
        let [only] = parts(node)[..] else { break };
        // The unary comma makes a list.
        if node.child_count() > 1 && node.kind() == "array_literal_expression" {
            break;
        }
        node = only;
    }
    if node.kind() == "expression_with_unary_operator" {
        if let [inner] = parts(node)[..] {
            if inner.kind() == "cast_expression" || inner.kind().starts_with("pre_") {
                return inner;
            }
        }
    }
    node
}

/// Reads an expression.
pub(super) fn expr(source: &mut Source, node: Node) -> Expr {
    let value = source.deeper(|source| expr_inner(source, core(node)));
    value.unwrap_or_else(|| source.unported(node, "it is nested too deeply"))
}

fn expr_inner(source: &mut Source, node: Node) -> Expr {
    match node.kind() {
        "variable" | "braced_variable" => variable(source, node),
        "verbatim_string_characters" => {
            let written = source.text(node);
            let inner = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
            text(inner.replace("''", "'"))
        }
        "verbatim_here_string_characters" => text(here(source.text(node))),
        "expandable_string_literal" | "expandable_here_string_literal" => expandable(source, node),
        "decimal_integer_literal" | "hexadecimal_integer_literal" | "real_literal" => {
            number(source.text(node).trim())
        }
        "simple_name" | "generic_token" => text(source.text(node)),
        "parenthesized_expression" | "sub_expression" => match parts(node)[..] {
            [only] => expr(source, only),
            _ => source.unported(node, "several statements inside an expression"),
        },
        "statement_list" => source.unported(node, "several statements inside an expression"),
        "pipeline" | "pipeline_chain" => match pipeline_elements(node)[..] {
            [only] => expr(source, only),
            _ => source.unported(node, "a pipeline"),
        },
        "assignment_expression" => match assignment(source, node) {
            Some((target, value)) => hoist(source, node, target, value),
            None => source.unported(node, "an assignment inside an expression"),
        },
        "command" => super::commands::value(source, node),
        "logical_expression"
        | "comparison_expression"
        | "additive_expression"
        | "multiplicative_expression"
        | "logical_argument_expression"
        | "comparison_argument_expression"
        | "additive_argument_expression"
        | "multiplicative_argument_expression" => operation(source, node),
        "format_expression" | "format_argument_expression" => formatted(source, node),
        "array_literal_expression" => {
            Expr::List(parts(node).into_iter().map(|item| expr(source, item)).collect())
        }
        "array_expression" => array(source, node),
        "hash_literal_expression" => map(source, node),
        "expression_with_unary_operator" => {
            let value = parts(node).last().map_or(Expr::Null, |value| expr(source, *value));
            match node.child(0).map(|sign| source.text(sign).to_ascii_lowercase()).as_deref() {
                Some("-not" | "!") => opposite(value),
                Some("-") => minus(value),
                Some("+") => value,
                Some(",") => Expr::List(vec![value]),
                Some("-join") => builtin(Builtin::Join, vec![value, text("")]),
                _ => source.unported(node, "this operator is not understood here"),
            }
        }
        "cast_expression" => cast(source, node),
        "member_access" => member(source, node),
        "invokation_expression" => invocation(source, node),
        "element_access" => match parts(node)[..] {
            [object, at] => {
                let at = expr(source, at);
                match source.text(object).to_ascii_lowercase().as_str() {
                    "$args" => builtin(Builtin::Arg, vec![at]),
                    _ => index(expr(source, object), at),
                }
            }
            _ => source.unported(node, "several places of a list"),
        },
        "type_literal" => source.unported(node, "a type"),
        "script_block_expression" => source.unported(node, "a block as a value"),
        "post_increment_expression"
        | "post_decrement_expression"
        | "pre_increment_expression"
        | "pre_decrement_expression" => source.unported(node, "`++` or `--` inside an expression"),
        kind => {
            let reason = format!("{} is not understood here", kind.replace('_', " "));
            source.unported(node, reason)
        }
    }
}

fn variable(source: &mut Source, node: Node) -> Expr {
    let name = name(source, node);
    match name.to_ascii_lowercase().as_str() {
        "true" => Expr::Bool(true),
        "false" => Expr::Bool(false),
        "null" => Expr::Null,
        "error" | "lastexitcode" | "psscriptroot" | "pscommandpath" | "host" | "input" | "args"
        | "psversiontable" | "matches" | "this" | "?" | "pid" | "home" | "pwd" => {
            source.unported(node, "a variable that PowerShell sets")
        }
        lower if lower.starts_with("env:") => builtin(Builtin::Env, vec![text(&name[4..])]),
        _ => var(name),
    }
}

/// Returns the text of a here-string: the lines between the first and the last.
fn here(written: &str) -> &str {
    let inner = written.get(2..written.len().saturating_sub(2)).unwrap_or_default();
    let inner = inner.split_once('\n').map_or(inner, |(_, rest)| rest);
    inner.strip_suffix('\n').unwrap_or(inner)
}

fn expandable(source: &mut Source, node: Node) -> Expr {
    let (mut start, mut end) = (node.start_byte() + 1, node.end_byte().saturating_sub(1));
    let is_here = node.kind() == "expandable_here_string_literal";
    if is_here {
        let whole = source.text(node);
        start = node.start_byte() + whole.find('\n').map_or(2, |at| at + 1);
        end = node.start_byte() + whole.rfind('\n').unwrap_or(whole.len());
    }
    let mut parts = Vec::new();
    let mut at = start;
    for child in named_children(node) {
        if child.start_byte() < at || child.start_byte() >= end {
            continue;
        }
        parts.push(text(unescaped(source.text.get(at..child.start_byte()), is_here)));
        at = child.end_byte();
        parts.push(expr(source, child));
    }
    parts.push(text(unescaped(source.text.get(at..end.max(at)), is_here)));
    text_of(parts)
}

fn unescaped(written: Option<&str>, is_here: bool) -> String {
    let mut value = String::new();
    let mut chars = written.unwrap_or_default().chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('"', Some('"')) if !is_here => {
                chars.next();
                value.push('"');
            }
            ('`', Some(next)) => {
                match next {
                    'n' => value.push('\n'),
                    'r' => value.push('\r'),
                    't' => value.push('\t'),
                    '0' => value.push('\0'),
                    'e' => value.push('\u{1b}'),
                    '\n' => {}
                    other => value.push(*other),
                }
                chars.next();
            }
            _ => value.push(c),
        }
    }
    value
}

fn operation(source: &mut Source, node: Node) -> Expr {
    let sign_of = |node: Node, source: &Source| {
        let mut cursor = node.walk();
        let sign = node
            .children(&mut cursor)
            .find(|n| !n.is_named() && n.kind() != "(" || n.kind().ends_with("_operator"));
        sign.map(|n| source.text(n).trim().to_ascii_lowercase()).unwrap_or_default()
    };
    let sign = sign_of(node, source);
    if sign == "+" {
        return sum(source, node);
    }
    let operands: Vec<Node> =
        parts(node).into_iter().filter(|n| !n.kind().ends_with("_operator")).collect();
    let [left, right] = operands[..] else {
        return source.unported(node, "this operator is not understood here");
    };
    let left = expr(source, left);
    let is_lazy = matches!(sign.as_str(), "-and" | "-or");
    let right = match is_lazy {
        true => apart(source, |source| expr(source, right)),
        false => expr(source, right),
    };
    let plain = match sign.strip_prefix("-c").or_else(|| sign.strip_prefix("-i")) {
        Some(rest) if !matches!(sign.as_str(), "-contains" | "-in" | "-is") => format!("-{rest}"),
        _ => sign.clone(),
    };
    let op = match plain.as_str() {
        "-eq" => BinaryOp::Eq,
        "-ne" => BinaryOp::Ne,
        "-lt" => BinaryOp::Lt,
        "-le" => BinaryOp::Le,
        "-gt" => BinaryOp::Gt,
        "-ge" => BinaryOp::Ge,
        "-and" => BinaryOp::And,
        "-or" => BinaryOp::Or,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "%" => BinaryOp::Rem,
        "-contains" => return builtin(Builtin::Contains, vec![left, right]),
        "-notcontains" => return opposite(builtin(Builtin::Contains, vec![left, right])),
        "-in" => return builtin(Builtin::Contains, vec![right, left]),
        "-notin" => return opposite(builtin(Builtin::Contains, vec![right, left])),
        "-join" => return builtin(Builtin::Join, vec![left, right]),
        "-split" | "-replace" | "-like" | "-notlike" | "-match" | "-notmatch" => {
            let value = with_pattern(&plain, left, right);
            return value.unwrap_or_else(|| source.unported(node, "a pattern"));
        }
        _ => return source.unported(node, format!("the operator `{sign}`")),
    };
    match (&left, op) {
        // `$null -eq $x`.
        (Expr::Null | Expr::Bool(_), BinaryOp::Eq | BinaryOp::Ne) => binary(op, right, left),
        _ => binary(op, left, right),
    }
}

/// Returns the value of an operator with a pattern. `None` if the pattern is not plain text.
fn with_pattern(sign: &str, value: Expr, pattern: Expr) -> Option<Expr> {
    let (pattern, new) = match pattern {
        Expr::Text(pattern) => (pattern, text("")),
        Expr::List(items) => match &items[..] {
            [Expr::Text(pattern), new] => (pattern.clone(), new.clone()),
            _ => return None,
        },
        _ => return None,
    };
    let is_plain = |text: &str| {
        !text.contains(['.', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|', '^', '$', '\\'])
    };
    if let "-like" | "-notlike" = sign {
        let inner = pattern.trim_matches('*').to_owned();
        let part = text(inner.as_str());
        let found = match (pattern.starts_with('*'), pattern.ends_with('*')) {
            _ if !is_plain(&inner) => return None,
            (true, true) => builtin(Builtin::Contains, vec![value, part]),
            (true, false) => builtin(Builtin::EndsWith, vec![value, part]),
            (false, true) => builtin(Builtin::StartsWith, vec![value, part]),
            (false, false) => binary(BinaryOp::Eq, value, part),
        };
        return Some(if sign == "-like" { found } else { opposite(found) });
    }
    if !is_plain(&pattern) {
        return None;
    }
    Some(match sign {
        "-split" => builtin(Builtin::Split, vec![value, text(pattern)]),
        "-replace" => builtin(Builtin::Replace, vec![value, text(pattern), new]),
        "-match" => builtin(Builtin::Contains, vec![value, text(pattern)]),
        _ => opposite(builtin(Builtin::Contains, vec![value, text(pattern)])),
    })
}

/// Reads `a + b + c`: concatenation if the first is text, which may be long but is not deep.
fn sum(source: &mut Source, node: Node) -> Expr {
    let mut operands = Vec::new();
    let mut left = node;
    let is_sum = |node: Node| {
        let mut cursor = node.walk();
        node.kind().starts_with("additive") && node.children(&mut cursor).any(|n| n.kind() == "+")
    };
    while is_sum(left) {
        let [next, right] = parts(left)[..] else { break };
        operands.push(right);
        left = core(next);
    }
    operands.push(left);
    let operands: Vec<Expr> = operands.into_iter().rev().map(|part| expr(source, part)).collect();
    if operands.first().is_some_and(is_text) {
        return text_of(operands);
    }
    if operands.len() > crate::read::shared::grammar::MAX_DEPTH {
        return source.unported(node, "it is nested too deeply");
    }
    let sum = operands.into_iter().reduce(|a, b| binary(BinaryOp::Add, a, b));
    sum.unwrap_or(Expr::Null)
}

fn formatted(source: &mut Source, node: Node) -> Expr {
    let operands: Vec<Node> =
        parts(node).into_iter().filter(|n| n.kind() != "format_operator").collect();
    let [pattern, values] = operands[..] else { return source.unported(node, "a format") };
    let values = match expr(source, values) {
        Expr::List(values) => values,
        value => vec![value],
    };
    let value = match expr(source, pattern) {
        Expr::Text(pattern) => format_places(&pattern, &values).map(text_of),
        _ => None,
    };
    value.unwrap_or_else(|| source.unported(node, "a format with a width or a number of digits"))
}

fn array(source: &mut Source, node: Node) -> Expr {
    let statements = parts(node).into_iter().flat_map(|n| match n.kind() {
        "statement_list" => parts(n),
        _ => vec![n],
    });
    let mut values: Vec<Expr> = statements.map(|n| expr(source, n)).collect();
    match (values.len(), values.pop()) {
        // A list stays one.
        (1, Some(list @ (Expr::List(_) | Expr::Var(_) | Expr::Unported { .. }))) => list,
        (_, last) => {
            values.extend(last);
            Expr::List(values)
        }
    }
}

fn map(source: &mut Source, node: Node) -> Expr {
    let entries = parts(node).into_iter().flat_map(parts);
    let mut items = Vec::new();
    for entry in entries.filter(|n| n.kind() == "hash_entry") {
        match parts(entry)[..] {
            [key, value] => items.push((expr(source, key), expr(source, value))),
            _ => return source.unported(node, "a map with statements"),
        }
    }
    Expr::Map(items)
}

fn cast(source: &mut Source, node: Node) -> Expr {
    let [ty, value] = parts(node)[..] else { return Expr::Null };
    let ty = source.text(ty).trim_matches(['[', ']']).to_ascii_lowercase();
    let value = expr(source, value);
    match ty.as_str() {
        "int" | "int32" | "int64" | "long" | "uint32" | "uint16" => {
            builtin(Builtin::ParseInt, vec![value])
        }
        "double" | "float" | "decimal" | "single" => builtin(Builtin::ParseFloat, vec![value]),
        "string" => to_text(value),
        "bool" | "boolean" => opposite(opposite(value)),
        "char" => builtin(Builtin::Char, vec![value]),
        "void"
        | "ordered"
        | "pscustomobject"
        | "hashtable"
        | "array"
        | "string[]"
        | "object[]"
        | "int[]"
        | "system.collections.arraylist" => value,
        _ => source.unported(node, "a conversion to this type"),
    }
}

/// Returns an object and the name of its member. The object is `Err` with the name of a type.
fn receiver<'s>(source: &mut Source<'s>, node: Node) -> Option<(Result<Expr, &'s str>, &'s str)> {
    let parts = parts(node);
    let (object, member) = (*parts.first()?, *parts.get(1)?);
    let member = source.text(member);
    let object = core(object);
    if object.kind() == "type_literal" {
        return Some((Err(source.text(object).trim_matches(['[', ']'])), member));
    }
    Some((Ok(expr(source, object)), member))
}

fn member(source: &mut Source, node: Node) -> Expr {
    let Some((object, member)) = receiver(source, node) else { return Expr::Null };
    let lower = member.to_ascii_lowercase();
    match (object, lower.as_str()) {
        (Err(ty), "newline") if ty.ends_with("Environment") => text("\n"),
        (Err(_), _) => source.unported(node, "a value of .NET"),
        (Ok(Expr::Unported { source: list, .. }), "count" | "length")
            if list.eq_ignore_ascii_case("$args") =>
        {
            builtin(Builtin::ArgCount, Vec::new())
        }
        // `$_.Exception.Message`.
        (Ok(object), "exception") => object,
        (Ok(object), "message") => builtin(Builtin::Message, vec![object]),
        (Ok(object), _) => property(object, member),
    }
}

fn invocation(source: &mut Source, node: Node) -> Expr {
    let args = parts(node).into_iter().find(|n| n.kind() == "argument_list");
    let args = args.and_then(|args| args.child_by_field_name("argument_expression_list"));
    let args = args.map(parts).unwrap_or_default();
    if source.text(node).starts_with("[Console]::Error") {
        return source.unported(node, "output inside an expression");
    }
    let Some((object, member)) = receiver(source, node) else { return Expr::Null };
    let args: Vec<Expr> = args.into_iter().map(|arg| expr(source, arg)).collect();
    let ty = match object {
        Ok(object) => return method(object, member, args),
        Err(ty) => ty,
    };
    if let (Some(class), true) = (class_name(ty), member.eq_ignore_ascii_case("new")) {
        return Expr::New(class.to_owned());
    }
    let ty = ty.trim_start_matches("System.").to_ascii_lowercase();
    let name = format!("{ty}.{}", member.to_ascii_lowercase());
    if name.starts_with("collections.") && name.ends_with(".new") {
        return if name.contains("list") { Expr::List(Vec::new()) } else { Expr::Map(Vec::new()) };
    }
    let function = match name.as_str() {
        "int.parse" | "int32.parse" | "convert.toint32" | "int64.parse" => Builtin::ParseInt,
        "double.parse" | "convert.todouble" => Builtin::ParseFloat,
        "convert.tostring" => Builtin::ToText,
        "environment.getenvironmentvariable" => Builtin::Env,
        "math.max" => Builtin::Max,
        "math.min" => Builtin::Min,
        "math.abs" => Builtin::Abs,
        "math.round" if args.len() == 1 => Builtin::Round,
        "io.file.readalltext" => Builtin::ReadFile,
        "io.file.writealltext" => Builtin::WriteFile,
        "io.file.exists" => Builtin::FileExists,
        "threading.thread.sleep" => Builtin::Sleep,
        "string.isnullorempty" | "string.isnullorwhitespace" => {
            let length = builtin(Builtin::Length, args);
            return binary(BinaryOp::Eq, length, Expr::Int(0));
        }
        "string.join" => match &args[..] {
            [separator, list] => {
                return builtin(Builtin::Join, vec![list.clone(), separator.clone()]);
            }
            _ => return source.unported(node, "this number of arguments"),
        },
        _ => return source.unported(node, "a function of .NET"),
    };
    builtin(function, args)
}

/// Returns whether an expression is the current item.
pub(super) fn is_current(value: &Expr) -> bool {
    *value == Expr::Var(CURRENT.to_owned())
}
