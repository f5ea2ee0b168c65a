//! What a statement and an expression consist of, in the order in which it is evaluated.

use crate::tree::{Block, Expr, Stmt, StmtKind, Target};

/// A part of a statement or of an expression.
pub(super) enum Part<'t> {
    Expr(&'t mut Expr),
    /// A block with a scope of its own.
    Block(&'t mut Block),
    /// A variable that gets its value here.
    Write(&'t mut String),
    /// A variable whose declaration has no value.
    Declare(&'t mut String),
    /// A variable that the next block has, and nothing else.
    Bind(&'t mut String),
}

/// Returns the parts of a statement. The body of a function is not among them.
pub(super) fn parts(stmt: &mut Stmt) -> Vec<Part<'_>> {
    match &mut stmt.kind {
        StmtKind::Declare { name, value: Some(value), .. } => {
            vec![Part::Expr(value), Part::Write(name)]
        }
        StmtKind::Declare { name, value: None, .. } => vec![Part::Declare(name)],
        StmtKind::Assign { target, value } => {
            let mut parts = vec![Part::Expr(value)];
            match target {
                Target::Var(name) => parts.push(Part::Write(name)),
                Target::Property { object, .. } => parts.push(Part::Expr(object)),
                Target::Index { object, index } => {
                    parts.push(Part::Expr(object));
                    parts.push(Part::Expr(index));
                }
            }
            parts
        }
        StmtKind::Expr(value) | StmtKind::Print { value, .. } | StmtKind::Discard { value, .. } => {
            vec![Part::Expr(value)]
        }
        StmtKind::If { branches, otherwise } => {
            let branches =
                branches.iter_mut().flat_map(|(cond, body)| [Part::Expr(cond), Part::Block(body)]);
            branches.chain(otherwise.as_mut().map(Part::Block)).collect()
        }
        StmtKind::While { cond, body } => vec![Part::Expr(cond), Part::Block(body)],
        StmtKind::DoWhile { body, cond } => vec![Part::Block(body), Part::Expr(cond)],
        StmtKind::For { name, from, to, body, .. } => {
            vec![Part::Expr(from), Part::Expr(to), Part::Bind(name), Part::Block(body)]
        }
        StmtKind::ForEach { name, items, body } => {
            vec![Part::Expr(items), Part::Bind(name), Part::Block(body)]
        }
        StmtKind::Switch { value, cases, otherwise } => {
            let mut parts = vec![Part::Expr(value)];
            for (values, body) in cases {
                parts.extend(values.iter_mut().map(Part::Expr));
                parts.push(Part::Block(body));
            }
            parts.extend(otherwise.as_mut().map(Part::Block));
            parts
        }
        StmtKind::Return(value) | StmtKind::Exit(value) | StmtKind::Throw(value) => {
            value.iter_mut().map(Part::Expr).collect()
        }
        StmtKind::Try { body, catch, finally } => {
            let mut parts = vec![Part::Block(body)];
            if let Some(catch) = catch {
                parts.extend(catch.name.as_mut().map(Part::Bind));
                parts.push(Part::Block(&mut catch.body));
            }
            parts.push(Part::Block(finally));
            parts
        }
        StmtKind::Attempt { name, call, otherwise } => {
            let mut parts = vec![Part::Expr(call), Part::Block(otherwise)];
            parts.extend(name.as_mut().map(Part::Write));
            parts
        }
        StmtKind::Comment(_)
        | StmtKind::Constant { .. }
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Function(_)
        | StmtKind::Dispose(_)
        | StmtKind::Boilerplate
        | StmtKind::Unported(_) => Vec::new(),
    }
}

/// Returns the parts of an expression. A variable has none: it is the expression.
pub(super) fn expr_parts(expr: &mut Expr) -> Vec<Part<'_>> {
    match expr {
        Expr::Text(_)
        | Expr::Int(_)
        | Expr::Float(_)
        | Expr::Bool(_)
        | Expr::Null
        | Expr::Var(_)
        | Expr::New(_)
        | Expr::Unported { .. }
        | Expr::ErrorText => Vec::new(),
        Expr::Property { object: value, .. } | Expr::Unary { value, .. } => vec![Part::Expr(value)],
        Expr::Method { object, args, .. } => {
            let mut parts = vec![Part::Expr(object)];
            parts.extend(args.iter_mut().map(Part::Expr));
            parts
        }
        Expr::Call { args, .. }
        | Expr::Builtin { args, .. }
        | Expr::Concat(args)
        | Expr::List(args) => args.iter_mut().map(Part::Expr).collect(),
        Expr::Binary { left, right, .. } | Expr::Index { object: left, index: right } => {
            vec![Part::Expr(left), Part::Expr(right)]
        }
        Expr::Choice { cond, yes, no } => {
            vec![Part::Expr(cond), Part::Expr(yes), Part::Expr(no)]
        }
        Expr::Map(entries) => entries
            .iter_mut()
            .flat_map(|(key, value)| [Part::Expr(key), Part::Expr(value)])
            .collect(),
        Expr::Lambda { params, body } => {
            let mut parts: Vec<Part> = params.iter_mut().map(Part::Bind).collect();
            parts.push(Part::Block(body));
            parts
        }
    }
}

/// How a name is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Write,
    Declare,
    Bind,
}

/// Calls `visit` for each variable of a block, also in its inner blocks, but not in functions.
pub(super) fn names(block: &mut Block, visit: &mut dyn FnMut(Use, &mut String)) {
    for stmt in block {
        names_of_stmt(stmt, visit);
    }
}

pub(super) fn names_of_stmt(stmt: &mut Stmt, visit: &mut dyn FnMut(Use, &mut String)) {
    parts(stmt).into_iter().for_each(|part| names_of_part(part, visit));
}

fn names_of_part(part: Part, visit: &mut dyn FnMut(Use, &mut String)) {
    match part {
        Part::Expr(expr) => names_of_expr(expr, visit),
        Part::Block(block) => names(block, visit),
        Part::Write(name) => visit(Use::Write, name),
        Part::Declare(name) => visit(Use::Declare, name),
        Part::Bind(name) => visit(Use::Bind, name),
    }
}

pub(super) fn names_of_expr(expr: &mut Expr, visit: &mut dyn FnMut(Use, &mut String)) {
    if let Expr::Var(name) = expr {
        visit(Use::Read, name);
    }
    expr_parts(expr).into_iter().for_each(|part| names_of_part(part, visit));
}

/// Calls `visit` for each block in a statement, the inner ones first, also for those of functions and lambdas.
pub(super) fn blocks(stmt: &mut Stmt, visit: &mut dyn FnMut(&mut Block)) {
    if let StmtKind::Function(function) = &mut stmt.kind {
        blocks_in(&mut function.body, visit);
        visit(&mut function.body);
    }
    parts(stmt).into_iter().for_each(|part| blocks_of_part(part, visit));
}

/// Calls `visit` for each block in a block, the inner ones first.
pub(super) fn blocks_in(block: &mut Block, visit: &mut dyn FnMut(&mut Block)) {
    for stmt in block {
        blocks(stmt, visit);
    }
}

fn blocks_of_part(part: Part, visit: &mut dyn FnMut(&mut Block)) {
    match part {
        Part::Expr(expr) => {
            for part in expr_parts(expr) {
                blocks_of_part(part, visit);
            }
        }
        Part::Block(block) => {
            blocks_in(block, visit);
            visit(block);
        }
        Part::Write(_) | Part::Declare(_) | Part::Bind(_) => {}
    }
}

/// Calls `visit` for each expression in a statement, the outer ones first, also in its blocks.
pub(super) fn exprs(stmt: &mut Stmt, visit: &mut dyn FnMut(&mut Expr)) {
    parts(stmt).into_iter().for_each(|part| exprs_of_part(part, visit));
}

fn exprs_of_part(part: Part, visit: &mut dyn FnMut(&mut Expr)) {
    match part {
        Part::Expr(expr) => exprs_of_expr(expr, visit),
        Part::Block(block) => {
            for stmt in block {
                exprs(stmt, visit);
            }
        }
        Part::Write(_) | Part::Declare(_) | Part::Bind(_) => {}
    }
}

/// Calls `visit` for an expression and each one in it.
pub(super) fn exprs_of_expr(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    visit(expr);
    expr_parts(expr).into_iter().for_each(|part| exprs_of_part(part, visit));
}

/// Whether an expression does nothing but give a value.
pub(super) fn is_pure(expr: &Expr) -> bool {
    match expr {
        Expr::Text(_)
        | Expr::Int(_)
        | Expr::Float(_)
        | Expr::Bool(_)
        | Expr::Null
        | Expr::Var(_)
        | Expr::ErrorText => true,
        Expr::Unary { value, .. } => is_pure(value),
        Expr::Binary { left, right, .. } => is_pure(left) && is_pure(right),
        Expr::Concat(parts) | Expr::List(parts) => parts.iter().all(is_pure),
        Expr::Map(entries) => entries.iter().all(|(key, value)| is_pure(key) && is_pure(value)),
        Expr::Choice { cond, yes, no } => is_pure(cond) && is_pure(yes) && is_pure(no),
        _ => false,
    }
}

/// Whether an expression is written as a value: a literal, or an empty list or map.
pub(super) fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Text(_) | Expr::Int(_) | Expr::Float(_) | Expr::Bool(_) | Expr::Null => true,
        Expr::Unary { value, .. } => is_literal(value),
        Expr::List(items) => items.is_empty(),
        Expr::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Whether the end of a block is never reached.
pub(super) fn leaves(block: &Block) -> bool {
    block.iter().any(stmt_leaves)
}

/// Whether what is behind a statement in its block is never reached.
pub(super) fn stmt_leaves(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Return(_)
        | StmtKind::Exit(_)
        | StmtKind::Throw(_) => true,
        StmtKind::If { branches, otherwise: Some(otherwise) } => {
            leaves(otherwise) && branches.iter().all(|(_, body)| leaves(body))
        }
        StmtKind::Switch { cases, otherwise: Some(otherwise), .. } => {
            leaves(otherwise) && cases.iter().all(|(_, body)| leaves(body))
        }
        StmtKind::While { cond: Expr::Bool(true), body } => !breaks(body),
        _ => false,
    }
}

