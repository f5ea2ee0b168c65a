//! Functions and methods of the language.

use tree_sitter::Node;

use super::expr::expr;
use super::statements::add;
use super::{field_expr, function};
use crate::read::shared::build::{
    assign, beside, binary, builtin, if_then, index, method, opposite, text, var,
};
use crate::read::shared::control;
use crate::read::shared::grammar::{Source, apart, named_children};
use crate::read::shared::texts::{is_text, print, printf, text_of, to_text};
use crate::read::shared::walk;
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, Stmt, StmtKind};

/// Functions with a counterpart in every language.
const FUNCTIONS: &[(&str, Builtin)] = &[
    ("parseInt", Builtin::ToInt),
    ("Number.parseInt", Builtin::ToInt),
    ("Math.trunc", Builtin::ToInt),
    ("Math.floor", Builtin::Floor),
    ("Number", Builtin::ToFloat),
    ("parseFloat", Builtin::ToFloat),
    ("Number.parseFloat", Builtin::ToFloat),
    ("Object.keys", Builtin::Keys),
    ("String", Builtin::ToText),
    ("String.fromCharCode", Builtin::Char),
    ("Math.abs", Builtin::Abs),
    ("Math.min", Builtin::Min),
    ("Math.max", Builtin::Max),
    ("Math.round", Builtin::Round),
    ("fs.readFileSync", Builtin::ReadFile),
    ("fs.writeFileSync", Builtin::WriteFile),
    ("fs.existsSync", Builtin::FileExists),
    ("readFileSync", Builtin::ReadFile),
    ("writeFileSync", Builtin::WriteFile),
    ("existsSync", Builtin::FileExists),
];

/// Methods of texts and lists, with the number of their arguments. Chilkat's begin with a capital letter.
const METHODS: &[(&str, usize, Builtin)] = &[
    ("toUpperCase", 0, Builtin::Upper),
    ("toLowerCase", 0, Builtin::Lower),
    ("trim", 0, Builtin::Trim),
    ("includes", 1, Builtin::Contains),
    ("startsWith", 1, Builtin::StartsWith),
    ("endsWith", 1, Builtin::EndsWith),
    ("indexOf", 1, Builtin::IndexOf),
    ("substr", 1, Builtin::Substring),
    ("substr", 2, Builtin::Substring),
    ("substring", 1, Builtin::Substring),
    ("slice", 1, Builtin::Substring),
    ("replace", 2, Builtin::Replace),
    ("replaceAll", 2, Builtin::Replace),
    ("split", 1, Builtin::Split),
    ("join", 1, Builtin::Join),
    ("repeat", 1, Builtin::Repeat),
    ("push", 1, Builtin::Push),
    ("toString", 0, Builtin::ToText),
    ("has", 1, Builtin::HasKey),
    ("hasOwnProperty", 1, Builtin::HasKey),
    ("toFixed", 1, Builtin::Fixed),
    ("padStart", 2, Builtin::PadLeft),
    ("padEnd", 2, Builtin::PadRight),
];

/// Reads arguments.
pub(super) fn arguments(source: &mut Source, node: Option<Node>) -> Vec<Expr> {
    let args = node.map(named_children).unwrap_or_default().into_iter();
    args.filter(|arg| arg.kind() != "comment").map(|arg| expr(source, arg)).collect()
}

/// Reads a call.
pub(super) fn call(source: &mut Source, node: Node) -> Expr {
    let Some(callee) = node.child_by_field_name("function") else { return Expr::Null };
    let args = node.child_by_field_name("arguments");
    if args.is_some_and(|args| args.kind() != "arguments") {
        return source.unported(node, "a template with a function");
    }
    match callee.kind() {
        "identifier" => named_call(source, node, source.text(callee), args),
        "member_expression" => {
            let written = source.text(callee);
            if written.len() < 40 && is_known(written) {
                return named_call(source, node, written, args);
            }
            member_call(source, node, callee, args)
        }
        "parenthesized_expression" | "function_expression" | "arrow_function" => {
            source.unported(node, "a function that is called where it is written")
        }
        _ => source.unported(node, "a call of a function that is a value"),
    }
}

fn is_known(name: &str) -> bool {
    FUNCTIONS.iter().any(|row| row.0 == name) || name == "Date.now"
}

