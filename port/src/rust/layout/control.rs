//! `if`, loops and `match`.

use super::super::node::{Arm, Cond, Lines, Node};
use super::closure::only_value;
use super::measure::{first_width, is_extendable, last_line, width};
use super::pair::prefers_next_line;
use super::{Around, Layout, Mode, SHORT_ELSE_WIDTH, Shape, TAB, newline};

/// The head of a control flow expression.
struct Head<'a> {
    keyword: &'static str,
    cond: Option<&'a Cond>,
    body: &'a Lines,
    otherwise: Option<&'a Node>,
    /// Whether it follows `else`.
    nested: bool,
    allow_one_line: bool,
}

fn head(node: &Node, allow_one_line: bool, nested: bool) -> Option<Head<'_>> {
    let (keyword, cond, body, otherwise) = match node {
        Node::If { cond, then, otherwise } => {
            ("if", Some(cond.as_ref()), then, otherwise.as_deref())
        }
        Node::While { cond, body } => ("while", Some(cond.as_ref()), body, None),
        Node::For { cond, body } => ("for", Some(cond.as_ref()), body, None),
        Node::Loop(body) => ("loop", None, body, None),
        _ => return None,
    };
    let allow_one_line = allow_one_line && keyword == "if";
    Some(Head { keyword, cond, body, otherwise, nested, allow_one_line })
}

impl Layout {
    pub(super) fn control(
        &mut self,
        node: &Node,
        allow_one_line: bool,
        nested: bool,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let head = head(node, allow_one_line, nested)?;
        let (mut result, complete) = self.head(&head, shape, around)?;
        if complete {
            return Some(result);
        }
        let in_branches = head.nested || head.otherwise.is_some();
        result.push_str(&self.branch(head.body, in_branches, shape.indent));
        match head.otherwise {
            Some(node @ Node::If { .. }) => {
                let shape = self.line(shape.indent);
                result.push_str(" else ");
                result.push_str(&self.control(node, false, true, shape, around)?);
            }
            Some(Node::Block(lines)) => {
                result.push_str(" else ");
                result.push_str(&self.branch(lines, true, shape.indent));
            }
            _ => (),
        }
        Some(result)
    }

    /// Lays out the block of a branch, whose braces have their own lines if there are other branches.
    fn branch(&mut self, lines: &Lines, in_branches: bool, indent: usize) -> String {
        if in_branches && lines.is_empty() {
            return format!("{{{}}}", newline(indent));
        }
        self.block(lines, indent)
    }

    /// Returns the condition of an expression that has one, with its keyword.
    pub(super) fn condition(
        &mut self,
        node: &Node,
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        match node {
            Node::Match { value, .. } => self.expr(value, shape.behind(8)?, around),
            _ => {
                let head = head(node, true, false)?;
                self.head(&head, shape, around).map(|(text, _)| text)
            }
        }
    }

    /// Returns the text before the block, or all of it if it is on one line.
    fn head(&mut self, head: &Head<'_>, shape: Shape, around: Around) -> Option<(String, bool)> {
        let whole = Shape { width: self.max_width().saturating_sub(shape.used()), ..shape };
        let whole = if head.nested { whole.behind("} else ".len())? } else { whole };
        let offset = head.keyword.len() + 1;
        let cond = match head.cond {
            Some(cond) => self.cond(head.keyword, cond, whole, offset, around)?,
            None => String::new(),
        };
        let budget = self.max_width().saturating_sub(whole.used() + offset + " {".len());
        let indent = last_line(&cond).len() - last_line(&cond).trim_start().len();
        let on_own_line = (cond.contains('\n') || cond.len() > budget)
            && (!is_extendable(&cond) || indent > shape.used());
        if head.allow_one_line {
            if let Some(text) = self.short_if(head, &cond, shape.width, around) {
                if text.len() <= SHORT_ELSE_WIDTH {
                    return Some((text, true));
                }
            }
        }
        let space = if cond.is_empty() || cond.starts_with('\n') { "" } else { " " };
        let separator = if on_own_line { newline(shape.indent) } else { " ".to_owned() };
        Some((format!("{}{space}{cond}{separator}", head.keyword), false))
    }

    fn cond(
        &mut self,
        keyword: &str,
        cond: &Cond,
        shape: Shape,
        offset: usize,
        around: Around,
    ) -> Option<String> {
        let inside = shape.behind(offset)?;
        if let Some(pattern) = &cond.pattern {
            let left =
                if keyword == "for" { format!("{pattern} in") } else { format!("let {pattern} =") };
            return self.assigned(left, &cond.value, inside, around);
        }
        let same = self.expr(&cond.value, inside, around);
        if keyword == "if" || same.is_some() {
            return same;
        }
        let nested = self.line(shape.indent + TAB);
        let text = self.expr(&cond.value, nested, around)?;
        Some(newline(nested.indent) + &text)
    }

