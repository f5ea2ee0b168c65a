//! Variables of the script that never change.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::functions::{Needs, calls};
use super::walk::{Part, Use, expr_parts, exprs, names, names_of_stmt, parts};
use crate::tree::{Block, Builtin, Expr, Function, Stmt, StmtKind, UnaryOp};

/// Makes constants of the variables that have one value, which is written there, and that functions use. `in_order` says
/// that the script runs from its top, so that what is behind a call has no value in it.
/// Declarations that are left over are boilerplate.
pub(super) fn mark(script: &mut Block, needs: &mut [Needs], in_order: bool) {
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    needs.iter().for_each(|need| wanted.extend(need.globals.keys().cloned()));
    for need in needs.iter() {
        let changed = need.globals.iter().filter(|(_, changed)| **changed);
        for (name, _) in changed {
            wanted.remove(name);
        }
    }
    if wanted.is_empty() {
        return;
    }
    // What is not understood may give any variable a value. Nobody changes one in capitals.
    if has_unported(script) {
        wanted.retain(|name| !name.chars().any(char::is_lowercase));
    }
    let mut places = Places::of(script, wanted, in_order);
    let functions: HashMap<String, Vec<bool>> = script.iter_mut().filter_map(changed).collect();
    for stmt in script.iter_mut() {
        places.misused(stmt, &functions);
    }
    let found = places.found(script);
    for (name, (declared, given)) in &found {
        let stmt = &mut script[*given];
        let (StmtKind::Declare { value: Some(value), .. } | StmtKind::Assign { value, .. }) =
            &mut stmt.kind
        else {
            continue;
        };
        let value = std::mem::replace(value, Expr::Null);
        stmt.kind = StmtKind::Constant { name: name.clone(), value };
        if let Some(declared) = declared {
            let stmt = &mut script[*declared];
            stmt.kind = stmt.trailing.take().map_or(StmtKind::Boilerplate, StmtKind::Comment);
        }
    }
    for need in needs {
        need.globals.retain(|name, _| !found.contains_key(name));
    }
}

/// Where variables get their values.
struct Places {
    wanted: BTreeSet<String>,
    /// The statements that declare a variable without a value, and those that give it one.
    declared: HashMap<String, usize>,
    given: HashMap<String, usize>,
}

impl Places {
    fn of(script: &mut Block, wanted: BTreeSet<String>, in_order: bool) -> Places {
        let mut places = Places { wanted, declared: HashMap::new(), given: HashMap::new() };
        let mut read: HashSet<String> = HashSet::new();
        let mut has_called = false;
        for (at, stmt) in script.iter_mut().enumerate() {
            if matches!(stmt.kind, StmtKind::Function(_)) {
                continue;
            }
            let own = match &stmt.kind {
                StmtKind::Declare { name, value: None, .. } => Some((name.clone(), true)),
                StmtKind::Declare { name, value: Some(value), .. }
                | StmtKind::Assign { target: crate::tree::Target::Var(name), value }
                    if is_constant(value) && !(in_order && (has_called || read.contains(name))) =>
                {
                    Some((name.clone(), false))
                }
                _ => None,
            };
            names_of_stmt(stmt, &mut |how, name| {
                if how == Use::Read {
                    read.insert(name.clone());
                } else if own.as_ref().is_none_or(|(own, _)| own != name) {
                    places.wanted.remove(name);
                }
            });
            calls(stmt, &mut |_, _| has_called = true);
            let Some((name, is_bare)) = own else { continue };
            let places_of = if is_bare { &mut places.declared } else { &mut places.given };
            if places_of.insert(name.clone(), at).is_some() {
                places.wanted.remove(&name);
            }
        }
        places
    }

    /// Finds the uses that a constant cannot have.
    fn misused(&mut self, stmt: &mut Stmt, changed: &HashMap<String, Vec<bool>>) {
        let mut no: Vec<String> = Vec::new();
        let mut bad = |expr: &Expr| {
            if let Expr::Var(name) = expr {
                no.push(name.clone());
            }
        };
        each_expr(stmt, &mut |expr| match expr {
            Expr::Method { object, .. } | Expr::Property { object, .. } => bad(object),
            Expr::Binary { left, right, .. } if **left == Expr::Null || **right == Expr::Null => {
                bad(left);
                bad(right);
            }
            Expr::Call { name, args } => {
                let changed = changed.get(name);
                for (at, arg) in args.iter().enumerate() {
                    if changed.is_some_and(|changed| changed.get(at) == Some(&true)) {
                        bad(arg);
                    }
                }
            }
            _ => {}
        });
        for name in no {
            self.wanted.remove(&name);
        }
    }

