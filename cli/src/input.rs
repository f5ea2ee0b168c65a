//! Calls from the user's input: a curl command, a Postman item or a Postman collection.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use zoomkat::postman::{Collection, Item};
use zoomkat::{Call, CurlShell};

use crate::report::{Failure, escape_controls, truncate_middle, warn};

/// The input of `send` and `convert`.
#[derive(clap::Args)]
pub(crate) struct Input {
    /// A curl command in quotes, or the JSON of a Postman item. Omitted or -: standard input.
    #[arg(value_name = "CURL", conflicts_with = "collection")]
    text: Option<String>,

    /// A file with a curl command or the JSON of a Postman item; - is standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["text", "collection"])]
    file: Option<PathBuf>,

    /// A Postman collection (v2.0 or v2.1); - is standard input.
    #[arg(long, value_name = "FILE")]
    collection: Option<PathBuf>,

    /// The shell that the curl command is written for. Default: the signs in its text decide.
    #[arg(long, value_name = "SHELL", conflicts_with = "collection")]
    shell: Option<ShellName>,

    /// The item of the collection: its folders and its name, separated by slashes. If several items have
    /// that path, put the method before it.
    #[arg(long, value_name = "PATH", requires = "collection")]
    item: Option<String>,

    /// A Postman environment or globals file with values for variables. May be repeated: a later
    /// environment overrides an earlier one, and globals are used last.
    #[arg(long, value_name = "FILE", requires = "collection")]
    env: Vec<PathBuf>,

    /// The value of a shell or Postman variable. May be repeated.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    variables: Vec<String>,

    /// Read all curl commands of the text, in order. Without it, a second one is an error.
    #[arg(long, conflicts_with = "collection")]
    all: bool,
}

/// Whether the variables of the environment give values to those of a curl command, as in a shell.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Environment {
    Used,
    Ignored,
}

/// The shell that a curl command is written for.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum ShellName {
    /// bash, and other shells of Unix.
    Bash,
    /// The command prompt of Windows.
    Cmd,
    /// Windows PowerShell and PowerShell.
    #[value(name = "powershell", alias = "pwsh")]
    PowerShell,
}

impl From<ShellName> for CurlShell {
    fn from(name: ShellName) -> CurlShell {
        match name {
            ShellName::Bash => CurlShell::Bash,
            ShellName::Cmd => CurlShell::Cmd,
            ShellName::PowerShell => CurlShell::PowerShell,
        }
    }
}

/// What to do with a Postman variable that has no value.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Unresolved {
    Refuse,
    /// Send the placeholder unchanged.
    Literal,
    /// Keep it as a variable of the call.
    Keep,
}

/// The calls that the input describes.
pub(crate) enum Calls {
    /// One curl command, or several with `--all`.
    Curl(Vec<Call>),
    /// One item, with its name.
    Item(String, Box<Call>),
    /// All items of the collection with this name.
    Collection(String, Vec<CollectionItem>),
}

/// An item of a collection and its path.
pub(crate) struct CollectionItem {
    pub(crate) path: String,
    pub(crate) call: zoomkat::Result<Call>,
}

