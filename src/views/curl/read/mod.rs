//! curl commands, read into a call.
//!
//! * `shell.rs`, the shell that a command is written for, by the signs in `signs.rs` that `scanner.rs` finds,
//! * `lexer.rs`, the words of a command, by the rules of bash (`bash.rs`), cmd (`cmd.rs`) or PowerShell
//!   (`powershell.rs`); `windows_variables.rs`, the variables that the lines before it set,
//! * `script.rs`, the statements around curl in a text for bash; `shell_variables.rs`, the variables that they set;
//!   `stdin.rs`, the standard input of curl,
//! * `encoded.rs`, variables that a function of the command encodes,
//! * `args.rs`, the options among the words; `call_variables.rs`, the variables in them,
//! * `request_options.rs`, the values of the options: `data.rs` has `-d` and other data, `form.rs` has `-F`,
//!   `command_url.rs` the URL, `transport_options.rs` the options of the transport, `output_options.rs` those of the
//!   output file,
//! * `request.rs`, the request that all of them make,
//! * `files.rs`, cookie files, header files, and output file names.

mod args;
mod bash;
mod call_variables;
mod cmd;
mod command_url;
mod data;
mod encoded;
mod files;
mod form;
mod lexer;
mod output_options;
mod powershell;
mod request;
mod request_options;
mod scanner;
mod script;
mod shell;
mod shell_variables;
mod signs;
mod stdin;
mod transport_options;
mod windows_variables;

use std::str::FromStr;

use self::args::{OptionArg, find_url};
use self::call_variables::CallVariables;
#[cfg(feature = "cookies")]
pub(in crate::views) use self::files::set_cookie_lines;
pub(in crate::views) use self::files::{add_header_lines, check_remote_name, cookie_header};
use self::lexer::CommandLine;
use self::request_options::RequestOptions;
pub use self::shell::{CurlAmbiguity, CurlShell};
use self::shell_variables::KnownValues;
use super::option_table::CurlOption;
use super::shell_functions::without_functions;
use crate::error::{Error, Result};
use crate::views::call::Call;

/// A fault of a command, and its byte offset in the text.
#[derive(Clone, Debug, PartialEq)]
struct Fault {
    at: usize,
    why: String,
}

impl Fault {
    fn new(at: usize, why: impl Into<String>) -> Fault {
        Fault { at, why: why.into() }
    }
}

/// Parses a text with one command for `shell`, or for the shell that it is written for.
fn parse(text: &str, shell: Option<CurlShell>) -> Result<Call, Fault> {
    let text = &*without_functions(text);
    let (command, args) = shell::command(text, &|_| None, shell)?;
    if let Some(second) = command.rest.first().and_then(|second| second.words.first()) {
        let why = format!(
            "a second curl command starts here, of {} in all; give one at a time",
            command.rest.len() + 1
        );
        return Err(Fault::new(second.at, why));
    }
    call(text, &command, args)
}

/// Parses all commands of a text for `shell`, or for the shell that it is written for.
fn parse_all(
    text: &str,
    values: KnownValues<'_>,
    shell: Option<CurlShell>,
) -> Result<Vec<Call>, Fault> {
    let text = &*without_functions(text);
    let (command, args) = shell::command(text, values, shell)?;
    let mut calls = vec![call(text, &command, args)?];
    for command in &command.rest {
        calls.push(call(text, command, shell::later_options(command)?)?);
    }
    Ok(calls)
}

