//! The tree of a document. Handles share its containers, which makes them live references.
//!
//! A container is locked before the containers in it, and no caller's code runs under a lock, so
//! locks cannot deadlock. Nodes from another document are copied on insertion, so every container
//! has one parent and there are no cycles.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::text::JsonText;
use crate::error::{Error, Result};
use crate::named::{NamedList, Sequence};
use crate::text::dates;

/// The maximum number of levels of containers in a document, the limit of serde_json. It keeps
/// recursive walks over the tree, including `drop`, well inside the stack.
pub(super) const MAX_DEPTH: u8 = 127;

/// The content of an object or an array, and its depth. A container never moves to another level,
/// so every edit can check the depth limit.
pub(super) struct Container<T> {
    depth: u8,
    items: Mutex<T>,
}

pub(super) type ObjectMembers = NamedList<(JsonText, JsonNode)>;
pub(super) type ArrayItems = Sequence<JsonNode>;
pub(super) type ObjectRef = Arc<Container<ObjectMembers>>;
pub(super) type ArrayRef = Arc<Container<ArrayItems>>;

pub(super) enum JsonNode {
    Null,
    Bool(bool),
    /// The text of a number, as loaded or given.
    Number(JsonText),
    String(JsonText),
    Object(ObjectRef),
    Array(ArrayRef),
}

impl<T> Container<T> {
    pub(super) fn new(depth: u8, items: T) -> Arc<Self> {
        Arc::new(Container { depth, items: Mutex::new(items) })
    }

    /// Edits are atomic, so a poisoned lock guards consistent data.
    pub(super) fn lock(&self) -> MutexGuard<'_, T> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the items with loaded ones. If loading failed, a document becomes empty, so that old
    /// content is not mistaken for the new, but a part of a document is unchanged.
    pub(super) fn refill(&self, loaded: Result<T>) -> Result<()>
    where
        T: Default,
    {
        let is_part = self.depth > 1;
        match loaded {
            Err(err) if is_part => Err(err),
            loaded => {
                let (items, result) = or_default(loaded);
                *self.lock() = items;
                result
            }
        }
    }

    pub(super) fn depth(&self) -> u8 {
        self.depth
    }

    /// Returns the depth of a container in this one, or an error if that is too deep.
    pub(super) fn child_depth(&self, member: &str) -> Result<u8> {
        child_depth(self.depth).ok_or_else(|| too_deep(member))
    }
}

/// Splits a result into its value, or the default, and its error.
pub(super) fn or_default<T: Default>(result: Result<T>) -> (T, Result<()>) {
    match result {
        Ok(value) => (value, Ok(())),
        Err(err) => (T::default(), Err(err)),
    }
}

pub(super) fn child_depth(depth: u8) -> Option<u8> {
    (depth < MAX_DEPTH).then(|| depth + 1)
}

pub(super) fn too_deep(member: &str) -> Error {
    Error::argument(member, format_args!("this would nest deeper than {MAX_DEPTH} levels"))
}

pub(super) fn copy_members(object: &ObjectRef, depth: u8) -> Option<ObjectMembers> {
    let members = object.lock();
    let copy = members.iter().map(|(name, node)| Some((name.clone(), node.copy(depth)?)));
    copy.collect::<Option<Vec<_>>>().map(ObjectMembers::from)
}

pub(super) fn copy_items(array: &ArrayRef, depth: u8) -> Option<ArrayItems> {
    array.lock().iter().map(|node| node.copy(depth)).collect()
}

impl JsonNode {
    pub(super) fn object(depth: u8) -> JsonNode {
        JsonNode::Object(Container::new(depth, ObjectMembers::default()))
    }

    pub(super) fn array(depth: u8) -> JsonNode {
        JsonNode::Array(Container::new(depth, ArrayItems::default()))
    }

    pub(super) fn string(text: &str) -> JsonNode {
        JsonNode::String(text.into())
    }

    pub(super) fn int(value: i64) -> JsonNode {
        JsonNode::Number(JsonText::of_integer(value))
    }

    pub(super) fn u_int(value: u64) -> JsonNode {
        JsonNode::Number(JsonText::of_integer(value))
    }

