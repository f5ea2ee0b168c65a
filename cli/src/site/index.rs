//! The index: the description of the collection, and all folders and items.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::escape;
use super::layout::{Place, end, start};
use super::markdown::to_html;
use super::page::{display_name, verb};
use super::tree::shorten;
use super::variables::base_url;
use super::{Site, Step};

/// The maximum number of items for which the index shows all folders open.
const MAX_OPEN_ITEMS: usize = 200;

/// The maximum number of base URLs.
const MAX_BASE_URLS: usize = 3;

/// Renders the index.
pub(super) fn index(site: &Site<'_>, policy: &str) -> String {
    let mut out = start(site, policy, &site.title, Place::Index);
    out.push_str("<header>\n<p class=\"eyebrow\">API reference</p>\n");
    let _ = writeln!(out, "<h1>{}</h1>", escape(&site.title));
    let _ = write!(out, "<p class=\"facts\">{}", pluralize(site.entries.len(), "request"));
    if !site.folders.is_empty() {
        let _ = write!(out, " in {}", pluralize(site.folders.len(), "folder"));
    }
    out.push_str("</p>\n</header>\n");
    base_urls(site, &mut out);
    let about = to_html(&site.description, 2, site.line_ends);
    if !about.is_empty() {
        let _ = writeln!(out, "<div class=\"lead\">\n{about}</div>");
    }
    out.push_str("<section class=\"all\" aria-labelledby=\"requests\">\n<div class=\"line\"><h2 id=\"requests\">Requests</h2></div>\n");
    tree(site, &mut out);
    out.push_str("</section>\n");
    end(site, &mut out);
    out
}

/// Writes the base URLs that most items have.
fn base_urls(site: &Site<'_>, out: &mut String) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for url in site.entries.iter().filter_map(base_url) {
        *counts.entry(url).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    if counts.is_empty() {
        return;
    }
    out.push_str("<dl class=\"bases\">\n<dt>Base URL</dt>\n");
    for (url, _) in counts.iter().take(MAX_BASE_URLS) {
        let _ = writeln!(out, "<dd><code>{}</code></dd>", escape(&shorten(url)));
    }
    out.push_str("</dl>\n");
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
                let level = (depth + 3).min(6);
                let _ = writeln!(
                    out,
                    "<details class=\"folder\" id=\"{}\"{open}>\n<summary><h{level}>{}</h{level}> <span class=\"count\">{}</span></summary>\n<div class=\"inside\">",
                    folder.id,
                    display_name(&folder.name),
                    pluralize(folder.items, "request")
                );
                if !folder.description.trim().is_empty() {
                    let top = u8::try_from(level + 1).unwrap_or(6);
                    let about = to_html(&folder.description, top, site.line_ends);
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
                    escape(path_of(&entry.shown_url))
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

/// Returns the path of a URL that may start with a variable.
pub(super) fn path_of(url: &str) -> &str {
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
