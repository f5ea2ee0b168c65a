//! `zoomkat convert`.

use std::io::{self, Write as _};

use clap::ValueEnum;
use zoomkat::{Call, postman};

use crate::input::{Given, Input, Listed, Unresolved, title};
use crate::report::{Code, Failure, plain, say, short};

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

const EXAMPLES: &str = if cfg!(windows) {
    "\
Examples for PowerShell:
  Get-Clipboard | zoomkat convert --to rust
  zoomkat convert --collection zoom.json --item \"users/Get a user\" --to curl --hide-secrets"
} else {
    "\
Examples:
  xclip -o | zoomkat convert --to rust
  zoomkat convert --collection zoom.json --item \"users/Get a user\" --to curl --hide-secrets"
};

pub(crate) fn run(args: &Args) -> Result<Code, Failure> {
    let (text, code) = match args.input.read(Unresolved::Kept)? {
        Given::Curl(call) => (args.view(&title(&call), &call)?, Code::Success),
        Given::Item(name, call) => (args.view(&name, &call)?, Code::Success),
        Given::Collection(name, items) => args.all(&name, items)?,
    };
    let mut out = io::stdout();
    out.write_all(text.trim_end().as_bytes())?;
    out.write_all(b"\n")?;
    Ok(code)
}

impl Args {
    fn view(&self, name: &str, call: &Call) -> zoomkat::Result<String> {
        let call = self.open(call.clone());
        match self.to {
            View::Rust => call.to_rust(),
            View::Curl => call.to_curl(),
            View::Postman => call.to_postman(self.name.as_deref().unwrap_or(name)),
        }
    }

    fn open(&self, call: Call) -> Call {
        if self.hide_secrets { call.hide_secrets() } else { call }
    }

    /// All that can be converted; what cannot is told, and makes the run end as one of bad input.
    fn all(&self, name: &str, items: Vec<Listed>) -> Result<(String, Code), Failure> {
        let mut code = Code::Success;
        let mut told = |path: &str, err: zoomkat::Error| {
            say(format_args!("{}: {err}", plain(&short(path))));
            code = Code::Input;
        };
        let mut calls = Vec::new();
        for Listed { path, call } in items {
            match call {
                Ok(call) => calls.push((path, self.open(call))),
                Err(err) => told(&path, err),
            }
        }
        let text = if self.to == View::Postman {
            let mut items: Vec<(&str, &Call)> = Vec::new();
            for (path, call) in &calls {
                match call.to_postman(path) {
                    Ok(_) => items.push((path, call)),
                    Err(err) => told(path, err),
                }
            }
            postman::to_collection(self.name.as_deref().unwrap_or(name), &items)?
        } else {
            let mark = if self.to == View::Rust { "//" } else { "#" };
            let mut text = String::new();
            for (path, call) in &calls {
                match self.view(path, call) {
                    Ok(view) => text += &format!("{mark} {}\n{}\n\n", plain(path), view.trim_end()),
                    Err(err) => told(path, err),
                }
            }
            text
        };
        Ok((text, code))
    }
}