    /// Makes a number from its text, which serde_json must be able to read.
    pub(super) fn number(member: &str, text: &str) -> Result<JsonNode> {
        let bare = !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace);
        // serde_json checks the range too, but not with its feature `arbitrary_precision`.
        let in_range = || text.parse::<f64>().is_ok_and(f64::is_finite);
        if bare && serde_json::from_str::<serde_json::Number>(text).is_ok() && in_range() {
            return Ok(JsonNode::Number(text.into()));
        }
        Err(Error::argument(
            member,
            "the text is not a JSON number such as -12, 1.50 or 6e23; to store a text, use the member \
             for strings",
        ))
    }

    /// Makes a deep copy for a container at `depth`, or `None` if it would be too deep.
    pub(super) fn copy(&self, depth: u8) -> Option<JsonNode> {
        Some(match self {
            JsonNode::Object(object) => {
                let inner = child_depth(depth)?;
                JsonNode::Object(Container::new(inner, copy_members(object, inner)?))
            }
            JsonNode::Array(array) => {
                let inner = child_depth(depth)?;
                JsonNode::Array(Container::new(inner, copy_items(array, inner)?))
            }
            JsonNode::Null => JsonNode::Null,
            JsonNode::Bool(value) => JsonNode::Bool(*value),
            JsonNode::Number(text) => JsonNode::Number(text.clone()),
            JsonNode::String(text) => JsonNode::String(text.clone()),
        })
    }

    /// Returns the same container, or a scalar of the same type without its value. This is enough
    /// to walk on.
    pub(super) fn share(&self) -> JsonNode {
        match self {
            JsonNode::Object(object) => JsonNode::Object(Arc::clone(object)),
            JsonNode::Array(array) => JsonNode::Array(Arc::clone(array)),
            JsonNode::Null => JsonNode::Null,
            JsonNode::Bool(_) => JsonNode::Bool(false),
            JsonNode::Number(_) => JsonNode::Number(JsonText::EMPTY),
            JsonNode::String(_) => JsonNode::String(JsonText::EMPTY),
        }
    }

    /// Returns Chilkat's number for the type.
    pub(super) fn type_code(&self) -> i32 {
        match self {
            JsonNode::String(_) => 1,
            JsonNode::Number(_) => 2,
            JsonNode::Object(_) => 3,
            JsonNode::Array(_) => 4,
            JsonNode::Bool(_) => 5,
            JsonNode::Null => 6,
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            JsonNode::String(_) => "a string",
            JsonNode::Number(_) => "a number",
            JsonNode::Object(_) => "an object",
            JsonNode::Array(_) => "an array",
            JsonNode::Bool(_) => "a boolean",
            JsonNode::Null => "null",
        }
    }

    /// Returns the object, or an error that names the type found.
    pub(super) fn into_object(self, member: &str, place: impl fmt::Debug) -> Result<ObjectRef> {
        match self {
            JsonNode::Object(object) => Ok(object),
            other => Err(other.type_error(member, place, "an object")),
        }
    }

    /// Returns the array, or an error that names the type found.
    pub(super) fn into_array(self, member: &str, place: impl fmt::Debug) -> Result<ArrayRef> {
        match self {
            JsonNode::Array(array) => Ok(array),
            other => Err(other.type_error(member, place, "an array")),
        }
    }

    fn type_error(&self, member: &str, place: impl fmt::Debug, wanted: &str) -> Error {
        Error::content(member, format_args!("{place:?} is {}, not {wanted}", self.kind()))
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, JsonNode::Null)
    }

    /// Returns the content of a string, else JSON.
    pub(super) fn text(&self) -> String {
        match self {
            JsonNode::String(text) | JsonNode::Number(text) => text.to_string(),
            other => other.to_json(),
        }
    }

    /// Returns the text of a scalar, or `None` for a container.
    pub(super) fn scalar_text(&self) -> Option<String> {
        match self {
            JsonNode::Object(_) | JsonNode::Array(_) => None,
            scalar => Some(scalar.text()),
        }
    }

    pub(super) fn to_bool(&self) -> bool {
        match self {
            JsonNode::Bool(value) => *value,
            JsonNode::String(text) => text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    pub(super) fn to_int(&self) -> i64 {
        let value = self.integer_part().clamp(i64::MIN.into(), i64::MAX.into());
        i64::try_from(value).unwrap_or_default()
    }

    pub(super) fn to_u_int(&self) -> u64 {
        u64::try_from(self.integer_part().clamp(0, u64::MAX.into())).unwrap_or_default()
    }

    /// Returns the time that a text names, or that is a number of seconds after 1970.
    pub(super) fn to_date(&self) -> Option<SystemTime> {
        match self {
            JsonNode::Number(text) => {
                let since = Duration::try_from_secs_f64(text.parse().ok()?).ok()?;
                UNIX_EPOCH.checked_add(since)
            }
            JsonNode::String(text) => dates::parse(text),
            _ => None,
        }
    }

    /// Returns the integer part of a number, or the integer that a string starts with, else 0.
    fn integer_part(&self) -> i128 {
        match self {
            JsonNode::Number(text) if text.contains(['e', 'E']) => {
                // The cast saturates, and the number was checked to be finite.
                text.parse::<f64>().unwrap_or_default() as i128
            }
            JsonNode::Number(text) => leading_integer(text),
            JsonNode::String(text) => leading_integer(text.trim_start()),
            _ => 0,
        }
    }
}

fn leading_integer(text: &str) -> i128 {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    if digits.is_empty() {
        return 0;
    }
    let value = digits.parse().unwrap_or(i128::MAX);
    if negative { -value } else { value }
}
