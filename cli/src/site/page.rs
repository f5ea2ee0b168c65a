//! Content of the pages: the index and one page for each item.

use std::fmt::Write as _;

use super::content::content;
use super::escape::escape;
use super::markdown::to_html;
use super::{Entry, Site, Step};

/// The maximum number of items for which the index shows all folders open.
const MAX_OPEN_ITEMS: usize = 200;

/// The maximum number of parent folders shown above an item.
const MAX_CRUMBS: usize = 8;

/// The verbs that have their own colour.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete"];

/// Renders the index: all folders and items, and a search box.
pub(super) fn index(site: &Site<'_>, policy: &str) -> String {
    let mut out = start(site, policy, &site.title);
    out.push_str("<header>\n<p class=\"eyebrow\">Postman collection</p>\n");
    let _ = writeln!(out, "<h1>{}</h1>\n</header>\n<main id=\"main\">", escape(&site.title));
    let _ = writeln!(out, "<div class=\"lead\">\n{}</div>", to_html(&site.description, 2));
    let requests = pluralize(site.entries.len(), "request");
    out.push_str(
        "<div class=\"find\" role=\"search\" hidden>\n<label for=\"search\">Search by name, folder, verb or path</label>\n\
         <input id=\"search\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" aria-keyshortcuts=\"/\">\n",
    );
    let _ = writeln!(
        out,
        "<div class=\"line\"><p><span role=\"status\">{requests}</span> · press <kbd>/</kbd> to search</p></div>\n</div>"
    );
    tree(site, &mut out);
    out.push_str("</main>\n");
    end(site, &mut out);
    out
}

fn tree(site: &Site<'_>, out: &mut String) {
    let open = if site.entries.len() <= MAX_OPEN_ITEMS { " open" } else { "" };
    let (mut depth, mut listing) = (0_usize, false);
    for step in &site.steps {
        let item = matches!(step, Step::Item(_));
        if item != listing {
            out.push_str(if item { "<ul class=\"items\">\n" } else { "</ul>\n" });
            listing = item;
        }
        match *step {
            Step::Enter(at) => {
                let Some(folder) = site.folders.get(at) else { continue };
                let level = (depth + 2).min(6);
                let _ = writeln!(
                    out,
                    "<details class=\"folder\" id=\"{}\"{open}>\n<summary><h{level}>{}</h{level}> <span class=\"chip\">{}</span></summary>\n<div class=\"inside\">",
                    folder.id,
                    display_name(&folder.name),
                    folder.items
                );
                if !folder.description.trim().is_empty() {
                    let top = u8::try_from(level + 1).unwrap_or(6);
                    let about = to_html(&folder.description, top);
                    let _ = writeln!(out, "<div class=\"about\">\n{about}</div>");
                }
                depth += 1;
            }
            Step::Item(at) => {
                let Some(entry) = site.entries.get(at) else { continue };
                let _ = writeln!(
                    out,
                    "<li><a href=\"{}.html\">{} <span class=\"name\">{}</span> <span class=\"path\">{}</span></a></li>",
                    entry.file,
                    verb(&entry.verb),
                    display_name(&entry.name),
                    escape(path_of(&entry.url))
                );
            }
            Step::Leave => {
                out.push_str("</div>\n</details>\n");
                depth = depth.saturating_sub(1);
            }
        }
    }
    if listing {
        out.push_str("</ul>\n");
    }
    if site.entries.is_empty() {
        out.push_str("<p>The collection has no requests.</p>\n");
    }
}

/// Renders the page of an item. The flag is true if its JSON shows text that is masked elsewhere on the
/// page.
pub(super) fn item(site: &Site<'_>, policy: &str, at: usize, entry: &Entry<'_>) -> (String, bool) {
    let mut out = start(site, policy, &format!("{} · {}", entry.name, site.title));
    out.push_str("<header>\n");
    crumbs(site, entry, &mut out);
    out.push_str("</header>\n<main id=\"main\">\n");
    let secret = content(site, entry, None, &mut out);
    pager(site, at, &mut out);
    out.push_str("</main>\n");
    end(site, &mut out);
    (out, secret)
}

/// Writes the start of a page. The policy allows only the page's own style and script, identified by
/// hashes, which works for local files and for a server.
fn start(site: &Site<'_>, policy: &str, title: &str) -> String {
    let mut out = String::with_capacity(32 * 1024);
    let _ = writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"generator\" content=\"zoomkat\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>{}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to content</a>",
        policy,
        escape(title),
        site.style
    );
    out
}

fn end(site: &Site<'_>, out: &mut String) {
    let _ = writeln!(
        out,
        "<footer><p>{}, from a Postman collection. Made by zoomkat.</p></footer>\n<script>{}</script>\n</body>\n</html>",
        escape(&site.title),
        site.script
    );
}

fn crumbs(site: &Site<'_>, entry: &Entry<'_>, out: &mut String) {
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

fn pager(site: &Site<'_>, at: usize, out: &mut String) {
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

/// Returns the path of a URL that may start with a variable.
fn path_of(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    let after = match after.strip_prefix("{{").and_then(|rest| rest.split_once("}}")) {
        Some((_, rest)) => rest,
        None => after,
    };
    match after.find('/') {
        Some(at) => after.get(at..).unwrap_or(url),
        None => url,
    }
}

fn pluralize(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
