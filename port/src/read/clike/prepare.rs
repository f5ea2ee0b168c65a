//! Repairs of a script before a grammar reads it, so that one broken line does not spoil the others: brackets that
//! nobody closes, texts without an end, lines of the preprocessor, nesting without limit.
//!
//! Lines keep their numbers. What is taken out is a comment that begins with a [`Mark`].

use super::directives::Conditions;
use crate::language::Language;

/// The first character of a comment that stands for lines of the script.
pub(super) struct Mark;

impl Mark {
    /// Lines that are not ported. The reason follows.
    pub(super) const UNPORTED: char = '\u{1}';
    /// Lines that need no counterpart.
    pub(super) const BOILERPLATE: char = '\u{2}';
}

const UNTERMINATED: &str = "the text has no closing quote";
const TOO_LONG: &str = "the line is too long";
pub(super) const TOO_DEEP: &str = "the nesting is too deep";

/// How deep brackets may nest for the grammar.
const MAX_BRACKETS: usize = 120;
/// How long a line may be, without its texts.
const MAX_LINE: usize = 4000;

/// Returns the script in the form that the grammar reads.
pub(super) fn prepare(language: Language, script: &str) -> String {
    let mut scan = Scan {
        language,
        bytes: script.as_bytes(),
        script,
        at: 0,
        stack: Vec::new(),
        start: None,
        deep: None,
        endless: false,
        edits: Vec::new(),
        conditions: Conditions::new(language),
    };
    scan.run();
    scan.apply()
}

struct Edit {
    from: usize,
    to: usize,
    text: String,
}

struct Scan<'s> {
    language: Language,
    script: &'s str,
    bytes: &'s [u8],
    at: usize,
    /// The brackets that are open.
    stack: Vec<u8>,
    /// Where the statement began, and how many brackets were open there.
    start: Option<(usize, usize)>,
    /// Where the bracket began whose content is too deep.
    deep: Option<usize>,
    /// Whether a search for the end of a text of several lines has failed. It would fail again.
    endless: bool,
    edits: Vec<Edit>,
    conditions: Conditions,
}

