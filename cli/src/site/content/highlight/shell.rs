//! Shell commands.

use super::{Class, Spans, length_through, line_length, run_length, string_length};

pub(super) fn read(text: &str, spans: &mut Spans) {
    let (mut rest, mut starts_word, mut is_command) = (text, true, true);
    while let Some(first) = rest.chars().next() {
        let (class, length) = match first {
            '#' if starts_word => (Class::Comment, line_length(rest)),
            '\'' => (Class::Text, length_through(rest, 1, "'")),
            '"' => (Class::Text, string_length(rest)),
            '$' if rest.starts_with("$'") => (Class::Text, 1 + string_length(&rest[1..])),
            '$' => (Class::Variable, variable_length(rest)),
            '\\' => (Class::Plain, rest.chars().take(2).map(char::len_utf8).sum()),
            c if c.is_whitespace() => (Class::Plain, run_length(rest, char::is_whitespace)),
            _ => {
                let length = run_length(rest, |c| !c.is_whitespace() && !"'\"$\\".contains(c));
                (word(&rest[..length], starts_word, is_command), length)
            }
        };
        let (token, after) = rest.split_at(length);
        if first == '"' {
            push_expanded(token, spans);
        } else {
            spans.push_with_variables(class, token);
        }
        starts_word = first.is_whitespace() || token == "\\\n";
        if !starts_word {
            is_command = matches!(token, "|" | "&&" | "||" | ";");
        }
        rest = after;
    }
}

fn word(word: &str, starts_word: bool, is_command: bool) -> Class {
    if starts_word && word.len() > 1 && word.starts_with('-') {
        Class::Name
    } else if is_command && !word.contains('=') {
        Class::Function
    } else if word.contains("://") {
        Class::Text
    } else {
        Class::Plain
    }
}

/// Writes a string in which variables are expanded.
fn push_expanded(string: &str, spans: &mut Spans) {
    let (mut kept, mut at) = (0, 0);
    while let Some(found) = string[at..].find(['$', '\\']) {
        let start = at + found;
        if string[start..].starts_with('\\') {
            at = start + string[start..].chars().take(2).map(char::len_utf8).sum::<usize>();
            continue;
        }
        let length = variable_length(&string[start..]);
        at = start + length;
        if length > 1 {
            spans.push_with_variables(Class::Text, &string[kept..start]);
            spans.push(Class::Variable, &string[start..at]);
            kept = at;
        }
    }
    spans.push_with_variables(Class::Text, &string[kept..]);
}

/// Returns the length of the `$NAME` or `${NAME}` that a text starts with, or 1.
fn variable_length(text: &str) -> usize {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match text[1..].strip_prefix('{') {
        Some(inner) => {
            let length = run_length(inner, is_name);
            if inner[length..].starts_with('}') { length + 3 } else { 1 }
        }
        None => 1 + run_length(&text[1..], is_name),
    }
}
