//! The operations of Zoom's API: the rate limit label and the scopes of each, by method and path.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use percent_encoding::percent_decode_str;

use crate::zoom::oauth::base::is_zoom_host;

/// The operations, by path and method. The head of the file explains the format.
const TABLE: &str = include_str!("operations.txt");

/// A rate limit label (developers.zoom.us/docs/api/rate-limits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Label {
    Light,
    Medium,
    Heavy,
    ResourceIntensive,
}

/// A product with separate limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Product {
    /// Everything except the products below.
    General,
    Phone,
    ContactCenter,
}

/// The calls that share a rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LimitGroup {
    pub(crate) product: Product,
    pub(crate) label: Label,
}

impl LimitGroup {
    /// Returns the group of an operation that is unknown or has no label, by its path. Its label is Heavy, the
    /// slowest with a limit per second.
    pub(crate) fn unknown(path: &str) -> LimitGroup {
        let is_under = |name| segments(strip_version(path)).take(3).any(|segment| segment == name);
        let product = if is_under("phone") {
            Product::Phone
        } else if is_under("contact_center") {
            Product::ContactCenter
        } else {
            Product::General
        };
        LimitGroup { product, label: Label::Heavy }
    }
}

/// A published operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    /// The path without `/v2`, with `*` for each variable.
    pub(crate) path: &'static str,
    method: &'static str,
    label: Option<Label>,
    classic: &'static str,
    granular: &'static str,
}

impl Operation {
    /// Returns the operation of a method and a path, which may have `/v2` and a query; `None` if Zoom has not
    /// published it. If several match, the one whose literal segments come first.
    pub(crate) fn find(method: &str, path: &str) -> Option<Operation> {
        // Needless percent-encoding makes no difference (RFC 3986 section 6.2.2.2).
        let decode = |segment| percent_decode_str(segment).decode_utf8_lossy();
        let wanted: Vec<Cow<'_, str>> = segments(strip_version(path)).map(decode).collect();
        let table = table();
        let rows = table.get(&(wanted.len(), &**wanted.first()?))?;
        let fits = |row: &&TableRow| {
            row.operation.method == method
                && row.segments.iter().zip(&wanted).all(|(s, w)| *s == "*" || s == w)
        };
        // Literal segments first: true is greater than false.
        let literal = |row: &&TableRow| row.segments.iter().map(|s| *s != "*").collect::<Vec<_>>();
        rows.iter().filter(fits).max_by_key(literal).map(|row| row.operation)
    }

    /// Returns the group whose limit the operation counts under.
    pub(crate) fn limit_group(&self) -> LimitGroup {
        let label = self.label.unwrap_or(Label::Heavy);
        match (LimitGroup::unknown(self.path).product, label) {
            // Contact Center has no separate limit for this label.
            (Product::ContactCenter, Label::ResourceIntensive) => {
                LimitGroup { product: Product::General, label }
            }
            (product, label) => LimitGroup { product, label },
        }
    }

    /// Whether this is "Update a user's password", in the own account or a sub account.
    pub(crate) fn is_password_change(&self) -> bool {
        self.method == "PUT" && self.path.ends_with("users/*/password")
    }

    /// Returns the scopes, any of which permits the operation: granular ones, then classic ones.
    pub(crate) fn scopes(&self) -> Vec<String> {
        [self.granular, self.classic].iter().flat_map(|list| expand(list)).collect()
    }
}

/// Returns the rate limit label of an operation: `Light`, `Medium`, `Heavy` or `Resource-intensive`. `None` if
/// the label is not known, or the URL is not Zoom's.
///
/// `url` may be a path with or without `/v2`, or a URL. A segment may be a variable in any notation:
/// `/users/{userId}`, `{{baseUrl}}/users/:userId`.
///
/// ```
/// use zoomkat::zoom::rate_limit_label;
///
/// assert_eq!(rate_limit_label("PUT", "{{baseUrl}}/users/:userId/password"), Some("Medium"));
/// assert_eq!(rate_limit_label("GET", "https://api.zoom.us/v2/users/me"), Some("Light"));
/// assert_eq!(rate_limit_label("GET", "https://example.com/users/me"), None);
/// ```
#[must_use]
pub fn rate_limit_label(verb: &str, url: &str) -> Option<&'static str> {
    let (host, path) = match url.split_once("://") {
        Some((_, rest)) => rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len())),
        None if url.starts_with("{{") => url.split_at(url.find("}}")? + 2),
        None => ("", url),
    };
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if !(host.is_empty() || host.contains("{{") || is_zoom_host(&host)) {
        return None;
    }
    Operation::find(verb, path)?.label.map(|label| match label {
        Label::Light => "Light",
        Label::Medium => "Medium",
        Label::Heavy => "Heavy",
        Label::ResourceIntensive => "Resource-intensive",
    })
}

/// Whether any known path has this literal segment, so that it does not identify anyone.
pub(crate) fn is_literal(segment: &str) -> bool {
    static LITERALS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let paths = || TABLE.lines().filter(|line| line.starts_with('/'));
    let literals = LITERALS.get_or_init(|| paths().flat_map(segments).collect());
    segment != "*" && literals.contains(segment)
}

struct TableRow {
    segments: Vec<&'static str>,
    operation: Operation,
}

