//! Reader of Perl, on its grammar for tree-sitter.

// * `mod.rs`: the script; `statements.rs`: statements; `subs.rs`: parameters of functions,
// * `expr.rs`: expressions; `functions.rs`: Perl's own functions; `text.rs`: literals.

mod expr;
mod functions;
mod statements;
mod subs;
#[cfg(test)]
mod tests;
mod text;

use tree_sitter::{Language as Grammar, Node};

use self::statements::add;
use crate::read::shared::build::{beside, builtin};
use crate::read::shared::grammar::{Source, named_children};
use crate::read::shared::program;
use crate::read::shared::repair::marks;
use crate::read::shared::repair::marks::{Signs, repaired};
use crate::read::shared::texts::print;
use crate::read::shared::walk;
use crate::tree::{Block, Builtin, Expr, Stmt, StmtKind};

const SIGNS: Signs = Signs {
    comments: &["#"],
    long_comment: ("", ""),
    quotes: &['\'', '"'],
    escape: '\\',
    max_words: 2_000,
};

/// The variable with the error in the block of a `catch`. Perl calls it `$@`.
const ERROR: &str = "err";

/// What stands for `shift` outside of the parameters of a function.
const SHIFT: &str = "shift";

/// Reads a script.
pub(crate) fn read(script: &str) -> Block {
    let grammar: Grammar = ts_parser_perl::LANGUAGE.into();
    let text = repaired(&grammar, &SIGNS, script);
    let Some(mut source) = Source::parse(&grammar, &text) else { return Block::new() };
    let tree = source.tree();
    let mut block = source.block(named_children(tree.root_node()), &mut add);
    marks::finish_repair(&mut block, script);
    program::inline_entry(&mut block);
    end_with_message(&mut block);
    number_arguments(&mut block);
    program::rename_main(&mut block);
    program::resolve_calls(&mut block);
    block
}

/// Makes `die` outside of functions and of `eval` a message and the end of the program with code 255.
fn end_with_message(block: &mut Block) {
    let mut at = 0;
    while at < block.len() {
        let stmt = &mut block[at];
        match &mut stmt.kind {
            StmtKind::Throw(message) => {
                let message = message.take();
                let place = stmt.clone();
                stmt.kind = StmtKind::Exit(Some(Expr::Int(255)));
                if let Some(message) = message {
                    let kind = print(message, true, true);
                    block.insert(at, Stmt { kind, ..place.clone() });
                    block[at + 1] = beside(&place, StmtKind::Exit(Some(Expr::Int(255))));
                    at += 1;
                }
            }
            StmtKind::Function(_) => {}
            StmtKind::Try { catch, finally, .. } => {
                catch.iter_mut().for_each(|catch| end_with_message(&mut catch.body));
                end_with_message(finally);
            }
            _ => stmt.for_each_block(&mut end_with_message),
        }
        at += 1;
    }
}

/// Makes each `shift` outside of functions the next argument of the program.
fn number_arguments(block: &mut Block) {
    let mut next = 0;
    for stmt in block {
        if matches!(stmt.kind, StmtKind::Function(_)) {
            continue;
        }
        walk::stmt_exprs(stmt, &mut |expr| {
            if matches!(expr, Expr::Call { name, .. } if name == SHIFT) {
                *expr = builtin(Builtin::Arg, vec![Expr::Int(next)]);
                next += 1;
            }
        });
    }
}

/// Returns the name of a variable, without its sign. `None` for one that is computed.
fn name(source: &Source, node: Node) -> Option<String> {
    let inner = named_children(node).into_iter().find(|n| n.kind() == "varname");
    let varname = if node.kind() == "varname" { node } else { inner? };
    if let Some(inner) = varname.named_child(0) {
        // `@$list` and `@{$list}`.
        let inner = match inner.kind() {
            "block" => inner.named_child(0)?.named_child(0)?,
            _ => inner,
        };
        return if inner.kind() == "scalar" { name(source, inner) } else { None };
    }
    let written = source.text(varname);
    Some(match written {
        "_" => "item".to_owned(),
        _ => written.rsplit("::").next().unwrap_or(written).to_owned(),
    })
}
