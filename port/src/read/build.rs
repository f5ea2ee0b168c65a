//! Constructors of trees, and what several languages write in the same way: lines of output, formats like `%s`.

use crate::tree::{BinaryOp, Block, Builtin, Expr, Stmt, StmtKind, Target, UnaryOp};

pub(crate) fn text(value: &str) -> Expr {
    Expr::Text(value.to_owned())
}

pub(crate) fn var(name: &str) -> Expr {
    Expr::Var(name.to_owned())
}

pub(crate) fn builtin(function: Builtin, args: Vec<Expr>) -> Expr {
    Expr::Builtin { function, args }
}

pub(crate) fn call(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Call { name: name.to_owned(), args }
}

pub(crate) fn method(object: Expr, name: &str, args: Vec<Expr>) -> Expr {
    Expr::Method { object: Box::new(object), name: name.to_owned(), args }
}

pub(crate) fn property(object: Expr, name: &str) -> Expr {
    Expr::Property { object: Box::new(object), name: name.to_owned() }
}

pub(crate) fn index(object: Expr, index: Expr) -> Expr {
    Expr::Index { object: Box::new(object), index: Box::new(index) }
}

pub(crate) fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    Expr::Binary { op, left: Box::new(left), right: Box::new(right) }
}

pub(crate) fn not(value: Expr) -> Expr {
    Expr::Unary { op: UnaryOp::Not, value: Box::new(value) }
}

/// Negates a number. That of a literal is a literal.
pub(crate) fn minus(value: Expr) -> Expr {
    match value {
        Expr::Int(number) => Expr::Int(number.wrapping_neg()),
        Expr::Float(number) => Expr::Float(format!("-{number}")),
        value => Expr::Unary { op: UnaryOp::Minus, value: Box::new(value) },
    }
}

pub(crate) fn choice(cond: Expr, yes: Expr, no: Expr) -> Expr {
    Expr::Choice { cond: Box::new(cond), yes: Box::new(yes), no: Box::new(no) }
}

pub(crate) fn assign(name: &str, value: Expr) -> StmtKind {
    StmtKind::Assign { target: Target::Var(name.to_owned()), value }
}

/// Returns a statement at lines of the script.
pub(crate) fn at(line: usize, end_line: usize, kind: StmtKind) -> Stmt {
    Stmt { line, end_line, blank_before: false, trailing: None, kind }
}

/// Joins texts and values to one text. Neighbours that are literals become one literal.
pub(crate) fn concat(parts: Vec<Expr>) -> Expr {
    let mut joined: Vec<Expr> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (_, Expr::Text(more)) if more.is_empty() => {}
            (Some(Expr::Text(before)), Expr::Text(more)) => before.push_str(&more),
            (_, part) => joined.push(part),
        }
    }
    match joined.len() {
        0 => text(""),
        1 if matches!(joined[0], Expr::Text(_)) => joined.remove(0),
        _ => Expr::Concat(joined),
    }
}

/// Splits the line end off what is printed. Returns what is before it, and whether there was one.
pub(crate) fn line_of(mut value: Expr) -> (Expr, bool) {
    let newline = cut_line_end(&mut value);
    (value, newline)
}

fn cut_line_end(value: &mut Expr) -> bool {
    match value {
        Expr::Text(text) => {
            let Some(line) = text.strip_suffix('\n') else { return false };
            let line = line.strip_suffix('\r').unwrap_or(line).len();
            text.truncate(line);
            true
        }
        Expr::Concat(parts) => {
            let Some(last) = parts.last_mut() else { return false };
            let cut = cut_line_end(last);
            if matches!(last, Expr::Text(text) if text.is_empty()) {
                parts.pop();
            }
            cut
        }
        Expr::Binary { op: BinaryOp::Add, left, right } => {
            let cut = cut_line_end(right);
            if matches!(&**right, Expr::Text(text) if text.is_empty()) {
                let left = std::mem::replace(&mut **left, Expr::Null);
                *value = left;
            }
            cut
        }
        _ => false,
    }
}

