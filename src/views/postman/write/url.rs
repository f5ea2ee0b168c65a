//! The URL of a request in an item.

use std::collections::{HashMap, HashSet};

use super::item::MarkedRequest;
use crate::text::percent;
use crate::views::call::Call;
use crate::views::postman::item_url::{split, variable_name};
use crate::views::postman::json::{JsonValue, object};

/// Returns the URL, and whether Postman must not encode its query.
pub(super) fn url(
    call: &Call,
    marked: &MarkedRequest,
    target: &str,
) -> Result<(JsonValue, bool), String> {
    let base = call.base_url();
    if !call.domain.contains("{{") && call.domain.contains(['/', '?', '#', '@', '\\', ' ']) {
        return Err("a host that is a URL".to_owned());
    }
    // Path variables whose names Postman reads differently are filled in.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let variables = &marked.request.path_variables;
    let keeps = variables.iter().all(|(name, _)| !name.is_empty() && name.chars().all(is_plain));
    let query = target.split_once('?').map(|(_, query)| query);
    let path = match keeps && !variables.is_empty() {
        true => {
            let path = percent::path_and_query(marked.request.path());
            path.split('?').next().unwrap_or_default().to_owned()
        }
        false => target.split('?').next().unwrap_or_default().to_owned(),
    };
    let path = marked.restore(&path);
    let mut url = Vec::new();
    let mut raw = format!("{base}{path}");
    if let Some(query) = query {
        raw.extend(["?", &marked.restore(query)]);
    }
    let is_open = raw.contains("{{");
    url.push(("raw", raw.into()));
    let rest = match base.split_once("://") {
        Some((scheme, rest)) => {
            url.push(("protocol", JsonValue::from(scheme)));
            rest
        }
        None => base.as_str(),
    };
    let colon = rest.rfind(':').filter(|at| !rest[*at..].contains([']', '}']));
    let (host, port) = match colon {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    url.push(("host", split(host, '.').into()));
    if let Some(port) = port {
        url.push(("port", JsonValue::from(port)));
    }
    let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(&path).split('/').collect();
    let values = path_variables(&segments, marked, keeps);
    url.push(("path", segments.into()));
    if let Some(query) = query {
        url.push(("query", query_pairs(query, marked).into()));
    }
    if !values.is_empty() {
        url.push(("variable", values.into()));
    }
    let raw_query = query.is_some_and(|query| query.contains('\''));
    if raw_query && is_open {
        return Err("an apostrophe in a query with open variables".to_owned());
    }
    Ok((JsonValue::object(url), raw_query))
}

/// Returns the values of the path variables. Without `keeps`, those of the request are already filled in.
fn path_variables(segments: &[&str], marked: &MarkedRequest, keeps: bool) -> Vec<JsonValue> {
    let (mut values, mut known, mut seen) = (Vec::new(), HashMap::new(), HashSet::new());
    for (name, value) in marked.request.path_variables.iter().filter(|_| keeps) {
        known.entry(name.as_str()).or_insert(value);
    }
    for name in segments.iter().filter_map(|segment| variable_name(segment)) {
        if !seen.insert(name) {
            continue;
        }
        let value = match known.get(name) {
            Some(value) => {
                let mut encoded = String::new();
                percent::strict(&mut encoded, value.as_bytes());
                marked.restore(&encoded)
            }
            // The value is the text itself.
            None => format!(":{name}"),
        };
        values.push(object! { "key": name, "value": value });
    }
    values
}

fn query_pairs(query: &str, marked: &MarkedRequest) -> Vec<JsonValue> {
    let count = query.split('&').count();
    let pairs = query.split('&').enumerate().map(|(at, pair)| match pair.split_once('=') {
        Some((key, value)) => {
            object! { "key": marked.restore(key), "value": marked.restore(value) }
        }
        None if pair.is_empty() && at + 1 < count => {
            object! { "key": JsonValue::Null, "value": JsonValue::Null }
        }
        None => object! { "key": marked.restore(pair), "value": JsonValue::Null },
    });
    pairs.collect()
}
