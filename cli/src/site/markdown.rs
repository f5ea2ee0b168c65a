//! Markdown of a collection as HTML that is safe to show.
//!
//! Nothing of the input is written as it is: each tag of the output is one of those named here, with
//! no attribute but a checked `href`, and all else is text. Raw HTML, which Postman allows in its
//! descriptions, is read as far as it only shapes the text (`<br>`, `<b>`, `<p>`, `<li>` ...).

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::escape::escape;
use super::tags::{RawTag, read_tag};

/// Elements that stand in one another. Browsers stop at some hundreds; no description needs as many.
const DEEPEST: usize = 40;

/// Tags of raw HTML that are remembered as open. One more is shown: each end looks through all of them.
const MOST_OPEN: usize = 1000;

/// Tags that shape text within a line, as they may come in the input, and as what they are written.
const INLINE: &[(&str, &str)] = &[
    ("b", "strong"),
    ("strong", "strong"),
    ("i", "em"),
    ("em", "em"),
    ("code", "code"),
    ("tt", "code"),
    ("u", "em"),
    ("s", "del"),
    ("del", "del"),
    ("sub", "sub"),
    ("sup", "sup"),
];

/// Tags that shape blocks; those that are written as nothing only end a line.
const BLOCK: &[(&str, &str)] = &[
    ("p", "p"),
    ("ul", "ul"),
    ("ol", "ol"),
    ("li", "li"),
    ("h1", "p"),
    ("h2", "p"),
    ("h3", "p"),
    ("h4", "p"),
    ("h5", "p"),
    ("h6", "p"),
    ("pre", "pre"),
    ("div", ""),
    ("aside", ""),
    ("section", ""),
    ("center", ""),
    ("span", ""),
];

/// Tags of a table, which are written where they stand in one another as they should, and shown elsewhere.
const TABLE: &[(&str, &str)] = &[
    ("table", "table"),
    ("thead", "thead"),
    ("tbody", "tbody"),
    ("tfoot", "tbody"),
    ("tr", "tr"),
    ("th", "th"),
    ("td", "td"),
];

/// What stands before a table, which may be wider than the page.
const WIDE: &str =
    "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>\n";

/// Bytes of a description that is read as Markdown. A longer one is no description, and hostile ones
/// take time by the square of their length.
const LONGEST: usize = 128 * 1024;

/// `source` as HTML. The first level of its headings is `top`, and no level is left out.
pub(super) fn to_html(source: &str, top: u8) -> String {
    if source.len() > LONGEST {
        return format!(
            "<pre tabindex=\"0\" role=\"group\" aria-label=\"Text\"><code>{}</code></pre>\n",
            escape(source)
        );
    }
    let source = free_of_lone_tags(source);
    let mut writer = Writer { top, ..Writer::default() };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(&source, options) {
        writer.event(event);
    }
    writer.end_all();
    writer.out
}

/// The address if it may be linked to.
fn linkable(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let known = ["http", "https", "mailto"].iter().any(|s| scheme.eq_ignore_ascii_case(s));
    known.then_some(address)
}

