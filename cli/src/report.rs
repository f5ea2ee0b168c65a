//! Errors, messages and exit codes.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The exit codes, for the help and the man page.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  success
  1  the response has a status of 400 or more
  2  invalid usage or input, or a line that port --strict did not port; nothing was sent
  3  the call failed, or output could not be written
The code is in $? in sh, in $LASTEXITCODE in PowerShell, and in %ERRORLEVEL% in cmd.";

/// The exit code of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Code {
    Success = 0,
    HttpError = 1,
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
    /// One line or more, without secrets. Empty to print nothing.
    message: String,
    /// The trace of the call.
    trace: Option<String>,
}

impl Failure {
    /// An error in the user's input.
    pub(crate) fn input(message: impl Display) -> Failure {
        Failure { code: Code::Input, message: message.to_string(), trace: None }
    }

    /// Any other error.
    pub(crate) fn failed(message: impl Display) -> Failure {
        Failure { code: Code::Failed, message: message.to_string(), trace: None }
    }

    /// The error of a call.
    pub(crate) fn call(err: &zoomkat::Error) -> Failure {
        let code = if err.is_invalid_request() { Code::Input } else { Code::Failed };
        let trace = err.last_error_text();
        let trace = (trace != err.to_string()).then(|| trace.to_owned());
        Failure { code, message: err.to_string(), trace }
    }

    /// Prefixes the message with its subject.
    pub(crate) fn about(self, what: impl Display) -> Failure {
        Failure { message: format!("{what}: {}", self.message), ..self }
    }
}

/// An error while reading the user's input.
impl From<zoomkat::Error> for Failure {
    fn from(err: zoomkat::Error) -> Failure {
        Failure::input(err)
    }
}

/// An error while writing to standard output. A closed pipe is not an error: `zoomkat list x | head`.
impl From<io::Error> for Failure {
    fn from(err: io::Error) -> Failure {
        let (code, message) = match is_closed_pipe(&err) {
            true => (Code::Success, String::new()),
            false => (Code::Failed, format!("cannot write to standard output: {err}")),
        };
        Failure { code, message, trace: None }
    }
}

/// Whether the error means that the reader closed the pipe.
pub(crate) fn is_closed_pipe(err: &io::Error) -> bool {
    // The standard library has no kind for ERROR_PIPE_NOT_CONNECTED, which named pipes return.
    let not_connected = cfg!(windows) && err.raw_os_error() == Some(233);
    not_connected || err.kind() == io::ErrorKind::BrokenPipe
}

/// Writes a message to standard error. Errors are ignored, since standard error may be closed.
pub(crate) fn warn(text: impl Display) {
    let _ = writeln!(anstream::stderr(), "zoomkat: {text}");
}

/// Truncates a long path in the middle, since folders can be nested to any depth.
pub(crate) fn truncate_middle(path: &str) -> String {
    const MAX_LEN: usize = 200;
    let count = path.chars().count();
    if count <= MAX_LEN {
        return path.to_owned();
    }
    let start: String = path.chars().take(MAX_LEN / 2).collect();
    let end: String = path.chars().skip(count - MAX_LEN / 2).collect();
    format!("{start}…{end}")
}

/// Escapes characters that control a terminal or change the text direction, in text from a file or a
/// server.
pub(crate) fn escape_controls(text: &str) -> String {
    let is_control = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_control(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Prints the error of a run and returns its exit code.
pub(crate) fn finish(result: Result<Code, Failure>, verbose: bool) -> ExitCode {
    match result {
        Ok(code) => code.into(),
        Err(failure) => {
            if !failure.message.is_empty() {
                warn(&failure.message);
            }
            if let Some(trace) = failure.trace.filter(|_| verbose) {
                let _ = anstream::stderr().write_all(trace.as_bytes());
            }
            failure.code.into()
        }
    }
}

/// Prints a usage error, the help or the version. Arguments may contain secrets, for example a curl command
/// pasted without quotes, so only options are quoted.
pub(crate) fn usage_error(err: &clap::Error) -> ExitCode {
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
        warn(text.strip_prefix("error: ").unwrap_or(&text).trim_end());
    } else {
        warn(
            "too many arguments; quote a curl command, or a path with spaces, so that it is one \
             argument, or give the command with --file or on standard input\n\n\
             For more information, try '--help'.",
        );
    }
    Code::Input.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_a_closed_pipe_is_recognized() {
        assert!(is_closed_pipe(&io::ErrorKind::BrokenPipe.into()));
        assert!(!is_closed_pipe(&io::ErrorKind::StorageFull.into()));
        assert_eq!(is_closed_pipe(&io::Error::from_raw_os_error(233)), cfg!(windows));
        // ERROR_NO_DATA, which an anonymous pipe on Windows returns.
        assert_eq!(is_closed_pipe(&io::Error::from_raw_os_error(232)), cfg!(windows));
    }
}