impl Input {
    /// Reads the input and sets the variables given with `--var`.
    pub(crate) fn read(
        &self,
        unresolved: Unresolved,
        environment: Environment,
    ) -> Result<Calls, Failure> {
        let variables = pairs(&self.variables)?;
        let Some(file) = &self.collection else {
            return self.read_text(unresolved, environment, &variables);
        };
        let mut collection = collection(file)?;
        load_environments(&mut collection, &self.env)?;
        let call = |item: Item<'_>| {
            let item = variables.iter().fold(item, |item, (name, value)| item.with(name, value));
            match unresolved {
                Unresolved::Refuse => item,
                Unresolved::Literal => item.literal(),
                Unresolved::Keep => item.keep_unresolved(),
            }
            .call()
        };
        Ok(match &self.item {
            Some(path) => {
                let item = collection.item(path)?;
                refuse_ambiguous(&collection, path, &item)?;
                Calls::Item(item.name(), Box::new(call(item)?))
            }
            None => {
                let items = collection.items().into_iter();
                let listed =
                    items.map(|item| CollectionItem { path: item.path(), call: call(item) });
                Calls::Collection(collection.name().to_owned(), listed.collect())
            }
        })
    }

    fn read_text(
        &self,
        unresolved: Unresolved,
        environment: Environment,
        variables: &[(&str, &str)],
    ) -> Result<Calls, Failure> {
        let (text, is_piped) = match (&self.file, self.text.as_deref()) {
            (Some(file), _) => (read(file, "a curl command")?, is_stdin(file)),
            (None, None | Some("-")) => (read_stdin("a curl command")?, true),
            (None, Some(text)) => (text.to_owned(), false),
        };
        // `{ curl ..; }` is a list of commands for bash.
        let after_brace = text.trim_start().strip_prefix('{').map(str::trim_start);
        if after_brace.is_none_or(|after| after.starts_with("curl")) {
            if unresolved == Unresolved::Literal {
                return Err(Failure::input(
                    "--literal applies to Postman variables, not to a curl command",
                ));
            }
            return self.curl_commands(&text, is_piped, environment, variables).map(Calls::Curl);
        }
        if self.all {
            return Err(Failure::input("--all applies to curl commands, not to a Postman item"));
        }
        let call = self.item(&text, unresolved, variables)?;
        refuse_stdin(&call, is_piped)?;
        if let (Unresolved::Refuse, Some(name)) = (unresolved, call.variables().first()) {
            return Err(no_value(&format!("{{{{{name}}}}}"), name));
        }
        let name = serde_json::from_str::<serde_json::Value>(&text).ok();
        let name = name.and_then(|item| Some(item.get("name")?.as_str()?.to_owned()));
        Ok(Calls::Item(name.unwrap_or_else(|| title(&call)), Box::new(call)))
    }
}

impl Input {
    /// Reads the JSON of a Postman item.
    fn item(
        &self,
        text: &str,
        unresolved: Unresolved,
        variables: &[(&str, &str)],
    ) -> Result<Call, Failure> {
        if self.shell.is_some() {
            let why = "--shell applies to a curl command, not to a Postman item";
            return Err(Failure::input(why));
        }
        if unresolved == Unresolved::Literal {
            let mut collection = Collection::from_json(text)?;
            for (name, value) in variables {
                collection.set_variable(name, value);
            }
            if let [item] = collection.items().as_slice() {
                return Ok(item.clone().literal().call()?);
            }
        }
        let mut call = Call::from_postman(text)?;
        for (name, value) in variables {
            call.set_variable(name, value);
        }
        Ok(call)
    }

    /// Reads the curl commands of a text. Reports another shell that reads them differently.
    fn curl_commands(
        &self,
        text: &str,
        is_piped: bool,
        environment: Environment,
        variables: &[(&str, &str)],
    ) -> Result<Vec<Call>, Failure> {
        let value = |name: &str| match variables.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => Some((*value).to_owned()),
            None if environment == Environment::Used => std::env::var(name).ok(),
            None => None,
        };
        let shell = self.shell.map(CurlShell::from);
        let mut calls = match shell {
            Some(shell) => Call::all_from_curl_in(shell, text, value)?,
            None => Call::all_from_curl(text, value).map_err(choice_failure)?,
        };
        if calls.len() > 1 && !self.all {
            return Err(several_commands(text, shell, calls.len()));
        }
        let ambiguity = if shell.is_none() { CurlShell::ambiguity(text) } else { None };
        if let Some(ambiguity) = ambiguity {
            warn(format_args!("the curl command is {ambiguity}; {CHOICE}"));
        }
        for call in &mut calls {
            for (name, value) in variables {
                call.set_variable(name, value);
            }
            refuse_stdin(call, is_piped)?;
        }
        Ok(calls)
    }
}

