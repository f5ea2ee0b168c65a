//! Variables that a function of the command encodes: `$(json_escape "$NAME")`.

use super::Fault;
use super::lexer::{Lexer, is_name, split_name};
use crate::views::place_encoding::PlaceEncoding;
use crate::views::variables::{Source, Variable};

impl Lexer<'_> {
    /// Reads the call of a function that zoomkat writes, after the `$` at `at`. Returns whether there is one.
    pub(super) fn encoded_variable(&mut self, at: usize) -> Result<bool, Fault> {
        let rest = self.rest();
        let Some((of, encoding, length)) = parse(rest) else { return Ok(false) };
        self.at += length;
        let key = (of.to_owned(), encoding);
        let name = match self.command.encoded_names.get(&key) {
            Some(name) => name.clone(),
            None => {
                let name = format!("{of}, encoded {}", self.command.encoded.len() + 1);
                self.command.encoded_names.insert(key.clone(), name.clone());
                let source = Source::Encoded { of: key.0, encoding: key.1 };
                self.command.encoded.push(Variable { name: name.clone(), source });
                name
            }
        };
        self.push_variable(at, &name);
        Ok(true)
    }
}

/// Returns the name of the variable, its encoding, and the length of the call.
fn parse(text: &str) -> Option<(&str, PlaceEncoding, usize)> {
    let (is_json, rest) = match text.strip_prefix("(json_escape \"$") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix("(url_encode \"$")?),
    };
    let (name, rest) = split_name(rest);
    let rest = rest.strip_prefix('"').filter(|_| is_name(name))?;
    if is_json {
        let rest = rest.strip_prefix(')')?;
        return Some((name, PlaceEncoding::Json, text.len() - rest.len()));
    }
    let (keep, rest) = match rest.strip_prefix(" '") {
        Some(rest) => rest.split_once('\'')?,
        None => ("", rest),
    };
    let rest = rest.strip_prefix(')')?;
    let encoding = PlaceEncoding::Percent { keep: keep.to_owned() };
    Some((name, encoding, text.len() - rest.len()))
}
