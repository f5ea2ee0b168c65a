//! What goes wrong, how it is told, and the exit code.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// For the help and the man page.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  success
  1  the server answered with a status of 400 or more
  2  wrong usage, or input that cannot be read; nothing was sent
  3  the call failed, or output could not be written
sh has the code in $?, PowerShell in $LASTEXITCODE, cmd in %ERRORLEVEL%.";

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Code {
    Success = 0,
    Refused = 1,
    Input = 2,
    Failed = 3,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> ExitCode {
        ExitCode::from(code as u8)
    }
}

/// Why a run ended early.
pub(crate) struct Failure {
    code: Code,
    /// One line or more; nothing secret. Empty where nobody listens any more.
    message: String,
    /// What led to it.
    story: Option<String>,
}

impl Failure {
    /// The user's input is at fault.
    pub(crate) fn input(message: impl Display) -> Failure {
        Failure { code: Code::Input, message: message.to_string(), story: None }
    }

    /// Something else went wrong than the input.
    pub(crate) fn failed(message: impl Display) -> Failure {
        Failure { code: Code::Failed, message: message.to_string(), story: None }
    }

    /// A call that came to nothing.
    pub(crate) fn call(err: &zoomkat::Error) -> Failure {
        let code = if err.is_invalid_request() { Code::Input } else { Code::Failed };
        let story = err.last_error_text();
        let story = (story != err.to_string()).then(|| story.to_owned());
        Failure { code, message: err.to_string(), story }
    }

    /// The same with what it is about before it.
    pub(crate) fn of(self, what: impl Display) -> Failure {
        Failure { message: format!("{what}: {}", self.message), ..self }
    }
}

/// From reading what the user gave.
impl From<zoomkat::Error> for Failure {
    fn from(err: zoomkat::Error) -> Failure {
        Failure::input(err)
    }
}

/// From writing to standard output. That a pipe is closed is no fault: `zoomkat list x | head`.
impl From<io::Error> for Failure {
    fn from(err: io::Error) -> Failure {
        let (code, message) = match is_closed_pipe(&err) {
            true => (Code::Success, String::new()),
            false => (Code::Failed, format!("cannot write to standard output: {err}")),
        };
        Failure { code, message, story: None }
    }
}

/// Whether nobody reads the pipe that was written to.
pub(crate) fn is_closed_pipe(err: &io::Error) -> bool {
    // The standard library has no kind for ERROR_PIPE_NOT_CONNECTED, which named pipes give.
    let not_connected = cfg!(windows) && err.raw_os_error() == Some(233);
    not_connected || err.kind() == io::ErrorKind::BrokenPipe
}

/// Writes a message to standard error. A standard error that is closed is ignored.
pub(crate) fn say(text: impl Display) {
    let _ = writeln!(anstream::stderr(), "zoomkat: {text}");
}

/// A path without its middle if it is long: folders may be nested to any depth.
pub(crate) fn short(path: &str) -> String {
    const LONGEST: usize = 200;
    let count = path.chars().count();
    if count <= LONGEST {
        return path.to_owned();
    }
    let start: String = path.chars().take(LONGEST / 2).collect();
    let end: String = path.chars().skip(count - LONGEST / 2).collect();
    format!("{start}…{end}")
}

/// Text of a file or a server as it may be shown: what steers a terminal, or turns text around, is escaped.
pub(crate) fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Tells how a run ended.
pub(crate) fn end(done: Result<Code, Failure>, verbose: bool) -> ExitCode {
    match done {
        Ok(code) => code.into(),
        Err(failure) => {
            if !failure.message.is_empty() {
                say(&failure.message);
            }
            if let Some(story) = failure.story.filter(|_| verbose) {
                let _ = anstream::stderr().write_all(story.as_bytes());
            }
            failure.code.into()
        }
    }
}

/// Tells what is wrong with the arguments, or what was asked for: help or the version. Arguments may
/// hold secrets, as a curl command that was pasted without quotes, so those that are no option are not
/// repeated.
pub(crate) fn usage(err: &clap::Error) -> ExitCode {
    if !err.use_stderr() {
        let _ = err.print();
        return Code::Success.into();
    }
    let unknown = match (err.kind(), err.get(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(arg))) => arg.as_str(),
        _ => "-",
    };
    if unknown.starts_with('-') {
        let text = err.render().to_string();
        say(text.strip_prefix("error: ").unwrap_or(&text).trim_end());
    } else {
        say(
            "there is an argument too many; a curl command is one argument, and so is a path with blanks: \
             put it in quotes, or give the command by --file or standard input\n\n\
             For more information, try '--help'.",
        );
    }
    Code::Input.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_known_in_each_form() {
        assert!(is_closed_pipe(&io::ErrorKind::BrokenPipe.into()));
        assert!(!is_closed_pipe(&io::ErrorKind::StorageFull.into()));
        assert_eq!(is_closed_pipe(&io::Error::from_raw_os_error(233)), cfg!(windows));
        // ERROR_NO_DATA, which an anonymous pipe of Windows gives.
        assert_eq!(is_closed_pipe(&io::Error::from_raw_os_error(232)), cfg!(windows));
    }
}
