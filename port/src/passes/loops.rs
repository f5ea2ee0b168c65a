//! Loops, and what is never reached.

use std::collections::{HashMap, HashSet};

use super::walk::{
    NEVER, Part, Use, blocks_in, continues, expr_parts, exprs, names_of_expr, names_of_stmt, parts,
    replace_continues, stmt_at, stmt_leaves,
};
use crate::tree::{BinaryOp, Block, Builtin, Expr, Stmt, StmtKind, Target, UnaryOp};

/// Writes loops with the condition at the end as endless ones that end by `break`.
pub(super) fn lower(script: &mut Block) {
    let mut lower = |block: &mut Block| {
        for stmt in block {
            let place = stmt_at(stmt, StmtKind::Boilerplate);
            let StmtKind::DoWhile { body, cond } = &mut stmt.kind else { continue };
            let mut body = std::mem::take(body);
            let cond = std::mem::replace(cond, Expr::Null);
            let last = |line: &Stmt, yes: Option<Stmt>| {
                let leave = vec![stmt_at(line, StmtKind::Break)];
                let kind = match yes {
                    Some(yes) => StmtKind::If {
                        branches: vec![(cond.clone(), vec![yes])],
                        otherwise: Some(leave),
                    },
                    None => {
                        StmtKind::If { branches: vec![(negated(&cond), leave)], otherwise: None }
                    }
                };
                stmt_at(line, kind)
            };
            replace_continues(&mut body, &|stmt| vec![last(stmt, Some(stmt.clone()))]);
            if cond != Expr::Bool(true) {
                body.push(last(&place, None));
            }
            stmt.kind = StmtKind::While { cond: Expr::Bool(true), body };
        }
    };
    blocks_in(script, &mut lower);
    lower(script);
}

/// Returns the opposite of a condition.
pub(super) fn negated(cond: &Expr) -> Expr {
    let opposite = |op: &BinaryOp| {
        Some(match op {
            BinaryOp::Eq => BinaryOp::Ne,
            BinaryOp::Ne => BinaryOp::Eq,
            BinaryOp::Lt => BinaryOp::Ge,
            BinaryOp::Ge => BinaryOp::Lt,
            BinaryOp::Gt => BinaryOp::Le,
            BinaryOp::Le => BinaryOp::Gt,
            _ => return None,
        })
    };
    match cond {
        Expr::Unary { op: UnaryOp::Not, value } => (**value).clone(),
        Expr::Bool(value) => Expr::Bool(!value),
        Expr::Binary { op, left, right } => match opposite(op) {
            Some(op) => Expr::Binary { op, left: left.clone(), right: right.clone() },
            None => Expr::Unary { op: UnaryOp::Not, value: Box::new(cond.clone()) },
        },
        cond => Expr::Unary { op: UnaryOp::Not, value: Box::new(cond.clone()) },
    }
}

/// Replaces jumps without a loop around them.
pub(super) fn stray(block: &mut Block, in_loop: bool) {
    for stmt in block {
        let is_loop = matches!(
            stmt.kind,
            StmtKind::While { .. }
                | StmtKind::DoWhile { .. }
                | StmtKind::For { .. }
                | StmtKind::ForEach { .. }
        );
        match &mut stmt.kind {
            StmtKind::Break | StmtKind::Continue if !in_loop => {
                stmt.kind = StmtKind::Unported("there is no loop around it".to_owned());
            }
            StmtKind::Function(function) => stray(&mut function.body, false),
            _ => {}
        }
        for part in parts(stmt) {
            match part {
                Part::Expr(expr) => stray_in_expr(expr),
                Part::Block(block) => stray(block, in_loop || is_loop),
                Part::Write(_) | Part::Declare(_) | Part::Bind(_) => {}
            }
        }
    }
}

fn stray_in_expr(expr: &mut Expr) {
    for part in expr_parts(expr) {
        match part {
            Part::Expr(expr) => stray_in_expr(expr),
            Part::Block(block) => stray(block, false),
            Part::Write(_) | Part::Declare(_) | Part::Bind(_) => {}
        }
    }
}

