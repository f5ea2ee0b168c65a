//! Reader of PowerShell, on the grammar of tree-sitter.

// * `mod.rs`: the script; `statements.rs`: statements,
// * `expr.rs`: expressions; `commands.rs`: commands; `resolve.rs`: names, when the script is read.

mod commands;
mod expr;
mod resolve;
mod statements;
#[cfg(test)]
mod tests;

use tree_sitter::{Language as Grammar, Node};

use self::statements::add;
use crate::names::class_name;
use crate::read::shared::grammar::{Source, named_children};
use crate::read::shared::program;
use crate::read::shared::repair::marks;
use crate::read::shared::repair::marks::{Signs, repaired};
use crate::tree::{Block, Hint};

const SIGNS: Signs = Signs {
    comments: &["#"],
    long_comment: ("<#", "#>"),
    quotes: &['\'', '"'],
    escape: '`',
    max_words: usize::MAX,
};

/// The variable with the error in the block of a `catch`. PowerShell calls it `$_`.
const ERROR: &str = "err";

/// What stands for `$_` until its block is known.
const CURRENT: &str = "_";

/// What the value of a call goes to that nobody wants.
const NOWHERE: &str = "_nowhere";

/// Reads a script.
pub(crate) fn read(script: &str) -> Block {
    let grammar: Grammar = tree_sitter_powershell::LANGUAGE.into();
    let text = repaired(&grammar, &SIGNS, script);
    let Some(mut source) = Source::parse(&grammar, &text) else { return Block::new() };
    let tree = source.tree();
    let mut block = source.block(named_children(tree.root_node()), &mut add);
    marks::finish_repair(&mut block, script);
    resolve::resolve(&mut block);
    program::inline_entry(&mut block);
    program::rename_main(&mut block);
    program::resolve_calls(&mut block);
    block
}

/// Returns the name of a variable, without its sign and its scope.
fn name(source: &Source, node: Node) -> String {
    let written = source.text(node).trim_start_matches(['$', '@']).trim_matches(['{', '}']);
    let plain = match written.split_once(':') {
        Some((scope, name)) if !scope.eq_ignore_ascii_case("env") => name,
        _ => written,
    };
    match plain {
        "_" | "PSItem" => CURRENT.to_owned(),
        plain => plain.to_owned(),
    }
}

/// Returns what `[int]` and the like say.
fn hint(ty: &str) -> Hint {
    let ty = ty.trim_matches(['[', ']']);
    match ty.to_ascii_lowercase().as_str() {
        "string" | "system.string" => Hint::Text,
        "int" | "int32" | "int64" | "long" => Hint::Int,
        "double" | "float" | "decimal" => Hint::Float,
        "bool" | "switch" | "boolean" => Hint::Bool,
        "void" => Hint::Nothing,
        _ => class_name(ty).map_or(Hint::Unknown, |class| Hint::Object(class.to_owned())),
    }
}
