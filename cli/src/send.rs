//! The subcommand `zoomkat send`.

use std::borrow::Cow;
use std::env::VarError;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use clap::builder::styling::{AnsiColor, Style};
use zoomkat::{Call, HttpResponse, SecretDisplay, Transport};

use crate::input::{self, Calls, Environment, Input, Unresolved};
use crate::report::{Code, Failure, escape_controls, is_closed_pipe, warn};

/// Send a request: a curl command, or an item of a Postman collection.
///
/// The response body goes to standard output, byte for byte, and the status line to standard error. With
/// --include, or for HEAD, status line and header go to standard output before the body, as in curl. On a
/// terminal, only text is printed: the body is decoded from its charset, and a body that is not text is
/// replaced with its size and type.
#[derive(clap::Args)]
#[command(after_long_help = format!("{VARIABLES}\n\n{EXAMPLES}"))]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,

    /// Send `{{name}}` unchanged if a Postman variable has no value.
    #[arg(long)]
    literal: bool,

    /// Print the request without sending it. No file is read, and secrets are masked.
    #[arg(long)]
    dry_run: bool,

    /// Do not mask secrets.
    #[arg(long, requires = "dry_run")]
    show_secrets: bool,

    /// Print the status line and the header before the body.
    #[arg(short, long)]
    include: bool,

    /// Write the body to a file if the status is 200 to 299. Other bodies are printed.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const VARIABLES: &str = "\
Variables:
  $NAME in a curl command takes its value from --var NAME=VALUE, else from the environment.
  An unset variable is an error (a shell would expand it to nothing). {{NAME}} in a
  collection takes its value from --var, else from --env, else from the collection, and
  never from the environment.";

const EXAMPLES: &str = if cfg!(windows) {
    "\
Examples for PowerShell:
  Get-Clipboard | zoomkat send --dry-run
  zoomkat send --file pasted.txt
  zoomkat send 'curl https://api.zoom.us/v2/users/me --oauth2-bearer $ZOOM_ACCESS_TOKEN'
  zoomkat send --collection zoom.json --item \"users/Get a user\" --var userId=me

cmd supports double quotes only, and Windows PowerShell removes those inside an argument:
use a file or the clipboard for such a command."
} else {
    "\
Examples:
  zoomkat send 'curl https://api.zoom.us/v2/users/me -H \"Authorization: Bearer $ZOOM_ACCESS_TOKEN\"'
  xclip -o | zoomkat send --dry-run
  zoomkat send --collection zoom.json --item \"users/Get a user\" --var userId=me"
};

