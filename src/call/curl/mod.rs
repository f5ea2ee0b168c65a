//! curl commands, read and written.

mod write;

pub(super) use self::write::Names;
use super::Call;
use crate::error::{Error, Result};
use crate::request::HttpRequest;

impl Call {
    /// Reads a curl command.
    ///
    /// # Errors
    ///
    /// [`Content`](crate::ErrorKind::Content).
    pub fn from_curl(text: &str) -> Result<Call> {
        Err(Error::content("curl command", text))
    }
}

/// The Cookie header for `call` from the content of a file of cookies.
pub(super) fn cookies_of(_content: &[u8], _call: &Call) -> String {
    String::new()
}

/// Adds the header lines in a file, as `-H @file` does.
pub(super) fn add_header_lines(_request: &mut HttpRequest, _content: &[u8]) {}
