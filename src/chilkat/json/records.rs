//! Looking for records: the objects in an array, by the value of a field.

use super::node::{ArrayRef, JsonNode, ObjectRef};
use super::object::JsonObject;
use super::path::JsonPath;
use crate::error::{Error, Result};

/// A value to look for, in which `*` stands for any text.
pub(super) struct TextPattern {
    text: String,
    case_sensitive: bool,
}

impl TextPattern {
    pub(super) fn new(text: &str, case_sensitive: bool) -> Self {
        let text = if case_sensitive { text.to_owned() } else { text.to_lowercase() };
        TextPattern { text, case_sensitive }
    }

    pub(super) fn matches(&self, value: &str) -> bool {
        if self.case_sensitive {
            return wildcard(&self.text, value);
        }
        wildcard(&self.text, &value.to_lowercase())
    }

    /// Whether it is a scalar whose text matches.
    pub(super) fn matches_node(&self, node: &JsonNode) -> bool {
        node.scalar().is_some_and(|text| self.matches(&text))
    }
}

fn wildcard(pattern: &str, value: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == value };
    let Some(mut value) = value.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    // The earliest place for each part leaves the most for the parts after it.
    for part in middle.split('*') {
        match value.split_once(part) {
            Some((_, after)) => value = after,
            None if part.is_empty() => {}
            None => return false,
        }
    }
    value.ends_with(last)
}

/// Records: the objects in an array. A value to look for may have `*`, which stands for any text,
/// and is compared with the text of strings, numbers, booleans and null.
impl JsonObject {
    fn records(&self, member: &str, array_path: &str) -> Result<ArrayRef> {
        let found = self.at(array_path, |node| node.share());
        let node = found.map_err(|why| Error::content(member, why))?;
        node.into_array(member, array_path)
    }

    fn record(
        &self,
        member: &str,
        [array_path, rel_path, value]: [&str; 3],
        case_sensitive: bool,
    ) -> Result<ObjectRef> {
        let array = self.records(member, array_path)?;
        let path = self.paths.read_in_record(rel_path);
        let path = path.map_err(|why| Error::argument(member, why))?;
        let pattern = TextPattern::new(value, case_sensitive);
        let found = array.lock().iter().find_map(|node| has(node, &path, &pattern));
        found.ok_or_else(|| {
            let why = format_args!("no record in {array_path:?} has this value at {rel_path:?}");
            Error::content(member, why)
        })
    }

    /// The first record in the array at a path whose value at `rel_path` matches, as a live
    /// reference with default settings.
    ///
    /// ```
    /// let mut json = zoomkat::chilkat::JsonObject::new();
    /// json.load(r#"{"users":[{"id":1,"name":"Lorem"},{"id":2,"name":"Ipsum"}]}"#)?;
    /// assert_eq!(json.find_record("users", "name", "ips*", false)?.int_of("id"), 2);
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) where there is no array, or
    /// none of its objects matches.
    #[doc(alias = "FindRecord")]
    pub fn find_record(
        &self,
        array_path: &str,
        rel_path: &str,
        value: &str,
        case_sensitive: bool,
    ) -> Result<JsonObject> {
        self.record("find_record", [array_path, rel_path, value], case_sensitive).map(Self::over)
    }

    /// Makes `record` refer to what [`find_record`](Self::find_record) gives; it keeps its
    /// settings.
    ///
    /// # Errors
    ///
    /// As [`find_record`](Self::find_record); `record` is a new empty one then.
    #[doc(alias = "FindRecord2")]
    pub fn find_record2(
        &self,
        array_path: &str,
        rel_path: &str,
        value: &str,
        case_sensitive: bool,
        record: &mut JsonObject,
    ) -> Result<()> {
        let found = self.record("find_record2", [array_path, rel_path, value], case_sensitive);
        record.refer_to(found.map(JsonObject::over))
    }

    /// The text at `ret_rel_path` in the record that [`find_record`](Self::find_record) gives.
    ///
    /// # Errors
    ///
    /// As [`find_record`](Self::find_record), and as [`string_of`](Self::string_of) inside the
    /// record.
    #[doc(alias = "FindRecordString")]
    #[doc(alias = "findRecordString")]
    pub fn find_record_string(
        &self,
        array_path: &str,
        rel_path: &str,
        value: &str,
        case_sensitive: bool,
        ret_rel_path: &str,
    ) -> Result<String> {
        let member = "find_record_string";
        let mut record =
            Self::over(self.record(member, [array_path, rel_path, value], case_sensitive)?);
        record.paths.clone_from(&self.paths);
        record.paths.prefix.clear();
        record.text_of(member, ret_rel_path)
    }

    /// Deletes the records in the array at a path whose value at `rel_path` matches, and gives
    /// their number: 0 where there is no array or no match.
    #[doc(alias = "DeleteRecords")]
    pub fn delete_records(
        &mut self,
        array_path: &str,
        rel_path: &str,
        value: &str,
        case_sensitive: bool,
    ) -> usize {
        let (Ok(array), Ok(path)) =
            (self.records("delete_records", array_path), self.paths.read_in_record(rel_path))
        else {
            return 0;
        };
        let pattern = TextPattern::new(value, case_sensitive);
        let mut items = array.lock();
        let before = items.len();
        items.retain(|node| has(node, &path, &pattern).is_none());
        before - items.len()
    }

    /// The first object that has a member of this name: this one, or else one inside it, in the
    /// order in which they are written. A live reference with default settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) where there is none.
    #[doc(alias = "FindObjectWithMember")]
    pub fn find_object_with_member(&self, name: &str) -> Result<JsonObject> {
        holder(&JsonNode::Object(self.node.clone()), name).map(Self::over).ok_or_else(|| {
            let why = format_args!("no object has a member {name:?}");
            Error::content("find_object_with_member", why)
        })
    }
}

/// The record that this is, if its value matches.
fn has(node: &JsonNode, path: &JsonPath, pattern: &TextPattern) -> Option<ObjectRef> {
    let JsonNode::Object(object) = node else { return None };
    let matched = path.visit(object, |value| pattern.matches_node(value));
    matched.unwrap_or_default().then(|| object.clone())
}

fn holder(node: &JsonNode, name: &str) -> Option<ObjectRef> {
    match node {
        JsonNode::Object(object) => {
            let mut members = object.lock();
            if members.position(name).is_some() {
                return Some(object.clone());
            }
            members.iter().find_map(|(_, node)| holder(node, name))
        }
        JsonNode::Array(array) => array.lock().iter().find_map(|node| holder(node, name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, value, expected) in [
            ("", "", true),
            ("*", "", true),
            ("*", "abc", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("ab*bc", "abc", false),
            ("*b*", "abc", true),
            ("*b*b*", "abc", false),
            ("*ab*ab", "abxab", true),
            ("**", "x", true),
            ("a", "ab", false),
            ("*ä*", "xäx", true),
        ] {
            assert_eq!(wildcard(pattern, value), expected, "{pattern} {value}");
        }
        assert!(TextPattern::new("LO*", false).matches("lorem"));
        assert!(!TextPattern::new("LO*", true).matches("lorem"));
    }
}
