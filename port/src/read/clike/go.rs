//! Library of Go.

use super::{Called, Reader, go_printf, unported};
use crate::read::shared::build::{binary, builtin, text};
use crate::read::shared::texts::{concat, milliseconds, print_text};
use crate::tree::{BinaryOp, Builtin, Expr, Hint, StmtKind};

/// Functions with the same arguments in the tree.
const SAME: &[(&str, usize, Builtin)] = &[
    ("strconv.Itoa", 1, Builtin::ToText),
    ("strconv.FormatBool", 1, Builtin::ToText),
    ("strconv.Atoi", 1, Builtin::ParseInt),
    ("os.Getenv", 1, Builtin::Env),
    ("os.LookupEnv", 1, Builtin::Env),
    ("os.ReadFile", 1, Builtin::ReadFile),
    ("ioutil.ReadFile", 1, Builtin::ReadFile),
    ("strings.ToUpper", 1, Builtin::Upper),
    ("strings.ToLower", 1, Builtin::Lower),
    ("strings.TrimSpace", 1, Builtin::Trim),
    ("strings.Contains", 2, Builtin::Contains),
    ("strings.HasPrefix", 2, Builtin::StartsWith),
    ("strings.HasSuffix", 2, Builtin::EndsWith),
    ("strings.Index", 2, Builtin::IndexOf),
    ("strings.ReplaceAll", 3, Builtin::Replace),
    ("strings.Split", 2, Builtin::Split),
    ("strings.Join", 2, Builtin::Join),
    ("strings.Repeat", 2, Builtin::Repeat),
    ("slices.Contains", 2, Builtin::Contains),
    ("len", 1, Builtin::Length),
    ("min", 2, Builtin::Min),
    ("max", 2, Builtin::Max),
    ("math.Abs", 1, Builtin::Abs),
    ("math.Round", 1, Builtin::Round),
    ("time.Now().Unix", 0, Builtin::UnixTime),
];

/// Returns what a function of the library is. `None` if it is not known.
pub(super) fn library(reader: &mut Reader, path: &str, args: &[Expr]) -> Option<Called> {
    if path == "len" && matches!(args, [Expr::Var(list)] if reader.args.as_ref() == Some(list)) {
        return Some(Called::Value(builtin(Builtin::ArgCount, Vec::new())));
    }
    if path == "len" && args == [Expr::Var("os.Args".to_owned())] {
        let count = builtin(Builtin::ArgCount, Vec::new());
        return Some(Called::Value(binary(BinaryOp::Add, count, Expr::Int(1))));
    }
    if let Some((_, _, function)) = SAME.iter().find(|row| row.0 == path && row.1 == args.len()) {
        return Some(Called::Value(builtin(*function, args.to_vec())));
    }
    if let Some(class) = path.strip_prefix("chilkat.New").filter(|class| !class.is_empty()) {
        return Some(Called::Value(Expr::New(class.to_owned())));
    }
    let shown: Vec<Expr> = args.iter().map(|arg| reader.shown(arg.clone())).collect();
    let leave = |print: StmtKind| Some(Called::Do(vec![print, StmtKind::Exit(Some(Expr::Int(1)))]));
    let line = |value, to_stderr| StmtKind::Print { value, newline: true, to_stderr };
    let value = match (path, args) {
        ("fmt.Println", _) => return Some(Called::Do(vec![line(spaced(shown), false)])),
        ("println" | "log.Println", _) => return Some(Called::Do(vec![line(spaced(shown), true)])),
        ("fmt.Print" | "print", [_, ..]) => {
            let value = printed(reader, shown)?;
            return Some(Called::Do(vec![print_text(value, path == "print")]));
        }
        ("fmt.Printf", _) => return Some(Called::Do(vec![print_text(format(shown)?, false)])),
        ("log.Printf", _) => return Some(Called::Do(vec![line(format(shown)?, true)])),
        ("fmt.Fprint" | "fmt.Fprintln" | "fmt.Fprintf", [Expr::Var(to), ..])
            if reader.hints.get(to) == Some(&Hint::Text) =>
        {
            // A `strings.Builder`.
            let values: Vec<Expr> = shown.into_iter().skip(1).collect();
            let value = match path {
                "fmt.Fprintf" => format(values)?,
                "fmt.Fprint" => printed(reader, values)?,
                _ => concat(vec![spaced(values), text("\n")]),
            };
            return Some(Called::Do(vec![reader.appended(to, value)]));
        }
        ("fmt.Fprint" | "fmt.Fprintln" | "fmt.Fprintf" | "io.WriteString", [to, ..]) if !matches!(to, Expr::Var(to) if matches!(&**to, "os.Stderr" | "os.Stdout")) =>
        {
            return Some(unported(path, "writing to a file is not ported here"));
        }
        ("fmt.Fprint", [Expr::Var(to), ..]) => {
            let values = shown.into_iter().skip(1).collect();
            return Some(Called::Do(vec![print_text(printed(reader, values)?, to == "os.Stderr")]));
        }
        ("fmt.Fprintln", [Expr::Var(to), ..]) => {
            let values = shown.into_iter().skip(1).collect();
            return Some(Called::Do(vec![line(spaced(values), to == "os.Stderr")]));
        }
        ("fmt.Fprintf", [Expr::Var(to), ..]) => {
            let values = shown.into_iter().skip(1).collect();
            return Some(Called::Do(vec![print_text(format(values)?, to == "os.Stderr")]));
        }
        ("log.Fatal" | "log.Fatalln", _) => return leave(line(spaced(shown), true)),
        ("log.Fatalf", _) => return leave(line(format(shown)?, true)),
        ("panic", [_]) => return Some(Called::Do(vec![StmtKind::Throw(shown.into_iter().next())])),
        ("os.Exit", [code]) => return Some(Called::Do(vec![StmtKind::Exit(Some(code.clone()))])),
        ("os.WriteFile" | "ioutil.WriteFile", [path, text, ..]) => {
            builtin(Builtin::WriteFile, vec![path.clone(), text.clone()])
        }
        ("fmt.Sprintf" | "fmt.Errorf", _) => format(shown)?,
        ("fmt.Sprint", _) => printed(reader, shown)?,
        ("errors.New", [message]) => message.clone(),
        ("strings.Replace", [text, old, new, Expr::Int(-1)]) => {
            builtin(Builtin::Replace, vec![text.clone(), old.clone(), new.clone()])
        }
        ("strconv.FormatInt" | "strconv.ParseInt", [value, Expr::Int(10), ..]) => {
            let is_format = path.ends_with("FormatInt");
            builtin(
                if is_format { Builtin::ToText } else { Builtin::ParseInt },
                vec![value.clone()],
            )
        }
        ("strconv.ParseFloat", [value, _]) => builtin(Builtin::ParseFloat, vec![value.clone()]),
        ("strconv.Quote", [value]) => concat(vec![text("\""), value.clone(), text("\"")]),
        ("time.Sleep", [duration]) => builtin(Builtin::Sleep, vec![sleep(duration)?]),
        ("int" | "int64" | "int32" | "uint16" | "uint", [value]) => match reader.hint_of(value) {
            Hint::Float => builtin(Builtin::ToInt, vec![value.clone()]),
            _ => value.clone(),
        },
        ("float64" | "float32", [value]) => builtin(Builtin::ToFloat, vec![value.clone()]),
        ("string" | "[]byte" | "log.SetFlags" | "errors.Unwrap", [value]) => value.clone(),
        ("recover", []) => Expr::Null,
        _ => return None,
    };
    Some(Called::Value(value))
}

