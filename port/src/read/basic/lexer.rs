//! Lines of a script as tokens.

use super::dialect::{AUTO, Continuation, Escape, FOX, NET, POWER, PURE, Rules, VB, XOJO};

/// What a line may have at most. A longer one is not read.
const MAX_TOKENS: usize = 50_000;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A name, without the sign of a variable, or a keyword.
    Word,
    /// A name that cannot be a keyword: `$x` in AutoIt, `[x]` in Visual Basic.
    Name,
    /// `@CRLF`, `#CRLF$`.
    Macro,
    Text(String),
    /// `$"..."`: what is between the quotes.
    Interpolated,
    Int(i64),
    Float,
    Sign,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'s> {
    pub(super) kind: Kind,
    pub(super) text: &'s str,
    /// Where it begins in the script.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether a space precedes it.
    pub(super) spaced: bool,
}

impl Token<'_> {
    pub(super) fn is(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// A line of the script with those that continue it.
#[derive(Debug, Default)]
pub(super) struct Line<'s> {
    pub(super) line: usize,
    pub(super) end_line: usize,
    pub(super) blank_before: bool,
    pub(super) tokens: Vec<Token<'s>>,
    pub(super) comment: Option<String>,
    /// Why the line cannot be read.
    pub(super) problem: Option<&'static str>,
    /// `#include`, `#Region`: the line.
    pub(super) directive: Option<&'s str>,
}

pub(super) struct Lexer<'s> {
    text: &'s str,
    at: usize,
    line: usize,
    rules: &'static Rules,
}

impl<'s> Lexer<'s> {
    pub(super) fn new(text: &'s str, rules: &'static Rules) -> Lexer<'s> {
        Lexer { text, at: 0, line: 0, rules }
    }

    /// Returns the next line of the text, without its line end.
    fn physical(&mut self) -> Option<(usize, &'s str)> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let line = rest.split('\n').next().unwrap_or_default();
        self.at = start + line.len() + 1;
        self.line += 1;
        Some((start, line.trim_end_matches('\r')))
    }

    /// Reads the lines up to one that begins with `end`.
    pub(super) fn raw_until(&mut self, end: &str) -> Vec<&'s str> {
        let mut lines = Vec::new();
        while let Some((_, line)) = self.physical() {
            if starts_with_word(line.trim_start(), end) {
                break;
            }
            lines.push(line);
        }
        lines
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    fn block_comment(&mut self, first: &'s str, end: &str) -> String {
        let mut lines = vec![first.trim()];
        while let Some((_, line)) = self.physical() {
            let trimmed = line.trim();
            let head = trimmed.get(..end.len()).unwrap_or_default();
            let ends = match end {
                "*/" => trimmed.find(end).map(|at| &trimmed[..at]),
                _ => head.eq_ignore_ascii_case(end).then_some(""),
            };
            match ends {
                Some(rest) => {
                    lines.push(rest.trim());
                    break;
                }
                None => lines.push(trimmed.strip_prefix("* ").unwrap_or(trimmed)),
            }
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }
}

impl<'s> Iterator for Lexer<'s> {
    type Item = Line<'s>;

    fn next(&mut self) -> Option<Line<'s>> {
        let mut blank_before = false;
        let (mut start, mut text) = self.physical()?;
        while text.trim().is_empty() {
            blank_before = true;
            (start, text) = self.physical()?;
        }
        let mut line = Line { line: self.line, blank_before, ..Line::default() };
        let head = text.trim_start();
        if self.rules.is(AUTO) && (word_is(head, "#cs") || word_is(head, "#comments-start")) {
            let end = if word_is(head, "#cs") { "#ce" } else { "#comments-end" };
            line.comment = Some(self.block_comment("", end));
        } else if head.starts_with("#") && !(self.rules.is(PURE) && is_constant(head)) {
            line.directive = Some(head.trim_end());
        } else {
            while !scan(self.rules, start, text, &mut line) {
                if let Some(comment) = line.comment.take() {
                    // A comment of several lines.
                    let comment = self.block_comment(comment_slice(text, &comment), "*/");
                    line.comment = Some(comment);
                    break;
                }
                match self.physical() {
                    Some(next) => (start, text) = next,
                    None => break,
                }
            }
        }
        line.end_line = self.line;
        Some(line)
    }
}

