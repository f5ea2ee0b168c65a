//! [`JsonObject`] and [`JsonArray`]: JSON documents that are read and edited in place.
//!
//! * `node.rs` holds the tree, whose containers are shared by handles,
//! * `path.rs` reads paths and walks them,
//! * `read.rs` and `emit.rs` turn text into the tree and back, by serde_json,
//! * `object.rs`, `update.rs`, `members.rs` and `records.rs` have the members of `JsonObject`,
//! * `array.rs` and `elements.rs` those of `JsonArray`,
//! * `common.rs` what both have, `serde_bridge.rs` is the bridge to serde.

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
