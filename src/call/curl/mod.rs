//! curl commands, read and written.
//!
//! * `lex.rs` and `windows.rs`, the words of a command in bash, and in cmd and PowerShell,
//! * `options.rs`, all of curl's options, and which of them are understood,
//! * `read.rs`, what they mean together: a request; with `data.rs` for `-d` and its kin, `form.rs` for
//!   `-F`, `target.rs` for the URL, `settings.rs` for what is not in the request,
//! * `files.rs`, what curl does with files of cookies and of headers.

mod write;

pub(super) use self::write::Names;
use super::Call;
use crate::error::{Error, Result};

mod data;
mod files;
mod form;
mod lex;
mod options;
mod read;
mod settings;
mod target;
mod windows;

pub(super) use self::files::{add_header_lines, cookies_of};

/// What is wrong with a command, and at which byte of its text.
#[derive(Debug)]
struct Fault {
    at: usize,
    why: String,
}

impl Fault {
    fn new(at: usize, why: impl Into<String>) -> Fault {
        Fault { at, why: why.into() }
    }
}

impl Call {
    /// Reads a curl command.
    ///
    /// # Errors
    ///
    /// [`Content`](crate::ErrorKind::Content).
    pub fn from_curl(text: &str) -> Result<Call> {
        read::call(text).map_err(|fault| Error::at("curl command", text, fault.at, fault.why))
    }
}
