//! Loops, switches and handlers of errors that several languages have.

use tree_sitter::Node;

use super::build::{assign, at, beside, binary, builtin, if_then, index, opposite, var};
use super::grammar::{Source, named_children};
use super::leave;
use super::walk::{self, inner_blocks, is_loop};
use crate::tree::{BinaryOp, Block, Builtin, Expr, Stmt, StmtKind, Target};

/// Returns a loop. `before` is what has to run before each test of the condition.
pub(crate) fn while_loop(before: Block, cond: Expr, body: Block) -> StmtKind {
    let cond = if cond == Expr::Int(1) { Expr::Bool(true) } else { cond };
    if before.is_empty() {
        return StmtKind::While { cond, body };
    }
    let place = before[0].clone();
    let mut all = before;
    if cond != Expr::Bool(true) {
        let leave = vec![beside(&place, StmtKind::Break)];
        all.push(beside(&place, if_then(opposite(cond), leave)));
    }
    all.extend(body);
    StmtKind::While { cond: Expr::Bool(true), body: all }
}

/// Adds a loop in the manner of C: `for (start; cond; step) body`.
pub(crate) fn c_loop(
    place: &Stmt,
    start: Block,
    cond: Option<Expr>,
    step: Block,
    body: Block,
    out: &mut Block,
) {
    let counting = counting(&start, cond.as_ref(), &step, &body);
    if let Some((name, from, to, inclusive, step)) = counting {
        let kind = StmtKind::For { name, from, to, inclusive, step, body };
        out.push(Stmt { kind, ..place.clone() });
        return;
    }
    if leave::has_marker(&body) {
        out.push(Stmt { kind: StmtKind::Unported(leave::REASON.to_owned()), ..place.clone() });
        return;
    }
    out.extend(start);
    let mut body = body;
    before_continues(&mut body, &step);
    body.extend(step);
    let kind = StmtKind::While { cond: cond.unwrap_or(Expr::Bool(true)), body };
    out.push(Stmt { kind, ..place.clone() });
}

fn counting(
    start: &Block,
    cond: Option<&Expr>,
    step: &Block,
    body: &Block,
) -> Option<(String, Expr, Expr, bool, i64)> {
    let ([start], [step]) = (&start[..], &step[..]) else { return None };
    let (name, from) = match &start.kind {
        StmtKind::Assign { target: Target::Var(name), value } => (name, value),
        StmtKind::Declare { name, value: Some(value), .. } => (name, value),
        _ => return None,
    };
    let StmtKind::Assign { target: Target::Var(stepped), value } = &step.kind else { return None };
    let Expr::Binary { op: change, left, right } = value else { return None };
    let counter = Expr::Var(name.clone());
    let by = match (change, &**right) {
        (BinaryOp::Add, Expr::Int(by)) => *by,
        (BinaryOp::Sub, Expr::Int(by)) => by.checked_neg()?,
        _ => return None,
    };
    let Some(Expr::Binary { op, left: tested, right: to }) = cond else { return None };
    let inclusive = match (op, by > 0) {
        (BinaryOp::Lt, true) | (BinaryOp::Gt, false) => false,
        (BinaryOp::Le, true) | (BinaryOp::Ge, false) => true,
        (BinaryOp::Ne, _) if by.abs() == 1 => false,
        _ => return None,
    };
    let is_counter = stepped == name && **left == counter && **tested == counter && by != 0;
    let mut names = walk::names(to);
    names.push(name.clone());
    if !is_counter || walk::changes(body, &names) {
        return None;
    }
    Some((name.clone(), from.clone(), (**to).clone(), inclusive, by))
}

/// Reads the labels of a `switch` in braces, each with its value, `None` for the default, and its statements.
pub(crate) fn labels<'t>(
    source: &mut Source,
    body: Option<Node<'t>>,
    expr: fn(&mut Source, Node) -> Expr,
    mut add: impl FnMut(&mut Source, Node<'t>, &mut Block),
) -> Vec<(Option<Expr>, Block)> {
    let labels = body.map(named_children).unwrap_or_default();
    let labels = labels.into_iter().filter(|label| label.kind() != "comment");
    let labels = labels.map(|label| {
        let value = label.child_by_field_name("value");
        let inner = named_children(label).into_iter().filter(|n| Some(*n) != value);
        let value = value.map(|value| expr(source, value));
        (value, source.block(inner, &mut add))
    });
    labels.collect()
}

