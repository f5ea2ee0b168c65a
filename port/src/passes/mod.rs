//! What changes the tree before it is translated.

use crate::tree::Block;

/// Changes the tree of a script so that it can be translated; `literal` keeps every statement in its place.
pub(crate) fn run(script: Block, literal: bool) -> Block {
    let _ = literal;
    script // TODO passes
}
