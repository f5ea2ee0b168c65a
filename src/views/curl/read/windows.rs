//! Splitting of a command into words by the rules of cmd and PowerShell.

use super::Fault;
use super::lexer::{
    Lexer, check_typography, is_blank, is_name, operator, split_name, unclosed_quote,
};

/// cmd removes `^`, then the program splits words by the rules of Microsoft's C runtime: `"` quotes, `\"` is a
/// quote, and backslashes are special only before a quote.
pub(super) fn cmd(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    words(lexer, false)
}

/// Reads words for cmd or, with `is_verbatim`, after PowerShell's `--%`, where only variables and pipes are special to
/// the shell.
fn words(lexer: &mut Lexer<'_>, is_verbatim: bool) -> Result<(), Fault> {
    let slashes = Slashes::default();
    let mut cmd = CmdLexer { lexer, is_verbatim, in_cmd_quotes: false, quote: None, slashes };
    while let Some(c) = cmd.lexer.peek() {
        let at = cmd.lexer.at;
        cmd.lexer.next();
        match cmd.shell(at, c)? {
            CmdStep::Char { c, literal } => cmd.program(at, c, literal)?,
            CmdStep::Consumed => {}
            CmdStep::End => return Ok(()),
        }
    }
    cmd.slashes.flush(cmd.lexer, cmd.lexer.at);
    match cmd.quote {
        Some(open) => Err(unclosed_quote(open, "\"")),
        None => Ok(()),
    }
}

struct CmdLexer<'l, 't> {
    lexer: &'l mut Lexer<'t>,
    /// After `--%`.
    is_verbatim: bool,
    /// In quotes for cmd, in which `^` and operators are text.
    in_cmd_quotes: bool,
    /// The offset of the open quote for the program.
    quote: Option<usize>,
    slashes: Slashes,
}

/// The effect of a character in cmd.
enum CmdStep {
    /// The program reads this character. `literal` means that a `^` precedes it.
    Char { c: char, literal: bool },
    /// The program does not receive it.
    Consumed,
    /// The command ends.
    End,
}

impl CmdLexer<'_, '_> {
    /// Handles a character, read at `at`, as cmd does.
    fn shell(&mut self, at: usize, c: char) -> Result<CmdStep, Fault> {
        let lexer = &mut *self.lexer;
        match c {
            // An odd number of escaped quotes would leave cmd in quotes, which is never intended.
            '^' | '>' | '&' | '<' if self.is_verbatim => {}
            '^' if !self.in_cmd_quotes
                || (self.quote.is_none() && lexer.rest().starts_with(['\r', '\n'])) =>
            {
                if lexer.skip_line_end() {
                    self.in_cmd_quotes = false;
                    lexer.skip_prompt("More? ");
                    let is_empty_line = lexer.skip_line_end();
                    return Ok(match is_empty_line {
                        true => CmdStep::Char { c: '\n', literal: true },
                        false => CmdStep::Consumed,
                    });
                }
                let after = lexer.rest().trim_start_matches([' ', '\t']);
                if after.len() < lexer.rest().len() && after.starts_with(['\n', '\r']) {
                    return Err(Fault::new(at, "a space follows the ^ at the end of this line"));
                }
                return Ok(match lexer.next() {
                    Some(c) => CmdStep::Char { c, literal: true },
                    None => CmdStep::Consumed,
                });
            }
            '%' => {
                if let Some(name) = cmd_variable(lexer.rest()) {
                    lexer.at += name.len() + 1;
                    self.slashes.flush(lexer, at);
                    lexer.push_variable(at, name);
                    return Ok(CmdStep::Consumed);
                }
                check_cmd_variable(at, lexer.rest())?;
            }
            '"' => self.in_cmd_quotes = !self.in_cmd_quotes,
            '|' if !self.in_cmd_quotes => {
                self.slashes.flush(lexer, at);
                lexer.pipe(at)?;
                return Ok(CmdStep::End);
            }
            '>' if !self.in_cmd_quotes => {
                self.slashes.flush(lexer, at);
                lexer.redirect(at)?;
                return Ok(CmdStep::Consumed);
            }
            '&' if !self.in_cmd_quotes => {
                self.slashes.flush(lexer, at);
                lexer.then(at, '&')?;
                return Ok(CmdStep::End);
            }
            '<' if !self.in_cmd_quotes => return Err(operator(at, c, lexer.rest())),
            '\'' if !self.is_verbatim && self.quote.is_none() && lexer.word.is_none() => {
                let why = "for cmd the quote ' is an ordinary character; write \" instead";
                return Err(Fault::new(at, why));
            }
            _ => {}
        }
        Ok(CmdStep::Char { c, literal: false })
    }

