//! Names of files and anchors, from names of items and folders.

use std::collections::{HashMap, HashSet};

/// Longest name of a file without its ending. File systems take 255 bytes.
const LONGEST: usize = 120;

/// What Windows takes for a device, whatever the ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

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
    let port = |device: &str| {
        let number = slug.strip_prefix(device).unwrap_or_default();
        number.len() == 1 && number.chars().all(|c| c.is_ascii_digit())
    };
    match DEVICES.contains(&slug) || port("com") || port("lpt") {
        true => format!("{slug}-request"),
        false => slug.to_owned(),
    }
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
        assert_eq!(name(&["common"]), "common");
        assert_eq!(name(&[&"x".repeat(500)]).len(), LONGEST);
    }
}
