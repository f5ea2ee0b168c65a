//! Walks through what a reader has made.

use std::collections::HashSet;

use super::shape::beside;
use crate::tree::{Block, Builtin, Catch, Expr, Stmt, StmtKind, Target};

/// Calls `visit` for each block directly inside a statement.
fn inner_blocks<'t>(kind: &'t StmtKind, visit: &mut dyn FnMut(&'t Block)) {
    match kind {
        StmtKind::If { branches, otherwise } => {
            branches.iter().for_each(|(_, block)| visit(block));
            otherwise.iter().for_each(visit);
        }
        StmtKind::While { body, .. }
        | StmtKind::DoWhile { body, .. }
        | StmtKind::For { body, .. }
        | StmtKind::ForEach { body, .. } => visit(body),
        StmtKind::Switch { cases, otherwise, .. } => {
            cases.iter().for_each(|(_, block)| visit(block));
            otherwise.iter().for_each(visit);
        }
        StmtKind::Try { body, catch, finally } => {
            visit(body);
            catch.iter().for_each(|catch| visit(&catch.body));
            visit(finally);
        }
        StmtKind::Function(function) => visit(&function.body),
        _ => {}
    }
}

/// Calls `visit` for each block directly inside a statement.
pub(crate) fn inner_blocks_mut(kind: &mut StmtKind, visit: &mut dyn FnMut(&mut Block)) {
    match kind {
        StmtKind::If { branches, otherwise } => {
            branches.iter_mut().for_each(|(_, block)| visit(block));
            otherwise.iter_mut().for_each(visit);
        }
        StmtKind::While { body, .. }
        | StmtKind::DoWhile { body, .. }
        | StmtKind::For { body, .. }
        | StmtKind::ForEach { body, .. } => visit(body),
        StmtKind::Switch { cases, otherwise, .. } => {
            cases.iter_mut().for_each(|(_, block)| visit(block));
            otherwise.iter_mut().for_each(visit);
        }
        StmtKind::Try { body, catch, finally } => {
            visit(body);
            catch.iter_mut().for_each(|catch| visit(&mut catch.body));
            visit(finally);
        }
        StmtKind::Function(function) => visit(&mut function.body),
        _ => {}
    }
}

fn is_loop(kind: &StmtKind) -> bool {
    use StmtKind::{DoWhile, For, ForEach, While};
    matches!(kind, While { .. } | DoWhile { .. } | For { .. } | ForEach { .. })
}

/// Puts copies of a loop's step before each `continue` of the loop.
pub(crate) fn before_continues(body: &mut Block, step: &Block) {
    let mut at = 0;
    while at < body.len() {
        match &mut body[at].kind {
            StmtKind::Continue => {
                let copies: Vec<Stmt> =
                    step.iter().map(|step| beside(&body[at], step.kind.clone())).collect();
                let count = copies.len();
                body.splice(at..at, copies);
                at += count;
            }
            StmtKind::Function(_) => {}
            kind if is_loop(kind) => {}
            kind => inner_blocks_mut(kind, &mut |block| before_continues(block, step)),
        }
        at += 1;
    }
}

/// Returns whether nothing runs behind a statement in its block.
pub(crate) fn leaves(kind: &StmtKind) -> bool {
    use StmtKind::{Break, Continue, Exit, Return, Throw};
    matches!(kind, Break | Continue | Return(_) | Exit(_) | Throw(_))
}

/// Returns whether a `break` leaves what is around the block.
pub(crate) fn breaks(block: &Block) -> bool {
    block.iter().any(|stmt| match &stmt.kind {
        StmtKind::Break => true,
        StmtKind::Switch { .. } | StmtKind::Function(_) => false,
        kind if is_loop(kind) => false,
        kind => {
            let mut found = false;
            inner_blocks(kind, &mut |block| found |= breaks(block));
            found
        }
    })
}

/// Returns the variables of an expression.
pub(crate) fn names(expr: &Expr) -> Vec<String> {
    let mut names = Vec::new();
    visit_expr(expr, &mut |expr| {
        if let Expr::Var(name) = expr {
            names.push(name.clone());
        }
    });
    names
}

