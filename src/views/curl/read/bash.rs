//! Splitting of a command into words by the rules of bash.

use super::args::awaits_value;
use super::lexer::{Lexer, LostBackslash, Word, is_blank, is_name, split_name, unclosed_quote};
use super::script::{Mode, Operator};
use super::{Fault, check_typography};
use crate::text::alphanumeric_and;

/// The bytes that are text for all shells wherever they are in a word.
pub(super) const IS_PLAIN: [bool; 256] = alphanumeric_and(b"-_./:=+@");

/// Resolves quotes, escapes and variables. Anything that needs a shell is a fault.
pub(super) fn bash(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    lexer.bash()
}

/// Whether bash expands this text between braces: `1..3`, `a..e` or `1..9..2`.
fn is_sequence(text: &str) -> bool {
    // Stops at the first brace, so that nested ones are not searched again and again.
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-+.".contains(&b)) {
        return false;
    }
    let is_number = |part: &str| {
        let digits = part.strip_prefix(['-', '+']).unwrap_or(part);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let is_letter = |part: &str| part.len() == 1 && part.bytes().all(|b| b.is_ascii_alphabetic());
    let parts: Vec<&str> = text.split("..").collect();
    match parts[..] {
        [from, to] => is_number(from) && is_number(to) || is_letter(from) && is_letter(to),
        [from, to, step] => {
            is_number(step)
                && (is_number(from) && is_number(to) || is_letter(from) && is_letter(to))
        }
        _ => false,
    }
}

