//! Library of Java.

use super::{Called, Reader};
use crate::read::shared::build::{binary, builtin, text};
use crate::read::shared::texts::{print_text, printf};
use crate::tree::{BinaryOp, Builtin, Expr, Hint, StmtKind};

/// Functions with the same arguments in the tree.
const SAME: &[(&str, usize, Builtin)] = &[
    ("String.valueOf", 1, Builtin::ToText),
    ("Integer.toString", 1, Builtin::ToText),
    ("Long.toString", 1, Builtin::ToText),
    ("Boolean.toString", 1, Builtin::ToText),
    ("Double.toString", 1, Builtin::ToText),
    ("Integer.parseInt", 1, Builtin::ParseInt),
    ("Long.parseLong", 1, Builtin::ParseInt),
    ("Double.parseDouble", 1, Builtin::ParseFloat),
    ("Float.parseFloat", 1, Builtin::ParseFloat),
    ("System.getenv", 1, Builtin::Env),
    ("Thread.sleep", 1, Builtin::Sleep),
    ("SystemClock.sleep", 1, Builtin::Sleep),
    ("Math.abs", 1, Builtin::Abs),
    ("Math.min", 2, Builtin::Min),
    ("Math.max", 2, Builtin::Max),
    ("Math.round", 1, Builtin::Round),
    ("Files.readString", 1, Builtin::ReadFile),
    ("Files.writeString", 2, Builtin::WriteFile),
    ("Files.exists", 1, Builtin::FileExists),
];

/// Returns what a function of the library is. `None` if it is not known.
pub(super) fn library(reader: &mut Reader, path: &str, args: &[Expr]) -> Option<Called> {
    if let Some((_, _, function)) = SAME.iter().find(|row| row.0 == path && row.1 == args.len()) {
        return Some(Called::Value(builtin(*function, args.to_vec())));
    }
    let to_stderr = path.starts_with("System.err");
    let print =
        |value, newline| Some(Called::Do(vec![StmtKind::Print { value, newline, to_stderr }]));
    let value = match (path, args) {
        ("System.out.println" | "System.err.println", []) => return print(text(""), true),
        ("System.out.println" | "System.err.println", [value]) => {
            return print(reader.shown(value.clone()), true);
        }
        ("System.out.print" | "System.err.print", [value]) => {
            return Some(Called::Do(vec![print_text(reader.shown(value.clone()), to_stderr)]));
        }
        (
            "System.out.printf" | "System.err.printf" | "System.out.format",
            [Expr::Text(format), rest @ ..],
        ) => {
            let value = formatted(reader, format, rest)?;
            return Some(Called::Do(vec![print_text(value, to_stderr)]));
        }
        ("Log.i" | "Log.d" | "Log.v" | "Log.w" | "Log.e", [_, value, ..]) => {
            return print(reader.shown(value.clone()), true);
        }
        ("System.exit" | "Runtime.getRuntime().exit", [code]) => {
            return Some(Called::Do(vec![StmtKind::Exit(Some(code.clone()))]));
        }
        ("finish", []) => return Some(Called::Do(vec![StmtKind::Exit(None)])),
        ("System.loadLibrary" | "System.load" | "super.onCreate" | "setContentView", _)
        | ("System.out.flush" | "System.gc", _) => return Some(Called::Do(Vec::new())),
        ("String.format", [Expr::Text(format), rest @ ..]) => formatted(reader, format, rest)?,
        ("String.join", [separator, list]) if reader.hint_of(list) != Hint::Text => {
            builtin(Builtin::Join, vec![list.clone(), separator.clone()])
        }
        ("String.join", [separator, items @ ..]) => {
            builtin(Builtin::Join, vec![Expr::List(items.to_vec()), separator.clone()])
        }
        ("Integer.valueOf" | "Long.valueOf", [value]) if reader.hint_of(value) != Hint::Int => {
            builtin(Builtin::ParseInt, vec![value.clone()])
        }
        ("Integer.valueOf" | "Long.valueOf" | "Boolean.valueOf", [value])
        | ("Paths.get" | "Path.of" | "Objects.requireNonNull", [value])
        | ("Collections.unmodifiableList" | "List.copyOf", [value]) => value.clone(),
        ("List.of" | "Arrays.asList" | "Set.of", items) => Expr::List(items.to_vec()),
        ("Collections.emptyList", []) => Expr::List(Vec::new()),
        ("Map.of", pairs) => {
            let pairs = pairs.chunks_exact(2);
            Expr::Map(pairs.map(|pair| (pair[0].clone(), pair[1].clone())).collect())
        }
        ("System.getenv().getOrDefault", [_, _]) => builtin(Builtin::Env, args.to_vec()),
        ("Objects.equals", [left, right]) => binary(BinaryOp::Eq, left.clone(), right.clone()),
        ("Objects.isNull", [value]) => binary(BinaryOp::Eq, value.clone(), Expr::Null),
        ("Objects.nonNull", [value]) => binary(BinaryOp::Ne, value.clone(), Expr::Null),
        ("System.currentTimeMillis", []) => {
            binary(BinaryOp::Mul, builtin(Builtin::UnixTime, Vec::new()), Expr::Int(1000))
        }
        _ => return None,
    };
    Some(Called::Value(value))
}

fn formatted(reader: &Reader, format: &str, args: &[Expr]) -> Option<Expr> {
    let args = args.iter().map(|arg| reader.shown(arg.clone())).collect();
    printf(&format.replace("%n", "\n"), args)
}

/// Returns a constant of the library.
pub(super) fn constant(path: &str) -> Option<Expr> {
    Some(match path {
        "Integer.MAX_VALUE" => Expr::Int(i64::from(i32::MAX)),
        _ => return None,
    })
}
