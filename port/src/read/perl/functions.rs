//! Functions of the language, and patterns that are plain text.

use tree_sitter::Node;

use super::SHIFT;
use super::expr::{expr, field_expr, length};
use crate::names::class_name;
use crate::read::shared::build::{binary, builtin, text};
use crate::read::shared::grammar::{Source, apart, named_children};
use crate::read::shared::texts::{print, printf, sleep_seconds, text_of};
use crate::tree::{BinaryOp, Builtin, Expr, StmtKind, Target};

/// Functions with a counterpart in every language: name, counterpart, and the order of the arguments.
const BUILTINS: &[(&str, Builtin, &[usize])] = &[
    ("uc", Builtin::Upper, &[0]),
    ("lc", Builtin::Lower, &[0]),
    ("length", Builtin::Length, &[0]),
    ("trim", Builtin::Trim, &[0]),
    ("index", Builtin::IndexOf, &[0, 1]),
    ("substr", Builtin::Substring, &[0, 1]),
    ("substr", Builtin::Substring, &[0, 1, 2]),
    ("abs", Builtin::Abs, &[0]),
    ("int", Builtin::ToInt, &[0]),
    ("ord", Builtin::CharCode, &[0]),
    ("chr", Builtin::Char, &[0]),
    ("time", Builtin::UnixTime, &[]),
    ("max", Builtin::Max, &[0, 1]),
    ("min", Builtin::Min, &[0, 1]),
    ("-e", Builtin::FileExists, &[0]),
    ("-f", Builtin::FileExists, &[0]),
    ("-r", Builtin::FileExists, &[0]),
    ("read_file", Builtin::ReadFile, &[0]),
    ("read_text", Builtin::ReadFile, &[0]),
];

/// Functions that set up what Rust does not need.
const BOILERPLATE: &[&str] = &["binmode", "select", "STDOUT", "local"];

/// Reads the items of lists, one after another.
pub(super) fn arguments(source: &mut Source, nodes: Vec<Node>) -> Vec<Expr> {
    items(nodes).into_iter().map(|item| expr(source, item)).collect()
}

/// Returns the items of lists.
fn items(nodes: Vec<Node>) -> Vec<Node> {
    let mut all = Vec::new();
    let mut rest: Vec<Node> = nodes.into_iter().rev().collect();
    while let Some(node) = rest.pop() {
        match node.kind() {
            "list_expression" => rest.extend(named_children(node).into_iter().rev()),
            "comment" | "stub_expression" => {}
            _ => all.push(node),
        }
    }
    all
}

/// Returns the name of a function that is called, and its arguments.
fn parts<'s, 't>(source: &Source<'s>, node: Node<'t>) -> (&'s str, Vec<Node<'t>>) {
    let function = node.child_by_field_name("function");
    let name = function.map(|n| source.text(n)).unwrap_or_default().trim_start_matches('&');
    let args = match node.child_by_field_name("arguments") {
        Some(args) => vec![args],
        None => named_children(node)
            .into_iter()
            .filter(|n| Some(*n) != function && n.kind() != "indirect_object")
            .collect(),
    };
    (name, items(args))
}

