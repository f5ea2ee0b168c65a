//! Paths such as `users[3].address.city`: parsing and walking them.

use std::borrow::Cow;

use super::node::{ArrayItems, Container, JsonNode, MAX_DEPTH, ObjectRef, child_depth};

/// The largest distance beyond the end of an array at which an update may write.
pub(super) const MAX_GAP: usize = 1_000;

/// The settings of a handle for its paths.
#[derive(Clone)]
pub(super) struct PathSettings {
    pub(super) i: usize,
    pub(super) j: usize,
    pub(super) k: usize,
    pub(super) prefix: String,
    pub(super) delimiter: char,
}

impl Default for PathSettings {
    fn default() -> Self {
        PathSettings { i: 0, j: 0, k: 0, prefix: String::new(), delimiter: '.' }
    }
}

/// A parsed path. It has at least one step.
pub(super) struct JsonPath<'t> {
    text: &'t str,
    parents: Vec<PathStep<'t>>,
    last: PathStep<'t>,
}

struct PathStep<'t> {
    target: StepTarget<'t>,
    /// The end of the step in the text.
    end: usize,
}

enum StepTarget<'t> {
    Name(Cow<'t, str>),
    Index(usize),
}

/// The value that an update puts at its path.
pub(super) enum NewValue {
    Scalar(JsonNode),
    Object,
    Array,
}

impl NewValue {
    fn into_node(self, depth: usize) -> Result<JsonNode, String> {
        let container = |make: fn(u8) -> JsonNode| {
            let fits = u8::try_from(depth).ok().filter(|depth| *depth <= MAX_DEPTH);
            fits.map(make).ok_or_else(too_deep)
        };
        match self {
            NewValue::Scalar(node) => Ok(node),
            NewValue::Object => container(JsonNode::object),
            NewValue::Array => container(JsonNode::array),
        }
    }
}

fn too_deep() -> String {
    format!("this would nest deeper than {MAX_DEPTH} levels")
}

impl PathSettings {
    /// Prepends the prefix to a path.
    pub(super) fn whole<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if self.prefix.is_empty() { path.into() } else { format!("{}{path}", self.prefix).into() }
    }

    /// Parses a whole path, or one that starts at a record.
    pub(super) fn parse<'t>(&self, text: &'t str) -> Result<JsonPath<'t>, String> {
        let error = |why: &str| format!("{text:?}: {why}");
        let mut steps = Vec::new();
        let mut rest = text;
        let end = |rest: &str| text.len() - rest.len();
        while !rest.is_empty() {
            // An empty component has no name.
            if let Some(quoted) = rest.strip_prefix('"').filter(|_| self.delimiter != '"') {
                let (name, after) = unquote(quoted).ok_or_else(|| {
                    error("a quote is not closed; a quote inside a quoted name is doubled")
                })?;
                rest = after;
                steps.push(PathStep { target: StepTarget::Name(name.into()), end: end(rest) });
            } else {
                let length = rest.find([self.delimiter, '[']).unwrap_or(rest.len());
                let (name, after) = rest.split_at(length);
                rest = after;
                if !name.is_empty() {
                    steps.push(PathStep { target: StepTarget::Name(name.into()), end: end(rest) });
                }
            }
            while let Some(bracket) = rest.strip_prefix('[') {
                let (index, after) =
                    bracket.split_once(']').ok_or_else(|| error("a [ is not closed by a ]"))?;
                rest = after;
                steps.push(PathStep {
                    target: StepTarget::Index(self.parse_index(index).map_err(error)?),
                    end: end(rest),
                });
            }
            rest = match rest.strip_prefix(self.delimiter) {
                Some(after) => after,
                None if rest.is_empty() => rest,
                None => {
                    let delimiter = self.delimiter;
                    return Err(error(&format!(
                        "a closing quote or ] must be followed by {delimiter:?}, [ or the end"
                    )));
                }
            };
        }
        match steps.pop() {
            Some(last) => Ok(JsonPath { parents: steps, last, text }),
            None => Err(error("the path is empty")),
        }
    }

    fn parse_index(&self, text: &str) -> Result<usize, &'static str> {
        match text.trim() {
            "i" | "I" => Ok(self.i),
            "j" | "J" => Ok(self.j),
            "k" | "K" => Ok(self.k),
            digits if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                // A number that does not fit a usize is beyond the end of any array.
                Ok(digits.parse().unwrap_or(usize::MAX))
            }
            _ => Err("an index must be a number from 0, or i, j or k"),
        }
    }
}

