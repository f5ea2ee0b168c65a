//! Statements that never run.

use super::ast::{Block, Expr, Stmt, StmtKind};
use super::layout::Layout;
use super::lower;

/// Whether nothing behind a statement runs.
pub(super) fn leaves(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue => true,
        StmtKind::Expr(value) | StmtKind::Tail(value) => leaves_by(value),
        _ => false,
    }
}

pub(super) fn block_leaves(block: &Block) -> bool {
    block.iter().any(leaves)
}

fn leaves_by(value: &Expr) -> bool {
    match value {
        Expr::Call { function, .. } => {
            matches!(function.as_ref(), Expr::Path(path) if path.ends_with("process::exit"))
        }
        Expr::Format { name, .. } => matches!(*name, "panic" | "todo" | "unreachable"),
        Expr::If { then, otherwise: Some(otherwise), .. }
        | Expr::IfLet { then, otherwise: Some(otherwise), .. } => {
            block_leaves(then) && block_leaves(otherwise)
        }
        Expr::Match { arms, .. } => {
            !arms.is_empty() && arms.iter().all(|(_, body)| block_leaves(body))
        }
        Expr::Block(body) => block_leaves(body),
        _ => false,
    }
}

/// Returns the statements as comments, because the compiler warns of what never runs.
pub(super) fn as_comments(stmts: Block) -> Block {
    let mut result = Vec::new();
    let mut said = false;
    for stmt in stmts {
        if matches!(stmt.kind, StmtKind::Comment(_)) {
            result.push(stmt);
            continue;
        }
        let comment = |text: &str, blank_before| Stmt {
            kind: StmtKind::Comment(text.to_owned()),
            blank_before,
            trailing: None,
        };
        let blank_before = stmt.blank_before;
        if !said {
            result.push(comment("Not reached:", blank_before));
        }
        let mut text = String::new();
        Layout::new().function_lines(&lower::block(&vec![stmt]), &mut text);
        for (at, line) in text.lines().skip(1).enumerate() {
            let line = line.strip_prefix("    ").unwrap_or(line);
            result.push(comment(line, blank_before && said && at == 0));
        }
        said = true;
    }
    result
}
