//! The choice of a shell by the signs that `scanner.rs` finds.

use super::Fault;
use super::cmd::cmd_variable;
use super::lexer::{Lexer, is_blank, is_name, split_name};
use super::scanner::Scanner;
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
    pub(super) single_quotes: bool,
    /// `$NAME` or `$(..)`, which is not for cmd.
    pub(super) variable: bool,
    /// A command between backticks, which only bash has.
    pub(super) substitution: bool,
    /// `# ..` after a word of the command, which is not for cmd.
    pub(super) comment: bool,
    /// `\"` in double quotes, which is not for PowerShell.
    pub(super) escaped_quote: bool,
    /// `\$` or an escaped backtick in double quotes, or `\'` or an escaped operator outside, which only bash has.
    pub(super) other_escape: bool,
    /// A word that starts with `@`, which is not for PowerShell.
    pub(super) at: bool,
    /// `~/..`
    pub(super) home: bool,
    /// `$env:NAME`, a variable before a backslash, or an escape with a backtick.
    power: Option<Sign>,
    /// `%NAME%` of a Windows variable, or before a backslash.
    cmd: Option<Sign>,
    /// The program `curl.exe` or a Windows path.
    pub(super) program: Option<Sign>,
    /// A word in quotes in which each special character has a `^`.
    pub(super) caret: Option<Sign>,
    /// The offset of the first `""` in a word with several of them in double quotes, at least one next to JSON
    /// punctuation.
    doubled: Option<usize>,
    /// Such a word also has text outside of its quotes.
    has_odd_doubled: bool,
}

/// The doubled quotes of one word.
#[derive(Default)]
pub(super) struct DoubledQuotes {
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

/// Chooses the shell at the start of a text: by the language of the fence, by syntax that only one shell has, by the
/// prompt, and by variables, program and quotes.
pub(super) fn choose(lexer: &Lexer<'_>) -> Result<Choice, Fault> {
    let (text, start) = (lexer.text, lexer.at);
    if let Some(shell) = lexer.language {
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
    let excludes_powershell = has_prompt || signs.home || signs.is_bash() || signs.cmd.is_some();
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
    pub(super) fn add_doubled(&mut self, doubled: &DoubledQuotes) {
        if doubled.count > 1 && doubled.in_json {
            self.doubled = self.doubled.or(doubled.first);
            self.has_odd_doubled |= doubled.is_odd;
        }
    }

    pub(super) fn add_power(&mut self, what: &'static str, at: usize) {
        self.power.get_or_insert(Sign { what, at });
    }

    /// Reads the signs after a `$` at `at`.
    pub(super) fn dollar(&mut self, at: usize, rest: &str, in_quotes: bool) {
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
    pub(super) fn percent(&mut self, at: usize, rest: &str) {
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

impl DoubledQuotes {
    /// Adds a closing `"` at `at`, with the text before and after it.
    pub(super) fn add(&mut self, at: usize, before: &[u8], rest: &[u8]) {
        let is_mark = |b: Option<&u8>, marks: &[u8]| b.is_some_and(|b| marks.contains(b));
        match rest {
            [b'"', inner @ ..] if !inner.is_empty() && !inner.starts_with(b"\n") => {
                self.first.get_or_insert(at);
                self.count += 1;
                let (last, first) = (before.trim_ascii_end(), inner.trim_ascii_start());
                self.in_json |= is_mark(before.last(), b"{}[],:")
                    || is_mark(inner.first(), b"{}[],:")
                    || is_mark(last.last(), b"{}[]")
                    || is_mark(first.first(), b"{}[]");
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

/// Returns the name and the text after the `=` of `$NAME = ..` or `$env:NAME = ..`.
pub(super) fn powershell_setting(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix('$')?;
    let scope = rest.get(..4).filter(|scope| scope.eq_ignore_ascii_case("env:"));
    let (_, after) = split_name(&rest[scope.map_or(0, str::len)..]);
    let value = after.trim_start_matches([' ', '\t']).strip_prefix('=')?;
    let name = &rest[..rest.len() - after.len()];
    (is_name(name.rsplit(':').next()?) && !value.starts_with('=')).then_some((name, value))
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

/// Returns the shell of a fence's language. `shell` and `console` may be any.
pub(super) fn shell_of_language(name: &str) -> Option<CurlShell> {
    match name.to_ascii_lowercase().as_str() {
        "bash" | "sh" | "zsh" => Some(CurlShell::Bash),
        "bat" | "batch" | "cmd" => Some(CurlShell::Cmd),
        "powershell" | "ps1" | "pwsh" => Some(CurlShell::PowerShell),
        _ => None,
    }
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
pub(super) fn is_windows_program(text: &str) -> bool {
    let program = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].split([quote, '\n']).next(),
        _ => text.split(is_blank).next(),
    };
    let program = program.unwrap_or_default().to_ascii_lowercase();
    // In bash, `\curl` runs the program even if there is an alias.
    program.ends_with("curl.exe") || (program.ends_with("\\curl") && program != "\\curl")
}
