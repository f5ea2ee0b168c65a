//! From the tree to Rust.

// * `types.rs`: types of Rust; `value.rs`: values with their types, and conversions,
// * `facts.rs`, `bindings.rs`, `said.rs`: variables and functions; `infer.rs`, `operators.rs`: their types; `widths.rs`: which numbers are `usize`,
// * `lower.rs`: the state; `routines.rs`: functions; `constants.rs`: constants; `stmts.rs`, `guards.rs`, `loops.rs`, `tries.rs`, `store.rs`, `pairs.rs`:
//   statements,
// * `rules.rs`: what the languages mean by the same signs,
// * `exprs.rs`, `arithmetic.rs`, `lists.rs`, `maps.rs`, `choices.rs`, `calls.rs`, `conds.rs`, `builtins.rs`, `members.rs`: expressions,
// * `unported.rs`, `leaves.rs`: what is not ported, and what would have left a block or changed a variable,
// * `build.rs`, `visit.rs`: helpers for the two trees.

mod arithmetic;
mod bindings;
mod build;
mod builtins;
mod calls;
mod choices;
mod conds;
mod constants;
mod exprs;
mod facts;
mod guards;
mod infer;
mod leaves;
mod lists;
mod loops;
mod lower;
mod maps;
mod members;
mod needs;
mod operators;
mod pairs;
mod routines;
mod rules;
mod said;
mod stmts;
mod store;
#[cfg(test)]
mod tests;
mod tries;
mod types;
mod unported;
mod value;
mod visit;
mod widths;

use self::facts::Facts;
use self::lower::Lower;
use self::value::Why;
use crate::language::Language;
use crate::masked_lines::ScriptLines;
use crate::report::Remark;
use crate::rust::ast::{Constant, Expr as Rust, Function, Piece, Program};
use crate::tree::{Block, Stmt, StmtKind};

/// How often a script is translated at most until nothing new is found out.
const ROUNDS: usize = 40;

/// Translates a script. `lines` are those of the script, for what is not ported.
pub(crate) fn translate(
    script: &Block,
    lines: &ScriptLines<'_>,
    language: Language,
    literal: bool,
) -> (Program, Vec<Remark>) {
    let mut facts = Facts::of(script, language);
    infer::infer(script, &mut facts);
    widths::decide(script, &mut facts);
    needs::changes(script, &mut facts);
    needs::find(script, &mut facts);
    let transport = !literal && needs::is_plain(script, &facts);
    needs::name(&mut facts);
    for _ in 0..ROUNDS {
        let mut lower = Lower::new(&facts, lines, literal, transport);
        let (constants, functions) = program(&mut lower, script);
        let found = std::mem::take(&mut lower.found);
        let fails: Vec<usize> =
            found.fails.into_iter().filter(|at| !lower.facts.routines[*at].fails).collect();
        if fails.is_empty() && found.missing.is_empty() {
            return finished(lower, constants, functions, script);
        }
        for at in fails {
            facts.routines[at].fails = true;
        }
        for (id, why) in found.missing {
            facts.bindings[id].missing = Some(why);
        }
    }
    // Every round finds at least one variable or function, so that this is a script of very many that are not ported.
    let why = Why {
        text: "too much of it depends on what is not here".into(),
        follows: false,
        absent: true,
    };
    let mut lower = Lower::new(&facts, lines, literal, transport);
    let body = lower.quoted(1, lines.len(), &why, false);
    let main = Function { name: "main".into(), body, ..empty() };
    (Program { functions: vec![main], ..Program::default() }, lower.remarks)
}

fn empty() -> Function {
    Function {
        comments: Vec::new(),
        name: String::new(),
        params: Vec::new(),
        returns: None,
        body: Vec::new(),
    }
}

