//! Searching for records: objects in an array, by the value of a field.

use super::node::{ArrayRef, JsonNode, ObjectRef};
use super::object::JsonObject;
use super::path::JsonPath;
use crate::error::{Error, Result};

/// A value to search for, in which `*` matches any text.
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
            return wildcard_matches(&self.text, value);
        }
        wildcard_matches(&self.text, &value.to_lowercase())
    }

    /// Whether `node` is a scalar whose text matches.
    pub(super) fn matches_node(&self, node: &JsonNode) -> bool {
        node.scalar_text().is_some_and(|text| self.matches(&text))
    }
}

fn wildcard_matches(pattern: &str, value: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == value };
    let Some(mut value) = value.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    // The earliest match of each part leaves the most text for the parts after it.
    for part in middle.split('*') {
        match value.split_once(part) {
            Some((_, after)) => value = after,
            None if part.is_empty() => {}
            None => return false,
        }
    }
    value.ends_with(last)
}

/// Records: the objects in an array. A value to search for may contain `*`, which matches any text.
/// It is compared with the text of strings, numbers, booleans and null.
impl JsonObject {
    fn records(&self, member: &str, array_path: &str) -> Result<ArrayRef> {
        let found = self.visit(array_path, |node| node.share());
        let node = found.map_err(|why| Error::content(member, why))?;
        node.into_array(member, array_path)
    }

    fn find(
        &self,
        member: &str,
        [array_path, rel_path, value]: [&str; 3],
        case_sensitive: bool,
    ) -> Result<ObjectRef> {
        let array = self.records(member, array_path)?;
        let path = self.paths.parse(rel_path);
        let path = path.map_err(|why| Error::argument(member, why))?;
        let pattern = TextPattern::new(value, case_sensitive);
        let found = array.lock().iter().find_map(|node| matching_record(node, &path, &pattern));
        found.ok_or_else(|| {
            let why = format_args!("no record in {array_path:?} has this value at {rel_path:?}");
            Error::content(member, why)
        })
    }

    /// Returns the first record in the array at `array_path` whose value at `rel_path` matches, as
    /// a live reference with default settings.
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
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) if there is no array, or none of its
    /// objects matches.
    #[doc(alias = "FindRecord")]
    pub fn find_record(
        &self,
        array_path: &str,
        rel_path: &str,
        value: &str,
        case_sensitive: bool,
    ) -> Result<JsonObject> {
        self.find("find_record", [array_path, rel_path, value], case_sensitive).map(Self::from_node)
    }

    /// Makes `record` refer to the result of [`find_record`](Self::find_record). `record` keeps its
    /// settings.
    ///
    /// # Errors
    ///
    /// As for [`find_record`](Self::find_record); `record` is then a new empty document.
    #[doc(alias = "FindRecord2")]
    pub fn find_record2(
        &self,
        array_path: &str,
        rel_path: &str,
        value: &str,
        case_sensitive: bool,
        record: &mut JsonObject,
    ) -> Result<()> {
        let found = self.find("find_record2", [array_path, rel_path, value], case_sensitive);
        record.refer_to(found.map(JsonObject::from_node))
    }

    /// Returns the text at `ret_rel_path` in the result of [`find_record`](Self::find_record).
    ///
    /// # Errors
    ///
    /// As for [`find_record`](Self::find_record), and for [`string_of`](Self::string_of) inside
    /// the record.
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
            Self::from_node(self.find(member, [array_path, rel_path, value], case_sensitive)?);
        record.paths.clone_from(&self.paths);
        record.paths.prefix.clear();
        record.text_of(member, ret_rel_path)
    }

    /// Deletes the records in the array at `array_path` whose value at `rel_path` matches. Returns
    /// their number, which is 0 if there is no array.
    #[doc(alias = "DeleteRecords")]
    pub fn delete_records(
        &mut self,
        array_path: &str,
        rel_path: &str,
        value: &str,
        case_sensitive: bool,
    ) -> usize {
        let (Ok(array), Ok(path)) =
            (self.records("delete_records", array_path), self.paths.parse(rel_path))
        else {
            return 0;
        };
        let pattern = TextPattern::new(value, case_sensitive);
        let mut items = array.lock();
        let before = items.len();
        items.edit(|items| {
            items.retain(|node| matching_record(node, &path, &pattern).is_none());
        });
        before - items.len()
    }

    /// Returns the first object that has a member with this name: this object, or one inside it, in
    /// document order. It is a live reference with default settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) if no object has it.
    #[doc(alias = "FindObjectWithMember")]
    pub fn find_object_with_member(&self, name: &str) -> Result<JsonObject> {
        object_with_member(&JsonNode::Object(self.node.clone()), name)
            .map(Self::from_node)
            .ok_or_else(|| {
                let why = format_args!("no object has a member {name:?}");
                Error::content("find_object_with_member", why)
            })
    }
}

/// Returns the object if its value at `path` matches.
fn matching_record(
    node: &JsonNode,
    path: &JsonPath<'_>,
    pattern: &TextPattern,
) -> Option<ObjectRef> {
    let JsonNode::Object(object) = node else { return None };
    let matched = path.visit(object, |value| pattern.matches_node(value));
    matched.unwrap_or_default().then(|| object.clone())
}

fn object_with_member(node: &JsonNode, name: &str) -> Option<ObjectRef> {
    match node {
        JsonNode::Object(object) => {
            let members = object.lock();
            if members.position(name).is_some() {
                return Some(object.clone());
            }
            members.iter().find_map(|(_, node)| object_with_member(node, name))
        }
        JsonNode::Array(array) => {
            array.lock().iter().find_map(|node| object_with_member(node, name))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_any_text() {
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
            assert_eq!(wildcard_matches(pattern, value), expected, "{pattern} {value}");
        }
        assert!(TextPattern::new("LO*", false).matches("lorem"));
        assert!(!TextPattern::new("LO*", true).matches("lorem"));
    }
}
