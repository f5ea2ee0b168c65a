//! Reading JSON text into the tree, with serde_json.

use std::cell::Cell;
use std::fmt;
use std::fs;
use std::path::Path;

use serde::Deserialize as _;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::node::{ArrayItems, Container, JsonNode, MAX_DEPTH, ObjectMembers, child_depth};
use crate::error::{Error, ErrorKind, Result};
use crate::text::file::quoted;

/// Reads JSON text into a node. If it is a container, its depth is `depth`.
///
/// The first pass builds the tree and finds every error, with line and column. serde_json passes
/// numbers that are not integers as `f64`, without their text. If there are any, a second pass
/// reads the texts.
pub(super) fn load(member: &str, text: &str, depth: u8) -> Result<JsonNode> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let inexact = Cell::new(false);
    let read = || {
        let mut json = serde_json::Deserializer::from_str(text);
        let mut node = NodeSeed { depth, inexact: &inexact }.deserialize(&mut json)?;
        json.end()?;
        if inexact.get() {
            NumberTexts(&mut node).deserialize(&mut serde_json::Deserializer::from_str(text))?;
        }
        Ok(node)
    };
    read().map_err(|err: serde_json::Error| {
        Error::new(ErrorKind::Content, format!("{member}: the text is not valid JSON: {err}"))
            .with_source(err)
    })
}

pub(super) fn wrong_top_level(member: &str, found: &JsonNode, wanted: &str, other: &str) -> Error {
    let hint = match (wanted, found) {
        ("an object", JsonNode::Array(_)) | ("an array", JsonNode::Object(_)) => {
            format!("; {other} can load it")
        }
        _ => String::new(),
    };
    let message = format!("{member}: the JSON is {}, not {wanted}{hint}", found.kind());
    Error::new(ErrorKind::Content, message)
}

pub(super) fn utf8<'b>(member: &str, bytes: &'b [u8]) -> Result<&'b str> {
    std::str::from_utf8(bytes).map_err(|err| {
        let at = err.valid_up_to();
        let message =
            format!("{member}: the JSON is not UTF-8; the byte at offset {at} is invalid");
        Error::new(ErrorKind::Content, message).with_source(err)
    })
}

pub(super) fn file(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|err| {
        let message = format!("cannot read the file {}: {err}", quoted(path));
        Error::new(ErrorKind::Io, message).with_source(err)
    })
}

/// Builds a node from any input of a deserializer.
pub(super) struct NodeSeed<'f> {
    /// The depth of the node, if it is a container.
    pub(super) depth: u8,
    /// Set if a number came without its text.
    pub(super) inexact: &'f Cell<bool>,
}

impl NodeSeed<'_> {
    fn child<E: serde::de::Error>(&self) -> Result<Self, E> {
        if self.depth > MAX_DEPTH {
            return Err(E::custom(format_args!("nested deeper than {MAX_DEPTH} levels")));
        }
        // One more than the limit makes the next container fail.
        let depth = child_depth(self.depth).unwrap_or(MAX_DEPTH + 1);
        Ok(NodeSeed { depth, inexact: self.inexact })
    }

    fn duplicate(&self) -> Self {
        NodeSeed { depth: self.depth, inexact: self.inexact }
    }
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = JsonNode;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<JsonNode, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = JsonNode;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<JsonNode, E> {
        Ok(JsonNode::Null)
    }

    fn visit_none<E>(self) -> Result<JsonNode, E> {
        Ok(JsonNode::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<JsonNode, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<JsonNode, D::Error> {
        self.deserialize(inner)
    }

    fn visit_bool<E>(self, value: bool) -> Result<JsonNode, E> {
        Ok(JsonNode::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<JsonNode, E> {
        Ok(JsonNode::int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<JsonNode, E> {
        Ok(JsonNode::u_int(value))
    }

    fn visit_i128<E>(self, value: i128) -> Result<JsonNode, E> {
        Ok(JsonNode::Number(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<JsonNode, E> {
        Ok(JsonNode::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<JsonNode, E> {
        self.inexact.set(true);
        // JSON has no NaN and no infinity; like serde_json, write null.
        let number = serde_json::Number::from_f64(value);
        Ok(number.map_or(JsonNode::Null, |number| JsonNode::Number(number.to_string())))
    }

    fn visit_str<E>(self, value: &str) -> Result<JsonNode, E> {
        Ok(JsonNode::string(value))
    }

    fn visit_string<E>(self, value: String) -> Result<JsonNode, E> {
        Ok(JsonNode::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<JsonNode, A::Error> {
        let child = self.child()?;
        let mut items = ArrayItems::new();
        while let Some(item) = seq.next_element_seed(child.duplicate())? {
            items.push_back(item);
        }
        Ok(JsonNode::Array(Container::new(self.depth, items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonNode, A::Error> {
        let mut members = ObjectMembers::default();
        while let Some(name) = map.next_key::<String>()? {
            if members.is_empty() && name == NUMBER && numbers_are_maps() {
                self.inexact.set(true);
                let text: String = map.next_value()?;
                return JsonNode::number("", &text).map_err(A::Error::custom);
            }
            let child = self.child()?;
            members.push((name, map.next_value_seed(child)?));
        }
        self.child::<A::Error>()?;
        Ok(JsonNode::Object(Container::new(self.depth, members)))
    }
}

/// The only key of the map as which serde_json passes a number if its feature `arbitrary_precision`
/// is on. Cargo turns a feature on for every crate of a program if any of them enables it.
const NUMBER: &str = "$serde_json::private::Number";

fn numbers_are_maps() -> bool {
    serde_json::from_str::<serde_json::Number>("1.50").is_ok_and(|n| n.to_string() == "1.50")
}

/// Reads the text of each number into a tree that was built from the same JSON.
struct NumberTexts<'n>(&'n mut JsonNode);

impl<'de> DeserializeSeed<'de> for NumberTexts<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.0 {
            JsonNode::Number(text) => {
                let raw = <&RawValue>::deserialize(deserializer)?.get();
                // Only a map in the input that imitates `NUMBER` starts with a brace.
                if !raw.starts_with('{') {
                    raw.clone_into(text);
                }
                Ok(())
            }
            JsonNode::Object(_) => deserializer.deserialize_map(self),
            JsonNode::Array(_) => deserializer.deserialize_seq(self),
            _ => IgnoredAny::deserialize(deserializer).map(drop),
        }
    }
}

impl<'de> Visitor<'de> for NumberTexts<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the JSON of the first pass")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let JsonNode::Array(array) = self.0 else { return Err(A::Error::custom("not an array")) };
        for item in array.lock().iter_mut() {
            seq.next_element_seed(NumberTexts(item))?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let JsonNode::Object(object) = self.0 else {
            return Err(A::Error::custom("not an object"));
        };
        for (_, node) in object.lock().values_mut() {
            map.next_key::<IgnoredAny>()?;
            map.next_value_seed(NumberTexts(node))?;
        }
        Ok(())
    }
}
