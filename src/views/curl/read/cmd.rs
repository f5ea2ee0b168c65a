//! Splitting of a command into words by the rules of cmd.

use super::bash::IS_PLAIN;
use super::lexer::{Lexer, is_blank, is_name, operator, split_name, unclosed_quote};
use super::signs::cmd_setting;
use super::windows_variables::WindowsVariables;
use super::{Fault, check_typography};

/// cmd removes `^`, then the program splits words by the rules of Microsoft's C runtime: `"` quotes, `\"` is a
/// quote, and backslashes are special only before a quote.
pub(super) fn cmd(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    words(lexer, false)
}

/// Reads words for cmd or, with `is_verbatim`, after PowerShell's `--%`, where only variables and pipes are special to
/// the shell.
pub(super) fn words(lexer: &mut Lexer<'_>, is_verbatim: bool) -> Result<(), Fault> {
    let mut cmd = CmdLexer {
        lexer,
        is_verbatim,
        in_cmd_quotes: false,
        quote: None,
        slashes: Slashes::default(),
        settings: WindowsVariables::default(),
        searched_to: 0,
    };
    while cmd.before_command()? {}
    while let Some(c) = cmd.lexer.peek() {
        let at = cmd.lexer.at;
        cmd.lexer.next();
        match cmd.shell(at, c)? {
            CmdStep::Char { c, literal } => {
                cmd.program(at, c, literal)?;
                cmd.plain_run(at);
            }
            CmdStep::Consumed => {}
            CmdStep::Variable(name) => cmd.variable(at, name)?,
            CmdStep::End => return Ok(()),
        }
    }
    cmd.slashes.flush(cmd.lexer, cmd.lexer.at);
    match cmd.quote {
        Some(open) => Err(unclosed_quote(open, "\"")),
        None => Ok(()),
    }
}

struct CmdLexer<'l, 't> {
    lexer: &'l mut Lexer<'t>,
    /// After `--%`.
    is_verbatim: bool,
    /// In quotes for cmd, in which `^` and operators are text.
    in_cmd_quotes: bool,
    /// The offset of the open quote for the program.
    quote: Option<usize>,
    slashes: Slashes,
    settings: WindowsVariables<String>,
    /// The offset up to which quotes were searched for escapes by `^`.
    searched_to: usize,
}

/// The effect of a character in cmd.
enum CmdStep<'t> {
    /// The program reads this character. `literal` means that a `^` precedes it.
    Char { c: char, literal: bool },
    /// The program does not receive it.
    Consumed,
    /// It starts a variable.
    Variable(&'t str),
    /// The command ends.
    End,
}

