//! Paths such as `users[3].address.city`: how they are read, and walked.

use super::node::{ArrayItems, Container, JsonNode, MAX_DEPTH, ObjectRef, below};

/// How far beyond the end of an array an update may go.
pub(super) const MAX_GAP: usize = 1_000;

/// What a handle takes paths to mean.
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

/// A path that has been read. It has at least one step.
pub(super) struct JsonPath {
    text: String,
    way: Vec<PathStep>,
    last: PathStep,
}

struct PathStep {
    to: StepTarget,
    /// Where the step ends in the text.
    end: usize,
}

enum StepTarget {
    Name(String),
    Index(usize),
}

/// What an update puts at the end of its path.
pub(super) enum NewValue {
    Scalar(JsonNode),
    Object,
    Array,
}

impl NewValue {
    fn at(self, depth: usize) -> Result<JsonNode, String> {
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
    /// Reads a path, the prefix before it.
    pub(super) fn read(&self, path: &str) -> Result<JsonPath, String> {
        self.parse(format!("{}{path}", self.prefix))
    }

    /// Reads a path that starts at a record.
    pub(super) fn read_in_record(&self, path: &str) -> Result<JsonPath, String> {
        self.parse(path.to_owned())
    }

    fn parse(&self, text: String) -> Result<JsonPath, String> {
        let told = |why: &str| format!("{text:?}: {why}");
        let mut steps = Vec::new();
        let mut rest = text.as_str();
        let end = |rest: &str| text.len() - rest.len();
        while !rest.is_empty() {
            // A name, which an empty component does not have.
            if let Some(quoted) = rest.strip_prefix('"').filter(|_| self.delimiter != '"') {
                let (name, after) = unquote(quoted).ok_or_else(|| {
                    told("a quote is not closed; inside quotes a quote is written twice")
                })?;
                rest = after;
                steps.push(PathStep { to: StepTarget::Name(name), end: end(rest) });
            } else {
                let length = rest.find([self.delimiter, '[']).unwrap_or(rest.len());
                let (name, after) = rest.split_at(length);
                rest = after;
                if !name.is_empty() {
                    steps.push(PathStep { to: StepTarget::Name(name.to_owned()), end: end(rest) });
                }
            }
            while let Some(bracket) = rest.strip_prefix('[') {
                let (index, after) =
                    bracket.split_once(']').ok_or_else(|| told("a [ is not closed by a ]"))?;
                rest = after;
                steps.push(PathStep {
                    to: StepTarget::Index(self.index(index).map_err(told)?),
                    end: end(rest),
                });
            }
            rest = match rest.strip_prefix(self.delimiter) {
                Some(after) => after,
                None if rest.is_empty() => rest,
                None => {
                    let delimiter = self.delimiter;
                    return Err(told(&format!(
                        "after a closing quote or ] there has to be a {delimiter:?}, a [ or the end"
                    )));
                }
            };
        }
        match steps.pop() {
            Some(last) => Ok(JsonPath { way: steps, last, text }),
            None => Err(told("the path is empty")),
        }
    }

    fn index(&self, text: &str) -> Result<usize, &'static str> {
        match text.trim() {
            "i" | "I" => Ok(self.i),
            "j" | "J" => Ok(self.j),
            "k" | "K" => Ok(self.k),
            digits if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                // A number that is no usize is beyond the end of any array.
                Ok(digits.parse().unwrap_or(usize::MAX))
            }
            _ => Err("an index is a number from 0 or one of i, j and k"),
        }
    }
}

/// The name before the closing quote, and what follows.
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

impl JsonPath {
    /// Hands the node at the path to `act`, under the lock of the container that holds it.
    pub(super) fn visit<T>(
        &self,
        root: &ObjectRef,
        act: impl FnOnce(&mut JsonNode) -> T,
    ) -> Result<T, String> {
        let mut at = JsonNode::Object(root.clone());
        for n in 0..self.way.len() {
            at = self.step(&at, n, |node| node.share())?;
        }
        self.step(&at, self.way.len(), act)
    }

    fn step<T>(
        &self,
        at: &JsonNode,
        n: usize,
        act: impl FnOnce(&mut JsonNode) -> T,
    ) -> Result<T, String> {
        match (at, &self.way.get(n).unwrap_or(&self.last).to) {
            (JsonNode::Object(object), StepTarget::Name(name)) => {
                let mut members = object.lock();
                match members.find(name) {
                    Some(node) => Ok(act(node)),
                    None if n == 0 => Err(self.told(&format!("there is no member {name:?}"))),
                    None => {
                        let before = self.before(n);
                        Err(self.told(&format!("there is no member {name:?} in {before}")))
                    }
                }
            }
            (JsonNode::Array(array), StepTarget::Index(index)) => {
                let mut items = array.lock();
                let len = items.len();
                match items.get_mut(*index) {
                    Some(node) => Ok(act(node)),
                    None => Err(self.told(&format!("{} has {}", self.before(n), elements(len)))),
                }
            }
            (other, to) => Err(self.mismatch(n, other, to)),
        }
    }

