//! Closures.

use super::super::node::{Line, LineKind, Node};
use super::{Around, Layout, Shape, measure};

impl Layout {
    pub(super) fn closure(
        &mut self,
        params: &str,
        body: &Node,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let (prefix, inside) = head(params, shape)?;
        match body {
            Node::Block(lines) => {
                let body = self.short_block(lines, true, inside, around);
                Some(format!("{prefix} {body}"))
            }
            _ => self
                .closure_value(&prefix, body, inside, around)
                .or_else(|| Some(self.closure_block(&prefix, body, inside))),
        }
    }

    /// Lays out a closure that is the last argument of a call.
    pub(super) fn last_closure(
        &mut self,
        params: &str,
        body: &Node,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let (prefix, inside) = head(params, shape)?;
        if !around.in_macro && is_block_forced(body) {
            let block = self.closure_block(&prefix, body, inside);
            if block.lines().count() > 7 {
                return Some(block);
            }
            let short = self.closure_value(&prefix, body, shape, around);
            return short.filter(|text| !text.contains('\n')).or(Some(block));
        }
        let cond = self.condition(body, inside, around);
        if cond.is_some_and(|cond| cond.contains('\n') || cond.len() > inside.width) {
            return Some(self.closure_block(&prefix, body, inside));
        }
        self.closure(params, body, shape, around)
    }

    fn closure_value(
        &mut self,
        prefix: &str,
        body: &Node,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let text = self.expr(body, shape, around)?;
        let one_line = !around.in_macro && !may_have_lines(body);
        if one_line && text.contains('\n') { None } else { Some(format!("{prefix} {text}")) }
    }

    /// Puts braces around the value of a closure.
    fn closure_block(&mut self, prefix: &str, body: &Node, shape: Shape) -> String {
        let inside = self.statement_node(body, shape.indent + super::TAB);
        let outer = super::newline(shape.indent);
        let inner = super::newline(shape.indent + super::TAB);
        format!("{prefix} {{{inner}{inside}{outer}}}")
    }
}

/// Returns the parameters and the space behind them.
fn head(params: &str, shape: Shape) -> Option<(String, Shape)> {
    // There must be room for a brace behind it.
    let between = shape.sub("|| {".len())?;
    let params_shape = between.behind(1)?;
    if measure::width(params) < between.width.max(1) {
        params_shape.sub(1)?;
    } else if params.contains(", ") {
        return None;
    }
    let prefix = format!("|{params}|");
    let inside = shape.behind(prefix.len() + 1)?;
    Some((prefix, inside))
}

fn is_block_forced(body: &Node) -> bool {
    matches!(body.inner(), Node::If { .. } | Node::While { .. } | Node::For { .. } | Node::Loop(_))
}

fn may_have_lines(body: &Node) -> bool {
    matches!(body.inner(), Node::Match { .. } | Node::Block(_) | Node::Loop(_))
}

/// Returns the only expression of a block without comments.
pub(super) fn only_value(lines: &[Line]) -> Option<&Node> {
    match lines {
        [Line { kind: LineKind::Expr { node, semicolon: false }, trailing: None, .. }] => {
            Some(node)
        }
        _ => None,
    }
}
