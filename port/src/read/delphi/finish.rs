//! What follows when a script in Delphi is read: where it begins, results of functions, one spelling of names.

use crate::read::shared::build::{at, binary, builtin, var};
use crate::read::shared::walk;
use crate::tree::{BinaryOp, Block, Builtin, Catch, Expr, Hint, StmtKind, Target};
use std::collections::HashMap;

/// Gives each name one spelling, as the case of letters does not matter. What is called and not there is not ported.
pub(crate) fn one_spelling(block: &mut Block) {
    let mut functions = HashMap::new();
    function_names(block, &mut functions);
    let mut names: HashMap<String, String> = HashMap::new();
    let mut spell = |name: &mut String| {
        let first = names.entry(name.to_ascii_lowercase()).or_insert_with(|| name.clone());
        name.clone_from(first);
    };
    walk::targets(block, &mut spell);
    params(block, &mut spell);
    walk::exprs(block, &mut |expr| match expr {
        Expr::Var(name) => {
            // A function without arguments is called without parentheses.
            match functions.get(&name.to_ascii_lowercase()) {
                Some(function) => {
                    *expr = Expr::Call { name: function.clone(), args: Vec::new() };
                }
                None => spell(name),
            }
        }
        Expr::Call { name, .. } => match functions.get(&name.to_ascii_lowercase()) {
            Some(function) => name.clone_from(function),
            None => {
                let reason = format!("`{name}` is not a function of the script");
                *expr = Expr::Unported { source: name.clone(), reason };
            }
        },
        _ => {}
    });
    disposed(block, &mut spell);
}

pub(crate) fn function_names(block: &mut Block, functions: &mut HashMap<String, String>) {
    for stmt in block {
        if let StmtKind::Function(function) = &stmt.kind {
            functions.insert(function.name.to_ascii_lowercase(), function.name.clone());
        }
        stmt.for_each_block(&mut |block| function_names(block, functions));
    }
}

pub(crate) fn params(block: &mut Block, spell: &mut dyn FnMut(&mut String)) {
    for stmt in block {
        if let StmtKind::Function(function) = &mut stmt.kind {
            function.params.iter_mut().for_each(|param| spell(&mut param.name));
        }
        stmt.for_each_block(&mut |block| params(block, spell));
    }
}

pub(crate) fn disposed(block: &mut Block, spell: &mut dyn FnMut(&mut String)) {
    for stmt in block {
        match &mut stmt.kind {
            StmtKind::Dispose(name) => spell(name),
            StmtKind::Try { catch: Some(Catch { name: Some(name), .. }), .. } => spell(name),
            _ => {}
        }
        stmt.for_each_block(&mut |block| disposed(block, spell));
    }
}

/// Makes `exit` the end of the program, where it is not in a procedure.
pub(crate) fn end_program(block: &mut Block) {
    for stmt in block {
        match &mut stmt.kind {
            StmtKind::Return(_) => stmt.kind = StmtKind::Exit(None),
            StmtKind::Function(_) => {}
            _ => stmt.for_each_block(&mut end_program),
        }
    }
}

