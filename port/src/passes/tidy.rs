//! What needs no counterpart in Rust.

use std::collections::HashSet;

use super::chilkat::{is_named, mentions, said};
use super::walk::{Use, blocks_in, exprs, is_pure, leaves, names_of_expr, names_of_stmt, stmt_at};
use crate::names::class_name;
use crate::tree::{BinaryOp, Block, Expr, Hint, Stmt, StmtKind, Target, UnaryOp};

/// Removes unlocking, tests for objects that could not be created, and what frees objects.
pub(super) fn run(script: &mut Block) {
    constants(script);
    let mut globals = HashSet::new();
    find_globals(script, &mut globals);
    blocks_in(script, &mut |block| find_globals(block, &mut globals));
    let mut is_noted = false;
    tidy(script, &globals, &mut is_noted);
    blocks_in(script, &mut |block| tidy(block, &globals, &mut is_noted));
}

/// Reads `false` and its like in the case of another language: published Python has it. A variable of that name is one.
fn constants(script: &mut Block) {
    let constant = |name: &str| match name {
        "true" | "True" | "TRUE" => Some(Expr::Bool(true)),
        "false" | "False" | "FALSE" => Some(Expr::Bool(false)),
        "null" | "NULL" | "nil" | "None" | "Nothing" => Some(Expr::Null),
        _ => None,
    };
    let mut assigned = HashSet::new();
    let mut find = |block: &mut Block| {
        for stmt in block {
            if let StmtKind::Function(function) = &stmt.kind {
                assigned.extend(function.params.iter().map(|param| param.name.clone()));
            }
            names_of_stmt(stmt, &mut |how, name| {
                if how != Use::Read && constant(name).is_some() {
                    assigned.insert(name.clone());
                }
            });
        }
    };
    bodies(script, &mut find);
    bodies(script, &mut |block| {
        for stmt in block {
            exprs(stmt, &mut |expr| {
                if let Expr::Var(name) = expr {
                    if let Some(value) = constant(name).filter(|_| !assigned.contains(name)) {
                        *expr = value;
                    }
                }
            });
        }
    });
}

/// Calls `visit` for the script's body and those of its functions.
fn bodies(script: &mut Block, visit: &mut dyn FnMut(&mut Block)) {
    for stmt in script.iter_mut() {
        if let StmtKind::Function(function) = &mut stmt.kind {
            bodies(&mut function.body, visit);
        }
    }
    visit(script);
}

/// Finds the variables that only unlock.
fn find_globals(block: &mut Block, globals: &mut HashSet<String>) {
    for stmt in block {
        match &stmt.kind {
            StmtKind::Declare { name, value: Some(Expr::New(class)), .. }
            | StmtKind::Declare { name, hint: Hint::Object(class), .. }
            | StmtKind::Assign { target: Target::Var(name), value: Expr::New(class) }
                if class == "Global" =>
            {
                globals.insert(name.clone());
            }
            _ => {}
        }
    }
}

fn tidy(block: &mut Block, globals: &HashSet<String>, is_noted: &mut bool) {
    let old = std::mem::take(block);
    let mut blank = false;
    // What holds whether the bundle is unlocked, and the object that was made last.
    let mut statuses: HashSet<String> = HashSet::new();
    let mut made: Option<String> = None;
    let mut rest = old.into_iter().peekable();
    while let Some(mut stmt) = rest.next() {
        blank |= stmt.blank_before;
        let mut new = Vec::new();
        if unlocks(&mut stmt, globals) {
            statuses.extend(assigned(&stmt));
            if !std::mem::replace(is_noted, true) {
                let text = "There is nothing to unlock.".to_owned();
                new.push(stmt_at(&stmt, StmtKind::Comment(text)));
            }
            if let StmtKind::If { .. } = stmt.kind {
                new.extend(success_of(stmt, globals, &statuses));
            }
        } else if is_about(&mut stmt, &statuses) {
            new.extend(success_of(stmt, globals, &statuses));
        } else if is_creation_test(&stmt, made.as_deref()) {
            // It cannot fail.
        } else {
            names_of_stmt(&mut stmt, &mut |how, name| {
                if how != Use::Read {
                    statuses.remove(name);
                }
            });
            match &stmt.kind {
                StmtKind::Boilerplate | StmtKind::Dispose(_) => {}
                StmtKind::Comment(text) if is_unlock_comment(text) => {}
                StmtKind::Comment(text) => {
                    let next = rest.peek();
                    match said(text).filter(|(name, _)| next.is_some_and(|next| sets(next, name))) {
                        Some((name, class)) => new.push(stmt_at(
                            &stmt,
                            StmtKind::Declare {
                                name: name.to_owned(),
                                hint: Hint::Object(class.to_owned()),
                                value: None,
                            },
                        )),
                        None => new.push(stmt),
                    }
                }
                _ => {
                    connect(&mut stmt, block);
                    if !matches!(stmt.kind, StmtKind::Declare { value: None, .. }) {
                        made = created(&stmt).or(made.take().filter(|_| is_rc(&stmt)));
                    }
                    new.push(stmt);
                }
            }
        }
        if let Some(first) = new.first_mut() {
            first.blank_before = std::mem::take(&mut blank);
        }
        block.extend(new);
    }
}

