//! The options of a command, with their values.

use super::Fault;
use super::lexer::Word;
use crate::views::curl::option_names::{by_letter, by_name, is_long, unknown};
use crate::views::curl::option_table::{CurlOption, OptionKind, OptionRow};

/// An option as given.
#[derive(PartialEq)]
pub(super) struct OptionArg {
    pub(super) option: CurlOption,
    /// As written, such as `-X` or `--requ`.
    pub(super) shown: String,
    /// The offset of its value, or of the option if it has none.
    pub(super) at: usize,
    /// False after `--no-`.
    pub(super) on: bool,
    pub(super) value: Word,
}

impl OptionArg {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.value.bytes
    }

    pub(super) fn fault(&self, why: impl std::fmt::Display) -> Fault {
        Fault::new(self.at, format!("{}: {why}", self.shown))
    }

    /// Returns the value, which must be text.
    pub(super) fn text(&self) -> Result<&str, Fault> {
        std::str::from_utf8(self.bytes()).map_err(|_| self.fault("the value is not UTF-8"))
    }

    /// Returns a file name in a value.
    pub(super) fn path(&self, bytes: &[u8]) -> Result<String, Fault> {
        match std::str::from_utf8(bytes) {
            Ok("") => Err(self.fault("the file name is empty")),
            Ok(path) => Ok(path.to_owned()),
            Err(_) => Err(self.fault("the file name is not UTF-8")),
        }
    }
}

/// The options found so far.
#[derive(Default)]
struct FoundOptions {
    args: Vec<OptionArg>,
    /// The options that are on and not supported, each once, by their names. `--no-` removes one.
    refused: Vec<(&'static str, Fault)>,
}

/// Finds the options among the words. A word that is not an option is a URL.
pub(super) fn options(words: &[Word]) -> Result<Vec<OptionArg>, Fault> {
    let mut found_options = FoundOptions::default();
    let mut words = words.iter().skip(1);
    let mut options_end = false;
    while let Some(word) = words.next() {
        let text = match std::str::from_utf8(&word.bytes) {
            Ok(text) if !options_end && text.starts_with('-') => text,
            _ => {
                found_options.args.push(url_arg("the URL", word));
                continue;
            }
        };
        if text == "--" {
            options_end = true;
        } else if let Some(name) = text.strip_prefix("--") {
            let (name, attached) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (name, None),
            };
            // Anything may be attached to the name of an option, even a password.
            let known = start_of(name);
            let (shown, found) = match known == name {
                true => (format!("--{name}"), by_name(name)),
                false => (format!("--{known}.."), Err(unknown(known))),
            };
            let fault = |why: &str| Fault::new(word.at, format!("{shown}: {why}"));
            let (row, on) = found.map_err(|why| fault(&why))?;
            let value = match (row.takes_value, attached) {
                (true, Some(value)) => Word { bytes: value.into(), ..word.clone() },
                (true, None) => words.next().ok_or_else(|| fault("a value is missing"))?.clone(),
                (false, None) => Word { at: word.at, ..Word::default() },
                (false, Some(_)) => return Err(fault("it does not take a value")),
            };
            found_options.push(row, shown.clone(), word.at, on, value, "");
        } else {
            push_letters(&mut found_options, word, &text[1..], &mut words)?;
        }
    }
    match found_options.refused.into_iter().next() {
        Some((_, fault)) => Err(fault),
        None => Ok(found_options.args),
    }
}

/// Returns the part of a word that may be the name of an option.
fn start_of(name: &str) -> &str {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let end = name.bytes().take(40).take_while(|b| is_part(*b)).count();
    &name[..end]
}

/// Adds the options of letters after one dash. A value may follow the last one directly.
fn push_letters<'w>(
    found_options: &mut FoundOptions,
    word: &Word,
    letters: &str,
    words: &mut impl Iterator<Item = &'w Word>,
) -> Result<(), Fault> {
    if letters.is_empty() {
        return Err(Fault::new(word.at, "a lone `-` is neither an option nor a URL"));
    }
    // A long name after one dash is read as letters.
    let long = letters.split('=').next().filter(|name| is_long(name));
    let hint = long.map(|name| format!("; did you mean --{name}?")).unwrap_or_default();
    for (at, letter) in letters.char_indices() {
        let shown = match letter.is_ascii_graphic() {
            true => format!("-{letter}"),
            false => "after one dash".to_owned(),
        };
        let fault = |why: &str| Fault::new(word.at, format!("{shown}: {why}{hint}"));
        let row = by_letter(letter).ok_or_else(|| fault("curl has no option with this letter"))?;
        if !row.takes_value {
            let value = Word { at: word.at, ..Word::default() };
            found_options.push(row, shown, word.at, true, value, &hint);
            continue;
        }
        let rest = &letters[at + letter.len_utf8()..];
        let value = if rest.is_empty() {
            words.next().ok_or_else(|| fault("a value is missing"))?.clone()
        } else {
            Word { bytes: rest.into(), ..word.clone() }
        };
        found_options.push(row, shown, word.at, true, value, &hint);
        return Ok(());
    }
    Ok(())
}

impl FoundOptions {
    /// Adds an option. `hint` is appended to the fault of one that is not supported.
    fn push(
        &mut self,
        row: &OptionRow,
        shown: String,
        at: usize,
        on: bool,
        value: Word,
        hint: &str,
    ) {
        match row.kind {
            OptionKind::Supported(option) => {
                self.args.push(OptionArg { option, shown, at: value.at, on, value })
            }
            OptionKind::Ignored => {}
            OptionKind::Refused(_) if !on => self.refused.retain(|(name, _)| *name != row.long),
            OptionKind::Refused(_) if self.refused.iter().any(|(name, _)| *name == row.long) => {}
            OptionKind::Refused(why) => {
                let full = format!("--{}", row.long);
                let name = if shown == full { shown } else { format!("{shown} ({full})") };
                let why = format!("{name} is not supported: {why}{hint}");
                self.refused.push((row.long, Fault::new(at, why)));
            }
        }
    }
}

/// Whether a word is an option whose value is the next word.
pub(super) fn awaits_value(word: &Word) -> bool {
    let Some(name) = std::str::from_utf8(&word.bytes).ok().and_then(|text| text.strip_prefix('-'))
    else {
        return false;
    };
    if let Some(name) = name.strip_prefix('-') {
        return by_name(name).is_ok_and(|(row, _)| row.takes_value);
    }
    let takes_value = |c: &char| by_letter(*c).is_some_and(|row| row.takes_value);
    name.chars()
        .find(takes_value)
        .is_some_and(|c| name.ends_with(c) && name.find(c) == Some(name.len() - 1))
}

fn url_arg(shown: &str, word: &Word) -> OptionArg {
    OptionArg {
        option: CurlOption::Url,
        shown: shown.into(),
        at: word.at,
        on: true,
        value: word.clone(),
    }
}

/// Returns the one URL.
pub(super) fn find_url<'g>(args: &'g [OptionArg], text: &str) -> Result<&'g OptionArg, Fault> {
    let mut urls = args.iter().filter(|arg| arg.option == CurlOption::Url);
    let Some(url) = urls.next() else {
        return Err(Fault::new(text.len(), "there is no URL"));
    };
    match urls.next() {
        None => Ok(url),
        Some(second) => {
            let why = "a second URL, and a call has one; if this belongs to the word before it, \
                       put both in quotes";
            Err(Fault::new(second.at, why))
        }
    }
}
