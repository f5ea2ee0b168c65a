//! The positions of folders and items in the text of a collection.
//!
//! The text is scanned once and kept. An item is parsed from its part of the text when it is used. A collection thus
//! takes little more memory than its file, and folders can be nested to any depth. The scan reads the objects of
//! folders and items itself and leaves their members to serde_json, so that it also finds whether the text is JSON.

use std::ops::Range;

use memchr::memchr2;
use serde::de::IgnoredAny;
use serde_json::Deserializer;

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
    /// The positions of the names and values of its members, without the list of items.
    members: Vec<(Range<usize>, Range<usize>)>,
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
        let Some(entries) = scan(text) else {
            // Neither this nor the scan is recursive, so the file may be nested to any depth.
            serde_json::from_str::<IgnoredAny>(text).map_err(|err| invalid_json(FILE, &err))?;
            let start = text.len() - text.trim_start().len();
            return Err(Error::at(FILE, text, start, "it is not a JSON object"));
        };
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
        members.rev().find(|(key, _)| is_key(&self.text, key, name)).map(|(_, range)| range.clone())
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
                    let key = at..skip_string(bytes, at);
                    let start = skip_space(bytes, skip_space(bytes, key.end) + 1);
                    at = skip_value(bytes, start);
                    if is_key(&self.text, &key, name) {
                        found = Some(start..at);
                    }
                }
            }
        }
    }

    /// Counts the objects in a list, without parsing them. Other values have none.
    pub(super) fn count_objects(&self, list: Range<usize>) -> usize {
        let bytes = self.text.as_bytes().get(..list.end).unwrap_or_default();
        if bytes.get(list.start) != Some(&b'[') {
            return 0;
        }
        let (mut at, mut count) = (list.start + 1, 0);
        loop {
            at = skip_space(bytes, at);
            match bytes.get(at) {
                None | Some(b']') => return count,
                Some(b',') => at += 1,
                Some(first) => {
                    count += usize::from(*first == b'{');
                    at = skip_value(bytes, at);
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

/// Finds the entries. Returns `None` if the text is not a JSON object.
fn scan(text: &str) -> Option<Vec<OutlineEntry>> {
    let bytes = text.as_bytes();
    let mut at = skip_space(bytes, 0);
    let mut entries = vec![OutlineEntry { range: at..at, ..OutlineEntry::default() }];
    let mut stack = vec![OpenContainer::Object(0)];
    at = after(bytes, at, b'{')?;
    // Whether an element must follow, or must not, without a comma.
    let (mut after_comma, mut after_element) = (false, false);
    while let Some(open) = stack.last() {
        at = skip_space(bytes, at);
        match (open, *bytes.get(at)?) {
            (_, b',') if after_element => {
                (after_comma, after_element) = (true, false);
                at += 1;
                continue;
            }
            (&OpenContainer::Object(entry), b'}') if !after_comma => {
                at += 1;
                entries[entry].range.end = at;
                stack.pop();
            }
            (OpenContainer::List(_), b']') if !after_comma => {
                at += 1;
                stack.pop();
            }
            _ if after_element => return None,
            (&OpenContainer::Object(entry), b'"') => {
                let key = at..end_of_value(text, at)?;
                let colon = skip_space(bytes, key.end);
                at = skip_space(bytes, after(bytes, colon, b':')?);
                let is_items = is_key(text, &key, "item");
                if is_items && bytes.get(at) == Some(&b'[') {
                    // The last of two lists counts.
                    entries[entry].children.clear();
                    entries[entry].is_folder = true;
                    stack.push(OpenContainer::List(entry));
                    at += 1;
                    (after_comma, after_element) = (false, false);
                    continue;
                }
                let end = end_of_value(text, at)?;
                if is_items && text.get(at..end) == Some("null") {
                    // The last of two members counts, and null is not a list.
                    entries[entry].children.clear();
                    entries[entry].is_folder = false;
                }
                entries[entry].members.push((key, at..end));
                at = end;
            }
            (&OpenContainer::List(parent), b'{') => {
                let entry = entries.len();
                entries.push(OutlineEntry {
                    parent: Some(parent),
                    range: at..at,
                    ..OutlineEntry::default()
                });
                entries[parent].children.push(entry);
                stack.push(OpenContainer::Object(entry));
                at += 1;
                (after_comma, after_element) = (false, false);
                continue;
            }
            (OpenContainer::List(_), _) => at = end_of_value(text, at)?,
            (OpenContainer::Object(_), _) => return None,
        }
        (after_comma, after_element) = (false, true);
    }
    (skip_space(bytes, at) == bytes.len()).then(|| {
        mark_folders(&mut entries, text);
        mark_used(&mut entries);
        entries
    })
}

/// Finds the folders whose list of items is null.
fn mark_folders(entries: &mut [OutlineEntry], text: &str) {
    for (at, entry) in entries.iter_mut().enumerate() {
        let has = |name: &str| entry.members.iter().any(|(key, _)| is_key(text, key, name));
        let is_null = |range: &Range<usize>| text.get(range.clone()) == Some("null");
        let is_empty =
            entry.members.iter().any(|(key, range)| is_null(range) && is_key(text, key, "item"));
        entry.is_folder |= is_empty && !has("request") && (at > 0 || has("info"));
    }
}

fn mark_used(entries: &mut [OutlineEntry]) {
    let mut used = vec![0];
    while let Some(entry) = used.pop() {
        entries[entry].is_used = true;
        used.extend_from_slice(&entries[entry].children);
    }
}

/// Whether a name in the text, with its quotes, is this one.
fn is_key(text: &str, key: &Range<usize>, name: &str) -> bool {
    let key = text.get(key.clone()).unwrap_or_default();
    match key.contains('\\') {
        false => key.get(1..key.len().saturating_sub(1)) == Some(name),
        true => serde_json::from_str::<String>(key).is_ok_and(|key| key == name),
    }
}

/// Returns the offset after this byte, if it is at this one.
fn after(bytes: &[u8], at: usize, wanted: u8) -> Option<usize> {
    (bytes.get(at) == Some(&wanted)).then_some(at + 1)
}

/// Returns the end of the JSON value that starts here, if it is one.
fn end_of_value(text: &str, at: usize) -> Option<usize> {
    let mut values = Deserializer::from_str(text.get(at..)?).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    Some(at + values.byte_offset())
}

fn skip_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count()
}

/// Skips a string. `at` is its opening quote.
fn skip_string(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        // The escaped character.
        at += 1;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scan_accepts_what_serde_json_accepts() {
        let whole = r#" {"a": -1.5e3, "\u0069tem": [{"item": [{}, [1], null, {"b": {}}]} , 2], "c":[],"item":null}"#;
        let mut texts: Vec<String> = Vec::new();
        for at in 0..=whole.len() {
            texts.push(whole[..at].to_owned());
            for other in
                ["", ",", ":", "}", "]", "{", "[", "\"", "\\", "0", "x", " ", "\n", "\u{a0}"]
            {
                texts.push(format!("{}{other}{}", &whole[..at], &whole[at..]));
                texts.push(format!("{}{other}{}", &whole[..at], whole.get(at + 1..).unwrap_or("")));
            }
        }
        for text in texts {
            let is_object = text.trim_start().starts_with('{');
            let is_json = serde_json::from_str::<IgnoredAny>(&text).is_ok();
            assert_eq!(scan(&text).is_some(), is_json && is_object, "{text}");
        }
    }

    #[test]
    fn an_escaped_name_is_that_of_a_member() {
        let outline =
            Outline::read(r#"{"\u006eame":"a","item":[],"b":{"\u0063":1, "c" : 2 }}"#).unwrap();
        assert_eq!(outline.entries[0].name, "a");
        let member = outline.member_of_member(0, "b", "c").unwrap();
        assert_eq!(outline.text[member].trim(), "2");
    }
}