fn named_call(source: &mut Source, node: Node, name: &str, args: Option<Node>) -> Expr {
    let mut values = arguments(source, args);
    if let Some((_, function)) = FUNCTIONS.iter().find(|row| row.0 == name) {
        let keep = match function {
            Builtin::Min | Builtin::Max | Builtin::WriteFile => 2,
            _ => 1,
        };
        if values.len() < keep
            || matches!(function, Builtin::Min | Builtin::Max) && values.len() > 2
        {
            return source.unported(node, "this number of arguments");
        }
        values.truncate(keep);
        return match function {
            Builtin::ToText => values.into_iter().map(to_text).next().unwrap_or(Expr::Null),
            Builtin::ToFloat if name == "Number" => {
                values.into_iter().map(to_number).next().unwrap_or(Expr::Null)
            }
            _ => builtin(*function, values),
        };
    }
    match name {
        "Date.now" => {
            let seconds = builtin(Builtin::UnixTime, Vec::new());
            binary(BinaryOp::Mul, seconds, Expr::Int(1000))
        }
        "Boolean" => opposite(opposite(values.into_iter().next().unwrap_or(Expr::Null))),
        _ => Expr::Call { name: name.to_owned(), args: values },
    }
}

/// Returns what `Number` makes of a value. From the environment it is a port or a limit, which is whole.
pub(super) fn to_number(value: Expr) -> Expr {
    let is_whole = matches!(&value, Expr::Builtin { function: Builtin::Env | Builtin::Arg, .. });
    builtin(if is_whole { Builtin::ToInt } else { Builtin::ToFloat }, vec![value])
}

fn member_call(source: &mut Source, node: Node, callee: Node, args: Option<Node>) -> Expr {
    let object = callee.child_by_field_name("object");
    let member = callee.child_by_field_name("property").map(|n| source.text(n)).unwrap_or_default();
    let written = object.map(|n| source.text(n)).unwrap_or_default();
    if matches!(written, "this" | "super") {
        let args = arguments(source, args);
        return Expr::Call { name: format!("this.{member}"), args };
    }
    let is_class = object.is_some_and(|object| object.kind() == "identifier")
        && written.starts_with(|c: char| c.is_uppercase())
        && member.starts_with(|c: char| c.is_lowercase());
    if is_class || matches!(written, "fs" | "path" | "os" | "process" | "util") {
        let args = arguments(source, args);
        return Expr::Call { name: format!("{written}.{member}"), args };
    }
    let count = args.map_or(0, |args| args.named_child_count());
    let pattern = args.and_then(|args| args.named_child(0)).filter(|arg| arg.kind() == "regex");
    if let Some(pattern) = pattern {
        return with_pattern(source, node, object, member, pattern);
    }
    if matches!(member, "map" | "filter")
        && let Some(list) = made_list(source, node, object, member, args)
    {
        return list;
    }
    let value = field_expr(source, object);
    let mut args = arguments(source, args);
    if let Some((_, _, function)) = METHODS.iter().find(|row| row.0 == member && row.1 == count) {
        // Chilkat has neither of them, and both count from the end.
        let is_negative = matches!(args.first(), Some(Expr::Int(at)) if *at < 0);
        if let (Expr::Var(_), true, Some(Expr::Int(at)), "slice") =
            (&value, is_negative, args.first(), member)
        {
            let length = builtin(Builtin::Length, vec![value.clone()]);
            let from = binary(BinaryOp::Sub, length, Expr::Int(at.saturating_neg()));
            return builtin(Builtin::Substring, vec![value, from]);
        }
        if *function == Builtin::Substring && is_negative {
            return source.unported(node, "a part that is counted from the end");
        }
        args.insert(0, value);
        return match function {
            Builtin::ToText => args.into_iter().map(to_text).next().unwrap_or(Expr::Null),
            _ => builtin(*function, args),
        };
    }
    other_method(source, node, member, value, args)
}

