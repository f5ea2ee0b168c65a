//! Resolution of `{{name}}` in the texts of an item.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use super::dynamic;
use crate::error::{Error, Result};
use crate::views::variables::placeholder;

/// The handling of a variable without a value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Unresolved {
    #[default]
    Refused,
    /// It is sent as written.
    Literal,
    /// It becomes a variable of the call.
    Open,
}

/// The number of times that a text is resolved again because a value formed a new variable. This is
/// Postman's limit.
const MAX_PASSES: usize = 19;

/// The maximum depth of variables in values.
const MAX_DEPTH: usize = 64;

/// The limit for the bytes of a request's values. Values that contain others twice grow fast.
const MAX_BYTES: usize = 64 << 20;

/// A variable without a value, and its field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct MissingVariable {
    pub(super) name: String,
    pub(super) field: String,
    /// Whether it is a segment `:name` of the path.
    pub(super) in_path: bool,
}

/// The values for one item.
pub(super) struct Resolver<'c> {
    /// In order of precedence: the first layer with a name decides.
    layers: Vec<Cow<'c, [(String, String)]>>,
    /// The positions of the values in the layers, determined at the first look-up.
    places: OnceCell<HashMap<String, (usize, usize)>>,
    pub(super) unresolved: Unresolved,
    known: RefCell<HashMap<String, String>>,
    spent: RefCell<usize>,
    missing: RefCell<Vec<MissingVariable>>,
    /// The same, to find duplicates.
    missed: RefCell<HashSet<MissingVariable>>,
}

/// The meaning of a name.
enum Resolution {
    Value(String),
    /// Its value is its own placeholder, so it is text.
    Literal,
    Missing,
}

impl<'c> Resolver<'c> {
    pub(super) fn new(layers: Vec<Cow<'c, [(String, String)]>>, unresolved: Unresolved) -> Self {
        let (places, known, spent, missing, missed) = Default::default();
        Resolver { layers, places, unresolved, known, spent, missing, missed }
    }

    /// Returns the value of a name in the first layer that has it.
    fn value_of(&self, name: &str) -> Option<&str> {
        let (layer, index) = self.places().get(name)?;
        self.layers.get(*layer)?.get(*index).map(|(_, value)| value.as_str())
    }

    fn places(&self) -> &HashMap<String, (usize, usize)> {
        self.places.get_or_init(|| {
            let mut places = HashMap::new();
            for (at, layer) in self.layers.iter().enumerate() {
                for (index, (name, _)) in layer.iter().enumerate() {
                    places.entry(name.clone()).or_insert((at, index));
                }
            }
            places
        })
    }

    /// Returns the value of a name in the first layer, which is that of the item's caller.
    pub(super) fn own_value(&self, name: &str) -> Option<&str> {
        let (layer, index) = self.places().get(name)?;
        let layer = if *layer == 0 { self.layers.first()? } else { return None };
        layer.get(*index).map(|(_, value)| value.as_str())
    }

    /// Replaces the variables in a text. `field` is its field, for errors.
    pub(super) fn resolve(&self, field: &str, text: &str) -> Result<String> {
        self.resolve_at(text, &|_| field.to_owned())
    }

    /// The same, with a field that depends on the variable.
    pub(super) fn resolve_at(&self, text: &str, field: &dyn Fn(&str) -> String) -> Result<String> {
        if !text.contains("{{") {
            return Ok(text.to_owned());
        }
        let (resolved, _) = self.expand(text, &mut Vec::new())?;
        for (start, end) in tokens(&resolved) {
            let name = &resolved[start + 2..end - 2];
            if !name.is_empty()
                && matches!(self.find(name, &mut Vec::new())?, (Resolution::Missing, _))
            {
                self.add_missing(name, field(name), false);
            }
        }
        Ok(resolved)
    }

    pub(super) fn add_missing(&self, name: &str, field: String, in_path: bool) {
        let missing = MissingVariable { name: name.to_owned(), field, in_path };
        if self.missed.borrow_mut().insert(missing.clone()) {
            self.missing.borrow_mut().push(missing);
        }
    }

