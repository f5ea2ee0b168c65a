//! The tree under a document. Its containers are shared, which is what makes handles live.
//!
//! Locks are taken on the way down only, a container before what is in it, and no code from outside
//! runs under one; so they cannot wait for each other in a ring. What is put in from another
//! document is copied, so a container has one place and there are no rings of containers either.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::named::NamedList;

/// Levels of containers in a document, the outermost included: what serde_json reads. It keeps each
/// walk over the tree, dropping it among them, well inside the stack.
pub(super) const MAX_DEPTH: u8 = 127;

/// What an object or an array holds, and how deep it stands. A container never moves to another
/// level, so that every edit can tell whether there is room below it.
pub(super) struct Container<T> {
    depth: u8,
    items: Mutex<T>,
}

pub(super) type ObjectMembers = NamedList<(String, JsonNode)>;
/// A queue, so that elements can be taken from the front one by one.
pub(super) type ArrayItems = VecDeque<JsonNode>;
pub(super) type ObjectRef = Arc<Container<ObjectMembers>>;
pub(super) type ArrayRef = Arc<Container<ArrayItems>>;

pub(super) enum JsonNode {
    Null,
    Bool(bool),
    /// The text of a number, as it was loaded or given.
    Number(String),
    String(String),
    Object(ObjectRef),
    Array(ArrayRef),
}

impl<T> Container<T> {
    pub(super) fn new(depth: u8, items: T) -> Arc<Self> {
        Arc::new(Container { depth, items: Mutex::new(items) })
    }

    /// An edit is one step, so a thread that panicked has left nothing half done.
    pub(super) fn lock(&self) -> MutexGuard<'_, T> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the items by what was loaded. Where that failed a document is empty, so that
    /// nothing old is taken for it, but a part of one stays as it was.
    pub(super) fn refill(&self, loaded: Result<T>) -> Result<()>
    where
        T: Default,
    {
        let is_part = self.depth > 1;
        match loaded {
            Err(err) if is_part => Err(err),
            loaded => {
                let (items, result) = split(loaded);
                *self.lock() = items;
                result
            }
        }
    }

    pub(super) fn depth(&self) -> u8 {
        self.depth
    }

    /// The depth of a container in this one; an error where that is too deep.
    pub(super) fn below(&self, member: &str) -> Result<u8> {
        below(self.depth).ok_or_else(|| too_deep(member))
    }
}

/// A value whatever the result, and whether it is one that was found.
pub(super) fn split<T: Default>(result: Result<T>) -> (T, Result<()>) {
    match result {
        Ok(value) => (value, Ok(())),
        Err(err) => (T::default(), Err(err)),
    }
}

pub(super) fn below(depth: u8) -> Option<u8> {
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
        JsonNode::Array(Container::new(depth, ArrayItems::new()))
    }

    pub(super) fn string(text: &str) -> JsonNode {
        JsonNode::String(text.to_owned())
    }

    pub(super) fn int(value: i64) -> JsonNode {
        JsonNode::Number(value.to_string())
    }

    pub(super) fn u_int(value: u64) -> JsonNode {
        JsonNode::Number(value.to_string())
    }

    /// A number out of its text, which has to be one that serde_json reads.
    pub(super) fn number(member: &str, text: &str) -> Result<JsonNode> {
        let bare = !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace);
        // serde_json asks for the second by itself, but not with its feature `arbitrary_precision`.
        let in_range = || text.parse::<f64>().is_ok_and(f64::is_finite);
        if bare && serde_json::from_str::<serde_json::Number>(text).is_ok() && in_range() {
            return Ok(JsonNode::Number(text.to_owned()));
        }
        Err(Error::argument(
            member,
            "the text is not a JSON number; a number looks like -12, 1.50 or 6e23, a text goes in \
             with the member for strings",
        ))
    }

    /// A copy that shares nothing, for a container at `depth`; nothing where it would be too deep.
    pub(super) fn copy(&self, depth: u8) -> Option<JsonNode> {
        Some(match self {
            JsonNode::Object(object) => {
                let inner = below(depth)?;
                JsonNode::Object(Container::new(inner, copy_members(object, inner)?))
            }
            JsonNode::Array(array) => {
                let inner = below(depth)?;
                JsonNode::Array(Container::new(inner, copy_items(array, inner)?))
            }
            JsonNode::Null => JsonNode::Null,
            JsonNode::Bool(value) => JsonNode::Bool(*value),
            JsonNode::Number(text) => JsonNode::Number(text.clone()),
            JsonNode::String(text) => JsonNode::String(text.clone()),
        })
    }

    /// The same container, or a scalar of the same type without its value: enough to walk on.
    pub(super) fn share(&self) -> JsonNode {
        match self {
            JsonNode::Object(object) => JsonNode::Object(Arc::clone(object)),
            JsonNode::Array(array) => JsonNode::Array(Arc::clone(array)),
            JsonNode::Null => JsonNode::Null,
            JsonNode::Bool(_) => JsonNode::Bool(false),
            JsonNode::Number(_) => JsonNode::Number(String::new()),
            JsonNode::String(_) => JsonNode::String(String::new()),
        }
    }

    /// Chilkat's number for the type.
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

    /// The object that this is, or an error that says what is there.
    pub(super) fn into_object(self, member: &str, place: impl fmt::Debug) -> Result<ObjectRef> {
        match self {
            JsonNode::Object(object) => Ok(object),
            other => Err(other.not(member, place, "an object")),
        }
    }

    /// The array that this is, or an error that says what is there.
    pub(super) fn into_array(self, member: &str, place: impl fmt::Debug) -> Result<ArrayRef> {
        match self {
            JsonNode::Array(array) => Ok(array),
            other => Err(other.not(member, place, "an array")),
        }
    }

    fn not(&self, member: &str, place: impl fmt::Debug, wanted: &str) -> Error {
        Error::content(member, format_args!("{place:?} is {}, not {wanted}", self.kind()))
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, JsonNode::Null)
    }

    /// The value as text: a string's content, else JSON.
    pub(super) fn text(&self) -> String {
        match self {
            JsonNode::String(text) | JsonNode::Number(text) => text.clone(),
            other => other.to_json(),
        }
    }

    /// The text of what is no container.
    pub(super) fn scalar(&self) -> Option<String> {
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
        let value = self.whole().clamp(i64::MIN.into(), i64::MAX.into());
        i64::try_from(value).unwrap_or_default()
    }

    pub(super) fn to_u_int(&self) -> u64 {
        u64::try_from(self.whole().clamp(0, u64::MAX.into())).unwrap_or_default()
    }

    /// The whole part of a number or of the digits that a string starts with, else 0.
    fn whole(&self) -> i128 {
        match self {
            JsonNode::Number(text) if text.contains(['e', 'E']) => {
                // Saturates, and serde_json has found it finite.
                text.parse::<f64>().unwrap_or_default() as i128
            }
            JsonNode::Number(text) => leading(text),
            JsonNode::String(text) => leading(text.trim_start()),
            _ => 0,
        }
    }
}

fn leading(text: &str) -> i128 {
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
