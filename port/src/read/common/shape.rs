//! Expressions and statements that several readers make.

use tree_sitter::Node;

use super::walk;
use crate::read::grammar::Source;
use crate::tree::{BinaryOp, Block, Builtin, Expr, Stmt, StmtKind, Target, UnaryOp};

pub(crate) fn var(name: impl Into<String>) -> Expr {
    Expr::Var(name.into())
}

pub(crate) fn text(text: impl Into<String>) -> Expr {
    Expr::Text(text.into())
}

pub(crate) fn builtin(function: Builtin, args: Vec<Expr>) -> Expr {
    Expr::Builtin { function, args }
}

pub(crate) fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    Expr::Binary { op, left: Box::new(left), right: Box::new(right) }
}

pub(crate) fn choice(cond: Expr, yes: Expr, no: Expr) -> Expr {
    Expr::Choice { cond: Box::new(cond), yes: Box::new(yes), no: Box::new(no) }
}

pub(crate) fn property(object: Expr, name: impl Into<String>) -> Expr {
    Expr::Property { object: Box::new(object), name: name.into() }
}

pub(crate) fn method(object: Expr, name: impl Into<String>, args: Vec<Expr>) -> Expr {
    Expr::Method { object: Box::new(object), name: name.into(), args }
}

pub(crate) fn index(object: Expr, index: Expr) -> Expr {
    Expr::Index { object: Box::new(object), index: Box::new(index) }
}

/// Returns the opposite of a condition.
pub(crate) fn not(value: Expr) -> Expr {
    match value {
        Expr::Binary { op: BinaryOp::Eq, left, right } => {
            Expr::Binary { op: BinaryOp::Ne, left, right }
        }
        Expr::Binary { op: BinaryOp::Ne, left, right } => {
            Expr::Binary { op: BinaryOp::Eq, left, right }
        }
        // A number of items.
        Expr::Binary { op: BinaryOp::Gt, left, right }
            if *right == Expr::Int(0) && is_count(&left) =>
        {
            Expr::Binary { op: BinaryOp::Eq, left, right }
        }
        Expr::Unary { op: UnaryOp::Not, value } => *value,
        Expr::Bool(value) => Expr::Bool(!value),
        // An argument that is not given.
        Expr::Builtin { function: Builtin::Arg, mut args } if args.len() == 1 => {
            binary(BinaryOp::Le, builtin(Builtin::ArgCount, Vec::new()), args.remove(0))
        }
        value => Expr::Unary { op: UnaryOp::Not, value: Box::new(value) },
    }
}

fn is_count(value: &Expr) -> bool {
    matches!(value, Expr::Builtin { function: Builtin::Length | Builtin::ArgCount, .. })
}

pub(crate) fn minus(value: Expr) -> Expr {
    match value {
        Expr::Int(number) => Expr::Int(number.wrapping_neg()),
        Expr::Float(number) => Expr::Float(format!("-{number}")),
        value => Expr::Unary { op: UnaryOp::Minus, value: Box::new(value) },
    }
}

/// Returns values as one text. Literals next to each other are joined.
pub(crate) fn concat(parts: impl IntoIterator<Item = Expr>) -> Expr {
    let mut joined: Vec<Expr> = Vec::new();
    for part in parts {
        let inner = match part {
            Expr::Concat(inner) => inner,
            part => vec![part],
        };
        for part in inner {
            match (joined.last_mut(), part) {
                (_, Expr::Text(part)) if part.is_empty() => {}
                (Some(Expr::Text(before)), Expr::Text(part)) => before.push_str(&part),
                (_, part) => joined.push(part),
            }
        }
    }
    match joined.pop() {
        None => text(""),
        Some(only) if joined.is_empty() => to_text(only),
        Some(last) => {
            joined.push(last);
            Expr::Concat(joined)
        }
    }
}

/// Returns whether an expression is text for sure.
pub(crate) fn is_text(value: &Expr) -> bool {
    use Builtin::{Char, Env, Join, Lower, Message, ReadFile, Repeat, Replace, Substring, ToText};
    use Builtin::{Trim, Upper};
    match value {
        Expr::Text(_) | Expr::Concat(_) => true,
        Expr::Builtin { function, .. } => matches!(
            function,
            Char | Env
                | Join
                | Lower
                | Message
                | ReadFile
                | Repeat
                | Replace
                | Substring
                | ToText
                | Trim
                | Upper
        ),
        _ => false,
    }
}

/// Returns a value as text.
pub(crate) fn to_text(value: Expr) -> Expr {
    if is_text(&value) { value } else { builtin(Builtin::ToText, vec![value]) }
}

