//! Editing the elements of a [`JsonArray`].

use super::array::JsonArray;
use super::node::{
    ArrayItems, Container, JsonNode, ObjectMembers, copy_items, copy_members, too_deep,
};
use super::object::JsonObject;
use crate::error::Result;

/// Edits of elements, by index from 0.
impl JsonArray {
    /// Sets an element to an unsigned integer.
    ///
    /// # Errors
    ///
    /// As for [`set_string_at`](Self::set_string_at).
    #[doc(alias = "SetUIntAt")]
    pub fn set_u_int_at(&mut self, index: usize, value: u64) -> Result<()> {
        self.must_get("set_u_int_at", index, |place| *place = JsonNode::u_int(value))
    }

    fn insert(&mut self, index: isize, node: JsonNode) -> &mut Self {
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        self.node.lock().insert(at, node);
        self
    }

    /// Inserts a string before the element at `index`. A negative index or one beyond the end
    /// appends.
    #[doc(alias = "AddStringAt")]
    pub fn add_string_at(&mut self, index: isize, value: &str) -> &mut Self {
        self.insert(index, JsonNode::string(value))
    }

    /// Inserts an integer, as [`add_string_at`](Self::add_string_at).
    #[doc(alias = "AddIntAt")]
    pub fn add_int_at(&mut self, index: isize, value: i64) -> &mut Self {
        self.insert(index, JsonNode::int(value))
    }

    /// Inserts an unsigned integer, as [`add_string_at`](Self::add_string_at).
    #[doc(alias = "AddUIntAt")]
    pub fn add_u_int_at(&mut self, index: isize, value: u64) -> &mut Self {
        self.insert(index, JsonNode::u_int(value))
    }

    /// Inserts a boolean, as [`add_string_at`](Self::add_string_at).
    #[doc(alias = "AddBoolAt")]
    pub fn add_bool_at(&mut self, index: isize, value: bool) -> &mut Self {
        self.insert(index, JsonNode::Bool(value))
    }

    /// Inserts null, as [`add_string_at`](Self::add_string_at).
    #[doc(alias = "AddNullAt")]
    pub fn add_null_at(&mut self, index: isize) -> &mut Self {
        self.insert(index, JsonNode::Null)
    }

    /// Inserts a number from its text, which is kept, as [`add_string_at`](Self::add_string_at).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the text is not a JSON number.
    #[doc(alias = "AddNumberAt")]
    pub fn add_number_at(&mut self, index: isize, numeric_str: &str) -> Result<&mut Self> {
        Ok(self.insert(index, JsonNode::number("add_number_at", numeric_str)?))
    }

    /// Inserts an empty object, which [`object_at`](Self::object_at) returns.
    ///
    /// ```
    /// # use zoomkat::chilkat::JsonArray;
    /// let mut array = JsonArray::new();
    /// array.add_object_at(-1)?;
    /// let mut last = array.object_at(array.size() - 1)?;
    /// last.update_string("name", "Lorem")?;
    /// assert_eq!(array.emit(), r#"[{"name":"Lorem"}]"#);
    /// # Ok::<(), zoomkat::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if it would nest deeper than 127 levels.
    #[doc(alias = "AddObjectAt")]
    pub fn add_object_at(&mut self, index: isize) -> Result<&mut Self> {
        let depth = self.node.child_depth("add_object_at")?;
        Ok(self.insert(index, JsonNode::object(depth)))
    }

    /// Inserts an empty array, which [`array_at`](Self::array_at) returns.
    ///
    /// # Errors
    ///
    /// As for [`add_object_at`](Self::add_object_at).
    #[doc(alias = "AddArrayAt")]
    pub fn add_array_at(&mut self, index: isize) -> Result<&mut Self> {
        let depth = self.node.child_depth("add_array_at")?;
        Ok(self.insert(index, JsonNode::array(depth)))
    }

    /// Inserts a copy of an object.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the copy would nest deeper than 127
    /// levels.
    #[doc(alias = "AddObjectCopyAt")]
    pub fn add_object_copy_at(&mut self, index: isize, object: &JsonObject) -> Result<&mut Self> {
        let member = "add_object_copy_at";
        let depth = self.node.child_depth(member)?;
        let copy = copy_members(&object.node, depth).ok_or_else(|| too_deep(member))?;
        Ok(self.insert(index, JsonNode::Object(Container::new(depth, copy))))
    }

