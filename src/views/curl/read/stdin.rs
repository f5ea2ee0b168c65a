//! The standard input of curl: a here-document, a here-string, a file, or the output of `cat`, `echo` or `printf`.

use super::Fault;
use super::args::OptionArg;
use super::bash::substitution;
use super::lexer::{CommandLine, Lexer, Redirect, Word, is_blank, unclosed_quote};
use super::shell::lost_backslash;
use crate::views::curl::option_table::CurlOption;

/// The standard input of a command.
#[derive(Debug, PartialEq)]
pub(super) enum Input {
    Text(Word),
    /// The name of a file.
    File(Word),
    /// The lines of a here-document, which follow. The offset of its start.
    Lines(usize),
}

impl Input {
    /// Returns the word from which the input is taken.
    pub(super) fn word(&self) -> Option<&Word> {
        match self {
            Input::Text(word) | Input::File(word) => Some(word),
            Input::Lines(_) => None,
        }
    }

    fn at(&self) -> usize {
        match self {
            Input::Text(word) | Input::File(word) => word.at,
            Input::Lines(at) => *at,
        }
    }
}

/// Replaces the `-` by which an option reads standard input.
pub(super) fn insert(command: &CommandLine, args: &mut [OptionArg]) -> Result<(), Fault> {
    let Some(input) = &command.input else { return Ok(()) };
    let is_null = matches!(input, Input::File(word) if word.bytes == b"/dev/null");
    let mut readers = args.iter_mut().filter(|arg| reads_input(arg));
    let Some(reader) = readers.next() else {
        if is_null {
            return Ok(());
        }
        if let Some(other) = args.iter().find(|arg| names_input(arg)) {
            let why = "only -d, --data-binary, --json and --data-urlencode can read this input; name a file";
            return Err(other.fault(why));
        }
        let why = "nothing in the command reads this input, as -d @- does";
        return Err(Fault::new(input.at(), why));
    };
    if let Some(second) = readers.next() {
        return Err(second.fault("standard input can be read only once"));
    }
    let name = reader.value.bytes.strip_suffix(b"@-").unwrap_or_default().to_vec();
    let is_encoded = matches!(reader.option, CurlOption::DataUrlencode | CurlOption::UrlQuery);
    let mut value = match input {
        Input::File(file) if !is_null => {
            if file.bytes.is_empty() {
                return Err(Fault::new(file.at, "the name of the file that curl reads is empty"));
            }
            let mut value = file.clone();
            value.bytes = [name.as_slice(), b"@", &file.bytes].concat();
            reader.value = value;
            return lost_backslash(reader).map_or(Ok(()), Err);
        }
        Input::File(_) | Input::Lines(_) => Word::default(),
        Input::Text(word) => word.clone(),
    };
    if reader.option == CurlOption::Data {
        value.bytes.retain(|b| !matches!(b, b'\r' | b'\n'));
    }
    if is_encoded {
        value.bytes = [name.as_slice(), b"=", &value.bytes].concat();
    }
    (value.at, value.quoted, value.is_input) = (reader.at, true, true);
    reader.value = value;
    lost_backslash(reader).map_or(Ok(()), Err)
}

/// Whether an option reads text from standard input.
fn reads_input(arg: &OptionArg) -> bool {
    let bytes = arg.bytes();
    match arg.option {
        CurlOption::Data | CurlOption::DataBinary | CurlOption::Json => bytes == b"@-",
        CurlOption::DataUrlencode | CurlOption::UrlQuery => {
            bytes.strip_suffix(b"@-").is_some_and(|name| !name.iter().any(|b| b"=@".contains(b)))
        }
        _ => false,
    }
}

/// Whether another option reads standard input.
fn names_input(arg: &OptionArg) -> bool {
    let bytes = arg.bytes();
    match arg.option {
        CurlOption::UploadFile => matches!(bytes, b"-" | b"."),
        CurlOption::Cookie => bytes == b"-",
        CurlOption::Header => bytes == b"@-",
        CurlOption::Form => {
            let content = bytes.splitn(2, |b| *b == b'=').nth(1).unwrap_or_default();
            [&b"@-"[..], b"<-"].iter().any(|start| {
                content.strip_prefix(*start).is_some_and(|rest| matches!(rest, [] | [b';', ..]))
            })
        }
        _ => false,
    }
}