/// Returns output, whose line end is part of the value where the language does not add one.
pub(crate) fn print(value: Expr, newline: bool, to_stderr: bool) -> StmtKind {
    if newline {
        return StmtKind::Print { value, newline, to_stderr };
    }
    let mut value = value;
    let last = match &mut value {
        Expr::Text(text) => Some(text),
        Expr::Concat(parts) => match parts.last_mut() {
            Some(Expr::Text(text)) => Some(text),
            _ => None,
        },
        _ => None,
    };
    let mut newline = false;
    if let Some(last) = last {
        if let Some(rest) = last.strip_suffix('\n') {
            last.truncate(rest.strip_suffix('\r').unwrap_or(rest).len());
            newline = true;
        }
    }
    if let Expr::Concat(parts) = value {
        value = match &parts[..] {
            // What is left of one value and its line end.
            [only, Expr::Text(end)] if end.is_empty() => only.clone(),
            _ => concat(parts),
        };
    }
    StmtKind::Print { value, newline, to_stderr }
}

/// Returns the text that a pattern of `printf` makes. `None` if it pads or rounds.
pub(crate) fn format(pattern: &str, args: Vec<Expr>) -> Option<Expr> {
    let mut args = args.into_iter();
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('%') {
        parts.push(text(before));
        let sign = after.chars().next()?;
        match sign {
            '%' => parts.push(text("%")),
            's' | 'd' | 'i' | 'u' | 'f' | 'g' | 'v' => parts.push(args.next()?),
            _ => return None,
        }
        rest = &after[1..];
    }
    parts.push(text(rest));
    Some(concat(parts))
}

/// Returns the text that a pattern with `{0}` makes. `None` if it pads or rounds.
pub(crate) fn format_places(pattern: &str, args: &[Expr]) -> Option<Expr> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        parts.push(text(before));
        if after.starts_with("{{") || after.starts_with("}}") {
            parts.push(text(&after[..1]));
            rest = &after[2..];
        } else {
            let (place, behind) = after.strip_prefix('{')?.split_once('}')?;
            parts.push(args.get(place.trim().parse::<usize>().ok()?)?.clone());
            rest = behind;
        }
    }
    parts.push(text(rest));
    Some(concat(parts))
}

/// Returns seconds as the milliseconds of [`Builtin::Sleep`].
pub(crate) fn sleep_seconds(seconds: Expr) -> Expr {
    let milliseconds = match seconds {
        Expr::Int(seconds) => Expr::Int(seconds.saturating_mul(1000)),
        Expr::Float(number) => match number.parse::<f64>() {
            Ok(seconds) => Expr::Int((seconds * 1000.0) as i64),
            Err(_) => Expr::Float(number),
        },
        seconds => binary(BinaryOp::Mul, seconds, Expr::Int(1000)),
    };
    builtin(Builtin::Sleep, vec![milliseconds])
}

/// Reads a whole number in the notations of the C family: `1_000`, `0x1F`, `0b1`, `0o7`. Others are floats.
pub(crate) fn number(written: &str) -> Expr {
    let plain = written.replace('_', "").to_ascii_lowercase();
    let plain = plain.trim_end_matches(['n', 'l']);
    let radix = [("0x", 16), ("0b", 2), ("0o", 8)];
    let whole =
        match radix.iter().find_map(|(sign, radix)| Some((plain.strip_prefix(sign)?, radix))) {
            Some((digits, radix)) => i64::from_str_radix(digits, *radix).ok(),
            None => plain.parse().ok(),
        };
    match whole {
        Some(whole) => Expr::Int(whole),
        None => Expr::Float(plain.to_owned()),
    }
}

/// Reads the parts of a statement. What has to run before it becomes statements of its own.
pub(crate) fn statement<'s, T>(
    source: &mut Source<'s>,
    out: &mut Block,
    read: impl FnOnce(&mut Source<'s>) -> T,
) -> T {
    let outer = source.hoisted.replace(Block::new());
    let value = read(source);
    let hoisted = std::mem::replace(&mut source.hoisted, outer);
    out.extend(hoisted.unwrap_or_default());
    value
}

/// Reads a part of an expression that runs only sometimes.
pub(crate) fn apart<'s, T>(source: &mut Source<'s>, read: impl FnOnce(&mut Source<'s>) -> T) -> T {
    let outer = source.hoisted.take();
    let value = read(source);
    source.hoisted = outer;
    value
}

/// Puts an assignment before the statement that it is part of.
pub(crate) fn hoist(source: &mut Source, node: Node, target: Target, value: Expr) -> Expr {
    let result = match &target {
        Target::Var(name) => var(name.clone()),
        Target::Property { object, name } => property(object.clone(), name.clone()),
        Target::Index { object, index: at } => index(object.clone(), at.clone()),
    };
    let stmt = source.stmt(node, StmtKind::Assign { target, value });
    match &mut source.hoisted {
        Some(hoisted) => {
            hoisted.push(stmt);
            result
        }
        None => source.unported(node, "an assignment inside an expression"),
    }
}

pub(crate) fn if_then(cond: Expr, then: Block) -> StmtKind {
    StmtKind::If { branches: vec![(cond, then)], otherwise: None }
}

