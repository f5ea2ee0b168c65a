//! Repairs of scripts whose text is damaged, before a grammar reads them: lines that nothing can read are taken out,
//! so that all other lines are read. The lines keep their numbers.

use tree_sitter::{Language as Grammar, Parser};

/// What stands where a line was taken out.
pub(crate) const BROKEN: &str = "broken_line_of_the_script";

/// Why a line was taken out.
pub(crate) const REASON: &str =
    "this line is not understood; its quotes or parentheses do not match";

/// How often a script is parsed again. Each time takes out all lines with an error.
const ROUNDS: usize = 6;

/// How many brackets of a line may be open, or close nothing.
const MAX_BRACKETS: i64 = 300;

/// The size of a script from which on it is repaired only once.
const LARGE: usize = 1 << 16;

/// What a repair needs to know of a language.
pub(crate) struct Repair<'r> {
    pub(crate) grammar: &'r Grammar,
    /// Returns whether each line ends in a string that began on it.
    pub(crate) open_strings: fn(&str) -> Vec<bool>,
    /// Closes blocks that are open, and repairs indentation.
    pub(crate) close_blocks: fn(&str) -> String,
    /// Words that begin a block on a line, so that they stay when their line is taken out.
    pub(crate) openers: &'r [&'r str],
    /// What stands behind the condition of such a word.
    pub(crate) behind_condition: &'r str,
}

/// Returns the text with damaged lines replaced. `None` if it needs no repair.
pub(crate) fn repair(text: &str, with: &Repair) -> Option<String> {
    let deep = deep_lines(text);
    if deep.contains(&true) {
        let flat = without_lines(text, with, &|line| deep.get(line).copied().unwrap_or(false));
        return Some(repair_flat(&flat, with).unwrap_or(flat));
    }
    repair_flat(text, with)
}

/// Returns whether brackets nest so deeply on each line that a grammar takes long.
fn deep_lines(text: &str) -> Vec<bool> {
    let lines = text.split('\n').map(|line| {
        let (mut depth, mut deepest) = (0i64, 0i64);
        for byte in line.bytes() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                _ => {}
            }
            deepest = deepest.max(depth.abs());
        }
        deepest > MAX_BRACKETS
    });
    lines.collect()
}

fn repair_flat(text: &str, with: &Repair) -> Option<String> {
    if !has_error(text, with.grammar)? {
        return None;
    }
    let open = (with.open_strings)(text);
    let mut repaired = without_lines(text, with, &|line| open.get(line).copied().unwrap_or(false));
    let closed = (with.close_blocks)(&repaired);
    let mut before = usize::MAX;
    repaired = closed;
    let rounds = if text.len() < LARGE { ROUNDS } else { 1 };
    for _ in 0..rounds {
        let broken = broken_lines(&repaired, with.grammar)?;
        if broken.is_empty() || broken.len() > before.saturating_mul(4) {
            break;
        }
        before = broken.len();
        let text = without_lines(&repaired, with, &|line| broken.binary_search(&line).is_ok());
        if text == repaired {
            break;
        }
        repaired = (with.close_blocks)(&text);
    }
    Some(repaired)
}

fn without_lines(text: &str, with: &Repair, is_broken: &dyn Fn(usize) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let code = line.trim_start();
        if !is_broken(number) || code.is_empty() || code.starts_with('#') {
            out.push_str(line);
            continue;
        }
        out.push_str(&line[..line.len() - code.len()]);
        let word = code.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        // A second try takes out the whole line.
        if with.openers.contains(&word) && !code.contains(BROKEN) {
            out.push_str(word);
            out.push(' ');
            out.push_str(BROKEN);
            out.push_str(with.behind_condition);
        } else {
            out.push_str(BROKEN);
        }
    }
    out
}

fn has_error(text: &str, grammar: &Grammar) -> Option<bool> {
    let mut parser = Parser::new();
    parser.set_language(grammar).ok()?;
    Some(parser.parse(text, None)?.root_node().has_error())
}

/// Returns the lines where the grammar finds errors, from 0, in order.
fn broken_lines(text: &str, grammar: &Grammar) -> Option<Vec<usize>> {
    let mut parser = Parser::new();
    parser.set_language(grammar).ok()?;
    let tree = parser.parse(text, None)?;
    let mut lines = Vec::new();
    let mut cursor = tree.walk();
    // Walks without recursion; only into nodes with an error.
    'walk: loop {
        let node = cursor.node();
        // The whole script is an error if a block is not closed; its parts say more.
        if (node.is_error() || node.is_missing()) && cursor.depth() > 0 {
            lines.push(node.start_position().row);
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'walk;
            }
        }
    }
    lines.sort_unstable();
    lines.dedup();
    Some(lines)
}
