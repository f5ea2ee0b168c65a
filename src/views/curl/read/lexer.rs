//! Splitting of a command into words. The rules of all shells are here; `bash.rs`, `cmd.rs` and
//! `powershell.rs` have those of each.

use std::collections::HashMap;

use super::script::{Mode, Operator, ShellScript, is_curl};
use super::shell::CurlShell as Shell;
use super::shell_variables::KnownValues;
use super::signs::{choose, shell_of_language, windows_prompt};
use super::stdin::{HereDocument, Input};
use super::{Fault, bash, cmd, powershell};
use crate::views::place_encoding::PlaceEncoding;
use crate::views::variables::{Variable, placeholder};

/// A word and its offset in the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Word {
    pub(super) at: usize,
    /// The word without quotes, with variables as `{{NAME}}`. Because of `$'\xff'` it may not be UTF-8.
    pub(super) bytes: Vec<u8>,
    /// The variables in it, in order.
    pub(super) variables: Vec<String>,
    pub(super) quoted: bool,
    /// The first backslash that bash removed, perhaps unintentionally.
    pub(super) lost: Option<LostBackslash>,
    /// Whether a backslash escapes a `'`.
    pub(super) escapes_quote: bool,
    /// The fault of a part whose value only a shell knows, in a word outside of a curl command.
    pub(super) unknown: Option<Fault>,
    /// Whether it was read from standard input, so that a leading `@` is text.
    pub(super) is_input: bool,
}

/// A backslash that bash removes before a character that needs none, as in a Windows path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LostBackslash {
    pub(super) at: usize,
    /// Whether a letter or a digit follows. Other characters, such as `_`, may have been escaped by a page, or look
    /// like a path only in a file name.
    pub(super) is_before_letter: bool,
    /// Whether it looks like part of a path, and bash does not write it when it completes or quotes a file name.
    pub(super) is_in_path: bool,
}

/// A command, split into words.
#[derive(Debug, Default)]
pub(super) struct CommandLine {
    pub(super) words: Vec<Word>,
    /// The variables that a function encodes, under the names that they have in the words.
    pub(super) encoded: Vec<Variable>,
    /// Their names, by the variable and its encoding.
    pub(super) encoded_names: HashMap<(String, PlaceEncoding), String>,
    /// The shell whose rules split the words.
    pub(super) shell: Shell,
    /// Whether the caller or a code fence names the shell.
    pub(super) has_language: bool,
    pub(super) input: Option<Input>,
    /// The curl commands after this one.
    pub(super) rest: Vec<CommandLine>,
}

/// Splits a text by the rules of `shell`, or of the shell that it is written for.
pub(super) fn split(
    text: &str,
    values: KnownValues<'_>,
    shell: Option<Shell>,
) -> Result<CommandLine, Fault> {
    if let Some(at) = text.find('\0') {
        return Err(Fault::new(at, "this is a NUL, which no command can contain"));
    }
    let mut lexer = Lexer::new(text, values);
    let has_language = shell.is_some() || lexer.language.is_some();
    let shell = match shell {
        Some(shell) => shell,
        None => choose(&lexer)?.shell,
    };
    lexer.shell = shell;
    match shell {
        Shell::Bash => bash::bash(&mut lexer)?,
        Shell::Cmd | Shell::PowerShell => {
            lexer.script = ShellScript::of_curl();
            match shell {
                Shell::Cmd => cmd::cmd(&mut lexer)?,
                _ => powershell::powershell(&mut lexer)?,
            }
            lexer.end_word()?;
            let last = std::mem::take(&mut lexer.command);
            lexer.commands.push(last);
        }
    }
    let commands = lexer.commands.into_iter();
    let mut commands = commands.map(|command| CommandLine { shell, has_language, ..command });
    let first = commands.next().unwrap_or_default();
    check_program(text, &first.words)?;
    Ok(CommandLine { rest: commands.collect(), ..first })
}