/// `ExitCode := 3` before the end of the program is the end with that code. `is_tail` says that the program ends behind
/// the block.
pub(crate) fn exit_codes(block: &mut Block, is_tail: bool) {
    let last = block.iter().rposition(|stmt| {
        !matches!(
            stmt.kind,
            StmtKind::Comment(_)
                | StmtKind::Boilerplate
                | StmtKind::Function(_)
                | StmtKind::Dispose(_)
        )
    });
    for place in 0..block.len() {
        let ends = is_tail && last.is_none_or(|last| place >= last);
        let next = block.get(place + 1).map(|stmt| &stmt.kind);
        let leaves = matches!(next, Some(StmtKind::Exit(None)));
        let kind = &mut block[place].kind;
        match kind {
            StmtKind::Assign { target: Target::Var(name), value }
                if name.eq_ignore_ascii_case("ExitCode") =>
            {
                let value = std::mem::replace(value, Expr::Null);
                *kind = match (leaves, ends) {
                    (true, _) => StmtKind::Boilerplate,
                    (false, true) => StmtKind::Exit(Some(value.clone())),
                    _ => StmtKind::Unported("the exit code is not kept for later".to_owned()),
                };
                if leaves && let Some(next) = block.get_mut(place + 1) {
                    next.kind = StmtKind::Exit(Some(value));
                }
            }
            StmtKind::Function(function) => exit_codes(&mut function.body, false),
            StmtKind::If { .. } | StmtKind::Switch { .. } | StmtKind::Try { .. } => {
                block[place].for_each_block(&mut |block| exit_codes(block, ends));
            }
            _ => block[place].for_each_block(&mut |block| exit_codes(block, false)),
        }
    }
}

/// `SetLength(list, Length(list) + 1)` and `list[High(list)] := item` add an item.
pub(crate) fn pushes(block: &mut Block) {
    let length = |list: &str| builtin(Builtin::Length, vec![var(list)]);
    let mut place = 0;
    while place < block.len() {
        block[place].for_each_block(&mut pushes);
        let grown = match &block[place].kind {
            StmtKind::Expr(Expr::Builtin { function: Builtin::Resize, args }) => match &args[..] {
                [Expr::Var(list), count]
                    if *count == binary(BinaryOp::Add, length(list), Expr::Int(1)) =>
                {
                    Some(list.clone())
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(list) = grown
            && let Some(next) = block.get(place + 1)
            && let StmtKind::Assign { target: Target::Index { object, index }, value } = &next.kind
            && *object == var(&list)
            && *index == binary(BinaryOp::Sub, length(&list), Expr::Int(1))
        {
            let item = value.clone();
            let end_line = next.end_line;
            block.remove(place + 1);
            block[place].end_line = end_line;
            block[place].kind = StmtKind::Expr(builtin(Builtin::Push, vec![var(&list), item]));
        }
        place += 1;
    }
}

/// Begins the program at the procedure that the form calls if nothing else begins it, or at the only procedure.
pub(crate) fn begin_at_handlers(block: &mut Block, handlers: &[String]) {
    let has_code = block.iter().any(|stmt| {
        !matches!(
            stmt.kind,
            StmtKind::Comment(_)
                | StmtKind::Boilerplate
                | StmtKind::Declare { .. }
                | StmtKind::Function(_)
                | StmtKind::Assign { .. }
                | StmtKind::Unported(_)
        )
    });
    if has_code {
        return;
    }
    let mut called: HashMap<String, usize> = HashMap::new();
    walk::exprs(block, &mut |expr| {
        if let Expr::Call { name, .. } = expr {
            *called.entry(name.to_ascii_lowercase()).or_default() += 1;
        }
    });
    let mut places = Vec::new();
    for (place, stmt) in block.iter().enumerate() {
        if let StmtKind::Function(function) = &stmt.kind {
            let is_handler = handlers.contains(&function.name);
            let is_free = function.params.is_empty()
                && !called.contains_key(&function.name.to_ascii_lowercase());
            if is_handler || (handlers.is_empty() && is_free) {
                places.push(place);
            }
        }
    }
    if let [place] = places.as_slice() {
        let StmtKind::Function(function) = &mut block[*place].kind else { return };
        let mut body = std::mem::take(&mut function.body);
        end_program(&mut body);
        block.splice(*place..=*place, body);
        return;
    }
    for place in places {
        let Some(StmtKind::Function(function)) = block.get(place).map(|stmt| &stmt.kind) else {
            continue;
        };
        let call = Expr::Call { name: function.name.clone(), args: Vec::new() };
        let line = block.last().map_or(1, |last| last.end_line);
        block.push(at(line, line, StmtKind::Expr(call)));
    }
}

/// Returns the value of `Result`, or of the function's name.
pub(crate) fn return_result(name: &str, returns: &Hint, body: &mut Block, line: usize) {
    let is_result = |of: &str| of.eq_ignore_ascii_case("Result") || of.eq_ignore_ascii_case(name);
    let mut direct = body.clone();
    return_last(&mut direct, &is_result);
    if !mentions(&mut direct, &is_result) && shape_returns(&direct) {
        *body = direct;
        return;
    }
    rename_result(body, &is_result);
    let hint = returns.clone();
    let declare = StmtKind::Declare { name: "Result".to_owned(), hint, value: None };
    let last = body.last().map_or(line, |last| last.end_line);
    body.insert(0, at(line, line, declare));
    body.push(at(last, last, StmtKind::Return(Some(var("Result")))));
}

pub(crate) fn return_last(block: &mut Block, is_result: &dyn Fn(&str) -> bool) {
    let Some(last) = block.iter_mut().rfind(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)))
    else {
        return;
    };
    match &mut last.kind {
        StmtKind::Assign { target: Target::Var(name), value } if is_result(name) => {
            let value = std::mem::replace(value, Expr::Null);
            last.kind = StmtKind::Return(Some(value));
        }
        StmtKind::If { .. } | StmtKind::Switch { .. } => {
            last.for_each_block(&mut |block| return_last(block, is_result));
        }
        _ => {}
    }
}

/// Whether a block ends in a return on each of its ways.
pub(crate) fn shape_returns(block: &Block) -> bool {
    match block
        .iter()
        .rfind(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)))
        .map(|stmt| &stmt.kind)
    {
        Some(StmtKind::Return(Some(_)) | StmtKind::Throw(_) | StmtKind::Exit(_)) => true,
        Some(StmtKind::If { branches, otherwise: Some(otherwise) }) => {
            branches.iter().all(|branch| shape_returns(&branch.1)) && shape_returns(otherwise)
        }
        Some(StmtKind::Switch { cases, otherwise: Some(otherwise), .. }) => {
            cases.iter().all(|case| shape_returns(&case.1)) && shape_returns(otherwise)
        }
        _ => false,
    }
}

