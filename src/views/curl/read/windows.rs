//! The words of a command as the shells of Windows hand them over.

use super::Fault;
use super::lexer::{Lexer, check_typography, is_blank, is_name, open_quote, operator};

/// cmd takes `^` away, then the program takes words apart by the rules of Microsoft's C runtime:
/// `"` quotes, `\"` is a quote, and backslashes count only before a quote.
pub(super) fn cmd(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    // cmd's own quotes, in which ^ and operators are text; and the program's, with their place.
    let mut shielded = false;
    let mut quote: Option<usize> = None;
    let mut slashes = Slashes::default();
    while let Some(c) = lexer.peek() {
        let at = lexer.at;
        lexer.next();
        let mut c = c;
        let mut literal = false;
        match c {
            // An odd number of escaped quotes leaves cmd in quotes of its own; nobody means that.
            '^' if !shielded || (quote.is_none() && lexer.rest().starts_with(['\r', '\n'])) => {
                if lexer.skip_line_end() {
                    shielded = false;
                    if !lexer.skip_line_end() {
                        continue;
                    }
                    c = '\n';
                } else {
                    let after = lexer.rest().trim_start_matches([' ', '\t']);
                    if after.len() < lexer.rest().len() && after.starts_with(['\n', '\r']) {
                        return Err(Fault::new(
                            at,
                            "a space follows the ^ at the end of this line",
                        ));
                    }
                    match lexer.next() {
                        Some(next) => c = next,
                        None => break,
                    }
                }
                literal = true;
            }
            '%' => {
                if let Some(name) = cmd_variable(lexer.rest()) {
                    lexer.at += name.len() + 1;
                    slashes.flush(lexer, at);
                    lexer.push_variable(at, name);
                    continue;
                }
            }
            '"' => shielded = !shielded,
            '|' if !shielded => {
                slashes.flush(lexer, at);
                return lexer.pipe(at);
            }
            '>' if !shielded => {
                slashes.flush(lexer, at);
                lexer.redirect(at)?;
                continue;
            }
            '&' | '<' if !shielded => return Err(operator(at, c, lexer.rest())),
            _ => {}
        }
        match c {
            '\\' => {
                lexer.word_at(at);
                slashes.count += 1;
                slashes.bare |= !literal;
            }
            '"' => {
                let escaped = slashes.count % 2 == 1;
                slashes.bare = true;
                slashes.count /= 2;
                slashes.flush(lexer, at);
                lexer.word_at(at).quoted = true;
                if escaped {
                    lexer.push(at, '"');
                } else if quote.is_some() && !literal && lexer.rest().starts_with('"') {
                    // A doubled quote in quotes is one.
                    lexer.at += 1;
                    shielded = !shielded;
                    lexer.push(at, '"');
                } else {
                    quote = if quote.is_some() { None } else { Some(at) };
                }
            }
            '\n' if !literal => {
                slashes.flush(lexer, at);
                if let Some(open) = quote {
                    return Err(open_quote(open, "\""));
                }
                shielded = false;
                lexer.end_word()?;
                lexer.line_start = true;
            }
            c if quote.is_none() && c != '\n' && is_blank(c) => {
                slashes.flush(lexer, at);
                lexer.end_word()?;
            }
            c => {
                slashes.flush(lexer, at);
                if quote.is_none() {
                    check_typography(at, c)?;
                }
                lexer.push(at, c);
            }
        }
    }
    slashes.flush(lexer, lexer.at);
    match quote {
        Some(open) => Err(open_quote(open, "\"")),
        None => Ok(()),
    }
}

/// Backslashes that wait for what comes after them.
#[derive(Default)]
struct Slashes {
    count: usize,
    /// At least one has no `^` of its own.
    bare: bool,
}

impl Slashes {
    /// What comes after is no quote. Only Chromium's copies put a `^` before a backslash, and they double each:
    /// what the browser sent is meant, not the pairs that Microsoft's rules would leave.
    fn flush(&mut self, lexer: &mut Lexer<'_>, at: usize) {
        let Slashes { count, bare } = std::mem::take(self);
        let is_doubled = !bare && count % 2 == 0;
        for _ in 0..if is_doubled { count / 2 } else { count } {
            lexer.push(at, '\\');
        }
    }
}

