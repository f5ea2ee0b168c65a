//! Finds an item by its path. If there is none, the error names the most similar paths.

use super::collection::Collection;
use super::item::Item;
use crate::error::{Error, Result};

/// How many paths an error shows.
const SHOWN: usize = 5;

/// How many characters of a path an error shows: folders may be nested to any depth.
const LONGEST: usize = 200;

/// What a path leads to.
enum PathMatch<'c> {
    Item(Item<'c>),
    /// It is the end of the paths of these, if of any.
    Ends(Vec<Item<'c>>),
}

impl Collection {
    /// The item at a path: the names of its folders and its own with `/` between, or an end of that which
    /// no other item has. Of several items of one path it is the first.
    ///
    /// A method before the path distinguishes them: where no item has that name, `DELETE /pets/:petId` is the item
    /// `/pets/:petId` that is a DELETE.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) for a path of no item, with the nearest that there
    /// are, and for an end that several have.
    pub fn item(&self, path: &str) -> Result<Item<'_>> {
        let items = self.items();
        let mut found = self.find(path, None, &items);
        if let (PathMatch::Ends(none), Some((verb, rest))) = (&found, path.trim().split_once(' ')) {
            if none.is_empty() && !rest.trim().is_empty() {
                found = self.find(rest.trim(), Some(verb), &items);
            }
        }
        let ends = match found {
            PathMatch::Item(item) => return Ok(item),
            PathMatch::Ends(ends) => ends,
        };
        let shown = |paths: Vec<String>| {
            let quoted: Vec<String> = paths.iter().map(|path| quoted(path)).collect();
            quoted.join(", ")
        };
        let asked = quoted(path);
        match ends.as_slice() {
            [] => {
                let why = match nearest(path.trim_matches('/'), &items) {
                    near if near.is_empty() => format!("there is no {asked}; there are no items"),
                    near => format!("there is no {asked}; the nearest are {}", shown(near)),
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
                    let named = verbs.iter().take(SHOWN).map(|verb| format!("{verb} {name}"));
                    let named = shown(named.collect());
                    let why = format!("{asked} is the end of the path of {count} items: {named}");
                    return Err(Error::argument("item", why));
                }
                paths.truncate(SHOWN);
                let why = format!("{asked} is the end of {count} paths: {}", shown(paths));
                Err(Error::argument("item", why))
            }
        }
    }

    /// `verb` is the method that it has to have, if any.
    fn find<'c>(&self, path: &str, verb: Option<&str>, items: &[Item<'c>]) -> PathMatch<'c> {
        let wanted = path.trim_matches('/');
        let mut by_end = Vec::new();
        for item in items {
            // A path that ends so has such a name at its end; to put all together takes its time.
            let name = self.name_of(item.entry).trim_matches('/');
            if !name.ends_with(wanted) && !wanted.ends_with(name) {
                continue;
            }
            if verb.is_some_and(|verb| !item.verb().eq_ignore_ascii_case(verb)) {
                continue;
            }
            let known = item.path();
            // A name may itself start or end with a slash.
            if known == path || known.trim_matches('/') == wanted {
                return PathMatch::Item(item.clone());
            }
            let ends = known.trim_matches('/').strip_suffix(wanted);
            if !wanted.is_empty() && ends.is_some_and(|before| before.ends_with('/')) {
                by_end.push(item.clone());
            }
        }
        PathMatch::Ends(by_end)
    }
}

/// A path in the form that errors show: in quotes, and without its middle if it is long.
pub(super) fn quoted(path: &str) -> String {
    let count = path.chars().count();
    if count <= LONGEST {
        return format!("{path:?}");
    }
    let start: String = path.chars().take(LONGEST / 2).collect();
    let end: String = path.chars().skip(count - LONGEST / 2).collect();
    format!("{:?}", format!("{start}…{end}"))
}

/// The paths that are most similar to one that does not exist.
fn nearest(wanted: &str, items: &[Item<'_>]) -> Vec<String> {
    // Case does not matter, and long paths are compared by their start.
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
    found.into_iter().take(SHOWN).map(|(_, path)| path).collect()
}

/// The number of insertions, deletions and replacements of a character from one text to the other.
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
