//! Ruby's literals of text, and damaged lines of Ruby.

use tree_sitter::Node;

use crate::read::shared::build::text;
use crate::read::shared::grammar::{Source, named_children};
use crate::read::shared::texts::{concat, escape};
use crate::tree::Expr;

/// Reads the parts of a literal between its quotes. `interpolated` reads `#{...}`.
pub(crate) fn literal(
    s: &mut Source,
    node: Node,
    interpolated: &mut dyn FnMut(&mut Source, Node) -> Expr,
) -> Expr {
    // In '...' and %q(...) only the quote and the backslash have escapes.
    let opening = node.child(0).map(|child| s.text(child)).unwrap_or_default();
    let is_raw = opening.starts_with('\'') || opening.starts_with("%q") || opening == ":'";
    let mut parts = Vec::new();
    for child in named_children(node) {
        let source = s.text(child);
        parts.push(match child.kind() {
            "string_content" if is_raw => text(raw(source)),
            "string_content" => text(source),
            "escape_sequence" => text(escape(source)),
            "interpolation" => interpolated(s, child),
            _ => continue,
        });
    }
    concat(parts)
}

fn raw(source: &str) -> String {
    let mut out = String::new();
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(&next @ ('\\' | '\''))) => {
                out.push(next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

/// Reads the text between the lines of `<<~NAME` and `NAME`.
pub(crate) fn heredoc(
    s: &mut Source,
    beginning: &str,
    body: Node,
    interpolated: &mut dyn FnMut(&mut Source, Node) -> Expr,
) -> Expr {
    let is_raw = beginning.contains('\'');
    let mut parts = Vec::new();
    for child in named_children(body) {
        match child.kind() {
            "heredoc_content" => parts.push(text(s.text(child))),
            "escape_sequence" => parts.push(text(escape(s.text(child)))),
            "interpolation" if !is_raw => parts.push(interpolated(s, child)),
            "interpolation" => parts.push(text(s.text(child))),
            _ => {}
        }
    }
    if let Some(Expr::Text(first)) = parts.first_mut()
        && first.starts_with('\n')
    {
        first.remove(0);
    }
    if let Some(Expr::Text(last)) = parts.last_mut() {
        // The spaces before the name that ends it.
        let end = last.rfind('\n').map_or(0, |at| at + 1);
        if last[end..].trim().is_empty() {
            last.truncate(end);
        }
    }
    if beginning.starts_with("<<~") {
        dedent(&mut parts);
    }
    concat(parts)
}

/// Removes the indentation that all lines have.
pub(crate) fn dedent(parts: &mut [Expr]) {
    let mut common = usize::MAX;
    let mut at_line_start = true;
    for part in parts.iter() {
        let Expr::Text(text) = part else {
            if at_line_start {
                common = 0;
            }
            at_line_start = false;
            continue;
        };
        for (number, line) in text.split('\n').enumerate() {
            let is_start = number > 0 || at_line_start;
            let code = line.trim_start();
            if is_start && !code.is_empty() {
                common = common.min(line.len() - code.len());
            }
        }
        // Spaces before an interpolation are indentation too.
        let last = text.rsplit('\n').next().unwrap_or_default();
        at_line_start = false;
        if text.contains('\n') && !last.is_empty() && last.trim().is_empty() {
            common = common.min(last.len());
        } else if text.ends_with('\n') {
            at_line_start = true;
        }
    }
    if common == 0 || common == usize::MAX {
        return;
    }
    let mut at_line_start = true;
    for part in parts {
        let Expr::Text(text) = part else {
            at_line_start = false;
            continue;
        };
        let lines = text.split('\n').enumerate().map(|(number, line)| {
            let spaces = line.len() - line.trim_start().len();
            let cut = if number > 0 || at_line_start { common.min(spaces) } else { 0 };
            line.get(cut..).unwrap_or_default()
        });
        let dedented = lines.collect::<Vec<_>>().join("\n");
        at_line_start = text.ends_with('\n');
        *text = dedented;
    }
}

/// A line of Ruby: what it is without its strings and comments.
struct Line {
    code: String,
    is_open: bool,
}

fn scan(script: &str) -> Vec<Line> {
    let mut heredocs: Vec<String> = Vec::new();
    let mut lines = Vec::new();
    for line in script.split('\n') {
        if let Some(name) = heredocs.first() {
            if line.trim() == name {
                heredocs.remove(0);
            }
            lines.push(Line { code: String::new(), is_open: false });
            continue;
        }
        let (code, is_open) = scan_line(line);
        if !is_open {
            heredocs.extend(heredoc_names(&code));
        }
        lines.push(Line { code, is_open });
    }
    lines
}

fn heredoc_names(code: &str) -> Vec<String> {
    let names = code.split("<<").skip(1).filter_map(|rest| {
        let name = rest.trim_start_matches(['~', '-']);
        let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
        let name = &name[..end];
        name.starts_with(|c: char| c.is_ascii_uppercase()).then(|| name.to_owned())
    });
    names.collect()
}

fn scan_line(line: &str) -> (String, bool) {
    let mut code = String::with_capacity(line.len());
    // The quotes and interpolations that are open.
    let mut open: Vec<char> = Vec::new();
    let mut chars = line.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        match open.last() {
            Some(&quote @ ('"' | '\'' | '`')) => match c {
                '\\' => {
                    chars.next();
                }
                '#' if quote != '\'' && chars.peek() == Some(&'{') => {
                    chars.next();
                    open.push('}');
                }
                _ if c == quote => {
                    open.pop();
                }
                _ => {}
            },
            inside => match c {
                '"' | '\'' | '`' if before != '?' && before != '$' => {
                    open.push(c);
                    code.push('"');
                }
                '#' if inside.is_none() && (before == ' ' || before == '\t' || before == ';') => {
                    break;
                }
                '}' if inside.is_some() => {
                    open.pop();
                }
                '{' if inside.is_some() => open.push('}'),
                _ => code.push(c),
            },
        }
        before = c;
    }
    let is_open = open.iter().any(|quote| *quote != '}');
    (code, is_open)
}

/// Returns whether each line ends in a string that began on it.
pub(crate) fn open_strings(script: &str) -> Vec<bool> {
    scan(script).iter().map(|line| line.is_open).collect()
}

/// Adds the `end` of blocks that are open at the end of a script.
pub(crate) fn close_blocks(script: &str) -> String {
    let mut depth = 0_usize;
    for line in scan(script) {
        let code = line.code.trim();
        let mut words =
            code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '?' && c != '.');
        let first = words.clone().next().unwrap_or_default();
        let is_block = match first {
            "if" | "unless" | "case" | "begin" | "class" | "module" | "while" | "until" | "for" => {
                true
            }
            // def name(args) = value
            "def" => !code.split_once(')').map_or(code, |(_, rest)| rest).contains(" = "),
            _ => {
                ["= if ", "= unless ", "= case ", "= begin"].iter().any(|word| code.contains(word))
            }
        };
        let is_loop = matches!(first, "while" | "until" | "for");
        let has_do = words.any(|word| word == "do") && !is_loop;
        depth += usize::from(is_block) + usize::from(has_do);
        let ends = code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
        depth = depth.saturating_sub(ends.filter(|word| *word == "end").count());
    }
    let mut closed = script.to_owned();
    for _ in 0..depth {
        closed.push_str("\nend");
    }
    closed
}
