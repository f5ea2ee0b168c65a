//! Detection of the shell that a command is written for.
//!
//! The shell is bash, unless the text contains something that never occurs in a bash command, or its code fence names
//! another shell. If bash would remove the backslashes of a Windows path, the text is read as one for cmd or
//! PowerShell, but only if they read the rest as bash does.

use super::Fault;
use super::args::{OptionArg, options};
use super::lexer::{CommandLine, Word, is_blank, split, split_name};
use super::shell_variables::KnownValues;
use super::windows::cmd_variable;
use crate::views::curl::option_table::CurlOption;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Shell {
    #[default]
    Bash,
    Cmd,
    Power,
}

/// Splits a command into words, and finds the options among them.
pub(super) fn command(
    text: &str,
    values: KnownValues<'_>,
) -> Result<(CommandLine, Vec<OptionArg>), Fault> {
    let (command, mut args) = command_of_shell(text, values)?;
    name_null_device(&command, &mut args);
    Ok((command, args))
}

/// Finds the options of a command after the first one.
pub(super) fn later_options(command: &CommandLine) -> Result<Vec<OptionArg>, Fault> {
    let mut args = options(&command.words)?;
    if let Some(lost) = args.iter().find_map(lost_backslash) {
        return Err(lost);
    }
    name_null_device(command, &mut args);
    Ok(args)
}

fn name_null_device(command: &CommandLine, args: &mut [OptionArg]) {
    if command.shell != Shell::Bash {
        // The null device has another name on other systems.
        let is_nul = |arg: &&mut OptionArg| {
            arg.option == CurlOption::Output && arg.bytes().eq_ignore_ascii_case(b"nul")
        };
        for arg in args.iter_mut().filter(is_nul).filter(|_| !cfg!(windows)) {
            arg.value.bytes = b"/dev/null".to_vec();
        }
    }
}

fn command_of_shell(
    text: &str,
    values: KnownValues<'_>,
) -> Result<(CommandLine, Vec<OptionArg>), Fault> {
    let command = split(text, values, None)?;
    let args = options(&command.words)?;
    let Some(lost) = args.iter().find_map(lost_backslash) else { return Ok((command, args)) };
    let has_path = |arg: &OptionArg| arg.value.lost.is_some_and(|lost| lost.is_in_path);
    if !command.has_language && args.iter().any(|arg| has_path(arg) && has_file_name(arg)) {
        // The shells that can read the text must agree with each other, and with bash about the rest.
        let read = [Shell::Cmd, Shell::Power].map(|shell| split(text, values, Some(shell)).ok());
        let all = || read.iter().flatten();
        let agree = all().all(|one| {
            one.words.len() == command.words.len()
                && command.words.iter().zip(&one.words).all(|(bash, word)| agrees(bash, word))
                && all().all(|other| {
                    one.words.iter().zip(&other.words).all(|(a, b)| a.bytes == b.bytes)
                })
        });
        if let (true, Some(command)) = (agree, read.into_iter().flatten().next()) {
            let args = options(&command.words)?;
            return Ok((command, args));
        }
    }
    Err(lost)
}

/// Whether a word is the same for bash, except for the backslashes that bash removes.
fn agrees(bash: &Word, word: &Word) -> bool {
    let rest = |word: &Word| word.bytes.iter().copied().filter(|b| *b != b'\\').collect::<Vec<_>>();
    let is_same = match bash.lost {
        Some(_) => rest(bash) == rest(word),
        None => bash.bytes == word.bytes,
    };
    is_same && bash.variables == word.variables && !(bash.lost.is_some() && bash.escapes_quote)
}

/// Returns a fault if bash would remove a backslash from an option's value.
pub(super) fn lost_backslash(arg: &OptionArg) -> Option<Fault> {
    let lost = arg.value.lost.filter(|lost| lost.is_before_letter || has_file_name(arg))?;
    let why = format!(
        "{}: bash would remove the backslash; put the word in single quotes to keep it, or write / in a file \
         name",
        arg.shown
    );
    Some(Fault::new(lost.at, why))
}

