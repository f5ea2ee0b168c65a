//! What is known only when the whole script is read: names without regard to case, parameters by name, methods of
//! texts and lists.

use std::collections::{HashMap, HashSet};

use super::NOWHERE;
use crate::read::shared::build::builtin;
use crate::read::shared::texts::to_text;
use crate::read::shared::walk::{exprs, stmts};
use crate::tree::{BinaryOp, Block, Builtin, Expr, Function, Param, StmtKind, Target};

/// Methods of texts and lists, with the number of their arguments. None of them belongs to a Chilkat object that is
/// not a variable made by `New-Object`.
const METHODS: &[(&str, usize, Builtin)] = &[
    ("toupper", 0, Builtin::Upper),
    ("tolower", 0, Builtin::Lower),
    ("trim", 0, Builtin::Trim),
    ("contains", 1, Builtin::Contains),
    ("startswith", 1, Builtin::StartsWith),
    ("endswith", 1, Builtin::EndsWith),
    ("indexof", 1, Builtin::IndexOf),
    ("substring", 1, Builtin::Substring),
    ("substring", 2, Builtin::Substring),
    ("replace", 2, Builtin::Replace),
    ("split", 1, Builtin::Split),
    ("tostring", 0, Builtin::ToText),
    ("add", 1, Builtin::Push),
    ("containskey", 1, Builtin::HasKey),
];

/// Completes a script.
pub(super) fn resolve(block: &mut Block) {
    unify(block);
    let mut functions: HashMap<String, Function> = HashMap::new();
    let (mut objects, mut lists) = (HashSet::new(), HashSet::new());
    stmts(block, &mut |stmt| match &mut stmt.kind {
        StmtKind::Function(function) => {
            let head = Function { body: Block::new(), ..clone_head(function) };
            functions.insert(function.name.to_ascii_lowercase(), head);
        }
        StmtKind::Assign { target: Target::Var(name), value }
        | StmtKind::Declare { name, value: Some(value), .. } => match value {
            Expr::New(_) => {
                objects.insert(name.clone());
            }
            Expr::List(_) => {
                lists.insert(name.clone());
            }
            _ => {}
        },
        _ => {}
    });
    exprs(block, &mut |expr| {
        name_arguments(expr, &functions);
        text_method(expr, &objects);
    });
    stmts(block, &mut |stmt| match &mut stmt.kind {
        // `$list += 1`.
        StmtKind::Assign {
            target: Target::Var(name),
            value: Expr::Binary { op: BinaryOp::Add, left, right },
        } if lists.contains(name) && **left == Expr::Var(name.clone()) => {
            let args = vec![(**left).clone(), (**right).clone()];
            stmt.kind = StmtKind::Expr(builtin(Builtin::Push, args));
        }
        StmtKind::Assign { target: Target::Var(name), value } if name == NOWHERE => {
            stmt.kind = StmtKind::Expr(value.clone());
        }
        // The value of a function that nobody takes is output.
        StmtKind::Expr(value @ Expr::Call { .. }) => {
            let Expr::Call { name, .. } = &*value else { return };
            let returns = functions.get(&name.to_ascii_lowercase()).map(|f| f.returns.clone());
            if returns == Some(crate::tree::Hint::Text) {
                let value = value.clone();
                stmt.kind = StmtKind::Print { value, newline: true, to_stderr: false };
            }
        }
        StmtKind::Print { newline: newline @ false, value, .. } => match value {
            Expr::Concat(parts) if parts.last() == Some(&Expr::Text(String::new())) => {
                *value = parts.swap_remove(0);
            }
            // A value alone on a line.
            _ => *newline = true,
        },
        StmtKind::Comment(comment) => {
            let inner = comment.trim_start_matches("<#").trim_end_matches("#>").trim();
            if inner.len() != comment.trim().len() {
                *comment = inner.to_owned();
            }
        }
        _ => {}
    });
}

/// Returns a function without its body. What it returns is text if it returns anything.
fn clone_head(function: &Function) -> Function {
    let returns = match function.body.last().map(|stmt| &stmt.kind) {
        Some(StmtKind::Return(Some(_))) => crate::tree::Hint::Text,
        _ => crate::tree::Hint::Unknown,
    };
    let (name, params) = (function.name.clone(), function.params.clone());
    Function { name, params, returns, body: Block::new() }
}

/// Puts arguments with names in their places.
fn name_arguments(expr: &mut Expr, functions: &HashMap<String, Function>) {
    let Expr::Call { name, args } = expr else { return };
    let Some(function) = functions.get(&name.to_ascii_lowercase()) else { return };
    *name = function.name.clone();
    let (mut named, mut places) = (HashMap::new(), Vec::new());
    for arg in std::mem::take(args) {
        match arg {
            Expr::Map(mut items) if is_named(&items) => {
                if let Some((Expr::Text(name), value)) = items.pop() {
                    named.insert(name[1..].to_owned(), value);
                }
            }
            arg => places.push(arg),
        }
    }
    let mut places = places.into_iter();
    for Param { name, default, .. } in &function.params {
        let given = named.remove(&name.to_ascii_lowercase()).or_else(|| places.next());
        // What is left out at the end has its default.
        match given.or_else(|| default.clone()) {
            Some(value) => args.push(value),
            None => args.push(Expr::Null),
        }
    }
}

fn is_named(items: &[(Expr, Expr)]) -> bool {
    matches!(items, [(Expr::Text(name), _)] if name.starts_with('-'))
}

/// Makes a method of a text or a list the function that all languages have.
fn text_method(expr: &mut Expr, objects: &HashSet<String>) {
    let is_object = |object: &Expr| match object {
        Expr::Var(name) => objects.contains(name),
        _ => false,
    };
    match expr {
        Expr::Method { object, name, args } if !is_object(object) => {
            let lower = name.to_ascii_lowercase();
            let found = METHODS.iter().find(|row| row.0 == lower && row.1 == args.len());
            let Some((_, _, function)) = found else { return };
            let mut all = vec![(**object).clone()];
            all.append(args);
            *expr = match function {
                Builtin::ToText => to_text(all.remove(0)),
                _ => builtin(*function, all),
            };
        }
        Expr::Property { object, name } if !is_object(object) => {
            if matches!(name.to_ascii_lowercase().as_str(), "length" | "count") {
                *expr = builtin(Builtin::Length, vec![(**object).clone()]);
            }
        }
        _ => {}
    }
}

/// Gives each variable one spelling: the first one.
fn unify(block: &mut Block) {
    let mut spellings: HashMap<String, String> = HashMap::new();
    let mut one = |name: &mut String| {
        let lower = name.to_ascii_lowercase();
        *name = spellings.entry(lower).or_insert_with(|| name.clone()).clone();
    };
    stmts(block, &mut |stmt| match &mut stmt.kind {
        StmtKind::Assign { target: Target::Var(name), .. }
        | StmtKind::Declare { name, .. }
        | StmtKind::For { name, .. }
        | StmtKind::ForEach { name, .. } => one(name),
        StmtKind::Function(function) => {
            function.params.iter_mut().for_each(|param| one(&mut param.name));
        }
        _ => {}
    });
    exprs(block, &mut |expr| {
        if let Expr::Var(name) = expr {
            one(name);
        }
    });
}
