//! The page of an item.

use super::content::{Anchors, content};
use super::escape::escape;
use super::layout::{Place, crumbs, end, pager, start};
use super::variables::resolved_url;
use super::{Entry, Site};

/// The verbs that have their own colour.
pub(super) const VERBS: &[&str] = &["get", "post", "put", "patch", "delete"];

/// Renders the page of an item. The flag is true if its JSON shows text that is masked elsewhere on the
/// page. The anchors are those of its rows.
pub(super) fn item(
    site: &Site<'_>,
    policy: &str,
    at: usize,
    entry: &Entry<'_>,
) -> (String, bool, Anchors) {
    let mut out = start(site, policy, &format!("{} · {}", entry.name, site.title), Place::Item(at));
    out.push_str("<header>\n");
    crumbs(site, entry, &mut out);
    out.push_str("</header>\n");
    let (secret, anchors) = content(site, entry, resolved_url(entry), &mut out);
    pager(site, at, &mut out);
    end(site, &mut out);
    (out, secret, anchors)
}

pub(super) fn verb(verb: &str) -> String {
    let class = VERBS.iter().find(|known| known.eq_ignore_ascii_case(verb)).unwrap_or(&"other");
    format!("<span class=\"verb {class}\">{}</span>", escape(verb))
}

/// Returns an escaped name, or a placeholder for an empty one.
pub(super) fn display_name(name: &str) -> String {
    match name.trim() {
        "" => "(no name)".to_owned(),
        name => escape(name),
    }
}
