//! Encodings of a value for its place: a JSON string, a path, a query, a form.

use std::borrow::Cow;

use crate::text::{alphanumeric_and, percent};

/// How a value is encoded for its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PlaceEncoding {
    /// It is not changed.
    Plain,
    /// It is percent-encoded with a space as `+`, as by curl's `--data-urlencode`.
    Form,
    /// It is percent-encoded, except for these reserved characters.
    Percent { keep: String },
    /// It is escaped for a JSON string.
    Json,
}

/// Characters that a value may contain as themselves: in a query, where `&`, `+`, `;` and `#` have another meaning, in a
/// path segment, and in the body of a form. The rest would also need quotes in a shell.
const IN_QUERY: &str = "$()*,:=@/?";
const IN_SEGMENT: &str = "$&()*+,:;=@";
const IN_FORM: &str = "$()*,:=@/? <>[]^{|}";

impl PlaceEncoding {
    pub(super) fn encode<'v>(&self, value: &'v str) -> Cow<'v, str> {
        match self {
            PlaceEncoding::Plain => value.into(),
            PlaceEncoding::Form => percent::form(value.as_bytes()).into(),
            PlaceEncoding::Percent { keep } => {
                let mut out = String::with_capacity(value.len());
                for piece in value.split_inclusive(|c| keep.contains(c)) {
                    let plain = piece.trim_end_matches(|c| keep.contains(c));
                    percent::strict(&mut out, plain.as_bytes());
                    out.push_str(&piece[plain.len()..]);
                }
                out.into()
            }
            PlaceEncoding::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted[1..quoted.len() - 1].to_owned().into()
            }
        }
    }

    /// Returns a word for the name of a variable with this encoding.
    pub(super) fn suffix(&self) -> &'static str {
        match self {
            PlaceEncoding::Plain => "PLAIN",
            PlaceEncoding::Form => "URLENCODED",
            PlaceEncoding::Percent { .. } => "ENCODED",
            PlaceEncoding::Json => "IN_JSON",
        }
    }

    /// Returns the plain form of a text in a JSON string, and its encoding. A text that is not valid there is already
    /// plain.
    pub(super) fn in_json(text: &str) -> (String, PlaceEncoding) {
        if !text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
            return (text.to_owned(), PlaceEncoding::Json);
        }
        match serde_json::from_str(&format!("\"{text}\"")) {
            Ok(plain) => (plain, PlaceEncoding::Json),
            Err(_) => (text.to_owned(), PlaceEncoding::Plain),
        }
    }

    /// Returns the plain form of a value in a form, and the encoding that it has. Of several that fit, this is the one
    /// that curl supports.
    pub(super) fn in_form(text: &str) -> (String, PlaceEncoding) {
        in_pair(text, text, IN_FORM)
    }

    /// Returns the same for a query.
    pub(super) fn in_query(text: &str) -> (String, PlaceEncoding) {
        in_pair(text, &percent::path_and_query(&format!("/?{text}"))[2..], IN_QUERY)
    }

    /// Returns the same for the query of a URL in a header, which curl does not encode.
    pub(super) fn in_url(text: &str) -> (String, PlaceEncoding) {
        match PlaceEncoding::in_query(text) {
            (plain, PlaceEncoding::Form) => (plain, PlaceEncoding::Percent { keep: String::new() }),
            placed => placed,
        }
    }

    /// Returns the same for a segment of a path.
    pub(super) fn in_segment(text: &str) -> (String, PlaceEncoding) {
        match percent::decode(text) {
            Some(plain) => (plain, percent_like(text, IN_SEGMENT)),
            None => (text.to_owned(), PlaceEncoding::Plain),
        }
    }
}

fn in_pair(text: &str, sent: &str, kept: &str) -> (String, PlaceEncoding) {
    // Most values are words, for which the two encodings need not be compared.
    const IS_WORD: [bool; 256] = alphanumeric_and(b"-._~+");
    if text.bytes().all(|b| IS_WORD[usize::from(b)]) {
        return (text.replace('+', " "), PlaceEncoding::Form);
    }
    let Ok(plain) = String::from_utf8(percent::form_bytes(text.as_bytes())) else {
        return (text.to_owned(), PlaceEncoding::Plain);
    };
    let percent = percent_like(text, kept);
    let is_form = percent::form(plain.as_bytes()) == sent;
    let is_percent = percent.encode(&plain) == sent || text.contains("%20");
    (plain, if is_form || !is_percent { PlaceEncoding::Form } else { percent })
}

/// Returns the encoding that keeps the characters that this text keeps.
fn percent_like(text: &str, kept: &str) -> PlaceEncoding {
    PlaceEncoding::Percent { keep: kept.chars().filter(|c| text.contains(*c)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_the_encoding_that_it_has_in_its_place() {
        let percent = |keep: &str| PlaceEncoding::Percent { keep: keep.to_owned() };
        let odd = "a\"b\\c\n\u{1}é&=%+ '/";
        for (text, plain, encoding) in [
            ("abc", "abc", PlaceEncoding::Form),
            ("a+b%2F", "a b/", PlaceEncoding::Form),
            ("a%20b", "a b", percent("")),
            ("a/b==", "a/b==", percent("=/")),
            ("a b%26", "a b&", percent(" ")),
            // No single encoding has both.
            ("a/%2F", "a//", PlaceEncoding::Form),
            ("%2f", "/", PlaceEncoding::Form),
            ("%ff", "%ff", PlaceEncoding::Plain),
        ] {
            assert_eq!(PlaceEncoding::in_form(text), (plain.to_owned(), encoding), "{text}");
        }
        assert_eq!(PlaceEncoding::in_query("a b"), ("a b".to_owned(), percent("")));
        assert_eq!(PlaceEncoding::in_segment("a+%2F"), ("a+/".to_owned(), percent("+")));
        assert_eq!(
            PlaceEncoding::in_json(r#"a\"\u00e9"#),
            ("a\"é".to_owned(), PlaceEncoding::Json)
        );
        assert_eq!(PlaceEncoding::in_json(r"a\q"), (r"a\q".to_owned(), PlaceEncoding::Plain));
        assert_eq!(PlaceEncoding::Json.encode(odd), r#"a\"b\\c\n\u0001é&=%+ '/"#);
        assert_eq!(PlaceEncoding::Form.encode(odd), "a%22b%5Cc%0A%01%C3%A9%26%3D%25%2B+%27%2F");
        assert_eq!(percent("=/").encode(odd), "a%22b%5Cc%0A%01%C3%A9%26=%25%2B%20%27/");
    }
}