/// Whether a statement unlocks, or is about what only does that.
fn unlocks(stmt: &mut Stmt, globals: &HashSet<String>) -> bool {
    let mut found = false;
    let is_block = match &mut stmt.kind {
        StmtKind::If { branches, .. } => {
            for (cond, _) in branches.iter_mut() {
                names_of_expr(cond, &mut |_, name| found |= globals.contains(name));
                super::walk::exprs_of_expr(cond, &mut |expr| found |= is_unlock(expr));
            }
            true
        }
        StmtKind::Function(_)
        | StmtKind::While { .. }
        | StmtKind::DoWhile { .. }
        | StmtKind::For { .. }
        | StmtKind::ForEach { .. }
        | StmtKind::Switch { .. }
        | StmtKind::Try { .. } => true,
        StmtKind::Dispose(name) => return globals.contains(name),
        _ => false,
    };
    if !is_block {
        exprs(stmt, &mut |expr| found |= is_unlock(expr));
        found |= globals.iter().any(|name| mentions(stmt, name));
    }
    found
}

fn is_unlock(expr: &Expr) -> bool {
    let Expr::Method { name, .. } = expr else { return false };
    is_named(name, "unlockbundle") || is_named(name, "unlockcomponent")
}

fn assigned(stmt: &Stmt) -> Option<String> {
    match &stmt.kind {
        StmtKind::Assign { target: Target::Var(name), .. }
        | StmtKind::Declare { name, value: Some(_), .. } => Some(name.clone()),
        _ => None,
    }
}

fn sets(stmt: &Stmt, name: &str) -> bool {
    assigned(stmt).is_some_and(|other| other == name)
}

/// Whether a statement is a test of the unlock's status.
fn is_about(stmt: &mut Stmt, statuses: &HashSet<String>) -> bool {
    let StmtKind::If { branches, .. } = &mut stmt.kind else { return false };
    let mut names = Vec::new();
    for (cond, _) in branches {
        if !is_pure(cond) {
            return false;
        }
        names_of_expr(cond, &mut |_, name| names.push(name.clone()));
    }
    !names.is_empty() && names.iter().all(|name| statuses.contains(name))
}

/// Returns what a test of the unlock does if that succeeds, without what it says of it.
fn success_of(stmt: Stmt, globals: &HashSet<String>, statuses: &HashSet<String>) -> Block {
    let StmtKind::If { branches, otherwise } = stmt.kind else { return Block::new() };
    let is_failure = branches.first().is_none_or(|(cond, _)| fails(cond));
    let first = branches.into_iter().next().map(|(_, body)| body).unwrap_or_default();
    let body = if is_failure { otherwise.unwrap_or_default() } else { first };
    // What follows a test that only prints is the script; what is in one is about unlocking, if it is short.
    let mut body = body;
    body.retain_mut(|stmt| {
        !unlocks(stmt, globals)
            && !is_about(stmt, statuses)
            && !matches!(stmt.kind, StmtKind::Dispose(_) | StmtKind::Boilerplate)
    });
    let only_prints =
        body.iter().all(|stmt| matches!(stmt.kind, StmtKind::Print { .. } | StmtKind::Comment(_)));
    if only_prints { Block::new() } else { body }
}

