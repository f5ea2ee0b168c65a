//! Syntax highlighting: a text as HTML whose tokens have classes.
//!
//! * `mod.rs`: languages, classes of tokens, and the writer,
//! * `program.rs`: Rust, Ruby, JavaScript and GraphQL, which differ by a table; `shell.rs`: shell commands,
//! * `data.rs`: JSON, markup, and header fields.
//!
//! The text between the tags is always the input, token by token. Each reader takes linear time.

use super::super::escape::escape_into;

mod data;
mod program;
mod shell;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::site) enum Language {
    Json,
    Rust,
    Ruby,
    JavaScript,
    GraphQl,
    Shell,
    /// XML and HTML.
    Markup,
    /// Header fields.
    Http,
    Text,
}

impl Language {
    /// Returns the label of a block of code.
    pub(in crate::site) fn label(self) -> &'static str {
        match self {
            Language::Json => "JSON",
            Language::Rust => "Rust",
            Language::Ruby => "Ruby",
            Language::JavaScript => "JavaScript",
            Language::GraphQl => "GraphQL",
            Language::Shell => "Shell",
            Language::Markup => "XML",
            Language::Http => "HTTP",
            Language::Text => "Text",
        }
    }
}

/// The class of a token. Each has a colour in `content.css`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Plain,
    Comment,
    Function,
    Keyword,
    /// A member, an attribute, a header field, an option.
    Name,
    Number,
    Text,
    Type,
    Variable,
}

impl Class {
    fn letter(self) -> Option<char> {
        match self {
            Class::Plain => None,
            Class::Comment => Some('c'),
            Class::Function => Some('f'),
            Class::Keyword => Some('k'),
            Class::Name => Some('a'),
            Class::Number => Some('n'),
            Class::Text => Some('s'),
            Class::Type => Some('t'),
            Class::Variable => Some('v'),
        }
    }
}

/// Returns a text as HTML.
pub(in crate::site) fn highlighted(text: &str, language: Language) -> String {
    let mut spans = Spans { out: String::with_capacity(text.len() * 2) };
    match language {
        Language::Json => data::json(text, &mut spans),
        Language::Markup => data::markup(text, &mut spans),
        Language::Http => data::fields(text, &mut spans),
        Language::Shell => shell::read(text, &mut spans),
        Language::Rust => program::read(text, &program::RUST, &mut spans),
        Language::Ruby => program::read(text, &program::RUBY, &mut spans),
        Language::JavaScript => program::read(text, &program::JAVASCRIPT, &mut spans),
        Language::GraphQl => program::read(text, &program::GRAPHQL, &mut spans),
        Language::Text => spans.push_with_variables(Class::Plain, text),
    }
    spans.out
}

/// The HTML written so far.
struct Spans {
    out: String,
}

impl Spans {
    fn push(&mut self, class: Class, text: &str) {
        match class.letter() {
            _ if text.is_empty() => {}
            Some(letter) => {
                self.out.push_str("<span class=\"");
                self.out.push(letter);
                self.out.push_str("\">");
                escape_into(&mut self.out, text);
                self.out.push_str("</span>");
            }
            None => escape_into(&mut self.out, text),
        }
    }

    /// Writes a text in which each `{{name}}` is a variable.
    fn push_with_variables(&mut self, class: Class, text: &str) {
        let (mut kept, mut at) = (0, 0);
        while let Some(found) = text[at..].find("{{") {
            let start = at + found;
            match variable_length(&text[start..]) {
                Some(length) => {
                    self.push(class, &text[kept..start]);
                    self.push(Class::Variable, &text[start..start + length]);
                    at = start + length;
                    kept = at;
                }
                None => at = start + 1,
            }
        }
        self.push(class, &text[kept..]);
    }
}

/// Returns the length of the variable `{{name}}` that a text starts with.
pub(super) fn variable_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("{{")?;
    let end = inner.find(['{', '}', '\n', '"', '\''])?;
    (end > 0 && inner[end..].starts_with("}}")).then_some(end + 4)
}

/// Returns the length of the string that a text starts with: up to the next equal quote without a backslash
/// before it, or else the whole text.
fn string_length(text: &str) -> usize {
    let mut bytes = text.bytes().enumerate();
    let Some((_, quote)) = bytes.next() else { return 0 };
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\\' {
            bytes.next();
        } else if byte == quote {
            return at + 1;
        }
    }
    text.len()
}

/// Returns the length up to and including `end`, or else of the whole text.
fn length_through(text: &str, start: usize, end: &str) -> usize {
    text[start..].find(end).map_or(text.len(), |at| start + at + end.len())
}

/// Returns the length of the line that a text starts with, without its end.
fn line_length(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Returns the length of the run of characters at the start of a text.
fn run_length(text: &str, is_in: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_in(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
