//! Python's literals of text, formats of its texts, and damaged lines of Python.

use tree_sitter::Node;

use crate::read::shared::build::{builtin, text};
use crate::read::shared::grammar::{Source, named_children};
use crate::read::shared::texts::{concat, escape, formatted};
use crate::tree::{Builtin, Expr};

/// Reads a literal. `interpolated` reads `{...}` of an f-string.
pub(crate) fn literal(
    s: &mut Source,
    node: Node,
    interpolated: &mut dyn FnMut(&mut Source, Node) -> Expr,
) -> Expr {
    let mut parts = Vec::new();
    for child in named_children(node) {
        match child.kind() {
            "string_content" => parts.push(text(content(s, child))),
            "interpolation" => parts.push(interpolated(s, child)),
            _ => {}
        }
    }
    concat(parts)
}

fn content(s: &Source, node: Node) -> String {
    let source = s.text(node);
    let mut out = String::new();
    let mut from = node.start_byte();
    for child in named_children(node) {
        let at = child.start_byte();
        out.push_str(
            source.get(from - node.start_byte()..at - node.start_byte()).unwrap_or_default(),
        );
        match child.kind() {
            "escape_interpolation" => out.push_str(s.text(child).get(..1).unwrap_or_default()),
            _ => out.push_str(&python_escape(s.text(child))),
        }
        from = child.end_byte();
    }
    out.push_str(source.get(from - node.start_byte()..).unwrap_or_default());
    out
}

/// Unlike in Ruby, a backslash before another character stays.
fn python_escape(source: &str) -> String {
    match source.chars().nth(1) {
        Some('e' | 's' | 'N') => source.to_owned(),
        _ => escape(source),
    }
}

/// Returns a value in a form of the format language: `.2f`, `>10`, `05d`.
pub(crate) fn with_spec(spec: &str, value: Expr) -> Option<Expr> {
    let spec = spec.strip_prefix(':').unwrap_or(spec);
    if spec.is_empty() {
        return Some(value);
    }
    let chars: Vec<char> = spec.chars().collect();
    let (fill, align, from) = match chars.as_slice() {
        [fill, align @ ('<' | '>'), ..] => (*fill, Some(*align), 2),
        [align @ ('<' | '>'), ..] => (' ', Some(*align), 1),
        _ => (' ', None, 0),
    };
    let rest: String = chars.get(from..)?.iter().collect();
    let (kind, spec) = match rest.chars().last() {
        Some(last @ ('s' | 'd' | 'f' | 'F')) => (last, &rest[..rest.len() - 1]),
        Some('0'..='9') => ('s', rest.as_str()),
        None => return None,
        _ => return None,
    };
    let Some(align) = align else {
        // Texts are filled on their right, numbers on their left.
        let is_number = matches!(kind, 'd' | 'f' | 'F') || spec.starts_with('0');
        return (is_number || spec.is_empty()).then(|| formatted(spec, kind, value))?;
    };
    let (width, precision) = match spec.split_once('.') {
        Some((width, precision)) => (width, format!(".{precision}")),
        None => (spec, String::new()),
    };
    let value = formatted(&precision, kind, value)?;
    let function = if align == '<' { Builtin::PadRight } else { Builtin::PadLeft };
    let args = vec![value, Expr::Int(width.parse().ok()?), text(fill.to_string())];
    Some(builtin(function, args))
}

/// Returns the text that `"...".format(args)` makes.
pub(crate) fn format(template: &str, args: &[Expr], named: &[(String, Expr)]) -> Option<Expr> {
    let mut parts = Vec::new();
    let mut next = 0;
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        parts.push(text(&rest[..at]));
        let sign = &rest[at..=at];
        let behind = &rest[at + 1..];
        if behind.starts_with(sign) {
            parts.push(text(sign));
            rest = &behind[1..];
            continue;
        }
        let (field, behind) = behind.split_once('}').filter(|_| sign == "{")?;
        let (name, spec) = field.split_once(':').unwrap_or((field, ""));
        let value = match name.parse::<usize>() {
            Ok(position) => args.get(position)?,
            Err(_) if name.is_empty() => {
                next += 1;
                args.get(next - 1)?
            }
            Err(_) => &named.iter().find(|(of, _)| of == name)?.1,
        };
        parts.push(with_spec(spec, value.clone())?);
        rest = behind;
    }
    parts.push(text(rest));
    Some(concat(parts))
}

/// A line of Python: what it is without its strings and comments, and whether a string or a bracket is open behind it.
struct Line<'s> {
    source: &'s str,
    code: String,
    is_open: bool,
    /// Whether it begins inside a string or brackets of lines before it.
    is_continued: bool,
}

