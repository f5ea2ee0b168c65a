//! [`JsonObject`] and [`JsonArray`]: JSON documents that are read and edited in place.
//!
//! * `node.rs` holds the tree, whose containers are shared by handles,
//! * `path.rs` reads paths and walks them,
//! * `read.rs` and `emit.rs` turn text into the tree and back, by serde_json,
//! * `object.rs` has `JsonObject`, its settings, and the members that read by path; `update.rs` those that edit by path,
//!   `members.rs` those for direct members, by index or plain name, and `records.rs` those that look for records,
//! * `array.rs` has `JsonArray` and the members that read, `elements.rs` those that edit,
//! * `common.rs` has what both classes share: loading, emitting, and setting or taking what stands at an index,
//! * `serde_bridge.rs` is the bridge to serde.

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
mod update;

pub use self::array::JsonArray;
pub use self::object::JsonObject;
