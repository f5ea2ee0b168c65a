//! Reader of JavaScript for Node.js, on the grammar of tree-sitter.

// * `mod.rs`: the script, and its imports; `statements.rs`: statements,
// * `expr.rs`: expressions; `functions.rs`: JavaScript's own functions.

mod expr;
mod functions;
mod statements;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use tree_sitter::{Language as Grammar, Node};

use self::expr::expr;
use self::statements::add;
use crate::read::shared::build::index;
use crate::read::shared::grammar::{Source, named_children};
use crate::read::shared::leave;
use crate::read::shared::program;
use crate::read::shared::repair::marks;
use crate::read::shared::repair::marks::{Signs, repaired};
use crate::read::shared::walk;
use crate::tree::{Block, Expr, Function, Hint, Param, StmtKind};

const SIGNS: Signs = Signs {
    comments: &["//"],
    long_comment: ("/*", "*/"),
    quotes: &['\'', '"', '`'],
    escape: '\\',
    max_words: usize::MAX,
};

/// Reads a script.
pub(crate) fn read(script: &str) -> Block {
    let grammar: Grammar = tree_sitter_javascript::LANGUAGE.into();
    let text = repaired(&grammar, &SIGNS, script);
    let Some(mut source) = Source::parse(&grammar, &text) else { return Block::new() };
    let tree = source.tree();
    let mut block = source.block(named_children(tree.root_node()), &mut add);
    marks::finish_repair(&mut block, script);
    leave::resolve_all(&mut block);
    leave::drop_endless(&mut block);
    program::inline_entry(&mut block);
    program::rename_main(&mut block);
    name_classes(&mut block, &imports(script));
    index_maps(&mut block);
    program::resolve_calls(&mut block);
    block
}

/// Returns what the script calls the module and its classes: the name in the script, and the class. The module itself
/// has no class.
fn imports(script: &str) -> HashMap<String, Option<String>> {
    let mut names = HashMap::new();
    let is_import = |line: &&str| {
        line.to_ascii_lowercase().contains("chilkat")
            && (line.contains("require(") || line.trim_start().starts_with("import "))
    };
    for line in script.lines().filter(is_import) {
        let bound = match line.trim_start().strip_prefix("import ") {
            Some(rest) => rest.split(" from ").next(),
            None => line.split_once('=').map(|(bound, _)| bound),
        };
        let Some(bound) = bound else { continue };
        match bound.split_once('{').and_then(|(_, rest)| rest.split_once('}')) {
            Some((classes, _)) => names.extend(classes.split(',').map(|class| {
                let (class, name) = class.split_once([':']).unwrap_or((class, class));
                let (class, name) = class.split_once(" as ").unwrap_or((class, name));
                (name.trim().to_owned(), Some(class.trim().to_owned()))
            })),
            None => {
                let name = bound.trim().rsplit([' ', '\t']).next().unwrap_or_default();
                names.insert(name.to_owned(), None);
            }
        }
    }
    names
}

/// Makes `new ck.Http()` the class if `ck` is the module.
fn name_classes(block: &mut Block, imports: &HashMap<String, Option<String>>) {
    walk::exprs(block, &mut |expr| {
        let Expr::Call { name, .. } = expr else { return };
        let Some(written) = name.strip_prefix("new ") else { return };
        let class = match written.split_once('.') {
            Some((module, class)) if imports.get(module) == Some(&None) => class,
            Some(_) => return,
            None => match imports.get(written) {
                Some(Some(class)) => class,
                _ => return,
            },
        };
        let class = crate::names::class_name(class).unwrap_or(class).to_owned();
        *expr = Expr::New(class);
    });
}

/// Makes `map.name` an entry of the map where a variable is an object literal.
fn index_maps(block: &mut Block) {
    let mut maps = HashSet::new();
    walk::stmts(block, &mut |stmt| {
        if let StmtKind::Declare { name, value: Some(Expr::Map(_)), .. } = &stmt.kind {
            maps.insert(name.clone());
        }
    });
    if maps.is_empty() {
        return;
    }
    let is_map = |object: &Expr| matches!(object, Expr::Var(name) if maps.contains(name));
    walk::exprs(block, &mut |expr| match expr {
        Expr::Property { object, name } if is_map(object) => {
            *expr = index((**object).clone(), Expr::Text(name.clone()));
        }
        _ => {}
    });
    walk::stmts(block, &mut |stmt| {
        let StmtKind::Assign { target, .. } = &mut stmt.kind else { return };
        let crate::tree::Target::Property { object, name } = target else { return };
        if is_map(object) {
            let (object, index) = (object.clone(), Expr::Text(name.clone()));
            *target = crate::tree::Target::Index { object, index };
        }
    });
}

/// Reads a function under a name. `None` if it takes its arguments apart.
fn function(source: &mut Source, node: Node, name: String) -> Option<Function> {
    let params = match node.child_by_field_name("parameter") {
        Some(only) => vec![only],
        None => node.child_by_field_name("parameters").map(named_children).unwrap_or_default(),
    };
    let mut read = Vec::new();
    for param in params.into_iter().filter(|param| param.kind() != "comment") {
        let (param, default) = match param.kind() {
            "assignment_pattern" => {
                (param.child_by_field_name("left")?, param.child_by_field_name("right"))
            }
            _ => (param, None),
        };
        if param.kind() != "identifier" {
            return None;
        }
        read.push(Param {
            name: source.text(param).to_owned(),
            hint: Hint::Unknown,
            default: default.map(|default| expr(source, default)),
            by_ref: false,
        });
    }
    let body = node.child_by_field_name("body")?;
    let body = functions::lambda_body(source, body);
    Some(Function { name, params: read, returns: Hint::Unknown, body })
}

fn field_expr(source: &mut Source, node: Option<Node>) -> Expr {
    node.map_or(Expr::Null, |node| expr(source, node))
}
