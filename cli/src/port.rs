//! The subcommands `zoomkat port` and `zoomkat members`.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::ValueEnum;
use zoomkat::Call;
use zoomkat_port::{Form, Language, Options, Port, Remark, RemarkKind};

use crate::input;
use crate::report::{Code, Failure, escape_controls, warn};

/// Port a Chilkat script to Rust.
///
/// Prints the Rust program. What it cannot port stays in its place as a comment; standard error lists it, with warnings
/// and values to be filled in. Secrets in literals become environment variables.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The script; - is standard input.
    script: PathBuf,

    /// The language of the script. Default: by the name of the file, else by the text.
    #[arg(long, value_name = "LANGUAGE", value_parser = clap::builder::PossibleValuesParser::new(Language::all().map(Language::id)))]
    from: Option<String>,

    /// What to write. curl, postman and rust-core need a script that makes exactly one request. rust-core always reads
    /// secrets from the environment.
    #[arg(long, value_name = "VIEW", default_value = "rust")]
    to: View,

    /// Write a statement for each line of the script, in the same order, without Rust's idioms.
    #[arg(long)]
    literal: bool,

    /// Keep tokens, passwords and other secrets that are literals.
    #[arg(long)]
    keep_secrets: bool,

    /// Exit with code 2 if a line is not ported. The program is printed anyway.
    #[arg(long)]
    strict: bool,

    /// The name of the Postman item. Default: verb and path.
    #[arg(long)]
    name: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum View {
    /// The Rust program.
    Rust,
    /// A Rust program that makes the request with zoomkat's core.
    RustCore,
    /// A curl command for bash.
    Curl,
    /// A Postman item (v2.1).
    Postman,
}

const EXAMPLES: &str = "\
Examples:
  bash, zsh, fish    zoomkat port script.rb > src/main.rs
                     xclip -o | zoomkat port -        (pbpaste on macOS)
  PowerShell         zoomkat port script.ps1 | Set-Content -Encoding utf8 src/main.rs
                     Get-Clipboard -Raw | zoomkat port - --from csharp
  cmd                zoomkat port script.vbs > src\\main.rs";

pub(crate) fn run(args: &Args) -> Result<Code, Failure> {
    let text = input::read(&args.script, "a Chilkat script")?;
    let name = input::display(&args.script);
    let mut options = Options::new(args.language(&text)?);
    options.keep_secrets = args.keep_secrets;
    options.form = if args.literal { Form::Literal } else { Form::Idiomatic };
    let failure = |err: zoomkat_port::Error| {
        let place = if err.line == 0 { String::new() } else { format!(":{}", err.line) };
        Failure::input(format!("{name}{place}: {}", err.message()))
    };
    if args.to != View::Rust {
        let call = zoomkat_port::call(&text, &options).map_err(failure)?;
        let view = args.view(&call)?;
        io::stdout().write_all(format!("{}\n", view.trim_end()).as_bytes())?;
        return Ok(Code::Success);
    }
    let port = zoomkat_port::port(&text, &options).map_err(failure)?;
    io::stdout().write_all(port.program.as_bytes())?;
    report(&name, &port);
    let is_whole = port.ported == port.lines;
    Ok(if args.strict && !is_whole { Code::Input } else { Code::Success })
}

impl Args {
    fn language(&self, text: &str) -> Result<Language, Failure> {
        if let Some(id) = &self.from {
            return id.parse().map_err(Failure::input);
        }
        let by_name = self.script.to_str().and_then(Language::from_file_name);
        by_name.or_else(|| Language::detect(text)).ok_or_else(|| {
            let ids: Vec<&str> = Language::all().map(Language::id).collect();
            Failure::input(format!(
                "the language of the script is not known; choose one with --from: {}",
                ids.join(", ")
            ))
        })
    }

    fn view(&self, call: &Call) -> zoomkat::Result<String> {
        match self.to {
            View::Rust | View::RustCore => call.to_rust(),
            View::Curl => call.to_curl(),
            View::Postman => call.to_postman(self.name.as_deref().unwrap_or(&input::title(call))),
        }
    }
}

/// Prints the remarks and the share of lines that are ported.
fn report(name: &str, port: &Port) {
    let mut out = anstream::stderr().lock();
    for Remark { line, kind, text, .. } in &port.remarks {
        let kind = match kind {
            RemarkKind::Warning => "warning: ",
            RemarkKind::ToFillIn => "fill in ",
            _ => "",
        };
        // Standard error may be closed.
        let _ = writeln!(out, "{name}:{line}: {kind}{}", escape_controls(text));
    }
    let share = match port.lines {
        0 => 100.0,
        lines => port.ported as f64 * 100.0 / lines as f64,
    };
    drop(out);
    warn(format_args!("{} of {} lines ported ({share:.1} %)", port.ported, port.lines));
}

/// Print the table of Chilkat's members as tab-separated values.
///
/// Each line has a member of a Chilkat class and what it is in Rust, or what a Rust program uses instead.
#[derive(clap::Args)]
#[command(after_help = MEMBERS_EXAMPLE)]
pub(crate) struct Members {}

const MEMBERS_EXAMPLE: &str = if cfg!(windows) {
    "Example:\n  zoomkat members | findstr QuickGetSb"
} else {
    "Example:\n  zoomkat members | grep QuickGetSb"
};

pub(crate) fn members(_: &Members) -> Result<Code, Failure> {
    io::stdout().write_all(zoomkat_port::members_tsv().as_bytes())?;
    Ok(Code::Success)
}
