//! The variables of a call, and names for the files that are put into it.

use std::collections::{HashMap, HashSet};

use super::args::OptionArg;
use super::lexer::CommandLine;
use super::{Fault, command_url};
use crate::text::percent;
use crate::views::variables::{FileForm, Source, Variable, placeholder};

/// The variables of the call, and names for files that are put in.
pub(super) struct CallVariables {
    pub(super) list: Vec<Variable>,
    asked: HashSet<String>,
    /// Names that no file and no encoded variable can have, since the text or another of them has it.
    taken: HashSet<String>,
    files: HashMap<(String, u8), String>,
    /// The encoded form of each variable that has one.
    encoded: HashMap<String, String>,
    count: usize,
    stdin: bool,
}

impl CallVariables {
    /// Refuses `{{X}}` in a text in which `$X` is meant elsewhere: both would be given the value.
    pub(super) fn new(command: &CommandLine) -> Result<CallVariables, Fault> {
        let asked: HashSet<String> = command.variables.iter().cloned().collect();
        let mut taken = HashSet::new();
        for word in &command.words {
            let text = String::from_utf8_lossy(&word.bytes);
            let mut meant: HashMap<&str, usize> = HashMap::new();
            for name in &word.variables {
                *meant.entry(name).or_default() += 1;
            }
            for name in command_url::placeholders(&text) {
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
        let list = command
            .variables
            .iter()
            .map(|name| Variable { name: name.clone(), source: Source::Asked })
            .collect();
        let (files, encoded) = (HashMap::new(), HashMap::new());
        Ok(CallVariables { list, asked, taken, files, encoded, count: 0, stdin: false })
    }

    /// Adds a variable whose value the sender gives.
    pub(super) fn ask(&mut self, name: &str) {
        if self.asked.insert(name.to_owned()) {
            self.list.push(Variable { name: name.to_owned(), source: Source::Asked });
        }
    }

    pub(super) fn holds_variable(&self, text: &str) -> bool {
        command_url::placeholders(text).any(|name| self.asked.contains(name))
    }

    /// A text in the encoding of a form. Its variables are encoded once they are known.
    pub(super) fn encoded(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        for name in command_url::placeholders(text) {
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
        self.list.push(Variable { name: name.clone(), source });
        self.encoded.insert(of.to_owned(), name.clone());
        name
    }

    /// The placeholder for the content of a file.
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
                if path == "-" && std::mem::replace(&mut self.stdin, true) {
                    return Err(arg.fault("standard input can be read once only"));
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
                self.list.push(Variable { name: name.clone(), source });
                self.files.insert(key, name.clone());
                name
            }
        };
        Ok(placeholder(&name))
    }
}
