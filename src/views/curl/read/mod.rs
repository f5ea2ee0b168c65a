//! From a curl command to a [`Call`].
//!
//! * `shell.rs`, which shell a command is written for,
//! * `lexer.rs`, the words of a command, in the way of bash (`bash.rs`), or of cmd and PowerShell
//!   (`windows.rs`),
//! * `args.rs`, the options among the words; `call_variables.rs`, the variables in them,
//! * `request_options.rs`, what the options ask for; `data.rs` has `-d` and other data, `form.rs` has `-F`,
//!   `command_url.rs` the URL, `transport_options.rs` the options for the transport,
//! * `request.rs`, the request that follows from all of them,
//! * `files.rs`, what curl does with files of cookies and of headers.

mod args;
mod bash;
mod call_variables;
mod command_url;
mod data;
mod files;
mod form;
mod lexer;
mod request;
mod request_options;
mod shell;
mod transport_options;
mod windows;

use self::args::the_url;
use self::call_variables::CallVariables;
pub(in crate::views) use self::files::{add_header_lines, check_remote_name, cookies_of};
use self::request_options::RequestOptions;
use super::option_table::CurlOption;
use crate::error::{Error, Result};
use crate::views::call::Call;

/// A fault of a command, and the byte of its text where it is.
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

/// Reads a command.
fn call(text: &str) -> Result<Call, Fault> {
    let (command, args) = shell::command(text)?;
    let mut variables = CallVariables::new(&command)?;
    let mut request_options = RequestOptions::default();
    // A variable may be known from the URL alone, which often stands last.
    let url = the_url(&args, text)?;
    let globoff = args.iter().any(|arg| arg.option == CurlOption::Globoff && arg.on);
    if !globoff {
        command_url::variables(&url.value, &mut variables);
    }
    for arg in &args {
        request_options.take(arg, &mut variables)?;
    }
    request_options.call(url, variables)
}

impl Call {
    /// Reads a curl command: what a command line, a documentation page, a browser's "copy as cURL" or
    /// Postman gives. The call sends what curl would send.
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
    /// One command, in the words of bash: quotes `'..'`, `".."` and `$'..'`, `\` at line ends, comments.
    /// `$NAME` becomes a [variable](Self#variables), and so does `{{NAME}}` in the URL.
    ///
    /// The text may also be for cmd or PowerShell. The first of these that it has decides; else it is for bash:
    ///
    /// | sign | bash | cmd | PowerShell |
    /// |---|---|---|---|
    /// | the language of a fence | `bash`, `sh`, `zsh` | `bat`, `batch`, `cmd` | `powershell`, `ps1`, `pwsh` |
    /// | the end of a line that goes on | `\` | `^` | a backtick |
    /// | what only this shell has | `$'..'`, `<<` | `^"`, `^&` | `--%` |
    /// | the prompt | | `C:\>` | `PS C:\>` |
    /// | a variable | | `%TEMP%` and others that Windows sets, `%NAME%\..` | `$env:NAME`, `$NAME\..` |
    /// | `curl.exe` | with `\"` or `@file` beside `'..'` or `$NAME` | without `'..'` and `$NAME` | with them |
    /// | doubled quotes in JSON | | `"{""a"":1}"` | |
    ///
    /// For cmd, `%NAME%` is a variable, and a pair of backslashes with a `^` before each is one backslash, which is how
    /// Chromium writes it. For PowerShell, `\"` in quotes is a quote, as Windows PowerShell needs it; a text that has
    /// quotes without a backslash, too, stays as it is, as newer versions pass it on.
    ///
    /// A path of Windows without quotes keeps its backslashes if cmd and PowerShell read the rest as bash does:
    /// `curl -d @C:\body.json -o out\answer.json`. Else a backslash that bash takes away is an error, if it stands
    /// before a letter or in the name of a file.
    ///
    /// Lines need no such ends: a line end is a space, as on pages that show a command with one option a
    /// line; and where a page has made spaces of line ends, the `\` that is left over is ignored.
    /// No-break spaces are spaces. A prompt before the command and a fence of backticks round it are left out.
    ///
    /// `> file` is `-o file`; what follows a `|`, `;`, `&&` or `||`, and where messages go, changes
    /// nothing that is sent. `-d @-`, `--data-binary @-` and `--json @-` read a here-document or a
    /// here-string. All else that needs a shell is an error: `$(..)`, `<`, a second curl command.
    ///
    /// # The options
    ///
    /// All of curl's are known, with their letters, their short forms, and `--name=value`. Options that only
    /// change what curl prints are accepted and ignored, and so is `-c`, which only writes. An option that
    /// would change the request or the handling of its response, and is not supported here, is an error that
    /// names it. Files that are named are read when the call is sent.
    ///
    /// Differences:
    ///
    /// * `Accept: */*` and `User-Agent: curl/..` are sent only if the command says so.
    /// * A redirect is followed (with `-L`) as [`Transport`](crate::Transport#redirects) has it: 10 at most
    ///   unless `--max-redirs` says otherwise, and a POST that becomes a GET also with `-X POST`.
    /// * `--compressed` asks for what is decoded here, gzip and deflate, also where an Accept-Encoding
    ///   beside it, as Firefox copies it, names others.
    /// * What a URL may not hold is percent-encoded; curl sends some of it as it is.
    /// * A variable with `--data-urlencode` has its spaces encoded as `%20`, not `+`, where all fields are
    ///   params: where each is `name=value`, and encoded as `add_param` does it.
    /// * What a URL is made of by `-G -d` and `--url-query +` may have a `#`, which is encoded here; curl ends the
    ///   URL at it.
    /// * A host beyond ASCII is to be written in its `xn--` form, and one such as `2130706433` goes into Host as
    ///   it is; curl writes the address that it stands for.
    /// * `*`, `?` and `~` are text also where they are not quoted; a shell may put names of files in their
    ///   place.
    /// * `-o` keeps only the body of a 2xx, see [`set_output_file`](Self::set_output_file). `-o -` is no file; `/dev/null`
    ///   is one, as is `NUL` in a text for cmd or PowerShell, which is `/dev/null` on other systems.
    /// * `-O` refuses a name that some system takes for more than a file: `..`, `a:b`, `NUL`. The same rule holds
    ///   on all systems. A name with a variable is checked by whatever sends, shows or writes the call.
    /// * Files of headers and cookies may be UTF-16 or UTF-8 with a byte order mark, as PowerShell and editors write
    ///   them; curl would take the mark for a part of the first line.
    /// * A request without content whose method may have some gets `Content-Length: 0`.
    /// * A `Content-Length` must be the length of the body, and a `Transfer-Encoding` is an error; curl sends a
    ///   wrong length, and the body in chunks. In a file of headers this is checked when the call is sent.
    /// * SOCKS proxies look up the host themselves, with socks4 and socks5 as well.
    /// * A file of cookies (`-b file`) that is not there is an error; curl goes on without it.
    /// * `--http2` over https is taken, and HTTP/1.1 is spoken.
    ///
    /// # Errors
    ///
    /// [`Content`](crate::ErrorKind::Content), with the [position](crate::Error::position) in the text, which names
    /// the option and never shows its value.
    pub fn from_curl(text: &str) -> Result<Call> {
        call(text).map_err(|fault| Error::at("curl command", text, fault.at, fault.why))
    }
}
