//! Reading JSON text into the tree, with serde_json.

use std::cell::Cell;
use std::collections::VecDeque;
use std::fmt;
use std::fs;
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::node::{Container, JsonNode, MAX_DEPTH, child_depth};
use super::text::JsonText;
use crate::error::{Error, ErrorKind, Result};
use crate::named::cost;
use crate::text::file::quoted;

/// Reads JSON text into a node. If it is a container, its depth is `depth`.
pub(super) fn load(member: &str, text: &str, depth: u8) -> Result<JsonNode> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let read = || {
        let mut json = serde_json::Deserializer::from_str(text);
        let node = NodeSeed { depth, state: &mut LoadState::new(text) }.deserialize(&mut json)?;
        json.end()?;
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

/// What is known while a document is read.
pub(super) struct LoadState<'t> {
    numbers: NumberTexts<'t>,
    /// The members and items of the open containers. A container takes its own when it closes, so it is allocated
    /// once, in its size.
    members: Vec<(JsonText, JsonNode)>,
    items: Vec<JsonNode>,
}

impl<'t> LoadState<'t> {
    /// `json` is empty if the nodes do not come from text.
    pub(super) fn new(json: &'t str) -> Self {
        LoadState { numbers: NumberTexts::new(json), members: Vec::new(), items: Vec::new() }
    }
}

/// Builds a node from any input of a deserializer.
pub(super) struct NodeSeed<'s, 't> {
    /// The depth of the node, if it is a container.
    pub(super) depth: u8,
    pub(super) state: &'s mut LoadState<'t>,
}

impl<'t> NodeSeed<'_, 't> {
    fn child<E: serde::de::Error>(&mut self) -> Result<NodeSeed<'_, 't>, E> {
        if self.depth > MAX_DEPTH {
            return Err(E::custom(format_args!("nested deeper than {MAX_DEPTH} levels")));
        }
        // One more than the limit makes the next container fail.
        let depth = child_depth(self.depth).unwrap_or(MAX_DEPTH + 1);
        Ok(NodeSeed { depth, state: self.state })
    }
}

/// Reads the name of a member.
struct NameSeed<'s, 't>(&'s NumberTexts<'t>);

impl<'de> DeserializeSeed<'de> for NameSeed<'_, '_> {
    type Value = JsonText;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<JsonText, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed<'_, '_> {
    type Value = JsonText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<JsonText, E> {
        self.0.skip_to(name);
        Ok(name.into())
    }

    fn visit_str<E>(self, name: &str) -> Result<JsonText, E> {
        Ok(name.into())
    }

    // Some formats other than JSON have byte strings as names.
    fn visit_bytes<E: serde::de::Error>(self, name: &[u8]) -> Result<JsonText, E> {
        let name = std::str::from_utf8(name);
        name.map(JsonText::from).map_err(|_| E::custom("the name of a member is not UTF-8"))
    }
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_, '_> {
    type Value = JsonNode;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<JsonNode, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_, '_> {
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
        Ok(JsonNode::Number(JsonText::of_integer(value)))
    }

