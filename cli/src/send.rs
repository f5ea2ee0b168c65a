//! `zoomkat send`.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Style};
use zoomkat::{Call, HttpResponse, Transport};

use crate::input::{self, Given, Input, Unresolved};
use crate::report::{Code, Failure, plain};

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

pub(crate) fn run(args: &Args, verbose: bool) -> Result<Code, Failure> {
    let mut call = read(args)?;
    match args.output.as_ref().map(|path| path.to_str()) {
        None => {}
        Some(Some("-")) => _ = call.set_output_file(""),
        Some(Some(path)) => _ = call.set_output_file(path),
        Some(None) => return Err(Failure::input("the path of --output is not UTF-8")),
    }
    if args.dry_run {
        return preview(&call, args.show_secrets);
    }
    if let Some(name) = call.variables().first() {
        return Err(input::no_value(&format!("${name}"), name));
    }
    let resp = Transport::new().perform(&call).map_err(|err| Failure::call(&err))?;
    if verbose {
        // Nobody may hear it.
        let _ = anstream::stderr().write_all(resp.call_text().as_bytes());
    }
    print(&resp, args.include || call.request().http_verb() == "HEAD")?;
    Ok(if resp.status_code() < 400 { Code::Success } else { Code::Refused })
}

fn read(args: &Args) -> Result<Call, Failure> {
    let unresolved = match (args.literal, args.dry_run) {
        (true, _) => Unresolved::Literal,
        (false, true) => Unresolved::Kept,
        (false, false) => Unresolved::Refused,
    };
    match args.input.read(unresolved)? {
        Given::Item(_, call) => Ok(call),
        Given::Curl(mut call) => {
            // As the shell would, had it run the command.
            let open: Vec<String> = call.variables().into_iter().map(str::to_owned).collect();
            for name in open {
                if let Ok(value) = std::env::var(&name) {
                    call.with(&name, &value);
                }
            }
            Ok(call)
        }
        Given::Collection(..) => Err(Failure::input(
            "--collection needs --item PATH; `zoomkat list FILE` shows the items",
        )),
    }
}

/// Shows what would be sent.
fn preview(call: &Call, show_secrets: bool) -> Result<Code, Failure> {
    let mut out = io::stdout();
    out.write_all(call.preview(show_secrets)?.as_bytes())?;
    let variables = call.variables().into_iter().map(str::to_owned).collect();
    let output = call.output_file().map(|path| path.display().to_string());
    for (title, names) in [
        ("Files that are read when it is sent", call.files()),
        ("File that takes the body of the response", output.into_iter().collect()),
        ("Variables that have no value", variables),
    ] {
        if !names.is_empty() {
            writeln!(out, "\n{title}:")?;
            names.iter().try_for_each(|name| writeln!(out, "  {}", plain(name)))?;
        }
    }
    Ok(Code::Success)
}

/// The body as it came, and what goes before it.
fn print(resp: &HttpResponse, include: bool) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    if include {
        write!(out, "{}\r\n{}\r\n", resp.status_line(), resp.header())?;
    } else {
        let color = match resp.status_code() {
            ..300 => AnsiColor::Green,
            300..400 => AnsiColor::Yellow,
            400.. => AnsiColor::Red,
        };
        let style = Style::new().fg_color(Some(color.into()));
        // Nobody may hear it.
        let _ = writeln!(anstream::stderr(), "{style}{}{style:#}", plain(resp.status_line()));
    }
    out.write_all(resp.body())?;
    out.flush()?;
    Ok(())
}
