//! Library of C, and Chilkat's flat functions.

use super::{Called, Reader, comparison, unported};
use crate::names::class_name;
use crate::read::shared::build::{assign, builtin, method, text};
use crate::read::shared::texts::{milliseconds, print_text, printf};
use crate::tree::{Builtin, Expr, StmtKind};

/// Functions with the same arguments in the tree.
const SAME: &[(&str, usize, Builtin)] = &[
    ("strlen", 1, Builtin::Length),
    ("wcslen", 1, Builtin::Length),
    ("getenv", 1, Builtin::Env),
    ("_wgetenv", 1, Builtin::Env),
    ("secure_getenv", 1, Builtin::Env),
    ("atoi", 1, Builtin::ToInt),
    ("atol", 1, Builtin::ToInt),
    ("atoll", 1, Builtin::ToInt),
    ("_wtoi", 1, Builtin::ToInt),
    ("atof", 1, Builtin::ToFloat),
    ("abs", 1, Builtin::Abs),
    ("Sleep", 1, Builtin::Sleep),
];

/// Returns what a function of the library is. `None` if it is not known.
pub(super) fn library(reader: &mut Reader, path: &str, args: &[Expr]) -> Option<Called> {
    if let Some(called) = flat(reader, path, args) {
        return Some(called);
    }
    if let Some((_, _, function)) = SAME.iter().find(|row| row.0 == path && row.1 == args.len()) {
        return Some(Called::Value(builtin(*function, args.to_vec())));
    }
    if let Some(called) = output(reader, path, args) {
        return Some(called);
    }
    if let Some(kind) = written(reader, path, args) {
        return Some(Called::Do(vec![kind]));
    }
    let value = match (path, args) {
        ("exit" | "_exit" | "ExitProcess" | "quick_exit", [code]) => {
            return Some(Called::Do(vec![StmtKind::Exit(Some(code.clone()))]));
        }
        ("abort", []) => return Some(Called::Do(vec![StmtKind::Exit(Some(Expr::Int(134)))])),
        ("free", [Expr::Var(name)]) => {
            return Some(Called::Do(vec![StmtKind::Dispose(name.clone())]));
        }
        ("fflush" | "setlocale" | "getchar" | "_getch" | "srand" | "setvbuf" | "_setmode", _) => {
            return Some(Called::Do(Vec::new()));
        }
        ("strcmp" | "wcscmp", [left, right]) => comparison(left.clone(), right.clone()),
        ("strcasecmp" | "_stricmp" | "wcscasecmp" | "_wcsicmp" | "stricmp", [left, right]) => {
            let lower = |value: &Expr| builtin(Builtin::Lower, vec![value.clone()]);
            comparison(lower(left), lower(right))
        }
        (
            "strncmp" | "wcsncmp",
            [left, right, Expr::Builtin { function: Builtin::Length, args }],
        ) if args.first() == Some(right) => {
            let starts = builtin(Builtin::StartsWith, vec![left.clone(), right.clone()]);
            comparison(starts, Expr::Bool(true))
        }
        ("strstr" | "wcsstr", [text, part]) => {
            builtin(Builtin::Contains, vec![text.clone(), part.clone()])
        }
        ("strtol" | "wcstol", [value, _, Expr::Int(10)]) => {
            builtin(Builtin::ToInt, vec![value.clone()])
        }
        ("strdup" | "_strdup" | "wcsdup", [value]) => value.clone(),
        ("sleep", [seconds]) => builtin(Builtin::Sleep, vec![milliseconds(seconds.clone())]),
        ("usleep", [Expr::Int(micros)]) => builtin(Builtin::Sleep, vec![Expr::Int(micros / 1000)]),
        ("time", [_]) => builtin(Builtin::UnixTime, Vec::new()),
        _ => return None,
    };
    Some(Called::Value(value))
}

