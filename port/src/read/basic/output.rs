//! Statements that print.

use super::asp;
use super::dialect::{AUTO, FOX, Mask, NET, POWER, PURE, VB, VBS, XOJO};
use super::expr::Parser;
use super::lexer::{Kind, Token};
use super::scope::Scope;
use super::types::split;
use super::values::join;
use crate::tree::{Builtin, Expr, StmtKind};

#[derive(Clone, Copy, PartialEq)]
enum Pick {
    /// The argument with this position.
    At(usize),
    /// All, with a space between them.
    All,
    /// The first one is a format if others follow.
    Format,
}

struct Row(Mask, &'static str, Pick, bool, bool);

/// Languages, path in lower case, the argument that is printed, whether a line end follows, whether it goes to standard
/// error.
const OUTPUTS: &[Row] = &[
    Row(VB, "debug.print", Pick::All, true, false),
    Row(NET, "debug.writeline", Pick::Format, true, false),
    Row(NET, "trace.writeline", Pick::Format, true, false),
    Row(NET, "console.writeline", Pick::Format, true, false),
    Row(NET, "system.console.writeline", Pick::Format, true, false),
    Row(NET, "console.out.writeline", Pick::Format, true, false),
    Row(NET, "console.write", Pick::Format, false, false),
    Row(NET, "console.error.writeline", Pick::Format, true, true),
    Row(NET, "console.error.write", Pick::Format, false, true),
    Row(NET, "messagebox.show", Pick::At(0), true, false),
    Row(VB | XOJO, "msgbox", Pick::At(0), true, false),
    Row(VBS, "wscript.echo", Pick::All, true, false),
    Row(VBS, "wscript.stdout.writeline", Pick::At(0), true, false),
    Row(VBS, "wscript.stdout.write", Pick::At(0), false, false),
    Row(VBS, "wscript.stderr.writeline", Pick::At(0), true, true),
    Row(VBS, "wscript.stderr.write", Pick::At(0), false, true),
    Row(VBS, "response.write", Pick::At(0), false, false),
    Row(XOJO, "system.debuglog", Pick::At(0), true, false),
    Row(XOJO, "system.log", Pick::At(1), true, false),
    Row(XOJO, "print", Pick::At(0), true, false),
    Row(XOJO, "messagebox", Pick::At(0), true, false),
    Row(XOJO, "stdout.writeline", Pick::At(0), true, false),
    Row(XOJO, "stdout.write", Pick::At(0), false, false),
    Row(XOJO, "stderr.writeline", Pick::At(0), true, true),
    Row(FOX, "messagebox", Pick::At(0), true, false),
    Row(FOX, "debugout", Pick::At(0), true, false),
    Row(AUTO, "consolewrite", Pick::At(0), false, false),
    Row(AUTO, "consolewriteerror", Pick::At(0), false, true),
    Row(AUTO, "msgbox", Pick::At(2), true, false),
    Row(PURE, "debug", Pick::At(0), true, false),
    Row(PURE, "printn", Pick::At(0), true, false),
    Row(PURE, "print", Pick::At(0), false, false),
    Row(PURE, "consoleerror", Pick::At(0), true, true),
    Row(PURE, "messagerequester", Pick::At(1), true, false),
    Row(POWER, "messagebox", Pick::At(1), true, false),
    Row(POWER, "write-debug", Pick::At(0), true, false),
    Row(VBS, "html__", Pick::At(0), true, false),
    Row(VBS, "htmlpart__", Pick::At(0), false, false),
    Row(VBS, "htmlend__", Pick::At(0), true, false),
];

/// Returns the names at the start, with dots between them and in lower case, and the tokens behind them.
pub(super) fn path<'p, 's>(tokens: &'p [Token<'s>]) -> (String, &'p [Token<'s>]) {
    let mut path = String::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at).filter(|token| token.kind == Kind::Word && at < 8) {
        path.push_str(&token.text.to_lowercase());
        at += 1;
        match (tokens.get(at), tokens.get(at + 1)) {
            (Some(dot), Some(next)) if dot.is(".") && next.kind == Kind::Word => path.push('.'),
            _ => break,
        }
        at += 1;
    }
    (path, &tokens[at..])
}

/// Reads the arguments of a call as a statement, in parentheses or without.
pub(super) fn arguments(scope: &mut Scope, tokens: &[Token]) -> Result<Vec<Expr>, String> {
    let is_enclosed = tokens.first().is_some_and(|token| token.is("(")) && {
        let mut depth = 0;
        let close = tokens.iter().position(|token| {
            depth += i32::from(token.is("(")) - i32::from(token.is(")"));
            depth == 0
        });
        close.is_none_or(|close| close + 1 == tokens.len())
    };
    let mut parser = Parser::new(tokens, scope);
    if is_enclosed {
        let args = parser.args("(", ")")?;
        return match parser.is_at_end() {
            true => Ok(args),
            false => Err("this call is not understood here".to_owned()),
        };
    }
    parser.list()
}

