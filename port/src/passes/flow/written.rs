//! What statements change.

use std::collections::HashMap;

use crate::passes::walk::{Use, exprs, exprs_of_expr, names_of_stmt};
use crate::tree::{Block, Expr};

/// The functions' params that callers see changes of.
pub(crate) type ByRef = HashMap<String, Vec<bool>>;

/// Adds the variables that a block changes.
pub(super) fn written(block: &mut Block, by_ref: &ByRef, names: &mut Vec<String>) {
    for stmt in block {
        names_of_stmt(stmt, &mut |how, name| {
            if how != Use::Read {
                names.push(name.clone());
            }
        });
        if !by_ref.is_empty() {
            exprs(stmt, &mut |expr| by_ref_args(expr, by_ref, names));
        }
    }
}

pub(super) fn written_in_expr(expr: &mut Expr, by_ref: &ByRef, names: &mut Vec<String>) {
    exprs_of_expr(expr, &mut |expr| by_ref_args(expr, by_ref, names));
}

fn by_ref_args(expr: &mut Expr, by_ref: &ByRef, names: &mut Vec<String>) {
    let Expr::Call { name, args } = expr else { return };
    let Some(params) = by_ref.get(name) else { return };
    for (arg, &is_by_ref) in args.iter().zip(params) {
        if let (Expr::Var(name), true) = (arg, is_by_ref) {
            names.push(name.clone());
        }
    }
}