    fn visit_u128<E>(self, value: u128) -> Result<JsonNode, E> {
        Ok(JsonNode::Number(JsonText::of_integer(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<JsonNode, E> {
        if let Some(text) = self.state.numbers.next_not_integer() {
            return Ok(JsonNode::Number(text.into()));
        }
        // JSON has no NaN and no infinity; like serde_json, write null.
        let number = serde_json::Number::from_f64(value);
        Ok(number.map_or(JsonNode::Null, |number| JsonNode::Number(number.to_string().into())))
    }

    fn visit_str<E>(self, value: &str) -> Result<JsonNode, E> {
        Ok(JsonNode::string(value))
    }

    fn visit_string<E>(self, value: String) -> Result<JsonNode, E> {
        Ok(JsonNode::String(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<JsonNode, A::Error> {
        self.child::<A::Error>()?;
        let start = self.state.items.len();
        let mut read = || -> Result<(), A::Error> {
            while let Some(item) = seq.next_element_seed(self.child()?)? {
                self.state.items.push(item);
            }
            Ok(())
        };
        // Also after an error, which the caller of a deserializer may ignore.
        let (read, items) = (read(), self.state.items.split_off(start));
        read?;
        Ok(JsonNode::Array(Container::new(self.depth, VecDeque::from(items).into())))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<JsonNode, A::Error> {
        let start = self.state.members.len();
        let mut read = || -> Result<Option<JsonNode>, A::Error> {
            while let Some(name) = map.next_key_seed(NameSeed(&self.state.numbers))? {
                let is_first = self.state.members.len() == start;
                if is_first && name.as_bytes() == NUMBER.as_bytes() && numbers_are_maps() {
                    let number: String = map.next_value()?;
                    let text = self.state.numbers.next_if(&number).unwrap_or(&number);
                    return JsonNode::number("", text).map(Some).map_err(A::Error::custom);
                }
                let node = map.next_value_seed(self.child()?)?;
                self.state.members.push((name, node));
            }
            self.child::<A::Error>()?;
            Ok(None)
        };
        let (read, members) = (read(), self.state.members.split_off(start));
        if let Some(number) = read? {
            return Ok(number);
        }
        Ok(JsonNode::Object(Container::new(self.depth, members.into())))
    }
}

/// The only key of the map as which serde_json passes a number if its feature `arbitrary_precision`
/// is on. Cargo turns a feature on for every crate of a program if any of them enables it.
const NUMBER: &str = "$serde_json::private::Number";

fn numbers_are_maps() -> bool {
    serde_json::from_str::<serde_json::Number>("1.50").is_ok_and(|n| n.to_string() == "1.50")
}

/// The texts of the numbers in valid JSON text, in their order. serde_json passes on the values only.
struct NumberTexts<'t> {
    json: &'t str,
    /// Where the search for the next number goes on.
    at: Cell<usize>,
    /// The next number, if it was found already.
    next: Cell<Option<&'t str>>,
}

impl<'t> NumberTexts<'t> {
    fn new(json: &'t str) -> Self {
        NumberTexts { json, at: Cell::new(0), next: Cell::new(None) }
    }

    /// Goes on after a string without escapes, whose numbers before it were passed on.
    fn skip_to(&self, string: &str) {
        let start = (string.as_ptr() as usize).wrapping_sub(self.json.as_ptr() as usize);
        let quote = start.wrapping_add(string.len());
        if quote < self.json.len() && quote > self.at.get() {
            self.at.set(quote + 1);
            self.next.take();
        }
    }

    /// Returns the next number that serde_json passes as `f64`.
    fn next_not_integer(&self) -> Option<&'t str> {
        loop {
            let number = self.peek()?;
            self.next.take();
            // Only the integer -0 is a `f64`.
            let is_integer =
                number != "-0" && (number.parse::<u64>().is_ok() || number.parse::<i64>().is_ok());
            if !is_integer {
                return Some(number);
            }
        }
    }

    /// Returns the next number if it is this one, as serde_json writes it with `arbitrary_precision`. It is
    /// not if a map in the text imitates [`NUMBER`].
    fn next_if(&self, number: &str) -> Option<&'t str> {
        let text = self.peek()?;
        plain(text).eq(plain(number)).then(|| {
            self.next.take();
            text
        })
    }

    /// Returns the next number. Text that was searched is not searched again, even if there is no number in it.
    fn peek(&self) -> Option<&'t str> {
        if self.next.get().is_none() {
            self.next.set(self.search());
        }
        self.next.get()
    }

    fn search(&self) -> Option<&'t str> {
        let bytes = self.json.as_bytes();
        let mut start = self.at.get();
        loop {
            match bytes.get(start) {
                Some(b'"') => start = string_end(bytes, start + 1),
                Some(b'-' | b'0'..=b'9') | None => break,
                Some(_) => start += 1,
            }
        }
        let is_part = |b: &&u8| b.is_ascii_digit() || b"+-.eE".contains(b);
        let end = start + bytes.iter().skip(start).take_while(is_part).count();
        cost::add(end - self.at.replace(end));
        self.json.get(start..end).filter(|number| !number.is_empty())
    }
}

/// The bytes of a number, with `e` for `E`, `e+` and `E+`.
fn plain(number: &str) -> impl Iterator<Item = u8> {
    let before = std::iter::once(0).chain(number.bytes());
    let bytes = before.zip(number.bytes());
    let kept = bytes.filter(|pair| !matches!(pair, (b'e' | b'E', b'+')));
    kept.map(|(_, byte)| if byte == b'E' { b'e' } else { byte })
}

/// Returns the position after the quote that ends a string.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
            None => return at,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize as _;
    use serde::de::value::MapDeserializer;

    use super::super::JsonObject;
    use super::*;
    use crate::named::cost::assert_linear;

    #[test]
    fn names_may_be_bytes_in_other_formats() {
        let read = |name: &[u8]| {
            let members = [(name, 1_u8)].into_iter();
            JsonObject::deserialize(MapDeserializer::<_, serde::de::value::Error>::new(members))
        };
        assert_eq!(read("ä".as_bytes()).unwrap().emit(), r#"{"ä":1}"#);
        assert!(read(b"\xff").is_err());
    }

    #[test]
    fn imitations_of_numbers_take_linear_time() {
        assert_linear("imitations, and then a long number or none", |count| {
            let imitations = vec![format!("{{\"{NUMBER}\":\"1\"}}"); count].join(",");
            for (text, next) in [("", None), ("2", Some("2"))] {
                let next = next.map(|number: &str| number.repeat(count));
                let json = format!("[{imitations},[{}]]", text.repeat(count));
                let numbers = NumberTexts::new(&json);
                assert!((0..count).all(|_| numbers.next_if("1").is_none()));
                assert_eq!(numbers.peek(), next.as_deref());
            }
        });
    }

    #[test]
    fn a_search_goes_on_after_the_last_name() {
        let json = r#"{"a":[1,"2"],"b":{"c 3.5":1.50},"d":"4","e":2.50}"#;
        let numbers = NumberTexts::new(json);
        let name = |name: &str| &json[json.find(name).unwrap()..][..name.len()];
        numbers.skip_to(name("c 3.5"));
        assert_eq!(numbers.next_not_integer(), Some("1.50"));
        numbers.skip_to(name("d"));
        assert_eq!(numbers.peek(), Some("2.50"));
        // Neither a name before a number that was found nor one of another text goes back.
        numbers.skip_to(name("a"));
        numbers.skip_to(name("e"));
        numbers.skip_to("e");
        assert_eq!(numbers.next_not_integer(), Some("2.50"));
        assert_eq!(numbers.next_not_integer(), None);
        NumberTexts::new("").skip_to("e");
    }

    #[test]
    fn a_number_is_found_however_its_exponent_is_written() {
        let numbers = NumberTexts::new(r#"{"1":[1E5,2e+5,"\"3\\",4E+5,5e-5]}"#);
        assert_eq!(numbers.next_if("1e5"), Some("1E5"));
        assert_eq!(numbers.next_if("2e5"), Some("2e+5"));
        for other in ["4e", "4e55", "4e-5", "4+e5", "4e++5", "+4e5", "3", ""] {
            assert_eq!(numbers.next_if(other), None, "{other}");
        }
        assert_eq!(numbers.next_if("4e+5"), Some("4E+5"));
        assert_eq!(numbers.next_if("5E-5"), Some("5e-5"));
        assert_eq!(numbers.next_if("5e-5"), None);
    }
}
