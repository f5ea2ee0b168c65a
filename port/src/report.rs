//! What a port says of its script.

use std::collections::HashMap;

/// A remark on a line of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remark {
    /// The line in the script, from 1.
    pub line: usize,
    /// The last line that it is about.
    pub end_line: usize,
    /// What it says.
    pub kind: RemarkKind,
    /// The text: "CkXml is not here; quick-xml reads and writes XML".
    pub text: String,
}

/// What a [`Remark`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemarkKind {
    /// The lines are not ported. They are comments in the program.
    NotPorted,
    /// The lines are ported, but the script is probably wrong there.
    Warning,
    /// A value to be filled in, such as `<access_token>`.
    ToFillIn,
}

/// How many lines a remark names that needs the same as it.
const MOST_LINES: usize = 8;

/// Makes one remark of those that say that a variable is not ported, which is of one cause.
pub(crate) fn folded(remarks: Vec<Remark>) -> Vec<Remark> {
    let mut result: Vec<Remark> = Vec::new();
    let mut first: HashMap<String, (usize, Vec<usize>)> = HashMap::new();
    for remark in remarks {
        let is_follower = remark.kind == RemarkKind::NotPorted
            && remark.text.strip_suffix(" is not ported").is_some_and(|name| {
                name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.is_empty()
            });
        match first.get_mut(&remark.text).filter(|_| is_follower) {
            Some((_, lines)) => lines.push(remark.line),
            None => {
                if is_follower {
                    first.insert(remark.text.clone(), (result.len(), Vec::new()));
                }
                result.push(remark);
            }
        }
    }
    for (at, mut lines) in first.into_values() {
        lines.dedup();
        let more = lines.len().saturating_sub(MOST_LINES);
        lines.truncate(MOST_LINES);
        let mut said: Vec<String> = lines.iter().map(usize::to_string).collect();
        if more > 0 {
            said.push(format!("{more} more"));
        }
        let all = match said.split_last() {
            None => continue,
            Some((last, [])) => format!("line {last}"),
            Some((last, others)) => format!("lines {} and {last}", others.join(", ")),
        };
        if let Some(remark) = result.get_mut(at) {
            remark.text.push_str(&format!("; {all} needs it, too"));
            if said.len() > 1 {
                remark.text = remark.text.replace(" needs it, too", " need it, too");
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_one_variable_is_one_remark() {
        let remark = |line, text: &str| Remark {
            line,
            end_line: line,
            kind: RemarkKind::NotPorted,
            text: text.to_owned(),
        };
        let found = folded(vec![
            remark(1, "CkXml is not here"),
            remark(2, "xml is not ported"),
            remark(3, "t is not ported"),
            remark(4, "xml is not ported"),
            remark(5, "the method each is not ported"),
            remark(6, "the method each is not ported"),
            remark(7, "t is not ported"),
            remark(8, "t is not ported"),
        ]);
        let found: Vec<String> =
            found.into_iter().map(|remark| format!("{} {}", remark.line, remark.text)).collect();
        let expected = [
            "1 CkXml is not here",
            "2 xml is not ported; line 4 needs it, too",
            "3 t is not ported; lines 7 and 8 need it, too",
            "5 the method each is not ported",
            "6 the method each is not ported",
        ];
        assert_eq!(found, expected);
    }
}
