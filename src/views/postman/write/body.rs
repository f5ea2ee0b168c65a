//! The body of a request in an item, and the parts of its form.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::message::params::{Content, Data, Part};
use crate::message::request::HttpRequest;
use crate::views::call::Call;
use crate::views::postman::item_body::{LANGUAGES, is_json, no_file_disposition, without_comments};
use crate::views::postman::json::{JsonValue, object};

pub(super) fn is_utf8(request: &HttpRequest) -> bool {
    ["utf-8", "utf8"].iter().any(|label| request.charset().eq_ignore_ascii_case(label))
}

/// Returns a loaded body, or `None` if it is empty, which Postman treats as no body.
pub(super) fn loaded(data: &Data, content_type: Option<&str>) -> Result<Option<JsonValue>, String> {
    let bytes = match data {
        Data::Bytes(bytes) if bytes.is_empty() => return Ok(None),
        Data::Bytes(bytes) => bytes,
        Data::File(source) if source.chunk.is_some() => {
            return Err("a part of a file".to_owned());
        }
        Data::File(source) => {
            let path = source.path.to_str().ok_or("a path that is not UTF-8")?;
            return Ok(Some(object! { "mode": "file", "file": object! { "src": path } }));
        }
        Data::Fault(why) => return Err(why.clone()),
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        let content = BASE64_STANDARD.encode(bytes);
        return Ok(Some(object! { "mode": "file", "file": object! { "content": content } }));
    };
    let mut body = object! { "mode": "raw", "raw": text };
    let base = content_type.map(|value| value.split(';').next().unwrap_or_default().trim());
    let language = match content_type {
        // Postman removes comments from JSON, and from no other language.
        Some(value) if is_json(value) && without_comments(text) != text => Some("text"),
        _ => LANGUAGES.iter().find(|(_, known)| Some(*known) == base).map(|(name, _)| *name),
    };
    let language = match language {
        Some("json") if without_comments(text) != text => Some("text"),
        other => other,
    };
    if let Some(language) = language {
        body.insert("options", object! { "raw": object! { "language": language } });
    }
    Ok(Some(body))
}

/// Returns a part of a form.
pub(super) fn form_part(part: &Part, call: &Call) -> Result<JsonValue, String> {
    let is = |name: &str, wanted: &str| name.eq_ignore_ascii_case(wanted);
    let mut fields: Vec<(&str, &str)> = part.sub_headers.iter().collect();
    let disposition = fields.iter().position(|(name, _)| is(name, "Content-Disposition"));
    let disposition = disposition.map(|at| fields.remove(at).1);
    let own_type = fields.iter().position(|(name, _)| is(name, "Content-Type"));
    let own_type = own_type.map(|at| fields.remove(at).1);
    if let Some((name, _)) = fields.first() {
        return Err(format!("the header {name} of a part"));
    }
    let key = escaped(&part.name);
    let mut field = match &part.content {
        Content::Param(value) => {
            let is_plain = value.is_ascii() || is_utf8(&call.request);
            if !is_plain {
                return Err(format!("a part in {}", call.request.charset()));
            }
            match disposition {
                None => object! { "key": key, "value": value, "type": "text" },
                Some(text) if text == no_file_disposition(&part.name) && value.is_empty() => {
                    object! { "key": key, "type": "file", "src": JsonValue::Null }
                }
                Some(_) => return Err("the header Content-Disposition of a part".to_owned()),
            }
        }
        Content::Upload { .. } if disposition.is_some() => {
            return Err("the header Content-Disposition of a part".to_owned());
        }
        Content::Upload { filename, content_type, data } => {
            let name = escaped(filename);
            if name.contains('/') || name.chars().any(|c| u32::from(c) > 0xff) {
                return Err(format!("the file name {filename:?}"));
            }
            let mut field = match data {
                Data::Bytes(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text) => object! { "key": key, "value": text, "type": "text" },
                    Err(_) => {
                        let value = BASE64_STANDARD.encode(bytes);
                        object! { "key": key, "value": value, "type": "file" }
                    }
                },
                Data::File(source) if source.chunk.is_some() => {
                    return Err("a part of a file".to_owned());
                }
                Data::File(source) => {
                    let path = source.path.to_str().ok_or("a path that is not UTF-8")?;
                    if name.is_empty() {
                        return Err("a file without a file name".to_owned());
                    }
                    object! { "key": key, "src": path, "type": "file" }
                }
                Data::Fault(why) => return Err(why.clone()),
            };
            let is_from_path = field
                .get("src")
                .and_then(JsonValue::as_str)
                .map(|path| path.rsplit('/').next() == Some(&name));
            if !name.is_empty() && is_from_path != Some(true) {
                field.insert("fileName", name);
            }
            // The type of a file whose name is a variable is inferred from the name, by Postman as by curl.
            let is_inferred = field
                .get("src")
                .and_then(JsonValue::as_str)
                .is_some_and(|path| path.ends_with("}}"));
            if content_type.is_empty() && own_type.is_none() && is_inferred {
                return Ok(field);
            }
            if content_type.is_empty() {
                return Err("a part with an empty type".to_owned());
            }
            field.insert("contentType", own_type.unwrap_or(content_type));
            return Ok(field);
        }
    };
    if let Some(own_type) = own_type {
        field.insert("contentType", own_type);
    }
    Ok(field)
}

/// Escapes a name as it is sent, since Postman escapes nothing.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
