//! Calls with the guards behind them.

use std::collections::{HashMap, VecDeque};

use super::chilkat::{Classes, Gives, is_property, mentions};
use super::walk::{
    Part, blocks_in, exprs_of_expr, is_literal, leaves, names_of_expr, parts, stmt_at,
};
use crate::tree::{BinaryOp, Block, Expr, Hint, Stmt, StmtKind, Target, UnaryOp};

/// Makes attempts of calls and their guards.
pub(super) fn run(script: &mut Block) {
    let known = Known { classes: Classes::of(script), exits: exits(script) };
    blocks_in(script, &mut |block| guard_block(block, &known));
    guard_block(script, &known);
}

/// What is known of the script.
struct Known {
    classes: Classes,
    /// The functions that end the program, with its code.
    exits: HashMap<String, Option<Expr>>,
}

/// Finds the functions that end the program.
fn exits(script: &Block) -> HashMap<String, Option<Expr>> {
    let exit = |stmt: &Stmt| {
        let StmtKind::Function(function) = &stmt.kind else { return None };
        match &function.body.last()?.kind {
            StmtKind::Exit(code) if code.as_ref().is_none_or(is_literal) => {
                Some((function.name.clone(), code.clone()))
            }
            _ => None,
        }
    };
    script.iter().filter_map(exit).collect()
}

impl Known {
    /// Adds the exit behind a call that does not come back. It says so to the compiler.
    fn end(&self, block: &mut Block) {
        let Some(last) = block.last() else { return };
        if let StmtKind::Expr(Expr::Call { name, .. }) = &last.kind {
            if let Some(code) = self.exits.get(name) {
                block.push(stmt_at(last, StmtKind::Exit(code.clone())));
            }
        }
    }
}

/// A call whose guard is looked for.
struct Guarded {
    /// The variable that the call's value goes to, and its type if it is declared there.
    name: Option<(String, Option<Hint>)>,
    call: Expr,
    gives: Gives,
}

fn guard_block(block: &mut Block, known: &Known) {
    let mut rest: VecDeque<Stmt> = std::mem::take(block).into();
    while let Some(mut stmt) = rest.pop_front() {
        let found = match guarded(&stmt, known) {
            Some(guarded) => behind(&guarded, &mut stmt, &mut rest, block, known),
            None => inside(&mut stmt, &mut rest, block, known),
        };
        if !found {
            block.push(stmt);
        }
    }
}

fn guarded(stmt: &Stmt, known: &Known) -> Option<Guarded> {
    let (name, call) = match &stmt.kind {
        StmtKind::Assign { target: Target::Var(name), value } => {
            (Some((name.clone(), None)), value)
        }
        StmtKind::Declare { name, hint, value: Some(value) } => {
            (Some((name.clone(), Some(hint.clone()))), value)
        }
        StmtKind::Expr(value) => (None, value),
        _ => return None,
    };
    let gives = known.classes.gives(call)?;
    Some(Guarded { name, call: call.clone(), gives })
}

/// Finds the guards behind a call. Returns whether the call is written with them.
fn behind(
    guarded: &Guarded,
    stmt: &mut Stmt,
    rest: &mut VecDeque<Stmt>,
    block: &mut Block,
    known: &Known,
) -> bool {
    let Expr::Method { object, .. } = &guarded.call else { return false };
    let is_subject = |expr: &Expr| {
        let is_variable = match (&guarded.name, expr) {
            (Some((name, _)), Expr::Var(other)) => name == other && guarded.gives != Gives::Any,
            _ => false,
        };
        is_variable || is_property(expr, object, "lastmethodsuccess")
    };
    let mut otherwise = Block::new();
    let mut end_line = stmt.end_line;
    let mut taken = 0;
    let mut after = Block::new();
    while let Some((at, guard)) = next_guard(rest, taken, &is_subject) {
        let (failure, success) = guard;
        // A second guard of a call that has one is never true, or is the rest of the first.
        if taken > 0 && !success.is_empty() {
            break;
        }
        end_line = rest[at].end_line;
        if !leaves(&otherwise) {
            otherwise.extend(rest[at].trailing.clone().map(|text| {
                let place = stmt_at(&rest[at], StmtKind::Boilerplate);
                stmt_at(&place, StmtKind::Comment(text))
            }));
            otherwise.extend(failure);
        }
        after = success;
        taken = at + 1;
        if !after.is_empty() {
            break;
        }
    }
    known.end(&mut otherwise);
    let is_left = leaves(&otherwise);
    let own_name = guarded.name.as_ref().map(|(name, _)| name.as_str());
    let is_value = guarded.gives.is_value();
    let is_read = own_name.is_some_and(|name| {
        let mut call = guarded.call.clone();
        let mut found = false;
        names_of_expr(&mut call, &mut |_, other| found |= other == name);
        found || is_value && otherwise.iter_mut().any(|stmt| mentions(stmt, name))
    });
    let may_go_on = guarded.gives == Gives::Nothing || is_left;
    if taken == 0 || is_read || !may_go_on && (!after.is_empty() || is_value && own_name.is_some())
    {
        return false;
    }
    let between: Vec<Stmt> = rest.drain(..taken).collect();
    // What cannot fail needs no guard.
    if guarded.gives == Gives::Nothing {
        otherwise.clear();
    }
    let kept = between.into_iter().filter(|stmt| !matches!(stmt.kind, StmtKind::If { .. }));
    block.extend(kept);
    write(guarded, stmt, otherwise, end_line, block, known);
    after.into_iter().rev().for_each(|stmt| rest.push_front(stmt));
    true
}

