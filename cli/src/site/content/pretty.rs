//! Indentation of JSON.
//!
//! The tokens are kept as written, with their order, escapes and digits, and with the variables of Postman.

use super::highlight::variable_length;

/// The maximum depth, since each level adds to the length of each line.
const MAX_DEPTH: usize = 64;

/// Returns JSON with one member or element per line. `None` if the text is not valid JSON: it may have
/// variables instead of values, but no comments.
pub(super) fn pretty_json(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) || !is_valid(text) {
        return None;
    }
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut rest) = (0_usize, text);
    while let Some(first) = rest.chars().next() {
        let length = token_length(rest);
        let (token, after) = rest.split_at(length);
        let after = after.trim_start();
        match first {
            '{' | '[' if length == 1 => {
                out.push(first);
                if let Some(closed) = after.strip_prefix(['}', ']']) {
                    out.push_str(&after[..1]);
                    rest = closed.trim_start();
                    continue;
                }
                depth += 1;
                if depth > MAX_DEPTH {
                    return None;
                }
                start_line(&mut out, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                start_line(&mut out, depth);
                out.push(first);
            }
            ',' => {
                out.push(',');
                start_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => out.push_str(token),
        }
        rest = after;
    }
    Some(out)
}

fn start_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Returns the length of the token that a text starts with.
pub(super) fn token_length(text: &str) -> usize {
    match text.as_bytes().first() {
        Some(b'"') => {
            let mut bytes = text.bytes().enumerate().skip(1);
            while let Some((at, byte)) = bytes.next() {
                match byte {
                    b'\\' => {
                        bytes.next();
                    }
                    b'"' => return at + 1,
                    _ => {}
                }
            }
            text.len()
        }
        Some(b'{') => variable_length(text).unwrap_or(1),
        Some(b'}' | b'[' | b']' | b',' | b':') => 1,
        _ => {
            let is_end = |c: char| c.is_whitespace() || "{}[],:\"".contains(c);
            text.find(is_end).unwrap_or(text.len()).max(1)
        }
    }
}

/// Whether a text is JSON once its variables have values.
fn is_valid(text: &str) -> bool {
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if is_json(text) {
        return true;
    }
    if !text.contains("{{") {
        return false;
    }
    let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii() { token_length(rest) } else { first.len_utf8() };
        let (token, after) = rest.split_at(length);
        filled.push_str(if token.starts_with("{{") { "null" } else { token });
        rest = after;
    }
    is_json(&filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_indented_and_its_tokens_are_kept() {
        let text = r#" {"z":1.50e1,"a" : [ ],"é":{ },"n":[1,{"x":"\u00e9 {, [ \" : "}],
            "big":123456789012345678901234567890} "#;
        let expected = r#"{
  "z": 1.50e1,
  "a": [],
  "é": {},
  "n": [
    1,
    {
      "x": "\u00e9 {, [ \" : "
    }
  ],
  "big": 123456789012345678901234567890
}"#;
        assert_eq!(pretty_json(text).as_deref(), Some(expected));
        assert_eq!(pretty_json(expected).as_deref(), Some(expected));
    }

    #[test]
    fn variables_may_be_values() {
        let text = r#"{"id":{{id}},"all":[{{a}},{{b}}],"s":"{{s}}"}"#;
        let expected = "{\n  \"id\": {{id}},\n  \"all\": [\n    {{a}},\n    {{b}}\n  ],\n  \"s\": \"{{s}}\"\n}";
        assert_eq!(pretty_json(text).as_deref(), Some(expected));
    }

    #[test]
    fn other_texts_are_left_alone() {
        let deep = "[".repeat(66) + &"]".repeat(66);
        let unfinished = "{{".repeat(50_000);
        for text in ["", "plain", "12", "{", "{a:1}", "{\"a\":1} // x", "[1,]", &deep, &unfinished]
        {
            assert_eq!(pretty_json(text), None, "{text}");
        }
    }
}
