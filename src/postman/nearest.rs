//! The paths of a collection that are most like one that it does not have.

use super::Item;

/// How many paths an error shows.
pub(super) const SHOWN: usize = 5;

/// The paths that are most like one that there is not.
pub(super) fn nearest(wanted: &str, items: &[Item<'_>]) -> Vec<String> {
    // Names in any case, and no longer than what is worth comparing.
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

/// How many characters are to be put in, taken out or changed to make one text of the other.
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
