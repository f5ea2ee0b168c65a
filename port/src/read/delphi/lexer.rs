//! Words, literals and comments of Delphi.

/// A word, literal or sign.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A name or a keyword as written.
    Word(String),
    Text(String),
    Int(i64),
    Float(String),
    Sign(&'static str),
    /// A text without its end.
    Broken,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) line: usize,
}

/// A comment and the number of tokens before it.
pub(crate) struct Comment {
    pub(crate) before: usize,
    pub(crate) line: usize,
    pub(crate) text: String,
}

const SIGNS: &[&str] = &[
    ":=", "<>", "<=", ">=", "..", "+", "-", "*", "/", "=", "<", ">", "(", ")", "[", "]", ",", ";",
    ":", ".", "^", "@", "&",
];

/// Splits a script. Characters that Delphi does not have are left out.
pub(crate) fn tokens(script: &str) -> (Vec<Token>, Vec<Comment>) {
    let (mut tokens, mut comments) = (Vec::new(), Vec::new());
    let mut rest = script;
    let mut line = 1;
    while let Some(c) = rest.chars().next() {
        let from = line;
        let (kind, behind) = if c == '\n' {
            line += 1;
            (None, &rest[1..])
        } else if let Some((text, behind)) = comment(rest) {
            line += rest[..rest.len() - behind.len()].matches('\n').count();
            if !text.starts_with("{$") {
                let is_brace = text.starts_with('{');
                let text = if is_brace {
                    text.trim_start_matches('{').trim_end_matches('}')
                } else {
                    text
                };
                let lines = match is_brace {
                    true => text.trim().lines().map(|line| line.trim().to_owned()).collect(),
                    false => crate::read::shared::grammar::comment_lines(text),
                };
                for (at, text) in lines.into_iter().enumerate() {
                    comments.push(Comment { before: tokens.len(), line: from + at, text });
                }
            }
            (None, behind)
        } else if c == '\'' || c == '#' {
            let (kind, behind) = text(rest);
            (Some(kind), behind)
        } else if c.is_ascii_digit() || c == '$' {
            number(rest)
        } else if c.is_alphabetic() || c == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            (Some(Kind::Word(rest[..end].to_owned())), &rest[end..])
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Some(Kind::Sign(sign)), &rest[sign.len()..])
        } else {
            (None, &rest[c.len_utf8()..])
        };
        if let Some(kind) = kind {
            tokens.push(Token { kind, line: from });
        }
        rest = behind;
    }
    (tokens, comments)
}

fn comment(rest: &str) -> Option<(&str, &str)> {
    let length = match rest.as_bytes() {
        [b'/', b'/', ..] => rest.find('\n').unwrap_or(rest.len()),
        [b'{', ..] => rest.find('}').map_or(rest.len(), |end| end + 1),
        [b'(', b'*', ..] => rest.find("*)").map_or(rest.len(), |end| end + 2),
        _ => return None,
    };
    Some(rest.split_at(length))
}

/// Reads `'it''s'#13#10'more'`.
fn text(mut rest: &str) -> (Kind, &str) {
    let mut value = String::new();
    loop {
        if let Some(code) = rest.strip_prefix('#') {
            let hex = code.strip_prefix('$');
            let digits = hex.unwrap_or(code);
            let radix = if hex.is_some() { 16 } else { 10 };
            let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
            let code = u32::from_str_radix(&digits[..end], radix).ok().and_then(char::from_u32);
            value.extend(code);
            rest = &digits[end..];
        } else if let Some(quoted) = rest.strip_prefix('\'') {
            let line = &quoted[..quoted.find('\n').unwrap_or(quoted.len())];
            let mut at = 0;
            loop {
                let Some(end) = line[at..].find('\'').map(|end| at + end) else {
                    return (Kind::Broken, &quoted[line.len()..]);
                };
                value.push_str(&line[at..end]);
                if !line[end + 1..].starts_with('\'') {
                    rest = &quoted[end + 1..];
                    break;
                }
                value.push('\'');
                at = end + 2;
            }
        } else {
            return (Kind::Text(value), rest);
        }
    }
}

fn number(rest: &str) -> (Option<Kind>, &str) {
    if let Some(digits) = rest.strip_prefix('$') {
        let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        let number = i64::from_str_radix(&digits[..end], 16).ok().map(Kind::Int);
        return (number, &digits[end..]);
    }
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let behind = &rest[end..];
    // 1..5 is a range.
    let is_float = behind.starts_with('.') && behind[1..].starts_with(|c: char| c.is_ascii_digit());
    if !is_float {
        return (rest[..end].parse().ok().map(Kind::Int), behind);
    }
    let length = behind[1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len() - 1);
    let end = end + 1 + length;
    (Some(Kind::Float(rest[..end].to_owned())), &rest[end..])
}