/// Returns a `switch` from its labels, in order: the values of each, `None` for the default, and what follows it.
pub(crate) fn switch(value: Expr, labels: Vec<(Option<Expr>, Block)>) -> StmtKind {
    let mut cases: Vec<(Vec<Expr>, Block)> = Vec::new();
    let mut otherwise = None;
    let (mut values, mut is_default) = (Vec::new(), false);
    let last = labels.len().saturating_sub(1);
    for (at, (label, mut body)) in labels.into_iter().enumerate() {
        match label {
            Some(label) => values.push(label),
            None => is_default = true,
        }
        let is_code = |stmt: &Stmt| !matches!(stmt.kind, StmtKind::Comment(_));
        if at != last && !body.iter().any(is_code) {
            continue;
        }
        let end = body.iter().rposition(is_code);
        let leaves = match end.map(|end| (end, &body[end].kind)) {
            Some((end, StmtKind::Break)) => {
                body.remove(end);
                true
            }
            Some((_, kind)) => walk::leaves(kind),
            None => false,
        };
        if !leaves && at != last {
            return StmtKind::Unported("a case that goes on with the next one".to_owned());
        }
        if walk::breaks(&body) {
            return StmtKind::Unported("a `break` in the middle of a case".to_owned());
        }
        let values = std::mem::take(&mut values);
        if std::mem::take(&mut is_default) {
            otherwise = Some(body);
        } else {
            cases.push((values, body));
        }
    }
    StmtKind::Switch { value, cases, otherwise }
}

/// Returns the statements of a loop over the items of a list with their positions. The list is evaluated once.
pub(crate) fn counted_loop(
    line: usize,
    item: &str,
    at_: &str,
    from: i64,
    list: Expr,
    mut body: Block,
) -> Block {
    let mut block = Block::new();
    let list = match list {
        list @ Expr::Var(_) => list,
        list => {
            let name = format!("{item}_list");
            block.push(at(line, line, assign(&name, list)));
            Expr::Var(name)
        }
    };
    let position = match from {
        0 => var(at_),
        from => binary(BinaryOp::Sub, var(at_), Expr::Int(from)),
    };
    body.insert(0, at(line, line, assign(item, index(list.clone(), position))));
    let length = builtin(Builtin::Length, vec![list]);
    let to = match from {
        0 => length,
        from => binary(BinaryOp::Add, length, Expr::Int(from)),
    };
    let end_line = body.last().map_or(line, |last| last.end_line);
    let name = at_.to_owned();
    let from = Expr::Int(from);
    block.push(at(
        line,
        end_line,
        StmtKind::For { name, from, to, inclusive: false, step: 1, body },
    ));
    block
}

/// Puts copies of a loop's step before each `continue` of the loop.
pub(crate) fn before_continues(body: &mut Block, step: &Block) {
    let mut at = 0;
    while at < body.len() {
        match body[at].kind {
            StmtKind::Continue => {
                let copies: Vec<Stmt> =
                    step.iter().map(|step| beside(&body[at], step.kind.clone())).collect();
                let count = copies.len();
                body.splice(at..at, copies);
                at += count;
            }
            StmtKind::Function(_) => {}
            _ if is_loop(&body[at].kind) => {}
            _ => body[at].for_each_block(&mut |block| before_continues(block, step)),
        }
        at += 1;
    }
}

/// Makes each `return` of the body of a `forEach` go on with the next item. Returns false if one is inside a loop or
/// has a value.
pub(crate) fn returns_to_continues(block: &mut Block) -> bool {
    let mut all = true;
    for stmt in block {
        match stmt.kind {
            StmtKind::Return(None) => stmt.kind = StmtKind::Continue,
            StmtKind::Return(Some(_)) => all = false,
            StmtKind::Function(_) => {}
            _ if is_loop(&stmt.kind) => {
                inner_blocks(&stmt.kind, &mut |block| all &= !returns(block));
            }
            _ => stmt.for_each_block(&mut |block| all &= returns_to_continues(block)),
        }
    }
    all
}

/// Returns whether a block has a `return`.
fn returns(block: &Block) -> bool {
    block.iter().any(|stmt| match &stmt.kind {
        StmtKind::Return(_) => true,
        StmtKind::Function(_) => false,
        kind => {
            let mut found = false;
            inner_blocks(kind, &mut |block| found |= returns(block));
            found
        }
    })
}