/// Returns what a flat function of Chilkat's is: `CkHttp_putAuthToken(http, v)`.
fn flat(reader: &mut Reader, path: &str, args: &[Expr]) -> Option<Called> {
    let (class, name) = path.split_once('_')?;
    let class = class_name(class).filter(|_| class.starts_with("Ck"))?;
    match (name, args) {
        ("Create", []) if class == "String" => Some(Called::Value(text(""))),
        ("Create", []) if class == "ByteData" => Some(Called::Value(Expr::Null)),
        ("Create", []) => Some(Called::Value(Expr::New(class.to_owned()))),
        ("Dispose", [Expr::Var(object)]) => {
            Some(Called::Do(vec![StmtKind::Dispose(object.clone())]))
        }
        (_, [object, rest @ ..]) if class == "String" => {
            Some(reader.method(object.clone(), name, rest.to_vec()))
        }
        (_, [object, rest @ ..]) => Some(reader.chilkat(object.clone(), name, rest.to_vec())),
        _ => Some(Called::Value(method(Expr::Null, name, Vec::new()))),
    }
}

/// Returns the statement for a function that writes a line.
fn output(reader: &Reader, path: &str, args: &[Expr]) -> Option<Called> {
    let shown =
        |args: &[Expr]| args.iter().map(|arg| reader.shown(arg.clone())).collect::<Vec<Expr>>();
    let to_stderr = |stream: &Expr| matches!(stream, Expr::Var(name) if name == "stderr");
    let kind = match (path, args) {
        ("printf" | "wprintf", [Expr::Text(format), rest @ ..]) => {
            print_text(format_text(format, shown(rest))?, false)
        }
        ("fprintf" | "fwprintf" | "fputs" | "fputws" | "fputc" | "putc", args)
            if !args.iter().any(is_stream) =>
        {
            return Some(unported(path, "writing to a file is not ported here"));
        }
        ("fprintf" | "fwprintf", [stream, Expr::Text(format), rest @ ..]) => {
            print_text(format_text(format, shown(rest))?, to_stderr(stream))
        }
        ("printf" | "wprintf", [value]) => print_text(value.clone(), false),
        ("puts" | "_putws", [value]) => {
            StmtKind::Print { value: value.clone(), newline: true, to_stderr: false }
        }
        ("fputs" | "fputws", [value, stream]) => print_text(value.clone(), to_stderr(stream)),
        ("putchar" | "putwchar", [value]) => print_text(value.clone(), false),
        ("perror", [value]) => {
            StmtKind::Print { value: value.clone(), newline: true, to_stderr: true }
        }
        ("OutputDebugString" | "OutputDebugStringA" | "OutputDebugStringW", [value]) => {
            print_text(value.clone(), true)
        }
        _ => return None,
    };
    Some(Called::Do(vec![kind]))
}

/// Returns whether a value is a stream of the program.
fn is_stream(value: &Expr) -> bool {
    matches!(value, Expr::Var(name) if matches!(&**name, "stdout" | "stderr"))
}

/// Returns the statement for a function that writes a text into a variable.
fn written(reader: &Reader, path: &str, args: &[Expr]) -> Option<StmtKind> {
    let (Expr::Var(name), rest) = args.split_first()? else { return None };
    let value = match (path, rest) {
        ("sprintf" | "wsprintf" | "wsprintfA", [Expr::Text(format), values @ ..]) => {
            format_text(format, values.to_vec())?
        }
        (
            "snprintf" | "swprintf" | "sprintf_s" | "_snprintf" | "swprintf_s",
            [_, Expr::Text(format), values @ ..],
        ) => format_text(format, values.to_vec())?,
        ("strcpy" | "wcscpy" | "lstrcpy", [value]) => value.clone(),
        ("strncpy" | "wcsncpy", [value, _]) => value.clone(),
        ("strcpy_s" | "wcscpy_s", [_, value]) => value.clone(),
        ("strcat" | "wcscat" | "lstrcat", [value]) => {
            return Some(reader.appended(name, value.clone()));
        }
        ("strncat" | "wcsncat", [value, _]) | ("strcat_s" | "wcscat_s", [_, value]) => {
            return Some(reader.appended(name, value.clone()));
        }
        _ => return None,
    };
    Some(assign(name, value))
}

/// Returns the text for a format, with the letters that only C has.
fn format_text(format: &str, args: Vec<Expr>) -> Option<Expr> {
    let format = format.replace("%ls", "%s").replace("%S", "%s").replace("%hs", "%s");
    let format = format.replace("%zu", "%u").replace("%c", "%s").replace("%I64d", "%d");
    printf(&format, args)
}
