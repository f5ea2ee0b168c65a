//! The words of a command as a shell would hand them over. What the shells have in common is here;
//! `bash.rs` and `windows.rs` have their rules.

use std::collections::HashSet;

use super::{Fault, bash, windows};
use crate::call::placeholder;

/// One word, with the place in the text where it starts.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    pub(super) at: usize,
    /// Quotes undone; `$'\xff'` can make it anything. A variable stands in it as `{{NAME}}`.
    pub(super) bytes: Vec<u8>,
    /// The variables put in, in order.
    pub(super) variables: Vec<String>,
    pub(super) quoted: bool,
}

/// A command taken apart.
#[derive(Debug, Default)]
pub(super) struct Command {
    pub(super) words: Vec<Word>,
    /// The variables of the shell, each once, in the order of their coming.
    pub(super) variables: Vec<String>,
}

/// The words of `text`, in whichever shell's way it is written.
pub(super) fn split(text: &str) -> Result<Command, Fault> {
    if let Some(at) = text.find('\0') {
        return Err(Fault::new(at, "a NUL stands here, which no command can hold"));
    }
    let mut lexer = Lexer::new(text);
    match Shell::of(text) {
        Shell::Bash => bash::bash(&mut lexer)?,
        Shell::Cmd => windows::cmd(&mut lexer)?,
        Shell::Power => windows::powershell(&mut lexer)?,
    }
    lexer.end_word()?;
    let command = lexer.command;
    check_program(text, &command.words)?;
    Ok(command)
}

#[derive(PartialEq)]
enum Shell {
    Bash,
    Cmd,
    Power,
}

impl Shell {
    /// Whose line ends these are. One line with none is bash's, unless it has cmd's `^"`.
    fn of(text: &str) -> Shell {
        let bytes = text.as_bytes();
        for (at, b) in bytes.iter().enumerate() {
            let rest = &bytes[at + 1..];
            let ends_line = rest.starts_with(b"\n") || rest.starts_with(b"\r\n");
            let after_space = at > 0 && matches!(bytes[at - 1], b' ' | b'\t');
            match b {
                b'\\' if ends_line => return Shell::Bash,
                // A quote that is open ends the look: what follows is anybody's text.
                b'\'' if after_space => return Shell::Bash,
                b'^' if ends_line || (after_space && rest.starts_with(b"\"")) => return Shell::Cmd,
                b'`' if ends_line => return Shell::Power,
                _ => {}
            }
        }
        Shell::Bash
    }
}

/// The first word must be curl.
fn check_program(text: &str, words: &[Word]) -> Result<(), Fault> {
    let Some(first) = words.first() else {
        let at = text.len();
        return Err(Fault::new(at, "there is no command; it starts with the word curl"));
    };
    let program = String::from_utf8_lossy(&first.bytes);
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    if name == "curl" || name.eq_ignore_ascii_case("curl.exe") {
        return Ok(());
    }
    let is_setting = program.split_once('=').is_some_and(|(name, _)| is_name(name));
    let why = if is_setting {
        "a variable of the shell is set here; begin with curl, and give variables their values with \
         Call::with"
    } else {
        "the text does not start with curl"
    };
    Err(Fault::new(first.at, why))
}

/// Whether it can be the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// What is read so far, and where.
pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) word: Option<Word>,
    command: Command,
    known: HashSet<String>,
    /// A line has ended and no word has begun since.
    pub(super) line_start: bool,
    /// The word that is being read is the first of a line.
    first_of_line: bool,
    /// All lines end with CR LF, so that a CR there is no part of a word.
    crlf: bool,
    /// The text starts with a prompt, so that further lines may, too.
    pub(super) prompt: bool,
    /// The next word is a file that takes what is printed, or that takes something else.
    redirected: Option<Redirect>,
}

#[derive(Clone, Copy, PartialEq)]
enum Redirect {
    Output,
    Other,
}

