//! What can be said only when a block is complete: results of functions, handlers of errors, guards behind new objects,
//! the routine that is the script.

use std::collections::{HashMap, HashSet};

use super::blocks::{Case, is_error_number};
use super::defaults;
use super::dialect::{NET, POWER, Rules, XOJO};
use super::jumps::errors;
use super::objects;
use super::values::compare;
use crate::read::shared::walk;
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, Hint, Stmt, StmtKind, Target, UnaryOp};

pub(super) fn stmt(line: usize, end_line: usize, kind: StmtKind) -> Stmt {
    Stmt { line, end_line, blank_before: false, trailing: None, kind }
}

/// Returns a `Select` as a `Switch`, or as conditions.
pub(super) fn select(
    subject: Option<Expr>,
    cases: Vec<(Vec<Case>, Block)>,
    otherwise: Option<Block>,
    is_plain: bool,
) -> StmtKind {
    let values = |cases: Vec<Case>| {
        cases.into_iter().filter_map(|case| match case {
            Case::Value(value) => Some(value),
            _ => None,
        })
    };
    match subject {
        Some(value) if is_plain => {
            let cases = cases.into_iter().map(|(list, block)| (values(list).collect(), block));
            StmtKind::Switch { value, cases: cases.collect(), otherwise }
        }
        subject => {
            let mut branches = Vec::new();
            for (list, block) in cases {
                let conds = list.into_iter().map(|case| condition(subject.as_ref(), case));
                let cond = conds.reduce(|left, right| Expr::Binary {
                    op: BinaryOp::Or,
                    left: Box::new(left),
                    right: Box::new(right),
                });
                branches.push((cond.unwrap_or(Expr::Bool(false)), block));
            }
            StmtKind::If { branches, otherwise }
        }
    }
}

fn condition(subject: Option<&Expr>, case: Case) -> Expr {
    let subject = || subject.cloned().unwrap_or(Expr::Bool(true));
    match case {
        Case::Value(value) if subject() == Expr::Bool(true) => value,
        Case::Value(value) => compare(BinaryOp::Eq, subject(), value),
        Case::Compare(op, value) => compare(op, subject(), value),
        Case::Between(from, to) => Expr::Binary {
            op: BinaryOp::And,
            left: Box::new(compare(BinaryOp::Ge, subject(), from)),
            right: Box::new(compare(BinaryOp::Le, subject(), to)),
        },
    }
}

pub(super) fn inner_blocks(kind: &mut StmtKind) -> Vec<&mut Block> {
    match kind {
        StmtKind::If { branches, otherwise } => {
            branches.iter_mut().map(|branch| &mut branch.1).chain(otherwise).collect()
        }
        StmtKind::While { body, .. }
        | StmtKind::DoWhile { body, .. }
        | StmtKind::For { body, .. }
        | StmtKind::ForEach { body, .. } => vec![body],
        StmtKind::Switch { cases, otherwise, .. } => {
            cases.iter_mut().map(|case| &mut case.1).chain(otherwise).collect()
        }
        StmtKind::Try { body, catch, finally } => {
            let mut blocks = vec![body];
            blocks.extend(catch.as_mut().map(|catch| &mut catch.body));
            blocks.push(finally);
            blocks
        }
        StmtKind::Function(function) => vec![&mut function.body],
        _ => Vec::new(),
    }
}

/// Completes the script.
pub(super) fn script(
    block: Block,
    rules: &Rules,
    connections: &HashSet<String>,
    flat: &HashMap<String, String>,
) -> Block {
    let block = errors(main_routine(block, rules));
    let mut block = guards(block, rules, connections);
    if !flat.is_empty() {
        objects(&mut block, flat);
    }
    defaults::add(&mut block);
    block
}

/// An object that is compared with 0 may be missing.
fn missing(cond: &mut Expr, flat: &HashMap<String, String>) {
    match cond {
        Expr::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } => {
            missing(left, flat);
            missing(right, flat);
        }
        Expr::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right }
            if matches!(&**left, Expr::Var(name) if flat.contains_key(name))
                && **right == Expr::Int(0) =>
        {
            **right = Expr::Null;
        }
        _ => {}
    }
}

/// Objects that are declared as numbers get their class.
fn objects(block: &mut Block, flat: &HashMap<String, String>) {
    let set = |name: &str, hint: &mut Hint| {
        if let Some(class) = flat.get(name) {
            *hint = Hint::Object(class.clone());
        }
    };
    for stmt in block {
        match &mut stmt.kind {
            StmtKind::Declare { name, hint, .. } => set(name, hint),
            StmtKind::If { branches, .. } => {
                branches.iter_mut().for_each(|(cond, _)| missing(cond, flat));
            }
            StmtKind::Function(function) => {
                for param in &mut function.params {
                    set(&param.name, &mut param.hint);
                }
            }
            _ => {}
        }
        for inner in inner_blocks(&mut stmt.kind) {
            objects(inner, flat);
        }
    }
}

