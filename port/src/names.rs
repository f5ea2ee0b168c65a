//! Names of classes, variables and functions in scripts.

use crate::tree::Hint;
use std::collections::{HashMap, HashSet};

/// Returns the Chilkat class that a script names in one of the forms of the languages, without decoration: `Http` for
/// `CkHttp`, `Chilkat.Http`, `chilkat2.Http`, `ChilkatHttp`, `TChilkatHttp`, `IChilkatHttp`, `CkHttpW`, `HCkHttp`,
/// `Chilkat_9_5_0.Http`, `Chilkat::CkHttp`, `cComChilkatHttp`, `CkoHttp`. `None` for any other name.
pub(crate) fn class_name(name: &str) -> Option<&str> {
    let tail = name.rsplit(['.', ':', '\\']).next().unwrap_or(name);
    let qualified = tail.len() != name.len() && {
        let head = &name[..name.len() - tail.len()];
        head.to_ascii_lowercase().trim_start_matches([':', '\\', '*']).starts_with("chilkat")
    };
    let stripped =
        ["cComChilkat", "TChilkat", "IChilkat", "ChilkatW", "Chilkat", "HCk", "Cko", "Ck"]
            .iter()
            .find_map(|prefix| tail.strip_prefix(prefix))
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    match stripped {
        Some(rest) => Some(without_wide(rest)),
        None if qualified && !tail.is_empty() => Some(without_wide(tail)),
        None => None,
    }
}

