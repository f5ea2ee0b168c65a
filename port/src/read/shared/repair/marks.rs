//! Repairs of scripts that a grammar cannot read: pages cut in the middle, strings without an end.
//!
//! Broken lines become comments that begin with [`MARK`], so that the rest is read as usual.

use std::borrow::Cow;

use tree_sitter::{Language as Grammar, Node, Parser};

use crate::tree::{Block, StmtKind};

/// The beginning of a comment that stands for broken lines. The reason follows.
pub(crate) const MARK: &str = "\u{1}";

/// How many broken places of one script are repaired.
const MAX_REPAIRS: usize = 40;

/// How deep brackets may nest. Some grammars take long for more.
const MAX_BRACKETS: usize = 300;

/// How many bytes are parsed again in all.
const MAX_REPARSED: usize = 500_000;

/// Nodes whose children are statements.
const BLOCKS: &[&str] = &[
    "program",
    "source_file",
    "block",
    "compound_statement",
    "colon_block",
    "declaration_list",
    "switch_block",
    "case_statement",
    "default_statement",
    "statement_block",
    "class_body",
    "switch_body",
    "switch_case",
    "switch_default",
    "statement_list",
];

/// What [`repaired`] needs to know of a language.
pub(crate) struct Signs {
    /// Begins a comment to the end of the line. The first one is used for marks.
    pub(crate) comments: &'static [&'static str],
    /// Begins and ends a comment of several lines. Empty for none.
    pub(crate) long_comment: (&'static str, &'static str),
    pub(crate) quotes: &'static [char],
    pub(crate) escape: char,
    /// How many words a statement or a line may have, where the grammar takes quadratic time for more.
    pub(crate) max_words: usize,
}

/// Returns a script in which open blocks are closed and broken lines are marked.
pub(crate) fn repaired<'s>(grammar: &Grammar, signs: &Signs, script: &'s str) -> Cow<'s, str> {
    let mut parser = Parser::new();
    if parser.set_language(grammar).is_err() {
        return Cow::Borrowed(script);
    }
    let mut text = without_deep_lines(script, signs);
    let mut budget = MAX_REPARSED;
    let mut is_closed = false;
    for _ in 0..MAX_REPAIRS {
        if text.len() > budget {
            break;
        }
        budget -= text.len();
        let Some(tree) = parser.parse(text.as_ref(), None) else { break };
        if !tree.root_node().has_error() {
            break;
        }
        if !is_closed {
            if let Some(closed) = closed(&text, signs) {
                text = Cow::Owned(closed);
                is_closed = true;
                continue;
            }
        }
        let Some((from, to, reason)) = broken_lines(tree.root_node(), &text, signs) else { break };
        text = Cow::Owned(without_lines(&text, from, to, signs, reason));
    }
    text
}

