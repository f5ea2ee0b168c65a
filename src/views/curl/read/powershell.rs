//! Splitting of a command into words by the rules of PowerShell.

use super::cmd::words;
use super::lexer::{Lexer, Word, is_blank, is_name, operator, split_name, unclosed_quote};
use super::signs::powershell_setting;
use super::windows_variables::WindowsVariables;
use super::{Fault, check_typography};

/// Backticks escape, `'` and `"` quote and are doubled within themselves, `$NAME` and `$env:NAME` are variables, and the
/// text after `--%` is passed to the program unchanged.
pub(super) fn powershell(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    PowerShellLexer { lexer, settings: WindowsVariables::default(), setting: None }.words()
}

struct PowerShellLexer<'l, 't> {
    lexer: &'l mut Lexer<'t>,
    settings: WindowsVariables<Word>,
    /// The name of the variable that this statement sets.
    setting: Option<&'t str>,
}

impl PowerShellLexer<'_, '_> {
    fn words(&mut self) -> Result<(), Fault> {
        self.statement();
        while let Some(c) = self.lexer.peek() {
            let at = self.lexer.at;
            self.lexer.next();
            match c {
                '\'' | '"' => self.quoted(at, c, c == '"')?,
                '`' => backtick(self.lexer, at, false)?,
                '$' => self.variable(at)?,
                '\n' => {
                    self.end_statement(at)?;
                    self.lexer.line_start = true;
                    self.statement();
                }
                c if is_blank(c) => {
                    if self.setting.is_none() {
                        self.lexer.end_word()?;
                    }
                }
                '#' if self.lexer.word.is_none() || self.setting.is_some() => self.comment(),
                '-' if self.lexer.word.is_none() && self.lexer.rest().starts_with("-% ") => {
                    self.lexer.at += 2;
                    return words(self.lexer, true);
                }
                ';' if self.setting.is_some() => {
                    self.end_statement(at)?;
                    self.statement();
                }
                '@' if self.lexer.word.is_none() && self.here_string(at)? => {}
                c if self.setting.is_some() && !c.is_ascii_digit() => {
                    return Err(not_a_text(at, c));
                }
                '|' => return self.lexer.pipe(at),
                ';' | '&' => return self.lexer.then(at, c),
                '>' => self.lexer.redirect(at)?,
                '<' | '(' | ')' | '{' | '}' | '@'
                    if self.lexer.word.is_none() || matches!(c, '<' | '(' | ')') =>
                {
                    return Err(operator(at, c, self.lexer.rest()));
                }
                c => {
                    check_typography(at, c)?;
                    self.lexer.push(at, c);
                    if self.setting.is_none() {
                        self.lexer.push_plain(at);
                    }
                }
            }
        }
        self.end_statement(self.lexer.at)
    }

    /// Reads the start of a statement: `&` before the program, or `$NAME =`.
    fn statement(&mut self) {
        let lexer = &mut *self.lexer;
        if lexer.word.is_some() || !lexer.command.words.is_empty() {
            return;
        }
        let rest = lexer.rest().trim_start_matches([' ', '\t', '\u{a0}', '\r']);
        let rest = rest.strip_prefix("& ").unwrap_or(rest);
        lexer.at = lexer.text.len() - rest.len();
        if let Some((name, value)) = powershell_setting(rest) {
            self.setting = Some(name);
            lexer.at = lexer.text.len() - value.len();
        }
    }

    fn end_statement(&mut self, at: usize) -> Result<(), Fault> {
        let Some(name) = self.setting.take() else { return self.lexer.end_word() };
        match self.lexer.word.take() {
            Some(value) => self.settings.add(name, value),
            None => return Err(Fault::new(at, format!("no text follows ${name} ="))),
        }
        Ok(())
    }

    fn comment(&mut self) {
        let line = self.lexer.rest();
        self.lexer.at += line.find('\n').unwrap_or(line.len());
    }

