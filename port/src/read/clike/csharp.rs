//! Library of C#.

use super::{Called, Reader, format_number};
use crate::read::shared::build::{assign, binary, builtin, text};
use crate::read::shared::texts::{concat, print_text};
use crate::tree::{BinaryOp, Builtin, Expr, StmtKind};

/// Functions with the same arguments in the tree.
const SAME: &[(&str, usize, Builtin)] = &[
    ("Convert.ToString", 1, Builtin::ToText),
    ("Convert.ToInt32", 1, Builtin::ParseInt),
    ("Convert.ToInt64", 1, Builtin::ParseInt),
    ("Convert.ToDouble", 1, Builtin::ParseFloat),
    ("int.Parse", 1, Builtin::ParseInt),
    ("Int32.Parse", 1, Builtin::ParseInt),
    ("long.Parse", 1, Builtin::ParseInt),
    ("Int64.Parse", 1, Builtin::ParseInt),
    ("double.Parse", 1, Builtin::ParseFloat),
    ("Double.Parse", 1, Builtin::ParseFloat),
    ("decimal.Parse", 1, Builtin::ParseFloat),
    ("Environment.GetEnvironmentVariable", 1, Builtin::Env),
    ("Thread.Sleep", 1, Builtin::Sleep),
    ("Task.Delay", 1, Builtin::Sleep),
    ("File.ReadAllText", 1, Builtin::ReadFile),
    ("File.WriteAllText", 2, Builtin::WriteFile),
    ("File.Exists", 1, Builtin::FileExists),
    ("Math.Abs", 1, Builtin::Abs),
    ("Math.Min", 2, Builtin::Min),
    ("Math.Max", 2, Builtin::Max),
    ("Math.Round", 1, Builtin::Round),
    ("DateTimeOffset.UtcNow.ToUnixTimeSeconds", 0, Builtin::UnixTime),
    ("DateTimeOffset.Now.ToUnixTimeSeconds", 0, Builtin::UnixTime),
];

