//! Commands and words of Tcl.

/// A command: its words, or why it has none.
pub(crate) struct Command<'s> {
    pub(crate) line: usize,
    pub(crate) end_line: usize,
    pub(crate) blank_before: bool,
    pub(crate) kind: CommandKind<'s>,
}

pub(crate) enum CommandKind<'s> {
    Comment(&'s str),
    Words(Vec<Word<'s>>),
    /// A text without its end.
    Broken,
}

#[derive(Clone, Copy)]
pub(crate) struct Word<'s> {
    pub(crate) line: usize,
    pub(crate) source: &'s str,
    pub(crate) form: Form,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    Braced,
    Quoted,
    Bare,
}

/// Splits a script into commands. `line` is the number of its first line.
pub(crate) fn commands(script: &str, mut line: usize) -> Vec<Command<'_>> {
    let mut commands: Vec<Command> = Vec::new();
    let mut rest = script;
    let mut empty_lines = 0;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', ';', '\r']);
        rest = trimmed;
        let Some(c) = rest.chars().next() else { return commands };
        if c == '\n' {
            line += 1;
            empty_lines += 1;
            rest = &rest[1..];
            continue;
        }
        if let Some(behind) = rest.strip_prefix("\\\n") {
            line += 1;
            rest = behind;
            continue;
        }
        let blank_before = empty_lines > 1 && !commands.is_empty();
        empty_lines = 0;
        let from = line;
        let (kind, behind) = if c == '#' {
            let end = rest.find('\n').unwrap_or(rest.len());
            (CommandKind::Comment(&rest[1..end]), &rest[end..])
        } else {
            words(rest, line)
        };
        line += rest[..rest.len() - behind.len()].matches('\n').count();
        rest = behind;
        commands.push(Command { line: from, end_line: line, blank_before, kind });
    }
}

/// Reads the words of one command.
fn words(script: &str, mut line: usize) -> (CommandKind<'_>, &str) {
    let mut words = Vec::new();
    let mut rest = script;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r']);
        if let Some(behind) = rest.strip_prefix("\\\n") {
            line += 1;
            rest = behind;
            continue;
        }
        let Some(c) = rest.chars().next().filter(|c| !matches!(c, '\n' | ';')) else {
            return (CommandKind::Words(words), rest);
        };
        let (form, source, behind) = match c {
            '{' => {
                let end = braces(rest);
                let inner = rest[1..end].strip_suffix('}').unwrap_or(&rest[1..end]);
                (Form::Braced, inner, &rest[end..])
            }
            '"' => match quotes(rest) {
                Some(end) => (Form::Quoted, &rest[1..end - 1], &rest[end..]),
                None => {
                    // Its line is left out.
                    let end = rest.find('\n').unwrap_or(rest.len());
                    return (CommandKind::Broken, &rest[end..]);
                }
            },
            _ => {
                let end = bare(rest).max(c.len_utf8());
                (Form::Bare, &rest[..end], &rest[end..])
            }
        };
        words.push(Word { line, source, form });
        line += rest[..rest.len() - behind.len()].matches('\n').count();
        rest = behind;
    }
}

/// Returns the place behind the brace that closes the first one, or the end.
fn braces(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, c) in text.bytes().enumerate() {
        match c {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// Returns the place behind the bracket that closes the first one. Quotes and braces inside count.
pub(crate) fn brackets(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, c) in text.bytes().enumerate() {
        match c {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'[' => depth += 1,
            b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns the place behind the quote that closes the first one. Behind it a word must end.
fn quotes(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(&c) = bytes.get(at) {
        match c {
            b'\\' => at += 1,
            // Texts inside of commands have their own quotes.
            b'[' => at += brackets(&text[at..])? - 1,
            b'"' => {
                let ends = matches!(
                    bytes.get(at + 1),
                    None | Some(b' ' | b'\t' | b'\n' | b'\r' | b';' | b']' | b'\\')
                );
                return ends.then_some(at + 1);
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn bare(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&c) = bytes.get(at) {
        match c {
            b' ' | b'\t' | b'\n' | b'\r' | b';' => return at,
            b'\\' if bytes.get(at + 1) == Some(&b'\n') => return at,
            b'\\' => at += 1,
            b'[' => match brackets(&text[at..]) {
                Some(end) => at += end - 1,
                None => return text[at..].find('\n').map_or(text.len(), |end| at + end),
            },
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                at += text[at..].find('}').unwrap_or(0);
            }
            _ => {}
        }
        at += 1;
    }
    // A backslash at the end.
    text.len()
}

/// A part of a word.
pub(crate) enum Part<'s> {
    Text(String),
    Var(&'s str),
    /// `$name(index)`.
    Index(&'s str, &'s str),
    Command(&'s str),
}

/// Splits a word into its parts.
pub(crate) fn parts(word: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = word;
    // Behind a bracket that is never closed, none is.
    let mut closes = true;
    while let Some(c) = rest.chars().next() {
        let (part, length) = match c {
            '\\' => {
                let (value, length) = escape(rest);
                text.push_str(&value);
                (None, length)
            }
            '$' => variable(rest),
            '[' => match closes.then(|| brackets(rest)).flatten() {
                Some(end) => (Some(Part::Command(&rest[1..end - 1])), end),
                None => {
                    closes = false;
                    (None, 0)
                }
            },
            _ => {
                // Text up to the next sign.
                let end = rest.find(['\\', '$', '[']).unwrap_or(rest.len());
                text.push_str(&rest[..end]);
                (None, end)
            }
        };
        if part.is_some() && !text.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut text)));
        }
        parts.extend(part);
        if length == 0 {
            text.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            rest = &rest[length..];
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

/// Reads `$name`, `${name}` and `$name(index)` at the start of a text. The length is 0 if there is none.
pub(crate) fn variable(text: &str) -> (Option<Part<'_>>, usize) {
    let rest = &text[1..];
    if let Some(braced) = rest.strip_prefix('{') {
        return match braced.find('}') {
            Some(end) => (Some(Part::Var(&braced[..end])), end + 3),
            None => (None, 0),
        };
    }
    let end =
        rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(rest.len());
    let name = rest[..end].trim_end_matches(':');
    if name.is_empty() {
        return (None, 0);
    }
    let behind = &rest[name.len()..];
    if let Some(index) = behind.strip_prefix('(')
        && let Some(close) = index.find(')')
    {
        return (Some(Part::Index(name, &index[..close])), 1 + name.len() + close + 2);
    }
    (Some(Part::Var(name)), 1 + name.len())
}

fn escape(text: &str) -> (String, usize) {
    let Some(c) = text[1..].chars().next() else { return ("\\".to_owned(), 1) };
    let plain = match c {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        '\n' => {
            let behind = text[2..].trim_start_matches([' ', '\t']);
            return (" ".to_owned(), text.len() - behind.len());
        }
        'u' | 'x' => {
            let digits: String =
                text[2..].chars().take(4).take_while(char::is_ascii_hexdigit).collect();
            let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
            return match code {
                Some(code) => (code.to_string(), 2 + digits.len()),
                None => (c.to_string(), 2),
            };
        }
        _ => return (c.to_string(), 1 + c.len_utf8()),
    };
    (plain.to_owned(), 2)
}