/// Whether a condition holds on failure: it compares with false, or negates.
fn fails(cond: &Expr) -> bool {
    match cond {
        Expr::Unary { op: UnaryOp::Not, value } => !fails(value),
        Expr::Binary { op, left, right } => {
            let is_false =
                |expr: &Expr| matches!(expr, Expr::Bool(false) | Expr::Int(0) | Expr::Null);
            let with_false = is_false(left) || is_false(right);
            match op {
                BinaryOp::Eq => with_false,
                BinaryOp::Ne => !with_false,
                BinaryOp::Lt => true,
                _ => false,
            }
        }
        _ => false,
    }
}

fn is_unlock_comment(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("chilkat api to have been previously unlocked")
        || text.starts_with("see global unlock sample")
        || text.contains("requires the chilkat api to have been")
}

/// Returns the object that a statement makes.
fn created(stmt: &Stmt) -> Option<String> {
    match &stmt.kind {
        StmtKind::Assign { target: Target::Var(name), value: Expr::New(_) }
        | StmtKind::Declare { name, value: Some(Expr::New(_)), .. } => Some(name.clone()),
        _ => None,
    }
}

/// Whether a statement sets the number that says how the creation went.
fn is_rc(stmt: &Stmt) -> bool {
    matches!(stmt.kind, StmtKind::Comment(_) | StmtKind::Dispose(_) | StmtKind::Boilerplate)
}

/// Whether a statement leaves if an object could not be made.
fn is_creation_test(stmt: &Stmt, made: Option<&str>) -> bool {
    let (StmtKind::If { branches, otherwise: None }, Some(made)) = (&stmt.kind, made) else {
        return false;
    };
    let [(cond, body)] = &branches[..] else { return false };
    leaves(body) && is_missing(cond, made)
}

fn is_missing(cond: &Expr, made: &str) -> bool {
    let is_made = |expr: &Expr| matches!(expr, Expr::Var(name) if name == made);
    let is_test = |expr: &Expr| match expr {
        Expr::Call { name, args } => {
            args.first().is_some_and(is_made) && name.to_ascii_lowercase().contains("is")
        }
        expr => is_made(expr),
    };
    match cond {
        Expr::Unary { op: UnaryOp::Not, value } => is_test(value),
        Expr::Binary { op: BinaryOp::Eq, left, right } => {
            is_test(left) && matches!(**right, Expr::Int(0) | Expr::Null | Expr::Bool(false))
        }
        // The number that PowerBuilder's ConnectToNewObject gives.
        Expr::Binary { op: BinaryOp::Lt | BinaryOp::Ne, left, right } => {
            matches!(**right, Expr::Int(0))
                && matches!(&**left, Expr::Var(name) if name.to_ascii_lowercase().ends_with("rc"))
        }
        Expr::Call { name, args } => {
            args.first().is_some_and(is_made)
                && ["isnull", "is_null", "isnothing"].contains(&&*name.to_ascii_lowercase())
        }
        _ => false,
    }
}

/// Makes the object of PowerBuilder's `li_rc = loo_Http.ConnectToNewObject("Chilkat.Http")`. What made an object without
/// a class before it goes.
fn connect(stmt: &mut Stmt, block: &mut Block) {
    let value = match &stmt.kind {
        StmtKind::Assign { target: Target::Var(_), value } | StmtKind::Expr(value) => value,
        _ => return,
    };
    let Expr::Method { object, name, args } = value else { return };
    let (Expr::Var(object), [Expr::Text(class)]) = (&**object, &args[..]) else { return };
    if !name.eq_ignore_ascii_case("ConnectToNewObject") {
        return;
    }
    let object = object.clone();
    let class = class_name(class).unwrap_or(class).to_owned();
    if block.last().is_some_and(|last| sets(last, &object)) {
        if let Some(last) = block.pop() {
            stmt.line = last.line;
            stmt.blank_before |= last.blank_before;
        }
    }
    let target = Target::Var(object);
    stmt.kind = StmtKind::Assign { target, value: Expr::New(class) };
}