/// The name in `NAME%...`. In `%E9a%20` it is none: both are bytes of a URL.
fn cmd_variable(rest: &str) -> Option<&str> {
    let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let (name, after) = rest.split_at(length);
    let is_byte = |text: &str| {
        let mut bytes = text.bytes();
        (0..2).all(|_| bytes.next().is_some_and(|b| b.is_ascii_hexdigit()))
    };
    let after = after.strip_prefix('%')?;
    let is_url = is_byte(name) && (name.len() == 2 || is_byte(after));
    (is_name(name) && !is_url).then_some(name)
}

/// Backticks escape; `'` and `"` quote, each doubled in itself; `$NAME` and `$env:NAME`.
pub(super) fn powershell(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    let mut quote: Option<(usize, char)> = None;
    while let Some(c) = lexer.peek() {
        let at = lexer.at;
        lexer.next();
        match (c, quote.map(|(_, open)| open)) {
            ('\'' | '"', Some(open)) if c == open => {
                if lexer.rest().starts_with(c) {
                    lexer.at += 1;
                    lexer.push(at, c);
                } else {
                    quote = None;
                }
            }
            ('\'' | '"', None) => {
                lexer.word_at(at).quoted = true;
                quote = Some((at, c));
            }
            // For the program a quote has to be escaped once more.
            ('\\', Some(_)) if lexer.rest().starts_with("`\"") => {
                lexer.at += 2;
                lexer.push(at, '"');
            }
            ('\\', Some('\'')) if lexer.rest().starts_with('"') => {
                lexer.at += 1;
                lexer.push(at, '"');
            }
            ('`', None | Some('"')) => {
                // A blank: a line end that a page has made a space of.
                let is_joint = quote.is_none() && lexer.word.is_none();
                if lexer.skip_line_end() || (is_joint && lexer.rest().starts_with(is_blank)) {
                    continue;
                }
                match lexer.next() {
                    Some('n') => lexer.push(at, '\n'),
                    Some('r') => lexer.push(at, '\r'),
                    Some('t') => lexer.push(at, '\t'),
                    Some(c) => lexer.push(at, c),
                    None => {}
                }
            }
            ('$', None | Some('"')) => {
                let rest = lexer.rest();
                let bare = rest.strip_prefix('{').unwrap_or(rest);
                let name = bare.strip_prefix("env:").unwrap_or(bare);
                let length =
                    name.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
                let (name, after) = name.split_at(length);
                let after =
                    if bare.len() < rest.len() { after.strip_prefix('}') } else { Some(after) };
                match after.filter(|_| is_name(name)) {
                    Some(after) => {
                        lexer.at = lexer.text.len() - after.len();
                        lexer.push_variable(at, name);
                    }
                    None if rest.starts_with(['(', '{']) => {
                        let why = "only $NAME, $env:NAME and ${NAME} are understood after a $";
                        return Err(Fault::new(at, why));
                    }
                    None => lexer.push(at, '$'),
                }
            }
            (c, Some(_)) => lexer.push(at, c),
            ('\n', None) => {
                lexer.end_word()?;
                lexer.line_start = true;
            }
            (c, None) if is_blank(c) => lexer.end_word()?,
            ('#', None) if lexer.word.is_none() => {
                let line = lexer.rest();
                lexer.at += line.find('\n').unwrap_or(line.len());
            }
            ('|', None) => return lexer.pipe(at),
            ('>', None) => lexer.redirect(at)?,
            ('&' | '<' | ';' | '(' | ')' | '{' | '}' | '@', None)
                if lexer.word.is_none() || matches!(c, '&' | '<' | ';' | '(' | ')') =>
            {
                return Err(operator(at, c, lexer.rest()));
            }
            (c, None) => {
                check_typography(at, c)?;
                lexer.push(at, c);
            }
        }
    }
    match quote {
        Some((open, c)) => Err(open_quote(open, &c.to_string())),
        None => Ok(()),
    }
}
