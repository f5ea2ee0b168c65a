//! JSON values whose objects keep the order of their members.
//!
//! `serde_json::Value` sorts members, unless a crate in the build enables `preserve_order`. The texts that are read here
//! are shown and sent again, so their order must not depend on that.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

use crate::named::NamedList;

/// A JSON value.
#[derive(Clone, Default)]
pub(super) enum JsonValue {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<JsonValue>),
    /// The last of two members with the same name counts, at the position of the first.
    Object(NamedList<(String, JsonValue)>),
}

/// Creates an object: `object! { "key": name, "value": text }`.
macro_rules! object {
    ($($name:literal: $value:expr),+ $(,)?) => {
        JsonValue::object([$(($name, JsonValue::from($value))),+])
    };
}
pub(super) use object;

impl JsonValue {
    pub(super) fn object<'n>(members: impl IntoIterator<Item = (&'n str, JsonValue)>) -> JsonValue {
        let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
        JsonValue::Object(members.collect::<Vec<_>>().into())
    }

    /// Adds or replaces a member of an object.
    pub(super) fn insert(&mut self, name: &str, value: impl Into<JsonValue>) {
        if let JsonValue::Object(members) = self {
            insert(members, name.to_owned(), value.into());
        }
    }

    /// Returns a member of an object.
    pub(super) fn get(&self, name: &str) -> Option<&JsonValue> {
        let JsonValue::Object(members) = self else { return None };
        members.find(name)
    }

    pub(super) fn as_array(&self) -> Option<&[JsonValue]> {
        if let JsonValue::Array(values) = self { Some(values) } else { None }
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        if let JsonValue::String(text) = self { Some(text) } else { None }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        if let JsonValue::Bool(value) = self { Some(*value) } else { None }
    }

    pub(super) fn as_u64(&self) -> Option<u64> {
        if let JsonValue::Number(number) = self { number.as_u64() } else { None }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, JsonValue::Null)
    }

    pub(super) fn is_object(&self) -> bool {
        matches!(self, JsonValue::Object(_))
    }
}

fn insert(members: &mut NamedList<(String, JsonValue)>, name: String, value: JsonValue) {
    match members.find_mut(&name) {
        Some(known) => *known = value,
        None => members.push((name, value)),
    }
}

impl From<bool> for JsonValue {
    fn from(value: bool) -> Self {
        JsonValue::Bool(value)
    }
}

impl From<u16> for JsonValue {
    fn from(number: u16) -> Self {
        JsonValue::Number(number.into())
    }
}

impl From<u32> for JsonValue {
    fn from(number: u32) -> Self {
        JsonValue::Number(number.into())
    }
}

impl From<&str> for JsonValue {
    fn from(text: &str) -> Self {
        JsonValue::String(text.to_owned())
    }
}

impl From<&String> for JsonValue {
    fn from(text: &String) -> Self {
        JsonValue::String(text.clone())
    }
}

impl From<String> for JsonValue {
    fn from(text: String) -> Self {
        JsonValue::String(text)
    }
}

impl<T: Into<JsonValue>> From<Vec<T>> for JsonValue {
    fn from(values: Vec<T>) -> Self {
        JsonValue::Array(values.into_iter().map(Into::into).collect())
    }
}

/// Writes JSON on one line, without spaces.
impl fmt::Display for JsonValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for JsonValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            JsonValue::Null => serializer.serialize_unit(),
            JsonValue::Bool(value) => serializer.serialize_bool(*value),
            JsonValue::Number(number) => number.serialize(serializer),
            JsonValue::String(text) => serializer.serialize_str(text),
            JsonValue::Array(values) => values.serialize(serializer),
            JsonValue::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for JsonValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

/// The name by which serde_json passes the text of a number, if a crate in the build enables its feature
/// `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = JsonValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<JsonValue, E> {
        Ok(JsonValue::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<JsonValue, E> {
        Ok(JsonValue::Bool(value))
    }

    fn visit_u64<E>(self, number: u64) -> Result<JsonValue, E> {
        Ok(JsonValue::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<JsonValue, E> {
        Ok(JsonValue::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<JsonValue, E> {
        Ok(Number::from_f64(number).map_or(JsonValue::Null, JsonValue::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<JsonValue, E> {
        Ok(JsonValue::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<JsonValue, E> {
        Ok(JsonValue::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<JsonValue, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(JsonValue::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonValue, A::Error> {
        let mut members = NamedList::default();
        while let Some((name, value)) = map.next_entry::<String, JsonValue>()? {
            insert(&mut members, name, value);
        }
        if let (1, Some((name, JsonValue::String(text)))) = (members.len(), members.get(0)) {
            if let (true, Ok(number)) = (name == NUMBER, serde_json::from_str(text)) {
                return Ok(JsonValue::Number(number));
            }
        }
        Ok(JsonValue::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_the_order_of_the_text() {
        let text = r#"{"z":1,"a":{"y":[{"c":-2,"b":1.5}],"x":null},"m":"é\n","k":true}"#;
        let value: JsonValue = serde_json::from_str(text).unwrap();
        assert_eq!(value.to_string(), text);
        let twice: JsonValue = serde_json::from_str(r#"{"z":1,"a":2,"z":3}"#).unwrap();
        assert_eq!(twice.to_string(), r#"{"z":3,"a":2}"#);
    }

    #[test]
    fn a_member_is_added_last_or_replaced() {
        let mut value = object! { "z": "1", "a": vec!["b"], "m": JsonValue::Null };
        value.insert("z", 2_u32);
        value.insert("b", false);
        assert_eq!(value.to_string(), r#"{"z":2,"a":["b"],"m":null,"b":false}"#);
        assert_eq!(value.get("b").and_then(JsonValue::as_bool), Some(false));
        assert!(value.get("c").is_none());
    }

    #[test]
    fn a_number_passed_as_its_text_is_a_number() {
        let text = format!(r#"[{{"{NUMBER}":"12.50"}}]"#);
        let value: JsonValue = serde_json::from_str(&text).unwrap();
        assert!(value.to_string().starts_with("[12.5"));
    }
}
