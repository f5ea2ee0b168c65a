//! Shorter forms of expressions and statements, as clippy wants them.

use super::ast::{Block, Expr, Function, Pattern, Stmt, StmtKind};
use super::flow::is_pure;
use super::walk::{Walk, only_comments, only_stmt, walk_expr, walk_stmt};
use super::{numbers, reach, rewrite};

/// Tidies expressions and statements, and ends the function with its value.
pub(super) fn tidy(function: &mut Function) {
    Tidy.block(&mut function.body);
    end_with_value(&mut function.body, function.returns.is_some());
    bound_and_returned(&mut function.body);
}

/// Tidies an expression by itself.
pub(super) fn tidy_expr(expr: &mut Expr) {
    Tidy.expr(expr);
}

pub(super) fn boxed(expr: Expr) -> Box<Expr> {
    Box::new(expr)
}

pub(super) fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, Expr::Bool(false))
}

pub(super) fn method(receiver: Expr, name: &str) -> Expr {
    Expr::Method {
        receiver: boxed(receiver),
        name: name.to_owned(),
        args: Vec::new(),
        mutates: false,
    }
}

/// Returns the negation of a condition.
pub(super) fn not(expr: Expr) -> Expr {
    match expr {
        Expr::Bool(value) => Expr::Bool(!value),
        Expr::Unary { op: "!", value } => *value,
        Expr::Binary { op, left, right } => match opposite(op) {
            Some(op) => Expr::Binary { op, left, right },
            None => {
                let value = boxed(Expr::Binary { op, left, right });
                Expr::Unary { op: "!", value }
            }
        },
        Expr::Method { receiver, name, args, mutates } => {
            let other = [
                ("is_ok", "is_err"),
                ("is_err", "is_ok"),
                ("is_some", "is_none"),
                ("is_none", "is_some"),
            ];
            let known = other.iter().find(|(this, _)| args.is_empty() && *this == name);
            match known {
                Some((_, other)) => method(*receiver, other),
                None => {
                    let value = boxed(Expr::Method { receiver, name, args, mutates });
                    Expr::Unary { op: "!", value }
                }
            }
        }
        value => Expr::Unary { op: "!", value: boxed(value) },
    }
}

fn opposite(op: &str) -> Option<&'static str> {
    Some(match op {
        "==" => "!=",
        "!=" => "==",
        "<" => ">=",
        ">=" => "<",
        ">" => "<=",
        "<=" => ">",
        _ => return None,
    })
}

/// Tidies a binary expression whose operands are tidy.
fn binary(op: &'static str, left: Expr, right: Expr) -> Expr {
    if let Some(short) = numbers::compared(op, &left, &right) {
        return short;
    }
    match (op, &left, &right) {
        ("==", _, Expr::Bool(true)) | ("!=", _, Expr::Bool(false)) => left,
        ("==", Expr::Bool(true), _) | ("!=", Expr::Bool(false), _) => right,
        ("==", _, Expr::Bool(false)) | ("!=", _, Expr::Bool(true)) => not(left),
        ("==", Expr::Bool(false), _) | ("!=", Expr::Bool(true), _) => not(right),
        ("==", _, Expr::Text(text)) if text.is_empty() => method(left, "is_empty"),
        ("!=", _, Expr::Text(text)) if text.is_empty() => not(method(left, "is_empty")),
        ("==" | "!=" | ">" | "<" | ">=", Expr::Method { name, args, .. }, Expr::Int(_))
            if name == "len" && args.is_empty() =>
        {
            length(op, left, right)
        }
        ("&&", Expr::Bool(true), _) | ("||", Expr::Bool(false), _) => right,
        ("&&", _, Expr::Bool(true)) | ("||", _, Expr::Bool(false)) => left,
        ("&&", Expr::Bool(false), _) | ("||", Expr::Bool(true), _) => left,
        ("&&", value, Expr::Bool(false)) | ("||", value, Expr::Bool(true)) if is_pure(value) => {
            right
        }
        ("+" | "-", _, Expr::Int(_)) => sum(op, left, right),
        ("+", Expr::Int(0), _) | ("*", Expr::Int(1), _) => right,
        ("*" | "/", _, Expr::Int(1)) => left,
        ("<=" | ">=", _, _) => without_one(op, left, right),
        _ => Expr::Binary { op, left: boxed(left), right: boxed(right) },
    }
}