/// Marks the lines in which brackets nest too deeply, or a statement is too long.
fn without_deep_lines<'s>(script: &'s str, signs: &Signs) -> Cow<'s, str> {
    let (mut depth, mut words) = (0usize, 0usize);
    let mut deep = Vec::new();
    for line in script.split_inclusive('\n') {
        let mut deepest = depth;
        let is_comment = signs.comments.iter().any(|sign| line.trim_start().starts_with(sign));
        let (mut is_long, mut line_words, mut excess) = (false, 0usize, 0usize);
        for byte in line.bytes() {
            match byte {
                b' ' if !is_comment => {
                    words += 1;
                    line_words += 1;
                }
                b';' => words = 0,
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => {
                    excess += usize::from(depth == 0);
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            deepest = deepest.max(depth);
            is_long |= words.max(line_words) > signs.max_words;
        }
        deep.push(deepest.max(excess) > MAX_BRACKETS || is_long);
    }
    if !deep.contains(&true) {
        return Cow::Borrowed(script);
    }
    let mut marked = String::with_capacity(script.len());
    for (line, is_deep) in script.split_inclusive('\n').zip(deep) {
        if is_deep {
            marked.push_str(signs.comments[0]);
            marked.push_str(MARK);
            marked.push_str("it is nested too deeply, or too long");
            if line.ends_with('\n') {
                marked.push('\n');
            }
        } else {
            marked.push_str(line);
        }
    }
    Cow::Owned(marked)
}

/// Returns the text with the lines `from` to `to`, from 0, as a mark.
fn without_lines(text: &str, from: usize, to: usize, signs: &Signs, reason: &str) -> String {
    let mut marked = String::with_capacity(text.len() + 80);
    for (at, line) in text.split_inclusive('\n').enumerate() {
        if at == from {
            marked.push_str(signs.comments[0]);
            marked.push_str(MARK);
            marked.push_str(reason);
        } else if at > from && at <= to {
            // More lines of the same statement.
            marked.push_str(signs.comments[0]);
            marked.push_str(MARK);
            marked.push_str("it belongs to the line before");
        } else {
            marked.push_str(line);
            continue;
        }
        if line.ends_with('\n') {
            marked.push('\n');
        }
    }
    marked
}

/// Finds the first place that the grammar does not understand.
fn broken_lines(root: Node, text: &str, signs: &Signs) -> Option<(usize, usize, &'static str)> {
    let mut node = root;
    let mut statement = root;
    while !node.is_error() && !node.is_missing() {
        let mut cursor = node.walk();
        let inner =
            node.children(&mut cursor).find(|child| child.has_error() || child.is_missing())?;
        if BLOCKS.contains(&node.kind()) {
            statement = inner;
        }
        node = inner;
    }
    let first = statement.start_position().row;
    let row = node.start_position().row;
    let lines = text.lines().skip(first).take(row - first + 1);
    let open = lines.take(50).position(|line| is_open(line, signs));
    let is_marked = |at: usize| {
        let line = text.lines().nth(at).unwrap_or_default();
        line.contains(MARK)
    };
    if let Some(open) = open.map(|open| first + open).filter(|open| !is_marked(*open)) {
        return Some((open, open, "a string without an end"));
    }
    let reason = "this is not understood here";
    let end = node.end_position().row;
    if statement != node && first < row && row - first < 6 && !(first..=row).any(is_marked) {
        return Some((first, end.min(row + 5), reason));
    }
    let to = if end - row < 4 { end } else { row };
    (!is_marked(row)).then_some((row, to, reason))
}

/// Returns whether a string begins on a line and does not end there.
fn is_open(line: &str, signs: &Signs) -> bool {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in line.char_indices() {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match quote {
            Some(_) if c == signs.escape => is_escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if signs.quotes.contains(&c) => quote = Some(c),
            None if signs.comments.iter().any(|sign| line[at..].starts_with(sign)) => return false,
            None => {}
        }
    }
    quote.is_some()
}

/// Closes the blocks that are open at the end. A statement that is not complete there becomes a mark. `None` if
/// nothing is open.
fn closed(text: &str, signs: &Signs) -> Option<String> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut line = 0;
    let mut quote: Option<(char, usize)> = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut step = c.len_utf8();
        line += usize::from(c == '\n');
        match quote {
            Some(_) if c == signs.escape => {
                let next = rest[step..].chars().next();
                line += usize::from(next == Some('\n'));
                step += next.map_or(0, char::len_utf8);
            }
            Some((sign, _)) => {
                if c == sign {
                    quote = None;
                }
            }
            None if !signs.long_comment.0.is_empty() && rest.starts_with(signs.long_comment.0) => {
                let end = rest.find(signs.long_comment.1).unwrap_or(rest.len());
                line += rest[..end].matches('\n').count();
                step = end.max(step);
            }
            None if signs.comments.iter().any(|sign| rest.starts_with(sign)) => {
                step = rest.find('\n').unwrap_or(rest.len());
            }
            None if signs.quotes.contains(&c) => quote = Some((c, line)),
            None => match c {
                '(' | '[' | '{' => open.push((c, line)),
                ')' | ']' | '}' => {
                    let fits =
                        |open: char| matches!((open, c), ('(', ')') | ('[', ']') | ('{', '}'));
                    if open.last().is_some_and(|(open, _)| fits(*open)) {
                        open.pop();
                    }
                }
                _ => {}
            },
        }
        rest = &rest[step..];
    }
    let last = text.lines().count().saturating_sub(1);
    // A string that is open at the end is the cut if it begins in the last lines. If it is open because of another one
    // further up, the line where it begins is complete by itself.
    let cut_string = quote.map(|(_, line)| line).filter(|line| {
        last - line.min(&last) < 2 && is_open(text.lines().nth(*line).unwrap_or_default(), signs)
    });
    let braces = open.iter().take_while(|(sign, _)| *sign == '{').count();
    let cut_bracket = open.get(braces).map(|(_, line)| *line);
    let cut = cut_string.into_iter().chain(cut_bracket).min();
    if braces == 0 && cut.is_none() || quote.is_some() && cut_string.is_none() || braces > 200 {
        return None;
    }
    let mut closed = match cut {
        Some(cut) => {
            without_lines(text, cut, last, signs, "the script ends in the middle of this statement")
        }
        None => text.to_owned(),
    };
    closed.push('\n');
    closed.push_str(signs.comments[0]);
    closed.push_str(" The script ends here, in the middle of a block.\n");
    closed.push_str(&"}".repeat(braces));
    closed.push('\n');
    Some(closed)
}

/// Makes the comments that [`repaired`] has put instead of broken lines what they stand for, and
/// keeps places within the lines of the script.
pub(crate) fn finish_repair(block: &mut Block, script: &str) {
    finish_lines(block, script.lines().count().max(1));
    if let Some(first) = block.first_mut().filter(|first| first.line == 1) {
        // `#!/usr/bin/perl`.
        if matches!(&first.kind, StmtKind::Comment(comment) if comment.starts_with("!/")) {
            first.kind = StmtKind::Boilerplate;
        }
    }
}

fn finish_lines(block: &mut Block, lines: usize) {
    for stmt in block {
        stmt.line = stmt.line.min(lines);
        stmt.end_line = stmt.end_line.min(lines);
        if let StmtKind::Comment(comment) = &stmt.kind {
            if let Some(reason) = comment.strip_prefix(MARK) {
                stmt.kind = StmtKind::Unported(reason.to_owned());
            }
        }
        stmt.for_each_block(&mut |block| finish_lines(block, lines));
    }
}