impl Lexer<'_> {
    fn bash(&mut self) -> Result<(), Fault> {
        // The offsets of the open braces in this word, and whether a comma followed.
        let mut braces: Vec<(usize, bool)> = Vec::new();
        while let Some(c) = self.peek() {
            if self.is_done() && !(c == '\n' && self.here_document.is_some()) {
                self.skip_rest_of_script();
                continue;
            }
            if self.skip_line_prompt() {
                continue;
            }
            let at = self.at;
            if self.word.is_none() {
                braces.clear();
                self.check_start(c)?;
            }
            self.next();
            match c {
                '\\' => self.bash_escape(at)?,
                '\'' => self.single(at)?,
                '"' => self.double(at)?,
                '$' => self.dollar(at, false)?,
                '`' => self.backquoted(at)?,
                '\n' => {
                    self.end_word()?;
                    self.check_redirected()?;
                    if self.script.mode != Mode::Curl {
                        self.end_statement(Operator::Next)?;
                    }
                    self.line_start = true;
                    self.read_here_document()?;
                }
                c if is_blank(c) => self.end_word()?,
                '#' if self.word.is_none() => {
                    let line = self.rest();
                    self.at += line.find('\n').unwrap_or(line.len());
                }
                '>' => self.redirect(at)?,
                '&' if self.rest().starts_with('>') => {
                    self.end_word()?;
                    self.at += 1;
                    self.redirect(at)?;
                }
                ';' | '&' | '|' => self.operator(at, c)?,
                '<' if self.rest().starts_with("<<") => {
                    self.at += 2;
                    self.here_string(at)?;
                }
                '<' if self.rest().starts_with('<') && self.here_document.is_none() => {
                    self.here(at)?
                }
                '<' if is_redirection(self.rest()) => self.input_file(at)?,
                '<' | '(' | ')' => return Err(self.parenthesis(at, c)),
                '~' if self.rest().starts_with('/') && self.starts_path_or_value() => {
                    self.expand(at, "HOME", true)?;
                }
                c => {
                    match (c, braces.last_mut()) {
                        ('{', _) => braces.push((at, false)),
                        (',', Some((_, has_comma))) => *has_comma = true,
                        ('}', Some(&mut (open, has_comma))) => {
                            let expands = has_comma || is_sequence(&self.text[open + 1..at]);
                            if expands && self.is_in_curl() {
                                let why = "the shell expands {..,..} and {1..3} to several words; put it \
                                           in single quotes";
                                return Err(Fault::new(open, why));
                            }
                            braces.pop();
                        }
                        _ => {}
                    }
                    check_typography(at, c)?;
                    self.push(at, c);
                    self.push_plain(at);
                }
            }
        }
        self.end_statement(Operator::Next)?;
        self.here_document.as_ref().map_or(Ok(()), |here| Err(here.unclosed()))
    }

    /// Whether bash replaces a `~` here: at the start of a word, or of the value of a variable that is set.
    fn starts_path_or_value(&self) -> bool {
        match &self.word {
            None => true,
            Some(word) => {
                self.is_in_assignment()
                    && word.bytes.ends_with(b"=")
                    && !word.quoted
                    && word.bytes.iter().filter(|b| **b == b'=').count() == 1
            }
        }
    }

    /// Skips the prompt `$ ` of a line.
    fn skip_line_prompt(&mut self) -> bool {
        let is_prompt = self.line_start
            && self.word.is_none()
            && (self.prompt || self.script.mode == Mode::Start)
            && self.rest().starts_with("$ ");
        if is_prompt {
            self.at += 2;
            self.prompt = true;
        }
        is_prompt
    }

    /// Refuses the dash by which word processors replace `--`.
    fn check_start(&self, c: char) -> Result<(), Fault> {
        match c {
            '–' | '—' if self.script.mode == Mode::Curl => {
                let why = format!("the dash {c:?} starts a word; options start with - or --");
                Err(Fault::new(self.at, why))
            }
            _ => Ok(()),
        }
    }

    /// Reads the escape after an unquoted backslash at `at`.
    fn bash_escape(&mut self, at: usize) -> Result<(), Fault> {
        if self.rest().starts_with(['\n', '\r']) && self.word.as_ref().is_some_and(Word::is_drive) {
            // The backslash may belong to the path, or join the lines.
            self.mark_lost(at, false, false);
        }
        if self.skip_line_end() {
            self.skip_prompt("> ");
            return Ok(());
        }
        let after = self.rest().trim_start_matches([' ', '\t', '\u{a0}']);
        let has_blank = after.len() < self.rest().len();
        // A line continuation with a blank after it, which bash would read as a word.
        if has_blank && after.starts_with(['\n', '\r']) {
            self.end_word()?;
            self.at = self.text.len() - after.len();
            self.skip_line_end();
            self.skip_prompt("> ");
            return Ok(());
        }
        // A line continuation: a page has turned the line end into a space, or the next line was not copied.
        let is_text = || {
            self.script.mode != Mode::Curl
                || self.redirected.is_some()
                || self.command.words.last().is_some_and(awaits_value) && !after.is_empty()
        };
        if self.word.is_none() && has_blank && !is_text() {
            self.at = self.text.len() - after.len();
            return Ok(());
        }
        // The end of a folder, as in `C:\out\ -v`: another word follows.
        if self.check_lost(at) && self.rest().starts_with(is_blank) {
            return self.end_word();
        }
        if let Some(c) = self.next() {
            self.push(at, c);
        }
        Ok(())
    }

    /// Records that bash removes the unquoted backslash at `at`, if it may belong to a path. Returns whether the word has
    /// such a backslash before a letter.
    fn check_lost(&mut self, at: usize) -> bool {
        let next = self.rest().chars().next();
        let starts_path = self.word.as_ref().is_some_and(|word| starts_path(&word.bytes));
        let is_before_letter = next.is_some_and(char::is_alphanumeric);
        match next {
            // These are escapes in bash. On Windows, one and two backslashes mean the same path.
            Some('\'') => self.word_at(at).escapes_quote = true,
            Some('\\') => {}
            _ if is_before_letter => self.mark_lost(at, true, true),
            // bash does not escape these when it quotes a name, but a page may.
            Some('.' | '_' | '-' | '+') => self.mark_lost(at, false, starts_path),
            None if self.word.is_some() => self.mark_lost(at, false, starts_path),
            _ if starts_path => self.mark_lost(at, false, false),
            _ => {}
        }
        self.word.as_ref().is_some_and(|word| word.lost.is_some_and(|lost| lost.is_before_letter))
    }

    fn mark_lost(&mut self, at: usize, is_before_letter: bool, is_in_path: bool) {
        let first = LostBackslash { at, is_before_letter, is_in_path };
        let lost = self.word_at(at).lost.get_or_insert(first);
        lost.is_before_letter |= is_before_letter;
        lost.is_in_path |= is_in_path;
    }

    /// Like [`check_lost`](Self::check_lost), in double quotes, where bash removes a backslash only before some
    /// characters.
    fn check_lost_quoted(&mut self, at: usize, next: char) {
        let Some(word) = &self.word else { return };
        let is_lost = match next {
            '$' | '`' => starts_path(&word.bytes),
            // The start of a share, `\\server\share`, whose other backslashes are kept.
            '\\' if starts_value(&word.bytes) => {
                let rest = &self.text[self.at + 1..];
                let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
                let share = rest.trim_start_matches(is_name);
                share.len() < rest.len()
                    && share.strip_prefix('\\').is_some_and(|share| share.starts_with(is_name))
            }
            _ => false,
        };
        if is_lost {
            self.mark_lost(at, false, next == '\\');
        }
    }

    /// Appends the text up to an ASCII character at this offset of the rest, or all of it.
    pub(super) fn push_run(&mut self, at: usize, end: Option<usize>) {
        let rest = self.rest();
        let run = &rest[..end.unwrap_or(rest.len())];
        self.at += run.len();
        let is_crlf = self.crlf;
        let bytes = &mut self.word_at(at).bytes;
        match is_crlf {
            false => bytes.extend_from_slice(run.as_bytes()),
            true => bytes.extend_from_slice(run.replace("\r\n", "\n").as_bytes()),
        }
    }

    /// Appends the text up to the next character that may be special in a word.
    pub(super) fn push_plain(&mut self, at: usize) {
        let is_special = |b: u8| !IS_PLAIN[usize::from(b)];
        self.push_run(at, self.rest().bytes().position(is_special));
    }

    fn single(&mut self, at: usize) -> Result<(), Fault> {
        self.word_at(at).quoted = true;
        self.push_run(at, self.rest().find('\''));
        self.next().map(|_| ()).ok_or_else(|| unclosed_quote(at, "'"))
    }

    fn double(&mut self, at: usize) -> Result<(), Fault> {
        self.word_at(at).quoted = true;
        loop {
            let is_special = |byte: u8| matches!(byte, b'"' | b'\\' | b'$' | b'`');
            self.push_run(at, self.rest().bytes().position(is_special));
            let here = self.at;
            match self.next() {
                Some('"') => return Ok(()),
                Some('\\') => {
                    if self.skip_line_end() {
                        continue;
                    }
                    match self.peek() {
                        Some(c @ ('$' | '`' | '"' | '\\')) => {
                            self.check_lost_quoted(here, c);
                            self.next();
                            self.push(at, c);
                        }
                        _ => self.push(at, '\\'),
                    }
                }
                Some('$') => self.dollar(here, true)?,
                Some('`') => self.backquoted(here)?,
                Some(c) => self.push(at, c),
                None => return Err(unclosed_quote(at, "\"")),
            }
        }
    }

    /// Reads the variable or quoted text after a `$` at `at`.
    pub(super) fn dollar(&mut self, at: usize, in_quotes: bool) -> Result<(), Fault> {
        let rest = self.rest();
        let (name, _) = split_name(rest);
        match rest.chars().next() {
            Some('\'') if !in_quotes => {
                self.at += 1;
                self.ansi(at)
            }
            Some('"') if !in_quotes => {
                self.at += 1;
                self.double(at)
            }
            Some('(') if self.encoded_variable(at)? => Ok(()),
            Some('(') if (in_quotes || self.is_in_assignment()) && self.starts_cat() => {
                self.cat_here_document(at)
            }
            Some('(') => self.skip_expansion(at, substitution(at)),
            Some('[') => {
                let why = "the shell would calculate here; write out the result, or write \\$";
                self.skip_expansion(at, Fault::new(at, why))
            }
            Some('{') => {
                let inner = &rest[1..];
                let (name, _) = split_name(inner);
                if !is_name(name) || !inner[name.len()..].starts_with('}') {
                    let why = "only ${NAME} is supported after ${";
                    return self.skip_expansion(at, Fault::new(at, why));
                }
                self.at += name.len() + 2;
                self.expand(at, name, in_quotes)
            }
            _ if is_name(name) => {
                self.at += name.len();
                self.expand(at, name, in_quotes)
            }
            Some(c @ ('0'..='9' | '@' | '*' | '#' | '?' | '$' | '!' | '-')) => {
                let why = format!("${c} has no value outside of a script; write out the value");
                self.skip_expansion(at, Fault::new(at, why))
            }
            _ => {
                self.push(at, '$');
                Ok(())
            }
        }
    }

    /// Reads the text after `$'` at `at`.
    fn ansi(&mut self, at: usize) -> Result<(), Fault> {
        self.word_at(at).quoted = true;
        loop {
            let here = self.at;
            let c = match self.next() {
                Some('\'') => return Ok(()),
                Some('\\') => match self.next() {
                    Some(c) => self.ansi_escape(here, c)?,
                    None => return Err(unclosed_quote(at, "$'")),
                },
                Some(c) => Some(c),
                None => return Err(unclosed_quote(at, "$'")),
            };
            if let Some(c) = c {
                self.push(at, c);
            }
        }
    }

    /// Reads an escape in `$'...'`. Returns its character, or `None` if it is a byte, which is appended.
    fn ansi_escape(&mut self, at: usize, c: char) -> Result<Option<char>, Fault> {
        let known = match c {
            'a' => '\x07',
            'b' => '\x08',
            'e' | 'E' => '\x1b',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            '\\' | '\'' | '"' | '?' => c,
            '0'..='7' => {
                self.at -= 1;
                let number = self.digits(3, 8).unwrap_or_default();
                return self.ansi_byte(at, number & 0xff);
            }
            'x' => match self.digits(2, 16) {
                Some(number) => return self.ansi_byte(at, number),
                None => return Ok(self.literal_escape(at, c)),
            },
            'u' | 'U' => match self.digits(if c == 'u' { 4 } else { 8 }, 16) {
                Some(number) => return self.ansi_char(at, number).map(Some),
                None => return Ok(self.literal_escape(at, c)),
            },
            'c' => match self.next() {
                Some(c) if c.is_ascii() => return self.ansi_byte(at, u32::from(c) & 0x1f),
                _ => return Err(Fault::new(at, "\\c is not followed by a control character")),
            },
            _ => return Ok(self.literal_escape(at, c)),
        };
        Ok(Some(known))
    }

    fn literal_escape(&mut self, at: usize, c: char) -> Option<char> {
        self.push(at, '\\');
        Some(c)
    }

    fn digits(&mut self, max: usize, radix: u32) -> Option<u32> {
        let digits = self.rest().bytes().take(max);
        let count = digits.take_while(|b| char::from(*b).is_digit(radix)).count();
        let number = u32::from_str_radix(&self.rest()[..count], radix).ok();
        self.at += count;
        number
    }

    fn ansi_byte(&mut self, at: usize, number: u32) -> Result<Option<char>, Fault> {
        match u8::try_from(number) {
            Ok(0) | Err(_) => Err(Fault::new(at, "this is a NUL, which no word can contain")),
            Ok(byte) => {
                self.word_at(at).bytes.push(byte);
                Ok(None)
            }
        }
    }

    /// Reads a number as a character. Browsers write a character beyond U+FFFF as two UTF-16 surrogates.
    fn ansi_char(&mut self, at: usize, number: u32) -> Result<char, Fault> {
        let mut number = number;
        if (0xd800..0xdc00).contains(&number) && self.rest().starts_with("\\u") {
            self.at += 2;
            let low = self.digits(4, 16).unwrap_or_default();
            if (0xdc00..0xe000).contains(&low) {
                number = 0x10000 + ((number - 0xd800) << 10) + (low - 0xdc00);
            }
        }
        match char::from_u32(number) {
            Some('\0') | None => Err(Fault::new(at, "this is not the number of a character")),
            Some(c) => Ok(c),
        }
    }
}

