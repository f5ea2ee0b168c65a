//! The parts that all pages share: head, bar, side tree, breadcrumb, links to the neighbours, footer.

use std::fmt::Write as _;

use super::escape::escape;
use super::page::display_name;
use super::{Entry, Site, assets, tree};

/// The maximum number of parent folders shown above an item.
const MAX_CRUMBS: usize = 8;

/// Which page is written.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Index,
    Variables,
    /// The page of the entry with this index.
    Item(usize),
}

/// Writes the start of a page, up to and including the start tag of `main`.
pub(super) fn start(site: &Site<'_>, policy: &str, title: &str, place: Place) -> String {
    let mut out = String::with_capacity(16 * 1024);
    let _ = writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"generator\" content=\"zoomkat\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"{}\">\n<script>{}</script>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to content</a>",
        escape(title),
        site.assets.style_link(),
        site.assets.loader()
    );
    bar(site, &mut out);
    tree::side(site, place, &mut out);
    out.push_str("<main id=\"main\" tabindex=\"-1\">\n");
    out
}

/// Writes the bar at the top. Its buttons are shown only if scripts run; otherwise the link to the side
/// tree works on a phone.
fn bar(site: &Site<'_>, out: &mut String) {
    let _ = writeln!(
        out,
        "<header class=\"bar\">\n\
         <a class=\"menu\" href=\"#side\">Menu</a>\n\
         <a class=\"home\" href=\"index.html\">{}</a>\n\
         <button class=\"find js\" type=\"button\" aria-haspopup=\"dialog\" aria-keyshortcuts=\"/\"><span>Search</span> <kbd>/</kbd></button>\n\
         <button class=\"theme js\" type=\"button\" aria-label=\"Switch between light and dark\"><span class=\"disc\"></span></button>\n\
         </header>",
        escape(&tree::shorten(&site.title))
    );
}

/// Writes the end of a page, from the end tag of `main`.
pub(super) fn end(site: &Site<'_>, out: &mut String) {
    let _ = writeln!(
        out,
        "</main>\n<footer><p>{}, from a Postman collection. Made by zoomkat.</p></footer>\n</body>\n</html>",
        escape(&site.title)
    );
}

/// Writes the folders around an item, each with a link to its place on the index.
pub(super) fn crumbs(site: &Site<'_>, entry: &Entry<'_>, out: &mut String) {
    out.push_str("<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol>\n");
    let _ = writeln!(out, "<li><a href=\"index.html\">{}</a></li>", escape(&site.title));
    let near = site.with_parents(entry.folder, MAX_CRUMBS);
    if near.first().is_some_and(|folder| folder.above.is_some()) {
        out.push_str("<li>…</li>\n");
    }
    for folder in near {
        let (id, name) = (&folder.id, display_name(&folder.name));
        let _ = writeln!(out, "<li><a href=\"index.html#{id}\">{name}</a></li>");
    }
    out.push_str("</ol></nav>\n");
}

/// Writes links to the items before and after one.
pub(super) fn pager(site: &Site<'_>, at: usize, out: &mut String) {
    out.push_str("<nav class=\"pager\" aria-label=\"Other requests\">\n");
    let neighbours = [(at.checked_sub(1), "prev", "Previous"), (at.checked_add(1), "next", "Next")];
    for (at, rel, label) in neighbours {
        let Some(entry) = at.and_then(|at| site.entries.get(at)) else { continue };
        let _ = writeln!(
            out,
            "<a rel=\"{rel}\" href=\"{}.html\"><span>{label}</span> {}</a>",
            entry.file,
            display_name(&entry.name)
        );
    }
    out.push_str("</nav>\n");
}

/// Returns the `Content-Security-Policy` of the pages.
///
/// * The only script in a page is the loader, identified by its hash. With `strict-dynamic`, it may load
///   the site's script, and no other script runs, wherever it is. A hash works for local files too, whose
///   origin `'self'` matches only in some browsers, and which cannot be checked with `integrity`.
/// * Styles are those next to the page: `'self'` from a server, `file:` for local files. A page from a
///   server cannot load local files.
/// * Nothing else is loaded, in particular no image and no data.
pub(super) fn policy(site: &Site<'_>) -> String {
    format!(
        "default-src 'none'; style-src 'self' file:; script-src '{}' 'strict-dynamic'; \
         base-uri 'none'; form-action 'none'",
        assets::hash(&site.assets.loader())
    )
}
