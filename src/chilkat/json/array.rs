//! [`JsonArray`], its settings, and reading its elements.

use std::fmt;
use std::time::SystemTime;

use super::emit::JsonLayout;
use super::node::{ArrayItems, ArrayRef, Container, JsonNode, copy_items};
use super::records::TextPattern;
use crate::error::{Error, Result};

/// A JSON array: a whole document, or a live reference to an array inside one.
///
/// References, copies, numbers, depth, equality and threads are as for
/// [`JsonObject`](crate::chilkat::JsonObject).
///
/// ```
/// use zoomkat::chilkat::JsonArray;
///
/// let mut array = JsonArray::new();
/// array.load(r#"["Lorem", 1.50, {"id": 17}]"#)?;
/// array.add_string_at(0, "Ipsum").append_bool(true);
/// assert_eq!(array.string_at(2)?, "1.50");
/// array.object_at(3)?.update_int("id", 18)?;
/// assert_eq!(array.emit(), r#"["Ipsum","Lorem",1.50,{"id":18},true]"#);
/// # Ok::<(), zoomkat::Error>(())
/// ```
///
/// `Debug` shows only the number of elements; `Display` is [`emit`](Self::emit).
#[doc(alias = "CkJsonArray")]
pub struct JsonArray {
    pub(super) node: ArrayRef,
    pub(super) layout: JsonLayout,
}

impl Default for JsonArray {
    fn default() -> Self {
        Self::from_node(Container::new(1, ArrayItems::default()))
    }
}

/// A deep copy, with the settings.
impl Clone for JsonArray {
    fn clone(&self) -> Self {
        // Never too deep: the copy starts at level 1.
        let items = copy_items(&self.node, 1).unwrap_or_default();
        JsonArray { node: Container::new(1, items), layout: self.layout }
    }
}

impl JsonArray {
    /// Creates an empty document, `[]`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn from_node(node: ArrayRef) -> Self {
        JsonArray { node, layout: JsonLayout::default() }
    }

    /// Whether lines end with CRLF. Default true.
    #[doc(alias = "get_EmitCrlf")]
    #[doc(alias = "EmitCrlf")]
    pub fn emit_crlf(&self) -> bool {
        self.layout.cr_lf
    }

    /// Sets whether lines end with CRLF or LF. Only used if the layout is not
    /// [compact](Self::set_emit_compact).
    #[doc(alias = "put_EmitCrlf")]
    pub fn set_emit_crlf(&mut self, crlf: bool) -> &mut Self {
        self.layout.cr_lf = crlf;
        self
    }

    /// Returns the number of elements.
    #[doc(alias = "get_Size")]
    #[doc(alias = "Size")]
    pub fn size(&self) -> usize {
        self.node.lock().len()
    }

    fn get<T>(&self, index: usize, act: impl FnOnce(&mut JsonNode) -> T) -> Option<T> {
        self.node.lock().get_mut(index).map(act)
    }

    pub(super) fn must_get<T>(
        &self,
        member: &str,
        index: usize,
        act: impl FnOnce(&mut JsonNode) -> T,
    ) -> Result<T> {
        self.get(index, act).ok_or_else(|| {
            let size = self.size();
            Error::content(member, format_args!("no element has index {index}; there are {size}"))
        })
    }

    /// Returns an element as text: the content of a string, else compact JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) if there is no such element.
    #[doc(alias = "StringAt")]
    #[doc(alias = "stringAt")]
    pub fn string_at(&self, index: usize) -> Result<String> {
        self.must_get("string_at", index, |node| node.text())
    }

    /// Returns an element as a time, as [`JsonObject::date_of`](crate::chilkat::JsonObject::date_of).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) if there is no such element or if it is not a date.
    #[doc(alias = "DateAt")]
    #[doc(alias = "DtAt")]
    pub fn date_at(&self, index: usize) -> Result<SystemTime> {
        let date = self.must_get("date_at", index, |node| node.to_date())?;
        let why = || {
            Error::content("date_at", format_args!("element {index} is not a date from 1970 on"))
        };
        date.ok_or_else(why)
    }

    /// Returns an element as an integer, as
    /// [`JsonObject::int_of`](crate::chilkat::JsonObject::int_of).
    #[doc(alias = "IntAt")]
    pub fn int_at(&self, index: usize) -> i64 {
        self.get(index, |node| node.to_int()).unwrap_or_default()
    }

    /// Returns an element as an unsigned integer, as
    /// [`JsonObject::u_int_of`](crate::chilkat::JsonObject::u_int_of).
    #[doc(alias = "UIntAt")]
    pub fn u_int_at(&self, index: usize) -> u64 {
        self.get(index, |node| node.to_u_int()).unwrap_or_default()
    }

    /// Returns an element as a boolean, as
    /// [`JsonObject::bool_of`](crate::chilkat::JsonObject::bool_of).
    #[doc(alias = "BoolAt")]
    pub fn bool_at(&self, index: usize) -> bool {
        self.get(index, |node| node.to_bool()).unwrap_or_default()
    }

    /// Whether an element is null. False if there is no such element.
    #[doc(alias = "IsNullAt")]
    pub fn is_null_at(&self, index: usize) -> bool {
        self.get(index, |node| node.is_null()).unwrap_or_default()
    }

    /// Returns the type of an element, as
    /// [`JsonObject::json_type_of`](crate::chilkat::JsonObject::json_type_of).
    #[doc(alias = "TypeAt")]
    pub fn type_at(&self, index: usize) -> i32 {
        self.get(index, |node| node.type_code()).unwrap_or(-1)
    }

    /// Returns the index of the first string that matches `value`, in which `*` matches any text,
    /// or `None` (Chilkat: -1).
    #[doc(alias = "FindString")]
    pub fn find_string(&self, value: &str, case_sensitive: bool) -> Option<usize> {
        let pattern = TextPattern::new(value, case_sensitive);
        self.node.lock().iter().position(|node| match node {
            JsonNode::String(text) => pattern.matches(text),
            _ => false,
        })
    }

    /// Returns the index of the first object whose direct member `name` matches `value`, in which
    /// `*` matches any text, or `None` (Chilkat: -1).
    #[doc(alias = "FindObject")]
    pub fn find_object(&self, name: &str, value: &str, case_sensitive: bool) -> Option<usize> {
        let pattern = TextPattern::new(value, case_sensitive);
        self.node.lock().iter().position(|node| {
            let JsonNode::Object(object) = node else { return false };
            object.lock().find(name).is_some_and(|node| pattern.matches_node(node))
        })
    }
}

impl fmt::Debug for JsonArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonArray").field("elements", &self.size()).finish_non_exhaustive()
    }
}

impl fmt::Display for JsonArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.emit())
    }
}
