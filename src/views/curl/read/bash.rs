//! The words of a command as bash passes them on.

use super::Fault;
use super::lexer::{
    Lexer, LostBackslash, Word, check_typography, is_blank, is_name, open_quote, operator,
    split_name,
};

/// The start of a here-document: how it ends, and how its lines are read.
struct HereDocument {
    at: usize,
    name: String,
    strips_tabs: bool,
    /// The name is quoted: variables and backslashes are text.
    is_literal: bool,
}

impl HereDocument {
    fn is_open(&self) -> Fault {
        Fault::new(self.at, format!("no line {} ends the text that `<<` announces", self.name))
    }
}

/// Quotes, escapes and variables are undone; what only a shell can do is a fault.
pub(super) fn bash(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    lexer.bash()
}

impl Lexer<'_> {
    fn bash(&mut self) -> Result<(), Fault> {
        // Where a brace stands open in this word, and whether a comma followed.
        let mut brace = None;
        let mut here = None;
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
                    if let Some(here) = here.take() {
                        self.here_document(&here)?;
                    }
                }
                c if is_blank(c) => self.end_word()?,
                '#' if self.word.is_none() => {
                    let line = self.rest();
                    self.at += line.find('\n').unwrap_or(line.len());
                }
                // The rest of the line before a here-document.
                '|' | ';' | '&' if here.is_some() => self.end_of_line()?,
                '|' => self.pipe(at)?,
                '>' => self.redirect(at)?,
                '&' if self.rest().starts_with('>') => {
                    self.end_word()?;
                    self.at += 1;
                    self.redirect(at)?;
                }
                ';' | '&' => self.then(at, c)?,
                '<' if self.rest().starts_with("<<") => {
                    self.at += 2;
                    self.here_string(at)?;
                }
                '<' if self.rest().starts_with('<') && here.is_none() => {
                    self.end_word()?;
                    here = Some(self.here(at)?);
                }
                '<' | '(' | ')' => return Err(operator(at, c, self.rest())),
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
        here.map_or(Ok(()), |here: HereDocument| Err(here.is_open()))
    }

    /// After the first `<` of a `<<` at `at`: how the here-document ends.
    fn here(&mut self, at: usize) -> Result<HereDocument, Fault> {
        self.at += 1;
        let strips_tabs = self.rest().starts_with('-');
        let rest = self.rest().trim_start_matches(['-', ' ', '\t']);
        let name: String = match rest.chars().next() {
            Some(quote @ ('\'' | '"')) => {
                let line = rest[1..].split('\n').next().unwrap_or_default();
                match line.split_once(quote) {
                    Some((name, _)) => name.to_owned(),
                    None => return Err(open_quote(at, &quote.to_string())),
                }
            }
            _ => rest.chars().take_while(|c| c.is_alphanumeric() || "_!-.".contains(*c)).collect(),
        };
        let is_literal = rest.starts_with(['\'', '"']);
        if name.is_empty() {
            return Err(Fault::new(at, "no word follows the `<<`, with which the text would end"));
        }
        let length = name.len() + if is_literal { 2 } else { 0 };
        self.at = self.text.len() - rest.len() + length;
        Ok(HereDocument { at, name, strips_tabs, is_literal })
    }

    /// The lines of a here-document, up to the one that ends it.
    fn here_document(&mut self, here: &HereDocument) -> Result<(), Fault> {
        self.word = Some(Word { at: here.at, ..Word::default() });
        loop {
            let line = self.rest().split_inclusive('\n').next().unwrap_or_default();
            let tabs =
                if here.strips_tabs { line.len() - line.trim_start_matches('\t').len() } else { 0 };
            if line[tabs..].trim_end_matches(['\r', '\n']) == here.name {
                self.at += line.trim_end_matches(['\r', '\n']).len();
                self.set_input();
                return Ok(());
            }
            if line.is_empty() {
                return Err(here.is_open());
            }
            let end = self.at + line.len();
            self.at += tabs;
            while self.at < end {
                let at = self.at;
                match self.next() {
                    Some('$') if !here.is_literal => self.dollar(at, true)?,
                    Some('`') if !here.is_literal => return Err(substitution(at)),
                    Some('\\') if !here.is_literal && self.skip_line_end() => {}
                    Some('\\') if !here.is_literal && self.rest().starts_with(['$', '`', '\\']) => {
                        if let Some(c) = self.next() {
                            self.push(at, c);
                        }
                    }
                    Some(c) => self.push(at, c),
                    None => break,
                }
            }
        }
    }

    /// Refuses the dash that a word processor makes of `--`.
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
        if self.rest().starts_with(['\n', '\r']) && self.word.as_ref().is_some_and(Word::is_drive) {
            // It may be the path's, or join the lines.
            self.lose(at, false, false);
        }
        if self.skip_line_end() {
            self.skip_prompt("> ");
            return Ok(());
        }
        let after = self.rest().trim_start_matches([' ', '\t', '\u{a0}']);
        if after.len() < self.rest().len() && after.starts_with(['\n', '\r']) {
            return Err(Fault::new(at, "a space follows the \\ at the end of this line"));
        }
        // A line end that a page has made a space of; at the very end, one whose next line was not copied.
        if self.word.is_none() && after.len() < self.rest().len() {
            self.at = self.text.len() - after.len();
            return Ok(());
        }
        // The last of a folder, `C:\out\ -v`: what comes next is another word.
        if self.loses(at) && self.rest().starts_with(is_blank) {
            return self.end_word();
        }
        if let Some(c) = self.next() {
            self.push(at, c);
        }
        Ok(())
    }

    /// Notes in the word that it loses the backslash at `at`, which is not quoted, if that can be one of a path. Tells
    /// whether this word has one before a letter.
    fn loses(&mut self, at: usize) -> bool {
        let next = self.rest().chars().next();
        let starts_path = self.word.as_ref().is_some_and(|word| starts_path(&word.bytes));
        let is_before_letter = next.is_some_and(char::is_alphanumeric);
        match next {
            // bash's way to write these; two are one for it, and the same path for Windows.
            Some('\'') => self.word_at(at).escapes_quote = true,
            Some('\\') => {}
            _ if is_before_letter => self.lose(at, true, true),
            // bash escapes none of these by itself, though a page may.
            Some('.' | '_' | '-' | '+') => self.lose(at, false, starts_path),
            None if self.word.is_some() => self.lose(at, false, starts_path),
            _ if starts_path => self.lose(at, false, false),
            _ => {}
        }
        self.word.as_ref().is_some_and(|word| word.lost.is_some_and(|lost| lost.is_before_letter))
    }

    fn lose(&mut self, at: usize, is_before_letter: bool, is_of_path: bool) {
        let first = LostBackslash { at, is_before_letter, is_of_path };
        let lost = self.word_at(at).lost.get_or_insert(first);
        lost.is_before_letter |= is_before_letter;
        lost.is_of_path |= is_of_path;
    }

    /// The same of one in double quotes, where bash takes away only those before some characters.
    fn loses_quoted(&mut self, at: usize, next: char) {
        let Some(word) = &self.word else { return };
        let is_lost = match next {
            '$' | '`' => starts_path(&word.bytes),
            // That of a share, `\\server\share`, whose other backslashes stay.
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
            self.lose(at, false, next == '\\');
        }
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
                            self.loses_quoted(here, c);
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
            Some('(') => Err(substitution(at)),
            Some('[') => {
                let why = "the shell would calculate here; write out what comes of it, or \\$";
                Err(Fault::new(at, why))
            }
            Some('{') => {
                let inner = &rest[1..];
                let (name, _) = split_name(inner);
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

impl Word {
    /// Whether it ends with the letter of a drive and a colon.
    fn is_drive(&self) -> bool {
        self.bytes.ends_with(b":") && starts_path(&self.bytes)
    }
}

/// Whether a value that is the name of a file could begin after these bytes of a word.
fn starts_value(before: &[u8]) -> bool {
    before.last().is_none_or(|b| matches!(b, b'@' | b'=' | b'<'))
}

/// Whether these bytes of a word end with the start of a path of Windows, but for its backslash.
fn starts_path(before: &[u8]) -> bool {
    match before {
        [start @ .., drive, b':'] => drive.is_ascii_alphabetic() && starts_value(start),
        [start @ .., b'.', b'.'] | [start @ .., b'.'] => starts_value(start),
        _ => false,
    }
}

fn substitution(at: usize) -> Fault {
    let why = "the output of another command would stand here; put a variable such as $NAME in its \
               place";
    Fault::new(at, why)
}
