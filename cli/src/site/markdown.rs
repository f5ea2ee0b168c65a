//! Conversion of a collection's Markdown to safe HTML.
//!
//! No input is copied unescaped. Each tag of the output is one of those listed here, with no attribute
//! except a checked `href`; everything else is text. Raw HTML, which Postman allows in descriptions, is
//! interpreted only if it formats text (`<br>`, `<b>`, `<p>`, `<li>` ...).

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::escape::escape;
use super::tags::{BLOCK, INLINE, RawTag, TABLE, read_tag};

/// The maximum nesting depth of elements. Browsers stop at a few hundred; no description needs as many.
const MAX_DEPTH: usize = 40;

/// The maximum number of open raw HTML tags. Further ones are shown as text, since each end tag searches
/// all of them.
const MAX_OPEN: usize = 1000;

/// The start of a table, which may be wider than the page.
const WIDE: &str =
    "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>\n";

/// The longest description, in bytes, that is parsed as Markdown. Parsing hostile text takes time quadratic
/// in its length.
const MAX_LENGTH: usize = 128 * 1024;

/// The meaning of the end of a line inside a paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, clap::ValueEnum)]
pub(crate) enum LineEnds {
    /// A line break, as Postman shows it.
    #[default]
    Postman,
    /// A space, as in CommonMark.
    Commonmark,
}

/// Converts `source` to HTML. Its first heading level is `top`, and no level is skipped.
pub(super) fn to_html(source: &str, top: u8, line_ends: LineEnds) -> String {
    if source.len() > MAX_LENGTH {
        return format!(
            "<pre tabindex=\"0\" role=\"group\" aria-label=\"Text\"><code>{}</code></pre>\n",
            escape(source)
        );
    }
    let source = blank_lone_tags(source);
    let mut writer = Writer { top, line_ends, ..Writer::default() };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(&source, options) {
        writer.event(event);
    }
    writer.end_all();
    writer.out
}

/// Returns the address if it may be a link target.
fn link_target(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let known = ["http", "https", "mailto"].iter().any(|s| scheme.eq_ignore_ascii_case(s));
    known.then_some(address)
}

