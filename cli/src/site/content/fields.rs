//! The fields of a JSON body, as a table: their names with dots, types, and examples.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::super::escape::escape;
use super::super::tree::shorten;
use super::headed;
use super::highlight::{Language, highlighted};
use super::pretty::{pretty_json, token_length};
use super::rows::{Anchors, sample_type};

/// The maximum number of rows.
const MAX_ROWS: usize = 100;

/// The maximum depth of a field. The block of JSON shows deeper ones.
const MAX_DEPTH: usize = 8;

/// A field of a body.
#[derive(Debug, PartialEq)]
struct Field {
    /// The names of the objects that contain it, and its name.
    path: String,
    name: String,
    /// Empty for a variable.
    kind: String,
    /// Empty for an object, an array and a sample.
    example: String,
}

/// Writes the fields of a body without secrets. Nothing is written if it is not valid JSON or has none.
pub(super) fn table(text: &str, anchors: &mut Anchors, out: &mut String) {
    let (fields, more) = pretty_json(text).map(|json| read(&json)).unwrap_or_default();
    if fields.is_empty() {
        return;
    }
    headed(out, 3, "fields", "Fields");
    out.push_str(
        "<table class=\"params fields\" role=\"table\" aria-label=\"Fields of the request body\">\n\
         <thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\">Name</th>\
         <th role=\"columnheader\">Type</th><th role=\"columnheader\">Example</th></tr></thead>\n\
         <tbody role=\"rowgroup\">\n",
    );
    for field in &fields {
        let link = anchors.start_row(out, "body", &field.path, &field.name);
        let kind = escape(&field.kind);
        let _ = write!(out, "{link}</th><td role=\"cell\"><span class=\"type\">{kind}</span></td>");
        out.push_str("<td role=\"cell\">");
        if !field.example.is_empty() {
            let example = highlighted(&field.example, Language::Text);
            let _ = write!(out, "<span class=\"eg\">Example</span> <code>{example}</code>");
        }
        out.push_str("</td></tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
    if more > 0 {
        let _ = writeln!(out, "<p class=\"soft\">and {more} more, in the JSON below</p>");
    }
}

/// An object or an array that is open.
struct Open {
    is_array: bool,
    /// The length of its path.
    length: usize,
    /// A hash of its path.
    hash: u64,
}

/// Reads the fields of valid JSON, in their order, each once. Returns the first ones and the number of others.
fn read(mut rest: &str) -> (Vec<Field>, usize) {
    let (mut fields, mut more) = (Vec::new(), 0);
    let (mut path, mut name) = (String::new(), String::new());
    let mut seen = HashSet::new();
    let mut open: Vec<Open> = Vec::new();
    let (mut hash, mut is_name) = (0, false);
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return (fields, more) };
        let (token, after) = rest.split_at(token_length(rest));
        rest = after;
        let is_shown = open.len() <= MAX_DEPTH;
        let above = open.last();
        match first {
            ',' => is_name = above.is_some_and(|above| !above.is_array),
            ':' => is_name = false,
            '}' | ']' => {
                open.pop();
            }
            _ if is_name => {
                let Some(above) = above.filter(|_| is_shown) else { continue };
                name = serde_json::from_str(token).unwrap_or_default();
                hash = hash_of(above.hash, &name);
                path.truncate(above.length);
                if fields.len() < MAX_ROWS {
                    path.push_str(if path.is_empty() { "" } else { "." });
                    path.push_str(&shorten(&name));
                }
            }
            _ => {
                match above {
                    Some(above) if above.is_array => {
                        path.truncate(above.length);
                        hash = above.hash;
                    }
                    Some(_) if is_shown && seen.insert(hash) => {
                        let (kind, example) = kind_and_example(token, rest);
                        if fields.len() < MAX_ROWS {
                            let (path, name) = (path.clone(), name.clone());
                            fields.push(Field { path, name, kind, example });
                        } else {
                            more += 1;
                        }
                    }
                    _ => {}
                }
                if token == "{" || token == "[" {
                    let is_array = token == "[";
                    if is_array && is_shown {
                        path.push_str("[]");
                        hash = hash_of(hash, "[]");
                    }
                    is_name = !is_array;
                    open.push(Open { is_array, length: path.len(), hash });
                }
            }
        }
    }
}

fn hash_of(above: u64, name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (above, name).hash(&mut hasher);
    hasher.finish()
}

/// Returns the type and the example of a value that starts with a token and continues with `rest`.
fn kind_and_example(token: &str, rest: &str) -> (String, String) {
    let kind = match token.chars().next() {
        Some('"') => {
            let text: String = serde_json::from_str(token).unwrap_or_default();
            return match sample_type(&text) {
                Some(kind) => (kind.to_owned(), String::new()),
                None => ("string".to_owned(), shorten(&text)),
            };
        }
        Some('{') if token.len() > 1 => return (String::new(), shorten(token)),
        Some('{') => "object",
        Some('[') => {
            let rest = rest.trim_start();
            let element = &rest[..token_length(rest)];
            let kind = match element {
                "[" => "array".to_owned(),
                "]" => String::new(),
                element => kind_and_example(element, "").0,
            };
            let of = if kind.is_empty() { "" } else { " of " };
            return (format!("array{of}{kind}"), String::new());
        }
        Some('n') => "null",
        Some('t' | 'f') => return ("boolean".to_owned(), token.to_owned()),
        _ => return ("number".to_owned(), shorten(token)),
    };
    (kind.to_owned(), String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> Vec<String> {
        let fields = read(text).0;
        fields.iter().map(|f| format!("{} {} {}", f.path, f.kind, f.example)).collect()
    }

    #[test]
    fn fields_have_their_paths_types_and_examples() {
        let text = r#"{"a":"<dateTime>","b":{"c":1.50,"d":[{"e":true},{"e":false,"f":null}],"g":"x"},
            "h":["<string>"],"i":[[{"j":{{v}}}]],"k":[],"":"","l":{},"m":"{{w}}"}"#;
        let expected = [
            "a dateTime ",
            "b object ",
            "b.c number 1.50",
            "b.d array of object ",
            "b.d[].e boolean true",
            "b.d[].f null ",
            "b.g string x",
            "h array of string ",
            "i array of array ",
            "i[][].j  {{v}}",
            "k array ",
            " string ",
            "l object ",
            "m string {{w}}",
        ];
        assert_eq!(listed(text), expected);
        assert_eq!(listed(r#"[{"a":1},{"b":2},3]"#), ["[].a number 1", "[].b number 2"]);
    }

    #[test]
    fn fields_are_bounded() {
        let members: Vec<String> = (0..300).map(|at| format!("\"m{at}\":{at}")).collect();
        let (fields, more) = read(&format!("{{{}}}", members.join(",")));
        assert_eq!((fields.len(), more), (MAX_ROWS, 200));
        let deep = r#"{"a":"#.repeat(60) + "1" + &"}".repeat(60);
        assert_eq!(read(&deep).0.len(), MAX_DEPTH);
        let wide = format!(r#"{{"{}":[{}1]}}"#, "x".repeat(100_000), "1,".repeat(100_000));
        assert_eq!(read(&wide).0.len(), 1);
    }
}