impl<'t> CmdLexer<'_, 't> {
    /// Skips a line end, a comment or `@echo off` before the command, or reads a `set NAME=text`.
    fn before_command(&mut self) -> Result<bool, Fault> {
        let rest = self.lexer.rest();
        let line = rest.split('\n').next().unwrap_or_default();
        let command = line.trim_matches(is_blank);
        let first = command.split(is_blank).next().unwrap_or_default();
        let is_skipped = first.starts_with(['#', ':'])
            || ["rem", "@rem", "@echo"].iter().any(|word| first.eq_ignore_ascii_case(word))
            || (first.is_empty() && line.len() < rest.len());
        if self.is_verbatim || (!is_skipped && cmd_setting(command).is_none()) {
            return Ok(false);
        }
        if let Some((name, value)) = cmd_setting(command) {
            let is_quoted = command[..command.len() - value.len()].contains('"');
            let value = match value.rsplit_once('"').filter(|_| is_quoted) {
                Some((value, _)) => value,
                None => value,
            };
            if value.contains('%') || (!is_quoted && value.contains(['^', '&', '|', '<', '>'])) {
                let at = value.as_ptr() as usize - self.lexer.text.as_ptr() as usize;
                let why = "only a plain text can be set here, as in set \"NAME=text\"";
                return Err(Fault::new(at, why));
            }
            self.settings.add(name, value.to_owned());
        }
        self.lexer.at += line.len();
        self.lexer.skip_line_end();
        Ok(true)
    }

    /// Reads the text up to the next character that may be special, inside of a word.
    fn plain_run(&mut self, at: usize) {
        if self.lexer.word.is_some() && self.slashes.count == 0 {
            let in_quotes = self.quote.is_some();
            let is_special = |b: u8| !(IS_PLAIN[usize::from(b)] || b == b' ' && in_quotes);
            self.lexer.push_run(at, self.lexer.rest().bytes().position(is_special));
        }
    }

    /// Inserts the value that the text sets, which cmd reads as a part of the command, or a variable.
    fn variable(&mut self, at: usize, name: &str) -> Result<(), Fault> {
        let Some(value) = self.settings.get(at, name, self.lexer.text.len())? else {
            self.slashes.flush(self.lexer, at);
            self.lexer.push_variable(at, name);
            return Ok(());
        };
        for c in value.chars() {
            self.in_cmd_quotes ^= c == '"';
            if !self.in_cmd_quotes && matches!(c, '^' | '&' | '|' | '<' | '>') {
                let why = format!("the value of {name} has a {c} that is not in quotes");
                return Err(Fault::new(at, why));
            }
            self.program(at, c, true)?;
            self.slashes.bare |= c == '\\';
        }
        Ok(())
    }

    /// Reads a word in quotes, after its `"` at `at`, if Chromium has written it.
    fn browser_word(&mut self, at: usize) -> bool {
        if at < self.searched_to {
            return false;
        }
        let (length, text) = browser_quote(self.lexer.rest());
        self.searched_to = at + length;
        let Some(text) = text else { return false };
        self.lexer.word_at(at).quoted = true;
        text.chars().for_each(|c| self.lexer.push(at, c));
        self.lexer.at += length;
        true
    }

    /// Handles a character, read at `at`, as cmd does.
    fn shell(&mut self, at: usize, c: char) -> Result<CmdStep<'t>, Fault> {
        let can_be_copied = !self.is_verbatim && !self.in_cmd_quotes && self.quote.is_none();
        if c == '"' && can_be_copied && self.slashes.count == 0 && self.browser_word(at) {
            return Ok(CmdStep::Consumed);
        }
        let lexer = &mut *self.lexer;
        match c {
            // An odd number of escaped quotes would leave cmd in quotes, which is never intended.
            '^' | '>' | '&' | '<' if self.is_verbatim => {}
            '^' if !self.in_cmd_quotes
                || (self.quote.is_none() && lexer.rest().starts_with(['\r', '\n'])) =>
            {
                if lexer.skip_line_end() {
                    self.in_cmd_quotes = false;
                    lexer.skip_prompt("More? ");
                    let is_empty_line = lexer.skip_line_end();
                    return Ok(match is_empty_line {
                        true => CmdStep::Char { c: '\n', literal: true },
                        false => CmdStep::Consumed,
                    });
                }
                let after = lexer.rest().trim_start_matches([' ', '\t']);
                if after.len() < lexer.rest().len() && after.starts_with(['\n', '\r']) {
                    return Err(Fault::new(at, "a space follows the ^ at the end of this line"));
                }
                return Ok(match lexer.next() {
                    Some(c) => CmdStep::Char { c, literal: true },
                    None => CmdStep::Consumed,
                });
            }
            '%' => {
                if let Some(name) = cmd_variable(lexer.rest()) {
                    lexer.at += name.len() + 1;
                    return Ok(CmdStep::Variable(name));
                }
                check_cmd_variable(at, lexer.rest())?;
            }
            '"' => self.in_cmd_quotes = !self.in_cmd_quotes,
            '|' if !self.in_cmd_quotes => {
                self.slashes.flush(lexer, at);
                lexer.pipe(at)?;
                return Ok(CmdStep::End);
            }
            '>' if !self.in_cmd_quotes => {
                self.slashes.flush(lexer, at);
                lexer.redirect(at)?;
                return Ok(CmdStep::Consumed);
            }
            '&' if !self.in_cmd_quotes => {
                self.slashes.flush(lexer, at);
                lexer.then(at, '&')?;
                return Ok(CmdStep::End);
            }
            '<' if !self.in_cmd_quotes => return Err(operator(at, c, lexer.rest())),
            '\'' if !self.is_verbatim && self.quote.is_none() && lexer.word.is_none() => {
                let why = "for cmd the quote ' is an ordinary character; write \" instead";
                return Err(Fault::new(at, why));
            }
            _ => {}
        }
        Ok(CmdStep::Char { c, literal: false })
    }

    /// Handles a character as the program's C runtime does.
    fn program(&mut self, at: usize, c: char, literal: bool) -> Result<(), Fault> {
        let (lexer, slashes) = (&mut *self.lexer, &mut self.slashes);
        match c {
            '\\' => {
                lexer.word_at(at);
                slashes.count += 1;
                slashes.bare |= !literal;
            }
            '"' => {
                let escaped = slashes.count % 2 == 1;
                slashes.bare = true;
                slashes.count /= 2;
                slashes.flush(lexer, at);
                lexer.word_at(at).quoted = true;
                if escaped {
                    lexer.push(at, '"');
                } else if self.quote.is_some() && !literal && lexer.rest().starts_with('"') {
                    // A doubled quote in quotes is one quote.
                    lexer.at += 1;
                    self.in_cmd_quotes = !self.in_cmd_quotes;
                    lexer.push(at, '"');
                } else {
                    self.quote = if self.quote.is_some() { None } else { Some(at) };
                }
            }
            '\n' if !literal => {
                slashes.flush(lexer, at);
                if let Some(open) = self.quote {
                    return Err(unclosed_quote(open, "\""));
                }
                self.in_cmd_quotes = false;
                lexer.end_word()?;
                lexer.line_start = true;
            }
            c if self.quote.is_none() && c != '\n' && is_blank(c) => {
                slashes.flush(lexer, at);
                lexer.end_word()?;
            }
            c => {
                slashes.flush(lexer, at);
                if self.quote.is_none() {
                    check_typography(at, c)?;
                }
                lexer.push(at, c);
            }
        }
        Ok(())
    }
}

