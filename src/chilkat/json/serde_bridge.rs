//! Conversions between documents and serde.

use std::str::FromStr;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _};
use serde::ser::{Error as _, SerializeMap as _, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::array::JsonArray;
use super::emit::JsonLayout;
use super::node::JsonNode;
use super::object::JsonObject;
use super::read::{LoadState, NodeSeed};
use crate::error::{Error, ErrorKind, Result};
use crate::redact::masked_json_error;

/// Parses the text of a number as serde_json does: a `u64`, `i64` or `f64`.
fn parse_number(text: &str) -> serde_json::Result<serde_json::Number> {
    serde_json::from_str(text)
}

impl Serialize for JsonNode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            JsonNode::Null => serializer.serialize_unit(),
            JsonNode::Bool(value) => serializer.serialize_bool(*value),
            JsonNode::Number(text) => {
                parse_number(text).map_err(S::Error::custom)?.serialize(serializer)
            }
            JsonNode::String(text) => serializer.serialize_str(text),
            JsonNode::Object(object) => {
                let members = object.lock();
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, node) in members.iter() {
                    map.serialize_entry(&**name, node)?;
                }
                map.end()
            }
            JsonNode::Array(array) => serializer.collect_seq(array.lock().iter()),
        }
    }
}

fn to_value(node: &JsonNode) -> Value {
    match node {
        JsonNode::Null => Value::Null,
        JsonNode::Bool(value) => Value::Bool(*value),
        JsonNode::Number(text) => parse_number(text).map_or(Value::Null, Value::Number),
        JsonNode::String(text) => Value::String(text.to_string()),
        JsonNode::Object(object) => {
            let mut map = Map::new();
            for (name, node) in object.lock().iter() {
                // The first member with a name wins, as in look-ups.
                map.entry(&**name).or_insert_with(|| to_value(node));
            }
            Value::Object(map)
        }
        JsonNode::Array(array) => Value::Array(array.lock().iter().map(to_value).collect()),
    }
}

fn deserialize_node<'de, D: Deserializer<'de>>(deserializer: D) -> Result<JsonNode, D::Error> {
    NodeSeed { depth: 1, state: &mut LoadState::new("") }.deserialize(deserializer)
}

macro_rules! impl_serde {
    ($type:ident, $variant:ident, $layout:ident, $wanted:literal) => {
        /// Numbers are serialized as `u64`, `i64` or `f64`, whichever fits.
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // A copy, so that no lock is held while the caller's code runs.
                JsonNode::$variant(self.clone().node).serialize(serializer)
            }
        }

        /// Numbers are deserialized as integers or `f64`; [`load`](Self::load) keeps their text.
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match deserialize_node(deserializer)? {
                    JsonNode::$variant(node) => Ok(Self::from_node(node)),
                    other => {
                        let kind = other.kind();
                        Err(D::Error::custom(format_args!("the JSON is {kind}, not {}", $wanted)))
                    }
                }
            }
        }

        impl $type {
            /// Returns the JSON text without white space, whatever the layout settings.
            pub(crate) fn compact(&self) -> String {
                JsonLayout::default().$layout(&self.node.lock())
            }

            /// Converts any value that serde can serialize.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Content`](crate::ErrorKind::Content) if the value cannot be JSON, or is
            /// another type of JSON.
            pub fn from_serde(value: &impl Serialize) -> Result<Self> {
                let json = serde_json::to_string(value).map_err(|err| {
                    let message = format!("from_serde: the value cannot be JSON: {err}");
                    Error::new(ErrorKind::Content, message).with_source(err)
                })?;
                json.parse()
            }

            /// Converts the content to any type that serde can deserialize.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Content`](crate::ErrorKind::Content) if the content does not have the
            /// shape of the type.
            pub fn to_serde<T: DeserializeOwned>(&self) -> Result<T> {
                serde_json::from_str(&self.compact()).map_err(|err| {
                    // Without serde's error, which quotes values.
                    let why = masked_json_error(&err);
                    let message =
                        format!("to_serde: the JSON does not have the requested shape: {why}");
                    Error::new(ErrorKind::Content, message)
                })
            }
        }

        /// If several members have the same name, the first is used.
        impl From<&$type> for Value {
            fn from(json: &$type) -> Value {
                to_value(&JsonNode::$variant(json.node.clone()))
            }
        }

        /// If several members have the same name, the first is used.
        impl From<$type> for Value {
            fn from(json: $type) -> Value {
                Value::from(&json)
            }
        }

        /// Fails if the value is another type of JSON, or nests deeper than 127 levels.
        impl TryFrom<Value> for $type {
            type Error = Error;

            fn try_from(value: Value) -> Result<Self> {
                Self::deserialize(value)
                    .map_err(|err| Error::new(ErrorKind::Content, masked_json_error(&err)))
            }
        }

        /// [`load`](Self::load) into a new document.
        impl FromStr for $type {
            type Err = Error;

            fn from_str(json: &str) -> Result<Self> {
                let mut loaded = Self::new();
                loaded.load(json)?;
                Ok(loaded)
            }
        }

        /// Compares the compact JSON: names, values, the text of numbers, and their order.
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                // Only one lock at a time: two threads that compare the same pair cannot deadlock.
                self.compact() == other.compact()
            }
        }

        impl Eq for $type {}
    };
}

impl_serde!(JsonObject, Object, object, "an object");
impl_serde!(JsonArray, Array, array, "an array");

/// Fails if a value nests deeper than 127 levels.
impl TryFrom<Map<String, Value>> for JsonObject {
    type Error = Error;

    fn try_from(map: Map<String, Value>) -> Result<Self> {
        Value::Object(map).try_into()
    }
}

/// Fails if a value nests deeper than 127 levels.
impl TryFrom<Vec<Value>> for JsonArray {
    type Error = Error;

    fn try_from(items: Vec<Value>) -> Result<Self> {
        Value::Array(items).try_into()
    }
}
