//! Values that may be missing: a test and a default behind it become a pattern or a closure.

use super::ast::{Block, Expr, Function, Pattern, StmtKind};
use super::rewrite;
use super::tidy::{boxed, method, take};
use super::walk::{Walk, only_stmt, walk_expr};

/// Gives the value a name where it is known not to be missing.
pub(super) fn tidy_options(function: &mut Function) {
    Options.block(&mut function.body);
}

struct Options;

impl Walk for Options {
    fn expr(&mut self, expr: &mut Expr) {
        walk_expr(self, expr);
        match expr {
            Expr::Binary { op: "&&", left, right } => {
                if let Some(both) = tested_and(left, right, "is_some", "is_some_and") {
                    *expr = both;
                }
            }
            Expr::Binary { op: "||", left, right } => {
                if let Some(both) = tested_and(left, right, "is_none", "is_none_or") {
                    *expr = both;
                }
            }
            Expr::If { .. } => if_some(expr),
            _ => {}
        }
    }
}

/// How a value is read that is not missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// `x.as_deref().unwrap_or_default()`.
    Deref,
    /// `x.clone().unwrap_or_default()`.
    Clone,
    /// `x.unwrap_or_default()`.
    Move,
}

fn plain<'e>(expr: &'e Expr, wanted: &str) -> Option<&'e Expr> {
    match expr {
        Expr::Method { receiver, name, args, mutates: false }
            if name == wanted && args.is_empty() =>
        {
            Some(receiver)
        }
        _ => None,
    }
}

/// Returns how an expression reads the value of a variable.
fn how(expr: &Expr, name: &str) -> Option<How> {
    let inner = plain(expr, "unwrap_or_default")?;
    if rewrite::is_var(inner, name) {
        return Some(How::Move);
    }
    [("as_deref", How::Deref), ("clone", How::Clone)].into_iter().find_map(|(method, how)| {
        plain(inner, method).is_some_and(|inner| rewrite::is_var(inner, name)).then_some(how)
    })
}

/// Replaces a read of a variable's value.
fn replaced(expr: &mut Expr, name: &str, found: How) -> bool {
    match expr {
        Expr::Method { receiver, mutates: false, .. }
            if found == How::Clone && how(receiver, name) == Some(found) =>
        {
            **receiver = Expr::Var(name.to_owned());
            return false;
        }
        Expr::Ref { mutable: false, value }
            if found == How::Clone && how(value, name) == Some(found) =>
        {
            *expr = Expr::Var(name.to_owned());
            return true;
        }
        _ => {}
    }
    if how(expr, name) != Some(found) {
        return false;
    }
    let var = Expr::Var(name.to_owned());
    *expr = if found == How::Clone { method(var, "clone") } else { var };
    true
}

/// Returns how all uses of a variable read its value, if they do so in one way.
fn all_reads(
    uses: usize,
    name: &str,
    walk: impl FnOnce(&mut dyn FnMut(&mut Expr) -> bool),
) -> Option<How> {
    let mut kinds = Vec::new();
    walk(&mut |expr| match how(expr, name) {
        Some(how) => {
            kinds.push(how);
            true
        }
        None => false,
    });
    let first = *kinds.first()?;
    let one_way = kinds.iter().all(|how| *how == first) && kinds.len() == uses;
    (one_way && (first != How::Move || uses == 1)).then_some(first)
}

/// Returns the variable that a condition tests last.
fn tested(cond: &Expr, test: &str) -> Option<String> {
    match plain(cond, test)? {
        Expr::Var(name) => Some(name.clone()),
        _ => None,
    }
}

/// Makes `x.is_some() && test of x` `x.is_some_and(|x| ..)`.
fn tested_and(left: &mut Expr, right: &mut Expr, test: &str, then: &str) -> Option<Expr> {
    // Only the last operand of `a && b` can be joined.
    if let Expr::Binary { op, left: first, right: second } = left {
        if *op != if test == "is_some" { "&&" } else { "||" } {
            return None;
        }
        let both = tested_and(second, right, test, then)?;
        return Some(Expr::Binary { op, left: boxed(take(first)), right: boxed(both) });
    }
    let name = tested(left, test)?;
    let fate = rewrite::fate_in_expr(right, &name);
    if fate.changed || fate.leaves || fate.declared > 0 || changes(right) {
        return None;
    }
    let uses = rewrite::count(right, &name);
    let how = all_reads(uses, &name, |visit| rewrite::in_expr(right, visit))?;
    rewrite::in_expr(right, &mut |expr| replaced(expr, &name, how));
    let var = Expr::Var(name.clone());
    let receiver = match how {
        How::Deref => method(var, "as_deref"),
        How::Clone => method(var, "as_ref"),
        How::Move => var,
    };
    let body = vec![super::ast::Stmt {
        kind: StmtKind::Tail(take(right)),
        blank_before: false,
        trailing: None,
    }];
    let closure = Expr::Closure { params: vec![name], body };
    Some(Expr::Method {
        receiver: boxed(receiver),
        name: then.to_owned(),
        args: vec![closure],
        mutates: false,
    })
}

