//! Commands.

use tree_sitter::Node;

use super::expr::{core, expr, parts};
use crate::names::class_name;
use crate::read::shared::build::{builtin, text};
use crate::read::shared::grammar::Source;
use crate::read::shared::texts::{sleep_seconds, text_of};
use crate::tree::{Builtin, Expr, StmtKind};

/// Commands that set up what Rust does not need, or that write nothing by default.
const BOILERPLATE: &[&str] = &[
    "add-type",
    "import-module",
    "set-strictmode",
    "set-executionpolicy",
    "clear-host",
    "write-verbose",
    "write-debug",
    "write-progress",
    "using",
];

const OUTPUT: &[&str] =
    &["write-host", "write-output", "echo", "write-error", "write-warning", "write-information"];

/// An argument of a command: its name, if it has one.
type Argument = (Option<String>, Option<Expr>);

fn command_name<'s>(source: &Source<'s>, node: Node) -> &'s str {
    node.child_by_field_name("command_name").map(|n| source.text(n).trim()).unwrap_or_default()
}

/// Returns whether a command is more than a call.
pub(super) fn is_statement_command(source: &Source, node: Node) -> bool {
    let name = command_name(source, node).to_ascii_lowercase();
    let names = BOILERPLATE.iter().chain(OUTPUT);
    names.into_iter().any(|known| *known == name)
}

fn arguments(source: &mut Source, node: Node) -> Vec<Argument> {
    let elements = node.child_by_field_name("command_elements").map(parts).unwrap_or_default();
    let mut args: Vec<Argument> = Vec::new();
    for element in elements {
        match element.kind() {
            "command_argument_sep" | "redirection" => {}
            "command_parameter" => {
                let name = source.text(element).trim_start_matches('-').trim_end_matches(':');
                args.push((Some(name.to_ascii_lowercase()), None));
            }
            "argument_list" => {
                let list = element.child_by_field_name("argument_expression_list");
                for item in list.map(parts).unwrap_or_default() {
                    args.push((None, Some(expr(source, item))));
                }
            }
            _ => {
                let value = expr(source, core(element));
                match args.last_mut() {
                    Some((Some(name), given @ None)) if !is_switch(name) => *given = Some(value),
                    _ => args.push((None, Some(value))),
                }
            }
        }
    }
    args
}

/// Returns whether a parameter of PowerShell's own commands has no value.
fn is_switch(name: &str) -> bool {
    matches!(name, "nonewline" | "raw" | "force" | "verbose" | "asplaintext")
}

/// Reads a command that is a statement of its own in the tree.
pub(super) fn command_statement(source: &mut Source, node: Node) -> StmtKind {
    let name = command_name(source, node).to_ascii_lowercase();
    if BOILERPLATE.contains(&name.as_str()) {
        return StmtKind::Boilerplate;
    }
    let args = arguments(source, node);
    let newline = !args.iter().any(|(name, _)| name.as_deref() == Some("nonewline"));
    let values = args.into_iter().filter_map(|(name, value)| match name.as_deref() {
        None | Some("object" | "message" | "inputobject" | "messagedata") => value,
        _ => None,
    });
    let values: Vec<Expr> = values.collect();
    let value = match values.len() {
        0 => text(""),
        1 => values.into_iter().next().unwrap_or(Expr::Null),
        _ => text_of(values.into_iter().enumerate().flat_map(|(at, value)| {
            let space = if at == 0 { "" } else { " " };
            [text(space), value]
        })),
    };
    let to_stderr = matches!(name.as_str(), "write-error" | "write-warning");
    // An empty end says that the line does not end here.
    let value = if newline { value } else { Expr::Concat(vec![value, text("")]) };
    StmtKind::Print { value, newline, to_stderr }
}

/// Reads a command as a value.
pub(super) fn value(source: &mut Source, node: Node) -> Expr {
    let written = command_name(source, node);
    let lower = written.to_ascii_lowercase();
    let mut args = arguments(source, node);
    let mut take = |names: &[&str]| -> Option<Expr> {
        let is_named = |arg: &Argument| arg.0.as_deref().is_some_and(|name| names.contains(&name));
        let at = args.iter().position(is_named).or_else(|| args.iter().position(|a| a.0.is_none()));
        at.and_then(|at| args.remove(at).1)
    };
    match lower.as_str() {
        "new-object" => {
            let class = take(&["typename", "comobject"]);
            match class {
                Some(Expr::Text(class)) => match class_name(&class) {
                    Some(class) => Expr::New(class.to_owned()),
                    None if class.contains("List") => Expr::List(Vec::new()),
                    None => Expr::Call { name: format!("new {class}"), args: Vec::new() },
                },
                _ => source.unported(node, "an object whose class is computed"),
            }
        }
        "get-content" => match take(&["path", "literalpath"]) {
            Some(path) => builtin(Builtin::ReadFile, vec![path]),
            None => source.unported(node, "a file without a name"),
        },
        "test-path" => match take(&["path", "literalpath"]) {
            Some(path) => builtin(Builtin::FileExists, vec![path]),
            None => source.unported(node, "a file without a name"),
        },
        "set-content" => match (take(&["path", "literalpath"]), take(&["value"])) {
            (Some(path), Some(value)) => builtin(Builtin::WriteFile, vec![path, value]),
            _ => source.unported(node, "a file without a name"),
        },
        "start-sleep" => match args.into_iter().next() {
            Some((Some(unit), Some(value))) if unit.starts_with('m') => {
                builtin(Builtin::Sleep, vec![value])
            }
            Some((_, Some(value))) => sleep_seconds(value),
            _ => source.unported(node, "a pause without a time"),
        },
        _ if node
            .child_by_field_name("command_name")
            .is_some_and(|n| n.kind() != "command_name") =>
        {
            source.unported(node, "a command whose name is computed")
        }
        _ => {
            let args = args.into_iter().map(|(name, value)| match name {
                // Its place is known when the function is.
                Some(name) => {
                    Expr::Map(vec![(text(format!("-{name}")), value.unwrap_or(Expr::Bool(true)))])
                }
                None => value.unwrap_or(Expr::Null),
            });
            Expr::Call { name: written.replace('-', ""), args: args.collect() }
        }
    }
}
