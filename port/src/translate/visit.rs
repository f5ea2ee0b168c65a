//! Walks over the tree.

use crate::tree::{Block, Expr, Stmt, StmtKind, Target};

/// Calls `f` with the blocks that a statement contains.
pub(super) fn blocks<'t>(stmt: &'t Stmt, f: &mut dyn FnMut(&'t Block)) {
    match &stmt.kind {
        StmtKind::If { branches, otherwise } => {
            branches.iter().for_each(|(_, block)| f(block));
            otherwise.iter().for_each(f);
        }
        StmtKind::While { body, .. }
        | StmtKind::DoWhile { body, .. }
        | StmtKind::For { body, .. }
        | StmtKind::ForEach { body, .. } => f(body),
        StmtKind::Switch { cases, otherwise, .. } => {
            cases.iter().for_each(|(_, block)| f(block));
            otherwise.iter().for_each(f);
        }
        StmtKind::Try { body, catch, finally } => {
            f(body);
            catch.iter().for_each(|catch| f(&catch.body));
            f(finally);
        }
        StmtKind::Attempt { otherwise, .. } => f(otherwise),
        StmtKind::Function(function) => f(&function.body),
        _ => {}
    }
}

/// Calls `f` with the expressions that stand in a statement itself, not in its blocks.
pub(super) fn own_exprs<'t>(stmt: &'t Stmt, f: &mut dyn FnMut(&'t Expr)) {
    match &stmt.kind {
        StmtKind::Declare { value, .. }
        | StmtKind::Return(value)
        | StmtKind::Exit(value)
        | StmtKind::Throw(value) => value.iter().for_each(f),
        StmtKind::Assign { target, value } => {
            match target {
                Target::Var(_) => {}
                Target::Property { object, .. } => f(object),
                Target::Index { object, index } => {
                    f(object);
                    f(index);
                }
            }
            f(value);
        }
        StmtKind::Expr(value) | StmtKind::Print { value, .. } | StmtKind::Discard { value, .. } => {
            f(value);
        }
        StmtKind::If { branches, .. } => branches.iter().for_each(|(cond, _)| f(cond)),
        StmtKind::While { cond, .. } | StmtKind::DoWhile { cond, .. } => f(cond),
        StmtKind::For { from, to, .. } => {
            f(from);
            f(to);
        }
        StmtKind::ForEach { items, .. } => f(items),
        StmtKind::Switch { value, cases, .. } => {
            f(value);
            cases.iter().flat_map(|(values, _)| values).for_each(f);
        }
        StmtKind::Attempt { call, .. } => f(call),
        StmtKind::Function(function) => {
            function.params.iter().filter_map(|param| param.default.as_ref()).for_each(f);
        }
        StmtKind::Comment(_)
        | StmtKind::Constant { .. }
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Try { .. }
        | StmtKind::Dispose(_)
        | StmtKind::Boilerplate
        | StmtKind::Unported(_) => {}
    }
}

/// Calls `f` with the expressions directly in an expression. The statements of a lambda are not among them.
pub(super) fn parts<'t>(expr: &'t Expr, f: &mut dyn FnMut(&'t Expr)) {
    match expr {
        Expr::Property { object, .. } => f(object),
        Expr::Method { object, args, .. } => {
            f(object);
            args.iter().for_each(f);
        }
        Expr::Call { args, .. } | Expr::Builtin { args, .. } => args.iter().for_each(f),
        Expr::Concat(items) | Expr::List(items) => items.iter().for_each(f),
        Expr::Unary { value, .. } => f(value),
        Expr::Binary { left, right, .. } => {
            f(left);
            f(right);
        }
        Expr::Choice { cond, yes, no } => {
            f(cond);
            f(yes);
            f(no);
        }
        Expr::Index { object, index } => {
            f(object);
            f(index);
        }
        Expr::Map(items) => items.iter().for_each(|(key, value)| {
            f(key);
            f(value);
        }),
        Expr::Text(_)
        | Expr::Int(_)
        | Expr::Float(_)
        | Expr::Bool(_)
        | Expr::Null
        | Expr::Var(_)
        | Expr::New(_)
        | Expr::Lambda { .. }
        | Expr::Unported { .. }
        | Expr::ErrorText => {}
    }
}

/// Calls `f` with an expression and all in it, the statements of lambdas included.
pub(super) fn all_exprs<'t>(expr: &'t Expr, f: &mut dyn FnMut(&'t Expr)) {
    f(expr);
    parts(expr, &mut |part| all_exprs(part, f));
    if let Expr::Lambda { body, .. } = expr {
        exprs_of(body, f);
    }
}

/// Calls `f` with all expressions in a block.
pub(super) fn exprs_of<'t>(block: &'t Block, f: &mut dyn FnMut(&'t Expr)) {
    for stmt in block {
        own_exprs(stmt, &mut |expr| all_exprs(expr, f));
        blocks(stmt, &mut |inner| exprs_of(inner, f));
    }
}

/// Calls `f` with all statements in a block, also those in blocks of its statements.
pub(super) fn all_stmts<'t>(block: &'t Block, f: &mut dyn FnMut(&'t Stmt)) {
    for stmt in block {
        f(stmt);
        blocks(stmt, &mut |inner| all_stmts(inner, f));
    }
}

/// Returns whether any expression of a block, or of a statement's own, satisfies `test`.
pub(super) fn any_expr(block: &Block, test: &dyn Fn(&Expr) -> bool) -> bool {
    let mut found = false;
    exprs_of(block, &mut |expr| found = found || test(expr));
    found
}

/// Returns whether a loop's body leaves or continues that loop, not one in it.
pub(super) fn has_in_loop(block: &Block, test: &dyn Fn(&StmtKind) -> bool) -> bool {
    block.iter().any(|stmt| {
        if test(&stmt.kind) {
            return true;
        }
        if matches!(
            stmt.kind,
            StmtKind::While { .. }
                | StmtKind::DoWhile { .. }
                | StmtKind::For { .. }
                | StmtKind::ForEach { .. }
                | StmtKind::Function(_)
        ) {
            return false;
        }
        let mut found = false;
        blocks(stmt, &mut |inner| found = found || has_in_loop(inner, test));
        found
    })
}

/// Returns whether a block declares a variable with this name.
pub(super) fn declares(block: &Block, name: &str) -> bool {
    let mut found = false;
    all_stmts(block, &mut |stmt| {
        found |= match &stmt.kind {
            StmtKind::Declare { name: own, .. }
            | StmtKind::For { name: own, .. }
            | StmtKind::ForEach { name: own, .. }
            | StmtKind::Attempt { name: Some(own), .. } => own == name,
            _ => false,
        };
    });
    found
}

/// Calls `f` with the values that a function returns.
pub(super) fn returns_of<'t>(block: &'t Block, f: &mut dyn FnMut(Option<&'t Expr>)) {
    all_stmts(block, &mut |stmt| {
        if let StmtKind::Return(value) = &stmt.kind {
            f(value.as_ref());
        }
    });
}

/// Returns whether a value is one of several text literals.
pub(super) fn is_text_literal(value: &Expr) -> bool {
    match value {
        Expr::Text(_) => true,
        Expr::Choice { yes, no, .. } => is_text_literal(yes) && is_text_literal(no),
        _ => false,
    }
}
