//! Look-up of curl's options by letter, name, or the start of a name.

use super::option_table::{OptionRow, TABLE};

/// The flags that `no-` cannot turn off.
const WITHOUT_NEGATION: [&str; 17] = [
    "http1.0",
    "http1.1",
    "http2",
    "http2-prior-knowledge",
    "http3",
    "http3-only",
    "ipv4",
    "ipv6",
    "next",
    "proxy-tlsv1",
    "sslv2",
    "sslv3",
    "tlsv1",
    "tlsv1.0",
    "tlsv1.1",
    "tlsv1.2",
    "tlsv1.3",
];

/// Returns the option with a letter.
pub(super) fn by_letter(letter: char) -> Option<&'static OptionRow> {
    TABLE.iter().find(|row| row.short == letter && letter != '\0')
}

/// Returns the option with a name, and whether the name turns it on: `no-` before it turns it off. The name has no
/// dashes. It may be the start of a name, if no other option starts with it.
pub(super) fn by_name(name: &str) -> Result<(&'static OptionRow, bool), String> {
    if let Some(row) = exact(name) {
        return Ok((row, true));
    }
    let negated = name.strip_prefix("no-");
    let has_negation = |row: &OptionRow| !row.takes_value && !WITHOUT_NEGATION.contains(&row.long);
    match negated.and_then(exact) {
        Some(row) if has_negation(row) => return Ok((row, false)),
        Some(_) => return Err("curl has no such option: only a flag can be turned off".to_owned()),
        None => {}
    }
    let starting = |start: &str| -> Vec<&'static OptionRow> {
        TABLE.iter().filter(|row| row.long.starts_with(start)).collect()
    };
    let found = starting(name);
    match (found.as_slice(), negated) {
        ([row], _) => return Ok((row, true)),
        ([], Some(rest)) => {
            if let [row] = starting(rest).as_slice() {
                if has_negation(row) {
                    return Ok((row, false));
                }
            }
        }
        ([], None) => {}
        (several, _) => {
            let names: Vec<String> =
                several.iter().take(5).map(|row| format!("--{}", row.long)).collect();
            return Err(format!(
                "it is short for more than one option: {}; write it out",
                names.join(", ")
            ));
        }
    }
    Err(unknown(name))
}

/// Returns the error text for an unknown name.
pub(super) fn unknown(name: &str) -> String {
    match nearest(name).as_slice() {
        [] => "curl has no such option".to_owned(),
        near => format!("curl has no such option; did you mean {}?", near.join(" or ")),
    }
}

/// Whether this is the full name of an option, longer than one letter.
pub(super) fn is_long(name: &str) -> bool {
    name.len() > 1 && exact(name).is_some()
}

fn exact(name: &str) -> Option<&'static OptionRow> {
    TABLE.iter().find(|row| row.long == name)
}

/// Returns the names that are at most two changes away, the most similar first.
fn nearest(name: &str) -> Vec<String> {
    if name.len() > 40 {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = TABLE
        .iter()
        .map(|row| (distance(name.as_bytes(), row.long.as_bytes()), row.long))
        .filter(|(changes, long)| *changes <= 2 && *changes * 2 < long.len())
        .collect();
    near.sort_by_key(|(changes, _)| *changes);
    near.into_iter().take(3).map(|(_, long)| format!("--{long}")).collect()
}

/// Returns the edit distance: insertions, deletions and replacements of a byte.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_no_letter_occurs_twice() {
        for pair in TABLE.windows(2) {
            assert!(pair[0].long < pair[1].long, "{}", pair[1].long);
        }
        for row in TABLE.iter().filter(|row| row.short != '\0') {
            let count = TABLE.iter().filter(|other| other.short == row.short).count();
            assert_eq!(count, 1, "-{}", row.short);
        }
    }

    #[test]
    fn an_option_is_found_by_its_name_its_start_or_its_negation() {
        let found = |name: &str| by_name(name).map(|(row, on)| (row.long, on));
        assert_eq!(found("location"), Ok(("location", true)));
        assert_eq!(found("no-location"), Ok(("location", false)));
        assert_eq!(found("insec"), Ok(("insecure", true)));
        assert_eq!(found("no-insec"), Ok(("insecure", false)));
        assert!(found("loc").unwrap_err().contains("--location, --location-trusted"));
        assert!(found("heeder").unwrap_err().contains("did you mean --header?"));
        for name in ["no-header", "no-http2", "no-ipv4", "no-tlsv1.2", "no-next"] {
            assert!(found(name).unwrap_err().contains("only a flag can be turned off"), "{name}");
        }
        assert_eq!(found("no-location-trusted"), Ok(("location-trusted", false)));
        assert_eq!(found("qqqqqq").unwrap_err(), "curl has no such option");
    }
}