/// Joins values as `Print` does. `None` where it may put spaces between them: between two that are no texts.
fn printed(reader: &Reader, values: Vec<Expr>) -> Option<Expr> {
    let is_text = |value: &Expr| reader.hint_of(value) == Hint::Text;
    let is_plain = values.windows(2).all(|pair| pair.iter().any(is_text));
    is_plain.then(|| concat(values))
}

/// Joins values by spaces, as `Println` does.
fn spaced(values: Vec<Expr>) -> Expr {
    let mut parts = Vec::new();
    for value in values {
        if !parts.is_empty() {
            parts.push(text(" "));
        }
        match value {
            Expr::Concat(more) => parts.extend(more),
            value => parts.push(value),
        }
    }
    match parts.len() {
        1 => parts.remove(0),
        _ => concat(parts),
    }
}

fn format(values: Vec<Expr>) -> Option<Expr> {
    let mut values = values.into_iter();
    match values.next()? {
        Expr::Text(format) => go_printf(&format, values.collect()),
        value => Some(value),
    }
}

/// Returns the milliseconds of a duration: `2 * time.Second`.
fn sleep(duration: &Expr) -> Option<Expr> {
    let unit = |name: &str| match name {
        "time.Second" => Some(1000),
        "time.Millisecond" => Some(1),
        "time.Minute" => Some(60_000),
        _ => None,
    };
    let times = |value: &Expr, unit: i64| match unit {
        1 => value.clone(),
        1000 => milliseconds(value.clone()),
        unit => binary(BinaryOp::Mul, value.clone(), Expr::Int(unit)),
    };
    match duration {
        Expr::Var(name) => unit(name).map(Expr::Int),
        Expr::Binary { op: BinaryOp::Mul, left, right } => match (&**left, &**right) {
            (value, Expr::Var(name)) | (Expr::Var(name), value) if unit(name).is_some() => {
                unit(name).map(|unit| times(value, unit))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Returns a constant of the library. Some are names that its functions know.
pub(super) fn constant(path: &str) -> Option<Expr> {
    match path {
        "os.Args" | "os.Stderr" | "os.Stdout" | "time.Second" | "time.Millisecond"
        | "time.Minute" => Some(Expr::Var(path.to_owned())),
        _ => None,
    }
}