/// Translates the functions and the main part, in the order of the script.
fn program(lower: &mut Lower<'_, '_>, script: &Block) -> (Vec<Constant>, Vec<Function>) {
    let mut functions = Vec::new();
    let mut taken = Vec::new();
    let constants = constants::translate(lower, script, &mut taken);
    for at in 1..lower.facts.routines.len() {
        let Some(tree) = lower.facts.routines[at].tree else { continue };
        lower.stood.clear();
        let Some(mut function) = lower.function_of(at) else { continue };
        lower.without_use(&function);
        let place = script.iter().position(|stmt| match &stmt.kind {
            StmtKind::Function(function) => std::ptr::eq(function, tree),
            _ => false,
        });
        if let Some(place) = place {
            let above = comments_above(script, place);
            for stmt in &script[above..place] {
                if let StmtKind::Comment(text) = &stmt.kind {
                    function.comments.push(text.clone());
                }
            }
            taken.extend(above..place);
        }
        functions.push(function);
    }
    taken.extend(0..head(script));
    lower.skipped = taken;
    lower.stood.clear();
    let main = lower.main(script);
    lower.without_use(&main);
    let works = |stmt: &Stmt| {
        !matches!(
            stmt.kind,
            StmtKind::Comment(_)
                | StmtKind::Boilerplate
                | StmtKind::Function(_)
                | StmtKind::Dispose(_)
        )
    };
    let first = script.iter().position(works).unwrap_or(script.len());
    let before = script[..first].iter().any(|stmt| matches!(stmt.kind, StmtKind::Function(_)));
    match before {
        true => functions.push(main),
        false => functions.insert(0, main),
    }
    (constants, functions)
}

/// Returns how many comments are at the start of the script.
fn head(script: &Block) -> usize {
    let is_comment = |stmt: &&Stmt| matches!(stmt.kind, StmtKind::Comment(_));
    let count = script.iter().take_while(is_comment).count();
    // Those right above a function are on that.
    match script.get(count).map(|stmt| &stmt.kind) {
        Some(StmtKind::Function(_)) => comments_above(script, count),
        _ => count,
    }
}

/// Returns where the comments above a function begin.
fn comments_above(script: &Block, place: usize) -> usize {
    let mut at = place;
    let mut below = &script[place];
    while at > 0 && matches!(script[at - 1].kind, StmtKind::Comment(_)) && !below.blank_before {
        at -= 1;
        below = &script[at];
    }
    at
}

fn finished(
    lower: Lower<'_, '_>,
    constants: Vec<Constant>,
    mut functions: Vec<Function>,
    script: &Block,
) -> (Program, Vec<Remark>) {
    if lower.stands {
        functions.push(Function {
            comments: vec!["Stands for a value that is not ported.".into()],
            name: "not_ported<T>".into(),
            params: vec![("what".into(), "&str".into())],
            returns: Some("T".into()),
            body: vec![build::tail(Rust::Format {
                name: "todo",
                pieces: vec![Piece::Value(build::var("what"))],
            })],
        });
    }
    needs::mark_unused(&mut functions);
    let mut uses: Vec<String> = Vec::new();
    if needs::is_written(&mut functions, "BTreeMap") {
        uses.push("std::collections::BTreeMap".into());
    }
    if lower.transport {
        let mut classes: Vec<&str> = vec!["Transport"];
        for class in ["HttpRequest", "HttpResponse"] {
            if needs::is_written(&mut functions, class) {
                classes.push(class);
            }
        }
        classes.sort_unstable();
        uses.push(match classes[..] {
            [class] => format!("zoomkat::{class}"),
            _ => format!("zoomkat::{{{}}}", classes.join(", ")),
        });
    } else if needs::is_used(&mut functions) {
        uses.push("zoomkat::chilkat::*".into());
    }
    let head = script[..head(script)].iter().filter_map(|stmt| match &stmt.kind {
        StmtKind::Comment(text) if !stmts::is_on_unlocking(text) && !stmts::is_on_file(text) => {
            Some(text.clone())
        }
        _ => None,
    });
    let mut head: Vec<String> = head.collect();
    for feature in &lower.features {
        head.push(format!("Needs zoomkat's feature \"{feature}\"."));
    }
    let mut remarks = lower.remarks;
    remarks.sort_by_key(|remark| remark.line);
    remarks.dedup();
    (Program { head, uses, constants, functions }, remarks)
}
