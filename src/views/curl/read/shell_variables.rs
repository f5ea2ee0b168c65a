//! The variables that a text for bash sets, and their values in the words that follow.

use std::collections::HashSet;

use super::Fault;
use super::lexer::{CommandLine, Lexer, LostBackslash, Word, is_name, split_name};
use crate::views::variables::placeholder;

/// Returns the value that a variable has outside of the text, if it is known.
pub(super) type KnownValues<'v> = &'v dyn Fn(&str) -> Option<String>;

/// The value of a variable.
#[derive(Clone, Default)]
pub(super) struct Value {
    pieces: Vec<Piece>,
    lost: Option<LostBackslash>,
}

#[derive(Clone)]
enum Piece {
    Text(Vec<u8>),
    /// An open variable.
    Variable(String),
}

/// A limit for values that contain each other.
const MAX_INSERTED: usize = 16 << 20;

/// Variables of the environment that curl itself reads, with the option that has the same effect.
const READ_BY_CURL: &[(&str, &str)] = &[
    ("http_proxy", "-x"),
    ("https_proxy", "-x"),
    ("HTTPS_PROXY", "-x"),
    ("all_proxy", "-x"),
    ("ALL_PROXY", "-x"),
    ("no_proxy", "--noproxy"),
    ("NO_PROXY", "--noproxy"),
    ("CURL_CA_BUNDLE", "--cacert"),
    ("SSL_CERT_FILE", "--cacert"),
    ("SSL_CERT_DIR", "--cacert"),
];

/// The variable by which bash splits words.
const IFS: &str = "IFS";

