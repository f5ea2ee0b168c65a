//! From what the user gives to calls: a curl text, a Postman item, a Postman collection.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use zoomkat::Call;
use zoomkat::postman::{Collection, Item};

use crate::report::{Failure, plain, say, short};

/// What `send` and `convert` read.
#[derive(clap::Args)]
pub(crate) struct Input {
    /// A curl command in quotes, or a Postman item's JSON; without it, or with -, standard input.
    #[arg(value_name = "CURL", conflicts_with = "collection")]
    text: Option<String>,

    /// A file with a curl command or a Postman item's JSON; - is standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["text", "collection"])]
    file: Option<PathBuf>,

    /// A Postman collection (v2.0 or v2.1); - is standard input.
    #[arg(long, value_name = "FILE")]
    collection: Option<PathBuf>,

    /// The item of the collection: its folders and its name, with slashes between; before it the method, where several have that path.
    #[arg(long, value_name = "PATH", requires = "collection")]
    item: Option<String>,

    /// A Postman environment, or globals, whose variables are used. May be given several times: of two
    /// environments the later counts more, and globals less than all else.
    #[arg(long, value_name = "FILE", requires = "collection")]
    env: Vec<PathBuf>,

    /// The value of a variable, of the shell or of Postman. May be given several times.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    variables: Vec<String>,
}

/// What becomes of a variable of Postman that has no value.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Unresolved {
    Refused,
    /// It is sent as it stands there.
    Literal,
    /// It stays a variable of the call.
    Kept,
}

/// What the user gave.
pub(crate) enum Given {
    /// A curl command.
    Curl(Call),
    /// One item, with its name.
    Item(String, Call),
    /// All items of a collection of this name.
    Collection(String, Vec<Listed>),
}

/// An item among others, by its path.
pub(crate) struct Listed {
    pub(crate) path: String,
    pub(crate) call: zoomkat::Result<Call>,
}

impl Input {
    /// Reads it, and gives variables the values that the user gave.
    pub(crate) fn read(&self, unresolved: Unresolved) -> Result<Given, Failure> {
        let variables = pairs(&self.variables)?;
        let Some(file) = &self.collection else { return self.read_text(unresolved, &variables) };
        let mut collection = collection(file)?;
        load_environments(&mut collection, &self.env)?;
        let call = |item: Item<'_>| {
            let item = variables.iter().fold(item, |item, (name, value)| item.with(name, value));
            match unresolved {
                Unresolved::Refused => item,
                Unresolved::Literal => item.literal(),
                Unresolved::Kept => item.keep_unresolved(),
            }
            .call()
        };
        Ok(match &self.item {
            Some(path) => {
                let item = collection.item(path)?;
                refuse_several(&collection, path, &item)?;
                Given::Item(item.name(), call(item)?)
            }
            None => {
                let items = collection.items().into_iter();
                let listed = items.map(|item| Listed { path: item.path(), call: call(item) });
                Given::Collection(collection.name().to_owned(), listed.collect())
            }
        })
    }

    fn read_text(
        &self,
        unresolved: Unresolved,
        variables: &[(&str, &str)],
    ) -> Result<Given, Failure> {
        let (text, is_piped) = match (&self.file, self.text.as_deref()) {
            (Some(file), _) => (read(file, "a curl command")?, is_stdin(file)),
            (None, None | Some("-")) => (read_stdin("a curl command")?, true),
            (None, Some(text)) => (text.to_owned(), false),
        };
        let is_item = text.trim_start().starts_with('{');
        let mut call = if is_item { Call::from_postman(&text)? } else { Call::from_curl(&text)? };
        for (name, value) in variables {
            call.set_variable(name, value);
        }
        if is_piped && call.files().contains(&Path::new("-")) {
            return Err(Failure::input(
                "the command reads standard input, from which it came itself; give it as an argument",
            ));
        }
        if !is_item {
            if unresolved == Unresolved::Literal {
                return Err(Failure::input(
                    "--literal is for Postman's variables, not for a curl command",
                ));
            }
            return Ok(Given::Curl(call));
        }
        let open: Vec<String> = call.variables().into_iter().map(str::to_owned).collect();
        match (unresolved, open.first()) {
            (Unresolved::Refused, Some(name)) => {
                return Err(no_value(&format!("{{{{{name}}}}}"), name));
            }
            (Unresolved::Literal, Some(_)) => {
                for name in &open {
                    call.set_variable(name, &format!("{{{{{name}}}}}"));
                }
            }
            _ => {}
        }
        let name = serde_json::from_str::<serde_json::Value>(&text).ok();
        let name = name.and_then(|item| Some(item.get("name")?.as_str()?.to_owned()));
        Ok(Given::Item(name.unwrap_or_else(|| title(&call)), call))
    }
}