    /// Handles a character as the program's C runtime does.
    fn program(&mut self, at: usize, c: char, literal: bool) -> Result<(), Fault> {
        let (lexer, slashes) = (&mut *self.lexer, &mut self.slashes);
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
                } else if self.quote.is_some() && !literal && lexer.rest().starts_with('"') {
                    // A doubled quote in quotes is one quote.
                    lexer.at += 1;
                    self.in_cmd_quotes = !self.in_cmd_quotes;
                    lexer.push(at, '"');
                } else {
                    self.quote = if self.quote.is_some() { None } else { Some(at) };
                }
            }
            '\n' if !literal => {
                slashes.flush(lexer, at);
                if let Some(open) = self.quote {
                    return Err(unclosed_quote(open, "\""));
                }
                self.in_cmd_quotes = false;
                lexer.end_word()?;
                lexer.line_start = true;
            }
            c if self.quote.is_none() && c != '\n' && is_blank(c) => {
                slashes.flush(lexer, at);
                lexer.end_word()?;
            }
            c => {
                slashes.flush(lexer, at);
                if self.quote.is_none() {
                    check_typography(at, c)?;
                }
                lexer.push(at, c);
            }
        }
        Ok(())
    }
}

/// Backslashes whose meaning depends on the next character.
#[derive(Default)]
struct Slashes {
    count: usize,
    /// At least one has no `^` before it.
    bare: bool,
}

impl Slashes {
    /// Appends the backslashes, which no quote follows. Only Chromium's copies put a `^` before a backslash, and they
    /// double each one: the request of the browser has one for each pair, while Microsoft's rules would keep both.
    fn flush(&mut self, lexer: &mut Lexer<'_>, at: usize) {
        let Slashes { count, bare } = std::mem::take(self);
        let is_doubled = !bare && count % 2 == 0;
        for _ in 0..if is_doubled { count / 2 } else { count } {
            lexer.push(at, '\\');
        }
    }
}

/// Refuses `%NAME:~0,3%` and `%NAME:a=b%`, by which cmd changes the value. `%C3:a=b%20` belongs to a URL.
fn check_cmd_variable(at: usize, rest: &str) -> Result<(), Fault> {
    let (name, after) = split_name(rest);
    let Some(change) = after.strip_prefix(':').filter(|_| is_name(name)) else { return Ok(()) };
    let (change, after) = change.split_at(change.find(['%', '\n', '"']).unwrap_or(change.len()));
    let Some(after) = after.strip_prefix('%') else { return Ok(()) };
    let is_url = starts_with_byte(name) && starts_with_byte(after);
    let is_change = change.starts_with('~') || (change.contains('=') && !is_url);
    if !is_change {
        return Ok(());
    }
    let why = "only %NAME% is supported, not changes of a variable's value; write out the result";
    Err(Fault::new(at, why))
}

/// Returns the name in `NAME%...`. `%E9a%20` has no name: both are bytes of a URL.
pub(super) fn cmd_variable(rest: &str) -> Option<&str> {
    let (name, after) = split_name(rest);
    let after = after.strip_prefix('%')?;
    let is_url = starts_with_byte(name) && (name.len() == 2 || starts_with_byte(after));
    (is_name(name) && !is_url).then_some(name)
}

/// Whether a text after a `%` is a byte of a URL.
fn starts_with_byte(text: &str) -> bool {
    text.len() > 1 && text.bytes().take(2).all(|b| b.is_ascii_hexdigit())
}