/// Whether a body has a `break` of its loop, or what is not understood and may be one.
pub(super) fn breaks(body: &Block) -> bool {
    has_jump(body, &|kind| *kind == StmtKind::Break || may_jump(kind))
}

/// What a statement says that nothing leads to.
pub(super) const NEVER: &str = "this is never reached";

/// Whether a statement that is not understood may leave a loop.
pub(super) fn may_jump(kind: &StmtKind) -> bool {
    matches!(kind, StmtKind::Unported(reason) if reason != NEVER)
}

/// Whether a body has a `continue` of its loop.
pub(super) fn continues(body: &Block) -> bool {
    has_jump(body, &|kind| matches!(kind, StmtKind::Continue))
}

fn has_jump(body: &Block, is_jump: &dyn Fn(&StmtKind) -> bool) -> bool {
    body.iter().any(|stmt| match &stmt.kind {
        StmtKind::If { branches, otherwise } => {
            branches.iter().any(|(_, body)| has_jump(body, is_jump))
                || otherwise.as_ref().is_some_and(|body| has_jump(body, is_jump))
        }
        StmtKind::Switch { cases, otherwise, .. } => {
            cases.iter().any(|(_, body)| has_jump(body, is_jump))
                || otherwise.as_ref().is_some_and(|body| has_jump(body, is_jump))
        }
        StmtKind::Try { body, catch, finally } => {
            has_jump(body, is_jump)
                || catch.as_ref().is_some_and(|catch| has_jump(&catch.body, is_jump))
                || has_jump(finally, is_jump)
        }
        StmtKind::Attempt { otherwise, .. } => has_jump(otherwise, is_jump),
        kind => is_jump(kind),
    })
}

/// Replaces each `continue` of the loop that has this body.
pub(super) fn replace_continues(body: &mut Block, replacement: &dyn Fn(&Stmt) -> Block) {
    let mut at = 0;
    while at < body.len() {
        match &mut body[at].kind {
            StmtKind::Continue => {
                let new = replacement(&body[at]);
                let len = new.len();
                body.splice(at..=at, new);
                at += len;
                continue;
            }
            StmtKind::While { .. }
            | StmtKind::DoWhile { .. }
            | StmtKind::For { .. }
            | StmtKind::ForEach { .. } => {}
            _ => {
                for part in parts(&mut body[at]) {
                    if let Part::Block(block) = part {
                        replace_continues(block, replacement);
                    }
                }
            }
        }
        at += 1;
    }
}

/// Returns a statement instead of another.
pub(super) fn stmt_at(place: &Stmt, kind: StmtKind) -> Stmt {
    Stmt { line: place.line, end_line: place.end_line, blank_before: false, trailing: None, kind }
}
