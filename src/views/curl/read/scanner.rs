//! A scan of the text of a command for signs of a shell.
//!
//! The text is scanned by bash's rules for quotes. Comments, command substitutions and the text in quotes do not count,
//! except where a sign is about quotes.

use super::cmd::browser_quote;
use super::lexer::is_blank;
use super::shell::CurlShell;
use super::signs::{
    DoubledQuotes, Sign, Signs, cmd_setting, is_windows_program, powershell_setting,
};

/// The state of a scan.
pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    quote: Option<u8>,
    /// Whether a word of a command has started in this line.
    in_command: bool,
    doubled: DoubledQuotes,
    pub(super) signs: Signs,
    /// No substitution that starts here or later is closed.
    has_unclosed: bool,
    /// The offset up to which quotes were searched for escapes by `^`.
    searched_to: usize,
}

/// The shell whose syntax was found, and its sign.
type Found = Option<(CurlShell, Sign)>;

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, start: usize) -> Scanner<'t> {
        Scanner {
            text,
            at: start,
            quote: None,
            in_command: false,
            doubled: DoubledQuotes::default(),
            signs: Signs::default(),
            has_unclosed: false,
            searched_to: 0,
        }
    }

    /// Collects the signs of a text. Returns the shell at the first syntax that no other shell has.
    pub(super) fn scan(&mut self) -> Found {
        if let Some(found) = self.line() {
            return Some(found);
        }
        while let Some(&b) = self.text.as_bytes().get(self.at) {
            let at = self.at;
            self.at += 1;
            match self.quote {
                None => {
                    if let Some((shell, what)) = self.unquoted(at, b) {
                        return Some((shell, Sign { what, at }));
                    }
                    if b == b'\n' {
                        if let Some(found) = self.line() {
                            return Some(found);
                        }
                    }
                }
                Some(b'"') => self.double(at, b),
                Some(_) if b == b'\'' => self.quote = None,
                Some(_) => {}
            }
            if let Some(quote) = self.quote {
                let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                self.at += length_without_signs(rest, quote);
            }
        }
        self.end_word();
        None
    }

    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).map(|at| self.text.as_bytes()[at])
    }

    fn end_word(&mut self) {
        let doubled = std::mem::take(&mut self.doubled);
        self.signs.add_doubled(&doubled);
    }

    /// Reads the signs at the start of a line, outside of quotes.
    fn line(&mut self) -> Found {
        self.in_command = false;
        let rest = self.rest(self.at).trim_start_matches([' ', '\t', '\u{a0}']);
        let at = self.text.len() - rest.len();
        let line = rest.split('\n').next().unwrap_or_default();
        if is_windows_program(line) {
            let what = if line.starts_with("curl") { "`curl.exe` in" } else { "the program in" };
            self.signs.program.get_or_insert(Sign { what, at });
        }
        let (word, after) = line.split_at(line.find(is_blank).unwrap_or(line.len()));
        let after = after.trim_start_matches(is_blank);
        let (shell, what) = if word == "&" && after.starts_with(['"', '\'', '$', 'c', 'C']) {
            (CurlShell::PowerShell, "the `&` before the program in")
        } else if powershell_setting(line).is_some() {
            (CurlShell::PowerShell, "the variable that is set in")
        } else if cmd_setting(line).is_some() {
            (CurlShell::Cmd, "the variable that is set in")
        } else if word.eq_ignore_ascii_case("rem") || word.starts_with("::") {
            (CurlShell::Cmd, "the comment in")
        } else if word.eq_ignore_ascii_case("@echo") {
            (CurlShell::Cmd, "`@echo` in")
        } else {
            return None;
        };
        Some((shell, Sign { what, at }))
    }

    /// Reads a byte outside of quotes.
    fn unquoted(&mut self, at: usize, b: u8) -> Option<(CurlShell, &'static str)> {
        let rest = self.rest(at + 1);
        let before = self.before(at);
        let starts_word = before.is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n'));
        let ends_line = rest.starts_with('\n') || rest.starts_with("\r\n");
        match b {
            b' ' | b'\t' | b'\n' => {
                self.end_word();
                return None;
            }
            b'#' if starts_word => {
                self.signs.comment |= self.in_command;
                self.at += rest.find('\n').unwrap_or(rest.len());
                return None;
            }
            _ => self.in_command = true,
        }
        match b {
            b'\\' if ends_line => return Some((CurlShell::Bash, "the backslash at the end of")),
            b'\\' => {
                self.at += 1;
                // Not a path: `'it'\''s'`, `a\&b`.
                self.signs.other_escape |=
                    rest.starts_with(|c: char| "'&()[]!?;,*<>|=".contains(c));
            }
            b'\'' => {
                self.quote = Some(b);
                self.signs.single_quotes = true;
            }
            b'"' => {
                self.quote = Some(b);
                self.caret(at, rest);
            }
            b'$' if rest.starts_with('\'') => return Some((CurlShell::Bash, "`$'` in")),
            b'$' => self.dollar(at, false),
            b'%' => self.signs.percent(at, rest),
            b'<' if rest.starts_with('<') => return Some((CurlShell::Bash, "`<<` in")),
            b'^' if joins_lines(rest) => return Some((CurlShell::Cmd, "the ^ at the end of")),
            b'^' if rest.starts_with('"') && matches!(before, Some(b' ' | b'\t')) => {
                return Some((CurlShell::Cmd, "`^\"` in"));
            }
            b'^' if rest.starts_with(['&', '|', '<', '>']) => {
                return Some((CurlShell::Cmd, "the ^ before an operator in"));
            }
            // A line continuation in the middle of a line.
            b'^' if is_joint(before, rest) => return Some((CurlShell::Cmd, "the ^ in")),
            b'`' if joins_lines(rest) => {
                return Some((CurlShell::PowerShell, "the backtick at the end of"));
            }
            b'`' if is_joint(before, rest) => {
                return Some((CurlShell::PowerShell, "the backtick in"));
            }
            b'`' => _ = self.skip_ticks(rest),
            b'-' if starts_word && rest.starts_with("-% ") => {
                return Some((CurlShell::PowerShell, "`--%` in"));
            }
            b'@' if starts_word && starts_here_string(rest) => {
                return Some((CurlShell::PowerShell, "the here-string in"));
            }
            b'@' if starts_word && rest.starts_with('{') => {
                return Some((CurlShell::PowerShell, "the `@{` in"));
            }
            b'@' => self.signs.at |= starts_word,
            b'~' => self.signs.home |= starts_word && rest.starts_with('/'),
            _ => {}
        }
        None
    }

    /// Reads a byte in double quotes.
    fn double(&mut self, at: usize, b: u8) {
        let rest = self.rest(at + 1);
        match b {
            b'\\' => {
                self.at += 1;
                self.signs.escaped_quote |= rest.starts_with('"');
                let goes_on = |c: char| c.is_alphanumeric() || !c.is_ascii() || "_:},".contains(c);
                if rest.strip_prefix("`\"").is_some_and(|rest| rest.starts_with(goes_on)) {
                    self.signs.add_power("the backtick before a quote in", at);
                } else {
                    self.signs.other_escape |= rest.starts_with(['$', '`']);
                }
            }
            b'"' => {
                self.quote = None;
                self.doubled.add(at, &self.text.as_bytes()[..at], rest.as_bytes());
            }
            b'$' => self.dollar(at, true),
            b'%' => self.signs.percent(at, rest),
            // In bash it starts a command.
            b'`' if rest.starts_with('"') => {
                self.signs.add_power("the backtick before a quote in", at);
            }
            b'`' if !self.skip_ticks(rest) && rest.starts_with(['$', '`', 'n', 'r', 't']) => {
                self.signs.add_power("the escape with a backtick in", at);
            }
            _ => {}
        }
    }

    fn dollar(&mut self, at: usize, in_quotes: bool) {
        let rest = self.rest(at + 1);
        if rest.starts_with('(') {
            self.signs.variable = true;
            self.skip_substitution();
        } else {
            self.signs.dollar(at, rest, in_quotes);
        }
    }

    /// Skips the text between two backticks, of which the first was read, if it looks like a command. In PowerShell each
    /// of them is an escape.
    fn skip_ticks(&mut self, rest: &str) -> bool {
        let is_end = |c: char| c == '`' || (c == '"' && self.quote.is_some());
        let Some(end) = rest.find(is_end).filter(|end| rest[*end..].starts_with('`')) else {
            return false;
        };
        let command = &rest[..end];
        let is_command = command.len() > 1
            && command.starts_with(|c: char| c.is_ascii_alphanumeric() || "/.~_".contains(c))
            && !command.ends_with(is_blank);
        if is_command {
            self.signs.substitution = true;
            self.at += end + 1;
        }
        is_command
    }

    /// Skips the `(..)` of a substitution.
    fn skip_substitution(&mut self) {
        if self.has_unclosed {
            return;
        }
        let bytes = self.rest(self.at).as_bytes();
        let (mut at, mut depth, mut quote) = (0, 0, None);
        while let Some(b) = bytes.get(at) {
            match (b, quote) {
                (b'\\', None | Some(b'"')) => at += 1,
                (b'\'' | b'"', None) => quote = Some(*b),
                (b, Some(open)) if *b == open => quote = None,
                (b'(', None) => depth += 1,
                (b')', None) => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += at + 1;
                        return;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        self.has_unclosed = true;
    }

    /// Reads the sign of a quoted word, after its `"` at `at`.
    fn caret(&mut self, at: usize, rest: &str) {
        if self.signs.caret.is_some() || at < self.searched_to {
            return;
        }
        let (length, copied) = browser_quote(rest);
        self.searched_to = at + length;
        // Otherwise the text may be any, such as `^&`.
        if copied.is_some_and(|text| text.contains(['?', '"', '\\'])) {
            self.signs.caret = Some(Sign { what: "the ^ in quotes in", at });
        }
    }
}

/// Returns the number of bytes before the first one that means something in these quotes.
fn length_without_signs(rest: &[u8], quote: u8) -> usize {
    let end = match quote {
        b'"' => rest.iter().position(|b| matches!(b, b'"' | b'\\' | b'$' | b'%' | b'`')),
        quote => rest.iter().position(|b| *b == quote),
    };
    end.unwrap_or(rest.len())
}

/// Whether an escape before this text is at a line end, and the next line continues the command.
fn joins_lines(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\t', '\r']);
    let Some(rest) = rest.strip_prefix('\n') else { return false };
    let line = rest.split('\n').next().unwrap_or_default().trim_matches(is_blank);
    let first = line.split(is_blank).next().unwrap_or_default();
    !first.is_empty() && !first.starts_with('#') && first != "curl" && first != "curl.exe"
}

/// Whether an escape between these was a line continuation before a page turned the line end into a space.
fn is_joint(before: Option<u8>, after: &str) -> bool {
    let is_space = |c: char| matches!(c, ' ' | '\t');
    let next = after.trim_start_matches(is_space);
    before.is_some_and(|b| is_space(b.into()))
        && next.len() < after.len()
        && next.starts_with(['-', '"', '\''])
}

/// Whether a quote and a line end follow the `@` of a PowerShell here-string.
fn starts_here_string(rest: &str) -> bool {
    let after = rest.strip_prefix(['\'', '"']).unwrap_or_default();
    after.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
}
