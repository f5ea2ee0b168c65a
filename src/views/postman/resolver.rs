//! `{{name}}` in the texts of an item, and what stands for it.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use super::dynamic;
use crate::error::{Error, Result};
use crate::views::variables::placeholder;

/// The treatment of a variable that has no value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Unresolved {
    #[default]
    Refused,
    /// It goes out as the text that it is.
    Literal,
    /// It stays a variable of the call.
    Open,
}

/// How often a text is resolved again because a value made a new variable. Postman's limit.
const PASSES: usize = 19;

/// How many variables may stand in each other's values.
const DEPTH: usize = 64;

/// How many bytes the values of one request may come to. Values that hold each other twice grow fast.
const MOST: usize = 64 << 20;

/// A variable that has no value, and the field that it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct MissingVariable {
    pub(super) name: String,
    pub(super) field: String,
    /// It is a segment `:name` of the path.
    pub(super) in_path: bool,
}

/// The values for one item.
pub(super) struct Resolver<'c> {
    /// By precedence, the first that has a name decides.
    layers: Vec<Cow<'c, [(String, String)]>>,
    /// Where in the layers the value of a name is; made when the first name is looked for.
    places: OnceCell<HashMap<String, (usize, usize)>>,
    pub(super) unresolved: Unresolved,
    known: RefCell<HashMap<String, String>>,
    spent: RefCell<usize>,
    missing: RefCell<Vec<MissingVariable>>,
    /// Those among them that are known by name and field.
    missed: RefCell<HashSet<MissingVariable>>,
}

/// The meaning of a name.
enum Resolution {
    Value(String),
    /// Its value is itself: the text is meant.
    Text,
    Nothing,
}

impl<'c> Resolver<'c> {
    pub(super) fn new(layers: Vec<Cow<'c, [(String, String)]>>, unresolved: Unresolved) -> Self {
        let (places, known, spent, missing, missed) = Default::default();
        Resolver { layers, places, unresolved, known, spent, missing, missed }
    }

    /// The value that the first layer has which has the name.
    fn value_of(&self, name: &str) -> Option<&str> {
        let places = self.places.get_or_init(|| {
            let mut places = HashMap::new();
            for (at, layer) in self.layers.iter().enumerate() {
                for (index, (name, _)) in layer.iter().enumerate() {
                    places.entry(name.clone()).or_insert((at, index));
                }
            }
            places
        });
        let (layer, index) = places.get(name)?;
        self.layers.get(*layer)?.get(*index).map(|(_, value)| value.as_str())
    }

    /// `text` with its variables replaced. `field` is where it stands, for the error.
    pub(super) fn resolve(&self, field: &str, text: &str) -> Result<String> {
        self.resolve_at(text, &|_| field.to_owned())
    }

    /// The same, where the field depends on the variable.
    pub(super) fn resolve_at(&self, text: &str, field: &dyn Fn(&str) -> String) -> Result<String> {
        if !text.contains("{{") {
            return Ok(text.to_owned());
        }
        let (resolved, _) = self.expand(text, &mut Vec::new())?;
        for (start, end) in tokens(&resolved) {
            let name = &resolved[start + 2..end - 2];
            if !name.is_empty()
                && matches!(self.find(name, &mut Vec::new())?, (Resolution::Nothing, _))
            {
                self.miss(name, field(name), false);
            }
        }
        Ok(resolved)
    }

    pub(super) fn miss(&self, name: &str, field: String, in_path: bool) {
        let missing = MissingVariable { name: name.to_owned(), field, in_path };
        if self.missed.borrow_mut().insert(missing.clone()) {
            self.missing.borrow_mut().push(missing);
        }
    }

    /// The variables without a value, in the order found.
    pub(super) fn missing(&self) -> Vec<MissingVariable> {
        self.missing.borrow().clone()
    }

    /// Whether an open variable stands in a text that was resolved.
    pub(super) fn is_open(&self, text: &str) -> bool {
        self.unresolved == Unresolved::Open && text.contains("{{") && {
            let missing = self.missing.borrow();
            let open: HashSet<&str> = missing.iter().map(|open| open.name.as_str()).collect();
            tokens(text).into_iter().any(|(start, end)| open.contains(&text[start + 2..end - 2]))
        }
    }

    /// The text, and whether a dynamic variable is in it.
    fn expand(&self, text: &str, stack: &mut Vec<String>) -> Result<(String, bool)> {
        let (mut current, mut is_dynamic) = (text.to_owned(), false);
        for _ in 0..=PASSES {
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
        let why = format!("a value makes new variables more than {PASSES} times");
        Err(Error::content("Postman variables", why))
    }

    fn find(&self, name: &str, stack: &mut Vec<String>) -> Result<(Resolution, bool)> {
        if let Some(known) = self.known.borrow().get(name) {
            self.spend(known.len())?;
            return Ok((Resolution::Value(known.clone()), false));
        }
        let Some(value) = self.value_of(name) else {
            let dynamic = if name.starts_with('$') { dynamic::value(name) } else { None };
            return Ok((dynamic.map_or(Resolution::Nothing, Resolution::Value), true));
        };
        if value == placeholder(name) {
            return Ok((Resolution::Text, false));
        }
        if let Some(start) = stack.iter().position(|open| open == name) {
            let mut circle = stack[start..].join(" > ");
            circle.extend([" > ", name]);
            let why = format!("{{{{{name}}}}} stands in its own value: {circle}");
            return Err(Error::content("Postman variables", why));
        }
        if stack.len() >= DEPTH {
            let why =
                format!("more than {DEPTH} variables stand in each other, down to {{{{{name}}}}}");
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
        if *spent <= MOST {
            return Ok(());
        }
        let why = format!("the values grow to more than {} MiB", MOST >> 20);
        Err(Error::content("Postman variables", why))
    }
}

/// Where the innermost `{{name}}` stand in a text, from the first brace to after the last.
pub(crate) fn tokens(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let (mut found, mut start, mut at) = (Vec::new(), None, 0);
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'{', Some(b'{')) => {
                // Of three braces the last two count.
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