/// Returns the start and end tag of a link, or of a span if the address must not be a link target.
fn link(address: &str) -> (String, &'static str) {
    match link_target(address) {
        Some(to) => (format!(r#"<a href="{}" rel="noopener noreferrer">"#, escape(to)), "</a>"),
        None => ("<span>".to_owned(), "</span>"),
    }
}

/// Replaces lines that contain only tags without a meaning with empty lines, which also separate blocks.
/// Otherwise such a tag would make all text up to the next empty line raw HTML, including `**bold**`.
fn blank_lone_tags(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut fenced = false;
    for line in source.split_inclusive('\n') {
        let text = line.trim();
        fenced ^= text.starts_with("```") || text.starts_with("~~~");
        if !fenced && text.starts_with('<') && has_only_lone_tags(text) {
            out.push('\n');
        } else {
            out.push_str(line);
        }
    }
    out
}

fn has_only_lone_tags(mut text: &str) -> bool {
    while !text.is_empty() {
        let Some((tag, rest)) = read_tag(text) else { return false };
        let nothing = BLOCK.iter().any(|(name, written)| *name == tag.name && written.is_empty());
        if !(tag.name == "br" || nothing) {
            return false;
        }
        text = rest.trim_start();
    }
    true
}

/// An open element and its end tag.
struct Open {
    /// Its name if raw HTML opened it. Only raw HTML closes it before its parent ends.
    raw: Option<&'static str>,
    close: &'static str,
}

#[derive(Default)]
struct Writer {
    out: String,
    open: Vec<Open>,
    /// The levels of the enclosing headings.
    headings: Vec<HeadingLevel>,
    top: u8,
    line_ends: LineEnds,
    in_head: bool,
    in_html_block: bool,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                self.out.push_str("<code>");
                self.text(&code);
                self.out.push_str("</code>");
            }
            Event::InlineHtml(html) | Event::Html(html) => self.html(&html),
            Event::SoftBreak if self.line_ends == LineEnds::Commonmark => self.out.push('\n'),
            Event::SoftBreak | Event::HardBreak => self.line_break(),
            Event::Rule => self.out.push_str("<hr>\n"),
            // From extensions that are not enabled.
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    /// Writes one line break, even for two in a row, such as `<br>` at the end of a line.
    fn line_break(&mut self) {
        if !self.out.trim_end().ends_with("<br>") {
            self.out.push_str("<br>\n");
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(&escape(text));
    }

    /// Opens an element unless too many are open.
    fn push(&mut self, raw: Option<&'static str>, open: &str, close: &'static str) {
        let close = if self.open.len() < MAX_DEPTH {
            self.out.push_str(open);
            close
        } else {
            ""
        };
        self.open.push(Open { raw, close });
    }

    /// Opens a part of a table if the table was written.
    fn push_part(&mut self, raw: Option<&'static str>, open: &str, close: &'static str) {
        let there = self.open.last().is_some_and(|above| !above.close.is_empty());
        if there {
            self.out.push_str(open);
        }
        self.open.push(Open { raw, close: if there { close } else { "" } });
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.push(None, "<p>", "</p>\n"),
            Tag::Heading { level, .. } => self.heading(level),
            Tag::BlockQuote(_) => self.push(None, "<blockquote>\n", "</blockquote>\n"),
            Tag::CodeBlock(kind) => {
                let label = match &kind {
                    CodeBlockKind::Fenced(language) if !language.is_empty() => language.clone(),
                    _ => CowStr::Borrowed("Code"),
                };
                let open = format!(
                    r#"<pre tabindex="0" role="group" aria-label="{}"><code>"#,
                    escape(&label)
                );
                self.push(None, &open, "</code></pre>\n");
            }
            Tag::HtmlBlock => {
                self.in_html_block = true;
                self.push(None, "<div>", "</div>\n");
            }
            Tag::List(None) => self.push(None, "<ul>\n", "</ul>\n"),
            Tag::List(Some(1)) => self.push(None, "<ol>\n", "</ol>\n"),
            Tag::List(Some(first)) => {
                let open = format!("<ol start=\"{}\">\n", first.min(999_999_999));
                self.push(None, &open, "</ol>\n");
            }
            Tag::Item => self.push(None, "<li>", "</li>\n"),
            Tag::Table(_) => self.push(None, WIDE, "</tbody></table></div>\n"),
            Tag::TableHead => {
                self.in_head = true;
                self.push_part(None, "<thead><tr>", "</tr></thead>\n<tbody>\n");
            }
            Tag::TableRow => self.push_part(None, "<tr>", "</tr>\n"),
            Tag::TableCell if self.in_head => self.push_part(None, "<th scope=\"col\">", "</th>"),
            Tag::TableCell => self.push_part(None, "<td>", "</td>"),
            Tag::Emphasis => self.push(None, "<em>", "</em>"),
            Tag::Strong => self.push(None, "<strong>", "</strong>"),
            Tag::Strikethrough => self.push(None, "<del>", "</del>"),
            Tag::Link { dest_url, .. } => self.link(None, &dest_url),
            Tag::Image { dest_url, .. } => self.image(None, &dest_url),
            // From extensions that are not enabled.
            _ => self.push(None, "", ""),
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::TableHead => self.in_head = false,
            TagEnd::HtmlBlock => self.in_html_block = false,
            _ => {}
        }
        // Closes everything that raw HTML left open inside.
        while let Some(open) = self.open.pop() {
            self.out.push_str(open.close);
            if open.raw.is_none() {
                break;
            }
        }
    }

    fn end_all(&mut self) {
        while let Some(open) = self.open.pop() {
            self.out.push_str(open.close);
        }
    }

    /// Starts a heading one level below the enclosing heading, whatever its level in the source.
    fn heading(&mut self, level: HeadingLevel) {
        while self.headings.last().is_some_and(|above| *above >= level) {
            self.headings.pop();
        }
        self.headings.push(level);
        let depth = u8::try_from(self.headings.len() - 1).unwrap_or(6);
        let (open, close) = match self.top.saturating_add(depth) {
            ..=2 => ("<h2>", "</h2>\n"),
            3 => ("<h3>", "</h3>\n"),
            4 => ("<h4>", "</h4>\n"),
            5 => ("<h5>", "</h5>\n"),
            _ => ("<h6>", "</h6>\n"),
        };
        self.push(None, open, close);
    }

    /// Starts a link. Links cannot be nested.
    fn link(&mut self, raw: Option<&'static str>, address: &str) {
        let nested = self.open.iter().any(|open| open.close == "</a>");
        let (open, close) = if nested { link("") } else { link(address) };
        self.push(raw, &open, close);
    }

    /// Starts a link to an image, with the host that a click discloses the reader to.
    ///
    /// Images are not loaded into the page: a request would disclose that it was viewed, and the policy would
    /// have to allow images of other hosts. The link opens a new tab without a referrer.
    fn image(&mut self, raw: Option<&'static str>, address: &str) {
        let nested = self.open.iter().any(|open| open.close == "</a>");
        match link_target(address).filter(|_| !nested) {
            Some(to) => {
                let after = to.split_once("://").map_or("", |(_, after)| after);
                let host = after.split(['/', '?', '#', '\\']).next().unwrap_or_default();
                let host = host.rsplit('@').next().unwrap_or_default();
                let open = format!(
                    r#"<a class="picture" href="{}" target="_blank" rel="noopener noreferrer">Open image from {}: "#,
                    escape(to),
                    escape(host)
                );
                self.push(raw, &open, "</a>");
            }
            None => self.push(raw, "<span>Image: ", "</span>"),
        }
    }

    /// Handles raw HTML: known tags are written anew, others are shown as text.
    fn html(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let (before, from) = rest.split_at(at);
            self.raw_text(before);
            rest = match read_tag(from) {
                Some((tag, after)) => {
                    if !self.tag(&tag) {
                        let length = from.len() - after.len();
                        self.leave_table();
                        self.text(from.get(..length).unwrap_or_default());
                    }
                    after
                }
                None => {
                    self.leave_table();
                    self.text("<");
                    from.get(1..).unwrap_or_default()
                }
            };
        }
        self.raw_text(rest);
    }

    fn raw_text(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.leave_table();
        }
        self.text(&html_escape::decode_html_entities(text));
    }

    /// Writes a known tag of the input. Returns whether it is known.
    fn tag(&mut self, tag: &RawTag<'_>) -> bool {
        let known = |table: &'static [(&str, &'static str)]| {
            table.iter().find(|(name, _)| *name == tag.name).map(|(_, written)| *written)
        };
        if !tag.end && self.open.len() >= MAX_OPEN {
            return false;
        }
        if let Some(written) = known(TABLE) {
            return self.in_html_block
                && if tag.end { self.close(written) } else { self.part(written) };
        }
        if tag.name == "pre" && !self.in_html_block {
            return false;
        }
        let is_written = known(BLOCK).is_none_or(|written| !written.is_empty());
        if !tag.end && is_written {
            self.leave_table();
        }
        if tag.name == "br" {
            self.out.push_str("<br>\n");
        } else if tag.name == "a" {
            match (tag.end, tag.attribute("href")) {
                (true, _) => _ = self.close("a"),
                (false, Some(address)) => self.link(Some("a"), &address),
                (false, None) => self.push(Some("a"), "", ""),
            }
        } else if tag.name == "img" && !tag.end {
            self.image(Some("img"), &tag.attribute("src").unwrap_or_default());
            self.text(&tag.attribute("alt").unwrap_or_default());
            self.close("img");
        } else if let Some(written) = known(INLINE) {
            match tag.end {
                true => _ = self.close(written),
                false => self.open(written),
            }
        } else if let Some(written) = known(BLOCK) {
            self.block(written, tag.end);
        } else {
            return false;
        }
        true
    }

    /// Opens a table, or a part of one if its parent allows it. Returns whether it did.
    fn part(&mut self, name: &'static str) -> bool {
        // The elements whose end tag it implies, and its possible parents.
        let (ends, around): (&[&str], &[&str]) = match name {
            "thead" | "tbody" => (&["td", "th", "tr", "thead", "tbody"], &["table"]),
            "tr" => (&["td", "th", "tr"], &["thead", "tbody", "table"]),
            "th" | "td" => (&["td", "th"], &["tr"]),
            _ => {
                self.leave_table();
                self.close("p");
                self.push(Some(name), WIDE, "</table></div>\n");
                return true;
            }
        };
        let mut open = self.open.iter().rev().map_while(|open| open.raw);
        let ended = open.clone().take_while(|open| ends.contains(open)).count();
        if !open.nth(ended).is_some_and(|open| around.contains(&open)) {
            return false;
        }
        for _ in 0..ended {
            self.pop();
        }
        let is_heading = self.open.iter().rev().nth(1).is_some_and(|row| row.raw == Some("thead"));
        let (open, close) = match name {
            "thead" => ("<thead>\n", "</thead>\n"),
            "tbody" => ("<tbody>\n", "</tbody>\n"),
            "tr" => ("<tr>", "</tr>\n"),
            "th" if is_heading => ("<th scope=\"col\">", "</th>"),
            "th" => ("<th>", "</th>"),
            _ => ("<td>", "</td>"),
        };
        self.push_part(Some(name), open, close);
        true
    }

    /// Ends a table before content outside its cells, which a browser would move.
    fn leave_table(&mut self) {
        let outside = |open: &Open| matches!(open.raw, Some("table" | "thead" | "tbody" | "tr"));
        while self.open.last().is_some_and(outside) {
            self.pop();
        }
    }

    fn block(&mut self, written: &'static str, end: bool) {
        let inside = |names: &[&str]| {
            let raw = self.open.iter().rev().map_while(|open| open.raw);
            raw.into_iter().any(|name| names.contains(&name))
        };
        if !self.in_html_block {
            // A paragraph cannot contain blocks: a line break replaces them.
            match (written, end) {
                ("li", false) => self.out.push_str("<br>\n• "),
                ("p" | "ul" | "ol", false) => self.out.push_str("<br>\n"),
                _ => {}
            }
        } else if end {
            self.close(written);
        } else if written == "li" && !inside(&["ul", "ol"]) {
            self.out.push_str("<br>\n• ");
        } else if !written.is_empty() {
            // The next paragraph or list item ends the one before it.
            self.close("p");
            if written == "li" && self.open.last().is_some_and(|open| open.raw == Some("li")) {
                self.close("li");
            }
            self.open(written);
        }
    }

    fn open(&mut self, name: &'static str) {
        let (open, close) = match name {
            "strong" => ("<strong>", "</strong>"),
            "em" => ("<em>", "</em>"),
            "code" => ("<code>", "</code>"),
            "del" => ("<del>", "</del>"),
            "sub" => ("<sub>", "</sub>"),
            "sup" => ("<sup>", "</sup>"),
            "p" => ("<p>", "</p>\n"),
            "ul" => ("<ul>\n", "</ul>\n"),
            "ol" => ("<ol>\n", "</ol>\n"),
            "li" => ("<li>", "</li>\n"),
            "pre" => (r#"<pre tabindex="0" role="group" aria-label="Text">"#, "</pre>\n"),
            _ => ("", ""),
        };
        self.push(Some(name), open, close);
    }

    /// Closes an element that raw HTML opened, and those inside it. Does nothing if it is not open or
    /// contains elements that Markdown opened. Returns whether it was open.
    fn close(&mut self, name: &str) -> bool {
        let raw = self.open.iter().rev().map_while(|open| open.raw);
        let Some(at) = raw.into_iter().position(|open| open == name) else { return false };
        for _ in 0..=at {
            self.pop();
        }
        true
    }

    fn pop(&mut self) {
        let closed = self.open.pop();
        self.out.push_str(closed.map_or("", |open| open.close));
    }
}
