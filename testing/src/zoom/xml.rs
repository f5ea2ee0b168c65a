//! The XML form of errors, for clients that do not ask for JSON.

use serde_json::Value;

/// Converts the JSON of an error to XML: a `<result>` in which each array becomes an element with one
/// `<error>` per item.
pub fn xml_of(error: &Value) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>".to_owned();
    write(&mut xml, "result", error);
    xml
}

fn write(xml: &mut String, name: &str, value: &Value) {
    *xml += &format!("<{name}>");
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| write(xml, name, value));
        }
        Value::Array(items) => items.iter().for_each(|item| write(xml, "error", item)),
        Value::String(text) => {
            *xml += &text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        }
        Value::Number(number) => *xml += number.to_string().trim_end_matches(".0"),
        // These have no text.
        Value::Null | Value::Bool(_) => {}
    }
    *xml += &format!("</{name}>");
}
