//! Signs of a shell in the text of a command.
//!
//! The text is scanned by bash's rules for quotes. Comments, command substitutions and the text in quotes do not count,
//! except where a sign is about quotes.

use super::Fault;
use super::cmd::{browser_quote, cmd_variable};
use super::lexer::{is_blank, is_name, split_name};
use super::shell::CurlShell;

/// A sign of a shell, such as "the backtick at the end of", to be followed by its line, and its offset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sign {
    pub(super) what: &'static str,
    pub(super) at: usize,
}

/// The shell of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub(super) shell: CurlShell,
    /// The sign that decided. Without one the shell is bash.
    pub(super) sign: Option<Sign>,
    /// Whether the sign is syntax that no other shell has.
    pub(super) is_certain: bool,
    /// Whether something in the text is not for cmd.
    excludes_cmd: bool,
    /// Whether something in the text is not for PowerShell.
    excludes_powershell: bool,
}

impl Choice {
    fn certain(shell: CurlShell, what: &'static str, at: usize) -> Choice {
        let sign = Some(Sign { what, at });
        Choice { shell, sign, is_certain: true, excludes_cmd: false, excludes_powershell: false }
    }

    /// Whether something in the text is not for this shell.
    pub(super) fn excludes(&self, shell: CurlShell) -> bool {
        match shell {
            CurlShell::Bash => false,
            CurlShell::Cmd => self.excludes_cmd,
            CurlShell::PowerShell => self.excludes_powershell,
        }
    }
}

/// Signs that decide only together.
#[derive(Default)]
pub(super) struct Signs {
    /// `'..'`, which is not for cmd.
    single_quotes: bool,
    /// `$NAME` or `$(..)`, which is not for cmd.
    variable: bool,
    /// A command between backticks, which only bash has.
    substitution: bool,
    /// `# ..` after a word of the command, which is not for cmd.
    comment: bool,
    /// `\"` in double quotes, which is not for PowerShell.
    escaped_quote: bool,
    /// `\$` or an escaped backtick in double quotes, or `\'` or an escaped operator outside, which only bash has.
    other_escape: bool,
    /// A word that starts with `@`, which is not for PowerShell.
    at: bool,
    /// `~/..`
    home: bool,
    /// `$env:NAME`, a variable before a backslash, or an escape with a backtick.
    power: Option<Sign>,
    /// `%NAME%` of a Windows variable, or before a backslash.
    cmd: Option<Sign>,
    /// The program `curl.exe` or a Windows path.
    program: Option<Sign>,
    /// A word in quotes in which each special character has a `^`.
    caret: Option<Sign>,
    /// The offset of the first `""` in a word with several of them in double quotes, at least one next to JSON
    /// punctuation.
    doubled: Option<usize>,
    /// Such a word also has text outside of its quotes.
    has_odd_doubled: bool,
}

/// The doubled quotes of one word.
#[derive(Default)]
struct DoubledQuotes {
    first: Option<usize>,
    count: usize,
    /// Whether one is next to JSON punctuation.
    in_json: bool,
    /// Whether text follows a closing quote.
    is_odd: bool,
}

/// Windows variables that commands commonly use, in capitals.
const WINDOWS_VARIABLES: &[&str] = &[
    "ALLUSERSPROFILE",
    "APPDATA",
    "CD",
    "COMPUTERNAME",
    "COMSPEC",
    "DATE",
    "ERRORLEVEL",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "ONEDRIVE",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PUBLIC",
    "RANDOM",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TIME",
    "TMP",
    "USERDOMAIN",
    "USERNAME",
    "USERPROFILE",
    "WINDIR",
];