/// Whether an expression changes something, or has statements.
fn changes(expr: &mut Expr) -> bool {
    let mut found = false;
    rewrite::in_expr(expr, &mut |expr| {
        found |= matches!(
            expr,
            Expr::Method { mutates: true, .. }
                | Expr::Ref { mutable: true, .. }
                | Expr::Match { .. }
                | Expr::Block(_)
                | Expr::If { .. }
                | Expr::IfLet { .. }
        );
        false
    });
    found
}

/// Makes `if x.is_some() { .. }` `if let Some(x) = x.as_deref() { .. }`.
fn if_some(expr: &mut Expr) {
    let Expr::If { cond, then, otherwise } = expr else { return };
    if let Some(name) = tested(cond, "is_none") {
        let Some(other) = otherwise else { return };
        if let Some((pattern, value)) = bound(&name, other) {
            let (then, other) = (std::mem::take(then), std::mem::take(other));
            *expr =
                Expr::IfLet { pattern, value: boxed(value), then: other, otherwise: Some(then) };
        }
        return;
    }
    let Some(name) = tested(cond, "is_some") else { return };
    if let Some(value) = otherwise.as_mut().and_then(|other| with_default(&name, then, other)) {
        *expr = value;
        return;
    }
    if let Some((pattern, value)) = bound(&name, then) {
        let (then, otherwise) = (std::mem::take(then), otherwise.take());
        *expr = Expr::IfLet { pattern, value: boxed(value), then, otherwise };
    }
}

/// Returns `x.unwrap_or(other)` for `if x.is_some() { value of x } else { other }`.
fn with_default(name: &str, then: &mut Block, other: &mut Block) -> Option<Expr> {
    let (Some(StmtKind::Tail(value)), Some(StmtKind::Tail(default))) =
        (only_stmt(then), only_stmt(other))
    else {
        return None;
    };
    let how = how(value, name)?;
    if how == How::Clone {
        return None;
    }
    let is_default = match default {
        Expr::Call { function, .. } => {
            matches!(&**function, Expr::Path(path) if path == "String::new" || path == "Vec::new")
        }
        Expr::Text(text) => text.is_empty(),
        default => matches!(default, Expr::Int(0) | Expr::Bool(false)),
    };
    if is_default {
        return Some(value.clone());
    }
    if !matches!(default, Expr::Text(_) | Expr::Int(_) | Expr::Bool(_) | Expr::Float(_)) {
        return None;
    }
    let Expr::Method { receiver, .. } = value else { return None };
    Some(Expr::Method {
        receiver: receiver.clone(),
        name: "unwrap_or".to_owned(),
        args: vec![default.clone()],
        mutates: false,
    })
}

/// Names a value in the block where it is not missing, and returns the pattern and the value for it.
fn bound(name: &str, block: &mut Block) -> Option<(Pattern, Expr)> {
    let fate = rewrite::fate_in(block, name);
    if fate.changed || fate.declared > 0 {
        return None;
    }
    let uses = rewrite::count_in(block, name);
    let how = all_reads(uses, name, |visit| rewrite::in_block(block, visit))?;
    rewrite::in_block(block, &mut |expr| replaced(expr, name, how));
    let var = Expr::Var(name.to_owned());
    let value = match how {
        How::Deref => method(var, "as_deref"),
        How::Clone => Expr::Ref { mutable: false, value: boxed(var) },
        How::Move => var,
    };
    Some((Pattern::Variant("Some", boxed_pattern(name)), value))
}

fn boxed_pattern(name: &str) -> Box<Pattern> {
    Box::new(Pattern::Name(name.to_owned()))
}