/// Returns the next guard among statements: its place, what it does on failure, and what else.
fn next_guard(
    rest: &VecDeque<Stmt>,
    from: usize,
    is_subject: &dyn Fn(&Expr) -> bool,
) -> Option<(usize, (Block, Block))> {
    for (at, stmt) in rest.iter().enumerate().skip(from) {
        match &stmt.kind {
            StmtKind::Comment(_)
            | StmtKind::Boilerplate
            | StmtKind::Dispose(_)
            | StmtKind::Declare { value: None, .. } => {}
            StmtKind::If { .. } => return Some((at, sides(stmt, is_subject)?)),
            _ => return None,
        }
    }
    None
}

/// Returns what a guard does on failure and on success.
fn sides(stmt: &Stmt, is_subject: &dyn Fn(&Expr) -> bool) -> Option<(Block, Block)> {
    let StmtKind::If { branches, otherwise } = &stmt.kind else { return None };
    let ((cond, body), others) = branches.split_first()?;
    let succeeds = succeeds(cond, is_subject)?;
    if succeeds {
        let failure = otherwise.clone().filter(|_| others.is_empty())?;
        return Some((failure, body.clone()));
    }
    let success = match others {
        [] => otherwise.clone().unwrap_or_default(),
        others => {
            let kind = StmtKind::If { branches: others.to_vec(), otherwise: otherwise.clone() };
            let line = others[0].1.first().map_or(stmt.line, |first| first.line.max(1) - 1);
            vec![Stmt { line, ..stmt_at(stmt, kind) }]
        }
    };
    Some((body.clone(), success))
}