/// Returns the part of a line that a comment was taken from.
fn comment_slice<'s>(line: &'s str, comment: &str) -> &'s str {
    line.len().checked_sub(comment.len()).and_then(|from| line.get(from..)).unwrap_or_default()
}

fn word_is(text: &str, word: &str) -> bool {
    text.split_whitespace().next().is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// Returns whether a text begins with a word, in upper or lower case.
fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
        && !text[word.len()..].starts_with(is_name_char)
}

/// `#Name = 5` in PureBasic.
fn is_constant(text: &str) -> bool {
    text[1..].trim_start_matches(is_name_char).trim_start_matches('$').trim_start().starts_with('=')
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

const SIGNS: &[&str] = &[
    "<>", "<=", ">=", "==", "!=", "+=", "-=", "*=", "/=", "&=", ":=", "::", "**", "=<", "=>", "<<",
    ">>",
];

/// Reads the tokens of a line. False if the line continues; with a comment, if that does.
fn scan<'s>(rules: &Rules, start: usize, text: &'s str, line: &mut Line<'s>) -> bool {
    let mut at = 0;
    let mut spaced = true;
    let mut fresh = line.tokens.is_empty();
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
            spaced = true;
            continue;
        }
        if let Some(comment) = comment_of(rules, rest, fresh) {
            let comment = comment.trim_start_matches(['\'', '/']);
            line.comment = Some(comment.strip_prefix(' ').unwrap_or(comment).trim_end().to_owned());
            break;
        }
        if rules.is(POWER) && rest.starts_with("/*") {
            match rest.find("*/") {
                Some(end) => at += end + 2,
                None => {
                    line.comment = Some(rest[2..].to_owned());
                    return false;
                }
            }
            continue;
        }
        if continues_here(rules, rest, spaced) {
            return false;
        }
        if line.tokens.len() == MAX_TOKENS {
            line.problem = Some("this line is too long to be read here");
            break;
        }
        let (kind, len, shown) = token(rules, rest, line.tokens.last());
        if kind == Kind::Sign && shown == "\"" {
            line.problem = Some("this string has no end");
            break;
        }
        fresh = kind == Kind::Sign && rules.separator == Some(shown);
        let token = Token { kind, text: shown, start: start + at, end: start + at + len, spaced };
        line.tokens.push(token);
        at += len.max(1);
        spaced = false;
    }
    !(rules.continuations.contains(&Continuation::Operator)
        && line.problem.is_none()
        && line.tokens.last().is_some_and(|last| is_open_end(rules, last)))
}

fn comment_of<'s>(rules: &Rules, rest: &'s str, fresh: bool) -> Option<&'s str> {
    if let Some(comment) = rules.comments.iter().find_map(|sign| rest.strip_prefix(sign)) {
        return Some(comment);
    }
    if !fresh {
        return None;
    }
    rules.comment_starts.iter().find_map(|sign| {
        let is_word = sign.starts_with(char::is_alphabetic);
        match is_word {
            true => starts_with_word(rest, sign).then(|| &rest[sign.len()..]),
            false => rest.strip_prefix(sign).map(|rest| rest.trim_start_matches(['*'])),
        }
    })
}

/// Returns whether what is left of a line says that the next one belongs to it.
fn continues_here(rules: &Rules, rest: &str, spaced: bool) -> bool {
    rules.continuations.iter().any(|continuation| match continuation {
        Continuation::Underscore => {
            let behind = rest.strip_prefix('_').map(str::trim_start);
            let comment = if rules.is(AUTO) { ';' } else { '\'' };
            spaced && behind.is_some_and(|rest| rest.is_empty() || rest.starts_with(comment))
        }
        Continuation::Sign(sign) => rest.trim_end().strip_prefix(*sign) == Some(""),
        Continuation::Operator => false,
    })
}

