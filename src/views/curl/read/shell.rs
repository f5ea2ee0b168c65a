//! The shell that a command is written for.
//!
//! The shell is bash, unless `signs.rs` finds a sign of another shell in the text, or the caller chooses one. If bash
//! would remove the backslashes of a Windows path, the text is read as one for cmd or PowerShell, but only if they read
//! the rest as bash does. Without a certain sign, another shell may read another request from the text: see
//! [`CurlShell::ambiguity`].

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use serde::de::IgnoredAny;

use super::args::{OptionArg, options};
use super::lexer::{CommandLine, Lexer, Word, split};
use super::shell_variables::KnownValues;
use super::signs::{Choice, Sign, choose};
use super::{Fault, parse_all};
use crate::views::curl::option_table::CurlOption;
use crate::views::curl::shell_functions::without_functions;

/// The shell whose rules split a curl command into words: see [`Call::from_curl_in`](crate::Call::from_curl_in).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CurlShell {
    /// bash, and other shells of Unix.
    #[default]
    Bash,
    /// The command prompt of Windows, `cmd.exe`.
    Cmd,
    /// Windows PowerShell and PowerShell.
    PowerShell,
}

impl CurlShell {
    const ALL: [CurlShell; 3] = [CurlShell::Bash, CurlShell::Cmd, CurlShell::PowerShell];

    /// Returns how another shell reads the text of curl commands differently, if the text has no certain sign of
    /// the shell for which [`Call::from_curl`](crate::Call::from_curl) reads it. Returns `None` for an ordinary text:
    /// the other shells cannot read it, read the same request, or are ruled out by something in the text, such as
    /// `'..'` for cmd, or a body that would not be JSON.
    ///
    /// ```
    /// use zoomkat::{Call, CurlShell};
    ///
    /// let text = r#"curl https://example.com -H "X-Token: %TOKEN%""#;
    /// let ambiguity = CurlShell::ambiguity(text).unwrap();
    /// assert_eq!((ambiguity.chosen(), ambiguity.other()), (CurlShell::Bash, CurlShell::Cmd));
    /// assert_eq!(ambiguity.to_string(), "read as bash; cmd reads -H (line 1, column 29) differently");
    /// let call = Call::from_curl_in(CurlShell::Cmd, text)?;
    /// assert_eq!(call.variables(), ["TOKEN"]);
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    pub fn ambiguity(text: &str) -> Option<CurlAmbiguity> {
        let choice = choice(text).ok().filter(|choice| !choice.is_certain)?;
        let (command, args) = all_options(text, None)?;
        let chosen = command.shell;
        let is_whole = matches!(without_functions(text), Cow::Borrowed(_));
        let calls = OnceCell::new();
        CurlShell::ALL.into_iter().filter(|shell| *shell != chosen).find_map(|shell| {
            if choice.excludes(shell) {
                return None;
            }
            let (other, others) = all_options(text, Some(shell))?;
            // The same words are the same request, and most texts have them. Building it for each shell to compare
            // them takes a quarter of the time of a conversion.
            if is_whole && command.is_same(&other) && args == others {
                return None;
            }
            let calls = calls.get_or_init(|| parse_all(text, &|_| None, None).ok());
            if parse_all(text, &|_| None, Some(shell)).ok()? == *calls.as_ref()? {
                return None;
            }
            let pairs = || args.iter().zip(&others);
            let is_same_list = args.len() == others.len()
                && pairs().all(|(arg, other)| arg.option == other.option);
            let found = pairs().find(|(arg, other)| {
                arg.option != other.option || is_open(arg, chosen, other, shell)
            });
            if is_same_list && found.is_none() {
                return None;
            }
            let place = found.map(|(arg, _)| format!("{} ({})", arg.shown, place(text, arg.at)));
            let sign = choice.sign.map(|sign| sign.describe(text));
            Some(CurlAmbiguity { chosen, other: shell, sign, place })
        })
    }
}

impl fmt::Display for CurlShell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CurlShell::Bash => "bash",
            CurlShell::Cmd => "cmd",
            CurlShell::PowerShell => "PowerShell",
        })
    }
}

/// The difference between two shells that can both read a curl command: see [`CurlShell::ambiguity`]. The text says
/// which option they read differently, and never shows its value.
#[derive(Clone, Debug)]
pub struct CurlAmbiguity {
    chosen: CurlShell,
    other: CurlShell,
    /// The sign that decided.
    sign: Option<String>,
    /// The first option that they read differently, and its place.
    place: Option<String>,
}

impl CurlAmbiguity {
    /// Returns the shell that the text is read for.
    pub fn chosen(&self) -> CurlShell {
        self.chosen
    }

    /// Returns a shell that reads another request from the text.
    pub fn other(&self) -> CurlShell {
        self.other
    }
}

impl fmt::Display for CurlAmbiguity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "read as {}", self.chosen)?;
        if let Some(sign) = &self.sign {
            write!(f, " because of {sign}")?;
        }
        let place = self.place.as_deref().unwrap_or("the options");
        write!(f, "; {} reads {place} differently", self.other)
    }
}

