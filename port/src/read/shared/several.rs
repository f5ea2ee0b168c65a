//! Several variables that are set at once.

use super::build::{assign, beside, index, var};
use super::walk;
use crate::tree::{Block, Expr, Stmt, StmtKind, Target};

/// Adds the assignments of `a, b = x, y`, or of the items of a list. A variable that is read after it was set keeps
/// its old value under another name. Returns false if that cannot be said.
pub(crate) fn assign_several(
    place: &Stmt,
    targets: Vec<Target>,
    right: Expr,
    out: &mut Block,
) -> bool {
    let mut values = match right {
        Expr::List(values) if values.len() == targets.len() => values,
        Expr::List(_) | Expr::Unported { .. } | Expr::Null => return false,
        Expr::Var(name) if !targets.contains(&Target::Var(name.clone())) => {
            items(&name, targets.len())
        }
        right => {
            let name = "parts";
            out.push(beside(place, assign(name, right)));
            items(name, targets.len())
        }
    };
    for at in 0..targets.len() {
        let later = &values[at + 1..];
        match &targets[at] {
            Target::Var(name) if walk::values_use(later, name) => {
                let old = format!("old_{name}");
                out.push(beside(place, assign(&old, var(name.clone()))));
                for value in &mut values[at + 1..] {
                    walk::expr_tree(value, &mut |expr| {
                        if *expr == Expr::Var(name.clone()) {
                            *expr = var(old.clone());
                        }
                    });
                }
            }
            Target::Var(_) => {}
            // `list[i], list[j] = list[j], list[i]`.
            Target::Index { .. } | Target::Property { .. } => {
                for (number, value) in values.iter_mut().enumerate().skip(at + 1) {
                    if matches!(value, Expr::Var(_) | Expr::Int(_) | Expr::Text(_)) {
                        continue;
                    }
                    let name = format!("value_{number}");
                    let value = std::mem::replace(value, var(name.clone()));
                    out.push(beside(place, assign(&name, value)));
                }
            }
        }
    }
    for (target, value) in targets.into_iter().zip(values) {
        out.push(beside(place, StmtKind::Assign { target, value }));
    }
    true
}

fn items(list: &str, count: usize) -> Vec<Expr> {
    let places = 0..i64::try_from(count).unwrap_or(0);
    places.map(|place| index(var(list), Expr::Int(place))).collect()
}

/// Gives the variable of a counting loop a name of its own where the script reads it behind the loop: there it has
/// the last value, not the one after it.
pub(crate) fn keep_last_counts(block: &mut Block) {
    for at in 0..block.len() {
        block[at].for_each_block(&mut keep_last_counts);
        let StmtKind::For { name, .. } = &block[at].kind else { continue };
        if !is_read(&block[at + 1..], name) {
            continue;
        }
        let (place, name) = (block[at].clone(), name.clone());
        if let StmtKind::For { name: counter, body, .. } = &mut block[at].kind {
            *counter = format!("next_{name}");
            body.insert(0, beside(&place, assign(&name, var(counter.clone()))));
        }
    }
}

/// Returns whether statements read a variable before they set it.
fn is_read(stmts: &[Stmt], name: &str) -> bool {
    for stmt in stmts {
        match &stmt.kind {
            StmtKind::Function(_) => continue,
            StmtKind::For { name: of, from, to, .. } if of == name => {
                return walk::values_use(&[from.clone(), to.clone()], name);
            }
            StmtKind::ForEach { name: of, items, .. } if of == name => {
                return walk::values_use(std::slice::from_ref(items), name);
            }
            StmtKind::Assign { target: Target::Var(of), value } if of == name => {
                return walk::values_use(std::slice::from_ref(value), name);
            }
            _ => {}
        }
        if walk::uses(&vec![stmt.clone()], name) {
            return true;
        }
    }
    false
}
