//! Functions of the language.

use tree_sitter::Node;

use super::expr::expr;
use super::name;
use crate::read::shared::build::{binary, builtin, opposite};
use crate::read::shared::grammar::{Source, apart, named_children};
use crate::read::shared::texts::{print, printf, sleep_seconds};
use crate::tree::{BinaryOp, Builtin, Expr, StmtKind};

/// Functions with a counterpart in every language: name, counterpart, and the order of the arguments.
const BUILTINS: &[(&str, Builtin, &[usize])] = &[
    ("strlen", Builtin::Length, &[0]),
    ("mb_strlen", Builtin::Length, &[0]),
    ("floor", Builtin::Floor, &[0]),
    ("count", Builtin::Length, &[0]),
    ("sizeof", Builtin::Length, &[0]),
    ("strtoupper", Builtin::Upper, &[0]),
    ("mb_strtoupper", Builtin::Upper, &[0]),
    ("strtolower", Builtin::Lower, &[0]),
    ("mb_strtolower", Builtin::Lower, &[0]),
    ("trim", Builtin::Trim, &[0]),
    ("str_contains", Builtin::Contains, &[0, 1]),
    ("in_array", Builtin::Contains, &[1, 0]),
    ("str_starts_with", Builtin::StartsWith, &[0, 1]),
    ("str_ends_with", Builtin::EndsWith, &[0, 1]),
    ("strpos", Builtin::IndexOf, &[0, 1]),
    ("mb_strpos", Builtin::IndexOf, &[0, 1]),
    ("substr", Builtin::Substring, &[0, 1]),
    ("substr", Builtin::Substring, &[0, 1, 2]),
    ("mb_substr", Builtin::Substring, &[0, 1]),
    ("mb_substr", Builtin::Substring, &[0, 1, 2]),
    ("str_replace", Builtin::Replace, &[2, 0, 1]),
    ("explode", Builtin::Split, &[1, 0]),
    ("implode", Builtin::Join, &[1, 0]),
    ("join", Builtin::Join, &[1, 0]),
    ("str_repeat", Builtin::Repeat, &[0, 1]),
    ("array_push", Builtin::Push, &[0, 1]),
    ("array_key_exists", Builtin::HasKey, &[1, 0]),
    ("key_exists", Builtin::HasKey, &[1, 0]),
    ("array_keys", Builtin::Keys, &[0]),
    ("getenv", Builtin::Env, &[0]),
    ("file_get_contents", Builtin::ReadFile, &[0]),
    ("file_put_contents", Builtin::WriteFile, &[0, 1]),
    ("file_exists", Builtin::FileExists, &[0]),
    ("is_file", Builtin::FileExists, &[0]),
    ("is_readable", Builtin::FileExists, &[0]),
    ("time", Builtin::UnixTime, &[]),
    ("chr", Builtin::Char, &[0]),
    ("ord", Builtin::CharCode, &[0]),
    ("abs", Builtin::Abs, &[0]),
    ("min", Builtin::Min, &[0, 1]),
    ("max", Builtin::Max, &[0, 1]),
    ("round", Builtin::Round, &[0]),
    ("intval", Builtin::ToInt, &[0]),
    ("floatval", Builtin::ToFloat, &[0]),
    ("strval", Builtin::ToText, &[0]),
];

/// Functions that set up what Rust does not need.
const BOILERPLATE: &[&str] = &[
    "error_reporting",
    "ini_set",
    "set_time_limit",
    "header",
    "date_default_timezone_set",
    "mb_internal_encoding",
    "setlocale",
    "flush",
    "ob_start",
    "ob_flush",
    "ob_end_flush",
    "fflush",
    "dl",
    "assert",
    "session_start",
    "libxml_use_internal_errors",
];

/// Returns whether a function only sets up what Rust does not need.
pub(super) fn boilerplate(function: &str) -> bool {
    BOILERPLATE.iter().any(|name| name.eq_ignore_ascii_case(function))
}

fn args(source: &mut Source, node: Node) -> Vec<Expr> {
    node.child_by_field_name("arguments").map(|args| arguments(source, args)).unwrap_or_default()
}

/// Reads arguments.
pub(super) fn arguments(source: &mut Source, node: Node) -> Vec<Expr> {
    let args = named_children(node).into_iter().filter(|arg| arg.kind() != "comment");
    args.map(|arg| argument(source, arg)).collect()
}

fn argument(source: &mut Source, node: Node) -> Expr {
    if node.child_by_field_name("reference_modifier").is_some() {
        return source.unported(node, "a reference");
    }
    // The name of a named argument comes first.
    match named_children(node).last() {
        Some(value) if node.kind() == "argument" => expr(source, *value),
        _ => source.unported(node, "a list of arguments"),
    }
}

/// Reads a call of a function as a statement.
pub(super) fn call_statement(source: &mut Source, node: Node) -> StmtKind {
    let function = node.child_by_field_name("function").map(|n| name(source, n));
    let function = function.unwrap_or_default().to_ascii_lowercase();
    let values = |source: &mut Source| args(source, node);
    let written = |value: Option<Expr>, handle: &Expr| match (value, handle) {
        (Some(value), Expr::Var(handle)) if handle == "STDERR" => Some(print(value, false, true)),
        (Some(value), Expr::Var(handle)) if handle == "STDOUT" => Some(print(value, false, false)),
        _ => None,
    };
    let kind = match function.as_str() {
        "printf" | "vprintf" => formatted(values(source)).map(|value| print(value, false, false)),
        "fwrite" | "fputs" => {
            let mut values = values(source).into_iter();
            let handle = values.next().unwrap_or(Expr::Null);
            written(values.next(), &handle)
        }
        "fprintf" => {
            let mut values = values(source);
            let handle = if values.is_empty() { Expr::Null } else { values.remove(0) };
            written(formatted(values), &handle)
        }
        "error_log" => values(source).into_iter().next().map(|value| print(value, true, true)),
        "define" => match &values(source)[..] {
            [Expr::Text(name), value] => Some(StmtKind::Assign {
                target: crate::tree::Target::Var(name.clone()),
                value: value.clone(),
            }),
            _ => None,
        },
        "array_push" => match &values(source)[..] {
            [_, _] => None,
            _ => Some(StmtKind::Unported("it adds several items".to_owned())),
        },
        _ => None,
    };
    kind.unwrap_or_else(|| StmtKind::Expr(expr(source, node)))
}

