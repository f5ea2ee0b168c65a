//! Literals of text.

use tree_sitter::Node;

use super::expr::expr;
use crate::read::shared::build::text;
use crate::read::shared::grammar::Source;
use crate::read::shared::texts::text_of;
use crate::tree::Expr;

/// Reads `'...'`, in which only `\\` and `\'` are escapes.
pub(super) fn single(source: &Source, node: Node) -> Expr {
    let written = source.text(node).trim_start_matches(['b', 'B']);
    let inner = written.strip_prefix('\'').unwrap_or(written);
    let inner = inner.strip_suffix('\'').unwrap_or(inner);
    let mut value = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(next @ ('\\' | '\''))) => {
                value.push(*next);
                chars.next();
            }
            _ => value.push(c),
        }
    }
    text(value)
}

/// Reads `"..."` or the body of a here-document.
pub(super) fn double(source: &mut Source, node: Node, end: usize) -> Expr {
    let mut cursor = node.walk();
    let children: Vec<Node> = node.children(&mut cursor).collect();
    let mut parts = Vec::new();
    let mut at = node.start_byte();
    for child in children {
        // Some line ends are in no node.
        let gap = source.text.get(at..child.start_byte()).unwrap_or_default();
        // The line end behind the opening word is not part of the text.
        let is_first = parts.is_empty() && node.kind() == "heredoc_body";
        let gap = if is_first { gap.strip_prefix('\n').unwrap_or(gap) } else { gap };
        parts.push(text(gap));
        at = child.end_byte();
        parts.push(match child.kind() {
            "string_content" => text(source.text(child)),
            "escape_sequence" => text(escape(source.text(child))),
            _ if !child.is_named() => continue,
            "dynamic_variable_name" => match child.named_child(0) {
                Some(inner) => Expr::Var(source.text(inner).trim_start_matches('$').to_owned()),
                None => {
                    let name = source.text(child).trim_matches(['$', '{', '}']);
                    Expr::Var(name.to_owned())
                }
            },
            _ => expr(source, child),
        });
    }
    parts.push(text(source.text.get(at..end).unwrap_or_default()));
    text_of(parts)
}

/// Reads `<<<EOT` and `<<<'EOT'`. The indentation of the closing word is removed from each line.
pub(super) fn here_document(source: &mut Source, node: Node) -> Expr {
    let body = node.child_by_field_name("value");
    let Some(body) = body else { return text("") };
    let end = node.child_by_field_name("end_tag");
    let indent = end.map_or(0, |end| end.start_position().column);
    // The line end before the closing word is not part of the text.
    let value = match body.kind() {
        "nowdoc_body" => text(source.text(body).strip_prefix('\n').unwrap_or(source.text(body))),
        _ => double(source, body, body.end_byte()),
    };
    if indent == 0 {
        return value;
    }
    let parts = match value {
        Expr::Concat(parts) => parts,
        value => vec![value],
    };
    let mut at_start = true;
    let parts = parts.into_iter().map(|part| match part {
        Expr::Text(part) => {
            let mut out = String::with_capacity(part.len());
            for line in part.split_inclusive('\n') {
                let spaces = line.len() - line.trim_start_matches([' ', '\t']).len();
                out.push_str(&line[if at_start { spaces.min(indent) } else { 0 }..]);
                at_start = line.ends_with('\n');
            }
            text(out)
        }
        part => {
            at_start = false;
            part
        }
    });
    text_of(parts)
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
        Some('v') => Some("\u{b}".to_owned()),
        Some('e') => Some("\u{1b}".to_owned()),
        Some('f') => Some("\u{c}".to_owned()),
        Some('x') => code(&rest[1..], 16),
        Some('u') => code(rest[1..].trim_matches(['{', '}']), 16),
        Some('0'..='7') => code(rest, 8),
        Some('\\' | '$' | '"') => Some(rest.to_owned()),
        _ => None,
    };
    value.unwrap_or_else(|| written.to_owned())
}
