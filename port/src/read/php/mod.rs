//! Reader of PHP, with Chilkat's extension or with COM, on the grammar of tree-sitter.

// * `mod.rs`: the script; `statements.rs`, `loops.rs`: statements,
// * `expr.rs`: expressions; `functions.rs`: PHP's own functions; `text.rs`: literals.

mod expr;
mod functions;
mod loops;
mod statements;
#[cfg(test)]
mod tests;
mod text;

use tree_sitter::{Language as Grammar, Node};

use self::expr::expr;
use self::statements::add;
use crate::names::class_name;
use crate::read::shared::grammar::{Source, named_children};
use crate::read::shared::leave;
use crate::read::shared::program;
use crate::read::shared::repair::marks;
use crate::read::shared::repair::marks::{Signs, repaired};
use crate::tree::{Block, Expr, Function, Hint, Param};

const SIGNS: Signs = Signs {
    comments: &["//", "#"],
    long_comment: ("/*", "*/"),
    quotes: &['\'', '"'],
    escape: '\\',
    max_words: usize::MAX,
};

/// Reads a script.
pub(crate) fn read(script: &str) -> Block {
    // Published fragments have no tag.
    let grammar: Grammar = match script.contains("<?") {
        true => tree_sitter_php::LANGUAGE_PHP.into(),
        false => tree_sitter_php::LANGUAGE_PHP_ONLY.into(),
    };
    let text = repaired(&grammar, &SIGNS, script);
    let Some(mut source) = Source::parse(&grammar, &text) else { return Block::new() };
    let tree = source.tree();
    let mut block = source.block(named_children(tree.root_node()), &mut add);
    marks::finish_repair(&mut block, script);
    leave::resolve_all(&mut block);
    leave::drop_endless(&mut block);
    program::inline_entry(&mut block);
    program::resolve_calls(&mut block);
    block
}

/// Returns the name of a variable or a function.
fn name(source: &Source, node: Node) -> String {
    source.text(node).trim_start_matches(['$', '&', '\\']).to_owned()
}

/// Reads the function that a node declares, under a name.
fn function(source: &mut Source, node: Node, name: String) -> Function {
    let params = node.child_by_field_name("parameters").map(named_children).unwrap_or_default();
    let params = params
        .into_iter()
        .filter_map(|param| {
            let hint = param.child_by_field_name("type").map(|ty| hint(source, ty));
            let default = param.child_by_field_name("default_value");
            Some(Param {
                name: self::name(source, param.child_by_field_name("name")?),
                hint: hint.unwrap_or_default(),
                default: default.map(|value| expr(source, value)),
                by_ref: param.child_by_field_name("reference_modifier").is_some(),
            })
        })
        .collect();
    let returns = node.child_by_field_name("return_type").map(|ty| hint(source, ty));
    let body = node.child_by_field_name("body").map(named_children).unwrap_or_default();
    let body = source.block(body, &mut add);
    Function { name, params, returns: returns.unwrap_or_default(), body }
}

fn hint(source: &Source, ty: Node) -> Hint {
    let written = source.text(ty).trim_start_matches('?');
    let main = written.split('|').find(|part| !part.eq_ignore_ascii_case("null"));
    match main.unwrap_or(written).trim() {
        "string" => Hint::Text,
        "int" => Hint::Int,
        "float" => Hint::Float,
        "bool" => Hint::Bool,
        "void" | "never" => Hint::Nothing,
        other => class_name(other).map_or(Hint::Unknown, |class| Hint::Object(class.to_owned())),
    }
}

fn field_expr(source: &mut Source, node: Option<Node>) -> Expr {
    node.map_or(Expr::Null, |node| expr(source, node))
}