/// Operations by the number of segments and the first segment.
type Table = HashMap<(usize, &'static str), Vec<TableRow>>;

/// Returns the path without query and `/v2`.
fn strip_version(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    path.strip_prefix("v2/").unwrap_or(path)
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn table() -> &'static Table {
    static PARSED: OnceLock<Table> = OnceLock::new();
    PARSED.get_or_init(|| {
        let mut table = Table::new();
        let mut path = "";
        for line in TABLE.lines() {
            if line.starts_with('/') {
                path = line;
            }
            let Some(line) = line.strip_prefix(' ') else { continue };
            let mut words = line.split(' ');
            let mut word = || words.next().unwrap_or_default();
            let method = word();
            let label = match word() {
                "L" => Some(Label::Light),
                "M" => Some(Label::Medium),
                "H" => Some(Label::Heavy),
                "R" => Some(Label::ResourceIntensive),
                _ => None,
            };
            let operation = Operation { path, method, label, classic: word(), granular: word() };
            let segments: Vec<&str> = segments(path).collect();
            let key = (segments.len(), segments.first().copied().unwrap_or_default());
            table.entry(key).or_default().push(TableRow { segments, operation });
        }
        table
    })
}

/// Expands a list: `user:write=ua` is `user:write` and `user:write:admin`.
fn expand(list: &str) -> impl Iterator<Item = String> {
    list.split(',').filter_map(|item| item.split_once('=')).flat_map(|(name, levels)| {
        levels.chars().map(move |level| match level {
            'a' => format!("{name}:admin"),
            'm' => format!("{name}:master"),
            _ => name.to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_complete() {
        let rows: Vec<&TableRow> = table().values().flatten().collect();
        assert_eq!(rows.len(), 1710);
        let labels = |label| rows.iter().filter(|row| row.operation.label == label).count();
        assert_eq!(
            [
                Some(Label::Light),
                Some(Label::Medium),
                Some(Label::Heavy),
                Some(Label::ResourceIntensive),
                None
            ]
            .map(labels),
            [893, 591, 185, 19, 22]
        );
        for row in rows {
            let operation = &row.operation;
            let found = Operation::find(operation.method, operation.path).unwrap();
            assert_eq!(found.path, operation.path, "{} finds itself", operation.method);
            assert!(["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&operation.method));
        }
    }

    #[test]
    fn an_operation_is_found_by_method_and_path() {
        let label =
            |method, path| Operation::find(method, path).map(|found| found.limit_group().label);
        assert_eq!(label("PUT", "/v2/users/jchill%40example.com/password"), Some(Label::Medium));
        assert_eq!(label("PUT", "/users/x/password?a=/b"), Some(Label::Medium));
        assert_eq!(label("PATCH", "/v2/users/x/password"), None);
        assert_eq!(label("GET", "/v2/users/x/y/z/nothing"), None);
        assert_eq!(label("GET", "/"), None);
        let found = |method, path| Operation::find(method, path).unwrap();
        assert_eq!(found("GET", "/users/email").path, "/users/email", "literal before variable");
        assert_eq!(found("GET", "/users/x").path, "/users/*");
        assert_eq!(found("GET", "/v2/phone/users").limit_group().product, Product::Phone);
        assert_eq!(
            found("GET", "/accounts/1/contact_center/sms").limit_group().product,
            Product::ContactCenter
        );
        assert_eq!(found("GET", "/users/phone").limit_group().product, Product::General);
    }

    #[test]
    fn a_url_with_variables_has_a_label() {
        for (verb, url, label) in [
            ("GET", "/users", Some("Medium")),
            ("GET", "v2/users?page_size=300", Some("Medium")),
            ("GET", "/v2/users/{userId}", Some("Light")),
            ("GET", "{{baseUrl}}/users/:userId", Some("Light")),
            ("GET", "{{baseUrl}}/v2/users/{{userId}}", Some("Light")),
            ("GET", "https://{{host}}/v2/users/<id>", Some("Light")),
            ("GET", "https://API.Zoom.us:443/v2/users/me", Some("Light")),
            ("GET", "https://api.zoom.us./v2/users/me", Some("Light")),
            ("GET", "https://api.zoomgov.com.:443/v2/users/me", Some("Light")),
            ("GET", "https://api.zoom.us../v2/users/me", None),
            ("GET", "https://u:p@api.zoomgov.com/v2/users/me", Some("Light")),
            ("GET", "https://notzoom.us/v2/users/me", None),
            ("GET", "https://example.com?a=/users", None),
            ("PURGE", "/users", None),
            ("GET", "{{baseUrl", None),
            ("GET", "", None),
        ] {
            assert_eq!(rate_limit_label(verb, url), label, "{verb} {url}");
        }
    }

    #[test]
    fn the_scopes_of_a_password_change_are_those_that_zoom_lists() {
        let operation = Operation::find("PUT", "/users/x/password").unwrap();
        assert!(operation.is_password_change());
        assert_eq!(
            operation.scopes(),
            [
                "user:update:password",
                "user:update:password:admin",
                "user:write",
                "user:write:admin"
            ]
        );
        let twin = Operation::find("PUT", "/accounts/1/users/x/password").unwrap();
        assert!(twin.is_password_change());
    }
}
