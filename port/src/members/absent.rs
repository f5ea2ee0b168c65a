//! What zoomkat does not have: `absent.tsv`.

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

/// Returns what is said of a class, with an empty name, or of a name that [`find`](super::find) does not find.
pub(crate) fn find_absent(class: &str, name: &str) -> Option<&'static Absent> {
    let forms = ["", "put_", "get_", "put", "get", "set", "ck", "setCk", "Com", "_"];
    let names = forms.iter().filter_map(|form| {
        let (start, rest) = name.split_at_checked(form.len())?;
        start.eq_ignore_ascii_case(form).then_some(rest)
    });
    let is_of = |absent: &Absent, of: &str| absent.class.eq_ignore_ascii_case(of);
    names.flat_map(|name| [(class, name), ("*", name)]).find_map(|(class, name)| {
        absent().iter().find(|absent| is_of(absent, class) && matches(absent.member, name))
    })
}

/// Says whether a name is that of a member, which may begin or end with `*`, in any case.
fn matches(member: &str, name: &str) -> bool {
    let (member, name) = (member.to_ascii_lowercase(), name.to_ascii_lowercase());
    match (member.strip_suffix('*'), member.strip_prefix('*')) {
        (Some(start), _) => name.starts_with(start),
        (_, Some(end)) => name.ends_with(end),
        _ => member == name,
    }
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
            ("Http", "S3_UploadFile", "S3"),
            ("Http", "put_NtlmAuth", "Basic"),
            ("Http", "QuickGetObjAsync", "thread"),
            ("JsonObject", "lastErrorXml", "last_error_text"),
        ] {
            let instead = find_absent(class, name).map(|absent| absent.instead);
            assert!(instead.is_some_and(|text| text.contains(part)), "{class} {name}: {instead:?}");
        }
        assert_eq!(find_absent("Http", "QuickGetSb"), None);
        assert_eq!(find_absent("Lorem", ""), None);
        assert_eq!(find_absent("Http", ""), None);
    }
}
