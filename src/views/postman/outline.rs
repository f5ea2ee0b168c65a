//! The positions of folders and items in the text of a collection.
//!
//! The text is scanned once and kept. An item is parsed from its part of the text when it is used. A collection thus
//! takes little more memory than its file, and folders can be nested to any depth.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::json::JsonValue;
use super::model;
use crate::error::{Error, Result};

/// The name of the text in errors.
pub(super) const FILE: &str = "Postman collection";

/// A folder, an item, or the collection itself.
#[derive(Default)]
pub(super) struct OutlineEntry {
    pub(super) parent: Option<usize>,
    /// Parsed once, since a search for an item reads all names.
    pub(super) name: String,
    /// The position of its JSON.
    pub(super) range: Range<usize>,
    /// The names and positions of its members, without the list of items.
    members: Vec<(String, Range<usize>)>,
    pub(super) children: Vec<usize>,
    /// Whether it has a list of items, which may be empty.
    pub(super) is_folder: bool,
    /// Whether it is in the last list of items, which replaces earlier ones.
    pub(super) is_used: bool,
}

/// The text, and its entries in document order. The first one is the collection.
pub(super) struct Outline {
    pub(super) text: String,
    pub(super) entries: Vec<OutlineEntry>,
}

/// An open object or list during the scan.
enum OpenContainer {
    Object(usize),
    List(usize),
}

impl Outline {
    pub(super) fn read(text: &str) -> Result<Outline> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // Neither this nor the scan is recursive, so the file may be nested to any depth.
        serde_json::from_str::<IgnoredAny>(text).map_err(|err| invalid_json(FILE, &err))?;
        let start = text.len() - text.trim_start().len();
        if text.as_bytes().get(start) != Some(&b'{') {
            return Err(Error::at(FILE, text, start, "it is not a JSON object"));
        }
        let entries = scan(text.as_bytes(), text, start);
        let mut outline = Outline { text: text.to_owned(), entries };
        for at in 0..outline.entries.len() {
            let name = outline.value(at, "name").ok().as_ref().and_then(model::text);
            outline.entries[at].name = name.unwrap_or_default();
        }
        Ok(outline)
    }

    /// Returns the position of a member's value. The last of two members with the same name counts, as in JavaScript.
    pub(super) fn member(&self, entry: usize, name: &str) -> Option<Range<usize>> {
        let members = self.entries.get(entry)?.members.iter();
        members.rev().find(|(key, _)| key == name).map(|(_, range)| range.clone())
    }

    /// Returns the value of a member, or null if there is no such member.
    pub(super) fn value(&self, entry: usize, name: &str) -> Result<JsonValue> {
        match self.member(entry, name) {
            Some(range) => self.parse(range),
            None => Ok(JsonValue::Null),
        }
    }

    /// Returns the position of a member of a member, without parsing values.
    pub(super) fn member_of_member(
        &self,
        entry: usize,
        outer: &str,
        name: &str,
    ) -> Option<Range<usize>> {
        let outer = self.member(entry, outer)?;
        let bytes = self.text.as_bytes().get(..outer.end)?;
        if bytes.get(outer.start) != Some(&b'{') {
            return None;
        }
        let (mut at, mut found) = (outer.start + 1, None);
        loop {
            at = skip_space(bytes, at);
            match bytes.get(at)? {
                b'}' => return found,
                b',' => at += 1,
                _ => {
                    let (key, start) = read_key(bytes, &self.text, at);
                    at = skip_value(bytes, start);
                    if key == name {
                        found = Some(start..at);
                    }
                }
            }
        }
    }

    /// Parses a part of the text.
    pub(super) fn parse(&self, range: Range<usize>) -> Result<JsonValue> {
        let piece = self.text.get(range.clone()).unwrap_or("null");
        serde_json::from_str(piece).map_err(|err| {
            // Converts the position in the piece to one in the file.
            let (line, column) = (err.line().saturating_sub(1), err.column().saturating_sub(1));
            let before: usize = piece.split_inclusive('\n').take(line).map(str::len).sum();
            let mut at = (range.start + before + column).min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            Error::at(FILE, &self.text, at, short_message(&err))
        })
    }
}

