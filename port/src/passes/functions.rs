//! Functions of the script: the main one becomes the script's body, and others get what they use as params.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::constants;
use super::lives::localize;
use super::walk::{Part, Use, blocks_in, exprs, is_pure, names, names_of_stmt, parts};
use crate::tree::{BinaryOp, Block, Expr, Function, Hint, Param, Stmt, StmtKind, Target};

/// How many params functions may get in all: each of n functions may need n variables.
const MOST_PARAMS: usize = 100_000;

/// Puts the main function's statements into the script, and gives functions the script's variables that they use.
pub(super) fn run(script: &mut Block) {
    hoist(script);
    main_test(script);
    let globals = Globals::of(script);
    let in_order = !inline_main(script, &globals);
    returns_exit(script);
    exit_codes(script);
    drop_last_exit(script);
    share(script, &globals, Some(in_order));
    script.retain(|stmt| stmt.kind != StmtKind::Boilerplate);
}

/// Replaces `if __name__ == "__main__":` and its like by what it has.
fn main_test(script: &mut Block) {
    let is_test = |cond: &Expr| {
        let Expr::Binary { op: BinaryOp::Eq, left, right } = cond else { return false };
        let is_var = |expr: &Expr, names: &[&str]| matches!(expr, Expr::Var(name) if names.contains(&&**name));
        is_var(left, &["__name__"])
            || is_var(left, &["__FILE__"]) && is_var(right, &["0", "PROGRAM_NAME"])
            || is_var(right, &["__FILE__"]) && is_var(left, &["0", "PROGRAM_NAME"])
            || matches!(&**left, Expr::Property { object, name }
                if name == "main" && is_var(object, &["require"]))
    };
    let mut at = 0;
    while at < script.len() {
        let blank = script[at].blank_before;
        if let StmtKind::If { branches, .. } = &mut script[at].kind {
            if let [(cond, body)] = &mut branches[..] {
                if is_test(cond) {
                    let mut body = std::mem::take(body);
                    if let Some(first) = body.first_mut() {
                        first.blank_before |= blank;
                    }
                    let len = body.len();
                    script.splice(at..=at, body);
                    at += len;
                    continue;
                }
            }
        }
        at += 1;
    }
}

/// The variables of the script.
struct Globals {
    /// Their types, as far as their declarations say them.
    hints: HashMap<String, Hint>,
    declared: HashSet<String>,
}

impl Globals {
    fn of(script: &mut Block) -> Globals {
        let mut hints = HashMap::new();
        let mut declared = HashSet::new();
        for stmt in script {
            if let StmtKind::Declare { name, hint, value } = &stmt.kind {
                declared.insert(name.clone());
                let hint = match (hint, value) {
                    (Hint::Unknown, Some(Expr::New(class))) => Hint::Object(class.clone()),
                    (hint, _) => hint.clone(),
                };
                hints.insert(name.clone(), hint);
            }
            names_of_stmt(stmt, &mut |how, name| {
                if how != Use::Read {
                    hints.entry(name.clone()).or_default();
                }
            });
        }
        Globals { hints, declared }
    }
}

/// Calls `visit` for each call of a function in a statement, or in a function.
pub(super) fn calls(stmt: &mut Stmt, visit: &mut dyn FnMut(&mut String, &mut Vec<Expr>)) {
    let mut visit = |expr: &mut Expr| {
        if let Expr::Call { name, args } = expr {
            visit(name, args);
        }
    };
    match &mut stmt.kind {
        StmtKind::Function(function) => {
            for stmt in &mut function.body {
                exprs(stmt, &mut visit);
            }
        }
        _ => exprs(stmt, &mut visit),
    }
}