/// Returns whether a line cannot end with a token.
fn is_open_end(rules: &Rules, last: &Token) -> bool {
    match last.kind {
        Kind::Sign => ["(", ",", "{", "&", "+", "-", "*", "/", "=", "<>", "&=", "+="]
            .iter()
            .any(|sign| last.text == *sign && (rules.is(NET) || ["+", ","].contains(sign))),
        Kind::Word => {
            ["and", "or", "andalso", "orelse"].iter().any(|word| last.is_word(word))
                || (rules.is(NET) && last.is_word("not"))
        }
        _ => false,
    }
}

/// Returns the kind of the token that a text begins with, its length, and its text.
fn token<'s>(rules: &Rules, rest: &'s str, last: Option<&Token>) -> (Kind, usize, &'s str) {
    let c = rest.chars().next().unwrap_or(' ');
    let after = &rest[c.len_utf8()..];
    let is_operand = last.is_some_and(|last| {
        !matches!(last.kind, Kind::Sign) || [")", "]", "}"].contains(&last.text)
    });
    if rules.quotes.contains(&c) {
        return string(rules.escape, rest, c);
    }
    if c == '$' && after.starts_with('"') && rules.is(NET) {
        return interpolated(rest);
    }
    if c == '~' && after.starts_with('"') && rules.is(PURE) {
        let (kind, len, text) = escaped(after, '\\');
        return (kind, len + 1, text);
    }
    if c == '[' && rules.is(FOX) && !is_operand {
        if let Some(end) = rest.find(']') {
            return (Kind::Text(rest[1..end].to_owned()), end + 1, &rest[..=end]);
        }
    }
    if c == '[' && rules.is(VB) && after.starts_with(is_name_char) {
        if let Some(end) = rest.find(']') {
            return (Kind::Name, end + 1, &rest[1..end]);
        }
    }
    if c.is_ascii_digit()
        || (c == '.' && !is_operand && after.starts_with(|c: char| c.is_ascii_digit()))
    {
        return number(rules, rest);
    }
    let hex = match c {
        '&' if rules.is(VB | XOJO) && after.starts_with(['H', 'h']) => after.get(1..),
        '$' if rules.is(PURE) => Some(after),
        _ => None,
    };
    if let Some(digits) = hex {
        let count = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
        if let Ok(value) = i64::from_str_radix(&digits[..count], 16) {
            let mut len = rest.len() - digits.len() + count;
            len += usize::from(rest[len..].starts_with('&'));
            return (Kind::Int(value), len, &rest[..len]);
        }
    }
    if is_name_char(c) {
        let len = rest.find(|c| !is_name_char(c)).unwrap_or(rest.len());
        let suffix: &[char] = if rules.is(VB) { &['$', '%', '!'] } else { &['$'] };
        let has_suffix = rules.is(VB | XOJO | PURE)
            && rest[len..].starts_with(suffix)
            && !rest[len + 1..].starts_with(is_name_char);
        return (Kind::Word, len + usize::from(has_suffix), &rest[..len]);
    }
    if let Some(dotted) = dotted_word(rules, rest) {
        return (Kind::Word, dotted.len() + 2, dotted);
    }
    let name = after.find(|c| !is_name_char(c)).unwrap_or(after.len());
    if name > 0 {
        let text = &after[..name];
        match c {
            '$' if rules.is(AUTO) => return (Kind::Name, name + 1, text),
            '@' if rules.is(AUTO) => return (Kind::Macro, name + 1, text),
            '#' if rules.is(PURE) => {
                let len = name + 1 + usize::from(after[name..].starts_with('$'));
                return (Kind::Macro, len, text);
            }
            _ => {}
        }
    }
    let len = SIGNS.iter().find(|sign| rest.starts_with(**sign)).map_or(c.len_utf8(), |s| s.len());
    (Kind::Sign, len, &rest[..len])
}