/// Returns a statement that has no line of its own: it is at the place of another.
pub(crate) fn beside(place: &Stmt, kind: StmtKind) -> Stmt {
    Stmt { kind, blank_before: false, trailing: None, ..place.clone() }
}

/// Returns a loop. `before` is what has to run before each test of the condition.
pub(crate) fn while_loop(before: Block, cond: Expr, body: Block) -> StmtKind {
    let cond = if cond == Expr::Int(1) { Expr::Bool(true) } else { cond };
    if before.is_empty() {
        return StmtKind::While { cond, body };
    }
    let place = before[0].clone();
    let mut all = before;
    if cond != Expr::Bool(true) {
        let leave = vec![beside(&place, StmtKind::Break)];
        all.push(beside(&place, if_then(not(cond), leave)));
    }
    all.extend(body);
    StmtKind::While { cond: Expr::Bool(true), body: all }
}

/// Adds a loop in the manner of C: `for (start; cond; step) body`.
pub(crate) fn c_loop(
    place: &Stmt,
    start: Block,
    cond: Option<Expr>,
    step: Block,
    body: Block,
    out: &mut Block,
) {
    let counting = counting(&start, cond.as_ref(), &step, &body);
    if let Some((name, from, to, inclusive, step)) = counting {
        let kind = StmtKind::For { name, from, to, inclusive, step, body };
        out.push(Stmt { kind, ..place.clone() });
        return;
    }
    out.extend(start);
    let mut body = body;
    walk::before_continues(&mut body, &step);
    body.extend(step);
    let kind = StmtKind::While { cond: cond.unwrap_or(Expr::Bool(true)), body };
    out.push(Stmt { kind, ..place.clone() });
}

fn counting(
    start: &Block,
    cond: Option<&Expr>,
    step: &Block,
    body: &Block,
) -> Option<(String, Expr, Expr, bool, i64)> {
    let ([start], [step]) = (&start[..], &step[..]) else { return None };
    let (name, from) = match &start.kind {
        StmtKind::Assign { target: Target::Var(name), value } => (name, value),
        StmtKind::Declare { name, value: Some(value), .. } => (name, value),
        _ => return None,
    };
    let StmtKind::Assign { target: Target::Var(stepped), value } = &step.kind else { return None };
    let Expr::Binary { op: change, left, right } = value else { return None };
    let counter = Expr::Var(name.clone());
    let by = match (change, &**right) {
        (BinaryOp::Add, Expr::Int(by)) => *by,
        (BinaryOp::Sub, Expr::Int(by)) => by.checked_neg()?,
        _ => return None,
    };
    let Some(Expr::Binary { op, left: tested, right: to }) = cond else { return None };
    let inclusive = match (op, by > 0) {
        (BinaryOp::Lt, true) | (BinaryOp::Gt, false) => false,
        (BinaryOp::Le, true) | (BinaryOp::Ge, false) => true,
        (BinaryOp::Ne, _) if by.abs() == 1 => false,
        _ => return None,
    };
    let is_counter = stepped == name && **left == counter && **tested == counter && by != 0;
    let mut names = walk::names(to);
    names.push(name.clone());
    if !is_counter || walk::changes(body, &names) {
        return None;
    }
    Some((name.clone(), from.clone(), (**to).clone(), inclusive, by))
}

/// Returns a `switch` from its labels, in order: the values of each, `None` for the default, and what follows it.
pub(crate) fn switch(value: Expr, labels: Vec<(Option<Expr>, Block)>) -> StmtKind {
    let mut cases: Vec<(Vec<Expr>, Block)> = Vec::new();
    let mut otherwise = None;
    let (mut values, mut is_default) = (Vec::new(), false);
    let last = labels.len().saturating_sub(1);
    for (at, (label, mut body)) in labels.into_iter().enumerate() {
        match label {
            Some(label) => values.push(label),
            None => is_default = true,
        }
        let is_code = |stmt: &Stmt| !matches!(stmt.kind, StmtKind::Comment(_));
        if at != last && !body.iter().any(is_code) {
            continue;
        }
        let end = body.iter().rposition(is_code);
        let leaves = match end.map(|end| (end, &body[end].kind)) {
            Some((end, StmtKind::Break)) => {
                body.remove(end);
                true
            }
            Some((_, kind)) => walk::leaves(kind),
            None => false,
        };
        if !leaves && at != last {
            return StmtKind::Unported("a case that goes on with the next one".to_owned());
        }
        if walk::breaks(&body) {
            return StmtKind::Unported("a `break` in the middle of a case".to_owned());
        }
        let values = std::mem::take(&mut values);
        if std::mem::take(&mut is_default) {
            otherwise = Some(body);
        } else {
            cases.push((values, body));
        }
    }
    StmtKind::Switch { value, cases, otherwise }
}
