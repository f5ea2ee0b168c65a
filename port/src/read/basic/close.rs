//! Blocks that are divided and closed.

use super::blocks::{Case, Place, Reader, Shape};
use super::dialect::{AUTO, XOJO};
use super::finish;
use super::head::{Closing, Middle, Opening};
use super::lexer::Token;
use super::results;
use super::values::negate;
use crate::tree::{BinaryOp, Block, Catch, Expr, Function, StmtKind, Target};

impl<'s> Reader<'s> {
    pub(super) fn divide(&mut self, middle: Middle, rest: &[Token<'s>], place: &Place) {
        let rules = self.rules;
        let top = self.frames.len() - 1;
        let wanted = (0..=top).rev().find(|at| match &self.frames[*at].shape {
            Shape::If { .. } => matches!(middle, Middle::Else | Middle::ElseIf),
            Shape::Select { .. } => {
                middle == Middle::Case || (middle == Middle::Else && rules.is(AUTO | XOJO))
            }
            Shape::Try { .. } => matches!(middle, Middle::Catch | Middle::Finally),
            Shape::Broken(opening) => match middle {
                Middle::Else | Middle::ElseIf => *opening == Opening::If,
                Middle::Case => *opening == Opening::Select,
                _ => *opening == Opening::Try,
            },
            _ => false,
        });
        let Some(wanted) = wanted else {
            let reason = "this belongs to a block that is not open".to_owned();
            return self.push(place, StmtKind::Unported(reason));
        };
        while self.frames.len() > wanted + 1 {
            self.pop(place.line);
        }
        if let Err(reason) = self.next_part(middle, rest) {
            if let Some(frame) = self.frames.last_mut() {
                frame.broken.get_or_insert(reason);
            }
        }
        if let Some(comment) = place.trailing.clone() {
            self.push(&Place { trailing: None, ..place.clone() }, StmtKind::Comment(comment));
        }
    }

    /// Begins the next part of the block on top.
    pub(super) fn next_part(&mut self, middle: Middle, rest: &[Token<'s>]) -> Result<(), String> {
        let is_conditional = matches!(
            self.frames.last().map(|frame| &frame.shape),
            Some(Shape::Select { subject: None, .. })
        );
        let next_cond = match middle {
            Middle::ElseIf => Some(self.cond(rest)?),
            _ => None,
        };
        let is_else = middle == Middle::Else
            || rest.first().is_none_or(|token| token.is_word("else"))
            || rest.first().is_some_and(|t| t.is_word("otherwise") || t.is_word("default"));
        let cases = match middle {
            Middle::Case if !is_else && is_conditional => {
                Some(vec![Case::Value(self.value(rest)?)])
            }
            Middle::Case if !is_else => Some(self.cases(rest)?),
            _ => None,
        };
        let caught = match middle {
            Middle::Catch => self.caught(rest),
            _ => None,
        };
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        let block = std::mem::take(&mut frame.block);
        match &mut frame.shape {
            Shape::If { branches, cond } => match std::mem::replace(cond, next_cond) {
                Some(cond) => branches.push((cond, block)),
                None => return Err("`Else` stands twice".to_owned()),
            },
            Shape::Select { cases: done, current, otherwise, .. } => {
                match current.take() {
                    Some(cases) => done.push((cases, block)),
                    None if !*otherwise => frame.block = block,
                    None => return Err("a case behind `Else` has no port".to_owned()),
                }
                *otherwise = cases.is_none();
                *current = cases;
            }
            Shape::Try { parts, part, name } => {
                parts.push((std::mem::replace(part, middle), block));
                if middle == Middle::Catch && name.is_none() {
                    *name = caught;
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn close(&mut self, closing: Closing, rest: &[Token<'s>], place: &Place) {
        let is_match = |shape: &Shape| match closing {
            Closing::Any => !matches!(shape, Shape::Script),
            Closing::If => {
                matches!(shape, Shape::If { .. } | Shape::Broken(Opening::If))
            }
            Closing::While => {
                matches!(shape, Shape::While(_) | Shape::Broken(Opening::While | Opening::Do))
            }
            Closing::Loop | Closing::Until => {
                matches!(shape, Shape::Loop | Shape::While(_) | Shape::Broken(Opening::Do))
            }
            Closing::Next => matches!(
                shape,
                Shape::For { .. }
                    | Shape::ForEach { .. }
                    | Shape::Broken(Opening::For | Opening::ForEach)
            ),
            Closing::Select => {
                matches!(shape, Shape::Select { .. } | Shape::Broken(Opening::Select))
            }
            Closing::With => matches!(shape, Shape::With | Shape::Broken(Opening::With)),
            Closing::Using => matches!(shape, Shape::Using | Shape::Broken(Opening::Using)),
            Closing::Try => matches!(shape, Shape::Try { .. } | Shape::Broken(Opening::Try)),
            Closing::Function => {
                matches!(shape, Shape::Function { .. } | Shape::Broken(Opening::Function))
            }
            Closing::Wrap => matches!(shape, Shape::Wrap),
            Closing::Skip => false,
        };
        let stops = !matches!(closing, Closing::Function | Closing::Wrap);
        let mut found = None;
        for (at, frame) in self.frames.iter().enumerate().rev() {
            if is_match(&frame.shape) {
                found = Some(at);
                break;
            }
            if stops && matches!(frame.shape, Shape::Function { .. }) {
                break;
            }
        }
        let Some(found) = found else {
            let kind = match closing {
                Closing::Function | Closing::Wrap | Closing::Skip => StmtKind::Boilerplate,
                _ => StmtKind::Unported("this closes a block that is not open".to_owned()),
            };
            return self.push(place, kind);
        };
        while self.frames.len() > found + 1 {
            self.pop(place.line);
        }
        match (closing, rest.split_first()) {
            (Closing::Until, Some(_)) => self.pop_loop(rest, false, place),
            (Closing::Loop, Some((word, cond))) => {
                self.pop_loop(cond, word.is_word("while"), place);
            }
            _ => self.pop(place.end_line),
        }
        // `;==>Main` is what AutoIt's editor puts there.
        if let Some(comment) = place.trailing.clone().filter(|text| !text.starts_with("==>")) {
            self.push(&Place { trailing: None, ..place.clone() }, StmtKind::Comment(comment));
        }
    }

    /// Closes a loop whose condition follows.
    pub(super) fn pop_loop(&mut self, cond: &[Token<'s>], while_true: bool, place: &Place) {
        let cond = self.cond(cond);
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        frame.place.end_line = place.end_line;
        let kind = match (cond, frame.broken.take()) {
            (Ok(cond), None) => StmtKind::DoWhile {
                body: frame.block,
                cond: if while_true { cond } else { negate(cond) },
            },
            (Err(reason), _) | (_, Some(reason)) => StmtKind::Unported(reason),
        };
        self.push(&frame.place, kind);
    }

    /// Closes the block on top.
    pub(super) fn pop(&mut self, end_line: usize) {
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        frame.place.end_line = end_line.max(frame.place.line);
        if matches!(frame.shape, Shape::With) {
            self.scope.with.pop();
        }
        if let Shape::ForEach { list: Some(list), .. } = &frame.shape {
            self.scope.items.remove(list);
        }
        if matches!(frame.shape, Shape::Function { .. }) {
            self.scope.result = None;
        }
        if let Some(reason) = frame.broken {
            return self.push(&frame.place, StmtKind::Unported(reason));
        }
        let block = frame.block;
        let kind = match frame.shape {
            Shape::If { mut branches, cond } => {
                let otherwise = match cond {
                    Some(cond) => {
                        branches.push((cond, block));
                        None
                    }
                    None => Some(block),
                };
                StmtKind::If { branches, otherwise }
            }
            Shape::While(cond) => StmtKind::While { cond, body: block },
            Shape::Loop => StmtKind::While { cond: Expr::Bool(true), body: block },
            Shape::For { name, from, to, step } => {
                let (to, inclusive) = end_of_loop(to, step);
                StmtKind::For { name, from, to, inclusive, step, body: block }
            }
            Shape::ForEach { name, items, .. } => StmtKind::ForEach { name, items, body: block },
            Shape::Select { subject, cases, current, otherwise } => {
                self.select(subject, cases, current, otherwise, block, &frame.place)
            }
            Shape::Try { mut parts, part, name } => {
                parts.push((part, block));
                try_kind(parts, name)
            }
            Shape::Function { name, params, returns, result } => {
                let function = Function { name, params, returns, body: block };
                StmtKind::Function(results::function(function, result))
            }
            Shape::With | Shape::Using | Shape::Wrap => {
                let head = StmtKind::Boilerplate;
                self.push(&Place { end_line: frame.place.line, ..frame.place }, head);
                self.block().extend(block);
                return;
            }
            Shape::Script | Shape::Broken(_) => {
                return self.block().extend(block);
            }
        };
        self.push(&frame.place, kind);
    }

    pub(super) fn select(
        &mut self,
        subject: Option<Expr>,
        mut cases: Vec<(Vec<Case>, Block)>,
        current: Option<Vec<Case>>,
        otherwise: bool,
        block: Block,
        place: &Place,
    ) -> StmtKind {
        let mut rest = None;
        match current {
            Some(current) => cases.push((current, block)),
            None if otherwise => rest = Some(block),
            // Comments before the first case.
            None => self.block().extend(block),
        }
        let is_plain =
            cases.iter().flat_map(|case| &case.0).all(|case| matches!(case, Case::Value(_)));
        let subject = match subject {
            Some(Expr::Bool(true)) | None => None,
            Some(value) if is_plain || matches!(value, Expr::Var(_) | Expr::Property { .. }) => {
                Some(value)
            }
            Some(value) => {
                let name = self.scope.fresh("value");
                let target = Target::Var(name.clone());
                self.push(place, StmtKind::Assign { target, value });
                Some(Expr::Var(name))
            }
        };
        finish::select(subject, cases, rest, is_plain)
    }

    /// Closes everything and returns the script.
    pub(super) fn end(mut self, last_line: usize) -> Block {
        self.end_skip();
        while self.frames.len() > 1 {
            self.pop(last_line);
        }
        let script = self.frames.pop().map(|frame| frame.block).unwrap_or_default();
        finish::script(script, self.rules, &self.connections, &self.scope.flat)
    }
}

/// Returns the end of a loop that counts up, without `- 1` if possible.
fn end_of_loop(to: Expr, step: i64) -> (Expr, bool) {
    match to {
        Expr::Binary { op: BinaryOp::Sub, left, right } if step > 0 && *right == Expr::Int(1) => {
            (*left, false)
        }
        to => (to, true),
    }
}

fn try_kind(parts: Vec<(Middle, Block)>, name: Option<String>) -> StmtKind {
    let (mut body, mut catch, mut finally) = (Block::new(), None::<Catch>, Block::new());
    for (part, block) in parts {
        match part {
            Middle::Catch => match &mut catch {
                Some(_) => {
                    let lines = (block.first().map(|s| s.line), block.last().map(|s| s.end_line));
                    if let (Some(line), Some(end_line), Some(catch)) =
                        (lines.0, lines.1, &mut catch)
                    {
                        let reason = "a second Catch of one Try has no port".to_owned();
                        catch.body.push(finish::stmt(line, end_line, StmtKind::Unported(reason)));
                    }
                }
                None => catch = Some(Catch { name: name.clone(), body: block }),
            },
            Middle::Finally => finally = block,
            _ => body = block,
        }
    }
    StmtKind::Try { body, catch, finally }
}
