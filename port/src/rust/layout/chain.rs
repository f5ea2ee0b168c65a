//! Chains of methods and fields.

use super::super::node::Node;
use super::measure::{first_width, fits, is_extendable, last_width, width};
use super::{Around, Layout, Mode, SHORT_WIDTH, Shape, TAB, newline};

/// A link of a chain with the `?` behind it.
#[derive(Clone, Copy)]
struct Item<'a> {
    node: &'a Node,
    is_root: bool,
    tries: usize,
}

/// Returns the links, the root first.
fn items(mut node: &Node) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut tries = 0;
    loop {
        match node {
            Node::Try(value) => {
                tries += 1;
                node = value;
                continue;
            }
            Node::Method { receiver, .. } => {
                items.push(Item { node, is_root: false, tries });
                node = receiver;
            }
            _ => {
                items.push(Item { node, is_root: true, tries });
                break;
            }
        }
        tries = 0;
    }
    items.reverse();
    items
}

impl Layout {
    pub(super) fn chain(&mut self, node: &Node, shape: Shape, around: Around) -> Option<String> {
        let items = items(node);
        let (root, mut links) = items.split_first()?;
        if links.is_empty() {
            return self.link(*root, shape, around);
        }
        let mut text = self.link(*root, shape, around)?;
        if self.mode == Mode::LongLines {
            for link in links {
                text.push_str(&self.link(*link, shape, around)?);
            }
            return Some(text);
        }
        let mut ends_with_block = is_block_like(root.node, &text);
        let tab = TAB.saturating_sub(shape.offset);
        while let Some((first, rest)) = links.split_first() {
            if text.len() > tab || text.contains('\n') {
                break;
            }
            let Some(link) = self.link(*first, shape.behind(text.len())?, around) else {
                break;
            };
            text.push_str(&link);
            ends_with_block = is_extendable(&text);
            links = rest;
        }
        let Some((last, between)) = links.split_last() else {
            return fits(&text, self.max_width(), shape).then_some(text);
        };
        let indent = if ends_with_block { shape.indent } else { shape.indent + TAB };
        let child = self.line(indent);
        let mut texts = vec![text];
        for link in between {
            texts.push(self.link(*link, child, around)?);
        }
        let width = if items.len() == 2 { shape.width } else { shape.width.min(SHORT_WIDTH) };
        let one_line = self.last_link(&mut texts, *last, (shape, width), child, around)?;
        if !one_line && around.one_line_chain {
            return None;
        }
        let separator = if one_line { String::new() } else { newline(child.indent) };
        let result = texts.join(&separator);
        fits(&result, self.max_width(), shape).then_some(result)
    }

    fn link(&mut self, item: Item<'_>, shape: Shape, around: Around) -> Option<String> {
        let shape = shape.sub(item.tries)?;
        let text = match item.node {
            Node::Method { name, args, .. } if !item.is_root => {
                self.call(&format!(".{name}"), args, shape, around)?
            }
            node => self.expr(node, shape, around)?,
        };
        Some(text + &"?".repeat(item.tries))
    }

    /// Lays out the last link, which may have more than one line. Returns whether the chain is on one line with it.
    fn last_link(
        &mut self,
        texts: &mut Vec<String>,
        last: Item<'_>,
        (shape, one_line_width): (Shape, usize),
        child: Shape,
        around: Around,
    ) -> Option<bool> {
        let extendable = texts.first().is_some_and(|text| is_extendable(text));
        let used = last.tries
            + if extendable {
                texts.first().map_or(0, |text| last_width(text))
            } else {
                texts.iter().map(|text| width(text)).sum()
            };
        let budget = one_line_width.saturating_sub(used);
        let all_on_one_line = budget > 0 && texts.iter().all(|text| !text.contains('\n'));
        let on_own_line = child.sub(self.overhead(shape) + last.tries);
        let last_shape = if all_on_one_line {
            shape.sub(last.tries)?
        } else if extendable {
            child.sub(last.tries)?
        } else {
            on_own_line?
        };
        let mut found = None;
        let mut one_line = false;
        if all_on_one_line || extendable {
            let text = last_shape.behind(used).and_then(|shape| self.link(last, shape, around));
            if let Some(text) = text {
                let lines = text.lines().count();
                let fits_line = first_width(&text) <= budget;
                let other = if fits_line && lines >= 5 {
                    None
                } else {
                    self.link(last, on_own_line?, around)
                };
                match other {
                    Some(other) if !fits_line || other.lines().count() < lines => {
                        found = Some(other);
                    }
                    _ => {
                        found = Some(text);
                        one_line = fits_line && all_on_one_line;
                    }
                }
            }
        }
        // The last link must also fit by itself.
        let alone = self.link(last, last_shape, around)?;
        texts.push(found.unwrap_or(alone));
        Some(one_line)
    }
}

/// Whether the last line of a text has only the closing signs of a block or call.
fn is_block_like(node: &Node, text: &str) -> bool {
    match node {
        Node::Macro { .. }
        | Node::Array(_)
        | Node::Call { .. }
        | Node::Method { .. }
        | Node::While { .. }
        | Node::If { .. }
        | Node::Block(_)
        | Node::Loop(_)
        | Node::For { .. }
        | Node::Match { .. } => text.contains('\n'),
        Node::Paren(value)
        | Node::Binary { right: value, .. }
        | Node::Index { index: value, .. }
        | Node::Try(value)
        | Node::Closure { body: value, .. } => is_block_like(value, text),
        Node::Prefix { op, value } => !op.starts_with('&') && is_block_like(value, text),
        Node::Text(_) => {
            text.contains('\n') && width(text.rsplit('\n').next().unwrap_or("").trim()) <= TAB
        }
        _ => false,
    }
}
