//! `zoomkat mock`.

use std::path::PathBuf;

use crate::report::{Code, Failure};

/// Serve the saved responses of a Postman collection.
///
/// The first line of its output is its address. A request gets a saved response of the item that has its
/// verb and path, where path variables stand for any segment: the first with a status of 200 to 299,
/// else the first. The header x-mock-response-code asks for another status, x-mock-response-name for a
/// response by its name. Ctrl-C ends it.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  zoomkat mock zoom.json --port 8080 &\n  \
    zoomkat send 'curl http://127.0.0.1:8080/users/me -H \"x-mock-response-code: 404\"'")]
pub(crate) struct Args {
    /// A Postman collection (v2.0 or v2.1); - is standard input.
    collection: PathBuf,

    /// The port; 0 is any that is free.
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// The address to listen on. Whoever can reach it sees the saved responses.
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
}

pub(crate) fn run(_args: &Args) -> Result<Code, Failure> {
    Err(Failure::input("not yet"))
}