/// Returns whether a block assigns one of the variables, or adds an item to one.
pub(crate) fn changes(block: &Block, names: &[String]) -> bool {
    block.iter().any(|stmt| {
        let changed = match &stmt.kind {
            StmtKind::Assign { target: Target::Var(name), .. }
            | StmtKind::Declare { name, value: Some(_), .. }
            | StmtKind::For { name, .. }
            | StmtKind::ForEach { name, .. } => Some(name),
            StmtKind::Assign { target: Target::Index { object: Expr::Var(name), .. }, .. } => {
                Some(name)
            }
            StmtKind::Expr(Expr::Builtin { function: Builtin::Push, args }) => match args.first() {
                Some(Expr::Var(name)) => Some(name),
                _ => None,
            },
            _ => None,
        };
        let mut found = changed.is_some_and(|name| names.contains(name));
        inner_blocks(&stmt.kind, &mut |block| found |= changes(block, names));
        found
    })
}

fn visit_expr<'t>(expr: &'t Expr, visit: &mut dyn FnMut(&'t Expr)) {
    visit(expr);
    match expr {
        Expr::Property { object, .. } => visit_expr(object, visit),
        Expr::Method { object, args, .. } => {
            visit_expr(object, visit);
            args.iter().for_each(|arg| visit_expr(arg, visit));
        }
        Expr::Call { args, .. } | Expr::Builtin { args, .. } => {
            args.iter().for_each(|arg| visit_expr(arg, visit));
        }
        Expr::Concat(items) | Expr::List(items) => {
            items.iter().for_each(|item| visit_expr(item, visit));
        }
        Expr::Unary { value, .. } => visit_expr(value, visit),
        Expr::Binary { left, right, .. } => {
            visit_expr(left, visit);
            visit_expr(right, visit);
        }
        Expr::Choice { cond, yes, no } => {
            [cond, yes, no].into_iter().for_each(|part| visit_expr(part, visit));
        }
        Expr::Index { object, index } => {
            visit_expr(object, visit);
            visit_expr(index, visit);
        }
        Expr::Map(items) => items.iter().for_each(|(key, value)| {
            visit_expr(key, visit);
            visit_expr(value, visit);
        }),
        _ => {}
    }
}

/// Calls `visit` for each expression of a block, the inner ones first.
pub(crate) fn exprs_mut(block: &mut Block, visit: &mut dyn FnMut(&mut Expr)) {
    block.iter_mut().for_each(|stmt| exprs_mut_of(stmt, visit));
}

/// Calls `visit` for each expression of a statement, the inner ones first.
pub(crate) fn exprs_mut_of(stmt: &mut Stmt, visit: &mut dyn FnMut(&mut Expr)) {
    {
        match &mut stmt.kind {
            StmtKind::Declare { value: Some(value), .. }
            | StmtKind::Expr(value)
            | StmtKind::Print { value, .. }
            | StmtKind::While { cond: value, .. }
            | StmtKind::DoWhile { cond: value, .. }
            | StmtKind::ForEach { items: value, .. }
            | StmtKind::Switch { value, .. }
            | StmtKind::Return(Some(value))
            | StmtKind::Exit(Some(value))
            | StmtKind::Throw(Some(value)) => expr_mut(value, visit),
            StmtKind::Assign { target, value } => {
                match target {
                    Target::Var(_) => {}
                    Target::Property { object, .. } => expr_mut(object, visit),
                    Target::Index { object, index } => {
                        expr_mut(object, visit);
                        expr_mut(index, visit);
                    }
                }
                expr_mut(value, visit);
            }
            StmtKind::If { branches, .. } => {
                branches.iter_mut().for_each(|(cond, _)| expr_mut(cond, visit));
            }
            StmtKind::For { from, to, .. } => {
                expr_mut(from, visit);
                expr_mut(to, visit);
            }
            StmtKind::Function(function) => {
                let defaults =
                    function.params.iter_mut().filter_map(|param| param.default.as_mut());
                defaults.for_each(|default| expr_mut(default, visit));
            }
            _ => {}
        }
        if let StmtKind::Switch { cases, .. } = &mut stmt.kind {
            let values = cases.iter_mut().flat_map(|(values, _)| values);
            values.for_each(|value| expr_mut(value, visit));
        }
        inner_blocks_mut(&mut stmt.kind, &mut |block| exprs_mut(block, visit));
    }
}