    /// Returns the variables without a value, in order of appearance.
    pub(super) fn missing(&self) -> Vec<MissingVariable> {
        self.missing.borrow().clone()
    }

    /// Whether a resolved text contains an open variable.
    pub(super) fn is_open(&self, text: &str) -> bool {
        self.unresolved == Unresolved::Open && text.contains("{{") && {
            let missing = self.missing.borrow();
            let open: HashSet<&str> = missing.iter().map(|open| open.name.as_str()).collect();
            tokens(text).into_iter().any(|(start, end)| open.contains(&text[start + 2..end - 2]))
        }
    }

    /// Replaces the variables in a text. Returns whether one of them is dynamic.
    fn expand(&self, text: &str, stack: &mut Vec<String>) -> Result<(String, bool)> {
        let (mut current, mut is_dynamic) = (text.to_owned(), false);
        for _ in 0..=MAX_PASSES {
            let (mut out, mut at, mut changed) = (String::new(), 0, false);
            for (start, end) in tokens(&current) {
                let (found, dynamic) = self.find(&current[start + 2..end - 2], stack)?;
                if let Resolution::Value(value) = found {
                    out.push_str(&current[at..start]);
                    out.push_str(&value);
                    (at, changed) = (end, true);
                    is_dynamic |= dynamic;
                }
            }
            if !changed {
                return Ok((current, is_dynamic));
            }
            out.push_str(&current[at..]);
            current = out;
        }
        let why = format!("a value forms new variables more than {MAX_PASSES} times");
        Err(Error::content("Postman variables", why))
    }

    fn find(&self, name: &str, stack: &mut Vec<String>) -> Result<(Resolution, bool)> {
        if let Some(known) = self.known.borrow().get(name) {
            self.spend(known.len())?;
            return Ok((Resolution::Value(known.clone()), false));
        }
        let Some(value) = self.value_of(name) else {
            let dynamic = if name.starts_with('$') { dynamic::value(name) } else { None };
            return Ok((dynamic.map_or(Resolution::Missing, Resolution::Value), true));
        };
        if value == placeholder(name) {
            return Ok((Resolution::Literal, false));
        }
        if let Some(start) = stack.iter().position(|open| open == name) {
            let mut cycle = stack[start..].join(" > ");
            cycle.extend([" > ", name]);
            let why = format!("{{{{{name}}}}} is contained in its own value: {cycle}");
            return Err(Error::content("Postman variables", why));
        }
        if stack.len() >= MAX_DEPTH {
            let why = format!(
                "more than {MAX_DEPTH} variables contain each other, down to {{{{{name}}}}}"
            );
            return Err(Error::content("Postman variables", why));
        }
        stack.push(name.to_owned());
        let expanded = self.expand(value, stack);
        stack.pop();
        let (expanded, is_dynamic) = expanded?;
        self.spend(expanded.len() + 1)?;
        if !is_dynamic {
            self.known.borrow_mut().insert(name.to_owned(), expanded.clone());
        }
        Ok((Resolution::Value(expanded), is_dynamic))
    }

    fn spend(&self, bytes: usize) -> Result<()> {
        let mut spent = self.spent.borrow_mut();
        *spent = spent.saturating_add(bytes);
        if *spent <= MAX_BYTES {
            return Ok(());
        }
        let why = format!("the values grow to more than {} MiB", MAX_BYTES >> 20);
        Err(Error::content("Postman variables", why))
    }
}

/// Returns the start and end of each innermost `{{name}}` in a text.
pub(crate) fn tokens(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let (mut found, mut start, mut at) = (Vec::new(), None, 0);
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'{', Some(b'{')) => {
                // The last two of three braces count.
                start = Some(at);
                at += 1;
            }
            (b'{', _) if start.is_some_and(|start| at > start + 1) => {
                start = None;
                at += 1;
            }
            (b'}', next) => {
                if let (Some(start), Some(b'}')) = (start, next) {
                    found.push((start, at + 2));
                    at += 1;
                }
                start = None;
                at += 1;
            }
            _ => at += 1,
        }
    }
    found
}
