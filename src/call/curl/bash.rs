//! The words of a command as bash hands them over.

use super::Fault;
use super::lex::{Lexer, check_typography, is_blank, is_name, open_quote, operator};

/// Quotes, escapes and variables are undone; what only a shell can do is a fault.
pub(super) fn bash(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    lexer.bash()
}

impl Lexer<'_> {
    fn bash(&mut self) -> Result<(), Fault> {
        // Where a brace stands open in this word, and whether a comma followed.
        let mut brace = None;
        while let Some(c) = self.peek() {
            let at = self.at;
            if self.word.is_none() {
                brace = None;
                self.check_start(c)?;
            }
            self.next();
            match c {
                '\\' => self.bash_escape(at)?,
                '\'' => self.single(at)?,
                '"' => self.double(at)?,
                '$' => self.dollar(at, false)?,
                '`' => return Err(substitution(at)),
                '\n' => {
                    self.end_word()?;
                    self.line_start = true;
                }
                c if is_blank(c) => self.end_word()?,
                '#' if self.word.is_none() => {
                    let line = self.rest();
                    self.at += line.find('\n').unwrap_or(line.len());
                }
                '|' => self.pipe(at)?,
                '>' => self.redirect(at)?,
                '&' if self.rest().starts_with('>') => {
                    self.end_word()?;
                    self.at += 1;
                    self.redirect(at)?;
                }
                ';' if self.is_over() => return self.end_word(),
                ';' | '&' | '<' | '(' | ')' => return Err(operator(at, c, self.rest())),
                '~' if self.word.is_none() && self.rest().starts_with('/') => {
                    self.push_variable(at, "HOME");
                }
                c => {
                    match (c, brace) {
                        ('{', _) => brace = Some((at, false)),
                        (',', Some((open, _))) => brace = Some((open, true)),
                        ('}', Some((open, true))) => {
                            let why = "the shell makes several words of {..,..}; put it in single \
                                       quotes";
                            return Err(Fault::new(open, why));
                        }
                        ('}', _) => brace = None,
                        _ => {}
                    }
                    check_typography(at, c)?;
                    self.push(at, c);
                }
            }
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.rest().lines().all(|line| {
            let line = line.trim_start_matches(is_blank);
            line.is_empty() || line.starts_with('#')
        })
    }

    /// What a word processor makes of `--`.
    fn check_start(&self, c: char) -> Result<(), Fault> {
        match c {
            '–' | '—' => {
                let why = format!("the dash {c:?} stands here; options start with - or --");
                Err(Fault::new(self.at, why))
            }
            _ => Ok(()),
        }
    }

    /// After a backslash that is not quoted, at `at`.
    fn bash_escape(&mut self, at: usize) -> Result<(), Fault> {
        if self.skip_line_end() {
            let line = self.rest().trim_start_matches([' ', '\t']);
            if self.prompt && line.starts_with("> ") {
                self.at = self.text.len() - line.len() + 2;
            }
            return Ok(());
        }
        let after = self.rest().trim_start_matches([' ', '\t', '\u{a0}']);
        if after.len() < self.rest().len() && after.starts_with(['\n', '\r']) {
            return Err(Fault::new(at, "a space follows the \\ at the end of this line"));
        }
        // At the very end it is left over from a line that was not copied.
        if let Some(c) = self.next() {
            self.push(at, c);
        }
        Ok(())
    }

    fn single(&mut self, at: usize) -> Result<(), Fault> {
        self.word_at(at).quoted = true;
        loop {
            match self.next() {
                Some('\'') => return Ok(()),
                Some(c) => self.push(at, c),
                None => return Err(open_quote(at, "'")),
            }
        }
    }

    fn double(&mut self, at: usize) -> Result<(), Fault> {
        self.word_at(at).quoted = true;
        loop {
            let here = self.at;
            match self.next() {
                Some('"') => return Ok(()),
                Some('\\') => {
                    if self.skip_line_end() {
                        continue;
                    }
                    match self.peek() {
                        Some(c @ ('$' | '`' | '"' | '\\')) => {
                            self.next();
                            self.push(at, c);
                        }
                        _ => self.push(at, '\\'),
                    }
                }
                Some('$') => self.dollar(here, true)?,
                Some('`') => return Err(substitution(here)),
                Some(c) => self.push(at, c),
                None => return Err(open_quote(at, "\"")),
            }
        }
    }

    /// After a `$` at `at`.
    fn dollar(&mut self, at: usize, in_quotes: bool) -> Result<(), Fault> {
        let rest = self.rest();
        let name = &rest[..rest.bytes().take_while(is_name_byte).count()];
        match rest.chars().next() {
            Some('\'') if !in_quotes => {
                self.at += 1;
                self.ansi(at)
            }
            Some('"') if !in_quotes => {
                self.at += 1;
                self.double(at)
            }
            Some('(') => Err(substitution(at)),
            Some('{') => {
                let inner = &rest[1..];
                let name = &inner[..inner.bytes().take_while(is_name_byte).count()];
                if !is_name(name) || !inner[name.len()..].starts_with('}') {
                    let why = "only ${NAME} is understood of what the shell can do with ${";
                    return Err(Fault::new(at, why));
                }
                self.at += name.len() + 2;
                self.push_variable(at, name);
                Ok(())
            }
            _ if is_name(name) => {
                self.at += name.len();
                self.push_variable(at, name);
                Ok(())
            }
            Some(c @ ('0'..='9' | '@' | '*' | '#' | '?' | '$' | '!' | '-')) => {
                let why = format!("${c} has no value outside of a script; write it out");
                Err(Fault::new(at, why))
            }
            _ => {
                self.push(at, '$');
                Ok(())
            }
        }
    }

    /// After `$'` at `at`.
    fn ansi(&mut self, at: usize) -> Result<(), Fault> {
        self.word_at(at).quoted = true;
        loop {
            let here = self.at;
            let c = match self.next() {
                Some('\'') => return Ok(()),
                Some('\\') => match self.next() {
                    Some(c) => self.ansi_escape(here, c)?,
                    None => return Err(open_quote(at, "$'")),
                },
                Some(c) => Some(c),
                None => return Err(open_quote(at, "$'")),
            };
            if let Some(c) = c {
                self.push(at, c);
            }
        }
    }

    /// The character that an escape in `$'...'` stands for, if it is not a byte that was pushed.
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
                _ => return Err(Fault::new(at, "\\c names no control character")),
            },
            _ => return Ok(self.literal_escape(at, c)),
        };
        Ok(Some(known))
    }

    fn literal_escape(&mut self, at: usize, c: char) -> Option<char> {
        self.push(at, '\\');
        Some(c)
    }

    fn digits(&mut self, most: usize, radix: u32) -> Option<u32> {
        let digits = self.rest().bytes().take(most);
        let count = digits.take_while(|b| char::from(*b).is_digit(radix)).count();
        let number = u32::from_str_radix(&self.rest()[..count], radix).ok();
        self.at += count;
        number
    }

    fn ansi_byte(&mut self, at: usize, number: u32) -> Result<Option<char>, Fault> {
        match u8::try_from(number) {
            Ok(0) | Err(_) => Err(Fault::new(at, "a NUL is meant here, which no word can hold")),
            Ok(byte) => {
                self.word_at(at).bytes.push(byte);
                Ok(None)
            }
        }
    }

    /// Browsers write a character beyond U+FFFF as the two halves that UTF-16 has for it.
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
            Some('\0') | None => Err(Fault::new(at, "this number is not that of a character")),
            Some(c) => Ok(c),
        }
    }
}

fn is_name_byte(b: &u8) -> bool {
    b.is_ascii_alphanumeric() || *b == b'_'
}

fn substitution(at: usize) -> Fault {
    let why = "the output of another command would stand here; put a variable such as $NAME in its \
               place";
    Fault::new(at, why)
}