impl<'t> Lexer<'t> {
    fn new(text: &'t str) -> Lexer<'t> {
        let ends = text.bytes().filter(|b| *b == b'\n').count();
        let crlf = ends > 0 && text.matches("\r\n").count() == ends;
        let mut at = text.len() - text.trim_start_matches(is_blank).len();
        let prompt = text[at..].starts_with("$ ");
        at += if prompt { 2 } else { 0 };
        Lexer {
            text,
            at,
            word: None,
            command: Command::default(),
            known: HashSet::new(),
            line_start: true,
            first_of_line: false,
            crlf,
            prompt,
            redirected: None,
        }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The next character, where a CR that belongs to the line end is none.
    pub(super) fn peek(&mut self) -> Option<char> {
        if self.crlf && self.rest().starts_with("\r\n") {
            self.at += 1;
        }
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Passes over a line end, if one is next.
    pub(super) fn skip_line_end(&mut self) -> bool {
        let rest = self.rest();
        let length = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
        self.at += length;
        length > 0
    }

    /// The word that is being read, begun at `at` if there is none.
    pub(super) fn word_at(&mut self, at: usize) -> &mut Word {
        if self.word.is_none() {
            self.first_of_line = self.line_start;
            self.line_start = false;
        }
        self.word.get_or_insert_with(|| Word { at, ..Word::default() })
    }

    pub(super) fn push(&mut self, at: usize, c: char) {
        self.word_at(at).bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// Puts in a variable.
    pub(super) fn push_variable(&mut self, at: usize, name: &str) {
        let word = self.word_at(at);
        word.bytes.extend_from_slice(placeholder(name).as_bytes());
        word.variables.push(name.to_owned());
        if self.known.insert(name.to_owned()) {
            self.command.variables.push(name.to_owned());
        }
    }

    pub(super) fn end_word(&mut self) -> Result<(), Fault> {
        let Some(word) = self.word.take() else { return Ok(()) };
        let words = &mut self.command.words;
        let is_curl = !word.quoted && (word.bytes == b"curl" || word.bytes == b"curl.exe");
        if is_curl && self.first_of_line && !words.is_empty() {
            return Err(Fault::new(word.at, SECOND));
        }
        match self.redirected.take() {
            None => words.push(word),
            Some(Redirect::Output) => {
                words.push(Word { at: word.at, bytes: b"--output".to_vec(), ..Word::default() });
                words.push(word);
            }
            Some(Redirect::Other) => {}
        }
        Ok(())
    }

    /// A `>` that is not quoted, at `at`, has been read.
    pub(super) fn redirect(&mut self, at: usize) -> Result<(), Fault> {
        let mut kind = Redirect::Output;
        match self.word.take() {
            Some(word) if word.bytes == b"2" && word.at + 1 == at => kind = Redirect::Other,
            Some(word) if word.bytes == b"1" && word.at + 1 == at => {}
            word => {
                self.word = word;
                self.end_word()?;
            }
        }
        if self.rest().starts_with('>') && kind == Redirect::Output {
            return Err(Fault::new(at, "`>>` appends to a file; use `>` or the option -o"));
        }
        if self.rest().starts_with('&') {
            // `2>&1`: where messages go.
            self.at += 1;
            if kind == Redirect::Output {
                kind = Redirect::Other;
            }
        }
        let file = self.rest().trim_start_matches([' ', '\t', '>']);
        if file.is_empty() || file.starts_with(['\n', '\r']) {
            return Err(Fault::new(at, "no file follows the `>`"));
        }
        self.at = self.text.len() - file.len();
        self.redirected = Some(kind);
        Ok(())
    }

    /// A `|` that is not quoted, at `at`, has been read: what follows treats what is printed.
    pub(super) fn pipe(&mut self, at: usize) -> Result<(), Fault> {
        self.end_word()?;
        if self.rest().starts_with('|') {
            return Err(Fault::new(at, "`||` joins a second command; give one curl command"));
        }
        let start = self.at;
        let mut words = self.rest().split(|c: char| c.is_whitespace() || c == '|' || c == ';');
        if let Some(second) = words.find(|word| *word == "curl") {
            let offset = second.as_ptr() as usize - self.text.as_ptr() as usize;
            return Err(Fault::new(offset.max(start), SECOND));
        }
        self.at = self.text.len();
        Ok(())
    }
}

const SECOND: &str = "a second curl command starts here; give one at a time";

pub(super) fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// White space that ends a word. Web pages indent with no-break spaces, and some start with a byte
/// order mark.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{a0}' | '\u{202f}' | '\u{feff}')
}

pub(super) fn open_quote(at: usize, quote: &str) -> Fault {
    Fault::new(at, format!("the quote {quote} that opens here is never closed"))
}

/// What only a shell can do.
pub(super) fn operator(at: usize, c: char, rest: &str) -> Fault {
    let twice = if rest.starts_with(c) { c.to_string() } else { String::new() };
    let why = match (c, twice.as_str()) {
        ('<', _) => "input from elsewhere; put the text itself, or @file, in its place",
        ('&', "") => {
            "the shell ends the command here; put what it stands in, such as a URL, in quotes"
        }
        (';', "") => {
            "the shell ends the command here; put what it stands in in quotes, and give one command"
        }
        ('(' | ')', _) => "the shell has its own meaning for it; put what it stands in in quotes",
        _ => "it joins a second command; give one curl command",
    };
    Fault::new(at, format!("`{c}{twice}`: {why}"))
}

/// Quotes that a word processor or a web page has put in the place of plain ones.
pub(super) fn check_typography(at: usize, c: char) -> Result<(), Fault> {
    let instead = match c {
        '“' | '”' | '„' | '«' | '»' => "\"",
        '‘' | '’' | '‚' => "'",
        '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' => {
            let code = u32::from(c);
            return Err(Fault::new(
                at,
                format!("an invisible character, U+{code:04X}, stands here"),
            ));
        }
        _ => return Ok(()),
    };
    Err(Fault::new(at, format!("the typographic quote {c} stands here; write {instead}")))
}