pub(crate) fn mentions(block: &mut Block, is_result: &dyn Fn(&str) -> bool) -> bool {
    let mut found = false;
    walk::exprs(block, &mut |expr| found |= matches!(expr, Expr::Var(name) if is_result(name)));
    walk::targets(block, &mut |name| found |= is_result(name));
    found || returns_nothing(block)
}

pub(crate) fn returns_nothing(block: &mut Block) -> bool {
    let mut found = false;
    for stmt in block {
        found |= stmt.kind == StmtKind::Return(None);
        stmt.for_each_block(&mut |block| found |= returns_nothing(block));
    }
    found
}

pub(crate) fn rename_result(block: &mut Block, is_result: &dyn Fn(&str) -> bool) {
    walk::targets(block, &mut |name| {
        if is_result(name) {
            *name = "Result".to_owned();
        }
    });
    for stmt in block {
        if stmt.kind == StmtKind::Return(None) {
            stmt.kind = StmtKind::Return(Some(var("Result")));
        }
        stmt.for_each_block(&mut |block| rename_result(block, is_result));
    }
}

/// Notes the empty lines before statements.
pub(crate) fn mark_blank_lines(block: &mut Block, script: &str) {
    let blank: Vec<bool> = script.lines().map(|line| line.trim().is_empty()).collect();
    mark(block, &blank);
}

pub(crate) fn mark(block: &mut Block, blank: &[bool]) {
    let mut first = true;
    let mut last: usize = 0;
    for stmt in block {
        let before =
            stmt.line.checked_sub(2).and_then(|at| blank.get(at)).copied().unwrap_or(false);
        stmt.blank_before = before && !first && stmt.line > last;
        first = false;
        last = stmt.line;
        stmt.for_each_block(&mut |block| mark(block, blank));
    }
}