impl Scan<'_> {
    fn run(&mut self) {
        self.line_begins();
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => {
                    self.at += 1;
                    let is_go = self.language == Language::Go;
                    if is_go && !matches!(self.stack.last(), Some(b'(' | b'[')) {
                        self.start = None;
                    }
                    self.line_begins();
                    continue;
                }
                b' ' | b'\t' | b'\r' => {}
                b'/' if self.looks_at("//") => {
                    self.at = self.line_end(self.at);
                    continue;
                }
                b'/' if self.looks_at("/*") => {
                    self.skip_comment();
                    continue;
                }
                b'"' | b'`' => {
                    self.begin_statement();
                    self.skip_text();
                    continue;
                }
                b'\'' => {
                    self.begin_statement();
                    self.skip_char();
                    continue;
                }
                b'(' | b'[' | b'{' => self.open(byte),
                b')' | b']' | b'}' => self.close(byte),
                b';' if !matches!(self.stack.last(), Some(b'(' | b'[')) => self.start = None,
                _ => self.begin_statement(),
            }
            self.at += 1;
        }
    }

    fn looks_at(&self, text: &str) -> bool {
        self.bytes[self.at..].starts_with(text.as_bytes())
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = &self.bytes[from..];
        rest.iter().position(|&byte| byte == b'\n').map_or(self.bytes.len(), |at| from + at)
    }

    fn begin_statement(&mut self) {
        if self.start.is_none() {
            self.start = Some((self.at, self.stack.len()));
        }
    }

    /// Looks at the start of a line for directives, and for lines that are too long.
    fn line_begins(&mut self) {
        loop {
            let end = self.line_end(self.at);
            let line = self.script.get(self.at..end).unwrap_or_default();
            if end - self.at > MAX_LINE && code_bytes(line) > MAX_LINE {
                self.mark(self.at, end, Mark::UNPORTED, TOO_LONG);
            } else if line.trim_start().starts_with('#') && self.has_directives() {
                self.directive(end);
            } else {
                return;
            }
            if self.at >= self.bytes.len() {
                return;
            }
        }
    }

    fn has_directives(&self) -> bool {
        matches!(self.language, Language::CSharp | Language::Cpp | Language::C)
    }

    fn directive(&mut self, mut end: usize) {
        while self.bytes[..end].ends_with(b"\\") && end < self.bytes.len() {
            end = self.line_end(end + 1);
        }
        let line = self.script.get(self.at..end).unwrap_or_default();
        let words = line.trim().trim_start_matches('#').trim_start();
        let (name, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let from = self.at;
        if name == "define" && self.language != Language::CSharp {
            self.conditions.define(rest);
            self.at = (end + 1).min(self.bytes.len());
        } else if name == "region" {
            self.edits.push(Edit { from, to: end, text: format!("// {}", rest.trim()) });
            self.at = (end + 1).min(self.bytes.len());
        } else {
            let is_active = self.conditions.directive(name, rest);
            self.mark(from, end, Mark::BOILERPLATE, "");
            if !is_active {
                self.skip_branch();
            }
        }
    }

    /// Takes out the lines up to the directive that ends the branch.
    fn skip_branch(&mut self) {
        let from = self.at;
        let mut depth = 0;
        let mut last = from;
        while self.at < self.bytes.len() {
            let end = self.line_end(self.at);
            let line = self.script.get(self.at..end).unwrap_or_default().trim();
            if let Some(words) = line.strip_prefix('#').map(str::trim_start) {
                if words.starts_with("if") {
                    depth += 1;
                } else if depth == 0 && (words.starts_with("el") || words.starts_with("endif")) {
                    break;
                } else if words.starts_with("endif") {
                    depth -= 1;
                }
            }
            last = end;
            self.at = (end + 1).min(self.bytes.len());
        }
        let next = self.at;
        if last > from {
            self.mark(from, last, Mark::BOILERPLATE, "");
        }
        self.at = next;
    }

    /// Takes out whole lines, and goes on behind them.
    fn mark(&mut self, from: usize, to: usize, mark: char, reason: &str) {
        if self.deep.is_none() {
            let lines = newlines(&self.bytes[from..to]);
            let text = format!("/*{mark}{reason}{}*/", "\n".repeat(lines));
            self.edits.push(Edit { from, to, text });
        }
        self.at = (to + 1).min(self.bytes.len());
    }

    /// Takes out the statement up to the end of the line.
    fn spoil(&mut self, from: usize) {
        let end = self.line_end(from);
        let (from, depth) = self.start.take().unwrap_or((from, self.stack.len()));
        self.stack.truncate(depth);
        self.forget_edits(from);
        self.mark(from, end, Mark::UNPORTED, UNTERMINATED);
        self.at = end;
    }

    fn forget_edits(&mut self, from: usize) {
        while self.edits.last().is_some_and(|edit| edit.to > from) {
            self.edits.pop();
        }
    }

    fn skip_comment(&mut self) {
        match find(self.bytes, self.at + 2, b"*/") {
            Some(end) => self.at = end + 2,
            None => {
                let end = self.bytes.len();
                self.edits.push(Edit { from: end, to: end, text: "*/".to_owned() });
                self.at = end;
            }
        }
    }

    fn skip_char(&mut self) {
        let is_separator = self.at > 0 && self.bytes[self.at - 1].is_ascii_digit();
        let end = (self.at + 14).min(self.bytes.len());
        let mut inner = self.at + 1;
        if self.bytes.get(inner) == Some(&b'\\') {
            inner += 1;
        }
        let close = self.bytes[(inner + 1).min(end)..end].iter().position(|&byte| byte == b'\'');
        let is_line = |close: &usize| !self.bytes[inner..inner + 1 + close].contains(&b'\n');
        self.at = match close.filter(is_line) {
            Some(close) if !is_separator => inner + close + 2,
            _ => self.at + 1,
        };
    }

    fn skip_text(&mut self) {
        let from = self.at;
        let before = &self.bytes[from.saturating_sub(2)..from];
        let is_verbatim = self.language == Language::CSharp
            && (before.ends_with(b"@") || before.ends_with(b"@$"));
        let end = match self.language {
            Language::Go if self.bytes[from] == b'`' => self.find_end(b"`", from + 1),
            _ if self.bytes[from] == b'`' => Some(from + 1),
            Language::CSharp | Language::Java if self.looks_at("\"\"\"") && !is_verbatim => {
                self.find_end(b"\"\"\"", from + 3)
            }
            Language::CSharp if is_verbatim => self.verbatim_end(from + 1),
            Language::Cpp | Language::C if before.ends_with(b"R") => self.raw_end(from + 1),
            _ => self.text_end(from, before.contains(&b'$')),
        };
        match end {
            Some(end) => self.at = end,
            None => self.spoil(from),
        }
    }

    /// Finds the end of a text of several lines.
    fn find_end(&mut self, close: &[u8], from: usize) -> Option<usize> {
        if self.endless {
            return None;
        }
        let end = find(self.bytes, from, close).map(|at| at + close.len());
        self.endless |= end.is_none();
        end
    }

    fn verbatim_end(&mut self, mut from: usize) -> Option<usize> {
        loop {
            let end = self.find_end(b"\"", from)?;
            if self.bytes.get(end) != Some(&b'"') {
                return Some(end);
            }
            from = end + 1;
        }
    }

    fn raw_end(&mut self, from: usize) -> Option<usize> {
        let open = self.bytes[from..].iter().take(17).position(|&byte| byte == b'(')?;
        let mut close = b")".to_vec();
        close.extend_from_slice(&self.bytes[from..from + open]);
        close.push(b'"');
        self.find_end(&close, from + open + 1)
    }

    /// Finds the end of a text of one line. One with interpolation can have texts in its holes.
    fn text_end(&self, from: usize, has_holes: bool) -> Option<usize> {
        let mut at = from + 1;
        let mut holes = 0;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\n' => return None,
                b'\\' if self.bytes.get(at + 1) == Some(&b'\n') => {
                    // C continues a line so.
                    matches!(self.language, Language::Cpp | Language::C).then_some(())?;
                    at += 1;
                }
                b'\\' => at += 1,
                b'{' if has_holes => holes += 1,
                b'}' if has_holes && holes > 0 => holes -= 1,
                b'"' if holes % 2 == 1 => {
                    let line = &self.bytes[at + 1..self.line_end(at)];
                    at += 1 + line.iter().position(|&byte| byte == b'"')?;
                }
                b'"' => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
        None
    }

    fn open(&mut self, byte: u8) {
        if byte != b'{' {
            self.begin_statement();
        } else if !matches!(self.stack.last(), Some(b'(' | b'[')) {
            self.start = None;
        }
        self.stack.push(byte);
        if self.stack.len() > MAX_BRACKETS && self.deep.is_none() {
            self.deep = Some(self.at + 1);
        }
    }

    fn close(&mut self, byte: u8) {
        let open = if byte == b')' { b'(' } else { byte - 2 };
        if byte == b'}' {
            // Brackets that the block leaves open end with it.
            let near = self.stack.len().saturating_sub(MAX_BRACKETS);
            if let Some(at) = self.stack[near..].iter().rposition(|&other| other == open) {
                self.stack.truncate(near + at + 1);
            }
            self.start = None;
        }
        if self.stack.last() == Some(&open) {
            self.stack.pop();
            if self.stack.len() <= MAX_BRACKETS {
                self.end_deep();
            }
        } else if self.deep.is_none() {
            let (from, to) = (self.at, self.at + 1);
            self.edits.push(Edit { from, to, text: " ".to_owned() });
        }
    }

    fn end_deep(&mut self) {
        if let Some(from) = self.deep.take() {
            self.forget_edits(from);
            let lines = "\n".repeat(newlines(&self.bytes[from..self.at]));
            let text = format!("/*{}{TOO_DEEP}{lines}*/", Mark::UNPORTED);
            self.edits.push(Edit { from, to: self.at, text });
        }
    }

    fn apply(mut self) -> String {
        self.end_deep();
        self.stack.truncate(MAX_BRACKETS + 1);
        let mut text = String::with_capacity(self.script.len() + 100);
        let mut at = 0;
        for edit in &self.edits {
            text.push_str(self.script.get(at..edit.from).unwrap_or_default());
            text.push_str(&edit.text);
            at = edit.to.max(at);
        }
        text.push_str(self.script.get(at..).unwrap_or_default());
        text.push('\n');
        let mut is_open = self.start.is_some();
        while let Some(open) = self.stack.pop() {
            match open {
                b'{' => text.push_str(if std::mem::take(&mut is_open) { ";}" } else { "}" }),
                b'(' => text.push(')'),
                _ => text.push(']'),
            }
        }
        text.push_str(if is_open { ";" } else { "" });
        text
    }
}

fn newlines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count()
}

/// Counts the bytes of a line that are not in texts.
fn code_bytes(line: &str) -> usize {
    line.split('"').step_by(2).map(str::len).sum()
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(what.len()).position(|window| window == what).map(|at| from + at)
}