/// Returns the name before the closing quote, and the rest.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"')?;
        name.push_str(part);
        match after.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return Some((name, after)),
        }
    }
}

impl JsonPath<'_> {
    /// Calls `act` with the node at the path, while its container is locked.
    pub(super) fn visit<T>(
        &self,
        root: &ObjectRef,
        act: impl FnOnce(&mut JsonNode) -> T,
    ) -> Result<T, String> {
        let mut at = JsonNode::Object(root.clone());
        for n in 0..self.parents.len() {
            at = self.step(&at, n, |node| node.share())?;
        }
        self.step(&at, self.parents.len(), act)
    }

    fn step<T>(
        &self,
        at: &JsonNode,
        n: usize,
        act: impl FnOnce(&mut JsonNode) -> T,
    ) -> Result<T, String> {
        match (at, &self.parents.get(n).unwrap_or(&self.last).target) {
            (JsonNode::Object(object), StepTarget::Name(name)) => {
                let mut members = object.lock();
                match members.find_mut(name) {
                    Some(node) => Ok(act(node)),
                    None if n == 0 => Err(self.error(&format!("there is no member {name:?}"))),
                    None => {
                        let parent = self.parent_path(n);
                        Err(self.error(&format!("there is no member {name:?} in {parent}")))
                    }
                }
            }
            (JsonNode::Array(array), StepTarget::Index(index)) => {
                let mut items = array.lock();
                let len = items.len();
                match items.get_mut(*index) {
                    Some(node) => Ok(act(node)),
                    None => Err(self.error(&format!(
                        "{} has {}",
                        self.parent_path(n),
                        element_count(len)
                    ))),
                }
            }
            (other, target) => Err(self.mismatch(n, other, target)),
        }
    }

    /// Puts `new` at the path, and creates missing parents. Changes nothing on an error.
    pub(super) fn put(&self, root: &ObjectRef, new: NewValue) -> Result<(), String> {
        let mut at = JsonNode::Object(root.clone());
        for n in 0..self.parents.len() {
            let next = match (&at, &self.parents[n].target) {
                (JsonNode::Object(object), StepTarget::Name(name)) => {
                    let mut members = object.lock();
                    match members.find_mut(name) {
                        Some(node) => node.share(),
                        None => {
                            let built = self.build(n + 1, new, object.depth())?;
                            members.push(((&**name).into(), built));
                            return Ok(());
                        }
                    }
                }
                (JsonNode::Array(array), StepTarget::Index(index)) => {
                    let mut items = array.lock();
                    match items.get(*index) {
                        Some(node) => node.share(),
                        None => {
                            self.check_gap(n, *index, items.len())?;
                            let built = self.build(n + 1, new, array.depth())?;
                            set_item(&mut items, *index, built, array.depth());
                            return Ok(());
                        }
                    }
                }
                (other, target) => return Err(self.mismatch(n, other, target)),
            };
            at = next;
        }
        let n = self.parents.len();
        match (&at, &self.last.target) {
            (JsonNode::Object(object), StepTarget::Name(name)) => {
                let node = self.build(n + 1, new, object.depth())?;
                let mut members = object.lock();
                match members.find_mut(name) {
                    Some(place) => *place = node,
                    None => members.push(((&**name).into(), node)),
                }
            }
            (JsonNode::Array(array), StepTarget::Index(index)) => {
                let node = self.build(n + 1, new, array.depth())?;
                let mut items = array.lock();
                self.check_gap(n, *index, items.len())?;
                set_item(&mut items, *index, node, array.depth());
            }
            (other, target) => return Err(self.mismatch(n, other, target)),
        }
        Ok(())
    }

    /// Builds the nodes for the steps from `from` on, for a container at `depth`.
    fn build(&self, from: usize, new: NewValue, depth: u8) -> Result<JsonNode, String> {
        let count = (self.parents.len() + 1).saturating_sub(from);
        let mut depth = usize::from(depth) + count;
        if depth > MAX_DEPTH.into() {
            return Err(self.error(&too_deep()));
        }
        let mut node = new.into_node(depth + 1).map_err(|why| self.error(&why))?;
        for n in (from..from + count).rev() {
            let this_depth = u8::try_from(depth).unwrap_or(MAX_DEPTH);
            node = match &self.parents.get(n).unwrap_or(&self.last).target {
                StepTarget::Name(name) => {
                    let members = vec![((&**name).into(), node)];
                    JsonNode::Object(Container::new(this_depth, members.into()))
                }
                StepTarget::Index(index) => {
                    self.check_gap(n, *index, 0)?;
                    let mut items = ArrayItems::default();
                    set_item(&mut items, *index, node, this_depth);
                    JsonNode::Array(Container::new(this_depth, items))
                }
            };
            depth -= 1;
        }
        Ok(node)
    }

    fn check_gap(&self, n: usize, index: usize, len: usize) -> Result<(), String> {
        if index > len.saturating_add(MAX_GAP) {
            let (parent, len) = (self.parent_path(n), element_count(len));
            return Err(self.error(&format!(
                "{parent} has {len}, and an update may go at most {MAX_GAP} beyond the end"
            )));
        }
        Ok(())
    }

    fn mismatch(&self, n: usize, found: &JsonNode, target: &StepTarget<'_>) -> String {
        let wanted = match target {
            StepTarget::Name(_) => "an object",
            StepTarget::Index(_) => "an array",
        };
        self.error(&format!("{} is {}, not {wanted}", self.parent_path(n), found.kind()))
    }

    /// Returns the path to the parent of step `n`.
    fn parent_path(&self, n: usize) -> &str {
        let step = n.checked_sub(1).and_then(|parent| self.parents.get(parent));
        step.and_then(|step| self.text.get(..step.end)).unwrap_or("this")
    }

    /// Prefixes a message with the path.
    pub(super) fn error(&self, why: &str) -> String {
        format!("{:?}: {why}", self.text)
    }
}