/// Returns the statement for a line that prints. `None` if it does not.
pub(super) fn read(scope: &mut Scope, tokens: &[Token]) -> Option<Result<StmtKind, String>> {
    let first = tokens.first()?;
    if scope.rules.is(FOX) && first.is("?") {
        let is_second = tokens.get(1).is_some_and(|token| token.is("?"));
        let args = tokens.get(1 + usize::from(is_second)..).unwrap_or_default();
        let args = Parser::new(args, scope).list();
        return Some(args.map(|args| print(spaced(args), !is_second, false)));
    }
    let (mut name, mut rest) = path(tokens);
    if scope.rules.is(POWER)
        && name == "write"
        && let [minus, debug, behind @ ..] = rest
        && minus.is("-")
        && debug.is_word("debug")
    {
        name = "write-debug".to_owned();
        rest = behind;
    }
    let row = OUTPUTS.iter().find(|row| row.1 == name && scope.rules.is(row.0))?;
    let is_used = rest.iter().any(|token| token.is("=")) && rest.first()?.is("=");
    if is_used || scope.variables.contains_key(&name) || scope.functions.contains(&name) {
        return None;
    }
    Some(print_row(scope, row, rest))
}

fn print_row(scope: &mut Scope, row: &Row, rest: &[Token]) -> Result<StmtKind, String> {
    let Row(_, name, pick, mut newline, to_stderr) = *row;
    if name == "debug.print" && rest.iter().any(|token| token.is(";")) {
        let mut parts = Vec::new();
        for part in split(rest, ";").into_iter().filter(|part| !part.is_empty()) {
            parts.push(spaced(Parser::new(part, scope).list()?));
        }
        newline = !rest.last().is_some_and(|token| token.is(";"));
        parts.insert(0, Expr::Text(String::new()));
        return Ok(print(join(parts), newline, to_stderr));
    }
    let mut args = arguments(scope, rest)?;
    let value = match pick {
        Pick::At(at) if at < args.len() => args.swap_remove(at),
        Pick::At(_) if args.is_empty() => Expr::Text(String::new()),
        Pick::At(_) => args.swap_remove(0),
        Pick::All => spaced(args),
        Pick::Format if args.len() > 1 => {
            let format = super::builtins::call(scope, "string.format", Some(args))?;
            format.unwrap_or(Expr::Null)
        }
        Pick::Format => args.pop().unwrap_or_else(|| Expr::Text(String::new())),
    };
    if name == "html__" {
        return Ok(match &value {
            Expr::Text(html) if asp::is_frame(html) => StmtKind::Boilerplate,
            _ => print(value, true, false),
        });
    }
    if name == "htmlend__" && matches!(&value, Expr::Text(html) if asp::is_frame(html)) {
        return Ok(print(Expr::Text(String::new()), true, false));
    }
    if name == "response.write" {
        return Ok(web(value));
    }
    Ok(print(value, newline, to_stderr))
}

fn spaced(args: Vec<Expr>) -> Expr {
    if args.len() == 1 {
        return args.into_iter().next().unwrap_or(Expr::Null);
    }
    let mut parts = Vec::new();
    for (at, arg) in args.into_iter().enumerate() {
        if at > 0 {
            parts.push(Expr::Text(" ".to_owned()));
        }
        parts.push(arg);
    }
    join(parts)
}

/// Returns a statement that prints a value; a line end at its end is one of the statement.
pub(super) fn print(value: Expr, newline: bool, to_stderr: bool) -> StmtKind {
    let (value, newline) = if newline { (value, true) } else { without_line_end(value) };
    StmtKind::Print { value: unwrapped(value), newline, to_stderr }
}

/// A number as text is printed like the number.
fn unwrapped(value: Expr) -> Expr {
    let unwrap = |part: Expr| match part {
        Expr::Builtin { function: Builtin::ToText, mut args } if args.len() == 1 => {
            args.swap_remove(0)
        }
        part => part,
    };
    match value {
        Expr::Concat(parts) => Expr::Concat(parts.into_iter().map(unwrap).collect()),
        value => unwrap(value),
    }
}

fn without_line_end(value: Expr) -> (Expr, bool) {
    let strip = |text: &str| {
        let stripped = text.strip_suffix('\n')?;
        Some(stripped.strip_suffix('\r').unwrap_or(stripped).to_owned())
    };
    match value {
        Expr::Text(text) => match strip(&text) {
            Some(text) => (Expr::Text(text), true),
            None => (Expr::Text(text), false),
        },
        Expr::Concat(mut parts) => {
            let stripped = match parts.last() {
                Some(Expr::Text(text)) => strip(text),
                _ => None,
            };
            let Some(stripped) = stripped else {
                return (Expr::Concat(parts), false);
            };
            parts.pop();
            if !stripped.is_empty() {
                parts.push(Expr::Text(stripped));
            }
            match parts.len() {
                1 => (parts.swap_remove(0), true),
                _ => (Expr::Concat(parts), true),
            }
        }
        value => (value, false),
    }
}

/// Returns a statement that prints what a page of ASP writes, without the tags for a line around it.
fn web(value: Expr) -> StmtKind {
    let mut parts = match value {
        Expr::Concat(parts) => parts,
        value => vec![value],
    };
    let mut newline = false;
    if let Some(Expr::Text(first)) = parts.first_mut() {
        if let Some(rest) = first.strip_prefix("<pre>") {
            *first = rest.to_owned();
        }
    }
    if let Some(Expr::Text(last)) = parts.last_mut() {
        let end = ["</pre>", "<br>", "<br/>", "<br />", "<BR>"]
            .iter()
            .find_map(|end| last.trim_end().strip_suffix(end));
        if let Some(rest) = end {
            *last = rest.to_owned();
            newline = true;
        }
    }
    parts.retain(|part| *part != Expr::Text(String::new()));
    let value = match parts.len() {
        1 => parts.swap_remove(0),
        _ => join(parts),
    };
    print(value, newline, false)
}
