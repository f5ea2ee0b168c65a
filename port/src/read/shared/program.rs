//! Shapes of whole scripts that Rust does not have: a function that is the program, values that stand alone.

use std::collections::HashSet;

use super::walk::{exprs, inner_blocks, stmts};
use crate::tree::{Block, Expr, Stmt, StmtKind, Target};

const UNUSED: &str = "a value that nothing uses";

/// Puts the body of a function `main` without parameters instead of its only call at the end of the script. Its
/// `return` is the end of the program.
pub(crate) fn inline_main(script: &mut Block) {
    let is_main = |stmt: &Stmt| matches!(&stmt.kind, StmtKind::Function(function) if function.name == "main" && function.params.is_empty());
    let Some(place) = script.iter().position(is_main) else { return };
    let mut calls = 0;
    exprs(script, &mut |expr| calls += usize::from(is_call_of_main(expr)));
    let site = script.iter().position(|stmt| match &stmt.kind {
        StmtKind::Expr(value) | StmtKind::Exit(Some(value)) => is_call_of_main(value),
        _ => false,
    });
    let (1, Some(site)) = (calls, site) else { return };
    if site < place {
        return;
    }
    let returns_code = matches!(&script[site].kind, StmtKind::Exit(_));
    let StmtKind::Function(mut function) = script[place].kind.clone() else { return };
    end_program(&mut function.body, returns_code);
    if let Some(first) = function.body.first_mut() {
        first.blank_before = true;
    }
    script.splice(site..=site, function.body);
    script.remove(place);
}

fn is_call_of_main(expr: &Expr) -> bool {
    matches!(expr, Expr::Call { name, args } if name == "main" && args.is_empty())
}

fn end_program(block: &mut Block, returns_code: bool) {
    for stmt in block {
        if let StmtKind::Return(value) = &mut stmt.kind {
            stmt.kind = StmtKind::Exit(value.take().filter(|_| returns_code));
        } else if !matches!(stmt.kind, StmtKind::Function(_)) {
            stmt.for_each_block(&mut |block| end_program(block, returns_code));
        }
    }
}

/// Puts the statements of a function instead of its only call, if that is all that the script does with it:
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
    exprs(block, &mut |expr| {
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
        match stmt.kind {
            StmtKind::Return(Some(_)) => all = false,
            StmtKind::Return(None) if change => stmt.kind = StmtKind::Exit(None),
            StmtKind::Function(_) => {}
            _ => stmt.for_each_block(&mut |block| all &= returns_to_exits(block, change)),
        }
    }
    all
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
    stmts(block, &mut |stmt| {
        if let StmtKind::Function(function) = &mut stmt.kind {
            if function.name == "main" {
                function.name = new.to_owned();
            }
        }
    });
    exprs(block, &mut |expr| {
        if let Expr::Call { name, .. } = expr {
            if name == "main" {
                *name = new.to_owned();
            }
        }
    });
}

/// Replaces calls of functions that the script does not have. `Class::name` and `Class.name` are the function
/// `name` of the script.
pub(crate) fn resolve_calls(block: &mut Block) {
    let mut known = HashSet::new();
    functions(block, &mut known);
    exprs(block, &mut |expr| {
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

/// How long a line is that a grammar may give up.
const LONG_LINE: usize = 1_000;

/// Adds the long lines that no statement has.
pub(crate) fn report_long_lines(block: &mut Block, script: &str) {
    for (at, _) in script.lines().enumerate().filter(|(_, line)| line.len() > LONG_LINE) {
        let line = at + 1;
        if block.iter().any(|stmt| (stmt.line..=stmt.end_line).contains(&line)) {
            continue;
        }
        let reason = "this line is not understood; it is too long".to_owned();
        let place = block.iter().position(|stmt| stmt.line > line).unwrap_or(block.len());
        block.insert(place, super::build::at(line, line, StmtKind::Unported(reason)));
    }
}

/// Removes comments that speak to an interpreter or an editor.
pub(crate) fn drop_magic_comments(script: &mut Block) {
    script.retain(|stmt| match &stmt.kind {
        StmtKind::Comment(text) if stmt.line <= 3 => {
            let is_interpreter = text.starts_with('!') && stmt.line == 1;
            let signs = ["-*-", "frozen_string_literal:", "coding:", "encoding:"];
            !is_interpreter && !signs.iter().any(|sign| text.starts_with(sign))
        }
        _ => true,
    });
}

/// Removes values that stand alone: the last value of a function that nobody uses; elsewhere it is text that is no code.
pub(crate) fn drop_unused_values(script: &mut Block) {
    drop_unused(script, UNUSED);
}

fn drop_unused(block: &mut Block, reason: &str) {
    for stmt in block {
        stmt.for_each_block(&mut |block| drop_unused(block, reason));
        if let StmtKind::Function(function) = &mut stmt.kind {
            drop_last(&mut function.body);
        }
        let StmtKind::Expr(value) = &stmt.kind else { continue };
        if has_effect(value) {
            continue;
        }
        stmt.kind = StmtKind::Unported(match value {
            Expr::Unported { reason, .. } => reason.clone(),
            _ => reason.to_owned(),
        });
    }
}

fn has_effect(value: &Expr) -> bool {
    matches!(
        value,
        Expr::Method { .. }
            | Expr::Call { .. }
            | Expr::Builtin { .. }
            | Expr::Property { .. }
            | Expr::New(_)
    )
}

/// The values at the end of a function were made remarks; they are no loss.
fn drop_last(block: &mut Block) {
    let Some(last) = block.iter_mut().rfind(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)))
    else {
        return;
    };
    match &last.kind {
        StmtKind::Unported(reason) if reason == UNUSED => last.kind = StmtKind::Boilerplate,
        StmtKind::If { .. } | StmtKind::Try { .. } => last.for_each_block(&mut drop_last),
        _ => {}
    }
}
