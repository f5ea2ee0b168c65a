//! curl commands, read into a call.
//!
//! * `shell.rs`, the shell that a command is written for,
//! * `lexer.rs`, the words of a command, by the rules of bash (`bash.rs`), or of cmd and PowerShell
//!   (`windows.rs`),
//! * `encoded.rs`, variables that a function of the command encodes,
//! * `args.rs`, the options among the words; `call_variables.rs`, the variables in them,
//! * `request_options.rs`, the values of the options: `data.rs` has `-d` and other data, `form.rs` has `-F`,
//!   `command_url.rs` the URL, `transport_options.rs` the options of the transport,
//! * `request.rs`, the request that all of them make,
//! * `files.rs`, cookie files, header files, and output file names.

mod args;
mod bash;
mod call_variables;
mod command_url;
mod data;
mod encoded;
mod files;
mod form;
mod lexer;
mod request;
mod request_options;
mod shell;
mod transport_options;
mod windows;

use std::str::FromStr;

use self::args::find_url;
use self::call_variables::CallVariables;
pub(in crate::views) use self::files::{add_header_lines, check_remote_name, cookie_header};
use self::request_options::RequestOptions;
use super::option_table::CurlOption;
use super::shell_functions::without_functions;
use crate::error::{Error, Result};
use crate::views::call::Call;

/// A fault of a command, and its byte offset in the text.
#[derive(Debug)]
struct Fault {
    at: usize,
    why: String,
}

impl Fault {
    fn new(at: usize, why: impl Into<String>) -> Fault {
        Fault { at, why: why.into() }
    }
}

/// Parses a command.
fn parse(text: &str) -> Result<Call, Fault> {
    let text = &*without_functions(text);
    let (command, args) = shell::command(text)?;
    let mut variables = CallVariables::new(&command)?;
    let mut request_options = RequestOptions::default();
    // The URL, which is often last, may be the only place that makes a name a variable.
    let url = find_url(&args, text)?;
    let globoff = args.iter().any(|arg| arg.option == CurlOption::Globoff && arg.on);
    if !globoff {
        command_url::add_variables(&url.value, &mut variables);
    }
    for arg in &args {
        request_options.add(arg, &mut variables)?;
    }
    request_options.build(url, variables)
}

/// Reads a curl command: see [`Call::from_curl`].
impl FromStr for Call {
    type Err = Error;

    fn from_str(text: &str) -> Result<Call> {
        Call::from_curl(text)
    }
}

