//! The members of [`JsonObject`] that edit by path.

use super::node::JsonNode;
use super::object::JsonObject;
use super::path::NewValue;
use crate::error::{Error, Result};

/// Edits by path. `update_` makes what is missing on the way, `set_` changes what is there.
impl JsonObject {
    fn update(&mut self, member: &str, path: &str, new: NewValue) -> Result<()> {
        let put = self.paths.read(path).and_then(|path| path.put(&self.node, new));
        put.map_err(|why| Error::argument(member, why))
    }

    fn set(&mut self, member: &str, path: &str, node: JsonNode) -> Result<()> {
        let set = self.at(path, |place| *place = node);
        set.map_err(|why| Error::argument(member, why))
    }

    /// Sets the value at a path to a string, and makes the objects, arrays and elements that are
    /// missing.
    ///
    /// An index may be up to 1,000 beyond the end of its array; the elements between become empty
    /// objects, empty arrays or null, by what is put after them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument), and nothing is changed: the
    /// path is not valid, leads through something that is no object or array (null neither), has an
    /// index too far beyond the end, or would nest deeper than 127 levels.
    #[doc(alias = "UpdateString")]
    pub fn update_string(&mut self, path: &str, value: &str) -> Result<()> {
        self.update("update_string", path, NewValue::Scalar(JsonNode::string(value)))
    }

    /// Sets the value at a path to an integer, and makes what is missing.
    ///
    /// # Errors
    ///
    /// As [`update_string`](Self::update_string).
    #[doc(alias = "UpdateInt")]
    pub fn update_int(&mut self, path: &str, value: i64) -> Result<()> {
        self.update("update_int", path, NewValue::Scalar(JsonNode::int(value)))
    }

    /// Sets the value at a path to an integer without sign, and makes what is missing.
    ///
    /// # Errors
    ///
    /// As [`update_string`](Self::update_string).
    #[doc(alias = "UpdateUInt")]
    pub fn update_u_int(&mut self, path: &str, value: u64) -> Result<()> {
        self.update("update_u_int", path, NewValue::Scalar(JsonNode::u_int(value)))
    }

    /// Sets the value at a path to a boolean, and makes what is missing.
    ///
    /// # Errors
    ///
    /// As [`update_string`](Self::update_string).
    #[doc(alias = "UpdateBool")]
    pub fn update_bool(&mut self, path: &str, value: bool) -> Result<()> {
        self.update("update_bool", path, NewValue::Scalar(JsonNode::Bool(value)))
    }

    /// Sets the value at a path to null, and makes what is missing.
    ///
    /// # Errors
    ///
    /// As [`update_string`](Self::update_string).
    #[doc(alias = "UpdateNull")]
    pub fn update_null(&mut self, path: &str) -> Result<()> {
        self.update("update_null", path, NewValue::Scalar(JsonNode::Null))
    }

    /// Sets the value at a path to a number given as text, which is kept, and makes what is
    /// missing.
    ///
    /// # Errors
    ///
    /// As [`update_string`](Self::update_string), and where the text is not a JSON number (Chilkat
    /// stores it, and what is emitted then is no JSON).
    #[doc(alias = "UpdateNumber")]
    pub fn update_number(&mut self, path: &str, numeric_str: &str) -> Result<()> {
        let node = JsonNode::number("update_number", numeric_str)?;
        self.update("update_number", path, NewValue::Scalar(node))
    }

    /// Sets the value at a path to the text of a string builder:
    /// [`update_string`](Self::update_string) by another name.
    ///
    /// # Errors
    ///
    /// As [`update_string`](Self::update_string).
    #[doc(alias = "UpdateSb")]
    pub fn update_sb(&mut self, path: &str, sb: impl AsRef<str>) -> Result<()> {
        self.update("update_sb", path, NewValue::Scalar(JsonNode::string(sb.as_ref())))
    }

    /// Sets the value at a path to a new empty object, and makes what is missing.
    ///
    /// # Errors
    ///
    /// As [`update_string`](Self::update_string).
    #[doc(alias = "UpdateNewObject")]
    pub fn update_new_object(&mut self, path: &str) -> Result<()> {
        self.update("update_new_object", path, NewValue::Object)
    }

    /// Sets the value at a path to a new empty array, and makes what is missing.
    ///
    /// # Errors
    ///
    /// As [`update_string`](Self::update_string).
    #[doc(alias = "UpdateNewArray")]
    pub fn update_new_array(&mut self, path: &str) -> Result<()> {
        self.update("update_new_array", path, NewValue::Array)
    }

    /// Sets the value at a path that there is to a string.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) where there is nothing at
    /// the path.
    #[doc(alias = "SetStringOf")]
    pub fn set_string_of(&mut self, path: &str, value: &str) -> Result<()> {
        self.set("set_string_of", path, JsonNode::string(value))
    }

    /// Sets the value at a path that there is to an integer.
    ///
    /// # Errors
    ///
    /// As [`set_string_of`](Self::set_string_of).
    #[doc(alias = "SetIntOf")]
    pub fn set_int_of(&mut self, path: &str, value: i64) -> Result<()> {
        self.set("set_int_of", path, JsonNode::int(value))
    }

    /// Sets the value at a path that there is to a boolean.
    ///
    /// # Errors
    ///
    /// As [`set_string_of`](Self::set_string_of).
    #[doc(alias = "SetBoolOf")]
    pub fn set_bool_of(&mut self, path: &str, value: bool) -> Result<()> {
        self.set("set_bool_of", path, JsonNode::Bool(value))
    }

    /// Sets the value at a path that there is to null.
    ///
    /// # Errors
    ///
    /// As [`set_string_of`](Self::set_string_of).
    #[doc(alias = "SetNullOf")]
    pub fn set_null_of(&mut self, path: &str) -> Result<()> {
        self.set("set_null_of", path, JsonNode::Null)
    }

    /// Sets the value at a path that there is to a number given as text, which is kept.
    ///
    /// # Errors
    ///
    /// As [`set_string_of`](Self::set_string_of), and where the text is not a JSON number.
    #[doc(alias = "SetNumberOf")]
    pub fn set_number_of(&mut self, path: &str, value: &str) -> Result<()> {
        self.set("set_number_of", path, JsonNode::number("set_number_of", value)?)
    }
}
