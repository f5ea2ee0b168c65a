//! Direct members of a [`JsonObject`], by index or by plain name.

use super::array::JsonArray;
use super::node::{
    ArrayItems, Container, JsonNode, ObjectMembers, copy_items, copy_members, too_deep,
};
use super::object::JsonObject;
use crate::error::{Error, Result};

/// Direct members, by index from 0 and by plain name.
impl JsonObject {
    /// Returns the number of members.
    #[doc(alias = "get_Size")]
    #[doc(alias = "Size")]
    pub fn size(&self) -> usize {
        self.node.lock().len()
    }

    fn get<T>(&self, index: usize, act: impl FnOnce(&mut JsonNode) -> T) -> Option<T> {
        self.node.lock().value_mut(index).map(act)
    }

    pub(super) fn must_get<T>(
        &self,
        member: &str,
        index: usize,
        act: impl FnOnce(&mut JsonNode) -> T,
    ) -> Result<T> {
        self.get(index, act).ok_or_else(|| {
            let size = self.size();
            Error::content(member, format_args!("no member has index {index}; there are {size}"))
        })
    }

    /// Returns the name of a member.
    #[doc(alias = "NameAt")]
    #[doc(alias = "nameAt")]
    pub fn name_at(&self, index: usize) -> Option<String> {
        self.node.lock().get(index).map(|(name, _)| name.to_string())
    }