    /// Puts `new` at the path and makes what is missing on the way. Nothing is made where it fails.
    pub(super) fn put(&self, root: &ObjectRef, new: NewValue) -> Result<(), String> {
        let mut at = JsonNode::Object(root.clone());
        for n in 0..self.way.len() {
            let next = match (&at, &self.way[n].to) {
                (JsonNode::Object(object), StepTarget::Name(name)) => {
                    let mut members = object.lock();
                    match members.find(name) {
                        Some(node) => node.share(),
                        None => {
                            let made = self.chain(n + 1, new, object.depth())?;
                            members.push((name.clone(), made));
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
                            let made = self.chain(n + 1, new, array.depth())?;
                            put_at(&mut items, *index, made, array.depth());
                            return Ok(());
                        }
                    }
                }
                (other, to) => return Err(self.mismatch(n, other, to)),
            };
            at = next;
        }
        let n = self.way.len();
        match (&at, &self.last.to) {
            (JsonNode::Object(object), StepTarget::Name(name)) => {
                let node = self.chain(n + 1, new, object.depth())?;
                let mut members = object.lock();
                match members.find(name) {
                    Some(place) => *place = node,
                    None => members.push((name.clone(), node)),
                }
            }
            (JsonNode::Array(array), StepTarget::Index(index)) => {
                let node = self.chain(n + 1, new, array.depth())?;
                let mut items = array.lock();
                self.check_gap(n, *index, items.len())?;
                put_at(&mut items, *index, node, array.depth());
            }
            (other, to) => return Err(self.mismatch(n, other, to)),
        }
        Ok(())
    }

    /// Makes what the steps from `from` on need, to be put in a container at `depth`.
    fn chain(&self, from: usize, new: NewValue, depth: u8) -> Result<JsonNode, String> {
        let count = (self.way.len() + 1).saturating_sub(from);
        let mut depth = usize::from(depth) + count;
        if depth > MAX_DEPTH.into() {
            return Err(self.told(&too_deep()));
        }
        let mut node = new.at(depth + 1).map_err(|why| self.told(&why))?;
        for n in (from..from + count).rev() {
            let own = u8::try_from(depth).unwrap_or(MAX_DEPTH);
            node = match &self.way.get(n).unwrap_or(&self.last).to {
                StepTarget::Name(name) => {
                    JsonNode::Object(Container::new(own, vec![(name.clone(), node)].into()))
                }
                StepTarget::Index(index) => {
                    self.check_gap(n, *index, 0)?;
                    let mut items = ArrayItems::new();
                    put_at(&mut items, *index, node, own);
                    JsonNode::Array(Container::new(own, items))
                }
            };
            depth -= 1;
        }
        Ok(node)
    }

    fn check_gap(&self, n: usize, index: usize, len: usize) -> Result<(), String> {
        if index > len.saturating_add(MAX_GAP) {
            let (before, len) = (self.before(n), elements(len));
            return Err(self.told(&format!(
                "{before} has {len}, and an update may go at most {MAX_GAP} beyond the end"
            )));
        }
        Ok(())
    }

    fn mismatch(&self, n: usize, found: &JsonNode, to: &StepTarget) -> String {
        let wanted = match to {
            StepTarget::Name(_) => "an object",
            StepTarget::Index(_) => "an array",
        };
        self.told(&format!("{} is {}, not {wanted}", self.before(n), found.kind()))
    }

    /// The path up to the step `n`.
    fn before(&self, n: usize) -> &str {
        let step = n.checked_sub(1).and_then(|before| self.way.get(before));
        step.and_then(|step| self.text.get(..step.end)).unwrap_or("this")
    }

    /// An explanation with the path before it.
    pub(super) fn told(&self, why: &str) -> String {
        format!("{:?}: {why}", self.text)
    }
}

fn elements(len: usize) -> String {
    if len == 1 { "1 element".to_owned() } else { format!("{len} elements") }
}

/// Sets or appends an item. What is missing before it becomes an empty container of the same type,
/// which a later update can fill, or null.
fn put_at(items: &mut ArrayItems, index: usize, node: JsonNode, depth: u8) {
    if let Some(place) = items.get_mut(index) {
        *place = node;
        return;
    }
    let inner = below(depth).unwrap_or(MAX_DEPTH);
    while items.len() < index {
        items.push_back(match node {
            JsonNode::Object(_) => JsonNode::object(inner),
            JsonNode::Array(_) => JsonNode::array(inner),
            _ => JsonNode::Null,
        });
    }
    items.push_back(node);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(settings: &PathSettings, path: &str) -> Result<Vec<String>, String> {
        let JsonPath { mut way, last, .. } = settings.read(path)?;
        way.push(last);
        let shown = |step: PathStep| match step.to {
            StepTarget::Name(name) => name,
            StepTarget::Index(index) => format!("[{index}]"),
        };
        Ok(way.into_iter().map(shown).collect())
    }

    #[test]
    fn a_path_is_read_by_its_grammar() {
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
