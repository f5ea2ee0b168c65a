//! The subcommand `zoomkat convert`.

use std::borrow::Cow;
use std::io::{self, Write as _};

use clap::ValueEnum;
use zoomkat::{Call, postman};

use crate::input::{Calls, CollectionItem, Environment, Input, Unresolved, title};
use crate::report::{Code, Failure, escape_controls, truncate_middle, warn};

/// Convert a curl command or a Postman collection to Rust, curl, Postman or Chilkat.
///
/// No file that the request names is read. Variables without a value are kept.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,

    /// What to convert to.
    #[arg(long, value_name = "VIEW")]
    to: View,

    /// The name of the Postman item. Default: the name of the input item, else verb and path.
    #[arg(long)]
    name: Option<String>,

    /// Replace tokens, passwords and other secrets with variables. Rust and Chilkat output always does.
    #[arg(long)]
    hide_secrets: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum View {
    /// A Rust program that makes the call with zoomkat.
    Rust,
    /// A curl command for bash.
    Curl,
    /// A Postman item (v2.1), or a collection for several requests.
    Postman,
    /// A Ruby script for Chilkat.
    #[value(alias = "ruby")]
    Chilkat,
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
    let (text, code) = match args.input.read(Unresolved::Keep, Environment::Ignored)? {
        Calls::Curl(calls) => match calls.as_slice() {
            [call] => (args.view(&title(call), call)?, Code::Success),
            _ => {
                let item = |call| CollectionItem { path: title(&call), call: Ok(call) };
                args.convert_all("curl commands", calls.into_iter().map(item).collect())?
            }
        },
        Calls::Item(name, call) => (args.view(&name, &call)?, Code::Success),
        Calls::Collection(name, items) => args.convert_all(&name, items)?,
    };
    let mut out = io::stdout();
    out.write_all(text.trim_end().as_bytes())?;
    out.write_all(b"\n")?;
    Ok(code)
}

impl Args {
    fn view(&self, name: &str, call: &Call) -> zoomkat::Result<String> {
        let call = self.prepare(Cow::Borrowed(call));
        match self.to {
            View::Rust => call.to_rust(),
            View::Curl => call.to_curl(),
            View::Chilkat => call.to_chilkat_ruby(),
            View::Postman => call.to_postman(self.name.as_deref().unwrap_or(name)),
        }
    }

    fn prepare<'c>(&self, call: Cow<'c, Call>) -> Cow<'c, Call> {
        if self.hide_secrets { Cow::Owned(call.hide_secrets()) } else { call }
    }

    /// Converts every item it can. An item that cannot be converted is reported and makes the exit code
    /// that of bad input.
    fn convert_all(
        &self,
        name: &str,
        items: Vec<CollectionItem>,
    ) -> Result<(String, Code), Failure> {
        let mut code = Code::Success;
        let mut skip = |path: &str, err: zoomkat::Error| {
            warn(format_args!("{}: {err}", escape_controls(&truncate_middle(path))));
            code = Code::Input;
        };
        let mut calls = Vec::new();
        for CollectionItem { path, call } in items {
            match call {
                Ok(call) => calls.push((path, self.prepare(Cow::Owned(call)))),
                Err(err) => skip(&path, err),
            }
        }
        let text = if self.to == View::Postman {
            let mut items: Vec<(&str, &Call)> = Vec::new();
            for (path, call) in &calls {
                match call.to_postman(path) {
                    Ok(_) => items.push((path, call)),
                    Err(err) => skip(path, err),
                }
            }
            postman::to_collection(self.name.as_deref().unwrap_or(name), &items)?
        } else {
            let mark = if self.to == View::Rust { "//" } else { "#" };
            let mut text = String::new();
            for (path, call) in &calls {
                match self.view(path, call) {
                    Ok(view) => {
                        text +=
                            &format!("{mark} {}\n{}\n\n", escape_controls(path), view.trim_end())
                    }
                    Err(err) => skip(path, err),
                }
            }
            text
        };
        Ok((text, code))
    }
}
