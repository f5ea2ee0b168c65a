//! [`JsonObject`] and [`JsonArray`]: JSON documents, read and edited in place.
//!
//! * `node.rs`: the tree, whose containers are shared by handles,
//! * `text.rs`: the texts in it,
//! * `path.rs`: parsing and walking paths,
//! * `read.rs` and `emit.rs`: text to the tree and back, with serde_json,
//! * `object.rs`: `JsonObject`, its settings, and reading by path; `update.rs`: editing by path;
//!   `members.rs`: direct members, by index or plain name; `records.rs`: searching for records,
//! * `array.rs`: `JsonArray` and reading its elements; `elements.rs`: editing them,
//! * `common.rs`: members of both classes: loading, emitting, and values at an index,
//! * `serde_bridge.rs`: conversions to and from serde.

mod array;
mod common;
mod elements;
mod emit;
mod members;
mod node;
mod object;
mod path;
mod read;
mod records;
mod serde_bridge;
#[cfg(test)]
mod tests;
mod text;
mod update;

pub use self::array::JsonArray;
pub use self::object::JsonObject;