/// Whether the value is or contains a file name.
fn has_file_name(arg: &OptionArg) -> bool {
    let bytes = arg.bytes();
    let after_name = || bytes.splitn(2, |b| *b == b'=').nth(1);
    match arg.option {
        CurlOption::Output
        | CurlOption::OutputDir
        | CurlOption::UploadFile
        | CurlOption::CaCert
        | CurlOption::Cert
        | CurlOption::Key => true,
        CurlOption::Data | CurlOption::DataBinary | CurlOption::Json | CurlOption::Header => {
            bytes.starts_with(b"@")
        }
        CurlOption::DataUrlencode | CurlOption::UrlQuery => {
            !bytes.contains(&b'=') && bytes.contains(&b'@')
        }
        CurlOption::Form => {
            after_name().is_some_and(|value| value.starts_with(b"@") || value.starts_with(b"<"))
        }
        CurlOption::Cookie => !bytes.contains(&b'='),
        _ => false,
    }
}

/// Signs of a shell in a text, outside of bash's quotes.
#[derive(Default)]
struct Signs {
    /// `'..'`, which is not for cmd.
    single_quotes: bool,
    /// `$NAME`, which is not for cmd.
    variable: bool,
    /// `# ..`, which is not for cmd.
    comment: bool,
    /// `\"` in double quotes, which is not for PowerShell.
    escaped_quote: bool,
    /// A word that starts with `@`, which is not for PowerShell.
    at: bool,
    /// `~/..`
    home: bool,
    /// `$env:NAME`, a variable before a backslash, or a quote after a backtick.
    is_power: bool,
    /// `%NAME%` of a Windows variable, or before a backslash.
    is_cmd: bool,
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

impl Shell {
    /// Detects the shell by the `language` of the fence, then by line continuations outside of quotes, by the prompt
    /// in `before`, and by variables, program and quotes. The offset of a fault is in `text`.
    pub(super) fn detect(
        language: Option<Shell>,
        before: &str,
        text: &str,
    ) -> Result<Shell, Fault> {
        let mut signs = Signs::default();
        if let Some(shell) =
            language.or_else(|| signs.read(text)).or_else(|| shell_of_prompt(before))
        {
            return Ok(shell);
        }
        let shell = signs.shell(text);
        let Some(at) = signs.doubled.filter(|_| shell == Shell::Bash) else { return Ok(shell) };
        let has_prompt = before.trim_end_matches(is_blank).ends_with(['$', '#', '%']);
        let is_bash = signs.single_quotes || signs.variable || signs.comment || signs.home;
        if has_prompt || is_bash || signs.has_odd_doubled {
            let why = "the doubled quote \"\" is a quote for cmd, but not for bash; write \\\" in double \
                       quotes, or put the text in single quotes";
            return Err(Fault::new(at, why));
        }
        Ok(Shell::Cmd)
    }
}

impl Signs {
    /// Returns the shell by variables and program.
    fn shell(&self, text: &str) -> Shell {
        if self.is_power {
            return Shell::Power;
        } else if self.is_cmd && !self.single_quotes && !self.variable {
            return Shell::Cmd;
        } else if self.home || !is_windows_program(text) {
            return Shell::Bash;
        }
        match self.single_quotes || self.variable || self.comment {
            false => Shell::Cmd,
            // bash also runs Windows programs.
            true if self.escaped_quote || self.at => Shell::Bash,
            true => Shell::Power,
        }
    }