/// Reads a call as a statement.
pub(super) fn call_statement(source: &mut Source, node: Node) -> StmtKind {
    let (name, args) = parts(source, node);
    let handle = named_children(node).into_iter().find(|n| n.kind() == "indirect_object");
    let handle = handle.map(|n| source.text(n).trim_matches(['{', '}', ' ', '*']));
    let to_stderr = handle == Some("STDERR");
    let is_file = !matches!(handle, None | Some("STDERR" | "STDOUT"));
    let values = |source: &mut Source| arguments(source, args.clone());
    match name {
        "print" | "say" | "printf" if is_file => StmtKind::Unported("output to a file".to_owned()),
        "print" | "say" => {
            let mut values = values(source);
            let value = match values.len() {
                0 => Expr::Var("item".to_owned()),
                1 => values.remove(0),
                _ => text_of(values),
            };
            // The message of an error ends its line.
            print(value.clone(), name == "say" || ends_with_error(&value), to_stderr)
        }
        "printf" => match formatted(values(source)) {
            Some(value) => print(value, false, to_stderr),
            None => StmtKind::Unported("a format with a width or a number of digits".to_owned()),
        },
        "warn" | "carp" => match print(text_of(values(source)), false, true) {
            StmtKind::Print { value, .. } => {
                StmtKind::Print { value, newline: true, to_stderr: true }
            }
            kind => kind,
        },
        "die" | "croak" | "confess" => {
            let mut values = values(source);
            let message = match values.len() {
                0 => text("Died"),
                1 => values.remove(0),
                _ => text_of(values),
            };
            // The line end only keeps Perl from adding the place.
            match print(message, false, true) {
                StmtKind::Print { value, .. } => StmtKind::Throw(Some(value)),
                kind => kind,
            }
        }
        "exit" => StmtKind::Exit(values(source).into_iter().next()),
        "push" => match &values(source)[..] {
            [list, value] => {
                StmtKind::Expr(builtin(Builtin::Push, vec![list.clone(), value.clone()]))
            }
            _ => StmtKind::Unported("it adds several items".to_owned()),
        },
        "undef" => match args.first().and_then(|n| super::name(source, *n)) {
            Some(name) => StmtKind::Dispose(name),
            None => StmtKind::Unported("it removes an entry".to_owned()),
        },
        _ if BOILERPLATE.contains(&name) => StmtKind::Boilerplate,
        _ => StmtKind::Expr(expr(source, node)),
    }
}

fn ends_with_error(value: &Expr) -> bool {
    match value {
        Expr::Concat(parts) => parts.last().is_some_and(ends_with_error),
        value => *value == super::statements::error_message(),
    }
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
    let (name, args) = parts(source, node);
    match (name, &args[..]) {
        ("scalar", [list]) if list.kind() == "array" => return length(source, *list),
        ("scalar", [value]) => return expr(source, *value),
        ("defined" | "exists", [value]) => {
            return match apart(source, |source| expr(source, *value)) {
                Expr::Index { object, index } => builtin(Builtin::HasKey, vec![*object, *index]),
                value => binary(BinaryOp::Ne, value, Expr::Null),
            };
        }
        ("shift", []) => return Expr::Call { name: SHIFT.to_owned(), args: Vec::new() },
        ("shift", [list]) if source.text(*list) == "@ARGV" => {
            return Expr::Call { name: SHIFT.to_owned(), args: Vec::new() };
        }
        ("shift", _) => return source.unported(node, "it removes an item"),
        ("new", [class, ..]) => {
            let class = match class.child_by_field_name("function") {
                Some(function) => source.text(function),
                None => source.text(*class),
            };
            return match class_name(class) {
                Some(class) => Expr::New(class.to_owned()),
                None => Expr::Call { name: format!("new {class}"), args: Vec::new() },
            };
        }
        ("split", [pattern, value, ..]) => {
            let separator = plain_pattern(source, *pattern);
            return match separator {
                Some(separator) => {
                    builtin(Builtin::Split, vec![expr(source, *value), text(separator)])
                }
                None => source.unported(node, "a regular expression"),
            };
        }
        _ => {}
    }
    let found = BUILTINS.iter().find(|row| row.0 == name && row.2.len() == args.len());
    let values: Vec<Expr> = args.iter().map(|arg| expr(source, *arg)).collect();
    if let Some((_, function, order)) = found {
        let from_end = |value: &Expr| matches!(value, Expr::Int(at) if *at < 0);
        if *function == Builtin::Substring && values.iter().any(from_end) {
            return source.unported(node, "a part that is counted from the end");
        }
        let values = order.iter().map(|at| values.get(*at).cloned().unwrap_or(Expr::Null));
        return builtin(*function, values.collect());
    }
    language_call(source, node, name, values)
}

/// Reads a call of a function whose arguments need a change, or of the script.
fn language_call(source: &mut Source, node: Node, name: &str, mut values: Vec<Expr>) -> Expr {
    let first = values.first().cloned().unwrap_or(Expr::Null);
    match name {
        "join" if values.len() > 1 => {
            let separator = values.remove(0);
            let list = if values.len() == 1 { values.remove(0) } else { Expr::List(values) };
            builtin(Builtin::Join, vec![list, separator])
        }
        "sprintf" => match formatted(values) {
            Some(value) => value,
            None => source.unported(node, "a format with a width or a number of digits"),
        },
        "sleep" => sleep_seconds(first),
        "usleep" => {
            let milliseconds = match first {
                Expr::Int(microseconds) => Expr::Int(microseconds / 1000),
                other => binary(BinaryOp::Div, other, Expr::Int(1000)),
            };
            builtin(Builtin::Sleep, vec![milliseconds])
        }
        "open" | "close" | "opendir" | "unlink" | "system" | "exec" | "keys" | "values"
        | "delete" | "sort" | "map" | "grep" | "ref" | "lcfirst" | "ucfirst" | "localtime"
        | "gmtime" | "chomp" | "chop" | "pop" | "unshift" | "splice" | "eof" | "local"
        | "wantarray" => source.unported(node, format!("the function `{name}` of Perl")),
        "print" | "printf" | "say" | "die" | "exit" | "warn" => {
            source.unported(node, format!("`{name}` inside an expression"))
        }
        _ => Expr::Call { name: name.to_owned(), args: values },
    }
}