    /// Inserts a copy of an array as one element.
    ///
    /// # Errors
    ///
    /// As for [`add_object_copy_at`](Self::add_object_copy_at).
    pub fn add_array_copy_at(&mut self, index: isize, array: &JsonArray) -> Result<&mut Self> {
        let member = "add_array_copy_at";
        let depth = self.node.child_depth(member)?;
        let copy = copy_items(&array.node, depth).ok_or_else(|| too_deep(member))?;
        Ok(self.insert(index, JsonNode::Array(Container::new(depth, copy))))
    }

    /// Appends a string.
    pub fn append_string(&mut self, value: &str) -> &mut Self {
        self.insert(-1, JsonNode::string(value))
    }

    /// Appends an integer.
    pub fn append_int(&mut self, value: i64) -> &mut Self {
        self.insert(-1, JsonNode::int(value))
    }

    /// Appends an unsigned integer.
    pub fn append_u_int(&mut self, value: u64) -> &mut Self {
        self.insert(-1, JsonNode::u_int(value))
    }

    /// Appends a boolean.
    pub fn append_bool(&mut self, value: bool) -> &mut Self {
        self.insert(-1, JsonNode::Bool(value))
    }

    /// Appends null.
    pub fn append_null(&mut self) -> &mut Self {
        self.insert(-1, JsonNode::Null)
    }

    /// Appends a number from its text, which is kept.
    ///
    /// # Errors
    ///
    /// As for [`add_number_at`](Self::add_number_at).
    pub fn append_number(&mut self, numeric_str: &str) -> Result<&mut Self> {
        Ok(self.insert(-1, JsonNode::number("append_number", numeric_str)?))
    }

    /// Appends an empty object, and returns a live reference to it with default settings.
    ///
    /// # Errors
    ///
    /// As for [`add_object_at`](Self::add_object_at).
    pub fn append_object(&mut self) -> Result<JsonObject> {
        let object =
            Container::new(self.node.child_depth("append_object")?, ObjectMembers::default());
        self.insert(-1, JsonNode::Object(object.clone()));
        Ok(JsonObject::from_node(object))
    }

    /// Appends an empty array, and returns a live reference to it with default settings.
    ///
    /// # Errors
    ///
    /// As for [`add_object_at`](Self::add_object_at).
    pub fn append_array(&mut self) -> Result<JsonArray> {
        let array = Container::new(self.node.child_depth("append_array")?, ArrayItems::default());
        self.insert(-1, JsonNode::Array(array.clone()));
        Ok(Self::from_node(array))
    }

    /// Appends a copy of each element of another array.
    ///
    /// # Errors
    ///
    /// As for [`add_object_copy_at`](Self::add_object_copy_at); nothing is appended then.
    #[doc(alias = "AppendArrayItems")]
    pub fn append_array_items(&mut self, array: &JsonArray) -> Result<&mut Self> {
        let copy = copy_items(&array.node, self.node.depth());
        let copy = copy.ok_or_else(|| too_deep("append_array_items"))?.into_queue();
        let mut items = self.node.lock();
        copy.into_iter().for_each(|node| items.push(node));
        drop(items);
        Ok(self)
    }

    /// Deletes the element at `index`. Returns false if the index is beyond the end.
    ///
    /// References to it stay usable.
    #[doc(alias = "DeleteAt")]
    pub fn delete_at(&mut self, index: usize) -> bool {
        self.node.lock().remove(index).is_some()
    }

    /// Swaps two elements. Returns false if one of them does not exist.
    #[doc(alias = "Swap")]
    pub fn swap(&mut self, index1: usize, index2: usize) -> bool {
        self.node.lock().swap(index1, index2)
    }

    /// Removes all elements.
    #[doc(alias = "Clear")]
    pub fn clear(&mut self) -> &mut Self {
        *self.node.lock() = ArrayItems::default();
        self
    }
}