/// Whether a name is one of these, in any case except lower case, which may be any text between two `%`. Windows
/// itself writes `windir` in lower case.
fn is_windows_variable(name: &str) -> bool {
    (name == "windir" || name.contains(|c: char| c.is_ascii_uppercase()))
        && WINDOWS_VARIABLES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Chooses the shell by the `language` of the fence, then by syntax that only one shell has, by the prompt before
/// `start`, and by variables, program and quotes.
pub(super) fn choose(
    language: Option<CurlShell>,
    text: &str,
    start: usize,
) -> Result<Choice, Fault> {
    if let Some(shell) = language {
        let at = text.len() - text.trim_start_matches(is_blank).len();
        return Ok(Choice::certain(shell, "the language of the code fence in", at));
    }
    let before = &text[..start];
    let mut scanner = Scanner::new(text, start);
    if let Some((shell, sign)) = scanner.scan() {
        return Ok(Choice::certain(shell, sign.what, sign.at));
    } else if let Some(shell) = shell_of_prompt(before) {
        return Ok(Choice::certain(shell, "the prompt in", start));
    }
    let has_prompt = before.trim_end_matches(is_blank).ends_with(['$', '#', '%']);
    let found = scanner.signs.weak(has_prompt)?;
    let (shell, sign) = found.map_or((CurlShell::Bash, None), |(shell, sign)| (shell, Some(sign)));
    let signs = &scanner.signs;
    let excludes_cmd = has_prompt || signs.is_not_cmd();
    let excludes_powershell = has_prompt || signs.home || signs.is_bash();
    Ok(Choice { shell, sign, is_certain: false, excludes_cmd, excludes_powershell })
}

impl Signs {
    /// Whether something in the text is not for cmd.
    fn is_not_cmd(&self) -> bool {
        self.single_quotes || self.variable || self.comment || self.home || self.is_bash()
    }

    /// Whether something in the text is only for bash.
    fn is_bash(&self) -> bool {
        self.other_escape || self.substitution
    }

    /// Returns the shell by variables, program and quotes.
    fn weak(&self, has_prompt: bool) -> Result<Option<(CurlShell, Sign)>, Fault> {
        if let Some(sign) = self.power {
            return Ok(Some((CurlShell::PowerShell, sign)));
        } else if let Some(sign) = self.cmd.filter(|_| !self.single_quotes && !self.variable) {
            return Ok(Some((CurlShell::Cmd, sign)));
        }
        if let Some(sign) = self.program.filter(|_| !self.home) {
            match self.single_quotes || self.variable || self.comment {
                false => return Ok(Some((CurlShell::Cmd, sign))),
                // bash also runs Windows programs.
                true if self.escaped_quote || self.at => {}
                true => return Ok(Some((CurlShell::PowerShell, sign))),
            }
        }
        if let Some(at) = self.doubled {
            if has_prompt || self.is_not_cmd() || self.has_odd_doubled {
                let why = "the doubled quote \"\" is a quote for cmd, but not for bash; write \\\" in double \
                           quotes, or put the text in single quotes";
                return Err(Fault::new(at, why));
            }
            return Ok(Some((CurlShell::Cmd, Sign { what: "the doubled quotes \"\" in", at })));
        }
        let caret = self.caret.filter(|_| !has_prompt && !self.is_not_cmd());
        Ok(caret.map(|sign| (CurlShell::Cmd, sign)))
    }

    /// Adds the doubled quotes of a word.
    fn add_doubled(&mut self, doubled: &DoubledQuotes) {
        if doubled.count > 1 && doubled.in_json {
            self.doubled = self.doubled.or(doubled.first);
            self.has_odd_doubled |= doubled.is_odd;
        }
    }

    fn add_power(&mut self, what: &'static str, at: usize) {
        self.power.get_or_insert(Sign { what, at });
    }

    /// Reads the signs after a `$` at `at`.
    fn dollar(&mut self, at: usize, rest: &str, in_quotes: bool) {
        let bare = rest.trim_start_matches('{');
        let (scope, after) = split_name(bare);
        let is_first = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        self.variable |= is_first(bare);
        // ENV may be a variable of bash.
        let in_environment = scope.eq_ignore_ascii_case("env")
            && scope != "ENV"
            && after.strip_prefix(':').is_some_and(is_first);
        let in_path =
            !in_quotes && bare.len() == rest.len() && is_first(bare) && starts_segment(after);
        if in_environment {
            self.add_power("`$env:` in", at);
        } else if in_path {
            self.add_power("the variable before a backslash in", at);
        }
    }

    /// Reads the signs after a `%` at `at`. Two of them may enclose any text, so only a Windows variable or the start
    /// of a path counts.
    fn percent(&mut self, at: usize, rest: &str) {
        let (name, after) = split_name(rest);
        let is_known = is_windows_variable(name);
        let is_cmd = match cmd_variable(rest) {
            Some(_) => is_known || starts_segment(&after[1..]),
            // `%DATE:~0,4%`
            None => is_known && after.starts_with(":~"),
        };
        if is_cmd {
            self.cmd.get_or_insert(Sign { what: "the variable between % in", at });
        }
    }
}

/// The state of a scan.
struct Scanner<'t> {
    text: &'t str,
    at: usize,
    quote: Option<u8>,
    /// Whether a word of a command has started in this line.
    in_command: bool,
    doubled: DoubledQuotes,
    signs: Signs,
    /// No substitution that starts here or later is closed.
    has_unclosed: bool,
    /// The offset up to which quotes were searched for escapes by `^`.
    searched_to: usize,
}