fn formatted(values: Vec<Expr>) -> Option<Expr> {
    let mut values = values.into_iter();
    match values.next()? {
        Expr::Text(pattern) => printf(&pattern, values.collect()),
        _ => None,
    }
}

/// Reads a call of a function.
pub(super) fn call(source: &mut Source, node: Node) -> Expr {
    let Some(function) = node.child_by_field_name("function") else { return Expr::Null };
    if !matches!(function.kind(), "name" | "variable_name" | "qualified_name") {
        return source.unported(node, "a call of a function that is a value");
    }
    let written = name(source, function);
    let lower = written.to_ascii_lowercase();
    if function.kind() != "variable_name" {
        if let Some(value) = known(source, node, &lower) {
            return value;
        }
    }
    let args = args(source, node);
    Expr::Call { name: written, args }
}

/// Reads a call of a function of the language. `None` if it is none.
fn known(source: &mut Source, node: Node, function: &str) -> Option<Expr> {
    let nodes = node.child_by_field_name("arguments").map(named_children).unwrap_or_default();
    match function {
        "isset" | "empty" => {
            let values = apart(source, |source| args(source, node));
            let tests = values.into_iter().map(|value| match (function, value) {
                ("isset", Expr::Index { object, index }) => {
                    builtin(Builtin::HasKey, vec![*object, *index])
                }
                ("isset", value) => binary(BinaryOp::Ne, value, Expr::Null),
                (_, value) => {
                    binary(BinaryOp::Eq, builtin(Builtin::Length, vec![value]), Expr::Int(0))
                }
            });
            return tests.reduce(|a, b| binary(BinaryOp::And, a, b));
        }
        "array" => {
            let values = args(source, node);
            return Some(Expr::List(values));
        }
        _ => {}
    }
    let found = BUILTINS.iter().find(|row| row.0 == function && row.2.len() == nodes.len());
    // `in_array` may have an argument for the kind of the comparison.
    let found =
        found.or_else(|| BUILTINS.iter().find(|row| row.0 == function && row.0 == "in_array"));
    if let Some((_, function, order)) = found {
        let values = args(source, node);
        // `substr` counts from the end, too.
        let from_end = |value: &Expr| matches!(value, Expr::Int(at) if *at < 0);
        if *function == Builtin::Substring && values.iter().any(from_end) {
            return Some(source.unported(node, "a part that is counted from the end"));
        }
        let values = order.iter().map(|at| values.get(*at).cloned().unwrap_or(Expr::Null));
        return Some(argument_count(builtin(*function, values.collect())));
    }
    let mut values = match function {
        "is_null" | "sleep" | "usleep" | "intdiv" | "ucfirst" | "number_format" | "sprintf"
        | "boolval" | "exit" | "die" => args(source, node),
        _ => return None,
    };
    let first = values.first().cloned().unwrap_or(Expr::Null);
    Some(match function {
        "is_null" => binary(BinaryOp::Eq, first, Expr::Null),
        "intdiv" if values.len() == 2 => binary(BinaryOp::Quotient, first, values.remove(1)),
        "ucfirst" if matches!(first, Expr::Var(_)) => {
            let head = vec![first.clone(), Expr::Int(0), Expr::Int(1)];
            let head = builtin(Builtin::Upper, vec![builtin(Builtin::Substring, head)]);
            let tail = builtin(Builtin::Substring, vec![first, Expr::Int(1)]);
            Expr::Concat(vec![head, tail])
        }
        // Without a sign between thousands.
        "number_format" if values.get(3) == Some(&Expr::Text(String::new())) => {
            values.truncate(2);
            builtin(Builtin::Fixed, values)
        }
        "intdiv" | "ucfirst" | "number_format" => {
            source.unported(node, format!("the function `{function}` of PHP"))
        }
        "boolval" => opposite(opposite(first)),
        "sleep" => sleep_seconds(first),
        "usleep" => {
            let milliseconds = match first {
                Expr::Int(microseconds) => Expr::Int(microseconds / 1000),
                other => binary(BinaryOp::Div, other, Expr::Int(1000)),
            };
            builtin(Builtin::Sleep, vec![milliseconds])
        }
        "sprintf" => match formatted(std::mem::take(&mut values)) {
            Some(value) => value,
            None => source.unported(node, "a format with a width or a number of digits"),
        },
        _ => source.unported(node, "the end of the program inside an expression"),
    })
}

/// Returns the length of the list of arguments as their number.
fn argument_count(value: Expr) -> Expr {
    match &value {
        Expr::Builtin { function: Builtin::Length, args }
            if args[..] == [Expr::Var("argv".to_owned())] =>
        {
            let count = builtin(Builtin::ArgCount, Vec::new());
            binary(BinaryOp::Add, count, Expr::Int(1))
        }
        _ => value,
    }
}