    fn short_if(
        &mut self,
        head: &Head<'_>,
        cond: &str,
        width: usize,
        around: Around,
    ) -> Option<String> {
        let Some(Node::Block(otherwise)) = head.otherwise else {
            return None;
        };
        let (then, otherwise) = (only_value(head.body)?, only_value(otherwise)?);
        if cond.contains('\n') {
            return None;
        }
        let fixed = head.keyword.len() + "  {  } else {  }".len();
        let left = width.checked_sub(cond.len() + fixed)?;
        let shape = Shape { width: left, indent: 0, offset: 0 };
        let then = self.expr(then, shape, around)?;
        let shape = shape.sub(then.len())?;
        let otherwise = self.expr(otherwise, shape, around)?;
        if then.contains('\n') || otherwise.contains('\n') {
            return None;
        }
        let text = format!("{} {cond} {{ {then} }} else {{ {otherwise} }}", head.keyword);
        (text.len() <= width).then_some(text)
    }

    pub(super) fn match_(
        &mut self,
        value: &Node,
        arms: &[Arm],
        shape: Shape,
        around: Around,
    ) -> Option<String> {
        let whole = Shape { width: self.max_width().saturating_sub(shape.used()), ..shape };
        let inside = whole.behind("match ".len())?;
        let value = self.expr(value, inside, around)?;
        if arms.is_empty() {
            return Some(format!("match {value} {{}}"));
        }
        let too_wide = value.contains('\n') || value.len() + 2 > inside.width;
        let separator =
            if !is_extendable(&value) && too_wide { newline(shape.indent) } else { " ".to_owned() };
        let mut result = format!("match {value}{separator}{{");
        let arm_shape = self.line(shape.indent + TAB);
        for arm in arms {
            result.push_str(&newline(arm_shape.indent));
            result.push_str(&self.arm(arm, arm_shape, around)?);
        }
        result.push_str(&newline(shape.indent));
        result.push('}');
        Some(result)
    }

    fn arm(&mut self, arm: &Arm, shape: Shape, around: Around) -> Option<String> {
        let pattern = arm.pattern.as_str();
        shape.sub(5)?;
        let is_block = matches!(arm.body, Node::Block(_));
        let comma = if is_block { "" } else { "," };
        let same_shape =
            shape.behind(pattern.len() + " => ".len()).and_then(|shape| shape.sub(comma.len()));
        let same = same_shape.and_then(|shape| self.expr_as(&arm.body, true, shape, around));
        let limit = same_shape.map_or(0, |shape| shape.width);
        if let Some(same) = &same {
            let any = is_block || self.mode == Mode::LongLines;
            if any || (!same.contains('\n') && width(same) <= limit) {
                return Some(format!("{pattern} => {same}{comma}"));
            }
        }
        let is_empty = matches!(&arm.body, Node::Block(lines) if lines.is_empty());
        let indent = if is_block && !is_empty { shape.indent } else { shape.indent + TAB };
        let next_shape = self.line(indent);
        let next = self.expr_as(&arm.body, true, next_shape, around);
        let on_next = match (&same, &next) {
            (Some(same), Some(next)) => {
                prefers_next_line(same, next)
                    || !(can_begin_behind_arrow(&arm.body) && first_width(same) <= limit)
                        && same.contains('\n')
            }
            (None, Some(_)) => true,
            (Some(_), None) => false,
            (None, None) => return None,
        };
        match (on_next, same, next) {
            (true, _, Some(next)) if is_block => {
                Some(format!("{pattern} =>{}{next}", newline(indent)))
            }
            (true, _, Some(next)) => {
                let (inner, outer) = (newline(indent), newline(shape.indent));
                let (open, close) = if around.in_macro { ("", ",") } else { ("{", "}") };
                if around.in_macro {
                    return Some(format!("{pattern} =>{open}{inner}{next}{close}"));
                }
                let semicolon = if arm.body.leaves() { ";" } else { "" };
                Some(format!("{pattern} => {open}{inner}{next}{semicolon}{outer}{close}"))
            }
            (_, Some(same), _) => Some(format!("{pattern} => {same}{comma}")),
            _ => None,
        }
    }

    /// Lays out a block, on one line if it is one short expression and `allow_one_line`.
    pub(super) fn short_block(
        &mut self,
        lines: &Lines,
        allow_one_line: bool,
        shape: Shape,
        around: Around,
    ) -> String {
        let block = self.block(lines, shape.indent);
        if !allow_one_line || block.lines().count() > 3 {
            return block;
        }
        let short = only_value(lines).and_then(|node| {
            let text = self.expr_as(node, node.leaves(), shape, around)?;
            let text = format!("{{ {text} }}");
            (text.len() <= shape.width && !text.contains('\n')).then_some(text)
        });
        short.unwrap_or(block)
    }
}

/// Whether a match arm's value with several lines may begin behind the arrow.
fn can_begin_behind_arrow(node: &Node) -> bool {
    match node {
        Node::Loop(_)
        | Node::Match { .. }
        | Node::Block(_)
        | Node::Closure { .. }
        | Node::Array(_)
        | Node::Call { .. }
        | Node::Method { .. }
        | Node::Macro { .. } => true,
        Node::Prefix { value, .. }
        | Node::Try(value)
        | Node::Index { receiver: value, .. }
        | Node::Cast { value, .. } => can_begin_behind_arrow(value),
        _ => false,
    }
}