/// Compares a length with 0 by `is_empty`.
fn length(op: &'static str, left: Expr, right: Expr) -> Expr {
    let empty = match (op, &right) {
        ("==", Expr::Int(0)) | ("<", Expr::Int(1)) => true,
        ("!=" | ">", Expr::Int(0)) | (">=", Expr::Int(1)) => false,
        _ => return Expr::Binary { op, left: boxed(left), right: boxed(right) },
    };
    let Expr::Method { receiver, .. } = left else {
        return Expr::Binary { op, left: boxed(left), right: boxed(right) };
    };
    let is_empty = method(*receiver, "is_empty");
    if empty { is_empty } else { not(is_empty) }
}

/// Adds numbers to numbers.
fn sum(op: &'static str, left: Expr, right: Expr) -> Expr {
    let signed =
        |op: &str, number: i64| if op == "-" { number.checked_neg() } else { Some(number) };
    let Expr::Int(number) = right else {
        return Expr::Binary { op, left: boxed(left), right: boxed(right) };
    };
    let whole = || Expr::Binary { op, left: boxed(left.clone()), right: boxed(Expr::Int(number)) };
    let Some(second) = signed(op, number) else { return whole() };
    match &left {
        Expr::Int(first) => first.checked_add(second).map_or_else(whole, Expr::Int),
        Expr::Binary { op: inner @ ("+" | "-"), left: rest, right: first } => {
            let Expr::Int(first) = **first else { return whole() };
            let total = signed(inner, first).and_then(|first| first.checked_add(second));
            total.map_or_else(whole, |total| plus((**rest).clone(), total))
        }
        _ if number == 0 => left,
        _ => plus(left, second),
    }
}

fn plus(left: Expr, number: i64) -> Expr {
    match number {
        0 => left,
        number if number < 0 && number != i64::MIN => {
            Expr::Binary { op: "-", left: boxed(left), right: boxed(Expr::Int(-number)) }
        }
        number => Expr::Binary { op: "+", left: boxed(left), right: boxed(Expr::Int(number)) },
    }
}

/// Returns what is one less or more than the expression: `x` for `x - 1` and `-`.
fn beside(expr: &Expr, op: &str) -> Option<Expr> {
    match expr {
        Expr::Binary { op: found, left, right } if *found == op => {
            matches!(**right, Expr::Int(1)).then(|| (**left).clone())
        }
        _ => None,
    }
}

/// Returns `a < b` for `a <= b - 1`.
fn without_one(op: &'static str, left: Expr, right: Expr) -> Expr {
    let (before, after) = if op == "<=" { ("+", "-") } else { ("-", "+") };
    let strict = if op == "<=" { "<" } else { ">" };
    if let Some(right) = beside(&right, after) {
        return Expr::Binary { op: strict, left: boxed(left), right: boxed(right) };
    }
    if let Some(left) = beside(&left, before) {
        return Expr::Binary { op: strict, left: boxed(left), right: boxed(right) };
    }
    Expr::Binary { op, left: boxed(left), right: boxed(right) }
}

/// Returns the operator that changes a variable by another one.
fn compound(op: &str) -> Option<&'static str> {
    Some(match op {
        "+" => "+=",
        "-" => "-=",
        "*" => "*=",
        "/" => "/=",
        "%" => "%=",
        _ => return None,
    })
}

/// Makes `x = x + y` `x += y`, and `x += x + y` `x = x + x + y`.
fn assign(target: &Expr, op: &mut &'static str, value: &mut Expr) {
    if let Expr::Binary { op: inner, left, right } = value {
        let Some(changing) = compound(inner) else { return };
        let commutes =
            matches!(*inner, "+" | "*") && matches!(**left, Expr::Int(_) | Expr::Float(_));
        if *op == "=" && **left == *target {
            let changed = take(right);
            (*op, *value) = (changing, changed);
        } else if *op == "=" && commutes && **right == *target {
            let changed = take(left);
            (*op, *value) = (changing, changed);
        }
    }
    let Expr::Binary { op: inner, left, right } = value else { return };
    if matches!(*op, "+=" | "*=")
        && compound(inner) == Some(*op)
        && (**left == *target || **right == *target)
    {
        let both =
            Expr::Binary { op: inner, left: boxed(target.clone()), right: boxed(take(left)) };
        **left = both;
        *op = "=";
    }
}

struct Tidy;