/// Returns the input of the command that reads the output of a statement: `cat`, `echo` or `printf`.
pub(super) fn output_of(statement: CommandLine) -> Result<Input, Fault> {
    let mut words = statement.words.into_iter();
    let Some(program) = words.next() else {
        return Err(Fault::new(0, "no command is before the `|`"));
    };
    let mut words: Vec<Word> = words.collect();
    if let Some(fault) = words.iter().find_map(|word| word.unknown.clone()) {
        return Err(fault);
    }
    match program.bytes.as_slice() {
        b"echo" => echo(program.at, &words).map(Input::Text),
        b"printf" => printf(program.at, words).map(Input::Text),
        b"cat" => {
            let stdin = |word: &Word| word.bytes == b"-";
            if let Some(flag) =
                words.iter().find(|word| word.bytes.starts_with(b"-") && !stdin(word))
            {
                return Err(Fault::new(flag.at, "`cat` before curl is read without options"));
            }
            match (words.pop(), statement.input) {
                (Some(second), _) if !words.is_empty() => {
                    let why = "`cat` of several files; join them in one file first";
                    Err(Fault::new(second.at, why))
                }
                (Some(file), None) => Ok(Input::File(file)),
                (Some(file), Some(_)) if !stdin(&file) => Ok(Input::File(file)),
                (_, Some(input)) => Ok(input),
                (None, None) => {
                    let why = "`cat` without a file reads standard input; use curl's @- alone";
                    Err(Fault::new(program.at, why))
                }
            }
        }
        _ => Err(Fault::new(program.at, "curl reads the output of another program here")),
    }
}

/// Returns the output of `echo`, as bash's own.
fn echo(at: usize, words: &[Word]) -> Result<Word, Fault> {
    let (mut line_end, mut escapes) = (true, false);
    let is_flag = |word: &&Word| {
        let letters = word.bytes.strip_prefix(b"-").unwrap_or_default();
        !letters.is_empty() && letters.iter().all(|b| b"neE".contains(b))
    };
    let flags = words.iter().take_while(is_flag).count();
    for letter in words[..flags].iter().flat_map(|word| &word.bytes) {
        match letter {
            b'n' => line_end = false,
            b'e' => escapes = true,
            b'E' => escapes = false,
            _ => {}
        }
    }
    let mut out = Word { at, ..Word::default() };
    for (index, word) in words[flags..].iter().enumerate() {
        if index > 0 {
            out.bytes.push(b' ');
        }
        match escapes {
            true => out.bytes.extend(unescaped(word, "echo -e")?),
            false => out.bytes.extend_from_slice(&word.bytes),
        }
        out.variables.extend_from_slice(&word.variables);
        out.lost = out.lost.or(word.lost);
    }
    if line_end {
        out.bytes.push(b'\n');
    }
    Ok(out)
}

/// Returns the output of `printf` with `%s` and `%%`.
fn printf(at: usize, mut words: Vec<Word>) -> Result<Word, Fault> {
    if words.first().is_some_and(|word| word.bytes == b"--") {
        words.remove(0);
    }
    if words.is_empty() {
        return Err(Fault::new(at, "`printf` has no format"));
    }
    let format = words.remove(0);
    if !format.variables.is_empty() {
        let why = "the format of `printf` contains a variable; write printf '%s' \"$NAME\"";
        return Err(Fault::new(format.at, why));
    }
    let text = unescaped(&format, "printf")?;
    let mut out = Word { at, lost: format.lost, ..Word::default() };
    let mut values = words.iter();
    loop {
        let before = values.len();
        let mut rest = text.as_slice();
        while let Some(percent) = rest.iter().position(|b| *b == b'%') {
            out.bytes.extend_from_slice(&rest[..percent]);
            match rest.get(percent + 1) {
                Some(b'%') => out.bytes.push(b'%'),
                Some(b's') => {
                    if let Some(value) = values.next() {
                        out.bytes.extend_from_slice(&value.bytes);
                        out.variables.extend_from_slice(&value.variables);
                        out.lost = out.lost.or(value.lost);
                    }
                }
                _ => {
                    let why = "the format of `printf` before curl may have %s and %% only";
                    return Err(Fault::new(format.at, why));
                }
            }
            rest = &rest[percent + 2..];
        }
        out.bytes.extend_from_slice(rest);
        // The format is used again for values that are left.
        if values.len() == 0 || values.len() == before {
            return Ok(out);
        }
    }
}