/// Reads a method that has no counterpart of one name.
fn other_method(
    source: &mut Source,
    node: Node,
    member: &str,
    value: Expr,
    args: Vec<Expr>,
) -> Expr {
    match (member, &args[..]) {
        ("join", []) => builtin(Builtin::Join, vec![value, text(",")]),
        ("substring" | "slice", [from, to]) => {
            let length = match (from, to) {
                (Expr::Int(from), Expr::Int(to)) if 0 <= *from && from <= to => {
                    Expr::Int(to - from)
                }
                (Expr::Int(0), Expr::Var(_)) => to.clone(),
                // All but the last characters.
                (Expr::Int(from), Expr::Int(to))
                    if *from >= 0
                        && *to < 0
                        && member == "slice"
                        && matches!(value, Expr::Var(_)) =>
                {
                    let length = builtin(Builtin::Length, vec![value.clone()]);
                    binary(BinaryOp::Sub, length, Expr::Int(from.saturating_sub(*to)))
                }
                (_, Expr::Int(_) | Expr::Unary { .. }) => {
                    return source.unported(node, "a part that is counted from the end");
                }
                _ => binary(BinaryOp::Sub, to.clone(), from.clone()),
            };
            builtin(Builtin::Substring, vec![value, from.clone(), length])
        }
        ("charAt", [at]) => builtin(Builtin::Substring, vec![value, at.clone(), Expr::Int(1)]),
        ("charCodeAt", [Expr::Int(0)]) => builtin(Builtin::CharCode, vec![value]),
        ("get", [key]) => index(value, key.clone()),
        ("concat", [_, ..]) if is_text(&value) => text_of([value].into_iter().chain(args)),
        (
            "map" | "filter" | "reduce" | "find" | "some" | "every" | "sort" | "pop" | "shift"
            | "padStart" | "padEnd" | "toFixed" | "match" | "entries" | "keys" | "values" | "then"
            | "splice" | "reverse" | "localeCompare" | "flatMap" | "toISOString",
            _,
        ) => source.unported(node, format!("the method `{member}` of JavaScript")),
        _ => method(value, member, args),
    }
}

/// Makes a loop before the statement of `list.map(item => ...)` and `list.filter(item => ...)`.
fn made_list(
    source: &mut Source,
    node: Node,
    object: Option<Node>,
    member: &str,
    args: Option<Node>,
) -> Option<Expr> {
    let lambda = args.filter(|args| args.named_child_count() == 1)?.named_child(0)?;
    if lambda.kind() != "arrow_function" || source.hoisted.is_none() {
        return None;
    }
    let function = apart(source, |source| function(source, lambda, String::new()))?;
    let [param] = &function.params[..] else { return None };
    let [Stmt { kind: StmtKind::Return(Some(value)), .. }] = &function.body[..] else {
        return None;
    };
    let items = field_expr(source, object);
    let place = source.stmt(node, StmtKind::Boilerplate);
    let name = match source.text.matches(&format!(".{member}(")).count() {
        1 => format!("{member}_items"),
        _ => format!("{member}_items_{}_{}", place.line, node.start_position().column),
    };
    let push = |item: Expr| {
        let pushed = builtin(Builtin::Push, vec![var(&name), item]);
        beside(&place, StmtKind::Expr(pushed))
    };
    let step = match member {
        "map" => push(value.clone()),
        _ => beside(&place, if_then(value.clone(), vec![push(var(&param.name))])),
    };
    let each = StmtKind::ForEach { name: param.name.clone(), items, body: vec![step] };
    let hoisted = source.hoisted.as_mut()?;
    hoisted.push(beside(&place, assign(&name, Expr::List(Vec::new()))));
    hoisted.push(beside(&place, each));
    Some(var(&name))
}

/// Reads a method with a regular expression. One without signs is a text.
fn with_pattern(
    source: &mut Source,
    node: Node,
    object: Option<Node>,
    member: &str,
    pattern: Node,
) -> Expr {
    let inner = pattern.child_by_field_name("pattern").map(|n| source.text(n)).unwrap_or_default();
    let flags = pattern.child_by_field_name("flags").map(|n| source.text(n)).unwrap_or_default();
    let is_plain = inner.chars().all(|c| c.is_alphanumeric() || " _-,;:<>=\"'&%#@!~".contains(c));
    let function = match (member, flags) {
        ("replace" | "replaceAll", "g") => Builtin::Replace,
        ("split", "" | "g") => Builtin::Split,
        _ => return source.unported(node, "a regular expression"),
    };
    if !is_plain {
        return source.unported(node, "a regular expression");
    }
    let mut args = vec![field_expr(source, object), text(inner)];
    let second = node.child_by_field_name("arguments").and_then(|args| args.named_child(1));
    args.extend(second.map(|second| expr(source, second)));
    builtin(function, args)
}

