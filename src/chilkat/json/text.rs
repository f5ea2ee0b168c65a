//! What both kinds of documents have: text in and text out.

use std::fmt;
use std::path::Path;

use super::array::JsonArray;
use super::node::{Node, split};
use super::object::{JsonObject, written};
use super::read;
use crate::error::Result;
use crate::file;

macro_rules! text {
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

            /// Loads JSON text in the place of the content. A reference into a document changes the
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
            pub fn load_sb(&mut self, json: &str) -> Result<()> {
                self.load_as("load_sb", Ok(json))
            }

            /// Loads JSON from bytes, which are UTF-8.
            ///
            /// # Errors
            ///
            /// As [`load`](Self::load), and where the bytes are not UTF-8.
            #[doc(alias = "LoadBd")]
            pub fn load_bd(&mut self, json: &[u8]) -> Result<()> {
                self.load_as("load_bd", read::utf8("load_bd", json))
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
                        Node::$variant(node) => Ok(std::mem::take(&mut *node.lock())),
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
    };
}

text!(JsonObject, Object, object, "an object", "JsonArray");
text!(JsonArray, Array, array, "an array", "JsonObject");