/// Whether the value that another shell reads may be the intended one.
fn is_open(arg: &OptionArg, chosen: CurlShell, other: &OptionArg, shell: CurlShell) -> bool {
    let (value, other) = (&arg.value, &other.value);
    if value.bytes == other.bytes || (has_file_name(arg) && is_same_path(value, other)) {
        return false;
    }
    match (is_json(&value.bytes), is_json(&other.bytes)) {
        (true, false) => false,
        // bash reads `\\n` as `\n`, which is a line end in JSON and common. cmd keeps both backslashes.
        (true, true) if chosen == CurlShell::Bash && shell == CurlShell::Cmd => {
            value.variables != other.variables || has_json_path(&other.bytes)
        }
        _ => true,
    }
}

/// Whether two paths differ only in the number of backslashes.
fn is_same_path(value: &Word, other: &Word) -> bool {
    let names = |word: &Word| {
        let names = word.bytes.split(|b| *b == b'\\').filter(|name| !name.is_empty());
        names.map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    names(value) == names(other)
}

/// Whether a value is a JSON object or array.
fn is_json(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
        && serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

/// Whether a JSON text has a Windows path, such as `C:\\x`.
fn has_json_path(bytes: &[u8]) -> bool {
    let is_path = |bytes: &[u8]| match bytes {
        [drive, b':', b'\\', b'\\', after] => drive.is_ascii_alphabetic() && *after != b'\\',
        _ => false,
    };
    bytes.windows(5).any(is_path)
}

/// Adds the shell and the sign that decided to the reason why a text cannot be read. `is_read` says whether another
/// shell can read it.
pub(super) fn explain(text: &str, why: String, is_read: impl Fn(CurlShell) -> bool) -> String {
    let Ok(choice) = choice(text) else { return why };
    let Choice { shell, sign, .. } = choice;
    match sign.filter(|_| shell != CurlShell::Bash) {
        Some(sign) => format!("{why}; read as {shell} because of {}", sign.describe(text)),
        None => {
            let can_read =
                |other: &CurlShell| *other != shell && !choice.excludes(*other) && is_read(*other);
            match CurlShell::ALL.into_iter().find(can_read) {
                Some(other) => format!("{why}; read as {shell}, but {other} can read it"),
                None => why,
            }
        }
    }
}

/// Returns the shell of a text.
fn choice(text: &str) -> Result<Choice, Fault> {
    choose(&Lexer::new(text, &|_| None))
}

/// Returns the commands of a text, and the options of all its commands.
fn all_options(text: &str, shell: Option<CurlShell>) -> Option<(CommandLine, Vec<OptionArg>)> {
    let (command, mut args) = command(text, &|_| None, shell).ok()?;
    for later in &command.rest {
        args.extend(later_options(later).ok()?);
    }
    Some((command, args))
}

/// Returns the line and column of an offset.
fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {}, column {column}", line_of(text, at))
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

impl Sign {
    /// Returns the sign with its line.
    fn describe(&self, text: &str) -> String {
        format!("{} line {}", self.what, line_of(text, self.at))
    }
}

/// Splits a command into words, and finds the options among them.
pub(super) fn command(
    text: &str,
    values: KnownValues<'_>,
    shell: Option<CurlShell>,
) -> Result<(CommandLine, Vec<OptionArg>), Fault> {
    let (command, mut args) = command_of_shell(text, values, shell)?;
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
    if command.shell != CurlShell::Bash {
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
    shell: Option<CurlShell>,
) -> Result<(CommandLine, Vec<OptionArg>), Fault> {
    let command = split(text, values, shell)?;
    let args = options(&command.words)?;
    let Some(lost) = args.iter().find_map(lost_backslash) else { return Ok((command, args)) };
    let has_path = |arg: &OptionArg| arg.value.lost.is_some_and(|lost| lost.is_in_path);
    if !command.has_language && args.iter().any(|arg| has_path(arg) && has_file_name(arg)) {
        // The shells that can read the text must agree with each other, and with bash about the rest.
        let read = [CurlShell::Cmd, CurlShell::PowerShell]
            .map(|shell| split(text, values, Some(shell)).ok());
        let all = || read.iter().flatten();
        let agree = all().all(|one| {
            words_of_all(one).count() == words_of_all(&command).count()
                && one.rest.len() == command.rest.len()
                && words_of_all(&command)
                    .zip(words_of_all(one))
                    .all(|(bash, word)| agrees(bash, word))
                && all().all(|other| {
                    words_of_all(one).zip(words_of_all(other)).all(|(a, b)| a.bytes == b.bytes)
                })
        });
        if let (true, Some(command)) = (agree, read.into_iter().flatten().next()) {
            let args = options(&command.words)?;
            return Ok((command, args));
        }
    }
    Err(lost)
}

/// Returns the words of a command and those after it.
fn words_of_all(command: &CommandLine) -> impl Iterator<Item = &Word> {
    command.words.iter().chain(command.rest.iter().flat_map(|later| &later.words))
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