pub(crate) fn run(args: &Args, verbose: bool) -> Result<Code, Failure> {
    let mut calls = read(args)?;
    let count = calls.len();
    if args.output.is_some() && count > 1 {
        return Err(Failure::input(format!(
            "--output: {count} commands would write to one file; use -o in each command"
        )));
    }
    for call in &mut calls {
        set_output(call, args.output.as_deref())?;
    }
    if args.dry_run {
        for (index, call) in calls.iter().enumerate() {
            if index > 0 {
                io::stdout().write_all(b"\n")?;
            }
            preview(call, args.show_secrets)?;
        }
        return Ok(Code::Success);
    }
    if let Some(name) = calls.iter().find_map(|call| call.variables().first().copied()) {
        return Err(input::no_value(&format!("${name}"), name));
    }
    for (index, call) in calls.iter().enumerate() {
        let number = index + 1;
        let result = send(call, args.include, verbose).map_err(|failure| match count {
            1 => failure,
            _ => failure.about(format_args!("command {number} of {count}")),
        });
        match result {
            Ok(Code::Success) => {}
            Ok(code) => {
                if number < count {
                    warn(format_args!("command {number} of {count} failed; the rest is not sent"));
                }
                return Ok(code);
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(Code::Success)
}

/// Sets the file that receives the body, and checks its name.
fn set_output(call: &mut Call, output: Option<&Path>) -> Result<(), Failure> {
    match output {
        None => {}
        Some(path) if path.as_os_str() == "-" => _ = call.set_output_file(""),
        Some(path) => _ = call.set_output_file(path),
    }
    if let Some(path) = call.output_file().and_then(Path::to_str).filter(|_| cfg!(windows)) {
        if let Some(why) = windows_name_error(path) {
            return Err(Failure::input(format!(
                "cannot write to the file {}: {why}",
                escape_controls(path)
            )));
        }
    }
    Ok(())
}

/// Sends a call and prints its response.
fn send(call: &Call, include: bool, verbose: bool) -> Result<Code, Failure> {
    let resp = Transport::new().perform(call).map_err(|err| Failure::call(&err))?;
    if verbose {
        // Errors are ignored, since standard error may be closed.
        let _ = anstream::stderr().write_all(resp.call_text().as_bytes());
    }
    let mut out = io::stdout().lock();
    let include = include || call.request().http_verb() == "HEAD";
    let is_terminal = out.is_terminal();
    match print(&resp, include, is_terminal, &mut out) {
        // A closed pipe is not an error. The exit code depends on the response.
        Err(err) if !is_closed_pipe(&err) => Err(err.into()),
        _ if resp.status_code() < 400 => Ok(Code::Success),
        _ => Ok(Code::HttpError),
    }
}

/// Returns why Windows does not allow this file name. Windows itself would report it only after the
/// request was sent.
fn windows_name_error(path: &str) -> Option<&'static str> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    // A drive letter.
    let name = match name.split_at_checked(2) {
        Some((drive, rest)) if drive.ends_with(':') && name.len() == path.len() => rest,
        _ => name,
    };
    let is_refused = |c: char| c < ' ' || "<>:\"|?*".contains(c);
    name.contains(is_refused).then_some("a file name on Windows must not contain < > : \" | ? *")
}

fn read(args: &Args) -> Result<Vec<Call>, Failure> {
    let unresolved = match (args.literal, args.dry_run) {
        (true, _) => Unresolved::Literal,
        (false, true) => Unresolved::Keep,
        (false, false) => Unresolved::Refuse,
    };
    match args.input.read(unresolved, Environment::Used)? {
        Calls::Item(_, call) => Ok(vec![*call]),
        Calls::Curl(mut calls) => {
            calls.iter_mut().try_for_each(set_from_environment)?;
            Ok(calls)
        }
        Calls::Collection(_, mut items) => match (items.len(), items.pop()) {
            (1, Some(item)) => Ok(vec![item.call?]),
            (0, _) => Err(Failure::input("the collection has no items")),
            (count, _) => Err(Failure::input(format!(
                "the collection has {count} items, and --item PATH chooses one; `zoomkat list FILE` shows them"
            ))),
        },
    }
}

/// Sets the variables that are still open from the environment, as a shell would.
fn set_from_environment(call: &mut Call) -> Result<(), Failure> {
    let open: Vec<String> = call.variables().into_iter().map(str::to_owned).collect();
    for name in open {
        match std::env::var(&name) {
            Ok(value) => _ = call.set_variable(&name, &value),
            Err(VarError::NotPresent) => {}
            Err(VarError::NotUnicode(_)) => {
                return Err(Failure::input(format!(
                    "the environment variable {name} is not Unicode text; give its value with --var"
                )));
            }
        }
    }
    Ok(())
}

/// Prints a preview of the request.
fn preview(call: &Call, show_secrets: bool) -> Result<(), Failure> {
    let mut out = io::stdout();
    let secrets = if show_secrets { SecretDisplay::Shown } else { SecretDisplay::Masked };
    out.write_all(call.preview(secrets)?.as_bytes())?;
    let variables: Vec<String> = call.variables().into_iter().map(str::to_owned).collect();
    let paths = |paths: Vec<&Path>| paths.iter().map(|path| path.display().to_string()).collect();
    for (title, names) in [
        ("Files to read when it is sent", paths(call.files())),
        ("File to write the response body to", paths(call.output_file().into_iter().collect())),
        ("Variables without a value", variables),
    ] {
        if !names.is_empty() {
            writeln!(out, "\n{title}:")?;
            names.iter().try_for_each(|name| writeln!(out, "  {}", escape_controls(name)))?;
        }
    }
    Ok(())
}

/// Prints the response: the status line, the header if `include` is set, and the body.
fn print(
    resp: &HttpResponse,
    include: bool,
    is_terminal: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    if include {
        write!(out, "{}\r\n{}\r\n", resp.status_line(), resp.header())?;
    } else {
        let color = match resp.status_code() {
            ..300 => AnsiColor::Green,
            300..400 => AnsiColor::Yellow,
            400.. => AnsiColor::Red,
        };
        let style = Style::new().fg_color(Some(color.into()));
        // Errors are ignored, since standard error may be closed.
        let _ =
            writeln!(anstream::stderr(), "{style}{}{style:#}", escape_controls(resp.status_line()));
    }
    if !is_terminal {
        out.write_all(resp.body())?;
    } else if let Some(text) = terminal_text(resp.body(), content_type(resp), resp.body_str()) {
        out.write_all(text.as_bytes())?;
    } else {
        out.flush()?;
        warn(not_text_message(resp));
    }
    out.flush()
}

fn content_type(resp: &HttpResponse) -> &str {
    resp.get_header_field("Content-Type").unwrap_or_default()
}

/// Returns the body for a terminal if it is text. Other bytes may garble a terminal, and a Windows console
/// accepts only UTF-8.
///
/// A body is text if it is valid UTF-8 or its type says so, and it has no control characters other than
/// those of text.
fn terminal_text<'b>(
    body: &[u8],
    content_type: &str,
    decoded: Cow<'b, str>,
) -> Option<Cow<'b, str>> {
    let media_type = content_type.to_ascii_lowercase();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let is_declared_text = media_type.contains("charset=")
        || essence.starts_with("text/")
        || essence.ends_with("json")
        || essence.ends_with("xml");
    let has_byte_order_mark = body.starts_with(b"\xff\xfe") || body.starts_with(b"\xfe\xff");
    let is_text = is_declared_text || has_byte_order_mark || std::str::from_utf8(body).is_ok();
    // Escape sequences are printed, as by curl.
    let is_binary = |c| matches!(c, '\0'..='\x06' | '\x0e'..='\x1a' | '\x1c'..='\x1f');
    (is_text && !decoded.contains(is_binary)).then_some(decoded)
}

