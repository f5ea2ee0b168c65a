//! The side tree: in each page the part around the page, and in `tree.js` all of it.
//!
//! The part in a page is bounded, so that a site grows linearly with its collection. The script replaces it
//! with the whole tree when someone opens another folder.

use std::fmt::Write as _;

use super::escape::escape;
use super::layout::Place;
use super::page::VERBS;
use super::{Node, Site, Step};

/// The maximum number of neighbours shown before and after the page or a folder around it.
const MAX_NEAR: usize = 14;

/// The same for folders that are neither the innermost nor the outermost.
const MAX_NEAR_BETWEEN: usize = 5;

/// The maximum number of folders around the page that are shown.
const MAX_LEVELS: usize = 8;

/// The maximum number of characters of a name.
const MAX_NAME: usize = 120;

/// Writes the side tree of a page.
pub(super) fn side(site: &Site<'_>, place: Place, out: &mut String) {
    let entry = match place {
        Place::Item(at) => site.entries.get(at),
        _ => None,
    };
    let here = entry.map_or("", |entry| entry.file.as_str());
    let _ = writeln!(
        out,
        "<nav class=\"side\" id=\"side\" aria-label=\"Requests\" data-here=\"{here}\">\n\
         <a class=\"close\" href=\"#main\">Close menu</a>\n<ul class=\"tree\">"
    );
    let current = |is: bool| if is { " aria-current=\"page\"" } else { "" };
    let is_index = current(place == Place::Index);
    let _ = writeln!(out, "<li><a href=\"index.html\"{is_index}>Overview</a></li>");
    if !site.variables.is_empty() {
        let is_variables = current(place == Place::Variables);
        let _ = writeln!(out, "<li><a href=\"variables.html\"{is_variables}>Variables</a></li>");
    }
    out.push_str("</ul>\n");
    if site.roots.is_empty() {
        out.push_str("</nav>\n");
        return;
    }
    let mut chain: Vec<usize> = Vec::new();
    let mut folder = entry.and_then(|entry| entry.folder);
    while let Some(at) = folder.filter(|_| chain.len() < MAX_LEVELS) {
        chain.push(at);
        folder = site.folders.get(at).and_then(|folder| folder.above);
    }
    chain.reverse();
    let part = Part { site, chain, place };
    out.push_str("<ul class=\"tree\" id=\"tree\">\n");
    match folder.and_then(|at| site.folders.get(at)) {
        Some(above) => {
            part.more(above.children.len(), folder, out);
            part.level(0, &above.children, folder, out);
        }
        None => part.level(0, &site.roots, None, out),
    }
    out.push_str("</ul>\n</nav>\n");
}

/// The part of the tree in a page.
struct Part<'s, 'c> {
    site: &'s Site<'c>,
    /// The folders around the page, outermost first.
    chain: Vec<usize>,
    place: Place,
}

impl Part<'_, '_> {
    /// Writes the nodes of a folder near the page.
    fn level(&self, depth: usize, nodes: &[Node], folder: Option<usize>, out: &mut String) {
        let open = self.chain.get(depth).copied();
        let focus = match (open, self.place) {
            (Some(at), _) => self.site.folders.get(at).map(|folder| folder.place),
            (None, Place::Item(at)) => self.site.entries.get(at).map(|entry| entry.place),
            _ => None,
        };
        let near = if depth > 0 && open.is_some() { MAX_NEAR_BETWEEN } else { MAX_NEAR };
        let middle = focus.unwrap_or_default();
        // The neighbours missing on one side are added to the other.
        let first = middle.saturating_sub(near).min(nodes.len().saturating_sub(2 * near + 1));
        let last = (middle.max(near) + near + 1).min(nodes.len());
        self.more(first, folder, out);
        for node in nodes.get(first..last).unwrap_or_default() {
            match *node {
                Node::Folder(at) => {
                    self.folder(at, out);
                    if let Some(inner) = self.site.folders.get(at).filter(|_| open == Some(at)) {
                        out.push_str("<ul>\n");
                        self.level(depth + 1, &inner.children, Some(at), out);
                        out.push_str("</ul>");
                    }
                    out.push_str("</li>\n");
                }
                Node::Item(at) => self.item(at, out),
            }
        }
        self.more(nodes.len() - last, folder, out);
    }

    fn folder(&self, at: usize, out: &mut String) {
        let Some(folder) = self.site.folders.get(at) else { return };
        let class = if self.chain.contains(&at) { "fold open" } else { "fold" };
        let _ = write!(
            out,
            "<li><a class=\"{class}\" href=\"index.html#{}\">{}</a>",
            folder.id,
            escape(&named(&folder.name))
        );
    }

    fn item(&self, at: usize, out: &mut String) {
        let Some(entry) = self.site.entries.get(at) else { return };
        let current = if self.place == Place::Item(at) { " aria-current=\"page\"" } else { "" };
        let _ = writeln!(
            out,
            "<li><a href=\"{}.html\"{current}><span class=\"verb {}\">{}</span> <span>{}</span></a></li>",
            entry.file,
            verb_class(&entry.verb),
            escape(&entry.verb.chars().take(8).collect::<String>()),
            escape(&named(&entry.name))
        );
    }

    /// Writes a link for nodes that are left out.
    fn more(&self, count: usize, folder: Option<usize>, out: &mut String) {
        if count == 0 {
            return;
        }
        let id = folder.and_then(|at| self.site.folders.get(at)).map(|folder| &folder.id);
        let anchor = id.map(|id| format!("#{id}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "<li><a class=\"more\" href=\"index.html{anchor}\">{count} more</a></li>"
        );
    }
}

fn verb_class(verb: &str) -> &'static str {
    VERBS.iter().find(|known| known.eq_ignore_ascii_case(verb)).unwrap_or(&"other")
}

/// Returns a name of limited length, or a placeholder for an empty one.
fn named(name: &str) -> String {
    if name.trim().is_empty() { "(no name)".to_owned() } else { shorten(name.trim()) }
}

/// Limits the length of a name, since it is on many pages.
pub(super) fn shorten(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// Returns the content of `tree.js`: folders and items in the order of the collection, each with its depth, its
/// name and its anchor or page, and an item with its verb.
pub(super) fn data(site: &Site<'_>) -> String {
    let (mut rows, mut depth) = (Vec::new(), 0_usize);
    for step in &site.steps {
        match *step {
            Step::Enter(at) => {
                let Some(folder) = site.folders.get(at) else { continue };
                rows.push(serde_json::json!([depth, named(&folder.name), folder.id]));
                depth += 1;
            }
            Step::Item(at) => {
                let Some(entry) = site.entries.get(at) else { continue };
                let verb = shorten(&entry.verb);
                rows.push(serde_json::json!([depth, named(&entry.name), entry.file, verb]));
            }
            Step::Leave => depth = depth.saturating_sub(1),
        }
    }
    script("zoomkatTree", &rows)
}

/// Returns a script that assigns rows of data to a global constant.
pub(super) fn script(name: &str, rows: &[serde_json::Value]) -> String {
    let mut out = format!("globalThis.{name} = [\n");
    for row in rows {
        for c in row.to_string().chars() {
            match c {
                // A script may end at these.
                '<' => out.push_str("\\u003c"),
                '\u{2028}' | '\u{2029}' => out.push(' '),
                // They change the text direction, as in `escape`.
                '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => out.push('\u{FFFD}'),
                c => out.push(c),
            }
        }
        out.push_str(",\n");
    }
    out.push_str("];\n");
    out
}
