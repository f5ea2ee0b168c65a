//! curl commands, read and written.
//!
//! * `read/`, from a command to a call,
//! * `write/`, from a call to a command,
//! * `shell_functions.rs`, functions of bash that a command may use,
//! * `option_table.rs`, all of curl's options; `option_names.rs`, finds one by its name.

mod read;
mod write;

mod option_names;
mod option_table;
mod shell_functions;

#[cfg(feature = "cookies")]
pub(super) use self::read::set_cookie_lines;
pub use self::read::{CurlAmbiguity, CurlShell};
pub(super) use self::read::{add_header_lines, check_remote_name, cookie_header};
pub(super) use self::write::{ShellNames, is_unseen};

/// All media types that curl infers from the extension of a file name, in any case.
pub(super) const TYPES: [(&str, &str); 10] = [
    (".gif", "image/gif"),
    (".jpg", "image/jpeg"),
    (".jpeg", "image/jpeg"),
    (".png", "image/png"),
    (".svg", "image/svg+xml"),
    (".txt", "text/plain"),
    (".htm", "text/html"),
    (".html", "text/html"),
    (".pdf", "application/pdf"),
    (".xml", "application/xml"),
];

/// Returns the media type that curl infers from a file name.
pub(super) fn guess_type(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    TYPES.iter().find(|(end, _)| name.ends_with(end)).map(|(_, media_type)| *media_type)
}