impl Lexer<'_> {
    /// Refuses an assignment to a variable that curl or bash itself reads.
    pub(super) fn check_read_by_curl(&self, word: &Word) -> Result<(), Fault> {
        let text = String::from_utf8_lossy(&word.bytes);
        let (name, _) = split_name(&text);
        if name == IFS {
            return Err(Fault::new(word.at, "IFS changes how bash splits words; remove it"));
        }
        match READ_BY_CURL.iter().find(|(known, _)| *known == name) {
            Some((_, option)) => {
                let why =
                    format!("curl reads the variable {name}; use the option {option} instead");
                Err(Fault::new(word.at, why))
            }
            None => Ok(()),
        }
    }

    /// Refuses `A=b curl $A`, in which bash inserts the value that A had before.
    pub(super) fn check_prefix(&self, command: &CommandLine, prefix: &[Word]) -> Result<(), Fault> {
        let used: HashSet<&str> =
            command.all_words().flat_map(|word| &word.variables).map(String::as_str).collect();
        for word in prefix {
            let text = String::from_utf8_lossy(&word.bytes);
            let (name, _) = split_name(&text);
            if used.contains(name) {
                let why = format!(
                    "bash inserts ${name} before it sets {name} for curl alone; write a ; after this value"
                );
                return Err(Fault::new(word.at, why));
            }
        }
        Ok(())
    }

    /// Handles the arguments of `export` and others.
    pub(super) fn declare(
        &mut self,
        words: &[Word],
        is_certain: bool,
        is_unset: bool,
    ) -> Result<(), Fault> {
        let is_flag = |word: &&Word| word.bytes.starts_with(b"-");
        let is_plain = |word: &Word| {
            matches!(word.bytes.as_slice(), b"-x" | b"-r" | b"-g" | b"-rx" | b"-gx" | b"-v" | b"--")
        };
        let is_certain = is_certain && words.iter().filter(is_flag).all(is_plain);
        let words: Vec<Word> = words.iter().filter(|word| !is_flag(word)).cloned().collect();
        self.assign(&words, is_certain, is_unset)
    }

    /// Sets variables. A value that is not certain makes its variable an open one.
    pub(super) fn assign(
        &mut self,
        words: &[Word],
        is_certain: bool,
        is_unset: bool,
    ) -> Result<(), Fault> {
        for word in words {
            self.check_read_by_curl(word)?;
            let text = String::from_utf8_lossy(&word.bytes);
            let (name, after) = split_name(&text);
            let (name, after) = (name.to_owned(), after.to_owned());
            let mark = if after.starts_with("+=") { 2 } else { 1 };
            if is_unset && is_name(&name) {
                self.script.values.insert(name, Value::default());
            } else if after.is_empty() {
                // `export NAME` does not change the value.
            } else if !is_certain || word.unknown.is_some() {
                self.script.values.remove(&name);
            } else {
                let mut value = match mark {
                    2 => self.value_of(&name),
                    _ => Value::default(),
                };
                value.add(&word.bytes[name.len() + mark..], &word.variables);
                value.lost = value.lost.or(word.lost);
                self.count_inserted(word.at, value.len())?;
                self.script.values.insert(name, value);
            }
        }
        Ok(())
    }

    fn count_inserted(&mut self, at: usize, length: usize) -> Result<(), Fault> {
        self.script.inserted = self.script.inserted.saturating_add(length);
        if self.script.inserted > MAX_INSERTED {
            return Err(Fault::new(at, "the values of the variables have more than 16 MiB in all"));
        }
        Ok(())
    }

    fn value_of(&self, name: &str) -> Value {
        if let Some(value) = self.script.values.get(name) {
            return value.clone();
        }
        let piece = match (self.values)(name) {
            Some(text) => Piece::Text(text.into_bytes()),
            None => Piece::Variable(name.to_owned()),
        };
        Value { pieces: vec![piece], lost: None }
    }

    /// Inserts the value of a variable, which bash splits into words unless it is quoted. An open variable is inserted
    /// as one.
    pub(super) fn expand(&mut self, at: usize, name: &str, in_quotes: bool) -> Result<(), Fault> {
        let value = self.value_of(name);
        self.count_inserted(at, value.len())?;
        // The text after a `<<<` and the name of a file are one word.
        let is_whole = self.redirected.is_some();
        let splits = !in_quotes && !is_whole && !self.is_in_assignment();
        if is_whole {
            self.word_at(at);
        }
        for piece in value.pieces {
            match piece {
                Piece::Variable(name) => self.push_variable(at, &name),
                Piece::Text(bytes) => {
                    for part in bytes.split_inclusive(|b| splits && b" \t\n".contains(b)) {
                        let ends = splits && part.last().is_some_and(|b| b" \t\n".contains(b));
                        let text = if ends { &part[..part.len() - 1] } else { part };
                        if !text.is_empty() {
                            self.word_at(at).bytes.extend_from_slice(text);
                        }
                        if ends {
                            self.end_word()?;
                        }
                    }
                }
            }
        }
        if let (Some(lost), Some(word)) = (value.lost, &mut self.word) {
            word.lost.get_or_insert(lost);
        }
        Ok(())
    }
}

impl Value {
    fn len(&self) -> usize {
        let length = |piece: &Piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Variable(name) => name.len(),
        };
        self.pieces.iter().map(length).sum()
    }

    /// Appends text in which `variables` occur in this order.
    fn add(&mut self, bytes: &[u8], variables: &[String]) {
        let mut rest = bytes;
        for name in variables {
            let mark = placeholder(name);
            let found = rest.windows(mark.len()).position(|window| window == mark.as_bytes());
            let Some(at) = found else { continue };
            self.add_text(&rest[..at]);
            self.pieces.push(Piece::Variable(name.clone()));
            rest = &rest[at + mark.len()..];
        }
        self.add_text(rest);
    }

    fn add_text(&mut self, text: &[u8]) {
        match self.pieces.last_mut() {
            Some(Piece::Text(before)) => before.extend_from_slice(text),
            _ if text.is_empty() => {}
            _ => self.pieces.push(Piece::Text(text.to_vec())),
        }
    }
}
