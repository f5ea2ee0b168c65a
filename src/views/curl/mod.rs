//! curl commands, read and written.
//!
//! * `read/`, from a command to a call,
//! * `write/`, from a call to a command,
//! * `option_table.rs`, all of curl's options and which of them are understood; `option_names.rs`, how one
//!   is found by its name.

mod read;
mod write;

mod option_names;
mod option_table;

pub(super) use self::read::{add_header_lines, check_remote_name, cookies_of};
pub(super) use self::write::{ShellNames, is_unseen};

/// The types that curl infers from the end of a file name, in any case. It knows no others.
const TYPES: [(&str, &str); 10] = [
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

/// The type that curl infers from a file name.
fn type_of(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    TYPES.iter().find(|(end, _)| name.ends_with(end)).map(|(_, of)| *of)
}