    /// Returns the index of the first member with this name, or `None` (Chilkat: -1).
    #[doc(alias = "IndexOf")]
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.node.lock().position(name)
    }

    /// Returns a member as text, as [`string_of`](Self::string_of).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Content`](crate::ErrorKind::Content) if there is no such member, or if it is an
    /// object; use [`object_at`](Self::object_at) for those.
    #[doc(alias = "StringAt")]
    #[doc(alias = "stringAt")]
    pub fn string_at(&self, index: usize) -> Result<String> {
        let text = self.must_get("string_at", index, |node| match node {
            JsonNode::Object(_) => None,
            other => Some(other.text()),
        })?;
        text.ok_or_else(|| {
            Error::content("string_at", format_args!("{index} is an object; use object_at"))
        })
    }

    /// Returns a member as an integer, as [`int_of`](Self::int_of).
    #[doc(alias = "IntAt")]
    pub fn int_at(&self, index: usize) -> i64 {
        self.get(index, |node| node.to_int()).unwrap_or_default()
    }

    /// Returns a member as an unsigned integer, as [`u_int_of`](Self::u_int_of).
    pub fn u_int_at(&self, index: usize) -> u64 {
        self.get(index, |node| node.to_u_int()).unwrap_or_default()
    }

    /// Returns a member as a boolean, as [`bool_of`](Self::bool_of).
    #[doc(alias = "BoolAt")]
    pub fn bool_at(&self, index: usize) -> bool {
        self.get(index, |node| node.to_bool()).unwrap_or_default()
    }

    /// Whether a member is null. False if there is no such member.
    #[doc(alias = "IsNullAt")]
    pub fn is_null_at(&self, index: usize) -> bool {
        self.get(index, |node| node.is_null()).unwrap_or_default()
    }

    /// Returns the type of a member, as [`json_type_of`](Self::json_type_of).
    #[doc(alias = "TypeAt")]
    pub fn type_at(&self, index: usize) -> i32 {
        self.get(index, |node| node.type_code()).unwrap_or(-1)
    }

    fn insert(&mut self, index: isize, name: &str, node: JsonNode) -> &mut Self {
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        self.node.lock().insert(at, (name.into(), node));
        self
    }

    /// Inserts a string before the member at `index`. A negative index or one beyond the end
    /// appends.
    ///
    /// The name is used unchanged, and may already exist.
    #[doc(alias = "AddStringAt")]
    pub fn add_string_at(&mut self, index: isize, name: &str, value: &str) -> &mut Self {
        self.insert(index, name, JsonNode::string(value))
    }

    /// Inserts an integer, as [`add_string_at`](Self::add_string_at).
    #[doc(alias = "AddIntAt")]
    pub fn add_int_at(&mut self, index: isize, name: &str, value: i64) -> &mut Self {
        self.insert(index, name, JsonNode::int(value))
    }

    /// Inserts a boolean, as [`add_string_at`](Self::add_string_at).
    #[doc(alias = "AddBoolAt")]
    pub fn add_bool_at(&mut self, index: isize, name: &str, value: bool) -> &mut Self {
        self.insert(index, name, JsonNode::Bool(value))
    }

    /// Inserts null, as [`add_string_at`](Self::add_string_at).
    #[doc(alias = "AddNullAt")]
    pub fn add_null_at(&mut self, index: isize, name: &str) -> &mut Self {
        self.insert(index, name, JsonNode::Null)
    }

    /// Inserts a number from its text, which is kept, as [`add_string_at`](Self::add_string_at).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the text is not a JSON number.
    #[doc(alias = "AddNumberAt")]
    pub fn add_number_at(
        &mut self,
        index: isize,
        name: &str,
        numeric_str: &str,
    ) -> Result<&mut Self> {
        Ok(self.insert(index, name, JsonNode::number("add_number_at", numeric_str)?))
    }

    /// Inserts an empty object, which [`object_of`](Self::object_of) and
    /// [`object_at`](Self::object_at) return.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if it would nest deeper than 127 levels.
    #[doc(alias = "AddObjectAt")]
    pub fn add_object_at(&mut self, index: isize, name: &str) -> Result<&mut Self> {
        let depth = self.node.child_depth("add_object_at")?;
        Ok(self.insert(index, name, JsonNode::object(depth)))
    }

    /// Inserts an empty array, which [`array_of`](Self::array_of) and [`array_at`](Self::array_at)
    /// return.
    ///
    /// # Errors
    ///
    /// As for [`add_object_at`](Self::add_object_at).
    #[doc(alias = "AddArrayAt")]
    pub fn add_array_at(&mut self, index: isize, name: &str) -> Result<&mut Self> {
        let depth = self.node.child_depth("add_array_at")?;
        Ok(self.insert(index, name, JsonNode::array(depth)))
    }

    /// Inserts a copy of an object.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the copy would nest deeper than 127
    /// levels.
    #[doc(alias = "AddObjectCopyAt")]
    pub fn add_object_copy_at(
        &mut self,
        index: isize,
        name: &str,
        object: &JsonObject,
    ) -> Result<&mut Self> {
        let member = "add_object_copy_at";
        let depth = self.node.child_depth(member)?;
        let copy = copy_members(&object.node, depth).ok_or_else(|| too_deep(member))?;
        Ok(self.insert(index, name, JsonNode::Object(Container::new(depth, copy))))
    }

    /// Inserts a copy of an array.
    ///
    /// # Errors
    ///
    /// As for [`add_object_copy_at`](Self::add_object_copy_at).
    #[doc(alias = "AddArrayCopyAt")]
    pub fn add_array_copy_at(
        &mut self,
        index: isize,
        name: &str,
        array: &JsonArray,
    ) -> Result<&mut Self> {
        let member = "add_array_copy_at";
        let depth = self.node.child_depth(member)?;
        let copy = copy_items(&array.node, depth).ok_or_else(|| too_deep(member))?;
        Ok(self.insert(index, name, JsonNode::Array(Container::new(depth, copy))))
    }

    /// Appends a string. The name is used unchanged, and may already exist.
    #[doc(alias = "AppendString")]
    pub fn append_string(&mut self, name: &str, value: &str) -> &mut Self {
        self.insert(-1, name, JsonNode::string(value))
    }

    /// Appends an integer.
    #[doc(alias = "AppendInt")]
    pub fn append_int(&mut self, name: &str, value: i64) -> &mut Self {
        self.insert(-1, name, JsonNode::int(value))
    }

    /// Appends an unsigned integer.
    pub fn append_u_int(&mut self, name: &str, value: u64) -> &mut Self {
        self.insert(-1, name, JsonNode::u_int(value))
    }

    /// Appends a boolean.
    #[doc(alias = "AppendBool")]
    pub fn append_bool(&mut self, name: &str, value: bool) -> &mut Self {
        self.insert(-1, name, JsonNode::Bool(value))
    }

    /// Appends null.
    pub fn append_null(&mut self, name: &str) -> &mut Self {
        self.insert(-1, name, JsonNode::Null)
    }

    /// Appends a number from its text, which is kept.
    ///
    /// # Errors
    ///
    /// As for [`add_number_at`](Self::add_number_at).
    pub fn append_number(&mut self, name: &str, numeric_str: &str) -> Result<&mut Self> {
        Ok(self.insert(-1, name, JsonNode::number("append_number", numeric_str)?))
    }

    /// Appends an empty object, and returns a live reference to it with default settings.
    ///
    /// # Errors
    ///
    /// As for [`add_object_at`](Self::add_object_at).
    #[doc(alias = "AppendObject")]
    pub fn append_object(&mut self, name: &str) -> Result<JsonObject> {
        let object =
            Container::new(self.node.child_depth("append_object")?, ObjectMembers::default());
        self.insert(-1, name, JsonNode::Object(object.clone()));
        Ok(Self::from_node(object))
    }

    /// Appends an empty array, and returns a live reference to it with default settings.
    ///
    /// # Errors
    ///
    /// As for [`add_object_at`](Self::add_object_at).
    #[doc(alias = "AppendArray")]
    pub fn append_array(&mut self, name: &str) -> Result<JsonArray> {
        let array = Container::new(self.node.child_depth("append_array")?, ArrayItems::default());
        self.insert(-1, name, JsonNode::Array(array.clone()));
        Ok(JsonArray::from_node(array))
    }

    /// Appends a copy of an object.
    ///
    /// # Errors
    ///
    /// As for [`add_object_copy_at`](Self::add_object_copy_at).
    #[doc(alias = "AppendObjectCopy")]
    pub fn append_object_copy(&mut self, name: &str, object: &JsonObject) -> Result<&mut Self> {
        self.add_object_copy_at(-1, name, object)
    }

    /// Appends a copy of an array.
    ///
    /// # Errors
    ///
    /// As for [`add_object_copy_at`](Self::add_object_copy_at).
    #[doc(alias = "AppendArrayCopy")]
    pub fn append_array_copy(&mut self, name: &str, array: &JsonArray) -> Result<&mut Self> {
        self.add_array_copy_at(-1, name, array)
    }

    /// Appends an array of strings.
    ///
    /// # Errors
    ///
    /// As for [`add_object_at`](Self::add_object_at).
    #[doc(alias = "AppendStringArray")]
    pub fn append_string_array(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<&mut Self> {
        let depth = self.node.child_depth("append_string_array")?;
        let items = values.into_iter().map(|value| JsonNode::string(value.as_ref())).collect();
        Ok(self.insert(-1, name, JsonNode::Array(Container::new(depth, items))))
    }

    /// Deletes the first member with this name. Returns false if no member has it.
    ///
    /// References to it stay usable.
    #[doc(alias = "Delete")]
    pub fn delete(&mut self, name: &str) -> bool {
        let mut members = self.node.lock();
        let at = members.position(name);
        at.and_then(|at| members.remove(at)).is_some()
    }

    /// Deletes the member at `index`. Returns false if the index is beyond the end.
    #[doc(alias = "DeleteAt")]
    pub fn delete_at(&mut self, index: usize) -> bool {
        self.node.lock().remove(index).is_some()
    }

    /// Renames the first member called `old_name`. Returns false if no member has that name.
    #[doc(alias = "Rename")]
    pub fn rename(&mut self, old_name: &str, new_name: &str) -> bool {
        let mut members = self.node.lock();
        let at = members.position(old_name);
        at.and_then(|at| members.change(at, |(name, _)| *name = new_name.into())).is_some()
    }

    /// Renames the member at `index`. Returns false if the index is beyond the end.
    #[doc(alias = "RenameAt")]
    pub fn rename_at(&mut self, index: usize, name: &str) -> bool {
        self.node.lock().change(index, |(old, _)| *old = name.into()).is_some()
    }

    /// Moves a member to another index. A negative index or one beyond the end is the last. Returns
    /// false if there is no member at `from_index`.
    #[doc(alias = "MoveMember")]
    pub fn move_member(&mut self, from_index: usize, to_index: isize) -> bool {
        let to = usize::try_from(to_index).unwrap_or(usize::MAX);
        self.node.lock().move_to(from_index, to)
    }

    /// Swaps two members. Returns false if one of them does not exist.
    #[doc(alias = "Swap")]
    pub fn swap(&mut self, index1: usize, index2: usize) -> bool {
        self.node.lock().swap(index1, index2)
    }

    /// Removes all members.
    #[doc(alias = "Clear")]
    pub fn clear(&mut self) -> &mut Self {
        *self.node.lock() = ObjectMembers::default();
        self
    }
}
