//! What both kinds of documents have: text in and text out, and what stands at an index.

use std::fmt;
use std::path::Path;

use super::array::JsonArray;
use super::node::{JsonNode, split};
use super::object::{JsonObject, written};
use super::read;
use crate::error::Result;
use crate::text::file;

macro_rules! common {
    ($type:ident, $variant:ident, $layout:ident, $wanted:literal, $other:literal) => {
        /// JSON text.
        impl $type {
            /// Makes this a handle to what was found; to a new one where nothing was, so that what
            /// it was before is not taken for it.
            pub(super) fn refer_to(&mut self, found: Result<$type>) -> Result<()> {
                let (found, result) = split(found);
                self.node = found.node;
                result
            }

            /// Whether JSON is written without white space. Default true.
            #[doc(alias = "get_EmitCompact")]
            #[doc(alias = "EmitCompact")]
            pub fn emit_compact(&self) -> bool {
                self.layout.compact
            }

            /// Sets whether JSON is written on one line without white space. False: one member or
            /// element a line, indented by two spaces a level, and a line end after the last.
            #[doc(alias = "put_EmitCompact")]
            pub fn set_emit_compact(&mut self, compact: bool) -> &mut Self {
                self.layout.compact = compact;
                self
            }

            /// Replaces the content by JSON text. A reference into a document changes the
            /// document.
            ///
            /// A byte order mark and white space around are accepted. Chilkat takes whatever it is
            /// given and makes the best of it; this is strict.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Content`](crate::ErrorKind::Content), with line and column, where it is
            /// not JSON, has a number beyond what an `f64` holds or nests too deep, and where the
            /// top level is of the other type. The content is empty then, so that nothing old is
            /// taken for what was to be loaded; but a reference into a document leaves that as it
            /// was.
            #[doc(alias = "Load")]
            pub fn load(&mut self, json: &str) -> Result<()> {
                self.load_as("load", Ok(json))
            }

            /// Loads JSON from a string builder: [`load`](Self::load) by another name.
            ///
            /// # Errors
            ///
            /// As [`load`](Self::load).
            #[doc(alias = "LoadSb")]
            pub fn load_sb(&mut self, json: impl AsRef<str>) -> Result<()> {
                self.load_as("load_sb", Ok(json.as_ref()))
            }

            /// Loads JSON from bytes, which are UTF-8.
            ///
            /// # Errors
            ///
            /// As [`load`](Self::load), and where the bytes are not UTF-8.
            #[doc(alias = "LoadBd")]
            pub fn load_bd(&mut self, json: impl AsRef<[u8]>) -> Result<()> {
                self.load_as("load_bd", read::utf8("load_bd", json.as_ref()))
            }

            /// Loads JSON from a file, which is UTF-8.
            ///
            /// # Errors
            ///
            /// As [`load_bd`](Self::load_bd), and [`ErrorKind::Io`](crate::ErrorKind::Io) with the
            /// path where the file cannot be read.
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

            /// The JSON text, laid out as [`set_emit_compact`](Self::set_emit_compact) says.
            #[doc(alias = "Emit")]
            pub fn emit(&self) -> String {
                self.layout.$layout(&self.node.lock())
            }

            /// Appends what [`emit`](Self::emit) gives to a `String`, a string builder or another
            /// writer of text.
            ///
            /// # Errors
            ///
            /// Where the writer fails, which neither of these does.
            #[doc(alias = "EmitSb")]
            pub fn emit_sb(&self, sb: &mut impl fmt::Write) -> Result<()> {
                written("emit_sb", sb.write_str(&self.emit()))
            }

            /// Appends what [`emit`](Self::emit) gives, as UTF-8, to a `Vec<u8>` or another list of
            /// bytes.
            #[doc(alias = "EmitBd")]
            pub fn emit_bd(&self, bd: &mut impl Extend<u8>) {
                bd.extend(self.emit().into_bytes());
            }

            /// Writes what [`emit`](Self::emit) gives to a file, whole or not at all.
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
            /// The object at `index`, as a live reference with default settings.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Content`](crate::ErrorKind::Content) where there is no object.
            #[doc(alias = "ObjectAt")]
            pub fn object_at(&self, index: usize) -> Result<JsonObject> {
                let node = self.must_get("object_at", index, |node| node.share())?;
                node.into_object("object_at", index).map(JsonObject::over)
            }

            /// Makes `object` refer to the object at `index`; it keeps its settings.
            ///
            /// # Errors
            ///
            /// As [`object_at`](Self::object_at); `object` is a new empty one then.
            #[doc(alias = "ObjectAt2")]
            pub fn object_at2(&self, index: usize, object: &mut JsonObject) -> Result<()> {
                object.refer_to(self.object_at(index))
            }

            /// The array at `index`, as a live reference with default settings.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Content`](crate::ErrorKind::Content) where there is no array.
            #[doc(alias = "ArrayAt")]
            pub fn array_at(&self, index: usize) -> Result<JsonArray> {
                let node = self.must_get("array_at", index, |node| node.share())?;
                node.into_array("array_at", index).map(JsonArray::over)
            }

            /// Makes `array` refer to the array at `index`; it keeps its settings.
            ///
            /// # Errors
            ///
            /// As [`array_at`](Self::array_at); `array` is a new empty one then.
            #[doc(alias = "ArrayAt2")]
            pub fn array_at2(&self, index: usize, array: &mut JsonArray) -> Result<()> {
                array.refer_to(self.array_at(index))
            }

            /// Sets the value at `index` to a string.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Content`](crate::ErrorKind::Content) where there is nothing.
            #[doc(alias = "SetStringAt")]
            pub fn set_string_at(&mut self, index: usize, value: &str) -> Result<()> {
                self.must_get("set_string_at", index, |place| *place = JsonNode::string(value))
            }

            /// Sets the value at `index` to an integer.
            ///
            /// # Errors
            ///
            /// As [`set_string_at`](Self::set_string_at).
            #[doc(alias = "SetIntAt")]
            pub fn set_int_at(&mut self, index: usize, value: i64) -> Result<()> {
                self.must_get("set_int_at", index, |place| *place = JsonNode::int(value))
            }

            /// Sets the value at `index` to a boolean.
            ///
            /// # Errors
            ///
            /// As [`set_string_at`](Self::set_string_at).
            #[doc(alias = "SetBoolAt")]
            pub fn set_bool_at(&mut self, index: usize, value: bool) -> Result<()> {
                self.must_get("set_bool_at", index, |place| *place = JsonNode::Bool(value))
            }

            /// Sets the value at `index` to null.
            ///
            /// # Errors
            ///
            /// As [`set_string_at`](Self::set_string_at).
            #[doc(alias = "SetNullAt")]
            pub fn set_null_at(&mut self, index: usize) -> Result<()> {
                self.must_get("set_null_at", index, |place| *place = JsonNode::Null)
            }

            /// Sets the value at `index` to a number given as text, which is kept.
            ///
            /// # Errors
            ///
            /// As [`set_string_at`](Self::set_string_at), and where the text is not a JSON number.
            #[doc(alias = "SetNumberAt")]
            pub fn set_number_at(&mut self, index: usize, value: &str) -> Result<()> {
                let node = JsonNode::number("set_number_at", value)?;
                self.must_get("set_number_at", index, |place| *place = node)
            }
        }
    };
}

common!(JsonObject, Object, object, "an object", "JsonArray");
common!(JsonArray, Array, array, "an array", "JsonObject");