/// Reads a call that is a statement of its own in the tree: output, the end of the program.
pub(super) fn call_statement(source: &mut Source, node: Node) -> Option<StmtKind> {
    let callee = node.child_by_field_name("function")?;
    if callee.kind() != "member_expression" {
        return None;
    }
    let args = node.child_by_field_name("arguments");
    let name = source.text(callee);
    match name {
        "console.log" | "console.info" | "console.debug" | "console.error" | "console.warn" => {
            let to_stderr = matches!(name, "console.error" | "console.warn");
            let value = output(arguments(source, args));
            Some(StmtKind::Print { value, newline: true, to_stderr })
        }
        "process.stdout.write" | "process.stderr.write" => {
            let value = arguments(source, args).into_iter().next()?;
            Some(print(value, false, name == "process.stderr.write"))
        }
        "process.exit" => Some(StmtKind::Exit(arguments(source, args).into_iter().next())),
        _ => for_each(source, callee, args),
    }
}

/// Returns what `console.log` writes.
fn output(mut args: Vec<Expr>) -> Expr {
    if args.len() < 2 {
        return args.pop().unwrap_or_else(|| text(""));
    }
    let mut shown = Vec::new();
    if let Some(Expr::Text(pattern)) = args.first() {
        // A number is shown with all of its digits, and more arguments than the pattern has stand behind it.
        let count = pattern.replace("%%", "").matches('%').count().min(args.len() - 1);
        let pattern = pattern.replace("%f", "%s");
        if let Some(value) = printf(&pattern, args[1..=count].to_vec()).filter(|_| count > 0) {
            shown.push(value);
            args.drain(..=count);
        }
    }
    let spaced = shown.into_iter().chain(args).enumerate().flat_map(|(at, arg)| {
        let space = if at == 0 { "" } else { " " };
        [text(space), arg]
    });
    text_of(spaced)
}

/// Reads `list.forEach(item => ...)`.
fn for_each(source: &mut Source, callee: Node, args: Option<Node>) -> Option<StmtKind> {
    if source.text(callee.child_by_field_name("property")?) != "forEach" {
        return None;
    }
    let items = callee.child_by_field_name("object")?;
    let lambda = args?.named_child(0)?;
    if !matches!(lambda.kind(), "arrow_function" | "function_expression") {
        return None;
    }
    let items = expr(source, items);
    let function = apart(source, |source| function(source, lambda, String::new()))?;
    let mut body = function.body;
    // What an arrow returns goes nowhere.
    if let [only] = &mut body[..] {
        if let StmtKind::Return(Some(value)) = &only.kind {
            only.kind = StmtKind::Expr(value.clone());
        }
    }
    let name = function.params.first()?.name.clone();
    let index = function.params.get(1).map(|param| param.name.clone());
    let index = index.filter(|index| walk::uses(&body, index));
    if !control::returns_to_continues(&mut body) {
        return Some(StmtKind::Unported("a `return` inside a loop of a `forEach`".to_owned()));
    }
    let Some(index) = index else { return Some(StmtKind::ForEach { name, items, body }) };
    if !matches!(items, Expr::Var(_)) {
        return Some(StmtKind::Unported("a loop over items and their places".to_owned()));
    }
    let line = callee.start_position().row + 1;
    let loops = control::counted_loop(line, &name, &index, 0, items, body);
    loops.into_iter().next_back().map(|stmt| stmt.kind)
}

/// Reads the body of a function: a block, or an expression that is its value.
pub(super) fn lambda_body(source: &mut Source, body: Node) -> Block {
    if body.kind() == "statement_block" {
        return source.block(named_children(body), &mut add);
    }
    let outer = source.hoisted.take();
    let kind = match call_statement_of(source, body) {
        Some(kind) => kind,
        None => match expr(source, body) {
            value @ Expr::Builtin { function: Builtin::Sleep | Builtin::Push, .. } => {
                StmtKind::Expr(value)
            }
            value => StmtKind::Return(Some(value)),
        },
    };
    source.hoisted = outer;
    vec![source.stmt(body, kind)]
}

