//! Reader of the languages whose statements are lines: VB.NET, Visual Basic 6, VBScript and ASP, Xojo, FoxPro, AutoIt,
//! PureBasic, PowerBuilder.
//!
//! There is one reader; what differs stands in `dialect.rs` and in tables.

// * `lexer.rs`: lines of tokens; `asp.rs`: pages as lines,
// * `expr.rs`, `primary.rs`, `values.rs`: expressions,
// * `functions.rs`, `builtins.rs`, `formats.rs`, `objects.rs`: what functions and members of the languages are here,
// * `head.rs`: which statements open and close blocks; `blocks.rs`, `open.rs`, `close.rs`: those blocks,
// * `simple.rs`, `special.rs`, `calls.rs`, `output.rs`, `controls.rs`, `declare.rs`: the other statements,
// * `finish.rs`, `jumps.rs`, `results.rs`, `defaults.rs`: what can be said only when a block is complete.

mod asp;
mod blocks;
mod builtins;
mod calls;
mod close;
mod controls;
mod declare;
mod defaults;
mod dialect;
mod expr;
mod finish;
mod formats;
mod functions;
mod head;
mod jumps;
mod lexer;
mod objects;
mod open;
mod output;
mod primary;
mod results;
mod scope;
mod simple;
mod special;
#[cfg(test)]
mod tests;
mod types;
mod values;

use crate::language::Language;
use crate::tree::Block;

/// Reads a script.
pub(super) fn read(language: Language, script: &str) -> Block {
    let rules = dialect::rules(language);
    if language == Language::VbScript && script.contains("<%") {
        return blocks::read(rules, &asp::script(script));
    }
    blocks::read(rules, script)
}