fn scan(script: &str) -> Vec<Line<'_>> {
    // The quotes of a text of several lines.
    let mut long: Option<&str> = None;
    let mut depth = 0_usize;
    let mut lines = Vec::new();
    for source in script.split('\n') {
        let is_continued = long.is_some() || depth > 0;
        let mut code = String::new();
        let mut quote: Option<char> = None;
        let mut rest = source;
        while let Some(c) = rest.chars().next() {
            let mut step = c.len_utf8();
            if let Some(end) = long {
                if rest.starts_with(end) {
                    long = None;
                    step = 3;
                } else if c == '\\' {
                    step = rest.chars().take(2).map(char::len_utf8).sum();
                }
            } else if let Some(end) = quote {
                if c == '\\' {
                    step = rest.chars().take(2).map(char::len_utf8).sum();
                } else if c == end {
                    quote = None;
                }
            } else if let Some(end) =
                ["\"\"\"", "'''"].into_iter().find(|end| rest.starts_with(end))
            {
                long = Some(end);
                step = 3;
                code.push('"');
            } else if c == '"' || c == '\'' {
                quote = Some(c);
                code.push('"');
            } else if c == '#' {
                break;
            } else {
                match c {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                code.push(c);
            }
            rest = &rest[step..];
        }
        let is_open = quote.is_some() && !source.ends_with('\\');
        if is_open {
            depth = 0;
        }
        lines.push(Line { source, code: code.trim().to_owned(), is_open, is_continued });
    }
    lines
}

/// Returns whether each line ends in a string that began on it.
pub(crate) fn open_strings(script: &str) -> Vec<bool> {
    scan(script).iter().map(|line| line.is_open).collect()
}

const OPENERS: &[&str] =
    &["if", "elif", "else", "while", "for", "try", "except", "finally", "def", "with", "class"];

fn first_word(code: &str) -> &str {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn is_opener(code: &str) -> bool {
    code.ends_with(':') && OPENERS.contains(&first_word(code))
}

fn indent(source: &str) -> usize {
    source.len() - source.trim_start().len()
}

fn leaves(code: &str) -> bool {
    ["sys.exit", "exit(", "quit(", "return", "raise", "break", "continue", "os._exit"]
        .iter()
        .any(|word| code.starts_with(word))
}

/// Returns the script with indentation if it has lost its own: if a line that begins a block is followed by one that is
/// not indented. `None` if nothing has to be done.
pub(crate) fn indented(script: &str) -> Option<String> {
    let lines = scan(script);
    let code: Vec<usize> = (0..lines.len())
        .filter(|at| !lines[*at].code.is_empty() && !lines[*at].is_continued)
        .collect();
    let shift = code.iter().map(|at| indent(lines[*at].source)).min().unwrap_or(0);
    let is_flat = code.windows(2).any(|pair| {
        is_opener(&lines[pair[0]].code)
            && indent(lines[pair[1]].source) <= indent(lines[pair[0]].source)
    });
    let last_opens = code.last().is_some_and(|last| is_opener(&lines[*last].code));
    if shift == 0 && !is_flat && !last_opens {
        return None;
    }
    let mut out = String::with_capacity(script.len());
    if is_flat {
        by_shape(&lines, &mut out);
    } else {
        for line in &lines {
            out.push_str(line.source.get(shift.min(indent(line.source))..).unwrap_or_default());
            out.push('\n');
        }
        out.pop();
    }
    if let Some(last) = code.last().filter(|_| last_opens) {
        // A page that is cut: its last block is empty.
        let depth = if is_flat { 100 } else { indent(lines[*last].source) + 4 };
        out.push('\n');
        out.push_str(&" ".repeat(depth));
        out.push_str("pass");
    }
    Some(out)
}

/// A block that is open in a page without indentation.
struct Open<'s> {
    word: &'s str,
    condition: &'s str,
}

fn by_shape(lines: &[Line], out: &mut String) {
    let mut open: Vec<Open> = Vec::new();
    // Blocks whose end was seen; an `else` continues the last one.
    for (at, line) in lines.iter().enumerate() {
        let code = line.code.as_str();
        if at > 0 {
            out.push('\n');
        }
        if line.is_continued {
            out.push_str(line.source);
            continue;
        }
        if line.source.trim().is_empty() {
            let next = lines[at..].iter().find(|line| !line.code.is_empty());
            let goes_on = next.is_some_and(|next| leaves(&next.code));
            if !goes_on
                && open
                    .last()
                    .is_some_and(|block| !matches!(block.word, "while" | "for" | "def" | "class"))
            {
                open.pop();
            }
            continue;
        }
        let word = first_word(code);
        if matches!(word, "elif" | "else" | "except" | "finally")
            && open.last().is_some_and(|block| match word {
                "elif" | "else" => matches!(block.word, "if" | "elif" | "except"),
                _ => matches!(block.word, "try" | "except" | "else"),
            })
        {
            open.pop();
        }
        if matches!(word, "def" | "class") || code.contains("__name__") {
            open.clear();
        }
        out.push_str(&"    ".repeat(open.len().min(24)));
        out.push_str(line.source.trim_start());
        if is_opener(code) {
            open.push(Open { word, condition: code });
            continue;
        }
        let ends = match open.last() {
            Some(block) if block.word == "while" => {
                let name = code.split(['=', '+']).next().unwrap_or_default().trim();
                let is_step = code.contains("+ 1") || code.contains("+= 1") || code.contains("+1");
                is_step && !name.is_empty() && block.condition.contains(name)
            }
            Some(_) => leaves(code),
            None => false,
        };
        if ends {
            open.pop();
        }
    }
}

/// Returns the script as it is: blocks end by indentation.
pub(crate) fn close_blocks(script: &str) -> String {
    script.to_owned()
}