fn call_statement_of(source: &mut Source, node: Node) -> Option<StmtKind> {
    if node.kind() == "call_expression" { call_statement(source, node) } else { None }
}

/// Reads `new Promise(done => setTimeout(done, 1000))`.
pub(super) fn pause(source: &mut Source, node: Node) -> Option<Expr> {
    let args = node.child_by_field_name("arguments")?;
    let body = args.named_child(0)?.child_by_field_name("body")?;
    let call = match body.kind() {
        "statement_block" => body.named_child(0)?.named_child(0)?,
        _ => body,
    };
    let callee = call.child_by_field_name("function")?;
    if source.text(callee) != "setTimeout" {
        return None;
    }
    let milliseconds = call.child_by_field_name("arguments")?.named_child(1)?;
    Some(builtin(Builtin::Sleep, vec![expr(source, milliseconds)]))
}

/// Adds `main().catch(err => ...)` and `(async () => { ... })()`. Returns false if the call is none of them.
pub(super) fn add_started(source: &mut Source, node: Node, out: &mut Block) -> bool {
    let Some(callee) = node.child_by_field_name("function") else { return false };
    let place = source.stmt(node, StmtKind::Boilerplate);
    if callee.kind() == "parenthesized_expression" {
        let inner = callee.named_child(0).filter(|inner| {
            matches!(inner.kind(), "arrow_function" | "function_expression")
                && node.child_by_field_name("arguments").is_some_and(|a| a.named_child_count() == 0)
        });
        let name = format!("part_{}", place.line);
        let function = inner.and_then(|inner| function(source, inner, name.clone()));
        let Some(function) = function else { return false };
        out.push(beside(&place, StmtKind::Function(function)));
        let call = Expr::Call { name, args: Vec::new() };
        out.push(beside(&place, StmtKind::Expr(call)));
        return true;
    }
    if callee.kind() != "member_expression" {
        return false;
    }
    let member = callee.child_by_field_name("property").map(|n| source.text(n));
    let started = callee.child_by_field_name("object").filter(|n| n.kind() == "call_expression");
    let handler = node.child_by_field_name("arguments").and_then(|args| args.named_child(0));
    let (Some("catch"), Some(started), Some(handler)) = (member, started, handler) else {
        return false;
    };
    let catch = match handler.kind() {
        "arrow_function" | "function_expression" => function(source, handler, String::new())
            .map(|f| Catch { name: f.params.first().map(|p| p.name.clone()), body: f.body }),
        "member_expression" => {
            let value = builtin(Builtin::Message, vec![Expr::Var("err".to_owned())]);
            let kind = StmtKind::Print { value, newline: true, to_stderr: true };
            Some(Catch { name: Some("err".to_owned()), body: vec![beside(&place, kind)] })
        }
        _ => None,
    };
    let mut body = Block::new();
    let is_block = add_started(source, started, &mut body);
    if !is_block {
        let call = expr(source, started);
        body.push(beside(&place, StmtKind::Expr(call)));
    }
    // The function stands before what calls it.
    let at = body.len() - 1;
    out.extend(body.drain(..at));
    let kind = match catch {
        Some(_) => StmtKind::Try { body, catch, finally: Block::new() },
        None => StmtKind::Unported("what happens on an error".to_owned()),
    };
    out.push(beside(&place, kind));
    true
}

/// Returns the target of `module.exports = ...` and the like.
pub(super) fn is_export(source: &Source, target: Node) -> bool {
    let written = source.text(target);
    written.starts_with("module.exports") || written.starts_with("exports.")
}

/// Reads the assignment of the exit code that the program ends with.
pub(super) fn exit_code(source: &mut Source, node: Node) -> Option<StmtKind> {
    let left = node.child_by_field_name("left")?;
    if source.text(left) != "process.exitCode" {
        return None;
    }
    let next = node.parent().and_then(|statement| statement.next_named_sibling());
    let is_last = next.is_none_or(|next| next.kind() == "return_statement");
    Some(match is_last {
        true => StmtKind::Exit(Some(field_expr(source, node.child_by_field_name("right")))),
        false => StmtKind::Unported("an exit code for later".to_owned()),
    })
}