/// `.T.`, `.AND.`.
fn dotted_word<'s>(rules: &Rules, rest: &'s str) -> Option<&'s str> {
    let inner = rest.strip_prefix('.').filter(|_| rules.is(FOX))?;
    let word = &inner[..inner.find('.').filter(|end| *end < 5)?];
    let known = ["t", "f", "y", "n", "null", "and", "or", "not"];
    known.iter().any(|known| word.eq_ignore_ascii_case(known)).then_some(word)
}

fn string(escape: Escape, rest: &str, quote: char) -> (Kind, usize, &str) {
    if escape == Escape::Tilde {
        return escaped(rest, '~');
    }
    let mut value = String::new();
    let mut at = 1;
    loop {
        let Some(end) = rest[at..].find(quote) else {
            return (Kind::Sign, rest.len(), "\"");
        };
        value.push_str(&rest[at..at + end]);
        at += end + 1;
        if escape == Escape::None || !rest[at..].starts_with(quote) {
            break;
        }
        value.push(quote);
        at += 1;
    }
    // `","c` is a character in VB.NET.
    let is_char = value.chars().count() == 1
        && rest[at..].starts_with(['c', 'C'])
        && !rest[at + 1..].starts_with(is_name_char);
    at += usize::from(is_char);
    (Kind::Text(value), at, &rest[..at])
}

/// Reads a string with escapes that begin with a sign.
fn escaped(rest: &str, sign: char) -> (Kind, usize, &str) {
    let mut chars = rest.char_indices();
    let quote = chars.next().map_or('"', |(_, c)| c);
    let mut value = String::new();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return (Kind::Text(value), at + 1, &rest[..=at]);
        }
        if c != sign {
            value.push(c);
            continue;
        }
        match chars.next() {
            Some((_, 'n')) => value.push('\n'),
            Some((_, 'r')) => value.push('\r'),
            Some((_, 't')) => value.push('\t'),
            Some((_, c)) => value.push(c),
            None => break,
        }
    }
    (Kind::Sign, rest.len(), "\"")
}

fn interpolated(rest: &str) -> (Kind, usize, &str) {
    let bytes = rest.as_bytes();
    let (mut at, mut depth) = (2, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' if depth > 0 => {
                // A string in an expression.
                at += rest[at + 1..].find('"').map_or(rest.len(), |end| end + 1);
            }
            b'"' if bytes.get(at + 1) == Some(&b'"') => at += 1,
            b'"' => return (Kind::Interpolated, at + 1, &rest[2..at]),
            b'{' if depth == 0 && bytes.get(at + 1) == Some(&b'{') => at += 1,
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    (Kind::Sign, rest.len(), "\"")
}

fn number<'s>(rules: &Rules, rest: &'s str) -> (Kind, usize, &'s str) {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(hex) = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
        let count = hex.bytes().take_while(u8::is_ascii_hexdigit).count();
        if let Ok(value) = i64::from_str_radix(&hex[..count], 16) {
            return (Kind::Int(value), count + 2, &rest[..count + 2]);
        }
    }
    let mut len = digits(rest);
    let mut is_float = false;
    let fraction = rest[len..].strip_prefix('.').map_or(0, digits);
    if fraction > 0 {
        len += fraction + 1;
        is_float = true;
    }
    if let Some(exponent) = rest[len..].strip_prefix(['e', 'E']) {
        let signed = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits(signed);
        if count > 0 {
            len += 1 + exponent.len() - signed.len() + count;
            is_float = true;
        }
    }
    let text = &rest[..len];
    let suffix = rules.is(VB)
        && rest[len..].starts_with(['L', 'D', 'F', 'R', 'S', '&', '#', '%', '!', '@'])
        && !rest[len + 1..].starts_with(is_name_char)
        && !rest[len..].starts_with("& ");
    match text.parse().ok().filter(|_| !is_float) {
        Some(value) => (Kind::Int(value), len + usize::from(suffix), text),
        None => (Kind::Float, len + usize::from(suffix), text),
    }
}