    /// Collects the signs of a text. Returns the shell at the first unambiguous one.
    fn read(&mut self, text: &str) -> Option<Shell> {
        let bytes = text.as_bytes();
        let mut quote = None;
        let mut escaped = false;
        let mut doubled = DoubledQuotes::default();
        for (at, b) in bytes.iter().enumerate() {
            let rest = &bytes[at + 1..];
            let ends_line = rest.starts_with(b"\n") || rest.starts_with(b"\r\n");
            let before = at.checked_sub(1).map(|at| bytes[at]);
            let starts_word = before.is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n'));
            match (b, quote) {
                _ if escaped => escaped = false,
                (b'\\', None) if ends_line => return Some(Shell::Bash),
                (b'\\', None | Some(b'"')) => {
                    escaped = true;
                    if quote.is_some() {
                        self.escaped_quote |= rest.starts_with(b"\"");
                        let goes_on = rest.get(2).is_some_and(|b| {
                            b.is_ascii_alphanumeric() || !b.is_ascii() || b"_:},".contains(b)
                        });
                        self.is_power |= rest.starts_with(b"`\"") && goes_on;
                    }
                }
                (b'\'' | b'"', Some(open)) if *b == open => {
                    quote = None;
                    if *b == b'"' {
                        doubled.add(at, before, rest);
                    }
                }
                (b'$', None | Some(b'"')) => {
                    if quote.is_none() && rest.starts_with(b"'") {
                        return Some(Shell::Bash);
                    }
                    self.dollar(&text[at + 1..], quote.is_some());
                }
                // In bash it starts a command.
                (b'`', Some(b'"')) => self.is_power |= rest.starts_with(b"\""),
                (b'%', None | Some(b'"')) => self.percent(&text[at + 1..]),
                (_, Some(_)) => {}
                (b' ' | b'\t' | b'\n', None) => self.add_doubled(std::mem::take(&mut doubled)),
                (b'\'' | b'"', None) => {
                    quote = Some(*b);
                    self.single_quotes |= *b == b'\'';
                }
                (b'<', None) if rest.starts_with(b"<") => return Some(Shell::Bash),
                (b'^', None) if ends_line => return Some(Shell::Cmd),
                (b'^', None) if rest.starts_with(b"\"") && matches!(before, Some(b' ' | b'\t')) => {
                    return Some(Shell::Cmd);
                }
                (b'^', None) if matches!(rest.first(), Some(b'&' | b'|' | b'<' | b'>')) => {
                    return Some(Shell::Cmd);
                }
                (b'`', None) if ends_line => return Some(Shell::Power),
                // A line continuation in the middle of a line.
                (b'^', None) if is_joint(before, rest) => return Some(Shell::Cmd),
                (b'`', None) if is_joint(before, rest) => return Some(Shell::Power),
                (b'-', None) if starts_word && rest.starts_with(b"-% ") => {
                    return Some(Shell::Power);
                }
                (b'@', None) => self.at |= starts_word,
                (b'#', None) => self.comment |= starts_word,
                (b'~', None) => self.home |= starts_word && rest.starts_with(b"/"),
                _ => {}
            }
        }
        self.add_doubled(doubled);
        None
    }

    /// Adds the doubled quotes of a word.
    fn add_doubled(&mut self, doubled: DoubledQuotes) {
        if doubled.count > 1 && doubled.in_json {
            self.doubled = self.doubled.or(doubled.first);
            self.has_odd_doubled |= doubled.is_odd;
        }
    }

    /// Reads the signs after a `$`.
    fn dollar(&mut self, rest: &str, in_quotes: bool) {
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
        self.is_power |= in_environment || in_path;
    }

    /// Reads the signs after a `%`. Two of them may enclose any text, so only a Windows variable or the start of a path
    /// counts.
    fn percent(&mut self, rest: &str) {
        let (name, after) = split_name(rest);
        let is_known = is_windows_variable(name);
        self.is_cmd |= match cmd_variable(rest) {
            Some(_) => is_known || starts_segment(&after[1..]),
            // `%DATE:~0,4%`
            None => is_known && after.starts_with(":~"),
        };
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

/// Whether an escape between these was a line continuation before a page turned the line end into a space.
fn is_joint(before: Option<u8>, after: &[u8]) -> bool {
    let is_space = |b: &u8| matches!(b, b' ' | b'\t');
    let next = after.iter().find(|b| !is_space(b));
    before.as_ref().is_some_and(is_space)
        && after.first().is_some_and(is_space)
        && matches!(next, Some(b'-' | b'"' | b'\''))
}

/// Returns the shell of a prompt `PS C:\Users\me>` or `C:\Users\me>`.
fn shell_of_prompt(before: &str) -> Option<Shell> {
    let prompt = before.lines().next_back()?.trim_matches(|c| is_blank(c) || c == '`');
    let mut words = prompt.strip_suffix('>')?.split(is_blank);
    if words.any(|word| word == "PS") {
        return Some(Shell::Power);
    }
    let is_drive = |bytes: &[u8]| matches!(bytes, [b'A'..=b'Z' | b'a'..=b'z', b':', b'\\']);
    prompt.as_bytes().windows(3).any(is_drive).then_some(Shell::Cmd)
}

/// Whether the first word is `curl.exe` or a Windows path.
fn is_windows_program(text: &str) -> bool {
    let program = match text.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default(),
        None => text.split(is_blank).next().unwrap_or_default(),
    };
    let program = program.to_ascii_lowercase();
    // In bash, `\curl` runs the program even if there is an alias.
    program.ends_with("curl.exe") || (program.ends_with("\\curl") && program != "\\curl")
}