/// The message shown instead of a body that is not text.
fn not_text_message(resp: &HttpResponse) -> String {
    let content_type = match content_type(resp) {
        "" => "unknown type",
        named => named,
    };
    let instead = match resp.status_code() {
        200..300 => "-o FILE writes it to a file",
        _ => "redirect standard output to a file to save it",
    };
    let length = resp.body().len();
    format!("the body is not text ({length} bytes, {}); {instead}", escape_controls(content_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_is_printed_on_a_terminal() {
        let shown = |body: &'static [u8], content_type: &str, decoded: &'static str| {
            terminal_text(body, content_type, decoded.into()).is_some()
        };
        for (body, content_type, decoded) in [
            (&b""[..], "image/png", ""),
            ("Käse 🐈\r\n\t\u{1b}[1m".as_bytes(), "", "Käse 🐈\r\n\t\u{1b}[1m"),
            (b"{}", "application/octet-stream", "{}"),
            (b"\xff\xfea\0", "application/octet-stream", "a"),
            (b"K\xe4se", "Text/Plain", "Käse"),
            (b"K\xe4se", "a/b; Charset=latin1", "Käse"),
            (b"{\"a\": \"\xe4\"}", "application/problem+json ; a=b", "{\"a\": \"ä\"}"),
            // One invalid byte leaves the rest readable.
            (b"\xc3\xa4 \xff", "text/html; charset=utf-8", "ä \u{fffd}"),
        ] {
            assert!(shown(body, content_type, decoded), "{body:?} {content_type}");
        }
        for (body, content_type, decoded) in [
            (&b"\0"[..], "text/plain", "\0"),
            (b"K\xe4se", "", "Käse"),
            (b"K\xe4se", "application/octet-stream", "Käse"),
            (b"PK\x03\x04", "application/zip", "PK\x03\x04"),
            (b"\xff\xfe\0\0", "", "\0"),
        ] {
            assert!(!shown(body, content_type, decoded), "{body:?} {content_type}");
        }
    }

    #[test]
    fn invalid_windows_file_names_are_found() {
        for path in ["out?.json", "a/b*", "out.json:stream", "a\tb", r#"C:\my folder\out""#] {
            assert!(windows_name_error(path).is_some(), "{path}");
        }
        for path in ["out.json", r"C:\a:b\out", "C:out", "NUL", r"\\.\NUL", "ä"] {
            assert_eq!(windows_name_error(path), None, "{path}");
        }
    }
}
