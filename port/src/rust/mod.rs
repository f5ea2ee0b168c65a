//! Rust as text.
//!
//! * `ast.rs`: the program,
//! * `tidy.rs` and `patterns.rs`: shorter forms, as clippy wants them; `reach.rs`: statements that never run,
//! * `usage.rs`: which variables are `mut` and which are not used; `resolve.rs`: which variable a name is; `flow.rs`:
//!   values that nobody reads; `late.rs`: declarations without a value,
//! * `lower.rs` and `literal.rs`: parentheses, literals and format strings; `node.rs`: what comes out,
//! * `layout/`: the text, as rustfmt lays it out with its default settings.

pub(crate) mod ast;
mod flow;
mod late;
mod layout;
mod literal;
mod lower;
mod node;
mod patterns;
mod reach;
mod resolve;
#[cfg(test)]
mod tests;
mod tidy;
mod usage;
pub(crate) mod walk;

use self::ast::{Function, Program};
use self::layout::Layout;

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
    for (at, mut function) in program.functions.iter().cloned().enumerate() {
        tidy::tidy(&mut function);
        usage::settle(&mut function);
        // What was removed may have left shorter forms.
        tidy::tidy(&mut function);
        patterns::tidy_patterns(&mut function);
        tidy::tidy(&mut function);
        if at > 0 || !uses.is_empty() {
            result.push('\n');
        }
        print_function(&function, &mut result);
    }
    result
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
