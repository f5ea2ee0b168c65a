//! Masking of secrets, and quoting of text from peers. `names.rs` and `values.rs` decide what is a secret, for the
//! whole crate: by a list of words, and by the shapes of known keys.

mod names;
mod values;

#[cfg(feature = "views")]
pub(crate) use self::names::GrantParams;
pub(crate) use self::names::is_secret;
#[cfg(any(feature = "views", feature = "zoom"))]
pub(crate) use self::names::{NameVerdict, verdict, verdict_within};
use self::values::SHORT_NUMBER;
#[cfg(any(feature = "views", feature = "zoom"))]
pub(crate) use self::values::is_secret_under;
pub(crate) use self::values::is_secret_value;
#[cfg(feature = "views")]
pub(crate) use self::values::{is_harmless_value, is_secret_item, is_secret_pair};

/// The text that replaces a secret.
pub(crate) const MASK: &str = "***";

/// Whether a field must not be sent to another origin: its name suggests a secret, its value has the shape of a key,
/// or it is a kind of Referer with a query, a fragment or a user.
pub(crate) fn is_same_origin_only(name: &str, value: &str) -> bool {
    let contains = |word: &str| {
        name.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    let is_referer = || contains("referer") || contains("referrer");
    is_secret(name) || is_secret_value(value) || (is_referer() && may_contain_secret(value))
}

/// Whether a value may be a URL with a query, a fragment or a user.
fn may_contain_secret(value: &str) -> bool {
    let has_user = || value.find("//").is_some_and(|slashes| value[slashes..].contains('@'));
    value.contains(['?', '#']) || has_user()
}

/// Masks the value of a field if its name suggests a secret, if it has the shape of a key, or if it is a URL with a
/// part that may be secret (see [`push_masked`]), as in Referer, Location and Link.
pub(crate) fn masked_field<'v>(name: &str, value: &'v str) -> &'v str {
    let is_masked = is_secret(name) || may_contain_secret(value) || is_secret_value(value);
    if is_masked { MASK } else { value }
}

/// Appends a path or a URL and masks the parts that may be secret: a user, the values of query
/// parameters, and a fragment, in which some logins return a token.
pub(crate) fn push_masked(out: &mut String, text: &str) {
    // Most paths have nothing to mask or escape.
    let is_plain = |b| matches!(b, b' '..=b'~') & !matches!(b, b'?' | b'#' | b'@');
    // A fold, unlike `all`, compares many bytes at once: 170 instructions for a usual path instead of 250.
    if text.bytes().fold(true, |plain, b| plain & is_plain(b)) {
        return out.push_str(text);
    }
    let query = text.find(['?', '#']).unwrap_or(text.len());
    let text = match (text[..query].find("//"), text.rfind('@')) {
        (Some(slashes), Some(at)) if slashes < at => {
            push_escaped(out, &text[..slashes + 2]);
            out.push_str(MASK);
            // The @ may be in a query, or the ? in a password, so the rest is not safe to show.
            if at > query {
                return;
            }
            &text[at..]
        }
        _ => text,
    };
    let (text, fragment) = text.split_once('#').map_or((text, None), |(t, f)| (t, Some(f)));
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    push_escaped(out, path);
    for (index, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        out.push(if index == 0 { '?' } else { '&' });
        // A name with one of these characters is a URL; one without a value is a token with padding.
        let named = pair
            .split_once('=')
            .filter(|(name, value)| !name.contains([':', '@', '/']) && !matches!(*value, "" | "="));
        if let Some((name, _)) = named {
            push_escaped(out, name);
            out.push('=');
        }
        out.push_str(MASK);
    }
    if fragment.is_some() {
        out.extend(["#", MASK]);
    }
}

/// Masks a domain, which may in fact be a URL with a password.
pub(crate) fn masked_domain(domain: &str) -> String {
    let mut shown = String::new();
    push_masked_domain(&mut shown, domain);
    shown
}

pub(crate) fn push_masked_domain(out: &mut String, domain: &str) {
    match domain.rsplit_once('@') {
        Some((before, host)) => {
            out.push_str(MASK);
            if !before.contains(['?', '#']) {
                out.push('@');
                push_masked(out, host);
            }
        }
        None => push_masked(out, domain),
    }
}

/// Masks a Location that could not be parsed. It is masked as a whole if the start of its user is unclear.
pub(crate) fn masked_location(location: &str) -> String {
    let mut shown = String::new();
    match (location.find("//"), location.find('@')) {
        (Some(slashes), Some(at)) if slashes < at => push_masked(&mut shown, location),
        (_, None) => push_masked(&mut shown, location),
        _ => shown.push_str(MASK),
    }
    shown
}

/// The maximum length of a quote from a peer, in characters.
const MAX_QUOTE: usize = 60;

