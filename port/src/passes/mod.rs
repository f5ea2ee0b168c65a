//! What changes the tree before it is translated.

mod flow;
mod loops;
#[cfg(test)]
mod tests;
mod walk;

use crate::tree::Block;

/// Changes the tree of a script so that it can be translated; `literal` keeps every statement in its place.
pub(crate) fn run(mut script: Block, literal: bool) -> Block {
    let _ = literal;
    loops::lower(&mut script);
    loops::unreachable(&mut script);
    flow::run(&mut script);
    script
}