/// Backslashes whose meaning depends on the next character.
#[derive(Default)]
struct Slashes {
    count: usize,
    /// At least one has no `^` before it.
    bare: bool,
}

impl Slashes {
    /// Appends the backslashes, which no quote follows. Only Chromium's copies put a `^` before a backslash, and they
    /// double each one: the request of the browser has one for each pair, while Microsoft's rules would keep both.
    fn flush(&mut self, lexer: &mut Lexer<'_>, at: usize) {
        let Slashes { count, bare } = std::mem::take(self);
        let is_doubled = !bare && count % 2 == 0;
        for _ in 0..if is_doubled { count / 2 } else { count } {
            lexer.push(at, '\\');
        }
    }
}

/// Refuses `%NAME:~0,3%` and `%NAME:a=b%`, by which cmd changes the value. `%C3:a=b%20` belongs to a URL.
fn check_cmd_variable(at: usize, rest: &str) -> Result<(), Fault> {
    let (name, after) = split_name(rest);
    let Some(change) = after.strip_prefix(':').filter(|_| is_name(name)) else { return Ok(()) };
    let (change, after) = change.split_at(change.find(['%', '\n', '"']).unwrap_or(change.len()));
    let Some(after) = after.strip_prefix('%') else { return Ok(()) };
    let is_url = starts_with_byte(name) && starts_with_byte(after);
    let is_change = change.starts_with('~') || (change.contains('=') && !is_url);
    if !is_change {
        return Ok(());
    }
    let why = "only %NAME% is supported, not changes of a variable's value; write out the result";
    Err(Fault::new(at, why))
}

/// Returns the name in `NAME%...`. `%E9a%20` has no name: both are bytes of a URL.
pub(super) fn cmd_variable(rest: &str) -> Option<&str> {
    let (name, after) = split_name(rest);
    let after = after.strip_prefix('%')?;
    let is_url = starts_with_byte(name) && (name.len() == 2 || starts_with_byte(after));
    (is_name(name) && !is_url).then_some(name)
}

/// Whether a text after a `%` is a byte of a URL.
fn starts_with_byte(text: &str) -> bool {
    text.len() > 1 && text.bytes().take(2).all(|b| b.is_ascii_hexdigit())
}

/// Reads the rest of a word in double quotes in which each character that may be special has a `^`. Chromium before
/// version 125 copied words so; cmd itself would keep each `^`. Returns the length that was read, and the text that
/// the browser sent, if the word is such a one.
pub(super) fn browser_quote(rest: &str) -> (usize, Option<String>) {
    let (mut text, mut is_escaped, mut after_percent) = (String::new(), false, false);
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        let percent = std::mem::take(&mut after_percent);
        match c {
            '"' => {
                let length = at + 1;
                let ends_word = rest[length..].chars().next().is_none_or(is_blank);
                return (length, Some(text).filter(|_| is_escaped && ends_word));
            }
            '^' => match chars.next() {
                // A pair of backslashes is one, and `\"` is a quote.
                Some((_, '\\')) => match (chars.next(), chars.next()) {
                    (Some((_, '^')), Some((_, c @ ('\\' | '"')))) => {
                        text.push(c);
                        is_escaped = true;
                    }
                    _ => return (at, None),
                },
                Some((_, c)) if !is_plain(c) || percent => {
                    text.push(c);
                    is_escaped = true;
                    after_percent = c == '%';
                }
                _ => return (at, None),
            },
            c if is_plain(c) || c == '&' => text.push(c),
            _ => return (at, None),
        }
    }
    (rest.len(), None)
}

/// Whether Chromium writes a character in a command for cmd without a `^`.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || " \t_-:=+~'/.',?;()*`".contains(c)
}