/// Whether a condition holds if the call succeeds. `None` if it is about something else.
fn succeeds(cond: &Expr, is_subject: &dyn Fn(&Expr) -> bool) -> Option<bool> {
    if is_subject(cond) {
        return Some(true);
    }
    match cond {
        Expr::Unary { op: UnaryOp::Not, value } => Some(!succeeds(value, is_subject)?),
        Expr::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), left, right } => {
            let (value, wanted) = match (constant(left), constant(right)) {
                (None, Some(wanted)) => (left, wanted),
                (Some(wanted), None) => (right, wanted),
                _ => return None,
            };
            Some((succeeds(value, is_subject)? == wanted) == (*op == BinaryOp::Eq))
        }
        Expr::Binary { op: BinaryOp::Or, left, right } => {
            let both = (succeeds(left, is_subject)?, succeeds(right, is_subject)?);
            (both == (false, false)).then_some(false)
        }
        Expr::Binary { op: BinaryOp::And, left, right } => {
            let both = (succeeds(left, is_subject)?, succeeds(right, is_subject)?);
            (both == (true, true)).then_some(true)
        }
        Expr::Call { name, args } => {
            let [value] = &args[..] else { return None };
            let value = succeeds(value, is_subject)?;
            match &*name.to_ascii_lowercase() {
                "isobj" | "isobject" | "is_object" | "isset" | "defined" | "assigned" => {
                    Some(value)
                }
                "isnull" | "is_null" | "isnothing" | "isnil" => Some(!value),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Returns what a constant is that success is compared with.
fn constant(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::Bool(value) => Some(*value),
        Expr::Int(0) | Expr::Null => Some(false),
        Expr::Int(1 | -1) => Some(true),
        Expr::Text(text) if text == "NULL" => Some(false),
        _ => None,
    }
}

/// Finds a guard that has its call in the condition. Returns whether it is written as an attempt.
fn inside(stmt: &mut Stmt, rest: &mut VecDeque<Stmt>, block: &mut Block, known: &Known) -> bool {
    let found = std::cell::RefCell::new(None);
    let is_subject = |expr: &Expr| {
        let gives = known.classes.gives(expr).filter(|gives| *gives != Gives::Any);
        let mut found = found.borrow_mut();
        // One call only: a second one may not happen.
        match (gives, found.is_some()) {
            (Some(gives), false) => {
                *found = Some((expr.clone(), gives));
                true
            }
            _ => false,
        }
    };
    let Some((mut otherwise, after)) = sides(stmt, &is_subject) else { return false };
    let Some((call, gives)) = found.into_inner() else { return false };
    if !after.is_empty() && !leaves(&otherwise) || otherwise.is_empty() {
        return false;
    }
    if gives == Gives::Nothing {
        otherwise.clear();
    }
    let guarded = Guarded { name: None, call, gives };
    let end_line = stmt.end_line;
    write(&guarded, stmt, otherwise, end_line, block, known);
    after.into_iter().rev().for_each(|stmt| rest.push_front(stmt));
    true
}

fn write(
    guarded: &Guarded,
    stmt: &mut Stmt,
    mut otherwise: Block,
    end_line: usize,
    block: &mut Block,
    known: &Known,
) {
    let Guarded { name, call, gives } = guarded;
    let place = stmt_at(stmt, StmtKind::Boilerplate);
    if let Expr::Method { object, .. } = call {
        if !known.classes.calls_again(&mut otherwise, object) {
            error_text(&mut otherwise, object);
        }
    }
    let is_value = gives.is_value();
    let status = |value| match name {
        Some((name, hint)) if !is_value => Some(stmt_at(
            &place,
            match hint {
                Some(hint) if value => StmtKind::Declare {
                    name: name.clone(),
                    hint: hint.clone(),
                    value: Some(Expr::Bool(value)),
                },
                _ => {
                    let target = Target::Var(name.clone());
                    StmtKind::Assign { target, value: Expr::Bool(value) }
                }
            },
        )),
        _ => None,
    };
    let blank_before = stmt.blank_before;
    let is_call = *gives == Gives::Nothing;
    let (mut before, after) = match is_call || leaves(&otherwise) {
        true => (None, status(true)),
        false => (status(true), None),
    };
    if let Some(before) = &mut before {
        before.blank_before = blank_before;
    }
    let nothing = match name {
        Some((name, _)) if is_value => {
            let target = Target::Var(name.clone());
            Some(stmt_at(&place, StmtKind::Assign { target, value: Expr::Null }))
        }
        _ => status(false),
    };
    otherwise.splice(0..0, nothing);
    let name = name.as_ref().filter(|_| is_value).map(|(name, _)| name.clone());
    let kind = match is_call {
        true => StmtKind::Expr(call.clone()),
        false => StmtKind::Attempt { name, call: call.clone(), otherwise },
    };
    let trailing = stmt.trailing.take();
    let blank_before = blank_before && before.is_none();
    block.extend(before);
    block.push(Stmt { end_line, trailing, blank_before, ..stmt_at(&place, kind) });
    block.extend(after);
}

/// Makes the text of the last error that of the attempt. Inner attempts have their own.
fn error_text(block: &mut Block, receiver: &Expr) {
    for stmt in block {
        if matches!(stmt.kind, StmtKind::Attempt { .. }) {
            continue;
        }
        for part in parts(stmt) {
            match part {
                Part::Expr(expr) => exprs_of_expr(expr, &mut |expr| {
                    if is_property(expr, receiver, "lasterrortext") {
                        *expr = Expr::ErrorText;
                    }
                }),
                Part::Block(block) => error_text(block, receiver),
                Part::Write(_) | Part::Declare(_) | Part::Bind(_) => {}
            }
        }
    }
}
