//! The options of a command as they were given, and the names that stand for what is open in it.

use std::collections::{HashMap, HashSet};

use super::lex::{self, Word};
use super::options::{self, Kind, Opt, Row};
use super::{Fault, target};
use crate::text::percent;
use crate::views::{FileForm, Source, Variable, placeholder};

/// An option as it was given.
pub(super) struct Given {
    pub(super) opt: Opt,
    /// As it was written, such as `-X` or `--requ`.
    pub(super) shown: String,
    /// Where its value stands, or itself if it has none.
    pub(super) at: usize,
    /// Not turned off by `--no-`.
    pub(super) on: bool,
    pub(super) value: Word,
}

impl Given {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.value.bytes
    }

    pub(super) fn fault(&self, why: impl std::fmt::Display) -> Fault {
        Fault::new(self.at, format!("{}: {why}", self.shown))
    }

    /// Its value, which must be text.
    pub(super) fn text(&self) -> Result<&str, Fault> {
        std::str::from_utf8(self.bytes()).map_err(|_| self.fault("this is not text in UTF-8"))
    }

    /// A file that a value names.
    pub(super) fn path(&self, bytes: &[u8]) -> Result<String, Fault> {
        match std::str::from_utf8(bytes) {
            Ok("") => Err(self.fault("no file is named")),
            Ok(path) => Ok(path.to_owned()),
            Err(_) => Err(self.fault("the name of the file is not text in UTF-8")),
        }
    }
}

/// Finds the options among the words; what is none is a URL.
pub(super) fn options(words: &[Word]) -> Result<Vec<Given>, Fault> {
    let mut given = Vec::new();
    let mut words = words.iter().skip(1);
    let mut options_end = false;
    while let Some(word) = words.next() {
        let text = match std::str::from_utf8(&word.bytes) {
            Ok(text) if !options_end && text.starts_with('-') => text,
            _ => {
                given.push(url_given("the URL", word));
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
            // Anything may be glued to the name of an option, a password as well.
            let known = start_of(name);
            let (shown, found) = match known == name {
                true => (format!("--{name}"), options::by_name(name)),
                false => (format!("--{known}.."), Err(options::unknown(known))),
            };
            let fault = |why: &str| Fault::new(word.at, format!("{shown}: {why}"));
            let (row, on) = found.map_err(|why| fault(&why))?;
            let value = match (row.takes_value, attached) {
                (true, Some(value)) => Word { bytes: value.into(), ..word.clone() },
                (true, None) => words.next().ok_or_else(|| fault("a value must follow"))?.clone(),
                (false, None) => Word { at: word.at, ..Word::default() },
                (false, Some(_)) => return Err(fault("it takes no value")),
            };
            push(&mut given, row, shown.clone(), word.at, on, value)?;
        } else {
            letters(&mut given, word, &text[1..], &mut words)?;
        }
    }
    Ok(given)
}

/// As much of a word as may be the name of an option.
fn start_of(name: &str) -> &str {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let end = name.bytes().take(40).take_while(|b| is_part(*b)).count();
    &name[..end]
}

/// Letters run together, of which the last may have a value right after it.
fn letters<'w>(
    given: &mut Vec<Given>,
    word: &Word,
    letters: &str,
    words: &mut impl Iterator<Item = &'w Word>,
) -> Result<(), Fault> {
    if letters.is_empty() {
        return Err(Fault::new(word.at, "a lone `-` stands here, which is neither option nor URL"));
    }
    // With one dash too few it is a row of letters.
    let long = letters.split('=').next().filter(|name| options::is_long(name));
    let hint = long.map(|name| format!("; did you mean --{name}?")).unwrap_or_default();
    let hinted = |mut fault: Fault| {
        fault.why += &hint;
        fault
    };
    for (at, letter) in letters.char_indices() {
        let shown = match letter.is_ascii_graphic() {
            true => format!("-{letter}"),
            false => "after one dash".to_owned(),
        };
        let fault = |why: &str| hinted(Fault::new(word.at, format!("{shown}: {why}")));
        let row =
            options::by_letter(letter).ok_or_else(|| fault("curl has no option of this letter"))?;
        if !row.takes_value {
            let value = Word { at: word.at, ..Word::default() };
            push(given, row, shown, word.at, true, value).map_err(hinted)?;
            continue;
        }
        let rest = &letters[at + letter.len_utf8()..];
        let value = if rest.is_empty() {
            words.next().ok_or_else(|| fault("a value must follow"))?.clone()
        } else {
            Word { bytes: rest.into(), ..word.clone() }
        };
        return push(given, row, shown, word.at, true, value).map_err(hinted);
    }
    Ok(())
}

fn push(
    given: &mut Vec<Given>,
    row: &Row,
    shown: String,
    at: usize,
    on: bool,
    value: Word,
) -> Result<(), Fault> {
    match row.kind {
        Kind::Means(opt) => given.push(Given { opt, shown, at: value.at, on, value }),
        Kind::Printed => {}
        // To turn off what is off changes nothing.
        Kind::Refused(_) if !on => {}
        Kind::Refused(why) => {
            let full = format!("--{}", row.long);
            let name = if shown == full { shown } else { format!("{shown} ({full})") };
            return Err(Fault::new(at, format!("{name} is not supported: {why}")));
        }
    }
    Ok(())
}