    /// Reads the rest of a quoted text, after its `open` at `at`.
    fn quoted(&mut self, at: usize, open: char, expands: bool) -> Result<(), Fault> {
        self.lexer.word_at(at).quoted = true;
        let escapes_quotes = all_quotes_are_escaped(Some(open), self.lexer.rest());
        loop {
            let is_special = |b: u8| b == open as u8 || matches!(b, b'`' | b'$' | b'\\');
            self.lexer.push_run(at, self.lexer.rest().bytes().position(is_special));
            let at = self.lexer.at;
            let Some(c) = self.lexer.next() else { break };
            if c != open {
                self.quoted_char(at, c, Some(open), expands, escapes_quotes)?;
            } else if self.lexer.rest().starts_with(open) {
                self.lexer.at += 1;
                self.lexer.push(at, c);
            } else {
                return check_escape(self.lexer, at);
            }
        }
        Err(unclosed_quote(at, &open.to_string()))
    }

    /// Reads a here-string `@'..'@` or `@".."@`, after its `@` at `at`, if there is one.
    fn here_string(&mut self, at: usize) -> Result<bool, Fault> {
        let rest = self.lexer.rest();
        let Some(open @ ('\'' | '"')) = rest.chars().next() else { return Ok(false) };
        let Some((blank, inner)) = rest[1..].split_once('\n') else { return Ok(false) };
        if !blank.trim_matches(is_blank).is_empty() {
            return Ok(false);
        }
        // The line end before the mark is not a part of the text.
        let mark = format!("\n{open}@");
        let start = self.lexer.text.len() - inner.len();
        let Some(length) = self.lexer.text[start - 1..].find(&mark) else {
            let why = format!("no line {open}@ ends the here-string that starts here");
            return Err(Fault::new(at, why));
        };
        let inner = &inner[..length.saturating_sub(1)];
        let inner = inner.strip_suffix('\r').unwrap_or(inner);
        let end = start + inner.len();
        self.lexer.word_at(at).quoted = true;
        self.lexer.at = start;
        let escapes_quotes = all_quotes_are_escaped(None, inner);
        while self.lexer.at < end {
            let at = self.lexer.at;
            let Some(c) = self.lexer.next() else { break };
            self.quoted_char(at, c, None, open == '"', escapes_quotes)?;
        }
        self.lexer.at = start - 1 + length + mark.len();
        Ok(true)
    }

    /// Reads a character in a text that is quoted by `open`, or in a here-string.
    fn quoted_char(
        &mut self,
        at: usize,
        c: char,
        open: Option<char>,
        expands: bool,
        escapes_quotes: bool,
    ) -> Result<(), Fault> {
        match c {
            // By Microsoft's rules, the program removes the backslashes that Windows PowerShell keeps.
            '\\' if escapes_quotes => {
                let count = 1 + self.lexer.rest().bytes().take_while(|b| *b == b'\\').count();
                self.lexer.at = at + count;
                let is_before_quote = quote_length(open, self.lexer.rest()).is_some();
                for _ in 0..if is_before_quote { count / 2 } else { count } {
                    self.lexer.push(at, '\\');
                }
                Ok(())
            }
            '`' if expands => backtick(self.lexer, at, true),
            '$' if expands => self.variable(at),
            c => {
                self.lexer.push(at, c);
                Ok(())
            }
        }
    }

