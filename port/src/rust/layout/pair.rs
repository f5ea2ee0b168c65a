//! Operators and the right side of `=`.

use super::super::node::Node;
use super::measure::{first_line, first_width, fits, last_width, newlines, width};
use super::{Around, Layout, Mode, Shape, TAB, newline};

/// The right side of a pair.
#[derive(Clone, Copy)]
enum Right<'a> {
    Node(&'a Node),
    Type(&'a str),
}

impl Layout {
    /// Lays out operands of one operator, all on one line or each on its own line.
    pub(super) fn binary(&mut self, node: &Node, shape: Shape, around: Around) -> Option<String> {
        let Node::Binary { op, left, right } = node else {
            return None;
        };
        self.operands(node, op, shape, around)
            .or_else(|| self.pair_of(left, Right::Node(right), &format!(" {op} "), shape, around))
    }

    fn operands(&mut self, node: &Node, op: &str, shape: Shape, around: Around) -> Option<String> {
        let mut nodes = Vec::new();
        let mut first = node;
        while let Node::Binary { op: inner, left, right } = first {
            if *inner != op {
                break;
            }
            nodes.push(right.as_ref());
            first = left;
        }
        nodes.push(first);
        nodes.reverse();
        let nested = self.line(shape.indent + TAB).sub(self.overhead(shape));
        let texts: Vec<Option<String>> = nodes
            .iter()
            .enumerate()
            .map(|(at, node)| {
                let shape =
                    if at == 0 { shape } else { nested.and_then(|s| s.behind(op.len() + 1))? };
                self.expr(node, shape, around)
            })
            .collect();
        self.on_one_line(&nodes, &texts, op, shape, around)
            .or_else(|| self.on_own_lines(&nodes, &texts, op, shape, nested?, around))
    }

    fn on_one_line(
        &mut self,
        nodes: &[&Node],
        texts: &[Option<String>],
        op: &str,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let (last, before) = nodes.split_last()?;
        let mut result = String::new();
        for text in &texts[..before.len()] {
            let text = text.as_ref()?;
            if text.contains('\n') || result.len() > shape.width {
                return None;
            }
            result.push_str(text);
            result.push(' ');
            result.push_str(op);
            result.push(' ');
        }
        let prefix = result.len();
        let last = self.expr(last, shape.behind(last_width(&result))?, around)?;
        result.push_str(&last);
        let ugly = result.contains('\n')
            && !last.starts_with('{')
            && (last.starts_with('(') || prefix > TAB);
        (first_width(&result) <= shape.width && !ugly && fits(&result, self.max_width(), shape))
            .then_some(result)
    }

    fn on_own_lines(
        &mut self,
        nodes: &[&Node],
        texts: &[Option<String>],
        op: &str,
        shape: Shape,
        nested: Shape,
        around: Around,
    ) -> Option<String> {
        let mut result = texts.first()?.clone()?;
        for (node, text) in nodes.iter().zip(texts).skip(1) {
            let offset = if result.contains('\n') { 0 } else { shape.used() };
            // A short first operand is not alone on its line.
            if last_width(&result) + offset <= nested.used() {
                let trimmed = width(result.rsplit('\n').next().unwrap_or("").trim());
                let text = shape
                    .behind(op.len() + 2 + trimmed)
                    .and_then(|shape| self.expr(node, shape, around));
                if let Some(text) = text {
                    result.push_str(&format!(" {op} {text}"));
                    continue;
                }
            }
            let text = text.as_ref()?;
            result.push_str(&newline(nested.indent));
            result.push_str(&format!("{op} {text}"));
        }
        Some(result)
    }

    pub(super) fn pair(
        &mut self,
        left: &Node,
        right: &Node,
        infix: &str,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        self.pair_of(left, Right::Node(right), infix, shape, around)
    }

    pub(super) fn cast(
        &mut self,
        value: &Node,
        ty: &str,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        self.pair_of(value, Right::Type(ty), " as ", shape, around)
    }

    fn pair_of(
        &mut self,
        left: &Node,
        right: Right<'_>,
        infix: &str,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let left_shape = Shape { width: self.max_width().saturating_sub(shape.used()), ..shape };
        let left = self.expr(left, left_shape, around)?;
        let same_line = shape
            .behind(last_width(&left) + infix.len())
            .and_then(|shape| self.right(right, shape, around));
        if let Some(right) = same_line {
            let allowed =
                !right.contains('\n') || left.len() <= TAB || first_line(&right).ends_with('{');
            if allowed && last_width(&left) + infix.len() + first_width(&right) <= shape.width {
                return Some(format!("{left}{infix}{right}"));
            }
        }
        let infix = infix.trim_start();
        let shape = self.line(shape.indent + TAB).sub(self.overhead(shape))?.behind(infix.len())?;
        let right = self.right(right, shape, around)?;
        Some(format!("{left}{}{infix}{right}", newline(shape.indent)))
    }

    fn right(&mut self, right: Right<'_>, shape: Shape, around: Around) -> Option<String> {
        match right {
            Right::Node(node) => self.expr(node, shape, around),
            Right::Type(ty) => (width(ty) <= shape.width).then(|| ty.to_owned()),
        }
    }

    /// Lays out `left right`, where `left` ends in `=` or `in`.
    pub(super) fn assigned(
        &mut self,
        left: String,
        right: &Node,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let used =
            last_width(&left).saturating_sub(if left.contains('\n') { shape.indent } else { 0 });
        let same_shape = shape.behind(used + 1).unwrap_or(Shape {
            width: 0,
            offset: shape.offset + used + 1,
            ..shape
        });
        let same = self.expr(right, same_shape, around);
        let any = self.mode == Mode::LongLines;
        if let Some(same) = same.as_ref().filter(|same| any || !same.contains('\n')) {
            if any || width(same) <= same_shape.width {
                return Some(format!("{left} {same}"));
            }
        }
        let next_shape = self.line(same_shape.indent + TAB).sub(self.overhead(same_shape))?;
        let next = self.expr(right, next_shape, around);
        let on_next = match (&same, &next) {
            (Some(same), Some(next)) => {
                fits(next, self.max_width(), next_shape) && prefers_next_line(same, next)
            }
            (None, Some(_)) => true,
            (Some(_), None) => false,
            (None, None) => return None,
        };
        match (on_next, same, next) {
            (true, _, Some(next)) => Some(format!("{left}{}{next}", newline(shape.indent + TAB))),
            (_, Some(same), _) => Some(format!("{left} {same}")),
            _ => None,
        }
    }

    pub(super) fn index(
        &mut self,
        receiver: &Node,
        index: &Node,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let receiver = self.expr(receiver, shape, around)?;
        let offset = last_width(&receiver) + 1;
        let overhead = self.overhead(shape);
        let same_shape = if receiver.contains('\n') {
            Shape { width: self.max_width(), indent: shape.indent, offset: 0 }
                .behind(offset)
                .and_then(|shape| shape.sub(1 + overhead))
        } else {
            shape.behind(offset).and_then(|shape| shape.sub(1))
        };
        let same = same_shape.and_then(|shape| self.expr(index, shape, around));
        if let Some(same) = same.as_ref().filter(|same| !same.contains('\n')) {
            return Some(format!("{receiver}[{same}]"));
        }
        let indent = shape.indent + TAB;
        let next_shape = self.line(indent).behind(1)?.sub(1 + overhead)?;
        let next = self.expr(index, next_shape, around);
        match (same, next) {
            (same, Some(next)) if same.is_none() || !next.contains('\n') => {
                Some(format!("{receiver}{}[{next}]", newline(indent)))
            }
            (Some(same), _) => Some(format!("{receiver}[{same}]")),
            _ => None,
        }
    }
}

/// Whether a right side looks better on the next line.
pub(super) fn prefers_next_line(same: &str, next: &str) -> bool {
    let loses = |c| first_line(same).ends_with(c) && !first_line(next).ends_with(c);
    !next.contains('\n')
        || newlines(same) > newlines(next) + 1
        || loses('(')
        || loses('{')
        || loses('[')
}
