//! Loops over maps, and over lists with their positions.

use tree_sitter::Node;

use crate::read::shared::build::{assign, at, builtin, index, var};
use crate::read::shared::control::counted_loop;
use crate::read::shared::grammar::{Source, each_node, named_children};
use crate::tree::{Block, Builtin, Expr, StmtKind};

/// Returns the loop over a map, or over a list with its positions.
pub(super) fn pairs(
    source: &Source,
    node: Node,
    (key, name): (String, String),
    items: Expr,
    mut body: Block,
) -> StmtKind {
    let line = node.start_position().row + 1;
    let unknown = || StmtKind::Unported("a loop over keys and values".to_owned());
    let is_map = match &items {
        Expr::Var(list) => is_map(source, list),
        Expr::Map(_) => Some(true),
        _ => return unknown(),
    };
    match is_map {
        Some(true) | None => {
            let value = assign(&name, index(items.clone(), var(&key)));
            body.insert(0, at(line, line, value));
            StmtKind::ForEach { name: key, items: builtin(Builtin::Keys, vec![items]), body }
        }
        Some(false) => {
            let loops = counted_loop(line, &name, &key, 0, items, body);
            loops.into_iter().next_back().map_or_else(unknown, |stmt| stmt.kind)
        }
    }
}

/// Returns whether a variable is a map, or a list, by what the script assigns to it. `None` if that is not plain.
fn is_map(source: &Source, list: &str) -> Option<bool> {
    let (mut is_map, mut is_list) = (false, source.text.len() > 1 << 16);
    let written = format!("${list}");
    each_node(source.tree().root_node(), &mut |node| {
        let sides = (node.child_by_field_name("left"), node.child_by_field_name("right"));
        let (true, (Some(left), Some(right))) = (node.kind() == "assignment_expression", sides)
        else {
            return;
        };
        if source.text(left) == written {
            let items = named_children(right);
            let pairs = items.iter().filter(|item| item.named_child_count() == 2).count();
            match right.kind() {
                "array_creation_expression" if items.is_empty() => {}
                "array_creation_expression" => {
                    is_map |= pairs > 0;
                    is_list |= pairs < items.len();
                }
                _ => is_list |= source.text(right).starts_with("explode("),
            }
        } else if left.kind() == "subscript_expression"
            && left.named_child(0).is_some_and(|of| source.text(of) == written)
        {
            let is_push = left.named_child_count() == 1;
            is_list |= is_push;
            is_map |= !is_push;
        }
    });
    (is_map != is_list).then_some(is_map)
}
