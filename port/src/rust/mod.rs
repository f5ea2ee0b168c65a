//! Rust as text.
//!
//! * `ast.rs`: the program,
//! * `usage.rs`: which variables are `mut` and which are not used,
//! * `layout.rs` and its siblings: the text, as rustfmt lays it out with its default settings.

pub(crate) mod ast;

pub(crate) fn print(_program: &mut ast::Program) -> String {
    String::new() // TODO printer
}