fn element_count(len: usize) -> String {
    if len == 1 { "1 element".to_owned() } else { format!("{len} elements") }
}

/// Sets or appends an item. A gap before it is filled with empty containers of the same type, which
/// a later update can fill, or with null.
fn set_item(items: &mut ArrayItems, index: usize, node: JsonNode, depth: u8) {
    if let Some(place) = items.get_mut(index) {
        *place = node;
        return;
    }
    let inner = child_depth(depth).unwrap_or(MAX_DEPTH);
    while items.len() < index {
        items.push(match node {
            JsonNode::Object(_) => JsonNode::object(inner),
            JsonNode::Array(_) => JsonNode::array(inner),
            _ => JsonNode::Null,
        });
    }
    items.push(node);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(settings: &PathSettings, path: &str) -> Result<Vec<String>, String> {
        let text = settings.whole(path);
        let JsonPath { parents: mut steps, last, .. } = settings.parse(&text)?;
        steps.push(last);
        let show = |step: PathStep| match step.target {
            StepTarget::Name(name) => name.into_owned(),
            StepTarget::Index(index) => format!("[{index}]"),
        };
        Ok(steps.into_iter().map(show).collect())
    }

    #[test]
    fn paths_are_parsed_by_their_grammar() {
        let mut settings = PathSettings { i: 7, j: 8, k: 9, ..PathSettings::default() };
        for (path, expected) in [
            ("a", vec!["a"]),
            ("a.b c.d", vec!["a", "b c", "d"]),
            ("a[0][1].b", vec!["a", "[0]", "[1]", "b"]),
            ("a[i].b[J][k]", vec!["a", "[7]", "b", "[8]", "[9]"]),
            (".n", vec!["n"]),
            ("a..b.", vec!["a", "b"]),
            ("\"a.b\".\"k[0]\"[1]", vec!["a.b", "k[0]", "[1]"]),
            ("\"say \"\"hi\"\"\"", vec!["say \"hi\""]),
            ("say \"hi\"", vec!["say \"hi\""]),
            ("\"\"", vec![""]),
            ("\"\"\"\"", vec!["\""]),
            ("a\\b.ä", vec!["a\\b", "ä"]),
        ] {
            assert_eq!(steps(&settings, path).unwrap(), expected, "{path}");
        }
        for path in
            ["", ".", "..", "\"a", "\"", "\"\"\"", "a[", "a[]", "a[x]", "a[-1]", "a[0]b", "\"a\"b"]
        {
            assert!(steps(&settings, path).is_err(), "{path}");
        }
        let beyond = format!("[{}]", usize::MAX);
        assert_eq!(steps(&settings, "a[99999999999999999999999999]").unwrap(), ["a", &beyond]);
        settings.delimiter = '/';
        settings.prefix = "p/".to_owned();
        assert_eq!(steps(&settings, "a.b/c").unwrap(), ["p", "a.b", "c"]);
    }
}