/// Returns the text that a pattern stands for, if it is plain.
fn plain_pattern(source: &mut Source, node: Node) -> Option<String> {
    if node.kind() != "match_regexp" {
        return match expr(source, node) {
            Expr::Text(plain) if is_plain(&plain) || plain == "|" => Some(plain),
            _ => None,
        };
    }
    if node.child_by_field_name("modifiers").is_some() {
        return None;
    }
    let content = node.child_by_field_name("content").map(|n| source.text(n)).unwrap_or_default();
    unescaped(content)
}

fn is_plain(pattern: &str) -> bool {
    !pattern.contains(['.', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|', '^', '$', '\\', '@'])
}

/// Returns the text of a pattern whose signs are all escaped.
fn unescaped(pattern: &str) -> Option<String> {
    let mut plain = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                c if c.is_alphanumeric() => return None,
                c => plain.push(c),
            },
            c if is_plain(c.encode_utf8(&mut [0; 4])) => plain.push(c),
            _ => return None,
        }
    }
    Some(plain)
}

/// Reads `value =~ /plain/`. `None` if the pattern is not plain.
pub(super) fn matches(
    source: &mut Source,
    left: Option<Node>,
    right: Option<Node>,
) -> Option<Expr> {
    let pattern = right.filter(|n| n.kind() == "match_regexp")?;
    if pattern.child_by_field_name("modifiers").is_some() {
        return None;
    }
    let content = pattern.child_by_field_name("content").map(|n| source.text(n))?;
    let (content, at_start) = match content.strip_prefix('^') {
        Some(rest) => (rest, true),
        None => (content, false),
    };
    let (content, at_end) = match content.strip_suffix('$') {
        Some(rest) if !rest.ends_with('\\') => (rest, true),
        _ => (content, false),
    };
    let plain = text(unescaped(content)?);
    let value = field_expr(source, left);
    Some(match (at_start, at_end) {
        (true, true) => binary(BinaryOp::Eq, value, plain),
        (true, false) => builtin(Builtin::StartsWith, vec![value, plain]),
        (false, true) => builtin(Builtin::EndsWith, vec![value, plain]),
        (false, false) => builtin(Builtin::Contains, vec![value, plain]),
    })
}

/// Reads `$x =~ s/old/new/g` with a plain pattern.
pub(super) fn substitution(source: &mut Source, node: Node) -> Option<StmtKind> {
    let right = node.child_by_field_name("right").filter(|n| n.kind() == "substitution_regexp")?;
    let left = node.child_by_field_name("left").filter(|n| n.kind() == "scalar")?;
    let flags = right.child_by_field_name("modifiers").map(|n| source.text(n)).unwrap_or_default();
    let pattern = right.child_by_field_name("content").map(|n| source.text(n)).unwrap_or_default();
    let new = named_children(right).into_iter().find(|n| n.kind() == "replacement");
    let new = new.map(|n| source.text(n)).unwrap_or_default();
    let name = super::name(source, left)?;
    let value = expr(source, left);
    let is_trim = matches!(pattern, r"^\s+|\s+$" | r"^\s*|\s*$") && new.is_empty();
    let value = if is_trim && flags == "g" {
        builtin(Builtin::Trim, vec![value])
    } else if flags == "g" && !new.contains(['$', '@', '\\']) {
        let old = text(unescaped(pattern)?);
        builtin(Builtin::Replace, vec![value, old, text(new)])
    } else {
        return Some(StmtKind::Unported("a regular expression".to_owned()));
    };
    Some(StmtKind::Assign { target: Target::Var(name), value })
}
