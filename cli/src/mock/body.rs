//! Comparison of a request's body with those of the collection's saved requests.

use serde_json::Value;
use zoomkat_testing::Received;

/// The maximum depth of JSON that is compared.
const MAX_DEPTH: usize = 64;

/// A body in the collection. Its texts may contain `{{variables}}`, which match any text.
#[derive(Debug, PartialEq)]
pub(super) enum Body {
    Json(Value),
    /// The names and values of a form.
    Form(Vec<(String, String)>),
    Text(String),
}

/// How well a received body matches. The greatest fit is the best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BodyFit {
    pub(super) is_equal: bool,
    /// The number of equal values: members of JSON at any depth, or fields of a form.
    pub(super) shared: usize,
    /// Whether both are JSON, forms, or text.
    pub(super) is_same_kind: bool,
}

impl Body {
    /// Reads the body of a request in Postman's format; `None` for one that is not compared, such as a file.
    pub(super) fn from_postman(request: &Value) -> Option<Body> {
        let body = request.get("body")?;
        let member = |name: &str| body.get(name);
        match member("mode")?.as_str()? {
            "raw" => Some(Body::from_text(member("raw")?.as_str()?)),
            mode @ ("urlencoded" | "formdata") => {
                let fields = member(mode)?.as_array()?.iter();
                let is_sent = |field: &&Value| field.get("disabled") != Some(&Value::Bool(true));
                let text = |field: &Value, name: &str| match field.get(name) {
                    Some(Value::String(text)) => text.clone(),
                    // A file, or a missing value.
                    None | Some(Value::Null) => "{{}}".to_owned(),
                    Some(other) => other.to_string(),
                };
                let pair = |field: &Value| (text(field, "key"), text(field, "value"));
                Some(Body::Form(fields.filter(is_sent).map(pair).collect()))
            }
            "graphql" => {
                let graphql = member("graphql")?;
                let text =
                    |name: &str| graphql.get(name).and_then(Value::as_str).unwrap_or_default();
                let variables = serde_json::from_str(text("variables")).unwrap_or(Value::Null);
                Some(Body::Json(
                    serde_json::json!({ "query": text("query"), "variables": variables }),
                ))
            }
            _ => None,
        }
    }

    fn from_text(text: &str) -> Body {
        match serde_json::from_str(text) {
            Ok(json @ (Value::Object(_) | Value::Array(_))) => Body::Json(json),
            _ => Body::Text(text.trim().to_owned()),
        }
    }

    /// Reads a received body: by its media type, or as JSON or text.
    pub(super) fn received(request: &Received) -> Option<Body> {
        let media_type = request.header("Content-Type").unwrap_or_default();
        let lower = media_type.to_ascii_lowercase();
        let text = String::from_utf8_lossy(&request.body);
        if text.is_empty() {
            None
        } else if lower.starts_with("application/x-www-form-urlencoded") && is_like_form(&text) {
            Some(Body::Form(super::routes::pairs(&text)))
        } else if lower.starts_with("multipart/") {
            let boundary = lower.find("boundary=").map(|at| &media_type[at + "boundary=".len()..]);
            let boundary = boundary.and_then(|rest| rest.split(';').next()).unwrap_or_default();
            Some(Body::Form(parts(&text, boundary.trim().trim_matches('"'))))
        } else {
            Some(Body::from_text(&text))
        }
    }

    /// Compares a received body with this one.
    pub(super) fn fit(&self, received: &Body) -> BodyFit {
        match (self, received) {
            (Body::Json(saved), Body::Json(received)) => {
                let mut fit = BodyFit { is_equal: true, shared: 0, is_same_kind: true };
                compare(saved, received, MAX_DEPTH, &mut fit);
                fit
            }
            (Body::Form(saved), Body::Form(received)) => {
                let is_in = |(name, value): &&(String, String)| {
                    received.iter().any(|(n, v)| n == name && is_text(value, v))
                };
                let shared = saved.iter().filter(is_in).count();
                let is_equal = shared == saved.len() && shared == received.len();
                BodyFit { is_equal, shared, is_same_kind: true }
            }
            (Body::Text(saved), Body::Text(received)) => {
                let is_equal = is_text(saved, received);
                BodyFit { is_equal, shared: usize::from(is_equal), is_same_kind: true }
            }
            _ => BodyFit::default(),
        }
    }
}

