//! Editing a [`JsonObject`] by path.

use super::node::JsonNode;
use super::object::JsonObject;
use super::path::NewValue;
use crate::error::{Error, Result};

/// Edits by path. `update_` members create missing parents, `set_` members change existing values.
impl JsonObject {
    fn update(&mut self, member: &str, path: &str, new: NewValue) -> Result<()> {
        let path = self.paths.whole(path);
        let put = self.paths.parse(&path).and_then(|path| path.put(&self.node, new));
        put.map_err(|why| Error::argument(member, why))
    }

    fn set(&mut self, member: &str, path: &str, node: JsonNode) -> Result<()> {
        let set = self.visit(path, |place| *place = node);
        set.map_err(|why| Error::argument(member, why))
    }

    /// Sets the value at a path to a string, and creates missing objects, arrays and elements.
    ///
    /// An index may be up to 1,000 beyond the end of its array. The elements in between become
    /// empty objects, empty arrays or null, like the new element.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument), and nothing is changed, if the path is
    /// invalid, passes through a value that is not an object or array (including null), has an
    /// index too far beyond the end, or would nest deeper than 127 levels.
    #[doc(alias = "UpdateString")]
    pub fn update_string(&mut self, path: &str, value: &str) -> Result<()> {
        self.update("update_string", path, NewValue::Scalar(JsonNode::string(value)))
    }

    /// Sets the value at a path to an integer, and creates missing parents.
    ///
    /// # Errors
    ///
    /// As for [`update_string`](Self::update_string).
    #[doc(alias = "UpdateInt")]
    pub fn update_int(&mut self, path: &str, value: i64) -> Result<()> {
        self.update("update_int", path, NewValue::Scalar(JsonNode::int(value)))
    }

    /// Sets the value at a path to an unsigned integer, and creates missing parents.
    ///
    /// # Errors
    ///
    /// As for [`update_string`](Self::update_string).
    #[doc(alias = "UpdateUInt")]
    pub fn update_u_int(&mut self, path: &str, value: u64) -> Result<()> {
        self.update("update_u_int", path, NewValue::Scalar(JsonNode::u_int(value)))
    }

    /// Sets the value at a path to a boolean, and creates missing parents.
    ///
    /// # Errors
    ///
    /// As for [`update_string`](Self::update_string).
    #[doc(alias = "UpdateBool")]
    pub fn update_bool(&mut self, path: &str, value: bool) -> Result<()> {
        self.update("update_bool", path, NewValue::Scalar(JsonNode::Bool(value)))
    }

    /// Sets the value at a path to null, and creates missing parents.
    ///
    /// # Errors
    ///
    /// As for [`update_string`](Self::update_string).
    #[doc(alias = "UpdateNull")]
    pub fn update_null(&mut self, path: &str) -> Result<()> {
        self.update("update_null", path, NewValue::Scalar(JsonNode::Null))
    }

    /// Sets the value at a path to a number from its text, which is kept, and creates missing
    /// parents.
    ///
    /// # Errors
    ///
    /// As for [`update_string`](Self::update_string); also fails if the text is not a JSON
    /// number. (Chilkat stores it, and then emits invalid JSON.)
    #[doc(alias = "UpdateNumber")]
    pub fn update_number(&mut self, path: &str, numeric_str: &str) -> Result<()> {
        let node = JsonNode::number("update_number", numeric_str)?;
        self.update("update_number", path, NewValue::Scalar(node))
    }

    /// Sets the value at a path to the text of a `StringBuilder`, as
    /// [`update_string`](Self::update_string).
    ///
    /// # Errors
    ///
    /// As for [`update_string`](Self::update_string).
    #[doc(alias = "UpdateSb")]
    pub fn update_sb(&mut self, path: &str, sb: impl AsRef<str>) -> Result<()> {
        self.update("update_sb", path, NewValue::Scalar(JsonNode::string(sb.as_ref())))
    }

    /// Sets the value at a path to an empty object, and creates missing parents.
    ///
    /// # Errors
    ///
    /// As for [`update_string`](Self::update_string).
    #[doc(alias = "UpdateNewObject")]
    pub fn update_new_object(&mut self, path: &str) -> Result<()> {
        self.update("update_new_object", path, NewValue::Object)
    }

    /// Sets the value at a path to an empty array, and creates missing parents.
    ///
    /// # Errors
    ///
    /// As for [`update_string`](Self::update_string).
    #[doc(alias = "UpdateNewArray")]
    pub fn update_new_array(&mut self, path: &str) -> Result<()> {
        self.update("update_new_array", path, NewValue::Array)
    }

    /// Sets the existing value at a path to a string.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if there is no value at the path.
    #[doc(alias = "SetStringOf")]
    pub fn set_string_of(&mut self, path: &str, value: &str) -> Result<()> {
        self.set("set_string_of", path, JsonNode::string(value))
    }

    /// Sets the existing value at a path to an integer.
    ///
    /// # Errors
    ///
    /// As for [`set_string_of`](Self::set_string_of).
    #[doc(alias = "SetIntOf")]
    pub fn set_int_of(&mut self, path: &str, value: i64) -> Result<()> {
        self.set("set_int_of", path, JsonNode::int(value))
    }

    /// Sets the existing value at a path to a boolean.
    ///
    /// # Errors
    ///
    /// As for [`set_string_of`](Self::set_string_of).
    #[doc(alias = "SetBoolOf")]
    pub fn set_bool_of(&mut self, path: &str, value: bool) -> Result<()> {
        self.set("set_bool_of", path, JsonNode::Bool(value))
    }

    /// Sets the existing value at a path to null.
    ///
    /// # Errors
    ///
    /// As for [`set_string_of`](Self::set_string_of).
    #[doc(alias = "SetNullOf")]
    pub fn set_null_of(&mut self, path: &str) -> Result<()> {
        self.set("set_null_of", path, JsonNode::Null)
    }

    /// Sets the existing value at a path to a number from its text, which is kept.
    ///
    /// # Errors
    ///
    /// As for [`set_string_of`](Self::set_string_of); also fails if the text is not a JSON
    /// number.
    #[doc(alias = "SetNumberOf")]
    pub fn set_number_of(&mut self, path: &str, value: &str) -> Result<()> {
        self.set("set_number_of", path, JsonNode::number("set_number_of", value)?)
    }
}