impl Call {
    /// Reads a curl command, as from a command line, a documentation page, a browser's "copy as cURL", or
    /// Postman. The call sends the same request as curl.
    ///
    /// ```
    /// use zoomkat::Call;
    ///
    /// let call = Call::from_curl(r#"
    ///     curl -X PUT "https://api.zoom.us/v2/users/$USER_ID/password" \
    ///       -H "Authorization: Bearer $ZOOM_ACCESS_TOKEN" \
    ///       -F 'password=dolor Excepteur minim'
    /// "#)?;
    /// assert_eq!(call.variables(), ["USER_ID", "ZOOM_ACCESS_TOKEN"]);
    /// assert_eq!(call.request().get_param("password"), Some("dolor Excepteur minim"));
    ///
    /// let err = Call::from_curl("curl --http3 https://api.zoom.us/v2/users/me").unwrap_err();
    /// assert!(err.to_string().contains("--http3 is not supported"));
    /// assert_eq!(err.position().map(|at| (at.line(), at.column())), Some((1, 6)));
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # The text
    ///
    /// The text is one command for bash, with quotes `'..'`, `".."` and `$'..'`, `\` at line ends, and comments.
    /// `$NAME`, and `{{NAME}}` in the URL, become [variables](Self#variables).
    ///
    /// The text can also be for cmd or PowerShell. The first sign in this table that it contains decides. A text
    /// without a sign is for bash.
    ///
    /// | sign | bash | cmd | PowerShell |
    /// |---|---|---|---|
    /// | language of a code fence | `bash`, `sh`, `zsh` | `bat`, `batch`, `cmd` | `powershell`, `ps1`, `pwsh` |
    /// | line continuation | `\` | `^` | a backtick |
    /// | syntax of this shell only | `$'..'`, `<<` | `^"`, `^&` | `--%` |
    /// | the prompt | | `C:\>` | `PS C:\>` |
    /// | a variable | | `%TEMP%` and others that Windows sets, `%NAME%\..` | `$env:NAME`, `$NAME\..` |
    /// | `curl.exe` | with `\"` or `@file` next to `'..'` or `$NAME` | without `'..'` and `$NAME` | with them |
    /// | doubled quotes in JSON | | `"{""a"":1}"` | |
    ///
    /// For cmd, `%NAME%` is a variable, and a pair of backslashes with a `^` before each is one backslash, which is how
    /// Chromium writes it. For PowerShell, `\"` in quotes is a quote, as Windows PowerShell needs it. A text that also
    /// has quotes without a backslash is left unchanged, as newer versions pass it on.
    ///
    /// A Windows path without quotes keeps its backslashes if cmd and PowerShell read the rest as bash does:
    /// `curl -d @C:\body.json -o out\answer.json`. Otherwise it is an error if bash would remove a backslash
    /// before a letter or in a file name.
    ///
    /// Line continuations are optional: a line end is a space, since pages show commands with one option on a line.
    /// If a page has turned line ends into spaces, the leftover `\` is ignored. No-break spaces are spaces. A
    /// prompt before the command and a code fence around it are skipped.
    ///
    /// `> file` is `-o file`. Text after `|`, `;`, `&&` or `||`, and redirections of messages, do not change the request.
    /// `-d @-`, `--data-binary @-` and `--json @-` read a here-document or a here-string. Everything else that needs a
    /// shell is an error: `$(..)`, `<`, a second curl command.
    ///
    /// # The options
    ///
    /// All of curl's options are known, with their letters, their short forms, and `--name=value`. Options that only
    /// change curl's output are ignored, as is `-c`, which only writes a file. An option that would change the
    /// request or the handling of its response, and is not supported, is an error that names it. Files are read when
    /// the call is sent.
    ///
    /// Differences from curl:
    ///
    /// * `Accept: */*` and `User-Agent: curl/..` are sent only if the command contains them.
    /// * Redirects (`-L`) are followed by the rules of [`Transport`](crate::Transport#redirects): 10 at most unless
    ///   `--max-redirs` changes that, and a POST that becomes a GET does so even with `-X POST`.
    /// * `--compressed` asks for gzip and deflate, which are decoded here, even if an Accept-Encoding header, as in
    ///   Firefox's copies, names others.
    /// * Characters that are not valid in a URL are percent-encoded; curl sends some of them unchanged.
    /// * With `--data-urlencode`, the spaces of a variable are encoded as `%20`, not `+`, if all fields are params:
    ///   each is `name=value`, and encoded as by `add_param`.
    /// * A `#` in a query made by `-G -d` or `--url-query +` is encoded; curl ends the URL there.
    /// * A host with characters beyond ASCII must be in its `xn--` form. A host such as `2130706433` is sent in Host
    ///   unchanged; curl sends the address that it means.
    /// * `*`, `?` and `~` are text even without quotes; a shell may replace them with file names.
    /// * `-o` only writes the body of a 2xx response, see [`set_output_file`](Self::set_output_file). `-o -` is not a
    ///   file; `/dev/null` is one. In a text for cmd or PowerShell, `NUL` is the null device, which is `/dev/null` on
    ///   other systems.
    /// * `-O` refuses a name that is not a plain file name on every system: `..`, `a:b`, `NUL`. This is the same on
    ///   all systems. A name with a variable is checked when the call is sent, shown or written.
    /// * Cookie files and header files may be UTF-16 or UTF-8 with a byte order mark, as PowerShell and editors write
    ///   them; curl reads the mark as a part of the first line.
    /// * A request without content whose method allows some is sent with `Content-Length: 0`.
    /// * A `Content-Length` must be the length of the body, and a `Transfer-Encoding` is an error; curl sends a
    ///   wrong length, and the body in chunks. In a file of headers this is checked when the call is sent.
    /// * SOCKS proxies resolve the host themselves, even with socks4 and socks5.
    /// * A missing cookie file (`-b file`) is an error; curl ignores it.
    /// * `--http2` over https is accepted, but HTTP/1.1 is used.
    ///
    /// # Errors
    ///
    /// [`Content`](crate::ErrorKind::Content), with the [position](crate::Error::position) in the text. The message names the
    /// option and never shows its value.
    pub fn from_curl(text: &str) -> Result<Call> {
        parse(text).map_err(|fault| Error::at("curl command", text, fault.at, fault.why))
    }
}