impl Word {
    /// Whether the word ends with a drive letter and a colon.
    fn is_drive(&self) -> bool {
        self.bytes.ends_with(b":") && starts_path(&self.bytes)
    }
}

/// Whether the text after a `<` is the file of a redirection, rather than of a placeholder `<user id>` or of a command
/// `<(..)`.
fn is_redirection(rest: &str) -> bool {
    let is_placeholder = rest.split_once('>').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(' ')
            && !name.ends_with(' ')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_- ".contains(&b))
    });
    !is_placeholder && !rest.starts_with(['(', '<', '&', '>'])
}

/// Whether a file name may start after these bytes of a word.
fn starts_value(before: &[u8]) -> bool {
    before.last().is_none_or(|b| matches!(b, b'@' | b'=' | b'<'))
}

/// Whether these bytes of a word end with the start of a Windows path, without its backslash.
fn starts_path(before: &[u8]) -> bool {
    match before {
        [start @ .., drive, b':'] => drive.is_ascii_alphabetic() && starts_value(start),
        [start @ .., b'.', b'.'] | [start @ .., b'.'] => starts_value(start),
        _ => false,
    }
}

pub(super) fn substitution(at: usize) -> Fault {
    let why = "this is replaced by the output of another command; use a variable such as $NAME, \
               or the name of a file after @, instead";
    Fault::new(at, why)
}
