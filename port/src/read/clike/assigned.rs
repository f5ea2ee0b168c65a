//! What the body of a loop changes, and where it continues.

use crate::tree::{Block, Builtin, Expr, Stmt, StmtKind, Target};

/// Returns whether a block may change a variable.
pub(super) fn changes(block: &mut Block, name: &str) -> bool {
    block.iter_mut().any(|stmt| statement_changes(stmt, name))
}

fn statement_changes(stmt: &mut Stmt, name: &str) -> bool {
    let direct = match &stmt.kind {
        StmtKind::Assign { target: Target::Var(target), .. } => target == name,
        StmtKind::Assign { target: Target::Index { object: Expr::Var(target), .. }, .. } => {
            target == name
        }
        StmtKind::Declare { name: declared, .. } => declared == name,
        StmtKind::For { name: counted, .. } | StmtKind::ForEach { name: counted, .. } => {
            counted == name
        }
        StmtKind::Expr(Expr::Builtin { function: Builtin::Push, args }) => {
            matches!(args.first(), Some(Expr::Var(list)) if list == name)
        }
        _ => false,
    };
    let mut found = direct;
    stmt.for_each_block(&mut |block| found |= changes(block, name));
    found
}

/// Puts statements before each `continue` of a loop.
pub(super) fn before_continue(block: &mut Block, update: &[StmtKind]) {
    let mut at = 0;
    while at < block.len() {
        match &mut block[at].kind {
            StmtKind::Continue => {
                let line = block[at].line;
                let update_len = update.len();
                let update = update
                    .iter()
                    .map(|kind| crate::read::shared::build::at(line, line, kind.clone()));
                block.splice(at..at, update.collect::<Vec<Stmt>>());
                at += update_len;
            }
            StmtKind::While { .. }
            | StmtKind::DoWhile { .. }
            | StmtKind::For { .. }
            | StmtKind::ForEach { .. }
            | StmtKind::Function(_) => {}
            _ => block[at].for_each_block(&mut |inner| before_continue(inner, update)),
        }
        at += 1;
    }
}
