//! From the tree to Rust.

use crate::report::Remark;
use crate::rust::ast::Program;
use crate::tree::Block;

/// Translates a script. `lines` are those of the script, for what is not ported.
pub(crate) fn translate(script: &Block, lines: &[&str], literal: bool) -> (Program, Vec<Remark>) {
    let _ = (script, lines, literal);
    (Program::default(), Vec::new()) // TODO translate
}
