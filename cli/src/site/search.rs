//! The data of the search: the content of `search.js`.
//!
//! A row belongs to the item at the same place in `tree.js`, which has names and verbs. Values of
//! parameters are left out, since they may be secret.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::Entry;
use super::content::Anchors;
use super::index::path_of;
use super::tree::shorten;
use super::variables::Request;

/// The maximum number of bytes of the words of an item.
const MAX_WORDS: usize = 4096;

/// The maximum number of characters of the start of a description, which results show.
const MAX_LEAD: usize = 140;

/// The maximum number of names of parameters.
const MAX_NAMES: usize = 200;

/// Returns the row of an item: its path, the names of its parameters and of the members of its JSON, the
/// start of its description, and the other words of its descriptions.
pub(super) fn row(entry: &Entry<'_>, request: &Request) -> Value {
    let mut names: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    let mut words = Words::default();
    let (lead, rest) = split_lead(plain(&entry.description));
    words.add(&rest);
    for parameter in entry.item.parameters() {
        if names.len() < MAX_NAMES && known.insert(parameter.name().to_owned()) {
            names.push(one_word(parameter.name()));
        }
        words.add(&plain(parameter.description()));
    }
    for name in &request.body_names {
        if names.len() < MAX_NAMES && known.insert(name.clone()) {
            names.push(one_word(name));
        }
    }
    json!([shorten(path_of(&entry.shown_url)), names.join(" "), lead, words.text])
}

/// Returns a name without spaces, which separate the names in a row.
pub(super) fn one_word(name: &str) -> String {
    shorten(name).replace(char::is_whitespace, "\u{a0}")
}

/// Returns the anchors of the names in a row, in their order. A name without an anchor has an empty one.
pub(super) fn anchors_of(row: &Value, anchors: &Anchors) -> String {
    let names = row.get(1).and_then(Value::as_str).unwrap_or_default();
    let ids = names.split(' ').map(|name| anchors.get(name).unwrap_or_default());
    ids.collect::<Vec<_>>().join(" ")
}

/// Distinct words in small letters.
#[derive(Default)]
struct Words {
    text: String,
    known: HashSet<String>,
}

impl Words {
    fn add(&mut self, text: &str) {
        for word in text.split_whitespace() {
            if self.text.len() >= MAX_WORDS {
                return;
            }
            let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            if word.len() > 2 && word.len() < 60 && !self.known.contains(&word) {
                self.text.push_str(if self.text.is_empty() { "" } else { " " });
                self.text.push_str(&word);
                self.known.insert(word);
            }
        }
    }
}

/// Returns Markdown without its marks and tags, on one line. This need not be exact.
fn plain(markdown: &str) -> String {
    let (mut out, mut in_tag, mut space) = (String::new(), false, false);
    let mut chars = markdown.chars().peekable();
    while let Some(c) = chars.next() {
        let starts_tag = |next: Option<&char>| next.is_some_and(|c| c.is_alphabetic() || *c == '/');
        match c {
            '>' if in_tag => (in_tag, space) = (false, true),
            '<' if starts_tag(chars.peek()) => in_tag = true,
            _ if in_tag => {}
            '*' | '#' | '`' | '|' => space |= c == '|',
            c if c.is_whitespace() || c.is_control() => space = true,
            c => {
                if space && !out.is_empty() {
                    out.push(' ');
                }
                space = false;
                out.push(c);
            }
        }
    }
    out
}

/// Splits off the start of a text at the end of a word.
fn split_lead(text: String) -> (String, String) {
    let Some((end, _)) = text.char_indices().nth(MAX_LEAD) else { return (text, String::new()) };
    let end = text[..end].rfind(' ').unwrap_or(end);
    (format!("{}…", &text[..end]), text[end..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_tags_are_no_words() {
        assert_eq!(plain("# A *list*\n\n<b>of</b> `users`, 1 < 2|x"), "A list of users, 1 < 2 x");
        assert_eq!(plain("a <b"), "a");
        let (lead, rest) = split_lead("word ".repeat(100));
        assert!(lead.ends_with("word…") && lead.chars().count() <= MAX_LEAD + 1, "{lead}");
        assert!(rest.starts_with(" word"), "{rest}");
    }

    #[test]
    fn words_are_listed_once() {
        let mut words = Words::default();
        words.add("The user's ID, the (ID), a user.");
        words.add("User");
        assert_eq!(words.text, "the user's user");
    }
}