type Found = Option<(CurlShell, Sign)>;

impl<'t> Scanner<'t> {
    fn new(text: &'t str, start: usize) -> Scanner<'t> {
        Scanner {
            text,
            at: start,
            quote: None,
            in_command: false,
            doubled: DoubledQuotes::default(),
            signs: Signs::default(),
            has_unclosed: false,
            searched_to: 0,
        }
    }

    /// Collects the signs of a text. Returns the shell at the first syntax that no other shell has.
    fn scan(&mut self) -> Found {
        if let Some(found) = self.line() {
            return Some(found);
        }
        while let Some(&b) = self.text.as_bytes().get(self.at) {
            let at = self.at;
            self.at += 1;
            match self.quote {
                None => {
                    if let Some((shell, what)) = self.unquoted(at, b) {
                        return Some((shell, Sign { what, at }));
                    }
                    if b == b'\n' {
                        if let Some(found) = self.line() {
                            return Some(found);
                        }
                    }
                }
                Some(b'"') => self.double(at, b),
                Some(_) if b == b'\'' => self.quote = None,
                Some(_) => {}
            }
        }
        self.end_word();
        None
    }

    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).map(|at| self.text.as_bytes()[at])
    }

    fn end_word(&mut self) {
        let doubled = std::mem::take(&mut self.doubled);
        self.signs.add_doubled(&doubled);
    }

    /// Reads the signs at the start of a line, outside of quotes.
    fn line(&mut self) -> Found {
        self.in_command = false;
        let rest = self.rest(self.at).trim_start_matches([' ', '\t', '\u{a0}']);
        let at = self.text.len() - rest.len();
        let line = rest.split('\n').next().unwrap_or_default();
        if is_windows_program(line) {
            let what = if line.starts_with("curl") { "`curl.exe` in" } else { "the program in" };
            self.signs.program.get_or_insert(Sign { what, at });
        }
        let (word, after) = line.split_at(line.find(is_blank).unwrap_or(line.len()));
        let after = after.trim_start_matches(is_blank);
        let (shell, what) = if word == "&" && after.starts_with(['"', '\'', '$', 'c', 'C']) {
            (CurlShell::PowerShell, "the `&` before the program in")
        } else if powershell_setting(line).is_some() {
            (CurlShell::PowerShell, "the variable that is set in")
        } else if cmd_setting(line).is_some() {
            (CurlShell::Cmd, "the variable that is set in")
        } else if word.eq_ignore_ascii_case("rem") || word.starts_with("::") {
            (CurlShell::Cmd, "the comment in")
        } else if word.eq_ignore_ascii_case("@echo") {
            (CurlShell::Cmd, "`@echo` in")
        } else {
            return None;
        };
        Some((shell, Sign { what, at }))
    }

    /// Reads a byte outside of quotes.
    fn unquoted(&mut self, at: usize, b: u8) -> Option<(CurlShell, &'static str)> {
        let rest = self.rest(at + 1);
        let before = self.before(at);
        let starts_word = before.is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n'));
        let ends_line = rest.starts_with('\n') || rest.starts_with("\r\n");
        match b {
            b' ' | b'\t' | b'\n' => {
                self.end_word();
                return None;
            }
            b'#' if starts_word => {
                self.signs.comment |= self.in_command;
                self.at += rest.find('\n').unwrap_or(rest.len());
                return None;
            }
            _ => self.in_command = true,
        }
        match b {
            b'\\' if ends_line => return Some((CurlShell::Bash, "the backslash at the end of")),
            b'\\' => {
                self.at += 1;
                // Not a path: `'it'\''s'`, `a\&b`.
                self.signs.other_escape |=
                    rest.starts_with(|c: char| "'&()[]!?;,*<>|=".contains(c));
            }
            b'\'' => {
                self.quote = Some(b);
                self.signs.single_quotes = true;
            }
            b'"' => {
                self.quote = Some(b);
                self.caret(at, rest);
            }
            b'$' if rest.starts_with('\'') => return Some((CurlShell::Bash, "`$'` in")),
            b'$' => self.dollar(at, false),
            b'%' => self.signs.percent(at, rest),
            b'<' if rest.starts_with('<') => return Some((CurlShell::Bash, "`<<` in")),
            b'^' if joins_lines(rest) => return Some((CurlShell::Cmd, "the ^ at the end of")),
            b'^' if rest.starts_with('"') && matches!(before, Some(b' ' | b'\t')) => {
                return Some((CurlShell::Cmd, "`^\"` in"));
            }
            b'^' if rest.starts_with(['&', '|', '<', '>']) => {
                return Some((CurlShell::Cmd, "the ^ before an operator in"));
            }
            // A line continuation in the middle of a line.
            b'^' if is_joint(before, rest) => return Some((CurlShell::Cmd, "the ^ in")),
            b'`' if joins_lines(rest) => {
                return Some((CurlShell::PowerShell, "the backtick at the end of"));
            }
            b'`' if is_joint(before, rest) => {
                return Some((CurlShell::PowerShell, "the backtick in"));
            }
            b'`' => _ = self.skip_ticks(rest),
            b'-' if starts_word && rest.starts_with("-% ") => {
                return Some((CurlShell::PowerShell, "`--%` in"));
            }
            b'@' if starts_word && starts_here_string(rest) => {
                return Some((CurlShell::PowerShell, "the here-string in"));
            }
            b'@' => self.signs.at |= starts_word,
            b'~' => self.signs.home |= starts_word && rest.starts_with('/'),
            _ => {}
        }
        None
    }

    /// Reads a byte in double quotes.
    fn double(&mut self, at: usize, b: u8) {
        let rest = self.rest(at + 1);
        match b {
            b'\\' => {
                self.at += 1;
                self.signs.escaped_quote |= rest.starts_with('"');
                let goes_on = |c: char| c.is_alphanumeric() || !c.is_ascii() || "_:},".contains(c);
                if rest.strip_prefix("`\"").is_some_and(|rest| rest.starts_with(goes_on)) {
                    self.signs.add_power("the backtick before a quote in", at);
                } else {
                    self.signs.other_escape |= rest.starts_with(['$', '`']);
                }
            }
            b'"' => {
                self.quote = None;
                self.doubled.add(at, self.before(at), rest.as_bytes());
            }
            b'$' => self.dollar(at, true),
            b'%' => self.signs.percent(at, rest),
            // In bash it starts a command.
            b'`' if rest.starts_with('"') => {
                self.signs.add_power("the backtick before a quote in", at);
            }
            b'`' if !self.skip_ticks(rest) && rest.starts_with(['$', '`', 'n', 'r', 't']) => {
                self.signs.add_power("the escape with a backtick in", at);
            }
            _ => {}
        }
    }

    fn dollar(&mut self, at: usize, in_quotes: bool) {
        let rest = self.rest(at + 1);
        if rest.starts_with('(') {
            self.signs.variable = true;
            self.skip_substitution();
        } else {
            self.signs.dollar(at, rest, in_quotes);
        }
    }

    /// Skips the text between two backticks, of which the first was read, if it looks like a command. In PowerShell each
    /// of them is an escape.
    fn skip_ticks(&mut self, rest: &str) -> bool {
        let is_end = |c: char| c == '`' || (c == '"' && self.quote.is_some());
        let Some(end) = rest.find(is_end).filter(|end| rest[*end..].starts_with('`')) else {
            return false;
        };
        let command = &rest[..end];
        let is_command = command.len() > 1
            && command.starts_with(|c: char| c.is_ascii_alphanumeric() || "/.~_".contains(c))
            && !command.ends_with(is_blank);
        if is_command {
            self.signs.substitution = true;
            self.at += end + 1;
        }
        is_command
    }

    /// Skips the `(..)` of a substitution.
    fn skip_substitution(&mut self) {
        if self.has_unclosed {
            return;
        }
        let bytes = self.rest(self.at).as_bytes();
        let (mut at, mut depth, mut quote) = (0, 0, None);
        while let Some(b) = bytes.get(at) {
            match (b, quote) {
                (b'\\', None | Some(b'"')) => at += 1,
                (b'\'' | b'"', None) => quote = Some(*b),
                (b, Some(open)) if *b == open => quote = None,
                (b'(', None) => depth += 1,
                (b')', None) => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += at + 1;
                        return;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        self.has_unclosed = true;
    }

    /// Reads the sign of a quoted word, after its `"` at `at`.
    fn caret(&mut self, at: usize, rest: &str) {
        if self.signs.caret.is_some() || at < self.searched_to {
            return;
        }
        let (length, copied) = browser_quote(rest);
        self.searched_to = at + length;
        // Otherwise the text may be any, such as `^&`.
        if copied.is_some_and(|text| text.contains(['?', '"', '\\'])) {
            self.signs.caret = Some(Sign { what: "the ^ in quotes in", at });
        }
    }
}

impl DoubledQuotes {
    /// Adds a closing `"` at `at`.
    fn add(&mut self, at: usize, before: Option<u8>, rest: &[u8]) {
        let is_mark = |b: &u8| b"{}[],:".contains(b);
        match rest {
            [b'"', after, ..] if !b" \t\r\n".contains(after) => {
                self.first.get_or_insert(at);
                self.count += 1;
                self.in_json |= is_mark(after) || before.as_ref().is_some_and(is_mark);
            }
            [] | [b' ' | b'\t' | b'\r' | b'\n' | b'"', ..] => {}
            _ => self.is_odd = true,
        }
    }
}

/// Whether a text may continue a Windows path.
fn starts_segment(text: &str) -> bool {
    text.strip_prefix('\\').is_some_and(|name| name.starts_with(char::is_alphanumeric))
}

/// Whether an escape before this text is at a line end, and the next line continues the command.
fn joins_lines(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix('\r').unwrap_or(rest).strip_prefix('\n') else {
        return false;
    };
    let line = rest.split('\n').next().unwrap_or_default().trim_matches(is_blank);
    let first = line.split(is_blank).next().unwrap_or_default();
    !first.is_empty() && !first.starts_with('#') && first != "curl" && first != "curl.exe"
}

/// Whether an escape between these was a line continuation before a page turned the line end into a space.
fn is_joint(before: Option<u8>, after: &str) -> bool {
    let is_space = |c: char| matches!(c, ' ' | '\t');
    let next = after.trim_start_matches(is_space);
    before.is_some_and(|b| is_space(b.into()))
        && next.len() < after.len()
        && next.starts_with(['-', '"', '\''])
}

/// Whether a quote and a line end follow the `@` of a PowerShell here-string.
fn starts_here_string(rest: &str) -> bool {
    let after = rest.strip_prefix(['\'', '"']).unwrap_or_default();
    after.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
}

/// Returns the name and the text after the `=` of `$NAME = ..`.
pub(super) fn powershell_setting(line: &str) -> Option<(&str, &str)> {
    let (name, after) = split_name(line.strip_prefix('$')?);
    let value = after.trim_start_matches([' ', '\t']).strip_prefix('=')?;
    (is_name(name) && !value.starts_with('=')).then_some((name, value))
}

/// Returns the name and the text after the `=` of `set NAME=..` or `set "NAME=..`.
pub(super) fn cmd_setting(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix('@').unwrap_or(line);
    let rest =
        line.get(..4).filter(|word| word.eq_ignore_ascii_case("set ")).map(|_| &line[4..])?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let (name, after) = split_name(rest.strip_prefix('"').unwrap_or(rest));
    after.strip_prefix('=').filter(|_| is_name(name)).map(|value| (name, value))
}

/// Returns the shell of a prompt `PS C:\Users\me>` or `C:\Users\me>`.
fn shell_of_prompt(before: &str) -> Option<CurlShell> {
    let prompt = before.lines().next_back()?.trim_matches(|c| is_blank(c) || c == '`');
    let mut words = prompt.strip_suffix('>')?.split(is_blank);
    if words.any(|word| word == "PS") {
        return Some(CurlShell::PowerShell);
    }
    let is_drive = |bytes: &[u8]| matches!(bytes, [b'A'..=b'Z' | b'a'..=b'z', b':', b'\\']);
    prompt.as_bytes().windows(3).any(is_drive).then_some(CurlShell::Cmd)
}

/// Returns the length of a prompt of cmd or PowerShell before a program with a path, or before PowerShell's `&`.
pub(super) fn windows_prompt(line: &str) -> Option<usize> {
    let at = line.find('>')? + 1;
    shell_of_prompt(&line[..at])?;
    let command = line[at..].trim_start_matches(is_blank);
    let program = command.strip_prefix('&').unwrap_or(command).trim_start_matches(is_blank);
    is_windows_program(program).then(|| line.len() - command.len())
}

/// Whether the first word is `curl.exe` or a Windows path.
fn is_windows_program(text: &str) -> bool {
    let program = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].split([quote, '\n']).next(),
        _ => text.split(is_blank).next(),
    };
    let program = program.unwrap_or_default().to_ascii_lowercase();
    // In bash, `\curl` runs the program even if there is an alias.
    program.ends_with("curl.exe") || (program.ends_with("\\curl") && program != "\\curl")
}