    /// Returns the constants with the places of their declarations and values.
    fn found(mut self, script: &mut Block) -> HashMap<String, (Option<usize>, usize)> {
        let mut lists: HashSet<String> = HashSet::new();
        for name in &self.wanted {
            let Some(stmt) = self.given.get(name).and_then(|at| script.get(*at)) else { continue };
            let (StmtKind::Declare { value: Some(value), .. } | StmtKind::Assign { value, .. }) =
                &stmt.kind
            else {
                continue;
            };
            if matches!(value, Expr::List(_)) {
                lists.insert(name.clone());
            }
        }
        if !lists.is_empty() {
            let mut whole = HashSet::new();
            script.iter_mut().for_each(|stmt| whole_lists(stmt, &mut whole));
            self.wanted.retain(|name| !lists.contains(name) || !whole.contains(name));
        }
        let Places { wanted, declared, given } = self;
        let place = |name: String| {
            let given = *given.get(&name)?;
            Some((name.clone(), (declared.get(&name).copied(), given)))
        };
        wanted.into_iter().filter_map(place).collect()
    }
}

/// Whether a value is one of Rust's constants.
fn is_constant(value: &Expr) -> bool {
    let is_plain = |expr: &Expr| match expr {
        Expr::Text(_) | Expr::Int(_) | Expr::Float(_) | Expr::Bool(_) => true,
        Expr::Unary { op: UnaryOp::Minus, value } => {
            matches!(**value, Expr::Int(_) | Expr::Float(_))
        }
        _ => false,
    };
    match value {
        Expr::List(items) => {
            let kind = items.first().map(std::mem::discriminant);
            items.iter().all(|item| is_plain(item) && Some(std::mem::discriminant(item)) == kind)
                && !items.is_empty()
        }
        value => is_plain(value),
    }
}

/// Returns which params a function changes for its caller.
fn changed(stmt: &mut Stmt) -> Option<(String, Vec<bool>)> {
    let StmtKind::Function(Function { name, params, body, .. }) = &mut stmt.kind else {
        return None;
    };
    let mut written: HashSet<String> = HashSet::new();
    names(body, &mut |how, name| {
        if how != Use::Read {
            written.insert(name.clone());
        }
    });
    let changed = params.iter().map(|param| param.by_ref && written.contains(&param.name));
    Some((name.clone(), changed.collect()))
}

fn has_unported(script: &mut Block) -> bool {
    let mut found = false;
    for stmt in script {
        let body = match &mut stmt.kind {
            StmtKind::Function(function) => &mut function.body,
            _ => {
                found |= is_unported(stmt);
                continue;
            }
        };
        found |= body.iter_mut().any(is_unported);
    }
    found
}

fn is_unported(stmt: &mut Stmt) -> bool {
    let mut found = matches!(stmt.kind, StmtKind::Unported(_));
    exprs(stmt, &mut |expr| found |= matches!(expr, Expr::Unported { .. }));
    found
        || parts(stmt).into_iter().any(|part| match part {
            Part::Block(block) => block.iter_mut().any(is_unported),
            _ => false,
        })
}

/// Calls `visit` for each expression of a statement, or of a function's body.
fn each_expr(stmt: &mut Stmt, visit: &mut dyn FnMut(&mut Expr)) {
    match &mut stmt.kind {
        StmtKind::Function(function) => {
            function.body.iter_mut().for_each(|stmt| exprs(stmt, visit));
        }
        _ => exprs(stmt, visit),
    }
}

/// Collects the variables that are used otherwise than by their items.
fn whole_lists(stmt: &mut Stmt, whole: &mut HashSet<String>) {
    if let StmtKind::Function(function) = &mut stmt.kind {
        function.body.iter_mut().for_each(|stmt| whole_lists(stmt, whole));
        return;
    }
    let is_loop = matches!(stmt.kind, StmtKind::ForEach { .. });
    for part in parts(stmt) {
        match part {
            Part::Expr(Expr::Var(_)) if is_loop => {}
            Part::Expr(expr) => whole_lists_in(expr, whole),
            Part::Block(block) => block.iter_mut().for_each(|stmt| whole_lists(stmt, whole)),
            Part::Write(_) | Part::Declare(_) | Part::Bind(_) => {}
        }
    }
}

fn whole_lists_in(expr: &mut Expr, whole: &mut HashSet<String>) {
    let reads_items = match expr {
        Expr::Var(name) => {
            whole.insert(name.clone());
            return;
        }
        Expr::Index { .. } => true,
        Expr::Builtin { function, .. } => {
            matches!(function, Builtin::Length | Builtin::Contains | Builtin::Join)
        }
        _ => false,
    };
    for (at, part) in expr_parts(expr).into_iter().enumerate() {
        match part {
            Part::Expr(Expr::Var(_)) if reads_items && at == 0 => {}
            Part::Expr(expr) => whole_lists_in(expr, whole),
            Part::Block(block) => block.iter_mut().for_each(|stmt| whole_lists(stmt, whole)),
            Part::Write(_) | Part::Declare(_) | Part::Bind(_) => {}
        }
    }
}
