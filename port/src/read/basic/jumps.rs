//! Jumps to labels: handlers of errors, the last lines of a routine, the end of a loop.

use super::finish::{inner_blocks, stmt};
use crate::tree::{Block, Catch, Stmt, StmtKind};

/// Begins the reason of a statement that is a label, until the block is complete.
pub(super) const LABEL: &str = "\u{1}label ";
/// Begins the reason of `On Error GoTo`, until the block is complete.
pub(super) const GOTO: &str = "\u{1}goto ";

/// Begins the reason of `GoTo`, until the block is complete.
pub(super) const JUMP: &str = "\u{1}jump ";
/// How many statements behind a label are repeated instead of a jump.
const MAX_REPEATED: usize = 12;

/// `On Error GoTo Failed` ... `Failed:` is a `Try` with the handler as its `Catch`.
pub(super) fn errors(block: Block) -> Block {
    let block = jumps(continued(block));
    let Some(start) = block.iter().position(|stmt| label_of(stmt, GOTO).is_some()) else {
        return labels(block);
    };
    let wanted = label_of(&block[start], GOTO);
    let Some(end) = block.iter().skip(start).position(|stmt| label_of(stmt, LABEL) == wanted)
    else {
        return labels(block);
    };
    let end = start + end;
    let mut body = block;
    let handler = body.split_off(end + 1);
    body.pop();
    let mut tried = body.split_off(start);
    let goto = tried.remove(0);
    // Leaving before the handler is what a `Try` does by itself, unless a value is returned.
    if tried.last().is_some_and(|stmt| stmt.kind == StmtKind::Return(None)) {
        tried.pop();
    }
    let end_line = handler.last().map_or(goto.end_line, |stmt| stmt.end_line);
    let catch = Catch { name: Some("Err".to_owned()), body: labels(handler) };
    let kind = StmtKind::Try { body: labels(tried), catch: Some(catch), finally: Block::new() };
    body.push(Stmt { end_line, kind, ..goto });
    labels(body)
}

/// Returns the label of a mark.
fn label_of(stmt: &Stmt, sign: &str) -> Option<String> {
    match &stmt.kind {
        StmtKind::Unported(reason) => reason.strip_prefix(sign).map(str::to_owned),
        _ => None,
    }
}

/// A jump to the last lines of a routine is those lines and a return.
fn jumps(mut block: Block) -> Block {
    let handled = block.iter().find_map(|stmt| label_of(stmt, GOTO));
    let found = block.iter().enumerate().rev().find_map(|(at, stmt)| {
        label_of(stmt, LABEL)
            .filter(|label| Some(label) != handled.as_ref())
            .map(|label| (at, label))
    });
    let Some((at, label)) = found else {
        return block;
    };
    let mut tail: Block = block[at + 1..].to_vec();
    if tail.len() > MAX_REPEATED {
        return block;
    }
    let end_line = tail.last().map_or(block[at].line, |stmt| stmt.end_line);
    if !matches!(tail.last().map(|stmt| &stmt.kind), Some(StmtKind::Return(_) | StmtKind::Exit(_)))
    {
        tail.push(stmt(end_line, end_line, StmtKind::Return(None)));
    }
    block[at].kind = StmtKind::Boilerplate;
    let before = block.drain(..at).collect();
    let mut done = replaced(before, &label, &tail);
    done.append(&mut block);
    done
}

fn replaced(block: Block, label: &str, tail: &Block) -> Block {
    let mut done = Block::with_capacity(block.len());
    for mut stmt in block {
        if label_of(&stmt, JUMP).as_deref() == Some(label) {
            done.extend(tail.iter().cloned().map(|repeated| Stmt {
                line: stmt.line,
                end_line: stmt.end_line,
                ..repeated
            }));
            continue;
        }
        for inner in inner_blocks(&mut stmt.kind) {
            let block = std::mem::take(inner);
            *inner = replaced(block, label, tail);
        }
        done.push(stmt);
    }
    done
}

/// Labels that no handler has are not ported.
fn labels(mut block: Block) -> Block {
    for stmt in &mut block {
        if let StmtKind::Unported(reason) = &mut stmt.kind
            && reason.starts_with('\u{1}')
        {
            *reason = "jumps have no port".to_owned();
        }
        for inner in inner_blocks(&mut stmt.kind) {
            let done = labels(std::mem::take(inner));
            *inner = done;
        }
    }
    block
}

/// `GoTo NextItem` with `NextItem:` before the end of the loop is `Continue`.
fn continued(mut block: Block) -> Block {
    for stmt in &mut block {
        let is_loop = is_loop(&stmt.kind);
        for inner in inner_blocks(&mut stmt.kind) {
            let mut body = continued(std::mem::take(inner));
            let last = body.iter().rposition(|stmt| !matches!(stmt.kind, StmtKind::Comment(_)));
            if let Some(last) = last.filter(|_| is_loop)
                && let Some(label) = label_of(&body[last], LABEL)
            {
                body[last].kind = StmtKind::Boilerplate;
                continues(&mut body, &label);
            }
            *inner = body;
        }
    }
    block
}

fn is_loop(kind: &StmtKind) -> bool {
    matches!(
        kind,
        StmtKind::For { .. }
            | StmtKind::ForEach { .. }
            | StmtKind::While { .. }
            | StmtKind::DoWhile { .. }
    )
}

/// Replaces jumps to a label at the end of the loop, but not those of loops inside of it.
fn continues(block: &mut Block, label: &str) {
    for stmt in block {
        if label_of(stmt, JUMP).as_deref() == Some(label) {
            stmt.kind = StmtKind::Continue;
        }
        if !is_loop(&stmt.kind) {
            inner_blocks(&mut stmt.kind).into_iter().for_each(|inner| continues(inner, label));
        }
    }
}