/// How to choose a shell.
const CHOICE: &str = "--shell bash, cmd or powershell chooses";

/// Returns the failure of a curl command that is read for the shell that its signs decide.
fn choice_failure(err: zoomkat::Error) -> Failure {
    let message = err.to_string();
    // The error names the shell only if that was a choice.
    match message.contains("; read as ") {
        true => Failure::input(format!("{message}; {CHOICE}")),
        false => err.into(),
    }
}

/// Refuses a call that reads standard input if its text came from there.
fn refuse_stdin(call: &Call, is_piped: bool) -> Result<(), Failure> {
    if is_piped && call.files().contains(&Path::new("-")) {
        return Err(Failure::input(
            "the command was read from standard input and reads it too; give it as an argument",
        ));
    }
    Ok(())
}

/// Returns the error of a text with several curl commands.
fn several_commands(text: &str, shell: Option<CurlShell>, count: usize) -> Failure {
    let one = match shell {
        Some(shell) => Call::from_curl_in(shell, text),
        None => Call::from_curl(text),
    };
    let position = one.err().and_then(|err| err.position());
    let place = position.map(|at| format!(", and the second starts at {at}")).unwrap_or_default();
    Failure::input(format!(
        "the text has {count} curl commands{place}; --all reads all of them, or give one at a time"
    ))
}

/// Refuses a path that several items share: the wrong one may delete what the user wants to read.
fn refuse_ambiguous(collection: &Collection, path: &str, item: &Item<'_>) -> Result<(), Failure> {
    let (own, name) = (item.path(), item.name());
    // Otherwise the path includes a method.
    if !own.trim_matches('/').ends_with(path.trim_matches('/')) {
        return Ok(());
    }
    let mut verbs: Vec<String> = Vec::new();
    for other in collection.items().iter().filter(|other| other.name() == name) {
        let verb = other.verb();
        if !verbs.contains(&verb) && other.path() == own {
            verbs.push(verb);
        }
    }
    if verbs.len() < 2 {
        return Ok(());
    }
    let verb = verbs.last().map_or("", String::as_str);
    Err(Failure::input(format!(
        "several items have this path ({}); put the method before it, as in --item {}",
        escape_controls(&verbs.join(", ")),
        escape_controls(&format!("{:?}", format!("{verb} {}", truncate_middle(path))))
    )))
}

/// Splits the values of `--var` into names and values.
pub(crate) fn pairs(variables: &[String]) -> Result<Vec<(&str, &str)>, Failure> {
    // The argument may contain a secret, so the error does not quote it.
    let pair = |pair: &'_ String| match pair.split_once('=') {
        Some((name, _)) if !name.is_empty() => Ok(()),
        _ => Err(Failure::input("--var needs NAME=VALUE")),
    };
    variables.iter().try_for_each(pair)?;
    Ok(variables.iter().filter_map(|pair| pair.split_once('=')).collect())
}

/// Loads the variables of environments and globals into a collection.
pub(crate) fn load_environments(
    collection: &mut Collection,
    files: &[PathBuf],
) -> Result<(), Failure> {
    for file in files {
        let text = read_file(file)?;
        collection
            .load_environment(&text)
            .map_err(|err| Failure::from(err).about(display(file)))?;
    }
    Ok(())
}

/// The error for a variable without a value.
pub(crate) fn no_value(shown: &str, name: &str) -> Failure {
    Failure::input(format!(
        "{} has no value; give it one with --var {}=...",
        escape_controls(shown),
        escape_controls(name)
    ))
}

/// The title of a call without a name: its verb and path.
pub(crate) fn title(call: &Call) -> String {
    let request = call.request();
    let path = request.path().split('?').next().unwrap_or_default();
    format!("{} {path}", request.http_verb())
}

/// Reads a collection; `-` is standard input.
pub(crate) fn collection(file: &Path) -> Result<Collection, Failure> {
    let text = read(file, "a Postman collection")?;
    Collection::from_json(&text).map_err(|err| Failure::from(err).about(display(file)))
}