/// Returns the statement that prints a value whose line end, if it has one, is in the value.
pub(crate) fn print_text(value: Expr, to_stderr: bool) -> StmtKind {
    let (value, newline) = line_of(value);
    StmtKind::Print { value, newline, to_stderr }
}

/// Returns the text that a format of C's `printf` makes of the arguments. `None` if it has something else than
/// texts and numbers, with width and precision.
pub(crate) fn printf(format: &str, args: Vec<Expr>) -> Option<Expr> {
    let mut args = args.into_iter();
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some((before, behind)) = rest.split_once('%') {
        parts.push(text(before));
        if let Some(behind) = behind.strip_prefix('%') {
            parts.push(text("%"));
            rest = behind;
            continue;
        }
        let end = behind.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | ' ' | '.' | '#'))?;
        let (spec, behind) = behind.split_at(end);
        let behind = behind.trim_start_matches(['l', 'h']);
        let kind = behind.chars().next()?;
        parts.push(formatted(spec, kind, args.next()?)?);
        rest = &behind[kind.len_utf8()..];
    }
    parts.push(text(rest));
    args.next().is_none().then(|| concat(parts))
}

/// Returns a value in the form that a letter of a format says: `%05.2f` has the spec `05.2`.
pub(crate) fn formatted(spec: &str, kind: char, value: Expr) -> Option<Expr> {
    let (width, precision) = match spec.split_once('.') {
        Some((width, precision)) => (width, Some(precision.parse::<i64>().ok()?)),
        None => (spec, None),
    };
    let value = match (kind, precision) {
        ('s' | 'd' | 'i' | 'u' | 'v', None) => value,
        ('f' | 'F', precision) => {
            builtin(Builtin::Fixed, vec![value, Expr::Int(precision.unwrap_or(6))])
        }
        _ => return None,
    };
    let (function, width) = match width.strip_prefix('-') {
        Some(width) => (Builtin::PadRight, width),
        None => (Builtin::PadLeft, width),
    };
    let fill = if width.starts_with('0') { "0" } else { " " };
    let width = width.trim_start_matches('0');
    if width.is_empty() {
        return Some(value);
    }
    Some(builtin(function, vec![value, Expr::Int(width.parse().ok()?), text(fill)]))
}

/// Returns milliseconds for a number of seconds.
pub(crate) fn milliseconds(seconds: Expr) -> Expr {
    match seconds {
        Expr::Int(seconds) => Expr::Int(seconds.saturating_mul(1000)),
        Expr::Float(seconds) => match seconds.parse::<f64>() {
            Ok(seconds) => Expr::Int((seconds * 1000.0).round() as i64),
            Err(_) => binary(BinaryOp::Mul, Expr::Float(seconds), Expr::Int(1000)),
        },
        seconds => binary(BinaryOp::Mul, seconds, Expr::Int(1000)),
    }
}

/// Returns the statements of a loop over the items of a list with their positions. The list is evaluated once.
pub(crate) fn counted_loop(
    line: usize,
    item: &str,
    at_: &str,
    from: i64,
    list: Expr,
    mut body: Block,
) -> Block {
    let mut block = Block::new();
    let list = match list {
        list @ Expr::Var(_) => list,
        list => {
            let name = format!("{item}_list");
            block.push(at(line, line, assign(&name, list)));
            Expr::Var(name)
        }
    };
    let position = match from {
        0 => var(at_),
        from => binary(BinaryOp::Sub, var(at_), Expr::Int(from)),
    };
    body.insert(0, at(line, line, assign(item, index(list.clone(), position))));
    let length = builtin(Builtin::Length, vec![list]);
    let to = match from {
        0 => length,
        from => binary(BinaryOp::Add, length, Expr::Int(from)),
    };
    let end_line = body.last().map_or(line, |last| last.end_line);
    let name = at_.to_owned();
    let from = Expr::Int(from);
    block.push(at(
        line,
        end_line,
        StmtKind::For { name, from, to, inclusive: false, step: 1, body },
    ));
    block
}