/// Whether a text may be a form: curl's `-d` sends any text with that type.
fn is_like_form(text: &str) -> bool {
    text.contains('=') && !text.trim_start().starts_with(['{', '[', '<'])
}

/// Whether a text is the saved one, in which a variable stands for any text.
fn is_text(saved: &str, received: &str) -> bool {
    saved == received || saved.contains("{{")
}

/// Counts the equal values of two JSON texts.
fn compare(saved: &Value, received: &Value, depth: usize, fit: &mut BodyFit) {
    match (saved, received) {
        _ if depth == 0 => fit.is_equal = false,
        (Value::Object(saved), Value::Object(received)) => {
            fit.is_equal &= saved.len() == received.len();
            for (name, value) in saved {
                match received.get(name) {
                    Some(other) => compare(value, other, depth - 1, fit),
                    None => fit.is_equal = false,
                }
            }
        }
        (Value::Array(saved), Value::Array(received)) => {
            fit.is_equal &= saved.len() == received.len();
            for (value, other) in saved.iter().zip(received) {
                compare(value, other, depth - 1, fit);
            }
        }
        (Value::String(saved), received)
            if saved.contains("{{") || Some(saved.as_str()) == received.as_str() =>
        {
            fit.shared += 1;
        }
        // 2 and 2.0 are one number.
        (Value::Number(saved), Value::Number(received)) if saved.as_f64() == received.as_f64() => {
            fit.shared += 1;
        }
        (saved, received) if saved == received => fit.shared += 1,
        _ => fit.is_equal = false,
    }
}

/// Returns the names and contents of the parts of a multipart body (RFC 7578).
fn parts(body: &str, boundary: &str) -> Vec<(String, String)> {
    let mark = format!("--{boundary}");
    let part = |part: &str| {
        let (head, content) = part.split_once("\r\n\r\n")?;
        let (_, name) = head.split_once("name=\"")?;
        let (name, _) = name.split_once('"')?;
        Some((name.to_owned(), content.strip_suffix("\r\n").unwrap_or(content).to_owned()))
    };
    body.split(&mark).skip(1).filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn raw(text: &str) -> Body {
        Body::from_postman(&json!({ "body": { "mode": "raw", "raw": text } })).unwrap()
    }

    #[test]
    fn json_is_compared_by_value_and_a_variable_matches_anything() {
        let saved = raw(r#"{"a": 1, "b": {"c": ["x", "{{y}}"]}}"#);
        for (received, is_equal, shared) in [
            (r#"{"b":{"c":["x",7]},"a":1}"#, true, 3),
            (r#"{"a":1,"b":{"c":["x","z","more"]}}"#, false, 3),
            (r#"{"a":2,"b":{}}"#, false, 0),
            (r#"{"a":1,"b":{"c":["x","z"]},"d":1}"#, false, 3),
        ] {
            assert_eq!(
                saved.fit(&raw(received)),
                BodyFit { is_equal, shared, is_same_kind: true },
                "{received}"
            );
        }
        assert_eq!(saved.fit(&raw("text")), BodyFit::default());
        let deep = "[".repeat(100) + &"]".repeat(100);
        assert!(!raw(&deep).fit(&raw(&deep)).is_equal);
    }

    #[test]
    fn the_parts_of_a_form_are_read() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\nv\r\n\
            --b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n1\r\n2\r\n--b--\r\n";
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(parts(body, "b"), [pair("k", "v"), pair("f", "1\r\n2")]);
    }
}