/// Returns what a function of the library is. `None` if it is not known.
pub(super) fn library(reader: &mut Reader, path: &str, args: &[Expr]) -> Option<Called> {
    if let Some((_, _, function)) = SAME.iter().find(|row| row.0 == path && row.1 == args.len()) {
        return Some(Called::Value(builtin(*function, args.to_vec())));
    }
    let shown = |arg: &Expr| reader.shown(arg.clone());
    let value = match (path, args) {
        (
            "Console.WriteLine"
            | "Console.Out.WriteLine"
            | "Debug.WriteLine"
            | "Debug.Print"
            | "Trace.WriteLine"
            | "MessageBox.Show"
            | "Console.Error.WriteLine",
            args,
        ) => {
            let value = printed(reader, args)?;
            let to_stderr = path.contains("Error");
            return Some(Called::Do(vec![StmtKind::Print { value, newline: true, to_stderr }]));
        }
        ("Console.Write" | "Console.Out.Write" | "Debug.Write" | "Console.Error.Write", args) => {
            let value = printed(reader, args)?;
            return Some(Called::Do(vec![print_text(value, path.contains("Error"))]));
        }
        ("Environment.Exit", [code]) => {
            return Some(Called::Do(vec![StmtKind::Exit(Some(code.clone()))]));
        }
        ("Application.Exit" | "Application.Current.Shutdown", []) => {
            return Some(Called::Do(vec![StmtKind::Exit(None)]));
        }
        ("Console.ReadLine" | "Console.ReadKey" | "InitializeComponent", _)
        | ("Application.EnableVisualStyles", _) => return Some(Called::Do(Vec::new())),
        ("string.Format" | "String.Format", [Expr::Text(format), rest @ ..]) => {
            formatted(reader, format, rest)?
        }
        ("string.Join" | "String.Join", [separator, list]) => {
            builtin(Builtin::Join, vec![list.clone(), separator.clone()])
        }
        ("string.Join" | "String.Join", [separator, items @ ..]) if items.len() > 1 => {
            builtin(Builtin::Join, vec![Expr::List(items.to_vec()), separator.clone()])
        }
        ("string.Concat" | "String.Concat", args) => concat(args.iter().map(shown).collect()),
        ("string.IsNullOrEmpty" | "String.IsNullOrEmpty", [value]) => {
            binary(BinaryOp::Eq, value.clone(), text(""))
        }
        ("string.IsNullOrWhiteSpace" | "String.IsNullOrWhiteSpace", [value]) => {
            binary(BinaryOp::Eq, builtin(Builtin::Trim, vec![value.clone()]), text(""))
        }
        ("string.Equals" | "String.Equals" | "object.Equals", [left, right]) => {
            binary(BinaryOp::Eq, left.clone(), right.clone())
        }
        ("string.Equals" | "String.Equals", [left, right, Expr::Var(how)])
            if how.starts_with("StringComparison.") =>
        {
            let lower = |value: &Expr| match how.ends_with("IgnoreCase") {
                true => builtin(Builtin::Lower, vec![value.clone()]),
                false => value.clone(),
            };
            binary(BinaryOp::Eq, lower(left), lower(right))
        }
        ("Convert.ToBoolean" | "bool.Parse", [value]) => {
            let lower = builtin(Builtin::Lower, vec![value.clone()]);
            binary(BinaryOp::Eq, lower, text("true"))
        }
        ("Task.Run", [Expr::Lambda { params, body }]) if params.is_empty() => {
            match body.as_slice() {
                [only] => match &only.kind {
                    StmtKind::Return(Some(value)) => value.clone(),
                    _ => return None,
                },
                _ => return None,
            }
        }
        ("Task.FromResult" | "Task.WhenAll", [value]) => value.clone(),
        ("Array.Empty", []) => Expr::List(Vec::new()),
        ("int.TryParse" | "Int32.TryParse" | "long.TryParse", [value, Expr::Var(name)]) => {
            // What is no number is 0.
            let number = builtin(Builtin::ToInt, vec![value.clone()]);
            return Some(Called::Do(vec![assign(name, number)]));
        }
        _ => return None,
    };
    Some(Called::Value(value))
}

fn printed(reader: &Reader, args: &[Expr]) -> Option<Expr> {
    match args {
        [] => Some(text("")),
        [value] => Some(reader.shown(value.clone())),
        [Expr::Text(format), rest @ ..] => formatted(reader, format, rest),
        // The rest is a title.
        [value, ..] => Some(reader.shown(value.clone())),
    }
}

/// Returns the text for a format like `{0:F2} of {1,5}`.
fn formatted(reader: &Reader, format: &str, args: &[Expr]) -> Option<Expr> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut chars = format.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '{' | '}' if chars.peek().is_some_and(|(_, next)| *next == c) => {
                literal.push(c);
                chars.next();
            }
            '{' => {
                let rest = &format[at + 1..];
                let hole = &rest[..rest.find('}')?];
                while chars.next().is_some_and(|(_, c)| c != '}') {}
                parts.push(Expr::Text(std::mem::take(&mut literal)));
                let (head, spec) = hole.split_once(':').unwrap_or((hole, ""));
                let (number, width) = head.split_once(',').unwrap_or((head, ""));
                let value = args.get(number.trim().parse::<usize>().ok()?)?;
                parts.push(format_number(reader.shown(value.clone()), spec, width.trim())?);
            }
            c => literal.push(c),
        }
    }
    parts.push(Expr::Text(literal));
    Some(concat(parts))
}

/// Returns a constant of the library.
pub(super) fn constant(path: &str) -> Option<Expr> {
    Some(match path {
        "Environment.NewLine" => text("\n"),
        "string.Empty" | "String.Empty" => text(""),
        "int.MaxValue" | "Int32.MaxValue" => Expr::Int(i64::from(i32::MAX)),
        _ if path.starts_with("StringComparison.") => Expr::Var(path.to_owned()),
        _ => return None,
    })
}
