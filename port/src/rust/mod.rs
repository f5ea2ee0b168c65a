//! Rust as text.
//!
//! * `ast.rs`: the program,
//! * `tidy.rs`, `patterns.rs`, `options.rs`, `loops.rs`, `numbers.rs`, `sequences.rs`: shorter forms, as clippy wants them, with
//!   `rewrite.rs` for searches; `reach.rs`: statements that never run,
//! * `usage.rs`: which variables are `mut` and which are not used; `resolve.rs`: which variable a name is; `flow.rs`:
//!   values that nobody reads; `late.rs`: declarations without a value,
//! * `lower.rs` and `literal.rs`: parentheses, literals and format strings; `node.rs`: what comes out,
//! * `layout/`: the text, as rustfmt lays it out with its default settings.

pub(crate) mod ast;
mod flow;
mod late;
mod layout;
mod literal;
mod loops;
mod lower;
mod node;
mod numbers;
mod options;
mod patterns;
mod reach;
mod resolve;
mod rewrite;
mod sequences;
#[cfg(test)]
mod tests;
mod tidy;
mod usage;
pub(crate) mod walk;

use self::ast::{Function, Program};
use self::layout::Layout;
use std::collections::HashSet;

/// Returns the text of a program, as rustfmt lays it out and without warnings of clippy that its form could cause.
pub(crate) fn print(program: &Program) -> String {
    let mut result = String::new();
    for comment in &program.head {
        result.push_str(&literal::comment(comment));
        result.push('\n');
    }
    if !program.head.is_empty() {
        result.push('\n');
    }
    let mut uses: Vec<&str> = program.uses.iter().map(String::as_str).collect();
    uses.sort_unstable();
    uses.dedup();
    for path in &uses {
        result.push_str(&format!("use {path};\n"));
    }
    let mut functions = program.functions.clone();
    let arrays = program.constants.iter().filter(|constant| loops::is_array(&constant.value));
    let arrays: Vec<String> = arrays.map(|constant| constant.name.clone()).collect();
    functions.iter_mut().for_each(|function| settle(function, &arrays));
    print_constants(program, &mut functions, &mut result);
    for (at, function) in functions.iter().enumerate() {
        if at > 0 || !uses.is_empty() || !program.constants.is_empty() {
            result.push('\n');
        }
        print_function(function, &mut result);
    }
    result
}

/// Gives a function its final statements.
fn settle(function: &mut Function, arrays: &[String]) {
    tidy::tidy(function);
    options::tidy_options(function);
    loops::tidy_loops(function, arrays);
    sequences::tidy_sequences(function);
    usage::settle(function);
    // What was removed may have left shorter forms.
    tidy::tidy(function);
    patterns::tidy_patterns(function);
    tidy::tidy(function);
}

fn print_constants(program: &Program, functions: &mut [Function], result: &mut String) {
    if program.constants.is_empty() {
        return;
    }
    let mut read = HashSet::new();
    // What only functions use that nothing calls is not used.
    for function in functions.iter_mut().filter(|function| !function.name.starts_with('_')) {
        resolve::names(&mut function.body, &mut read);
    }
    let mut lines = Vec::new();
    for constant in &program.constants {
        let mut constant = constant.clone();
        if !read.contains(&constant.name) {
            let unused = format!("_{}", constant.name);
            let old = std::mem::replace(&mut constant.name, unused);
            for function in functions.iter_mut() {
                rewrite::renamed(&mut function.body, &old, &constant.name);
            }
        }
        lines.extend(lower::constant(&constant));
    }
    if !program.uses.is_empty() {
        result.push('\n');
    }
    let mut text = String::new();
    Layout::new().constants(&lines, &mut text);
    result.push_str(text.trim_start_matches('\n'));
    result.push('\n');
}

fn print_function(function: &Function, result: &mut String) {
    for comment in &function.comments {
        result.push_str(&literal::comment(comment));
        result.push('\n');
    }
    // Clippy warns of more than seven.
    if function.params.len() > 7 {
        result.push_str("#[allow(clippy::too_many_arguments)]\n");
    }
    let params: Vec<String> =
        function.params.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
    let returns = function.returns.as_ref().map(|ty| format!(" -> {ty}")).unwrap_or_default();
    let name = &function.name;
    let line = format!("fn {name}({}){returns}", params.join(", "));
    let lines = lower::block(&function.body);
    let mut layout = Layout::new();
    let on_one_line = params.is_empty() || layout::fits_on_a_line(&line);
    if on_one_line {
        result.push_str(&line);
    } else {
        let params: String = params.iter().map(|param| format!("    {param},\n")).collect();
        result.push_str(&format!("fn {name}(\n{params}){returns}"));
    }
    if lines.is_empty() {
        result.push_str(if on_one_line { " {}\n" } else { " {\n}\n" });
        return;
    }
    result.push_str(" {");
    layout.function_lines(&lines, result);
    result.push_str("\n}\n");
}
