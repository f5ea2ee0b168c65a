//! What changes the tree before it is translated.

mod chilkat;
mod flow;
mod functions;
mod guards;
mod loops;
mod scopes;
#[cfg(test)]
mod tests;
mod tidy;
mod walk;

use crate::tree::Block;

/// Changes the tree of a script so that it can be translated; `literal` keeps every statement in its place.
pub(crate) fn run(mut script: Block, literal: bool) -> Block {
    tidy::run(&mut script);
    functions::run(&mut script);
    scopes::run(&mut script);
    loops::lower(&mut script);
    loops::unreachable(&mut script);
    if !literal {
        guards::run(&mut script);
        loops::count(&mut script);
    }
    flow::run(&mut script);
    script
}
