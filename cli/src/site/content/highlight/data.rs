//! Data: JSON, markup, and header fields.

use super::{
    Class, Spans, length_through, line_length, run_length, string_length, variable_length,
};

/// Reads JSON with the comments and variables that Postman allows in it. Other text is plain.
pub(super) fn json(text: &str, spans: &mut Spans) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (class, length) = match first {
            '"' => {
                let length = string_length(rest);
                let is_name = rest[length..].trim_start().starts_with(':');
                (if is_name { Class::Name } else { Class::Text }, length)
            }
            '{' => match variable_length(rest) {
                Some(length) => (Class::Variable, length),
                None => (Class::Plain, 1),
            },
            '/' if rest.starts_with("//") => (Class::Comment, line_length(rest)),
            '/' if rest.starts_with("/*") => (Class::Comment, length_through(rest, 2, "*/")),
            '-' | '0'..='9' => {
                let is_number = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
                (Class::Number, run_length(rest, is_number))
            }
            c if c.is_alphabetic() => {
                let length = run_length(rest, char::is_alphanumeric);
                let is_literal = ["true", "false", "null"].contains(&&rest[..length]);
                (if is_literal { Class::Keyword } else { Class::Plain }, length)
            }
            c => {
                let is_plain = |c: char| !"\"{/-".contains(c) && !c.is_alphanumeric();
                (Class::Plain, run_length(rest, is_plain).max(c.len_utf8()))
            }
        };
        let (token, after) = rest.split_at(length);
        match class {
            Class::Text | Class::Name if token.contains("{{") => {
                spans.push_with_variables(class, token);
            }
            _ => spans.push(class, token),
        }
        rest = after;
    }
}

/// Reads XML or HTML.
pub(super) fn markup(text: &str, spans: &mut Spans) {
    let mut rest = text;
    while !rest.is_empty() {
        let length = run_length(rest, |c| c != '<');
        let (content, after) = rest.split_at(length);
        spans.push_with_variables(Class::Plain, content);
        rest = after;
        if rest.starts_with("<!--") {
            let (comment, after) = rest.split_at(length_through(rest, 4, "-->"));
            spans.push(Class::Comment, comment);
            rest = after;
        } else if rest.starts_with("<![CDATA[") {
            let (data, after) = rest.split_at(length_through(rest, 9, "]]>"));
            spans.push_with_variables(Class::Text, data);
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('<') {
            if inner.starts_with(|c: char| c.is_alphabetic() || "/?!_".contains(c)) {
                rest = tag(rest, spans);
            } else {
                spans.push(Class::Plain, "<");
                rest = inner;
            }
        }
    }
}

/// Writes a tag and returns the rest.
fn tag<'t>(text: &'t str, spans: &mut Spans) -> &'t str {
    let is_name = |c: char| !c.is_whitespace() && !"<>=\"'".contains(c);
    let (name, mut rest) = text.split_at(1 + run_length(&text[1..], is_name));
    spans.push(Class::Keyword, name);
    while let Some(first) = rest.chars().next() {
        let (class, length) = match first {
            '<' => break,
            '"' | '\'' => (Class::Text, {
                let quote = if first == '"' { "\"" } else { "'" };
                length_through(rest, 1, quote)
            }),
            '>' => (Class::Keyword, 1),
            c if is_name(c) => {
                let length = run_length(rest, is_name);
                let is_end = matches!(&rest[..length], "/" | "?");
                (if is_end { Class::Keyword } else { Class::Name }, length)
            }
            _ => (Class::Plain, run_length(rest, |c| c == '=' || c.is_whitespace())),
        };
        let (token, after) = rest.split_at(length);
        spans.push_with_variables(class, token);
        rest = after;
        if first == '>' {
            break;
        }
    }
    rest
}

/// Reads lines `Name: value`.
pub(super) fn fields(text: &str, spans: &mut Spans) {
    for line in text.split_inclusive('\n') {
        match line.split_once(':') {
            Some((name, _)) if !name.is_empty() => {
                let (name, value) = line.split_at(name.len());
                spans.push(Class::Name, name);
                spans.push_with_variables(Class::Plain, value);
            }
            _ => spans.push_with_variables(Class::Plain, line),
        }
    }
}