fn expr_mut(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    match expr {
        Expr::Property { object, .. } => expr_mut(object, visit),
        Expr::Method { object, args, .. } => {
            expr_mut(object, visit);
            args.iter_mut().for_each(|arg| expr_mut(arg, visit));
        }
        Expr::Call { args, .. } | Expr::Builtin { args, .. } => {
            args.iter_mut().for_each(|arg| expr_mut(arg, visit));
        }
        Expr::Concat(items) | Expr::List(items) => {
            items.iter_mut().for_each(|item| expr_mut(item, visit));
        }
        Expr::Unary { value, .. } => expr_mut(value, visit),
        Expr::Binary { left, right, .. } => {
            expr_mut(left, visit);
            expr_mut(right, visit);
        }
        Expr::Choice { cond, yes, no } => {
            [cond, yes, no].into_iter().for_each(|part| expr_mut(part, visit));
        }
        Expr::Index { object, index } => {
            expr_mut(object, visit);
            expr_mut(index, visit);
        }
        Expr::Map(items) => items.iter_mut().for_each(|(key, value)| {
            expr_mut(key, visit);
            expr_mut(value, visit);
        }),
        Expr::Lambda { body, .. } => exprs_mut(body, visit),
        _ => {}
    }
    visit(expr);
}

/// Replaces calls of functions that the script does not have. `Class::name` and `Class.name` are the function
/// `name` of the script.
pub(crate) fn resolve_calls(block: &mut Block) {
    let mut known = HashSet::new();
    functions(block, &mut known);
    exprs_mut(block, &mut |expr| {
        let Expr::Call { name, .. } = expr else { return };
        if known.contains(name) {
            return;
        }
        let tail = name.rsplit([':', '.']).next().unwrap_or_default();
        if tail.len() != name.len() && known.contains(tail) {
            *name = tail.to_owned();
            return;
        }
        let reason = match name.strip_prefix("new ") {
            Some(class) => format!("an object of the class {class}"),
            None => format!("{name} is not a function of the script"),
        };
        *expr = Expr::Unported { source: name.clone(), reason };
    });
}

/// Collects the functions, and the variables that may hold one.
fn functions(block: &Block, known: &mut HashSet<String>) {
    for stmt in block {
        match &stmt.kind {
            StmtKind::Function(function) => {
                known.insert(function.name.clone());
                known.extend(function.params.iter().map(|param| param.name.clone()));
            }
            StmtKind::Assign { target: Target::Var(name), value: Expr::Lambda { .. } }
            | StmtKind::Declare { name, value: Some(Expr::Lambda { .. }), .. } => {
                known.insert(name.clone());
            }
            _ => {}
        }
        inner_blocks(&stmt.kind, &mut |block| functions(block, known));
    }
}

/// Puts the statements of a function in the place of its only call, if that is all that the script does with it:
/// `function chilkatExample() { ... } chilkatExample();`.
pub(crate) fn inline_entry(block: &mut Block) {
    let is_code = |stmt: &Stmt| {
        use StmtKind::{Boilerplate, Comment, Function};
        !matches!(stmt.kind, Comment(_) | Boilerplate | Function(_))
    };
    let Some(at) = block.iter().rposition(is_code) else { return inline_only(block) };
    let StmtKind::Expr(Expr::Call { name, args }) = &block[at].kind else { return };
    if !args.is_empty() {
        return;
    }
    let name = name.clone();
    let mut calls = 0;
    exprs_mut(block, &mut |expr| {
        calls += usize::from(matches!(expr, Expr::Call { name: called, .. } if *called == name));
        calls += usize::from(*expr == Expr::Var(name.clone()));
    });
    let found = block.iter().position(
        |stmt| matches!(&stmt.kind, StmtKind::Function(f) if f.name == name && f.params.is_empty()),
    );
    let Some(from) = found.filter(|_| calls == 1) else { return };
    let StmtKind::Function(function) = &mut block[from].kind else { return };
    if !returns_to_exits(&mut function.body, false) {
        return;
    }
    returns_to_exits(&mut function.body, true);
    let mut body = std::mem::take(&mut function.body);
    if let Some(first) = body.first_mut() {
        first.blank_before |= block[from].blank_before;
    }
    block.splice(at..=at, body);
    block.remove(from);
}

/// Puts the statements of the only function in its place if the page is cut before the call.
fn inline_only(block: &mut Block) {
    let is_function = |stmt: &Stmt| matches!(stmt.kind, StmtKind::Function(_));
    let mut functions = block.iter().enumerate().filter(|(_, stmt)| is_function(stmt));
    let (Some((at, _)), None) = (functions.next(), functions.next()) else { return };
    let StmtKind::Function(function) = &mut block[at].kind else { return };
    if !function.params.is_empty() || !returns_to_exits(&mut function.body, false) {
        return;
    }
    returns_to_exits(&mut function.body, true);
    let body = std::mem::take(&mut function.body);
    block.splice(at..=at, body);
}