/// Removes the `W` of the classes with wide characters, and `_9_5_0`-like versions.
fn without_wide(name: &str) -> &str {
    let name = name.split('_').next().unwrap_or(name);
    name.strip_suffix('W').filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// What Rust does not allow as a name, or will not allow.
const KEYWORDS: &str = " abstract as async await become box break const continue crate do dyn else enum extern false \
    final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self static struct super \
    trait true try type typeof union unsafe unsized use virtual where while yield ";

/// Returns a name of a variable or function in snake_case.
pub(crate) fn rust_name(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut result = String::with_capacity(name.len() + 4);
    for (at, &c) in chars.iter().enumerate() {
        if !is_valid(c) {
            separate(&mut result);
            continue;
        }
        if c.is_uppercase() {
            let before = at.checked_sub(1).and_then(|at| chars.get(at));
            let after = chars.get(at + 1);
            // A word begins at an upper-case letter: `userId`, and at the last one of several: `HTTPClient`.
            let begins = before.is_some_and(|c| c.is_lowercase() || c.is_numeric())
                || (before.is_some_and(|c| c.is_uppercase())
                    && after.is_some_and(|c| c.is_lowercase())
                    && !is_plural(&chars[at..]));
            if begins {
                separate(&mut result);
            }
        }
        result.extend(c.to_lowercase());
    }
    result.truncate(result.trim_end_matches('_').len());
    if result.is_empty() {
        result.push_str("value");
    }
    if result.starts_with(|c: char| c.is_numeric()) {
        result.insert(0, 'n');
    }
    if KEYWORDS.contains(&format!(" {result} ")) {
        result.push('_');
    }
    result
}

/// Whether letters are the end of several upper-case ones with an `s`: `URLs`.
fn is_plural(rest: &[char]) -> bool {
    matches!(rest, [_, 's'] | [_, 's', '_', ..])
}

fn is_valid(c: char) -> bool {
    // Letters in circles and the like are not letters of a name.
    c.is_ascii_alphanumeric()
        || (!c.is_ascii() && c.is_alphabetic() && !('\u{2000}'..'\u{2c00}').contains(&c))
}

fn separate(name: &mut String) {
    if !name.is_empty() && !name.ends_with('_') {
        name.push('_');
    }
}

const TEXT: u8 = 1;
/// Whole numbers, others and truth values: scripts for COM take one for the other.
const NUMBER: u8 = 2;
const OBJECT: u8 = 4;
const LIST: u8 = 8;
const ANY: u8 = 15;

/// The prefixes that say the type of a variable, or its scope and its type.
const PREFIXES: [(&str, u8); 53] = [
    ("o", OBJECT),
    ("lo", OBJECT),
    ("loo", OBJECT),
    ("go", OBJECT),
    ("goo", OBJECT),
    ("ho", OBJECT),
    ("obj", OBJECT),
    ("to", OBJECT),
    ("ao", OBJECT),
    ("s", TEXT),
    ("c", TEXT),
    ("ls", TEXT),
    ("lc", TEXT),
    ("gs", TEXT),
    ("gc", TEXT),
    ("tc", TEXT),
    ("as", TEXT),
    ("str", TEXT),
    ("sz", TEXT),
    ("i", NUMBER),
    ("n", NUMBER),
    ("b", NUMBER),
    ("f", NUMBER),
    ("d", NUMBER),
    ("li", NUMBER),
    ("ln", NUMBER),
    ("lb", NUMBER),
    ("ll", NUMBER),
    ("ld", NUMBER),
    ("gi", NUMBER),
    ("gn", NUMBER),
    ("gb", NUMBER),
    ("gl", NUMBER),
    ("tn", NUMBER),
    ("tl", NUMBER),
    ("ai", NUMBER),
    ("al", NUMBER),
    ("ab", NUMBER),
    ("int", NUMBER),
    ("lng", NUMBER),
    ("dbl", NUMBER),
    ("sng", NUMBER),
    ("bln", NUMBER),
    ("bol", NUMBER),
    ("a", LIST),
    ("la", LIST),
    ("ga", LIST),
    ("arr", LIST),
    ("dic", LIST),
    ("dict", LIST),
    ("h", OBJECT | NUMBER),
    ("l", ANY),
    ("v", ANY),
];

/// Returns the types that a prefix stands for, whether it is clear by itself, and the name without it.
fn without_prefix(name: &str) -> Option<(u8, bool, &str)> {
    let end = name.find(|c: char| !c.is_ascii_lowercase())?;
    let (prefix, rest) = name.split_at(end);
    let rest = rest.strip_prefix('_').unwrap_or(rest);
    if !rest.starts_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    let (_, types) = PREFIXES.iter().find(|(known, _)| *known == prefix)?;
    let clear = prefix.len() > 1 || matches!(prefix, "o" | "s" | "b");
    Some((*types, clear, rest))
}

fn types_of(hint: &Hint) -> u8 {
    match hint {
        Hint::Unknown | Hint::Nothing => 0,
        Hint::Text => TEXT,
        Hint::Int | Hint::Float | Hint::Bool => NUMBER,
        Hint::Object(_) => OBJECT,
        Hint::List(_) | Hint::Map(_) => LIST,
    }
}

/// The names of variables in Rust.
pub(crate) struct RustNames {
    names: HashMap<String, String>,
}

impl RustNames {
    /// Names the variables of a scope, with their types. Prefixes that say the type are dropped where they are right
    /// and where all names stay different. `taken` are names in Rust that the variables must not have.
    pub(crate) fn of_variables<'a>(
        variables: impl IntoIterator<Item = (&'a str, &'a Hint)>,
        taken: &HashSet<String>,
    ) -> RustNames {
        let mut seen = HashSet::new();
        let variables: Vec<(&str, &Hint)> =
            variables.into_iter().filter(|(name, _)| seen.insert(*name)).collect();
        let agrees = |(name, hint): &&(&str, &Hint)| {
            without_prefix(name)
                .is_some_and(|(types, ..)| types_of(hint) == 0 || types_of(hint) & types != 0)
        };
        let prefixed = variables.iter().filter(agrees).count();
        let is_convention = prefixed > 1 && prefixed * 2 >= variables.len();
        let short: Vec<Option<String>> = variables
            .iter()
            .map(|(name, hint)| {
                let (types, clear, rest) = without_prefix(name)?;
                let known = types_of(hint);
                let drop = if known == 0 {
                    is_convention
                } else {
                    known & types != 0 && (clear || is_convention)
                };
                drop.then(|| rust_name(rest))
            })
            .collect();
        let mut uses: HashMap<&str, usize> = HashMap::new();
        let full: Vec<String> = variables.iter().map(|(name, _)| rust_name(name)).collect();
        for (short, full) in short.iter().zip(&full) {
            *uses.entry(short.as_deref().unwrap_or(full)).or_default() += 1;
        }
        let mut given: HashSet<String> = HashSet::new();
        let mut names = HashMap::new();
        for (at, (name, _)) in variables.iter().enumerate() {
            let is_free =
                |short: &&String| uses.get(short.as_str()) == Some(&1) && !taken.contains(*short);
            let short = short[at].as_ref().filter(is_free);
            let chosen = different(short.unwrap_or(&full[at]), |name| {
                given.contains(name) || taken.contains(name)
            });
            given.insert(chosen.clone());
            names.insert((*name).to_owned(), chosen);
        }
        RustNames { names }
    }

    /// Names functions. `main` is the program's.
    pub(crate) fn of_functions<'a>(functions: impl IntoIterator<Item = &'a str>) -> RustNames {
        let mut given = HashSet::from(["main".to_owned()]);
        let mut names = HashMap::new();
        for name in functions {
            if names.contains_key(name) {
                continue;
            }
            let chosen = match rust_name(name) {
                main if main == "main" => different("main_", |name| given.contains(name)),
                other => different(&other, |name| given.contains(name)),
            };
            given.insert(chosen.clone());
            names.insert(name.to_owned(), chosen);
        }
        RustNames { names }
    }

    /// Returns the name in Rust of a name of the script.
    pub(crate) fn get(&self, name: &str) -> String {
        self.names.get(name).cloned().unwrap_or_else(|| rust_name(name))
    }
}

