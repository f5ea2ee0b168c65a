//! `zoomkat send`.

use std::path::PathBuf;

use crate::input::Input;
use crate::report::{Code, Failure};

/// Send a request: a curl command, or an item of a Postman collection.
///
/// The body of the response goes to standard output, byte for byte, and the status line to standard
/// error. With --include, or for HEAD, status line and header go to standard output, before the body, as
/// with curl.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,

    /// Send `{{name}}` as it is where a Postman variable has no value.
    #[arg(long)]
    literal: bool,

    /// Print what would be sent, and send nothing. No file is read and secrets are masked.
    #[arg(long)]
    dry_run: bool,

    /// Do not mask secrets.
    #[arg(long, requires = "dry_run")]
    show_secrets: bool,

    /// Print the status line and the header before the body.
    #[arg(short, long)]
    include: bool,

    /// Write the body of a response with status 200 to 299 to a file; that of any other is printed.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Variables:
  $NAME in a curl command has the value of --var NAME=VALUE, else that of the environment. One that has
  neither is an error, where a shell would put in nothing. {{NAME}} in a collection has the value of
  --var, else of --env, else of the collection, and never that of the environment.

Examples:
  zoomkat send 'curl https://api.zoom.us/v2/users/me -H \"Authorization: Bearer $ZOOM_ACCESS_TOKEN\"'
  xclip -o | zoomkat send --dry-run
  zoomkat send --collection zoom.json --item 'users/Get a user' --var userId=me";

pub(crate) fn run(_args: &Args, _verbose: bool) -> Result<Code, Failure> {
    Err(Failure::input("not yet"))
}