/// Makes each `return` the end of the program. Returns false if one has a value.
fn returns_to_exits(block: &mut Block, change: bool) -> bool {
    let mut all = true;
    for stmt in block {
        match &mut stmt.kind {
            StmtKind::Return(Some(_)) => all = false,
            StmtKind::Return(None) if change => stmt.kind = StmtKind::Exit(None),
            StmtKind::Function(_) => {}
            kind => inner_blocks_mut(kind, &mut |block| all &= returns_to_exits(block, change)),
        }
    }
    all
}

/// Makes the comments that [`repair`](super::repair) has put in the place of broken lines what they stand for, and
/// keeps places within the lines of the script.
pub(crate) fn finish_repair(block: &mut Block, script: &str) {
    finish_lines(block, script.lines().count().max(1));
    if let Some(first) = block.first_mut().filter(|first| first.line == 1) {
        // `#!/usr/bin/perl`.
        if matches!(&first.kind, StmtKind::Comment(comment) if comment.starts_with("!/")) {
            first.kind = StmtKind::Boilerplate;
        }
    }
}

fn finish_lines(block: &mut Block, lines: usize) {
    for stmt in block {
        stmt.line = stmt.line.min(lines);
        stmt.end_line = stmt.end_line.min(lines);
        if let StmtKind::Comment(comment) = &stmt.kind {
            if let Some(reason) = comment.strip_prefix(super::repair::MARK) {
                stmt.kind = StmtKind::Unported(reason.to_owned());
            }
        }
        inner_blocks_mut(&mut stmt.kind, &mut |block| finish_lines(block, lines));
    }
}

/// Returns whether a block uses a variable.
pub(crate) fn uses(block: &Block, name: &str) -> bool {
    let mut block = block.clone();
    let mut found = false;
    exprs_mut(&mut block, &mut |expr| found |= matches!(expr, Expr::Var(used) if used == name));
    found
}

/// Returns the clause for several kinds of exceptions: the one for all of them, or else the last.
pub(crate) fn general_catch(mut clauses: Vec<(bool, usize, usize, Catch)>) -> Option<Catch> {
    let at = clauses.iter().position(|clause| clause.0).unwrap_or(clauses.len().saturating_sub(1));
    if clauses.is_empty() {
        return None;
    }
    let mut general = clauses.remove(at).3;
    for (_, line, end_line, _) in clauses {
        let reason = "a clause for another kind of exception".to_owned();
        let kind = StmtKind::Unported(reason);
        general.body.push(Stmt { line, end_line, blank_before: false, trailing: None, kind });
    }
    Some(general)
}

/// Calls `visit` for each statement, the outer ones first.
pub(crate) fn stmts_mut(block: &mut Block, visit: &mut dyn FnMut(&mut Stmt)) {
    for stmt in block {
        visit(stmt);
        inner_blocks_mut(&mut stmt.kind, &mut |block| stmts_mut(block, visit));
    }
}

/// Gives a function `main` another name: Rust's own `main` is the script itself.
pub(crate) fn rename_main(block: &mut Block) {
    let mut known = HashSet::new();
    functions(block, &mut known);
    if !known.contains("main") {
        return;
    }
    let names = ["run", "run_script", "run_all"];
    let new = names.into_iter().find(|name| !known.contains(*name)).unwrap_or("run_main");
    stmts_mut(block, &mut |stmt| {
        if let StmtKind::Function(function) = &mut stmt.kind {
            if function.name == "main" {
                function.name = new.to_owned();
            }
        }
    });
    exprs_mut(block, &mut |expr| {
        if let Expr::Call { name, .. } = expr {
            if name == "main" {
                *name = new.to_owned();
            }
        }
    });
}

/// Makes each `return` of the body of a `forEach` go on with the next item. Returns false if one is inside a loop or
/// has a value.
pub(crate) fn returns_to_continues(block: &mut Block) -> bool {
    let mut all = true;
    for stmt in block {
        match &mut stmt.kind {
            StmtKind::Return(None) => stmt.kind = StmtKind::Continue,
            StmtKind::Return(Some(_)) => all = false,
            StmtKind::Function(_) => {}
            kind if is_loop(kind) => inner_blocks(kind, &mut |block| all &= !returns(block)),
            kind => inner_blocks_mut(kind, &mut |block| all &= returns_to_continues(block)),
        }
    }
    all
}

/// Returns whether a block has a `return`.
fn returns(block: &Block) -> bool {
    block.iter().any(|stmt| match &stmt.kind {
        StmtKind::Return(_) => true,
        StmtKind::Function(_) => false,
        kind => {
            let mut found = false;
            inner_blocks(kind, &mut |block| found |= returns(block));
            found
        }
    })
}