/// Replaces the escapes of `printf` and `echo -e`.
fn unescaped(word: &Word, program: &str) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(word.bytes.len());
    let mut bytes = word.bytes.iter();
    while let Some(b) = bytes.next() {
        if *b != b'\\' {
            out.push(*b);
            continue;
        }
        out.push(match bytes.next() {
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'\\') => b'\\',
            Some(b'"') if program == "printf" => b'"',
            _ => {
                let why = format!(
                    "of the escapes of `{program}`, only \\n, \\r, \\t and \\\\ are supported; write \
                     the text in $'..'"
                );
                return Err(Fault::new(word.at, why));
            }
        });
    }
    Ok(out)
}

/// The start of a here-document.
pub(super) struct HereDocument {
    at: usize,
    name: String,
    strips_tabs: bool,
    /// Whether the name is quoted, so that variables and backslashes are text.
    is_literal: bool,
}

impl HereDocument {
    pub(super) fn unclosed(&self) -> Fault {
        Fault::new(self.at, format!("no line {} ends the here-document of this `<<`", self.name))
    }
}

impl Lexer<'_> {
    /// Reads the start of a here-document, after the first `<` of a `<<` at `at`.
    pub(super) fn here(&mut self, at: usize) -> Result<(), Fault> {
        self.end_word()?;
        self.command.input = Some(Input::Lines(at));
        self.here_document = Some(self.here_document_start(at)?);
        Ok(())
    }

    fn here_document_start(&mut self, at: usize) -> Result<HereDocument, Fault> {
        self.at += 1;
        let strips_tabs = self.rest().starts_with('-');
        let rest = self.rest().trim_start_matches(['-', ' ', '\t']);
        // Quotes in any part of the word make the text literal.
        let (mut name, mut is_literal, mut chars) = (String::new(), false, rest.char_indices());
        let mut length = rest.len();
        while let Some((end, c)) = chars.next() {
            match c {
                '\'' | '"' => {
                    is_literal = true;
                    let quoted = &rest[end + 1..];
                    let close = quoted.find([c, '\n']).filter(|at| quoted[*at..].starts_with(c));
                    let Some(close) = close else {
                        return Err(unclosed_quote(at, &c.to_string()));
                    };
                    name.push_str(&quoted[..close]);
                    chars.nth(quoted[..close].chars().count());
                }
                '\\' => {
                    is_literal = true;
                    name.extend(chars.next().map(|(_, c)| c));
                }
                c if is_blank(c) || "|&;()<>".contains(c) => {
                    length = end;
                    break;
                }
                c => name.push(c),
            }
        }
        if name.is_empty() {
            return Err(Fault::new(at, "no word follows the `<<`"));
        }
        self.at = self.text.len() - rest.len() + length;
        Ok(HereDocument { at, name, strips_tabs, is_literal })
    }

    /// Whether `$(cat <<` starts here, after the `$`, and the here-document starts in the next line.
    pub(super) fn starts_cat(&self) -> bool {
        let blanks = [' ', '\t'];
        let after = self.rest().strip_prefix('(').map(|rest| rest.trim_start_matches(blanks));
        let after = after.and_then(|rest| rest.strip_prefix("cat"));
        let name = after.and_then(|rest| rest.trim_start_matches(blanks).strip_prefix("<<"));
        name.and_then(|name| name.chars().find(|c| "\n)|;&<>".contains(*c))) == Some('\n')
    }

    /// Reads `$(cat <<EOF`, after the `$` at `at`: the lines without the line ends after the last one are text.
    pub(super) fn cat_here_document(&mut self, at: usize) -> Result<(), Fault> {
        let line = self.rest();
        self.at += line.find("<<").unwrap_or_default() + 1;
        let here = self.here_document_start(at)?;
        let end = self.rest().find('\n').map_or(self.text.len(), |end| self.at + end + 1);
        if !self.text[self.at..end].trim().is_empty() {
            return Err(Fault::new(self.at, "only `cat <<NAME` is read here"));
        }
        self.at = end;
        let outer = self.word.take();
        let mut lines = self.here_document_lines(&here)?;
        self.word = outer;
        while lines.bytes.last() == Some(&b'\n') {
            lines.bytes.pop();
        }
        let rest = self.rest().trim_start_matches(is_blank);
        if !rest.starts_with(')') {
            return Err(Fault::new(at, "only a here-document is read in this `$(..)`"));
        }
        self.at = self.text.len() - rest.len() + 1;
        let word = self.word_at(at);
        word.bytes.append(&mut lines.bytes);
        word.variables.append(&mut lines.variables);
        word.unknown = word.unknown.take().or(lines.unknown);
        Ok(())
    }

    /// Reads the lines of a here-document that has started, up to the one that ends it.
    pub(super) fn read_here_document(&mut self) -> Result<(), Fault> {
        if let Some(here) = self.here_document.take() {
            let text = self.here_document_lines(&here)?;
            self.add_lines(text);
        }
        Ok(())
    }

    fn here_document_lines(&mut self, here: &HereDocument) -> Result<Word, Fault> {
        self.word = Some(Word { at: here.at, ..Word::default() });
        loop {
            let line = self.rest().split_inclusive('\n').next().unwrap_or_default();
            let tabs =
                if here.strips_tabs { line.len() - line.trim_start_matches('\t').len() } else { 0 };
            if line[tabs..].trim_end_matches(['\r', '\n']) == here.name {
                self.at += line.trim_end_matches(['\r', '\n']).len();
                return Ok(self.word.take().unwrap_or_default());
            }
            if line.is_empty() {
                return Err(here.unclosed());
            }
            let end = self.at + line.len();
            self.at += tabs;
            while self.at < end {
                let at = self.at;
                match self.next() {
                    Some('$') if !here.is_literal => self.dollar(at, true)?,
                    Some('`') if !here.is_literal => self.backquoted(at)?,
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

    /// Makes the lines of a here-document the input of the command that reads them, if there is one.
    fn add_lines(&mut self, text: Word) {
        let commands =
            [Some(&mut self.command), self.commands.last_mut(), self.script.piped.as_mut()];
        let mut inputs =
            commands.into_iter().flatten().filter_map(|command| command.input.as_mut());
        if let Some(input) = inputs.find(|input| matches!(input, Input::Lines(_))) {
            *input = Input::Text(text);
        }
    }

    /// Handles a `<<<` at `at`: the next word is the input.
    pub(super) fn here_string(&mut self, at: usize) -> Result<(), Fault> {
        self.end_word()?;
        self.redirect_to_next(at, "no text follows the `<<<`", Redirect::Text)
    }

    /// Handles a `<` at `at`: the next word is a file that is the input.
    pub(super) fn input_file(&mut self, at: usize) -> Result<(), Fault> {
        match self.word.take() {
            Some(word) if word.bytes == b"0" && word.at + 1 == at => {}
            word => {
                self.word = word;
                self.end_word()?;
            }
        }
        self.redirect_to_next(at, "no file follows the `<`", Redirect::Input)
    }

    /// Reads the command between two backquotes, the first of which is at `at`.
    pub(super) fn backquoted(&mut self, at: usize) -> Result<(), Fault> {
        if self.is_in_curl() {
            return Err(substitution(at));
        }
        loop {
            match self.next() {
                Some('`') => break,
                Some('\\') => _ = self.next(),
                Some(_) => {}
                None => return Err(unclosed_quote(at, "`")),
            }
        }
        self.word_at(at).unknown.get_or_insert(substitution(at));
        Ok(())
    }
}
