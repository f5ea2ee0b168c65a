//! `zoomkat convert`.

use clap::ValueEnum;

use crate::input::Input;
use crate::report::{Code, Failure};

/// Convert a curl command or a Postman collection to Rust, curl or Postman.
///
/// No file that is named in it is read. Variables that have no value stay variables.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,

    /// What to convert to.
    #[arg(long, value_name = "VIEW")]
    to: View,

    /// The name of the Postman item. Default: that of the item that was read, else verb and path.
    #[arg(long)]
    name: Option<String>,

    /// Have variables in the place of tokens, passwords and other secrets. Rust always has.
    #[arg(long)]
    hide_secrets: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum View {
    /// A program that makes the call with the crate zoomkat.
    Rust,
    /// A curl command for bash.
    Curl,
    /// A Postman item (v2.1), or a collection where several were read.
    Postman,
}

const EXAMPLES: &str = "\
Examples:
  xclip -o | zoomkat convert --to rust
  zoomkat convert --collection zoom.json --item 'users/Get a user' --to curl --hide-secrets";

pub(crate) fn run(_args: &Args) -> Result<Code, Failure> {
    Err(Failure::input("not yet"))
}
