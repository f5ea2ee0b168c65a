//! Functions: where their parameters are.

use tree_sitter::Node;

use super::expr::expr;
use super::statements::add;
use super::{SHIFT, name};
use crate::read::shared::grammar::{Source, named_children};
use crate::tree::{Block, Builtin, Expr, Function, Hint, Param, StmtKind};

/// Reads a function under a name. `None` if its parameters have no names.
pub(super) fn function(source: &mut Source, node: Node, name: String) -> Option<Function> {
    let mut params = Vec::new();
    let signature = named_children(node).into_iter().find(|n| n.kind() == "signature");
    for param in signature.map(named_children).unwrap_or_default() {
        let default = param.child_by_field_name("default");
        let variable = named_children(param).into_iter().find(|n| n.kind() == "scalar")?;
        let default = default.map(|default| expr(source, default));
        params.push(self::param(super::name(source, variable)?, default));
    }
    let body = node.child_by_field_name("body").map(named_children).unwrap_or_default();
    let mut first = 0;
    for statement in &body {
        if statement.kind() == "comment" {
            continue;
        }
        match given(source, *statement)? {
            Some(more) => params.extend(more),
            None => break,
        }
        first = statement.end_byte();
    }
    let body = body.into_iter().filter(|n| n.start_byte() >= first || n.kind() == "comment");
    let mut body = source.block(body, &mut add);
    return_last(&mut body);
    Some(Function { name, params, returns: Hint::Unknown, body })
}

fn param(name: String, default: Option<Expr>) -> Param {
    Param { name, hint: Hint::Unknown, default, by_ref: false }
}

/// Returns the parameters that a statement takes: `my ($http, $url) = @_;`, `my $url = shift;`. `Some(None)` if it is
/// another statement, `None` for what has no counterpart.
fn given(source: &mut Source, statement: Node) -> Option<Option<Vec<Param>>> {
    let inner = statement.named_child(0).filter(|n| n.kind() == "assignment_expression");
    let Some(assignment) = inner else { return Some(None) };
    let (Some(left), Some(right)) =
        (assignment.child_by_field_name("left"), assignment.child_by_field_name("right"))
    else {
        return Some(None);
    };
    if left.kind() != "variable_declaration" {
        return Some(None);
    }
    let mut cursor = left.walk();
    let several: Vec<Node> = left.children_by_field_name("variables", &mut cursor).collect();
    if source.text(right) == "@_" {
        let all_plain = several.iter().all(|variable| variable.kind() == "scalar");
        if several.is_empty() || !all_plain {
            return None;
        }
        let params = several.into_iter().map(|n| name(source, n).map(|name| param(name, None)));
        return params.collect::<Option<Vec<Param>>>().map(Some);
    }
    let is_shift = |source: &Source, node: Node| {
        matches!(source.text(node), "shift" | "shift()" | "shift @_" | "shift(@_)")
    };
    let variable = left.child_by_field_name("variable").filter(|n| n.kind() == "scalar");
    let Some(variable) = variable else { return Some(None) };
    let default = if is_shift(source, right) {
        None
    } else if right.kind() == "binary_expression"
        && right.child_by_field_name("left").is_some_and(|n| is_shift(source, n))
        && right
            .child_by_field_name("operator")
            .is_some_and(|n| matches!(source.text(n), "||" | "//"))
    {
        let default = right.child_by_field_name("right");
        default.map(|default| expr(source, default))
    } else {
        return Some(None);
    };
    name(source, variable).map(|name| Some(vec![param(name, default)]))
}

/// Makes the value that a function ends with its result.
fn return_last(block: &mut Block) {
    let is_code = |kind: &StmtKind| !matches!(kind, StmtKind::Comment(_));
    let Some(last) = block.iter_mut().rev().find(|stmt| is_code(&stmt.kind)) else { return };
    match &mut last.kind {
        StmtKind::Expr(value) if is_value(value) => {
            last.kind = StmtKind::Return(Some(value.clone()));
        }
        StmtKind::If { branches, otherwise: Some(otherwise) } => {
            branches.iter_mut().for_each(|(_, block)| return_last(block));
            return_last(otherwise);
        }
        _ => {}
    }
}

/// Returns whether an expression does nothing but have a value.
fn is_value(value: &Expr) -> bool {
    match value {
        Expr::Builtin { function, .. } => {
            !matches!(function, Builtin::Push | Builtin::Sleep | Builtin::WriteFile)
        }
        Expr::Call { name, .. } => name == SHIFT,
        Expr::Method { .. } | Expr::Unported { .. } | Expr::Null => false,
        _ => true,
    }
}