/// Returns the error for a text that is not JSON, with the position.
pub(super) fn invalid_json(what: &str, err: &serde_json::Error) -> Error {
    Error::content(what, short_message(err)).with_position(err.line().max(1), err.column().max(1))
}

/// Returns serde's message without the position, and without values, which may be secrets.
pub(super) fn short_message(err: &serde_json::Error) -> String {
    let text = crate::redact::masked_json_error(err);
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

/// Finds the entries of a text that is valid JSON. `at` is the offset of its opening brace.
fn scan(bytes: &[u8], text: &str, at: usize) -> Vec<OutlineEntry> {
    let mut entries = vec![OutlineEntry::default()];
    entries[0].range = at..at;
    let mut stack = vec![OpenContainer::Object(0)];
    let mut at = at + 1;
    while let Some(open) = stack.last() {
        at = skip_space(bytes, at);
        match (open, bytes.get(at)) {
            (_, None) => break,
            (_, Some(b',')) => at += 1,
            (&OpenContainer::Object(entry), Some(b'}')) => {
                at += 1;
                entries[entry].range.end = at;
                stack.pop();
            }
            (OpenContainer::List(_), Some(b']')) => {
                at += 1;
                stack.pop();
            }
            (&OpenContainer::Object(entry), Some(_)) => {
                let (key, start) = read_key(bytes, text, at);
                at = start;
                if key == "item" && bytes.get(at) == Some(&b'[') {
                    // The last of two lists counts.
                    entries[entry].children.clear();
                    entries[entry].is_folder = true;
                    stack.push(OpenContainer::List(entry));
                    at += 1;
                } else {
                    let end = skip_value(bytes, at);
                    if key == "item" && text.get(at..end).is_some_and(is_null) {
                        // The last of two members counts, and null is not a list.
                        entries[entry].children.clear();
                        entries[entry].is_folder = false;
                    }
                    entries[entry].members.push((key, at..end));
                    at = end;
                }
            }
            (&OpenContainer::List(parent), Some(b'{')) => {
                let entry = entries.len();
                entries.push(OutlineEntry {
                    parent: Some(parent),
                    range: at..at,
                    ..OutlineEntry::default()
                });
                entries[parent].children.push(entry);
                stack.push(OpenContainer::Object(entry));
                at += 1;
            }
            (OpenContainer::List(_), Some(_)) => at = skip_value(bytes, at),
        }
    }
    for (at, entry) in entries.iter_mut().enumerate() {
        let has = |name: &str| entry.members.iter().any(|(key, _)| key == name);
        let is_null = |range: &Range<usize>| text.get(range.clone()).is_some_and(is_null);
        let is_empty = entry.members.iter().any(|(key, range)| key == "item" && is_null(range));
        entry.is_folder |= is_empty && !has("request") && (at > 0 || has("info"));
    }
    let mut used = vec![0];
    while let Some(entry) = used.pop() {
        entries[entry].is_used = true;
        used.extend_from_slice(&entries[entry].children);
    }
    entries
}

fn is_null(text: &str) -> bool {
    text.trim_end() == "null"
}

/// Reads a name. Returns it and the start of its value.
fn read_key(bytes: &[u8], text: &str, at: usize) -> (String, usize) {
    let end = skip_string(bytes, at);
    let key = text.get(at..end).unwrap_or_default();
    let colon = skip_space(bytes, end);
    (serde_json::from_str(key).unwrap_or_default(), skip_space(bytes, colon + 1))
}

fn skip_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count()
}

/// Skips a string. `at` is its opening quote.
fn skip_string(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(rest) = bytes.get(at..) {
        match rest.iter().position(|b| matches!(b, b'"' | b'\\')) {
            Some(found) if rest[found] == b'"' => return at + found + 1,
            Some(found) => at += found + 2,
            None => break,
        }
    }
    bytes.len()
}

/// Skips a value. Always advances by at least one byte, so that the scan ends.
fn skip_value(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(b) = bytes.get(at) {
        match b {
            b'"' => {
                at = skip_string(bytes, at);
                if depth == 0 {
                    return at;
                }
            }
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' if depth == 0 => break,
            b'}' | b']' => {
                depth -= 1;
                at += 1;
                if depth == 0 {
                    return at;
                }
            }
            b',' if depth == 0 => break,
            _ => at += 1,
        }
    }
    at.max(start + 1).min(bytes.len())
}