impl CommandLine {
    /// Whether another shell reads the same command.
    pub(super) fn is_same(&self, other: &CommandLine) -> bool {
        self.words == other.words
            && self.encoded == other.encoded
            && self.encoded_names == other.encoded_names
            && self.input == other.input
            && self.rest.len() == other.rest.len()
            && self.rest.iter().zip(&other.rest).all(|(one, other)| one.is_same(other))
    }

    /// Returns the words, and the one from which the input is taken.
    pub(super) fn all_words(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().chain(self.input.as_ref().and_then(Input::word))
    }
}

/// The position of a command in a text.
struct CommandBounds {
    start: usize,
    end: usize,
    /// Whether a prompt is before it.
    is_prompt: bool,
    /// The language of the code fence.
    language: Option<Shell>,
}

/// Finds the command in a text: within a code fence, as on pages and in chats, and after a prompt `$ `, `me@here:~$ ` or
/// `C:\>`.
fn find_command(text: &str) -> CommandBounds {
    let skip = |at: usize| text.len() - text[at..].trim_start_matches(is_blank).len();
    let (mut start, mut end, mut language) = (skip(0), text.len(), None);
    let ticks = text[start..].bytes().take_while(|b| *b == b'`').count();
    let inner = text[start + ticks..].trim_end_matches(is_blank);
    if ticks > 0 && (inner.ends_with(&"`".repeat(ticks)) || !inner.contains('`')) {
        end = start + ticks + inner.trim_end_matches('`').len();
        // The first word is the language, unless nothing follows it.
        let first = text[start + ticks..end].split('\n').next().unwrap_or_default();
        let is_language = !first.trim().contains(' ') && first.len() < end - start - ticks;
        if is_language {
            language = shell_of_language(first.trim());
        }
        start = skip(start + ticks + if is_language { first.len() } else { 0 }).min(end);
    }
    let (length, is_prompt) = prompt(&text[start..end]);
    CommandBounds { start: start + length, end, is_prompt, language }
}

/// Returns the length of a prompt or `sudo` before the word curl, and whether it is a prompt.
fn prompt(text: &str) -> (usize, bool) {
    let line = text.split('\n').next().unwrap_or_default();
    if let Some(length) = windows_prompt(line) {
        return (length, true);
    }
    let is_curl = |at: &usize| {
        let after = line[at + 4..].trim_start_matches(".exe");
        line[..*at].ends_with([' ', '\t', '\u{a0}', '>'])
            && (after.is_empty() || after.starts_with(is_blank))
    };
    let Some(at) = line.match_indices("curl").map(|(at, _)| at).find(is_curl) else {
        return (0, false);
    };
    let mut before = line[..at].trim_end();
    for program in ["sudo", "time"] {
        before = before.strip_suffix(program).unwrap_or(before).trim_end();
    }
    let is_prompt = match before.chars().last() {
        None => true,
        // The prompt of root, or a comment.
        Some('#') => !text[line.len()..].lines().any(|line| line.trim_start().starts_with("curl ")),
        Some(last) => matches!(last, '$' | '%' | '>'),
    };
    let is_plain = !before.contains(['\'', '"']) && !before.starts_with("curl");
    if is_prompt && is_plain { (at, !before.is_empty()) } else { (0, false) }
}

/// The first word must be curl.
fn check_program(text: &str, words: &[Word]) -> Result<(), Fault> {
    let Some(first) = words.first() else {
        return Err(
            match ["$(curl ", "`curl "].iter().filter_map(|start| text.find(start)).min() {
                Some(at) => Fault::new(
                    at,
                    "curl is inside $(..) or backticks; give only the command inside",
                ),
                None => Fault::new(text.len(), "there is no command; it starts with the word curl"),
            },
        );
    };
    match is_curl(first) {
        true => Ok(()),
        false => Err(Fault::new(first.at, "the text does not start with curl")),
    }
}