/// Names of routines that are the script.
fn is_main(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["main", "run", "chilkatexample", "opening", "pressed", "action", "clicked", "open"]
        .contains(&lower.as_str())
        || ["_click", "_load", "_open", "_clicked"].iter().any(|end| lower.ends_with(end))
}

/// Puts the statements of `Sub Main`, or of an event, instead of the routine.
fn main_routine(mut block: Block, rules: &Rules) -> Block {
    let functions: Vec<usize> = block
        .iter()
        .enumerate()
        .filter(|(_, stmt)| matches!(stmt.kind, StmtKind::Function(_)))
        .map(|(at, _)| at)
        .collect();
    let name_of = |stmt: &Stmt| match &stmt.kind {
        StmtKind::Function(function) => function.name.clone(),
        _ => String::new(),
    };
    let runs = block.iter().any(|stmt| {
        !matches!(
            stmt.kind,
            StmtKind::Function(_)
                | StmtKind::Comment(_)
                | StmtKind::Boilerplate
                | StmtKind::Declare { .. }
                | StmtKind::Assign { .. }
                | StmtKind::Unported(_)
        )
    });
    let found = functions.iter().copied().find(|at| is_main(&name_of(&block[*at])));
    let found = found.or(match functions.as_slice() {
        // The only routine of a page.
        [at] if !runs && !is_called(&mut block.clone(), &name_of(&block[*at])) => Some(*at),
        _ => None,
    });
    let Some(at) = found else {
        return block;
    };
    let name = name_of(&block[at]);
    let is_call =
        |value: &Expr| matches!(value, Expr::Call { name: called, .. } if *called == name);
    let mut calls = 0;
    let mut counts = rules.is(NET | XOJO);
    for stmt in &mut block {
        counts |= matches!(&stmt.kind, StmtKind::Exit(Some(value)) if is_call(value));
        let called = match &stmt.kind {
            StmtKind::Expr(value) | StmtKind::Exit(Some(value)) => is_call(value),
            _ => false,
        };
        if called {
            calls += 1;
            stmt.kind = StmtKind::Boilerplate;
        }
    }
    // A script that does something else before is not only this routine.
    if runs && calls == 0 {
        return block;
    }
    let routine = block.remove(at);
    let StmtKind::Function(function) = routine.kind else {
        return block;
    };
    let mut body = function.body;
    if let [args] = function.params.as_slice() {
        program_arguments(&mut body, &args.name);
    }
    exits(&mut body, counts);
    let head = Stmt {
        line: routine.line,
        end_line: routine.line,
        blank_before: routine.blank_before,
        trailing: routine.trailing,
        kind: StmtKind::Boilerplate,
    };
    // Other functions may stand before it, and the script's variables.
    block.splice(at..at, std::iter::once(head).chain(body));
    block
}

fn is_called(block: &mut Block, function: &str) -> bool {
    let mut found = false;
    walk::exprs(block, &mut |expr| {
        found |= matches!(expr, Expr::Call { name, .. } if name == function);
    });
    found
}

/// A number that the main routine returns is the exit code.
fn exits(block: &mut Block, counts: bool) {
    if let Some(last) = block.last_mut()
        && [StmtKind::Return(None), StmtKind::Return(Some(Expr::Int(0)))].contains(&last.kind)
    {
        last.kind = StmtKind::Boilerplate;
    }
    exit_codes(block, counts);
}

/// `Sub Main(args() As String)`: the items of its parameter are the program's arguments.
fn program_arguments(block: &mut Block, list: &str) {
    let is_list = |expr: &Expr| matches!(expr, Expr::Var(name) if name == list);
    walk::exprs(block, &mut |expr| match expr {
        Expr::Index { object, index } if is_list(object) => {
            let index = std::mem::replace(&mut **index, Expr::Null);
            *expr = Expr::Builtin { function: Builtin::Arg, args: vec![index] };
        }
        Expr::Builtin { function: Builtin::Length, args } if args.iter().any(is_list) => {
            *expr = Expr::Builtin { function: Builtin::ArgCount, args: Vec::new() };
        }
        _ => {}
    });
}

fn exit_codes(block: &mut Block, counts: bool) {
    for stmt in block {
        if let StmtKind::Return(value @ Some(_)) = &mut stmt.kind {
            // `RETURN .F.` says only that it failed; other languages than these do not look at the value.
            let is_code = !matches!(value, Some(Expr::Bool(_) | Expr::Text(_) | Expr::Null));
            stmt.kind = StmtKind::Exit(value.take().filter(|_| is_code && counts));
        }
        if matches!(stmt.kind, StmtKind::Function(_)) {
            continue;
        }
        for inner in inner_blocks(&mut stmt.kind) {
            exit_codes(inner, counts);
        }
    }
}