fn is_stdin(file: &Path) -> bool {
    file.to_str() == Some("-")
}

pub(crate) fn display(file: &Path) -> String {
    if is_stdin(file) {
        "standard input".into()
    } else {
        escape_controls(&file.display().to_string())
    }
}

/// Reads a file; `-` is standard input.
pub(crate) fn read(file: &Path, what: &str) -> Result<String, Failure> {
    if is_stdin(file) { read_stdin(what) } else { read_file(file) }
}

fn read_file(file: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(file).map_err(|err| {
        // Windows shells never expand patterns; other shells leave those that match no file.
        let is_pattern = file.to_string_lossy().contains(['*', '?']);
        let hint = if is_pattern { "; * and ? are not expanded: name one file" } else { "" };
        Failure::input(format!("cannot read {}: {err}{hint}", display(file)))
    })?;
    text(bytes, display(file))
}

fn read_stdin(what: &str) -> Result<String, Failure> {
    let mut stdin = io::stdin();
    if stdin.is_terminal() {
        warn(format_args!(
            "reading {what} from standard input; {} ends it",
            end_of_input(cfg!(windows))
        ));
    }
    let mut bytes = Vec::new();
    stdin
        .read_to_end(&mut bytes)
        .map_err(|err| Failure::input(format!("cannot read standard input: {err}")))?;
    text(bytes, "standard input")
}

/// The keys that end standard input at a terminal.
fn end_of_input(windows: bool) -> &'static str {
    if windows { "Ctrl-Z and Enter on an empty line" } else { "Ctrl-D on an empty line" }
}

/// Decodes the text of a file by its byte order mark; without one it is UTF-8. Windows PowerShell writes
/// UTF-16 with a byte order mark when output is redirected to a file.
fn text(mut bytes: Vec<u8>, from: impl Display) -> Result<String, Failure> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => return utf16(rest, u16::from_le_bytes, from),
        [0xfe, 0xff, rest @ ..] => return utf16(rest, u16::from_be_bytes, from),
        [0xef, 0xbb, 0xbf, ..] => _ = bytes.drain(..3),
        [_, 0, ..] | [0, ..] => {
            let why = "looks like UTF-16 without a byte order mark; save it as UTF-8";
            return Err(Failure::input(format!("{from} {why}")));
        }
        _ => {}
    }
    String::from_utf8(bytes).map_err(|err| {
        let before = err.as_bytes().get(..err.utf8_error().valid_up_to()).unwrap_or_default();
        let place = place_after(&String::from_utf8_lossy(before));
        Failure::input(format!("{from} is not UTF-8 text ({place}); save it as UTF-8"))
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, from: impl Display) -> Result<String, Failure> {
    let (mut text, pairs) = (String::with_capacity(bytes.len() / 2), bytes.chunks_exact(2));
    let is_cut = !pairs.remainder().is_empty();
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    let broken = |why: &str, before: &str| {
        let (mark, place) = ("has the byte order mark of UTF-16", place_after(before));
        Failure::input(format!(
            "{from} {mark} and is not UTF-16 text: {why} ({place}); save it as UTF-8"
        ))
    };
    for c in char::decode_utf16(units) {
        match c {
            Ok(c) => text.push(c),
            Err(_) => return Err(broken("an unpaired surrogate", &text)),
        }
    }
    if is_cut {
        return Err(broken("its last character is cut off", &text));
    }
    Ok(text)
}

/// Returns the line and column of the position after `before`.
fn place_after(before: &str) -> String {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}")
}

#[cfg(test)]
mod tests {
    use super::end_of_input;

    #[test]
    fn the_keys_that_end_input_fit_the_system() {
        assert!(end_of_input(true).starts_with("Ctrl-Z and Enter "));
        assert!(end_of_input(false).starts_with("Ctrl-D "));
    }
}