/// An opening tag of a link, or of a span in its place where the address is not one to link to.
fn link(address: &str) -> (String, &'static str) {
    match linkable(address) {
        Some(to) => (format!(r#"<a href="{}" rel="noopener noreferrer">"#, escape(to)), "</a>"),
        None => ("<span>".to_owned(), "</span>"),
    }
}

/// A line that holds nothing but a tag without meaning of its own would make all text up to the next
/// empty line raw HTML, `**bold**` and all. It is made an empty line, which separates just as well.
fn free_of_lone_tags(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut fenced = false;
    for line in source.split_inclusive('\n') {
        let text = line.trim();
        fenced ^= text.starts_with("```") || text.starts_with("~~~");
        if !fenced && text.starts_with('<') && only_lone_tags(text) {
            out.push('\n');
        } else {
            out.push_str(line);
        }
    }
    out
}

fn only_lone_tags(mut text: &str) -> bool {
    while !text.is_empty() {
        let Some((tag, rest)) = read_tag(text) else { return false };
        let nothing = BLOCK.iter().any(|(name, as_)| *name == tag.name && as_.is_empty());
        if !(tag.name == "br" || nothing) {
            return false;
        }
        text = rest.trim_start();
    }
    true
}

/// An element that is open, and how it is closed.
struct Open {
    /// Its name if raw HTML opened it; only raw HTML closes such a one before what is around it ends.
    raw: Option<&'static str>,
    close: &'static str,
}

#[derive(Default)]
struct Writer {
    out: String,
    open: Vec<Open>,
    /// The levels of the headings that the text stands under.
    headings: Vec<HeadingLevel>,
    top: u8,
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
            // Authors of descriptions end a line where they want it to end.
            Event::SoftBreak | Event::HardBreak => self.line_break(),
            Event::Rule => self.out.push_str("<hr>\n"),
            // Of extensions that are not turned on.
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    /// One, even if it is said twice, as in `<br>` at the end of a line.
    fn line_break(&mut self) {
        if !self.out.trim_end().ends_with("<br>") {
            self.out.push_str("<br>\n");
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(&escape(text));
    }

    /// Opens an element, unless too many are open already.
    fn push(&mut self, raw: Option<&'static str>, open: &str, close: &'static str) {
        let close = if self.open.len() < DEEPEST {
            self.out.push_str(open);
            close
        } else {
            ""
        };
        self.open.push(Open { raw, close });
    }

    /// Opens a part of a table, if the table is there.
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
            // Not loaded, which would tell another that the page is looked at.
            Tag::Image { dest_url, .. } => {
                self.link(None, &dest_url);
                self.out.push_str("Image: ");
            }
            // Of extensions that are not turned on.
            _ => self.push(None, "", ""),
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::TableHead => self.in_head = false,
            TagEnd::HtmlBlock => self.in_html_block = false,
            _ => {}
        }
        // What raw HTML left open in it ends with it.
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

    /// A heading one level below the heading that it stands under, whichever level it has in the text.
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

    /// A link; within another there can be none.
    fn link(&mut self, raw: Option<&'static str>, address: &str) {
        let nested = self.open.iter().any(|open| open.close == "</a>");
        let (open, close) = if nested { link("") } else { link(address) };
        self.push(raw, &open, close);
    }

    /// Raw HTML: tags that are known are written anew, the others are shown.
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

    /// Writes a known tag of the input; whether it is one.
    fn tag(&mut self, tag: &RawTag<'_>) -> bool {
        let known = |table: &'static [(&str, &'static str)]| {
            table.iter().find(|(name, _)| *name == tag.name).map(|(_, as_)| *as_)
        };
        if !tag.end && self.open.len() >= MOST_OPEN {
            return false;
        }
        if let Some(as_) = known(TABLE) {
            return self.in_html_block && if tag.end { self.close(as_) } else { self.part(as_) };
        }
        if tag.name == "pre" && !self.in_html_block {
            return false;
        }
        let is_written = known(BLOCK).is_none_or(|as_| !as_.is_empty());
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
            self.link(Some("img"), &tag.attribute("src").unwrap_or_default());
            self.text(&format!("Image: {}", tag.attribute("alt").unwrap_or_default()));
            self.close("img");
        } else if let Some(as_) = known(INLINE) {
            match tag.end {
                true => _ = self.close(as_),
                false => self.open(as_),
            }
        } else if let Some(as_) = known(BLOCK) {
            self.block(as_, tag.end);
        } else {
            return false;
        }
        true
    }

    /// Opens a table, or a part of one in what it may stand in; whether it may.
    fn part(&mut self, name: &'static str) -> bool {
        // What stands for an end that may be left out, and what it may be in.
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

    /// Ends a table in which something stands that is in no cell: a browser would move it.
    fn leave_table(&mut self) {
        let outside = |open: &Open| matches!(open.raw, Some("table" | "thead" | "tbody" | "tr"));
        while self.open.last().is_some_and(outside) {
            self.pop();
        }
    }

    fn block(&mut self, as_: &'static str, end: bool) {
        let inside = |names: &[&str]| {
            let raw = self.open.iter().rev().map_while(|open| open.raw);
            raw.into_iter().any(|name| names.contains(&name))
        };
        if !self.in_html_block {
            // Within a paragraph there can be no block: a new line stands for it.
            match (as_, end) {
                ("li", false) => self.out.push_str("<br>\n• "),
                ("p" | "ul" | "ol", false) => self.out.push_str("<br>\n"),
                _ => {}
            }
        } else if end {
            self.close(as_);
        } else if as_ == "li" && !inside(&["ul", "ol"]) {
            self.out.push_str("<br>\n• ");
        } else if !as_.is_empty() {
            // A paragraph, and an item of a list, end where the next begins.
            self.close("p");
            if as_ == "li" && self.open.last().is_some_and(|open| open.raw == Some("li")) {
                self.close("li");
            }
            self.open(as_);
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

    /// Closes an element that raw HTML opened, and those in it. One that is not open, or that holds
    /// what Markdown opened, stays. Whether it was open.
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