/// Replaces what is never reached.
pub(super) fn unreachable(script: &mut Block) {
    blocks_in(script, &mut cut);
    cut(script);
}

fn cut(block: &mut Block) {
    let Some(end) = block.iter().position(stmt_leaves).map(|at| at + 1) else { return };
    let mut rest = block.split_off(end).into_iter().peekable();
    while let Some(stmt) = rest.next() {
        match &stmt.kind {
            StmtKind::Function(_) | StmtKind::Comment(_) | StmtKind::Unported(_) => {
                block.push(stmt)
            }
            StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Return(_)
            | StmtKind::Exit(_)
            | StmtKind::Dispose(_)
            | StmtKind::Boilerplate
            | StmtKind::Declare { value: None, .. } => {}
            _ => {
                let mut cut = stmt_at(&stmt, StmtKind::Unported(NEVER.to_owned()));
                cut.blank_before = stmt.blank_before;
                let is_code = |next: &Stmt| {
                    !matches!(next.kind, StmtKind::Function(_) | StmtKind::Unported(_))
                };
                while let Some(next) = rest.next_if(is_code) {
                    cut.end_line = cut.end_line.max(next.end_line);
                }
                block.push(cut);
            }
        }
    }
}

/// Writes loops that count as such.
pub(super) fn count(script: &mut Block) {
    blocks_in(script, &mut count_block);
    count_block(script);
}

/// A counting loop as the script writes it: the condition, and the step at the end of the body.
struct Counted {
    to: Expr,
    inclusive: bool,
    step: i64,
    /// The place of the step in the body.
    last: usize,
}

fn count_block(block: &mut Block) {
    // The last assignment of each variable that nothing has used since.
    let mut starts: HashMap<String, usize> = HashMap::new();
    let mut removed = HashSet::new();
    for at in 0..block.len() {
        let name = limited(&block[at].kind).map(str::to_owned);
        let found = name.and_then(|name| {
            let start = *starts.get(&name)?;
            let counted = counted(&name, &mut block[at])?;
            let from = first_value(&block[start].kind)?.1.clone();
            let mut read = HashSet::new();
            names_of_expr(&mut from.clone(), &mut |_, name| {
                read.insert(name.clone());
            });
            let is_kept = read.is_empty() || !writes(&mut block[start + 1..at], &read);
            (is_kept && is_simple(&from)).then_some((start, name, from, counted))
        });
        if let Some((start, name, from, counted)) = found {
            let StmtKind::While { body, .. } = &mut block[at].kind else { continue };
            let mut body = std::mem::take(body);
            let step = body.remove(counted.last);
            if let Some(text) = step.trailing.clone() {
                body.insert(counted.last, stmt_at(&step, StmtKind::Comment(text)));
            }
            let Counted { to, inclusive, step, .. } = counted;
            block[at].kind = StmtKind::For { name, from, to, inclusive, step, body };
            let place = stmt_at(&block[start], StmtKind::Boilerplate);
            let blank = block[start].blank_before;
            match block[start].trailing.take() {
                Some(text) => {
                    let kind = StmtKind::Comment(text);
                    block[start] = Stmt { blank_before: blank, ..stmt_at(&place, kind) };
                }
                None => {
                    block[start + 1].blank_before |= blank;
                    removed.insert(start);
                }
            }
        }
        names_of_stmt(&mut block[at], &mut |_, name| {
            starts.remove(name);
        });
        if let Some((name, _)) = first_value(&block[at].kind) {
            starts.insert(name.to_owned(), at);
        }
    }
    let mut at = 0;
    block.retain(|_| {
        at += 1;
        !removed.contains(&(at - 1))
    });
}

/// Returns the variable that a loop's condition limits.
fn limited(kind: &StmtKind) -> Option<&str> {
    let StmtKind::While { cond: Expr::Binary { left, .. }, .. } = kind else { return None };
    if let Expr::Var(name) = &**left { Some(name) } else { None }
}