impl Walk for Tidy {
    fn block(&mut self, block: &mut Block) {
        block.iter_mut().for_each(|stmt| self.stmt(stmt));
        let leaves = block.iter().position(reach::leaves);
        if let Some(at) = leaves {
            let behind = block.split_off(at + 1);
            block.extend(reach::as_comments(behind));
        }
        // `x = x` does nothing.
        block.retain(|stmt| {
            !matches!(&stmt.kind, StmtKind::Assign { target, op: "=", value } if target == value)
        });
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        walk_stmt(self, stmt);
        if let StmtKind::Assign { target, op, value } = &mut stmt.kind {
            assign(target, op, value);
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        walk_expr(self, expr);
        match expr {
            Expr::Unary { op: "!", value } => *expr = not(take(value)),
            Expr::Binary { op, left, right } => *expr = binary(op, take(left), take(right)),
            Expr::Range { to, inclusive, .. } if *inclusive => {
                if let Some(less) = beside(to, "-") {
                    **to = less;
                    *inclusive = false;
                }
            }
            Expr::While { cond, body } if **cond == Expr::Bool(true) => {
                *expr = Expr::Loop(std::mem::take(body));
            }
            Expr::Closure { body, .. } => end_with_value(body, true),
            Expr::If { .. } => tidy_if(expr),
            Expr::Match { .. } => single_match(expr),
            Expr::Call { function, args } if args.is_empty() => {
                let Expr::Closure { params, body } = &mut **function else { return };
                let Some(StmtKind::Tail(value)) = only_stmt(body) else { return };
                let mut value = value.clone();
                if params.is_empty() && !rewrite::fate_in_expr(&mut value, "").leaves {
                    *expr = value;
                }
            }
            Expr::Method { .. } | Expr::Ref { .. } => literals(expr),
            Expr::Float(number) => {
                if let Some(fraction) = numbers::fraction(number) {
                    *expr = fraction;
                }
            }
            _ => (),
        }
    }
}

/// Shortens calls on what is written as a value.
fn literals(expr: &mut Expr) {
    match expr {
        Expr::Ref { mutable: false, value } => {
            let Expr::Method { receiver, name, args, .. } = &mut **value else { return };
            if matches!(**receiver, Expr::Text(_)) && name == "to_string" && args.is_empty() {
                let text = take(receiver);
                *expr = text;
            }
        }
        Expr::Method { receiver, name, args, .. }
            if name == "unwrap_or_default" && args.is_empty() =>
        {
            let Expr::Call { function, args } = &mut **receiver else { return };
            let is_some = matches!(&**function, Expr::Path(path) if path == "Some");
            if let (true, [value]) = (is_some, args.as_mut_slice()) {
                let value = take(value);
                *expr = value;
            }
        }
        _ => (),
    }
}

/// Joins `if a { if b { .. } }`, and makes `if a { true } else { false }` the condition.
pub(super) fn tidy_if(expr: &mut Expr) {
    let Expr::If { cond, then, otherwise } = expr else { return };
    let value = |block: &Block| match only_stmt(block) {
        Some(StmtKind::Tail(Expr::Bool(value))) => Some(*value),
        _ => None,
    };
    match (value(then), otherwise.as_ref().map(value)) {
        (Some(true), Some(Some(false))) => *expr = take(cond),
        (Some(false), Some(Some(true))) => *expr = not(take(cond)),
        (_, None) => join_if(expr),
        _ => (),
    }
}

fn join_if(expr: &mut Expr) {
    let Expr::If { cond, then, .. } = expr else { return };
    if only_stmt(then).is_none() {
        return;
    }
    let Some(stmt) = then.first_mut() else { return };
    let (StmtKind::Expr(inner) | StmtKind::Tail(inner)) = &mut stmt.kind else { return };
    match inner {
        Expr::If { cond: second, then: body, otherwise: None } => {
            let right = take(second);
            let body = std::mem::take(body);
            let left = take(cond);
            **cond = Expr::Binary { op: "&&", left: boxed(left), right: boxed(right) };
            *then = body;
        }
        // A chain with `let` would need a newer Rust.
        Expr::IfLet { value, otherwise: None, .. } => {
            let value = std::mem::replace(value, boxed(Expr::Bool(false)));
            let used = variables(inner);
            let name = ["result", "outcome", "found", "checked"]
                .into_iter()
                .find(|name| !used.iter().any(|used| used == name));
            let name = name.unwrap_or("checked_value").to_owned();
            if let Expr::IfLet { value: place, .. } = inner {
                **place = Expr::Var(name.clone());
            }
            let kind = StmtKind::Let {
                pattern: Pattern::Name(name),
                ty: None,
                value: Some(*value),
                otherwise: None,
            };
            then.insert(0, Stmt { kind, blank_before: false, trailing: None });
        }
        _ => (),
    }
}

fn variables(expr: &mut Expr) -> Vec<String> {
    struct Variables(Vec<String>);
    impl Walk for Variables {
        fn expr(&mut self, expr: &mut Expr) {
            match expr {
                Expr::Var(name) => self.0.push(name.clone()),
                _ => walk_expr(self, expr),
            }
        }
    }
    let mut variables = Variables(Vec::new());
    variables.expr(expr);
    variables.0
}

/// Makes a `match` with one arm that does something an `if let`, or an `if` for a literal.
fn single_match(expr: &mut Expr) {
    let Expr::Match { value, arms } = expr else { return };
    let [(first, body), (second, empty)] = arms.as_mut_slice() else { return };
    let is_rest = match second {
        Pattern::Ignored => true,
        Pattern::Other(text) => matches!(text.as_str(), "None" | "_"),
        Pattern::Variant(_, inner) => {
            matches!(**inner, Pattern::Ignored) && matches!(first, Pattern::Variant(..))
        }
        Pattern::Name(_) => false,
    };
    if !is_rest || !empty.is_empty() {
        return;
    }
    let value = std::mem::replace(value, boxed(Expr::Bool(false)));
    let then = std::mem::take(body);
    let pattern = std::mem::replace(first, Pattern::Ignored);
    *expr = match &pattern {
        Pattern::Other(text) if is_literal(text) => Expr::If {
            cond: boxed(Expr::Binary {
                op: "==",
                left: value,
                right: boxed(Expr::Path(text.clone())),
            }),
            then,
            otherwise: None,
        },
        _ => Expr::IfLet { pattern, value, then, otherwise: None },
    };
}

fn is_literal(pattern: &str) -> bool {
    !pattern.contains('|')
        && pattern.starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit())
}