/// Puts the main function instead of its call, or in its own if nothing calls it. Returns whether nothing does.
fn inline_main(script: &mut Block, globals: &Globals) -> bool {
    let Some((at, call)) = find_main(script) else { return false };
    let StmtKind::Function(function) = &script[at].kind else { return false };
    let is_value_lost = call.is_some_and(|call| matches!(script[call].kind, StmtKind::Expr(_)));
    let Some(mut body) = main_body(function, globals, is_value_lost) else { return false };
    let place = call.unwrap_or(at);
    let blank = script[place].blank_before || script[at].blank_before;
    if let Some(first) = body.first_mut() {
        first.blank_before |= blank;
    }
    for (index, stmt) in std::mem::take(script).into_iter().enumerate() {
        if index == place {
            script.append(&mut body);
        } else if index != at {
            script.push(stmt);
        }
    }
    call.is_none()
}

/// Whether a statement is more than a comment, a declaration of a function or something that Rust does not need.
fn is_code(stmt: &Stmt) -> bool {
    !matches!(
        stmt.kind,
        StmtKind::Function(_) | StmtKind::Comment(_) | StmtKind::Boilerplate | StmtKind::Dispose(_)
    )
}

/// Finds the main function, and its call.
fn find_main(script: &mut Block) -> Option<(usize, Option<usize>)> {
    let is_code =
        |stmt: &Stmt| is_code(stmt) && !matches!(stmt.kind, StmtKind::Declare { value: None, .. });
    let mut functions: HashMap<String, usize> = HashMap::new();
    for (at, stmt) in script.iter().enumerate() {
        if let StmtKind::Function(function) = &stmt.kind {
            functions.insert(function.name.clone(), at);
        }
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    for stmt in script.iter_mut() {
        calls(stmt, &mut |name, _| *counts.entry(name.clone()).or_insert(0) += 1);
    }
    let last = script.iter().rposition(is_code);
    if let Some(last) = last {
        let called = match &script[last].kind {
            StmtKind::Expr(Expr::Call { name, args })
            | StmtKind::Exit(Some(Expr::Call { name, args }))
                if args.is_empty() =>
            {
                Some(name)
            }
            _ => None,
        };
        if let Some(name) = called {
            let at = *functions.get(name)?;
            return (counts.get(name) == Some(&1)).then_some((at, Some(last)));
        }
    }
    let is_constant = |stmt: &Stmt| match &stmt.kind {
        StmtKind::Declare { .. } | StmtKind::Assign { .. } => true,
        _ => !is_code(stmt),
    };
    if !script.iter().all(is_constant) {
        return None;
    }
    let is_main = |name: &str| {
        ["main", "chilkatexample", "chilkatsample", "chilkattest"]
            .contains(&&*name.to_ascii_lowercase())
    };
    let main = functions.iter().find(|(name, _)| is_main(name) || functions.len() == 1)?;
    (!counts.contains_key(main.0)).then_some((*main.1, None))
}

/// Returns the statements of the main function as those of the script, if it can be without its params.
fn main_body(function: &Function, globals: &Globals, is_value_lost: bool) -> Option<Block> {
    let mut body = function.body.clone();
    let params: HashSet<&str> = function.params.iter().map(|param| &*param.name).collect();
    let mut is_possible = true;
    let mut declared = HashSet::new();
    declarations(&mut body, &mut declared);
    each_stmt(&mut body, &mut |stmt| {
        if let StmtKind::Return(value) = &mut stmt.kind {
            let value = value.take();
            is_possible &= !is_value_lost || value.as_ref().is_none_or(is_pure);
            stmt.kind = StmtKind::Exit(value.filter(|_| !is_value_lost));
        }
    });
    names(&mut body, &mut |_, name| {
        is_possible &= !params.contains(&**name);
        // A variable of the function may hide one of the script.
        if declared.contains(name) && globals.hints.contains_key(name) {
            name.push_str("\u{1}m");
        }
    });
    is_possible.then_some(body)
}

/// Adds the variables that statements declare.
fn declarations(block: &mut Block, declared: &mut HashSet<String>) {
    each_stmt(block, &mut |stmt| {
        if let StmtKind::Declare { name, .. } = &stmt.kind {
            declared.insert(name.clone());
        }
    });
}

/// Calls `visit` for each statement, but not in lambdas and functions.
fn each_stmt(block: &mut Block, visit: &mut dyn FnMut(&mut Stmt)) {
    for stmt in block {
        visit(stmt);
        for part in parts(stmt) {
            if let Part::Block(block) = part {
                each_stmt(block, visit);
            }
        }
    }
}

/// Makes what leaves the script's body leave the program.
fn returns_exit(script: &mut Block) {
    each_stmt(script, &mut |stmt| {
        if let StmtKind::Return(value) = &mut stmt.kind {
            stmt.kind = StmtKind::Exit(value.take());
        }
    });
}

/// Gives exits the code that the script sets before them: `ExitCode := 3; Exit;`.
fn exit_codes(script: &mut Block) {
    let code = |stmt: &Stmt| match &stmt.kind {
        StmtKind::Assign { target: Target::Var(name), value }
        | StmtKind::Declare { name, value: Some(value), .. }
            if name.eq_ignore_ascii_case("exitcode") =>
        {
            Some(value.clone())
        }
        _ => None,
    };
    let mut visit = |block: &mut Block| {
        for at in 1..block.len() {
            if let (StmtKind::Exit(None), Some(value)) = (&block[at].kind, code(&block[at - 1])) {
                block[at].kind = StmtKind::Exit(Some(value));
                block[at].blank_before |= block[at - 1].blank_before;
                block[at - 1].kind = StmtKind::Boilerplate;
            }
        }
        block.retain(|stmt| !matches!(stmt.kind, StmtKind::Boilerplate));
    };
    blocks_in(script, &mut visit);
    visit(script);
}

/// Removes an exit at the end of the script.
fn drop_last_exit(script: &mut Block) {
    let Some(last) = script.iter().rposition(is_code) else { return };
    if let StmtKind::Exit(None | Some(Expr::Int(0))) = script[last].kind {
        match script[last].trailing.take() {
            Some(text) => script[last].kind = StmtKind::Comment(text),
            None => drop(script.remove(last)),
        }
    }
}

/// What a function has to do with the script's variables.
#[derive(Default)]
pub(super) struct Needs {
    /// Its own variables.
    pub(super) own: HashSet<String>,
    /// The script's, and whether it changes them.
    pub(super) globals: BTreeMap<String, bool>,
    callers: Vec<usize>,
}

/// Gives functions the script's variables that they use. `in_order` is `None` where the script is a function itself.
fn share(script: &mut Block, globals: &Globals, in_order: Option<bool>) {
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut functions: Vec<usize> = Vec::new();
    let mut defaults: HashMap<String, Vec<Option<Expr>>> = HashMap::new();
    for (stmt, place) in script.iter().zip(0..) {
        if let StmtKind::Function(function) = &stmt.kind {
            let values = function.params.iter().map(|param| param.default.clone());
            defaults.insert(function.name.clone(), values.collect());
            at.insert(function.name.clone(), functions.len());
            functions.push(place);
        }
    }
    let mut needs: Vec<Needs> = Vec::new();
    for &place in &functions {
        needs.push(needed(&mut script[place], globals));
    }
    for (caller, &place) in functions.iter().enumerate() {
        calls(&mut script[place], &mut |name, _| {
            if let Some(&called) = at.get(name) {
                needs[called].callers.push(caller);
            }
        });
    }
    spread(&mut needs);
    if let Some(in_order) = in_order {
        constants::mark(script, &mut needs, in_order);
    }
    localize(script, &functions, &at, &mut needs);
    for (need, &place) in needs.iter().zip(&functions) {
        if let StmtKind::Function(function) = &mut script[place].kind {
            add_params(function, need, globals);
        }
    }
    let params: HashMap<&str, &Needs> =
        at.iter().filter_map(|(name, &at)| Some((&**name, needs.get(at)?))).collect();
    for stmt in script.iter_mut() {
        calls(stmt, &mut |name, args| {
            let Some(need) = params.get(&**name) else { return };
            let missing = defaults.get(name).into_iter().flatten().skip(args.len());
            args.extend(missing.map_while(Clone::clone));
            args.splice(0..0, need.globals.keys().cloned().map(Expr::Var));
        });
    }
}

/// Finds the script's variables that a function uses itself.
fn needed(stmt: &mut Stmt, globals: &Globals) -> Needs {
    let mut needs = Needs::default();
    let StmtKind::Function(function) = &mut stmt.kind else { return needs };
    needs.own.extend(function.params.iter().map(|param| param.name.clone()));
    declarations(&mut function.body, &mut needs.own);
    let Needs { own, globals: found, .. } = &mut needs;
    names(&mut function.body, &mut |how, name| {
        if own.contains(name) || !globals.hints.contains_key(name) {
            return;
        }
        let is_changed = matches!(how, Use::Write | Use::Bind);
        if let Some(known) = found.get_mut(name) {
            *known |= is_changed;
        } else if is_changed && !globals.declared.contains(name) {
            // What a function gives a value first is its own, where nothing is declared.
            own.insert(name.clone());
        } else {
            found.insert(name.clone(), is_changed);
        }
    });
    needs
}

/// Gives callers what they call needs.
fn spread(needs: &mut [Needs]) {
    let mut todo: Vec<usize> = (0..needs.len()).collect();
    let mut count = 0;
    while let Some(called) = todo.pop() {
        let callers = needs[called].callers.clone();
        let found = needs[called].globals.clone();
        for caller in callers {
            let before = needs[caller].globals.len();
            let mut is_new = false;
            for (name, &is_changed) in &found {
                let known = needs[caller].globals.get(name).copied();
                if known.is_none() || is_changed && known == Some(false) {
                    needs[caller].globals.insert(name.clone(), is_changed);
                    is_new = true;
                }
            }
            count += needs[caller].globals.len() - before;
            if count > MOST_PARAMS {
                return;
            }
            if is_new {
                todo.push(caller);
            }
        }
    }
}

fn add_params(function: &mut Function, need: &Needs, globals: &Globals) {
    // A variable of its own may have the name of one that it only passes on.
    let hidden: HashSet<&String> =
        need.globals.keys().filter(|name| need.own.contains(*name)).collect();
    if !hidden.is_empty() {
        let rename = |name: &mut String| {
            if hidden.contains(name) {
                name.push_str("\u{1}f");
            }
        };
        function.params.iter_mut().for_each(|param| rename(&mut param.name));
        names(&mut function.body, &mut |_, name| rename(name));
    }
    let params = need.globals.iter().map(|(name, &by_ref)| Param {
        name: name.clone(),
        hint: globals.hints.get(name).cloned().unwrap_or_default(),
        default: None,
        by_ref,
    });
    function.params.splice(0..0, params);
}

/// Moves functions out of functions and blocks. They get what they use of a function around them as params.
fn hoist(script: &mut Block) {
    for stmt in std::mem::take(script) {
        script.push(stmt);
        let mut found = Block::new();
        if let Some(Stmt { kind: StmtKind::Function(function), .. }) = script.last_mut() {
            inner_functions(function, &mut found);
        }
        script.append(&mut found);
    }
    let mut found = Block::new();
    blocks_in(script, &mut |block| take_functions(block, &mut found));
    script.append(&mut found);
}

fn inner_functions(function: &mut Function, found: &mut Block) {
    let mut inner = Block::new();
    for stmt in &mut function.body {
        if let StmtKind::Function(function) = &mut stmt.kind {
            inner_functions(function, &mut inner);
        }
    }
    if function.body.iter().any(is_function) {
        let mut globals = Globals::of(&mut function.body);
        for param in &function.params {
            globals.declared.insert(param.name.clone());
            globals.hints.insert(param.name.clone(), param.hint.clone());
        }
        share(&mut function.body, &globals, None);
        take_functions(&mut function.body, found);
    }
    found.append(&mut inner);
}

fn is_function(stmt: &Stmt) -> bool {
    matches!(stmt.kind, StmtKind::Function(_))
}

fn take_functions(block: &mut Block, found: &mut Block) {
    if block.iter().any(is_function) {
        let (functions, rest): (Block, Block) =
            std::mem::take(block).into_iter().partition(is_function);
        *block = rest;
        found.extend(functions);
    }
}
