//! What the readers share.

// * `grammar.rs`: parsing with a grammar of tree-sitter; `repair/`: scripts that it cannot read,
// * `build.rs`: expressions and statements; `texts.rs`: texts, formats, output; `control.rs`: loops, switches,
// * `catches.rs`: handlers of errors; `leave.rs`: ways out of several loops; `several.rs`: several
//   variables at once,
// * `walk.rs`: walks through what a reader has made,
// * `program.rs`, `classes.rs`, `last_values.rs`: shapes of whole scripts that Rust does not have.

pub(crate) mod build;
pub(crate) mod catches;
pub(crate) mod classes;
pub(crate) mod control;
pub(crate) mod grammar;
pub(crate) mod last_values;
pub(crate) mod leave;
pub(crate) mod program;
pub(crate) mod repair;
pub(crate) mod several;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod texts;
pub(crate) mod walk;
