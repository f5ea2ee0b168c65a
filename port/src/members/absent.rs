//! What zoomkat does not have: `absent.tsv`.

use std::collections::HashMap;
use std::sync::OnceLock;

const LINES: &str = include_str!("../../absent.tsv");

/// A Chilkat class, or member of one, that zoomkat does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Absent {
    /// The class, without `Ck`: `Xml`. `*` for the members of every class.
    pub class: &'static str,
    /// The member. Empty for the whole class; `S3_*` and `*Async` are all names with that start or end.
    pub member: &'static str,
    /// What a Rust program uses instead: "quick-xml reads and writes XML".
    pub instead: &'static str,
}

/// Returns the classes and members that zoomkat does not have.
pub fn absent() -> &'static [Absent] {
    static ABSENT: OnceLock<Vec<Absent>> = OnceLock::new();
    ABSENT.get_or_init(|| LINES.lines().skip(1).filter_map(line).collect())
}

fn line(line: &'static str) -> Option<Absent> {
    let mut columns = line.split('\t');
    Some(Absent { class: columns.next()?, member: columns.next()?, instead: columns.next()? })
}

/// Returns what is said of a name that [`find`](super::find) does not find; of the class if all of it is absent.
pub(crate) fn find_absent(class: &str, name: &str) -> Option<&'static Absent> {
    // The longest name has about 20 characters, and some 10 before it.
    let name = Some(name).filter(|name| name.len() <= 80)?;
    let forms = ["", "put_", "get_", "put", "get", "set", "setCk", "ck", "Com", "_"];
    let names = forms.iter().filter_map(|form| {
        let (start, rest) = name.split_at_checked(form.len())?;
        start.eq_ignore_ascii_case(form).then_some(rest)
    });
    let of_class = exact(class, "");
    of_class.or_else(|| {
        names
            .flat_map(|name| [(class, name), ("*", name)])
            .find_map(|(class, name)| exact(class, name))
    })
}

/// Returns what is said of a name in any case, or of all names with its start or end.
fn exact(class: &str, name: &str) -> Option<&'static Absent> {
    static INDEX: OnceLock<HashMap<String, &'static Absent>> = OnceLock::new();
    let key = |class: &str, name: &str| format!("{class}.{name}").to_ascii_lowercase();
    let index = INDEX.get_or_init(|| {
        absent().iter().map(|absent| (key(absent.class, absent.member), absent)).collect()
    });
    let is_like =
        |absent: &&Absent| absent.class.eq_ignore_ascii_case(class) && is_like(name, absent.member);
    let found = index.get(&key(class, name)).copied();
    found.or_else(|| absent().iter().find(is_like))
}

/// Says whether a name has the start or the end of a pattern, in any case.
fn is_like(name: &str, pattern: &str) -> bool {
    let (part, wanted) = match (pattern.strip_suffix('*'), pattern.strip_prefix('*')) {
        (Some(start), _) => (name.get(..start.len()), start),
        (_, Some(end)) => (name.len().checked_sub(end.len()).and_then(|at| name.get(at..)), end),
        _ => return false,
    };
    part.is_some_and(|part| part.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_says_what_to_use_instead() {
        let lines = LINES.lines().skip(1);
        assert_eq!(lines.clone().count(), absent().len());
        for line in lines {
            assert_eq!(line.matches('\t').count(), 2, "{line}");
            assert!(!line.ends_with('\t') && !line.starts_with('\t'), "{line}");
        }
    }

    #[test]
    fn a_class_and_its_members_are_found() {
        for (class, name, part) in [
            ("Xml", "", "quick-xml"),
            ("xml", "", "quick-xml"),
            ("Global", "", "nothing to unlock"),
            ("Global", "UnlockBundle", "nothing to unlock"),
            ("Xml", "lastErrorText", "quick-xml"),
            ("Http", "S3_UploadFile", "S3"),
            ("Http", "put_NtlmAuth", "Basic"),
            ("Http", "QuickGetObjAsync", "thread"),
            ("JsonObject", "lastErrorXml", "last_error_text"),
        ] {
            let instead = find_absent(class, name).map(|absent| absent.instead);
            assert!(instead.is_some_and(|text| text.contains(part)), "{class} {name}: {instead:?}");
        }
        assert!(is_like("quickgetasync", "*Async") && is_like("s3_x", "S3_*"));
        assert!(!is_like("Async", "Async") && !is_like("S3", "S3_*") && !is_like("\u{e9}", "*c"));
        assert_eq!(find_absent("Http", "QuickGetSb"), None);
        assert_eq!(find_absent("Lorem", ""), None);
        assert_eq!(find_absent("Http", ""), None);
    }
}
