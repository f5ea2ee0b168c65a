//! JSON values whose objects keep their members in source order.
//!
//! `serde_json::Value` sorts members unless a crate in the build enables the feature `preserve_order` of
//! serde_json, which would change the maps of all other crates as well.

use std::collections::HashMap;
use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

/// A JSON value. serde_json refuses text nested more than 128 levels deep, so functions on a value may be
/// recursive.
#[derive(Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Json>),
    Object(Members),
}

impl Json {
    pub(super) fn as_str(&self) -> Option<&str> {
        if let Json::String(text) = self { Some(text) } else { None }
    }

    pub(super) fn as_object_mut(&mut self) -> Option<&mut Members> {
        if let Json::Object(members) = self { Some(members) } else { None }
    }

    /// Returns the member with this name if the value is an object.
    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        if let Json::Object(members) = self { members.get(name) } else { None }
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::String(text)
    }
}

/// The members of an object. Names are unique.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Members(Vec<(String, Json)>);

impl Members {
    pub(super) fn get(&self, wanted: &str) -> Option<&Json> {
        self.0.iter().find(|(name, _)| name == wanted).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, wanted: &str) -> Option<&mut Json> {
        self.iter_mut().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Json)> {
        self.0.iter_mut().map(|(name, value)| (name.as_str(), value))
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Number(number) => number.serialize(serializer),
            Json::String(text) => serializer.serialize_str(text),
            Json::Array(values) => values.serialize(serializer),
            Json::Object(Members(members)) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        // JSON has no infinite numbers.
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Json::Array(values))
    }

    /// Keeps the last value of a repeated name, at the position of the first. Hiding the value of a name
    /// thus hides all of its values.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        while let Some((name, value)) = map.next_entry::<String, Json>()? {
            match places.get(&name).and_then(|at| members.get_mut(*at)) {
                Some((_, former)) => *former = value,
                None => {
                    places.insert(name.clone(), members.len());
                    members.push((name, value));
                }
            }
        }
        Ok(Json::Object(Members(members)))
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    fn printed(text: &str) -> String {
        serde_json::to_string(&serde_json::from_str::<Json>(text).unwrap()).unwrap()
    }

    #[test]
    fn members_and_numbers_are_printed_as_read() {
        let text = r#"{"z":1,"a":{"y":[{"c":-2,"b":1.50e1}],"x":null},"m":"é\n","k":true,"":18446744073709551615}"#;
        assert_eq!(printed(text), text.replace("1.50e1", "15.0"));
        assert_eq!(printed(r#"{"z":1,"a":2,"z":3}"#), r#"{"z":3,"a":2}"#);
    }

    #[test]
    fn text_nested_too_deep_is_refused() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(printed(&nested(127)), nested(127));
        assert!(serde_json::from_str::<Json>(&nested(100_000)).is_err());
    }
}