/// Returns the call that the options of a command make.
fn call(text: &str, command: &CommandLine, mut args: Vec<OptionArg>) -> Result<Call, Fault> {
    // The lines of a here-document may follow the command.
    if let Some(fault) = command.all_words().find_map(|word| word.unknown.clone()) {
        return Err(fault);
    }
    stdin::insert(command, &mut args)?;
    let mut variables = CallVariables::new(command)?;
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
    /// without a sign is for bash. Comments, here-documents, substitutions and the text in quotes do not count.
    ///
    /// | sign | bash | cmd | PowerShell |
    /// |---|---|---|---|
    /// | language of a code fence | `bash`, `sh`, `zsh` | `bat`, `batch`, `cmd` | `powershell`, `ps1`, `pwsh` |
    /// | line continuation, if it joins lines | `\` | `^` | a backtick |
    /// | syntax of this shell only | `$'..'`, `<<` | `^"`, `^&`, `REM` | `--%`, `@'` at a line end, `& "curl.exe"` |
    /// | a variable that is set | | `set NAME=..` | `$NAME = ..` |
    /// | the prompt | | `C:\>` | `PS C:\>` |
    /// | a variable | | `%TEMP%` and others that Windows sets, `%NAME%\..` | `$env:NAME`, `$NAME\..` |
    /// | an escape in double quotes | | `"http://h/?a=1^&b=2"` | a backtick before `"`, `$`, `n`, `r` or `t` |
    /// | `curl.exe` | with `\"` or `@file` next to `'..'` or `$NAME` | without `'..'` and `$NAME` | with them |
    /// | doubled quotes in JSON | | `"{""a"":1}"` | |
    ///
    /// The last four rows and a text without a sign are a guess: [`CurlShell::ambiguity`] returns another shell that
    /// reads another request. [`from_curl_in`](Self::from_curl_in) reads the text for one shell.
    ///
    /// For cmd, `%NAME%` is a variable. A pair of backslashes with a `^` before each is one backslash, and a word in
    /// quotes in which each special character has a `^` is read without them, which is how Chromium writes them. For
    /// PowerShell, `\"` in quotes is a quote, as Windows PowerShell needs it. A text that also has quotes without a
    /// backslash is left unchanged, as newer versions pass it on.
    ///
    /// Lines before the command may set variables to a text, `$body = '..'` or `set NAME=text`. A value of PowerShell may
    /// be a here-string.
    ///
    /// A Windows path without quotes keeps its backslashes if cmd and PowerShell read the rest as bash does:
    /// `curl -d @C:\body.json -o out\answer.json`. Otherwise it is an error if bash would remove a backslash
    /// before a letter or in a file name.
    ///
    /// Line continuations are optional: a line end is a space, since pages show commands with one option on a line.
    /// If a page has turned line ends into spaces, the leftover `\` is ignored, as are blanks after the `\` of a line
    /// end, where bash would end the command. After an option that takes a value, `\ ` is a blank, as in bash. No-break
    /// spaces are spaces. Prompts before commands and a code fence around them are skipped.
    ///
    /// `> file` is `-o file`. Text after `|`, `;`, `&&` or `||`, and redirections of messages, do not change the request.
    ///
    /// # The statements around curl
    ///
    /// In a text for bash, these are read before curl:
    ///
    /// * `NAME=value` and `export NAME=value`: `$NAME` in the command is that value. It is split into words unless
    ///   it is quoted, as in bash. A value that only a shell knows, such as `$(..)`, leaves an open variable.
    /// * `echo ..|`, `printf ..|` and `cat file |`, and for curl itself `< file`, a here-document and a here-string:
    ///   the input that `-d @-`, `--data-binary @-`, `--json @-` and `--data-urlencode @-` read. `"$(cat <<EOF`
    ///   with its lines is text.
    /// * `sudo`, `time`, `env` and other programs that run curl, and statements that change no request, such as
    ///   `set -e`, `sleep 1` and `echo` without a `|`: they are skipped. `source` is too; the variables after it are open.
    ///
    /// Everything else that needs a shell is an error that names it: `if`, `for`, a function, `cd`, `$(..)` in the
    /// command, another program whose output curl reads. So is `NAME=value curl .. $NAME`, where bash inserts the value
    /// from before. A second curl command is an error; [`all_from_curl`](Self::all_from_curl) reads all of them.
    ///
    /// # The options
    ///
    /// All of curl's options are known, with their letters, their short forms, and `--name=value`. Options that only
    /// change curl's output are ignored. An option that would change the request or the handling of its response, and
    /// is not supported, is an error that names it, unless `--no-` turns it off again. If an option that has one value
    /// is repeated, the last one counts; of `-T`, `-o` and `-O` it is the first, since others are for other URLs. Files
    /// are read when the call is sent.
    ///
    /// A field whose variable is empty is not sent, as with `-H "Accept: $EMPTY"`, `-A "$EMPTY"` or `-b "$EMPTY"`. A
    /// command that removes a field that curl adds, such as `-H Accept:`, is [written](Self::to_curl) so that the field
    /// stays removed.
    ///
    /// With `-c`, and with a file or an empty value of `-b`, the cookies of responses are sent after redirects, and `-c`
    /// writes them to a file in Netscape's format. That needs the feature `cookies`: without it, `-c FILE` is an error
    /// when the call is sent. The value of `-b "$VARIABLE"` may be cookies or the name of a file.
    ///
    /// `--retry` and the options that belong to it are those of [`Transport::set_retries`](crate::Transport::set_retries),
    /// `-4` and `-6` those of [`set_ip_family`](crate::Transport::set_ip_family), and `--max-filesize` limits the decoded
    /// body, as [`set_max_response_size`](crate::Transport::set_max_response_size) does.
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
    /// * With `--digest`, the first request has its body; curl sends it empty. Both send it again with the login, as
    ///   [`set_digest_login`](crate::Transport::set_digest_login) says. With `--anyauth`, or `--basic --digest`, a server
    ///   that offers no Digest gets the login as Basic, as from curl.
    /// * `--retry` does not send a POST, a PATCH or a password change again, unless an error came before it was sent.
    /// * `-c -` keeps cookies between redirects, and prints nothing.
    /// * The cookies of `-c` and `-b`, and those of `-H Cookie`, are sent in one field after a redirect.
    /// * `--http2` is ignored: HTTP/1.1 is used, and over http no upgrade is asked for.
    ///
    /// # Errors
    ///
    /// [`Content`](crate::ErrorKind::Content), with the [position](crate::Error::position) in the text. The message names the
    /// option and never shows its value.
    pub fn from_curl(text: &str) -> Result<Call> {
        parse(text, None).map_err(|fault| {
            let is_read = |shell| parse(text, Some(shell)).is_ok();
            Error::at("curl command", text, fault.at, shell::explain(text, fault.why, is_read))
        })
    }

    /// Reads a curl command by the rules of `shell`, as [`from_curl`](Self::from_curl) does by those of the shell that
    /// the signs in the text decide.
    ///
    /// # Errors
    ///
    /// As for [`from_curl`](Self::from_curl).
    pub fn from_curl_in(shell: CurlShell, text: &str) -> Result<Call> {
        parse(text, Some(shell))
            .map_err(|fault| Error::at("curl command", text, fault.at, fault.why))
    }

    /// Reads all curl commands of a text, with values for its shell variables.
    ///
    /// `value` returns the value of a variable, or `None` if it stays open. A value is inserted as by the shell: for bash
    /// it is split into words unless it is quoted, and the reader knows it, so it can be a whole header, a file name or a
    /// number. For cmd and PowerShell all variables stay open.
    ///
    /// ```
    /// use zoomkat::Call;
    ///
    /// let script = r#"
    ///     BASE=https://api.zoom.us/v2
    ///     curl "$BASE/users/$ID"
    ///     curl -X DELETE "$BASE/users/$ID"
    /// "#;
    /// let calls = Call::all_from_curl(script, |name| (name == "ID").then(|| "me".to_owned()))?;
    /// assert_eq!(calls.len(), 2);
    /// assert_eq!(calls[1].request().path(), "/v2/users/me");
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`from_curl`](Self::from_curl), except that several commands are allowed.
    pub fn all_from_curl(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<Vec<Call>> {
        parse_all(text, &value, None).map_err(|fault| {
            let is_read = |shell| parse_all(text, &value, Some(shell)).is_ok();
            Error::at("curl command", text, fault.at, shell::explain(text, fault.why, is_read))
        })
    }

    /// Reads all curl commands of a text by the rules of `shell`, as [`all_from_curl`](Self::all_from_curl) does by
    /// those of the shell that the signs in the text decide.
    ///
    /// # Errors
    ///
    /// As for [`all_from_curl`](Self::all_from_curl).
    pub fn all_from_curl_in(
        shell: CurlShell,
        text: &str,
        value: impl Fn(&str) -> Option<String>,
    ) -> Result<Vec<Call>> {
        parse_all(text, &value, Some(shell))
            .map_err(|fault| Error::at("curl command", text, fault.at, fault.why))
    }
}

/// Refuses quotes that a word processor or a web page has inserted.
fn check_typography(at: usize, c: char) -> Result<(), Fault> {
    let instead = match c {
        '“' | '”' | '„' | '«' | '»' => "\"",
        '‘' | '’' | '‚' => "'",
        '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' => {
            let code = u32::from(c);
            return Err(Fault::new(at, format!("this is an invisible character, U+{code:04X}")));
        }
        _ => return Ok(()),
    };
    Err(Fault::new(at, format!("this is the typographic quote {c}; write {instead}")))
}