    /// Reads the variable after a `$` at `at`.
    fn variable(&mut self, at: usize) -> Result<(), Fault> {
        let rest = self.lexer.rest();
        let bare = rest.strip_prefix('{').unwrap_or(rest);
        let name = match bare.get(..4) {
            Some(scope) if scope.eq_ignore_ascii_case("env:") => &bare[4..],
            _ => bare,
        };
        let (name, after) = split_name(name);
        let scoped = &bare[..bare.len() - after.len()];
        let after = if bare.len() < rest.len() { after.strip_prefix('}') } else { Some(after) };
        let Some(after) = after.filter(|_| is_name(name)) else {
            if rest.starts_with(['(', '{']) {
                let why = "only $NAME, $env:NAME and ${NAME} are supported after a $";
                return Err(Fault::new(at, why));
            }
            self.lexer.push(at, '$');
            return Ok(());
        };
        self.lexer.at = self.lexer.text.len() - after.len();
        match self.settings.get(at, scoped, self.lexer.text.len())? {
            Some(value) => {
                let word = self.lexer.word_at(at);
                word.bytes.extend_from_slice(&value.bytes);
                word.variables.extend_from_slice(&value.variables);
            }
            None => self.lexer.push_variable(at, name),
        }
        Ok(())
    }
}

/// The fault of a variable that is set to the output of a command.
fn not_a_text(at: usize, c: char) -> Fault {
    let why = format!("`{c}`: only a text in quotes can be set here; write it out");
    Fault::new(at, why)
}

/// Refuses `\"` in double quotes, which ends them: the text is for another shell.
fn check_escape(lexer: &Lexer<'_>, at: usize) -> Result<(), Fault> {
    let goes_on = lexer.rest().chars().next().is_some_and(|c| !is_blank(c));
    if goes_on && lexer.text[..=at].ends_with("\\\"") {
        let why = "PowerShell ends the text at the quote of \\\"; write it as \\`\"";
        return Err(Fault::new(at, why));
    }
    Ok(())
}

/// Returns the length of a `"` for the program at the start of a quoted text.
fn quote_length(open: Option<char>, text: &str) -> Option<usize> {
    let spellings: &[&str] = match open {
        Some('"') => &["`\"", "\"\""],
        Some(_) => &["\""],
        None => &["`\"", "\""],
    };
    spellings.iter().find(|quote| text.starts_with(**quote)).map(|quote| quote.len())
}

/// Whether each `"` in the text that is quoted by `open`, or in a here-string, has a backslash, as Windows PowerShell
/// needs it. Newer versions pass quotes on unchanged.
fn all_quotes_are_escaped(open: Option<char>, text: &str) -> bool {
    let (mut at, mut slashes) = (0, 0);
    let is_special = |b: u8| matches!(b, b'"' | b'\'' | b'`' | b'\\');
    while let Some(plain) = text[at..].bytes().position(is_special) {
        at += plain;
        slashes = if plain > 0 { 0 } else { slashes };
        let rest = &text[at..];
        let Some(c) = rest.chars().next() else { break };
        if let Some(length) = quote_length(open, rest) {
            if slashes % 2 == 0 {
                return false;
            }
            at += length;
        } else if Some(c) == open && !rest[1..].starts_with(c) {
            break;
        } else {
            let is_pair = Some(c) == open || (c == '`' && open == Some('"'));
            at += c.len_utf8();
            at += if is_pair { text[at..].chars().next().map_or(0, char::len_utf8) } else { 0 };
        }
        slashes = if c == '\\' { slashes + 1 } else { 0 };
    }
    true
}

/// Reads the escape after a backtick at `at`.
fn backtick(lexer: &mut Lexer<'_>, at: usize, in_quotes: bool) -> Result<(), Fault> {
    // A blank may be a line end that a page has turned into a space.
    let is_joint = !in_quotes && lexer.word.is_none();
    if lexer.skip_line_end() {
        lexer.skip_prompt(">> ");
        return Ok(());
    }
    if is_joint && lexer.rest().starts_with(is_blank) {
        return Ok(());
    }
    match lexer.next() {
        Some('n') => lexer.push(at, '\n'),
        Some('r') => lexer.push(at, '\r'),
        Some('t') => lexer.push(at, '\t'),
        Some(c @ ('0' | 'a' | 'b' | 'e' | 'f' | 'u' | 'v')) => {
            let why = format!("`{c} is a control character; only `n, `r and `t are supported");
            return Err(Fault::new(at, why));
        }
        Some(c) => lexer.push(at, c),
        None => {}
    }
    Ok(())
}