/// Ends a body with its value instead of `return`. `has_value` is false for one that returns nothing.
fn end_with_value(block: &mut Block, has_value: bool) {
    let Some(at) = block.iter().rposition(|stmt| !only_comments(std::slice::from_ref(stmt))) else {
        return;
    };
    let Some(stmt) = block.get_mut(at) else { return };
    match &mut stmt.kind {
        StmtKind::Return(Some(value)) => {
            let value = take(value);
            stmt.kind = StmtKind::Tail(value);
            end_with_value(block, has_value);
        }
        StmtKind::Return(None) => match stmt.trailing.take() {
            Some(comment) => stmt.kind = StmtKind::Comment(comment),
            None => {
                block.remove(at);
            }
        },
        StmtKind::Expr(value) | StmtKind::Tail(value) => {
            let becomes_value = match value {
                Expr::If { then, otherwise, .. } | Expr::IfLet { then, otherwise, .. } => {
                    end_with_value(then, has_value);
                    otherwise.iter_mut().for_each(|block| end_with_value(block, has_value));
                    otherwise.is_some()
                }
                Expr::Match { arms, .. } => {
                    arms.iter_mut().for_each(|(_, body)| end_with_value(body, has_value));
                    true
                }
                Expr::Block(body) => {
                    end_with_value(body, has_value);
                    true
                }
                _ => false,
            };
            if has_value && becomes_value {
                let value = take(value);
                stmt.kind = StmtKind::Tail(value);
            }
        }
        _ => (),
    }
}

/// Returns the value of `let x = value; x`.
fn bound_and_returned(block: &mut Block) {
    let [.., bound, returned] = block.as_mut_slice() else { return };
    let StmtKind::Let { pattern: Pattern::Name(name), ty: None, value, otherwise: None } =
        &mut bound.kind
    else {
        return;
    };
    let same = matches!(&returned.kind, StmtKind::Tail(Expr::Var(var)) if var == name);
    if !same || bound.trailing.is_some() || returned.trailing.is_some() {
        return;
    }
    let Some(value) = value.take() else { return };
    bound.kind = StmtKind::Tail(value);
    block.pop();
}
