//! Programs: Rust, Ruby, JavaScript and GraphQL.

use super::{Class, Spans, length_through, line_length, run_length, string_length};

/// What differs between the languages.
pub(super) struct Grammar {
    keywords: &'static [&'static str],
    line_comment: &'static str,
    has_block_comments: bool,
    /// The quotes of strings. A backslash escapes.
    quotes: &'static [u8],
    /// The characters that start a variable.
    sigils: &'static [u8],
    /// Whether a word before a single colon is the name of a member.
    has_names: bool,
    is_rust: bool,
}

pub(super) const RUST: Grammar = Grammar {
    keywords: &[
        "as", "break", "const", "continue", "dyn", "else", "enum", "false", "fn", "for", "if",
        "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self",
        "static", "struct", "true", "unsafe", "use", "where", "while",
    ],
    line_comment: "//",
    has_block_comments: true,
    quotes: b"\"",
    sigils: b"",
    has_names: false,
    is_rust: true,
};

pub(super) const RUBY: Grammar = Grammar {
    keywords: &[
        "and", "begin", "break", "case", "class", "def", "do", "else", "elsif", "end", "ensure",
        "exit", "false", "for", "if", "in", "module", "next", "nil", "not", "or", "raise",
        "require", "rescue", "return", "self", "then", "true", "unless", "until", "when", "while",
        "yield",
    ],
    line_comment: "#",
    has_block_comments: false,
    quotes: b"\"'`",
    sigils: b"$@",
    has_names: true,
    is_rust: false,
};

pub(super) const JAVASCRIPT: Grammar = Grammar {
    keywords: &[
        "async",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "default",
        "delete",
        "do",
        "else",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "from",
        "function",
        "if",
        "import",
        "in",
        "instanceof",
        "let",
        "new",
        "null",
        "of",
        "return",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "undefined",
        "var",
        "void",
        "while",
        "yield",
    ],
    line_comment: "//",
    has_block_comments: true,
    quotes: b"\"'`",
    sigils: b"",
    has_names: true,
    is_rust: false,
};

pub(super) const GRAPHQL: Grammar = Grammar {
    keywords: &[
        "directive",
        "enum",
        "extend",
        "false",
        "fragment",
        "implements",
        "input",
        "interface",
        "mutation",
        "null",
        "on",
        "query",
        "scalar",
        "schema",
        "subscription",
        "true",
        "type",
        "union",
    ],
    line_comment: "#",
    has_block_comments: false,
    quotes: b"\"",
    sigils: b"$@",
    has_names: true,
    is_rust: false,
};

pub(super) fn read(text: &str, grammar: &Grammar, spans: &mut Spans) {
    let (mut rest, mut before) = (text, '\n');
    while !rest.is_empty() {
        let (class, length) = grammar.token(rest, before);
        let (token, after) = rest.split_at(length);
        match class {
            Class::Text | Class::Plain if token.contains("{{") => {
                spans.push_with_variables(class, token);
            }
            _ => spans.push(class, token),
        }
        before = token.chars().next_back().unwrap_or(before);
        rest = after;
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl Grammar {
    /// Returns the first token of a text that is not empty: its class and its length, which is not 0.
    fn token(&self, rest: &str, before: char) -> (Class, usize) {
        let first = rest.chars().next().unwrap_or_default();
        let byte = rest.as_bytes()[0];
        if rest.starts_with(self.line_comment) {
            return (Class::Comment, line_length(rest));
        }
        if self.has_block_comments && rest.starts_with("/*") {
            return (Class::Comment, length_through(rest, 2, "*/"));
        }
        if self.quotes.contains(&byte) {
            // A block string of GraphQL.
            let is_block = rest.starts_with("\"\"\"");
            let length =
                if is_block { length_through(rest, 3, "\"\"\"") } else { string_length(rest) };
            return (Class::Text, length);
        }
        if self.is_rust {
            if let Some(length) = rust_string(rest, before) {
                return (Class::Text, length);
            }
        }
        if self.sigils.contains(&byte) {
            return (Class::Variable, 1 + run_length(&rest[1..], is_word));
        }
        if first.is_ascii_digit() && !is_word(before) {
            return (Class::Number, run_length(rest, |c| is_word(c) || c == '.'));
        }
        if is_word(first) {
            let length = run_length(rest, is_word);
            return (self.word(&rest[..length], &rest[length..], before), length);
        }
        if rest.starts_with("{{") {
            // A variable of Postman is kept in one token.
            return (Class::Plain, super::variable_length(rest).unwrap_or(1));
        }
        let spaces = run_length(rest, char::is_whitespace);
        (Class::Plain, if spaces > 0 { spaces } else { first.len_utf8() })
    }

    fn word(&self, word: &str, after: &str, before: char) -> Class {
        let is_name = self.has_names && after.starts_with(':') && !after.starts_with("::");
        if is_name {
            Class::Name
        } else if before != '.' && self.keywords.contains(&word) {
            Class::Keyword
        } else if after.starts_with('(') || after.starts_with("!(") {
            Class::Function
        } else if word.starts_with(|c: char| c.is_ascii_uppercase()) {
            Class::Type
        } else {
            Class::Plain
        }
    }
}

/// Returns the length of a raw or byte string, or of a character, at the start of a text.
fn rust_string(rest: &str, before: char) -> Option<usize> {
    if is_word(before) {
        return None;
    }
    if let Some(inner) = rest.strip_prefix('\'') {
        let mut inner = inner.char_indices();
        let (_, first) = inner.next()?;
        if first == '\\' {
            return Some(string_length(rest).min(1 + line_length(&rest[1..])));
        }
        let (at, second) = inner.next()?;
        // Otherwise it is a lifetime.
        return (second == '\'').then_some(at + 2);
    }
    let prefix = ["br", "r", "b"].into_iter().find(|prefix| rest.starts_with(prefix))?;
    let after = &rest[prefix.len()..];
    if prefix == "b" {
        return after.starts_with('"').then(|| 1 + string_length(after));
    }
    let hashes = run_length(after, |c| c == '#');
    after[hashes..].starts_with('"').then(|| {
        let end = format!("\"{}", &after[..hashes]);
        length_through(rest, prefix.len() + hashes + 1, &end)
    })
}
