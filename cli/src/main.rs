//! The command `zoomkat`: requests as curl commands, Postman items and Rust programs, and ports of Chilkat scripts.
//!
//! * `main.rs`: the subcommands,
//! * `report.rs`: errors, messages and exit codes,
//! * `input.rs`: calls from the user's input,
//! * one module for each subcommand, with `Args` and `run`.

#![forbid(unsafe_code)]
#![warn(unreachable_pub)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod convert;
mod extras;
mod input;
mod list;
mod mock;
#[cfg(feature = "port")]
mod port;
mod report;
mod send;
mod site;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::report::{Code, Failure};

/// Requests as curl commands, Postman items and Rust programs: send, convert and mock them.
#[derive(Parser)]
#[command(name = "zoomkat", version, max_term_width = 100)]
#[command(after_help = report::EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colours. NO_COLOR and CLICOLOR_FORCE are respected.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,

    /// Same as --color never.
    #[arg(long, global = true, conflicts_with = "color")]
    no_color: bool,

    /// Print the steps of a call on standard error.
    #[arg(short, long, global = true)]
    verbose: bool,
}

/// The subcommands, each a module with `Args` and `run`.
#[derive(Subcommand)]
enum Command {
    Send(send::Args),
    Convert(convert::Args),
    List(list::Args),
    #[cfg(feature = "port")]
    Port(port::Args),
    Mock(mock::Args),
    Site(site::Args),
    #[cfg(feature = "port")]
    Members(port::Members),
    Completions(extras::Completions),
    Man(extras::Man),
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Color {
    /// Only on a terminal.
    Auto,
    /// Even in files and pipes.
    Always,
    /// Never.
    Never,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(err) => {
            use_color(color_from_args(std::env::args_os().skip(1)));
            return report::usage_error(&err);
        }
    };
    use_color(if cli.no_color { Color::Never } else { cli.color });
    let result = run(&cli);
    report::finish(result, cli.verbose)
}

fn use_color(color: Color) {
    match color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
}

/// Finds the colour options in arguments that clap did not parse to the end: it stops at --help.
fn color_from_args(args: impl Iterator<Item = OsString>) -> Color {
    let mut color = Color::Auto;
    let mut is_value = false;
    for arg in args {
        let arg = arg.to_string_lossy();
        let value = if is_value { Some(&*arg) } else { arg.strip_prefix("--color=") };
        color = match value.map(|value| Color::from_str(value, false)) {
            Some(Ok(named)) => named,
            _ if arg == "--no-color" => Color::Never,
            _ => color,
        };
        is_value = arg == "--color";
    }
    color
}

fn run(cli: &Cli) -> Result<Code, Failure> {
    match &cli.command {
        Command::Send(args) => send::run(args, cli.verbose),
        Command::Convert(args) => convert::run(args),
        Command::List(args) => list::run(args),
        #[cfg(feature = "port")]
        Command::Port(args) => port::run(args),
        Command::Mock(args) => mock::run(args, cli.verbose),
        Command::Site(args) => site::run(args),
        #[cfg(feature = "port")]
        Command::Members(args) => port::members(args),
        Command::Completions(args) => extras::completions(args),
        Command::Man(args) => extras::man(args),
    }
}
