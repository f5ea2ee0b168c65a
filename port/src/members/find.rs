//! What a name in a script means.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Kind, Member, members};

/// How a script uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It reads the property or calls the method.
    Call,
    /// It sets the property.
    Set,
}

/// Finds what a script's name means for an object of a class, in the forms of all languages and without regard to
/// case: `AuthToken`, `put_AuthToken`, `putAuthToken`, `SetAuthToken`, `get_LastStatus`, `lastErrorText`, `_header`,
/// `ComAuthToken`, `ckLastErrorText`, `setCkAuthToken`, `CkHttp_putAuthToken`.
///
/// `args` is the number of arguments, `None` for a property without parentheses. `SetAuthToken` with one argument sets
/// the property unless a method has that name. The use is never `Set` for a bare name: an assignment says that itself.
pub(crate) fn find(class: &str, name: &str, args: Option<usize>) -> Option<(&'static Member, Use)> {
    // The longest name has about 30 characters, and some 20 before it.
    let name = Some(name).filter(|name| name.len() <= 80)?;
    let name = without_class(class, name).trim_start_matches('_');
    if let Some(member) = exact(class, name) {
        return Some((member, Use::Call));
    }
    let property = |rest: &str| exact(class, rest).filter(|m| m.kind == Kind::Property);
    let set = |rest: &str| property(rest).map(|member| (member, Use::Set));
    let after = |prefix: &str| strip(name, prefix).map(|rest| rest.trim_start_matches('_'));
    let readings = [
        after("setCk").and_then(set),
        after("put").and_then(set),
        after("get").and_then(property).map(|member| (member, Use::Call)),
        after("set").filter(|_| args == Some(1)).and_then(set),
    ];
    if let Some(found) = readings.into_iter().flatten().next() {
        return Some(found);
    }
    let bare = ["Com", "ck"].into_iter().find_map(after).filter(|rest| !rest.is_empty())?;
    find(class, bare, args)
}

/// Removes `CkHttp_` or `CkHttpW_` from a flat function of this class.
fn without_class<'n>(class: &str, name: &'n str) -> &'n str {
    let rest = strip(name, "Ck").and_then(|rest| strip(rest, class));
    let rest = rest.map(|rest| strip(rest, "W").unwrap_or(rest));
    rest.filter(|rest| rest.starts_with('_')).unwrap_or(name)
}

/// Removes a prefix without regard to case.
fn strip<'n>(name: &'n str, prefix: &str) -> Option<&'n str> {
    let (start, rest) = name.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Returns the member with this name in any case.
fn exact(class: &str, name: &str) -> Option<&'static Member> {
    static INDEX: OnceLock<HashMap<String, &'static Member>> = OnceLock::new();
    let key = |class: &str, name: &str| format!("{class}.{name}").to_ascii_lowercase();
    let index = INDEX.get_or_init(|| {
        let names = members().iter().flat_map(|m| m.names.iter().map(move |name| (m, *name)));
        names.map(|(member, name)| (key(member.class, name), member)).collect()
    });
    index.get(&key(class, name)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(class: &str, name: &str, args: Option<usize>) -> Option<(&'static str, Use)> {
        find(class, name, args).map(|(member, used)| (member.name(), used))
    }

    #[test]
    fn names_are_found_in_the_forms_of_all_languages() {
        for (name, args, expected) in [
            ("AuthToken", None, ("AuthToken", Use::Call)),
            ("authToken", Some(0), ("AuthToken", Use::Call)),
            ("put_AuthToken", Some(1), ("AuthToken", Use::Set)),
            ("putAuthToken", Some(1), ("AuthToken", Use::Set)),
            ("SetAuthToken", Some(1), ("AuthToken", Use::Set)),
            ("setCkAuthToken", Some(1), ("AuthToken", Use::Set)),
            ("CkHttp_putAuthToken", Some(1), ("AuthToken", Use::Set)),
            ("CkHttpW_putAuthToken", Some(1), ("AuthToken", Use::Set)),
            ("CkHttp_put_AuthToken", Some(1), ("AuthToken", Use::Set)),
            ("ComAuthToken", None, ("AuthToken", Use::Call)),
            ("ComSetRequestHeader", Some(2), ("SetRequestHeader", Use::Call)),
            ("lastErrorText", Some(0), ("LastErrorText", Use::Call)),
            ("_lastErrorText", Some(0), ("LastErrorText", Use::Call)),
            ("CkHttp__lastErrorText", Some(0), ("LastErrorText", Use::Call)),
            ("ckLastErrorText", Some(0), ("LastErrorText", Use::Call)),
            ("get_LastStatus", Some(0), ("LastStatus", Use::Call)),
            ("CkHttp_getLastStatus", Some(0), ("LastStatus", Use::Call)),
            ("CkHttp_get_LastStatus", Some(0), ("LastStatus", Use::Call)),
            ("SetRequestHeader", Some(2), ("SetRequestHeader", Use::Call)),
            ("setrequestheader", Some(2), ("SetRequestHeader", Use::Call)),
            ("SetAuthTokenSb", Some(1), ("SetAuthTokenSb", Use::Call)),
            ("QuickGetSb", Some(2), ("QuickGetSb", Use::Call)),
            ("ckQuickGetSb", Some(2), ("QuickGetSb", Use::Call)),
            ("CkHttp_QuickGetSb", Some(2), ("QuickGetSb", Use::Call)),
            ("ConnectTimeout", None, ("ConnectTimeout", Use::Call)),
        ] {
            assert_eq!(found("Http", name, args), Some(expected), "{name}");
        }
        for (name, args, used) in
            [("I", None, Use::Call), ("put_I", Some(1), Use::Set), ("SetI", Some(1), Use::Set)]
        {
            assert_eq!(found("JsonObject", name, args), Some(("I", used)), "{name}");
        }
        let field = Some(("GetHeaderField", Use::Call));
        assert_eq!(found("HttpResponse", "GetHeaderField", Some(1)), field);
        assert_eq!(found("HttpResponse", "getHeaderField", Some(1)), field);
        assert_eq!(found("httpresponse", "ckGetHeaderField", Some(1)), field);
    }

    #[test]
    fn names_of_nothing_are_not_found() {
        for name in ["", "_", "put_", "Set", "ck", "com", "QuickGetXml", "put_QuickGetSb", "\u{e9}"]
        {
            assert_eq!(found("Http", name, Some(1)), None, "{name}");
        }
        assert_eq!(found("Http", "SetAuthToken", None), None);
        assert_eq!(found("Xml", "AuthToken", None), None);
        assert_eq!(found("Http", &"ck".repeat(100_000), None), None);
        assert_eq!(found("HttpRequest", "CkHttp_putPath", Some(1)), None);
    }
}
