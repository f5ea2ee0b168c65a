//! Masking of secrets in the heads of messages.

use crate::message::request::HttpRequest;
use crate::redact::{MASK, masked_field, push_masked};
use crate::text::headers::FieldNames;

/// Masks the secrets in the head of a request: the values of query parameters, credentials,
/// cookies, and headers marked as sensitive, for this request or for all (`sensitive`).
pub(super) fn masked_head(request: &HttpRequest, head: &[u8], sensitive: &FieldNames) -> String {
    // Only cookies may not be UTF-8, and they are masked.
    let head = String::from_utf8_lossy(head);
    let mut masked = String::with_capacity(head.len());
    for (index, line) in head.split_inclusive("\r\n").enumerate() {
        if index == 0 {
            let (verb, rest) = line.split_once(' ').unwrap_or(("", line));
            let (target, version) = rest.rsplit_once(' ').unwrap_or((rest, ""));
            masked.extend([verb, " "]);
            push_masked(&mut masked, target);
            masked.extend([" ", version]);
            continue;
        }
        match line.split_once(": ") {
            Some((name, value)) => {
                let is_shown = masked_value(request, name, value, sensitive) == value;
                masked.extend([name, ": ", if is_shown { value } else { "***\r\n" }]);
            }
            None => masked.push_str(line),
        }
    }
    masked
}

/// The value of a field of the request or its response, masked if it is secret.
pub(super) fn masked_value<'v>(
    request: &HttpRequest,
    name: &str,
    value: &'v str,
    sensitive: &FieldNames,
) -> &'v str {
    let is_marked = request.sensitive.contains(name) || sensitive.contains(name);
    if is_marked { MASK } else { masked_field(name, value) }
}
