//! Members that `JsonObject` and `JsonArray` share: loading, emitting, and values at an index.

use std::fmt;
use std::path::Path;

use super::array::JsonArray;
use super::node::{JsonNode, or_default};
use super::object::{JsonObject, write_result};
use super::read;
use crate::error::Result;
use crate::text::file;

macro_rules! impl_common {
    ($type:ident, $variant:ident, $layout:ident, $wanted:literal, $other:literal) => {
        /// JSON text.
        impl $type {
            /// Makes this a handle to what was found. If nothing was found, it becomes an empty
            /// document, so that the old one is not mistaken for the result.
            pub(super) fn refer_to(&mut self, found: Result<$type>) -> Result<()> {
                let (found, result) = or_default(found);
                self.node = found.node;
                result
            }

            /// Whether JSON is written without white space. Default true.
            #[doc(alias = "get_EmitCompact")]
            #[doc(alias = "EmitCompact")]
            pub fn emit_compact(&self) -> bool {
                self.layout.compact
            }

            /// Sets whether JSON is written on one line without white space. If false, each member
            /// or element has its own line, indented by two spaces per level, and the text ends
            /// with a line ending.
            #[doc(alias = "put_EmitCompact")]
            pub fn set_emit_compact(&mut self, compact: bool) -> &mut Self {
                self.layout.compact = compact;
                self
            }

            /// Replaces the content with JSON text. Loading into a reference changes its document.
            ///
            /// A byte order mark and surrounding white space are accepted. Otherwise the text must
            /// be valid JSON; Chilkat loads what it can.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Content`](crate::ErrorKind::Content), with line and column, if the text
            /// is not JSON, has a number beyond the range of `f64`, nests too deep, or is the other
            /// type at the top level. The document is then empty, so that old content is not
            /// mistaken for the new; loading into a part of a document leaves that part unchanged.
            #[doc(alias = "Load")]
            pub fn load(&mut self, json: &str) -> Result<()> {
                self.load_as("load", Ok(json))
            }

            /// Loads JSON from a `StringBuilder`, as [`load`](Self::load).
            ///
            /// # Errors
            ///
            /// As for [`load`](Self::load).
            #[doc(alias = "LoadSb")]
            pub fn load_sb(&mut self, json: impl AsRef<str>) -> Result<()> {
                self.load_as("load_sb", Ok(json.as_ref()))
            }

            /// Loads JSON from bytes in UTF-8.
            ///
            /// # Errors
            ///
            /// As for [`load`](Self::load); also fails if the bytes are not UTF-8.
            #[doc(alias = "LoadBd")]
            pub fn load_bd(&mut self, json: impl AsRef<[u8]>) -> Result<()> {
                self.load_as("load_bd", read::utf8("load_bd", json.as_ref()))
            }

            /// Loads JSON from a file in UTF-8.
            ///
            /// # Errors
            ///
            /// As for [`load_bd`](Self::load_bd), and [`ErrorKind::Io`](crate::ErrorKind::Io)
            /// with the path if the file cannot be read.
            #[doc(alias = "LoadFile")]
            pub fn load_file(&mut self, path: impl AsRef<Path>) -> Result<()> {
                match read::file(path.as_ref()) {
                    Ok(bytes) => self.load_as("load_file", read::utf8("load_file", &bytes)),
                    Err(err) => self.load_as("load_file", Err(err)),
                }
            }

            fn load_as(&mut self, member: &str, json: Result<&str>) -> Result<()> {
                let loaded =
                    json.and_then(|json| match read::load(member, json, self.node.depth())? {
                        JsonNode::$variant(node) => Ok(std::mem::take(&mut *node.lock())),
                        other => Err(read::wrong_top_level(member, &other, $wanted, $other)),
                    });
                self.node.refill(loaded)
            }

            /// Returns the JSON text, in the layout of
            /// [`set_emit_compact`](Self::set_emit_compact).
            #[doc(alias = "Emit")]
            pub fn emit(&self) -> String {
                self.layout.$layout(&self.node.lock())
            }

            /// Writes the result of [`emit`](Self::emit) to a `String`, a `StringBuilder` or
            /// another `fmt::Write`.
            ///
            /// # Errors
            ///
            /// Fails if the writer does; `String` and `StringBuilder` never do.
            #[doc(alias = "EmitSb")]
            pub fn emit_sb(&self, sb: &mut impl fmt::Write) -> Result<()> {
                write_result("emit_sb", sb.write_str(&self.emit()))
            }

            /// Appends the result of [`emit`](Self::emit), as UTF-8, to a `BinData`, a `Vec<u8>` or
            /// another list of bytes.
            #[doc(alias = "EmitBd")]
            pub fn emit_bd(&self, bd: &mut impl Extend<u8>) {
                bd.extend(self.emit().into_bytes());
            }

            /// Writes the result of [`emit`](Self::emit) to a file, whole or not at all.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Io`](crate::ErrorKind::Io) with the path and the reason.
            #[doc(alias = "WriteFile")]
            pub fn write_file(&self, path: impl AsRef<Path>) -> Result<()> {
                let json = self.emit();
                file::write_whole(path.as_ref(), |write| write(json.as_bytes()))
            }
        }

        /// Members and elements by index, from 0.
        impl $type {
            /// Returns the object at `index`, as a live reference with default settings.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Content`](crate::ErrorKind::Content) if there is no object.
            #[doc(alias = "ObjectAt")]
            pub fn object_at(&self, index: usize) -> Result<JsonObject> {
                let node = self.must_get("object_at", index, |node| node.share())?;
                node.into_object("object_at", index).map(JsonObject::from_node)
            }

            /// Makes `object` refer to the object at `index`. `object` keeps its settings.
            ///
            /// # Errors
            ///
            /// As for [`object_at`](Self::object_at); `object` is then a new empty document.
            #[doc(alias = "ObjectAt2")]
            pub fn object_at2(&self, index: usize, object: &mut JsonObject) -> Result<()> {
                object.refer_to(self.object_at(index))
            }

            /// Returns the array at `index`, as a live reference with default settings.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Content`](crate::ErrorKind::Content) if there is no array.
            #[doc(alias = "ArrayAt")]
            pub fn array_at(&self, index: usize) -> Result<JsonArray> {
                let node = self.must_get("array_at", index, |node| node.share())?;
                node.into_array("array_at", index).map(JsonArray::from_node)
            }

            /// Makes `array` refer to the array at `index`. `array` keeps its settings.
            ///
            /// # Errors
            ///
            /// As for [`array_at`](Self::array_at); `array` is then a new empty document.
            #[doc(alias = "ArrayAt2")]
            pub fn array_at2(&self, index: usize, array: &mut JsonArray) -> Result<()> {
                array.refer_to(self.array_at(index))
            }

            /// Sets the value at `index` to a string.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Content`](crate::ErrorKind::Content) if there is no such value.
            #[doc(alias = "SetStringAt")]
            pub fn set_string_at(&mut self, index: usize, value: &str) -> Result<()> {
                self.must_get("set_string_at", index, |place| *place = JsonNode::string(value))
            }

            /// Sets the value at `index` to an integer.
            ///
            /// # Errors
            ///
            /// As for [`set_string_at`](Self::set_string_at).
            #[doc(alias = "SetIntAt")]
            pub fn set_int_at(&mut self, index: usize, value: i64) -> Result<()> {
                self.must_get("set_int_at", index, |place| *place = JsonNode::int(value))
            }

            /// Sets the value at `index` to a boolean.
            ///
            /// # Errors
            ///
            /// As for [`set_string_at`](Self::set_string_at).
            #[doc(alias = "SetBoolAt")]
            pub fn set_bool_at(&mut self, index: usize, value: bool) -> Result<()> {
                self.must_get("set_bool_at", index, |place| *place = JsonNode::Bool(value))
            }

            /// Sets the value at `index` to null.
            ///
            /// # Errors
            ///
            /// As for [`set_string_at`](Self::set_string_at).
            #[doc(alias = "SetNullAt")]
            pub fn set_null_at(&mut self, index: usize) -> Result<()> {
                self.must_get("set_null_at", index, |place| *place = JsonNode::Null)
            }

            /// Sets the value at `index` to a number from its text, which is kept.
            ///
            /// # Errors
            ///
            /// As for [`set_string_at`](Self::set_string_at); also fails if the text is not a
            /// JSON number.
            #[doc(alias = "SetNumberAt")]
            pub fn set_number_at(&mut self, index: usize, value: &str) -> Result<()> {
                let node = JsonNode::number("set_number_at", value)?;
                self.must_get("set_number_at", index, |place| *place = node)
            }
        }
    };
}

impl_common!(JsonObject, Object, object, "an object", "JsonArray");
impl_common!(JsonArray, Array, array, "an array", "JsonObject");
