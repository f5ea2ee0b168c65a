//! Names of files and anchors, from names of items and folders.

use std::collections::{HashMap, HashSet};

/// Longest name of a file without its ending. File systems take 255 bytes.
const LONGEST: usize = 120;

/// What Windows takes for a device, beside its ports.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Gives each path a name that no other has, in order, so that the same collection always gets the
/// same names.
pub(super) struct Names {
    taken: HashSet<String>,
    /// The last number given to those that would be equal, so that thousands of them are no matter.
    numbers: HashMap<String, usize>,
}

impl Names {
    /// With the names that are given away already.
    pub(super) fn without(taken: &[&str]) -> Names {
        let taken = taken.iter().map(|name| (*name).to_owned()).collect();
        Names { taken, numbers: HashMap::new() }
    }

    /// A name of `a-z`, `0-9` and `-` that says where in the collection something is.
    pub(super) fn of<'a>(&mut self, path: impl IntoIterator<Item = &'a str>) -> String {
        let name = slug(path);
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
        let start = slug.len();
        let mut between = if slug.is_empty() { "" } else { "--" };
        for c in name.chars() {
            // An apostrophe divides no word.
            if matches!(c, '\'' | '’') {
                continue;
            }
            if c.is_ascii_alphanumeric() {
                slug.push_str(between);
                slug.push(c.to_ascii_lowercase());
                between = "";
            } else if slug.len() > start {
                between = "-";
            }
        }
    }
    // The end says most.
    let slug = slug.get(slug.len().saturating_sub(LONGEST)..).unwrap_or_default();
    let slug = slug.trim_start_matches('-');
    if slug.is_empty() {
        return "request".to_owned();
    }
    if is_device(slug) { format!("{slug}-request") } else { slug.to_owned() }
}

/// Whether Windows takes a file of this name for a device, whatever the ending. The name is in lower case.
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
    fn say_where_something_is_and_nothing_else() {
        let mut names = Names::without(&["index"]);
        let mut name = |path: &[&str]| names.of(path.iter().copied());
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
        // Names that Windows or macOS would take for one file.
        assert_eq!(name(&["Users"]), "users");
        assert_eq!(name(&["users"]), "users-2");
        assert_eq!(name(&["USERS."]), "users-3");
        assert_eq!(name(&["Users-2"]), "users-2-2");
        // A drive, a stream, and what no name there may have.
        assert_eq!(name(&["C:\\users:a <b>|\"c\"?*"]), "c-users-a-b-c");
        assert_eq!(name(&[&"x".repeat(500)]).len(), LONGEST);
    }
}