/// Returns the name, with a number behind it if it is given already.
fn different(name: &str, is_given: impl Fn(&str) -> bool) -> String {
    if !is_given(name) {
        return name.to_owned();
    }
    let base = name.trim_end_matches('_');
    let numbered = (2..).map(|number| format!("{base}_{number}"));
    numbered.into_iter().find(|name| !is_given(name)).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{RustNames, class_name, rust_name};
    use crate::tree::Hint;

    #[test]
    fn classes_are_found_in_the_forms_of_all_languages() {
        for name in [
            "CkHttp",
            "Chilkat.Http",
            "chilkat2.Http",
            "ChilkatHttp",
            "TChilkatHttp",
            "IChilkatHttp",
            "CkHttpW",
            "HCkHttp",
            "HCkHttpW",
            "Chilkat_9_5_0.Http",
            "Chilkat::CkHttp",
            "cComChilkatHttp",
            "CkoHttp",
            "chilkat.CkHttp",
            "\\Chilkat\\CkHttp",
            "com.chilkatsoft.CkHttp",
        ] {
            assert_eq!(class_name(name), Some("Http"), "{name}");
        }
        for name in ["Http", "String", "System.Http", "Check", "Ckeditor", ""] {
            assert_eq!(class_name(name), None, "{name}");
        }
    }

    #[test]
    fn names_are_in_snake_case() {
        for (name, expected) in [
            ("HTTPClient", "http_client"),
            ("respStatusCode", "resp_status_code"),
            ("count_i", "count_i"),
            ("v_type", "v_type"),
            ("BOATS_URL", "boats_url"),
            ("URL", "url"),
            ("photoURLs", "photo_urls"),
            ("MD5Hash", "md5_hash"),
            ("resp2", "resp2"),
            ("http2Client", "http2_client"),
            ("jsonObj_1", "json_obj_1"),
            ("type", "type_"),
            ("Use", "use_"),
            ("match", "match_"),
            ("self", "self_"),
            ("string", "string"),
            ("_private", "private"),
            ("__x__", "x"),
            ("", "value"),
            ("_", "value"),
            ("2fast", "n2fast"),
            ("größe", "größe"),
            ("Größe", "größe"),
            ("日本", "日本"),
            ("a-b.c", "a_b_c"),
            ("x²", "x"),
        ] {
            assert_eq!(rust_name(name), expected, "{name}");
        }
    }

    fn named(variables: &[(&str, Hint)]) -> Vec<String> {
        let pairs = variables.iter().map(|(name, hint)| (*name, hint));
        let names = RustNames::of_variables(pairs, &Default::default());
        variables.iter().map(|(name, _)| names.get(name)).collect()
    }

    #[test]
    fn prefixes_that_say_the_type_are_dropped() {
        let object = || Hint::Object("Http".to_owned());
        for (name, hint, expected) in [
            ("loHttp", object(), "http"),
            ("lo_http", object(), "http"),
            ("loo_Http", object(), "http"),
            ("oHttp", object(), "http"),
            ("objHttp", object(), "http"),
            ("hoHttp", object(), "http"),
            ("ls_url", Hint::Text, "url"),
            ("lcUrl", Hint::Text, "url"),
            ("strUrl", Hint::Text, "url"),
            ("sUrl", Hint::Text, "url"),
            ("ll_count", Hint::Int, "count"),
            ("lnCount", Hint::Int, "count"),
            ("intCount", Hint::Int, "count"),
            ("llOk", Hint::Bool, "ok"),
            ("blnOk", Hint::Bool, "ok"),
            ("li_rc", Hint::Int, "rc"),
            ("bSuccess", Hint::Int, "success"),
            // The type is another one, or not known.
            ("toAddress", Hint::Text, "to_address"),
            ("strUrl", Hint::Unknown, "str_url"),
            ("sbBody", Hint::Object("StringBuilder".to_owned()), "sb_body"),
            ("nBoats", Hint::Int, "n_boats"),
            ("url", Hint::Text, "url"),
        ] {
            assert_eq!(named(&[(name, hint)]), [expected], "{name}");
        }
    }

    #[test]
    fn prefixes_are_dropped_without_types_if_all_have_them() {
        let names = ["iCount", "vResp", "lHttp", "sUrl"].map(|name| (name, Hint::Unknown));
        assert_eq!(named(&names), ["count", "resp", "http", "url"]);
        let mixed = ["iCount", "response", "url", "body"].map(|name| (name, Hint::Unknown));
        assert_eq!(named(&mixed), ["i_count", "response", "url", "body"]);
    }

    #[test]
    fn names_that_would_become_one_keep_their_prefixes() {
        let names = [
            ("sName", Hint::Text),
            ("oName", Hint::Object("Http".to_owned())),
            ("sUrl", Hint::Text),
        ];
        assert_eq!(named(&names), ["s_name", "o_name", "url"]);
        let names = [("sUrl", Hint::Text), ("url", Hint::Text)];
        assert_eq!(named(&names), ["s_url", "url"]);
    }

    #[test]
    fn twins_get_a_number() {
        let names = [("id", Hint::Text), ("Id", Hint::Text), ("ID", Hint::Text)];
        assert_eq!(named(&names), ["id", "id_2", "id_3"]);
        let names = RustNames::of_functions(["main", "getBoat", "get_boat"]);
        assert_eq!(
            ["main", "getBoat", "get_boat"].map(|name| names.get(name)),
            ["main_", "get_boat", "get_boat_2"]
        );
    }
}
