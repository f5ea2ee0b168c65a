//! The variables of a call, and the names of files whose content is inserted.

use std::collections::{HashMap, HashSet};

use super::args::OptionArg;
use super::lexer::CommandLine;
use super::{Fault, command_url};
use crate::text::headers::{OWS, trim_ows};
use crate::text::percent;
use crate::views::place_encoding::PlaceEncoding;
use crate::views::variables::{FileForm, Source, Variable, placeholder};

/// The variables of a call.
pub(super) struct CallVariables {
    pub(super) list: Vec<Variable>,
    open: HashSet<String>,
    /// Names that files and encoded variables cannot have, since they occur in the text or are taken.
    taken: HashSet<String>,
    files: HashMap<(String, u8), String>,
    /// The names of encoded variables, by the variable.
    encoded: HashMap<String, String>,
    count: usize,
    reads_stdin: bool,
}

impl CallVariables {
    /// Refuses a command that contains both the text `{{X}}` and the variable `$X`, since both would be replaced.
    pub(super) fn new(command: &CommandLine) -> Result<CallVariables, Fault> {
        let mut names: Vec<&String> = Vec::new();
        let mut open: HashSet<String> = HashSet::new();
        for name in command.all_words().flat_map(|word| &word.variables) {
            if open.insert(name.clone()) {
                names.push(name);
            }
        }
        let mut taken = HashSet::new();
        for word in command.all_words() {
            let text = String::from_utf8_lossy(&word.bytes);
            let mut expected: HashMap<&str, usize> = HashMap::new();
            for name in &word.variables {
                *expected.entry(name).or_default() += 1;
            }
            for name in command_url::placeholders(&text) {
                taken.insert(name.to_owned());
                if !open.contains(name) {
                    continue;
                }
                match expected.get_mut(name) {
                    Some(left) if *left > 0 => *left -= 1,
                    _ => {
                        let why = format!(
                            "{} is text here, and ${name} is a variable elsewhere, which looks \
                             the same in a call; use another name for the variable",
                            placeholder(name)
                        );
                        return Err(Fault::new(word.at, why));
                    }
                }
            }
        }
        let encoded: HashMap<&String, &Variable> =
            command.encoded.iter().map(|own| (&own.name, own)).collect();
        let list = names
            .into_iter()
            .map(|name| match encoded.get(name).copied() {
                Some(variable) => variable.clone(),
                None => Variable { name: name.clone(), source: Source::Caller },
            })
            .collect();
        let (files, encoded) = (HashMap::new(), HashMap::new());
        let mut variables =
            CallVariables { list, open, taken, files, encoded, count: 0, reads_stdin: false };
        for variable in &command.encoded {
            variable.caller_name().into_iter().for_each(|of| variables.add(of));
        }
        Ok(variables)
    }

    /// Adds a variable that the caller sets.
    pub(super) fn add(&mut self, name: &str) {
        if self.open.insert(name.to_owned()) {
            self.list.push(Variable { name: name.to_owned(), source: Source::Caller });
        }
    }

    pub(super) fn has_variable(&self, text: &str) -> bool {
        command_url::placeholders(text).any(|name| self.open.contains(name))
    }

    /// Whether a text consists of variables that the caller sets, so that it may become empty.
    pub(super) fn may_be_empty(&self, text: &str) -> bool {
        let mut rest = trim_ows(text);
        let has_variable = !rest.is_empty();
        while !rest.is_empty() {
            let name = rest.strip_prefix("{{").and_then(|rest| Some(rest.split_once("}}")?.0));
            let Some(name) = name.filter(|name| self.open.contains(*name)) else { return false };
            rest = rest[name.len() + "{{}}".len()..].trim_start_matches(OWS);
        }
        has_variable
    }

    /// Encodes a text as a form does. Its variables are encoded when they have values.
    pub(super) fn encoded(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        for name in command_url::placeholders(text) {
            if !self.open.contains(name) {
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
        while self.open.contains(&name) || !self.taken.insert(name.clone()) {
            self.count += 1;
            name = format!("{of}, urlencoded {}", self.count);
        }
        let source = Source::Encoded { of: of.to_owned(), encoding: PlaceEncoding::Form };
        self.list.push(Variable { name: name.clone(), source });
        self.encoded.insert(of.to_owned(), name.clone());
        name
    }

    /// Returns the placeholder for the content of a file.
    pub(super) fn file(
        &mut self,
        arg: &OptionArg,
        path: &str,
        form: FileForm,
    ) -> Result<String, Fault> {
        let key = (path.to_owned(), form as u8);
        let name = match self.files.get(&key) {
            Some(name) => name.clone(),
            None => {
                if path == "-" && std::mem::replace(&mut self.reads_stdin, true) {
                    return Err(arg.fault("standard input can be read only once"));
                }
                let is_plain = |c: char| !c.is_control() && !matches!(c, '{' | '}');
                let mut name = match path.chars().all(is_plain) && path.len() <= 200 {
                    true => format!("@{path}"),
                    false => "@file".to_owned(),
                };
                while !self.taken.insert(name.clone()) {
                    self.count += 1;
                    name = format!("@file {}", self.count);
                }
                let source = Source::File { path: path.to_owned(), form };
                self.list.push(Variable { name: name.clone(), source });
                self.files.insert(key, name.clone());
                name
            }
        };
        Ok(placeholder(&name))
    }
}
