//! File names and anchors derived from the names of items and folders.

use std::collections::{HashMap, HashSet};

/// The maximum length of a file name without its extension. File systems allow 255 bytes.
const MAX_LENGTH: usize = 120;

/// Names that Windows reserves for devices, in addition to its ports.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Assigns a unique name to each path, in order, so that the same collection always gets the same names.
pub(super) struct Names {
    taken: HashSet<String>,
    /// The last number appended to each name, so that thousands of equal names do not take long.
    numbers: HashMap<String, usize>,
}

impl Names {
    /// Creates an empty set in which the names in `taken` are reserved.
    pub(super) fn reserving(taken: &[&str]) -> Names {
        let taken = taken.iter().map(|name| (*name).to_owned()).collect();
        Names { taken, numbers: HashMap::new() }
    }

    /// Returns a unique name of `a-z`, `0-9` and `-` that shows where in the collection something is.
    pub(super) fn assign<'a>(&mut self, path: impl IntoIterator<Item = &'a str>) -> String {
        let name = slug(path);
        let name = if is_device(&name) { format!("{name}-request") } else { name };
        self.unique(name)
    }

    /// Returns a unique anchor of `a-z`, `0-9`, `_` and `-` that starts with `kind`.
    pub(super) fn anchor(&mut self, kind: &str, name: &str) -> String {
        let mut slug = String::new();
        add_slug(&mut slug, name, "", |c| c == '_');
        self.unique(format!("{kind}-{}", end_of(&slug, "row")))
    }

    fn unique(&mut self, name: String) -> String {
        let mut unique = name.clone();
        while !self.taken.insert(unique.clone()) {
            let number = self.numbers.entry(name.clone()).or_insert(1);
            *number += 1;
            unique = format!("{name}-{number}");
        }
        unique
    }
}

fn slug<'a>(path: impl IntoIterator<Item = &'a str>) -> String {
    let mut slug = String::new();
    for name in path {
        let between = if slug.is_empty() { "" } else { "--" };
        add_slug(&mut slug, name, between, |_| false);
    }
    end_of(&slug, "request")
}

fn add_slug(slug: &mut String, name: &str, mut between: &str, keep: impl Fn(char) -> bool) {
    let start = slug.len();
    for c in name.chars() {
        // An apostrophe does not separate words.
        if matches!(c, '\'' | '’') {
            continue;
        }
        if c.is_ascii_alphanumeric() || keep(c) {
            slug.push_str(between);
            slug.push(c.to_ascii_lowercase());
            between = "";
        } else if slug.len() > start {
            between = "-";
        }
    }
}

/// Returns the end of a name, which is its most specific part, or `empty` if the name is empty.
fn end_of(slug: &str, empty: &str) -> String {
    let slug = slug.get(slug.len().saturating_sub(MAX_LENGTH)..).unwrap_or_default();
    match slug.trim_start_matches('-') {
        "" => empty.to_owned(),
        slug => slug.to_owned(),
    }
}

/// Whether Windows treats a file with this lower-case name as a device, whatever its extension.
fn is_device(name: &str) -> bool {
    let port = |device: &str| {
        let number = name.strip_prefix(device).and_then(|number| number.parse::<char>().ok());
        number.is_some_and(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'))
    };
    DEVICES.contains(&name) || port("com") || port("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_safe_and_unique() {
        let mut names = Names::reserving(&[]);
        let mut anchor = |name: &str| names.anchor("query", name);
        assert_eq!(anchor("page_size"), "query-page_size");
        assert_eq!(anchor("Page_Size"), "query-page_size-2");
        assert_eq!(anchor("questions[].name"), "query-questions-name");
        assert_eq!(anchor("\"><b id='x'>"), "query-b-id-x");
        assert_eq!(anchor("日本語"), "query-row");
        assert_eq!(anchor(""), "query-row-2");
        assert_eq!(anchor(&"x".repeat(500)).len(), MAX_LENGTH + 6);
    }

    #[test]
    fn names_are_safe_and_unique() {
        let mut names = Names::reserving(&["index"]);
        let mut name = |path: &[&str]| names.assign(path.iter().copied());
        assert_eq!(
            name(&["users", "{user Id}", "Update a user's password"]),
            "users--user-id--update-a-users-password"
        );
        assert_eq!(name(&["..", "..", "etc/passwd"]), "etc-passwd");
        assert_eq!(name(&["ETC passwd"]), "etc-passwd-2");
        assert_eq!(name(&["etc-passwd-2"]), "etc-passwd-2-2");
        assert_eq!(name(&["Index"]), "index-2");
        assert_eq!(name(&["日本語"]), "request");
        assert_eq!(name(&[]), "request-2");
        assert_eq!(name(&["CON"]), "con-request");
        assert_eq!(name(&["com7"]), "com7-request");
        assert_eq!(name(&["con. "]), "con-request-2");
        assert_eq!(name(&["LPT\u{b9}"]), "lpt");
        assert_eq!(name(&["common"]), "common");
        // Names that Windows or macOS treat as the same file.
        assert_eq!(name(&["Users"]), "users");
        assert_eq!(name(&["users"]), "users-2");
        assert_eq!(name(&["USERS."]), "users-3");
        assert_eq!(name(&["Users-2"]), "users-2-2");
        // A drive, a stream, and characters not allowed in Windows file names.
        assert_eq!(name(&["C:\\users:a <b>|\"c\"?*"]), "c-users-a-b-c");
        assert_eq!(name(&[&"x".repeat(500)]).len(), MAX_LENGTH);
    }
}
