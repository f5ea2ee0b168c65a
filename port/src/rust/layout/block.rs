//! Blocks, statements and `let`.

use std::collections::HashMap;

use super::super::node::{Line, LineKind, Lines, Node};
use super::{Around, COMMENT, Key, Layout, Mode, SHORT_ELSE_WIDTH, STAND_IN, Shape, TAB, newline};

/// The number of results from which on their table is dropped.
const LARGE: usize = 2_000;

impl Layout {
    /// Lays out a block with its braces.
    pub(in super::super) fn block(&mut self, lines: &Lines, indent: usize) -> String {
        if lines.is_empty() {
            return "{}".to_owned();
        }
        let key = Key {
            address: lines.as_ptr().addr(),
            role: 0,
            shape: Shape { width: 0, indent, offset: 0 },
            around: Around::default(),
            mode: self.mode,
        };
        if let Some(Some(known)) = self.memory.get(&key) {
            return known.clone();
        }
        let mut result = String::from("{");
        self.lines(lines, indent + TAB, &mut result);
        result.push_str(&newline(indent));
        result.push('}');
        self.memory.insert(key, Some(result.clone()));
        result
    }

    /// Appends the lines of items.
    pub(in super::super) fn constants(&mut self, lines: &Lines, result: &mut String) {
        let mut text = String::new();
        self.lines(lines, 0, &mut text);
        result.extend(text.split(COMMENT));
        self.forget();
        self.long_literals.clear();
    }

    /// Appends the lines of a function's block. What is remembered is forgotten behind each.
    pub(in super::super) fn function_lines(&mut self, lines: &Lines, result: &mut String) {
        let code = code_lines(lines);
        for at in 0..lines.len() {
            let mut text = String::new();
            self.append_line(lines, (at, code), TAB, &mut text);
            result.extend(text.split(COMMENT));
            self.forget();
            self.long_literals.clear();
        }
    }

    fn forget(&mut self) {
        // To clear a large table takes long, however little is in it.
        if self.memory.capacity() > LARGE {
            self.memory = HashMap::new();
        }
        self.memory.clear();
    }

    fn lines(&mut self, lines: &Lines, indent: usize, result: &mut String) {
        let code = code_lines(lines);
        for at in 0..lines.len() {
            self.append_line(lines, (at, code), indent, result);
        }
    }

    /// Appends the line at a position. Behind the first `code` lines there are only comments.
    fn append_line(
        &mut self,
        lines: &Lines,
        (at, code): (usize, usize),
        indent: usize,
        result: &mut String,
    ) {
        let line = &lines[at];
        if line.blank_before && at > 0 {
            result.push('\n');
        }
        let is_last = at + 1 >= code;
        let text = self.statement(line, is_last, indent);
        let newline = newline(indent);
        // rustfmt moves comments below a comment behind the last statement.
        let stays_behind = !text.contains('\n') && (!is_last || at + 1 == lines.len());
        match &line.trailing {
            Some(comment) if stays_behind => {
                result.push_str(&format!("{newline}{text} {COMMENT}{comment}"));
            }
            Some(comment) => {
                result.push_str(&format!("{newline}{COMMENT}{comment}{newline}{text}"));
            }
            None => {
                result.push_str(&newline);
                result.push_str(&text);
            }
        }
    }

    fn statement(&mut self, line: &Line, is_last: bool, indent: usize) -> String {
        if let LineKind::Comment(comment) = &line.kind {
            return format!("{COMMENT}{comment}");
        }
        self.in_some_mode(|layout| layout.strict_statement(line, is_last, indent))
    }

    /// Lays out the value of a block.
    pub(super) fn statement_node(&mut self, node: &Node, indent: usize) -> String {
        self.in_some_mode(|layout| {
            let shape = layout.line(indent);
            layout.expr_as(node, node.leaves(), shape, Around::default())
        })
    }

    /// Returns the text of an expression by itself.
    pub(in super::super) fn text_of(&mut self, node: &Node) -> String {
        self.statement_node(node, 0)
    }

    /// Tries the modes from the present one on.
    fn in_some_mode(&mut self, mut lay_out: impl FnMut(&mut Layout) -> Option<String>) -> String {
        let mode = self.mode;
        let steps = std::mem::take(&mut self.steps);
        let mut text = None;
        for next in [Mode::Strict, Mode::LongLiterals, Mode::LongLines] {
            if next >= mode && text.is_none() {
                self.mode = next;
                self.steps = 0;
                text = lay_out(self);
            }
        }
        self.mode = mode;
        self.steps = steps;
        let text = text.unwrap_or_default();
        if mode == Mode::Strict && text.contains(STAND_IN) {
            self.with_literals(&text)
        } else {
            text
        }
    }

    fn strict_statement(&mut self, line: &Line, is_last: bool, indent: usize) -> Option<String> {
        let shape = self.line(indent);
        match &line.kind {
            LineKind::Comment(comment) => Some(comment.clone()),
            LineKind::Let { pattern, value, otherwise } => {
                let head = format!("let {pattern}");
                self.let_(head, value.as_ref(), otherwise.as_ref(), shape)
            }
            LineKind::Constant { head, value } => {
                self.let_(format!("const {head}"), Some(value), None, shape)
            }
            LineKind::Expr { node, semicolon } => {
                let is_value = is_last && !semicolon && !node.leaves();
                let shape = shape.sub(usize::from(*semicolon))?;
                let text = self.expr_as(node, !is_value, shape, Around::default())?;
                let needs = *semicolon || node.leaves();
                Some(if needs { text + ";" } else { text })
            }
        }
    }

    fn let_(
        &mut self,
        mut result: String,
        value: Option<&Node>,
        otherwise: Option<&Lines>,
        shape: Shape,
    ) -> Option<String> {
        let Some(value) = value else {
            return Some(result + ";");
        };
        let inside = shape.sub(1)?;
        result = self.assigned(result + " =", value, inside, Around::default())?;
        if let Some(block) = otherwise {
            let same_line = else_on_same_line(&result, inside);
            let separator = if same_line { " ".to_owned() } else { newline(shape.indent) };
            result.push_str(&separator);
            result.push_str("else ");
            let space = shape.width.min(SHORT_ELSE_WIDTH).saturating_sub(result.len());
            let short = same_line && space > 0 && !result.contains('\n') && block.len() <= 1;
            let mut text = self.short_block(block, short, shape, Around::default());
            if text.len() + 1 > space {
                text = self.short_block(block, false, shape, Around::default());
            }
            result.push_str(&text);
        }
        result.push(';');
        Some(result)
    }
}

/// Returns the number of lines up to the last one that is not a comment.
fn code_lines(lines: &Lines) -> usize {
    let is_code = |line: &Line| !matches!(line.kind, LineKind::Comment(_));
    lines.iter().rposition(is_code).map_or(0, |at| at + 1)
}

/// Whether `else` stands behind the value of a `let`.
fn else_on_same_line(text: &str, shape: Shape) -> bool {
    if !text.contains('\n') {
        return shape.width.saturating_sub(text.len()) >= " else {".len();
    }
    let last = text.rsplit('\n').next().unwrap_or("");
    text.ends_with([')', ']', '}'])
        && last.get(shape.indent..).is_some_and(|rest| !rest.starts_with(' '))
}
