//! Look-up of an item by its path. The error for an unknown path names the most similar ones.

use std::borrow::Cow;

use super::collection::Collection;
use super::item::Item;
use crate::error::{Error, Result};

/// The number of paths in an error.
const MAX_SUGGESTIONS: usize = 5;

/// The number of characters of a path in an error. Folders may be nested to any depth.
const MAX_PATH_LEN: usize = 200;

enum PathMatch<'c> {
    Full(Item<'c>),
    /// The items whose paths end with the path.
    Suffix(Vec<Item<'c>>),
}

impl Collection {
    /// Returns the item with a path: the names of its folders and its own name, separated by `/`. The end of a path
    /// is enough if it is unique. If several items have the same path, the first is returned.
    ///
    /// A method before the path distinguishes them: unless an item has this name, `DELETE /pets/:petId` is the DELETE
    /// among the items `/pets/:petId`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) for an unknown path, with the most similar paths, and for the
    /// end of several paths.
    pub fn item(&self, path: &str) -> Result<Item<'_>> {
        let items = self.items();
        let mut found = self.find(path, None, &items);
        if let (PathMatch::Suffix(none), Some((verb, rest))) = (&found, path.trim().split_once(' '))
        {
            if none.is_empty() && !rest.trim().is_empty() {
                found = self.find(rest.trim(), Some(verb), &items);
            }
        }
        let ends = match found {
            PathMatch::Full(item) => return Ok(item),
            PathMatch::Suffix(ends) => ends,
        };
        let shown = |paths: Vec<String>| {
            let quoted: Vec<String> = paths.iter().map(|path| quoted(path)).collect();
            quoted.join(", ")
        };
        let wanted = quoted(path);
        match ends.as_slice() {
            [] => {
                let why = match nearest(path.trim_matches('/'), &items) {
                    near if near.is_empty() => {
                        format!("there is no {wanted}; the collection has no items")
                    }
                    near => format!("there is no {wanted}; the nearest are {}", shown(near)),
                };
                Err(Error::argument("item", why))
            }
            [item] => Ok(item.clone()),
            several => {
                let mut paths: Vec<String> = several.iter().map(Item::path).collect();
                let count = paths.len();
                let mut verbs: Vec<String> = several.iter().map(Item::verb).collect();
                verbs.dedup();
                if verbs.len() > 1 && paths.windows(2).all(|two| two[0] == two[1]) {
                    let name = several[0].name();
                    let named =
                        verbs.iter().take(MAX_SUGGESTIONS).map(|verb| format!("{verb} {name}"));
                    let named = shown(named.collect());
                    let why = format!("{wanted} is the end of the path of {count} items: {named}");
                    return Err(Error::argument("item", why));
                }
                paths.truncate(MAX_SUGGESTIONS);
                let why = format!("{wanted} is the end of {count} paths: {}", shown(paths));
                Err(Error::argument("item", why))
            }
        }
    }

    /// Finds the items with a path or its end and, if `verb` is given, that method.
    fn find<'c>(&self, path: &str, verb: Option<&str>, items: &[Item<'c>]) -> PathMatch<'c> {
        let wanted = path.trim_matches('/');
        let mut by_end = Vec::new();
        for item in items {
            // Compares the name first, since the full path is slow to build.
            let name = self.name_of(item.entry).trim_matches('/');
            if !name.ends_with(wanted) && !wanted.ends_with(name) {
                continue;
            }
            if verb.is_some_and(|verb| !item.verb().eq_ignore_ascii_case(verb)) {
                continue;
            }
            let known = item.path();
            // A name may start or end with a slash.
            if known == path || known.trim_matches('/') == wanted {
                return PathMatch::Full(item.clone());
            }
            let ends = known.trim_matches('/').strip_suffix(wanted);
            if !wanted.is_empty() && ends.is_some_and(|before| before.ends_with('/')) {
                by_end.push(item.clone());
            }
        }
        PathMatch::Suffix(by_end)
    }
}

/// Quotes a path for an error. A long path is shown without its middle.
pub(super) fn quoted(path: &str) -> String {
    format!("{:?}", shortened(path))
}

/// Returns a text without its middle if it is long.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    let count = text.chars().count();
    if count <= MAX_PATH_LEN {
        return Cow::Borrowed(text);
    }
    let start: String = text.chars().take(MAX_PATH_LEN / 2).collect();
    let end: String = text.chars().skip(count - MAX_PATH_LEN / 2).collect();
    Cow::Owned(format!("{start}…{end}"))
}

/// Returns the paths that are most similar to an unknown one.
fn nearest(wanted: &str, items: &[Item<'_>]) -> Vec<String> {
    // Case is ignored, and long paths are compared by their start.
    let cut = |text: &str| text.to_lowercase().chars().take(80).collect::<Vec<char>>();
    let wanted = cut(wanted);
    let mut found: Vec<(usize, String)> = items
        .iter()
        .map(|item| {
            let (path, name) = (item.path(), item.name());
            let by_path = distance(&wanted, &cut(&path));
            (by_path.min(distance(&wanted, &cut(&name))), path)
        })
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().take(MAX_SUGGESTIONS).map(|(_, path)| path).collect()
}

/// Returns the edit distance: insertions, deletions and replacements of a character.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, a) in one.iter().enumerate() {
        let mut before = std::mem::replace(&mut row[0], at + 1);
        for (to, b) in other.iter().enumerate() {
            let changed = before + usize::from(a != b);
            before = row[to + 1];
            row[to + 1] = changed.min(before + 1).min(row[to] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