/// Returns the variable and the value of an assignment.
fn first_value(kind: &StmtKind) -> Option<(&str, &Expr)> {
    match kind {
        StmtKind::Assign { target: Target::Var(name), value }
        | StmtKind::Declare { name, value: Some(value), .. } => Some((name, value)),
        _ => None,
    }
}

/// Whether an expression can be computed at any time while its variables are the same.
fn is_simple(expr: &Expr) -> bool {
    match expr {
        Expr::Int(_) | Expr::Var(_) => true,
        Expr::Binary { op: BinaryOp::Add | BinaryOp::Sub, left, right } => {
            is_simple(left) && is_simple(right)
        }
        Expr::Builtin { function: Builtin::Length, args } => args.iter().all(is_simple),
        _ => false,
    }
}

fn counted(name: &str, stmt: &mut Stmt) -> Option<Counted> {
    let StmtKind::While { cond, body } = &mut stmt.kind else { return None };
    let Expr::Binary { op, left: _, right } = cond else { return None };
    let (is_up, inclusive) = match op {
        BinaryOp::Lt => (true, false),
        BinaryOp::Le => (true, true),
        BinaryOp::Gt => (false, false),
        BinaryOp::Ge => (false, true),
        _ => return None,
    };
    let last = body.iter().rposition(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)))?;
    let step = step_of(name, &body[last].kind)?;
    if (step > 0) != is_up || !is_simple(right) || continues(body) {
        return None;
    }
    let mut fixed = HashSet::from([name.to_owned()]);
    names_of_expr(right, &mut |_, name| {
        fixed.insert(name.clone());
    });
    let is_list = !matches!(**right, Expr::Int(_) | Expr::Var(_));
    let rest = &mut body[..last];
    if writes(rest, &fixed) || is_list && changes(rest, &fixed) {
        return None;
    }
    // The variable itself is not a limit.
    let mut is_own = false;
    names_of_expr(right, &mut |_, other| is_own |= other == name);
    (!is_own).then(|| Counted { to: (**right).clone(), inclusive, step, last })
}

/// Returns the step of `i = i + 1`.
fn step_of(name: &str, kind: &StmtKind) -> Option<i64> {
    let StmtKind::Assign { target: Target::Var(target), value } = kind else { return None };
    let Expr::Binary { op, left, right } = value else { return None };
    let is_own = |expr: &Expr| *expr == Expr::Var(name.to_owned());
    match (op, &**left, &**right) {
        _ if target != name => None,
        (BinaryOp::Add, left, Expr::Int(step)) if is_own(left) => Some(*step),
        (BinaryOp::Add, Expr::Int(step), right) if is_own(right) => Some(*step),
        (BinaryOp::Sub, left, Expr::Int(step)) if is_own(left) => step.checked_neg(),
        _ => None,
    }
    .filter(|step| *step != 0)
}

/// Whether statements give one of the variables a value. A function may do so with an argument.
fn writes(block: &mut [Stmt], fixed: &HashSet<String>) -> bool {
    let mut found = false;
    for stmt in block {
        names_of_stmt(stmt, &mut |how, name| found |= how != Use::Read && fixed.contains(name));
        exprs(stmt, &mut |expr| {
            if let Expr::Call { args, .. } = expr {
                found |=
                    args.iter().any(|arg| matches!(arg, Expr::Var(name) if fixed.contains(name)));
            }
        });
    }
    found
}

/// Whether statements may change what one of the variables has: they use it other than for its length or an item.
fn changes(block: &mut [Stmt], fixed: &HashSet<String>) -> bool {
    let mut found = false;
    for stmt in block {
        if let StmtKind::Assign { target: Target::Index { object: Expr::Var(name), .. }, .. } =
            &stmt.kind
        {
            found |= fixed.contains(name);
        }
        exprs(stmt, &mut |expr| match expr {
            Expr::Builtin {
                function: Builtin::Push | Builtin::Resize | Builtin::RemoveAt,
                args,
            } => {
                found |= matches!(args.first(), Some(Expr::Var(name)) if fixed.contains(name));
            }
            Expr::Method { object, .. } => {
                found |= matches!(&**object, Expr::Var(name) if fixed.contains(name));
            }
            _ => {}
        });
    }
    found
}
