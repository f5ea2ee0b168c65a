//! Names of classes in scripts.

/// Returns the Chilkat class that a script names in one of the forms of the languages, without decoration: `Http` for
/// `CkHttp`, `Chilkat.Http`, `chilkat2.Http`, `ChilkatHttp`, `TChilkatHttp`, `IChilkatHttp`, `CkHttpW`, `HCkHttp`,
/// `Chilkat_9_5_0.Http`, `Chilkat::CkHttp`, `cComChilkatHttp`, `CkoHttp`. `None` for a name that is none of these.
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

#[cfg(test)]
mod tests {
    use super::class_name;

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
}