/// Backticks escape, `'` and `"` quote and are doubled within themselves, `$NAME` and `$env:NAME` are variables, and the
/// text after `--%` is passed to the program unchanged.
pub(super) fn powershell(lexer: &mut Lexer<'_>) -> Result<(), Fault> {
    let mut quote: Option<(usize, char)> = None;
    let mut escapes_quotes = false;
    while let Some(c) = lexer.peek() {
        let at = lexer.at;
        lexer.next();
        match (c, quote.map(|(_, open)| open)) {
            ('\'' | '"', Some(open)) if c == open => {
                if lexer.rest().starts_with(c) {
                    lexer.at += 1;
                    lexer.push(at, c);
                } else {
                    check_escape(lexer, at)?;
                    quote = None;
                }
            }
            ('\'' | '"', None) => {
                lexer.word_at(at).quoted = true;
                quote = Some((at, c));
                escapes_quotes = all_quotes_are_escaped(c, lexer.rest());
            }
            // By Microsoft's rules, the program removes the backslashes that Windows PowerShell keeps.
            ('\\', Some(open)) if escapes_quotes => {
                let count = 1 + lexer.rest().bytes().take_while(|b| *b == b'\\').count();
                lexer.at = at + count;
                let is_before_quote = quote_length(open, lexer.rest()).is_some();
                for _ in 0..if is_before_quote { count / 2 } else { count } {
                    lexer.push(at, '\\');
                }
            }
            ('`', None | Some('"')) => backtick(lexer, at, quote.is_some())?,
            ('$', None | Some('"')) => powershell_variable(lexer, at)?,
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
            ('-', None) if lexer.word.is_none() && lexer.rest().starts_with("-% ") => {
                lexer.at += 2;
                return words(lexer, true);
            }
            ('|', None) => return lexer.pipe(at),
            (';' | '&', None) => return lexer.then(at, c),
            ('>', None) => lexer.redirect(at)?,
            ('<' | '(' | ')' | '{' | '}' | '@', None)
                if lexer.word.is_none() || matches!(c, '<' | '(' | ')') =>
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
        Some((open, c)) => Err(unclosed_quote(open, &c.to_string())),
        None => Ok(()),
    }
}

/// Refuses `\"` in double quotes, which ends them: the text is for another shell.
fn check_escape(lexer: &Lexer<'_>, at: usize) -> Result<(), Fault> {
    let goes_on = lexer.rest().chars().next().is_some_and(|c| !is_blank(c));
    if goes_on && lexer.text[..=at].ends_with("\\\"") {
        let why = "PowerShell ends the text at the quote of \\\"; write it as \\`\"";
        return Err(Fault::new(at, why));
    }
    Ok(())
}

/// Returns the length of a `"` for the program at the start of a quoted text.
fn quote_length(open: char, text: &str) -> Option<usize> {
    let spellings: &[&str] = if open == '\'' { &["\""] } else { &["`\"", "\"\""] };
    spellings.iter().find(|quote| text.starts_with(**quote)).map(|quote| quote.len())
}

/// Whether each `"` in the quoted text that starts here has a backslash, as Windows PowerShell needs it. Newer versions
/// pass quotes on unchanged.
fn all_quotes_are_escaped(open: char, text: &str) -> bool {
    let (mut at, mut slashes) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if let Some(length) = quote_length(open, rest) {
            if slashes % 2 == 0 {
                return false;
            }
            at += length;
        } else if c == open && !rest[1..].starts_with(c) {
            break;
        } else {
            let is_pair = c == open || (c == '`' && open == '"');
            at += c.len_utf8();
            at += if is_pair { text[at..].chars().next().map_or(0, char::len_utf8) } else { 0 };
        }
        slashes = if c == '\\' { slashes + 1 } else { 0 };
    }
    true
}

/// Reads the escape after a backtick at `at`.
fn backtick(lexer: &mut Lexer<'_>, at: usize, in_quotes: bool) -> Result<(), Fault> {
    // A blank may be a line end that a page has turned into a space.
    let is_joint = !in_quotes && lexer.word.is_none();
    if lexer.skip_line_end() {
        lexer.skip_prompt(">> ");
        return Ok(());
    }
    if is_joint && lexer.rest().starts_with(is_blank) {
        return Ok(());
    }
    match lexer.next() {
        Some('n') => lexer.push(at, '\n'),
        Some('r') => lexer.push(at, '\r'),
        Some('t') => lexer.push(at, '\t'),
        Some(c @ ('0' | 'a' | 'b' | 'e' | 'f' | 'u' | 'v')) => {
            let why = format!("`{c} is a control character; only `n, `r and `t are supported");
            return Err(Fault::new(at, why));
        }
        Some(c) => lexer.push(at, c),
        None => {}
    }
    Ok(())
}

/// Reads the variable after a `$` at `at`.
fn powershell_variable(lexer: &mut Lexer<'_>, at: usize) -> Result<(), Fault> {
    let rest = lexer.rest();
    let bare = rest.strip_prefix('{').unwrap_or(rest);
    let name = match bare.get(..4) {
        Some(scope) if scope.eq_ignore_ascii_case("env:") => &bare[4..],
        _ => bare,
    };
    let (name, after) = split_name(name);
    let after = if bare.len() < rest.len() { after.strip_prefix('}') } else { Some(after) };
    match after.filter(|_| is_name(name)) {
        Some(after) => {
            lexer.at = lexer.text.len() - after.len();
            lexer.push_variable(at, name);
        }
        None if rest.starts_with(['(', '{']) => {
            let why = "only $NAME, $env:NAME and ${NAME} are supported after a $";
            return Err(Fault::new(at, why));
        }
        None => lexer.push(at, '$'),
    }
    Ok(())
}