/// Items of one path are told apart by their methods: the wrong one may delete what was to be read.
fn refuse_several(collection: &Collection, path: &str, item: &Item<'_>) -> Result<(), Failure> {
    let (own, name) = (item.path(), item.name());
    // Otherwise a method was given.
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
        "several items have this path ({}); give the method with it, as in --item {}",
        plain(&verbs.join(", ")),
        plain(&format!("{:?}", format!("{verb} {}", short(path))))
    )))
}

/// The names and values of `--var`.
pub(crate) fn pairs(variables: &[String]) -> Result<Vec<(&str, &str)>, Failure> {
    // What is given may be a secret, so it is not repeated.
    let pair = |pair: &'_ String| match pair.split_once('=') {
        Some((name, _)) if !name.is_empty() => Ok(()),
        _ => Err(Failure::input("--var takes a name and a value with = between them")),
    };
    variables.iter().try_for_each(pair)?;
    Ok(variables.iter().filter_map(|pair| pair.split_once('=')).collect())
}

/// Gives a collection the variables of environments and globals.
pub(crate) fn load_environments(
    collection: &mut Collection,
    files: &[PathBuf],
) -> Result<(), Failure> {
    for file in files {
        let text = read_file(file)?;
        collection.load_environment(&text).map_err(|err| Failure::from(err).of(shown(file)))?;
    }
    Ok(())
}

/// A variable has no value.
pub(crate) fn no_value(shown: &str, name: &str) -> Failure {
    Failure::input(format!(
        "{} has no value; give it one with --var {}=...",
        plain(shown),
        plain(name)
    ))
}

/// What a call is called that has no name.
pub(crate) fn title(call: &Call) -> String {
    let request = call.request();
    let path = request.path().split('?').next().unwrap_or_default();
    format!("{} {path}", request.http_verb())
}

/// Reads a collection; `-` is standard input.
pub(crate) fn collection(file: &Path) -> Result<Collection, Failure> {
    let text = read(file, "a Postman collection")?;
    Collection::from_json(&text).map_err(|err| Failure::from(err).of(shown(file)))
}

fn is_stdin(file: &Path) -> bool {
    file.to_str() == Some("-")
}

fn shown(file: &Path) -> String {
    if is_stdin(file) { "standard input".into() } else { plain(&file.display().to_string()) }
}

/// Reads a file; `-` is standard input.
fn read(file: &Path, what: &str) -> Result<String, Failure> {
    if is_stdin(file) { read_stdin(what) } else { read_file(file) }
}

fn read_file(file: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(file).map_err(|err| {
        // The shells of Windows leave patterns as they are, others those that match no file.
        let is_pattern = file.to_string_lossy().contains(['*', '?']);
        let hint = if is_pattern { "; * and ? are not expanded: name one file" } else { "" };
        Failure::input(format!("cannot read {}: {err}{hint}", shown(file)))
    })?;
    text(bytes, shown(file))
}

fn read_stdin(what: &str) -> Result<String, Failure> {
    let mut stdin = io::stdin();
    if stdin.is_terminal() {
        say(format_args!(
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

/// What a user types at a terminal to end standard input.
fn end_of_input(windows: bool) -> &'static str {
    if windows { "Ctrl-Z and Enter on a line of its own" } else { "Ctrl-D on a line of its own" }
}

/// The text of a file, in the encoding of its byte order mark; without one it is UTF-8. Windows PowerShell
/// writes UTF-16 with a mark where output is redirected to a file.
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
            Err(_) => return Err(broken("a surrogate stands alone", &text)),
        }
    }
    if is_cut {
        return Err(broken("its last character is cut off", &text));
    }
    Ok(text)
}

/// Line and column of what follows this text.
fn place_after(before: &str) -> String {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}")
}

#[cfg(test)]
mod tests {
    use super::end_of_input;

    #[test]
    fn the_keys_that_end_input_are_those_of_the_system() {
        assert!(end_of_input(true).starts_with("Ctrl-Z and Enter "));
        assert!(end_of_input(false).starts_with("Ctrl-D "));
    }
}
