//! The XML in which Zoom answers requests that do not ask for JSON.
//!
//! Entities that a document defines are not resolved, so they cannot expand.

use quick_xml::events::{BytesRef, Event};
use quick_xml::reader::Reader;
use serde_json::{Map, Value};

/// The maximum number of bytes read from a document. Errors are shorter.
const MAX_LENGTH: usize = 1024 * 1024;

/// The depth of elements at which reading stops.
const MAX_DEPTH: usize = 32;

/// A document, as far as it can be read.
#[derive(Debug, PartialEq)]
pub(crate) struct XmlDocument {
    /// The name of the root element.
    pub(crate) root: String,
    /// The content of the root: an object of its elements, with elements of the same name as a list, or its
    /// text.
    pub(crate) value: Value,
    /// Whether its end is present.
    pub(crate) is_whole: bool,
}

/// An element whose end tag has not been read.
struct OpenElement {
    name: String,
    /// Its text, including that of nested elements.
    text: String,
    /// Whether it has direct text, so it is not a list of members.
    is_text: bool,
    members: Map<String, Value>,
}

impl OpenElement {
    fn into_value(self) -> Value {
        match self.members.is_empty() || self.is_text {
            true => Value::String(self.text),
            false => Value::Object(self.members),
        }
    }

    fn add(&mut self, name: String, value: Value) {
        match self.members.get_mut(&name) {
            None => {
                self.members.insert(name, value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
}

/// Reads a document. `None` if it has no root, or is an HTML page.
pub(crate) fn read(text: &str) -> Option<XmlDocument> {
    let end = (0..=MAX_LENGTH.min(text.len())).rev().find(|at| text.is_char_boundary(*at))?;
    let mut reader = Reader::from_str(&text[..end]);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    config.expand_empty_elements = true;
    let mut open: Vec<OpenElement> = Vec::new();
    let mut root = None;
    let mut is_whole = false;
    while root.is_none() {
        // A broken document is read up to the error.
        let Ok(event) = reader.read_event() else { break };
        match event {
            Event::Start(_) if open.len() == MAX_DEPTH => break,
            Event::Start(start) => {
                let name = member_name(start.local_name().as_ref());
                if open.is_empty() && name.eq_ignore_ascii_case("html") {
                    return None;
                }
                let (text, members) = (String::new(), Map::new());
                open.push(OpenElement { name, text, is_text: false, members });
            }
            Event::End(_) => {
                is_whole = open.len() == 1;
                root = close(&mut open);
            }
            Event::Text(text) => add_text(&mut open, &text.decode().unwrap_or_default()),
            Event::CData(text) => add_text(&mut open, &text.decode().unwrap_or_default()),
            Event::GeneralRef(name) => add_text(&mut open, &resolve_reference(&name)),
            Event::Eof => break,
            _ => {}
        }
    }
    // A truncated number would be a different number.
    if open.last().is_some_and(|cut| cut.text.trim().parse::<f64>().is_ok()) {
        open.pop();
    }
    while root.is_none() && !open.is_empty() {
        root = close(&mut open);
    }
    let (root, value) = root?;
    Some(XmlDocument { root, value, is_whole })
}

/// Ends the innermost element. Returns name and value if it was the root.
fn close(open: &mut Vec<OpenElement>) -> Option<(String, Value)> {
    let element = open.pop()?;
    let Some(outer) = open.last_mut() else {
        return Some((element.name.clone(), element.into_value()));
    };
    outer.text.push_str(&element.text);
    outer.add(element.name.clone(), element.into_value());
    None
}

fn add_text(open: &mut [OpenElement], text: &str) {
    if let Some(element) = open.last_mut() {
        element.is_text |= !text.trim().is_empty();
        element.text.push_str(text);
    }
}

/// Returns the character of a reference. One that XML itself does not define is left unchanged.
fn resolve_reference(name: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = name.resolve_char_ref() {
        return character.to_string();
    }
    let name = name.decode().unwrap_or_default();
    match quick_xml::escape::resolve_xml_entity(&name) {
        Some(text) => text.to_owned(),
        None => format!("&{name};"),
    }
}

/// Returns the name that the element has in JSON. Other services write `Code`, `Message` and `RESULT`.
fn member_name(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    if !name.contains(char::is_lowercase) {
        return name.to_lowercase();
    }
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(text: &str) -> Value {
        read(text).unwrap_or_else(|| panic!("{text} has no root")).value
    }

    #[test]
    fn elements_are_members_and_repeated_names_are_lists() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<!-- c -->\n\
                    <result>\n  <code>300</code>\n  <a x='1'/><b>1</b><b>2</b><b>3</b>\n</result>\n";
        let document = read(text).unwrap();
        assert_eq!((&*document.root, document.is_whole), ("result", true));
        let expected = json!({ "code": "300", "a": "", "b": ["1", "2", "3"] });
        assert_eq!(document.value, expected);
        assert_eq!(
            value("<s:Error xmlns:s='x'><s:Code>x</s:Code></s:Error>"),
            json!({"code": "x"})
        );
        assert_eq!(value("<result>lorem</result>"), json!("lorem"));
    }

    #[test]
    fn escapes_cdata_and_comments_are_resolved() {
        for (text, meant) in [
            ("a &lt;b&gt; &amp;amp; &quot;&apos; &#233;&#x2019;", "a <b> &amp; \"' é\u{2019}"),
            ("<![CDATA[a <b> & c]]>", "a <b> & c"),
            ("a & b &unknown; c&", "a & b &unknown; c&"),
            ("a <i>b</i> c", "a b c"),
            ("a<!-- b -->c", "ac"),
            ("  a\n b ", "  a\n b "),
        ] {
            assert_eq!(value(&format!("<r>{text}</r>")), json!(meant), "{text}");
        }
    }

    #[test]
    fn a_truncated_or_broken_document_is_read_up_to_the_error() {
        let text = "<result><code>300</code><message>lorem</message></result>";
        for end in "<r".len()..text.len() {
            let Some(document) = read(&text[..end]) else { continue };
            assert!(!document.is_whole, "{end}");
            let code = document.value.get("code").and_then(Value::as_str).unwrap_or_default();
            assert!(matches!(code, "" | "300"), "{end}");
        }
        assert_eq!(value("<r><code>300</cod><m>x</m></r>"), json!({ "code": "300", "m": "x" }));
        assert_eq!(value("<r><code>300</code><m>x<"), json!({ "code": "300", "m": "x" }));
    }

    #[test]
    fn a_page_or_other_text_is_not_read() {
        for text in ["<!DOCTYPE html><HTML><code>1</code>", "<html>", "", "<", "<!-- ", "<?xml?>"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn entities_do_not_expand_and_depth_is_limited() {
        let mut bomb = "<!DOCTYPE r [<!ENTITY a0 \"lorem\">".to_owned();
        for n in 1..20 {
            let before = format!("&a{};", n - 1).repeat(10);
            bomb += &format!("<!ENTITY a{n} \"{before}\">");
        }
        bomb += "<!ENTITY file SYSTEM \"file:///etc/hostname\">]>";
        bomb += "<r><code>300</code><message>&a19;&file;</message></r>";
        assert_eq!(value(&bomb), json!({ "code": "300", "message": "&a19;&file;" }));
        assert!(!read(&"<a>".repeat(200_000)).unwrap().is_whole);
    }
}