fn url_given(shown: &str, word: &Word) -> Given {
    Given { opt: Opt::Url, shown: shown.into(), at: word.at, on: true, value: word.clone() }
}

/// The one URL.
pub(super) fn the_url<'g>(given: &'g [Given], text: &str) -> Result<&'g Given, Fault> {
    let mut urls = given.iter().filter(|given| given.opt == Opt::Url);
    let Some(url) = urls.next() else {
        return Err(Fault::new(text.len(), "there is no URL"));
    };
    match urls.next() {
        None => Ok(url),
        Some(second) => {
            let why = "this would be a second URL, and a call has one; if it belongs to what stands \
                       before it, put that in quotes";
            Err(Fault::new(second.at, why))
        }
    }
}

/// The variables of the call, and names for files that are put in.
pub(super) struct Names {
    pub(super) variables: Vec<Variable>,
    asked: HashSet<String>,
    /// What no file and nothing encoded can be called: the text has it, or another of them.
    taken: HashSet<String>,
    files: HashMap<(String, u8), String>,
    /// What stands for each variable that is encoded.
    encoded: HashMap<String, String>,
    count: usize,
    stdin: bool,
}

impl Names {
    /// Refuses `{{X}}` in a text in which `$X` is meant elsewhere: both would be given the value.
    pub(super) fn new(command: &lex::Command) -> Result<Names, Fault> {
        let asked: HashSet<String> = command.variables.iter().cloned().collect();
        let mut taken = HashSet::new();
        for word in &command.words {
            let text = String::from_utf8_lossy(&word.bytes);
            let mut meant: HashMap<&str, usize> = HashMap::new();
            for name in &word.variables {
                *meant.entry(name).or_default() += 1;
            }
            for name in target::placeholders(&text) {
                taken.insert(name.to_owned());
                if !asked.contains(name) {
                    continue;
                }
                match meant.get_mut(name) {
                    Some(left) if *left > 0 => *left -= 1,
                    _ => {
                        let why = format!(
                            "{} is text here, and ${name} a variable elsewhere, which would be \
                             shown alike; use another name for the variable",
                            placeholder(name)
                        );
                        return Err(Fault::new(word.at, why));
                    }
                }
            }
        }
        let variables = command
            .variables
            .iter()
            .map(|name| Variable { name: name.clone(), source: Source::Asked })
            .collect();
        let (files, encoded) = (HashMap::new(), HashMap::new());
        Ok(Names { variables, asked, taken, files, encoded, count: 0, stdin: false })
    }

    /// Adds a variable whose value somebody has to give.
    pub(super) fn ask(&mut self, name: &str) {
        if self.asked.insert(name.to_owned()) {
            self.variables.push(Variable { name: name.to_owned(), source: Source::Asked });
        }
    }

    pub(super) fn holds_variable(&self, text: &str) -> bool {
        target::placeholders(text).any(|name| self.asked.contains(name))
    }

    /// A text as a form has it, in which its variables will be encoded once they are known.
    pub(super) fn encoded(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        for name in target::placeholders(text) {
            if !self.asked.contains(name) {
                continue;
            }
            let Some((before, after)) = rest.split_once(&placeholder(name)) else { continue };
            out += &percent::form(before.as_bytes());
            out += &placeholder(&self.encoded_name(name));
            rest = after;
        }
        out + &percent::form(rest.as_bytes())
    }

    fn encoded_name(&mut self, of: &str) -> String {
        if let Some(name) = self.encoded.get(of) {
            return name.clone();
        }
        let mut name = format!("{of}, urlencoded");
        while self.asked.contains(&name) || !self.taken.insert(name.clone()) {
            self.count += 1;
            name = format!("{of}, urlencoded {}", self.count);
        }
        let source = Source::Encoded { of: of.to_owned() };
        self.variables.push(Variable { name: name.clone(), source });
        self.encoded.insert(of.to_owned(), name.clone());
        name
    }

    /// What stands in the place of a file's content.
    pub(super) fn file(
        &mut self,
        given: &Given,
        path: &str,
        form: FileForm,
    ) -> Result<String, Fault> {
        let key = (path.to_owned(), form as u8);
        let name = match self.files.get(&key) {
            Some(name) => name.clone(),
            None => {
                if path == "-" && std::mem::replace(&mut self.stdin, true) {
                    return Err(given.fault("standard input can be read once only"));
                }
                let is_plain = |c: char| !c.is_control() && !matches!(c, '{' | '}');
                let mut name = match path.chars().all(is_plain) && path.len() <= 200 {
                    true => format!("@{path}"),
                    false => "@file".to_owned(),
                };
                // `taken` holds what the text has, and what was given to other files.
                while !self.taken.insert(name.clone()) {
                    self.count += 1;
                    name = format!("@file {}", self.count);
                }
                let source = Source::File { path: path.to_owned(), form };
                self.variables.push(Variable { name: name.clone(), source });
                self.files.insert(key, name.clone());
                name
            }
        };
        Ok(placeholder(&name))
    }
}