/// The maximum length of a line with text from a peer, such as the names in a certificate, in characters.
const MAX_LINE: usize = 500;

/// The text between a truncated text and its full length.
const CUT: &str = "... (";

/// Quotes text from a peer for an error, truncated if it is long. Not for text that may be a body.
pub(crate) fn quoted(text: &str) -> String {
    let (mut quote, mut shown) = (String::from('"'), 0);
    for c in text.chars() {
        shown += c.escape_debug().count();
        if shown > MAX_QUOTE {
            return format!("{quote}\"{CUT}{} bytes)", text.len());
        }
        quote.extend(c.escape_debug());
    }
    quote + "\""
}

/// Truncates a line with text from a peer if it is long.
pub(crate) fn shortened(text: String) -> String {
    match text.char_indices().nth(MAX_LINE) {
        None => text,
        Some((end, _)) => format!("{}{CUT}{} bytes)", &text[..end], text.len()),
    }
}

/// Appends untrusted text on one line, with controls escaped.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        if breaks_line(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
}

/// Whether a character controls the display: control characters, Unicode's line and paragraph separators,
/// and characters that change the direction of text.
fn breaks_line(c: char) -> bool {
    let changes_direction = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || changes_direction || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Returns text on one line, with controls escaped.
pub(crate) fn one_line(text: String) -> String {
    if !text.contains(breaks_line) {
        return text;
    }
    let mut line = String::with_capacity(text.len() + 16);
    push_escaped(&mut line, &text);
    line
}

/// The start of serde's messages that quote a text, a name or a number of the input, up to the quote.
const QUOTES_INPUT: [&str; 10] = [
    "invalid type: integer `",
    "invalid value: integer `",
    "invalid type: floating point `",
    "invalid value: floating point `",
    "invalid type: string \"",
    "invalid value: string \"",
    "invalid type: character `",
    "invalid value: character `",
    "unknown variant `",
    "unknown field `",
];

/// The start of serde's messages that quote at most a boolean or a name in the type.
const QUOTES_TYPE: [&str; 4] = [
    "missing field `",
    "duplicate field `",
    "invalid length ",
    "data did not match any variant of untagged enum ",
];

/// The values in serde's messages that are not quotes of the input.
const KINDS: [&str; 9] = [
    "null",
    "boolean `true`",
    "boolean `false`",
    "sequence",
    "map",
    "unit value",
    "Option value",
    "enum",
    "byte array",
];

/// Returns serde's message, with the quoted texts, names and longer numbers of the input masked, since they
/// may be secret.
pub(crate) fn masked_json_error(err: &serde_json::Error) -> String {
    let text = err.to_string();
    let starts = |words: &&&str| text.starts_with(**words);
    if let Some(words) = QUOTES_INPUT.iter().find(starts) {
        // The expectation of the type is last, whatever the input contains.
        let wanted = [", expected ", ", there are no "].iter().filter_map(|w| text.rfind(w)).max();
        let end = wanted.filter(|end| *end > words.len()).unwrap_or(text.len());
        let found = text[words.len()..end].trim_end_matches('`');
        if found.len() <= SHORT_NUMBER && found.parse::<f64>().is_ok() {
            return text;
        }
        let quote = if words.ends_with('"') { "\"" } else { "`" };
        return format!("{words}{MASK}{quote}{}", &text[end..]);
    }
    let found = ["invalid type: ", "invalid value: "].iter().find_map(|w| text.strip_prefix(w));
    let is_kind = |found: &str| {
        KINDS.iter().any(|kind| {
            found.strip_prefix(kind).is_some_and(|rest| rest.starts_with(", expected "))
        })
    };
    // Messages about syntax come from serde_json and quote nothing.
    if !err.is_data()
        || found.is_some_and(is_kind)
        || QUOTES_TYPE.iter().any(|w| text.starts_with(w))
    {
        return text;
    }
    let position = match (err.line(), err.column()) {
        (0, _) => String::new(),
        (line, column) => format!(" at line {line} column {column}"),
    };
    format!("the type refuses a value; its message may quote it and is not shown{position}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_serde_are_shown_without_quotes_of_the_input() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Strict {
            _a: Option<u8>,
        }
        #[derive(Debug, serde::Deserialize)]
        enum Variants {
            _A,
        }
        fn refuses<'de, D: serde::Deserializer<'de>>(value: D) -> Result<u8, D::Error> {
            let text = <String as serde::Deserialize>::deserialize(value)?;
            Err(serde::de::Error::custom(format_args!("{text} is not wanted")))
        }
        #[derive(Debug, serde::Deserialize)]
        struct Custom {
            #[serde(deserialize_with = "refuses")]
            _a: u8,
        }
        fn finds_other<'de, D: serde::Deserializer<'de>>(value: D) -> Result<u8, D::Error> {
            let text = <String as serde::Deserialize>::deserialize(value)?;
            let found = serde::de::Unexpected::Other(&text);
            Err(serde::de::Error::invalid_value(found, &"a lorem"))
        }
        #[derive(Debug, serde::Deserialize)]
        struct Other {
            #[serde(deserialize_with = "finds_other")]
            _a: u8,
        }
        fn shown_of<T: std::fmt::Debug + serde::de::DeserializeOwned>(json: &str) -> String {
            masked_json_error(&serde_json::from_str::<T>(json).unwrap_err())
        }
        for (shown, expected) in [
            (shown_of::<u8>("\"mar, expected ker\""), "invalid type: string \"***\", expected u8"),
            (shown_of::<char>("\"marker\""), "invalid value: string \"***\", expected a character"),
            (shown_of::<u8>("256"), "invalid value: integer `256`, expected u8"),
            (shown_of::<u8>("4711"), "invalid value: integer `***`, expected u8"),
            (shown_of::<u8>("-1.25"), "invalid type: floating point `***`, expected u8"),
            (shown_of::<String>("true"), "invalid type: boolean `true`, expected a string"),
            (shown_of::<u8>("null"), "invalid type: null, expected u8"),
            (shown_of::<u8>("[1]"), "invalid type: sequence, expected u8"),
            (
                shown_of::<Strict>("{\"mar`, expected ker\":1}"),
                "unknown field `***`, expected `_a`",
            ),
            (shown_of::<Variants>("\"marker\""), "unknown variant `***`, expected `_A`"),
            (shown_of::<Strict>("{\"_a\":1,\"_a\":2}"), "duplicate field `_a`"),
            (shown_of::<Custom>("{}"), "missing field `_a`"),
            (shown_of::<[u8; 2]>("[1]"), "invalid length 1, expected an array of length 2"),
            (shown_of::<Custom>("{\"_a\":\"marker\"}"), "the type refuses a value"),
            (shown_of::<Other>("{\"_a\":\"marker\"}"), "the type refuses a value"),
            (shown_of::<u8>("{}"), "invalid type: map, expected u8"),
            (shown_of::<u8>("marker"), "expected value"),
            (shown_of::<u8>("12 marker"), "trailing characters"),
        ] {
            assert!(shown.starts_with(expected) && shown.contains(" line 1 column "), "{shown}");
            assert!(!shown.contains("mar"), "{shown}");
        }
    }

    #[test]
    fn text_from_a_peer_is_truncated_and_its_length_is_shown() {
        assert_eq!(quoted("lorem\r\n"), r#""lorem\r\n""#);
        assert_eq!(quoted(&"\u{e9}".repeat(60)), format!("\"{}\"", "\u{e9}".repeat(60)));
        let long = "\u{e9}".repeat(100_000);
        assert_eq!(quoted(&long), format!("\"{}\"... (200000 bytes)", "\u{e9}".repeat(60)));
        // Escapes are longer than the characters.
        let controls = quoted(&"\u{1}".repeat(13));
        assert_eq!(controls, format!("\"{}\"... (13 bytes)", "\\u{1}".repeat(12)));
        assert_eq!(one_line("a\u{202e}b".to_owned()), "a\\u{202e}b");
        assert_eq!(shortened("lorem".to_owned()), "lorem");
        assert_eq!(shortened(long), format!("{}... (200000 bytes)", "\u{e9}".repeat(500)));
    }

    #[test]
    fn urls_are_shown_without_user_query_values_and_fragment() {
        for (given, shown) in [
            ("/v2/users", "/v2/users"),
            ("/v2/users?a=1&b=&c", "/v2/users?a=***&***&***"),
            ("/p?dG9rZW4=", "/p?***"),
            ("/go?https://user:pw@h/p?a=b", "/go?***"),
            ("/v2/users/a@b.c?x=1", "/v2/users/a@b.c?x=***"),
            ("/go?url=https://x/&email=a@b.c&t=S", "/go?url=***&email=***&t=***"),
            ("https://u:p@h/path?q=S#f=S", "https://***@h/path?q=***#***"),
            ("https://u:p?w@h/path", "https://***"),
            ("ftp://h/cb?email=u@e.com&token=S", "ftp://***"),
            ("/a\r\nb", "/a\\r\\nb"),
            ("/a\u{2028}b", "/a\\u{2028}b"),
        ] {
            let mut out = String::new();
            push_masked(&mut out, given);
            assert_eq!(out, shown, "{given}");
        }
        for (given, shown) in [
            ("api.zoom.us", "api.zoom.us"),
            ("https://u:p@h", "***@h"),
            ("https://h/x?email=a@b.c&token=S", "***"),
        ] {
            assert_eq!(masked_domain(given), shown, "{given}");
        }
    }
}