/// Finds the guards behind new objects, and the tests of `Err.Number`.
fn guards(block: Block, rules: &Rules, connections: &HashSet<String>) -> Block {
    let mut done: Block = Vec::with_capacity(block.len());
    let mut made: Option<String> = None;
    for mut stmt in block {
        for inner in inner_blocks(&mut stmt.kind) {
            let block = std::mem::take(inner);
            *inner = guards(block, rules, connections);
        }
        let test = match &stmt.kind {
            StmtKind::If { branches, otherwise } if branches.len() == 1 => {
                Some((branches[0].0.clone(), otherwise.is_none()))
            }
            _ => None,
        };
        if let Some((cond, true)) = &test
            && rules.is(POWER)
            && let Some((name, value)) = connected(cond)
        {
            stmt.kind = StmtKind::Assign { target: Target::Var(name), value };
        } else if let Some((cond, is_alone)) = test {
            let is_guard = is_alone
                && (made.as_deref().is_some_and(|name| is_missing(&cond, name))
                    || (rules.is(POWER) && is_connection(&cond, connections))
                    || (made.is_some() && is_failed(&cond) == Some(true)));
            if is_guard {
                stmt.kind = StmtKind::Boilerplate;
            } else if let Some(failed) = is_failed(&cond) {
                attempt(&mut done, &mut stmt, failed);
            }
        }
        match &stmt.kind {
            StmtKind::Assign { target: Target::Var(name), value: Expr::New(_) }
            | StmtKind::Declare { name, value: Some(Expr::New(_)), .. } => {
                made = Some(name.clone());
            }
            StmtKind::Comment(_)
            | StmtKind::Boilerplate
            | StmtKind::Declare { value: None, .. } => {}
            _ => made = None,
        }
        done.push(stmt);
    }
    done
}

/// Returns whether a condition says that an object was not created.
fn is_missing(cond: &Expr, name: &str) -> bool {
    let is_name = |expr: &Expr| matches!(expr, Expr::Var(var) if var == name);
    match cond {
        Expr::Binary { op: BinaryOp::Eq | BinaryOp::Lt, left, right } => {
            is_name(left) && matches!(**right, Expr::Null | Expr::Int(0))
        }
        Expr::Unary { op: UnaryOp::Not, value } => is_name(value),
        // `If @error Or Not IsObj($oHttp)`
        Expr::Binary { op: BinaryOp::Or, left, right } => {
            [left, right].iter().all(|side| is_missing(side, name) || is_failed(side) == Some(true))
        }
        _ => false,
    }
}

/// `if x.ConnectToNewObject("Chilkat.Http") < 0`: the variable and its object.
fn connected(cond: &Expr) -> Option<(String, Expr)> {
    let Expr::Binary { op: BinaryOp::Ne | BinaryOp::Lt, left, .. } = cond else {
        return None;
    };
    match &**left {
        Expr::Method { object, name, args } if name.eq_ignore_ascii_case("ConnectToNewObject") => {
            match (&**object, objects::object(args.first()?.clone())) {
                (Expr::Var(name), Ok(value)) => Some((name.clone(), value)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_connection(cond: &Expr, connections: &HashSet<String>) -> bool {
    match cond {
        Expr::Binary { op: BinaryOp::Ne | BinaryOp::Lt, left, right } => {
            matches!(&**left, Expr::Var(var) if connections.contains(&var.to_lowercase()))
                && **right == Expr::Int(0)
        }
        _ => false,
    }
}

/// Returns whether a condition on `Err.Number` says that there was an error, or that there was none.
fn is_failed(cond: &Expr) -> Option<bool> {
    match cond {
        Expr::Binary { op, left, right } if is_error_number(left) && **right == Expr::Int(0) => {
            match op {
                BinaryOp::Ne | BinaryOp::Gt | BinaryOp::Lt => Some(true),
                BinaryOp::Eq => Some(false),
                _ => None,
            }
        }
        cond if is_error_number(cond) => Some(true),
        _ => None,
    }
}

/// A statement with a test of `Err.Number` behind it is a `Try`.
fn attempt(done: &mut Block, test: &mut Stmt, failed: bool) {
    let Some(mut tried) = done.pop() else {
        return;
    };
    if let StmtKind::Declare { name, value: value @ Some(_), .. } = &mut tried.kind
        && let Some(value) = value.take()
    {
        tried.kind = StmtKind::Assign { target: Target::Var(name.clone()), value };
    }
    if !matches!(tried.kind, StmtKind::Expr(_) | StmtKind::Assign { .. }) {
        done.push(tried);
        return;
    }
    let StmtKind::If { mut branches, otherwise } =
        std::mem::replace(&mut test.kind, StmtKind::Break)
    else {
        return;
    };
    let block = branches.pop().map(|branch| branch.1).unwrap_or_default();
    let (caught, succeeded) = match failed {
        true => (block, otherwise.unwrap_or_default()),
        false => (otherwise.unwrap_or_default(), block),
    };
    test.line = tried.line;
    test.blank_before = tried.blank_before;
    let mut body = vec![tried];
    body.extend(succeeded);
    let catch = Catch { name: Some("Err".to_owned()), body: caught };
    test.kind = StmtKind::Try { body, catch: Some(catch), finally: Block::new() };
}