/// Whether a text is the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Splits a text after its leading characters of a name.
pub(super) fn split_name(text: &str) -> (&str, &str) {
    let is_end = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    text.split_at(text.find(is_end).unwrap_or(text.len()))
}

/// The state of splitting.
pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) word: Option<Word>,
    /// The command that is being read.
    pub(super) command: CommandLine,
    /// The curl commands before it.
    pub(super) commands: Vec<CommandLine>,
    pub(super) script: ShellScript,
    /// The here-document whose lines follow.
    pub(super) here_document: Option<HereDocument>,
    pub(super) values: KnownValues<'t>,
    shell: Shell,
    /// Whether no word has started since the last line end.
    pub(super) line_start: bool,
    /// Whether the current word is the first of its line.
    pub(super) first_of_line: bool,
    /// Whether all lines end with CR LF, so that CR is not a part of a word.
    pub(super) crlf: bool,
    /// Whether the text starts with a prompt, so that other lines may too.
    pub(super) prompt: bool,
    /// The language of the code fence.
    pub(super) language: Option<Shell>,
    /// The next word is the file of a redirection, or the input.
    pub(super) redirected: Option<Redirect>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Redirect {
    Output,
    /// `<`.
    Input,
    /// `<<<`.
    Text,
    Other,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str, values: KnownValues<'t>) -> Lexer<'t> {
        let mut ends = text.match_indices('\n').peekable();
        let crlf = ends.peek().is_some() && ends.all(|(at, _)| text[..at].ends_with('\r'));
        let CommandBounds { start, end, is_prompt, language } = find_command(text);
        Lexer {
            text: &text[..end],
            at: start,
            word: None,
            command: CommandLine::default(),
            commands: Vec::new(),
            script: ShellScript::of_text(&text[..end]),
            here_document: None,
            values,
            shell: Shell::Bash,
            line_start: true,
            first_of_line: false,
            crlf,
            prompt: is_prompt,
            language,
            redirected: None,
        }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Returns the next character. Skips a CR that belongs to a line end.
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

    /// Skips a line end, if one is next.
    pub(super) fn skip_line_end(&mut self) -> bool {
        let rest = self.rest();
        let length = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
        self.at += length;
        length > 0
    }

    /// Skips the prompt of a continued line, if the first line has one.
    pub(super) fn skip_prompt(&mut self, prompt: &str) {
        if self.prompt && self.rest().starts_with(prompt) {
            self.at += prompt.len();
        }
    }

    /// Returns the current word, or a new one at `at`.
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

    /// Appends a variable.
    pub(super) fn push_variable(&mut self, at: usize, name: &str) {
        let word = self.word_at(at);
        word.bytes.extend_from_slice(placeholder(name).as_bytes());
        word.variables.push(name.to_owned());
    }

    /// Whether the text is for bash, so that statements are read around curl.
    pub(super) fn is_script(&self) -> bool {
        self.shell == Shell::Bash
    }

    pub(super) fn end_word(&mut self) -> Result<(), Fault> {
        let Some(word) = self.word.take() else { return Ok(()) };
        if let Some(redirect) = self.redirected.take() {
            self.add_redirected(redirect, word);
            return Ok(());
        }
        match self.script.mode {
            Mode::Start => self.start_statement(word),
            Mode::Curl
                if self.first_of_line
                    && !self.command.words.is_empty()
                    && self.starts_statement(&word) =>
            {
                self.end_statement(Operator::Next)?;
                self.start_statement(word)
            }
            _ => {
                self.command.words.push(word);
                Ok(())
            }
        }
    }

    /// Makes the next word the file or text of a redirection at `at`.
    pub(super) fn redirect_to_next(
        &mut self,
        at: usize,
        missing: &str,
        redirect: Redirect,
    ) -> Result<(), Fault> {
        let next = self.rest().trim_start_matches([' ', '\t']);
        if next.is_empty() || next.starts_with(['\n', '\r']) {
            return Err(Fault::new(at, missing));
        }
        self.redirected = Some(redirect);
        Ok(())
    }

    /// Handles an unquoted `>` at `at`.
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
            // `2>&1` redirects messages.
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

    /// Handles an unquoted `|` at `at`, after which another program reads the output.
    pub(super) fn pipe(&mut self, at: usize) -> Result<(), Fault> {
        match self.rest().starts_with('|') {
            true => self.then(at, '|'),
            false => self.skip_rest(),
        }
    }

    /// Handles one of `;`, `&` and `|` at `at`. A later command does not change the request. Without spaces, the
    /// character may be intended as text: `h/a?b=c&d=e`, `h/a;b`.
    pub(super) fn then(&mut self, at: usize, c: char) -> Result<(), Fault> {
        match self.ends_command(c) {
            true => self.skip_rest(),
            false => Err(operator(at, c, self.rest())),
        }
    }

    /// Whether one of `;`, `&` and `|`, which has been read, ends a command.
    pub(super) fn ends_command(&self, c: char) -> bool {
        let twice = self.rest().starts_with(c);
        let after = if twice { &self.rest()[1..] } else { self.rest() };
        let is_apart = after.is_empty() || after.starts_with(is_blank);
        match (c, twice) {
            (';', false) => is_apart,
            ('&', false) => {
                let line = after.trim_start_matches([' ', '\t', '\r', '\u{a0}']);
                self.word.is_none() && (line.is_empty() || line.starts_with('\n'))
            }
            ('&' | '|', true) => is_apart,
            _ => false,
        }
    }

    /// Skips the rest of the text, which must not contain a second request.
    fn skip_rest(&mut self) -> Result<(), Fault> {
        while self.at < self.text.len() {
            self.skip_line()?;
            self.next();
        }
        self.end_word()
    }

    /// Skips the rest of the line, which must not contain a second request.
    fn skip_line(&mut self) -> Result<(), Fault> {
        self.end_word()?;
        let line = self.rest().split('\n').next().unwrap_or_default();
        let is_between = |c: char| c.is_whitespace() || "|;&()`'\"".contains(c);
        let words = line.split(is_between).take_while(|word| !word.starts_with('#'));
        for word in words {
            let program = word.rsplit(['/', '\\']).next().unwrap_or_default();
            if matches!(program, "curl" | "curl.exe") {
                let at = program.as_ptr() as usize - self.text.as_ptr() as usize;
                return Err(Fault::new(at, SECOND));
            }
        }
        self.at += line.len();
        Ok(())
    }
}

const SECOND: &str = "a second curl command starts here; give one at a time";

pub(super) fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Whether a character is white space between words. Web pages indent with no-break spaces, and some start with a byte
/// order mark.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{a0}' | '\u{202f}' | '\u{feff}')
}

pub(super) fn unclosed_quote(at: usize, quote: &str) -> Fault {
    Fault::new(at, format!("the quote {quote} that opens here is never closed"))
}

/// Returns the fault of an operator that needs a shell.
pub(super) fn operator(at: usize, c: char, rest: &str) -> Fault {
    let twice = if rest.starts_with(c) { c.to_string() } else { String::new() };
    if let Some((name, _)) = rest.split_once('>').filter(|_| c == '<') {
        if !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_- ".contains(&b))
        {
            let why = format!(
                "`<{name}>` is a placeholder for a value; write the value, or put it in quotes"
            );
            return Fault::new(at, why);
        }
    }
    let why = match (c, twice.as_str()) {
        ('<', _) => "input from a file; use the text itself, or @file, instead",
        ('&', "") => {
            "the shell ends the command here; if it belongs to a word, such as a URL, put that in quotes"
        }
        (';', "") => "the shell ends the command here; if it belongs to a word, put that in quotes",
        ('(' | ')' | '{' | '}' | '@', _) => "it is special to the shell; put the word in quotes",
        _ => "it joins a second command; give one curl command",
    };
    Fault::new(at, format!("`{c}{twice}`: {why}"))
}
