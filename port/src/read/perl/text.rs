//! Literals of text.

use tree_sitter::Node;

use super::expr::expr;
use super::name;
use crate::read::shared::build::{builtin, text, var};
use crate::read::shared::grammar::{Source, named_children};
use crate::read::shared::texts::text_of;
use crate::tree::{Builtin, Expr};

/// Reads `'...'` and `q(...)`.
pub(super) fn single(source: &Source, node: Node) -> Expr {
    let (from, to) = inside(node);
    let content = source.text.get(from..to).unwrap_or_default();
    let mut value = String::with_capacity(content.len());
    let mut chars = content.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(next @ ('\\' | '\'' | ')' | ']' | '}'))) => {
                value.push(*next);
                chars.next();
            }
            _ => value.push(c),
        }
    }
    text(value)
}

/// Reads `"..."` and `qq{...}`.
pub(super) fn double(source: &mut Source, node: Node) -> Expr {
    let (from, to) = inside(node);
    match node.child_by_field_name("content") {
        Some(content) => interpolated(source, content, from, to, 0),
        None => text(source.text.get(from..to).unwrap_or_default()),
    }
}

/// Returns where the text of a literal begins and ends. The grammar leaves spaces at its ends out.
fn inside(node: Node) -> (usize, usize) {
    let last = node.child_count().saturating_sub(1);
    let end = node.child(last as u32).map_or(node.end_byte(), |close| close.start_byte());
    let content = node.child_by_field_name("content");
    let before = match content {
        Some(content) => content.prev_sibling(),
        None => node.child(last.saturating_sub(1) as u32),
    };
    let start = before.map_or(node.start_byte(), |open| open.end_byte());
    (start.min(end), end)
}

/// Reads `qw(a b)`.
pub(super) fn words(source: &Source, node: Node) -> Expr {
    let content = node.child_by_field_name("content").map(|n| source.text(n)).unwrap_or_default();
    Expr::List(content.split_whitespace().map(text).collect())
}

/// Reads a text with variables between two places. `indent` characters are removed from each line.
fn interpolated(source: &mut Source, node: Node, from: usize, to: usize, indent: usize) -> Expr {
    let mut parts = Vec::new();
    let mut at = from;
    let plain = |source: &Source, from: usize, to: usize| {
        let gap = source.text.get(from..to).unwrap_or_default();
        text(dedented(gap, indent, from))
    };
    for child in named_children(node) {
        if child.start_byte() < at || child.start_byte() >= to {
            continue;
        }
        parts.push(plain(source, at, child.start_byte()));
        at = child.end_byte();
        // The grammar leaves the digits out.
        let hexadecimal = (source.text(child) == "\\x")
            .then(|| source.text.get(at..at + 2))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(code) = hexadecimal {
            at += 2;
            parts.push(text(char::from(code)));
            continue;
        }
        parts.push(match child.kind() {
            "escape_sequence" | "escaped_delimiter" => text(escape(source.text(child))),
            "array" => array(source, child),
            "heredoc_end" => continue,
            _ => expr(source, child),
        });
    }
    parts.push(plain(source, at, to));
    text_of(parts)
}

/// Removes the indentation of the lines of a text. The first part of a document begins a line.
fn dedented(part: &str, indent: usize, _from: usize) -> String {
    if indent == 0 {
        return part.to_owned();
    }
    let mut out = String::with_capacity(part.len());
    for (at, line) in part.split_inclusive('\n').enumerate() {
        let spaces = line.len() - line.trim_start_matches([' ', '\t']).len();
        out.push_str(&line[if at == 0 { 0 } else { spaces.min(indent) }..]);
    }
    out
}

/// Reads `@list` and `@{[ value ]}` in a text.
fn array(source: &mut Source, node: Node) -> Expr {
    if let Some(name) = name(source, node) {
        return builtin(Builtin::Join, vec![var(name), text(" ")]);
    }
    let block = named_children(node).into_iter().find(|n| n.kind() == "block");
    let block = block.or_else(|| node.named_child(0).and_then(|n| n.named_child(0)));
    let inner = block.and_then(|block| block.named_child(0)).and_then(|n| n.named_child(0));
    let Some(inner) = inner else { return source.unported(node, "a list in a text") };
    match expr(source, inner) {
        Expr::List(mut items) if items.len() == 1 => items.remove(0),
        value => builtin(Builtin::Join, vec![value, text(" ")]),
    }
}

/// Reads `<<"EOT"`: the lines behind its line.
pub(super) fn here_document(source: &mut Source, node: Node) -> Expr {
    let token = source.text(node);
    let label = token.trim_start_matches("<<").trim_start_matches('~');
    let is_raw = label.trim_start().starts_with('\'');
    let label = label.trim().trim_matches(['"', '\'']);
    let all = source.text;
    let after = node.end_byte();
    let Some(line_end) = all.get(after..).and_then(|rest| rest.find('\n')) else { return text("") };
    let start = after + line_end + 1;
    let rest = all.get(start..).unwrap_or_default();
    let mut length = 0;
    let mut indent = usize::MAX;
    for line in rest.split_inclusive('\n') {
        if line.trim() == label {
            break;
        }
        length += line.len();
        if !line.trim().is_empty() {
            indent = indent.min(line.len() - line.trim_start_matches([' ', '\t']).len());
        }
    }
    let indent = if token.contains('~') && indent != usize::MAX { indent } else { 0 };
    let end = start + length;
    // A line end before the text makes its first line one like the others.
    let first = if indent == 0 { start } else { start - 1 };
    let value = match content(source, node, start) {
        Some(content) if !is_raw => interpolated(source, content, first, end, indent),
        _ => text(dedented(all.get(first..end).unwrap_or_default(), indent, first)),
    };
    if indent == 0 {
        return value;
    }
    match value {
        Expr::Text(value) => text(value.strip_prefix('\n').unwrap_or(&value)),
        Expr::Concat(mut parts) => {
            if let Some(Expr::Text(first)) = parts.first_mut() {
                *first = first.strip_prefix('\n').unwrap_or(first).to_owned();
            }
            text_of(parts)
        }
        value => value,
    }
}

/// Finds the node of the text of a document.
fn content<'t>(source: &Source, node: Node<'t>, start: usize) -> Option<Node<'t>> {
    let mut statement = node;
    while let Some(parent) = statement.parent() {
        let mut next = statement.next_named_sibling();
        while let Some(found) = next.filter(|next| next.start_byte() <= start) {
            if found.kind() == "heredoc_content" {
                return Some(found);
            }
            next = found.next_named_sibling();
        }
        if let Some(found) = next.filter(|next| next.kind() == "heredoc_content") {
            return (found.start_byte() <= source.text.len()).then_some(found);
        }
        statement = parent;
    }
    None
}

fn escape(written: &str) -> String {
    let rest = written.strip_prefix('\\').unwrap_or(written);
    let code = |digits: &str, radix| {
        u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).map(String::from)
    };
    let value = match rest.chars().next() {
        Some('n') => Some("\n".to_owned()),
        Some('r') => Some("\r".to_owned()),
        Some('t') => Some("\t".to_owned()),
        Some('0') => Some("\0".to_owned()),
        Some('e') => Some("\u{1b}".to_owned()),
        Some('x') => code(rest[1..].trim_matches(['{', '}']), 16),
        Some(_) => Some(rest.to_owned()),
        None => None,
    };
    value.unwrap_or_else(|| written.to_owned())
}
